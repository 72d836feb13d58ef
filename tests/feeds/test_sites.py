"""How the feed behind a web address is found, and how little is asked for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from feeds import sites
from feeds.errors import BadAnswer, Busy, Forbidden, Missing, NotFound, TooManyRedirects, Unreachable
from feeds.http import Client
from feeds.model import Batch
from feeds.page import FeedLink
from feeds.sites import GUESSES, MOST_REQUESTS, NEARBY, Found
from feeds.sources import blog
from tests.feeds.misbehaving import HTML, Misbehaving, circles, fails, hangs_up, redirects, says

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.feeds.misbehaving import Exchange, Way

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PAGE = "<!doctype html><html><head><title>Julie</title>{}</head><body>{}</body></html>"


def feed(title: str = "Haies", entries: str = "<item><title>t</title></item>") -> Way:
    return says(f"<rss version='2.0'><channel><title>{title}</title>{entries}</channel></rss>")


def page(head: str = "", body: str = "", **headers: str) -> Way:
    return says(PAGE.format(head, body), HTML, **headers)


def link(href: str, title: str = "") -> str:
    return f'<link rel="alternate" type="application/rss+xml" href="{href}" title="{title}">'


@dataclass
class Village:
    """A server on this machine, of which the test says what stands where (queries told apart)."""

    server: Misbehaving
    places: dict[str, Way] = field(default_factory=dict)
    otherwise: Way = field(default_factory=lambda: fails(404))

    def answer(self, exchange: Exchange) -> None:
        self.places.get(exchange.path, self.otherwise)(exchange)

    @property
    def base(self) -> str:
        return self.server.base

    @property
    def asked(self) -> list[str]:
        return [exchange.path for exchange in self.server.asked]

    def find(self, path: str, *, private: bool = True) -> Found:
        return sites.find(self.base + path, Client(), NOW, private=private)

    def found(self, path: str) -> str:
        """The path of what is found behind a path."""
        return self.find(path).source.address.removeprefix(self.base)


class _Anywhere(dict[str, "Way"]):
    """Ways that ask the village, whatever the path."""

    def __init__(self, village: Village) -> None:
        super().__init__()
        self.village = village

    def get(self, _path: str, _default: object = None) -> Way:
        return self.village.answer


@pytest.fixture
def village() -> Iterator[Village]:
    with Misbehaving() as server:
        village = Village(server)
        server.ways = _Anywhere(village)
        yield village


# --- the order ---


def test_in_which_order_places_are_tried(village: Village) -> None:
    village.places = {
        "/@julie": page(link("/announced"), '<a href="/anchor">RSS</a>', Link="</linked>; rel=feed"),
        "/announced": feed(),
        "/linked": feed(),
        "/@julie.rss": feed(),
        "/anchor": feed(),
        "/@julie/feed/": feed(),
    }
    for place in ("/announced", "/linked", "/@julie.rss", "/anchor", "/@julie/feed/"):
        village.server.asked.clear()
        assert village.found("/@julie") == place
        assert village.asked[-1] == place
        del village.places[place]
    with pytest.raises(NotFound):
        village.find("/@julie")


@pytest.mark.parametrize("guess", GUESSES)
def test_without_a_word_the_usual_places_are_tried(village: Village, guess: str) -> None:
    village.places = {"/": page(), f"/{guess}": feed()}
    assert village.found("/") == f"/{guess}"
    assert village.asked == ["/", *(f"/{earlier}" for earlier in GUESSES[: GUESSES.index(guess) + 1])]


def test_a_feed_in_the_header_alone(village: Village) -> None:
    village.places = {
        "/": page(Link='</feed>; rel="alternate"; type="application/rss+xml"; title="Billets"'),
        "/feed": feed(),
    }
    assert village.found("/") == "/feed"


def test_the_channel_that_a_page_belongs_to(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    channel = f"/channel/UC{'a' * 22}"
    told = {village.base + channel: (f"{village.base}/videos.xml",)}
    monkeypatch.setattr("feeds.platforms.feeds_of", lambda address: told.get(address, ()))
    village.places = {"/@julie": page(f'<link itemprop="url" href="{channel}">'), "/videos.xml": feed()}
    assert village.found("/@julie") == "/videos.xml"


# --- which others are named ---


def test_of_the_others_only_those_are_named_that_may_work(village: Village) -> None:
    village.places = {
        "/": page("".join(link(f"/{name}", name) for name in ("comments", "gone", "posts", "photos"))),
        "/posts": feed(),
    }
    found = village.find("/")
    assert found.source.address == f"{village.base}/posts"
    assert found.others == (
        FeedLink(f"{village.base}/photos", "photos"),
        FeedLink(f"{village.base}/comments", "comments"),
    )


def test_links_in_the_text_are_named_when_one_of_them_is_taken(village: Village) -> None:
    anchors = '<a href="/a">RSS</a><a href="/b">Atom</a><a href="/c">Flux RSS</a>'
    village.places = {"/": page(body=anchors), "/b": feed()}
    assert village.find("/").others == (FeedLink(f"{village.base}/c", "Flux RSS"),)
    village.places["/"] = page(link("/b"), anchors)
    assert village.find("/").others == ()


# --- what is no feed, and what is one at need ---


def test_a_server_that_shows_a_page_at_every_address_has_no_feed(village: Village) -> None:
    village.otherwise = page(body="<p>Cette page n’existe pas. &lt;rss&gt;</p>")
    with pytest.raises(NotFound):
        village.find("/")
    assert len(village.asked) == 1 + len(GUESSES)


@pytest.mark.parametrize("way", [feed("", ""), says("{}"), says(""), says("<urlset/>"), says("nothing")])
def test_what_says_nothing_is_no_feed_that_we_would_guess(village: Village, way: Way) -> None:
    village.places = {"/": page(), "/feed/": way, "/atom.xml": feed()}
    assert village.found("/") == "/atom.xml"


def test_but_a_person_may_give_a_feed_that_is_empty_yet(village: Village) -> None:
    village.places = {"/new": feed("", "")}
    found = village.find("/new")
    assert found.source.given
    assert found.source.address == f"{village.base}/new"


def test_comments_are_taken_when_there_is_nothing_else(village: Village) -> None:
    village.places = {"/": page(link("/comments/feed/")), "/comments/feed/": feed("Comments"), "/rss": feed()}
    assert village.found("/") == "/rss"
    del village.places["/rss"]
    assert village.found("/") == "/comments/feed/"


# --- pages below the first ---


def test_an_article_leads_to_what_its_site_announces(village: Village) -> None:
    village.places = {"/haies.html": page(), "/": page(link("/posts")), "/posts": feed(), "/feed/": feed()}
    assert village.found("/haies.html") == "/posts"
    assert village.asked == ["/haies.html", "/", "/posts"]


def test_the_comments_of_an_article_are_not_its_sites_feed(village: Village) -> None:
    village.places = {
        "/haies/": page(),
        "/haies/feed/": feed("Commentaires sur : Haies", ""),
        "/": page(),
        "/feed/": feed(),
    }
    assert village.found("/haies/") == "/feed/"


@pytest.mark.parametrize("path", ["/blog", "/blog/", "/blog/index.html", "/blog/haies", "/blog/haies/"])
def test_a_blog_in_a_folder(village: Village, path: str) -> None:
    village.places = {path: page(), "/blog/feed.xml": feed(), "/feed.xml": feed("Société")}
    assert village.found(path) == "/blog/feed.xml"


def test_folders_of_dates_are_no_blogs(village: Village) -> None:
    village.places = {"/2026/11/haies/": page(), "/2026/11/feed/": feed("Novembre"), "/feed/": feed()}
    assert village.found("/2026/11/haies/") == "/feed/"
    assert [path for path in village.asked if path.startswith("/2026/11/feed")] == []


def test_a_page_by_its_number(village: Village) -> None:
    village.places = {"/?p=12": page(), "/": page(link("/?feed=rss2")), "/?feed=rss2": feed()}
    assert village.found("/?p=12") == "/?feed=rss2"


def test_a_first_page_that_cannot_be_read_is_passed_over(village: Village) -> None:
    village.places = {"/haies.html": page(), "/": fails(500), "/feed.xml": feed()}
    found = village.find("/haies.html").source
    assert (found.address, found.site) == (f"{village.base}/feed.xml", f"{village.base}/")


def test_a_first_page_that_is_itself_a_feed(village: Village) -> None:
    village.places = {"/haies.html": page(), "/": feed()}
    found = village.find("/haies.html").source
    assert (found.address, found.given) == (f"{village.base}/", False)


@pytest.mark.parametrize("path", ["/~julie/", "/@julie", "/users/julie", "/profile/julie/haies"])
def test_on_a_server_that_many_share_nobody_else_is_found(village: Village, path: str) -> None:
    village.places = {path: page(), "/": page(link("/posts")), "/posts": feed("Paul"), "/feed/": feed("Paul")}
    with pytest.raises(NotFound):
        village.find(path)
    assert "/" not in village.asked


def test_on_a_known_platform_nothing_is_guessed(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.platforms.knows", lambda _address: True)
    village.places = {"/julie": page(), "/feed/": feed("Paul"), "/julie/feed/": feed("Paul")}
    with pytest.raises(NotFound):
        village.find("/julie")
    assert village.asked == ["/julie"]


# --- pages that are not shown to us ---


@pytest.mark.parametrize(("way", "kind"), [(fails(403), Forbidden), (circles(), TooManyRedirects)])
def test_a_platform_that_shows_us_its_feed_but_not_its_page(
    village: Village, monkeypatch: pytest.MonkeyPatch, way: Way, kind: type[Exception]
) -> None:
    monkeypatch.setattr("feeds.platforms.of_known_host", lambda address: (f"{address}.rss",))
    village.places = {"/julie": way, "/julie.rss": feed()}
    found = village.find("/julie").source
    assert (found.address, found.site) == (f"{village.base}/julie.rss", f"{village.base}/julie")
    del village.places["/julie.rss"]
    with pytest.raises(kind):
        village.find("/julie")


def test_a_page_that_is_not_there_is_said_to_be_missing(village: Village) -> None:
    village.places = {"/@julie.rss": feed()}
    with pytest.raises(Missing):
        village.find("/@julie")
    assert village.asked == ["/@julie"]


# --- manners ---


@pytest.mark.parametrize("no", [fails(429), fails(503, Retry_After="120")])
def test_a_server_that_says_wait_is_asked_nothing_more(village: Village, no: Way) -> None:
    village.places = {"/haies.html": page(), "/": page(link("/a") + link("/b")), "/a": no}
    with pytest.raises(Busy, match="come back later"):
        village.find("/haies.html")
    assert village.asked == ["/haies.html", "/", "/a"]


def test_a_server_that_says_wait_is_not_asked_for_its_first_page_either(village: Village) -> None:
    village.places = {"/haies.html": page(link("/a")), "/a": fails(429), "/": page(link("/b")), "/b": feed()}
    with pytest.raises(Busy):
        village.find("/haies.html")
    assert village.asked == ["/haies.html", "/a"]


def test_a_server_that_says_wait_at_once(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.platforms.of_known_host", lambda address: (f"{address}.rss",))
    village.places = {"/julie": fails(429), "/julie.rss": feed()}
    with pytest.raises(Busy):
        village.find("/julie")
    assert village.asked == ["/julie"]


def test_a_server_that_went_silent_is_asked_nothing_more(village: Village) -> None:
    village.places = {"/": page()}
    village.otherwise = hangs_up()
    with pytest.raises(Unreachable):
        village.find("/")
    assert set(village.asked) == {"/", "/feed/"}  # libcurl itself may ask that once more


def test_a_server_that_only_fails_is_not_taken_for_busy(village: Village) -> None:
    village.places = {"/": page()}
    village.otherwise = fails(503)
    with pytest.raises(NotFound):
        village.find("/")


def test_no_search_is_without_end(village: Village) -> None:
    many = "".join(link(f"/a{n}") for n in range(50))
    anchors = "".join(f'<a href="/{n}.rss">RSS</a>' for n in range(50))
    village.places = {"/": page(many, anchors)}
    village.otherwise = page(many.replace("/a", "/b"), anchors.replace(".rss", ".atom"))
    with pytest.raises(NotFound):
        village.find("/long/way/to/an/article")
    assert len(village.asked) == len(set(village.asked)) == MOST_REQUESTS
    assert set(village.asked) >= {"/", f"/long/way/to/an/{NEARBY[0]}", f"/long/way/to/an/article/{NEARBY[0]}"}


def test_what_was_tried_is_told_briefly(village: Village) -> None:
    village.places = {"/haies.html": page(link("/gone"))}
    with pytest.raises(NotFound) as caught:
        village.find("/haies.html")
    assert caught.value.values["tried"].startswith(f"{village.base}/haies.html, /gone, /, /feed/, /index.xml")


# --- elsewhere ---


def test_a_feed_on_another_host_is_followed(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    with Misbehaving() as house:
        url = house.at("/julie", feed())
        village.places = {"/": page(link(url))}
        with pytest.raises(NotFound):  # another private place
            village.find("/")
        assert house.connections == 0
        monkeypatch.setattr("feeds.http.is_public", lambda _address: True)
        found = village.find("/").source
        assert (found.address, found.allow_private) == (url, False)


def test_another_host_that_says_wait_closes_only_itself(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feeds.http.is_public", lambda _address: True)
    with Misbehaving() as house:
        url = house.at("/julie", fails(429))
        village.places = {"/": page(link("/sent-on") + link(house.base + "/b")), "/sent-on": redirects(url)}
        with pytest.raises(Busy):
            village.find("/")
        assert len(village.asked) == 2 + len(GUESSES)
        assert [exchange.path for exchange in house.asked] == ["/julie"]
        village.places["/rss"] = feed()
        assert village.found("/") == "/rss"


def test_a_site_that_moved_is_searched_where_it_is_now(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feeds.http.is_public", lambda _address: True)
    with Misbehaving() as old:
        url = old.at("/", redirects(f"{village.base}/blog/", 301))
        village.places = {"/blog/": page(), "/blog/atom.xml": feed()}
        found = sites.find(url, Client(), NOW, private=False).source
        assert (found.address, found.site) == (f"{village.base}/blog/atom.xml", f"{village.base}/blog/")
        assert [exchange.path for exchange in old.asked] == ["/"]


# --- what breaks or takes its time ---


def test_a_parser_that_breaks_costs_one_candidate(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(unread: blog.Unread) -> Batch:
        if unread.url.endswith("/broken"):
            raise RecursionError
        return Batch(unread.cursor, label="Haies")

    monkeypatch.setattr(blog, "parse", parse)
    village.places = {"/": page(link("/broken") + link("/feed")), "/broken": feed(), "/feed": feed()}
    assert village.found("/") == "/feed"


def test_what_is_large_is_parsed_where_it_can_be_ended(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    def parse_within(unread: blog.Unread) -> Batch:
        parsed.append(unread.url.removeprefix(village.base))
        if unread.url.endswith("/slow"):
            raise BadAnswer(address=unread.url, reason="slow")
        return Batch(unread.cursor, label="Haies")

    parsed: list[str] = []
    monkeypatch.setattr("feeds.parsers.parse_within", parse_within)
    large = "<item><title>t</title></item>" * 400
    village.places = {
        "/": page(link("/slow") + link("/page") + link("/feed"), "<p>t</p>" * 4_000),
        "/slow": feed(entries=large),
        "/page": page("", "<p>t</p>" * 4_000),
        "/feed": feed(entries=large),
    }
    assert village.found("/") == "/feed"
    assert parsed == ["/slow", "/feed"]
