"""Builds the fake sites of the village from the files of its people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from zlib import crc32

from engage.demo.blog import Article, Blog
from engage.demo.bluesky import Actor, Bluesky, Repost, Skeet
from engage.demo.cards import Card
from engage.demo.mastodon import Account, Field, Mastodon, Media, Status
from engage.demo.skeets import did_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engage.demo.answers import Site
    from engage.demo.village import Village

_LINKED = re.compile(r"\{([a-z]+)/([a-z0-9-]+)\}")


def build(village: Village, port: int) -> dict[str, Site]:
    """Build every site of the village, by name."""
    sites: dict[str, Site] = {
        person["blog"]["host"]: blog(village, key, port)
        for key, person in village.folk.items()
        if "blog" in person
    }
    for domain, server in village.servers.items():
        sites[server["host"]] = mastodon(village, domain, port)
    sites[village.bluesky] = bluesky(village, port)
    return sites


def acct(account: Mapping[str, Any]) -> str:
    """Write a Mastodon account as people do: `@user@host`."""
    return f"@{account['username']}@{account['domain']}"


def address(village: Village, key: str, kind: str, port: int) -> str:
    """Give an address as one would type it: `blog`, `feed`, `mastodon`, `bluesky` or `email`."""
    person = village.folk[key]
    if kind == "mastodon":
        return acct(person["mastodon"])
    if kind == "bluesky":
        return str(person["bluesky"]["handle"])
    if kind == "email":
        return str(person["email"])
    home = village.base(person["blog"]["host"], port)
    return home + blog(village, key, port).feed() if kind == "feed" else f"{home}/"


def elsewhere(village: Village, person: Mapping[str, Any], port: int) -> tuple[str, ...]:
    """List the pages of a person's accounts."""
    found = []
    if "mastodon" in person:
        server = village.servers[person["mastodon"]["domain"]]
        found.append(f"{village.base(server['host'], port)}/@{person['mastodon']['username']}")
    if "bluesky" in person:
        found.append(f"{village.base(village.bluesky, port)}/profile/{person['bluesky']['handle']}")
    return tuple(found)


def blog(village: Village, key: str, port: int) -> Blog:
    """Build a person's blog."""
    person = village.folk[key]
    house = person["blog"]
    return Blog(
        title=house["title"],
        articles=tuple(article(village, one, port) for one in person["article"]),
        format=house["format"],
        full=house.get("content", "full") == "full",
        author=person["name"],
        email=house.get("email", ""),
        language=house.get("language") or person["language"],
        about=house["about"],
        feed_path=house.get("feed_path", ""),
        me=elsewhere(village, person, port),
        creator=acct(person["mastodon"]) if "mastodon" in person else "",
    )


def article(village: Village, written: Mapping[str, Any], port: int) -> Article:
    """Set an article: what an empty line parts is a paragraph, unless it is HTML already."""
    parts = (part.strip() for part in written["text"].strip().split("\n\n"))
    html = "\n".join(part if part.startswith("<") else f"<p>{part}</p>" for part in parts)
    return Article(
        slug=written["key"],
        title=written["title"],
        html=village.fill(html, port),
        published=village.when(written["ago"]),
        summary=written.get("summary", ""),
        language=written.get("language", ""),
        tags=tuple(written.get("tags", ())),
    )


def card(village: Village, text: str, port: int) -> Card | None:
    """Preview the first article that `text` links to."""
    match = _LINKED.search(text)
    if match is None:
        return None
    who, slug = match.groups()
    house = blog(village, who, port)
    linked = next(one for one in house.articles if one.slug == slug)
    return Card(
        url=village.base(village.folk[who]["blog"]["host"], port) + linked.path,
        title=linked.title,
        description=linked.teaser(),
        author=house.author,
        account=house.creator.removeprefix("@"),
        language=linked.language or house.language,
        site=house.title,
    )


def mastodon(village: Village, domain: str, port: int) -> Mastodon:
    """Build a Mastodon server: its own accounts, and those of the other servers as it knows them."""
    server = village.servers[domain]
    neighbours = [person for person in village.folk.values() if "mastodon" in person]
    return Mastodon(
        domain=domain,
        accounts=tuple(account(village, person, domain, port) for person in neighbours),
        statuses=tuple(status(village, *found, domain, port) for found in _written(village, "toot")),
        title=server["title"],
        about=server["about"],
        languages=tuple(server["languages"]),
    )


def account(village: Village, person: Mapping[str, Any], domain: str, port: int) -> Account:
    """Build an account as the server for `domain` knows it."""
    mine = person["mastodon"]
    local = mine["domain"] == domain
    fields = (
        Field(
            line["name"],
            village.fill(line["value"], port),
            village.when(line["verified"]) if "verified" in line else None,
        )
        for line in mine.get("fields", ())
    )
    return Account(
        username=mine["username"],
        created=village.when(mine["since"]),
        name=person["name"],
        domain="" if local else mine["domain"],
        base="" if local else village.base(village.servers[mine["domain"]]["host"], port),
        bio=mine["bio"],
        fields=tuple(fields),
        followers=40 + len(mine["bio"]),
        following=30 + len(person["name"]),
        follows=tuple(_followed(village, mine, domain)),
    )


def _followed(village: Village, mine: Mapping[str, Any], domain: str) -> Iterator[str]:
    """Write those whom an account follows as the server for `domain` does: of accounts elsewhere it knows what its own get."""
    for key in mine.get("follows", ()):
        theirs = village.folk[key]["mastodon"]
        if theirs["domain"] == domain:
            yield theirs["username"]
        elif mine["domain"] == domain:
            yield f"{theirs['username']}@{theirs['domain']}"


def status(village: Village, who: str, toot: Mapping[str, Any], domain: str, port: int) -> Status:
    """Build a status as the server for `domain` knows it: under its own id, with the key of its origin."""
    home = village.folk[who]["mastodon"]
    local = home["domain"] == domain
    origin = status_id(village, who, toot, home["domain"])
    text = toot.get("text", "").strip()
    parents = (toot.get("reply_to"), toot.get("boost_of"))
    reply_to, boost_of = (
        status_id(village, *find(village, "toot", name), domain) if name else "" for name in parents
    )
    page = f"{village.base(village.servers[home['domain']]['host'], port)}/@{home['username']}/{origin}"
    return Status(
        id=status_id(village, who, toot, domain),
        account=home["username"] if local else f"{home['username']}@{home['domain']}",
        created=village.when(toot["ago"]),
        text=village.fill(text, port),
        warning=toot.get("warning", ""),
        language=toot.get("language") or village.folk[who].get("language", ""),
        reply_to=reply_to,
        boost_of=boost_of,
        card=card(village, text, port),
        media=tuple(Media(**one) for one in toot.get("media", ())),
        uri=f"https://{home['domain']}/users/{home['username']}/statuses/{origin}",
        url="" if local else page,
    )


def status_id(village: Village, who: str, toot: Mapping[str, Any], domain: str) -> str:
    """Make the id under which the server for `domain` knows a toot: a moment, then 16 bits of its own."""
    tail = crc32(f"{domain}/{who}/{toot['key']}".encode()) & 0xFFFF
    return str(int(village.when(toot["ago"]).timestamp() * 1000) << 16 | tail)


def bluesky(village: Village, port: int) -> Bluesky:
    """Build what Bluesky knows of the village."""
    found = list(_written(village, "skeet"))
    return Bluesky(
        actors=tuple(actor(village, person, port) for person in village.folk.values() if "bluesky" in person),
        skeets=tuple(skeet(village, *one, port) for one in found if "text" in one[1]),
        reposts=tuple(
            Repost(_did(village, who), village.when(one["ago"]), _uri(village, one["repost_of"], port))
            for who, one in found
            if "repost_of" in one
        ),
    )


def actor(village: Village, person: Mapping[str, Any], port: int) -> Actor:
    """Build someone on Bluesky."""
    mine = person["bluesky"]
    return Actor(
        did=did_of(mine["handle"]),
        handle=mine["handle"],
        created=village.when(mine["since"]),
        name=person["name"],
        bio=mine["bio"],
        website=village.fill(mine.get("website", ""), port),
        followers=25 + len(mine["bio"]),
        following=20 + len(person["name"]),
        follows=tuple(_did(village, key) for key in mine.get("follows", ())),
    )


def skeet(village: Village, who: str, written: Mapping[str, Any], port: int) -> Skeet:
    """Build a post on Bluesky."""
    text = written["text"].strip()
    language = written.get("language") or village.folk[who].get("language", "")
    return Skeet(
        author=_did(village, who),
        created=village.when(written["ago"]),
        text=village.fill(text, port),
        langs=(language,) if language else (),
        reply_to=_uri(village, written["reply_to"], port) if "reply_to" in written else "",
        card=card(village, text, port),
    )


def find(village: Village, kind: str, name: str) -> tuple[str, Mapping[str, Any]]:
    """Find the `toot` or `skeet` called `who/key`, and who wrote it."""
    who, _, key = name.partition("/")
    return who, next(one for one in village.folk[who][kind] if one["key"] == key)


def _uri(village: Village, name: str, port: int) -> str:
    return skeet(village, *find(village, "skeet", name), port).uri


def _did(village: Village, who: str) -> str:
    return did_of(village.folk[who]["bluesky"]["handle"])


def _written(village: Village, kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    return ((who, one) for who, person in village.folk.items() for one in person.get(kind, ()))
