"""One's own home timeline and lists: who is heard in them, each with what belongs to their own account.

https://docs.bsky.app/docs/api/app-bsky-feed-get-timeline
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from feeds.errors import BadStatus, Missing, SignedOut
from feeds.model import Batch, Heard, Source
from feeds.sources.bluesky.posts import (
    MALFORMED,
    SKIPPED,
    is_repost,
    is_shut_out,
    know,
    post_of,
    posts_of,
    speaker,
)
from feeds.sources.bluesky.session import command_for, signed_in
from feeds.sources.bluesky.walking import PAGE, Place, walk
from feeds.sources.bluesky.xrpc import says_no

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from feeds.http import Client
    from feeds.model import Cursor, Networks, Post

FIRST_PAGES = 10
MOST_PAGES = 20


def fetch(source: Source, cursor: Cursor, client: Client, networks: Networks, now: datetime) -> Batch:
    """Everything that came since the cursor, and what was edited of the latest; at first, the last thousand posts or so.

    Raises:
        SignedOut: one is not signed in by the account whose timeline it is.
        FetchError: nothing could be read; the sentence says why.

    """
    account = networks.account("bluesky", source.account)
    if account is None:
        label = source.label or source.account
        raise SignedOut(server="Bluesky", account=label, command=command_for(label))
    server = signed_in(account, client, networks, now)
    uri = source.address.partition(" ")[2]
    if uri:
        ask = partial(server.page, "app.bsky.feed.getListFeed", "feed", list=uri, limit=PAGE)
    else:
        ask = partial(server.page, "app.bsky.feed.getTimeline", "feed", limit=PAGE)
    try:
        found = walk(ask, know, Place.of(cursor.position), first=FIRST_PAGES, most=MOST_PAGES)
    except BadStatus as error:
        if uri and says_no(error):
            raise Missing(address=source.site or uri, status=404) from None
        raise
    heard, unread = hear(found.items, networks.bluesky_app, account.address)
    return Batch(
        replace(cursor, position=str(found.place.without(map(know, unread)))),
        heard=heard,
        unchanged=not heard and not unread,
        warnings=(SKIPPED,) if unread else (),
        gap=found.gap,
        interrupted=found.interrupted,
    )


def hear(items: Iterable[Any], app: str, through: str) -> tuple[tuple[Heard, ...], list[Any]]:
    """What each account said, newest first, and the items that could not be read.

    A repost belongs to whoever passes on; what is passed on, to its author, where we know them.
    """
    said: dict[Source, list[Post]] = {}
    passed_on: dict[Source, dict[str, Post]] = {}
    unread: list[Any] = []
    for item, post in posts_of(items, app, is_shut_out):
        if post is None:
            unread.append(item)
            continue
        try:
            author = speaker(item["post"]["author"], app, through)
            if is_repost(item):
                by = speaker(item["reason"]["by"], app, through)
                plain = {name: value for name, value in item.items() if name != "reason"}
                original = post_of(plain, app, is_shut_out)
                passed_on.setdefault(author, {}).setdefault(original.key, original)
                said.setdefault(by, []).append(post)
            else:
                said.setdefault(author, []).append(post)
        except MALFORMED:
            unread.append(item)
    return (
        *(Heard(source, tuple(posts)) for source, posts in said.items()),
        *(Heard(source, tuple(posts.values()), only_known=True) for source, posts in passed_on.items()),
    ), unread
