"""Signing in and out at the command line, with servers at the wire and a browser that says yes or no."""

from __future__ import annotations

import json
import threading
import urllib.request
import webbrowser
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from engage import signing
from engage.demo.wire import Answer, Request, Wire, as_json, page
from feeds.guard import place
from feeds.sources.mastodon.signing import BY_HAND
from tests.engage.hands import NOON
from tests.engage.test_keys import Memory, memory
from tests.networks.atmosphere import Atmosphere

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.engage.conftest import Program
    from tests.engage.hands import Said

__all__ = ["memory"]
TOKEN = "le-jeton-que-personne-ne-doit-voir"
SECRET = "le-secret-de-l-application"
PASSWORD = "un mot de passe d’Ada"


class Town:
    """A server of Mastodon's kind: as much of it as signing in and out meets."""

    def __init__(self) -> None:
        self.scopes = ""
        self.redirects: list[str] = []
        self.codes: dict[str, str] = {}
        self.alive: set[str] = set()
        self.user = "ada"
        self.down = False

    def answer(self, request: Request) -> Answer:  # noqa: PLR0911 - one for each address
        if self.down:
            return Answer(503, b"")
        form = parse_qs(request.body.decode()) if request.body else {}
        match request.method, request.path:
            case "GET", "/api/v2/instance":
                return as_json({"domain": "town.example"})
            case "POST", "/api/v1/apps":
                self.scopes, self.redirects = form["scopes"][0], form["redirect_uris"][0].split("\n")
                return as_json({"client_id": "nous", "client_secret": SECRET})
            case "POST", "/oauth/token":
                return self._token({name: values[0] for name, values in form.items()})
            case "POST", "/oauth/revoke":
                self.alive.discard(form["token"][0])
                return as_json({})
            case "GET", "/api/v1/accounts/verify_credentials":
                if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.alive:
                    return as_json({"error": "The access token is invalid"}, 401)
                return as_json(
                    {"id": "1", "acct": self.user, "username": self.user, "url": f"{request.base}/@ada"}
                )
        return as_json({"error": "Not Found"}, 404)

    def approve(self, address: str, *, deny: bool = False, state: str = "") -> str:
        """Where the page sends whoever says yes (or no); for pasting, the code itself."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["client_id"] == "nous"
        assert asked["redirect_uri"] in self.redirects
        assert asked["scope"] == self.scopes
        code = f"code{len(self.codes)}"
        self.codes[code] = asked["redirect_uri"]
        if asked["redirect_uri"] == BY_HAND:
            return code
        told = "error=access_denied" if deny else f"code={code}"
        return f"{asked['redirect_uri']}?{told}&state={state or asked['state']}"

    def _token(self, form: dict[str, str]) -> Answer:
        known = self.codes.pop(form.get("code", ""), None)
        if known is None or known != form["redirect_uri"] or form["client_secret"] != SECRET:
            return as_json({"error": "invalid_grant", "error_description": "no such code"}, 400)
        token = f"{TOKEN}-{self.user}"
        self.alive.add(token)
        return as_json({"access_token": token, "token_type": "Bearer", "scope": self.scopes, "created_at": 1})


class Browser:
    """What `webbrowser` opens: it goes where the pages lead, or says no, or lies about the state."""

    def __init__(self, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
        self.town = town
        self.deny = False
        self.state = ""
        self.pages: list[str] = []
        self.threads: list[threading.Thread] = []
        monkeypatch.setattr(webbrowser, "open", self.open)

    def open(self, address: str, *_: Any, **__: Any) -> bool:
        self.threads.append(threading.Thread(target=self._go, args=(address,)))
        self.threads[-1].start()
        return True

    def _go(self, address: str) -> None:
        for state in filter(None, (self.state, "-")):
            there = self.town.approve(address, deny=self.deny, state="" if state == "-" else state)
            try:
                with urllib.request.urlopen(there, timeout=10) as answer:
                    self.pages.append(answer.read().decode())
            except urllib.error.HTTPError as error:
                self.pages.append(f"{error.code} {error.read().decode()}")
                error.close()

    def close(self) -> None:
        for thread in self.threads:
            thread.join(10)


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def wire(town: Town, nouvelles: Program) -> Iterator[Wire]:
    nouvelles.environ["DISPLAY"] = ":0"
    with Wire({"town": town}) as running:
        yield running


@pytest.fixture
def browser(town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    opened = Browser(town, monkeypatch)
    yield opened
    opened.close()


def tell_nothing(nouvelles: Program, *said: Said) -> None:
    """No secret is in what was said, nor in a byte of the file."""
    told = "".join(one.out + one.err for one in said).encode()
    kept = b"".join(path.read_bytes() for path in nouvelles.home.glob("nouvelles.db*"))
    for secret in (TOKEN, SECRET, PASSWORD, "eyJ"):
        assert secret.encode() not in told + kept


def login(nouvelles: Program, wire: Wire, *options: str, typed: str = "") -> Said:
    return nouvelles("login", "mastodon", wire.base("town"), *options, typed=typed)


# --- Mastodon ---


def test_the_browser_comes_back_and_one_is_signed_in(
    nouvelles: Program, wire: Wire, town: Town, browser: Browser
) -> None:
    said = login(nouvelles, wire)
    assert (said.status, said.out.splitlines()[0]) == (0, "You are signed in as @ada@town.example: reading.")
    assert f"{nouvelles.home}/keys.json" in said.out
    assert "nouvelles import mastodon" in said.out
    assert wire.base("town") in said.err  # the address, should the browser not open
    assert "You are signed in. You may close this page." in browser.pages[0]
    assert "write" not in town.scopes
    assert town.scopes.split()[:2] == ["read:accounts", "read:statuses"]
    kept = json.loads((nouvelles.home / "keys.json").read_text("utf-8"))
    assert [one["token"] for one in kept.values()] == [f"{TOKEN}-ada"]
    tell_nothing(nouvelles, said)
    (account,) = nouvelles("accounts", "--json").json
    assert (account["label"], account["keys"], account["network"]) == (
        "@ada@town.example",
        "file",
        "mastodon",
    )
    assert [one["kind"] for one in nouvelles("sources", "--json").json] == ["mastodon-home"]


def test_the_right_to_send_is_asked_for_only_when_wanted(
    nouvelles: Program, wire: Wire, town: Town, browser: Browser
) -> None:
    said = login(nouvelles, wire, "--allow-sending")
    assert "write:statuses write:favourites" in town.scopes
    assert "reading, sending" in said.out
    assert len(browser.pages) == 1


def test_signing_in_again_replaces_the_key_and_adds_no_account(
    nouvelles: Program, wire: Wire, browser: Browser
) -> None:
    login(nouvelles, wire)
    login(nouvelles, wire, "--allow-sending")
    (account,) = nouvelles("accounts", "--json").json
    assert "write:statuses" in account["rights"]
    assert len(json.loads((nouvelles.home / "keys.json").read_text("utf-8"))) == 1
    assert len(browser.pages) == 2


def test_several_accounts(nouvelles: Program, wire: Wire, town: Town, browser: Browser) -> None:
    login(nouvelles, wire)
    town.user = "eva"
    login(nouvelles, wire)
    out = nouvelles("accounts").out
    assert "@ada@town.example  Mastodon" in out
    assert "@eva@town.example  Mastodon" in out
    assert "since 23 Nov 2026, for reading" in out
    either = nouvelles("logout", "town.example")
    assert either.status == 2
    assert "“town.example” may be @ada@town.example, @eva@town.example." in either.err
    said = nouvelles("logout", "eva")
    assert (said.status, said.out) == (
        0,
        "You are signed out of @eva@town.example. What was gathered stays.\n",
    )
    assert town.alive == {f"{TOKEN}-ada"}
    assert [one["label"] for one in nouvelles("accounts", "--json").json] == ["@ada@town.example"]
    assert len(browser.pages) == 2


def test_who_says_no_is_not_signed_in(nouvelles: Program, wire: Wire, browser: Browser) -> None:
    browser.deny = True
    said = login(nouvelles, wire)
    assert said.status == 2
    assert "does not let Nouvelles in: you said no on its page" in said.err
    assert "You are not signed in." in browser.pages[0]
    assert nouvelles("accounts", "--json").json == []
    assert not (nouvelles.home / "keys.json").exists()


def test_an_answer_with_another_state_is_nobodys(nouvelles: Program, wire: Wire, browser: Browser) -> None:
    browser.state = "of-another-window"
    said = login(nouvelles, wire)
    assert said.status == 0  # the right one came after it
    assert browser.pages[0].startswith("404 ")
    assert "another attempt" in browser.pages[0]


def test_nobody_comes_back(nouvelles: Program, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda *_: False)
    monkeypatch.setattr(signing, "PATIENCE", 0.0)
    monkeypatch.setattr(signing.Doorbell.wait, "__defaults__", (0.0,))
    said = login(nouvelles, wire)
    assert said.status == 2
    assert "nobody came back" in said.err


def test_the_bell_hears_only_who_rings_at_its_own_door() -> None:
    with signing.Doorbell("s") as bell:
        port = urlsplit(bell.address).port
        for address, host, expected in (
            (bell.address.replace("/callback", "/") + "?state=s&code=c", None, 404),
            (f"{bell.address}?state=s&code=c", "evil.example", 404),
            (f"{bell.address}?code=c", None, 404),
            (f"{bell.address}?state=s&code=c", f"localhost:{port}", 200),
        ):
            request = urllib.request.Request(address, headers={"Host": host} if host else {})
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:
                    status = answer.status
            except urllib.error.HTTPError as error:
                status = error.code
                error.close()
            assert status == expected
        assert bell.wait(10) == "c"


def test_where_there_is_no_screen_the_code_is_pasted(nouvelles: Program, wire: Wire, town: Town) -> None:
    del nouvelles.environ["DISPLAY"]
    town.codes["collé"] = BY_HAND
    said = login(nouvelles, wire, typed="collé\n")
    assert (said.status, town.redirects) == (0, [BY_HAND])
    assert "Open this address in a browser" in said.err
    for typed in ("collé&state=x", "https://town.example/oauth/authorize/native?code=coll%C3%A9&state=x"):
        town.codes["collé"] = BY_HAND
        assert login(nouvelles, wire, typed=f" {typed}\n").status == 0
    wrong = login(nouvelles, wire, "--paste", typed="faux\n")
    assert wrong.status == 2
    assert "the code is no longer good" in wrong.err


@pytest.mark.parametrize(
    ("where", "status"),
    [("not a host", 2), ("http://", 2), ("http://127.0.0.1:9", 1), ("x" * 64 + ".example", 1)],
)
def test_a_host_that_is_none(nouvelles: Program, where: str, status: int) -> None:
    said = nouvelles("login", "mastodon", where, "--paste", typed="x\n")
    assert (said.status, said.err.count("\n")) == (status, 1)
    assert "Traceback" not in said.err


def test_a_host_that_speaks_something_else(nouvelles: Program, wire: Wire) -> None:
    wire.hooks["town"] = lambda _request: page("Bonjour", "<p>Un blog.</p>")
    said = login(nouvelles, wire, "--paste", typed="x\n")
    assert said.status == 2
    assert "does not speak Mastodon's language" in said.err
    wire.hooks["town"] = lambda _request: page("404", "<p>Rien ici.</p>", status=404)
    said = login(nouvelles, wire, "--paste", typed="x\n")
    assert (said.status, said.err.count("\n")) == (2, 1)
    wire.hooks["town"] = lambda _request: Answer(500)
    said = login(nouvelles, wire, "--paste", typed="x\n")
    assert (said.status, said.err.count("\n")) == (1, 1)


def test_a_server_that_asked_to_be_left_alone_is(nouvelles: Program, wire: Wire, town: Town) -> None:
    until = NOON + timedelta(hours=1)
    there = place(wire.base("town"))
    nouvelles.fill(lambda house: house.store.feeds.host_asks_to_wait(there, until))
    said = login(nouvelles, wire, "--paste", typed="x\n")
    assert (said.status, "asks us to come back later" in said.err) == (1, True)
    assert (wire.heard("town"), town.redirects) == ([], [])


def test_nothing_typed_is_sent_nowhere(nouvelles: Program, wire: Wire, sky: tuple[Atmosphere, str]) -> None:
    assert sky
    said = login(nouvelles, wire, "--paste", typed="\n")
    assert (said.status, "No code was given." in said.err) == (2, True)
    assert not [one for one in wire.log if one.path == "/oauth/token"]
    said = nouvelles("login", "bluesky", "ada.sky.example", typed="")
    assert (said.status, "No password was given." in said.err) == (2, True)


def test_where_there_is_a_keyring_it_has_the_keys(
    nouvelles: Program, wire: Wire, browser: Browser, memory: Memory
) -> None:
    said = login(nouvelles, wire)
    assert "Its keys are in this system's keyring." in said.out
    assert [json.loads(one)["token"] for one in memory.kept.values()] == [f"{TOKEN}-ada"]
    assert not (nouvelles.home / "keys.json").exists()
    assert "Its keys are in this system's keyring." in nouvelles("accounts").out
    assert nouvelles("accounts", "--json").json[0]["keys"] == "keyring"
    tell_nothing(nouvelles, said)
    assert nouvelles("logout", "ada").status == 0
    assert memory.kept == {}
    assert len(browser.pages) == 1


def test_json_says_who_and_where_and_no_key(nouvelles: Program, wire: Wire, town: Town) -> None:
    town.codes["collé"] = BY_HAND
    said = login(nouvelles, wire, "--paste", "--json", typed="collé\n")
    assert said.json == {
        "network": "mastodon",
        "address": "ada@town.example",
        "label": "@ada@town.example",
        "server": wire.base("town"),
        "rights": town.scopes.split(),
        "since": NOON.isoformat(),
        "keys": "file",
    }
    tell_nothing(nouvelles, said)
    gone = nouvelles("logout", "ada", "--json")
    assert gone.json == {"account": "@ada@town.example", "told": True}
    assert town.alive == set()


def test_signing_out_while_the_server_is_down_forgets_the_key_all_the_same(
    nouvelles: Program, wire: Wire, town: Town, browser: Browser
) -> None:
    login(nouvelles, wire)
    town.down = True
    said = nouvelles("logout", "ada")
    assert said.status == 0
    assert "could not be told" in said.err
    assert json.loads((nouvelles.home / "keys.json").read_text("utf-8")) == {}
    assert nouvelles("accounts", "--json").json == []
    tell_nothing(nouvelles, said)
    assert len(browser.pages) == 1


def test_a_key_that_is_gone_is_said_with_the_way_back(
    nouvelles: Program, wire: Wire, browser: Browser
) -> None:
    login(nouvelles, wire)
    (nouvelles.home / "keys.json").unlink()
    assert "Its keys are gone from this machine: sign in again." in nouvelles("accounts").out
    said = nouvelles("fetch", "--force")
    assert said.status == 1
    assert "nouvelles login mastodon" in said.err
    gone = nouvelles("logout", "ada")
    assert (gone.status, "its server could not be told" in gone.err) == (0, True)
    assert len(browser.pages) == 1


def test_a_damaged_file_of_keys_is_one_sentence(nouvelles: Program, wire: Wire, browser: Browser) -> None:
    login(nouvelles, wire)
    (nouvelles.home / "keys.json").write_text("{", "utf-8")
    again = ("login", "mastodon", wire.base("town"))  # nobody is sent to a browser for what cannot be kept
    for command in (("accounts",), ("fetch", "--force"), ("logout", "ada"), again):
        said = nouvelles(*command)
        assert said.status == 1
        assert "keys.json cannot be used" in said.err
        assert "makes no sense" not in said.err
        assert "Traceback" not in said.err
    assert len(browser.pages) == 1


def test_nowhere_at_all(nouvelles: Program) -> None:
    assert "nouvelles login mastodon HOST" in nouvelles("accounts").out
    said = nouvelles("logout", "ada")
    assert (said.status, "signed in nowhere as “ada”" in said.err) == (2, True)


# --- Bluesky ---


@pytest.fixture
def sky(nouvelles: Program) -> Iterator[tuple[Atmosphere, str]]:
    network = Atmosphere()
    with Wire(network.sites()) as wire:
        nouvelles.configure(
            f'[bluesky]\npublic_api = "{wire.base("appview")}"\ndirectory = "{wire.base("plc")}"\n'
        )
        yield network, network.person("ada.sky.example", "Ada", PASSWORD)


def test_an_app_password_is_used_once_and_kept_nowhere(
    nouvelles: Program, sky: tuple[Atmosphere, str]
) -> None:
    network, ada = sky
    password = network.app_password(ada)
    said = nouvelles("login", "bluesky", "@Ada.sky.example", typed=f"{password}\n")
    assert (said.status, said.err) == (0, "")
    assert "You are signed in as ada.sky.example: reading." in said.out
    assert "could write as well" in said.out
    for path in nouvelles.home.iterdir():
        assert password.encode() not in path.read_bytes()
    tell_nothing(nouvelles, said)
    (account,) = nouvelles("accounts", "--json").json
    assert (account["address"], account["rights"]) == (ada, ["app password"])
    assert nouvelles("logout", "ada.sky.example").status == 0


def test_the_right_to_messages_and_the_main_password_are_said(
    nouvelles: Program, sky: tuple[Atmosphere, str]
) -> None:
    network, ada = sky
    password = network.app_password(ada, privileged=True)
    said = nouvelles("login", "bluesky", ada, typed=password)
    assert "reading, reading your messages" in said.out
    main = nouvelles("login", "bluesky", "ada.sky.example", "--allow-sending", typed=PASSWORD)
    assert "That was your main password. It is not kept" in main.out
    assert "could write as well" not in main.out
    tell_nothing(nouvelles, main)


def test_a_wrong_password_and_no_such_handle(nouvelles: Program, sky: tuple[Atmosphere, str]) -> None:
    assert sky
    wrong = nouvelles("login", "bluesky", "ada.sky.example", typed="faux\n")
    assert (wrong.status, wrong.err.count("\n")) == (2, 1)
    assert "the password is wrong" in wrong.err
    nobody = nouvelles("login", "bluesky", "nobody.sky.example", typed="x\n")
    assert (nobody.status, "knows no account nobody.sky.example" in nobody.err) == (2, True)
    assert nouvelles("login", "bluesky", "not a handle", typed="x\n").status == 2
    assert nouvelles("accounts", "--json").json == []
