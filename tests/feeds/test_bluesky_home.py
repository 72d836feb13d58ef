"""Home timelines and lists on Bluesky, and accounts as one sees them signed in: from a small network at the wire."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

import pytest

from engage.demo.cards import Card
from engage.demo.wire import Wire, as_json
from feeds.errors import Busy, Missing, NoSuchAccount, NotForStrangers, RestLater, ServerFault, SignedOut
from feeds.http import Client
from feeds.model import Attachment, Cursor, Networks, Source
from feeds.sources import bluesky
from feeds.sources.bluesky import signing
from tests.networks.atmosphere import Atmosphere

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engage.demo.wire import Answer, Request
    from feeds.model import Account, Batch, Heard

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
TIMELINE, AUTHOR = "app.bsky.feed.getTimeline", "app.bsky.feed.getAuthorFeed"


@dataclass
class Shelf:
    """Keys in memory. `kept` counts how often something was put there."""

    secrets: dict[str, dict[str, str]] = field(default_factory=dict)
    kept: int = 0
    lock: Lock = field(default_factory=Lock)

    def get(self, account: Account) -> Mapping[str, str] | None:
        return self.secrets.get(account.key)

    def put(self, account: Account, secrets: Mapping[str, str]) -> None:
        assert self.lock.locked()
        self.secrets[account.key] = dict(secrets)
        self.kept += 1

    def drop(self, account: Account) -> None:
        self.secrets.pop(account.key, None)

    @contextmanager
    def alone(self, _account: Account) -> Iterator[None]:
        with self.lock:
            yield


@dataclass
class World:
    """The network, and Ada, who is signed in there with an app password."""

    sky: Atmosphere
    wire: Wire
    shelf: Shelf
    ada: str
    julie: str
    paul: str
    account: Account
    client: Client = field(default_factory=Client)
    now: datetime = NOW

    @property
    def networks(self) -> Networks:
        return self.nobody(accounts=(self.account,))

    def nobody(self, accounts: tuple[Account, ...] = ()) -> Networks:
        """The network without anybody signed in."""
        return Networks(
            bluesky_api=self.wire.base("appview"),
            bluesky_directory=self.wire.base("plc"),
            accounts=accounts,
            keys=self.shelf,
        )

    def fetch(
        self, source: Source | None = None, cursor: Cursor | None = None, networks: Networks | None = None
    ) -> Batch:
        source = source or Source("bluesky-home", self.ada, "ada.example", given=True)
        return bluesky.fetch(source, cursor or Cursor(), self.client, networks or self.networks, self.now)

    def asked(self, method: str, site: str = "pds") -> int:
        return sum(one.path.startswith(f"/xrpc/{method}") for one in self.wire.heard(site))


def enter(wire: Wire, did: str, password: str, shelf: Shelf) -> Account:
    """Sign in, as a person does."""
    client = Client()
    networks = Networks(bluesky_api=wire.base("appview"), bluesky_directory=wire.base("plc"))
    account, secrets = signing.sign_in(signing.locate(did, client, networks, NOW), password, client, NOW)
    shelf.secrets[account.key] = secrets
    return account


@pytest.fixture
def world() -> Iterator[World]:
    sky = Atmosphere()
    ada = sky.person("ada.example", "Ada", "correct horse")
    julie, paul = sky.person("julie.example", "Julie 🌳"), sky.person("paul.bsky.social", "Paul")
    sky.follow(ada, julie)
    shelf = Shelf()
    with Wire(sky.sites()) as wire:
        account = enter(wire, ada, sky.app_password(ada), shelf)
        yield World(sky, wire, shelf, ada, julie, paul, account)


def heard(batch: Batch) -> dict[str, list[str]]:
    """What was heard, by the label of who said it; what was passed on by others, with a star."""
    return {
        one.source.label + "*" * one.only_known: [f"{post.kind} {post.text}" for post in one.posts]
        for one in batch.heard
    }


def of(batch: Batch, label: str) -> Heard:
    return next(one for one in batch.heard if one.source.label == label and not one.only_known)


def texts(batch: Batch) -> list[str]:
    return [post.text for one in batch.heard for post in one.posts]


def write(world: World, numbers: Sequence[int], did: str = "") -> list[str]:
    return [world.sky.post(did or world.julie, f"n° {number}")[0] for number in numbers]


# --- who is heard ---


def test_everybody_is_heard_as_their_own_account(world: World) -> None:
    sky = world.sky
    sky.follow(world.ada, world.paul)
    sky.post(world.julie, "Première neige.")
    bread, _ = sky.post(world.paul, "Le pain a levé.")
    sky.post(world.julie, "Oui !", reply_to=bread)
    sky.post(world.ada, "Bonjour.")
    batch = world.fetch()
    assert heard(batch) == {
        "julie.example": ["reply Oui !", "note Première neige."],
        "paul.bsky.social": ["note Le pain a levé."],
        "ada.example": ["note Bonjour."],
    }
    assert of(batch, "julie.example").source == Source(
        "bluesky",
        world.julie,
        "julie.example",
        f"https://bsky.app/profile/{world.julie}",
        given=False,
        through=world.ada,
    )
    assert (batch.posts, batch.unchanged, batch.warnings, batch.gap) == ((), False, (), False)


def test_a_repost_belongs_to_who_passes_on_and_the_original_to_its_author_where_we_know_them(
    world: World,
) -> None:
    bread, _ = world.sky.post(world.paul, "Le pain a levé.")
    world.sky.repost(world.julie, bread)
    world.sky.repost(world.ada, bread)
    batch = world.fetch()
    assert heard(batch) == {
        "julie.example": ["repost Le pain a levé."],
        "ada.example": ["repost Le pain a levé."],
        "paul.bsky.social*": ["note Le pain a levé."],
    }
    (repost,) = of(batch, "julie.example").posts
    assert (repost.key, repost.handle["uri"]) == (f"repost {world.julie} {bread}", bread)
    assert repost.authors[0].name == "Paul"
    assert batch.heard[-1].posts[0].key == bread


def test_the_same_posts_come_by_either_way(world: World) -> None:
    bread, _ = world.sky.post(world.paul, "Le pain a levé, @julie.example.")
    world.sky.post(world.julie, "Première neige.", images=["Un jardin"], langs=["fr"])
    world.sky.post(world.julie, "Oui !", reply_to=bread)
    world.sky.repost(world.julie, bread)
    source = Source("bluesky", world.julie, "julie.example")
    by_home = of(world.fetch(), "julie.example").posts
    assert world.fetch(source).posts == by_home
    assert world.fetch(source, networks=world.nobody()).posts == by_home
    assert len(by_home) == 3


def test_muted_and_blocked_people_are_left_out(world: World) -> None:
    sky = world.sky
    loud, rude, hurt = (sky.person(f"{name}.example", name) for name in ("loud", "rude", "hurt"))
    for did in (loud, rude, hurt):
        sky.repost(world.julie, sky.post(did, f"de {did}")[0])
    sky.post(world.julie, "Bonjour.")
    views = {did: {"did": did, "handle": "x.example"} for did in (loud, rude, hurt)}
    states: list[dict[str, Any]] = [{"muted": True}, {"blocking": "at://x/y/z"}, {"blockedBy": True}]
    for (did, view), state in zip(
        views.items(), states, strict=True
    ):  # a server that leaves this to its clients
        for uri in [one for one in sky._records if one.startswith(f"at://{did}/app.bsky.feed.post")]:
            sky.spoil(uri, author={**view, "viewer": state})
    assert heard(world.fetch()) == {"julie.example": ["note Bonjour."]}
    assert [post.text for post in world.fetch(Source("bluesky", world.julie)).posts] == ["Bonjour."]


def test_what_only_people_signed_in_may_see_is_kept(world: World) -> None:
    shy = world.sky.person("timide.example", "Timide", labels=["!no-unauthenticated"])
    world.sky.follow(world.ada, shy)
    world.sky.post(shy, "Entre nous.")
    assert heard(world.fetch()) == {"timide.example": ["note Entre nous."]}
    source = Source("bluesky", shy, "timide.example")
    assert [post.text for post in world.fetch(source).posts] == ["Entre nous."]
    with pytest.raises(NotForStrangers):
        world.fetch(source, networks=world.nobody())


def test_what_hangs_on_a_post(world: World) -> None:
    sky = world.sky
    sky.post(
        world.julie,
        "À lire",
        card=Card("https://paul.example/haies?utm_source=b", "Haies", "Un mur, une haie"),
    )
    sky.post(world.julie, "", images=["Une haie", "Un talus"])
    bread, _ = sky.post(world.paul, "Le pain a levé.")
    sky.post(world.julie, "Voilà", quote=bread)
    sky.post(world.julie, "Voilà encore", quote=bread, images=["Un pain"])
    both, quote, pictures, card = of(world.fetch(), "julie.example").posts
    assert card.attached == (
        Attachment("card", "Haies\nUn mur, une haie", "https://paul.example/haies?utm_source=b"),
    )
    assert card.links == ("https://paul.example/haies",)
    assert [(one.kind, one.text, one.url.startswith("http://appview")) for one in pictures.attached] == [
        ("media", "Une haie", True),
        ("media", "Un talus", True),
    ]
    assert pictures.text == "Une haie\n\nUn talus"
    page = f"https://bsky.app/profile/paul.bsky.social/post/{bread.rpartition('/')[2]}"
    assert quote.attached == (Attachment("quote", "Le pain a levé.", page, "@paul.bsky.social"),)
    assert [(one.kind, one.text) for one in both.attached] == [
        ("quote", "Le pain a levé."),
        ("media", "Un pain"),
    ]


def test_a_quote_that_is_gone_or_not_for_us_hangs_on_nothing(world: World) -> None:
    sky = world.sky
    gone, _ = sky.post(world.paul, "Disparu.")
    sky.post(world.julie, "Voilà", quote=gone)
    sky.delete(gone)
    enemy = sky.person("rude.example", "Rude")
    sky.post(world.julie, "Et voilà", quote=sky.post(enemy, "Non.")[0])
    sky.block(world.ada, enemy)
    posts = of(world.fetch(), "julie.example").posts
    assert [(post.text, post.attached) for post in posts] == [("Et voilà", ()), ("Voilà", ())]


def test_a_folded_quote_shows_only_its_warning(world: World) -> None:
    folded, _ = world.sky.post(world.paul, "Le secret.", labels=["graphic-media"])
    world.sky.post(world.julie, "Voilà", quote=folded)
    (post,) = of(world.fetch(), "julie.example").posts
    assert post.attached[0].text == "graphic-media"


# --- walking on ---


def test_a_first_walk_goes_ten_pages_back(world: World) -> None:
    write(world, range(1100))
    batch = world.fetch()
    assert texts(batch) == [f"n° {number}" for number in range(1099, 99, -1)]
    assert (world.asked(TIMELINE), batch.gap) == (10, False)


def test_a_later_walk_goes_until_something_known(world: World) -> None:
    write(world, range(150))
    first = world.fetch()
    write(world, range(150, 400))
    second = world.fetch(cursor=first.cursor)
    assert texts(second) == [f"n° {number}" for number in range(399, 149, -1)]
    before = world.asked(TIMELINE)
    third = world.fetch(cursor=second.cursor)
    assert (third.heard, third.unchanged, third.cursor, third.gap) == ((), True, second.cursor, False)
    assert world.asked(TIMELINE) == before + 1


def test_an_edit_comes_again_under_its_own_key(world: World) -> None:
    uris = write(world, range(3))
    first = world.fetch()
    world.sky.edit(uris[1], "n° 1, corrigé")
    second = world.fetch(cursor=first.cursor)
    assert [(post.key, post.text) for post in of(second, "julie.example").posts] == [
        (uris[1], "n° 1, corrigé")
    ]
    assert world.fetch(cursor=second.cursor).unchanged


def test_what_is_deleted_stops_no_walk(world: World) -> None:
    uris = write(world, range(120))
    first = world.fetch()
    for uri in uris[60:]:
        world.sky.delete(uri)
    write(world, range(120, 122))
    second = world.fetch(cursor=first.cursor)
    assert (texts(second), second.gap) == (["n° 121", "n° 120"], False)


def test_nothing_known_before_the_cap_is_a_gap(world: World) -> None:
    write(world, [0])
    first = world.fetch()
    write(world, range(1, 2050))
    second = world.fetch(cursor=first.cursor)
    assert (len(texts(second)), second.gap) == (2000, True)
    assert world.asked(TIMELINE) == 1 + 20
    assert not world.fetch(cursor=second.cursor).gap


def test_a_walk_that_is_interrupted_keeps_what_came_and_closes_the_hole_the_next_time(world: World) -> None:
    write(world, range(10))
    first = world.fetch()
    write(world, range(10, 350))
    limit_after(world, 2)
    second = world.fetch(cursor=first.cursor)
    assert texts(second) == [f"n° {number}" for number in range(349, 149, -1)]
    assert isinstance(second.interrupted, RestLater)
    assert "asks us to wait until 2026-11-23 18:05 UTC" in str(second.interrupted)
    assert (second.cursor, second.gap) == (first.cursor, False)
    world.wire.hooks.clear()
    third = world.fetch(cursor=second.cursor)
    assert texts(third) == [f"n° {number}" for number in range(349, 9, -1)]
    assert third.interrupted is None


def test_a_first_page_that_is_refused_is_simply_busy(world: World) -> None:
    world.sky.limit(TIMELINE, NOW + timedelta(minutes=4))
    with pytest.raises(Busy) as caught:
        world.fetch()
    assert caught.value.values["at"] == "2026-11-23T18:04:00+00:00"


def test_other_failures_in_the_middle_keep_what_came_too(world: World) -> None:
    write(world, range(150))
    answer_after(world, 1, as_json({"error": "InternalServerError"}, 500))
    batch = world.fetch()
    assert (len(texts(batch)), type(batch.interrupted)) == (100, ServerFault)
    # What a first walk does not reach is old; what comes from now on is not missed for it.
    world.wire.hooks.clear()
    write(world, range(150, 160))
    later = world.fetch(cursor=batch.cursor)
    assert (len(texts(later)), later.gap, later.interrupted) == (10, False, None)


def limit_after(world: World, pages: int) -> None:
    """Answer 429 to timelines after so many pages."""
    reset = str(int((NOW + timedelta(minutes=5)).timestamp()))
    refused = as_json({"error": "RateLimitExceeded"}, 429, ratelimit_reset=reset, ratelimit_remaining="0")
    answer_after(world, pages, refused)


def answer_after(world: World, pages: int, answer: Answer) -> None:
    """Answer that to timelines after so many pages."""
    seen: list[str] = []

    def hook(request: Request) -> Answer | None:
        if "feed.get" not in request.path:
            return None
        seen.append(request.path)
        return answer if len(seen) > pages else None

    world.wire.hooks["pds"] = hook


# --- lists ---


def test_a_list_is_a_timeline_too(world: World) -> None:
    uri = world.sky.make_list(world.ada, "Amis", [world.paul])
    world.sky.post(world.paul, "Le pain a levé.")
    world.sky.post(world.julie, "Pas sur la liste.")
    source = Source("bluesky-list", f"{world.ada} {uri}", "Amis")
    batch = world.fetch(source)
    assert heard(batch) == {"paul.bsky.social": ["note Le pain a levé."]}
    assert world.fetch(source, batch.cursor).unchanged


def test_a_list_that_is_gone_is_said(world: World) -> None:
    uri = f"at://{world.ada}/app.bsky.graph.list/3disparue2222"
    source = Source("bluesky-list", f"{world.ada} {uri}", "Amis", "https://bsky.app/profile/x/lists/y")
    assert world.fetch(source).unchanged  # so the real one answers
    answer_after(world, 0, as_json({"error": "InvalidRequest", "message": "List not found"}, 400))
    with pytest.raises(Missing, match=r"lists/y is not there"):
        world.fetch(source)


# --- in whose name ---


def test_a_timeline_without_its_account_says_how_to_sign_in(world: World) -> None:
    with pytest.raises(SignedOut, match=r"nouvelles login bluesky ada\.example"):
        world.fetch(networks=world.nobody())
    world.shelf.drop(world.account)
    with pytest.raises(SignedOut, match=r"nouvelles login bluesky ada\.example"):
        world.fetch()


def test_an_account_is_asked_by_ones_own_server_and_by_the_public_one_without_it(world: World) -> None:
    world.sky.post(world.julie, "Bonjour.")
    source = Source("bluesky", world.julie, "julie.example")
    signed = world.fetch(source)
    assert (world.asked(AUTHOR), world.asked(AUTHOR, "appview")) == (1, 0)
    world.shelf.drop(world.account)
    write(world, [1])
    public = world.fetch(source, signed.cursor)  # a place holds good on either server
    assert [post.text for post in public.posts] == ["n° 1"]
    assert (world.asked(AUTHOR), world.asked(AUTHOR, "appview")) == (1, 1)


def test_an_account_is_asked_in_the_name_by_which_it_is_heard(world: World) -> None:
    other = world.sky.person("bea.example", "Béa", "passe-partout")
    second = enter(world.wire, other, world.sky.app_password(other), world.shelf)
    world.sky.mute(other, world.paul)
    world.sky.repost(world.julie, world.sky.post(world.paul, "Le pain a levé.")[0])
    networks = world.nobody(accounts=(world.account, second))
    by = [Source("bluesky", world.julie, through=did) for did in (world.ada, other, "did:plc:parti")]
    assert [len(world.fetch(source, networks=networks).posts) for source in by] == [1, 0, 1]


def test_who_blocks_is_not_read_round_the_corner(world: World) -> None:
    world.sky.post(world.julie, "Bonjour.")
    world.sky.block(world.julie, world.ada)
    batch = world.fetch(Source("bluesky", world.julie, "julie.example"))
    assert (batch.posts, len(batch.warnings)) == ((), 1)
    assert world.asked(AUTHOR, "appview") == 0


def test_an_unknown_account_is_named(world: World) -> None:
    with pytest.raises(NoSuchAccount, match="personne"):
        world.fetch(Source("bluesky", "did:plc:personne"))


# --- an older file, malformed items ---


def test_a_position_that_was_a_date_goes_on_from_there(world: World) -> None:
    write(world, range(80))
    write(world, range(80, 150))
    when = world.sky._records[write(world, [150])[0]].value["createdAt"]
    write(world, range(151, 260))
    source = Source("bluesky", world.julie)
    moment = datetime.fromisoformat(when).isoformat()
    batch = world.fetch(source, Cursor(position=moment))
    assert [post.text for post in batch.posts] == [f"n° {number}" for number in range(259, 150, -1)]
    assert world.fetch(source, batch.cursor).unchanged


def test_malformed_items_cost_only_themselves(world: World) -> None:
    bad: list[Any] = [None, "x", {}, {"post": None}, {"post": {"author": {}, "record": {}, "uri": 5}}]
    bad.append(
        {
            "post": {"author": {"did": "x"}, "record": {}, "uri": "at://x/y/z"},
            "reason": {"$type": "#reasonRepost"},
        }
    )
    for number, item in enumerate(bad):
        write(world, [number])
        world.sky.insert(item)
    batch = world.fetch()
    assert sorted(texts(batch)) == [f"n° {number}" for number in range(len(bad))]
    assert len(batch.warnings) == 1
    again = world.fetch(cursor=batch.cursor)
    assert (again.heard, len(again.warnings), again.gap) == ((), 1, False)


def test_the_keys_of_a_place_are_short(world: World) -> None:
    write(world, range(150))
    assert len(world.fetch().cursor.position) < 100 * 32
