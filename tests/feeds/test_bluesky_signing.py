"""Signing in on Bluesky: from what a person types to the account's own server, and in; and out again."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engage.demo.wire import Answer, as_json
from feeds.errors import (
    BadAnswer,
    Busy,
    FetchError,
    NoSuchAccount,
    Refused,
    ServerFault,
    SignInRefused,
    Unreachable,
)
from feeds.http import Client
from feeds.model import Account, Networks
from feeds.sources.bluesky import signing
from feeds.sources.bluesky.signing import Place
from feeds.wire import Request, Response
from tests.feeds.test_bluesky_home import NOW, TIMELINE, World, world

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["world"]
CREATE, DELETE = "com.atproto.server.createSession", "com.atproto.server.deleteSession"


def locate(world: World, typed: str, networks: Networks | None = None) -> Place:
    return signing.locate(typed, world.client, networks or world.nobody(), NOW)


def place(world: World) -> Place:
    return Place(world.ada, "ada.example", world.wire.base("pds"), allow_private=True)


def sign_in(world: World, password: str) -> tuple[Account, dict[str, str]]:
    return signing.sign_in(place(world), password, world.client, NOW)


class Elsewhere(Client):
    """A client for which some addresses of the open Internet have answers too."""

    def __init__(self, answers: dict[str, Response]) -> None:
        super().__init__()
        self.answers = answers
        self.sent: list[Request] = []

    def send(self, request: Request) -> Response:
        self.sent.append(request)
        if request.url in self.answers:
            return self.answers[request.url]
        if ".localhost" in request.url:
            return super().send(request)
        raise Unreachable(address=request.url, reason="no such host")


def response(url: str, body: bytes, status: int = 200) -> tuple[str, Response]:
    return url, Response(url, status, {}, body)


# --- where ---


@pytest.mark.parametrize(
    "typed", ["ada.example", "@ada.example", " Ada.Example\n", "at://ada.example", "at://ada.example/", "DID"]
)
def test_a_handle_or_a_did_leads_to_the_account_s_own_server(world: World, typed: str) -> None:
    assert locate(world, typed.replace("DID", world.ada)) == place(world)


@pytest.mark.parametrize(
    "typed", ["", "ada", "@", "a b.example", "ada@example", "did:", "https://ada.example", "ada.example/x"]
)
def test_what_cannot_be_a_handle_is_no_account(world: World, typed: str) -> None:
    before = len(world.wire.log)
    with pytest.raises(NoSuchAccount):
        locate(world, typed)
    assert len(world.wire.log) == before


def test_a_handle_that_nobody_has(world: World) -> None:
    with pytest.raises(NoSuchAccount, match=r"knows no account personne\.example"):
        signing.locate("personne.example", Elsewhere({}), world.nobody(), NOW)


@pytest.mark.parametrize("did", ["did:plc:personne", "did:web:a:b", "did:key:zabc"])
def test_a_did_that_nobody_has(world: World, did: str) -> None:
    with pytest.raises(NoSuchAccount):
        locate(world, did)


def test_a_handle_that_only_its_own_host_knows(world: World) -> None:
    world.wire.hooks["appview"] = lambda _request: as_json({"error": "InvalidRequest"}, 400)
    client = Elsewhere(
        dict([response("https://ada.example/.well-known/atproto-did", f"{world.ada}\n".encode())])
    )
    assert signing.locate("ada.example", client, world.nobody(), NOW) == place(world)
    asked = [one for one in client.sent if "well-known" in one.url]
    assert [one.allow_private for one in asked] == [False]


def test_without_the_network_its_own_host_is_asked_too_else_the_network_s_fault_is_said(world: World) -> None:
    world.wire.hooks["appview"] = lambda _request: Answer(500)
    with pytest.raises(ServerFault):
        signing.locate("ada.example", Elsewhere({}), world.nobody(), NOW)
    client = Elsewhere(dict([response("https://ada.example/.well-known/atproto-did", world.ada.encode())]))
    assert signing.locate("ada.example", client, world.nobody(), NOW) == place(world)


def test_a_page_in_place_of_a_did_is_none(world: World) -> None:
    world.wire.hooks["appview"] = lambda _request: as_json({"error": "InvalidRequest"}, 400)
    client = Elsewhere(dict([response("https://ada.example/.well-known/atproto-did", b"<html>")]))
    with pytest.raises(NoSuchAccount):
        signing.locate("ada.example", client, world.nobody(), NOW)


def test_a_did_of_the_web_is_documented_by_its_own_host(world: World) -> None:
    did = "did:web:julie.example"
    document = {
        "id": did,
        "alsoKnownAs": ["at://julie.example"],
        "service": [{"id": f"{did}#atproto_pds", "serviceEndpoint": "https://pds.example/"}],
    }
    body = json.dumps(document).encode()
    client = Elsewhere(dict([response("https://julie.example/.well-known/did.json", body)]))
    networks = Networks(bluesky_api=world.wire.base("appview"))
    found = signing.locate(did, client, networks, NOW)
    assert found == Place(
        did, "", "https://pds.example", allow_private=False
    )  # nobody says that the handle leads there


def test_an_account_that_goes_by_another_name_is_not_that_one(world: World) -> None:
    world.wire.hooks["appview"] = lambda _request: as_json({"did": world.julie})
    with pytest.raises(SignInRefused, match="goes by another name"):
        locate(world, "ada.example")


def test_a_did_whose_handle_leads_elsewhere_has_none(world: World) -> None:
    world.wire.hooks["appview"] = lambda _request: as_json({"did": world.julie})
    assert locate(world, world.ada).handle == ""


def documented(world: World, change: Callable[[dict[str, Any]], Any]) -> None:
    """Let the directory tell something else."""

    def hook(request: Any) -> Answer:
        told = json.loads(world.wire.sites["plc"].answer(request).body)
        told = change(told) or told
        return as_json(told)

    world.wire.hooks["plc"] = hook


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told.update(id="did:plc:autre"),
        lambda told: told.update(service=[]),
        lambda told: told.update(service="x"),
        lambda told: told["service"][0].update(serviceEndpoint=5),
        lambda told: told["service"][0].update(serviceEndpoint="ftp://pds.example"),
        lambda told: told["service"][0].update(serviceEndpoint="https://"),
        lambda told: told["service"][0].update(id="#autre"),
        lambda told: told["service"].insert(0, told["service"].pop() and 5),
        lambda _told: [1],
        lambda _told: 5,
    ],
)
def test_a_document_that_names_no_server_makes_no_sense(world: World, change: Callable[[Any], Any]) -> None:
    documented(world, change)
    with pytest.raises(BadAnswer):
        locate(world, "ada.example")


def test_no_password_goes_over_an_open_line(world: World) -> None:
    documented(world, lambda told: told["service"][0].update(serviceEndpoint="http://192.0.2.1"))
    public = Networks(bluesky_api=world.wire.base("appview"), bluesky_directory="https://plc.example")
    body = world.client.send(Request(f"{world.wire.base('plc')}/{world.ada}", allow_private=True)).body
    client = Elsewhere(dict([response(f"https://plc.example/{world.ada}", body)]))
    with pytest.raises(SignInRefused, match="https"):
        signing.locate(world.ada, client, public, NOW)


def test_a_public_directory_leads_into_no_private_network(world: World) -> None:
    documented(world, lambda told: told["service"][0].update(serviceEndpoint="https://pds.localhost"))
    body = world.client.send(Request(f"{world.wire.base('plc')}/{world.ada}", allow_private=True)).body
    public = Networks(bluesky_api=world.wire.base("appview"), bluesky_directory="https://plc.example")
    client = Elsewhere(dict([response(f"https://plc.example/{world.ada}", body)]))
    found = signing.locate(world.ada, client, public, NOW)
    assert not found.allow_private
    with pytest.raises(Refused):
        signing.sign_in(found, "secret", Client(), NOW)


@pytest.mark.parametrize(
    ("answer", "kind"), [(Answer(500), ServerFault), (Answer(200, b"<html>"), BadAnswer)]
)
def test_a_directory_that_does_not_answer(world: World, answer: Answer, kind: type[FetchError]) -> None:
    world.wire.hooks["plc"] = lambda _request: answer
    with pytest.raises(kind):
        locate(world, "ada.example")


# --- in ---


@pytest.mark.parametrize(
    ("password", "rights"),
    [
        (None, ("main password", "messages")),
        (False, ("app password",)),
        (True, ("app password", "messages")),
    ],
)
def test_a_password_lets_in_and_tells_its_rights(
    world: World, password: bool | None, rights: tuple[str, ...]
) -> None:
    secret = "correct horse" if password is None else world.sky.app_password(world.ada, privileged=password)
    account, kept = sign_in(world, f" {secret}\n")
    assert account == Account(
        "bluesky",
        world.ada,
        "ada.example",
        world.wire.base("pds"),
        rights,
        NOW,
        account.key,
        allow_private=True,
    )
    assert account.key.startswith(f"bluesky {world.ada} ")
    assert (sorted(kept), kept["since"]) == (["access", "refresh", "since"], NOW.isoformat())
    world.shelf.secrets[account.key] = kept
    world.account = account
    assert world.fetch().heard == ()
    assert sign_in(world, secret)[0].key != account.key


def test_a_wrong_password_is_said_and_repeated_nowhere(world: World) -> None:
    with pytest.raises(SignInRefused, match="the password is wrong") as caught:
        sign_in(world, "hunter2-hunter2")
    assert caught.value.values["account"] == "ada.example"
    assert "hunter2" not in f"{caught.value!r} {caught.value.values}"


def test_a_password_that_wants_a_code_by_mail_says_to_make_an_app_password(world: World) -> None:
    world.sky.ask_factor(world.ada, "12345-67890")
    with pytest.raises(SignInRefused, match="Make an app password"):
        sign_in(world, "correct horse")
    assert sign_in(world, world.sky.app_password(world.ada))[0].rights == ("app password",)


def test_an_account_that_was_taken_down_is_said(world: World) -> None:
    world.sky.takedown(world.ada)
    with pytest.raises(SignInRefused, match="taken down"):
        sign_in(world, "correct horse")


def test_too_many_tries_wait(world: World) -> None:
    world.sky.limit(CREATE, NOW + timedelta(minutes=5), points=30)
    with pytest.raises(Busy) as caught:
        sign_in(world, "correct horse")
    assert caught.value.values["at"] == "2026-11-23T18:05:00+00:00"


def test_a_password_is_sent_once(world: World) -> None:
    world.sky.fail_once(CREATE, 502)
    with pytest.raises(ServerFault):
        sign_in(world, "correct horse")
    assert world.asked(CREATE) == 1 + 1  # Ada's own sign-in was the first


@pytest.mark.parametrize(
    "told",
    [
        {},
        [],
        {"accessJwt": "a", "refreshJwt": "b", "did": "did:plc:autre"},
        {"accessJwt": 5, "refreshJwt": "b"},
    ],
)
def test_an_answer_that_lets_nobody_in_makes_no_sense(world: World, told: Any) -> None:
    world.wire.hooks["pds"] = lambda _request: as_json(told)
    with pytest.raises(BadAnswer):
        sign_in(world, "correct horse")


@pytest.mark.parametrize("name", ["SomethingElse", 5, None, "x" * 500])
def test_a_refusal_without_a_reason(world: World, name: Any) -> None:
    world.wire.hooks["pds"] = lambda _request: as_json({"error": name}, 403)
    with pytest.raises(SignInRefused, match="does not say why"):
        sign_in(world, "correct horse")


def test_without_a_handle_that_holds_the_did_is_the_name(world: World) -> None:
    world.sky.rename(world.ada, "handle.invalid")
    nameless = Place(world.ada, "", world.wire.base("pds"), allow_private=True)
    account, _ = signing.sign_in(nameless, "correct horse", world.client, NOW)
    assert account.label == world.ada


# --- out ---


def leave(world: World) -> None:
    secrets = world.shelf.secrets[world.account.key]
    signing.leave(world.account, secrets, world.client, world.networks, NOW)


def test_who_leaves_cannot_come_back_without_a_password(world: World) -> None:
    leave(world)
    world.sky.expire()
    with pytest.raises(FetchError, match="no longer knows us"):
        world.fetch()
    leave(world)  # twice is no failure
    assert world.asked(DELETE) == 2
    assert world.asked(TIMELINE) == 1


@pytest.mark.parametrize("status", [400, 401])
def test_a_session_that_ended_already_is_no_failure(world: World, status: int) -> None:
    world.wire.hooks["pds"] = lambda _request: as_json({"error": "ExpiredToken"}, status)
    leave(world)


def test_a_server_that_cannot_be_told_is_said(world: World) -> None:
    world.sky.fail_once(DELETE, 503)
    with pytest.raises(ServerFault):
        leave(world)
