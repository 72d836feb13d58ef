"""`nouvelles relate` and `nouvelles path`: who knows whom, and who could introduce you."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engage.model import Engagement, Relation
from tests.engage.hands import DAY, NOON, House

if TYPE_CHECKING:
    from typing import Literal

    from tests.engage.conftest import Program


@pytest.fixture
def program(nouvelles: Program) -> Program:
    def people(house: House) -> None:
        julie = house.person()
        house.person("Paul Roux", 2)
        house.person("Zoé Léger", 3)
        house.person("Jules Verne", 3)
        house.store.record(Engagement(0, julie.id, "met", "out", NOON - 3 * DAY))

    nouvelles.fill(people)
    return nouvelles


def follows(program: Program, one: str, other: str, kind: Literal["knows", "follows"] = "follows") -> None:
    def keep(house: House) -> None:
        first, second = (house.store.find_person(name).id for name in (one, other))
        house.store.relate([Relation(first, second, kind, f"follows: @{one}, 2026-11-20", NOON)])

    program.fill(keep)


def related(program: Program, who: str) -> list[tuple[str, str, str]]:
    told = program("person", who, "--json").json["relations"]
    return [(one["person"], one["kind"], one["other"]) for one in told]


# --- who knows whom ---


@pytest.mark.parametrize("verb", ["knows", "know", "KNOWS", "connaît", "connait", "connaissent"])
def test_two_know_each_other(program: Program, verb: str) -> None:
    said = program("relate", "julie", verb, "zoe")
    assert (said.status, said.err) == (0, "")
    assert said.out == "Noted: Julie Martin and Zoé Léger know each other.\n"
    assert related(program, "zoe") == related(program, "julie") == [("Julie Martin", "knows", "Zoé Léger")]
    assert "  Knows Zoé Léger.\n" in program("person", "julie").out
    assert "  Knows Julie Martin.\n" in program("person", "zoe").out


def test_said_twice_it_is_known_once_and_taken_back_whichever_way(program: Program) -> None:
    program("relate", "julie", "knows", "zoe")
    program("relate", "julie", "knows", "zoe")
    assert len(related(program, "julie")) == 1
    said = program("relate", "zoe", "knows", "julie", "--no")
    assert said.out == "Noted: Zoé Léger and Julie Martin do not know each other.\n"
    assert related(program, "julie") == []
    assert program("relate", "zoe", "knows", "julie", "--no").status == 0


def test_what_the_networks_say_stays(program: Program) -> None:
    follows(program, "Julie", "Zoé")
    program("relate", "julie", "knows", "zoe")
    program("relate", "julie", "knows", "zoe", "--no")
    assert related(program, "julie") == [("Julie Martin", "follows", "Zoé Léger")]
    assert "Knows" not in program("person", "julie").out


def test_in_json(program: Program) -> None:
    told = program("relate", "julie", "knows", "zoe", "--json").json
    assert told == {"person": "Julie Martin", "knows": True, "other": "Zoé Léger"}
    assert program("relate", "julie", "knows", "zoe", "--no", "--json").json["knows"] is False


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["julie", "loves", "zoe"], "“loves” is not understood here: nouvelles relate ONE knows OTHER."),
        (["julie", "", "zoe"], "“” is not understood here"),
        (["julie", "knows", "julie m"], "Both names mean Julie Martin."),
        (["#1", "knows", "#1"], "Both names mean Julie Martin."),
        (["julie", "knows", "Anne"], "You know nobody called “Anne” here."),
        (["jul", "knows", "zoe"], "“jul” may be Jules Verne (#4), Julie Martin (#1)."),
        (["julie", "knows"], "Missing argument 'OTHER'."),
    ],
)
def test_a_mistake_is_one_sentence_and_relates_nobody(
    program: Program, arguments: list[str], sentence: str
) -> None:
    said = program("relate", *arguments)
    assert (said.status, said.out, said.err.count("\n")) == (2, "", 1)
    assert sentence in said.err
    assert related(program, "julie m") == []


# --- who could introduce you ---


def test_who_could_introduce_you_and_why(program: Program) -> None:
    program("relate", "zoe", "knows", "julie")
    follows(program, "Paul", "Zoé")
    said = program("path", "zoe")
    assert (said.status, said.err) == (0, "")
    assert said.out.splitlines() == [
        "Julie Martin → Zoé Léger",
        "  Julie Martin: someone you know well, in touch 3 days ago",
        "  Julie Martin knows Zoé Léger: you noted it.",
        "Paul Roux → Zoé Léger",
        "  Paul Roux: someone to know better",
        "  Paul Roux follows Zoé Léger.",
    ]


def test_a_way_of_several_steps(program: Program) -> None:
    program("relate", "jules", "knows", "paul")
    follows(program, "Zoé", "Jules")
    follows(program, "Jules", "Zoé")
    assert program("path", "zoe").out.splitlines() == [
        "Paul Roux → Jules Verne → Zoé Léger",
        "  Paul Roux: someone to know better",
        "  Paul Roux knows Jules Verne: you noted it.",
        "  Jules Verne and Zoé Léger follow each other.",
    ]


def test_who_is_followed_by_them_is_told_the_right_way_round(program: Program) -> None:
    follows(program, "Zoé", "Julie")
    assert program("path", "zoe").out.endswith("  Zoé Léger follows Julie Martin.\n")


def test_ways_in_json(program: Program) -> None:
    follows(program, "Julie", "Zoé")
    (way,) = program("path", "zoe", "--json").json
    assert (way["first"], way["cost"] > 0) == ("Julie Martin", True)
    assert way["steps"] == [
        {
            "person": "Zoé Léger",
            "relations": [
                {"kind": "follows", "person": "Julie Martin", "evidence": "follows: @Julie, 2026-11-20"}
            ],
        }
    ]
    assert program("path", "jules", "--json").json == []


def test_nobody_leads_there(program: Program) -> None:
    program("relate", "zoe", "knows", "jules")  # whom you do not know either
    said = program("path", "zoe")
    assert (said.status, said.err) == (0, "")
    assert said.out.startswith("Nobody among your people is known to lead to Zoé Léger.")


def test_who_is_known_already_needs_nobody(program: Program) -> None:
    program("relate", "julie", "knows", "paul")
    said = program("path", "paul").out.splitlines()
    assert said[0] == "You know Paul Roux already: write to them."
    assert said[1] == "Julie Martin → Paul Roux"
    assert "Nobody" not in program("path", "julie").out


def test_who_became_one_with_another_leads_on(program: Program) -> None:
    program("relate", "jules", "knows", "zoe")
    program("people", "merge", "julie m", "jules")
    assert program("path", "zoe").out.startswith("Julie Martin → Zoé Léger\n")
    program("people", "split", "julie m")
    assert program("path", "zoe", "--json").json == []


@pytest.mark.parametrize("name", ["Anne", "", "jul"])
def test_a_way_to_whom_nobody_knows(program: Program, name: str) -> None:
    said = program("path", name)
    assert (said.status, said.out, said.err.count("\n")) == (2, "", 1)
