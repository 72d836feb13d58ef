"""One's own timelines on Mastodon, read at the wire; and the small signed-in server that these tests and others talk to."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from engage.demo.wire import Answer, Wire, as_json
from feeds.errors import BadAnswer, Busy, MissingRight, NoSuchAccount, RestLater, ServerFault, SignedOut
from feeds.http import Client
from feeds.model import Account, Batch, Cursor, Networks, Source
from feeds.sources import mastodon
from feeds.sources.mastodon import walking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from engage.demo.wire import Request
    from feeds.model import Post

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TOKEN = "s3cr3t-t0ken"
HOME, LIST = "/api/v1/timelines/home", "/api/v1/timelines/list/7"
ME = "ada@chezmoi.example"
JULIE, PAUL = "julie@piaille.example", "paul@ailleurs.example"


def person(who: str, **values: Any) -> dict[str, Any]:
    """An account entity, as the server at chezmoi.example writes it."""
    user, _, host = who.partition("@")
    return {
        "id": f"a-{user}",
        "username": user,
        "acct": user if host == "chezmoi.example" else who,
        "display_name": user.capitalize(),
        "url": f"https://{host}/@{user}",
        "note": "",
        "fields": [],
        "bot": False,
        "group": False,
        **values,
    }


def toot(number: int, text: str = "", who: str = JULIE, **values: Any) -> dict[str, Any]:
    """A status entity; the later it is, the higher its number."""
    user, _, host = who.partition("@")
    uri = values.get("uri", f"https://{host}/users/{user}/statuses/{number}")
    return {
        "id": str(1000 + number),
        "uri": uri,
        "url": uri.replace("/users/", "/@").replace("/statuses/", "/"),
        "created_at": f"{NOW - timedelta(days=9) + timedelta(minutes=number):%Y-%m-%dT%H:%M:%S.000Z}",
        "edited_at": None,
        "account": person(who),
        "content": f"<p>{text or f'n° {number}'}</p>",
        "visibility": "public",
        "language": "fr",
        "spoiler_text": "",
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "reblog": None,
        "mentions": [],
        "tags": [],
        "media_attachments": [],
        "card": None,
        "poll": None,
        "quote": None,
        **values,
    }


def mention(who: str) -> dict[str, Any]:
    told = person(who)
    return {name: told[name] for name in ("id", "username", "acct", "url")}


def boost(number: int, of: dict[str, Any], who: str = JULIE) -> dict[str, Any]:
    return toot(number, "", who, reblog=of, content="", uri=f"{toot(number, who=who)['uri']}/activity")


@dataclass
class Home:
    """A server on which Ada is signed in: `lists` are paths with what stands there, newest first; `things` is all else.

    `refused` are paths with the answer that they get instead. Ids mean nothing: a list is cut by where an id stands in it, or in
    `ids` where its pages have other names than its statuses.
    """

    lists: dict[str, list[Any]] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)
    refused: dict[str, Answer] = field(default_factory=dict)
    ids: dict[str, list[str]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    token: str = TOKEN

    def answer(self, request: Request) -> Answer:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return as_json({"error": "The access token is invalid"}, 401)
        if request.path in self.refused:
            return self.refused[request.path]
        if request.path in self.lists:
            return self._page(request)
        if request.path in self.things:
            return as_json(self.things[request.path], self.status, **self.headers)
        return as_json({"error": "Record not found"}, 404)

    def _page(self, request: Request) -> Answer:
        items = self.lists[request.path]
        ids = self.ids.get(request.path) or [str(item["id"]) for item in items]
        limit = min(int(request.one("limit", "20")), 80)
        start, end = 0, len(items)
        if (bound := request.one("max_id")) in ids:
            start = ids.index(bound) + 1
        if (bound := request.one("min_id") or request.one("since_id")) in ids:
            end = ids.index(bound)
        if request.one("min_id"):
            start = max(start, end - limit)
        end = min(end, start + limit)
        page = items[start:end]
        link = self._link(request, ids[start:end]) if page else {}
        return as_json(page, self.status, **link, **self.headers)

    def _link(self, request: Request, ids: Sequence[str]) -> dict[str, str]:
        kept = {
            name: values
            for name, values in request.query.items()
            if name not in {"max_id", "min_id", "since_id"}
        }
        address = f"{request.base}{request.path}?"
        older, newer = (
            address + urlencode({**kept, name: at}, doseq=True)
            for name, at in (("max_id", ids[-1]), ("min_id", ids[0]))
        )
        return {"Link": f'<{older}>; rel="next", <{newer}>; rel="prev"'}


class Kept:
    """Secrets in a test's own hand."""

    def __init__(self, secrets: Mapping[str, str] | None = None) -> None:
        self.secrets = {"token": TOKEN} if secrets is None else secrets

    def get(self, _account: Account) -> Mapping[str, str] | None:
        return self.secrets or None


@dataclass
class Signed:
    """A reader who is signed in at a home server."""

    wire: Wire
    home: Home
    now: datetime = NOW
    client: Client = field(default_factory=Client)
    kept: Kept = field(default_factory=Kept)
    signed: bool = True

    @property
    def account(self) -> Account:
        return Account("mastodon", ME, f"@{ME}", self.wire.base("home"), allow_private=True, key="m")

    @property
    def networks(self) -> Networks:
        return Networks(
            {"piaille.example": self.wire.base("piaille")},
            accounts=(self.account,) if self.signed else (),
            keys=self.kept,  # type: ignore[arg-type]
        )

    def timeline(self, number: str = "") -> Source:
        return (
            Source("mastodon-list", f"{ME} {number}", "Amis")
            if number
            else Source("mastodon-home", ME, f"@{ME}")
        )

    def fetch(self, cursor: Cursor | None = None, source: Source | None = None) -> Batch:
        return mastodon.fetch(
            source or self.timeline(), cursor or Cursor(), self.client, self.networks, self.now
        )

    def put(self, *statuses: Any, path: str = HOME) -> None:
        """Let these stand in a list, given from the oldest on."""
        self.home.lists[path] = list(reversed(statuses))

    def asked(self, path: str = HOME) -> list[str]:
        return [one.path for one in self.wire.heard("home") if one.path.partition("?")[0] == path]


def signed_in() -> Iterator[Signed]:
    home = Home({HOME: []})
    with Wire({"home": home}) as wire:
        yield Signed(wire, home)


@pytest.fixture
def signed() -> Iterator[Signed]:
    yield from signed_in()


def said(batch: Batch, who: str = JULIE, *, only_known: bool = False) -> list[Post]:
    """What a batch brought of an account."""
    return [
        post
        for heard in batch.heard
        if heard.source.address == who and heard.only_known is only_known
        for post in heard.posts
    ]


def texts(batch: Batch, who: str = JULIE, *, only_known: bool = False) -> list[str]:
    return [post.text for post in said(batch, who, only_known=only_known)]


def numbers(first: int, last: int) -> list[str]:
    """The texts of toots, newest first."""
    return [f"n° {number}" for number in range(last, first - 1, -1)]


# --- who is heard ---


def test_each_is_heard_as_their_own_account(signed: Signed) -> None:
    signed.put(toot(1), toot(2, who=PAUL), toot(3), toot(4, who=ME))
    batch = signed.fetch()
    assert batch.posts == ()
    assert [heard.source for heard in batch.heard] == [
        Source("mastodon", ME, f"@{ME}", "https://chezmoi.example/@ada", given=False, through=ME),
        Source("mastodon", JULIE, f"@{JULIE}", "https://piaille.example/@julie", given=False, through=ME),
        Source("mastodon", PAUL, f"@{PAUL}", "https://ailleurs.example/@paul", given=False, through=ME),
    ]
    assert (texts(batch), texts(batch, PAUL)) == (["n° 3", "n° 1"], ["n° 2"])
    assert (batch.gap, batch.unchanged, batch.warnings, batch.interrupted) == (False, False, (), None)


def test_a_post_of_a_timeline_is_answered_by_ones_own_server(signed: Signed) -> None:
    signed.put(toot(1))
    (post,) = said(signed.fetch())
    assert post.key == "https://piaille.example/users/julie/statuses/1"
    assert post.handle == {
        "server": signed.wire.base("home"),
        "id": "1001",
        "uri": post.key,
        "home": ME,
    }


def test_a_boost_is_of_whoever_passes_on_and_the_original_of_its_author_if_known(signed: Signed) -> None:
    original = toot(1, "À lire", PAUL)
    signed.put(boost(2, original))
    batch = signed.fetch()
    (post,) = said(batch)
    assert (post.kind, post.text, post.authors[0].name) == ("repost", "À lire", "Paul")
    assert post.handle["uri"] == original["uri"]
    assert said(batch, PAUL) == []
    (passed_on,) = said(batch, PAUL, only_known=True)
    assert (passed_on.kind, passed_on.key) == ("note", original["uri"])


def test_what_is_meant_for_followers_is_kept_as_such_and_messages_are_no_posts(signed: Signed) -> None:
    signed.put(
        toot(1, "à toi seule", visibility="direct"),
        toot(2, "entre nous", visibility="private"),
        toot(3, "?", visibility="local"),
        toot(4, "?", visibility=None),
        boost(5, toot(1, "à toi seule", visibility="direct")),
    )
    assert [(post.text, post.visibility) for post in said(signed.fetch())] == [
        ("?", "private"),
        ("?", "private"),
        ("entre nous", "private"),
    ]


@pytest.mark.parametrize(
    "harm",
    [
        {"account": None},
        {"account": {}},
        {"mentions": ["x"]},
        {"mentions": [{"acct": 3}]},
        {"media_attachments": "x"},
        {"card": "x"},
        {"poll": {"options": "x"}},
        {"reblog": "x"},
        {"reblog": {"id": "3"}},
        {"content": ["x"]},
        {"uri": None, "url": None},
        {"spoiler_text": {}},
    ],
)
def test_a_malformed_status_costs_only_itself(signed: Signed, harm: dict[str, Any]) -> None:
    signed.put(toot(1), {**toot(2), **harm}, toot(3))
    batch = signed.fetch()
    assert texts(batch) == ["n° 3", "n° 1"]
    assert len(batch.warnings) == 1


@pytest.mark.parametrize("junk", [None, 3, "x", [], {}])
def test_what_is_no_status_at_all_costs_only_itself(signed: Signed, junk: Any) -> None:
    signed.put(toot(1), toot(2), path="/api/v1/x")
    signed.home.things[HOME] = [toot(2), junk, toot(1)]
    del signed.home.lists[HOME]
    batch = signed.fetch()
    assert (texts(batch), len(batch.warnings)) == (["n° 2", "n° 1"], 1)
    assert texts(signed.fetch(batch.cursor)) == []


def test_a_list_is_a_timeline_too(signed: Signed) -> None:
    signed.put(toot(1), path=LIST)
    batch = signed.fetch(source=signed.timeline("7"))
    assert texts(batch) == ["n° 1"]
    assert len(signed.asked(LIST)) == 2  # and once more, for what is older


# --- walking ---


def test_the_first_time_goes_back_as_far_as_it_is_worth(signed: Signed) -> None:
    signed.put(*[toot(n) for n in range(1000)])
    batch = signed.fetch()
    assert texts(batch) == numbers(200, 999)
    assert len(signed.asked()) == 20


def test_later_fetches_leave_no_gap_and_see_what_is_edited(signed: Signed) -> None:
    signed.put(*[toot(n) for n in range(50)])
    first = signed.fetch()
    edited = toot(45, "corrigé", edited_at="2026-11-23T11:00:00.000Z")
    signed.put(*[edited if n == 45 else toot(n) for n in range(300)])
    later = signed.fetch(first.cursor)
    assert texts(later) == [*numbers(50, 299), "corrigé"]
    assert not later.gap
    before = len(signed.asked())
    quiet = signed.fetch(later.cursor)
    assert (quiet.heard, quiet.unchanged, quiet.cursor) == ((), True, later.cursor)
    assert len(signed.asked()) == before + 1
    assert not any("since_id" in path for path in signed.asked())


def test_what_one_fetch_does_not_reach_comes_with_the_next(signed: Signed) -> None:
    signed.put(*[toot(n) for n in range(40)])
    batch = signed.fetch()
    signed.put(*[toot(n) for n in range(1100)])
    found: list[str] = []
    for _ in range(2):
        batch = signed.fetch(batch.cursor)
        assert not batch.gap
        found = [*texts(batch), *found]
    assert found == numbers(40, 1099)
    assert max(len(signed.asked()), walking.MOST_PAGES) < 60


def test_a_timeline_that_dropped_what_we_knew_has_a_gap(signed: Signed) -> None:
    signed.put(*[toot(n) for n in range(50)])
    first = signed.fetch()
    signed.put(*[toot(n) for n in range(500, 900)])
    later = signed.fetch(first.cursor)
    assert later.gap
    assert texts(later) == numbers(500, 899)
    signed.put(*[toot(n) for n in range(510, 910)])
    assert not signed.fetch(later.cursor).gap


def test_deleted_and_hidden_ones_are_no_gap_while_one_known_is_there(signed: Signed) -> None:
    signed.put(*[toot(n) for n in range(60)])
    first = signed.fetch()
    signed.put(*[toot(n) for n in range(25)], *[toot(n) for n in range(60, 120)])
    later = signed.fetch(first.cursor)
    assert (later.gap, texts(later)) == (False, numbers(60, 119))


def test_a_server_that_knows_no_way_forward_is_walked_back_to_what_is_known(signed: Signed) -> None:
    signed.put(*[toot(n) for n in range(50)])
    first = signed.fetch()
    signed.put(*[toot(n) for n in range(200)])

    def newest_instead(request: Request) -> Answer | None:
        if not request.one("min_id"):
            return None
        return signed.home.answer(replace(request, query={"limit": ["40"]}))

    signed.wire.hooks["home"] = newest_instead
    later = signed.fetch(first.cursor)
    assert (later.gap, texts(later)) == (False, numbers(50, 199))


def test_a_server_that_gives_the_same_page_for_ever_is_left(signed: Signed) -> None:
    """As some do that know neither `max_id` nor a `Link`."""
    page = [toot(n) for n in range(39, -1, -1)]
    signed.wire.hooks["home"] = lambda _request: as_json(page)
    batch = signed.fetch()
    assert texts(batch) == numbers(0, 39)
    assert len(signed.asked()) == 2
    assert signed.fetch(batch.cursor).unchanged


def test_a_server_that_names_ever_new_pages_with_the_same_on_them_is_left(signed: Signed) -> None:
    def again(request: Request) -> Answer:
        further = f"{request.base}{HOME}?page={int(request.one('page', '0')) + 1}"
        return as_json([toot(1)], Link=f'<{further}>; rel="next"')

    signed.wire.hooks["home"] = again
    assert texts(signed.fetch()) == ["n° 1"]
    assert len(signed.asked()) == 2


def test_a_server_without_links_is_asked_by_ids(signed: Signed) -> None:
    signed.put(*[toot(n) for n in range(100)])

    def without(request: Request) -> Answer:
        return replace(signed.home.answer(request), headers={})

    signed.wire.hooks["home"] = without
    batch = signed.fetch()
    assert texts(batch) == numbers(0, 99)
    signed.put(*[toot(n) for n in range(250)])
    assert texts(signed.fetch(batch.cursor)) == numbers(100, 249)


def test_a_link_that_leads_to_another_server_is_not_followed(signed: Signed) -> None:
    signed.wire.sites["ailleurs"] = Home({HOME: [toot(99)]})

    def led_away(request: Request) -> Answer:
        away = signed.wire.base("ailleurs") + HOME + "?max_id=1002"
        told = toot(1 if request.one("max_id") else 2)
        return as_json([told], Link=f'<{away}>; rel="next"')

    signed.wire.hooks["home"] = led_away
    assert texts(signed.fetch()) == ["n° 2"]
    assert signed.wire.heard("ailleurs") == []
    assert len(signed.asked()) == 1


def test_a_link_with_the_scheme_behind_a_proxy_is_followed_by_the_one_we_came(signed: Signed) -> None:
    signed.put(*[toot(n) for n in range(60)])

    def behind(request: Request) -> Answer:
        told = signed.home.answer(request)
        port = f":{signed.wire.port}/"
        return replace(
            told,
            headers={
                name: value.replace("http://", "https://").replace(port, "/")
                for name, value in told.headers.items()
            },
        )

    signed.wire.hooks["home"] = behind
    assert texts(signed.fetch()) == numbers(0, 59)


def test_one_status_listed_twice_is_one(signed: Signed) -> None:
    signed.put(toot(1), toot(2), toot(2), toot(3))
    assert texts(signed.fetch()) == ["n° 3", "n° 2", "n° 1"]


# --- when it goes wrong ---


def fails(signed: Signed, answer: Answer, *, when: Callable[[Request], bool]) -> None:
    signed.wire.hooks["home"] = lambda request: answer if when(request) else None


TOO_MANY = as_json({"error": "Too many requests"}, 429, X_RateLimit_Reset="2026-11-23T12:04:00.000Z")


def test_a_first_walk_that_is_interrupted_goes_on_where_it_stopped(signed: Signed) -> None:
    signed.put(*[toot(n) for n in range(200)])
    fails(signed, TOO_MANY, when=lambda request: request.one("max_id") == "1120")
    first = signed.fetch()
    assert texts(first) == numbers(120, 199)
    assert isinstance(first.interrupted, RestLater)
    assert first.interrupted.values["at"] == "2026-11-23T12:04:00+00:00"
    signed.wire.hooks.clear()
    signed.put(*[toot(n) for n in range(210)])
    second = signed.fetch(first.cursor)
    assert texts(second) == [*numbers(200, 209), *numbers(0, 119)]
    assert (second.interrupted, second.gap) == (None, False)
    assert signed.fetch(second.cursor).unchanged


def test_a_later_walk_that_is_interrupted_goes_on_where_it_stopped(signed: Signed) -> None:
    signed.put(*[toot(n) for n in range(50)])
    first = signed.fetch()
    signed.put(*[toot(n) for n in range(200)])
    fails(signed, Answer(500), when=lambda request: request.one("min_id") == "1090")
    second = signed.fetch(first.cursor)
    assert texts(second) == numbers(50, 90)
    assert isinstance(second.interrupted, ServerFault)
    signed.wire.hooks.clear()
    assert texts(signed.fetch(second.cursor)) == numbers(91, 199)


def test_nothing_at_all_is_an_error(signed: Signed) -> None:
    fails(signed, TOO_MANY, when=lambda _request: True)
    with pytest.raises(Busy):
        signed.fetch()


def test_a_server_that_says_that_this_was_the_last_answer_is_not_asked_again(signed: Signed) -> None:
    signed.put(*[toot(n) for n in range(100)])
    signed.home.headers = {
        "X_RateLimit_Remaining": "0",
        "X_RateLimit_Reset": "2026-11-23T12:05:00.000000Z",
    }
    batch = signed.fetch()
    assert texts(batch) == numbers(60, 99)
    assert isinstance(batch.interrupted, RestLater)
    assert "12:05" in str(batch.interrupted)
    assert len(signed.asked()) == 1


def test_a_feed_that_is_being_made_anew_has_a_gap_and_is_read_again_from_the_old_place(
    signed: Signed,
) -> None:
    signed.put(*[toot(n) for n in range(50)])
    first = signed.fetch()
    signed.home.status = 206
    signed.put(toot(60))
    partial = signed.fetch(first.cursor)
    assert (texts(partial), partial.gap, partial.cursor) == (["n° 60"], True, first.cursor)
    signed.home.status = 200
    signed.put(*[toot(n) for n in range(61)])
    whole = signed.fetch(partial.cursor)
    assert (texts(whole), whole.gap) == (numbers(50, 60), False)


def test_a_new_feed_that_is_being_made_is_met_again_from_its_beginning(signed: Signed) -> None:
    signed.home.status = 206
    signed.put(toot(60))
    partial = signed.fetch()
    assert (texts(partial), partial.gap) == (["n° 60"], True)
    signed.home.status = 200
    signed.put(*[toot(n) for n in range(100)])
    assert texts(signed.fetch(partial.cursor)) == numbers(0, 99)


@pytest.mark.parametrize(
    "answer",
    [
        as_json({"error": "The access token is invalid"}, 401),
        as_json({"error": "The access token was revoked"}, 401),
        as_json({"error": "invalid_token"}, 400),
        as_json({"error": "The access token has expired"}, 403),
        as_json({"error": "Unauthorized"}, 401),
        Answer(401),
    ],
)
def test_a_token_that_is_no_good_names_the_command_that_mends_it(signed: Signed, answer: Answer) -> None:
    fails(signed, answer, when=lambda _request: True)
    with pytest.raises(SignedOut) as caught:
        signed.fetch()
    host = f"home.localhost:{signed.wire.port}"
    assert caught.value.values["command"] == f"nouvelles login mastodon {host}"
    assert f"{host} no longer knows us as @{ME}" in str(caught.value)
    assert TOKEN not in repr(caught.value)


@pytest.mark.parametrize(
    "answer",
    [
        as_json({"error": "This action is outside the authorized scopes"}, 403),
        as_json({"error": "Insufficient permissions: read:statuses."}, 403),
        as_json({}, 403, WWW_Authenticate='Bearer error="insufficient_scope"'),
    ],
)
def test_a_right_that_is_missing_is_named(signed: Signed, answer: Answer) -> None:
    fails(signed, answer, when=lambda _request: True)
    with pytest.raises(MissingRight, match="read:statuses"):
        signed.fetch()


def test_an_account_that_is_shut_out_hears_why_and_no_secret(signed: Signed) -> None:
    told = as_json({"error": f"Your login is currently disabled ({TOKEN})"}, 403)
    fails(signed, told, when=lambda _request: True)
    with pytest.raises(Exception, match="Your login is currently disabled") as caught:
        signed.fetch()
    assert TOKEN not in str(caught.value) + repr(caught.value)


def test_without_a_token_on_this_machine_one_is_signed_out(signed: Signed) -> None:
    signed.kept.secrets = {}
    with pytest.raises(SignedOut):
        signed.fetch()
    signed.signed = False
    with pytest.raises(SignedOut, match=r"login mastodon chezmoi\.example"):
        signed.fetch()
    assert signed.wire.log == []


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b"<html>maintenance</html>"),
        as_json({"error": "?"}),
        as_json("bonjour"),
        as_json(None),
        Answer(200, b"[" * 100_000, "application/json"),
        Answer(200, b"", "application/json"),
    ],
)
def test_other_answers_make_no_sense(signed: Signed, answer: Answer) -> None:
    fails(signed, answer, when=lambda _request: True)
    with pytest.raises(BadAnswer):
        signed.fetch()


def test_the_token_goes_nowhere_else_not_even_by_a_redirect(signed: Signed) -> None:
    signed.wire.sites["ailleurs"] = Home({HOME: [toot(1)]})
    away = Answer(302, headers={"Location": signed.wire.base("ailleurs") + HOME})
    fails(signed, away, when=lambda _request: True)
    with pytest.raises(Exception):  # noqa: B017, PT011 - which of our errors is not the point
        signed.fetch()
    assert not any("authorization" in one.headers for one in signed.wire.heard("ailleurs"))


# --- accounts that a timeline brings ---

THROUGH = Source("mastodon", JULIE, f"@{JULIE}", "https://piaille.example/@julie", given=False, through=ME)
LOOKUP, STATUSES = "/api/v1/accounts/lookup", "/api/v1/accounts/a-julie/statuses"


def test_an_account_heard_through_a_timeline_is_asked_by_ones_own_server(signed: Signed) -> None:
    signed.home.things[LOOKUP] = person(JULIE)
    signed.put(toot(1), toot(2, "entre nous", visibility="private"), path=STATUSES)
    batch = signed.fetch(source=THROUGH)
    assert [(post.text, post.visibility) for post in batch.posts] == [
        ("entre nous", "private"),
        ("n° 1", "public"),
    ]
    assert (batch.label, batch.site) == (f"@{JULIE}", "https://piaille.example/@julie")
    assert batch.posts[0].handle["home"] == ME
    signed.put(*[toot(n) for n in range(5)], path=STATUSES)
    again = signed.fetch(batch.cursor, THROUGH)
    assert [post.text for post in again.posts] == ["n° 4", "n° 3", "n° 2"]
    assert len(signed.asked(LOOKUP)) == 1


def test_it_is_just_the_same_post_as_the_timeline_brings(signed: Signed) -> None:
    told = toot(1, "Première neige", tags=[{"name": "neige", "url": "https://piaille.example/tags/neige"}])
    signed.home.things[LOOKUP] = person(JULIE)
    signed.put(told, path=STATUSES)
    signed.put(told)
    assert said(signed.fetch()) == list(signed.fetch(source=THROUGH).posts)


@pytest.mark.parametrize("trouble", ["no token", "signed out", "unknown there"])
def test_where_ones_own_server_does_not_help_the_accounts_own_is_asked(signed: Signed, trouble: str) -> None:
    public = Home({STATUSES: [toot(1, "En public")]}, {LOOKUP: person(JULIE)})
    signed.wire.sites["piaille"] = public
    signed.wire.hooks["piaille"] = lambda request: public.answer(
        replace(request, headers={"authorization": f"Bearer {TOKEN}"})
    )
    if trouble == "no token":
        signed.kept.secrets = {}
    if trouble == "signed out":
        signed.home.token = "another"
    batch = signed.fetch(source=THROUGH)
    assert [post.text for post in batch.posts] == ["En public"]
    assert "home" not in batch.posts[0].handle
    assert not any("authorization" in one.headers for one in signed.wire.heard("piaille"))


def test_a_position_of_another_server_means_nothing_here(signed: Signed) -> None:
    signed.home.things[LOOKUP] = person(JULIE)
    signed.put(toot(1), toot(2), path=STATUSES)
    elsewhere = Cursor(
        position=json.dumps({"server": "https://x.example", "account": "9", "known": {"1002": "?"}})
    )
    early = Cursor(position=json.dumps({"account": "9", "newest": "1002"}))
    signed.put(toot(8, who=PAUL), path="/api/v1/accounts/9/statuses")
    for cursor in (elsewhere, early):
        assert [post.text for post in signed.fetch(cursor, THROUGH).posts] == ["n° 2", "n° 1"]


def test_an_account_that_nobody_knows_is_named(signed: Signed) -> None:
    signed.wire.sites["piaille"] = Home(token="")
    signed.wire.hooks["piaille"] = lambda _request: as_json({"error": "Record not found"}, 404)
    with pytest.raises(NoSuchAccount, match=r"piaille\.example knows no account @julie"):
        signed.fetch(source=THROUGH)


# --- looking again ---

STATUS = "/api/v1/statuses/1001"


def look(signed: Signed, post: Post, source: Source = THROUGH) -> Post | None:
    return mastodon.look_again(post, source, signed.client, signed.networks, signed.now)


def test_a_post_is_looked_at_again_as_it_is_now(signed: Signed) -> None:
    signed.put(toot(1))
    (post,) = said(signed.fetch())
    signed.home.things[STATUS] = toot(1)
    assert look(signed, post) == post
    signed.home.things[STATUS] = toot(1, "corrigé", edited_at="2026-11-23T11:00:00.000Z")
    again = look(signed, post)
    assert again is not None
    assert (again.text, again.updated) == ("corrigé", NOW - timedelta(hours=1))


@pytest.mark.parametrize("status", [404, 410])
def test_a_deleted_post_is_none(signed: Signed, status: int) -> None:
    signed.put(toot(1))
    (post,) = said(signed.fetch())
    signed.home.refused[STATUS] = as_json({"error": "Record not found"}, status)
    assert look(signed, post) is None


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(500), ServerFault),
        (TOO_MANY, Busy),
        (as_json({"error": "The access token is invalid"}, 401), SignedOut),
        (as_json({"id": "1001"}), BadAnswer),
        (as_json([]), BadAnswer),
    ],
)
def test_a_server_that_does_not_answer_says_nothing_of_the_post(
    signed: Signed, answer: Answer, error: type[Exception]
) -> None:
    signed.put(toot(1))
    (post,) = said(signed.fetch())
    signed.home.refused[STATUS] = answer
    with pytest.raises(error):
        look(signed, post)


def test_a_private_post_is_not_taken_for_deleted_by_a_stranger(signed: Signed) -> None:
    signed.put(toot(1, visibility="private"))
    (post,) = said(signed.fetch())
    signed.signed = False
    with pytest.raises(SignedOut):
        look(signed, post)


def test_of_a_repost_what_was_reposted_is_looked_at(signed: Signed) -> None:
    signed.put(boost(2, toot(1, "À lire", PAUL)))
    (post,) = said(signed.fetch())
    signed.home.things[STATUS] = toot(1, "À lire !", PAUL)
    again = look(signed, post)
    assert again is not None
    assert (again.kind, again.key, again.published, again.text) == (
        "repost",
        post.key,
        post.published,
        "À lire !",
    )
