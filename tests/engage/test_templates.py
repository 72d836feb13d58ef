"""Templates: the person's own first, file by file; a broken one is named and ours is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from jinja2 import UndefinedError

from engage import drafting
from engage.templates import Templates, environment, ours
from tests.engage.hands import person, piece, post

if TYPE_CHECKING:
    from pathlib import Path

NAME = "messages/fr/word-1.txt"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "own/messages/fr").mkdir(parents=True)
    return tmp_path / "own"


VALUES = drafting._values(
    drafting.Facts(person(), piece(post("note", text="…")), "fr", "tu", "Une haie est une route.", "Camille")
)


def test_ours_are_found_and_complete() -> None:
    names = set(environment(ours()).list_templates())
    kinds = ("thank-you", "word", "answer")
    expected = {
        f"messages/{language}/{kind}-{n}.txt"
        for language in ("fr", "en")
        for kind in kinds
        for n in (1, 2, 3)
    }
    assert expected | {"messages/fr/quiet.txt", "messages/en/quiet.txt", "digest/today.html"} <= names


def test_ones_own_stands_in_place_of_ours_one_by_one(own: Path) -> None:
    (own / NAME).write_text("Ma {{ first_name }} & moi", encoding="utf-8")
    templates = Templates(own)
    assert templates.render(NAME, VALUES) == "Ma Julie & moi"
    other = templates.render("messages/fr/word-2.txt", VALUES)
    assert "Une haie est une route." in other
    assert templates.broken == []


def test_ones_own_may_stand_on_ours(own: Path) -> None:
    (own / NAME).write_text(
        '{% extends "messages/fr/letter.txt" %}{% block body %}Corps{% endblock %}', encoding="utf-8"
    )
    assert Templates(own).render(NAME, VALUES).startswith("Salut Julie,\n\nCorps")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ oops", "line 1"),
        ("ok\n{% if %}x{% endif %}", "line 2"),
        ("{{ nom }}", "'nom' is undefined"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ first_name.foo.bar }}", "foo"),
        ("{% extends 'messages/fr/nowhere.txt' %}", "nowhere.txt"),
        (f"{{% extends '{NAME}' %}}", "recursion"),
        ("{{ [1] + 2 }}", "list"),
        ("{{ t() }}", "argument"),
    ],
)
def test_a_broken_one_is_named_and_ours_is_used(own: Path, text: str, said: str) -> None:
    (own / NAME).write_text(text, encoding="utf-8")
    templates = Templates(own)
    assert templates.render(NAME, VALUES) == Templates().render(NAME, VALUES)
    (broken,) = templates.broken
    sentence = str(broken)
    assert said in sentence
    assert str(own) in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize("content", [b"caf\xe9 {{ first_name }}", b"\x00\xff"])
def test_one_that_is_no_utf_8_is_named(own: Path, content: bytes) -> None:
    (own / NAME).write_bytes(content)
    templates = Templates(own)
    assert "Salut Julie" in templates.render(NAME, VALUES)
    assert len(templates.broken) == 1


def test_one_that_cannot_be_opened_is_named(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (own / NAME).write_text("x", encoding="utf-8")
    templates = Templates(own)
    assert templates.own is not None

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(own / NAME))

    monkeypatch.setattr(templates.own, "get_template", refuse)
    assert "Salut Julie" in templates.render(NAME, VALUES)
    assert "Permission denied" in str(templates.broken[0])


def test_one_that_is_rendered_three_times_is_named_once(own: Path) -> None:
    (own / NAME).write_text("{{ nom }}", encoding="utf-8")
    templates = Templates(own)
    for _ in range(3):
        templates.render(NAME, VALUES)
    assert len(templates.broken) == 1


def test_a_broken_base_is_blamed_by_its_own_name(own: Path) -> None:
    (own / "messages/fr/letter.txt").write_text("{% block %}", encoding="utf-8")
    templates = Templates(own)
    assert "Salut Julie" in templates.render(NAME, VALUES)
    assert "letter.txt" in str(templates.broken[0])


def test_a_folder_that_is_not_there_is_none(tmp_path: Path) -> None:
    assert Templates(tmp_path / "templates").own is None
    assert Templates(tmp_path / "templates").render(NAME, VALUES)


def test_ours_must_not_break_in_silence() -> None:
    with pytest.raises(UndefinedError):
        Templates().render(NAME, {})


def test_html_is_escaped_and_text_is_not(own: Path) -> None:
    (own / "x.html").write_text("{{ first_name }}", encoding="utf-8")
    (own / "x.txt").write_text("{{ first_name }}", encoding="utf-8")
    render = Templates(own).render
    assert render("x.html", {"first_name": "<b>&"}) == "&lt;b&gt;&amp;"
    assert render("x.txt", {"first_name": "<b>&"}) == "<b>&"
