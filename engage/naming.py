"""People's names as others type them: in part, without accents, with a slip of the finger. Pure."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Of a word with so many letters, one may be wrong; of a longer one, two.
_SHORT = 7
_SHORTEST = 4
_MARKS = str.maketrans(
    dict.fromkeys("-‐‑’'ʼ`.,", " ") | {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"}
)


@lru_cache(65536)
def fold(text: str) -> str:
    """A name without case, accents, and the marks that people leave out.

    >>> fold("Jean-Noël  D’Œuvre")
    'jean noel d oeuvre'
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(plain.translate(_MARKS).split())


def answering(typed: str, called: Mapping[int, Iterable[str]]) -> list[int]:
    """Those who answer to what was typed; `called` has everyone's names, each already folded.

    A whole name goes before a part of one, whole words before words that are begun, and all that before a slip. Words may stand
    in any order.
    """
    wanted = fold(typed)
    if not wanted:
        return []
    words = wanted.split()
    whole, some, parts = list[int](), list[int](), list[int]()
    for number, names in called.items():
        for name in names:
            if name == wanted or sorted(name.split()) == sorted(words):
                whole.append(number)
                break
            if all(word in name.split() for word in words):
                some.append(number)
                break
            if all(_begins(name, word) for word in words):
                parts.append(number)
                break
    return whole or some or parts or _slips(words, called)


def _begins(name: str, start: str) -> bool:
    return any(word.startswith(start) for word in name.split())


def _slips(words: list[str], called: Mapping[int, Iterable[str]]) -> list[int]:
    """Those whose name has all these words but for a slip; the nearest only."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - only a name that nobody answers to pays for it

    best: dict[int, int] = {}
    for number, names in called.items():
        for name in names:
            far = 0
            for word in words:
                most = 0 if len(word) < _SHORTEST else 1 if len(word) < _SHORT else 2
                near = [OSA.distance(word, other, score_cutoff=most) for other in name.split()]
                if not near or min(near) > most:
                    break
                far += min(near)
            else:
                best[number] = min(far, best.get(number, far))
    least = min(best.values(), default=0)
    return [number for number, far in best.items() if far == least]


def mark_of(name: str) -> str:
    """The key by which a whole name is recognised, whatever the order of its words; empty for a given name alone."""
    words = sorted("".join(c if c.isalnum() else " " for c in fold(name)).split())
    return f"name {' '.join(words)}" if len(words) > 1 else ""


def alike(name: str, names: Iterable[str]) -> bool:
    """Whether all that a name says is said by each of the others too, or the other way round: Julie, Julie Martin."""
    words = set(fold(name).split())
    others = [set(fold(other).split()) for other in names]
    return bool(words) and all(other and (words <= other or other <= words) for other in others)
