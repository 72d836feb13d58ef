"""What you did on Mastodon and Bluesky, and what others did towards you: from the networks into engagements.

It goes in two steps. `gather` brings what is new on each network into the file, whoever it is with. `settle` makes engagements of
it for those whom you know: again whenever you come to know somebody, for what passed between you before counts as well.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from engage.model import GESTURES, Engagement
from feeds.errors import Busy, FetchError, defect
from feeds.guard import place
from feeds.refresh import UNFIT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from engage.store import Store
    from feeds.http import Client
    from feeds.model import Account, Gathered, Gesture, Networks

    Gather = Callable[[Account, Mapping[str, str], Client, Networks, datetime], Gathered]

# A letter that you sent by your own hand, and the network's telling of it, are this far apart at most.
SAME = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Trouble:
    """An own account whose gestures could not all be gathered, and why."""

    account: Account
    error: FetchError


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it: how many gestures are new, of how many accounts, what went wrong; how many engagements they made."""

    accounts: int = 0
    gestures: int = 0
    engagements: int = 0
    troubles: tuple[Trouble, ...] = ()
    warnings: tuple[tuple[Account, str], ...] = ()


def update(store: Store, client: Client, networks: Networks, now: datetime, *, force: bool = False) -> Told:
    """Gather what is due of all own accounts, then settle it; one account's trouble never stops the rest."""
    due = store.feeds.to_gather(now, force=force)
    # What a refresh just before this was told holds here too.
    client.waiting.update(store.feeds.waiting(now))
    found: list[Gathered | FetchError] = []
    if due:
        with ThreadPoolExecutor(len(due)) as talks:
            found = list(talks.map(lambda one: _gather(one[0], one[1], client, networks, now), due))
    gestures, troubles, warnings = 0, [], []
    known = {health.account.id: health.warnings for health in store.feeds.accounts_health()}
    for (account, _), outcome in zip(due, found, strict=True):
        new, trouble = _keep(store, account, outcome, now)
        gestures += new
        if trouble:
            troubles.append(Trouble(account, trouble))
        if not isinstance(outcome, FetchError):  # what was said before, “nouvelles accounts” shows
            said = known.get(account.id, ())
            warnings += [(account, warning) for warning in outcome.warnings if warning not in said]
    return Told(len(due), gestures, settle(store), tuple(troubles), tuple(warnings))


def _keep(
    store: Store, account: Account, outcome: Gathered | FetchError, now: datetime
) -> tuple[int, FetchError | None]:
    """Keep what was gathered, and what went wrong; returns how many gestures are new, and that."""
    trouble = outcome if isinstance(outcome, FetchError) else outcome.interrupted
    if isinstance(trouble, Busy) and trouble.values.get("asked"):
        until = datetime.fromisoformat(trouble.values["at"])
        store.feeds.host_asks_to_wait(place(trouble.values["asked"]), until)
    if isinstance(outcome, FetchError):
        store.feeds.fail_gathering(account, outcome, now)
        return 0, trouble
    try:
        return store.feeds.save_gathered(account, outcome, now), trouble
    except UNFIT as error:
        unfit = defect(account.label, error)
        store.feeds.fail_gathering(account, unfit, now)
        return 0, unfit


def _gather(
    account: Account, positions: Mapping[str, str], client: Client, networks: Networks, now: datetime
) -> Gathered | FetchError:
    from feeds.sources import bluesky, mastodon  # noqa: PLC0415 - only who is signed in pays for them

    gather: Gather = mastodon.gather if account.network == "mastodon" else bluesky.gather
    try:
        return gather(account, positions, client, networks, now)
    except FetchError as error:
        return error
    except Exception as error:  # noqa: BLE001 - the last line of defence, as in a refresh
        return defect(account.label, error)


def settle(store: Store) -> int:
    """Make engagements of the gestures between you and people whom you know; returns how many."""
    told = [_engagement(*one) for one in store.untold()]
    if not told:
        return 0
    sources: dict[int, list[int]] = {}
    for identity in store.identities():
        if identity.source_id is not None:
            sources.setdefault(identity.person_id, []).append(identity.source_id)
    with store.writing():
        placed = [_placed(store, one, sources.get(one.person_id, [])) for one in told]
        fresh = [one for one in placed if not _was_noted(store, one)]
        store.record_told(fresh)
    return len(fresh)


def _engagement(person_id: int, network: str, gesture: Gesture) -> Engagement:
    return Engagement(
        id=0,
        person_id=person_id,
        kind=gesture.kind,
        direction=gesture.direction,
        at=gesture.at,
        note=gesture.text,
        channel=network,
        key=f"{network} {gesture.key}",
        about=gesture.about,
        url=gesture.url,
    )


def _placed(store: Store, told: Engagement, sources: Sequence[int]) -> Engagement:
    """With the number of the post that it answers, or of the one that it is, where that is in the file."""
    if told.direction == "in" and told.kind in GESTURES:
        return told  # about a post of your own
    own = (told.key or "").partition(" ")[2].partition(" ")[0]
    key = told.about if told.direction == "out" else own
    found = store.feeds.known_by(sources, [key]) if key else {}
    return replace(told, piece=found.get(key))


def _was_noted(store: Store, told: Engagement) -> bool:
    """Whether it is something that you noted yourself: a draft that you said was sent. Then the two are one."""
    if told.direction != "out" or told.piece is None or told.kind in GESTURES:
        return False
    for known in store.engagements(told.person_id):
        same = known.key is None and known.direction == "out" and known.piece == told.piece
        if same and known.draft is not None and abs(known.at - told.at) <= SAME:
            store.confirm(known.id, told)
            return True
    return False
