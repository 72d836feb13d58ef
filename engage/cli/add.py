"""Adding people and their addresses."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

import click

from engage.cli.base import MISTAKE, OK, SOME_FAILED, App, Command, as_json, pass_app, print_json, show
from feeds.errors import N_, FetchError, NoSuchAccount, NotAFeed

if TYPE_CHECKING:
    from engage.adding import Added, NotAdded

_DOMAIN = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}/?", re.IGNORECASE)


@click.command(
    cls=Command,
    help=N_(
        "Add a person, or addresses to a person.\n\nAn ADDRESS is a site or a feed (https://julie.example), a Mastodon account "
        "(@julie@piaille.fr), a Bluesky handle (julie.bsky.social), an e-mail address, or the page of a profile. No account "
        "of yours is needed. Adding the same address again adds nothing."
    ),
)
@click.argument("name")
@click.argument("addresses", nargs=-1, metavar="[ADDRESS]...")
@click.option(
    "--circle",
    type=click.Choice(["1", "2", "3"]),
    help=N_("1: known well; 2: known less, to know better; 3: not yet known, wished for. [default: 2]"),
)
@click.option("--tu", "register", flag_value="tu", help=N_("In French, you say tu to each other."))
@click.option("--vous", "register", flag_value="vous", help=N_("In French, you say vous to each other."))
@click.option(
    "--language", type=click.Choice(["fr", "en"]), help=N_("The language in which you write to them.")
)
@click.option("--every", metavar="TIME", help=N_("How often you would like to be in touch: 6w, 3mo, never."))
@click.option("--note", help=N_("A word for yourself; it is never sent."))
@click.option(
    "--shared", is_flag=True, help=N_("The address belongs to somebody else as well: a group's blog.")
)
@as_json
@pass_app
def add(
    app: App,
    name: str,
    addresses: tuple[str, ...],
    circle: str | None,
    register: Any,
    language: Any,
    every: str | None,
    note: str | None,
    *,
    shared: bool,
    as_json: bool,
) -> None:
    """Add a person."""
    from datetime import timedelta  # noqa: PLC0415 - late, as all of a command's work

    from engage import adding  # noqa: PLC0415
    from engage.ledger import settle  # noqa: PLC0415
    from engage.naming import fold  # noqa: PLC0415
    from engage.when import parse_rhythm  # noqa: PLC0415
    from feeds.discover import Discovery  # noqa: PLC0415

    if looks_like_address(name):
        raise click.UsageError(
            app.words.say(
                N_("{name} is an address. A person's name comes first: nouvelles add NAME ADDRESS.")
            ).format(name=name)
        )
    if not fold(name):  # a name of dashes cannot be signed, nor found again
        raise click.UsageError(app.words.say(N_("A person needs a name.")))
    rhythm = None if every is None else parse_rhythm(every) or timedelta(0)
    number: Any = int(circle) if circle else None
    wish = adding.Wish(name, addresses, number, register, language, rhythm, note, shared)
    app.client.waiting.update(app.store.feeds.waiting(app.now()))
    added = adding.add(app.store, Discovery(app.client, app.networks, app.now()), wish)
    settle(app.store)  # what passed between you before counts as well
    if as_json:
        print_json(_json(app, added))
    else:
        _say(app, added)
    sys.exit(status_of(added.failed))


def looks_like_address(name: str) -> bool:
    """Whether what should be a name is where somebody can be found."""
    word = name.strip()
    return " " not in word and ("://" in word or "@" in word or bool(_DOMAIN.fullmatch(word)))


def status_of(failed: tuple[NotAdded, ...]) -> int:
    """A wrong address is the caller's to mend; a server that does not answer is not."""
    mistakes = [
        not isinstance(f.error, FetchError) or isinstance(f.error, (NoSuchAccount, NotAFeed)) for f in failed
    ]
    if not mistakes:
        return OK
    return MISTAKE if any(mistakes) else SOME_FAILED


def _json(app: App, added: Added) -> dict[str, Any]:
    return {
        "person": added.person.name if added.person else None,
        "new": added.is_new,
        "added": [{"kind": i.kind, "address": i.address, "label": i.label} for i in added.new],
        "known": [{"kind": i.kind, "address": i.address, "label": i.label} for i in added.known],
        "others": list(added.others),
        "failed": [{"address": f.address, "error": app.words.error(f.error)} for f in added.failed],
    }


_KINDS = {
    "blog": N_("blog"),
    "mastodon": N_("Mastodon"),
    "bluesky": N_("Bluesky"),
    "email": N_("e-mail"),
    "linkedin": "LinkedIn",
    "x": "X",
    "phone": N_("telephone"),
    "link": N_("link"),
}


def _say(app: App, added: Added) -> None:
    say = app.words.say
    if added.person is not None:
        app.say(
            N_("{name} is here now.") if added.is_new else N_("{name} was here already."),
            name=added.person.name,
        )
    for identity in added.new:
        address = identity.address if identity.kind in {"blog", "link"} else ""
        label = " · ".join(part for part in (identity.label, address) if part)
        show(f"  + {say(N_('{what}: {which}')).format(what=say(_KINDS[identity.kind]), which=label)}")
    for identity in added.known:
        app.say(N_("  = {address} was known already"), address=identity.label or identity.address)
    for url in added.others:
        app.say(N_("  The page names another feed too: {url}"), url=url)
    for failure in added.failed:
        app.warn(
            N_("! {address}: {problem}"), address=failure.address, problem=app.words.error(failure.error)
        )
    if added.person is None:
        app.warn(N_("Nothing was added."))
