"""From what a person types to a source, on a small network of fakes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from engage.demo.skeets import did_of
from engage.demo.wire import (
    Account,
    Actor,
    Answer,
    Article,
    Blog,
    Bluesky,
    Mastodon,
    Request,
    Wire,
    as_json,
    page,
)
from feeds.discover import Discovery, Found
from feeds.errors import (
    BadScheme,
    BadStatus,
    Busy,
    Forbidden,
    HoldsPassword,
    Missing,
    NoSuchAccount,
    NotFound,
    Refused,
    Unreachable,
)
from feeds.http import Client
from feeds.model import Networks, Source
from feeds.page import FeedLink
from tests.feeds.misbehaving import Misbehaving, circles, fails, redirects, says

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BLOG = Blog(
    "Haies & talus", (Article("une", "Une", "<p>Haie.</p>", NOW - timedelta(days=1)),), author="Julie"
)
FEED = "<rss version='2.0'><channel><title>Haies</title><item><title>t</title></item></channel></rss>"
PAGE_OF_JULIE = "<html><link rel='alternate' type='application/rss+xml' href='/feed/@julie'></html>"
JULIE = Actor(did_of("julie"), "julie.example", NOW - timedelta(days=900), "Julie")


@pytest.fixture
def wire() -> Iterator[Wire]:
    piaille = Mastodon("piaille.example", (Account("julie", NOW - timedelta(days=900), "Julie"),))
    with Wire({"haies": BLOG, "piaille": piaille, "bsky": Bluesky((JULIE,))}) as running:
        yield running


def discovery(wire: Wire) -> Discovery:
    networks = Networks({"piaille.example": wire.base("piaille")}, wire.base("bsky"), wire.base("bsky"))
    return Discovery(Client(), networks, NOW)


def find(wire: Wire, typed: str) -> Found:
    return discovery(wire).find(typed)


# --- sites ---


@pytest.mark.parametrize("path", ["", "/", "/feed.xml"])
def test_a_site_or_its_feed_leads_to_the_feed(wire: Wire, path: str) -> None:
    found = find(wire, f" {wire.base('haies')}{path} ")
    assert found.source.address == f"{wire.base('haies')}/feed.xml"
    assert (found.source.kind, found.source.label) == ("blog", "Haies & talus")
    assert found.source.site.rstrip("/") == wire.base("haies")
    assert found.source.given is (path == "/feed.xml")
    assert found.source.allow_private


def announce(wire: Wire, *links: str, **pages: str) -> str:
    """Put up a page that announces these feeds, and the other pages by the names of their paths."""

    def hook(request: Request) -> Answer:
        name = request.path.strip("/")
        if name in pages:
            return Answer(200, pages[name].encode(), "text/xml")
        return page("Julie", "<p>Bonjour</p>", head="".join(links)) if not name else Answer(404)

    wire.hooks["julie"] = hook
    return wire.base("julie")


def link(href: str, kind: str = "application/rss+xml", title: str = "") -> str:
    return f'<link rel="alternate" type="{kind}" href="{href}" title="{title}">'


def test_posts_are_preferred_to_comments_and_the_other_feeds_are_told(wire: Wire) -> None:
    base = announce(
        wire,
        link("/comments/feed", title="Commentaires"),
        link("posts", title="Billets"),
        link("photos", "application/atom+xml", "Photos"),
        posts=FEED,
        photos=FEED,
        **{"comments/feed": FEED},
    )
    found = find(wire, base)
    assert found.source == Source("blog", f"{base}/posts", "Haies", base, given=False, allow_private=True)
    assert found.others == (
        FeedLink(f"{base}/photos", "Photos"),
        FeedLink(f"{base}/comments/feed", "Commentaires"),
    )


def test_a_link_that_is_broken_is_passed_over(wire: Wire) -> None:
    base = announce(wire, link("gone"), link("page"), link("feed"), feed=FEED, page="<html><p>t</p></html>")
    assert find(wire, base).source.address == f"{base}/feed"


def test_without_a_link_the_usual_places_are_tried(wire: Wire) -> None:
    base = announce(wire, **{"feed.xml": FEED})
    found = find(wire, base)
    assert found.source.address == f"{base}/feed.xml"
    assert found.source.site == base


def test_where_nothing_is_what_was_tried_is_told(wire: Wire) -> None:
    base = announce(wire, link("gone"))
    with pytest.raises(NotFound) as caught:
        find(wire, base)
    for place in (base, ", /gone", ", /feed/", ", /atom.xml", ", /feed.json"):
        assert place in str(caught.value)


def test_a_permanent_move_of_a_feed_is_followed_to_its_new_address() -> None:
    with Wire() as wire, Misbehaving() as server:
        server.at("/new", says(FEED))
        found = find(wire, server.at("/old", redirects("/new", 301)))
        assert found.source.address == server.base + "/new"
        kept = find(wire, server.at("/for-now", redirects("/new", 302)))
        assert kept.source.address == server.base + "/for-now"


def test_the_one_place_to_look_at_fails_in_words() -> None:
    with Wire() as wire, Misbehaving() as server:
        for way, kind in ((fails(404), Missing), (fails(500), BadStatus), (circles(), Exception)):
            with pytest.raises(kind):
                find(wire, server.at("/x", way))
        with pytest.raises(Unreachable):
            find(wire, "http://127.0.0.1:1/")


def test_a_page_leads_into_no_other_private_place(wire: Wire) -> None:
    with Misbehaving() as secret:
        url = secret.at("/feed", says(FEED))
        base = announce(wire, link(url), link("http://10.0.0.1/feed"))
        with pytest.raises(NotFound):
            find(wire, base)
        assert secret.connections == 0


# --- Mastodon ---


@pytest.mark.parametrize(
    "typed", ["@julie@piaille.example", "julie@piaille.example", " @julie@Piaille.example "]
)
def test_a_mastodon_account_by_its_name(wire: Wire, typed: str) -> None:
    found = find(wire, typed)
    assert found.source == Source(
        "mastodon",
        "julie@piaille.example",
        "@julie@piaille.example",
        f"{wire.base('piaille')}/@julie",
        allow_private=True,
    )


@pytest.mark.parametrize("path", ["/@julie", "/users/julie", "/@julie/", "/@julie/113549"])
def test_a_mastodon_account_by_its_page(wire: Wire, path: str) -> None:
    assert find(wire, wire.base("piaille") + path).source.address == "julie@piaille.example"


def test_a_mastodon_account_of_this_machine_needs_no_settings(wire: Wire) -> None:
    host = wire.base("piaille").removeprefix("http://")
    found = find(wire, f"@julie@{host}")
    assert (found.source.address, found.source.allow_private) == (f"julie@{host}", True)


def test_an_unknown_mastodon_account_is_named(wire: Wire) -> None:
    with pytest.raises(NoSuchAccount, match=r"piaille\.example knows no account @personne"):
        find(wire, "@personne@piaille.example")


def test_an_at_page_of_another_platform_is_a_site(wire: Wire) -> None:
    def hook(request: Request) -> Answer:
        if request.path == "/@julie":
            return page("Julie", "<p>t</p>", head=link("/feed/@julie"))
        return Answer(200, FEED.encode()) if request.path == "/feed/@julie" else Answer(404)

    wire.hooks["medium"] = hook
    found = find(wire, wire.base("medium") + "/@julie")
    assert (found.source.kind, found.source.address) == ("blog", wire.base("medium") + "/feed/@julie")


def refuse(wire: Wire, status: int, **pages: str) -> None:
    """Let the API of piaille.example answer with this status, and some of its pages with these bodies."""

    def hook(request: Request) -> Answer | None:
        if request.path.startswith("/api/"):
            return as_json({"error": "x"}, status)
        name = request.path.strip("/")
        return Answer(200, pages[name].encode()) if name in pages else None

    wire.hooks["piaille"] = hook


@pytest.mark.parametrize("status", [401, 403, 404, 422])
@pytest.mark.parametrize("by_page", [False, True])
def test_where_no_api_answers_the_feed_of_the_page_is_taken(wire: Wire, status: int, by_page: bool) -> None:
    refuse(wire, status, **{"@julie": "<html><p>Julie</p></html>", "@julie.rss": FEED})
    base = wire.base("piaille")
    found = find(wire, f"{base}/@julie" if by_page else "@julie@piaille.example")
    assert found.source == Source(
        "blog", f"{base}/@julie.rss", "Haies", f"{base}/@julie", given=False, allow_private=True
    )


@pytest.mark.parametrize(("status", "kind"), [(401, Forbidden), (404, NoSuchAccount)])
def test_without_a_page_what_the_api_said_is_said(wire: Wire, status: int, kind: type[Exception]) -> None:
    refuse(wire, status, **{"@marie.rss": FEED, "@paul": "<html><p>Paul</p></html>"})
    for account in ("@marie@piaille.example", "@paul@piaille.example"):
        with pytest.raises(kind):
            find(wire, account)


def test_a_server_out_of_order_is_said_to_be_so(wire: Wire) -> None:
    refuse(wire, 500, **{"@julie": "<html><p>Julie</p></html>", "@julie.rss": FEED})
    with pytest.raises(BadStatus, match="500"):
        find(wire, "@julie@piaille.example")


@pytest.mark.parametrize("typed", ["@julie@piaille.example", "{base}/@julie"])
def test_an_api_that_says_wait_is_not_gone_round(wire: Wire, typed: str) -> None:
    refuse(wire, 429, **{"@julie": "<html><p>Julie</p></html>", "@julie.rss": FEED})
    with pytest.raises(Busy):
        find(wire, typed.format(base=wire.base("piaille")))
    assert not any("@julie" in heard.path for heard in wire.heard("piaille"))


def test_known_platforms_are_not_asked_as_if_they_spoke_mastodon(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feeds.platforms.knows", lambda _address: True)
    base = announce(wire, **{"@julie": PAGE_OF_JULIE, "feed/@julie": FEED})
    assert find(wire, f"{base}/@julie").source.address == f"{base}/feed/@julie"
    assert [heard.path for heard in wire.heard("julie")] == ["/@julie", "/feed/@julie"]


def test_the_page_that_webfinger_tells_of(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    base = announce(wire, **{"julie/blog": PAGE_OF_JULIE, "feed/@julie": FEED})
    told = [
        {"rel": "self", "href": f"{base}/users/julie"},
        {"rel": "http://webfinger.net/rel/profile-page", "href": f"{base}/julie/blog"},
    ]

    def send(client: Client, request: object) -> object:
        if "webfinger" in getattr(request, "url", ""):
            return type("R", (), {"body": json.dumps({"links": told}).encode()})
        return whole(client, request)  # type: ignore[arg-type]

    whole = Client.send
    monkeypatch.setattr(Client, "send", send)
    with pytest.raises(Refused):  # an answer of the web may not lead into a private network
        find(wire, "@julie@ailleurs.example")
    monkeypatch.setattr("feeds.http.is_public", lambda _address: True)
    found = find(wire, "@julie@ailleurs.example").source
    assert (found.address, found.allow_private) == (f"{base}/feed/@julie", False)


def test_a_server_found_by_webfinger(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    told = {"links": [{"rel": "self", "href": f"{wire.base('piaille')}/users/julie"}]}

    def send(client: Client, request: object) -> object:
        url = getattr(request, "url", "")
        asked.append(url)
        if "webfinger" in url:
            return type("R", (), {"body": json.dumps(told).encode()})
        return whole(client, request)  # type: ignore[arg-type]

    whole = Client.send
    monkeypatch.setattr(Client, "send", send)
    with pytest.raises(Refused):  # an answer of the web may not lead into a private network
        find(wire, "@julie@ailleurs.example")
    assert asked[0] == (
        "https://ailleurs.example/.well-known/webfinger?resource=acct%3Ajulie%40ailleurs.example"
    )
    monkeypatch.setattr("feeds.http.is_public", lambda _address: True)
    assert find(wire, "@julie@ailleurs.example").source.site == f"{wire.base('piaille')}/@julie"


def test_without_webfinger_the_host_itself_is_asked(wire: Wire) -> None:
    with pytest.raises(Unreachable, match=r"https://ailleurs\.example"):
        find(wire, "@julie@ailleurs.example")


# --- Bluesky ---


@pytest.mark.parametrize(
    "typed",
    [
        "julie.example",
        "@julie.example",
        JULIE.did,
        f"at://{JULIE.did}/app.bsky.feed.post/x",
        "https://bsky.app/profile/julie.example",
        f"https://bsky.app/profile/{JULIE.did}",
    ],
)
def test_a_bluesky_account(wire: Wire, typed: str) -> None:
    app = wire.base("bsky")
    assert find(wire, typed) == Found(
        Source("bluesky", JULIE.did, "julie.example", f"{app}/profile/julie.example")
    )


def test_the_page_of_a_configured_app_is_an_account_too(wire: Wire) -> None:
    assert find(wire, f"{wire.base('bsky')}/profile/julie.example").source.address == JULIE.did


def test_an_address_with_a_password_is_refused_and_not_repeated(wire: Wire) -> None:
    with pytest.raises(HoldsPassword) as refused:
        find(wire, "https://julie:secret@haies.example/")
    assert "secret" not in str(refused.value)
    assert "haies.example" in str(refused.value)


@pytest.mark.parametrize(
    "typed",
    [
        "//bob:s3cr3t@haies.example/x",
        "http:/bob:s3cr3t@haies.example/x",
        "http:bob:s3cr3t@haies.example/x",
        r"http:\\bob:s3cr3t@haies.example:8080",
        "https://bob:s3cr3t%40haies.example/x",
        "feed:bob:s3cr3t@haies.example/x",
        "ftp://bob:s3cr3t@haies.example",
        "bob:s3cr3t@haies.example/x",
        "bob:s3cr3t@haies.example",
    ],
)
def test_however_it_is_written_a_password_is_refused(wire: Wire, typed: str) -> None:
    with pytest.raises(HoldsPassword) as refused:
        find(wire, typed)
    assert refused.value.values == {"host": "haies.example"}
    assert wire.log == []


@pytest.mark.parametrize("typed", ["@julie@piaille.example", "julie@piaille.example"])
def test_an_account_is_no_password(wire: Wire, typed: str) -> None:
    assert find(wire, typed).source.address == "julie@piaille.example"


@pytest.mark.parametrize(
    "typed",
    [
        "http://[",
        "https://[::1",
        "http://",
        "https://haies.example:99999/",
        "https://:80/",
        "[.",
        "[::1",
        "a.b]:x",
    ],
)
def test_what_is_no_sound_address_is_said_so(wire: Wire, typed: str) -> None:
    with pytest.raises(BadScheme) as caught:
        find(wire, typed)
    assert str(caught.value) == f"{typed} is not a web address (http or https)."
    assert wire.log == []


def test_one_address_in_two_spellings_is_one(wire: Wire) -> None:
    shouted = wire.base("haies").upper()
    assert find(wire, f"{shouted}/feed.xml#top").source.address == f"{wire.base('haies')}/feed.xml"


@pytest.mark.parametrize("prefix", ["feed:", "Feed:"])
def test_an_address_of_a_feed_as_browsers_once_wrote_it(wire: Wire, prefix: str) -> None:
    address = f"{wire.base('haies')}/feed.xml"
    assert find(wire, prefix + address).source.address == address
    with pytest.raises(Unreachable, match=r"https://talus\.example/feed"):
        find(wire, f"{prefix}//talus.example/feed")


def test_an_unknown_handle_of_bluesky_itself_is_named(wire: Wire) -> None:
    with pytest.raises(NoSuchAccount, match=r"Bluesky knows no account personne\.bsky\.social"):
        find(wire, "personne.bsky.social")


def test_a_bare_domain_is_a_site_when_it_is_no_handle(wire: Wire) -> None:
    with pytest.raises(NotFound, match=r"Bluesky, https://talus\.example/"):
        find(wire, "talus.example")
    assert any("talus.example" in heard.path for heard in wire.heard("bsky"))


def test_when_bluesky_is_down_a_bare_domain_that_is_no_site_says_so(wire: Wire) -> None:
    wire.hooks["bsky"] = lambda _request: as_json({"error": "x"}, 500)
    with pytest.raises(BadStatus, match="500"):
        find(wire, "talus.example")
    with pytest.raises(BadStatus):
        find(wire, "julie.bsky.social")


def test_an_answer_that_names_no_account_is_said_so(wire: Wire) -> None:
    wire.hooks["bsky"] = lambda _request: as_json({"handle": "julie.example"})
    with pytest.raises(Exception, match="names no account"):
        find(wire, "did:plc:abc")


# --- nothing of all that ---


@pytest.mark.parametrize("typed", ["", "julie", "Julie Martin", "@julie", "!!"])
def test_what_is_no_address_at_all_is_said_so(wire: Wire, typed: str) -> None:
    with pytest.raises(NotFound, match="no address"):
        find(wire, typed)
    assert wire.log == []


def test_an_address_without_a_scheme_is_tried_as_https(wire: Wire) -> None:
    with pytest.raises(Unreachable, match=r"https://talus\.example/journal"):
        find(wire, "talus.example/journal")
