"""The tables of `feeds`, as one ordered list of migrations. Imported only when a file is not up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils import Migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

migrations = Migrations("feeds")


@migrations()
def m001_sources_cursors_posts(db: Database) -> None:
    """What we follow, where we stand with it, what it published."""
    db["sources"].create(  # type: ignore[union-attr]
        {
            "id": int,
            "kind": str,
            "address": str,
            "label": str,
            "site": str,
            "language": str,
            "given": int,
            "allow_private": int,
            "added_at": str,
            "paused_at": str,
            "paused_why": str,
        },
        pk="id",
        not_null={"kind", "address", "label", "site", "language", "given", "allow_private", "added_at"},
        strict=True,
    )
    db["sources"].create_index(["kind", "address"], unique=True)  # type: ignore[union-attr]
    db["cursors"].create(  # type: ignore[union-attr]
        {
            "source_id": int,
            "etag": str,
            "modified": str,
            "digest": str,
            "position": str,
            "asked_fully_at": str,
            "asked_at": str,
            "answered_at": str,
            "changed_at": str,
            "due_at": str,
            "failures": int,
            "error": str,
            "warnings": str,
        },
        pk="source_id",
        foreign_keys=[("source_id", "sources", "id")],
        defaults={"etag": "", "modified": "", "digest": "", "position": "", "failures": 0, "warnings": "[]"},
        not_null={"etag", "modified", "digest", "position", "failures", "warnings"},
        strict=True,
    )
    db["posts"].create(  # type: ignore[union-attr]
        {
            "id": int,
            "source_id": int,
            "key": str,
            "kind": str,
            "url": str,
            "canonical": str,
            "title": str,
            "text": str,
            "html": str,
            "language": str,
            "published_at": str,
            "updated_at": str,
            "seen_at": str,
            "news_at": str,
            "warning": str,
            "more": str,
            "digest": bytes,
        },
        pk="id",
        foreign_keys=[("source_id", "sources", "id")],
        not_null={
            "source_id",
            "key",
            "kind",
            "url",
            "canonical",
            "title",
            "text",
            "html",
            "language",
            "seen_at",
            "warning",
            "more",
        },
        strict=True,
    )
    db["posts"].create_index(["source_id", "key"], unique=True)  # type: ignore[union-attr]
    db.execute("create index idx_posts_source_published on posts (source_id, published_at desc)")
    db.execute("create index idx_posts_canonical on posts (canonical) where kind = 'article'")
    db.execute("create index idx_posts_news on posts (news_at) where news_at is not null")
    db["posts"].enable_fts(  # type: ignore[union-attr]
        ["title", "text"], create_triggers=True, tokenize="unicode61 remove_diacritics 2"
    )


@migrations()
def m002_manners_moves_articles(db: Database) -> None:
    """What feeds and servers wish, where they moved, how they write; articles whose feed holds only a summary."""
    sources, cursors = db["sources"], db["cursors"]
    sources.add_column("full_text", int, not_null_default=0)  # type: ignore[union-attr]
    sources.add_column("removed_at", str)  # type: ignore[union-attr]
    sources.add_column("former", str, not_null_default="[]")  # type: ignore[union-attr]
    sources.add_column("outline", str, not_null_default="")  # type: ignore[union-attr]
    cursors.add_column("wish", int)  # type: ignore[union-attr]
    cursors.add_column("moving", str, not_null_default="")  # type: ignore[union-attr]
    cursors.add_column("times", int, not_null_default=0)  # type: ignore[union-attr]
    cursors.add_column("usual", int, not_null_default=0)  # type: ignore[union-attr]
    cursors.add_column("newest_at", str)  # type: ignore[union-attr]
    # Nobody publishes later than we see it (a date in 2055).
    db.execute("update posts set published_at = seen_at where published_at > seen_at")
    db.execute(
        "update cursors set newest_at = (select max(published_at) from posts where posts.source_id = cursors.source_id)"
    )
    # Row by row, filling the search index takes thrice as long as in one statement: `feeds.keeping` does it for new posts.
    db.execute("drop trigger posts_ai")
    db["hosts"].create({"place": str, "until": str}, pk="place", not_null={"until"}, strict=True)  # type: ignore[union-attr]
    db["articles"].create(  # type: ignore[union-attr]
        {"post_id": int, "url": str, "text": str, "html": str, "fetched_at": str},
        pk="post_id",
        foreign_keys=[("post_id", "posts", "id")],
        not_null={"url", "text", "html", "fetched_at"},
        strict=True,
    )
    db["articles"].enable_fts(["text"], create_triggers=True, tokenize="unicode61 remove_diacritics 2")  # type: ignore[union-attr]


@migrations()
def m003_accounts_timelines_gestures(db: Database) -> None:
    """One's own accounts, what is heard in their timelines, what passed between them and others."""
    sources, posts = db["sources"], db["posts"]
    # An account that a timeline brought, and that nobody asked for: its posts have a place, and it is never asked.
    sources.add_column("overheard", int, not_null_default=0)  # type: ignore[union-attr]
    sources.add_column("through", str, not_null_default="")  # type: ignore[union-attr]
    sources.create_index(["through"])  # type: ignore[union-attr]
    posts.add_column("gone_at", str)  # type: ignore[union-attr]
    db["accounts"].create(  # type: ignore[union-attr]
        {
            "id": int,
            "network": str,
            "address": str,
            "label": str,
            "server": str,
            "rights": str,
            "since": str,
            "key": str,
            "allow_private": int,
            "positions": str,
            "due_at": str,
            "gathered_at": str,
            "failures": int,
            "error": str,
            "warnings": str,
        },
        pk="id",
        not_null={
            "network",
            "address",
            "label",
            "server",
            "rights",
            "since",
            "key",
            "allow_private",
            "positions",
        }
        | {"failures", "warnings"},
        defaults={"positions": "{}", "failures": 0, "warnings": "[]", "allow_private": 0},
        strict=True,
    )
    db["accounts"].create_index(["network", "address"], unique=True)  # type: ignore[union-attr]
    db["gestures"].create(  # type: ignore[union-attr]
        {
            "id": int,
            "network": str,
            "key": str,
            "account": str,
            "kind": str,
            "direction": str,
            "other": str,
            "name": str,
            "at": str,
            "exact": int,
            "about": str,
            "url": str,
            "text": str,
        },
        pk="id",
        not_null={"network", "key", "account", "kind", "direction", "other", "name", "at", "exact", "about"}
        | {"url", "text"},
        strict=True,
    )
    db["gestures"].create_index(["network", "key"], unique=True)  # type: ignore[union-attr]
    db["gestures"].create_index(["network", "other"])  # type: ignore[union-attr]
