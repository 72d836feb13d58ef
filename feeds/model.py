"""The values that pass between the rooms of `feeds`: frozen, without behaviour beyond what they say of themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

SourceKind = Literal["blog", "mastodon", "bluesky"]
PostKind = Literal["article", "note", "reply", "repost"]


@dataclass(frozen=True, slots=True)
class Source:
    """Something fetched: a blog's feed, a Mastodon account, a Bluesky account.

    `address` is the key: a feed's URL, `user@host`, or a DID. `site` is the page a human reads, `label` what a human
    calls the address (a handle, a title). `given` is true when the person typed the address themself, rather than
    finding it on someone's page. `full_text` asks for the article's page wherever the feed holds only a summary. `id` is 0
    until stored.
    """

    kind: SourceKind
    address: str
    label: str = ""
    site: str = ""
    given: bool = True
    allow_private: bool = False
    full_text: bool = False
    id: int = 0


@dataclass(frozen=True, slots=True)
class Author:
    """Who signed a post, as far as the post says: any field may be empty."""

    name: str = ""
    email: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """One article, status or skeet, cleaned: `html` is sanitised, `text` is its plain text, times are aware UTC.

    `key` identifies the post within its source. `links` are the canonical addresses it points at: what it may be
    announcing. `warning` is a content warning, shown folded. `handle` is what answering it needs: for Mastodon `server`,
    `id`, `uri`; for Bluesky `uri`, `cid`, `root_uri`, `root_cid`. `mentions` are the accounts it speaks to, as
    `user@host` or a DID.
    """

    key: str
    kind: PostKind
    url: str = ""
    title: str = ""
    text: str = ""
    html: str = ""
    language: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    authors: tuple[Author, ...] = ()
    links: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    warning: str = ""
    handle: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where we stand with a source: enough to ask only for what is new.

    `etag` and `modified` are the validators as the server wrote them; `digest` is the hash of the last body;
    `position` is a network's own opaque place (a Mastodon status id, say); `asked_fully` is when we last asked
    without validators. `wish` is how many seconds the feed itself asks to be left alone. `moving` is the address to which
    its server says that it has moved for good, and `times` how often in a row it said so.
    """

    etag: str = ""
    modified: str = ""
    digest: str = ""
    position: str = ""
    asked_fully: datetime | None = None
    wish: int | None = None
    moving: str = ""
    times: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """What one fetch of one source brought: posts, the cursor to keep with them, and what it says of itself.

    `unchanged` says that nothing needed parsing. `warnings` are message ids with values, in words at the screen.
    `moved_to` is an address that the server called permanent. `wait` is for how many seconds the server says that this
    answer holds good, if it said so.
    """

    cursor: Cursor
    posts: tuple[Post, ...] = ()
    unchanged: bool = False
    label: str = ""
    site: str = ""
    language: str = ""
    warnings: tuple[str, ...] = ()
    moved_to: str = ""
    wait: int | None = None


@dataclass(frozen=True, slots=True)
class Networks:
    """Where the networks' servers are reached, when not at their usual addresses."""

    mastodon_servers: Mapping[str, str] = field(default_factory=dict)
    bluesky_api: str = "https://public.api.bsky.app"
    bluesky_app: str = "https://bsky.app"


@dataclass(frozen=True, slots=True)
class StoredPost:
    """A post with its place in the file.

    `seen` is when it first came; `news_at` is when it counted as news, or None for what was old when we first met it
    (a blog's backlog): that never enters a day. `full_text` and `full_html` are those of the article's page, where the feed
    holds only a summary and the page was read.
    """

    id: int
    source: Source
    post: Post
    seen: datetime
    news_at: datetime | None
    full_text: str = ""
    full_html: str = ""

    @property
    def text(self) -> str:
        """All of it that there is to read: of the article's page where we have that, else of the feed."""
        return self.full_text or self.post.text

    @property
    def html(self) -> str:
        """The same as sanitised HTML."""
        return self.full_html or self.post.html
