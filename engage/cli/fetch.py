"""Asking the world for what is new."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from engage.cli.bar import bar
from engage.cli.base import OK, SOME_FAILED, App, Command, as_json, pass_app, print_json, table
from feeds.errors import N_, Busy

if TYPE_CHECKING:
    from collections.abc import Container

    from engage.ledger import Told
    from engage.model import Person
    from feeds.refresh import Report


@click.command(
    cls=Command,
    help=N_(
        "Ask blogs, Mastodon and Bluesky for what is new.\n\nEach source is asked when it is due, at most once an hour for a "
        "blog: they are friends' servers. --force asks them all, except those that asked us to wait. Where you are signed "
        "in, what passed between you and others there comes too."
    ),
)
@click.option("--force", is_flag=True, help=N_("Ask every source now, due or not."))
@click.option("--verbose", "-v", is_flag=True, help=N_("Say how many requests went to which host."))
@as_json
@pass_app
def fetch(app: App, *, force: bool, verbose: bool, as_json: bool) -> None:
    """Fetch what is due and say what came."""
    sources = app.feeds.awake()
    report = refresh(app, force=force, quiet=as_json)
    told = gather(app, force=force, quiet=as_json)
    if as_json:
        print_json({**_json(app, report, sources), **_told_json(app, told)})
    else:
        _say(app, report, sources)
        _say_told(app, told)
        if verbose:
            _say_requests(app)
    sys.exit(SOME_FAILED if report.failed or (told and told.troubles) else OK)


def gather(app: App, *, force: bool = False, quiet: bool = False) -> Told | None:
    """Bring in what passed between one's own accounts and others; None where one is signed in nowhere."""
    if not app.feeds.accounts():
        return None
    from engage.ledger import update  # noqa: PLC0415 - only who is signed in pays for it

    told = update(app.store, app.client, app.networks, app.now(), force=force)
    for trouble in told.troubles if not quiet else ():
        if isinstance(trouble.error, Busy) and not trouble.error.values.get("asked"):
            continue  # its host has said so to the timeline already
        app.warn(
            N_("! {source}: {problem}"), source=trouble.account.label, problem=app.words.error(trouble.error)
        )
    for account, warning in told.warnings if not quiet else ():
        app.warn(N_("! {source}: {problem}"), source=account.label, problem=app.words.say(warning))
    return told


def refresh(
    app: App,
    *,
    force: bool = False,
    only: Container[int] | None = None,
    quiet: bool = False,
    told: bool = True,
) -> Report:
    """Fetch what is due (`only` these sources, by number), with a bar where somebody is looking, and a line for each source
    that failed, unless what failed is `told` elsewhere.
    """
    from feeds.refresh import refresh as ask  # noqa: PLC0415 - libcurl is not for every command

    now = app.now()
    with bar(app.words.say(N_("Asking")), quiet=quiet) as tell:
        report = ask(
            app.feeds,
            app.client,
            now,
            force=force,
            only=only,
            networks=app.networks,
            progress=(lambda done, total, source: tell(done, total, name_of(source))) if tell else None,
        )
    if app.feeds.wants_pages():
        from feeds.wholes import complete  # noqa: PLC0415 - only who wants pages pays for them

        complete(app.feeds, app.client, now, only=only)
    if report.new and (named := _signed(app)):
        for person in named if not quiet else ():
            app.say(N_("{name} signs now: so they are called from now on."), name=person.name)
    for failure in report.failed if told and not quiet else ():
        app.warn(
            N_("! {source}: {problem}"),
            source=name_of(failure.source),
            problem=app.words.error(failure.error),
        )
    return report


def _signed(app: App) -> tuple[Person, ...]:
    """Who was called what their feed is called, and is known by name now."""
    from engage.contacts.subscriptions import sign  # noqa: PLC0415 - only where something came

    return sign(app.store)


def name_of(source: Any) -> str:
    """What a person calls a source."""
    return str(source.label or source.address)


def _json(app: App, report: Report, sources: int) -> dict[str, Any]:
    return {
        "sources": sources,
        "asked": report.asked,
        "new": report.new,
        "changed": report.changed,
        "unchanged": report.unchanged + sources - report.asked,
        "failed": [{"source": f.source.address, "error": app.words.error(f.error)} for f in report.failed],
    }


def _told_json(app: App, told: Told | None) -> dict[str, Any]:
    gestures = {"gestures": told.gestures, "engagements": told.engagements} if told else {}
    troubles = [
        {"account": trouble.account.label, "error": app.words.error(trouble.error)}
        for trouble in (told.troubles if told else ())
    ]
    return {**gestures, "troubles": troubles, "requests": dict(app.client.asked)}


def _say_told(app: App, told: Told | None) -> None:
    if told and told.engagements:
        click.echo(
            app.words.plural(
                "{count} gesture between you and your people.",
                "{count} gestures between you and your people.",
                told.engagements,
            ).format(count=told.engagements)
        )


def _say_requests(app: App) -> None:
    asked = app.client.asked
    total = sum(asked.values())
    click.echo(app.words.plural("{count} request.", "{count} requests.", total).format(count=total))
    table([(f"  {there}", str(count)) for there, count in asked.most_common()])


def _say(app: App, report: Report, sources: int) -> None:
    if not sources:
        app.say(N_("Nobody is here yet. “nouvelles add NAME ADDRESS” adds a person."))
    elif not report.asked:
        app.say(
            N_(
                "Nobody is due now. --force asks everybody but those who asked us to wait; "
                "“nouvelles sources” says how each of them is doing."
            )
        )
    else:
        count = app.words.plural("{new} new post", "{new} new posts", report.new).format(new=report.new)
        asked = app.words.plural("from {asked} source", "from {asked} sources", report.asked).format(
            asked=report.asked
        )
        click.echo(f"{count} {asked}.")
