"""The real servers are up and behave as they are known to: if one of these fails, the others say nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from tests.real import ground
from tests.real.bluesky.people import Refused
from tests.real.ground import NotHere, Running, until
from tests.real.snac.people import Refused as SnacRefused

if TYPE_CHECKING:
    from pathlib import Path

    from tests.real.bluesky.people import Bluesky
    from tests.real.snac.people import Snac


# --- Bluesky ---


def test_what_one_writes_another_sees_at_home(bluesky: Bluesky) -> None:
    alice, bob, carol = bluesky.person("alice"), bluesky.person("bob"), bluesky.person("carol")
    bob.follow(alice)
    carol.post("Personne ne me suit.")
    post = alice.post("Une haie est une route.")
    bob.sees(post)
    (item,) = bob.timeline()
    assert (item["post"]["record"]["text"], item["post"]["author"]["did"]) == (
        "Une haie est une route.",
        alice.did,
    )


def test_an_edit_is_another_content_at_the_same_address_and_a_deletion_is_one(bluesky: Bluesky) -> None:
    alice, bob = bluesky.person("alice"), bluesky.person("bob")
    bob.follow(alice)
    post, other = alice.post("Une haie est un mur."), alice.post("Un mur est un mur.")
    bob.sees(post, other)
    edited = alice.edit(post, text="Une haie est une route.")
    assert (edited.uri, edited.cid == post.cid) == (post.uri, False)
    until(lambda: edited.cid in {item["post"]["cid"] for item in bob.timeline()}, "the edit is seen")
    alice.delete(other)
    until(lambda: other.uri not in {item["post"]["uri"] for item in bob.timeline()}, "the deletion is seen")


def test_who_is_answered_liked_passed_on_mentioned_and_followed_is_told(bluesky: Bluesky) -> None:
    alice, bob = bluesky.person("alice"), bluesky.person("bob")
    post = alice.post("Une haie est une route.")
    answer = bob.post("Et un abri.", reply_to=post)
    again = alice.post("Aussi.", reply_to=answer)
    bob.like(post)
    bob.repost(post)
    bob.post("Lisez ceci.", quote=post)
    bob.mention(f"Bonjour @{alice.handle} !", alice)
    bob.follow(alice)
    for reason in ("reply", "like", "repost", "quote"):
        alice.hears(reason, post)
    for reason in ("mention", "follow"):
        alice.hears(reason)
    bob.hears("reply", answer)
    assert bluesky.root(again).uri == post.uri


@pytest.mark.parametrize("messages", [False, True])
def test_an_app_password_reads_messages_only_with_that_right(bluesky: Bluesky, *, messages: bool) -> None:
    alice, bob = bluesky.person("alice"), bluesky.person("bob")
    bob.say(alice, "Ton texte m’accompagne.")
    session = bluesky.sign_in(alice.handle, alice.app_password("lecture", messages=messages))

    def read() -> list[str]:
        convos = bluesky.call("chat.bsky.convo.listConvos", session.access, chat=True)["convos"]
        return [convo["lastMessage"]["text"] for convo in convos]

    if messages:
        assert read() == ["Ton texte m’accompagne."]
    else:
        with pytest.raises(Refused) as refused:
            read()
        assert (refused.value.status, refused.value.name) == (400, "InvalidToken")


def test_messages_are_for_those_who_are_in_the_conversation(bluesky: Bluesky) -> None:
    alice, bob, eve = bluesky.person("alice"), bluesky.person("bob"), bluesky.person("eve")
    alice.say(bob, "Un")
    bob.say(alice, "Deux")
    (convo,) = alice.ask("chat.bsky.convo.listConvos", chat=True)["convos"]
    assert (convo["unreadCount"], {member["handle"] for member in convo["members"]}) == (
        1,
        {alice.handle, bob.handle},
    )
    page = alice.ask("chat.bsky.convo.getMessages", chat=True, convoId=convo["id"], limit=1)
    assert [message["text"] for message in page["messages"]] == ["Deux"]
    rest = alice.ask(
        "chat.bsky.convo.getMessages", chat=True, convoId=convo["id"], cursor=page["cursor"], limit=1
    )
    assert ([message["text"] for message in rest["messages"]], "cursor" in rest) == (["Un"], False)
    assert eve.ask("chat.bsky.convo.listConvos", chat=True)["convos"] == []
    with pytest.raises(Refused, match="InvalidConvo"):
        eve.ask("chat.bsky.convo.getMessages", chat=True, convoId=convo["id"])


def test_the_directory_knows_where_somebody_lives(bluesky: Bluesky) -> None:
    alice = bluesky.person("alice")
    document = httpx.get(f"{bluesky.plc}/{alice.did}", timeout=20).json()
    assert [service["serviceEndpoint"] for service in document["service"]] == [bluesky.pds]
    assert document["alsoKnownAs"] == [f"at://{alice.handle}"]


# --- snac ---


def test_on_snac_too_what_one_writes_another_sees_at_home(snac: Snac) -> None:
    alice, bob = snac.person("alice"), snac.person("bob")
    bob.follow(alice)
    edited = alice.edit(alice.post("Une haie est un mur."), "Une haie est une route.")
    gone = alice.post("Un mur est un mur.")
    answer = bob.post(f"@{alice.account} Et un abri.", reply_to=edited)
    bob.favourite(edited)
    bob.boost(edited)
    bob.sees(edited, gone)
    alice.hears("mention", answer)
    for kind in ("favourite", "reblog"):
        alice.hears(kind, edited)
    alice.hears("follow")
    alice.delete(gone)
    until(lambda: gone.uri not in {status["uri"] for status in bob.timeline()}, "the deletion is seen")


def test_a_page_is_approved_as_in_a_browser(snac: Snac) -> None:
    alice = snac.person("alice")
    there = "http://127.0.0.1:9/retour"
    app = snac.call(
        "POST", "/api/v1/apps", data={"client_name": "Essai", "redirect_uris": there, "scopes": "read"}
    )
    asked = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": there, "state": "haie"}
    page = f"{snac.base}/oauth/authorize?{urlencode({**asked, 'scope': 'read'})}"
    went = urlsplit(snac.approve(page, alice.name, alice.password))
    assert (went.path, parse_qs(went.query)["state"]) == ("/retour", ["haie"])
    assert parse_qs(went.query)["code"]
    assert "LOGIN INCORRECT" in snac.approve(page, alice.name, "autre chose")
    with pytest.raises(SnacRefused):
        snac.call("GET", "/api/v1/timelines/home", "no-token")


# --- what they stand on ---


def test_what_is_waited_for_in_vain_is_said() -> None:
    with pytest.raises(AssertionError, match=r"in vain until the hedge grows; the last answer was \[\]"):
        until(list, "the hedge grows", patience=0)


def test_a_program_that_is_missing_or_ends_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotHere, match="no-such-server cannot be started"):
        Running.start([tmp_path / "no-such-server"], tmp_path / "log")
    ended = Running.start(["sh", "-c", "echo plus de place"], tmp_path / "log")
    with pytest.raises(NotHere, match="sh ended at once: plus de place"):
        ended.ready(lambda: False)
    ended.end()
    with pytest.raises(NotHere, match="sh failed: rien"):
        ground.run(["sh", "-c", "echo rien; exit 3"])
