"""`nouvelles` and `nouvelles today`."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.engage.hands import DAY, HAIES, HOUR, NOON, House, post

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.engage.conftest import Program

HOSTILE = "Haie\x1b[2J\x1b]0;owned\x07\u202e"


def people(house: House) -> None:
    """Julie with one article, and Sam, who talks all day; both met long ago."""
    julie, sam = house.person("Julie Martin", added=NOON - 20 * DAY), house.person("Sam Lee", 2, added=NOON)
    house.publish(house.source(julie), post(html=HAIES))
    notes = (post("note", text=f"Mouton n° {n}, sur la route.", ago=n * HOUR) for n in range(1, 5))
    house.publish(house.source(sam, "mastodon"), *notes)


@pytest.fixture
def program(nouvelles: Program) -> Program:
    nouvelles.fill(people)
    return nouvelles


def shown(program: Program) -> list[str]:
    return [h["title"] for h in program("today", "--no-fetch", "--json").json["highlights"]]


@pytest.mark.parametrize("command", [["--no-fetch"], ["today", "--no-fetch"]])
def test_without_a_command_it_shows_today(program: Program, command: list[str]) -> None:
    said = program(*command)
    assert (said.status, said.err) == (0, "")
    assert said.out.startswith("Monday 23 November 2026\n\nJulie Martin · Les haies\n")
    assert said.out.endswith("That is all for today.\n")
    assert said.out.count("→ nouvelles thanks") == 2


def test_in_french(program: Program) -> None:
    program.environ["LANGUAGE"] = "fr"
    assert program("--no-fetch").out.startswith("Lundi 23 novembre 2026\n")
    program.configure('language = "en"')
    assert program("--no-fetch").out.startswith("Monday")


def test_the_contract(program: Program) -> None:
    said = program("--no-fetch", "--json")
    assert (said.status, said.err) == (0, "")
    day = said.json
    assert day.keys() >= {"highlights", "drifting"}
    first = day["highlights"][0]
    assert first.keys() >= {"piece", "person", "title", "url", "passage", "reasons", "places"}
    assert (first["person"], first["title"], first["url"]) == (
        "Julie Martin",
        "Les haies",
        "https://julie.example/haies",
    )
    assert first["passage"] in HAIES
    assert first["reasons"] == ["someone you know well"]
    assert isinstance(first["piece"], int)


def test_who_drifts_by_contract(program: Program) -> None:
    program.now = NOON + 60 * DAY
    (adrift,) = program("--no-fetch", "--json").json["drifting"]
    assert adrift.keys() >= {"person", "days", "rhythm_days", "occasion"}
    assert (adrift["person"], adrift["days"], adrift["rhythm_days"]) == ("Julie Martin", 80, 42)
    assert adrift["occasion"].startswith("they published “Les haies”") or adrift["occasion"].startswith(
        "no occasion"
    )


def test_what_was_shown_does_not_come_back_what_was_held_back_does(program: Program) -> None:
    assert shown(program) == ["Les haies", "Mouton n° 1, sur la route."]
    program("--no-fetch")
    assert shown(program) == [
        "Les haies",
        "Mouton n° 1, sur la route.",
    ]  # the same day, as often as one looks
    program.now += DAY
    assert shown(program) == ["Mouton n° 2, sur la route."]
    program("--no-fetch")
    program.now += DAY
    assert shown(program) == ["Mouton n° 3, sur la route."]


def test_a_program_that_looks_uses_nothing_up(program: Program) -> None:
    before = shown(program)
    program.now += DAY
    assert shown(program) == before


def test_nothing_new_is_a_fine_day(program: Program) -> None:
    program.now += 30 * DAY
    said = program("--no-fetch")
    assert said.status == 0
    assert "Nothing new today from your people. That is a fine day too." in said.out


def test_a_new_home_says_how_to_begin(nouvelles: Program) -> None:
    said = nouvelles()
    assert (said.status, said.err) == (0, "")
    assert "Nobody is here yet." in said.out
    assert nouvelles.database.stat().st_mode & 0o777 == 0o600


def test_the_day_as_a_file(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "day.html"
    said = program("--no-fetch", "--html", str(path))
    assert (said.status, said.out) == (0, f"The day is in {path}.\n")
    assert "Les haies" in path.read_text(encoding="utf-8")
    program.now += DAY
    assert "Les haies" not in shown(program)


def test_the_day_as_a_file_and_for_programs(program: Program, tmp_path: Path) -> None:
    said = program("--no-fetch", "--html", str(tmp_path / "day.html"), "--json")
    assert said.json["day"] == "2026-11-23"
    assert (tmp_path / "day.html").is_file()


def test_a_file_that_cannot_be_written_is_said_and_the_day_is_not_used_up(
    program: Program, tmp_path: Path
) -> None:
    said = program("--no-fetch", "--html", str(tmp_path / "nowhere" / "day.html"))
    assert said.status == 2
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "nowhere" in said.err
    program.now += DAY
    assert "Les haies" in shown(program)


def test_a_broken_template_of_ones_own_is_named(program: Program, tmp_path: Path) -> None:
    folder = program.home / "templates" / "digest"
    folder.mkdir(parents=True)
    (folder / "today.html").write_text("{% oops %}", encoding="utf-8")
    said = program("--no-fetch", "--html", str(tmp_path / "day.html"))
    assert said.status == 0
    assert "today.html does not work" in said.err
    assert "Les haies" in (tmp_path / "day.html").read_text(encoding="utf-8")


def test_what_strangers_wrote_does_not_steer_the_terminal(nouvelles: Program) -> None:
    def hostile(house: House) -> None:
        of = house.person(f"Julie{HOSTILE}")
        html = f"<p>Ce que j’ai appris de ma voisine, c’est {HOSTILE} qu’une haie est une route.</p>"
        house.publish(house.source(of), post(title=HOSTILE, html=html, url="https://julie.example/\x1b[31m"))

    nouvelles.fill(hostile)
    for command in (
        ["--no-fetch"],
        ["--no-fetch", "--json"],
        ["person", "Julie"],
        ["search", "haie"],
        ["people"],
    ):
        said = nouvelles(*command)
        assert said.status == 0
        assert "Haie" in said.out
        assert not set("\x1b\x07\x9b\u202e") & set(said.out)
    assert json.loads(nouvelles("--no-fetch", "--json").out)["highlights"][0]["title"] == HOSTILE


def test_midnight_is_where_you_are(program: Program, zone: Callable[[str], None]) -> None:
    zone("Pacific/Auckland")  # 13 hours ahead
    program.now = datetime(2026, 11, 23, 10, 59, tzinfo=UTC)
    assert program("--no-fetch", "--json").json["day"] == "2026-11-23"
    program.now += timedelta(minutes=1)
    assert program("--no-fetch", "--json").json["day"] == "2026-11-24"


def test_a_narrow_terminal_and_none_at_all(program: Program) -> None:
    for columns in ("0", "1", "30", "x"):
        program.environ["COLUMNS"] = columns
        assert program("--no-fetch").status == 0
