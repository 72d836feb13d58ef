"""Finds the figures that a text states, in digits and in number words, French and English. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from engage.conscience.letter import straight

if TYPE_CHECKING:
    from collections.abc import Iterator

_EN: Final = (
    (
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen"
    ),
    "twenty thirty forty fifty sixty seventy eighty ninety",
)
_FR: Final = (
    (
        "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept "
        "dix-huit dix-neuf"
    ),
    "vingt trente quarante cinquante soixante - quatre-vingt -",
)
_UNIT: Final = (
    r"(?:years?|months?|weeks?|days?|hours?|minutes?|decades?|centur(?:y|ies)|"
    r"ans?|années?|mois|semaines?|jours?|heures?|décennies?|siècles?)\b"
)
# Thousands may be parted by a space; decimals come after a point or a comma.
_DIGITS: Final = re.compile(r"(?<![^\W_])\d{1,3}(?: \d{3})+(?!\d)|(?<![^\W_])\d+(?:[.,]\d+)*")


def figures(text: str, *, anywhere: bool = False) -> dict[str, str]:
    """Find the figures in a text: as plain digits, each with how it is written.

    Number words from two on count beside a unit of time ("seven months"), or wherever they stand if `anywhere`.
    """
    flat = straight(text)
    found = {_plain(match[0]): text[match.start() : match.end()] for match in _DIGITS.finditer(flat)}
    for match in (_WORD if anywhere else _WORD_OF_TIME).finditer(flat):
        value = _VALUES[re.sub(r"[\s-]+", "-", match["number"].lower())]
        found.setdefault(str(value), text[match.start() : match.end()])
    return found


def _plain(written: str) -> str:
    """« 1 000 », "1,000" and "1000" alike; 3.5 and 3,5 alike."""
    written = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in written.replace(" ", ""))
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", written):
        return re.sub(r"[.,]", "", written)
    return written.replace(",", ".").lstrip("0") or "0"


def _number_words() -> Iterator[tuple[str, int]]:
    """Every number word from two to ninety-nine, its parts joined by hyphens."""
    for ones, tens in (_EN, _FR):
        values = dict(enumerate(ones.split(), 1))
        yield from ((word, value) for value, word in values.items() if value > 1)
        for ten, word in zip(range(20, 100, 10), tens.split(), strict=True):
            goes_on_to = {"-": 0, "soixante": 19, "quatre-vingt": 19}.get(word, 9)  # soixante-dix-neuf
            yield from ((written, ten) for written in (word, f"{word}s") if goes_on_to)
            for value in range(1, goes_on_to + 1):
                yield f"{word}-{values[value]}", ten + value
                yield f"{word}-et-{values[value]}", ten + value


_VALUES: Final = dict(_number_words())
_NUMBER: Final = "|".join(
    re.sub("-", r"[\\s-]+", word) for word in sorted(_VALUES, key=lambda word: (-len(word), word))
)
_WORD: Final = re.compile(rf"\b(?P<number>{_NUMBER})\b", re.IGNORECASE)
_WORD_OF_TIME: Final = re.compile(rf"\b(?P<number>{_NUMBER})\s+(?:\w+\s+)?{_UNIT}", re.IGNORECASE)
