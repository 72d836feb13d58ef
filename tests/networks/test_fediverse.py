"""The stub of a signed-in Mastodon server: it answers as the documentation says, and fails when it is told to."""

from __future__ import annotations

import http.client
import json
import re
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, get_args
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from engage.demo.cards import Card
from engage.demo.mastodon import Field, Media
from engage.demo.wire import Wire
from feeds.http import Client
from feeds.wire import Request as Asking
from tests.networks.fediverse import GONE, OUT_OF_BAND, Fediverse, IdStyle, Poll, Posted

if TYPE_CHECKING:
    from collections.abc import Iterator

HOME = "/api/v1/timelines/home"
FAVOURITES = "/api/v1/favourites"
NOTIFICATIONS = "/api/v1/notifications"
CONVERSATIONS = "/api/v1/conversations"
STATUSES = "/api/v1/statuses"
LOOPBACK = "http://127.0.0.1/retour"
VERIFIER = "un-secret-qui-ne-passe-pas-par-le-navigateur-42"
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


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

    def link(self, rel: str) -> str:
        found = re.search(rf'<([^>]*)>; rel="{rel}"', self.headers.get("link", ""))
        return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class Caller:
    """Asks the server by its Host header, with a token or without."""

    wire: Wire
    token: str = ""

    def send(self, verb: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
        line = http.client.HTTPConnection("127.0.0.1", self.wire.port)
        named = {"Host": f"ici.localhost:{self.wire.port}"} | {
            name.replace("_", "-"): text for name, text in headers.items()
        }
        named |= {"Authorization": f"Bearer {self.token}"} if self.token else {}
        line.request(verb, path, body, named)
        answer = line.getresponse()
        said = {name.lower(): value for name, value in answer.getheaders()}
        reply = Reply(answer.status, said, answer.read())
        line.close()
        return reply

    def get(self, path: str, **params: Any) -> Reply:
        asked = {f"{name}[]" if isinstance(value, list) else name: value for name, value in params.items()}
        return self.send("GET", f"{path}?{urlencode(asked, doseq=True)}" if asked else path)

    def follow(self, address: str) -> Reply:
        parts = urlsplit(address)
        assert parts.netloc == f"ici.localhost:{self.wire.port}"
        return self.send("GET", f"{parts.path}?{parts.query}")

    def post(self, path: str, headers: dict[str, str] | None = None, /, **fields: Any) -> Reply:
        body = urlencode(fields, doseq=True).encode()
        return self.send(
            "POST", path, body, Content_Type="application/x-www-form-urlencoded", **(headers or {})
        )

    def pages(self, rel: str, first: Reply) -> list[list[Any]]:
        """Walk by the Link header until there is none."""
        found = [first.json]
        while address := first.link(rel):
            first = self.follow(address)
            found.append(first.json)
            assert len(found) < 30, "a walk that does not end"
        return found


@pytest.fixture(params=get_args(IdStyle))
def style(request: pytest.FixtureRequest) -> IdStyle:
    chosen: IdStyle = request.param
    return chosen


@pytest.fixture
def here(now: datetime) -> Fediverse:
    site = Fediverse(now=now)
    people(site)
    return site


def people(site: Fediverse) -> None:
    site.account("moi", "Moi-même", fields=[Field("Site", "https://moi.example/")])
    site.account("camille", "Camille")
    site.account("lucie", "Lucie", "ailleurs.example", bio="Écrit #poésie")
    site.follow("moi", "camille")
    site.follow("moi", "lucie@ailleurs.example")
    site.user = "moi"


@pytest.fixture
def stranger(here: Fediverse) -> Iterator[Caller]:
    with Wire({"ici": here}) as wire:
        yield Caller(wire)


@pytest.fixture
def me(here: Fediverse, stranger: Caller) -> Caller:
    return replace(stranger, token=here.token("moi", "read write"))


LUCIE = "lucie@ailleurs.example"


def ids(found: list[Any]) -> list[str]:
    return [one["id"] for one in found]


def posted(site: Fediverse, count: int, author: str = LUCIE) -> list[str]:
    return [site.post(author, f"Billet {number}").id for number in range(count)]


# Pages.


def test_walking_forward_by_link_leaves_no_gap(now: datetime, style: IdStyle) -> None:
    site = Fediverse(now=now, ids=style)
    people(site)
    known, *new = posted(site, 101)
    with Wire({"ici": site}) as wire:
        caller = Caller(wire, site.token("moi"))
        first = caller.get(HOME, min_id=known, limit=30)
        walked = caller.pages("prev", first)

    assert [len(one) for one in walked] == [30, 30, 30, 10, 0]
    assert [key for one in walked for key in reversed(ids(one))] == new


def test_walking_back_by_link_ends_with_an_empty_page(here: Fediverse, me: Caller) -> None:
    all_of_them = posted(here, 45)
    walked = me.pages("next", me.get(HOME))

    assert [len(one) for one in walked] == [20, 20, 5, 0]
    assert [key for one in walked for key in ids(one)] == all_of_them[::-1]


def test_since_id_leaves_a_hole_where_min_id_does_not(here: Fediverse, me: Caller) -> None:
    known, *new = posted(here, 60)

    assert ids(me.get(HOME, since_id=known, limit=20).json) == new[:-21:-1]
    assert ids(me.get(HOME, min_id=known, limit=20).json) == new[19::-1]


def test_min_id_and_max_id_together_fence_a_page(here: Fediverse, me: Caller) -> None:
    one = posted(here, 10)

    assert ids(me.get(HOME, min_id=one[2], max_id=one[6]).json) == [one[5], one[4], one[3]]


@pytest.mark.parametrize(
    ("limit", "expected"), [("", 0), ("5", 5), ("40", 40), ("41", 40), ("1000", 40), ("peu", 0)]
)
def test_limits_are_read_as_rails_does(here: Fediverse, me: Caller, limit: str, expected: int) -> None:
    posted(here, 50)

    assert len(me.get(HOME, limit=limit).json) == expected
    assert len(me.get(HOME).json) == 20


def test_links_repeat_the_limit_and_count_from_both_ends(here: Fediverse, me: Caller) -> None:
    one = posted(here, 3)
    page = me.get(HOME, limit=2, since_id=one[0])

    assert parse_qs(urlsplit(page.link("next")).query) == {"limit": ["2"], "max_id": [one[1]]}
    assert parse_qs(urlsplit(page.link("prev")).query) == {"limit": ["2"], "min_id": [one[2]]}


def test_a_deleted_status_still_serves_as_a_cursor(now: datetime, style: IdStyle) -> None:
    site = Fediverse(now=now, ids=style)
    people(site)
    one = posted(site, 6)
    site.delete(one[3])
    with Wire({"ici": site}) as wire:
        caller = Caller(wire, site.token("moi"))

        assert ids(caller.get(HOME, min_id=one[3]).json) == [one[5], one[4]]
        assert ids(caller.get(HOME, max_id=one[3]).json) == [one[2], one[1], one[0]]


def test_what_comes_late_from_elsewhere_stands_among_the_early(here: Fediverse, me: Caller) -> None:
    early, seen = posted(here, 2)
    late = here.post("camille", "En retard", at=here.now - timedelta(milliseconds=500)).id

    assert ids(me.get(HOME).json) == [seen, late, early]
    assert me.get(HOME, min_id=seen).json == []


# The styles of ids.


def test_numbers_and_ulids_sort_and_hashes_do_not(now: datetime) -> None:
    def written(style: IdStyle) -> list[str]:
        site = Fediverse(now=now, ids=style)
        people(site)
        return posted(site, 12)

    numbers, ulids, hashes = written("numbers"), written("ulid"), written("hashes")

    assert numbers == sorted(numbers, key=int)
    assert ulids == sorted(ulids)
    assert {len(one) for one in ulids} == {26}
    assert hashes != sorted(hashes)
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in hashes)


def test_every_endpoint_takes_the_ids_that_it_gives(now: datetime, style: IdStyle) -> None:
    site = Fediverse(now=now, ids=style)
    people(site)
    site.follow(LUCIE, "moi")
    shelf = site.list("moi", "Amies", [LUCIE])
    status = site.post(LUCIE, "Bonjour @moi@ici.example", visibility="direct").id
    site.favourite("moi", status)
    with Wire({"ici": site}) as wire:
        caller = Caller(wire, site.token("moi"))
        lucie = caller.get("/api/v1/accounts/lookup", acct=LUCIE).json["id"]

        assert caller.get(f"/api/v1/accounts/{lucie}").json["acct"] == LUCIE
        assert ids(caller.get(f"/api/v1/accounts/{lucie}/statuses").json) == [status]
        assert caller.get(f"{STATUSES}/{status}").json["account"]["id"] == lucie
        assert ids(caller.get("/api/v1/lists").json) == [shelf]
        assert ids(caller.get(f"/api/v1/lists/{shelf}/accounts").json) == [lucie]
        assert ids(caller.get(f"/api/v1/timelines/list/{shelf}").json) == [status]
        for feed in (FAVOURITES, NOTIFICATIONS, CONVERSATIONS):
            page = caller.get(feed, limit=1)
            assert len(page.json) == 1
            assert caller.follow(page.link("prev")).json == []


# Signing in.


def registered(
    caller: Caller, *redirects: str, scopes: str = "read:statuses read:accounts"
) -> dict[str, Any]:
    answer = caller.post(
        "/api/v1/apps", client_name="Essai", redirect_uris="\n".join(redirects), scopes=scopes
    )
    assert answer.status == 200, answer.body
    app: dict[str, Any] = answer.json
    return app


def asked(caller: Caller, app: dict[str, Any], **params: str) -> Reply:
    usual = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": LOOPBACK}
    return caller.get("/oauth/authorize", **(usual | {"scope": "read:statuses"} | params))


def sent_back(answer: Reply) -> dict[str, str]:
    assert answer.status == 302, answer.body
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def exchanged(caller: Caller, app: dict[str, Any], code: str, /, **fields: str) -> Reply:
    usual = {"grant_type": "authorization_code", "code": code, "redirect_uri": LOOPBACK}
    usual |= {name: app[name] for name in ("client_id", "client_secret")}
    return caller.post("/oauth/token", **(usual | fields))


def test_an_app_is_registered_with_all_its_fields(stranger: Caller) -> None:
    app = registered(stranger, LOOPBACK, OUT_OF_BAND)

    assert app["redirect_uris"] == [LOOPBACK, OUT_OF_BAND]
    assert app["redirect_uri"] == f"{LOOPBACK}\n{OUT_OF_BAND}"
    assert app["scopes"] == ["read:statuses", "read:accounts"]
    assert app["client_secret_expires_at"] == 0
    assert app["client_id"] != app["client_secret"]


def test_an_app_may_be_registered_in_json(stranger: Caller) -> None:
    body = json.dumps({"client_name": "Essai", "redirect_uris": [LOOPBACK, OUT_OF_BAND]}).encode()
    app = stranger.send("POST", "/api/v1/apps", body, Content_Type="application/json").json

    assert app["redirect_uris"] == [LOOPBACK, OUT_OF_BAND]
    assert app["scopes"] == ["read"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"client_name": ""}, "Name can't be blank"),
        ({"redirect_uris": ""}, "Redirect URI can't be blank"),
        ({"redirect_uris": "retour"}, "Redirect URI must be an absolute URI."),
        ({"scopes": "read:tout"}, "Scopes doesn't match configured on the server."),
    ],
)
def test_an_app_that_says_nonsense_is_refused(
    stranger: Caller, fields: dict[str, str], sentence: str
) -> None:
    usual = {"client_name": "Essai", "redirect_uris": LOOPBACK, "scopes": "read"}
    answer = stranger.post("/api/v1/apps", **(usual | fields))

    assert answer.error == (422, f"Validation failed: {sentence}")


def test_the_whole_dance_with_state_and_proof(here: Fediverse, stranger: Caller) -> None:
    app = registered(stranger, LOOPBACK)
    answer = asked(stranger, app, state="xyz", code_challenge=CHALLENGE, code_challenge_method="S256")
    back = sent_back(answer)
    token = exchanged(stranger, app, back["code"], code_verifier=VERIFIER)

    assert answer.headers["location"].startswith(f"{LOOPBACK}?")
    assert back["state"] == "xyz"
    assert token.json.keys() == {"access_token", "token_type", "scope", "created_at"}
    assert (token.json["token_type"], token.json["scope"]) == ("Bearer", "read:statuses")
    assert token.json["created_at"] == int(here.now.timestamp())
    me = replace(stranger, token=token.json["access_token"])
    assert me.get(HOME).status == 200
    assert me.get("/api/v1/accounts/verify_credentials").error == (
        403,
        "This action is outside the authorized scopes",
    )


def test_a_code_is_good_once_and_for_ten_minutes(here: Fediverse, stranger: Caller) -> None:
    app = registered(stranger, LOOPBACK)
    first, second = (sent_back(asked(stranger, app))["code"] for _ in range(2))

    assert exchanged(stranger, app, first).status == 200
    assert exchanged(stranger, app, first).error == (400, "invalid_grant")
    here.now += timedelta(minutes=10)
    assert exchanged(stranger, app, second).error == (400, "invalid_grant")


@pytest.mark.parametrize("verifier", [{}, {"code_verifier": "un autre"}])
def test_a_code_with_a_challenge_wants_its_proof(stranger: Caller, verifier: dict[str, str]) -> None:
    app = registered(stranger, LOOPBACK)
    code = sent_back(asked(stranger, app, code_challenge=CHALLENGE, code_challenge_method="S256"))["code"]

    assert exchanged(stranger, app, code, **verifier).error == (400, "invalid_grant")
    assert exchanged(stranger, app, code, code_verifier=VERIFIER).status == 200


def test_a_code_without_a_challenge_takes_no_proof(stranger: Caller) -> None:
    app = registered(stranger, LOOPBACK)
    code = sent_back(asked(stranger, app))["code"]

    assert exchanged(stranger, app, code, code_verifier=VERIFIER).error == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"client_secret": "faux"}, (401, "invalid_client")),
        ({"client_id": "faux"}, (401, "invalid_client")),
        ({"redirect_uri": "http://127.0.0.1/autre"}, (400, "invalid_grant")),
        ({"redirect_uri": ""}, (400, "invalid_request")),
        ({"code": "faux"}, (400, "invalid_grant")),
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
        ({"grant_type": ""}, (400, "invalid_request")),
    ],
)
def test_a_token_is_refused(stranger: Caller, fields: dict[str, str], error: tuple[int, str]) -> None:
    app = registered(stranger, LOOPBACK)
    code = sent_back(asked(stranger, app))["code"]
    answer = exchanged(stranger, app, code, **fields)

    assert answer.error == error
    assert answer.json["error_description"]


def test_a_code_belongs_to_the_app_that_asked(stranger: Caller) -> None:
    app, other = registered(stranger, LOOPBACK), registered(stranger, LOOPBACK)
    code = sent_back(asked(stranger, app))["code"]

    assert exchanged(stranger, other, code).error == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("params", "status", "words"),
    [
        ({"client_id": "faux"}, 401, "unknown client"),
        ({"redirect_uri": "https://voleur.example/"}, 400, "redirect uri"),
        ({"redirect_uri": "http://127.0.0.1/retour/ailleurs"}, 400, "redirect uri"),
        ({"redirect_uri": ""}, 400, "redirect uri"),
        ({"scope": "write"}, 400, "scope"),
        ({"scope": ""}, 400, "scope"),
        ({"response_type": "token"}, 400, "response type"),
        ({"code_challenge": CHALLENGE}, 400, "S256"),
        ({"code_challenge": VERIFIER, "code_challenge_method": "plain"}, 400, "S256"),
    ],
)
def test_wrong_askings_end_on_a_page(
    stranger: Caller, params: dict[str, str], status: int, words: str
) -> None:
    answer = asked(stranger, registered(stranger, LOOPBACK), **params)

    assert answer.status == status
    assert "location" not in answer.headers
    assert words in answer.body.decode()


def test_on_loopback_the_port_does_not_count(stranger: Caller) -> None:
    app = registered(stranger, LOOPBACK, "http://localhost/retour")
    place = "http://127.0.0.1:50123/retour"
    answer = asked(stranger, app, redirect_uri=place)

    assert answer.headers["location"].startswith(f"{place}?code=")
    assert exchanged(stranger, app, sent_back(answer)["code"], redirect_uri=place).status == 200
    assert asked(stranger, app, redirect_uri="http://localhost:50123/retour").status == 400


def test_the_code_may_be_shown_to_be_pasted(stranger: Caller) -> None:
    app = registered(stranger, OUT_OF_BAND)
    answer = asked(stranger, app, redirect_uri=OUT_OF_BAND)
    shown = stranger.follow(answer.headers["location"])
    code = re.search(r'value="([^"]+)"', shown.body.decode())

    assert code
    assert exchanged(stranger, app, code[1], redirect_uri=OUT_OF_BAND).status == 200


def test_somebody_may_say_no(here: Fediverse, stranger: Caller) -> None:
    here.denies = True
    back = sent_back(asked(stranger, registered(stranger, LOOPBACK), state="xyz"))

    assert (back["error"], back["state"]) == ("access_denied", "xyz")
    assert "code" not in back


def test_a_token_is_taken_back_by_its_own_app_only(stranger: Caller) -> None:
    app, other = registered(stranger, LOOPBACK), registered(stranger, LOOPBACK)
    token = exchanged(stranger, app, sent_back(asked(stranger, app))["code"]).json["access_token"]
    me = replace(stranger, token=token)

    def revoked(by: dict[str, Any], what: str) -> Reply:
        keys = {name: by[name] for name in ("client_id", "client_secret")}
        return stranger.post("/oauth/revoke", token=what, **keys)

    assert revoked(other, token).error == (403, "unauthorized_client")
    assert me.get(HOME).status == 200
    assert revoked(app, "jamais vu").json == {}
    assert revoked(app, token).json == {}
    assert me.get(HOME).error == (401, "The access token was revoked")


def test_an_app_by_itself_is_nobody(stranger: Caller) -> None:
    app = registered(stranger, LOOPBACK, scopes="read")
    basic = b64encode(f"{app['client_id']}:{app['client_secret']}".encode()).decode()
    answer = stranger.post(
        "/oauth/token", {"Authorization": f"Basic {basic}"}, grant_type="client_credentials"
    )
    itself = replace(stranger, token=answer.json["access_token"])

    assert itself.get(HOME).error == (422, "This method requires an authenticated user")
    assert itself.get("/api/v1/accounts/lookup", acct="camille").status == 200


def test_the_server_says_where_signing_in_happens(stranger: Caller) -> None:
    said = stranger.get("/.well-known/oauth-authorization-server").json

    assert said["authorization_endpoint"].endswith("/oauth/authorize")
    assert said["code_challenge_methods_supported"] == ["S256"]
    assert "read:statuses" in said["scopes_supported"]


# Rights.


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("/api/v1/accounts/verify_credentials", "read:accounts"),
        ("/api/v1/accounts/relationships", "read:follows"),
        (HOME, "read:statuses"),
        ("/api/v1/lists", "read:lists"),
        (FAVOURITES, "read:favourites"),
        (NOTIFICATIONS, "read:notifications"),
        (CONVERSATIONS, "read:statuses"),
    ],
)
def test_scopes_are_enforced(here: Fediverse, stranger: Caller, path: str, scope: str) -> None:
    others = "read:search push write " + " ".join(
        one for one in ("read:accounts", "read:statuses", "read:lists", "read:favourites") if one != scope
    )

    assert replace(stranger, token=here.token("moi", scope)).get(path).status == 200
    assert replace(stranger, token=here.token("moi", "read")).get(path).status == 200
    refused = replace(stranger, token=here.token("moi", others)).get(path)
    assert refused.error == (403, "This action is outside the authorized scopes")


def test_reading_is_not_writing(here: Fediverse, stranger: Caller) -> None:
    status = here.post(LUCIE, "Bonjour").id
    reader = replace(stranger, token=here.token("moi", "read"))

    assert reader.post(STATUSES, status="Bonjour").status == 403
    assert reader.post(f"{STATUSES}/{status}/favourite").status == 403
    assert reader.post(f"{STATUSES}/{status}/reblog").status == 403
    assert reader.send("DELETE", f"{STATUSES}/{status}").status == 403


@pytest.mark.parametrize("token", ["", "faux"])
def test_without_a_good_token_nobody_gets_home(here: Fediverse, stranger: Caller, token: str) -> None:
    caller = replace(stranger, token=token)
    answer = caller.get(HOME)

    assert answer.error == (401, "The access token is invalid")
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    here.bad_token_status = 400
    assert caller.get(HOME).error == (400, "The access token is invalid")


def test_an_expired_token_is_refused_even_where_none_is_wanted(here: Fediverse, me: Caller) -> None:
    here.expire(me.token)

    assert me.get(HOME).error == (401, "The access token expired")
    assert me.get("/api/v1/accounts/lookup", acct="camille").error == (401, "The access token expired")


# Limits.


def test_every_answer_says_what_is_left(me: Caller, stranger: Caller) -> None:
    for answer in (me.get(HOME), stranger.get(HOME), me.get(f"{STATUSES}/1"), me.get("/api/v2/instance")):
        assert answer.headers["x-ratelimit-limit"] == "300"
        assert answer.headers["x-ratelimit-remaining"] == "299"
        assert answer.headers["x-ratelimit-reset"] == "2026-11-23T12:05:00.000000Z"


def test_after_the_limit_comes_429_until_the_reset(here: Fediverse, me: Caller) -> None:
    reset = here.now + timedelta(minutes=4)
    here.limit(2, reset)
    left = [me.get(HOME).headers["x-ratelimit-remaining"] for _ in range(2)]
    refused = me.get(HOME)

    assert left == ["1", "0"]
    assert refused.error == (429, "Too many requests")
    assert datetime.fromisoformat(refused.headers["x-ratelimit-reset"]) == reset
    assert refused.headers["x-ratelimit-remaining"] == "0"
    assert "retry-after" not in refused.headers
    here.now = reset
    assert me.get(HOME).status == 200


def test_turning_pages_has_a_limit_of_its_own(here: Fediverse, me: Caller) -> None:
    here.limit(1, here.now + timedelta(minutes=15), paging=True)

    assert me.get(HOME, min_id="0").headers["x-ratelimit-remaining"] == "0"
    assert me.get(HOME, min_id="0").status == 429
    assert me.get(HOME).headers["x-ratelimit-remaining"] == "299"


def test_our_own_client_hears_the_limit(here: Fediverse, me: Caller) -> None:
    here.limit(0, datetime(2026, 11, 23, 13, tzinfo=UTC))
    address = f"http://127.0.0.1:{me.wire.port}{HOME}"
    me.wire.default = "ici"

    assert Client().send(Asking(address, allow_private=True)).status == 429


# Home.


def test_home_shows_those_whom_one_follows_and_oneself(here: Fediverse, me: Caller) -> None:
    here.account("inconnu")
    here.post("inconnu", "Sans lien")
    theirs, own = here.post("camille", "Bonjour"), here.post("moi", "Moi aussi")
    private = here.post("camille", "Entre nous", visibility="private")
    here.post("camille", "Pas pour moi", visibility="direct", mentions=[LUCIE])
    to_me = here.post("camille", "@moi bonjour", visibility="direct")

    assert ids(me.get(HOME).json) == [to_me.id, private.id, own.id, theirs.id]


def test_a_direct_status_of_a_stranger_is_no_home_matter(here: Fediverse, me: Caller) -> None:
    here.account("inconnu")
    status = here.post("inconnu", "@moi bonjour", visibility="direct").id

    assert me.get(HOME).json == []
    assert me.get(f"{STATUSES}/{status}").status == 200


def test_answers_to_strangers_stay_away(here: Fediverse, me: Caller) -> None:
    here.account("inconnu")
    asked_by = {
        author: here.post(author, "Une question").id for author in ("inconnu", "camille", LUCIE, "moi")
    }
    answers = {author: here.post(LUCIE, "Réponse", reply_to=key).id for author, key in asked_by.items()}

    shown = ids(me.get(HOME).json)
    assert [author for author, key in answers.items() if key in shown] == ["camille", LUCIE, "moi"]


def test_a_boost_shows_the_status_of_a_stranger(here: Fediverse, me: Caller) -> None:
    here.account("inconnu", domain="loin.example")
    status = here.post("inconnu@loin.example", "À faire passer")
    boost = here.post("camille", boost_of=status.id)
    (shown,) = me.get(HOME).json

    assert shown["id"] == boost.id
    assert shown["account"]["acct"] == "camille"
    assert shown["content"] == ""
    assert shown["uri"].endswith("/activity")
    assert shown["reblog"]["uri"] == status.uri
    assert shown["reblog"]["account"]["acct"] == "inconnu@loin.example"
    assert shown["reblog"]["reblogs_count"] == 1


def test_a_boost_of_a_boost_boosts_the_status(here: Fediverse) -> None:
    status = here.post(LUCIE, "Bonjour")
    first = here.post("camille", boost_of=status.id)
    second = here.post("moi", boost_of=first.id)

    assert [here._statuses[one.id].boost_of for one in (first, second)] == [status.id] * 2


def test_a_boost_so_near_to_its_status_is_not_shown_again(here: Fediverse, me: Caller) -> None:
    status = here.post(LUCIE, "Bonjour").id
    near = here.post("camille", boost_of=status).id
    assert near not in ids(me.get(HOME, limit=40).json)

    *_, newest = posted(here, 39)
    here.post("camille", boost_of=status)
    assert ids(me.get(HOME, limit=1).json) == [newest]

    posted(here, 1)
    far = here.post("moi", boost_of=status).id
    assert ids(me.get(HOME, limit=1).json) == [far]


def test_boosts_may_be_unwanted(here: Fediverse, me: Caller) -> None:
    here.account("inconnu")
    here.follow("moi", "camille", boosts=False)
    here.post("camille", boost_of=here.post("inconnu", "À faire passer").id)

    assert me.get(HOME).json == []


def test_home_forgets_what_is_old(here: Fediverse, me: Caller) -> None:
    all_of_them = posted(here, 405)
    walked = [key for one in me.pages("next", me.get(HOME, limit=40)) for key in ids(one)]

    assert walked == all_of_them[:4:-1]
    assert me.get(f"{STATUSES}/{all_of_them[0]}").status == 200
    here.home_size = 800
    assert all_of_them[0] in ids(me.get(HOME, min_id="1").json)


def test_a_home_that_is_being_made_says_so(here: Fediverse, me: Caller) -> None:
    one = posted(here, 3)
    here.regenerating = 0
    empty = me.get(HOME)
    here.regenerating = 2
    partial = me.get(HOME)
    here.regenerating = None

    assert (empty.status, empty.json) == (206, [])
    assert (partial.status, ids(partial.json)) == (206, one[:0:-1])
    assert (me.get(HOME).status, ids(me.get(HOME).json)) == (200, one[::-1])


def test_an_edit_keeps_the_id_and_says_when(here: Fediverse, me: Caller) -> None:
    status = here.post(LUCIE, "Bonjour").id
    here.edit(status, "Bonsoir", at=datetime(2026, 11, 23, 18, tzinfo=UTC))
    (shown,) = me.get(HOME).json

    assert (shown["id"], shown["content"]) == (status, "<p>Bonsoir</p>")
    assert shown["edited_at"] == "2026-11-23T18:00:00.000Z"


def test_what_is_deleted_is_gone_with_its_boosts(here: Fediverse, me: Caller) -> None:
    status = here.post(LUCIE, "Bonjour").id
    answer = here.post("camille", "Oui", reply_to=status).id
    boost = here.post("moi", boost_of=status).id
    here.favourite("moi", status)
    here.delete(status)

    assert me.get(f"{STATUSES}/{status}").error == (404, "Record not found")
    assert me.get(f"{STATUSES}/{boost}").status == 404
    assert me.get(FAVOURITES).json == []
    (left,) = me.get(HOME).json
    assert (left["id"], left["in_reply_to_id"]) == (answer, None)
    assert left["in_reply_to_account_id"] == here.id_of(LUCIE)


# Lists.


def test_a_list_has_its_own_timeline(here: Fediverse, me: Caller) -> None:
    shelf = here.list("moi", "Amies", [LUCIE])
    theirs = here.post(LUCIE, "Bonjour").id
    other = here.post("camille", "Bonjour").id
    here.post(LUCIE, "Réponse hors de la liste", reply_to=other)
    to_me = here.post(LUCIE, "Réponse", reply_to=here.post("moi", "Une question").id).id

    assert me.get("/api/v1/lists").json == [
        {"id": shelf, "title": "Amies", "replies_policy": "list", "exclusive": False}
    ]
    assert ids(me.get(f"/api/v1/timelines/list/{shelf}").json) == [to_me, theirs]
    assert other in ids(me.get(HOME).json)


def test_an_exclusive_list_leaves_home(here: Fediverse, me: Caller) -> None:
    shelf = here.list("moi", "À part", [LUCIE], exclusive=True)
    status = here.post(LUCIE, "Bonjour").id

    assert me.get(HOME).json == []
    assert ids(me.get(f"/api/v1/timelines/list/{shelf}").json) == [status]


def test_a_list_is_its_owners_and_holds_whom_they_follow(here: Fediverse, me: Caller) -> None:
    here.follow("camille", LUCIE)
    shelf = here.list("camille", "Amies", [LUCIE])

    for path in (f"timelines/list/{shelf}", f"lists/{shelf}", f"lists/{shelf}/accounts"):
        assert me.get(f"/api/v1/{path}").error == (404, "Record not found")
    with pytest.raises(LookupError, match="camille"):
        here.list(LUCIE, "Inconnus", ["camille"])


# People.


def test_people_are_paged_by_follows_which_are_no_accounts(here: Fediverse, me: Caller) -> None:
    for number in range(88):
        here.follow("moi", here.account(f"ami{number:02}"))
    mine = here.id_of("moi")
    first = me.get(f"/api/v1/accounts/{mine}/following", limit=200)
    walked = [one["acct"] for page in me.pages("next", first) for one in page]

    assert len(first.json) == 80
    assert len(me.get(f"/api/v1/accounts/{mine}/following").json) == 40
    assert walked == [*(f"ami{number:02}" for number in range(87, -1, -1)), LUCIE, "camille"]
    assert "since_id" in first.link("prev")
    assert parse_qs(urlsplit(first.link("next")).query)["max_id"][0] not in ids(first.json)


def test_min_id_means_nothing_among_people(here: Fediverse, me: Caller) -> None:
    path = f"/api/v1/accounts/{here.id_of('moi')}/following"
    newest = parse_qs(urlsplit(me.get(path).link("prev")).query)["since_id"][0]

    assert len(me.get(path, min_id=newest).json) == 2
    assert me.get(path, since_id=newest).json == []


def test_followers_and_relationships(here: Fediverse, me: Caller) -> None:
    here.follow(LUCIE, "moi")
    here.follow("moi", "camille", notify=True)
    wanted = [here.id_of("camille"), here.id_of(LUCIE), "42"]
    camille, lucie = me.get("/api/v1/accounts/relationships", id=wanted).json

    assert [one["acct"] for one in me.get(f"/api/v1/accounts/{here.id_of('moi')}/followers").json] == [LUCIE]
    assert (camille["following"], camille["followed_by"], camille["notifying"]) == (True, False, True)
    assert (lucie["following"], lucie["followed_by"], lucie["notifying"]) == (True, True, False)
    assert lucie["id"] == wanted[1]


def test_some_hide_whom_they_follow(here: Fediverse, me: Caller) -> None:
    shy = here.account("discrète", hides_follows=True)
    here.follow(shy, LUCIE)
    path = f"/api/v1/accounts/{here.id_of(shy)}/following"

    assert me.get(path).json == []
    assert len(replace(me, token=here.token(shy)).get(path).json) == 1


def test_list_accounts_without_a_limit_come_at_once(here: Fediverse, me: Caller) -> None:
    friends = [here.account(f"ami{number}") for number in range(45)]
    for one in friends:
        here.follow("moi", one)
    shelf = here.list("moi", "Amis", friends)
    at_once = me.get(f"/api/v1/lists/{shelf}/accounts", limit=0)

    assert len(at_once.json) == 45
    assert "link" not in at_once.headers
    walked = me.pages("next", me.get(f"/api/v1/lists/{shelf}/accounts"))
    assert [len(page) for page in walked] == [40, 5]


def test_an_account_is_complete(here: Fediverse, stranger: Caller) -> None:
    old = here.account("ancienne", "Ancienne", bot=True, moved=LUCIE)
    said = stranger.get("/api/v1/accounts/lookup", acct="@ancienne@ici.example").json

    assert (said["acct"], said["bot"], said["moved"]["acct"]) == (old, True, LUCIE)
    lucie = stranger.get("/api/v1/accounts/lookup", acct="Lucie@Ailleurs.example").json
    assert "moved" not in lucie
    assert lucie["followers_count"] == 1
    assert lucie["url"] == "https://ailleurs.example/@lucie"
    assert stranger.get("/api/v1/accounts/lookup", acct="personne").error == (404, "Record not found")
    assert stranger.get("/api/v1/accounts/42").error == (404, "Record not found")


def test_ones_own_account_has_its_sources(me: Caller) -> None:
    said = me.get("/api/v1/accounts/verify_credentials").json

    assert (said["username"], said["acct"], said["following_count"]) == ("moi", "moi", 2)
    assert said["source"]["fields"][0]["value"] == "https://moi.example/"
    assert "<a href=" in said["fields"][0]["value"]
    assert said["source"]["privacy"] == "public"


def test_local_accounts_may_carry_their_host(here: Fediverse, me: Caller) -> None:
    here.post("camille", "Bonjour @moi")
    (before,) = me.get(HOME).json
    here.acct_with_host = True
    (after,) = me.get(HOME).json

    assert (before["account"]["acct"], before["mentions"][0]["acct"]) == ("camille", "moi")
    assert (after["account"]["acct"], after["mentions"][0]["acct"]) == (
        "camille@ici.example",
        "moi@ici.example",
    )
    assert me.get("/api/v1/accounts/lookup", acct=LUCIE).json["acct"] == LUCIE


def test_the_server_names_itself(stranger: Caller) -> None:
    assert stranger.get("/api/v2/instance").json["version"] == "4.5.0"
    assert stranger.get("/api/v2/instance").json["domain"] == "ici.example"
    assert stranger.get("/api/v1/instance").json["uri"] == "ici.example"
    assert stranger.get("/api/v1/rien").error == (404, "Not Found")


# What an account wrote.


def test_an_accounts_statuses_may_be_sifted(here: Fediverse, me: Caller) -> None:
    plain = here.post(LUCIE, "Bonjour").id
    thread = here.post(LUCIE, "Suite #poésie", reply_to=plain).id
    answer = here.post(LUCIE, "Oui", reply_to=here.post("camille", "?").id).id
    boost = here.post(LUCIE, boost_of=here.post("camille", "!").id).id
    pictured = here.post(LUCIE, "Voyez", media=[Media("mer", "La mer")]).id
    path = f"/api/v1/accounts/{here.id_of(LUCIE)}/statuses"

    assert ids(me.get(path).json) == [pictured, boost, answer, thread, plain]
    assert ids(me.get(path, exclude_replies="true").json) == [pictured, boost, thread, plain]
    assert ids(me.get(path, exclude_reblogs="1").json) == [pictured, answer, thread, plain]
    assert ids(me.get(path, only_media="true").json) == [pictured]
    assert ids(me.get(path, tagged="Poésie").json) == [thread]
    assert me.get(path, pinned="true").json == []
    kept = me.get(path, exclude_replies="true", limit=1).link("next")
    assert parse_qs(urlsplit(kept).query)["exclude_replies"] == ["true"]


def test_an_accounts_short_page_is_the_last(here: Fediverse, me: Caller) -> None:
    posted(here, 25)
    first = me.get(f"/api/v1/accounts/{here.id_of(LUCIE)}/statuses")
    last = me.follow(first.link("next"))

    assert [len(first.json), len(last.json)] == [20, 5]
    assert last.link("next") == ""
    assert last.link("prev")


def test_who_sees_what(here: Fediverse, me: Caller, stranger: Caller) -> None:
    here.account("voisin")
    keys = [
        here.post("camille", "Bonjour", visibility="public").id,
        here.post("camille", "Bonjour", visibility="unlisted").id,
        here.post("camille", "Bonjour", visibility="private").id,
        here.post("camille", "Bonjour @voisin", visibility="direct").id,
    ]
    neighbour = replace(stranger, token=here.token("voisin"))
    author = replace(stranger, token=here.token("camille"))
    path = f"/api/v1/accounts/{here.id_of('camille')}/statuses"

    for caller, seen in ((stranger, "01"), (neighbour, "013"), (me, "012"), (author, "0123")):
        expected = {keys[int(one)] for one in seen}
        assert set(ids(caller.get(path).json)) == expected
        assert {key for key in keys if caller.get(f"{STATUSES}/{key}").status == 200} == expected
        assert set(ids(caller.get(STATUSES, id=keys).json)) == expected


def test_several_statuses_come_newest_first_without_the_missing(here: Fediverse, me: Caller) -> None:
    one, two, three = posted(here, 3)
    here.delete(two)

    assert ids(me.get(STATUSES, id=[one, two, three, "42"]).json) == [three, one]
    assert me.get(STATUSES, id=[str(number) for number in range(21)]).status == 422


# What a status is made of.


def test_a_status_is_complete(here: Fediverse, me: Caller) -> None:
    card = Card("https://blog.example/", "Un billet", author="Lucie", account=LUCIE, site="Blog")
    poll = Poll(["Thé", "Café"], [3, 1], ends=here.now + timedelta(days=1), voters={"moi": [0]})
    status = here.post(
        LUCIE,
        "Bonjour @moi@ici.example #poésie, voir https://blog.example/",
        warning="Long",
        language="fr",
        media=[Media("mer", "La mer, grise"), Media("ciel")],
        card=card,
        poll=poll,
        application="Tusky",
    )
    shown = me.get(f"{STATUSES}/{status.id}").json

    assert shown["uri"] == status.uri
    assert status.id not in status.uri
    assert shown["url"].startswith("https://ailleurs.example/@lucie/")
    assert (shown["sensitive"], shown["spoiler_text"], shown["language"]) == (True, "Long", "fr")
    assert [one["acct"] for one in shown["mentions"]] == ["moi"]
    assert [one["name"] for one in shown["tags"]] == ["poésie"]
    assert [one["description"] for one in shown["media_attachments"]] == ["La mer, grise", None]
    assert shown["card"]["authors"][0]["account"]["id"] == here.id_of(LUCIE)
    assert shown["application"] == {"name": "Tusky", "website": None}
    assert shown["poll"]["options"] == [
        {"title": "Thé", "votes_count": 3},
        {"title": "Café", "votes_count": 1},
    ]
    assert (shown["poll"]["voted"], shown["poll"]["own_votes"], shown["poll"]["votes_count"]) == (
        True,
        [0],
        4,
    )
    assert (shown["poll"]["expired"], shown["poll"]["expires_at"]) == (False, "2026-11-24T12:00:02.000Z")
    for name in ("emojis", "filtered"):
        assert shown[name] == []
    for name in ("favourited", "reblogged", "bookmarked", "muted"):
        assert shown[name] is False
    assert shown["edited_at"] is shown["reblog"] is shown["quote"] is None
    assert "pinned" not in shown


def test_to_a_stranger_a_status_says_nothing_of_them(here: Fediverse, stranger: Caller) -> None:
    shown = stranger.get(f"{STATUSES}/{here.post(LUCIE, 'Bonjour').id}").json

    assert not {"favourited", "reblogged", "filtered", "bookmarked", "muted"} & shown.keys()


def test_whom_nobody_knows_is_not_mentioned(here: Fediverse, me: Caller) -> None:
    shown = me.get(f"{STATUSES}/{here.post('camille', 'Bonjour @personne et @moi, a@b.example').id}").json

    assert "@personne et" in shown["content"]
    assert [one["acct"] for one in shown["mentions"]] == ["moi"]


def test_quotes_have_a_state(here: Fediverse, me: Caller) -> None:
    first = here.post(LUCIE, "Une idée").id
    second = here.post("camille", "Oui", quote=first).id
    third = here.post("camille", "Encore", quote=second).id
    pending = here.post("camille", "Peut-être", quote=first, quote_state="pending").id
    secret = here.post(
        "camille", "Secret", quote=here.post(LUCIE, "@camille@ici.example", visibility="direct").id
    ).id

    def quote(key: str) -> Any:
        return me.get(f"{STATUSES}/{key}").json["quote"]

    assert (quote(second)["state"], quote(second)["quoted_status"]["id"]) == ("accepted", first)
    assert quote(third)["quoted_status"]["quote"] == {"state": "accepted", "quoted_status_id": first}
    assert quote(pending) == {"state": "pending", "quoted_status": None}
    assert quote(secret) == {"state": "unauthorized", "quoted_status": None}
    here.delete(first)
    assert quote(second) == {"state": "deleted", "quoted_status": None}
    assert quote(third)["quoted_status"]["quote"] == {"state": "deleted", "quoted_status_id": None}


# Favourites, notifications, conversations.


def test_favourites_are_in_the_order_of_the_gestures(here: Fediverse, me: Caller) -> None:
    one = posted(here, 25)
    for key in one:
        here.favourite("moi", key)
    here.favourite("moi", one[0])
    here.favourite("camille", one[0])
    first = me.get(FAVOURITES)
    walked = [key for page in me.pages("next", first) for key in ids(page)]

    assert walked == one[::-1]
    assert first.json[0]["favourited"] is True
    bounds = {
        parse_qs(urlsplit(first.link(rel)).query)[bound][0]
        for rel, bound in (("next", "max_id"), ("prev", "min_id"))
    }
    assert not bounds & set(one)
    assert me.follow(first.link("prev")).json == []
    here.favourite("moi", here.post("camille", "Bonjour").id)
    assert len(me.follow(first.link("prev")).json) == 1


def test_favouriting_a_boost_favourites_the_status(here: Fediverse, me: Caller) -> None:
    status = here.post(LUCIE, "Bonjour").id
    here.favourite("moi", here.post("camille", boost_of=status).id)

    assert ids(me.get(FAVOURITES).json) == [status]


def every_notice(site: Fediverse) -> Posted:
    own = site.post("moi", "Bonjour", at=site.now)
    site.follow(LUCIE, "moi")
    site.follow("moi", "camille", notify=True)
    site.favourite(LUCIE, own.id, at=datetime(2026, 11, 23, 15, tzinfo=UTC))
    site.post(LUCIE, boost_of=own.id)
    site.post(LUCIE, "@moi@ici.example oui", reply_to=own.id)
    asked_by = site.post("camille", "Thé ou café ?", poll=Poll(["Thé", "Café"], [1, 0], voters={"moi": [0]}))
    site.end_poll(asked_by.id)
    site.post("moi", boost_of=asked_by.id)
    site.edit(asked_by.id, "Thé ou café, enfin ?")
    site.post(LUCIE, "À lire", quote=own.id)
    return own


def test_notifications_of_every_kind(here: Fediverse, me: Caller) -> None:
    own = every_notice(here)
    told = {one["type"]: one for one in me.get(NOTIFICATIONS).json}

    assert list(told) == ["quote", "update", "poll", "status", "mention", "reblog", "favourite", "follow"]
    assert "status" not in told["follow"]
    assert told["favourite"]["status"]["id"] == told["reblog"]["status"]["id"] == own.id
    assert told["favourite"]["created_at"] == "2026-11-23T15:00:00.000Z"
    assert told["favourite"]["group_key"].startswith(f"favourite-{own.id}-")
    assert told["mention"]["group_key"] == f"ungrouped-{told['mention']['id']}"
    assert told["mention"]["status"]["in_reply_to_id"] == own.id
    assert told["poll"]["status"]["poll"]["expired"] is True
    assert told["update"]["account"]["acct"] == "camille"


def test_notifications_may_be_sifted_and_links_remember(here: Fediverse, me: Caller) -> None:
    every_notice(here)
    some = me.get(NOTIFICATIONS, types=["mention", "follow", "poll"], limit=2)
    rest = me.get(NOTIFICATIONS, exclude_types=["mention", "follow", "poll", "status"])
    by = me.get(NOTIFICATIONS, account_id=here.id_of("camille"))

    assert [one["type"] for one in some.json] == ["poll", "mention"]
    assert [one["type"] for one in me.follow(some.link("next")).json] == ["follow"]
    assert [one["type"] for one in rest.json] == ["quote", "update", "reblog", "favourite"]
    assert {one["type"] for one in by.json} == {"update", "poll", "status"}


def test_nobody_is_told_what_they_did_themselves(here: Fediverse, me: Caller) -> None:
    own = here.post("moi", "Note pour @moi").id
    here.favourite("moi", own)
    here.post("moi", boost_of=own)

    assert me.get(NOTIFICATIONS).json == []


def test_a_poll_ends_for_its_author_too(here: Fediverse, me: Caller) -> None:
    status = here.post("moi", "Thé ou café ?", poll=Poll(["Thé", "Café"]))
    here.end_poll(status.id)

    assert [(one["type"], one["account"]["acct"]) for one in me.get(NOTIFICATIONS).json] == [("poll", "moi")]
    with pytest.raises(LookupError):
        here.end_poll(here.post("moi", "Sans sondage").id)


@pytest.mark.parametrize("keeps", [True, False])
def test_what_is_told_of_a_deleted_status(here: Fediverse, me: Caller, keeps: bool) -> None:
    here.keeps_notices = keeps
    here.delete(here.post(LUCIE, "Bonsoir @moi@ici.example").id)
    told = me.get(NOTIFICATIONS).json

    assert [(one["type"], one["status"]) for one in told] == ([("mention", None)] if keeps else [])


@pytest.mark.parametrize("path", [CONVERSATIONS, f"{CONVERSATIONS}/"])
def test_conversations_are_told_by_their_last_status(here: Fediverse, me: Caller, path: str) -> None:
    hello = here.post(LUCIE, "@moi@ici.example bonjour", visibility="direct").id
    three = here.post("camille", f"@moi @{LUCIE} rendez-vous ?", visibility="direct").id
    alone = here.post("moi", "Ne pas oublier", visibility="direct").id
    numbers = ids(me.get(path).json)
    reply = here.post("moi", f"@{LUCIE} bonsoir", visibility="direct", reply_to=hello).id
    first, second, third = me.get(path).json

    assert [one["last_status"]["id"] for one in (first, second, third)] == [reply, alone, three]
    assert [one["unread"] for one in (first, second, third)] == [False, False, True]
    assert [one["acct"] for one in first["accounts"]] == [LUCIE]
    assert [one["acct"] for one in second["accounts"]] == ["moi"]
    assert [one["acct"] for one in third["accounts"]] == ["camille", LUCIE]
    assert ids([second, third, first]) == numbers
    page = me.get(path, limit=1)
    assert parse_qs(urlsplit(page.link("next")).query)["max_id"] == [reply]
    assert ids(me.follow(page.link("next")).json) == [second["id"]]


# Gestures by the API.


def test_posting_twice_with_one_key_posts_once(here: Fediverse, me: Caller) -> None:
    def post(key: str, text: str = "Merci @lucie@ailleurs.example !") -> str:
        answer = me.post(STATUSES, {"Idempotency-Key": key}, status=text, visibility="unlisted")
        assert answer.status == 200, answer.body
        found: str = answer.json["id"]
        return found

    first = post("a")
    here.now += timedelta(minutes=59)

    assert post("a") == post("a", "Autre texte") == first
    assert post("b") != first
    here.now += timedelta(minutes=1)
    assert post("a") != first
    shown = me.get(f"{STATUSES}/{first}").json
    assert (shown["visibility"], shown["language"], shown["pinned"]) == ("unlisted", "fr", False)
    assert [one["acct"] for one in shown["mentions"]] == [LUCIE]


def test_a_key_belongs_to_one_account_and_dies_with_its_status(here: Fediverse, me: Caller) -> None:
    camille = replace(me, token=here.token("camille", "write"))
    first, theirs = (
        one.post(STATUSES, {"Idempotency-Key": "a"}, status="Bonjour").json for one in (me, camille)
    )

    assert first["id"] != theirs["id"]
    gone = me.send("DELETE", f"{STATUSES}/{first['id']}")
    assert gone.json["text"] == "Bonjour"
    assert me.post(STATUSES, {"Idempotency-Key": "a"}, status="Bonjour").json["id"] != first["id"]


def test_an_answer_in_json_with_its_fields(here: Fediverse, me: Caller) -> None:
    parent = here.post(LUCIE, "Bonjour").id
    fields = {
        "status": "Oui",
        "in_reply_to_id": parent,
        "spoiler_text": "Long",
        "language": "en",
        "visibility": "direct",
    }
    body = json.dumps(fields).encode()
    shown = me.send("POST", STATUSES, body, Content_Type="application/json").json

    assert {name: shown[name] for name in fields if name in shown and name != "status"} == {
        name: text for name, text in fields.items() if name != "status"
    }
    assert shown["mentions"] == []
    assert me.send("POST", STATUSES, b"{", Content_Type="application/json").status == 400


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"status": " "}, 422, "Validation failed: Text can't be blank"),
        ({"status": "a" * 501}, 422, "Validation failed: Text character limit of 500 exceeded"),
        (
            {"status": "a" * 400, "spoiler_text": "b" * 101},
            422,
            "Validation failed: Text character limit of 500 exceeded",
        ),
        (
            {"status": "a", "visibility": "secret"},
            422,
            "Validation failed: Visibility is not included in the list",
        ),
        (
            {"status": "a", "in_reply_to_id": "42"},
            404,
            "The post you are trying to reply to does not appear to exist.",
        ),
    ],
)
def test_what_cannot_be_posted(me: Caller, fields: dict[str, str], status: int, sentence: str) -> None:
    assert me.post(STATUSES, **fields).error == (status, sentence)
    assert me.get(HOME).json == []


def test_favouriting_and_boosting_once_and_back(here: Fediverse, me: Caller) -> None:
    status = here.post("camille", "Bonjour").id
    camille = replace(me, token=here.token("camille"))

    def act(what: str) -> Any:
        answer = me.post(f"{STATUSES}/{status}/{what}")
        assert answer.status == 200, answer.body
        return answer.json

    assert [act("favourite")["favourites_count"] for _ in range(2)] == [1, 1]
    first, second = act("reblog"), act("reblog")
    assert first["id"] == second["id"] != status
    assert (first["reblog"]["id"], first["reblog"]["reblogged"]) == (status, True)
    assert [one["type"] for one in camille.get(NOTIFICATIONS, types=["reblog", "favourite"]).json] == [
        "reblog",
        "favourite",
    ]
    assert (act("unfavourite")["favourited"], act("unreblog")["reblogged"]) == (False, False)
    left = me.get(f"{STATUSES}/{status}").json
    assert (left["favourites_count"], left["reblogs_count"]) == (0, 0)
    assert camille.get(NOTIFICATIONS, types=["reblog", "favourite"]).json == []
    assert me.get(f"{STATUSES}/{first['id']}").status == 404


def test_what_is_private_is_not_boosted_by_others(here: Fediverse, me: Caller) -> None:
    theirs = here.post("camille", "Entre nous", visibility="private").id
    own = here.post("moi", "Entre nous", visibility="private").id
    secret = here.post("camille", "Pas pour moi", visibility="direct").id

    assert me.post(f"{STATUSES}/{theirs}/reblog").error == (403, "This action is not allowed")
    assert me.post(f"{STATUSES}/{own}/reblog").json["visibility"] == "private"
    assert me.post(f"{STATUSES}/{secret}/reblog").status == 404
    assert me.post(f"{STATUSES}/{secret}/favourite").status == 404
    assert me.send("DELETE", f"{STATUSES}/{theirs}").status == 404


# Faults.


def test_hidden_statuses_make_short_and_empty_pages_that_lead_on(here: Fediverse, me: Caller) -> None:
    one = posted(here, 9)
    here.hide(one[7], *one[3:6])
    walked = me.pages("next", me.get(HOME, limit=3))

    assert [ids(page) for page in walked] == [[one[8], one[6]], [], one[2::-1], []]
    empty = me.get(HOME, limit=3, min_id=one[2])
    assert empty.json == []
    assert ids(me.follow(empty.link("prev")).json) == [one[8], one[6]]


def test_a_status_may_be_listed_twice(here: Fediverse, me: Caller) -> None:
    one = posted(here, 3)
    here.twice(one[1])

    assert ids(me.get(HOME).json) == [one[2], one[1], one[1], one[0]]


def test_raw_json_stands_in_a_timeline_as_it_is(here: Fediverse, me: Caller) -> None:
    before = here.post(LUCIE, "Avant").id
    values = [{"id": "77", "account": None}, {"content": "sans rien d'autre"}, None, "un mot"]
    places = [here.raw("timelines/home", value) for value in values]
    after = here.post(LUCIE, "Après").id
    page = me.get(HOME, limit=5)

    assert page.json[1:5] == values[::-1]
    assert page.json[0]["id"] == after
    assert parse_qs(urlsplit(page.link("next")).query)["max_id"] == [places[0]]
    assert ids(me.follow(page.link("next")).json) == [before]


@pytest.mark.parametrize("feed", ["favourites", "notifications", "conversations"])
def test_raw_json_stands_in_every_feed(here: Fediverse, me: Caller, feed: str) -> None:
    here.raw(feed, {"id": None})

    assert me.get(f"/api/v1/{feed}").json == [{"id": None}]


def test_fields_of_a_status_may_be_spoilt(here: Fediverse, me: Caller) -> None:
    status = here.post(LUCIE, "Bonjour").id
    here.spoil(status, account=None, mentions="@moi", content=GONE)
    (shown,) = me.get(HOME).json

    assert (shown["id"], shown["account"], shown["mentions"]) == (status, None, "@moi")
    assert "content" not in shown
