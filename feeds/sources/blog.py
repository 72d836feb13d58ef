"""A blog's feed: RSS, Atom, RDF or JSON Feed, from bytes to posts.

feedparser is the authority on what a feed says. Two of its services are switched off because others do them better and
faster: sanitising and resolving of addresses, which `feeds.html` does in one pass.

A fetch has three steps, so that they can run in different places: `request` (what to ask), `read` (what the answer
means: nothing new, a body to parse, or an error) and `parse` (pure, and worth a process of its own).
"""

from __future__ import annotations

import hashlib
import json
import re
from calendar import timegm
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from feeds import page
from feeds.errors import N_, NotAFeed
from feeds.html import absolute, canonical, is_web, plain, sanitise, to_text, whole_escapes, whole_letters
from feeds.http import Request
from feeds.model import Author, Batch, Cursor, Post, Source
from feeds.status import refusal
from feeds.timing import possible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feeds.http import Client, Response

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)
_FORBIDDEN_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f￾￿]")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._-]+)", re.IGNORECASE)
_SURROGATES = re.compile(r"(?:&#(?:x0*d[89a-f][0-9a-f]{2}|0*5[5-7][0-9]{3});)+", re.IGNORECASE)
_LONGEST_NAME = 500
_BETWEEN = re.compile(r"[, \t\r\n]*")
_EMAIL = re.compile(r"[\w.+-]+@(?:[\w-]+\.)+[^\W\d_]{2,}")
_XML_FEED = re.compile(rb"<(?:[a-z]+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)
_RECOVERED = N_("This feed is not well-formed; what could be recovered was kept.")
_GUESSED = N_("This feed's letters are not in the encoding that it declares; some may look wrong.")


@dataclass(frozen=True, slots=True)
class Unread:
    """A feed's body that waits to be parsed, with what its answer said."""

    source: Source
    cursor: Cursor
    body: bytes
    url: str
    content_type: str
    moved_to: str = ""
    wait: int | None = None


def request(source: Source, cursor: Cursor, *, fully: bool = False) -> Request:
    """What to ask of a blog: only what changed since `cursor`, or everything when `fully`."""
    headers = {"Accept": ACCEPT}
    if cursor.etag and not fully:
        headers["If-None-Match"] = cursor.etag
    if cursor.modified and not fully:
        headers["If-Modified-Since"] = cursor.modified
    return Request(source.address, headers, allow_private=source.allow_private)


def read(source: Source, cursor: Cursor, response: Response, now: datetime) -> Batch | Unread:
    """What an answer means.

    Raises:
        FetchError: the server said no, or what it sent cannot be a feed.

    """
    if response.status not in {200, 203, 304}:
        raise refusal(source.address, response, now)
    headers = response.headers
    kept = replace(cursor, etag=headers.get("etag", ""), modified=headers.get("last-modified", ""))
    if response.status == 304:  # noqa: PLR2004 - the status' own number says it best
        kept = replace(kept, etag=kept.etag or cursor.etag, modified=kept.modified or cursor.modified)
        return Batch(kept, unchanged=True)
    if not response.body.strip():
        return Batch(cursor, unchanged=True)
    kept = replace(kept, digest=hashlib.blake2b(response.body, digest_size=16).hexdigest(), asked_fully=now)
    if kept.digest == cursor.digest:
        return Batch(kept, unchanged=True)
    return Unread(
        source, kept, response.body, response.url, headers.get("content-type", ""), response.moved_to
    )


def fetch(source: Source, cursor: Cursor, client: Client, now: datetime) -> Batch:
    """All three steps for one blog, one after the other.

    Raises:
        FetchError: nothing could be read; the sentence says why.

    """
    answer = read(source, cursor, client.send(request(source, cursor)), now)
    return parse(answer) if isinstance(answer, Unread) else answer


def parse(unread: Unread) -> Batch:
    """The posts in a feed's body, newest or first-listed first, as the feed lists them.

    Raises:
        NotAFeed: something else than a feed was there.

    """
    text, guessed = decode(unread.body, unread.content_type)
    start = text[:64].lstrip()
    batch = _parse_json(text, unread) if start.startswith("{") else _parse_xml(text, unread)
    return replace(batch, warnings=(*batch.warnings, _GUESSED)) if guessed or "\ufffd" in text else batch


def decode(body: bytes, content_type: str) -> tuple[str, bool]:
    """A feed's text, and whether its encoding had to be guessed against what it declares.

    The bytes speak first (a byte order mark, or all of it valid UTF-8), then the declaration in the document, then the
    header, then windows-1252, the encoding of most mislabelled French feeds.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if body.startswith(mark):
            return _clean(body.decode(encoding, "replace")), False
    declared = _DECLARED.match(body[:512])
    in_header = _CHARSET.search(content_type)
    names = [declared[1].decode() if declared else "", in_header[1] if in_header else ""]
    seven_bit_codes = any(name.lower().startswith(("iso-2022", "utf-7", "hz")) for name in names)
    for name in names if seven_bit_codes else ["utf-8", *names]:
        try:
            text = body.decode(name) if name else None
        except (UnicodeError, LookupError):
            continue
        if text is not None:
            return _clean(text), False
    return _clean(body.decode("windows-1252", "replace")), True


def _clean(text: str) -> str:
    return _FORBIDDEN_CONTROLS.sub("", text).lstrip("\ufeff \t\r\n")


# --- XML ---


def _parse_xml(text: str, unread: Unread) -> Batch:
    import feedparser  # noqa: PLC0415 - 44 ms that an unchanged feed does not pay

    encoded = _SURROGATES.sub(_referred, text).encode("utf-8", "replace")
    if page.looks_like_page(encoded) and not _XML_FEED.search(encoded[:4096]):
        raise _not_a_feed(unread, encoded)
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": unread.url}
    # As a stream: feedparser would open bytes that happen to be the name of a file.
    document = feedparser.parse(
        BytesIO(encoded), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    if not document.entries and not document.get("version"):
        raise _not_a_feed(unread, encoded)
    feed = document.feed
    base = _base_of(feed, unread.url)
    language = _language(feed.get("language", ""))
    fallback = _authors(feed)
    posts = [_entry(entry, base, language, fallback) for entry in document.entries]
    broken = (
        bool(document.get("bozo"))
        and type(document.get("bozo_exception")).__name__ != "CharacterEncodingOverride"
    )
    return Batch(
        unread.cursor,
        _unique(posts),
        label=plain(feed.get("title", "")),
        site=absolute(feed.get("link", ""), base),
        language=language,
        warnings=(_RECOVERED,) if broken else (),
        moved_to=unread.moved_to,
        wait=_ttl(feed),
    )


def _referred(match: re.Match[str]) -> str:
    """The letters that numeric references to surrogates mean: some writers refer to an emoji by its two halves."""
    numbers = re.findall(r"[0-9a-fx]+", match[0].lower())
    return whole_letters("".join(chr(int(n[1:], 16) if n[0] == "x" else int(n)) for n in numbers))


def _not_a_feed(unread: Unread, body: bytes) -> NotAFeed:
    address = unread.source.address
    if not page.looks_like_page(body):
        return NotAFeed(address=address, found=N_("something that is neither RSS, Atom nor JSON Feed"))
    links = page.read(body, unread.url).feeds
    if links:
        return NotAFeed(address=address, found=links[0].url, offered=[link.url for link in links])
    return NotAFeed(address=address, found=N_("a web page that announces none"))


def _ttl(feed: Any) -> int | None:
    ttl = str(feed.get("ttl", ""))
    if ttl.isdecimal():
        return int(ttl[:9]) * 60
    periods = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000, "yearly": 31536000}
    period = periods.get(str(feed.get("sy_updateperiod", "")).strip().lower())
    frequency = str(feed.get("sy_updatefrequency", "")).strip()
    return period // max(1, int(frequency[:9]) if frequency.isdecimal() else 1) if period else None


def _base_of(feed: Any, url: str) -> str:
    base = feed.get("title_detail", {}).get("base") or ""
    return base if is_web(base) else url


def _entry(entry: Any, feed_base: str, feed_language: str, fallback: tuple[Author, ...]) -> Post:
    link = absolute(entry.get("link", "") or "", feed_base)
    markup, base, language = _content(entry, feed_base)
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
        key=_key(guid, link, title, published or updated, html),
        kind="article" if title else "note",
        url=link,
        title=title,
        text=to_text(html),
        html=html,
        language=_language(language) or feed_language,
        published=published or updated,
        updated=updated,
        authors=_authors(entry) or fallback,
    )


def _content(entry: Any, base: str) -> tuple[str, str, str]:
    """The longest thing that the entry says, the base of its addresses, its language."""
    candidates = [
        *entry.get("content", []),
        entry.get("summary_detail") or {"value": entry.get("summary", "")},
    ]
    readable = [
        c for c in candidates if str(c.get("type") or "text/html").startswith(("text/", "application/xhtml"))
    ]
    best = max(readable or candidates, key=lambda c: len(c.get("value") or ""))
    value = best.get("value") or ""
    if best.get("type") == "text/plain" and "<" not in value and "&" not in value:
        value = (
            "<p>" + value.strip().replace("\n\n", "</p><p>").replace("\n", "<br>") + "</p>"
            if value.strip()
            else ""
        )
    own_base = best.get("base") or ""
    return value, absolute(own_base, base) or base, best.get("language") or ""


def _key(guid: str, link: str, title: str, date: datetime | None, html: str) -> str:
    """What an entry is known by: its guid, else its link, else a hash of title and date."""
    if guid:
        return _known(guid)
    if link:
        return _known(link)
    told = f"{title}\n{date.isoformat() if date else html}"
    return "hash:" + hashlib.blake2b(told.encode(), digest_size=16).hexdigest()


def _known(address: str) -> str:
    """One form of an address that identifies: canonical, but an anchor on a page of many entries counts."""
    form = canonical(address)
    anchor = address.partition("#")[2]
    tracks = not anchor or "=" in anchor  # such as "#xtor=RSS-1"
    return form if tracks or form == address else f"{form}#{anchor}"


def _unique(posts: Iterable[Post]) -> tuple[Post, ...]:
    """Entries that share one guid are told apart by link too, those that share both by title and date; all of them, so
    that the next entry of that guid changes no key. An exact repetition is one post, and what says nothing is none.
    """
    listed = [(post, _known(post.url)) for post in posts if post.url or post.title or post.html]
    links: dict[str, set[str]] = defaultdict(set)
    told_of: dict[tuple[str, str], set[tuple[str, datetime | None]]] = defaultdict(set)
    for post, link in listed:
        links[post.key].add(link)
        told_of[post.key, link].add((post.title, post.published))
    kept: dict[str, Post] = {}
    for post, link in listed:
        key = post.key
        if len(links[post.key]) > 1:
            key = f"{key} {link}"
        if len(told_of[post.key, link]) > 1:
            told = hashlib.blake2b(f"{post.title}\n{post.published}".encode(), digest_size=8).hexdigest()
            key = f"{key} {told}"
        kept.setdefault(key, post if key == post.key else replace(post, key=key))
    return tuple(kept.values())


def _moment(parsed: Any) -> datetime | None:
    if not parsed:
        return None
    try:
        return possible(datetime.fromtimestamp(timegm(parsed), UTC))
    except (ValueError, OverflowError, OSError):
        return None


def _language(tag: str) -> str:
    return tag.strip()[:2].lower() if tag and tag.strip()[:2].isalpha() else ""


def _authors(thing: Any) -> tuple[Author, ...]:
    """Who signed: every author that feedparser found with at least a name or an e-mail address."""
    found = [dict(detail) for detail in thing.get("authors", []) if detail] or [{}]
    # feedparser's own reading of "name (e-mail)" stops after four letters of ".example".
    if email := _EMAIL.search(signed := str(thing.get("author") or "")[:_LONGEST_NAME]):
        name = signed.replace(email[0], " ").strip(" ()<>")
        found[-1] |= {"email": email[0], "name": name}
    elif not any(detail.get("name") or detail.get("email") for detail in found):
        found = [{"name": signed}]
    authors = (
        Author(plain(d.get("name") or ""), (d.get("email") or "").strip(), absolute(d.get("href") or "", ""))
        for d in found
    )
    return tuple(dict.fromkeys(author for author in authors if author.name or author.email))


# --- JSON Feed, https://www.jsonfeed.org/version/1.1/ ---


def _parse_json(text: str, unread: Unread) -> Batch:
    feed, broken = _loads(whole_escapes(text))
    items = feed.get("items")
    if not isinstance(items, list):
        raise NotAFeed(address=unread.source.address, found=N_("JSON that is no JSON Feed"))
    base = unread.url
    language = _language(str(feed.get("language") or ""))
    fallback = _json_authors(feed)
    posts = [_item(item, base, language, fallback) for item in items if isinstance(item, dict)]
    return Batch(
        unread.cursor,
        _unique(posts),
        label=plain(str(feed.get("title") or "")),
        site=absolute(str(feed.get("home_page_url") or ""), base),
        language=language,
        warnings=(_RECOVERED,) if broken else (),
        moved_to=unread.moved_to,
    )


def _loads(text: str) -> tuple[dict[str, Any], bool]:
    """A JSON document, and whether it was broken: what follows its end is left, and a cut list keeps its whole items."""
    decoder = json.JSONDecoder()
    try:
        document, end = decoder.raw_decode(text)
        return document if isinstance(document, dict) else {}, bool(text[end:].strip())
    except RecursionError:  # brackets within brackets without end
        return {}, True
    except ValueError:
        start = re.search(r'"items"\s*:\s*\[', text)
    items = []
    position = start.end() if start else len(text)
    while position < len(text):
        between = _BETWEEN.match(text, position)
        position = between.end() if between else position
        try:
            item, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            break
        items.append(item)
    return {"items": items} if items else {}, True


def _item(item: dict[str, Any], base: str, feed_language: str, fallback: tuple[Author, ...]) -> Post:
    said = {
        name: str(item.get(name) or "")
        for name in ("url", "external_url", "title", "content_html", "content_text")
    }
    link = absolute(said["url"] or said["external_url"], base)
    markup = said["content_html"]
    if not markup:
        from html import escape  # noqa: PLC0415

        words = (said["content_text"] or str(item.get("summary") or "")).strip()
        markup = (
            "<p>" + escape(words, quote=False).replace("\n\n", "</p><p>").replace("\n", "<br>") + "</p>"
            if words
            else ""
        )
    html = sanitise(markup, link or base)
    title = plain(said["title"])
    published = _rfc3339(item.get("date_published"))
    updated = _rfc3339(item.get("date_modified"))
    guid = str(item.get("id") if item.get("id") is not None else "").strip()
    return Post(
        key=_key(guid, link, title, published or updated, html),
        kind="article" if title else "note",
        url=link,
        title=title,
        text=to_text(html),
        html=html,
        language=_language(str(item.get("language") or "")) or feed_language,
        published=published or updated,
        updated=updated,
        authors=_json_authors(item) or fallback,
    )


def _json_authors(thing: dict[str, Any]) -> tuple[Author, ...]:
    given = thing.get("authors") or [thing.get("author")]
    people = [person for person in given if isinstance(person, dict)] if isinstance(given, list) else []
    found = []
    for person in people:
        url = str(person.get("url") or "")
        email = url.removeprefix("mailto:") if url.startswith("mailto:") else ""
        found.append(Author(plain(str(person.get("name") or "")), email, absolute(url, "")))
    return tuple(author for author in found if author.name or author.email)


def _rfc3339(value: Any) -> datetime | None:
    try:
        return possible(datetime.fromisoformat(str(value)))
    except (ValueError, OverflowError):
        return None
