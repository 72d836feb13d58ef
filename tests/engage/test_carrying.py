"""Everything out of a home and into another one: what comes back is the same, twice is once, and no secret goes along."""

from __future__ import annotations

import csv
import io
import json
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engage import addresses, carrying
from engage.carrying import Brought, parts, reading, sheets
from engage.contacts import vcard
from engage.joining import pair_key
from engage.keys import FILE, Keys
from engage.linking import address_key
from engage.model import Draft, Engagement, Identity, Question, Relation
from engage.store import open_stores
from engage.stored.joining import marks_of
from feeds.model import Account, Batch, Cursor, Heard, Source
from feeds.opml import Outline
from tests.engage.hands import DAY, HAIES, HOUR, NOON, House, post

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from engage.carrying import Told
    from engage.model import Person
    from engage.store import Store

WEEK = timedelta(weeks=1)
POSTS = (post(html=HAIES), post(url="https://julie.example/murs", title="Les murs", ago=3 * HOUR))
JULIES = "https://julie.example/feed"


@pytest.fixture
def other(tmp_path: Path) -> Iterator[House]:
    """Another home, with nobody in it."""
    store = open_stores(tmp_path / "other.db")
    with closing(store.connection):
        yield House(store)


def held(of: Person, typed: str, source: int | None = None, **more: Any) -> Identity:
    """An address of somebody as it is kept; `kind` and `label` where it does not say them itself."""
    read = addresses.read(typed)
    assert read is not None
    kind, address = more.pop("kind", read.kind), read.address
    label, url = more.pop("label", read.label), more.pop("url", read.url)
    return Identity(
        0, of.id, kind, address, label, url, source, more.pop("evidence", f"typed: {typed}"), NOON, **more
    )


def happened(of: Person, kind: str = "wrote", ago: timedelta = WEEK, **more: Any) -> Engagement:
    return Engagement(0, of.id, kind, more.pop("direction", "out"), NOON - ago, **more)


def letter(of: Person, text: str, piece: int | None = None, **more: Any) -> Draft:
    return Draft(
        0, "word", of.id, piece, "fr", "tu", text, text, "p", "l", "open", NOON - DAY, NOON - DAY, **more
    )


def furnish(house: House, *, pieces: bool = False) -> None:
    """Everything that a home may hold; with `pieces` also what speaks of posts."""
    store = house.store
    gone = house.person("Nobody at all")
    julie = house.person(
        "Julie Martin",
        1,
        register="tu",
        language="fr",
        every=6 * WEEK,
        note="deux lignes,\n« et ; des » \\signes\t🌳",
        company="Haies & Fils",
        position="jardinière",
        met="au marché",
        met_on="2019-06",
        common="les haies",
        birthday="--06-14",
        tags=("jardin", "un; deux"),
        goals=("planter une haie", "la laisser"),
        also=("Jules",),
        rests_until=date(2027, 1, 3),
        rested=NOON - DAY,
    )
    sam, ana = house.person("Sam Ó Súil", 3, every=timedelta(0)), house.person("Ana")
    twins = [house.person("Zoé", 2, added=NOON - DAY) for _ in range(2)]
    blog = house.store.feeds.add_source(
        Source("blog", JULIES, "Haies", "https://julie.example/"), NOON - 9 * DAY
    )
    toots = store.feeds.add_source(
        Source("mastodon", "julie@piaille.example", "@julie", given=False), NOON - 8 * DAY
    )
    quiet = store.feeds.add_source(Source("blog", "https://sam.example/rss?a=1&b=2", "Sam"), NOON - 7 * DAY)
    former = store.feeds.add_source(Source("bluesky", "did:plc:nobody", "nobody.example"), NOON - 6 * DAY)
    store.feeds.set_full_text(blog.id, wanted=True)
    told = Outline(JULIES, "Haies", folders=(("Amies", "Jardin"), ()), more={"type": "rss", "frss:css": "p"})
    store.feeds.keep_outline(blog.id, told)
    store.feeds.pause(quiet.id, NOON - 2 * DAY)
    store.feeds.remove(former.id, NOON - 2 * DAY)
    for identity in (
        held(julie, JULIES, blog.id, kind="blog", label="Haies"),
        held(julie, "@julie@piaille.example", toots.id),
        held(julie, "did:plc:julie", label="julie.example"),
        held(julie, "Julie@haies.example", evidence="file: Contacts.vcf"),
        held(julie, "https://www.linkedin.com/in/julie-martin-42/"),
        held(julie, "https://x.com/Julie_M"),
        held(julie, "tel:+33 6 12 34 56 78"),
        held(julie, "https://julie.example/a;b?c=d,e"),
        held(sam, "https://sam.example/rss?a=1&b=2", quiet.id, kind="blog"),
        held(sam, "https://x.com/i/user/42"),
        held(sam, "xmpp:sam@sam.example"),
        held(ana, JULIES, blog.id, kind="blog", label="Haies"),
    ):
        assert store.add_identity(identity)
    number = house.publish(blog, *POSTS)[0] if pieces else None
    sent = store.add_draft(letter(julie, "un", number))
    store.change_draft(sent.id, NOON - HOUR, text="deux")
    store.change_draft(sent.id, NOON, state="sent", channel="email")
    store.add_draft(letter(julie, "un"))
    for engagement in (
        happened(julie, "met", 40 * DAY, note="au marché"),
        happened(julie, "met", 40 * DAY, note="au marché"),
        happened(julie, "thanked", HOUR, draft=sent.id, piece=number),
        happened(
            julie,
            "replied",
            2 * HOUR,
            direction="in",
            key="mastodon u:1 x",
            about="u:0",
            url="https://p.example/1",
        ),
        happened(
            julie, "liked", 2 * HOUR, key="mastodon l:2", about=POSTS[1].key, piece=number and number + 1
        ),
        happened(sam, "called", channel="phone"),
    ):
        store.record(engagement)
    store.relate(
        [Relation(julie.id, sam.id, "knows", "typed", NOON), Relation(ana.id, julie.id, "follows", "x", NOON)]
    )
    page = held(julie, "https://maybe.example/")
    about = addresses.read("https://maybe.example/")
    assert about is not None
    store.ask(
        [
            Question(
                0,
                sam.id,
                pair_key(sam.id, ana.id),
                "weak",
                "same name: Sam",
                NOON,
                other_id=ana.id,
                answer="no",
            ),
            Question(0, julie.id, address_key(julie.id, about), "medium", page.evidence, NOON, about=about),
            Question(
                0, sam.id, f"card {sam.id} 0123abc", "weak", "same name: Sam", NOON, card='{"name": "Sam"}'
            ),
        ]
    )
    store.merge(julie.id, house.person("J. Martin", 3, company="Autre").id, NOON)
    assert len(twins) == 2
    store.forget(gone.id, NOON, do_not_contact=True)


def exported(store: Store) -> dict[str, Any]:
    told = carrying.everything(store, NOON)
    assert told.pop("exported_at") == "2026-11-23T12:00:00+00:00"
    return told


def told(document: Any, path: str = "home.json") -> Told:
    found = carrying.read(json.dumps(document, ensure_ascii=False, indent=1).encode(), path)
    assert found is not None
    return found


def dump(store: Store) -> list[str]:
    return list(store.connection.iterdump())


def carry(house: House, other: House) -> Brought:
    """Bring all of one home into another one."""
    found = told(exported(house.store))
    assert (found.unread, found.remarks) == ((), ())
    return carrying.bring(other.store, found, NOON + DAY)


def unlaid(document: dict[str, Any]) -> dict[str, Any]:
    """An export as it is from a home in which none of the posts are."""
    for person in document["people"]:
        for engagement in person["engagements"]:
            piece, engagement["piece"] = engagement["piece"], None
            engagement["about"] = engagement["about"] or (piece["key"] if piece else "")
        for draft in person["drafts"]:
            draft["piece"] = None
    return document


# --- there and back ---


def test_a_home_that_was_carried_over_is_the_same(house: House, other: House) -> None:
    furnish(house)
    brought = carry(house, other)
    assert exported(other.store) == exported(house.store)
    assert brought == Brought(
        people=5, addresses=12, engagements=6, drafts=2, relations=2, questions=3, sources=4, marks=1
    )
    assert [person.name for person in other.store.people()] == [
        "Ana",
        "Julie Martin",
        "Sam Ó Súil",
        "Zoé",
        "Zoé",
    ]


def test_two_exports_of_one_home_are_equal(house: House) -> None:
    furnish(house, pieces=True)
    first = json.dumps(exported(house.store), ensure_ascii=False)
    assert json.dumps(exported(house.store), ensure_ascii=False) == first
    later = carrying.everything(house.store, NOON + DAY)
    assert later.pop("exported_at") == "2026-11-24T12:00:00+00:00"
    assert json.dumps(later, ensure_ascii=False) == first


def test_what_an_export_says(house: House) -> None:
    furnish(house, pieces=True)
    document = exported(house.store)
    julie = document["people"][0]
    assert (julie["number"], julie["name"], julie["every"], julie["merged"]) == (
        1,
        "Julie Martin",
        42,
        ["J. Martin"],
    )
    assert (julie["birthday"], julie["rests_until"]) == ("--06-14", "2027-01-03")
    assert julie["addresses"][0]["source"] == {"kind": "blog", "address": JULIES}
    assert julie["addresses"][2]["source"] is None
    assert [text["text"] for text in julie["drafts"][0]["texts"]] == ["un", "deux"]
    piece = {
        "source": {"kind": "blog", "address": JULIES},
        "key": POSTS[0].key,
        "url": POSTS[0].url,
        "title": "Les haies",
    }
    thanked = next(one for one in julie["engagements"] if one["kind"] == "thanked")
    assert (thanked["piece"], thanked["draft"], julie["drafts"][0]["piece"]) == (piece, 1, piece)
    assert [(one["paused"] is None, one["removed"] is None) for one in document["sources"]] == [
        (True, True),
        (True, True),
        (False, True),
        (True, False),
    ]
    assert document["sources"][0]["outline"]["folders"] == [["Amies", "Jardin"], []]
    assert document["people"][document["questions"][0]["other"] - 1]["name"] == "Ana"
    assert "une haie est une route" not in json.dumps(document, ensure_ascii=False)


def test_a_piece_that_is_not_there_leaves_its_key(house: House, other: House) -> None:
    furnish(house, pieces=True)
    carry(house, other)
    assert exported(other.store) == unlaid(exported(house.store))
    thanked = [one for one in other.store.engagements(1) if one.kind == "thanked"]
    assert [(one.piece, one.about) for one in thanked] == [(None, POSTS[0].key)]


def test_pieces_are_laid_to_their_posts_once_they_are_there(house: House, other: House) -> None:
    furnish(house, pieces=True)
    carry(house, other)
    blog = next(source for source in other.store.feeds.sources() if source.address == JULIES)
    other.publish(blog, *POSTS)
    assert carry(house, other) == Brought(completed=3)
    assert exported(other.store) == exported(house.store)
    assert carry(house, other) == Brought()


def test_pieces_are_laid_at_once_where_the_posts_are_there(house: House, other: House) -> None:
    furnish(house, pieces=True)
    blog = other.store.feeds.add_source(Source("blog", "http://www.julie.example/feed/"), NOON)
    other.publish(blog, *POSTS)
    carry(house, other)
    numbers = {one.kind: one.piece for one in other.store.engagements(1)}
    assert (numbers["thanked"], numbers["liked"]) == (1, 2)
    assert exported(other.store)["people"][0]["engagements"][2]["piece"]["key"] == POSTS[0].key


def test_the_second_time_nothing_changes(house: House, other: House) -> None:
    furnish(house, pieces=True)
    found = told(exported(house.store))
    carrying.bring(other.store, found, NOON)
    before = dump(other.store)
    assert carrying.bring(other.store, found, NOON + WEEK) == Brought()
    assert dump(other.store) == before


def test_in_the_home_that_it_came_from_nothing_changes(house: House) -> None:
    furnish(house, pieces=True)
    before = dump(house.store)
    assert carry(house, house) == Brought()
    assert dump(house.store) == before


def test_it_is_all_or_nothing(house: House, other: House, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish(house)
    before = dump(other.store)

    def fail(*_: object) -> bool:
        raise OSError

    monkeypatch.setattr(type(other.store), "keep_marks", fail)
    with pytest.raises(OSError, match=r"\A\Z"):
        carry(house, other)
    assert dump(other.store) == before


def test_what_was_carried_is_found_as_before(house: House, other: House) -> None:
    furnish(house)
    carry(house, other)
    assert other.store.find_person("julie_m").name == "Julie Martin"
    assert other.store.find_person("+33 6 12 34 56 78").name == "Julie Martin"
    assert other.store.refused() == {pair_key(2, 3)}
    assert {question.key for question in other.store.questions()} == {
        "1 page https://maybe.example",
        "card 2 0123abc",
    }
    assert other.store.forgotten(["name all at nobody", "name julie martin"]) == {"name all at nobody"}
    assert [source.label for source in other.store.feeds.sources()] == ["Haies", "@julie", "Sam"]
    assert [row.paused is None for row in other.store.feeds.health(NOON)] == [True, True, False]


# --- into a home where there is something already ---


def one(house: House, typed: str = "", name: str = "Julie Martin", **more: Any) -> Person:
    kept = house.person(name, **more)
    if typed:
        known = held(kept, typed)
        house.store.add_identity(replace(known, kind="blog") if typed.endswith("feed") else known)
    return kept


@pytest.mark.parametrize(
    "typed",
    [
        "julie@haies.example",
        "@julie@piaille.example",
        "did:plc:julie",
        "x.com/julie",
        "linkedin.com/in/julie",
        JULIES,
    ],
)
def test_a_strong_address_makes_one_of_two(house: House, other: House, typed: str) -> None:
    one(house, typed, "J. Martin", added=NOON - DAY, note="le marché")
    here = one(other, typed)
    found = told(exported(house.store))
    assert carrying.plan(other.store, found).matched == (("J. Martin", here),)
    assert carrying.bring(other.store, found, NOON) == Brought(completed=1)
    assert other.store.people() == [replace(here, note="le marché", also=("J. Martin",))]


@pytest.mark.parametrize("typed", ["tel:+33 6 12 34 56 78", "https://haies.example/", "xmpp:j@haies.example"])
def test_a_weak_address_or_a_name_does_not(house: House, other: House, typed: str) -> None:
    one(house, typed, added=NOON - DAY)
    here = one(other, typed)
    found = told(exported(house.store))
    plan = carrying.plan(other.store, found)
    assert (plan.new, plan.matched, plan.namesakes) == (("Julie Martin",), (), (("Julie Martin", here),))
    assert carrying.bring(other.store, found, NOON) == Brought(people=1, addresses=1, questions=1)
    (question,) = other.store.questions()
    assert (question.key, question.strength, question.evidence) == (
        "same 1 2",
        "weak",
        "same name: Julie Martin",
    )
    assert carrying.bring(other.store, found, NOON) == Brought()


def test_a_name_and_the_moment_of_adding_make_one_of_two(house: House, other: House) -> None:
    one(house, "julie@haies.example")
    here = one(other, "tel:+33612345678", "julie  martin")
    found = told(exported(house.store))
    assert carrying.plan(other.store, found).matched == (("Julie Martin", here),)
    assert carrying.bring(other.store, found, NOON) == Brought(addresses=1)


def test_an_address_says_more_than_a_name(house: House, other: House) -> None:
    one(house, "julie@haies.example")
    one(other)
    here = one(other, "julie@haies.example", "Jules", added=NOON)
    assert [one.id for _, one in carrying.plan(other.store, told(exported(house.store))).matched] == [here.id]


def test_two_addresses_say_more_than_one(house: House, other: House) -> None:
    julie = one(house, "julie@haies.example")
    for typed in ("x.com/julie", "linkedin.com/in/julie"):
        house.store.add_identity(held(julie, typed))
    one(other, "julie@haies.example")
    here = one(other, "x.com/julie", "Jules", added=NOON)
    other.store.add_identity(held(here, "linkedin.com/in/julie"))
    assert [one.id for _, one in carrying.plan(other.store, told(exported(house.store))).matched] == [here.id]


def test_namesakes_who_came_together_stay_two(house: House, other: House) -> None:
    """Thirty thousand contacts of one import have one moment of adding."""
    for slug in ("a-1", "a-2"):
        one(house, f"linkedin.com/in/{slug}", "Ana")
    one(other, "linkedin.com/in/a-2", "Ana")
    assert carry(house, other) == Brought(people=1, addresses=1, questions=1)
    assert sorted(len(other.store.identities(person.id)) for person in other.store.people()) == [1, 1]
    assert carry(house, other) == Brought()


def test_who_share_a_feed_are_not_one(house: House, other: House) -> None:
    for name in ("Ana", "Bob"):
        one(house, JULIES, name, added=NOON - DAY)
    ana = one(other, JULIES, "Ana")
    assert carry(house, other) == Brought(people=1, addresses=1)
    assert [person.name for person in other.store.people()] == ["Ana", "Bob"]
    assert other.store.person(ana.id) == ana
    assert carry(house, other) == Brought()


def test_an_address_of_somebody_else_here_stays_with_them(house: House, other: House) -> None:
    julie = one(house, "julie@haies.example")
    house.store.add_identity(held(julie, "bureau@haies.example"))
    one(other, "julie@haies.example", added=NOON)
    bob = one(other, "bureau@haies.example", "Bob")
    carry(house, other)
    assert {one.address for one in other.store.identities(bob.id)} == {"bureau@haies.example"}
    assert len(other.store.identities()) == 2
    assert carry(house, other) == Brought()


def test_what_is_there_stays_and_what_is_missing_comes(house: House, other: House) -> None:
    one(
        house, "x.com/julie", "Julie", circle=1, register="tu", language="fr", every=WEEK, note="la leur", company="Leur",
        position="chef", met="là", met_on="2019", common="x", birthday="--06-14", tags=("Jardin", "lune"), goals=("g",),
        rests_until=date(2027, 1, 3), rested=NOON,
    )  # fmt: skip
    here = one(
        other, "x.com/julie", circle=3, register="vous", every=timedelta(0), note="la mienne", company="Mienne",
        tags=("jardin",), added=NOON - DAY,
    )  # fmt: skip
    assert carry(house, other) == Brought(completed=1)
    assert other.store.person(here.id) == replace(
        here, also=("Julie",), language="fr", met="là", met_on="2019", common="x", birthday="--06-14",
        tags=("jardin", "lune"), goals=("g",), rests_until=date(2027, 1, 3), rested=NOON,
    )  # fmt: skip


def test_a_rest_that_is_over_does_not_come_back(house: House, other: House) -> None:
    one(house, "x.com/julie", rests_until=date(2026, 11, 1), rested=NOON - WEEK)
    here = one(other, "x.com/julie")
    assert carry(house, other) == Brought()
    assert other.store.person(here.id).rests_until is None


def test_a_name_comes_to_who_had_none(house: House, other: House) -> None:
    one(house, JULIES)
    here = one(other, JULIES, "Haies", unnamed=True, added=NOON)
    carry(house, other)
    assert (other.store.person(here.id).name, other.store.person(here.id).unnamed) == ("Julie Martin", False)
    assert other.store.person(here.id).also == ()


def test_engagements_are_the_same_by_key_or_by_all_that_is_said(house: House, other: House) -> None:
    theirs, mine = one(house, "x.com/julie"), one(other, "x.com/julie")
    for engagement in (
        happened(theirs, key="mastodon 1", note="bonjour"),
        happened(theirs, "met", note="deux fois"),
        happened(theirs, "met", note="deux fois"),
        happened(theirs, "replied", key="mastodon 2 x", about="u:9", url="https://p.example/9"),
        happened(theirs, "liked", key="mastodon 3"),
        happened(theirs, "called"),
    ):
        house.store.record(engagement)
    for engagement in (
        happened(mine, key="mastodon 1", note="bonjour !", ago=DAY),
        happened(mine, "met", note="deux fois"),
        happened(mine, "replied"),
        happened(mine, "liked", key="mastodon 4"),
        happened(mine, "called", direction="in"),
    ):
        other.store.record(engagement)
    assert carry(house, other) == Brought(engagements=3, completed=1)
    now = other.store.engagements(mine.id)
    assert len(now) == 8
    replied = next(one for one in now if one.kind == "replied")
    assert (replied.key, replied.about, replied.url) == ("mastodon 2 x", "u:9", "https://p.example/9")
    assert carry(house, other) == Brought()


def test_an_engagement_without_a_key_is_first_the_one_without(house: House, other: House) -> None:
    theirs, mine = one(house, "x.com/julie"), one(other, "x.com/julie")
    for engagement in (happened(theirs), happened(theirs, key="mastodon 3")):
        house.store.record(engagement)
    for engagement in (happened(mine, key="mastodon 2"), happened(mine)):
        other.store.record(engagement)
    assert carry(house, other) == Brought(engagements=1)
    assert {one.key for one in other.store.engagements(mine.id)} == {"mastodon 2", "mastodon 3", None}


def test_a_draft_that_is_here_learns_the_texts_that_it_also_had(house: House, other: House) -> None:
    for home in (house, other):
        home.store.add_draft(letter(one(home, "x.com/julie"), "un"))
    house.store.change_draft(1, NOON, text="deux", state="sent")
    assert carry(house, other) == Brought(completed=1)
    assert other.store.texts_of(1) == ["un", "deux"]
    assert (other.store.draft(1).text, other.store.draft(1).state) == ("un", "open")
    assert carry(house, other) == Brought()


def test_who_was_merged_here_since_is_not_two_again(house: House, other: House) -> None:
    furnish(house)
    sam, ana = house.store.find_person("Sam"), house.store.find_person("Ana")
    found = told(exported(house.store))
    house.store.merge(sam.id, ana.id, NOON)
    before = dump(house.store)
    assert carrying.plan(house.store, found).new == ()
    assert carrying.bring(house.store, found, NOON) == Brought()
    assert dump(house.store) == before
    assert len(other.store.people()) == 0


def test_who_was_split_here_since_gets_nothing_twice(house: House) -> None:
    julie = one(house, "x.com/julie")
    for typed in ("julie@haies.example", "@julie@piaille.example"):
        house.store.add_identity(held(julie, typed))
    house.store.record(happened(julie, channel="email", note="a"))
    house.store.record(happened(julie, channel="mastodon", key="mastodon 1"))
    found = told(exported(house.store))
    mastodon = next(one for one in house.store.identities() if one.kind == "mastodon")
    house.store.split_off(julie.id, [mastodon.id], "Jules", NOON)
    before = dump(house.store)
    assert carrying.bring(house.store, found, NOON) == Brought()
    assert dump(house.store) == before


def test_an_older_file_finds_who_has_been_merged_into_somebody(house: House) -> None:
    kept, gone = one(house, "x.com/julie"), one(house, name="J. Martin")
    found = told(exported(house.store))
    house.store.merge(kept.id, gone.id, NOON)
    assert [here.id for _, here in carrying.plan(house.store, found).matched] == [kept.id, kept.id]
    assert carrying.bring(house.store, found, NOON) == Brought()


# --- whom one asked to forget ---


def test_the_forgotten_do_not_come_back_with_a_file(house: House, other: House) -> None:
    furnish(house)
    julie = one(other, "x.com/julie_m", "Jules Martin")
    other.store.forget(julie.id, NOON, do_not_contact=True)
    found = told(exported(house.store))
    plan = carrying.plan(other.store, found)
    assert plan.forgotten == ("Julie Martin",)
    brought = carrying.bring(other.store, found, NOON)
    assert (brought.people, brought.relations, brought.lost_marks, brought.marks) == (4, 0, 1, 0)
    assert "Julie Martin" not in {person.name for person in other.store.people()}
    # The feed is Ana's too; what is Julie's alone is not followed.
    assert {source.address for source in other.store.feeds.sources()} == {
        JULIES,
        "https://sam.example/rss?a=1&b=2",
    }
    assert carrying.bring(other.store, found, NOON) == Brought(lost_marks=1)


def test_marks_go_along_and_keep_people_out(house: House, other: House) -> None:
    gone = one(house, "julie@haies.example")
    keys = marks_of(gone, house.store.identities(gone.id))
    house.store.forget(gone.id, NOON, do_not_contact=True)
    document = exported(house.store)
    assert "julie" not in json.dumps(document).lower()
    assert carry(house, other) == Brought(marks=2)
    assert other.store.forgotten(keys) == set(keys)
    assert carry(house, other) == Brought()


# --- secrets, accounts, sources ---


def signed_in(house: House, folder: Path) -> Account:
    account = Account(
        "mastodon", "moi@piaille.example", "@moi", "https://piaille.example", ("read",), key="nouvelles-key-1"
    )
    kept = house.store.feeds.keep_account(account, NOON)
    Keys(folder).put(kept, {"token": "s3same-ouvre-toi", "client_id": "c1", "client_secret": "s3cr3t"})
    assert "s3same-ouvre-toi" in (folder / FILE).read_text()
    return kept


def test_no_secret_goes_along(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engage.keys._to_keyring", lambda *_: False)
    furnish(house, pieces=True)
    signed_in(house, tmp_path)
    document = exported(house.store)
    everywhere = (
        json.dumps(document) + (carrying.to_csv(house.store) + carrying.to_vcard(house.store)).decode()
    )
    for secret in ("s3same", "s3cr3t", "client", "nouvelles-key", '"read"'):
        assert secret not in everywhere
    assert document["accounts"] == [
        {"network": "mastodon", "address": "moi@piaille.example", "label": "@moi"}
    ]


def test_accounts_are_told_and_timelines_wait_for_them(house: House, other: House) -> None:
    account = Account("mastodon", "moi@piaille.example", "@moi", "https://piaille.example")
    house.store.feeds.keep_account(account, NOON)
    house.store.feeds.add_source(Source("mastodon-list", "moi@piaille.example 7", "Amies"), NOON)
    found = told(exported(house.store))
    assert carrying.plan(other.store, found).accounts == ("@moi",)
    assert carrying.bring(other.store, found, NOON) == Brought()
    other.store.feeds.keep_account(account, NOON)
    assert carrying.plan(other.store, found).accounts == ()
    assert carrying.bring(other.store, found, NOON) == Brought(sources=1)
    assert exported(other.store) == exported(house.store)


def test_who_is_only_overheard_is_nobody_to_follow(house: House, other: House) -> None:
    account = Account("mastodon", "moi@piaille.example", "@moi", "https://piaille.example")
    heard = Heard(Source("mastodon", "sam@pouet.example"), (post("note", text="Bonjour"),))
    for home in (house, other):
        kept = home.store.feeds.keep_account(account, NOON)
        due = next(one for one in home.store.feeds.due(NOON) if one.source.account == kept.address)
        home.store.feeds.save(due, Batch(Cursor(), heard=(heard,)), NOON)
    assert [source["kind"] for source in exported(house.store)["sources"]] == ["mastodon-home"]
    sam = house.person("Sam")
    house.store.add_identity(held(sam, "sam@pouet.example", kind="mastodon"))
    followed = house.store.feeds.add_source(Source("mastodon", "sam@pouet.example"), NOON)
    house.store.add_identity(held(sam, "@sam@pouet.example", followed.id))
    assert carry(house, other) == Brought(people=1, addresses=1, sources=1)
    assert [source.kind for source in other.store.feeds.sources()] == ["mastodon-home", "mastodon"]
    assert other.store.identities()[0].source_id == other.store.feeds.sources()[1].id


def test_whom_one_only_overhears_nobody_fetches(house: House, other: House) -> None:
    """Neither by an address alone, nor by a source that was removed elsewhere."""
    account = other.store.feeds.keep_account(
        Account("mastodon", "moi@piaille.example", "", "https://piaille.example"), NOON
    )
    due = next(one for one in other.store.feeds.due(NOON) if one.source.account == account.address)
    heard = Heard(Source("mastodon", "sam@pouet.example"), (post("note", text="Bonjour"),))
    other.store.feeds.save(due, Batch(Cursor(), heard=(heard,)), NOON)
    followed = house.store.feeds.add_source(Source("mastodon", "sam@pouet.example"), NOON)
    house.store.add_identity(held(house.person("Sam"), "@sam@pouet.example", followed.id))
    house.store.feeds.remove(followed.id, NOON)
    document = exported(house.store)
    assert carrying.bring(other.store, told(document), NOON) == Brought(people=1, addresses=1)
    assert [source.kind for source in other.store.feeds.sources()] == ["mastodon-home"]
    assert [one.source_id for one in other.store.identities()] == [None]


def test_a_source_that_moved_to_what_was_known_is_one_address(house: House, other: House) -> None:
    julie = one(house, "https://haies.example/feed")
    blog = house.store.feeds.add_source(Source("blog", JULIES), NOON)
    house.store.add_identity(replace(held(julie, JULIES, blog.id), kind="blog"))
    house.store.feeds.move(blog, "https://haies.example/feed", NOON)
    (address,) = exported(house.store)["people"][0]["addresses"]
    assert address["source"] == {"kind": "blog", "address": "https://haies.example/feed"}
    carry(house, other)
    assert exported(other.store) == exported(house.store)


def test_what_was_asked_of_two_who_are_one_is_asked_once(house: House, other: House) -> None:
    about = addresses.read("https://maybe.example/")
    assert about is not None
    first, second = one(house, "x.com/julie"), one(house, name="J. Martin")
    for person in (first, second):
        house.store.ask(
            [Question(0, person.id, address_key(person.id, about), "weak", "x", NOON, about=about)]
        )
    house.store.answer(2, "no")
    house.store.merge(first.id, second.id, NOON)
    assert [question["answer"] for question in exported(house.store)["questions"]] == ["no"]
    assert carry(house, other).questions == 1
    assert other.store.refused() == {address_key(1, about)}


def test_a_source_that_is_here_stays_as_it_is(house: House, other: House) -> None:
    furnish(house)
    blog = other.store.feeds.add_source(Source("blog", "http://www.julie.example/feed", "À moi"), NOON)
    gone = other.store.feeds.add_source(Source("blog", "https://sam.example/rss?a=1&b=2", "Sam"), NOON)
    other.store.feeds.remove(gone.id, NOON)
    assert carry(house, other).sources == 2
    assert [(one.label, one.full_text) for one in other.store.feeds.sources()] == [
        ("À moi", False),
        ("@julie", False),
    ]
    assert {one.source_id for one in other.store.identities() if one.kind == "blog"} == {blog.id, gone.id}


def test_a_source_that_has_moved_here_is_known(house: House, other: House) -> None:
    furnish(house)
    blog = other.store.feeds.add_source(Source("blog", JULIES), NOON)
    other.store.feeds.move(blog, "https://haies.example/feed", NOON)
    assert carry(house, other).sources == 3
    assert next(one.address for one in other.store.feeds.sources()) == "https://haies.example/feed"
    assert len([one for one in other.store.identities() if one.source_id == blog.id]) == 2
    assert carry(house, other) == Brought()


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("http://192.168.1.7/feed", True),
        ("http://nas/feed", True),
        (JULIES, False),
        ("http://localhost:4000/f", True),
    ],
)
def test_a_source_in_ones_own_network_is_named(
    house: House, other: House, address: str, private: bool
) -> None:
    house.store.feeds.add_source(Source("blog", address, allow_private=private), NOON)
    found = told(exported(house.store))
    assert carrying.plan(other.store, found).private == ((address,) if private else ())
    carrying.bring(other.store, found, NOON)
    assert other.store.feeds.sources()[0].allow_private is private


# --- damaged files, and files of others ---


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"{}",
        b"[]",
        b'"nouvelles"',
        b'{"nouvelles": "1"}',
        b'{"nouvelles": true}',
        b'{"a": 1',
        b"PK\x03\x04{",
        b"\xff\xfe",
    ],
)
def test_other_files_are_none(content: bytes) -> None:
    assert carrying.read(content, "x.json") is None


def test_a_later_version_is_refused_as_a_whole(house: House) -> None:
    furnish(house)
    found = told({**exported(house.store), "nouvelles": 2})
    assert (found.people, found.sources, found.marks) == ((), (), ())
    assert [one.reason for one in found.unread] == [reading._TOO_NEW]


def test_what_a_later_version_adds_is_left_out_with_a_remark(house: House) -> None:
    furnish(house)
    whole = told(exported(house.store))
    changes: tuple[Callable[[Any], None], ...] = (
        lambda document: document.update(pets=[1]),
        lambda document: document["people"][0].update(pet="chat"),
        lambda document: document["people"][0]["addresses"][0].update(pet="chat"),
        lambda document: document["people"][0]["drafts"][0].update(pet="chat"),
        lambda document: document["relations"][0].update(pet="chat"),
        lambda document: document["sources"][0].update(pet="chat"),
        lambda document: document["forgotten"].update(pet="chat"),
    )
    for change in changes:
        document = exported(house.store)
        change(document)
        assert told(document) == replace(whole, remarks=(reading._LATER,))


def test_what_an_earlier_version_left_out_is_no_mistake() -> None:
    found = told({"nouvelles": 1, "people": [{"name": "Julie"}]})
    assert [(one.person.name, one.person.circle, one.held) for one in found.people] == [("Julie", 2, ())]
    assert (found.unread, found.remarks) == ((), ())


def test_what_stands_before_a_damage_is_read(house: House) -> None:
    furnish(house)
    content = json.dumps(exported(house.store), indent=1, ensure_ascii=False).encode()
    cut = content.index(b'"Ana"')
    found = carrying.read(content[:cut], "x.json")
    assert found is not None
    assert [one.person.name for one in found.people] == ["Julie Martin", "Sam Ó Súil"]
    (unread,) = found.unread
    assert unread.reason == parts._DAMAGED
    # The line on which the person begins that is cut.
    assert content.splitlines()[unread.line].strip() == b'"number": 3,'


@pytest.mark.parametrize("depth", [500, 100_000])
def test_a_file_as_deep_as_a_well(depth: int) -> None:
    well = "[" * depth + "]" * depth
    for content in (
        f'{{"nouvelles": 1, "people": [{{"name": "Julie", "tags": {well}}}]}}',
        f'{{"nouvelles": 1, "people": {well}}}',
        f'{{"nouvelles": 1, "sources": [{{"outline": {{"folders": {well}}}}}]}}',
    ):
        found = carrying.read(content.encode(), "x.json")
        assert found is not None
        assert found.unread


WRONG = [
    ({"circle": 4}, "circle = 4"),
    ({"circle": True}, "circle = True"),
    ({"every": -1}, "every = -1"),
    ({"every": True}, "every = True"),
    ({"every": 10**30}, "every = 1000000000"),
    ({"register": "toi"}, "register = toi"),
    ({"added": "yesterday"}, "added = yesterday"),
    ({"added": "0001-01-01T00:00:00+14:00"}, "added = 0001"),
    ({"birthday": "14 juin"}, "birthday = 14 juin"),
    ({"rests_until": "2026-13-01"}, "rests_until = 2026-13-01"),
    ({"tags": "jardin"}, "tags = jardin"),
    ({"tags": [1]}, "tags = 1"),
    ({"note": ["x"]}, "note"),
    ({"unnamed": 1}, "unnamed = 1"),
    ({"addresses": {}}, "addresses"),
    ({"addresses": [7]}, "addresses = 7"),
    ({"addresses": [{"kind": "email"}]}, "addresses"),
    ({"engagements": [{"kind": "kissed", "direction": "out", "at": "2026-01-01"}]}, "kind = kissed"),
    ({"engagements": [{"kind": "met", "direction": "out"}]}, "engagements"),
    ({"drafts": [{"state": "lost", "created": "2026-01-01"}]}, "state = lost"),
]


@pytest.mark.parametrize(("wrong", "start"), WRONG)
def test_what_is_wrong_is_named_and_the_rest_is_read(wrong: dict[str, Any], start: str) -> None:
    found = told(
        {"nouvelles": 1, "people": [{"name": "Julie", "company": "Haies", **wrong}, {"name": "Sam"}]}
    )
    assert [(one.person.name, one.person.company) for one in found.people] == [
        ("Julie", "Haies"),
        ("Sam", ""),
    ]
    assert found.unread[0].start.startswith(f"Julie: {start}")
    assert found.unread[0].line == 4


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " javascript://a.example/%0aalert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "vbscript:x",
    ],
)
@pytest.mark.parametrize("name", ["url", "address"])
def test_nothing_that_would_run_becomes_an_address(url: str, name: str) -> None:
    address = {
        "kind": "link",
        "address": "https://haies.example/",
        "url": "https://haies.example/",
        name: url,
    }
    found = told({"nouvelles": 1, "people": [{"name": "Julie", "addresses": [address]}]})
    assert url not in repr(found.people)
    assert found.unread


def test_numbers_that_mean_nobody_or_two(house: House) -> None:
    document = {
        "nouvelles": 1,
        "people": [
            {"number": 1, "name": "Julie"},
            {"number": 1, "name": "Sam"},
            {"number": "2", "name": "Ana"},
        ],
        "relations": [
            {"person": 1, "other": 9, "kind": "knows", "since": "2026-01-01"},
            {"person": 1, "other": 1, "kind": "knows", "since": "2026-01-01"},
        ],
        "questions": [{"person": 9, "other": 1}, {"person": 1, "other": 1}, {"person": 1}],
    }
    found = told(document)
    assert [one.person.id for one in found.people] == [1, -2, -3]
    assert [one.reason for one in found.unread].count(reading._UNKNOWN_ONES) == 2
    assert carrying.bring(house.store, found, NOON) == Brought(people=3)


def test_letters_that_no_file_can_hold(house: House) -> None:
    content = rb'{"nouvelles": 1, "people": [{"name": "Ju\ud800lie\u0000", "note": "\udfff", "tags": ["\ud83c\udf33"]}]}'
    found = carrying.read(content, "x.json")
    assert found is not None
    carrying.bring(house.store, found, NOON)
    (julie,) = house.store.people()
    assert (julie.name, julie.note, julie.tags) == ("Ju\ufffdlie", "\ufffd", ("🌳",))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_file_that_an_editor_wrote_anew(encoding: str) -> None:
    found = carrying.read('{"people": [{"name": "Zoé"}], "nouvelles": 1}'.encode(encoding), "x.json")
    assert found is not None
    assert [one.person.name for one in found.people] == ["Zoé"]


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=9)
    | st.sampled_from(["", "x" * 999, 2**70]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def places(node: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to everything in a document."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, value in inner:
        yield (*way, name)
        yield from places(value, (*way, name))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_damage_is_too_much(rich: str, bare: House, data: st.DataObject) -> None:
    """Wherever something else stands than should, the rest is read, and comes in, once."""
    document = json.loads(rich)
    for _ in range(data.draw(st.integers(1, 4))):
        *way, last = data.draw(st.sampled_from(sorted(places(document), key=repr)))
        node = document
        for name in way:
            node = node[name]
        what = data.draw(st.sampled_from(["gone", "twice", "other"]))
        if what == "gone":
            del node[last]
        elif what == "twice" and isinstance(node, list):
            node.append(node[last])
        else:
            node[last] = data.draw(ANYTHING)
    found = carrying.read(json.dumps(document).encode(), "x.json")
    if document.get("nouvelles") != 1 or found is None:
        return
    connection = bare.store.connection
    connection.execute("begin immediate")
    try:
        carrying.bring(bare.store, found, NOON)
        assert carrying.bring(bare.store, found, NOON) == Brought()
        again = told(carrying.everything(bare.store, NOON))
        assert again.unread == ()
        book = carrying.from_csv(carrying.to_csv(bare.store))
        assert book is not None
        assert len(book.cards) == len(again.people)
        assert carrying.to_vcard(bare.store).count(b"END:VCARD\r\n") == len(again.people)
    finally:
        connection.execute("rollback")


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> str:
    store = open_stores(tmp_path_factory.mktemp("rich") / "house.db")
    with closing(store.connection):
        furnish(House(store), pieces=True)
        return json.dumps(carrying.everything(store, NOON))


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    store = open_stores(tmp_path_factory.mktemp("bare") / "house.db")
    with closing(store.connection):
        yield House(store)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300) | st.builds(lambda tail: b'{"nouvelles": 1, ' + tail, st.binary(max_size=100)))
def test_no_bytes_are_too_much(content: bytes) -> None:
    found = carrying.read(content, "x.json")
    assert found is None or found.unread or found.people == ()


# --- tables for spreadsheets ---


def rows_of(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_table_says_what_people_want_to_see(house: House) -> None:
    furnish(house)
    julie, sam, *_ = rows_of(carrying.to_csv(house.store))
    assert (julie["Name"], julie["Circle"], julie["Rhythm (days)"], julie["Register"]) == (
        "Julie Martin",
        "1",
        "42",
        "tu",
    )
    assert julie["Tags"] == r"jardin ; un\; deux"
    assert julie["Bluesky"] == "julie.example (did:plc:julie)"
    assert (julie["Mastodon"], julie["X"], julie["Phones"]) == (
        "julie@piaille.example",
        "Julie_M",
        "+33 6 12 34 56 78",
    )
    assert (julie["Birthday"], julie["Last contact"]) == ("'--06-14", "2026-11-23")
    assert (sam["X"], sam["Pages"], sam["Rhythm (days)"], sam["Blogs"]) == (
        *("id:42", "xmpp:sam@sam.example", "0", "https://sam.example/rss?a=1&b=2"),
    )


def carried(house: House) -> dict[str, dict[str, Any]]:
    """What every person's card should say."""
    return {
        str(person.id): {
            "name": person.name,
            "also": person.also,
            "company": person.company,
            "position": person.position,
            "birthday": person.birthday,
            "note": person.note,
            "tags": person.tags,
            "language": person.language,
            "extra": {
                name: value
                for name, value in {
                    "circle": str(person.circle),
                    "every": "" if person.every is None else str(person.every.days),
                    "register": person.register,
                    "met": person.met,
                    "met_on": person.met_on,
                    "common": person.common,
                    "goals": "\n".join(person.goals),
                }.items()
                if value
            },
            "addresses": {addresses.key(i.kind, i.address) for i in house.store.identities(person.id)},
        }
        for person in sorted(house.store.people(), key=lambda one: one.id)
    }


def read_back(book: Any) -> list[dict[str, Any]]:
    names = ("name", "also", "company", "position", "birthday", "note", "tags", "language", "extra")
    return [
        {name: getattr(card, name) for name in names}
        | {"addresses": {addresses.key(one.kind, one.address) for one in card.addresses}}
        for card in book.cards
    ]


def test_a_table_comes_back(house: House) -> None:
    furnish(house)
    book = carrying.from_csv(carrying.to_csv(house.store))
    assert book is not None
    assert (book.what, book.unread, book.messages) == ("Nouvelles", (), ())
    assert read_back(book) == list(carried(house).values())
    kept = {(one.kind, one.address, one.label, one.url) for one in house.store.identities()}
    got = {(one.kind, one.address, one.label, one.url) for card in book.cards for one in card.addresses}
    assert {one[:2] for one in got} == {one[:2] for one in kept}
    assert {one for one in got if one[0] not in {"blog", "link"}} == {
        one for one in kept if one[0] not in {"blog", "link"}
    }


def test_a_table_that_a_spreadsheet_wrote_anew_comes_back(house: House) -> None:
    """Semicolons between cells, other line ends, empty rows and columns, another order, capitals lost."""
    furnish(house)
    written = io.StringIO(newline="")
    rows = rows_of(carrying.to_csv(house.store))
    columns = sorted(rows[0], reverse=True)
    writer = csv.writer(written, delimiter=";", lineterminator="\n")
    writer.writerow([name.lower() for name in columns] + ["", ""])
    for row in rows:
        writer.writerow([row[name] for name in columns] + ["", ""])
        writer.writerow([""] * (len(columns) + 2))
    book = carrying.from_csv(written.getvalue().encode("utf-16"))
    assert book is not None
    assert read_back(book) == list(carried(house).values())


@pytest.mark.parametrize(
    "content", [b"", b"Name,Birthday,Notes\nJulie,,x", b'{"nouvelles": 1}', b"\x00\xff" * 9]
)
def test_other_tables_are_none(content: bytes) -> None:
    assert carrying.from_csv(content) is None


FORMULAS = [
    "=1+1",
    "@SUM(A1)",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "\t=1",
    "\r=1",
    "＝1+1",
    "+33 6 = 7",
    "'=1",
    "''",
    "'\t",
    "+",
]


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_is_run_and_every_cell_comes_back(house: House, cell: str) -> None:
    house.person("Sam", note=cell, company=cell, tags=(cell,) if cell.strip() == cell else ())
    content = carrying.to_csv(house.store)
    for row in rows_of(content):
        assert not any(value.startswith(("=", "@", "+", "-", "\t", "\r", "＝")) for value in row.values())
    book = carrying.from_csv(content)
    assert book is not None
    (card,) = book.cards
    assert (card.note, card.company) == (cell, cell)
    assert card.tags in {(), (cell,)}


@pytest.mark.parametrize(
    "name", ["'t Hooft", "O'Brien", "'", "-", "Jean\nPaul", 'Dwayne "The Rock"', "a;b,c"]
)
def test_names_come_back_as_they_were(house: House, name: str) -> None:
    house.person(name, tags=("a;b,c", "a\\;b", "\\"))
    book = carrying.from_csv(carrying.to_csv(house.store))
    assert book is not None
    assert (book.cards[0].name, book.cards[0].tags) == (name, ("a;b,c", "a\\;b", "\\"))


def test_telephone_numbers_stay_as_they_are_dialled(house: House) -> None:
    sam = house.person("Sam")
    for number in ("+33 6 12 34 56 78", "+44 (0)20 7946 0000"):
        house.store.add_identity(held(sam, f"tel:{number}"))
    (row,) = rows_of(carrying.to_csv(house.store))
    assert row["Phones"] == "+33 6 12 34 56 78 ; +44 (0)20 7946 0000"


def test_cells_that_make_no_sense_are_named(house: House) -> None:
    house.person("Sam")
    header = carrying.to_csv(house.store).decode("utf-8-sig").splitlines()[0]
    content = f"{header}\nJulie,,9,six,de,toi,,,1 avril,,hier,,,,,nobody;j@h.example\n,,2\n"
    book = carrying.from_csv(content.encode())
    assert book is not None
    assert [(card.name, card.extra, len(card.addresses)) for card in book.cards] == [("Julie", {}, 1)]
    assert [(one.line, one.start) for one in book.unread] == [
        (2, "Julie: Circle = 9"),
        (2, "Julie: Rhythm (days) = six"),
        (2, "Julie: Register = toi"),
        (2, "Julie: Met on = hier"),
        (2, "Julie: Birthday = 1 avril"),
        (2, "Julie: Language = de"),
        (2, "Julie: E-mails = nobody"),
        (3, "2"),
    ]


def test_pages_in_the_wrong_column_are_known() -> None:
    content = b"Name,Circle,Rhythm (days),Pages,Blogs,Bluesky\nJ,1,,https://fr.linkedin.com/in/Julie-M/;https://p.example/@j,haies.example/feed,j.example"
    book = carrying.from_csv(content)
    assert book is not None
    assert [(one.kind, one.address) for one in book.cards[0].addresses] == [
        ("blog", "https://haies.example/feed"),
        ("link", "https://bsky.app/profile/j.example"),
        ("linkedin", "julie-m"),
        ("link", "https://p.example/@j"),
    ]


# --- cards for address books ---


def unfolded(content: bytes) -> list[str]:
    return content.decode().replace("\r\n ", "").split("\r\n")


def test_a_card_is_as_the_standards_want_it(house: House) -> None:
    furnish(house)
    content = carrying.to_vcard(house.store)
    lines = unfolded(content)
    card = lines[: lines.index("END:VCARD") + 1]
    assert card == [
        "BEGIN:VCARD",
        "VERSION:4.0",
        "FN:Julie Martin",
        "N:Martin;Julie;;;",
        "NICKNAME:Jules,J. Martin",
        "ORG:Haies & Fils",
        "TITLE:jardinière",
        "BDAY:--0614",
        "LANG:fr",
        r"NOTE:deux lignes\,\n« et \; des » \\signes" + "\t🌳",
        r"CATEGORIES:jardin,un\; deux",
        "X-NOUVELLES-CIRCLE:1",
        "X-NOUVELLES-EVERY:42",
        "X-NOUVELLES-REGISTER:tu",
        "X-NOUVELLES-MET:au marché",
        "X-NOUVELLES-MET-ON:2019-06",
        "X-NOUVELLES-COMMON:les haies",
        r"X-NOUVELLES-GOALS:planter une haie\nla laisser",
        "URL;TYPE=x-feed:https://julie.example/feed",
        'SOCIALPROFILE;SERVICE-TYPE=Mastodon;USERNAME="julie@piaille.example":https://piaille.example/@julie',
        'SOCIALPROFILE;SERVICE-TYPE=Bluesky;USERNAME="julie.example":https://bsky.app/profile/did:plc:julie',
        "EMAIL:Julie@haies.example",
        "SOCIALPROFILE;SERVICE-TYPE=LinkedIn:https://www.linkedin.com/in/julie-martin-42/",
        'SOCIALPROFILE;SERVICE-TYPE=X;USERNAME="Julie_M":https://x.com/julie_m',
        "TEL:+33 6 12 34 56 78",
        "URL:https://julie.example/a;b?c=d,e",
        "END:VCARD",
    ]
    assert lines[-1] == ""


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Julie Martin", "Martin;Julie;;;"),
        ("Ana", ";Ana;;;"),
        ("Jean de La Fontaine", "de La Fontaine;Jean;;;"),
        ("Marie Claire Dupont", "Dupont;Marie Claire;;;"),
        ("a; b", r"b;a\;;;;"),
    ],
)
def test_names_are_cut_for_address_books(house: House, name: str, parts: str) -> None:
    house.person(name)
    assert f"N:{parts}" in unfolded(carrying.to_vcard(house.store))


@example("a" * 300)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200))
@settings(max_examples=100, deadline=None)
def test_lines_are_folded_between_letters(text: str) -> None:
    line = f"NOTE:{sheets._escaped(text)}"
    folded = sheets._folded(line)
    assert all(len(piece.encode()) <= 75 for piece in folded.split("\r\n"))
    assert folded.replace("\r\n ", "") == line
    assert "\n" not in line


def test_cards_come_back(house: House) -> None:
    furnish(house)
    book = vcard.read(carrying.to_vcard(house.store))
    assert (book.unread, book.remarks) == ((), ())
    assert read_back(book) == list(carried(house).values())


HOSTILE = ["a\r\nEND:VCARD\r\nBEGIN:VCARD", 'b"c^d', "X-EVIL:1\n", "e\u2028f\x0bg\x85h", "i" * 300, "\\n,;:"]


@pytest.mark.parametrize("text", HOSTILE)
def test_nobody_breaks_out_of_their_card(house: House, text: str) -> None:
    sam = house.person(text.strip(), note=text, tags=(text,), also=(text,), met=text, goals=(text,))
    house.store.add_identity(held(sam, "did:plc:sam", label=text))
    content = carrying.to_vcard(house.store)
    assert unfolded(content).count("BEGIN:VCARD") == 1
    (card,) = vcard.read(content).cards
    assert addresses.read("did:plc:sam").address in {one.address for one in card.addresses}  # type: ignore[union-attr]
    assert card.note.split() == text.translate(dict.fromkeys(map(ord, "\x0b\x85"))).split()


def test_what_an_address_is_called_does_not_stand_for_it(house: House) -> None:
    """A label may say anything, and an account be shown at another host than its own."""
    sam = house.person("Sam")
    for identity in (
        held(sam, "x.com/sam", label="Samuel"),
        held(sam, "tel:+33 6 12 34 56 78", label="au bureau"),
        held(sam, "@sam@haies.example", url="https://social.haies.example/@sam"),
    ):
        house.store.add_identity(identity)
    expected = {addresses.key(one.kind, one.address) for one in house.store.identities()}
    table, cards = carrying.from_csv(carrying.to_csv(house.store)), vcard.read(carrying.to_vcard(house.store))
    assert table is not None
    for book in (table, cards):
        assert [one["addresses"] for one in read_back(book)] == [expected]
