"""Weighs one sentence for `passages`: named features, each with a weight and a cap. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .lexicon import FRENCH, ORDERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .lexicon import Lexicon

# What each feature is worth, and how many times it may count in one passage. The first group is why a reader
# underlines a sentence (someone speaks, has found, felt or shows something); the second why one does not.
WEIGHTS: Final[Mapping[str, tuple[float, int]]] = {
    "self": (0.9, 1),  # the author says I
    "together": (0.4, 1),  # or we
    "discovery": (0.9, 2),  # learned, noticed, remember, changed my mind
    "feeling": (0.7, 2),
    "heart": (0.9, 1),  # says what it is all about: "the hardest part", « l'essentiel »
    "contrast": (0.7, 1),  # but, rather than, « pourtant »
    "likeness": (0.7, 1),  # like a, as if, « comme si »
    "image": (0.5, 2),  # something one can see, hear or hold
    "people": (0.5, 1),
    "title": (0.4, 1),  # on the subject, by a word of the title
    "measure": (0.5, 1),  # neither a bit nor a page
    "texture": (0.3, 1),  # a few long words among the plain ones
    "closing": (0.3, 1),  # ends its paragraph, where authors put what they were getting at
    "whole": (9.0, 1),  # a short note, entire
    "first": (-0.4, 1),  # the first sentence of all only sets the table
    "short": (-0.6, 1),
    "long": (-0.4, 1),
    "question": (-0.8, 1),
    "ellipsis": (-0.8, 1),
    "exclaims": (-0.4, 1),
    "marks": (-0.4, 3),  # brackets, slashes, colons
    "numbers": (-0.5, 3),
    "names": (-0.35, 3),
    "capitals": (-0.5, 3),  # acronyms, shouting, CamelCase
    "symbols": (-0.5, 1),  # emoji
    "quoted": (-0.9, 1),
    "linked": (-0.5, 1),
    "jargon": (-0.5, 4),
    "marketing": (-0.8, 2),
    "speech": (-1.2, 1),  # reports what someone said
    "about": (-0.9, 2),  # speaks of the article, the blog, the episode
    "orders": (-1.2, 1),  # a step of a recipe
    "reader": (-0.3, 1),  # addresses the reader
    "points": (-1.0, 1),  # "this", « celui-ci », he, she: of whom we do not know
    "hangs": (-1.5, 1),  # "I counted them twice": whom, or what, stands in the sentence before
    "nobody": (-0.6, 1),  # neither a person in it nor any of the commonest verbs
    "later": (-0.6, 1),  # promises, plans
}

WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_FRENCH_WORD: Final = re.compile(r"(?:quelqu|aujourd)['’][^\W\d_]+|[^\W\d_]+(?:-[^\W\d_]+)*")
QUOTED: Final = re.compile(r"«[^»]*»|“[^”]*”|\"[^\"]*\"")
_SHOUTING: Final = re.compile(r"[A-ZÀ-ÖØ-Þ]{2,}|[a-z][A-Z]")
_MARK: Final = re.compile(r"[()\[\]/:;*+%&]")
_NUMBER: Final = re.compile(r"\d+(?:[.,\u202f\u00a0]\d+)*")
_NAME: Final = re.compile(r"(?<=[a-zà-ÿ,] )(?!I\b)[^\W\d_a-zà-ÿ][a-zà-ÿ]+")
_SYMBOL: Final = re.compile(r"[\u2600-\u27bf\U0001f000-\U0001faff]")
_BRIEF, _ROOMY = 60, (80, 200)
_LONG_WORD, _FEW_LONG, _MANY_LONG = 8, 2, 5
CLOSERS = "»”\"'’)] \u00a0\u202f"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: whether it opens or closes its paragraph, and its `order` from the start of the post."""

    text: str
    order: int = 1
    opening: bool = True
    closing: bool = False
    linked: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """Everything about the post that weighing one of its sentences needs."""

    lexicon: Lexicon | None
    title: frozenset[str]
    note: bool


def plain(text: str) -> str:
    """A text in lower case with straight apostrophes, as the lexicon spells its words."""
    return text.lower().replace("’", "'")


def weigh(sentence: Sentence, reader: Reader) -> tuple[float, tuple[str, ...]]:
    """Sum the features found, each as often as it may count, and name them."""
    found = _shape(sentence)
    if reader.lexicon:
        found += _words(sentence.text, reader.lexicon, reader.title)
    counts = Counter(found)
    score = sum([WEIGHTS[name][0] * min(count, WEIGHTS[name][1]) for name, count in counts.items()])
    return round(score, 2), tuple(counts)


def _shape(sentence: Sentence) -> list[str]:
    """List the features that any language shows."""
    text = sentence.text
    size = len(text)
    ending = text.rstrip(CLOSERS)[-3:]
    told = {
        "short": size < _BRIEF,
        "measure": _ROOMY[0] <= size <= _ROOMY[1],
        "long": size > _ROOMY[1],
        "first": sentence.order == 1,
        "closing": sentence.closing,
        "linked": sentence.linked,
        "question": ending[-1:] == "?",
        "exclaims": ending[-1:] == "!",
        "ellipsis": ending[-1:] == "…" or ending == "...",
        "symbols": _SYMBOL.search(text),
        "quoted": QUOTED.search(text),
    }
    found = [name for name, so in told.items() if so]
    found += ["marks"] * len(_MARK.findall(text)) + ["numbers"] * len(_NUMBER.findall(text))
    found += ["capitals"] * len(_SHOUTING.findall(text)) + ["names"] * (len(_NAME.findall(text)) - 1)
    return found


def _words(text: str, lexicon: Lexicon, title: frozenset[str]) -> list[str]:
    """List the features that the words of a known language show."""
    spoken = f" {plain(text)} "
    words = (_FRENCH_WORD if lexicon is FRENCH else WORD).findall(spoken)
    known = lexicon.words
    found = [known[word] for word in words if word in known]
    found += [feature for phrase, feature in lexicon.phrases if phrase in spoken]
    if words and words[0] in ORDERS:
        found.append("orders")
    if lexicon.pointing.match(spoken, 1):
        found.append("points")
    if lexicon.hanging.match(spoken, 1):
        found.append("hangs")
    if not lexicon.finite.search(spoken):
        found.append("nobody")
    if not title.isdisjoint(words):
        found.append("title")
    if _FEW_LONG <= sum([len(word) >= _LONG_WORD for word in words]) <= _MANY_LONG:
        found.append("texture")
    return found
