"""Cleans what strangers wrote: sanitised HTML, plain text in blocks, links in one canonical form. Pure.

Sanitising happens once, on the way in, by nh3 (Mozilla's ammonia): no scripts, styles, forms or frames, http(s) and mailto
only, every address made absolute. The other functions read *its* output, which is well-formed and quotes every
attribute; that is why small regular expressions are enough and safe there.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape
from typing import Literal

import nh3

from feeds.address import is_web

Relative = tuple[Literal["rewrite_with_base"], str] | Literal["deny"]
BlockKind = Literal["paragraph", "heading", "quote", "code", "list", "caption", "table"]

_TAGS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
        "wbr",
    ]
)
_ATTRIBUTES = {
    "*": {"lang", "dir", "title"},
    "a": {"href", "hreflang"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "time": {"datetime"},
}
_SCHEMES = {"http", "https", "mailto"}
_IMAGE = re.compile(r"<img\b(?:\s+[^\s=>]+=\"[^\"]*\")*\s*/?>")
_ANY_TAG = re.compile(r"<[^<>]*>|</?[a-z][^<>]*\Z", re.IGNORECASE)  # the last one may be cut
_ATTRIBUTES_RAW = r"""(?:[^<>"']|"[^"]*"|'[^']*')*"""
_RAW = re.compile(r"<(?:iframe|noscript|noembed|noframes|xmp|textarea|script|style)\b", re.IGNORECASE)
_SELF_CLOSED = re.compile(rf"<(script|style|iframe|noscript|textarea)\b{_ATTRIBUTES_RAW}/>", re.IGNORECASE)
_RAW_TAGS = re.compile(
    rf"</?(?:iframe|noscript|noembed|noframes|xmp|textarea)\b{_ATTRIBUTES_RAW}>", re.IGNORECASE
)
_MAY_BE_PADDED = re.compile(r"""=\s{0,9}["']\s""")
_PADDED = re.compile(r"""(\b(?:href|src)\s{0,9}=\s{0,9}["'])\s+""", re.IGNORECASE)
_NESTING = re.compile(
    r"<(/?)(?:address|article|aside|blockquote|center|details|dialog|dir|div|dl|fieldset|figcaption|figure|footer|"
    r"header|hgroup|main|menu|nav|ol|search|section|summary|ul)\b",
    re.IGNORECASE,
)
_DEEPEST = 500
_SHORT = 2_000  # with fewer letters nothing is deep
# A book has fewer letters than the first, and is not swollen by half when it is cleaned; no title is as long as the last.
_MOST = 2_000_000
_EMBEDDED = re.compile(r"""\bdata:[a-z]+/[^"'\s<>]*""", re.IGNORECASE)  # pictures are no letters
_MOST_CLEAN = 3_000_000
_MOST_PLAIN = 10_000
# Formatting that is never closed is opened again in every paragraph: all of it, where attributes tell one from another;
# without them three of a kind. So many times and no more, and in so many tags. And nh3 reads "&" upon "&" in the square of
# their number.
_FORMATTING = re.compile(r"<(b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/])", re.IGNORECASE)
_MOST_OPENED = 1_000_000
_MOST_TAGS = 50_000
_MOST_REFERENCES = 100_000
_PIXEL = re.compile(r"\s(?:width|height)=\"[01](?:px)?\"")
_LINKED_SECRET = re.compile(r"(=\"https?:[/\\]*+)[^/?#\"]*@", re.IGNORECASE)
_HREF = re.compile(r"\shref=\"([^\"]*)\"")
# An escaped backslash comes first: it escapes no "u".
_ESCAPES = re.compile(r"\\\\|((?:\\u[dD][89a-fA-F][0-9a-fA-F]{2})+)")
# White space that is not one space already: most of it is, and need not be replaced.
_SPACES = re.compile(r"[ \t\r\n\f\v]{2,}|[\t\r\n\f\v]")
_BLOCK_TAGS: dict[str, BlockKind] = {
    **dict.fromkeys(("p", "div", "figure", "details", "summary", "dd", "hr"), "paragraph"),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "dt"), "heading"),
    **dict.fromkeys(("ul", "ol", "li", "dl"), "list"),
    **dict.fromkeys(("table", "thead", "tbody", "tfoot", "tr", "td", "th"), "table"),
    **dict.fromkeys(("figcaption", "caption"), "caption"),
    "blockquote": "quote",
    "pre": "code",
}
_QUOTED = r"(?:\s+[^\s=>]+=\"[^\"]*\")*\s*/?>"
_BREAK = re.compile(rf"<(/?)({'|'.join(sorted(['br', *_BLOCK_TAGS], key=len, reverse=True))}){_QUOTED}")
_LINK = re.compile(rf"<(/?)a{_QUOTED}")
_INLINE = re.compile(rf"</?[a-z][a-z0-9]*{_QUOTED}")
# The innermost of these that is open says what a block is; a paragraph inside a quotation is quotation.
_STRONG: tuple[BlockKind, ...] = ("code", "quote", "caption", "table", "list", "heading")


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text that a reader sees as one: a paragraph, a heading, an item of a list.

    `linked` is how many of its characters stand inside links, so that a list of links can be told from prose.
    """

    kind: BlockKind
    text: str
    linked: int = 0


def sanitise(html: str, base: str = "") -> str:
    """HTML that is safe to show, with every address absolute against `base` and tracking pixels gone."""
    if not html:
        return ""
    if len(html) > _MOST:
        html = _EMBEDDED.sub("data:", html)[:_MOST]
    if "<" in html:
        html = _as_browsers_read(html)
    if len(html) > _SHORT:
        if _costs_too_much(html):
            return _as_text(html)
        html = _unswollen(html)
    try:
        clean = _nh3(html, ("rewrite_with_base", base) if is_web(base) else "deny")
    except ValueError:  # nh3 reads addresses more strictly than is_web
        clean = _nh3(html, "deny")
    if len(clean) > _MOST_CLEAN:
        return _as_text(html)
    if "<img" in clean:
        clean = _IMAGE.sub(_keep_image, clean)
    if "@" in clean:
        clean = _LINKED_SECRET.sub(r"\1", clean)
    return clean.strip()


def _as_browsers_read(html: str) -> str:
    """HTML in which nothing is swallowed or lost that a reader of the page would see.

    What stands in an iframe or a noscript is text to HTML 5, and would be shown as tags; a script that closes itself does so
    in XHTML only; white space around an address is none of it.
    """
    if _RAW.search(html):
        html = _SELF_CLOSED.sub("", html)
        html = _RAW_TAGS.sub("", html)
    return _PADDED.sub(r"\1", html) if _MAY_BE_PADDED.search(html) else html


def _too_deep(html: str) -> bool:
    """Whether blocks stand in blocks in blocks…: reading that costs nh3 the square of the depth, hours in the end."""
    depth = 0
    for tag in _NESTING.finditer(html):
        depth = max(0, depth - 1 if tag[1] else depth + 1)
        if depth > _DEEPEST:
            return True
    return False


def _as_text(html: str) -> str:
    """Markup that is not worth its price as escaped text, never longer than what is clean may be."""
    text = unescape(_ANY_TAG.sub(" ", html))
    return escape(text[: _MOST_CLEAN // len("&amp;")].replace("\0", ""), quote=False).strip()


def _costs_too_much(html: str) -> bool:
    tags = html.count("<")
    return (
        tags > _MOST_TAGS
        or (tags > _DEEPEST and _too_deep(html))
        or (len(html) > _MOST_REFERENCES and html.count("&") > _MOST_REFERENCES)
    )


def _unswollen(html: str) -> str:
    """HTML in which no formatting is opened again without end, once it is parsed."""
    tags = html.count("<")
    if tags <= _DEEPEST or len(_FORMATTING.findall(html)) * tags <= _MOST_OPENED:
        return html
    return _FORMATTING.sub(r"<\1><wbr", html)  # the attributes go to a tag that opens nothing


def _nh3(html: str, relative: Relative) -> str:
    cleaned: str = _cleaner(relative).clean(html)
    return cleaned


@lru_cache(64)
def _cleaner(relative: Relative) -> nh3.Cleaner:
    """What cleans, for addresses relative to one base: making it costs as much as cleaning a short text."""
    return nh3.Cleaner(
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        url_relative=relative,
        link_rel="noopener noreferrer",
    )


def _keep_image(match: re.Match[str]) -> str:
    image = match[0]
    return "" if ' src="' not in image or _PIXEL.search(image) else image


def blocks(html: str) -> list[Block]:
    """The text of *sanitised* HTML, block by block, in reading order, entities decoded, white space folded."""
    reading = _Reading()
    parts = _BREAK.split(html)
    for place in range(0, len(parts) - 1, 3):
        if parts[place]:
            reading.run(parts[place])
        reading.tag(parts[place + 2], closes=bool(parts[place + 1]))
    reading.run(parts[-1])
    reading.close()
    return reading.found


class _Reading:
    """Sanitised HTML read so far: the blocks that are whole, and the one that is open."""

    def __init__(self) -> None:
        self.found: list[Block] = []
        self.stack: list[str] = []
        self.open: Counter[BlockKind] = Counter()
        self.pieces: list[str] = []
        self.linked = 0
        self.in_link = 0

    def run(self, markup: str) -> None:
        """Text with no more than inline tags in it, from one end of a block or line to the next."""
        if self.in_link or "<a " in markup or "<a>" in markup:
            self._linked_run(markup)
        else:
            self.pieces.append(self._text(_INLINE.sub("", markup) if "<" in markup else markup))

    def _linked_run(self, markup: str) -> None:
        for place, part in enumerate(_LINK.split(markup)):
            if place % 2:
                self.in_link = max(0, self.in_link + (-1 if part else 1))
            elif part:
                text = self._text(_INLINE.sub("", part) if "<" in part else part)
                self.pieces.append(text)
                self.linked += len(_SPACES.sub(" ", text)) if self.in_link else 0

    def _text(self, text: str) -> str:
        if "&" in text:
            text = unescape(text)
        # A line's end in the markup is a space, only <br> ends a line.
        return text.replace("\n", " ") if "\n" in text and "pre" not in self.stack else text

    def tag(self, tag: str, *, closes: bool) -> None:
        """What ends a block or a line."""
        if tag == "br":
            self.pieces.append("\n")
            return
        if self.pieces:
            self.close()
        if not closes and tag != "hr":
            self.stack.append(tag)
            self.open[_BLOCK_TAGS[tag]] += 1
        elif closes and tag in self.stack:
            while (last := self.stack.pop()) != tag:
                self.open[_BLOCK_TAGS[last]] -= 1
            self.open[_BLOCK_TAGS[tag]] -= 1

    def close(self) -> None:
        """End the open block: a block starts or ends here."""
        text = "".join(self.pieces)
        self.pieces.clear()
        linked, self.linked = self.linked, 0
        if not text or text.isspace():
            return
        kind: BlockKind = next((kind for kind in _STRONG if self.open[kind]), "paragraph")
        text = text.strip("\n") if kind == "code" else _fold(text)
        self.found.append(Block(kind, text, min(linked, len(text))))


def _fold(text: str) -> str:
    if "\n" not in text:
        return _SPACES.sub(" ", text).strip()
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def to_text(html: str) -> str:
    """Plain text of *sanitised* HTML: the texts of its `blocks`, parted by empty lines."""
    found: list[str] = []
    pieces: list[str] = []
    in_code = 0
    parts = _BREAK.split(html)
    for place in range(0, len(parts), 3):
        if run := parts[place]:
            text = _INLINE.sub("", run) if "<" in run else run
            text = unescape(text) if "&" in text else text
            pieces.append(text if in_code else text.replace("\n", " "))
        tag = parts[place + 2] if place + 2 < len(parts) else ""
        if tag == "br":
            pieces.append("\n")
            continue
        if pieces:
            text = "".join(pieces)
            pieces.clear()
            if text and not text.isspace():
                found.append(text.strip("\n") if in_code else _fold(text))
        if tag == "pre":
            in_code = max(0, in_code + (-1 if parts[place + 1] else 1))
    return "\n\n".join(found)


def plain(markup: str) -> str:
    """One line of text from a title or name that may hold tags and entities."""
    markup = markup[:_MOST_PLAIN]
    if "<" in markup:
        markup = _ANY_TAG.sub(" ", markup) if markup.count("<") > _DEEPEST else nh3.clean(markup, tags=set())
    return _SPACES.sub(" ", unescape(markup) if "&" in markup else markup).strip()


def whole_letters(text: str) -> str:
    """`text` with pairs of surrogates joined, and a lone half replaced: what any file can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def whole_escapes(json: str) -> str:
    r"""A JSON text with the same done to its escapes, such as `\ud83c\udf33`."""
    return _ESCAPES.sub(_letters, json)


def _letters(match: re.Match[str]) -> str:
    units = re.findall(r"u([0-9a-f]{4})", (match[1] or "").lower())
    return whole_letters("".join(chr(int(unit, 16)) for unit in units)) if units else match[0]


def links(html: str) -> tuple[str, ...]:
    """Every web address that *sanitised* HTML links to, as written, in order, each once."""
    found = (unescape(match) for match in _HREF.findall(html))
    return tuple(dict.fromkeys(link for link in found if is_web(link)))
