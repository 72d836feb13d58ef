"""`nouvelles map`: three rings in the terminal, a picture in a file, a list for programs."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from engage.cli import map as screen
from engage.model import Engagement
from tests.engage.hands import DAY, NOON, House

if TYPE_CHECKING:
    from pathlib import Path

    from tests.engage.conftest import Program

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def program(nouvelles: Program) -> Program:
    def people(house: House) -> None:
        julie = house.person(tags=("jardin",))
        house.person("Paul Roux", 2, tags=("jardin",))
        house.person("Zoé <Léger>", 3, goals=("Un livre",))
        house.store.record(Engagement(0, julie.id, "met", "out", NOON - 3 * DAY))

    nouvelles.fill(people)
    return nouvelles


def test_three_rings_in_the_terminal(program: Program) -> None:
    said = program("map")
    assert (said.status, said.err) == (0, "")
    places = [said.out.index(name) for name in ("Julie Martin", "Paul Roux", "Zoé <Léger>")]
    assert places == sorted(places)
    assert "jardin" in said.out
    assert "●" in said.out
    assert max(map(len, said.out.splitlines())) <= 88


def test_where_nobody_looks_there_are_no_colours(program: Program) -> None:
    assert "\x1b" not in program("map").out


def test_only_letters_that_every_terminal_has(program: Program) -> None:
    shown = program("map", "--ascii").out
    assert [sign for sign in "●◕◑◔○·" if sign in shown] == []
    assert "Julie Martin" in shown


def test_a_terminal_that_lacks_the_signs_is_shown_others(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "_can_write", lambda _: False)
    assert program("map").out == program("map", "--ascii").out


@pytest.mark.parametrize("columns", ["20", "40", "60", "400"])
def test_it_fits_where_it_stands(program: Program, columns: str) -> None:
    program.environ["COLUMNS"] = columns
    shown = program("map").out
    assert max(map(len, shown.splitlines())) <= min(int(columns), 140) or columns == "20"
    assert "Julie" in shown


def test_in_json(program: Program) -> None:
    told = program("map", "--json")
    assert (told.status, told.err) == (0, "")
    assert sorted(told.json, key=lambda one: one["circle"]) == [
        {"person": "Julie Martin", "circle": 1, "sectors": ["jardin"], "days": 3, "drifting": False},
        {"person": "Paul Roux", "circle": 2, "sectors": ["jardin"], "days": None, "drifting": True},
        {"person": "Zoé <Léger>", "circle": 3, "sectors": ["Un livre"], "days": None, "drifting": False},
    ]


def test_a_picture_in_a_file(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "carte.svg"
    said = program("map", "--svg", str(path))
    assert (said.status, said.out, said.err) == (0, f"3 people are drawn in {path}.\n", "")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    drawn = ET.fromstring(path.read_bytes())
    assert drawn.tag == f"{SVG}svg"
    titles = [title.text or "" for title in drawn.iter(f"{SVG}title")]
    assert [
        name for name in ("Julie Martin", "Paul Roux", "Zoé <Léger>") if f"{name}, circle" in str(titles)
    ] == [
        "Julie Martin",
        "Paul Roux",
        "Zoé <Léger>",
    ]
    assert not list(drawn.iter(f"{SVG}script"))
    program("person", "forget", "paul", "--yes")
    program("person", "forget", "zoe", "--yes")
    assert program("map", "--svg", str(path)).out == f"1 person is drawn in {path}.\n"
    assert b"Paul" not in path.read_bytes()


def test_a_picture_on_standard_output(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "carte.svg"
    program("map", "--svg", str(path))
    said = program("map", "--svg", "-")
    assert (said.status, said.err, said.out) == (0, "", path.read_text(encoding="utf-8"))


def test_where_nothing_can_be_written_is_one_sentence(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "nulle" / "part.svg"
    said = program("map", "--svg", str(path))
    assert (said.status, said.out) == (2, "")
    assert said.err == f"{path} cannot be written (No such file or directory).\n"
    assert program("map", "--svg", str(tmp_path)).status == 2
    assert list(tmp_path.iterdir()) == [program.home]


def test_a_device_is_written_to_and_not_replaced(program: Program, tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no pipes that have a name")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert program("map", "--svg", str(pipe)).status == 0
        assert os.read(reading, 4) == b"<svg"
    finally:
        os.close(reading)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_link_stays_one(program: Program, tmp_path: Path) -> None:
    (tmp_path / "ailleurs").mkdir()
    link = tmp_path / "carte.svg"
    link.symlink_to(tmp_path / "ailleurs" / "vraie.svg")
    program("map", "--svg", str(link))
    assert (link.is_symlink(), (tmp_path / "ailleurs" / "vraie.svg").is_file()) == (True, True)


def test_with_nobody(nouvelles: Program, tmp_path: Path) -> None:
    said = nouvelles("map")
    assert said.out == "Nobody is here yet. “nouvelles add NAME ADDRESS” adds a person.\n"
    assert nouvelles("map", "--json").json == []
    path = tmp_path / "carte.svg"
    assert nouvelles("map", "--svg", str(path)).out == f"0 people are drawn in {path}.\n"
    assert ET.fromstring(path.read_bytes()).tag == f"{SVG}svg"


def test_what_strangers_are_called_steers_no_terminal(nouvelles: Program, tmp_path: Path) -> None:
    nouvelles.fill(lambda house: house.person("Ju\x1b[2Jlie\u202e", tags=("ta\x1bg",)))
    assert "\x1b" not in nouvelles("map").out
    assert "\u202e" not in nouvelles("map").out
    path = tmp_path / "carte.svg"
    nouvelles("map", "--svg", str(path))
    assert b"\x1b" not in path.read_bytes()
    ET.fromstring(path.read_bytes())
