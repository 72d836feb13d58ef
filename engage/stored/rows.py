"""Rows of the tables of `engage` as values, and values as rows."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from engage.model import Draft, Engagement, Identity, Person

if TYPE_CHECKING:
    import sqlite3

# What a person's columns are called, where that is not as in the value.
_LISTS = ("tags", "goals", "also")


def person_of(row: sqlite3.Row) -> Person:
    """A row of `people` as a person."""
    days = row["every_days"]
    return Person(
        id=row["id"],
        name=row["name"],
        circle=row["circle"],
        register=row["register"],
        language=row["language"],
        every=None if days is None else timedelta(days=days),
        note=row["note"],
        added=datetime.fromisoformat(row["added_at"]),
        unnamed=bool(row["unnamed"]),
        company=row["company"],
        position=row["position"],
        met=row["met"],
        met_on=row["met_on"],
        common=row["common"],
        birthday=row["birthday"],
        tags=_list(row["tags"]),
        goals=_list(row["goals"]),
        also=_list(row["also"]),
        rests_until=date.fromisoformat(row["rests_until"]) if row["rests_until"] else None,
        rested=datetime.fromisoformat(row["rested_at"]) if row["rested_at"] else None,
    )


def _list(text: str) -> tuple[str, ...]:
    return () if text == "[]" else tuple(json.loads(text))


def person_columns(person: Person) -> dict[str, Any]:
    """A person as the columns of their row, without their number."""
    return columns_of(
        name=person.name,
        circle=person.circle,
        register=person.register,
        language=person.language,
        every=person.every,
        note=person.note,
        added=person.added,
        unnamed=person.unnamed,
        company=person.company,
        position=person.position,
        met=person.met,
        met_on=person.met_on,
        common=person.common,
        birthday=person.birthday,
        tags=person.tags,
        goals=person.goals,
        also=person.also,
        rests_until=person.rests_until,
        rested=person.rested,
    )


def columns_of(**values: Any) -> dict[str, Any]:
    """Some fields of a person, by their names there, as columns."""
    written: dict[str, Any] = {}
    for name, value in values.items():
        if name in _LISTS:
            written[name] = json.dumps(list(dict.fromkeys(value)), ensure_ascii=False)
        elif name == "every":
            written["every_days"] = None if value is None else value.days
        elif name in {"added", "rested"}:
            written[f"{name}_at"] = None if value is None else stamp(value)
        elif name == "rests_until":
            written[name] = None if value is None else value.isoformat()
        elif name == "unnamed":
            written[name] = int(value)
        else:
            written[name] = value
    return written


def identity_of(row: sqlite3.Row) -> Identity:
    """A row of `identities` as an identity."""
    return Identity(**{**dict(row), "since": datetime.fromisoformat(row["since"])})


def engagement_of(row: sqlite3.Row) -> Engagement:
    """A row of `engagements` as an engagement."""
    return Engagement(**{**dict(row), "at": datetime.fromisoformat(row["at"])})


def engagement_row(engagement: Engagement) -> tuple[Any, ...]:
    """An engagement as the values of its row, without its number."""
    return (
        engagement.person_id,
        engagement.kind,
        engagement.direction,
        stamp(engagement.at),
        engagement.note,
        engagement.piece,
        engagement.draft,
        engagement.channel,
        engagement.key,
        engagement.about,
        engagement.url,
    )


def draft_of(row: sqlite3.Row) -> Draft:
    """A row of `drafts` as a draft."""
    values = dict(row)
    created, changed = values.pop("created_at"), values.pop("changed_at")
    return Draft(**values, created=datetime.fromisoformat(created), changed=datetime.fromisoformat(changed))


def stamp(moment: datetime) -> str:
    """A moment as it is kept: in UTC, to the second. Such texts compare as the moments do."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")
