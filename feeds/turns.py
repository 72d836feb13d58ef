"""Whose turn it is: at one host at most so many at once, and one after the other rather than all in the same moment. Pure.

The clock is a parameter: seconds of any clock that only goes forward.
"""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Thing = TypeVar("Thing")


@dataclass(slots=True)
class _Lane(Generic[Thing]):
    """One host: how many are there now, when the next may go, and who waits for it."""

    running: int = 0
    free_at: float = 0.0
    held: deque[Thing] = field(default_factory=deque)
    announced: bool = False


class Turns(Generic[Thing]):
    """Hands things out one at a time, host by host; a thing that must wait for its host holds up no other host."""

    def __init__(
        self,
        things: Iterable[Thing],
        host_of: Callable[[Thing], str],
        per_host: int,
        spacing: Callable[[Thing], float],
    ) -> None:
        self._things = iter(things)
        self._host_of = host_of
        self._per_host = per_host
        self._spacing = spacing
        self._lanes: dict[str, _Lane[Thing]] = {}
        self._ready: list[tuple[float, str]] = []

    def take(self, moment: float) -> Thing | None:
        """The next that may go at `moment`; None when all that is left must wait, or nothing is left."""
        if self._ready and self._ready[0][0] <= moment:
            lane = self._lanes[heapq.heappop(self._ready)[1]]
            lane.announced = False
            return self._go(lane, lane.held.popleft(), moment)
        for thing in self._things:
            lane = self._lane(self._host_of(thing))
            if not lane.held and lane.running < self._per_host and lane.free_at <= moment:
                return self._go(lane, thing, moment)
            lane.held.append(thing)
            self._announce(self._host_of(thing), lane)
        return None

    def wait(self, moment: float) -> float | None:
        """How many seconds until somebody may go for whom only time is missing; None when there is nobody like that."""
        return max(0.0, self._ready[0][0] - moment) if self._ready else None

    def done(self, thing: Thing) -> None:
        """Say that a thing which was taken has come back."""
        host = self._host_of(thing)
        lane = self._lane(host)
        lane.running -= 1
        self._announce(host, lane)

    def give_up(self, host: str) -> list[Thing]:
        """Everything that still waits for a host: it will not be handed out any more."""
        lane = self._lane(host)
        waiting = list(lane.held)
        lane.held.clear()
        if lane.announced:
            lane.announced = False
            self._ready = [entry for entry in self._ready if entry[1] != host]
            heapq.heapify(self._ready)
        return waiting

    def _lane(self, host: str) -> _Lane[Thing]:
        return self._lanes.setdefault(host, _Lane())

    def _go(self, lane: _Lane[Thing], thing: Thing, moment: float) -> Thing:
        lane.running += 1
        lane.free_at = moment + self._spacing(thing)
        self._announce(self._host_of(thing), lane)
        return thing

    def _announce(self, host: str, lane: _Lane[Thing]) -> None:
        """Put a host among those for which only time is missing, if that is how it stands."""
        if lane.held and not lane.announced and lane.running < self._per_host:
            lane.announced = True
            heapq.heappush(self._ready, (lane.free_at, host))
