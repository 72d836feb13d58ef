"""Dates as French feeds write them, which no reader of RSS dates understands by itself. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from time import struct_time

_MONTHS = (
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
)
# "lun., 23 nov. 2026 09:30:00 +0100", "lundi 23 novembre 2026 à 9h30", "1er août 2026"
_FRENCH = re.compile(
    r"(?:[a-z]{3,8}\.?,?\s+)?(?P<day>\d{1,2})(?:er)?\s+(?P<month>[a-z]{3,9})\.?\s+(?P<year>\d{4})"
    r"(?:,?\s+(?:a\s+)?(?P<hour>\d{1,2})\s*[:h]\s*(?P<minute>\d{2})?(?::(?P<second>\d{2}))?)?"
    r"\s*(?P<zone>[+-]\d{2}:?\d{2}|z|gmt|utc|cet|cest|met|mest)?"
)
_ZONES = {"cet": 1, "met": 1, "cest": 2, "mest": 2}
_LONGEST = 60


def french(text: str) -> struct_time | None:
    """A French date in UTC, as feedparser wants its date handlers to answer; None when it is something else.

    Raises:
        ValueError: the thirty-first of February.

    """
    if len(text) > _LONGEST:
        return None
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    found = _FRENCH.fullmatch(" ".join(plain.split()))
    month = _month(found["month"]) if found else 0
    if found is None or not month:
        return None
    moment = datetime(
        int(found["year"]),
        month,
        int(found["day"]),
        int(found["hour"] or 0),
        int(found["minute"] or 0),
        int(found["second"] or 0),
        tzinfo=_zone(found["zone"] or ""),
    )
    return moment.astimezone(UTC).timetuple()


def _month(name: str) -> int:
    """The number of a month by its French name, or by a beginning of it that means no other; 0 when it is none."""
    meant = [number for number, month in enumerate(_MONTHS, 1) if month.startswith(name)]
    return meant[0] if len(meant) == 1 else 0


def _zone(name: str) -> timezone:
    if name.startswith(("+", "-")):
        digits = name[1:].replace(":", "")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        return timezone(-offset if name[0] == "-" else offset)
    return timezone(timedelta(hours=_ZONES.get(name, 0)))
