"""Finds and renders templates: the person's own folder first, file by file, then ours.

A template of theirs that does not work is named, and ours is used: nobody is left without a message because of a brace.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
    select_autoescape,
)

from engage.errors import BrokenTemplate

if TYPE_CHECKING:
    from collections.abc import Mapping

_HERE = Path(__file__).parent
# What a template that somebody else wrote may do when it is rendered.
_BROKEN = (
    TemplateError,
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    AttributeError,
    RecursionError,
    OSError,
)


def ours() -> Path:
    """Our own templates: inside the installed package, or beside it in a checkout."""
    packaged = _HERE / "_templates"
    return packaged if packaged.is_dir() else _HERE.parent / "templates"


def environment(*folders: Path) -> Environment:
    """A Jinja environment on folders, the first that has a file wins: HTML escaped, text not, an unknown value an error."""
    return Environment(
        loader=FileSystemLoader(folders),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html", "xml", "svg"]),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )


class Templates:
    """Renders by name. `broken` collects the person's own templates that did not work."""

    def __init__(self, own: Path | None = None) -> None:
        self.ours = environment(ours())
        self.folder = own if own is not None and own.is_dir() else None
        self.own = environment(self.folder, ours()) if self.folder else None
        self.broken: list[BrokenTemplate] = []

    def render(self, name: str, values: Mapping[str, Any]) -> str:
        """A template's text with these values."""
        if self.own is not None:
            try:
                return self.own.get_template(name).render(values)
            except _BROKEN as error:
                self._blame(name, error)
        return self.ours.get_template(name).render(values)

    def _blame(self, name: str, error: Exception) -> None:
        """Keep what is wrong with a template of theirs, in one line, once."""
        path = getattr(error, "filename", None) or f"{self.folder}/{name}"
        line = f", line {error.lineno}" if isinstance(error, TemplateSyntaxError) else ""
        problem = str(getattr(error, "message", None) or error) + line
        if all(known.values["path"] != str(path) for known in self.broken):
            self.broken.append(BrokenTemplate(path=str(path), problem=" ".join(problem.split())))
