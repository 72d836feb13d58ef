"""Where a sentence ends, in French and English."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.sentences import fold, sentences


@pytest.mark.parametrize(
    "expected",
    [
        ["The hedge was dead.", "It was only waiting."],
        ["M. Dupont est venu.", "Mme Leroy aussi."],
        ["Dr. Moreau and Mrs. Lane walked home.", "Nobody spoke."],
        ["Bring tools, e.g. a spade.", "Bring Anna, too."],
        ["Prenez un outil, p. ex. Marie prend une bêche.", "Partez."],
        ["The U.S. Senate met.", "Then it rained."],
        ["She moved to the U.S.", "The winters were long."],
        ["J. R. R. Tolkien wrote letters.", "Many of them."],
        ["It weighs 3.5 kg.", "It costs 1.200 francs."],
        ["Le n° 4 est fermé.", "Voir p. 12 pour le plan."],
        ["« Viens. Il est tard. »", "Elle ferma la porte."],
        ["Il a dit\u00a0: « Je pars.\u00a0»", "Puis il est resté."],
        ["He said “go.”", "She stayed."],
        ["(It had rained.)", "The path was gone."],
        ["Quelle joie\u202f!", "Et après\u202f?", "Rien."],
        ["Yahoo! was a word once.", "So was hope."],
        ["Il hésita… puis rit.", "Nous aussi."],
        ["Il hésita…", "Nous aussi."],
        ["1. The first thing is to wait.", "The second is to look."],
        ["Apples, pears, etc.", "We ate them all."],
        ["A note with a mark.[2]", "Another one."],
        ["今日は雨です。", "明日も雨です。"],
        ["No stop at all"],
    ],
    ids=lambda expected: expected[0],
)
def test_a_paragraph_falls_into_its_sentences(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


def test_white_space_is_folded_and_no_break_spaces_stay() -> None:
    assert sentences("Un\n  deux\u202f!\tTrois.") == ["Un deux\u202f!", "Trois."]


def test_nothing_gives_nothing() -> None:
    assert sentences("") == []
    assert sentences(" \n ") == []


@given(st.text(alphabet="aB. !?…«»“”\"'()[]1é\u00a0\n。", max_size=80))
def test_no_word_is_lost_or_made_up(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(fold(text).split())
