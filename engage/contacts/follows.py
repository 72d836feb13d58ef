"""Makes people of the accounts that you follow on Mastodon and Bluesky.

An account is laid to somebody you have when something proves it: a page that names the account back, a handle that is the very
host of their site, a bridge that copies one account into the other. A shared host proves nothing, and neither does a name: an
account that is only called like somebody is shown and left alone. All others become people of their own. `propose` decides and
touches nothing; `take` does it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import compress
from typing import TYPE_CHECKING, Literal

from engage import addresses
from engage.contacts import traces
from engage.contacts.names import clean
from engage.model import Identity, Person
from engage.naming import alike, fold, mark_of
from feeds import platforms
from feeds.model import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from engage.model import Circle
    from engage.store import Store
    from feeds.model import Account, Link, Profile


# In the words of a proof, where the evidence of what somebody has already comes to stand.
_HELD = "{held}"


@dataclass(frozen=True, slots=True)
class Here:
    """What there is already: everyone, their addresses, their sources by number, one's own accounts; and which keys among some
    are those of somebody whom you asked never to be reminded of.
    """

    people: Sequence[Person]
    identities: Sequence[Identity]
    sources: Mapping[int, Source] = field(default_factory=dict)
    own: Collection[str] = ()
    forgotten: Callable[[Iterable[str]], Collection[str]] = lambda _keys: ()


@dataclass(frozen=True, slots=True)
class Followed:
    """An account that you follow: what shows whose it is, in words, and the addresses that its profile proves."""

    profile: Profile
    evidence: str
    links: tuple[Identity, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """An account of somebody you have."""

    person: Person
    account: Followed


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who is not here yet; `unnamed` when only their handle is known, by which nobody is greeted."""

    name: str
    accounts: tuple[Followed, ...]
    unnamed: bool = False


@dataclass(frozen=True, slots=True)
class Unclear:
    """An account that may be one of these people: it is called like them, or something points at several of them."""

    profile: Profile
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Proposals:
    """The accounts that you follow, sorted. Of those `known` the links are what is new.

    `bots` and `moved` are left out: no human being writes there, or none any more. `forgotten` counts those whom you asked
    never to be reminded of.
    """

    new: tuple[Newcomer, ...] = ()
    matched: tuple[Match, ...] = ()
    known: tuple[Match, ...] = ()
    unclear: tuple[Unclear, ...] = ()
    bots: tuple[Profile, ...] = ()
    moved: tuple[Profile, ...] = ()
    forgotten: int = 0

    @property
    def news(self) -> tuple[Match, ...]:
        """Those known of whom something more is proven."""
        return tuple(match for match in self.known if match.account.links)

    @property
    def items(self) -> tuple[Newcomer | Match, ...]:
        """What there is to take, in the order in which it is shown and numbered, from 1."""
        return (*self.new, *self.matched, *self.news)

    def only(self, numbers: Collection[int]) -> Proposals:
        """The same, with nothing to take but what has these numbers."""
        wanted = [number in numbers for number in range(1, len(self.items) + 1)]
        first, second = len(self.new), len(self.new) + len(self.matched)
        news = iter(wanted[second:])
        return replace(
            self,
            new=tuple(compress(self.new, wanted)),
            matched=tuple(compress(self.matched, wanted[first:])),
            known=tuple(
                match if not match.account.links or next(news) else _bare(match) for match in self.known
            ),
        )


def here(store: Store) -> Here:
    """What there is in a file."""
    sources = {source.id: source for source in store.feeds.sources()}
    own = {account.address.casefold() for account in store.feeds.accounts()}
    return Here(store.people(), store.identities(), sources, own, store.forgotten)


def propose(
    profiles: Iterable[Profile],
    there: Here,
    me: Account,
    now: datetime,
    *,
    bots: bool = False,
    via: str = "",
) -> Proposals:
    """Sort the accounts that `me` follows, or has put on the list that `via` names; with `bots` those too behind which no single
    human being writes.
    """
    standing, moved = _standing(profiles, {*there.own, me.address.casefold()})
    everyone = len(standing)
    standing = _without_forgotten(standing, there)
    index = _index(there)
    people = {person.id: person for person in there.people}
    shared = _shared([candidate.profile for candidate in standing])
    day = now.date().isoformat()
    known: list[Match] = []
    rest: list[_Candidate] = []
    left: list[Profile] = []
    for candidate in standing:
        owners = index.followed.get(traces.key_of(candidate.profile), ())
        if owners:
            links = _links(candidate.profile, index, owners[0], now) if len(owners) == 1 else ()
            index.add_links(links, owners[0])
            for owner in owners:
                index.called[owner].add(_called(candidate.profile))
            known.append(Match(people[owners[0]], Followed(candidate.profile, "", links)))
        elif candidate.profile.bot and not bots:
            left.append(candidate.profile)
        else:
            rest.append(candidate)
    matched, unclear, rest = _match(rest, index, people, shared, now)
    new, namesakes = _new(rest, index, people, shared, f"{via or 'followed'}: {me.label}, {day}", now)
    unclear = [*unclear, *namesakes]
    gone = everyone - len(standing)
    return Proposals(
        tuple(new), tuple(matched), tuple(known), tuple(unclear), tuple(left), tuple(moved), gone
    )


def _without_forgotten(standing: Sequence[_Candidate], there: Here) -> list[_Candidate]:
    def keys(candidate: _Candidate) -> list[str]:
        return [traces.key_of(candidate.profile), mark_of(clean(candidate.profile.name))]

    marked = set(there.forgotten([key for candidate in standing for key in keys(candidate)]))
    return [candidate for candidate in standing if not marked.intersection(keys(candidate))]


def take(store: Store, proposals: Proposals, circle: Circle, now: datetime) -> tuple[Person, ...]:
    """Do all that is proposed, in one transaction; returns the people who are new. Doing it again does nothing."""
    made: list[Person] = []
    with store.writing():
        # Time passes while somebody chooses: what another program did meanwhile stands.
        held = {addresses.key(i.kind, i.address) for i in store.identities() if i.source_id is not None}
        for newcomer in proposals.new:
            free = [account for account in newcomer.accounts if traces.key_of(account.profile) not in held]
            if free:
                person = store.add_person(Person(0, newcomer.name, circle, now, unnamed=newcomer.unnamed))
                made.append(person)
                for account in free:
                    _keep(store, person.id, account, now)
        for match in proposals.matched:
            if traces.key_of(match.account.profile) not in held:
                _keep(store, match.person.id, match.account, now)
        for match in proposals.known:
            _keep_links(store, match.person.id, match.account)
    return tuple(made)


def _keep(store: Store, person_id: int, account: Followed, now: datetime) -> None:
    source = store.feeds.add_source(account.profile.source, now)
    store.add_identity(
        Identity(
            *(0, person_id, source.kind, source.address, source.label, source.site, source.id),  # type: ignore[arg-type]
            evidence=account.evidence,
            since=now,
        )
    )
    _keep_links(store, person_id, account)


def _keep_links(store: Store, person_id: int, account: Followed) -> None:
    for link in account.links:
        store.add_identity(replace(link, person_id=person_id))


# --- names ---


def _link(link: Link, profile: Profile, now: datetime) -> Identity:
    """A verified link as an identity in the making: an address to open.

    The page of another account is no more than that. Servers put rel=me on all that a profile names, and so two friends who name
    each other are "verified" as one.
    """
    return Identity(
        0, 0, "link", link.url, addresses.host_of(link.url), link.url, None, traces.told(link, profile), now
    )


# --- who has what ---


@dataclass(slots=True)
class _Index:
    """By which keys everyone is known, with the evidence; whose the accounts are that are followed already; who is called what.

    Newcomers stand in it under numbers below zero.
    """

    held: dict[str, dict[int, str]] = field(default_factory=dict)
    followed: dict[str, tuple[int, ...]] = field(default_factory=dict)
    called: dict[int, set[str]] = field(default_factory=dict)
    networks: set[tuple[int, str]] = field(default_factory=set)

    def add(self, keys: Iterable[str], owner: int, evidence: str) -> None:
        for key in keys:
            self.held.setdefault(key, {}).setdefault(owner, evidence)

    def add_account(self, names: traces.Names, owner: int, evidence: str, label: str) -> None:
        self.add(names.own, owner, evidence)
        self.add((f"copy {key}" for key in names.copies), owner, label)

    def add_links(self, links: Iterable[Identity], owner: int) -> None:
        for link in links:
            self.add(addresses.keys_of_page(link.url), owner, link.evidence)


def _index(there: Here) -> _Index:
    index = _Index(called={person.id: {person.name} for person in there.people})
    for identity in there.identities:
        owner, evidence = identity.person_id, identity.evidence
        source = there.sources.get(identity.source_id or 0)
        if identity.kind in {"mastodon", "bluesky"}:
            label = source.label if source and source.label else identity.label
            names = traces.names(identity.kind, identity.address, label, identity.url)
            index.add_account(names, owner, evidence, label or identity.address)
            index.networks.add((owner, identity.kind))
            if identity.source_id is not None:
                key = addresses.key(identity.kind, identity.address)
                index.followed[key] = (*index.followed.get(key, ()), owner)
        elif identity.kind == "blog":
            index.add(map(traces.page_key, traces.sites(identity, source)), owner, evidence)
        elif identity.kind == "link":
            index.add(addresses.keys_of_page(identity.address), owner, evidence)
    return index


def _links(profile: Profile, index: _Index, owner: int, now: datetime) -> tuple[Identity, ...]:
    """What a profile proves that is not known of its owner yet; an account that somebody else has is left to them."""
    names = traces.names_of(profile)
    found: list[Identity] = []
    for link in traces.verified(profile):
        if link.name == "handle":  # it proves whose the name is, not that there is a page behind it
            continue
        identity = _link(link, profile, now)
        keys = {*addresses.keys_of_page(link.url), addresses.key(identity.kind, identity.address)}
        others = {who for key in keys for who in index.held.get(key, {})}
        if owner in others or keys & set(names.own):
            continue
        found.append(identity)
    return tuple(found)


def _shared(profiles: Iterable[Profile]) -> set[str]:
    """The pages that name accounts of different names back: a group's site says nothing of who is who."""
    called: dict[str, set[str]] = {}
    for profile in profiles:
        for link in traces.verified(profile):
            called.setdefault(traces.page_key(link.url), set()).add(_called(profile))
    return {page for page, names in called.items() if not all(alike(name, names) for name in names)}


def _called(profile: Profile) -> str:
    return clean(profile.name) or profile.source.label.lstrip("@").partition("@")[0]


# --- sorting ---


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An account that may be taken, and the accounts that moved there."""

    profile: Profile
    formers: tuple[Profile, ...] = ()


_STRENGTH = {"site": 0, "named": 1, "same": 2}


@dataclass(frozen=True, slots=True)
class _Proof:
    """What shows whose an account is, in words, in which `_HELD` stands for what is known of them.

    That is the evidence that they have such an address, or the other side of a bridge.
    """

    words: str
    kind: Literal["same", "named", "site"] = "same"


def _standing(profiles: Iterable[Profile], own: Collection[str]) -> tuple[list[_Candidate], list[Profile]]:
    """The accounts where people are now, each once, without one's own; and those that moved away."""
    every: dict[str, Profile] = {}
    for profile in profiles:
        every.setdefault(traces.key_of(profile), _told_whither(profile))
    found = {
        key: _Candidate(profile)
        for key, profile in every.items()
        if not profile.moved_to and profile.source.address.casefold() not in own
    }
    moved = [profile for profile in every.values() if profile.moved_to]
    for old in moved:
        address = _last(old, every).removeprefix("@").casefold()
        key = addresses.key(old.source.kind, address)
        if address in own:
            continue
        # The timeline does not bring an account that one does not follow.
        source = Source(old.source.kind, address, f"@{address}", given=False)
        there = found.get(key) or _Candidate(replace(old, source=source, links=(), moved_to=""))
        found[key] = replace(there, formers=(*there.formers, old))
    return list(found.values()), moved


def _told_whither(profile: Profile) -> Profile:
    """A profile that says that it moved to no place at all has not moved."""
    is_account = "@" in profile.moved_to[1:] or profile.source.kind != "mastodon"
    return profile if is_account else replace(profile, moved_to="")


def _last(profile: Profile, every: Mapping[str, Profile]) -> str:
    """Where somebody is who may have moved more than once; who moves in a circle is where they were first going."""
    kind, address, passed = profile.source.kind, profile.moved_to, set[str]()
    while (key := addresses.key(kind, address.removeprefix("@"))) not in passed:
        passed.add(key)
        onward = every[key].moved_to if key in every else ""
        if not onward:
            return address
        address = onward
    return profile.moved_to


def _match(
    candidates: list[_Candidate],
    index: _Index,
    people: Mapping[int, Person],
    shared: Collection[str],
    now: datetime,
) -> tuple[list[Match], list[Unclear], list[_Candidate]]:
    """Lay accounts to people by what proves it; one that was laid may prove the next."""
    matched: list[Match] = []
    unclear: dict[str, Unclear] = {}
    rest = candidates
    while True:
        left: list[_Candidate] = []
        for candidate in rest:
            owners = _owners(candidate, index, shared)
            if len(owners) == 1:
                ((owner, proof),) = owners.items()
                if not _doubtful(candidate, owner, proof, index):
                    account = _lay(candidate, owner, proof.words, index, now)
                    matched.append(Match(people[owner], account))
                    continue
            if owners:
                key = traces.key_of(candidate.profile)
                unclear[key] = Unclear(candidate.profile, tuple(people[owner] for owner in owners))
            left.append(candidate)
        if len(left) == len(rest):
            break
        rest = left
    waiting = [one for one in rest if traces.key_of(one.profile) not in unclear]
    told = {traces.key_of(one.profile) for one in rest}
    return matched, [one for key, one in unclear.items() if key in told], waiting


def _owners(candidate: _Candidate, index: _Index, shared: Collection[str]) -> dict[int, _Proof]:
    """Those to whom something proves that an account belongs, each with the strongest proof."""
    owners: dict[int, _Proof] = {}
    called = _called(candidate.profile)
    for key, proof in _proofs(candidate, shared):
        for owner, held in index.held.get(key, {}).items():
            named = proof.kind == "named" or (proof.words == _HELD and held.startswith("verified:"))
            if named and not any(alike(called, [other]) for other in index.called[owner]):
                continue  # friends who name each other
            found = replace(
                proof, words=proof.words.replace(_HELD, held), kind="named" if named else proof.kind
            )
            if owner not in owners or _STRENGTH[found.kind] > _STRENGTH[owners[owner].kind]:
                owners[owner] = found
    # What is so by construction outweighs what pages say.
    return {owner: proof for owner, proof in owners.items() if proof.kind == "same"} or owners


def _proofs(candidate: _Candidate, shared: Collection[str]) -> Iterator[tuple[str, _Proof]]:
    """The keys by which somebody may be known whose account this is."""
    label = candidate.profile.source.label
    names = traces.names_of(candidate.profile)
    # A handle may have been another's before.
    yield from ((key, _Proof(_HELD)) for key in names.own if not key.startswith("handle "))
    for former in candidate.formers:
        yield traces.key_of(former), _Proof(f"moved: from {former.source.label} to {label}")
    # Several accounts of one server may stand behind a bridged handle: it has no letters for _ and ~.
    one_fits = candidate.profile.source.kind != "mastodon" or not set("-_~") & set(label.rpartition("@")[0])
    for key in names.copies if one_fits else ():
        yield key, _Proof(f"bridged: {label} and {key.partition(' ')[2]}")
    for key in names.own:
        yield f"copy {key}", _Proof(f"bridged: {label} and {_HELD}")
    for profile in (candidate.profile, *candidate.formers):
        for link in traces.verified(profile):
            if traces.page_key(link.url) in shared or (link.name == "handle" and platforms.knows(link.url)):
                continue
            keys = addresses.keys_of_page(link.url)
            proof = _Proof(traces.told(link, profile), "site" if len(keys) == 1 else "named")
            yield from ((key, proof) for key in keys)


def _doubtful(candidate: _Candidate, owner: int, proof: _Proof, index: _Index) -> bool:
    """Whether a site alone lays a second account of a network to somebody, under another name: it may be a group's site."""
    another = (owner, candidate.profile.source.kind) in index.networks
    called = _called(candidate.profile)
    return (
        proof.kind == "site" and another and not any(alike(called, [other]) for other in index.called[owner])
    )


def _lay(candidate: _Candidate, owner: int, evidence: str, index: _Index, now: datetime) -> Followed:
    """An account that is its owner's from now on, with all by which it is known."""
    profile = candidate.profile
    links = _links(profile, index, owner, now)
    index.add_account(traces.names_of(profile), owner, evidence, profile.source.label)
    index.add((traces.key_of(former) for former in candidate.formers), owner, evidence)
    index.add_links(links, owner)
    index.networks.add((owner, profile.source.kind))
    index.called.setdefault(owner, set()).add(_called(profile))
    return Followed(profile, evidence, links)


def _new(
    candidates: Iterable[_Candidate],
    index: _Index,
    people: Mapping[int, Person],
    shared: Collection[str],
    evidence: str,
    now: datetime,
) -> tuple[list[Newcomer], list[Unclear]]:
    """Make people of accounts that are nobody's; those that are called like somebody you have are for you to decide."""
    called: dict[str, list[Person]] = {}
    for person in people.values():
        called.setdefault(fold(person.name), []).append(person)
    new: list[Newcomer] = []
    unclear: list[Unclear] = []
    taken: set[str] = set()
    # Those who may be somebody you have come last: one of the others may prove whose they are.
    for candidate in sorted(candidates, key=lambda one: fold(clean(one.profile.name)) in called):
        profile = candidate.profile
        # Two accounts of somebody who is new, of which one proves the other.
        owners = _owners(candidate, index, shared)
        if len(owners) == 1:
            ((owner, proof),) = owners.items()
            account = _lay(candidate, owner, proof.words, index, now)
            new[-owner - 1] = replace(new[-owner - 1], accounts=(*new[-owner - 1].accounts, account))
            continue
        name = clean(profile.name)
        unnamed = not fold(name) or name.casefold() in traces.handles(profile.source)
        name = traces.label_of(profile.source) if unnamed else name
        if fold(name) in taken:
            name = f"{name} ({traces.label_of(profile.source)})"
        if same := called.get(fold(name)):
            unclear.append(Unclear(profile, tuple(same)))
            continue
        taken.add(fold(name))
        account = _lay(candidate, -len(new) - 1, evidence, index, now)
        new.append(Newcomer(name, (account,), unnamed))
    return new, unclear


def _bare(match: Match) -> Match:
    return replace(match, account=replace(match.account, links=()))
