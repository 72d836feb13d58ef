"""Keeps people and their addresses."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engage import addresses
from engage.errors import AmbiguousPerson, UnknownPerson
from engage.naming import answering, fold
from engage.stored.rows import columns_of, identity_of, person_columns, person_of, stamp
from feeds.file import writing

if TYPE_CHECKING:
    import sqlite3

    from engage.model import Identity, Person

_NUMBER = re.compile(r"#(\d{1,18})")
_MOST_CHOICES = 8
_LEAST_PART = 4


class People:
    """People and identities in a file."""

    connection: sqlite3.Connection

    def add_person(self, person: Person) -> Person:
        """Keep a new person; returns them with their number."""
        columns = person_columns(person)
        names, places = ", ".join(columns), ", ".join("?" for _ in columns)
        with writing(self.connection):
            cursor = self.connection.execute(
                f"insert into people ({names}) values ({places})",  # noqa: S608 - column names come from our own code
                tuple(columns.values()),
            )
        return replace(person, id=int(cursor.lastrowid or 0))

    def change_person(self, person_id: int, **fields: Any) -> Person:
        """Change what is known of a person: fields of `Person`, by their names."""
        columns = columns_of(**fields)
        if columns:
            assignments = ", ".join(f"{name} = ?" for name in columns)
            with writing(self.connection):
                self.connection.execute(
                    f"update people set {assignments} where id = ?",  # noqa: S608 - column names come from our own code
                    (*columns.values(), person_id),
                )
        return self.person(person_id)

    def person(self, person_id: int) -> Person:
        """One person by their number; of two who were merged the older number leads to both.

        Raises:
            UnknownPerson: there is nobody (any more).

        """
        row = self.connection.execute(
            "with recursive them(id, merged_into) as (select id, merged_into from people where id = ? "
            "union select p.id, p.merged_into from people p join them t on p.id = t.merged_into) "
            "select * from people where id = (select id from them where merged_into is null)",
            (person_id,),
        ).fetchone()
        if row is None:
            raise UnknownPerson(name=str(person_id))
        return person_of(row)

    def people(self) -> list[Person]:
        """Everyone, by name."""
        rows = self.connection.execute("select * from people where merged_into is null").fetchall()
        return sorted((person_of(row) for row in rows), key=lambda person: fold(person.name))

    def find_person(self, typed: str) -> Person:
        """The one person meant by a name as people type it: whole, in part, without accents, with a slip, or by an address.

        Raises:
            UnknownPerson: nobody answers to it.
            AmbiguousPerson: several do; the sentence names them.

        """
        found = self.find_people(typed)
        if not found:
            raise UnknownPerson(name=typed)
        if len(found) > 1:
            choices = [f"{person.name} (#{person.id})" for person in found[:_MOST_CHOICES]]
            more = ["…"] if len(found) > _MOST_CHOICES else []
            raise AmbiguousPerson(name=typed, choices=", ".join([*choices, *more]))
        return found[0]

    def find_people(self, typed: str) -> list[Person]:
        """Everyone who may be meant, by name: one, several or nobody. `#12` is whoever has that number."""
        if number := _NUMBER.fullmatch(typed.strip()):
            return [self.person(int(number[1]))]
        everyone = {person.id: person for person in self.people()}
        whole = [person for person in everyone.values() if fold(person.name) == fold(typed) != ""]
        if whole:
            return whole
        if holders := self._at(typed):
            return [person for person in everyone.values() if person.id in holders]
        called = {person.id: [fold(person.name), *map(fold, person.also)] for person in everyone.values()}
        found = answering(typed, called) or self._at_part(typed)
        return [everyone[number] for number in found if number in everyone]

    def _at(self, typed: str) -> set[int]:
        """Those who have what was typed as an address or its label."""
        address = typed.strip().removeprefix("@").casefold()
        if not address:
            return set()
        rows = self.connection.execute(
            "select person_id from identities where ? in (lower(address), lower(ltrim(label, '@')))",
            (address,),
        )
        found = {row[0] for row in rows}
        if not found and (read := addresses.read(typed)):
            known = addresses.key(read.kind, read.address)
            rows = self.connection.execute(
                "select person_id, kind, address from identities where kind = ?", (read.kind,)
            )
            found = {row[0] for row in rows if addresses.key(row[1], row[2]) == known}
        return found

    def _at_part(self, typed: str) -> list[int]:
        """Those in whose addresses what was typed stands, where it is long enough to mean one."""
        part = typed.strip().casefold()
        if len(part) < _LEAST_PART:
            return []
        rows = self.connection.execute(
            "select distinct person_id from identities where instr(lower(address || ' ' || label), ?) > 0",
            (part,),
        )
        return [row[0] for row in rows]

    # --- identities ---

    def add_identity(self, identity: Identity) -> bool:
        """Keep an address of a person; false when it was known already. One that is fetched from now on learns so."""
        # Names of accounts on Mastodon know no capitals, and gestures are found by them.
        address = identity.address.lower() if identity.kind == "mastodon" else identity.address
        with writing(self.connection):
            known = self.connection.execute(
                "select 1 from identities where +person_id = ? and source_id = ? union all "
                # Else the planner takes another index, and a person of many mailboxes a quadratic time.
                "select 1 from identities indexed by idx_identities_email "
                "where person_id = ? and kind = 'email' and lower(address) = lower(?) and ? = 'email'",
                (identity.person_id, identity.source_id, identity.person_id, address, identity.kind),
            ).fetchone()
            if known:
                return False
            cursor = self.connection.execute(
                "insert into identities (person_id, kind, address, label, url, source_id, evidence, since) "
                "values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
                (
                    identity.person_id,
                    identity.kind,
                    address,
                    identity.label,
                    identity.url,
                    identity.source_id,
                    identity.evidence,
                    stamp(identity.since),
                ),
            )
            added = cursor.rowcount > 0
            if not added:
                self.connection.execute(
                    "update identities set source_id = coalesce(source_id, ?) where person_id = ? and kind = ? and address = ?",
                    (identity.source_id, identity.person_id, identity.kind, address),
                )
        return added

    def identities(self, person_id: int | None = None) -> list[Identity]:
        """All identities, or one person's, in the order in which they were added."""
        # A source may have moved since: what is fetched is where the person is.
        rows = self.connection.execute(
            "select i.id, i.person_id, i.kind, coalesce(s.address, i.address) as address, i.label, i.url, i.source_id, "
            "i.evidence, i.since from identities i left join sources s on s.id = i.source_id "
            "where ? is null or person_id = ? order by i.id",
            (person_id, person_id),
        )
        return [identity_of(row) for row in rows]

    def change_identity(self, identity_id: int, **columns: Any) -> None:
        """Change what is known of an address: its `label`, `url`, `evidence` or `source_id`."""
        assignments = ", ".join(f"{name} = ?" for name in columns)
        with writing(self.connection):
            self.connection.execute(
                f"update identities set {assignments} where id = ?",  # noqa: S608 - column names come from our own code
                (*columns.values(), identity_id),
            )

    def drop_identity(self, identity_id: int) -> None:
        """Forget that an address is somebody's."""
        with writing(self.connection):
            self.connection.execute("delete from identities where id = ?", (identity_id,))
