"""Mastodon, and whatever speaks its API: accounts, one's own timelines, whom one follows, and what passed between them.

Ids are opaque and local to one server; `uri` is the key of a status everywhere. Statuses are read as raw JSON, one by one: a
malformed one costs only itself. https://docs.joinmastodon.org/methods/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feeds.sources.mastodon import accounts, timelines
from feeds.sources.mastodon.accounts import base_of, look_up
from feeds.sources.mastodon.follows import follows, lists
from feeds.sources.mastodon.gestures import gather
from feeds.sources.mastodon.looking import look_again

if TYPE_CHECKING:
    from datetime import datetime

    from feeds.http import Client
    from feeds.model import Batch, Cursor, Networks, Source

__all__ = ["base_of", "fetch", "follows", "gather", "lists", "look_again", "look_up"]


def fetch(source: Source, cursor: Cursor, client: Client, networks: Networks, now: datetime) -> Batch:
    """Everything that is new since the cursor in an account, a home timeline or a list.

    Raises:
        FetchError: nothing could be read; the sentence says why.

    """
    if source.is_timeline:
        return timelines.fetch(source, cursor, client, networks, now)
    return accounts.fetch(source, cursor, client, networks, now)
