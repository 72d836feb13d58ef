"""A made-up network of three hundred people on seven hundred addresses, with traps; and the truth about it.

Every person of the network is in the file in pieces, as imports leave them: the blog from a list of feeds, the accounts from
those one follows, each a person of its own. The truth is known, so that what was linked can be counted.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from engage import addresses
from engage.contacts import traces
from engage.linking import Claim, Seen, Village
from engage.model import Address, Identity, Person
from feeds.model import Author, Source
from tests.engage.hands import NOON

FIRST = (
    *("Julie", "Paul", "Anna", "Émile", "Zoé", "Nkechi", "Joris", "Priya", "Walter", "Solène"),
    *("Aïcha", "Bertrand", "Tamsin", "Hamish", "Gilles", "Jo", "Maëlle", "Yann", "Ingrid", "Tomás"),
)
LAST = (
    *("Martin", "Roux", "Kerdoncuff", "Okafor", "Müller", "Desai", "Whitcombe", "Abadie"),
    *("Lefèvre", "Le-Goff", "O’Brien", "Nowak", "Sørensen", "Haddad", "Picard", "Ferreira"),
)
SERVERS = ("piaille.example", "mastodon.example", "social.example", "toot.example")


@dataclass
class Human:
    """One human being: what is theirs, by key; the people in the file that are this one."""

    name: str
    keys: list[str] = field(default_factory=list)
    people: list[int] = field(default_factory=list)


class World:
    """Built step by step; the same every time."""

    def __init__(self) -> None:
        self.dice = random.Random(300)
        self.humans: list[Human] = []
        self.people: list[Person] = []
        self.identities: list[Identity] = []
        self.sources: dict[int, Source] = {}
        self.signed: dict[int, list[Author]] = {}
        self.seen: dict[str, Seen] = {}
        self.owner: dict[str, Human] = {}
        self.names = [f"{first} {last}" for last in LAST for first in FIRST]
        self.count = 0

    # --- people and their places ---

    def human(self, name: str = "") -> Human:
        human = Human(name or self.names[len(self.humans)])
        self.humans.append(human)
        return human

    def piece(self, human: Human, name: str = "", *, unnamed: bool = False) -> Person:
        """A person of the file who is this human being."""
        person = Person(len(self.people) + 1, name or human.name, 3, NOON, unnamed=unnamed)
        self.people.append(person)
        human.people.append(person.id)
        return person

    def give(self, person: Person, address: Address, *, label: str = "", site: str = "") -> None:
        """Let a person of the file have an address."""
        number = None
        if address.kind in {"blog", "mastodon", "bluesky"}:
            number = len(self.sources) + 1
            self.sources[number] = Source(
                address.kind, address.address, label or address.label, site or address.url, id=number
            )
        given = label or address.label
        self.identities.append(
            Identity(
                *(
                    len(self.identities) + 1,
                    person.id,
                    address.kind,
                    address.address,
                    given,
                    site or address.url,
                    number,
                ),
                evidence="file: follows",
                since=NOON,
            )
        )

    def _own(self, human: Human, address: Address) -> Address:
        key = addresses.key(address.kind, address.address)
        human.keys.append(key)
        self.owner[key] = human
        return address

    def blog(self, human: Human, host: str, path: str = "") -> tuple[Address, str]:
        """A blog: its feed as an address, and its page."""
        page = f"https://{host}/{path}"
        return self._own(human, Address("blog", f"{page.rstrip('/')}/feed.xml", host, page)), page

    def toot(self, human: Human, user: str = "") -> Address:
        self.count += 1
        user = user or f"{human.name.split()[0].lower()}{self.count}"
        found = addresses.account(f"{user.encode('ascii', 'ignore').decode()}@{SERVERS[self.count % 4]}")
        assert found
        return self._own(human, found)

    def skeet(self, human: Human, handle: str = "") -> Address:
        self.count += 1
        did = f"did:plc:{self.count:06}"
        handle = handle or f"x{self.count}.bsky.social"
        return self._own(human, Address("bluesky", did, handle, f"https://bsky.app/profile/{handle}"))

    # --- what stands there ---

    def profile(
        self, address: Address, name: str, *claims: Claim, moved: Address | None = None, label: str = ""
    ) -> None:
        """What an account says of itself."""
        label = label or address.label
        shown = address.url if address.kind == "mastodon" else f"https://bsky.app/profile/{address.address}"
        names = traces.names(address.kind, address.address, label, shown)
        key = addresses.key(address.kind, address.address)
        known = Address(address.kind, address.address, label, address.url)
        self.seen[key] = Seen(key, known, NOON, name, claims, names.own, names.copies, moved_to=moved)

    def page(self, url: str, *claims: Claim, name: str = "", feeds: tuple[str, ...] = ()) -> None:
        """What a page says of itself."""
        key = addresses.key("link", url)
        self.seen[key] = Seen(
            key, Address("link", url, addresses.host_of(url), url), NOON, name, claims, (key,), (), feeds
        )

    def village(self) -> Village:
        return Village(self.people, self.identities, self.sources, self.signed)


def verified(url: str) -> Claim:
    return Claim(url, "verified", NOON)


def me(address: Address) -> Claim:
    return Claim(address.url, "rel-me")


def build() -> World:
    world = World()
    _plain(world)
    _traps(world)
    return world


def _plain(world: World) -> None:
    """Two hundred and more people who are linked in one of the ways in which people link their places."""
    ways = (
        "verified",
        "both",
        "domain",
        "website",
        "h-card",
        "creator",
        "bridged",
        "renamed",
        "moved",
        "mailbox",
        "namesake",
        "below",
    )
    for number in range(200):
        way = ways[number % len(ways)]
        human = world.human()
        slug = f"{human.name.split()[0].lower()}-{number}".encode("ascii", "ignore").decode()
        host = f"{slug}.example" if number % 3 else f"{slug}.plateforme.example"
        _linked(world, human, way, slug, host)
        if number % 10 < 7:
            _presented(world, human, slug, in_file=number % 2 == 0)


def _presented(world: World, human: Human, slug: str, *, in_file: bool) -> None:
    """A page that presents somebody, with one more account of theirs: it and an account that they had name each other."""
    page = f"https://{slug}.presente.example/"
    mine = [
        seen
        for key, seen in world.seen.items()
        if world.owner.get(key) is human and seen.address.kind != "link"
    ]
    if not mine:
        return
    known = mine[-1]
    fresh = world.skeet(human) if known.address.kind == "mastodon" else world.toot(human)
    key = addresses.key(known.address.kind, known.address.address)
    world.seen[key] = replace(known, claims=(*known.claims, Claim(page, "field")))
    world.profile(fresh, human.name, Claim(page, "website"))
    world.page(page, me(known.address), me(fresh), name=human.name)
    if in_file:
        world.give(world.piece(human), fresh)


def _linked(world: World, human: Human, way: str, slug: str, host: str) -> None:  # noqa: C901, PLR0915 - a list of ways
    first = human.name.split()[0]
    if way == "verified":
        blog, page = world.blog(human, host)
        toot = world.toot(human)
        world.give(world.piece(human, f"Le blog de {first}", unnamed=True), blog, site=page)
        world.give(world.piece(human), toot)
        world.profile(toot, human.name, verified(page))
        world.page(page, me(toot), feeds=(blog.address,))
    elif way == "both":
        blog, page = world.blog(human, host)
        toot, skeet = world.toot(human), world.skeet(human)
        world.give(world.piece(human), toot)
        world.give(world.piece(human, first), skeet)
        world.profile(toot, f"{human.name}", Claim(page, "field"))
        world.profile(skeet, first, Claim(page, "website"))
        world.page(page, me(toot), me(skeet), name=human.name, feeds=(blog.address,))
    elif way == "domain":
        blog, page = world.blog(human, f"{slug}.domaine.example")
        skeet = world.skeet(human, f"{slug}.domaine.example")
        world.give(world.piece(human), blog, site=page)
        world.give(world.piece(human), skeet)
        world.profile(skeet, human.name, Claim(f"https://{slug}.domaine.example/", "handle", NOON))
        world.page(page, feeds=(blog.address,))
    elif way == "below":  # the blog stands below the domain
        blog, page = world.blog(human, f"{slug}.domaine.example", "blog/")
        skeet = world.skeet(human, f"{slug}.domaine.example")
        world.give(world.piece(human), blog, site=page)
        world.give(world.piece(human), skeet)
        world.profile(skeet, human.name, Claim(f"https://{slug}.domaine.example/", "handle", NOON))
    elif way == "website":
        blog, page = world.blog(human, host)
        skeet = world.skeet(human)
        world.give(world.piece(human), skeet)
        world.profile(skeet, human.name, Claim(page, "website"))
        world.page(page, feeds=(blog.address,))
    elif way == "h-card":
        blog, page = world.blog(human, host)
        toot = world.toot(human)
        world.give(world.piece(human), blog, site=page)
        world.give(world.piece(human), toot)
        world.profile(toot, human.name)
        world.page(page, Claim(toot.url, "h-card"), name=human.name, feeds=(blog.address,))
    elif way == "creator":
        blog, page = world.blog(human, host)
        toot = world.toot(human)
        world.give(world.piece(human, f"Carnets de {first}", unnamed=True), blog, site=page)
        world.profile(toot, human.name)
        world.page(page, Claim(toot.url, "creator"), feeds=(blog.address,))
    elif way == "bridged":
        toot = world.toot(human)
        user, _, server = toot.address.partition("@")
        twin = world.skeet(human, f"{user}.{server}.ap.brid.gy")
        world.give(world.piece(human), toot)
        world.give(world.piece(human, f"{first} (bridged)"), twin)
        world.profile(toot, human.name)
        world.profile(twin, f"{first} (bridged)")
    elif way == "renamed":
        blog, page = world.blog(human, host)
        skeet = world.skeet(human)
        world.give(world.piece(human), skeet, label="former.bsky.social")
        world.give(world.piece(human, first), blog, site=page)
        world.profile(skeet, human.name, Claim(page, "website"))
        world.page(page, me(skeet), feeds=(blog.address,))
    elif way == "moved":
        former, toot = world.toot(human), world.toot(human)
        world.give(world.piece(human), former)
        world.profile(former, human.name, moved=toot)
        world.profile(toot, first)
    elif way == "mailbox":
        blog, page = world.blog(human, host)
        box = addresses.email(f"{slug}@courrier.example")
        assert box
        world._own(human, box)
        world.give(world.piece(human, f"Journal de {first}", unnamed=True), blog, site=page)
        world.signed[len(world.sources)] = [Author(email=box.address)]
        world.give(world.piece(human), box)
        world.page(page, feeds=(blog.address,))
    else:
        toot, slugged = world.toot(human), addresses.on_linkedin(slug)
        assert slugged
        world._own(human, slugged)
        world.give(world.piece(human), toot)
        world.give(world.piece(human), slugged)
        world.profile(toot, human.name)


def _traps(world: World) -> None:
    _same_names(world)
    _impostors(world)
    _shared_hosts(world)
    _groups(world)
    _friends(world)
    _bridges(world)
    _hopeless(world)


def _same_names(world: World) -> None:
    """Ten pairs of different people of one name, of whom each has places of their own."""
    for number in range(10):
        name = world.names[number * 7]
        for side in ("a", "b"):
            human = world.human(name)
            blog, page = world.blog(human, f"homonyme{number}{side}.example")
            toot = world.toot(human)
            person = world.piece(human)
            world.give(person, toot)
            world.profile(toot, name, verified(page))
            world.page(page, me(toot), feeds=(blog.address,))


def _impostors(world: World) -> None:
    """Who claims to be somebody, by a link that nobody returns: an account that names a blog, a page that names an account."""
    for number in range(10):
        real, fake = world.human(f"Vrai Nom{number}"), world.human(f"Vrai Nom{number}")
        blog, page = world.blog(real, f"vrai{number}.example")
        toot = world.toot(real)
        world.give(world.piece(real), blog, site=page)
        world.give(world.people[-1], toot)
        world.profile(toot, real.name, verified(page))
        world.page(page, me(toot), feeds=(blog.address,))
        forged = world.toot(fake) if number % 2 else world.skeet(fake)
        world.give(world.piece(fake), forged)
        world.profile(
            forged, fake.name, Claim(page, "field" if number % 2 else "website"), Claim(toot.url, "text")
        )


def _shared_hosts(world: World) -> None:
    """People on one host: a university's, a platform's. The university itself has a handle there."""
    for number in range(10):
        human = world.human(f"Sous Toit{number}")
        blog, page = world.blog(human, "universite.example", f"~toit{number}/")
        toot = world.toot(human)
        world.give(world.piece(human), blog, site=page)
        world.give(world.piece(human, f"S. Toit{number}"), toot)
        world.profile(toot, f"S. Toit{number}", verified(page))
        world.page(page, me(toot), Claim("https://universite.example/", "h-card"), feeds=(blog.address,))
    university = world.human("L’Université")
    skeet = world.skeet(university, "universite.example")
    world.give(world.piece(university), skeet)
    world.profile(skeet, "L’Université", Claim("https://universite.example/", "handle", NOON))
    world.page("https://universite.example/", name="L’Université")
    for number in range(6):
        human = world.human(f"Plume Media{number}")
        page = f"https://medium.com/@plume{number}"
        feed = world._own(human, Address("blog", f"https://medium.com/feed/@plume{number}", "Medium", page))
        world.give(world.piece(human), feed, site=page)
        world.page(page, Claim("https://medium.com/", "rel-me"))


def _groups(world: World) -> None:
    """A collective whose members all name its site, which names them back; a couple with one blog; an employer."""
    site = "https://collectif.example/"
    members = [world.human(f"Membre Collectif{number}") for number in range(6)]
    toots = [world.toot(human) for human in members]
    for human, toot in zip(members, toots, strict=True):
        world.give(world.piece(human), toot)
        world.profile(toot, f"{human.name}", verified(site), Claim("https://employeur.example/", "field"))
    world.page(site, *map(me, toots), name="Le Collectif", feeds=("https://collectif.example/feed",))
    world.page("https://employeur.example/", name="Employeur SA", feeds=("https://employeur.example/feed",))
    for number in range(4):
        page = f"https://couple{number}.example/"
        both = [world.human(f"Anna Couple{number}"), world.human(f"Karl Couple{number}")]
        accounts = [world.toot(human) for human in both]
        for human, toot in zip(both, accounts, strict=True):
            world.give(world.piece(human), toot)
            world.profile(toot, human.name, verified(page))
        world.page(page, *map(me, accounts), feeds=(f"{page}feed",))
    # Who looks after somebody else's site is named there, and is not who writes it.
    for number in range(4):
        writer, keeper = world.human(f"Plume Libre{number}"), world.human(f"Garde Site{number}")
        blog, page = world.blog(writer, f"libre{number}.example")
        toot = world.toot(keeper)
        world.give(world.piece(writer), blog, site=page)
        world.give(world.piece(keeper), toot)
        world.profile(toot, keeper.name, verified(page))
        world.page(page, me(toot), name=writer.name, feeds=(blog.address,))


def _friends(world: World) -> None:
    """Friends who name each other's accounts: their servers call that verified."""
    for number in range(6):
        pair = [world.human(f"Amie Chère{number}"), world.human(f"Ami Cher{number}x")]
        toots = [world.toot(human) for human in pair]
        for human, toot, other in zip(pair, toots, reversed(toots), strict=True):
            world.give(world.piece(human), toot)
            world.profile(toot, human.name, verified(other.url))


def _bridges(world: World) -> None:
    """A bridged handle has no letter for "_": two accounts stand behind one name."""
    for number in range(2):
        for sign, name in (("_", "Zélie"), ("-", "Zacharie")):
            human = world.human(f"{name} Pont{number}")
            toot = addresses.account(f"pont{sign}{number}@piaille.example")
            assert toot
            world._own(human, toot)
            world.give(world.piece(human), toot)
            world.profile(toot, human.name)
        twin = world.skeet(world.humans[-1], f"pont-{number}.piaille.example.ap.brid.gy")
        world.give(world.piece(world.humans[-1], f"Pont {number}"), twin)
        world.profile(twin, f"Pont {number}")


def _hopeless(world: World) -> None:
    """People of whom nothing shows that their places are theirs: a pseudonym here, a name there."""
    while len(world.humans) < 300:
        human = world.human(f"Secret Discret{len(world.humans)}")
        blog, page = world.blog(human, f"discret{len(world.humans)}.example")
        toot = world.toot(human, f"pseudo{len(world.humans)}")
        world.give(world.piece(human), blog, site=page)
        if len(world.humans) % 3:
            world.give(world.piece(human, f"Pseudo{len(world.humans)}"), toot)
            world.profile(toot, f"Pseudo{len(world.humans)}")
        else:
            world.owner.pop(human.keys.pop())
        world.page(page, feeds=(blog.address,))
