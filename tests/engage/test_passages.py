"""Which passage of a post is worth quoting, and what may never be quoted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.passages import LONGEST, WEIGHTS, language_of, passages
from feeds.html import sanitise, to_text

HEDGE = """
<p>Welcome to this blog! In this post I will tell you about hedges.</p>
<h2>Why hedges are wonderful and I love them so much, dear friends.</h2>
<p>Last winter the village council bought a machine with a 180 hp engine. The API of its controller
returns JSON. I used to think that a hedge was a kind of wall, but it turns out to be closer to a conversation
between neighbours.
You can read more at https://hedges.example.</p>
<blockquote><p>I have always loved the silence of a garden after the rain, as if it were holding its
breath.</p></blockquote>
<ul><li>I remember my grandmother's hands in the soil, and the smell of rain on the leaves.</li></ul>
<pre>I love my hands in the garden but I remember the rain.</pre>
<p>However, I never understood my father's love of roses, but I remember his hands in the garden.</p>
<p>If you enjoyed this, I would love you to subscribe to my newsletter and support my garden on Patreon.</p>
"""
HAIES = """
<p>Bonjour à toutes et à tous\u202f! Dans cet article, je vais vous parler de haies.</p>
<p>La mairie a acheté une machine de 180 chevaux le 12 mars. Elle coûte 45\u202f000 euros.
J’ai longtemps cru qu’une haie était un mur, mais j’ai compris cet hiver qu’elle ressemble plutôt à une
conversation entre voisins.
M. Delorme, lui, n’y croit pas.</p>
<blockquote>J’aime le silence du jardin après la pluie, comme si la terre retenait son souffle.</blockquote>
<p>Mais cela, je ne l’ai jamais dit à ma mère, qui aimait tant la pluie et le silence du jardin.</p>
<p>Abonnez-vous à mon infolettre\u00a0: j’aime écrire à mes amis comme si chacun était mon voisin.</p>
"""


def chosen(html: str, title: str = "A title that says little") -> str:
    found = passages(sanitise(html), title=title)
    return found[0].text if found else ""


def test_the_sentence_a_reader_would_underline_comes_first() -> None:
    assert chosen(HEDGE, "On hedges") == (
        "I used to think that a hedge was a kind of wall, but it turns out to be closer to a conversation "
        "between neighbours."
    )
    assert chosen(HAIES, "Les haies") == (
        "J’ai longtemps cru qu’une haie était un mur, mais j’ai compris cet hiver qu’elle ressemble plutôt "
        "à une conversation entre voisins."
    )


def test_it_says_why() -> None:
    best = passages(sanitise(HAIES), title="Les haies")[0]
    assert {"self", "discovery", "contrast", "people"} <= set(best.why)
    assert set(best.why) <= {*WEIGHTS, "joined"}


@pytest.mark.parametrize("html", [HEDGE, HAIES])
def test_every_passage_stands_in_the_stored_text_and_is_no_longer_than_allowed(html: str) -> None:
    stored = " ".join(to_text(sanitise(html)).split())
    found = passages(sanitise(html), title="Haies")
    assert found
    for passage in found:
        assert " ".join(passage.text.split()) in stored
        assert len(passage.text) <= LONGEST
    assert [passage.score for passage in found] == sorted((passage.score for passage in found), reverse=True)


GOOD = "I remember how the light fell on my notebook that morning, quiet and almost kind."
REFUSED = {
    "leans, but": f"But {GOOD[0].lower()}{GOOD[1:]}",
    "leans, however": f"However, {GOOD}",
    "leans, this": "This is why I remember the light on my notebook, quiet and almost kind.",
    "leans, he": "He says I remember how the light fell on my notebook, quiet and almost kind.",
    "leans, mais cela": "Mais cela me rappelle la lumière du matin sur mon carnet, douce et presque tendre.",
    "leans, elle": "Elle me rappelle la lumière du matin sur mon carnet, douce et presque tendre.",
    "leans, ce": "Ce carnet me rappelle la lumière du matin, que j’aime tant, douce et presque tendre.",
    "cut by the feed": "I remember how the light fell on my notebook that morning, quiet and […]",
    "read more": f"{GOOD[:-1]}… Read more",
    "a colon": "I remember what fell on my notebook that morning, quiet and almost kind:",
    "no stop": GOOD[:-1],
    "begins in the middle": GOOD[0].lower() + GOOD[1:],
    "half a bracket": "I remember (how the light fell on my notebook that morning, quiet and almost kind.",
    "mostly a quotation": (
        "My friend wrote “I remember how the light fell on the notebook that morning, quiet and kind.”"
    ),
    "as above": "I remember, as mentioned earlier, how the light fell on my notebook that morning.",
    "the photo below": "I love the light on my notebook in the photo below, quiet and almost kind.",
    "first appeared": (
        "I remember that my love of light first appeared on the Notebook Review, quiet and kind."
    ),
    "newsletter": "I love writing my newsletter in the morning light, quiet and almost kind, for my friends.",
    "abonnement": "J’aime ces matins, abonnez-vous donc si la lumière sur mon carnet vous plaît aussi.",
    "cookies": (
        "We love the light, and we ask you to accept the cookies of this quiet and almost kind garden."
    ),
    "copyright": "All rights reserved, and I love how the light fell on my notebook that morning.",
    "affiliate": "I love this notebook, and its affiliate link gives my garden a little light each morning.",
    "share": "Share this if you love how the light falls on my notebook, quiet and almost kind.",
    "update": "Update: I remember how the light fell on my notebook that morning, quiet and almost kind.",
    "address": "I remember how the light fell on https://light.example that morning, quiet and almost kind.",
    "handle": "I remember how @julie@light.example loved my notebook that morning, quiet and kind.",
    "command": "I love to run git push --force in the morning light, quiet and almost kind, with my friends.",
    "code": "I love how light_of_morning falls on my notebook, quiet and almost kind, for my friends.",
    "version": "I love how version 2.4.1 brought light to my notebook that morning, quiet and almost kind.",
    "speaker": "SC: I remember how the light fell on my notebook that morning, quiet and almost kind.",
    "footnote": "I remember how the light fell on my notebook[3] that morning, quiet and almost kind.",
    "too short": "I love light.",
    "too long": "I remember the light, " + "and the garden, " * 20 + "and my notebook.",
}


def test_what_is_refused_would_be_chosen_without_its_fault() -> None:
    assert chosen(f"<p>{GOOD}</p>") == GOOD


@pytest.mark.parametrize("sentence", REFUSED.values(), ids=REFUSED.keys())
def test_what_may_not_be_quoted_is_refused(sentence: str) -> None:
    assert chosen(f"<p>{sentence}</p>") == ""


@pytest.mark.parametrize("tag", ["blockquote", "pre", "figcaption", "td", "li", "h2"])
def test_only_paragraphs_are_the_authors_own_hand(tag: str) -> None:
    html = f"<table><tr><td>{GOOD}</td></tr></table>" if tag == "td" else f"<{tag}>{GOOD}</{tag}>"
    assert chosen(html) == ""


def test_a_paragraph_of_links_is_not_quoted() -> None:
    assert chosen(f'<p><a href="https://light.example">{GOOD}</a></p>') == ""


BETTER = {
    "personal over general": (
        "I learned that the slow way home through the field is the one my children remember.",
        "There are several ways through the field, of which the slow one takes the most time.",
    ),
    "plain over figures": (
        "I wonder whether the river remembers the mills that once turned along its quiet banks.",
        "I wonder whether the river, 340 km long in 2019, once turned 28 mills along its banks.",
    ),
    "prose over jargon": (
        "We kept the old stove because my mother could hear the winter coming in its voice.",
        "We kept the old server because my database could query the cache from its kernel code.",
    ),
    "calm over selling": (
        "My notebook gave me back the patience I had lost among so many screens.",
        "My amazing notebook is the ultimate productivity solution for any robust business.",
    ),
    "thought over report": (
        "I used to be afraid of silence, but it became the room in which I think.",
        "The minister said that silence in the stations will be kept according to officials.",
    ),
    "statement over question": (
        "I never understood why my father planted trees whose shade he would not see.",
        "I never understood why my father planted trees whose shade he would not see, did you?",
    ),
    "français, intime plutôt que chiffré": (
        "J’ai compris en marchant que la lenteur n’est pas un retard, mais une façon de regarder.",
        "La marche compte 12 étapes de 18 km, entre 430 et 1\u202f250 mètres selon le ministère.",
    ),
    "français, sensible plutôt que technique": (
        "Ma grand-mère pliait le linge comme on referme un livre que l’on a aimé.",
        "Le serveur exécute la requête puis écrit les données dans le fichier de configuration.",
    ),
}


@pytest.mark.parametrize(("better", "worse"), BETTER.values(), ids=BETTER.keys())
@pytest.mark.parametrize("turned", [False, True])
def test_one_sentence_is_preferred_to_another(better: str, worse: str, *, turned: bool) -> None:
    first, second = (worse, better) if turned else (better, worse)
    assert chosen(f"<p>{first}</p><p>{second}</p>") == better


def test_two_short_sentences_that_belong_together_are_quoted_together() -> None:
    pair = "I thought the old hedge was dead. But it was only waiting for the rain to come."
    assert chosen(f"<p>{pair} Nobody had told me.</p>") == pair


def test_sentences_of_two_paragraphs_are_never_joined() -> None:
    html = (
        "<p>I thought my old hedge by the river was dead.</p><pre>x</pre><p>But it was only waiting for "
        "rain.</p>"
    )
    assert all("waiting" not in passage.text for passage in passages(html, title="Hedges"))


def test_no_passage_repeats_another() -> None:
    pair = "I thought the old hedge was dead. But it was only waiting for the rain to come."
    texts = [passage.text for passage in passages(f"<p>{pair} {GOOD} {GOOD}</p>", title="Hedges")]
    assert sorted(texts) == sorted([pair, GOOD])


def test_at_most_as_many_as_asked() -> None:
    html = "".join(
        f"<p>I remember the {thing} of my childhood, and how quiet it was.</p>" for thing in "abcdef"
    )
    assert len(passages(html, title="Things", most=3)) == 3
    assert passages(html, title="Things", most=0) == ()


def test_a_hard_wrapped_paragraph_is_read_as_one() -> None:
    wrapped = (
        "<p>I remember how the light fell on my notebook in\nProvence that morning, quiet and\nalmost "
        "kind.</p>"
    )
    assert (
        chosen(wrapped)
        == "I remember how the light fell on my notebook in Provence that morning, quiet and almost kind."
    )


NOTES = {
    "whole": (
        "<p>Le jardin est blanc ce matin, et le chat refuse d’y croire.</p>",
        "Le jardin est blanc ce matin, et le chat refuse d’y croire.",
    ),
    "without tags": (
        (
            "<p>First frost on the allotment, and the kale looks proud <a "
            'href="https://m.example/t/a">#garden</a> #kale</p>'
        ),
        "First frost on the allotment, and the kale looks proud",
    ),
    "without link": (
        '<p>I wrote about patience and hedges. <a href="https://b.example/h">https://b.example/h</a></p>',
        "I wrote about patience and hedges.",
    ),
    "without names": (
        "<p>@ana@m.example @bo.example thank goodness, the swallows came back to the barn!</p>",
        "thank goodness, the swallows came back to the barn!",
    ),
    "two paragraphs": (
        "<p>Neige.</p><p>Rien d’autre à dire, sinon la neige.</p>",
        "Neige. Rien d’autre à dire, sinon la neige.",
    ),
}


@pytest.mark.parametrize(("html", "expected"), NOTES.values(), ids=NOTES.keys())
def test_a_short_note_is_quoted_whole_without_its_trailing_links_tags_and_names(
    html: str, expected: str
) -> None:
    assert chosen(html, title="") == expected


def test_a_title_that_stands_in_for_a_note_is_no_title() -> None:
    assert chosen(NOTES["whole"][0], title="Le jardin est blanc ce…") == NOTES["whole"][1]


def test_a_long_article_that_begins_with_its_title_is_no_note() -> None:
    dull = "<p>The council met to settle the dates of the next three fairs</p>"
    assert chosen(f"<p>Hello!</p>{dull}", title="Hello!") != ""
    assert chosen(f"<p>Hello!</p>{dull * 20}", title="Hello!") == ""


def test_of_a_long_note_the_best_sentence_is_quoted() -> None:
    dull = "The council met on Tuesday and again on Thursday to settle the dates of the next three fairs."
    assert chosen(f"<p>{dull} {dull.replace('met', 'sat')} {GOOD}</p><p>#council #fair</p>", title="") == GOOD


@pytest.mark.parametrize(
    "html", ["", "<p></p>", "<p>#one #two</p>", "<p>https://light.example</p>", "<pre>x = 1</pre>"]
)
def test_nothing_to_quote_gives_nothing(html: str) -> None:
    assert passages(html) == ()


def test_the_words_decide_the_language_before_the_tag_does() -> None:
    assert passages(sanitise(HAIES), title="Haies", language="en") == passages(
        sanitise(HAIES), title="Haies", language="fr"
    )


def test_other_languages_are_judged_by_their_shape() -> None:
    html = "<p>Der alte Garten lag still im Regen, und niemand wusste mehr, wer ihn angelegt hatte.</p>"
    best = passages(html, title="Garten", language="de")[0]
    assert set(best.why) <= {"measure", "first", "names"}


@given(
    st.text(max_size=400), st.text(max_size=40), st.sampled_from(["", "fr", "en-GB", "x"]), st.integers(-1, 5)
)
def test_arbitrary_text_never_raises_and_is_always_quoted_word_for_word(
    text: str, title: str, language: str, most: int
) -> None:
    html = sanitise(f"<p>{text}</p><p>{GOOD} {text}</p>")
    stored = " ".join(to_text(html).split())
    for passage in passages(html, title=title, language=language, most=most):
        assert " ".join(passage.text.split()) in stored


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Il est né mardi, et nous dormons peu.", "fr"),
        ("Je rentre à pied ce soir, et je ne suis pas fatigué.", "fr"),
        ("The hedge is low and the road is long.", "en"),
        ("OK", ""),
        ("", ""),
        ("Le chat is on the mat et dans la maison with you", ""),
    ],
)
def test_words_tell_their_language(text: str, language: str) -> None:
    assert language_of(text) == language


def test_a_pronoun_for_what_was_named_before_is_quoted_with_it() -> None:
    html = (
        "<p>Il y avait soixante et un bâtons de crayon sur le montant de la cabane au fond du jardin. "
        "Je les ai comptés deux fois parce que je ne savais pas quoi dire à mon voisin ce jour-là.</p>"
    )
    found = [p.text for p in passages(html, title="La clé") if "Je les ai" in p.text]
    assert found == [html.removeprefix("<p>").removesuffix("</p>")]
