"""From Mastodon's statuses to posts, without a server: what hangs on them, and what other servers write otherwise."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from feeds.sources.mastodon.statuses import mark_of, post_of, words_of
from tests.feeds.test_mastodon_home import JULIE, ME, PAUL, mention, toot

if TYPE_CHECKING:
    from feeds.model import Post

BASE = "https://chezmoi.example"


def post(**values: Any) -> Post:
    return post_of(toot(1, **values), BASE, "chezmoi.example")


def attached(**values: Any) -> list[tuple[str, str, str, str]]:
    return [(one.kind, one.text, one.url, one.by) for one in post(**values).attached]


QUOTED = toot(9, "La haie est <em>vivante</em>.", PAUL)
SHOWN = ("quote", "La haie est vivante.", "https://ailleurs.example/@paul/9", f"@{PAUL}")


@pytest.mark.parametrize(
    "quote",
    [{"state": "accepted", "quoted_status": QUOTED}, QUOTED, {"quoted_status": QUOTED}],
)
def test_a_quoted_post_in_all_its_shapes(quote: Any) -> None:
    assert attached(quote=quote) == [SHOWN]


@pytest.mark.parametrize(
    "quote",
    [
        None,
        {"state": "pending", "quoted_status": None},
        {"state": "revoked", "quoted_status": QUOTED},
        {"state": "blocked_account", "quoted_status": QUOTED},
        {"state": "accepted", "quoted_status_id": "9"},
        "x",
    ],
)
def test_a_quote_without_leave_shows_nothing(quote: Any) -> None:
    assert attached(quote=quote) == []


def test_a_quoted_post_keeps_its_warning_folded() -> None:
    quote = {**QUOTED, "spoiler_text": "deuil"}
    assert attached(quote=quote) == [("quote", "deuil", *SHOWN[2:])]


def test_the_line_that_says_the_quote_once_more_is_left_out() -> None:
    line = '<p class="quote-inline">RE: <a href="https://ailleurs.example/@paul/9">…</a></p>'
    found = post(content=f"{line}<p>Voyez</p>", quote=QUOTED)
    assert (found.text, found.links) == ("Voyez", ())
    assert post(content=f"{line}<p>Voyez</p>").text.startswith("RE:")


def test_a_poll_lists_its_choices() -> None:
    poll = {"id": "1", "options": [{"title": "Houx", "votes_count": 3}, {"title": "Charme"}, {"title": None}]}
    assert attached(poll=poll) == [("poll", "Houx\nCharme", "https://piaille.example/@julie/1", "")]


def test_pictures_are_described() -> None:
    media = [
        {"type": "image", "url": "https://m.example/1.png", "description": "Une haie"},
        {"type": "audio", "url": None, "remote_url": "https://m.example/2.ogg", "description": None},
        {"type": "unknown", "url": None, "description": None},
    ]
    assert attached(media_attachments=media) == [
        ("media", "Une haie", "https://m.example/1.png", ""),
        ("media", "", "https://m.example/2.ogg", ""),
    ]
    assert post(content="", media_attachments=media).text == "Une haie"


@pytest.mark.parametrize(
    ("author", "by"),
    [
        ({"authors": [{"name": "Paul M.", "account": {"acct": PAUL}}]}, f"@{PAUL}"),
        ({"authors": [{"name": "Paul M.", "account": None}]}, "Paul M."),
        ({"authors": [], "author_name": "Paul"}, "Paul"),
        ({}, ""),
    ],
)
def test_a_card_names_its_author(author: dict[str, Any], by: str) -> None:
    card = {
        "url": "https://haies.example/a?utm_source=x",
        "title": "Haies",
        "description": "Un an.",
        **author,
    }
    assert attached(card=card) == [("card", "Haies\nUn an.", "https://haies.example/a?utm_source=x", by)]
    assert post(card=card).links == ("https://haies.example/a",)


def test_a_card_that_leads_nowhere_is_none() -> None:
    assert attached(card={"url": "javascript:alert(1)", "title": "x"}) == []


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("public", "public"),
        ("unlisted", "unlisted"),
        ("private", "private"),
        ("direct", "direct"),
        ("list", "private"),
        (None, "private"),
        (["public"], "private"),
    ],
)
def test_who_may_read_it(told: Any, meant: str) -> None:
    assert post(visibility=told).visibility == meant


def test_ids_may_be_numbers_and_a_neighbour_may_carry_the_host() -> None:
    found = post(id=77, mentions=[mention(JULIE), {"acct": "zoe"}, {"acct": ME}])
    assert found.handle["id"] == "77"
    assert found.mentions == (JULIE, "zoe@chezmoi.example", ME)


def test_unnamed_parts_may_be_missing() -> None:
    bare = {
        "id": "1",
        "uri": "https://x.example/1",
        "account": {"id": "2", "acct": "zoe"},
        "content": "Bonjour <b>toi</b>",
    }
    found = post_of(bare, BASE, "chezmoi.example")
    assert (found.text, found.kind, found.visibility, found.published) == (
        "Bonjour toi",
        "note",
        "private",
        None,
    )
    assert found.attached == ()


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("2026-11-23T12:00:00.000Z", datetime(2026, 11, 23, 12, 0, tzinfo=UTC)),
        ("2026-11-23T13:00:00+01:00", datetime(2026, 11, 23, 12, 0, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", None),
        ("hier", None),
        (3, None),
        (None, None),
    ],
)
def test_dates(told: Any, meant: datetime | None) -> None:
    assert post(created_at=told).published == meant


def test_a_relative_link_is_of_the_page_where_it_stands() -> None:
    assert 'href="https://piaille.example/tags/x"' in post(content='<a href="/tags/x">#x</a>').html
    assert "javascript" not in post(content='<a href="javascript:alert(1)">x</a>').html


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("@julie Oui", "Oui"),
        ("@julie @paul@ailleurs.example, oui", "oui"),
        ("@julie", "@julie"),
        ("Oui @julie", "Oui @julie"),
        ("@julie : d’accord", "d’accord"),
        ("@@ x", "@@ x"),
    ],
)
def test_what_is_said_without_the_names_before_it(content: str, words: str) -> None:
    assert words_of(toot(1, content)) == words


def test_a_mark_tells_what_an_edit_may_change_and_nothing_else() -> None:
    same = [toot(1), toot(1, favourites_count=9, replies_count=2, bookmarked=True)]
    assert len({mark_of(told) for told in same}) == 1
    others = [
        toot(1, "autre"),
        toot(1, spoiler_text="deuil"),
        toot(1, media_attachments=[{"description": "x"}]),
        toot(1, card={"url": "https://x.example"}),
        toot(1, quote={"state": "pending"}),
        toot(1, quote={"state": "accepted", "quoted_status": QUOTED}),
        toot(1, poll={"options": [{"title": "x"}]}),
    ]
    assert len({mark_of(told) for told in [*same, *others]}) == 1 + len(others)
    assert mark_of(None) != mark_of("x")
