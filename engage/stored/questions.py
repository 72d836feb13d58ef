"""Keeps what only you can say, with what you said; who knows whom; and whom you never want to be reminded of."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from engage.addresses import key
from engage.joining import pair_key
from engage.model import Address, Question, Relation
from engage.stored.rows import stamp
from feeds.file import writing

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

_SALT = "salt "


class Questions:
    """Questions, relations and marks of the forgotten in a file."""

    connection: sqlite3.Connection

    # --- questions ---

    def ask(self, questions: Iterable[Question]) -> int:
        """Keep questions; one that was asked before is not asked again. Returns how many are new."""
        rows = [
            (
                question.person_id,
                question.other_id,
                question.key,
                json.dumps(asdict(question.about), ensure_ascii=False) if question.about else "",
                question.card,
                question.strength,
                question.evidence,
                stamp(question.at),
                question.answer,
            )
            for question in questions
        ]
        with writing(self.connection):
            before = self.connection.total_changes
            self.connection.executemany(
                "insert into questions (person_id, other_id, key, about, card, strength, evidence, at, answer) "
                "values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
                rows,
            )
            return self.connection.total_changes - before

    def questions(self, *, answered: bool = False) -> list[Question]:
        """The open questions, or with `answered` all of them: the strongest evidence first, then the oldest."""
        rows = self.connection.execute(
            "select * from questions where ? or answer = '' "
            "order by case strength when 'strong' then 0 when 'medium' then 1 else 2 end, id",
            (answered,),
        )
        return [_question(row) for row in rows]

    def answer(self, question_id: int, answer: str) -> None:
        """Keep what you said to a question; empty opens it again."""
        with writing(self.connection):
            self.connection.execute(
                "update questions set answer = ?, card = '' where id = ?", (answer, question_id)
            )

    def change_card(self, question_id: int, card: str) -> None:
        """Keep more of what a file said beside an open question."""
        with writing(self.connection):
            self.connection.execute("update questions set card = ? where id = ?", (card, question_id))

    def refused(self) -> set[str]:
        """The keys of all that you said no to, as it was asked, and as it would be asked today: people become one."""
        found: set[str] = set()
        for row in self.connection.execute("select * from questions where answer = 'no'"):
            found.add(row["key"])
            if row["other_id"] is not None:
                found.add(pair_key(row["person_id"], row["other_id"]))
            elif row["about"] and not row["key"].startswith("card "):
                about = json.loads(row["about"])
                found.add(f"{row['person_id']} {key(about['kind'], about['address'])}")
        return found

    def withdraw(self, keys: Iterable[str]) -> None:
        """Forget that something was asked, and what you said."""
        with writing(self.connection):
            self.connection.execute(
                "delete from questions where key in (select value from json_each(?))",
                (json.dumps(list(keys)),),
            )

    # --- who knows whom ---

    def relate(self, relations: Iterable[Relation]) -> int:
        """Keep who knows or follows whom; what is known already stays as it was. Returns how many are new."""
        with writing(self.connection):
            before = self.connection.total_changes
            self.connection.executemany(
                "insert into relations (person_id, other_id, kind, evidence, since) values (?, ?, ?, ?, ?) "
                "on conflict do nothing",
                [
                    (r.person_id, r.other_id, r.kind, r.evidence, stamp(r.since))
                    for r in relations
                    if r.person_id != r.other_id
                ],
            )
            return self.connection.total_changes - before

    def unrelate(self, person_id: int, other_id: int) -> int:
        """Forget that two people know each other, whichever way that was said; returns how many relations that were."""
        with writing(self.connection):
            cursor = self.connection.execute(
                "delete from relations where kind = 'knows' and (person_id, other_id) in (values (?, ?), (?, ?))",
                (person_id, other_id, other_id, person_id),
            )
        return cursor.rowcount

    def relations(self) -> list[Relation]:
        """Who knows and follows whom."""
        rows = self.connection.execute(
            "select person_id, other_id, kind, evidence, since from relations order by id"
        )
        return [
            Relation(
                row["person_id"],
                row["other_id"],
                row["kind"],
                row["evidence"],
                datetime.fromisoformat(row["since"]),
            )
            for row in rows
        ]

    # --- whom you never want to be reminded of ---

    def remember_to_forget(self, keys: Iterable[str], now: datetime) -> None:
        """Keep marks by which somebody would be recognised, and from which nobody can read who it is."""
        with writing(self.connection):
            salt = self._salt() or self._new_salt(now)
            self.connection.executemany(
                "insert or ignore into forgotten (mark, at) values (?, ?)",
                [(_mark(salt, key), stamp(now)) for key in keys],
            )

    def forgotten(self, keys: Iterable[str]) -> set[str]:
        """Those among some keys by which somebody would be recognised who is to be forgotten."""
        salt = self._salt()
        if not salt:
            return set()
        marks = {row[0] for row in self.connection.execute("select mark from forgotten")}
        return {key for key in keys if _mark(salt, key) in marks}

    def remember_again(self, keys: Iterable[str]) -> None:
        """Take back the marks of some keys."""
        salt = self._salt()
        with writing(self.connection):
            self.connection.executemany(
                "delete from forgotten where mark = ?", [(_mark(salt, key),) for key in keys] if salt else []
            )

    def marks(self) -> tuple[str, list[str]]:
        """The salt and all marks, to be carried to another file."""
        rows = self.connection.execute(
            "select mark from forgotten where mark not like 'salt %' order by mark"
        )
        return self._salt(), [row[0] for row in rows]

    def keep_marks(self, salt: str, marks: Iterable[str], now: datetime) -> bool:
        """Keep marks that come from another file; false where this one has others, made with another salt."""
        with writing(self.connection):
            here = self._salt()
            if here and here != salt:
                return False
            self.connection.executemany(
                "insert or ignore into forgotten (mark, at) values (?, ?)",
                [(mark, stamp(now)) for mark in [*([f"{_SALT}{salt}"] if salt else []), *marks]],
            )
        return True

    def _salt(self) -> str:
        row = self.connection.execute("select mark from forgotten where mark like 'salt %'").fetchone()
        return str(row[0]).removeprefix(_SALT) if row else ""

    def _new_salt(self, now: datetime) -> str:
        salt = secrets.token_hex(16)
        self.connection.execute(
            "insert into forgotten (mark, at) values (?, ?)", (f"{_SALT}{salt}", stamp(now))
        )
        return salt


def _mark(salt: str, key: str) -> str:
    return hashlib.sha256(f"{salt} {key}".encode()).hexdigest()


def _question(row: sqlite3.Row) -> Question:
    about = Address(**json.loads(row["about"])) if row["about"] else None
    return Question(
        row["id"],
        row["person_id"],
        row["key"],
        row["strength"],
        row["evidence"],
        datetime.fromisoformat(row["at"]),
        row["other_id"],
        about,
        row["card"],
        row["answer"],
    )
