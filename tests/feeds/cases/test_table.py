"""The table of hard cases and the tests that it names agree."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent
TABLE = Path(__file__).parents[3] / "docs" / "hard-cases.md"
ROW = re.compile(r"^\| ([mb]?)(\d+) \|.*\| `(\w+)::test_([mb]?)(\d\d)_…` \|$", re.MULTILINE)
TEST = re.compile(r"^def test_([mb]?)(\d\d)_", re.MULTILINE)
# What these numbers say of Bluesky is about sending.
LATER = {("b", 7), ("b", 8)}


def test_every_row_has_tests_and_every_test_a_row() -> None:
    rows = ROW.findall(TABLE.read_text("utf-8"))
    numbers = [(kind, int(number)) for kind, number, _, _, _ in rows]
    wanted = (
        [("", n) for n in range(1, 40)] + [("m", n) for n in range(1, 12)] + [("b", n) for n in range(1, 12)]
    )
    assert numbers == [number for number in wanted if number not in LATER]
    assert numbers == [(kind, int(test)) for _, _, _, kind, test in rows]
    named = {
        (path.stem.removeprefix("test_"), kind, int(number))
        for path in HERE.glob("test_*.py")
        for kind, number in TEST.findall(path.read_text("utf-8"))
    }
    assert named == {(file, kind, int(test)) for _, _, file, kind, test in rows}
