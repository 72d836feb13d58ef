"""What a web page says of itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.page import FeedLink, Page, looks_like_page, read

URL = "https://julie.example/blog/"


def test_a_page_with_everything() -> None:
    markup = """<!doctype html><html lang="fr-FR"><head><title>Haies &amp; <b>talus</b></title>
      <link rel="canonical" href="/blog"><link rel="me" href="https://piaille.example/@julie">
      <link rel="alternate" type="application/rss+xml" href="feed.xml" title="Billets &amp; notes">
      <link rel="stylesheet" href="style.css"></head><body><title>pas celui-ci</title>
      <a rel="me nofollow" href="https://bsky.app/profile/julie.example">Bluesky</a>
      <a rel="ME" href="https://piaille.example/@julie">encore</a><a href="https://x.example/">autre</a></body>"""
    assert read(markup, URL) == Page(
        title="Haies & talus",
        canonical="https://julie.example/blog",
        language="fr",
        feeds=(FeedLink("https://julie.example/blog/feed.xml", "Billets & notes"),),
        me=("https://piaille.example/@julie", "https://bsky.app/profile/julie.example"),
    )


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ('rel="alternate" type="application/rss+xml" href="a"', "https://julie.example/blog/a"),
        ('rel="alternate" type="application/atom+xml" href="/a"', "https://julie.example/a"),
        (
            'rel="alternate" type="application/feed+json; charset=utf-8" href="a"',
            "https://julie.example/blog/a",
        ),
        ('rel="Alternate Home" type="APPLICATION/RSS+XML" href=" a "', "https://julie.example/blog/a"),
        ('rel="alternate" type="application/json" href="feed.json"', "https://julie.example/blog/feed.json"),
        ('rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2"', ""),
        ('rel="alternate" type="text/html" hreflang="en" href="/en"', ""),
        ('rel="alternate" href="/a"', ""),
        ('rel="stylesheet" type="application/rss+xml" href="/a"', ""),
        ('rel="alternate" type="application/rss+xml"', ""),
        ('rel="alternate" type="application/rss+xml" href="javascript:x"', ""),
        ('rel type="application/rss+xml" href="a"', ""),
    ],
)
def test_which_links_are_feeds(link: str, found: str) -> None:
    assert [feed.url for feed in read(f"<link {link}>", URL).feeds] == ([found] if found else [])


def test_comments_come_last_and_doubles_once() -> None:
    links = [("comments/feed", ""), ("all", "Commentaires pour Haies"), ("feed", "Haies"), ("feed", "Haies")]
    markup = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{href}" title="{title}">'
        for href, title in links
    )
    assert [feed.url.rpartition("blog/")[2] for feed in read(markup, URL).feeds] == [
        "feed",
        "comments/feed",
        "all",
    ]


def test_a_base_moves_what_follows() -> None:
    markup = '<base href="/la/"><link rel="canonical" href="ici"><base href="http://[">'
    assert read(markup, URL).canonical == "https://julie.example/la/ici"


@pytest.mark.parametrize(
    ("start", "is_page"),
    [
        (b"<!DOCTYPE html>", True),
        (b"\n<HTML lang=fr>", True),
        (b"<head>", True),
        (b"<body>", True),
        (b"<?xml version='1.0'?><rss>", False),
        (b"Bonjour", False),
        (b"", False),
        (b"x" * 5000 + b"<html>", False),
    ],
)
def test_looks_like_page(start: bytes, is_page: bool) -> None:
    assert looks_like_page(start) is is_page


PIECES = [
    *("<link ", "<a ", "<base ", "<title>", "</title>", "<!", "<![", "<![CDATA[", "]]>", "<!--", "<?", ">"),
    *("rel=me ", "rel=alternate ", "href=", "http://[", "&#x110000;", '"', "'"),
]
TAGS = st.lists(st.one_of(st.text(max_size=6), st.sampled_from(PIECES)), max_size=14).map("".join)


@given(st.one_of(TAGS, st.binary(max_size=40)), st.sampled_from([URL, "", "http://[", "about:blank"]))
def test_no_page_is_too_odd_to_read(markup: str | bytes, url: str) -> None:
    found = read(markup, url)
    assert "\n" not in found.title
    assert all(address.startswith("http") for address in (*found.me, *(feed.url for feed in found.feeds)))
