"""Who may import whom: the plan of the house, checked against what is built."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import grimp
import pytest

if TYPE_CHECKING:
    from grimp import ImportGraph

ROOT = Path(__file__).parents[1]
DATABASES = {"sqlite3", "sqlite_utils"}
CLIENTS = {
    "pycurl",
    "requests",
    "httpx",
    "mastodon",
    "atproto",
    "atproto_client",
    "urllib3",
    "http",
    "socket",
}
MAIL = {"email", "smtplib", "imaplib", "poplib", "mailbox"}

SOURCES = ("feeds.sources.blog", "feeds.sources.mastodon", "feeds.sources.bluesky")
PURE_FEEDS = (
    "html",
    "page",
    "hcard",
    "platforms",
    "timing",
    "status",
    "model",
    "errors",
    "wire",
    "turns",
    "formats",
    "opml",
    "article",
    "runs",
    "summaries",
)
PURE_ENGAGE = (
    *("model", "matching", "pieces", "ranking", "rhythm", "drafting", "conscience", "tone", "passages"),
    *("lexicon", "sentences", "signals", "sorrows", "sorrow_words", "weighing", "graphemes", "send.links"),
    *("naming", "addresses", "evidence", "joining", "linking", "paths", "chart", "charting"),
    *("rings", "contacts.vcard", "carrying.parts"),
)
# From the ground up: a room imports from its own floor and from those below, never from above.
FLOORS = (
    "model errors sentences naming addresses evidence",
    (
        "matching pieces ranking rhythm drafting conscience passages tone lexicon signals graphemes weighing sorrows "
        "joining paths chart charting rings"
    ),
    "store stored schema send",
    "today thanks asking contacts ledger adding linking looking carrying knowing",
    "digest schedule web cli",
)


@cache
def graph() -> ImportGraph:
    """Every import that happens when the program runs, also those inside functions."""
    return grimp.build_graph(
        "feeds", "engage", include_external_packages=True, exclude_type_checking_imports=True, cache_dir=None
    )


def rooms(package: str) -> set[str]:
    """A module and what is inside it, as far as it is built."""
    modules = graph().modules
    return {module for module in modules if module == package or module.startswith(f"{package}.")}


def ways(start: str, forbidden: set[str]) -> list[tuple[str, ...]]:
    """The ways by which a room and what is inside it reach something forbidden, however far round."""
    found = (
        graph().find_shortest_chain(importer=room, imported=goal)
        for room in sorted(rooms(start))
        for goal in sorted(forbidden & graph().modules)
    )
    return [chain for chain in found if chain]


def test_the_plan_sees_what_is_there() -> None:
    """Imports inside functions too, and those of others on the way; not those that only the types need."""
    assert ways("feeds.store", {"sqlite3"}) == [("feeds.store", "feeds.file", "sqlite3")]
    reached = ways("engage.signing", {"atproto"})
    assert ("engage.signing", "feeds.sources.bluesky.signing", "atproto") in reached
    assert ways("feeds.timing", {"feeds.model"}) == []


def test_feeds_knows_nothing_of_people() -> None:
    assert ways("feeds", rooms("engage")) == []


@pytest.mark.parametrize("source", SOURCES)
def test_sources_do_not_know_each_other(source: str) -> None:
    assert ways(source, set(SOURCES) - {source}) == []


@pytest.mark.parametrize("room", PURE_FEEDS)
def test_what_decides_in_feeds_touches_neither_file_nor_network(room: str) -> None:
    assert rooms(f"feeds.{room}")
    assert ways(f"feeds.{room}", DATABASES | CLIENTS) == []


@pytest.mark.parametrize("room", PURE_ENGAGE)
def test_what_decides_in_engage_touches_neither_file_nor_network_nor_mail(room: str) -> None:
    assert rooms(f"engage.{room}")
    forbidden = DATABASES | CLIENTS | MAIL | {"feeds.store", "feeds.http", "engage.store", "engage.schema"}
    assert ways(f"engage.{room}", forbidden) == []


def test_only_the_stores_of_feeds_speak_sql() -> None:
    openers = {room for room in rooms("feeds") if DATABASES & graph().find_modules_directly_imported_by(room)}
    assert openers == {"feeds.file", "feeds.schema"}
    speakers = {path.stem for path in (ROOT / "feeds").rglob("*.py") if ".execute" in path.read_text()}
    assert speakers == {"file", "schema", "store", "keeping", "posts", "own", "erasing"}


def test_only_the_one_client_and_what_stands_on_it_touch_the_network() -> None:
    libraries = {"pycurl", "requests", "httpx", "mastodon", "atproto", "atproto_client"}
    speakers = {room: libraries & graph().find_modules_directly_imported_by(room) for room in rooms("feeds")}
    assert {room: used for room, used in speakers.items() if used} == {
        "feeds.http": {"pycurl"},
        "feeds.carry": {"requests", "httpx"},
        "feeds.sources.mastodon.signing": {"mastodon"},
        "feeds.sources.bluesky.signing": {"atproto", "atproto_client"},
    }


def test_no_fetch_waits_for_the_networks_own_libraries() -> None:
    for room in ("feeds.refresh", "feeds.again", "engage.ledger", "engage.contacts.follows"):
        assert ways(room, {"atproto", "atproto_client", "mastodon"}) == []


def floor_of(module: str) -> int | None:
    """On which floor a module of `engage` stands; None for the tools that lie at everybody's hand."""
    room = module.split(".")[1] if module.startswith("engage.") else ""
    return next((number for number, names in enumerate(FLOORS) if room in names.split()), None)


def test_imports_in_engage_go_down_and_never_back() -> None:
    upward = [
        (importer, imported)
        for importer in sorted(rooms("engage"))
        for imported in sorted(graph().find_modules_directly_imported_by(importer))
        if (above := floor_of(imported)) is not None
        if (below := floor_of(importer)) is not None
        if above > below
    ]
    assert upward == []


def test_tools_at_everybodys_hand_import_none_of_the_rooms_above() -> None:
    tools = [f"engage.{name}" for name in ("config", "home", "templates", "toml", "when", "words")]
    upward = [
        (tool, imported)
        for tool in tools
        for imported in sorted(graph().find_modules_directly_imported_by(tool))
        if (floor_of(imported) or 0) > 0
    ]
    assert upward == []


def loaded_by(statement: str) -> set[str]:
    """The top-level modules that a fresh interpreter holds after a statement."""
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            f"{statement}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(told.stdout.split())


SLOW = {
    "atproto",
    "mastodon",
    "httpx",
    "requests",
    "starlette",
    "feedparser",
    "sqlite_utils",
    "trafilatura",
    "lxml",
}


@pytest.mark.parametrize(
    "room", ["engage.cli", "engage.thanks", "feeds.refresh", "feeds.store", "feeds.http", "feeds.fulltext"]
)
def test_what_is_slow_to_import_is_imported_when_it_is_needed(room: str) -> None:
    loaded = loaded_by(f"import {room}")
    assert room.partition(".")[0] in loaded
    assert loaded & SLOW == set()
