"""Gathers the sentences to translate from the code and the templates into each language's catalogue.

With --check it writes nothing, and fails when a catalogue lacks a sentence or a translation.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
_PLACES = (
    (ROOT / "feeds", [("**.py", "python")]),
    (ROOT / "engage", [("demo/**.py", "ignore"), ("**.py", "python")]),
    (ROOT / "templates" / "web", [("**.html", "jinja2")]),
    (ROOT / "templates" / "digest", [("**.html", "jinja2"), ("**.txt", "jinja2")]),
)
_KEYWORDS = {
    "N_": None,
    "_": None,
    "say": None,
    "warn": None,
    "gettext": None,
    "NN_": (1, 2),
    "plural": (1, 2),
    "n_": (1, 2),
    "ngettext": (1, 2),
}


def gathered() -> Catalog:
    """Every sentence of the project, with the places where it stands."""
    catalogue = Catalog(project="nouvelles", charset="utf-8")
    for folder, methods in _PLACES:
        for name, line, message, comments, context in extract_from_dir(folder, methods, keywords=_KEYWORDS):
            place = str((folder / name).relative_to(ROOT))
            catalogue.add(message, locations=[(place, line)], auto_comments=comments, context=context)
    return catalogue


def _catalogues() -> list[Path]:
    return sorted(HERE.glob("*/LC_MESSAGES/nouvelles.po"))


def check() -> int:
    """Say which catalogues lack what; 0 when none does."""
    template = gathered()
    wrong = 0
    for path in _catalogues():
        with path.open("rb") as file:
            known = read_po(file)
        for message in template:
            there = known.get(message.id, message.context)
            empty = there is None or not all(
                there.string if isinstance(there.string, tuple) else (there.string,)
            )
            if message.id and (empty or (there is not None and there.fuzzy)):
                wrong += 1
                sys.stderr.write(f"{path.relative_to(ROOT)} has no translation of {message.id!r}\n")
    if wrong:
        sys.stderr.write("“make messages” gathers the sentences; then translate them.\n")
    return min(wrong, 1)


def update() -> None:
    """Bring every catalogue up to date; translations are kept."""
    template = gathered()
    for path in _catalogues():
        with path.open("rb") as file:
            known = read_po(file, locale=path.parent.parent.name)
        known.update(template, no_fuzzy_matching=True)
        known.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, known, width=110, omit_header=False, no_location=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        sys.exit(check())
    update()
