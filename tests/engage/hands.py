"""What the tests of `engage` make by hand: people, posts, a file with both in it, and a run of the program."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from engage.model import Identity, Person, Piece
from feeds.address import canonical
from feeds.html import sanitise, to_text
from feeds.model import Author, Batch, Cursor, Post, Source, StoredPost

if TYPE_CHECKING:
    from engage.model import Circle
    from engage.store import Store
    from feeds.model import PostKind, SourceKind

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # a Monday
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
BLOG = Source("blog", "https://julie.example/feed", "Haies", "https://julie.example/", id=1)
TOOTS = Source("mastodon", "julie@piaille.example", "@julie@piaille.example", id=2)
SKEETS = Source("bluesky", "did:plc:julie", "julie.example", id=3)
HAIES = (
    "<p>Je croyais qu’une haie était un mur que l’on avait oublié de finir.</p>"
    "<p>Ce que j’ai appris de ma voisine, c’est qu’une haie est une route pour tout ce qui est plus petit que nous.</p>"
    "<p>Le plus dur a été de ne plus la tailler\u00a0; depuis, je la regarde «\u00a0pousser\u00a0» et je me tais.</p>"
)


class Said(NamedTuple):
    """How a run of the program ended, and what it said."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def person(number: int = 1, name: str = "Julie Martin", circle: Circle = 1, **more: Any) -> Person:
    return Person(number, name, circle, more.pop("added", NOON - 400 * DAY), **more)


def identity(owner: int, source: Source | None = None, **more: Any) -> Identity:
    kind = more.pop("kind", source.kind if source else "email")
    address = more.pop("address", source.address if source else "julie@julie.example")
    label, url = more.pop("label", source.label if source else address), more.pop("url", "")
    return Identity(0, owner, kind, address, label, url, source.id if source else None, "typed", NOON, **more)


def post(kind: PostKind = "article", *, ago: timedelta | None = HOUR, html: str = "", **more: Any) -> Post:
    """A post as a source gives it, dated `ago` before noon; None leaves it without a date."""
    url = more.pop("url", "https://julie.example/haies" if kind == "article" else "")
    text = more.pop("text", to_text(sanitise(html)))
    links = tuple(canonical(link) for link in more.pop("links", ()))
    published = more.pop("published", None if ago is None else NOON - ago)
    title = more.pop("title", "Les haies" if kind == "article" else "")
    html = html or f"<p>{text}</p>"
    return Post(
        more.pop("key", url or f"{kind} {title} {text} {ago}"),
        kind,
        url,
        title,
        text,
        html,
        published=published,
        links=links,
        **more,
    )


def stored(number: int, what: Post, source: Source = BLOG, seen: datetime = NOON) -> StoredPost:
    return StoredPost(number, source, what, seen, seen)


def piece(main: Post | None = None, *others: StoredPost, number: int = 7, by: int = 1) -> Piece:
    first = stored(number, main or post(html=HAIES))
    return Piece(first, by, (first, *others))


def signed(what: Post, *names: str) -> Post:
    return replace(what, authors=tuple(Author(name) for name in names))


@dataclass
class House:
    """A file with people in it; `publish` lets them speak."""

    store: Store

    def person(self, name: str = "Julie Martin", circle: Circle = 1, **more: Any) -> Person:
        return self.store.add_person(person(0, name, circle, **more))

    def source(self, owner: Person, kind: SourceKind = "blog", address: str = "") -> Source:
        address = address or f"https://{owner.name.split()[0].lower()}.example/{kind}"
        kept = self.store.feeds.add_source(Source(kind, address, address), NOON - 400 * DAY)
        self.store.add_identity(identity(owner.id, kept))
        return kept

    def publish(self, source: Source, *posts: Post, at: datetime = NOON) -> list[int]:
        """Fetch these posts from a source at a moment, as news where they are; returns their numbers."""
        due = next(d for d in self.store.feeds.due(at, force=True) if d.source.id == source.id)
        self.store.feeds.save(due, Batch(Cursor(), tuple(reversed(posts))), at)
        keys = [what.key for what in posts]
        rows = self.store.connection.execute("select key, id from posts where source_id = ?", (source.id,))
        numbers = dict(tuple(row) for row in rows)
        return [numbers[key] for key in keys]
