"""What a refusing status means, and how long it asks us to wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.errors import BadStatus, BotCheck, Busy, Forbidden, Gone, Missing, ServerFault
from feeds.status import lifetime, refusal, wait_asked
from feeds.wire import Response

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ADDRESS = "https://julie.example/feed"


@pytest.mark.parametrize(
    ("status", "headers", "body", "kind", "said"),
    [
        (400, {}, b"", BadStatus, "answered 400"),
        (401, {}, b"", Forbidden, "does not let us in (401)"),
        (403, {}, b"", Forbidden, "does not let us in (403)"),
        (403, {"cf-mitigated": "challenge"}, b"", BotCheck, "asks for a browser"),
        (403, {}, b"<script src='/cdn-cgi/challenge-platform/x'>", BotCheck, "asks for a browser"),
        (503, {}, b"<script src='/cdn-cgi/challenge-platform/x'>", BotCheck, "asks for a browser"),
        (404, {}, b"", Missing, "is not there"),
        (410, {}, b"", Gone, "gone for good"),
        (429, {}, b"", Busy, "2026-11-23 13:00 UTC"),
        (429, {"retry-after": "7200"}, b"", Busy, "2026-11-23 14:00 UTC"),
        (503, {"retry-after": "7200"}, b"", Busy, "2026-11-23 14:00 UTC"),
        (503, {}, b"", ServerFault, "fault of its server's own (503)"),
        (500, {"retry-after": "7200"}, b"", ServerFault, "(500)"),
    ],
)
def test_refusal(status: int, headers: dict[str, str], body: bytes, kind: type[BadStatus], said: str) -> None:
    error = refusal(ADDRESS, Response(ADDRESS, status, headers, body), NOW)
    assert type(error) is kind
    assert said in str(error)
    assert str(error).startswith(ADDRESS)


def test_busy_keeps_the_moment_for_the_machine_too() -> None:
    error = refusal(ADDRESS, Response(ADDRESS, 429, {"retry-after": "90"}, b""), NOW)
    assert datetime.fromisoformat(error.values["at"]) == NOW + timedelta(seconds=90)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, HOUR),
        ({"retry-after": "0"}, timedelta(0)),
        ({"retry-after": " 120 "}, timedelta(seconds=120)),
        ({"retry-after": "Mon, 23 Nov 2026 15:00:00 GMT"}, 3 * HOUR),
        ({"retry-after": "Mon, 23 Nov 2026 15:00:00 -0000"}, 3 * HOUR),
        ({"retry-after": "Mon, 23 Nov 2026 09:00:00 GMT"}, timedelta(0)),
        ({"retry-after": "Mon, 23 Nov 2099 09:00:00 GMT"}, timedelta(days=7)),
        ({"retry-after": "99999999999999999999"}, timedelta(days=7)),
        ({"retry-after": "9" * 5000}, timedelta(days=7)),
        ({"retry-after": " 60 "}, HOUR / 60),
        ({"retry-after": "Mon, 23 Nov 99999999999 12:00:00 GMT"}, HOUR),
        ({"ratelimit-reset": "9" * 5000}, HOUR),
        ({"retry-after": "-5"}, HOUR),
        ({"retry-after": "²"}, HOUR),
        ({"retry-after": "soon"}, HOUR),
        ({"x-ratelimit-reset": "2026-11-23T12:05:00.000Z"}, HOUR / 12),
        ({"ratelimit-reset": str(int((NOW + HOUR / 2).timestamp()))}, HOUR / 2),
        ({"ratelimit-reset": "9" * 30}, HOUR),
        ({"retry-after": "60", "x-ratelimit-reset": "2026-11-23T12:05:00Z"}, HOUR / 60),
        ({"retry-after": "?", "x-ratelimit-reset": "2026-11-23T12:05:00"}, HOUR / 12),
    ],
)
def test_wait_asked(headers: dict[str, str], wait: timedelta) -> None:
    assert wait_asked(headers, NOW) == wait


VALUES = st.one_of(
    st.text(st.characters(max_codepoint=255), max_size=20),
    st.integers().map(str),
    st.datetimes().map(str),
    st.builds(
        "Mon, {} Nov {} {}:00:00 {}".format,
        st.integers(0, 40),
        st.integers(0, 99999),
        st.integers(0, 30),
        st.sampled_from(["GMT", "+9999", "-0000", "x"]),
    ),
)


@given(VALUES, VALUES)
def test_no_wait_is_negative_or_longer_than_a_week(first: str, second: str) -> None:
    wait = wait_asked({"retry-after": first, "ratelimit-reset": second}, NOW)
    assert timedelta(0) <= wait <= timedelta(days=7)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"expires": "Mon, 23 Nov 99999999999 12:00:00 GMT"}, None),
        ({"expires": "Mon, 23 Nov 2026 13:00:00 GMT", "date": "Mon, 23 Nov 99999999999 12:00:00 GMT"}, 3600),
        ({"cache-control": "max-age=" + "9" * 5000}, 10**9 - 1),
        ({"cache-control": "max-age=600", "age": " 100"}, 500),
    ],
)
def test_no_number_is_too_large_to_be_heard(headers: dict[str, str], seconds: int | None) -> None:
    assert lifetime(headers, NOW) == seconds
