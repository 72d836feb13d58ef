"""People: who they are, what passed between you, and who is drifting."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import click

from engage.cli.base import App, Command, as_json, pass_app, print_json, show, table
from feeds.errors import N_

if TYPE_CHECKING:
    from engage.model import Engagement, Person, Piece

_SHOWN = 10
# What people type for each kind of engagement, in both languages.
KINDS = {
    "met": "met",
    "vu": "met",
    "rencontré": "met",
    "wrote": "wrote",
    "écrit": "wrote",
    "called": "called",
    "appelé": "called",
    "helped": "helped",
    "aidé": "helped",
    "asked": "asked",
    "demandé": "asked",
    "thanked": "thanked",
    "remercié": "thanked",
    "replied": "replied",
    "répondu": "replied",
    "introduced": "introduced",
    "présenté": "introduced",
    "congratulated": "congratulated",
    "félicité": "congratulated",
    "other": "other",
    "autre": "other",
}


@click.command(
    cls=Command,
    help=N_(
        "Note something that passed between you and a person.\n\nKIND is met, wrote, called, helped, asked, thanked, replied, "
        "introduced, congratulated or other."
    ),
)
@click.argument("kind")
@click.argument("person")
@click.option("--note", default="", help=N_("What it was about; for yourself."))
@click.option(
    "--at", "at", metavar="DATE", help=N_("When: 2026-11-01, yesterday, “3 days ago”. [default: now]")
)
@click.option("--from-them", is_flag=True, help=N_("They did it towards you: they wrote, they called."))
@as_json
@pass_app
def log(
    app: App, kind: str, person: str, note: str, at: str | None, *, from_them: bool, as_json: bool
) -> None:
    """Record an engagement."""
    from engage.model import Engagement  # noqa: PLC0415 - late, as all of a command's work
    from engage.store import fold  # noqa: PLC0415
    from engage.when import parse_moment  # noqa: PLC0415
    from engage.zone import Here  # noqa: PLC0415

    meant = {fold(typed): meaning for typed, meaning in KINDS.items()}.get(fold(kind))
    if meant is None:
        message = app.words.say(N_("“{kind}” is not one of {kinds}."))
        raise click.UsageError(message.format(kind=kind, kinds=", ".join(dict.fromkeys(KINDS.values()))))
    now = app.now()
    moment = now if at is None else parse_moment(at, now, Here())
    found = app.store.find_person(person)
    direction: Any = "in" if from_them else "out"
    kept = app.store.record(Engagement(0, found.id, meant, direction, moment, note))
    if as_json:
        print_json({"person": found.name, **_engagement(kept)})
    else:
        said = app.words.engagement(kept.kind, kept.direction)
        app.say(
            N_("Noted: {name}, {said}, {date}."), name=found.name, said=said, date=app.words.date(kept.at)
        )


@click.command(cls=Command, help=N_("Show what passed between you and a person, and what they published."))
@click.argument("name")
@as_json
@pass_app
def person(app: App, name: str, *, as_json: bool) -> None:
    """Show a person."""
    from engage.today import published as find  # noqa: PLC0415 - late, as all of a command's work

    found = app.store.find_person(name)
    identities = app.store.identities(found.id)
    engagements = app.store.engagements(found.id)
    pieces = find(app.store, found.id, app.config)
    if as_json:
        addresses = [
            {"kind": i.kind, "address": i.address, "label": i.label, "evidence": i.evidence}
            for i in identities
        ]
        passed = [_engagement(engagement) for engagement in engagements]
        published = [_piece(piece) for piece in pieces]
        print_json({**_person(found), "addresses": addresses, "engagements": passed, "published": published})
        return
    _show_person(app, found)
    for identity in identities:
        show(f"  {identity.label or identity.address}  {identity.url}")
    show()
    _show_engagements(app, engagements)
    _show_pieces(app, pieces)


@click.command(cls=Command, help=N_("Call a person by another name, from now on and in every message."))
@click.argument("name")
@click.argument("new")
@as_json
@pass_app
def rename(app: App, name: str, new: str, *, as_json: bool) -> None:
    """Rename a person."""
    from engage.errors import NameTaken  # noqa: PLC0415 - late, as all of a command's work
    from engage.store import fold  # noqa: PLC0415

    if not fold(new):
        raise click.UsageError(app.words.say(N_("A person needs a name.")))
    found = app.store.find_person(name)
    called = " ".join(new.split())
    if any(fold(other.name) == fold(called) for other in app.store.people() if other.id != found.id):
        raise NameTaken(name=called)
    renamed = app.store.change_person(found.id, name=called, unnamed=0)
    if as_json:
        print_json(_person(renamed))
        return
    app.say(N_("{old} is called {name} from now on."), old=found.name, name=called)


@click.command(cls=Command, help=N_("List everyone, with when you were last in touch."))
@as_json
@pass_app
def people(app: App, *, as_json: bool) -> None:
    """List people."""
    from engage.rhythm import days_between  # noqa: PLC0415 - late, as all of a command's work

    everyone = app.store.people()
    last = app.store.last_contacts()
    if as_json:
        print_json(
            [
                {**_person(p), "last_contact": last[p.id].isoformat() if p.id in last else None}
                for p in everyone
            ]
        )
        return
    if not everyone:
        app.say(N_("Nobody is here yet. “nouvelles add NAME ADDRESS” adds a person."))
    now = app.now()
    never = app.words.say(N_("nothing noted yet"))
    table(
        [
            (
                p.name,
                app.words.circle(p.circle),
                app.words.ago(days_between(last[p.id], now)) if p.id in last else never,
            )
            for p in everyone
        ]
    )


@click.command(
    cls=Command,
    help=N_(
        "List whom you have lost sight of.\n\nThose with whom you were last in touch longer ago than you wish."
    ),
)
@as_json
@pass_app
def drifting(app: App, *, as_json: bool) -> None:
    """List who is drifting."""
    from engage.digest import drifting_json, drifting_lines  # noqa: PLC0415 - late, as all of a command's work
    from engage.today import drifting as find  # noqa: PLC0415

    found = find(app.store, app.now(), app.config)
    if as_json:
        print_json([drifting_json(adrift, app.words) for adrift in found])
        return
    if not found and not app.store.people():
        app.say(N_("Nobody is here yet. “nouvelles add NAME ADDRESS” adds a person."))
    elif not found:
        app.say(N_("You are in touch with everyone you wish to be in touch with."))
    for adrift in found:
        lines = drifting_lines(adrift, app.words, shutil.get_terminal_size().columns, click.style)
        click.echo("\n".join(lines) + "\n")


def _person(found: Person) -> dict[str, Any]:
    return {
        "person": found.name,
        "circle": found.circle,
        "register": found.register,
        "language": found.language,
        "every_days": None if found.every is None else found.every.days,
        "note": found.note,
    }


def _engagement(engagement: Engagement) -> dict[str, Any]:
    return {
        "kind": engagement.kind,
        "direction": engagement.direction,
        "at": engagement.at.isoformat(),
        "note": engagement.note,
        "piece": engagement.piece,
        "draft": engagement.draft,
        "channel": engagement.channel,
    }


def _piece(piece: Piece) -> dict[str, Any]:
    post = piece.main.post
    return {
        "piece": piece.id,
        "kind": post.kind,
        "title": piece.title,
        "url": post.url,
        "places": [{"kind": place.kind, "url": place.url} for place in piece.places],
        "published": post.published.isoformat() if post.published else None,
    }


def _show_person(app: App, found: Person) -> None:
    known = app.words.circle(found.circle)
    facts = [known, found.register or "", app.words.language_name(found.language)]
    show(" · ".join([found.name, *(fact for fact in facts if fact)]), bold=True)
    if found.note:
        show(f"  {found.note}")


def _show_engagements(app: App, engagements: list[Engagement]) -> None:
    show(app.words.say(N_("What passed between you")), bold=True)
    if not engagements:
        app.say(N_("  Nothing is noted yet."))
    for engagement in engagements[:_SHOWN]:
        said = app.words.engagement(engagement.kind, engagement.direction)
        if engagement.note:
            said = app.words.say(N_("{what}: {which}")).format(what=said, which=engagement.note)
        show(f"  {app.words.date(engagement.at)}  {said}")
    show()


def _show_pieces(app: App, pieces: list[Piece]) -> None:
    show(app.words.say(N_("What they published")), bold=True)
    if not pieces:
        app.say(N_("  Nothing is in the file yet."))
    for piece in pieces[:_SHOWN]:
        show(f"  {app.words.date(piece.when)}  {piece.title}  (→ nouvelles thanks {piece.id})")
