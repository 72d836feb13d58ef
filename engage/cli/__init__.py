"""The command line: one file per noun; errors become sentences here, and nowhere deeper."""

from __future__ import annotations

import click

from engage import __version__
from engage.cli import add, day, demo, draft, fetch, people, search, web
from engage.cli.base import Group, run
from feeds.errors import N_

__all__ = ["main", "nouvelles"]


@click.group(
    cls=Group,
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


for command in (
    day.today,
    add.add,
    fetch.fetch,
    draft.thanks,
    draft.draft,
    people.person,
    people.people,
    people.drifting,
    people.log,
    search.search,
    web.open_page,
    demo.demo,
):
    nouvelles.add_command(command)


def main() -> None:
    """Run the program."""
    run(nouvelles)
