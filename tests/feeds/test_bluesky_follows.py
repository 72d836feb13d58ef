"""Whom Ada follows on Bluesky, what they say of themselves, and her lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from engage.demo.wire import as_json
from feeds.errors import Missing, ServerFault, SignedOut
from feeds.model import Link, Source
from feeds.sources import bluesky
from feeds.sources.bluesky.follows import is_own_domain, profile_of
from tests.feeds.test_bluesky_home import NOW, World, world

if TYPE_CHECKING:
    from feeds.model import Profile

__all__ = ["world"]
APP = "https://bsky.app"


def follows(world: World, only_list: str = "") -> dict[str, Profile]:
    found = bluesky.follows(world.account, world.client, world.networks, world.now, only_list=only_list)
    return {profile.source.label: profile for profile in found}


def told(**values: Any) -> dict[str, Any]:
    return {"did": "did:plc:x", "handle": "x.bsky.social", **values}


def one(**values: Any) -> Profile:
    return profile_of(told(**values), "did:plc:ada", APP, NOW)


def test_whom_one_follows_and_who_follows_back(world: World) -> None:
    world.sky.follow(world.ada, world.paul)
    world.sky.follow(world.julie, world.ada)
    found = follows(world)
    assert {label: profile.mutual for label, profile in found.items()} == {
        "julie.example": True,
        "paul.bsky.social": False,
    }
    assert found["julie.example"].source == Source(
        "bluesky",
        world.julie,
        "julie.example",
        f"{APP}/profile/{world.julie}",
        given=False,
        through=world.ada,
    )
    assert (found["julie.example"].name, found["paul.bsky.social"].name) == ("Julie 🌳", "Paul")


def test_what_they_say_of_themselves(world: World) -> None:
    marie = world.sky.person(
        "marie.example",
        "Marie",
        description="Haies et talus.\nhttps://haies.example/carnet.",
        website="https://marie.example/",
    )
    world.sky.follow(world.ada, marie)
    profile = follows(world)["marie.example"]
    assert profile.text == "Haies et talus.\nhttps://haies.example/carnet."
    assert profile.links == (
        Link("https://marie.example/", "handle", NOW),
        Link("https://haies.example/carnet"),
    )


def test_a_thousand_follows(world: World) -> None:
    for number in range(250):
        world.sky.follow(world.ada, world.sky.person(f"p{number}.bsky.social", f"P {number}"))
    assert len(follows(world)) == 251
    assert world.asked("app.bsky.graph.getFollows") == 3
    assert world.asked("app.bsky.actor.getProfiles") == 11


def test_those_on_a_list(world: World) -> None:
    uri = world.sky.make_list(world.ada, "Amis", [world.paul, world.ada])
    assert list(follows(world, uri)) == ["paul.bsky.social"]


def test_a_list_that_is_gone_is_said(world: World) -> None:
    with pytest.raises(Missing, match=r"lists/3partie"):
        follows(world, f"at://{world.ada}/app.bsky.graph.list/3partie")


def test_ones_lists_for_reading(world: World) -> None:
    uri = world.sky.make_list(world.ada, "Amis", [world.paul])
    world.sky.make_list(world.ada, "Bloqués", [], purpose="modlist")
    assert bluesky.lists(world.account, world.client, world.networks, world.now) == (
        Source(
            "bluesky-list",
            f"{world.ada} {uri}",
            "Amis",
            f"{APP}/profile/{world.ada}/lists/{uri.rpartition('/')[2]}",
            allow_private=True,
        ),
    )


def test_malformed_lists_are_left_out(world: World) -> None:
    purpose = "app.bsky.graph.defs#curatelist"
    answer = as_json({"lists": [None, 5, {"purpose": purpose, "uri": "x"}, {"purpose": purpose}, {"uri": 5}]})
    world.wire.hooks["pds"] = lambda _request: answer
    assert bluesky.lists(world.account, world.client, world.networks, world.now) == ()


def test_profiles_that_do_not_come_whole_are_taken_as_they_came(world: World) -> None:
    world.sky.fail_once("app.bsky.actor.getProfiles", 500, times=3)
    assert list(follows(world)) == ["julie.example"]


def test_half_of_the_follows_is_none(world: World) -> None:
    world.sky.fail_once("app.bsky.graph.getFollows", 500, times=3)
    with pytest.raises(ServerFault):
        follows(world)


def test_without_being_signed_in(world: World) -> None:
    world.shelf.drop(world.account)
    with pytest.raises(SignedOut):
        follows(world)


@pytest.mark.parametrize(
    ("handle", "is_own"),
    [
        ("julie.example", True),
        ("blog.julie.example", True),
        ("julie.bsky.social", False),
        ("julie.piaille.example.ap.brid.gy", False),
        ("bsky.social", False),
        ("notbsky.social", True),
        ("", False),
    ],
)
def test_a_handle_may_be_a_domain_of_ones_own(handle: str, is_own: bool) -> None:
    assert is_own_domain(handle) is is_own


def test_a_handle_that_broke_proves_nothing() -> None:
    profile = one(handle="handle.invalid")
    assert (profile.links, profile.source.label, profile.name) == ((), "", "did:plc:x")


@pytest.mark.parametrize(
    ("text", "links"),
    [
        (
            "Mon blog : julie.example/blog, et haies.example.",
            ["https://julie.example/blog", "https://haies.example"],
        ),
        ("(https://julie.example/a(b))", ["https://julie.example/a(b))"]),
        ("(voir https://julie.example/a)", ["https://julie.example/a"]),
        ("@paul.example julie@mail.example #haie.example", []),
        ("J'écris du node.js et des notes.md", []),
        ("http://user:secret@julie.example/", ["http://julie.example/"]),
        ("Fin.Début de phrase… etc. 3.14", []),
        ("javascript:alert(1) ftp://x.example", []),
    ],
)
def test_addresses_in_a_profile(text: str, links: list[str]) -> None:
    assert [link.url for link in one(description=text).links] == links


def test_bots_say_so() -> None:
    label = {"val": "bot", "src": "did:plc:x"}
    assert one(labels=[label]).bot
    assert not one(labels=[{**label, "neg": True}]).bot
    assert not one(labels=None).bot


@pytest.mark.parametrize(
    "values", [{"did": None}, {"did": "x"}, {"labels": "bot"}, {"labels": ["bot"]}, {"viewer": "x"}]
)
def test_a_malformed_profile_costs_only_itself(world: World, values: Any) -> None:
    def hook(request: Any) -> Any:
        if not request.path.endswith("getFollows"):
            return as_json({"profiles": []}) if request.path.endswith("getProfiles") else None
        return as_json({"follows": [None, told(**values), told(did="did:plc:y")]})

    world.wire.hooks["pds"] = hook
    assert [profile.source.address for profile in follows(world).values()] == ["did:plc:y"]
