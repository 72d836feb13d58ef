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
def test_news_at(published: datetime | None, last_answer: datetime | None, news: datetime | None) -> None:
    assert timing.news_at(replace(POST, published=published), NOW, last_answer) == news


@pytest.mark.parametrize(
    ("asked_fully", "fully"),
    [(None, False), (NOW, False), (NOW - DAY + HOUR, False), (NOW - DAY, True), (NOW - 9 * DAY, True)],
)
def test_ask_fully_at_most_once_a_day(asked_fully: datetime | None, fully: bool) -> None:
    assert timing.ask_fully(asked_fully, NOW) is fully


@pytest.mark.parametrize(
    ("kind", "wish", "wait"),
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
def test_due_after_answer(kind: SourceKind, wish: int | None, wait: timedelta) -> None:
    source = replace(BLOG, kind=kind)
    assert timing.due_after_answer(source, Batch(Cursor(), wait=wish), NOW) == NOW + wait


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
    error = TooSlow(address=BLOG.address, seconds=30)
    due = [
        timing.due_after_failure(replace(BLOG, address=f"https://{n}.example/"), error, failures, NOW)
        for n in range(20)
    ]
    assert all(NOW + least <= moment <= NOW + most for moment in due)
    assert len(set(due)) == (
        1 if failures == 1 else 20
    )  # spread out, so that they do not come back all at once


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
