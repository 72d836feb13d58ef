"""Which addresses are one person's: from what profiles and pages say of each other. Pure.

Strong evidence links by itself: a link that a network saw to be named back, pages and profiles that name each other by rel=me, a
handle that is the very host of a site, a bridge that copies one account into another, an account that its server says has moved.
Medium evidence proposes, weak evidence asks. A shared host proves nothing, nor does a name alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from engage import addresses
from engage.contacts import traces
from engage.joining import pair_key
from engage.model import Address, Question
from engage.naming import fold
from feeds import platforms
from feeds.address import canonical, is_web

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from engage.model import Identity, Person, Strength
    from feeds.model import Author, Source

# How a page or a profile names another address as its author's.
How = Literal[
    "verified",  # a field of a Mastodon profile of which its server saw that the page names it back
    "handle",  # a Bluesky handle that is a domain of its own
    "rel-me",  # a link marked rel=me
    "field",  # a link in a field of a profile
    "website",  # Bluesky's own field for it
    "h-card",  # u-url of the card by which a page says whose it is
    "creator",  # fediverse:creator
    "alias",  # what an account's host says of it by WebFinger
    "text",  # an address that only stands in the words of a profile
]


@dataclass(frozen=True, slots=True)
class Claim:
    """That a page or profile names another address as its author's; `at` is when the network itself checked that, if it did."""

    url: str
    how: How
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen at an address: whose name stands there, and what it claims.

    `address` is what was looked at, as it calls itself now: a handle that has changed, a page that was moved. `asked` is its key
    as we asked for it. `names` are the keys of the account itself, `copies` those of accounts that are the same through a bridge.
    `feeds` are the feeds that a page announces, the best first. `moved_to` is where an account says that it lives now.
    """

    asked: str
    address: Address
    at: datetime
    name: str = ""
    claims: tuple[Claim, ...] = ()
    names: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    moved_to: Address | None = None
    bot: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """An address that is certainly a person's, with its evidence. A page that announces a feed is the blog that stands there."""

    person_id: int
    address: Address
    evidence: str


@dataclass(frozen=True, slots=True)
class Same:
    """Two people who are certainly one."""

    person_id: int
    other_id: int
    evidence: str


@dataclass(frozen=True, slots=True)
class Renamed:
    """An account that calls itself otherwise by now: a handle that has changed."""

    identity_id: int
    address: Address


@dataclass(frozen=True, slots=True)
class Links:
    """What is certain, what only you can say, and what should be looked at next to know more, each with whose it may be."""

    found: tuple[Found, ...] = ()
    same: tuple[Same, ...] = ()
    questions: tuple[Question, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    next: tuple[tuple[int, Address], ...] = ()


@dataclass(frozen=True, slots=True)
class Village:
    """What is known: everyone, their addresses, their sources by number, who signs in those, and what you said no to."""

    people: Sequence[Person]
    identities: Sequence[Identity]
    sources: Mapping[int, Source] = field(default_factory=dict)
    signed: Mapping[int, Sequence[Author]] = field(default_factory=dict)
    refused: Collection[str] = ()


def link(village: Village, seen: Iterable[Seen], now: datetime) -> Links:
    """What follows from all that was seen, and is not known yet."""
    return _Linking(village, seen, now).links()


# --- the threads between addresses ---

# By these an address is named by whoever writes it; both ways they prove that one person writes both.
_OWN_HAND = {"verified", "rel-me", "field", "website", "h-card", "creator"}
_MEDIUM = ("rel-me", "website", "h-card", "creator", "field", "alias")
# Nobody has so many places at once; a page that lists a hundred is no profile.
MOST_PLACES = 25
_SAID = {
    "rel-me": "rel=me one way",
    "website": "website",
    "h-card": "h-card",
    "creator": "fediverse:creator",
    "field": "field",
    "alias": "alias",
    "text": "text",
}


@dataclass(frozen=True, slots=True)
class _Thread:
    """That one thing names another, by how, in the words of one claim."""

    source: str
    target: str
    claim: Claim


@dataclass(slots=True)
class _Thing:
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
        return self.address.kind in {"mastodon", "bluesky"}

    @property
    def called(self) -> str:
        return self.seen.name if self.seen else ""

    @property
    def whole(self) -> Address:
        """What it is to be kept as: a page that announces a feed is a blog."""
        if self.is_account or self.seen is None or not self.seen.feeds:
            return self.address
        return Address("blog", self.seen.feeds[0], self.address.label, self.address.url)


class _Linking:
    """One run: things by their keys, threads between them, people who turn out to be one."""

    def __init__(self, village: Village, seen: Iterable[Seen], now: datetime) -> None:
        self.village = village
        self.now = now
        self.people = {person.id: person for person in village.people}
        self.one: dict[int, int] = {person.id: person.id for person in village.people}
        self.called = {person.id: {person.name, *person.also} for person in village.people}
        self.things: dict[str, _Thing] = {}
        self.by_key: dict[str, str] = {}
        self.hosts: dict[str, set[int]] = {}
        self.identity_of: dict[str, Identity] = {}
        self.found: list[Found] = []
        self.same: list[Same] = []
        self.renamed: list[Renamed] = []
        self.questions: dict[str, Question] = {}
        self.single: dict[int, set[str]] = {}
        for identity in village.identities:
            self._hold(identity)
            if identity.kind in {"linkedin", "x"}:
                self.single.setdefault(identity.person_id, set()).add(identity.kind)
        for one in seen:
            self._see(one)
        self._believe_handles()
        self.threads = [thread for thing in list(self.things.values()) for thread in self._threads(thing)]
        self.names = {(thread.source, thread.target): thread for thread in reversed(self.threads)}
        self.between: dict[str, list[_Thread]] = {}
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
            keys += map(traces.page_key, traces.sites(identity, source))
        elif identity.kind == "link":
            keys += addresses.keys_of_page(identity.address)
        thing = self._thing(keys, address)
        thing.remembered = copies
        thing.owners.add(identity.person_id)
        self.identity_of.setdefault(thing.name, identity)
        if identity.kind in {"blog", "link"}:
            for page in (identity.address, identity.url):
                host = addresses.place_of(page).removeprefix("www.")
                if host and not platforms.knows(page):
                    self.hosts.setdefault(host, set()).add(identity.person_id)

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
        claimed: dict[str, list[_Thing]] = {}
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

    def _thing(self, keys: Iterable[str], address: Address) -> _Thing:
        """The thing that is known by one of these keys, or a new one; it is known by all of them from now on."""
        once = list(dict.fromkeys(keys))
        known = list(dict.fromkeys(self.by_key[key] for key in once if key in self.by_key))
        thing = self.things[known[0]] if known else _Thing(once[0], address)
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

    def _threads(self, thing: _Thing) -> Iterator[_Thread]:
        for claim in thing.seen.claims if thing.seen else ():
            target = self._target(claim)
            if target and target != thing.name:
                yield _Thread(thing.name, target, claim)

    def _target(self, claim: Claim) -> str:
        """What a claim names; empty for what is nobody's, such as the front page of a platform."""
        if platforms.knows(claim.url) and not urlsplit(claim.url).path.strip("/"):
            return ""
        if claim.how == "handle":
            host = addresses.host_of(claim.url)
            # A site stands at the domain, or somewhere below it.
            below = [
                name for name, thing in self.things.items() if not thing.is_account and host in _hosts(thing)
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
        for thread in self.threads:
            source, target = self.things[thread.source], self.things[thread.target]
            for page, other in ((target, source), (source, target)):
                # What a page names it names for itself, but the words of a profile speak of anybody.
                if not page.is_account and other.is_account and thread.claim.how != "text" and other.called:
                    namers.setdefault(page.name, set()).add(other.called)
        unlike = {
            page
            for page, names in namers.items()
            if not all(kin(name, [other]) for name in names for other in names)
        }
        return unlike | {
            thing.name
            for thing in self.things.values()
            if len(self._owners(thing)) > 1 and not thing.is_account
        }

    # --- what follows ---

    def links(self) -> Links:
        again = True
        while again:  # what is found proves the next
            things = list(self.things.values())
            news = [self._round(thread) for thread in self.threads]
            news += [self._copies(thing) for thing in things] + [self._moved(thing) for thing in things]
            again = any(news)
        for thread in self.threads:
            self._wonder(thread)
        self._namesakes()
        self._mailboxes()
        asked = [question for key, question in self.questions.items() if key not in self.village.refused]
        return Links(
            tuple(self.found), tuple(self.same), tuple(asked), tuple(self.renamed), tuple(self._next())
        )

    def _owners(self, thing: _Thing) -> set[int]:
        return {self._now(owner) for owner in thing.owners}

    def _now(self, person: int) -> int:
        """Who somebody is, after all who turned out to be one."""
        while self.one[person] != person:
            person = self.one[person]
        return person

    def _round(self, thread: _Thread) -> bool:
        """Whether a thread proves anything new."""
        proof = self._proof(thread)
        if not proof:
            return False
        source, target = self.things[thread.source], self.things[thread.target]
        return self._join(source, target, proof, by_construction=False)

    def _proof(self, thread: _Thread) -> str:
        """The evidence, if a thread is strong; else nothing."""
        source, target, claim = self.things[thread.source], self.things[thread.target], thread.claim
        if {source.name, target.name} & self.shared:
            return ""
        day = f"{claim.at or self.now:%Y-%m-%d}"
        if claim.how == "handle":
            if not (
                target.seen or target.owners
            ):  # it proves whose the name is, not that there is a page behind it
                return ""
            return (
                f"handle: {addresses.host_of(claim.url)} is that of {source.address.label} on Bluesky, {day}"
            )
        if claim.how == "verified" and claim.at:
            return f"verified: {claim.url} on the profile of {source.address.label}, {day}"
        back = self.names.get((thread.target, thread.source))
        if back and claim.how in _OWN_HAND and back.claim.how in _OWN_HAND:
            return f"both ways: {source.address.label} and {target.address.label}, {day}"
        return ""

    def _join(self, source: _Thing, target: _Thing, proof: str, *, by_construction: bool) -> bool:
        """Lay two things to one person, if that may be; whether that is new."""
        mine, theirs = self._owners(source), self._owners(target)
        if mine == theirs or not (mine or theirs) or max(len(mine), len(theirs)) > 1:
            return False
        if mine and theirs:
            return self._unite(mine.pop(), theirs.pop(), proof, by_construction=by_construction)
        owner, thing, other = (mine.pop(), target, source) if mine else (theirs.pop(), source, target)
        if not by_construction and not self._may_have(owner, thing, other):
            return False
        key = address_key(owner, thing.address)
        if key in self.village.refused:
            return False
        thing.owners.add(owner)
        if thing.called:
            self.called[owner].add(thing.called)
        self.found.append(Found(owner, thing.whole, proof))
        return True

    def _may_have(self, owner: int, thing: _Thing, by: _Thing) -> bool:
        """Whether something may be laid to somebody: not where it is called like another one, nor a friend's account."""
        if not thing.called:
            # An account that was not seen is one nobody knows the name of.
            return not (thing.is_account and by.is_account)
        if kin(thing.called, self.called[owner]) or self.people[owner].unnamed:
            return True
        if thing.is_account and by.is_account:
            return False
        if by.called and kin(thing.called, [by.called]):
            return True
        return not thing.is_account and not any(
            kin(thing.called, names)
            for other, names in self.called.items()
            if self._now(other) != owner and names
        )

    def _unite(self, first: int, second: int, proof: str, *, by_construction: bool) -> bool:
        """Make one of two people, if that is certain."""
        one, other = self.people[first], self.people[second]
        if pair_key(first, second) in self.village.refused:
            return False
        like = any(kin(name, self.called[second]) for name in self.called[first])
        if not (by_construction or like or one.unnamed or other.unnamed):
            return False
        kept, gone = sorted((one, other), key=lambda person: (person.unnamed, person.circle, person.id))
        self.one[gone.id] = kept.id
        self.called[kept.id] |= self.called[gone.id]
        self.same.append(Same(kept.id, gone.id, proof))
        return True

    def _copies(self, thing: _Thing) -> bool:
        """The same account through a bridge is the same person's by construction."""
        changed = False
        for key in thing.copies:
            other = self.things.get(self.by_key.get(key, ""))
            # A bridged handle has no letters for some signs: several accounts may stand behind it.
            if other is None or other is thing or not _fits(thing, other) or other.name in self.shared:
                continue
            proof = f"bridged: {thing.address.label} and {other.address.label}"
            changed |= self._join(thing, other, proof, by_construction=True)
        return changed

    def _moved(self, thing: _Thing) -> bool:
        """Where an account says that it has moved, its server has seen that the new one names the old one."""
        there = thing.seen.moved_to if thing.seen else None
        if there is None or not self._owners(thing):
            return False
        target = self._thing([addresses.key(there.kind, there.address)], there)
        proof = f"moved: from {thing.address.label} to {target.address.label}, {self.now:%Y-%m-%d}"
        return self._join(thing, target, proof, by_construction=True)

    # --- what only you can say ---

    def _wonder(self, thread: _Thread) -> None:
        """Ask about what is named one way, or proven and yet doubtful."""
        source, target, claim = self.things[thread.source], self.things[thread.target], thread.claim
        if {source.name, target.name} & self.shared:
            return
        mine, theirs = self._owners(source), self._owners(target)
        if mine == theirs or not (mine or theirs) or max(len(mine), len(theirs)) > 1:
            return
        strength: Strength = "medium" if claim.how in _MEDIUM or self._proof(thread) else "weak"
        said = _SAID.get(claim.how, claim.how)
        evidence = (
            self._proof(thread) or f"{said}: {claim.url} on {source.address.label}, {self.now:%Y-%m-%d}"
        )
        if mine and theirs:
            self._ask_same(mine.pop(), theirs.pop(), strength, evidence)
            return
        owner, thing, namer = (mine.pop(), target, source) if mine else (theirs.pop(), source, target)
        if self._is_worth_asking(owner, thing, namer, claim):
            self._ask_address(owner, thing, strength, evidence)

    def _is_worth_asking(self, owner: int, thing: _Thing, namer: _Thing, claim: Claim) -> bool:
        """People name many pages: one that is nobody's blog and bears no name of theirs is only something they like."""
        named = bool(thing.called) and (kin(thing.called, self.called[owner]) or self.people[owner].unnamed)
        if thing.is_account or thing.address.kind in {"linkedin", "x", "email"}:
            return named or (not thing.called and (claim.how != "text" or not namer.is_account))
        if thing.called and not named:
            return False
        feeds = bool(thing.seen and thing.seen.feeds)
        return named or (feeds and claim.how in _MEDIUM) or self._proof_of(namer, thing)

    def _proof_of(self, one: _Thing, other: _Thing) -> bool:
        return any(
            thread is not None and bool(self._proof(thread))
            for thread in (self.names.get((one.name, other.name)), self.names.get((other.name, one.name)))
        )

    def _ask_same(self, first: int, second: int, strength: Strength, evidence: str) -> None:
        names = self.called[first], self.called[second]
        if (
            any(kin(name, names[1]) for name in names[0])
            or self.people[first].unnamed
            or self.people[second].unnamed
        ):
            low, high = sorted((first, second))
            self._ask(Question(0, low, pair_key(low, high), strength, evidence, self.now, other_id=high))

    def _ask_address(self, owner: int, thing: _Thing, strength: Strength, evidence: str) -> None:
        key = address_key(owner, thing.address)
        self._ask(Question(0, owner, key, strength, evidence, self.now, about=thing.whole))

    def _ask(self, question: Question) -> None:
        """Each question once, with its strongest evidence."""
        before = self.questions.get(question.key)
        if before is None or (before.strength == "weak" and question.strength != "weak"):
            self.questions[question.key] = question

    def _namesakes(self) -> None:
        """Two people of one whole name may be one: with the same company that is likely, else it is only possible."""
        called: dict[str, list[Person]] = {}
        for person in self.village.people:
            name = fold(person.name)
            if " " in name and not person.unnamed and self._now(person.id) == person.id:
                called.setdefault(name, []).append(person)
        for people in called.values():
            for one, other in pairwise(people):
                if self._holds(one.id) & self._holds(other.id):
                    continue
                firm = fold(one.company)
                together = bool(firm) and firm == fold(other.company)
                evidence = (
                    f"same name and company: {one.name}, {one.company}"
                    if together
                    else f"same name: {one.name}"
                )
                self._ask_same(one.id, other.id, "medium" if together else "weak", evidence)

    def _holds(self, person: int) -> set[str]:
        """On which networks somebody is where nobody has two accounts: two people who both are there are not one."""
        return self.single.get(person, set())

    def _mailboxes(self) -> None:
        """An e-mail address in a feed may be that of somebody you have; a signature may be their name."""
        holders: dict[str, int] = {}
        for identity in self.village.identities:
            if identity.kind == "email":
                holders.setdefault(identity.address.casefold(), identity.person_id)
        for identity in self.village.identities:
            writers = self.village.signed.get(identity.source_id or 0, ())
            boxes = {author.email.casefold() for author in writers if author.email}
            if len(boxes) != 1:
                continue
            (box,) = boxes
            owner, writer = holders.get(box), self._now(identity.person_id)
            if owner is not None and self._now(owner) != writer:
                evidence = f"e-mail in a feed: {box} in {identity.label or identity.address}"
                self._ask_same(self._now(owner), writer, "weak", evidence)

    # --- what to look at next ---

    def _next(self) -> Iterator[tuple[int, Address]]:
        """Things that somebody you have names, or that were found for them, and that nobody has looked at; each with whose."""
        count: dict[int, int] = {}
        for thing in self.things.values():
            if thing.seen is not None or thing.name in self.shared or not _can_be_looked_at(thing.address):
                continue
            namers = (
                self.things[t.source] for t in self.between.get(thing.name, ()) if t.target == thing.name
            )
            owners = thing.owners or {owner for namer in namers for owner in namer.owners}
            if owners:
                owner = min(owners)
                count[owner] = count.get(owner, 0) + 1
                if count[owner] <= MOST_PLACES:
                    yield owner, thing.address


def address_key(person_id: int, address: Address) -> str:
    """The key of the question whether an address is somebody's."""
    return f"{person_id} {addresses.key(address.kind, address.address)}"


def kin(name: str, others: Iterable[str]) -> bool:
    """Whether a name may be that of somebody who is called otherwise too: Julie, J. Martin, Julie Martin."""
    words = fold(name).split()
    return any(_kin(words, fold(other).split()) for other in others)


def _kin(first: list[str], second: list[str]) -> bool:
    short, long = sorted((first, second), key=len)
    if not short:
        return False
    left = list(long)
    for word in short:
        found = next((w for w in left if w == word or (1 in {len(w), len(word)} and w[0] == word[0])), None)
        if found is None:
            return False
        left.remove(found)
    return any(len(word) > 1 and word in long for word in short)


def _fits(one: _Thing, other: _Thing) -> bool:
    """Whether one bridged handle can stand for one account only."""
    return all(
        not set("-_~") & set(t.address.address.rpartition("@")[0])
        for t in (one, other)
        if t.address.kind == "mastodon"
    )


def _feed_below(seen: Seen) -> list[str]:
    """The key of the feed that a page announces, where that stands below the page: a page may announce anybody's."""
    if not seen.feeds or seen.address.kind not in {"blog", "link"}:
        return []
    feed, page = canonical(seen.feeds[0]), canonical(seen.address.url)
    return [f"page {feed}"] if f"{feed}/".startswith(f"{page}/") else []


def _hosts(thing: _Thing) -> set[str]:
    pages = [key.removeprefix("page ") for key in thing.keys if key.startswith("page ")]
    return {addresses.host_of(page) for page in pages if not platforms.knows(page)}


def _can_be_looked_at(address: Address) -> bool:
    return address.kind in {"mastodon", "bluesky"} or (
        address.kind in {"blog", "link"} and is_web(address.url)
    )
