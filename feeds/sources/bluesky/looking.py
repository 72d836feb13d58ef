"""Looks at one post again: no server tells what was deleted, so that it has to be asked before it is answered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from feeds.errors import N_, BadAnswer
from feeds.sources.bluesky.accounts import NOT_IN, stranger
from feeds.sources.bluesky.posts import MALFORMED, is_shut_out, is_shy, post_of
from feeds.sources.bluesky.session import signed_in

if TYPE_CHECKING:
    from datetime import datetime

    from feeds.http import Client
    from feeds.model import Networks, Post, Source
    from feeds.sources.bluesky.xrpc import Service


def look_again(post: Post, source: Source, client: Client, networks: Networks, now: datetime) -> Post | None:
    """The post as it is now; None when it is deleted, or no longer shown to us.

    Raises:
        FetchError: nobody could be asked; that says nothing of the post.

    """
    if not post.handle.get("uri"):
        return post
    own = (source.through and networks.account("bluesky", source.through)) or networks.account("bluesky")
    if own:
        try:
            return _look(post, signed_in(own, client, networks, now), networks.bluesky_app, own.address)
        except NOT_IN:
            pass  # what is public can be looked at all the same
    return _look(post, stranger(networks.bluesky_api, client, now), networks.bluesky_app)


def _look(post: Post, server: Service, app: str, home: str = "") -> Post | None:
    uri = post.handle["uri"]
    found = server.page("app.bsky.feed.getPosts", "posts", uris=[uri]).items
    if not found:
        return None
    try:
        view: dict[str, Any] = next(one for one in found if one["uri"] == uri)
        if not home and is_shy(view["author"]):
            return None
        now_there = post_of({"post": view}, app, is_shut_out if home else is_shy)
    except (StopIteration, *MALFORMED):
        raise BadAnswer(address=server.base, reason=N_("it is no post")) from None
    # A post by itself does not tell whom it answers by name; and a repost was passed on when it was.
    mentions = tuple(dict.fromkeys((*now_there.mentions, *post.mentions)))
    now_there = replace(now_there, key=post.key, kind=post.kind, mentions=mentions)
    return replace(now_there, published=post.published) if post.kind == "repost" else now_there
