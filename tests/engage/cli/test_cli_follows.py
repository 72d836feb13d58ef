"""`nouvelles import mastodon`, `nouvelles import bluesky`, and the lists that one keeps there."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from engage.cli import follows as screen
from engage.demo.answers import as_json
from engage.demo.wire import Answer, Request, Wire
from engage.keys import Keys
from engage.model import Identity
from feeds import wire as wires
from feeds.errors import Busy, SignedOut, Unreachable
from feeds.http import Client
from feeds.model import Account, Link, Profile, Source
from tests.engage.hands import NOON, House, Said
from tests.networks.atmosphere import Atmosphere

if TYPE_CHECKING:
    from pathlib import Path

    from tests.engage.conftest import Program

ME = Account("mastodon", "moi@piaille.example", "@moi@piaille.example", "https://piaille.example")
OTHER = Account("mastodon", "moi@autre.example", "@moi@autre.example", "https://autre.example")
SKY = Account("bluesky", "did:plc:moi", "moi.example", "https://pds.example")


def fedi(user: str, name: str, *links: Link, **more: Any) -> Profile:
    address = f"{user}@piaille.example"
    source = Source("mastodon", address, f"@{address}", f"https://piaille.example/@{user}", given=False)
    return Profile(replace(source, through=ME.address), name, "", links, **more)


def verified(url: str) -> Link:
    return Link(url, "Site", NOON)


JULIE = fedi("ju", "Ju", verified("https://julie.example"))
PAUL = fedi("paul", "Paul 🐝", mutual=True)
ANNE = fedi("anne", "Anne")
NAMESAKE = fedi("julie", "Julie Martin")
BOT = fedi("meteo", "Météo", bot=True)
MOVED = fedi("vieux", "Vieux", moved_to="neuf@autre.example")
EVERYONE = (JULIE, PAUL, ANNE, NAMESAKE, BOT, MOVED)
LISTS = (
    Source("mastodon-list", "moi@piaille.example 12", "Amis"),
    Source("mastodon-list", "moi@piaille.example 13", "Amies du jardin"),
)


class Networks:
    """What the two networks answer, in place of them."""

    def __init__(self) -> None:
        self.follows: tuple[Profile, ...] = EVERYONE
        self.lists: dict[str, tuple[Source, ...]] = {ME.address: LISTS}
        self.asked: list[tuple[str, str]] = []
        self.error: Exception | None = None
        self.mute = ""

    def tell_follows(self, account: Account, *_: Any, only_list: str = "") -> tuple[Profile, ...]:
        self.asked.append((account.label, only_list))
        if self.error:
            raise self.error
        return self.follows[:2] if only_list else self.follows

    def tell_lists(self, account: Account, *_: Any) -> tuple[Source, ...]:
        if account.label == self.mute:
            raise Unreachable(address=account.server, reason="test")
        return self.lists.get(account.address, ())


@pytest.fixture
def networks(monkeypatch: pytest.MonkeyPatch) -> Networks:
    told = Networks()
    monkeypatch.setattr(screen, "_follows_of", lambda _: told.tell_follows)
    monkeypatch.setattr(screen, "_lists_of", lambda _: told.tell_lists)
    return told


@pytest.fixture
def signed_in(nouvelles: Program, networks: Networks) -> Program:
    assert networks
    sign_in(nouvelles, ME)
    return nouvelles


def sign_in(nouvelles: Program, *accounts: Account) -> None:
    def keep(house: House) -> None:
        for account in accounts:
            house.store.feeds.keep_account(account, NOON)

    nouvelles.fill(keep)


def know_julie(nouvelles: Program) -> None:
    def keep(house: House) -> None:
        julie = house.person()
        feed = Source("blog", "https://julie.example/feed", "Haies", "https://julie.example/")
        source = house.store.feeds.add_source(feed, NOON)
        typed = "typed: https://julie.example"
        house.store.add_identity(
            Identity(0, julie.id, "blog", source.address, source.label, source.site, source.id, typed, NOON)
        )

    nouvelles.fill(keep)


def people(nouvelles: Program) -> dict[str, int]:
    return {person["person"]: person["circle"] for person in nouvelles("people", "--json").json}


def content(nouvelles: Program) -> list[tuple[Any, ...]]:
    tables = ("people", "identities", "sources", "cursors", "accounts")
    return list(
        nouvelles.fill(
            lambda house: [
                tuple(row)
                for table in tables
                for row in house.store.connection.execute(f"select * from {table}")
            ]
        )
    )


def at_a_terminal(nouvelles: Program, monkeypatch: pytest.MonkeyPatch, typed: str, *arguments: str) -> Said:
    """Run a command before somebody who answers."""
    with monkeypatch.context() as patch:
        patch.setattr(screen, "is_asked", lambda: True)
        return nouvelles(*arguments, typed=typed)


# --- taking all of it ---


def test_whom_you_follow_become_people(signed_in: Program) -> None:
    know_julie(signed_in)
    said = signed_in("import", "mastodon", "--yes")
    assert (said.status, said.err) == (0, "")
    assert people(signed_in) == {"Julie Martin": 1, "Paul": 3, "Anne": 3, "Vieux": 3}
    assert said.out.splitlines() == [
        "3 people are here now, in circle 3; “nouvelles add NAME --circle 1, 2 or 3” puts them into another.",
        "  Paul",
        "  Anne",
        "  Vieux",
        "1 account is now that of somebody you had:",
        "  Julie Martin · @ju@piaille.example",
        "1 account may be of somebody you have, and nothing proves it. If it is, this says so:",
        '  nouvelles add "Julie Martin" @julie@piaille.example',
        "If it is somebody else, the same command with another name makes a person of them.",
        "1 bot or group was left out; --bots takes it too.",
        "1 account has moved: the new one stands in its place.",
        "Their earlier posts come little by little with each fetch.",
    ]
    told = signed_in("sources", "--json").json
    assert {source["label"]: source["people"] for source in told if source["kind"] == "mastodon"} == {
        "@ju@piaille.example": ["Julie Martin"],
        "@paul@piaille.example": ["Paul"],
        "@anne@piaille.example": ["Anne"],
        "@neuf@autre.example": ["Vieux"],
    }


def test_again_it_says_so_and_changes_nothing(signed_in: Program) -> None:
    know_julie(signed_in)
    signed_in("import", "mastodon", "--yes")
    before = content(signed_in)
    again = signed_in("import", "mastodon", "--yes")
    assert again.status == 0
    assert "4 were here already." in again.out
    assert "There is nobody to take who is not here already." in again.out
    assert "earlier posts" not in again.out
    assert content(signed_in) == before


def test_circle_bots_and_mutuals(signed_in: Program, networks: Networks) -> None:
    signed_in("import", "mastodon", "--yes", "--mutuals", "--circle", "2")
    assert people(signed_in) == {"Paul": 2}
    networks.follows = (BOT,)
    signed_in("import", "mastodon", "--yes", "--bots", "--circle", "1")
    assert people(signed_in) == {"Paul": 2, "Météo": 1}


def test_in_json(signed_in: Program) -> None:
    know_julie(signed_in)
    shown = signed_in("import", "mastodon", "--json").json
    assert (shown["taken"], shown["people"], shown["account"]) == (False, [], "@moi@piaille.example")
    assert [new["name"] for new in shown["new"]] == ["Paul", "Anne", "Vieux"]
    (matched,) = shown["matched"]
    assert (matched["person"], matched["address"]) == ("Julie Martin", "ju@piaille.example")
    assert (
        matched["evidence"]
        == "verified: https://julie.example on the profile of @ju@piaille.example, 2026-11-23"
    )
    assert shown["unclear"][0]["commands"] == ['nouvelles add "Julie Martin" @julie@piaille.example']
    assert (shown["bots"], shown["moved"]) == (
        ["@meteo@piaille.example"],
        [{"from": "@vieux@piaille.example", "to": "neuf@autre.example"}],
    )
    assert list(people(signed_in)) == ["Julie Martin"]
    taken = signed_in("import", "mastodon", "--json", "--yes").json
    assert (taken["taken"], taken["people"]) == (True, ["Paul", "Anne", "Vieux"])


# --- choosing ---


def test_in_a_pipe_it_only_shows(signed_in: Program) -> None:
    before = content(signed_in)
    said = signed_in("import", "mastodon")
    assert said.status == 0
    assert "5 people who are not here yet:" in said.out
    assert "   2  Paul · @paul@piaille.example\n" in said.out
    assert said.out.endswith("Nothing was taken: --yes takes all of it.\n")
    assert content(signed_in) == before


def test_at_a_terminal_it_asks_which(signed_in: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    know_julie(signed_in)
    said = at_a_terminal(signed_in, monkeypatch, "5-9\ntwo\n1, 4\n", "import", "mastodon")
    assert said.out.count("is no choice from 1 to 4.") == 2
    assert "   4  Julie Martin · @ju@piaille.example\n      verified: https://julie.example on" in said.out
    assert "1 person is here now" in said.out
    assert set(people(signed_in)) == {"Julie Martin", "Paul"}
    assert "Their earlier posts" in said.out


@pytest.mark.parametrize("answer", ["", "none", "aucun"])
def test_none_takes_nothing(signed_in: Program, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    before = content(signed_in)
    said = at_a_terminal(signed_in, monkeypatch, f"{answer}\n", "import", "mastodon")
    assert said.out.endswith("Nothing was taken.\n")
    assert content(signed_in) == before


def test_all_takes_all_and_nobodyis_asked_when_there_is_nobody(
    signed_in: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_a_terminal(signed_in, monkeypatch, "all\n", "import", "mastodon")
    assert len(people(signed_in)) == 5
    again = at_a_terminal(signed_in, monkeypatch, "", "import", "mastodon")
    assert (again.status, "nobody to take" in again.out) == (0, True)


@pytest.mark.parametrize(
    ("answer", "numbers"),
    [
        ("all", {1, 2, 3, 4, 5, 6}),
        ("Tous", {1, 2, 3, 4, 5, 6}),
        ("", set()),
        ("1-3, 5", {1, 2, 3, 5}),
        ("1 - 3,5", {1, 2, 3, 5}),
        ("2–3 6", {2, 3, 6}),
        ("4", {4}),
        ("4,", {4}),
        ("0", None),
        ("7", None),
        ("3-1", None),
        ("1-99999999999", None),
        ("-2", None),
        ("²", None),
        ("Paul", None),
    ],
)
def test_what_an_answer_means(answer: str, numbers: set[int] | None) -> None:
    assert screen.chosen(answer, 6) == (None if numbers is None else frozenset(numbers))


# --- which account, which list ---


@pytest.mark.parametrize(
    ("network", "command"),
    [("mastodon", "nouvelles login mastodon HOST"), ("bluesky", "nouvelles login bluesky HANDLE")],
)
def test_without_an_account_it_says_how_to_sign_in(nouvelles: Program, network: str, command: str) -> None:
    refused = nouvelles("import", network)
    assert (refused.status, refused.out) == (2, "")
    assert f"“{command}” does that" in refused.err


def test_with_several_accounts_one_is_named(signed_in: Program, networks: Networks) -> None:
    sign_in(signed_in, OTHER, SKY)
    refused = signed_in("import", "mastodon")
    assert refused.status == 2
    assert "--account @moi@piaille.example, @moi@autre.example" in refused.err
    assert networks.asked == []
    for named in ("@moi@autre.example", "moi@autre.example", "autre"):
        assert signed_in("import", "mastodon", "--account", named).status == 0
    assert signed_in("import", "mastodon", "--account", "jamais").status == 2
    assert signed_in("import", "bluesky").status == 0  # only one there
    assert networks.asked == [("@moi@autre.example", "")] * 3 + [("moi.example", "")]


def test_only_a_list(signed_in: Program, networks: Networks) -> None:
    signed_in("import", "mastodon", "--yes", "--list", "amis")
    assert networks.asked == [("@moi@piaille.example", "12")]
    assert set(people(signed_in)) == {"Ju", "Paul"}
    refused = signed_in("import", "mastodon", "--list", "Voisins")
    assert (refused.status, "There are: Amis, Amies du jardin." in refused.err) == (2, True)
    several = signed_in("import", "mastodon", "--list", "ami")
    assert (several.status, "Amis (moi@piaille.example 12)" in several.err) == (2, True)


def test_what_is_for_files_and_what_for_networks(
    signed_in: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert signed_in("import", "mastodon", "--no-fetch").status == 2
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mastodon").write_text("https://julie.example/feed\n", encoding="utf-8")
    assert signed_in("import", f".{os.sep}mastodon", "--mutuals").status == 2
    assert signed_in("import", f".{os.sep}mastodon", "--no-fetch", "--yes", "--json").json["new"] == [
        "https://julie.example/feed"
    ]
    (tmp_path / "bluesky").mkdir()
    assert "not signed in on Bluesky" in signed_in("import", "bluesky").err


# --- what goes wrong, and what strangers write ---


def test_a_network_that_does_not_answer_costs_nothing(signed_in: Program, networks: Networks) -> None:
    before = content(signed_in)
    networks.error = SignedOut(
        server="piaille.example",
        account="@moi@piaille.example",
        command="nouvelles login mastodon piaille.example",
    )
    refused = signed_in("import", "mastodon", "--yes")
    assert (refused.status, refused.out) == (1, "")
    assert "nouvelles login mastodon piaille.example" in refused.err
    assert content(signed_in) == before


def test_a_server_that_asks_us_to_wait_is_let_wait(signed_in: Program, networks: Networks) -> None:
    until = "2026-11-23T12:05:00+00:00"
    asked = "https://piaille.example/api/v1/accounts/1/following"
    networks.error = Busy(address="piaille.example", status=429, until="12:05", at=until, asked=asked)
    assert signed_in("import", "mastodon", "--yes").status == 1
    waiting = signed_in.fill(lambda house: house.store.feeds.waiting(NOON))
    assert [moment.isoformat() for moment in waiting.values()] == [until]


def test_what_is_to_be_pasted_is_safe(signed_in: Program, networks: Networks) -> None:
    bad = 'Ju$(touch pwned)`x`"lie'
    signed_in.fill(lambda house: house.person(bad))
    networks.follows = (
        replace(fedi("x", bad), source=replace(NAMESAKE.source, label="@a;b@x", address="a;b@x")),
    )
    (unclear,) = signed_in("import", "mastodon", "--json").json["unclear"]
    assert unclear["commands"] == [f"nouvelles add '{bad}' '@a;b@x'"]
    networks.follows = (fedi("y", "Pa\x1b[2Jul"),)
    assert "\x1b" not in re.sub(r"\x1b\[\d*m", "", signed_in("import", "mastodon").out)


def test_in_english_one_is_one(signed_in: Program, networks: Networks) -> None:
    networks.follows = (PAUL,)
    assert "1 person who is not here yet:" in signed_in("import", "mastodon").out
    assert "1 person is here now" in signed_in("import", "mastodon", "--yes").out
    assert "1 was here already." in signed_in("import", "mastodon").out


# --- lists as sources ---


def test_lists_are_listed_and_followed(signed_in: Program) -> None:
    (amis, jardin) = signed_in("sources", "lists", "--json").json
    assert (amis["name"], amis["account"], amis["followed"]) == ("Amis", "@moi@piaille.example", False)
    assert jardin["name"] == "Amies du jardin"
    said = signed_in("sources", "follow-list", "jardin")
    assert (said.status, "Amies du jardin is followed now" in said.out) == (0, True)
    assert [found["followed"] for found in signed_in("sources", "lists", "--json").json] == [False, True]
    shown = signed_in("sources", "lists").out.splitlines()
    assert [line.split()[0] for line in shown[:2]] == ["Amis", "Amies"]
    assert shown[0].endswith("not followed")
    assert shown[1].endswith("  followed")
    before = content(signed_in)
    signed_in("sources", "follow-list", "jardin")
    assert content(signed_in) == before
    assert "Mastodon, list" in signed_in("sources").out
    removed = signed_in("sources", "remove", "Amies").out
    assert removed == "Amies du jardin is read no more. What it brought stays.\n"
    assert [found["followed"] for found in signed_in("sources", "lists", "--json").json] == [False, False]


def test_lists_that_are_called_alike_are_told_apart(signed_in: Program, networks: Networks) -> None:
    sign_in(signed_in, OTHER)
    networks.lists[OTHER.address] = (Source("mastodon-list", "moi@autre.example 3", "Amis"),)
    refused = signed_in("sources", "follow-list", "Amis")
    assert refused.status == 2
    assert "Amis (moi@piaille.example 12), Amis (moi@autre.example 3)" in refused.err
    assert signed_in("sources", "follow-list", "moi@autre.example 3").status == 0
    assert signed_in("sources", "follow-list", "Voisins").status == 2
    assert signed_in("sources", "follow-list", " ").status == 2


def test_an_account_that_does_not_answer_hides_no_list_of_another(
    signed_in: Program, networks: Networks
) -> None:
    sign_in(signed_in, SKY)
    networks.mute = SKY.label
    told = signed_in("sources", "lists", "--json")
    assert (told.status, [found["name"] for found in told.json]) == (1, ["Amis", "Amies du jardin"])
    assert told.err.startswith("! moi.example: ")
    assert signed_in("sources", "follow-list", "amis").status == 0
    assert signed_in("sources", "follow-list", "voisins").status == 1  # it may be there
    networks.mute = ME.label
    assert (signed_in("sources", "lists").status, signed_in("sources", "lists").out) == (1, "")


def test_without_lists_or_accounts(nouvelles: Program, networks: Networks) -> None:
    assert "not signed in" in nouvelles("sources", "lists").err
    sign_in(nouvelles, SKY)
    assert nouvelles("sources", "lists").out == "You keep no lists there.\n"
    assert networks.asked == []


# --- at the wire ---


def keep(nouvelles: Program, account: Account, secrets: dict[str, str]) -> None:
    """Sign in as the program does: secrets first, then the account."""
    nouvelles.home.mkdir(exist_ok=True)
    Keys(nouvelles.home).put(account, secrets)
    sign_in(nouvelles, account)


def entity(number: int, acct: str, name: str, *fields: tuple[str, str | None], **more: Any) -> dict[str, Any]:
    """An account as a Mastodon server tells it; a field's page is named with when it was seen to name the account back."""
    user, _, host = acct.partition("@")
    told = [
        {"name": "Site", "value": f'<a href="{page}" rel="me">{page}</a>', "verified_at": seen}
        for page, seen in fields
    ]
    url = f"https://{host or 'piaille.example'}/@{user}"
    plain = {"id": str(number), "username": user, "acct": acct, "display_name": name, "url": url, "uri": url}
    return {
        **plain,
        "note": "<p>Des haies.</p>",
        "fields": told,
        "bot": False,
        "group": False,
        "locked": False,
        **more,
    }


class Piaille:
    """A Mastodon server with one person signed in, who follows these; it shows two on a page."""

    def __init__(self, *followed: dict[str, Any], back: tuple[str, ...] = ()) -> None:
        self.followed = followed
        self.back = back

    def answer(self, request: Request) -> Answer:
        if request.headers.get("authorization") != "Bearer jeton":
            return as_json({"error": "The access token is invalid"}, status=401)
        me = entity(1, "moi", "Moi")
        told: dict[str, Any] = {
            "/api/v1/accounts/verify_credentials": me,
            "/api/v1/accounts/lookup": me,
            "/api/v1/accounts/relationships": [
                {"id": one, "following": True, "followed_by": one in self.back}
                for one in request.query.get("id[]", [])
            ],
            "/api/v1/lists": [{"id": "12", "title": "Amis"}],
            "/api/v1/lists/12/accounts": [self.followed[1]],
        }
        if request.path == "/api/v1/accounts/1/following":
            return self._following(request, int(request.one("max_id", "0")))
        found = told.get(request.path)
        return as_json({"error": "Record not found"}, status=404) if found is None else as_json(found)

    def _following(self, request: Request, start: int) -> Answer:
        onward = f'<{request.base}{request.path}?max_id={start + 2}>; rel="next"'
        told = list(self.followed[start : start + 2])
        return as_json(told, Link=onward) if start + 2 < len(self.followed) else as_json(told)


FOLLOWED = (
    entity(
        2,
        "ju",
        "Ju",
        ("https://julie.example", "2025-03-02T08:00:00.000+00:00"),
        ("https://autre.example", None),
    ),
    entity(3, "paul@autre.example", "Paul :verified:"),
    entity(4, "meteo", "Météo", bot=True),
    entity(5, "vieux", "Vieux", moved=entity(6, "neuf@autre.example", "Vieux")),
    entity(7, "julie", "Julie Martin"),
)


def test_mastodon_at_the_wire(nouvelles: Program) -> None:
    know_julie(nouvelles)
    with Wire({"piaille": Piaille(*FOLLOWED, back=("3",))}) as wire:
        account = replace(ME, server=wire.base("piaille"), key="mastodon moi", allow_private=True)
        keep(nouvelles, account, {"token": "jeton", "client_id": "c", "client_secret": "s"})
        (jardin,) = nouvelles("sources", "lists", "--json").json
        assert (jardin["name"], jardin["address"]) == ("Amis", "moi@piaille.example 12")
        listed = nouvelles("import", "mastodon", "--list", "amis", "--json").json
        assert [new["name"] for new in listed["new"]] == ["Paul"]
        mutual = nouvelles("import", "mastodon", "--mutuals", "--json").json
        assert [new["name"] for new in mutual["new"]] == ["Paul"]
        taken = nouvelles("import", "mastodon", "--yes", "--json")
        assert (taken.status, taken.err) == (0, "")
        assert taken.json["people"] == ["Paul", "Vieux"]
        (matched,) = taken.json["matched"]
        assert (matched["person"], matched["label"]) == ("Julie Martin", "@ju@piaille.example")
        assert (
            matched["evidence"]
            == "verified: https://julie.example on the profile of @ju@piaille.example, 2025-03-02"
        )
        assert [one["label"] for one in taken.json["unclear"]] == ["@julie@piaille.example"]
        assert (taken.json["bots"], taken.json["moved"][0]["to"]) == (
            ["@meteo@piaille.example"],
            "neuf@autre.example",
        )
        before = content(nouvelles)
        assert nouvelles("import", "mastodon", "--yes").status == 0
        assert content(nouvelles) == before
    told = {
        source.address: source.through for source in nouvelles.fill(lambda house: house.store.feeds.sources())
    }
    assert (told["paul@autre.example"], told["neuf@autre.example"]) == (ME.address, "")


def test_bluesky_at_the_wire(nouvelles: Program) -> None:
    know_julie(nouvelles)
    sky = Atmosphere()
    me = sky.person("moi.example", "Moi", "motdepasse")
    julie = sky.person("julie.example", "Ju 🌻", website="https://jardin.example")
    paul = sky.person("paul.bsky.social", "Paul")
    bridged = sky.person("anne.piaille.example.ap.brid.gy", "Anne")
    for other in (julie, paul, bridged):
        sky.follow(me, other)
    sky.follow(paul, me)
    sky.make_list(me, "Amis", [paul])
    with Wire(sky.sites()) as wire:
        nouvelles.configure(
            f'[bluesky]\npublic_api = "{wire.base("appview")}"\ndirectory = "{wire.base("plc")}"\n'
        )
        asked = json.dumps({"identifier": me, "password": "motdepasse"}).encode()
        door = f"{wire.base('pds')}/xrpc/com.atproto.server.createSession"
        call = wires.Request(
            door, {"Content-Type": "application/json"}, method="POST", body=asked, allow_private=True
        )
        session = json.loads(Client().send(call).body)
        account = Account(
            "bluesky", me, "moi.example", wire.base("pds"), key="bluesky moi", allow_private=True
        )
        keep(nouvelles, account, {"access": session["accessJwt"], "refresh": session["refreshJwt"]})
        assert [found["name"] for found in nouvelles("sources", "lists", "--json").json] == ["Amis"]
        listed = nouvelles("import", "bluesky", "--list", "amis", "--json").json
        assert [new["name"] for new in listed["new"]] == ["Paul"]
        mutual = nouvelles("import", "bluesky", "--mutuals", "--json").json
        assert [new["name"] for new in mutual["new"]] == ["Paul"]
        taken = nouvelles("import", "bluesky", "--yes", "--json")
        assert (taken.status, taken.err) == (0, "")
        assert sorted(taken.json["people"]) == ["Anne", "Paul"]
        (matched,) = taken.json["matched"]
        assert (matched["person"], matched["address"]) == ("Julie Martin", julie)
        assert matched["evidence"].startswith("handle: julie.example is that of julie.example on Bluesky, ")
        before = content(nouvelles)
        assert nouvelles("import", "bluesky", "--yes").status == 0
        assert content(nouvelles) == before
