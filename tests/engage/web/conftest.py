"""A small file with three people in it, the page over it, and browsers real and not."""

from __future__ import annotations

import shutil
import warnings
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engage.config import Config, Me
from engage.model import Engagement, Identity, Person
from engage.store import open_stores
from engage.templates import Templates
from engage.thanks import Desk
from engage.web.app import create_app
from engage.words import Words
from feeds.html import sanitise, to_text
from feeds.model import Author, Batch, Cursor, Post, Source
from feeds.store import Due

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it would rather have httpx2
    from starlette.testclient import TestClient

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.applications import Starlette

    from engage.model import Language
    from engage.store import Store
    from feeds.model import SourceKind

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)  # a Monday
HOST = "127.0.0.1:8765"
TOKEN = "a-key-of-this-start"  # noqa: S105 - it opens nothing but this test's page
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)

ARTICLE = """
<h1>Fences</h1>
<p>I used to think that a hedge was a wall that somebody had forgotten to finish.</p>
<p>What I learned from my neighbour is that a hedge is a road for everything smaller than us. I walk along it now.</p>
<p><img src="https://pictures.example/hedge.jpg" alt="A hedge in <April>"></p>
<p>The hardest part was to stop cutting it, and to see that nothing terrible happened.</p>
"""


@dataclass(frozen=True)
class Numbers:
    """Where things are in the file."""

    julie: int
    sam: int
    ann: int
    hedges: int
    loss: int


@dataclass
class House:
    """The file, and the page over it."""

    path: Path
    numbers: Numbers
    now: datetime = NOW
    config: Config = Config(me=Me(name="Camille", mastodon="@camille@home.example"))

    def store(self) -> Store:
        return open_stores(self.path)

    def app(self, words: Words, host: str = HOST, token: str = TOKEN) -> Starlette:
        def desk() -> Desk:
            return Desk(self.store(), self.config, Templates(), words.language)

        return create_app(desk=desk, clock=lambda: self.now, words=words, zone=UTC, token=token, host=host)

    def browser(self, words: Words | None = None, *, at_the_door: bool = False) -> Browser:
        client = TestClient(self.app(words or Words("en")), base_url=f"http://{HOST}", follow_redirects=False)
        if not at_the_door:
            client.get(f"/?token={TOKEN}")
        return Browser(client)

    def dump(self) -> list[str]:
        """The whole file, as text."""
        store = self.store()
        try:
            return list(store.connection.iterdump())
        finally:
            store.connection.close()


class Browser:
    """A client that says of its forms what browsers say."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def get(self, address: str, **headers: str) -> Any:
        return self.client.get(address, headers=_named(headers))

    def post(self, address: str, data: dict[str, str] | None = None, **headers: str) -> Any:
        said = {"sec_fetch_site": "same-origin", "origin": "null", **headers}
        return self.client.post(address, data=data or {}, headers=_named(said))

    def follow(self, address: str, data: dict[str, str] | None = None) -> Any:
        """Post, and go where that leads."""
        answer = self.post(address, data)
        assert answer.status_code == 303, answer.text
        return self.get(answer.headers["location"])


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items() if value}


def publish(store: Store, person: Person, kind: SourceKind, address: str, post: Post) -> int:
    """Let a person publish a post; returns its number."""
    source = store.feeds.add_source(
        Source(kind, address, address, f"https://{address}/"), NOW - timedelta(days=90)
    )
    store.add_identity(
        Identity(
            0, person.id, kind, address, address, f"https://{address}/", source.id, "typed", person.added
        )
    )
    due = Due(source, Cursor(), 0, NOW - timedelta(days=1))
    store.feeds.save(due, Batch(Cursor(), (post,)), NOW - timedelta(hours=2))
    return max(stored.id for stored in store.feeds.latest([source.id], 50))


def article(**changes: Any) -> Post:
    html = sanitise(ARTICLE, "https://julie.example/")
    post = Post(
        key="hedges",
        kind="article",
        url="https://julie.example/hedges",
        title="Leaving the hedges alone",
        text=to_text(html),
        html=html,
        language="en",
        published=NOW - timedelta(hours=5),
        authors=(Author("Julie Martin", "julie@julie.example"),),
    )
    return replace(post, **changes)


def note(text: str, **changes: Any) -> Post:
    post = Post(
        key=text[:30],
        kind="note",
        url="https://town.example/@sam/1",
        text=text,
        html=f"<p>{text}</p>",
        language="en",
        published=NOW - timedelta(hours=6),
        handle={"uri": "https://town.example/users/sam/statuses/1", "server": "town.example", "id": "1"},
    )
    return replace(post, **changes)


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
    if skipped and not CHROMIUM:
        terminalreporter.section("NOT TESTED: the page in a real browser", sep="!", red=True, bold=True)
        terminalreporter.line(
            "No Chromium was found, so clicking, copying, the live preview and the keys were not tried. "
            "Install one (Debian: apt install chromium) and run: pytest -m browser"
        )
