"""Fetches the pages of articles of which a feed holds only the beginning, for the sources for which the person asked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feeds.errors import Busy, FetchError
from feeds.guard import place
from feeds.summaries import is_summary

if TYPE_CHECKING:
    from datetime import datetime

    from feeds.http import Client
    from feeds.store import Store

# Pages in one go, the newest first: a blog that was just chosen has years of them, and is a friend's.
MOST = 20


def complete(store: Store, client: Client, now: datetime) -> int:
    """Fetch what is missing, a page at a time, and keep it; the number of articles that are whole now.

    A page that holds no article, or cannot be read, is not asked for again by itself. A host that asks us to wait is left
    alone: its pages come another day.
    """
    waiting = [stored for stored in store.without_page() if is_summary(stored.post)][:MOST]
    if not waiting:
        return 0
    from feeds.fulltext import NOTHING, fetch  # noqa: PLC0415 - only where there is a page to read

    whole = 0
    closed: set[str] = set()
    for stored in waiting:
        host = place(stored.post.url)
        if host in closed:
            continue
        try:
            article = fetch(stored.source, stored.post, client, now)
        except Busy:
            closed.add(host)
            continue
        except FetchError:
            article = None
        store.keep_article(stored.id, article or NOTHING, now)
        whole += article is not None
    return whole
