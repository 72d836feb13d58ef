"""Old posts under new names: which one an unknown entry is, and when that cannot be told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from feeds.keeping import Known, recognise
from feeds.model import Post

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DATE = "2026-11-20T12:00:00+00:00"
POST = Post("new", "article", "https://julie.example/haies", "Haies", "t", published=NOON)
MIDNIGHT = NOON.replace(hour=0)
DAY_ONLY = "2026-11-20T00:00:00+00:00"
KNOWN = Known("old", "https://julie.example/haies", "Haies", DATE, "t")


@pytest.mark.parametrize(
    ("post", "known", "same"),
    [
        (POST, KNOWN, True),
        (POST, replace(KNOWN, published=""), True),  # address, title and text
        (POST, replace(KNOWN, published="", text="u"), False),  # a page that holds something else each week
        (POST, replace(KNOWN, title="Autre"), True),  # address and date
        (POST, replace(KNOWN, address="https://talus.example/1"), True),  # title and date
        (replace(POST, published=MIDNIGHT), replace(KNOWN, address="", published=DAY_ONLY), True),  # and text
        (replace(POST, published=MIDNIGHT), replace(KNOWN, address="", published=DAY_ONLY, text="u"), False),
        (
            POST,
            replace(KNOWN, address="https://talus.example/1", published="2026-11-20T12:00:01+00:00"),
            False,
        ),
        (POST, replace(KNOWN, title="Autre", published=""), False),  # a page that is written anew each week
        (replace(POST, published=None), replace(KNOWN, address="", published=""), False),
        (replace(POST, title=""), replace(KNOWN, title="", address=""), True),  # text and date
        (replace(POST, title=""), replace(KNOWN, title="", address="", text="u"), False),
        (replace(POST, title="", text=""), replace(KNOWN, title="", address="", text=""), False),
    ],
)
def test_what_makes_an_unknown_entry_an_old_one(post: Post, known: Known, same: bool) -> None:
    assert recognise([post], [known]) == ({"new": "old"} if same else {})


def test_where_two_fit_nothing_is_guessed() -> None:
    assert recognise([POST], [replace(KNOWN, key=key, address="") for key in ("a", "b")]) == {}


def test_what_fits_two_new_ones_is_neither() -> None:
    posts = [
        replace(POST, url="https://julie.example/une"),
        replace(POST, key="other", url="https://julie.example/autre"),
    ]
    assert recognise(posts, [KNOWN]) == {}


def test_an_address_says_more_than_words() -> None:
    mine = replace(KNOWN, key="mine", title="Autre")
    twin = replace(KNOWN, key="twin", address="https://julie.example/ailleurs")
    assert recognise([POST], [twin, mine]) == {"new": "mine"}
