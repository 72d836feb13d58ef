"""What is followed, how it is doing, and what to do about it."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from engage.cli.base import (
    OK,
    SOME_FAILED,
    App,
    Group,
    as_json,
    pass_app,
    print_json,
    show,
    table,
)
from feeds.errors import N_, NN_

if TYPE_CHECKING:
    from engage.health import Condition
    from feeds.model import Source
    from feeds.rows import Health

_KINDS = {
    "blog": N_("blog"),
    "mastodon": "Mastodon",
    "bluesky": "Bluesky",
    "mastodon-home": N_("Mastodon, home timeline"),
    "mastodon-list": N_("Mastodon, list"),
    "bluesky-home": N_("Bluesky, home timeline"),
    "bluesky-list": N_("Bluesky, list"),
}
_WRONG = NN_("{count} of them needs a look:", "{count} of them need a look:")
which = click.argument("which", nargs=-1, required=True, metavar="SOURCE...")


@click.group(
    cls=Group,
    default="list",
    help=N_(
        "See how each source is doing, and what to do about it.\n\nA SOURCE is meant by its number in the list, its address, "
        "or a part of its name, of its person's or of its address."
    ),
)
def sources() -> None:
    """Hold the commands on sources together."""


@sources.command("list", help=N_("List every source: when it last answered, what is wrong, what to do."))
@as_json
@pass_app
def list_(app: App, *, as_json: bool) -> None:
    """List the sources."""
    from engage.health import condition  # noqa: PLC0415 - late, as all of a command's work

    now = app.now()
    owners = _owners(app)
    told = [(health, condition(health, now)) for health in app.store.feeds.health(now)]
    if as_json:
        print_json([_json(app, health, state, owners) for health, state in told])
        return
    if not told:
        app.say(N_("Nobody is here yet. “nouvelles add NAME ADDRESS” adds a person."))
        return
    wrong = [(health, state) for health, state in told if state.is_wrong]
    well = [(health, state) for health, state in told if not state.is_wrong]
    count = app.words.plural("{count} source.", "{count} sources.", len(told)).format(count=len(told))
    look = app.words.plural(*_WRONG, len(wrong)).format(count=len(wrong)) if wrong else ""
    show(f"{count} {look}".strip(), bold=True)
    for health, state in wrong:
        _show(app, health, state, owners)
    if wrong and well:
        show()
        app.say(N_("The others:"))
    for health, state in well:
        _show(app, health, state, owners)


@sources.command(help=N_("Ask a source now, whatever was wrong with it; a pause ends."))
@which
@as_json
@pass_app
def retry(app: App, which: tuple[str, ...], *, as_json: bool) -> None:
    """Ask again."""
    from engage.cli.fetch import refresh  # noqa: PLC0415 - libcurl is not for every command
    from engage.health import condition  # noqa: PLC0415 - late, as all of a command's work

    meant = _meant(app, which)
    for source in meant:
        app.store.feeds.retry(source.id)
    numbers = {source.id for source in meant}
    report = refresh(app, only=numbers, quiet=as_json, told=False)
    now = app.now()
    owners = _owners(app)
    told = [
        (health, condition(health, now))
        for health in app.store.feeds.health(now)
        if health.source.id in numbers
    ]
    if as_json:
        print_json([_json(app, health, state, owners) for health, state in told])
    else:
        for health, state in told:
            _show(app, health, state, owners)
            if health.waiting is not None:
                app.say(N_("Not asked: whoever asks us to wait is not asked before."))
    sys.exit(SOME_FAILED if report.failed else OK)


@sources.command(help=N_("Ask a source no more, until “retry”. What it published stays."))
@which
@as_json
@pass_app
def pause(app: App, which: tuple[str, ...], *, as_json: bool) -> None:
    """Pause sources."""
    meant = _meant(app, which)
    for source in meant:
        app.store.feeds.pause(source.id, app.now())
    _done(
        app,
        meant,
        N_("{source} is paused. “nouvelles sources retry {number}” takes it up again."),
        as_json=as_json,
    )


@sources.command(
    help=N_("Follow a source no more. What it published stays, and adding it again takes it up.")
)
@which
@as_json
@pass_app
def remove(app: App, which: tuple[str, ...], *, as_json: bool) -> None:
    """Remove sources."""
    meant = _meant(app, which)
    for source in meant:
        app.store.feeds.remove(source.id, app.now())
    message = N_("{source} is followed no more. What it published stays; adding {address} again takes it up.")
    _done(
        app,
        meant,
        message,
        as_json=as_json,
        of_timelines=N_("{source} is read no more. What it brought stays."),
    )


@sources.command(
    help=N_("Give a blog its new ADDRESS: a feed, or a site whose feed is then found. Its history is kept.")
)
@click.argument("which", metavar="SOURCE")
@click.argument("address")
@as_json
@pass_app
def move(app: App, which: str, address: str, *, as_json: bool) -> None:
    """Move a source."""
    from feeds.discover import Discovery  # noqa: PLC0415 - late, as all of a command's work

    (source,) = _meant(app, (which,))
    now = app.now()
    app.client.waiting.update(app.store.feeds.waiting(now))
    found = Discovery(app.client, app.networks, now).find(address).source
    if source.kind != "blog" or found.kind != "blog":
        raise click.UsageError(
            app.words.say(
                N_("Only a blog's feed moves: add the account to its person as an address of its own.")
            )
        )
    if found.address != source.address:
        app.store.feeds.move(source, found.address, now, allow_private=found.allow_private)
    moved = replace(source, address=found.address)
    _done(app, [moved], N_("{source} is asked for at {address} from now on."), as_json=as_json)


@sources.command(
    "full-text",
    help=N_(
        "Whether to fetch each article's own page where a SOURCE holds only summaries.\n\nWithout it the page is fetched only "
        "when you draft a message about the article."
    ),
)
@click.argument("which", metavar="SOURCE")
@click.argument("wanted", type=click.Choice(["on", "off"]))
@as_json
@pass_app
def full_text(app: App, which: str, wanted: str, *, as_json: bool) -> None:
    """Choose full text."""
    meant = _meant(app, (which,))
    app.store.feeds.set_full_text(meant[0].id, wanted=wanted == "on")
    message = (
        N_("From now on the whole text of {source}'s articles is fetched from their pages.")
        if wanted == "on"
        else N_("From now on {source}'s articles are kept as its feed gives them.")
    )
    _done(app, meant, message, as_json=as_json)


@sources.command(
    help=N_("Ask the networks which lists of accounts you keep there, and say which are followed.")
)
@as_json
@pass_app
def lists(app: App, *, as_json: bool) -> None:
    """List one's own lists."""
    from engage.cli import follows  # noqa: PLC0415 - late, as all of a command's work

    told = follows.lists(app)
    status = SOME_FAILED if told.failed else OK
    followed = {(source.kind, source.address) for source in app.store.feeds.sources()}
    if as_json:
        print_json(
            [
                {
                    "name": source.label,
                    "network": account.network,
                    "account": account.label,
                    "address": source.address,
                    "followed": (source.kind, source.address) in followed,
                }
                for account, source in told.found
            ]
        )
        sys.exit(status)
    if not told.found:
        if not told.failed:
            app.say(N_("You keep no lists there."))
        sys.exit(status)
    yes, no = app.words.say(N_("followed")), app.words.say(N_("not followed"))
    table(
        [
            (source.label, account.label, yes if (source.kind, source.address) in followed else no)
            for account, source in told.found
        ]
    )
    app.say(N_("“nouvelles sources follow-list NAME” reads a list like a home timeline."))
    sys.exit(status)


@sources.command(
    "follow-list",
    help=N_("Read a list of yours on Mastodon or Bluesky like a home timeline. “remove” ends that."),
)
@click.argument("name")
@as_json
@pass_app
def follow_list(app: App, name: str, *, as_json: bool) -> None:
    """Follow a list."""
    from engage.cli import follows  # noqa: PLC0415 - late, as all of a command's work

    source = app.store.feeds.add_source(follows.the_list(app, name), app.now())
    _done(app, [source], N_("{source} is followed now: “nouvelles fetch” reads it."), as_json=as_json)


def _done(app: App, meant: list[Source], message: str, *, as_json: bool, of_timelines: str = "") -> None:
    """Say what was done to each source, or as JSON how it stands now; one that was removed is not there any more."""
    if as_json:
        from engage.health import condition  # noqa: PLC0415 - late, as all of a command's work

        now, owners, numbers = app.now(), _owners(app), {source.id for source in meant}
        found = [health for health in app.store.feeds.health(now) if health.source.id in numbers]
        print_json([_json(app, health, condition(health, now), owners) for health in found])
        return
    for source in meant:
        said = of_timelines if of_timelines and source.is_timeline else message
        app.say(said, source=_name(source), number=source.id, address=source.address)


# --- finding the one that is meant ---


def _meant(app: App, typed: tuple[str, ...]) -> list[Source]:
    """The sources meant, each once; refuses what means none, or several."""
    every = app.store.feeds.sources()
    owners = _owners(app)
    return list(dict.fromkeys(_one(app, every, owners, word) for word in typed))


def _one(app: App, every: list[Source], owners: dict[int, list[str]], typed: str) -> Source:
    from engage.naming import fold  # noqa: PLC0415 - late, as all of a command's work
    from feeds.address import canonical  # noqa: PLC0415

    if not typed.strip():
        raise click.UsageError(
            app.words.say(N_("Say which source: its number, its address, or a part of its name."))
        )
    numbers = [source for source in every if typed.lstrip("#") == str(source.id)]
    address = canonical(typed)
    exact = [
        source
        for source in every
        if address in {canonical(source.address), canonical(source.site)}
        or typed.lstrip("@").lower() in {source.address.lower(), source.label.lstrip("@").lower()}
    ]
    wanted = fold(typed)
    named = [
        source
        for source in every
        if wanted and any(wanted in fold(name) for name in (source.label, *owners.get(source.id, ())))
    ]
    partly = [source for source in every if typed.lower() in source.address.lower()]
    found = numbers or exact or named or partly
    if not found:
        message = app.words.say(N_("No source answers to “{typed}”. “nouvelles sources” lists them."))
        raise click.UsageError(message.format(typed=typed))
    if len(found) > 1:
        message = app.words.say(N_("“{typed}” may be {choices}. Give the number."))
        choices = ", ".join(f"{source.id} ({_name(source)}, {source.address})" for source in found)
        raise click.UsageError(message.format(typed=typed, choices=choices))
    return found[0]


def _owners(app: App) -> dict[int, list[str]]:
    """For each source, the names of the people to whom it belongs."""
    names = {person.id: person.name for person in app.store.people()}
    owners: dict[int, list[str]] = {}
    for identity in app.store.identities():
        if identity.source_id is not None:
            owners.setdefault(identity.source_id, []).append(names[identity.person_id])
    return owners


def _name(source: Source) -> str:
    return source.label or source.address


# --- saying it ---


def _show(app: App, health: Health, state: Condition, owners: dict[int, list[str]]) -> None:
    source = health.source
    people = [name for name in owners.get(source.id, ()) if name != source.label]
    kind = app.words.say(_KINDS[source.kind])
    show(f"{source.id:>4}  " + " · ".join([_name(source), kind, *people]))
    if source.address != _name(source):
        show(f"      {source.address}", fg="cyan")
    facts = _facts(app, health)
    if facts:
        show(f"      {facts}", dim=True)
    for sentence in state.sentences:
        said = app.words.sentence(sentence.message, sentence.values)
        show(f"    {'!' if sentence.wrong else '·'} {said}", **({"fg": "yellow"} if sentence.wrong else {}))


def _facts(app: App, health: Health) -> str:
    """When it last answered, and what there is of it."""
    from engage.rhythm import days_between  # noqa: PLC0415 - late, as all of a command's work

    if health.answered is None:
        return ""
    now = app.now()
    answered = app.words.say(N_("answered {ago}")).format(
        ago=app.words.ago(days_between(health.answered, now))
    )
    if health.source.is_timeline:  # its posts are those of the accounts heard in it
        return answered
    posts = app.words.plural("{count} post", "{count} posts", health.posts).format(count=health.posts)
    newest = ""
    if health.newest is not None:
        ago = app.words.ago(days_between(health.newest, now))
        newest = ", " + app.words.say(N_("the newest {ago}")).format(ago=ago)
    return f"{answered} · {posts}{newest}"


def _json(app: App, health: Health, state: Condition, owners: dict[int, list[str]]) -> dict[str, Any]:
    def moment(value: Any) -> str | None:
        return value.isoformat() if value else None

    source = health.source
    return {
        "source": source.id,
        "kind": source.kind,
        "address": source.address,
        "label": source.label,
        "site": source.site,
        "people": owners.get(source.id, []),
        "posts": health.posts,
        "state": state.state,
        "answered": moment(health.answered),
        "newest": moment(health.newest),
        "due": moment(health.due),
        "paused": moment(health.paused),
        "failures": health.failures,
        "full_text": source.full_text,
        "moving": health.moving or None,
        "former": [address for address, _ in health.former],
        "words": [app.words.sentence(s.message, s.values) for s in state.sentences],
    }
