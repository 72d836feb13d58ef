"""The way round feedparser: what a feed says is the same with it and without, and other marks go through."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.formats import sax, xmlfeed

DATA = Path(__file__).parent / "data" / "blog"
URL = "https://feeds.example/feed.xml"
LONG = "Une haie n’est pas un mur. " * 20
PARTS = (
    *(
        "court",
        LONG,
        f"{LONG}\x85 {LONG}",
        LONG.encode().decode("latin-1"),
        "é" * 400,
        "\n\n",
        "\xa0",
        "\ufdd00\ufdd0",
    ),
    *(
        "&lt;p&gt;" * 60,
        "&amp;amp;" * 60,
        f"<![CDATA[<p>{LONG}</p>]]>",
        "<![CDATA[]]>",
        "<!-- aside -->",
        "&#233;" * 80,
    ),
    *("<b>gras</b>", f"<b>{LONG}</b>", "<category>c</category>", "<x:y xmlns:x='urn:x'>z</x:y>", "<br/>"),
)
ELEMENTS = (
    *(
        "description",
        "content:encoded",
        "title",
        "itunes:summary",
        "media:description",
        "link",
        "author",
        "category",
    ),
    *(
        "description type='text/plain'",
        "description mode='xml'",
        "fullitem",
        "slash:comments",
        "media:thumbnail",
    ),
)
ATOM = (
    *(
        "content",
        "content type='html'",
        "content type='xhtml'",
        "content type='text'",
        "content type='text/x-other'",
    ),
    *("summary", "summary type='html'", "title type='html'", "category", "content mode='base64'", "rights"),
)
SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:media="http://search.yahoo.com/mrss/"'
)


def element(name: str, parts: list[str]) -> str:
    return f"<{name}>{''.join(parts)}</{name.split(maxsplit=1)[0]}>"


def elements(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    parts = st.lists(st.sampled_from(PARTS), max_size=4)
    return st.lists(st.builds(element, st.sampled_from(names), parts), max_size=6).map("".join)


def same_without(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read a feed by our driver, and by Python's own."""
    ours = xmlfeed.read(text, URL)
    with monkeypatch.context() as patch:
        patch.setattr(xmlfeed._feedparser().api, "PREFERRED_XML_PARSERS", [])
        assert ours == xmlfeed.read(text, URL)
    assert ours is not None


@pytest.fixture(scope="module")
def patch() -> pytest.MonkeyPatch:
    return pytest.MonkeyPatch()


@given(elements(ELEMENTS), elements(ELEMENTS))
def test_rss_says_the_same(patch: pytest.MonkeyPatch, one: str, other: str) -> None:
    items = f"<item><guid>1</guid>{one}</item><item><guid>2</guid>{other}</item>"
    same_without(f"<rss version='2.0' {SPACES}><channel><title>t</title>{items}</channel></rss>", patch)


@given(elements(ATOM), elements(ATOM))
def test_atom_says_the_same(patch: pytest.MonkeyPatch, one: str, other: str) -> None:
    entries = f"<entry><id>1</id>{one}</entry><entry><id>2</id>{other}</entry>"
    same_without(f"<feed xmlns='http://www.w3.org/2005/Atom'><title>t</title>{entries}</feed>", patch)


@pytest.mark.parametrize("path", sorted(DATA.glob("*.xml")), ids=lambda path: path.name)
def test_the_feeds_of_the_folder_say_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    same_without(path.read_text("utf-8", "replace"), monkeypatch)


def test_long_texts_do_take_the_way_round(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    put_back = sax.whole

    def watching(value: str, **known: object) -> str:
        told.append(value)
        return put_back(value, **known)  # type: ignore[arg-type]

    monkeypatch.setattr(sax, "whole", watching)
    read = xmlfeed.read(f"<rss><channel><item><description>{LONG}</description></item></channel></rss>", URL)
    assert read is not None
    assert read.posts[0].text == LONG.strip()
    assert max(map(len, told)) < 9
