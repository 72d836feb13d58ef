"""Finds posts again: by number, by date, by address, by words. The statements of every day that only read."""

from __future__ import annotations

import json
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from feeds.model import Author
from feeds.rows import moment_of, source_of, stamp, stored_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Container, Iterable
    from datetime import datetime

    from feeds.model import StoredPost

_SELECT = (
    "select p.id, p.source_id, p.key, p.kind, p.url, p.title, p.text, p.html, p.language, p.published_at, p.updated_at, "
    "p.seen_at, p.news_at, p.warning, p.more, a.text as full_text, a.html as full_html "
    "from posts p left join articles a on a.post_id = p.id "
)


class Posts:
    """The posts in a file."""

    connection: sqlite3.Connection

    def post(self, post_id: int) -> StoredPost | None:
        """One post by its number."""
        return next(iter(self._posts("where p.id = ?", (post_id,))), None)

    def posts(self, ids: Iterable[int]) -> list[StoredPost]:
        """Posts by their numbers, in no particular order; numbers that are not there are left out."""
        return self._posts("where p.id in (select value from json_each(?))", (json.dumps(list(ids)),))

    def news(self, since: datetime, until: datetime) -> list[StoredPost]:
        """What counted as news in a span of time, newest first."""
        return self._posts(
            "where p.news_at > ? and p.news_at <= ? and p.gone_at is null order by p.news_at desc, p.id desc",
            (stamp(since), stamp(until)),
        )

    def articles_at(self, addresses: Iterable[str]) -> list[StoredPost]:
        """The articles that stand at any of these canonical addresses."""
        return self._posts(
            "where p.kind = 'article' and p.gone_at is null and p.canonical in (select value from json_each(?))",
            (json.dumps(list(addresses)),),
        )

    def known_by(self, source_ids: Iterable[int], keys: Iterable[str]) -> dict[str, int]:
        """Which of these keys posts of these sources have, each with the post's number."""
        found = self.connection.execute(
            "select p.key, p.id from json_each(?) s cross join json_each(?) k "
            "cross join posts p on p.source_id = s.value and p.key = k.value",
            (json.dumps(list(source_ids)), json.dumps(list(keys))),
        )
        return {row[0]: row[1] for row in found}

    def latest(
        self, source_ids: Iterable[int], most: int, *, before: datetime | None = None
    ) -> list[StoredPost]:
        """The newest posts of some sources, each source's own newest `most`, newest first over all."""
        found: list[StoredPost] = []
        for source_id in source_ids:
            found += self._posts(
                "where p.source_id = ? and p.gone_at is null and (? is null or p.published_at < ?) "
                "order by coalesce(p.published_at, p.seen_at) desc, p.id desc limit ?",
                (source_id, stamp(before), stamp(before), most),
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
                if (moment := moment_of(text))
            ]
            for source_id in source_ids
        }

    def without_page(self, longest: int, only: Container[int] | None = None) -> list[StoredPost]:
        """Articles whose page was not asked for yet, of the sources for which whole texts are wanted and that are not paused.

        Those whose text is `longest` at most, each source's newest, and the sources in turn: the newest of each come first.
        `only` are the numbers of the sources to which to keep; None is all.
        """
        wanted = self.connection.execute(
            "select id from sources where full_text = 1 and removed_at is null and paused_at is null order by id"
        ).fetchall()
        several = [
            self._posts(
                "where p.source_id = ? and p.kind = 'article' and a.post_id is null and length(p.text) <= ? "
                "order by coalesce(p.published_at, p.seen_at) desc, p.id desc limit 200",
                (source_id, longest),
            )
            for (source_id,) in wanted
            if only is None or source_id in only
        ]
        return [stored for turn in zip_longest(*several) for stored in turn if stored]

    def authors(self, source_id: int) -> list[Author]:
        """Everybody who signed something of a source, in no particular order."""
        found = self.connection.execute(
            "select distinct json_extract(more, '$.authors') from posts where source_id = ?", (source_id,)
        )
        signed = (json.loads(row[0]) for row in found if row[0])
        return list(dict.fromkeys(Author(*parts) for several in signed for parts in several))

    def search(self, words: str, most: int = 30) -> list[StoredPost]:
        """Posts that hold all these words, in title or text, best first; accents and case do not matter."""
        quoted = " ".join('"' + word.replace('"', '""') + '"' for word in words.replace("\0", " ").split())
        if not quoted:
            return []
        return self._posts(
            "join (select id, min(rank) as rank from ("
            "select rowid as id, rank from posts_fts where posts_fts match :words union all "
            "select rowid as id, rank from articles_fts where articles_fts match :words) "
            "group by id order by rank limit :most) found on found.id = p.id where p.gone_at is null order by found.rank",
            {"words": quoted, "most": most},
        )

    def _posts(self, where: str, values: tuple[Any, ...] | dict[str, Any]) -> list[StoredPost]:
        rows = self.connection.execute(_SELECT + where, values).fetchall()
        if not rows:
            return []
        wanted = json.dumps(list({row["source_id"] for row in rows}))
        sources = {
            row["id"]: source_of(row)
            for row in self.connection.execute(
                "select * from sources where id in (select value from json_each(?))", (wanted,)
            )
        }
        return [stored_of(row, sources[row["source_id"]]) for row in rows]
