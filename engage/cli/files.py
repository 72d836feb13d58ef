"""What comes in from other programs, and what goes out to them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engage.cli.base import MISTAKE, OK, SOME_FAILED, App, Command, as_json, pass_app, print_json
from engage.cli.follows import NETWORKS, Wish, bring_in
from feeds.errors import N_, NN_, NotOpml

if TYPE_CHECKING:
    from engage.contacts.subscriptions import Followed, Named
    from engage.model import Circle
    from feeds.opml import Subscriptions
    from feeds.refresh import Report

_FOLLOWED = NN_("{count} feed is followed now.", "{count} feeds are followed now.")
_KNOWN = NN_("{count} was followed already.", "{count} were followed already.")
_UNREAD = NN_("{count} line of the file names no feed:", "{count} lines of the file name no feed:")
_PEOPLE = NN_(
    "{count} person is here now, in circle {circle}; “nouvelles add NAME --circle 1, 2 or 3” puts them into another.",
    "{count} people are here now, in circle {circle}; “nouvelles add NAME --circle 1, 2 or 3” puts them into another.",
)
_SHARED = NN_(
    "{count} feed is signed by several people, and is nobody's yet:",
    "{count} feeds are signed by several people, and are nobody's yet:",
)
_WAITING = NN_(
    "{count} feed is nobody's yet, for it has not answered, or says nothing of who writes it:",
    "{count} feeds are nobody's yet, for they have not answered, or say nothing of who writes them:",
)
_PRIVATE = NN_(
    "{count} of them is in your own network, and is asked there because the file is yours:",
    "{count} of them are in your own network, and are asked there because the file is yours:",
)
_ACCOUNTS = NN_(
    "{count} account on Mastodon or Bluesky is not in it: OPML carries feeds.",
    "{count} accounts on Mastodon or Bluesky are not in it: OPML carries feeds.",
)
_NAMES_SHOWN = 12


class _FileOrNetwork(click.Path):
    """A file, or the name of a network, whatever folder may be called so."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Give a network's name as it is, and check a file."""
        return value if value in NETWORKS else super().convert(value, param, ctx)


@click.command(
    "import",
    cls=Command,
    help=N_(
        "Bring in the feeds that another reader follows, or the people whom you follow on a network.\n\nFILE is an OPML file, "
        "or a list of addresses, one in a line; - is standard input. The feeds are fetched, and each that one person signs "
        "becomes that person.\n\n“mastodon” and “bluesky” are no files, but the accounts that you follow there: they are shown, "
        "and those become people whom you choose. (A file of that name is ./mastodon.) Importing the same again adds nothing."
    ),
)
@click.argument("file", type=_FileOrNetwork(dir_okay=False, allow_dash=True))
@click.option(
    "--circle",
    type=click.Choice(["1", "2", "3"]),
    default="3",
    show_default=True,
    help=N_("How well you know them. In circle 3 nobody can drift."),
)
@click.option(
    "--list", "only_list", default="", metavar="NAME", help=N_("Of a network: only this list of yours.")
)
@click.option("--mutuals", is_flag=True, help=N_("Of a network: only those who follow you too."))
@click.option("--bots", is_flag=True, help=N_("Of a network: bots and groups as well."))
@click.option("--account", default="", metavar="NAME", help=N_("Of a network: by which of your accounts."))
@click.option("--yes", is_flag=True, help=N_("Of a network: take all, and do not ask."))
@click.option("--no-people", is_flag=True, help=N_("Follow the feeds, and make no people of them."))
@click.option(
    "--no-fetch", is_flag=True, help=N_("Ask nobody now; people are then named as the file names them.")
)
@as_json
@pass_app
def import_(
    app: App,
    file: str,
    circle: str,
    only_list: str,
    account: str,
    *,
    mutuals: bool,
    bots: bool,
    yes: bool,
    no_people: bool,
    no_fetch: bool,
    as_json: bool,
) -> None:
    """Import subscriptions, or the people whom you follow."""
    number: Any = int(circle)
    if file in NETWORKS:
        if no_people or no_fetch:
            raise click.UsageError(
                app.words.say(
                    N_("--no-people and --no-fetch are for files. A file of that name is ./{file}.")
                ).format(file=file)
            )
        network: Any = file
        wish = Wish(account, only_list, mutuals, bots, number, yes)
        bring_in(app, network, wish, as_json=as_json)
        return
    if account or only_list or mutuals or bots or yes:
        raise click.UsageError(
            app.words.say(
                N_("--list, --mutuals, --bots, --account and --yes are for “mastodon” and “bluesky”.")
            )
        )
    _import_file(app, Path(file), number, no_people=no_people, no_fetch=no_fetch, as_json=as_json)


def _import_file(
    app: App, file: Path, circle: Circle, *, no_people: bool, no_fetch: bool, as_json: bool
) -> None:
    from engage.cli.fetch import refresh  # noqa: PLC0415 - libcurl is not for every command
    from engage.contacts import subscriptions as room  # noqa: PLC0415 - late, as all of a command's work
    from feeds import opml  # noqa: PLC0415

    path = str(file)
    read = opml.read(_bytes(file), path)
    now = app.now()
    followed = room.follow(app.store, read, now)
    numbers = {source.id for source in followed.new}
    report = None if no_fetch or not numbers else refresh(app, only=numbers, quiet=as_json)
    listed = {source.id for source in (*followed.new, *followed.known)}
    theirs = [source for source in app.store.feeds.sources() if source.id in listed]
    named = room.Named() if no_people else room.name(app.store, theirs, circle, path, now, by_file=no_fetch)
    if as_json:
        print_json(_json(read, followed, named, report))
    else:
        _say(app, read, followed, named, circle)
    sys.exit(SOME_FAILED if report is not None and report.failed else OK)


@click.command(
    cls=Command,
    help=N_(
        "Write what you follow into a file that other readers understand.\n\nSo far that is OPML, with the folders and names "
        "of the files that you imported."
    ),
)
@click.option("--opml", "as_opml", is_flag=True, help=N_("OPML 2.0: your blogs and their feeds."))
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help=N_("The file to write. [default: standard output]"),
)
@pass_app
def export(app: App, output: Path | None, *, as_opml: bool) -> None:
    """Export subscriptions."""
    from feeds import opml  # noqa: PLC0415 - late, as all of a command's work

    if not as_opml:
        raise click.UsageError(app.words.say(N_("Say what to write: --opml.")))
    written = opml.write("Nouvelles", app.store.feeds.outlines(), app.now())
    if output is None:
        sys.stdout.buffer.write(written)
        return
    try:
        _replace(output, written)
    except OSError as error:
        reason = error.strerror or str(error)
        app.warn(N_("{path} cannot be written ({reason})."), path=str(output), reason=reason)
        sys.exit(MISTAKE)
    app.say(N_("Your feeds are in {path}."), path=str(output))
    accounts = sum(source.kind != "blog" for source in app.store.feeds.sources())
    if accounts:
        click.echo(app.words.plural(*_ACCOUNTS, accounts).format(count=accounts))


def _replace(path: Path, content: bytes) -> None:
    """Write a file anew; one that is there stays until the new one is whole."""
    fresh = path.with_name(f".{path.name}.part")
    try:
        fresh.write_bytes(content)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _bytes(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except FileNotFoundError as error:
        raise NotOpml(path=str(file), reason=N_("there is no such file")) from error
    except OSError as error:
        raise NotOpml(path=str(file), reason=error.strerror or str(error)) from error


def _json(read: Subscriptions, followed: Followed, named: Named, report: Report | None) -> dict[str, Any]:
    return {
        "new": [source.address for source in followed.new],
        "known": [source.address for source in followed.known],
        "unread": list(read.unread),
        "people": [person.name for person in named.people],
        "shared": [source.address for source in named.shared],
        "waiting": [source.address for source in named.waiting],
        "cut": read.cut,
        "posts": report.new if report else 0,
        "failed": [failure.source.address for failure in report.failed] if report else [],
    }


def _say(app: App, read: Subscriptions, followed: Followed, named: Named, circle: Circle) -> None:
    def count(forms: tuple[str, str], number: int, **values: Any) -> None:
        click.echo(app.words.plural(*forms, number).format(count=number, **values))

    if followed.new or not followed.known:
        count(_FOLLOWED, len(followed.new))
    if followed.known:
        count(_KNOWN, len(followed.known))
    if followed.private:
        count(_PRIVATE, len(followed.private))
        _list([source.address for source in followed.private])
    if named.people:
        count(_PEOPLE, len(named.people), circle=circle)
        _list([person.name for person in named.people])
    if named.shared:
        count(_SHARED, len(named.shared))
        _list([f"{source.label or source.address}  {source.address}" for source in named.shared])
        app.say(N_("“nouvelles add NAME ADDRESS --shared” says who writes there."))
    if named.waiting:
        count(_WAITING, len(named.waiting))
        _list([source.address for source in named.waiting])
        app.say(
            N_(
                "Import the file again when they answer, or “nouvelles add NAME ADDRESS” says who writes there."
            )
        )
    if read.cut:
        app.say(N_("The file breaks off: what should follow is missing."))
    if read.unread:
        count(_UNREAD, len(read.unread))
        _list(list(read.unread))


def _list(lines: list[str]) -> None:
    from engage.cli.base import show  # noqa: PLC0415 - beside its one use

    for line in lines[:_NAMES_SHOWN]:
        show(f"  {line}")
    if len(lines) > _NAMES_SHOWN:
        show(f"  … {len(lines) - _NAMES_SHOWN}")
