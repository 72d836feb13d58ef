"""What a server means by its status when it says no, and how long it asks us to wait. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from feeds.errors import BadStatus, BotCheck, Busy, FetchError, Forbidden, Gone, Missing, ServerFault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feeds.wire import Response

TOO_MANY = 429
UNAVAILABLE = 503
_FAULT = 500
_KINDS: dict[int, type[BadStatus]] = {401: Forbidden, 403: Forbidden, 404: Missing, 410: Gone}
_LONGEST = timedelta(days=7)
# Thirty years in seconds; a longer number may be so long that reading it takes a while, or is refused.
_DIGITS = 9
_MAX_AGE = re.compile(r"\bmax-age\s*=\s*\"?(\d+)", re.IGNORECASE)


def asks_to_wait(status: int, headers: Mapping[str, str]) -> bool:
    """Whether an answer says "not now" rather than "no"; that speaks for the whole host."""
    return status == TOO_MANY or (status == UNAVAILABLE and "retry-after" in headers)


def busy(address: str, status: int, until: datetime, **more: str) -> Busy:
    """The error of `address` whose host asks us to wait `until` then; `asked` is the address that said so just now."""
    when = f"{until:%Y-%m-%d %H:%M} UTC"
    return Busy(address=address, status=status, until=when, at=until.isoformat(), **more)


def refusal(address: str, response: Response, now: datetime) -> FetchError:
    """The error that a refusing answer from `address` stands for."""
    status = response.status
    if asks_to_wait(status, response.headers):
        return busy(address, status, now + wait_asked(response.headers, now), asked=response.url)
    challenged = (
        response.headers.get("cf-mitigated") == "challenge"
        or b"/cdn-cgi/challenge-platform/" in response.body
    )
    usual = ServerFault if status >= _FAULT else BadStatus
    kind = BotCheck if challenged else _KINDS.get(status, usual)
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


def lifetime(headers: Mapping[str, str], now: datetime) -> int | None:
    """For how many seconds an answer holds good as it stands (RFC 9111): `max-age`, else `Expires`; None when unsaid."""
    told = _MAX_AGE.search(headers.get("cache-control", ""))
    if told:
        return max(0, int(told[1][:_DIGITS]) - _number(headers.get("age", "")))
    if "no-cache" in headers.get("cache-control", ""):
        return None
    until = _date(headers["expires"]) if "expires" in headers else None
    if until is None:
        return None
    start = _date(headers.get("date", "")) or now
    return max(0, round((until - start).total_seconds()))


def _number(text: str) -> int:
    text = text.strip()
    return int(text[:_DIGITS]) if text.isdecimal() else 0


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):  # the year 99999999999
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _delay(value: str, now: datetime) -> timedelta | None:
    if value.strip().isdecimal():
        return timedelta(seconds=_number(value))
    moment = _date(value)
    return moment - now if moment else None


def _until(value: str, now: datetime) -> timedelta | None:
    try:
        moment = (
            datetime.fromtimestamp(int(value[:20]), UTC)
            if value.isdecimal()
            else datetime.fromisoformat(value)
        )
    except (ValueError, OverflowError, OSError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
