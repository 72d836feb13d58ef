"""What is news, and when a source is asked again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from feeds import timing
from feeds.errors import BadStatus, Busy, FetchError, Gone, TooSlow, Unreachable
from feeds.model import Batch, Cursor, Post, Source, SourceKind

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
POST = Post("k", "article")
BLOG = Source("blog", "https://julie.example/feed")


@pytest.mark.parametrize(
    ("published", "last_answer", "news"),
    [
        # First met: only its own date says what is news.
        (None, None, None),
        (NOW - HOUR, None, NOW - HOUR),
        (NOW - 4000 * DAY, None, NOW - 4000 * DAY),
        (NOW + 4000 * DAY, None, NOW),
        # Later: what is new to us is news, unless it is dated long before we last looked.
        (None, NOW - HOUR, NOW),
        (NOW - HOUR, NOW - 2 * HOUR, NOW),
        (NOW - 29 * DAY, NOW - HOUR, NOW),
        (NOW - 31 * DAY, NOW - HOUR, None),
        (NOW - 31 * DAY, NOW - 20 * DAY, NOW),
        (NOW + 4000 * DAY, NOW - HOUR, NOW),
    ],
)
def test_news_of(published: datetime | None, last_answer: datetime | None, news: datetime | None) -> None:
    assert timing.news_of([replace(POST, published=published)], NOW, last_answer) == [news]


def many(number: int, first: datetime | None, apart: timedelta = DAY) -> list[Post]:
    """Posts, newest first."""
    return [
        Post(str(n), "article", title=f"t{n}", published=first - n * apart if first else None)
        for n in range(number)
    ]


@pytest.mark.parametrize(
    ("posts", "again", "announced"),
    [
        (many(timing.MASS, None), set(), timing.MASS),  # a talkative morning
        (many(timing.MASS + 1, None), set(), 0),  # what has no date is of any time
        (many(230, NOW - HOUR), set(), 2),  # dated before we last looked: a backlog that came late
        (many(230, NOW, timedelta(0)), set(), 0),  # all dated now, as importers do
        (many(23, NOW, HOUR), {str(n) for n in range(2, 23)}, 2),  # under titles that we know
        (many(12, NOW + DAY, HOUR), set(), timing.MASS),
    ],
)
def test_of_a_mass_of_new_entries_only_what_can_be_new_is_announced(
    posts: list[Post], again: set[str], announced: int
) -> None:
    news = timing.news_of(posts, NOW, NOW - HOUR, again)
    assert len(news) == len(posts)
    assert sum(moment is not None for moment in news) == announced
    assert set(news) <= {NOW, None}


@pytest.mark.parametrize(
    ("asked_fully", "fully"),
    [(None, False), (NOW, False), (NOW - DAY + HOUR, False), (NOW - DAY, True), (NOW - 9 * DAY, True)],
)
def test_ask_fully_at_most_once_a_day(asked_fully: datetime | None, fully: bool) -> None:
    assert timing.ask_fully(asked_fully, NOW) is fully


VALIDATED = Cursor(etag='"a"')
BUSY_PEN = timing.Pace(HOUR, NOW)


@pytest.mark.parametrize(
    ("kind", "wait", "due"),
    [
        ("blog", None, HOUR),
        ("blog", 60, HOUR),
        ("blog", 4 * 3600, 4 * HOUR),
        ("blog", 10**9, DAY),
        ("mastodon", None, HOUR / 4),
        ("bluesky", None, HOUR / 4),
        ("bluesky", 7200, 2 * HOUR),
    ],
)
def test_an_answer_holds_good_as_long_as_its_server_says(
    kind: SourceKind, wait: int | None, due: timedelta
) -> None:
    source = replace(BLOG, kind=kind)
    assert timing.due_after_answer(source, Batch(VALIDATED, wait=wait), BUSY_PEN, NOW) == NOW + due


@pytest.mark.parametrize(
    ("cursor", "wait", "due"),
    [
        (Cursor(etag='"a"'), None, HOUR),
        (Cursor(modified="Mon, 23 Nov 2026 09:00:00 GMT"), None, HOUR),
        (Cursor(), None, DAY),  # each question costs its server the whole feed
        (Cursor(wish=3 * 3600), None, 3 * HOUR),  # unless it allows more
        (Cursor(), 300, HOUR),
        (Cursor(wish=10 * 86400, etag='"a"'), None, 7 * DAY),
        (Cursor(wish=2 * 3600, etag='"a"'), 3 * 3600, 3 * HOUR),
        (Cursor(wish=0, etag='"a"'), 0, HOUR),
    ],
)
def test_an_unconditional_question_is_asked_once_a_day_and_the_feeds_own_wish_is_granted(
    cursor: Cursor, wait: int | None, due: timedelta
) -> None:
    assert timing.due_after_answer(BLOG, Batch(cursor, wait=wait), BUSY_PEN, NOW) == NOW + due


@pytest.mark.parametrize(
    ("usual", "silent", "due"),
    [
        (timedelta(0), timedelta(0), HOUR),
        (HOUR, HOUR, HOUR),
        (DAY, HOUR, 2 * HOUR),  # writes every day
        (DAY, 3 * DAY, 6 * HOUR),  # used to
        (7 * DAY, DAY, 14 * HOUR),
        (180 * DAY, DAY, 20 * HOUR),  # writes twice a year
        (DAY, 400 * DAY, 20 * HOUR),
    ],
)
def test_who_writes_seldom_is_asked_seldom(usual: timedelta, silent: timedelta, due: timedelta) -> None:
    pace = timing.Pace(usual, NOW - silent)
    assert timing.due_after_answer(BLOG, Batch(VALIDATED), pace, NOW) == NOW + due


def test_the_pace_is_the_middle_of_the_gaps() -> None:
    dates = [NOW, NOW - DAY, NOW - 3 * DAY, NOW - 100 * DAY]
    assert timing.pace_of(dates) == timing.Pace(2 * DAY, NOW)
    assert timing.pace_of(dates[:1]) == timing.Pace(timedelta(0), NOW)
    assert timing.pace_of([]) == timing.Pace()


def test_a_new_address_is_believed_when_it_is_named_often_enough_in_a_row() -> None:
    cursor = Cursor()
    for answer in ("new", "new", "other", "new", "", "new", "new"):
        cursor = timing.moves(cursor, answer)
        assert not timing.has_moved(cursor)
    assert timing.has_moved(timing.moves(cursor, "new"))
    assert timing.moves(cursor, "") == Cursor()


@pytest.mark.parametrize(
    ("failures", "least", "most"),
    [
        (1, timedelta(0), timedelta(0)),
        (2, HOUR / 4 * 0.75, HOUR / 4 * 1.25),
        (3, HOUR * 0.75, HOUR * 1.25),
        (4, 4 * HOUR * 0.75, 4 * HOUR * 1.25),
        (5, 12 * HOUR * 0.75, 12 * HOUR * 1.25),
        (6, DAY * 0.75, DAY * 1.25),
        (600, DAY * 0.75, DAY * 1.25),
    ],
)
def test_due_after_failure_is_later_and_later(failures: int, least: timedelta, most: timedelta) -> None:
    error = Unreachable(address=BLOG.address, reason="no such host")
    due = [
        timing.due_after_failure(replace(BLOG, address=f"https://{n}.example/"), error, failures, NOW)
        for n in range(20)
    ]
    assert all(NOW + least <= moment <= NOW + most for moment in due)
    assert len(set(due)) == (
        1 if failures == 1 else 20
    )  # spread out, so that they do not come back all at once


@pytest.mark.parametrize("error", [BadStatus(address="a", status=500), TooSlow(address="a", seconds=30)])
def test_a_server_that_had_work_with_it_is_left_alone_for_an_hour(error: FetchError) -> None:
    for failures in range(1, 9):
        assert timing.due_after_failure(BLOG, error, failures, NOW) >= NOW + HOUR


def test_jitter_is_the_same_each_time() -> None:
    error = TooSlow(address=BLOG.address, seconds=30)
    assert timing.due_after_failure(BLOG, error, 3, NOW) == timing.due_after_failure(BLOG, error, 3, NOW)


def test_a_server_that_names_a_moment_is_obeyed() -> None:
    error = Busy(address=BLOG.address, status=429, until="", at=(NOW + 5 * HOUR).isoformat())
    assert timing.due_after_failure(BLOG, error, 4, NOW) == NOW + 5 * HOUR


@pytest.mark.parametrize(
    ("error", "ends", "counts"),
    [
        (Gone(address="a", status=410), True, True),
        (Busy(address="a", status=429, until="", at=""), False, False),
        (BadStatus(address="a", status=500), False, True),
        (Unreachable(address="a", reason="r"), False, True),
    ],
)
def test_what_a_failure_says_of_its_source(error: FetchError, ends: bool, counts: bool) -> None:
    assert timing.is_end(error) is ends
    assert timing.counts_as_failure(error) is counts


@pytest.mark.parametrize("year", [1, 1969, 9999])
def test_a_date_that_nothing_on_the_web_can_bear_is_none(year: int) -> None:
    assert timing.possible(datetime(year, 6, 1, tzinfo=UTC)) is None
    assert timing.possible(datetime(2026, 6, 1)) == datetime(2026, 6, 1, tzinfo=UTC)  # noqa: DTZ001 - the case
