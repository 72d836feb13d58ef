"""Counts what a reader sees as one character, as the networks' limits do. Pure.

Unicode's rules for grapheme clusters (UAX 29) as far as the standard library's tables carry them: combining marks,
emoji with their modifiers and joiners, flags, Hangul syllables. Two rare rules are left out, the number signs of Arabic
that stand before and the conjuncts of Indian scripts: there the count may be too high, never too low.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_JOINER: Final = "\u200d"
_KEYCAP: Final = "\u20e3"
_EXTEND: Final = frozenset("\u200c\u200d\uff9e\uff9f\u0e33\u0eb3")
_MARKS: Final = frozenset({"Mn", "Me", "Mc"})
_CONTROLS: Final = frozenset({"Cc", "Cf", "Zl", "Zp"})


def clusters(text: str) -> Iterator[str]:
    """Cut a text into what a reader sees as single characters."""
    cluster = ""
    for character in text:
        if cluster and not _joins(cluster, character):
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster


def count(text: str) -> int:
    """How many characters a reader sees."""
    return sum(1 for _ in clusters(text))


def is_emoji(cluster: str) -> bool:
    """Whether one such character is a picture: an emoji, a flag, a keycap."""
    first = ord(cluster[0])
    if _KEYCAP in cluster or "\ufe0f" in cluster:
        return True
    return 0x1F000 <= first <= 0x1FAFF or 0x2600 <= first <= 0x26FF or cluster[0] in "✅✊✋✌✍✨❌❓❗❤⭐"


def _joins(cluster: str, character: str) -> bool:
    """Whether a character continues a cluster."""
    if cluster == "\r" and character == "\n":
        return True
    if _breaks(cluster[-1]) or _breaks(character):
        return False
    if _extends(character):
        return True
    if cluster[-1] == _JOINER:
        return _pictures(character) and _pictures(cluster[0])
    if _is_flag_half(character):
        return len(cluster) == 1 and _is_flag_half(cluster)
    return _goes_on_in_hangul(cluster[-1], character)


def _extends(character: str) -> bool:
    code = ord(character)
    return (
        character in _EXTEND
        or 0x1F3FB <= code <= 0x1F3FF  # the shades of skin
        or 0xE0020 <= code <= 0xE007F  # the tags that spell the flags of regions
        or unicodedata.category(character) in _MARKS
    )


def _breaks(character: str) -> bool:
    return unicodedata.category(character) in _CONTROLS and not _extends(character)


def _pictures(character: str) -> bool:
    code = ord(character)
    if _is_flag_half(character) or _extends(character):
        return False
    return code in {0xA9, 0xAE} or 0x2100 <= code <= 0x2BFF or 0x1F000 <= code <= 0x1FAFF


def _is_flag_half(character: str) -> bool:
    return 0x1F1E6 <= ord(character) <= 0x1F1FF


def _goes_on_in_hangul(last: str, character: str) -> bool:
    """A syllable of Korean written in parts: leading consonants, vowels, trailing consonants."""
    before, after = _hangul(last), _hangul(character)
    return f"{before}{after}" in {"LL", "LV", "LS", "LT", "VV", "VF", "SV", "SF", "TF", "FF"} and after != ""


def _hangul(character: str) -> str:
    """L leading, V vowel, F final; S a syllable without a final, T one that has it."""
    code = ord(character)
    if 0xAC00 <= code <= 0xD7A3:
        return "T" if (code - 0xAC00) % 28 else "S"
    for part, ranges in (
        ("L", ((0x1100, 0x115F), (0xA960, 0xA97C))),
        ("V", ((0x1160, 0x11A7), (0xD7B0, 0xD7C6))),
        ("F", ((0x11A8, 0x11FF), (0xD7CB, 0xD7FB))),
    ):
        if any(low <= code <= high for low, high in ranges):
            return part
    return ""
