"""What is kept of what was seen, what is asked, and what an answer does."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from engage import addresses, looking
from engage.contacts import traces
from engage.contacts.cards import Card
from engage.contacts.waiting import written
from engage.errors import UnknownQuestion
from engage.joining import pair_key
from engage.knowing import Learned, answer, learn
from engage.linking import Claim, Seen
from engage.looking import Looked
from engage.model import Address, Identity, Question
from feeds.errors import Busy, FetchError, Unreachable
from feeds.http import Client
from feeds.model import Networks, Source
from tests.engage.hands import HOUR, NOON, House

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from engage.linking import How
    from engage.model import Circle, Person

SITE, FEED = "https://julie.example/", "https://julie.example/feed"
TOOTS, OTHER = "@julie@piaille.example", "@jm@autre.example"


def at(typed: str) -> Address:
    """An address as it is typed; one that begins with a sign is a Mastodon account."""
    found = addresses.read(typed)
    assert found
    return found


def key(typed: str) -> str:
    return addresses.key(at(typed).kind, at(typed).address)


@dataclass
class World:
    """What is to be seen where, in place of the networks and the web; it remembers who was asked for what."""

    seen: dict[str, Seen] = field(default_factory=dict)
    failing: dict[str, FetchError] = field(default_factory=dict)
    followed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    asked_of_follows: list[str] = field(default_factory=list)
    private: Collection[str] = ()

    def shows(self, typed: str, name: str, *links: str, how: How = "rel-me", **more: Any) -> None:
        """Let an account or a page be there, and name these as its author's."""
        address = at(typed)
        own = (
            (addresses.key("link", address.address),)
            if address.kind == "link"
            else traces.names(address.kind, address.address, address.label, address.url).own
        )
        claims = tuple(Claim(link if "://" in link else at(link).url, how, NOON) for link in links)
        self.seen[key(typed)] = Seen(key(typed), address, NOON, name, claims, names=own, **more)

    def look(
        self,
        wanted: Sequence[Address],
        *_: object,
        private: Collection[str],
        progress: Callable[[int], None] | None,
    ) -> Looked:
        keys = [addresses.key(address.kind, address.address) for address in wanted]
        self.asked += keys
        self.private = private
        if progress:
            progress(len(wanted))
        failed = [(a, self.failing[k]) for a, k in zip(wanted, keys, strict=True) if k in self.failing]
        return Looked(tuple(self.seen[k] for k in keys if k in self.seen), tuple(failed))

    def follows(self, accounts: Sequence[Address], *_: object, **__: object) -> dict[str, tuple[str, ...]]:
        keys = [addresses.key(account.kind, account.address) for account in accounts]
        self.asked_of_follows += keys
        return {k: self.followed[k] for k in keys if k in self.followed}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    there = World()
    monkeypatch.setattr(looking, "look", there.look)
    monkeypatch.setattr(looking, "follows", there.follows)
    return there


def both_ways(world: World) -> None:
    """Julie's page and her account name each other."""
    world.shows(SITE, "Julie Martin", TOOTS, feeds=(FEED,))
    world.shows(TOOTS, "Julie", SITE)


def have(house: House, typed: str, name: str = "Julie Martin", circle: Circle = 1, **more: Any) -> Person:
    """Somebody with one address; a person of that name who is here gets it too."""
    known = next((one for one in house.store.people() if one.name == name), None)
    person = known or house.person(name, circle, **more)
    address = at(typed)
    source = None
    if address.kind in {"mastodon", "bluesky"}:
        kept = Source(address.kind, address.address, address.label, address.url)
        source = house.store.feeds.add_source(kept, NOON).id
    house.store.add_identity(
        Identity(
            *(0, person.id, address.kind, address.address, address.label, address.url),
            *(source, f"typed: {typed}", NOON),
        )
    )
    return person


def follow_blog(house: House, name: str = "Julie Martin") -> Person:
    person = house.person(name)
    source = house.store.feeds.add_source(Source("blog", FEED, "Haies", SITE), NOON)
    house.store.add_identity(
        Identity(0, person.id, "blog", FEED, "Haies", SITE, source.id, f"typed: {SITE}", NOON)
    )
    return person


def look(house: House, **more: Any) -> Learned:
    return learn(house.store, Client(), more.pop("networks", Networks()), NOON, **more)


def held(house: House, person: Person) -> list[str]:
    return [f"{one.kind} {one.label}" for one in house.store.identities(person.id)]


def rows(house: House) -> dict[str, list[tuple[Any, ...]]]:
    read = house.store.connection.execute
    tables = [row[0] for row in read("select name from sqlite_master where type = 'table'")]
    return {table: [tuple(row) for row in read(f"select * from {table}")] for table in tables}


def names(house: House) -> list[str]:
    return [person.name for person in house.store.people()]


# --- what is found is kept ---


def test_what_is_certain_is_kept_with_its_evidence_and_followed(house: House, world: World) -> None:
    both_ways(world)
    julie = have(house, SITE)
    learned = look(house)
    assert [(one.person_id, one.address.label) for one in learned.found] == [(julie.id, TOOTS)]
    assert held(house, julie) == ["link julie.example", f"mastodon {TOOTS}"]
    identity = house.store.identities(julie.id)[1]
    assert identity.evidence == "both ways: julie.example and @julie@piaille.example, 2026-11-23"
    (source,) = house.store.feeds.sources()
    assert (source.id, source.address, source.given) == (identity.source_id, "julie@piaille.example", False)


def test_a_page_with_a_feed_is_found_as_the_blog_that_stands_there(house: House, world: World) -> None:
    both_ways(world)
    julie = have(house, TOOTS)
    look(house)
    assert held(house, julie) == [f"mastodon {TOOTS}", "blog julie.example"]
    assert [source.address for source in house.store.feeds.sources()] == ["julie@piaille.example", FEED]


def test_again_nothing_is_new(house: House, world: World) -> None:
    both_ways(world)
    have(house, SITE)
    assert look(house).found
    before = rows(house)
    again = look(house)
    assert (again.found, again.same, again.renamed, again.relations, again.looked) == ((), (), (), 0, 2)
    assert rows(house) == before


def test_where_an_answer_leads_is_looked_at_too_each_once(house: House, world: World) -> None:
    world.shows(SITE, "Julie Martin", TOOTS)
    world.shows(TOOTS, "Julie", SITE, OTHER)
    world.shows(OTHER, "Julie M.", TOOTS)
    julie = have(house, SITE)
    told: list[tuple[int, int]] = []
    learned = look(house, progress=lambda done, total: told.append((done, total)))
    assert world.asked == [key(SITE), key(TOOTS), key(OTHER)]
    assert told == [(1, 1), (2, 2), (3, 3)]
    assert (learned.looked, len(held(house, julie))) == (3, 3)


def test_of_a_blog_its_page_is_asked(house: House, world: World) -> None:
    both_ways(world)
    julie = follow_blog(house)
    look(house)
    assert world.asked == [key(SITE), key(TOOTS)]
    assert held(house, julie) == ["blog Haies", f"mastodon {TOOTS}"]


def test_mailboxes_and_telephones_are_nowhere_to_look(house: House, world: World) -> None:
    for typed in ("julie@julie.example", "+33 6 12 34 56 78", "https://www.linkedin.com/in/julie-m"):
        have(house, typed)
    assert look(house) == Learned()
    assert world.asked == []


def test_only_some_are_looked_at(house: House, world: World) -> None:
    both_ways(world)
    world.shows("https://paul.example/", "Paul Roux", "@paul@piaille.example")
    world.shows("@paul@piaille.example", "Paul", "https://paul.example/")
    have(house, SITE)
    paul = have(house, "https://paul.example/", "Paul Roux")
    learned = look(house, only={paul.id})
    assert world.asked == [key("https://paul.example/"), key("@paul@piaille.example")]
    assert {one.person_id for one in learned.found} == {paul.id}


def test_who_cannot_be_looked_at_is_told_and_costs_the_others_nothing(house: House, world: World) -> None:
    both_ways(world)
    have(house, SITE)
    paul = have(house, "https://paul.example/", "Paul Roux")
    world.failing[key("https://paul.example/")] = Unreachable(address="https://paul.example/", reason="test")
    learned = look(house)
    assert [(a.address, type(error)) for a, error in learned.failed] == [
        (at("https://paul.example/").address, Unreachable)
    ]
    assert (len(learned.found), learned.looked) == (1, 2)
    assert held(house, paul) == ["link paul.example"]


def test_a_server_that_asks_us_to_wait_is_let_wait(house: House, world: World) -> None:
    have(house, TOOTS)
    until = (NOON + HOUR).isoformat()
    world.failing[key(TOOTS)] = Busy(
        address="piaille.example", status=429, until="13:00", at=until, asked="https://piaille.example/api"
    )
    assert len(look(house).failed) == 1
    assert {p: t.isoformat() for p, t in house.store.feeds.waiting(NOON).items()} == {
        "piaille.example:443": until
    }


def test_an_account_that_calls_itself_otherwise_is_called_so(house: House, world: World) -> None:
    did = "did:plc:julie"
    julie = have(house, did)
    world.seen[key(did)] = Seen(key(did), replace(at(did), label="julie.example"), NOON, "Julie Martin")
    assert [one.address.label for one in look(house).renamed] == ["julie.example"]
    assert held(house, julie) == ["bluesky julie.example"]
    assert look(house).renamed == ()


def test_two_who_are_certainly_one_become_one(house: House, world: World) -> None:
    both_ways(world)
    julie, other = have(house, SITE), have(house, TOOTS, "Julie", 3)
    house.store.ask(
        [Question(0, julie.id, pair_key(julie.id, other.id), "weak", "same name: x", NOON, other.id)]
    )
    learned = look(house)
    assert [(one.person_id, one.other_id) for one in learned.same] == [(julie.id, other.id)]
    assert (names(house), house.store.questions()) == (["Julie Martin"], [])
    ((_, name, evidence),) = house.store.merged(julie.id)
    assert (name, evidence[:10]) == ("Julie", "both ways:")
    house.store.split(julie.id, NOON)
    assert (look(house).same, len(names(house))) == ((), 2)


def test_what_is_only_likely_is_asked_once(house: House, world: World) -> None:
    world.shows(SITE, "Julie Martin")
    world.shows(TOOTS, "Julie Martin", SITE)
    julie = have(house, SITE)
    have(house, TOOTS, "Julie M.", 3)
    learned = look(house)
    (question,) = house.store.questions()
    assert (learned.found, learned.same, question.person_id, question.strength) == (
        (),
        (),
        julie.id,
        "medium",
    )
    before = rows(house)
    look(house)
    assert rows(house) == before
    answer(house.store, question.id, yes=False, now=NOON)
    look(house)
    assert (house.store.questions(), len(names(house))) == ([], 2)


def test_what_was_taken_from_somebody_is_not_laid_to_them_again(house: House, world: World) -> None:
    both_ways(world)
    julie = have(house, SITE)
    house.store.ask(
        [
            Question(
                0,
                julie.id,
                f"{julie.id} {key(TOOTS)}",
                "weak",
                "you said so",
                NOON,
                about=at(TOOTS),
                answer="no",
            )
        ]
    )
    assert look(house).found == ()
    assert held(house, julie) == ["link julie.example"]
    assert house.store.questions() == []


def test_nothing_leads_to_whom_you_asked_to_forget(house: House, world: World) -> None:
    both_ways(world)
    world.shows(SITE, "Julie Martin", TOOTS, OTHER)
    world.shows(OTHER, "Julie Martin")
    julie = have(house, SITE)
    house.store.remember_to_forget([key(TOOTS), key(OTHER)], NOON)
    assert look(house).found == ()
    assert (held(house, julie), house.store.questions()) == (["link julie.example"], [])


# --- your own servers ---


def test_a_server_of_the_settings_is_called_by_its_usual_name(house: House, world: World) -> None:
    networks = Networks({"piaille.example": "http://127.0.0.1:4000"})
    world.shows(SITE, "Julie Martin", "http://127.0.0.1:4000/@julie", feeds=(FEED,))
    world.shows(TOOTS, "Julie", SITE)
    julie = have(house, SITE)
    look(house, networks=networks)
    assert held(house, julie) == ["link julie.example", f"mastodon {TOOTS}"]
    assert world.private == {"piaille.example", "127.0.0.1:4000"}


def test_only_what_was_typed_may_be_private(house: House, world: World) -> None:
    for address, typed in (("http://127.0.0.1:8000/feed", True), ("http://192.168.0.9/feed", False)):
        source = Source("blog", address, "", address, allow_private=typed)
        house.store.feeds.add_source(source, NOON)
    have(house, SITE)
    look(house)
    assert world.private == {"127.0.0.1:8000"}


# --- who follows whom ---


def test_whom_those_follow_whom_you_know_is_kept_as_far_as_you_have_them(house: House, world: World) -> None:
    have(house, TOOTS)
    have(house, "@paul@piaille.example", "Paul Roux", 2)
    have(house, "@zoe@autre.example", "Zoé Léger", 3)
    world.followed = {
        key(TOOTS): (key("@zoe@autre.example"), key("@inconnue@autre.example"), key(TOOTS)),
        key("@paul@piaille.example"): (key(TOOTS),),
        key("@zoe@autre.example"): (key(TOOTS),),
    }
    assert look(house).relations == 2
    told = [(r.person_id, r.other_id, r.kind, r.evidence) for r in house.store.relations()]
    assert told == [
        (1, 3, "follows", "follows: @julie@piaille.example, 2026-11-23"),
        (2, 1, "follows", "follows: @paul@piaille.example, 2026-11-23"),
    ]
    assert key("@zoe@autre.example") not in world.asked_of_follows  # circle 3 introduces nobody
    assert look(house).relations == 0


def test_whoever_is_alone_is_asked_for_nobody(house: House, world: World) -> None:
    have(house, TOOTS)
    have(house, OTHER)
    assert look(house).relations == 0
    assert world.asked_of_follows == []


# --- answers ---


def ask(house: House, person: Person, **more: Any) -> int:
    """A question about somebody; returns its number."""
    house.store.ask([Question(0, person.id, more.pop("key", "a"), "weak", "same name: Julie", NOON, **more)])
    return house.store.questions(answered=True)[-1].id


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ({"circle": 3}, {"circle": 1}, 2),
        ({"circle": 1}, {"circle": 1}, 1),
        ({"circle": 1, "unnamed": True}, {"circle": 3}, 2),
    ],
)
def test_two_are_one(house: House, first: dict[str, Any], second: dict[str, Any], kept: int) -> None:
    one, other = house.person("Julie", **first), house.person("Julie Martin", **second)
    number = ask(house, one, other_id=other.id, key=pair_key(one.id, other.id))
    said = answer(house.store, number, yes=True, now=NOON)
    assert (said.id, [person.id for person in house.store.people()]) == (number, [kept])
    assert house.store.merged(kept)[0][2] == "confirmed: same name: Julie"
    assert house.store.questions() == []


def test_two_are_two(house: House) -> None:
    one, other = house.person("Julie"), house.person("Julie Martin")
    number = ask(house, one, other_id=other.id, key=pair_key(one.id, other.id))
    answer(house.store, number, yes=False, now=NOON)
    assert (len(names(house)), house.store.refused()) == (2, {"same 1 2"})


def test_an_address_is_theirs(house: House) -> None:
    julie = house.person()
    answer(house.store, ask(house, julie, about=at(TOOTS)), yes=True, now=NOON)
    (identity,) = house.store.identities(julie.id)
    assert (identity.label, identity.evidence) == (TOOTS, "confirmed: same name: Julie")
    assert [source.address for source in house.store.feeds.sources()] == ["julie@piaille.example"]


def test_an_address_is_not_theirs(house: House) -> None:
    julie = house.person()
    answer(house.store, ask(house, julie, about=at(TOOTS)), yes=False, now=NOON)
    assert (held(house, julie), house.store.feeds.sources(), house.store.questions()) == ([], [], [])


CARD = Card(2, "Julie Martin", (at("bureau@haies.example"),), company="Haies SARL")


def test_a_card_is_theirs(house: House) -> None:
    julie = house.person()
    answer(house.store, ask(house, julie, card=written(CARD)), yes=True, now=NOON)
    assert (held(house, julie), house.store.person(julie.id).company) == (
        ["email bureau@haies.example"],
        "Haies SARL",
    )
    assert len(names(house)) == 1


def test_a_card_is_somebody_elses_and_that_is_not_asked_again(house: House, world: World) -> None:
    julie = house.person()
    answer(house.store, ask(house, julie, card=written(CARD)), yes=False, now=NOON)
    assert (names(house), held(house, julie)) == (["Julie Martin", "Julie Martin"], [])
    other = next(one for one in house.store.people() if one.id != julie.id)
    assert (other.circle, held(house, other)) == (3, ["email bureau@haies.example"])
    look(house)
    assert world.asked == []
    assert house.store.questions() == []
    have(house, SITE)
    look(house)
    assert house.store.questions() == []


def test_namesakes_are_asked_about_wherever_they_are(house: House, world: World) -> None:
    julie, other = house.person(), house.person(circle=3)
    look(house)
    (question,) = house.store.questions()
    assert (question.person_id, question.other_id, question.evidence) == (
        julie.id,
        other.id,
        "same name: Julie Martin",
    )
    assert world.asked == []


@pytest.mark.parametrize("yes", [True, False])
def test_what_is_answered_or_was_never_asked_is_no_question(house: House, yes: bool) -> None:
    number = ask(house, house.person(), about=at(TOOTS))
    answer(house.store, number, yes=True, now=NOON)
    before = rows(house)
    for other in (number, number + 1):
        with pytest.raises(UnknownQuestion):
            answer(house.store, other, yes=yes, now=NOON)
    assert rows(house) == before
