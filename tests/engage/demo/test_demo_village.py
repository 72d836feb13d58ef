"""The village: its moments, by its data; its promises to a reader; and every link in it, followed."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import feedparser
import pytest
import requests

from engage import changing
from engage.demo.village import Village, served, village
from engage.demo.wire import Blog, Bluesky, Mastodon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engage.demo.wire import Article, Skeet, Status, Wire

NOW = datetime(2026, 5, 4, 12, 0, 0, 123_456, tzinfo=UTC)
RECENT = timedelta(days=3)
PORT = 4000


@pytest.fixture(scope="module")
def place() -> Village:
    return village(NOW)


def blog(place: Village, key: str) -> Blog:
    found = place.sites(PORT)[key]
    assert isinstance(found, Blog)
    return found


def server(place: Village, name: str) -> Mastodon:
    found = place.sites(PORT)[name]
    assert isinstance(found, Mastodon)
    return found


def sky(place: Village) -> Bluesky:
    found = place.sites(PORT)["bsky"]
    assert isinstance(found, Bluesky)
    return found


def blogs(place: Village) -> dict[str, Blog]:
    return {name: site for name, site in place.sites(PORT).items() if isinstance(site, Blog)}


def toots(place: Village, name: str, user: str) -> list[Status]:
    site = server(place, name)
    account = site.account(user)
    assert account is not None
    return site.of(account)


def skeets_of(place: Village, handle: str) -> list[Skeet]:
    site = sky(place)
    actor = site.actor(handle)
    assert actor is not None
    return sorted(
        (one for one in site.skeets if one.author == actor.did), key=lambda one: one.created, reverse=True
    )


def recent(moment: datetime) -> bool:
    return moment > NOW - RECENT


def words(article: Article) -> int:
    return len(re.sub(r"<[^>]+>", " ", article.html).split())


def moments(place: Village) -> Iterator[tuple[str, datetime]]:
    for name, site in place.sites(PORT).items():
        if isinstance(site, Blog):
            yield from ((f"{name}/{one.slug}", one.changed) for one in site.articles)
        elif isinstance(site, Mastodon):
            yield from ((f"{name}/{one.id}", one.created) for one in site.statuses)
            yield from ((one.acct, one.created) for one in site.accounts)
            lines = (line for one in site.accounts for line in one.fields)
            yield from ((line.name, line.verified) for line in lines if line.verified)
        elif isinstance(site, Bluesky):
            yield from ((one.uri, one.created) for one in site.skeets)
            yield from ((one.uri, one.created) for one in site.reposts)
            yield from ((one.handle, one.created) for one in site.actors)
    yield from ((person.key, entry.at) for person in place.people_at(PORT) for entry in person.log)


# What it is made of


def test_a_dozen_people_in_two_languages(place: Village) -> None:
    languages = [person.language for person in place.people_at(PORT)]
    assert (languages.count("fr"), languages.count("en"), languages.count(None)) == (6, 5, 1)
    assert {person.circle for person in place.people_at(PORT)} == {1, 2, 3}
    assert {person.register for person in place.people_at(PORT)} == {"tu", "vous", None}


def test_every_format_and_network_is_lived_in(place: Village) -> None:
    formats = [site.format for site in blogs(place).values()]
    assert {name: formats.count(name) for name in ("rss", "atom", "json", "rdf")} == {
        "rss": 5,
        "atom": 3,
        "json": 2,
        "rdf": 1,
    }
    local = [one for name in ("pouet", "porch") for one in server(place, name).accounts if not one.domain]
    assert len(local) == 7 + 1
    assert len(sky(place).actors) == 6 + 1


def test_addresses_are_what_one_would_type(place: Village) -> None:
    people = {person.key: person.addresses for person in place.people_at(PORT)}
    assert people["maelle"] == (
        "http://maelle.localhost:4000/",
        "@maelle@pouet.example",
        "maelle.ciel.example",
    )
    assert people["walter"] == ("http://walter.localhost:4000/journal/rss.xml",)
    assert people["solene"][-1] == "solene.vasseur@example.org"


def test_nothing_happens_in_the_future_whenever_that_is() -> None:
    for now in (NOW, datetime(2031, 1, 1, tzinfo=UTC)):
        assert [name for name, moment in moments(village(now)) if moment >= now] == []


def test_everyone_has_written_enough_and_not_too_much(place: Village) -> None:
    counts = {
        key: sum(len(place.folk[key].get(kind, ())) for kind in ("article", "toot", "skeet"))
        for key in place.keys
    }
    assert {key: count for key, count in counts.items() if not 4 <= count <= 14} == {}


def test_articles_are_articles_and_notes_are_notes(place: Village) -> None:
    lengths = {
        f"{name}/{one.slug}": words(one) for name, site in blogs(place).items() for one in site.articles
    }
    assert {slug: count for slug, count in lengths.items() if not 150 <= count <= 700} == {}
    assert all(len(one.text) <= 500 for one in server(place, "pouet").statuses)
    assert all(len(one.text) <= 300 for one in sky(place).skeets)


def test_the_config_says_where_the_fakes_are(place: Village) -> None:
    config = tomllib.loads(place.config(PORT, "en"))
    assert config == {
        "language": "en",
        "me": {
            "name": "Camille",
            "mastodon": "@camille@pouet.example",
            "bluesky": "camille.ciel.example",
            "email": "camille@example.org",
        },
        "mastodon": {
            "servers": {
                "pouet.example": "http://pouet.localhost:4000",
                "porch.example": "http://porch.localhost:4000",
            }
        },
        "bluesky": {"public_api": "http://bsky.localhost:4000", "app": "http://bsky.localhost:4000"},
    }


def test_french_is_set_as_french_is(place: Village) -> None:
    """No plain space before double punctuation or inside guillemets, no straight apostrophe in a word."""
    wrong = re.compile(r"\S [;!?:»]|« |\w'\w")
    written = [one.html for site in blogs(place).values() for one in site.articles]
    written += [one.text for one in server(place, "pouet").statuses] + [one.text for one in sky(place).skeets]
    assert [match[0] for text in written for match in wrong.finditer(text)] == []


def test_french_is_set_as_french_is_in_what_one_knows_of_people_too(place: Village) -> None:
    wrong = re.compile(r"\S [;!?:»]|« |\w'\w")
    told = [
        text
        for person in place.people_at(PORT)
        for text in (person.note, person.met, person.common, person.company, person.position, *person.goals)
    ]
    assert [text for text in told if wrong.search(text)] == []
    assert all(text == text.strip() for text in told)


def test_one_knows_something_of_everybody(place: Village) -> None:
    people = place.people_at(PORT)
    assert all(person.tags and person.common and person.position for person in people)
    assert {person.key for person in people if not person.met} == {"gilles", "priya"}
    assert all(bool(person.met) is bool(person.met_on) is (person.circle != 3) for person in people)
    assert 5 < sum(bool(person.goals) for person in people) < len(people)


def test_a_map_has_parts_with_several_people(place: Village) -> None:
    tags = Counter(person.tags[0] for person in place.people_at(PORT))
    assert len([tag for tag, count in tags.items() if count > 1]) >= 4
    assert max(tags.values()) < 5


def test_one_met_on_a_day_that_was_or_in_a_year(place: Village) -> None:
    told = {person.key: person.met_on for person in place.people_at(PORT)}
    assert (told["bertrand"], told["jo"], told["gilles"]) == ("2019", "2023-11", "")
    assert told["solene"] == "2025-08-09"
    met = next(entry for entry in place.people_at(PORT)[4].log if entry.kind == "met")
    assert told["solene"] == met.at.date().isoformat()
    assert all(changing.is_date(day) for day in told.values() if day)
    assert max(told.values()) < NOW.date().isoformat()


def test_whoever_is_known_or_followed_lives_here_and_can_be(place: Village) -> None:
    assert {other for person in place.people_at(PORT) for other in person.knows} <= set(place.keys)
    for key, person in place.folk.items():
        for network in ("mastodon", "bluesky"):
            followed = person.get(network, {}).get("follows", ())
            assert [other for other in followed if network not in place.folk[other] or other == key] == []
            assert len(followed) == len(set(followed))


def test_somebody_nearer_knows_those_whom_one_wishes_to_know(place: Village) -> None:
    people = place.people_at(PORT)
    near = {other for person in people if person.circle in {1, 2} for other in person.knows}
    assert {person.key for person in people if person.circle == 3} <= near


def test_a_server_knows_of_accounts_elsewhere_only_what_its_own_get(place: Village) -> None:
    def follows(name: str, user: str) -> tuple[str, ...]:
        account = server(place, name).account(user)
        assert account is not None
        return account.follows

    assert follows("porch", "tamsin") == ("maelle@pouet.example", "hamish", "jo")
    assert follows("pouet", "tamsin@porch.example") == ("maelle",)
    assert follows("pouet", "joris") == ("maelle", "jo@porch.example", "bertrand", "camille")


# Its moments


def test_a_first_article_in_seven_months(place: Village) -> None:
    newest, before = blog(place, "aicha").newest()[:2]
    assert recent(newest.published)
    assert timedelta(days=215) < newest.published - before.published < timedelta(days=242)


def test_one_article_announced_in_three_places(place: Village) -> None:
    article = blog(place, "maelle").newest()[0]
    address = f"http://maelle.localhost:{PORT}{article.path}"
    toot = next(one for one in toots(place, "pouet", "maelle") if address in one.text)
    skeet = next(one for one in skeets_of(place, "maelle.ciel.example") if address in one.text)
    assert f"{address}?utm_source=" in toot.text
    assert "utm_" not in skeet.text
    assert toot.card is not None
    assert skeet.card is not None
    assert toot.card.url == skeet.card.url == address
    assert all(recent(moment) for moment in (article.published, toot.created, skeet.created))
    assert article.published < min(toot.created, skeet.created)


def test_a_new_job(place: Village) -> None:
    note = next(one for one in toots(place, "pouet", "joris") if not one.boost_of)
    article = blog(place, "joris").newest()[0]
    assert recent(note.created)
    assert recent(article.published)
    assert "Nouveau poste" in note.text
    assert "nouveau poste" in article.html


def test_a_sad_news_under_a_warning(place: Village) -> None:
    note = toots(place, "pouet", "bertrand")[0]
    assert recent(note.created)
    assert note.warning == "Décès d’un proche"
    assert "est mort" in note.text


def test_two_people_answered_you(place: Village) -> None:
    reply = toots(place, "porch", "nkechi")[0]
    asked = server(place, "porch").status(reply.reply_to)
    assert asked is not None
    assert asked.account == "camille@pouet.example"
    assert "@camille@pouet.example" in reply.text
    answer = skeets_of(place, "jo.sky.example")[0]
    question = sky(place).skeet(answer.reply_to)
    assert question is not None
    assert question in skeets_of(place, "camille.ciel.example")
    assert recent(reply.created)
    assert recent(answer.created)
    assert asked.created < reply.created
    assert question.created < answer.created


def test_someone_is_drifting_with_an_occasion_to_write(place: Village) -> None:
    solene = next(person for person in place.people_at(PORT) if person.key == "solene")
    assert solene.every == "12w"
    assert max(entry.at for entry in solene.log) < NOW - timedelta(days=240)
    occasion = blog(place, "solene").newest()[0].published
    assert NOW - timedelta(days=30) < occasion < NOW - RECENT


def test_two_people_should_meet(place: Village) -> None:
    rare = re.compile(r"gnomonique|Bedos de Celles|cadran|lignes horaires|style", re.IGNORECASE)
    told = [blog(place, key).newest()[0] for key in ("gilles", "tamsin")]
    found = [{match.lower() for match in rare.findall(one.html)} for one in told]
    assert found[0] == found[1] == {"gnomonique", "bedos de celles", "cadran", "lignes horaires", "style"}
    assert all(recent(one.published) for one in told)
    others = (
        one
        for name, site in blogs(place).items()
        if name not in {"gilles", "tamsin"}
        for one in site.articles
    )
    assert not any("gnomonique" in one.html for one in others)


def test_one_talks_all_day(place: Village) -> None:
    fresh = [one for one in toots(place, "porch", "hamish") if one.created > NOW - timedelta(days=1)]
    assert len(fresh) >= 8


def test_boosts_and_reposts(place: Village) -> None:
    for name, user, author in (("pouet", "joris", "maelle"), ("porch", "jo", "tamsin")):
        boosts = [one for one in toots(place, name, user) if one.boost_of]
        original = server(place, name).status(boosts[0].boost_of)
        assert original is not None
        assert original.account == author
        assert original.created < boosts[0].created
        assert recent(boosts[0].created)
    (repost,) = sky(place).reposts
    assert repost.of in {one.uri for one in skeets_of(place, "aicha.ciel.example")}


def test_the_same_words_in_two_places(place: Village) -> None:
    there = {one.text: one.created for one in toots(place, "porch", "jo") if recent(one.created)}
    here = {one.text: one.created for one in skeets_of(place, "jo.sky.example")}
    (same,) = set(there) & set(here)
    assert abs(there[same] - here[same]) < timedelta(hours=2)


def test_one_blog_is_silent(place: Village) -> None:
    assert timedelta(days=425) < NOW - blog(place, "walter").newest()[0].published < timedelta(days=456)
    assert place.folk["walter"].keys() & {"toot", "skeet"} == set()


def test_one_feed_has_only_summaries(place: Village) -> None:
    assert [name for name, site in blogs(place).items() if not site.full] == ["priya"]
    assert recent(blog(place, "priya").newest()[0].published)


# Served


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    with served(village(datetime.now(UTC))) as running:
        yield running


def get(wire: Wire, address: str) -> requests.Response:
    """Ask for `address` where every name leads to loopback, whatever this machine knows of *.localhost."""
    parts = urlsplit(address)
    assert parts.port == wire.port, address
    target = f"{wire.base()}{parts.path}" + (f"?{parts.query}" if parts.query else "")
    return requests.get(target, headers={"Host": parts.netloc}, timeout=5)


def links(text: str, base: str) -> set[str]:
    """Find what a page, or a JSON text, points at."""
    found = {unescape(link) for link in re.findall(r"(?:href|src)=\\?\"([^\"\\]+)", text)}
    found |= set(re.findall(r"\"(?:url|uri|avatar|href|website)\": \"(https?://[^\"]+)\"", text))
    return {f"{base}{link}" if link.startswith("/") else link for link in found}


def starts(wire: Wire) -> Iterator[str]:
    for name, site in wire.sites.items():
        if isinstance(site, Blog):
            yield f"{wire.base(name)}/"
        elif isinstance(site, Mastodon):
            for one in site.accounts:
                yield f"{wire.base(name)}/api/v1/accounts/{one.id}/statuses?limit=40"
                yield f"{wire.base(name)}/api/v1/accounts/{one.id}/following"
        elif isinstance(site, Bluesky):
            for actor in site.actors:
                for method in ("feed.getAuthorFeed", "graph.getFollows"):
                    yield f"{wire.base(name)}/xrpc/app.bsky.{method}?actor={actor.did}"


def test_every_link_leads_somewhere(wire: Wire) -> None:
    seen: set[str] = set()
    waiting = set(starts(wire))
    broken = []
    while waiting:
        address = waiting.pop()
        seen.add(address)
        answer = get(wire, address)
        if answer.status_code != 200:
            broken.append(address)
        if not answer.headers["Content-Type"].startswith("image/"):
            base = "http://" + urlsplit(address).netloc
            # `https://…example/users/…` is a key of the fediverse, not an address anyone opens here
            waiting |= {one for one in links(answer.content.decode(), base) if ".example/" not in one} - seen
    assert broken == []
    assert len(seen) > 150


@pytest.mark.parametrize(
    "name", ["maelle", "joris", "bertrand", "solene", "gilles", "tamsin", "nkechi", "priya", "walter"]
)
def test_the_feeds_parse(wire: Wire, name: str) -> None:
    site = wire.sites[name]
    assert isinstance(site, Blog)
    answer = get(wire, wire.base(name) + site.feed())
    feed: Any = feedparser.parse(
        answer.content, response_headers={"content-type": answer.headers["Content-Type"]}
    )
    assert feed.bozo is False
    assert len(feed.entries) == len(site.articles)
    assert all(get(wire, entry.link).status_code == 200 for entry in feed.entries)


@pytest.mark.parametrize("name", ["aicha", "jo"])
def test_the_json_feeds_too(wire: Wire, name: str) -> None:
    feed = json.loads(get(wire, f"{wire.base(name)}/feed.json").content)
    assert feed["items"]
    assert all(get(wire, item["url"]).status_code == 200 for item in feed["items"])


def test_profiles_and_blogs_vouch_for_each_other(wire: Wire) -> None:
    lookup = get(wire, f"{wire.base('pouet')}/api/v1/accounts/lookup?acct=maelle").json()
    assert lookup["fields"][0]["verified_at"]
    assert f'href="{wire.base("maelle")}/"' in lookup["fields"][0]["value"]
    assert f'rel="me" href="{lookup["url"]}"' in get(wire, f"{wire.base('maelle')}/").text
