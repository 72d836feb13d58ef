"""What is quoted from short plain articles about someone's own days, and what hangs on the sentence before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.passages import LONGEST, language_of, passages
from feeds.html import sanitise

PLAIN = {
    "Onze cartons": (
        (
            "J’ai déménagé samedi. Il y avait onze cartons dans l’entrée. Je les ai comptés deux fois parce que je ne "
            "savais pas quoi dire. Ma sœur a porté les plus lourds. On a mangé des pizzas assis par terre."
        ),
        "Il y avait onze cartons dans l’entrée. Je les ai comptés deux fois parce que je ne savais pas quoi dire.",
    ),
    "Moving day": (
        (
            "We moved on Saturday. There were eleven boxes in the hall. I counted them twice because I did not know what "
            "to say. My sister carried the heavy ones. The cat stayed under the bed."
        ),
        "There were eleven boxes in the hall. I counted them twice because I did not know what to say.",
    ),
    "Notre mariage": (
        (
            "Nous nous marions le 12 juin à Rennes. La mairie est à 15 heures. Ensuite on dansera dans la grange de mes "
            "parents. Venez comme vous êtes."
        ),
        "Nous nous marions le 12 juin à Rennes.",
    ),
    "Iris est née": (
        (
            "Notre fille est née mardi à l’aube. Elle s’appelle Iris et elle pèse trois kilos. Nous rentrons à la maison "
            "jeudi."
        ),
        "Nous rentrons à la maison jeudi.",
    ),
    "A new job": (
        (
            "I start a new job on Monday. I will be teaching maths at the school down the road. I have not taught since "
            "2019. I bought a pen."
        ),
        "I will be teaching maths at the school down the road.",
    ),
    "Back from the hills": (
        (
            "We walked for six days. It rained on four of them. My knees hurt on the way down. We slept in huts and ate "
            "soup."
        ),
        "We slept in huts and ate soup.",
    ),
    "Semaine 12": (
        "Le travail a pris toute la place. J’ai lu un livre sur les abeilles. J’ai vu Paul. J’ai réparé la fuite.",
        "J’ai lu un livre sur les abeilles.",
    ),
    "How I set up backups": (
        (
            "I moved my backups to a small machine in the cupboard. I tested a restore last week. It worked. I sleep "
            "better."
        ),
        "I moved my backups to a small machine in the cupboard.",
    ),
}
NOBODYS_OWN = {
    "Shop news": "Our catalogue is available now. Subscribe to our newsletter for 10% off. Follow us on Instagram.",
    "Release 2.1": "This release fixes three bugs. The parser is faster. The configuration has a new option.",
    "Questions": "Do you know what I mean? Have you ever asked me why I wrote that? What would you tell me?",
    "Links": "You can read more of my notes here. Please read my other article about the same garden.",
}
HANGING = (
    "Je les ai comptés deux fois parce que je ne savais pas quoi dire ce soir-là.",
    "Je l’ai compris en marchant, et la lenteur ne me fait plus peur aujourd’hui.",
    "J’y pense encore chaque matin avec une joie tendre, en ouvrant la fenêtre.",
    "Nous en avons appris plus que dans tous les livres de notre enfance.",
    "Je ne lui ai jamais dit combien j’aimais sa voix, et je le regrette.",
    "On s’en souvient comme d’une fête, avec la lumière douce du matin.",
    "I counted them twice because I did not know what to say to my mother.",
    "I never understood it until I became a father and stood in the garden.",
    "I still remember it with joy, and the light of the morning on my hands.",
    "We loved that because it felt like coming home after a long winter.",
)
STANDING = (
    "Je ne savais pas quoi dire ce soir-là, alors j’ai compté les cartons dans l’entrée.",
    "Nous nous souvenons de la lumière douce du matin comme d’une fête.",
    "J’en ai marre de courir, et j’ai compris que la lenteur me va mieux.",
    "I never understood that the slow way home is the one my children remember.",
    "I thought it would rain, but the light on the garden was quiet and kind.",
    "I remember how my mother counted the boxes twice, because she was afraid.",
)


def texts(html: str, title: str = "A title that says little") -> list[str]:
    return [passage.text for passage in passages(sanitise(html), title=title)]


@pytest.mark.parametrize("title", PLAIN)
def test_of_a_plain_article_a_true_sentence_is_quoted(title: str) -> None:
    text, best = PLAIN[title]
    assert texts(f"<p>{text}</p>", title)[0] == best


@pytest.mark.parametrize("title", NOBODYS_OWN)
def test_what_is_nobodys_own_is_still_not_quoted(title: str) -> None:
    assert texts(f"<p>{NOBODYS_OWN[title]}</p>", title) == []


def test_in_an_article_that_is_not_about_its_author_one_aside_is_not_enough() -> None:
    dull = "The council met on Tuesday to settle the dates of the fairs in the three villages of the valley. "
    assert texts(f"<p>{dull * 6}I went there by bus.</p>") == []


@pytest.mark.parametrize("sentence", HANGING)
def test_a_sentence_that_hangs_on_another_is_quoted_with_it(sentence: str) -> None:
    before = (
        "Onze cartons dans l’entrée." if language_of(sentence) == "fr" else "Eleven boxes were in the hall."
    )
    assert texts(f"<p>{before} {sentence}</p>")[0] == f"{before} {sentence}"
    alone = passages(sanitise(f"<p>{sentence}</p>"), title="A title that says little")
    assert all("hangs" in passage.why for passage in alone)


@pytest.mark.parametrize("sentence", STANDING)
def test_a_sentence_that_stands_by_itself_is_quoted_by_itself(sentence: str) -> None:
    best = passages(sanitise(f"<p>{sentence}</p>"), title="A title that says little")[0]
    assert best.text == sentence
    assert "hangs" not in best.why


def test_two_sentences_too_long_together_are_not_joined() -> None:
    before = "There were eleven boxes in the hall, " + "and a lamp, " * 12 + "and a chair."
    after = HANGING[6]
    assert len(f"{before} {after}") > LONGEST
    assert f"{before} {after}" not in texts(f"<p>{before} {after}</p>")


LANGUAGES = {
    "fr": (
        "Il pleut sur le jardin.",
        "J’ai fini mon livre\u202f!",
        "C’est la rentrée.",
        "Bonne nuit à toutes et tous",
        "Quelle journée… je vais me coucher.",
        "Neige ce matin sur les toits",
        "Elle est née mardi.",
        "On se voit samedi, chez toi\u202f?",
        "Mon chat a renversé le café #chat https://the.example/of/the",
        "Nouveau billet\u00a0: les haies b.example/the/and",
        "J’ai lu «\u00a0The Old Man and the Sea\u00a0» et je suis resté un moment devant la fenêtre.",
        "Trop de neige pour le vélo",
        "L’été arrive.",
    ),
    "en": (
        "It is raining on the garden.",
        "I finished my book!",
        "Snow on the roofs this morning",
        "What a day. Off to bed.",
        "Thanks for your messages",
        "She was born on Tuesday.",
        "My cat knocked over the coffee @la@le.example https://le.example/la/les",
        "New post: the hedges",
        "I read «\u00a0Le Petit Prince\u00a0» with my kids and we cried.",
        "Too much snow for the bike",
        "No train tomorrow, so I’m walking.",
        "I can't believe it",
    ),
    "": (
        "",
        "Merci\u202f!",
        "Hello",
        "Brunch ☕",
        "🌿🌿🌿",
        "https://the.example/le/la",
        "La casa de mi abuela está en una calle con mucho ruido.",
        "Der Hund liegt in der Sonne und schläft.",
        "Il gatto è sul tavolo e non si muove.",
        "O gato está em cima da mesa e não sai de lá.",
        "De kat ligt op het bed en ik zit in de tuin.",
        "情報は整理するものではなく",
        "kubectl apply -f deployment.yaml",
        "Le chat is on the roof et the chien est in la house",
    ),
}


@pytest.mark.parametrize(
    ("language", "text"), [(one, text) for one, all_ in LANGUAGES.items() for text in all_]
)
def test_the_language_is_told_from_the_words(language: str, text: str) -> None:
    assert language_of(text) == language


@given(st.text(max_size=300))
def test_any_text_has_a_language_or_none(text: str) -> None:
    assert language_of(text) in {"fr", "en", ""}
