"""A day composed from the file."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from engage import today as room
from engage.config import Config, Day, Me
from engage.model import Engagement, Reason
from engage.today import drifting, piece_of, published, today
from tests.engage.hands import DAY, HAIES, HOUR, NOON, House, post, signed

if TYPE_CHECKING:
    from collections.abc import Callable

    from engage.model import Today
    from feeds.model import Post, PostKind

CONFIG = Config(me=Me(name="Camille", mastodon="@Camille@pouet.example", bluesky="camille.sky.example"))
URL = "https://julie.example/haies"
LONG = "Un paragraphe entier, avec de quoi lire. " * 8


def day(house: House, now: datetime = NOON, config: Config = CONFIG) -> Today:
    return today(house.store, now, config, UTC)


def titles(found: Today) -> list[str]:
    return [h.piece.title for h in found.highlights]


def codes(found: Today, number: int = 0) -> list[str]:
    return [reason.code for reason in found.highlights[number].reasons]


def old(ago: timedelta | None) -> Post:
    return post(url="https://julie.example/old", title="Ancien", html=HAIES, ago=ago)


def test_a_new_article_is_a_highlight_with_its_passage_and_reasons(house: House) -> None:
    blog = house.source(house.person())
    house.publish(blog, old(ago=216 * DAY), at=NOON - 30 * DAY)
    house.publish(blog, post(html=HAIES))
    found = day(house)
    assert titles(found) == ["Les haies"]
    assert found.highlights[0].passage in HAIES
    assert Reason("first_article_months", {"count": 7}) in found.highlights[0].reasons
    assert (found.day, found.people, found.more) == (NOON.date(), 1, 0)


def test_an_empty_file_is_a_fine_day(house: House) -> None:
    found = day(house)
    assert (found.highlights, found.drifting, found.done, found.people) == ((), (), (), 0)


def test_what_is_by_nobody_you_know_is_not_in_the_day(house: House) -> None:
    of = house.person()
    blog = house.source(of)
    house.store.connection.execute("delete from identities")
    (number,) = house.publish(blog, post())
    assert day(house).highlights == ()
    assert piece_of(house.store, number) is None
    assert piece_of(house.store, 999) is None


def test_a_backlog_floods_nothing(house: House) -> None:
    """The first fetch of a blog brings two hundred articles; those without a date are old as well."""
    blog = house.source(house.person())
    backlog = [post(url=f"{URL}/{n}", title=f"N° {n}", ago=n * 30 * DAY) for n in range(1, 200)]
    undated = [post(url=f"{URL}/u{n}", title=f"Sans date {n}", ago=None) for n in range(20)]
    house.publish(blog, *backlog, *undated)
    assert day(house).highlights == ()


def test_what_comes_later_without_a_date_is_news_without_a_figure(house: House) -> None:
    blog = house.source(house.person())
    house.publish(blog, old(ago=90 * DAY), at=NOON - 9 * DAY)
    house.publish(blog, post(ago=None, html=HAIES))
    found = day(house)
    assert titles(found) == ["Les haies"]
    assert codes(found) == ["circle"]


def test_an_article_after_its_announcement_is_one_piece(house: House) -> None:
    of = house.person()
    toots, blog = house.source(of, "mastodon"), house.source(of)
    house.publish(toots, post("note", text="Nouvel article", links=[URL], ago=2 * HOUR), at=NOON - HOUR)
    assert titles(day(house)) == ["Nouvel article"]
    house.publish(blog, old(ago=90 * DAY), at=NOON - 30 * DAY)
    house.publish(blog, post(url=URL, html=HAIES, ago=2 * HOUR), at=NOON)
    (highlight,) = day(house).highlights
    assert (highlight.piece.title, len(highlight.piece.posts)) == ("Les haies", 2)


def test_a_fresh_announcement_brings_in_an_article_that_was_no_news(house: House) -> None:
    of = house.person()
    house.publish(house.source(of), post(url=URL, html=HAIES, ago=20 * DAY))
    house.publish(house.source(of, "mastodon"), post("note", text="Je le redis", links=[URL]))
    (highlight,) = day(house).highlights
    assert highlight.piece.title == "Les haies"


def test_the_same_article_in_two_feeds_is_shown_once(house: House) -> None:
    of = house.person()
    for address in ("https://julie.example/rss", "https://julie.example/atom"):
        house.publish(house.source(of, "blog", address), post(url=URL, html=HAIES))
    assert len(day(house).highlights) == 1


def test_somebody_elses_toot_about_it_passes_it_on(house: House) -> None:
    julie, paul = house.person(), house.person("Paul")
    house.publish(house.source(julie), post(url=URL, html=HAIES))
    house.publish(house.source(paul, "mastodon"), post("note", text=LONG, links=[URL]))
    (highlight,) = day(house).highlights
    assert Reason("passed_on", {"names": "Paul"}) in highlight.reasons


def test_unless_it_is_said_to_you(house: House) -> None:
    julie, paul = house.person(), house.person("Paul")
    house.publish(house.source(julie), post(url=URL, html=HAIES))
    said = post("note", text="@camille tu as lu Julie ?", links=[URL], mentions=("camille@pouet.example",))
    house.publish(house.source(paul, "mastodon"), said)
    found = day(house)
    assert [h.person.name for h in found.highlights] == ["Paul", "Julie Martin"]
    assert "mentions_you" in codes(found)
    assert "passed_on" not in codes(found, 1)


@pytest.mark.parametrize("mine", ["camille@pouet.example", "Camille@POUET.example", "camille.sky.example"])
def test_who_answers_you_is_shown(house: House, mine: str) -> None:
    toots = house.source(house.person(circle=3), "mastodon")
    house.publish(toots, post("reply", text="Oui, bien sûr !", mentions=(mine,)))
    assert "answers_you" in codes(day(house))


def test_what_is_said_to_others_and_what_is_passed_on_is_not_shown(house: House) -> None:
    toots = house.source(house.person(), "mastodon")
    house.publish(
        toots,
        post("reply", text="Oui", mentions=("somebody@pouet.example",)),
        post("repost", text=LONG, mentions=("camille@pouet.example",)),
    )
    assert day(house).highlights == ()


@pytest.mark.parametrize(
    ("title", "text", "warning", "quiet"),
    [
        ("Mon frère est mort", "Nous étions tous là.", "", "grief"),
        ("", "Mon père est mort hier.", "Famille", "grief"),
        ("", "Une recette de soupe.", "Nourriture", "warning"),
    ],
)
def test_what_is_sad_has_no_passage(house: House, title: str, text: str, warning: str, quiet: str) -> None:
    of = house.person()
    kind: PostKind = "article" if title else "note"
    house.publish(
        house.source(of), post(kind, title=title, text=text, html=f"<p>{text} {LONG}</p>", warning=warning)
    )
    (highlight,) = day(house).highlights
    assert (highlight.quiet, highlight.passage) == (quiet, "")


def test_a_warning_over_the_announcement_covers_the_article(house: House) -> None:
    of = house.person()
    house.publish(house.source(of), post(url=URL, html=HAIES))
    house.publish(house.source(of, "mastodon"), post("note", text="Lu", links=[URL], warning="Deuil"))
    (highlight,) = day(house).highlights
    assert (highlight.quiet != "", highlight.passage) == (True, "")


def test_a_chatty_person_has_one_highlight_and_the_rest_comes_another_day(house: House) -> None:
    toots = house.source(house.person(), "mastodon")
    house.publish(
        toots, *(post("note", text=f"Mouton n° {n}, sur la route.", ago=n * HOUR) for n in range(1, 15))
    )
    first = day(house)
    assert (len(first.highlights), first.more) == (1, 13)
    house.store.remember_shown(first.day, [first.highlights[0].piece.id])
    assert titles(day(house)) == titles(first)
    second = day(house, NOON + DAY)
    assert len(second.highlights) == 1
    assert titles(second) != titles(first)


def test_what_was_shown_is_not_shown_another_day_though_it_is_announced_again(house: House) -> None:
    of = house.person()
    blog, toots = house.source(of), house.source(of, "mastodon")
    house.publish(blog, post(url=URL, html=HAIES))
    first = day(house)
    house.store.remember_shown(first.day, [stored.id for stored in first.highlights[0].piece.posts])
    tomorrow = NOON + DAY
    house.publish(toots, post("note", text="Au cas où", links=[URL], published=tomorrow), at=tomorrow)
    assert day(house, tomorrow).highlights == ()


def test_what_you_answered_today_is_done_and_makes_the_day_shorter(house: House) -> None:
    julie, paul = house.person(), house.person("Paul")
    (number,) = house.publish(house.source(julie), post(url=URL, html=HAIES))
    (toot,) = house.publish(house.source(julie, "mastodon"), post("note", text="Lisez", links=[URL]))
    house.publish(house.source(paul), post(url="https://paul.example/a", html=HAIES))
    house.store.record(Engagement(0, julie.id, "thanked", "out", NOON, piece=toot))
    short = replace(CONFIG, day=Day(highlights=1))
    found = day(house, config=short)
    assert [done.piece.id for done in found.done] == [number]
    assert found.highlights == ()
    assert [h.person.name for h in day(house).highlights] == ["Paul"]
    assert day(house, NOON + DAY).done == ()


def test_the_day_ends_at_midnight_where_you_are(house: House, zone: Callable[[str], None]) -> None:
    """At 23:30 and at 0:30 in Paris: two days, though in UTC they are one."""
    before, after = datetime(2026, 11, 22, 22, 30, tzinfo=UTC), datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    of = house.person()
    (number,) = house.publish(house.source(of), post(published=before - HOUR), at=before - HOUR)
    paris = ZoneInfo("Europe/Paris")
    evening = today(house.store, before, CONFIG, paris)
    assert (evening.day.day, len(evening.highlights)) == (22, 1)
    house.store.remember_shown(evening.day, [number])
    assert today(house.store, after, CONFIG, paris).highlights == ()
    assert len(today(house.store, after, CONFIG, UTC).highlights) == 1
    zone("Europe/Paris")
    assert today(house.store, after, CONFIG).day.day == 23
    house.store.record(Engagement(0, of.id, "thanked", "out", before, piece=number))
    assert len(today(house.store, before, CONFIG).done) == 1
    assert today(house.store, after, CONFIG).done == ()


def test_a_future_date_is_no_record(house: House) -> None:
    blog = house.source(house.person())
    house.publish(blog, old(ago=100 * DAY), at=NOON - 30 * DAY)
    house.publish(blog, post(published=NOON + 29 * 365 * DAY, html=HAIES))
    assert Reason("first_article_months", {"count": 3}) in day(house).highlights[0].reasons


class TestPlanet:
    """A feed that two people share: everything is told apart by who signed."""

    @pytest.fixture
    def planet(self, house: House) -> House:
        julie, paul = house.person(), house.person("Paul Ünal")
        shared = house.source(julie, "blog", "https://planet.example/feed")
        assert house.source(paul, "blog", "https://planet.example/feed") == shared

        def entry(name: str, ago: int, slug: str) -> Post:
            return signed(
                post(url=f"https://planet.example/{slug}", title=slug, html=HAIES, ago=ago * DAY), name
            )

        house.publish(
            shared, entry("Julie Martin", 216, "j-old"), entry("Paul Unal", 9, "p-old"), at=NOON - 8 * DAY
        )
        house.publish(
            shared, entry("Julie Martin", 1, "j-new"), entry("Somebody", 1, "s"), entry("", 1, "nobody")
        )
        return house

    def test_a_silence_is_ones_own(self, planet: House) -> None:
        (highlight,) = day(planet).highlights
        assert (highlight.person.name, highlight.piece.title) == ("Julie Martin", "j-new")
        assert Reason("first_article_months", {"count": 7}) in highlight.reasons

    def test_an_occasion_is_ones_own(self, planet: House) -> None:
        config = replace(CONFIG, day=Day(drifting=9))
        adrift = {d.person.name: d for d in day(planet, NOON, config).drifting}
        assert adrift["Paul Ünal"].occasion.values["title"] == "p-old"
        assert adrift["Julie Martin"].occasion.values["title"] == "j-new"

    def test_a_page_shows_what_its_person_signed(self, planet: House) -> None:
        paul = planet.store.find_person("Paul")
        assert [piece.title for piece in published(planet.store, paul.id, CONFIG)] == ["p-old"]

    def test_a_loss_of_one_hushes_not_the_other(self, planet: House) -> None:
        sad = signed(post(url="https://planet.example/x", title="Mon père est mort", ago=DAY), "Julie Martin")
        planet.publish(planet.store.feeds.sources()[0], sad)
        assert [d.person.name for d in drifting(planet.store, NOON, CONFIG, UTC)] == ["Paul Ünal"]

    def test_whose_piece_it_is_is_known_by_number(self, planet: House) -> None:
        by_title = {s.post.title: s.id for s in planet.store.feeds.latest([1], 99)}
        piece = piece_of(planet.store, by_title["p-old"])
        assert piece is not None
        assert piece.person_id == planet.store.find_person("Paul").id
        assert piece_of(planet.store, by_title["nobody"]) is None


def test_the_furthest_adrift_comes_first_and_a_loss_brings_no_cheerful_occasion(house: House) -> None:
    for name, days, every in (
        ("A", 50, 42),
        ("B", 400, 42),
        ("C", 41, 42),
        ("D", 400, 365),
        ("E", 900, 0),
        ("F", 90, 42),
    ):
        of = house.person(name, every=timedelta(days=every))
        house.store.record(Engagement(0, of.id, "met", "out", NOON - days * DAY))
        if name == "F":
            house.publish(house.source(of), post(title="Mon père est mort", text="…", ago=3 * DAY))
    found = drifting(house.store, NOON, CONFIG, UTC)
    assert [(d.person.name, d.days, d.rhythm_days) for d in found] == [
        ("B", 400, 42),
        ("A", 50, 42),
        ("D", 400, 365),
    ]
    assert len(day(house, config=replace(CONFIG, day=Day(drifting=2))).drifting) == 2


def test_a_folded_or_answered_piece_is_no_occasion_and_hides_nobody(house: House) -> None:
    of = house.person()
    soup = post("note", text="Une soupe.", warning="Nourriture", ago=DAY)
    house.publish(house.source(of, "mastodon"), soup)
    house.publish(house.source(of), post(url=URL, html=HAIES, ago=3 * DAY), old(ago=20 * DAY))
    (adrift,) = drifting(house.store, NOON, CONFIG, UTC)
    assert adrift.occasion.values["title"] == "Les haies"
    assert adrift.piece is not None
    liked = Engagement(0, of.id, "liked", "out", NOON - DAY, piece=adrift.piece.id)
    house.store.record(liked)
    (adrift,) = drifting(house.store, NOON, CONFIG, UTC)
    assert adrift.occasion.values["title"] == "Ancien"


def test_an_article_is_a_better_occasion_than_a_newer_note(house: House) -> None:
    of = house.person()
    house.publish(house.source(of), post(html=HAIES, ago=20 * DAY))
    house.publish(
        house.source(of, "mastodon"), post("note", text="Des moutons", ago=DAY), post("reply", text="Oui")
    )
    (adrift,) = drifting(house.store, NOON, CONFIG, UTC)
    assert adrift.occasion == Reason("occasion_article", {"title": "Les haies", "days": 20})


def test_published_leaves_out_answers_and_stops(house: House) -> None:
    of = house.person()
    notes = [post("note", text=f"Note {n} {LONG}", ago=n * HOUR) for n in range(1, 9)]
    house.publish(house.source(of, "mastodon"), *notes, post("reply", text="Oui"), post("repost", text="Lui"))
    house.publish(house.source(of), post(ago=3 * HOUR + timedelta(minutes=1), html=HAIES), old(ago=None))
    found = published(house.store, of.id, CONFIG, most=5)
    assert [p.title[:9] for p in found] == ["Ancien", "Note 1 Un", "Note 2 Un", "Note 3 Un", "Les haies"]
    assert published(house.store, 999, CONFIG) == []


def test_every_post_of_a_piece_leads_to_it(house: House) -> None:
    of = house.person()
    (article,) = house.publish(house.source(of), post(url=URL, html=HAIES, ago=900 * DAY))
    many = [post("note", text=f"Note {n} {LONG}", ago=n * HOUR) for n in range(1, 250)]
    toots = house.publish(
        house.source(of, "mastodon"), *many, post("note", text="Lu", links=[URL], ago=800 * DAY)
    )
    for number in (article, toots[-1]):
        piece = piece_of(house.store, number)
        assert piece is not None
        assert piece.id == article
    answer = house.publish(house.source(of, "mastodon"), post("reply", text="Non", links=[URL]))
    piece = piece_of(house.store, *answer)
    assert piece is not None
    assert piece.id == answer[0]


def test_the_passage_of_a_note_is_the_note_when_it_is_short() -> None:
    from tests.engage.hands import piece  # noqa: PLC0415

    short = "Des moutons\u00a0: «\u00a0bêê\u00a0»\u202f!"
    assert room.passage_of(piece(post("note", text=short, html="<p></p>"))) == short
    assert room.passage_of(piece(post("note", text="x " * 400, html="<p></p>"))) == ""
    assert room.passage_of(piece(post("article", text=short, html="<p></p>"))) == ""
