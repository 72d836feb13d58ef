"""What other address books hold too: names with titles, e-mail addresses, tags, birthdays, and profiles at services. Pure."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from engage import addresses
from engage.naming import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from engage.model import Address

LONGEST_ADDRESS = 2_000
_MAILBOX = re.compile(r"[^\s,;<>\"()]+@[^\s,;<>\"()]+")
# What Google writes on every card that it shows: no label of anybody's.
_NO_TAGS = {"mycontacts", "my contacts", "mes contacts", "starred"}


def without_titles(name: str, parts: tuple[str, str, str, str, str]) -> str:
    """A name as one calls somebody: without the "Dr." and the "PhD" that the card has in places of their own."""
    family, first, _, prefix, suffix = parts
    if name == f"{family}, {first}":
        return f"{first} {family}"
    if prefix and name.startswith(f"{prefix} "):
        name = name[len(prefix) :].lstrip()
    if suffix and name.endswith((f" {suffix}", f",{suffix}")):
        name = name[: -len(suffix)].rstrip(" ,")
    return name


def emails(text: str) -> list[Address]:
    """The e-mail addresses in a text that should be one: with a name before it, or several in a row."""
    if len(text) < LONGEST_ADDRESS and (one := addresses.email(text)):
        return [one]
    return [
        address for part in _MAILBOX.findall(text[:LONGEST_ADDRESS]) if (address := addresses.email(part))
    ]


def tags(labels: Iterable[str]) -> tuple[str, ...]:
    """Labels as tags, each once; those that a program gives to everybody are none.

    >>> tags(["* myContacts", "* friends", "Jardin"])
    ('friends', 'Jardin')
    """
    named = (" ".join(label.removeprefix("*").split()) for label in labels)
    return tuple(dict.fromkeys(label for label in named if label and label.lower() not in _NO_TAGS))


_ISO_DAY = re.compile(r"(?P<year>\d{4})-?(?P<month>\d{2})-?(?P<day>\d{2})(?:[T ].*)?", re.ASCII | re.DOTALL)
_YEARLESS = re.compile(r"-{0,2}(?P<month>\d{2})-?(?P<day>\d{2})(?:[T ].*)?", re.ASCII | re.DOTALL)
_DOTTED = re.compile(r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})?", re.ASCII)
_SLASHED = re.compile(r"(?P<day>\d{1,2})[/-](?P<month>\d{1,2})[/-](?P<year>\d{4})", re.ASCII)
_NAMED = re.compile(
    r"(?:(?P<day>\d{1,2})(?:er|th|st|nd|rd)? )?(?P<month>[a-z]{3,9})(?: (?P<late>\d{1,2})(?:th|st|nd|rd)?)?"
    r"(?: (?P<year>\d{4}))?",
    re.ASCII,
)
_MONTHS = (
    *("jan", "fev|feb", "mar", "avr|apr", "mai|may", "juin|jun"),
    *("juil|jul", "aou|aug", "sep", "oct", "nov", "dec"),
)
# Years by which programs say that they know none; a birthday in them is one without a year.
_NO_YEARS = {0, 1604}
_LEAP_YEAR = 2000
_YEARS = range(1850, 2101)
_MOST_DATE = 60
_MONTHS_OF_A_YEAR = 12


def birthday(text: str, omitted: str = "") -> str:
    """A birthday as `1980-04-12` or, without its year, `--04-12`; empty when it is no day.

    `omitted` is the year that stands for none. Times and zones are left out: a birthday has none.

    >>> birthday("19800412T000000Z"), birthday("1604-04-12"), birthday("12 avril 1980"), birthday("---12")
    ('1980-04-12', '--04-12', '1980-04-12', '')
    """
    text = " ".join(text.split())
    if len(text) > _MOST_DATE:
        return ""
    if found := _ISO_DAY.fullmatch(text) or _YEARLESS.fullmatch(text) or _DOTTED.fullmatch(text):
        told = found.groupdict()
        year = told.get("year") or ""
        return _day("" if year == omitted else year, int(told["month"]), int(told["day"]))
    if found := _SLASHED.fullmatch(text):
        return _day(found["year"], *_month_and_day(int(found["day"]), int(found["month"])))
    if found := _NAMED.fullmatch(fold(text)):
        day = int(found["day"] or found["late"] or 0)
        months = [n for n, name in enumerate(_MONTHS, 1) if found["month"].startswith(tuple(name.split("|")))]
        return _day(found["year"] or "", months[0], day) if months else ""
    return ""


def _month_and_day(first: int, second: int) -> tuple[int, int]:
    """Month and day of which nobody tells which comes first; nothing where both ways would do."""
    if first == second or first > _MONTHS_OF_A_YEAR:
        return second, first
    return (first, second) if second > _MONTHS_OF_A_YEAR else (0, 0)


def _day(year: str, month: int, day: int) -> str:
    number = int(year or 0)
    known = number not in _NO_YEARS
    try:
        date(number if known else _LEAP_YEAR, month, day)
    except ValueError:
        return ""
    if known:
        return f"{number:04}-{month:02}-{day:02}" if number in _YEARS else ""
    return f"--{month:02}-{day:02}"


_FEDIVERSE = (
    *("mastodon", "fediverse", "activitypub", "pixelfed", "pleroma", "misskey", "friendica", "gotosocial"),
    *("peertube", "akkoma", "sharkey"),
)
# Where a handle leads, at the services that are no kind of address of their own.
_PAGES = {
    "facebook": "https://www.facebook.com/{}",
    "instagram": "https://www.instagram.com/{}",
    "threads": "https://www.threads.net/@{}",
    "tiktok": "https://www.tiktok.com/@{}",
    "youtube": "https://www.youtube.com/@{}",
    "medium": "https://medium.com/@{}",
    "github": "https://github.com/{}",
    "gitlab": "https://gitlab.com/{}",
    "codeberg": "https://codeberg.org/{}",
    "flickr": "https://www.flickr.com/people/{}",
    "telegram": "https://t.me/{}",
    "xing": "https://www.xing.com/profile/{}",
    "keybase": "https://keybase.io/{}",
}
_CHATS = {
    **dict.fromkeys(("xmpp", "jabber", "googletalk", "gtalk"), "xmpp:{}"),
    **dict.fromkeys(("skype", "skypeusername"), "skype:{}"),
    **{scheme: f"{scheme}:{{}}" for scheme in ("sip", "irc", "threema")},
}
_TELEPHONES = ("whatsapp", "signal", "facetime", "sms", "imessage", "tel")
_HANDLE = re.compile(r"@?([\w.+-]{1,80})")
DOMAIN = re.compile(r"@?([\w-]+(?:\.[\w-]+)+)")
_WORD = re.compile(r"(\S{1,200})")
_SLUG = re.compile(r"/?(?:(?:in|pub)/)?([\w%-]{2,120})/?")
_MATRIX = re.compile(r"@([^\s:@/]+):([\w.-]+(?::\d+)?)")


def _leads(template: str, form: re.Pattern[str]) -> Callable[[str], Address | None]:
    """What makes an address of a handle that has this form; of what has it not, as far as it is one by itself."""

    def leading(text: str) -> Address | None:
        if found := form.fullmatch(text):
            return addresses.read(template.format(*found.groups()))
        return addresses.read(text) if "/" in text else None

    return leading


def _on_x(text: str) -> Address | None:
    return addresses.read(text) if "/" in text else addresses.on_x(text)


# What stands there in place of an address, at the services that are known.
_READERS: dict[str, Callable[[str], Address | None]] = {
    **dict.fromkeys(_FEDIVERSE, addresses.account),
    **{service: _leads(page, _HANDLE) for service, page in _PAGES.items()},
    **{service: _leads(chat, _WORD) for service, chat in _CHATS.items()},
    **dict.fromkeys(_TELEPHONES, addresses.phone),
    **dict.fromkeys(("x", "twitter"), _on_x),
    **dict.fromkeys(("linkedin", "linkedinurl"), _leads("https://www.linkedin.com/in/{}", _SLUG)),
    **dict.fromkeys(("bluesky", "bsky"), _leads("https://bsky.app/profile/{}", DOMAIN)),
    "matrix": _leads("matrix:u/{}:{}", _MATRIX),
}


@lru_cache(4096)
def _service(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def knows(service: str) -> bool:
    """Whether a word is the name of a service at which a handle leads somewhere."""
    return _service(service) in _READERS


def profile(service: str, *typed: str) -> Address | None:
    """The address of an account at a service by the first of these ways to write it that makes sense, an account before
    a mere page; None when none does.

    Of a service that is not known here only what is an address by itself is read: a handle alone leads nowhere.

    >>> profile("Twitter", "x-apple:julie").url, profile("GitHub", "", "julie").url
    ('https://x.com/julie', 'https://github.com/julie')
    """
    own = _service(service)
    written = (text.strip() for text in typed if len(text) < LONGEST_ADDRESS)
    found = [address for text in written if text and (address := _account(own, text))]
    return next((address for address in found if address.kind != "link"), found[0] if found else None)


def _account(service: str, text: str) -> Address | None:
    scheme, colon, rest = text.partition(":")
    scheme = scheme.lower() if colon else ""
    if scheme == "x-apple":
        return _account(service, unquote(rest))
    if scheme in _TELEPHONES:
        return addresses.email(unquote(rest)) or addresses.phone(unquote(rest))
    if scheme in {"http", "https", "did"} or (text.startswith("@") and text.count("@") == 2):  # noqa: PLR2004 - @user@host
        return addresses.read(text)
    if scheme.isalpha():  # xmpp, skype and their like
        return addresses.read(f"{scheme}:{unquote(rest)}")
    reader = _READERS.get(service)
    return reader(text) if reader else None
