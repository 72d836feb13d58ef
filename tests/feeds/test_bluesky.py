"""A Bluesky account, read by the real library from a fake AppView at the wire."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engage.demo.skeets import did_of
from engage.demo.wire import Actor, Answer, Bluesky, Card, Repost, Request, Skeet, Wire, as_json
from feeds.errors import BadAnswer, BadStatus, Busy, NoSuchAccount, NotForStrangers, Unreachable
from feeds.http import Client
from feeds.model import Author, Cursor, Networks, Source
from feeds.sources import bluesky
from feeds.sources.bluesky import posts
from tests.feeds.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from feeds.model import Batch, Post
    from feeds.store import Store
    from tests.feeds.misbehaving import Misbehaving

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
START = NOW - timedelta(days=9)
JULIE = Actor(did_of("julie"), "julie.example", START, "Julie 🌳")
PAUL = Actor(did_of("paul"), "paul.bsky.social", START)
SOURCE = Source("bluesky", JULIE.did, "julie.example")
APP = "https://bsky.app"


def skeet(number: int, text: str = "", author: Actor = JULIE, **values: Any) -> Skeet:
    return Skeet(author.did, START + timedelta(minutes=number), text, **values)


@pytest.fixture
def wire() -> Iterator[Wire]:
    with Wire({"bsky": Bluesky((JULIE, PAUL))}) as running:
        yield running


def networks(wire: Wire) -> Networks:
    return Networks(bluesky_api=wire.base("bsky"))


def fetch(
    wire: Wire,
    *skeets: Skeet,
    cursor: Cursor | None = None,
    reposts: tuple[Repost, ...] = (),
    actors: tuple[Actor, ...] = (JULIE, PAUL),
) -> Batch:
    if skeets or reposts:
        wire.sites["bsky"] = Bluesky(actors, skeets, reposts)
    return bluesky.fetch(SOURCE, cursor or Cursor(), Client(), networks(wire), NOW)


def one(wire: Wire, *skeets: Skeet, **values: Any) -> Post:
    """The newest of these, as a post."""
    return fetch(wire, *skeets, **values).posts[0]


def edit(wire: Wire, change: Callable[[list[Any]], Any]) -> None:
    """Let the feed pass through `change` before it goes out."""

    def hook(request: Request) -> Answer | None:
        if "getAuthorFeed" not in request.path:
            return None
        told = json.loads(wire.sites["bsky"].answer(request).body)
        change(told["feed"])
        return as_json(told)

    wire.hooks["bsky"] = hook


# --- what a skeet becomes ---


def test_a_plain_skeet(wire: Wire) -> None:
    written = skeet(1, "Première neige.\n\nElle tient.\nOui.", langs=("fr-CA", "en"))
    batch = fetch(wire, written)
    (post,) = batch.posts
    assert (post.kind, post.key) == ("note", written.uri)
    assert post.text == "Première neige.\n\nElle tient.\nOui."
    assert post.html == "<p>Première neige.</p><p>Elle tient.<br>Oui.</p>"
    assert post.url == f"{APP}/profile/julie.example/post/{written.key}"
    assert (post.language, post.published) == ("fr", written.created)
    assert post.authors == (Author("Julie 🌳", "", f"{APP}/profile/{JULIE.did}"),)
    assert (post.title, post.warning, post.links, post.mentions) == ("", "", (), ())
    assert (batch.label, batch.site) == ("julie.example", f"{APP}/profile/{JULIE.did}")
    assert (batch.unchanged, batch.warnings) == (False, ())


def test_kinds(wire: Wire) -> None:
    thread = skeet(1, "Fil 1")
    other = skeet(2, "Bonjour", PAUL)
    batch = fetch(
        wire,
        thread,
        other,
        skeet(3, "Fil 2", reply_to=thread.uri),
        skeet(4, "Oui", reply_to=other.uri),
        skeet(5, "Ah", reply_to=f"at://{PAUL.did}/app.bsky.feed.post/disparu"),
        skeet(6, "Suite", reply_to=f"at://{JULIE.did}/app.bsky.feed.post/disparu"),
        reposts=(Repost(JULIE.did, START + timedelta(minutes=7), other.uri),),
    )
    assert [(post.text, post.kind) for post in batch.posts] == [
        ("Bonjour", "repost"),
        ("Suite", "note"),
        ("Ah", "reply"),
        ("Oui", "reply"),
        ("Fil 2", "note"),
        ("Fil 1", "note"),
    ]


def test_a_repost_carries_what_was_reposted_and_its_own_time(wire: Wire) -> None:
    other = skeet(1, "À lire", PAUL, card=Card("https://paul.example/haies?utm_source=b", "Haies"))
    post = one(wire, other, reposts=(Repost(JULIE.did, NOW, other.uri),))
    assert (post.kind, post.key) == ("repost", f"repost {JULIE.did} {other.uri}")
    assert post.published == NOW
    assert post.authors == (Author("paul.bsky.social", "", f"{APP}/profile/{PAUL.did}"),)
    assert post.links == ("https://paul.example/haies",)
    assert post.handle["uri"] == other.uri


def test_what_an_answer_needs_is_kept(wire: Wire) -> None:
    root = skeet(1, "Racine", PAUL)
    middle = skeet(2, "Milieu", reply_to=root.uri)
    post = one(wire, root, middle, skeet(3, "Fin", reply_to=middle.uri))
    alone = fetch(wire, skeet(1, "Seule")).posts[0]
    assert post.handle["root_uri"] == root.uri
    assert post.handle["uri"] == post.key
    assert post.handle["cid"] not in {"", post.handle["root_cid"]}
    assert (alone.handle["root_uri"], alone.handle["root_cid"]) == (alone.key, alone.handle["cid"])


def test_facets_count_in_bytes(wire: Wire) -> None:
    post = one(wire, skeet(1, "🌳 été @paul.bsky.social lis https://x.example/é?utm_source=a <b> #haie"))
    paul, page = f"{APP}/profile/{PAUL.did}", "https://x.example/é?utm_source=a"
    assert post.html == (
        f'<p>🌳 été <a href="{paul}" rel="noopener noreferrer">@paul.bsky.social</a> lis '
        f'<a href="{page}" rel="noopener noreferrer">{page}</a> &lt;b&gt; #haie</p>'
    )
    assert post.links == ("https://x.example/é",)
    assert post.mentions == (PAUL.did, "paul.bsky.social")


A = '<a href="https://a.example/">'


@pytest.mark.parametrize(
    ("facets", "html"),
    [
        ([(0, 3, "https://a.example/")], f"{A}aé</a>bc"),
        ([(1, 3, "https://a.example/"), (3, 5, "https://a.example/")], f"a{A}é</a>{A}bc</a>"),
        ([(0, 3, "https://a.example/"), (1, 4, "https://b.example/")], f"{A}aé</a>bc"),
        ([(3, 5, "https://a.example/"), (0, 1, "https://a.example/")], f"{A}a</a>é{A}bc</a>"),
        ([(3, 99, "https://a.example/")], "aébc"),
        ([(-3, 2, "https://a.example/")], "aébc"),
        ([(4, 1, "https://a.example/")], "aébc"),
        ([(1, 1, "https://a.example/")], "aébc"),
        ([("0", "2", "https://a.example/")], "aébc"),
        ([(0, 3, "javascript:alert(1)")], "aébc"),
        ([(0, 1, 'https://a/"><b>')], '<a href="https://a/&quot;&gt;&lt;b&gt;">a</a>ébc'),
    ],
)
def test_facets_that_make_no_sense_are_left_out(facets: list[tuple[Any, Any, str]], html: str) -> None:
    written = [
        {"index": {"byteStart": start, "byteEnd": end}, "features": [{"uri": uri}]}
        for start, end, uri in facets
    ]
    assert posts.to_html("aébc", written, APP) == f"<p>{html}</p>"


def test_mentions_are_those_named_and_the_one_answered(wire: Wire) -> None:
    other = skeet(1, "Bonjour", PAUL)
    assert one(wire, other, skeet(2, "Oui", reply_to=other.uri)).mentions == (PAUL.did, "paul.bsky.social")
    gone = f"at://{PAUL.did}/app.bsky.feed.post/disparu"
    assert one(wire, skeet(2, "Oui", reply_to=gone)).mentions == (PAUL.did,)


def test_labels_are_a_warning(wire: Wire) -> None:
    assert (
        one(wire, skeet(1, "x", labels=("graphic-media", "!warn", "nudity"))).warning
        == "graphic-media, nudity"
    )


def test_a_picture_without_words_speaks_by_its_description(wire: Wire) -> None:
    fetch(wire, skeet(1, ""))
    images = {
        "$type": "app.bsky.embed.images",
        "images": [{"alt": "Une haie"}, {"alt": ""}, {"alt": "Un talus"}],
    }
    edit(wire, lambda feed: feed[0]["post"]["record"].update(embed=images))
    post = fetch(wire).posts[0]
    assert (post.text, post.html) == ("Une haie\n\nUn talus", "")


def test_a_handle_that_broke_is_not_shown(wire: Wire) -> None:
    fetch(wire, skeet(1, "x"))
    edit(wire, lambda feed: feed[0]["post"]["author"].update(handle="handle.invalid"))
    batch = fetch(wire)
    assert batch.label == ""
    assert batch.posts[0].url.startswith(f"{APP}/profile/{JULIE.did}/post/")


# --- walking on ---


def numbers(batch: Batch) -> list[int]:
    return [int(post.text) for post in batch.posts]


def test_later_fetches_page_until_something_known_appears(wire: Wire) -> None:
    first = fetch(wire, *[skeet(n, str(n)) for n in range(60)])
    assert numbers(first) == list(range(59, 9, -1))  # its newest page
    second = fetch(wire, *[skeet(n, str(n)) for n in range(190)], cursor=first.cursor)
    assert numbers(second) == list(range(189, 59, -1))
    before = len(wire.log)
    third = fetch(wire, cursor=second.cursor)
    assert (third.posts, third.unchanged, third.cursor) == ((), True, second.cursor)
    assert len(wire.log) - before == 1


def test_a_pinned_post_stands_out_of_order_and_stops_nothing(wire: Wire) -> None:
    def pin(feed: list[Any]) -> None:
        if feed and int(feed[0]["post"]["record"]["text"]) == newest:
            old = json.loads(json.dumps(pinned))
            feed.insert(0, {**old, "reason": {"$type": "app.bsky.feed.defs#reasonPin"}})

    newest = 1
    fetch(wire, skeet(0, "0"), skeet(1, "1"))
    pinned: dict[str, Any] = {}
    edit(wire, lambda feed: pinned.update(feed[-1]))
    first = fetch(wire)
    edit(wire, pin)
    newest = 119
    second = fetch(wire, *[skeet(n, str(n)) for n in range(120)], cursor=first.cursor)
    assert numbers(second) == list(range(119, 1, -1))
    assert fetch(wire, cursor=second.cursor).posts == ()


def test_the_earlier_of_both_dates_counts(wire: Wire) -> None:
    fetch(wire, skeet(1, "1"))
    future = (NOW + timedelta(days=9000)).isoformat()
    edit(wire, lambda feed: feed[0]["post"]["record"].update(createdAt=future))
    batch = fetch(wire)
    assert batch.posts[0].published == skeet(1).created
    wire.hooks.clear()
    assert numbers(fetch(wire, skeet(1, "1"), skeet(2, "2"), cursor=batch.cursor)) == [2]


def test_a_silent_account_is_met_again_when_it_speaks(wire: Wire) -> None:
    silent = fetch(wire)
    assert (silent.posts, silent.unchanged, silent.cursor.position) == ((), True, "")
    assert numbers(fetch(wire, skeet(1, "1"), cursor=silent.cursor)) == [1]


# --- malformed records ---


@pytest.mark.parametrize(
    "harm",
    [
        lambda item: item["post"].update(record=None),
        lambda item: item["post"].update(record="texte"),
        lambda item: item["post"]["record"].update(facets=["x"]),
        lambda item: item["post"]["record"].update(facets=[{"features": ["x"]}]),
        lambda item: item["post"]["record"].update(embed="x"),
        lambda item: item["post"]["record"].update(langs=5),
        lambda item: item["post"]["record"].update(reply={"parent": 5}),
        lambda item: item["post"]["record"].update(labels=["x"]),
        lambda item: item["post"].update(labels="x"),
        lambda item: item["post"].update(author=None),
        lambda item: item["post"]["author"].pop("did"),
        lambda item: item["post"].pop("uri"),
        lambda item: item.update(reason="x"),
        lambda item: item.update(reply="x"),
        lambda item: item.pop("post"),
        lambda item: item.clear(),
    ],
)
def test_a_malformed_record_costs_only_itself_and_is_told(wire: Wire, harm: Callable[[Any], None]) -> None:
    fetch(wire, *[skeet(n, str(n)) for n in range(5)])
    edit(wire, lambda feed: harm(feed[2]))
    batch = fetch(wire)
    assert numbers(batch) == [4, 3, 1, 0]
    assert len(batch.warnings) == 1
    again = fetch(wire, cursor=batch.cursor)
    assert (again.posts, len(again.warnings)) == ((), 1)  # as long as it stands there
    wire.hooks.clear()
    mended = fetch(wire, cursor=again.cursor)
    assert (numbers(mended), mended.warnings) == ([2], ())


@pytest.mark.parametrize("date", [None, "hier", 5, "0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"])
def test_a_record_without_a_readable_date_is_kept_and_does_not_move_the_cursor(wire: Wire, date: Any) -> None:
    fetch(wire, *[skeet(n, str(n)) for n in range(3)])

    def harm(feed: list[Any]) -> None:
        feed[0]["post"]["record"]["createdAt"] = date
        feed[0]["post"]["indexedAt"] = date

    edit(wire, harm)
    batch = fetch(wire)
    assert numbers(batch) == [2, 1, 0]
    assert batch.posts[0].published is None
    wire.hooks.clear()
    assert numbers(fetch(wire, *[skeet(n, str(n)) for n in range(5)], cursor=batch.cursor)) == [4, 3]


def test_half_an_emoji_costs_one_letter(wire: Wire) -> None:
    fetch(wire, skeet(1, "Un arbre XX là"))

    def hook(request: Request) -> Answer:
        whole = wire.sites["bsky"].answer(request)
        return replace(whole, body=whole.body.replace(b"XX", b"\\ud83c"))

    wire.hooks["bsky"] = hook
    assert fetch(wire).posts[0].text == "Un arbre \ufffd là"


# --- who may be shown ---


def test_who_asks_not_to_be_shown_to_strangers_is_not(wire: Wire) -> None:
    shy = replace(JULIE, labels=("!no-unauthenticated",))
    with pytest.raises(NotForStrangers, match=r"julie\.example asks not to be shown"):
        fetch(wire, skeet(1, "x"), actors=(shy, PAUL))


def test_not_even_when_passed_on_by_somebody_else(wire: Wire) -> None:
    shy = replace(PAUL, labels=("!no-unauthenticated",))
    other = skeet(1, "Secret", PAUL)
    batch = fetch(
        wire, other, skeet(2, "2"), reposts=(Repost(JULIE.did, NOW, other.uri),), actors=(JULIE, shy)
    )
    assert numbers(batch) == [2]
    assert batch.warnings == ()
    assert fetch(wire, cursor=batch.cursor).posts == ()  # seen, though not kept


# --- when it goes wrong ---


def test_an_unknown_account_is_named(wire: Wire) -> None:
    with pytest.raises(NoSuchAccount, match=r"Bluesky knows no account julie\.example"):
        fetch(wire, skeet(1, "x", PAUL), actors=(PAUL,))


@pytest.mark.parametrize("actor", ["pas un nom", "", "a", "did:"])
def test_what_cannot_be_a_handle_is_no_account(wire: Wire, actor: str) -> None:
    with pytest.raises(NoSuchAccount):
        bluesky.profile(actor, wire.base("bsky"), Client(), NOW)


def test_profile(wire: Wire) -> None:
    found = bluesky.profile("julie.example", wire.base("bsky"), Client(), NOW)
    assert (found["did"], found["displayName"]) == (JULIE.did, "Julie 🌳")


@pytest.mark.parametrize(
    ("headers", "until"),
    [
        (
            {"ratelimit_reset": str(int((NOW + timedelta(minutes=5)).timestamp()))},
            "2026-11-23T12:05:00+00:00",
        ),
        ({"Retry_After": "60"}, "2026-11-23T12:01:00+00:00"),
    ],
)
def test_too_many_requests_is_busy_until(wire: Wire, headers: dict[str, str], until: str) -> None:
    wire.hooks["bsky"] = lambda _request: as_json({"error": "RateLimitExceeded"}, 429, **headers)
    with pytest.raises(Busy) as caught:
        fetch(wire)
    assert caught.value.values["at"] == until


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(500), BadStatus),
        (as_json({"error": "x"}, 503), BadStatus),
        (Answer(200, b"<html>maintenance</html>"), BadAnswer),
        (as_json([]), BadAnswer),
        (as_json({"feed": 5}), BadAnswer),
    ],
)
def test_other_answers_are_said_in_words(wire: Wire, answer: Answer, kind: type[Exception]) -> None:
    wire.hooks["bsky"] = lambda _request: answer
    with pytest.raises(kind) as caught:
        fetch(wire)
    assert "\n" not in str(caught.value)


def test_an_empty_answer_is_an_empty_feed(wire: Wire) -> None:
    wire.hooks["bsky"] = lambda _request: as_json({"feed": None})
    assert fetch(wire).posts == ()


def test_nobody_there() -> None:
    with pytest.raises(Unreachable):
        bluesky.fetch(SOURCE, Cursor(), Client(), Networks(bluesky_api="http://127.0.0.1:1"), NOW)


def test_it_is_refreshed_with_the_others(
    wire: Wire, store: Store, server: Misbehaving, now: datetime
) -> None:
    wire.sites["bsky"] = Bluesky((JULIE, PAUL), (skeet(1, "1"),))
    reader = Reader(store, server, now, networks=networks(wire))
    kept = reader.add(SOURCE)
    unknown = reader.add(replace(SOURCE, address=did_of("personne"), label=""))
    report = reader.refresh()
    assert (report.new, [failure.source for failure in report.failed]) == (1, [unknown])
    wire.sites["bsky"] = Bluesky((JULIE, PAUL), (skeet(1, "1"), skeet(2, "2")))
    assert reader.refresh(timedelta(minutes=15)).new == 1
    assert [stored.news_at for stored in reader.stored(kept)] == [skeet(1).created, reader.now]
