"""Looks at one status again: no server tells what was deleted, so that it has to be asked before it is answered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from feeds.errors import N_, BadAnswer, FetchError, Gone, Missing, SignedOut
from feeds.guard import is_private_host, place
from feeds.sources.mastodon.accounts import base_of, find
from feeds.sources.mastodon.api import PAGE, Server, command_for, signed_in
from feeds.sources.mastodon.statuses import IN_PUBLIC, MALFORMED, post_of, shown_in

if TYPE_CHECKING:
    from datetime import datetime

    from feeds.http import Client
    from feeds.model import Networks, Post, Source


def look_again(post: Post, source: Source, client: Client, networks: Networks, now: datetime) -> Post | None:
    """The post as it is now; None when it is deleted, or no longer shown to us.

    Raises:
        FetchError: nobody could be asked; that says nothing of the post.

    """
    number = post.handle.get("id", "")
    if not number:
        return post
    server = _server(post, source, client, networks, now)
    try:
        told = server.get(f"/api/v1/statuses/{quote(number, safe='')}", right="read:statuses")
    except (Missing, Gone):
        told = _renumbered(post, source, server)
        if told is None:
            return None
    try:
        # Some servers wrap a status that was boosted, whoever asks for it.
        shown = told if post.kind == "repost" else shown_in(told)
        now_there = post_of(shown, server.base, server.host, server.home)
    except MALFORMED:
        raise BadAnswer(address=server.base, reason=N_("it is no status")) from None
    if post.kind != "repost":
        return replace(now_there, key=post.key)
    return replace(now_there, key=post.key, kind="repost", published=post.published)


def _renumbered(post: Post, source: Source, server: Server) -> Any:
    """The status under another id of the same server: some give it a new one when it is edited. None when it is not found."""
    try:
        number = find(source.address, server).id
        page = server.page(server.address(f"/api/v1/accounts/{number}/statuses", limit=PAGE))
    except FetchError:
        return None
    uri = post.handle.get("uri", "")
    return next((item for item in page.items if isinstance(item, dict) and item.get("uri") == uri), None)


def _server(post: Post, source: Source, client: Client, networks: Networks, now: datetime) -> Server:
    """The server whose id the post has: in one's own name where that is how it was read, or where one has an account."""
    base = post.handle.get("server") or base_of(source, networks)
    home = post.handle.get("home", "")
    own = (
        account
        for account in networks.accounts
        if account.network == "mastodon"
        and (account.address == home or (not home and account.server == base))
    )
    if account := next(own, None):
        return signed_in(account, client, networks, now)
    if home and post.visibility not in IN_PUBLIC:  # to a stranger it would look deleted
        host = home.rpartition("@")[2]
        raise SignedOut(server=host, account=f"@{home}", command=command_for(host))
    host = (home or source.address).rpartition("@")[2]
    # As it was fetched: only what the person typed or set up leads into a private network.
    typed = source.allow_private and place(base) == place(base_of(source, networks))
    private = typed or (host in networks.mastodon_servers and is_private_host(base))
    return Server(base, client, now, host=host, allow_private=private)
