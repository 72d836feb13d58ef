"""From rows to values and back: how sources, cursors and posts lie in the file. Pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from feeds.address import canonical
from feeds.model import Account, Attachment, Author, Cursor, Gesture, Post, Source, StoredPost
from feeds.timing import Pace

if TYPE_CHECKING:
    import sqlite3

    from feeds.opml import Outline

# What an edit may change.
POST_COLUMNS = (
    "kind, url, canonical, title, text, html, language, published_at, updated_at, warning, more, digest"
)


@dataclass(frozen=True, slots=True)
class Due:
    """A source that is due, with everything needed to ask it, and how it has been writing.

    `regular` says that its time has come, rather than that something is to be made up for.
    """

    source: Source
    cursor: Cursor
    failures: int
    answered: datetime | None
    pace: Pace = field(default_factory=Pace)
    regular: bool = True


@dataclass(frozen=True, slots=True)
class Health:
    """How a source is doing.

    `error` is a message id with its values, or None when all is well. `paused` is since when it is not asked: because
    it is `gone`, or else at the person's wish. `newest` is the date of its newest post. `moving` is an address that its server
    names as its new one (a `twin`, when that is followed
    already), `former` are those that it had, each with when it was left. `waiting` is until when its whole
    host asked to be left alone. `heard` is how many accounts were heard in it, if it is a home timeline.
    """

    source: Source
    posts: int
    answered: datetime | None
    newest: datetime | None
    due: datetime | None
    paused: datetime | None
    failures: int
    error: tuple[str, dict[str, Any]] | None
    warnings: tuple[str, ...]
    moving: str = ""
    former: tuple[tuple[str, datetime], ...] = ()
    waiting: datetime | None = None
    twin: bool = False
    gone: bool = False
    heard: int = 0


@dataclass(frozen=True, slots=True)
class AccountHealth:
    """How it goes with an own account: when its gestures were last gathered, when they are due, what went wrong then."""

    account: Account
    gathered: datetime | None
    due: datetime | None
    failures: int
    error: tuple[str, dict[str, Any]] | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Saved:
    """How many posts a batch added, of which kinds, and how many it changed."""

    new: int = 0
    changed: int = 0
    kinds: frozenset[str] = field(default=frozenset(), compare=False)


def post_row(post: Post) -> tuple[Any, ...]:
    """A post as the columns that an edit may change, the last of them a hash of the others."""
    more: dict[str, Any] = {}
    if post.authors:
        more["authors"] = [[author.name, author.email, author.url] for author in post.authors]
    for name in ("links", "mentions", "handle"):
        if getattr(post, name):
            more[name] = getattr(post, name)
    if post.visibility != "public":
        more["visibility"] = post.visibility
    if post.attached:
        more["attached"] = [[one.kind, one.text, one.url, one.by] for one in post.attached]
    columns = (
        post.kind,
        post.url,
        canonical(post.url),
        post.title,
        post.text,
        post.html,
        post.language,
        stamp(post.published),
        stamp(post.updated),
        post.warning,
        json.dumps(more, ensure_ascii=False) if more else "{}",
    )
    return (
        *columns,
        hashlib.blake2b("\0".join(map(str, columns)).encode("utf-8", "replace"), digest_size=16).digest(),
    )


def stored_of(row: sqlite3.Row, source: Source) -> StoredPost:
    """A row of posts, with the source that it belongs to."""
    more = json.loads(row["more"])
    post = Post(
        key=row["key"],
        kind=row["kind"],
        url=row["url"],
        title=row["title"],
        text=row["text"],
        html=row["html"],
        language=row["language"],
        published=moment_of(row["published_at"]),
        updated=moment_of(row["updated_at"]),
        authors=tuple(Author(*parts) for parts in more.get("authors", ())),
        links=tuple(more.get("links", ())),
        mentions=tuple(more.get("mentions", ())),
        warning=row["warning"],
        handle=more.get("handle", {}),
        visibility=more.get("visibility", "public"),
        attached=tuple(Attachment(*parts) for parts in more.get("attached", ())),
    )
    seen = datetime.fromisoformat(row["seen_at"])
    return StoredPost(
        row["id"],
        source,
        post,
        seen,
        moment_of(row["news_at"]),
        row["full_text"] or "",
        row["full_html"] or "",
    )


def source_of(row: sqlite3.Row) -> Source:
    """A row of sources."""
    return Source(
        kind=row["kind"],
        address=row["address"],
        label=row["label"],
        site=row["site"],
        given=bool(row["given"]),
        allow_private=bool(row["allow_private"]),
        full_text=bool(row["full_text"]),
        through=row["through"],
        id=row["id"],
    )


def account_of(row: sqlite3.Row) -> Account:
    """A row of accounts."""
    return Account(
        network=row["network"],
        address=row["address"],
        label=row["label"],
        server=row["server"],
        rights=tuple(json.loads(row["rights"])),
        since=datetime.fromisoformat(row["since"]),
        key=row["key"],
        allow_private=bool(row["allow_private"]),
        id=row["id"],
    )


def account_health_of(row: sqlite3.Row) -> AccountHealth:
    """A row of accounts: how it goes with it."""
    error = json.loads(row["error"]) if row["error"] else None
    return AccountHealth(
        account_of(row),
        moment_of(row["gathered_at"]),
        moment_of(row["due_at"]),
        row["failures"],
        (error[0], error[1]) if error else None,
        tuple(json.loads(row["warnings"])),
    )


def gesture_of(row: sqlite3.Row) -> Gesture:
    """A row of gestures."""
    return Gesture(
        key=row["key"],
        kind=row["kind"],
        direction=row["direction"],
        other=row["other"],
        at=datetime.fromisoformat(row["at"]),
        about=row["about"],
        url=row["url"],
        text=row["text"],
        name=row["name"],
        exact=bool(row["exact"]),
    )


def spelt(source: Source) -> Source:
    """A source with its address in the one spelling that names of accounts on Mastodon have here: they know no capitals."""
    return replace(source, address=source.address.lower()) if source.kind == "mastodon" else source


def cursor_of(row: sqlite3.Row) -> Cursor:
    """A row of cursors: where we stand."""
    return Cursor(
        row["etag"],
        row["modified"],
        row["digest"],
        row["position"],
        moment_of(row["asked_fully_at"]),
        row["wish"],
        row["moving"],
        row["times"],
    )


def pace_of(row: sqlite3.Row) -> Pace:
    """A row of cursors: how the source has been writing; where no post has a date, when it last brought something."""
    return Pace(timedelta(seconds=row["usual"]), moment_of(row["newest_at"] or row["changed_at"]))


def health_of(row: sqlite3.Row, waiting: datetime | None, *, twin: bool) -> Health:
    """A row of sources with its cursor, and until when its host asked to be left alone."""
    error = json.loads(row["error"]) if row["error"] else None
    return Health(
        source=source_of(row),
        posts=row["posts"],
        answered=moment_of(row["answered_at"]),
        newest=moment_of(row["newest"]),
        due=moment_of(row["due_at"]),
        paused=moment_of(row["paused_at"]),
        failures=row["failures"],
        error=(error[0], error[1]) if error else None,
        warnings=tuple(json.loads(row["warnings"])),
        moving=row["moving"],
        former=tuple((address, datetime.fromisoformat(at)) for address, at in json.loads(row["former"])),
        waiting=waiting,
        twin=twin,
        gone=bool(row["paused_why"]),
        heard=row["heard"],
    )


def outline_of(row: sqlite3.Row) -> Outline:
    """A row of sources, as a file of subscriptions lists it: as the file told that it came from, else by what it is called."""
    from feeds.opml import Outline  # noqa: PLC0415 - for an import or an export, and nobody else

    if not row["outline"]:
        return Outline(
            row["address"],
            row["label"],
            row["label"],
            row["site"],
            language=row["language"],
            more={"type": "rss"},
        )
    told = json.loads(row["outline"])
    folders = tuple(tuple(path) for path in told.pop("folders"))
    return Outline(address=row["address"], folders=folders, **told)


def moment_of(text: str | None) -> datetime | None:
    """A moment as it lies in the file."""
    return datetime.fromisoformat(text) if text else None


def stamp(moment: datetime | None) -> str | None:
    """A moment as it is kept: in UTC and to the second, so that moments compare as texts."""
    return moment.isoformat(timespec="seconds") if moment else None
