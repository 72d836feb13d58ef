"""What the tests of `engage` share: French that is compiled, a file, and the program run in this process."""

from __future__ import annotations

import io
import shutil
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from engage import cli, words
from engage.locale.build import compile_catalogues
from engage.store import open_stores
from tests.engage.hands import NOON, House, Said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

LOCALE = Path(words.__file__).parent / "locale"


@pytest.fixture(scope="session", autouse=True)
def _french(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The catalogues as they are now, whatever an installation compiled."""
    folder = tmp_path_factory.mktemp("catalogues") / "locale"
    shutil.copytree(LOCALE, folder, ignore=shutil.ignore_patterns("*.mo", "__pycache__"))
    compile_catalogues(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words, "_LOCALE", folder)
        words.words.cache_clear()
        yield
    words.words.cache_clear()


@pytest.fixture
def greenwich() -> Iterator[pytest.MonkeyPatch]:
    """The machine stands where the clock shows UTC, as far as that can be set."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        _set_zone()
        yield patch
    _set_zone()


def _set_zone() -> None:
    if hasattr(time, "tzset"):
        time.tzset()


@pytest.fixture
def zone(greenwich: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Moves the machine into a time zone."""
    if not hasattr(time, "tzset"):
        pytest.skip("this system's time zone cannot be set by a program")

    def move(name: str) -> None:
        greenwich.setenv("TZ", name)
        _set_zone()

    return move


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    store = open_stores(tmp_path / "house.db")
    with closing(store.connection):
        yield House(store)


@dataclass
class Program:
    """The program, run in this process on a home of its own, with a clock that stands still."""

    home: Path
    capture: Callable[[], tuple[str, str]]
    monkeypatch: pytest.MonkeyPatch
    now: datetime = NOON
    environ: dict[str, str] = field(default_factory=lambda: {"LANGUAGE": "en"})

    def __call__(self, *arguments: str, typed: str = "") -> Said:
        """Run a command; `typed` is its standard input."""
        self.capture()
        with self.monkeypatch.context() as patch:
            for name, value in self._said().items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["nouvelles", *arguments])
            patch.setattr(sys, "stdin", io.StringIO(typed))
            try:
                cli.main()
                status: Any = 0
            except SystemExit as ended:
                status = ended.code
        return Said(int(status or 0), *self.capture())

    def _said(self) -> dict[str, str]:
        return {
            "NOUVELLES_HOME": str(self.home),
            "NOUVELLES_NOW": self.now.isoformat(),
            "COLUMNS": "88",
            **self.environ,
        }

    @property
    def database(self) -> Path:
        return self.home / "nouvelles.db"

    def configure(self, text: str) -> None:
        self.home.mkdir(exist_ok=True)
        (self.home / "config.toml").write_text(text, encoding="utf-8")

    def fill(self, work: Callable[[House], Any]) -> Any:
        """Do something with the file of this home."""
        self.home.mkdir(exist_ok=True)
        store = open_stores(self.database)
        with closing(store.connection):
            return work(House(store))


@pytest.fixture
def nouvelles(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    greenwich: pytest.MonkeyPatch,
) -> Program:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        greenwich.delenv(name, raising=False)
    return Program(tmp_path / "home", lambda: _both(capsys), monkeypatch)


def _both(capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    said = capsys.readouterr()
    return said.out, said.err
