from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage import graphemes
from engage.conscience.figures import figures
from engage.conscience.letter import BLANK, apart, stands_in


@pytest.mark.parametrize(
    ("quotation", "where", "stands"),
    [
        ("l'arbre", "Voici l’arbre.", True),
        ("Vrai !", "C’est vrai\u202f!", True),
        ("he said “no”", "Then he said « no ».", True),
        ("art", "a party", False),
        ("art", "an art", True),
        ("好", "你好吗", True),
        ("e\u0301te\u0301", "un été", True),
        ("b … a", "a b", False),
        ("a … b", "a c b", True),
        ("…", "a", True),
    ],
)
def test_word_for_word(quotation: str, where: str, stands: bool) -> None:
    assert stands_in(quotation, where) is stands


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("depuis sept mois", {"7"}),
        ("vingt et un ans, soixante-dix-neuf jours", {"21", "79"}),
        ("quatre-vingts ans", {"80"}),
        ("Twenty-five long years", {"25"}),
        ("sept merveilles, six of one", set()),
        ("1\u202f000 pages, 1,000 more", {"1000"}),
        ("3,5 ou 3.5, R2D2", {"3.5"}),
        ("le 1er, à 20h30", {"1", "20"}),
    ],
)
def test_figures(text: str, found: set[str]) -> None:
    assert set(figures(text)) == found


def test_number_words_of_the_piece_stand_for_themselves_anywhere() -> None:
    assert figures("elles étaient sept", anywhere=True) == {"7": "sept"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("été", 3),
        ("e\u0301te\u0301", 3),
        ("👩\u200d👩\u200d👧", 1),
        ("👍🏽👍🏿", 2),
        ("❤\ufe0f", 1),
        ("🇫🇷🇩🇪🇮", 3),
        ("1\ufe0f\u20e3", 1),
        ("a\u200db", 2),
        ("\r\n\n", 2),
        ("\u1112\u1161\u11ab", 1),
        ("한글", 2),
        ("\U0001f3f4\U000e0067\U000e0062\U000e007f", 1),
        ("a\u200bb", 3),
        ("กำ", 1),
    ],
)
def test_graphemes(text: str, expected: int) -> None:
    assert graphemes.count(text) == expected


@given(st.text())
def test_clusters_are_the_text_cut_up(text: str) -> None:
    assert "".join(graphemes.clusters(text)) == text


# Taking a message apart


def test_a_letter_is_taken_apart() -> None:
    text = "Salut Jo,\n\nTon « Le « grand » soir » et “ceci”.\n\nMa ligne,\nà moi.\n\nMerci.\n\nAda de Rham"
    letter = apart(text, "Jo", ("Le « grand » soir",), "Ma ligne,\nà moi.")
    assert letter.greeted == "Jo"
    assert letter.quoted == ("Le « grand » soir", "ceci")
    assert letter.line == "Ma ligne,\nà moi."
    assert letter.own.split() == f"Salut {BLANK}, Ton «{BLANK}» et “{BLANK}”. Merci. {BLANK}".split()
