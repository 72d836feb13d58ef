from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engage.errors import BadMoment
from engage.when import PAST, RHYTHM, parse_duration, parse_moment, parse_rhythm

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 18, 15, 30, tzinfo=UTC)  # a Wednesday, 16:30 in Paris


def at(text: str, now: datetime = NOW) -> str:
    """Read in Paris, shown in Paris."""
    moment = parse_moment(text, now, PARIS)
    assert moment.utcoffset() == timedelta(0)
    return moment.astimezone(PARIS).strftime("%Y-%m-%d %H:%M")


DURATIONS = {
    "1d": 1,
    "10d": 10,
    "10 d": 10,
    "10j": 10,
    "15 jours": 15,
    "1 jour": 1,
    "a day": 1,
    "quinze jours": 15,
    "6w": 42,
    "6W": 42,
    " 2 weeks ": 14,
    "6 semaines": 42,
    "6 sem.": 42,
    "une semaine": 7,
    "two weeks": 14,
    "1mo": 30,
    "2mo": 61,
    "3mo": 91,
    "3 months": 91,
    "3 mois": 91,
    "trois mois": 91,
    "6 MOIS": 183,
    "3\u00a0mois": 91,
    "1y": 365,
    "1 an": 365,
    "un an": 365,
    "2 ans": 730,
    "4 years": 1461,
    "1 année": 365,
    "1 ANNE\u0301E": 365,
    "100y": 36525,
}


@pytest.mark.parametrize(("text", "days"), DURATIONS.items())
def test_durations(text: str, days: int) -> None:
    assert parse_duration(text) == timedelta(days=days)
    assert parse_rhythm(text) == timedelta(days=days)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "6",
        "w",
        "0d",
        "0 jours",
        "-3d",
        "1.5y",
        "3m",
        "3 h",
        "101y",
        "99999y",
        "123456d",
        "six",
        "aweek",
        "6w 2d",
        "6ww",
        "mois",
        "jamais de la vie",
        "٣ d",
        "1e3d",
        "6w\nx",
    ],
)
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(BadMoment) as error:
        parse_duration(text)
    assert error.value.values["given"] == text
    assert str(error.value) == f"“{text}” is not a duration such as “10d”, “6w”, “3mo” or “1y”."
    with pytest.raises(BadMoment) as error:
        parse_rhythm(text)
    assert error.value.values == {"given": text, "expected": RHYTHM}


@pytest.mark.parametrize("text", ["never", "Never", " JAMAIS ", "jamais"])
def test_a_rhythm_may_be_never(text: str) -> None:
    assert parse_rhythm(text) is None
    with pytest.raises(BadMoment):
        parse_duration(text)


MOMENTS = {
    # as machines write it
    "2026-11-01": "2026-11-01 12:00",
    "2026-11-01 18:30": "2026-11-01 18:30",
    "2026-11-01T18:30": "2026-11-01 18:30",
    "2026-11-01T18:30:59": "2026-11-01 18:30",
    "2026-11-01T18:30:00.5Z": "2026-11-01 19:30",
    "2026-11-01t18:30z": "2026-11-01 19:30",
    "2026-11-01 18:30+05:00": "2026-11-01 14:30",
    "2026-07-14 18:30": "2026-07-14 18:30",
    "2026-07-14T18:30Z": "2026-07-14 20:30",
    "2026/11/1": "2026-11-01 12:00",
    # in numbers, the day first
    "01/11/2026": "2026-11-01 12:00",
    "1/11/26": "2026-11-01 12:00",
    "1.11.2026": "2026-11-01 12:00",
    "01-11-2026": "2026-11-01 12:00",
    "1/11": "2026-11-01 12:00",
    "19/11": "2025-11-19 12:00",
    "01/11/2026 à 18h30": "2026-11-01 18:30",
    # in letters
    "1 nov": "2026-11-01 12:00",
    "1 nov.": "2026-11-01 12:00",
    "1er novembre": "2026-11-01 12:00",
    "le 1er novembre 2026": "2026-11-01 12:00",
    "1ᵉʳ novembre 2026": "2026-11-01 12:00",
    "Nov 1, 2026": "2026-11-01 12:00",
    "November 1st, 2026": "2026-11-01 12:00",
    "1st of November 2026": "2026-11-01 12:00",
    "NOVEMBER 2nd": "2026-11-02 12:00",
    "on Nov 3rd": "2026-11-03 12:00",
    "01-nov-2026": "2026-11-01 12:00",
    "nov 19": "2025-11-19 12:00",
    "18 nov": "2026-11-18 12:00",
    "15 août": "2026-08-15 12:00",
    "15 AOUT": "2026-08-15 12:00",
    "15 aou\u0302t": "2026-08-15 12:00",
    "3 févr. 2026": "2026-02-03 12:00",
    "3 feb 2026": "2026-02-03 12:00",
    "14 juil.": "2026-07-14 12:00",
    "14 jul": "2026-07-14 12:00",
    "14 juin": "2026-06-14 12:00",
    "25 déc.": "2025-12-25 12:00",
    "8 mars": "2026-03-08 12:00",
    "8 march": "2026-03-08 12:00",
    "8 mai": "2026-05-08 12:00",
    "8 May": "2026-05-08 12:00",
    "29 février": "2024-02-29 12:00",
    "29 feb 2024": "2024-02-29 12:00",
    "1 nov 2026 18:30": "2026-11-01 18:30",
    "1 nov, 6:30 pm": "2026-11-01 18:30",
    "Nov 1, 2026 at 6pm": "2026-11-01 18:00",
    "Nov 1 at 12 a.m.": "2026-11-01 00:00",
    "Nov 1 at 12 p.m.": "2026-11-01 12:00",
    "1er novembre, 18 h 30": "2026-11-01 18:30",
    "1er novembre à 9h": "2026-11-01 09:00",
    # said from today
    "now": "2026-11-18 16:30",
    "maintenant": "2026-11-18 16:30",
    "à l’instant": "2026-11-18 16:30",
    "today": "2026-11-18 12:00",
    "Aujourd'hui": "2026-11-18 12:00",
    "aujourd’hui": "2026-11-18 12:00",
    "9h15": "2026-11-18 09:15",
    "à 9h15": "2026-11-18 09:15",
    "at 9 am": "2026-11-18 09:00",
    "this morning": "2026-11-18 09:00",
    "ce matin": "2026-11-18 09:00",
    "ce matin à 8h": "2026-11-18 08:00",
    "cet après-midi": "2026-11-18 15:00",
    "ce soir": "2026-11-18 16:30",
    "tonight": "2026-11-18 16:30",
    "midi": "2026-11-18 12:00",
    "yesterday": "2026-11-17 12:00",
    "hier": "2026-11-17 12:00",
    "HIER": "2026-11-17 12:00",
    "hier soir": "2026-11-17 19:00",
    "hier soir à 20h30": "2026-11-17 20:30",
    "yesterday evening": "2026-11-17 19:00",
    "last night": "2026-11-17 19:00",
    "yesterday at 18:05": "2026-11-17 18:05",
    "avant-hier": "2026-11-16 12:00",
    "avant hier": "2026-11-16 12:00",
    "the day before yesterday": "2026-11-16 12:00",
    "3 days ago": "2026-11-15 12:00",
    "il y a 3 jours": "2026-11-15 12:00",
    "il y a trois jours à 18h": "2026-11-15 18:00",
    "a week ago": "2026-11-11 12:00",
    "il y a une semaine": "2026-11-11 12:00",
    "il y a quinze jours": "2026-11-03 12:00",
    "3 months ago": "2026-08-19 12:00",
    "il y a 1 an": "2025-11-18 12:00",
    "an hour ago": "2026-11-18 15:30",
    "il y a 2h": "2026-11-18 14:30",
    "il y a 10 minutes": "2026-11-18 16:20",
    "last week": "2026-11-11 12:00",
    "la semaine dernière": "2026-11-11 12:00",
    "la semaine passée": "2026-11-11 12:00",
    "last month": "2026-10-19 12:00",
    "le mois dernier": "2026-10-19 12:00",
    "last year": "2025-11-18 12:00",
    "l’an dernier": "2025-11-18 12:00",
    "l'année dernière": "2025-11-18 12:00",
    "monday": "2026-11-16 12:00",
    "lundi": "2026-11-16 12:00",
    "lun.": "2026-11-16 12:00",
    "Tue": "2026-11-17 12:00",
    "mardi": "2026-11-17 12:00",
    "wednesday": "2026-11-11 12:00",
    "mercredi": "2026-11-11 12:00",
    "thursday": "2026-11-12 12:00",
    "dimanche": "2026-11-15 12:00",
    "last friday": "2026-11-13 12:00",
    "vendredi dernier": "2026-11-13 12:00",
    "lundi soir": "2026-11-16 19:00",
    "on Monday at 8:15am": "2026-11-16 08:15",
}


@pytest.mark.parametrize(("text", "expected"), MOMENTS.items())
def test_moments(text: str, expected: str) -> None:
    assert at(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ",",
        "soon",
        "bientôt",
        "l'",
        "the",
        "on",
        "il y a",
        "ago",
        "13/13/2026",
        "31/11/2026",
        "0 nov",
        "30 feb",
        "29 feb 2025",
        "nov",
        "november 2026",
        "2026",
        "18",
        "18:61",
        "25h",
        "13 pm",
        "0 am",
        "hier à",
        "2026-11-01T25:00",
        "2026-11-01T18:30+25:00",
        "0001-01-01",
        "1 jan 0001",
        "0001-01-01T00:00+14:00",
        "3 jours",
        "0 days ago",
        "200 years ago",
        "99999 years ago",
        "ma",
        "jui 3",
        "3 jui",
        "last",
        "last blue moon",
        "this",
        "ce",
        "18.30",
        "1/11-2026",
        "٣ nov",
        "1 nov\x00",
        "nov 1 2 3",
    ],
)
def test_what_cannot_be_read(text: str) -> None:
    with pytest.raises(BadMoment) as error:
        at(text)
    assert str(error.value).startswith(
        f"“{text}” is not a moment that can be read, such as “2026-11-01 18:30”"
    )


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-19",
        "2027-01-01",
        "19/11/2026",
        "19 nov 2026",
        "2026-11-18 16:32",
        "17h",
        "today at 6pm",
        "2026-11-18T15:32Z",
        "ce soir à 20h",
        "9999-12-31",
    ],
)
def test_what_lies_ahead(text: str) -> None:
    with pytest.raises(BadMoment) as error:
        at(text)
    assert error.value.values == {"given": text, "expected": PAST}
    assert str(error.value) == f"“{text}” is not a moment in the past."


def test_a_minute_ahead_is_a_clock_that_differs() -> None:
    assert parse_moment("2026-11-18 16:31", NOW, PARIS) == NOW


@pytest.mark.parametrize(
    "text", ["today", "2026-11-18", "18/11", "18 novembre 2026", "aujourd'hui", "ce matin", "midi"]
)
def test_today_before_noon_is_now(text: str) -> None:
    early = NOW.replace(hour=6)
    assert parse_moment(text, early, PARIS) == early


def test_the_day_is_the_one_of_the_zone() -> None:
    late = datetime(2026, 11, 18, 23, 30, tzinfo=UTC)
    assert at("hier", late) == "2026-11-18 12:00"  # in Paris it is the 19th already
    assert parse_moment("yesterday", late, UTC) == datetime(2026, 11, 17, 12, tzinfo=UTC)
    assert parse_moment("today", late, timezone(timedelta(hours=-8))) == datetime(
        2026, 11, 18, 20, tzinfo=UTC
    )


def test_hours_are_hours_when_the_clocks_change() -> None:
    now = datetime(2026, 10, 25, 2, 0, tzinfo=UTC)  # 3:00 in Paris, and 2:30 has been there twice
    assert parse_moment("il y a 2 heures", now, PARIS) == now - timedelta(hours=2)
    assert parse_moment("hier", now, PARIS) == datetime(2026, 10, 24, 10, tzinfo=UTC)


def test_the_29th_of_february_on_the_day_after() -> None:
    assert at("29 feb", datetime(2027, 3, 1, 12, tzinfo=UTC)) == "2024-02-29 12:00"
    assert at("29 feb", datetime(2028, 2, 28, 12, tzinfo=UTC)) == "2024-02-29 12:00"
    assert at("29 feb", datetime(2028, 2, 29, 12, tzinfo=UTC)) == "2028-02-29 12:00"


_WORDS = sorted({word for said in MOMENTS for word in re.findall(r"\w+|\W", said)})
_ZONES = [
    "UTC",
    "Europe/Paris",
    "America/St_Johns",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Australia/Lord_Howe",
]


@given(
    st.one_of(st.text(max_size=30), st.lists(st.sampled_from(_WORDS), max_size=9).map("".join)),
    st.datetimes(datetime(1990, 1, 1), datetime(2150, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis asks
    st.sampled_from(_ZONES),
)
@example("٢٠٢٦-11-01", NOW, "UTC")
@example("hier soir à 24h", NOW, "UTC")
@example("9999-12-31 23:59-12:00", NOW, "Pacific/Kiritimati")
def test_whatever_is_typed(text: str, now: datetime, zone: str) -> None:
    try:
        moment = parse_moment(text, now, ZoneInfo(zone))
    except BadMoment as error:
        assert error.values["given"] == text  # noqa: PT017 - either is right
    else:
        assert moment.utcoffset() == timedelta(0)
        assert datetime(1899, 12, 31, tzinfo=UTC) <= moment <= now


@given(st.text(max_size=20))
def test_whatever_duration_is_typed(text: str) -> None:
    try:
        length = parse_duration(text)
    except BadMoment:
        return
    assert timedelta(days=1) <= length <= timedelta(days=36525)
    assert length % timedelta(days=1) == timedelta(0)
