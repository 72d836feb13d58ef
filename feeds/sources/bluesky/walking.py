"""Walks back through a list, page by page from its newest, until something known appears.

Cursors mean nothing but themselves, and may vanish before the end; dates may lie. So a place in a list is what we know of its
newest part, each with a mark of how it was: another mark is an edit. One known item alone proves nothing, for it may have come to
the top again (a repost that was taken back and given anew): a page is where we stood when it ends with known ones.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from itertools import islice
from typing import TYPE_CHECKING, Any

from feeds.errors import Busy, FetchError, RestLater

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from feeds.sources.bluesky.xrpc import Page

PAGE = 100


@dataclass(frozen=True, slots=True)
class Known:
    """An item as it is known again: by its key, and by a mark of how it is now.

    What is `pinned` stands out of order; `moment` is by what the list is ordered. An item that is built as none has no key.
    """

    key: str = ""
    mark: str = ""
    pinned: bool = False
    moment: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where we stand in a list: the marks of its newest items by their keys, newest first.

    `since` is how a place was written before: the moment up to which everything is known.
    """

    known: Mapping[str, str] = field(default_factory=dict)
    since: str = ""

    @classmethod
    def of(cls, position: str) -> Place:
        """The place that a position is; one at the beginning for an empty one."""
        if position and not position.startswith("{"):
            return cls(since=position)
        return cls(**json.loads(position)) if position else cls()

    def without(self, items: Iterable[Known]) -> Place:
        """The same place without what could not be read: it is looked at again as long as it stands there."""
        unread = {short(item.key) for item in items if item.key}
        return replace(self, known={key: mark for key, mark in self.known.items() if key not in unread})

    def __bool__(self) -> bool:
        return bool(self.known or self.since)

    def __str__(self) -> str:
        return json.dumps({"known": dict(self.known)}) if self.known else self.since


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk brought: what is new or has changed, newest first, and the place where it ended.

    `gap` says that nothing known appeared, so that some may be missing; `interrupted` is what ended it early: then the place
    is the old one, and the next walk closes the hole. Only a first walk that met a fault gives up what it did not reach: that is
    older.
    """

    items: tuple[Any, ...]
    place: Place
    gap: bool = False
    interrupted: FetchError | None = None


def short(key: str) -> str:
    """A key as it stands in a place: thousands of them are kept."""
    return blake2b(key.encode("utf-8", "replace"), digest_size=6).hexdigest()


def walk(
    ask: Callable[[str], Page],
    know: Callable[[Any], Known],
    place: Place,
    *,
    first: int,
    most: int,
) -> Walk:
    """Everything in a list that is newer than `place` or has changed there.

    `ask` gives the page behind a cursor, `know` tells items apart. At first `first` pages are read, later at most `most`.

    Raises:
        FetchError: nothing could be read.

    """
    since = datetime.fromisoformat(place.since) if place.since else None
    items: list[tuple[Known, Any]] = []
    cursor, asked, met = "", {""}, False
    interrupted: FetchError | None = None
    for number in range(most if place else first):
        try:
            page = ask(cursor)
        except FetchError as error:
            if not number:
                raise
            interrupted = later(error)
            break
        read = [(know(item), item) for item in page.items]
        items += read
        met = _ends_known([known for known, _ in read], place, since)
        cursor = page.cursor
        if met or not cursor or cursor in asked:
            break
        asked.add(cursor)
    fresh, marks = _settle(_down_to_known(items, place) if met else items, place, since)
    if interrupted and (place or isinstance(interrupted, Busy)):
        return Walk(fresh, place, interrupted=interrupted)
    kept = dict(islice({**marks, **place.known, **marks}.items(), PAGE))
    there = Place(kept) if kept else place
    return Walk(fresh, there, gap=bool(place and items and not met), interrupted=interrupted)


def later(error: FetchError) -> FetchError:
    """An error that met us in the middle, after something came: then only the rest is late."""
    return RestLater(**error.values) if isinstance(error, Busy) else error


def _ends_known(read: list[Known], place: Place, since: datetime | None) -> bool:
    """Whether a page ends with what is known, or holds mostly that."""
    told = [_is_known(known, place, since) for known in read if not known.pinned and known.key]
    return bool(told) and (told[-1] or 2 * sum(told) >= len(told))


def _is_known(known: Known, place: Place, since: datetime | None) -> bool:
    if since and known.moment and known.moment <= since:
        return True
    return bool(known.key) and short(known.key) in place.known


def _down_to_known(items: list[tuple[Known, Any]], place: Place) -> list[tuple[Known, Any]]:
    """Items without those older than all that is known: they were older than what was wanted the first time, too."""
    last = [
        number
        for number, (known, _) in enumerate(items)
        if not known.pinned and short(known.key) in place.known
    ]
    return items[: last[-1] + 1] if last else items


def _settle(
    items: Iterable[tuple[Known, Any]], place: Place, since: datetime | None
) -> tuple[tuple[Any, ...], dict[str, str]]:
    """What is new or changed among items, each once, and the marks of them all."""
    fresh: list[Any] = []
    marks: dict[str, str] = {}
    for known, item in items:
        key = short(known.key) if known.key else ""
        if key and key in marks:
            continue
        if key:
            marks[key] = known.mark
        old = since is not None and _is_known(known, place, since)
        if not old and (not key or place.known.get(key) != known.mark):
            fresh.append(item)
    return tuple(fresh), marks
