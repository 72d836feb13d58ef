"""What a web page says of itself: its feeds, its own address, the profiles it calls its author's. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser

from feeds.html import absolute, plain

_FEED_TYPES = {
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
    "application/json",
    "application/xml",
    "text/xml",
}
_NOT_POSTS = ("comment", "commentaire", "podcast-only", "oembed", "wp-json")


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed that a page announces, as an absolute address."""

    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """What was read in a page's markup. `feeds` come posts first, comments last; `me` are its rel=me links."""

    title: str = ""
    canonical: str = ""
    language: str = ""
    feeds: tuple[FeedLink, ...] = ()
    me: tuple[str, ...] = ()


def read(markup: bytes | str, url: str) -> Page:
    """Read a page that came from `url`. Never fails: what cannot be understood is not there."""
    reader = _Reader(url)
    reader.feed(markup.decode("utf-8", "replace") if isinstance(markup, bytes) else markup)
    feeds = sorted(dict.fromkeys(reader.feeds), key=_looks_like_comments)
    return Page(
        plain(reader.title), reader.canonical, reader.language, tuple(feeds), tuple(dict.fromkeys(reader.me))
    )


def looks_like_page(start: bytes) -> bool:
    """Whether the first bytes are those of an HTML page."""
    head = start[:2048].lower()
    return b"<html" in head or b"<!doctype html" in head or b"<head" in head or b"<body" in head


def _looks_like_comments(link: FeedLink) -> bool:
    said = f"{link.url} {link.title}".lower()
    return any(word in said for word in _NOT_POSTS)


class _Reader(HTMLParser):
    """Collects from the tags as they pass."""

    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.base = url
        self.title = self.canonical = self.language = ""
        self.in_title = False
        self.feeds: list[FeedLink] = []
        self.me: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = attributes.get("lang", "")[:2].lower()
        elif tag == "title":
            self.in_title = not self.title
        elif tag == "base":
            self.base = absolute(attributes.get("href", ""), self.base) or self.base
        elif tag in {"link", "a"}:
            self._link(tag, attributes)

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        """Pass over `<![`, on which the standard parser may stumble, as browsers do: a comment up to the next ">"."""
        return self.parse_bogus_comment(i, bool(report))

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self.in_title = False

    def handle_data(self, data: str) -> None:
        if self.in_title:
            self.title += data

    def _link(self, tag: str, attributes: dict[str, str]) -> None:
        rel = attributes.get("rel", "").lower().split()
        target = absolute(attributes.get("href", ""), self.base) if rel else ""
        if not target:
            return
        if "me" in rel:
            self.me.append(target)
        if tag == "link" and "alternate" in rel and _is_feed(attributes):
            self.feeds.append(FeedLink(target, plain(attributes.get("title", ""))))
        if tag == "link" and "canonical" in rel:
            self.canonical = target


def _is_feed(attributes: dict[str, str]) -> bool:
    kind = attributes.get("type", "").lower().split(";")[0].strip()
    if kind == "application/json":  # WordPress announces its whole API with this type
        return "feed" in attributes.get("href", "").lower()
    return kind in _FEED_TYPES
