"""Whom a file speaks of: who is new, who is known, and who only you can say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engage import addresses, knowing
from engage.contacts.cards import Book, Card, Message
from engage.contacts.laying import Taken, accept, decline, plan, take
from engage.contacts.waiting import card_of, written
from engage.linking import address_key
from engage.model import Identity, Question
from tests.engage.hands import DAY, NOON, House

if TYPE_CHECKING:
    from engage.model import Address, Person


def at(typed: str, kind: str = "") -> Address:
    found = addresses.read(typed, kind)
    assert found
    return found


def card(name: str = "Julie Martin", *typed: str, **more: Any) -> Card:
    return Card(more.pop("line", 2), name, tuple(map(at, typed)), **more)


def book(*cards: Card, messages: tuple[Message, ...] = ()) -> Book:
    return Book("LinkedIn", cards, messages)


def message(
    who: str = "", name: str = "Julie Martin", key: str = "linkedin 1", text: str = "Bonjour"
) -> Message:
    return Message(3, at(who) if who else None, name, "wrote", "in", NOON - DAY, text, "linkedin", key)


def give(house: House, person: Person, typed: str) -> None:
    known = at(typed)
    mine = Identity(
        0, person.id, known.kind, known.address, known.label, known.url, None, f"typed: {typed}", NOON
    )
    house.store.add_identity(mine)


def bring(house: House, told: Book) -> Taken:
    return take(house.store, plan(house.store, told), 3, "Basic.zip", NOON)


def rows(house: House) -> list[tuple[Any, ...]]:
    tables = ("people", "identities", "engagements", "questions", "sources")
    return [
        tuple(row) for table in tables for row in house.store.connection.execute(f"select * from {table}")
    ]


JULIE = "https://www.linkedin.com/in/julie-m"


def test_somebody_new_is_here_with_all_that_the_file_says(house: House) -> None:
    told = card(
        "Julie Martin 🌿",
        JULIE,
        "julie@haies.example",
        company="Haies SARL",
        position="Gérante",
        birthday="--04-12",
        note="Rencontrée à Brest.",
        tags=("jardin",),
        also=("Juju",),
        language="fr",
        since=date(2022, 2, 7),
        extra={
            "circle": "1",
            "every": "42",
            "register": "tu",
            "met": "Brest",
            "goals": "un livre\nun jardin",
        },
    )
    assert bring(house, book(told)) == Taken(people=1, addresses=2)
    (person,) = house.store.people()
    assert (person.name, person.company, person.position, person.birthday) == (
        "Julie Martin",
        "Haies SARL",
        "Gérante",
        "--04-12",
    )
    assert (person.note, person.tags, person.also, person.language) == (
        "Rencontrée à Brest.",
        ("jardin",),
        ("Juju",),
        "fr",
    )
    assert (person.circle, person.every, person.register, person.met) == (
        1,
        timedelta(days=42),
        "tu",
        "Brest",
    )
    assert person.goals == ("un livre", "un jardin")
    identity = house.store.identities()[0]
    assert (identity.kind, identity.address, identity.evidence) == (
        "linkedin",
        "julie-m",
        "file: LinkedIn, Basic.zip",
    )
    assert identity.since.date() == date(2022, 2, 7)


def test_the_same_file_twice_changes_nothing(house: House) -> None:
    house.person("Paul Roux")
    told = book(
        card("Julie Martin", JULIE, company="Haies"),
        card(
            "Paul Roux", "https://www.linkedin.com/in/paul-r"
        ),  # nothing shows that it is the one who is here
        card("", "@zoe@piaille.example"),
        card("Nobody But A Name"),
        messages=(message(JULIE), message("", "Julie Martin", "linkedin 2")),
    )
    assert bring(house, told) == Taken(people=3, addresses=2, questions=1, engagements=2)
    before = rows(house)
    assert plan(house.store, told).is_nothing
    assert bring(house, told) == Taken()
    assert rows(house) == before


@pytest.mark.parametrize(
    "typed", [JULIE, "julie@haies.example", "@julie@piaille.example", "https://x.com/julie", "did:plc:julie"]
)
def test_an_account_or_a_mailbox_in_common_is_proof_whatever_the_name(house: House, typed: str) -> None:
    julie = house.person("Julie Martin")
    give(house, julie, typed)
    told = card("J. Martin-Roux", typed, "+33 6 12 34 56 78", company="Haies")
    planned = plan(house.store, book(told))
    assert [(laid.person.id, [a.kind for a in laid.addresses], laid.fields) for laid in planned.matched] == [
        (julie.id, ["phone"], {"company": "Haies"})
    ]
    assert (planned.new, planned.unclear) == ((), ())


def test_a_mailbox_is_the_same_in_capitals(house: House) -> None:
    julie = house.person("Julie Martin")
    give(house, julie, "julie@haies.example")
    assert plan(house.store, book(card("Julie", "Julie@Haies.EXAMPLE"))).matched[0].person == julie


def test_what_is_known_stays_as_it_is_and_what_is_missing_is_added(house: House) -> None:
    julie = house.person(
        "Julie Martin", company="Haies SARL", note="Un mot.", tags=("Jardin",), birthday="1980-04-12"
    )
    give(house, julie, "julie@haies.example")
    told = card(
        "Julie",
        "julie@haies.example",
        company="Autre",
        position="Chef",
        birthday="--01-01",
        note="Deux.",
        tags=("jardin", "chœur"),
    )
    bring(house, book(told))
    kept = house.store.person(julie.id)
    assert (kept.company, kept.position, kept.birthday) == ("Haies SARL", "", "1980-04-12")
    assert (kept.note, kept.tags, kept.circle) == ("Un mot.\nDeux.", ("Jardin", "chœur"), julie.circle)


@pytest.mark.parametrize(
    ("company", "strength", "evidence"),
    [
        ("Haies SARL", "medium", "same name and company: julie martin, HAIES sarl"),
        ("Autre", "weak", "same name: julie martin"),
        ("", "weak", "same name: julie martin"),
    ],
)
def test_a_name_alone_is_no_proof_and_asks(house: House, company: str, strength: str, evidence: str) -> None:
    julie = house.person("Julie Martin", company=company)
    give(house, julie, "julie@haies.example")
    told = book(card("julie martin", JULIE, company="HAIES sarl"))
    planned = plan(house.store, told)
    assert [(d.person.id, d.strength, d.evidence) for d in planned.unclear] == [
        (julie.id, strength, evidence)
    ]
    bring(house, told)
    (question,) = house.store.questions()
    assert (question.person_id, question.evidence) == (julie.id, f"{evidence} (Basic.zip)")
    assert len(house.store.people()) == 1


def test_a_first_name_alone_asks_nothing(house: House) -> None:
    house.person("Julie")
    assert [c.name for c in plan(house.store, book(card("Julie", JULIE))).new] == ["Julie"]


def test_a_telephone_may_be_a_familys_and_asks(house: House) -> None:
    julie = house.person("Julie Martin")
    give(house, julie, "tel:+33612345678")
    (doubt,) = plan(house.store, book(card("Paul Martin", "tel:+33 6 12 34 56 78"))).unclear
    assert (doubt.person.id, doubt.strength) == (julie.id, "medium")
    assert doubt.evidence.startswith("address in common: ")


def test_what_two_people_have_is_nobodys_proof(house: House) -> None:
    for name in ("Julie Martin", "Paul Roux"):
        give(house, house.person(name), "asso@haies.example")
    planned = plan(house.store, book(card("Zoé Lee", "asso@haies.example")))
    assert (planned.matched, len(planned.unclear)) == ((), 1)


def test_a_card_keeps_all_it_says_until_you_answer(house: House) -> None:
    julie = house.person("Julie Martin", circle=1)
    told = card(
        "Julie Martin",
        JULIE,
        company="Haies",
        note="n",
        tags=("a",),
        also=("J",),
        since=date(2020, 1, 2),
        extra={"met": "Brest"},
    )
    assert card_of(written(told)) == told
    bring(house, book(told))
    accept(house.store, house.store.questions()[0], NOON)
    kept = house.store.person(julie.id)
    assert (kept.company, kept.note, kept.tags, kept.met, kept.circle) == ("Haies", "n", ("a",), "Brest", 1)
    assert house.store.identities(julie.id)[0].evidence == "confirmed: same name: Julie Martin (Basic.zip)"


def test_whoever_is_somebody_else_becomes_a_person_of_their_own(house: House) -> None:
    julie = house.person("Julie Martin")
    told = book(card("Julie Martin", JULIE, company="Haies"))
    bring(house, told)
    (question,) = house.store.questions()
    other = decline(house.store, question, 3, NOON)
    house.store.answer(question.id, "no")
    assert (other.id != julie.id, other.company) == (True, "Haies")
    assert house.store.identities(other.id)[0].address == "julie-m"
    assert plan(house.store, told).is_nothing


def test_cards_of_one_file_with_one_mailbox_are_one_but_a_household_is_not(house: House) -> None:
    told = book(
        card("Julie Martin", "julie@haies.example", line=2, tags=("a",)),
        card("Julie", "julie@haies.example", JULIE, line=3, company="Haies", tags=("b",)),
        card("Paul Roux", "julie@haies.example", line=4),
    )
    planned = plan(house.store, told)
    assert [(c.name, len(c.addresses), c.company, c.tags) for c in planned.new] == [
        ("Julie Martin", 2, "Haies", ("a", "b")),
        ("Paul Roux", 1, "", ()),
    ]


def test_whoever_is_to_be_forgotten_is_left_out(house: House) -> None:
    julie = house.person("Julie Martin")
    give(house, julie, JULIE)
    house.store.forget(julie.id, NOON, do_not_contact=True)
    told = book(
        card("Another Name", JULIE),
        card("julie MARTIN", "else@where.example"),
        card("Julie", "new@where.example"),
    )
    planned = plan(house.store, told)
    assert (planned.forgotten, [c.name for c in planned.new]) == (2, ["Julie"])


def test_messages_go_to_whom_they_were_with(house: House) -> None:
    paul = house.person("Paul Roux")
    give(house, paul, "https://www.linkedin.com/in/paul-r")
    told = book(
        card("Julie Martin", JULIE),
        messages=(
            message(JULIE, key="linkedin 1"),
            message("https://www.linkedin.com/in/paul-r", "P.", "linkedin 2", "Salut"),
            message("https://www.linkedin.com/in/nobody", "Nobody", "linkedin 3"),
            message("", "Paul Roux", "linkedin 4", "Old"),
            message("", "Paul", "linkedin 5"),
        ),
    )
    planned = plan(house.store, told)
    assert (len(planned.messages), planned.apart) == (3, 2)
    bring(house, told)
    assert [e.note for e in house.store.engagements(paul.id)] == ["Old", "Salut"]
    julie = house.store.find_person("Julie Martin")
    (said,) = house.store.engagements(julie.id)
    assert (said.kind, said.direction, said.channel, said.key) == ("wrote", "in", "linkedin", "linkedin 1")
    assert house.store.last_contacts()[julie.id] == NOON - DAY


def test_accounts_of_a_file_are_followed_and_mailboxes_are_not(house: House) -> None:
    bring(house, book(card("Zoé", "@zoe@piaille.example", "zoe@haies.example")))
    assert [(s.kind, s.address) for s in house.store.feeds.sources()] == [("mastodon", "zoe@piaille.example")]
    assert [i.source_id is not None for i in house.store.identities()] == [True, False]


def test_progress_is_told(house: House) -> None:
    told = book(*(card(f"N {n}", f"n{n}@haies.example") for n in range(450)))
    heard: list[int] = []
    take(house.store, plan(house.store, told), 3, "x", NOON, heard.append)
    assert heard == [200, 400, 450]


def test_somebody_merged_is_found_by_either_address(house: House) -> None:
    one, other = house.person("Julie Martin"), house.person("Ju M")
    give(house, one, "julie@haies.example")
    give(house, other, JULIE)
    house.store.merge(one.id, other.id, NOON)
    assert plan(house.store, book(card("X", JULIE))).matched[0].person.id == one.id


def test_a_card_of_nothing_but_a_name_that_is_here_is_known(house: House) -> None:
    told = book(card("Only A Name"))
    bring(house, told)
    assert plan(house.store, told).is_nothing
    assert [c.name for c in plan(house.store, book(replace(told.cards[0], company="Haies"))).new] == []


# --- messages that wait for what you say ---


def with_words(*keys: str) -> Book:
    """A file that tells of somebody who may be Julie, and of messages with them, by their page and by their name."""
    by_page = tuple(message(JULIE, key=f"linkedin {key}", text=key) for key in keys)
    return book(
        card("Julie Martin", JULIE), messages=(*by_page, message("", key="linkedin name", text="old"))
    )


def test_messages_wait_with_the_question_and_come_with_a_yes(house: House) -> None:
    julie = house.person("Julie Martin")
    planned = plan(house.store, with_words("a"))
    assert (planned.apart, len(planned.messages)) == (0, 0)
    bring(house, with_words("a"))
    bring(house, with_words("a"))  # the same once more changes nothing
    assert plan(house.store, with_words("a")).is_nothing
    bring(house, with_words("a", "b"))  # a later archive tells of one more
    (question,) = house.store.questions()
    assert house.store.engagements(julie.id) == []
    knowing.answer(house.store, question.id, yes=True, now=NOON)
    assert {e.note for e in house.store.engagements(julie.id)} == {"a", "b", "old"}
    assert plan(house.store, with_words("a", "b")).is_nothing


def test_messages_come_to_whoever_it_is_with_a_no(house: House) -> None:
    julie = house.person("Julie Martin")
    bring(house, with_words("a"))
    (question,) = house.store.questions()
    knowing.answer(house.store, question.id, yes=False, now=NOON)
    other = next(person for person in house.store.people() if person.id != julie.id)
    assert {e.note for e in house.store.engagements(other.id)} == {"a", "old"}
    assert house.store.engagements(julie.id) == []


def test_one_yes_answers_what_is_asked_of_the_same_mailbox(house: House) -> None:
    julie = house.person("Julie Martin")
    bring(house, book(card("Julie Martin", "julie@haies.example", JULIE)))
    bring(house, book(card("Julie Martin", "julie@haies.example", "tel:+33612345678", company="Haies")))
    first, second = house.store.questions()
    assert first.person_id == second.person_id == julie.id
    knowing.answer(house.store, first.id, yes=True, now=NOON)
    assert house.store.questions() == []
    assert {i.kind for i in house.store.identities(julie.id)} == {"email", "linkedin", "phone"}


def test_a_card_of_nothing_but_an_address_is_known_again(house: House) -> None:
    told = book(card("", "tel:0600000001"), card("", "https://nobody.example/"))
    bring(house, told)
    assert plan(house.store, told).is_nothing


def test_whoever_was_added_again_by_hand_is_wanted_whatever_else_marks_them(house: House) -> None:
    bob = house.person("Bob O’Neil")
    give(house, bob, "bob@oneil.example")
    house.store.forget(bob.id, NOON, do_not_contact=True)
    again = house.person("Bob")
    give(house, again, JULIE)
    planned = plan(house.store, book(card("Bob O’Neil", JULIE, "bob@oneil.example")))
    assert (planned.forgotten, [laid.person.id for laid in planned.matched]) == (0, [again.id])


def test_what_you_took_away_stays_away_and_is_counted(house: House) -> None:
    julie = house.person("Julie Martin")
    give(house, julie, "julie@haies.example")
    known = at(JULIE)
    no = Question(
        0, julie.id, address_key(julie.id, known), "weak", "you said so", NOON, about=known, answer="no"
    )
    house.store.ask([no])
    planned = plan(house.store, book(card("Julie Martin", "julie@haies.example", JULIE)))
    assert (planned.away, planned.is_nothing) == (1, True)


def test_a_households_mailbox_asks_whoever_came_first(house: House) -> None:
    paul = house.person("Paul Durand")
    give(house, paul, "contact@famille.example")
    (doubt,) = plan(
        house.store, book(card("Anne Leroy", "contact@famille.example", "tel:+33612345678"))
    ).unclear
    assert (doubt.person.id, doubt.strength) == (paul.id, "medium")


@pytest.mark.parametrize(
    "told",
    [
        card("Martin Julie"),
        card("Julie  MARTIN ✨"),
        card("Ju", also=("Julie Martin",)),
        card("Somebody", "https://julie.example/"),
    ],
)
def test_whoever_is_to_be_forgotten_is_recognised_however_they_are_written(house: House, told: Card) -> None:
    julie = house.person("Julie Martin")
    feed = Identity(
        *(0, julie.id, "blog", "https://julie.example/feed", "Haies", "https://julie.example/", None),
        evidence="typed",
        since=NOON,
    )
    house.store.add_identity(feed)
    house.store.forget(julie.id, NOON, do_not_contact=True)
    assert plan(house.store, book(told)).forgotten == 1


def test_what_one_mailbox_joins_is_bounded(house: House) -> None:
    many = [card("Julie", "julie@haies.example", f"tel:+33{number:09}", line=number) for number in range(600)]
    planned = plan(house.store, book(*many))
    assert max(len(one.addresses) for one in planned.new) <= 100
