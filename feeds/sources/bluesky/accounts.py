"""A Bluesky account: its author feed, by one's own server when one is signed in, else by the public API, as any stranger sees it.

https://docs.bsky.app/docs/api/app-bsky-feed-get-author-feed
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from feeds.errors import N_, BadStatus, MissingRight, NoSuchAccount, NotForStrangers, SignedOut, SignInRefused
from feeds.guard import is_private_host
from feeds.model import Batch
from feeds.sources.bluesky.posts import (
    SKIPPED,
    author_of,
    good_handle,
    is_shut_out,
    is_shy,
    know,
    posts_of,
)
from feeds.sources.bluesky.session import Own, signed_in
from feeds.sources.bluesky.walking import Place, walk
from feeds.sources.bluesky.xrpc import Service, name_of, says_no

if TYPE_CHECKING:
    from datetime import datetime

    from feeds.http import Client
    from feeds.model import Cursor, Networks, Source

PAGE = 50
MOST_PAGES = 10
NOT_IN = (SignedOut, SignInRefused, MissingRight)
_BLOCKED = N_("One of you blocks the other: nothing of this account is shown.")
_BLOCKS = {"BlockedActor", "BlockedByActor"}
_HANDLE = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE
)
_DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]*[A-Za-z0-9._-]")
_LONGEST_HANDLE, _LONGEST_DID = 253, 2048


def may_be_handle(name: str) -> bool:
    """Whether an account may be called that."""
    return len(name) <= _LONGEST_HANDLE and _HANDLE.fullmatch(name) is not None


def may_be_did(name: str) -> bool:
    """Whether a DID may look like that."""
    return len(name) <= _LONGEST_DID and _DID.fullmatch(name) is not None


def stranger(api: str, client: Client, now: datetime) -> Service:
    """The public API, asked as any stranger asks it."""
    return Service(api, client, now, allow_private=is_private_host(api))


def profile(actor: str, api: str, client: Client, now: datetime) -> dict[str, Any]:
    """The public profile of a handle or DID, as JSON.

    Raises:
        FetchError: the API cannot be reached, or knows no such account.

    """
    if not may_be_handle(actor) and not may_be_did(actor):
        raise NoSuchAccount(server="Bluesky", account=actor)
    try:
        return stranger(api, client, now).query("app.bsky.actor.getProfile", actor=actor)
    except BadStatus as error:
        raise _unknown(error, actor) from None


def fetch(source: Source, cursor: Cursor, client: Client, networks: Networks, now: datetime) -> Batch:
    """Everything that the account published since the cursor, and what was edited of the latest; at first, its newest page.

    Raises:
        FetchError: nothing could be read; the sentence says why.

    """
    # An account that is heard through a timeline is asked in the same name; any other one sees what a stranger does not.
    own = (source.through and networks.account("bluesky", source.through)) or networks.account("bluesky")
    if own:
        try:
            return _read(source, cursor, signed_in(own, client, networks, now), networks.bluesky_app)
        except NOT_IN:
            pass  # the timeline's own line says what is wrong; what is public can be read all the same
    return _read(source, cursor, stranger(networks.bluesky_api, client, now), networks.bluesky_app)


def _read(source: Source, cursor: Cursor, server: Service, app: str) -> Batch:
    ask = partial(server.page, "app.bsky.feed.getAuthorFeed", "feed", actor=source.address, limit=PAGE)
    site = f"{app}/profile/{source.address}"
    try:
        found = walk(ask, know, Place.of(cursor.position), first=1, most=MOST_PAGES)
    except BadStatus as error:
        if name_of(error) in _BLOCKS:
            return Batch(cursor, site=site, warnings=(_BLOCKED,))
        raise _unknown(error, source.label or source.address) from None
    home = isinstance(server, Own)
    if not home and any(is_shy(author_of(item, source.address)) for item in found.items):
        raise NotForStrangers(account=source.label or source.address)

    def unwanted(author: dict[str, Any]) -> bool:
        """Whom one does not hear passed on, either; an account that one asks for by itself one wants to hear."""
        return author.get("did") != source.address and (is_shut_out(author) if home else is_shy(author))

    read = list(posts_of(found.items, app, unwanted))
    posts = tuple(post for _, post in read if post)
    unread = [know(item) for item, post in read if post is None]
    handle = next((h for item in found.items if (h := author_of(item, source.address).get("handle"))), "")
    return Batch(
        replace(cursor, position=str(found.place.without(unread))),
        posts,
        unchanged=not posts and not unread,
        label=good_handle(handle),
        site=site,
        warnings=(SKIPPED,) if unread else (),
        interrupted=found.interrupted,
    )


def _unknown(error: BadStatus, actor: str) -> NoSuchAccount | BadStatus:
    """A refusal, where it is about the account that was asked for."""
    return NoSuchAccount(server="Bluesky", account=actor) if says_no(error) else error
