"""The tags of a file of subscriptions that matter, and their attributes, however broken the rest of it is. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from html.entities import html5
from itertools import zip_longest
from typing import TYPE_CHECKING

from feeds.html import whole_letters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
from feeds.opml.addresses import CREDENTIALS
from feeds.opml.model import FORBIDDEN

_START = re.compile(r"<(/?)(?:[\w.-]+:)?(opml|body|outline)(?=[\s/>]|\Z)", re.IGNORECASE)
_CLOSED_AT_ONCE = re.compile(r"\s*</(?:[\w.-]+:)?outline\s*>", re.IGNORECASE)
_WELL_FORMED = re.compile(r"""((?:\s++[^\s=<>"'/]++\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+'))*+)\s*+(/?)>""")
_PAIR = re.compile(r"""\s([^\s=<>"'/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
# Where a tag that is not well-formed ends: at a ">" behind a quotation mark and before a tag, or else at the next outline.
_ENDS = re.compile(
    r"""["']\s*(/?)>(?=\s*(?:<|\Z))|(?=</?(?:[\w.-]+:)?(?:outline|body|opml)\b)""", re.IGNORECASE
)
_OPENS_VALUE = re.compile(r"""(?<=[\s"'])([^\s=<>"'/]+)\s*=\s*(["'])""")
_REFERENCE = re.compile(r"(?:&#(?:[0-9]{1,7}|x[0-9a-f]{1,6});)+|&([a-z][a-z0-9]*;)", re.IGNORECASE)
_NUMBER = re.compile(r"#(x?)([0-9a-f]+)", re.IGNORECASE)
_LINE_ENDS = str.maketrans("\t\n", "  ")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag, its attributes with their values decoded, and where it ends; `leaf` when nothing stands inside."""

    name: str
    end: int
    closes: bool = False
    leaf: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)

    def first(self, name: str) -> str:
        """The first value that says something among the spellings of an attribute's name."""
        return next((v for n, v in self.attributes.items() if n.lower() == name and v.strip()), "")


def tags_in(text: str) -> Iterator[Tag]:
    """The tags that matter, in order."""
    position = 0
    while start := _START.search(text, position):
        tag = Tag(start[2].lower(), start.end(), closes=True) if start[1] else _opening(text, start)
        position = tag.end
        yield tag


def _opening(text: str, start: re.Match[str]) -> Tag:
    begin = start.end()
    if whole := _WELL_FORMED.match(text, begin):
        pairs = [(name, double or single) for name, double, single in _PAIR.findall(whole[1])]
        end, leaf = whole.end(), bool(whole[2])
    else:
        ends = _ENDS.search(text, begin)
        end = ends.end() if ends else len(text)
        pairs = _recovered(text[begin:end], cut=not ends)
        closed = bool(ends and ends[0])
        leaf = bool(ends and ends[1]) if closed else any(name.lower() == "xmlurl" for name, _ in pairs)
    if not leaf and (closing := _CLOSED_AT_ONCE.match(text, end)):
        end, leaf = closing.end(), True
    attributes: dict[str, str] = {}
    for name, written in pairs:
        value = value_of(written)
        attributes.setdefault(name, value if name.lower() == "xmlurl" else CREDENTIALS.sub("", value))
    return Tag(start[2].lower(), end, leaf=leaf, attributes=attributes)


def _recovered(inside: str, *, cut: bool) -> list[tuple[str, str]]:
    """The attributes of a tag that is not well-formed: a value goes up to the last quotation mark before the next name.

    That reads `text="Le "grand" soir"`, and a value whose second mark is missing. Where the file is `cut` off, a value that
    does not end is left.
    """
    pairs = []
    openings = list(_OPENS_VALUE.finditer(inside))
    for opening, following in zip_longest(openings, openings[1:]):
        value = inside[opening.end() : following.start() if following else None].rstrip()
        if (closing := value.rfind(opening[2])) >= 0:
            value = value[:closing]
        elif not following and value.endswith(">"):
            value = value.removesuffix(">").removesuffix("/")
        elif not following and cut:
            continue
        pairs.append((opening[1], value))
    return pairs


def value_of(written: str) -> str:
    """What an attribute's value or a title says: in XML a line's end is a space, unless it is referred to."""
    value = written.translate(_LINE_ENDS)
    return _REFERENCE.sub(_referred, value) if "&" in value else value


def _referred(match: re.Match[str]) -> str:
    """The letters that references mean; a name that HTML does not know stays as it is, for nothing else is expanded."""
    if match[1]:
        return html5.get(match[1], match[0])
    codes = (int(digits, 16 if is_hex else 10) for is_hex, digits in _NUMBER.findall(match[0]))
    # Some writers refer to an emoji by its two halves, and to the letters of windows-1252 by their bytes.
    letters = (chr(code) if 0xD800 <= code < 0xE000 else unescape(f"&#{code};") for code in codes)  # noqa: PLR2004
    return FORBIDDEN.sub("", whole_letters("".join(letters)))
