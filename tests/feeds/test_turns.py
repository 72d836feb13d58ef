"""Whose turn it is: never too many at one host, never too soon after one another, and nobody is forgotten."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from feeds.turns import Turns

THINGS = st.lists(st.tuples(st.sampled_from("abc"), st.integers()), max_size=40)


def turns(things: list[tuple[str, int]], per_host: int = 2, spacing: float = 1.0) -> Turns[tuple[str, int]]:
    return Turns(things, lambda thing: thing[0], per_host, lambda _thing: spacing)


def test_a_host_that_is_full_holds_up_no_other() -> None:
    waiting = turns([("a", 1), ("a", 2), ("a", 3), ("b", 4)], spacing=0)
    assert [waiting.take(0) for _ in range(4)] == [("a", 1), ("a", 2), ("b", 4), None]
    assert waiting.wait(0) is None  # not time is missing, but an answer
    waiting.done(("a", 1))
    assert waiting.take(0) == ("a", 3)


def test_one_host_is_asked_one_after_the_other() -> None:
    waiting = turns([("a", 1), ("a", 2), ("b", 3)])
    assert [waiting.take(10.0) for _ in range(3)] == [("a", 1), ("b", 3), None]
    assert waiting.wait(10.25) == 0.75
    assert waiting.take(10.9) is None
    assert waiting.take(11.0) == ("a", 2)


def test_what_is_given_up_is_handed_out_no_more() -> None:
    waiting = turns([("a", 1), ("a", 2), ("a", 3), ("b", 4)], per_host=1)
    assert [waiting.take(0), waiting.take(0), waiting.take(0)] == [("a", 1), ("b", 4), None]
    assert waiting.give_up("a") == [("a", 2), ("a", 3)]
    waiting.done(("a", 1))
    assert (waiting.take(99), waiting.wait(99), waiting.give_up("a")) == (None, None, [])


@given(THINGS, st.integers(1, 3), st.floats(0, 2), st.randoms())
def test_everybody_has_a_turn_and_the_rules_hold(
    things: list[tuple[str, int]], per_host: int, spacing: float, chance: object
) -> None:
    waiting = turns(things, per_host, spacing)
    moment, taken, running = 0.0, [], list[tuple[str, int]]()
    last: dict[str, float] = {}
    while True:
        if (thing := waiting.take(moment)) is not None:
            assert moment >= last.get(thing[0], -9) + spacing
            last[thing[0]] = moment
            taken.append(thing)
            running.append(thing)
            assert sum(other[0] == thing[0] for other in running) <= per_host
        elif running and chance.random() < 0.7:  # type: ignore[attr-defined]
            waiting.done(running.pop(0))
        elif (soon := waiting.wait(moment)) is not None:
            moment += max(soon, 1e-9)
        elif running:
            waiting.done(running.pop())
        else:
            break
    assert sorted(taken) == sorted(things)
    for host in "abc":
        assert [t for t in taken if t[0] == host] == [t for t in things if t[0] == host]
