"""The fake blog in its four formats, as real readers see it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, get_args

import feedparser
import pytest

from engage.demo.formats import WRITERS, Format
from engage.demo.wire import Answer, Article, Blog, Request

BASE = "http://haies.localhost:4000"
FIRST = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
LAST = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
BLOG = Blog(
    title="Haies & talus",
    about="Des haies <vives>",
    author="Julie Ménard",
    email="julie@example.org",
    language="fr",
    me=("http://pouet.localhost:4000/@julie",),
    creator="@julie@pouet.example",
    articles=(
        Article("ancienne", "L'ancienne", "<p>Un <em>talus</em> &amp; un fossé.</p>", FIRST, tags=("talus",)),
        Article("neuve", "Neuve < vieille", "<p>" + "mot " * 300 + "</p>", LAST, language="en"),
    ),
)


def ask(blog: Blog, path: str, method: str = "GET") -> Answer:
    return blog.answer(Request(method, "haies", BASE, path))


def parsed(blog: Blog) -> Any:
    answer = ask(blog, blog.feed())
    return feedparser.parse(answer.body, response_headers={"content-type": answer.type})


@pytest.mark.parametrize(("kind", "version"), [("rss", "rss20"), ("atom", "atom10"), ("rdf", "rss10")])
def test_feedparser_reads_it_without_complaint(kind: Format, version: str) -> None:
    feed = parsed(replace(BLOG, format=kind))
    assert (feed.bozo, feed.version) == (False, version)
    assert (feed.feed.title, feed.feed.link) == ("Haies & talus", f"{BASE}/")
    newest, oldest = feed.entries
    assert (newest.link, oldest.link) == (f"{BASE}/neuve/", f"{BASE}/ancienne/")
    assert newest.title == "Neuve < vieille"
    assert (oldest.get("published_parsed") or oldest.updated_parsed)[:5] == (2026, 3, 1, 8, 30)
    assert oldest.content[0].value == BLOG.articles[0].html
    assert oldest.summary == "Un talus & un fossé."


@pytest.mark.parametrize(("kind", "email"), [("rss", "julie@example.org"), ("atom", "julie@example.org")])
def test_the_author_can_be_written_to(kind: Format, email: str) -> None:
    feed = parsed(replace(BLOG, format=kind))
    detail = feed.entries[0].get("author_detail") or feed.feed.author_detail
    assert (detail.name, detail.email) == ("Julie Ménard", email)


def test_without_an_address_the_author_is_a_name() -> None:
    assert parsed(replace(BLOG, email="")).entries[0].author == "Julie Ménard"


def test_json_feed_follows_its_specification() -> None:
    answer = ask(replace(BLOG, format="json"), "/feed.json")
    feed = json.loads(answer.body)
    assert answer.type.startswith("application/feed+json")
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["home_page_url"] == f"{BASE}/"
    assert feed["feed_url"] == f"{BASE}/feed.json"
    assert feed["authors"] == [{"name": "Julie Ménard", "url": f"{BASE}/"}]
    assert [item["id"] for item in feed["items"]] == [f"{BASE}/neuve/", f"{BASE}/ancienne/"]
    for item in feed["items"]:
        assert isinstance(item["content_html"], str)
        assert datetime.fromisoformat(item["date_published"]).tzinfo is not None
    assert feed["items"][1]["tags"] == ["talus"]


@pytest.mark.parametrize("kind", get_args(Format))
def test_a_summary_feed_keeps_the_rest_to_itself(kind: Format) -> None:
    blog = replace(BLOG, format=kind, full=False)
    assert b"<em>" not in ask(blog, blog.feed()).body.replace(b"&lt;", b"<")
    body = ask(blog, blog.feed()).body.decode()
    assert "mot mot…" in body
    assert body.count("mot ") < 150
    assert "<em>talus</em>" in ask(blog, "/ancienne/").body.decode()


def test_the_home_page_leads_to_the_feed_and_elsewhere() -> None:
    home = ask(replace(BLOG, feed_path="/rss"), "/").body.decode()
    assert '<link rel="alternate" type="application/rss+xml" title="Haies &amp; talus" href="/rss">' in home
    assert '<a rel="me" href="http://pouet.localhost:4000/@julie">' in home
    assert home.index("/neuve/") < home.index("/ancienne/")


def test_an_article_says_where_it_is_and_whose() -> None:
    article = ask(BLOG, "/neuve/").body.decode()
    assert f'<link rel="canonical" href="{BASE}/neuve/">' in article
    assert '<meta name="fediverse:creator" content="@julie@pouet.example">' in article
    assert '<html lang="en">' in article


def test_the_feed_is_as_new_as_its_newest_change() -> None:
    edited = replace(BLOG.articles[0], updated=datetime(2026, 6, 1, tzinfo=UTC))
    assert ask(BLOG, "/feed.xml").modified == LAST
    assert ask(replace(BLOG, articles=(edited, BLOG.articles[1])), "/feed.xml").modified == edited.updated


@pytest.mark.parametrize("kind", get_args(Format))
def test_an_empty_blog_has_an_empty_feed(kind: Format) -> None:
    answer = ask(Blog(title="Rien", format=kind), WRITERS[kind].path)
    assert answer.status == 200
    assert answer.modified is None


def test_nothing_else_is_there() -> None:
    assert ask(BLOG, "/wp-login.php").status == 404
    assert ask(BLOG, "/", "POST").status == 405
