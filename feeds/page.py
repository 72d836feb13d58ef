"""What a web page says of itself: its feeds, its own address, whose it is and which profiles are theirs. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote, urlsplit

from feeds.address import absolute, canonical, is_web
from feeds.html import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

_FEED_TYPES = {"application/feed+json", "application/rdf+xml", "application/xml", "text/xml"}
# Where a page says what it announces: beyond the first megabyte nobody looks.
_MOST = 1024 * 1024
_LONGEST_TITLE = 300
_LONGEST_NAME = 80
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

# --- whose it is
_CREATOR = re.compile(r"@?([\w.-]+)@([\w-]+(?:\.[\w-]+)*(?::\d+)?)")
_EMAIL = re.compile(r"[^@\s<>,;:]+@[^@\s<>,;:]+\.[^@\s<>,;:]+")
_HOLDS_CARDS = re.compile(r"\b(?:h-|v)card\b", re.IGNORECASE)
# Where a card stands that is somebody else's: who signs a post, who is cited, whom one works for. A stylesheet's "h-full" is
# no microformat, so that all are named. The old names are those of https://microformats.org/wiki/h-entry#Parser_Compatibility
_THINGS = {
    *(
        "h-entry",
        "h-cite",
        "h-event",
        "h-review",
        "h-review-aggregate",
        "h-recipe",
        "h-product",
        "h-item",
        "h-listing",
    ),
    *("hentry", "vevent", "hreview", "hreview-aggregate", "hrecipe", "hproduct", "hlisting"),
}
# What may hold the card of who wrote all of it, and yet has properties of its own.
_HOLDERS = {"h-feed", "h-resume", "h-adr", "h-geo", "hfeed", "hresume", "adr", "geo"}
_CARDS = {"h-card", "vcard"}
# Where others speak, or are listed.
_OTHERS = re.compile(
    r"(?:^|\s)(?:(?:[up]|post|entry|article|wp-block)-)?(?:comments?|commentaires?|commentlist|webmentions?|mentions?|"
    r"repl(?:y|ies)|reactions?|facepile|blogroll|pingbacks?|trackbacks?|reposts?|likes?)(?![a-z])",
    re.IGNORECASE,
)
Property = Literal["name", "given", "family", "url", "uid", "email", "implied"]
_PROPERTIES: dict[str, Property] = {
    **dict.fromkeys(("p-name", "fn"), "name"),
    **dict.fromkeys(("p-given-name", "given-name"), "given"),
    **dict.fromkeys(("p-family-name", "family-name"), "family"),
    **dict.fromkeys(("u-url", "url"), "url"),
    **dict.fromkeys(("u-uid", "uid"), "uid"),
    **dict.fromkeys(("u-email", "p-email", "email"), "email"),
}
_NAMED_PART = re.compile(r"[pe]-[a-z]")
_LINKING = {"a": "href", "area": "href", "link": "href", "img": "src", "object": "data"}
_VALUES = {"img": "alt", "area": "alt", "abbr": "title", "link": "title", "data": "value", "input": "value"}
_MOST_CARDS = 500
_MOST_WORDS = 8  # elements of one card that listen at once
# HTML 5 in as few rules as cards need: what has no end, what ends where the next one starts, and what ends nothing outside.
_VOID = {
    *(
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ),
}
_BLOCKS = {
    *(
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "button",
        "center",
        "details",
        "dialog",
        "dd",
        "div",
        "dl",
        "dt",
    ),
    *(
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "html",
    ),
    *(
        "li",
        "main",
        "menu",
        "nav",
        "object",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "template",
    ),
    *("tfoot", "th", "thead", "tr", "ul"),
}
_LISTS = {"ul", "ol", "menu", "dl", "table", "section", "article", "nav", "aside", "body"}
_ENDS = {
    "li": {"li"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "tr": {"tr"},
    "td": {"td", "th"},
    "th": {"td", "th"},
}
_NO_WORDS = {"script", "style"}
_NEAR = 64  # nobody looks further for what was never closed


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed that a page announces, as an absolute address."""

    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """The h-card by which a page says whose it is: a name, the pages that are theirs, their e-mail addresses."""

    name: str = ""
    urls: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()


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
    if _HOLDS_CARDS.search(text):
        reader.cards = _Cards()
    reader.feed(text)
    reader.end_anchor()
    return Page(
        title=_title(reader.title),
        canonical=reader.canonical,
        language=reader.language,
        feeds=_ranked([*reader.feeds, *_linked(link_header, url)], url),
        me=tuple(dict.fromkeys(reader.me)),
        anchors=_ranked(sorted(reader.anchors, key=lambda link: not looks_like_feed(link.url)), url),
        channel=reader.channel,
        creators=tuple(dict.fromkeys(reader.creators)),
        author=_one_name(reader.authors),
        card=_owner(reader.cards.all(), _own_addresses(url, reader.canonical), reader.me)
        if reader.cards
        else None,
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
        self.cards: _Cards | None = None
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
            self.anchors.append(FeedLink(target, _title(self.said[0])))

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
            found = FeedLink(target, _title(attributes.get("title", "")))
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
            self.authors.append(_title(content))

    def _channel(self, address: str) -> None:
        before, _, name = absolute(address, self.base).rpartition("/")
        if before.endswith("/channel") and _CHANNEL.fullmatch(name) and not self.channel:
            self.channel = f"{before}/{name}"


def _title(markup: str) -> str:
    return plain(markup)[:_LONGEST_TITLE].rstrip()


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


# --- whose it is ---


@dataclass(slots=True)
class _Words:
    """What an element says while it is open, for a property of a card."""

    property: Property
    pieces: list[str] = field(default_factory=list)
    letters: int = 0
    picture: str = ""

    def hear(self, data: str) -> None:
        if self.letters < _LONGEST_TITLE:
            self.pieces.append(data[:_LONGEST_TITLE])
            self.letters += len(data.strip())

    def __str__(self) -> str:
        return " ".join("".join(self.pieces).split()) or self.picture.strip()


@dataclass(slots=True)
class _Draft:
    """An h-card as it is read. `old` says that it speaks the older vocabulary; `parts` and `links` that it names some itself."""

    old: bool
    told: dict[Property, list[str]] = field(default_factory=dict)
    anchors: list[str] = field(default_factory=list)
    parts: bool = False
    links: bool = False

    def tell(self, name: Property, value: str) -> None:
        if value:
            self.told.setdefault(name, []).append(value)

    def of(self, name: Property) -> list[str]:
        return self.told.get(name, [])

    @property
    def name(self) -> str:
        given = " ".join([*self.of("given")[:1], *self.of("family")[:1]])
        # Where nothing is called a name, few words may be one.
        implied = [words for words in self.of("implied") if len(words) <= _LONGEST_NAME and not self.parts]
        return _title(next(iter((*self.of("name"), *filter(None, [given]), *implied)), ""))

    @property
    def urls(self) -> list[str]:
        """Its addresses; where it names none, that of the only link in it, as the whole card may be one."""
        implied = self.anchors if len(set(self.anchors)) == 1 and not self.links else []
        return self.of("url") or implied

    @property
    def uids(self) -> list[str]:
        return self.of("uid")


@dataclass(slots=True)
class _Open:
    """An element that is open. With `away` all cards in it are somebody else's, and all properties something else's."""

    tag: str
    card: _Draft | None = None
    away: bool = False
    words: list[_Words] = field(default_factory=list)


class _Cards:
    """Collects the cards of a page that may be its owner's, from the tags as they pass.

    https://microformats.org/wiki/microformats2-parsing, as far as a name and addresses need it.
    """

    def __init__(self) -> None:
        self.stack: list[_Open] = []
        self.open = Counter[str]()
        self.found: list[_Draft] = []
        self.card: _Draft | None = None
        self.away = 0
        self.words: list[_Words] = []

    def start(self, tag: str, attributes: dict[str, str], base: str) -> None:
        self._end_unclosed(tag)
        element = _Open(tag)
        classes = attributes.get("class", "").split()
        if not self._is_root(element, classes, attributes) and self.card and not self.away:
            self._part(element, classes, attributes, base)
        if element.card:
            self._root(element, attributes, base)
        if tag == "img":
            for words in self.words:
                words.picture = words.picture or attributes.get("alt", "")
        if tag in _VOID:
            self._closed(element)
            return
        self.words += element.words
        self.away += element.away
        self.open[tag] += 1
        self.stack.append(element)

    def end(self, tag: str) -> None:
        if not self.open[tag]:
            return
        crosses = tag in _BLOCKS
        for number, element in enumerate(reversed(self.stack), 1):
            if element.tag == tag:
                self._pop(number)
                return
            if not crosses and (element.tag in _BLOCKS or number >= _NEAR):
                return

    def hear(self, data: str) -> None:
        if self.words and self.stack[-1].tag not in _NO_WORDS:
            for words in self.words:
                words.hear(data)

    def all(self) -> list[_Draft]:
        """The cards, when all has passed."""
        self._pop(len(self.stack))
        return self.found

    # --- one element ---

    def _is_root(self, element: _Open, classes: list[str], attributes: dict[str, str]) -> bool:
        """Whether something of its own starts here: the card of the owner perhaps, or what is somebody else's."""
        kinds = set(classes)
        named = f"{attributes.get('class', '')} {attributes.get('id', '')}"
        if element.tag == "template" or (element.tag not in {"html", "body"} and _OTHERS.search(named)):
            element.away = True
        elif kinds & _CARDS and not self.card and not self.away and len(self.found) < _MOST_CARDS:
            self.card = element.card = _Draft(old="vcard" in kinds)
            self.found.append(element.card)
        elif kinds & _CARDS or (self.card and kinds & _HOLDERS):
            element.away = True
        elif kinds & _THINGS:
            # WordPress calls pages entries, too: what stands on one is its author's as on any other page.
            element.away = "type-page" not in kinds
        if element.away and self.card and kinds & (_CARDS | _HOLDERS | _THINGS):
            self.card.parts = self.card.links = True  # with other things in it, its text is no name
        return element.away or element.card is not None

    def _root(self, element: _Open, attributes: dict[str, str], base: str) -> None:
        """What a card is called by itself, if nothing in it says more."""
        if not element.card:
            return
        if element.tag in _VALUES and (value := attributes.get(_VALUES[element.tag], "")):
            element.card.tell("implied", value)
        else:
            element.words.append(_Words("implied"))
        if element.tag in {"a", "area"} and "href" in attributes:
            element.card.anchors.append(absolute(attributes["href"] or base, base))

    def _part(self, element: _Open, classes: list[str], attributes: dict[str, str], base: str) -> None:
        """A property of the open card, or more than one, and the links in it."""
        card = self.card
        if card is None:
            return
        if element.tag == "a" and (target := absolute(attributes.get("href", ""), base)):
            card.anchors.append(target)
        card.parts = card.parts or any(_NAMED_PART.match(name) for name in classes)
        card.links = card.links or any(name.startswith("u-") for name in classes)
        spoken = {
            _PROPERTIES[name] for name in classes if name in _PROPERTIES and (card.old or "-" in name[:2])
        }
        for name in sorted(spoken):
            self._property(element, name, attributes, base)

    def _property(self, element: _Open, name: Property, attributes: dict[str, str], base: str) -> None:
        attribute = (_LINKING if name in {"url", "uid", "email"} else _VALUES).get(element.tag, "")
        if self.card and attribute in attributes:
            value = attributes[attribute]
            self.card.tell(name, _address(value, base) if name in {"url", "uid"} else _said(name, value))
        elif len(self.words) + len(element.words) < _MOST_WORDS:
            element.words.append(_Words(name))

    # --- the stack ---

    def _end_unclosed(self, tag: str) -> None:
        """End what ends where this starts: a line of a list by the next one, a paragraph by any block, a link by a link."""
        ends = _ENDS.get(tag) or ({"p"} if tag in _BLOCKS else {"a"} if tag == "a" else set())
        if not any(self.open[name] for name in ends):
            return
        stops = _BLOCKS if tag == "a" else _LISTS
        for number, element in enumerate(reversed(self.stack), 1):
            if element.tag in ends:
                self._pop(number)
                return
            if element.tag in stops or number >= _NEAR:
                return

    def _pop(self, number: int) -> None:
        for _ in range(number):
            element = self.stack.pop()
            self.open[element.tag] -= 1
            self.away -= element.away
            del self.words[len(self.words) - len(element.words) :]
            self._closed(element)

    def _closed(self, element: _Open) -> None:
        for words in element.words:
            card = element.card or self.card
            if card:
                value = str(words)
                told = value if words.property not in {"url", "uid"} or is_web(value) else ""
                card.tell(words.property, _said(words.property, told))
        if element.card:
            self.card = None


def _address(value: str, base: str) -> str:
    """An address in a card; an empty one is that of the page itself."""
    return absolute(value.strip() or base, base)


def _said(name: Property, value: str) -> str:
    """What a card says in words, or the e-mail address in a link."""
    if name != "email":
        return value
    mailbox = unquote(re.sub(r"^mailto:", "", value.strip(), flags=re.IGNORECASE).partition("?")[0]).strip()
    return mailbox if _EMAIL.fullmatch(mailbox) else ""


def _own_addresses(url: str, told: str) -> set[str]:
    """The canonical addresses of a page: where it came from, and what it says itself, if that is on the same host."""
    try:
        same = urlsplit(url).netloc.lower() == urlsplit(told).netloc.lower()
    except ValueError:
        same = False
    return {canonical(url), *([canonical(told)] if told and same else [])}


def _owner(cards: Sequence[_Draft], here: Collection[str], me: Iterable[str]) -> Card | None:
    """The card of whose page it is (https://microformats.org/wiki/representative-h-card-parsing); None where that is not clear.

    Best is one that has the page for its address and for its uid, then one whose address the page calls its owner's by
    rel=me, then one whose address is the page. Where such cards bear unlike names, none is believed.
    """
    own, mine = set(here), set(map(canonical, me))
    urls = [(card, set(map(canonical, card.urls)), set(map(canonical, card.uids))) for card in cards]
    ranks = (
        [card for card, addresses, names in urls if addresses & own and names & own],
        [card for card, addresses, _ in urls if addresses & mine],
        [card for card, addresses, names in urls if (addresses | names) & own],
    )
    best = next((rank for rank in ranks if rank), [])
    longest = max((card.name for card in best), key=len, default="")
    words = set(longest.casefold().split())
    if not best or not all(words.issuperset(card.name.casefold().split()) for card in best):
        return None
    return Card(
        longest,
        tuple(dict.fromkeys(url for card in best for url in card.urls)),
        tuple(dict.fromkeys(box for card in best for box in card.of("email"))),
    )


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
            found.append(FeedLink(address, _title(_in_letters(parameters.get("title", "")))))
    return found


def _in_letters(value: str) -> str:
    """A header's value as it was meant: headers come to us letter by byte, and many are UTF-8."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value
