"""Who is drifting, by how much, and a natural occasion to write. Pure.

A rhythm is how often you would like to be in touch; being late is nobody's fault and carries no debt. The order is by
`max(days − rhythm, 0) / rhythm`, so that two weeks late on six weeks counts more than two weeks late on a year.

Whoever you let rest is nobody's debt either: until then nobody reminds you of them, and afterwards lateness counts from then on.
Whatever passes between you ends the rest.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from engage.model import Drifting, Engagement, Person, Piece, Reason, cut

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime, tzinfo

# A piece older than this is no news to write about.
FRESH = timedelta(days=60)
# Of what was said, so much is enough to remember it by (characters).
_MEMORY = 160


def rhythm_of(person: Person, by_circle: Mapping[int, timedelta | None]) -> timedelta | None:
    """How often you would like to be in touch with a person; None for no rhythm."""
    if person.every is not None:
        return person.every or None
    return by_circle.get(person.circle)


def days_between(earlier: datetime, later: datetime, zone: tzinfo | None = None) -> int:
    """How many times midnight passed from one moment to another: last evening is yesterday. `zone` None is the system's."""
    return max(0, (later.astimezone(zone).date() - earlier.astimezone(zone).date()).days)


def overdue(adrift: Drifting) -> float:
    """How late, as a share of the rhythm: 0 when in time."""
    return max(adrift.late, 0) / max(adrift.rhythm_days, 1)


def rests(person: Person, last_contact: datetime | None, day: date) -> bool:
    """Whether you let a person rest on a day, and nothing has passed between you since you said so."""
    return (
        person.rests_until is not None and day < person.rests_until and not _was_broken(person, last_contact)
    )


def _was_broken(person: Person, last_contact: datetime | None) -> bool:
    return person.rested is not None and last_contact is not None and last_contact > person.rested


def drifting(
    person: Person,
    rhythm: timedelta | None,
    engagements: list[Engagement],
    last_contact: datetime | None,
    recent: Piece | None,
    now: datetime,
    zone: tzinfo | None = None,
) -> Drifting | None:
    """A person as drifting, with an occasion; None when they are not.

    `engagements` come latest first; `recent` is the newest thing they published, if it is known.
    """
    if rhythm is None:
        return None
    days = days_between(last_contact or person.added, now, zone)
    day = now.astimezone(zone).date()
    if days <= rhythm.days or rests(person, last_contact, day):
        return None
    late = days - rhythm.days
    if person.rests_until is not None and not _was_broken(person, last_contact):
        late = min(late, (day - person.rests_until).days)
    fresh = recent if recent is not None and now - recent.when <= FRESH else None
    reason = _occasion(engagements, fresh, now, zone)
    return Drifting(person, days, rhythm.days, last_contact is not None, reason, fresh, late)


def _occasion(
    engagements: list[Engagement], fresh: Piece | None, now: datetime, zone: tzinfo | None
) -> Reason:
    """Why writing now would be natural: what they published, what you last shared, or simply that you think of them."""
    if fresh is not None:
        kind = "article" if fresh.main.post.kind == "article" else "note"
        return Reason(f"occasion_{kind}", {"title": fresh.title, "days": days_between(fresh.when, now, zone)})
    last = next((e for e in engagements if e.note), None)
    if last is not None:
        days = days_between(last.at, now, zone)
        note = last.note if len(last.note) <= _MEMORY else cut(last.note, _MEMORY)
        return Reason(
            "occasion_memory",
            {"kind": last.kind, "direction": last.direction, "note": note, "days": days},
        )
    return Reason("occasion_simply")
