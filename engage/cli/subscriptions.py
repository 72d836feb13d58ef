"""Subscriptions of another reader: what they would bring, and bringing them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from engage.cli.base import OK, SOME_FAILED, App, print_json, show
from feeds.errors import N_, NN_

if TYPE_CHECKING:
    from engage.contacts.subscriptions import Followed, Named
    from engage.model import Circle
    from feeds.opml import Outline, Subscriptions
    from feeds.refresh import Report

_WOULD = NN_("{count} feed would be followed.", "{count} feeds would be followed.")
_FOLLOWED = NN_("{count} feed is followed now.", "{count} feeds are followed now.")
_KNOWN = NN_("{count} was followed already.", "{count} were followed already.")
_FREE = NN_(
    "{count} of them is nobody's yet: whoever signs it would be here.",
    "{count} of them are nobody's yet: whoever signs them would be here.",
)
_UNREAD = NN_("{count} line of the file names no feed:", "{count} lines of the file name no feed:")
_PEOPLE = NN_(
    "{count} person is here now, in circle {circle}; “nouvelles person edit NAME --circle 1” puts them into another.",
    "{count} people are here now, in circle {circle}; “nouvelles person edit NAME --circle 1” puts them into another.",
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
NAMES_SHOWN = 12


def preview(app: App, read: Subscriptions, *, no_people: bool, as_json: bool) -> bool:
    """Say what a file would bring; whether that is anything."""
    from engage.contacts.subscriptions import preview as sort  # noqa: PLC0415 - late, as all of a command's work

    new, known = sort(app.store, read)
    free = 0 if no_people else _nobodys(app, known)
    if as_json:
        addresses = {"new": [one.address for one in new], "known": [one.address for one in known]}
        print_json({"taken": False, **addresses, "unread": list(read.unread)})
        return bool(new or free)
    if new:
        _count(app, _WOULD, len(new))
        names = [outline.text or outline.title or outline.address for outline in new]
        list_some(names)
    if known:
        _count(app, _KNOWN, len(known))
    if free:
        _count(app, _FREE, free)
    if not new and not free:
        app.say(N_("There is nothing in it that is not here already."))
    return bool(new or free)


def _nobodys(app: App, known: list[Outline]) -> int:
    """How many of some feeds that are followed are nobody's yet."""
    from feeds.address import canonical  # noqa: PLC0415 - late, as all of a command's work

    owned = {identity.source_id for identity in app.store.identities()}
    theirs = {canonical(source.address) for source in app.store.feeds.sources() if source.id in owned}
    return sum(canonical(outline.address) not in theirs for outline in known)


def bring(
    app: App,
    read: Subscriptions,
    circle: Circle,
    path: str,
    *,
    no_people: bool,
    no_fetch: bool,
    as_json: bool,
) -> None:
    """Follow the feeds of a file, and make people of them."""
    from engage.cli.fetch import refresh  # noqa: PLC0415 - libcurl is not for every command
    from engage.contacts import subscriptions as room  # noqa: PLC0415 - late, as all of a command's work

    now = app.now()
    followed = room.follow(app.store, read, now)
    numbers = {source.id for source in followed.new}
    report = None if no_fetch or not numbers else refresh(app, only=numbers, quiet=as_json)
    listed = {source.id for source in (*followed.new, *followed.known)}
    theirs = [source for source in app.store.feeds.sources() if source.id in listed]
    named = room.Named() if no_people else room.name(app.store, theirs, circle, path, now, by_file=no_fetch)
    if as_json:
        print_json({"taken": True, **_json(read, followed, named, report)})
    else:
        _say(app, read, followed, named, circle)
    sys.exit(SOME_FAILED if report is not None and report.failed else OK)


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
    if followed.new or not followed.known:
        _count(app, _FOLLOWED, len(followed.new))
    if followed.known:
        _count(app, _KNOWN, len(followed.known))
    if followed.private:
        _count(app, _PRIVATE, len(followed.private))
        list_some([source.address for source in followed.private])
    if named.people:
        _count(app, _PEOPLE, len(named.people), circle=circle)
        list_some([person.name for person in named.people])
    if named.shared:
        _count(app, _SHARED, len(named.shared))
        list_some([f"{source.label or source.address}  {source.address}" for source in named.shared])
        app.say(N_("“nouvelles add NAME ADDRESS --shared” says who writes there."))
    if named.waiting:
        _count(app, _WAITING, len(named.waiting))
        list_some([source.address for source in named.waiting])
        app.say(
            N_(
                "Import the file again when they answer, or “nouvelles add NAME ADDRESS” says who writes there."
            )
        )
    if read.cut:
        app.say(N_("The file breaks off: what should follow is missing."))
    if read.unread:
        _count(app, _UNREAD, len(read.unread))
        list_some(list(read.unread))


def _count(app: App, forms: tuple[str, str], number: int, **values: Any) -> None:
    click.echo(app.words.plural(*forms, number).format(count=number, **values))


def list_some(lines: list[str]) -> None:
    """Show the first of some lines, and how many more there are."""
    for line in lines[:NAMES_SHOWN]:
        show(f"  {line}")
    if len(lines) > NAMES_SHOWN:
        show(f"  … {len(lines) - NAMES_SHOWN}")
