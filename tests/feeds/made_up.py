"""Feeds that nobody ever wrote, in RSS 2.0: enough to publish, to edit and to break."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """An entry; an empty field is left out of the feed."""

    title: str = ""
    link: str = ""
    guid: str = ""
    html: str = ""
    published: datetime | None = None


def entries(number: int, *, name: str = "haie", first: datetime = NOON) -> list[Entry]:
    """Make entries, newest first, a day apart."""
    return [
        Entry(
            f"{name.capitalize()} n° {index}",
            f"https://{name}.example/{index}",
            f"https://{name}.example/{index}",
            f"<p>Une <em>haie</em> plantée le jour {index}, à l’ombre.</p>",
            first - timedelta(days=number - index),
        )
        for index in range(number, 0, -1)
    ]


def rss(*items: Entry, title: str = "Haies et talus", head: str = "") -> bytes:
    """Write a feed of these entries, in their order."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
        f"<title>{escape(title)}</title><link>https://haies.example/</link><language>fr</language>{head}\n"
        + "".join(map(_item, items))
        + "</channel></rss>\n"
    ).encode()


def _item(entry: Entry) -> str:
    told = {
        "title": entry.title,
        "link": entry.link,
        "guid": entry.guid,
        "description": entry.html,
        "pubDate": format_datetime(entry.published) if entry.published else "",
    }
    fields = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in told.items() if value)
    return f"<item>{fields}</item>\n"
