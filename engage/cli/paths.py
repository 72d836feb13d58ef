"""Who knows whom among your people, and who could introduce you to somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from engage.cli.base import App, Command, as_json, pass_app, print_json, show
from feeds.errors import N_

if TYPE_CHECKING:
    from engage.model import Person, Relation
    from engage.paths import Path, Step

_KNOWS = {"knows", "know", "connaît", "connait", "connais", "connaissent"}


@click.command(
    cls=Command,
    help=N_(
        "Note that two of your people know each other: nouvelles relate Julie knows Paul.\n\nWhat is followed on "
        "the networks, “nouvelles link” sees by itself."
    ),
)
@click.argument("one")
@click.argument("verb")
@click.argument("other")
@click.option("--no", "undo", is_flag=True, help=N_("They do not know each other: take it back."))
@as_json
@pass_app
def relate(app: App, one: str, verb: str, other: str, *, undo: bool, as_json: bool) -> None:
    """Relate two people."""
    from engage.model import Relation  # noqa: PLC0415 - late, as all of a command's work

    if verb.casefold() not in _KNOWS:
        message = N_("“{verb}” is not understood here: nouvelles relate ONE knows OTHER.")
        raise click.UsageError(app.words.say(message).format(verb=verb))
    first, second = app.find(one), app.find(other)
    if first.id == second.id:
        raise click.UsageError(app.words.say(N_("Both names mean {name}.")).format(name=first.name))
    if undo:
        app.store.unrelate(first.id, second.id)
    else:
        app.store.relate([Relation(first.id, second.id, "knows", "you said so", app.now())])
    if as_json:
        print_json({"person": first.name, "knows": not undo, "other": second.name})
    elif undo:
        app.say(N_("Noted: {one} and {other} do not know each other."), one=first.name, other=second.name)
    else:
        app.say(N_("Noted: {one} and {other} know each other."), one=first.name, other=second.name)


@click.command(
    cls=Command,
    help=N_(
        "Show who could introduce you to somebody: the shortest ways, the warmest first, with why.\n\nIt goes by "
        "what you noted with “nouvelles relate” and by who follows whom, as “nouvelles link” saw it."
    ),
)
@click.argument("name")
@as_json
@pass_app
def path(app: App, name: str, *, as_json: bool) -> None:
    """Find a way to somebody."""
    from engage.paths import paths  # noqa: PLC0415 - late, as all of a command's work
    from engage.rhythm import days_between  # noqa: PLC0415

    goal = app.find(name)
    people = app.store.people()
    days = {number: days_between(at, app.now()) for number, at in app.store.last_contacts().items()}
    found = paths(goal.id, people, app.store.relations(), days)
    by_id = {person.id: person for person in people}
    if as_json:
        print_json([_json(one, by_id) for one in found])
        return
    if goal.circle < 3:  # noqa: PLR2004 - the third circle are those whom one does not know
        app.say(N_("You know {name} already: write to them."), name=goal.name)
    if not found:
        app.say(
            N_("Nobody among your people is known to lead to {name}. “nouvelles relate ONE knows OTHER” notes who knows whom; "
               "“nouvelles link” sees who follows whom."),
            name=goal.name,
        )  # fmt: skip
    for one in found:
        _show(app, one, by_id, days)


def _show(app: App, one: Path, people: dict[int, Person], days: dict[int, int]) -> None:
    first = people[one.first]
    show(" → ".join([first.name, *(people[step.person_id].name for step in one.steps)]), bold=True)
    known = app.words.circle(first.circle)
    if first.id in days:
        touch = app.words.say(N_("in touch {ago}")).format(ago=app.words.ago(days[first.id]))
        known = f"{known}, {touch}"
    said = app.words.say(N_("{what}: {which}")).format(what=first.name, which=known)
    show(f"  {said}")
    here = first
    for step in one.steps:
        show(f"  {why(app, here, people[step.person_id], step)}")
        here = people[step.person_id]


def why(app: App, one: Person, other: Person, step: Step) -> str:
    """What shows that two people know each other."""
    return _said(app, one, other, step.relations)


def _said(app: App, one: Person, other: Person, relations: tuple[Relation, ...]) -> str:
    if any(relation.kind == "knows" for relation in relations):
        return app.words.say(N_("{one} knows {other}: you noted it.")).format(one=one.name, other=other.name)
    ways = {relation.person_id for relation in relations}
    if ways == {one.id, other.id}:
        return app.words.say(N_("{one} and {other} follow each other.")).format(
            one=one.name, other=other.name
        )
    follower, followed = (one, other) if ways == {one.id} else (other, one)
    return app.words.say(N_("{one} follows {other}.")).format(one=follower.name, other=followed.name)


def _json(one: Path, people: dict[int, Person]) -> dict[str, Any]:
    return {
        "first": people[one.first].name,
        "steps": [
            {
                "person": people[step.person_id].name,
                "relations": [
                    {
                        "kind": relation.kind,
                        "person": people[relation.person_id].name,
                        "evidence": relation.evidence,
                    }
                    for relation in step.relations
                ],
            }
            for step in one.steps
        ],
        "cost": round(one.cost, 2),
    }
