"""What a server means by its status when it says no, and how long it asks us to wait. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from feeds.errors import BadStatus, BotCheck, Busy, FetchError, Forbidden, Gone, Missing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feeds.http import Response

TOO_MANY = 429
UNAVAILABLE = 503
_KINDS: dict[int, type[BadStatus]] = {401: Forbidden, 403: Forbidden, 404: Missing, 410: Gone}
_LONGEST = timedelta(days=7)


def refusal(address: str, response: Response, now: datetime) -> FetchError:
    """The error that a refusing answer from `address` stands for."""
    status = response.status
    if status == TOO_MANY or (status == UNAVAILABLE and "retry-after" in response.headers):
        until = now + wait_asked(response.headers, now)
        return Busy(address=address, status=status, until=f"{until:%Y-%m-%d %H:%M} UTC", at=until.isoformat())
    challenged = (
        response.headers.get("cf-mitigated") == "challenge"
        or b"/cdn-cgi/challenge-platform/" in response.body
    )
    kind = BotCheck if challenged else _KINDS.get(status, BadStatus)
    return kind(address=address, status=status)


def wait_asked(headers: Mapping[str, str], now: datetime) -> timedelta:
    """How long an answer asks us to wait; an hour when it does not say, a week at most.

    It may say so in `Retry-After` (seconds or a date, RFC 9110), in Mastodon's `X-RateLimit-Reset` (an ISO date) or in
    Bluesky's `ratelimit-reset` (a moment in Unix seconds).
    """
    wait = _delay(headers.get("retry-after", ""), now)
    if wait is None:
        wait = _until(headers.get("x-ratelimit-reset", "") or headers.get("ratelimit-reset", ""), now)
    return min(max(wait if wait is not None else timedelta(hours=1), timedelta(0)), _LONGEST)


def _delay(value: str, now: datetime) -> timedelta | None:
    if value.strip().isdecimal():
        return timedelta(seconds=min(int(value), 10**7))
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now


def _until(value: str, now: datetime) -> timedelta | None:
    try:
        moment = (
            datetime.fromtimestamp(int(value), UTC) if value.isdecimal() else datetime.fromisoformat(value)
        )
    except (ValueError, OverflowError, OSError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
