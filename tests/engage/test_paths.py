"""Who could introduce you to somebody."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from engage.model import Relation
from engage.paths import LONGEST, paths
from tests.engage.hands import NOON, person

if TYPE_CHECKING:
    from typing import Literal

    from engage.model import Circle, Person

GOAL = 9


def somebody(number: int, circle: Circle = 1) -> Person:
    return person(number, f"P{number}", circle)


def knows(one: int, other: int, kind: Literal["knows", "follows"] = "knows") -> Relation:
    return Relation(one, other, kind, "you said so", NOON)


def ways(
    people: list[Person], relations: list[Relation], days: dict[int, int] | None = None
) -> list[list[int]]:
    """The ways as lists of who is asked, one after the other."""
    found = paths(GOAL, [*people, somebody(GOAL, 3)], relations, days or {})
    return [[path.first, *(step.person_id for step in path.steps)] for path in found]


def test_whoever_knows_them_introduces_whichever_way_it_was_noted() -> None:
    assert ways([somebody(1)], [knows(1, GOAL)]) == [[1, GOAL]]
    assert ways([somebody(1)], [knows(GOAL, 1)]) == [[1, GOAL]]


def test_nobody_leads_to_whom_nobody_knows() -> None:
    assert ways([somebody(1), somebody(2)], [knows(1, 2)]) == []
    assert ways([], []) == []


def test_the_shortest_way_goes_before_a_warmer_one() -> None:
    relations = [knows(1, 2), knows(2, GOAL), knows(GOAL, 3, "follows"), knows(3, 1)]
    found = ways([somebody(1), somebody(2), somebody(3, 2)], relations)
    assert found[:2] == [[2, GOAL], [3, GOAL]]


def test_of_equal_length_the_warmest_goes_first() -> None:
    people = [somebody(1, 2), somebody(2), somebody(3)]
    relations = [knows(1, GOAL), knows(2, GOAL), knows(3, GOAL)]
    assert ways(people, relations, {1: 1, 2: 300, 3: 3}) == [[3, GOAL], [2, GOAL], [1, GOAL]]
    assert ways(people, relations, {1: 1, 2: 300})[-1] == [3, GOAL]  # with whom nothing is noted


def test_what_you_said_counts_more_than_who_follows_whom() -> None:
    people = [somebody(number) for number in (1, 2, 3, 4)]
    relations = [
        knows(4, GOAL, "follows"),
        knows(GOAL, 3, "follows"),
        knows(2, GOAL, "follows"),
        knows(GOAL, 2, "follows"),
        knows(1, GOAL),
    ]
    found = paths(GOAL, [*people, somebody(GOAL, 3)], relations, dict.fromkeys((1, 2, 3, 4), 1), most=4)
    assert [path.first for path in found] == [1, 2, 3, 4]


def test_whom_you_do_not_know_yourself_is_asked_by_whom_you_do() -> None:
    relations = [knows(1, 2), knows(2, GOAL)]
    assert ways([somebody(1), somebody(2, 3)], relations) == [[1, 2, GOAL]]
    assert ways([somebody(2, 3)], relations) == []


def test_a_way_ends_where_nobody_would_ask_any_more() -> None:
    chain = [somebody(1), *(somebody(number, 3) for number in range(20, 20 + LONGEST))]
    numbers = [one.id for one in chain]
    relations = [knows(a, b) for a, b in pairwise(numbers)]
    assert ways(chain, [*relations, knows(numbers[-2], GOAL)]) == [[*numbers[:-1], GOAL]]
    assert ways(chain, [*relations, knows(numbers[-1], GOAL)]) == []


def test_there_are_three_ways_at_most_and_none_is_much_longer() -> None:
    people = [somebody(number) for number in range(1, 8)]
    assert len(ways(people, [knows(number, GOAL) for number in range(1, 8)])) == 3
    relations = [knows(1, GOAL), knows(2, 11), knows(11, 12), knows(12, GOAL)]
    assert ways([*people, somebody(11, 3), somebody(12, 3)], relations) == [[1, GOAL]]


def test_circles_in_what_people_know_end() -> None:
    relations = [knows(1, 2), knows(2, 3), knows(3, 1), knows(3, GOAL), knows(GOAL, 1, "follows")]
    assert ways([somebody(1), somebody(2), somebody(3)], relations)[0] == [3, GOAL]


def test_two_ways_of_equal_cost_stand_by_name() -> None:
    relations = [knows(2, GOAL), knows(1, GOAL), knows(1, 5), knows(5, GOAL), knows(1, 6), knows(6, GOAL)]
    people = [somebody(2), somebody(1), somebody(5, 3), somebody(6, 3)]
    assert ways(people, relations) == [[1, GOAL], [2, GOAL]]
