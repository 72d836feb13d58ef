"""Signing in on Mastodon at the wire: a server that keeps to OAuth, and others that keep to less of it."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from engage.demo.wire import Answer, Wire, as_json
from feeds.errors import BadAnswer, BadScheme, Busy, Forbidden, ServerFault, SignInRefused, Unreachable
from feeds.http import Client
from feeds.model import Networks
from feeds.sources.mastodon import signing
from tests.feeds.test_mastodon_home import person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engage.demo.wire import Request
    from feeds.sources.mastodon.signing import Door

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BACK = "http://127.0.0.1:9999/callback"
SECRET, CODE, TOKEN = "c13nt-s3cr3t", "0ne-time-c0de", "t0ken-t0ken"


@dataclass
class Gate:
    """What of a server lets people in; `coarse` knows only "read" and "write", `one_way` only one address to come back to."""

    domain: str = "chezmoi.example"
    coarse: bool = False
    one_way: bool = False
    instance: bool = True
    scope: str | None = None
    forms: list[dict[str, str]] = field(default_factory=list)
    refusal: Answer | None = None
    challenge: str = ""
    me: Any = field(default_factory=lambda: person("ada@chezmoi.example"))

    def answer(self, request: Request) -> Answer:
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        if request.method == "POST":
            self.forms.append(form)
        if request.path == "/api/v2/instance" and self.instance:
            return as_json({"domain": self.domain})
        if request.path == "/api/v1/instance" and self.instance:
            return as_json({"uri": f"https://{self.domain}/"})
        if request.path == "/api/v1/apps":
            return self._known(form)
        if request.path.startswith("/oauth/"):
            return self.refusal or (self._token(form) if request.path == "/oauth/token" else as_json({}))
        if request.path == "/api/v1/accounts/verify_credentials":
            known = request.headers.get("authorization") == f"Bearer {TOKEN}"
            return as_json(self.me) if known else as_json({"error": "The access token is invalid"}, 401)
        return as_json({"error": "Not Found"}, 404)

    def _known(self, form: dict[str, str]) -> Answer:
        if (self.coarse and ":" in form["scopes"]) or (self.one_way and "\n" in form["redirect_uris"]):
            return as_json({"error": "Validation failed"}, 422)
        return as_json({"client_id": "c13nt", "client_secret": SECRET})

    def _token(self, form: dict[str, str]) -> Answer:
        challenge = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if (form["code"], form["client_secret"], challenge) != (CODE, SECRET, self.challenge):
            return as_json({"error": "invalid_grant", "error_description": "The grant is invalid"}, 400)
        told = {"access_token": TOKEN, "token_type": "Bearer", "scope": self.scope or form["scope"]}
        if self.scope == "":
            del told["scope"]
        return as_json(told)


@dataclass
class Street:
    """A server, and somebody before its door."""

    wire: Wire
    gate: Gate
    client: Client = field(default_factory=Client)

    @property
    def typed(self) -> str:
        return self.wire.base("home").removeprefix("http://")

    def open(self, typed: str = "", scopes: tuple[str, ...] = signing.READING, **networks: Any) -> Door:
        return signing.open_door(
            typed or self.typed, BACK, scopes, self.client, NOW, Networks(**networks) if networks else None
        )

    def page(self, door: Door) -> dict[str, str]:
        """What the page that asks the person is told, remembering it as a server does."""
        address = signing.authorize_address(door, BACK, signing.READING, "st4te")
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.gate.challenge = asked.get("code_challenge", "")
        return asked

    def come(self, door: Door, code: str = CODE) -> Any:
        self.page(door)
        return signing.come_in(door, code, BACK, signing.READING, self.client, NOW)


@pytest.fixture
def street() -> Iterator[Street]:
    gate = Gate()
    with Wire({"home": gate}) as wire:
        yield Street(wire, gate)


# --- all the way ---


def test_signing_in(street: Street) -> None:
    door = street.open()
    account, secrets = street.come(door)
    assert (account.network, account.address, account.label) == (
        "mastodon",
        "ada@chezmoi.example",
        "@ada@chezmoi.example",
    )
    assert (account.server, account.rights, account.since) == (
        street.wire.base("home"),
        signing.READING,
        NOW,
    )
    assert account.allow_private
    assert secrets == {"token": TOKEN, "client_id": "c13nt", "client_secret": SECRET}
    assert account.key.startswith("mastodon @ada@chezmoi.example ")
    assert street.gate.forms[0] == {
        "client_name": "Nouvelles",
        "redirect_uris": f"{BACK}\nurn:ietf:wg:oauth:2.0:oob",
        "scopes": " ".join(signing.READING),
    }


def test_only_reading_is_asked_for_and_nothing_is_shown_that_is_secret(street: Street) -> None:
    door = street.open()
    asked = street.page(door)
    assert asked["scope"] == " ".join(signing.READING)
    assert not any("write" in scope for scope in door.scopes)
    assert (asked["response_type"], asked["redirect_uri"], asked["state"]) == ("code", BACK, "st4te")
    assert asked["code_challenge_method"] == "S256"
    assert "force_login" not in asked
    shown = repr(door) + json.dumps(asked)
    assert SECRET not in shown
    assert door.proof not in shown
    account, _ = street.come(door)
    assert TOKEN not in repr(account)


def test_the_code_may_be_typed_by_hand(street: Street) -> None:
    door = street.open()
    assert street.come(door, f"  {CODE}\n")[0].address == "ada@chezmoi.example"


# --- which server ---


@pytest.mark.parametrize(
    "typed", ["{host}", "http://{host}", "HTTP://{host}/@ada", "@ada@{host}", "ada@{host}", " {host}/ "]
)
def test_a_server_may_be_typed_in_many_ways(street: Street, typed: str) -> None:
    assert street.open(typed.format(host=street.typed)).base == street.wire.base("home")


def test_a_server_that_is_set_up_is_taken_from_there(street: Street) -> None:
    door = street.open("chezmoi.example", mastodon_servers={"chezmoi.example": street.wire.base("home")})
    assert (door.base, door.domain, door.allow_private) == (
        street.wire.base("home"),
        "chezmoi.example",
        True,
    )


@pytest.mark.parametrize("typed", ["", "  ", "http://", "ftp://x.example", "[", "a b.example"])
def test_what_is_no_server_is_said(street: Street, typed: str) -> None:
    with pytest.raises(BadScheme):
        signing.open_door(typed, BACK, signing.READING, street.client, NOW)


def test_the_host_of_its_accounts_is_what_the_server_tells(street: Street) -> None:
    assert street.open().domain == "chezmoi.example"
    street.wire.hooks["home"] = lambda request: Answer(404) if "/v2/" in request.path else None
    assert street.open().domain == "chezmoi.example"
    street.gate.instance = False
    assert street.open().domain == street.typed


def test_an_account_that_names_its_host_is_believed(street: Street) -> None:
    """As snac writes its own."""
    street.gate.me = {**person("ada@autre.example"), "acct": "ada@autre.example"}
    assert street.come(street.open())[0].address == "ada@autre.example"


# --- what it grants ---


def test_a_server_with_coarse_rights_is_asked_for_those_and_that_is_said(street: Street) -> None:
    street.gate.coarse = True
    door = street.open(scopes=(*signing.READING, *signing.SENDING))
    assert door.scopes == ("read", "write")
    assert street.page(door)["scope"] == "read write"
    assert street.come(door)[0].rights == ("read", "write")


def test_a_server_with_one_way_back_is_given_one(street: Street) -> None:
    street.gate.one_way = True
    door = street.open()
    assert (door.scopes, street.gate.forms[-1]["redirect_uris"]) == (signing.READING, BACK)


@pytest.mark.parametrize(("scope", "rights"), [("read", ("read",)), ("", signing.READING)])
def test_the_rights_are_those_that_the_server_names_else_those_asked_for(
    street: Street, scope: str, rights: tuple[str, ...]
) -> None:
    street.gate.scope = scope
    assert street.come(street.open())[0].rights == rights


# --- when it goes wrong ---


def test_a_wrong_code_is_refused_in_words(street: Street) -> None:
    door = street.open()
    with pytest.raises(SignInRefused, match="the code is no longer good") as caught:
        street.come(door, "another")
    assert SECRET not in str(caught.value) + repr(caught.value)


def test_a_refusal_is_quoted_without_our_secrets(street: Street) -> None:
    door = street.open()
    told = f"Client {SECRET} with {CODE} and {door.proof} is not welcome"
    street.gate.refusal = as_json({"error": "unauthorized_client", "error_description": told}, 401)
    with pytest.raises(SignInRefused, match="is not welcome") as caught:
        street.come(door)
    shown = str(caught.value) + repr(caught.value)
    assert not any(secret in shown for secret in (SECRET, CODE, door.proof))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(200, b"<html>Bonjour</html>"), BadAnswer),
        (as_json([]), BadAnswer),
        (Answer(404), Exception),
        (Answer(500), ServerFault),
        (Answer(403), Forbidden),
        (as_json({"error": "Too many requests"}, 429), Busy),
    ],
)
def test_a_host_that_knows_no_way_in_is_said(street: Street, answer: Answer, error: type[Exception]) -> None:
    street.wire.hooks["home"] = lambda _request: answer
    with pytest.raises(error) as caught:
        street.open()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "harm",
    [
        lambda gate: setattr(gate, "me", {"id": "1"}),
        lambda gate: setattr(gate, "me", []),
        lambda gate: setattr(gate, "refusal", as_json({"token_type": "Bearer"})),
        lambda gate: setattr(gate, "refusal", Answer(200, b"<html>")),
    ],
)
def test_an_answer_that_makes_no_sense_is_said(street: Street, harm: Callable[[Gate], None]) -> None:
    door = street.open()
    harm(street.gate)
    with pytest.raises(BadAnswer):
        street.come(door)


def test_nobody_there(street: Street) -> None:
    with pytest.raises(Unreachable):
        street.open("127.0.0.1:1")


# --- out ---


def test_leaving_tells_the_server(street: Street) -> None:
    account, secrets = street.come(street.open())
    signing.leave(account, secrets, street.client, NOW)
    assert street.gate.forms[-1] == secrets


def test_a_server_that_cannot_be_told_is_said(street: Street) -> None:
    account, secrets = street.come(street.open())
    street.gate.refusal = as_json({"error": "unauthorized_client"}, 403)
    with pytest.raises(Forbidden):
        signing.leave(account, secrets, street.client, NOW)
    with pytest.raises(Unreachable):
        signing.leave(replace(account, server="http://127.0.0.1:1"), secrets, street.client, NOW)
