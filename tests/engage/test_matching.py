"""Whose post it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engage.matching import owners, person_of
from engage.naming import fold
from feeds.model import Author, Source
from tests.engage.hands import BLOG, TOOTS, identity, person, post, signed, stored

JULIE, PAUL = person(1, "Julie Martin"), person(2, "Paul Éluard")
PLANET = Source("blog", "https://planet.example/feed", id=9)


def owner(what: object, *identities: object, people: tuple[object, ...] = (JULIE, PAUL)) -> int | None:
    return person_of(what, owners(people, identities, fold), fold)  # type: ignore[arg-type]


def test_a_source_of_one_person_publishes_for_that_person_whoever_signs() -> None:
    guest = signed(post(), "Somebody Else")
    assert owner(stored(1, guest), identity(1, BLOG)) == 1


def test_a_source_of_nobody_is_nobodys() -> None:
    assert owner(stored(1, post(), TOOTS), identity(1, BLOG)) is None


@pytest.mark.parametrize(
    ("names", "whose"),
    [
        (["Julie Martin"], 1),
        (["JULIE  MARTIN"], 1),
        (["paul eluard"], 2),
        (["Paul-Éluard"], 2),
        (["Julie"], None),
        ([], None),
        ([""], None),
        (["Somebody Else"], None),
        (["Julie Martin", "Paul Éluard"], None),
        (["Somebody Else", "Paul Éluard"], 2),
    ],
)
def test_on_a_planet_the_signature_decides_and_nobody_is_guessed(names: list[str], whose: int | None) -> None:
    shared = stored(1, signed(post(), *names), PLANET)
    assert owner(shared, identity(1, PLANET), identity(2, PLANET)) == whose


def test_an_e_mail_address_is_a_signature_too() -> None:
    by_mail = replace(post(), authors=(Author("jm", "Julie@Julie.example"),))
    both = (identity(1, PLANET), identity(2, PLANET))
    assert owner(stored(1, by_mail, PLANET), *both, identity(1, address="julie@julie.example")) == 1
    assert owner(stored(1, by_mail, PLANET), *both) is None


def test_two_people_who_sign_alike_leave_it_open() -> None:
    """One address in both their names, as a couple has it."""
    both = (identity(1, PLANET), identity(2, PLANET), identity(1), identity(2))
    joint = replace(post(), authors=(Author("", "julie@julie.example"),))
    assert owner(stored(1, joint, PLANET), *both) is None


def test_a_person_is_no_second_owner_by_a_second_address() -> None:
    found = owners(
        (JULIE,), (identity(1, BLOG), identity(1, BLOG, address="https://julie.example/atom")), fold
    )
    assert [o.person_id for o in found[BLOG.id]] == [1]


def test_an_identity_without_its_person_owns_nothing() -> None:
    assert owners((), (), fold) == {}
    assert owners((PAUL,), (identity(2, TOOTS),), fold).keys() == {TOOTS.id}
