"""What all formats of feeds come to, and what they share. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from feeds.model import Post


@dataclass(frozen=True, slots=True)
class Read:
    """A feed as it was read: its entries in its own order, what it says of itself, whether it had to be recovered.

    `wish` is how many seconds the feed asks to be left alone; `shortened` says that only its newest entries were read.
    """

    posts: tuple[Post, ...]
    label: str = ""
    site: str = ""
    language: str = ""
    wish: int | None = None
    broken: bool = False
    shortened: bool = False


def language_of(tag: str) -> str:
    """The two letters of a language tag ("fr-CA" is "fr"); empty when it is none."""
    start = tag.strip()[:2]
    return start.lower() if start.isalpha() else ""


def paragraphs(text: str) -> str:
    """Plain text, already escaped, as HTML that keeps its empty lines and its line ends."""
    lines = text.strip().replace("\n\n", "</p><p>").replace("\n", "<br>")
    return f"<p>{lines}</p>" if lines else ""
