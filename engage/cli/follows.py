"""Whom you follow on Mastodon and Bluesky: shown as people, and taken where you say so; your lists there."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from engage.cli.base import App, is_asked, print_json, show
from feeds.errors import N_, NN_, Busy, FetchError, NotSignedIn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engage.contacts.follows import Followed, Match, Newcomer, Proposals, Unclear
    from engage.model import Circle, Identity, Person
    from feeds.http import Client
    from feeds.model import Account, Network, Networks, Profile, Source

    Follows = Callable[..., tuple[Profile, ...]]
    TellLists = Callable[[Account, Client, Networks, datetime], tuple[Source, ...]]

NETWORKS: tuple[Network, ...] = ("mastodon", "bluesky")
NAMES = {"mastodon": "Mastodon", "bluesky": "Bluesky"}
_COMMANDS = {"mastodon": "nouvelles login mastodon HOST", "bluesky": "nouvelles login bluesky HANDLE"}
_NEW = NN_("{count} person who is not here yet:", "{count} people who are not here yet:")
_MATCHED = NN_("{count} account of somebody you have:", "{count} accounts of people you have:")
_NEWS = NN_(
    "{count} person you have, of whom more addresses are proven now:",
    "{count} people you have, of whom more addresses are proven now:",
)
_UNCLEAR = NN_(
    "{count} account may be of somebody you have, and nothing proves it. If it is, this says so:",
    "{count} accounts may be of people you have, and nothing proves it. Where they are, this says so:",
)
_TAKEN = NN_(
    "{count} person is here now, in circle {circle}; “nouvelles add NAME --circle 1, 2 or 3” puts them into another.",
    "{count} people are here now, in circle {circle}; “nouvelles add NAME --circle 1, 2 or 3” puts them into another.",
)
_JOINED = NN_(
    "{count} account is now that of somebody you had:", "{count} accounts are now those of people you had:"
)
_PROVEN = NN_(
    "{count} person you had has more addresses now:", "{count} people you had have more addresses now:"
)
_KNOWN = NN_("{count} was here already.", "{count} were here already.")
_BOTS = NN_(
    "{count} bot or group was left out; --bots takes it too.",
    "{count} bots and groups were left out; --bots takes them too.",
)
_MOVED = NN_(
    "{count} account has moved: the new one stands in its place.",
    "{count} accounts have moved: the new ones stand in their place.",
)
_FORGOTTEN = NN_(
    "{count} was left out: you asked never to be reminded of them.",
    "{count} were left out: you asked never to be reminded of them.",
)
_NAMES_SHOWN = 12
_ALL = {"all", "a", "yes", "y", "tous", "toutes", "tout", "oui", "o"}
_NONE = {"", "none", "n", "no", "aucun", "aucune", "rien", "non"}
_PLAIN = re.compile(r"@?[\w.:-]+(?:@[\w.:-]+)?")


@dataclass(frozen=True, slots=True)
class Wish:
    """Which of the accounts that you follow are meant, and what becomes of them."""

    account: str = ""
    only_list: str = ""
    mutuals: bool = False
    bots: bool = False
    circle: Circle = 3
    yes: bool = False


def bring_in(app: App, network: Network, wish: Wish, *, as_json: bool) -> None:
    """Show the accounts that you follow on a network as people, and take those that are chosen."""
    from engage.contacts import follows as room  # noqa: PLC0415 - late, as all of a command's work
    from engage.ledger import settle  # noqa: PLC0415

    store, now = app.store, app.now()
    account = _account(app, network, wish.account)
    profiles = _profiles(app, account, wish)
    via = f"on the list “{wish.only_list}”" if wish.only_list else ""
    proposals = room.propose(profiles, room.here(store), account, now, bots=wish.bots, via=via)
    taken = proposals if wish.yes else None
    if not as_json and not wish.yes:
        _show(app, proposals)
        taken = _ask(app, proposals) if proposals.items and is_asked() else None
    made = room.take(store, taken, wish.circle, now) if taken is not None else ()
    settle(store)  # what passed between you before counts as well
    if as_json:
        print_json(_json(account, proposals, made, taken=taken is not None))
        return
    if taken is not None:
        _say(app, taken, made, wish.circle)
    _rest(app, proposals)
    _next(app, proposals, taken)


def _account(app: App, network: Network, typed: str) -> Account:
    """The own account that is meant: the only one there is, or the one that was named."""
    own = [account for account in app.networks.accounts if account.network == network]
    if not own:
        raise NotSignedIn(network=NAMES[network], command=_COMMANDS[network])
    wanted = typed.strip().lstrip("@").casefold()
    found = [
        account
        for account in own
        if wanted in {account.label.lstrip("@").casefold(), account.address.casefold()}
    ] or [account for account in own if wanted in account.label.casefold()]
    if len(found) == 1:
        return found[0]
    choices = ", ".join(account.label for account in found or own)
    message = N_("Say by which of your accounts: --account {choices}.")
    raise click.UsageError(app.words.say(message).format(choices=choices))


def _profiles(app: App, account: Account, wish: Wish) -> list[Profile]:
    follows = _follows_of(account.network)
    only = _one(app, wish.only_list, _lists(app, [account])) if wish.only_list else None
    number = only.address.partition(" ")[2] if only else ""
    found = _asked(app, follows, account, only_list=number)
    return [profile for profile in found if profile.mutual or not wish.mutuals]


def _follows_of(network: Network) -> Follows:
    if network == "mastodon":
        from feeds.sources import mastodon  # noqa: PLC0415 - only who is signed in there pays for it

        return mastodon.follows
    from feeds.sources import bluesky  # noqa: PLC0415 - as above

    return bluesky.follows


def _lists_of(network: Network) -> TellLists:
    if network == "mastodon":
        from feeds.sources import mastodon  # noqa: PLC0415 - as above

        return mastodon.lists
    from feeds.sources import bluesky  # noqa: PLC0415 - as above

    return bluesky.lists


def _asked(app: App, question: Callable[..., Any], account: Account, **more: Any) -> Any:
    """What a network answers; a host that asks us to wait is let wait."""
    from feeds.guard import place  # noqa: PLC0415 - late, as all of a command's work

    now = app.now()
    app.client.waiting.update(app.store.feeds.waiting(now))
    try:
        return question(account, app.client, app.networks, now, **more)
    except Busy as error:
        if error.values.get("asked"):
            until = datetime.fromisoformat(error.values["at"])
            app.store.feeds.host_asks_to_wait(place(error.values["asked"]), until)
        raise


# --- lists ---


@dataclass(frozen=True, slots=True)
class Lists:
    """Lists of your own, each with the account that keeps it, and the accounts of which none could be had."""

    found: tuple[tuple[Account, Source], ...]
    failed: tuple[tuple[Account, FetchError], ...] = ()


def lists(app: App) -> Lists:
    """All lists of your own; one account's trouble never stops the rest.

    Raises:
        NotSignedIn: there is no account that could keep one.

    """
    own = app.networks.accounts
    if not own:
        raise NotSignedIn(network="Mastodon, Bluesky", command="nouvelles login NETWORK WHERE")
    return _lists(app, own)


def the_list(app: App, typed: str) -> Source:
    """The one list of yours that is meant by a name, or by its address."""
    return _one(app, typed, lists(app))


def _lists(app: App, accounts: Sequence[Account]) -> Lists:
    found: list[tuple[Account, Source]] = []
    failed: list[tuple[Account, FetchError]] = []
    for account in accounts:
        try:
            found += [(account, one) for one in _asked(app, _lists_of(account.network), account)]
        except FetchError as error:
            failed.append((account, error))
            app.warn(N_("! {address}: {problem}"), address=account.label, problem=app.words.error(error))
    return Lists(tuple(found), tuple(failed))


def _one(app: App, typed: str, told: Lists) -> Source:
    from engage.naming import fold  # noqa: PLC0415 - late, as all of a command's work

    every = told.found
    wanted = fold(typed)
    exact = [
        source for _, source in every if typed.strip() in {source.address, source.address.partition(" ")[2]}
    ]
    whole = [source for _, source in every if fold(source.label) == wanted]
    partly = [source for _, source in every if wanted and wanted in fold(source.label)]
    found = exact or whole or partly
    if not found and told.failed:
        raise told.failed[0][1]
    if not found:
        message = app.words.say(N_("You have no list “{typed}”. There are: {choices}."))
        choices = ", ".join(source.label for _, source in every) or "–"
        raise click.UsageError(message.format(typed=typed, choices=choices))
    if len(found) > 1:
        message = app.words.say(N_("“{typed}” may be {choices}. Give what stands in parentheses."))
        choices = ", ".join(f"{source.label} ({source.address})" for source in found)
        raise click.UsageError(message.format(typed=typed, choices=choices))
    return found[0]


# --- choosing ---


def _ask(app: App, proposals: Proposals) -> Proposals | None:
    """What the person chooses; None when that is nothing."""
    question = app.words.say(N_("Whom do you take? all, none, or numbers: 1-5, 8, 12"))
    while True:
        answer = click.prompt(question, default="", show_default=False)
        numbers = chosen(answer, len(proposals.items))
        if numbers is not None:
            return proposals.only(numbers) if numbers else None
        app.say(N_("“{answer}” is no choice from 1 to {last}."), answer=answer, last=len(proposals.items))


def chosen(answer: str, last: int) -> frozenset[int] | None:
    """The numbers meant by an answer such as "1-5, 8, 12", "all" or "none"; None when it is none of these.

    >>> sorted(chosen("2-3, 5", 6))
    [2, 3, 5]
    """
    said = answer.strip().casefold()
    if said in _ALL:
        return frozenset(range(1, last + 1))
    if said in _NONE:
        return frozenset()
    numbers: set[int] = set()
    for part in re.split(r"[\s,;]+", re.sub(r"\s*[-–—]\s*", "-", said).strip(" ,;")):
        found = re.fullmatch(r"([0-9]{1,6})(?:-([0-9]{1,6}))?", part)
        if not found:
            return None
        first, final = int(found[1]), int(found[2] or found[1])
        if not 1 <= first <= final <= last:
            return None
        numbers.update(range(first, final + 1))
    return frozenset(numbers)


# --- saying it ---


def _show(app: App, proposals: Proposals) -> None:
    """Show what there is to take, numbered."""
    number = 0
    if proposals.new:
        _head(app, _NEW, len(proposals.new))
    for newcomer in proposals.new:
        number += 1
        labels = ", ".join(account.profile.source.label for account in newcomer.accounts)
        addresses = [link.url for account in newcomer.accounts for link in account.links]
        show(f"{number:>4}  " + " · ".join([newcomer.name, *([labels] if labels != newcomer.name else [])]))
        if addresses:
            show(f"      {' · '.join(addresses)}", dim=True)
    if proposals.matched:
        _head(app, _MATCHED, len(proposals.matched))
    for match in proposals.matched:
        number += 1
        show(f"{number:>4}  {match.person.name} · {match.account.profile.source.label}")
        show(f"      {match.account.evidence}", dim=True)
    if proposals.news:
        _head(app, _NEWS, len(proposals.news))
    for match in proposals.news:
        number += 1
        show(f"{number:>4}  {match.person.name} · {match.account.profile.source.label}")
        for link in match.account.links:
            show(f"      {link.evidence}", dim=True)


def _head(app: App, forms: tuple[str, str], number: int) -> None:
    show(app.words.plural(*forms, number).format(count=number), bold=True)


def _say(app: App, taken: Proposals, made: Sequence[Person], circle: Circle) -> None:
    """Say what was done."""
    if made:
        _count(app, _TAKEN, len(made), circle=circle)
        _names([person.name for person in made])
    if taken.matched:
        _count(app, _JOINED, len(taken.matched))
        _names([f"{match.person.name} · {match.account.profile.source.label}" for match in taken.matched])
    if taken.news:
        _count(app, _PROVEN, len(taken.news))
        _names([match.person.name for match in taken.news])


def _rest(app: App, proposals: Proposals) -> None:
    """Say what is not to be taken, and why."""
    if proposals.known:
        _count(app, _KNOWN, len(proposals.known))
    if proposals.unclear:
        _head(app, _UNCLEAR, len(proposals.unclear))
        for unclear in proposals.unclear:
            for command in commands(unclear):
                show(f"  {command}")
        app.say(N_("If it is somebody else, the same command with another name makes a person of them."))
    if proposals.bots:
        _count(app, _BOTS, len(proposals.bots))
    if proposals.forgotten:
        _count(app, _FORGOTTEN, proposals.forgotten)
    if proposals.moved:
        _count(app, _MOVED, len(proposals.moved))


def _next(app: App, proposals: Proposals, taken: Proposals | None) -> None:
    """Say what comes next."""
    if not proposals.items:
        app.say(N_("There is nobody to take who is not here already."))
    elif taken is None and not is_asked():
        app.say(N_("Nothing was taken: --yes takes all of it."))
    elif taken is None:
        app.say(N_("Nothing was taken."))
    elif taken.new or taken.matched:
        app.say(N_("Their earlier posts come little by little with each fetch."))


def commands(unclear: Unclear) -> list[str]:
    """The commands by which somebody says whose an account is: safe to be pasted, whatever strangers call themselves."""
    from engage.contacts.traces import label_of  # noqa: PLC0415 - late, as all of a command's work

    address = label_of(unclear.profile.source)
    address = address if _PLAIN.fullmatch(address) else shlex.quote(address)
    return [f"nouvelles add {_quoted(person.name)} {address}" for person in unclear.people]


def _quoted(name: str) -> str:
    return shlex.quote(name) if re.search(r'["$`\\!]', name) else f'"{name}"'


def _count(app: App, forms: tuple[str, str], number: int, **values: Any) -> None:
    click.echo(app.words.plural(*forms, number).format(count=number, **values))


def _names(lines: list[str]) -> None:
    for line in lines[:_NAMES_SHOWN]:
        show(f"  {line}")
    if len(lines) > _NAMES_SHOWN:
        show(f"  … {len(lines) - _NAMES_SHOWN}")


def _json(account: Account, proposals: Proposals, made: Sequence[Person], *, taken: bool) -> dict[str, Any]:
    return {
        "network": account.network,
        "account": account.label,
        "taken": taken,
        "people": [person.name for person in made],
        "new": [_newcomer(newcomer) for newcomer in proposals.new],
        "matched": [_match(match) for match in proposals.matched],
        "known": [_match(match) for match in proposals.known],
        "unclear": [
            {
                "address": unclear.profile.source.address,
                "label": unclear.profile.source.label,
                "name": unclear.profile.name,
                "people": [person.name for person in unclear.people],
                "commands": commands(unclear),
            }
            for unclear in proposals.unclear
        ],
        "bots": [profile.source.label for profile in proposals.bots],
        "moved": [
            {"from": profile.source.label, "to": profile.moved_to.removeprefix("@")}
            for profile in proposals.moved
        ],
    }


def _newcomer(newcomer: Newcomer) -> dict[str, Any]:
    return {"name": newcomer.name, "accounts": [_followed(account) for account in newcomer.accounts]}


def _match(match: Match) -> dict[str, Any]:
    return {"person": match.person.name, **_followed(match.account)}


def _followed(account: Followed) -> dict[str, Any]:
    source = account.profile.source
    return {
        "address": source.address,
        "label": source.label,
        "evidence": account.evidence,
        "links": [_link(link) for link in account.links],
    }


def _link(link: Identity) -> dict[str, str]:
    return {"kind": link.kind, "address": link.address, "evidence": link.evidence}
