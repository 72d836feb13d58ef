"""What a message may say, and what is found to be wrong with one: the values of the conscience."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engage.conscience.letter import straight

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator, Mapping

    from engage.conscience.letter import Letter
    from engage.model import Language, Register

    Rule = Callable[[Letter, "Told"], Iterator["Finding"]]


@dataclass(frozen=True, slots=True)
class Told:
    """What is known and may be said: nothing else may be claimed.

    `name` is as stored; `title` and `source_text` are the piece's, plain; `former_text` is its text as it was when the draft was
    begun, empty where that is the same. `passage` is quoted, `line` is the person's own.
    `read` is true when the piece was opened to be read; `quiet` names a sensitive subject; `figures` were computed from the
    store. `earlier` was sent to this person, `lately` are the last twenty messages sent to anyone. `limit` is how many
    characters a `public` text may have; `private_notes` must not show in one.
    """

    kind: str
    name: str
    language: Language
    register: Register
    title: str = ""
    source_text: str = ""
    former_text: str = ""
    passage: str = ""
    line: str = ""
    read: bool = False
    quiet: str = ""
    figures: frozenset[int] = frozenset()
    earlier: tuple[str, ...] = ()
    lately: tuple[str, ...] = ()
    public: bool = False
    limit: int | None = None
    private_notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that a text breaks: `words` is a message id that says what and how to mend it, with its `values`.

    `hard` findings are wrong as a matter of fact; the others are advice.
    """

    rule: str
    hard: bool
    words: str
    values: Mapping[str, object] = field(default_factory=dict)


def advice(rule: str, words: str, **values: object) -> Finding:
    """What might be better."""
    return Finding(rule, hard=False, words=words, values=values)


def refusal(rule: str, words: str, **values: object) -> Finding:
    """What is wrong as a matter of fact."""
    return Finding(rule, hard=True, words=words, values=values)


def first(pattern: re.Pattern[str], text: str) -> str:
    """What a pattern finds first, as it is written in the text; empty if nothing."""
    match = pattern.search(straight(text))
    return text[match.start() : match.end()] if match else ""
