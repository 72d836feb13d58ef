"""When: what counts as news, and when a source is asked again. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from feeds.errors import BadScheme, Busy, FetchError, Gone, Refused, Unreachable, Untrusted

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from feeds.model import Batch, Cursor, Post, Source

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
_FIRST_YEAR, _LAST_YEAR = 1970, 9000
# An entry that comes late (a draft dated when it was begun, a feed that was down) is still news for this long.
LATE = timedelta(days=30)
# More new entries at once than this are no morning's writing: a blog has moved, or somebody emptied a drawer.
MASS = 10
# Nobody writes more in an hour: an importer does, which dates everything alike.
_MOST_IN_AN_HOUR = 5
# One question to a friend's server an hour is plenty; the networks are built for more.
_USUAL = {"blog": HOUR}
_OFTEN = HOUR / 4
# So many times between two posts, as far as the past tells, a blog is asked.
_LOOKS = 12
# Whoever looks every morning should find what came in the night: a whole day would make every other morning miss it.
_SLOWEST = timedelta(hours=20)
# Where nobody was reached, the first failure waits for nothing: it may be our own line that was down.
_BACK_OFF = (timedelta(0), HOUR / 4, HOUR, 4 * HOUR, 12 * HOUR, DAY)
# A new address is believed when the old one has named it so many times in a row, and a feed was there each time.
ENOUGH_MOVES = 3


@dataclass(frozen=True, slots=True)
class Pace:
    """How a source writes: the time that usually passes between two posts, and the date of its newest one."""

    usual: timedelta = timedelta(0)
    newest: datetime | None = None


def possible(moment: datetime) -> datetime | None:
    """A date that something published on the web can bear, in UTC; None for year 1 and its like, which mean nothing."""
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def news_of(
    posts: Sequence[Post], now: datetime, last_answer: datetime | None, again: Container[str] = ()
) -> list[datetime | None]:
    """When each of the posts that one fetch brings for the first time counts as news; None for what was old already.

    At the first fetch of a source (`last_answer` is None) everything it lists is backlog, and only its dates say
    what is news. Later, what is new to us is news today, unless it is dated long before we last looked. `again` holds the
    keys of posts whose title the source has published before: of many at once, those are its past under new names, and so
    are those that all bear one date.
    """
    if last_answer is None:
        return [min(post.published, now) if post.published else None for post in posts]
    if len(posts) <= MASS:
        return [now if _is_late_enough(post, last_answer - LATE) else None for post in posts]
    hours = Counter(post.published.replace(minute=0, second=0) for post in posts if post.published)
    fresh = [
        post
        for post in posts
        if post.key not in again and post.published and _is_late_enough(post, last_answer - DAY)
        if hours[post.published.replace(minute=0, second=0)] <= _MOST_IN_AN_HOUR
    ]
    newest = sorted(fresh, key=lambda post: min(post.published or now, now), reverse=True)[:MASS]
    announced = {post.key for post in newest}
    return [now if post.key in announced else None for post in posts]


def news_heard(post: Post, now: datetime, last_answer: datetime | None) -> datetime | None:
    """When a post that a timeline brings for the first time counts as news; None for what is old.

    `last_answer` is when the timeline last answered: at the first time only the post's date says what is news.
    """
    if last_answer is None:
        return min(post.published, now) if post.published else None
    return now if _is_late_enough(post, last_answer - LATE) else None


def _is_late_enough(post: Post, earliest: datetime) -> bool:
    return post.published is None or post.published >= earliest


def ask_fully(asked_fully: datetime | None, now: datetime) -> bool:
    """Whether to ask once without validators: some servers say "not modified" for ever. At most once a day."""
    return asked_fully is not None and now - asked_fully >= DAY


def pace_of(dates: Sequence[datetime]) -> Pace:
    """The pace of a source from the dates of its latest posts, newest first."""
    gaps = sorted(later - earlier for later, earlier in pairwise(dates))
    return Pace(gaps[len(gaps) // 2] if gaps else timedelta(0), dates[0] if dates else None)


def due_after_answer(source: Source, batch: Batch, pace: Pace, now: datetime) -> datetime:
    """When to ask a source again that answered.

    A blog is asked the more seldom, the more seldom it writes, and the longer it has been silent; never more than once an
    hour, nor than once a day when its server knows no "nothing new". Its own wishes are granted: what its server says of
    this answer up to a day (many a server says "a year" of everything), what the feed itself says up to a week.
    """
    if source.through:  # its posts come by a timeline: asked for what that leaves out, and not all on one day
        return now + WEEK * (0.75 + 0.5 * _share(source.address))
    least = _USUAL.get(source.kind, _OFTEN)
    if source.kind != "blog":
        return now + max(least, min(timedelta(seconds=batch.wait or 0), DAY))
    cursor = batch.cursor
    wished = max(min(timedelta(seconds=batch.wait or 0), DAY), min(timedelta(seconds=cursor.wish or 0), WEEK))
    if not (cursor.etag or cursor.modified) and not wished:
        least = DAY
    return now + max(least, wished, _look_every(pace, now))


def _look_every(pace: Pace, now: datetime) -> timedelta:
    silent = now - pace.newest if pace.newest else timedelta(0)
    return min(max(pace.usual, silent) / _LOOKS, _SLOWEST)


def gather_again(error: FetchError | None, failures: int, key: str, now: datetime) -> datetime:
    """When to look again for what passed between an own account and others; `key` is the account's, for jitter."""
    if isinstance(error, Busy):
        return datetime.fromisoformat(error.values["at"])
    wait = _BACK_OFF[min(failures, len(_BACK_OFF)) - 1] if failures else _OFTEN
    return now + max(wait, _OFTEN) * (0.75 + 0.5 * _share(f"{key} {failures}") if failures else 1)


def due_after_failure(source: Source, error: FetchError, failures: int, now: datetime) -> datetime:
    """When to ask a source again that failed `failures` times in a row, this time included; later and later, with jitter.

    A server that names a moment is obeyed.
    """
    if isinstance(error, Busy):
        return datetime.fromisoformat(error.values["at"])
    wait = _BACK_OFF[min(failures, len(_BACK_OFF)) - 1]
    if not isinstance(error, (Unreachable, Untrusted, Refused, BadScheme)):  # its server had work with it
        wait = max(wait, 4 * HOUR / 3)  # whatever the jitter, an hour
    return now + wait * (0.75 + 0.5 * _share(f"{source.address} {failures}"))


def moves(cursor: Cursor, moved_to: str) -> Cursor:
    """The cursor after an answer that holds a feed, and to which permanent redirects led (or none, when it is empty).

    A "moved for good" may be a page that stands in for an hour, so a new address must be named several times in a row.
    """
    if not moved_to:
        return replace(cursor, moving="", times=0) if cursor.moving else cursor
    return replace(cursor, moving=moved_to, times=cursor.times + 1 if moved_to == cursor.moving else 1)


def has_moved(cursor: Cursor) -> bool:
    """Whether the new address that a source names may be believed."""
    return cursor.times >= ENOUGH_MOVES


def is_end(error: FetchError) -> bool:
    """Whether a failure means that asking again makes no sense."""
    return isinstance(error, Gone)


def counts_as_failure(error: FetchError) -> bool:
    """Whether a failure says anything about the source; being asked to slow down does not."""
    return not isinstance(error, Busy)


def _share(seed: str) -> float:
    """A number in [0, 1) that is always the same for the same seed: jitter that tests can foresee."""
    return int.from_bytes(hashlib.blake2b(seed.encode(), digest_size=4).digest(), "big") / 2**32
