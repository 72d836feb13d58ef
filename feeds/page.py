"""What a web page says of itself: its feeds, its own address, whose it is and which profiles are theirs. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from feeds.address import absolute, canonical
from feeds.hcard import Card, Cards, holds_cards, owner, title_of

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Card", "FeedLink", "Page", "looks_like_comments", "looks_like_feed", "looks_like_page", "read"]

_FEED_TYPES = {"application/feed+json", "application/rdf+xml", "application/xml", "text/xml"}
# Where a page says what it announces: beyond the first megabyte nobody looks.
_MOST = 1024 * 1024
_LONGEST_HEADER = 16 * 1024
# One link of a Link header (RFC 8288): its target, and its parameters, of which values may be quoted.
_TARGET = re.compile(r"<([^<>]*)>")
_PARAMETER = re.compile(r"\s*;\s*([\w!#$&+.^`|~*-]*)(?:\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s;,\"]*)))?")

# What is no feed of posts, by its address or by its title. "Comment" alone is no sign: in French it asks "how".
_NOT_POSTS = re.compile(
    r"comments|commentaires|comment[-_/.]?(?:feed|rss|atom)|\breplies\b|oembed|wp-json|podcast-only",
    re.IGNORECASE,
)
_NOT_POSTS_SAID = re.compile(
    r"\bcomments\b|\bcomment feed|\bcommentaires?\b|\breplies\b|\bréponses\b|oembed", re.IGNORECASE
)
_PODCAST = re.compile(r"\bpodcasts?\b", re.IGNORECASE)
# Where only some of a site's posts are: by subject, by author, by search.
_PART = re.compile(
    r"/(?:categor(?:y|ies|ie)|cat|tags?|mots?-cles?|labels?|default/-|topics?|rubriques?|themes?|authors?|auteurs?|search)/"
    r"|[?&](?:cat|tag|author|s|id_rubrique|id_auteur|id_mot)=",
    re.IGNORECASE,
)

# How a link in the text says that it leads to a feed: in few words, or by its address.
_SAYS_FEED = re.compile(r"\b(?:rss|atom|feeds?|flux|syndication|syndicate|syndiquer)\b", re.IGNORECASE)
_FEW = 40
_LOOKS_LIKE_FEED = re.compile(
    r"/(?:feeds?|rss|atom|rdf|flux|backend|index|posts)(?:[._-]?\w+)?\.(?:xml|json)$|\.(?:rss|atom|rdf)$"
    r"|/(?:feeds?|rss2?|atom|flux)/?$|/(?:feed|rss|atom|backend)\w*\.php$"
    r"|[?&](?:feed=(?:rss2?|atom|rdf)|format=(?:rss|atom|feed)|type=(?:rss|atom)|alt=rss|page=backend)\b",
    re.IGNORECASE,
)
# Who serves the feeds of sites that stand elsewhere.
_FEED_HOUSES = ("feedburner.com", "feedproxy.google.com", "feedpress.me", "rss.beehiiv.com")
_CHANNEL = re.compile(r"UC[\w-]{22}")
_CREATOR = re.compile(r"@?([\w.-]+)@([\w-]+(?:\.[\w-]+)*(?::\d+)?)")


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed that a page announces, as an absolute address."""

    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """What was read in a page's markup. `me` are its rel=me links.

    `feeds` are what it announces: posts first, then podcasts, then parts of the site, comments last. `anchors` are the
    links in its text that seem to lead to feeds of the same site, in the same order. `channel` is the address of the
    video channel that it belongs to. `creators` are the accounts that it names as its author's, `@user@host`; `author` is the one
    name that stands in its head; `card` is its owner's, and nobody's who is only named on it.
    """

    title: str = ""
    canonical: str = ""
    language: str = ""
    feeds: tuple[FeedLink, ...] = ()
    me: tuple[str, ...] = ()
    anchors: tuple[FeedLink, ...] = ()
    channel: str = ""
    creators: tuple[str, ...] = ()
    author: str = ""
    card: Card | None = None


def read(markup: bytes | str, url: str, link_header: str = "") -> Page:
    """Read a page that came from `url` with, perhaps, a Link header. Never fails: what is not understood is not there."""
    start = markup[:_MOST]
    text = start.decode("utf-8", "replace") if isinstance(start, bytes) else start
    reader = _Reader(url)
    if holds_cards(text):
        reader.cards = Cards()
    reader.feed(text)
    reader.end_anchor()
    return Page(
        title=title_of(reader.title),
        canonical=reader.canonical,
        language=reader.language,
        feeds=_ranked([*reader.feeds, *_linked(link_header, url)], url),
        me=tuple(dict.fromkeys(reader.me)),
        anchors=_ranked(sorted(reader.anchors, key=lambda link: not looks_like_feed(link.url)), url),
        channel=reader.channel,
        creators=tuple(dict.fromkeys(reader.creators)),
        author=_one_name(reader.authors),
        card=owner(reader.cards, _own_addresses(url, reader.canonical), reader.me) if reader.cards else None,
    )


def looks_like_page(start: bytes) -> bool:
    """Whether the first bytes are those of an HTML page."""
    head = start[:2048].lower()
    return b"<html" in head or b"<!doctype html" in head or b"<head" in head or b"<body" in head


def looks_like_comments(link: FeedLink) -> bool:
    """Whether a feed holds what others say rather than posts, as far as its address and title tell."""
    return bool(_NOT_POSTS.search(_path(link.url)) or _NOT_POSTS_SAID.search(link.title))


def looks_like_feed(url: str) -> bool:
    """Whether an address is written as those of feeds are."""
    return bool(_LOOKS_LIKE_FEED.search(_path(url)))


# --- which first ---


def _ranked(links: list[FeedLink], url: str) -> tuple[FeedLink, ...]:
    """Each address once, in the order in which a person would want them; among equals, as the page has them."""
    once: dict[str, FeedLink] = {}
    for link in links:
        once.setdefault(link.url, link)
    here = _path(url).partition("?")[0].rstrip("/") + "/"
    return tuple(sorted(once.values(), key=lambda link: _rank(link, here)))


def _rank(link: FeedLink, here: str) -> tuple[bool, bool, int, int]:
    """What comes earlier is smaller. On an author's own page, what is the author's comes before what is everybody's."""
    path = _path(link.url)
    part = bool(_PART.search(path))
    own = part and here != "/" and path.startswith(here)
    podcast = bool(_PODCAST.search(link.title) or _PODCAST.search(path))
    return looks_like_comments(link), podcast, 0 if own else 1 + part, path.count("/") if part else 0


def _path(url: str) -> str:
    """The path and query of an address, in letters."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return unquote(parts.path) + (f"?{parts.query}" if parts.query else "")


# --- the markup ---


class _Reader(HTMLParser):
    """Collects from the tags as they pass."""

    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.base = self.url = url
        self.title = self.canonical = self.language = self.channel = ""
        self.in_title = self.has_base = False
        self.feeds: list[FeedLink] = []
        self.anchors: list[FeedLink] = []
        self.me: list[str] = []
        self.creators: list[str] = []
        self.authors: list[str] = []
        self.cards: Cards | None = None
        self.open = ""  # where the link leads in which we are
        self.said = [""]  # what it says, in its text and beside it

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {
            name: value or "" for name, value in reversed(attrs)
        }  # of two that are alike, the first counts
        if tag == "html":
            self.language = attributes.get("lang", "")[:2].lower()
        elif tag == "title":
            self.in_title = not self.title and not self.open
        elif tag == "base":
            self._base(attributes)
        elif tag in {"link", "a"}:
            self._link(tag, attributes)
        elif tag == "meta":
            self._meta(attributes)
        elif tag == "img" and self.open:
            self.said.append(attributes.get("alt", ""))
        if self.cards:
            self.cards.start(tag, attributes, self.base)

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        """Pass over `<![`, on which the standard parser may stumble, as browsers do: a comment up to the next ">"."""
        return self.parse_bogus_comment(i, bool(report))

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self.in_title = False
        elif tag == "a":
            self.end_anchor()
        if self.cards:
            self.cards.end(tag)

    def handle_data(self, data: str) -> None:
        if self.cards:
            self.cards.hear(data)
        if self.in_title:
            self.title += data
        elif self.open and len(self.said[0]) <= _FEW:
            self.said[0] += data

    def end_anchor(self) -> None:
        """Keep the link that ends here, if it seems to lead to a feed."""
        target, self.open = self.open, ""
        if target and _leads_to_feed(target, self.said, self.url):
            self.anchors.append(FeedLink(target, title_of(self.said[0])))

    def _base(self, attributes: dict[str, str]) -> None:
        """Of several, the first that leads anywhere counts, as in HTML 5."""
        if "href" in attributes and not self.has_base:
            self.has_base = True
            self.base = absolute(attributes["href"], self.url) or self.base

    def _link(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "a":
            self.end_anchor()
        rel = attributes.get("rel", "").lower().split()
        # feed://host/path and feed:https://host/path both mean a web address.
        target = absolute(attributes.get("href", "").strip().removeprefix("feed:"), self.base)
        if not target:
            return
        if "me" in rel:
            self.me.append(target)
        if _is_feed(rel, attributes.get("type", ""), target):
            found = FeedLink(target, title_of(attributes.get("title", "")))
            (self.feeds if tag == "link" else self.anchors).append(found)
        elif tag == "a":
            self.open = target
            self.said = ["", attributes.get("title", ""), attributes.get("aria-label", "")]
        if tag == "link" and "canonical" in rel:
            self.canonical = target
        if tag == "link" and attributes.get("itemprop", "").lower() == "url":
            self._channel(attributes.get("href", ""))

    def _meta(self, attributes: dict[str, str]) -> None:
        name = (attributes.get("name") or attributes.get("property", "")).strip().lower()
        content = attributes.get("content", "")
        if attributes.get("itemprop", "").lower() in {"channelid", "identifier"}:
            self._channel("/channel/" + content)
        elif name == "fediverse:creator" and (found := _CREATOR.fullmatch(content.strip())):
            self.creators.append(f"@{found[1]}@{found[2]}".lower())
        elif name == "author":
            self.authors.append(title_of(content))

    def _channel(self, address: str) -> None:
        before, _, name = absolute(address, self.base).rpartition("/")
        if before.endswith("/channel") and _CHANNEL.fullmatch(name) and not self.channel:
            self.channel = f"{before}/{name}"


def _is_feed(rel: list[str], kind: str, target: str) -> bool:
    """Whether a link says of itself that it leads to a feed."""
    kind = kind.lower().split(";")[0].strip()
    if "alternate" not in rel and "feed" not in rel:
        return False
    if not kind:  # rel=feed, from an early draft of HTML 5, needs no type
        return "feed" in rel
    if kind == "application/json":  # WordPress announces its whole API with this type
        return "feed" in target.lower()
    return kind in _FEED_TYPES or "rss" in kind or kind.startswith("application/atom+xml")


def _leads_to_feed(target: str, said: list[str], url: str) -> bool:
    """Whether a link in a page's text leads to a feed of the same site, not to one of the author's many friends."""
    try:
        there, here = urlsplit(target), urlsplit(url)
    except ValueError:  # of a page that came from nowhere, addresses are as written
        return False
    names = [(parts.hostname or "").removeprefix("www.") for parts in (there, here)]
    if (there.netloc, there.path, there.query) == (here.netloc, here.path, here.query):
        return False  # an anchor on the page itself
    elsewhere = any(names[0] == house or names[0].endswith(f".{house}") for house in _FEED_HOUSES)
    at_home = names[0] == names[1] or names[0].endswith(f".{names[1]}") or names[1].endswith(f".{names[0]}")
    speaks = any(len(words.strip()) <= _FEW and _SAYS_FEED.search(words) for words in said)
    return elsewhere or (at_home and (speaks or looks_like_feed(target)))


def _own_addresses(url: str, told: str) -> set[str]:
    """The canonical addresses of a page: where it came from, and what it says itself, if that is on the same host."""
    try:
        same = urlsplit(url).netloc.lower() == urlsplit(told).netloc.lower()
    except ValueError:
        same = False
    return {canonical(url), *([canonical(told)] if told and same else [])}


def _one_name(names: Iterable[str]) -> str:
    """The name of a page's one author: not one of several, nor an address in the place of a name."""
    found = list(dict.fromkeys(name for name in names if name))
    return found[0] if len(found) == 1 and "@" not in found[0] and "://" not in found[0] else ""


# --- the header ---


def _linked(header: str, url: str) -> list[FeedLink]:
    """The feeds that a Link header announces; several headers may be joined by commas."""
    header = header[:_LONGEST_HEADER]
    found = []
    place = 0
    while target := _TARGET.search(header, place):
        place = target.end()
        parameters: dict[str, str] = {}
        while parameter := _PARAMETER.match(header, place):
            place = parameter.end()
            value = parameter[3] or re.sub(r"\\(.)", r"\1", parameter[2] or "")
            parameters.setdefault(parameter[1].lower(), value)
        address = absolute(target[1], url)
        rel = parameters.get("rel", "").lower().split()
        # With an anchor, it is another page that has this feed.
        if address and "anchor" not in parameters and _is_feed(rel, parameters.get("type", ""), address):
            found.append(FeedLink(address, title_of(_in_letters(parameters.get("title", "")))))
    return found


def _in_letters(value: str) -> str:
    """A header's value as it was meant: headers come to us letter by byte, and many are UTF-8."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value
