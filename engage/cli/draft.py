"""Thank-yous and the drafts they are."""

from __future__ import annotations

import sys
from textwrap import shorten
from typing import TYPE_CHECKING, Any

import click

from engage.cli.base import App, Command, Group, as_json, pass_app, print_json, readable
from engage.cli.base import show as show_line
from engage.errors import WrongState
from feeds.errors import N_

if TYPE_CHECKING:
    from engage.model import Draft, Way
    from engage.thanks import Sheet

WAYS = {
    "copy": N_("copy it, and send it where you usually write to each other"),
    "email": N_("by mail"),
    "mastodon": N_("Mastodon's composer; choose there who can read it before you post"),
    "mastodon-reply": N_("a public reply on Mastodon"),
    "bluesky": N_("Bluesky's composer; everybody can read it"),
    "bluesky-reply": N_("a public reply on Bluesky"),
    "link": N_("their page"),
}
NUMBER = click.IntRange(0, 2**63 - 1)  # what SQLite counts to
STATES = {"open": N_("open"), "sent": N_("sent"), "discarded": N_("put aside")}


@click.command(
    cls=Command,
    help=N_(
        "Draft a private thank-you for a piece.\n\nIt is complete and true as it stands. PIECE is the number that "
        "“nouvelles today” shows. The draft is kept; nothing is sent."
    ),
)
@click.argument("piece", type=NUMBER)
@click.option("--line", help=N_("What stayed with you: a line of your own, which flows into the message."))
@as_json
@pass_app
def thanks(app: App, piece: int, line: str | None, *, as_json: bool) -> None:
    """Draft a thank-you."""
    from engage import thanks as room  # noqa: PLC0415 - late, as all of a command's work

    desk = app.desk()
    now = app.now()
    made = room.draft(desk, piece, now)
    if line is not None:
        made = room.add_line(desk, made.id, line, now)
    show_sheet(app, room.sheet(desk, made.id), as_json=as_json)


@click.group(
    cls=Group, default="list", help=N_("See, change, and close drafts; without a command, list them.")
)
def draft() -> None:
    """Hold the commands on drafts together."""


@draft.command("list", cls=Command, help=N_("List the open drafts."))
@click.option("--all", "every", is_flag=True, help=N_("Those that were sent or put aside, too."))
@as_json
@pass_app
def list_drafts(app: App, *, every: bool, as_json: bool) -> None:
    """List drafts."""
    drafts = app.store.drafts(every=every)
    if as_json:
        print_json([_json(app, found) for found in drafts])
        return
    if not drafts:
        app.say(N_("No draft is open."))
    for found in drafts:
        first = next((line for line in found.text.splitlines()[1:] if line.strip()), "")
        state = app.words.say(STATES[found.state])
        show_line(
            f"{found.id:>4}  {app.store.person(found.person_id).name}  ({state})  {shorten(first, 60, placeholder='…')}"
        )


@draft.command("show", cls=Command, help=N_("Show a draft, and the ways to send it."))
@click.argument("number", type=NUMBER)
@as_json
@pass_app
def show(app: App, number: int, *, as_json: bool) -> None:
    """Show a draft."""
    from engage import thanks as room  # noqa: PLC0415 - late, as all of a command's work

    show_sheet(app, room.sheet(app.desk(), number), as_json=as_json)


@draft.command(
    "edit", cls=Command, help=N_("Change a draft, in your editor or by an option. Earlier texts are kept.")
)
@click.argument("number", type=NUMBER)
@click.option("--text", help=N_("The whole new text; “-” reads it from standard input."))
@click.option("--line", help=N_("A line of your own, which flows into the message."))
@as_json
@pass_app
def edit(app: App, number: int, text: str | None, line: str | None, *, as_json: bool) -> None:
    """Change a draft."""
    from engage import thanks as room  # noqa: PLC0415 - late, as all of a command's work

    desk = app.desk()
    if text is None and line is None:
        text = _in_editor(app.store.draft(number))
        if text is None:
            app.say(N_("Nothing was changed."))
            return
    if text is not None:
        written: str = readable(sys.stdin.read()) if text == "-" else text
        if not written.strip():
            raise click.UsageError(
                app.words.say(N_("The text is empty; “nouvelles draft discard” puts a draft aside."))
            )
        room.edit(desk, number, written, app.now())
    if line is not None:
        room.add_line(desk, number, line, app.now())
    show_sheet(app, room.sheet(desk, number), as_json=as_json)


def _in_editor(found: Draft) -> str | None:
    """What a person makes of a draft's text in their editor; None when nothing. Never opened for nothing."""
    if found.state != "open":
        raise WrongState(draft=found.id, state=found.state)
    return click.edit(found.text, extension=".txt")


@draft.command("sent", cls=Command, help=N_("Say that you sent a draft; the engagement is remembered."))
@click.argument("number", type=NUMBER)
@click.option(
    "--by", "channel", default="", metavar="CHANNEL", help=N_("How: email, mastodon, bluesky, copy, …")
)
@as_json
@pass_app
def sent(app: App, number: int, channel: str, *, as_json: bool) -> None:
    """Mark a draft as sent."""
    from engage import thanks as room  # noqa: PLC0415 - late, as all of a command's work

    engagement = room.sent(app.desk(), number, channel, app.now())
    name = app.store.person(engagement.person_id).name
    if as_json:
        print_json(
            {"draft": number, "person": name, "kind": engagement.kind, "at": engagement.at.isoformat()}
        )
    else:
        app.say(N_("Noted: {name}, today."), name=name)


@draft.command("discard", cls=Command, help=N_("Put a draft aside. Its words stay in the file."))
@click.argument("number", type=NUMBER)
@as_json
@pass_app
def discard(app: App, number: int, *, as_json: bool) -> None:
    """Put a draft aside."""
    from engage import thanks as room  # noqa: PLC0415 - late, as all of a command's work

    put_aside = room.discard(app.desk(), number, app.now())
    if as_json:
        print_json(_json(app, put_aside))
    else:
        app.say(N_("Draft {number} was put aside."), number=number)


def show_sheet(app: App, sheet: Sheet, *, as_json: bool) -> None:
    """Print a draft with what it stands on."""
    app.blame_templates()
    if as_json:
        print_json(
            {
                **_json(app, sheet.draft),
                "ways": [_way(way) for way in sheet.ways],
                "findings": _findings(app, sheet),
                "beginning": sheet.beginning,
            }
        )
        return
    found = sheet.draft
    about = sheet.piece.title if sheet.piece else ""
    heading = f"{sheet.person.name} · {about}" if about else sheet.person.name
    state = app.words.say(STATES[found.state])
    show_line(heading, bold=True)
    app.say(N_("Draft {number}, {state}"), number=found.id, state=state)
    show_line(f"\n{found.text}\n")
    if sheet.quiet:
        app.say(
            N_(
                "This is about something sad, or under a content warning: no template writes for you here. "
                "Your own words, or none yet."
            )
        )
    if sheet.beginning:
        app.say(
            N_(
                "The feed may hold only the beginning of this article, and its page could not be read: "
                "no more of it is known here."
            )
        )
    for finding in _findings(app, sheet) if found.state == "open" else ():
        show_line(f"· {finding['words']}", dim=True)
    if found.state == "open":
        if not app.config.me.name:
            app.say(N_("Your letters end without a name: write it under [me] in config.toml."))
        _show_ways(app, sheet)


def _show_ways(app: App, sheet: Sheet) -> None:
    app.say(N_("Ways to send it, by your own hand:"))
    for way in sheet.ways:
        show_line(f"  {app.words.say(WAYS[way.channel])}" + (f" ({way.name})" if way.name else ""))
        if way.url:
            show_line(f"    {way.url}", fg="cyan")
    if not sys.stdout.isatty():
        return
    app.say(N_("Then: nouvelles draft sent {number}"), number=sheet.draft.id)


def _findings(app: App, sheet: Sheet) -> list[dict[str, Any]]:
    return [
        {"rule": f.rule, "hard": f.hard, "words": app.words.sentence(f.words, f.values)}
        for f in sheet.findings
    ]


def _way(way: Way) -> dict[str, Any]:
    return {"channel": way.channel, "url": way.url, "public": way.public}


def _json(app: App, found: Draft) -> dict[str, Any]:
    return {
        "draft": found.id,
        "state": found.state,
        "kind": found.kind,
        "piece": found.piece,
        "person": app.store.person(found.person_id).name,
        "language": found.language,
        "register": found.register,
        "passage": found.passage,
        "line": found.line,
        "text": found.text,
    }
