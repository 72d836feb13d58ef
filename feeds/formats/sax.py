"""A driver for Python's own XML parser that spares feedparser what costs much and tells it nothing.

feedparser looks for a driver by the names of modules, and asks each for `create_parser`. Through this one

- runs of text come whole, rather than cut at every `&lt;`;
- long texts of entries stay here, and a mark goes through feedparser in their place: it would search and translate all of them
  several times over. `whole` puts them back, mended as feedparser mends text;
- elements that are never read here are not told.

What a well-formed feed says is the same, letter by letter. A feed that is not well-formed is read by feedparser's other
parser, which knows nothing of this one.
"""

from __future__ import annotations

import re
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from xml.sax.expatreader import ExpatParser

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Shorter texts cost less than the way round.
LONG = 300
# What a mark begins with: no letter, and forbidden to be one for ever (Unicode 23.7).
_SIGN = "\ufdd0"
_MARK = re.compile(f"{_SIGN}([0-9]+){_SIGN}")
_C1 = re.compile("[\x80-\x9f]")
_TEXTS = {"description", "encoded", "content", "summary"}
_PLAIN_TYPES = {"", "html", "text/html", "text"}
_NO_NAMESPACE = ("", "http://www.w3.org/2005/Atom", "http://purl.org/rss/1.0/")
_MEDIA = "http://search.yahoo.com/mrss/"
_ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
_UNREAD = {
    *((space, name) for space in _NO_NAMESPACE for name in ("category", "comments")),
    *((_MEDIA, name) for name in ("thumbnail", "credit", "rating", "keywords", "copyright")),
    *((_ITUNES, name) for name in ("explicit", "duration", "keywords", "image", "category", "episodetype")),
    ("http://purl.org/rss/1.0/modules/slash/", "comments"),
    ("http://wellformedweb.org/CommentAPI/", "commentrss"),
    ("http://purl.org/syndication/thread/1.0", "total"),
}
# Anywhere else they may be part of a text.
_PARENTS = {"item", "entry", "channel", "feed", "group"}
_texts: ContextVar[list[str] | None] = ContextVar("texts", default=None)


@contextmanager
def keeping_texts(document: str) -> Iterator[list[str]]:
    """While a document is parsed, its long texts gather in the list; none, where the document holds such marks itself."""
    texts: list[str] = []
    token = _texts.set(None if _SIGN in document else texts)
    try:
        yield texts
    finally:
        _texts.reset(token)


def whole(value: str, texts: list[str], letters: Mapping[int, str]) -> str:
    """A text with what stayed here put back, and mended as feedparser mends all text.

    `letters` are its letters for the codes of windows-1252 that are none.
    """
    if not texts or _SIGN not in value:
        return value
    text = _MARK.sub(lambda mark: texts[int(mark[1])], value).strip()
    if text.isascii():
        return text
    with suppress(UnicodeError):  # UTF-8 that was taken for latin-1, and written as UTF-8 once more
        text = text.encode("iso-8859-1").decode("utf-8")
    return text.translate(letters) if _C1.search(text) else text


class _Sparing(ExpatParser):
    """Python's driver, with handlers of ours between expat and feedparser."""

    _parser: Any
    _cont_handler: Any

    def __init__(self) -> None:
        self._texts = _texts.get()
        self._takes = False
        self._held: list[str] = []
        self._passed_over = 0
        self._names = [""]
        super().__init__()

    def reset(self) -> None:
        """Make the parser anew."""
        super().reset()
        self._parser.buffer_text = True
        self._parser.buffer_size = 1 << 16

    def _reset_cont_handler(self) -> None:
        super()._reset_cont_handler()  # type: ignore[misc]
        self._parser.CharacterDataHandler = self._characters

    def _characters(self, data: str) -> None:
        if self._takes:
            self._held.append(data)
        elif not self._passed_over:
            self._cont_handler.characters(data)

    def start_element_ns(self, name: str, attrs: Mapping[str, str]) -> None:
        """An element begins; `name` is its namespace, its name and its prefix, as expat joins them."""
        space, local = name.split(" ")[:2] if " " in name else ("", name)
        parent = self._names[-1]
        if self._passed_over or (parent in _PARENTS and (space, local.lower()) in _UNREAD):
            self._passed_over += 1
            return
        if self._held:  # what has elements in it is feedparser's to put together
            self._cont_handler.characters("".join(self._held))
            self._held.clear()
        self._takes = (
            self._texts is not None
            and local in _TEXTS
            and parent in _PARENTS
            and "mode" not in attrs
            and attrs.get("type", "") in _PLAIN_TYPES
        )
        self._names.append(local)
        super().start_element_ns(name, attrs)

    def end_element_ns(self, name: str) -> None:
        """An element ends."""
        if self._passed_over:
            self._passed_over -= 1
            return
        if self._held:
            self._cont_handler.characters(self._aside("".join(self._held)))
            self._held.clear()
        self._takes = False
        del self._names[-1]
        super().end_element_ns(name)

    def _aside(self, text: str) -> str:
        """A mark for the whole text of an element, if it is long."""
        if self._texts is None or len(text) < LONG:
            return text
        self._texts.append(text)
        return f"{_SIGN}{len(self._texts) - 1}{_SIGN}"


def create_parser() -> ExpatParser:
    """Make a parser; feedparser asks for it."""
    return _Sparing()
