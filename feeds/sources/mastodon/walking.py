"""Walks a list of statuses from where we stood to its newest, without leaving any out.

The newest page is asked first: where it holds something known, nothing lies between, and what was edited on it is seen.
Otherwise the walk goes forward by `min_id` and the `Link` header, from the oldest that we know: so its page is seen again too.
`since_id` would give the newest page and leave a hole. https://docs.joinmastodon.org/api/guidelines/#pagination
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from feeds.errors import Busy, FetchError, RestLater
from feeds.sources.mastodon.api import PAGE, Page, bounded, id_of
from feeds.sources.mastodon.statuses import mark_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from feeds.sources.mastodon.api import Server

# So many pages at most when we have stood somewhere already; what is left comes next time.
MOST_PAGES = 25


@dataclass(frozen=True, slots=True)
class Place:
    """Where we stand in a list: what we know of its newest page, each id with a mark of how it was, the newest first.

    Ids are local: they are those of `server`, and `account` is the id there of whose statuses these are. `rest` is the address of
    what a first walk did not reach, and `left` how many pages of it are still wanted.
    """

    known: Mapping[str, str] = field(default_factory=dict)
    server: str = ""
    account: str = ""
    rest: str = ""
    left: int = 0

    @classmethod
    def of(cls, position: str) -> Place:
        """The place that a position is; one at the beginning for an empty one."""
        told = json.loads(position) if position else {}
        if "newest" in told:  # as it was written before edits were looked for
            told = {"account": told["account"], "known": {told["newest"]: ""} if told["newest"] else {}}
        return cls(**told)

    def __str__(self) -> str:
        return json.dumps({name: value for name, value in asdict(self).items() if value}, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk brought: what is new or has changed, newest first, and the place where it ended.

    `gap` says that some may be missing between the old place and this; `interrupted` is what ended it early.
    """

    items: tuple[Any, ...]
    place: Place
    gap: bool = False
    interrupted: FetchError | None = None


@dataclass(slots=True)
class _Steps:
    """Pages that came one after the other, and what ended that."""

    pages: list[Page] = field(default_factory=list)
    error: FetchError | None = None
    next: str = ""

    @property
    def ids(self) -> set[str]:
        return {known for page in self.pages for known in page.ids}


def walk(server: Server, address: str, place: Place, *, first: int, right: str = "") -> Walk:
    """Everything in the list at `address` that is newer than `place` or has changed there; at first, its `first` newest pages.

    Raises:
        FetchError: nothing could be read.

    """
    newest = server.page(address, right=right)
    if not place.known:
        return _begin(server, newest, place, first, right)
    if not newest.ids or not place.known.keys().isdisjoint(newest.ids):
        items = _down_to_known(newest.items, place.known)
        found = _settle(items, place, partial=newest.partial)
    else:
        found = _catch_up(server, address, newest, place, right)
    return _rest(server, found, right) if place.rest and not found.interrupted else found


def look_back(server: Server, address: str, place: Place, *, first: int, most: int, right: str = "") -> Walk:
    """The same for a list whose pages are not named by the ids in them: from its newest page back to something known."""
    newest = server.page(address, right=right, by_id=False)
    steps = _back(server, newest, most if place.known else first, right, set(place.known), by_id=False)
    items = [item for page in steps.pages for item in page.items]
    if steps.error and place.known:  # what was not reached is reached the next time, from the old place
        fresh = tuple(item for item in items if id_of(item) not in place.known)
        return Walk(fresh, place, interrupted=later(steps.error))
    found = _settle(items, place)
    return Walk(found.items, found.place, interrupted=later(steps.error) if steps.error else None)


def later(error: FetchError) -> FetchError:
    """An error that met us in the middle, after something came: then only the rest is late."""
    return RestLater(**error.values) if isinstance(error, Busy) else error


# --- the three ways ---


def _begin(server: Server, newest: Page, place: Place, first: int, right: str) -> Walk:
    """The first time: back as far as is wanted."""
    steps = _back(server, newest, first, right, set())
    items = [item for page in steps.pages for item in page.items]
    found = _settle(items, place)
    if newest.partial:  # most of it is not there yet: the next time is the first again
        return Walk(found.items, place, gap=True, interrupted=later(steps.error) if steps.error else None)
    if not steps.error:
        return found
    return Walk(
        found.items,
        replace(found.place, rest=steps.next, left=first - len(steps.pages)),
        interrupted=later(steps.error),
    )


def _catch_up(server: Server, address: str, newest: Page, place: Place, right: str) -> Walk:
    """More has come than the newest page holds."""
    start = bounded(address, "min_id", list(place.known)[-1])
    steps = _forward(server, start, MOST_PAGES, right)
    if steps.error and not steps.pages:
        raise steps.error
    ended = not steps.error and not steps.next
    pages = [newest, *reversed(steps.pages)] if ended else list(reversed(steps.pages))
    gap = False
    reached = steps.pages[0] if steps.pages[0].ids else newest
    if place.known.keys().isdisjoint(reached.ids):
        # Where we stood is no more: the list may have been cut since, or the server knows no way forward.
        before = _back(server, reached, MOST_PAGES, right, set(place.known))
        pages += before.pages[1:]
        gap = place.known.keys().isdisjoint(before.ids)
    items = [item for page in pages for item in page.items]
    partial = newest.partial or any(page.partial for page in pages)
    found = _settle(items, place, partial=partial)
    return Walk(found.items, found.place, found.gap or gap, later(steps.error) if steps.error else None)


def _rest(server: Server, found: Walk, right: str) -> Walk:
    """What a first walk left undone, after what is new. A page that will not come is given up after some tries, and costs nobody
    anything else.
    """
    place = found.place
    steps = _Steps(next=place.rest)
    try:
        start = server.page(server.base + place.rest, right=right)
    except FetchError as error:
        steps.error = error
    else:
        steps = _back(server, start, place.left, right, set())
    items = [item for page in steps.pages for item in page.items]
    waits = later(steps.error) if isinstance(steps.error, Busy) else None
    left = place.left - len(steps.pages) if waits else place.left - max(1, len(steps.pages))
    over = steps.error is None or left <= 0
    there = replace(place, rest="" if over else steps.next, left=0 if over else left)
    return Walk((*found.items, *items), there, found.gap, waits)


# --- steps ---


def _back(
    server: Server, start: Page, most: int, right: str, until: set[str], *, by_id: bool = True
) -> _Steps:
    """A page and the older ones, at most so many, up to one that holds something of `until`."""
    steps = _Steps([start], next=start.older)
    if not start.older or most <= 1 or _meets(start, until):
        return steps
    try:
        for page in server.pages(start.older, right=right, by_id=by_id, known=start.ids):
            steps.pages.append(page)
            steps.next = page.older
            if len(steps.pages) >= most or _meets(page, until):
                break
    except FetchError as error:
        steps.error = error
    steps.next = _path(steps.next, server)
    return steps


def _meets(page: Page, until: set[str]) -> bool:
    """Whether a page is where we stood: it ends with something known, or holds mostly that. One known item alone may have come
    to the top again, as what is favoured anew does.
    """
    known = [number in until for number in page.ids]
    return bool(known) and (known[-1] or 2 * sum(known) >= len(known))


def _forward(server: Server, start: str, most: int, right: str) -> _Steps:
    """The pages from an address on, at most so many."""
    steps = _Steps(next=start)
    try:
        for page in server.pages(start, forward=True, right=right):
            steps.pages.append(page)
            if len(steps.pages) >= most:
                steps.next = page.newer
                return steps
    except FetchError as error:
        steps.error = error
        return steps
    steps.next = ""
    return steps


def _down_to_known(items: tuple[Any, ...], known: Mapping[str, str]) -> tuple[Any, ...]:
    """Items without those older than all that is known: they came the first time, or were older then than what was wanted."""
    last = max((number for number, item in enumerate(items) if id_of(item) in known), default=len(items))
    return items[: last + 1]


def _settle(items: Iterable[Any], place: Place, *, partial: bool = False) -> Walk:
    """What is new or changed among `items`, newest first, each once; the new place begins with the newest of them."""
    fresh: list[Any] = []
    marks: dict[str, str] = {}
    for item in items:
        number = id_of(item)
        if number in marks:
            continue
        mark = mark_of(item)
        if number:
            marks[number] = mark
        if not number or place.known.get(number) != mark:
            fresh.append(item)
    # It is being made anew, not from its newest on: what comes in between is found from the old place.
    if partial:
        return Walk(tuple(fresh), place, gap=True)
    known = dict(islice({**marks, **place.known, **marks}.items(), PAGE))
    return Walk(tuple(fresh), replace(place, known=known))


def _path(address: str, server: Server) -> str:
    """An address on the server without the server, as it stands in a position."""
    return address.removeprefix(server.base)
