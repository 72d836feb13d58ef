"""Accounts and pages as things: what they are known by, whose they are, what was seen there, and which names which. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from engage import addresses
from engage.contacts import traces
from engage.linking.names import kin
from engage.linking.values import Claim, Renamed, Seen, Village
from engage.model import Address
from feeds import platforms
from feeds.address import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from engage.model import Identity


# A user's own corner of a host that many share.
_CORNER = "/~"


@dataclass(frozen=True, slots=True)
class Thread:
    """That one thing names another, by how, in the words of one claim."""

    source: str
    target: str
    claim: Claim


@dataclass(slots=True)
class Thing:
    """An account or a page: what it is known by, whose it is, what was seen there."""

    name: str
    address: Address
    keys: set[str] = field(default_factory=set)
    copies: set[str] = field(default_factory=set)
    remembered: set[str] = field(default_factory=set)
    owners: set[int] = field(default_factory=set)
    seen: Seen | None = None

    @property
    def is_account(self) -> bool:
        """Whether somebody publishes there under a name of the network's."""
        return self.address.kind in {"mastodon", "bluesky"}

    @property
    def called(self) -> str:
        """The name that was seen there, if any."""
        return self.seen.name if self.seen else ""

    @property
    def whole(self) -> Address:
        """What it is to be kept as: a page that announces a feed of its own host is a blog; it may announce anybody's."""
        feed = self.seen.feeds[0] if self.seen and self.seen.feeds and not self.is_account else ""
        if not feed or addresses.host_of(feed) != addresses.host_of(self.address.url):
            return self.address
        return Address("blog", feed, self.address.label, self.address.url)


class Things:
    """Everything that is known and was seen, by its keys, and the threads between."""

    def __init__(self, village: Village, seen: Iterable[Seen], now: datetime) -> None:
        self.village = village
        self.now = now
        self.people = {person.id: person for person in village.people}
        self.one: dict[int, int] = {person.id: person.id for person in village.people}
        self.called = {person.id: {person.name, *person.also} for person in village.people}
        self.things: dict[str, Thing] = {}
        self.by_key: dict[str, str] = {}
        self.identity_of: dict[str, Identity] = {}
        self.renamed: list[Renamed] = []
        self.single: dict[int, set[str]] = {}
        self.titled: set[int] = set()
        for identity in village.identities:
            self._hold(identity)
            if identity.kind == "blog":
                self.titled.add(identity.person_id)
            if identity.kind in {"linkedin", "x"}:
                self.single.setdefault(identity.person_id, set()).add(identity.kind)
        self.titled -= {i.person_id for i in village.identities if i.kind in {"mastodon", "bluesky"}}
        for one in seen:
            self._see(one)
        self._believe_handles()
        self.threads = [thread for thing in list(self.things.values()) for thread in self._threads(thing)]
        self.names = {(thread.source, thread.target): thread for thread in reversed(self.threads)}
        self.between: dict[str, list[Thread]] = {}
        for thread in self.threads:
            self.between.setdefault(thread.source, []).append(thread)
            self.between.setdefault(thread.target, []).append(thread)
        self.shared = self._shared()

    # --- what there is ---

    def _hold(self, identity: Identity) -> None:
        """An address that somebody has."""
        source = self.village.sources.get(identity.source_id or 0)
        address = Address(identity.kind, identity.address, identity.label, identity.url)
        keys, copies = [addresses.key(identity.kind, identity.address)], set[str]()
        if identity.kind in {"mastodon", "bluesky"}:
            label = source.label if source and source.label else identity.label
            names = traces.names(identity.kind, identity.address, label, identity.url)
            # A handle may have been another's before: it is believed where nothing newer was seen.
            keys += [key for key in names.own if not key.startswith("handle ")]
            copies = set(names.copies)
        elif identity.kind == "blog":
            sites = traces.sites(identity, source)
            # Whose feed stands in a corner of a host may call the whole host their site.
            keys += [
                traces.page_key(site) for site in sites if _CORNER not in identity.address or _CORNER in site
            ]
        elif identity.kind == "link":
            keys += addresses.keys_of_page(identity.address)
        thing = self._thing(keys, address)
        thing.remembered = copies
        thing.owners.add(identity.person_id)
        self.identity_of.setdefault(thing.name, identity)

    def _see(self, seen: Seen) -> None:
        thing = self._thing(
            [
                *_feed_below(seen),
                seen.asked,
                addresses.key(seen.address.kind, seen.address.address),
                *seen.names,
            ],
            seen.address,
        )
        thing.copies |= set(seen.copies)
        # A page that was asked and leads to an account is that account.
        if thing.seen is None or seen.address.kind in {"mastodon", "bluesky"}:
            thing.seen = seen
        identity = self.identity_of.get(thing.name)
        label = seen.address.label
        if (
            identity
            and seen.address.kind == identity.kind
            and thing.is_account
            and label
            and label != identity.label
        ):
            self.renamed.append(Renamed(identity.id, seen.address))

    def _believe_handles(self) -> None:
        """What we remember of accounts that were not seen: their handles, where nobody else has them by now."""
        claimed: dict[str, list[Thing]] = {}
        for thing in self.things.values():
            if thing.is_account and thing.seen is None:
                thing.copies |= thing.remembered
                if thing.address.kind == "bluesky" and thing.address.label:
                    claimed.setdefault(f"handle {thing.address.label.casefold().lstrip('@')}", []).append(
                        thing
                    )
        for key, things in claimed.items():
            if key not in self.by_key and len(things) == 1:
                things[0].keys.add(key)
                self.by_key[key] = things[0].name

    def _thing(self, keys: Iterable[str], address: Address) -> Thing:
        """The thing that is known by one of these keys, or a new one; it is known by all of them from now on."""
        once = list(dict.fromkeys(keys))
        known = list(dict.fromkeys(self.by_key[key] for key in once if key in self.by_key))
        thing = self.things[known[0]] if known else Thing(once[0], address)
        self.things[thing.name] = thing
        for other in (self.things.pop(name) for name in known[1:]):
            thing.keys |= other.keys
            thing.copies |= other.copies
            thing.owners |= other.owners
            thing.seen = thing.seen or other.seen
            thing.address = other.address if other.is_account else thing.address
            if other.name in self.identity_of:
                self.identity_of.setdefault(thing.name, self.identity_of[other.name])
        thing.keys |= set(once)
        self.by_key.update(dict.fromkeys(thing.keys, thing.name))
        return thing

    # --- who names whom ---

    def _threads(self, thing: Thing) -> Iterator[Thread]:
        for claim in thing.seen.claims if thing.seen else ():
            target = self._target(claim)
            if target and target != thing.name:
                yield Thread(thing.name, target, claim)
        there = thing.seen.moved_to if thing.seen else None
        if there:
            target = self._thing([addresses.key(there.kind, there.address)], there).name
            yield Thread(thing.name, target, Claim(there.url, "moved"))

    def _target(self, claim: Claim) -> str:
        """What a claim names; empty for what is nobody's, such as the front page of a platform."""
        if platforms.knows(claim.url) and not urlsplit(claim.url).path.strip("/"):
            return ""
        if claim.how == "handle":
            host = addresses.host_of(claim.url)
            # A site stands at the domain, or somewhere below it.
            below = [
                name
                for name, thing in self.things.items()
                if not thing.is_account and host in _hosts(thing) and not _is_somebodys_corner(thing)
            ]
            root = self.by_key.get(traces.page_key(claim.url))
            if root or below:
                return root or (below[0] if len(below) == 1 else "")
        keys = addresses.keys_of_page(claim.url)
        known = next((self.by_key[key] for key in reversed(keys) if key in self.by_key), "")
        if known:
            return known
        address = addresses.read(claim.url)
        return self._thing(keys, address).name if address else ""

    def _shared(self) -> set[str]:
        """The pages that accounts of unlike names name as theirs, or that several people have: a group's, an employer's."""
        namers: dict[str, set[str]] = {}
        accounts: dict[tuple[str, str], dict[str, str]] = {}
        for thread in self.threads:
            source, target = self.things[thread.source], self.things[thread.target]
            for page, other in ((target, source), (source, target)):
                # What a page names it names for itself, but the words of a profile speak of anybody.
                if page.is_account or not other.is_account or thread.claim.how in {"text", "moved"}:
                    continue
                accounts.setdefault((page.name, other.address.kind), {})[other.name] = other.called
                if other.called:
                    namers.setdefault(page.name, set()).add(other.called)
        unlike = {
            page
            for page, names in namers.items()
            if not all(kin(name, [other]) for name in names for other in names)
        }
        # Of several accounts of one network one has no name: it may be anybody's.
        unlike |= {
            page for (page, _), names in accounts.items() if len(names) > 1 and not all(names.values())
        }
        return unlike | {
            thing.name
            for thing in self.things.values()
            if len(self._owners(thing)) > 1 and not thing.is_account
        }

    # --- who is who ---

    def _owners(self, thing: Thing) -> set[int]:
        return {self._now(owner) for owner in thing.owners}

    def _now(self, person: int) -> int:
        """Who somebody is, after all who turned out to be one."""
        while self.one[person] != person:
            person = self.one[person]
        return person


def _is_somebodys_corner(thing: Thing) -> bool:
    """Whether a page is one of many people's on its host, by how it is written."""
    return any(_CORNER in key for key in thing.keys)


def _feed_below(seen: Seen) -> list[str]:
    """The key of the feed that a page announces, where that stands below the page: a page may announce anybody's."""
    if not seen.feeds or seen.address.kind not in {"blog", "link"}:
        return []
    feed, page = canonical(seen.feeds[0]), canonical(seen.address.url)
    return [f"page {feed}"] if f"{feed}/".startswith(f"{page}/") else []


def _hosts(thing: Thing) -> set[str]:
    pages = [key.removeprefix("page ") for key in thing.keys if key.startswith("page ")]
    return {addresses.host_of(page) for page in pages if not platforms.knows(page)}
