"""One person: all that is known of them, changed, or forgotten."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from engage.cli.base import App, Noun, as_json, is_asked, pass_app, print_json, show
from feeds.errors import N_, NN_

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from engage.model import Engagement, Identity, Person, Piece
    from engage.stored.joining import Erased

_SHOWN = 10
# An evidence that says itself when it was seen.
_DATED = re.compile(r"\b\d{4}-\d{2}-\d{2}\)?$")
_WAYS = {
    "knows": N_("  Knows {names}."),
    "follows": N_("  Follows {names}."),
    "followed": N_("  Is followed by {names}."),
}
_ERASED = (
    NN_("{count} address", "{count} addresses"),
    NN_("{count} note of what passed between you", "{count} notes of what passed between you"),
    NN_("{count} letter", "{count} letters"),
    NN_("{count} source", "{count} sources"),
    NN_("{count} post", "{count} posts"),
)


@click.group(
    cls=Noun,
    default="show",
    help=N_(
        "Show all that is known of a person, change it, or forget them.\n\nA person is meant by name, as you type it: whole or "
        "in part, with accents or without; by an address; or as #12, by their number."
    ),
)
def person() -> None:
    """Hold the commands on one person together."""


@person.command(
    "show", help=N_("Show a person: who they are, where, what passed between you, what they published.")
)
@click.argument("name")
@as_json
@pass_app
def show_(app: App, name: str, *, as_json: bool) -> None:
    """Show a person."""
    from engage.today import published as find  # noqa: PLC0415 - late, as all of a command's work

    found = app.find(name)
    identities = app.store.identities(found.id)
    engagements = app.store.engagements(found.id)
    pieces = find(app.store, found.id, app.config)
    if as_json:
        print_json(_everything(app, found, identities, engagements, pieces))
        return
    _show_person(app, found)
    _show_addresses(app, identities)
    _show_others(app, found)
    show()
    _show_engagements(app, engagements)
    _show_pieces(app, pieces)


@person.command(
    help=N_(
        "Change what is known of a person.\n\nNothing that you do not name changes. An empty value (--note “”) takes a thing "
        "away. “nouvelles add NAME ADDRESS” adds an address."
    )
)
@click.argument("name")
@click.option(
    "--name", "called", metavar="NAME", help=N_("Call them so from now on; the former name still finds them.")
)
@click.option(
    "--circle", type=click.Choice(["1", "2", "3"]), help=N_("1: known well; 2: known less; 3: not yet known.")
)
@click.option(
    "--every",
    metavar="SPAN",
    help=N_("How often you would like to be in touch: 6w, 3mo, never; “” leaves it to the circle."),
)
@click.option(
    "--language", type=click.Choice(["fr", "en", ""]), help=N_("The language of your messages to them.")
)
@click.option("--register", type=click.Choice(["tu", "vous", ""]), help=N_("Tu or vous, in French."))
@click.option("--tag", multiple=True, metavar="WORD", help=N_("Put a tag on them; may be repeated."))
@click.option("--untag", multiple=True, metavar="WORD", help=N_("Take a tag off."))
@click.option(
    "--goal",
    multiple=True,
    metavar="WORDS",
    help=N_("Something that you wish to do together; may be repeated."),
)
@click.option("--no-goal", multiple=True, metavar="WORDS", help=N_("Take such a wish back."))
@click.option("--met", metavar="WORDS", help=N_("Where and how you met."))
@click.option("--met-on", metavar="DATE", help=N_("When you met: 2019, 2019-06 or 2019-06-14."))
@click.option("--common", metavar="WORDS", help=N_("What you have in common."))
@click.option("--note", metavar="WORDS", help=N_("What you note of them, in place of the former note."))
@click.option("--add-note", metavar="WORDS", help=N_("One more line under the note."))
@click.option("--company", metavar="NAME", help=N_("Where they work."))
@click.option("--position", metavar="WORDS", help=N_("As what they work."))
@click.option("--birthday", metavar="DATE", help=N_("1980-06-14, or --06-14 without the year."))
@click.option(
    "--remove",
    multiple=True,
    metavar="ADDRESS",
    help=N_("An address that is not theirs; it is not laid to them again."),
)
@as_json
@pass_app
def edit(app: App, /, name: str, *, as_json: bool, remove: tuple[str, ...], **said: Any) -> None:
    """Change a person."""
    found = app.find(name)
    fields = _changes(app, found, said)
    if not fields and not remove:
        raise click.UsageError(
            app.words.say(N_("Say what to change; “nouvelles person edit --help” lists it."))
        )
    gone = [address_of(app, found, typed) for typed in remove]
    with app.store.writing():
        _take_away(app, gone)
        changed = app.store.change_person(found.id, **fields)
    if as_json:
        print_json(person_json(changed))
        return
    same = changed == found and not gone
    app.say(N_("{name} stays as it was.") if same else N_("{name}: changed."), name=changed.name)
    for identity in gone:
        app.say(N_("  {address} is theirs no more."), address=identity.label or identity.address)


@person.command(
    help=N_(
        "Erase a person with every trace: addresses, notes, letters, what they published.\n\nIt cannot be undone. What others "
        "passed on of theirs stays with those others, and so does what you noted elsewhere."
    )
)
@click.argument("name")
@click.option(
    "--do-not-contact",
    is_flag=True,
    help=N_(
        "Keep marks by which they are recognised, unreadable to anybody, so that nothing ever proposes them again."
    ),
)
@click.option("--yes", is_flag=True, help=N_("Do not ask."))
@as_json
@pass_app
def forget(app: App, name: str, *, do_not_contact: bool, yes: bool, as_json: bool) -> None:
    """Forget a person."""
    found = app.find(name)
    if not yes:
        if not is_asked():
            raise click.UsageError(
                app.words.say(N_("This erases {name} for good: say --yes.")).format(name=found.name)
            )
        question = app.words.say(N_("Erase {name} with every trace, for good?")).format(name=found.name)
        if not app.confirm(question):
            app.say(N_("Nothing was erased."))
            return
    erased = app.store.forget(found.id, app.now(), do_not_contact=do_not_contact)
    if as_json:
        counts = {
            name: getattr(erased, name) for name in ("addresses", "engagements", "drafts", "sources", "posts")
        }
        print_json({"forgotten": True, **counts, "do_not_contact": do_not_contact})
        return
    app.say(N_("{name} is forgotten. Erased: {what}."), name=found.name, what=_erased(app, erased))
    if do_not_contact:
        app.say(
            N_(
                "Nothing will propose them again; “nouvelles add” with their name or address would bring them back."
            )
        )


# --- changing ---


def _changes(app: App, found: Person, said: dict[str, Any]) -> dict[str, Any]:
    """The fields that change, by what was said; None was not said."""
    from engage.when import parse_rhythm  # noqa: PLC0415 - late, as all of a command's work

    fields = {
        name: " ".join(said[name].split()) if name != "note" else said[name].strip()
        for name in ("met", "common", "note", "company", "position", "language", "register")
        if said[name] is not None
    }
    if said["circle"]:
        fields["circle"] = int(said["circle"])
    if said["every"] is not None:
        fields["every"] = (parse_rhythm(said["every"]) or timedelta(0)) if said["every"].strip() else None
    if said["add_note"]:
        fields["note"] = f"{fields.get('note', found.note)}\n{said['add_note'].strip()}".strip()
    fields |= _dates(app, said)
    fields |= _listed(found, said)
    if said["called"] is not None:
        fields |= named(app, found, said["called"])
    return {name: value for name, value in fields.items() if value != getattr(found, name)} or (
        {"circle": found.circle} if fields else {}
    )


def _dates(app: App, said: dict[str, Any]) -> dict[str, str]:
    from engage.changing import is_birthday, is_date  # noqa: PLC0415 - late, as all of a command's work

    fields = {}
    for name, is_one in (("met_on", is_date), ("birthday", is_birthday)):
        if said[name] is None:
            continue
        typed = said[name].strip()
        if typed and not is_one(typed):
            option = f"--{name.replace('_', '-')}"
            message = (
                N_("“{typed}” is no date for {option}: 2019-06-14 is one.")
                if name == "met_on"
                else N_("“{typed}” is no date for {option}: 1980-06-14 is one, or --06-14 without the year.")
            )
            raise click.UsageError(app.words.say(message).format(typed=typed, option=option))
        fields[name] = typed
    return fields


def _listed(found: Person, said: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    from engage.joining import union  # noqa: PLC0415 - late, as all of a command's work
    from engage.naming import fold  # noqa: PLC0415

    fields = {}
    for name, more, less in (("tags", "tag", "untag"), ("goals", "goal", "no_goal")):
        added = [" ".join(word.split()) for word in said[more] if word.strip()]
        gone = {fold(word) for word in said[less]}
        if added or gone:
            fields[name] = tuple(
                word for word in union(getattr(found, name), added) if fold(word) not in gone
            )
    return fields


def named(app: App, found: Person, new: str) -> dict[str, Any]:
    """The fields of a person who is called otherwise from now on.

    Raises:
        NameTaken: somebody else is called that.

    """
    from engage.changing import renamed  # noqa: PLC0415 - late, as all of a command's work
    from engage.naming import fold  # noqa: PLC0415

    if not fold(new):
        raise click.UsageError(app.words.say(N_("A person needs a name.")))
    return renamed(found, new, app.store.people())


def address_of(app: App, found: Person, typed: str) -> Identity:
    """The address of a person that was meant."""
    from engage import addresses  # noqa: PLC0415 - late, as all of a command's work

    read = addresses.read(typed)
    wanted = {_bare(typed)} - {""}
    key = addresses.key(read.kind, read.address) if read else ""
    for identity in app.store.identities(found.id):
        own = {_bare(said) for said in (identity.address, identity.label, identity.url)}
        if wanted & own or key == addresses.key(identity.kind, identity.address):
            return identity
    message = N_("{name} has no address “{typed}”.")
    raise click.UsageError(app.words.say(message).format(name=found.name, typed=typed))


def _bare(address: str) -> str:
    return address.strip().casefold().lstrip("@").rstrip("/")


def _take_away(app: App, gone: list[Identity]) -> None:
    """Take addresses from a person, remember that they are not theirs, and follow no more what is nobody's."""
    from engage.linking import address_key  # noqa: PLC0415 - late, as all of a command's work
    from engage.model import Address, Question  # noqa: PLC0415

    now = app.now()
    for identity in gone:
        address = Address(identity.kind, identity.address, identity.label, identity.url)
        key = address_key(identity.person_id, address)
        app.store.drop_identity(identity.id)
        app.store.withdraw([key])
        said = Question(0, identity.person_id, key, "weak", "you said so", now, about=address, answer="no")
        app.store.ask([said])
        others = {other.source_id for other in app.store.identities()}
        if identity.source_id is not None and identity.source_id not in others:
            app.store.feeds.remove(identity.source_id, now)


# --- saying it ---


def _erased(app: App, erased: Erased) -> str:
    counts = (erased.addresses, erased.engagements, erased.drafts, erased.sources, erased.posts)
    said = [
        app.words.plural(*forms, count).format(count=count)
        for forms, count in zip(_ERASED, counts, strict=True)
        if count
    ]
    return ", ".join(said) or app.words.say(N_("a name"))


def person_json(found: Person) -> dict[str, Any]:
    """A person for programs."""
    return {
        "id": found.id,
        "person": found.name,
        "also": list(found.also),
        "circle": found.circle,
        "register": found.register,
        "language": found.language,
        "every_days": None if found.every is None else found.every.days,
        "note": found.note,
        "company": found.company,
        "position": found.position,
        "met": found.met,
        "met_on": found.met_on,
        "common": found.common,
        "birthday": found.birthday,
        "tags": list(found.tags),
        "goals": list(found.goals),
        "rests_until": found.rests_until.isoformat() if found.rests_until else None,
    }


def _everything(
    app: App, found: Person, identities: list[Identity], engagements: list[Engagement], pieces: list[Piece]
) -> dict[str, Any]:
    addresses = [
        {
            "kind": i.kind,
            "address": i.address,
            "label": i.label,
            "url": i.url,
            "evidence": i.evidence,
            "since": i.since.isoformat(),
            "followed": i.source_id is not None,
        }
        for i in identities
    ]
    names = {one.id: one.name for one in app.store.people()}
    relations = [
        {
            "person": names.get(r.person_id),
            "kind": r.kind,
            "other": names.get(r.other_id),
            "evidence": r.evidence,
        }
        for r in app.store.relations()
        if found.id in {r.person_id, r.other_id}
    ]
    until = rests_until(app, found, app.store.last_contacts())
    return {
        **person_json(replace(found, rests_until=until)),
        "addresses": addresses,
        "engagements": [engagement_json(engagement) for engagement in engagements],
        "published": [_piece(piece) for piece in pieces],
        "merged": [
            {"id": number, "person": name, "evidence": why}
            for number, name, why in app.store.merged(found.id)
        ],
        "relations": relations,
    }


def engagement_json(engagement: Engagement) -> dict[str, Any]:
    """An engagement for programs."""
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
    words = app.words
    facts = [words.circle(found.circle), found.register or "", words.language_name(found.language)]
    if found.every is not None:
        every = words.say(N_("every {span}")).format(span=words.rhythm(found.every.days))
        facts.append(every if found.every else words.say(N_("no rhythm")))
    show(" · ".join([found.name, *(fact for fact in facts if fact)]), bold=True)
    work = ", ".join(part for part in (found.position, found.company) if part)
    met_on = f"({words.partial(found.met_on)})" if found.met_on else ""
    met = " ".join(part for part in (found.met, met_on) if part)
    lines = [
        (N_("Also called: {what}"), ", ".join(found.also)),
        (N_("Work: {what}"), work),
        (N_("Tags: {what}"), ", ".join(found.tags)),
        (N_("Together: {what}"), ", ".join(found.goals)),
        (N_("How you met: {what}"), met),
        (N_("In common: {what}"), found.common),
        (N_("Birthday: {what}"), words.partial(found.birthday)),
    ]
    for message, what in lines:
        if what:
            show(f"  {words.say(message).format(what=what)}")
    if rests := resting(app, found):
        show(f"  {rests}")
    for line in found.note.splitlines():
        show(f"  {line}")


def resting(app: App, found: Person) -> str:
    """Until when nobody reminds you of a person, in words; empty when that is over."""
    until = rests_until(app, found, app.store.last_contacts())
    if until is None:
        return ""
    if until == date.max:
        return app.words.say(N_("At rest until something passes between you."))
    return app.words.say(N_("At rest until {day}.")).format(day=app.words.partial(until.isoformat()))


def rests_until(app: App, found: Person, last: Mapping[int, datetime]) -> date | None:
    """Until when a person is let rest, unless that is over, or something has passed between you since."""
    from engage.rhythm import rests  # noqa: PLC0415 - late, as all of a command's work

    return found.rests_until if rests(found, last.get(found.id), app.today()) else None


def _show_addresses(app: App, identities: list[Identity]) -> None:
    for identity in identities:
        url = identity.url if identity.url not in {identity.label, f"mailto:{identity.address}"} else ""
        show(f"  {identity.label or identity.address}  {url}".rstrip())
        why = app.words.evidence(identity.evidence)
        since = "" if _DATED.search(identity.evidence) else f" · {app.words.date(identity.since)}"
        show(f"      {why}{since}", dim=True)


def _show_others(app: App, found: Person) -> None:
    """Who they know among your people, and who became one with them."""
    names = {one.id: one.name for one in app.store.people()}
    ways: dict[str, set[str]] = {message: set() for message in _WAYS.values()}
    for r in app.store.relations():
        if found.id in {r.person_id, r.other_id}:
            out = r.person_id == found.id
            other = names.get(r.other_id if out else r.person_id, "")
            ways[_WAYS[r.kind if r.kind == "knows" or out else "followed"]].add(other)
    for message, others in ways.items():
        if others - {""}:
            app.say(message, names=", ".join(sorted(others - {""})))
    for _, name, why in app.store.merged(found.id):
        app.say(N_("  Made one with {name}: {why}"), name=name, why=app.words.evidence(why))


def _show_engagements(app: App, engagements: list[Engagement]) -> None:
    show(app.words.say(N_("What passed between you")), bold=True)
    if not engagements:
        app.say(N_("  Nothing is noted yet."))
    for engagement in engagements[:_SHOWN]:
        said = app.words.engagement(engagement.kind, engagement.direction)
        if engagement.note:
            note = " ".join(engagement.note.split())
            said = app.words.say(N_("{what}: {which}")).format(what=said, which=note)
        show(f"  {app.words.date(engagement.at)}  {said}")
    show()


def _show_pieces(app: App, pieces: list[Piece]) -> None:
    show(app.words.say(N_("What they published")), bold=True)
    if not pieces:
        app.say(N_("  Nothing is in the file yet."))
    for piece in pieces[:_SHOWN]:
        show(f"  {app.words.date(piece.when)}  {piece.title}  (→ nouvelles thanks {piece.id})")
