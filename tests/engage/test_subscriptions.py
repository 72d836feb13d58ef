"""Who is made of the feeds that another reader followed."""

from __future__ import annotations

import pytest

from engage.contacts import subscriptions
from engage.contacts.subscriptions import signatures
from feeds.model import Author, Source
from feeds.opml import Outline, Subscriptions
from tests.engage.hands import HOUR, NOON, House, post


def follow(house: House, *outlines: Outline) -> list[Source]:
    return list(subscriptions.follow(house.store, Subscriptions("t", outlines, ()), NOON).new)


def sign(house: House, source: Source, *names: str) -> None:
    house.publish(source, *[post(url=f"{source.address}/{n}", title=n, authors=(Author(n),)) for n in names])


def name(house: House, sources: list[Source]) -> subscriptions.Named:
    return subscriptions.name(house.store, sources, 3, "lectures.opml", NOON)


@pytest.mark.parametrize(
    ("signed", "called"),
    [
        (
            ("Julie Martin", "julie  martin", "JULIE MARTIN"),
            "Julie Martin",
        ),  # one name, in its first spelling
        ((), "Haies et talus"),  # nobody signs: as the file names it
        (("admin",), "Haies et talus"),  # a program signs
        (("julie@julie.example",), "Haies et talus"),
    ],
)
def test_a_feed_becomes_the_one_person_who_signs_it(
    house: House, signed: tuple[str, ...], called: str
) -> None:
    sources = follow(house, Outline("https://julie.example/feed", "Haies et talus"))
    sign(house, sources[0], *signed)
    named = name(house, sources)
    assert ([person.name for person in named.people], named.shared) == ([called], ())
    (identity,) = house.store.identities()
    assert (identity.source_id, identity.evidence) == (sources[0].id, "file: lectures.opml")
    assert name(house, sources).people == ()  # it is somebody's now


def test_what_several_people_sign_stays_nobodys(house: House) -> None:
    sources = follow(house, Outline("https://planete.example/feed", "Planète"))
    sign(house, sources[0], "Julie Martin", "Paul")
    named = name(house, sources)
    assert (named.people, named.shared) == ((), tuple(sources))


def test_a_name_is_no_proof_two_feeds_signed_alike_are_two_people(house: House) -> None:
    addresses = ("https://a.example/feed", "https://b.example/feed", "https://c.example/feed")
    sources = follow(house, *[Outline(address, "Carnets") for address in addresses])
    for source in sources:
        sign(house, source, "David")
    called = [person.name for person in name(house, sources).people]
    assert called == ["David", "Carnets", "Carnets (c.example/feed)"]


def test_a_known_feed_only_learns_where_it_stands(house: House) -> None:
    (source,) = follow(house, Outline("https://julie.example/feed", "Julie", folders=(("Amis",),)))
    again = Outline("http://julie.example/feed/", "Autre", description="d", folders=(("Jardin",),))
    found = subscriptions.follow(house.store, Subscriptions("t", (again,), ()), NOON + HOUR)
    assert (found.new, found.known) == ((), (source,))
    (outline,) = house.store.feeds.outlines()
    assert outline == Outline(source.address, "Julie", description="d", folders=(("Amis",), ("Jardin",)))


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("https://julie.example/feed", False),
        ("https://93.184.216.34/feed", False),
        ("http://localhost:8080/feed", True),
        ("http://192.168.1.4/feed", True),
        ("http://[::1]/feed", True),
        ("http://nas/feed", True),
        ("http://nas.local/feed", True),
    ],
)
def test_only_an_address_that_says_so_may_lead_into_the_network_at_home(
    house: House, address: str, private: bool
) -> None:
    (source,) = follow(house, Outline(address, "t"))
    assert source.allow_private is private


def test_signatures_are_names_of_people() -> None:
    authors = [Author("Julie"), Author("JULIE"), Author(""), Author("", "a@b.example"), Author("Rédaction")]
    assert signatures(authors) == ["Julie"]


@pytest.mark.parametrize(
    "name", ["?subject=RSS_feed", "https://julie.example/", "julie@julie.example", "{{author}}", "12"]
)
def test_what_is_no_name_is_nobodys(name: str) -> None:
    assert signatures([Author(name)]) == []


def test_who_was_called_by_a_title_is_called_by_name_once_the_feed_is_signed(house: House) -> None:
    sources = follow(house, Outline("https://julie.example/feed", "Le carnet de Julie"))
    named = subscriptions.name(house.store, sources, 3, "f", NOON, by_file=True)
    assert [(person.name, person.unnamed) for person in named.people] == [("Le carnet de Julie", True)]
    assert subscriptions.sign(house.store) == ()
    sign(house, sources[0], "Julie Martin")
    assert [person.name for person in subscriptions.sign(house.store)] == ["Julie Martin"]
    (person,) = house.store.people()
    assert (person.name, person.unnamed) == ("Julie Martin", False)
    assert subscriptions.sign(house.store) == ()


def test_what_has_not_answered_waits_for_its_person(house: House) -> None:
    sources = follow(house, Outline("https://a.example/feed", "Carnets"), Outline("https://b.example/feed"))
    assert name(house, sources).waiting == tuple(sources)
    sign(house, sources[0], "Anne")
    sign(house, sources[1])
    named = name(house, sources)
    assert ([person.name for person in named.people], named.waiting) == (["Anne"], (sources[1],))


def test_an_address_that_was_left_leads_to_where_the_feed_is_now(house: House) -> None:
    (source,) = follow(house, Outline("https://julie.example/feed", "Julie"))
    house.store.feeds.move(source, "https://talus.example/feed", NOON)
    again = Subscriptions("t", (Outline("https://julie.example/feed", "Julie"),))
    found = subscriptions.follow(house.store, again, NOON)
    assert (found.new, [known.id for known in found.known]) == ((), [source.id])
