"""One thing published, however many posts announce it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.model import Piece, headline
from engage.pieces import group
from feeds.model import Source
from tests.engage.hands import BLOG, DAY, HOUR, NOON, SKEETS, TOOTS, post, stored

if TYPE_CHECKING:
    from feeds.model import Post, PostKind, StoredPost

MIRROR = Source("blog", "https://julie.example/atom", id=4)
URL = "https://julie.example/haies"
WORDS = "Le chat du voisin a marché sur une garde marbrée toute fraîche."


def grouped(*posts: StoredPost, by: int = 1, addressed: tuple[int, ...] = ()) -> list[tuple[int, list[int]]]:
    pieces = group([(one, by) for one in posts], set(addressed))
    return [(piece.id, [one.id for one in piece.posts]) for piece in pieces]


def note(text: str = "À lire", *links: str, **more: object) -> Post:
    return post("note", text=text, links=links, **more)  # type: ignore[arg-type]


def test_an_article_and_what_announces_it_are_one_piece() -> None:
    found = grouped(
        stored(1, post(url=URL)),
        stored(2, note("Nouveau", f"{URL}/?utm_source=mastodon"), TOOTS),
        stored(3, note("New", "http://www.julie.example/haies"), SKEETS),
    )
    assert found == [(1, [1, 2, 3])]


def test_the_article_may_come_after_its_announcement() -> None:
    assert grouped(stored(1, note("Bientôt", URL, ago=2 * DAY), TOOTS), stored(2, post(url=URL))) == [
        (2, [2, 1])
    ]


def test_a_note_at_the_articles_own_address_joins_it() -> None:
    assert grouped(stored(1, post(url=URL)), stored(2, note(url=URL), TOOTS)) == [(1, [1, 2])]


def test_the_same_article_in_two_feeds_is_one_the_longer_first() -> None:
    short = stored(1, post(url=URL, text="Résumé."))
    whole = stored(2, post(url=f"{URL}/", text="Résumé, et tout le reste."), MIRROR)
    assert grouped(short, whole) == [(2, [2, 1])]


def test_one_address_of_two_people_is_two_pieces() -> None:
    pieces = group([(stored(1, post(url=URL)), 1), (stored(2, post(url=URL), MIRROR), 2)])
    assert [(piece.id, piece.person_id) for piece in pieces] == [(1, 1), (2, 2)]


def test_articles_without_an_address_are_never_one() -> None:
    assert grouped(stored(1, post(url="", key="a")), stored(2, post(url="", key="b"))) == [(1, [1]), (2, [2])]


@pytest.mark.parametrize("by", [1, 2])
def test_a_note_without_an_address_passes_on_no_article_without_one(by: int) -> None:
    pieces = group([(stored(1, post(url="")), 1), (stored(2, note(url=""), TOOTS), by)])
    assert [(piece.id, piece.passed_on_by) for piece in pieces] == [(1, ()), (2, ())]


def test_an_answer_is_never_an_announcement() -> None:
    reply = stored(2, post("reply", text="C’est ici", links=[URL]), TOOTS)
    assert grouped(stored(1, post(url=URL)), reply) == [(1, [1]), (2, [2])]


@pytest.mark.parametrize("kind", ["note", "repost"])
def test_somebody_elses_post_about_it_passes_it_on(kind: PostKind) -> None:
    article, about = stored(1, post(url=URL)), stored(2, post(kind, text="Lisez", links=[URL]), TOOTS)
    twice = stored(3, post(kind, text="Lisez donc", links=[URL]), SKEETS)
    pieces = group([(article, 1), (about, 2), (twice, 2)])
    assert [(piece.id, piece.passed_on_by) for piece in pieces] == [(1, (2,))]


def test_what_is_said_to_you_passes_nothing_on() -> None:
    to_me = stored(2, note("@camille tu as vu ?", URL), TOOTS)
    pieces = group([(stored(1, post(url=URL)), 1), (to_me, 2)], {2})
    assert [(piece.id, piece.person_id, piece.passed_on_by) for piece in pieces] == [(1, 1, ()), (2, 2, ())]


def test_a_repost_holds_no_words_of_its_own_and_joins_nothing() -> None:
    """Julie boosts her own toot, then Paul's, about her article: neither is one more place to answer."""
    boosts = [stored(n, post("repost", text="Lisez", links=[URL], ago=n * HOUR), TOOTS) for n in (2, 3)]
    assert grouped(stored(1, post(url=URL)), *boosts) == [(1, [1]), (2, [2]), (3, [3])]


def test_a_note_about_somebodys_article_that_nobody_here_wrote_stands_for_itself() -> None:
    assert grouped(stored(1, note("Lu", "https://elsewhere.example/a"), TOOTS)) == [(1, [1])]


@pytest.mark.parametrize(
    ("there", "ago", "text", "one"),
    [
        (SKEETS, DAY, WORDS, True),
        (
            SKEETS,
            3 * DAY,
            f"{WORDS.upper()} https://julie.example/x #reliure".removesuffix(" #reliure"),
            True,
        ),
        (SKEETS, 3 * DAY + 2 * HOUR, WORDS, False),
        (TOOTS, DAY, WORDS, False),
        (SKEETS, DAY, WORDS.replace("chat", "chien"), False),
    ],
)
def test_the_same_words_elsewhere_within_three_days(there: Source, ago: object, text: str, one: bool) -> None:
    found = grouped(stored(1, note(WORDS), TOOTS), stored(2, note(text, ago=ago), there))
    assert (len(found) == 1) is one


def test_short_words_may_be_said_twice() -> None:
    assert (
        len(grouped(stored(1, note("Bonne année !"), TOOTS), stored(2, note("Bonne année !"), SKEETS))) == 2
    )


def test_what_is_said_every_week_in_two_places_is_one_piece_a_week() -> None:
    weekly = [
        stored(4, note(WORDS), SKEETS),
        stored(3, note(WORDS), TOOTS),
        stored(2, note(WORDS, ago=7 * DAY), SKEETS),
        stored(1, note(WORDS, ago=7 * DAY), TOOTS),
    ]
    assert [sorted(members) for _, members in grouped(*weekly)] == [[3, 4], [1, 2]]


def test_two_people_who_say_the_same_said_it_each() -> None:
    pieces = group([(stored(1, note(WORDS), TOOTS), 1), (stored(2, note(WORDS), SKEETS), 2)])
    assert [piece.person_id for piece in pieces] == [1, 2]


KINDS: st.SearchStrategy[PostKind] = st.sampled_from(["article", "note", "reply", "repost"])
URLS = st.sampled_from(["", URL, "https://paul.example/b", "https://elsewhere.example/c"])
POSTS = st.lists(
    st.tuples(KINDS, URLS, st.lists(URLS.filter(bool), max_size=2), st.sampled_from([1, 2]), st.booleans()),
    max_size=8,
)


@given(POSTS)
def test_nothing_is_lost_and_nothing_stands_twice(
    given_posts: list[tuple[PostKind, str, list[str], int, bool]],
) -> None:
    laid = [
        (stored(n, post(kind, url=url, text=WORDS if same else f"{n} {WORDS}", links=links), TOOTS), by)
        for n, (kind, url, links, by, same) in enumerate(given_posts)
    ]
    pieces = group(laid)
    shown = [one.id for piece in pieces for one in piece.posts]
    assert len(shown) == len(set(shown))
    lost = {one.id for one, _ in laid} - set(shown)
    authors = {one.id: by for one, by in laid}
    others = [(piece, by) for piece in pieces for by in piece.passed_on_by]
    assert {authors[number] for number in lost} == {by for _, by in others}
    assert all(piece.person_id != by for piece, by in others)
    for piece in pieces:
        assert {authors[one.id] for one in piece.posts} == {piece.person_id}


def test_a_piece_is_dated_when_it_came_never_later() -> None:
    later = stored(1, post(published=NOON + 29 * 365 * DAY), BLOG)
    assert Piece(later, 1, (later,)).when == NOON
    without = stored(1, post(ago=None), BLOG, seen=NOON - DAY)
    assert Piece(without, 1, (without,)).when == NOON - DAY


@pytest.mark.parametrize(
    ("title", "text", "warning", "shown"),
    [
        ("Les haies", "…", "", "Les haies"),
        ("", "texte", "Deuil\npeut-être", "Deuil peut-être"),
        ("", "«\u00a0Bien\u202f!\u00a0»\n\ndit-elle", "", "«\u00a0Bien\u202f!\u00a0» dit-elle"),
        ("", "un " * 40, "", " ".join(["un"] * 23) + "…"),
        ("", "x" * 100, "", "x" * 70 + "…"),
        ("", "", "", ""),
    ],
)
def test_what_stands_for_a_post_in_a_list(title: str, text: str, warning: str, shown: str) -> None:
    assert headline(title, text, warning) == shown


def test_a_repost_of_what_is_here_passes_it_on_and_is_no_piece_of_its_own() -> None:
    original = stored(1, note(WORDS, key="https://x.example/1"), TOOTS)
    again = post("repost", key="boost", text=WORDS, handle={"uri": "https://x.example/1"})
    pieces = group([(original, 1), (stored(2, again, SKEETS), 2), (stored(3, again, MIRROR), 3)])
    assert [(piece.id, piece.passed_on_by) for piece in pieces] == [(1, (2, 3))]


def test_a_repost_of_what_is_not_here_or_of_oneself_stands_for_itself() -> None:
    original = stored(1, note(WORDS, key="https://x.example/1"), TOOTS)
    own = stored(2, post("repost", key="own", handle={"uri": "https://x.example/1"}), TOOTS)
    strange = stored(3, post("repost", key="strange", handle={"uri": "https://y.example/1"}), SKEETS)
    bare = stored(4, post("repost", key="bare"), SKEETS)
    pieces = group([(original, 1), (own, 1), (strange, 2), (bare, 2)])
    assert [piece.id for piece in pieces] == [1, 2, 3, 4]
    assert all(not piece.passed_on_by for piece in pieces)


def test_a_repost_of_an_announcement_passes_the_article_on() -> None:
    said = stored(2, note("Nouveau", URL, key="https://x.example/1"), TOOTS)
    again = stored(3, post("repost", key="boost", handle={"uri": "https://x.example/1"}), SKEETS)
    (piece,) = group([(stored(1, post(url=URL)), 1), (said, 1), (again, 2)])
    assert (piece.id, piece.passed_on_by) == (1, (2,))
