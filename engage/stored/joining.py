"""Makes one person of two, and two of one, each the exact opposite of the other; and erases one without a trace.

All that a merge or a split moves is written down beside it: to undo it puts every row back where it was. What came since stays
with whom it came to.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Literal

from engage import addresses
from engage.errors import NothingToSplit, SamePerson, UnknownPerson
from engage.joining import joined, pair_key
from engage.model import Person, Question
from engage.naming import fold, mark_of
from engage.stored.people import People
from engage.stored.questions import Questions
from engage.stored.rows import columns_of, person_columns, person_of, stamp
from feeds.address import is_web
from feeds.errors import N_
from feeds.file import writing

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from engage.model import Identity
    from feeds.store import Store as FeedsStore

# Every column that names a person.
_NAMED = (
    ("identities", "person_id"),
    ("engagements", "person_id"),
    ("drafts", "person_id"),
    ("questions", "person_id"),
    ("questions", "other_id"),
    ("relations", "person_id"),
    ("relations", "other_id"),
)
_TABLES = tuple(dict.fromkeys(table for table, _ in _NAMED))
_SPLIT_BY_HAND = N_("you told them apart")


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased of somebody, counted."""

    addresses: int = 0
    engagements: int = 0
    drafts: int = 0
    sources: int = 0
    posts: int = 0


class Joining(People, Questions):
    """Merging, splitting and forgetting in a file."""

    feeds: FeedsStore

    # --- merging ---

    def merge(self, kept_id: int, gone_id: int, now: datetime, evidence: str = "") -> Person:
        """Make one person of two; returns that one. If they were told apart before, that is undone first.

        Raises:
            SamePerson: they are one already.

        """
        with writing(self.connection):
            kept, gone = self.person(kept_id), self.person(gone_id)
            if kept.id == gone.id:
                raise SamePerson(person=kept.name)
            apart = self._joining("split", kept.id, gone.id) or self._joining("split", gone.id, kept.id)
            if apart is not None:
                kept, gone = self.person(apart["kept_id"]), self.person(apart["gone_id"])
                self._put_back(apart)
                if not self._has_more(gone.id, apart):
                    self.connection.execute("delete from people where id = ?", (gone.id,))
                    return self.person(kept.id)
                gone = self.person(gone.id)
            before = self._columns(kept.id)
            self.withdraw([pair_key(kept.id, gone.id)])
            moved = self._move(gone.id, kept.id, {})
            whole = joined(kept, gone)
            self.connection.execute("update people set merged_into = ? where id = ?", (kept.id, gone.id))
            changed = {f.name: getattr(whole, f.name) for f in fields(Person) if f.name != "id"}
            self.change_person(kept.id, **changed)
            self._note(
                "merge",
                kept.id,
                gone.id,
                {**moved, "before": before, "after": self._columns(kept.id)},
                evidence,
                now,
            )
            return self.person(kept.id)

    def merged(self, person_id: int) -> list[tuple[int, str, str]]:
        """Who was merged into somebody, the latest first: their number, their name, and why."""
        rows = self.connection.execute(
            "select p.id, p.name, j.evidence from joinings j join people p on p.id = j.gone_id "
            "where j.kind = 'merge' and j.kept_id = ? order by j.id desc",
            (person_id,),
        )
        return [(row[0], row[1], row[2]) for row in rows]

    def split(self, person_id: int, now: datetime, other_id: int | None = None) -> tuple[Person, Person]:
        """Undo a merge, the latest or that of `other_id`; returns both people. They are not made one again by themselves.

        Raises:
            NothingToSplit: nobody was merged into them.

        """
        with writing(self.connection):
            row = self._joining("merge", person_id, other_id)
            if row is None:
                raise NothingToSplit(person=self.person(person_id).name)
            self.connection.execute("update people set merged_into = null where id = ?", (row["gone_id"],))
            self._put_back(row)
            self._tell_apart(row["kept_id"], row["gone_id"], now)
            return self.person(row["kept_id"]), self.person(row["gone_id"])

    def split_off(
        self, person_id: int, identity_ids: Collection[int], name: str, now: datetime
    ) -> tuple[Person, Person]:
        """Make a new person of some addresses of another one, with what passed there; returns both."""
        with writing(self.connection):
            kept = self.person(person_id)
            fresh = Person(0, name, kept.circle, now, kept.register, kept.language)
            gone = self.add_person(fresh)
            chosen = self._of_addresses(kept.id, identity_ids)
            moved = self._move(kept.id, gone.id, chosen)
            self._note(
                "split", kept.id, gone.id, {**moved, "made": self._columns(gone.id)}, _SPLIT_BY_HAND, now
            )
            self._tell_apart(kept.id, gone.id, now)
            return self.person(kept.id), self.person(gone.id)

    def _tell_apart(self, first: int, second: int, now: datetime) -> None:
        key = pair_key(first, second)
        self.withdraw([key])
        self.ask([Question(0, first, key, "weak", _SPLIT_BY_HAND, now, other_id=second, answer="no")])

    def _of_addresses(self, person_id: int, identity_ids: Collection[int]) -> dict[str, list[int]]:
        """The rows that go with some addresses of a person: what passed there, and letters about what was published there."""
        mine = [identity for identity in self.identities(person_id) if identity.id in identity_ids]
        left = [identity for identity in self.identities(person_id) if identity.id not in identity_ids]
        values = {
            "person": person_id,
            "sources": json.dumps(
                [identity.source_id for identity in mine if identity.source_id is not None]
            ),
            "accounts": json.dumps([f"{identity.kind} {identity.address}" for identity in mine]),
            # What a file told of a network is of the only account that they have there.
            "channels": json.dumps(
                list({identity.kind for identity in mine} - {identity.kind for identity in left})
            ),
        }
        about = "piece in (select id from posts where source_id in (select value from json_each(:sources)))"
        passed = self.connection.execute(
            "select id from engagements where person_id = :person and "  # noqa: S608 - a condition of our own
            f"({about} or key in (select network || ' ' || key from gestures where network || ' ' || other in "
            "(select value from json_each(:accounts))) "
            "or key is not null and piece is null and channel in (select value from json_each(:channels)))",
            values,
        ).fetchall()
        letters = self.connection.execute(
            f"select id from drafts where person_id = :person and {about}",  # noqa: S608 - as above
            values,
        ).fetchall()
        return {
            "identities": [identity.id for identity in mine],
            "engagements": [row[0] for row in passed],
            "drafts": [row[0] for row in letters],
        }

    # --- moving rows, and putting them back ---

    def _move(self, source: int, target: int, only: Mapping[str, Collection[int]]) -> dict[str, Any]:
        """Lay one person's rows to another one, all or only some of them; returns what it takes to put them back.

        A row of which the other has the same already is taken out, and kept whole in the answer.
        """
        snapshot = {table: self._rows(table, source, only) for table in _TABLES}
        moved = {
            f"{table} {column}": [row["id"] for row in snapshot[table].values() if row[column] == source]
            for table, column in _NAMED
        }
        heard = self._let_hear(source, target) if not only else []
        for table, column in _NAMED:
            numbers = json.dumps(moved[f"{table} {column}"])
            self.connection.execute(
                f"update or ignore {table} set {column} = ? where id in (select value from json_each(?))",  # noqa: S608 - names of our own
                (target, numbers),
            )
            self.connection.execute(
                f"delete from {table} where {column} = ? and id in (select value from json_each(?))",  # noqa: S608 - as above
                (source, numbers),
            )
        for table in ("relations", "questions"):
            self.connection.execute(f"delete from {table} where person_id = other_id")  # noqa: S608 - as above
        saved = {
            table: [row for number, row in rows.items() if not self._is_there(table, number)]
            for table, rows in snapshot.items()
        }
        return {"from": source, "to": target, "moved": moved, "saved": saved, "heard": heard}

    def _rows(
        self, table: str, person_id: int, only: Mapping[str, Collection[int]]
    ) -> dict[int, dict[str, Any]]:
        columns = [column for name, column in _NAMED if name == table]
        where = " or ".join(f"{column} = :person" for column in columns)
        rows = self.connection.execute(f"select * from {table} where {where}", {"person": person_id})  # noqa: S608 - as above
        wanted = set(only.get(table, ())) if only else None
        return {row["id"]: dict(row) for row in rows if wanted is None or row["id"] in wanted}

    def _is_there(self, table: str, number: int) -> bool:
        found = self.connection.execute(f"select 1 from {table} where id = ?", (number,))  # noqa: S608 - as above
        return found.fetchone() is not None

    def _let_hear(self, source: int, target: int) -> list[list[Any]]:
        """An address that both have is fetched from now on if one of them had it fetched; returns what that changed."""
        rows = self.connection.execute(
            "select mine.id, theirs.source_id from identities mine join identities theirs "
            "on mine.kind = theirs.kind and mine.address = theirs.address "
            "where mine.person_id = ? and theirs.person_id = ? and mine.source_id is null and theirs.source_id is not null",
            (target, source),
        ).fetchall()
        for row in rows:
            self.connection.execute("update identities set source_id = ? where id = ?", (row[1], row[0]))
        return [[row[0], row[1]] for row in rows]

    def _put_back(self, joining: sqlite3.Row) -> None:
        """Undo what a merge or a split moved, as far as it still is where it was put."""
        told = json.loads(joining["moved"])
        for number, source_id in told["heard"]:
            self.connection.execute(
                "update identities set source_id = null where id = ? and source_id = ?", (number, source_id)
            )
        for table, column in _NAMED:
            self.connection.execute(
                f"update or ignore {table} set {column} = ? where {column} = ? and id in (select value from json_each(?))",  # noqa: S608 - names of our own
                (told["from"], told["to"], json.dumps(told["moved"][f"{table} {column}"])),
            )
        for table, rows in told["saved"].items():
            for row in rows:
                self._restore(table, row, told["from"])
        if "before" in told:
            now = self._columns(joining["kept_id"])
            back = {
                name: value
                for name, value in told["before"].items()
                if now[name] == told["after"][name] and now[name] != value
            }
            if "also" not in back:  # changed since: but the name of who goes goes with them
                gone = fold(self._columns(joining["gone_id"])["name"])
                left = [name for name in json.loads(now["also"]) if fold(name) != gone]
                had = [name for name in json.loads(told["before"]["also"]) if fold(name) == gone]
                back |= columns_of(also=[*left, *had])
            self._write_columns(joining["kept_id"], back)
        self.connection.execute("delete from joinings where id = ?", (joining["id"],))
        self.withdraw([pair_key(joining["kept_id"], joining["gone_id"])])

    def _restore(self, table: str, saved: Mapping[str, Any], back: int) -> None:
        """Put a row back that a merge took out: to who they are by now whom it names, unless they are no more."""
        row = dict(saved)
        for name, column in _NAMED:
            if name == table and row[column] not in {None, back}:
                row[column] = self._live(row[column])
                if row[column] is None:
                    return
        if row.get("source_id") is not None and not self._is_there("sources", row["source_id"]):
            row["source_id"] = None
        if table in {"relations", "questions"} and row["person_id"] == row["other_id"]:
            return
        names, places = ", ".join(row), ", ".join("?" for _ in row)
        self.connection.execute(
            f"insert or ignore into {table} ({names}) values ({places})",  # noqa: S608 - names of our own
            tuple(row.values()),
        )

    def _live(self, person_id: int) -> int | None:
        """Who somebody is by now; None when they were forgotten."""
        try:
            return self.person(person_id).id
        except UnknownPerson:
            return None

    def _has_more(self, person_id: int, apart: sqlite3.Row) -> bool:
        """Whether somebody who was split off has gained anything since of their own."""
        if self._columns(person_id) != json.loads(apart["moved"])["made"]:
            return True
        rows = any(self._rows(table, person_id, {}) for table in _TABLES)
        return rows or self._joining("merge", person_id, None) is not None

    def _columns(self, person_id: int) -> dict[str, Any]:
        row = self.connection.execute("select * from people where id = ?", (person_id,)).fetchone()
        return person_columns(person_of(row))

    def _write_columns(self, person_id: int, columns: Mapping[str, Any]) -> None:
        for name, value in columns.items():
            self.connection.execute(f"update people set {name} = ? where id = ?", (value, person_id))  # noqa: S608 - as above

    def _note(
        self,
        kind: Literal["merge", "split"],
        kept: int,
        gone: int,
        moved: Mapping[str, Any],
        evidence: str,
        now: datetime,
    ) -> None:
        self.connection.execute(
            "insert into joinings (kind, kept_id, gone_id, at, evidence, moved) values (?, ?, ?, ?, ?, ?)",
            (kind, kept, gone, stamp(now), evidence, json.dumps(moved, ensure_ascii=False)),
        )

    def _joining(self, kind: str, kept: int, gone: int | None) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self.connection.execute(
            "select * from joinings where kind = ? and kept_id = ? and (? is null or gone_id = ?) order by id desc limit 1",
            (kind, kept, gone, gone),
        ).fetchone()
        return row

    # --- forgetting ---

    def forget(self, person_id: int, now: datetime, *, do_not_contact: bool = False) -> Erased:
        """Erase somebody, and all that is theirs alone; returns what that was.

        With `do_not_contact` marks stay by which they are recognised, so that nothing ever proposes them again.
        """
        with writing(self.connection):
            person = self.person(person_id)
            theirs = self.identities(person.id)
            if do_not_contact:
                self.remember_to_forget(marks_of(person, theirs), now)
            self.connection.execute("pragma secure_delete = on")
            everyone = self._with_merged(person.id)
            sources = self._theirs_alone(theirs)
            erased = Erased(
                len(theirs),
                self._count("engagements", everyone),
                self._count("drafts", everyone),
                len(sources),
            )
            self._erase_rows(everyone, sources)
            self._erase_mentions(everyone, marks_of(person, theirs))
            accounts = [(i.kind, i.address) for i in theirs if i.kind in {"mastodon", "bluesky"}]
            posts = self.feeds.erase(sources, accounts)
        self.feeds.sweep()
        return replace(erased, posts=posts)

    def _with_merged(self, person_id: int) -> str:
        """The numbers of a person and of all who were merged into them, as a JSON list."""
        rows = self.connection.execute(
            "with recursive them(id) as (select ? union select p.id from people p join them t on p.merged_into = t.id) "
            "select id from them",
            (person_id,),
        )
        return json.dumps([row[0] for row in rows])

    def _theirs_alone(self, theirs: Iterable[Identity]) -> list[int]:
        mine = {
            identity.source_id: identity.person_id for identity in theirs if identity.source_id is not None
        }
        shared = {
            i.source_id for i in self.identities() if i.source_id in mine and i.person_id != mine[i.source_id]
        }
        return [source for source in mine if source not in shared]

    def _count(self, table: str, everyone: str) -> int:
        row = self.connection.execute(
            f"select count(*) from {table} where person_id in (select value from json_each(?))",  # noqa: S608 - as above
            (everyone,),
        ).fetchone()
        return int(row[0])

    def _erase_rows(self, everyone: str, sources: Collection[int]) -> None:
        of_posts = "(select id from posts where source_id in (select value from json_each(?)))"
        numbers = json.dumps(list(sources))
        for table in ("shown", "openings"):
            self.connection.execute(f"delete from {table} where piece in {of_posts}", (numbers,))  # noqa: S608 - as above
        self.connection.execute(
            "delete from draft_texts where draft_id in "
            "(select id from drafts where person_id in (select value from json_each(?)))",
            (everyone,),
        )
        for table, column in _NAMED:
            self.connection.execute(
                f"delete from {table} where {column} in (select value from json_each(?))",  # noqa: S608 - as above
                (everyone,),
            )
        # What was written to somebody else about a piece of theirs is that one's.
        for table in ("drafts", "engagements"):
            self.connection.execute(f"update {table} set piece = null where piece in {of_posts}", (numbers,))  # noqa: S608 - as above
        self.connection.execute(
            "delete from joinings where kept_id in (select value from json_each(:them)) "
            "or gone_id in (select value from json_each(:them))",
            {"them": everyone},
        )
        self.connection.execute(
            "delete from people where id in (select value from json_each(?))", (everyone,)
        )

    def _erase_mentions(self, everyone: str, keys: Collection[str]) -> None:
        """Erase what is kept of somebody beside others: questions about their addresses, and what merges would put back."""
        asked = self.connection.execute("select id, about from questions where about <> ''").fetchall()
        theirs = [row["id"] for row in asked if addresses.key(*_kind_and_address(row["about"])) in keys]
        self.connection.execute(
            "delete from questions where id in (select value from json_each(?))", (json.dumps(theirs),)
        )
        numbers = set(json.loads(everyone))
        for row in self.connection.execute("select id, moved from joinings").fetchall():
            told = json.loads(row["moved"])
            for table, rows in told["saved"].items():
                columns = [column for name, column in _NAMED if name == table]
                told["saved"][table] = [r for r in rows if not numbers & {r[c] for c in columns}]
            self.connection.execute(
                "update joinings set moved = ? where id = ?",
                (json.dumps(told, ensure_ascii=False), row["id"]),
            )


def _kind_and_address(about: str) -> tuple[str, str]:
    told = json.loads(about)
    return told["kind"], told["address"]


def marks_of(person: Person, identities: Iterable[Identity]) -> list[str]:
    """The keys by which somebody is recognised: their addresses, and their name where that is a whole one."""
    names = [mark for name in (person.name, *person.also) if (mark := mark_of(name))]
    keys = [addresses.key(identity.kind, identity.address) for identity in identities]
    # Who is known by a feed is recognised by its page, and who is known by a page by the account that it shows.
    pages = [key for i in identities if is_web(i.url) for key in addresses.keys_of_page(i.url)]
    return list(dict.fromkeys([*names, *keys, *pages]))
