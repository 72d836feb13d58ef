"""`nouvelles link`: what is found is said, what only you can say is asked, and every answer can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from engage import looking
from engage.cli import base
from engage.cli import link as screen
from engage.contacts.cards import Card
from engage.contacts.waiting import written
from engage.joining import pair_key
from engage.linking import Seen
from engage.model import Question
from feeds.errors import Unreachable
from tests.engage.hands import NOON, House, Said
from tests.engage.test_knowing import FEED, OTHER, SITE, TOOTS, World, at, both_ways, have, key

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.engage.conftest import Program

PAUL = "https://paul.example/"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    there = World()
    monkeypatch.setattr(looking, "look", there.look)
    monkeypatch.setattr(looking, "follows", there.follows)
    return there


@pytest.fixture
def program(nouvelles: Program, world: World) -> Program:
    both_ways(world)

    def people(house: House) -> None:
        have(house, SITE)
        have(house, PAUL, "Paul Roux", 2)

    nouvelles.fill(people)
    return nouvelles


def at_a_terminal(nouvelles: Program, monkeypatch: pytest.MonkeyPatch, typed: str, *arguments: str) -> Said:
    """Run a command before somebody who answers."""
    with monkeypatch.context() as patch:
        for module in (base, screen):
            patch.setattr(module, "is_asked", lambda: True)
        return nouvelles(*arguments, typed=typed)


def content(program: Program) -> dict[str, list[tuple[Any, ...]]]:
    def rows(house: House) -> dict[str, list[tuple[Any, ...]]]:
        read = house.store.connection.execute
        tables = [row[0] for row in read("select name from sqlite_master where type = 'table'")]
        return {table: [tuple(row) for row in read(f"select * from {table}")] for table in tables}

    told: dict[str, list[tuple[Any, ...]]] = program.fill(rows)
    return told


def names(program: Program) -> list[str]:
    return [one["person"] for one in program("people", "--json").json]


def labels(program: Program, who: str) -> list[str]:
    return [one["label"] for one in program("person", who, "--json").json["addresses"]]


def asked(program: Program, *names: str) -> list[tuple[int, str]]:
    told = program("link", *names, "--questions", "--json").json["questions"]
    return [(one["number"], one["question"]) for one in told]


# --- looking ---


def test_what_is_found_is_said_with_what_shows_it(program: Program) -> None:
    said = program("link")
    assert (said.status, said.err) == (0, "")
    assert said.out.splitlines() == [
        "1 address is known now:",
        "  Julie Martin · @julie@piaille.example  https://piaille.example/@julie",
        "      julie.example and @julie@piaille.example name each other (2026-11-23)",
    ]
    assert labels(program, "julie") == ["julie.example", TOOTS]


def test_again_nothing_is_new(program: Program) -> None:
    program("link")
    before = content(program)
    said = program("link")
    assert (said.status, said.out) == (0, "Nothing new is certain.\n")
    assert content(program) == before


def test_what_is_found_in_json(program: Program) -> None:
    told = program("link", "--json")
    assert (told.status, told.err) == (0, "")
    assert told.json == {
        "looked": 2,
        "found": [
            {
                "person": "Julie Martin",
                "kind": "mastodon",
                "address": "julie@piaille.example",
                "evidence": "both ways: julie.example and @julie@piaille.example, 2026-11-23",
            }
        ],
        "merged": [],
        "renamed": [],
        "relations": 0,
        "failed": [],
        "questions": [],
    }


def test_who_turns_out_to_be_one_is_said_and_how_to_undo_it(program: Program) -> None:
    program.fill(lambda house: have(house, TOOTS, "Julie", 3))
    said = program("link").out.splitlines()
    assert said == [
        "1 person turned out to be another one too:",
        "  Julie (#3) → Julie Martin (#1)",
        "      julie.example and @julie@piaille.example name each other (2026-11-23)",
        "“nouvelles people split NAME” undoes it.",
    ]
    assert names(program) == ["Julie Martin", "Paul Roux"]
    program("people", "split", "julie martin")
    assert (names(program), program("link").out) == (
        ["Julie", "Julie Martin", "Paul Roux"],
        "Nothing new is certain.\n",
    )


def test_a_handle_that_changed_is_said(program: Program, world: World) -> None:
    did = "did:plc:paul"
    program.fill(lambda house: have(house, did, "Paul Roux"))
    found = at(did)
    world.seen[key(did)] = Seen(
        key(did), type(found)(found.kind, did, "roux.example", found.url), NOON, "Paul"
    )
    said = program("link", "paul").out
    assert said == "1 account is called otherwise by now:\n  roux.example\n"
    assert labels(program, "paul") == ["paul.example", "roux.example"]


def test_who_follows_whom_is_counted(program: Program, world: World) -> None:
    def accounts(house: House) -> None:
        have(house, TOOTS)
        have(house, "@paul@piaille.example", "Paul Roux")

    program.fill(accounts)
    world.followed = {
        key(TOOTS): (key("@paul@piaille.example"),),
        key("@paul@piaille.example"): (key(TOOTS),),
    }
    assert "2 new threads between your people were seen.\n" in program("link").out
    assert "threads" not in program("link").out
    (way,) = program("path", "paul", "--json").json
    assert (way["first"], [r["kind"] for r in way["steps"][0]["relations"]]) == (
        "Julie Martin",
        ["follows"] * 2,
    )


def test_a_place_that_cannot_be_looked_at_is_said_and_is_the_status(program: Program, world: World) -> None:
    world.failing[key(PAUL)] = Unreachable(address=PAUL, reason="no such host")
    said = program("link")
    assert said.status == 1
    assert "1 address is known now:" in said.out
    assert said.out.endswith(
        "1 place could not be looked at:\n  paul.example: https://paul.example/ cannot be reached (no such host).\n"
    )
    told = program("link", "--json")
    assert told.status == 1
    assert told.json["failed"] == [
        {"address": PAUL, "error": "https://paul.example/ cannot be reached (no such host)."}
    ]
    assert program("link", "julie").status == 0


def test_names_say_whom_to_look_at(program: Program, world: World) -> None:
    said = program("link", "roux", "--json").json
    assert (said["found"], world.asked) == ([], [key(PAUL)])
    world.asked.clear()
    program("link", "roux", "#1")
    assert world.asked == [key(SITE), key(PAUL), key(TOOTS)]


@pytest.mark.parametrize("name", ["Zoé", "#7", ""])
def test_an_unknown_name_looks_at_nobody(program: Program, world: World, name: str) -> None:
    said = program("link", "julie", name)
    assert (said.status, said.out, world.asked) == (2, "", [])


def test_with_nobody_there_is_nothing(nouvelles: Program, world: World) -> None:
    assert nouvelles("link").out == "Nothing new is certain.\n"
    assert world.asked == []


def test_what_strangers_write_does_not_steer_the_terminal(program: Program, world: World) -> None:
    world.shows(SITE, "Ju\x1b[2Jlie Martin", TOOTS, feeds=(FEED,))
    program.fill(lambda house: have(house, TOOTS, "Julie\x1b]0;x\x07", 3))
    assert "\x1b" not in program("link").out.replace("\x1b[1m", "").replace("\x1b[2m", "").replace(
        "\x1b[0m", ""
    )


# --- what is theirs no more ---


def test_an_address_that_was_taken_away_does_not_come_back(program: Program) -> None:
    program("link")
    program("person", "edit", "julie", "--remove", TOOTS)
    before = content(program)
    assert program("link").out == "Nothing new is certain.\n"
    assert asked(program) == []
    assert content(program) == before


def test_what_was_added_by_an_answer_is_taken_away_as_well(program: Program, world: World) -> None:
    world.shows(OTHER, "Julie M.", SITE)
    world.shows(SITE, "Julie Martin", TOOTS, OTHER, how="text", feeds=(FEED,))
    program.fill(lambda house: ask(house, about=OTHER))
    program("link", "--yes", "1")
    assert OTHER in labels(program, "julie")
    program("person", "edit", "julie", "--remove", OTHER)
    program("link")
    assert OTHER not in labels(program, "julie")
    assert OTHER not in str(asked(program))


# --- questions ---


def ask(
    house: House, about: str = "", other: str = "", card: Card | None = None, who: str = "julie martin"
) -> None:
    """Ask about somebody: an address, somebody else, or what a file tells."""
    store = house.store
    person = store.find_person(who)
    second = store.find_person(other).id if other else None
    name = pair_key(person.id, second) if second else f"{person.id} {key(about) if about else card}"
    told = (
        written(card) if card else "",
        at(about) if about else None,
        f"text: {about} on julie.example, 2026-11-23" if about else f"same name: {person.name}",
    )
    store.ask([Question(0, person.id, name, "weak", told[2], NOON, second, told[1], told[0])])


CARD = Card(2, "Julie Martin", (at("bureau@haies.example"),), company="Haies SARL")


@pytest.fixture
def asking(program: Program) -> Program:
    """Four questions: two on Julie and Paul each, the third on both Julies."""

    def questions(house: House) -> None:
        house.person("Julie Martin-Roux", 3)
        ask(house, about=OTHER)
        ask(house, about="@paul@piaille.example", who="paul")
        ask(house, other="martin roux")
        ask(house, card=CARD)

    program.fill(questions)
    return program


ABOUT = "Is @jm@autre.example  https://autre.example/@jm an address of Julie Martin?"
ON_PAUL = "Is @paul@piaille.example  https://piaille.example/@paul an address of Paul Roux?"
SAME = "Are Julie Martin (#1) and Julie Martin-Roux (#3) one person?"
ON_CARD = "Is this your Julie Martin (#1)? A file tells of: Julie Martin, Haies SARL, bureau@haies.example"


def test_what_is_asked_is_listed_and_nobody_is_asked_for_it(asking: Program, world: World) -> None:
    before = content(asking)
    said = asking("link", "--questions")
    assert (said.status, said.err, world.asked) == (0, "", [])
    assert said.out.splitlines() == [
        "4 questions that only you can answer:",
        f"   1  {ABOUT}",
        "      possible: @jm@autre.example stands in the words of julie.example (2026-11-23)",
        f"   2  {ON_PAUL}",
        "      possible: @paul@piaille.example stands in the words of julie.example (2026-11-23)",
        f"   3  {SAME}",
        "      possible: the same name: Julie Martin",
        f"   4  {ON_CARD}",
        "      possible: the same name: Julie Martin",
        "“nouvelles link --yes NUMBERS --no NUMBERS” answers.",
    ]
    assert content(asking) == before


def test_questions_in_json(asking: Program) -> None:
    told = asking("link", "--questions", "--json").json
    assert (told["looked"], told["found"]) == (0, [])
    assert told["questions"][:3] == [
        {
            "number": 1,
            "person": "Julie Martin",
            "other": None,
            "address": "jm@autre.example",
            "strength": "weak",
            "evidence": "text: @jm@autre.example on julie.example, 2026-11-23",
            "question": ABOUT,
        },
        {
            "number": 2,
            "person": "Paul Roux",
            "other": None,
            "address": "paul@piaille.example",
            "strength": "weak",
            "evidence": "text: @paul@piaille.example on julie.example, 2026-11-23",
            "question": ON_PAUL,
        },
        {
            "number": 3,
            "person": "Julie Martin",
            "other": "Julie Martin-Roux",
            "address": None,
            "strength": "weak",
            "evidence": "same name: Julie Martin",
            "question": SAME,
        },
    ]


def test_a_question_has_one_number_whoever_is_asked_about(asking: Program) -> None:
    assert asked(asking, "paul") == [(2, ON_PAUL)]
    assert asked(asking, "martin-roux") == [(3, SAME)]
    assert [number for number, _ in asked(asking, "#1")] == [1, 3, 4]
    assert asking("link", "paul", "--questions").out.splitlines()[1] == f"   2  {ON_PAUL}"


def test_yes_to_each_kind(asking: Program) -> None:
    said = asking("link", "--yes", "1,3-4")
    assert (said.status, said.out.splitlines()[:2]) == (
        0,
        ["3 answers are kept.", "1 question that only you can answer:"],
    )
    assert labels(asking, "#1") == ["julie.example", OTHER, "bureau@haies.example"]
    assert asking("person", "#3", "--json").json["id"] == 1
    assert asking("person", "#1", "--json").json["company"] == "Haies SARL"
    assert "you confirmed it: the same name: Julie Martin" in asking("person", "#1").out
    assert asked(asking) == [(2, ON_PAUL)]  # a number stays, whatever is answered


def test_no_to_each_kind(asking: Program) -> None:
    said = asking("link", "--no", "all")
    assert (said.status, said.out) == (0, "4 answers are kept.\n")
    assert labels(asking, "#1") == ["julie.example"]
    assert names(asking) == ["Julie Martin", "Julie Martin", "Julie Martin-Roux", "Paul Roux"]
    assert labels(asking, "#4") == ["bureau@haies.example"]
    assert asked(asking) == []
    asking("link")
    assert asked(asking) == []


def test_yes_and_no_at_once_and_in_json(asking: Program) -> None:
    told = asking("link", "--yes", "2", "--no", "1 3", "--json").json
    assert [(one["number"], one["question"]) for one in told["questions"]] == [(4, ON_CARD)]
    assert labels(asking, "paul") == ["paul.example", "@paul@piaille.example"]
    assert labels(asking, "#1") == ["julie.example"]


def test_answers_are_undone(asking: Program) -> None:
    asking("link", "--yes", "all")
    assert (
        "Made one with Julie Martin-Roux: you confirmed it: the same name: Julie Martin"
        in asking("person", "#1").out
    )
    asking("people", "split", "#1")
    asking("person", "edit", "#1", "--remove", OTHER, "--remove", "bureau@haies.example")
    assert (labels(asking, "#1"), labels(asking, "#3")) == (["julie.example"], [])
    assert asked(asking) == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--yes", "5"], "“5” is no choice from 1 to 4."),
        (["--yes", "0"], "“0” is no choice from 1 to 4."),
        (["--no", "3-9"], "“3-9” is no choice from 1 to 4."),
        (["--yes", "1", "--no", "Julie"], "“Julie” is no choice from 1 to 4."),
        (["--yes", "1-3", "--no", "4,2"], "Question 2 stands both under --yes and under --no."),
        (["--yes", "all", "--no", "all"], "Question 1 stands both under --yes and under --no."),
        (["--yes", "-1"], "“-1” is no choice from 1 to 4."),
        (["paul", "--yes", "1"], "“1” is no choice from 1 to 2."),
    ],
)
def test_a_wrong_number_is_one_sentence_and_answers_nothing(
    asking: Program, options: list[str], sentence: str
) -> None:
    before = content(asking)
    said = asking("link", *options)
    assert (said.status, said.out, said.err.count("\n")) == (2, "", 1)
    assert sentence in said.err
    assert content(asking) == before


def test_where_nothing_is_asked_there_is_nothing_to_answer(program: Program) -> None:
    assert program("link", "--questions").out == "Nothing is asked.\n"
    assert program("link", "--questions", "--yes", "1").status == 2
    said = program("link", "--yes", "1")
    assert said.status == 2
    assert said.err == "nouvelles: There is no open question 1; “nouvelles link --questions” lists them.\n"
    assert program("link", "--no", "all").status == 0


def test_all_means_those_who_are_named(asking: Program) -> None:
    asking("link", "paul", "--yes", "all")
    assert [question for _, question in asked(asking)] == [ABOUT, SAME, ON_CARD]
    assert labels(asking, "paul") == ["paul.example", "@paul@piaille.example"]


def test_one_answer_may_settle_another(program: Program) -> None:
    def three(house: House) -> None:
        for name in ("Julie M.", "J. Martin"):
            house.person(name)
        ask(house, other="Julie M.")
        ask(house, other="J. Martin")
        ask(house, who="Julie M.", other="J. Martin")

    program.fill(three)
    assert len(asked(program)) == 3
    said = program("link", "--yes", "all")
    assert (said.status, said.err) == (0, "")
    assert (names(program), asked(program)) == (["Julie Martin", "Paul Roux"], [])


# --- at a terminal ---


@pytest.fixture
def answers(asking: Program, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Said]:
    def run(typed: str, *arguments: str) -> Said:
        return at_a_terminal(asking, monkeypatch, typed, "link", *arguments)

    return run


def test_at_a_terminal_both_are_asked(answers: Callable[..., Said], asking: Program) -> None:
    said = answers("2\n1, 3\n", "--questions")
    assert said.status == 0
    assert "Which of them are so? all, none, or numbers: 1-5, 8: " in said.out
    assert "And which are not?: " in said.out or "And which are not? " in said.out
    assert asked(asking) == [(4, ON_CARD)]
    assert (labels(asking, "paul")[1:], labels(asking, "#1")) == (
        ["@paul@piaille.example"],
        ["julie.example"],
    )


def test_at_a_terminal_nothing_said_leaves_all_open(answers: Callable[..., Said], asking: Program) -> None:
    before = content(asking)
    for typed in ("\n\n", "none\nnone\n"):
        assert answers(typed, "--questions").status == 0
    assert answers("", "--questions").status == 130
    assert content(asking) == before


def test_at_a_terminal_all_is_all(answers: Callable[..., Said], asking: Program) -> None:
    said = answers("all\n", "--questions")
    assert (said.status, "And which are not" in said.out) == (0, False)
    assert asked(asking) == []


def test_at_a_terminal_a_wrong_answer_is_asked_again(answers: Callable[..., Said], asking: Program) -> None:
    said = answers("5\nx\n1\n1\n3\n", "--questions")
    assert said.status == 0
    assert [line for line in said.out.splitlines() if "is no choice" in line] != []
    assert said.out.count("is no choice from 1 to 4.") == 3  # what was said to be so is asked about no more
    assert [question for _, question in asked(asking)] == [ON_PAUL, ON_CARD]


def test_at_a_terminal_numbers_are_those_that_are_shown(
    answers: Callable[..., Said], asking: Program
) -> None:
    said = answers("1\n2\n", "paul", "--questions")
    assert "“1” is no choice from 1 to 2." in said.out
    assert labels(asking, "paul") == ["paul.example", "@paul@piaille.example"]
    assert [question for _, question in asked(asking)] == [ABOUT, SAME, ON_CARD]


def test_at_a_terminal_it_looks_and_then_asks(answers: Callable[..., Said], asking: Program) -> None:
    said = answers("none\nall\n")
    assert said.out.startswith("1 address is known now:\n")
    assert asked(asking) == []
    assert labels(asking, "#1") == ["julie.example", TOOTS]


def test_in_json_nobody_is_asked_at_a_terminal(answers: Callable[..., Said], asking: Program) -> None:
    before = content(asking)
    said = answers("", "--questions", "--json")
    assert (said.status, len(said.json["questions"])) == (0, 4)
    assert content(asking) == before
