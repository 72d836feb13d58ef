"""Lays a post to the person who published it, by identity and by what the post says of its author. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from engage.model import Identity, Person
    from feeds.model import StoredPost


@dataclass(frozen=True, slots=True)
class Owner:
    """A person to whom a source belongs, with the names and addresses by which they sign."""

    person_id: int
    signs: frozenset[str]


def owners(
    people: Sequence[Person], identities: Sequence[Identity], fold: Callable[[str], str]
) -> dict[int, tuple[Owner, ...]]:
    """For each source, the people to whom it belongs. `fold` makes two spellings of one name equal."""
    names = {person.id: fold(person.name) for person in people}
    signs: dict[int, set[str]] = {person.id: {fold(person.name)} for person in people}
    for identity in identities:
        if identity.kind == "email":
            signs[identity.person_id].add(identity.address.casefold())
    found: dict[int, list[Owner]] = {}
    for identity in identities:
        if identity.source_id is not None and identity.person_id in names:
            owner = Owner(identity.person_id, frozenset(signs[identity.person_id]))
            found.setdefault(identity.source_id, []).append(owner)
    return {source: tuple(dict.fromkeys(those)) for source, those in found.items()}


def person_of(
    stored: StoredPost, owned: Mapping[int, Sequence[Owner]], fold: Callable[[str], str]
) -> int | None:
    """Whose post this is; None when nobody's, or when a shared source leaves it open.

    A source that belongs to one person publishes for that person. On a shared one (a planet, a group's blog) the post's
    own signature decides, and without a signature nobody is guessed.
    """
    candidates = owned.get(stored.source.id, ())
    if len(candidates) == 1:
        return candidates[0].person_id
    signed = {fold(a.name) for a in stored.post.authors if a.name}
    signed |= {a.email.casefold() for a in stored.post.authors if a.email}
    matching = [owner.person_id for owner in candidates if owner.signs & signed]
    return matching[0] if len(matching) == 1 else None
