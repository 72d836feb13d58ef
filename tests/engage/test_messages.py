from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.conscience import Told, read
from engage.conscience.letter import count_words
from engage.drafting import ALIKE, Facts, compose, kind_of, likeness, shorten
from engage.model import Person, Piece
from engage.templates import Templates, ours
from feeds.model import Post, Source, StoredPost

if TYPE_CHECKING:
    from pathlib import Path

    from engage.model import Language
    from feeds.model import PostKind

NOW = datetime(2026, 3, 1, tzinfo=UTC)
NAMES = [
    "Zoë",
    "D'Arcy",
    "李",
    "Ravi Content",
    "Marie-Ève d’Anjou",
    "ada",
    "Nan Okafor",
    "Louis 14",
    "X",
    "Jo [elle]",
]
ME = ["", "Camille", "Camille Durand", "Ravi", "José de la Cruz", "ada"]
ODD_TITLES = [
    "",
    "Les haies",
    "Le « grand » soir",
    'The "best" hedge',
    "“Why” & ‘how’",
    "Tom &amp; Jerry &lt;3",
    "🌿 2026 🌿",
    "None",
    "[WIP] {{ title }}",
    "Could you ? Bravo !!!",
    "J’ai lu tous vos articles",
    "«",
    "”",
    "haies " * 70,
    "h" * 400,
]
LINES = {
    "fr": ["", "Le noisetier de ma rue a la même patience.", "Une ligne,\n\n\n\nen deux fois.", "Oui."],
    "en": ["", "The hazel in our street is as patient.", "One line,\n\n\n\nin two goes.", "Yes."],
}
WORDS = st.text(st.characters(exclude_categories=("Z", "C")), min_size=1, max_size=10)


@st.composite
def written(draw: st.DrawFn, /, **fixed: Any) -> tuple[Facts, str, Told]:
    """A message that our templates write about a made-up piece, and what the conscience is told."""
    language: Language = draw(st.sampled_from(["fr", "en"]))
    source = draw(st.lists(WORDS, max_size=40))
    begin, end = sorted(draw(st.tuples(*[st.integers(0, len(source))] * 2)))
    title = " ".join(
        draw(st.one_of(st.sampled_from(ODD_TITLES), st.lists(WORDS, max_size=8).map(" ".join))).split()
    )
    kind: PostKind = draw(st.sampled_from(["article", "note"]))
    post = Post("k", kind, title=title, text=" ".join(source))
    piece = Piece(StoredPost(draw(st.integers(1, 3)), Source("blog", "a.example"), post, NOW, NOW), 1, ())
    facts = Facts(
        person=Person(1, draw(st.sampled_from(NAMES)), draw(st.sampled_from([1, 2, 3])), NOW),
        piece=piece,
        language=language,
        register=draw(st.sampled_from(["tu", "vous"])),
        passage=" ".join(source[begin:end]),
        me=draw(st.sampled_from(ME)),
        read=draw(st.booleans()),
        line=draw(fixed.get("line", st.sampled_from(LINES[language]))),
        to_me=draw(st.booleans()),
        stranger=draw(st.booleans()),
        quiet=draw(st.sampled_from(["", "", "grief"])),
    )
    return facts, compose(facts, Templates().render), known_of(facts)


def known_of(facts: Facts) -> Told:
    return Told(
        kind=kind_of(facts),
        name=facts.person.name,
        language=facts.language,
        register=facts.register,
        title=facts.piece.main.post.title,
        source_text=facts.piece.main.post.text,
        passage=facts.passage,
        line=facts.line,
        read=facts.read,
        quiet=facts.quiet,
    )


@given(written())
def test_our_own_templates_break_no_rule(message: tuple[Facts, str, Told]) -> None:
    facts, text, known = message
    given_too_long = count_words(f"{shorten(known.title)} {known.passage} {known.line}") > 40
    nothing_to_name = not known.title and not known.passage
    excused = {rule for rule, given in (("length", given_too_long), ("detail", nothing_to_name)) if given}
    found = {finding.rule for finding in read(text, known)}
    assert found - excused == set(), (facts, text)


@given(written(line=st.text(max_size=80)))
def test_whatever_a_person_adds_is_advised_on_and_never_refused(message: tuple[Facts, str, Told]) -> None:
    _, text, known = message
    assert [finding for finding in read(text, known) if finding.hard] == []


def facts_of(language: Language, passage: str, *, to_me: bool, read: bool = False) -> Facts:
    post = Post("k", "note" if to_me else "article", title="" if to_me else "Les haies", text=passage)
    piece = Piece(StoredPost(1, Source("blog", "a.example"), post, NOW, NOW), 1, ())
    person = Person(1, "Zoë", 1, NOW)
    return Facts(person, piece, language, "tu", passage, me="Camille", read=read, to_me=to_me)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(("length", "quoted"), [(140, True), (141, False)])
def test_a_long_answer_is_not_given_back_to_its_author(
    language: Language, length: int, *, quoted: bool
) -> None:
    passage = ("haie " * length)[: length - 1] + "."
    assert (passage in compose(facts_of(language, passage, to_me=True), Templates().render)) is quoted
    assert passage in compose(facts_of(language, passage, to_me=False), Templates().render)


@pytest.mark.parametrize(
    "path", sorted((ours() / "messages").glob("*/*.txt")), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_no_sentence_tells_its_reader_what_they_could_have_done(path: Path) -> None:
    text = path.read_text("utf-8").lower()
    assert not re.search(
        r"aur(?:ais|iez)|dev(?:r?ais|r?iez)|\b(?:could|should|would) (?:not |n’t )?have|to yourself", text
    )


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", ["thank-you", "word", "answer"])
def test_the_variants_are_different_words(language: str, kind: str) -> None:
    values = {
        "first_name": "Zoë",
        "circle": 2,
        "stranger": False,
        "me": "Camille",
        "title": "",
        "passage": "",
        "line": "",
        "tu": True,
    }
    for is_read in (True, False):
        more = {"read": is_read, "t": lambda tu, _vous: tu}
        texts = [
            Templates().render(f"messages/{language}/{kind}-{number}.txt", values | more)
            for number in (1, 2, 3)
        ]
        assert all(likeness(one, other) < ALIKE for one, other in combinations(texts, 2))


@pytest.mark.parametrize(
    "path", sorted((ours() / "messages" / "fr").glob("*.txt")), ids=lambda path: path.name
)
def test_french_typography(path: Path) -> None:
    text = re.sub(r"\{%.*?%\}|\{\{(?! (?:t\(|title|passage))[^}]*\}\}", "", path.read_text("utf-8"))
    said = re.sub(r"\"", "", text)
    assert re.findall(r"«(?!\u00a0)|(?<!\u00a0)»|(?<![\u00a0}]):|(?<!\u202f)[;!?]", said) == []
    assert "'" not in said


def test_the_drafts_are_the_same_kind_in_both_languages() -> None:
    names = [
        {path.name for path in (ours() / "messages" / language).glob("*.txt")} for language in ("fr", "en")
    ]
    assert (
        names[0]
        == names[1]
        >= {f"{kind}-{n}.txt" for kind, n in product(("thank-you", "word", "answer"), (1, 2, 3))}
    )
