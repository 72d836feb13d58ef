"""Codes and values become sentences, in either language."""

from __future__ import annotations

import ast
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

import engage
from engage.errors import AmbiguousPerson, BadMoment, UnknownPerson
from engage.model import CONTACTS, GESTURES, Reason
from engage.signals import GOOD, STEMS
from engage.words import LANGUAGES, Words, escaped, system_language, visible, words
from feeds.errors import N_

if TYPE_CHECKING:
    from engage.model import Language

EN, FR = Words("en"), None


@pytest.fixture
def fr() -> Words:
    return words("fr")


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "today"),
        (1, "yesterday"),
        (2, "2 days ago"),
        (13, "13 days ago"),
        (14, "2 weeks ago"),
        (20, "2 weeks ago"),
        (60, "8 weeks ago"),
        (61, "2 months ago"),
        (91, "2 months ago"),
        (92, "3 months ago"),
        (730, "23 months ago"),
        (731, "2 years ago"),
        (3650, "10 years ago"),
    ],
)
def test_how_long_ago_is_never_overstated(days: int, said: str) -> None:
    assert EN.ago(days) == said


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (1, "1 day"),
        (7, "7 days"),
        (10, "10 days"),
        (14, "2 weeks"),
        (30, "30 days"),
        (42, "6 weeks"),
        (56, "8 weeks"),
        (61, "2 months"),
        (84, "12 weeks"),
        (91, "3 months"),
        (183, "6 months"),
        (365, "12 months"),
        (730, "2 years"),
        (731, "2 years"),
        (100, "100 days"),
        (36525, "100 years"),
    ],
)
def test_a_rhythm_is_said_as_it_was_wished(days: int, said: str) -> None:
    assert EN.rhythm(days) == said


def test_counts_have_a_singular() -> None:
    assert EN.reason(Reason("last_wrote", {"days": 1})) == "you last wrote 1 day ago"
    assert EN.reason(Reason("last_wrote", {"days": 97})) == "you last wrote 97 days ago"
    assert EN.reason(Reason("first_article_months", {"count": 7})) == "first article in 7 months"
    assert EN.reason(Reason("first_post_years", {"count": 1})) == "first post in 1 year"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [*CONTACTS, *GESTURES])
def test_everything_that_passes_between_two_people_can_be_said_both_ways(
    kind: str, language: Language
) -> None:
    out, back = (words(language).engagement(kind, direction) for direction in ("out", "in"))
    assert out
    assert back
    assert (out == back) is (kind == "met")


def test_a_memory_says_who_wrote() -> None:
    memory: dict[str, int | str] = {"kind": "wrote", "direction": "in", "note": "carte {postale}", "days": 24}
    assert EN.reason(Reason("occasion_memory", memory)) == "they wrote to you 3 weeks ago: carte {postale}"
    assert EN.reason(Reason("occasion_memory", {**memory, "direction": "out"})).startswith(
        "you wrote 3 weeks"
    )


def test_who_met_is_said_to_have_met() -> None:
    assert EN.reason(Reason("last_reached", {"kind": "met", "days": 33})) == "you met 4 weeks ago"


REASONS = [
    Reason("answers_you"),
    Reason("mentions_you"),
    *(Reason(f"tone_{kind}") for kind in (*STEMS, "warning")),
    *(Reason(f"news_{kind}") for kind in GOOD),
    *(Reason("circle", {"circle": circle}) for circle in (1, 2, 3)),
    *(
        Reason(f"first_{what}_{unit}", {"count": 7})
        for what in ("article", "post")
        for unit in ("weeks", "months", "years")
    ),
    Reason("last_wrote", {"days": 97}),
    Reason("last_reached", {"kind": "called", "days": 97}),
    Reason("passed_on", {"names": "Ann"}),
    Reason("places", {"count": 3}),
    Reason("occasion_article", {"title": "T", "days": 3}),
    Reason("occasion_note", {"title": "T", "days": 0}),
    Reason("occasion_memory", {"kind": "met", "direction": "out", "note": "N", "days": 3}),
    Reason("occasion_simply"),
    Reason("liked"),
]


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.code)
def test_every_reason_has_words_in_both_languages(reason: Reason, fr: Words) -> None:
    english, french = EN.reason(reason), fr.reason(reason)
    assert english != french
    assert not re.search(r"[{}]|^\s|\s$", english + french)


def test_every_reason_that_the_rooms_give_is_among_those() -> None:
    known = {reason.code for reason in REASONS}
    folder = Path(engage.__file__).parent
    for name in ("ranking.py", "rhythm.py", "today.py"):
        tree = ast.parse((folder / name).read_text(encoding="utf-8"))
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Reason":
                code = call.args[0]
                if isinstance(code, ast.Constant):
                    assert code.value in known


def test_titles_and_names_are_values_and_no_format_strings() -> None:
    title = "{0.__class__} %s {days}"
    assert EN.reason(Reason("occasion_article", {"title": title, "days": 1})) == (
        f"they published “{title}” yesterday"
    )
    assert EN.error(UnknownPerson(name="{name}")).startswith("You know nobody called “{name}” here.")


def test_an_error_is_said_in_its_language_with_what_it_holds(fr: Words) -> None:
    error = BadMoment(given="x", expected=N_("a moment in the past"))
    assert EN.error(error) == "“x” is not a moment in the past."
    assert "a moment in the past" not in fr.error(error)
    assert "Ann, Bo" in fr.error(AmbiguousPerson(name="a", choices="Ann, Bo"))


def test_nothing_translates_to_nothing(fr: Words) -> None:
    """Gettext answers the empty message with the catalogue's own header."""
    assert EN.say("") == fr.say("") == ""
    assert fr.sentence("{note}", {"note": ""}) == ""


def test_days_are_written_as_each_language_does(fr: Words) -> None:
    assert EN.day(date(2026, 11, 23)) == "Monday 23 November 2026"
    assert fr.day(date(2026, 11, 1)) == "Dimanche 1 novembre 2026"
    midnight = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert EN.date(midnight, UTC) == "1 Jul 2026"
    assert fr.date(midnight, ZoneInfo("Europe/Paris")) == "2 juil. 2026"


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LANGUAGE": "fr:en", "LANG": "en_GB.UTF-8"}, "fr"),
        ({"LANGUAGE": "", "LC_ALL": "FR_ca", "LANG": "en_GB"}, "fr"),
        ({"LC_MESSAGES": "en_GB", "LANG": "fr_FR"}, "en"),
    ],
)
def test_the_systems_language(environ: dict[str, str], language: str) -> None:
    assert system_language(environ) == language


HOSTILE = "a\x1b[2Jb\x9b31mc\x07d\re\x00f\u202eg\u2066h\u2028i"


def test_what_steers_a_terminal_is_not_shown() -> None:
    assert visible(HOSTILE) == "a[2Jb31mcdefghi"
    assert visible("é\u00a0»\u202f!\n\t👩\u200d🚀 e\u0301") == "é\u00a0»\u202f!\n\t👩\u200d🚀 e\u0301"


def test_in_json_it_is_escaped_and_nothing_is_lost() -> None:
    import json  # noqa: PLC0415

    written = escaped(json.dumps({"t": HOSTILE}, ensure_ascii=False, indent=2))
    assert json.loads(written) == {"t": HOSTILE}
    assert visible(written) == written
