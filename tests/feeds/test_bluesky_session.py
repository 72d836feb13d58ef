"""The session of an own account on Bluesky: renewed in one place, kept at once, and its end said with the way back."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engage.demo.wire import as_json
from feeds.errors import (
    BadAnswer,
    Busy,
    Forbidden,
    MissingRight,
    RestLater,
    ServerFault,
    SignedOut,
    SignInRefused,
)
from feeds.sources.bluesky.session import claims_of, signed_in
from feeds.sources.bluesky.xrpc import Service
from tests.feeds.test_bluesky_home import NOW, TIMELINE, World, world

if TYPE_CHECKING:
    from collections.abc import Callable

    from engage.demo.wire import Answer, Request
    from feeds.sources.bluesky.session import Own

__all__ = ["world"]
REFRESH = "com.atproto.server.refreshSession"


def own(world: World) -> Own:
    return signed_in(world.account, world.client, world.networks, world.now)


def secrets(world: World) -> dict[str, str]:
    return world.shelf.secrets[world.account.key]


def answering(world: World, path: str, answer: Callable[[Request], Answer | None]) -> None:
    """Let calls of one method be answered otherwise."""
    world.wire.hooks["pds"] = lambda request: answer(request) if request.path.endswith(path) else None


# --- renewing ---


def test_a_spent_session_is_renewed_on_the_way_and_kept_at_once(world: World) -> None:
    before = secrets(world)
    world.sky.expire()
    server = own(world)
    assert server.query(TIMELINE)["feed"] == []
    after = secrets(world)
    assert world.shelf.kept == 1
    assert (after["access"] != before["access"], after["refresh"] != before["refresh"]) == (True, True)
    server.query(TIMELINE)
    own(world).query(TIMELINE)
    assert (world.shelf.kept, world.asked(REFRESH)) == (1, 1)


def test_what_else_is_kept_beside_the_tokens_stays(world: World) -> None:
    secrets(world)["chat"] = "did:web:chat.example"
    world.sky.expire()
    server = own(world)
    server.query(TIMELINE)
    assert (secrets(world)["chat"], server.chat) == ("did:web:chat.example", "did:web:chat.example")


def test_a_token_that_cannot_be_read_is_renewed_too(world: World) -> None:
    secrets(world)["access"] = "expired"
    assert own(world).query(TIMELINE)["feed"] == []
    assert world.shelf.kept == 1


def test_who_comes_second_takes_what_the_first_one_renewed(world: World) -> None:
    first, second = own(world), own(world)
    world.sky.expire()
    first.query(TIMELINE)
    second.query(TIMELINE)
    assert (world.asked(REFRESH), first.token) == (1, second.token)


def test_many_at_once_renew_once(world: World) -> None:
    world.sky.expire()
    servers = [own(world) for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda server: server.query(TIMELINE), servers))
    assert len(answers) == 8
    assert (world.asked(REFRESH), world.shelf.kept) == (1, 1)


def test_a_session_whose_time_has_passed_is_renewed_before_it_is_refused(world: World) -> None:
    world.now = NOW + timedelta(hours=9)
    own(world).query(TIMELINE)
    assert (world.asked(REFRESH), world.asked(TIMELINE)) == (1, 1)
    own(world).query(TIMELINE)  # by our own clock, whatever the server's says
    assert (world.asked(REFRESH), world.asked(TIMELINE)) == (1, 2)
    world.now += timedelta(hours=3)
    own(world).query(TIMELINE)
    assert world.asked(REFRESH) == 2


def test_without_a_memory_of_when_it_came_the_token_s_own_date_counts(world: World) -> None:
    del secrets(world)["since"]
    world.now = NOW + timedelta(days=90)
    own(world).query(TIMELINE)
    assert (world.asked(REFRESH), world.asked(TIMELINE)) == (1, 1)


@pytest.mark.parametrize("claims", [{"exp": "bald"}, {}, {"exp": 10**30}, {"exp": True, "iat": None}, 5])
def test_a_token_that_tells_nothing_sensible_of_its_time_is_tried(world: World, claims: Any) -> None:
    body = urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    secrets(world)["access"] = f"x.{body}.y"
    secrets(world).pop("since")
    own(world).query(TIMELINE)
    assert world.asked(TIMELINE) in {1, 2}


@pytest.mark.parametrize("token", ["", "x", "a.b", "a.?.c", "a.e30.c", "a.WzFd.c", "a.aGFsbG8.c"])
def test_a_token_that_says_nothing(token: str) -> None:
    assert claims_of(token) == {}


# --- when it ends ---


def test_a_password_that_was_withdrawn_signs_out_and_says_the_way_back(world: World) -> None:
    world.sky.end_sessions(world.ada)
    world.sky.expire()
    with pytest.raises(SignedOut) as caught:
        own(world).query(TIMELINE)
    host = world.wire.base("pds").removeprefix("http://")
    assert str(caught.value) == (
        f"{host} no longer knows us as ada.example. “nouvelles login bluesky ada.example” signs in again; "
        "nothing stored is lost."
    )
    assert world.shelf.kept == 0


def test_an_account_that_was_taken_down_is_said(world: World) -> None:
    world.sky.takedown(world.ada)
    with pytest.raises(SignInRefused, match="taken down"):
        own(world).query(TIMELINE)


@pytest.mark.parametrize("kept", [None, {}, {"access": "x"}, {"refresh": "x"}, {"access": "", "refresh": ""}])
def test_without_keys_nobody_is_asked(world: World, kept: dict[str, str] | None) -> None:
    world.shelf.secrets = {} if kept is None else {world.account.key: kept}
    before = len(world.wire.log)
    with pytest.raises(SignedOut):
        own(world)
    assert len(world.wire.log) == before


def test_keys_that_go_while_they_are_renewed(world: World) -> None:
    server = own(world)
    world.sky.expire()
    world.shelf.drop(world.account)
    with pytest.raises(SignedOut):
        server.query(TIMELINE)


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_that_cannot_renew_now_has_signed_nobody_out(world: World, status: int) -> None:
    world.sky.expire()
    world.sky.fail_once(REFRESH, status)
    with pytest.raises(ServerFault):
        own(world).query(TIMELINE)
    assert own(world).query(TIMELINE)["feed"] == []


def test_a_renewal_that_is_limited_waits(world: World) -> None:
    world.sky.expire()
    world.sky.limit(REFRESH, NOW + timedelta(minutes=2))
    with pytest.raises(Busy):
        own(world).query(TIMELINE)


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"accessJwt": "", "refreshJwt": "x"},
        {"accessJwt": 5, "refreshJwt": "x"},
        {"accessJwt": "a", "refreshJwt": "b", "did": "did:plc:autre"},
    ],
)
def test_a_renewal_that_makes_no_sense_is_not_kept(world: World, told: Any) -> None:
    world.sky.expire()
    answering(world, REFRESH, lambda _request: as_json(told))
    before = dict(secrets(world))
    with pytest.raises(BadAnswer):
        own(world).query(TIMELINE)
    assert secrets(world) == before


def test_a_server_that_refuses_every_token_is_not_asked_for_ever(world: World) -> None:
    answering(world, TIMELINE, lambda _request: as_json({"error": "InvalidToken"}, 400))
    with pytest.raises(MissingRight, match="getTimeline"):
        own(world).query(TIMELINE)
    assert (world.asked(TIMELINE), world.asked(REFRESH)) == (3, 2)


def test_a_stranger_behind_the_server_who_does_not_know_us_is_no_sign_out(world: World) -> None:
    answering(world, TIMELINE, lambda _request: as_json({"error": "BadJwtSignature"}, 401))
    with pytest.raises(Forbidden):
        own(world).query(TIMELINE)


def test_no_secret_is_in_an_error(world: World) -> None:
    kept = dict(secrets(world))
    body = {"error": "InvalidToken", "message": f"no: {kept['access']} {kept['refresh']}"}
    answering(world, "", lambda _request: as_json(body, 400))
    world.sky.expire()
    with pytest.raises(SignedOut) as caught:
        own(world).query(TIMELINE)
    told = f"{caught.value!r} {caught.value.values} {own(world)!r} {world.account!r}"
    assert not any(secret in told for secret in kept.values() if len(secret) > 30)


# --- one exchange ---


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_fault_that_passes_is_given_two_more_chances(world: World, status: int) -> None:
    world.sky.fail_once(TIMELINE, status, times=2, page=status == 502)
    assert own(world).query(TIMELINE)["feed"] == []
    assert world.asked(TIMELINE) == 3
    world.sky.fail_once(TIMELINE, status, times=3)
    with pytest.raises(ServerFault):
        own(world).query(TIMELINE)
    assert world.asked(TIMELINE) == 6


def test_a_server_that_asks_for_time_gets_it(world: World) -> None:
    answering(world, TIMELINE, lambda _request: as_json({"error": "x"}, 503, retry_after="60"))
    with pytest.raises(Busy):
        own(world).query(TIMELINE)
    assert world.asked(TIMELINE) == 1


def test_the_last_answer_before_a_limit_is_the_last_question(world: World) -> None:
    reset = str(int((NOW + timedelta(minutes=3)).timestamp()))
    spent = as_json({"feed": []}, ratelimit_remaining="0", ratelimit_reset=reset)
    answering(world, TIMELINE, lambda _request: spent)
    server = own(world)
    server.query(TIMELINE)
    with pytest.raises(RestLater, match=r"until 2026-11-23 18:03 UTC"):
        server.query(TIMELINE)
    assert world.asked(TIMELINE) == 1


def test_a_limit_that_is_over_already_stops_nobody(world: World) -> None:
    reset = str(int((NOW - timedelta(seconds=1)).timestamp()))
    spent = as_json({"feed": []}, ratelimit_remaining="0", ratelimit_reset=reset)
    answering(world, TIMELINE, lambda _request: spent)
    server = own(world)
    assert [server.query(TIMELINE), server.query(TIMELINE)] == [{"feed": []}] * 2


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b"5", b"[" * 100_000, b'{"feed": \xff}'])
def test_what_is_no_json_object_makes_no_sense(world: World, body: bytes) -> None:
    answering(world, TIMELINE, lambda _request: as_json({}).__class__(200, body))
    with pytest.raises(BadAnswer):
        own(world).query(TIMELINE)


@pytest.mark.parametrize("told", [{"feed": 5}, {"feed": {"x": 1}}, {"feed": "x"}])
def test_what_is_no_list_makes_no_sense(world: World, told: Any) -> None:
    answering(world, TIMELINE, lambda _request: as_json(told))
    with pytest.raises(BadAnswer):
        own(world).page(TIMELINE, "feed")


def test_parameters_as_the_protocol_writes_them(world: World) -> None:
    service = Service(world.wire.base("appview"), world.client, NOW, allow_private=True)
    service.page("app.bsky.feed.getPosts", "posts", uris=["at://a/b/c", "at://d/e/f"], limit=5, quick=True)
    assert world.wire.log[-1].path == (
        "/xrpc/app.bsky.feed.getPosts?uris=at%3A%2F%2Fa%2Fb%2Fc&uris=at%3A%2F%2Fd%2Fe%2Ff&limit=5&quick=true"
    )
