"""People: who there is, who drifts, who is one with whom, and what passed between you."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from engage.cli.base import App, Command, Noun, as_json, pass_app, print_json, show, table
from engage.cli.person import engagement_json, named, person_json, resting, rests_until
from feeds.errors import N_, NN_

if TYPE_CHECKING:
    from engage.model import Person

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
    from engage.naming import fold  # noqa: PLC0415
    from engage.when import parse_moment  # noqa: PLC0415
    from engage.zone import Here  # noqa: PLC0415

    meant = {fold(typed): meaning for typed, meaning in KINDS.items()}.get(fold(kind))
    if meant is None:
        message = app.words.say(N_("“{kind}” is not one of {kinds}."))
        raise click.UsageError(message.format(kind=kind, kinds=", ".join(dict.fromkeys(KINDS.values()))))
    now = app.now()
    moment = now if at is None else parse_moment(at, now, Here())
    found = app.find(person)
    direction: Any = "in" if from_them else "out"
    kept = app.store.record(Engagement(0, found.id, meant, direction, moment, note))
    if as_json:
        print_json({"person": found.name, **engagement_json(kept)})
    else:
        said = app.words.engagement(kept.kind, kept.direction)
        app.say(
            N_("Noted: {name}, {said}, {date}."), name=found.name, said=said, date=app.words.date(kept.at)
        )


@click.command(cls=Command, help=N_("Call a person by another name, from now on and in every message."))
@click.argument("name")
@click.argument("new")
@as_json
@pass_app
def rename(app: App, name: str, new: str, *, as_json: bool) -> None:
    """Rename a person."""
    found = app.find(name)
    renamed = app.store.change_person(found.id, **named(app, found, new))
    if as_json:
        print_json(person_json(renamed))
        return
    app.say(N_("{old} is called {name} from now on."), old=found.name, name=renamed.name)


_MANY = NN_("{count} person", "{count} people")


@click.group(
    cls=Noun,
    default="list",
    help=N_(
        "See everyone, and make one of two people, or two of one.\n\nWithout a command, it lists everyone. A person is meant by "
        "name, whole or in part; by an address; or as #12, by their number."
    ),
)
def people() -> None:
    """Hold the commands on people together."""


@people.command("list", help=N_("List everyone, with when you were last in touch."))
@click.option("--circle", type=click.Choice(["1", "2", "3"]), help=N_("Only those of this circle."))
@click.option("--tag", default="", metavar="WORD", help=N_("Only those with this tag, or of this company."))
@click.option("--goal", default="", metavar="WORDS", help=N_("Only those with whom you wish to do this."))
@click.option("--drifting", "adrift", is_flag=True, help=N_("Only those of whom you have lost sight."))
@as_json
@pass_app
def list_(app: App, circle: str | None, tag: str, goal: str, *, adrift: bool, as_json: bool) -> None:
    """List people."""
    last = app.store.last_contacts()
    everyone = app.store.people()
    found = _chosen(app, everyone, circle, tag, goal, adrift=adrift)
    if as_json:
        print_json(
            [
                {
                    **person_json(replace(p, rests_until=rests_until(app, p, last))),
                    "last_contact": last[p.id].isoformat() if p.id in last else None,
                }
                for p in found
            ]
        )
        return
    if not everyone:
        app.say(N_("Nobody is here yet. “nouvelles add NAME ADDRESS” adds a person."))
    elif not found:
        app.say(N_("Nobody here is like that."))
    table([_row(app, one, last) for one in found])
    if len(found) > _FEW:
        show(app.words.plural(*_MANY, len(found)).format(count=len(found)), dim=True)


_FEW = 20


def _chosen(
    app: App, everyone: list[Person], circle: str | None, tag: str, goal: str, *, adrift: bool
) -> list[Person]:
    from engage.naming import fold  # noqa: PLC0415 - late, as all of a command's work
    from engage.today import drifting as find  # noqa: PLC0415

    numbers = {one.person.id for one in find(app.store, app.now(), app.config)} if adrift else set()
    return [
        one
        for one in everyone
        if (not circle or one.circle == int(circle))
        and (not tag or fold(tag) in {*map(fold, one.tags), fold(one.company)})
        and (not goal or any(fold(goal) in fold(wish) for wish in one.goals))
        and (not adrift or one.id in numbers)
    ]


def _row(app: App, one: Person, last: dict[int, Any]) -> tuple[str, ...]:
    from engage.rhythm import days_between  # noqa: PLC0415 - late, as all of a command's work

    never = app.words.say(N_("nothing noted yet"))
    touch = app.words.ago(days_between(last[one.id], app.now())) if one.id in last else never
    about = ", ".join(part for part in (*one.tags, one.company) if part)
    return one.name, app.words.circle(one.circle), touch, about


@people.command(
    help=N_(
        "Make one person of two: B becomes part of A, with all that is known of both.\n\nNothing is lost: “nouvelles people "
        "split A” undoes it exactly, and what comes until then stays with A."
    )
)
@click.argument("a")
@click.argument("b")
@as_json
@pass_app
def merge(app: App, a: str, b: str, *, as_json: bool) -> None:
    """Merge two people."""
    from engage.ledger import settle  # noqa: PLC0415 - late, as all of a command's work

    first, second = app.find(a), app.find(b)
    one = app.store.merge(first.id, second.id, app.now(), "you said so")
    settle(app.store)
    if as_json:
        print_json(person_json(one))
        return
    others = [name for name in (first.name, second.name) if name != one.name]
    app.say(
        N_("{other} and {name} are one person now: {name}. “nouvelles people split {number}” undoes it."),
        other=others[0] if others else one.name,
        name=one.name,
        number=f"#{one.id}",
    )


@people.command(
    help=N_(
        "Make two people of one.\n\nWithout an address, it undoes the latest merge of A exactly. With addresses of A, those "
        "become somebody else, called --as NAME, with what passed there; “nouvelles people merge” undoes that."
    )
)
@click.argument("a")
@click.argument("addresses", nargs=-1, metavar="[ADDRESS]...")
@click.option("--as", "name", default="", metavar="NAME", help=N_("What the other person is called."))
@as_json
@pass_app
def split(app: App, a: str, addresses: tuple[str, ...], name: str, *, as_json: bool) -> None:
    """Split a person."""
    from engage.cli.person import address_of  # noqa: PLC0415 - beside its one use
    from engage.errors import NameTaken  # noqa: PLC0415 - late, as all of a command's work
    from engage.naming import fold  # noqa: PLC0415

    found = app.find(a)
    if addresses and not fold(name):
        raise click.UsageError(app.words.say(N_("Say what the other person is called: --as NAME.")))
    if name and not addresses:
        raise click.UsageError(app.words.say(N_("Say which addresses are the other person's.")))
    if addresses and any(fold(one.name) == fold(name) for one in app.store.people() if one.id != found.id):
        raise NameTaken(name=" ".join(name.split()))
    if addresses:
        taken = {address_of(app, found, typed).id for typed in addresses}
        kept, other = app.store.split_off(found.id, taken, " ".join(name.split()), app.now())
    else:
        kept, other = app.store.split(found.id, app.now())
    if as_json:
        print_json([person_json(kept), person_json(other)])
        return
    app.say(N_("{name} and {other} are two people now."), name=kept.name, other=other.name)


@click.command(
    cls=Command,
    help=N_(
        "Let a person rest: nobody reminds you of them, and nothing is owed afterwards.\n\nUNTIL is “not today”, a span (“1mo”, "
        "“in a month”), a day (2027-01-15), or nothing: then until something passes between you. “nouvelles rest NAME now” takes "
        "it back."
    ),
)
@click.argument("name")
@click.argument("until", nargs=-1)
@as_json
@pass_app
def rest(app: App, name: str, until: tuple[str, ...], *, as_json: bool) -> None:
    """Let somebody rest."""
    from engage.when import parse_rest  # noqa: PLC0415 - late, as all of a command's work

    found = app.find(name)
    day = parse_rest(" ".join(until), app.today())
    changed = app.store.change_person(found.id, rests_until=day, rested=app.now() if day else None)
    if as_json:
        print_json(person_json(changed))
    elif day is None:
        app.say(N_("{name} rests no more."), name=changed.name)
    else:
        said = app.words.say(N_("{what}: {which}"))
        show(said.format(what=changed.name, which=resting(app, changed)))


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
    if found:
        show(
            app.words.say(N_("“nouvelles rest NAME 1mo” lets somebody rest, and nothing is owed.")), dim=True
        )
