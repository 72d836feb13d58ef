"""A small file with three people in it, the page over it, and a loud word where there is no browser."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engage.model import Engagement, Person
from engage.store import open_stores
from tests.engage.web.house import MISSING, NOW, House, Numbers, article, note, publish

if TYPE_CHECKING:
    from pathlib import Path

    from tests.engage.web.house import Browser


@pytest.fixture
def house(tmp_path: Path) -> House:
    path = tmp_path / "nouvelles.db"
    store = open_stores(path)
    long_ago = NOW - timedelta(days=400)
    julie = store.add_person(Person(0, "Julie Martin", 1, long_ago, "tu", "en", note="Knows every hedge."))
    sam = store.add_person(Person(0, "Sam Okafor", 2, long_ago, language="en"))
    hedges = publish(store, julie, "blog", "julie.example", article())
    loss = publish(
        store,
        sam,
        "mastodon",
        "sam@town.example",
        note("My father died on Sunday. We were all there.", warning="death"),
    )
    ann = store.add_person(Person(0, "Ann Bell", 2, long_ago, language="en"))
    store.record(
        Engagement(0, ann.id, "met", "out", NOW - timedelta(days=300), "At the bookshop, in the rain.")
    )
    store.connection.close()
    return House(path, Numbers(julie.id, sam.id, ann.id, hedges, loss))


@pytest.fixture
def browser(house: House) -> Browser:
    return house.browser()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say aloud what a missing browser kept from being tested."""
    skipped = {r.nodeid for r in terminalreporter.stats.get("skipped", []) if "test_browser" in r.nodeid}
    if skipped and MISSING:
        terminalreporter.section("NOT TESTED: the page in a real browser", sep="!", red=True, bold=True)
        terminalreporter.line(
            f"{len(skipped)} tests were skipped: clicking, copying, the live preview and the keys were not tried. "
            f"{MISSING} Then run: pytest -m browser"
        )
