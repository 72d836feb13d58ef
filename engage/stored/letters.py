"""Keeps drafts with every text that they ever had, and what the days showed."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from engage.errors import UnknownDraft, WrongState
from engage.stored.rows import draft_of, stamp
from feeds.errors import N_
from feeds.file import writing

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from engage.model import Draft


_CLOSED = {"sent": N_("sent"), "discarded": N_("put aside")}


class Letters:
    """Drafts and days in a file."""

    connection: sqlite3.Connection

    def add_draft(self, draft: Draft) -> Draft:
        """Keep a new draft; returns it with its number."""
        with writing(self.connection):
            cursor = self.connection.execute(
                "insert into drafts (kind, person_id, piece, language, register, text, written, passage, line, state, "
                "channel, created_at, changed_at, piece_text) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?)",
                (
                    draft.kind,
                    draft.person_id,
                    draft.piece,
                    draft.language,
                    draft.register,
                    draft.text,
                    draft.written,
                    draft.passage,
                    draft.line,
                    draft.state,
                    stamp(draft.created),
                    stamp(draft.changed),
                    draft.piece_text,
                ),
            )
            self._keep_text(int(cursor.lastrowid or 0), draft.text, draft.created)
        return self.draft(int(cursor.lastrowid or 0))

    def change_draft(self, draft_id: int, now: datetime, **columns: Any) -> Draft:
        """Change an open draft; the columns are those of the table.

        Raises:
            WrongState: it was sent or discarded already.

        """
        with writing(self.connection):
            before = self.draft(draft_id)
            if before.state != "open":
                raise WrongState(draft=draft_id, state=_CLOSED[before.state])
            columns["changed_at"] = stamp(now)
            assignments = ", ".join(f"{name} = ?" for name in columns)
            self.connection.execute(
                f"update drafts set {assignments} where id = ?",  # noqa: S608 - column names come from our own code
                (*columns.values(), draft_id),
            )
            if columns.get("text", before.text) != before.text:
                self._keep_text(draft_id, columns["text"], now)
        return self.draft(draft_id)

    def draft(self, draft_id: int) -> Draft:
        """One draft by its number.

        Raises:
            UnknownDraft: there is none.

        """
        row = self.connection.execute("select * from drafts where id = ?", (draft_id,)).fetchone()
        if row is None:
            raise UnknownDraft(draft=draft_id)
        return draft_of(row)

    def drafts(self, *, every: bool = False) -> list[Draft]:
        """The open drafts, or with `every` all of them, the latest change first."""
        rows = self.connection.execute(
            "select * from drafts where ? or state = 'open' order by changed_at desc, id desc", (every,)
        )
        return [draft_of(row) for row in rows]

    def drafts_about(self, posts: Iterable[int]) -> list[Draft]:
        """The drafts about any of these posts, the latest first."""
        rows = self.connection.execute(
            "select * from drafts where piece in (select value from json_each(?)) order by id desc",
            (json.dumps(list(posts)),),
        )
        return [draft_of(row) for row in rows]

    def texts_of(self, draft_id: int) -> list[str]:
        """Every text that a draft had, the first one first."""
        rows = self.connection.execute(
            "select text from draft_texts where draft_id = ? order by id", (draft_id,)
        )
        return [row[0] for row in rows]

    def _keep_text(self, draft_id: int, text: str, now: datetime) -> None:
        self.connection.execute(
            "insert into draft_texts (draft_id, at, text) values (?, ?, ?)", (draft_id, stamp(now), text)
        )

    # --- days ---

    def remember_shown(self, day: date, pieces: Iterable[int]) -> None:
        """Remember what a day showed, so that another day does not show it again."""
        rows = [(day.isoformat(), piece) for piece in pieces]
        with writing(self.connection):
            self.connection.executemany("insert or ignore into shown (day, piece) values (?, ?)", rows)

    def shown(self) -> dict[int, date]:
        """Every post that a day showed as a piece, with the first such day."""
        rows = self.connection.execute("select piece, min(day) from shown group by piece")
        return {row[0]: date.fromisoformat(row[1]) for row in rows}

    def remember_opened(self, post_id: int, now: datetime) -> None:
        """Remember that a piece was opened to be read."""
        with writing(self.connection):
            self.connection.execute(
                "insert or ignore into openings (piece, at) values (?, ?)", (post_id, stamp(now))
            )

    def was_opened(self, posts: Iterable[int]) -> bool:
        """Whether any of these posts was opened to be read."""
        found = self.connection.execute(
            "select 1 from openings where piece in (select value from json_each(?)) limit 1",
            (json.dumps(list(posts)),),
        ).fetchone()
        return found is not None
