"""What comes in from other programs: recognised, shown, and taken on a yes."""

from __future__ import annotations

import csv
import io
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engage.cli.base import App, Command, as_json, is_asked, pass_app, print_json, show
from engage.cli.files import write
from engage.cli.follows import NETWORKS, Wish, bring_in
from engage.cli.subscriptions import list_some
from feeds.errors import N_, NN_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engage.carrying import Plan as HomePlan
    from engage.carrying import Told
    from engage.contacts.cards import Book, Card, Unread
    from engage.contacts.laying import Plan, Taken
    from engage.model import Circle

_NEW = NN_("{count} person who is not here yet:", "{count} people who are not here yet:")
_NEWS = NN_(
    "{count} person you have, of whom it tells more:", "{count} people you have, of whom it tells more:"
)
_KNOWN = NN_(
    "{count} is here already, with all that it says.", "{count} are here already, with all that it says."
)
_UNCLEAR = NN_(
    "{count} may be somebody you have: it becomes a question for you, of “nouvelles link”:",
    "{count} may be people you have: they become questions for you, of “nouvelles link”:",
)
_ASKED = NN_("{count} question about it is open already.", "{count} questions about it are open already.")
_MESSAGES = NN_(
    "{count} message with people you have or would have.",
    "{count} messages with people you have or would have.",
)
_APART = NN_(
    "{count} message is with nobody of them, and stays out.",
    "{count} messages are with nobody of them, and stay out.",
)
_FORGOTTEN = NN_(
    "{count} was left out: you asked never to be reminded of them.",
    "{count} were left out: you asked never to be reminded of them.",
)
_UNREAD = NN_("{count} row could not be read:", "{count} rows could not be read:")
_MADE = NN_(
    "{count} person is here now, in circle {circle}.", "{count} people are here now, in circle {circle}."
)
_CHANGED = NN_("{count} person you had is known better now.", "{count} people you had are known better now.")
_QUESTIONS = NN_(
    "{count} question waits for you: “nouvelles link --questions”.",
    "{count} questions wait for you: “nouvelles link --questions”.",
)
_PASSED = NN_("{count} message was noted.", "{count} messages were noted.")
_FILES_ONLY = N_("--no-people and --no-fetch are for files. A file of that name is ./{file}.")
_NETWORKS_ONLY = N_("--list, --mutuals, --bots and --account are for “mastodon” and “bluesky”.")
_RECOGNISED = NN_(
    "Recognised as {what}: {count} person is in it.", "Recognised as {what}: {count} people are in it."
)
_EXPORTED = NN_(
    "Recognised as an export of Nouvelles: {count} person is in it.",
    "Recognised as an export of Nouvelles: {count} people are in it.",
)
_WAIT = NN_(
    "{count} message waits with them for your answer.", "{count} messages wait with them for your answer."
)
_AWAY = NN_(
    "{count} address that you took away stays away.", "{count} addresses that you took away stay away."
)
_NEAR = N_("“nouvelles person edit NAME --circle 1” says who is near to you.")
_COUNTED = re.compile(r"(.*: )(\d+)\.", re.DOTALL)
_PASSWORD = "NOUVELLES_CARDDAV_PASSWORD"  # noqa: S105 - the name of a variable, and no password


class _FileOrNetwork(click.Path):
    """A file or folder, the name of a network, or an address of an address book."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Give what is no file as it is, and check a file."""
        return value if value in NETWORKS or _is_address(value) else super().convert(value, param, ctx)


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and value.lower().startswith(
        ("http://", "https://", "carddav://", "carddavs://")
    )


@click.command(
    "import",
    cls=Command,
    help=N_(
        "Bring in people, feeds and messages from where you have them.\n\nFILE is recognised by what stands in it: "
        "LinkedIn's archive (the ZIP, its folder, or single CSVs), X's archive, vCard, Google Contacts or Mastodon "
        "CSV, OPML or a list of addresses, and what “nouvelles export” writes; - is standard input. Or it is the "
        "address of a CardDAV address book (https://…), which is only read. It is shown what would be done, and "
        "done on a yes. Importing the same again changes nothing.\n\n“mastodon” and “bluesky” are no files, but the "
        "accounts that you follow there. (A file of that name is ./mastodon.)"
    ),
)
@click.argument("file", type=_FileOrNetwork(allow_dash=True))
@click.option(
    "--circle",
    type=click.Choice(["1", "2", "3"]),
    default="3",
    show_default=True,
    help=N_("How well you know them. In circle 3 nobody can drift."),
)
@click.option("--yes", is_flag=True, help=N_("Take all of it, and do not ask."))
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=N_("Write the rows that could not be read into this file (CSV)."),
)
@click.option("--user", default="", metavar="NAME", help=N_("Of an address book: your name there."))
@click.option(
    "--list", "only_list", default="", metavar="NAME", help=N_("Of a network: only this list of yours.")
)
@click.option("--mutuals", is_flag=True, help=N_("Of a network: only those who follow you too."))
@click.option("--bots", is_flag=True, help=N_("Of a network: bots and groups as well."))
@click.option("--account", default="", metavar="NAME", help=N_("Of a network: by which of your accounts."))
@click.option("--no-people", is_flag=True, help=N_("Of feeds: follow them, and make no people of them."))
@click.option(
    "--no-fetch",
    is_flag=True,
    help=N_("Of feeds: ask nobody now; people are then named as the file names them."),
)
@as_json
@pass_app
def import_(app: App, /, file: str, circle: str, *, yes: bool, as_json: bool, **said: Any) -> None:
    """Import people, feeds and messages."""
    number: Any = int(circle)
    if file in NETWORKS:
        if said["no_people"] or said["no_fetch"]:
            raise click.UsageError(app.words.say(_FILES_ONLY).format(file=file))
        network: Any = file
        wish = Wish(said["account"], said["only_list"], said["mutuals"], said["bots"], number, yes)
        bring_in(app, network, wish, as_json=as_json)
        return
    if said["account"] or said["only_list"] or said["mutuals"] or said["bots"]:
        raise click.UsageError(app.words.say(_NETWORKS_ONLY))
    _bring(app, file, number, yes=yes, as_json=as_json, **said)


def _bring(
    app: App, /, file: str, circle: Circle, *, yes: bool, as_json: bool, report: Path | None, **said: Any
) -> None:
    from engage import carrying  # noqa: PLC0415 - late, as all of a command's work
    from engage.cli import subscriptions  # noqa: PLC0415
    from engage.contacts.cards import Book  # noqa: PLC0415

    told = _read(app, file, said["user"])
    if isinstance(told, Book):
        _bring_book(app, told, file, circle, yes=yes, as_json=as_json, report=report)
    elif isinstance(told, carrying.Told):
        _bring_home(app, told, yes=yes, as_json=as_json, report=report)
    else:
        if not yes:
            is_news = subscriptions.preview(app, told, no_people=said["no_people"], as_json=as_json)
            if not is_news or as_json or not _said_yes(app):
                return
        how = {"no_people": said["no_people"], "no_fetch": said["no_fetch"]}
        subscriptions.bring(app, told, circle, file, as_json=as_json, **how)


def _read(app: App, file: str, user: str) -> Any:
    from engage.contacts import recognising, vcard  # noqa: PLC0415 - late, as all of a command's work
    from engage.errors import UnknownFile  # noqa: PLC0415

    if not file:  # and not the folder in which one stands
        raise UnknownFile(path="“”", reason=N_("there is no such file"))
    if not _is_address(file):
        return recognising.read(Path(file), sys.stdin.buffer.read() if file == "-" else None)
    from engage.contacts import carddav  # noqa: PLC0415 - only for address books
    from feeds.guard import is_private_host  # noqa: PLC0415

    user = user or (click.prompt(app.words.say(N_("Your name there")), err=True) if is_asked() else "")
    password = app.environ.get(_PASSWORD, "")
    if not password and is_asked():
        password = click.prompt(
            app.words.say(N_("Password (it is used now, and kept nowhere)")), hide_input=True, err=True
        )
    if not user or not password:
        message = N_("Say who you are there: --user NAME, and the password in {variable}.")
        raise click.UsageError(app.words.say(message).format(variable=_PASSWORD))
    return vcard.read(carddav.book(file, user, password, app.client, allow_private=is_private_host(file)))


def _said_yes(app: App) -> bool:
    """Whether somebody who sits there says yes."""
    if not is_asked():
        app.say(N_("Nothing was taken: --yes takes all of it."))
        return False
    if not app.confirm(app.words.say(N_("Take all of it?"))):
        app.say(N_("Nothing was taken."))
        return False
    return True


# --- address books and archives ---


def _bring_book(
    app: App, book: Book, path: str, circle: Circle, *, yes: bool, as_json: bool, report: Path | None
) -> None:
    from engage.cli.bar import bar  # noqa: PLC0415 - late, as all of a command's work
    from engage.contacts import laying  # noqa: PLC0415
    from engage.ledger import settle  # noqa: PLC0415

    planned = laying.plan(app.store, book)
    if not as_json:
        _show_plan(app, book, planned)
    _report(app, book.unread, report, quiet=as_json)
    taken = None
    if yes or (not as_json and not planned.is_nothing and _said_yes(app)):
        total = len(planned.new)
        with bar(app.words.say(N_("Keeping")), quiet=as_json) as tell:
            name = Path(path).name or path
            taken = laying.take(
                app.store,
                planned,
                circle,
                name,
                app.now(),
                (lambda done: tell(done, total)) if tell else None,
            )
        settle(app.store)
    if as_json:
        print_json(_book_json(book, planned, taken))
    elif taken is not None:
        _say_taken(app, taken, circle)
    elif planned.is_nothing:
        app.say(N_("There is nothing in it that is not here already."))


def _show_plan(app: App, book: Book, planned: Plan) -> None:
    _count(app, _RECOGNISED, len(book.cards), what=book.what)
    if planned.new:
        _count(app, _NEW, len(planned.new), bold=True)
        list_some([_card(card) for card in planned.new])
    if planned.news:
        _count(app, _NEWS, len(planned.news), bold=True)
        list_some([f"{one.person.name} · {_what(app, one.addresses, one.fields)}" for one in planned.news])
    if len(planned.matched) > len(planned.news):
        _count(app, _KNOWN, len(planned.matched) - len(planned.news))
    if planned.unclear:
        _count(app, _UNCLEAR, len(planned.unclear), bold=True)
        list_some(
            [
                f"{_card(one.card)} – {one.person.name}: {app.words.evidence(one.evidence)}"
                for one in planned.unclear
            ]
        )
    for forms, number in (
        (_ASKED, planned.asked),
        (_FORGOTTEN, planned.forgotten),
        (_MESSAGES, len(planned.messages)),
        (_WAIT, sum(len(doubt.messages) for doubt in planned.unclear) + len(planned.waiting)),
        (_AWAY, planned.away),
        (_APART, planned.apart),
    ):
        if number:
            _count(app, forms, number)
    for remark in book.remarks:
        _remark(app, remark)


def _remark(app: App, remark: str) -> None:
    """A remark, in which a number at the end is a value."""
    counted = _COUNTED.fullmatch(remark)
    app.say(f"{counted[1]}{{count}}.", count=counted[2]) if counted else app.say(remark)


def _card(card: Card) -> str:
    labels = [address.label for address in card.addresses[:2]]
    return " · ".join(part for part in (card.name, card.company, *labels) if part)


def _what(app: App, addresses: Sequence[Any], fields: dict[str, Any] | Any) -> str:
    """What is new of somebody, in few words."""
    del app
    values = [v for name, v in fields.items() if name in {"company", "position", "birthday", "met"}]
    return ", ".join([*(address.label for address in addresses[:3]), *map(str, values[:3])]) or ", ".join(
        fields
    )


def _say_taken(app: App, taken: Taken, circle: Circle) -> None:
    if taken.people:
        _count(app, _MADE, taken.people, circle=circle)
        if circle == 3:  # noqa: PLR2004 - the circle of those whom one does not know
            app.say(_NEAR)
    if taken.changed:
        _count(app, _CHANGED, taken.changed)
    if taken.engagements:
        _count(app, _PASSED, taken.engagements)
    if taken.questions:
        _count(app, _QUESTIONS, taken.questions)


def _count(app: App, forms: tuple[str, str], number: int, *, bold: bool = False, **values: Any) -> None:
    show(app.words.plural(*forms, number).format(count=number, **values), **({"bold": True} if bold else {}))


def _report(app: App, unread: Sequence[Unread], report: Path | None, *, quiet: bool) -> None:
    """What could not be read: shown in part, and all of it in a file where one is wanted."""
    if unread and not quiet:
        _count(app, _UNREAD, len(unread), bold=True)
        list_some([_unread(app, one) for one in unread])
    if report is None:
        return
    table = io.StringIO(newline="")
    rows = csv.writer(table)
    rows.writerow(["file", "line", "reason", "start"])
    rows.writerows([one.file, one.line, app.words.say(one.reason), one.start] for one in unread)
    try:
        write(report, table.getvalue().encode())
    except OSError as error:
        reason = error.strerror or str(error)
        message = app.words.say(N_("{path} cannot be written ({reason})."))
        raise click.UsageError(message.format(path=report, reason=reason)) from error
    if not quiet:
        app.say(N_("All of them are in {path}."), path=str(report))


def _unread(app: App, one: Unread) -> str:
    where = app.words.say(N_("line {line}")).format(line=one.line)
    where = f"{one.file}, {where}" if one.file else where
    return f"{where}: {app.words.say(one.reason)} {one.start}".rstrip()


def _book_json(book: Book, planned: Plan, taken: Taken | None) -> dict[str, Any]:
    return {
        "what": book.what,
        "taken": taken is not None,
        "new": [card.name for card in planned.new],
        "changed": [one.person.name for one in planned.news],
        "known": len(planned.matched) - len(planned.news),
        "unclear": [
            {"name": one.card.name, "person": one.person.name, "evidence": one.evidence}
            for one in planned.unclear
        ],
        "asked": planned.asked,
        "forgotten": planned.forgotten,
        "messages": len(planned.messages),
        "messages_apart": planned.apart,
        "unread": _unread_json(book.unread),
        "remarks": list(book.remarks),
    }


def _unread_json(unread: Sequence[Unread]) -> list[dict[str, Any]]:
    return [{"file": one.file, "line": one.line, "reason": one.reason, "start": one.start} for one in unread]


# --- what “nouvelles export” wrote ---


_PRIVATE = NN_(
    "{count} new source is in your own network, and would be asked there because the file is yours:",
    "{count} new sources are in your own network, and would be asked there because the file is yours:",
)
_COUNTS = {
    "people": NN_("{count} person", "{count} people"),
    "addresses": NN_("{count} address", "{count} addresses"),
    "engagements": NN_("{count} note of what passed between you", "{count} notes of what passed between you"),
    "drafts": NN_("{count} letter", "{count} letters"),
    "relations": NN_("{count} thread between people", "{count} threads between people"),
    "questions": NN_("{count} question", "{count} questions"),
    "sources": NN_("{count} source", "{count} sources"),
}


def _bring_home(app: App, told: Told, *, yes: bool, as_json: bool, report: Path | None) -> None:
    from engage import carrying  # noqa: PLC0415 - late, as all of a command's work
    from engage.ledger import settle  # noqa: PLC0415

    planned = carrying.plan(app.store, told)
    if not as_json:
        _show_home(app, told, planned)
    _report(app, told.unread, report, quiet=as_json)
    brought = None
    if yes or (not as_json and _said_yes(app)):
        brought = carrying.bring(app.store, told, app.now())
        settle(app.store)  # what passed between you before counts as well
    counts = {name: getattr(brought, name) for name in _COUNTS} if brought else {}
    if as_json:
        unread = _unread_json(told.unread)
        print_json({"what": "Nouvelles", "taken": brought is not None, **counts, "unread": unread})
    elif brought is not None:
        _say_home(app, counts, planned)


def _show_home(app: App, told: Told, planned: HomePlan) -> None:
    _count(app, _EXPORTED, len(told.people))
    if planned.new:
        _count(app, _NEW, len(planned.new), bold=True)
        list_some(list(planned.new))
    if planned.matched:
        _count(app, _KNOWN_ONES, len(planned.matched))
    if planned.forgotten:
        _count(app, _FORGOTTEN, len(planned.forgotten))
    if planned.private:
        _count(app, _PRIVATE, len(planned.private))
        list_some(list(planned.private))
    for remark in told.remarks:
        app.say(remark)


def _say_home(app: App, counts: dict[str, int], planned: HomePlan) -> None:
    said = [app.words.plural(*_COUNTS[name], n).format(count=n) for name, n in counts.items() if n]
    app.say(N_("New: {what}."), what=", ".join(said)) if said else app.say(N_("Nothing in it was new."))
    if planned.accounts:
        names = ", ".join(planned.accounts)
        app.say(N_("Signing in is not carried over: “nouvelles login” for {names}."), names=names)


_KNOWN_ONES = NN_(
    "{count} is here already, and learns what is missing.",
    "{count} are here already, and learn what is missing.",
)
