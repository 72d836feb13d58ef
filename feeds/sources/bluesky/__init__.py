"""Bluesky, and whatever speaks its protocol: accounts, one's own timelines, whom one follows, and what passed between them.

Accounts are keyed by DID, for handles change. The answers are read as raw JSON, record by record, by our own client: the atproto
package costs a second to import, and its typed models lose a whole page to one malformed field. https://docs.bsky.app/docs/api
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feeds.sources.bluesky import accounts, timelines
from feeds.sources.bluesky.accounts import profile
from feeds.sources.bluesky.follows import follows, lists
from feeds.sources.bluesky.gestures import gather
from feeds.sources.bluesky.looking import look_again

if TYPE_CHECKING:
    from datetime import datetime

    from feeds.http import Client
    from feeds.model import Batch, Cursor, Networks, Source

__all__ = ["fetch", "follows", "gather", "lists", "look_again", "profile"]


def fetch(source: Source, cursor: Cursor, client: Client, networks: Networks, now: datetime) -> Batch:
    """Everything that is new since the cursor in an account, a home timeline or a list.

    Raises:
        FetchError: nothing could be read; the sentence says why.

    """
    if source.is_timeline:
        return timelines.fetch(source, cursor, client, networks, now)
    return accounts.fetch(source, cursor, client, networks, now)
