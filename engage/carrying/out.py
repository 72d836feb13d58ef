"""Everything that a home holds of people, as JSON."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from engage.carrying.values import FORMAT, VERSION
from engage.joining import pair_key
from engage.linking import address_key
from engage.model import (
    Draft,
    Engagement,
    Identity,
    Person,
    Question,
)
from engage.stored.rows import draft_of, engagement_of, stamp

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from engage.store import Store
_Row = TypeVar("_Row", Identity, Engagement, Draft)
# What is asked about a card of a file, with or without the number of the person who is asked about.
_CARD_KEY = re.compile(r"card (?:\d+ )?(\w+)")


def everything(store: Store, now: datetime) -> dict[str, Any]:
    """All that a home holds of people, and what it follows, as JSON has it; the same home gives the same, but for `exported_at`.

    Posts stay in the file, and so does what only days need: what was shown and opened, what passed with those you do not know.
    """
    out = _Out(store)
    numbers = {person_id: number for number, person_id in enumerate(out.people, 1)}
    return {
        FORMAT: VERSION,
        "exported_at": stamp(now),
        "accounts": [
            {"network": account.network, "address": account.address, "label": account.label}
            for account in store.feeds.accounts()
        ],
        "people": [out.person(number, person_id) for person_id, number in numbers.items()],
        "relations": [
            {
                "person": numbers[relation.person_id],
                "other": numbers[relation.other_id],
                "kind": relation.kind,
                "evidence": relation.evidence,
                "since": stamp(relation.since),
            }
            for relation in store.relations()
        ],
        "questions": [_question_out(question, numbers) for question in asked(store)],
        "sources": out.sources(),
        "forgotten": dict(zip(("salt", "marks"), store.marks(), strict=True)),
    }


class _Out:
    """Everything that is written of people, read at once and laid together by person."""

    def __init__(self, store: Store) -> None:
        read = store.connection.execute
        self._read = read
        self.people = {person.id: person for person in sorted(store.people(), key=lambda one: one.id)}
        self._sources = {row["id"]: row for row in read("select * from sources")}
        self._held = by_person(store.identities())
        passed = [engagement_of(row) for row in read("select * from engagements order by id")]
        drafts = [draft_of(row) for row in read("select * from drafts order by id")]
        self._passed, self._drafts = by_person(passed), by_person(drafts)
        written = (draft.id for person_id in self.people for draft in self._drafts.get(person_id, ()))
        self._numbers = {draft_id: number for number, draft_id in enumerate(written, 1)}
        self._texts: dict[int, list[dict[str, str]]] = {}
        for row in read("select draft_id, at, text from draft_texts order by id"):
            self._texts.setdefault(row[0], []).append({"at": row[1], "text": row[2]})
        self._pieces = {
            row["id"]: {
                "source": {"kind": row["kind"], "address": row["address"]},
                "key": row["key"],
                "url": row["url"],
                "title": row["title"],
            }
            for row in read(
                "select p.id, s.kind, s.address, p.key, p.url, p.title from posts p join sources s on s.id = p.source_id "
                "where p.id in (select piece from engagements union select piece from drafts)"
            )
        }
        self._merged: dict[int, list[str]] = {}
        for row in read(
            "with recursive them(id, whole) as (select id, id from people where merged_into is null "
            "union select p.id, t.whole from people p join them t on p.merged_into = t.id) "
            "select t.whole, p.name from them t join people p on p.id = t.id where t.id <> t.whole order by t.id"
        ):
            self._merged.setdefault(row[0], []).append(row[1])

    def person(self, number: int, person_id: int) -> dict[str, Any]:
        told = {
            field.name: _plain(getattr(self.people[person_id], field.name))
            for field in fields(Person)
            if field.name != "id"
        }
        return {
            "number": number,
            **told,
            "merged": self._merged.get(person_id, []),
            "addresses": self._addresses(person_id),
            "engagements": [self._engagement(one) for one in self._passed.get(person_id, ())],
            "drafts": [self._draft(one) for one in self._drafts.get(person_id, ())],
        }

    def _addresses(self, person_id: int) -> list[dict[str, Any]]:
        told: dict[tuple[str, str], dict[str, Any]] = {}
        for identity in self._held.get(person_id, ()):
            source = self._sources.get(identity.source_id or 0)
            # A source may have moved to an address that was known beside it.
            known = told.setdefault(
                (identity.kind, identity.address),
                {
                    "kind": identity.kind,
                    "address": identity.address,
                    "label": identity.label,
                    "url": identity.url,
                    "evidence": identity.evidence,
                    "since": stamp(identity.since),
                    "source": None,
                },
            )
            if source and _is_somewhere(source):
                known["source"] = {"kind": source["kind"], "address": source["address"]}
        return list(told.values())

    def _engagement(self, passed: Engagement) -> dict[str, Any]:
        return {
            "kind": passed.kind,
            "direction": passed.direction,
            "at": stamp(passed.at),
            "note": passed.note,
            "channel": passed.channel,
            "key": passed.key,
            "about": passed.about,
            "url": passed.url,
            "draft": self._numbers.get(passed.draft or 0),
            "piece": self._pieces.get(passed.piece or 0),
        }

    def _draft(self, draft: Draft) -> dict[str, Any]:
        names = ("kind", "state", "language", "register", "channel", "text", "written", "passage", "line")
        return {
            "number": self._numbers[draft.id],
            **{name: getattr(draft, name) for name in names},
            "created": stamp(draft.created),
            "changed": stamp(draft.changed),
            "piece": self._pieces.get(draft.piece or 0),
            "texts": self._texts.get(draft.id, []),
        }

    def sources(self) -> list[dict[str, Any]]:
        """What is followed, or was. Accounts that only a timeline brought are none of it."""
        return [
            {
                "kind": row["kind"],
                "address": row["address"],
                "label": row["label"],
                "site": row["site"],
                "given": bool(row["given"]),
                "full_text": bool(row["full_text"]),
                "added": row["added_at"],
                "paused": row["paused_at"],
                "removed": row["removed_at"],
                "outline": json.loads(row["outline"]) if row["outline"] else None,
            }
            for row in sorted(self._sources.values(), key=lambda row: row["id"])
            if _is_somewhere(row)
        ]


def _is_somewhere(source: sqlite3.Row) -> bool:
    """Whether a source is followed, or was. One whose place another one took is nowhere any more: only its posts are left."""
    return not source["overheard"] and "#removed-" not in source["address"]


def by_person(rows: Iterable[_Row]) -> dict[int, list[_Row]]:
    """Rows by whose they are."""
    found: dict[int, list[_Row]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    return found


def _plain(value: Any) -> Any:
    """A field of a person as JSON has it; a rhythm in days."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    return value.days if isinstance(value, timedelta) else value


def asked(store: Store) -> list[Question]:
    """All questions in the order in which they were asked, each once: two who were merged may have been asked the same."""
    found: dict[str, Question] = {}
    for question in sorted(store.questions(answered=True), key=lambda one: one.id):
        key = question_key(question)
        if key not in found or (question.answer and not found[key].answer):
            found[key] = question
    return list(found.values())


def question_key(question: Question) -> str:
    """The key of a question as it would be asked today, of people by their numbers here."""
    if question.other_id is not None:
        return pair_key(question.person_id, question.other_id)
    if card := _CARD_KEY.fullmatch(question.key):
        return f"card {question.person_id} {card[1]}"
    return address_key(question.person_id, question.about) if question.about else question.key


def _unnumbered(question: Question) -> str:
    """What of the key of a question its other parts do not say."""
    if card := _CARD_KEY.fullmatch(question.key):
        return f"card {card[1]}"
    return "" if question.about or question.other_id is not None else question.key


def _question_out(question: Question, numbers: Mapping[int, int]) -> dict[str, Any]:
    about = question.about
    return {
        "person": numbers[question.person_id],
        "other": None if question.other_id is None else numbers[question.other_id],
        "key": _unnumbered(question),
        "about": about and {name: getattr(about, name) for name in ("kind", "address", "label", "url")},
        "card": question.card,
        "strength": question.strength,
        "evidence": question.evidence,
        "at": stamp(question.at),
        "answer": question.answer,
    }
