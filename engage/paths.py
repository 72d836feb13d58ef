"""Who could introduce you to somebody: the shortest ways through people you know, the warmest first. Pure.

A step costs by how sure it is that two people know each other; the first one by how near the person is to you. The fewest steps
go before the warmest ones, for each introduction is asked of somebody.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engage.model import Person, Relation

# What a step costs: what you said, what two say of each other, what one says of the other.
_KNOWS = 1.0
_BOTH_FOLLOW = 2.0
_FOLLOWED_BY_THEM = 3.0
_FOLLOWS = 4.0
# Of whom you know well you ask more easily. Circle 3 you do not know yet: nobody is asked there.
_NEAR = {1: 0.0, 2: 1.0}
# A year without a word makes asking harder, up to this.
_YEAR = 365.0
_COLDEST = 2.0
LONGEST = 4


@dataclass(frozen=True, slots=True)
class Step:
    """From one person to the next, with what shows that they know each other: one relation, or one each way."""

    person_id: int
    relations: tuple[Relation, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """A way to somebody. `first` is who you would ask, then step by step; `cost` is lower the warmer it is."""

    first: int
    steps: tuple[Step, ...]
    cost: float


def paths(
    goal: int,
    people: Sequence[Person],
    relations: Sequence[Relation],
    days: Mapping[int, int],
    most: int = 3,
) -> list[Path]:
    """The best ways to a person, at most `most`, each by another first person; none when nobody leads there.

    `days` tells for each person how long ago you were in touch, where anything is noted.
    """
    by_id = {person.id: person for person in people}
    near = _neighbours(relations)
    found = []
    for person in people:
        if person.circle in _NEAR and person.id != goal:
            reached = _reach(person.id, goal, near, by_id)
            if reached is not None:
                steps, cost = reached
                found.append(Path(person.id, steps, cost + _NEAR[person.circle] + _cold(days.get(person.id))))
    found.sort(key=lambda path: (len(path.steps), path.cost, by_id[path.first].name))
    # Whoever is asked on the way of somebody nearer is no way of their own.
    shortest = len(found[0].steps) if found else 0
    return [path for path in found if len(path.steps) <= shortest + 1][:most]


def _cold(days: int | None) -> float:
    return _COLDEST if days is None else min(days / _YEAR, _COLDEST)


def _neighbours(relations: Sequence[Relation]) -> dict[int, dict[int, tuple[Relation, ...]]]:
    near: dict[int, dict[int, tuple[Relation, ...]]] = {}
    for relation in relations:
        for one, other in ((relation.person_id, relation.other_id), (relation.other_id, relation.person_id)):
            near.setdefault(one, {})[other] = (*near.get(one, {}).get(other, ()), relation)
    return near


def cost_of(relations: Sequence[Relation], one: int) -> float:
    """What a step from `one` to somebody costs, by what is known between the two."""
    if any(relation.kind == "knows" for relation in relations):
        return _KNOWS
    follows = {relation.person_id == one for relation in relations}
    if follows == {True, False}:
        return _BOTH_FOLLOW
    # Whom the goal follows has their ear; who merely follows them may never have been seen by them.
    return _FOLLOWED_BY_THEM if follows == {False} else _FOLLOWS


def _reach(
    start: int,
    goal: int,
    near: Mapping[int, Mapping[int, tuple[Relation, ...]]],
    people: Mapping[int, Person],
) -> tuple[tuple[Step, ...], float] | None:
    """The best way from one person to another: the fewest steps, then the least cost."""
    turn = count()  # of two ways that cost the same the first found goes before
    queue: list[tuple[int, float, int, int, tuple[Step, ...]]] = [(0, 0.0, next(turn), start, ())]
    done: set[int] = set()
    while queue:
        length, cost, _, here, steps = heapq.heappop(queue)
        if here == goal:
            return steps, cost
        if here in done or length >= LONGEST:
            continue
        done.add(here)
        for other, relations in near.get(here, {}).items():
            if other not in done and other in people:
                step = Step(other, relations)
                heapq.heappush(
                    queue, (length + 1, cost + cost_of(relations, here), next(turn), other, (*steps, step))
                )
    return None
