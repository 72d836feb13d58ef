"""What a file tells of people: the one shape into which every importer brings what it reads. Pure.

An importer is a function from the bytes of a file to a `Book`. It never guesses whom it speaks of, and never fails on a row: what
cannot be read stands in `unread`, with its line and the reason. Reading the same file again gives the same book, key for key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from engage.model import Address, Direction


@dataclass(frozen=True, slots=True)
class Card:
    """What a file says of one person. `line` is where it stands there, from 1.

    `name` may be empty where only addresses are known. `also` are other names of theirs. `birthday` is a date as the file has it:
    `1980-04-12`, or `--04-12` where the year is left out. `since` is when you two were connected, where the file tells. `extra`
    is what only our own exports say: `circle`, `every` (days), `register`, `met`, `met_on`, `common`, `goals` (one a line).
    """

    line: int
    name: str = ""
    addresses: tuple[Address, ...] = ()
    also: tuple[str, ...] = ()
    company: str = ""
    position: str = ""
    birthday: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    since: date | None = None
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Message:
    """Something that passed between you and somebody, as a file tells it: an engagement in the making.

    `who` is the address of the other one, and `name` what they are called there; `key` identifies it for good, so that the same
    file brings it once. `kind` is one of the kinds of engagements, `channel` where it was (`linkedin`, `x`).
    """

    line: int
    who: Address | None
    name: str
    kind: str
    direction: Direction
    at: datetime
    text: str
    channel: str
    key: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A row that could not be read: where, why (a message id with its values filled in already), and how it begins."""

    line: int
    reason: str
    start: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """All that a file tells. `what` names its kind, for people (“LinkedIn”, “vCard”); `remarks` are message ids of what it
    holds and cannot be used, such as reactions that name nobody.
    """

    what: str
    cards: tuple[Card, ...] = ()
    messages: tuple[Message, ...] = ()
    unread: tuple[Unread, ...] = ()
    remarks: tuple[str, ...] = ()
