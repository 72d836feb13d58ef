"""What was seen at addresses, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from engage.model import Address, Identity, Person, Question
    from feeds.model import Author, Source

# How a page or a profile names another address as its author's.
How = Literal[
    "verified",  # a field of a Mastodon profile of which its server saw that the page names it back
    "handle",  # a Bluesky handle that is a domain of its own
    "rel-me",  # a link marked rel=me
    "field",  # a link in a field of a profile
    "website",  # Bluesky's own field for it
    "h-card",  # u-url of the card by which a page says whose it is
    "creator",  # fediverse:creator
    "moved",  # an account says that it lives there now
    "text",  # an address that only stands in the words of a profile
]


@dataclass(frozen=True, slots=True)
class Claim:
    """That a page or profile names another address as its author's; `at` is when the network itself checked that, if it did."""

    url: str
    how: How
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen at an address: whose name stands there, and what it claims.

    `address` is what was looked at, as it calls itself now: a handle that has changed, a page that was moved. `asked` is its key
    as we asked for it. `names` are the keys of the account itself, `copies` those of accounts that are the same through a bridge.
    `feeds` are the feeds that a page announces, the best first. `moved_to` is where an account says that it lives now.
    """

    asked: str
    address: Address
    at: datetime
    name: str = ""
    claims: tuple[Claim, ...] = ()
    names: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    moved_to: Address | None = None
    bot: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """An address that is certainly a person's, with its evidence. A page that announces a feed is the blog that stands there."""

    person_id: int
    address: Address
    evidence: str


@dataclass(frozen=True, slots=True)
class Same:
    """Two people who are certainly one."""

    person_id: int
    other_id: int
    evidence: str


@dataclass(frozen=True, slots=True)
class Renamed:
    """An account that calls itself otherwise by now: a handle that has changed."""

    identity_id: int
    address: Address


@dataclass(frozen=True, slots=True)
class Links:
    """What is certain, what only you can say, and what should be looked at next to know more, each with whose it may be."""

    found: tuple[Found, ...] = ()
    same: tuple[Same, ...] = ()
    questions: tuple[Question, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    next: tuple[tuple[int, Address], ...] = ()


@dataclass(frozen=True, slots=True)
class Village:
    """What is known: everyone, their addresses, their sources by number, who signs in those, and what you said no to."""

    people: Sequence[Person]
    identities: Sequence[Identity]
    sources: Mapping[int, Source] = field(default_factory=dict)
    signed: Mapping[int, Sequence[Author]] = field(default_factory=dict)
    refused: Collection[str] = ()
