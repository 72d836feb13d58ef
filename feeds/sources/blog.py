"""A blog's feed: RSS, Atom, RDF or JSON Feed, from an answer to posts.

A fetch has three steps, so that they can run in different places: `request` (what to ask), `read` (what the answer
means: nothing new, a body to parse, or an error) and `parse` (pure, and worth a process of its own).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from feeds.errors import N_, BadAnswer, NotAFeed, PageWithFeed, TooLarge
from feeds.model import Batch, Cursor, Source
from feeds.status import lifetime, refusal
from feeds.timing import moves
from feeds.wire import MEGABYTE, Request

if TYPE_CHECKING:
    from datetime import datetime

    from feeds.formats.read import Read
    from feeds.http import Client
    from feeds.wire import Response

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)
_XML_FEED = re.compile(rb"<(?:[a-z]+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)
RECOVERED = N_("This feed is not well-formed; what could be recovered was kept.")
GUESSED = N_("This feed's letters are not in the encoding that it declares; some may look wrong.")
SHORTENED = N_("This feed lists more than 5,000 entries; the newest were kept.")
CUT = N_("This feed is larger than one answer may be; only the entries at its beginning were kept.")


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
    cut: bool = False


def request(source: Source, cursor: Cursor, *, fully: bool = False) -> Request:
    """What to ask of a blog: only what changed since `cursor`, or everything when `fully`."""
    headers = {"Accept": ACCEPT}
    if cursor.etag and not fully:
        headers["If-None-Match"] = cursor.etag
    if cursor.modified and not fully:
        headers["If-Modified-Since"] = cursor.modified
    return Request(source.address, headers, allow_private=source.allow_private, beginning=True)


def read(source: Source, cursor: Cursor, response: Response, now: datetime) -> Batch | Unread:
    """What an answer means.

    Raises:
        FetchError: the server said no, or what it sent cannot be a feed.

    """
    if response.status not in {200, 203, 304}:
        raise refusal(source.address, response, now)
    headers = response.headers
    kept = replace(cursor, etag=headers.get("etag", ""), modified=headers.get("last-modified", ""))
    wait = lifetime(headers, now)
    if response.status == 304:  # noqa: PLR2004 - the status' own number says it best
        if not cursor.digest:
            raise BadAnswer(
                address=source.address, reason=N_("“nothing new”, to somebody who knows nothing of it yet")
            )
        kept = replace(kept, etag=kept.etag or cursor.etag, modified=kept.modified or cursor.modified)
        return Batch(moves(kept, response.moved_to), unchanged=True, moved_to=response.moved_to, wait=wait)
    if not response.body.strip():
        return Batch(cursor, unchanged=True, wait=wait)
    kept = replace(kept, digest=hashlib.blake2b(response.body, digest_size=16).hexdigest(), asked_fully=now)
    if kept.digest == cursor.digest:
        return Batch(moves(kept, response.moved_to), unchanged=True, moved_to=response.moved_to, wait=wait)
    kind = headers.get("content-type", "")
    return Unread(source, kept, response.body, response.url, kind, response.moved_to, wait, response.cut)


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
        TooLarge: only the beginning was read, and it holds not one entry.

    """
    # What reads feeds is not for those of which all say "nothing new".
    from feeds import page  # noqa: PLC0415
    from feeds.formats import jsonfeed, xmlfeed  # noqa: PLC0415
    from feeds.formats.letters import decode  # noqa: PLC0415
    from feeds.formats.newest import newest_in_xml  # noqa: PLC0415

    text, guessed = decode(unread.body, unread.content_type)
    shortened = False
    if text[:64].lstrip().startswith("{"):
        found = jsonfeed.read(text, unread.url)
        if found is None and not unread.cut:
            raise NotAFeed(address=unread.source.address, found=N_("JSON that is no JSON Feed"))
    else:
        text, shortened = newest_in_xml(text)
        encoded = text[:4096].encode("utf-8", "replace")
        is_page = page.looks_like_page(encoded) and not _XML_FEED.search(encoded)
        found = None if is_page else xmlfeed.read(text, unread.url)
        if found is None and not unread.cut:
            raise _not_a_feed(unread, text.encode("utf-8", "replace"))
    if found is None or (unread.cut and not found.posts):
        raise TooLarge(address=unread.source.address, megabytes=len(unread.body) // MEGABYTE)
    told = {
        GUESSED: guessed or "\ufffd" in text,
        SHORTENED: shortened or found.shortened,
        CUT: unread.cut,
        RECOVERED: found.broken and not unread.cut,
    }
    return _batch(unread, found, tuple(warning for warning, holds in told.items() if holds))


def _batch(unread: Unread, found: Read, warnings: tuple[str, ...]) -> Batch:
    from feeds.formats.identity import unique  # noqa: PLC0415 - see parse

    return Batch(
        moves(replace(unread.cursor, wish=found.wish), unread.moved_to),
        unique(found.posts),
        label=found.label,
        site=found.site,
        language=found.language,
        warnings=warnings,
        moved_to=unread.moved_to,
        wait=unread.wait,
    )


def _not_a_feed(unread: Unread, body: bytes) -> NotAFeed:
    from feeds import page  # noqa: PLC0415 - see parse

    address = unread.source.address
    if not page.looks_like_page(body):
        return NotAFeed(address=address, found=N_("something that is neither RSS, Atom nor JSON Feed"))
    links = page.read(body, unread.url).feeds
    if links:
        return PageWithFeed(address=address, found=links[0].url, offered=[link.url for link in links])
    return NotAFeed(address=address, found=N_("a web page that announces none"))
