"""Cuts a paragraph into its sentences, French or English. Pure."""

from __future__ import annotations

import re
from collections import deque
from typing import Final


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_BREAK: Final = re.compile(r"[\s(\[«“\"'’]")
_LETTERS: Final = re.compile(r"[^\W\d_]+")

_END: Final = re.compile(r"[.!?…]+(?:[ \u00a0\u202f]?»|[”\"’')\]])*(?:\[\d+\])*(?=\s|$)|[。！？]+[」』”）]*")
_ENCLOSED: Final = re.compile(r"\([^()]{1,300}\)|«[^«»]{1,400}»|“[^“”]{1,400}”|\"[^\"]{1,400}\"")
_SPACES: Final = re.compile(r"[ \t\r\n\f\v]+")  # not \s: the no-break spaces of French stay
_DOTTED: Final = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]$")
# After these a full stop never ends a sentence; after _NUMBERED it does not when a number follows; after a
# lone letter, U.S. or Inc. it does only when the next word is one that opens sentences.
_TITLES: Final = _set(
    "M MM Mr Mrs Ms Mx Mme Mmes Mlle Mlles Dr Drs Pr Prof St Ste Mgr Gen Gén Col Capt Cap Lt Sen Rep Rev "
    "Hon Gov Pres cf vs viz approx env av apr resp v e.g i.e c.-à-d"
)
_NUMBERED: Final = _set("no nos n° nº p pp vol fig art chap sect sec éd ed op ch t §")
_PERHAPS: Final = _set("inc ltd co corp jr sr dept bros mt")
_OPENERS: Final = _set(
    "the a an i we he she it they this that these but and so in on at when if there what why how my our his "
    "her as for with after before not no yes then now le la les l un une des je j tu il elle on nous vous "
    "ils elles ce cette ces c mon ma mes et mais donc or en dans pour quand si y qu pas puis"
)


def fold(text: str) -> str:
    """Fold every run of white space into one space; the no-break spaces of French stay."""
    if "\n" in text or "  " in text or "\t" in text:
        text = " ".join(_SPACES.split(text))
    return text.strip()


def sentences(text: str) -> list[str]:
    """Cut one paragraph into its sentences, each with the quotation mark or bracket that closes it.

    Abbreviations of both languages, initials and decimals do not end a sentence; what stands inside « … »,
    “…” or brackets is not cut. White space is folded.
    """
    text = fold(text)
    enclosed = deque(match.span() for match in _ENCLOSED.finditer(text))
    found: list[str] = []
    start = 0
    for end in _END.finditer(text):
        while enclosed and enclosed[0][1] < end.end():
            enclosed.popleft()
        inside = bool(enclosed) and enclosed[0][0] < end.start() and end.end() < enclosed[0][1]
        if not inside and not _goes_on(text, start, end):
            found.append(text[start : end.end()].strip(" "))
            start = end.end()
    return [*found, rest] if (rest := text[start:].strip(" ")) else found


def _goes_on(text: str, start: int, end: re.Match[str]) -> bool:
    """Whether the sentence begun at `start` continues after what looks like its `end`."""
    after = text[end.end() : end.end() + 30].lstrip()
    if not after or end[0][0] in "。！？":
        return False
    if after[0].islower() and not after.startswith(("http://", "https://")):
        return True
    before = text[max(start, end.start() - 30) : end.start()]
    return after[0] in ",;:)" or (end[0] == "." and _abbreviated(before, after))


def _abbreviated(before: str, after: str) -> bool:
    word = _BREAK.split(before)[-1]
    if word in _TITLES or (word == "ex" and before.endswith(("p. ex", "p.\u00a0ex", "par ex"))):
        return True
    if word.isdigit() and word == before.strip():  # "1. The first thing": the number of a list
        return True
    if word.lower() in _NUMBERED:
        return after[0].isdigit()
    if word.lower() in _PERHAPS or (_DOTTED.fullmatch(word) and (word[0].isupper() or "." in word)):
        opener = _LETTERS.match(re.split(r"['’]", after)[0])
        return not opener or opener[0].lower() not in _OPENERS
    return False
