"""One's own accounts: signing in, signing out, and where one stands."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from engage.cli.base import MISTAKE, App, Command, as_json, pass_app, print_json, show
from engage.words import visible
from feeds.errors import N_, BadAnswer, BadScheme, Gone, Missing, NoSuchAccount, SignInRefused

if TYPE_CHECKING:
    from engage.signing import Desk
    from feeds.model import Account
    from feeds.rows import AccountHealth

_NETWORKS = {"mastodon": "Mastodon", "bluesky": "Bluesky"}
_PLACES = {
    "keyring": N_("Its keys are in this system's keyring."),
    "file": N_("Its keys are in {path}, which you alone can read: no keyring was found here."),
    "": N_("Its keys are gone from this machine: sign in again."),
}
_EVERYTHING = "main password"
_RIGHTS = {
    "read": N_("reading"),
    "write": N_("sending"),
    "sending": N_("sending"),
    "messages": N_("reading your messages"),
    "app password": N_("reading"),
    "main password": N_("everything"),
}
# What whoever types can mend; else the server is not well.
_MISTAKES = (SignInRefused, NoSuchAccount, BadScheme, BadAnswer, Missing, Gone)


@click.command(
    cls=Command,
    help=N_(
        "Sign in with an account of your own, so that your home timeline and what passed between you and others come too.\n\n"
        "NETWORK is mastodon or bluesky. WHERE is your server (piaille.fr) or your handle (julie.bsky.social). "
        "Only reading rights are asked for."
    ),
)
@click.argument("network", type=click.Choice(["mastodon", "bluesky"]))
@click.argument("where")
@click.option(
    "--allow-sending",
    is_flag=True,
    help=N_("Ask for the right to send as well. Nothing is ever sent by itself."),
)
@click.option(
    "--paste", is_flag=True, help=N_("There is no browser here: paste the code that Mastodon's page shows.")
)
@as_json
@pass_app
def login(app: App, network: str, where: str, *, allow_sending: bool, paste: bool, as_json: bool) -> None:
    """Sign in."""
    desk = _desk(app)
    try:
        if network == "mastodon":
            account = _through_the_browser(app, desk, where, sending=allow_sending, paste=paste)
        else:
            account = _by_password(app, desk, where, sending=allow_sending)
    except _MISTAKES as refused:
        click.echo(f"nouvelles: {visible(app.words.error(refused))}", err=True)
        sys.exit(MISTAKE)
    if as_json:
        print_json(_json(app, account))
        return
    app.say(
        N_("You are signed in as {account}: {rights}."), account=account.label, rights=rights(app, account)
    )
    app.say(_PLACES[app.keys.where(account)], path=app.keys.path)
    if network == "bluesky" and not allow_sending:
        app.say(
            N_("An app password could write as well; Nouvelles does not, unless you say --allow-sending.")
        )
    if "main password" in account.rights:
        app.say(
            N_(
                "That was your main password. It is not kept; an app password would have done, "
                "and can be withdrawn by itself."
            )
        )
    app.say(
        N_(
            "“nouvelles fetch” brings your home timeline; “nouvelles import {network}” makes people of those whom you follow."
        ),
        network=network,
    )


@click.command(
    cls=Command, help=N_("Sign out. What was gathered stays; the keys are forgotten, here and by the server.")
)
@click.argument("account")
@as_json
@pass_app
def logout(app: App, account: str, *, as_json: bool) -> None:
    """Sign out."""
    from engage.signing import logout as leave  # noqa: PLC0415 - late, as all of a command's work

    desk = _desk(app)
    found = _meant(app, account)
    held = app.keys.where(found)
    trouble = leave(desk, found)
    if as_json:
        print_json({"account": found.label, "told": bool(held) and trouble is None})
        return
    app.say(N_("You are signed out of {account}. What was gathered stays."), account=found.label)
    if not held:
        app.warn(
            N_(
                "! Its keys were gone from this machine, so that its server could not be told: "
                "you can withdraw them in your settings there."
            )
        )
    if trouble is not None:
        app.warn(
            N_(
                "! Its server could not be told ({problem}) "
                "The key is forgotten here; you can withdraw it in your settings there."
            ),
            problem=app.words.error(trouble),
        )


@click.command(
    cls=Command, help=N_("Show where you are signed in: since when, with which rights, and how it goes.")
)
@as_json
@pass_app
def accounts(app: App, *, as_json: bool) -> None:
    """List one's own accounts."""
    told = app.feeds.accounts_health()
    if as_json:
        print_json([_health_json(app, health) for health in told])
        return
    if not told:
        app.say(
            N_(
                "You are signed in nowhere, and need not be. “nouvelles login mastodon HOST” and "
                "“nouvelles login bluesky HANDLE” sign in."
            )
        )
    for health in told:
        _show(app, health)


def rights(app: App, account: Account) -> str:
    """What an account may do for us, in words."""
    if _EVERYTHING in account.rights:
        return app.words.say(_RIGHTS[_EVERYTHING])
    coarse = [right if right in _RIGHTS else right.partition(":")[0] for right in account.rights]
    named = dict.fromkeys(app.words.say(_RIGHTS[right]) for right in coarse if right in _RIGHTS)
    return ", ".join(named) or ", ".join(account.rights)


def _desk(app: App) -> Desk:
    from engage.signing import Desk  # noqa: PLC0415 - late, as all of a command's work

    now = app.now()
    app.client.waiting.update(app.store.feeds.waiting(now))
    return Desk(app.store, app.keys, app.client, app.networks, now)


def _through_the_browser(app: App, desk: Desk, host: str, *, sending: bool, paste: bool) -> Account:
    """Mastodon's way: its page in the browser sends the person back to us, or shows a code."""
    import secrets  # noqa: PLC0415 - late, as all of a command's work

    from engage.signing import Doorbell, login_mastodon  # noqa: PLC0415

    def pasted() -> str:
        return _asked(app, N_("The code that it shows: "), missing=N_("No code was given."), hidden=False)

    if paste or not _has_browser(app):
        return login_mastodon(
            desk, host, sending=sending, show=lambda address: _print_page(app, address), paste=pasted
        )
    with Doorbell(secrets.token_urlsafe(24), app.words.say, app.language) as bell:
        return login_mastodon(
            desk, host, sending=sending, show=lambda address: _open_page(app, address), paste=None, bell=bell
        )


def _print_page(app: App, address: str) -> None:
    app.warn(N_("Open this address in a browser, and say yes there:"))
    click.echo(visible(address), err=True)


def _open_page(app: App, address: str) -> None:
    import webbrowser  # noqa: PLC0415 - late, as all of a command's work

    app.warn(N_("Your browser shows the page where you say yes. If it does not, open this address:"))
    click.echo(visible(address), err=True)
    webbrowser.open(address)


def _by_password(app: App, desk: Desk, handle: str, *, sending: bool) -> Account:
    from engage.signing import login_bluesky  # noqa: PLC0415 - late, as all of a command's work

    def ask() -> str:
        if sys.stdin.isatty():
            app.warn(
                N_(
                    "An app password is wanted: bsky.app → Settings → Privacy and security → App passwords. Tick the box for "
                    "direct messages if those should be read too. It is used once, and not kept."
                )
            )
        return _asked(app, N_("App password: "), missing=N_("No password was given."), hidden=True)

    return login_bluesky(desk, handle, ask, sending=sending)


def _asked(app: App, question: str, *, missing: str, hidden: bool) -> str:
    """What a person types, without echo where it is a secret; of a pipe, its first line. Nothing is a mistake."""
    if sys.stdin.isatty():
        typed = click.prompt(app.words.say(question), hide_input=hidden, prompt_suffix="", err=True)
    else:
        typed = sys.stdin.readline()
    answer = str(typed).strip()
    if not answer:
        raise click.UsageError(app.words.say(missing))
    return answer


def _has_browser(app: App) -> bool:
    """Whether a page can be opened here: on Linux and its like only where there is a screen."""
    if sys.platform in {"darwin", "win32"}:
        return True
    return bool(app.environ.get("DISPLAY") or app.environ.get("WAYLAND_DISPLAY"))


def _meant(app: App, name: str) -> Account:
    """The own account that is meant by its label, its address, or a part of one; refuses what means none, or several."""
    from engage.errors import UnknownAccount  # noqa: PLC0415 - late, as all of a command's work

    own = app.store.feeds.accounts()
    wanted = name.strip().casefold().lstrip("@")
    exact = [a for a in own if wanted in {a.label.casefold().lstrip("@"), a.address.casefold()}]
    found = exact or [a for a in own if wanted and wanted in f"{a.label} {a.address} {a.network}".casefold()]
    if not found:
        raise UnknownAccount(name=name)
    if len(found) > 1:
        message = app.words.say(N_("“{name}” may be {choices}. Write more of the name."))
        choices = ", ".join(account.label for account in found)
        raise click.UsageError(message.format(name=name, choices=choices))
    return found[0]


def _json(app: App, account: Account) -> dict[str, Any]:
    return {
        "network": account.network,
        "address": account.address,
        "label": account.label,
        "server": account.server,
        "rights": list(account.rights),
        "since": account.since.isoformat() if account.since else None,
        "keys": app.keys.where(account),
    }


def _health_json(app: App, health: AccountHealth) -> dict[str, Any]:
    error = app.words.sentence(*health.error) if health.error else None
    return {
        **_json(app, health.account),
        "gathered": health.gathered.isoformat() if health.gathered else None,
        "error": error,
        "warnings": [app.words.say(warning) for warning in health.warnings],
    }


def _show(app: App, health: AccountHealth) -> None:
    account = health.account
    show(f"{account.label}  {_NETWORKS[account.network]}", bold=True)
    since = app.words.date(account.since) if account.since else ""
    facts = app.words.say(N_("since {date}, for {rights}")).format(date=since, rights=rights(app, account))
    show(f"  {facts}")
    if health.gathered:
        moment = app.words.sentence(N_("last gathered {moment}"), {"moment": health.gathered})
        show(f"  {moment}")
    if health.error:
        show(f"  ! {app.words.sentence(*health.error)}")
    for warning in health.warnings:
        show(f"  ! {app.words.say(warning)}")
    where = app.keys.where(account)
    place = app.words.sentence(_PLACES[where], {"path": app.keys.path})
    show(f"  {place}" if where else f"  ! {place}")
