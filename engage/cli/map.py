"""The map of your people: three rings, one mark a person."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engage.cli.base import MISTAKE, App, Command, as_json, pass_app, print_json
from feeds.errors import N_, NN_

if TYPE_CHECKING:
    from engage.chart import Chart

_DRAWN = NN_("{count} person is drawn in {path}.", "{count} people are drawn in {path}.")
_WIDEST = 140


@click.command(
    "map",
    cls=Command,
    help=N_(
        "Show your people as three rings around you, by circle, tag, and how long ago you were in touch.\n\nWith "
        "--svg it is drawn as a picture, which browsers open; the page of “nouvelles open” shows it as well."
    ),
)
@click.option(
    "--svg",
    "svg",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=N_("Draw it into this file; - is standard output."),
)
@click.option("--ascii", "ascii_only", is_flag=True, help=N_("Only letters that every terminal has."))
@as_json
@pass_app
def map_(app: App, svg: Path | None, *, ascii_only: bool, as_json: bool) -> None:
    """Show the map."""
    from engage import rings  # noqa: PLC0415 - late, as all of a command's work
    from engage.chart import chart  # noqa: PLC0415
    from engage.today import stars  # noqa: PLC0415

    drawn = chart(stars(app.store, app.now(), app.config))
    if svg is not None:
        _draw(app, svg, drawn)
        return
    if as_json:
        print_json(_json(drawn))
        return
    if not drawn.dots:
        app.say(N_("Nobody is here yet. “nouvelles add NAME ADDRESS” adds a person."))
        return
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    plain = ascii_only or not _can_write("●◕◑◔○")
    for line in rings.text(drawn, app.words, width, colour=True, style=click.style, ascii_only=plain):
        click.echo(line)


def _can_write(signs: str) -> bool:
    """Whether where this goes has letters for these signs."""
    try:
        signs.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _draw(app: App, file: Path, drawn: Chart) -> None:
    from engage import charting  # noqa: PLC0415 - late, as all of a command's work
    from engage.cli.files import write  # noqa: PLC0415

    content = charting.svg(drawn, app.words).encode()
    if str(file) == "-":
        sys.stdout.buffer.write(content)
        return
    try:
        write(file, content)
    except OSError as error:
        reason = error.strerror or str(error)
        app.warn(N_("{path} cannot be written ({reason})."), path=str(file), reason=reason)
        sys.exit(MISTAKE)
    count = len(drawn.dots)
    click.echo(app.words.plural(*_DRAWN, count).format(count=count, path=file))


def _json(drawn: Chart) -> list[dict[str, Any]]:
    return [
        {
            "person": dot.star.name,
            "circle": dot.star.circle,
            "sectors": list(dot.star.sectors),
            "days": dot.star.days,
            "drifting": dot.star.drifting,
        }
        for dot in drawn.dots
    ]
