"""JSON Feed, https://www.jsonfeed.org/version/1.1/. Pure."""

from __future__ import annotations

import json
import re
from datetime import datetime
from html import escape
from typing import Any

from feeds.address import absolute, canonical, is_web
from feeds.formats.identity import key_of
from feeds.formats.newest import newest_of
from feeds.formats.read import Read, language_of, paragraphs
from feeds.html import plain, sanitise, to_text, whole_escapes
from feeds.model import Author, Post
from feeds.timing import possible

# What no text may hold, written as an escape; an escaped backslash before it would make it text.
_CONTROLS = re.compile(r"(?<!\\)\\u00(?:0[0-8bBcCeEfF]|1[0-9a-fA-F])")
_BETWEEN = re.compile(r"[, \t\r\n]*")
_TEXTS = ("url", "external_url", "title", "content_html", "content_text", "summary")


def read(text: str, url: str) -> Read | None:
    """What a JSON Feed that came from `url` says; None when the JSON is no feed."""
    feed, broken = _loads(_CONTROLS.sub("", whole_escapes(text)))
    items = feed.get("items")
    if not isinstance(items, list):
        return None
    kept, shortened = newest_of([item for item in items if isinstance(item, dict)])
    language = language_of(str(feed.get("language") or ""))
    fallback = _authors(feed)
    return Read(
        tuple(_item(item, url, language, fallback) for item in kept),
        label=plain(str(feed.get("title") or "")),
        site=absolute(str(feed.get("home_page_url") or ""), url),
        language=language,
        broken=broken,
        shortened=shortened,
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
    said = {name: str(item.get(name) or "") for name in _TEXTS}
    elsewhere = absolute(said["external_url"], base)
    guid = str(item.get("id") if item.get("id") is not None else "").strip()
    link = absolute(said["url"], base) or elsewhere or _only_address(item, guid, base)
    words = said["content_text"] or said["summary"]
    html = sanitise(said["content_html"] or paragraphs(escape(words, quote=False)), link or base)
    title = plain(said["title"])
    published = _rfc3339(item.get("date_published"))
    updated = _rfc3339(item.get("date_modified"))
    return Post(
        key=key_of(guid, link, title, published or updated, html),
        kind="article" if title else "note",
        url=link,
        title=title,
        text=to_text(html),
        html=html,
        language=language_of(str(item.get("language") or "")) or feed_language,
        published=published or updated,
        updated=updated,
        authors=_authors(item) or fallback,
        links=(canonical(elsewhere),) if elsewhere and elsewhere != link else (),
    )


def _only_address(item: dict[str, Any], guid: str, base: str) -> str:
    """Where an item that names no page can be found: by its id, or else at what is attached to it."""
    attached = item.get("attachments")
    files = [f for f in attached if isinstance(f, dict)] if isinstance(attached, list) else []
    told = [guid if is_web(guid) else "", *(absolute(str(file.get("url") or ""), base) for file in files)]
    return next((address for address in told if address), "")


def _authors(thing: dict[str, Any]) -> tuple[Author, ...]:
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
