"""A fake blog: a home page that says who writes and where else, a feed, and its articles as plain pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape
from typing import TYPE_CHECKING

from engage.demo.answers import Answer, page, picture
from engage.demo.formats import WRITERS

if TYPE_CHECKING:
    from datetime import datetime

    from engage.demo.answers import Request
    from engage.demo.formats import Format

_PARAGRAPH = re.compile(r"<p\b[^>]*>(.*?)</p>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_TEASER = 220
_IN_FEED = 20


@dataclass(frozen=True, slots=True)
class Article:
    """One article: `html` is its body, with addresses absolute or relative to the blog."""

    slug: str
    title: str
    html: str
    published: datetime
    updated: datetime | None = None
    summary: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Where it stands on its blog."""
        return f"/{self.slug}/"

    @property
    def changed(self) -> datetime:
        """When it last changed."""
        return self.updated or self.published

    def teaser(self) -> str:
        """Give a few lines of plain text: the summary, else the beginning of the first paragraph."""
        first = _PARAGRAPH.search(self.html)
        beginning = _TAG.sub("", first[1] if first else self.html)
        text = self.summary or " ".join(unescape(beginning).split())
        return text if len(text) <= _TEASER else text[:_TEASER].rsplit(" ", 1)[0] + "…"


@dataclass(frozen=True, slots=True)
class Blog:
    """A blog; its addresses are those of the request, so that it stands wherever the wire puts it.

    `full` says whether the feed gives the articles whole or only summaries. `feed_path` replaces the usual
    path of the format. `me` are the writer's other addresses (`rel="me"`), `creator` their fediverse account,
    as `@user@host`. `email` goes into feeds that have a place for one.
    """

    title: str
    articles: tuple[Article, ...] = ()
    format: Format = "rss"
    full: bool = True
    author: str = ""
    email: str = ""
    language: str = ""
    about: str = ""
    feed_path: str = ""
    me: tuple[str, ...] = ()
    creator: str = ""

    def feed(self) -> str:
        """Give the path of the feed."""
        return self.feed_path or WRITERS[self.format].path

    def newest(self) -> tuple[Article, ...]:
        """Give the articles that the feed holds, newest first."""
        return tuple(sorted(self.articles, key=lambda article: article.published, reverse=True)[:_IN_FEED])

    def modified(self) -> datetime | None:
        """When anything here last changed; None for a blog without articles."""
        return max((article.changed for article in self.articles), default=None)

    def answer(self, request: Request) -> Answer:
        """Give the home page, the feed, an article or a picture; 404 for the rest."""
        if request.method not in {"GET", "HEAD"}:
            return Answer(405, headers={"Allow": "GET, HEAD"})
        if request.path == "/":
            return self._home(request.base)
        if request.path == self.feed():
            writer = WRITERS[self.format]
            return Answer(
                200, writer.write(self, request.base).encode(), writer.type, modified=self.modified()
            )
        if request.path.startswith("/images/"):
            return picture(request.path)
        for article in self.articles:
            if article.slug == request.path.strip("/"):
                return self._page(article, request.base)
        return page("404", f"<h1>404</h1><p>{escape(request.path)}</p>", status=404, language=self.language)

    def _home(self, base: str) -> Answer:
        media = WRITERS[self.format].type.split(";")[0]
        head = (
            f'<link rel="alternate" type="{media}" title="{escape(self.title)}" href="{self.feed()}">\n'
            f'<link rel="canonical" href="{escape(base)}/">\n'
            f'<meta name="description" content="{escape(self.about)}">\n'
        )
        items = "\n".join(
            f'<li><a href="{article.path}">{escape(article.title)}</a> {_time(article)}</li>'
            for article in self.newest()
        )
        urls = (escape(url) for url in self.me)
        elsewhere = "\n".join(f'<li><a rel="me" href="{url}">{url}</a></li>' for url in urls)
        name = escape(self.author or self.title)
        body = (
            f'<header class="h-card">\n<h1><a class="u-url p-name" href="/">{name}</a></h1>\n'
            f'<p class="p-note">{escape(self.about)}</p>\n</header>\n'
            f"<main>\n<ul>\n{items}\n</ul>\n</main>\n"
            f"<footer>\n<ul>\n{elsewhere}\n</ul>\n</footer>"
        )
        return page(self.title, body, head=head, language=self.language, modified=self.modified())

    def _page(self, article: Article, base: str) -> Answer:
        creator = f'<meta name="fediverse:creator" content="{escape(self.creator)}">\n'
        head = (
            f'<link rel="canonical" href="{escape(base + article.path)}">\n{creator if self.creator else ""}'
            f'<meta name="author" content="{escape(self.author)}">\n'
            f'<meta property="og:title" content="{escape(article.title)}">\n'
        )
        body = (
            f'<p><a href="/">{escape(self.title)}</a></p>\n<article class="h-entry">\n'
            f'<h1 class="p-name">{escape(article.title)}</h1>\n'
            f"<p>{escape(self.author)}, {_time(article)}</p>\n"
            f'<div class="e-content">\n{article.html}\n</div>\n</article>'
        )
        language = article.language or self.language
        return page(article.title, body, head=head, language=language, modified=article.changed)


def _time(article: Article) -> str:
    moment = article.published
    return f'<time class="dt-published" datetime="{moment.isoformat()}">{moment:%Y-%m-%d}</time>'
