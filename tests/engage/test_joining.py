"""Merging two people, and telling them apart again: each undoes the other exactly."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.errors import NothingToSplit, SamePerson, UnknownPerson
from engage.joining import joined, pair_key
from engage.linking import address_key
from engage.model import Address, Draft, Engagement, Identity, Person, Question, Relation
from engage.store import Store, open_stores
from feeds.model import Source
from tests.engage.hands import DAY, NOON, House, post

if TYPE_CHECKING:
    from engage.model import Circle, IdentityKind

TABLES = ("people", "identities", "engagements", "drafts", "draft_texts", "relations", "shown", "openings")
KINDS: tuple[IdentityKind, ...] = ("email", "link", "mastodon", "linkedin", "blog")


def rows(store: Store, *tables: str) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in some tables, row for row."""
    return {
        table: [tuple(row) for row in store.connection.execute(f"select * from {table} order by 1, 2")]
        for table in tables or TABLES
    }


def address(person: Person, kind: IdentityKind, word: str, source: int | None = None) -> Identity:
    return Identity(0, person.id, kind, word, word, f"https://{word}", source, f"typed: {word}", NOON)


# --- what is known of both ---

JULIE = Person(1, "Julie", 2, NOON, note="Loves hedges.", tags=("garden",), company="Haies SARL")


def test_what_both_say_the_first_says_and_notes_stand_under_each_other() -> None:
    other = Person(
        *(2, "Julie Martin", 1, NOON - DAY, "tu", "fr"),
        note="Met in Brest.",
        tags=("Garden", "fediverse"),
        company="Autre",
        position="Boss",
        met="Brest",
        also=("Juju",),
    )
    whole = joined(JULIE, other)
    assert (whole.name, whole.circle, whole.added, whole.register) == ("Julie", 1, NOON - DAY, "tu")
    assert (whole.note, whole.tags) == ("Loves hedges.\nMet in Brest.", ("garden", "fediverse"))
    assert (whole.company, whole.position, whole.met) == ("Haies SARL", "", "Brest")
    assert whole.also == ("Juju", "Julie Martin")


def test_a_name_goes_before_what_is_none() -> None:
    unnamed = replace(JULIE, name="Le blog des haies", unnamed=True)
    whole = joined(unnamed, Person(2, "Julie Martin", 3, NOON))
    assert (whole.name, whole.unnamed, whole.also) == ("Julie Martin", False, ())


def test_the_same_twice_is_said_once() -> None:
    assert joined(JULIE, replace(JULIE, id=2)) == JULIE


# --- two who become one ---


def test_all_of_one_goes_to_the_other_and_both_names_and_numbers_find_them(house: House) -> None:
    store = house.store
    kept, gone = house.person("Julie Martin", 1), house.person("J. M.", 3)
    store.add_identity(address(gone, "email", "julie@haies.example"))
    store.record(Engagement(0, gone.id, "met", "out", NOON, "at the market"))
    merged = store.merge(kept.id, gone.id, NOON, "you said so")
    assert merged.id == kept.id
    assert [person.name for person in store.people()] == ["Julie Martin"]
    assert [identity.address for identity in store.identities(kept.id)] == ["julie@haies.example"]
    assert [engagement.note for engagement in store.engagements(kept.id)] == ["at the market"]
    assert store.person(gone.id) == merged == store.find_person("J. M.")
    assert store.merged(kept.id) == [(gone.id, "J. M.", "you said so")]


def test_whoever_is_one_already_cannot_be_merged(house: House) -> None:
    julie, other = house.person("Julie"), house.person("Paul")
    with pytest.raises(SamePerson):
        house.store.merge(julie.id, julie.id, NOON)
    house.store.merge(julie.id, other.id, NOON)
    with pytest.raises(SamePerson):
        house.store.merge(other.id, julie.id, NOON)


def test_nobody_is_split_into_whom_nobody_was_merged(house: House) -> None:
    julie = house.person("Julie")
    with pytest.raises(NothingToSplit, match="ADDRESS"):
        house.store.split(julie.id, NOON)


def test_what_came_since_stays_with_whom_it_came_to(house: House) -> None:
    store = house.store
    kept, gone = house.person("Julie"), house.person("Juliette")
    store.merge(kept.id, gone.id, NOON)
    store.record(Engagement(0, kept.id, "wrote", "out", NOON))
    store.change_person(kept.id, note="since", circle=1)
    store.split(kept.id, NOON)
    assert [e.kind for e in store.engagements(kept.id)] == ["wrote"]
    assert (store.person(kept.id).note, store.person(kept.id).also) == ("since", ())
    assert store.engagements(gone.id) == []


def test_three_who_were_merged_come_apart_in_the_order_in_which_they_came_together(house: House) -> None:
    store = house.store
    first, second, third = (house.person(name) for name in ("Ana", "Anna", "Annah"))
    for number, person in enumerate((first, second, third)):
        store.add_identity(address(person, "email", f"{number}@ana.example"))
    before = rows(store)
    store.merge(second.id, third.id, NOON)
    store.merge(first.id, second.id, NOON)
    assert store.person(third.id).id == first.id
    store.split(first.id, NOON)
    store.split(second.id, NOON)
    assert rows(store) == before


def test_who_was_told_apart_is_not_asked_about_again_until_merged_by_hand(house: House) -> None:
    store = house.store
    kept, gone = house.person("Julie"), house.person("Juliette")
    store.merge(kept.id, gone.id, NOON)
    store.split(kept.id, NOON)
    assert store.refused() == {pair_key(kept.id, gone.id)}
    store.merge(kept.id, gone.id, NOON)
    assert store.refused() == set()


# --- one of whom some addresses are somebody else's ---


def test_addresses_go_with_what_passed_there(house: House) -> None:
    store = house.store
    julie = house.person("Julie", 1)
    source = store.feeds.add_source(Source("blog", "https://paul.example/feed", "Paul"), NOON)
    store.add_identity(address(julie, "blog", "https://paul.example/feed", source.id))
    store.add_identity(address(julie, "linkedin", "paul-roux"))
    store.add_identity(address(julie, "email", "julie@haies.example"))
    piece = house.publish(source, post(title="first"))[0]
    about = store.record(Engagement(0, julie.id, "thanked", "out", NOON, piece=piece))
    told = store.record(Engagement(0, julie.id, "wrote", "in", NOON, channel="linkedin", key="linkedin 1"))
    stays = store.record(Engagement(0, julie.id, "met", "out", NOON))
    letter = store.add_draft(
        Draft(0, "word", julie.id, piece, "fr", "tu", "a", "a", "", "", "open", NOON, NOON)
    )
    theirs = [i.id for i in store.identities(julie.id) if i.kind != "email"]
    before = rows(store)
    kept, fresh = store.split_off(julie.id, theirs, "Paul Roux", NOON)
    assert {e.id for e in store.engagements(fresh.id)} == {about.id, told.id}
    assert [e.id for e in store.engagements(kept.id)] == [stays.id]
    assert store.draft(letter.id).person_id == fresh.id
    assert [i.kind for i in store.identities(kept.id)] == ["email"]
    for one, other in ((kept.id, fresh.id), (fresh.id, kept.id)):
        store.merge(one, other, NOON)
        assert rows(store) == before
        store.split_off(julie.id, theirs, "Paul Roux", NOON)


def test_somebody_split_off_who_has_more_by_now_is_merged_with_all_of_it(house: House) -> None:
    store = house.store
    julie = house.person("Julie", 1)
    store.add_identity(address(julie, "email", "paul@roux.example"))
    _, paul = store.split_off(julie.id, [store.identities()[0].id], "Paul", NOON)
    store.record(Engagement(0, paul.id, "met", "out", NOON))
    store.merge(julie.id, paul.id, NOON)
    assert [e.kind for e in store.engagements(julie.id)] == ["met"]
    assert store.find_person("Paul").id == julie.id
    store.split(julie.id, NOON)
    assert [e.kind for e in store.engagements(paul.id)] == ["met"]


# --- whatever two people have ---

words = st.sampled_from(["", "haies", "jardin", "Brest", "haies\njardin"])
lists = st.lists(st.sampled_from(["a", "B", "b", "été"]), max_size=3).map(tuple)


@st.composite
def people(draw: st.DrawFn) -> dict[str, Any]:
    every = draw(st.none() | st.integers(0, 90))
    circle: Circle = draw(st.sampled_from([1, 2, 3]))
    return {
        "circle": circle,
        "register": draw(st.sampled_from(["", "tu", "vous"])),
        "every": None if every is None else timedelta(days=every),
        "unnamed": draw(st.booleans()),
        **{
            name: draw(words)
            for name in ("note", "company", "position", "met", "met_on", "common", "birthday")
        },
        **{name: draw(lists) for name in ("tags", "goals", "also")},
        "rests_until": draw(st.none() | st.dates()),
    }


belongings = st.lists(
    st.tuples(
        st.sampled_from(["identity", "engagement", "relation", "question", "draft", "told"]),
        st.integers(0, 3),
    ),
    max_size=8,
)


def furnish(store: Store, person: Person, things: list[tuple[str, int]], others: list[Person]) -> None:
    """Give a person addresses, engagements and relations, of which another one may have the same."""
    for what, number in things:
        if what == "identity":
            source = (
                store.feeds.add_source(Source("blog", f"https://{number}.example/"), NOON).id
                if number % 2
                else None
            )
            mine = address(
                person, KINDS[number], f"https://{number}.example/", source if person.id % 2 else None
            )
            store.add_identity(mine)
        elif what in {"engagement", "told"}:
            key = f"x {number}" if what == "told" else None
            store.record_told([Engagement(0, person.id, "wrote", "out", NOON - number * DAY, key=key)])
        elif what == "relation":
            other = others[number % len(others)]
            store.relate(
                [
                    Relation(person.id, other.id, "knows", "said", NOON),
                    Relation(other.id, person.id, "follows", "seen", NOON),
                ]
            )
        elif what == "question":
            other = others[number % len(others)]
            store.ask(
                [Question(0, person.id, f"q {person.id} {number}", "weak", "name", NOON, other_id=other.id)]
            )
        else:
            store.add_draft(
                Draft(0, "word", person.id, None, "fr", "tu", "t", "t", "", "", "open", NOON, NOON)
            )


@given(people(), people(), belongings, belongings, st.booleans())
def test_a_split_is_the_exact_opposite_of_a_merge(
    first: dict[str, Any],
    second: dict[str, Any],
    mine: list[tuple[str, int]],
    theirs: list[tuple[str, int]],
    reversed_: bool,
) -> None:
    store = open_stores(":memory:")
    julie = store.add_person(Person(0, "Julie", added=NOON, **first))
    other = store.add_person(Person(0, "Julie Martin", added=NOON - DAY, **second))
    paul = store.add_person(Person(0, "Paul", 3, NOON))
    furnish(store, julie, mine, [other, paul])
    furnish(store, other, theirs, [julie, paul])
    before = rows(store, *TABLES, "questions")
    kept, gone = (other, julie) if reversed_ else (julie, other)
    store.merge(kept.id, gone.id, NOON)
    merged = rows(store)
    assert {row[1] for row in merged["identities"]} <= {kept.id, paul.id}
    store.split(kept.id, datetime(2027, 1, 1, tzinfo=UTC))
    after = rows(store, *TABLES, "questions")
    after["questions"] = [row for row in after["questions"] if row[3] != pair_key(kept.id, gone.id)]
    assert after == before
    # … and merging once more gives what the first time gave.
    store.merge(kept.id, gone.id, NOON)
    assert rows(store) == merged
    store.connection.close()


@given(people(), belongings, st.sets(st.integers(0, 3)))
def test_a_merge_is_the_exact_opposite_of_a_split(
    first: dict[str, Any], things: list[tuple[str, int]], chosen: set[int]
) -> None:
    store = open_stores(":memory:")
    julie = store.add_person(Person(0, "Julie", added=NOON, **first))
    paul = store.add_person(Person(0, "Paul", 3, NOON))
    furnish(store, julie, things, [paul])
    before = rows(store, *TABLES, "questions")
    taken = [identity.id for number, identity in enumerate(store.identities(julie.id)) if number in chosen]
    kept, fresh = store.split_off(julie.id, taken, "Somebody else", NOON)
    store.merge(fresh.id, kept.id, NOON)
    assert rows(store, *TABLES, "questions") == before
    with pytest.raises(UnknownPerson):
        store.person(fresh.id)
    store.connection.close()


# --- forgetting ---


def test_whoever_is_forgotten_leaves_no_trace_in_the_file(house: House) -> None:
    store = house.store
    julie, paul = house.person("Xanthippe Quendolin", 1, note="Zwiebelfisch"), house.person("Paul")
    former = house.person("Xanthi")
    source = store.feeds.add_source(Source("blog", "https://quendolin.example/feed", "Kwendel"), NOON)
    store.add_identity(address(julie, "blog", "https://quendolin.example/feed", source.id))
    store.add_identity(address(former, "mastodon", "xanthippe@quendolin.example"))
    piece = house.publish(source, post(title="Purzelbaum", text="Firlefanz und Kokolores"))[0]
    store.remember_shown(NOON.date(), [piece])
    store.remember_opened(piece, NOON)
    store.record(Engagement(0, julie.id, "met", "out", NOON, "Schabernack"))
    store.record(Engagement(0, paul.id, "wrote", "out", NOON, "stays", piece=piece))
    store.add_draft(Draft(0, "word", julie.id, piece, "fr", "tu", "Larifari", "", "", "", "open", NOON, NOON))
    store.relate([Relation(julie.id, paul.id, "knows", "Tohuwabohu", NOON)])
    store.ask([Question(0, paul.id, "same", "weak", "Remmidemmi", NOON, other_id=julie.id)])
    store.merge(julie.id, former.id, NOON)
    erased = store.forget(former.id, NOON)
    assert (erased.addresses, erased.engagements, erased.drafts, erased.sources, erased.posts) == (
        2,
        1,
        1,
        1,
        1,
    )
    assert [person.name for person in store.people()] == ["Paul"]
    assert [(e.note, e.piece) for e in store.engagements(paul.id)] == [("stays", None)]
    path = store.connection.execute("pragma database_list").fetchone()[2]
    store.connection.execute("pragma wal_checkpoint(truncate)")
    content = Path(path).read_bytes().lower()
    traces = "xanthi quendolin zwiebelfisch kwendel purzelbaum firlefanz kokolores schabernack larifari tohuwabohu remmidemmi"
    assert [word for word in traces.split() if word.encode() in content] == []
    assert b"stays" in content  # the look into the bytes sees what is there


def test_a_feed_that_somebody_else_writes_in_too_stays(house: House) -> None:
    store = house.store
    julie, paul = house.person("Julie"), house.person("Paul")
    source = store.feeds.add_source(Source("blog", "https://groupe.example/feed", "Groupe"), NOON)
    for person in (julie, paul):
        store.add_identity(address(person, "blog", "https://groupe.example/feed", source.id))
    house.publish(source, post(title="first"))
    assert store.forget(julie.id, NOON).sources == 0
    assert store.feeds.sources() == [source]


def test_marks_recognise_who_is_to_be_forgotten_and_tell_nobody_who_it_is(house: House) -> None:
    store = house.store
    julie = house.person("Julie Martin")
    store.add_identity(address(julie, "email", "julie@haies.example"))
    assert store.forgotten(["email julie@haies.example"]) == set()
    store.forget(julie.id, NOON, do_not_contact=True)
    keys = ["email julie@haies.example", "name julie martin", "name paul roux"]
    assert store.forgotten(keys) == set(keys[:2])
    kept = json.dumps([tuple(row) for row in store.connection.execute("select * from forgotten")])
    assert "julie" not in kept
    store.remember_again(["email julie@haies.example"])
    assert store.forgotten(keys) == {"name julie martin"}


# --- what you said, and whom it is about by now ---


def test_a_no_holds_for_whoever_they_are_one_with_by_now(house: House) -> None:
    store = house.store
    julie, former, paul = house.person("Julie"), house.person("Ju"), house.person("Paul")
    about = Address("link", "https://haies.example/", "haies.example", "https://haies.example/")
    store.ask(
        [
            Question(
                0, former.id, address_key(former.id, about), "weak", "e", NOON, about=about, answer="no"
            ),
            Question(
                *(0, former.id, pair_key(former.id, paul.id), "weak", "e", NOON),
                other_id=paul.id,
                answer="no",
            ),
        ]
    )
    store.merge(julie.id, former.id, NOON)
    assert {address_key(julie.id, about), pair_key(julie.id, paul.id)} <= store.refused()


# --- merges, and what happens to others meanwhile ---


def related(store: Store, *pairs: tuple[Person, Person]) -> None:
    store.relate([Relation(one.id, other.id, "knows", "SECRETEVIDENCE", NOON) for one, other in pairs])


def test_a_split_puts_nothing_back_of_whoever_was_forgotten(house: House) -> None:
    store = house.store
    ana, ben, cec = (house.person(name) for name in ("Ana", "Ben", "Cec"))
    related(store, (ana, cec), (ben, cec))
    store.merge(ana.id, ben.id, NOON)
    store.forget(cec.id, NOON)
    moved = [row[0] for row in store.connection.execute("select moved from joinings")]
    assert "SECRETEVIDENCE" not in "".join(moved)
    assert [person.name for person in store.split(ana.id, NOON)] == ["Ana", "Ben"]
    assert store.relations() == []


def test_a_split_puts_back_to_whoever_they_are_by_now(house: House) -> None:
    store = house.store
    ana, ben, cec, dan = (house.person(name) for name in ("Ana", "Ben", "Cec", "Dan"))
    related(store, (ana, cec), (ben, cec))
    store.merge(ana.id, ben.id, NOON)
    store.merge(dan.id, cec.id, NOON)
    store.split(ana.id, NOON)
    assert {(r.person_id, r.other_id) for r in store.relations()} == {(ana.id, dan.id), (ben.id, dan.id)}


def test_a_name_goes_with_whoever_it_is_though_others_came_since(house: House) -> None:
    store = house.store
    ana, ben, cec = (house.person(name) for name in ("Ana", "Ben", "Cec"))
    store.merge(ana.id, ben.id, NOON)
    store.merge(ana.id, cec.id, NOON)
    store.split(ana.id, NOON, ben.id)
    assert store.person(ana.id).also == ("Cec",)
    store.split(ana.id, NOON, cec.id)
    assert store.person(ana.id).also == ()


def test_questions_of_others_about_whoever_is_forgotten_go_too(house: House) -> None:
    store = house.store
    julie, paul = house.person("Julie"), house.person("Paul")
    about = Address("link", "https://julie.example/", "julie.example", "https://julie.example/")
    store.add_identity(address(julie, "link", "https://julie.example/"))
    store.ask([Question(0, paul.id, address_key(paul.id, about), "weak", "e", NOON, about=about)])
    store.forget(julie.id, NOON)
    assert store.questions(answered=True) == []
