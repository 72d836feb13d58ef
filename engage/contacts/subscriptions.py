"""Brings in the feeds that another reader followed, and makes people of those that one person writes.

The feed says who signs it, and the file what it is called. A feed that is always signed by one name becomes that person. One
that nobody signs becomes a person who is called what the file calls the feed, and is greeted by no name until you tell it, or
until the feed is signed. What several people sign, what has not answered yet and what nobody calls anything stays nobody's.
Two feeds that are signed alike are two people: a name is no proof.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engage.addresses import key
from engage.model import Identity, Person
from engage.naming import fold, mark_of
from feeds.address import canonical
from feeds.guard import is_named_private
from feeds.model import Source

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from engage.model import Circle
    from engage.store import Store
    from feeds.model import Author
    from feeds.opml import Outline, Subscriptions

# Signatures of a program or of an office, and of nobody.
_NOBODY = {
    *(
        "admin",
        "administrator",
        "administrateur",
        "author",
        "auteur",
        "editor",
        "redaction",
        "la redaction",
        "root",
    ),
    *(
        "noreply",
        "no reply",
        "user",
        "webmaster",
        "unknown",
        "anonymous",
        "anonyme",
        "contact",
        "info",
        "staff",
    ),
}
# A name begins with a letter and holds nothing that addresses and programs are made of.
_NAME = re.compile(r"[^\W\d_][^@/:=?#<>{}|\\]{1,79}")


@dataclass(frozen=True, slots=True)
class Followed:
    """What came of a file: the sources that are new, those known before, and those in the person's own network."""

    new: tuple[Source, ...]
    known: tuple[Source, ...]
    private: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """Who was made of sources; those that several people sign; and those of which nobody could be made yet."""

    people: tuple[Person, ...] = ()
    shared: tuple[Source, ...] = ()
    waiting: tuple[Source, ...] = ()


def preview(store: Store, subscriptions: Subscriptions) -> tuple[list[Outline], list[Outline]]:
    """What of a file would be new, and what is followed already; touches nothing."""
    known = _by_address(store)
    sorted_: tuple[list[Outline], list[Outline]] = ([], [])
    for outline in _not_forgotten(store, subscriptions):
        sorted_[canonical(outline.address) in known].append(outline)
    return sorted_


def follow(store: Store, subscriptions: Subscriptions, now: datetime) -> Followed:
    """Follow every feed of a file; a feed that is followed already learns only where it stands in the file."""
    by_address = _by_address(store)
    new: list[Source] = []
    known: list[Source] = []
    with store.writing():
        for outline in _not_forgotten(store, subscriptions):
            source = by_address.get(canonical(outline.address))
            (known if source else new).append(source or store.feeds.add_source(_source(outline), now))
            store.feeds.keep_outline((known if source else new)[-1].id, outline)
    return Followed(tuple(new), tuple(known), tuple(source for source in new if source.allow_private))


def _not_forgotten(store: Store, subscriptions: Subscriptions) -> list[Outline]:
    """What a file lists, without those whom you asked never to be reminded of."""
    marked = store.forgotten(mark for outline in subscriptions.outlines for mark in _marks(outline))
    return [outline for outline in subscriptions.outlines if not marked.intersection(_marks(outline))]


def _marks(outline: Outline) -> list[str]:
    """The keys by which somebody would be recognised whose feed this is."""
    pages = [key("blog", url) for url in (outline.address, outline.site) if url]
    return [*pages, *(mark for name in (outline.text, outline.title) if (mark := mark_of(name)))]


def _by_address(store: Store) -> dict[str, Source]:
    """What is followed, by where it is and where it was."""
    by_address = {canonical(former): source for source, former in store.feeds.formers()}
    return by_address | {
        canonical(source.address): source for source in store.feeds.sources() if source.kind == "blog"
    }


def _source(outline: Outline) -> Source:
    # The file is the person's own, like what they type; but an address of it leads into their network only where it says so.
    private = is_named_private(outline.address)
    called = outline.title or outline.text
    label = "" if called == outline.address else called  # its own title will tell
    return Source("blog", outline.address, label, outline.site, allow_private=private)


def name(
    store: Store,
    sources: Iterable[Source],
    circle: Circle,
    path: str,
    now: datetime,
    *,
    by_file: bool = False,
) -> Named:
    """Make people of sources that are nobody's yet; with `by_file` also of those that have not answered."""
    owned = {identity.source_id for identity in store.identities()}
    answered = {health.source.id for health in store.feeds.health(now) if health.answered is not None}
    taken = {fold(person.name) for person in store.people()}
    made, shared, waiting = list[Person](), list[Source](), list[Source]()
    with store.writing():
        for source in sources:
            if source.id in owned:
                continue
            signed = signatures(store.feeds.authors(source.id))
            given = _given(store, source)
            if len(signed) > 1:
                shared.append(source)
            elif not (signed or given) or not (by_file or source.id in answered):
                waiting.append(source)
            else:
                person = _person(signed, given, source, taken, circle, now)
                taken.add(fold(person.name))
                made.append(_keep(store, source, person, path, now))
    return Named(tuple(made), tuple(shared), tuple(waiting))


def _given(store: Store, source: Source) -> str:
    """What the file, or else the feed itself, calls it; nothing where that is only its address."""
    called = next(
        (outline.text for outline in store.feeds.outlines() if outline.address == source.address), ""
    )
    names = (name for name in (called, source.label) if name and name != source.address and "://" not in name)
    return next(names, "")


def _person(
    signed: list[str], given: str, source: Source, taken: set[str], circle: Circle, now: datetime
) -> Person:
    """A person by the name that signs, if nobody else has it; else by what the feed is called."""
    if signed and fold(signed[0]) not in taken:
        return Person(0, signed[0], circle, now)
    called = given or signed[0]
    if fold(called) in taken or not fold(called):
        called = f"{called} ({canonical(source.address).partition('//')[2]})"
    return Person(0, called, circle, now, unnamed=True)


def sign(store: Store) -> tuple[Person, ...]:
    """Give those who are only called what their feed is called the name by which it is signed by now; returns them."""
    unnamed = {person.id: person for person in store.people() if person.unnamed}
    if not unnamed:
        return ()
    taken = {fold(person.name) for person in store.people()}
    named = []
    for identity in store.identities():
        person = unnamed.get(identity.person_id)
        signed = signatures(store.feeds.authors(identity.source_id)) if person and identity.source_id else []
        if person and len(signed) == 1 and fold(signed[0]) not in taken - {fold(person.name)}:
            taken.add(fold(signed[0]))
            named.append(store.change_person(person.id, name=signed[0], unnamed=False))
    return tuple(named)


def signatures(authors: Iterable[Author]) -> list[str]:
    """The names of people by which something is signed, each in its first spelling."""
    found: dict[str, str] = {}
    for author in authors:
        folded = fold(author.name)
        if folded and folded not in _NOBODY and _NAME.fullmatch(author.name.strip()):
            found.setdefault(folded, " ".join(author.name.split()))
    return list(found.values())


def _keep(store: Store, source: Source, person: Person, path: str, now: datetime) -> Person:
    kept = store.add_person(person)
    url = source.site or source.address
    store.add_identity(
        Identity(0, kept.id, "blog", source.address, source.label, url, source.id, f"file: {path}", now)
    )
    return kept
