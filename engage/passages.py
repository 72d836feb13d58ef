"""Chooses the passage of a post most worth quoting in a thank-you, by plain, open means. Pure.

First what may not be quoted is refused: other people's words, links, code, pleas to subscribe, sentences
that lean on the one before. What remains is scored by named features, each with a weight and a cap
(`weighing.WEIGHTS`): `why` tells which ones counted. The words that betray a feature stand in `lexicon`, French and
English; a text in another language is judged by its shape alone.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from feeds.html import blocks

from .lexicon import BOILERPLATE, ENGLISH, FRENCH, NOT_PROSE, OTHERS
from .sentences import fold, sentences
from .weighing import CLOSERS, QUOTED, WEIGHTS, WORD, Reader, Sentence, plain, weigh

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from feeds.html import Block

    from .lexicon import Lexicon

__all__ = ["LONGEST", "SHORTEST", "WEIGHTS", "Passage", "language_of", "passages"]

SHORTEST, LONGEST = 50, 240
_NOTE_SHORTEST, _NOTE_LONGEST = 20, 1_000
_ENOUGH = 400  # sentences weighed of one post: a book in one page costs no more than a long article
# Below this nobody would underline a sentence: better to offer nothing. Less is asked where fewer features
# can count, and of a note, which is all there is.
_LEAST, _LEAST_ELSEWHERE, _LEAST_OF_NOTE = 0.6, -1.0, -2.0
# Of someone who tells their own day plainly, less is asked, provided that these are absent.
_SHORTEST_OWN, _LEAST_OWN = 30, -1.2
_OWN: Final = frozenset({"self", "together"})
_NOT_PLAIN: Final = frozenset(
    {
        "hangs",
        "points",
        "question",
        "ellipsis",
        "about",
        "orders",
        "reader",
        "marketing",
        "speech",
        "quoted",
        "linked",
    }
)


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of the author's own, to be quoted; `why` are the features that counted for it and against it."""

    text: str
    score: float
    why: tuple[str, ...]


_MARKS: Final = re.compile(r"[^\W\d_]+'?")
_ADDRESS: Final = re.compile(r"https?://\S+|[@#][\w.@-]+|[\w-]+(?:\.[\w-]+)+/\S*")
_HEARD = 1_500  # characters from which the language is heard
_CODA: Final = re.compile(r"(?:\s+(?:https?://\S+|www\.\S+|[#@]\w\S*|[\w-]+(?:\.[\w-]+)+/\S*|[·|/,-]))+\s*$")
_CALL: Final = re.compile(r"^(?:\.?@\S+[\s,:]+)+")
_CUT: Final = re.compile(
    r"(?:\[(?:…|\.{3}|&hellip;)\]|\((?:…|\.{3})\)|[:,;]|\b(?:[Rr]ead more|[Ll]ire la suite)\W*)$"
)

_STOPS: Final = frozenset(".!?。！？")  # no "…": a feed cuts with it as often as an author means it
_START: Final = re.compile(r"[^\W_]|[«“\"'‘¿¡]")
_PAIRS: Final = (("«", "»"), ("“", "”"), ("(", ")"), ("[", "]"))
_SPEAKER: Final = re.compile(r"[^\W\d_a-z]{1,4}[ \u00a0]?:|[\w ]{1,20}[ \u00a0]?: [«“\"]")
_ANSWERS: Final = re.compile(
    r"(?:and|but|so|yet|it|they|he|she|that|this|those|these|it's|that's|mais|et|pourtant|donc|ça|cela|il|"
    r"elle|ils|elles|c'(?:est|était)|celui|celle|ce|cette|ces|celles|ceux)\b"
)
_PAIRED: Final = re.compile(r"[«»“”()\[\]\"]")
_SHORT_LINE = 40  # characters: a line as short as this, without a stop, was ended on purpose
_SHORT_ENOUGH = 130  # two sentences that are joined are each at most this long
_FEW_SPACES = 2  # a note of fewer words is a cry
_TELLING = 6  # letters: shorter words of a title are seldom its subject


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
    reader = Reader(_lexicon(everything, language), _words_of_title(title, note=note), note)
    least = _LEAST_OF_NOTE if note else _LEAST if reader.lexicon else _LEAST_ELSEWHERE
    chosen = [*_whole(found, everything, reader), *_candidates(found, reader)]
    chosen.sort(key=lambda passage: -passage.score)
    long_enough = (one for one in chosen if "whole" in one.why or len(one.text) >= SHORTEST)
    worth = tuple(_apart((one for one in long_enough if one.score >= least), most))
    return worth or tuple(_apart(_plain_words(chosen), most))


def _plain_words(chosen: list[Passage]) -> Iterator[Passage]:
    """What someone simply tells of themselves: in a personal article it says more than no passage at all."""
    own = [one for one in chosen if not _OWN.isdisjoint(one.why)]
    if 3 * len(own) >= len(chosen):
        for one in own:
            if len(one.text) >= _SHORTEST_OWN and one.score >= _LEAST_OWN and _NOT_PLAIN.isdisjoint(one.why):
                yield one


def language_of(text: str) -> str:
    """The language that the words of a text are in: "fr", "en", or "" when they do not decide clearly."""
    words = Counter(_MARKS.findall(_ADDRESS.sub(" ", text[:_HEARD]).lower().replace("’", "'")))
    french, english, other = (
        sum(words[mark] for mark in marks) for marks in (FRENCH.marks, ENGLISH.marks, OTHERS)
    )
    most = max(french, english)
    if most <= 2 * min(french, english) or most < 2 * other or 12 * most <= words.total():
        return ""
    return "fr" if french > english else "en"


def _lexicon(text: str, language: str) -> Lexicon | None:
    """Pick the lexicon of the language the words are in; of `language` only when they do not tell."""
    return {"fr": FRENCH, "en": ENGLISH}.get(language_of(text) or language[:2].lower())


def _words_of_title(title: str, *, note: bool) -> frozenset[str]:
    return (
        frozenset()
        if note
        else frozenset(word for word in WORD.findall(title.lower()) if len(word) >= _TELLING)
    )


def _whole(found: list[Block], everything: str, reader: Reader) -> Iterator[Passage]:
    """Give a short note entire, without the names it calls and the links and tags it ends with."""
    if not reader.note or len(everything) > 3 * LONGEST or any(block.kind != "paragraph" for block in found):
        return
    text = _CODA.sub("", _CALL.sub("", everything)).strip()
    if not _NOTE_SHORTEST <= len(text) <= LONGEST or text.count(" ") < _FEW_SPACES or _CUT.search(text):
        return
    score, why = weigh(Sentence(text), reader)
    yield Passage(text, round(score + WEIGHTS["whole"][0], 2), ("whole", *why))


def _candidates(found: list[Block], reader: Reader) -> Iterator[Passage]:
    """Every sentence that may be quoted, and every one that may together with a short one leaning on it."""
    first: tuple[Sentence, Passage] | None = None
    for sentence in islice(_sentences(found), _ENOUGH):
        spoken = plain(sentence.text)
        if not _is_whole(sentence.text, reader):
            first = None
        elif reader.lexicon and _leans(spoken, reader.lexicon):
            if first and not sentence.opening and _ANSWERS.match(spoken):
                yield from _joined(first[0], first[1], sentence, reader)
            first = None
        else:
            passage = Passage(sentence.text, *weigh(sentence, reader))
            if first and not sentence.opening and "hangs" in passage.why:
                yield from _whole_thought(first[0], first[1], passage)
            first = sentence, passage
            yield passage


def _sentences(found: list[Block]) -> Iterator[Sentence]:
    order = 0
    for block in found:
        if block.kind != "paragraph" or 3 * block.linked > len(block.text):
            continue
        linked = 8 * block.linked > len(block.text)
        for run in _runs(block.text):
            parts = sentences(run)
            for number, part in enumerate(parts, 1):
                order += 1
                yield Sentence(part, order, number == 1, number == len(parts) > 1, linked)


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


def _is_whole(text: str, reader: Reader) -> bool:
    """Whether a sentence is well formed and of the author's own hand."""
    if not _NOTE_SHORTEST <= len(text) <= LONGEST or text[0].islower() or not _START.match(text):
        return False
    bare = text.rstrip(CLOSERS)
    if not reader.note and (bare[-1:] not in _STOPS or bare.endswith("...")):
        return False
    if _CUT.search(text) or _SPEAKER.match(text):
        return False
    return not _PAIRED.search(text) or _is_own(text)


def _is_own(text: str) -> bool:
    """Whether marks stand in pairs and at most half of a sentence is quoted."""
    if any(text.count(left) != text.count(right) for left, right in _PAIRS) or text.count('"') % 2:
        return False
    return 2 * sum(len(quotation) for quotation in QUOTED.findall(text)) <= len(text)


def _leans(spoken: str, lexicon: Lexicon) -> bool:
    opening = spoken.lstrip("«“\"'‘ \u00a0\u202f")
    return bool(lexicon.leaning.match(opening)) and not lexicon.standing.match(opening)


def _joined(first: Sentence, passage: Passage, second: Sentence, reader: Reader) -> Iterator[Passage]:
    """Two short sentences, the second leaning on the first: “I thought it dead. It was only waiting.”"""
    text = f"{first.text} {second.text}"
    if max(len(first.text), len(second.text)) > _SHORT_ENOUGH or not SHORTEST <= len(text) <= LONGEST:
        return
    score, why = weigh(second, reader)
    if "question" not in why:
        total = round(passage.score + max(0.0, score) / 2, 2)
        yield Passage(text, total, tuple(dict.fromkeys((*passage.why, *why, "joined"))))


def _whole_thought(first: Sentence, before: Passage, passage: Passage) -> Iterator[Passage]:
    """A sentence that hangs on the one before, together with it: then it hangs no more."""
    text = f"{first.text} {passage.text}"
    if SHORTEST <= len(text) <= LONGEST and "question" not in before.why:
        total = passage.score - WEIGHTS["hangs"][0] + max(0.0, before.score) / 2
        why = dict.fromkeys((*before.why, *passage.why, "joined"))
        yield Passage(text, round(total, 2), tuple(name for name in why if name != "hangs"))


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
    return bool(NOT_PROSE.search(text) or BOILERPLATE.search(plain(text)))


def _overlap(passage: Passage, other: Passage) -> bool:
    return "whole" not in other.why and (passage.text in other.text or other.text in passage.text)
