"""Writes a first draft that is complete and true as it stands. Pure: what renders a template is passed in.

The machine gathers what is true: the name, the title, a passage word for word. It invents no feeling. The person may add
a line of their own, which flows into the message; once they have changed the text themselves, it is theirs, and only
what they ask for is added to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engage.model import cut
from engage.sentences import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from engage.model import Language, Person, Piece, Register

    Render = Callable[[str, Mapping[str, Any]], str]

VARIANTS = 3
LONGEST_TITLE = 120
ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a draft may say.

    `read` is true when the piece was opened to be read; `line` is the person's own; `to_me` when the piece answers you.
    """

    person: Person
    piece: Piece
    language: Language
    register: Register
    passage: str
    me: str = ""
    read: bool = False
    line: str = ""
    to_me: bool = False
    stranger: bool = False
    quiet: str = ""


def kind_of(facts: Facts) -> str:
    """Which kind of message fits: a quiet page for a sensitive piece, else thanks for what it is."""
    if facts.quiet:
        return "quiet"
    if facts.to_me:
        return "answer"
    return "thank-you" if facts.piece.main.post.kind == "article" else "word"


def language_of(person: Person, post_language: str, own: Language) -> Language:
    """The language of a message: the person's, else that of what they wrote, else one's own.

    What they wrote is in the language of its words, for many feeds declare none, or their software's.
    """
    if person.language:
        return person.language
    return post_language if post_language in {"fr", "en"} else own  # type: ignore[return-value]


def register_of(person: Person) -> Register:
    """Tu or vous: as stored for this person; unsaid, tu for those known well and vous for all others."""
    return person.register or ("tu" if person.circle == 1 else "vous")


def compose(facts: Facts, render: Render, sent_before: Sequence[str] = ()) -> str:
    """The message, in the wording least like anything that this person received before."""
    kind = kind_of(facts)
    if kind == "quiet":
        text = _tidy(render(f"messages/{facts.language}/quiet.txt", _values(facts)))
        return _with_own(text, facts.line)
    first = facts.piece.id % VARIANTS
    texts = []
    for step in range(VARIANTS):
        name = f"messages/{facts.language}/{kind}-{(first + step) % VARIANTS + 1}.txt"
        text = _with_own(_tidy(render(name, _values(facts))), facts.line)
        if all(likeness(text, before) < ALIKE for before in sent_before):
            return text
        texts.append(text)
    return min(texts, key=lambda text: max(likeness(text, before) for before in sent_before))


def with_line(text: str, before: str, line: str) -> str:
    """A text that its person changed, with their own line in it: in the place of the earlier one, else before the last words."""
    line = line.strip()
    if (start := _place_of(before, text)) is not None:
        return _tidy(text[:start] + line + text[start + len(before) :])
    if not line:
        return text
    paragraphs = text.rstrip().split("\n\n")
    place = max(1, len(paragraphs) - (2 if len(paragraphs[-1].split()) <= 3 else 1))  # noqa: PLR2004 - a signature
    return "\n\n".join([*paragraphs[:place], line, *paragraphs[place:]])


def _place_of(line: str, text: str) -> int | None:
    """Where a line stands in a text: best as a paragraph of its own, never inside a word; None when it does not."""
    exact = re.escape(line)
    for around in (rf"(?:^|(?<=\n\n)){exact}(?=\n\n|$)", rf"(?<!\w){exact}(?!\w)"):
        if line and (found := re.search(around, text)):
            return found.start()
    return None


def _with_own(text: str, line: str) -> str:
    """The person's own line is never lost, though a template of theirs may have no place for it."""
    line = _tidy(line)
    return text if line in text else with_line(text, "", line)


def likeness(one: str, other: str) -> float:
    """How alike two texts are, from 0 to 1: the share of their three-letter runs that they have in common."""
    a, b = _trigrams(one), _trigrams(other)
    return len(a & b) / len(a | b) if a and b else 0.0


def _trigrams(text: str) -> set[str]:
    folded = " ".join(text.casefold().split())
    return {folded[i : i + 3] for i in range(len(folded) - 2)}


def first_name(name: str) -> str:
    """The name by which one says hello: the first word with a letter in it, spelled as stored."""
    given = name.partition(",")[2].strip() or name  # "Martin, Julie"
    spoken = (word for word in given.split() if any(letter.isalpha() for letter in word))
    return next(spoken, name).rstrip(",")


def shorten(title: str) -> str:
    """A title as it fits into a sentence: cut at a word when it is very long."""
    return title if len(title) <= LONGEST_TITLE else cut(title, LONGEST_TITLE)


def _values(facts: Facts) -> dict[str, Any]:
    """What a template may use; the whole of it is described in docs/templates.md."""
    tu = facts.register == "tu"
    return {
        "name": "" if facts.person.unnamed else facts.person.name,
        "first_name": "" if facts.person.unnamed else first_name(facts.person.name),
        "circle": facts.person.circle,
        "stranger": facts.stranger,
        "me": facts.me,
        "title": shorten(facts.piece.main.post.title),
        "passage": fold(facts.passage),
        "line": facts.line.strip(),
        "read": facts.read,
        "tu": tu,
        "t": lambda with_tu, with_vous: with_tu if tu else with_vous,
    }


def _tidy(text: str) -> str:
    """No spaces at line ends, and never more than one empty line."""
    lines = "\n".join(line.rstrip(" \t") for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip()
