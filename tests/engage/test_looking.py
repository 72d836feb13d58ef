"""Looking at profiles and pages: what is claimed there, by which names things are known, who is asked, and who is not."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engage import addresses
from engage.demo.mastodon import Field
from engage.demo.wire import Answer, Wire, as_json, page
from engage.linking import Claim
from engage.looking import MOST_CLAIMS, Looked, follows, look
from engage.model import Address
from feeds.errors import BadAnswer, Busy, Forbidden, Missing, NoSuchAccount, Refused, Unreachable
from feeds.guard import place
from feeds.http import Client
from feeds.model import Networks
from tests.networks.atmosphere import Atmosphere
from tests.networks.fediverse import Fediverse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engage.demo.wire import Request
    from engage.linking import Seen

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SEEN = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
JULIE = Address("mastodon", "julie@ici.example", "@julie@ici.example", "https://ici.example/@julie")
FEED = '<link rel="alternate" type="application/rss+xml" href="/{}">'


@dataclass
class Pages:
    """A site of pages by their paths."""

    pages: dict[str, Answer] = field(default_factory=dict)

    def answer(self, request: Request) -> Answer:
        return self.pages.get(request.path, page("404", "", status=404))


@dataclass
class World:
    """Sites at `http://NAME.localhost:PORT/`, all of them typed by the person, a Mastodon server and Bluesky."""

    here: Fediverse
    sky: Atmosphere
    wire: Wire
    client: Client = field(default_factory=Client)
    done: list[int] = field(default_factory=list)

    @property
    def networks(self) -> Networks:
        return Networks({"ici.example": self.wire.base("ici")}, bluesky_api=self.wire.base("appview"))

    @property
    def private(self) -> set[str]:
        return {place(self.wire.base(name)) for name in self.wire.sites}

    def page(
        self, name: str, path: str = "/", body: str = "", head: str = "", answer: Answer | None = None
    ) -> str:
        """Put a page at a path of a site; answers its address."""
        site = self.wire.sites.setdefault(name, Pages())
        assert isinstance(site, Pages)
        site.pages[path] = answer or page("Haies", body, head=head)
        return self.wire.base(name) + path

    def look(self, *wanted: Address, private: set[str] | None = None) -> Looked:
        known = self.private if private is None else private
        return look(wanted, self.client, self.networks, NOW, private=known, progress=self.done.append)

    def at(self, wanted: Address | str) -> Seen:
        """What is seen at one address."""
        looked = self.look(link(wanted) if isinstance(wanted, str) else wanted)
        assert looked.failed == ()
        (seen,) = looked.seen
        return seen

    def fails(self, wanted: Address) -> type[Exception]:
        looked = self.look(wanted)
        assert looked.seen == ()
        ((address, error),) = looked.failed
        assert address == wanted
        return type(error)

    def follows(self, *accounts: Address) -> dict[str, tuple[str, ...]]:
        return follows(accounts, self.client, self.networks, NOW, private=self.private)


@pytest.fixture
def world() -> Iterator[World]:
    here, sky = Fediverse("ici.example"), Atmosphere()
    with Wire({"ici": here, **sky.sites()}) as wire:
        yield World(here, sky, wire)


def link(url: str) -> Address:
    return Address("link", url, addresses.host_of(url), url)


def blog(feed: str, url: str) -> Address:
    return Address("blog", feed, "Haies", url)


def on_bluesky(did: str, handle: str = "") -> Address:
    return Address("bluesky", did, handle, f"https://bsky.app/profile/{handle or did}")


def key(url: str) -> str:
    return addresses.key("link", url)


def claims(seen: Seen) -> list[tuple[str, str]]:
    return [(claim.url, claim.how) for claim in seen.claims]


# --- Mastodon ---


def test_an_account_on_mastodon(world: World) -> None:
    world.here.account(
        "julie",
        "✨ Julie Martin (elle)",
        bio="Haies. https://livre.example/haies et https://ici.example/@julie",
        fields=[
            Field("Site", "https://julie.example/", SEEN),
            Field("Ici", "https://ici.example/@julie"),
            Field("Photos", "https://photos.example/julie"),
        ],
    )
    seen = world.at(JULIE)
    assert (seen.asked, seen.address, seen.at) == ("mastodon julie@ici.example", JULIE, NOW)
    assert seen.name == "Julie Martin"
    assert seen.claims == (
        Claim("https://julie.example/", "verified", SEEN),
        Claim("https://photos.example/julie", "field"),
        Claim("https://livre.example/haies", "text"),
    )
    assert seen.names == ("mastodon julie@ici.example",)
    assert seen.copies == ("handle julie.ici.example.ap.brid.gy",)
    assert (seen.moved_to, seen.bot, seen.feeds) == (None, False, ())


def test_where_an_account_has_moved_and_whether_it_is_a_bot(world: World) -> None:
    world.here.account("julie", domain="ailleurs.example")
    world.here.account("julie", bot=True, moved="julie@ailleurs.example")
    seen = world.at(JULIE)
    there = "https://ailleurs.example/@julie"
    assert seen.moved_to == Address("mastodon", "julie@ailleurs.example", "@julie@ailleurs.example", there)
    assert seen.bot


def test_the_name_of_an_account_is_nobodys_name(world: World) -> None:
    world.here.account("julie")
    assert world.at(JULIE).name == ""


def test_an_account_by_its_page_is_the_same_account_and_asked_once(world: World) -> None:
    world.here.account("julie", "Julie")
    looked = world.look(link("https://ici.example/@julie"), JULIE)
    assert [seen.asked for seen in looked.seen] == [
        key("https://ici.example/@julie"),
        "mastodon julie@ici.example",
    ]
    assert {seen.address for seen in looked.seen} == {JULIE}
    assert len(world.wire.heard("ici")) == 1


def test_a_page_that_only_looks_like_an_accounts_is_a_page(world: World) -> None:
    url = world.page("videos", "/@julie", '<a rel="me" href="https://julie.example/">moi</a>')
    seen = world.at(url)
    assert (seen.address, claims(seen)) == (link(url), [("https://julie.example/", "rel-me")])
    assert world.fails(link(f"{world.wire.base('videos')}/@paul")) is Missing


def test_accounts_that_cannot_be_seen(world: World) -> None:
    assert world.fails(JULIE) is NoSuchAccount
    world.wire.hooks["ici"] = lambda _: as_json({}, 401)
    assert world.fails(JULIE) is Forbidden
    world.wire.hooks["ici"] = lambda _: page("Bienvenue", "")
    assert world.fails(JULIE) is BadAnswer


def test_of_copies_that_a_bridge_makes_the_name_says_all(world: World) -> None:
    copy = addresses.account("@julie.example@bsky.brid.gy")
    site = addresses.account("@julie.example@web.brid.gy")
    assert copy
    assert site
    looked = world.look(copy, site)
    assert [seen.copies for seen in looked.seen] == [
        ("handle julie.example",),
        ("page https://julie.example",),
    ]
    assert [seen.address for seen in looked.seen] == [copy, site]
    assert world.client.asked.total() == 0


def test_a_server_in_ones_own_network(world: World) -> None:
    world.here.account("julie", "Julie")
    host = f"ici.localhost:{world.wire.port}"
    page = f"http://{host}/@julie"
    mine = Address("mastodon", f"julie@{host}", f"@julie@{host}", page)
    seen = world.at(mine)
    assert (seen.name, seen.address) == ("Julie", mine)
    assert key(page) in seen.names
    # Its name leads to this machine, which nobody typed.
    looked = look([mine], Client(), Networks(), NOW)
    assert [type(error) for _, error in looked.failed] == [Refused]


# --- Bluesky ---


def test_an_account_on_bluesky(world: World) -> None:
    did = world.sky.person(
        "julie.example", "Julie 🌳", description="Haies. carnet.example", website="https://site.example/"
    )
    seen = world.at(on_bluesky(did, "avant.example"))
    assert seen.asked == f"bluesky {did}"
    assert seen.address == Address("bluesky", did, "julie.example", f"https://bsky.app/profile/{did}")
    assert seen.name == "Julie"
    assert seen.claims == (
        Claim("https://julie.example/", "handle", NOW),
        Claim("https://site.example/", "website"),
        Claim("https://carnet.example", "text"),
    )
    assert seen.names == (f"bluesky {did}", "handle julie.example")
    assert seen.copies == ("mastodon julie.example@bsky.brid.gy",)


def test_a_handle_that_is_lent_claims_nothing(world: World) -> None:
    assert world.at(on_bluesky(world.sky.person("julie.bsky.social"))).claims == ()


def test_an_account_without_a_name_has_none(world: World) -> None:
    assert world.at(on_bluesky(world.sky.person("julie.example"))).name == ""


def test_a_profiles_page_leads_to_the_account(world: World) -> None:
    did = world.sky.person("julie.example", "Julie")
    url = "https://bsky.app/profile/julie.example"
    seen = world.at(url)
    assert (seen.asked, seen.address.kind, seen.address.address) == (key(url), "bluesky", did)


def test_accounts_on_bluesky_are_asked_together(world: World) -> None:
    dids = [world.sky.person(f"p{number}.bsky.social") for number in range(30)]
    gone = on_bluesky("did:plc:gone", "partie.example")
    looked = world.look(*map(on_bluesky, dids[:20]), gone, *map(on_bluesky, dids[20:]))
    assert [seen.address.address for seen in looked.seen] == dids
    assert [(address, type(error)) for address, error in looked.failed] == [(gone, NoSuchAccount)]
    assert len(world.wire.heard("appview")) == 2
    assert world.done == [25, 31]


# --- pages ---


def test_a_page(world: World) -> None:
    url = world.page(
        "julie",
        head='<meta name="author" content="J. M."><meta name="fediverse:creator" content="@julie@ici.example">'
        + FEED.format("comments/feed")
        + FEED.format("feed"),
        body='<div class="h-card"><a class="p-name u-url" href="/">Julie Martin</a> '
        '<a class="u-url" href="https://photos.example/julie">photos</a></div>'
        '<a rel="me" href="https://ailleurs.example/@julie">Mastodon</a> <a rel="me" href="/">moi</a>',
    )
    seen = world.at(url)
    assert (seen.asked, seen.address, seen.name) == (key(url), link(url), "Julie Martin")
    assert claims(seen) == [
        ("https://ailleurs.example/@julie", "rel-me"),
        ("https://photos.example/julie", "h-card"),
        ("https://ici.example/@julie", "creator"),
    ]
    assert seen.names == (key(url),)
    assert seen.feeds == (f"{url}feed",)


def test_a_pages_name_is_its_authors_and_never_its_title(world: World) -> None:
    url = world.page("julie", head='<meta name="author" content="Julie Martin">')
    assert world.at(url).name == "Julie Martin"
    assert world.at(world.page("paul")).name == ""


def test_letters_of_old_pages(world: World) -> None:
    markup = '<html><meta name="author" content="Léa Noël">'.encode("latin-1")
    assert world.at(world.page("lea", answer=Answer(body=markup, type="text/html"))).name == "Léa Noël"


def test_of_a_blog_its_page_is_looked_at(world: World) -> None:
    url = world.page("julie", "/blog/", '<a rel="me" href="https://ici.example/@julie">moi</a>')
    seen = world.at(blog(f"{world.wire.base('julie')}/feed.xml", url))
    assert (seen.asked, seen.address) == (key(url), link(url))
    assert claims(seen) == [("https://ici.example/@julie", "rel-me")]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<?xml version='1.0'?>\n<!-- <html> -->\n<rss version='2.0'><channel></channel></rss>", "text/html"),
        ("<feed xmlns='http://www.w3.org/2005/Atom'><entry>&lt;html></entry></feed>", "application/atom+xml"),
        ('\ufeff<rdf:RDF xmlns:rdf="x"><title>&lt;body&gt;<body rel="me"></rdf:RDF>', "text/html"),
        ('{"version": "https://jsonfeed.org/version/1"}', "application/feed+json"),
        ('<a rel="me" href="https://julie.example/">', "text/plain"),
    ],
)
def test_what_is_no_page_claims_nothing(world: World, body: str, kind: str) -> None:
    url = world.page("julie", "/feed", answer=Answer(body=body.encode(), type=kind))
    seen = world.at(url)
    assert (seen.asked, seen.claims, seen.feeds, seen.name) == (key(url), (), (), "")


def test_a_page_of_few_words_is_one(world: World) -> None:
    answer = Answer(
        body=b'<title>Julie</title><a rel=me href="https://ici.example/@julie">moi</a>', type="text/html"
    )
    assert claims(world.at(world.page("julie", answer=answer))) == [("https://ici.example/@julie", "rel-me")]


def test_a_directory_of_everybody_is_no_author(world: World) -> None:
    anchors = "".join(f'<a rel="me" href="https://p{number}.example/">' for number in range(500))
    assert len(world.at(world.page("annuaire", body=anchors)).claims) == MOST_CLAIMS


def test_each_page_is_asked_once(world: World) -> None:
    url = world.page("julie")
    looked = world.look(link(url), link(url.rstrip("/")), blog(f"{url}feed", url), link(f"{url}#moi"))
    assert [seen.asked for seen in looked.seen] == [key(url)]
    assert len(world.wire.heard("julie")) == 1
    assert world.done == [4]


# --- where a page leads ---


def leads(world: World, name: str, path: str, target: str, status: int = 301) -> str:
    return world.page(name, path, answer=Answer(status, headers={"Location": target}))


ME = '<a rel="me" href="https://ici.example/@julie">moi</a>'
TOLD = [("https://ici.example/@julie", "rel-me")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("/", "/fr/"),
        ("/blog", "/blog/2026"),
        ("/index.html", "/"),
        ("/a-propos.html", "/A-propos"),
        ("/~j/", "/~j/x"),
    ],
)
@pytest.mark.parametrize("status", [301, 302])
def test_a_page_that_leads_on_within_its_site_is_both(
    world: World, before: str, after: str, status: int
) -> None:
    final = world.page("julie", after, ME)
    seen = world.at(leads(world, "julie", before, after, status))
    assert (seen.address.url, seen.names) == (f"{world.wire.base('julie')}{before}", (seen.asked, key(final)))
    assert claims(seen) == TOLD


@pytest.mark.parametrize(
    ("before", "after"),
    [("/julie/", "/"), ("/~julie/", "/~paul/"), ("/membres/julie", "/login"), ("/blog/julie", "/blog/paul")],
)
def test_a_page_that_is_gone_is_not_the_one_to_which_it_leads(world: World, before: str, after: str) -> None:
    final = world.page("commun", after, ME)
    seen = world.at(leads(world, "commun", before, after))
    assert (claims(seen), seen.names) == ([(final, "field")], (seen.asked,))


def test_a_site_that_has_moved_is_followed_once_it_says_so_for_good(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feeds.http.is_public", lambda _address: True)
    final = world.page("julie", "/", ME)
    moved = world.at(leads(world, "avant", "/", final))
    assert (claims(moved), moved.names) == (TOLD, (moved.asked, key(final)))
    for_now = world.at(leads(world, "bientot", "/", final, 302))
    assert (claims(for_now), for_now.names) == ([(final, "field")], (for_now.asked,))
    parked = world.at(leads(world, "perdu", "/", f"{final}?domaine=perdu.example"))
    assert claims(parked) == [(f"{final}?domaine=perdu.example", "field")]


def test_a_domain_that_leads_to_a_profile_says_that_it_is_its_owners(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feeds.http.is_public", lambda _address: True)
    final = world.page("reseau", "/@julie", '<a rel="me" href="https://mallory.example/">moi</a>')
    seen = world.at(leads(world, "julie", "/", final))
    assert (claims(seen), seen.names) == ([(final, "field")], (seen.asked,))


def test_a_domain_that_leads_where_nobody_may_look_is_not_followed_there(world: World) -> None:
    there = "https://www.linkedin.com/in/julie-martin"
    seen = world.at(leads(world, "julie", "/", there))
    assert (claims(seen), seen.names, seen.feeds) == ([(there, "field")], (seen.asked,), ())
    assert not any("linkedin" in host for host in world.client.asked)


# --- who is not asked, and what goes wrong ---


@pytest.mark.parametrize(
    "wanted",
    [
        addresses.read("https://www.linkedin.com/in/julie-martin"),
        addresses.read("https://x.com/julie"),
        addresses.read("julie@haies.example"),
        addresses.read("tel:+33612345678"),
        link("https://www.facebook.com/julie.martin"),
        link("https://www.instagram.com/julie"),
        link("https://mobile.twitter.com/i/lists/7"),
        link("https://fr.linkedin.com/company/haies"),
        link("https://twitter.com/julie"),
        Address("link", "xmpp:julie@haies.example", "julie", "xmpp:julie@haies.example"),
    ],
)
def test_who_forbids_it_or_cannot_answer_is_never_asked(world: World, wanted: Address) -> None:
    assert world.look(wanted) == Looked()
    assert world.client.asked.total() == 0


def test_a_name_that_ends_like_theirs_is_somebody_elses(world: World) -> None:
    assert world.fails(link("https://notfacebook.com/julie")) is Unreachable


def test_only_what_was_typed_leads_into_a_private_network(world: World) -> None:
    url = world.page("julie")
    looked = world.look(link(url), private=set())
    assert [type(error) for _, error in looked.failed] == [Refused]
    assert world.wire.heard("julie") == []
    assert len(world.look(link(url)).seen) == 1


def test_trouble_costs_only_itself(world: World) -> None:
    broken = blog("https://paul.example/feed", world.page("paul", answer=page("", "", status=410)))
    looked = world.look(link(world.page("julie")), broken, on_bluesky("did:plc:nobody"))
    assert [seen.address.url for seen in looked.seen] == [world.wire.base("julie") + "/"]
    assert [address for address, _ in looked.failed] == [broken, on_bluesky("did:plc:nobody")]
    assert max(world.done) == 3


def test_a_defect_of_ours_is_told_and_costs_only_itself(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engage.looking.page.read", lambda *_: 1 / 0)
    url = world.page("julie")
    world.here.account("julie")
    looked = world.look(link(url), JULIE)
    assert [(address.url, type(error)) for address, error in looked.failed] == [(url, BadAnswer)]
    assert [seen.address for seen in looked.seen] == [JULIE]


def test_a_host_that_asks_to_be_left_alone_is(world: World) -> None:
    busy = Answer(429, headers={"Retry-After": "3600"})
    wanted = [link(world.page("commun", f"/{name}", answer=busy)) for name in "abcd"]
    looked = world.look(*wanted, link(world.page("julie")))
    assert [type(error) for _, error in looked.failed] == [Busy] * 4
    assert len(looked.seen) == 1
    assert len(world.wire.heard("commun")) == 1
    # Neither later in this run, nor sent there by others.
    assert world.client.waiting == {place(wanted[0].url): NOW + timedelta(hours=1)}
    assert world.fails(wanted[1]) is Busy
    assert len(world.wire.heard("commun")) == 1


def test_a_mastodon_server_that_asks_to_be_left_alone_is(world: World) -> None:
    wanted = [account(world.here.account(f"p{number}")) for number in range(5)]
    world.here.limit(2, world.here.now + timedelta(minutes=5))
    looked = world.look(*wanted)
    assert (len(looked.seen), [type(error) for _, error in looked.failed]) == (2, [Busy] * 3)
    assert len(world.wire.heard("ici")) == 3


def test_a_host_that_does_not_answer_is_not_tried_for_ever(world: World) -> None:
    with socket.socket() as nobody:  # it has a port, and listens to none
        nobody.bind(("127.0.0.1", 0))
        there = f"127.0.0.1:{nobody.getsockname()[1]}"
        wanted = [link(f"http://{there}/{number}") for number in range(6)]
        looked = world.look(*wanted, private={there})
    assert [error.values["address"] for _, error in looked.failed] == [one.url for one in wanted]
    assert {type(error) for _, error in looked.failed} == {Unreachable}
    assert world.client.asked[there] == 2


def test_many_hosts_are_asked_and_each_in_its_own_time(world: World) -> None:
    wanted = [link(world.page(f"p{number}", f"/{path}")) for number in range(20) for path in "ab"]
    looked = world.look(*wanted)
    assert [seen.address for seen in looked.seen] == wanted
    assert sorted(world.done) == list(range(1, 41))


def test_a_home_of_two_hundred_people_costs_one_question_each_at_most(world: World) -> None:
    wanted: list[Address] = []
    for number in range(200):
        wanted.append(link(world.page(f"s{number % 40}", f"/{number}")))
        wanted.append(account(world.here.account(f"p{number}")))
        wanted.append(on_bluesky(world.sky.person(f"p{number}.bsky.social")))
    assert len(world.look(*wanted).seen) == 600
    assert world.client.asked.total() == 200 + 200 + 8


# --- whom they follow ---


def account(acct: str) -> Address:
    found = addresses.account(f"{acct}@ici.example")
    assert found
    return found


def test_whom_accounts_follow(world: World) -> None:
    here, sky = world.here, world.sky
    julie, paul, lea = (
        here.account("julie"),
        here.account("paul"),
        here.account("lea", domain="ailleurs.example"),
    )
    here.follow(julie, paul)
    here.follow(julie, lea)
    ada, zoe = sky.person("ada.example"), sky.person("zoe.example")
    sky.follow(ada, zoe)
    assert world.follows(JULIE, account(paul), on_bluesky(ada), link("https://julie.example/")) == {
        "mastodon julie@ici.example": ("mastodon lea@ailleurs.example", "mastodon paul@ici.example"),
        "mastodon paul@ici.example": (),
        f"bluesky {ada}": (f"bluesky {zoe}",),
    }


def test_of_whom_nobody_could_be_asked_nothing_is_said(world: World) -> None:
    world.here.account("julie")
    ada = on_bluesky(world.sky.person("ada.example"))
    world.wire.hooks["ici"] = lambda _: as_json({}, 503)
    copy = addresses.account("@ada.example@bsky.brid.gy")
    assert copy
    assert world.follows(JULIE, ada, copy) == {f"bluesky {ada.address}": ()}


def test_nobody_wanted_is_nobody_asked(world: World) -> None:
    assert (world.look(), world.follows()) == (Looked(), {})


def shuffled(wanted: Sequence[Address]) -> list[Any]:
    return [*wanted[::2], *wanted[1::2]]


def test_what_was_seen_stands_in_the_order_in_which_it_was_wanted(world: World) -> None:
    wanted = shuffled([link(world.page(f"p{number % 3}", f"/{number}")) for number in range(30)])
    assert [seen.address for seen in world.look(*wanted).seen] == wanted
