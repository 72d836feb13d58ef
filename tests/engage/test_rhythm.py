"""Who is drifting, by how much, and a natural occasion to write."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from engage.model import Drifting, Engagement, Person, Reason
from engage.rhythm import days_between, drifting, overdue, rests, rhythm_of
from tests.engage.hands import DAY, HOUR, NOON, person, piece, post

if TYPE_CHECKING:
    from collections.abc import Callable

    from engage.model import Direction

WEEKS = timedelta(weeks=1)
BY_CIRCLE = {1: 6 * WEEKS, 2: 13 * WEEKS, 3: None}
PARIS = ZoneInfo("Europe/Paris")
AUCKLAND = ZoneInfo("Pacific/Auckland")


def engagement(ago: int, note: str = "", kind: str = "met", direction: Direction = "out") -> Engagement:
    return Engagement(1, 1, kind, direction, NOON - ago * DAY, note)


@pytest.mark.parametrize(
    ("circle", "every", "rhythm"),
    [
        (1, None, 6 * WEEKS),
        (2, None, 13 * WEEKS),
        (3, None, None),
        (3, 10 * DAY, 10 * DAY),
        (1, timedelta(0), None),
    ],
)
def test_ones_own_rhythm_goes_before_the_circles_and_never_is_never(
    circle: int, every: timedelta | None, rhythm: timedelta | None
) -> None:
    assert rhythm_of(person(circle=circle, every=every), BY_CIRCLE) == rhythm  # type: ignore[arg-type]


def test_a_day_begins_at_midnight_where_you_are() -> None:
    evening, morning = datetime(2026, 11, 22, 22, 30, tzinfo=UTC), datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert days_between(evening, morning, UTC) == 0
    assert days_between(evening, morning, PARIS) == 1
    assert days_between(evening, morning, AUCKLAND) == 0
    assert days_between(morning, evening, PARIS) == 0


def test_without_a_zone_it_is_the_machines_own(zone: Callable[[str], None]) -> None:
    evening, morning = datetime(2026, 11, 22, 22, 30, tzinfo=UTC), datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    zone("UTC")
    assert days_between(evening, morning) == 0
    zone("Europe/Paris")
    assert days_between(evening, morning) == 1


def test_a_clock_that_goes_back_counts_nothing() -> None:
    assert days_between(NOON, NOON - 9 * DAY) == 0
    assert drifting(person(), 6 * WEEKS, [], NOON + DAY, None, NOON) is None


@pytest.mark.parametrize(("days", "adrift"), [(41, False), (42, False), (43, True)])
def test_one_drifts_after_the_rhythm_not_at_it(days: int, adrift: bool) -> None:
    found = drifting(person(), 6 * WEEKS, [], NOON - days * DAY, None, NOON, UTC)
    assert (found is not None) is adrift


def test_without_a_rhythm_nobody_drifts() -> None:
    assert drifting(person(), None, [], NOON - 4000 * DAY, None, NOON) is None


def test_where_nothing_is_known_it_counts_from_when_they_were_added() -> None:
    found = drifting(person(added=NOON - 50 * DAY), 6 * WEEKS, [], None, None, NOON, UTC)
    assert found is not None
    assert (found.days, found.rhythm_days, found.met) == (50, 42, False)
    assert found.occasion == Reason("occasion_simply")


def test_what_they_published_is_the_best_occasion() -> None:
    recent = piece(post(title="Les haies", ago=3 * DAY))
    past = [engagement(50, "Café")]
    found = drifting(person(), 6 * WEEKS, past, NOON - 50 * DAY, recent, NOON, UTC)
    assert found is not None
    assert found.occasion == Reason("occasion_article", {"title": "Les haies", "days": 3})
    assert (found.piece, found.met) == (recent, True)


def test_a_note_is_an_occasion_by_its_first_words() -> None:
    recent = piece(post("note", text="Cherche massicot", ago=5 * HOUR))
    found = drifting(person(), 6 * WEEKS, [], NOON - 50 * DAY, recent, NOON, UTC)
    assert found is not None
    assert found.occasion == Reason("occasion_note", {"title": "Cherche massicot", "days": 0})


def test_old_news_is_none_and_a_memory_stands_in() -> None:
    old = piece(post(ago=61 * DAY))
    past = [engagement(50), engagement(80, "Carte postale", "wrote", "in"), engagement(90, "Café")]
    found = drifting(person(), 6 * WEEKS, past, NOON - 50 * DAY, old, NOON, UTC)
    assert found is not None
    assert found.occasion == Reason(
        "occasion_memory", {"kind": "wrote", "direction": "in", "note": "Carte postale", "days": 80}
    )
    assert found.piece is None


@pytest.mark.parametrize(
    ("days", "rhythm", "share"), [(42, 42, 0), (10, 42, 0), (56, 42, 1 / 3), (379, 365, 14 / 365), (3, 0, 3)]
)
def test_late_is_a_share_of_the_rhythm(days: int, rhythm: int, share: float) -> None:
    adrift = Drifting(person(), days, rhythm, True, Reason("occasion_simply"), late=days - rhythm)
    assert overdue(adrift) == pytest.approx(share)


# --- letting somebody rest ---


def resting(until: date | None, ago: int = 1) -> Person:
    return person(rests_until=until, rested=NOON - ago * DAY)


@pytest.mark.parametrize(("until", "adrift"), [(24, False), (23, True), (22, True)])
def test_whoever_rests_comes_back_on_the_day_you_said(until: int, adrift: bool) -> None:
    found = drifting(resting(date(2026, 11, until)), 6 * WEEKS, [], NOON - 100 * DAY, None, NOON, UTC)
    assert (found is not None) is adrift


def test_after_a_rest_nobody_owes_what_the_rest_lasted() -> None:
    lately, long_ago = resting(date(2026, 11, 20), ago=60), person()
    rested = drifting(lately, 6 * WEEKS, [], NOON - 400 * DAY, None, NOON, UTC)
    plain = drifting(long_ago, 6 * WEEKS, [], NOON - 60 * DAY, None, NOON, UTC)
    assert rested is not None
    assert plain is not None
    assert (rested.days, rested.late, plain.late) == (400, 3, 18)
    assert overdue(rested) < overdue(plain)


def test_a_rest_never_makes_anybody_later_than_they_are() -> None:
    found = drifting(resting(date(2026, 1, 1)), 6 * WEEKS, [], NOON - 43 * DAY, None, NOON, UTC)
    assert found is not None
    assert found.late == 1


def test_what_passes_between_you_ends_a_rest() -> None:
    endless = resting(date.max, ago=90)
    assert rests(endless, NOON - 91 * DAY, NOON.date())
    assert not rests(endless, NOON - 89 * DAY, NOON.date())
    found = drifting(endless, 6 * WEEKS, [], NOON - 50 * DAY, None, NOON, UTC)
    assert found is not None
    assert found.late == 8
    assert drifting(endless, 6 * WEEKS, [], NOON - 100 * DAY, None, NOON, UTC) is None
