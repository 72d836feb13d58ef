"""A post on Bluesky, looked at once more before it is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from engage.demo.wire import as_json
from feeds.errors import BadAnswer, BadStatus, FetchError, ServerFault
from feeds.model import Post, Source
from feeds.sources import bluesky
from tests.feeds.test_bluesky_home import NOW, World, world

if TYPE_CHECKING:
    from feeds.model import Networks

__all__ = ["world"]
POSTS = "app.bsky.feed.getPosts"


def source(world: World) -> Source:
    return Source("bluesky", world.julie, "julie.example")


def stored(world: World) -> Post:
    """The newest post of Julie's, as a fetch keeps it."""
    return world.fetch(source(world)).posts[0]


def look(world: World, post: Post, networks: Networks | None = None) -> Post | None:
    return bluesky.look_again(post, source(world), world.client, networks or world.networks, NOW)


def test_a_post_that_stands_is_the_same(world: World) -> None:
    bread, _ = world.sky.post(world.paul, "Le pain a levé.")
    world.sky.post(world.julie, "Et bien !", reply_to=bread, images=["Un pain"], quote=bread)
    post = stored(world)
    assert look(world, post) == post
    assert look(world, post, world.nobody()) == post
    assert (world.asked(POSTS), world.asked(POSTS, "appview")) == (1, 1)


def test_an_edit_is_seen(world: World) -> None:
    uri, _ = world.sky.post(world.julie, "Une haie est un mur.")
    post = stored(world)
    cid = world.sky.edit(uri, "Une haie est une route.")
    now_there = look(world, post)
    assert now_there
    assert (now_there.text, now_there.key, now_there.handle["cid"]) == ("Une haie est une route.", uri, cid)


def test_a_deletion_is_seen(world: World) -> None:
    uri, _ = world.sky.post(world.julie, "Trop vite dit.")
    post = stored(world)
    world.sky.delete(uri)
    assert look(world, post) is None
    assert look(world, post, world.nobody()) is None


def test_a_repost_stays_one_and_goes_with_its_original(world: World) -> None:
    bread, _ = world.sky.post(world.paul, "Le pain a levé.")
    world.sky.repost(world.julie, bread)
    post = stored(world)
    assert look(world, post) == post
    world.sky.delete(bread)
    assert look(world, post) is None


def test_who_hides_from_strangers_is_gone_for_them(world: World) -> None:
    shy = world.sky.person("timide.example", "Timide", labels=["!no-unauthenticated"])
    world.sky.post(shy, "Entre nous.")
    post = world.fetch(Source("bluesky", shy)).posts[0]
    assert look(world, post) == post
    assert look(world, post, world.nobody()) is None


def test_signed_out_one_looks_as_a_stranger(world: World) -> None:
    world.sky.post(world.julie, "Bonjour.")
    post = stored(world)
    world.shelf.drop(world.account)
    assert look(world, post) == post


@pytest.mark.parametrize(("status", "kind"), [(500, ServerFault), (400, BadStatus), (404, BadStatus)])
def test_a_server_that_does_not_answer_has_deleted_nothing(
    world: World, status: int, kind: type[FetchError]
) -> None:
    world.sky.post(world.julie, "Bonjour.")
    post = stored(world)
    world.wire.hooks["pds"] = lambda _request: as_json({"error": "x"}, status)
    with pytest.raises(kind):
        look(world, post)


@pytest.mark.parametrize("posts", [5, [None], ["x"], [{}], [{"uri": "at://x/y/z"}]])
def test_nor_has_one_that_answers_nonsense(world: World, posts: Any) -> None:
    world.sky.post(world.julie, "Bonjour.")
    post = stored(world)
    world.wire.hooks["pds"] = lambda _request: as_json({"posts": posts})
    with pytest.raises(BadAnswer):
        look(world, post)


def test_a_post_without_a_handle_cannot_be_looked_at(world: World) -> None:
    post = Post("x", "note")
    assert look(world, post) is post
