"""Reads the CSV that Google Contacts exports, in the headers of before and after 2023. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engage import addresses
from engage.contacts.cards import Book, Card, Unread
from engage.contacts.tables import cell, table
from engage.contacts.vcard import birthday, emails, knows, profile, tags, without_titles
from engage.naming import fold
from feeds.errors import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engage.contacts.tables import Row, Table
    from engage.model import Address

_COLUMNS = {
    "name": ("Nom complet",),
    "first": ("First Name", "Given Name", "Prénom"),
    "middle": ("Middle Name", "Additional Name", "Deuxième prénom"),
    "last": ("Last Name", "Family Name", "Nom", "Nom de famille"),
    "prefix": ("Name Prefix", "Préfixe", "Préfixe du nom"),
    "suffix": ("Name Suffix", "Suffixe", "Suffixe du nom"),
    "nickname": ("Surnom", "Pseudo"),
    "filed": ("File As", "Classer sous"),
    "company": (
        *("Organization Name", "Organization 1 - Name"),
        *("Nom de l’organisation", "Nom de l'organisation", "Entreprise", "Organisation 1 - Nom"),
    ),
    "position": (
        *("Organization Title", "Organization 1 - Title"),
        *("Fonction", "Poste", "Titre dans l'organisation", "Organisation 1 - Titre"),
    ),
    "occupation": ("Profession",),
    "birthday": ("Anniversaire", "Date de naissance"),
    "notes": ("Note", "Remarques"),
    "language": ("Langue",),
    "labels": ("Group Membership", "Libellés", "Étiquettes", "Groupes"),
}
# "E-mail 1 - Value", as `fold` writes it.
_NUMBERED = re.compile(r"(?P<sort>[a-z ]+?) (?P<number>\d{1,3}) (?P<part>[a-z]+)", re.ASCII)
_SORTS = {
    **dict.fromkeys(("e mail", "email", "courriel", "adresse e mail"), "email"),
    **dict.fromkeys(("phone", "telephone"), "phone"),
    **dict.fromkeys(("website", "site web", "site internet"), "page"),
    **dict.fromkeys(("im", "chat", "messagerie", "messagerie instantanee"), "chat"),
    **dict.fromkeys(("custom field", "champ personnalise"), "own"),
}
_PARTS = {
    **dict.fromkeys(("label", "type", "libelle"), "label"),
    **dict.fromkeys(("value", "valeur"), "value"),
    "service": "service",
}
_SEVERAL = " ::: "
_PREFERRED = "*"
_NO_VOICE = re.compile(r"fax|pager|bip", re.IGNORECASE)
_MOST_LETTERS = 200
_LONGEST_ADDRESS = 2_000
_START = 80

_NOBODY = N_("This row holds neither a name nor an address.")
_NO_EMAIL = N_("This is no e-mail address. The rest of the row was read.")
_COMPANIES = N_("Companies without a person’s name are left out: {count}.")


@dataclass(frozen=True, slots=True)
class _Numbered:
    """Where something stands that a person may have several of, and what is said of it."""

    sort: str
    value: int
    label: int = -1
    service: int = -1


def read(content: bytes) -> Book | None:
    """What an export of Google Contacts tells; None when the file is something else."""
    found = table(content, _COLUMNS, ("first", "labels"))
    numbered = _numbered(found.header) if found else []
    if found is None or not (numbered or found.columns.keys() & {"prefix", "filed"}):
        return None
    cards, unread, companies = list[Card](), list[Unread](), 0
    for row in found.rows:
        held = list(_addresses(row, numbered, unread))
        card = _card(row, found, tuple(dict.fromkeys(held)))
        if not card.name and card.company:
            companies += 1
        elif card.name or card.addresses:
            cards.append(card)
        else:
            unread.append(Unread(row.line, _NOBODY, _start(row)))
    remarks = (_COMPANIES.format(count=companies),) if companies else ()
    return Book("Google", tuple(cards), (), tuple(unread), remarks)


def _numbered(header: tuple[str, ...]) -> list[_Numbered]:
    """The columns that are numbered, brought together: value, label and service of the same."""
    places: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for place, name in enumerate(header):
        told = _NUMBERED.fullmatch(fold(name)) if len(name) < _START else None
        if told and told["sort"] in _SORTS and told["part"] in _PARTS:
            places[_SORTS[told["sort"]], told["number"]].setdefault(_PARTS[told["part"]], place)
    return [_Numbered(sort, **parts) for (sort, _), parts in places.items() if "value" in parts]


def _card(row: Row, found: Table, held: tuple[Address, ...]) -> Card:
    def told(name: str) -> str:
        return " ".join(cell(row, found, name).split())[:_MOST_LETTERS].strip()

    parts = (told("last"), told("first"), told("middle"), told("prefix"), told("suffix"))
    whole = " ".join(filter(None, (parts[1], parts[2], parts[0])))
    called = without_titles(told("name"), parts) or whole
    also = tuple(dict.fromkeys(_several(told("nickname"))))
    company = next(_several(told("company")), "")
    position = next(_several(told("position")), "") or told("occupation")
    if not called or addresses.email(called):
        called = next(iter(also), "" if company else told("filed"))
    language = told("language")[:2].lower()
    return Card(
        row.line,
        called,
        held,
        tuple(name for name in also if name != called),
        company,
        position,
        birthday(told("birthday")),
        cell(row, found, "notes").replace("\r\n", "\n").strip(),
        tags(_several(cell(row, found, "labels"))),
        language if language.isalpha() and language.isascii() else "",
    )


def _several(cell: str) -> Iterator[str]:
    """The values in one cell."""
    return (value for part in cell.split(_SEVERAL) if (value := " ".join(part.split())))


def _addresses(row: Row, numbered: list[_Numbered], unread: list[Unread]) -> Iterator[Address]:
    """Every address in a row, the preferred ones first."""

    def cell_at(place: int) -> str:
        return row.cells[place] if 0 <= place < len(row.cells) else ""

    for one in sorted(numbered, key=lambda one: not cell_at(one.label).startswith(_PREFERRED)):
        label = cell_at(one.label).removeprefix(_PREFERRED).strip()
        for value in _several(cell_at(one.value)):
            found = _read(one.sort, value.replace("\\:", ":"), label, cell_at(one.service))
            if one.sort == "email" and not found:
                unread.append(Unread(row.line, _NO_EMAIL, value[:_START]))
            yield from found


def _read(sort: str, value: str, label: str, service: str) -> list[Address]:
    if sort == "email":
        return emails(value)
    if len(value) > _LONGEST_ADDRESS or (sort == "phone" and _NO_VOICE.search(label)):
        return []
    if sort == "phone":
        found = addresses.phone(value)
    elif sort == "page":
        found = profile(label, value) or addresses.read(value)
    else:  # of a field of one's own the label says what it is, or it is none of ours
        found = profile(service or label, value) if sort == "chat" or knows(label) else None
    return [found] if found else []


def _start(row: Row) -> str:
    return " ".join(filter(None, (cell[:_START].strip() for cell in row.cells)))[:_START]
