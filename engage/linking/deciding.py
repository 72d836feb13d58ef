"""What follows from all that was seen: what is certain, what is asked, what should be looked at next. Pure."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from engage import addresses
from engage.joining import pair_key
from engage.linking.names import kin
from engage.linking.things import Thing, Things, Thread
from engage.linking.values import Claim, Found, Links, Same, Seen, Village
from engage.model import Address, Question
from engage.naming import fold
from feeds.address import is_web

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from engage.model import Person, Strength

_OWN_HAND = {"verified", "rel-me", "field", "website", "h-card", "creator"}
_MEDIUM = ("rel-me", "website", "h-card", "creator", "field", "verified", "moved")
# Nobody has so many places at once; a page that lists a hundred is no profile.
MOST_PLACES = 25
_SAID = {
    "rel-me": "rel=me one way",
    "website": "website",
    "h-card": "h-card",
    "creator": "fediverse:creator",
    "field": "field",
    "text": "text",
}


class Linking(Things):
    """One run: what the threads between things prove, and what they only suggest."""

    def __init__(self, village: Village, seen: Iterable[Seen], now: datetime) -> None:
        super().__init__(village, seen, now)
        self.found: list[Found] = []
        self.same: list[Same] = []
        self.questions: dict[str, Question] = {}
        self.copied = Counter(key for thing in self.things.values() for key in thing.copies)

    def links(self) -> Links:
        """All that follows."""
        again = True
        while again:  # what is found proves the next
            things = list(self.things.values())
            news = [self._round(thread) for thread in self.threads]
            news += [self._copies(thing) for thing in things]
            again = any(news)
        for thread in self.threads:
            self._wonder(thread)
        self._namesakes()
        self._mailboxes()
        asked = [question for key, question in self.questions.items() if key not in self.village.refused]
        return Links(
            tuple(self.found), tuple(self.same), tuple(asked), tuple(self.renamed), tuple(self._next())
        )

    def _round(self, thread: Thread) -> bool:
        """Whether a thread proves anything new."""
        proof = self._proof(thread)
        if not proof:
            return False
        source, target = self.things[thread.source], self.things[thread.target]
        return self._join(source, target, proof, by_construction=False)

    def _proof(self, thread: Thread) -> str:
        """The evidence, if a thread is strong; else nothing."""
        source, target, claim = self.things[thread.source], self.things[thread.target], thread.claim
        if {source.name, target.name} & self.shared:
            return ""
        day = f"{claim.at or self.now:%Y-%m-%d}"
        here, there = source.address.label, target.address.label
        if claim.how == "handle":
            # It proves whose the name is, not that there is a page behind it.
            known = target.seen or target.owners
            return (
                f"handle: {addresses.host_of(claim.url)} is that of {here} on Bluesky, {day}" if known else ""
            )
        if claim.how == "moved":
            return f"moved: from {here} to {there}, {day}" if target.seen else ""
        back = self.names.get((thread.target, thread.source))
        # A server may say of anything that it has seen it name the profile back: who looks there sees for themself.
        if claim.how == "verified" and (back or not (target.seen or target.owners)):
            return f"verified: {claim.url} on the profile of {here}, {day}"
        if back and claim.how in _OWN_HAND and back.claim.how in _OWN_HAND:
            return f"both ways: {here} and {there}, {day}"
        return ""

    def _join(self, source: Thing, target: Thing, proof: str, *, by_construction: bool) -> bool:
        """Lay two things to one person, if that may be; whether that is new."""
        mine, theirs = self._owners(source), self._owners(target)
        if mine == theirs or not (mine or theirs) or max(len(mine), len(theirs)) > 1:
            return False
        if mine and theirs:
            close = source.is_account and target.is_account and not by_construction
            return self._unite(mine.pop(), theirs.pop(), proof, by_construction=by_construction, close=close)
        owner, thing, other = (mine.pop(), target, source) if mine else (theirs.pop(), source, target)
        if not by_construction and not self._may_have(owner, thing, other):
            return False
        key = address_key(owner, thing.address)
        if key in self.village.refused:
            return False
        thing.owners.add(owner)
        if thing.called:
            self.called[owner].add(thing.called)
        self.found.append(Found(owner, self._kept_as(thing, owner), proof))
        return True

    def _kept_as(self, thing: Thing, owner: int) -> Address:
        """A page as the blog that it announces, unless that is somebody else's."""
        whole = thing.whole
        holder = self.things.get(self.by_key.get(addresses.key(whole.kind, whole.address), ""))
        return thing.address if holder and self._owners(holder) - {owner} else whole

    def _may_have(self, owner: int, thing: Thing, by: Thing) -> bool:
        """Whether something may be laid to somebody: not where it is called like another one, nor a friend's account."""
        if not thing.called:
            # An account that was not seen is one nobody knows the name of.
            return not (thing.is_account and by.is_account)
        if thing.is_account and by.is_account:  # friends name each other, and servers call that verified
            return kin(thing.called, self.called[owner], close=True)
        if kin(thing.called, self.called[owner]) or self._is_title(owner):
            return True
        return bool(by.called) and kin(thing.called, [by.called])

    def _unite(self, first: int, second: int, proof: str, *, by_construction: bool, close: bool) -> bool:
        """Make one of two people, if that is certain; `close` wants more than a given name in common."""
        one, other = self.people[first], self.people[second]
        if pair_key(first, second) in self.village.refused:
            return False
        like = any(kin(name, self.called[second], close=close) for name in self.called[first])
        like = like and not self._are_unlike(one, other)
        if not (by_construction or like or self._is_title(first) or self._is_title(second)):
            return False
        kept, gone = sorted((one, other), key=lambda person: (person.unnamed, person.circle, person.id))
        self.one[gone.id] = kept.id
        self.called[kept.id] |= self.called[gone.id]
        self.same.append(Same(kept.id, gone.id, proof))
        return True

    @staticmethod
    def _are_unlike(one: Person, other: Person) -> bool:
        """Whether two bear whole names that contradict each other, whatever else they are called somewhere."""
        names, others = ([n for n in (p.name, *p.also) if " " in fold(n)] for p in (one, other))
        named = bool(names and others) and not (one.unnamed or other.unnamed)
        return named and not any(kin(name, others) for name in names)

    def _is_title(self, person: int) -> bool:
        """Whether somebody is only called what a file calls their feed: no name that could contradict another one."""
        return self.people[person].unnamed and person in self.titled

    def _copies(self, thing: Thing) -> bool:
        """The same account through a bridge is the same person's by construction."""
        changed = False
        for key in thing.copies:
            other = self.things.get(self.by_key.get(key, ""))
            # A bridged handle has no letters for some signs: several accounts may stand behind it.
            several = self.copied[key] > 1
            if other is None or other is thing or several or not _fits(thing, other):
                continue
            if other.name in self.shared:  # a bridge copies a group's site too
                continue
            proof = f"bridged: {thing.address.label} and {other.address.label}"
            changed |= self._join(thing, other, proof, by_construction=True)
        return changed

    # --- what only you can say ---

    def _wonder(self, thread: Thread) -> None:
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

    def _is_worth_asking(self, owner: int, thing: Thing, namer: Thing, claim: Claim) -> bool:
        """People name many pages: one that is nobody's blog and bears no name of theirs is only something they like."""
        named = bool(thing.called) and (kin(thing.called, self.called[owner]) or self.people[owner].unnamed)
        if claim.how == "moved" or self._proof_of(namer, thing):
            return True
        if thing.is_account or thing.address.kind in {"linkedin", "x", "email"}:
            return named or (not thing.called and (claim.how != "text" or not namer.is_account))
        if thing.called and not named:
            return False
        feeds = bool(thing.seen and thing.seen.feeds)
        return named or (feeds and claim.how in _MEDIUM)

    def _proof_of(self, one: Thing, other: Thing) -> bool:
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

    def _ask_address(self, owner: int, thing: Thing, strength: Strength, evidence: str) -> None:
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


def _fits(one: Thing, other: Thing) -> bool:
    """Whether one bridged handle can stand for one account only."""
    return all(
        not set(".-_~") & set(t.address.address.rpartition("@")[0])
        for t in (one, other)
        if t.address.kind == "mastodon"
    )


def _can_be_looked_at(address: Address) -> bool:
    return address.kind in {"mastodon", "bluesky"} or (
        address.kind in {"blog", "link"} and is_web(address.url)
    )
