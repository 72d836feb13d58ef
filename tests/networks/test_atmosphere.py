"""The stub of the Bluesky network: it answers as the lexicons and the real servers do, and fails when it is told to."""

from __future__ import annotations

import http.client
import json
import time
from base64 import urlsafe_b64decode
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from engage.demo.cards import Card
from engage.demo.wire import Wire
from feeds.carry import httpx_transport
from feeds.http import Client
from tests.networks.atmosphere import (
    APPVIEW,
    CHAT,
    EVERY,
    GONE,
    INVALID,
    LIKE,
    PLC,
    POST,
    Atmosphere,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

TIMELINE = "app.bsky.feed.getTimeline"
AUTHOR_FEED = "app.bsky.feed.getAuthorFeed"
LIST_RECORDS = "com.atproto.repo.listRecords"
NOTIFICATIONS = "app.bsky.notification.listNotifications"
CONVOS = "chat.bsky.convo.listConvos"
CREATE, REFRESH, DELETE, SESSION = (
    f"com.atproto.server.{name}Session" for name in ("create", "refresh", "delete", "get")
)
TO_CHAT = {"atproto-proxy": f"{CHAT}#bsky_chat"}
WORD = "mot de passe"


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> tuple[int, str]:
        return self.status, self.json["error"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Asks a site by its Host header, with a token or without."""

    wire: Wire
    site: str = "pds"
    token: str = ""

    def send(self, verb: str, path: str, body: Any = None, **headers: str) -> Reply:
        line = http.client.HTTPConnection("127.0.0.1", self.wire.port)
        named = {"Host": f"{self.site}.localhost:{self.wire.port}"} | headers
        named |= {"Authorization": f"Bearer {self.token}"} if self.token else {}
        line.request(verb, path, None if body is None else json.dumps(body).encode(), named)
        answer = line.getresponse()
        said = {name.lower(): value for name, value in answer.getheaders()}
        reply = Reply(answer.status, said, answer.read())
        line.close()
        return reply

    def get(self, method: str, headers: dict[str, str] | None = None, **params: Any) -> Reply:
        query = urlencode(params, doseq=True)
        return self.send("GET", f"/xrpc/{method}?{query}", **(headers or {}))

    def post(self, method: str, body: Any = None, headers: dict[str, str] | None = None) -> Reply:
        return self.send("POST", f"/xrpc/{method}", body, **(headers or {}))

    def signed_in(self, name: str, password: str = WORD) -> Caller:
        answer = self.post(CREATE, {"identifier": name, "password": password})
        assert answer.status == 200, answer.body
        return replace(self, token=answer.json["accessJwt"])

    def pages(self, method: str, name: str, **params: Any) -> list[list[Any]]:
        found: list[list[Any]] = []
        cursor: dict[str, Any] = {}
        while True:
            page = self.get(method, **params, **cursor).json
            found.append(page[name])
            if "cursor" not in page:
                return found
            cursor = {"cursor": page["cursor"]}


@pytest.fixture
def sky(now: datetime) -> Atmosphere:
    return Atmosphere(now)


@pytest.fixture
def pds(sky: Atmosphere) -> Iterator[Caller]:
    with Wire(sky.sites("julie", "elsewhere")) as wire:
        yield Caller(wire)


@pytest.fixture
def julie(sky: Atmosphere) -> str:
    return sky.person("julie.localhost", "Julie", WORD, website="https://julie.example/")


@pytest.fixture
def paul(sky: Atmosphere) -> str:
    return sky.person("paul.example", "Paul", WORD, labels=["!no-unauthenticated"])


@pytest.fixture
def nora(sky: Atmosphere) -> str:
    return sky.person("nora.example", "Nora", WORD)


def claims(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    said: dict[str, Any] = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return said


def texts(feed: list[Any]) -> list[str]:
    return [item["post"]["record"]["text"] for item in feed]


# From a handle to a PDS.


def test_a_handle_leads_to_a_did_and_the_did_to_its_pds(pds: Caller, julie: str) -> None:
    found = pds.get("com.atproto.identity.resolveHandle", handle="julie.localhost")
    assert found.json == {"did": julie}
    document = replace(pds, site="plc").send("GET", f"/{julie}")
    assert document.headers["content-type"].startswith("application/did+ld+json")
    assert document.json["alsoKnownAs"] == ["at://julie.localhost"]
    service = {
        "id": "#atproto_pds",
        "type": "AtprotoPersonalDataServer",
        "serviceEndpoint": pds.wire.base("pds"),
    }
    assert document.json["service"] == [service]


def test_a_person_may_live_on_another_pds(sky: Atmosphere, pds: Caller) -> None:
    did = sky.person("lou.example", "Lou", WORD, pds="elsewhere")
    document = replace(pds, site="plc").send("GET", f"/{did}").json
    assert document["service"][0]["serviceEndpoint"] == pds.wire.base("elsewhere")
    assert pds.post(CREATE, {"identifier": did, "password": WORD}).error == (401, "AuthenticationRequired")
    assert replace(pds, site="elsewhere").signed_in(did).get(SESSION).json["did"] == did
    assert pds.get(LIST_RECORDS, repo=did, collection=POST).error == (400, "InvalidRequest")


def test_the_own_domain_of_a_handle_names_its_did(pds: Caller, julie: str) -> None:
    said = replace(pds, site="julie").send("GET", "/.well-known/atproto-did")
    assert (said.status, said.body.decode()) == (200, julie)
    assert pds.send("GET", "/.well-known/atproto-did").status == 404


@pytest.mark.parametrize(
    ("site", "handle", "name"),
    [
        ("pds", "nobody.example", "HandleNotFound"),
        (APPVIEW, "nobody.example", "InvalidRequest"),
        ("pds", "nobody", "InvalidRequest"),
        ("pds", INVALID, "HandleNotFound"),
    ],
)
def test_handles_that_lead_nowhere(pds: Caller, site: str, handle: str, name: str) -> None:
    asked = replace(pds, site=site).get("com.atproto.identity.resolveHandle", handle=handle)
    assert asked.error == (400, name)


def test_a_did_that_was_never_registered(pds: Caller) -> None:
    asked = replace(pds, site="plc").send("GET", "/did:plc:aaaaaaaaaaaaaaaaaaaaaaaa")
    assert (asked.status, list(asked.json)) == (404, ["message"])


def test_handles_change_and_break_while_the_did_stays(sky: Atmosphere, pds: Caller, julie: str) -> None:
    sky.rename(julie, "julie.example")
    assert (
        pds.signed_in("julie.example").get("app.bsky.actor.getProfile", actor=julie).json["handle"]
        == "julie.example"
    )
    sky.rename(julie, INVALID)
    signed = pds.signed_in(julie)
    assert signed.get("app.bsky.actor.getProfile", actor=julie).json["handle"] == INVALID
    assert signed.get("com.atproto.identity.resolveHandle", handle="julie.example").status == 400
    assert replace(pds, site="plc").send("GET", f"/{julie}").json["alsoKnownAs"] == ["at://julie.example"]


# Sessions.


def test_the_password_opens_a_session_with_tokens_that_say_who_and_what(pds: Caller, julie: str) -> None:
    session = pds.post(CREATE, {"identifier": "julie.localhost", "password": WORD}).json
    assert session["did"] == julie
    assert session["didDoc"]["service"][0]["serviceEndpoint"] == pds.wire.base("pds")
    access, refresh = claims(session["accessJwt"]), claims(session["refreshJwt"])
    assert (access["sub"], access["scope"]) == (julie, "com.atproto.access")
    assert access["exp"] - access["iat"] == 7200
    assert (refresh["sub"], refresh["scope"]) == (julie, "com.atproto.refresh")
    assert access["exp"] > time.time()


@pytest.mark.parametrize(
    "given", [("julie.localhost", "faux"), ("nobody.example", WORD), ("julie.localhost", "")]
)
def test_a_wrong_password_and_a_wrong_name_sound_the_same(
    pds: Caller, julie: str, given: tuple[str, str]
) -> None:
    assert julie
    asked = pds.post(CREATE, {"identifier": given[0], "password": given[1]})
    assert asked.error == (401, "AuthenticationRequired")
    assert asked.json["message"] == "Invalid identifier or password"


def test_a_factor_is_asked_beside_the_password_only(sky: Atmosphere, pds: Caller, julie: str) -> None:
    sky.ask_factor(julie, "ABCDE-12345")
    asked = {"identifier": julie, "password": WORD}
    assert pds.post(CREATE, asked).error == (401, "AuthFactorTokenRequired")
    assert pds.post(CREATE, {**asked, "authFactorToken": "ABCDE-12345"}).status == 200
    assert pds.post(CREATE, {**asked, "password": sky.app_password(julie)}).status == 200


@pytest.mark.parametrize(
    ("privileged", "scope"), [(False, "com.atproto.appPass"), (True, "com.atproto.appPassPrivileged")]
)
def test_an_app_password_has_its_own_scope(
    sky: Atmosphere, pds: Caller, julie: str, privileged: bool, scope: str
) -> None:
    signed = pds.signed_in(julie, sky.app_password(julie, privileged=privileged))
    assert claims(signed.token)["scope"] == scope


def test_a_refresh_token_is_good_once(pds: Caller, julie: str) -> None:
    first = pds.post(CREATE, {"identifier": julie, "password": WORD}).json
    second = replace(pds, token=first["refreshJwt"]).post(REFRESH)
    assert second.status == 200
    assert second.json["refreshJwt"] != first["refreshJwt"]
    assert replace(pds, token=first["refreshJwt"]).post(REFRESH).error == (400, "ExpiredToken")
    assert replace(pds, token=second.json["refreshJwt"]).post(REFRESH).status == 200
    assert replace(pds, token=first["accessJwt"]).get(SESSION).status == 200


def test_with_a_grace_the_old_refresh_token_leads_to_the_same_successor(
    sky: Atmosphere, pds: Caller, julie: str
) -> None:
    sky.grace = True
    first = pds.post(CREATE, {"identifier": julie, "password": WORD}).json["refreshJwt"]
    twice = [replace(pds, token=first).post(REFRESH).json["refreshJwt"] for _ in range(2)]
    assert claims(twice[0])["jti"] == claims(twice[1])["jti"] != claims(first)["jti"]


def test_tokens_are_not_taken_for_one_another(pds: Caller, julie: str) -> None:
    session = pds.post(CREATE, {"identifier": julie, "password": WORD}).json
    assert replace(pds, token=session["refreshJwt"]).get(SESSION).error == (400, "InvalidToken")
    assert replace(pds, token=session["accessJwt"]).post(REFRESH).error == (400, "InvalidToken")
    assert replace(pds, token="x").get(SESSION).error == (400, "InvalidToken")
    assert pds.get(SESSION).error == (401, "AuthMissing")
    assert pds.get(SESSION, headers={"Authorization": "Basic x"}).error == (400, "InvalidToken")


def test_an_access_token_expires_and_a_refresh_mends_it(sky: Atmosphere, pds: Caller, julie: str) -> None:
    session = pds.post(CREATE, {"identifier": julie, "password": WORD}).json
    sky.expire()
    assert replace(pds, token=session["accessJwt"]).get(TIMELINE).error == (400, "ExpiredToken")
    fresh = replace(pds, token=session["refreshJwt"]).post(REFRESH).json
    assert replace(pds, token=fresh["accessJwt"]).get(TIMELINE).status == 200


def test_a_token_may_come_expired(sky: Atmosphere, pds: Caller, julie: str) -> None:
    sky.lifetime = -60
    signed = pds.signed_in(julie)
    assert claims(signed.token)["exp"] < time.time()
    assert signed.get(SESSION).error == (400, "ExpiredToken")


def test_a_session_ends_by_its_refresh_token(pds: Caller, julie: str) -> None:
    session = pds.post(CREATE, {"identifier": julie, "password": WORD}).json
    refresh = replace(pds, token=session["refreshJwt"])
    assert (refresh.post(DELETE).status, refresh.post(DELETE).status) == (200, 200)
    assert refresh.post(REFRESH).error == (400, "ExpiredToken")
    assert replace(pds, token=session["accessJwt"]).post(DELETE).error == (400, "InvalidToken")


def test_a_revoked_app_password_opens_and_refreshes_nothing(sky: Atmosphere, pds: Caller, julie: str) -> None:
    password = sky.app_password(julie)
    session = pds.post(CREATE, {"identifier": julie, "password": password}).json
    other = pds.post(CREATE, {"identifier": julie, "password": WORD}).json
    sky.revoke(julie, password)
    assert pds.post(CREATE, {"identifier": julie, "password": password}).status == 401
    assert replace(pds, token=session["refreshJwt"]).post(REFRESH).error == (400, "ExpiredToken")
    assert replace(pds, token=other["refreshJwt"]).post(REFRESH).status == 200
    sky.end_sessions(julie)
    assert replace(pds, token=other["refreshJwt"]).post(REFRESH).error == (400, "ExpiredToken")


def test_an_account_that_was_taken_down(sky: Atmosphere, pds: Caller, julie: str, paul: str) -> None:
    uri, _ = sky.post(julie, "Bonjour")
    signed, other = pds.signed_in(julie), pds.signed_in(paul)
    sky.takedown(julie)
    assert pds.post(CREATE, {"identifier": julie, "password": WORD}).error == (401, "AccountTakedown")
    assert signed.get(TIMELINE).error == (401, "AccountTakedown")
    assert other.get("app.bsky.actor.getProfile", actor=julie).error == (400, "AccountTakedown")
    assert other.get(AUTHOR_FEED, actor=julie).error == (400, "InvalidRequest")
    assert other.get("app.bsky.feed.getPosts", uris=uri).json == {"posts": []}


# The home timeline.


def test_the_timeline_holds_own_posts_and_those_of_the_followed_and_what_they_pass_on(
    sky: Atmosphere, pds: Caller, julie: str, paul: str, nora: str
) -> None:
    uri, cid = sky.post(nora, "Une étrangère")
    sky.follow(julie, paul)
    sky.post(paul, "Un ami")
    sky.post(julie, "Moi-même")
    repost, _ = sky.repost(paul, uri)
    feed = pds.signed_in(julie).get(TIMELINE).json["feed"]
    assert texts(feed) == ["Une étrangère", "Moi-même", "Un ami"]
    reason = feed[0]["reason"]
    assert (reason["$type"], reason["uri"]) == ("app.bsky.feed.defs#reasonRepost", repost)
    assert (reason["by"]["did"], feed[0]["post"]["author"]["did"]) == (paul, nora)
    assert reason["indexedAt"] > feed[0]["post"]["indexedAt"]
    assert feed[0]["post"]["cid"] == cid


@pytest.mark.parametrize(
    ("created", "before"),
    [
        ("2020-01-01T00:00:00Z", "Hier"),
        ("2099-01-01T00:00:00Z", "Demain"),
        ("0000-01-01T00:00:00.000Z", "Hier"),
        ("vendredi", "Hier"),
    ],
)
def test_the_order_is_by_the_earlier_of_written_and_seen(
    sky: Atmosphere, pds: Caller, julie: str, now: datetime, created: str, before: str
) -> None:
    sky.post(julie, "Hier", at=now - timedelta(days=1))
    sky.post(julie, "Le post", at=now, created=created)
    sky.post(julie, "Demain", at=now + timedelta(days=1))
    feed = pds.signed_in(julie).get(TIMELINE).json["feed"]
    order = texts(feed)
    assert order.index(before) + 1 == order.index("Le post")
    post = feed[order.index("Le post")]["post"]
    assert (post["record"]["createdAt"], post["indexedAt"]) == (created, "2026-11-23T12:00:00.000Z")


def test_pages_hold_everything_once_even_among_the_simultaneous(
    sky: Atmosphere, pds: Caller, julie: str, now: datetime
) -> None:
    for number in range(7):
        sky.post(julie, f"{number}", at=now)
    pages = pds.signed_in(julie).pages(TIMELINE, "feed", limit=3)
    assert [len(page) for page in pages] == [3, 3, 1]
    assert sorted(text for page in pages for text in texts(page)) == [str(number) for number in range(7)]


def test_a_page_that_is_filtered_may_be_empty_and_go_on(
    sky: Atmosphere, pds: Caller, julie: str, paul: str, nora: str
) -> None:
    sky.follow(julie, paul)
    sky.follow(julie, nora)
    sky.post(nora, "Plus ancien")
    for number in range(2):
        sky.post(paul, f"{number}")
    sky.mute(julie, paul)
    pages = pds.signed_in(julie).pages(TIMELINE, "feed", limit=2)
    assert [texts(page) for page in pages] == [[], ["Plus ancien"]]


@pytest.mark.parametrize(
    ("limit", "said"), [("1000", "maximum 100"), ("0", "minimum 1"), ("beaucoup", "Expected integer")]
)
def test_a_limit_has_limits(pds: Caller, julie: str, limit: str, said: str) -> None:
    asked = pds.signed_in(julie).get(TIMELINE, limit=limit)
    assert asked.error == (400, "InvalidRequest")
    assert said in asked.json["message"]


def test_a_cursor_of_somebody_else_is_an_error_of_the_server(pds: Caller, julie: str) -> None:
    assert pds.signed_in(julie).get(TIMELINE, cursor="zzz").error == (502, "InternalServerError")


def test_an_answer_shows_what_it_answers(
    sky: Atmosphere, pds: Caller, julie: str, paul: str, nora: str
) -> None:
    root, root_cid = sky.post(nora, "Le début")
    parent, parent_cid = sky.post(paul, "La suite", reply_to=root)
    sky.post(julie, "La fin", reply_to=parent)
    item = pds.signed_in(julie).get(TIMELINE, limit=1).json["feed"][0]
    assert item["post"]["record"]["reply"] == {
        "root": {"uri": root, "cid": root_cid},
        "parent": {"uri": parent, "cid": parent_cid},
    }
    shown = {name: (item["reply"][name]["$type"], item["reply"][name]["uri"]) for name in ("root", "parent")}
    view = "app.bsky.feed.defs#postView"
    assert shown == {"root": (view, root), "parent": (view, parent)}
    assert item["reply"]["grandparentAuthor"]["did"] == nora


def test_a_parent_that_is_gone_and_a_parent_that_is_blocked(
    sky: Atmosphere, pds: Caller, julie: str, paul: str, nora: str
) -> None:
    sky.follow(julie, paul)
    gone, _ = sky.post(nora, "Bientôt parti")
    sky.post(paul, "À une absente", reply_to=gone)
    sky.delete(gone)
    apart, _ = sky.post(nora, "Entre nous")
    sky.post(paul, "Malgré le blocage", reply_to=apart)
    sky.block(nora, paul)
    feed = pds.signed_in(julie).get(TIMELINE).json["feed"]
    assert texts(feed) == ["Malgré le blocage", "À une absente"]
    blocked, missing = (item["reply"]["parent"] for item in feed)
    assert (blocked["$type"], blocked["blocked"]) == ("app.bsky.feed.defs#blockedPost", True)
    assert blocked["author"]["did"] == nora
    assert missing == {"$type": "app.bsky.feed.defs#notFoundPost", "uri": gone, "notFound": True}


def test_a_block_of_ones_own_takes_posts_and_answers_away(
    sky: Atmosphere, pds: Caller, julie: str, paul: str, nora: str
) -> None:
    sky.follow(julie, paul)
    sky.follow(julie, nora)
    uri, _ = sky.post(nora, "Bloquée")
    sky.post(paul, "À la bloquée", reply_to=uri)
    sky.post(paul, "À tous")
    block, _ = sky.block(julie, nora)
    signed = pds.signed_in(julie)
    assert texts(signed.get(TIMELINE).json["feed"]) == ["À tous"]
    assert signed.get(AUTHOR_FEED, actor=nora).error == (400, "BlockedActor")
    assert pds.signed_in(nora).get(AUTHOR_FEED, actor=julie).error == (400, "BlockedByActor")
    relation = signed.get("app.bsky.actor.getProfile", actor=nora).json["viewer"]
    assert relation == {"muted": False, "blockedBy": False, "blocking": block}


# Posts.


def test_what_a_post_carries(sky: Atmosphere, pds: Caller, julie: str, paul: str) -> None:
    quoted, _ = sky.post(paul, "Cité")
    card = Card("https://blog.example/mousse", "La mousse", "Tout sur elle")
    uris = [
        sky.post(julie, "Un lien", card=card)[0],
        sky.post(julie, "Des images", images=["Un bateau", ""])[0],
        sky.post(julie, "Une citation", quote=quoted)[0],
        sky.post(julie, "Les deux", quote=quoted, images=["Une barque"])[0],
    ]
    link, images, quote, both = pds.signed_in(paul).get("app.bsky.feed.getPosts", uris=uris).json["posts"]
    assert link["embed"]["$type"] == "app.bsky.embed.external#view"
    assert link["embed"]["external"]["uri"] == card.url
    assert [one["alt"] for one in images["embed"]["images"]] == ["Un bateau", ""]
    picture = images["embed"]["images"][0]["fullsize"]
    assert (
        replace(pds, site=APPVIEW).send("GET", "/" + picture.split("/", 3)[3]).headers["content-type"]
        == "image/png"
    )
    assert quote["embed"]["record"]["$type"] == "app.bsky.embed.record#viewRecord"
    assert quote["embed"]["record"]["value"]["text"] == "Cité"
    assert both["embed"]["record"]["record"]["uri"] == quoted
    assert both["embed"]["media"]["$type"] == "app.bsky.embed.images#view"


def test_a_quoted_post_may_be_gone_or_not_for_the_reader(
    sky: Atmosphere, pds: Caller, julie: str, paul: str, nora: str
) -> None:
    gone, kept = sky.post(nora, "Parti")[0], sky.post(nora, "Resté")[0]
    uris = [sky.post(paul, "Un", quote=gone)[0], sky.post(paul, "Deux", quote=kept)[0]]
    sky.delete(gone)
    sky.block(nora, julie)
    posts = pds.signed_in(julie).get("app.bsky.feed.getPosts", uris=uris).json["posts"]
    kinds = [post["embed"]["record"]["$type"].rpartition("#")[2] for post in posts]
    assert kinds == ["viewNotFound", "viewBlocked"]


def test_facets_count_in_bytes(sky: Atmosphere, pds: Caller, julie: str, paul: str) -> None:
    text = "Été 🌳 @paul.example lit https://blog.example/é, #mousse @nobody.example"
    uri, _ = sky.post(julie, text, langs=["fr"], labels=["spoiler"])
    post = pds.signed_in(julie).get("app.bsky.feed.getPosts", uris=uri).json["posts"][0]
    found = [
        (
            text.encode()[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(),
            facet["features"][0],
        )
        for facet in post["record"]["facets"]
    ]
    kind = "app.bsky.richtext.facet#"
    assert found == [
        ("@paul.example", {"$type": f"{kind}mention", "did": paul}),
        ("https://blog.example/é", {"$type": f"{kind}link", "uri": "https://blog.example/é"}),
        ("#mousse", {"$type": f"{kind}tag", "tag": "mousse"}),
    ]
    assert (post["record"]["langs"], [label["val"] for label in post["labels"]]) == (["fr"], ["spoiler"])


def test_an_edit_is_a_new_cid_and_a_deletion_leaves_a_post_out(
    sky: Atmosphere, pds: Caller, julie: str
) -> None:
    uri, cid = sky.post(julie, "Une fote")
    other, _ = sky.post(julie, "Une autre")
    sky.delete(other)
    edited = sky.edit(uri, "Une faute")
    posts = pds.signed_in(julie).get("app.bsky.feed.getPosts", uris=[uri, other]).json["posts"]
    assert [(post["cid"], post["record"]["text"]) for post in posts] == [(edited, "Une faute")]
    assert edited != cid


def test_posts_are_asked_for_25_at_a_time(sky: Atmosphere, pds: Caller, julie: str) -> None:
    uri, _ = sky.post(julie, "Bonjour")
    signed = pds.signed_in(julie)
    assert signed.get("app.bsky.feed.getPosts", uris=[uri] * 26).error == (400, "InvalidRequest")
    assert signed.get("app.bsky.feed.getPosts", uris=[uri] * 25).status == 200


def test_a_post_knows_what_the_reader_did_with_it(
    sky: Atmosphere, pds: Caller, julie: str, paul: str
) -> None:
    uri, _ = sky.post(paul, "Bonjour")
    like, repost = sky.like(julie, uri)[0], sky.repost(julie, uri)[0]
    sky.post(julie, "Bonsoir", reply_to=uri)
    post = pds.signed_in(julie).get("app.bsky.feed.getPosts", uris=uri).json["posts"][0]
    assert (post["viewer"]["like"], post["viewer"]["repost"]) == (like, repost)
    assert [post[name] for name in ("likeCount", "repostCount", "replyCount", "quoteCount")] == [1, 1, 1, 0]
    sky.delete(like)
    post = pds.signed_in(julie).get("app.bsky.feed.getPosts", uris=uri).json["posts"][0]
    assert (post["likeCount"], "like" in post["viewer"]) == (0, False)


def test_a_thread_goes_up_and_down(sky: Atmosphere, pds: Caller, julie: str, paul: str) -> None:
    root, _ = sky.post(paul, "Un")
    middle, _ = sky.post(julie, "Deux", reply_to=root)
    sky.post(paul, "Trois", reply_to=middle)
    thread = pds.signed_in(julie).get("app.bsky.feed.getPostThread", uri=middle).json["thread"]
    assert thread["parent"]["post"]["record"]["text"] == "Un"
    assert [reply["post"]["record"]["text"] for reply in thread["replies"]] == ["Trois"]
    sky.delete(root)
    thread = pds.signed_in(julie).get("app.bsky.feed.getPostThread", uri=middle).json["thread"]
    assert thread["parent"]["notFound"] is True
    asked = pds.signed_in(julie).get("app.bsky.feed.getPostThread", uri=root)
    assert asked.error == (400, "NotFound")


# Other feeds.


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("posts_with_replies", ["Passé", "À lui", "Suite", "Début", "Image"]),
        ("posts_no_replies", ["Passé", "Début", "Image"]),
        ("posts_and_author_threads", ["Passé", "Suite", "Début", "Image"]),
        ("posts_with_media", ["Image"]),
    ],
)
def test_the_feed_of_an_author_and_its_filters(
    sky: Atmosphere, pds: Caller, julie: str, paul: str, kind: str, expected: list[str]
) -> None:
    other, _ = sky.post(paul, "Passé")
    sky.post(julie, "Image", images=["Un bateau"])
    start, _ = sky.post(julie, "Début")
    sky.post(julie, "Suite", reply_to=start)
    sky.post(julie, "À lui", reply_to=other)
    sky.repost(julie, other)
    pages = pds.signed_in(paul).pages(AUTHOR_FEED, "feed", actor=julie, filter=kind, limit=2)
    assert [text for page in pages for text in texts(page)] == expected


def test_a_list_has_members_and_a_feed_of_their_posts(
    sky: Atmosphere, pds: Caller, julie: str, paul: str, nora: str
) -> None:
    uri = sky.make_list(julie, "Amis", [paul, nora])
    passed, _ = sky.post(paul, "Le sien")
    sky.repost(nora, passed)
    sky.post(julie, "Le mien")
    signed = pds.signed_in(julie)
    lists = signed.get("app.bsky.graph.getLists", actor=julie).json["lists"]
    assert [(one["uri"], one["name"], one["listItemCount"]) for one in lists] == [(uri, "Amis", 2)]
    members = signed.pages("app.bsky.graph.getList", "items", list=uri, limit=1)
    assert [item["subject"]["did"] for page in members for item in page] == [nora, paul]
    assert texts(signed.get("app.bsky.feed.getListFeed", list=uri).json["feed"]) == ["Le sien"]
    assert signed.get("app.bsky.graph.getList", list=uri + "2").error == (400, "InvalidRequest")


# People.


def test_follows_and_followers_newest_first_and_how_one_stands_with_them(
    sky: Atmosphere, pds: Caller, julie: str, paul: str, nora: str
) -> None:
    following, _ = sky.follow(julie, paul)
    sky.follow(julie, nora)
    followed, _ = sky.follow(paul, julie)
    signed = pds.signed_in(julie)
    pages = signed.pages("app.bsky.graph.getFollows", "follows", actor=julie, limit=1)
    assert [one["did"] for page in pages for one in page] == [nora, paul]
    assert pages[1][0]["viewer"] == {
        "muted": False,
        "blockedBy": False,
        "following": following,
        "followedBy": followed,
    }
    followers = signed.get("app.bsky.graph.getFollowers", actor=julie).json
    assert ([one["did"] for one in followers["followers"]], followers["subject"]["did"]) == ([paul], julie)
    asked = signed.get("app.bsky.graph.getFollows", actor="nobody.example")
    assert asked.json["message"] == "Actor not found: nobody.example"


def test_a_profile_by_handle_or_did(sky: Atmosphere, pds: Caller, julie: str, paul: str) -> None:
    sky.mute(paul, julie)
    sky.post(julie, "Bonjour")
    signed = pds.signed_in(paul)
    profile = signed.get("app.bsky.actor.getProfile", actor="julie.localhost").json
    assert (profile["did"], profile["website"]) == (julie, "https://julie.example/")
    assert (profile["postsCount"], profile["viewer"]["muted"]) == (1, True)
    profiles = signed.get("app.bsky.actor.getProfiles", actors=[julie, "nobody.example"]).json["profiles"]
    assert [one["did"] for one in profiles] == [julie]
    assert signed.get("app.bsky.actor.getProfile", actor="nobody.example").error == (400, "InvalidRequest")
    assert [one["did"] for one in signed.get("app.bsky.graph.getMutes").json["mutes"]] == [julie]


def test_the_appview_serves_strangers_and_labels_who_would_not_be_served(
    sky: Atmosphere, pds: Caller, paul: str
) -> None:
    sky.post(paul, "Pour les membres")
    public = replace(pds, site=APPVIEW)
    item = public.get(AUTHOR_FEED, actor=paul).json["feed"][0]
    assert item["post"]["record"]["text"] == "Pour les membres"
    assert [label["val"] for label in item["post"]["author"]["labels"]] == ["!no-unauthenticated"]
    assert "viewer" not in item["post"]
    assert "viewer" not in item["post"]["author"]
    assert public.get(TIMELINE).error == (401, "AuthMissing")
    assert public.get(NOTIFICATIONS).error == (401, "AuthMissing")
    assert public.get(LIST_RECORDS, repo=paul, collection=POST).error == (501, "MethodNotImplemented")
    assert pds.get(AUTHOR_FEED, actor=paul).error == (401, "AuthMissing")
    assert replace(pds.signed_in(paul), site=APPVIEW).get(AUTHOR_FEED, actor=paul).status == 401


# Notifications.


def test_one_notification_for_each_thing_that_others_did(
    sky: Atmosphere, pds: Caller, julie: str, paul: str, nora: str
) -> None:
    post, _ = sky.post(julie, "Bonjour")
    other, _ = sky.post(nora, "De Nora")
    passed, _ = sky.repost(julie, other)
    sky.follow(paul, julie)
    sky.like(paul, post)
    sky.repost(paul, post)
    sky.like(paul, other, via=passed)
    sky.repost(paul, other, via=passed)
    sky.post(paul, "Citation", quote=post)
    reply, _ = sky.post(paul, "Réponse", reply_to=post)
    sky.post(nora, "Réponse à la réponse", reply_to=reply)
    sky.post(paul, "Coucou @julie.localhost")
    sky.post(nora, "Réponse qui nomme @julie.localhost", reply_to=post)
    sky.like(julie, post)
    pages = pds.signed_in(julie).pages(NOTIFICATIONS, "notifications", limit=4)
    found = [(one["reason"], one.get("reasonSubject", "")) for page in pages for one in page]
    assert found == [
        ("mention", ""),
        ("mention", ""),
        ("reply", post),
        ("reply", post),
        ("quote", post),
        ("repost-via-repost", passed),
        ("like-via-repost", passed),
        ("repost", post),
        ("like", post),
        ("follow", ""),
    ]
    likes = pds.signed_in(julie).get(NOTIFICATIONS, reasons=["like", "follow"]).json["notifications"]
    assert [one["reason"] for one in likes] == ["like", "follow"]


def test_what_was_seen_is_read(sky: Atmosphere, pds: Caller, julie: str, paul: str, now: datetime) -> None:
    uri, _ = sky.post(julie, "Bonjour", at=now)
    sky.like(paul, uri, at=now + timedelta(minutes=1))
    sky.repost(paul, uri, at=now + timedelta(minutes=3))
    signed = pds.signed_in(julie)
    assert (
        signed.post("app.bsky.notification.updateSeen", {"seenAt": "2026-11-23T12:02:00.000Z"}).status == 200
    )
    answer = signed.get(NOTIFICATIONS).json
    assert [(one["reason"], one["isRead"]) for one in answer["notifications"]] == [
        ("repost", False),
        ("like", True),
    ]
    assert answer["seenAt"] == "2026-11-23T12:02:00.000Z"


def test_the_muted_and_the_deleted_notify_nobody(
    sky: Atmosphere, pds: Caller, julie: str, paul: str, nora: str
) -> None:
    uri, _ = sky.post(julie, "Bonjour")
    gone, _ = sky.post(julie, "Au revoir")
    sky.like(paul, uri)
    sky.like(nora, gone)
    sky.mute(julie, paul)
    sky.delete(gone)
    assert pds.signed_in(julie).get(NOTIFICATIONS).json["notifications"] == []


# Repositories.


def test_records_newest_key_first_backwards_and_in_pages(
    sky: Atmosphere, pds: Caller, julie: str, paul: str
) -> None:
    uris = [sky.like(julie, sky.post(paul, f"{number}")[0])[0] for number in range(5)]
    asked: dict[str, Any] = {"repo": julie, "collection": LIKE, "limit": 2}
    pages = pds.pages(LIST_RECORDS, "records", **asked)
    assert [record["uri"] for page in pages for record in page] == uris[::-1]
    assert pages[-1] == []  # the last page that holds something has a cursor too
    pages = pds.pages(LIST_RECORDS, "records", **asked, reverse="true")
    assert [record["uri"] for page in pages for record in page] == uris
    assert pds.get(LIST_RECORDS, repo="nobody.example", collection=LIKE).error == (400, "InvalidRequest")
    assert pds.get(LIST_RECORDS, **asked, reverse="1").error == (400, "InvalidRequest")


def test_one_record_and_one_that_is_not_there(sky: Atmosphere, pds: Caller, julie: str) -> None:
    uri, cid = sky.post(julie, "Bonjour")
    asked: dict[str, Any] = {"repo": julie, "collection": POST}
    found = pds.get("com.atproto.repo.getRecord", **asked, rkey=uri.rpartition("/")[2]).json
    assert (found["uri"], found["cid"], found["value"]["text"]) == (uri, cid, "Bonjour")
    missing = pds.get("com.atproto.repo.getRecord", **asked, rkey="222")
    assert missing.error == (400, "RecordNotFound")


def test_writing_once_by_a_chosen_key(pds: Caller, julie: str, paul: str) -> None:
    signed = pds.signed_in(julie)
    record = {"$type": POST, "text": "Merci", "createdAt": "2026-11-23T12:00:00.000Z"}
    asked = {"repo": julie, "collection": POST, "rkey": "3l222222222aa", "swapRecord": None}
    first, again = (
        signed.post("com.atproto.repo.putRecord", {**asked, "record": record}).json for _ in range(2)
    )
    assert (first["uri"], first["cid"]) == (again["uri"], again["cid"])
    other = {**asked, "record": {**record, "text": "Autre"}}
    assert signed.post("com.atproto.repo.putRecord", other).error == (400, "InvalidSwap")
    del other["swapRecord"]
    assert signed.post("com.atproto.repo.putRecord", other).json["cid"] != first["cid"]
    assert signed.post("com.atproto.repo.createRecord", other).status == 500
    theirs = pds.signed_in(paul).post("com.atproto.repo.putRecord", other)
    assert theirs.error == (401, "AuthenticationRequired")


def test_creating_and_deleting(pds: Caller, julie: str) -> None:
    signed = pds.signed_in(julie)
    asked: dict[str, Any] = {"repo": julie, "collection": POST}
    short = {**asked, "record": {"text": "Sans date"}}
    assert signed.post("com.atproto.repo.createRecord", short).error == (400, "InvalidRequest")
    whole = {**asked, "record": {"text": "Daté", "createdAt": "2026-11-23T12:00:00.000Z"}}
    uri = signed.post("com.atproto.repo.createRecord", whole).json["uri"]
    gone = {**asked, "rkey": uri.rpartition("/")[2]}
    assert "commit" in signed.post("com.atproto.repo.deleteRecord", gone).json
    assert signed.post("com.atproto.repo.deleteRecord", gone).json == {}
    assert pds.get(LIST_RECORDS, **asked).json == {"records": []}


# Messages.


def test_messages_need_the_header_and_the_right(sky: Atmosphere, pds: Caller, julie: str) -> None:
    without = pds.signed_in(julie, sky.app_password(julie))
    assert without.get(CONVOS, headers=TO_CHAT).error == (400, "InvalidToken")
    assert without.get(CONVOS, headers=TO_CHAT).json["message"] == "Bad token method"
    right = pds.signed_in(julie, sky.app_password(julie, privileged=True))
    assert right.get(CONVOS, headers=TO_CHAT).json == {"convos": []}
    assert pds.signed_in(julie).get(CONVOS, headers=TO_CHAT).status == 200
    assert right.get(CONVOS).error == (501, "MethodNotImplemented")
    assert right.get(CONVOS, headers={"atproto-proxy": CHAT}).error == (400, "InvalidRequest")
    elsewhere = right.get(CONVOS, headers={"atproto-proxy": "did:web:nowhere.example#bsky_chat"})
    assert elsewhere.error == (400, "InvalidRequest")
    assert pds.get(CONVOS, headers=TO_CHAT).error == (401, "AuthMissing")
    assert replace(pds, site=APPVIEW).get(CONVOS).error == (501, "MethodNotImplemented")


def test_conversations_and_their_messages(
    sky: Atmosphere, pds: Caller, julie: str, paul: str, nora: str, now: datetime
) -> None:
    sky.message(paul, julie, "Bonjour", at=now)
    gone = sky.message(julie, paul, "Bonsoir", at=now + timedelta(minutes=1))
    sky.message(nora, julie, "Je ne vous connais pas")
    sky.unsend(julie, gone)
    signed = pds.signed_in(julie)
    stranger, friend = signed.get(CONVOS, headers=TO_CHAT).json["convos"]
    assert {member["did"] for member in friend["members"]} == {julie, paul}
    assert (friend["status"], stranger["status"]) == ("accepted", "request")
    assert (friend["unreadCount"], stranger["lastMessage"]["text"]) == (1, "Je ne vous connais pas")
    messages = signed.get("chat.bsky.convo.getMessages", headers=TO_CHAT, convoId=friend["id"]).json[
        "messages"
    ]
    kinds = [message["$type"].rpartition("#")[2] for message in messages]
    assert kinds == ["deletedMessageView", "messageView"]
    assert (messages[1]["sender"], messages[1]["text"]) == ({"did": paul}, "Bonjour")
    assert messages[1]["sentAt"] == "2026-11-23T12:00:00.000Z"
    assert "text" not in messages[0]
    body = {"convoId": friend["id"]}
    read = signed.post("chat.bsky.convo.updateRead", body, headers=TO_CHAT).json["convo"]
    assert read["unreadCount"] == 0
    theirs = pds.signed_in(nora).get("chat.bsky.convo.getMessages", headers=TO_CHAT, convoId=friend["id"])
    assert theirs.error == (400, "InvalidRequest")


def test_the_log_goes_on_where_it_ended(sky: Atmosphere, pds: Caller, julie: str, paul: str) -> None:
    sky.message(paul, julie, "Un")
    signed = pds.signed_in(julie)
    first = signed.get("chat.bsky.convo.getLog", headers=TO_CHAT).json
    assert [one["$type"].rpartition("#")[2] for one in first["logs"]] == ["logBeginConvo", "logCreateMessage"]
    sky.message(paul, julie, "Deux")
    second = signed.get("chat.bsky.convo.getLog", headers=TO_CHAT, cursor=first["cursor"]).json
    assert [one["message"]["text"] for one in second["logs"]] == ["Deux"]
    third = signed.get("chat.bsky.convo.getLog", headers=TO_CHAT, cursor=second["cursor"]).json
    assert third == {"logs": [], "cursor": second["cursor"]}


def test_who_may_be_written_to(sky: Atmosphere, pds: Caller, julie: str, paul: str) -> None:
    signed = pds.signed_in(julie)
    asked: dict[str, Any] = {"members": [paul], "headers": TO_CHAT}
    sky.allow_messages(paul, "following")
    assert signed.get("chat.bsky.convo.getConvoAvailability", **asked).json == {"canChat": False}
    sky.follow(paul, julie)
    assert signed.get("chat.bsky.convo.getConvoAvailability", **asked).json == {"canChat": True}
    convo = signed.get("chat.bsky.convo.getConvoForMembers", **asked).json["convo"]
    body = {"convoId": convo["id"], "message": {"text": "Merci !"}}
    sent = signed.post("chat.bsky.convo.sendMessage", body, headers=TO_CHAT).json
    assert (sent["text"], sent["sender"]) == ("Merci !", {"did": julie})


# Faults.


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_fails_once_in_json_or_with_a_page(
    sky: Atmosphere, pds: Caller, julie: str, status: int
) -> None:
    signed = pds.signed_in(julie)
    sky.fail_once(TIMELINE, status)
    sky.fail_once(TIMELINE, status, page=True)
    failed = signed.get(TIMELINE)
    assert (failed.status, set(failed.json)) == (status, {"error", "message"})
    assert signed.get(TIMELINE).body.startswith(b"<html>")
    assert signed.get(TIMELINE).status == 200


def test_the_directory_fails_too(sky: Atmosphere, pds: Caller, julie: str) -> None:
    sky.fail_once(PLC, 503)
    directory = replace(pds, site="plc")
    assert [directory.send("GET", f"/{julie}").status for _ in range(2)] == [503, 200]


def test_a_limit_says_until_when_and_holds_until_it_is_lifted(
    sky: Atmosphere, pds: Caller, julie: str, now: datetime
) -> None:
    reset = datetime(2026, 11, 23, 12, 4, tzinfo=UTC)
    sky.limit(CREATE, reset, retry_after=240)
    asked = {"identifier": julie, "password": WORD}
    limited = pds.post(CREATE, asked)
    assert limited.error == (429, "RateLimitExceeded")
    assert limited.headers["ratelimit-reset"] == str(int((now + timedelta(minutes=4)).timestamp()))
    assert (limited.headers["ratelimit-remaining"], limited.headers["retry-after"]) == ("0", "240")
    sky.lift(CREATE)
    sky.limit(EVERY, reset)
    assert "retry-after" not in pds.post(CREATE, asked).headers
    sky.lift(EVERY)
    assert pds.post(CREATE, asked).status == 200


@pytest.mark.parametrize("method", [TIMELINE, LIST_RECORDS])
def test_a_cursor_vanishes_early_and_a_page_is_empty(
    sky: Atmosphere, pds: Caller, julie: str, method: str
) -> None:
    for number in range(3):
        sky.post(julie, f"{number}")
    signed, name = pds.signed_in(julie), "feed" if method == TIMELINE else "records"
    asked = {"limit": 1, **({} if method == TIMELINE else {"repo": julie, "collection": POST})}
    sky.lose_cursor(method)
    assert len(signed.pages(method, name, **asked)) == 1
    sky.empty_page(method, times=2)
    pages = [len(page) for page in signed.pages(method, name, **asked)]
    assert pages[:5] == [0, 0, 1, 1, 1]


def test_raw_items_and_spoilt_views_are_served_as_they_are(
    sky: Atmosphere, pds: Caller, julie: str, now: datetime
) -> None:
    uri, _ = sky.post(julie, "Entier", at=now)
    spoilt, _ = sky.post(julie, "Gâté", at=now + timedelta(minutes=2))
    facets, _ = sky.post(julie, "Facettes", at=now + timedelta(minutes=3), facets="partout", embed=[1])
    sky.spoil(spoilt, record=None, author=GONE)
    sky.insert({"post": None}, at=now + timedelta(minutes=1))
    sky.insert("rien", feed=julie, at=now + timedelta(minutes=1))
    signed = pds.signed_in(julie)
    odd, gone, raw, whole = signed.get(TIMELINE).json["feed"]
    assert (odd["post"]["uri"], odd["post"]["record"]["facets"]) == (facets, "partout")
    assert gone["post"]["record"] is None
    assert "author" not in gone["post"]
    assert raw == {"post": None}
    assert whole["post"]["uri"] == uri
    assert signed.get(AUTHOR_FEED, actor=julie).json["feed"][2] == "rien"
    assert [len(page) for page in signed.pages(TIMELINE, "feed", limit=1)] == [1, 1, 1, 1]


def test_a_method_that_nobody_has_and_the_wrong_verb(pds: Caller, julie: str) -> None:
    signed = pds.signed_in(julie)
    assert signed.get("app.bsky.feed.getNothing").error == (501, "MethodNotImplemented")
    wrong = signed.post(TIMELINE, {})
    assert wrong.json["message"] == "Incorrect HTTP method (POST) expected GET"
    assert pds.send("GET", "/nowhere").status == 404


def test_the_networks_own_library_signs_in_and_reads(
    sky: Atmosphere, pds: Caller, julie: str, paul: str, now: datetime
) -> None:
    import atproto  # noqa: PLC0415 - costs a second

    sky.follow(julie, paul)
    root, _ = sky.post(paul, "Bonjour @julie.localhost #été", langs=["fr"], images=["Un bateau"])
    sky.post(paul, "Et encore", reply_to=root, quote=root, card=Card("https://blog.example/", "Le blog"))
    sky.repost(paul, sky.post(julie, "Le mien")[0])
    sky.message(paul, julie, "En privé")
    transport = httpx_transport(Client(), now, allow_private=True)
    client = atproto.Client(pds.wire.base("pds"), request=atproto.Request(transport=transport))
    me = client.login("julie.localhost", WORD)
    assert (me.did, me.website) == (julie, "https://julie.example/")
    feed = client.get_timeline(limit=10).feed
    assert [item.post.record.text for item in feed] == [
        "Le mien",
        "Le mien",
        "Et encore",
        "Bonjour @julie.localhost #été",
    ]
    assert feed[0].reason.by.did == paul
    assert feed[2].reply.parent.record.langs == ["fr"]
    assert [one.did for one in client.get_follows(julie).follows] == [paul]
    reasons = [one.reason for one in client.app.bsky.notification.list_notifications().notifications]
    assert reasons == ["repost", "mention"]
    assert client.get_post_thread(root).thread.replies[0].post.record.text == "Et encore"
    convos = client.with_bsky_chat_proxy().chat.bsky.convo.list_convos().convos
    assert convos[0].last_message.text == "En privé"
    assert client.send_post("Merci").uri.startswith(f"at://{julie}/{POST}/")
