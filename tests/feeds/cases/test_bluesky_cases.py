"""What Bluesky does to a reader: each case at the wire, and what the file says of it afterwards.

The cases of sending (7: graphemes, facets and languages; 8: writing exactly once) come with sending.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from engage.demo.wire import as_json
from feeds import again
from feeds.model import Source
from feeds.sources import bluesky
from tests.feeds.reader import Reader
from tests.feeds.test_bluesky_home import AUTHOR, NOW, TIMELINE, World, enter, world

if TYPE_CHECKING:
    from engage.demo.wire import Answer, Request
    from feeds.model import Gathered, Post
    from feeds.store import Store
    from tests.feeds.misbehaving import Misbehaving

__all__ = ["world"]
REFRESH, NOTICES = "com.atproto.server.refreshSession", "app.bsky.notification.listNotifications"
HOUR = timedelta(hours=1)


class Ada(Reader):
    """Ada's reader: signed in, her home timeline followed, and Julie as an account that she knows."""

    def __init__(self, store: Store, server: Misbehaving, world: World) -> None:
        super().__init__(store, server, NOW, networks=world.networks)
        self.world = world
        store.keep_account(world.account, NOW)
        self.home = next(one for one in store.sources() if one.kind == "bluesky-home")
        self.julie = self.add(Source("bluesky", world.julie, "julie.example", through=world.ada))

    def texts(self, source: Source | None = None) -> list[str]:
        """What is stored of Julie, or of another source, oldest first."""
        return [post.text for post in self.posts(source or self.julie)]

    def post(self, text: str) -> Post:
        return next(post for post in self.posts(self.julie) if post.text == text)

    def gather(self) -> Gathered:
        return bluesky.gather(self.world.account, {}, self.world.client, self.world.networks, self.world.now)


@pytest.fixture
def ada(store: Store, server: Misbehaving, world: World) -> Ada:
    return Ada(store, server, world)


def write(world: World, *numbers: int) -> list[str]:
    return [world.sky.post(world.julie, f"n° {number}")[0] for number in numbers]


# --- 1: sessions ---


def test_b01_a_session_is_kept_when_it_is_made_and_whenever_it_is_renewed(ada: Ada, world: World) -> None:
    write(world, 1)
    made = dict(world.shelf.secrets[world.account.key])
    assert made.keys() >= {"access", "refresh"}
    world.sky.expire()
    report = ada.refresh()
    assert (report.failed, ada.texts()) == ((), ["n° 1"])
    assert (world.asked(REFRESH), world.shelf.kept) == (1, 1)  # two sources were asked side by side
    assert world.shelf.secrets[world.account.key]["refresh"] != made["refresh"]
    assert world.asked("com.atproto.server.createSession") == 1


def test_b01_a_session_that_has_ended_costs_its_own_line_and_says_the_way_back(
    ada: Ada, world: World
) -> None:
    write(world, 1)
    world.sky.end_sessions(world.ada)
    world.sky.expire()
    report = ada.refresh()
    assert [failure.source for failure in report.failed] == [ada.home]
    assert "“nouvelles login bluesky ada.example” signs in again" in ada.error(ada.home)
    assert ada.texts() == ["n° 1"]  # by the public API


# --- 2: cursors and order ---


def test_b02_cursors_mean_nothing_and_a_walk_goes_on_until_something_known(ada: Ada, world: World) -> None:
    write(world, *range(10))
    ada.refresh()
    write(world, *range(10, 240))
    world.sky.empty_page(TIMELINE)
    ada.refresh(HOUR, force=True)
    assert sorted(ada.texts(), key=lambda text: int(text[3:])) == [f"n° {number}" for number in range(240)]
    cursors = [one.path.partition("cursor=")[2] for one in world.wire.heard("pds") if TIMELINE in one.path]
    assert any(cursors)


def test_b02_a_cursor_that_vanishes_before_something_known_is_a_gap_and_accounts_are_asked(
    ada: Ada, world: World
) -> None:
    write(world, *range(3))
    ada.refresh()
    ada.refresh(HOUR)
    write(world, *range(3, 240))
    world.sky.lose_cursor(TIMELINE)
    ada.refresh(HOUR)
    assert len(ada.texts()) < 240
    ada.refresh(HOUR)
    assert len(set(ada.texts())) == 240


def test_b02_dates_that_lie_hide_nothing_and_come_not_first(ada: Ada, world: World) -> None:
    write(world, 1)
    world.sky.post(world.julie, "Du futur", created="2055-01-01T00:00:00Z")
    world.sky.post(world.julie, "De l'an zéro", created="0000-01-01T00:00:00Z")
    ada.refresh()
    write(world, 2)
    ada.refresh(HOUR)
    assert sorted(ada.texts()) == ["De l'an zéro", "Du futur", "n° 1", "n° 2"]
    published = ada.post("Du futur").published
    assert published
    assert published < NOW  # the moment at which the network saw it


# --- 3: DIDs, handles, edits ---


def test_b03_a_new_handle_is_the_same_account(ada: Ada, world: World) -> None:
    write(world, 1)
    ada.refresh()
    world.sky.rename(world.julie, "julie.blog.example")
    write(world, 2)
    ada.refresh(HOUR)
    assert ada.texts() == ["n° 1", "n° 2"]
    assert ada.post("n° 2").url.startswith("https://bsky.app/profile/julie.blog.example/post/")
    assert sum(source.kind == "bluesky" for source in ada.store.sources()) == 1


def test_b03_a_handle_that_broke_is_not_shown(ada: Ada, world: World) -> None:
    world.sky.rename(world.julie, "handle.invalid")
    write(world, 1)
    ada.refresh()
    assert ada.post("n° 1").url.startswith(f"https://bsky.app/profile/{world.julie}/post/")
    assert "handle.invalid" not in "".join(source.label for source in ada.store.sources())


def test_b03_an_edit_is_the_same_post_with_another_cid(ada: Ada, world: World) -> None:
    (uri,) = write(world, 1)
    ada.refresh()
    before = ada.post("n° 1")
    world.sky.edit(uri, "n° 1, corrigé")
    ada.refresh(HOUR)
    assert ada.texts() == ["n° 1, corrigé"]
    after = ada.post("n° 1, corrigé")
    assert (after.key, after.handle["uri"]) == (before.key, before.handle["uri"])
    assert after.handle["cid"] != before.handle["cid"]


# --- 4: malformed fields ---


def test_b04_a_malformed_field_costs_only_its_own_post_and_is_said(ada: Ada, world: World) -> None:
    uris = write(world, 1, 2, 3)
    world.sky.spoil(uris[1], record={"text": "n° 2", "facets": "x"})
    world.sky.insert({"post": None})
    ada.refresh()
    assert sorted(ada.texts()) == ["n° 1", "n° 3"]
    (warning,) = ada.health(ada.home).warnings
    assert "could not be read; the rest was kept" in str(warning)
    world.sky.spoil(uris[1], record={"text": "n° 2"})
    ada.refresh(HOUR)
    assert sorted(ada.texts()) == ["n° 1", "n° 2", "n° 3"]


def test_b04_so_does_a_malformed_notification(ada: Ada, world: World) -> None:
    mine, _ = world.sky.post(world.ada, "Première neige.")
    world.sky.like(world.julie, mine)
    world.sky.like(world.paul, mine)

    def hook(request: Request) -> Answer | None:
        if not request.path.endswith(NOTICES):
            return None
        answer = json.loads(world.wire.sites["pds"].answer(request).body)
        answer["notifications"][0]["author"] = "x"
        return as_json(answer)

    world.wire.hooks["pds"] = hook
    assert [one.other for one in ada.gather().gestures] == [world.julie]


# --- 5: answers ---


def test_b05_a_parent_may_be_gone_or_blocked(ada: Ada, world: World) -> None:
    sky = world.sky
    gone, _ = sky.post(world.paul, "Disparu.")
    sky.post(world.julie, "Oui.", reply_to=gone)
    sky.delete(gone)
    rude = sky.person("rude.example", "Rude")
    theirs, _ = sky.post(rude, "Non.")
    sky.post(world.julie, "Si.", reply_to=theirs)
    sky.block(world.ada, rude)
    ada.refresh()
    assert [(post.text, post.kind, post.mentions) for post in ada.posts(ada.julie)] == [
        ("Oui.", "reply", (world.paul,)),
        ("Si.", "reply", (rude,)),
    ]
    assert ada.post("Oui.").handle["root_uri"] == gone


def test_b05_what_an_answer_needs_is_stored(ada: Ada, world: World) -> None:
    root, cid = world.sky.post(world.paul, "Racine.")
    middle, _ = world.sky.post(world.ada, "Milieu.", reply_to=root)
    uri, own = world.sky.post(world.julie, "Fin.", reply_to=middle)
    ada.refresh()
    assert dict(ada.post("Fin.").handle) == {"uri": uri, "cid": own, "root_uri": root, "root_cid": cid}


# --- 6: limits and faults ---


def test_b06_a_limit_ends_at_a_moment(ada: Ada, world: World) -> None:
    write(world, 1)
    world.sky.limit(TIMELINE, NOW + timedelta(minutes=4))
    world.sky.limit(AUTHOR, NOW + timedelta(minutes=4))
    ada.refresh()
    assert "2026-11-23 18:04 UTC" in ada.error(ada.home)
    asked = len(world.wire.log)
    ada.refresh(timedelta(minutes=3), force=True)
    assert len(world.wire.log) == asked
    world.sky.lift(TIMELINE)
    world.sky.lift(AUTHOR)
    ada.refresh(timedelta(minutes=2), force=True)
    assert ada.texts() == ["n° 1"]


def test_b06_a_limit_in_the_middle_keeps_what_came_and_the_rest_comes_then(ada: Ada, world: World) -> None:
    world.sky.follow(world.ada, world.paul)  # whom only the timeline brings
    for number in range(250):
        world.sky.post(world.paul, f"n° {number}")
    seen: list[str] = []

    def hook(request: Request) -> Answer | None:
        if not request.path.endswith(TIMELINE):
            return None
        seen.append(request.path)
        reset = str(int((ada.now + timedelta(minutes=4)).timestamp()))
        return as_json({}, 429, ratelimit_reset=reset) if len(seen) == 2 else None

    world.wire.hooks["pds"] = hook
    ada.refresh()
    assert (len(ada.posts()), "the rest comes then" in ada.error(ada.home)) == (100, True)
    ada.refresh(timedelta(minutes=5), force=True)
    assert (len(ada.posts()), ada.error(ada.home)) == (250, "")


@pytest.mark.parametrize("status", [500, 502, 503])
def test_b06_a_fault_that_passes_is_not_even_seen(ada: Ada, world: World, status: int) -> None:
    write(world, 1)
    world.sky.fail_once(TIMELINE, status, times=2)
    assert ada.refresh().failed == ()
    assert ada.texts() == ["n° 1"]


def test_b06_one_that_lasts_costs_its_own_line(ada: Ada, world: World) -> None:
    write(world, 1)
    world.sky.fail_once(TIMELINE, 503, times=3)
    report = ada.refresh()
    assert [failure.source for failure in report.failed] == [ada.home]
    assert ada.texts() == ["n° 1"]


# --- 9: messages ---


def test_b09_messages_without_the_right_are_said_and_with_it_are_read(ada: Ada, world: World) -> None:
    world.sky.message(world.julie, world.ada, "Tu viens jeudi ?")
    found = ada.gather()
    assert found.gestures == ()
    assert found.warnings == (
        "Messages on Bluesky need an app password with that right ticked; the rest was read.",
    )
    password = world.sky.app_password(world.ada, privileged=True)
    world.account = enter(world.wire, world.ada, password, world.shelf)
    found = ada.gather()
    assert ([one.text for one in found.gestures], found.warnings) == (["Tu viens jeudi ?"], ())


# --- 10: who may be shown ---


def test_b10_who_hides_from_strangers_is_read_only_signed_in(
    ada: Ada, world: World, store: Store, server: Misbehaving
) -> None:
    shy = world.sky.person("timide.example", "Timide", labels=["!no-unauthenticated"])
    world.sky.post(shy, "Entre nous.")
    known = ada.add(Source("bluesky", shy, "timide.example"))
    stranger = Reader(store, server, NOW, networks=replace(world.nobody(), keys=None))
    stranger.refresh()
    assert "asks not to be shown" in stranger.error(known)
    assert ada.posts(known) == []
    ada.refresh(timedelta(days=1), force=True)
    assert ada.texts(known) == ["Entre nous."]


def test_b10_muted_and_blocked_people_are_not_heard_either_way(ada: Ada, world: World) -> None:
    sky = world.sky
    loud, rude = sky.person("bruyant.example", "Bruyant"), sky.person("rude.example", "Rude")
    for did in (loud, rude):
        sky.follow(world.ada, did)
        sky.post(did, "Ecoutez-moi.")
        sky.repost(world.julie, sky.post(did, "Encore moi.")[0])
    sky.mute(world.ada, loud)
    sky.block(rude, world.ada)
    write(world, 1)
    ada.refresh()
    assert [post.text for post in ada.posts()] == ["n° 1"]


def test_b10_who_blocks_is_not_read_round_the_corner(ada: Ada, world: World) -> None:
    write(world, 1)
    world.sky.block(world.julie, world.ada)
    ada.refresh()
    assert ada.posts() == []
    assert "blocks the other" in str(ada.health(ada.julie).warnings)


# --- and, as on every network, what was deleted ---


def test_b11_what_was_deleted_is_seen_before_it_is_answered(ada: Ada, world: World) -> None:
    (uri,) = write(world, 1)
    ada.refresh()
    post = ada.post("n° 1")
    assert again.look(ada.julie, post, world.client, world.networks, NOW) == post
    world.sky.delete(uri)
    assert again.look(ada.julie, post, world.client, world.networks, NOW) is None
    assert ada.texts() == ["n° 1"]


def test_the_numbers_of_sending_are_left_out() -> None:
    told = {name[6:8] for name in globals() if name.startswith("test_b")}
    assert told == {"01", "02", "03", "04", "05", "06", "09", "10", "11"}
