"""Lays what a file tells of people to those you have: what is new, what is known, and what only you can say.

An e-mail address, an account or a profile that two have in common is one person's. A whole name in common is no proof: with the
same company it is likely, without it only possible, and either way you are asked; until then the card stands beside the question,
and nothing of it is lost. `plan` decides and touches nothing; `take` does it. Doing it again does nothing.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from engage import addresses
from engage.contacts.cards import Card, Message
from engage.contacts.names import clean
from engage.contacts.waiting import card_of, messages_of, written
from engage.joining import union
from engage.linking import address_key, kin
from engage.model import Address, Engagement, Identity, Person, Question
from engage.naming import fold, mark_of
from feeds.model import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from engage.contacts.cards import Book
    from engage.model import Circle, Strength
    from engage.store import Store

# What two people hardly ever share. A telephone may be a family's, a page anybody's.
_STRONG = {"email", "mastodon", "bluesky", "linkedin", "x"}
# These hardly ever change hands, whatever their person is called there.
_PERSONAL = _STRONG - {"email"}
# Nobody has so many addresses: cards that a mailbox joins to more are not one person's.
_MOST_ADDRESSES = 100
_FOLLOWED = {"blog", "mastodon", "bluesky"}
# To whom a card leads: somebody you have, itself, or the question that is asked about it.
_Whose = int | Card | str
# So many rows pass between two words of how far it is.
_STEP = 200
_WORDS = 2
_NOON = time(12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Laid:
    """What a file tells of somebody you have. `addresses` and `fields` are what is new of it."""

    person: Person
    card: Card
    addresses: tuple[Address, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_news(self) -> bool:
        """Whether there is anything that is not known yet."""
        return bool(self.addresses or self.fields)


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a file tells of somebody who may be one you have: who, why, and how sure that is. `messages` wait with it."""

    person: Person
    card: Card
    strength: Strength
    evidence: str
    key: str
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What taking a file would do. Of `matched` those with news change; `asked` were asked about before; `forgotten` counts those
    whom you asked never to see again; `apart` counts messages with people who are nobody's. `waiting` are messages that come to
    questions which are open already, by the keys of those; `away` counts addresses that you took away, and that stay away.
    """

    what: str
    new: tuple[Card, ...] = ()
    matched: tuple[Laid, ...] = ()
    unclear: tuple[Doubt, ...] = ()
    asked: int = 0
    forgotten: int = 0
    messages: tuple[tuple[Message, int | Card], ...] = ()
    apart: int = 0
    waiting: tuple[tuple[str, Message], ...] = ()
    away: int = 0

    @property
    def news(self) -> tuple[Laid, ...]:
        """Those you have of whom the file tells something new."""
        return tuple(laid for laid in self.matched if laid.is_news)

    @property
    def is_nothing(self) -> bool:
        """Whether nothing would change."""
        return not (self.new or self.news or self.unclear or self.messages or self.waiting)


@dataclass(frozen=True, slots=True)
class Taken:
    """What was done, counted."""

    people: int = 0
    changed: int = 0
    addresses: int = 0
    questions: int = 0
    engagements: int = 0


def plan(store: Store, book: Book) -> Plan:
    """What taking a book would do. People of one book who share a strong address are one."""
    return _Planning(store, book).plan()


class _Planning:
    """One planning: everyone you have, by their addresses and by their names."""

    def __init__(self, store: Store, book: Book) -> None:
        self.book = book
        self.store = store
        self.people = {person.id: person for person in store.people()}
        self.held: dict[str, set[int]] = {}
        self.keys_of: dict[int, set[str]] = {}
        for identity in store.identities():
            for key in _keys(Address(identity.kind, identity.address, identity.label, identity.url)):
                self.held.setdefault(key, set()).add(identity.person_id)
                self.keys_of.setdefault(identity.person_id, set()).add(key)
        self.called: dict[str, list[Person]] = {}
        for person in self.people.values():
            for name in {fold(person.name), *map(fold, person.also)}:
                self.called.setdefault(name, []).append(person)
        self.cards = _merged(map(_called, book.cards))
        everything = [key for card in self.cards for key in _marks(card)]
        self.forgotten = store.forgotten(everything)
        questions = store.questions(answered=True)
        self.asked = {question.key: question.answer for question in questions}
        self.kept = {
            (question.key, message.key)
            for question in questions
            if question.card and not question.answer
            for message in messages_of(question.card)
        }
        self.refused = store.refused()
        self.away = 0

    def plan(self) -> Plan:
        new: list[Card] = []
        matched: list[Laid] = []
        unclear: list[Doubt] = []
        asked = forgotten = 0
        owner: dict[str, _Whose] = {}
        for card in self.cards:
            person = self._owner(card)
            if person is None and self.forgotten.intersection(_marks(card)):
                forgotten += 1
                continue
            doubt = None if person else self._doubt(card)
            said = self.asked.get(doubt.key) if doubt else None
            whose: _Whose = card
            if doubt and said == "yes":
                person = doubt.person
            if person:
                matched.append(self._laid(person, card))
                whose = person.id
            elif doubt and said != "no":
                unclear += [doubt] if said is None else []
                asked += said is not None
                whose = doubt.key
            else:
                new.append(card)
            for known in (*map(_id, card.addresses), f"name {fold(card.name)}"):
                owner.setdefault(known, whose)
        messages, waiting, apart = self._messages(owner, new)
        fresh = {doubt.key for doubt in unclear}
        with_words = [
            replace(doubt, messages=tuple(m for key, m in waiting if key == doubt.key)) for doubt in unclear
        ]
        return Plan(
            self.book.what,
            tuple(new),
            tuple(matched),
            tuple(with_words),
            asked,
            forgotten,
            tuple(messages),
            apart,
            tuple((key, m) for key, m in waiting if key not in fresh and (key, m.key) not in self.kept),
            self.away,
        )

    def _owner(self, card: Card) -> Person | None:
        """The one person you have who has a strong address of a card; of a card without any, one who has all that it says."""
        strong = {
            who
            for address in card.addresses
            if address.kind in _STRONG
            for who in self.held.get(_id(address), ())
        }
        if len(strong) == 1:
            person = self.people.get(next(iter(strong)))
            return person if person and self._may_be(person, card) else None
        keys = {_id(address) for address in card.addresses}
        if not card.name and keys and not strong:
            holders = [who for who, held in self.keys_of.items() if keys <= held and who in self.people]
            return self.people[holders[0]] if len(holders) == 1 else None
        known = [
            person
            for person in self.called.get(fold(card.name), ())
            if keys <= self.keys_of.get(person.id, set()) and (keys or self._says_nothing_else(person, card))
        ]
        return known[0] if len(known) == 1 and not strong else None

    def _may_be(self, person: Person, card: Card) -> bool:
        """Whether a card that shares a strong address with somebody is theirs: a mailbox may be a household's."""
        own = any(a.kind in _PERSONAL and person.id in self.held.get(_id(a), ()) for a in card.addresses)
        return own or not card.name or person.unnamed or kin(card.name, [person.name, *person.also])

    def _says_nothing_else(self, person: Person, card: Card) -> bool:
        return fold(card.company) == fold(person.company) and not self.keys_of.get(person.id)

    def _doubt(self, card: Card) -> Doubt | None:
        """Who may be meant: by a name, by a page or a telephone in common."""
        strong = {
            who
            for address in card.addresses
            if address.kind in _STRONG
            for who in self.held.get(_id(address), ())
        }
        shared = {who for address in card.addresses for who in self.held.get(_id(address), ())}
        alike = self.called.get(fold(card.name), []) if len(fold(card.name).split()) >= _WORDS else []
        people = [self.people[who] for who in sorted(strong or shared) if who in self.people] or alike
        if not people:
            return None
        firm = fold(card.company)
        likely = [person for person in people if firm and fold(person.company) == firm]
        person = (likely or people)[0]
        if strong or shared:
            strength: Strength = "medium"
            common = next(a.label for a in card.addresses if person.id in self.held.get(_id(a), ()))
            evidence = f"address in common: {common}"
        elif likely:
            strength, evidence = "medium", f"same name and company: {card.name}, {card.company}"
        else:
            strength, evidence = "weak", f"same name: {card.name}"
        return Doubt(person, card, strength, evidence, _doubt_key(person.id, card))

    def _laid(self, person: Person, card: Card) -> Laid:
        known = self.keys_of.get(person.id, set())
        fresh = tuple(
            address
            for address in card.addresses
            if _id(address) not in known and address_key(person.id, address) not in self.refused
        )
        self.away += sum(address_key(person.id, address) in self.refused for address in card.addresses)
        return Laid(person, card, fresh, news_of(person, card))

    def _messages(
        self, owner: Mapping[str, _Whose], new: Sequence[Card]
    ) -> tuple[list[tuple[Message, int | Card]], list[tuple[str, Message]], int]:
        """Messages with those to whom they are laid: people you have, and those whom the file itself brings; those that wait for
        what you say of whom they are with; and how many are with nobody.
        """
        known = self.store.keys_of_engagements()
        laid: list[tuple[Message, int | Card]] = []
        waiting: list[tuple[str, Message]] = []
        fresh: dict[str, list[Card]] = {}
        for card in new:
            fresh.setdefault(fold(card.name), []).append(card)
        apart = 0
        for message in self.book.messages:
            whose: _Whose | None = None
            if message.who is not None:
                key = _id(message.who)
                held = self.held.get(key, set())
                whose = next(iter(held)) if len(held) == 1 else owner.get(key)
            elif name := fold(message.name):
                called = [person.id for person in self.called.get(name, ())] + fresh.get(name, [])
                whose = called[0] if len(called) == 1 and " " in name else None
                asked = owner.get(f"name {name}")
                whose = asked if isinstance(asked, str) else whose
            if isinstance(whose, str):
                waiting.append((whose, message))
            elif whose is None:
                apart += 1
            elif isinstance(whose, Card) or (whose, message.key) not in known:
                laid.append((message, whose))
        return laid, waiting, apart


def take(
    store: Store,
    planned: Plan,
    circle: Circle,
    path: str,
    now: datetime,
    progress: Callable[[int], None] | None = None,
) -> Taken:
    """Do all of a plan, in one transaction; `progress` is told how many people are done, from time to time."""
    done = addresses_ = changed = 0
    numbers: dict[int, int] = {}
    evidence = f"file: {planned.what}, {path}"
    with store.writing():
        for card in planned.new:
            person = store.add_person(person_of(card, circle, now))
            numbers[id(card)] = person.id
            addresses_ += _keep(store, person.id, card, card.addresses, evidence, now)
            done += 1
            if progress and done % _STEP == 0:
                progress(done)
        for laid in planned.news:
            if laid.fields:
                store.change_person(laid.person.id, **laid.fields)
            addresses_ += _keep(store, laid.person.id, laid.card, laid.addresses, evidence, now)
            changed += 1
        asked = store.ask(_question(doubt, path, now) for doubt in planned.unclear)
        _wait(store, planned.waiting)
        told = [
            _engagement(message, whose if isinstance(whose, int) else numbers[id(whose)])
            for message, whose in planned.messages
        ]
        before = store.connection.total_changes
        store.record_told(told)
        engagements = store.connection.total_changes - before
    if progress:
        progress(done)
    return Taken(done, changed, addresses_, asked, engagements)


def accept(store: Store, question: Question, now: datetime) -> None:
    """Lay the card of a question to its person: you said that it is them."""
    card = card_of(question.card)
    person = store.person(question.person_id)
    known = {key for identity in store.identities(person.id) for key in _keys(_address(identity))}
    with store.writing():
        fields = news_of(person, card)
        if fields:
            store.change_person(person.id, **fields)
        fresh = tuple(address for address in card.addresses if _id(address) not in known)
        _keep(store, person.id, card, fresh, f"confirmed: {question.evidence}", now)
        store.record_told([_engagement(message, person.id) for message in messages_of(question.card)])


def is_theirs(store: Store, question: Question) -> bool:
    """Whether the card of a question is its person's by a mailbox or an account that they have by now."""
    held = {_id(_address(identity)) for identity in store.identities(question.person_id)}
    return any(_id(a) in held for a in card_of(question.card).addresses if a.kind in _STRONG)


def decline(store: Store, question: Question, circle: Circle, now: datetime) -> Person:
    """Make a person of their own of a question's card: you said that it is somebody else."""
    card = card_of(question.card)
    with store.writing():
        person = store.add_person(person_of(card, circle, now))
        _keep(
            store,
            person.id,
            card,
            card.addresses,
            f"confirmed: not {store.person(question.person_id).name}",
            now,
        )
        store.record_told([_engagement(message, person.id) for message in messages_of(question.card)])
    return person


def person_of(card: Card, circle: Circle, now: datetime) -> Person:
    """A card as a new person; one without a name is called by their address."""
    called = card.name or next((address.label for address in card.addresses), "?")
    empty = Person(0, called, circle, now, unnamed=not card.name)
    return replace(empty, **news_of(empty, card), circle=_circle(card) or circle)


def news_of(person: Person, card: Card) -> dict[str, Any]:
    """The fields of a person that a card fills: what is known already stays as it is."""
    fields: dict[str, Any] = {}
    extra = card.extra
    told = {
        "company": card.company,
        "position": card.position if not person.company or fold(person.company) == fold(card.company) else "",
        "birthday": card.birthday,
        "language": card.language if card.language in {"fr", "en"} else "",
        "register": extra.get("register", "") if extra.get("register") in {"tu", "vous"} else "",
        "met": extra.get("met", ""),
        "met_on": extra.get("met_on", ""),
        "common": extra.get("common", ""),
    }
    fields |= {name: value for name, value in told.items() if value and not getattr(person, name)}
    if card.note and card.note not in person.note:
        fields["note"] = f"{person.note}\n{card.note}".strip()
    tags, goals = union(person.tags, card.tags), union(person.goals, extra.get("goals", "").splitlines())
    also = tuple(n for n in union(person.also, card.also) if fold(n) != fold(person.name))
    for name, value in (("tags", tags), ("goals", goals), ("also", also)):
        if value != getattr(person, name):
            fields[name] = value
    every = extra.get("every", "")
    if person.every is None and every.isdigit() and len(every) <= len("36500"):
        fields["every"] = timedelta(days=int(every))
    return fields


def _called(card: Card) -> Card:
    """A card under the name that its person would have: by that they are found again."""
    name = clean(card.name) or card.name
    return card if name == card.name else replace(card, name=name)


def _circle(card: Card) -> Circle | None:
    circles: dict[str, Circle] = {"1": 1, "2": 2, "3": 3}
    return circles.get(card.extra.get("circle", ""))


# --- cards of one file that are one person's ---


def _merged(cards: Iterable[Card]) -> list[Card]:
    """The cards of a file, those that share a strong address as one."""
    found: list[Card | None] = []
    by_key: dict[str, int] = {}
    for card in cards:
        keys = [_id(address) for address in card.addresses if address.kind in _STRONG]
        places = sorted({by_key[key] for key in keys if key in by_key})
        # A mailbox that two people of unlike names share is a household's.
        places = [p for p in places if (other := found[p]) is not None and _may_be_one(other, card)]
        if not places:
            found.append(card)
            by_key.update({key: len(found) - 1 for key in keys if key not in by_key})
            continue
        first = found[places[0]]
        assert first is not None  # noqa: S101 - for the type checker: it was just looked at
        whole = _both(first, card)
        for place in places[1:]:
            other = found[place]
            if other is not None:
                whole, found[place] = _both(whole, other), None
        found[places[0]] = whole
        by_key.update({_id(a): places[0] for a in whole.addresses if a.kind in _STRONG})
    return [card for card in found if card is not None]


def _may_be_one(first: Card, second: Card) -> bool:
    few = len(first.addresses) + len(second.addresses) <= _MOST_ADDRESSES
    return few and (not (first.name and second.name) or kin(first.name, [second.name]))


def _both(first: Card, second: Card) -> Card:
    keys = {_id(address) for address in first.addresses}
    notes = [first.note, second.note] if second.note not in first.note else [first.note]
    return replace(
        first,
        name=first.name or second.name,
        addresses=(*first.addresses, *(a for a in second.addresses if _id(a) not in keys)),
        also=union(first.also, second.also),
        company=first.company or second.company,
        position=first.position or second.position,
        birthday=first.birthday or second.birthday,
        note="\n".join(note for note in notes if note),
        tags=union(first.tags, second.tags),
        language=first.language or second.language,
        since=first.since or second.since,
        extra={**second.extra, **first.extra},
    )


# --- keys, rows ---


def _id(address: Address) -> str:
    return addresses.key(address.kind, address.address)


def _keys(address: Address) -> Iterator[str]:
    yield _id(address)
    if address.kind in {"link", "blog"} and address.url:
        yield from addresses.keys_of_page(address.url)


def _address(identity: Identity) -> Address:
    return Address(identity.kind, identity.address, identity.label, identity.url)


def _marks(card: Card) -> Iterator[str]:
    """The keys by which somebody would be recognised whom you asked to forget."""
    for address in card.addresses:
        yield from _keys(address)
    for name in (card.name, *card.also):
        if mark := mark_of(name):
            yield mark


def _doubt_key(person_id: int, card: Card) -> str:
    said = json.dumps(
        [fold(card.name), sorted(_id(address) for address in card.addresses), fold(card.company)]
    )
    return f"card {person_id} {hashlib.sha256(said.encode()).hexdigest()[:20]}"


def _question(doubt: Doubt, path: str, now: datetime) -> Question:
    about = doubt.card.addresses[0] if doubt.card.addresses else None
    return Question(
        *(0, doubt.person.id, doubt.key, doubt.strength, f"{doubt.evidence} ({path})", now),
        about=about,
        card=written(doubt.card, doubt.messages),
    )


def _wait(store: Store, waiting: Iterable[tuple[str, Message]]) -> None:
    """Lay messages to open questions, to come with the answer."""
    more: dict[str, list[Message]] = {}
    for key, message in waiting:
        more.setdefault(key, []).append(message)
    for question in store.questions() if more else ():
        if fresh := more.get(question.key):
            both = (*messages_of(question.card), *fresh)
            store.change_card(question.id, written(card_of(question.card), both))


def _keep(
    store: Store, person_id: int, card: Card, fresh: Sequence[Address], evidence: str, now: datetime
) -> int:
    """Keep addresses of a card; returns how many are new. Accounts and feeds are followed from now on."""
    since = datetime.combine(card.since, _NOON) if card.since else now
    added = 0
    for address in fresh:
        source = (
            store.feeds.add_source(_source(address), now).id
            if address.kind in {"mastodon", "bluesky"}
            else None
        )
        added += store.add_identity(
            Identity(
                0,
                person_id,
                address.kind,
                address.address,
                address.label,
                address.url,
                source,
                evidence,
                min(since, now),
            )
        )
    return added


def _source(address: Address) -> Source:
    kind: Any = address.kind
    return Source(kind, address.address, address.label, address.url)


def _engagement(message: Message, person_id: int) -> Engagement:
    return Engagement(
        0,
        person_id,
        message.kind,
        message.direction,
        message.at,
        message.text,
        channel=message.channel,
        key=message.key,
        url=message.url,
    )
