"""`nouvelles people merge` and `people split`: two people become one, one becomes two, and each undoes the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from engage.model import Engagement
from feeds.model import Source
from tests.engage.hands import DAY, HAIES, NOON, House, identity, post

if TYPE_CHECKING:
    from tests.engage.conftest import Program

TOOTS = Source("mastodon", "jm@piaille.example", "@jm@piaille.example", "https://piaille.example/@jm")
FIRST, SECOND = "Julie Martin", "J. M. des haies"
# All that one may see of people and change; the rows themselves are compared where joining is tested.
LISTS = (("people", "--json"), ("person", "#1", "--json"), ("drifting", "--json"), ("export", "--json"))


@pytest.fixture
def program(nouvelles: Program) -> Program:
    def people(house: House) -> None:
        julie = house.person(FIRST, 2, note="Une note.", tags=("Jardin",), company="Haies SARL")
        house.store.add_identity(identity(julie.id))
        house.publish(house.source(julie), post(url="https://julie.example/haies", html=HAIES))
        other = house.person(SECOND, 1, note="Une autre.", tags=("jardin", "fediverse"), position="Gérante")
        kept = house.store.feeds.add_source(TOOTS, NOON)
        house.store.add_identity(identity(other.id, kept))
        house.publish(kept, post("note", text="Des moutons."))
        house.store.record(Engagement(0, other.id, "met", "out", NOON - DAY, "Café"))
        house.store.record(Engagement(0, julie.id, "wrote", "in", NOON - 2 * DAY))
        house.person("Paul Roux", 3)

    nouvelles.fill(people)
    return nouvelles


def names(program: Program) -> list[str]:
    return [one["person"] for one in program("people", "--json").json]


def labels(program: Program, who: str) -> list[str]:
    return [one["label"] for one in program("person", who, "--json").json["addresses"]]


def seen(program: Program) -> list[Any]:
    """All that is to be seen of people, without what a split leaves behind: that you told two apart."""
    told = [program(*command).json for command in LISTS]
    told[-1]["questions"] = []
    return [*told, program("person", "#2", "--json").json]


def rows(program: Program) -> dict[str, list[tuple[Any, ...]]]:
    def read(house: House) -> dict[str, list[tuple[Any, ...]]]:
        ask = house.store.connection.execute
        tables = [row[0] for row in ask("select name from sqlite_master where type = 'table'")]
        return {table: [tuple(row) for row in ask(f"select * from {table}")] for table in tables}

    told: dict[str, list[tuple[Any, ...]]] = program.fill(read)
    return told


def test_two_become_one_with_all_that_is_known_of_both(program: Program) -> None:
    said = program("people", "merge", "julie", "des haies")
    assert (said.status, said.err) == (0, "")
    assert said.out == (
        "J. M. des haies and Julie Martin are one person now: Julie Martin. “nouvelles people split #1” undoes it.\n"
    )
    assert names(program) == ["Julie Martin", "Paul Roux"]
    told = program("person", "julie m", "--json").json
    assert (told["circle"], told["also"], told["tags"]) == (1, [SECOND], ["Jardin", "fediverse"])
    assert (told["note"], told["company"], told["position"]) == ("Une note.\nUne autre.", "Haies SARL", "")
    assert [one["kind"] for one in told["addresses"]] == ["email", "blog", "mastodon"]
    assert [one["kind"] for one in told["engagements"]] == ["met", "wrote"]
    assert [one["title"] for one in told["published"]] == ["Les haies", "Des moutons."]
    assert told["merged"] == [{"id": 2, "person": SECOND, "evidence": "you said so"}]
    assert "  Made one with J. M. des haies: you said so\n" in program("person", "#1").out


@pytest.mark.parametrize(
    "typed", [FIRST, SECOND, "julie", "j m", "des haies", "#1", "#2", "@jm@piaille.example"]
)
def test_both_names_numbers_and_all_addresses_find_them(program: Program, typed: str) -> None:
    program("people", "merge", FIRST, SECOND)
    assert program("person", typed, "--json").json["id"] == 1


def test_in_json(program: Program) -> None:
    merged = program("people", "merge", "#2", "#1", "--json").json
    assert (merged["id"], merged["person"], merged["also"]) == (2, SECOND, [FIRST])
    kept, other = program("people", "split", "#2", "--json").json
    assert (kept["id"], kept["person"], kept["also"]) == (2, SECOND, [])
    assert (other["id"], other["person"], other["also"]) == (1, FIRST, [])


@pytest.mark.parametrize(("one", "other"), [(FIRST, "julie"), ("#1", "#1"), (FIRST, "julie@julie.example")])
def test_nobody_is_merged_with_themselves(program: Program, one: str, other: str) -> None:
    before = rows(program)
    said = program("people", "merge", one, other)
    assert (said.status, said.out) == (2, "")
    assert said.err == "nouvelles: Both names mean Julie Martin: there is nothing to merge.\n"
    assert rows(program) == before


def test_who_is_one_already_is_not_merged_again(program: Program) -> None:
    program("people", "merge", FIRST, SECOND)
    before = rows(program)
    assert program("people", "merge", "#2", "#1").status == 2
    assert rows(program) == before


def test_a_split_undoes_a_merge_exactly(program: Program) -> None:
    before = seen(program)
    program("people", "merge", FIRST, SECOND)
    assert seen(program) != before
    said = program("people", "split", SECOND)
    assert (said.status, said.out) == (0, "Julie Martin and J. M. des haies are two people now.\n")
    assert seen(program) == before


def test_what_came_since_stays(program: Program) -> None:
    program("people", "merge", FIRST, SECOND)
    program("log", "called", SECOND, "--note", "Depuis")
    program("person", "edit", SECOND, "--common", "Des haies")
    program("people", "split", FIRST)
    assert [e["note"] for e in program("person", "#1", "--json").json["engagements"]] == ["Depuis", ""]
    assert program("person", "#1", "--json").json["common"] == "Des haies"
    assert [e["note"] for e in program("person", "#2", "--json").json["engagements"]] == ["Café"]
    assert program("person", "#2", "--json").json["common"] == ""


def test_three_come_apart_one_after_the_other(program: Program) -> None:
    before = seen(program)
    program("people", "merge", "#1", "#2")
    between = seen(program)
    program("people", "merge", "#1", "#3")
    assert names(program) == [FIRST]
    assert [one["id"] for one in program("person", "#3", "--json").json["merged"]] == [3, 2]
    program("people", "split", "#1")
    assert seen(program) == between
    program("people", "split", "#1")
    assert seen(program) == before


def test_whoever_was_merged_with_nobody_is_told_how_to_split(program: Program) -> None:
    before = rows(program)
    said = program("people", "split", "paul")
    assert (said.status, said.out) == (2, "")
    assert "Nobody was merged into Paul Roux." in said.err
    assert "nouvelles people split “Paul Roux” ADDRESS … --as NAME" in said.err
    assert rows(program) == before


def test_some_addresses_become_somebody_else(program: Program) -> None:
    before = seen(program)[:-1]
    said = program("people", "split", FIRST, "https://julie.example/blog", "--as", " Anne  Roux ")
    assert (said.status, said.out) == (0, "Julie Martin and Anne Roux are two people now.\n")
    assert names(program) == ["Anne Roux", SECOND, FIRST, "Paul Roux"]
    assert (labels(program, "Anne"), labels(program, "julie")) == (
        ["https://julie.example/blog"],
        ["julie@julie.example"],
    )
    told = program("person", "anne", "--json").json
    assert (told["circle"], [one["title"] for one in told["published"]]) == (2, ["Les haies"])
    assert program("person", "julie m", "--json").json["published"] == []
    program("people", "merge", "anne", "julie m")
    assert seen(program)[:-1] == before
    assert program("person", "anne").status == 2


@pytest.mark.parametrize(
    "typed", ["@jm@piaille.example", "JM@piaille.example", "https://piaille.example/@jm"]
)
def test_an_address_is_meant_as_people_type_it(program: Program, typed: str) -> None:
    kept, other = program("people", "split", SECOND, typed, "--as", "Zoé", "--json").json
    assert (kept["person"], other["person"]) == (SECOND, "Zoé")
    assert (labels(program, "Zoé"), labels(program, SECOND)) == (["@jm@piaille.example"], [])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["julie@julie.example"], "Say what the other person is called: --as NAME."),
        (["julie@julie.example", "--as", " - "], "Say what the other person is called: --as NAME."),
        (["--as", "Anne"], "Say which addresses are the other person's."),
        (["anne@autre.example", "--as", "Anne"], "Julie Martin has no address “anne@autre.example”."),
        (
            ["julie@julie.example", "jm@piaille.example", "--as", "Anne"],
            "has no address “jm@piaille.example”.",
        ),
        (["", "--as", "Anne"], "Julie Martin has no address “”."),
        (["julie@julie.example", "--as", "PAUL  ROUX"], "Somebody else is called PAUL ROUX already."),
    ],
)
def test_a_mistake_is_one_sentence_and_splits_nobody(
    program: Program, arguments: list[str], sentence: str
) -> None:
    before = rows(program)
    said = program("people", "split", FIRST, *arguments)
    assert (said.status, said.out, said.err.count("\n")) == (2, "", 1)
    assert sentence in said.err
    assert rows(program) == before


def test_two_namesakes_who_were_made_one_are_told_apart_by_their_numbers(program: Program) -> None:
    kept, other = program("people", "split", FIRST, "julie@julie.example", "--as", FIRST, "--json").json
    assert (kept["id"], other["id"], kept["person"], other["person"]) == (1, 4, FIRST, FIRST)
    assert "Julie Martin (#1), Julie Martin (#4)" in program("person", FIRST).err


def test_an_unknown_name_merges_nobody(program: Program) -> None:
    before = rows(program)
    for one, other in (("julie", "Zoé"), ("Zoé", "julie"), ("", "julie"), ("roux", "#7")):
        said = program("people", "merge", one, other)
        assert (said.status, said.out, said.err.count("\n")) == (2, "", 1)
    assert rows(program) == before
