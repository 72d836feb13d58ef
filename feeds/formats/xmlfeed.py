"""RSS, Atom and RDF: feedparser reads, `feeds.html` cleans. Pure.

feedparser is the authority on what a feed says. Two of its services are switched off because others do them better and
faster: sanitising and resolving of addresses, which `feeds.html` does in one pass.
"""

from __future__ import annotations

import copy
import re
import sys
from calendar import timegm
from datetime import UTC, datetime
from functools import cache, lru_cache, partial
from html import escape
from io import BytesIO
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from xml.sax import SAXException

from feeds.address import absolute, is_web
from feeds.formats import sax
from feeds.formats.dates import french
from feeds.formats.identity import key_of
from feeds.formats.read import Read, language_of, paragraphs
from feeds.html import plain, sanitise, to_text, whole_letters
from feeds.model import Author, Post
from feeds.timing import possible

if TYPE_CHECKING:
    from collections.abc import Callable

_DECLARATION = re.compile(r"<\?xml\s[^>]{0,400}?\?>\s*", re.IGNORECASE)
# References that may be to no letter: controls, surrogates, and what is beyond the last one.
_MAY_REFER = re.compile(
    r"&#(?:[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]|[dD][89a-fA-F][0-9a-fA-F]{2}|[0-9a-fA-F]{6,});|"
    r"0*(?:[0-8]|1[124-9]|2[0-9]|3[01]|5[5-7][0-9]{3}|[0-9]{7,});)"
)
_NUMBERS = re.compile(r"(?:&#(?:[xX][0-9a-fA-F]{1,400}|[0-9]{1,400});)+")
_NUMBER = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));")
_LAST_CONTROL = 0x1F
_WHITE = {9, 10, 13}
_LONGEST_NAME = 500
_EMAIL = re.compile(r"[\w.+-]+@(?:[\w-]+\.)+[^\W\d_]{2,}")
# What feedparser leaves of "julie@julie.example (Julie)" and of "Julie <julie@julie.example>" beside "julie@julie.exam".
_CUT = re.compile(r"(?P<end>\w+) \((?P<name>.+)|(?P<first>.+) <(?P<last>\w+)>")
_PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000, "yearly": 31536000}


def read(text: str, url: str) -> Read | None:
    """What a feed in XML that came from `url` says; None when it is no such feed."""
    encoded = _sound(text).encode("utf-8", "replace")
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    feedparser = _feedparser()
    with sax.keeping_texts(text) as texts:
        # As a stream: feedparser would open bytes that happen to be the name of a file.
        document = feedparser.parse(
            BytesIO(encoded), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    put_back = partial(sax.whole, texts=texts, letters=feedparser.mixin._cp1252)  # noqa: SLF001 - its letters, not ours
    if not document.entries and not document.get("version"):
        return None
    feed = document.feed
    base = _base_of(feed, url)
    language = language_of(feed.get("language", ""))
    fallback = _authors(feed)
    broken = (
        bool(document.get("bozo"))
        and type(document.get("bozo_exception")).__name__ != "CharacterEncodingOverride"
    )
    return Read(
        tuple(_entry(entry, base, language, fallback, put_back) for entry in document.entries),
        label=plain(feed.get("title") or ""),
        site=absolute(feed.get("link") or "", base),
        language=language,
        wish=_wish(feed),
        broken=broken,
    )


@cache
def _feedparser() -> Any:
    """The library, made to read French dates, and quicker where that changes nothing of what it says."""
    import feedparser  # noqa: PLC0415 - 44 ms that an unchanged feed does not pay
    import feedparser.mixin  # noqa: PLC0415

    feedparser.registerDateHandler(french)
    feedparser.api.PREFERRED_XML_PARSERS.insert(0, "feeds.formats.sax")
    # It resolves the base of every element anew, and all elements of most feeds have the same one.
    mixin = feedparser.mixin
    mixin.make_safe_absolute_uri = lru_cache(1024)(mixin.make_safe_absolute_uri)
    # What it copies in depth is one level deep.
    mixin.copy = SimpleNamespace(deepcopy=copy.copy)
    # A tag at which it breaks (a stray </width>, an image in a source) costs that tag, and not the feed.
    for name in ("unknown_starttag", "unknown_endtag"):
        setattr(mixin._FeedParserMixin, name, _passing_over(getattr(mixin._FeedParserMixin, name)))  # noqa: SLF001
    for name in ("startElementNS", "endElementNS"):
        strict = feedparser.api._StrictFeedParser  # noqa: SLF001
        setattr(strict, name, _giving_up(getattr(strict, name)))
    return feedparser


def _passing_over(handler: Callable[..., Any]) -> Callable[..., Any]:
    def surviving(*told: Any) -> Any:
        try:
            return handler(*told)
        except (LookupError, TypeError, AttributeError, ValueError):
            return None

    return surviving


def _giving_up(handler: Callable[..., Any]) -> Callable[..., Any]:
    """What goes wrong in the reading of well-formed XML leaves the feed to feedparser's other parser."""

    def refusing(*told: Any) -> Any:
        try:
            return handler(*told)
        except (LookupError, TypeError, AttributeError, ValueError) as error:
            raise SAXException(str(error)) from error

    return refusing


def _sound(text: str) -> str:
    """A feed's text without what feedparser stumbles over: it looks for an encoding along the whole of the first line, in a
    time that grows with the cube of its length, and a reference to a letter that does not exist ends it.
    """
    text = _DECLARATION.sub("", text, count=1)
    if text.startswith("<?"):
        text = f"\n{text}"
    return _NUMBERS.sub(_referred, text) if _MAY_REFER.search(text) else text


def _referred(match: re.Match[str]) -> str:
    """The letters that numeric references mean. Some writers refer to an emoji by its two halves; no letter is a sign."""
    if not any(
        _is_no_letter(int(hexa, 16) if hexa else int(number)) for hexa, number in _NUMBER.findall(match[0])
    ):
        return match[0]
    numbers = (int(hexa, 16) if hexa else int(number) for hexa, number in _NUMBER.findall(match[0]))
    letters = "".join(
        chr(n) if n <= sys.maxunicode and (n > _LAST_CONTROL or n in _WHITE) else "\ufffd" for n in numbers
    )
    return escape(whole_letters(letters), quote=False)


def _is_no_letter(number: int) -> bool:
    control = number <= _LAST_CONTROL and number not in _WHITE
    return control or 0xD800 <= number < 0xE000 or number > sys.maxunicode  # noqa: PLR2004 - the surrogates


def _wish(feed: Any) -> int | None:
    """How many seconds the feed itself asks to be left alone (RSS's ttl; the syndication module of RSS 1.0)."""
    ttl = str(feed.get("ttl", ""))
    if ttl.isdecimal():
        return int(ttl[:9]) * 60
    period = _PERIODS.get(str(feed.get("sy_updateperiod", "")).strip().lower())
    frequency = str(feed.get("sy_updatefrequency", "")).strip()
    return period // max(1, int(frequency[:9]) if frequency.isdecimal() else 1) if period else None


def _base_of(feed: Any, url: str) -> str:
    base = feed.get("title_detail", {}).get("base") or ""
    return base if is_web(base) else url


def _entry(
    entry: Any,
    feed_base: str,
    feed_language: str,
    fallback: tuple[Author, ...],
    put_back: Callable[[str], str],
) -> Post:
    link = absolute(entry.get("link", "") or "", feed_base)
    markup, base, language = _content(entry, feed_base, put_back)
    html = sanitise(markup, base)
    title = plain(entry.get("title", ""))
    published = _moment(entry.get("published_parsed"))
    # Asked for a date of change that is not there, feedparser answers with the date of publication.
    updated = _moment(entry.updated_parsed) if "updated_parsed" in entry else None
    guid = str(entry.get("id", "")).strip()
    if not link:  # a permanent guid, or the sound itself of an episode that has no page
        heard = [str(enclosure.get("href") or "") for enclosure in entry.get("enclosures", [])]
        link = next((address for address in (guid, *heard) if is_web(address)), "")
    return Post(
        key=key_of(guid, link, title, published or updated, html),
        kind="article" if title else "note",
        url=link,
        title=title,
        text=to_text(html),
        html=html,
        language=language_of(language) or feed_language,
        published=published or updated,
        updated=updated,
        authors=_authors(entry) or _first_place(entry) or fallback,
    )


def _content(entry: Any, base: str, put_back: Callable[[str], str]) -> tuple[str, str, str]:
    """The longest thing that the entry says, the base of its addresses, its language."""
    candidates = [
        *entry.get("content", []),
        entry.get("summary_detail") or {"value": entry.get("summary", "")},
    ]
    readable = [
        c for c in candidates if str(c.get("type") or "text/html").startswith(("text/", "application/xhtml"))
    ]
    said = [(put_back(c.get("value") or ""), c) for c in readable or candidates]
    value, best = max(said, key=lambda pair: len(pair[0]))
    if best.get("type") == "text/plain" and "<" not in value and "&" not in value:
        value = paragraphs(value)
    own_base = best.get("base") or ""
    return value, absolute(own_base, base) or base, best.get("language") or ""


def _moment(parsed: Any) -> datetime | None:
    if not parsed:
        return None
    try:
        return possible(datetime.fromtimestamp(timegm(parsed), UTC))
    except (ValueError, OverflowError, OSError):
        return None


def _authors(thing: Any) -> tuple[Author, ...]:
    """Who signed: every author that feedparser found with at least a name or an e-mail address."""
    found = [dict(detail) for detail in thing.get("authors", []) if detail] or [{}]
    signed = str(thing.get("author") or "")[:_LONGEST_NAME]
    if len(found) > 1:
        found = [_repaired(detail, found[:place]) for place, detail in enumerate(found)]
    elif email := _EMAIL.search(signed):
        # feedparser's own reading of "name (e-mail)" stops after four letters of ".example".
        found[0] |= {"email": email[0], "name": signed.replace(email[0], " ").strip(" ()<>")}
    elif not (found[0].get("name") or found[0].get("email")):
        found = [{"name": signed}]
    authors = (
        Author(plain(d.get("name") or ""), (d.get("email") or "").strip(), absolute(d.get("href") or "", ""))
        for d in found
    )
    return tuple(dict.fromkeys(author for author in authors if author.name or author.email))


def _repaired(detail: dict[str, str], before: list[dict[str, str]]) -> dict[str, str]:
    """One author of several, without what feedparser lays to them of the author before, or cuts from their address."""
    email, name = detail.get("email") or "", detail.get("name") or ""
    if email and any((other.get("email") or "").startswith(email) for other in before):
        return {**detail, "email": ""}
    if cut := _CUT.fullmatch(name) if email else None:
        return {**detail, "email": email + (cut["end"] or cut["last"]), "name": cut["name"] or cut["first"]}
    return detail


def _first_place(entry: Any) -> tuple[Author, ...]:
    """Who stands behind an entry that a planet took from another feed: that feed's author, else its title."""
    origin = entry.get("source")
    if not isinstance(origin, dict):
        return ()
    site = absolute(str(origin.get("link") or origin.get("href") or ""), "")
    named = Author(plain(str(origin.get("title") or "")), "", site)
    return _authors(origin) or ((named,) if named.name else ())
