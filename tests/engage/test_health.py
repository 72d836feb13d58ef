"""How a source is doing, in words: each state, what it says, and whether a person should look."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engage.health import condition
from engage.words import words
from feeds.errors import Busy, Gone, Missing, NotAFeed, PageWithFeed, Unreachable
from feeds.rows import Health
from tests.engage.hands import BLOG, DAY, HOUR, NOON

WELL = Health(BLOG, 12, NOON - HOUR, NOON - 3 * DAY, NOON + HOUR, None, 0, None, ())
MAY = NOON - 204 * DAY


def told(error: Any) -> tuple[str, dict[str, Any]]:
    return error.words, error.values


CASES: list[tuple[dict[str, Any], str, bool, list[str]]] = [
    ({}, "well", False, []),
    ({"answered": None, "newest": None, "posts": 0}, "new", False, ["not asked yet"]),
    ({"posts": 0, "newest": None}, "well", False, ["answers, and has published nothing so far"]),
    ({"newest": NOON - 430 * DAY}, "silent", False, ["silent for 14 months"]),
    ({"warnings": ("odd letters",)}, "warned", False, ["odd letters"]),
    (
        {"paused": MAY},
        "paused",
        False,
        ["paused by you on 3 May 2026: “nouvelles sources retry 1” takes it up again"],
    ),
    (
        {"paused": MAY, "gone": True, "error": told(Gone(address="a", status=410))},
        "gone",
        True,
        ["gone since 3 May 2026: paused, and everything stored is kept."],
    ),
    (
        {"error": told(Unreachable(address="julie.example", reason="no such host")), "failures": 3},
        "failing",
        True,
        [
            "julie.example cannot be reached (no such host).",
            "3 times in a row; asked again from 23 Nov 2026, 13:00 on",
        ],
    ),
    (
        {"error": told(Missing(address="julie.example", status=404)), "failures": 1},
        "failing",
        True,
        ["is not there (404)", "“nouvelles sources move 1 ADDRESS”"],
    ),
    (
        {
            "error": told(
                PageWithFeed(address="a", found="https://j.example/f", offered=["https://j.example/f"])
            ),
            "failures": 1,
        },
        "failing",
        True,
        ["holds a web page, and no feed", "“nouvelles sources move 1 https://j.example/f” follows"],
    ),
    (
        {"error": told(Busy(address="a", status=429, until="15:00 UTC")), "waiting": NOON + 3 * HOUR},
        "waiting",
        True,
        ["asks us to come back later (429)"],
    ),
    ({"waiting": NOON + 3 * HOUR}, "waiting", False, ["its host asked us to wait until 23 Nov 2026, 15:00"]),
    (
        {"former": (("https://old.example/", MAY),)},
        "well",
        False,
        ["moved for good to https://julie.example/feed (from https://old.example/): adopted on 3 May 2026"],
    ),
    (
        {"error": told(NotAFeed(address="a", found="a picture")), "failures": 1},
        "failing",
        True,
        ["holds no feed, but a picture", "if it lives elsewhere now"],
    ),
    (
        {
            "error": told(Missing(address="a", status=404)),
            "failures": 1,
            "former": (("https://old.example/", MAY),),
        },
        "failing",
        True,
        [
            "not there",
            "“nouvelles sources move 1 https://old.example/” goes back",
            "if it lives elsewhere",
            "adopted on",
        ],
    ),
    (
        {"paused": MAY, "error": told(Missing(address="a", status=404)), "failures": 3},
        "paused",
        False,
        ["paused by you on 3 May 2026"],
    ),
    (
        {"moving": "https://new.example/", "twin": True},
        "well",
        True,
        ["which you follow already: remove one of the two"],
    ),
    (
        {"moving": "https://new.example/"},
        "well",
        False,
        ["says that it has moved to https://new.example/: believed when it has said so three times"],
    ),
]


@pytest.mark.usefixtures("greenwich")
@pytest.mark.parametrize(("changes", "state", "wrong", "parts"), CASES)
def test_a_state_its_sentences_and_whether_to_look(
    changes: dict[str, Any], state: str, wrong: bool, parts: list[str]
) -> None:
    found = condition(replace(WELL, **changes), NOON)
    assert (found.state, found.is_wrong) == (state, wrong)
    said = [words("en").sentence(s.message, s.values) for s in found.sentences]
    assert len(said) == len(parts)
    assert all(part in sentence for part, sentence in zip(parts, said, strict=True))


def test_half_a_year_is_silence_and_less_is_not() -> None:
    assert condition(replace(WELL, newest=NOON - timedelta(days=183)), NOON).state == "well"
    assert condition(replace(WELL, newest=NOON - timedelta(days=184)), NOON).state == "silent"
