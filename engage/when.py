"""Reads durations and moments as people write them, in French and English: “3mo”, “hier soir”. Pure."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from engage.errors import BadMoment
from feeds.errors import N_

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

DURATION = N_("a duration such as “10d”, “6w”, “3mo” or “1y”")
RHYTHM = N_("a duration such as “10d”, “6w”, “3mo” or “1y”, or “never”")
MOMENT = N_("a moment that can be read, such as “2026-11-01 18:30”, “1 nov”, “yesterday” or “3 days ago”")
REST = N_("“not today”, a length of time such as “1mo”, or a day such as “2027-01-15”")
FUTURE = N_("a day to come")
PAST = N_("a moment in the past")

_DAY = timedelta(days=1)
_LONGEST = 36525 * _DAY  # a hundred years: whatever is added to a date stays a date
_EARLIEST = 1900
_TOLERANCE = timedelta(minutes=1)  # someone who reads the time off a clock may be a little ahead of ours
_NOON = time(12)
_CENTURY = 100
_HALF_DAY = 12

_DAYS = {
    **dict.fromkeys(("d", "day", "days", "j", "jour", "jours"), _DAY),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks", "sem", "semaine", "semaines"), 7 * _DAY),
    **dict.fromkeys(("mo", "mos", "month", "months", "mois"), 30.4375 * _DAY),
    **dict.fromkeys(("y", "yr", "yrs", "year", "years", "an", "ans", "annee", "annees"), 365.25 * _DAY),
}
_MINUTES = {
    **dict.fromkeys(("min", "mins", "minute", "minutes"), timedelta(minutes=1)),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "heure", "heures"), timedelta(hours=1)),
}


def _numbered(names: str) -> dict[str, int]:
    return {name: number for number, name in enumerate(names.split(), 1)}


_NUMBERS = {
    **dict.fromkeys(("a", "an", "une"), 1),
    "quinze": 15,
    **_numbered("one two three four five six seven eight nine ten"),
    **_numbered("un deux trois quatre cinq six sept huit neuf dix"),
}
_NOT_TODAY = {"not today", "today", "tomorrow", "pas aujourd'hui", "aujourd'hui", "demain"}
_NO_LONGER = {"now", "no longer", "maintenant", "plus"}
_NEVER = {"never", "jamais"}
_NOW = {"now", "just now", "maintenant", "a l'instant"}
_DAYS_BACK = {
    **dict.fromkeys(("today", "aujourd'hui"), 0),
    **dict.fromkeys(("yesterday", "hier"), 1),
    **dict.fromkeys(("day before yesterday", "avant hier"), 2),
}
_SAME = {"tonight": "this evening", "last night": "yesterday evening"}
_PARTS = {
    **dict.fromkeys(("morning", "matin"), time(9)),
    **dict.fromkeys(("noon", "midi"), _NOON),
    **dict.fromkeys(("afternoon", "apres midi"), time(15)),
    **dict.fromkeys(("evening", "soir"), time(19)),
}


def _beginnings(*languages: str) -> dict[str, int]:
    """Map names to numbers from 1; beginnings of three letters or more will do where they mean one only."""
    meanings: dict[str, set[int]] = {}
    for names in languages:
        for name, number in _numbered(names).items():
            for length in range(3, len(name) + 1):
                meanings.setdefault(name[:length], set()).add(number)
    return {name: numbers.pop() for name, numbers in meanings.items() if len(numbers) == 1}


_MONTHS = _beginnings(
    "january february march april may june july august september october november december",
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
)
_WEEKDAYS = _beginnings(
    "monday tuesday wednesday thursday friday saturday sunday",
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
)

_AMOUNT = re.compile(rf"(?:([0-9]{{1,5}}) ?|({'|'.join(_NUMBERS)}) )([a-z]+)")
_AGO = re.compile(r"(?:il y a )(.+)|(.+) ago")
_LAST = re.compile(r"last ([a-z]+)|([a-z]+) (?:derniere?|passee?)")
_ARTICLE = re.compile(r"(?:le |la |l'|on |the )")
_CLOCK = re.compile(
    r"(?P<day>.*?)(?:^| )(?:(?:at|a|vers) )?(?P<hour>[0-9]{1,2})"
    r"(?P<minutes>:[0-9]{2}(?::[0-9]{2})?| ?h(?: ?[0-9]{2})?)?(?: ?(?P<half>[ap])m)?"
)
_PART = re.compile(rf"(?P<day>.*?)(?:^| )(?:(?:in the|this|at|ce|cet|a) )?(?P<part>{'|'.join(_PARTS)})")
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})(?:\2([0-9]{4}|[0-9]{2}))?")
_DAY_MONTH = re.compile(
    r"([0-9]{1,2})(?:er|st|nd|rd|th)?[ -]?(?:of )?([a-z]{3,})(?:[ -]([0-9]{4}|[0-9]{2}))?"
)
_MONTH_DAY = re.compile(r"([a-z]{3,}) ([0-9]{1,2})(?:st|nd|rd|th)?(?: ([0-9]{4}))?")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:?[0-9]{2}\S*")


def parse_duration(text: str) -> timedelta:
    """Read a length of time in whole days, from one to those of a hundred years: “6w”, “3mo”, “15 jours”.

    A month is 30.4375 days and a year 365.25, rounded to whole days. Raises BadMoment.
    """
    if (length := _amount(_plain(text), _DAYS)) is None:
        raise BadMoment(given=text, expected=DURATION)
    return round(length / _DAY) * _DAY


def parse_rhythm(text: str) -> timedelta | None:
    """Read a duration as parse_duration does, or None for “never” and “jamais”. Raises BadMoment."""
    if _plain(text) in _NEVER:
        return None
    try:
        return parse_duration(text)
    except BadMoment:
        raise BadMoment(given=text, expected=RHYTHM) from None


def parse_rest(text: str, today: date) -> date | None:
    """Read until when somebody may rest: “not today”, “in a month”, “1mo”, a day to come; nothing for ever; “now” for no longer.

    For ever is the last day that a calendar holds; no longer is None. Raises BadMoment for what cannot be read, and for
    what is over already.
    """
    said = _plain(text)
    if not said:
        return date.max
    if said in _NO_LONGER:
        return None
    if said in _NOT_TODAY:
        return today + _DAY
    try:
        day = date.fromisoformat(said)
    except ValueError:
        length = _amount(re.sub(r"^(?:in|for|dans|pour|pendant) ", "", said), _DAYS)
        if length is None:
            raise BadMoment(given=text, expected=REST) from None
        try:
            day = today + round(length / _DAY) * _DAY
        except OverflowError:
            return date.max
    if day <= today:
        raise BadMoment(given=text, expected=FUTURE)
    return day


def parse_moment(text: str, now: datetime, zone: tzinfo) -> datetime:
    """Read what `text` means to someone in `zone` at `now` (aware), in UTC and never later than `now`.

    A day without a time means its noon, “le soir” seven in the evening; today's are cut short at `now`.
    A date without a year is the last one there was, a weekday the last one before today. Raises BadMoment for
    what cannot be read, and for what lies ahead.
    """
    here = now.astimezone(zone)
    try:
        moment, exact = _read(text, here)
        found = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadMoment(given=text, expected=MOMENT) from None
    if found > now and not (found - now <= _TOLERANCE if exact else moment.date() == here.date()):
        raise BadMoment(given=text, expected=PAST)
    return min(found, now.astimezone(UTC))


def _plain(text: str) -> str:
    """Lower case, no accents, straight apostrophes, single spaces, no commas, no dots after letters."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    bare = re.sub(r"\b([ap])\.m\b", r"\1m", bare)
    bare = re.sub(r",|(?<=[a-z])\.|(?<=[a-z])-(?=[a-z])", " ", bare)
    return " ".join(bare.split())


def _amount(said: str, units: Mapping[str, timedelta]) -> timedelta | None:
    """Read so many of one of these units; None where it is something else, no time at all, or too long."""
    match = _AMOUNT.fullmatch(said)
    if not match or match[3] not in units:
        return None
    amount = (int(match[1]) if match[1] else _NUMBERS[match[2]]) * units[match[3]]
    return amount if timedelta(0) < amount <= _LONGEST else None


def _read(text: str, here: datetime) -> tuple[datetime, bool]:
    """Read the moment, and whether its time was said to the minute. ValueError for what cannot be read."""
    said = _SAME.get(_plain(text), _plain(text))
    if moment := _iso(text, here) or _moments_ago(said, here):
        return _recent(moment), True
    day, clock, exact = _time(said) if said else (None, None, False)
    if day is None or (read := _day(day, here.date())) is None:
        raise ValueError(text)
    return _recent(datetime.combine(read, clock or _NOON, here.tzinfo)), exact


def _recent(moment: datetime) -> datetime:
    if moment.year < _EARLIEST:
        raise ValueError(moment)
    return moment


def _iso(text: str, here: datetime) -> datetime | None:
    """Read a date and a time as machines write them; in our own zone where none is said."""
    stripped = text.strip().upper()
    if not _ISO.fullmatch(stripped):
        return None
    moment = datetime.fromisoformat(stripped)
    return moment if moment.tzinfo else moment.replace(tzinfo=here.tzinfo)


def _moments_ago(said: str, here: datetime) -> datetime | None:
    """Now, or some minutes or hours ago."""
    if said in _NOW:
        return here
    match = _AGO.fullmatch(said)
    length = _amount(match[1] or match[2], _MINUTES) if match else None
    # Through UTC, so that an hour is an hour on the night when the clocks change.
    return None if length is None else (here.astimezone(UTC) - length).astimezone(here.tzinfo)


def _time(said: str) -> tuple[str, time | None, bool]:
    """Part the day from the time, if one is said, and tell whether that was said to the minute."""
    if (match := _CLOCK.fullmatch(said)) and (match["minutes"] or match["half"]):
        hour = int(match["hour"])
        minute = int((re.findall("[0-9]{2}", match["minutes"] or "") or [0])[0])
        if match["half"]:
            if not 1 <= hour <= _HALF_DAY:
                raise ValueError(said)
            hour = hour % _HALF_DAY + (_HALF_DAY if match["half"] == "p" else 0)
        part = _PART.fullmatch(match["day"])  # “hier soir à 20h30”: the clock says it better
        return part["day"] if part else match["day"], time(hour, minute), True
    if match := _PART.fullmatch(said):
        return match["day"], _PARTS[match["part"]], False
    return said, None, False


def _day(said: str, today: date) -> date | None:
    """Read the day; None where nothing here can."""
    if not said:
        return today
    if article := _ARTICLE.match(said):
        said = said[article.end() :]
    if said in _DAYS_BACK:
        return today - timedelta(days=_DAYS_BACK[said])
    return (
        _days_ago(said, today)
        or _weekday(said, today)
        or _in_numbers(said, today)
        or _in_letters(said, today)
    )


def _days_ago(said: str, today: date) -> date | None:
    """“3 days ago”, “il y a 3 jours”, “last week”, “semaine dernière”."""
    if match := _AGO.fullmatch(said):
        length = _amount(match[1] or match[2], _DAYS)
    elif match := _LAST.fullmatch(said):
        length = _amount(f"1 {match[1] or match[2]}", _DAYS)
    else:
        return None
    return None if length is None else today - round(length / _DAY) * _DAY


def _weekday(said: str, today: date) -> date | None:
    """Read the last day of that name before today."""
    match = _LAST.fullmatch(said)
    number = _WEEKDAYS.get((match[1] or match[2]) if match else said)
    return None if number is None else today - timedelta(days=(today.isoweekday() - number - 1) % 7 + 1)


def _in_numbers(said: str, today: date) -> date | None:
    """“2026-11-01”, or the day first: “01/11/2026”, “1.11.26”, “1/11”."""
    if match := _YEAR_FIRST.fullmatch(said):
        return date(int(match[1]), int(match[3]), int(match[4]))
    if match := _DAY_FIRST.fullmatch(said):
        return _dated(int(match[1]), int(match[3]), match[4], today)
    return None


def _in_letters(said: str, today: date) -> date | None:
    """“1 nov”, “1er novembre 2026”, “Nov 1 2026”, “November 1st”."""
    if match := _DAY_MONTH.fullmatch(said):
        day, month, year = match.groups()
    elif match := _MONTH_DAY.fullmatch(said):
        month, day, year = match.groups()
    else:
        return None
    return _dated(int(day), _MONTHS[month], year, today) if month in _MONTHS else None


def _dated(day: int, month: int, year: str | None, today: date) -> date:
    """Make the date; without a year, the last one there was. ValueError where the calendar has none."""
    if year:
        return date(
            int(year) + (today.year // _CENTURY * _CENTURY if len(year) == len("26") else 0), month, day
        )
    # The 29th of February may be up to eight years back (1904 followed 1896).
    for earlier in range(today.year, today.year - 9, -1):
        with contextlib.suppress(ValueError):
            if (found := date(earlier, month, day)) <= today:
                return found
    raise ValueError(day, month)
