"""Compiles the message catalogues (.po) into what gettext reads (.mo) when the package is built or installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand, or read by the checks, where hatchling need not be
    BuildHookInterface: Any = object  # type: ignore[no-redef]


def compile_catalogues(folder: Path) -> list[Path]:
    """Write a .mo beside each .po below `folder`; returns what was written."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as file:
            catalogue = read_po(file)
        target = source.with_suffix(".mo")
        with target.open("wb") as file:
            write_mo(file, catalogue)
        written.append(target)
    return written


class CompileCatalogues(BuildHookInterface):  # type: ignore[misc, type-arg, unused-ignore]
    """Hatchling calls this before it builds a wheel, an editable one too."""

    def initialize(self, _version: str, _build_data: dict[str, Any]) -> None:
        """Compile all catalogues of the project."""
        compile_catalogues(Path(self.root) / "engage" / "locale")


if __name__ == "__main__":
    compile_catalogues(Path(__file__).parent)
