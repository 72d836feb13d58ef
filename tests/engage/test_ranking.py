"""Which pieces matter today, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engage.model import Piece, Reason
from engage.ranking import Candidate, rank, weigh
from tests.engage.hands import DAY, HOUR, NOON, SKEETS, TOOTS, person, piece, post, stored

if TYPE_CHECKING:
    from datetime import datetime

    from engage.model import Circle

LONG = "Un paragraphe entier. " * 10


def candidate(what: Piece | None = None, circle: Circle = 1, number: int = 1, **more: Any) -> Candidate:
    found = what or piece(post(text=LONG))
    return Candidate(found, person(number, f"Person {number}", circle), "passage", **more)


def codes(one: Candidate, now: datetime = NOON) -> list[str]:
    return [reason.code for reason in weigh(one, now)[1]]


def weight(one: Candidate, now: datetime = NOON) -> float:
    return weigh(one, now)[0]


def test_close_people_weigh_more() -> None:
    assert weight(candidate(circle=1)) > weight(candidate(circle=2)) > weight(candidate(circle=3))


def test_an_article_outweighs_a_note_and_a_long_note_a_short_one() -> None:
    article, note, short = (
        candidate(piece(what))
        for what in (post(text=LONG), post("note", text=LONG), post("note", text="Des moutons."))
    )
    assert weight(article) > weight(note) > weight(short)


def test_a_short_note_about_a_loss_is_not_little_said() -> None:
    """It stands before the article of the same person: one person has one highlight."""
    loss = candidate(piece(post("note", text="Mon père est mort hier.", ago=5 * HOUR)), tone="grief")
    assert rank([candidate(), loss], NOON, 5)[0].quiet == "grief"


def test_words_to_you_weigh_most_and_say_whether_they_answer() -> None:
    plain = candidate(circle=1)
    reply = candidate(piece(post("reply", text="Oui")), 3, speaks_to_you=True)
    mention = candidate(piece(post("note", text=LONG)), 3, speaks_to_you=True)
    assert codes(reply)[0] == "answers_you"
    assert codes(mention)[0] == "mentions_you"
    assert weight(mention) > weight(plain)


def test_each_day_takes_a_little_away_and_the_future_gives_nothing() -> None:
    fresh, older = candidate(piece(post(text=LONG))), candidate(piece(post(text=LONG, ago=3 * DAY)))
    ahead = candidate(piece(post(text=LONG, published=NOON + 9 * DAY)))
    assert weight(fresh) - weight(older) == pytest.approx(0.75)
    assert weight(ahead) == weight(fresh)


@pytest.mark.parametrize(
    ("silent", "reason"),
    [
        (44, None),
        (45, Reason("first_article_weeks", {"count": 6})),
        (60, Reason("first_article_weeks", {"count": 8})),
        (61, Reason("first_article_months", {"count": 2})),
        (213, Reason("first_article_months", {"count": 6})),
        (214, Reason("first_article_months", {"count": 7})),
        (730, Reason("first_article_months", {"count": 23})),
        (731, Reason("first_article_years", {"count": 2})),
        (1094, Reason("first_article_years", {"count": 2})),
        (1095, Reason("first_article_years", {"count": 3})),
    ],
)
def test_a_silence_is_counted_down_and_never_overstated(silent: int, reason: Reason | None) -> None:
    one = candidate(previous=NOON - HOUR - silent * DAY)
    assert next((r for r in weigh(one, NOON)[1] if r.code.startswith("first")), None) == reason


def test_a_day_short_of_a_month_is_not_that_month() -> None:
    almost = candidate(previous=NOON - HOUR - 214 * DAY + HOUR)
    assert Reason("first_article_months", {"count": 6}) in weigh(almost, NOON)[1]


def test_an_article_dated_in_the_future_breaks_no_record() -> None:
    """A date in 2055 is taken for the moment when it came: not the first article in 29 years."""
    ahead = candidate(piece(post(text=LONG, published=NOON + 29 * 365 * DAY)), previous=NOON - 100 * DAY)
    assert Reason("first_article_months", {"count": 3}) in weigh(ahead, NOON)[1]


def test_a_note_after_a_silence_is_a_post() -> None:
    one = candidate(piece(post("note", text=LONG)), previous=NOON - 100 * DAY)
    assert "first_post_months" in codes(one)


def test_a_rare_voice_outweighs_a_frequent_one_and_a_year_is_enough() -> None:
    often, rare, long, longer = (
        weight(candidate(previous=NOON - days * DAY)) for days in (3, 100, 366, 3000)
    )
    assert often < rare < long
    assert long == pytest.approx(longer, abs=0.01)


@pytest.mark.parametrize(
    ("reached", "reason"),
    [
        (("wrote", 97), Reason("last_wrote", {"days": 97})),
        (("thanked", 30), Reason("last_wrote", {"days": 30})),
        (("met", 31), Reason("last_reached", {"kind": "met", "days": 31})),
        (("called", 200), Reason("last_reached", {"kind": "called", "days": 200})),
        (("wrote", 29), None),
    ],
)
def test_who_met_did_not_write(reached: tuple[str, int], reason: Reason | None) -> None:
    kind, days = reached
    found = weigh(candidate(reached=(kind, NOON - days * DAY)), NOON)[1]
    assert next((r for r in found if r.code.startswith("last")), None) == reason


def test_sad_news_is_never_good_news() -> None:
    assert codes(candidate(tone="grief", news="job")) == ["tone_grief", "circle"]
    assert "news_job" in codes(candidate(news="job"))


def test_places_and_people_who_pass_it_on_count() -> None:
    everywhere = piece(post(text=LONG), stored(8, post("note"), TOOTS), stored(9, post("note"), SKEETS))
    one = candidate(everywhere, passed_on_by=("Paul", "Ann", "Bo", "Cy"))
    reasons = weigh(one, NOON)[1]
    assert Reason("places", {"count": 3}) in reasons
    assert Reason("passed_on", {"names": "Paul, Ann, Bo, Cy"}) in reasons
    assert weight(one) == weight(replace(one, passed_on_by=("Paul", "Ann", "Bo")))


def test_reasons_come_the_heaviest_first_and_always_name_the_circle() -> None:
    one = candidate(
        circle=3, speaks_to_you=True, previous=NOON - 400 * DAY, reached=("wrote", NOON - 40 * DAY)
    )
    assert codes(one) == ["mentions_you", "first_article_months", "circle", "last_wrote"]


def test_a_person_has_one_highlight_however_much_they_say() -> None:
    chatty = [candidate(replace_id(n), number=1) for n in range(20)]
    quiet = candidate(replace_id(99), circle=3, number=2)
    assert [h.person.id for h in rank([*chatty, quiet], NOON, 5)] == [1, 2]


def replace_id(number: int) -> Piece:
    return piece(post(text=LONG, ago=timedelta(minutes=number)), number=number + 1)


@pytest.mark.parametrize("most", [0, 1, 3, 50])
def test_a_day_is_finite(most: int) -> None:
    many = [candidate(replace_id(n), number=n + 1) for n in range(12)]
    assert len(rank(many, NOON, most)) == min(most, 12)


def test_equals_stand_the_newest_first_then_by_number_whatever_the_order_given() -> None:
    same = [candidate(piece(post(text=LONG), number=n), number=n) for n in (3, 1, 2)]
    newer = candidate(piece(post(text=LONG, ago=timedelta(minutes=1)), number=9), number=9)
    for order in ([*same, newer], [newer, *reversed(same)]):
        assert [h.piece.id for h in rank(order, NOON, 9)] == [9, 1, 2, 3]


def test_a_highlight_keeps_what_is_known() -> None:
    (found,) = rank([candidate(tone="illness")], NOON, 1)
    assert (found.passage, found.quiet) == ("passage", "illness")
    assert rank([], NOON, 5) == ()
