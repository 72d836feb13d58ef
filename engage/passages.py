"""Chooses the passage of a post most worth quoting in a thank-you, by plain, open means. Pure.

First what may not be quoted is refused: other people's words, links, code, pleas to subscribe, sentences
that lean on the one before. What remains is scored by named features, each with a weight and a cap
(`WEIGHTS`): `why` tells which ones counted. The words that betray a feature stand in `lexicon`, French and
English; a text in another language is judged by its shape alone.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from feeds.html import blocks

from .lexicon import BOILERPLATE, ENGLISH, FRENCH, NOT_PROSE, ORDERS
from .sentences import fold, sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from feeds.html import Block

    from .lexicon import Lexicon

SHORTEST, LONGEST = 50, 240
_NOTE_SHORTEST, _NOTE_LONGEST = 20, 1_000
_ENOUGH = 400  # sentences weighed of one post: a book in one page costs no more than a long article
# Below this nobody would underline a sentence: better to offer nothing. Less is asked where fewer features
# can count, and of a note, which is all there is.
_LEAST, _LEAST_ELSEWHERE, _LEAST_OF_NOTE = 0.6, -1.0, -2.0

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
    "nobody": (-0.6, 1),  # neither a person in it nor any of the commonest verbs
    "later": (-0.6, 1),  # promises, plans
}


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of the author's own, to be quoted; `why` are the features that counted for it and against it."""

    text: str
    score: float
    why: tuple[str, ...]


_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_FRENCH_WORD: Final = re.compile(r"(?:quelqu|aujourd)['’][^\W\d_]+|[^\W\d_]+(?:-[^\W\d_]+)*")
_QUOTED: Final = re.compile(r"«[^»]*»|“[^”]*”|\"[^\"]*\"")
_SHOUTING: Final = re.compile(r"[A-ZÀ-ÖØ-Þ]{2,}|[a-z][A-Z]")
_CODA: Final = re.compile(r"(?:\s+(?:https?://\S+|www\.\S+|[#@]\w\S*|[\w-]+(?:\.[\w-]+)+/\S*|[·|/,-]))+\s*$")
_CALL: Final = re.compile(r"^(?:\.?@\S+[\s,:]+)+")
_CUT: Final = re.compile(
    r"(?:\[(?:…|\.{3}|&hellip;)\]|\((?:…|\.{3})\)|[:,;]|\b(?:[Rr]ead more|[Ll]ire la suite)\W*)$"
)

_CLOSERS = "»”\"'’)] \u00a0\u202f"
_STOPS: Final = frozenset(".!?。！？")  # no "…": a feed cuts with it as often as an author means it
_START: Final = re.compile(r"[^\W_]|[«“\"'‘¿¡]")
_PAIRS: Final = (("«", "»"), ("“", "”"), ("(", ")"), ("[", "]"))
_SPEAKER: Final = re.compile(r"[^\W\d_a-z]{1,4}[ \u00a0]?:|[\w ]{1,20}[ \u00a0]?: [«“\"]")
_ANSWERS: Final = re.compile(
    r"(?:and|but|so|yet|it|they|he|she|that|this|those|these|it's|that's|mais|et|pourtant|donc|ça|cela|il|"
    r"elle|ils|elles|c'(?:est|était)|celui|celle|ce|cette|ces|celles|ceux)\b"
)
_PAIRED: Final = re.compile(r"[«»“”()\[\]\"]")
_MARK: Final = re.compile(r"[()\[\]/:;*+%&]")
_NUMBER: Final = re.compile(r"\d+(?:[.,\u202f\u00a0]\d+)*")
_NAME: Final = re.compile(r"(?<=[a-zà-ÿ,] )(?!I\b)[^\W\d_a-zà-ÿ][a-zà-ÿ]+")
_SYMBOL: Final = re.compile(r"[\u2600-\u27bf\U0001f000-\U0001faff]")
_SHORT_LINE = 40  # characters: a line as short as this, without a stop, was ended on purpose
_SHORT_ENOUGH = 130  # two sentences that are joined are each at most this long
_TELLING = 6  # letters: shorter words of a title are seldom its subject
_BRIEF, _ROOMY = 60, (80, 200)
_LONG_WORD, _FEW_LONG, _MANY_LONG = 8, 2, 5


@dataclass(frozen=True, slots=True)
class _Sentence:
    """One sentence: whether it opens or closes its paragraph, and its `order` from the start of the post."""

    text: str
    order: int = 1
    opening: bool = True
    closing: bool = False
    linked: bool = False


@dataclass(frozen=True, slots=True)
class _Reader:
    """Everything about the post that weighing one of its sentences needs."""

    lexicon: Lexicon | None
    title: frozenset[str]
    note: bool


def passages(html: str, *, title: str = "", language: str = "", most: int = 4) -> tuple[Passage, ...]:
    """At most `most` passages of a post's *sanitised* HTML, the best first; none when nothing deserves
    quoting.

    `title` is the post's own, empty for a note; `language` is a tag such as "fr" or "en-GB", used where the
    words themselves leave a doubt. Every text stands in `feeds.html.to_text(html)`, white space folded.
    """
    found = blocks(html)
    everything = " ".join(block.text.replace("\n", " ") for block in found)
    note = not title or (
        len(everything) < _NOTE_LONGEST and everything.startswith(fold(title).rstrip("….").strip())
    )
    reader = _Reader(_lexicon(everything, language), _words_of_title(title, note=note), note)
    least = _LEAST_OF_NOTE if note else _LEAST if reader.lexicon else _LEAST_ELSEWHERE
    chosen = [*_whole(found, everything, reader), *_candidates(found, reader)]
    chosen.sort(key=lambda passage: -passage.score)
    return tuple(_apart((passage for passage in chosen if passage.score >= least), most))


def language_of(text: str) -> str:
    """The language that the words of a text are in: "fr", "en", or empty where they do not tell."""
    words = Counter(text[:1500].lower().replace("’", "'").replace("'", "' ").split())
    french, english = (sum(words[mark] for mark in lexicon.marks) for lexicon in (FRENCH, ENGLISH))
    if max(french, english) > 2 * min(french, english) and 12 * max(french, english) > words.total():
        return "fr" if french > english else "en"
    return ""


def _lexicon(text: str, language: str) -> Lexicon | None:
    """Pick the lexicon of the language the words are in; of `language` only when they do not tell."""
    return {"fr": FRENCH, "en": ENGLISH}.get(language_of(text) or language[:2].lower())


def _words_of_title(title: str, *, note: bool) -> frozenset[str]:
    return (
        frozenset()
        if note
        else frozenset(word for word in _WORD.findall(title.lower()) if len(word) >= _TELLING)
    )


def _whole(found: list[Block], everything: str, reader: _Reader) -> Iterator[Passage]:
    """Give a short note entire, without the names it calls and the links and tags it ends with."""
    if not reader.note or len(everything) > 3 * LONGEST or any(block.kind != "paragraph" for block in found):
        return
    text = _CODA.sub("", _CALL.sub("", everything)).strip()
    if not _NOTE_SHORTEST <= len(text) <= LONGEST or text.count(" ") < _FEW_LONG or _CUT.search(text):
        return
    score, why = _weigh(_Sentence(text), reader)
    yield Passage(text, round(score + WEIGHTS["whole"][0], 2), ("whole", *why))


def _candidates(found: list[Block], reader: _Reader) -> Iterator[Passage]:
    """Every sentence that may be quoted, and every one that may together with a short one leaning on it."""
    first: tuple[_Sentence, Passage] | None = None
    for sentence in islice(_sentences(found), _ENOUGH):
        plain = _plain(sentence.text)
        if not _is_whole(sentence.text, reader):
            first = None
        elif reader.lexicon and _leans(plain, reader.lexicon):
            if first and not sentence.opening and _ANSWERS.match(plain):
                yield from _joined(first[0], first[1], sentence, reader)
            first = None
        else:
            passage = Passage(sentence.text, *_weigh(sentence, reader))
            first = sentence, passage
            if len(sentence.text) >= SHORTEST:
                yield passage


def _sentences(found: list[Block]) -> Iterator[_Sentence]:
    order = 0
    for block in found:
        if block.kind != "paragraph" or 3 * block.linked > len(block.text):
            continue
        linked = 8 * block.linked > len(block.text)
        for run in _runs(block.text):
            parts = sentences(run)
            for number, part in enumerate(parts, 1):
                order += 1
                yield _Sentence(part, order, number == 1, number == len(parts) > 1, linked)


def _runs(text: str) -> Iterator[str]:
    """Join the lines of a paragraph that were only wrapped; a short line is a title or a verse."""
    run = ""
    for line in text.split("\n"):
        if run and len(run) < _SHORT_LINE and run[-1] not in ".!?…,;" and not line[0].islower():
            yield run
            run = line
        else:
            run = f"{run} {line}" if run else line
    yield run


def _plain(text: str) -> str:
    return text.lower().replace("’", "'")


def _is_whole(text: str, reader: _Reader) -> bool:
    """Whether a sentence is well formed and of the author's own hand."""
    if not _NOTE_SHORTEST <= len(text) <= LONGEST or text[0].islower() or not _START.match(text):
        return False
    bare = text.rstrip(_CLOSERS)
    if not reader.note and (bare[-1:] not in _STOPS or bare.endswith("...")):
        return False
    if _CUT.search(text) or _SPEAKER.match(text):
        return False
    return not _PAIRED.search(text) or _is_own(text)


def _is_own(text: str) -> bool:
    """Whether marks stand in pairs and at most half of a sentence is quoted."""
    if any(text.count(left) != text.count(right) for left, right in _PAIRS) or text.count('"') % 2:
        return False
    return 2 * sum(len(quotation) for quotation in _QUOTED.findall(text)) <= len(text)


def _leans(plain: str, lexicon: Lexicon) -> bool:
    opening = plain.lstrip("«“\"'‘ \u00a0\u202f")
    return bool(lexicon.leaning.match(opening)) and not lexicon.standing.match(opening)


def _joined(first: _Sentence, passage: Passage, second: _Sentence, reader: _Reader) -> Iterator[Passage]:
    """Two short sentences, the second leaning on the first: “I thought it dead. It was only waiting.”"""
    text = f"{first.text} {second.text}"
    if max(len(first.text), len(second.text)) > _SHORT_ENOUGH or not SHORTEST <= len(text) <= LONGEST:
        return
    score, why = _weigh(second, reader)
    if "question" not in why:
        total = round(passage.score + max(0.0, score) / 2, 2)
        yield Passage(text, total, tuple(dict.fromkeys((*passage.why, *why, "joined"))))


def _weigh(sentence: _Sentence, reader: _Reader) -> tuple[float, tuple[str, ...]]:
    """Sum the features found, each as often as it may count, and name them."""
    found = _shape(sentence)
    if reader.lexicon:
        found += _words(sentence.text, reader.lexicon, reader.title)
    counts = Counter(found)
    score = sum([WEIGHTS[name][0] * min(count, WEIGHTS[name][1]) for name, count in counts.items()])
    return round(score, 2), tuple(counts)


def _shape(sentence: _Sentence) -> list[str]:
    """List the features that any language shows."""
    text = sentence.text
    size = len(text)
    ending = text.rstrip(_CLOSERS)[-3:]
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
        "quoted": _QUOTED.search(text),
    }
    found = [name for name, so in told.items() if so]
    found += ["marks"] * len(_MARK.findall(text)) + ["numbers"] * len(_NUMBER.findall(text))
    found += ["capitals"] * len(_SHOUTING.findall(text)) + ["names"] * (len(_NAME.findall(text)) - 1)
    return found


def _words(text: str, lexicon: Lexicon, title: frozenset[str]) -> list[str]:
    """List the features that the words of a known language show."""
    plain = f" {_plain(text)} "
    words = (_FRENCH_WORD if lexicon is FRENCH else _WORD).findall(plain)
    known = lexicon.words
    found = [known[word] for word in words if word in known]
    found += [feature for phrase, feature in lexicon.phrases if phrase in plain]
    if words and words[0] in ORDERS:
        found.append("orders")
    if lexicon.pointing.match(plain, 1):
        found.append("points")
    if not lexicon.finite.search(plain):
        found.append("nobody")
    if not title.isdisjoint(words):
        found.append("title")
    if _FEW_LONG <= sum([len(word) >= _LONG_WORD for word in words]) <= _MANY_LONG:
        found.append("texture")
    return found


def _apart(ordered: Iterable[Passage], most: int) -> Iterator[Passage]:
    """Keep the first `most` that may be quoted and do not say again what a better one says."""
    kept: list[Passage] = []
    for passage in ordered:
        if len(kept) >= most:
            return
        if not _is_about_the_page(passage.text) and not any(_overlap(passage, other) for other in kept):
            kept.append(passage)
            yield passage


def _is_about_the_page(text: str) -> bool:
    """Whether a sentence speaks of its page or is no prose; asked of the best only, for it costs most."""
    return bool(NOT_PROSE.search(text) or BOILERPLATE.search(_plain(text)))


def _overlap(passage: Passage, other: Passage) -> bool:
    return "whole" not in other.why and (passage.text in other.text or other.text in passage.text)
