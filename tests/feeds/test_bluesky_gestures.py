"""What passed between Ada and others on Bluesky, in both directions, and her messages."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engage.demo.wire import as_json
from feeds.errors import Busy, RestLater, ServerFault, SignedOut
from feeds.model import Gesture
from feeds.sources import bluesky
from tests.feeds.test_bluesky_home import NOW, World, enter, world

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from engage.demo.wire import Answer, Request
    from feeds.model import Gathered

__all__ = ["world"]
APP = "https://bsky.app"
RECORDS = "com.atproto.repo.listRecords"
NOTICES = "app.bsky.notification.listNotifications"
TALKS, MESSAGES = "chat.bsky.convo.listConvos", "chat.bsky.convo.getMessages"


def gather(world: World, positions: Mapping[str, str] | None = None) -> Gathered:
    return bluesky.gather(world.account, positions or {}, world.client, world.networks, world.now)


def told(gathered: Gathered) -> list[tuple[str, str, str]]:
    return [(one.kind, one.direction, one.text) for one in gathered.gestures]


def page(uri: str, who: str) -> str:
    return f"{APP}/profile/{who}/post/{uri.rpartition('/')[2]}"


def privileged(world: World) -> None:
    """Let Ada sign in with an app password that has the right to messages."""
    password = world.sky.app_password(world.ada, privileged=True)
    world.account = enter(world.wire, world.ada, password, world.shelf)


def bend(world: World, method: str, change: Callable[[dict[str, Any]], Any]) -> None:
    """Let answers to one method pass through `change` before they go out."""

    def hook(request: Request) -> Answer | None:
        if not request.path.endswith(method):
            return None
        answer = json.loads(world.wire.sites["pds"].answer(request).body)
        change(answer)
        return as_json(answer)

    world.wire.hooks["pds"] = hook


# --- what one did oneself ---


def test_likes_and_reposts(world: World) -> None:
    bread, _ = world.sky.post(world.paul, "Le pain a levé.")
    like, _ = world.sky.like(world.ada, bread)
    repost, _ = world.sky.repost(world.ada, bread)
    at = {uri: world.sky._records[uri].value["createdAt"] for uri in (like, repost)}
    found = {one.key: one for one in gather(world).gestures}
    assert {key: replace(one, at=NOW) for key, one in found.items()} == {
        like: Gesture(like, "liked", "out", world.paul, NOW, bread, page(bread, world.paul)),
        repost: Gesture(repost, "boosted", "out", world.paul, NOW, bread, page(bread, world.paul)),
    }
    assert all(f"{found[uri].at:%Y-%m-%dT%H:%M:%S}" == at[uri][:19] for uri in at)


def test_what_one_wrote_to_others(world: World) -> None:
    sky, ada = world.sky, world.ada
    bread, _ = sky.post(world.paul, "Le pain a levé.")
    answer, _ = sky.post(ada, "@paul.bsky.social Et bien !", reply_to=bread)
    both, _ = sky.post(ada, "Salut @julie.example et @paul.bsky.social, venez.")
    quote, _ = sky.post(ada, "Regardez.", quote=bread)
    own, _ = sky.post(ada, "Un fil.")
    sky.post(ada, "La suite.", reply_to=own)
    found = {one.key: replace(one, at=NOW) for one in gather(world).gestures}
    assert found == {
        f"{answer} {world.paul}": Gesture(
            f"{answer} {world.paul}", "replied", "out", world.paul, NOW, bread, page(answer, ada), "Et bien !"
        ),
        f"{both} {world.julie}": Gesture(
            f"{both} {world.julie}",
            "mentioned",
            "out",
            world.julie,
            NOW,
            "",
            page(both, ada),
            "Salut @julie.example et @paul.bsky.social, venez.",
        ),
        f"{both} {world.paul}": Gesture(
            f"{both} {world.paul}",
            "mentioned",
            "out",
            world.paul,
            NOW,
            "",
            page(both, ada),
            "Salut @julie.example et @paul.bsky.social, venez.",
        ),
        f"{quote} {world.paul}": Gesture(
            f"{quote} {world.paul}", "quoted", "out", world.paul, NOW, bread, page(quote, ada), "Regardez."
        ),
    }


def test_what_passes_between_oneself_and_oneself_is_none(world: World) -> None:
    own, _ = world.sky.post(world.ada, "Un fil.")
    world.sky.like(world.ada, own)
    world.sky.repost(world.ada, own)
    world.sky.post(world.ada, "Moi : @ada.example", quote=own)
    assert gather(world).gestures == ()


def test_a_feed_that_is_liked_is_nobody(world: World) -> None:
    feed = f"at://{world.paul}/app.bsky.feed.generator/haies"
    value = {"subject": {"uri": feed, "cid": "x"}, "createdAt": "2026-11-23T12:00:00Z"}
    world.sky.write(world.ada, "app.bsky.feed.like", value)
    gathered = gather(world)
    assert (gathered.gestures, len(gathered.warnings)) == ((), 1)  # that of the messages


@pytest.mark.parametrize(
    ("created", "exact"),
    [
        ("2055-01-01T00:00:00Z", True),
        ("hier", False),
        ("0001-01-01T00:00:00Z", False),
        ("2026-11-20T08:00:00Z", True),
    ],
)
def test_a_date_that_lies_is_bent_to_what_is_possible(world: World, created: str, exact: bool) -> None:
    bread, _ = world.sky.post(world.paul, "Le pain a levé.")
    world.sky.post(world.ada, "Oui.", reply_to=bread, created=created)
    (gesture,) = gather(world).gestures
    assert gesture.exact is exact
    assert gesture.at <= NOW
    assert gesture.at.year == 2026  # of an unreadable one the record's key tells


# --- what others did ---


def test_what_others_did(world: World) -> None:
    sky, julie = world.sky, world.julie
    mine, _ = sky.post(world.ada, "Première neige.")
    like, _ = sky.like(julie, mine)
    repost, _ = sky.repost(julie, mine)
    back, _ = sky.post(julie, "Ici aussi !", reply_to=mine)
    quote, _ = sky.post(julie, "Voyez.", quote=mine)
    named, _ = sky.post(julie, "@ada.example tu viens ?")
    sky.follow(julie, world.ada)
    found = {one.key: replace(one, at=NOW) for one in gather(world).gestures}
    name = "Julie 🌳"
    of_mine = page(mine, world.ada)
    assert found == {
        like: Gesture(like, "liked", "in", julie, NOW, mine, of_mine, name=name),
        repost: Gesture(repost, "boosted", "in", julie, NOW, mine, of_mine, name=name),
        **{
            f"{uri} {julie}": Gesture(
                f"{uri} {julie}",
                kind,  # type: ignore[arg-type]
                "in",
                julie,
                NOW,
                about,
                page(uri, "julie.example"),
                text,
                name,
            )
            for uri, kind, about, text in (
                (back, "replied", mine, "Ici aussi !"),
                (quote, "quoted", mine, "Voyez."),
                (named, "mentioned", "", "tu viens ?"),
            )
        },
    }
    assert "updateSeen" not in str(world.wire.log)


def test_an_answer_that_names_one_is_an_answer(world: World) -> None:
    mine, _ = world.sky.post(world.ada, "Première neige.")
    world.sky.post(world.julie, "@ada.example ici aussi !", reply_to=mine)
    (gesture,) = gather(world).gestures
    assert (gesture.kind, gesture.about, gesture.text) == ("replied", mine, "ici aussi !")


def test_an_answer_to_somebody_else_in_a_talk_that_one_began_is_not_for_one(world: World) -> None:
    mine, _ = world.sky.post(world.ada, "Première neige.")
    first, _ = world.sky.post(world.julie, "Ici aussi !", reply_to=mine)
    world.sky.post(world.paul, "Chez moi non.", reply_to=first)
    assert told(gather(world)) == [("replied", "in", "Ici aussi !")]


def test_a_repost_that_is_liked_counts_the_same(world: World) -> None:
    bread, _ = world.sky.post(world.paul, "Le pain a levé.")
    mine, _ = world.sky.repost(world.ada, bread)
    world.sky.like(world.julie, bread, via=mine)
    world.sky.repost(world.julie, bread, via=mine)
    found = [one for one in gather(world).gestures if one.direction == "in"]
    assert {(one.kind, one.other, one.about, one.url) for one in found} == {
        ("liked", world.julie, mine, page(bread, world.paul)),
        ("boosted", world.julie, mine, page(bread, world.paul)),
    }


def test_who_is_muted_or_blocked_is_not_heard(world: World) -> None:
    mine, _ = world.sky.post(world.ada, "Première neige.")
    world.sky.like(world.julie, mine)
    world.sky.like(world.paul, mine)

    def mute(answer: dict[str, Any]) -> None:
        for one in answer.get("notifications", []):
            if one["author"]["did"] == world.paul:
                one["author"]["viewer"]["muted"] = True

    bend(world, NOTICES, mute)
    assert [one.other for one in gather(world).gestures] == [world.julie]


def test_a_warning_stands_in_place_of_what_it_folds(world: World) -> None:
    mine, _ = world.sky.post(world.ada, "Première neige.")
    world.sky.post(world.julie, "Le secret.", reply_to=mine, labels=["graphic-media"])
    assert told(gather(world)) == [("replied", "in", "graphic-media")]


# --- again and again ---


def test_the_second_time_only_what_is_new(world: World) -> None:
    privileged(world)
    mine, _ = world.sky.post(world.ada, "Première neige.")
    for number in range(230):
        world.sky.like(world.ada, world.sky.post(world.paul, f"n° {number}")[0])
    world.sky.like(world.julie, mine)
    world.sky.message(world.julie, world.ada, "Bonjour !")
    first = gather(world)
    assert (len(first.gestures), first.warnings, first.interrupted) == (232, (), None)
    second = gather(world, first.positions)
    assert (second.gestures, second.positions) == ((), first.positions)
    world.sky.like(world.julie, world.sky.post(world.ada, "Deuxième neige.")[0])
    world.sky.message(world.ada, world.julie, "Bonsoir !")
    third = gather(world, second.positions)
    assert told(third) == [("liked", "in", ""), ("wrote", "out", "Bonsoir !")]


def test_the_first_time_five_pages_later_until_something_known(world: World) -> None:
    bread, _ = world.sky.post(world.paul, "Le pain a levé.")
    for _ in range(620):
        world.sky.like(world.ada, bread)
    first = gather(world)
    assert len(first.gestures) == 500
    for _ in range(620):
        world.sky.like(world.ada, bread)
    assert len(gather(world, first.positions).gestures) == 620


def test_what_is_unliked_stops_no_walk(world: World) -> None:
    bread, _ = world.sky.post(world.paul, "Le pain a levé.")
    likes = [world.sky.like(world.ada, bread)[0] for _ in range(30)]
    first = gather(world)
    for uri in likes[20:]:
        world.sky.delete(uri)
    fresh, _ = world.sky.like(world.ada, bread)
    assert [one.key for one in gather(world, first.positions).gestures] == [fresh]


# --- messages ---


def test_messages_go_both_ways(world: World) -> None:
    privileged(world)
    world.sky.message(world.ada, world.julie, "Tu viens jeudi ?")
    answer = world.sky.message(world.julie, world.ada, "Oui, avec du pain.")
    found = gather(world)
    assert found.warnings == ()
    assert told(found) == [("wrote", "in", "Oui, avec du pain."), ("wrote", "out", "Tu viens jeudi ?")]
    first = found.gestures[0]
    convo = first.key.split()[1]
    assert first == Gesture(
        f"chat {convo} {answer}",
        "wrote",
        "in",
        world.julie,
        first.at,
        url=f"{APP}/messages/{convo}",
        text="Oui, avec du pain.",
        name="Julie 🌳",
    )
    assert world.asked("chat.bsky.convo.updateRead") == 0


def test_only_talks_in_which_something_was_said_are_read(world: World) -> None:
    privileged(world)
    for other in (world.julie, world.paul):
        for number in range(120):
            world.sky.message(other, world.ada, f"n° {number}")
    first = gather(world)
    assert (len(first.gestures), world.asked(MESSAGES)) == (240, 4)
    world.sky.message(world.paul, world.ada, "Encore moi.")
    second = gather(world, first.positions)
    assert (told(second), world.asked(MESSAGES)) == ([("wrote", "in", "Encore moi.")], 5)


def test_a_long_talk_is_read_five_pages_back(world: World) -> None:
    privileged(world)
    for number in range(600):
        world.sky.message(world.julie, world.ada, f"n° {number}")
    assert len(gather(world).gestures) == 500


def test_a_message_that_was_deleted_says_nothing(world: World) -> None:
    privileged(world)
    gone = world.sky.message(world.julie, world.ada, "Oublie.")
    world.sky.message(world.julie, world.ada, "Bonjour.")
    world.sky.unsend(world.ada, gone)
    assert told(gather(world)) == [("wrote", "in", "Bonjour.")]


def test_talks_of_many_are_left_alone(world: World) -> None:
    privileged(world)
    world.sky.message(world.julie, world.ada, "Bonjour.")
    bend(world, TALKS, lambda answer: answer["convos"][0]["members"].append({"did": world.paul}))
    assert gather(world).gestures == ()
    bend(world, TALKS, lambda answer: answer["convos"][0]["kind"].update({"$type": "x#groupConvo"}))
    assert gather(world).gestures == ()


def test_without_the_right_the_rest_is_read_and_it_is_said(world: World) -> None:
    world.sky.message(world.julie, world.ada, "Bonjour.")
    world.sky.like(world.ada, world.sky.post(world.paul, "Le pain a levé.")[0])
    found = gather(world)
    assert told(found) == [("liked", "out", "")]
    assert found.warnings == (
        "Messages on Bluesky need an app password with that right ticked; the rest was read.",
    )
    assert (world.asked(TALKS), found.interrupted) == (0, None)


def test_a_right_that_is_refused_after_all_is_missing(world: World) -> None:
    world.sky.like(world.ada, world.sky.post(world.paul, "Le pain a levé.")[0])
    world.wire.hooks["pds"] = lambda request: (
        as_json({"error": "InvalidToken", "message": "Bad token method"}, 400)
        if "chat.bsky" in request.path
        else None
    )
    privileged(world)
    found = gather(world)
    assert "app password with that right" in found.warnings[0]
    assert (told(found), world.asked(TALKS), world.asked("com.atproto.server.refreshSession")) == (
        [("liked", "out", "")],
        1,
        0,
    )


@pytest.mark.parametrize("status", [500, 502, 400, 404, 501])
def test_messages_that_cannot_be_read_cost_only_themselves(world: World, status: int) -> None:
    privileged(world)
    world.sky.like(world.ada, world.sky.post(world.paul, "Le pain a levé.")[0])
    world.wire.hooks["pds"] = lambda request: (
        as_json({"error": "UpstreamFailure"}, status) if "chat.bsky" in request.path else None
    )
    found = gather(world)
    assert (told(found), found.interrupted) == ([("liked", "out", "")], None)
    assert found.warnings == ("Messages on Bluesky could not be read this time; the rest was.",)


def test_a_talk_that_fails_is_read_the_next_time_and_the_others_are_not_read_again(world: World) -> None:
    privileged(world)
    world.sky.message(world.paul, world.ada, "Première.")
    world.sky.message(world.julie, world.ada, "Seconde.")
    asked: list[str] = []

    def hook(request: Request) -> Answer | None:
        if not request.path.endswith(MESSAGES):
            return None
        asked.append(request.one("convoId"))
        return as_json({"error": "UpstreamFailure"}, 502) if len(set(asked)) > 1 else None

    world.wire.hooks["pds"] = hook
    first = gather(world)
    assert (told(first), len(first.warnings)) == ([("wrote", "in", "Seconde.")], 1)
    world.wire.hooks.clear()
    second = gather(world, first.positions)
    assert (told(second), second.warnings) == ([("wrote", "in", "Première.")], ())
    assert world.asked(MESSAGES) == 1 + 3 + 1


def test_another_service_for_messages_may_be_named(world: World) -> None:
    privileged(world)
    world.sky.chat_did = "did:web:chat.example"
    world.sky.message(world.julie, world.ada, "Bonjour.")
    assert gather(world).gestures == ()
    world.shelf.secrets[world.account.key]["chat"] = "did:web:chat.example"
    assert told(gather(world)) == [("wrote", "in", "Bonjour.")]


# --- when it goes wrong ---


def test_the_notifications_may_fail_by_themselves(world: World) -> None:
    world.sky.like(world.ada, world.sky.post(world.paul, "Le pain a levé.")[0])
    world.sky.fail_once(NOTICES, 502, times=3)
    found = gather(world)
    assert (told(found), type(found.interrupted)) == ([("liked", "out", "")], ServerFault)
    assert "notifications" not in found.positions
    mine, _ = world.sky.post(world.ada, "Première neige.")
    world.sky.like(world.julie, mine)
    assert told(gather(world, found.positions)) == [("liked", "in", "")]


def test_a_limit_in_the_middle_keeps_what_came(world: World) -> None:
    world.sky.like(world.ada, world.sky.post(world.paul, "Le pain a levé.")[0])
    world.sky.limit(NOTICES, NOW + timedelta(minutes=4))
    found = gather(world)
    assert (told(found), type(found.interrupted)) == ([("liked", "out", "")], RestLater)
    assert "until 2026-11-23 18:04 UTC" in str(found.interrupted)


def test_a_limit_at_the_start_is_simply_busy(world: World) -> None:
    world.sky.limit(RECORDS, NOW + timedelta(minutes=4))
    with pytest.raises(Busy):
        gather(world)


def test_a_limit_in_mid_stream_goes_on_from_the_old_place(world: World) -> None:
    bread, _ = world.sky.post(world.paul, "Le pain a levé.")
    world.sky.like(world.ada, bread)
    first = gather(world)
    for _ in range(150):
        world.sky.like(world.ada, bread)
    seen: list[str] = []

    def hook(request: Request) -> Answer | None:
        if request.one("collection") != "app.bsky.feed.like":
            return None
        seen.append(request.path)
        return as_json({}, 429, retry_after="60") if len(seen) > 1 else None

    world.wire.hooks["pds"] = hook
    second = gather(world, first.positions)
    assert (len(second.gestures), second.positions["likes"]) == (100, first.positions["likes"])
    world.wire.hooks.clear()
    assert len(gather(world, second.positions).gestures) == 150


def test_nobody_signed_in(world: World) -> None:
    world.shelf.drop(world.account)
    with pytest.raises(SignedOut):
        gather(world)


@pytest.mark.parametrize(
    "harm",
    [
        lambda one: one.clear(),
        lambda one: one.update(uri=5),
        lambda one: one.update(author=None),
        lambda one: one.update(record=None),
        lambda one: one.update(record="x"),
        lambda one: one.update(uri="x"),
    ],
)
def test_a_malformed_notification_costs_only_itself(world: World, harm: Callable[[Any], Any]) -> None:
    mine, _ = world.sky.post(world.ada, "Première neige.")
    for other in (world.julie, world.paul):
        world.sky.like(other, mine)
    bend(world, NOTICES, lambda answer: harm(answer["notifications"][0]))
    found = gather(world)
    assert [one.other for one in found.gestures] == [world.julie]
    world.wire.hooks.clear()
    assert world.paul in [one.other for one in gather(world, found.positions).gestures]


@pytest.mark.parametrize(
    "value", [None, {}, {"subject": None}, {"subject": {"uri": "x"}}, "x", {"subject": []}]
)
def test_a_malformed_record_costs_only_itself(world: World, value: Any) -> None:
    bread, _ = world.sky.post(world.paul, "Le pain a levé.")
    world.sky.like(world.ada, bread)

    def harm(answer: dict[str, Any]) -> None:
        if answer["records"] and "feed.like" in answer["records"][0]["uri"]:
            answer["records"].append(
                {"uri": f"at://{world.ada}/app.bsky.feed.like/x", "cid": "x", "value": value}
            )

    bend(world, RECORDS, harm)
    found = gather(world)
    assert told(found) == [("liked", "out", "")]
    assert "Some of what passed between you" in found.warnings[0]


@pytest.mark.parametrize(
    "harm",
    [
        lambda one: one.clear(),
        lambda one: one.update(members=5),
        lambda one: one.update(members=[5]),
        lambda one: one.update(lastMessage="x"),
        lambda one: one.update(lastMessage=None),
    ],
)
def test_a_malformed_talk_costs_only_itself(world: World, harm: Callable[[Any], Any]) -> None:
    privileged(world)
    for other in (world.julie, world.paul):
        world.sky.message(other, world.ada, "Bonjour.")
    bend(world, TALKS, lambda answer: harm(answer["convos"][0]))
    assert [one.other for one in gather(world).gestures] == [world.julie]


@pytest.mark.parametrize(
    "item", [None, {}, {"id": "x"}, {"id": "x", "text": "x", "sender": 5}, {"text": "x", "sender": {}}]
)
def test_a_malformed_message_costs_only_itself(world: World, item: Any) -> None:
    privileged(world)
    world.sky.message(world.julie, world.ada, "Bonjour.")
    bend(world, MESSAGES, lambda answer: answer["messages"].append(item))
    assert told(gather(world)) == [("wrote", "in", "Bonjour.")]
