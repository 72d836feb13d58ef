"""A reader in a test: one file, one client, one server that it follows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from feeds.http import Client
from feeds.model import Networks, Source
from feeds.refresh import Report, refresh

if TYPE_CHECKING:
    from feeds.model import Post, StoredPost
    from feeds.store import Health, Store
    from tests.feeds.misbehaving import Misbehaving, Way

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@dataclass
class Reader:
    """Follows paths of the misbehaving server and refreshes; `now` moves only when it is told to."""

    store: Store
    server: Misbehaving
    now: datetime
    client: Client = field(default_factory=Client)
    networks: Networks = field(default_factory=Networks)

    def follow(self, path: str, way: Way) -> Source:
        """Put a way at a path of the server, and follow it as a blog on one's own machine."""
        return self.add(Source("blog", self.server.at(path, way), allow_private=True))

    def add(self, source: Source) -> Source:
        return self.store.add_source(source, self.now)

    def refresh(self, after: timedelta = timedelta(0), *, force: bool = False) -> Report:
        """Let time pass, and ask what is due."""
        self.now += after
        return refresh(self.store, self.client, self.now, force=force, networks=self.networks)

    def again(self, after: timedelta = HOUR) -> Report:
        """Let time pass, and ask as a person does who will not wait for what is due."""
        return self.refresh(after, force=True)

    def stored(self, source: Source | None = None) -> list[StoredPost]:
        """Everything stored, of one source or of all, oldest first."""
        ids = [row[0] for row in self.store.connection.execute("select id from posts order by id")]
        found = sorted(self.store.posts(ids), key=lambda stored: stored.id)
        return [stored for stored in found if source is None or stored.source.id == source.id]

    def posts(self, source: Source | None = None) -> list[Post]:
        return [stored.post for stored in self.stored(source)]

    def titles(self, source: Source | None = None) -> list[str]:
        return [post.title for post in self.posts(source)]

    def news(self, since: timedelta = DAY) -> list[str]:
        """The titles that count as news in the last `since`."""
        return [stored.post.title for stored in self.store.news(self.now - since, self.now)]

    def health(self, source: Source) -> Health:
        return next(health for health in self.store.health(self.now) if health.source.id == source.id)

    def source(self, source: Source) -> Source:
        """A source as it stands in the file by now."""
        return next(each for each in self.store.sources() if each.id == source.id)

    def error(self, source: Source) -> str:
        """What is wrong with a source, as its id of a sentence filled in; empty when all is well."""
        told = self.health(source).error
        return told[0].format(**told[1]) if told else ""
