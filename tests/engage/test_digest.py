"""One day in three renderings: nothing is decided here, and nothing escapes."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

from engage import digest
from engage.model import Done, Drifting, Engagement, Highlight, Reason, Today, Waiting
from engage.templates import Templates
from engage.words import Words
from tests.engage.hands import NOON, TOOTS, person, piece, post, stored

EN = Words("en")
HOSTILE = "Ha\x1b]0;owned\x07ie\x1b[2J\x9b8m\r\u202e"
JULIE = person(1, "Julie Martin")
REASONS = (Reason("circle", {"circle": 1}), Reason("last_wrote", {"days": 97}))
PLAIN = Highlight(piece(post(title="Les haies")), JULIE, REASONS, "Une haie\u202f: «\u00a0une route\u00a0».")
ADRIFT = Drifting(person(2, "Walter"), 310, 91, True, Reason("occasion_simply"))
DAY = Today(NOON.date(), (PLAIN,), (ADRIFT,), (Done(piece(post(title="Déjà lu")), JULIE),), 5, 3)
EMPTY = Today(NOON.date(), (), (), (), 5)


def bare(text: str, **_: Any) -> str:
    return text


def terminal(day: Today = DAY, width: int = 80, words: Words = EN) -> str:
    return digest.terminal(day, words, width, bare)


def html(day: Today = DAY, words: Words = EN) -> str:
    return digest.html(day, words, Templates())


def test_the_day_as_text() -> None:
    assert terminal() == (
        "Monday 23 November 2026\n\n"
        "Julie Martin · Les haies\n"
        "  “Une haie\u202f: «\u00a0une route\u00a0».”\n"
        "  someone you know well · you last wrote 97 days ago\n"
        "  https://julie.example/haies\n"
        "  → nouvelles thanks 7\n\n"
        "✓ Answered today: Julie Martin, “Déjà lu”\n\n"
        "People you may have lost sight of\n\n"
        "Walter · last in touch 10 months ago; your rhythm: 3 months\n"
        "  no occasion needed: asking how someone is, is welcome more often than one\n"
        "  thinks\n\n"
        "That is all for today."
    )


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("width", [1, 20, 40, 80, 400])
def test_it_fits_where_it_is_read(width: int, language: Any) -> None:
    """Only addresses, names and commands are not broken, and below forty-eight columns we do not go."""
    long = replace(PLAIN, passage="mot " * 200, piece=piece(post(title="titre " * 60)))
    lines = terminal(replace(DAY, highlights=(long,)), width, Words(language)).split("\n")
    room = max(48, min(width, digest.WIDEST))
    assert [line for line in lines if len(line) > room and "http" not in line] == []


def test_a_huge_title_is_cut_and_still_read() -> None:
    """Also one without a single space, as an address is."""
    for title in ("A" * 500, "word " * 300):
        first = terminal(replace(DAY, highlights=(replace(PLAIN, piece=piece(post(title=title))),))).split(
            "\n"
        )[2]
        assert 60 < len(first) <= 80
        assert first.endswith("…")


def test_what_is_sad_is_shown_without_a_passage() -> None:
    quiet = replace(PLAIN, quiet="grief")
    day = replace(DAY, highlights=(quiet,))
    assert "une route" not in terminal(day)
    assert "une route" not in html(day)


def test_a_note_is_called_one_and_a_warning_stands_in_its_place() -> None:
    note = replace(PLAIN, piece=piece(post("note", text="Cherche massicot")))
    folded = replace(
        PLAIN, piece=piece(post("note", text="Secret", warning="Décès")), passage="", quiet="warning"
    )
    assert "Julie Martin · a note" in terminal(replace(DAY, highlights=(note,)))
    assert "Julie Martin · Décès" in terminal(replace(DAY, highlights=(folded,)))
    assert "Secret" not in terminal(replace(DAY, highlights=(folded,))) + html(
        replace(DAY, highlights=(folded,))
    )


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (EMPTY, "Nothing new today from your people. That is a fine day too."),
        (replace(EMPTY, done=DAY.done), "Nothing else is new."),
        (replace(EMPTY, people=0), "Nobody is here yet."),
    ],
)
def test_nothing_new_is_a_fine_day_and_says_so(day: Today, said: str) -> None:
    for shown in (terminal(day), html(day)):
        assert said in re.sub(r"\s+", " ", shown)
        assert "That is all for today." in shown


def test_nothing_that_strangers_wrote_steers_the_terminal() -> None:
    hostile = Highlight(
        piece(post(title=HOSTILE, url=f"https://x.example/{HOSTILE}")),
        person(1, HOSTILE),
        (Reason("passed_on", {"names": HOSTILE}),),
        HOSTILE,
    )
    adrift = replace(
        ADRIFT, person=person(2, HOSTILE), occasion=Reason("occasion_note", {"title": HOSTILE, "days": 1})
    )
    done = Done(piece(post(title=HOSTILE)), person(3, HOSTILE))
    shown = terminal(Today(NOON.date(), (hostile,), (adrift,), (done,), 3))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown)
    assert "Ha]0;ownedie[2J8m" in shown


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_the_html_stands_alone_and_escapes_everything() -> None:
    attack = '"><script>alert(1)</script><img src=x onerror=1>'
    hostile = replace(
        PLAIN, passage=attack, person=person(1, attack), piece=piece(post(title=attack, language='"x'))
    )
    written = html(replace(DAY, highlights=(hostile,)))
    tags = _Tags()
    tags.feed(written)
    assert not {"script", "img", "link", "iframe"} & {tag for tag, _ in tags.seen}
    assert not [
        name for _, attributes in tags.seen for name in attributes if name.startswith("on") or name == "src"
    ]
    assert "url(" not in written
    assert 'lang="en"' in written
    assert {a.get("href") for tag, a in tags.seen if tag == "a"} == {"https://julie.example/haies"}


def test_a_piece_without_an_address_has_no_link() -> None:
    bare_piece = replace(PLAIN, piece=piece(post(title="Sans adresse", url="")))
    assert "<a " not in html(replace(DAY, highlights=(bare_piece,)))
    assert "http" not in terminal(replace(DAY, highlights=(bare_piece,)))


def test_the_day_for_programs() -> None:
    told = piece(post(title="Les haies"), stored(8, post("note", url="https://piaille.example/8"), TOOTS))
    day = digest.as_json(replace(DAY, highlights=(replace(PLAIN, piece=told),)), EN)
    assert json.loads(json.dumps(day)) == {
        "day": "2026-11-23",
        "highlights": [
            {
                "piece": 7,
                "person": "Julie Martin",
                "title": "Les haies",
                "url": "https://julie.example/haies",
                "passage": "Une haie\u202f: «\u00a0une route\u00a0».",
                "reasons": ["someone you know well", "you last wrote 97 days ago"],
                "places": [
                    {"kind": "blog", "url": "https://julie.example/haies"},
                    {"kind": "mastodon", "url": "https://piaille.example/8"},
                ],
                "published": "2026-11-23T11:00:00+00:00",
                "warning": "",
                "visibility": "public",
                "sensitive": "",
            }
        ],
        "waiting": [],
        "strangers": [],
        "drifting": [
            {
                "person": "Walter",
                "days": 310,
                "rhythm_days": 91,
                "in_touch": True,
                "occasion": "no occasion needed: asking how someone is, is welcome more often than one thinks",
                "piece": None,
            }
        ],
        "unheard": [],
        "done": [{"piece": 7, "person": "Julie Martin", "title": "Déjà lu"}],
    }


def test_an_undated_piece_says_so_to_programs() -> None:
    undated = replace(PLAIN, piece=piece(post(ago=None)))
    assert digest.as_json(replace(DAY, highlights=(undated,)), EN)["highlights"][0]["published"] is None


def test_who_could_not_be_heard_is_said() -> None:
    """Silence of a server is not silence of a person."""
    day = replace(EMPTY, unheard=("Haies", "Po\x1b[2Jnts"))
    assert "Nothing new from those who could be reached." in terminal(day)
    assert "Not heard from: Haies, Po[2Jnts." in " ".join(terminal(day).split())
    assert digest.as_json(day, EN)["unheard"] == ["Haies", "Po\x1b[2Jnts"]
    assert "fine day" not in html(day)


def test_in_french_everything_of_ours_is_french() -> None:
    french = Words("fr")
    assert "Lundi 23 novembre 2026" in terminal(words=french)
    for shown in (terminal(words=french), html(words=french)):
        assert not re.search(
            r"\b(today|ago|wrote|someone|wished|asking)\b",
            re.sub(r"<style>.*</style>", "", shown, flags=re.DOTALL),
        )
    assert '<html lang="fr">' in html(words=french)


SAID = Engagement(
    1, 2, "wrote", "in", NOON - timedelta(days=2), "Tu viens jeudi ?", url="https://x.example/1"
)


def test_who_wrote_to_you_stands_before_those_drifting() -> None:
    day = replace(DAY, waiting=(Waiting(person(3, "Zoé"), SAID, 9),))
    assert (
        "They wrote to you\n\n"
        "Zoé · they wrote to you, 2 days ago\n"
        "  “Tu viens jeudi ?”\n"
        "  https://x.example/1\n"
        "  → nouvelles thanks 9\n\n"
        "✓ Answered today: Julie Martin, “Déjà lu”\n"
    ) in terminal(day)
    assert "thanks 9" not in terminal(replace(day, waiting=(Waiting(person(3, "Zoé"), SAID),)))
    told = html(day)
    assert '<a href="https://x.example/1" rel="noreferrer">Zoé</a>' in told
    assert "<blockquote>Tu viens jeudi ?</blockquote>" in told
    (waiting,) = digest.as_json(day, EN)["waiting"]
    assert (waiting["person"], waiting["words"], waiting["piece"]) == ("Zoé", "they wrote to you", 9)


def test_a_message_that_attacks_the_screen_is_only_words() -> None:
    day = replace(DAY, waiting=(Waiting(person(3, HOSTILE), replace(SAID, note=HOSTILE, url=HOSTILE)),))
    assert "\x1b" not in terminal(day)
    assert "<b>" not in html(replace(day, waiting=(Waiting(person(3, "<b>"), replace(SAID, note="<b>")),)))


def test_what_only_followers_may_read_says_so() -> None:
    private = replace(PLAIN, piece=piece(post(title="Les haies", visibility="private")))
    assert "Julie Martin · Les haies\n  for followers only\n" in terminal(replace(DAY, highlights=(private,)))
    assert "followers" not in terminal()


def test_strangers_who_wrote_are_named_in_one_sentence() -> None:
    names = tuple(f"N{number} (@n{number}@x.example)" for number in range(7))
    told = " ".join(terminal(replace(DAY, strangers=names)).split())
    assert "Not among your people, and wrote to you: N0 (@n0@x.example), " in told
    assert "N4 (@n4@x.example) (+ 2). “nouvelles add NAME ADDRESS” adds somebody." in told
    assert "\x1b" not in terminal(replace(DAY, strangers=(HOSTILE,)))
