"""Tells a post that calls for a quiet page, and one in which somebody announces good news of their own. Pure.

The means: text is folded (lower case, no accents, straight apostrophes) and read sentence by sentence. A
sentence weighs what its signals weigh. What is said in the first person or of a relative or friend ("my
father passed away") weighs 4. A word that means it but may be a manner of speaking (« deuil »,
"condolences") weighs 3, a vaguer one ("funeral") 2, and 1 more beside an I. A sign of another story (a film,
a century, a protocol, « commerce ») takes 2 away from such words, never from what is near: there one time
too many is better than one too few. A year long past takes 2 away from both, and so does "almost", "if my",
« comme si ». What reaches 3 in one sentence trips.

Good news is looked for in the title and the first sentences only, in the first person and the present.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import islice
from typing import TYPE_CHECKING, Final

from .signals import (
    GOOD,
    IN_WORDS,
    LONG_AGO,
    NOT_NOW,
    NOT_SO,
    OF_SOMEONE_NEAR,
    OTHER_STORY,
    OWN,
    STEMS,
    GoodNews,
    Sensitive,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["GoodNews", "Sensitive", "good_news", "sensitive"]

_KINDS: Final[tuple[Sensitive, ...]] = ("grief", "illness", "layoff", "separation")
_NEAR, _ENOUGH = 4, 3  # what is said of someone near weighs, and what trips
_READ = 200_000  # characters read of one post
_EARLY = 12  # sentences: what a post is there to announce stands near its beginning
_WARNED: Final = re.compile(
    r"\W*(?:cw|tw|content warning|trigger warning|avertissement de contenu|trauma ?avertissement)\b"
)
_SENTENCE: Final = re.compile(r"[.!?…;](?=\s|$)|\n\s*\n")


def sensitive(title: str, text: str, warning: str = "", language: str = "") -> Sensitive | None:
    """Say why a cheerful message would be out of place, or None.

    `warning` is the content warning, itself read for what it warns of. Both languages are always read,
    whatever `language` says: people mix theirs.
    """
    del language
    sentences = list(_sentences(f"{title}\n\n{warning}\n\n{text}"))
    other = 1 if OTHER_STORY.search(_folded(title)) else 0
    for kind in _KINDS:
        stems = STEMS[kind]
        for sentence in sentences:
            if any(stem in sentence for stem in stems) and _weight(kind, sentence, other) >= _ENOUGH:
                return kind
    if warning.strip() or _WARNED.match(_folded(title)) or _WARNED.match(_folded(text[:60])):
        return "warning"
    return None


def good_news(title: str, text: str, language: str = "") -> GoodNews | None:
    """Name what the author announces of their own life near the beginning; None beside sad news."""
    found: GoodNews | None = None
    for sentence in islice(_sentences(f"{title}\n\n{text}"), _EARLY):
        if LONG_AGO.search(sentence) or NOT_SO.search(sentence):
            continue
        if NOT_NOW.search(sentence) and "announc" not in sentence:
            continue
        found = next((kind for kind, pattern in GOOD.items() if pattern.search(sentence)), None)
        if found:
            break
    return None if found and sensitive(title, text, language=language) else found


def _folded(text: str) -> str:
    text = re.sub(r"\bR\.? ?I\.? ?P\b\.?", "rest in peace", text)
    text = unicodedata.normalize("NFD", text.lower().replace("’", "'").replace("œ", "oe"))
    return "".join([character for character in text if not unicodedata.combining(character)])


def _sentences(text: str) -> Iterator[str]:
    return (" ".join(part.split()) for part in _SENTENCE.split(_folded(text[:_READ])) if part.strip())


def _weight(kind: Sensitive, sentence: str, other: int) -> int:
    """Weigh one sentence; `other` is taken from mere words when the title tells another story."""
    distant = 2 * bool(LONG_AGO.search(sentence)) + 2 * bool(NOT_SO.search(sentence))
    if any(pattern.search(sentence) for pattern in OF_SOMEONE_NEAR[kind]):
        return _NEAR - distant
    weight = max((weight for weight, pattern in IN_WORDS[kind] if pattern.search(sentence)), default=0)
    if not weight:
        return 0
    return weight + bool(OWN.search(sentence)) - 2 * bool(OTHER_STORY.search(sentence)) - other - distant
