"""Finding feeds where nobody says where they are: each test is named by its row in docs/hard-cases.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from feeds.discover import Discovery
from feeds.model import Networks
from feeds.opml import read
from feeds.platforms import feeds_of
from tests.feeds import misbehaving as ways
from tests.feeds.made_up import entries, rss
from tests.feeds.misbehaving import says

if TYPE_CHECKING:
    from tests.feeds.reader import Reader

FEED = rss(*entries(3))
PAGE = "<!doctype html><html><head><title>Julie</title></head><body><p>Bonjour</p>{links}</body></html>"

# --- 29 ---


@pytest.mark.parametrize(
    ("address", "feed"),
    [
        ("https://julie.wordpress.com/2026/11/haies/", "https://julie.wordpress.com/feed/"),
        ("https://medium.com/@julie", "https://medium.com/feed/@julie"),
        ("https://julie.tumblr.com/", "https://julie.tumblr.com/rss"),
        ("https://julie.substack.com/p/haies", "https://julie.substack.com/feed"),
        (
            "https://www.youtube.com/channel/UC0123456789abcdefghijkl",
            "https://www.youtube.com/feeds/videos.xml?channel_id=UC0123456789abcdefghijkl",
        ),
        ("https://piaille.example/@julie", "https://piaille.example/@julie.rss"),
    ],
)
def test_29_known_platforms_keep_their_feeds_in_known_places(address: str, feed: str) -> None:
    assert feed in feeds_of(address)


@pytest.mark.parametrize("place", ["/rss/", "/feed/", "/index.xml", "/feed.json"])
def test_29_where_no_page_says_so_the_usual_places_are_tried(reader: Reader, place: str) -> None:
    """Ghost, WordPress, Hugo, and whoever writes JSON Feed."""
    site = reader.server.at("/", says(PAGE.format(links=""), ways.HTML))
    feed = reader.server.at(place, says(FEED))
    found = Discovery(reader.client, Networks(), reader.now).find(site)
    assert found.source.address == feed
    assert len(reader.server.asked) < 30


# --- 30 ---

NESTED = """<opml version="2.0"><head><title>Mes lectures</title></head><body>
<outline text="Amis"><outline text="Jardin">
<outline type="atom" TEXT="Julie" XMLURL="https://julie.example/feed" htmlUrl="https://julie.example/"/></outline>
<outline type="folder" xmlUrl="https://paul.example/rss"/></outline>
<outline text="Julie (bis)" xmlurl="http://julie.example/feed/"/>
<outline text="Rien"/></body></opml>"""


def test_30_nested_mistyped_and_doubled_subscriptions_are_read() -> None:
    found = read(NESTED.encode(), "lectures.opml")
    assert [(o.address, o.text, o.folders) for o in found.outlines] == [
        ("https://julie.example/feed", "Julie", (("Amis", "Jardin"), ())),
        ("https://paul.example/rss", "https://paul.example/rss", (("Amis",),)),
    ]
