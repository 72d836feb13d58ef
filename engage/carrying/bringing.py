"""Brings an export into a home: what is there stays as it is, what is missing is added, and the second time nothing is."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

from engage import addresses
from engage.carrying.out import question_key
from engage.carrying.values import Brought, Followed, Happened, Letter, Plan, Someone, Told, Where
from engage.joining import pair_key
from engage.model import (
    Draft,
    Engagement,
    Identity,
    Person,
    Question,
    Relation,
)
from engage.naming import fold
from engage.stored.joining import marks_of
from engage.stored.rows import draft_of, engagement_of, stamp
from feeds.address import canonical

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from engage.store import Store
_Row = TypeVar("_Row", Identity, Engagement, Draft)
# An address of these kinds is one person's, unless two are known to share it.
_STRONG = {"email", "mastodon", "bluesky", "linkedin", "x", "blog"}


def plan(store: Store, told: Told) -> Plan:
    """What `bring` would do with a file. Nothing is changed."""
    there = _There(store, told)
    own = {(account.network, account.address) for account in store.feeds.accounts()}
    return Plan(
        tuple(someone.person.name for someone in there.new),
        tuple((one.person.name, there.people[there.matched[one.person.id]]) for one in there.here),
        tuple(someone.person.name for someone in there.forgotten),
        tuple((one.person.name, other) for one in there.new for other in there.namesakes(one)),
        tuple(one.source.address for one in there.sources() if one.source.allow_private),
        tuple(label or address for network, address, label in told.accounts if (network, address) not in own),
    )


def bring(store: Store, told: Told, now: datetime) -> Brought:
    """Bring in what a file tells and this home does not hold, in one transaction; the same file twice changes nothing."""
    with store.writing():
        return _Bringing(store, told, now).done()


class _There:
    """Who of a file is who of a home, decided before anything is brought in.

    People are the same by an address that is one person's in both; by one that several share only where they are also called
    the same. Else by their name and the moment when they were added, and then one for one.
    """

    def __init__(self, store: Store, told: Told) -> None:
        self._store = store
        self._told = told
        self.people = {person.id: person for person in store.people()}
        self.called: dict[str, list[Person]] = {}
        for person in self.people.values():
            self.called.setdefault(fold(person.name), []).append(person)
        self.held: dict[str, set[int]] = defaultdict(set)
        self.held_there: dict[str, set[int]] = defaultdict(set)
        for identity in store.identities():
            if identity.kind in _STRONG:
                self.held[addresses.key(identity.kind, identity.address)].add(identity.person_id)
        for someone in told.people:
            for key in _strong_keys(someone):
                self.held_there[key].add(someone.person.id)
        # Of whoever shares something with several people here: all of them.
        self.halves: dict[int, set[int]] = defaultdict(set)
        self.matched: dict[int, int] = {}
        self._match_by_address()
        self._match_by_name()
        self.here = [one for one in told.people if one.person.id in self.matched]
        rest = [one for one in told.people if one.person.id not in self.matched]
        marks = {one.person.id: marks_of(one.person, [held.identity for held in one.held]) for one in rest}
        known = store.forgotten({mark for several in marks.values() for mark in several})
        self.forgotten = [one for one in rest if known.intersection(marks[one.person.id])]
        self.new = [one for one in rest if not known.intersection(marks[one.person.id])]

    def _match_by_address(self) -> None:
        for someone in self._told.people:
            scores: Counter[int] = Counter()
            for key in _strong_keys(someone):
                owners = self.held.get(key, set())
                alone = len(owners) == 1 and len(self.held_there[key]) == 1
                scores.update(
                    owner
                    for owner in owners
                    if alone or _called(someone.person) & _called(self.people[owner])
                )
            if scores:
                self.halves[someone.person.id] = set(scores)
                self.matched[someone.person.id] = max(
                    scores, key=lambda who: self._rank(someone, who, scores)
                )

    def _rank(self, someone: Someone, owner: int, scores: Mapping[int, int]) -> tuple[int, bool, bool, int]:
        person, other = someone.person, self.people[owner]
        same = fold(person.name) == fold(other.name)
        return scores[owner], same and person.added == other.added, same, -owner

    def _match_by_name(self) -> None:
        taken = set(self.matched.values())
        free: dict[tuple[str, str], list[int]] = defaultdict(list)
        # Those too who were merged into somebody: the file may be older than that.
        for row in self._store.connection.execute("select id, name, added_at from people order by id desc"):
            if row["id"] not in taken:
                free[fold(row["name"]), row["added_at"]].append(row["id"])
        for someone in self._told.people:
            person = someone.person
            if person.id not in self.matched and (found := free[fold(person.name), stamp(person.added)]):
                self.matched[person.id] = self._store.person(found.pop()).id
                self.halves[person.id] = {self.matched[person.id]}

    def namesakes(self, someone: Someone) -> list[Person]:
        """Who here is called like somebody new: one of them, for whoever has many namesakes cannot be asked about all."""
        name = fold(someone.person.name)
        return [] if someone.person.unnamed else self.called.get(name, [])[:1]

    def is_somebody_elses(self, someone: Someone, identity: Identity) -> bool:
        """Whether an address is already that of somebody here who is not meant. Then it stays with them.

        Where several people of the file have it they share it, as a group shares a feed.
        """
        key = addresses.key(identity.kind, identity.address)
        owners = self.held.get(key, set()) if identity.kind in _STRONG else set()
        return (
            bool(owners)
            and len(self.held_there[key]) == 1
            and self.matched.get(someone.person.id) not in owners
        )

    def sources(self) -> list[Followed]:
        """The sources of the file that are to be followed here: none of the forgotten, no timelines that one cannot see."""
        known = {_source_key(row["kind"], row["address"]) for row in self._rows() if not row["overheard"]}
        heard = {_source_key(row["kind"], row["address"]) for row in self._rows() if row["overheard"]}
        known |= {_source_key(source.kind, former) for source, former in self._store.feeds.formers()}
        own = {account.address for account in self._store.feeds.accounts()}
        keys = [addresses.key(one.source.kind, one.source.address) for one in self._told.sources]
        unwanted = self._store.forgotten(keys) | _keys(self.forgotten) - _keys([*self.here, *self.new])
        return [
            one
            for one, key in zip(self._told.sources, keys, strict=True)
            if _source_key(one.source.kind, one.source.address) not in known
            and key not in unwanted
            and not (one.removed and _source_key(one.source.kind, one.source.address) in heard)
            and (one.source.account in own or not one.source.is_timeline)
        ]

    def _rows(self) -> list[sqlite3.Row]:
        return self._store.connection.execute("select * from sources").fetchall()

    def numbers(self, *, heard: bool) -> dict[tuple[str, str], int]:
        """The sources that are here by now, by kind and address, former ones too; `heard` is with those only heard."""
        found = {
            _source_key(source.kind, former): source.id for source, former in self._store.feeds.formers()
        }
        rows = (row for row in self._rows() if heard or not row["overheard"])
        return found | {_source_key(row["kind"], row["address"]): row["id"] for row in rows}


def _strong_keys(someone: Someone) -> set[str]:
    identities = (held.identity for held in someone.held)
    return {addresses.key(one.kind, one.address) for one in identities if one.kind in _STRONG}


def _keys(people: Iterable[Someone]) -> set[str]:
    """The keys of all addresses of some people."""
    return {addresses.key(held.identity.kind, held.identity.address) for one in people for held in one.held}


def _called(person: Person) -> set[str]:
    return {fold(name) for name in (person.name, *person.also)}


def _source_key(kind: str, address: str) -> tuple[str, str]:
    return kind, canonical(address) if kind == "blog" else address


class _Bringing:
    """One file on its way into a home."""

    def __init__(self, store: Store, told: Told, now: datetime) -> None:
        self._store = store
        self._told = told
        self._now = now
        self._there = _There(store, told)
        self._brought: Counter[str] = Counter()
        self._sources: dict[tuple[str, str], int] = {}
        self._posts: dict[Where, int] = {}
        # From the file's numbers to those here.
        self._people: dict[int, int] = dict(self._there.matched)
        self._drafts: dict[int, int] = {}

    def done(self) -> Brought:
        """All of it, in an order in which everything stands before it is spoken of."""
        for one in self._there.sources():
            self._follow(one)
        self._sources = self._there.numbers(heard=False)
        self._posts = self._find_posts()
        for someone in self._there.new:
            self._add(someone)
        for someone in self._there.new:
            self._add_merged(someone)
        for someone in self._there.here:
            self._complete(someone)
        people = [*self._there.here, *self._there.new]
        for bringing in (self._hold, self._write, self._record):
            for someone in sorted(people, key=lambda one: self._people[one.person.id]):
                bringing(someone)
        self._brought["relations"] += self._store.relate(self._relations())
        self._brought["questions"] += self._store.ask(self._questions())
        self._keep_marks()
        return Brought(**self._brought)

    def _follow(self, told: Followed) -> None:
        feeds = self._store.feeds
        source = feeds.add_source(told.source, told.added)
        self._brought["sources"] += 1
        if told.source.full_text:
            feeds.set_full_text(source.id, wanted=True)
        if told.outline:
            feeds.keep_outline(source.id, told.outline)
        if told.paused:
            feeds.pause(source.id, told.paused)
        if told.removed:
            feeds.remove(source.id, told.removed)

    def _find_posts(self) -> dict[Where, int]:
        """The posts of which the file speaks, as far as they are here."""
        happened = (one.piece for someone in self._told.people for one in someone.passed)
        letters = (one.piece for someone in self._told.people for one in someone.letters)
        sources = self._there.numbers(heard=True)
        wanted: dict[int, list[Where]] = defaultdict(list)
        for where in filter(None, (*happened, *letters)):
            if source_id := sources.get(_source_key(where.kind, where.address)):
                wanted[source_id].append(where)
        found: dict[Where, int] = {}
        for source_id, several in wanted.items():
            known = self._store.feeds.known_by([source_id], {where.key for where in several})
            found |= {where: known[where.key] for where in several if where.key in known}
        return found

    # --- people and their addresses ---

    def _add(self, someone: Someone) -> None:
        person = self._store.add_person(replace(someone.person, id=0))
        self._people[someone.person.id] = person.id
        self._brought["people"] += 1

    def _add_merged(self, someone: Someone) -> None:
        """Those who were merged into somebody, by name: how they were one is not told, and they cannot be told apart again."""
        for name in someone.merged:
            gone = self._store.add_person(Person(0, name, someone.person.circle, someone.person.added))
            self._store.connection.execute(
                "update people set merged_into = ? where id = ?",
                (self._people[someone.person.id], gone.id),
            )

    def _complete(self, someone: Someone) -> None:
        here = self._store.person(self._people[someone.person.id])
        whole = _completed(here, someone.person, self._now)
        changed = {
            one.name: getattr(whole, one.name)
            for one in fields(Person)
            if getattr(whole, one.name) != getattr(here, one.name)
        }
        if changed:
            self._store.change_person(here.id, **changed)
            self._brought["completed"] += 1

    def _hold(self, someone: Someone) -> None:
        for held in someone.held:
            if self._there.is_somebody_elses(someone, held.identity):
                continue
            behind = self._sources.get(_source_key(*held.source)) if held.source else None
            identity = replace(held.identity, person_id=self._people[someone.person.id], source_id=behind)
            self._brought["addresses"] += self._store.add_identity(identity)

    # --- drafts and engagements ---

    def _write(self, someone: Someone) -> None:
        here: dict[tuple[object, ...], list[Draft]] = defaultdict(list)
        for draft in self._of_halves(someone, "drafts", draft_of):
            first = next(iter(self._store.texts_of(draft.id)), draft.text)
            here[draft.kind, draft.created, first].append(draft)
        for letter in someone.letters:
            known = here[letter.draft.kind, letter.draft.created, letter.texts[0][1]]
            self._drafts[letter.draft.id] = (
                self._revise(letter, known.pop(0)) if known else self._keep_draft(someone, letter)
            )

    def _keep_draft(self, someone: Someone, letter: Letter) -> int:
        draft = letter.draft
        columns = {
            "person_id": self._people[someone.person.id],
            "piece": self._posts.get(letter.piece) if letter.piece else None,
            "created_at": stamp(draft.created),
            "changed_at": stamp(draft.changed),
            **{name: getattr(draft, name) for name in _OF_DRAFTS},
        }
        names, places = ", ".join(columns), ", ".join("?" for _ in columns)
        cursor = self._store.connection.execute(
            f"insert into drafts ({names}) values ({places})",  # noqa: S608 - column names come from our own code
            tuple(columns.values()),
        )
        number = int(cursor.lastrowid or 0)
        self._keep_texts(number, letter.texts)
        self._brought["drafts"] += 1
        return number

    def _revise(self, letter: Letter, draft: Draft) -> int:
        """A draft that is here learns which texts it also had, and which post it is about."""
        rows = self._store.connection.execute(
            "select at, text from draft_texts where draft_id = ?", (draft.id,)
        )
        known = Counter((row[0], row[1]) for row in rows)
        missing = Counter((stamp(at), text) for at, text in letter.texts) - known
        self._keep_texts(draft.id, [one for one in letter.texts if (stamp(one[0]), one[1]) in missing])
        piece = self._posts.get(letter.piece) if letter.piece and draft.piece is None else None
        if piece is not None:
            self._store.connection.execute("update drafts set piece = ? where id = ?", (piece, draft.id))
        self._brought["completed"] += bool(missing) or piece is not None
        return draft.id

    def _keep_texts(self, draft_id: int, texts: Iterable[tuple[datetime, str]]) -> None:
        self._store.connection.executemany(
            "insert into draft_texts (draft_id, at, text) values (?, ?, ?)",
            [(draft_id, stamp(at), text) for at, text in texts],
        )

    def _record(self, someone: Someone) -> None:
        here = self._of_halves(someone, "engagements", engagement_of)
        by_key = {one.key: one for one in here if one.key}
        told = [one for one in someone.passed if one.engagement.key not in by_key]
        for one in someone.passed:
            if one.engagement.key in by_key:
                self._learn(one, by_key[one.engagement.key])
        # What is known by its key is spoken for.
        keys = {one.engagement.key for one in someone.passed}
        rest: dict[tuple[object, ...], list[Engagement]] = defaultdict(list)
        for known in sorted(here, key=lambda one: one.key is not None):
            if known.key is None or known.key not in keys:
                rest[_sameness(known)].append(known)
        new: list[Engagement] = []
        for one in told:
            alike = rest[_sameness(one.engagement)]
            fits = next((known for known in alike if not (known.key and one.engagement.key)), None)
            if fits:
                alike.remove(fits)
                self._learn(one, fits)
            else:
                new.append(self._engagement(someone, one))
        self._store.record_told(new)
        self._brought["engagements"] += len(new)

    def _engagement(self, someone: Someone, told: Happened) -> Engagement:
        piece = self._posts.get(told.piece) if told.piece else None
        away = told.piece.key if told.piece and piece is None else ""
        return replace(
            told.engagement,
            person_id=self._people[someone.person.id],
            piece=piece,
            about=told.engagement.about or away,
            draft=self._drafts.get(_number(told.engagement.draft)),
        )

    def _learn(self, told: Happened, known: Engagement) -> None:
        """An engagement that is here learns which post it is about, and by which gesture a network tells of it."""
        columns: dict[str, Any] = {}
        engagement, piece = told.engagement, self._posts.get(told.piece) if told.piece else None
        if known.key is None and engagement.key:
            columns |= {"key": engagement.key, "url": known.url or engagement.url}
            columns |= {"about": known.about or engagement.about}
        if known.piece is None and piece is not None:
            columns["piece"] = piece
            if told.piece and known.about == told.piece.key:  # it stood in for the post
                columns["about"] = engagement.about
        if known.draft is None:
            columns["draft"] = self._drafts.get(_number(engagement.draft))
        if any(getattr(known, name) != value for name, value in columns.items()):
            assignments = ", ".join(f"{name} = ?" for name in columns)
            self._store.connection.execute(
                f"update engagements set {assignments} where id = ?",  # noqa: S608 - column names come from our own code
                (*columns.values(), known.id),
            )
            self._brought["completed"] += 1

    def _of_halves(self, someone: Someone, table: str, read: Callable[[sqlite3.Row], _Row]) -> list[_Row]:
        """What passed with, or was written to, everyone here who is this person."""
        numbers = json.dumps(sorted(self._there.halves.get(someone.person.id, ())))
        rows = self._store.connection.execute(
            f"select * from {table} where person_id in (select value from json_each(?)) order by id",  # noqa: S608 - as above
            (numbers,),
        )
        return [read(row) for row in rows]

    # --- what stands between people ---

    def _relations(self) -> Iterator[Relation]:
        for told in self._told.relations:
            first, second = self._people.get(told.person_id), self._people.get(told.other_id)
            if first is not None and second is not None:
                yield replace(told, person_id=first, other_id=second)

    def _questions(self) -> Iterator[Question]:
        for told in self._told.questions:
            first, second = self._people.get(told.person_id), self._people.get(told.other_id or 0)
            if first is None or first == second or (told.other_id is not None and second is None):
                continue
            asked = replace(told, person_id=first, other_id=second if told.other_id is not None else None)
            yield replace(asked, key=question_key(asked))
        for someone in self._there.new:
            number = self._people[someone.person.id]
            for other in self._there.namesakes(someone):
                evidence = f"same name: {other.name}"
                key = pair_key(other.id, number)
                yield Question(0, other.id, key, "weak", evidence, self._now, other_id=number)

    def _keep_marks(self) -> None:
        before = len(self._store.marks()[1])
        if self._told.salt and not self._store.keep_marks(self._told.salt, self._told.marks, self._now):
            self._brought["lost_marks"] += len(self._told.marks)
        self._brought["marks"] += len(self._store.marks()[1]) - before


_OF_DRAFTS = ("kind", "language", "register", "text", "written", "passage", "line", "state", "channel")


def _number(told: int | None) -> int:
    """A number of the file's, or one that it never has."""
    return -1 if told is None else told


def _sameness(engagement: Engagement) -> tuple[object, ...]:
    return engagement.kind, engagement.direction, engagement.at, engagement.note


def _completed(here: Person, told: Person, now: datetime) -> Person:
    """`here` with what was not known of them; what was known stays."""
    named, other = (told, here) if here.unnamed and not told.unnamed else (here, told)
    rests = told if told.rests_until and told.rests_until >= now.date() and not here.rests_until else here
    return replace(
        here,
        name=named.name,
        unnamed=named.unnamed,
        also=_more(here.also, [*told.also, *([] if other.unnamed else [other.name])], besides=named.name),
        register=here.register or told.register,
        language=here.language or told.language,
        every=told.every if here.every is None else here.every,
        note=here.note or told.note,
        company=here.company or told.company,
        position=here.position or ("" if here.company else told.position),
        met=here.met or told.met,
        met_on=here.met_on or told.met_on,
        common=here.common or told.common,
        birthday=here.birthday or told.birthday,
        tags=_more(here.tags, told.tags),
        goals=_more(here.goals, told.goals),
        rests_until=rests.rests_until,
        rested=rests.rested,
    )


def _more(here: tuple[str, ...], told: Iterable[str], besides: str = "") -> tuple[str, ...]:
    """The words that are here, and behind them those that are new."""
    known = {fold(word) or word for word in (*here, besides)}
    new = [word for word in dict.fromkeys(told) if (fold(word) or word) not in known]
    return (*here, *new)
