"""`nouvelles log`, `person`, `people`, `drifting` and `search`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from engage.model import CONTACTS
from tests.engage.hands import DAY, HAIES, HOUR, NOON, House, identity, post

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.engage.conftest import Program

URL = "https://julie.example/haies"


@pytest.fixture
def program(nouvelles: Program) -> Program:
    def people(house: House) -> None:
        julie = house.person(register="tu", language="fr", note="Haies, et le café sans sucre.")
        house.store.add_identity(identity(julie.id))
        house.publish(house.source(julie), post(url=URL, html=HAIES))
        house.publish(
            house.source(julie, "mastodon", "julie@piaille.example"),
            post("note", text="Sur mon carnet", links=[URL]),
            post("repost", text="Les mots d’une autre"),
            post("reply", text="Oui, volontiers"),
            post("note", text="Des moutons.", ago=50 * DAY),
        )
        house.person("Jules Verne", 2)

    nouvelles.fill(people)
    return nouvelles


def test_what_passed_is_noted_and_shown(program: Program) -> None:
    said = program("log", "met", "Julie Martin", "--note", "Café", "--at", "2026-11-01 18:30", "--json")
    assert said.status == 0
    assert said.json == {
        "person": "Julie Martin",
        "kind": "met",
        "direction": "out",
        "at": said.json["at"],
        "note": "Café",
        "piece": None,
        "draft": None,
        "channel": "",
    }
    program("log", "wrote", "julie m", "--from-them")
    passed = program("person", "Julie M", "--json").json["engagements"]
    assert [(e["kind"], e["direction"], e["note"]) for e in passed] == [
        ("wrote", "in", ""),
        ("met", "out", "Café"),
    ]
    shown = program("person", "Julie Martin").out
    assert "23 Nov 2026  they wrote to you\n" in shown
    assert "1 Nov 2026  you met: Café\n" in shown


def test_it_says_what_it_noted(program: Program) -> None:
    assert program("log", "called", "Jules Verne").out == "Noted: Jules Verne, you called, 23 Nov 2026.\n"


@pytest.mark.parametrize("kind", CONTACTS)
def test_every_kind_of_contact(program: Program, kind: str) -> None:
    assert program("log", kind, "Jules Verne", "--json").json["kind"] == kind


@pytest.mark.parametrize(
    ("typed", "kind"),
    [("Écrit", "wrote"), ("ecrit", "wrote"), ("REMERCIÉ", "thanked"), ("aide", "helped"), ("vu", "met")],
)
def test_kinds_in_french_with_or_without_accents(program: Program, typed: str, kind: str) -> None:
    assert program("log", typed, "Jules Verne", "--json").json["kind"] == kind


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["met", "Julie", "--at", "tomorrow"], "“tomorrow” is not"),
        (["met", "Julie", "--at", "2027-01-01"], "“2027-01-01” is not a moment in the past."),
        (["met", "Julie", "--at", "nonsense"], "“nonsense” is not a moment that can be read"),
        (["met", "Julie", "--at", ""], "“” is not a moment that can be read"),
        (["met", "Julie", "--at", "0000-00-00"], "“0000-00-00” is not"),
        (["liked", "Julie"], "“liked” is not one of met, wrote"),
        (["", "Julie"], "“” is not one of"),
        (
            ["met", "Jul"],
            "“Jul” may be Jules Verne (#2), Julie Martin (#1). Write more of the name, or the number.",
        ),
        (["met", "Nobody"], "You know nobody called “Nobody” here."),
        (["met", ""], "You know nobody called “” here."),
        (["met"], "Missing argument 'PERSON'."),
    ],
)
def test_a_mistake_is_one_sentence_and_notes_nothing(
    program: Program, arguments: list[str], sentence: str
) -> None:
    said = program("log", *arguments)
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("nouvelles: ")
    assert sentence in said.err
    assert said.err.count("\n") == 1
    assert program("person", "Julie M", "--json").json["engagements"] == []


def test_a_summer_evening_is_read_in_summer_time_in_november_too(
    program: Program, zone: Callable[[str], None]
) -> None:
    zone("Europe/Paris")
    said = program("log", "met", "Jules Verne", "--at", "2026-07-01 23:30", "--json").json
    assert datetime.fromisoformat(said["at"]) == datetime(2026, 7, 1, 21, 30, tzinfo=UTC)
    assert "1 Jul 2026" in program("person", "Jules Verne").out


def test_at_night_yesterday_is_the_day_before_here(program: Program, zone: Callable[[str], None]) -> None:
    zone("Europe/Paris")
    program.now = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # 0:30 on the 23rd
    assert "22 Nov 2026" in program("log", "met", "Jules Verne", "--at", "yesterday").out
    assert "23 Nov 2026" in program("log", "met", "Jules Verne").out


def test_a_person_by_contract(program: Program) -> None:
    said = program("person", "julie martin", "--json")
    assert (said.status, said.err) == (0, "")
    told = said.json
    assert told["person"] == "Julie Martin"
    assert (told["circle"], told["register"], told["language"], told["every_days"]) == (1, "tu", "fr", None)
    assert [a["kind"] for a in told["addresses"]] == ["email", "blog", "mastodon"]
    assert all(a["evidence"] for a in told["addresses"])
    assert [(p["title"], p["kind"], len(p["places"])) for p in told["published"]] == [
        ("Les haies", "article", 2),
        ("Des moutons.", "note", 1),
    ]


def test_a_person_in_words(program: Program) -> None:
    shown = program("person", "Julie Martin").out
    assert shown.startswith(
        "Julie Martin · someone you know well · tu · in French\n  Haies, et le café sans sucre.\n"
    )
    assert "23 Nov 2026  Les haies  (→ nouvelles thanks 1)" in shown
    assert "d’une autre" not in shown
    assert shown.count("nouvelles thanks") == 2


@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_an_unknown_and_an_ambiguous_name(program: Program, as_json: list[str]) -> None:
    unknown, ambiguous = program("person", "Zoé", *as_json), program("person", "jul", *as_json)
    assert (unknown.status, unknown.out, ambiguous.status, ambiguous.out) == (2, "", 2, "")
    assert unknown.err == (
        'nouvelles: You know nobody called “Zoé” here. “nouvelles add "Zoé" ADDRESS” adds a person.\n'
    )
    assert (
        ambiguous.err
        == "nouvelles: “jul” may be Jules Verne (#2), Julie Martin (#1). Write more of the name, or the number.\n"
    )


def test_a_name_that_steers_the_terminal_is_told_back_without(program: Program) -> None:
    said = program("person", "Zo\x1b[2J\x07")
    assert said.status == 2
    assert "“Zo[2J”" in said.err


def test_everyone(program: Program) -> None:
    program("log", "met", "Jules Verne", "--at", "3 days ago")
    shown = program("people").out.splitlines()
    assert [line.split("  ")[0] for line in shown] == ["Jules Verne", "Julie Martin"]
    assert shown[0].endswith("3 days ago")
    assert shown[1].endswith("nothing noted yet")
    told = program("people", "--json").json
    assert [(p["person"], p["last_contact"] is None) for p in told] == [
        ("Jules Verne", False),
        ("Julie Martin", True),
    ]


def test_nobody_yet(nouvelles: Program) -> None:
    assert "Nobody is here yet." in nouvelles("people").out
    assert nouvelles("people", "--json").json == []
    assert nouvelles("drifting", "--json").json == []
    assert nouvelles("drifting").out == "Nobody is here yet. “nouvelles add NAME ADDRESS” adds a person.\n"


def test_who_drifts_by_contract(program: Program) -> None:
    program("log", "wrote", "Jules Verne", "--from-them", "--note", "Carte postale", "--at", "2026-05-01")
    told = program("drifting", "--json").json
    assert [adrift.keys() >= {"person", "days", "rhythm_days", "occasion"} for adrift in told] == [True, True]
    assert [(d["person"], d["days"], d["rhythm_days"]) for d in told] == [
        ("Julie Martin", 400, 42),
        ("Jules Verne", 206, 91),
    ]
    assert told[0]["occasion"] == "they published “Les haies” today"
    assert told[1]["occasion"] == "they wrote to you 6 months ago: Carte postale"


def test_who_drifts_in_words(program: Program) -> None:
    shown = program("drifting").out
    assert shown.startswith("Julie Martin · added 13 months ago, nothing noted since; your rhythm: 6 weeks\n")
    assert "→ nouvelles thanks 1" in shown


def test_once_in_touch_nobody_drifts(program: Program) -> None:
    program("log", "met", "Julie Martin")
    program("log", "called", "Jules Verne")
    assert program("drifting", "--json").json == []


def test_last_evening_was_yesterday(nouvelles: Program) -> None:
    def people(house: House) -> None:
        julie = house.person()
        house.publish(house.source(julie), post(html=HAIES, published=NOON - 14 * HOUR))

    nouvelles.fill(people)
    assert nouvelles("drifting", "--json").json[0]["occasion"] == "they published “Les haies” yesterday"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["haie"], ["Les haies"]),
        (["HAÎE", "voisine"], ["Les haies"]),
        (["l'été"], []),
        (['"'], []),
        (["*"], []),
        (["haie", "OR", "x"], []),
        (["--", "-haie"], ["Les haies"]),
    ],
)
def test_search(program: Program, words: list[str], found: list[str]) -> None:
    said = program("search", "--json", *words)
    assert said.status == 0
    assert [row["title"] for row in said.json] == found
    assert (program("search", *words).out == "Nothing was found.\n") is not bool(found)
