"""What an address is, and whose it may be: one form for all the ways in which files and profiles write it. Pure.

A link to a profile is read as the account that it shows: `https://www.linkedin.com/in/Julie-Martin-42/?locale=fr` and
`linkedin.com/in/julie-martin-42` are one address. What is of no known kind stays a page.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from engage.model import Address
from feeds import platforms
from feeds.address import canonical, is_web, without_secret

_EMAIL = re.compile(
    r"(?:mailto:)?(?P<user>[^@\s:/<>,;\"]+)@(?P<host>[^@\s:/<>,;\"]+\.[^@\s:/<>,;\"]+)", re.IGNORECASE
)
_ACCOUNT = re.compile(
    r"(?:acct:|@)?(?P<user>\w[\w.-]*)@(?P<host>[\w.-]+\.[a-z-]{2,}|localhost|[\w.-]+:\d+)", re.IGNORECASE
)
_HANDLE = re.compile(r"@?(?P<user>\w{1,15})", re.ASCII)
# The page of an account as its own server shows it; what a server shows of another one's accounts proves nothing of them.
_FEDI_PAGE = re.compile(r"/(?:@|users/)(?P<user>[\w.-]+)/?")
_BLUESKY_PAGE = re.compile(r"/profile/(?P<actor>did:[\w.:%-]+|[\w-]+(?:\.[\w-]+)+)/?")
_LINKEDIN_PAGE = re.compile(r"/in/(?P<slug>[^/?#]+)")  # of /pub/ addresses the numbers behind the name count
_X_PAGE = re.compile(r"/(?:#!/)?@?(?P<user>\w{1,15})/?", re.ASCII)
_X_NUMBER = re.compile(r"/(?:i/user/|intent/user\?user_id=)(?P<number>\d+)")
_X_PAGES = {
    *(
        "home",
        "i",
        "intent",
        "search",
        "share",
        "hashtag",
        "explore",
        "settings",
        "messages",
        "notifications",
        "login",
    ),
    *(
        "about",
        "tos",
        "privacy",
        "jobs",
        "signup",
        "logout",
        "download",
        "help",
        "compose",
        "account",
        "who_to_follow",
    ),
}
# These have pages that look like it, and keep no accounts that could be followed.
_OTHER_PAGES = (
    "tiktok.com",
    "threads.net",
    "threads.com",
    "twitter.com",
    "x.com",
    "instagram.com",
    "medium.com",
)
_OTHER_SCHEMES = {"xmpp", "matrix", "sip", "sips", "irc", "ircs", "signal", "threema", "skype"}
_DIGITS = re.compile(r"[^\d+]")
_LEAST_DIGITS = 5


def read(typed: str, kind: str = "") -> Address | None:
    """An address as it stands in a file or on a profile; None when it is none.

    `kind` is what its place says that it is (a column of telephone numbers, a profile on X), where that says anything.
    """
    typed = without_secret(typed.strip())
    if kind == "phone" or typed.lower().startswith(("tel:", "+")):
        return phone(typed)
    if kind == "mastodon":
        return account(typed) or _page(typed)
    if kind == "x" and not is_web(typed) and "/" not in typed:
        return on_x(typed)
    if kind == "linkedin" and not is_web(typed) and "/" not in typed:
        return on_linkedin(typed)
    return _unnamed(typed)


def _unnamed(typed: str) -> Address | None:
    if typed.startswith("@") and typed.count("@") == 2:  # noqa: PLR2004 - @user@host
        return account(typed)
    if (mailbox := _EMAIL.fullmatch(typed)) and not typed.startswith("@"):
        return email(f"{mailbox['user']}@{mailbox['host']}")
    if typed.startswith("did:"):
        return Address("bluesky", typed, typed, f"https://bsky.app/profile/{typed}")
    return _page(typed)


def email(typed: str) -> Address | None:
    """An e-mail address in one spelling; None when it is none. Nobody's server tells capitals apart."""
    found = _EMAIL.fullmatch(typed.strip().strip("<>").rstrip("."))
    if not found:
        return None
    mailbox = f"{found['user']}@{found['host'].lower()}"
    return Address("email", mailbox, mailbox, f"mailto:{mailbox}")


def phone(typed: str) -> Address | None:
    """A telephone number: as written for people, and as digits for comparing. None when it holds no number."""
    written = " ".join(re.sub(r"^tel:", "", typed.strip(), flags=re.IGNORECASE).partition(";")[0].split())
    digits = _DIGITS.sub("", written.replace("(0)", ""))
    digits = f"+{digits[2:]}" if digits.startswith("00") else digits
    digits = digits[:1] + digits[1:].replace("+", "")
    if sum(letter.isdigit() for letter in digits) < _LEAST_DIGITS or re.search(r"[^\W\d_]{4}", written):
        return None
    return Address("phone", digits, written, f"tel:{digits}")


def account(typed: str) -> Address | None:
    """A Mastodon account, `@user@host` with or without its first sign; None when it is none."""
    found = _ACCOUNT.fullmatch(typed.strip())
    if not found:
        return None
    address = f"{found['user']}@{found['host']}".lower()
    return Address(
        "mastodon", address, f"@{address}", f"https://{found['host'].lower()}/@{found['user'].lower()}"
    )


def on_x(typed: str) -> Address | None:
    """An account on X by its handle, or by the number that its archive gives; None when it is none."""
    word = typed.strip()
    if word.startswith("id:") and word[3:].isdigit():
        return Address("x", word, f"X {word[3:]}", f"https://x.com/i/user/{word[3:]}")
    found = _HANDLE.fullmatch(word)
    if not found or found["user"].lower() in _X_PAGES:
        return None
    handle = found["user"].lower()
    return Address("x", handle, f"@{found['user']}", f"https://x.com/{handle}")


def on_linkedin(slug: str) -> Address | None:
    """A person on LinkedIn by the last part of their page's address."""
    plain = unquote(slug).strip().strip("/").lower()
    return Address("linkedin", plain, plain, f"https://www.linkedin.com/in/{plain}/") if plain else None


@lru_cache(8192)
def _page(typed: str) -> Address | None:
    """A page, or the account that it shows."""
    scheme = typed.partition(":")[0].lower()
    if scheme in _OTHER_SCHEMES and ":" in typed:
        return Address("link", typed, typed.partition(":")[2].strip("/") or typed, typed)
    url = typed if is_web(typed) else f"https://{typed}"
    host = _host_of_page(url)
    if not host or " " in typed or ("://" in typed and not is_web(typed)):
        return None
    shown = next(
        (show(url) for houses, show in _HOUSES if any(f".{host}".endswith(f".{h}") for h in houses)), None
    )
    if shown is None and (user := account_on(url)):
        shown = account(user)
    return shown or _link(url, host)


def _host_of_page(url: str) -> str:
    """The host of a page without its www; empty for what is no page."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
        sound = parts.port != 0 and "@" not in parts.netloc
    except ValueError:  # "http://[" and its like
        return ""
    return host if sound and ("." in host or host == "localhost") else ""


def _linkedin_page(url: str) -> Address | None:
    found = _LINKEDIN_PAGE.match(urlsplit(url).path)
    return on_linkedin(found["slug"]) if found else None


def _x_page(url: str) -> Address | None:
    parts = urlsplit(url)
    if number := _X_NUMBER.match(parts.path + (f"?{parts.query}" if parts.query else "")):
        return on_x(f"id:{number['number']}")
    old = parts.path in {"", "/"} and parts.fragment.startswith("!")
    found = _X_PAGE.fullmatch(f"/#{parts.fragment}" if old else parts.path)
    return on_x(found["user"]) if found else None


def _bluesky_page(url: str) -> Address | None:
    found = _BLUESKY_PAGE.fullmatch(urlsplit(url).path)
    if not found:
        return None
    actor = found["actor"] if found["actor"].startswith("did:") else found["actor"].lower()
    page = f"https://bsky.app/profile/{actor}"
    # What a handle stands for only the network knows: until it is asked, it is a page.
    return (
        Address("bluesky", actor, actor, page)
        if actor.startswith("did:")
        else Address("link", page, actor, page)
    )


_HOUSES = (
    (("linkedin.com",), _linkedin_page),
    (("x.com", "twitter.com"), _x_page),
    (("bsky.app",), _bluesky_page),
)


def _link(url: str, host: str) -> Address:
    return Address("link", url, host, url)


@lru_cache(8192)
def account_on(url: str) -> str:
    """The Mastodon account whose own server shows it on this page, `user@host`; empty for any other page."""
    host = place_of(url)
    found = _FEDI_PAGE.fullmatch(urlsplit(url).path) if host else None
    if not found or not is_web(url) or "?" in url:
        return ""
    if platforms.knows(url) or any(f".{host}".endswith(f".{other}") for other in _OTHER_PAGES):
        return ""
    return f"{found['user'].casefold()}@{host}"


def host_of(url: str) -> str:
    """The host of a web address."""
    return place_of(url).partition(":")[0].rstrip(".")


def place_of(url: str) -> str:
    """The host of a web address with its port; empty for what is none."""
    try:
        return urlsplit(url).netloc.casefold().rpartition("@")[2]
    except ValueError:  # "http://[" and its like
        return ""


def key(kind: str, address: str) -> str:
    """What two addresses share that are the same one.

    >>> key("link", "http://www.julie.example/"), key("email", "Julie@Haies.example")
    ('page https://julie.example', 'email julie@haies.example')
    """
    if kind in {"link", "blog"} and is_web(address):
        return f"page {canonical(address)}"
    return f"{kind} {address.casefold()}"


def keys_of_page(url: str) -> tuple[str, ...]:
    """The keys of what stands at an address: the page itself, and the account whose page it is."""
    page = f"page {canonical(url)}"
    shown = _page(url) if is_web(url) else None
    if shown is None:
        return (page,)
    if shown.kind != "link":
        return (page, key(shown.kind, shown.address))
    if shown.url.startswith("https://bsky.app/profile/"):
        return (page, f"handle {shown.label}")
    return (page,)
