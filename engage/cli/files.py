"""What goes out to other programs, and to another machine of your own."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engage.cli.base import MISTAKE, App, Command, pass_app
from feeds.errors import N_, NN_

if TYPE_CHECKING:
    from engage.model import Person

_ACCOUNTS = NN_(
    "{count} account on Mastodon or Bluesky is not in it: OPML carries feeds.",
    "{count} accounts on Mastodon or Bluesky are not in it: OPML carries feeds.",
)
_WRITTEN = NN_("{count} person is in {path}.", "{count} people are in {path}.")
# By how a file is called where nothing else is said.
_ENDINGS = {
    ".json": "json",
    ".csv": "csv",
    ".vcf": "vcard",
    ".vcard": "vcard",
    ".opml": "opml",
    ".xml": "opml",
}
_PRIVATE = 0o600


@click.command(
    cls=Command,
    help=N_(
        "Write all that is here about your people into a file.\n\nJSON is everything: people, addresses with their "
        "evidence, what passed between you, letters, questions, sources; “nouvelles import FILE” brings it back. "
        "CSV is for spreadsheets, vCard for address books, OPML for other readers: each holds what its kind can "
        "hold. Without a format, the name of the file says which it is, and else it is JSON. What others published "
        "stays in the file of Nouvelles itself, which you may simply copy."
    ),
)
@click.option("--json", "form", flag_value="json", help=N_("Everything."))
@click.option("--csv", "form", flag_value="csv", help=N_("One row a person."))
@click.option("--vcard", "form", flag_value="vcard", help=N_("vCard 4.0: one card a person."))
@click.option("--opml", "form", flag_value="opml", help=N_("OPML 2.0: your blogs and their feeds."))
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help=N_("The file to write. [default: standard output]"),
)
@pass_app
def export(app: App, output: Path | None, form: str | None) -> None:
    """Export everything."""
    form = form or (_ENDINGS.get(output.suffix.lower(), "json") if output else "json")
    written = _content(app, form)
    if output is None or str(output) == "-":
        sys.stdout.buffer.write(written)
        return
    try:
        write(output, written)
    except OSError as error:
        reason = error.strerror or str(error)
        app.warn(N_("{path} cannot be written ({reason})."), path=str(output), reason=reason)
        sys.exit(MISTAKE)
    _say(app, form, output, app.store.people())


def _content(app: App, form: str) -> bytes:
    if form == "opml":
        from feeds import opml  # noqa: PLC0415 - late, as all of a command's work

        return opml.write("Nouvelles", app.store.feeds.outlines(), app.now())
    from engage import carrying  # noqa: PLC0415 - late, as all of a command's work

    if form == "csv":
        return carrying.to_csv(app.store)
    if form == "vcard":
        return carrying.to_vcard(app.store)
    return (
        json.dumps(carrying.everything(app.store, app.now()), ensure_ascii=False, indent=1) + "\n"
    ).encode()


def _say(app: App, form: str, output: Path, people: list[Person]) -> None:
    if form != "opml":
        click.echo(app.words.plural(*_WRITTEN, len(people)).format(count=len(people), path=output))
        return
    app.say(N_("Your feeds are in {path}."), path=str(output))
    accounts = sum(source.kind != "blog" for source in app.store.feeds.sources())
    if accounts:
        click.echo(app.words.plural(*_ACCOUNTS, accounts).format(count=accounts))


def write(path: Path, content: bytes) -> None:
    """Write a file anew, to be read by its owner alone; one that is there stays until the new one is whole."""
    path = path.resolve()
    if path.exists() and not path.is_file():  # a pipe, a terminal: nothing that could be replaced
        path.write_bytes(content)
        return
    fresh = path.with_name(f".{path.name}.part")
    fresh.unlink(missing_ok=True)
    try:
        fresh.touch(_PRIVATE, exist_ok=False)
        fresh.write_bytes(content)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
