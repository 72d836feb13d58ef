"""Makes what is stored ready to be read on a page: no picture is loaded from elsewhere, headings fit below ours. Pure.

The HTML was sanitised on the way in (feeds.html); small regular expressions are enough and safe on that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

from markupsafe import Markup

from feeds.address import is_web

if TYPE_CHECKING:
    from collections.abc import Callable

_TOKEN = re.compile(r"<a\b[^>]*>|</a>|<img\b[^>]*>|<(/?)h1\b")
_ATTRIBUTE = re.compile(r'\s(src|alt)="([^"]*)"')
_AROUND = 240  # characters of a paragraph shown on either side of a passage


@dataclass(frozen=True, slots=True)
class InContext:
    """A passage with the words around it."""

    before: str
    passage: str
    after: str


def readable(html: str, picture: Callable[[str], str]) -> Markup:
    """Sanitised HTML without pictures: each becomes its words, linked to where it stands.

    `picture` says in the reader's language that a picture with this description stands here.
    """
    parts, end, inside = [], 0, False
    for token in _TOKEN.finditer(html):
        parts.append(html[end : token.start()])
        end = token.end()
        tag = token[0]
        if tag.startswith("<img"):
            parts.append(_picture(tag, picture, linked=inside))
            continue
        if tag.startswith(("<a", "</a")):
            inside = tag != "</a>"
        else:
            tag = f"<{token[1]}h2"
        parts.append(tag)
    return Markup("".join([*parts, html[end:]]))  # noqa: S704 - sanitised on the way in


def _picture(tag: str, picture: Callable[[str], str], *, linked: bool) -> str:
    told = {name: unescape(value) for name, value in _ATTRIBUTE.findall(tag)}
    words, address = picture(told.get("alt", "").strip()), told.get("src", "")
    if linked or not is_web(address):  # a link within a link is none
        return str(Markup('<span class="picture">{}</span>').format(words))
    link = Markup('<a class="picture" href="{}" rel="noopener noreferrer">{}</a>')
    return str(link.format(address, words))


def in_context(text: str, passage: str) -> InContext | None:
    """Where a passage stands in a post's text, with some words around it; None when it does not stand there."""
    wanted = " ".join(passage.split())
    for paragraph in text.split("\n\n") if wanted else ():
        folded = " ".join(paragraph.split())
        before, found, after = folded.partition(wanted)
        if found:
            return InContext(_last(before), found, _first(after))
    return None


def opening(text: str, most: int = 600) -> str:
    """The first words of a text, cut at a word."""
    return text if len(text) <= most else text[: most + 1].rsplit(" ", 1)[0] + "…"


def _first(words: str) -> str:
    return words if len(words) <= _AROUND else words[:_AROUND].rsplit(" ", 1)[0] + "…"


def _last(words: str) -> str:
    return words if len(words) <= _AROUND else "…" + words[-_AROUND:].split(" ", 1)[-1]
