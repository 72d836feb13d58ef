"""An article whose feed holds only its beginning: its page is read when a draft needs it, or when that was asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.engage.hands import HOUR, NOON
from tests.feeds import misbehaving as ways
from tests.feeds.made_up import Entry, rss
from tests.feeds.misbehaving import Misbehaving, in_turn, says

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.engage.conftest import Program

PAGE = (Path(__file__).parents[2] / "feeds" / "data" / "articles" / "wordpress.html").read_text("utf-8")
TITLE = "La haie du chemin bas"


@pytest.fixture
def server() -> Iterator[Misbehaving]:
    with Misbehaving() as running:
        running.at("/2026/haie", says(PAGE, ways.HTML))
        summary = f"<p>{first_words()} […]</p>"
        entry = Entry(TITLE, f"{running.base}/2026/haie", "1", summary, NOON - HOUR)
        running.at("/feed", says(rss(entry).replace(b"https://haies.example/", running.base.encode())))
        yield running


def first_words() -> str:
    from feeds.article import extract  # noqa: PLC0415

    found = extract(PAGE, "https://julie.example/2026/11/la-haie-du-chemin-bas/")
    assert found is not None
    return found.text.split(".")[0]


@pytest.fixture
def program(nouvelles: Program, server: Misbehaving) -> Program:
    assert nouvelles("add", "Julie", f"{server.base}/feed", "--tu", "--language", "fr").status == 0
    assert nouvelles("fetch").status == 0
    assert server.heard("/2026/haie") == []  # nobody needed it yet
    return nouvelles


def test_a_draft_stands_on_the_whole_article(program: Program, server: Misbehaving) -> None:
    made = program("thanks", "1", "--json").json
    assert len(server.heard("/2026/haie")) == 1
    assert made["beginning"] is False
    assert made["findings"] == []
    passage = made["text"].partition("«\u00a0")[2].partition("\u00a0»")[0]
    assert passage
    assert passage not in first_words()
    program("thanks", "1")
    assert len(server.heard("/2026/haie")) == 1  # the page is kept, and so is the draft
    # What the feed itself says is kept as it is, and both are found.
    assert program("search", *passage.split()[:3], "--json").json[0]["piece"] == 1


def test_where_the_page_cannot_be_read_the_beginning_has_to_do_and_that_is_said(
    program: Program, server: Misbehaving
) -> None:
    server.at("/2026/haie", ways.fails(500))
    said = program("thanks", "1")
    assert said.status == 0
    assert "The feed may hold only the beginning of this article" in said.out
    assert TITLE in said.out
    assert program("draft", "show", "1", "--json").json["beginning"] is True


def test_a_link_to_somebody_elses_page_is_not_their_words(program: Program, server: Misbehaving) -> None:
    with Misbehaving() as other:
        url = other.at("/2026/haie", says(PAGE, ways.HTML))
        entry = Entry("Lu ailleurs", url, "2", "<p>À lire […]</p>", NOON - HOUR / 2)
        server.at("/feed", says(rss(entry).replace(b"https://haies.example/", server.base.encode())))
        program("fetch", "--force")
        assert program("thanks", "2").status == 0
        assert other.connections == 0


def test_for_a_source_of_ones_choice_pages_come_with_the_feed(program: Program, server: Misbehaving) -> None:
    program("sources", "full-text", "julie", "on")
    program("fetch", "--force")
    assert len(server.heard("/2026/haie")) == 1
    program("fetch", "--force")
    assert len(server.heard("/2026/haie")) == 1
    assert program("thanks", "1", "--json").json["beginning"] is False
    assert len(server.heard("/2026/haie")) == 1


@pytest.mark.parametrize("refusal", [ways.fails(404), says("<html><body>Rien</body></html>", ways.HTML)])
def test_a_page_that_holds_no_article_is_not_asked_for_again_by_itself(
    program: Program, server: Misbehaving, refusal: ways.Way
) -> None:
    server.at("/2026/haie", refusal)
    program("sources", "full-text", "julie", "on")
    for _ in range(3):
        program("fetch", "--force")
    assert len(server.heard("/2026/haie")) == 1


def test_a_host_that_asks_us_to_wait_is_asked_another_day(program: Program, server: Misbehaving) -> None:
    server.at("/2026/haie", in_turn(ways.fails(429, Retry_After="60"), says(PAGE, ways.HTML)))
    program("sources", "full-text", "julie", "on")
    program("fetch", "--force")
    program.now = NOON + HOUR
    program("fetch", "--force")
    assert len(server.heard("/2026/haie")) == 2
    assert program("thanks", "1", "--json").json["beginning"] is False


def test_a_page_that_cannot_be_read_today_is_asked_for_another_day(
    program: Program, server: Misbehaving
) -> None:
    server.at("/2026/haie", in_turn(ways.fails(500), says(PAGE, ways.HTML)))
    program("sources", "full-text", "julie", "on")
    for _ in range(3):
        program("fetch", "--force")
    assert len(server.heard("/2026/haie")) == 2
    assert program("thanks", "1", "--json").json["beginning"] is False
