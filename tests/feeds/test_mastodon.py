"""A Mastodon account, as a stranger reads it from a fake server at the wire."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engage.demo.wire import Account, Answer, Card, Mastodon, Media, Request, Status, Wire, as_json
from feeds.errors import BadAnswer, BadStatus, Busy, NoSuchAccount, ServerFault, Unreachable
from feeds.http import Client
from feeds.model import Author, Cursor, Networks, Source
from feeds.sources import mastodon
from feeds.sources.mastodon import walking
from tests.feeds.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from feeds.model import Batch, Post
    from feeds.store import Store
    from tests.feeds.misbehaving import Misbehaving

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
JULIE = Account("julie", NOW - timedelta(days=900), "Julie 🌳")
PAUL = Account("paul", NOW - timedelta(days=900), "", "ailleurs.example", "https://ailleurs.example")
SOURCE = Source("mastodon", "julie@piaille.example", "@julie@piaille.example")


def status(number: int, text: str = "", **values: Any) -> Status:
    return Status(
        str(1000 + number), "julie", NOW - timedelta(days=9) + timedelta(minutes=number), text, **values
    )


def server(*statuses: Status) -> Mastodon:
    return Mastodon("piaille.example", (JULIE, PAUL), statuses)


@pytest.fixture
def wire() -> Iterator[Wire]:
    with Wire({"piaille": server()}) as running:
        yield running


def networks(wire: Wire) -> Networks:
    return Networks({"piaille.example": wire.base("piaille")})


def fetch(wire: Wire, *statuses: Status, cursor: Cursor | None = None, source: Source = SOURCE) -> Batch:
    if statuses:
        wire.sites["piaille"] = server(*statuses)
    return mastodon.fetch(source, cursor or Cursor(), Client(), networks(wire), NOW)


def newest(batch: Batch) -> str:
    """The id of the newest status that was seen."""
    return str(next(iter(json.loads(batch.cursor.position)["known"])))


def one(wire: Wire, *statuses: Status) -> Post:
    """The newest of these statuses, as a post."""
    return fetch(wire, *statuses).posts[0]


# --- what a status becomes ---


def test_a_plain_status(wire: Wire) -> None:
    batch = fetch(wire, status(1, "Première neige.\n\nElle tient.", language="fr-CA"))
    (post,) = batch.posts
    base = wire.base("piaille")
    assert (post.kind, post.text) == ("note", "Première neige.\n\nElle tient.")
    assert post.html == "<p>Première neige.</p><p>Elle tient.</p>"
    assert (post.key, post.url) == (
        "https://piaille.example/users/julie/statuses/1001",
        f"{base}/@julie/1001",
    )
    assert (post.language, post.published, post.updated) == ("fr", status(1).created, None)
    assert post.authors == (Author("Julie 🌳", "", f"{base}/@julie"),)
    assert post.handle == {"server": base, "id": "1001", "uri": post.key}
    assert (post.title, post.warning, post.links, post.mentions) == ("", "", (), ())
    assert (batch.label, batch.site, batch.unchanged) == ("@julie@piaille.example", f"{base}/@julie", False)


def test_kinds(wire: Wire) -> None:
    other = replace(status(2, "Bonjour"), account="paul@ailleurs.example")
    lost = status(6, "Réponse à ce qui n’est plus là", reply_to="77")
    batch = fetch(
        wire,
        status(1, "Fil 1"),
        other,
        status(3, "Fil 2", reply_to="1001"),
        status(4, "@paul@ailleurs.example oui", reply_to="1002"),
        status(5, boost_of="1002"),
        lost,
    )
    assert [(post.text, post.kind) for post in batch.posts] == [
        ("Réponse à ce qui n’est plus là", "reply"),
        ("Bonjour", "repost"),
        ("@paul oui", "reply"),
        ("Fil 2", "note"),  # an answer to oneself continues a thread
        ("Fil 1", "note"),
    ]


def test_a_boost_carries_what_was_boosted_and_is_answered_there(wire: Wire) -> None:
    link = "https://ailleurs.example/haies?utm_source=toot"
    other = replace(
        status(1, f"À lire : {link}", warning="deuil"),
        account="paul@ailleurs.example",
        uri="https://ailleurs.example/s/9",
    )
    post = one(wire, other, status(2, boost_of="1001"))
    assert post.kind == "repost"
    assert post.key.endswith("/1002/activity")
    assert post.authors == (Author("paul", "", "https://ailleurs.example/@paul"),)
    assert post.published == status(2).created
    assert post.warning == "deuil"
    assert post.links == ("https://ailleurs.example/haies",)
    assert (post.handle["id"], post.handle["uri"]) == ("1001", "https://ailleurs.example/s/9")


def test_links_are_neither_mentions_nor_hashtags(wire: Wire) -> None:
    text = "Merci @paul@ailleurs.example pour https://ailleurs.example/haies#fin #bocage #été"
    post = one(wire, status(1, text, card=Card("https://ailleurs.example/haies?utm_campaign=x", "Haies")))
    assert post.links == ("https://ailleurs.example/haies",)
    assert post.mentions == ("paul@ailleurs.example",)
    assert "#bocage" in post.text


def test_a_card_alone_is_a_link_too(wire: Wire) -> None:
    assert one(wire, status(1, "!", card=Card("http://x.example/a/", "A"))).links == ("https://x.example/a",)


def test_a_mention_of_a_neighbour_has_its_host(wire: Wire) -> None:
    assert one(wire, status(1, "@julie@piaille.example moi")).mentions == ("julie@piaille.example",)


def test_a_warning_is_kept_apart_from_the_text(wire: Wire) -> None:
    post = one(wire, status(1, "Le corps.", warning="deuil"))
    assert (post.warning, post.text) == ("deuil", "Le corps.")


def test_a_picture_without_words_speaks_by_its_description(wire: Wire) -> None:
    media = (Media("a", "Une haie givrée"), Media("b"), Media("c", "Un talus"))
    assert one(wire, status(1, media=media)).text == "Une haie givrée\n\nUn talus"
    assert one(wire, status(2, "Des mots", media=media)).text == "Des mots"


def test_an_edit_has_its_date(wire: Wire) -> None:
    assert one(wire, status(1, "x", edited=NOW)).updated == NOW


def test_what_is_not_public_is_not_kept_but_was_seen(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that shows more than it should."""
    monkeypatch.setattr("engage.demo.mastodon._IN_PUBLIC", {"public", "unlisted", "private", "direct"})
    batch = fetch(
        wire, status(1, "a"), status(2, "b", visibility="unlisted"), status(3, "c", visibility="private")
    )
    assert [post.text for post in batch.posts] == ["b", "a"]
    assert newest(batch) == "1003"


# --- walking on ---


def test_later_fetches_walk_forward_over_many_pages_without_a_gap(wire: Wire) -> None:
    first = fetch(wire, *[status(n, f"n° {n}") for n in range(50)])
    assert [post.text for post in first.posts] == [f"n° {n}" for n in range(49, 9, -1)]  # its newest page
    everything = [status(n, f"n° {n}") for n in range(185)]
    second = fetch(wire, *everything, cursor=first.cursor)
    assert [post.text for post in second.posts] == [f"n° {n}" for n in range(184, 49, -1)]
    assert (second.label, second.unchanged) == ("", False)
    third = fetch(wire, cursor=second.cursor)
    assert (third.posts, third.unchanged, third.cursor) == ((), True, second.cursor)
    asked = [heard.path for heard in wire.heard("piaille")]
    assert sum("/lookup" in path for path in asked) == 1
    assert not any("since_id" in path for path in asked)
    assert "min_id" not in asked[-1]
    # At first two; then the newest page, and six that lead there from the oldest known; then the newest alone.
    assert len(asked) == 2 + 7 + 1


def test_more_than_one_fetch_will_walk_comes_with_the_next(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "MOST_PAGES", 2)
    batch = fetch(wire, status(0, "n° 0"))
    everything = [status(n, f"n° {n}") for n in range(200)]
    found = [post.text for post in batch.posts]
    for _ in range(5):  # each time the last known page is seen again
        batch = fetch(wire, *everything, cursor=batch.cursor)
        found += [post.text for post in reversed(batch.posts)]
    assert found == [f"n° {n}" for n in range(200)]


def test_a_silent_account_is_met_again_when_it_speaks(wire: Wire) -> None:
    silent = fetch(wire)
    assert (silent.posts, silent.unchanged) == ((), True)
    assert [post.text for post in fetch(wire, status(1, "Enfin"), cursor=silent.cursor).posts] == ["Enfin"]


def test_an_error_on_the_way_keeps_the_place(wire: Wire) -> None:
    first = fetch(wire, status(0, "0"))
    wire.sites["piaille"] = server(*[status(n, str(n)) for n in range(100)])
    pages = 0

    def third_page_fails(request: Request) -> Answer | None:
        nonlocal pages
        pages += "/statuses" in request.path
        return Answer(500) if pages == 3 else None

    wire.hooks["piaille"] = third_page_fails
    broken = fetch(wire, cursor=first.cursor)
    assert [post.text for post in broken.posts] == [str(n) for n in range(40, 0, -1)]
    assert isinstance(broken.interrupted, ServerFault)
    wire.hooks.clear()
    rest = fetch(wire, cursor=broken.cursor)
    assert [post.text for post in rest.posts] == [str(n) for n in range(99, 40, -1)]


def test_an_error_before_anything_came_is_one(wire: Wire) -> None:
    first = fetch(wire, status(0, "0"))
    wire.sites["piaille"] = server(*[status(n, str(n)) for n in range(100)])
    wire.hooks["piaille"] = lambda request: Answer(500) if request.one("min_id") else None
    with pytest.raises(ServerFault):
        fetch(wire, cursor=first.cursor)


def test_what_is_edited_on_the_newest_page_is_seen(wire: Wire) -> None:
    first = fetch(wire, *[status(n, f"n° {n}") for n in range(60)])
    edited = status(30, "n° 30, corrigé", edited=NOW)
    later = fetch(
        wire, *[edited if n == 30 else status(n, f"n° {n}") for n in range(61)], cursor=first.cursor
    )
    assert [(post.text, post.updated) for post in later.posts] == [("n° 60", None), ("n° 30, corrigé", NOW)]


def test_a_card_that_comes_after_its_link_changes_the_post_without_an_edit(wire: Wire) -> None:
    link = "https://ailleurs.example/haies"
    first = fetch(wire, status(1, link))
    (again,) = fetch(wire, status(1, link, card=Card(link, "Les haies")), cursor=first.cursor).posts
    assert (again.updated, [one.text for one in again.attached]) == (None, ["Les haies"])


def test_a_position_of_earlier_times_is_understood(wire: Wire) -> None:
    everything = [status(n, f"n° {n}") for n in range(50)]
    account = JULIE.id
    early = Cursor(position=json.dumps({"account": account, "newest": "1044"}))
    assert [post.text for post in fetch(wire, *everything, cursor=early).posts][:5] == [
        f"n° {n}" for n in range(49, 44, -1)
    ]
    assert not any("/lookup" in heard.path for heard in wire.heard("piaille"))
    silent = Cursor(position=json.dumps({"account": account, "newest": ""}))
    assert len(fetch(wire, cursor=silent).posts) == 40


def test_a_server_set_up_anew_counts_anew(wire: Wire) -> None:
    gone = Cursor(
        position=json.dumps({"server": wire.base("piaille"), "account": "7", "known": {"5000": "x"}})
    )
    batch = fetch(wire, status(1, "Nous revoilà"), cursor=gone)
    assert [post.text for post in batch.posts] == ["Nous revoilà"]
    assert json.loads(batch.cursor.position)["account"] == JULIE.id


# --- when it goes wrong ---


def test_an_unknown_account_is_named(wire: Wire) -> None:
    with pytest.raises(NoSuchAccount, match=r"piaille\.example knows no account @personne"):
        fetch(wire, source=replace(SOURCE, address="personne@piaille.example"))


def test_a_server_with_another_name_than_its_accounts_is_asked_with_the_whole_name(wire: Wire) -> None:
    wire.hooks["piaille"] = lambda request: (
        as_json({"error": "Record not found"}, 404) if request.one("acct") == "julie" else None
    )
    assert fetch(wire, status(1, "Oui")).posts[0].text == "Oui"


@pytest.mark.parametrize(
    ("headers", "until"),
    [
        ({"X_RateLimit_Reset": "2026-11-23T12:05:00.000000Z"}, "2026-11-23T12:05:00+00:00"),
        ({"Retry_After": "60"}, "2026-11-23T12:01:00+00:00"),
        ({}, "2026-11-23T13:00:00+00:00"),
    ],
)
def test_too_many_requests_is_busy_until(wire: Wire, headers: dict[str, str], until: str) -> None:
    wire.hooks["piaille"] = lambda _request: as_json({"error": "Too many requests"}, 429, **headers)
    with pytest.raises(Busy) as caught:
        fetch(wire)
    assert caught.value.values["at"] == until


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(500), BadStatus),
        (as_json({"error": "This method requires an authenticated user"}, 401), BadStatus),
        (Answer(200, b"<html>maintenance</html>"), BadAnswer),
        (as_json([]), BadAnswer),
        (as_json("bonjour"), BadAnswer),
        (as_json({"id": None}), BadAnswer),
    ],
)
def test_other_answers_are_said_in_words(wire: Wire, answer: Answer, kind: type[Exception]) -> None:
    wire.hooks["piaille"] = lambda _request: answer
    with pytest.raises(kind) as caught:
        fetch(wire)
    assert "Traceback" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_nobody_there() -> None:
    with pytest.raises(Unreachable):
        mastodon.fetch(SOURCE, Cursor(), Client(), Networks({"piaille.example": "http://127.0.0.1:1"}), NOW)


def test_half_an_emoji_costs_one_letter(wire: Wire) -> None:
    wire.sites["piaille"] = server(status(1, "Un arbre XX là"))

    def halve(request: Request) -> Answer | None:
        whole = wire.sites["piaille"].answer(request)
        return replace(whole, body=whole.body.replace(b"XX", b"\\ud83c"))

    wire.hooks["piaille"] = halve
    assert fetch(wire).posts[0].text == "Un arbre \ufffd là"


@pytest.mark.parametrize(
    "harm",
    [
        lambda told: told.update(account=None),
        lambda told: told.pop("account"),
        lambda told: told.update(mentions=["x"]),
        lambda told: told.update(media_attachments="x"),
        lambda told: told.update(card="x"),
        lambda told: told.update(reblog="x"),
    ],
)
def test_a_malformed_status_costs_only_itself_and_is_told(wire: Wire, harm: Callable[[Any], None]) -> None:
    fetch(wire, *[status(n, f"n° {n}") for n in range(4)])

    def hook(request: Request) -> Answer | None:
        if "/statuses" not in request.path:
            return None
        told = json.loads(wire.sites["piaille"].answer(request).body)
        harm(told[1])
        return as_json(told)

    wire.hooks["piaille"] = hook
    batch = fetch(wire)
    assert [post.text for post in batch.posts] == ["n° 3", "n° 1", "n° 0"]
    assert len(batch.warnings) == 1
    assert newest(batch) == "1003"


def test_base_of() -> None:
    configured = Networks({"piaille.example": "http://piaille.localhost:8000/"})
    assert mastodon.base_of(SOURCE, configured) == "http://piaille.localhost:8000"
    elsewhere = replace(SOURCE, site="https://social.piaille.example/@julie")
    assert mastodon.base_of(elsewhere, Networks()) == "https://social.piaille.example"
    assert mastodon.base_of(SOURCE, Networks()) == "https://piaille.example"


def test_a_profile_in_ones_own_network_leads_nowhere_else_in_it() -> None:
    own = Source("mastodon", "eve@127.0.0.1:8390", site="http://127.0.0.1:8501/@eve", allow_private=True)
    assert mastodon.base_of(own, Networks()) == "http://127.0.0.1:8390"


def test_it_is_refreshed_with_the_others(
    wire: Wire, store: Store, server: Misbehaving, now: datetime
) -> None:
    wire.sites["piaille"] = Mastodon("piaille.example", (JULIE, PAUL), (status(1, "Bonjour"),))
    reader = Reader(store, server, now, networks=networks(wire))
    kept = reader.add(SOURCE)
    unknown = reader.add(replace(SOURCE, address="personne@piaille.example"))
    report = reader.refresh()
    assert (report.new, [failure.source for failure in report.failed]) == (1, [unknown])
    assert [post.text for post in reader.posts(kept)] == ["Bonjour"]
    wire.sites["piaille"] = Mastodon(
        "piaille.example", (JULIE, PAUL), (status(1, "Bonjour"), status(2, "Encore"))
    )
    assert reader.refresh(timedelta(minutes=15)).new == 1
    assert [post.text for post in reader.posts(kept)] == ["Bonjour", "Encore"]
    assert [stored.news_at for stored in reader.stored(kept)] == [status(1).created, reader.now]
