"""People as cards for address books.

vCard 4.0 has one card a person. What it has no property for stands in X-NOUVELLES-CIRCLE, -EVERY (days), -REGISTER, -MET,
-MET-ON, -COMMON and -GOALS (one a line); the address of a feed is a URL of the type x-feed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engage import addresses
from engage.carrying.out import by_person
from engage.carrying.table import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engage.model import (
        Identity,
        Person,
    )
    from engage.store import Store

_BIRTHDAY = re.compile(r"(?:\d{4}-|--)\d\d-\d\d")


_WIDEST_LINE = 75
_SERVICES = {"mastodon": "Mastodon", "bluesky": "Bluesky", "linkedin": "LinkedIn", "x": "X"}


def to_vcard(store: Store) -> bytes:
    """Everyone, one vCard 4.0 each."""
    held = by_person(store.identities())
    people = sorted(store.people(), key=lambda one: one.id)
    lines = [line for person in people for line in _card_of(person, held.get(person.id, ()))]
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _card_of(person: Person, held: Iterable[Identity]) -> list[str]:
    days = "" if person.every is None else str(person.every.days)
    told = {
        "FN": _escaped(person.name),
        "N": _name_in_parts(person),
        "NICKNAME": ",".join(map(_escaped, person.also)),
        "ORG": _escaped(person.company),
        "TITLE": _escaped(person.position),
        # Its dates have no dashes but those for the year that is left out.
        "BDAY": re.sub(r"(?<=\d)-", "", person.birthday) if _BIRTHDAY.fullmatch(person.birthday) else "",
        "LANG": person.language,
        "NOTE": _escaped(person.note),
        "CATEGORIES": ",".join(map(_escaped, person.tags)),
        "X-NOUVELLES-CIRCLE": str(person.circle),
        "X-NOUVELLES-EVERY": days,
        "X-NOUVELLES-REGISTER": person.register,
        "X-NOUVELLES-MET": _escaped(person.met),
        "X-NOUVELLES-MET-ON": _escaped(person.met_on),
        "X-NOUVELLES-COMMON": _escaped(person.common),
        "X-NOUVELLES-GOALS": _escaped("\n".join(" ".join(goal.split()) for goal in person.goals)),
    }
    lines = [f"{name}:{value}" for name, value in told.items() if value]
    return ["BEGIN:VCARD", "VERSION:4.0", *lines, *map(_property, held), "END:VCARD"]


def _name_in_parts(person: Person) -> str:
    """The name as a family's and a given one; the former begins with the first small word, or is the last one: a guess, by which
    address books sort.
    """
    words = person.name.split()
    small = next((place for place, word in enumerate(words) if place and word[0].islower()), len(words) - 1)
    family = [] if person.unnamed or len(words) == 1 else words[small:]
    given = words[: len(words) - len(family)]
    return f"{_escaped(' '.join(family))};{_escaped(' '.join(given))};;;"


def _property(identity: Identity) -> str:
    """An address as a property of a card."""
    if identity.kind == "email":
        return f"EMAIL:{_escaped(identity.address)}"
    if identity.kind == "phone":
        return f"TEL:{_escaped(shown(identity))}"
    if identity.kind in {"blog", "link"}:
        kind = ";TYPE=x-feed" if identity.kind == "blog" else ""
        return f"URL{kind}:{_in_one_line(identity.address)}"
    name = identity.label.removeprefix("@") if identity.kind == "bluesky" else shown(identity)
    # The page of LinkedIn says all, and a number on X is no name.
    nameless = identity.kind == "linkedin" or (identity.kind == "x" and ":" in name)
    user = "" if nameless else f';USERNAME="{_quoted(name)}"'
    return f"SOCIALPROFILE;SERVICE-TYPE={_SERVICES[identity.kind]}{user}:{_in_one_line(_profile(identity))}"


def _profile(identity: Identity) -> str:
    """The page of an account from which the account can be read again."""
    shown = addresses.read(identity.url)
    if shown and (shown.kind, shown.address) == (identity.kind, identity.address):
        return identity.url
    made = (
        addresses.on_x(identity.address)
        if identity.kind == "x"
        else addresses.read(identity.address, identity.kind)
    )
    return made.url if made else identity.url


def _in_one_line(uri: str) -> str:
    return "".join(uri.split())


def _quoted(value: str) -> str:
    """The value of a parameter, between its quotation marks (RFC 6868)."""
    return " ".join(value.split()).replace("^", "^^").replace('"', "^'")


def _escaped(text: str) -> str:
    r"""A text as the value of a property.

    >>> _escaped("a,b;c\\d\ne")
    'a\\,b\\;c\\\\d\\ne'
    """
    lines = re.sub(r"\r\n?", "\n", re.sub(r"([\\,;])", r"\\\1", text))
    return "".join(letter for letter in lines if letter >= " " or letter in "\t\n").replace("\n", r"\n")


def _folded(line: str) -> str:
    """A line in pieces of 75 bytes at most, none of them ending within a letter."""
    pieces, start, size = [], 0, 0
    for place, letter in enumerate(line):
        wide = len(letter.encode())
        if size + wide > _WIDEST_LINE:
            pieces.append(line[start:place])
            start, size = place, 1  # for the space at its beginning
        size += wide
    return "\r\n ".join([*pieces, line[start:]])
