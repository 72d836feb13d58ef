"""Brings in the feeds that another reader followed, and makes people of those that one person writes.

The file says what a feed is called, and the feed says who signs it. A feed that is always signed by one name becomes that
person, one that nobody signs becomes a person under the name that the file gives it. What several people sign stays
nobody's until you say whose it is. Two feeds that are signed alike are two people: a name is no proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engage.model import Identity, Person
from engage.store import fold
from feeds.guard import is_named_private
from feeds.html import canonical
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


@dataclass(frozen=True, slots=True)
class Followed:
    """What came of a file: the sources that are new, those known before, and those in the person's own network."""

    new: tuple[Source, ...]
    known: tuple[Source, ...]
    private: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """Who was made of new sources, and the sources that several people sign."""

    people: tuple[Person, ...]
    shared: tuple[Source, ...]


def follow(store: Store, subscriptions: Subscriptions, now: datetime) -> Followed:
    """Follow every feed of a file; a feed that is followed already learns only where it stands in the file."""
    by_address = {
        canonical(source.address): source for source in store.feeds.sources() if source.kind == "blog"
    }
    new: list[Source] = []
    known: list[Source] = []
    with store.writing():
        for outline in subscriptions.outlines:
            source = by_address.get(canonical(outline.address))
            (known if source else new).append(source or store.feeds.add_source(_source(outline), now))
            store.feeds.keep_outline((known if source else new)[-1].id, outline)
    return Followed(tuple(new), tuple(known), tuple(source for source in new if source.allow_private))


def _source(outline: Outline) -> Source:
    # The file is the person's own, like what they type; but an address of it leads into their network only where it says so.
    private = is_named_private(outline.address)
    called = outline.title or outline.text
    label = "" if called == outline.address else called  # its own title will tell
    return Source("blog", outline.address, label, outline.site, allow_private=private)


def name(store: Store, sources: Iterable[Source], circle: Circle, path: str, now: datetime) -> Named:
    """Make people of sources that are nobody's yet."""
    owned = {identity.source_id for identity in store.identities()}
    outlines = store.feeds.outlines()
    called = {outline.address: outline.text for outline in outlines if outline.text != outline.address}
    taken = {fold(person.name) for person in store.people()}
    people: list[Person] = []
    shared: list[Source] = []
    with store.writing():
        for source in sources:
            if source.id in owned:
                continue
            signed = signatures(store.feeds.authors(source.id))
            if len(signed) > 1:
                shared.append(source)
                continue
            given = next(name for name in (called.get(source.address), source.label, source.address) if name)
            choices = [*signed, given, f"{given} ({canonical(source.address).partition('//')[2]})"]
            chosen = next(
                (choice for choice in choices if fold(choice) and fold(choice) not in taken), choices[-1]
            )
            taken.add(fold(chosen))
            people.append(_keep(store, source, chosen, circle, path, now))
    return Named(tuple(people), tuple(shared))


def signatures(authors: Iterable[Author]) -> list[str]:
    """The names of people by which something is signed, each in its first spelling."""
    found: dict[str, str] = {}
    for author in authors:
        folded = fold(author.name)
        if folded and folded not in _NOBODY and "@" not in author.name:
            found.setdefault(folded, " ".join(author.name.split()))
    return list(found.values())


def _keep(store: Store, source: Source, called: str, circle: Circle, path: str, now: datetime) -> Person:
    person = store.add_person(Person(0, called, circle, now))
    url = source.site or source.address
    evidence = f"file: {path}"
    store.add_identity(
        Identity(0, person.id, "blog", source.address, source.label, url, source.id, evidence, now)
    )
    return person
