"""Today: what matters of what is new, who is drifting, and an end."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engage.cli.base import MISTAKE, OK, SOME_FAILED, App, Command, as_json, pass_app, print_json
from feeds.errors import N_

if TYPE_CHECKING:
    from engage.model import Today


@click.command(
    cls=Command,
    help=N_(
        "Show the day: what matters, why, and an end.\n\nAbout five things worth your attention, each with its reasons, and "
        "whom you may have lost sight of. What is due is fetched first."
    ),
)
@click.option("--no-fetch", is_flag=True, help=N_("Show what is in the file, and ask nobody."))
@click.option(
    "--html", type=click.Path(dir_okay=False, path_type=Path), help=N_("Write the day as one HTML file.")
)
@as_json
@pass_app
def today(app: App, *, no_fetch: bool, html: Path | None, as_json: bool) -> None:
    """Show the day."""
    failed = False
    if not no_fetch:
        from engage.cli.fetch import gather, refresh  # noqa: PLC0415 - libcurl is not for --no-fetch

        failed = bool(refresh(app, quiet=as_json, told=False).failed)  # the day names them at its end
        told = gather(app, quiet=as_json)
        failed = failed or bool(told and told.troubles)
    day = compose(app)
    if html is not None:
        _write_html(app, day, html)
    if as_json:
        from engage.digest import as_json as to_json  # noqa: PLC0415 - late, as all of a command's work

        print_json(to_json(day, app.words))
    elif html is not None:
        app.say(N_("The day is in {path}."), path=str(html))
    else:
        from engage.digest import terminal  # noqa: PLC0415

        click.echo(terminal(day, app.words, shutil.get_terminal_size().columns, click.style))
    if not as_json:
        remember(app, day)
    sys.exit(SOME_FAILED if failed else OK)


def compose(app: App) -> Today:
    """The day as the file tells it now."""
    from engage.today import today as compose_day  # noqa: PLC0415 - late, as all of a command's work

    return compose_day(app.store, app.now(), app.config)


def remember(app: App, day: Today) -> None:
    """Remember what a person was shown, so that another day shows other things."""
    app.store.remember_shown(day.day, [post.id for h in day.highlights for post in h.piece.posts])


def _write_html(app: App, day: Today, path: Path) -> None:
    from engage.digest import html  # noqa: PLC0415 - late, as all of a command's work

    try:
        path.write_text(html(day, app.words, app.templates), encoding="utf-8")
    except OSError as error:
        app.warn(
            N_("{path} cannot be written ({reason})."), path=str(path), reason=error.strerror or str(error)
        )
        sys.exit(MISTAKE)
    app.blame_templates()
