"""The values that pass between the rooms of `feeds`: frozen, without behaviour beyond what they say of themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime

    from feeds.errors import FetchError

SourceKind = Literal[
    "blog", "mastodon", "bluesky", "mastodon-home", "mastodon-list", "bluesky-home", "bluesky-list"
]
Network = Literal["mastodon", "bluesky"]
PostKind = Literal["article", "note", "reply", "repost"]
Visibility = Literal["public", "unlisted", "private", "direct"]
AttachmentKind = Literal["quote", "poll", "media", "card"]
GestureKind = Literal["liked", "boosted", "replied", "mentioned", "quoted", "wrote"]
Direction = Literal["out", "in"]


@dataclass(frozen=True, slots=True)
class Source:
    """Something fetched: a blog's feed, an account on Mastodon or Bluesky, a timeline of one's own there.

    `address` is the key: a feed's URL, `user@host`, or a DID; of a home timeline it is one's own account's, and of a list
    that account, a space, and the list's own name on the network. `site` is the page a human reads, `label` what a human
    calls the address (a handle, a title). `given` is true when the person typed the address themself, rather than
    finding it on someone's page. `full_text` asks for the article's page wherever the feed holds only a summary. `through` is
    one's own account by whose timeline this account is heard anyway (its address), or empty: it is then asked seldom, and by that
    account's own server. `id` is 0 until stored.
    """

    kind: SourceKind
    address: str
    label: str = ""
    site: str = ""
    given: bool = True
    allow_private: bool = False
    full_text: bool = False
    through: str = ""
    id: int = 0

    @property
    def is_timeline(self) -> bool:
        """Whether many people speak in it, whose posts belong to their own accounts."""
        return self.kind.endswith(("-home", "-list"))

    @property
    def account(self) -> str:
        """Of a timeline, one's own account that sees it."""
        return self.address.partition(" ")[0]


@dataclass(frozen=True, slots=True)
class Author:
    """Who signed a post, as far as the post says: any field may be empty."""

    name: str = ""
    email: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """What hangs on a post beside its text: a quoted post, a poll, a picture or recording, a link's card.

    `text` is in plain words (the quoted text, the question's choices one a line, the description, the card's title and
    summary); `url` is where it stands; `by` is whose it is, where that is somebody else.
    """

    kind: AttachmentKind
    text: str = ""
    url: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """One article, status or skeet, cleaned: `html` is sanitised, `text` is its plain text, times are aware UTC.

    `key` identifies the post within its source. `links` are the canonical addresses it points at: what it may be
    announcing. `warning` is a content warning, shown folded. `handle` is what answering it needs: for Mastodon `server`,
    `id`, `uri`, and `home`, the own account whose server that is, if it is; for Bluesky `uri`, `cid`, `root_uri`, `root_cid`. Of
    a repost it is the handle of what was reposted. `mentions` are the accounts it speaks to, as `user@host` or a DID.
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
    visibility: Visibility = "public"
    attached: tuple[Attachment, ...] = ()


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
class Heard:
    """What a timeline brought of one account, as that account's own posts, newest first.

    With `only_known` they are kept only where the account is a source already: what somebody else passed on.
    """

    source: Source
    posts: tuple[Post, ...]
    only_known: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """What one fetch of one source brought: posts, the cursor to keep with them, and what it says of itself.

    A timeline brings no posts of its own, but what was `heard` in it, account by account; `gap` says that it may have
    dropped some since it was last asked. `interrupted` is what kept us from reading all of it: what came is kept, and the
    cursor stands so that the rest comes the next time.

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
    heard: tuple[Heard, ...] = ()
    gap: bool = False
    interrupted: FetchError | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """An account of one's own, by which one is signed in.

    `address` is `user@host` or a DID, `label` what people call it, `server` the address of its API (of Bluesky the PDS).
    `rights` are the scopes that its server granted. `key` is the name under which `Keys` holds its secrets, which stand
    nowhere else. `id` is 0 until stored.
    """

    network: Network
    address: str
    label: str
    server: str
    rights: tuple[str, ...] = ()
    since: datetime | None = None
    key: str = ""
    allow_private: bool = False
    id: int = 0


class Keys(Protocol):
    """Where the secrets of one's own accounts are: never in the file, a log or an error.

    A Mastodon account has `token`, `client_id` and `client_secret`; one on Bluesky `access` and `refresh`.
    """

    def get(self, account: Account) -> Mapping[str, str] | None:
        """The secrets of an account; None when there are none (any more)."""

    def put(self, account: Account, secrets: Mapping[str, str]) -> None:
        """Keep the secrets of an account, in place of earlier ones."""

    def drop(self, account: Account) -> None:
        """Forget the secrets of an account."""

    def alone(self, account: Account) -> AbstractContextManager[None]:
        """While this lasts no other thread or program renews the secrets of this account."""


@dataclass(frozen=True, slots=True)
class Networks:
    """Where the networks' servers are reached, when not at their usual addresses; and by which own accounts.

    `bluesky_directory` tells where an account's data are (PLC).
    """

    mastodon_servers: Mapping[str, str] = field(default_factory=dict)
    bluesky_api: str = "https://public.api.bsky.app"
    bluesky_app: str = "https://bsky.app"
    bluesky_directory: str = "https://plc.directory"
    accounts: tuple[Account, ...] = ()
    keys: Keys | None = None

    def account(self, network: Network, address: str = "") -> Account | None:
        """The own account on a network that has this address; without an address, the first one."""
        own = (account for account in self.accounts if account.network == network)
        return next((account for account in own if not address or account.address == address), None)


@dataclass(frozen=True, slots=True)
class Gesture:
    """Something that passed between one's own account and another one, as a network tells it.

    `key` identifies it on its network; of something written, its first word is the key of the post itself. `other` is the
    other account, `user@host` or a DID, `name` what it calls itself. `about` is the key of the post that it answers, likes or
    passes on (Mastodon's uri, Bluesky's at-uri), empty when unknown or none. `exact` is false where the network does not
    tell when: then `at` is the earliest moment possible.
    """

    key: str
    kind: GestureKind
    direction: Direction
    other: str
    at: datetime
    about: str = ""
    url: str = ""
    text: str = ""
    name: str = ""
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Gathered:
    """New gestures of an own account, and the positions from which to go on; `interrupted` as in a batch.

    `warnings` are message ids: what could not be read, rights that are missing.
    """

    gestures: tuple[Gesture, ...]
    positions: Mapping[str, str]
    interrupted: FetchError | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """An address that a profile names; `verified` is when the network saw that the page there names the profile back."""

    url: str
    name: str = ""
    verified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What an account says of itself: the account as a source, the name, a text in plain words, its links.

    `mutual` says that it follows one's own account back, `bot` that no single human being writes there; `moved_to` is
    the address of the account to which it has moved.
    """

    source: Source
    name: str
    text: str = ""
    links: tuple[Link, ...] = ()
    mutual: bool = False
    bot: bool = False
    moved_to: str = ""


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
