"""The sample village with one address each: what looking finds by itself, whom it keeps apart, and who leads to whom."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from engage.chart import chart
from engage.cli.base import App
from engage.cli.demo import settle, welcome
from engage.demo.village import served, village
from engage.knowing import learn
from engage.paths import paths
from engage.rhythm import days_between
from engage.today import stars
from feeds.errors import Unreachable
from tests.engage.hands import NOON

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engage.demo.village import Village, Villager
    from engage.demo.wire import Wire
    from engage.knowing import Learned
    from engage.store import Store
    from feeds.wire import Request, Response
    from tests.engage.conftest import Program


@dataclass
class Linked:
    """The village as a program knows it that was told one address each, before and after it looked."""

    app: App
    home: Path
    place: Village
    villagers: tuple[Villager, ...]
    wire: Wire
    before: frozenset[tuple[str, str]]
    learned: Learned
    outside: list[str] = field(default_factory=list)

    @property
    def store(self) -> Store:
        return self.app.store

    @property
    def names(self) -> dict[int, str]:
        return {person.id: person.name for person in self.store.people()}

    def name(self, key: str) -> str:
        return next(one.name for one in self.villagers if one.key == key)

    def addresses(self) -> dict[str, set[str]]:
        """What everybody has, by the labels under which people know it."""
        found: dict[str, set[str]] = {}
        for identity in self.store.identities():
            found.setdefault(self.names[identity.person_id], set()).add(f"{identity.kind} {identity.label}")
        return found

    def relations(self, kind: str) -> set[tuple[str, str]]:
        told = [one for one in self.store.relations() if one.kind == kind]
        return {(self.names[one.person_id], self.names[one.other_id]) for one in told}


def environment(home: Path) -> dict[str, str]:
    return {"NOUVELLES_HOME": str(home), "NOUVELLES_NOW": NOON.isoformat(), "LANGUAGE": "en"}


def stay_home(app: App, outside: list[str], patch: pytest.MonkeyPatch) -> None:
    """Let the client reach this machine alone; the village's handles are domains under which nothing stands."""
    send = app.client.send

    def at_home(request: Request) -> Response:
        if not (urlsplit(request.url).hostname or "").endswith(".localhost"):
            outside.append(request.url)
            raise Unreachable(address=request.url, reason="no such host")
        return send(request)

    patch.setattr(app.client, "send", at_home)


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Linked]:
    home, place, outside = tmp_path_factory.mktemp("village"), village(NOON), list[str]()
    with served(place) as wire, closing(App(environment(home))) as app, pytest.MonkeyPatch.context() as patch:
        (home / "config.toml").write_text(place.config(wire.port, "en"), encoding="utf-8")
        stay_home(app, outside, patch)
        villagers = place.people_at(wire.port)
        assert not welcome(app, [replace(one, addresses=one.addresses[:1]) for one in villagers])
        before = frozenset((i.kind, i.label) for i in app.store.identities())
        learned = learn(app.store, app.client, app.networks, app.now())
        yield Linked(app, home, place, villagers, wire, before, learned, outside)


# What is found


def test_accounts_are_found_from_sites_that_they_name_and_that_name_them(linked: Linked) -> None:
    assert len(linked.before) == 12
    found = {(linked.names[f.person_id], f.address.kind, f.address.label) for f in linked.learned.found}
    assert found == {
        ("Maëlle Kerdoncuff", "mastodon", "@maelle@pouet.example"),
        ("Maëlle Kerdoncuff", "bluesky", "maelle.ciel.example"),
        ("Joris Lemoine", "mastodon", "@joris@pouet.example"),
        ("Aïcha Benhamou", "bluesky", "aicha.ciel.example"),
        ("Bertrand Oyono", "mastodon", "@bertrand@pouet.example"),
        ("Solène Vasseur", "bluesky", "solene.ciel.example"),
        ("Tamsin Roussel", "mastodon", "@tamsin@porch.example"),
        ("Nkechi Marsh", "mastodon", "@nkechi@porch.example"),
        ("Nkechi Marsh", "bluesky", "nkechi.sky.example"),
        ("Priya Raman", "bluesky", "priya.sky.example"),
        ("Jo Castellan", "mastodon", "@jo@porch.example"),
        ("Jo Castellan", "bluesky", "jo.sky.example"),
    }
    assert all(f.evidence.startswith(("both ways: ", "verified: ")) for f in linked.learned.found)


def test_everybody_has_in_the_end_all_that_one_would_have_typed(linked: Linked) -> None:
    """But for a mailbox, which nobody may look at."""
    had = linked.addresses()
    for villager in linked.villagers:
        typed = [address for address in villager.addresses[1:] if address != "solene.vasseur@example.org"]
        labels = {label.partition(" ")[2] for label in had[villager.name]}
        assert set(typed) <= labels, villager.name
        assert len(labels) == len(typed) + 1, villager.name


def test_what_was_found_is_fetched_from_now_on(linked: Linked) -> None:
    sources = {source.address for source in linked.store.feeds.sources()}
    assert {i.address for i in linked.store.identities() if i.kind in {"mastodon", "bluesky"}} <= sources
    assert all(i.source_id for i in linked.store.identities())


def test_nobody_is_merged_and_no_address_has_two_owners(linked: Linked) -> None:
    assert (linked.learned.same, linked.learned.renamed) == ((), ())
    assert sorted(linked.names.values()) == sorted(one.name for one in linked.villagers)
    held = [(i.kind, i.address) for i in linked.store.identities()]
    assert len(held) == len(set(held)) == 12 + 12
    assert linked.store.questions() == []


def test_nobody_was_asked_beyond_this_machine_but_for_the_domains_of_handles(linked: Linked) -> None:
    handles = {one["bluesky"]["handle"] for one in linked.place.folk.values() if "bluesky" in one}
    assert set(linked.outside) <= {f"https://{handle}/" for handle in handles}
    assert {address.url for address, _ in linked.learned.failed} <= set(linked.outside)


def test_a_second_look_finds_nothing_new(linked: Linked) -> None:
    had, known = linked.addresses(), linked.store.relations()
    again = learn(linked.store, linked.app.client, linked.app.networks, linked.app.now())
    assert again.looked >= linked.learned.looked > 20
    assert (again.found, again.same, again.renamed, again.relations) == ((), (), (), 0)
    assert (linked.addresses(), linked.store.relations()) == (had, known)
    assert linked.store.questions() == []


# Who leads to whom


def test_who_follows_whom_is_seen(linked: Linked) -> None:
    """Of those whom one could ask for an introduction, in all that they follow, Camille herself left out."""
    told = {
        (linked.name(one.key), linked.name(other))
        for one in linked.villagers
        if one.circle in {1, 2}
        for network in ("mastodon", "bluesky")
        for other in linked.place.folk[one.key].get(network, {}).get("follows", ())
        if other in linked.place.keys
    }
    assert linked.relations("follows") == told
    assert linked.learned.relations == len(told) == 26
    assert ("Solène Vasseur", "Priya Raman") in told  # on Bluesky, by DID
    assert ("Joris Lemoine", "Jo Castellan") in told  # from one server to another


def test_who_knows_whom_is_as_it_was_said(linked: Linked) -> None:
    assert linked.relations("knows") == {
        ("Maëlle Kerdoncuff", "Joris Lemoine"),
        ("Joris Lemoine", "Gilles Tardieu"),
        ("Tamsin Roussel", "Maëlle Kerdoncuff"),
        ("Jo Castellan", "Priya Raman"),
    }
    assert {r.evidence for r in linked.store.relations() if r.kind == "knows"} == {"you said so"}


def ways(linked: Linked, name: str) -> list[list[str]]:
    last = linked.store.last_contacts()
    days = {number: days_between(at, linked.app.now()) for number, at in last.items()}
    goal, people = linked.store.find_person(name), linked.store.people()
    found = paths(goal.id, people, linked.store.relations(), days)
    return [[linked.names[n] for n in (way.first, *(step.person_id for step in way.steps))] for way in found]


def test_somebody_leads_to_whoever_one_wishes_to_know(linked: Linked) -> None:
    to_gilles, to_priya = ways(linked, "Gilles"), ways(linked, "Priya")
    assert to_gilles[0] == ["Joris Lemoine", "Gilles Tardieu"]
    assert ["Maëlle Kerdoncuff", "Joris Lemoine", "Gilles Tardieu"] in to_gilles
    assert to_priya[0] == ["Jo Castellan", "Priya Raman"]
    assert ["Solène Vasseur", "Priya Raman"] in to_priya


def test_the_program_names_who_could_introduce_you(linked: Linked, nouvelles: Program) -> None:
    nouvelles.home = linked.home
    said = nouvelles("path", "Gilles")
    assert (said.status, said.err) == (0, "")
    assert said.out.splitlines()[0] == "Joris Lemoine → Gilles Tardieu"
    told: Any = nouvelles("path", "priya", "--json").json
    assert told[0]["first"] == "Jo Castellan"
    assert {step["kind"] for step in told[0]["steps"][0]["relations"]} >= {"knows", "follows"}


# What one knows of them


def test_all_that_is_known_of_a_villager_is_kept(linked: Linked) -> None:
    people = {person.name: person for person in linked.store.people()}
    for one in linked.villagers:
        person = people[one.name]
        kept = (person.tags, person.goals, person.met, person.met_on, person.common)
        assert kept == (one.tags, one.goals, one.met, one.met_on, one.common)
        assert (person.company, person.position) == (one.company, one.position)
        assert (person.circle, person.note, person.register) == (one.circle, one.note, one.register or "")
    maelle = people["Maëlle Kerdoncuff"]
    assert (maelle.company, maelle.met_on, maelle.tags) == (
        "Atelier Kerdoncuff",
        "2021-03",
        ("pages", "archives"),
    )
    assert len(linked.store.engagements(maelle.id)) == 2


def test_the_map_has_its_rings_and_parts(linked: Linked) -> None:
    drawn = chart(stars(linked.store, NOON, linked.app.config))
    assert len(drawn.dots) == 12
    assert {dot.star.circle for dot in drawn.dots} == {1, 2, 3}
    named = {sector.name: sector.count for sector in drawn.sectors if sector.kind == "named"}
    assert (named["structures"], named["cadrans"], named["silence"], named["pages"]) == (3, 2, 2, 2)
    assert not [sector for sector in drawn.sectors if sector.kind == "none"]


def test_looking_at_a_village_that_was_typed_whole_finds_only_who_follows_whom(tmp_path: Path) -> None:
    """As `nouvelles demo` has it."""
    place, outside = village(NOON), list[str]()
    with (
        served(place) as wire,
        closing(App(environment(tmp_path))) as app,
        pytest.MonkeyPatch.context() as patch,
    ):
        (tmp_path / "config.toml").write_text(place.config(wire.port, "en"), encoding="utf-8")
        stay_home(app, outside, patch)
        assert not settle(app, place, wire.port, quiet=True)
        assert outside == []
        told = len(app.store.identities())
        learned = learn(app.store, app.client, app.networks, app.now())
        assert (learned.found, learned.same, learned.renamed, learned.relations) == ((), (), (), 26)
        assert (len(app.store.identities()), len(app.store.people())) == (told, 12)
        assert app.store.questions() == []
