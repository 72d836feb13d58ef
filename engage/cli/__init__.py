"""The command line: one file per noun; errors become sentences here, and nowhere deeper."""

from __future__ import annotations

from importlib import import_module

import click

from engage import __version__
from engage.cli.base import Group, run
from feeds.errors import N_

__all__ = ["main", "nouvelles"]

# Each command's file and its name there: only the one that is used is read.
_COMMANDS = {
    "accounts": ("accounts", "accounts"),
    "add": ("add", "add"),
    "demo": ("demo", "demo"),
    "draft": ("draft", "draft"),
    "drifting": ("people", "drifting"),
    "export": ("files", "export"),
    "fetch": ("fetch", "fetch"),
    "import": ("importing", "import_"),
    "link": ("link", "link"),
    "log": ("people", "log"),
    "login": ("accounts", "login"),
    "logout": ("accounts", "logout"),
    "map": ("map", "map_"),
    "open": ("web", "open_page"),
    "path": ("paths", "path"),
    "people": ("people", "people"),
    "person": ("person", "person"),
    "relate": ("paths", "relate"),
    "rest": ("people", "rest"),
    "rename": ("people", "rename"),
    "search": ("search", "search"),
    "sources": ("sources", "sources"),
    "thanks": ("draft", "thanks"),
    "today": ("day", "today"),
}


class _Program(Group):
    """The program's own group: its commands are read when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        room, name = _COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f"engage.cli.{room}"), name)
        return command


@click.group(
    cls=_Program,
    default="today",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=N_(
        "A reader for people, not for feeds: what the people you know publish on blogs, Mastodon and Bluesky, a short day "
        "of it with reasons, a sincere thank-you in one click, and whom you have not been in touch with lately.\n\n"
        "Without a command, it shows today. Nothing is ever sent by itself."
    ),
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def nouvelles() -> None:
    """Hold the commands together."""


def main() -> None:
    """Run the program."""
    run(nouvelles)
