"""Keeps what a fetch brings: new posts, edits in place, and old posts that come back under a new name.

A blog that moves house changes its addresses, and often its ids; what it wrote before is still the same. An entry whose
key is not known, but which can only be one that the feed no longer lists under its old key, is that one: its row takes
the new key, and nothing is lost or announced twice.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from feeds import timing
from feeds.html import canonical
from feeds.rows import POST_COLUMNS, Saved, post_row, stamp

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from feeds.model import Post

_PUBLISHED = 7  # the place of the date of publication among POST_COLUMNS


@dataclass(frozen=True, slots=True)
class Known:
    """A post of the file, as far as it takes to recognise it."""

    key: str
    canonical: str
    title: str
    published: str
    text: str


def keep(
    connection: sqlite3.Connection,
    source_id: int,
    posts: Sequence[Post],
    now: datetime,
    last_answer: datetime | None,
) -> Saved:
    """Write what one fetch of a source brought. `last_answer` is when it had last answered; None for a first fetch."""
    # Oldest first, so that numbers grow with time: a feed lists its newest entry first.
    once = {post.key: post for post in reversed(posts)}  # a network may list one post twice
    digests = _digests(connection, source_id, once)
    strangers = [post for key, post in once.items() if key not in digests]
    again: set[str] = set()
    if strangers and last_answer is not None:
        alike = list(_alike(connection, source_id, strangers))
        again = _titles_again(strangers, alike)
        renamed = recognise(strangers, [known for known in alike if known.key not in once])
        connection.executemany(
            "update posts set key = ? where source_id = ? and key = ?",
            [(new, source_id, old) for new, old in renamed.items()],
        )
        digests |= dict.fromkeys(renamed, b"")
        strangers = [post for post in strangers if post.key not in renamed]
    news = timing.news_of(strangers, now, last_answer, again)
    _insert(connection, source_id, strangers, news, now)
    edited = [
        (*row, source_id, key)
        for key, post in once.items()
        if key in digests and digests[key] != (row := post_row(post))[-1]
    ]
    _update(connection, edited)
    return Saved(len(strangers), len(edited))


def recognise(strangers: Sequence[Post], missing: Sequence[Known]) -> dict[str, str]:
    """The keys of posts that are not new at all, each with the key by which it is known.

    `missing` are posts that the feed no longer lists. One is recognised by its address and its title or date; or by its
    title and date to the second (its text and date, where there is no title), if that fits one of them alone.
    """
    found: dict[str, str] = {}
    left = {known.key: known for known in missing}
    for same in (_by_address, _by_words):
        by_mark: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for known in left.values():
            for mark in same(known):
                by_mark[mark].append(known.key)
        for post in strangers:
            marks = same(_as_known(post)) if post.key not in found else ()
            fits = {key for mark in marks for key in by_mark[mark] if key in left}
            if len(fits) == 1:
                found[post.key] = fits.pop()
                del left[found[post.key]]
    return found


def _by_address(known: Known) -> Iterator[tuple[str, ...]]:
    if known.canonical and known.title:
        yield known.canonical, "title", known.title
    if known.canonical and known.published:
        yield known.canonical, "date", known.published


def _by_words(known: Known) -> Iterator[tuple[str, ...]]:
    words = known.title or known.text
    if words and known.published:
        yield words, known.published


def _as_known(post: Post) -> Known:
    return Known(post.key, canonical(post.url), post.title, stamp(post.published) or "", post.text)


def _titles_again(posts: Sequence[Post], alike: Sequence[Known]) -> set[str]:
    """The keys of posts whose title was published before by the same source."""
    titles = {known.title for known in alike if known.title}
    return {post.key for post in posts if post.title in titles}


def _digests(connection: sqlite3.Connection, source_id: int, keys: object) -> dict[str, bytes]:
    found = connection.execute(
        "select key, digest from posts where source_id = ? and key in (select value from json_each(?))",
        (source_id, json.dumps(list(keys))),  # type: ignore[call-overload]
    )
    return {row[0]: row[1] for row in found}


def _alike(connection: sqlite3.Connection, source_id: int, posts: Sequence[Post]) -> Iterator[Known]:
    """The posts of a source that share a title, an address or a date with any of these."""
    rows = connection.execute(
        "select key, canonical, title, published_at, text from posts where source_id = ? and "
        "(title in (select value from json_each(?)) and title <> '' "
        "or canonical in (select value from json_each(?)) and canonical <> '' "
        "or published_at in (select value from json_each(?)))",
        (
            source_id,
            json.dumps([post.title for post in posts]),
            json.dumps([canonical(post.url) for post in posts]),
            json.dumps([stamp(post.published) for post in posts]),
        ),
    )
    return (Known(row[0], row[1], row[2], row[3] or "", row[4]) for row in rows)


def _insert(
    connection: sqlite3.Connection,
    source_id: int,
    posts: Sequence[Post],
    news: Sequence[datetime | None],
    now: datetime,
) -> None:
    if not posts:
        return
    seen = stamp(now)
    (before,) = connection.execute("select coalesce(max(id), 0) from posts").fetchone()
    connection.executemany(
        # Nobody publishes later than we see it: a date in 2055 would stand above everything for thirty years.
        f"insert into posts (source_id, key, seen_at, news_at, {POST_COLUMNS}) "  # noqa: S608 - our own constant
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (source_id, post.key, seen, stamp(moment), *_not_after(post_row(post), now))
            for post, moment in zip(posts, news, strict=True)
        ],
    )
    connection.execute(
        "insert into posts_fts (rowid, title, text) select id, title, text from posts where id > ?", (before,)
    )


def _not_after(row: tuple[Any, ...], now: datetime) -> tuple[Any, ...]:
    published = row[_PUBLISHED] and min(row[_PUBLISHED], stamp(now))
    return (*row[:_PUBLISHED], published, *row[_PUBLISHED + 1 :])


def _update(connection: sqlite3.Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    connection.executemany(
        f"update posts set ({POST_COLUMNS}) = (?, ?, ?, ?, ?, ?, ?, min(?, seen_at), ?, ?, ?, ?) "  # noqa: S608
        "where source_id = ? and key = ?",
        rows,
    )
