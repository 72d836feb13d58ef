"""People: who they are, what passed between you, and who is drifting."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import click

from engage.cli.base import App, Command, as_json, pass_app, print_json, table
from feeds.errors import N_

if TYPE_CHECKING:
    from engage.model import Engagement, Person
    from feeds.model import StoredPost

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
    from engage.when import parse_moment  # noqa: PLC0415

    meant = KINDS.get(kind.casefold())
    if meant is None:
        message = app.words.say(N_("“{kind}” is not one of {kinds}."))
        raise click.UsageError(message.format(kind=kind, kinds=", ".join(dict.fromkeys(KINDS.values()))))
    now = app.now()
    moment = parse_moment(at, now, _zone(app)) if at else now
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
    found = app.store.find_person(name)
    identities = app.store.identities(found.id)
    engagements = app.store.engagements(found.id)
    sources = [identity.source_id for identity in identities if identity.source_id is not None]
    posts = app.store.feeds.latest(sources, 40)
    if as_json:
        addresses = [
            {"kind": i.kind, "address": i.address, "label": i.label, "evidence": i.evidence}
            for i in identities
        ]
        passed = [_engagement(engagement) for engagement in engagements]
        published = [_post(stored) for stored in posts]
        print_json({**_person(found), "addresses": addresses, "engagements": passed, "published": published})
        return
    _show_person(app, found)
    for identity in identities:
        click.echo(f"  {identity.label or identity.address}  {identity.url}")
    click.echo()
    _show_engagements(app, engagements)
    _show_posts(app, posts)


@click.command(cls=Command, help=N_("List everyone, with when you were last in touch."))
@as_json
@pass_app
def people(app: App, *, as_json: bool) -> None:
    """List people."""
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
                app.words.ago((now - last[p.id]).days) if p.id in last else never,
            )
            for p in everyone
        ]
    )


@click.command(
    cls=Command, help=N_("List whom you have lost sight of.\n\nThose with whom you were last in touch longer ago than you wish.")
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
    if not found:
        app.say(N_("You are in touch with everyone you wish to be in touch with."))
    for adrift in found:
        lines = drifting_lines(adrift, app.words, shutil.get_terminal_size().columns, click.style)
        click.echo("\n".join(lines) + "\n")


def _zone(app: App) -> Any:
    return app.now().astimezone().tzinfo


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


def _post(stored: StoredPost) -> dict[str, Any]:
    from engage.model import headline  # noqa: PLC0415 - late, as all of a command's work

    post = stored.post
    return {
        "piece": stored.id,
        "kind": post.kind,
        "source": stored.source.kind,
        "title": headline(post.title, post.text, post.warning),
        "url": post.url,
        "published": post.published.isoformat() if post.published else None,
    }


def _show_person(app: App, found: Person) -> None:
    known = app.words.circle(found.circle)
    facts = [known, found.register or "", app.words.language_name(found.language)]
    click.echo(click.style(found.name, bold=True) + " · " + " · ".join(fact for fact in facts if fact))
    if found.note:
        click.echo(f"  {found.note}")


def _show_engagements(app: App, engagements: list[Engagement]) -> None:
    click.echo(click.style(app.words.say(N_("What passed between you")), bold=True))
    if not engagements:
        app.say(N_("  Nothing is noted yet."))
    for engagement in engagements[:_SHOWN]:
        said = app.words.engagement(engagement.kind, engagement.direction)
        note = f": {engagement.note}" if engagement.note else ""
        click.echo(f"  {app.words.date(engagement.at)}  {said}{note}")
    click.echo()


def _show_posts(app: App, posts: list[StoredPost]) -> None:
    from engage.model import headline  # noqa: PLC0415 - late, as all of a command's work

    click.echo(click.style(app.words.say(N_("What they published")), bold=True))
    if not posts:
        app.say(N_("  Nothing is in the file yet."))
    for stored in posts[:_SHOWN]:
        title = headline(stored.post.title, stored.post.text, stored.post.warning)
        moment = stored.post.published or stored.seen
        click.echo(f"  {app.words.date(moment)}  {title}  (→ nouvelles thanks {stored.id})")
