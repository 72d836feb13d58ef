"""The tables of `engage`, as one ordered list of migrations. Imported only when a file is not up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils import Migrations

from engage.addresses import read

if TYPE_CHECKING:
    from sqlite_utils import Database

migrations = Migrations("engage")


@migrations()
def m001_people_engagements_drafts(db: Database) -> None:
    """Who there is, what passed between you, what is being written, what a day showed."""
    db["people"].create(  # type: ignore[union-attr]
        {
            "id": int,
            "name": str,
            "circle": int,
            "register": str,
            "language": str,
            "every_days": int,
            "note": str,
            "added_at": str,
        },
        pk="id",
        not_null={"name", "circle", "register", "language", "note", "added_at"},
        strict=True,
    )
    db["identities"].create(  # type: ignore[union-attr]
        {
            "id": int,
            "person_id": int,
            "kind": str,
            "address": str,
            "label": str,
            "url": str,
            "source_id": int,
            "evidence": str,
            "since": str,
        },
        pk="id",
        foreign_keys=[("person_id", "people", "id"), ("source_id", "sources", "id")],
        not_null={"person_id", "kind", "address", "label", "url", "evidence", "since"},
        strict=True,
    )
    db["identities"].create_index(["kind", "address", "person_id"], unique=True)  # type: ignore[union-attr]
    db["identities"].create_index(["source_id"])  # type: ignore[union-attr]
    db["engagements"].create(  # type: ignore[union-attr]
        {
            "id": int,
            "person_id": int,
            "kind": str,
            "direction": str,
            "at": str,
            "note": str,
            "piece": int,
            "draft": int,
            "channel": str,
        },
        pk="id",
        foreign_keys=[("person_id", "people", "id")],
        not_null={"person_id", "kind", "direction", "at", "note", "channel"},
        strict=True,
    )
    db["engagements"].create_index(["person_id", "at"])  # type: ignore[union-attr]
    db["drafts"].create(  # type: ignore[union-attr]
        {
            "id": int,
            "kind": str,
            "person_id": int,
            "piece": int,
            "language": str,
            "register": str,
            "text": str,
            "written": str,
            "passage": str,
            "line": str,
            "state": str,
            "channel": str,
            "created_at": str,
            "changed_at": str,
        },
        pk="id",
        foreign_keys=[("person_id", "people", "id"), ("piece", "posts", "id")],
        not_null={"kind", "person_id", "language", "register", "text", "written", "passage", "line", "state"},
        strict=True,
    )
    # Every text that a draft ever had: no word that a person typed is lost, whatever happens to the draft.
    db["draft_texts"].create(  # type: ignore[union-attr]
        {"id": int, "draft_id": int, "at": str, "text": str},
        pk="id",
        foreign_keys=[("draft_id", "drafts", "id")],
        not_null={"draft_id", "at", "text"},
        strict=True,
    )
    db["shown"].create(  # type: ignore[union-attr]
        {"day": str, "piece": int},
        pk=("day", "piece"),
        foreign_keys=[("piece", "posts", "id")],
        strict=True,
    )
    db["openings"].create(  # type: ignore[union-attr]
        {"piece": int, "at": str},
        pk="piece",
        foreign_keys=[("piece", "posts", "id")],
        strict=True,
    )


@migrations()
def m002_piece_texts(db: Database) -> None:
    """What a draft quotes, as it stood when the draft was begun: authors edit what they published."""
    db["drafts"].add_column("piece_text", str, not_null_default="")  # type: ignore[union-attr]
    # A person who is only called what a file calls their feed: nobody says hello to a title.
    db["people"].add_column("unnamed", int, not_null_default=0)  # type: ignore[union-attr]


@migrations()
def m003_gestures(db: Database) -> None:
    """What the networks tell of what passed between you: by which gesture it is known, what it was about, where it stands."""
    engagements = db["engagements"]
    engagements.add_column("key", str)  # type: ignore[union-attr]
    engagements.add_column("about", str, not_null_default="")  # type: ignore[union-attr]
    engagements.add_column("url", str, not_null_default="")  # type: ignore[union-attr]
    db.execute(
        "create unique index idx_engagements_key on engagements (person_id, key) where key is not null"
    )
    db["identities"].create_index(["kind", "address"])  # type: ignore[union-attr]


@migrations()
def m004_people(db: Database) -> None:
    """All that one may know of a person; what only you can say; who knows whom; who became one; who is to be forgotten."""
    people = db["people"]
    for name in ("company", "position", "met", "met_on", "common", "birthday"):
        people.add_column(name, str, not_null_default="")  # type: ignore[union-attr]
    for name in ("tags", "goals", "also"):
        people.add_column(name, str, not_null_default="[]")  # type: ignore[union-attr]
    for name in ("rests_until", "rested_at"):
        people.add_column(name, str)  # type: ignore[union-attr]
    # Of two who were merged, the row of the one that is no more stays, so that they can be told apart again.
    people.add_column("merged_into", int)  # type: ignore[union-attr]
    db["questions"].create(  # type: ignore[union-attr]
        {
            "id": int,
            "person_id": int,
            "other_id": int,
            "key": str,
            "about": str,
            "card": str,
            "strength": str,
            "evidence": str,
            "at": str,
            "answer": str,
        },
        pk="id",
        foreign_keys=[("person_id", "people", "id"), ("other_id", "people", "id")],
        not_null={"person_id", "key", "about", "card", "strength", "evidence", "at", "answer"},
        strict=True,
    )
    db["questions"].create_index(["key"], unique=True)  # type: ignore[union-attr]
    db["relations"].create(  # type: ignore[union-attr]
        {"id": int, "person_id": int, "other_id": int, "kind": str, "evidence": str, "since": str},
        pk="id",
        foreign_keys=[("person_id", "people", "id"), ("other_id", "people", "id")],
        not_null={"person_id", "other_id", "kind", "evidence", "since"},
        strict=True,
    )
    db["relations"].create_index(["person_id", "other_id", "kind"], unique=True)  # type: ignore[union-attr]
    db["joinings"].create(  # type: ignore[union-attr]
        {"id": int, "kind": str, "kept_id": int, "gone_id": int, "at": str, "evidence": str, "moved": str},
        pk="id",
        foreign_keys=[("kept_id", "people", "id"), ("gone_id", "people", "id")],
        not_null={"kind", "kept_id", "gone_id", "at", "evidence", "moved"},
        strict=True,
    )
    # Whom you never want to be reminded of: nothing of them, but marks by which they would be recognised.
    db["forgotten"].create({"mark": str, "at": str}, pk="mark", not_null={"at"}, strict=True)  # type: ignore[union-attr]
    db["identities"].create_index(["person_id"])  # type: ignore[union-attr]
    db.execute(
        "create index idx_identities_email on identities (person_id, lower(address)) where kind = 'email'"
    )
    _tell_kinds(db)


def _tell_kinds(db: Database) -> None:
    """Pages that are somebody's profile on LinkedIn or X become such."""
    for row in list(db.execute("select id, person_id, address from identities where kind = 'link'")):
        known = read(row[2])
        if known and known.kind in {"linkedin", "x"}:
            db.execute(
                "update or ignore identities set kind = ?, address = ?, label = ?, url = ? where id = ?",
                (known.kind, known.address, known.label, known.url, row[0]),
            )
