"""The sample village: a dozen made-up people, where they publish, what passed between them and Camille."""

from __future__ import annotations

import re
import tomllib
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal, cast

from engage.demo import houses
from engage.demo.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engage.demo.answers import Site

Kind = Literal["met", "wrote", "called", "helped", "asked", "thanked", "introduced"]
Direction = Literal["out", "in"]
ME = "camille"
_AGE = re.compile(r"(?P<n>\d+)(?P<unit>[dhm])")
_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
_PLACE = re.compile(r"\{(?P<who>[a-z]+)(?:/(?P<slug>[a-z0-9-]+))?\}")


@dataclass(frozen=True, slots=True)
class Logged:
    """Something that passed between you and a person."""

    kind: Kind
    at: datetime
    direction: Direction
    note: str


@dataclass(frozen=True, slots=True)
class Villager:
    """One person, as you would write them down: `addresses` are what you type after `nouvelles add NAME`.

    `every` is how often you would like to be in touch ("6w"); None leaves it to the circle. `met` is where and how
    you met, `met_on` when, as far as that is known ("2019", "2019-06"); `common` what you have in common, `goals` what
    you wish to do together. `knows` are the keys of others whom they know.
    """

    key: str
    name: str
    addresses: tuple[str, ...]
    circle: Literal[1, 2, 3] | None
    register: Literal["tu", "vous"] | None
    language: Literal["fr", "en"] | None
    every: str | None
    note: str
    log: tuple[Logged, ...]
    tags: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    met: str = ""
    met_on: str = ""
    common: str = ""
    company: str = ""
    position: str = ""
    knows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Me:
    """The one whose village it is."""

    name: str
    mastodon: str
    bluesky: str
    email: str


@dataclass(frozen=True, slots=True)
class Village:
    """The village at the moment `now`: `folk` are the files of its people by key, Camille's among them."""

    now: datetime
    keys: tuple[str, ...]
    folk: Mapping[str, Mapping[str, Any]]
    servers: Mapping[str, Mapping[str, Any]]
    bluesky: str

    @property
    def me(self) -> Me:
        """Say who you are here."""
        mine = self.folk[ME]
        return Me(mine["name"], houses.acct(mine["mastodon"]), mine["bluesky"]["handle"], mine["email"])

    def when(self, age: str) -> datetime:
        """Give the moment that was `age` ago: "2d 5h", "25m"."""
        spans = (_UNITS[part["unit"]] * int(part["n"]) for part in _AGE.finditer(age))
        return self.now - sum(spans, timedelta())

    def base(self, host: str, port: int) -> str:
        """Give the address of the site called `host`."""
        return f"http://{host}.localhost:{port}"

    def fill(self, text: str, port: int) -> str:
        """Write the addresses of blogs and articles where `text` holds `{who}` or `{who/article}`."""

        def place(match: re.Match[str]) -> str:
            home = self.base(self.folk[match["who"]]["blog"]["host"], port)
            return f"{home}/{match['slug']}/" if match["slug"] else f"{home}/"

        return _PLACE.sub(place, text)

    def sites(self, port: int) -> dict[str, Site]:
        """Build every fake site, by name, for a wire that listens on `port`."""
        return houses.build(self, port)

    def people_at(self, port: int) -> tuple[Villager, ...]:
        """List everyone but you, in the order in which you met them, with their addresses."""
        return tuple(self._villager(key, port) for key in self.keys)

    def _villager(self, key: str, port: int) -> Villager:
        person = self.folk[key]
        return Villager(
            key=key,
            name=person["name"],
            addresses=tuple(houses.address(self, key, kind, port) for kind in person["addresses"]),
            circle=person.get("circle"),
            register=person.get("register"),
            language=person.get("language"),
            every=person.get("every"),
            note=person.get("note", ""),
            log=tuple(
                Logged(entry["kind"], self.when(entry["ago"]), entry["direction"], entry["note"])
                for entry in person.get("log", ())
            ),
            tags=tuple(person.get("tags", ())),
            goals=tuple(person.get("goals", ())),
            met=person.get("met", ""),
            met_on=self._day(person.get("met_on", "")),
            common=person.get("common", ""),
            company=person.get("company", ""),
            position=person.get("position", ""),
            knows=tuple(person.get("knows", ())),
        )

    def _day(self, told: str) -> str:
        """Write an age ("268d") as the day that it was; a year or a month stays as it is."""
        return f"{self.when(told):%Y-%m-%d}" if _AGE.fullmatch(told) else told

    def config(self, port: int, language: str = "fr") -> str:
        """Write the config.toml of someone who lives here, in the interface language `language`."""
        me = self.me
        servers = "\n".join(
            f'"{domain}" = "{self.base(server["host"], port)}"' for domain, server in self.servers.items()
        )
        sky = self.base(self.bluesky, port)
        return (
            f'language = "{language}"\n\n[me]\nname = "{me.name}"\nmastodon = "{me.mastodon}"\n'
            f'bluesky = "{me.bluesky}"\nemail = "{me.email}"\n\n[mastodon.servers]\n{servers}\n\n'
            f'[bluesky]\npublic_api = "{sky}"\napp = "{sky}"\n'
        )


def village(now: datetime) -> Village:
    """Open the village as it is at `now`, an aware moment: everything in it happened before."""
    folder = files("engage.demo") / "village"

    def read(name: str) -> dict[str, Any]:
        return tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))

    plan = read("village")
    keys = tuple(cast("list[str]", plan["people"]))
    folk = {ME: plan["me"], **{key: read(key) for key in keys}}
    return Village(now.replace(microsecond=0), keys, folk, plan["servers"], plan["bluesky"]["host"])


@contextmanager
def served(place: Village, port: int = 0) -> Iterator[Wire]:
    """Serve the village on loopback for as long as the `with` block lasts; port 0 takes any that is free."""
    with Wire(port=port) as wire:
        wire.sites.update(place.sites(wire.port))
        yield wire
