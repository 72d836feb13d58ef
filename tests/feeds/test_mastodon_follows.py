"""Whom an own Mastodon account follows, and its lists, read at the wire."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from engage.demo.wire import Answer, as_json
from feeds.errors import MissingRight, SignedOut
from feeds.model import Link, Source
from feeds.sources import mastodon
from tests.feeds.test_mastodon_home import JULIE, ME, PAUL, Home, person, signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engage.demo.wire import Request
    from feeds.model import Profile
    from tests.feeds.test_mastodon_home import Signed

FOLLOWING, ON_LIST = "/api/v1/accounts/a-ada/following", "/api/v1/lists/7/accounts"
RELATIONS, LISTS = "/api/v1/accounts/relationships", "/api/v1/lists"


class Related(Home):
    """A server that knows who follows back: those whose number is even, and Julie."""

    def answer(self, request: Request) -> Answer:
        if request.path != RELATIONS or request.path in self.refused:
            return super().answer(request)
        asked = request.query.get("id[]", ())
        if len(asked) > 40:
            return as_json({"error": "too many"}, 422)
        return as_json([{"id": one, "followed_by": one == "a-julie" or one[-1:] in "02468"} for one in asked])


@pytest.fixture
def signed() -> Iterator[Signed]:
    for one in signed_in():
        one.home = one.wire.sites["home"] = Related()
        one.home.things["/api/v1/accounts/verify_credentials"] = person(ME)
        one.home.lists[FOLLOWING] = [person(JULIE), person(PAUL)]
        yield one


def follows(signed: Signed, **values: Any) -> tuple[Profile, ...]:
    return mastodon.follows(signed.account, signed.client, signed.networks, signed.now, **values)


def profile(signed: Signed, **values: Any) -> Profile:
    signed.home.lists[FOLLOWING] = [person(JULIE, **values)]
    (found,) = follows(signed)
    return found


def test_whom_one_follows(signed: Signed) -> None:
    julie, paul = follows(signed)
    assert julie.source == Source(
        "mastodon", JULIE, f"@{JULIE}", "https://piaille.example/@julie", given=False, through=ME
    )
    assert [(one.name, one.mutual, one.bot, one.moved_to) for one in (julie, paul)] == [
        ("Julie", True, False, ""),
        ("Paul", False, False, ""),
    ]


def test_a_thousand_in_pages_by_links_whose_ids_are_none_of_theirs(signed: Signed) -> None:
    signed.home.lists[FOLLOWING] = [person(f"u{n}@piaille.example") for n in range(1000)]
    signed.home.ids[FOLLOWING] = [f"x{n}" for n in range(1000)]
    found = follows(signed)
    assert len(found) == 1000
    assert sum(one.mutual for one in found) == 500
    assert len(signed.asked(FOLLOWING)) == 14  # the last of which is empty
    assert len(signed.asked(RELATIONS)) == 25


def test_those_on_a_list(signed: Signed) -> None:
    signed.home.lists[ON_LIST] = [person(PAUL)]
    assert [one.name for one in follows(signed, only_list="7")] == ["Paul"]


def test_oneself_is_not_among_them_and_a_neighbour_has_the_host(signed: Signed) -> None:
    signed.home.lists[FOLLOWING] = [person(ME), person("zoe@chezmoi.example")]
    assert [one.source.address for one in follows(signed)] == ["zoe@chezmoi.example"]


def test_what_a_profile_says(signed: Signed) -> None:
    site = (
        '<a href="https://julie.example/" rel="me"><span class="invisible">https://</span>julie.example</a>'
    )
    found = profile(
        signed,
        note='<p>Jardins, <a href="https://haies.example/">haies</a>. Avec '
        '<a href="https://ailleurs.example/@paul" class="u-url mention">@<span>paul</span></a> '
        '<a href="https://piaille.example/tags/bocage" class="mention hashtag">#<span>bocage</span></a> '
        '<a href="https://julie.example/">ici</a></p>',
        fields=[
            {"name": "Site", "value": site, "verified_at": "2026-03-02T10:00:00.000+00:00"},
            {"name": "Livre", "value": "https://livre.example/haies", "verified_at": None},
            {"name": "Pronoms", "value": "elle", "verified_at": None},
        ],
    )
    assert found.text == "Jardins, haies. Avec @paul #bocage ici"
    assert found.links == (
        Link("https://julie.example/", "Site", datetime(2026, 3, 2, 10, 0, tzinfo=UTC)),
        Link("https://livre.example/haies", "Livre"),
        Link("https://haies.example/"),
    )


@pytest.mark.parametrize("sign", ["bot", "group"])
def test_bots_and_groups_are_told(signed: Signed, sign: str) -> None:
    assert profile(signed, **{sign: True}).bot


def test_where_an_account_has_moved_is_told(signed: Signed) -> None:
    assert profile(signed, moved=person("julie@chezmoi.example")).moved_to == "julie@chezmoi.example"


@pytest.mark.parametrize("junk", [None, "x", {}, {"id": "9"}, {"id": "9", "acct": "x", "fields": ["x"]}])
def test_a_malformed_profile_costs_only_itself(signed: Signed, junk: Any) -> None:
    signed.home.things[FOLLOWING] = [person(JULIE), junk, person(PAUL)]
    del signed.home.lists[FOLLOWING]
    assert [one.name for one in follows(signed)] == ["Julie", "Paul"]


def test_a_server_that_does_not_tell_who_follows_back(signed: Signed) -> None:
    signed.home.refused[RELATIONS] = as_json({"error": "Not Found"}, 404)
    assert [one.mutual for one in follows(signed)] == [False, False]


def test_missing_rights_and_dead_tokens_are_said(signed: Signed) -> None:
    signed.home.refused[FOLLOWING] = as_json({"error": "This action is outside the authorized scopes"}, 403)
    with pytest.raises(MissingRight, match="read:follows"):
        follows(signed)
    signed.home.token = "another"
    with pytest.raises(SignedOut):
        follows(signed)


def test_lists(signed: Signed) -> None:
    def lists() -> tuple[Source, ...]:
        return mastodon.lists(signed.account, signed.client, signed.networks, signed.now)

    assert lists() == ()
    signed.home.things[LISTS] = [{"id": "7", "title": "Amis"}, {"id": 8, "title": ""}, "x"]
    base = signed.wire.base("home")
    assert lists() == (
        Source("mastodon-list", f"{ME} 7", "Amis", f"{base}/lists/7", allow_private=True),
        Source("mastodon-list", f"{ME} 8", "8", f"{base}/lists/8", allow_private=True),
    )
