"""Signed in on the real Bluesky network: what our own commands make of it, twice the same."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from tests.real.ground import until

if TYPE_CHECKING:
    from tests.engage.conftest import Program
    from tests.engage.hands import Said
    from tests.real.bluesky.people import Bluesky

APP = "nouvelles"


class Ada:
    """Ada at her machine: our program, at the real time, and her account."""

    def __init__(self, program: Program, network: Bluesky) -> None:
        program.configure(network.config)
        self.program = program
        self.account = network.person("ada")
        self.numbers = count(1)
        self.app = ""

    def __call__(self, *arguments: str, typed: str = "", later: timedelta = timedelta(0)) -> Said:
        self.program.now = datetime.now(UTC) + timedelta(seconds=1) + later
        return self.program(*arguments, typed=typed)

    def login(self, *, messages: bool = False) -> Said:
        name = f"{APP} {next(self.numbers)}"
        password = self.account.app_password(name, messages=messages)
        said = self("login", "bluesky", self.account.handle, typed=f"{password}\n")
        assert (said.status, said.err) == (0, ""), said
        assert password not in said.out
        self.app = name
        return said

    def change(self, **secrets: str) -> None:
        """Put other secrets in place of those that are kept."""
        from engage.keys import Keys  # noqa: PLC0415 - beside its one use

        def put(house: Any) -> None:
            keys = Keys(self.program.home)
            for account in house.store.feeds.accounts():
                keys.put(account, {**(keys.get(account) or {}), **secrets})

        self.program.fill(put)

    def fetch(self, *options: str) -> Any:
        said = self("fetch", "--force", "--json", *options)
        assert said.status == 0, said
        assert said.json["failed"] == said.json["troubles"] == []
        return said.json

    def passed(self, name: str) -> Counter[tuple[str, str]]:
        """What passed between Ada and somebody, by kind and direction."""
        told = self("person", name, "--json").json["engagements"]
        return Counter((one["kind"], one["direction"]) for one in told)

    def published(self, name: str) -> list[str]:
        return [piece["title"] for piece in self("person", name, "--json").json["published"]]

    def today(self) -> Any:
        return self("today", "--no-fetch", "--json").json


@pytest.fixture
def ada(program: Program, bluesky: Bluesky) -> Ada:
    return Ada(program, bluesky)


def rows(program: Program, *tables: str) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in some tables of the file, but for when it was asked."""
    found: dict[str, list[tuple[Any, ...]]] = {}

    def read(house: Any) -> None:
        for table in tables:
            found[table] = [tuple(row) for row in house.store.connection.execute(f"select * from {table}")]

    program.fill(read)
    return found


def test_the_home_timeline_the_follows_and_all_gestures_land_in_the_file_twice_the_same(
    ada: Ada, bluesky: Bluesky
) -> None:
    me, julie, paul = ada.account, bluesky.person("julie"), bluesky.person("paul")
    for other in (julie, paul):
        me.follow(other)
    julie.follow(me)
    hedge = julie.post("Une haie est une route pour tout ce qui est plus petit que nous.")
    wall = julie.post("Un mur est un mur, et personne ne le traverse.")
    bread = paul.post("Le pain a levé toute la nuit, et la rue le sait.")
    paul.repost(hedge)
    mine = me.post("Première neige sur le canal.")
    answer = me.post("Et un abri aussi.", reply_to=hedge)
    me.like(bread)
    me.repost(wall)
    me.mention(f"Bonjour @{paul.handle}, bon dimanche.", paul)
    julie.like(mine)
    julie.repost(mine)
    back = julie.post("Ici aussi, il neige.", reply_to=mine)
    quoted = julie.post("Regardez.", quote=mine)
    named = paul.mention(f"@{me.handle} tu viens jeudi ?", me)
    me.sees(hedge, wall, bread, back, quoted, named)
    until(lambda: any(item.get("reason") for item in me.timeline()), "the repost is seen")
    for reason, about in (
        ("like", mine),
        ("repost", mine),
        ("reply", back),
        ("quote", quoted),
        ("mention", named),
    ):
        me.hears(reason, about)
    julie.hears("reply", answer)

    ada.login()
    assert ada.fetch()["new"] >= 7
    imported = ada("import", "bluesky", "--yes", "--circle", "1", "--json")
    assert imported.status == 0, imported
    assert set(ada.published("Julie")) >= {
        "Une haie est une route pour tout ce qui est plus petit que nous.",
        "Un mur est un mur, et personne ne le traverse.",
    }
    assert ada.passed("Julie") == Counter(
        {
            ("replied", "out"): 1,
            ("boosted", "out"): 1,
            ("liked", "in"): 1,
            ("boosted", "in"): 1,
            ("replied", "in"): 1,
            ("quoted", "in"): 1,
        }
    )
    assert ada.passed("Paul") == Counter(
        {("liked", "out"): 1, ("mentioned", "out"): 1, ("mentioned", "in"): 1}
    )

    day = ada.today()
    answered = [one["title"] for one in day["done"]]
    assert answered == ["Une haie est une route pour tout ce qui est plus petit que nous."]
    assert all(one["title"] not in answered for one in day["highlights"])
    to_me = {one["person"]: one["reasons"] for one in day["highlights"]} | {
        one["person"]: [one["words"]] for one in day["waiting"]
    }
    assert to_me.keys() == {"Julie", "Paul"}
    assert ada("drifting", "--json").json == []

    tables = ("posts", "engagements", "gestures", "people", "identities")
    before = rows(ada.program, *tables)
    again = ada.fetch()
    assert (again["new"], again["changed"], again["gestures"], again["engagements"]) == (0, 0, 0, 0)
    ada("import", "bluesky", "--yes", "--circle", "1")
    assert rows(ada.program, *tables) == before


def test_drifting_ends_with_an_answer_that_only_the_network_saw(ada: Ada, bluesky: Bluesky) -> None:
    me, julie = ada.account, bluesky.person("julie")
    me.follow(julie)
    post = julie.post("Une haie est une route pour tout ce qui est plus petit que nous.")
    me.sees(post)
    ada.login()
    ada("import", "bluesky", "--yes", "--circle", "1")
    long = timedelta(days=90)
    assert [one["person"] for one in ada("drifting", "--json", later=long).json] == ["Julie"]
    me.post("Et un abri aussi.", reply_to=post)
    ada.fetch()
    assert ada.passed("Julie") == Counter({("replied", "out"): 1})
    assert ada("drifting", "--json").json == []


def test_edits_are_updated_and_what_was_deleted_is_not_answered(ada: Ada, bluesky: Bluesky) -> None:
    me, julie = ada.account, bluesky.person("julie")
    me.follow(julie)
    kept, gone = julie.post("Une haie est un mur, je crois."), julie.post("Un mur est une haie, peut-être.")
    me.sees(kept, gone)
    ada.login()
    ada.fetch()
    ada("import", "bluesky", "--yes", "--circle", "1")
    numbers = {p["title"]: str(p["piece"]) for p in ada("person", "Julie", "--json").json["published"]}
    edited = julie.edit(kept, text="Une haie est une route, j’en suis sûre.")
    julie.delete(gone)
    until(lambda: edited.cid in {item["post"]["cid"] for item in me.timeline()}, "the edit is seen")
    until(lambda: gone.uri not in {item["post"]["uri"] for item in me.timeline()}, "the deletion is seen")
    refused = ada("thanks", numbers["Un mur est une haie, peut-être."])
    assert refused.status == 2, refused
    assert "deleted" in refused.err
    assert ada.fetch()["changed"] == 1
    assert ada.published("Julie") == ["Une haie est une route, j’en suis sûre."]


def test_a_timeline_is_read_without_a_gap_across_many_pages(ada: Ada, bluesky: Bluesky) -> None:
    me, julie = ada.account, bluesky.person("julie")
    me.follow(julie)
    first = julie.post("Le premier mot.")
    me.sees(first)
    ada.login()
    ada.fetch()
    more = [julie.post(f"Mot numéro {number}.") for number in range(130)]
    me.sees(more[-1])
    assert ada.fetch()["new"] == 130


def test_a_list_is_a_source_and_its_members_are_people(ada: Ada, bluesky: Bluesky) -> None:
    me, julie, paul = ada.account, bluesky.person("julie"), bluesky.person("paul")
    me.list_of("Amis", [julie])
    me.follow(paul)
    post = julie.post("On ne la suit pas, mais elle est sur la liste.")
    ada.login()

    def listed() -> bool:
        told = ada("sources", "lists", "--json").json
        return [one["name"] for one in told] == ["Amis"]

    until(listed, "the list is known")
    assert ada("sources", "follow-list", "Amis").status == 0
    until(
        lambda: ada.fetch()["new"] > 0 or ada("search", "liste", "--json").json, f"{post.uri} is in the list"
    )
    said = ada("import", "bluesky", "--list", "Amis", "--yes", "--json")
    assert said.status == 0, said
    assert [one["person"] for one in ada("people", "--json").json] == ["Julie"]
    assert ada.published("Julie") == ["On ne la suit pas, mais elle est sur la liste."]


def test_only_those_who_follow_back(ada: Ada, bluesky: Bluesky) -> None:
    me, julie, paul = ada.account, bluesky.person("julie"), bluesky.person("paul")
    for other in (julie, paul):
        me.follow(other)
    julie.follow(me)
    me.hears("follow")
    ada.login()
    until(
        lambda: (
            ada("import", "bluesky", "--mutuals", "--yes", "--json").status == 0
            and [one["person"] for one in ada("people", "--json").json] == ["Julie"]
        ),
        "Julie is known to follow back",
    )


def test_messages_come_where_the_password_has_the_right_and_its_absence_is_said(
    ada: Ada, bluesky: Bluesky
) -> None:
    me, julie = ada.account, bluesky.person("julie")
    me.follow(julie)
    me.say(julie, "Tu viens jeudi ?")
    julie.say(me, "Oui, avec du pain.")
    ada.login()
    ada("import", "bluesky", "--yes")
    said = ada("fetch", "--force")
    assert "app password with that right" in said.err
    assert ada.passed("Julie") == Counter()
    ada.login(messages=True)
    ada.change(chat=bluesky.chat)  # our own: there is no open service of messages
    assert ada("fetch", "--force").err == ""
    assert ada.passed("Julie") == Counter({("wrote", "out"): 1, ("wrote", "in"): 1})
    assert ada.fetch()["gestures"] == 0


def test_a_session_is_renewed_and_a_withdrawn_password_is_said_with_the_way_back(
    ada: Ada, bluesky: Bluesky
) -> None:
    me, julie = ada.account, bluesky.person("julie")
    me.follow(julie)
    ada.login()
    ada.change(access="expired")
    ada.fetch()  # renewed on the way
    me.revoke(ada.app)
    ada.change(access="expired")
    said = ada("fetch", "--force")
    assert said.status == 1
    assert f"nouvelles login bluesky {me.handle}" in said.err
    assert "Traceback" not in said.err
    ada.login()
    ada.fetch()
    assert ada("logout", me.handle).status == 0
    assert ada("accounts", "--json").json == []


def test_a_wrong_password_and_a_handle_that_nobody_has(ada: Ada) -> None:
    wrong = ada("login", "bluesky", ada.account.handle, typed="not-the-password\n")
    assert wrong.status == 2
    assert "not-the-password" not in wrong.out + wrong.err
    assert ada("login", "bluesky", "nobody-at-all.test", typed="x\n").status == 2
    assert ada("accounts", "--json").json == []
