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

_SHADES: Final = ("\U0001f3fb", "\U0001f3ff")  # of skin
_TAGS: Final = ("\U000e0020", "\U000e007f")  # they spell the flags of regions
_FLAG_HALVES: Final = ("\U0001f1e6", "\U0001f1ff")
_PICTURES: Final = (("\U0001f000", "\U0001faff"), ("\u2600", "\u26ff"))
_SYMBOLS: Final = ("\u2100", "\u2bff")  # arrows, stars, ticks: pictures when a joiner asks for it
_EMOJI: Final = "✅✊✋✌✍✨❌❓❗❤⭐"
_SYLLABLES: Final = ("\uac00", "\ud7a3")
_FINALS: Final = 28  # syllables in a row that differ in their final only
_HANGUL: Final = {
    "L": (("\u1100", "\u115f"), ("\ua960", "\ua97c")),
    "V": (("\u1160", "\u11a7"), ("\ud7b0", "\ud7c6")),
    "F": (("\u11a8", "\u11ff"), ("\ud7cb", "\ud7fb")),
}
_HANGUL_PAIRS: Final = frozenset({"LL", "LV", "LS", "LT", "VV", "VF", "SV", "SF", "TF", "FF"})
_COLOURED: Final = "\ufe0f"
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
    return (
        _KEYCAP in cluster or _COLOURED in cluster or cluster[0] in _EMOJI or _within(cluster[0], _PICTURES)
    )


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
    return (
        character in _EXTEND
        or _within(character, (_SHADES, _TAGS))
        or unicodedata.category(character) in _MARKS
    )


def _breaks(character: str) -> bool:
    return unicodedata.category(character) in _CONTROLS and not _extends(character)


def _pictures(character: str) -> bool:
    if _is_flag_half(character) or _extends(character):
        return False
    return character in "©®" or _within(character, (_SYMBOLS, *_PICTURES))


def _is_flag_half(character: str) -> bool:
    return _within(character, (_FLAG_HALVES,))


def _goes_on_in_hangul(last: str, character: str) -> bool:
    """A syllable of Korean written in parts: leading consonants, vowels, final consonants."""
    return f"{_hangul(last)}{_hangul(character)}" in _HANGUL_PAIRS


def _hangul(character: str) -> str:
    """L leading, V vowel, F final; S a whole syllable without a final, T one that has it; empty for other scripts."""
    if _within(character, (_SYLLABLES,)):
        return "T" if (ord(character) - ord(_SYLLABLES[0])) % _FINALS else "S"
    return next((part for part, ranges in _HANGUL.items() if _within(character, ranges)), "")


def _within(character: str, ranges: tuple[tuple[str, str], ...]) -> bool:
    return any(low <= character <= high for low, high in ranges)
