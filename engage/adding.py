"""Adds a person with their addresses: what is typed becomes identities; what can be fetched becomes sources.

What was found is kept even when another address was not; adding the same again adds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from engage import addresses
from engage.errors import BelongsToAnother
from engage.model import Identity, Person
from engage.naming import fold
from engage.stored.joining import marks_of
from feeds.errors import N_, Busy, FeedsError, HoldsPassword, NotFound
from feeds.guard import place

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from engage.model import Address, Circle, IdentityKind, Language, Register
    from engage.store import Store
    from feeds.discover import Discovery, Found
    from feeds.errors import Worded
    from feeds.model import Source

    # What an address is, and what can be fetched behind it.
    _Behind = tuple[Identity, Found | None]

# Where people have a page but nothing that may be fetched: kept as a link to open.
_ONLY_LINKS = ("linkedin.com", "x.com", "twitter.com", "facebook.com", "instagram.com", "threads.net")
_NO_ADDRESS = N_("nothing, for it is no address, no @user@host and no handle")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: a name, addresses as typed, and what is known of the person; None leaves it as it is.

    `shared` says that an address may belong to somebody else as well, as the feed of a group does.
    """

    name: str
    addresses: Sequence[str] = ()
    circle: Circle | None = None
    register: Register | None = None
    language: Language | None = None
    every: timedelta | None = None
    note: str | None = None
    shared: bool = False


@dataclass(frozen=True, slots=True)
class NotAdded:
    """An address behind which nothing was found, and why."""

    address: str
    error: Worded


@dataclass(frozen=True, slots=True)
class Added:
    """What came of it: the person, the identities that are new, those known before, and what was not found.

    `is_new` is true when the person is; `others` are feeds that a page named beside the one that was taken.
    `person` is None when nothing at all was found, and then nothing was kept.
    """

    person: Person | None
    is_new: bool = False
    new: tuple[Identity, ...] = ()
    known: tuple[Identity, ...] = ()
    failed: tuple[NotAdded, ...] = ()
    others: tuple[str, ...] = ()


def add(store: Store, discovery: Discovery, wish: Wish) -> Added:
    """Look up every address, then keep the person and what was found, in one transaction."""
    found: list[_Behind] = []
    failed: list[NotAdded] = []
    for address in dict.fromkeys(typed.strip() for typed in wish.addresses if typed.strip()):
        try:
            found.append(_look(address, discovery))
        except FeedsError as error:
            if isinstance(error, Busy) and error.values.get("asked"):
                until = datetime.fromisoformat(error.values["at"])
                store.feeds.host_asks_to_wait(place(error.values["asked"]), until)
            failed.append(
                NotAdded(error.values["host"] if isinstance(error, HoldsPassword) else address, error)
            )
    with store.writing():
        found, taken = _free(store, wish, found)
        failed += taken
        if failed and not found:
            return Added(None, failed=tuple(failed))
        return replace(_keep(store, wish, found, discovery.now), failed=tuple(failed))


def _free(store: Store, wish: Wish, found: list[_Behind]) -> tuple[list[_Behind], list[NotAdded]]:
    """What was found, without the addresses that belong to somebody else already; and those, with whose they are.

    Two owners of one feed would leave every unsigned post in it to nobody: that is for the person to say.
    """
    names = {person.id: person.name for person in store.people()}
    owners: dict[tuple[str, str], list[str]] = {}
    for known in store.identities():
        if known.kind != "link":
            owners.setdefault((known.kind, known.address), []).append(names[known.person_id])
    free, taken = [], []
    for identity, behind in found:
        others = owners.get((identity.kind, identity.address), [])
        if not others or wish.shared or fold(wish.name) in map(fold, others):
            free.append((identity, behind))
        else:
            address = identity.label or identity.address
            taken.append(
                NotAdded(
                    address, BelongsToAnother(address=address, person=", ".join(others), wished=wish.name)
                )
            )
    return free, taken


def _look(address: str, discovery: Discovery) -> tuple[Identity, Found | None]:
    """An address as an identity, and as a source where it is one."""
    now = discovery.now
    if known := _only_kept(address):
        return _identity(known.kind, known.address, known.label, known.url, address, now), None
    try:
        urlsplit(address)
    except ValueError:  # "http://[" and its like
        raise NotFound(address=address, tried=_NO_ADDRESS) from None
    found = discovery.find(address)
    source = found.source
    url = source.site or (source.address if source.kind == "blog" else "")
    kind = cast("IdentityKind", source.kind)  # nobody types a timeline
    return _identity(kind, source.address, source.label, url, address, now), found


def _only_kept(typed: str) -> Address | None:
    """What is only kept, to be written to or opened: a mailbox, a telephone, a profile that nobody may fetch; else nothing."""
    if typed.startswith(("+", "tel:")):
        return addresses.phone(typed)
    if typed.startswith("did:"):
        return None
    known = addresses.read(typed)
    if known is None or known.kind in {"email", "linkedin", "x"}:
        return known
    host = addresses.host_of(known.url) if known.kind == "link" else ""
    return known if any(f".{host}".endswith(f".{name}") for name in _ONLY_LINKS) else None


def _identity(kind: IdentityKind, address: str, label: str, url: str, typed: str, now: datetime) -> Identity:
    return Identity(0, 0, kind, address, label, url, None, f"typed: {typed}", now)


def _keep(store: Store, wish: Wish, found: list[_Behind], now: datetime) -> Added:
    person = next((p for p in store.people() if fold(p.name) == fold(wish.name)), None)
    is_new = person is None
    person = _changed(store, person, wish) if person else store.add_person(_person(wish, now))
    new: list[Identity] = []
    known: list[Identity] = []
    for identity, behind in found:
        mine = replace(identity, person_id=person.id)
        if behind is not None:
            source: Source = store.feeds.add_source(behind.source, now)
            mine = replace(mine, source_id=source.id)
        (new if store.add_identity(mine) else known).append(mine)
    others = tuple(link.url for _, behind in found if behind for link in behind.others)
    # Whoever is named by hand is wanted, whatever was asked before.
    store.remember_again(marks_of(person, store.identities(person.id)))
    return Added(person, is_new, tuple(new), tuple(known), others=others)


def _person(wish: Wish, now: datetime) -> Person:
    return Person(
        id=0,
        name=" ".join(wish.name.split()),
        circle=wish.circle or 2,
        added=now,
        register=wish.register or "",
        language=wish.language or "",
        every=wish.every,
        note=wish.note or "",
    )


def _changed(store: Store, person: Person, wish: Wish) -> Person:
    """Someone known already, with what was said anew."""
    said = {
        "circle": wish.circle,
        "register": wish.register,
        "language": wish.language,
        "every": wish.every,
        "note": wish.note,
    }
    return store.change_person(
        person.id, **{name: value for name, value in said.items() if value is not None}
    )
