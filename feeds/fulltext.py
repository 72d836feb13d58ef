"""The whole of an article of which the feed holds only the beginning: from its author's own page, and nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feeds.article import Article, decoded, extract
from feeds.guard import place
from feeds.status import refusal
from feeds.summaries import REDIRECTORS, host_of, is_page_of_one, may_read
from feeds.wire import Request

if TYPE_CHECKING:
    from datetime import datetime

    from feeds.http import Client
    from feeds.model import Post, Source
    from feeds.wire import Response

ACCEPT = "text/html, application/xhtml+xml;q=0.9"
# What is kept of a page that was read and holds no article: that it need not be read again.
NOTHING = Article("", "", "")


def fetch(source: Source, post: Post, client: Client, now: datetime) -> Article | None:
    """The article that a post is the beginning of, asked for once; None when its page is another's or holds none.

    Raises:
        FetchError: the page could not be read; the sentence says why.

    """
    asked = request(source, post)
    return read(source, post, client.send(asked), now) if asked else None


def request(source: Source, post: Post) -> Request | None:
    """What to ask for the page of a post; None when it is not the source's own."""
    if not may_read(source, post.url) and host_of(post.url) not in REDIRECTORS:
        return None
    private = source.allow_private and place(post.url) == place(source.address)
    return Request(post.url, {"Accept": ACCEPT}, allow_private=private)


def read(source: Source, post: Post, response: Response, now: datetime) -> Article | None:
    """The article in the answer to that; None when it comes from another's page, or holds none.

    Raises:
        FetchError: the server said no.

    """
    if not 200 <= response.status < 300:  # noqa: PLR2004 - the range is the meaning
        raise refusal(post.url, response, now)
    kind = response.headers.get("content-type", "")
    if not may_read(source, response.url) or not is_page_of_one(response.url) or not _is_html(kind):
        return None
    return extract(decoded(response.body, kind), response.url, post.text, title=post.title)


def _is_html(content_type: str) -> bool:
    return not content_type.strip() or "html" in content_type.lower()
