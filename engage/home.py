"""Where Nouvelles lives on this machine: config.toml, the one file, and the person's own templates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engage.errors import HomeError

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "NOUVELLES_HOME"
_PRIVATE = 0o700


@dataclass(frozen=True, slots=True)
class Home:
    """The paths of `config.toml` and of the SQLite file; neither needs to exist."""

    config: Path
    database: Path

    @property
    def templates(self) -> Path:
        """The folder for the person's own templates, beside config.toml; they make it when they want one."""
        return self.config.parent / "templates"


def find(environ: Mapping[str, str]) -> Home:
    """Find the home: the folder in NOUVELLES_HOME if that is set, else where the system keeps such files.

    Touches nothing on disk. Raises HomeError when NOUVELLES_HOME begins with a `~` that means nobody.
    """
    if chosen := environ.get(VARIABLE, "").strip():
        folder = _absolute(chosen)
        return Home(folder / "config.toml", folder / "nouvelles.db")
    from platformdirs import user_config_path, user_data_path  # noqa: PLC0415 - not paid for when the folder is given

    return Home(
        user_config_path("nouvelles", appauthor=False) / "config.toml",
        user_data_path("nouvelles", appauthor=False) / "nouvelles.db",
    )


def _absolute(chosen: str) -> Path:
    try:
        return Path(chosen).expanduser().absolute()
    except RuntimeError as error:
        raise HomeError(path=chosen, reason=str(error).rstrip(".")) from None


def prepare(home: Home) -> None:
    """Make the folders of config.toml and of the file where they are missing, closed to everyone else (0700).

    A folder that exists is left as it is. Raises HomeError when one cannot be made.
    """
    for folder in (home.config.parent, home.database.parent):
        try:
            _make(folder)
        except OSError as error:
            raise HomeError(path=str(error.filename or folder), reason=error.strerror or str(error)) from None


def _make(folder: Path) -> None:
    """Make the folder and those above it; mkdir(parents=True) would let others read the ones above."""
    try:
        folder.mkdir(mode=_PRIVATE, exist_ok=True)
    except FileNotFoundError:
        if folder.parent == folder:  # a drive that is not there
            raise
        _make(folder.parent)
        folder.mkdir(mode=_PRIVATE, exist_ok=True)
