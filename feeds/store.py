"""Keeps sources, cursors and posts in the SQLite file, and finds them again.

One connection belongs to one thread; one thread writes. A source's posts and its cursor are written in one transaction:
whatever happens in between, the file tells one coherent story. Tables are made and changed by sqlite-utils (`schema`);
the statements of every day are written here.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from feeds import timing
from feeds.errors import N_, FetchError, StoreError
from feeds.html import canonical
from feeds.model import Author, Batch, Cursor, Post, Source, StoredPost

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

# The newest migration; a file that has it needs no look at the migrations, whose library takes 0.1 s to import.
NEWEST = "m001_sources_cursors_posts"

# What an edit may change.
_POST_COLUMNS = (
    "kind, url, canonical, title, text, html, language, published_at, updated_at, warning, more, digest"
)
_SELECT_POSTS = (
    "select p.id, p.source_id, p.key, p.kind, p.url, p.title, p.text, p.html, p.language, p.published_at, p.updated_at, "
    "p.seen_at, p.news_at, p.warning, p.more from posts p "
)


@dataclass(frozen=True, slots=True)
class Due:
    """A source that is due, with everything needed to ask it."""

    source: Source
    cursor: Cursor
    failures: int
    answered: datetime | None


@dataclass(frozen=True, slots=True)
class Health:
    """How a source is doing. `error` is a message id with its values, or None when all is well."""

    source: Source
    posts: int
    answered: datetime | None
    newest: datetime | None
    due: datetime | None
    paused: datetime | None
    failures: int
    error: tuple[str, dict[str, Any]] | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Saved:
    """How many posts a batch added, and how many it changed."""

    new: int = 0
    changed: int = 0


def open_file(path: Path | str) -> sqlite3.Connection:
    """Open or create a Nouvelles file, private to its owner, with its tables up to date.

    Raises:
        StoreError: the file cannot be opened, or is no SQLite file.

    """
    try:
        if str(path) != ":memory:":
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        connection = sqlite3.connect(path, isolation_level=None, timeout=30)
        try:
            _prepare(connection)
        except BaseException:
            connection.close()
            raise
    except (OSError, sqlite3.Error) as error:
        raise StoreError(path=str(path), reason=str(error)) from error
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    connection.row_factory = sqlite3.Row
    if not _is_ours(connection):  # before anything in it is touched
        raise sqlite3.DatabaseError(N_("it is the file of another program"))
    with suppress(sqlite3.OperationalError):  # locked: whoever else opens it at this moment sets it too
        connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = normal")
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma cache_size = -32000")
    _migrate(connection)


def _is_ours(connection: sqlite3.Connection) -> bool:
    """Whether a file is empty, or was made by this program."""
    tables = {row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")}
    return not tables or "_sqlite_migrations" in tables


def is_up_to_date(connection: sqlite3.Connection, migration_set: str, newest: str) -> bool:
    """Whether the newest migration of a set was applied to this file."""
    try:
        found = connection.execute(
            "select 1 from _sqlite_migrations where migration_set = ? and name = ?", (migration_set, newest)
        ).fetchone()
    except sqlite3.OperationalError:  # no such table: a new file
        return False
    return found is not None


def _migrate(connection: sqlite3.Connection) -> None:
    if is_up_to_date(connection, "feeds", NEWEST):
        return
    from sqlite_utils import Database  # noqa: PLC0415 - 0.1 s that an up-to-date file does not pay

    from feeds.schema import migrations  # noqa: PLC0415

    with Store(
        connection
    ).writing():  # who opens the same new file at the same moment waits, and finds it done
        if not is_up_to_date(connection, "feeds", NEWEST):
            migrations.apply(Database(connection))


class Store:
    """The part of the file that `feeds` owns."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction that takes the writer's place at once.

        A nested use joins the outer one; when it fails, it alone is undone, and the outer one may go on.
        """
        begin, undo, end = (
            ("savepoint nested", "rollback to nested", "release nested")
            if self.connection.in_transaction
            else ("begin immediate", "rollback", "commit")
        )
        self.connection.execute(begin)
        try:
            yield
        except BaseException:
            self.connection.execute(undo)
            raise
        self.connection.execute(end)

    # --- sources ---

    def add_source(self, source: Source, now: datetime) -> Source:
        """Follow a source; one that is followed already is returned as it stands in the file."""
        with self.writing():
            self.connection.execute(
                "insert into sources (kind, address, label, site, language, given, allow_private, added_at) "
                "values (?, ?, ?, ?, '', ?, ?, ?) on conflict (kind, address) do nothing",
                (
                    source.kind,
                    source.address,
                    source.label,
                    source.site,
                    int(source.given),
                    int(source.allow_private),
                    now.isoformat(timespec="seconds"),
                ),
            )
            row = self.connection.execute(
                "select * from sources where kind = ? and address = ?", (source.kind, source.address)
            ).fetchone()
            self.connection.execute("insert or ignore into cursors (source_id) values (?)", (row["id"],))
        return _source(row)

    def sources(self) -> list[Source]:
        """Every source, in the order in which they were added."""
        return [_source(row) for row in self.connection.execute("select * from sources order by id")]

    def due(self, now: datetime, *, force: bool = False) -> list[Due]:
        """The sources to ask now; with `force`, all but those that are paused or asked us to wait."""
        # Nobody is ever left alone for longer than a week: what is due later was written by a clock that was wrong.
        rows = self.connection.execute(
            "select * from sources join cursors on source_id = id where paused_at is null "
            "and (due_at is null or due_at <= :now or due_at > :beyond "
            "or (:force and not (failures = 0 and error is not null))) order by id",
            {"now": now.isoformat(), "beyond": (now + timing.LONGEST).isoformat(), "force": force},
        )
        return [Due(_source(row), _cursor(row), row["failures"], _moment(row["answered_at"])) for row in rows]

    def unheard(self) -> list[Source]:
        """The sources that failed when last asked, or that are paused: whatever is new there is not known."""
        rows = self.connection.execute(
            "select sources.* from sources join cursors on source_id = id where error is not null order by id"
        )
        return [_source(row) for row in rows]

    def health(self) -> list[Health]:
        """How each source is doing, in the order in which they were added."""
        rows = self.connection.execute(
            "select *, (select count(*) from posts where posts.source_id = sources.id) as posts, "
            "(select max(published_at) from posts where posts.source_id = sources.id) as newest "
            "from sources join cursors on source_id = id order by id"
        )
        return [_health(row) for row in rows]

    # --- what a fetch brings ---

    def save(self, due: Due, batch: Batch, now: datetime) -> Saved:
        """Keep what a fetch brought: posts, cursor and the source's own words, in one transaction."""
        source = due.source
        with self.writing():
            saved = self._save_posts(due, batch, now) if batch.posts else Saved()
            if not batch.unchanged:
                self.connection.execute(
                    "update sources set label = coalesce(nullif(?, ''), label), site = coalesce(nullif(?, ''), site), "
                    "language = coalesce(nullif(?, ''), language) where id = ?",
                    (batch.label, batch.site, batch.language, source.id),
                )
                self.connection.execute(
                    "update cursors set warnings = ? where source_id = ?",
                    (json.dumps(batch.warnings), source.id),
                )
            cursor = batch.cursor
            stamp = now.isoformat(timespec="seconds")
            self.connection.execute(
                "update cursors set etag = ?, modified = ?, digest = ?, position = ?, asked_fully_at = ?, asked_at = ?, "
                "answered_at = ?, changed_at = iif(?, ?, changed_at), due_at = ?, failures = 0, error = null "
                "where source_id = ?",
                (
                    cursor.etag,
                    cursor.modified,
                    cursor.digest,
                    cursor.position,
                    _stamp(cursor.asked_fully),
                    stamp,
                    stamp,
                    saved.new + saved.changed > 0,
                    stamp,
                    _stamp(timing.due_after_answer(source, batch, now)),
                    source.id,
                ),
            )
        return saved

    def fail(self, due: Due, error: FetchError, now: datetime) -> None:
        """Remember a failure. Posts, cursor and validators stay as they were."""
        failures = due.failures + 1 if timing.counts_as_failure(error) else 0
        again = timing.due_after_failure(due.source, error, max(1, failures), now)
        told = json.dumps([error.words, error.values], default=str)
        stamp = now.isoformat(timespec="seconds")
        with self.writing():
            self.connection.execute(
                "update cursors set asked_at = ?, due_at = ?, failures = ?, error = ? where source_id = ?",
                (stamp, _stamp(again), failures, told, due.source.id),
            )
            if timing.is_end(error):
                self.connection.execute(
                    "update sources set paused_at = ?, paused_why = ? where id = ?",
                    (stamp, told, due.source.id),
                )

    def _save_posts(self, due: Due, batch: Batch, now: datetime) -> Saved:
        source_id = due.source.id
        keys = json.dumps([post.key for post in batch.posts])
        known = {
            row[0]: row[1]
            for row in self.connection.execute(
                "select key, digest from posts where source_id = ? and key in (select value from json_each(?))",
                (source_id, keys),
            )
        }
        fresh, edited = [], []
        # Oldest first, so that numbers grow with time: a feed lists its newest entry first.
        once = {post.key: post for post in reversed(batch.posts)}  # a network may list one post twice
        for post in once.values():
            row = _row(post)
            if post.key not in known:
                news = timing.news_at(post, now, due.answered)
                fresh.append((source_id, post.key, now.isoformat(timespec="seconds"), _stamp(news), *row))
            elif known[post.key] != row[-1]:
                edited.append((*row, source_id, post.key))
        self.connection.executemany(
            f"insert into posts (source_id, key, seen_at, news_at, {_POST_COLUMNS}) "  # noqa: S608 - our own constant
            "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            fresh,
        )
        self.connection.executemany(
            f"update posts set ({_POST_COLUMNS}) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "  # noqa: S608 - our own constant
            "where source_id = ? and key = ?",
            edited,
        )
        return Saved(len(fresh), len(edited))

    # --- posts ---

    def post(self, post_id: int) -> StoredPost | None:
        """One post by its number."""
        return next(iter(self._posts("where p.id = ?", (post_id,))), None)

    def posts(self, ids: Iterable[int]) -> list[StoredPost]:
        """Posts by their numbers, in no particular order; numbers that are not there are left out."""
        return self._posts("where p.id in (select value from json_each(?))", (json.dumps(list(ids)),))

    def news(self, since: datetime, until: datetime) -> list[StoredPost]:
        """What counted as news in a span of time, newest first."""
        return self._posts(
            "where p.news_at > ? and p.news_at <= ? order by p.news_at desc, p.id desc",
            (_stamp(since), _stamp(until)),
        )

    def articles_at(self, addresses: Iterable[str]) -> list[StoredPost]:
        """The articles that stand at any of these canonical addresses."""
        return self._posts(
            "where p.kind = 'article' and p.canonical in (select value from json_each(?))",
            (json.dumps(list(addresses)),),
        )

    def latest(
        self, source_ids: Iterable[int], most: int, *, before: datetime | None = None
    ) -> list[StoredPost]:
        """The newest posts of some sources, each source's own newest `most`, newest first over all."""
        found: list[StoredPost] = []
        for source_id in source_ids:
            found += self._posts(
                "where p.source_id = ? and (? is null or p.published_at < ?) "
                "order by coalesce(p.published_at, p.seen_at) desc, p.id desc limit ?",
                (source_id, _stamp(before), _stamp(before), most),
            )
        return sorted(
            found, key=lambda stored: (stored.post.published or stored.seen, stored.id), reverse=True
        )[:most]

    def newest_dates(self, source_ids: Iterable[int], kinds: Iterable[str]) -> dict[int, list[datetime]]:
        """For each source, the dates of its posts of these kinds, newest first, at most fifty."""
        wanted = json.dumps(list(kinds))
        return {
            source_id: [
                moment
                for (text,) in self.connection.execute(
                    "select published_at from posts where source_id = ? and published_at is not null "
                    "and kind in (select value from json_each(?)) order by published_at desc limit 50",
                    (source_id, wanted),
                )
                if (moment := _moment(text))
            ]
            for source_id in source_ids
        }

    def search(self, words: str, most: int = 30) -> list[StoredPost]:
        """Posts that hold all these words, in title or text, best first; accents and case do not matter."""
        quoted = " ".join('"' + word.replace('"', '""') + '"' for word in words.replace("\0", " ").split())
        if not quoted:
            return []
        return self._posts(
            "join posts_fts on posts_fts.rowid = p.id where posts_fts match ? order by posts_fts.rank limit ?",
            (quoted, most),
        )

    def _posts(self, where: str, values: tuple[Any, ...]) -> list[StoredPost]:
        rows = self.connection.execute(_SELECT_POSTS + where, values).fetchall()
        if not rows:
            return []
        wanted = json.dumps(list({row["source_id"] for row in rows}))
        sources = {
            row["id"]: _source(row)
            for row in self.connection.execute(
                "select * from sources where id in (select value from json_each(?))", (wanted,)
            )
        }
        return [_stored(row, sources[row["source_id"]]) for row in rows]


def _row(post: Post) -> tuple[Any, ...]:
    """A post as the columns that an edit may change, the last of them a hash of the others."""
    more: dict[str, Any] = {}
    if post.authors:
        more["authors"] = [[author.name, author.email, author.url] for author in post.authors]
    for name in ("links", "mentions", "handle"):
        if getattr(post, name):
            more[name] = getattr(post, name)
    columns = (
        post.kind,
        post.url,
        canonical(post.url),
        post.title,
        post.text,
        post.html,
        post.language,
        _stamp(post.published),
        _stamp(post.updated),
        post.warning,
        json.dumps(more, ensure_ascii=False) if more else "{}",
    )
    return (
        *columns,
        hashlib.blake2b("\0".join(map(str, columns)).encode("utf-8", "replace"), digest_size=16).digest(),
    )


def _stored(row: sqlite3.Row, source: Source) -> StoredPost:
    more = json.loads(row["more"])
    post = Post(
        key=row["key"],
        kind=row["kind"],
        url=row["url"],
        title=row["title"],
        text=row["text"],
        html=row["html"],
        language=row["language"],
        published=_moment(row["published_at"]),
        updated=_moment(row["updated_at"]),
        authors=tuple(Author(*parts) for parts in more.get("authors", ())),
        links=tuple(more.get("links", ())),
        mentions=tuple(more.get("mentions", ())),
        warning=row["warning"],
        handle=more.get("handle", {}),
    )
    seen = datetime.fromisoformat(row["seen_at"])
    return StoredPost(row["id"], source, post, seen, _moment(row["news_at"]))


def _source(row: sqlite3.Row) -> Source:
    return Source(
        kind=row["kind"],
        address=row["address"],
        label=row["label"],
        site=row["site"],
        given=bool(row["given"]),
        allow_private=bool(row["allow_private"]),
        id=row["id"],
    )


def _cursor(row: sqlite3.Row) -> Cursor:
    return Cursor(
        row["etag"], row["modified"], row["digest"], row["position"], _moment(row["asked_fully_at"])
    )


def _health(row: sqlite3.Row) -> Health:
    error = json.loads(row["error"]) if row["error"] else None
    return Health(
        source=_source(row),
        posts=row["posts"],
        answered=_moment(row["answered_at"]),
        newest=_moment(row["newest"]),
        due=_moment(row["due_at"]),
        paused=_moment(row["paused_at"]),
        failures=row["failures"],
        error=(error[0], error[1]) if error else None,
        warnings=tuple(json.loads(row["warnings"])),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _stamp(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
