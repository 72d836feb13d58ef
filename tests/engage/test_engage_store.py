"""People, engagements and drafts in the file: nothing typed is ever lost."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from engage.errors import AmbiguousPerson, UnknownDraft, UnknownPerson, WrongState
from engage.model import CONTACTS, GESTURES, Draft, Engagement
from engage.naming import fold
from engage.store import open_stores
from feeds.errors import StoreError
from feeds.model import Source
from tests.engage.hands import DAY, NOON, House, identity, post

if TYPE_CHECKING:
    from pathlib import Path

    from engage.model import Direction, Person


def draft(of: Person, piece: int | None = None) -> Draft:
    return Draft(0, "word", of.id, piece, "fr", "tu", "un", "un", "p", "", "open", NOON, NOON)


def passed(of: Person, kind: str = "wrote", ago: int = 0, direction: Direction = "out") -> Engagement:
    return Engagement(0, of.id, kind, direction, NOON - ago * DAY)


def test_a_person_comes_back_as_they_were_given(house: House) -> None:
    given = house.person(
        "Zoë Ünal", 3, register="vous", language="en", every=timedelta(weeks=6), note="n\n« é »"
    )
    assert house.store.person(given.id) == given
    assert (given.name, given.every, given.note) == ("Zoë Ünal", timedelta(weeks=6), "n\n« é »")
    changed = house.store.change_person(given.id, circle=1, every=timedelta(0))
    assert (changed.circle, changed.every, changed.name) == (1, timedelta(0), "Zoë Ünal")
    assert house.store.change_person(given.id) == changed


def test_people_stand_by_name_as_one_looks_it_up(house: House) -> None:
    for name in ("Zoé", "Émile", "eva", "Adam"):
        house.person(name)
    assert [person.name for person in house.store.people()] == ["Adam", "Émile", "eva", "Zoé"]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Maëlle Kerdoncuff", "Maëlle Kerdoncuff"),
        ("maelle kerdoncuff", "Maëlle Kerdoncuff"),
        ("MAËLLE", "Maëlle Kerdoncuff"),
        ("kerd", "Maëlle Kerdoncuff"),
        ("kerd mae", "Maëlle Kerdoncuff"),
        ("jean marc", "Jean-Marc"),
        ("Jean", "Jean"),
        ("l’heritier", "Anne L'Héritier"),
        ("@maelle@pouet.example", "Maëlle Kerdoncuff"),
        ("MAELLE@pouet.example", "Maëlle Kerdoncuff"),
        (" maelle@pouet.example ", "Maëlle Kerdoncuff"),
        ("Nerfs et ficelle", "Maëlle Kerdoncuff"),
    ],
)
def test_a_person_is_found_as_people_type(house: House, typed: str, name: str) -> None:
    for other in ("Jean-Marc", "Jean", "Anne L'Héritier"):
        house.person(other)
    maelle = house.person("Maëlle Kerdoncuff")
    for kind, address, label in (
        ("mastodon", "maelle@pouet.example", "@maelle@pouet.example"),
        ("blog", "https://m.example/feed", "Nerfs et ficelle"),
        ("blog", "https://m.example/other", ""),
    ):
        house.store.add_identity(identity(maelle.id, kind=kind, address=address, label=label))
    assert house.store.find_person(typed).name == name


@pytest.mark.parametrize(
    "typed", ["", " ", "@", "--", "doncuff", "Nobody", "%", "_", "'", '"; drop table people']
)
def test_nobody_is_found_by_nothing(house: House, typed: str) -> None:
    """A blog without a title has an empty label: that is nobody's name."""
    of = house.person("Maëlle Kerdoncuff")
    house.store.add_identity(identity(of.id, kind="blog", address="https://m.example/feed", label=""))
    with pytest.raises(UnknownPerson):
        house.store.find_person(typed)


def test_who_may_be_meant_is_named(house: House) -> None:
    house.person("Ann Lee")
    house.person("Ann Moor")
    with pytest.raises(AmbiguousPerson, match=r"Ann Lee \(#1\), Ann Moor \(#2\)"):
        house.store.find_person("ann")


def test_an_address_is_kept_once_for_each_person(house: House) -> None:
    one, two = house.person("One"), house.person("Two")
    assert house.store.add_identity(identity(one.id)) is True
    assert house.store.add_identity(identity(one.id)) is False
    assert house.store.add_identity(identity(two.id)) is True
    assert [i.person_id for i in house.store.identities()] == [one.id, two.id]
    assert len(house.store.identities(one.id)) == 1


@pytest.mark.parametrize("kind", [*CONTACTS, *GESTURES])
def test_every_kind_is_kept_and_only_contacts_are_contact(house: House, kind: str) -> None:
    of = house.person()
    kept = house.store.record(passed(of, kind, 3))
    assert house.store.engagements(of.id) == [kept]
    assert (of.id in house.store.last_contacts()) is (kind in CONTACTS)


def test_the_last_contact_is_either_way_the_last_reach_is_yours(house: House) -> None:
    of, other = house.person(), house.person("Other")
    for engagement in (
        passed(of, "met", 40),
        passed(of, "wrote", 97),
        passed(of, "wrote", 9, "in"),
        passed(of, "liked", 1),
        passed(other, "called", 5),
    ):
        house.store.record(engagement)
    assert house.store.last_contacts()[of.id] == NOON - 9 * DAY
    assert house.store.last_reached() == {
        of.id: ("met", NOON - 40 * DAY),
        other.id: ("called", NOON - 5 * DAY),
    }
    assert [e.kind for e in house.store.engagements(of.id)] == ["liked", "wrote", "met", "wrote"]


def test_moments_of_any_zone_compare_as_moments(house: House) -> None:
    of = house.person()
    early = datetime(2026, 11, 23, 9, 0, tzinfo=timezone(timedelta(hours=9)))  # midnight in UTC
    late = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    for at in (early, late):
        house.store.record(replace(passed(of), at=at))
    assert house.store.last_contacts()[of.id] == late
    assert [e.at for e in house.store.engagements(of.id)] == [late, early]


def test_what_was_answered_is_known_by_its_post(house: House) -> None:
    of = house.person()
    numbers = house.publish(house.source(of), post(), post(url="https://julie.example/b"))
    house.store.record(replace(passed(of, "thanked"), piece=numbers[0]))
    house.store.record(replace(passed(of, "replied", direction="in"), piece=numbers[1]))
    assert house.store.answered_posts() == {numbers[0]: NOON}


def test_a_draft_keeps_every_text_it_had(house: House) -> None:
    kept = house.store.add_draft(draft(house.person()))
    for text in ("un", "deux", "deux", "trois", "un"):
        house.store.change_draft(kept.id, NOON, text=text)
    house.store.change_draft(kept.id, NOON, line="l")
    house.store.change_draft(kept.id, NOON, state="discarded")
    assert house.store.texts_of(kept.id) == ["un", "deux", "trois", "un"]


@pytest.mark.parametrize(("state", "said"), [("sent", "sent"), ("discarded", "put aside")])
def test_a_closed_draft_changes_no_more(house: House, state: str, said: str) -> None:
    kept = house.store.add_draft(draft(house.person()))
    closed = house.store.change_draft(kept.id, NOON, state=state)
    for columns in ({"text": "x"}, {"state": "open"}, {"state": "sent"}):
        with pytest.raises(WrongState, match=said):
            house.store.change_draft(kept.id, NOON + DAY, **columns)
    assert house.store.draft(kept.id) == closed
    assert house.store.texts_of(kept.id) == ["un"]


def test_drafts_are_listed_the_latest_change_first(house: House) -> None:
    of = house.person()
    (number,) = house.publish(house.source(of), post())
    first, second, third = (house.store.add_draft(draft(of, n)) for n in (number, None, number))
    house.store.change_draft(second.id, NOON + DAY, text="x")
    house.store.change_draft(third.id, NOON, state="sent")
    assert [d.id for d in house.store.drafts()] == [second.id, first.id]
    assert [d.id for d in house.store.drafts(every=True)] == [second.id, third.id, first.id]
    assert [d.id for d in house.store.drafts_about([number, 999])] == [third.id, first.id]
    assert house.store.drafts_about([]) == []


def test_no_such_draft_or_person(house: House) -> None:
    with pytest.raises(UnknownDraft):
        house.store.draft(1)
    with pytest.raises(UnknownDraft):
        house.store.change_draft(1, NOON, text="x")
    with pytest.raises(UnknownPerson):
        house.store.person(1)


def test_a_day_remembers_what_it_showed_first(house: House) -> None:
    of = house.person()
    one, two = house.publish(house.source(of), post(), post(url="https://julie.example/b"))
    today = NOON.date()
    house.store.remember_shown(today, [one])
    house.store.remember_shown(today, [one, two])
    house.store.remember_shown(today + DAY, [one])
    assert house.store.shown() == {one: today, two: today}


def test_what_was_opened_to_be_read_is_remembered(house: House) -> None:
    of = house.person()
    one, two = house.publish(house.source(of), post(), post(url="https://julie.example/b"))
    house.store.remember_opened(one, NOON)
    house.store.remember_opened(one, NOON + DAY)
    assert house.store.was_opened([one, two])
    assert not house.store.was_opened([two])
    assert not house.store.was_opened([])


def test_what_fails_half_way_leaves_nothing(house: House) -> None:
    of = house.person()

    def work() -> None:
        with house.store.writing():
            house.store.record(passed(of))
            house.store.change_draft(1, NOON, state="sent")

    with pytest.raises(UnknownDraft):
        work()
    assert house.store.engagements(of.id) == []


def test_an_engagement_needs_its_person(house: House) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        house.store.record(Engagement(0, 99, "met", "out", NOON))


def test_the_file_opens_again_with_all_in_it(tmp_path: Path) -> None:
    for name in ("One", "Two"):
        store = open_stores(tmp_path / "n.db")
        with closing(store.connection):
            House(store).person(name)
    store = open_stores(tmp_path / "n.db")
    with closing(store.connection):
        assert [person.name for person in store.people()] == ["One", "Two"]


def test_two_at_once_both_write(tmp_path: Path) -> None:
    """Each thread opens the file for itself, and waits its turn."""
    with closing(open_stores(tmp_path / "n.db").connection):
        pass

    def write() -> None:
        store = open_stores(tmp_path / "n.db")
        with closing(store.connection):
            for _ in range(20):
                House(store).person("Somebody")

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store = open_stores(tmp_path / "n.db")
    with closing(store.connection):
        assert len(store.people()) == 80


@pytest.mark.parametrize("content", [b"This is a letter, not a database. " * 40, b"\x00" * 4096])
def test_a_file_that_is_something_else_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "n.db"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"n\.db cannot be opened"):
        open_stores(path)
    assert path.read_bytes() == content


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        open_stores(tmp_path)


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Maëlle  KERDONCUFF", "maelle kerdoncuff"),
        ("Jean-Marc", "jean marc"),
        ("L’Héritier", "l heritier"),
        ("ﬁn", "fin"),
        ("Straße", "strasse"),
        ("🦊", "🦊"),
        ("--", ""),
        ("李 明", "李 明"),
    ],
)
def test_names_fold_as_one_types_them(name: str, folded: str) -> None:
    assert fold(name) == folded


def test_an_address_that_is_fetched_from_now_on_learns_so_and_knows_no_capitals(house: House) -> None:
    of = house.person()
    assert house.store.add_identity(identity(of.id, kind="mastodon", address="Julie@Piaille.example"))
    source = house.store.feeds.add_source(Source("mastodon", "julie@piaille.example"), NOON)
    assert not house.store.add_identity(identity(of.id, source))
    (kept,) = house.store.identities(of.id)
    assert (kept.address, kept.source_id) == ("julie@piaille.example", source.id)
