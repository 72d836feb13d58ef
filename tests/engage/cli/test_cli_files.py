"""`nouvelles import`, `nouvelles export` and `nouvelles rename`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from feeds import opml
from tests.feeds import misbehaving as ways
from tests.feeds.made_up import entries, rss
from tests.feeds.misbehaving import Misbehaving, says

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.engage.conftest import Program

SIGNED = b"<author>julie@julie.example (Julie Martin)</author></item>"


@pytest.fixture
def server() -> Iterator[Misbehaving]:
    with Misbehaving() as running:
        feed = rss(*entries(3))
        running.at("/julie", says(feed.replace(b"</item>", SIGNED)))
        running.at("/ponts", says(feed))
        running.at("/absent", ways.fails(404))
        yield running


@pytest.fixture
def file(server: Misbehaving, tmp_path: Path) -> Path:
    path = tmp_path / "lectures.opml"
    path.write_text(
        f"""<?xml version="1.0"?><opml version="2.0"><head><title>Mes lectures</title></head><body>
        <outline text="Amis" title="Amis"><outline text="Le jardin" type="rss" xmlUrl="{server.base}/julie"
          htmlUrl="https://julie.example/" description="Des haies" category="/a,/b"/></outline>
        <outline text="Ponts et gués" xmlUrl="{server.base}/ponts"/>
        <outline text="Absent" type="rss" xmlUrl="{server.base}/absent"/>
        <outline text="Une erreur" type="rss" xmlUrl="mailto:julie@julie.example"/></body></opml>""",
        encoding="utf-8",
    )
    return path


def test_what_another_reader_followed_is_followed_and_becomes_people(
    nouvelles: Program, file: Path, server: Misbehaving
) -> None:
    said = nouvelles("import", str(file), "--yes")
    assert said.status == 1
    assert "3 feeds are followed now." in said.out
    assert "in your own network, and are asked there because the file is yours" in said.out
    assert "2 people are here now, in circle 3" in said.out
    assert "1 feed is nobody's yet" in said.out
    assert "1 line of the file names no feed:" in said.out
    assert said.err.startswith("! Absent: ")
    people = {person["person"]: person["circle"] for person in nouvelles("people", "--json").json}
    assert people == {"Julie Martin": 3, "Ponts et gués": 3}
    assert len(nouvelles("person", "julie", "--json").json["published"]) == 3
    assert len(server.asked) == 3


def test_importing_again_adds_nothing_and_asks_nobody(
    nouvelles: Program, file: Path, server: Misbehaving
) -> None:
    nouvelles("import", str(file), "--yes")
    asked = len(server.asked)
    again = nouvelles("import", str(file), "--yes", "--json")
    assert (again.status, again.json["new"], len(again.json["known"]), again.json["people"]) == (0, [], 3, [])
    assert len(server.asked) == asked


def test_the_round_trip_is_exact(nouvelles: Program, file: Path, tmp_path: Path) -> None:
    nouvelles("import", str(file), "--yes", "--no-fetch")
    out = tmp_path / "out.opml"
    assert f"Your feeds are in {out}." in nouvelles("export", "--opml", "-o", str(out)).out
    before, after = (opml.read(path.read_bytes(), path.name).outlines for path in (file, out))
    assert after == before
    nouvelles.home = tmp_path / "another"
    nouvelles("import", str(out), "--yes", "--no-fetch")
    nouvelles("export", "--opml", "-o", str(tmp_path / "again.opml"))
    assert (tmp_path / "again.opml").read_bytes() == out.read_bytes()


def test_without_a_network_people_are_named_as_the_file_names_them(
    nouvelles: Program, file: Path, server: Misbehaving
) -> None:
    found = nouvelles("import", str(file), "--yes", "--no-fetch", "--circle", "1", "--json")
    assert (found.status, found.json["people"]) == (0, ["Le jardin", "Ponts et gués", "Absent"])
    assert server.asked == []
    assert nouvelles("people", "--json").json[0]["circle"] == 1
    assert nouvelles("fetch", "--json").json["new"] == 6


def test_feeds_alone_without_people(nouvelles: Program, file: Path) -> None:
    nouvelles("import", str(file), "--yes", "--no-people")
    assert nouvelles("people", "--json").json == []
    assert len(nouvelles("sources", "--json").json) == 3


def test_a_list_of_addresses_is_a_file_too(nouvelles: Program, server: Misbehaving, tmp_path: Path) -> None:
    path = tmp_path / "urls"
    path.write_text(f'# mes lectures\n{server.base}/julie "Amis"\n', encoding="utf-8")
    assert nouvelles("import", str(path), "--yes", "--json").json["people"] == ["Julie Martin"]
    assert b'<outline text="Amis">' in opml.write(
        "t", opml.read(path.read_bytes(), "urls").outlines, nouvelles.now
    )


@pytest.mark.parametrize("content", [b"", b"Bonjour.", b"\x89PNG\r\n", b"<html><body>x</body></html>"])
def test_a_file_without_feeds_is_a_mistake_in_words(
    nouvelles: Program, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    refused = nouvelles("import", str(path), "--yes")
    assert (refused.status, refused.out) == (2, "")
    assert f"{path} cannot be imported" in refused.err


def test_a_file_that_is_not_there_is_a_mistake_in_words(nouvelles: Program, tmp_path: Path) -> None:
    refused = nouvelles("import", str(tmp_path / "rien.opml"))
    assert (refused.status, "no such file" in refused.err) == (2, True)
    assert nouvelles("export").json["people"] == []
    assert nouvelles("export", "--opml", "-o", str(tmp_path / "no" / "x.opml")).status == 2


def test_in_french(nouvelles: Program, file: Path) -> None:
    nouvelles.environ["LANGUAGE"] = "fr"
    said = nouvelles("import", str(file), "--yes", "--no-fetch").out
    assert "3 flux sont suivis désormais." in said
    assert "followed" not in said


def test_a_person_is_called_by_another_name(nouvelles: Program) -> None:
    nouvelles("add", "Le jardin de Julie")
    nouvelles("add", "Paul")
    assert "is called Julie Martin from now on" in nouvelles("rename", "jardin", " Julie  Martin ").out
    assert {person["person"] for person in nouvelles("people", "--json").json} == {"Julie Martin", "Paul"}
    taken = nouvelles("rename", "paul", "JULIE MARTIN")
    assert (taken.status, "already" in taken.err) == (2, True)
    assert nouvelles("rename", "paul", " - ").status == 2
    assert nouvelles("rename", "paul", "PAUL").status == 0
