"""Pages that come with the feed: which are asked for in one go, what is kept of them, and whom that spares."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from feeds.guard import place
from feeds.http import Client, Manners
from feeds.model import Batch, Cursor, Post, Source
from feeds.rows import Due
from feeds.summaries import LONGEST_BEGINNING
from feeds.wholes import MOST, MOST_AT_ONE, complete
from feeds.wire import Response
from tests.feeds import misbehaving as ways
from tests.feeds.misbehaving import HTML, Misbehaving, in_turn, says

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from feeds.model import StoredPost
    from feeds.store import Store
    from feeds.wire import Request

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
WORDS = "Une haie est un bois qui n’a pas eu la place de se coucher, disait ma grand-mère. "
PAGE = f"<html><head><title>La haie</title></head><body><article><p>{WORDS * 9}</p><p>{WORDS * 3}</p></article></body></html>"


class Asking(Client):
    """A client that notes what it is asked, round by round."""

    def __init__(self, manners: Manners | None = None) -> None:
        super().__init__(manners)
        self.rounds: list[list[str]] = []

    def send_all(self, requests: Iterable[tuple[Any, Request]]) -> Iterator[tuple[Any, Response | Any]]:
        asked = list(requests)
        self.rounds.append([request.url for _, request in asked])
        return super().send_all(asked)


class Deaf(Asking):
    """It notes, and hears nothing."""

    def send_all(self, requests: Iterable[tuple[Any, Request]]) -> Iterator[tuple[Any, Response | Any]]:
        self.rounds.append([request.url for _, request in requests])
        return iter(())


def beginning(url: str, age: int = 0, text: str = WORDS + "Et voilà […]") -> Post:
    return Post(url, "article", url, "La haie", text, f"<p>{text}</p>", published=NOW - age * DAY)


def follow(store: Store, address: str, *posts: Post) -> Source:
    source = store.add_source(Source("blog", address, allow_private=True), NOW)
    store.set_full_text(source.id, wanted=True)
    store.save(Due(source, Cursor(), 0, None), Batch(Cursor(), posts), NOW)
    return source


def texts(store: Store) -> list[str]:
    """What is kept of pages, in the order of the posts."""
    return [row[0] for row in store.connection.execute("select text from articles order by post_id")]


def asked(store: Store, **options: Any) -> list[str]:
    client = Deaf()
    complete(store, client, NOW, **options)
    return [url for urls in client.rounds for url in urls]


# --- what is asked for ---


def test_all_pages_of_a_run_are_asked_through_one_door(store: Store, server: Misbehaving) -> None:
    urls = [server.at(f"/{n}", says(PAGE, HTML)) for n in range(3)]
    follow(store, server.base + "/feed", *map(beginning, urls))
    client = Asking()
    assert complete(store, client, NOW) == 3
    assert [sorted(urls) for urls in client.rounds] == [urls]
    assert all(text.endswith("grand-mère.") for text in texts(store))
    assert complete(store, client, NOW) == 0
    assert len(client.rounds) == 1


def test_so_many_at_one_host_and_so_many_in_all(store: Store) -> None:
    for name in "abcdefgh":
        posts = [beginning(f"https://{name}.example/{n}", n) for n in range(9)]
        follow(store, f"https://{name}.example/feed", *posts)
    urls = asked(store)
    assert len(urls) == MOST
    assert sum(url.startswith("https://a.example/") for url in urls) <= MOST_AT_ONE
    assert {place(url)[0] for url in urls} == set("abcdefgh")
    assert urls[0] == "https://a.example/0"
    assert len(asked(store, only=[1])) == MOST_AT_ONE


def test_two_hundred_whole_posts_hide_no_other_source_s_summaries(store: Store) -> None:
    follow(store, "https://julie.example/feed", beginning("https://julie.example/haie", 300))
    long = [beginning(f"https://yann.example/{n}", text=WORDS * 60) for n in range(201)]
    notes = [beginning(f"https://yann.example/n{n}", text=WORDS * 15) for n in range(201)]
    follow(store, "https://yann.example/feed", *long, *notes, beginning("https://yann.example/mare"))
    follow(store, "https://rose.example/feed", beginning("https://rose.example/four", 200))
    assert set(asked(store)) >= {"https://julie.example/haie", "https://rose.example/four"}


def test_long_posts_hide_nothing_of_their_own_source(store: Store) -> None:
    long = [beginning(f"https://julie.example/{n}", text="h" * (LONGEST_BEGINNING + 1)) for n in range(201)]
    follow(store, "https://julie.example/feed", *long, beginning("https://julie.example/haie", 300))
    assert asked(store) == ["https://julie.example/haie"]


def test_pages_of_others_take_nobody_s_turn(store: Store) -> None:
    others = [beginning(f"https://yann{n}.example/mare") for n in range(MOST + 1)]
    source = follow(
        store, "https://julie.example/feed", *others, beginning("https://julie.example/haie", 300)
    )
    assert asked(store) == ["https://julie.example/haie"]
    store.move(source, "https://yann3.example/feed", NOW)  # and they are not written off
    assert asked(store) == ["https://yann3.example/mare"]


def test_only_sources_that_are_followed_awake_and_meant(store: Store) -> None:
    julie, yann, rose, tom = (
        follow(store, f"https://{name}.example/feed", beginning(f"https://{name}.example/1"))
        for name in ("julie", "yann", "rose", "tom")
    )
    store.pause(julie.id, NOW)
    store.remove(yann.id, NOW)
    assert asked(store) == ["https://rose.example/1", "https://tom.example/1"]
    assert asked(store, only={tom.id, julie.id}) == ["https://tom.example/1"]
    assert asked(store, only=()) == []
    store.set_full_text(rose.id, wanted=False)
    store.retry(julie.id)
    assert asked(store) == ["https://julie.example/1", "https://tom.example/1"]


# --- what is kept of it ---


@pytest.mark.parametrize(
    "way",
    [
        *(ways.fails(status) for status in (401, 403, 404, 410)),
        *(says("<html><body>Rien</body></html>", HTML), says(PAGE, "application/pdf"), ways.circles()),
    ],
)
def test_a_page_that_holds_no_article_is_written_off(
    store: Store, server: Misbehaving, way: ways.Way
) -> None:
    follow(store, server.base + "/feed", beginning(server.at("/haie", way)))
    assert complete(store, Client(), NOW) == 0
    assert texts(store) == [""]
    assert asked(store) == []


@pytest.mark.parametrize(
    "way",
    [
        *(ways.fails(status) for status in (500, 502, 503)),
        *(ways.hangs_up(), ways.breaks_off(b"<p>"), ways.never_answers()),
        ways.fails(403, cf_mitigated="challenge"),
    ],
)
def test_a_page_that_cannot_be_read_today_is_asked_for_again(
    store: Store, server: Misbehaving, way: ways.Way
) -> None:
    url = server.at("/haie", in_turn(way, says(PAGE, HTML)))
    follow(store, server.base + "/feed", beginning(url))
    assert complete(store, Client(Manners(deadline=0.5)), NOW) == 0
    assert texts(store) == []
    assert complete(store, Client(), NOW) == 1
    assert len(server.heard("/haie")) == 2


# --- who asks us to wait ---


def test_a_host_that_asks_to_wait_is_asked_nothing_until_then(store: Store, server: Misbehaving) -> None:
    url = server.at("/haie", in_turn(ways.fails(429, Retry_After="7200"), says(PAGE, HTML)))
    follow(store, server.base + "/feed", beginning(url))
    assert complete(store, Client(), NOW) == 0
    assert store.waiting(NOW) == {place(url): NOW + timedelta(hours=2)}
    assert complete(store, Client(), NOW + timedelta(hours=1)) == 0
    assert len(server.heard("/haie")) == 1
    assert complete(store, Client(), NOW + timedelta(hours=3)) == 1


def test_one_that_asked_for_it_elsewhere_is_spared_here(store: Store) -> None:
    follow(store, "https://julie.example/feed", beginning("https://julie.example/haie"))
    follow(store, "https://yann.example/feed", beginning("https://yann.example/mare"))
    store.host_asks_to_wait("julie.example:443", NOW + DAY)
    assert asked(store) == ["https://yann.example/mare"]


def test_who_answers_at_another_port_asks_for_both(store: Store, server: Misbehaving) -> None:
    class Secured(Client):
        """Answers as if led from http to https."""

        def send_all(self, requests: Iterable[tuple[Any, Request]]) -> Iterator[tuple[Any, Response | Any]]:
            for key, answer in super().send_all(requests):
                assert isinstance(answer, Response)
                yield key, replace(answer, url="https://127.0.0.1/haie")

    url = server.at("/haie", ways.fails(429, Retry_After="60"))
    follow(store, server.base + "/feed", beginning(url))
    complete(store, Secured(), NOW)
    assert store.waiting(NOW).keys() == {"127.0.0.1:443", place(url)}


def test_the_newest_of_each_comes_first_and_then_the_next(store: Store) -> None:
    for name in ("julie", "yann"):
        posts = [beginning(f"https://{name}.example/{age}", age) for age in (2, 0, 1)]
        follow(store, f"https://{name}.example/feed", *posts)

    def told(found: list[StoredPost]) -> list[str]:
        return [stored.post.url for stored in found]

    assert told(store.without_page(LONGEST_BEGINNING)) == [
        f"https://{name}.example/{age}" for age in range(3) for name in ("julie", "yann")
    ]
