"""When: what counts as news, and when a source is asked again. Pure."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from feeds.errors import Busy, FetchError, Gone

if TYPE_CHECKING:
    from feeds.model import Batch, Post, Source

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LONGEST = timedelta(days=8)
_FIRST_YEAR, _LAST_YEAR = 1970, 9000
# An entry that comes late (a draft dated when it was begun, a feed that was down) is still news for this long.
LATE = timedelta(days=30)
# One question to a friend's server an hour is plenty; the networks are built for more.
_USUAL = {"blog": HOUR, "mastodon": HOUR / 4, "bluesky": HOUR / 4}
# The first failure waits for nothing: the next fetch may be the person's own "try again".
_BACK_OFF = (timedelta(0), HOUR / 4, HOUR, 4 * HOUR, 12 * HOUR, DAY)


def possible(moment: datetime) -> datetime | None:
    """A date that something published on the web can bear, in UTC; None for year 1 and its like, which mean nothing."""
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def news_at(post: Post, now: datetime, last_answer: datetime | None) -> datetime | None:
    """When a post that we see for the first time counts as news; None when it was old already.

    At the first fetch of a source (`last_answer` is None) everything it lists is backlog, and only its dates say
    what is news. Later, what is new to us is news today, unless it is dated long before we last looked.
    """
    if last_answer is None:
        return min(post.published, now) if post.published else None
    if post.published and post.published < last_answer - LATE:
        return None
    return now


def ask_fully(asked_fully: datetime | None, now: datetime) -> bool:
    """Whether to ask once without validators: some servers say "not modified" for ever. At most once a day."""
    return asked_fully is not None and now - asked_fully >= DAY


def due_after_answer(source: Source, batch: Batch, now: datetime) -> datetime:
    """When to ask a source again that answered; its own wish is granted up to a day."""
    wished = timedelta(seconds=batch.wait or 0)
    return now + min(max(_USUAL[source.kind], wished), DAY)


def due_after_failure(source: Source, error: FetchError, failures: int, now: datetime) -> datetime:
    """When to ask a source again that failed `failures` times in a row, this time included; later and later, with jitter.

    A server that names a moment is obeyed.
    """
    if isinstance(error, Busy):
        return datetime.fromisoformat(error.values["at"])
    wait = _BACK_OFF[min(failures, len(_BACK_OFF)) - 1]
    return now + wait * (0.75 + 0.5 * _share(f"{source.address} {failures}"))


def is_end(error: FetchError) -> bool:
    """Whether a failure means that asking again makes no sense."""
    return isinstance(error, Gone)


def counts_as_failure(error: FetchError) -> bool:
    """Whether a failure says anything about the source; being asked to slow down does not."""
    return not isinstance(error, Busy)


def _share(seed: str) -> float:
    """A number in [0, 1) that is always the same for the same seed: jitter that tests can foresee."""
    return int.from_bytes(hashlib.blake2b(seed.encode(), digest_size=4).digest(), "big") / 2**32
