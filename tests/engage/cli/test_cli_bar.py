"""The bar that is drawn while the world is asked, and the names beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engage.cli.base import App
from engage.cli.fetch import _with_bar
from feeds.model import Source
from feeds.refresh import Report

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_name_is_no_markup_and_steers_no_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def ask(*_args: Any, progress: Any, **_options: Any) -> Report:
        source = Source("blog", "https://julie.example/feed", "[red]Haies[/nope] \x1b]0;pris\x07")
        progress(3, 8, source)
        progress(3, 8, replace(source, label=""))
        progress(3, 8, source)
        return report

    report = Report()
    monkeypatch.setattr("feeds.refresh.refresh", ask)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    assert _with_bar(App({"NOUVELLES_HOME": str(tmp_path)}), force=False, only=None) is report
    shown = capsys.readouterr().err
    assert "[red]Haies[/nope]" in shown
    assert "\x1b]0;" not in shown
    assert "\x07" not in shown
