"""Looks at a post of a network once more: there is no list of deletions, and what is edited is not announced."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from feeds.http import Client
    from feeds.model import Networks, Post, Source

    Look = Callable[[Post, Source, Client, Networks, datetime], Post | None]


def look(source: Source, post: Post, client: Client, networks: Networks, now: datetime) -> Post | None:
    """The post as it is now; None when it is no longer there, or no longer for us. A blog's article is taken as it came.

    Raises:
        FetchError: nobody could be asked; that says nothing of the post.

    """
    if source.kind == "blog":
        return post
    from feeds.sources import bluesky, mastodon  # noqa: PLC0415 - whoever reads only blogs does not pay for them

    look_again: Look = mastodon.look_again if source.kind == "mastodon" else bluesky.look_again
    return look_again(post, source, client, networks, now)
