"""From Mastodon's statuses, as raw JSON, to posts. Pure.

What a status needs to be one (an id, a uri, an author) must be there; one that is built otherwise raises one of `MALFORMED`, and
costs only itself. https://docs.joinmastodon.org/entities/Status/
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from zlib import crc32

from feeds.address import absolute, canonical, is_web
from feeds.errors import N_
from feeds.html import links, sanitise, to_text
from feeds.model import Attachment, Author, Post
from feeds.timing import possible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from feeds.model import PostKind, Visibility
    from feeds.sources.mastodon.api import Server

MALFORMED = (AttributeError, KeyError, TypeError, ValueError)
SKIPPED = N_("Some of what this account published could not be read; the rest was kept.")
IN_PUBLIC = frozenset(("public", "unlisted"))
_VISIBILITIES = frozenset(("public", "unlisted", "private", "direct"))
# Nothing else is ever relative in a status: then no base is needed, and the cleaner of all others serves.
_RELATIVE = re.compile(r"""\b(?:href|src)\s*=\s*["']?\s*(?!https?:|mailto:|["'])""", re.IGNORECASE)
# "RE: …" for those who cannot show a quoted post.
_QUOTE_INLINE = re.compile(
    r"""<(p|span)\b[^<>]*\bclass\s*=\s*["'][^"']*\bquote-inline\b[^"']*["'][^<>]*>.*?</\1>""",
    re.IGNORECASE | re.DOTALL,
)
# More of them are no quotation, but a way to keep us busy.
_MOST_QUOTE_LINES = 3
_BEFORE = re.compile(r"^\s*(?:@[\w.-]*\w(?:@[\w.:-]*\w)?[\s,:]+)+")
_LONGEST = 500


def posts_of(
    statuses: Iterable[Any], server: Server, visible: frozenset[str]
) -> Iterator[tuple[dict[str, Any], Post] | None]:
    """Each status of a visibility among `visible` with the post that it becomes; None for one that could not be read."""
    for status in statuses:
        try:
            if visible.issuperset((visibility_of(status), visibility_of(shown_in(status)))):
                yield status, post_of(status, server.base, server.host, server.home)
        except MALFORMED:
            yield None


def post_of(status: Any, base: str, host: str, home: str = "") -> Post:
    """A status as a post. A boost becomes a repost that carries the boosted text and its author.

    `base` is the server that told it and `host` that of its own accounts; `home` is the own account in whose name it was asked.

    Raises:
        AttributeError, KeyError, TypeError, ValueError: it is not built as a status.

    """
    shown = shown_in(status)
    quoted = quoted_in(shown)
    html = html_of(shown, quoted=quoted is not None)
    text = to_text(html)
    uri = uri_of(shown)
    handle = {"server": base, "id": _id(shown), "uri": uri}
    if home:
        handle["home"] = home
    attached = tuple(_attached(shown, quoted, host))
    return Post(
        key=uri if shown is status else uri_of(status),
        kind=_kind(status),
        url=web(shown.get("url")) or web(uri),
        text=text or "\n\n".join(one.text for one in attached if one.kind == "media" and one.text),
        html=html,
        language=_word(shown.get("language"))[:2].lower(),
        published=moment(status.get("created_at")),
        updated=moment(shown.get("edited_at")),
        authors=(_author(shown["account"]),),
        links=_links(shown, html),
        mentions=tuple(full(mention["acct"], host) for mention in _list(shown.get("mentions"))),
        warning=_word(shown.get("spoiler_text")),
        handle=handle,
        visibility=visibility_of(shown),
        attached=attached,
    )


def shown_in(status: Any) -> dict[str, Any]:
    """The status that is shown: the boosted one in a boost, else itself."""
    boosted = status.get("reblog")
    if not isinstance(boosted or status, dict):
        raise TypeError("a boost of what is no status")
    return cast("dict[str, Any]", boosted or status)


def quoted_in(status: Any) -> dict[str, Any] | None:
    """The status that one quotes, where it may be shown; None when it quotes none.

    Mastodon wraps it, with the state of the author's leave (4.4); other servers put the status itself there.
    """
    told = status.get("quote")
    if not isinstance(told, dict):
        return None
    if "state" not in told and "quoted_status" not in told:
        return told if told.get("account") else None
    quoted = told.get("quoted_status")
    allowed = told.get("state") in {None, "accepted"}
    return quoted if allowed and isinstance(quoted, dict) and quoted.get("account") else None


def visibility_of(status: Any) -> Visibility:
    """Who may read a status; a word that we do not know means few."""
    told = status.get("visibility")
    return told if isinstance(told, str) and told in _VISIBILITIES else "private"  # type: ignore[return-value]


def uri_of(status: Any) -> str:
    """The key of a status everywhere; its page where a server tells none."""
    uri = status.get("uri") or status.get("url")
    if not isinstance(uri, str) or "\0" in uri:  # no file finds a name again that has a NUL in it
        raise KeyError("uri")
    return uri


def full(account: Any, host: str) -> str:
    """An account as everybody writes it: a server leaves its own host out.

    >>> full("julie", "piaille.example"), full("paul@ailleurs.example", "piaille.example")
    ('julie@piaille.example', 'paul@ailleurs.example')
    """
    if not isinstance(account, str) or not account.strip("@ ") or "\0" in account:
        raise KeyError("acct")
    account = account.strip().removeprefix("@")
    return account if "@" in account else f"{account}@{host}"


def address_of(account: Any, host: str) -> str:
    """The address of an account entity: `user@host`."""
    return full(account.get("acct") or account.get("username"), host)


def name_of(account: Any) -> str:
    """What an account calls itself."""
    return _word(account.get("display_name")) or _word(account.get("username"))


def moment(told: Any) -> datetime | None:
    """A date as the API writes it; None for what could not be read."""
    if not isinstance(told, str):
        return None
    try:
        return possible(datetime.fromisoformat(told))
    except (ValueError, OverflowError):
        return None


def web(address: Any) -> str:
    """A web address, without the secrets that it may hold; empty when it is none."""
    return absolute(address, "") if isinstance(address, str) and is_web(address.strip()) else ""


def html_of(status: Any, *, quoted: bool = False) -> str:
    """The text of a status as sanitised HTML; of one that quotes, without the line that says so once more."""
    content = status.get("content") or ""
    if not isinstance(content, str):
        raise TypeError("content")
    if quoted and 0 < content.count("quote-inline") <= _MOST_QUOTE_LINES:
        content = _QUOTE_INLINE.sub("", content)
    return clean(content, status.get("url") or status.get("uri"))


def clean(content: str, page: Any) -> str:
    """Sanitised HTML of what an account wrote on `page`, the base of what is relative in it."""
    return sanitise(content, web(page) if _RELATIVE.search(content) else "")


def words_of(status: Any) -> str:
    """What a status says to somebody, in plain words: without the names that it begins with, cut where it becomes long.

    A content warning stands in place of what it folds.
    """
    if warning := _word(status.get("spoiler_text")).strip():
        return warning[:_LONGEST]
    text = to_text(html_of(status, quoted=quoted_in(status) is not None))
    said = _BEFORE.sub("", f"{text} ").strip() or text
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1].rstrip()}…"


def mark_of(status: Any) -> str:
    """A short mark of all that an edit may change, to tell a status that changed from one that did not.

    Not every change has its date: a card comes seconds after its link, leave to quote is given later.
    """
    try:
        shown = shown_in(status)
        card, quote, poll = (shown.get(name) or {} for name in ("card", "quote", "poll"))
        told = [
            *(shown.get(name) for name in ("content", "spoiler_text", "edited_at", "visibility", "language")),
            [image.get("description") for image in _list(shown.get("media_attachments"))],
            [card.get(name) for name in ("url", "title", "description", "author_name")],
            [quote.get("state"), bool(quote.get("quoted_status"))],
            [option.get("title") for option in _list(poll.get("options"))],
            shown["account"].get("display_name"),
        ]
    except MALFORMED:
        told = [status]
    return f"{crc32(repr(told).encode('utf-8', 'replace')):08x}"


# --- parts ---


def _kind(status: Any) -> PostKind:
    if status.get("reblog"):
        return "repost"
    if status.get("in_reply_to_id") and not answers_oneself(status):
        return "reply"
    return "note"


def answers_oneself(status: Any) -> bool:
    """Whether a status answers its own author: that continues a thread."""
    return str(status.get("in_reply_to_account_id")) == _id(status["account"])


def _author(account: Any) -> Author:
    return Author(name_of(account), "", web(account.get("url")))


def _links(status: Any, html: str) -> tuple[str, ...]:
    """What the status points at: not the people it mentions, nor its hashtags."""
    others = {
        thing.get("url") for name in ("mentions", "tags") for thing in _list(status.get(name))
    }  # each a dict, or it is malformed
    found = [link for link in links(html) if link not in others and "/tags/" not in link]
    card = web((status.get("card") or {}).get("url"))
    return tuple(dict.fromkeys(canonical(link) for link in [*found, *([card] if card else [])]))


def _attached(status: Any, quoted: dict[str, Any] | None, host: str) -> Iterator[Attachment]:
    if quoted:
        yield _quote(quoted, host)
    if poll := status.get("poll"):
        options = [_word(option.get("title")).strip() for option in _list(poll.get("options"))]
        yield Attachment("poll", "\n".join(filter(None, options)), web(status.get("url")))
    for media in _list(status.get("media_attachments")):
        text, url = _word(media.get("description")).strip(), web(media.get("url") or media.get("remote_url"))
        if text or url:
            yield Attachment("media", text, url)
    card = status.get("card") or {}
    if url := web(card.get("url")):
        told = [_word(card.get(name)).strip() for name in ("title", "description")]
        yield Attachment("card", "\n".join(filter(None, told)), url, _card_author(card, host))


def _quote(quoted: dict[str, Any], host: str) -> Attachment:
    """A quoted status; of one with a content warning only that is shown, as everywhere."""
    text = _word(quoted.get("spoiler_text")) or to_text(html_of(quoted))
    media = (_word(image.get("description")) for image in _list(quoted.get("media_attachments")))
    text = text or "\n\n".join(filter(None, media))
    by = "@" + address_of(quoted["account"], host)
    return Attachment("quote", text, web(quoted.get("url")) or web(quoted.get("uri")), by)


def _card_author(card: Any, host: str) -> str:
    """Who wrote what a card shows: as an account where the page names one (fediverse:creator), else by name."""
    for author in _list(card.get("authors")):
        if account := author.get("account"):
            return "@" + address_of(account, host)
        if name := _word(author.get("name")):
            return name
    return _word(card.get("author_name"))


def _id(entity: Any) -> str:
    told = entity["id"]
    if not isinstance(told, (str, int)) or told == "":
        raise KeyError("id")
    return str(told)


def _list(told: Any) -> list[Any]:
    """A list; an empty one for nothing at all."""
    if told is not None and not isinstance(told, list):
        raise TypeError("a list was expected")
    return told or []


def _word(told: Any) -> str:
    if told is not None and not isinstance(told, (str, int)):
        raise TypeError("a text was expected")
    return str(told) if told else ""
