"""What is stored, made ready to be read."""

from __future__ import annotations

import pytest

from engage.web.reading import in_context, opening, readable

PICTURES = {
    '<p>a</p><img src="https://x.example/a.png" alt="A &amp; B" width="3">': (
        '<p>a</p><a class="picture" href="https://x.example/a.png" rel="noopener noreferrer">[A &amp; B]</a>'
    ),
    '<a href="https://x.example/"><img src="https://x.example/a.png"></a> b <img src="https://x.example/b.png">': (
        '<a href="https://x.example/"><span class="picture">[]</span></a> b '
        '<a class="picture" href="https://x.example/b.png" rel="noopener noreferrer">[]</a>'
    ),
    '<img src="javascript:x" alt="&lt;script&gt;">': '<span class="picture">[&lt;script&gt;]</span>',
    "<h1>One</h1><h2>Two</h2><article>": "<h2>One</h2><h2>Two</h2><article>",
    '<abbr title="a">b</abbr> plain': '<abbr title="a">b</abbr> plain',
}


@pytest.mark.parametrize(("html", "shown"), PICTURES.items())
def test_pictures_become_words(html: str, shown: str) -> None:
    assert readable(html, lambda description: f"[{description}]") == shown


def test_a_passage_is_found_among_its_words() -> None:
    text = "First.\n\nBefore it. The\nwords  themselves. After it.\n\nLast."
    around = in_context(text, "The words themselves.")
    assert around is not None
    assert (around.before, around.passage, around.after) == (
        "Before it. ",
        "The words themselves.",
        " After it.",
    )
    assert in_context(text, "Not there.") is None
    assert in_context(text, "") is None


def test_a_long_paragraph_is_cut_at_words_on_both_sides() -> None:
    text = f"{'before ' * 100}Here it is. {'after ' * 100}"
    around = in_context(text, "Here it is.")
    assert around is not None
    assert around.before.startswith("…before ")
    assert around.after.endswith(" after…")
    assert len(around.before) < 250 > len(around.after)


def test_an_opening_is_cut_at_a_word() -> None:
    assert opening("short", 10) == "short"
    assert opening("some longer words", 12) == "some longer…"
