"""One's own home timeline and lists: who is heard in them, each with what belongs to their own account."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from feeds.errors import SignedOut
from feeds.model import Batch, Heard, Source
from feeds.sources.mastodon import walking
from feeds.sources.mastodon.api import PAGE, command_for, signed_in
from feeds.sources.mastodon.statuses import IN_PUBLIC, MALFORMED, SKIPPED, address_of, post_of, posts_of, web
from feeds.sources.mastodon.walking import Place

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from feeds.http import Client
    from feeds.model import Cursor, Networks, Post
    from feeds.sources.mastodon.api import Server

# A home timeline holds 400 to 800 statuses.
FIRST_PAGES = 20
# What is addressed to somebody alone is a message, and no post.
_HEARD = IN_PUBLIC | {"private"}


def fetch(source: Source, cursor: Cursor, client: Client, networks: Networks, now: datetime) -> Batch:
    """Everything that came since the cursor, and what was edited of the latest; at first, as far back as the timeline goes.

    Raises:
        SignedOut: one is not signed in by the account whose timeline it is.
        FetchError: nothing could be read; the sentence says why.

    """
    account = networks.account("mastodon", source.account)
    if account is None:
        host = source.account.rpartition("@")[2]
        raise SignedOut(server=host, account=source.label or source.account, command=command_for(host))
    server = signed_in(account, client, networks, now)
    number = source.address.partition(" ")[2]
    path = f"/api/v1/timelines/list/{quote(number, safe='')}" if number else "/api/v1/timelines/home"
    right = "read:lists" if number else "read:statuses"
    place = Place.of(cursor.position)
    if place.server != server.base:
        place = Place(server=server.base)
    found = walking.walk(server, server.address(path, limit=PAGE), place, first=FIRST_PAGES, right=right)
    heard, skipped = hear(found.items, server)
    return Batch(
        replace(cursor, position=str(found.place)),
        heard=heard,
        unchanged=not heard and not skipped,
        warnings=(SKIPPED,) if skipped else (),
        gap=found.gap,
        interrupted=found.interrupted,
    )


def hear(statuses: Iterable[Any], server: Server) -> tuple[tuple[Heard, ...], bool]:
    """What each account said, newest first, and whether some of it could not be read.

    A boost belongs to whoever passes on; what is passed on, to its author, where we know them.
    """
    said: dict[Source, list[Post]] = {}
    passed_on: dict[Source, list[Post]] = {}
    skipped = False
    for read in posts_of(statuses, server, _HEARD):
        if read is None:
            skipped = True
            continue
        status, post = read
        try:
            speaker = _speaker(status["account"], server)
            if post.kind == "repost":
                original = post_of(status["reblog"], server.base, server.host, server.home)
                passed_on.setdefault(_speaker(status["reblog"]["account"], server), []).append(original)
            said.setdefault(speaker, []).append(post)
        except MALFORMED:
            skipped = True
    return (
        *(Heard(source, tuple(posts)) for source, posts in said.items()),
        *(Heard(source, tuple(posts), only_known=True) for source, posts in passed_on.items()),
    ), skipped


def _speaker(account: Any, server: Server) -> Source:
    """An account as the source that it is, or would be."""
    address = address_of(account, server.host)
    return Source(
        "mastodon", address, f"@{address}", web(account.get("url")), given=False, through=server.home
    )
