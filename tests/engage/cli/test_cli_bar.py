"""The bar that is drawn while something takes its time, and the names beside it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from engage.cli.bar import bar

if TYPE_CHECKING:
    import pytest


def test_a_name_is_no_markup_and_steers_no_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with bar("Asking") as tell:
        assert tell is not None
        tell(3, 8, "[red]Haies[/nope] \x1b]0;pris\x07")
    shown = capsys.readouterr().err
    assert "[red]Haies[/nope]" in shown
    assert "\x1b]0;" not in shown
    assert "\x07" not in shown


def test_where_nobody_looks_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with bar("Asking") as tell:
        assert tell is None
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with bar("Asking", quiet=True) as tell:
        assert tell is None
