"""Names as people type them."""

from __future__ import annotations

import pytest

from engage.naming import alike, answering, fold

CALLED = {
    1: ["maelle kerdoncuff", "nerfs et ficelle"],
    2: ["jean noel le goff"],
    3: ["julie martin"],
    4: ["juliette martin"],
    5: ["paul roux"],
    6: ["paule roux"],
    7: ["li"],
}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Maëlle Kerdoncuff", [1]),
        ("kerdoncuff maelle", [1]),
        ("Mae Kerd", [1]),
        ("Nerfs", [1]),
        ("Jean-Noël", [2]),
        ("le goff", [2]),
        ("Julie Martin", [3]),  # a whole name goes before a part of another one
        ("julie", [3]),
        ("juli", [3, 4]),
        ("martin", [3, 4]),
        ("Paul Roux", [5]),
        ("Mäele", [1]),  # two letters changed places
        ("kerdonkuf", [1]),
        ("Jule Martin", [3]),
        ("Paule Rouz", [6]),
        ("Pail", [5]),
        ("lu", []),  # a short word has no slips
        ("", []),
        ("-", []),
        ("xyz", []),
        ("martin xyz", []),
    ],
)
def test_who_answers(typed: str, found: list[int]) -> None:
    assert answering(typed, CALLED) == found


def test_letters_that_have_no_accent_and_are_others_in_print() -> None:
    assert fold("Œuvre Straße Søren Łukasz Æsa D’Arcy") == "oeuvre strasse soren lukasz aesa d arcy"


def test_alike_is_said_by_both_or_by_the_longer() -> None:
    assert alike("Julie", ["Julie Martin", "julie"])
    assert not alike("Julie Martin", ["Julie Roux"])
    assert not alike("", ["Julie"])
