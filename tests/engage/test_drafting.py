"""A first draft that is complete and true as it stands, and a text that its person made their own."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.drafting import (
    LONGEST_TITLE,
    Facts,
    compose,
    first_name,
    kind_of,
    language_of,
    likeness,
    register_of,
    shorten,
    with_line,
)
from engage.templates import Templates
from tests.engage.hands import HAIES, person, piece, post

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engage.model import Language

RENDER = Templates().render
QUOTE = (
    "Le plus dur a été de ne plus la tailler\u00a0; je la regarde «\u00a0pousser\u00a0» et je me tais\u202f!"
)
FACTS = Facts(person(language="fr", register="tu"), piece(post(html=HAIES)), "fr", "tu", QUOTE, "Camille")


def test_the_kind_follows_what_it_is_about() -> None:
    note = replace(FACTS, piece=piece(post("note", text="x")))
    assert kind_of(FACTS) == "thank-you"
    assert kind_of(note) == "word"
    assert kind_of(replace(note, to_me=True)) == "answer"
    assert kind_of(replace(note, to_me=True, quiet="grief")) == "quiet"


@pytest.mark.parametrize(
    ("stored", "post_language", "own", "language"),
    [
        ("en", "fr", "fr", "en"),
        ("", "fr", "en", "fr"),
        ("", "en", "fr", "en"),
        ("", "", "fr", "fr"),
        ("", "de", "en", "en"),
    ],
)
def test_the_persons_language_then_the_posts_then_ones_own(
    stored: str, post_language: str, own: Language, language: str
) -> None:
    assert language_of(person(language=stored), post_language, own) == language


@pytest.mark.parametrize(
    ("stored", "circle", "register"),
    [("vous", 1, "vous"), ("tu", 3, "tu"), ("", 1, "tu"), ("", 2, "vous"), ("", 3, "vous")],
)
def test_tu_and_vous_are_as_stored_and_vous_unless_well_known(
    stored: str, circle: Any, register: str
) -> None:
    assert register_of(person(circle=circle, register=stored)) == register


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_passage_stands_to_the_letter_with_its_no_break_spaces(number: int) -> None:
    text = compose(replace(FACTS, piece=piece(post(html=HAIES), number=number)), RENDER)
    assert f"«\u00a0{QUOTE}\u00a0»" in text
    assert text.startswith("Salut Julie,")
    assert text.endswith("Camille")


def test_a_passage_over_lines_is_folded_into_one() -> None:
    assert "«\u00a0Une haie\u202f!\u00a0»" in compose(replace(FACTS, passage="Une\n haie\u202f!"), RENDER)


def test_who_received_one_wording_receives_another() -> None:
    first = compose(FACTS, RENDER)
    second = compose(FACTS, RENDER, [first])
    third = compose(FACTS, RENDER, [first, second])
    assert len({first, second, third}) == 3


def test_when_every_wording_was_used_it_is_still_one_of_them() -> None:
    used: list[str] = []
    for _ in range(3):
        used.append(compose(FACTS, RENDER, used))
    assert compose(FACTS, RENDER, used) in used


def test_what_is_sad_gets_a_page_without_a_word_of_ours() -> None:
    text = compose(replace(FACTS, quiet="grief"), RENDER)
    assert text == "Bonjour Julie,"
    own = compose(replace(FACTS, quiet="grief", line="Je pense à toi."), RENDER)
    assert own == "Bonjour Julie,\n\nJe pense à toi.\n\nCamille"


@pytest.mark.parametrize("quiet", ["", "grief"])
def test_a_template_without_a_place_for_it_loses_no_line(quiet: str) -> None:
    def render(_name: str, values: Mapping[str, Any]) -> str:
        return f"Cher {values['first_name']},\n\nMerci pour ceci.\n\nCamille"

    text = compose(replace(FACTS, quiet=quiet, line=" Ma haie te salue. "), render)
    assert text == "Cher Julie,\n\nMa haie te salue.\n\nMerci pour ceci.\n\nCamille"


MINE = "Salut Julie,\n\nMon mot à moi.\n\nMerci pour ton texte.\n\nCamille"


def test_a_line_comes_before_the_last_words() -> None:
    assert with_line(MINE, "", "Une ligne.").split("\n\n") == [
        "Salut Julie,",
        "Mon mot à moi.",
        "Une ligne.",
        "Merci pour ton texte.",
        "Camille",
    ]
    assert with_line("Salut.", "", "Une ligne.") == "Salut.\n\nUne ligne."


def test_a_line_takes_the_place_of_the_earlier_one() -> None:
    once = with_line(MINE, "", "Une ligne.")
    assert with_line(once, "Une ligne.", "Une autre.") == once.replace("Une ligne.", "Une autre.")
    assert with_line(once, "Une ligne.", "") == MINE


@pytest.mark.parametrize("had", ["Merci", "mot", "on"])
def test_only_the_line_itself_is_replaced_not_the_same_letters_elsewhere(had: str) -> None:
    text = with_line(MINE, "", had)
    assert with_line(text, had, "Autre chose") == with_line(MINE, "", "Autre chose")
    assert with_line(text, had, "") == MINE


def test_a_line_that_its_person_changed_in_the_text_stays() -> None:
    mine = MINE.replace("Merci", "Ma ligne changée. Merci")
    text = with_line(mine, "Ma ligne.", "Une autre.")
    assert "Ma ligne changée." in text
    assert "Une autre." in text


def test_nothing_added_changes_nothing() -> None:
    assert with_line("  a \n\n\n\n b ", "", "  ") == "  a \n\n\n\n b "
    assert with_line(MINE, "not there", "") == MINE


TEXTS = st.text("ab \n.é", max_size=60)


@given(TEXTS, TEXTS, TEXTS)
def test_no_word_is_lost_but_the_line_that_was_replaced(text: str, before: str, line: str) -> None:
    after = with_line(text, before, line)
    kept = text.replace(before, "", 1) if len(with_line(text, before, "")) < len(text.strip()) else text
    assert Counter("".join(after.split())) == Counter("".join((kept + line).split()))
    assert "".join(line.split()) in "".join(after.split())


def test_likeness_is_a_share_of_what_is_written() -> None:
    assert likeness("Merci pour ton article", "merci  POUR ton\narticle") == 1
    assert likeness("abc", "xyz") == 0
    assert likeness("", "") == likeness("ab", "ab") == 0
    assert 0 < likeness("Merci pour ton article", "Merci pour ta lettre") < 1


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Julie Martin", "Julie"),
        ("Zoë", "Zoë"),
        ("Marie-Ève d’Anjou", "Marie-Ève"),
        ("🦊 Renard", "Renard"),
        ("🦊", "🦊"),
        ("Martin, Julie", "Julie"),
        ("", ""),
    ],
)
def test_one_says_hello_by_the_first_name_spelled_as_stored(name: str, first: str) -> None:
    assert first_name(name) == first


def test_a_long_title_is_cut_at_a_word_and_keeps_its_no_break_spaces() -> None:
    short = "Une haie\u202f: «\u00a0le\u00a0» mur"
    assert shorten(short) == short
    long = shorten(f"{short} " + "encore " * 40)
    assert len(long) <= LONGEST_TITLE + 1
    assert long.startswith(short)
    assert long.endswith("encore…")
    assert shorten("x" * 500) == "x" * LONGEST_TITLE + "…"
