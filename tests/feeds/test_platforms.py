"""Where platforms keep the feeds of the pages that people paste."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds import platforms
from feeds.address import is_web
from feeds.platforms import feeds_of, knows, of_known_host, of_shape

CHANNEL = "UCabcdefghijklmnopqrst-_"
VIDEOS = "https://www.youtube.com/feeds/videos.xml"


@pytest.mark.parametrize(
    ("address", "first"),
    [
        ("https://julie.wordpress.com", "https://julie.wordpress.com/feed/"),
        ("https://julie.wordpress.com/2026/11/23/haies/", "https://julie.wordpress.com/feed/"),
        ("https://talus.hypotheses.org/812", "https://talus.hypotheses.org/feed/"),
        ("https://medium.com/@julie", "https://medium.com/feed/@julie"),
        ("https://www.medium.com/@julie/haies-et-talus-12ab34cd", "https://medium.com/feed/@julie"),
        ("https://medium.com/talus/haies-12ab34cd", "https://medium.com/feed/talus"),
        ("https://julie.medium.com/haies-12ab34cd", "https://julie.medium.com/feed"),
        ("https://julie.substack.com/p/haies", "https://julie.substack.com/feed"),
        ("https://open.substack.com/pub/julie/p/haies?r=1", "https://julie.substack.com/feed"),
        ("https://julie.blogspot.com/", "https://julie.blogspot.com/feeds/posts/default"),
        ("https://julie.blogspot.co.uk/2026/11/a.html", "https://julie.blogspot.co.uk/feeds/posts/default"),
        ("https://julie.tumblr.com/post/12", "https://julie.tumblr.com/rss"),
        ("https://www.tumblr.com/julie", "https://julie.tumblr.com/rss"),
        ("https://www.tumblr.com/blog/view/julie/12", "https://julie.tumblr.com/rss"),
        ("https://julie.ghost.io/haies/", "https://julie.ghost.io/rss/"),
        ("https://julie.mataroa.blog/", "https://julie.mataroa.blog/rss/"),
        ("https://julie.hashnode.dev/haies", "https://julie.hashnode.dev/rss.xml"),
        ("https://julie.bearblog.dev/haies/", "https://julie.bearblog.dev/feed/"),
        ("https://julie.prose.sh/haies", "https://julie.prose.sh/rss"),
        ("https://julie.micro.blog/about/", "https://julie.micro.blog/feed.xml"),
        ("https://julie.dreamwidth.org/12.html", "https://julie.dreamwidth.org/data/atom"),
        ("https://world.hey.com/julie/haies-12ab", "https://world.hey.com/julie/feed.atom"),
        ("https://buttondown.email/julie/archive/", "https://buttondown.com/julie/rss"),
        ("https://julie.writeas.com/haies", "https://julie.writeas.com/feed/"),
        ("https://write.as/julie/haies", "https://write.as/julie/feed/"),
        ("https://dev.to/julie/haies-12ab", "https://dev.to/feed/julie"),
        ("http://julie.over-blog.com/article-12.html", "https://julie.over-blog.com/rss"),
        ("http://julie.over-blog.fr/", "https://julie.over-blog.fr/rss"),
        ("https://julie.overblog.com/", "https://julie.overblog.com/rss"),
        ("http://julie.eklablog.com/haies-a12", "https://julie.eklablog.com/rss"),
        ("http://julie.canalblog.com/archives/2026/", "https://julie.canalblog.com/rss"),
        ("http://julie.hautetfort.com/", "https://julie.hautetfort.com/index.rss"),
        (f"https://www.youtube.com/channel/{CHANNEL}", f"{VIDEOS}?channel_id={CHANNEL}"),
        (f"https://m.youtube.com/channel/{CHANNEL}/videos", f"{VIDEOS}?channel_id={CHANNEL}"),
        ("https://youtube.com/playlist?list=PLhaies", f"{VIDEOS}?playlist_id=PLhaies"),
        ("https://www.youtube.com/playlist?si=a&list=PLhaies&b=c", f"{VIDEOS}?playlist_id=PLhaies"),
        ("https://www.youtube.com/user/julie", f"{VIDEOS}?user=julie"),
        ("https://vimeo.com/julie", "https://vimeo.com/julie/videos/rss"),
        ("https://vimeo.com/channels/talus", "https://vimeo.com/channels/talus/videos/rss"),
        ("https://www.dailymotion.com/julie", "https://www.dailymotion.com/rss/user/julie"),
        (
            "https://www.flickr.com/photos/12345678@N02/987/",
            "https://www.flickr.com/services/feeds/photos_public.gne?id=12345678@N02",
        ),
        ("https://letterboxd.com/julie/film/haies/", "https://letterboxd.com/julie/rss/"),
        ("https://www.goodreads.com/user/show/42-julie", "https://www.goodreads.com/review/list_rss/42"),
        ("https://www.goodreads.com/review/list/42?shelf=x", "https://www.goodreads.com/review/list_rss/42"),
        ("https://github.com/julie", "https://github.com/julie.atom"),
        ("https://github.com/julie?tab=repositories", "https://github.com/julie.atom"),
        ("https://github.com/julie/haies/issues/3", "https://github.com/julie/haies/releases.atom"),
        ("https://gist.github.com/julie/12ab", "https://gist.github.com/julie.atom"),
        ("https://gitlab.com/julie", "https://gitlab.com/julie.atom"),
        ("https://framagit.org/julie/haies/-/tree/main", "https://framagit.org/julie/haies/-/releases.atom"),
        ("https://codeberg.org/julie", "https://codeberg.org/julie.atom"),
        ("https://codeberg.org/julie/haies", "https://codeberg.org/julie/haies/releases.atom"),
        ("https://old.reddit.com/u/julie/", "https://www.reddit.com/user/julie/submitted/.rss"),
        ("https://www.reddit.com/user/julie", "https://www.reddit.com/user/julie/submitted/.rss"),
        ("https://www.reddit.com/r/haies/comments/12/a/", "https://www.reddit.com/r/haies/.rss"),
        ("https://lobste.rs/~julie", "https://lobste.rs/~julie/stories.rss"),
        ("https://stackoverflow.com/users/42/julie", "https://stackoverflow.com/feeds/user/42"),
        ("https://french.stackexchange.com/users/42", "https://french.stackexchange.com/feeds/user/42"),
    ],
)
def test_a_known_host(address: str, first: str) -> None:
    assert feeds_of(address)[0] == first
    assert feeds_of(address) == of_known_host(address)
    assert knows(address)
    assert of_shape(address) == ()


@pytest.mark.parametrize(
    ("path", "feeds"),
    [
        ("/@julie", ["/@julie.rss", "/@julie/feed.rss", "/@julie/feed/atom"]),
        ("/@julie/113549", ["/@julie.rss", "/@julie/feed.rss", "/@julie/feed/atom"]),
        ("/users/julie", ["/@julie.rss", "/users/julie.atom", "/users/julie/feed.atom"]),
        ("/a/julie/video-channels", ["/feeds/videos.atom?accountName=julie"]),
        ("/accounts/julie", ["/feeds/videos.atom?accountName=julie"]),
        ("/video-channels/haies/videos", ["/feeds/videos.atom?videoChannelName=haies"]),
        ("/c/haies", ["/feeds/videos.atom?videoChannelName=haies", "/feeds/c/haies.xml?sort=New"]),
        ("/u/julie?sort=Top", ["/feeds/u/julie.xml?sort=New"]),
        ("/profile/julie", ["/feed/julie"]),
        ("/user/julie/reviews", ["/user/julie/rss"]),
    ],
)
def test_a_path_whose_shape_speaks_for_it_on_any_host(path: str, feeds: list[str]) -> None:
    for root in ("https://talus.example", "http://talus.localhost:8000"):
        assert feeds_of(root + path) == tuple(root + feed for feed in feeds)
        assert of_known_host(root + path) == ()
        assert not knows(root + path)


@pytest.mark.parametrize(
    "address",
    [
        "https://www.youtube.com/@julie",
        "https://youtu.be/12ab",
        "https://www.youtube.com/channel/julie",
        "https://www.youtube.com/watch?v=1&list=PL1",
        "https://substack.com/@julie",
        "https://medium.com/",
        "https://medium.com/tag/haies",
        "https://www.tumblr.com/tagged/haies",
        "https://www.tumblr.com/explore",
        "https://github.com/",
        "https://github.com/features/actions",
        "https://letterboxd.com/film/haies/",
        "https://www.flickr.com/photos/julie/",
        "https://stackoverflow.com/questions/42",
    ],
)
def test_a_known_host_whose_address_does_not_tell(address: str) -> None:
    assert feeds_of(address) == ()
    assert knows(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://julie.example/",
        "https://julie.example/2026/11/haies/",
        "https://piaille.example/@julie@ailleurs.example",
        "https://peertube.example/c/ju-lie@ailleurs.example",
        "https://www.wordpress.com/",
        "https://notwordpress.com/",
        "https://wordpress.com.julie.example/",
        "https://youtube.com.julie.example/playlist?list=PL1",
        "https://julie.example/@",
        "https://julie.example/?/@julie",
        "gopher://julie.wordpress.com/",
        "julie.wordpress.com",
        "http://[",
        "https://",
        "",
    ],
)
def test_what_is_no_platform(address: str) -> None:
    assert feeds_of(address) == ()
    assert not knows(address)


@pytest.mark.parametrize("row", [*platforms._PLATFORMS, *platforms._SHAPES])
def test_every_feed_is_filled_from_every_address_of_its_row(row: tuple[str, str]) -> None:
    addresses, feeds = row
    wanted = set(re.findall(r"\{(\w+)\}", feeds)) - {"host", "root"}
    assert all(wanted <= set(re.findall(r"\{(\w+)\}", address)) for address in addresses.split())
    assert all(feed.startswith(("https://", "{root}/")) for feed in feeds.split())


HOSTS = [
    "julie.example",
    "medium.com",
    "julie.tumblr.com",
    "tumblr.com",
    "youtube.com",
    "github.com",
    "[::1]",
    "[",
]
PARTS = [
    *"/@?&=#%.-~{}",
    "julie",
    "users",
    "channel",
    "c",
    "playlist",
    "list",
    CHANNEL,
    "42",
    "é",
    "\n",
    "host",
]


@given(st.sampled_from(HOSTS), st.lists(st.sampled_from(PARTS), max_size=8).map("".join))
def test_no_address_is_too_odd(host: str, path: str) -> None:
    assert all(is_web(feed) for feed in feeds_of(f"https://{host}/{path}"))
