"""The fake Bluesky, read by atproto's own client, with its strict reading of identifiers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import requests
from atproto import Client, models
from atproto.exceptions import BadRequestError

from engage.demo.skeets import did_of
from engage.demo.wire import Actor, Bluesky, Card, Repost, Skeet, Wire

if TYPE_CHECKING:
    from collections.abc import Iterator

START = datetime(2026, 5, 4, 12, 0, 0, 250_000, tzinfo=UTC)
JULIE, ANA = did_of("julie"), did_of("ana")
GONE = did_of("partie")
CROWD = tuple(did_of(f"voisin-{number}") for number in range(7))


def skeet(number: int, **given: Any) -> Skeet:
    values = {"author": JULIE, "text": f"Numéro {number}", "langs": ("fr",), **given}
    return Skeet(created=START + timedelta(minutes=number), **values)


QUESTION = skeet(60, author=ANA, text="Une haie ?")
REPLY = skeet(
    61,
    reply_to=QUESTION.uri,
    text="Deux ! Été comme hiver, @ana.ciel.example : https://julie.example/é. #haie",
)
THREAD = skeet(62, reply_to=REPLY.uri)
ORPHAN = skeet(63, reply_to=f"at://{ANA}/app.bsky.feed.post/2222222222222")
LINKED = skeet(64, card=Card("https://julie.example/", "Haies", "Trois haies."), labels=("graphic-media",))
TOGETHER = tuple(skeet(70, text=text) for text in "abc")
SITE = Bluesky(
    actors=(
        Actor(
            JULIE,
            "julie.ciel.example",
            START,
            "Julie",
            "Des haies.",
            "https://julie.example/",
            follows=(ANA, *CROWD[:3], GONE, *CROWD[3:]),
        ),
        Actor(ANA, "ana.ciel.example", START, "Ana", labels=("!no-unauthenticated",)),
        *(Actor(did, f"voisin-{number}.ciel.example", START) for number, did in enumerate(CROWD)),
    ),
    skeets=(*(skeet(number) for number in range(30)), QUESTION, REPLY, THREAD, ORPHAN, LINKED, *TOGETHER),
    reposts=(Repost(JULIE, START + timedelta(minutes=65), QUESTION.uri),),
)


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    with Wire({"bsky": SITE}, default="bsky") as running:
        yield running


@pytest.fixture(scope="module")
def client(wire: Wire) -> Iterator[Any]:
    made = Client(base_url=f"{wire.base()}/xrpc")
    yield made
    made.request.close()


def feed(client: Any, **params: Any) -> Any:
    return client.app.bsky.feed.get_author_feed({"actor": "julie.ciel.example", **params})


def uris(answer: Any) -> list[str]:
    return [item.post.uri for item in answer.feed]


def test_a_handle_leads_to_a_did(client: Any) -> None:
    assert client.com.atproto.identity.resolve_handle({"handle": "Julie.ciel.example"}).did == JULIE
    assert len(JULIE) == len("did:plc:") + 24


def test_a_profile_by_handle_or_did(client: Any) -> None:
    profile = client.app.bsky.actor.get_profile({"actor": JULIE})
    assert (profile.handle, profile.display_name, profile.description) == (
        "julie.ciel.example",
        "Julie",
        "Des haies.",
    )
    assert profile.website == "https://julie.example/"
    assert (
        client.app.bsky.actor.get_profile({"actor": "ana.ciel.example"}).labels[0].val
        == "!no-unauthenticated"
    )


def test_profiles_come_together_and_who_is_gone_is_left_out(client: Any) -> None:
    asked = ["Julie.ciel.example", GONE, ANA, *CROWD]
    profiles = client.app.bsky.actor.get_profiles({"actors": asked}).profiles
    assert [one.did for one in profiles] == [JULIE, ANA, *CROWD]
    assert profiles[0] == client.app.bsky.actor.get_profile({"actor": JULIE})
    assert len(client.app.bsky.actor.get_profiles({"actors": [JULIE] * 25}).profiles) == 25


def followed(client: Any, actor: str, **params: Any) -> list[list[str]]:
    """The pages of those whom somebody follows."""
    pages: list[list[str]] = []
    cursor: str | None = ""
    while cursor is not None and len(pages) < 20:
        more = {"cursor": cursor} if cursor else {}
        answer = client.app.bsky.graph.get_follows({"actor": actor, **params, **more})
        assert answer.subject.did == JULIE
        pages.append([one.did for one in answer.follows])
        cursor = answer.cursor
    return pages


@pytest.mark.parametrize("actor", [JULIE, "julie.ciel.example"])
def test_whom_somebody_follows_comes_newest_first(client: Any, actor: str) -> None:
    assert followed(client, actor) == [[ANA, *CROWD]]
    answer = client.app.bsky.graph.get_follows({"actor": actor})
    assert (answer.subject.handle, answer.subject.description) == ("julie.ciel.example", "Des haies.")


@pytest.mark.parametrize("limit", [1, 2, 4, 8, 9, 100])
def test_pages_of_follows_lose_nobody(client: Any, limit: int) -> None:
    """A page may be short, or empty, where an account is gone, and is not the last for that."""
    pages = followed(client, JULIE, limit=limit)
    assert [did for page in pages for did in page] == [ANA, *CROWD]
    assert len(pages) == -(-9 // limit)
    assert limit != 1 or [] in pages


def test_who_follows_nobody_has_one_page_without_a_cursor(wire: Wire) -> None:
    answer = requests.get(f"{wire.base()}/xrpc/app.bsky.graph.getFollows", params={"actor": ANA}, timeout=5)
    assert set(answer.json()) == {"subject", "follows"}
    assert answer.json()["follows"] == []


@pytest.mark.parametrize(
    ("method", "params", "model"),
    [
        (
            "app.bsky.actor.getProfiles",
            {"actors": [JULIE, ANA]},
            models.AppBskyActorGetProfiles.Response,
        ),
        ("app.bsky.graph.getFollows", {"actor": JULIE}, models.AppBskyGraphGetFollows.Response),
    ],
)
def test_people_hold_up_to_a_strict_reader(
    wire: Wire, method: str, params: dict[str, Any], model: Any
) -> None:
    shown = requests.get(f"{wire.base()}/xrpc/{method}", params=params, timeout=5).json()
    model.model_validate(shown, context={"strict_string_format": True})
    people = shown.get("profiles") or shown["follows"]
    assert all({"did", "handle", "description", "indexedAt"} <= set(one) for one in people)


@pytest.mark.parametrize(
    ("method", "params", "message"),
    [
        ("com.atproto.identity.resolveHandle", {"handle": "personne.example"}, "Unable to resolve handle"),
        ("app.bsky.actor.getProfile", {"actor": "personne.example"}, "Profile not found"),
        ("app.bsky.feed.getAuthorFeed", {"actor": "personne.example"}, "Profile not found"),
        ("app.bsky.feed.getAuthorFeed", {"actor": JULIE, "limit": "101"}, "Error: limit"),
        ("app.bsky.feed.getPosts", {"uris": [QUESTION.uri] * 26}, "Error: uris"),
        ("app.bsky.actor.getProfiles", {"actors": [JULIE] * 26}, "Error: actors must not have more than 25"),
        ("app.bsky.actor.getProfiles", {}, "Error: Params must have"),
        ("app.bsky.graph.getFollows", {"actor": "personne.example"}, "Actor not found: personne.example"),
        ("app.bsky.graph.getFollows", {"actor": JULIE, "limit": "0"}, "Error: limit"),
    ],
)
def test_errors_are_those_of_xrpc(wire: Wire, method: str, params: dict[str, Any], message: str) -> None:
    answer = requests.get(f"{wire.base()}/xrpc/{method}", params=params, timeout=5)
    assert (answer.status_code, answer.json()["error"]) == (400, "InvalidRequest")
    assert answer.json()["message"].startswith(message)


def test_the_typed_client_raises_what_it_should(client: Any) -> None:
    with pytest.raises(BadRequestError):
        client.app.bsky.actor.get_profile({"actor": "personne.example"})


def test_a_feed_comes_newest_first(client: Any) -> None:
    newest = uris(feed(client, limit=10))
    assert set(newest[:3]) == {one.uri for one in TOGETHER}
    assert newest[3:8] == [one.uri for one in (QUESTION, LINKED, ORPHAN, THREAD, REPLY)]


@pytest.mark.parametrize("limit", [1, 2, 7, 100])
def test_pages_lose_nothing_even_of_one_moment(client: Any, limit: int) -> None:
    seen: list[str] = []
    cursor = None
    for _ in range(60):
        page = feed(client, limit=limit, cursor=cursor)
        seen += uris(page)
        cursor = page.cursor
        if cursor is None:
            break
    assert cursor is None
    assert len(seen) == len(set(seen)) == 30 + 4 + 3 + 1


@pytest.mark.parametrize(
    ("kind", "kept", "left"),
    [
        ("posts_with_replies", {REPLY, THREAD, LINKED}, set()),
        ("posts_no_replies", {LINKED}, {REPLY, THREAD}),
        ("posts_and_author_threads", {LINKED, THREAD}, {REPLY}),
        ("posts_with_media", set(), {REPLY, THREAD, LINKED}),
    ],
)
def test_filters(client: Any, kind: str, kept: set[Skeet], left: set[Skeet]) -> None:
    shown = set(uris(feed(client, filter=kind, limit=100)))
    assert {one.uri for one in kept} <= shown
    assert not {one.uri for one in left} & shown


def item(client: Any, one: Skeet) -> Any:
    return next(found for found in feed(client, limit=100).feed if found.post.uri == one.uri)


def test_facets_count_bytes(client: Any) -> None:
    record = item(client, REPLY).post.record
    found = {
        record.text.encode()[facet.index.byte_start : facet.index.byte_end].decode(): facet.features[0]
        for facet in record.facets
    }
    assert found["@ana.ciel.example"].did == ANA
    assert found["https://julie.example/é"].uri == "https://julie.example/é"
    assert found["#haie"].tag == "haie"
    assert list(record.langs) == ["fr"]


def test_a_reply_knows_its_parent_and_its_root(client: Any) -> None:
    shown = item(client, THREAD)
    assert (shown.reply.parent.uri, shown.reply.root.uri) == (REPLY.uri, QUESTION.uri)
    parent = client.app.bsky.feed.get_posts({"uris": [REPLY.uri]}).posts[0]
    assert shown.post.record.reply.parent.cid == parent.cid
    assert shown.post.record.reply.root.uri == QUESTION.uri


def test_a_parent_that_is_gone_is_said_to_be(client: Any) -> None:
    shown = item(client, ORPHAN)
    assert shown.reply.parent.py_type == "app.bsky.feed.defs#notFoundPost"
    assert shown.reply.parent.uri == ORPHAN.reply_to


def test_a_repost_says_who_and_when(client: Any) -> None:
    shown = item(client, QUESTION)
    assert shown.post.author.handle == "ana.ciel.example"
    assert shown.reason.py_type == "app.bsky.feed.defs#reasonRepost"
    assert shown.reason.by.did == JULIE
    assert shown.post.repost_count == 1


def test_a_card_and_a_label(client: Any) -> None:
    post = item(client, LINKED).post
    assert post.record.embed.external.uri == post.embed.external.uri == "https://julie.example/"
    assert post.embed.external.title == "Haies"
    assert [label.val for label in post.labels] == ["graphic-media"]
    assert post.record.labels.values[0].val == "graphic-media"


def test_get_posts_leaves_out_what_is_gone(client: Any) -> None:
    posts = client.app.bsky.feed.get_posts({"uris": [QUESTION.uri, ORPHAN.reply_to, LINKED.uri]}).posts
    assert [post.uri for post in posts] == [QUESTION.uri, LINKED.uri]


def test_identifiers_hold_up_to_a_strict_reader(wire: Wire) -> None:
    where = f"{wire.base()}/xrpc/app.bsky.feed.getAuthorFeed"
    shown = requests.get(where, params={"actor": JULIE, "limit": "100"}, timeout=5).json()
    model = models.AppBskyFeedGetAuthorFeed.Response
    strict = model.model_validate(shown, context={"strict_string_format": True})
    assert len(strict.feed) == 38
    shown["feed"][0]["post"]["author"]["did"] = "did:PLC:x"
    with pytest.raises(Exception, match="DID"):
        model.model_validate(shown, context={"strict_string_format": True})


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/profile/julie.ciel.example", 200, "Des haies."),
        (f"/profile/{JULIE}/post/{LINKED.key}", 200, '<a href="https://julie.example/">Haies</a>'),
        ("/profile/julie.ciel.example/post/2222222222222", 404, ""),
        ("/profile/personne.example", 404, ""),
        ("/xrpc/app.bsky.feed.getTimeline", 404, "XRPCNotSupported"),
    ],
)
def test_pages_for_people(wire: Wire, path: str, status: int, text: str) -> None:
    shown = requests.get(wire.base() + path, timeout=5)
    assert shown.status_code == status
    assert text in shown.content.decode()


def test_keys_sort_by_time() -> None:
    keys = [skeet(number).key for number in range(100)]
    assert keys == sorted(keys)
    assert {len(key) for key in keys} == {13}
