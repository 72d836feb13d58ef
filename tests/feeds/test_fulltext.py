"""The whole of an article: which feeds hold only its beginning, whose page may be read, and what is read there."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
import trafilatura
from hypothesis import given
from hypothesis import strategies as st

from feeds import article as room
from feeds.article import LONGEST_PAGE, MOST_ELEMENTS, Article, extract
from feeds.errors import Busy, Gone, Missing, Refused, TooManyRedirects
from feeds.fulltext import fetch
from feeds.html import blocks, to_text
from feeds.http import Client
from feeds.model import Post, PostKind, Source
from feeds.summaries import LONGEST_CUT, LONGEST_LEAD, LONGEST_TEASER, is_summary, may_read
from feeds.wire import Request, Response
from tests.feeds.misbehaving import HTML, Misbehaving, circles, fails, redirects, says

if TYPE_CHECKING:
    from tests.feeds.misbehaving import Exchange

DATA = Path(__file__).parent / "data" / "articles"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
URL = "https://julie.example/2026/11/la-haie/"


# --- what the feed holds ---

WORDS = "Une haie est un bois qui n’a pas eu la place de se coucher, disait ma grand-mère. "


def post(text: str, html: str = "", *, url: str = URL, kind: PostKind = "article") -> Post:
    return Post("k", kind, url, "La haie du chemin bas", text, html or f"<p>{text}</p>")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "La haie est plantée. Deux mots sur les outils et beaucoup sur la boue.",
        WORDS * 5 + "Et voilà que le sol […]",
        WORDS * 5 + "Et voilà que le sol [...]",
        WORDS * 5 + "Et voilà que le sol (…)\n\nLire la suite - En bref / Talus",
        WORDS * 9 + "Et voilà que le sol…",
        WORDS * 9 + "And so the soil...",
        WORDS * 30 + "\n\nContinue reading “La haie du chemin bas” →",
        WORDS * 30 + "\n\nContinue reading...",
        WORDS * 30 + "Read more",
        WORDS * 30 + "And so the soil ... Read more »",
        WORDS * 30 + "And so the soil in Read More",
        WORDS * 30 + "(suite…)",
        WORDS * 30 + "\n\nLa suite…",
        WORDS * 30 + "\n\n(more…)",
        WORDS * 30 + "\n\nLire l’article",
        WORDS * 9 + "Et voilà […]\n\nThe post La haie appeared first on Haies et talus.",
        WORDS * 9 + "Et voilà […]\n\nCet article La haie est apparu en premier sur Haies et talus.",
        "Read more",
        "…",
    ],
)
def test_a_beginning_is_told(text: str) -> None:
    assert is_summary(post(text))


@pytest.mark.parametrize(
    "text",
    [
        WORDS * 20,
        WORDS * 20 + "La prochaine fois, peut-être…",
        WORDS * 20 + "\n\nThe post La haie appeared first on Haies et talus.",
        WORDS * 60 + "\n\nContinue reading the other part",
        WORDS * 20 + "This winter I want to read more.",
        WORDS * 20 + "\n\nRead more books this winter.",
        WORDS * 20 + "\n\nOn verra la suite.",
        WORDS * 20 + "“I’m sorry…”",
    ],
)
def test_what_is_long_and_only_ends_so_is_whole(text: str) -> None:
    assert not is_summary(post(text))


@pytest.mark.parametrize(
    "html",
    [
        "<p>Lu chez un voisin :</p><blockquote><p>Une haie est un bois.</p></blockquote>",
        "<p>À lire chez Yann : <a href='https://yann.example/mare'>la mare</a>.</p>",
        "<p>Il reste :</p><ul><li>trois charmes</li><li>un fusain</li></ul>",
        "<p>Pour mémoire :</p><pre>make haie</pre>",
        "<p>Le vent<br>se lève<br>sur la haie<br>et se couche</p>",
    ],
)
def test_what_is_short_and_could_be_whole_is_left_in_peace(html: str) -> None:
    html = html.replace("'", '"')
    assert not is_summary(post(to_text(html), html))


def test_links_to_its_own_site_make_no_note_of_a_teaser() -> None:
    html = '<p>Voir <a href="https://www.julie.example/outils">les outils</a> d’abord.</p>'
    assert is_summary(post(to_text(html), html))


def test_a_picture_alone_is_whole_and_nothing_at_all_is_not() -> None:
    picture = '<img src="https://julie.example/haie.jpg" alt="">'
    assert not is_summary(post("", picture))
    assert is_summary(post("…", f"{picture}…"))


@pytest.mark.parametrize(
    ("ending", "most"), [("", LONGEST_TEASER), ("…", LONGEST_CUT), ("\n\nRead more", LONGEST_LEAD)]
)
def test_how_long_a_beginning_may_be(ending: str, most: int) -> None:
    assert is_summary(post("h" * most + ending))
    assert not is_summary(post("h" * (most + 1) + ending))


@pytest.mark.parametrize("kind", ["note", "reply", "repost"])
def test_only_articles_have_summaries(kind: PostKind) -> None:
    assert not is_summary(post("Une haie…", kind=kind))


@pytest.mark.parametrize(
    ("url", "of_one"),
    [
        ("https://julie.example/haie", True),
        ("https://julie.example/?p=412", True),
        ("https://julie.example/haie#xtor=RSS-1", True),
        ("https://julie.example/haie.html", True),
        ("https://julie.example/", False),
        ("https://julie.example", False),
        ("https://julie.example/maintenant#2026-11-19", False),
        ("https://julie.example/episode.mp3", False),
        ("https://julie.example/these.PDF?v=2", False),
        ("mailto:julie@julie.example", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_only_a_page_of_its_own_can_hold_more(url: str, of_one: bool) -> None:
    assert is_summary(post("Une haie…", url=url)) is of_one


# --- whose page ---


@pytest.mark.parametrize(
    ("address", "site", "url", "own"),
    [
        ("https://julie.example/feed", "", "https://julie.example/haie", True),
        ("https://julie.example/feed", "", "http://www.julie.example/haie", True),
        ("https://julie.example/feed", "", "https://JULIE.example.:443/haie", True),
        ("https://blog.julie.example/feed", "", "https://julie.example/haie", True),
        ("https://julie.example/feed", "", "https://blog.julie.example/haie", True),
        ("https://feeds.feedburner.com/haies", "https://julie.example/", "https://julie.example/haie", True),
        ("https://feeds.feedburner.com/haies", "", "https://feeds.feedburner.com/haies/1", False),
        ("https://julie.example/feed", "", "https://yann.example/mare", False),
        ("https://julie.example/feed", "", "https://notjulie.example/haie", False),
        ("https://blog.julie.example/feed", "", "https://photos.julie.example/haie", False),
        ("https://julie.github.io/feed.xml", "", "https://yann.github.io/mare", False),
        ("https://julie.github.io/feed.xml", "", "https://github.io/mare", False),
        ("https://medium.com/feed/@julie", "", "https://medium.com/@julie/haie-12", True),
        ("https://medium.com/feed/@julie", "", "https://medium.com/@yann/mare-34", False),
        ("https://medium.com/feed/@julie", "", "https://yann.medium.com/mare-34", False),
        ("https://dev.to/feed/julie", "", "https://dev.to/julie/haie", True),
        ("https://dev.to/feed/julie", "", "https://dev.to/yann/mare", False),
        ("https://univ.example/~julie/feed", "", "https://univ.example/~julie/haie", True),
        ("https://univ.example/~julie/feed", "", "https://univ.example/~yann/mare", False),
        ("https://univ.example/~julie/feed", "", "https://univ.example/news/mare", False),
        ("https://univ.example/news/feed", "", "https://univ.example/~yann/mare", False),
        # What a feed calls its site is its own word.
        ("https://julie.example/feed", "https://yann.example/", "https://yann.example/mare", False),
        ("https://julie.example/feed", "https://www.julie.example/", "https://julie.example/haie", True),
        (
            "https://flux.julie.example/feed",
            "https://julie.example/",
            "https://blog.julie.example/haie",
            True,
        ),
        (
            "https://julie.example/feed",
            "https://blog.julie.example/",
            "https://blog.julie.example/haie",
            True,
        ),
        ("https://julie.co.uk/feed", "https://co.uk/", "https://yann.co.uk/mare", False),
        ("https://julie.co.uk/feed", "", "https://blog.julie.co.uk/haie", True),
        ("https://julie.asso.fr/feed", "https://asso.fr/", "https://yann.asso.fr/mare", False),
        (
            "https://julie.canalblog.com/rss",
            "https://canalblog.com/",
            "https://yann.canalblog.com/mare",
            False,
        ),
        ("https://julie.canalblog.com/rss", "", "https://www.canalblog.com/yann/mare", False),
        ("https://julie.canalblog.com/rss", "", "https://julie.canalblog.com/archives/haie", True),
        ("https://eklablog.com/julie/rss", "https://eklablog.com/", "https://eklablog.com/yann/mare", False),
        ("https://eklablog.com/julie/rss", "", "https://eklablog.com/julie/haie", True),
        (
            "https://univ.example/~julie/feed",
            "https://univ.example/~yann/",
            "https://univ.example/~yann/mare",
            False,
        ),
        ("https://feeds.feedburner.com/haies", "https://co.uk/", "https://yann.co.uk/mare", False),
        ("https://feeds.feedburner.com/haies", "https://julie.example/", "https://yann.example/mare", False),
        (
            "https://julie.example/feed",
            "https://feeds.feedburner.com/haies",
            "https://feeds.feedburner.com/1",
            False,
        ),
        ("https://julie.example/feed", "http://[", "https://julie.example/haie", True),
        ("http://localhost:8001/feed", "", "http://localhost:8001/haie", True),
        ("http://localhost:8001/feed", "", "http://localhost:8002/haie", False),
        ("http://julie.localhost:8001/feed", "", "http://localhost:8001/haie", False),
        ("https://julie.example/feed", "", "https://julie:secret@julie.example/haie", False),
        ("https://julie.example/feed", "", "mailto:julie@julie.example", False),
        ("https://julie.example/feed", "", "http://[", False),
        ("julie@piaille.example", "", "https://piaille.example/@julie/1", False),
    ],
)
def test_whose_page(address: str, site: str, url: str, own: bool) -> None:
    assert may_read(Source("blog", address, site=site), url) is own


# --- what the page holds ---


@dataclass(frozen=True)
class Expected:
    """What is read in a page: its first and last words, some in between, and some that are not the article's."""

    url: str
    title: str
    first: str
    last: str
    within: tuple[str, ...]
    never: tuple[str, ...]
    author: str = ""
    language: str = ""


PAGES = {
    "wordpress": Expected(
        URL,
        "La haie du chemin bas",
        "Ce matin, nous avons planté la dernière des quatre haies de la ferme : cent vingt mètres le long du chemin bas, "
        "du portail jusqu’à la mare.",
        "La prochaine fois, je raconterai ce que nous avons raté : il y a de quoi faire.",
        (
            "<h2>Ce que nous avons mis</h2><ul><li>du charme, <strong>un plant sur trois</strong> ;</li>",
            "<blockquote><p>Une haie, c’est un bois qui n’a pas eu la place de se coucher.</p><cite>Armelle</cite></blockquote>",
            'href="https://julie.example/2026/11/le-sol/"',
            'alt="La tranchée, vue de la mare"',
            "<code>débardage à cheval</code>",
        ),
        (
            "Accueil",
            "19 novembre",
            "Partager",
            "chargement",
            "similaires",
            "Yann",
            "pucerons",
            "Publié",
            "Recevez",
            "WordPress",
        ),
        "Julie Le Goff",
        "fr",
    ),
    "ghost": Expected(
        "https://lowwater.example/tide-tables/",
        "What the tide tables leave out",
        "I have kept a notebook of the slip for eleven years, and in eleven years the sea has been on time perhaps forty "
        "mornings.",
        "My neighbour, who taught me all of it, never wrote a word down; when he died, I found that I could not remember "
        "which step he meant.",
        (
            "<h2>Three things to look at instead</h2><ol><li>The weed",
            "<pre><code>06:10  book\n06:52  sea</code></pre>",
            'src="https://lowwater.example/content/images/step.jpg"',
        ),
        (
            "Subscribe",
            "Sign",
            "fortnight",
            "Moira",
            "4 min",
            "Read more",
            "rope",
            "lamp",
            "Member",
            "Powered",
        ),
        "",
        "en",
    ),
    "hugo": Expected(
        "https://tom.example/cards/",
        "Sorting a card index by hand :: Marginalia of a clerk",
        "Four thousand cards came down from the attic of the parish hall last spring, in eleven shoe boxes and one hat "
        "box, and somebody had to put them in order.",
        "For what, nobody at the hall could tell me.",
        (
            "<h2>The method</h2>",
            "called it <q>dealing the alphabet</q>.",
            "<th>Box</th><th>Minutes</th>",
            "<code>deal</code> hides",
        ),
        (
            "home",
            "About",
            "Written by",
            "6 min",
            "archives",
            "Read other",
            "ledgers",
            "Powered",
            "somebody kind",
            "↩",
            "#</a>",
        ),
        "Tom Ashe",
        "en",
    ),
    "blogspot": Expected(
        "http://rose.example/2026/11/le-four-banal.html",
        "Les cahiers de Rose: Le four banal",
        "Quand j'étais petite, on cuisait encore au four du bourg, le samedi, et chaque maison avait sa marque sur la "
        "croûte.",
        "Une voûte, sous les ronces, derrière la salle des fêtes. La mairie parle de la relever l'an prochain, et je "
        "voudrais bien y porter la première pâte.",
        (
            "on allait le rendre <i>en courant</i>, avant",
            "horloge ;<br>il écoutait",
            "croûte.<br><br>La nôtre",
        ),
        (
            "Trégor",
            "mardi",
            "Publié",
            "Envoyer",
            "Libellés",
            "Soizic",
            "cœur",
            "ancien",
            "retraite",
            "lavoir",
            "Blogger",
            "<td",
        ),
    ),
    "press": Expected(
        "https://courrier.example/communes/ligne-14",
        "À Ker-Avel, la ligne de car sauvée par ses passagers",
        "Promise à la fermeture en décembre, la ligne 14 roulera encore un an au moins. Récit d’une mobilisation qui a "
        "commencé par un thermos de café.",
        "La ligne sera réexaminée dans un an. Martine, elle, a déjà remis du café dans le thermos.",
        (
            "<h2>Deux mille signatures en trois semaines</h2>",
            "« Nous comptions des billets, ils comptaient des vies »",
        ),
        (
            *(
                "cookies",
                "partenaires",
                "consentement",
                "Abonnez",
                "Prigent",
                "Partager",
                "Lire aussi",
                "repreneur",
            ),
            *("recevez", "inscris", "pont de bois", "tempête", "coopérative"),
        ),
        "",
        "fr",
    ),
    "substack": Expected(
        "https://orchard.example/p/the-quiet-half",
        "The quiet half of the orchard",
        "For nine years I mowed the whole orchard, because my father had, and because a mown orchard looks like somebody "
        "is in charge of it.",
        "What changed was the evenings, and I have been trying ever since to say how.",
        ("By midsummer there was a hum under those trees",),
        (
            "Subscribe",
            "Sign in",
            "Paid",
            "reader-supported",
            "Continue reading",
            "Claim",
            "subscription",
            "newsletter",
        ),
        "Ines Duarte",
        "en",
    ),
    "divs": Expected(
        "https://bricolages.example/bois/banc.html",
        "Bricolages — Un banc avec trois planches",
        "Trois planches de douglas, douze vis, une après-midi : voilà un banc qui porte deux adultes et un chien sans "
        "broncher.",
        "Il est sous le tilleul, à présent. Passez l'essayer.",
        ("<b>Le seul piège</b>", "<span>huit degrés</span>, pas plus."),
        ("Tout", "Vélo", "15/11", "Imprimer", "Signaler", "Gilles", "lasure", "bidon", "2009"),
    ),
}


def page(name: str) -> bytes:
    return (DATA / f"{name}.html").read_bytes()


def read(name: str) -> Article:
    article = extract(page(name), PAGES[name].url)
    assert article
    return article


def test_the_pages_of_the_folder_and_their_expectations_pair_off() -> None:
    assert {path.stem for path in DATA.glob("*.html")} == PAGES.keys()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_read_from_its_first_word_to_its_last(name: str) -> None:
    article, expected = read(name), PAGES[name]
    told = [line for block in blocks(article.html) for line in block.text.split("\n")]
    assert (told[0], told[-1].rstrip("\xa0")) == (expected.first, expected.last)
    assert [words for words in expected.within if words not in article.html] == []
    assert [words for words in expected.never if words in article.html] == []
    assert article.text == to_text(article.html)
    assert (article.url, article.title) == (expected.url, expected.title)
    assert (article.author, article.language) == (expected.author, expected.language)


@pytest.mark.parametrize("name", PAGES)
def test_every_word_is_the_page_s_own_to_the_letter(name: str) -> None:
    markup = re.sub(
        r"<!--.*?-->|</?(?:a|abbr|b|cite|code|em|i|q|span|strong|sup|time)\b[^>]*>", "", page(name).decode()
    )
    own = [" ".join(re.split(r"[ \t\r\n]+", unescape(text))) for text in re.split(r"<[^>]+>", markup)]
    for block in blocks(read(name).html):
        for line in block.text.split("\n"):
            assert any(" ".join(re.split(r"[ \t]+", line.strip())) in text for text in own), line


def test_words_that_trafilatura_would_leave_out_or_tie_together_are_kept() -> None:
    article = read("wordpress")
    assert "Le 3 février, il n’y avait là qu’un fil et des piquets\xa0; « personne" in article.text
    markup = (
        f"<article><p>{WORDS * 3}</p><p>Tout le monde a lu l’article <a href='x'><b>du</b> <i>voisin</i></a> <ruby>漢<rt>kan"
        f"</rt></ruby> et <label>sans doute</label> <kbd>Ctrl</kbd> aussi, mais personne n’en a rien dit.</p></article>"
    )
    found = extract(f"<html><body>{markup}</body></html>", URL)
    assert found
    assert "lu l’article du voisin 漢kan et sans doute Ctrl aussi, mais" in found.text


@pytest.mark.parametrize(
    "gone", ["<img src='data:,x'>", "<script>x()</script>", "<span></span>", "<svg><title>x</title></svg>"]
)
def test_words_after_what_is_dropped_are_kept(gone: str) -> None:
    body = f"<p>{gone}{WORDS}{gone}{WORDS}</p><div>{gone}{WORDS * 3}</div><p>{WORDS}<b>Fin</b>{gone} du jour.</p>"
    found = extract(f"<html><body><article>{body}</article></body></html>", URL)
    assert found
    assert found.text.count("grand-mère") == 6
    assert found.text.endswith("Fin du jour.")


def test_code_keeps_its_lines_and_the_spaces_between_its_colours() -> None:
    code = "<pre><code><span>def</span><span> </span><span>haie</span>():\n\n    <span>return</span> 42\n</code></pre>"
    found = extract(
        f"<html><body><article><p>{WORDS * 5}</p>{code}<p>{WORDS * 2}</p></article></body></html>", URL
    )
    assert found
    assert [block.text for block in blocks(found.html) if block.kind == "code"] == [
        "def haie():\n\n    return 42"
    ]


LINKED = "<h3><a href='/x{0}'>Titre numéro {0} assez long</a></h3>"
FAR = "<div>Titre numéro {0}</div><div>Rubrique des communes</div><div>Publié hier à dix heures</div>"


@pytest.mark.parametrize("head", [LINKED, FAR])
def test_teasers_of_other_articles_stand_apart(head: str) -> None:
    news = (
        "Le maire du bourg numéro {0} a promis hier soir, devant une salle pleine, de reprendre les travaux."
    )
    aside = "".join(f"<div>{head}<div><p>{news}</p></div></div>".format(number) for number in range(6))
    body = "".join(f"<p>Paragraphe {number}. {WORDS * 2}</p>" for number in range(8))
    markup = f"<html><body><div class='content'><div>{body}</div>{aside}</div></body></html>"
    found = extract(markup, URL)
    assert found
    assert "Paragraphe 7" in found.text
    assert "maire" not in found.text


@pytest.mark.parametrize(
    "heading",
    [
        *("Commentaires", "3 commentaires :", "Comments (3)", "Réactions", "Leave a Reply", "Vos réactions"),
        *(
            "2 réflexions sur « La haie »",
            "One thought on “The hedge”",
            "Enregistrer un commentaire",
            "Webmentions",
        ),
    ],
)
@pytest.mark.parametrize("times", [1, 9])
def test_what_readers_say_below_is_never_taken_for_the_author_s(heading: str, times: int) -> None:
    said = "<div><p>Chez nous, les chevreuils ont tout mangé au premier printemps : mettez donc des manchons.</p></div>"
    paragraphs = f"<div><p>{BODY}</p><p><a href='#c'>3 commentaires</a></p><p>{WORDS * 3}</p></div>"
    found = extract(
        f"<html><body><div>{paragraphs}<div>{heading}</div>{said * times}</div></body></html>", URL
    )
    assert found
    assert "chevreuils" not in found.text
    assert found.text.endswith("grand-mère.")


def test_parts_of_one_article_stand_together() -> None:
    box = "<div class='signup'><h3><a href='/lettre'>La lettre</a></h3><p>Chaque mois</p><p>Sans frais</p><b>Oui</b></div>"
    parts = [
        f"<section><h2><a href='#p{n}'>Partie {n}</a></h2><p>{WORDS * 4}</p></section>" for n in range(3)
    ]
    found = extract(
        f"<html><body><article>{''.join(parts)}<p>{WORDS}</p>{box}<p>Fin.</p></article></body></html>", URL
    )
    assert found
    assert [block.text for block in blocks(found.html) if block.kind == "heading"] == [
        "Partie 0",
        "Partie 1",
        "Partie 2",
    ]
    assert "lettre" not in found.text
    assert found.text.endswith("Fin.")


def test_a_line_that_trafilatura_misses_in_a_block_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = SimpleNamespace(body=trafilatura.load_html(f"<html><body><p>{WORDS * 3}</p></body></html>"))
    monkeypatch.setattr(trafilatura, "bare_extraction", lambda *_, **__: chosen)
    found = extract(f"<html><body><p>{BODY}<br>{WORDS * 3}</p><p>{BODY}</p></body></html>", URL)
    assert found
    assert found.text == f"{BODY.strip()}\n{(WORDS * 3).strip()}"


def test_what_trafilatura_says_and_the_page_does_not_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = SimpleNamespace(body=trafilatura.load_html(f"<html><body><p>{WORDS * 3}</p></body></html>"))
    monkeypatch.setattr(trafilatura, "bare_extraction", lambda *_, **__: chosen)
    assert extract(f"<html><body><p>{BODY}</p></body></html>", URL) is None


def test_a_drawing_parts_no_line() -> None:
    items = "".join(f"<li>{tree} <svg><path/></svg> deux ans</li>" for tree in ("charme", "fusain", "chêne"))
    found = extract(
        f"<html><body><article><p>{WORDS * 4}</p><ul>{items}</ul><p>{WORDS}</p></article></body></html>", URL
    )
    assert found
    assert [block.text for block in blocks(found.html) if block.kind == "list"][1] == "fusain deux ans"


def test_paragraphs_that_are_called_div_among_others_are_kept() -> None:
    body = f"<p>{WORDS * 4}</p><div style='text-align: justify'>{BODY}</div><div><br></div><p>{WORDS}</p>"
    found = extract(f"<html><body><article>{body}</article></body></html>", URL)
    assert found
    assert BODY.strip() in found.text


def test_pictures_that_load_late_are_found_and_strange_ones_dropped() -> None:
    images = (
        "<img src='data:image/gif;base64,R0lG' data-src='/haie.jpg' alt='La haie'><img src='/a&#1;&#11;.png'>"
    )
    found = extract(
        f"<html><body><article><p>{WORDS * 5}</p><p>{images}</p><p>{WORDS * 2}</p></article></body></html>",
        URL,
    )
    assert found
    assert '<img src="https://julie.example/haie.jpg" alt="La haie">' in found.html
    assert "data:" not in found.html


def test_a_base_moves_what_is_linked() -> None:
    found = extract(
        f"<html><head><base href='/la/'></head><body><article><p>{WORDS * 5}<a href='ici'>ici</a>.</p></article></body></html>",
        URL,
    )
    assert found
    assert 'href="https://julie.example/la/ici"' in found.html


def test_words_that_stand_twice_are_taken_where_they_follow() -> None:
    contents = (
        "<nav><ul><li><a href='#o'>Les outils</a></li></ul></nav>" + "<div>Rubrique assez longue</div>" * 4
    )
    body = f"<article><p>{WORDS * 3}</p><h2 id='o'>Les outils</h2><p>{BODY}</p></article>"
    found = extract(f"<html><body>{contents}{body}</body></html>", URL)
    assert found
    assert [block.kind for block in blocks(found.html)] == ["paragraph", "heading", "paragraph"]


def test_no_empty_tables_wide_cells_nor_heaps_of_empty_lines_are_left() -> None:
    empty = "<table><tr><td><div class='social'>Partager</div></td><td></td></tr></table>"
    table = "<table><tr><td colspan='1000'>Charme</td></tr><tr><td>Fusain d’Europe</td></tr></table>"
    body = f"<p>{WORDS * 4}<br><br><br><br>{BODY}</p>{empty}{table}<p>{WORDS}</p>"
    found = extract(f"<html><body><article>{body}</article></body></html>", URL)
    assert found
    assert found.html.count("<table>") == 1
    assert "colspan" not in found.html
    assert found.html.count("<br>") == 2


@pytest.mark.parametrize(("lang", "language"), [("fr-FR", "fr"), ("EN", "en"), ("x-klingon", ""), ("", "")])
def test_what_the_page_says_of_itself(lang: str, language: str) -> None:
    head = "<meta property='og:title' content='La haie &amp; le talus'><meta name='author' content='https://x.example/julie'>"
    found = extract(
        f"<html lang='{lang}'><head>{head}</head><body><article><p>{WORDS * 5}</p></article></body></html>",
        URL,
    )
    assert found
    assert (found.title, found.author, found.language) == ("La haie & le talus", "", language)


# --- letters ---


@pytest.mark.parametrize(
    ("encoding", "declared", "header"),
    [
        ("utf-8", "utf-8", ""),
        ("utf-8", "iso-8859-1", ""),
        ("utf-8-sig", "", ""),
        ("utf-16", "", ""),
        ("iso-8859-1", "iso-8859-1", ""),
        ("iso-8859-1", "utf-8", ""),
        ("iso-8859-1", "", "text/html; charset=ISO-8859-1"),
        ("iso-8859-1", "", ""),
        ("iso-8859-1", "no-such-letters", ""),
        ("windows-1252", "windows-1252", ""),
        ("windows-1252", "iso-8859-1", ""),
        ("windows-1252", "", ""),
        ("iso-8859-15", "iso-8859-15", "text/html; charset=utf-8"),
    ],
)
def test_french_letters(server: Misbehaving, encoding: str, declared: str, header: str) -> None:
    dashes = {"windows-1252": "« l’œuvre » – 3 €", "iso-8859-15": "« l'œuvre » - 3 €"}
    said = dashes.get(encoding, "« l'été » à Noël")
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    text = f"Les forêts et la grève, {said}, ça va de soi. " * 9
    markup = f"<html><head>{meta}<title>La forêt</title></head><body><article><p>{text}</p></article></body></html>"
    source = Source("blog", server.at("/feed", fails(404)), allow_private=True)
    url = server.at("/foret", says(markup.encode(encoding), header or "text/html"))
    article = fetch(source, Post("k", "article", url), Client(), NOW)
    assert article
    assert article.text == text.strip()
    assert article.title == "La forêt"


# --- what is not the article ---

BODY = (
    "La haie du chemin bas est plantée depuis ce matin, et nous avons les mains en sang. "
    "Il a fallu deux jours pour les cent vingt mètres, avec un cheval et trois voisins. "
)
TITLE = "Cent vingt mètres de haie"


def html(body: str, title: str = TITLE) -> str:
    return f"<!doctype html><html lang='fr'><head><title>{title} – Haies</title></head><body><main>{body}</main></body></html>"


WHOLE = html(f"<h1>{TITLE}</h1><article><p>{BODY}</p><p>{WORDS * 3}</p></article>")


def test_the_feed_s_own_words_vouch_for_a_page() -> None:
    found = extract(WHOLE, URL, BODY[:120] + " […]")
    assert found
    assert found.text == f"{BODY}\n\n{WORDS * 3}".replace(" \n", "\n").strip()
    typed_otherwise = BODY.replace("’", "'").replace(", ", " ,").upper()
    assert extract(WHOLE, URL, typed_otherwise + "\n\nThe post La haie appeared first on Haies.")


def test_the_title_above_is_not_the_article() -> None:
    found = extract(WHOLE, URL)
    assert found
    assert found.text.startswith(BODY[:60])


@pytest.mark.parametrize(
    "summary", [f"{BODY}\n\n{WORDS * 3}", f"{BODY} {WORDS * 3} Et encore ceci, tout à la fin."]
)
def test_what_is_not_longer_than_the_summary_is_no_gain(summary: str) -> None:
    assert extract(WHOLE, URL, summary, title=TITLE) is None


OTHER_WORDS = "Récit d’un chantier de plantation participatif en bocage, étape par étape."


def test_a_summary_in_other_words_needs_the_title_and_a_long_text() -> None:
    long = html(f"<h1>{TITLE}</h1><article><p>{BODY * 4}</p><p>{WORDS * 6}</p></article>")
    assert extract(long, URL, OTHER_WORDS, title=TITLE)
    assert extract(long, URL, OTHER_WORDS, title="Un tout autre titre") is None
    assert extract(long, URL, OTHER_WORDS) is None
    assert extract(WHOLE, URL, OTHER_WORDS, title=TITLE) is None


def test_without_telling_words_the_title_decides() -> None:
    assert extract(WHOLE, URL, "Enfin !", title=TITLE)
    assert extract(WHOLE, URL, title=TITLE.upper())
    assert extract(WHOLE, URL, title="Un tout autre titre") is None


WALLS = {
    "cookies": "<h1>Votre vie privée</h1><p>Avec votre accord, nos 134 partenaires et nous utilisons des cookies ou "
    "technologies similaires pour stocker, consulter et traiter des données personnelles.</p>",
    "cookies, in English": "<p>We and our 812 partners store and access personal data, like browsing data or unique "
    "identifiers, on your device. You may accept all cookies or manage your choices at any time.</p>",
    "script": "<p>You need to enable JavaScript to run this app, and then to load this page once more.</p>",
    "script, in French": "<p>Merci d’activer JavaScript dans les réglages de votre navigateur pour lire cet article.</p>",
    "login": "<p>Connectez-vous pour lire la suite de cet article et retrouver vos lectures enregistrées.</p>",
    "subscribers": "<p>Cet article est réservé aux abonnés. Déjà abonné ? Identifiez-vous pour le lire en entier.</p>",
    "robots": "<p>Checking your browser before accessing this site. This process is automatic and takes seconds.</p>",
    "missing": "<p>Oups ! La page que vous cherchez n’existe plus, ou elle a changé d’adresse depuis votre visite.</p>",
    "missing, in English": "<p>Sorry, the page you are looking for could have been removed or renamed since last year.</p>",
}


@pytest.mark.parametrize("wall", WALLS)
@pytest.mark.parametrize("summary", ["", OTHER_WORDS, BODY[:120] + "…"])
def test_a_wall_is_no_article(wall: str, summary: str) -> None:
    filler = (
        "<p>Nous vous remercions de votre visite et de votre fidélité à ce carnet de campagne, ouvert en 2011.</p>"
        * 3
    )
    markup = html(f"<h1>{TITLE}</h1><div class='content'>{WALLS[wall]}{filler}</div>")
    assert extract(markup.replace(filler, filler * 4), URL, summary, title=TITLE) is None
    assert extract(markup, URL, summary, title=TITLE) is None


@pytest.mark.parametrize(
    "title", ["404", "Page introuvable", "Not Found", "Just a moment...", "Accès refusé"]
)
def test_a_page_that_says_it_is_not_there_is_not(title: str) -> None:
    markup = html(f"<article><p>{WORDS * 3}</p></article>", title)
    assert extract(markup, URL) is None
    assert extract(markup.replace(title, "La haie"), URL)


def test_what_asks_to_subscribe_after_the_beginning_is_cut_off() -> None:
    wall = "<h2>Envie de lire la suite ?</h2><p>Cet article est réservé aux abonnés de la revue.</p>"
    found = extract(html(f"<article><p>{BODY}</p><p>{WORDS * 3}</p>{wall}</article>"), URL, BODY)
    assert found
    assert found.text.endswith("grand-mère.")


OTHER = "Le pressoir de la coopérative a été repris par trois jeunes gens du bourg. "


@pytest.mark.parametrize(
    "above",
    [
        "<p>Article suivant</p><h3>Le pressoir</h3>",
        "<p>Next post →</p>",
        "<h2>Related posts</h2>",
        "<div>You might also like…</div>",
        "<h2>À lire aussi</h2>",
        "<h4>Vous aimerez aussi :</h4>",
    ],
)
def test_the_article_that_is_announced_below_is_not_this_one(above: str) -> None:
    short = "<p>Ce matin, la haie est plantée, et il pleut sur les outils ; je n’en dirai pas davantage.</p>"
    markup = html(
        f"<h1>{TITLE}</h1><article>{short}</article><div class='next'>{above}<p>{OTHER * 3}</p></div>"
    )
    found = extract(markup, URL, "Ce matin, la haie est plantée…", title=TITLE)
    assert found
    assert found.text.startswith("Ce matin")
    assert "pressoir" not in found.text


@pytest.mark.parametrize("beside", ["<p>À lire aussi</p>", "<p><a href='/p'>Article suivant</a></p>"])
def test_what_may_stand_beside_a_paragraph_ends_nothing(beside: str) -> None:
    markup = html(f"<h1>{TITLE}</h1><article><p>{BODY}</p>{beside}<p>{WORDS * 3}</p></article>")
    found = extract(markup, URL, BODY[:120], title=TITLE)
    assert found
    assert found.text.endswith("grand-mère.")


# --- pages that nobody should have made ---


def test_a_page_is_read_up_to_its_longest() -> None:
    beginning = f"<html><body><article><p>{BODY}</p><p>{WORDS * 3}</p>"
    found = extract(
        beginning + " " * LONGEST_PAGE + "<p>Bien plus loin, une phrase de trop, que nul ne lira.</p>", URL
    )
    assert found
    assert "trop" not in found.text


def test_a_page_of_too_many_elements_is_not_read() -> None:
    few = f"<html><body><article><p>{WORDS * 5}</p></article>"
    assert extract(few + "<i></i>" * 100, URL)
    assert extract(few + "<i></i>" * MOST_ELEMENTS, URL) is None


@pytest.mark.parametrize(
    "markup",
    [
        *(
            "",
            " ",
            "x",
            "<",
            "<p>",
            "<html>",
            "<html></html>",
            "\x00",
            "<?xml version='1.0' encoding='latin-1'?><p>x",
        ),
        "<div>" * 20_000,
        "<table><tr><td colspan='1000' rowspan='1000'>x" * 50,
        "<![CDATA[<html>",
        "&#x110000;&#xd800;" * 50,
    ],
)
def test_garbage_is_no_article(markup: str) -> None:
    assert extract(markup, URL) is None
    assert extract(markup.encode("utf-8", "surrogatepass"), "http://[") is None


PIECES = [
    *(
        "<p>",
        "</p>",
        "<div>",
        "<br>",
        "<a href=x>",
        "<h1>",
        "<table>",
        "<td>",
        "<li>",
        "<pre>",
        "<head>",
        "<base href='http://['>",
    ),
    *(
        "<img src='/a'>",
        "<article>",
        "<script>",
        "<title>",
        "<meta name=author content='",
        "<!--",
        "<![",
        "&#1;",
        "'>",
        "</html>",
    ),
    *(BODY, WORDS, TITLE, "\ud800", "\ufffe", "\x0b"),
]
MARKUP = st.lists(st.one_of(st.text(max_size=6), st.sampled_from(PIECES)), max_size=25).map("".join)


@given(
    st.one_of(MARKUP, st.binary(max_size=60)),
    st.sampled_from([URL, "", "http://["]),
    st.sampled_from(["", BODY]),
)
def test_no_page_is_too_odd_to_read(markup: str | bytes, url: str, summary: str) -> None:
    found = extract(markup, url, summary)
    assert found is None or found.text == to_text(found.html)


@pytest.mark.parametrize("error", [ValueError, RecursionError, MemoryError, AttributeError])
@pytest.mark.parametrize("name", ["bare_extraction", "load_html"])
def test_a_library_that_fails_has_found_nothing(
    monkeypatch: pytest.MonkeyPatch, name: str, error: type[Exception]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    assert extract(WHOLE, URL)
    monkeypatch.setattr(trafilatura, name, fail)
    assert extract(WHOLE, URL) is None


def test_our_own_mistakes_are_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(room, "sanitise", fail)
    with pytest.raises(ZeroDivisionError):
        extract(WHOLE, URL)


def test_nothing_is_said_on_standard_error() -> None:
    """In an interpreter without any handler of logs, as when the program runs."""
    code = "from feeds.article import extract; assert extract('', 'x') is extract('<p>x', 'x') is None"
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert told.stderr == ""


def test_trafilatura_is_imported_when_it_is_needed() -> None:
    code = "import feeds.fulltext, sys; print({'trafilatura', 'lxml'} & set(sys.modules))"
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert told.stdout.strip() == "set()"


# --- asking for it ---


def beginning(url: str) -> Post:
    return Post("k", "article", url, TITLE, BODY[:120] + "…", f"<p>{BODY[:120]}…</p>")


def own(server: Misbehaving, path: str = "/feed") -> Source:
    return Source("blog", server.base + path, allow_private=True)


def test_an_article_is_asked_for_once_and_as_a_page(server: Misbehaving) -> None:
    url = server.at("/haie", says(WHOLE, HTML))
    article = fetch(own(server), beginning(url), Client(), NOW)
    assert article
    assert article.url == url
    assert article.text.endswith("grand-mère.")
    (asked,) = server.asked
    assert asked.headers["accept"].startswith("text/html")
    assert "if-none-match" not in asked.headers


def test_a_page_without_a_type_is_looked_at_and_one_of_another_type_is_not(server: Misbehaving) -> None:
    def untyped(exchange: Exchange) -> None:
        exchange.answer(200, WHOLE.encode())

    assert fetch(own(server), beginning(server.at("/a", untyped)), Client(), NOW)
    assert fetch(own(server), beginning(server.at("/b", says(WHOLE, "application/xhtml+xml"))), Client(), NOW)
    assert (
        fetch(own(server), beginning(server.at("/c", says(WHOLE, "application/pdf"))), Client(), NOW) is None
    )


@pytest.mark.parametrize(
    ("status", "wait", "error"),
    [(404, "", Missing), (410, "", Gone), (429, "60", Busy), (503, "60", Busy)],
)
def test_a_refusal_is_said(server: Misbehaving, status: int, wait: str, error: type[Exception]) -> None:
    way = fails(status, Retry_After=wait) if wait else fails(status)
    with pytest.raises(error):
        fetch(own(server), beginning(server.at("/haie", way)), Client(), NOW)


def test_a_redirect_at_home_is_followed_and_its_end_is_told(server: Misbehaving) -> None:
    end = server.at("/2026/haie", says(WHOLE, HTML))
    article = fetch(own(server), beginning(server.at("/haie", redirects("/2026/haie", 301))), Client(), NOW)
    assert article
    assert article.url == end
    with pytest.raises(TooManyRedirects):
        fetch(own(server), beginning(server.at("/rond", circles())), Client(), NOW)


def test_where_a_redirect_ends_must_be_the_source_s_own(server: Misbehaving) -> None:
    server.at("/~yann/haie", says(WHOLE, HTML))
    url = server.at("/~julie/haie", redirects("/~yann/haie"))
    assert fetch(own(server, "/~julie/feed"), beginning(url), Client(), NOW) is None
    assert server.heard("/~yann/haie")


def test_a_redirect_to_the_front_page_says_that_the_article_is_gone(server: Misbehaving) -> None:
    server.at("/", says(WHOLE, HTML))
    assert fetch(own(server), beginning(server.at("/haie", redirects("/"))), Client(), NOW) is None


def test_nobody_else_s_page_is_asked_for(server: Misbehaving) -> None:
    source = Source("blog", "https://julie.example/feed", allow_private=True)
    assert fetch(source, beginning(server.at("/haie", says(WHOLE, HTML))), Client(), NOW) is None
    assert server.asked == []


def test_only_the_very_place_that_was_typed_may_be_private(server: Misbehaving) -> None:
    url = server.at("/haie", says(WHOLE, HTML))
    source = own(server)
    with pytest.raises(Refused):
        fetch(replace(source, allow_private=False), beginning(url), Client(), NOW)
    with Misbehaving() as neighbour:
        elsewhere = neighbour.at("/haie", says(WHOLE, HTML))
        said = replace(source, site=neighbour.base + "/")
        assert fetch(said, beginning(elsewhere), Client(), NOW) is None
        with pytest.raises(Refused):
            fetch(replace(said, address="https://feedpress.me/haies"), beginning(elsewhere), Client(), NOW)
        with pytest.raises(Refused):
            fetch(source, beginning(server.at("/loin", redirects(elsewhere))), Client(), NOW)
        assert neighbour.asked == []


@pytest.mark.parametrize(
    ("end", "found"), [("https://julie.example/haie", True), ("https://yann.example/haie", False)]
)
def test_what_only_leads_on_is_asked_and_its_end_counts(end: str, found: bool) -> None:
    class Leading:
        """Answers as if redirected."""

        def send(self, request: Request) -> Response:
            assert not request.allow_private
            return Response(end, 200, {"content-type": HTML}, WHOLE.encode())

    source = Source("blog", "https://feeds.feedburner.com/haies", site="https://julie.example/")
    told = beginning("https://feedproxy.google.com/~r/haies/~3/x/haie")
    article = fetch(source, told, cast("Client", Leading()), NOW)
    assert bool(article) is found
