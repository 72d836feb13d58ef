"""Keeps people, identities, engagements and drafts in the same file as the posts.

Engagements are only ever added: "last engaged" is a question asked of them, never a mark on a person. A draft keeps every
text it ever had.
"""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from engage.errors import AmbiguousPerson, UnknownDraft, UnknownPerson, WrongState
from engage.model import CONTACTS, GESTURES, TOLD, Draft, Engagement, Identity, Person
from feeds.errors import N_
from feeds.file import is_up_to_date, open_file
from feeds.rows import gesture_of
from feeds.store import Store as FeedsStore

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from feeds.model import Gesture

NEWEST = "m003_gestures"
_CONTACTS = json.dumps([*CONTACTS, *TOLD])
_CLOSED = {"sent": N_("sent"), "discarded": N_("put aside")}


def open_stores(path: Path | str) -> Store:
    """Open or create the file with both halves of its tables up to date.

    Raises:
        StoreError: the file cannot be opened, or is no SQLite file.

    """
    connection = open_file(path)
    if not is_up_to_date(connection, "engage", NEWEST):
        from sqlite_utils import Database  # noqa: PLC0415 - 0.1 s that an up-to-date file does not pay

        from engage.schema import migrations  # noqa: PLC0415

        with FeedsStore(
            connection
        ).writing():  # two programs may open a new file at once: the second finds it made
            migrations.apply(Database(connection))
    return Store(connection)


class Store:
    """The part of the file that `engage` owns; `feeds` is the other part."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.feeds = FeedsStore(connection)
        self.writing = self.feeds.writing

    # --- people ---

    def add_person(self, person: Person) -> Person:
        """Keep a new person; returns them with their number."""
        every = None if person.every is None else person.every.days
        with self.writing():
            cursor = self.connection.execute(
                "insert into people (name, circle, register, language, every_days, note, added_at, unnamed) "
                "values (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    person.name,
                    person.circle,
                    person.register,
                    person.language,
                    every,
                    person.note,
                    _stamp(person.added),
                    int(person.unnamed),
                ),
            )
        return self.person(int(cursor.lastrowid or 0))

    def change_person(self, person_id: int, **columns: Any) -> Person:
        """Change what is known of a person; the columns are those of the table."""
        if columns:
            assignments = ", ".join(f"{name} = ?" for name in columns)
            with self.writing():
                self.connection.execute(
                    f"update people set {assignments} where id = ?",  # noqa: S608 - column names come from our own code
                    (*columns.values(), person_id),
                )
        return self.person(person_id)

    def person(self, person_id: int) -> Person:
        """One person by their number."""
        row = self.connection.execute("select * from people where id = ?", (person_id,)).fetchone()
        if row is None:
            raise UnknownPerson(name=str(person_id))
        return _person(row)

    def people(self) -> list[Person]:
        """Everyone, by name."""
        rows = self.connection.execute("select * from people").fetchall()
        return sorted((_person(row) for row in rows), key=lambda person: fold(person.name))

    def find_person(self, typed: str) -> Person:
        """The one person meant by a name as people type it: whole, in part, without accents, or by an address.

        Raises:
            UnknownPerson: nobody answers to it.
            AmbiguousPerson: several do; the sentence names them.

        """
        wanted = fold(typed)
        everyone = self.people()
        whole = [person for person in everyone if fold(person.name) == wanted]
        parts = [p for p in everyone if all(_has_word(fold(p.name), word) for word in wanted.split())]
        address = typed.strip().removeprefix("@").lower()
        by_address = {
            i.person_id
            for i in self.identities()
            if address and address in {i.address.lower(), i.label.lower().lstrip("@")}
        }
        found = whole or [p for p in everyone if p.id in by_address] or (parts if wanted else [])
        if not found:
            raise UnknownPerson(name=typed)
        if len(found) > 1:
            raise AmbiguousPerson(name=typed, choices=", ".join(person.name for person in found))
        return found[0]

    # --- identities ---

    def add_identity(self, identity: Identity) -> bool:
        """Keep an address of a person; false when it was known already. One that is fetched from now on learns so."""
        # Names of accounts on Mastodon know no capitals, and gestures are found by them.
        address = identity.address.lower() if identity.kind == "mastodon" else identity.address
        with self.writing():
            known = self.connection.execute(
                "select 1 from identities where person_id = ? and source_id = ?",
                (identity.person_id, identity.source_id),
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
                    _stamp(identity.since),
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
        return [_identity(row) for row in rows]

    # --- engagements ---

    def record(self, engagement: Engagement) -> Engagement:
        """Add something that passed between you and a person; returns it with its number."""
        with self.writing():
            cursor = self.connection.execute(
                "insert into engagements (person_id, kind, direction, at, note, piece, draft, channel, key, about, url) "
                "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                _engagement_row(engagement),
            )
        row = self.connection.execute(
            "select * from engagements where id = ?", (cursor.lastrowid,)
        ).fetchone()
        return _engagement(row)

    def engagements(self, person_id: int) -> list[Engagement]:
        """What passed between you and a person, the latest first."""
        rows = self.connection.execute(
            "select * from engagements where person_id = ? order by at desc, id desc", (person_id,)
        )
        return [_engagement(row) for row in rows]

    def last_contacts(self) -> dict[int, datetime]:
        """For each person with whom there was one, the moment of the last real contact, either way."""
        rows = self.connection.execute(
            "select person_id, max(at) from engagements where kind in (select value from json_each(?)) "
            "group by person_id",
            (_CONTACTS,),
        )
        return {row[0]: datetime.fromisoformat(row[1]) for row in rows}

    def last_reached(self) -> dict[int, tuple[str, datetime]]:
        """For each person, how and when you last reached out to them."""
        rows = self.connection.execute(
            "select person_id, kind, max(at) from engagements where direction = 'out' "
            "and kind in (select value from json_each(?)) group by person_id",
            (_CONTACTS,),
        )
        return {row[0]: (row[1], datetime.fromisoformat(row[2])) for row in rows}

    def answered_posts(self) -> dict[int, datetime]:
        """The posts that you answered, each with when: by a letter of yours, or on a network, as that told."""
        return {post: max(moments) for post, moments in self._about_posts([*CONTACTS, *TOLD]).items()}

    def liked_posts(self) -> set[int]:
        """The posts that you liked or passed on, as the networks told."""
        return set(self._about_posts(GESTURES))

    def _about_posts(self, kinds: Iterable[str]) -> dict[int, list[datetime]]:
        rows = self.connection.execute(
            "select piece as post, at from engagements where piece is not null and direction = 'out' "
            "and kind in (select value from json_each(:kinds)) "
            # What was answered on a network may have come into the file later than the answer.
            "union all select p.id, e.at from engagements e "
            "join identities i on i.person_id = e.person_id and i.source_id is not null "
            "join posts p on p.source_id = i.source_id and p.key = e.about "
            "where e.about <> '' and e.piece is null and e.direction = 'out' "
            "and e.kind in (select value from json_each(:kinds))",
            {"kinds": json.dumps(list(kinds))},
        )
        found: dict[int, list[datetime]] = {}
        for post, at in rows:
            found.setdefault(post, []).append(datetime.fromisoformat(at))
        return found

    # --- what the networks told ---

    def untold(self) -> list[tuple[int, str, Gesture]]:
        """Gestures between you and people whom you know that are no engagements yet: whose, on which network; oldest first."""
        rows = self.connection.execute(
            "select g.*, i.person_id from gestures g "
            "join identities i on i.kind = g.network and i.address = g.other "
            "left join engagements e on e.person_id = i.person_id and e.key = g.network || ' ' || g.key "
            "where e.id is null order by g.at, g.id"
        )
        return [(row["person_id"], row["network"], gesture_of(row)) for row in rows]

    def record_told(self, engagements: Sequence[Engagement]) -> None:
        """Add what a network told; what is known by its key already is left as it is."""
        with self.writing():
            self.connection.executemany(
                "insert into engagements (person_id, kind, direction, at, note, piece, draft, channel, key, about, url) "
                "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
                [_engagement_row(engagement) for engagement in engagements],
            )

    def confirm(self, engagement_id: int, told: Engagement) -> None:
        """Note by which gesture a network tells of an engagement that you had noted yourself, where that was not known."""
        with self.writing():
            self.connection.execute(
                "update engagements set key = ?, about = ?, url = ? where id = ? and key is null",
                (told.key, told.about, told.url, engagement_id),
            )

    def last_words(self, since: datetime) -> list[Engagement]:
        """For each person, what they last said to you, if you have not answered it since; not before `since`.

        An answer is what was said to that, or to them about nothing in particular: a message, a meeting.

        The latest comes first.
        """
        rows = self.connection.execute(
            "with said as (select e.*, row_number() over (partition by person_id order by at desc, id desc) as place "
            "from engagements e where direction = 'in' and at >= :since "
            "and kind in ('wrote', 'replied', 'mentioned', 'quoted', 'asked')) "
            "select id from said where place = 1 and not exists (select 1 from engagements l "
            "where l.person_id = said.person_id and l.direction = 'out' and l.at >= said.at "
            "and l.kind in (select value from json_each(:contacts)) "
            # Thanks for something else are no answer to what they asked.
            "and (l.piece is null and l.about = '' or l.piece = said.piece "
            "or l.about <> '' and instr(coalesce(said.key, ''), l.about) > 0))",
            {"since": _stamp(since), "contacts": _CONTACTS},
        )
        numbers = json.dumps([row[0] for row in rows])
        rows = self.connection.execute(
            "select * from engagements where id in (select value from json_each(?)) order by at desc, id desc",
            (numbers,),
        )
        return [_engagement(row) for row in rows]

    def strangers(self, since: datetime) -> list[tuple[str, str, str]]:
        """Who wrote to you since then and is none of your people: network, address and name, the latest first."""
        rows = self.connection.execute(
            "select g.network, g.other, max(g.name) as name from gestures g "
            "left join identities i on i.kind = g.network and i.address = g.other "
            "where i.id is null and g.direction = 'in' and g.at >= ? "
            "and g.kind in ('wrote', 'replied', 'mentioned', 'quoted') group by g.network, g.other order by max(g.at) desc",
            (_stamp(since),),
        )
        return [(row[0], row[1], row[2]) for row in rows]

    # --- drafts ---

    def add_draft(self, draft: Draft) -> Draft:
        """Keep a new draft; returns it with its number."""
        with self.writing():
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
                    _stamp(draft.created),
                    _stamp(draft.changed),
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
        with self.writing():
            before = self.draft(draft_id)
            if before.state != "open":
                raise WrongState(draft=draft_id, state=_CLOSED[before.state])
            columns["changed_at"] = _stamp(now)
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
        return _draft(row)

    def drafts(self, *, every: bool = False) -> list[Draft]:
        """The open drafts, or with `every` all of them, the latest change first."""
        rows = self.connection.execute(
            "select * from drafts where ? or state = 'open' order by changed_at desc, id desc", (every,)
        )
        return [_draft(row) for row in rows]

    def drafts_about(self, posts: Iterable[int]) -> list[Draft]:
        """The drafts about any of these posts, the latest first."""
        rows = self.connection.execute(
            "select * from drafts where piece in (select value from json_each(?)) order by id desc",
            (json.dumps(list(posts)),),
        )
        return [_draft(row) for row in rows]

    def texts_of(self, draft_id: int) -> list[str]:
        """Every text that a draft had, the first one first."""
        rows = self.connection.execute(
            "select text from draft_texts where draft_id = ? order by id", (draft_id,)
        )
        return [row[0] for row in rows]

    def _keep_text(self, draft_id: int, text: str, now: datetime) -> None:
        self.connection.execute(
            "insert into draft_texts (draft_id, at, text) values (?, ?, ?)", (draft_id, _stamp(now), text)
        )

    # --- days ---

    def remember_shown(self, day: date, pieces: Iterable[int]) -> None:
        """Remember what a day showed, so that another day does not show it again."""
        rows = [(day.isoformat(), piece) for piece in pieces]
        with self.writing():
            self.connection.executemany("insert or ignore into shown (day, piece) values (?, ?)", rows)

    def shown(self) -> dict[int, date]:
        """Every post that a day showed as a piece, with the first such day."""
        rows = self.connection.execute("select piece, min(day) from shown group by piece")
        return {row[0]: date.fromisoformat(row[1]) for row in rows}

    def remember_opened(self, post_id: int, now: datetime) -> None:
        """Remember that a piece was opened to be read."""
        with self.writing():
            self.connection.execute(
                "insert or ignore into openings (piece, at) values (?, ?)", (post_id, _stamp(now))
            )

    def was_opened(self, posts: Iterable[int]) -> bool:
        """Whether any of these posts was opened to be read."""
        found = self.connection.execute(
            "select 1 from openings where piece in (select value from json_each(?)) limit 1",
            (json.dumps(list(posts)),),
        ).fetchone()
        return found is not None


def fold(text: str) -> str:
    """A name without case, accents, and the marks that people leave out."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(plain.replace("-", " ").replace("’", " ").replace("'", " ").split())


def _has_word(name: str, start: str) -> bool:
    return any(word.startswith(start) for word in name.split())


def _person(row: sqlite3.Row) -> Person:
    days = row["every_days"]
    return Person(
        id=row["id"],
        name=row["name"],
        circle=row["circle"],
        register=row["register"],
        language=row["language"],
        every=None if days is None else timedelta(days=days),
        note=row["note"],
        added=datetime.fromisoformat(row["added_at"]),
        unnamed=bool(row["unnamed"]),
    )


def _identity(row: sqlite3.Row) -> Identity:
    return Identity(**{**dict(row), "since": datetime.fromisoformat(row["since"])})


def _engagement(row: sqlite3.Row) -> Engagement:
    return Engagement(**{**dict(row), "at": datetime.fromisoformat(row["at"])})


def _engagement_row(engagement: Engagement) -> tuple[Any, ...]:
    return (
        engagement.person_id,
        engagement.kind,
        engagement.direction,
        _stamp(engagement.at),
        engagement.note,
        engagement.piece,
        engagement.draft,
        engagement.channel,
        engagement.key,
        engagement.about,
        engagement.url,
    )


def _draft(row: sqlite3.Row) -> Draft:
    values = dict(row)
    created, changed = values.pop("created_at"), values.pop("changed_at")
    return Draft(**values, created=datetime.fromisoformat(created), changed=datetime.fromisoformat(changed))


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")  # moments compare as texts
