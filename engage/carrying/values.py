"""What an export of ours tells, and what came of bringing it in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from engage.contacts.cards import Unread
    from engage.model import (
        Draft,
        Engagement,
        Identity,
        Person,
        Question,
        Relation,
    )
    from feeds.model import Source
    from feeds.opml import Outline

VERSION = 1
FORMAT = "nouvelles"


@dataclass(frozen=True, slots=True)
class Where:
    """A post by what it is called everywhere: its source, and its key there."""

    kind: str
    address: str
    key: str


@dataclass(frozen=True, slots=True)
class Held:
    """An address of somebody; `source` is the kind and the address of what is fetched there, if anything is."""

    identity: Identity
    source: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that passed between you; its draft is named by the file's number."""

    engagement: Engagement
    piece: Where | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A draft with every text that it had, and when; its number is the file's."""

    draft: Draft
    texts: tuple[tuple[datetime, str], ...]
    piece: Where | None = None


@dataclass(frozen=True, slots=True)
class Someone:
    """A person with all that is theirs; their number is the file's. `merged` are the names of those who were merged into them."""

    person: Person
    held: tuple[Held, ...] = ()
    passed: tuple[Happened, ...] = ()
    letters: tuple[Letter, ...] = ()
    merged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Followed:
    """A source, since when it is followed, paused and removed, and how files of subscriptions list it."""

    source: Source
    added: datetime
    paused: datetime | None = None
    removed: datetime | None = None
    outline: Outline | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """All that an export tells. People in relations and questions are named by the file's numbers.

    `accounts` are those by which one was signed in, each as its network, address and label. `unread` and `remarks` are as in a
    `Book`.
    """

    path: str
    people: tuple[Someone, ...] = ()
    relations: tuple[Relation, ...] = ()
    questions: tuple[Question, ...] = ()
    sources: tuple[Followed, ...] = ()
    accounts: tuple[tuple[str, str, str], ...] = ()
    salt: str = ""
    marks: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What bringing a file in would do: the names of those who are new, and who of those here is who.

    `forgotten` are people whom you do not want to be reminded of: they stay out. `namesakes` are new people who are called like
    somebody here: a question will be asked. `private` are new sources in your own network, `accounts` those where you
    would have to sign in again.
    """

    new: tuple[str, ...] = ()
    matched: tuple[tuple[str, Person], ...] = ()
    forgotten: tuple[str, ...] = ()
    namesakes: tuple[tuple[str, Person], ...] = ()
    private: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Brought:
    """How much of it was new. `completed` are people, engagements and drafts that were here and learned something.

    `lost_marks` are marks of the forgotten that this home cannot use, for it marks with another salt.
    """

    people: int = 0
    addresses: int = 0
    engagements: int = 0
    drafts: int = 0
    relations: int = 0
    questions: int = 0
    sources: int = 0
    marks: int = 0
    completed: int = 0
    lost_marks: int = 0
