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
    from collections.abc import Mapping, Sequence

    from engage.adding import Wish
    from engage.demo.village import Village, Villager


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
    from engage.cli.fetch import refresh  # noqa: PLC0415 - late, as all of a command's work

    failed = welcome(app, there.people_at(port))
    return bool(refresh(app, quiet=quiet).failed) or failed


def welcome(app: App, villagers: Sequence[Villager]) -> bool:
    """Add villagers, with all that one knows of them and who knows whom; true when an address was not found."""
    from engage import adding  # noqa: PLC0415 - late, as all of a command's work
    from feeds.discover import Discovery  # noqa: PLC0415

    discovery = Discovery(app.client, app.networks, app.now())
    failed = False
    numbers: dict[str, int] = {}
    for villager in villagers:
        added = adding.add(app.store, discovery, _wish(villager))
        for failure in added.failed:
            app.warn(
                N_("! {address}: {problem}"), address=failure.address, problem=app.words.error(failure.error)
            )
        failed = failed or bool(added.failed)
        if added.person:
            numbers[villager.key] = added.person.id
            _remember(app, added.person.id, villager)
    _introduce(app, villagers, numbers)
    return failed


def _wish(villager: Villager) -> Wish:
    """What is typed to add a villager."""
    from datetime import timedelta  # noqa: PLC0415 - late, as all of a command's work

    from engage.adding import Wish  # noqa: PLC0415
    from engage.when import parse_rhythm  # noqa: PLC0415

    return Wish(
        villager.name,
        villager.addresses,
        villager.circle,
        villager.register,
        villager.language,
        (parse_rhythm(villager.every) or timedelta(0)) if villager.every else None,
        villager.note,
    )


def _remember(app: App, person_id: int, villager: Villager) -> None:
    """Keep what one knows of a villager, and what passed between you."""
    from engage.model import Engagement  # noqa: PLC0415 - late, as all of a command's work

    app.store.change_person(
        person_id,
        tags=villager.tags,
        goals=villager.goals,
        met=villager.met,
        met_on=villager.met_on,
        common=villager.common,
        company=villager.company,
        position=villager.position,
    )
    for entry in villager.log:
        app.store.record(Engagement(0, person_id, entry.kind, entry.direction, entry.at, entry.note))


def _introduce(app: App, villagers: Sequence[Villager], numbers: Mapping[str, int]) -> None:
    """Keep who knows whom, among those who are there."""
    from engage.model import Relation  # noqa: PLC0415 - late, as all of a command's work

    app.store.relate(
        Relation(numbers[villager.key], numbers[other], "knows", "you said so", app.now())
        for villager in villagers
        for other in villager.knows
        if {villager.key, other} <= numbers.keys()
    )


def _print_day(app: App, *, as_json: bool) -> None:
    from engage.cli.day import compose  # noqa: PLC0415 - late, as all of a command's work
    from engage.digest import as_json as to_json  # noqa: PLC0415
    from engage.digest import terminal  # noqa: PLC0415

    day = compose(app)
    if as_json:
        print_json(to_json(day, app.words))
    else:
        click.echo(terminal(day, app.words, 88, click.style))
