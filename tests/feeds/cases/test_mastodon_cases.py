"""What Mastodon's servers do to a reader: each test is named by its row in docs/hard-cases.md."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engage.demo.wire import Answer, as_json
from feeds.errors import Busy, RestLater, ServerFault
from feeds.http import Client, Manners
from feeds.model import Networks, Source
from feeds.refresh import refresh
from feeds.sources import mastodon
from feeds.sources.mastodon import signing
from tests.feeds.test_mastodon_home import (
    HOME,
    JULIE,
    LOOKUP,
    ME,
    NOW,
    PAUL,
    STATUSES,
    THROUGH,
    boost,
    look,
    mention,
    numbers,
    person,
    said,
    signed_in,
    texts,
    toot,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engage.demo.wire import Request
    from feeds.store import Store
    from tests.feeds.test_mastodon_home import Signed


@pytest.fixture
def signed() -> Iterator[Signed]:
    yield from signed_in()


# --- 1: limits ---


def test_m01_whoever_asked_too_much_is_told_when_the_rest_comes(signed: Signed, store: Store) -> None:
    """Three hundred questions in five minutes, three hundred pages in fifteen."""
    signed.put(*[toot(n) for n in range(200)])
    signed.wire.hooks["home"] = lambda request: (
        as_json({"error": "Too many requests"}, 429, X_RateLimit_Reset="2026-11-23T12:04:00.000Z")
        if request.one("max_id") == "1120"
        else None
    )
    store.keep_account(signed.account, NOW)
    report = refresh(store, signed.client, NOW, networks=signed.networks)
    (failure,) = report.failed
    assert (report.new, type(failure.error)) == (80, RestLater)
    assert str(failure.error).endswith("asks us to wait until 2026-11-23 12:04 UTC: the rest comes then.")
    asked = len(signed.wire.log)
    refresh(store, signed.client, NOW + timedelta(minutes=3), networks=signed.networks, force=True)
    assert len(signed.wire.log) == asked
    signed.wire.hooks.clear()
    assert refresh(store, signed.client, NOW + timedelta(minutes=5), networks=signed.networks).new == 120


def test_m01_the_last_answer_before_a_refusal_is_the_last_question(signed: Signed) -> None:
    signed.put(*[toot(n) for n in range(100)])
    left = iter([2, 1, 0])

    def counting(request: Request) -> Answer:
        told = signed.home.answer(request)
        count = {"X-RateLimit-Remaining": str(next(left)), "X-RateLimit-Reset": "2026-11-23T12:05:00.000000Z"}
        return replace(told, headers={**told.headers, **count})

    signed.wire.hooks["home"] = counting
    batch = signed.fetch()
    assert len(signed.asked()) == 3
    assert isinstance(batch.interrupted, RestLater)


def test_m01_a_quiet_timeline_costs_one_question_that_is_no_page(signed: Signed) -> None:
    signed.put(*[toot(n) for n in range(100)])
    cursor = signed.fetch().cursor
    before = len(signed.asked())
    assert signed.fetch(cursor).unchanged
    assert [path.partition("?")[2] for path in signed.asked()[before:]] == ["limit=40"]


# --- 2: pages ---


@pytest.mark.parametrize("kept", [0, 3])
def test_m02_a_short_or_empty_page_is_not_the_end(signed: Signed, kept: int) -> None:
    """What filters hide leaves pages short, and there may be more behind them."""
    signed.put(*[toot(n) for n in range(160)])

    def filtered(request: Request) -> Answer | None:
        told = signed.home.answer(request)
        if request.one("max_id") == "1120" or request.one("min_id") == "1160":
            return replace(told, body=json.dumps(json.loads(told.body)[:kept]).encode())
        return told

    signed.wire.hooks["home"] = filtered
    first = signed.fetch()
    assert texts(first) == [*numbers(120, 159), *numbers(120 - kept, 119), *numbers(0, 79)]
    signed.put(*[toot(n) for n in range(320)])
    assert texts(signed.fetch(first.cursor)) == [*numbers(201, 319), *numbers(201 - kept, 200), "n° 160"]


@pytest.mark.parametrize(
    "name",
    [
        lambda n: f"{n}",
        lambda n: f"01KA{n % 7}{chr(90 - n % 26)}{n:04}",
        lambda n: f"{(n * 7919) % 1009:03x}{n:x}",
    ],
)
def test_m02_ids_mean_nothing(signed: Signed, name: Any) -> None:
    """Numbers, ULIDs, hashes: neither longer nor higher is later."""

    def put(last: int) -> None:
        signed.put(*[toot(n, id=name(n)) for n in range(last)])

    put(30)
    first = signed.fetch()
    put(150)
    later = signed.fetch(first.cursor)
    assert [*texts(later), *texts(first)] == numbers(0, 149)
    assert not later.gap


def test_m02_an_old_server_that_names_newer_pages_by_since_id_leaves_no_hole(signed: Signed) -> None:
    signed.put(*[toot(n) for n in range(40)])
    first = signed.fetch()
    signed.put(*[toot(n) for n in range(250)])

    def old(request: Request) -> Answer:
        told = signed.home.answer(request)
        return replace(
            told, headers={name: value.replace("min_id", "since_id") for name, value in told.headers.items()}
        )

    signed.wire.hooks["home"] = old
    assert texts(signed.fetch(first.cursor)) == numbers(40, 249)


# --- 3: where we stand ---


def test_m03_what_is_seen_counts_whether_it_is_kept_or_not(signed: Signed) -> None:
    signed.put(toot(1), toot(2, visibility="direct"), toot(3, account=None))
    first = signed.fetch()
    assert texts(first) == ["n° 1"]
    before = len(signed.asked())
    signed.put(*[toot(n, visibility="direct") for n in range(1, 60)], toot(60))
    assert texts(signed.fetch(first.cursor))[0] == "n° 60"
    signed.put(*[toot(n, visibility="direct") for n in range(1, 60)], toot(60), toot(61))
    cursor = signed.fetch(first.cursor).cursor
    before = len(signed.asked())
    assert signed.fetch(cursor).unchanged
    assert len(signed.asked()) == before + 1


# --- 4: the home feed holds 400 to 800 ---


def test_m04_what_fell_out_of_the_home_feed_is_asked_for_account_by_account(
    signed: Signed, store: Store
) -> None:
    store.keep_account(signed.account, NOW)
    signed.home.things[LOOKUP] = person(JULIE)
    signed.put(*[toot(n) for n in range(10)])
    signed.put(*[toot(n) for n in range(10)], path=STATUSES)
    refresh(store, signed.client, NOW, networks=signed.networks)
    store.add_source(THROUGH, NOW)
    refresh(store, signed.client, NOW, networks=signed.networks)  # met once; from now on it is heard
    signed.put(*[toot(n, who=PAUL) for n in range(100, 500)])
    signed.put(*[toot(n) for n in range(20)], path=STATUSES)
    later = NOW + timedelta(hours=20)
    refresh(store, signed.client, later, networks=signed.networks)
    refresh(store, signed.client, later, networks=signed.networks)
    found = [row[0] for row in store.connection.execute("select text from posts order by key")]
    assert {f"n° {n}" for n in range(20)} <= set(found)


# --- 5: deletions ---


def test_m05_nothing_tells_what_was_deleted_so_that_a_post_is_looked_at_again(signed: Signed) -> None:
    signed.put(toot(1))
    first = signed.fetch()
    (post,) = said(first)
    signed.home.things["/api/v1/statuses/1001"] = toot(1)
    assert look(signed, post) == post
    del signed.home.things["/api/v1/statuses/1001"]
    signed.put()
    assert look(signed, post) is None
    assert signed.fetch(first.cursor).unchanged


def test_m05_one_that_an_edit_gave_another_id_is_not_taken_for_deleted(signed: Signed) -> None:
    signed.put(toot(1))
    (post,) = said(signed.fetch())
    signed.home.things[LOOKUP] = person(JULIE)
    signed.put(toot(2), toot(1, "mieux dit", id="9999"), path=STATUSES)
    found = look(signed, post)
    assert found is not None
    assert (found.key, found.text, found.handle["id"]) == (post.key, "mieux dit", "9999")
    signed.put(path=STATUSES)
    signed.home.lists[STATUSES] = [toot(2)]
    assert look(signed, post) is None


@pytest.mark.parametrize("answer", [Answer(500), Answer(503, headers={"Retry-After": "60"})])
def test_m05_a_server_that_is_down_says_nothing_of_the_post(signed: Signed, answer: Answer) -> None:
    signed.put(toot(1))
    (post,) = said(signed.fetch())
    signed.wire.hooks["home"] = lambda _request: answer
    with pytest.raises((ServerFault, Busy)):
        look(signed, post)


# --- 6: names ---


def test_m06_an_account_without_a_host_gets_that_of_its_server_and_one_with_it_keeps_it(
    signed: Signed,
) -> None:
    zoe = person("zoe@chezmoi.example")
    whole = {**person("yves@chezmoi.example"), "acct": "yves@chezmoi.example"}
    signed.put(toot(1, account=zoe, mentions=[mention(ME), mention(JULIE)]), toot(2, account=whole))
    batch = signed.fetch()
    assert [heard.source.address for heard in batch.heard] == ["yves@chezmoi.example", "zoe@chezmoi.example"]
    assert said(batch, "zoe@chezmoi.example")[0].mentions == (ME, JULIE)


def test_m06_both_the_key_of_all_and_the_local_id_are_kept(signed: Signed) -> None:
    signed.put(toot(1))
    (post,) = said(signed.fetch())
    assert post.key == post.handle["uri"] == toot(1)["uri"]
    assert (post.handle["id"], post.handle["server"]) == ("1001", signed.wire.base("home"))


# --- 7: content warnings ---


def test_m07_what_is_folded_stays_out_of_the_text_quoted_or_written(signed: Signed) -> None:
    folded = toot(1, "le corps", spoiler_text="deuil")
    signed.put(folded, boost(2, folded, PAUL), toot(3, "Voyez", quote=folded))
    batch = signed.fetch()
    quoting, first = said(batch)
    assert (first.warning, first.text) == ("deuil", "le corps")
    assert said(batch, PAUL)[0].warning == "deuil"
    assert quoting.attached[0].text == "deuil"


# --- 8: boosts ---


def test_m08_what_is_answered_is_the_boosted_status_never_its_wrapper(signed: Signed) -> None:
    signed.put(boost(2, toot(1, "À lire", PAUL)))
    (post,) = said(signed.fetch())
    assert (post.handle["id"], post.handle["uri"]) == ("1001", toot(1, who=PAUL)["uri"])
    assert post.key.endswith("/2/activity")


def test_m08_a_status_that_a_server_wraps_is_still_itself_when_it_is_looked_at_again(signed: Signed) -> None:
    original = toot(1, "À lire", PAUL)
    signed.put(original)
    (post,) = said(signed.fetch(), PAUL)
    signed.home.things["/api/v1/statuses/1001"] = boost(2, {**original, "content": "<p>À relire</p>"}, ME)
    source = Source("mastodon", PAUL)
    found = mastodon.look_again(post, source, signed.client, signed.networks, signed.now)
    assert found is not None
    assert (found.key, found.kind, found.text) == (post.key, "note", "À relire")


# --- 9: who may read it ---


def test_m09_who_may_read_a_post_is_kept_and_an_unknown_word_means_few(signed: Signed) -> None:
    for number, told in enumerate(["public", "unlisted", "private", "list", None]):
        signed.put(toot(number, visibility=told))
        assert said(signed.fetch())[0].visibility == (told if number < 3 else "private")


def test_m09_a_stranger_is_shown_only_what_is_public_whatever_the_server_shows(signed: Signed) -> None:
    signed.home.things[LOOKUP] = person(JULIE)
    signed.put(
        *[toot(n, visibility=told) for n, told in enumerate(["public", "private", "?"])], path=STATUSES
    )
    signed.home.token = ""
    signed.wire.hooks["home"] = lambda request: signed.home.answer(
        replace(request, headers={"authorization": "Bearer "})
    )
    public = Source("mastodon", JULIE)
    networks = Networks({"piaille.example": signed.wire.base("home")})
    batch = mastodon.fetch(public, signed.fetch().cursor, signed.client, networks, NOW)
    assert [post.text for post in batch.posts] == ["n° 0"]


# --- 10: rights ---


def test_m10_only_reading_is_asked_for_at_first() -> None:
    assert all(scope.startswith("read:") for scope in signing.READING)
    assert {"read:accounts", "read:statuses", "read:follows", "read:favourites"} <= set(signing.READING)
    assert signing.SENDING == ("write:statuses", "write:favourites")
    door = signing.Door("https://chezmoi.example", "chezmoi.example", "c", "s", signing.READING)
    assert "write" not in signing.authorize_address(door, "urn:ietf:wg:oauth:2.0:oob", signing.READING, "x")


# --- 11: manners ---


def test_m11_the_one_client_speaks_with_its_own_name_and_time_and_never_repeats_itself(
    signed: Signed,
) -> None:
    signed.client = Client(Manners(agent="Nouvelles/essai"))
    signed.wire.hooks["home"] = lambda _request: as_json({"error": "Too many requests"}, 429)
    with pytest.raises(Busy):
        signed.fetch()
    (asked,) = signed.wire.heard("home")
    assert asked.headers["user-agent"] == "Nouvelles/essai"
    assert asked.path.startswith(HOME)
