"""`nouvelles add` and `nouvelles fetch`, against servers on loopback."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from engage.demo.skeets import did_of
from engage.demo.wire import (
    Account,
    Actor,
    Answer,
    Article,
    Blog,
    Bluesky,
    Mastodon,
    Skeet,
    Status,
    Wire,
    page,
)
from tests.engage.hands import DAY, HOUR, NOON
from tests.feeds.misbehaving import Misbehaving, fails

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engage.demo.answers import Site
    from tests.engage.conftest import Program

DID = did_of("julie")
SITES: dict[str, Site] = {
    "julie": Blog(
        "Haies",
        (
            Article("haies", "Les haies", "<p>Une haie est une route.</p>", NOON - HOUR),
            Article("murs", "Les murs", "<p>Un mur est un mur.</p>", NOON - 300 * DAY),
        ),
    ),
    "paul": Blog("Ponts", (Article("pont", "Le pont", "<p>Un pont.</p>", NOON - 2 * HOUR),), format="json"),
    "pouet": Mastodon(
        "pouet.example",
        (Account("julie", NOON - 99 * DAY, "Julie"),),
        (Status("1", "julie", NOON - 3 * HOUR, "Cherche un massicot, même rouillé."),),
    ),
    "sky": Bluesky(
        (Actor(DID, "julie.sky.example", NOON - 99 * DAY),), (Skeet(DID, NOON - DAY, "Bonjour d’ici."),)
    ),
}


@pytest.fixture
def wire() -> Iterator[Wire]:
    with Wire(SITES) as wire:
        yield wire


@pytest.fixture
def program(nouvelles: Program, wire: Wire) -> Program:
    nouvelles.configure(
        f'[mastodon.servers]\n"pouet.example" = "{wire.base("pouet")}"\n'
        f'[bluesky]\npublic_api = "{wire.base("sky")}"\napp = "{wire.base("sky")}"\n'
    )
    return nouvelles


def test_a_person_with_all_their_addresses(program: Program, wire: Wire) -> None:
    site = wire.base("julie")
    typed = ["Julie Martin", f"{site}/", "@julie@pouet.example", "julie.sky.example", "julie@julie.example"]
    said = program(
        "add", *typed, "--circle", "1", "--tu", "--language", "fr", "--every", "6w", "--note", "haies"
    )
    assert (said.status, said.err) == (0, "")
    assert said.out == (
        "Julie Martin is here now.\n"
        f"  + blog: Haies · {site}/feed.xml\n"
        "  + Mastodon: @julie@pouet.example\n"
        "  + Bluesky: julie.sky.example\n"
        "  + e-mail: julie@julie.example\n"
    )
    person = program("person", "julie", "--json").json
    assert (
        person["circle"],
        person["register"],
        person["language"],
        person["every_days"],
        person["note"],
    ) == (
        1,
        "tu",
        "fr",
        42,
        "haies",
    )


def test_the_same_address_again_adds_nothing(program: Program, wire: Wire) -> None:
    typed = ["add", "Julie Martin", f"{wire.base('julie')}/", "@julie@pouet.example"]
    first = program(*typed, "--json").json
    assert (first["person"], first["new"], len(first["added"]), first["known"]) == (
        "Julie Martin",
        True,
        2,
        [],
    )
    again = program(*typed, "--json")
    assert again.status == 0
    assert (again.json["new"], again.json["added"], len(again.json["known"])) == (False, [], 2)
    assert "Haies was known already" in program(*typed).out
    assert program("fetch", "--json").json["sources"] == 2


def test_what_cannot_be_found_says_what_was_tried(program: Program, wire: Wire) -> None:
    wire.sites["bare"] = Bare()
    said = program("add", "Julie", f"{wire.base('bare')}/")
    assert (said.status, said.out) == (2, "")
    assert f"Nothing to follow was found at {wire.base('bare')}/. Tried: " in said.err
    assert "/feed.xml" in said.err
    assert said.err.endswith("Nothing was added.\n")
    assert program("people", "--json").json == []


class Bare:
    """A site with a page and nothing to follow."""

    def answer(self, request: object) -> Answer:
        return (
            page("Rien", "<p>Rien</p>")
            if getattr(request, "path", "") == "/"
            else page("404", "", status=404)
        )


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("@nobody@pouet.example", 2),
        ("nonsense", 2),
        ("http://[", 2),
        ("http://127.0.0.1:9/", 1),
        ("https://no-such.example/", 1),
    ],
)
def test_a_mistake_and_a_failure_end_differently(program: Program, address: str, status: int) -> None:
    said = program("add", "Julie", address)
    assert said.status == status
    assert said.err.splitlines()[-1] == "Nothing was added."
    assert "Traceback" not in said.err
    told = program("add", "Julie", address, "--json")
    assert (told.status, told.json["person"]) == (status, None)
    assert [f["address"] for f in told.json["failed"]] == [address]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([""], "A person needs a name."),
        ([" \n "], "A person needs a name."),
        (["--", "--"], "A person needs a name."),
        (["’-'"], "A person needs a name."),
        (["Julie", "--every", "often"], "“often” is not a duration"),
        (["Julie", "--every", ""], "“” is not a duration"),
        (["Julie", "--circle", "4"], "'4' is not one of '1', '2', '3'"),
        (["Julie", "--language", "de"], "'de' is not one of 'fr', 'en'"),
    ],
)
def test_a_mistake_adds_nobody(program: Program, arguments: list[str], sentence: str) -> None:
    said = program("add", *arguments)
    assert (said.status, said.out) == (2, "")
    assert sentence in said.err
    assert said.err.count("\n") == 1
    assert program("people", "--json").json == []


def test_never_is_a_rhythm(program: Program) -> None:
    program("add", "Julie", "--every", "never")
    assert program("person", "Julie", "--json").json["every_days"] == 0
    program.now += 4000 * DAY
    assert program("drifting", "--json").json == []


def test_in_french(program: Program) -> None:
    program.environ["LANGUAGE"] = "fr"
    assert program("add", "Julie").out != "Julie is here now.\n"
    said = program("add", " ")
    assert said.status == 2
    assert "A person needs" not in said.err


def follow(program: Program, wire: Wire) -> None:
    program("add", "Julie Martin", f"{wire.base('julie')}/", "@julie@pouet.example", "julie.sky.example")
    program("add", "Paul", f"{wire.base('paul')}/")


def test_a_second_fetch_adds_nothing(program: Program, wire: Wire) -> None:
    follow(program, wire)
    first = program("fetch", "--json")
    assert (first.status, first.err) == (0, "")
    assert first.json.keys() >= {"sources", "new", "unchanged", "failed"}
    assert (first.json["sources"], first.json["new"], first.json["unchanged"], first.json["failed"]) == (
        4,
        5,
        0,
        [],
    )
    again = program("fetch", "--json").json
    assert (again["sources"], again["asked"], again["new"], again["unchanged"]) == (4, 0, 0, 4)
    forced = program("fetch", "--force", "--json").json
    assert (forced["asked"], forced["new"], forced["changed"], forced["unchanged"]) == (4, 0, 0, 4)


def test_in_words(program: Program, wire: Wire) -> None:
    assert "Nobody is here yet." in program("fetch").out
    program("add", "Paul", f"{wire.base('paul')}/")
    assert program("fetch").out == "1 new post from 1 source.\n"
    assert program("fetch").out.startswith("Nobody is due now. --force asks everybody but those who asked")


def test_one_line_for_each_source_that_failed_and_the_rest_is_kept(program: Program, wire: Wire) -> None:
    follow(program, wire)
    wire.hooks["julie"] = lambda _: Answer(status=500)
    said = program("fetch")
    assert (said.status, said.out) == (1, "3 new posts from 4 sources.\n")
    assert (
        said.err
        == f"! Haies: {wire.base('julie')}/feed.xml has a fault of its server's own (500). There is nothing to do but wait.\n"
    )
    told = program("fetch", "--force", "--json")
    assert (told.status, told.err) == (1, "")
    (failed,) = told.json["failed"]
    assert failed == {
        "source": f"{wire.base('julie')}/feed.xml",
        "error": f"{wire.base('julie')}/feed.xml has a fault of its server's own (500). There is nothing to do but wait.",
    }
    assert (told.json["sources"], told.json["unchanged"]) == (4, 3)


def test_a_source_that_is_gone_is_counted_this_time_and_no_more(program: Program, wire: Wire) -> None:
    follow(program, wire)
    wire.hooks["julie"] = lambda _: Answer(status=410)
    first = program("fetch", "--json").json
    assert (first["sources"], first["new"], first["unchanged"], len(first["failed"])) == (4, 3, 0, 1)
    again = program("fetch", "--json").json
    assert (again["sources"], again["unchanged"], again["failed"]) == (3, 3, [])


def test_nouvelles_alone_fetches_what_is_due_and_shows_it(program: Program, wire: Wire) -> None:
    follow(program, wire)
    said = program()
    assert (said.status, said.err) == (0, "")
    assert "Julie Martin · Les haies" in said.out
    assert "Paul · Le pont" in said.out
    assert "Les murs" not in said.out


def test_a_day_is_shown_though_some_source_failed(program: Program, wire: Wire) -> None:
    follow(program, wire)
    wire.hooks["paul"] = lambda _: Answer(status=503)
    said = program("--json")
    assert (said.status, said.err) == (1, "")
    assert [h["person"] for h in said.json["highlights"]] == ["Julie Martin"]
    assert said.json["unheard"] == ["Ponts"]
    shown = program("--no-fetch").out
    assert "Not heard from: Ponts." in shown


def test_over_several_days(program: Program, wire: Wire) -> None:
    follow(program, wire)
    program()
    julie = SITES["julie"]
    assert isinstance(julie, Blog)
    program.now += DAY
    fresh = Article("fosse", "Le fossé", "<p>Un fossé.</p>", program.now - HOUR)
    wire.sites["julie"] = replace(julie, articles=(fresh, *julie.articles))
    second = program().out
    assert "Le fossé" in second
    assert "Les haies" not in second
    program.now += DAY
    third = program().out
    assert "Bonjour d’ici." in third  # what was held back comes: one thing a day from each person
    assert "Le fossé" not in third
    program.now += DAY
    assert "massicot" in program().out
    program.now += 30 * DAY
    assert "That is a fine day too." in program().out


def test_adding_leaves_a_host_alone_that_asked_for_it(nouvelles: Program) -> None:
    with Misbehaving() as server:
        address = server.at("/feed", fails(429, Retry_After="7200"))
        for _ in range(3):
            said = nouvelles("add", "Julie", address)
            assert (said.status, "asks us to come back later" in said.err) == (1, True)
        assert len(server.asked) == 1
        nouvelles.now = NOON + 3 * HOUR
        nouvelles("add", "Julie", address)
        assert len(server.asked) == 2
