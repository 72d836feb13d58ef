"""Which posts call for a quiet page, and which announce good news of their author's own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.tone import GoodNews, Sensitive, good_news, sensitive

SAD: dict[Sensitive, tuple[str, ...]] = {
    "separation": (
        "Nous nous séparons. Les enfants vont bien.",
        "Notre divorce a été prononcé hier.",
        "Il m’a quittée en mars.",
        "We’re getting divorced.",
        "We broke up in June, and I have not told anyone.",
        "She left me for the sea.",
    ),
    "grief": (
        "Mon père est mort mardi.",
        "Ma grand-mère est décédée dimanche.",
        "Notre amie Jeanne nous a quittés hier.",
        "Elle nous a quittés.",
        "Deuil.",
        "Papa est mort.",
        "J’ai perdu ma mère cet automne.",
        "La mort de mon frère a tout changé.",
        "Nous sommes en deuil.",
        "Mon meilleur ami s’est suicidé.",
        "Les obsèques auront lieu jeudi.",
        "J’ai fait une fausse couche.",
        "Mon chien est mort ce matin, dans mes bras.",
        "Toutes mes condoléances à sa famille.",
        "Mes sœurs et moi venons de l’enterrement.",
        "My mother passed away.",
        "We lost our friend.",
        "My cat died this morning.",
        "Dad died.",
        "I buried my brother last week.",
        "My friend Sam, who taught me to sail, died on Sunday.",
        "Since the death of my father I have not written a line.",
        "I am still grieving.",
        "My best friend took his own life.",
        "We had to put our dog down.",
        "I had a miscarriage in March.",
        "Yesterday we went to her funeral.",
        "RIP Dad",
        "Adieu, mon chien. Filou n’avait que six ans.",
        "Filou est mort mardi.",
        "Rest in peace, dear Anna.",
        "My grandmother’s funeral was small and bright.",
    ),
    "illness": (
        "C’est un cancer du sein, pris tôt.",
        "Je commence la chimio lundi.",
        "I have been signed off sick for three months.",
        "On m’a diagnostiqué un cancer.",
        "Ma mère a un cancer.",
        "Je suis hospitalisée depuis lundi.",
        "Je suis en burn-out.",
        "Ma chimio commence lundi.",
        "Mon mari est à l’hôpital.",
        "Mon père a fait un AVC.",
        "Je viens d’être opéré.",
        "I have been diagnosed with MS.",
        "My wife is in hospital.",
        "I’m in the hospital again.",
        "My chemo starts on Monday.",
        "I survived a heart attack.",
        "My grandfather has dementia.",
        "I am dying of a thing with a long name.",
    ),
    "layoff": (
        "J’ai perdu mon emploi.",
        "On m’a licencié ce matin.",
        "Je viens d’être licenciée.",
        "Mon poste est supprimé.",
        "Je suis au chômage depuis hier.",
        "Ma compagne a perdu son travail.",
        "I was laid off today.",
        "They fired me by e-mail.",
        "I got let go on Friday.",
        "My position was eliminated.",
        "I lost my job.",
        "I was affected by the layoffs at work.",
        "Half of us cried, and my whole team was made redundant.",
    ),
}
NOT_SAD = (
    "Rupture de stock sur les pommes.",
    "Separation of concerns in our code.",
    "My phone died yesterday.",
    "The server died last night.",
    "We broke up the monolith.",
    "Burnout 3 is still the best racing game.",
    "La mort du petit commerce.",
    "C’est la morte saison.",
    "Le deuil est le sujet de ce film.",
    "Il faut faire le deuil de son vieux blog.",
    "L’entreprise licencie cinq cents personnes.",
    "Je suis mort de rire.",
    "Mon père est mort de rire.",
    "Ma batterie est morte.",
    "J’ai perdu le fil.",
    "J’ai perdu mon temps.",
    "J’ai quitté la scène.",
    "Mon grand-père est mort il y a trente ans.",
    "Mon arrière-grand-père, que je n’ai pas connu, est mort en 1916.",
    "Le roi et ses funérailles au douzième siècle.",
    "Un roman où le héros porte le deuil.",
    "La maladie de la vigne et ses remèdes.",
    "Mon poste de radio est réparé.",
    "Mon équipe a gagné.",
    "Il a viré de bord.",
    "Le cancer de la bureaucratie.",
    "Si mon père est mort un jour, comme dans cette histoire, dit le personnage.",
    "On a diagnostiqué la panne du serveur.",
    "Dead code.",
    "kill -9",
    "Terminally online.",
    "The cancer of bureaucracy.",
    "Obituary of a protocol.",
    "A deadline is a gift.",
    "The death of the author.",
    "RIP Google Reader",
    "Napoleon died on Saint Helena in 1821.",
    "In this film the hero buries his father.",
    "A novel of grief and mourning, with an unforgettable character.",
    "Funeral customs in the ninth century.",
    "My phone died on the train.",
    "My friend’s laptop died.",
    "My dad nearly died laughing.",
    "My son is dead tired.",
    "My grandfather died in 1978, before I was born.",
    "When I was a child my dog died.",
    "I let go of my anger.",
    "I fired up the oven.",
    "It really fired me up.",
    "I lost my keys.",
    "I lost my patience with the printer.",
    "Layoffs at a large company were in the news.",
    "A job queue in one file.",
    "My role in the play is small.",
    "I diagnosed the bug.",
    "I am dying of laughter.",
    "He gave me grief about the photographs.",
    "What I learned about hospice architecture.",
    "I put my daughter to bed.",
    "It was a stroke of luck.",
)
GOOD: dict[GoodNews, tuple[str, ...]] = {
    "job": (
        "Je commence un nouveau poste lundi.",
        "J’ai décroché un CDI.",
        "J’ai été embauchée comme libraire.",
        "Je rejoins l’équipe du théâtre.",
        "I’m joining a small team in May.",
        "I started a new job on Monday.",
        "I’ve been hired as a gardener.",
        "I am thrilled to announce that I will be joining the faculty in fall 2031.",
    ),
    "birth": (
        "Notre fils est né mardi.",
        "Nous attendons un enfant.",
        "Je suis maman.",
        "Our daughter was born on Sunday.",
        "We’re expecting a baby.",
        "I’m a dad!",
    ),
    "wedding": (
        "On s’est mariés samedi.",
        "Nous nous marions en juin.",
        "We got married.",
        "We’re engaged!",
    ),
    "book": (
        "Mon livre est sorti.",
        "Mon premier roman paraît en mars.",
        "J’ai publié mon premier recueil.",
        "My book is out.",
        "My first novel comes out in May.",
    ),
    "move": (
        "Nous avons déménagé.",
        "Je déménage à Nantes.",
        "J’ai emménagé dans une petite maison.",
        "We moved to Lyon.",
        "I’m moving house.",
        "We’re moving to the countryside.",
    ),
}
NO_NEWS = (
    "J’ai déménagé mon blog vers un autre serveur.",
    "J’ai trouvé un livre.",
    "Le bébé panda est né.",
    "Je suis le père de cette idée.",
    "Je rejoins ton avis.",
    "Il y a dix ans nous nous sommes mariés.",
    "Un livre est sorti.",
    "I moved my blog to a new server.",
    "I joined Mastodon.",
    "We moved on to the next topic.",
    "My book is on the table.",
    "I’m engaged in local politics.",
    "She got married.",
    "Our son was born in 1998.",
    "Ten years ago I started a new job.",
    "The week before we got married, my father built a shelf.",
    "I worked on it when I joined the team.",
    "I started a new project.",
    "I got a new keyboard.",
    "A job queue is born.",
    "If I got a new job, I would tell you.",
)
ALL_SAD = [(kind, text) for kind, texts in SAD.items() for text in texts]
ALL_GOOD = [(kind, text) for kind, texts in GOOD.items() for text in texts]


@pytest.mark.parametrize(("kind", "text"), ALL_SAD)
def test_a_sad_sentence_trips_in_the_text_and_in_the_title(kind: Sensitive, text: str) -> None:
    assert sensitive("", f"The garden is quiet. {text} The light is grey.") == kind
    assert sensitive(text, "") == kind


@pytest.mark.parametrize("text", NOT_SAD)
def test_a_manner_of_speaking_does_not_trip(text: str) -> None:
    assert sensitive("", f"The garden is quiet. {text} The light is grey.") is None
    assert sensitive(text, "") is None


@pytest.mark.parametrize(
    "text", ["MON PÈRE EST MORT MARDI", "mon pere est mort mardi", "Mon  père\nest mort\u202f!"]
)
def test_case_accents_and_folding_do_not_matter(text: str) -> None:
    assert sensitive("", text) == "grief"


def test_the_text_behind_a_title_about_a_film_needs_someone_near() -> None:
    assert sensitive("Review: a film about loss", "The deuil is long.") is None
    assert sensitive("Review: a film about loss", "I saw it the week my mother died.") == "grief"


def test_any_content_warning_asks_for_quiet() -> None:
    assert sensitive("", "A plate of cheese.", "food") == "warning"
    assert sensitive("", "A plate of cheese.", "  ") is None
    assert sensitive("CW: food", "A plate of cheese.") == "warning"
    assert sensitive("", "TW: spiders. A plate of cheese.") == "warning"


def test_a_warning_that_names_the_reason_gives_the_reason() -> None:
    assert sensitive("", "A photograph of him.", "deuil") == "grief"


def test_the_gravest_reason_is_named() -> None:
    assert sensitive("", "I lost my job. My mother passed away.", "heavy") == "grief"


@pytest.mark.parametrize(("kind", "text"), ALL_GOOD)
def test_good_news_of_the_authors_own_is_named(kind: GoodNews, text: str) -> None:
    assert good_news("", f"The garden is quiet. {text} The light is soft.") == kind
    assert good_news(text, "") == kind


@pytest.mark.parametrize("text", NO_NEWS)
def test_other_news_is_not_theirs_or_not_now(text: str) -> None:
    assert good_news("", f"The garden is quiet. {text} The light is soft.") is None


def test_good_news_beside_sad_news_is_not_mentioned() -> None:
    assert good_news("", "We moved to Lyon. My mother passed away.") is None
    assert good_news("", "I moved to Lyon. My husband and I are separating.") is None


def test_a_word_counts_less_far_down_a_page_unless_it_is_ones_own_grief() -> None:
    far = "The garden is quiet. " * 100
    assert sensitive("", f"We looked for a job. {far}") is None
    assert sensitive("", f"I am looking for a job. {far}") == "layoff"
    assert sensitive("", f"{far} I am looking for a job.") is None
    assert sensitive("", f"{far} I walked to the funeral.") == "grief"


def test_a_short_note_is_read_as_one() -> None:
    assert sensitive("", "Biopsy on Monday. Then we will know, says my doctor.") == "illness"
    assert sensitive("", "Biopsy on Monday. Then they will know, says the doctor.") is None


def test_good_news_far_down_is_not_what_the_post_announces() -> None:
    assert good_news("", "The garden is quiet. " * 30 + "We moved to Lyon.") is None


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=30))
def test_arbitrary_text_never_raises(title: str, text: str, warning: str) -> None:
    assert sensitive(title, text, warning) in {None, "grief", "illness", "layoff", "separation", "warning"}
    assert good_news(title, text) in {None, "job", "birth", "wedding", "book", "move"}
