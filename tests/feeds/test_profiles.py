"""What accounts say of themselves and whom they follow, as any stranger is told: from small networks at the wire."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engage.demo.mastodon import Field
from engage.demo.wire import Wire, as_json, page
from feeds.errors import BadAnswer, Busy, Forbidden, NoSuchAccount, Refused, ServerFault
from feeds.http import Client
from feeds.model import Link, Networks, Source
from feeds.sources.bluesky import profiles as bluesky
from feeds.sources.mastodon import profiles as mastodon
from tests.networks.atmosphere import Atmosphere
from tests.networks.fediverse import Fediverse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from feeds.model import Profile

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
SEEN = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
APP = "https://bsky.app"
LOOKUP, FOLLOWING = "/api/v1/accounts/lookup", "/following"
GET_PROFILES, GET_FOLLOWS = "app.bsky.actor.getProfiles", "app.bsky.graph.getFollows"
JULIE = "julie@ici.example"


@dataclass
class World:
    """A Mastodon server and Bluesky, with nobody signed in."""

    here: Fediverse
    sky: Atmosphere
    wire: Wire
    client: Client = field(default_factory=Client)

    @property
    def networks(self) -> Networks:
        return Networks({"ici.example": self.wire.base("ici")}, bluesky_api=self.wire.base("appview"))

    def profile(self, address: str = JULIE, **more: Any) -> Profile:
        return mastodon.profile(address, self.client, self.networks, NOW, **more)

    def following(self, address: str = JULIE, **more: Any) -> tuple[str, ...]:
        return mastodon.following(address, self.client, self.networks, NOW, **more)

    def profiles(self, *actors: str) -> tuple[Profile, ...]:
        return bluesky.profiles(actors, self.client, self.networks, NOW)

    def follows(self, did: str, most: int = 1000) -> tuple[str, ...]:
        return bluesky.following(did, self.client, self.networks, NOW, most)

    def asked(self, path: str, site: str = "ici") -> int:
        return sum(path in one.path for one in self.wire.heard(site))

    def answers(self, path: str, status: int, site: str = "ici") -> None:
        """Let a site answer what has this in its path with a status."""
        self.wire.hooks[site] = lambda asked: (
            as_json({"error": "non"}, status) if path in asked.path else None
        )


@pytest.fixture
def world() -> Iterator[World]:
    here, sky = Fediverse("ici.example"), Atmosphere()
    with Wire({"ici": here, **sky.sites()}) as wire:
        yield World(here, sky, wire)


# --- Mastodon ---


def test_what_a_stranger_is_told_of_an_account(world: World) -> None:
    world.here.account(
        "julie",
        "Julie Martin",
        bio="Haies. https://livre.example/haies",
        fields=[
            Field("Site", "https://julie.example/", SEEN),
            Field("Photos", "https://photos.example/julie"),
        ],
    )
    found = world.profile()
    page = f"{world.wire.base('ici')}/@julie"
    assert found.source == Source("mastodon", JULIE, f"@{JULIE}", page, given=False)
    assert (found.name, found.bot, found.moved_to) == ("Julie Martin", False, "")
    assert found.links == (
        Link("https://julie.example/", "Site", SEEN),
        Link("https://photos.example/julie", "Photos"),
        Link("https://livre.example/haies"),
    )
    assert [one.headers.get("authorization") for one in world.wire.heard("ici")] == [None]


def test_where_an_account_has_moved_and_whether_it_is_a_bot(world: World) -> None:
    world.here.account("julie", domain="ailleurs.example")
    world.here.account("julie", moved="julie@ailleurs.example")
    world.here.account("meteo", bot=True)
    assert world.profile().moved_to == "julie@ailleurs.example"
    assert world.profile("meteo@ici.example").bot


def test_an_account_that_there_is_not(world: World) -> None:
    with pytest.raises(NoSuchAccount, match=r"ici\.example"):
        world.profile()
    assert world.following() == ()


def test_a_server_that_shows_accounts_to_nobody_says_so(world: World) -> None:
    world.answers(LOOKUP, 401)
    with pytest.raises(Forbidden):
        world.profile()


def test_a_server_that_speaks_another_language(world: World) -> None:
    world.wire.hooks["ici"] = lambda _: page("Bienvenue", "")
    with pytest.raises(BadAnswer):
        world.profile()
    assert world.following() == ()


@pytest.mark.parametrize("told", [{}, [], "x", {"id": 7}, {"id": "7", "acct": "julie", "fields": ["x"]}])
def test_what_is_no_account(world: World, told: Any) -> None:
    world.wire.hooks["ici"] = lambda _: as_json(told)
    with pytest.raises(BadAnswer):
        world.profile()


def test_a_server_speaks_for_the_account_that_was_asked_for_and_for_no_other(world: World) -> None:
    world.wire.hooks["ici"] = lambda _: as_json(
        {"id": "7", "acct": "lea@ailleurs.example", "username": "lea"}
    )
    assert world.profile().source.address == JULIE


def test_private_servers_are_asked_only_with_leave(world: World) -> None:
    world.here.account("julie", "Julie")
    address, site = f"julie@ici.localhost:{world.wire.port}", f"{world.wire.base('ici')}/@julie"
    assert world.profile(address, site=site, allow_private=True).name == "Julie"
    client = Client()
    with pytest.raises(Refused):
        mastodon.profile("julie@127.0.0.1", client, Networks(), NOW, site="http://127.0.0.1/@julie")


# --- accounts that live elsewhere than at their host ---


@pytest.fixture
def split(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Julie's address is at `chez.localhost`, where only a blog is; her account is at `ici.localhost`."""
    monkeypatch.setattr("feeds.http.is_public", lambda _address: True)
    world.here.account("julie", "Julie")
    monkeypatch.setattr(mastodon, "base_of", lambda *_: world.wire.base("chez"))
    world.here.domain = f"chez.localhost:{world.wire.port}"
    links = [{"rel": "self", "href": f"{world.wire.base('ici')}/users/julie"}]
    world.wire.hooks["chez"] = lambda asked: as_json({"links": links}) if "webfinger" in asked.path else None
    return world


def test_where_the_host_says_that_its_accounts_live(split: World) -> None:
    assert split.profile(f"julie@{split.here.domain}").name == "Julie"
    assert split.asked(LOOKUP, "chez") == 2
    assert split.asked(LOOKUP) == 1


def test_an_account_whose_page_is_elsewhere_is_looked_for_through_its_host_first(split: World) -> None:
    address, site = f"julie@{split.here.domain}", f"{split.wire.base('ici')}/@julie"
    assert split.profile(address, site=site).name == "Julie"
    assert split.asked(LOOKUP, "chez") == 0
    # What the page says about itself is not enough: its host must say so too.
    split.wire.hooks["chez"] = lambda _: as_json({"links": []})
    with pytest.raises(BadAnswer):
        split.profile(address, site=site)
    assert split.asked(LOOKUP) == 1


@pytest.mark.parametrize(
    "told",
    [None, {}, {"links": [7]}, {"links": [{"rel": "self"}]}, {"links": [{"rel": "self", "href": "x"}]}],
)
def test_a_host_that_does_not_tell_where_its_accounts_live(split: World, told: Any) -> None:
    split.wire.hooks["chez"] = lambda asked: as_json(told, 200 if "webfinger" in asked.path else 404)
    with pytest.raises(NoSuchAccount):
        split.profile(f"julie@{split.here.domain}")


def test_a_host_leads_nobody_into_a_private_network(world: World) -> None:
    world.here.account("julie", "Julie")
    links = [{"rel": "self", "href": f"{world.wire.base('ailleurs')}/users/julie"}]
    world.wire.hooks["ici"] = lambda asked: (
        as_json({"links": links}) if "webfinger" in asked.path else page("", "")
    )
    with pytest.raises(Refused):
        world.profile()
    assert world.wire.heard("ailleurs") == []


# --- whom they follow ---


def test_whom_an_account_follows(world: World) -> None:
    julie = world.here.account("julie")
    for number in range(100):
        domain = "Ailleurs.example" if number % 2 else ""
        world.here.follow(julie, world.here.account(f"p{number}", domain=domain))
    found = world.following()
    assert len(found) == 100
    assert found[:2] == ("p99@ailleurs.example", "p98@ici.example")
    assert world.asked(FOLLOWING) == 2
    assert world.following(most=3) == found[:3]
    assert world.asked(FOLLOWING) == 3


def test_who_hides_whom_they_follow_follows_nobody(world: World) -> None:
    julie = world.here.account("julie", hides_follows=True)
    world.here.follow(julie, world.here.account("paul"))
    assert world.following() == ()


@pytest.mark.parametrize("status", [401, 403, 404, 410, 422])
@pytest.mark.parametrize("path", [LOOKUP, FOLLOWING])
def test_a_server_that_does_not_tell_whom_its_people_follow(world: World, path: str, status: int) -> None:
    world.here.follow(world.here.account("julie"), world.here.account("paul"))
    world.answers(path, status)
    assert world.following() == ()


def test_trouble_is_no_answer(world: World) -> None:
    world.here.follow(world.here.account("julie"), world.here.account("paul"))
    world.answers(FOLLOWING, 500)
    with pytest.raises(ServerFault):
        world.following()
    world.wire.hooks.clear()
    world.here.limit(1, world.here.now + timedelta(minutes=5))
    with pytest.raises(Busy):
        world.following()


def test_malformed_accounts_cost_only_themselves(world: World) -> None:
    world.here.account("julie")
    listed = [None, {}, {"acct": 7}, {"acct": "Paul"}, {"acct": "lea@ailleurs.example"}]
    world.wire.hooks["ici"] = lambda asked: as_json(listed) if FOLLOWING in asked.path else None
    assert world.following() == ("paul@ici.example", "lea@ailleurs.example")


# --- Bluesky ---


def labels(profiles: Sequence[Profile]) -> list[str]:
    return [profile.source.label for profile in profiles]


def test_what_a_stranger_is_told_on_bluesky(world: World) -> None:
    julie = world.sky.person(
        "julie.example",
        "Julie Martin",
        description="Haies. carnet.example/haies",
        website="https://julie.example/blog",
    )
    paul = world.sky.person("paul.bsky.social", website="paul.example")
    found, other = world.profiles(julie, "paul.bsky.social")
    assert found.source == Source("bluesky", julie, "julie.example", f"{APP}/profile/{julie}", given=False)
    assert found.name == "Julie Martin"
    assert found.links == (
        Link("https://julie.example/", "handle", NOW),
        Link("https://julie.example/blog", "website"),
        Link("https://carnet.example/haies"),
    )
    assert (other.source.address, other.links) == (paul, (Link("https://paul.example", "website"),))


def test_twenty_five_are_asked_at_once_and_each_once(world: World) -> None:
    everybody = [world.sky.person(f"p{number}.bsky.social") for number in range(60)]
    found = world.profiles(*everybody, everybody[0], "p1.bsky.social")
    assert [profile.source.address for profile in found] == everybody
    assert world.asked(GET_PROFILES, "appview") == 3


def test_who_is_gone_and_what_can_be_nobody_is_left_out(world: World) -> None:
    julie, paul = world.sky.person("julie.example"), world.sky.person("paul.example")
    world.sky.takedown(paul)
    asked = (julie, paul, "jamais.example", "pas un nom", "did:", "")
    assert labels(world.profiles(*asked)) == ["julie.example"]
    assert world.profiles("pas un nom") == ()
    assert world.asked(GET_PROFILES, "appview") == 1


def test_who_wants_no_stranger_to_look_is_not_looked_at(world: World) -> None:
    shy = world.sky.person(
        "julie.example",
        "Julie",
        description="https://haies.example/",
        website="https://site.example/",
        labels=["!no-unauthenticated"],
    )
    (found,) = world.profiles(shy)
    assert (found.name, found.text) == ("Julie", "")
    assert found.links == (Link("https://julie.example/", "handle", NOW),)


def test_malformed_profiles_cost_only_themselves(world: World) -> None:
    told = [
        None,
        {},
        {"did": 7},
        {"did": "did:plc:x", "labels": "x"},
        {"did": "did:plc:y", "handle": "y.example"},
    ]
    world.wire.hooks["appview"] = lambda _: as_json({"profiles": told})
    assert labels(world.profiles("did:plc:x", "did:plc:y")) == ["y.example"]


def test_a_failure_is_not_an_empty_answer(world: World) -> None:
    world.sky.fail_once(GET_PROFILES, 500, times=3)
    with pytest.raises(ServerFault):
        world.profiles("julie.example")


def test_whom_an_account_follows_on_bluesky(world: World) -> None:
    julie = world.sky.person("julie.example")
    others = [world.sky.person(f"p{number}.bsky.social") for number in range(120)]
    for other in others:
        world.sky.follow(julie, other)
    assert world.follows(julie) == tuple(reversed(others))
    assert world.asked(GET_FOLLOWS, "appview") == 2
    assert world.follows(julie, most=3) == tuple(reversed(others))[:3]
    assert world.asked(GET_FOLLOWS, "appview") == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_who_follows_nobody_that_anybody_is_told_of(world: World, status: int) -> None:
    world.answers(GET_FOLLOWS, status, "appview")
    assert world.follows("did:plc:nobody") == ()


def test_trouble_on_bluesky_is_no_answer(world: World) -> None:
    julie = world.sky.person("julie.example")
    world.sky.limit(GET_FOLLOWS, NOW + timedelta(minutes=5))
    with pytest.raises(Busy):
        world.follows(julie)


def test_malformed_follows_cost_only_themselves(world: World) -> None:
    listed = [None, {}, {"did": 7}, {"did": "x"}, {"did": "did:plc:y"}]
    world.wire.hooks["appview"] = lambda _: as_json({"follows": listed})
    assert world.follows("did:plc:x") == ("did:plc:y",)
