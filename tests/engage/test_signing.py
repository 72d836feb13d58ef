"""Signing in without a command line: the bell that a browser rings, and in which order things are kept and forgotten."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import pytest

from engage import signing
from engage.keys import Keys
from engage.signing import Desk, Doorbell
from engage.words import words
from feeds.errors import DamagedKeys, SignInRefused, Unreachable
from feeds.http import Client
from feeds.model import Account, Networks
from feeds.sources.bluesky import signing as bluesky
from feeds.sources.mastodon import signing as mastodon
from tests.engage.hands import NOON, House

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

ME = Account(
    "mastodon", "ada@home.example", "@ada@home.example", "https://home.example", ("read",), NOON, "mastodon 1"
)
SKY = Account(
    "bluesky", "did:plc:ada", "ada.example", "https://pds.example", ("app password",), NOON, "bluesky 1"
)
STATE = "l-état-de-cette-fenêtre"
RUNG = 10.0  # seconds at most, for a bell that was rung


def ring(bell: Doorbell, query: str, *, path: str = "/callback", host: str = "") -> tuple[int, str]:
    """What a browser sees that comes to the bell; `host` is what it takes it for."""
    own = urlsplit(bell.address).netloc
    with closing(http.client.HTTPConnection(own, timeout=RUNG)) as line:
        line.request("GET", f"{path}?{query}", headers={"Host": host or own})
        answer = line.getresponse()
        return answer.status, answer.read().decode()


def told(**values: str) -> str:
    return "&".join(f"{name}={quote(value)}" for name, value in {"state": STATE, **values}.items())


# --- the bell ---


def test_a_code_comes_once_and_who_brings_it_is_thanked_in_their_language() -> None:
    fr = words("fr")
    with Doorbell(STATE, fr.say, "fr") as bell:
        status, shown = ring(bell, told(code="c1"))
        again, _ = ring(bell, told(code="c2"))
        assert bell.wait(RUNG) == "c1"
    assert (status, again) == (200, 200)
    assert '<html lang="fr">' in shown
    assert fr.say("You are signed in. You may close this page.") in shown
    assert "http" not in shown  # it brings all that it needs


@pytest.mark.parametrize(
    ("query", "path", "host"),
    [
        (told(code="c", state="autre"), "/callback", ""),
        ("code=c", "/callback", ""),
        (f"state={quote(STATE)}", "/callback", ""),
        ("", "/favicon.ico", ""),
        (told(code="c"), "/", ""),
        (told(code="c"), "/callback/", ""),
        (told(code="c"), "/callback", "evil.example"),
        (told(code="c"), "/callback", "127.0.0.1:1"),
    ],
)
def test_what_is_meant_for_others_is_not_heard(query: str, path: str, host: str) -> None:
    with Doorbell(STATE) as bell:
        status, shown = ring(bell, query, path=path, host=host)
        assert status == 404
        assert "another attempt" in shown
        with pytest.raises(SignInRefused, match="nobody came back"):
            bell.wait(0)
        assert ring(bell, told(code="right"))[0] == 200
        assert bell.wait(RUNG) == "right"


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        ({"error": "access_denied"}, "you said no on its page"),
        (
            {"error": "server_error", "error_description": "Nous fermons le dimanche."},
            "Nous fermons le dimanche.",
        ),
        ({"error": "invalid_scope"}, "invalid_scope"),
        ({"error": "server_error", "error_description": "long " * 1000}, "long "),
    ],
)
def test_a_refusal_is_said_in_the_page_and_here(refusal: dict[str, str], reason: str) -> None:
    with Doorbell(STATE) as bell:
        status, shown = ring(bell, told(**refusal))
        with pytest.raises(SignInRefused) as refused:
            bell.wait(RUNG)
    assert (status, "You are not signed in." in shown) == (200, True)
    assert refused.value.values["reason"].startswith(reason)
    assert len(refused.value.values["reason"]) <= 200


def test_no_thread_and_no_port_stays_even_when_a_browser_keeps_its_line() -> None:
    before = set(threading.enumerate())
    with closing(socket.socket()) as ahead_of_need:
        ahead_of_need.settimeout(RUNG)
        with Doorbell(STATE) as bell:
            there = ("127.0.0.1", urlsplit(bell.address).port or 0)
            ahead_of_need.connect(there)
            assert ring(bell, told(code="c"))[0] == 200
            assert bell.wait(RUNG) == "c"
        assert set(threading.enumerate()) == before
        assert ahead_of_need.recv(1) == b""
    with pytest.raises(ConnectionRefusedError), socket.create_connection(there):
        pass


def test_an_interruption_ends_it_too() -> None:
    before = set(threading.enumerate())
    with pytest.raises(KeyboardInterrupt), Doorbell(STATE):
        raise KeyboardInterrupt
    assert set(threading.enumerate()) == before


def test_the_bell_shows_neither_its_state_nor_what_came(capfd: pytest.CaptureFixture[str]) -> None:
    with Doorbell(STATE) as bell:
        ring(bell, told(code="un-code-secret"))
        bell.wait(RUNG)
        assert STATE not in repr(bell)
        assert "un-code-secret" not in repr(bell)
    assert capfd.readouterr() == ("", "")


# --- what is kept, and in which order ---


class Shelf(Keys):
    """Keys in memory; `says` is told what is done with them."""

    def __init__(self, folder: Path, says: Callable[[str], None]) -> None:
        super().__init__(folder)
        self.secrets: dict[str, dict[str, str]] = {}
        self.says = says
        self.damaged = False

    def check(self) -> None:
        if self.damaged:
            raise DamagedKeys(path="keys.json", reason="it is not JSON")

    def get(self, account: Account) -> Mapping[str, str] | None:
        return self.secrets.get(account.key)

    def put(self, account: Account, secrets: Mapping[str, str]) -> None:
        self.says(f"keys of {account.key}")
        self.secrets[account.key] = dict(secrets)

    def drop(self, account: Account) -> None:
        self.says(f"no keys of {account.key}")
        self.secrets.pop(account.key, None)


class Doors:
    """Both networks' ways in and out, in place of them, and what was done in which order."""

    def __init__(self, house: House, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done: list[str] = []
        self.feeds = house.store.feeds
        self.keys = Shelf(folder, self.done.append)
        self.desk = Desk(house.store, self.keys, Client(), Networks(), NOON)
        self.lets_in: tuple[Account, dict[str, str]] = (ME, {"token": "t1", "client_id": "c"})
        self.trouble: Exception | None = None
        keep, drop = self.feeds.keep_account, self.feeds.drop_account

        def keeping(account: Account, now: Any) -> Account:
            self.done.append(f"row of {account.key}")
            return keep(account, now)

        def dropping(account: Account, now: Any) -> None:
            self.done.append(f"no row of {account.key}")
            drop(account, now)

        def leave(account: Account, kept: Mapping[str, str], *_: Any) -> None:
            self.done.append(f"leave with {kept.get('token') or kept['refresh']}")
            assert account.key in self.keys.secrets
            if self.trouble:
                raise self.trouble

        def come(*_: Any) -> tuple[Account, dict[str, str]]:
            if self.trouble:
                raise self.trouble
            return self.lets_in

        door = mastodon.Door("https://home.example", "home.example", "c", "s")
        monkeypatch.setattr(house.store.feeds, "keep_account", keeping)
        monkeypatch.setattr(house.store.feeds, "drop_account", dropping)
        monkeypatch.setattr(mastodon, "open_door", lambda *_: door)
        monkeypatch.setattr(mastodon, "come_in", come)
        monkeypatch.setattr(bluesky, "locate", lambda *_: None)
        monkeypatch.setattr(bluesky, "sign_in", come)
        for network in (mastodon, bluesky):
            monkeypatch.setattr(network, "leave", leave)

    def mastodon(self, account: Account = ME, **secrets: str) -> Account:
        self.lets_in = (account, secrets)
        return signing.login_mastodon(
            self.desk, "home.example", sending=False, show=lambda _: None, paste=lambda: "code"
        )

    def bluesky(self, account: Account = SKY, *, sending: bool = False, **secrets: str) -> Account:
        self.lets_in = (account, secrets)
        return signing.login_bluesky(self.desk, "ada.example", lambda: "motdepasse", sending=sending)


@pytest.fixture
def doors(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Doors:
    return Doors(house, tmp_path, monkeypatch)


def test_the_keys_come_before_the_row_and_go_after_it(doors: Doors) -> None:
    stored = doors.mastodon(token="t1")
    assert signing.logout(doors.desk, stored) is None
    assert doors.done == [
        "keys of mastodon 1",
        "row of mastodon 1",
        "leave with t1",
        "no row of mastodon 1",
        "no keys of mastodon 1",
    ]
    assert (doors.feeds.accounts(), doors.keys.secrets) == ([], {})


def test_signing_in_again_gives_back_the_earlier_key_and_takes_the_new_rights(doors: Doors) -> None:
    doors.mastodon(token="t1")
    doors.done.clear()
    doors.mastodon(replace(ME, key="mastodon 2", rights=("read", "write")), token="t2")
    assert doors.done == [
        "keys of mastodon 2",
        "row of mastodon 2",
        "leave with t1",
        "no keys of mastodon 1",
    ]
    (account,) = doors.feeds.accounts()
    assert (account.key, account.rights) == ("mastodon 2", ("read", "write"))
    assert doors.keys.secrets == {"mastodon 2": {"token": "t2"}}


def test_a_server_that_gives_the_same_key_again_is_not_asked_to_take_it_back(doors: Doors) -> None:
    doors.mastodon(token="t1")
    doors.mastodon(replace(ME, key="mastodon 2"), token="t1")
    assert "leave with t1" not in doors.done
    assert doors.keys.secrets == {"mastodon 2": {"token": "t1"}}


def test_an_earlier_key_that_cannot_be_given_back_stops_nothing(doors: Doors) -> None:
    doors.bluesky(access="a1", refresh="r1")
    again = replace(SKY, key="bluesky 2")

    def leave(*_: Any) -> None:
        doors.done.append("leave")
        raise Unreachable(address="https://pds.example", reason="nobody answers there")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bluesky, "leave", leave)
        doors.bluesky(again, access="a2", refresh="r2")
    assert "leave" in doors.done
    assert doors.keys.secrets == {"bluesky 2": {"access": "a2", "refresh": "r2"}}


def test_the_same_address_on_another_network_is_another_account(doors: Doors) -> None:
    doors.mastodon(token="t1")
    doors.bluesky(replace(SKY, address=ME.address), access="a", refresh="r")
    assert [account.network for account in doors.feeds.accounts()] == ["mastodon", "bluesky"]
    assert set(doors.keys.secrets) == {"mastodon 1", "bluesky 1"}


def test_on_bluesky_it_is_we_who_keep_to_reading(doors: Doors) -> None:
    assert doors.bluesky(access="a", refresh="r").rights == ("app password",)
    assert doors.bluesky(sending=True, access="a", refresh="r").rights == ("app password", "sending")


def test_who_is_not_let_in_leaves_nothing_behind(doors: Doors) -> None:
    doors.trouble = SignInRefused(server="home.example", account="Nouvelles", reason="non")
    for sign_in in (doors.mastodon, doors.bluesky):
        with pytest.raises(SignInRefused, match="non"):
            sign_in()
    assert (doors.done, doors.feeds.accounts(), doors.keys.secrets) == ([], [], {})


def test_nobody_is_asked_for_a_key_that_could_not_be_kept(doors: Doors) -> None:
    doors.keys.damaged = True
    with pytest.raises(DamagedKeys):
        doors.mastodon(token="t1")
    with pytest.raises(DamagedKeys):
        doors.bluesky(access="a", refresh="r")
    assert doors.done == []


def test_a_server_that_cannot_be_told_is_returned_and_all_is_forgotten(doors: Doors) -> None:
    stored = doors.bluesky(access="a", refresh="r")
    doors.trouble = Unreachable(address="https://pds.example", reason="nobody answers there")
    assert signing.logout(doors.desk, stored) is doors.trouble
    assert (doors.feeds.accounts(), doors.keys.secrets) == ([], {})


def test_an_account_whose_keys_are_gone_is_forgotten_without_a_word_to_its_server(doors: Doors) -> None:
    stored = doors.mastodon(token="t1")
    doors.keys.secrets.clear()
    assert signing.logout(doors.desk, stored) is None
    assert not [line for line in doors.done if line.startswith("leave")]
    assert doors.feeds.accounts() == []


def test_a_crash_between_the_two_leaves_no_row_without_keys(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: Any) -> Account:
        raise KeyboardInterrupt

    monkeypatch.setattr(doors.feeds, "keep_account", crash)
    with pytest.raises(KeyboardInterrupt):
        doors.mastodon(token="t1")
    assert doors.feeds.accounts() == []


def test_no_secret_is_in_the_file_of_the_store(doors: Doors, tmp_path: Path) -> None:
    doors.mastodon(token="le-jeton", client_secret="le-secret")
    doors.bluesky(access="l-accès", refresh="le-renouveau")
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("house.db*"))
    assert kept
    for secret in ("le-jeton", "le-secret", "l-accès", "le-renouveau", "motdepasse"):
        assert secret.encode() not in kept
        assert json.dumps(secret).strip('"').encode() not in kept
