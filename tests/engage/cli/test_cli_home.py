"""Where the home is, what its config says, and what is said when something is wrong with either."""

from __future__ import annotations

import io
import os
import re
import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import click
import pytest

from engage import __version__, cli
from engage.cli import base, reference
from engage.words import words

if TYPE_CHECKING:
    from pathlib import Path

    from tests.engage.conftest import Program
    from tests.engage.hands import House

LOCAL = [
    ["today", "--no-fetch"],
    ["people"],
    ["person", "Julie"],
    ["drifting"],
    ["thanks", "1"],
    ["draft", "list"],
    ["log", "met", "Julie"],
    ["search", "haie"],
    ["fetch"],
    ["add", "Julie"],
    ["open", "--no-browser", "--no-fetch"],
]


def ends(program: Program, command: list[str], sentence: str) -> None:
    said = program(*command)
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("nouvelles: ")
    assert sentence in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("command", LOCAL)
@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ('language = "fr"\n\n[day]\nhighlihgts = 3\n', "config.toml, line 4: "),
        ('[day]\nhighlights = "many"\n', "config.toml, line 2: "),
        ("[me\n", "config.toml, line 1: "),
    ],
)
def test_a_wrong_key_or_value_is_named_with_its_line(
    nouvelles: Program, command: list[str], config: str, sentence: str
) -> None:
    nouvelles.fill(lambda house: house.person("Julie"))
    before = nouvelles.database.read_bytes()
    nouvelles.configure(config)
    ends(nouvelles, command, sentence)
    assert nouvelles.database.read_bytes() == before


def test_the_nearest_key_is_offered(nouvelles: Program) -> None:
    nouvelles.configure("[day]\nhighlihgts = 3\n")
    ends(nouvelles, ["--no-fetch"], "Perhaps “day.highlights” was meant.")


def test_help_comes_whatever_the_config_says(nouvelles: Program) -> None:
    nouvelles.configure("[me\n")
    said = nouvelles("--help")
    assert (said.status, said.err) == (0, "")
    assert "A reader for people, not for feeds" in said.out


@pytest.mark.parametrize("content", [b"This is a letter, not a database. " * 40])
def test_a_file_that_is_no_database_is_named_and_left_alone(nouvelles: Program, content: bytes) -> None:
    nouvelles.home.mkdir()
    nouvelles.database.write_bytes(content)
    ends(
        nouvelles,
        ["--no-fetch"],
        "nouvelles.db cannot be opened as a Nouvelles file (file is not a database).",
    )
    assert nouvelles.database.read_bytes() == content


def test_a_folder_in_its_place_is_named(nouvelles: Program) -> None:
    nouvelles.database.mkdir(parents=True)
    ends(nouvelles, ["people"], "nouvelles.db cannot be opened as a Nouvelles file")


def test_a_home_that_is_a_file_is_named(nouvelles: Program) -> None:
    nouvelles.home.write_text("x", encoding="utf-8")
    ends(nouvelles, ["--no-fetch"], "home")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_home_that_cannot_be_written_to_is_named(nouvelles: Program) -> None:
    nouvelles.home.mkdir()
    nouvelles.home.chmod(0o500)
    ends(nouvelles, ["people"], "nouvelles.db cannot be opened")


@pytest.mark.parametrize(
    "command", [["log", "met", "Julie"], ["add", "Paul"], ["--no-fetch"], ["person", "Julie"]]
)
def test_a_file_that_fails_under_way_is_named(nouvelles: Program, command: list[str]) -> None:
    """A damaged file, a full disk: SQLite's own word for it, and no stack trace."""

    def damage(house: House) -> None:
        house.person("Julie")
        house.store.connection.execute("drop table engagements")

    nouvelles.fill(damage)
    if command[0] == "add":
        nouvelles.fill(lambda house: house.store.connection.execute("drop table identities"))
    ends(nouvelles, command, "nouvelles.db cannot be opened as a Nouvelles file (no such table: ")


def test_a_file_that_somebody_made_read_only_is_named(
    nouvelles: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    nouvelles.fill(lambda house: house.person("Julie"))
    opened = sqlite3.connect

    def read_only(path: object, **settings: object) -> sqlite3.Connection:
        return opened(f"file:{path}?mode=ro", uri=True, **settings)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(sqlite3, "connect", read_only)
    ends(nouvelles, ["log", "met", "Julie"], "readonly database")


def test_the_home_is_where_it_is_said(nouvelles: Program, tmp_path: Path) -> None:
    nouvelles("add", "Julie")
    with closing(sqlite3.connect(nouvelles.database)) as connection:
        assert connection.execute("select name from people").fetchall() == [("Julie",)]
    nouvelles.home = tmp_path / "other" / "deep"
    assert nouvelles("people", "--json").json == []
    assert nouvelles.home.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(sys.platform != "linux", reason="XDG's variables")
def test_without_it_the_systems_folders_are_used(nouvelles: Program, tmp_path: Path) -> None:
    nouvelles.environ |= {
        "NOUVELLES_HOME": "",
        "XDG_CONFIG_HOME": str(tmp_path / "c"),
        "XDG_DATA_HOME": str(tmp_path / "d"),
    }
    nouvelles("add", "Julie")
    assert (tmp_path / "d" / "nouvelles" / "nouvelles.db").is_file()


@pytest.mark.parametrize("now", ["soon", "2026-13-01", "0001-01-01T00:00:00+14:00"])
def test_a_clock_that_cannot_be_read_is_named(nouvelles: Program, now: str) -> None:
    nouvelles.environ["NOUVELLES_NOW"] = now
    ends(nouvelles, ["--no-fetch"], f"NOUVELLES_NOW={now!r}")


def test_versions_and_help(nouvelles: Program) -> None:
    assert nouvelles("--version").out == f"nouvelles {__version__}\n"
    assert nouvelles("-h").out == nouvelles("--help").out
    assert nouvelles("-h").out.startswith("Usage: nouvelles [OPTIONS] COMMAND [ARGS]...")


def every_command(group: click.Group, *path: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        found.append((*path, name))
        if isinstance(command, click.Group):
            found += every_command(command, *path, name)
    return found


@pytest.mark.parametrize("path", every_command(cli.nouvelles), ids=" ".join)
def test_every_command_explains_itself_in_both_languages(nouvelles: Program, path: tuple[str, ...]) -> None:
    english = nouvelles(*path, "--help")
    nouvelles.environ["LANGUAGE"] = "fr"
    french = nouvelles(*path, "-h")
    nouvelles.environ["LANGUAGE"] = "en"
    assert (english.status, french.status) == (0, 0)
    assert english.out.startswith(f"Usage: nouvelles {' '.join(path)} ")
    assert english.out != french.out
    assert nouvelles(*path, "--help").out == english.out  # and nothing sticks


def test_every_option_has_words_and_every_answer_json(nouvelles: Program) -> None:
    del nouvelles
    silent = {("demo",), ("draft",), ("open",), ("export",), ("sources",), ("people",), ("person",)}
    for path in every_command(cli.nouvelles):
        command: click.Command = cli.nouvelles
        for name in path:
            assert isinstance(command, click.Group)
            found = command.get_command(click.Context(command), name)
            assert found is not None
            command = found
        options = [param for param in command.params if isinstance(param, click.Option)]
        assert all(option.help for option in options), path
        assert path in silent or any("--json" in option.opts for option in options), path


def test_the_reference_is_in_english_whoever_writes_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    english = reference.reference()
    assert "### `nouvelles draft sent`" in english
    monkeypatch.setenv("LANGUAGE", "fr")
    monkeypatch.setenv("NOUVELLES_HOME", str(tmp_path))
    (tmp_path / "config.toml").write_text('language = "fr"', encoding="utf-8")
    assert reference.reference() == english


def test_the_languages_of_the_config_and_of_the_system(nouvelles: Program) -> None:
    empty = {language: words(language).say("Nothing was found.") for language in ("fr", "en")}
    assert empty["fr"] != empty["en"]
    assert nouvelles("search", "x").out == f"{empty['en']}\n"
    nouvelles.environ["LANGUAGE"] = "fr"
    assert nouvelles("search", "x").out == f"{empty['fr']}\n"
    nouvelles.configure('language = "en"')
    assert nouvelles("search", "x").out == f"{empty['en']}\n"
    nouvelles.configure('language = "fr"')
    nouvelles.environ["LANGUAGE"] = "en"
    assert nouvelles("search", "x").out == f"{empty['fr']}\n"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_wrong_config_is_said_in_the_systems_language(nouvelles: Program, language: str) -> None:
    nouvelles.environ["LANGUAGE"] = language
    nouvelles.configure("[day]\nhighlihgts = 3\n")
    said = nouvelles("--no-fetch").err
    assert ("there is no key" in said) is (language == "en")
    assert "highlihgts" in said


def test_letters_that_the_terminal_cannot_write_end_nothing(
    monkeypatch: pytest.MonkeyPatch, nouvelles: Program
) -> None:
    nouvelles.fill(lambda house: house.person("Zoë 李"))
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    monkeypatch.setattr(sys, "stdout", narrow)
    assert nouvelles("people").status == 0
    narrow.flush()
    assert isinstance(narrow.buffer, io.BytesIO)
    assert narrow.buffer.getvalue().startswith("Zoë ?".encode("latin-1"))


def test_ctrl_c_ends_quietly(nouvelles: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: base.App) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(base.App, "store", property(interrupted))
    said = nouvelles("people")
    assert (said.status, said.out, said.err.strip()) == (130, "", "")


def test_no_sentence_of_the_help_is_left_in_english(nouvelles: Program) -> None:
    nouvelles.environ["LANGUAGE"] = "fr"
    for path in every_command(cli.nouvelles):
        text = nouvelles(*path, "--help").out
        assert not re.search(r"\b(Show|List|Answer in|Draft a|Add a|Note something)\b", text), path
