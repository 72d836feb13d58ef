"""The program as a process of its own: what it imports, and how it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.engage.hands import HAIES, House, post

if TYPE_CHECKING:
    from tests.engage.conftest import Program

ROOT = Path(__file__).parents[3]
NETWORKS = {"atproto", "mastodon", "pycurl", "httpx", "requests"}
HEAVY = NETWORKS | {"starlette", "uvicorn", "feedparser", "sqlite_utils", "jinja2", "rich", "babel"}
# Runs the program and prints, where warnings go, which of these libraries it imported.
WATCHED = (
    "import sys\nfrom engage import cli\n"
    "try:\n    cli.main()\nfinally:\n    print('IMPORTED', *sorted({n.partition('.')[0] for n in sys.modules}), file=sys.stderr)"
)


def process(program: Program, *arguments: str, code: str = "") -> subprocess.CompletedProcess[str]:
    start = ["-c", code] if code else ["-m", "engage.cli"]
    environ = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "utf-8",
        "NOUVELLES_HOME": str(program.home),
        "NOUVELLES_NOW": program.now.isoformat(),
        "LANGUAGE": "en",
    }
    return subprocess.run(
        [sys.executable, *start, *arguments],
        env=environ,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def imported(program: Program, *arguments: str) -> set[str]:
    ended = process(program, *arguments, code=WATCHED)
    assert ended.returncode == 0, ended.stderr
    return set(ended.stderr.partition("IMPORTED ")[2].split())


@pytest.fixture
def program(nouvelles: Program) -> Program:
    def people(house: House) -> None:
        julie = house.person()
        house.publish(house.source(julie), post(html=HAIES * 3))  # no summary: its page is not wanted

    nouvelles.fill(people)
    return nouvelles


def test_help_imports_nothing_heavy(program: Program) -> None:
    assert imported(program, "--help") & HEAVY == set()


@pytest.mark.parametrize(
    "command",
    [
        ["today", "--no-fetch"],
        ["thanks", "1"],
        ["log", "met", "Julie"],
        ["person", "Julie"],
        ["drifting"],
        ["draft", "list"],
    ],
    ids=lambda command: command[0],
)
def test_what_stays_here_imports_no_network(program: Program, command: list[str]) -> None:
    assert (
        imported(program, *command) & (NETWORKS | {"sqlite_utils", "starlette", "uvicorn", "feedparser"})
        == set()
    )


def test_it_runs_and_ends_as_it_should(program: Program) -> None:
    assert process(program, "people").stdout.startswith("Julie Martin")
    wrong = process(program, "person", "Zoé")
    assert (wrong.returncode, wrong.stdout, wrong.stderr.count("\n")) == (2, "", 1)


def test_bytes_that_are_no_utf_8_are_read_as_what_they_most_likely_are(program: Program) -> None:
    """A terminal or a script in the encoding of twenty years ago."""
    code = (
        "import os, sys\nfrom engage import cli\nread, write = os.pipe()\nos.write(write, b'Zo\\xeb\\n')\n"
        "os.close(write)\nos.dup2(read, 0)\nsys.argv[1:] = [os.fsdecode(eval(a)) for a in sys.argv[1:]]\ncli.main()"
    )
    added = process(program, *(repr(a) for a in (b"add", b"Zo\xeb", b"--note", "é".encode())), code=code)
    assert (added.returncode, added.stdout) == (0, "Zoë is here now.\n")
    assert process(program, "thanks", "1").returncode == 0
    edited = process(program, *(repr(a) for a in (b"draft", b"edit", b"1", b"--text", b"-")), code=code)
    assert edited.returncode == 0, edited.stderr
    assert "\nZoë\n" in edited.stdout


def test_a_reader_that_goes_away_is_no_accident(program: Program) -> None:
    """`nouvelles people | true`."""
    code = "import os, sys\nfrom engage import cli\nread, write = os.pipe()\nos.close(read)\nos.dup2(write, 1)\ncli.main()"
    ended = process(program, "people", code=code)
    assert ended.stderr == ""
    assert ended.returncode in {0, 1}
