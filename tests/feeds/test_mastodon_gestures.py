"""What passed between an own Mastodon account and others, gathered at the wire."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engage.demo.wire import Answer, as_json
from feeds.errors import Busy, RestLater, ServerFault, SignedOut
from feeds.sources import mastodon
from tests.feeds.test_mastodon_home import (
    JULIE,
    ME,
    NOW,
    PAUL,
    TOO_MANY,
    boost,
    mention,
    person,
    signed_in,
    toot,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from feeds.model import Gathered, Gesture
    from tests.feeds.test_mastodon_home import Signed

CREDENTIALS, MINE = "/api/v1/accounts/verify_credentials", "/api/v1/accounts/a-ada/statuses"
FAVOURITES, NOTIFICATIONS = "/api/v1/favourites", "/api/v1/notifications"
CONVERSATIONS, TOGETHER = "/api/v1/conversations", "/api/v1/statuses"
OUTSIDE = as_json({"error": "This action is outside the authorized scopes"}, 403)


@pytest.fixture
def signed() -> Iterator[Signed]:
    for one in signed_in():
        one.home.things[CREDENTIALS] = person(ME)
        one.home.lists.update({path: [] for path in (MINE, FAVOURITES, NOTIFICATIONS, CONVERSATIONS)})
        yield one


def gather(signed: Signed, positions: Mapping[str, str] | None = None) -> Gathered:
    return mastodon.gather(signed.account, positions or {}, signed.client, signed.networks, signed.now)


def one(signed: Signed) -> Gesture:
    (gesture,) = gather(signed).gestures
    return gesture


def mine(number: int, text: str = "", **values: Any) -> dict[str, Any]:
    return toot(number, text, ME, **values)


def notice(number: int, kind: str, who: str = JULIE, status: Any = None) -> dict[str, Any]:
    return {
        "id": str(number),
        "type": kind,
        "created_at": f"{NOW - timedelta(hours=2):%Y-%m-%dT%H:%M:%S.000Z}",
        "account": person(who),
        "status": status,
    }


def answers(number: int, of: dict[str, Any], text: str, who: str = ME, **values: Any) -> dict[str, Any]:
    """An answer to a status, which names its author as answers do."""
    return toot(
        number,
        text,
        who,
        **{
            "in_reply_to_id": of["id"],
            "in_reply_to_account_id": of["account"]["id"],
            "mentions": [
                mention(
                    of["account"]["acct"]
                    if "@" in of["account"]["acct"]
                    else f"{of['account']['acct']}@chezmoi.example"
                )
            ],
            **values,
        },
    )


def uri(number: int, who: str = JULIE) -> str:
    return str(toot(number, who=who)["uri"])


# --- out ---


def test_an_answer_names_what_it_answers(signed: Signed) -> None:
    theirs = toot(1, "Une question ?")
    signed.put(answers(2, theirs, "@julie @paul@ailleurs.example Oui, bien sûr !"), path=MINE)
    signed.home.things[TOGETHER] = [theirs]
    gesture = one(signed)
    assert (gesture.kind, gesture.direction, gesture.other) == ("replied", "out", JULIE)
    assert (gesture.key, gesture.about) == (f"{uri(2, ME)} {JULIE}", uri(1))
    assert (gesture.text, gesture.url) == ("Oui, bien sûr !", "https://chezmoi.example/@ada/2")
    assert (gesture.at, gesture.exact) == (NOW - timedelta(days=9) + timedelta(minutes=2), True)


def test_an_answer_to_oneself_is_nothing(signed: Signed) -> None:
    first = mine(1, "Fil 1")
    signed.put(first, answers(2, first, "Fil 2, avec Julie", mentions=[mention(JULIE)]), path=MINE)
    assert gather(signed).gestures == ()


def test_whom_one_answers_is_known_even_if_the_answer_does_not_name_them(signed: Signed) -> None:
    theirs = toot(1)
    nobody = [{**mention(PAUL), "id": "0"}, {**mention(JULIE), "id": "0"}]  # as snac numbers them
    signed.put(answers(2, theirs, "Oui", mentions=nobody), answers(3, theirs, "Oui", mentions=[]), path=MINE)
    signed.home.things[TOGETHER] = [
        boost(1, theirs, ME) | {"id": theirs["id"]}
    ]  # one may get one's own boost of it
    found = gather(signed).gestures
    assert [(gesture.kind, gesture.other, gesture.about) for gesture in found] == [
        ("replied", JULIE, uri(1)),
        ("replied", JULIE, uri(1)),
    ]


def test_answered_statuses_are_asked_for_one_by_one_where_they_cannot_be_together(signed: Signed) -> None:
    signed.put(*[answers(100 + n, toot(n), "Oui") for n in range(60)], path=MINE)
    signed.home.things.update({f"/api/v1/statuses/{1000 + n}": toot(n) for n in range(60)})
    signed.home.refused["/api/v1/statuses/1059"] = Answer(500)
    found = gather(signed).gestures
    assert sum(bool(gesture.about) for gesture in found) == 39
    assert sum("/api/v1/statuses/" in one.path for one in signed.wire.heard("home")) == 40
    assert {gesture.about for gesture in found} - {""} == {uri(n) for n in range(20, 59)}


def test_mentions_outside_of_answers_are_one_for_each(signed: Signed) -> None:
    signed.put(
        mine(1, "Avec @julie et @paul", mentions=[mention(JULIE), mention(PAUL), mention(ME)]), path=MINE
    )
    assert [(g.kind, g.other, g.key) for g in gather(signed).gestures] == [
        ("mentioned", JULIE, f"{uri(1, ME)} {JULIE}"),
        ("mentioned", PAUL, f"{uri(1, ME)} {PAUL}"),
    ]


def test_a_message_is_written_to_each_whom_it_addresses(signed: Signed) -> None:
    theirs = toot(1)
    signed.put(
        answers(
            2, theirs, "@julie Entre nous", visibility="direct", mentions=[mention(JULIE), mention(PAUL)]
        ),
        path=MINE,
    )
    signed.home.things[TOGETHER] = [theirs]
    assert [(g.kind, g.other, g.text, g.about) for g in gather(signed).gestures] == [
        ("wrote", JULIE, "Entre nous", uri(1)),
        ("wrote", PAUL, "Entre nous", ""),
    ]


def test_a_boost_and_a_quote_are_towards_whose_words_they_are(signed: Signed) -> None:
    quoted = {"state": "accepted", "quoted_status": toot(2, who=PAUL)}
    signed.put(boost(3, toot(1), ME), boost(4, mine(0), ME), mine(5, "À lire", quote=quoted), path=MINE)
    assert [(g.kind, g.other, g.about, g.name) for g in gather(signed).gestures] == [
        ("quoted", PAUL, uri(2, PAUL), "Paul"),
        ("boosted", JULIE, uri(1), "Julie"),
    ]


def test_a_content_warning_stands_for_what_it_folds_and_long_words_are_cut(signed: Signed) -> None:
    signed.put(
        mine(1, "le corps", spoiler_text="deuil", mentions=[mention(JULIE)]),
        mine(2, "mot " * 400, mentions=[mention(JULIE)]),
        mine(3, "@julie@piaille.example", mentions=[mention(JULIE)]),
        path=MINE,
    )
    named, long, folded = [gesture.text for gesture in gather(signed).gestures]
    assert (folded, named, len(long) <= 500, long[-4:]) == ("deuil", "@julie@piaille.example", True, "mot…")


# --- favourites ---


def test_a_favourite_is_dated_between_the_last_look_and_now(signed: Signed) -> None:
    signed.put(toot(1), path=FAVOURITES)
    signed.home.ids[FAVOURITES] = ["9"]
    first = gather(signed)
    (liked,) = first.gestures
    assert (liked.kind, liked.direction, liked.other, liked.about) == ("liked", "out", JULIE, uri(1))
    assert (liked.at, liked.exact) == (NOW - timedelta(days=9) + timedelta(minutes=1), False)
    signed.now += timedelta(hours=5)
    signed.put(toot(1), toot(0), path=FAVOURITES)
    signed.home.ids[FAVOURITES] = ["12", "9"]
    second = gather(signed, first.positions)
    assert [(gesture.about, gesture.at) for gesture in second.gestures] == [(uri(0), NOW)]


def test_favourites_are_paged_by_ids_of_their_own(signed: Signed) -> None:
    signed.put(*[toot(n) for n in range(300)], path=FAVOURITES)
    signed.home.ids[FAVOURITES] = [f"f{n}" for n in range(300)]
    first = gather(signed)
    assert {gesture.about for gesture in first.gestures} == {uri(n) for n in range(100, 300)}
    signed.put(*[toot(n) for n in range(500)], path=FAVOURITES)
    signed.home.ids[FAVOURITES] = [f"f{n}" for n in range(-200, 300)]
    assert len(gather(signed, first.positions).gestures) == 200


def test_a_favourite_undone_is_no_trouble(signed: Signed) -> None:
    signed.put(*[toot(n) for n in range(3)], path=FAVOURITES)
    first = gather(signed)
    signed.put(toot(0), toot(1), toot(9), path=FAVOURITES)
    second = gather(signed, first.positions)
    assert [gesture.about for gesture in second.gestures] == [uri(9)]
    assert second.warnings == ()


# --- in ---


def test_what_others_do_with_ones_own_status(signed: Signed) -> None:
    own = mine(1, "Mon jardin")
    signed.put(
        notice(1, "favourite", JULIE, own),
        notice(2, "reblog", PAUL, own),
        notice(3, "favourite", PAUL),
        notice(4, "follow"),
        notice(5, "severed_relationships", JULIE) | {"account": None},
        path=NOTIFICATIONS,
    )
    assert [(g.kind, g.direction, g.other, g.about, g.at) for g in gather(signed).gestures] == [
        ("liked", "in", PAUL, "", NOW - timedelta(hours=2)),
        ("boosted", "in", PAUL, uri(1, ME), NOW - timedelta(hours=2)),
        ("liked", "in", JULIE, uri(1, ME), NOW - timedelta(hours=2)),
    ]
    assert "types%5B%5D=quote" in signed.asked(NOTIFICATIONS)[0]


def test_what_others_write_to_one(signed: Signed) -> None:
    own = mine(1, "Mon jardin")
    quote = {"state": "accepted", "quoted_status": own}
    signed.put(
        notice(1, "mention", JULIE, answers(2, own, "@ada Qu’il est beau !", JULIE)),
        notice(2, "mention", PAUL, toot(3, "Demandez à @ada", PAUL, mentions=[mention(ME)])),
        notice(
            3, "mention", PAUL, toot(4, "@ada Tu viens ?", PAUL, visibility="direct", mentions=[mention(ME)])
        ),
        notice(4, "quote", JULIE, toot(5, "Voyez", JULIE, quote=quote)),
        notice(5, "mention", JULIE),
        path=NOTIFICATIONS,
    )
    signed.home.things[TOGETHER] = [own]
    assert [(g.kind, g.direction, g.other, g.about, g.text) for g in gather(signed).gestures] == [
        ("quoted", "in", JULIE, uri(1, ME), "Voyez"),
        ("wrote", "in", PAUL, "", "Tu viens ?"),
        ("mentioned", "in", PAUL, "", "Demandez à @ada"),
        ("replied", "in", JULIE, uri(1, ME), "Qu’il est beau !"),
    ]


def test_one_status_by_two_ways_is_one_gesture(signed: Signed) -> None:
    message = toot(3, "@ada Tu viens ?", PAUL, visibility="direct", mentions=[mention(ME)])
    signed.put(notice(1, "mention", PAUL, message), path=NOTIFICATIONS)
    signed.put({"id": "1", "accounts": [person(PAUL)], "last_status": message}, path=CONVERSATIONS)
    gesture = one(signed)
    assert (gesture.kind, gesture.key, gesture.name) == ("wrote", f"{uri(3, PAUL)} {PAUL}", "Paul")


def test_a_conversation_tells_what_no_notification_does_and_goes_on(signed: Signed) -> None:
    def talk(number: int, status: Any) -> dict[str, Any]:
        return {"id": str(number), "accounts": [person(PAUL)], "last_status": status, "unread": True}

    def message(number: int, who: str = PAUL) -> dict[str, Any]:
        return toot(number, f"message {number}", who, visibility="direct", mentions=[mention(ME)])

    signed.put(talk(2, None), talk(3, message(2, ME)), talk(1, message(1)), path=CONVERSATIONS)
    first = gather(signed)
    assert [gesture.text for gesture in first.gestures] == ["message 1"]
    signed.put(talk(3, message(2, ME)), talk(1, message(5)), path=CONVERSATIONS)
    assert [gesture.text for gesture in gather(signed, first.positions).gestures] == ["message 5"]


def test_conversations_stand_behind_a_slash_on_some_servers_and_nowhere_on_others(signed: Signed) -> None:
    message = toot(3, "Tu viens ?", PAUL, visibility="direct")
    del signed.home.lists[CONVERSATIONS]
    assert gather(signed).warnings == ()
    signed.put({"id": "1", "last_status": message}, path=CONVERSATIONS + "/")
    assert one(signed).text == "Tu viens ?"


# --- again and again ---


def test_twice_is_nothing_new_and_later_is_without_a_gap(signed: Signed) -> None:
    def put(last: int) -> None:
        signed.put(*[mine(n, mentions=[mention(JULIE)]) for n in range(last)], path=MINE)
        signed.put(*[notice(n, "favourite", PAUL, mine(n)) for n in range(last)], path=NOTIFICATIONS)

    put(250)
    first = gather(signed)
    assert len(first.gestures) == 400  # five pages of each
    assert gather(signed, first.positions).gestures == ()
    put(450)
    second = gather(signed, first.positions)
    assert len({gesture.key for gesture in second.gestures}) == 400
    assert not {gesture.key for gesture in first.gestures} & {gesture.key for gesture in second.gestures}
    assert len(signed.asked(CREDENTIALS)) == 1


def test_a_server_with_hashes_and_nothing_to_tell_is_survived(signed: Signed) -> None:
    """As snac answers."""
    page = [mine(1, mentions=[mention(JULIE)]) | {"id": "17956354686"}]
    signed.wire.hooks["home"] = lambda request: as_json(page) if request.path == MINE else None
    first = gather(signed)
    assert len(first.gestures) == 1
    assert gather(signed, first.positions).gestures == ()
    assert first.interrupted is None


@pytest.mark.parametrize("path", [MINE, FAVOURITES, NOTIFICATIONS, CONVERSATIONS])
def test_a_right_that_is_missing_costs_only_its_stream(signed: Signed, path: str) -> None:
    signed.put(mine(1, mentions=[mention(JULIE)]), path=MINE)
    signed.put(toot(2), path=FAVOURITES)
    signed.put(notice(1, "favourite", PAUL, mine(1)), path=NOTIFICATIONS)
    signed.put({"id": "1", "last_status": toot(3, visibility="direct")}, path=CONVERSATIONS)
    signed.home.refused[path] = OUTSIDE
    found = gather(signed)
    assert (len(found.gestures), len(found.warnings), found.interrupted) == (3, 1, None)
    assert "{" not in found.warnings[0]


def test_without_the_right_to_its_own_name_an_account_is_looked_up_like_any_other(signed: Signed) -> None:
    signed.home.refused[CREDENTIALS] = OUTSIDE
    signed.home.things["/api/v1/accounts/lookup"] = person(ME)
    signed.put(mine(1, mentions=[mention(JULIE)]), path=MINE)
    assert one(signed).other == JULIE


@pytest.mark.parametrize("harm", [{"account": None}, {"mentions": "x"}, {"uri": 3}, {"content": ["x"]}])
def test_something_malformed_costs_only_itself(signed: Signed, harm: dict[str, Any]) -> None:
    said = [toot(n, mentions=[mention(ME)]) for n in range(3)]
    told = [notice(n, "mention", JULIE, status) for n, status in enumerate(said)]
    told[1]["status"] = {**told[1]["status"], **harm}
    signed.put(*told, path=NOTIFICATIONS)
    signed.put({"id": "1", "last_status": "x"}, path=CONVERSATIONS)
    found = gather(signed)
    assert len(found.gestures) == (3 if "mentions" in harm else 2)
    assert len(found.warnings) == 1


def test_what_came_before_one_had_to_wait_is_kept_and_the_rest_comes_later(signed: Signed) -> None:
    signed.put(*[mine(n, mentions=[mention(JULIE)]) for n in range(100)], path=MINE)
    signed.put(toot(2), path=FAVOURITES)
    signed.wire.hooks["home"] = lambda request: TOO_MANY if request.one("max_id") == "1060" else None
    first = gather(signed)
    assert (len(first.gestures), type(first.interrupted)) == (40, RestLater)
    assert not signed.asked(FAVOURITES)
    signed.wire.hooks.clear()
    second = gather(signed, first.positions)
    assert {gesture.key for gesture in (*first.gestures, *second.gestures)} >= {
        f"{uri(n, ME)} {JULIE}" for n in range(100)
    }
    assert signed.asked(FAVOURITES)


def test_a_favourite_walk_that_is_interrupted_begins_again(signed: Signed) -> None:
    signed.put(*[toot(n) for n in range(10)], path=FAVOURITES)
    first = gather(signed)
    signed.put(*[toot(n) for n in range(100)], path=FAVOURITES)
    signed.wire.hooks["home"] = lambda request: TOO_MANY if request.one("max_id") else None
    second = gather(signed, first.positions)
    signed.wire.hooks.clear()
    third = gather(signed, second.positions)
    assert {g.about for g in third.gestures} == {uri(n) for n in range(10, 100)}


def test_a_fault_in_one_stream_is_told_and_the_others_are_read(signed: Signed) -> None:
    signed.home.refused[FAVOURITES] = Answer(500)
    signed.put(notice(1, "favourite", PAUL, mine(1)), path=NOTIFICATIONS)
    found = gather(signed)
    assert (len(found.gestures), type(found.interrupted)) == (1, ServerFault)


@pytest.mark.parametrize(
    ("answer", "error"),
    [(TOO_MANY, Busy), (as_json({"error": "invalid token"}, 401), SignedOut), (Answer(422), SignedOut)],
)
def test_when_nothing_comes_that_is_the_error(signed: Signed, answer: Answer, error: type[Exception]) -> None:
    signed.wire.hooks["home"] = lambda _request: answer
    with pytest.raises(error):
        gather(signed)


def test_positions_are_words_that_a_file_can_hold(signed: Signed) -> None:
    signed.put(toot(1), path=FAVOURITES)
    positions = gather(signed).positions
    assert json.loads(json.dumps(dict(positions))) == positions
    assert datetime.fromisoformat(positions["looked"]) == NOW


# --- what some servers wrap ---


def test_what_somebody_boosted_is_itself_in_whatever_it_comes_wrapped(signed: Signed) -> None:
    """snac shows a status that anybody boosted as a boost by whoever looks at it, under a name of its own."""
    own = mine(1, "Mon jardin")
    said = answers(2, own, "@ada Qu’il est beau !", JULIE)
    back = answers(3, said, "@julie@piaille.example Merci !")
    plain = gather_of(signed, [back], [said], [said])
    wrapped = gather_of(signed, [boost(9, back, ME)], [boost(8, said, ME)], [boost(8, said, ME)])
    assert [g.kind for g in plain] == ["replied", "liked", "replied"]
    assert [(g.key, g.kind, g.other, g.text) for g in wrapped] == [
        (g.key, g.kind, g.other, g.text) for g in plain
    ]


def gather_of(
    signed: Signed, written: list[dict[str, Any]], favoured: list[dict[str, Any]], heard: list[dict[str, Any]]
) -> list[Gesture]:
    notices = [notice(number, "mention", JULIE, status) for number, status in enumerate(heard, 1)]
    for path, items in ((MINE, written), (FAVOURITES, favoured), (NOTIFICATIONS, notices)):
        signed.home.lists[path] = items
    return list(gather(signed).gestures)
