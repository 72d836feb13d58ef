"""Which entries are kept of a feed that lists too many."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest

from feeds.formats.newest import newest_in_xml, newest_of
from tests.feeds.made_up import NOON

if TYPE_CHECKING:
    from collections.abc import Callable

DAY = timedelta(days=1)
# Numbered by age: 9 is the newest. What is dated is dated so; "-" is not.
CASES = [
    pytest.param("9876543210", "9876", id="newest first"),
    pytest.param("0123456789", "6789", id="oldest first"),
    pytest.param("9012345678", "9678", id="oldest first, the newest pinned on top"),
    pytest.param("0987654321", "9876", id="newest first, an old one pinned on top"),
    pytest.param("1234567890", "6789", id="oldest first, an old one at the end"),
    pytest.param("5739102846", "7986", id="in no order"),
    pytest.param("98-6543210", "98-6", id="one without a date stands by the one before it"),
    pytest.param("-987654321", "-987", id="the first without a date stands by the next"),
]
WAYS: list[Callable[[datetime], str]] = [datetime.isoformat, format_datetime, lambda day: f"{day:%Y-%m-%d}"]


def xml(order: str, way: Callable[[datetime], str] = format_datetime, *, name: str = "pubDate") -> str:
    dates = [f"<{name}>{way(NOON + int(n) * DAY)}</{name}>" if n.isdecimal() else "" for n in order]
    entries = [f"<item><title>{n}</title>{date}</item>" for n, date in zip(order, dates, strict=True)]
    return f"<rss><channel><title>Haies</title>{''.join(entries)}<language>fr</language></channel></rss>"


def titles(text: str) -> str:
    return "".join(part[0] for part in text.split("<item><title>")[1:])


@pytest.mark.parametrize(("order", "kept"), CASES)
@pytest.mark.parametrize("way", WAYS)
def test_the_newest_are_told_by_their_own_dates(
    order: str, kept: str, way: Callable[[datetime], str]
) -> None:
    text, shortened = newest_in_xml(xml(order, way), 4)
    assert shortened
    assert titles(text) == kept
    assert text.startswith("<rss><channel><title>Haies</title><item>")
    assert text.endswith("</item><language>fr</language></channel></rss>")


@pytest.mark.parametrize(("order", "kept"), CASES)
@pytest.mark.parametrize("name", ["date_published", "date_modified"])
def test_so_are_those_of_json(order: str, kept: str, name: str) -> None:
    items = [{"id": n, name: (NOON + int(n) * DAY).isoformat()} if n != "-" else {"id": n} for n in order]
    found, shortened = newest_of(items, 4)
    assert shortened
    assert "".join(item["id"] for item in found) == kept


@pytest.mark.parametrize("name", ["title", "pubDate"])
def test_without_dates_the_newest_stand_at_one_of_the_ends(name: str) -> None:
    """Or with dates that say nothing."""
    for most, kept in ((4, "0189"), (5, "01789")):
        assert titles(newest_in_xml(xml("0123456789", lambda _: "hier", name=name), most)[0]) == kept
        assert titles(newest_in_xml(xml("0123456789", lambda _: NOON.isoformat()), most)[0]) == kept
        found, _ = newest_of([{"id": n} for n in "0123456789"], most)
        assert "".join(item["id"] for item in found) == kept


def test_a_few_dates_among_many_entries_say_nothing_of_the_others() -> None:
    assert titles(newest_in_xml(xml("98---3--------------"), 4)[0]) == "98--"
    assert titles(newest_in_xml(xml("--------------98"), 4)[0]) == "--98"


@pytest.mark.parametrize(
    "date", ["Mon, 01 Jan 99999999999999 00:00:00 GMT", "0001-01-01T00:00:00+14:00", "9999-13"]
)
def test_a_date_that_no_calendar_knows_breaks_nothing(date: str) -> None:
    text = xml("987654321").replace("<item>", f"<item><pubDate>{date}</pubDate>", 1)
    assert newest_in_xml(text, 4)[0].count("<item>") == 4


def test_what_is_not_too_long_is_left_as_it_is() -> None:
    text = xml("0123")
    assert newest_in_xml(text, 4) == (text, False)
    assert newest_in_xml(text + "item" * 9, 4) == (text + "item" * 9, False)
    items = [{"id": "1"}, {"id": "2"}]
    assert newest_of(items, 2) == (items, False)


def test_atom_and_prefixes_are_read_too() -> None:
    entries = "".join(
        f"<a:entry><a:title>{n}</a:title><a:updated>2026-11-0{n}T12:00:00Z</a:updated></a:entry>"
        for n in "91234"
    )
    text, _ = newest_in_xml(f"<a:feed>{entries}</a:feed>", 2)
    assert [part[0] for part in text.split("<a:title>")[1:]] == ["9", "4"]
