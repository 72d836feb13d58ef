"""Writes a blog's feed in the formats that feeds come in: RSS 2.0, Atom, RDF (RSS 1.0), JSON Feed. Pure."""

from __future__ import annotations

import json
from datetime import UTC
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from engage.demo.blog import Article, Blog

Format = Literal["rss", "atom", "rdf", "json"]
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_MODULES = (
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
)


class Writer(NamedTuple):
    """How a format goes out: its usual path, its media type, and who writes it."""

    path: str
    type: str
    write: Callable[[Blog, str], str]


def rss(blog: Blog, base: str) -> str:
    """Write RSS 2.0, with `content:encoded` where the blog gives its articles whole."""
    items = "".join(_rss_item(blog, article, base) for article in blog.newest())
    return (
        f'{_XML}<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"{_MODULES}>\n<channel>\n'
        f"{_tag('title', blog.title)}{_tag('link', base + '/')}{_tag('description', blog.about)}"
        f"{_tag('language', blog.language)}{_tag('lastBuildDate', _rfc822(blog.modified()))}"
        f'<atom:link rel="self" type="application/rss+xml" href="{escape(base + blog.feed())}"/>\n'
        f"{items}</channel>\n</rss>\n"
    )


def _rss_item(blog: Blog, article: Article, base: str) -> str:
    url = base + article.path
    signed = (
        _tag("author", f"{blog.email} ({blog.author})") if blog.email else _tag("dc:creator", blog.author)
    )
    whole = _tag("content:encoded", article.html) if blog.full else ""
    categories = "".join(_tag("category", tag) for tag in article.tags)
    return (
        f"<item>\n{_tag('title', article.title)}{_tag('link', url)}"
        f'<guid isPermaLink="true">{escape(url)}</guid>\n'
        f"{_tag('pubDate', _rfc822(article.published))}{signed}{categories}"
        f"{_tag('description', article.teaser())}{whole}</item>\n"
    )


def atom(blog: Blog, base: str) -> str:
    """Write Atom (RFC 4287)."""
    entries = "".join(_atom_entry(blog, article, base) for article in blog.newest())
    mail = _tag("email", blog.email)
    return (
        f'{_XML}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{escape(blog.language)}">\n'
        f"{_tag('title', blog.title)}{_tag('subtitle', blog.about)}{_tag('id', base + '/')}"
        f"{_tag('updated', _rfc3339(blog.modified()))}"
        f'<link rel="alternate" type="text/html" href="{escape(base)}/"/>\n'
        f'<link rel="self" type="application/atom+xml" href="{escape(base + blog.feed())}"/>\n'
        f"<author>{_tag('name', blog.author)}{mail}{_tag('uri', base + '/')}</author>\n{entries}</feed>\n"
    )


def _atom_entry(blog: Blog, article: Article, base: str) -> str:
    url = base + article.path
    lang = f' xml:lang="{escape(article.language)}"' if article.language else ""
    whole = f'<content type="html">{escape(article.html)}</content>\n' if blog.full else ""
    categories = "".join(f'<category term="{escape(tag)}"/>\n' for tag in article.tags)
    return (
        f"<entry{lang}>\n{_tag('title', article.title)}{_tag('id', url)}"
        f'<link rel="alternate" type="text/html" href="{escape(url)}"/>\n'
        f"{_tag('published', _rfc3339(article.published))}{_tag('updated', _rfc3339(article.changed))}"
        f"{categories}{_tag('summary', article.teaser())}{whole}</entry>\n"
    )


def rdf(blog: Blog, base: str) -> str:
    """Write RSS 1.0, as weblogs of twenty years ago still write it."""
    articles = blog.newest()
    listed = "".join(f'<rdf:li rdf:resource="{escape(base + article.path)}"/>' for article in articles)
    return (
        f'{_XML}<rdf:RDF xmlns="http://purl.org/rss/1.0/"{_MODULES} '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        f'<channel rdf:about="{escape(base + blog.feed())}">\n'
        f"{_tag('title', blog.title)}{_tag('link', base + '/')}"
        f"{_tag('description', blog.about)}{_tag('dc:language', blog.language)}"
        f"<items><rdf:Seq>{listed}</rdf:Seq></items>\n</channel>\n"
        f"{''.join(_rdf_item(blog, article, base) for article in articles)}</rdf:RDF>\n"
    )


def _rdf_item(blog: Blog, article: Article, base: str) -> str:
    url = base + article.path
    whole = _tag("content:encoded", article.html) if blog.full else ""
    return (
        f'<item rdf:about="{escape(url)}">\n{_tag("title", article.title)}{_tag("link", url)}'
        f"{_tag('description', article.teaser())}{_tag('dc:creator', blog.author)}"
        f"{_tag('dc:date', _rfc3339(article.published))}{whole}</item>\n"
    )


def json_feed(blog: Blog, base: str) -> str:
    """Write JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": blog.title,
        "home_page_url": base + "/",
        "feed_url": base + blog.feed(),
        "description": blog.about,
        "language": blog.language,
        "authors": [{"name": blog.author, "url": base + "/"}] if blog.author else [],
        "items": [_json_item(blog, article, base) for article in blog.newest()],
    }
    return json.dumps(
        {name: value for name, value in feed.items() if value or name == "items"}, ensure_ascii=False
    )


def _json_item(blog: Blog, article: Article, base: str) -> dict[str, Any]:
    content = {"content_html": article.html} if blog.full else {"content_text": article.teaser()}
    item = {
        "id": base + article.path,
        "url": base + article.path,
        "title": article.title,
        "summary": article.teaser(),
        "date_published": _rfc3339(article.published),
        "date_modified": _rfc3339(article.changed),
        "language": article.language,
        "tags": list(article.tags),
        **content,
    }
    return {name: value for name, value in item.items() if value}


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>\n" if text else ""


def _rfc822(moment: datetime | None) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True) if moment else ""


def _rfc3339(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""


WRITERS: dict[Format, Writer] = {
    "rss": Writer("/feed.xml", "application/rss+xml; charset=utf-8", rss),
    "atom": Writer("/atom.xml", "application/atom+xml; charset=utf-8", atom),
    "rdf": Writer("/index.rdf", "application/rdf+xml; charset=utf-8", rdf),
    "json": Writer("/feed.json", "application/feed+json; charset=utf-8", json_feed),
}
