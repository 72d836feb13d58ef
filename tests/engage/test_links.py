"""Addresses that open a draft where its person can be reached; none of them sends anything."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from engage.model import Draft, Way
from engage.send.links import LONGEST_MAILTO, Home, mailto, ways
from feeds.model import Author
from tests.engage.hands import BLOG, NOON, SKEETS, TOOTS, identity, piece, post, stored

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engage.model import Identity, Piece

TEXT = "Salut Julie,\n\n« Une haie\u202f? » & tout + le reste = 100 %\n\nCamille"
DRAFT = Draft(1, "thank-you", 1, 7, "fr", "tu", TEXT, TEXT, "", "", "open", NOON, NOON)
AT_HOME = Home("camille@pouet.example")
TOOT = stored(
    8,
    post("note", url="https://piaille.example/@julie/5", handle={"uri": "https://piaille.example/u/5"}),
    TOOTS,
)
SKEET = stored(9, post("note", url="https://bsky.app/profile/julie.example/post/3k"), SKEETS)


def channels(
    identities: Sequence[Identity] = (),
    about: Piece | None = None,
    home: Home = AT_HOME,
    draft: Draft = DRAFT,
) -> dict[str, Way]:
    return {way.channel: way for way in ways(draft, identities, about, home)}


def test_copying_is_always_a_way() -> None:
    assert ways(DRAFT, (), None, Home()) == (Way("copy", ""),)


def test_the_most_private_comes_first() -> None:
    everything = ways(
        DRAFT,
        [
            identity(1, TOOTS),
            identity(1),
            identity(1, kind="link", address="https://l.example", url="https://l.example"),
        ],
        piece(None, TOOT, SKEET),
        AT_HOME,
    )
    assert [(way.channel, way.public) for way in everything] == [
        ("email", False),
        ("copy", False),
        ("mastodon", True),
        ("mastodon-reply", True),
        ("bluesky", True),
        ("bluesky-reply", True),
        ("link", False),
    ]


def test_mail_holds_the_text_to_the_letter() -> None:
    way = channels([identity(1)], piece(post(title="Les haies & moi?")))["email"]
    parts = urlsplit(way.url)
    assert (parts.scheme, parts.path) == ("mailto", "julie@julie.example")
    assert "+" not in parts.query  # a plus is a plus in mail, no space
    said = dict(pair.split("=", 1) for pair in parts.query.split("&"))
    assert unquote(said["subject"]) == "Les haies & moi?"
    assert unquote(said["body"]) == TEXT.replace("\n", "\r\n")


def test_a_mail_too_long_opens_without_its_body() -> None:
    longest = max(n for n in range(1700) if "body" in mailto("a@b.example", "S", "x" * n))
    assert len(mailto("a@b.example", "S", "x" * longest)) == LONGEST_MAILTO
    assert mailto("a@b.example", "S", "x" * (longest + 1)) == "mailto:a@b.example?subject=S"


def test_an_address_cannot_smuggle_in_another_header() -> None:
    hostile = mailto("a@b.example?bcc=c@d.example&x\r\n", "S\r\nBcc: e@f.example", "B&cc=g@h.example")
    parts = urlsplit(hostile)
    assert parse_qs(parts.query).keys() == {"subject", "body"}
    assert "\n" not in hostile


def test_the_authors_address_in_the_feed_will_do_when_it_is_the_only_one() -> None:
    one = replace(post(), authors=(Author("Julie", "feed@julie.example"),))
    two = replace(post(), authors=(Author("Julie", "a@julie.example"), Author("Paul", "b@julie.example")))
    assert channels((), piece(one))["email"].name == "feed@julie.example"
    assert channels([identity(1)], piece(one))["email"].name == "julie@julie.example"
    assert "email" not in channels((), piece(two))


def test_a_loss_is_no_subject_line() -> None:
    way = channels([identity(1)], piece(post(title="Mort de mon frère")), draft=replace(DRAFT, kind="quiet"))
    assert "fr%C3%A8re" not in way["email"].url
    assert parse_qs(urlsplit(way["email"].url).query, keep_blank_values=True)["subject"] == [""]


def test_mastodons_composer_is_that_of_ones_own_home() -> None:
    way = channels([identity(1, TOOTS)])["mastodon"]
    assert way.url.startswith("https://pouet.example/share?visibility=direct&text=")
    assert parse_qs(urlsplit(way.url).query)["text"] == [f"@julie@piaille.example {TEXT}"]
    assert "mastodon" not in channels([identity(1, TOOTS)], home=Home())
    assert "mastodon" not in channels([identity(1, BLOG)])


def test_a_private_mention_mentions_nobody_else() -> None:
    """A quoted @somebody would make them a reader of the message."""
    quoting = replace(DRAFT, text="« @ann@pouet.example et @bo, écrivez à moi@julie.example »")
    way = channels([identity(1, TOOTS)], draft=quoting)["mastodon"]
    assert parse_qs(urlsplit(way.url).query)["text"] == [
        "@julie@piaille.example « ann@pouet.example et bo, écrivez à moi@julie.example »"
    ]


def test_a_home_may_be_elsewhere() -> None:
    home = Home(
        "camille@pouet.example", {"pouet.example": "http://pouet.localhost:99/"}, "http://sky.localhost"
    )
    found = channels([identity(1, TOOTS)], piece(None, TOOT, SKEET), home)
    assert found["mastodon"].url.startswith("http://pouet.localhost:99/share?")
    assert found["mastodon-reply"].url == (
        "http://pouet.localhost:99/authorize_interaction?uri=https%3A%2F%2Fpiaille.example%2Fu%2F5"
    )
    assert found["bluesky"].url.startswith("http://sky.localhost/intent/compose?text=")


def test_without_a_home_their_post_opens_where_it_is() -> None:
    assert channels((), piece(None, TOOT), Home())["mastodon-reply"].url == TOOT.post.url


def test_a_toot_without_what_an_answer_needs_is_not_offered() -> None:
    bare = stored(8, post("note", url="https://piaille.example/@julie/5"), TOOTS)
    assert "mastodon-reply" not in channels((), piece(None, bare))


@pytest.mark.parametrize(
    ("text", "fits"),
    [("x" * 300, True), ("x" * 301, False), ("👩\u200d🚀" * 300, True), ("👩\u200d🚀" * 301, False)],
)
def test_blueskys_composer_is_offered_for_what_fits_as_a_reader_counts(text: str, fits: bool) -> None:
    found = channels((), piece(None, SKEET), draft=replace(DRAFT, text=text))
    assert ("bluesky" in found) is fits
    assert found["bluesky-reply"].url == SKEET.post.url


def test_each_way_is_offered_once() -> None:
    same = [identity(1), identity(1)]
    assert [way.channel for way in ways(DRAFT, same, piece(None, SKEET, SKEET), Home())] == [
        "email",
        "copy",
        "bluesky",
        "bluesky-reply",
    ]
