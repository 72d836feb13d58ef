"""Signed in on a real server that speaks Mastodon's language in its own way: what it offers comes, what it lacks is survived."""

from __future__ import annotations

import webbrowser
from collections import Counter
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.real.ground import until

if TYPE_CHECKING:
    from tests.engage.conftest import Program
    from tests.engage.hands import Said
    from tests.real.snac.people import Resident, Snac


class Ada:
    """Ada at her machine: our program, at the real time, and her account; her browser says yes to what it is shown."""

    def __init__(self, program: Program, server: Snac) -> None:
        program.environ["DISPLAY"] = ":0"
        self.program = program
        self.server = server
        self.account: Resident = server.person("ada")

    def __call__(self, *arguments: str, typed: str = "", later: timedelta = timedelta(0)) -> Said:
        self.program.now = datetime.now(UTC) + timedelta(seconds=1) + later
        return self.program(*arguments, typed=typed)

    def browse(self, address: str, *_: Any, **__: Any) -> bool:
        """Open an address as a browser does: sign in, agree, and go where that leads."""

        def look() -> None:
            went = self.server.approve(address, self.account.name, self.account.password)
            httpx.get(went, timeout=20)

        Thread(target=look, daemon=True).start()
        return True

    def login(self, *options: str) -> Said:
        said = self("login", "mastodon", self.server.base, *options)
        assert said.status == 0, said
        assert self.account.password not in said.out + said.err
        return said

    def fetch(self) -> Any:
        said = self("fetch", "--force", "--json")
        assert said.status == 0, said
        assert said.json["failed"] == said.json["troubles"] == []
        return said.json

    def passed(self, name: str) -> Counter[tuple[str, str]]:
        """What passed between Ada and somebody, by kind and direction."""
        told = self("person", name, "--json").json["engagements"]
        return Counter((one["kind"], one["direction"]) for one in told)

    def published(self, name: str) -> set[str]:
        return {piece["title"] for piece in self("person", name, "--json").json["published"]}

    def people(self) -> set[str]:
        return {one["person"] for one in self("people", "--json").json}

    def know(self, other: Resident) -> None:
        """Add somebody by the account that the timeline shows: this server tells nobody whom one follows."""
        said = self("add", other.name, f"@{other.account}", "--circle", "1")
        assert said.status == 0, said


@pytest.fixture
def ada(program: Program, snac: Snac, monkeypatch: pytest.MonkeyPatch) -> Ada:
    signed_in = Ada(program, snac)
    monkeypatch.setattr(webbrowser, "open", signed_in.browse)
    return signed_in


def test_the_home_timeline_and_all_gestures_land_in_the_file_twice_the_same(ada: Ada, snac: Snac) -> None:
    me, julie, paul = ada.account, snac.person("julie"), snac.person("paul")
    for other in (julie, paul):
        me.follow(other)
        other.follow(me)
    hedge = julie.post("Une haie est <b>une route</b> pour tout ce qui est plus petit que nous.")
    bread = paul.post("Le pain a levé toute la nuit, et la rue le sait.", spoiler_text="du pain")
    me.sees(hedge, bread)
    mine = me.post("Première neige sur le canal.")
    me.post(f"@{julie.account} Et un abri aussi.", reply_to=hedge)
    me.favourite(bread)
    me.boost(bread)
    julie.sees(mine)
    back = julie.post(f"@{me.account} Ici aussi, il neige.", reply_to=mine)
    paul.favourite(mine)
    word = paul.post(f"@{me.account} Tu viens jeudi ?", reply_to=mine, visibility="direct")
    me.hears("mention", back)
    me.hears("favourite", mine)
    until(lambda: word.uri in {s["uri"] for s in notified(me)}, "the message came")

    assert "read" in ada.login().out
    assert ada.fetch()["new"] >= 2
    for other in (julie, paul):
        ada.know(other)
    ada.fetch()
    assert ada.published(julie.name) >= {"Une haie est une route pour tout ce qui est plus petit que nous."}
    assert "du pain" in ada.published(paul.name)
    assert ada.passed(julie.name) == Counter({("replied", "out"): 1, ("replied", "in"): 1})
    to_paul = ada.passed(paul.name)
    # It tells neither its own favourites nor its own boosts.
    assert to_paul["liked", "out"] == to_paul["boosted", "out"] == 0
    assert to_paul["liked", "in"] == 1
    # This server calls a direct word a private one.
    assert to_paul["wrote", "in"] + to_paul["replied", "in"] == 1

    day = ada("today", "--no-fetch", "--json").json
    assert [one["person"] for one in day["done"]] == [julie.name]
    shown = {one["person"] for one in (*day["waiting"], *day["highlights"])}
    assert paul.name in shown
    assert ada("drifting", "--json").json == []
    again = ada.fetch()
    assert (again["new"], again["changed"], again["gestures"], again["engagements"]) == (0, 0, 0, 0)


def notified(who: Resident) -> list[dict[str, Any]]:
    """The statuses of somebody's notifications."""
    return [told["status"] for told in who.ask("/api/v1/notifications") if told.get("status")]


def test_edits_are_updated_and_what_was_deleted_is_not_answered(ada: Ada, snac: Snac) -> None:
    me, julie = ada.account, snac.person("julie")
    me.follow(julie)
    kept, gone = julie.post("Une haie est un mur, je crois."), julie.post("Un mur est une haie, peut-être.")
    me.sees(kept, gone)
    ada.login()
    ada.fetch()
    ada.know(julie)
    numbers = {p["title"]: str(p["piece"]) for p in ada("person", julie.name, "--json").json["published"]}
    julie.edit(kept, "Une haie est une route, j’en suis sûre.")
    julie.delete(gone)
    until(lambda: gone.uri not in {status["uri"] for status in me.timeline()}, "the deletion is seen")
    refused = ada("thanks", numbers["Un mur est une haie, peut-être."])
    assert refused.status == 2, refused
    assert "deleted" in refused.err
    ada.fetch()
    assert ada.published(julie.name) == {"Une haie est une route, j’en suis sûre."}


def test_what_this_server_does_not_offer_stops_nothing(ada: Ada) -> None:
    ada.login()
    for command in (
        ("import", "mastodon", "--yes"),
        ("import", "mastodon", "--mutuals", "--yes"),
        ("sources", "lists"),
    ):
        said = ada(*command)
        assert "Traceback" not in said.err
        assert said.status in {0, 1}, said


def test_several_accounts_signing_out_and_a_token_that_is_no_longer_taken(ada: Ada, snac: Snac) -> None:
    first = ada.account
    ada.login()
    ada.account = snac.person("eva")
    ada.login("--allow-sending")
    labels = [one["label"] for one in ada("accounts", "--json").json]
    assert labels == [f"@{first.account}", f"@{ada.account.account}"]
    spoil(ada.program)
    said = ada("fetch", "--force")
    assert said.status == 1
    assert f"nouvelles login mastodon {snac.host}" in said.err
    for label in labels:
        assert ada("logout", label).status == 0
    assert ada("accounts", "--json").json == []


def spoil(program: Program) -> None:
    """Let every token be one that the server does not know."""
    from engage.keys import Keys  # noqa: PLC0415 - beside its one use

    def change(house: Any) -> None:
        keys = Keys(program.home)
        for account in house.store.feeds.accounts():
            keys.put(account, {**(keys.get(account) or {}), "token": "0" * 32})

    program.fill(change)


def test_a_code_may_be_pasted_where_there_is_no_browser(ada: Ada, monkeypatch: pytest.MonkeyPatch) -> None:
    said = ada("login", "mastodon", ada.server.base, "--paste", typed="not-a-code\n")
    assert said.status == 2
    assert f"{ada.server.base}/oauth/" in said.out + said.err
    assert "Traceback" not in said.err
    monkeypatch.setattr(webbrowser, "open", lambda *_: False)
    assert ada("accounts", "--json").json == []
