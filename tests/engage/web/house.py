"""A house to test the page in: a file, the page over it, and a client that says what browsers say."""

from __future__ import annotations

import importlib.util
import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from starlette.testclient import TestClient

from engage.config import Config, Me
from engage.model import Identity, Person
from engage.store import open_stores
from engage.templates import Templates
from engage.thanks import Desk
from engage.web.app import create_app
from engage.words import Words
from feeds.html import sanitise, to_text
from feeds.model import Author, Batch, Cursor, Post, Source
from feeds.store import Due

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.applications import Starlette

    from engage.store import Store

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)  # a Monday
HOST = "127.0.0.1:8765"
TOKEN = "a-key-of-this-start"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((found for name in _BROWSERS if (found := shutil.which(name))), "")


def _missing() -> str:
    """What keeps the page from being tried in a real browser, and how to get it; empty when nothing does."""
    if not CHROMIUM:
        return "No Chromium was found. Debian has one: apt install chromium."
    if importlib.util.find_spec("playwright") is None:
        return "Playwright is not installed. It is one of the development tools: pip install playwright."
    return ""


MISSING = _missing()

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
    config: Config = field(
        default_factory=lambda: Config(me=Me(name="Camille", mastodon="@camille@home.example"))
    )

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

    def post(self, address: str, data: Any = None, **headers: str) -> Any:
        said = {"sec_fetch_site": "same-origin", "origin": "null", **headers}
        return self.client.post(address, data=data or {}, headers=_named(said))

    def follow(self, address: str, data: dict[str, str] | None = None) -> Any:
        """Post, and go where that leads."""
        answer = self.post(address, data)
        assert answer.status_code == 303, answer.text
        return self.get(answer.headers["location"])


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items() if value}


def publish(
    store: Store, person: Person, kind: Literal["blog", "mastodon", "bluesky"], address: str, post: Post
) -> int:
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
