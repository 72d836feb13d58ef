from __future__ import annotations

import dataclasses
from string import Formatter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.conscience import Finding, Told, read
from engage.conscience.letter import count_words
from engage.drafting import ALIKE, likeness

if TYPE_CHECKING:
    from engage.model import Language, Register

HARD = {"blank", "quotation", "figure", "private", "name"}

TITLES = {"fr": "Une haie en 3 hivers", "en": "A hedge in 3 winters"}
PIECES = {
    "fr": "On plante d’abord le noisetier. « Une haie, dit ma voisine, ça se mérite. » Elle a pris sept ans, et 1 200 plants. "
    "Tout est sur https://haies.example/plants et dans les carnets.",
    "en": "You plant the hazel first. “A hedge,” my neighbour says, “is earned.” It took seven years, and 1,200 plants. "
    "It’s all at https://haies.example/plants and in the notebooks.",
}
FRAMES = {
    "fr": "Bonjour Zoë,\n\n"
    "Ton article « Une haie en 3 hivers » est passé sous mes yeux.\n\n{}\n\nTu l’as donné à lire : merci.\n\nCamille",
    "en": "Hello Zoë,\n\n"
    "Your article “A hedge in 3 winters” crossed my path.\n\n{}\n\nYou let others read it: thank you.\n\nCamille",
}


def told(language: Language = "fr", **more: Any) -> Told:
    about: dict[str, Any] = {
        "kind": "thank-you",
        "name": "Zoë Martin",
        "language": language,
        "register": "tu",
        "title": TITLES[language],
        "source_text": PIECES[language],
    }
    return Told(**(about | more))


def rules(text: str, known: Told) -> set[str]:
    return {finding.rule for finding in read(text, known)}


# Each rule on both sides: what breaks it, what keeps it, what is known.

CASES: list[tuple[str, Language, str, str, dict[str, Any]]] = [
    # 1. requests, questions, links
    ("request", "fr", "Pourrais-tu me dire où tu l’as planté ?", "Tu dis où tu l’as planté.", {}),
    ("request", "fr", "Si tu as un moment, tu me diras.", "Tu as pris un moment.", {}),
    ("request", "fr", "Merci de me répondre, tu sais où.", "Merci de m’avoir répondu, tu y as pensé.", {}),
    ("request", "en", "Could you tell me where you planted it?", "You say where you could plant it.", {}),
    ("request", "en", "If you have time, you know where I am.", "You made time for it.", {}),
    ("request", "en", "Please write, you have my address.", "You write to please nobody.", {}),
    ("question", "fr", "Tu as planté quoi ?", "Tu dis quoi planter.", {}),
    ("question", "en", "What did you plant?", "You say what to plant.", {}),
    (
        "question",
        "en",
        "What did you plant? Where did you plant it?",
        "What did you plant?",
        {"kind": "comment"},
    ),
    ("question", "fr", "Tu vas bien ? Et tu dors ?", "Comment vas-tu ?", {"kind": "check-in"}),
    ("link", "fr", "Tu verras : https://moi.example/haies", "Tu donnes https://haies.example/plants.", {}),
    ("link", "en", "You’ll see: www.me.example", "You point at https://haies.example/plants.", {}),
    # 2. quotations, a detail
    ("quotation", "fr", "Tu dis « une haie ça pousse ».", "Tu dis « une haie, […] ça se mérite ».", {}),
    ("quotation", "fr", "Tu dis « lante d’abord ».", "Tu dis « plante d’abord le noisetier ».", {}),
    ("quotation", "en", "You say “a hedge is bought”.", "You say “you plant the hazel first.”", {}),
    ("quotation", "en", 'You say "earned it is".', 'You say "is earned".', {}),
    ("quotation", "en", "You say “you plant … the oak”.", "You say “you plant … first”.", {}),
    # 4. claims
    ("claim", "fr", "Tu sais que je garde tous tes articles.", "Tu sais que je garde ton article.", {}),
    ("claim", "fr", "Tu écris cela depuis des années.", "Tu écris cela au jardin.", {}),
    ("claim", "en", "You have a huge fan here.", "You have a huge garden.", {}),
    ("claim", "en", "You have been at it for years.", "You have been at it with care.", {}),
    ("read", "fr", "Tu sais, j’ai lu ton texte.", "Tu sais, j’ai vu passer ton texte.", {}),
    ("read", "en", "You know I read it.", "You know I came across it.", {}),
    # 6. figures
    ("figure", "fr", "Tu as mis huit ans.", "Tu as mis sept ans.", {}),
    ("figure", "fr", "Tu as posé 1 300 plants.", "Tu as posé 1 200 plants.", {}),
    ("figure", "fr", "Tu publies après vingt-deux mois.", "Tu publies après sept années.", {}),
    ("figure", "en", "You took eight years.", "You took seven years.", {}),
    ("figure", "en", "You set 1300 plants.", "You set 1200 plants.", {}),
    # 8. tu and vous
    ("register", "fr", "Tu l’as écrit, et votre voisine parle.", "Tu l’as écrit, et ta voisine parle.", {}),
    ("register", "fr", "Tu vois, vous écrivez.", "Tu vois, nous écrivons.", {}),
    # 9. blanks
    ("blank", "fr", "Tu dis [à compléter].", "Tu dis [...] le reste.", {}),
    ("blank", "fr", "Tu dis {{ mot }}.", "Tu dis un mot.", {}),
    ("blank", "en", "You say " + "X" * 3 + ".", "You say LXX.", {}),
    ("blank", "en", "You say “ ”.", "You say “hazel”.", {}),
    ("blank", "en", "You know, <name> says so.", "You know 3 < 7.", {}),
    ("blank", "en", "You told me my name is None.", "You told me. None of it is lost.", {}),
    ("blank", "fr", "Tu as vu  là-bas.", "Tu as vu.  Là-bas aussi.", {}),
    # 10. the name, and gender
    ("name", "fr", "Tu le sais, Zoé.", "Tu le sais, Zoë.", {}),
    ("name", "en", "You know that, Zoe.", "You know that, Zoë Martin.", {}),
    ("gender", "fr", "Tu sais, je suis ravi de cela.", "Tu sais, cela me plaît.", {}),
    ("gender", "fr", "Tu l’écris et cela m’a touché.", "Tu l’écris et cela me touche.", {}),
    ("gender", "fr", "Heureuse de te lire, tu vois.", "Quel bonheur, tu vois.", {}),
    ("gender", "fr", "Tu vois, Madame.", "Tu vois, toi.", {}),
    ("gender", "en", "You see, dear sir.", "You see, dear neighbour.", {}),
    ("both", "fr", "Tu rends content(e) qui te lit.", "Tu rends content qui te lit.", {}),
    ("both", "fr", "Tu parles aux voisin·e·s.", "Tu parles au voisinage.", {}),
    # 11. measure
    ("measure", "fr", "Tu parles très bien et vraiment juste.", "Tu parles très bien.", {}),
    ("measure", "en", "You say it very well, really.", "You say it very well.", {}),
    ("measure", "fr", "Tu plantes\u202f! Merci\u202f!", "Tu plantes\u202f!", {}),
    ("measure", "en", "You plant 🌳🌿", "You plant 👩🏽\u200d🌾", {}),
    ("praise", "fr", "Tu es incroyable.", "Tu es sincère.", {}),
    ("praise", "en", "You make amazing content.", "You make a case for hazel.", {}),
    # 13. chasing
    ("chasing", "fr", "Tu vois, je me permets de te relancer.", "Tu vois, je me permets de te le dire.", {}),
    ("chasing", "en", "You see, I’m just following up.", "You see, I follow your hedge.", {}),
    # 14. quiet
    ("cheer", "fr", "Bravo à toi, tu l’as dit.", "Je pense à toi, tu l’as dit.", {"quiet": "grief"}),
    ("cheer", "en", "Congratulations, you said it.", "You said it.", {"quiet": "layoff"}),
    ("cheer", "en", "You said it!", "You said it.", {"quiet": "illness"}),
    ("cheer", "en", "You said it 🎉", "You said it.", {"kind": "quiet"}),
]


@pytest.mark.parametrize(("rule", "language", "breaks", "keeps", "more"), CASES)
def test_each_rule_on_both_sides(
    rule: str, language: Language, breaks: str, keeps: str, more: dict[str, Any]
) -> None:
    known = told(language, **more)
    found = [finding for finding in read(FRAMES[language].format(breaks), known) if finding.rule == rule]
    assert found
    assert all(finding.hard == (rule in HARD) for finding in found)
    assert rules(FRAMES[language].format(keeps), known) == set()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_frames_are_clean_and_every_sentence_can_be_said(language: Language) -> None:
    assert read(FRAMES[language].format(""), told(language)) == ()
    for _, of, breaks, _, more in CASES:
        for finding in read(FRAMES[of].format(breaks), told(of, **more)):
            fields = {field for _, field, _, _ in Formatter().parse(finding.words) if field}
            assert fields <= set(finding.values)
            assert finding.words.format(**finding.values).endswith((".", "”."))


def test_an_empty_page_breaks_nothing() -> None:
    assert read(" \n", told()) == ()


def test_the_hard_ones_come_first() -> None:
    text = FRAMES["fr"].format("Tu pourrais me dire [quoi] ? Tu es incroyable, Zoé.")
    hard = [finding.hard for finding in read(text, told())]
    assert hard == sorted(hard, reverse=True)
    assert {True, False} == set(hard)


# 1. What may ask


def test_an_answer_may_ask_and_link() -> None:
    text = FRAMES["fr"].format("Pourrais-tu venir ? C’est là : https://moi.example")
    assert rules(text, told(kind="answer")) == set()


# 2. A detail of the piece


def test_a_detail_is_the_title_a_quotation_or_words_of_the_piece() -> None:
    bare = "Bonjour Zoë,\n\n{}\n\nTu l’as donné à lire : merci."
    assert rules(bare.format("Ton texte est passé sous mes yeux."), told()) == {"detail"}
    assert rules(bare.format("Une haie en 3 hivers : voilà."), told()) == set()
    assert rules(bare.format("Le « noisetier », voilà."), told()) == set()
    assert rules(bare.format("On plante d’abord le noisetier, voilà."), told()) == set()
    assert rules(bare.format("Voilà."), told(title="", source_text="")) == set()
    assert rules("Bonjour Zoë,", told(kind="quiet", quiet="grief")) == set()


def test_a_quotation_that_was_edited_away_is_refused() -> None:
    text = FRAMES["fr"].format("Tu y dis : « Le noisetier vient en premier. »")
    assert rules(text, told(passage="Le noisetier vient en premier.")) == {"quotation"}
    kept = told(passage="Le noisetier vient en premier.", source_text="", title="Une haie en 3 hivers")
    assert rules(text, kept) == set()


def test_a_quotation_in_ones_own_line_is_only_advised() -> None:
    line = "Mon père disait « patience »."
    (finding,) = read(FRAMES["fr"].format(line), told(line=line))
    assert (finding.rule, finding.hard) == ("quotation", False)


# 3. You and I


@pytest.mark.parametrize(
    ("language", "register", "body", "found"),
    [
        ("fr", "tu", "Merci pour « Une haie en 3 hivers ».", True),
        ("fr", "tu", "Je pense que j’y reviendrai. Tu dis « Une haie en 3 hivers ».", True),
        ("fr", "tu", "Tu l’as dit, et j’y pense : « Une haie en 3 hivers ».", False),
        ("fr", "vous", "Merci à vous, je vous remercie pour « Une haie en 3 hivers ».", True),
        ("fr", "vous", "Vous ne l’avez pas gardé pour vous : « Une haie en 3 hivers ».", False),
        ("fr", "vous", "Le texte que vous m’y dites, « Une haie en 3 hivers ».", False),
        ("en", "tu", "Thank you for “A hedge in 3 winters”.", True),
        ("en", "tu", "I thank you for what’s in “A hedge in 3 winters”, and I’m here.", True),
        ("en", "tu", "I came across what you’ve written: “A hedge in 3 winters”.", False),
        ("en", "tu", "What you say in “A hedge in 3 winters” is for you.", False),
    ],
)
def test_clauses_about_them(language: Language, register: Register, body: str, found: bool) -> None:
    assert ("you" in rules(f"Zoë,\n\n{body}", told(language, register=register))) is found


def test_ones_own_line_counts_as_said() -> None:
    text = "Bonjour Zoë,\n\nTu dis « Une haie en 3 hivers ».\n\nJe ris, je pleure."
    assert rules(text, told(line="Je ris, je pleure.")) == {"you"}


# 4–6. What is known, and what the line may say


def test_having_read_is_said_when_it_was_opened_or_in_ones_own_line() -> None:
    line = "J’ai lu cela deux fois, tu sais, depuis des années."
    text = FRAMES["fr"].format(line)
    assert rules(text, told()) == {"read", "claim"}
    assert rules(text, told(line=line)) == set()
    assert rules(FRAMES["fr"].format("Tu vois, j’ai lu."), told(read=True)) == set()


def test_figures_come_from_the_piece_the_line_or_the_store() -> None:
    line = "Tu m’as connu il y a 12 ans."
    text = FRAMES["fr"].format(line)
    assert rules(text, told()) == {"figure"}
    assert rules(text, told(figures=frozenset({12}))) == set()
    assert rules(text, told(line=line)) == set()


# 7. Length


def test_length() -> None:
    words = "Tu dis « Une haie en 3 hivers ». " + "mot " * 82
    assert count_words(words) == 89
    assert rules(words + "fin.", told()) == set()
    assert rules(words + "fin, fin.", told()) == {"length"}
    assert rules(words + "fin, fin.", told(kind="word")) == set()
    assert rules(words + "fin " * 32, told(kind="word")) == {"length"}


def test_the_limit_of_a_public_text_counts_what_a_reader_sees() -> None:
    text = "Tu dis « Une haie en 3 hivers » 👩🏽\u200d🌾"
    known = told(kind="comment", public=True, limit=33)
    assert len(text) > 33
    assert rules(text, known) == set()
    (finding,) = read(text, dataclasses.replace(known, limit=32))
    assert finding.values == {"count": 33, "most": 32, "over": 1}
    assert rules(text, dataclasses.replace(known, limit=32, public=False)) == set()


# 8. tu and vous


def test_the_register_that_is_stored() -> None:
    text = "Bonjour Zoë,\n\nVous dites « Une haie en 3 hivers », tu vois."
    assert rules(text, told(register="vous")) == {"register"}
    assert rules(text.replace(", tu vois", ""), told(register="vous")) == set()
    assert (
        rules(
            text.replace(", tu vois", ", et le ton est là, s’il vous plaît"),
            told(kind="answer", register="vous"),
        )
        == set()
    )


def test_an_author_may_say_tu_to_the_whole_world() -> None:
    text = "Bonjour Zoë,\n\nVous dites : « Tu sais, toi\u202f! Très, vraiment très ? »"
    known = told(register="vous", source_text="Tu sais, toi\u202f! Très, vraiment très ?")
    assert rules(text, known) == set()


def test_ones_own_line_is_advised_on_the_register() -> None:
    line = "Ta voisine aussi."
    text = f"Bonjour Zoë,\n\nVous dites « Une haie en 3 hivers ».\n\n{line}"
    assert rules(text, told(register="vous", line=line)) == {"register"}


# 9. Blanks


@pytest.mark.parametrize(
    "greeting", ["Bonjour ,", "Hello,", "Hello  ,", "Bonjour None,", "Hi {{ first_name }},", "Dear nan,"]
)
def test_a_greeting_without_a_name(greeting: str) -> None:
    assert "blank" in rules(FRAMES["en"].format("").replace("Hello Zoë,", greeting), told("en"))


def test_a_signature_that_is_missing() -> None:
    assert rules(FRAMES["en"].format("").replace("Camille", "None"), told("en")) == {"blank"}


def test_blanks_in_ones_own_line_are_advised_and_a_person_may_be_called_nan() -> None:
    (finding,) = read(FRAMES["en"].format("You say [this]."), told("en", line="You say [this]."))
    assert (finding.rule, finding.hard) == ("blank", False)
    assert rules(FRAMES["en"].format("").replace("Zoë", "Nan"), told("en", name="Nan Okafor")) == set()


# 10. Names


@pytest.mark.parametrize(
    ("name", "greeting", "hard"),
    [
        ("Zoë Martin", "Hello Zoe,", [True]),
        ("Zoë Martin", "Hello zoë,", [True]),
        ("Zoë Martin", "Hello Zoë Marten,", [True]),
        ("Julie", "Hello Julei,", [True]),
        ("Jonathan", "Hello Jo,", [False]),
        ("Jonathan", "Hello Pip,", [False]),
        ("Zoë Martin", "Hello Zoë Martin,", []),
        ("Zoe\u0308 Martin", "Hello Zoë,", []),
        ("Zoë Martin", "Hello there,", []),
        ("D'Arcy", "Hello D’Arcy,", []),
        ("P!nk Moore", "Hello P!nk,", []),
        ("李", "Hello 李,", []),
    ],
)
def test_the_name_in_the_greeting(name: str, greeting: str, hard: list[bool]) -> None:
    text = FRAMES["en"].format("").replace("Hello Zoë,", greeting)
    found = read(text, told("en", name=name))
    assert [finding.hard for finding in found] == hard
    assert {finding.rule for finding in found} <= {"name"}


def test_names_are_no_adjectives_and_no_figures() -> None:
    for name in ("Ravi", "Bravo", "Louis 14", "Super Content"):
        text = FRAMES["fr"].format("").replace("Zoë", name).replace("Camille", name)
        assert rules(text, told(name=name, quiet="grief")) == set()


def test_a_middle_dot_is_for_those_who_chose_it() -> None:
    text = FRAMES["fr"].format("Tu parles aux voisin·e·s.")
    assert rules(text, told(earlier=("Merci à tou·te·s, vraiment.",))) == set()


def test_ones_own_line_may_tell_ones_own_gender() -> None:
    line = "Tu vois, je suis ravie de cela."
    assert rules(FRAMES["fr"].format(line), told(line=line)) == set()


def test_a_greeting_may_guess() -> None:
    assert rules(FRAMES["fr"].format("").replace("Bonjour Zoë", "Chère Zoë"), told()) == {"gender"}
    assert rules(FRAMES["fr"].format("").replace("Zoë", "Madame"), told()) == {"gender"}


# 11. Measure


def test_no_emoji_with_vous() -> None:
    text = "Bonjour Zoë,\n\nVous dites « Une haie en 3 hivers » 🌿"
    assert rules(text, told(register="vous")) == {"measure"}
    assert rules(text, told("en", register="vous", title=TITLES["fr"], source_text="")) == set()


# 12. The same words twice


def test_the_same_words_twice() -> None:
    text = FRAMES["fr"].format("Tu dis où planter.")
    near = text.replace("Zoë", "Ada").replace("où planter", "quoi planter")
    assert likeness(text, near) >= ALIKE
    assert rules(text, told(earlier=(near,))) == {"again"}
    assert rules(text, told(lately=(near,))) == {"again"}
    further = near.replace("Tu l’as donné à lire : merci.", "Je voulais simplement te le dire.")
    assert ALIKE <= likeness(text, further) < 0.8
    assert rules(text, told(lately=(further,))) == set()
    assert rules(text, told(earlier=("Un tout autre mot, bref et clair.",))) == set()


# 14. Quiet


def test_courage_may_be_wished_in_ones_own_line() -> None:
    text = "Bonjour Zoë,\n\nCourage\u202f!"
    assert rules(text, told(kind="quiet", quiet="grief", line="Courage\u202f!")) == set()
    assert rules(text, told(kind="quiet", quiet="grief")) == {"cheer"}


# 15. Private notes


def test_a_public_text_keeps_private_notes_private() -> None:
    text = FRAMES["fr"].format("Tu cherches un travail à Lyon.")
    notes = ("Rencontrée au marché. Cherche un travail à Lyon depuis mai.",)
    known = told(kind="comment", private_notes=notes, public=True, limit=500)
    assert rules(text, known) == rules(text, dataclasses.replace(known, public=False)) | {"private"} - {
        "request"
    }
    said_by_them = dataclasses.replace(known, source_text="Je cherche un travail à Lyon.")
    assert "private" not in rules(text, said_by_them)
    assert "private" not in rules(FRAMES["fr"].format("Tu travailles à Lyon."), known)


@given(st.text(), st.text(max_size=20), st.text(max_size=40))
def test_any_text_can_be_read(text: str, name: str, line: str) -> None:
    for finding in read(text, told(name=name, line=line, public=True, limit=10, private_notes=(line,))):
        assert isinstance(finding, Finding)
        assert finding.words.format(**finding.values)
