"""People as a table for spreadsheets.

CSV has one row a person, in UTF-8 with its mark, as spreadsheets want it, under these columns:

    Name, Other names                 what they are called; other names of theirs
    Circle, Rhythm (days)             1, 2 or 3; every how many days, 0 for never, empty for what the circle says
    Language, Register                fr or en; tu or vous
    Company, Position, Birthday       1980-04-12, or --04-12 without its year
    How we met, Met on, In common     in words; 2019, 2019-06 or 2019-06-14; in words
    Note, Tags, Goals                 in words; each a word; what you wish to do together
    E-mails, Phones                   addresses
    Blogs                             the addresses of feeds
    Mastodon, Bluesky, LinkedIn, X    user@host; handle (DID); the page; handle, or id: and a number
    Pages                             all other addresses
    Last contact                      a day; it is shown, and not read back

Several values in a cell are separated by " ; "; a semicolon or backslash in one of them has a backslash before it. A cell that
a spreadsheet would run begins with an apostrophe, which is no part of it.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from engage import addresses
from engage.addresses import host_of
from engage.carrying.out import by_person
from engage.contacts import tables
from engage.contacts.cards import Book, Card, Unread
from engage.model import (
    Address,
    Identity,
    Person,
)
from feeds.address import is_web, without_secret
from feeds.errors import N_

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engage.store import Store

_BIRTHDAY = re.compile(r"(?:\d{4}-|--)\d\d-\d\d")
_DAY = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_LONGEST_START = 60
_AMISS = N_("This is not what should stand here; it is left out.")
_NOBODY = N_("There is neither a name nor an address here.")


_COLUMNS = (
    *("Name", "Other names", "Circle", "Rhythm (days)", "Language", "Register", "Company", "Position"),
    *("Birthday", "How we met", "Met on", "In common", "Note", "Tags", "Goals", "E-mails", "Phones", "Blogs"),
    *("Mastodon", "Bluesky", "LinkedIn", "X", "Pages", "Last contact"),
)
_KIND_OF = {
    "E-mails": "email",
    "Phones": "phone",
    "Blogs": "blog",
    "Mastodon": "mastodon",
    "Bluesky": "bluesky",
    "LinkedIn": "linkedin",
    "X": "x",
    "Pages": "link",
}
_EXTRA = {
    "circle": "Circle",
    "every": "Rhythm (days)",
    "register": "Register",
    "met": "How we met",
    "met_on": "Met on",
    "common": "In common",
}
_FITS = {
    "Circle": re.compile("[123]"),
    "Rhythm (days)": re.compile(r"\d{1,5}"),
    "Register": re.compile("tu|vous"),
    "Met on": _DAY,
    "Birthday": _BIRTHDAY,
    "Language": re.compile("fr|en"),
}
# What a spreadsheet takes for the beginning of a formula, in its wide forms too.
_RUNS = "=@+-\t\r\n＝＠＋－"
_PHONE = re.compile(r"\+\d[\d ().-]{4,}(?: ; [+\d][\d ().-]{4,})*")
_BEHIND = re.compile(r"\((did:[^()\s]+)\)$")


def to_csv(store: Store) -> bytes:
    """Everyone, one row each, as a table that spreadsheets open."""
    held, last = by_person(store.identities()), store.last_contacts()
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(_COLUMNS)
    for person in sorted(store.people(), key=lambda one: one.id):
        contact = last.get(person.id)
        row = _row_of(person, held.get(person.id, ())) | {
            "Last contact": contact.date().isoformat() if contact else ""
        }
        writer.writerow([_harmless(row[name]) for name in _COLUMNS])
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def _row_of(person: Person, held: Iterable[Identity]) -> dict[str, str]:
    listed: dict[str, list[str]] = {name: [] for name in _KIND_OF}
    for identity in held:
        listed[next(name for name, kind in _KIND_OF.items() if kind == identity.kind)].append(shown(identity))
    return {
        "Name": person.name,
        "Other names": _listed(person.also),
        "Circle": str(person.circle),
        "Rhythm (days)": "" if person.every is None else str(person.every.days),
        "Language": person.language,
        "Register": person.register,
        "Company": person.company,
        "Position": person.position,
        "Birthday": person.birthday,
        "How we met": person.met,
        "Met on": person.met_on,
        "In common": person.common,
        "Note": person.note,
        "Tags": _listed(person.tags),
        "Goals": _listed(person.goals),
        **{name: _listed(values) for name, values in listed.items()},
    }


def shown(identity: Identity) -> str:
    """An address as people write it, and as it can be read again."""
    if identity.kind == "bluesky":
        named = identity.label and not identity.label.startswith("did:")
        return f"{identity.label} ({identity.address})" if named else identity.address
    if identity.kind == "linkedin":
        return f"https://www.linkedin.com/in/{identity.address}/"
    label = identity.label.removeprefix("@")
    if identity.kind in {"phone", "x"}:  # written with spaces, with capitals
        read_back = addresses.read(label, identity.kind)
        return label if read_back and read_back.address == identity.address else identity.address
    return identity.address


def _listed(values: Iterable[str]) -> str:
    return " ; ".join(re.sub(r"([\\;])", r"\\\1", " ".join(value.split())) for value in values)


def _several(cell: str) -> list[str]:
    r"""The values of a cell that holds several.

    >>> _several(r"haies ; un\; deux")
    ['haies', 'un; deux']
    """
    parts = re.findall(r"(?:\\.|[^;\\]|\\$)+", cell, re.DOTALL)
    return [said for part in parts if (said := re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL).strip())]


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet runs: with an apostrophe before it, where it would."""
    runs = cell.startswith(tuple(_RUNS)) and not _PHONE.fullmatch(cell)
    return f"'{cell}" if runs or (cell[:1] == "'" and cell[1:].startswith(("'", *_RUNS))) else cell


def _as_written(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(("'", *_RUNS)) else cell


def from_csv(content: bytes) -> Book | None:
    """The people of a table that `to_csv` wrote, whatever was done to it since; None when it is none."""
    table = tables.table(content, dict.fromkeys(_COLUMNS, ()), ("Name", "Circle", "Rhythm (days)"))
    if table is None:
        return None
    unread: list[Unread] = []
    cards = [_card(row, table, unread) for row in table.rows]
    return Book("Nouvelles", tuple(card for card in cards if card), unread=tuple(unread))


def _card(row: tables.Row, table: tables.Table, unread: list[Unread]) -> Card | None:
    told = {name: _as_written(tables.cell(row, table, name)) for name in _COLUMNS}
    for name, fits in _FITS.items():
        told[name] = told[name].strip()
        if told[name] and not fits.fullmatch(told[name]):
            unread.append(Unread(row.line, _AMISS, f"{told['Name']}: {name} = {told[name]}"[:_LONGEST_START]))
            told[name] = ""
    held: list[Address] = []
    for name, kind in _KIND_OF.items():
        for typed in _several(told[name]):
            if address := _read_as(typed, kind):
                held.append(address)
            else:
                unread.append(Unread(row.line, _AMISS, f"{told['Name']}: {name} = {typed}"[:_LONGEST_START]))
    if not told["Name"].strip() and not held:
        unread.append(Unread(row.line, _NOBODY, ", ".join(filter(None, row.cells))[:_LONGEST_START]))
        return None
    extra = {name: told[column] for name, column in _EXTRA.items() if told[column]}
    if goals := _several(told["Goals"]):
        extra["goals"] = "\n".join(goals)
    return Card(
        row.line,
        told["Name"].strip(),
        tuple(dict.fromkeys(held)),
        tuple(_several(told["Other names"])),
        told["Company"],
        told["Position"],
        told["Birthday"],
        told["Note"],
        tuple(_several(told["Tags"])),
        told["Language"],
        extra=extra,
    )


def _read_as(typed: str, kind: str) -> Address | None:
    """An address as it stands in a column of its kind."""
    if kind == "bluesky" and (behind := _BEHIND.search(typed)):
        found = addresses.read(behind[1])
        return replace(found, label=typed[: behind.start()].strip()) if found else None
    if kind == "bluesky" and not typed.startswith("did:") and "/" not in typed:
        return addresses.read(f"https://bsky.app/profile/{typed.removeprefix('@')}")
    if kind == "blog" or (kind == "link" and is_web(typed)):
        url = without_secret(typed if is_web(typed) else f"https://{typed}")
        place = host_of(url).removeprefix("www.")
        known = addresses.read(url) if kind == "link" else None
        if known and known.kind in {"linkedin", "x", "bluesky"}:  # pasted into the wrong column
            return known
        return Address("blog" if kind == "blog" else "link", url, place, url) if place else None
    return addresses.read(typed, kind)
