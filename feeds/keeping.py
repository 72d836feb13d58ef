"""Keeps what a fetch brings: new posts, edits in place, and old posts that come back under a new name.

A blog that moves house changes its addresses, and often its ids; what it wrote before is still the same. An entry whose
key is not known, but which can only be one that the feed no longer lists under its old key, is that one: its row takes
the new key, and nothing is lost or announced twice.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from feeds import timing
from feeds.address import canonical
from feeds.formats.identity import known as exact
from feeds.rows import POST_COLUMNS, Saved, post_row, spelt, stamp

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from feeds.model import Heard, Post

_PUBLISHED = 7  # the place of the date of publication among POST_COLUMNS
_ALL_BUT_MORE = POST_COLUMNS.replace("more, ", "")


@dataclass(frozen=True, slots=True)
class Known:
    """A post of the file, as far as it takes to recognise it. `address` is as exact as an id: an anchor on a page counts."""

    key: str
    address: str
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
    if digests and len(once) == 1:
        once = _apart(connection, source_id, once, digests)
    strangers = [post for key, post in once.items() if key not in digests]
    again: set[str] = set()
    if strangers and last_answer is not None:
        alike = list(_alike(connection, source_id, strangers))
        again = _titles_again(strangers, alike)
        renamed = recognise(strangers, _missing(alike, once))
        connection.executemany(
            "update posts set key = ? where source_id = ? and key = ?",
            [(new, source_id, old) for new, old in renamed.items()],
        )
        digests |= dict.fromkeys(renamed, b"")
        strangers = [post for post in strangers if post.key not in renamed]
    news = timing.news_of(strangers, now, last_answer, again)
    _insert(connection, [(source_id, post) for post in strangers], news, now)
    edited = [
        (row, source_id, key)
        for key, post in once.items()
        if key in digests and digests[key] != (row := post_row(post))[-1]
    ]
    _update(connection, edited)
    return Saved(len(strangers), len(edited), frozenset(post.kind for post in strangers))


def laid(connection: sqlite3.Connection, heard: Sequence[Heard], now: datetime) -> list[tuple[int, Post]]:
    """What was heard, laid to sources: those that there are, and new ones that nobody asks."""
    heard = [replace(one, source=spelt(one.source)) for one in heard]
    connection.executemany(
        "insert into sources (kind, address, label, site, language, given, allow_private, added_at, through, overheard) "
        "values (?, ?, ?, ?, '', 0, 0, ?, ?, 1) on conflict (kind, address) do update set "
        "label = iif(excluded.label = '', label, excluded.label), through = excluded.through "
        "where label <> excluded.label or through <> excluded.through",
        [
            (
                one.source.kind,
                one.source.address,
                one.source.label,
                one.source.site,
                stamp(now),
                one.source.through,
            )
            for one in heard
            if not one.only_known
        ],
    )
    rows = connection.execute(
        "select kind, address, id from sources where removed_at is null and address in (select value from json_each(?))",
        (json.dumps([one.source.address for one in heard]),),
    ).fetchall()
    numbers = {(row[0], row[1]): int(row[2]) for row in rows}
    connection.executemany(
        "insert or ignore into cursors (source_id) values (?)", [(number,) for number in numbers.values()]
    )
    return [
        (numbers[place], post)
        for one in heard
        if (place := (one.source.kind, one.source.address)) in numbers
        for post in one.posts
    ]


def hear(
    connection: sqlite3.Connection,
    heard: Sequence[tuple[int, Post]],
    now: datetime,
    last_answer: datetime | None,
) -> Saved:
    """Write what a timeline brought: posts, newest first, each with the number of the source that it belongs to.

    The networks' own keys never change, so that nothing has to be recognised here. `last_answer` is the timeline's.
    """
    once = {(source_id, post.key): post for source_id, post in reversed(heard)}
    rows = connection.execute(
        "select p.source_id, p.key, iif(p.gone_at is null, p.digest, x'') from json_each(?) j "
        "cross join posts p on p.source_id = json_extract(j.value, '$[0]') and p.key = json_extract(j.value, '$[1]')",
        (json.dumps(list(once)),),
    )
    digests = {(row[0], row[1]): row[2] for row in rows}
    strangers = [(place[0], post) for place, post in once.items() if place not in digests]
    news = [timing.news_heard(post, now, last_answer) for _, post in strangers]
    _insert(connection, strangers, news, now)
    edited = [
        (row, *place)
        for place, post in once.items()
        if place in digests and digests[place] != (row := post_row(post))[-1]
    ]
    _update(connection, edited)
    return Saved(len(strangers), len(edited), frozenset(post.kind for _, post in strangers))


def _apart(
    connection: sqlite3.Connection, source_id: int, posts: Mapping[str, Post], digests: dict[str, bytes]
) -> dict[str, Post]:
    """The one post of a feed that lists its newest entry only, under a key of its own.

    Such feeds give all their entries the same id. With another title, date and text it is another one.
    """
    stored = {known.key: known for known in _known(connection, source_id, digests)}
    found: dict[str, Post] = {}
    for key, post in posts.items():
        known = stored.get(key)
        if known is not None and _is_another(known, _as_known(post)):
            told = hashlib.blake2b(f"{post.title}\n{post.published}".encode(), digest_size=8).hexdigest()
            post = replace(post, key=f"{key} {told}")  # noqa: PLW2901 - the same post under its own key
        found[post.key] = post
    if found.keys() != posts.keys():
        digests |= _digests(connection, source_id, found)
    return found


def _is_another(known: Known, post: Known) -> bool:
    dated = bool(known.published and post.published)
    return (
        dated and known.published != post.published and known.title != post.title and known.text != post.text
    )


def recognise(strangers: Sequence[Post], missing: Sequence[Known]) -> dict[str, str]:
    """The keys of posts that are not new at all, each with the key by which it is known.

    `missing` are posts that the feed should list, and does not. One is recognised by its address together with its date, or
    with its title and text; or by its title (its text, where there is no title) and its date to the second, when that is no
    midnight or the text is the same as well. What fits two is not guessed: rather twice than lost.
    """
    found: dict[str, str] = {}
    left = {known.key: known for known in missing}
    for same in (_by_address, _by_words):
        old: dict[tuple[str, ...], set[str]] = defaultdict(set)
        new: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for known in left.values():
            for mark in same(known):
                old[mark].add(known.key)
        fresh = {post.key: list(same(_as_known(post))) for post in strangers if post.key not in found}
        for key, marks in fresh.items():
            for mark in marks:
                new[mark].add(key)
        for key, marks in fresh.items():
            fits = {fit for mark in marks if len(new[mark]) == 1 for fit in old[mark] if fit in left}
            if len(fits) == 1:
                found[key] = fits.pop()
                del left[found[key]]
    return found


def _by_address(known: Known) -> Iterator[tuple[str, ...]]:
    if known.address and _tells(known.published):
        yield known.address, "date", known.published
    if known.address and known.title and known.text:
        yield known.address, "words", known.title, known.text


def _by_words(known: Known) -> Iterator[tuple[str, ...]]:
    words = known.title or known.text
    if words and _tells(known.published):
        yield words, known.published
    elif words and known.published:
        yield words, known.published, known.text


def _tells(published: str) -> bool:
    """Whether a date is exact enough to tell two posts apart: many a feed knows days only."""
    return bool(published) and "T00:00:00" not in published


def _missing(alike: Sequence[Known], listed: Mapping[str, Post]) -> list[Known]:
    """Those of the known posts that the feed should list, and does not: what is older than all it lists only fell off its end."""
    dates = [date for post in listed.values() if (date := stamp(post.published))]
    oldest = min(dates, default="")
    return [
        known
        for known in alike
        if known.key not in listed and (not known.published or known.published >= oldest)
    ]


def _as_known(post: Post) -> Known:
    return Known(post.key, exact(post.url), post.title, stamp(post.published) or "", post.text)


def _titles_again(posts: Sequence[Post], alike: Sequence[Known]) -> set[str]:
    """The keys of posts whose title was published before by the same source."""
    titles = {known.title for known in alike if known.title}
    return {post.key for post in posts if post.title in titles}


def _digests(connection: sqlite3.Connection, source_id: int, keys: object) -> dict[str, bytes]:
    found = connection.execute(
        "select key, iif(gone_at is null, digest, x'') from posts "
        "where source_id = ? and key in (select value from json_each(?))",
        (source_id, json.dumps(list(keys))),  # type: ignore[call-overload]
    )
    return {row[0]: row[1] for row in found}


_KNOWN = "select key, url, title, published_at, text from posts where source_id = ? and "


def _known(connection: sqlite3.Connection, source_id: int, keys: Iterable[str]) -> Iterator[Known]:
    rows = connection.execute(
        _KNOWN + "key in (select value from json_each(?))",  # noqa: S608 - our own constant
        (source_id, json.dumps(list(keys))),
    )
    return (_known_of(row) for row in rows)


def _alike(connection: sqlite3.Connection, source_id: int, posts: Sequence[Post]) -> Iterator[Known]:
    """The posts of a source that share a title, an address or a date with any of these."""
    rows = connection.execute(
        _KNOWN  # noqa: S608 - our own constant
        + "(title in (select value from json_each(?)) and title <> '' "
        "or canonical in (select value from json_each(?)) and canonical <> '' "
        "or published_at in (select value from json_each(?)))",
        (
            source_id,
            json.dumps([post.title for post in posts]),
            json.dumps([canonical(post.url) for post in posts]),
            json.dumps([stamp(post.published) for post in posts]),
        ),
    )
    return (_known_of(row) for row in rows)


def _known_of(row: sqlite3.Row) -> Known:
    return Known(row[0], exact(row[1]), row[2], row[3] or "", row[4])


def _insert(
    connection: sqlite3.Connection,
    posts: Sequence[tuple[int, Post]],
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
            for (source_id, post), moment in zip(posts, news, strict=True)
        ],
    )
    connection.execute(
        "insert into posts_fts (rowid, title, text) select id, title, text from posts where id > ?", (before,)
    )


def _not_after(row: tuple[Any, ...], now: datetime) -> tuple[Any, ...]:
    published = row[_PUBLISHED] and min(row[_PUBLISHED], stamp(now))
    return (*row[:_PUBLISHED], published, *row[_PUBLISHED + 1 :])


_MORE = 10  # the place of the column with all the rest
# By which server of one's own a post can be answered is not forgotten when somebody else's shows it.
_KEEP_HOME = (
    "iif(json_extract(more, '$.handle.home') is not null and json_extract(?1, '$.handle.home') is null, "
    "json_set(?1, '$.handle', json_extract(more, '$.handle')), ?1)"
)


def _update(connection: sqlite3.Connection, edited: Sequence[tuple[tuple[Any, ...], int, str]]) -> None:
    connection.executemany(
        # Whoever is heard again is not gone.
        f"update posts set gone_at = null, more = {_KEEP_HOME}, ({_ALL_BUT_MORE}) = "  # noqa: S608 - our own constants
        "(?2, ?3, ?4, ?5, ?6, ?7, ?8, min(?9, seen_at), ?10, ?11, ?12) where source_id = ?13 and key = ?14",
        [(row[_MORE], *row[:_MORE], *row[_MORE + 1 :], source_id, key) for row, source_id, key in edited],
    )
