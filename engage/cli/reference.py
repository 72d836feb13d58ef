"""Writes docs/cli.md from the commands' own help, and checks that it is in step."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engage.cli import nouvelles
from engage.cli.base import App, Group

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = """\
# The commands

Written by `make docs` from the program's own help; `make check` fails when they differ.

"""


def reference() -> str:
    """The help of every command, in English, as one page of Markdown."""
    app = App({"LANGUAGE": "en", "NOUVELLES_HOME": "/nowhere"})
    sections = [_section(command, name, app) for name, command in _commands(nouvelles, "nouvelles")]
    return _HEAD + "\n".join(sections)


def _commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        with click.Context(command) as context:
            children = {
                child: command.get_command(context, child) for child in command.list_commands(context)
            }
        for child, found in sorted(children.items()):
            if found is not None:
                yield from _commands(found, f"{name} {child}")


def _section(command: click.Command, name: str, app: App) -> str:
    settings = {"max_content_width": 100, "terminal_width": 100, "help_option_names": ["-h", "--help"]}
    level = "##" if isinstance(command, Group) and " " not in name else "###"
    with click.Context(command, info_name=name, obj=app, **settings) as context:  # type: ignore[arg-type]
        return f"{level} `{name}`\n\n```\n{command.get_help(context)}\n```\n"


def main(arguments: list[str]) -> int:
    """Write the page to a path, or with --check say whether it is in step."""
    path = Path(arguments[-1])
    if arguments[0] != "--check":
        path.write_text(reference(), encoding="utf-8")
        return 0
    if path.is_file() and path.read_text(encoding="utf-8") == reference():
        return 0
    click.echo(f"{path} is out of step with the program's help: run “make docs”.", err=True)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
