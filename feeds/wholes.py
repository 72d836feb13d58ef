"""Fetches the pages of articles of which a feed holds only the beginning, for the sources for which the person asked for it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from feeds.errors import Busy, FetchError, Forbidden, Gone, Missing, TooLarge, TooManyRedirects
from feeds.guard import place
from feeds.summaries import LONGEST_BEGINNING, host_of, is_summary

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from feeds.article import Article
    from feeds.http import Client
    from feeds.model import StoredPost
    from feeds.store import Store
    from feeds.wire import Request, Response

# Pages in one go, the newest first: a blog that was just chosen has years of them, and is a friend's.
MOST = 20
# So many go to one host side by side (see `Manners`): one that is down is asked no more, and costs one deadline.
MOST_AT_ONE = 4
# These speak of the page, and will say the same tomorrow; anything else is the host's bad day.
_FOR_GOOD = (Forbidden, Missing, Gone, TooLarge, TooManyRedirects)


def complete(store: Store, client: Client, now: datetime, only: Container[int] | None = None) -> int:
    """Fetch what is missing, side by side, and keep it; the number of articles that are whole now.

    `only` are the numbers of the sources to which to keep; None is all. A page that holds no article, or is closed to us, is
    not asked for again by itself; one that cannot be read today is, at a later fetch. A host that asks us to wait is left
    alone until then.
    """
    wanted = list(islice(_requests(store.without_page(LONGEST_BEGINNING, only), store.waiting(now)), MOST))
    if not wanted:
        return 0
    from feeds.fulltext import NOTHING  # noqa: PLC0415 - only where there is a page to read

    whole = 0
    for stored, answer in client.send_all(wanted):
        try:
            article = _read(stored, answer, now)
        except Busy as busy:
            _remember(store, stored, busy)
            continue
        except _FOR_GOOD:
            article = None
        except FetchError:
            continue
        store.keep_article(stored.id, article or NOTHING, now)
        whole += article is not None
    return whole


def _requests(
    articles: Iterable[StoredPost], waiting: Container[str]
) -> Iterator[tuple[StoredPost, Request]]:
    """What may be asked, in their order; of what is not the source's own, and of hosts that asked us to wait, nothing."""
    asked: Counter[str] = Counter()
    for stored in articles:
        host = place(stored.post.url)
        if host in waiting or asked[host] >= MOST_AT_ONE or not is_summary(stored.post):
            continue
        from feeds.fulltext import request  # noqa: PLC0415 - see complete

        question = request(stored.source, stored.post)
        if question:
            asked[host] += 1
            yield stored, question


def _read(stored: StoredPost, answer: Response | FetchError, now: datetime) -> Article | None:
    from feeds.fulltext import read  # noqa: PLC0415 - see complete

    if isinstance(answer, FetchError):
        raise answer
    return read(stored.source, stored.post, answer, now)


def _remember(store: Store, stored: StoredPost, busy: Busy) -> None:
    """Leave alone the place that asked for it, and the one that led there if that is the same host's: http to https."""
    asked, until = busy.values["asked"], datetime.fromisoformat(busy.values["at"])
    store.host_asks_to_wait(place(asked), until)
    if host_of(asked) == host_of(stored.post.url):
        store.host_asks_to_wait(place(stored.post.url), until)
