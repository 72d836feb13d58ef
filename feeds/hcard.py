"""The h-cards of a page, and which of them is its owner's. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote

from feeds.address import absolute, canonical, is_web
from feeds.html import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_LONGEST_TITLE = 300
_LONGEST_NAME = 80
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
class Card:
    """The h-card by which a page says whose it is: a name, the pages that are theirs, their e-mail addresses."""

    name: str = ""
    urls: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()


def holds_cards(text: str) -> bool:
    """Whether there may be a card in a page's markup."""
    return bool(_HOLDS_CARDS.search(text))


def title_of(markup: str) -> str:
    """A title or a name as plain text, no longer than one may be."""
    return plain(markup)[:_LONGEST_TITLE].rstrip()


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
        return title_of(next(iter((*self.of("name"), *filter(None, [given]), *implied)), ""))

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


class Cards:
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
        """Take a tag that starts an element, on a page whose addresses begin at `base`."""
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
        """Take a tag that ends an element; one that ends none is passed over."""
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
        """Take the text between two tags."""
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


def owner(cards: Cards, here: Collection[str], me: Iterable[str]) -> Card | None:
    """The card of whose page it is (https://microformats.org/wiki/representative-h-card-parsing); None where that is not clear.

    Best is one that has the page for its address and for its uid, then one whose address the page calls its owner's by
    rel=me, then one whose address is the page. Where such cards bear unlike names, none is believed.
    """
    own, mine = set(here), set(map(canonical, me))
    urls = [(card, set(map(canonical, card.urls)), set(map(canonical, card.uids))) for card in cards.all()]
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
