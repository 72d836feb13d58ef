"""The sample village: a dozen made-up people on made-up servers, read by the real program."""

from __future__ import annotations

import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engage.cli.base import OK, SOME_FAILED, App, Command, as_json, pass_app, print_json
from feeds.errors import N_

if TYPE_CHECKING:
    from engage.demo.village import Village


@click.command(
    cls=Command,
    help=N_(
        "Show the program at work on a sample village.\n\nA dozen made-up people, on servers of this machine, are fetched "
        "for real into a temporary folder. Your own file is not touched."
    ),
)
@click.option("--no-browser", is_flag=True, help=N_("Print the address, and open no browser."))
@click.option("--once", is_flag=True, help=N_("Print the village's day and end."))
@click.option("--language", type=click.Choice(["fr", "en"]), help=N_("The language of the screens."))
@as_json
@pass_app
def demo(app: App, *, no_browser: bool, once: bool, language: str | None, as_json: bool) -> None:
    """Show the sample village."""
    from engage.demo.village import served, village  # noqa: PLC0415 - late, as all of a command's work

    there = village(app.now())
    with tempfile.TemporaryDirectory(prefix="nouvelles-") as folder, served(there) as wire:
        config = there.config(wire.port, language or app.language)
        Path(folder, "config.toml").write_text(config, encoding="utf-8")
        inside = App({**app.environ, "NOUVELLES_HOME": folder})
        with closing(inside):
            failed = settle(inside, there, wire.port, quiet=as_json)
            if once:
                _print_day(inside, as_json=as_json)
            else:
                from engage.cli.web import serve  # noqa: PLC0415

                serve(inside, browser=not no_browser)
    sys.exit(SOME_FAILED if failed else OK)


def settle(app: App, there: Village, port: int, *, quiet: bool) -> bool:
    """Add everyone of the village, with what passed between you, and fetch them; true when something failed."""
    from datetime import timedelta  # noqa: PLC0415 - late, as all of a command's work

    from engage import adding  # noqa: PLC0415
    from engage.cli.fetch import refresh  # noqa: PLC0415
    from engage.model import Engagement  # noqa: PLC0415
    from engage.when import parse_rhythm  # noqa: PLC0415
    from feeds.discover import Discovery  # noqa: PLC0415

    discovery = Discovery(app.client, app.networks, app.now())
    failed = False
    for villager in there.people_at(port):
        every = (parse_rhythm(villager.every) or timedelta(0)) if villager.every else None
        wish = adding.Wish(
            villager.name,
            villager.addresses,
            villager.circle,
            villager.register,
            villager.language,
            every,
            villager.note,
        )
        added = adding.add(app.store, discovery, wish)
        for failure in added.failed:
            app.warn(
                N_("! {address}: {problem}"), address=failure.address, problem=app.words.error(failure.error)
            )
        failed = failed or bool(added.failed)
        for entry in villager.log if added.person else ():
            assert added.person is not None  # noqa: S101 - for the type checker
            app.store.record(
                Engagement(0, added.person.id, entry.kind, entry.direction, entry.at, entry.note)
            )
    return failed or bool(refresh(app, quiet=quiet).failed)


def _print_day(app: App, *, as_json: bool) -> None:
    from engage.cli.day import compose  # noqa: PLC0415 - late, as all of a command's work
    from engage.digest import as_json as to_json  # noqa: PLC0415
    from engage.digest import terminal  # noqa: PLC0415

    day = compose(app)
    if as_json:
        print_json(to_json(day, app.words))
    else:
        click.echo(terminal(day, app.words, 88, click.style))
