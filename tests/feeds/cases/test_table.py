"""The table of hard cases and the tests that it names agree."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent
TABLE = Path(__file__).parents[3] / "docs" / "hard-cases.md"
ROW = re.compile(r"^\| (\d+) \|.*\| `(\w+)::test_(\d\d)_…` \|$", re.MULTILINE)


def test_every_row_has_tests_and_every_test_a_row() -> None:
    rows = {int(number): (file, int(test)) for number, file, test in ROW.findall(TABLE.read_text("utf-8"))}
    assert list(rows) == list(range(1, 40))
    assert all(number == test for number, (_, test) in rows.items())
    named = {
        (path.stem.removeprefix("test_"), int(number))
        for path in HERE.glob("test_*.py")
        for number in re.findall(r"^def test_(\d\d)_", path.read_text("utf-8"), re.MULTILINE)
    }
    assert named == set(rows.values())
