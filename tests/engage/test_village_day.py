"""The sample village, from its servers to its day: every moment of it appears as it should."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from engage import thanks
from engage.cli.base import App
from engage.cli.day import compose
from engage.cli.demo import settle
from engage.config import Config, Day
from engage.demo.village import served, village
from engage.digest import as_json
from engage.model import Reason
from engage.today import drifting, piece_of, published, today
from engage.words import words
from tests.engage.hands import DAY, NOON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engage.demo.wire import Wire
    from engage.model import Highlight, Person, Today
    from engage.store import Store

EVERYTHING = 60


@dataclass
class Settled:
    """The village as Camille's program knows it."""

    app: App
    wire: Wire
    failed: bool

    @property
    def store(self) -> Store:
        return self.app.store

    def person(self, name: str) -> Person:
        return self.store.find_person(name)

    def day(self, most: int = 5, later: int = 0) -> Today:
        """The day so many days later, with room for so many highlights."""
        config = self.app.config
        wide = Config(
            me=config.me,
            day=Day(highlights=most, drifting=12),
            mastodon=config.mastodon,
            bluesky=config.bluesky,
        )
        return today(self.store, NOON + later * DAY, wide)

    def of(self, name: str, day: Today | None = None) -> Highlight:
        found = [h for h in (day or self.day(12)).highlights if h.person.name.startswith(name)]
        assert len(found) == 1
        return found[0]


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settled]:
    home, place = tmp_path_factory.mktemp("village"), village(NOON)
    environ = {"NOUVELLES_HOME": str(home), "NOUVELLES_NOW": NOON.isoformat(), "LANGUAGE": "en"}
    with served(place) as wire:
        (home / "config.toml").write_text(place.config(wire.port, "en"), encoding="utf-8")
        app = App(environ)
        with closing(app):
            failed = settle(app, place, wire.port, quiet=True)
            yield Settled(app, wire, failed)


def reasons(highlight: Highlight) -> list[str]:
    return [words("en").reason(reason) for reason in highlight.reasons]


def test_everybody_is_found_and_fetched(settled: Settled) -> None:
    assert not settled.failed
    assert len(settled.store.people()) == 12
    health = settled.store.feeds.health(settled.app.now())
    assert {h.source.kind for h in health} == {"blog", "mastodon", "bluesky"}
    assert [h.source.label for h in health if h.error or h.failures or h.warnings or not h.posts] == []


def test_the_backlog_floods_nothing(settled: Settled) -> None:
    """Years of articles came; only what is younger than a week may be in the day."""
    posts = sum(h.posts for h in settled.store.feeds.health(settled.app.now()))
    found = settled.day(EVERYTHING)
    assert posts > 80
    assert len(found.highlights) + found.more < 35
    assert all(NOON - h.piece.when <= 7 * DAY for h in found.highlights)


def test_the_day_is_short_one_thing_each_and_ends(settled: Settled) -> None:
    found = compose(settled.app)
    assert len(found.highlights) == 5
    assert len({h.person.id for h in found.highlights}) == 5
    assert len(found.drifting) <= 3


def test_the_first_article_in_seven_months(settled: Settled) -> None:
    aicha = settled.of("Aïcha", compose(settled.app))
    assert aicha.piece.title == "La clé était encore sous le pot"
    assert Reason("first_article_months", {"count": 7}) in aicha.reasons
    assert "first article in 7 months" in reasons(aicha)


def test_one_article_in_three_places_is_one_piece(settled: Settled) -> None:
    maelle = settled.of("Maëlle", compose(settled.app))
    assert [place.kind for place in maelle.piece.places] == ["blog", "mastodon", "bluesky"]
    assert "in 3 places" in reasons(maelle)
    assert "passed on by Joris Lemoine" in reasons(maelle)
    for stored in maelle.piece.posts:
        same = piece_of(settled.store, stored.id)
        assert same is not None
        assert same.id == maelle.piece.id


def test_a_new_job(settled: Settled) -> None:
    joris = settled.of("Joris", compose(settled.app))
    assert reasons(joris)[0] == "a new job"
    assert joris.piece.title == "Trente et un kilomètres"
    assert len(joris.piece.posts) == 2


def test_sad_news_is_there_quietly(settled: Settled) -> None:
    bertrand = settled.of("Bertrand", compose(settled.app))
    assert (bertrand.quiet, bertrand.passage) == ("grief", "")
    assert bertrand.piece.title == "Décès d’un proche"
    told = as_json(compose(settled.app), words("en"))
    (shown,) = [h for h in told["highlights"] if h["person"].startswith("Bertrand")]
    assert "Aimé" not in str(shown)
    assert (shown["sensitive"], shown["warning"]) == ("grief", "Décès d’un proche")


def test_who_answered_you(settled: Settled) -> None:
    assert reasons(settled.of("Nkechi", compose(settled.app)))[0] == "answers you"
    jo = settled.of("Jo Castellan", settled.day(12))
    assert reasons(jo)[0] == "answers you"
    assert {h.piece.main.source.kind for h in (jo, settled.of("Nkechi"))} == {"bluesky", "mastodon"}


def test_no_more_is_said_of_who_met_than_is_true(settled: Settled) -> None:
    assert "you met 4 weeks ago" in reasons(settled.of("Bertrand"))
    assert "you last wrote 52 days ago" in reasons(settled.of("Joris"))


def test_who_talks_all_day_has_at_most_one_highlight_a_day(settled: Settled) -> None:
    hamish = settled.person("Hamish")
    shown = [h for h in settled.day(12).highlights if h.person.id == hamish.id]
    assert len(shown) == 1
    assert "Hamish" not in str([h.person.name for h in compose(settled.app).highlights])


def test_the_same_words_in_two_networks_are_one_piece(settled: Settled) -> None:
    jo = settled.person("Jo Castellan")
    (stile,) = [
        p for p in published(settled.store, jo.id, settled.app.config) if "missing stile" in p.main.post.text
    ]
    assert sorted(place.kind for place in stile.places) == ["bluesky", "mastodon"]


def test_who_drifts_with_a_natural_occasion(settled: Settled) -> None:
    found = {d.person.name: d for d in drifting(settled.store, NOON, settled.app.config)}
    solene, walter = found["Solène Vasseur"], found["Walter Prosser"]
    assert (solene.occasion.code, solene.occasion.values["title"]) == (
        "occasion_article",
        "La règle à calcul de Yanis",
    )
    assert (solene.days, solene.rhythm_days, solene.met) == (261, 84, True)
    assert (walter.occasion.code, walter.days, walter.piece) == ("occasion_memory", 310, None)
    assert "Bertrand Oyono" not in found
    assert "Priya Raman" not in found  # not yet known: no rhythm, no debt


def test_two_who_write_of_the_same_thing_are_both_there(settled: Settled) -> None:
    """Gilles and Tamsin, both on Bedos de Celles and a dial: who should meet."""
    texts = [settled.of(name).piece.main.post.text for name in ("Gilles", "Tamsin")]
    assert all("Bedos de Celles" in text for text in texts)


def draft(settled: Settled, name: str, language: Any = "fr") -> Any:
    made = thanks.draft(settled.app.desk(), settled.of(name).piece.id, NOON)
    assert language in {made.language, None}
    return thanks.sheet(settled.app.desk(), made.id)


@pytest.mark.parametrize(
    ("name", "language", "greeting"),
    [
        ("Maëlle", "fr", "Salut Maëlle,"),
        ("Joris", "fr", "Salut Joris,"),
        ("Aïcha", "fr", "Salut Aïcha,"),
        ("Gilles", "fr", "Bonjour Gilles,"),
        ("Tamsin", "fr", "Bonjour Tamsin,"),
        ("Nkechi", "en", "Hello Nkechi,"),
        ("Priya", "en", "Hello Priya,"),
        ("Hamish", "en", "Hello Hamish,"),
        ("Jo Castellan", "en", "Hello Jo,"),
    ],
)
def test_a_thank_you_for_each_is_complete_and_true(
    settled: Settled, name: str, language: str, greeting: str
) -> None:
    sheet = draft(settled, name, language)
    text = sheet.draft.text
    assert text.startswith(greeting)
    assert text.endswith("Camille")
    assert not re.search(r"[{}\[\]]|None|  ", text)
    assert sheet.draft.passage
    assert " ".join(sheet.draft.passage.split()) in " ".join(sheet.piece.main.text.split())
    parroting = sheet.draft.kind == "answer" and len(sheet.draft.passage) > 140
    assert (sheet.draft.passage in text) is not parroting
    assert [finding.rule for finding in sheet.findings if finding.hard] == []
    assert "copy" in {way.channel for way in sheet.ways}


def test_the_one_written_for_a_loss_has_no_word_of_ours(settled: Settled) -> None:
    sheet = draft(settled, "Bertrand")
    assert (sheet.draft.kind, sheet.draft.text) == ("quiet", "Bonjour Bertrand,")
    assert (sheet.quiet, sheet.choices, sheet.draft.passage) == ("grief", (), "")


def test_an_answer_opens_where_it_was_said(settled: Settled) -> None:
    ways = {way.channel: way for way in draft(settled, "Nkechi", "en").ways}
    assert ways["mastodon-reply"].url.startswith(settled.wire.base("pouet") + "/authorize_interaction?uri=")
    assert ways["mastodon"].url.startswith(
        settled.wire.base("pouet") + "/share?visibility=direct&text=%40nkechi%40porch.example"
    )


def test_a_second_fetch_right_after_asks_nobody_and_adds_nothing(settled: Settled) -> None:
    from engage.cli.fetch import refresh  # noqa: PLC0415

    before = sum(h.posts for h in settled.store.feeds.health(settled.app.now()))
    asked = len(settled.wire.log)
    report = refresh(settled.app, quiet=True)
    assert (report.asked, len(settled.wire.log)) == (0, asked)
    forced = refresh(settled.app, force=True, quiet=True)
    assert (forced.new, forced.changed, forced.failed) == (0, 0, ())
    assert sum(h.posts for h in settled.store.feeds.health(settled.app.now())) == before


def test_the_days_after_show_what_was_held_back_and_then_nothing(settled: Settled) -> None:
    """This one marks what it sees; it stands last, and puts the file back."""
    connection = settled.store.connection
    connection.execute("savepoint before")
    seen: list[int] = []
    for later in range(9):
        found = settled.day(5, later)
        seen += [h.piece.id for h in found.highlights]
        for h in found.highlights:
            connection.executemany(
                "insert into shown (day, piece) values (?, ?)",
                [(found.day.isoformat(), stored.id) for stored in h.piece.posts],
            )
    assert len(seen) == len(set(seen))
    assert len(seen) > 12
    assert settled.day(5, 8).highlights == ()
    connection.execute("rollback to before")
    connection.execute("release before")
