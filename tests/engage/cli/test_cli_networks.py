"""Signed in at a server of Mastodon's kind, from the home timeline to the day; it is written from the documentation alone."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engage.demo.wire import Wire
from engage.keys import Keys
from feeds.model import Account
from tests.engage.hands import NOON
from tests.networks.fediverse import Fediverse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.engage.conftest import Program
    from tests.engage.hands import House

READING = (
    "read:accounts",
    "read:statuses",
    "read:follows",
    "read:favourites",
    "read:notifications",
    "read:lists",
)
JULIE = "julie@piaille.example"


@pytest.fixture(params=["numbers", "ulid", "hashes"])
def town(request: pytest.FixtureRequest) -> Fediverse:
    """A server whose ids are of one kind or another, with Ada and three people who live elsewhere."""
    server = Fediverse("ici.example", ids=request.param, now=NOON)
    server.account("ada", "Ada")
    for name in ("julie", "paul", "zoe"):
        server.account(name, name.capitalize(), "piaille.example")
    for name in ("julie", "paul"):
        server.follow("ada", f"{name}@piaille.example")
    return server


@pytest.fixture
def signed_in(nouvelles: Program, town: Fediverse) -> Iterator[Program]:
    with Wire({"town": town}) as wire:
        base = wire.base("town")
        me = Account(
            "mastodon", "ada@ici.example", "@ada@ici.example", base, READING, NOON, "key", allow_private=True
        )

        def keep(house: House) -> None:
            house.store.feeds.keep_account(me, NOON)

        nouvelles.fill(keep)
        Keys(nouvelles.home).put(me, {"token": town.token("ada", " ".join(READING)), "client_id": "c"})
        yield nouvelles


def fetch(program: Program) -> Any:
    said = program("fetch", "--force", "--json")
    assert (said.status, said.json["failed"], said.json["troubles"]) == (0, [], []), said
    return said.json


def passed(program: Program, name: str) -> Counter[tuple[str, str]]:
    told = program("person", name, "--json").json["engagements"]
    return Counter((one["kind"], one["direction"]) for one in told)


def ago(hours: float) -> Any:
    return NOON - timedelta(hours=hours)


def test_the_timeline_the_follows_and_the_gestures_land_in_the_file_twice_the_same(
    signed_in: Program, town: Fediverse
) -> None:
    hedge = town.post(JULIE, "Une haie est une route pour tout ce qui est plus petit que nous.", at=ago(9))
    bread = town.post("paul@piaille.example", "Le pain a levé toute la nuit, et la rue le sait.", at=ago(8))
    town.post("zoe@piaille.example", "Personne ne me suit.", at=ago(8))
    mine = town.post("ada", "Première neige sur le canal.", at=ago(7))
    town.post("ada", f"@{JULIE} Et un abri aussi.", reply_to=hedge.id, mentions=[JULIE], at=ago(6))
    town.post("ada", boost_of=bread.id, at=ago(5))
    town.favourite("ada", bread.id, at=ago(4))
    town.favourite(JULIE, mine.id, at=ago(4))
    town.post(
        "paul@piaille.example", "@ada Tu viens jeudi ?", visibility="direct", mentions=["ada"], at=ago(3)
    )
    fetch(signed_in)
    assert signed_in("import", "mastodon", "--yes", "--circle", "1").status == 0
    assert passed(signed_in, "Julie") == Counter({("replied", "out"): 1, ("liked", "in"): 1})
    assert passed(signed_in, "Paul") == Counter(
        {("boosted", "out"): 1, ("liked", "out"): 1, ("wrote", "in"): 1}
    )
    day = signed_in("today", "--no-fetch", "--json").json
    assert [one["person"] for one in day["done"]] == ["Julie"]
    assert [(one["person"], one["text"]) for one in day["waiting"]] == [("Paul", "Tu viens jeudi ?")]
    assert [one["title"] for one in signed_in("person", "Paul", "--json").json["published"]] == [
        "Le pain a levé toute la nuit, et la rue le sait."  # and what he wrote to Ada alone is no post
    ]
    again = fetch(signed_in)
    assert (again["new"], again["gestures"], again["engagements"]) == (0, 0, 0)
    assert {one["person"] for one in signed_in("people", "--json").json} == {"Julie", "Paul"}


def test_nothing_is_missing_whatever_the_pages_do(signed_in: Program, town: Fediverse) -> None:
    town.post(JULIE, "Le premier mot.", at=ago(30))
    fetch(signed_in)
    words = [town.post(JULIE, f"Mot numéro {number}.", at=ago(20 - number / 10)) for number in range(130)]
    town.hide(*[word.id for word in words[40:80]])
    town.twice(words[90].id)
    assert fetch(signed_in)["new"] == 90


def test_a_limit_is_one_line_and_the_rest_comes_then(signed_in: Program, town: Fediverse) -> None:
    town.post(JULIE, "Le premier mot.", at=ago(30))
    fetch(signed_in)
    for number in range(130):
        town.post(JULIE, f"Mot numéro {number}.", at=ago(20 - number / 10))
    town.limit(2, NOON + timedelta(minutes=4))
    said = signed_in("fetch", "--force")
    assert said.status == 1
    assert "asks us to wait until 23 Nov 2026, 12:04: the rest comes then." in said.err
    assert said.err.count("\n") == 1
    town.limit(300, NOON + timedelta(minutes=9))
    signed_in.now = NOON + timedelta(minutes=5)
    fetch(signed_in)
    found = {hit["title"] for hit in signed_in("search", "numéro", "--json").json}
    assert len(found) == 30  # as many as a search shows
    counted: list[int] = []
    signed_in.fill(
        lambda house: counted.append(
            house.store.connection.execute("select count(*) from posts where text like 'Mot%'").fetchone()[0]
        )
    )
    assert counted == [130]


def test_an_expired_token_is_said_with_the_command_that_mends_it(signed_in: Program, town: Fediverse) -> None:
    fetch(signed_in)
    for token in Keys(signed_in.home)._read().values():
        town.expire(token["token"])
    said = signed_in("fetch", "--force")
    assert said.status == 1
    assert "“nouvelles login mastodon " in said.err
    assert "Traceback" not in said.err
