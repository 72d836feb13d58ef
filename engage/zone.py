"""The time zone of this machine, with its rules of every season: an evening in July is read in summer time in winter too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo


class Here(tzinfo):
    """The system's zone; `datetime.astimezone().tzinfo` would be only the offset of that one moment."""

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        """Give the offset of a moment of this zone; between two equal hours in autumn, `fold` decides."""
        return None if moment is None else moment.replace(tzinfo=None).astimezone().utcoffset()

    def dst(self, _moment: datetime | None) -> None:
        """Say that it is not known which part of the offset is summer's."""

    def tzname(self, moment: datetime | None) -> str | None:
        """Give the zone's short name at a moment."""
        return None if moment is None else moment.replace(tzinfo=None).astimezone().tzname()

    def fromutc(self, moment: datetime) -> datetime:
        """Move a moment from UTC into this zone."""
        there = moment.replace(tzinfo=UTC).astimezone()
        here = there.replace(tzinfo=self)
        return here if here.utcoffset() == there.utcoffset() else here.replace(fold=1)
