"""`nouvelles sources` and what it does about them, against servers on loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.engage.hands import DAY, NOON
from tests.feeds import misbehaving as ways
from tests.feeds.made_up import entries, rss
from tests.feeds.misbehaving import Misbehaving, in_turn, says

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.engage.conftest import Program

FEED = rss(*entries(3, first=NOON - DAY), title="Haies")


@pytest.fixture
def server() -> Iterator[Misbehaving]:
    with Misbehaving() as running:
        yield running


@pytest.fixture
def program(nouvelles: Program, server: Misbehaving) -> Program:
    """Julie's blog answers, Paul's did."""
    julie = server.at("/julie", says(FEED))
    ponts = says(FEED.replace(b"Haies", b"Ponts"))
    paul = server.at("/paul", in_turn(ponts, ponts, ways.fails(404)))
    assert nouvelles("add", "Julie Martin", julie).status == 0
    assert nouvelles("add", "Paul", paul).status == 0
    assert nouvelles("fetch").status == 0
    assert nouvelles("fetch", "--force").status == 1
    return nouvelles


def states(program: Program) -> dict[str, str]:
    return {source["label"]: source["state"] for source in program("sources", "--json").json}


def test_what_needs_a_look_comes_first_and_says_what_to_do(program: Program, server: Misbehaving) -> None:
    said = program("sources").out
    assert said.startswith("2 sources. 1 of them needs a look:\n   2  Ponts · blog · Paul\n")
    assert f"    ! {server.base}/paul is not there (404)." in said
    assert "“nouvelles sources move 2 ADDRESS”" in said
    assert said.index("Ponts") < said.index("The others:") < said.index("Haies")
    assert "answered today · 3 posts, the newest yesterday" in said


def test_as_json_everything_is_told(program: Program, server: Misbehaving) -> None:
    julie, paul = program("sources", "list", "--json").json
    assert julie == {
        "source": 1,
        "kind": "blog",
        "address": f"{server.base}/julie",
        "label": "Haies",
        "site": "https://haies.example/",
        "people": ["Julie Martin"],
        "posts": 3,
        "state": "well",
        "answered": NOON.isoformat(),
        "newest": (NOON - DAY).isoformat(),
        "due": (NOON + DAY).isoformat(),
        "paused": None,
        "failures": 0,
        "full_text": False,
        "moving": None,
        "former": [],
        "words": [],
    }
    assert (paul["state"], paul["failures"], len(paul["words"])) == ("failing", 1, 2)


@pytest.mark.parametrize("typed", ["2", "#2", "ponts", "Paul", "/paul"])
def test_a_source_is_meant_by_number_name_person_or_address(program: Program, typed: str) -> None:
    assert program("sources", "pause", typed).out.startswith("Ponts is paused.")
    assert states(program) == {"Haies": "well", "Ponts": "paused"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [("personne", "No source answers to “personne”"), ("127.0.0.1", "may be 1 (Haies, http://127.0.0.1")],
)
def test_what_means_none_or_several_is_refused(program: Program, typed: str, said: str) -> None:
    refused = program("sources", "remove", typed)
    assert (refused.status, refused.out) == (2, "")
    assert said in refused.err
    assert len(states(program)) == 2


def test_a_pause_lasts_until_retry(program: Program, server: Misbehaving) -> None:
    program("sources", "pause", "haies")
    assert states(program)["Haies"] == "paused"
    asked = len(server.heard("/julie"))
    program("fetch", "--force")
    assert len(server.heard("/julie")) == asked
    assert "paused by you" in program("sources").out
    again = program("sources", "retry", "haies")
    assert (again.status, len(server.heard("/julie"))) == (0, asked + 1)
    assert states(program)["Haies"] == "well"


def test_retry_says_what_is_still_wrong(program: Program) -> None:
    again = program("sources", "retry", "2", "--json")
    assert again.status == 1
    assert again.json[0]["state"] == "failing"


def test_removing_keeps_what_was_published_and_adding_takes_it_up(
    program: Program, server: Misbehaving
) -> None:
    assert "followed no more" in program("sources", "remove", "haies").out
    assert "Haies" not in states(program)
    assert len(program("person", "julie", "--json").json["published"]) == 3
    asked = len(server.heard("/julie"))
    program.now = NOON + 3 * DAY
    program("fetch", "--force")
    assert len(server.heard("/julie")) == asked
    assert program("add", "Julie Martin", f"{server.base}/julie").status == 0
    assert states(program)["Haies"] == "well"
    assert len(program("person", "julie", "--json").json["published"]) == 3


def test_a_move_keeps_the_history(program: Program, server: Misbehaving) -> None:
    new = server.at("/nouveau", says(FEED.replace(b"Haies", b"Ponts")))
    assert f"Ponts is asked for at {new} from now on." in program("sources", "move", "paul", new).out
    assert program("fetch", "--force", "--json").json["new"] == 0
    source = program("sources", "--json").json[1]
    assert (source["state"], source["address"], source["former"]) == ("well", new, [f"{server.base}/paul"])
    assert program("person", "paul", "--json").json["addresses"][0]["address"] == new
    assert "was known already" in program("add", "Paul", new).out


def test_a_move_to_where_no_feed_is_changes_nothing(program: Program, server: Misbehaving) -> None:
    nothing = server.at("/rien", says("<html><p>Bonjour</p></html>", ways.HTML))
    refused = program("sources", "move", "paul", nothing)
    assert (refused.status, "Nothing to follow was found" in refused.err) == (2, True)
    taken = program("sources", "move", "paul", f"{server.base}/julie")
    assert (taken.status, "followed already" in taken.err) == (2, True)
    assert program("sources", "--json").json[1]["address"] == f"{server.base}/paul"


def test_a_move_that_a_server_repeats_is_adopted_and_said(program: Program, server: Misbehaving) -> None:
    new = server.at("/ailleurs", says(FEED))
    server.at("/julie", ways.redirects("/ailleurs", 301))
    for day in range(1, 4):
        program.now = NOON + 2 * day * DAY
        program("fetch", "--json")
    source = program("sources", "--json").json[0]
    assert (source["address"], source["former"]) == (new, [f"{server.base}/julie"])
    assert f"moved for good to {new} (from {server.base}/julie): adopted on" in program("sources").out


def test_full_text_is_a_choice(program: Program) -> None:
    assert "whole text of Haies's articles" in program("sources", "full-text", "julie", "on").out
    assert program("sources", "--json").json[0]["full_text"] is True
    program("sources", "full-text", "julie", "off")
    assert program("sources", "--json").json[0]["full_text"] is False


def test_in_french_too(program: Program) -> None:
    program.environ["LANGUAGE"] = "fr"
    said = program("sources").out
    assert "n’existe pas (404)" in said
    assert "need" not in said
    assert "Les autres" in said


def test_without_anybody_what_to_do_first_is_said(nouvelles: Program) -> None:
    assert "Nobody is here yet" in nouvelles("sources").out
    assert nouvelles("sources", "--json").json == []
