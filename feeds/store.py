"""Keeps sources, cursors and posts in the SQLite file.

One connection belongs to one thread; one thread writes. A source's posts and its cursor are written in one transaction:
whatever happens in between, the file tells one coherent story. Tables are made and changed by sqlite-utils (`schema`);
the statements of every day are written here, in `keeping` (what a fetch brings) and in `posts` (finding it again).
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from feeds import file, keeping, timing
from feeds.address import canonical
from feeds.erasing import Erasing
from feeds.errors import AlreadyFollowed, Busy, FetchError
from feeds.guard import place
from feeds.own import Own
from feeds.posts import Posts
from feeds.rows import (
    Due,
    Health,
    Saved,
    cursor_of,
    health_of,
    moment_of,
    outline_of,
    pace_of,
    source_of,
    spelt,
    stamp,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Container
    from contextlib import AbstractContextManager
    from datetime import datetime

    from feeds.article import Article
    from feeds.model import Batch, Post, Source, StoredPost
    from feeds.opml import Outline

__all__ = ["Due", "Health", "Saved", "Store"]

_FOLLOWED = "select * from sources join cursors on source_id = id where removed_at is null and overheard = 0 "
# So many accounts that a timeline brings anyway are asked for their past at once: a server allows some 300 questions in
# five minutes.
PASTS = 40


class Store(Posts, Own, Erasing):
    """The part of the file that `feeds` owns."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def writing(self) -> AbstractContextManager[None]:
        """One transaction that takes the writer's place at once; a nested use joins the outer one."""
        return file.writing(self.connection)

    # --- sources ---

    def add_source(self, source: Source, now: datetime) -> Source:
        """Follow a source; one that is followed already is returned as it stands in the file.

        One that was removed is followed again, with all that it had.
        """
        source = spelt(source)
        if (known := self.known(source)) is not None:
            source = replace(source, address=known.address)
        with self.writing():
            was_removed = self.connection.execute(
                "select 1 from sources where kind = ? and address = ? and removed_at is not null",
                (source.kind, source.address),
            ).fetchone()
            self.connection.execute(
                "insert into sources (kind, address, label, site, language, given, allow_private, added_at, through) "
                "values (?, ?, ?, ?, '', ?, ?, ?, ?) on conflict (kind, address) do update set removed_at = null, "
                "paused_at = iif(removed_at is null, paused_at, null), overheard = 0, "
                "given = iif(overheard, excluded.given, given), "
                "allow_private = iif(overheard, excluded.allow_private, allow_private), "
                "through = iif(excluded.through = '', through, excluded.through)",
                (
                    source.kind,
                    source.address,
                    source.label,
                    source.site,
                    int(source.given),
                    int(source.allow_private),
                    stamp(now),
                    source.through,
                ),
            )
            row = self.connection.execute(
                "select * from sources where kind = ? and address = ?", (source.kind, source.address)
            ).fetchone()
            self.connection.execute("insert or ignore into cursors (source_id) values (?)", (row["id"],))
            if was_removed:  # what was wrong with it then is not known to be so now
                self.retry(int(row["id"]))
        return source_of(row)

    def known(self, source: Source) -> Source | None:
        """The source that is followed, or was, under another spelling of the same address, or before it moved there."""
        if source.kind != "blog":
            return None
        wanted = canonical(source.address)
        rows = self.connection.execute(
            "select * from sources where kind = 'blog' order by removed_at is not null, id"
        )
        for row in rows:
            told = json.loads(row["former"]) if row["former"] != "[]" else ()
            former = [canonical(address) for address, _ in told]
            if wanted == canonical(row["address"]) or (wanted in former and row["removed_at"] is None):
                return source_of(row)
        return None

    def sources(self) -> list[Source]:
        """Every source that is followed, in the order in which they were added."""
        rows = self.connection.execute(
            "select * from sources where removed_at is null and overheard = 0 order by id"
        )
        return [source_of(row) for row in rows]

    def awake(self) -> int:
        """How many sources are followed and not paused."""
        found = self.connection.execute(
            "select count(*) from sources where removed_at is null and paused_at is null and overheard = 0"
        )
        return int(found.fetchone()[0])

    def due(self, now: datetime, *, force: bool = False, only: Container[int] | None = None) -> list[Due]:
        """The sources to ask now; with `force`, all but those that are paused or whose host asked us to wait.

        `only` are the numbers of the sources to which to keep; None is all.
        """
        # What was asked in the future was asked by a clock that was wrong: then its due time means nothing.
        rows = self.connection.execute(
            _FOLLOWED + "and paused_at is null and (due_at is null or due_at <= :now or asked_at > :now "
            "or (:force and through = '' and not (failures = 0 and error is not null))) "
            # What a timeline brings must not be asked for again: timelines come first.
            "order by kind not like '%-home' and kind not like '%-list', id",
            {"now": stamp(now), "force": force},
        ).fetchall()
        waiting = self.waiting(now)
        own = {account.address for account in self.accounts()}
        found, pasts = [], 0
        for row in rows:
            if (waiting and place(row["address"]) in waiting) or (only is not None and row["id"] not in only):
                continue
            due = _due(row, own)
            pasts += bool(due.source.through)
            if not due.source.through or pasts <= PASTS:
                found.append(due)
        return found

    def unheard(self) -> list[Source]:
        """The sources that failed when last asked, other than those that are paused or gone: what is new there is not known."""
        rows = self.connection.execute(_FOLLOWED + "and error is not null and paused_at is null order by id")
        return [source_of(row) for row in rows]

    def health(self, now: datetime) -> list[Health]:
        """How each source is doing, in the order in which they were added."""
        rows = self.connection.execute(
            "select *, (select count(*) from posts where posts.source_id = sources.id) as posts, "
            "(select max(published_at) from posts where posts.source_id = sources.id) as newest, "
            "(select count(*) from sources h where sources.kind like '%-home' and h.through = sources.address) as heard "
            "from sources join cursors on source_id = id where removed_at is null and overheard = 0 order by id"
        ).fetchall()
        waiting = self.waiting(now)
        followed = {row["address"] for row in rows}
        return [
            health_of(row, waiting.get(place(row["address"])), twin=row["moving"] in followed) for row in rows
        ]

    def waiting(self, now: datetime) -> dict[str, datetime]:
        """The hosts that asked to be left alone, each with until when."""
        # Nobody is granted more than a week: what is later was written by a clock that was wrong.
        found = self.connection.execute(
            "select place, until from hosts where until > ? and until <= ?",
            (stamp(now), stamp(now + timing.WEEK + timing.DAY)),
        )
        return {row[0]: moment for row in found if (moment := moment_of(row[1]))}

    def host_asks_to_wait(self, there: str, until: datetime) -> None:
        """Leave a host alone until then: every source on it, in every run."""
        with file.joining(self.connection):
            self.connection.execute(
                "insert into hosts (place, until) values (?, ?) on conflict (place) do update set until = excluded.until",
                (there, stamp(until)),
            )

    def mend_clock(self, now: datetime) -> None:
        """What was seen by a clock that ran ahead was seen by now: a day looks for it there."""
        late = self.connection.execute("select 1 from posts where news_at > ? limit 1", (stamp(now),))
        if late.fetchone():
            with self.writing():
                self.connection.execute(
                    "update posts set seen_at = min(seen_at, :now), news_at = :now where news_at > :now",
                    {"now": stamp(now)},
                )

    # --- what a person decides of a source ---

    def pause(self, source_id: int, now: datetime) -> None:
        """Ask a source no more until `retry`."""
        with self.writing():
            self.connection.execute(
                "update sources set paused_at = coalesce(paused_at, ?) where id = ?", (stamp(now), source_id)
            )

    def retry(self, source_id: int) -> None:
        """Ask a source at the next fetch, whatever was wrong with it; only a host that asked us to wait is let wait."""
        with self.writing():
            self.connection.execute(
                "update sources set paused_at = null, paused_why = null where id = ?", (source_id,)
            )
            self.connection.execute(
                "update cursors set due_at = null, failures = 0, error = null where source_id = ?",
                (source_id,),
            )

    def remove(self, source_id: int, now: datetime) -> None:
        """Follow a source no more. What it published stays, and `add_source` takes it up again."""
        with self.writing():
            self.connection.execute("update sources set removed_at = ? where id = ?", (stamp(now), source_id))

    def move(self, source: Source, address: str, now: datetime, *, allow_private: bool = False) -> None:
        """Ask for a source at another address from now on; its history stays, its validators do not.

        Raises:
            AlreadyFollowed: another source stands at that address.

        """
        with self.writing():
            if self._stands_at(source, address):
                raise AlreadyFollowed(address=address)
            self._move(source, address, now, allow_private=allow_private)
            self.connection.execute(
                "update cursors set etag = '', modified = '', digest = '' where source_id = ?", (source.id,)
            )
            self.retry(source.id)

    def set_full_text(self, source_id: int, *, wanted: bool) -> None:
        """Whether to fetch each article's page where this source holds only summaries."""
        with self.writing():
            self.connection.execute("update sources set full_text = ? where id = ?", (int(wanted), source_id))

    def wants_pages(self) -> bool:
        """Whether the whole text of articles is wanted of any source."""
        found = self.connection.execute(
            "select 1 from sources where full_text = 1 and removed_at is null limit 1"
        )
        return found.fetchone() is not None

    def _stands_at(self, source: Source, address: str) -> bool:
        found = self.connection.execute(
            "select 1 from sources where kind = ? and address = ? and id <> ? and removed_at is null",
            (source.kind, address, source.id),
        )
        return found.fetchone() is not None

    def _move(self, source: Source, address: str, now: datetime, *, allow_private: bool) -> None:
        # One that was removed gives up its place: its posts stay.
        self.connection.execute(
            "update sources set address = address || '#removed-' || id where kind = ? and address = ? and id <> ?",
            (source.kind, address, source.id),
        )
        self.connection.execute(
            "update sources set address = ?, allow_private = ?, "
            "former = json_insert(former, '$[#]', json_array(address, ?)) where id = ?",
            (address, int(allow_private), stamp(now), source.id),
        )
        self.connection.execute("update cursors set moving = '', times = 0 where source_id = ?", (source.id,))

    # --- subscriptions of other programs ---

    def keep_outline(self, source_id: int, outline: Outline) -> None:
        """Remember how a file of subscriptions lists a source: its names, folders and whatever else stands there.

        What an earlier file said is kept; the folders of both count.
        """
        with self.writing():
            row = self.connection.execute("select outline from sources where id = ?", (source_id,)).fetchone()
            told = {name: value for name, value in asdict(outline).items() if name != "address"}
            for name, value in (json.loads(row["outline"]) if row["outline"] else {}).items():
                if name == "folders":
                    both = [*(value or [()]), *(told[name] or [()])]
                    told[name] = [] if not any(both) else list(dict.fromkeys(map(tuple, both)))
                elif value and not (name == "text" and value == outline.address):
                    told[name] = value
            self.connection.execute(
                "update sources set outline = ? where id = ?",
                (json.dumps(told, ensure_ascii=False), source_id),
            )

    def formers(self) -> list[tuple[Source, str]]:
        """The sources that moved, each with an address that it had."""
        rows = self.connection.execute(
            "select * from sources where former <> '[]' and removed_at is null"
        ).fetchall()
        return [(source_of(row), address) for row in rows for address, _ in json.loads(row["former"])]

    def outlines(self) -> list[Outline]:
        """Every blog that is followed, as a file of subscriptions lists it."""
        rows = self.connection.execute(
            "select * from sources where kind = 'blog' and removed_at is null order by id"
        )
        found = [outline_of(row) for row in rows]
        # Files that came one after the other may share a folder: what stands in it stands together.
        first = {
            path: number for number, path in reversed(list(enumerate(_folder(outline) for outline in found)))
        }
        return sorted(found, key=lambda outline: first[_folder(outline)])

    # --- what a fetch brings ---

    def save(self, due: Due, batch: Batch, now: datetime) -> Saved:
        """Keep what a fetch brought: posts, cursor and the source's own words, in one transaction, or in the one that is open."""
        source = due.source
        if batch.unchanged and not (
            batch.gap or timing.has_moved(batch.cursor)
        ):  # one statement is a transaction of its own
            self._save_cursor(due, batch, Saved(), now)
            return Saved()
        with file.joining(self.connection):
            saved = self._keep(due, batch, now)
            if not batch.unchanged:
                self._save_words(source, batch)
            self._save_cursor(due, batch, saved, now)
            if timing.has_moved(batch.cursor) and not self._stands_at(source, batch.cursor.moving):
                there = batch.cursor.moving
                private = source.allow_private and place(there) == place(source.address)
                self._move(source, there, now, allow_private=private)
        return saved

    def _keep(self, due: Due, batch: Batch, now: datetime) -> Saved:
        source = due.source
        if batch.gap:  # whoever else is heard in it is asked for what it dropped
            self.connection.execute(
                "update cursors set due_at = null where source_id in "
                "(select id from sources where through = ? and overheard = 0)",
                (source.account,),
            )
        if batch.heard:
            return keeping.hear(
                self.connection, keeping.laid(self.connection, batch.heard, now), now, due.answered
            )
        if not batch.posts:
            return Saved()
        saved = keeping.keep(self.connection, source.id, batch.posts, now, due.answered)
        if source.through and due.regular and due.answered and saved.kinds & {"note", "repost"}:
            # It says things that the timeline left out (one follows it there no more, say): it is asked like all others again.
            self.connection.execute("update sources set through = '' where id = ?", (source.id,))
        return saved

    def _save_words(self, source: Source, batch: Batch) -> None:
        self.connection.execute(
            "update sources set label = coalesce(nullif(?, ''), label), site = coalesce(nullif(?, ''), site), "
            "language = coalesce(nullif(?, ''), language) where id = ?",
            (batch.label, batch.site, batch.language, source.id),
        )
        self.connection.execute(
            "update cursors set warnings = ? where source_id = ?", (json.dumps(batch.warnings), source.id)
        )

    def _save_cursor(self, due: Due, batch: Batch, saved: Saved, now: datetime) -> None:
        cursor, source = batch.cursor, due.source
        pace = timing.pace_of(self._dates(source.id)) if saved.new else due.pace
        # Where no post has a date, the pace counts from when something last came.
        looked = pace if pace.newest or not saved.new else timing.Pace(pace.usual, now)
        self.connection.execute(
            "update cursors set etag = ?, modified = ?, digest = ?, position = ?, asked_fully_at = ?, wish = ?, moving = ?, "
            "times = ?, usual = ?, newest_at = ?, asked_at = ?, answered_at = ?, changed_at = iif(?, ?, changed_at), "
            "due_at = ?, failures = 0, error = null where source_id = ? "
            # Somebody may have moved it while it was asked: then this is the answer of another address.
            "and (select address from sources where id = source_id) = ?",
            (
                cursor.etag,
                cursor.modified,
                cursor.digest,
                cursor.position,
                stamp(cursor.asked_fully),
                cursor.wish,
                cursor.moving,
                cursor.times,
                round(pace.usual.total_seconds()),
                stamp(pace.newest),
                stamp(now),
                stamp(now),
                saved.new + saved.changed > 0,
                stamp(now),
                stamp(timing.due_after_answer(source, batch, looked, now)),
                source.id,
                source.address,
            ),
        )

    def _dates(self, source_id: int) -> list[datetime]:
        """The dates of a source's latest posts, newest first."""
        found = self.connection.execute(
            "select published_at from posts where source_id = ? and published_at is not null "
            "order by published_at desc limit 12",
            (source_id,),
        )
        return [moment for (text,) in found if (moment := moment_of(text))]

    def fail(self, due: Due, error: FetchError, now: datetime) -> None:
        """Remember a failure. Posts, cursor and validators stay as they were."""
        failures = due.failures + 1 if timing.counts_as_failure(error) else 0
        again = timing.due_after_failure(due.source, error, max(1, failures), now)
        told = json.dumps([error.words, error.values], default=str)
        with file.joining(self.connection):
            self.connection.execute(
                "update cursors set asked_at = ?, due_at = ?, failures = ?, error = ? where source_id = ?",
                (stamp(now), stamp(again), failures, told, due.source.id),
            )
            if isinstance(error, Busy) and error.values.get("asked"):
                self.host_asks_to_wait(place(error.values["asked"]), again)
            if timing.is_end(error):
                self.connection.execute(
                    "update sources set paused_at = ?, paused_why = ? where id = ?",
                    (stamp(now), told, due.source.id),
                )

    # --- posts that were looked at again ---

    def keep_again(self, stored: StoredPost, post: Post, now: datetime) -> None:
        """Keep a post as it is now, in place of how it was."""
        same = replace(post, key=stored.post.key, published=post.published or stored.post.published)
        with file.joining(self.connection):
            keeping.hear(self.connection, [(stored.source.id, same)], now, now)

    def mark_gone(self, post_id: int, now: datetime) -> None:
        """Remember that a post is no longer where it was: it is shown no more. Its row stays."""
        with file.joining(self.connection):
            self.connection.execute(
                "update posts set gone_at = coalesce(gone_at, ?) where id = ?", (stamp(now), post_id)
            )

    # --- articles whose feed holds only a summary ---

    def keep_article(self, post_id: int, article: Article, now: datetime) -> None:
        """Keep the article's own text beside what its feed says; one that was fetched before is replaced."""
        with self.writing():
            self.connection.execute(
                "insert into articles (post_id, url, text, html, fetched_at) values (?, ?, ?, ?, ?) on conflict (post_id) "
                "do update set (url, text, html, fetched_at) = (excluded.url, excluded.text, excluded.html, excluded.fetched_at)",
                (post_id, article.url, article.text, article.html, stamp(now)),
            )


def _due(row: sqlite3.Row, own: Container[str]) -> Due:
    """A row of sources with its cursor; `own` are the accounts by which one is signed in."""
    source = source_of(row)
    if source.through not in own:
        source = replace(source, through="")
    return Due(
        source,
        cursor_of(row),
        row["failures"],
        moment_of(row["answered_at"]),
        pace_of(row),
        row["due_at"] is not None,
    )


def _folder(outline: Outline) -> tuple[str, ...]:
    """The outermost folder in which an outline stands first."""
    return outline.folders[0][:1] if outline.folders else ()
