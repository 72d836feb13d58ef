"""Adding people: what is typed becomes addresses; what was found is kept; the same again adds nothing."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engage.adding import Added, Wish, add
from engage.demo.skeets import did_of
from engage.demo.wire import Account, Actor, Article, Blog, Bluesky, Mastodon, Wire
from feeds.discover import Discovery
from feeds.errors import FetchError, NoSuchAccount, NotFound
from feeds.http import Client, Manners
from feeds.model import Networks
from tests.engage.hands import DAY, NOON, House

if TYPE_CHECKING:
    from collections.abc import Iterator

JULIE_BLOG = Blog("Haies", (Article("haies", "Les haies", "<p>Une haie.</p>", NOON - DAY),))


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    did = did_of("julie")
    with Wire() as wire:
        wire.sites.update(
            julie=JULIE_BLOG,
            empty=Blog("Rien"),
            pouet=Mastodon("pouet.example", (Account("Julie", NOON - 99 * DAY, "Julie"),)),
            sky=Bluesky((Actor(did, "julie.sky.example", NOON - 99 * DAY, "Julie"),)),
        )
        yield wire


@pytest.fixture
def adding(wire: Wire, house: House) -> Any:
    networks = Networks({"pouet.example": wire.base("pouet")}, wire.base("sky"), "https://bsky.app")
    discovery = Discovery(Client(Manners(agent="Nouvelles (tests)", deadline=5)), networks, NOON)

    def adding(name: str, *addresses: str, **more: Any) -> Added:
        return add(house.store, discovery, Wish(name, addresses, **more))

    return adding


def kinds(identities: tuple[Any, ...]) -> list[tuple[str, str]]:
    return [(identity.kind, identity.label) for identity in identities]


def test_every_kind_of_address_at_once(adding: Any, wire: Wire, house: House) -> None:
    site = wire.base("julie")
    added = adding(
        "Julie Martin",
        f"{site}/",
        "@julie@pouet.example",
        "julie.sky.example",
        "mailto:julie@Julie.Example",
        "https://www.linkedin.com/in/julie",
        "x.com/julie",
    )
    assert (added.is_new, added.failed, added.known) == (True, (), ())
    assert [identity.kind for identity in added.new] == [
        "blog",
        "mastodon",
        "bluesky",
        "email",
        "linkedin",
        "x",
    ]
    assert kinds(added.new)[2:] == [
        ("bluesky", "julie.sky.example"),
        ("email", "julie@julie.example"),
        ("linkedin", "julie"),
        ("x", "@julie"),
    ]
    assert added.new[5].url == "https://x.com/julie"
    assert [i.source_id is not None for i in added.new] == [True, True, True, False, False, False]
    assert len(house.store.feeds.sources()) == 3
    assert all(i.evidence.startswith("typed: ") for i in house.store.identities())


def test_the_same_again_adds_nothing(adding: Any, wire: Wire, house: House) -> None:
    typed = (f"{wire.base('julie')}/", "@julie@pouet.example", "julie.sky.example", "julie@julie.example")
    first = adding("Julie Martin", *typed)
    before = list(house.store.connection.iterdump())
    again = adding("julie  MARTIN", *typed, f"{wire.base('julie')}/feed.xml", "mailto:julie@JULIE.example")
    assert (again.is_new, again.new, again.failed) == (False, (), ())
    assert len(again.known) == 6
    assert again.person == first.person
    assert list(house.store.connection.iterdump()) == before


def test_an_address_typed_twice_is_one(adding: Any) -> None:
    assert len(adding("J", "j@julie.example", " j@julie.example ", "", "  ").new) == 1


def test_what_was_found_is_kept_though_another_was_not(adding: Any, wire: Wire, house: House) -> None:
    added = adding("Julie", f"{wire.base('julie')}/", "@nobody@pouet.example")
    assert [i.kind for i in added.new] == ["blog"]
    ((failed),) = added.failed
    assert failed.address == "@nobody@pouet.example"
    assert isinstance(failed.error, NoSuchAccount)
    assert [p.name for p in house.store.people()] == ["Julie"]


def test_when_nothing_was_found_nobody_is_kept(adding: Any, wire: Wire, house: House) -> None:
    added = adding("Julie", "@nobody@pouet.example", f"{wire.base('nowhere')}/", "nonsense")
    assert (added.person, len(added.failed)) == (None, 3)
    assert house.store.people() == []
    assert house.store.feeds.sources() == []


def test_somebody_may_have_no_address(adding: Any) -> None:
    added = adding("  Zoë \n Ünal  ")
    assert added.person is not None
    assert (added.person.name, added.person.circle, added.is_new) == ("Zoë Ünal", 2, True)


def test_what_is_said_anew_is_changed_and_the_rest_stays(adding: Any) -> None:
    adding("Julie", circle=1, register="tu", language="fr", every=timedelta(weeks=6), note="haies")
    added = adding("Julie", circle=3, every=timedelta(0))
    assert added.person is not None
    assert (added.person.circle, added.person.every) == (3, timedelta(0))
    assert (added.person.register, added.person.language, added.person.note) == ("tu", "fr", "haies")


def test_an_address_stays_with_its_first_owner(adding: Any, wire: Wire, house: House) -> None:
    adding("Julie", f"{wire.base('julie')}/")
    added = adding("Paul", f"{wire.base('julie')}/")
    assert added.person is None
    assert [str(failure.error).count("belongs to Julie already") for failure in added.failed] == [1]
    assert [person.name for person in house.store.people()] == ["Julie"]


def test_an_address_is_shared_when_both_write_there(adding: Any, wire: Wire, house: House) -> None:
    adding("Julie", f"{wire.base('julie')}/")
    added = adding("Paul", f"{wire.base('julie')}/", shared=True)
    assert added.failed == ()
    assert len(house.store.feeds.sources()) == 1
    assert len(house.store.identities()) == 2
    for name in ("Julie", "paul"):
        again = adding(name, f"{wire.base('julie')}/")
        assert (again.new, len(again.known), again.failed) == ((), 1, ())
    (failed,) = adding("Ann", f"{wire.base('julie')}/").failed
    assert "Haies belongs to Julie, Paul already." in str(failed.error)


def test_a_page_that_is_only_opened_may_be_anybodys(adding: Any) -> None:
    assert len(adding("Julie", "https://facebook.com/two").new) == 1
    assert len(adding("Paul", "https://facebook.com/two").new) == 1


@pytest.mark.parametrize(
    "typed",
    [
        "nonsense",
        "http://[",
        "https://",
        "http://[::1",
        "https://ex\u2100mple.example/",
        "://",
        "@",
        "@@",
        "@julie",
        "a b",
        "…",
        "\x1b[31m",
        "julie@",
        "http:///path",
        "x" * 5000,
    ],
)
def test_what_is_no_address_is_said_to_be_none(adding: Any, typed: str) -> None:
    added = adding("Julie", typed)
    (failed,) = added.failed
    assert isinstance(failed.error, (NotFound, FetchError))
    assert str(failed.error)


def test_a_fediverse_account_of_a_closed_house_is_no_mere_link(adding: Any) -> None:
    assert adding("Julie", "@julie@threads.net").failed[0].address == "@julie@threads.net"
    assert kinds(adding("Julie", "threads.net/@julie").new) == [("link", "threads.net")]


def test_a_name_that_ends_like_a_closed_house_is_not_one(adding: Any) -> None:
    assert adding("Julie", "https://fedex.com/").new == ()
    assert adding("Julie", "https://linkedin.com.evil.example/").new == ()


def test_a_failure_in_the_middle_leaves_the_file_as_it_was(adding: Any, house: House, wire: Wire) -> None:
    with closing(house.store.connection) as connection:
        connection.execute(
            "create trigger no_more before insert on identities begin select raise(abort, 'full'); end"
        )
        before = list(connection.iterdump())
        with pytest.raises(Exception, match="full"):
            adding("Julie", f"{wire.base('julie')}/")
        assert list(connection.iterdump()) == before
