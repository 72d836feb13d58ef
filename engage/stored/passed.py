"""Keeps what passed between you and people: only ever added to, for "last engaged" is a question and never a mark on a person."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from engage.model import CONTACTS, GESTURES, TOLD
from engage.stored.rows import engagement_of, engagement_row, stamp
from feeds.file import writing
from feeds.rows import gesture_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from engage.model import Engagement
    from feeds.model import Gesture


_CONTACTS = json.dumps([*CONTACTS, *TOLD])


class Passed:
    """Engagements in a file."""

    connection: sqlite3.Connection

    def record(self, engagement: Engagement) -> Engagement:
        """Add something that passed between you and a person; returns it with its number."""
        with writing(self.connection):
            cursor = self.connection.execute(
                "insert into engagements (person_id, kind, direction, at, note, piece, draft, channel, key, about, url) "
                "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                engagement_row(engagement),
            )
        row = self.connection.execute(
            "select * from engagements where id = ?", (cursor.lastrowid,)
        ).fetchone()
        return engagement_of(row)

    def engagements(self, person_id: int) -> list[Engagement]:
        """What passed between you and a person, the latest first."""
        rows = self.connection.execute(
            "select * from engagements where person_id = ? order by at desc, id desc", (person_id,)
        )
        return [engagement_of(row) for row in rows]

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
        with writing(self.connection):
            self.connection.executemany(
                "insert into engagements (person_id, kind, direction, at, note, piece, draft, channel, key, about, url) "
                "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
                [engagement_row(engagement) for engagement in engagements],
            )

    def keys_of_engagements(self) -> set[tuple[int, str]]:
        """By which keys engagements are known, each with whose it is."""
        rows = self.connection.execute("select person_id, key from engagements where key is not null")
        return {(row[0], row[1]) for row in rows}

    def confirm(self, engagement_id: int, told: Engagement) -> None:
        """Note by which gesture a network tells of an engagement that you had noted yourself, where that was not known."""
        with writing(self.connection):
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
            {"since": stamp(since), "contacts": _CONTACTS},
        )
        numbers = json.dumps([row[0] for row in rows])
        rows = self.connection.execute(
            "select * from engagements where id in (select value from json_each(?)) order by at desc, id desc",
            (numbers,),
        )
        return [engagement_of(row) for row in rows]

    def strangers(self, since: datetime) -> list[tuple[str, str, str]]:
        """Who wrote to you since then and is none of your people: network, address and name, the latest first."""
        rows = self.connection.execute(
            "select g.network, g.other, max(g.name) as name from gestures g "
            "left join identities i on i.kind = g.network and i.address = g.other "
            "where i.id is null and g.direction = 'in' and g.at >= ? "
            "and g.kind in ('wrote', 'replied', 'mentioned', 'quoted') group by g.network, g.other order by max(g.at) desc",
            (stamp(since),),
        )
        return [(row[0], row[1], row[2]) for row in rows]
