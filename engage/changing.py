"""Reads what people write of somebody: names, dates, rhythms, lists of words; and says what that changes. Pure.

A form holds all that is known of a person as text. What somebody did not touch there is left as it is in the file, also where
that has changed since the form was shown: two who write in two windows lose nothing of each other's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from engage.errors import BadMoment, NameTaken
from engage.joining import union
from engage.naming import fold
from engage.when import parse_rhythm
from feeds.errors import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engage.model import Person
    from engage.words import Words

    Complaint = tuple[str, Mapping[str, Any]]  # a message id and its values

DATE: Final = N_("a date such as 2019, 2019-06 or 2019-06-14")
BIRTHDAY: Final = N_("a birthday such as 1980-06-14, or --06-14 without the year")

# What a form holds, in this order.
FIELDS: Final = (
    "name",
    "circle",
    "every",
    "language",
    "register",
    "tags",
    "goals",
    "met",
    "met_on",
    "common",
    "company",
    "position",
    "birthday",
    "note",
)
_LISTS: Final = {"tags": (re.compile(r"[,;\n]"), ", "), "goals": (re.compile(r"\n"), "\n")}
_LINES: Final = {"met", "common", "note"}  # of two people who became one, there may be two
_CHOICES: Final = {
    "circle": ("1", "2", "3"),
    "language": ("", "fr", "en"),
    "register": ("", "tu", "vous"),
}
_DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
_BIRTHDAY = re.compile(r"(?:[0-9]{4}|-)-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Edit:
    """What a form says: the fields of a person that change, what is wrong with some, and the form as it should be shown again."""

    fields: Mapping[str, Any]
    wrong: Mapping[str, Complaint]
    shown: Mapping[str, str]


def is_date(typed: str) -> bool:
    """Whether something is a date that may lack its day, or its month and day."""
    return bool(_DATE.fullmatch(typed)) and _is_day(typed)


def is_birthday(typed: str) -> bool:
    """Whether something is a date that may lack its year."""
    return bool(_BIRTHDAY.fullmatch(typed)) and _is_day(typed)


def _is_day(typed: str) -> bool:
    whole = typed.replace("--", "2000-", 1) if typed.startswith("--") else typed
    try:
        date.fromisoformat(whole + "-01" * (2 - whole.count("-")))
    except ValueError:
        return False
    return True


def renamed(person: Person, typed: str, everyone: Iterable[Person]) -> dict[str, Any]:
    """The fields of a person who is called otherwise from now on; the former name still finds them.

    Raises:
        NameTaken: somebody else is called that.

    """
    called = " ".join(typed.split())
    if any(fold(other.name) == fold(called) for other in everyone if other.id != person.id):
        raise NameTaken(name=called)
    former = () if person.unnamed else (person.name,)
    also = tuple(name for name in union(person.also, former) if fold(name) != fold(called))
    return {"name": called, "unnamed": False, "also": also}


def written(person: Person, words: Words) -> dict[str, str]:
    """All that may be changed of a person, as a form holds it."""
    texts = {name: _tidy(name, str(getattr(person, name))) for name in FIELDS if name not in _LISTS}
    texts["every"] = _rhythm_written(person.every, words)
    for name, (_, seam) in _LISTS.items():
        texts[name] = _tidy(name, seam.join(getattr(person, name)))
    return texts


def edit(
    person: Person, everyone: Iterable[Person], was: Mapping[str, str], said: Mapping[str, str], words: Words
) -> Edit:
    """What a form changes. `was` is what it held when it was shown, `said` what it holds now.

    What both this form and somebody else changed since is a matter for its person: it is complained of, once. Lists take both.
    """
    now = written(person, words)
    fields: dict[str, Any] = {}
    wrong: dict[str, Complaint] = {}
    shown = dict(now)
    for name in FIELDS:
        before = _tidy(name, was.get(name, now[name]))
        typed = _tidy(name, said.get(name, before))
        if typed in {before, now[name]}:
            continue
        if name in _LISTS:
            fields[name] = _list(name, before, typed, now[name])
            shown[name] = _LISTS[name][1].join(fields[name])
            continue
        shown[name] = typed
        if before != now[name]:
            wrong[name] = (_CHANGED, {"now": now[name] or N_("nothing")})
            continue
        try:
            fields |= _read(person, everyone, name, typed)
        except (BadMoment, NameTaken) as error:
            wrong[name] = (error.words, error.values)
        except _Unreadable as error:
            wrong[name] = (error.message, {})
    return Edit(fields, wrong, shown)


_CHANGED = N_("Meanwhile this was changed elsewhere, to “{now}”. Keep once more what is to stand here.")


class _Unreadable(Exception):
    """A field says what it cannot say."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def _read(person: Person, everyone: Iterable[Person], name: str, typed: str) -> dict[str, Any]:
    """The fields of a person that one field of the form changes."""
    if name in _CHOICES and typed not in _CHOICES[name]:
        raise _Unreadable(N_("This cannot be chosen here."))
    if name == "name":
        if not fold(typed):
            raise _Unreadable(N_("A person needs a name."))
        return renamed(person, typed, everyone)
    if name == "circle":
        return {"circle": int(typed)}
    if name == "every":
        return {"every": (parse_rhythm(typed) or timedelta(0)) if typed else None}
    if name == "met_on" and typed and not is_date(typed):
        raise BadMoment(given=typed, expected=DATE)
    if name == "birthday" and typed and not is_birthday(typed):
        raise BadMoment(given=typed, expected=BIRTHDAY)
    return {name: typed}


def _list(name: str, before: str, typed: str, now: str) -> tuple[str, ...]:
    """The words of a list: as it was written, and where it has changed elsewhere too, with what came and went there."""
    wanted = _words(name, typed)
    if before == now:
        return wanted
    former = {fold(word) for word in _words(name, before)}
    gone = former - {fold(word) for word in wanted}
    added = [word for word in wanted if fold(word) not in former]
    return union((word for word in _words(name, now) if fold(word) not in gone), added)


def _words(name: str, text: str) -> tuple[str, ...]:
    return union(" ".join(part.split()) for part in _LISTS[name][0].split(text) if part.strip())


def _tidy(name: str, text: str) -> str:
    """A field's text without what browsers and fingers add."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    if name in _LISTS:
        return _LISTS[name][1].join(_words(name, lines))
    if name in _LINES:
        return "\n".join(line.rstrip() for line in lines.split("\n")).strip()
    return " ".join(lines.split())


def _rhythm_written(every: timedelta | None, words: Words) -> str:
    """A rhythm in words that are read as the same again."""
    if every is None:
        return ""
    if not every:
        return words.say(N_("never"))
    said = " ".join(words.rhythm(every.days).split())  # a no-break space is one that nobody types
    try:
        exact = parse_rhythm(said) == every
    except BadMoment:
        exact = False
    return said if exact else f"{every.days}d"
