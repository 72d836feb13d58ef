"""Finds the feed behind a web address, and asks no more than it must.

In this order: the address itself; what its page announces, in its markup or in a Link header; where its platform keeps
feeds; links in its text that seem to lead to feeds; where feeds usually stand. An article's page may say nothing where
its site does, so that the site's first page is asked as well, once. Feeds of comments are taken when there is nothing
else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from feeds import page, platforms
from feeds.errors import BadStatus, Busy, FetchError, NotFound, TooManyRedirects, TooSlow, Unreachable, defect
from feeds.guard import place
from feeds.model import Cursor, Source
from feeds.sources import blog
from feeds.status import refusal
from feeds.wire import Request

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from feeds.http import Client
    from feeds.model import Batch
    from feeds.page import FeedLink, Page
    from feeds.wire import Response

# Where feeds stand when no page says so, most usual first: WordPress, Hugo, Jekyll, Ghost, JSON Feed; WordPress without
# fine addresses, Blogger, Wix, SPIP, Squarespace; and a blog that has the next room to itself.
GUESSES = (
    *("feed/", "index.xml", "feed.xml", "atom.xml", "rss.xml", "rss/", "feed.json"),
    *("rss", "atom", "feed.rss", "feed.atom", "index.rdf", "?feed=rss2", "feeds/posts/default"),
    *(
        "blog-feed.xml",
        "spip.php?page=backend",
        "?format=rss",
        "blog/feed/",
        "blog/index.xml",
        "blog?format=rss",
    ),
)
# The same in a folder of a site, of which the site's own first page will be asked next.
NEARBY = ("feed/", "index.xml", "feed.xml", "atom.xml", "rss.xml")
# No search asks more than this, of all servers together; and of one page, no more than its best links are tried.
MOST_REQUESTS = 40
MOST_ANNOUNCED = 6
MOST_ANCHORS = 4
# What is larger may have been built to be slow, and is parsed where that ends in time.
_SMALL = 8 * 1024
_FEED_TAG = re.compile(rb"<(?:[a-z]+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found behind an address: the source to follow, and other feeds that the page named."""

    source: Source
    others: tuple[FeedLink, ...] = ()


def find(address: str, client: Client, now: datetime, *, private: bool) -> Found:
    """The feed behind a web address; `private` allows it to stand in a private network, at that very host and port.

    Raises:
        NotFound: there is none; the sentence lists what was tried.
        FetchError: the address could not be read, or its server asks to be left alone.

    """
    return _Search(address, client, now, private=private).run()


class _Search:
    """One search under way."""

    def __init__(self, address: str, client: Client, now: datetime, *, private: bool) -> None:
        self.address = address
        self.client = client
        self.now = now
        self.private = private
        self.requests = 0
        self.tried: dict[str, bool] = {}  # whether there was a feed
        self.closed: dict[str, FetchError] = {}  # by host: why it is asked nothing more
        self.announced: list[FeedLink] = []
        self.site = address

    def run(self) -> Found:
        try:
            response = self._get(self.address, private=self.private)
        except (BadStatus, TooManyRedirects) as trouble:
            # Large platforms show their pages to browsers only, and their feeds to everybody.
            if not self.closed and (found := self._first(platforms.of_known_host(self.address))):
                return found
            raise trouble from None
        start = Source("blog", response.moved_to or self.address, allow_private=self.private)
        if source := self._as_feed(start, response):
            return Found(source)
        self.tried[self.address] = False
        home = urljoin(response.url, "/")
        found = self._on_page(response) or self._beyond(response.url, home)
        return found or self._last_resort(home)

    # --- where to look ---

    def _on_page(self, response: Response) -> Found | None:
        """What a page says of feeds, and what its platform does without saying."""
        told = page.read(response.body, response.url, response.headers.get("link", ""))
        self.site = told.canonical or response.url
        self.announced += told.feeds
        posts = [link.url for link in told.feeds if not page.looks_like_comments(link)]
        anchors = [link.url for link in told.anchors if not page.looks_like_comments(link)]
        return (
            self._first(posts[:MOST_ANNOUNCED])
            or self._first(
                feed for url in (self.address, response.url, told.channel) for feed in platforms.feeds_of(url)
            )
            or self._anchored(told, anchors[:MOST_ANCHORS])
        )

    def _anchored(self, told: Page, anchors: list[str]) -> Found | None:
        found = self._first(anchors)
        others = tuple(link for link in told.anchors if found and self._may_follow(link, found.source))
        return replace(found, others=found.others or others) if found else None

    def _beyond(self, url: str, home: str) -> Found | None:
        """What no page says: near the page, on the first page of its site, where feeds usually stand.

        What many people share is nobody's site: there we would find somebody else.
        """
        if platforms.knows(self.address) or platforms.knows(url):
            return None
        if url.rstrip("/") == home.rstrip("/"):
            return self._first(urljoin(home, guess) for guess in GUESSES)
        found = self._nearby(url)
        if found or platforms.of_shape(url) or "/~" in urlsplit(url).path:
            return found
        return self._at_home(home) or self._first(urljoin(home, guess) for guess in GUESSES)

    def _nearby(self, url: str) -> Found | None:
        """A feed in the folder of a page, or in the one above it, but not one of an article's comments."""
        guesses = (urljoin(folder, guess) for folder in _folders(url) for guess in NEARBY)
        for guess in guesses:
            source = self._try(guess)
            if source and not page.looks_like_comments(page.FeedLink(guess, source.label)):
                return self._found(source)
        return None

    def _at_home(self, home: str) -> Found | None:
        """What the first page of the site says, once."""
        if home in self.tried or not self._may_ask(home):
            return None
        self.tried[home] = False
        self.site = home
        try:
            response = self._get(home, private=self._private(home))
        except FetchError:
            return None
        source = self._as_feed(self._source(home), response)
        return self._found(source) if source else self._on_page(response)

    def _last_resort(self, home: str) -> Found:
        """Comments, when they are all that is announced; else why there is nothing."""
        comments = [link.url for link in self.announced if page.looks_like_comments(link)]
        if found := self._first(comments[:MOST_ANCHORS]):
            return found
        busy = [error for error in self.closed.values() if isinstance(error, Busy)]
        if trouble := busy[0] if busy else self.closed.get(place(home)):
            raise trouble
        raise NotFound(address=self.address, tried=", ".join(_briefly(self.tried, home)))

    # --- asking ---

    def _first(self, candidates: Iterable[str]) -> Found | None:
        """The first candidate that is a feed."""
        for url in candidates:
            if source := self._try(url):
                return self._found(source)
        return None

    def _found(self, source: Source) -> Found:
        others = tuple(link for link in self.announced if self._may_follow(link, source))
        return Found(replace(source, site=source.site or self.site), tuple(dict.fromkeys(others)))

    def _may_follow(self, link: FeedLink, source: Source) -> bool:
        """Whether a link is worth naming beside the source that was taken: not one that is known to be broken."""
        return link.url != source.address and self.tried.get(link.url, True)

    def _try(self, url: str) -> Source | None:
        """What a candidate is followed as; None when it is no feed, was tried before, or may not be asked."""
        if url in self.tried or not self._may_ask(url):
            return None
        self.tried[url] = False
        source = self._source(url)
        try:
            found = self._as_feed(source, self._get(url, private=source.allow_private))
        except FetchError:
            return None
        self.tried[url] = found is not None
        return found

    def _may_ask(self, url: str) -> bool:
        return self.requests < MOST_REQUESTS and place(url) not in self.closed

    def _private(self, url: str) -> bool:
        """Whether an address may be private: a page leads into no other private place than where the person sent us."""
        return self.private and place(url) == place(self.address)

    def _source(self, url: str) -> Source:
        return Source("blog", url, given=False, allow_private=self._private(url))

    def _get(self, url: str, *, private: bool) -> Response:
        self.requests += 1
        asked = Request(url, {"Accept": f"text/html, {blog.ACCEPT}"}, allow_private=private, beginning=True)
        try:
            response = self.client.send(asked)
        except (TooSlow, Unreachable) as error:
            self.closed[place(url)] = error
            raise
        if not 200 <= response.status < 300:  # noqa: PLR2004 - the range is the meaning
            trouble = refusal(url, response, self.now)
            if isinstance(trouble, Busy):
                self.closed[place(response.url)] = trouble
            raise trouble
        return response

    def _as_feed(self, source: Source, response: Response) -> Source | None:
        """The source with what its feed says of itself, or None when the answer is no feed.

        A feed that only we thought of, and that has neither a title nor an entry, is none.
        """
        try:
            answer = blog.read(source, Cursor(), response, self.now)
            if not isinstance(answer, blog.Unread) or _is_only_page(answer.body):
                return None
            batch = _batch_of(answer)
        except FetchError:
            return None
        if not (source.given or batch.label or batch.posts):
            return None
        return replace(source, label=batch.label or source.label, site=batch.site or source.site)


def _batch_of(unread: blog.Unread) -> Batch:
    """What a candidate holds; whatever is wrong with it is a FetchError, and costs only itself."""
    if len(unread.body) > _SMALL:
        from feeds.parsers import parse_within  # noqa: PLC0415 - most candidates are small, or pages

        return parse_within(unread)
    try:
        return blog.parse(unread)
    except FetchError:
        raise
    except Exception as error:  # a defect of ours costs only this candidate
        raise defect(unread.source.address, error) from error


def _is_only_page(body: bytes) -> bool:
    """Whether a body needs no parsing to be known for a page: most candidates are."""
    return (
        body.lstrip()[:1] == b"<" and page.looks_like_page(body) and not _FEED_TAG.search(body[: 2 * _SMALL])
    )


def _folders(url: str) -> list[str]:
    """The folder of a page and the one above it, as far as they are below the root; no folders of dates."""
    path = urlsplit(url).path
    names = [name for name in path.split("/") if name]
    if names and not path.endswith("/") and "." in names[-1]:
        names.pop()
    paths = [names[:depth] for depth in (len(names), len(names) - 1) if depth > 0]
    return [urljoin(url, f"/{'/'.join(path)}/") for path in paths if not path[-1].isdecimal()]


def _briefly(tried: Iterable[str], home: str) -> list[str]:
    """Addresses for a person to read: the first one whole, then those of the same site without its name."""
    first, *rest = tried
    return [first, *(url.removeprefix(home.rstrip("/")) for url in rest)]
