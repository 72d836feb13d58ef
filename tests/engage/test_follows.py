"""Whose the accounts are that you follow: what proves it, what does not, and what is made of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from engage.contacts import follows
from engage.contacts.follows import Here, Proposals
from engage.contacts.names import clean
from engage.model import Identity
from feeds.model import Account, Batch, Cursor, Heard, Link, Profile, Source
from tests.engage.hands import DAY, HOUR, NOON, House, person, post

if TYPE_CHECKING:
    from engage.model import Person

ME = Account("mastodon", "moi@piaille.example", "@moi@piaille.example", "https://piaille.example")
SEEN = datetime(2025, 3, 2, 8, 0, tzinfo=UTC)
JULIE = person(1)
SITE = "https://julie.example"


def fedi(
    address: str = "julie@piaille.example", name: str = "Julie Martin", *links: Link, **more: object
) -> Profile:
    user, _, host = address.partition("@")
    site = str(more.pop("site", f"https://{host}/@{user}"))
    source = Source("mastodon", address, f"@{address}", site, given=False, through=ME.address)
    return replace(Profile(source, name, "", links), **more)  # type: ignore[arg-type]


def sky(handle: str = "julie.example", name: str = "Julie Martin", *links: Link, did: str = "") -> Profile:
    page = f"https://bsky.app/profile/{handle}"
    source = Source("bluesky", did or f"did:plc:{handle.partition('.')[0]}", handle, page, given=False)
    return Profile(source, name, "", links)


def verified(url: str, name: str = "") -> Link:
    return Link(url, name, SEEN)


def domain(handle: str) -> Link:
    return verified(f"https://{handle}/", "handle")


def typed(
    kind: str, address: str, url: str = "", *, owner: int = 1, label: str = "", source: int | None = 7
) -> Identity:
    """An address that somebody has, as `nouvelles add` keeps it."""
    said = label or url or address
    return Identity(0, owner, kind, address, label, url, source, f"typed: {said}", NOON)  # type: ignore[arg-type]


def blog(feed: str = f"{SITE}/feed", site: str = f"{SITE}/", owner: int = 1) -> Identity:
    return typed("blog", feed, site, owner=owner)


def propose(
    *profiles: Profile, people: tuple[Person, ...] = (JULIE,), has: tuple[Identity, ...] = (), **more: Any
) -> Proposals:
    return follows.propose(profiles, Here(people, has), ME, NOON, **more)


def where(proposals: Proposals) -> dict[str, list[str]]:
    """What became of every account."""
    return {
        "new": [n.name for n in proposals.new],
        "matched": [m.account.profile.source.label for m in proposals.matched],
        "known": [m.account.profile.source.label for m in proposals.known],
        "unclear": [u.profile.source.label for u in proposals.unclear],
    }


def only(kind: str, *labels: str) -> dict[str, list[str]]:
    return {**{name: [] for name in ("new", "matched", "known", "unclear")}, kind: list(labels)}


# --- names ---


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("Julie Martin", "Julie Martin"),
        ("✨ Julie Martin ✨", "Julie Martin"),
        (":blobcat: Julie :verified: Martin :fr:", "Julie Martin"),
        ("🌻Julie🌻Martin", "Julie Martin"),
        ("Julie 👩🏽‍💻 🇫🇷", "Julie"),
        ("~*~ Julie ~*~", "Julie"),
        ("Julie Martin (elle/she)", "Julie Martin"),
        ("Julie Martin [she/her] 🏳️‍🌈", "Julie Martin"),
        ("Julie Martin · elle/iel", "Julie Martin"),
        ("Julie (Lyon)", "Julie (Lyon)"),
        ("𝓙𝓾𝓵𝓲𝓮 Ｍａｒｔｉｎ", "Julie Martin"),
        ("Martin Luther Jr.", "Martin Luther Jr."),
        ("Julie…", "Julie"),
        ("Anne-Marie d’Orgeval", "Anne-Marie d’Orgeval"),
        ("Ju\u202elie\x1b[31m", "Ju lie"[:2] + "lie [31m"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("शर्मा", "शर्मा"),
        ("1️⃣ Julie", "1 Julie"),
        ("Élodie\n\tRoux", "Élodie Roux"),
        ("🌻", ""),
        (":verified:", ""),
        ("---", ""),
        ("", ""),
        ("J" * 200, "J" * 80),
    ],
)
def test_a_name_without_its_decorations(shown: str, name: str) -> None:
    assert clean(shown) == name


# --- what proves whose an account is ---


def test_a_new_account_is_a_new_person() -> None:
    found = propose(fedi("paul@piaille.example", "🐝 Paul"))
    assert where(found) == only("new", "Paul")
    (account,) = found.new[0].accounts
    assert account.evidence == "followed: @moi@piaille.example, 2026-11-23"


@pytest.mark.parametrize(
    "has",
    [
        blog(),
        typed("blog", f"{SITE}/blog/feed", f"{SITE}/blog/", label="julie.example"),  # what was typed
        typed("link", "http://www.julie.example/?utm_source=x", source=None),
    ],
)
def test_a_page_that_names_the_account_back_proves_whose_it_is(has: Identity) -> None:
    found = propose(fedi("ju@piaille.example", "Ju", verified(SITE)), has=(has,))
    assert where(found) == only("matched", "@ju@piaille.example")
    assert found.matched[0].person == JULIE
    assert (
        found.matched[0].account.evidence
        == f"verified: {SITE} on the profile of @ju@piaille.example, 2025-03-02"
    )
    assert found.matched[0].account.links == ()  # it is known


def test_what_a_profile_only_says_of_itself_proves_nothing() -> None:
    found = propose(fedi("ju@piaille.example", "Ju", Link(SITE)), has=(blog(),))
    assert where(found) == only("new", "Ju")
    assert found.new[0].accounts[0].links == ()


@pytest.mark.parametrize(
    ("feed", "site"),
    [
        ("https://hosts.example/julie/feed", "https://hosts.example/julie/"),  # a neighbour on a shared host
        ("https://mallory.example/feed", "https://hosts.example/paul/"),  # a feed says that it is of any site
        ("https://hosts.example/mallory/feed", "https://hosts.example/paul/"),
        ("https://hosts.example/paul-and-others/feed", "https://hosts.example/paul-and-others/"),
    ],
)
def test_a_shared_host_proves_nothing(feed: str, site: str) -> None:
    has = Identity(0, 1, "blog", feed, "", site, 7, "file: lectures.opml", NOON)
    found = propose(fedi("paul@piaille.example", "Paul", verified("https://hosts.example/paul")), has=(has,))
    assert where(found) == only("new", "Paul")


def test_a_page_of_several_people_proves_nothing_of_any() -> None:
    people = (JULIE, person(2, "Paul"))
    has = (blog(), blog(owner=2))
    found = propose(fedi("ju@piaille.example", "Ju", verified(SITE)), people=people, has=has)
    assert where(found) == only("unclear", "@ju@piaille.example")
    assert found.unclear[0].people == people


def test_a_groups_site_that_names_several_accounts_back_says_nothing_of_who_is_who() -> None:
    found = propose(
        fedi("anne@piaille.example", "Anne", verified(SITE)),
        fedi("paul@piaille.example", "Paul", verified(f"{SITE}/")),
        has=(blog(),),
    )
    assert where(found) == only("new", "Anne", "Paul")


def test_a_second_account_of_another_name_on_one_site_may_be_a_colleagues() -> None:
    has = (blog(), typed("mastodon", "julie@piaille.example", label="@julie@piaille.example"))
    paul = fedi("paul@piaille.example", "Paul", verified(SITE))
    assert where(propose(paul, has=has)) == only("unclear", "@paul@piaille.example")
    second = fedi("photos@piaille.example", "Julie Martin 📷", verified(SITE))
    assert where(propose(second, has=has)) == only("matched", "@photos@piaille.example")


def test_two_proofs_that_point_at_two_people_are_for_you_to_weigh() -> None:
    people = (JULIE, person(2, "Paul"))
    has = (blog(), blog("https://paul.example/feed", "https://paul.example/", owner=2))
    links = (verified(SITE), verified("https://paul.example"))
    assert where(propose(fedi("x@piaille.example", "X", *links), people=people, has=has)) == only(
        "unclear", "@x@piaille.example"
    )


def test_a_name_alone_proves_nothing() -> None:
    found = propose(fedi(name="JULIE  MARTIN ✨"), fedi("julie@autre.example"))
    assert where(found) == only("unclear", "@julie@piaille.example", "@julie@autre.example")
    assert found.unclear[0].people == (JULIE,)


def test_an_account_that_is_proven_needs_no_name() -> None:
    found = propose(fedi("x@piaille.example", "🌻", verified(SITE)), has=(blog(),))
    assert where(found) == only("matched", "@x@piaille.example")


@pytest.mark.parametrize(
    ("handle", "has", "is_hers"),
    [
        ("julie.example", blog(), True),
        ("julie.example", typed("link", SITE, source=None), True),
        (
            "julie.example",
            blog("https://julie.example/blog/feed", "https://julie.example/blog/"),
            False,
        ),  # not at the root
        ("blog.julie.example", blog(), False),
        (
            "julie.wordpress.com",
            blog("https://julie.wordpress.com/feed/", "https://julie.wordpress.com/"),
            False,
        ),
        ("julie.bsky.social", blog("https://julie.bsky.social/feed", "https://julie.bsky.social/"), False),
    ],
)
def test_a_handle_that_is_the_host_of_her_site(handle: str, has: Identity, *, is_hers: bool) -> None:
    has = replace(has, evidence="file: lectures.opml")
    found = propose(sky(handle, "Ju", domain(handle)), has=(has,))
    assert where(found) == (only("matched", handle) if is_hers else only("new", "Ju"))
    if is_hers:
        assert (
            found.matched[0].account.evidence
            == "handle: julie.example is that of julie.example on Bluesky, 2025-03-02"
        )


def test_a_handle_that_somebody_had_before_is_not_theirs() -> None:
    has = (typed("bluesky", "did:plc:autrefois", label="julie.example"),)
    assert where(propose(sky("julie.example", "Une autre"), has=has)) == only("new", "Une autre")


HER = typed(
    "mastodon", "julie@piaille.example", "https://piaille.example/@julie", label="@julie@piaille.example"
)


def test_an_account_that_names_another_of_hers_back() -> None:
    other = fedi("ju@autre.example", "Julie 📷", verified("https://piaille.example/@julie"))
    assert where(propose(other, has=(HER,))) == only("matched", "@ju@autre.example")
    # and the other way round: the known one names it
    known = fedi("julie@piaille.example", "Les photos de Julie", verified("https://autre.example/@ju"))
    found = propose(fedi("ju@autre.example", "Photos"), known, has=(HER,))
    assert where(found) == {**only("matched", "@ju@autre.example"), "known": ["@julie@piaille.example"]}
    assert found.matched[0].account.evidence.startswith(
        "verified: https://autre.example/@ju on the profile of @julie@"
    )


def test_friends_who_name_each_other_are_two() -> None:
    """A server puts rel=me on all that a profile names: each of them is "verified" on the other's profile."""
    paul = fedi("paul@piaille.example", "Paul Martin", verified("https://piaille.example/@julie"))
    julie = fedi("julie@piaille.example", "Julie Martin", verified("https://piaille.example/@paul"))
    assert where(propose(paul, julie, has=(HER,))) == {
        **only("new", "Paul Martin"),
        "known": ["@julie@piaille.example"],
    }
    for both in ((paul, julie), (julie, paul)):
        found = propose(*both, people=())
        assert sorted(new.name for new in found.new) == ["Julie Martin", "Paul Martin"]
        assert {link.kind for new in found.new for link in new.accounts[0].links} == {"link"}


def test_a_server_cannot_speak_for_the_accounts_of_another() -> None:
    mallory = fedi("mallory@mal.example", "Julie", verified("https://mal.example/@julie@piaille.example"))
    assert where(propose(mallory, has=(HER,))) == only("new", "Julie")
    # Nor does a profile stand where it says that it stands.
    elsewhere = fedi("mallory@mal.example", "Julie", site=f"{SITE}/")
    assert where(propose(elsewhere, has=(HER, blog()))) == only("new", "Julie")


@pytest.mark.parametrize(
    ("has", "copy"),
    [
        (typed("bluesky", "did:plc:j", label="julie.example"), fedi("julie.example@bsky.brid.gy", "J")),
        (typed("mastodon", "julie.example@bsky.brid.gy"), sky("julie.example", "J", did="did:plc:j")),
        (
            typed("mastodon", "ju_m@piaille.example"),
            sky("ju-m.piaille.example.ap.brid.gy", "J", did="did:plc:j"),
        ),
        (
            typed("bluesky", "did:plc:j", label="ju.piaille.example.ap.brid.gy"),
            fedi("ju@piaille.example", "J"),
        ),
        (blog(), sky("julie.example.web.brid.gy", "J", did="did:plc:j")),
        (blog(), fedi("julie.example@web.brid.gy", "J")),
    ],
)
def test_a_bridge_copies_one_person(has: Identity, copy: Profile) -> None:
    found = propose(copy, has=(has,))
    assert where(found) == only("matched", copy.source.label)
    assert found.matched[0].account.evidence.startswith("bridged: ")


def test_two_accounts_on_one_network_are_no_copies_of_each_other() -> None:
    """Through a bridge both would be called a.b.example.ap.brid.gy."""
    has = (typed("mastodon", "a@b.example"),)
    assert where(propose(fedi("a.b@example", "Autre"), has=has)) == only("new", "Autre")
    two = (typed("mastodon", "a_b@c.example"), typed("mastodon", "a-b@c.example", owner=2))
    found = propose(sky("a-b.c.example.ap.brid.gy", "X"), people=(JULIE, person(2, "Paul")), has=two)
    assert where(found) == only("unclear", "a-b.c.example.ap.brid.gy")


def test_what_is_laid_to_her_may_prove_the_next_whatever_comes_first() -> None:
    found = propose(
        fedi("photos@autre.example", "Photos de Ju"),
        fedi("ju@piaille.example", "Ju", verified(SITE), verified("https://autre.example/@photos")),
        has=(blog(),),
    )
    assert sorted(where(found)["matched"]) == ["@ju@piaille.example", "@photos@autre.example"]


# --- those who are known ---


def test_a_known_account_needs_nothing_but_what_is_proven_since() -> None:
    has = (blog(), typed("mastodon", "Julie@piaille.example", label="@Julie@piaille.example"))
    known = fedi("julie@piaille.example", "Autre nom", verified(SITE))
    found = propose(known, has=has)
    assert (where(found), found.items) == (only("known", "@julie@piaille.example"), ())
    more = replace(
        known, links=(verified(SITE), verified("https://jardin.example/"), verified("mailto:j@julie.example"))
    )
    (match,) = propose(more, has=has).news
    (link,) = match.account.links
    assert (link.kind, link.address, link.label) == ("link", "https://jardin.example/", "jardin.example")
    assert (
        link.evidence
        == "verified: https://jardin.example/ on the profile of @julie@piaille.example, 2025-03-02"
    )


def test_what_a_profile_proves_is_kept_as_an_address_to_open() -> None:
    links = (
        verified("https://paul.example/"),
        verified("https://autre.example/@Paul2"),
        verified("https://medium.com/@paul"),
        verified("https://mal.example/@julie@piaille.example"),
        verified("https://bsky.app/profile/did:plc:abc"),
        verified("https://bsky.app/profile/paul.example"),
        verified("https://paul:secret@caché.example/x"),
        verified("http://["),
        verified("https://piaille.example/@paul"),  # its own page
        Link("https://jamais.example/"),
    )
    (new,) = propose(fedi("paul@piaille.example", "Paul", *links)).new
    assert [(link.kind, link.address) for link in new.accounts[0].links] == [
        ("link", "https://paul.example/"),
        ("link", "https://autre.example/@Paul2"),
        ("link", "https://medium.com/@paul"),
        ("link", "https://mal.example/@julie@piaille.example"),
        ("link", "https://bsky.app/profile/did:plc:abc"),
        ("link", "https://bsky.app/profile/paul.example"),
        ("link", "https://caché.example/x"),
    ]


# --- those who are left out ---


def test_yourself_bots_and_groups_are_left_out_and_counted() -> None:
    bot = fedi("meteo@piaille.example", "Météo", bot=True)
    found = propose(fedi(ME.address, "Moi"), bot)
    assert (where(found), found.bots) == (only("new"), (bot,))
    assert where(propose(bot, bots=True)) == only("new", "Météo")
    has = (typed("mastodon", "meteo@piaille.example"),)
    assert where(propose(bot, has=has)) == only("known", "@meteo@piaille.example")


def test_whoever_moved_is_taken_where_they_are_now() -> None:
    old = fedi("paul@ancien.example", "Paul", moved_to="paul@neuf.example")
    found = propose(old)
    (new,) = found.new
    source = new.accounts[0].profile.source
    assert (new.name, source.address, source.label, source.through) == (
        "Paul",
        "paul@neuf.example",
        "@paul@neuf.example",
        "",
    )
    assert found.moved == (old,)
    both = propose(old, fedi("paul@neuf.example", "Paul Roux"))
    assert [n.name for n in both.new] == ["Paul Roux"]
    assert both.new[0].accounts[0].profile.source.through == ME.address


def test_whoever_moved_stays_the_same_person() -> None:
    has = (typed("mastodon", "julie@ancien.example", label="@julie@ancien.example"),)
    old = fedi("julie@ancien.example", "Ju", moved_to="@julie@neuf.example")
    found = propose(old, has=has)
    assert where(found) == only("matched", "@julie@neuf.example")
    assert found.matched[0].account.evidence == "moved: from @julie@ancien.example to @julie@neuf.example"
    proven = fedi("ju@ancien.example", "Ju", verified(SITE), moved_to="ju@neuf.example")
    assert propose(proven, has=(blog(),)).matched[0].account.evidence == (
        f"verified: {SITE} on the profile of @ju@ancien.example, 2025-03-02"
    )


def test_moves_that_lead_on_in_a_circle_home_or_nowhere() -> None:
    a = fedi("a@x.example", "A", moved_to="b@x.example")
    b = fedi("b@x.example", "B", moved_to="c@x.example")
    assert [n.accounts[0].profile.source.address for n in propose(a, b).new] == ["c@x.example"]
    back = fedi("b@x.example", "B", moved_to="a@x.example")
    (one,) = propose(a, back).new
    assert {account.profile.source.address for account in one.accounts} == {"a@x.example", "b@x.example"}
    assert where(propose(fedi("a@x.example", "A", moved_to=ME.address))) == only("new")
    assert where(propose(fedi("a@x.example", "A", moved_to="nulle-part"))) == only("new", "A")


# --- people who are new ---


def test_two_who_are_called_alike_are_told_apart() -> None:
    found = propose(fedi("d1@x.example", "David"), fedi("d2@x.example", "DAVID 🌻"))
    assert [new.name for new in found.new] == ["David", "DAVID (@d2@x.example)"]


def test_whoever_shows_no_name_is_called_by_the_handle_and_greeted_by_none() -> None:
    (new,) = propose(fedi("fleur@x.example", "🌻🌻")).new
    assert (new.name, new.unnamed) == ("@fleur@x.example", True)
    nameless = (fedi("fleur@x.example", "fleur@x.example"), sky("anne.bsky.social", "anne.bsky.social"))
    assert [(new.name, new.unnamed) for new in propose(*nameless).new] == [
        ("@fleur@x.example", True),
        ("anne.bsky.social", True),
    ]


def test_whoever_lost_their_handle_is_known_by_the_address(house: House) -> None:
    lost = sky("handle.invalid", "", did="did:plc:anne")
    assert [new.name for new in propose(lost, sky("handle.invalid", "", did="did:plc:eve")).new] == [
        "did:plc:anne",
        "did:plc:eve",
    ]
    follows.take(house.store, again(house, lost), 3, NOON)
    assert where(again(house, lost)) == only("known", "handle.invalid")


def test_two_accounts_of_somebody_new_of_which_one_proves_the_other() -> None:
    here = fedi("paul@x.example", "Paul", verified("https://y.example/@photos"))
    there = fedi("photos@y.example", "Les photos de Paul")
    for profiles in ((here, there), (there, here)):
        (new,) = propose(*profiles).new
        assert len(new.accounts) == 2
    site = verified("https://paul.example")
    (one,) = propose(fedi("a@x.example", "Paul", site), fedi("b@x.example", "paul", site)).new
    assert len(one.accounts) == 2
    (twins,) = propose(
        fedi("paul.example@bsky.brid.gy", "Paul"), fedi("x@bsky.brid.gy", "Paul", bot=True)
    ).new
    assert len(twins.accounts) == 1


def test_a_namesake_whom_somebody_new_proves_to_be_theirs_is_theirs() -> None:
    photos = fedi("photos@y.example", "Julie Martin")
    other = fedi("jm@x.example", "Julie Martin-Roux", verified("https://y.example/@photos"))
    (new,) = propose(photos, other).new
    assert (new.name, len(new.accounts)) == ("Julie Martin-Roux", 2)


def test_one_account_that_is_listed_twice_is_one() -> None:
    assert where(propose(fedi(name="Paul"), fedi("JULIE@piaille.example", name="Paul"))) == only(
        "new", "Paul"
    )


# --- taking ---


def rows(house: House) -> list[tuple[object, ...]]:
    tables = ("people", "identities", "sources", "cursors")
    return [
        tuple(row) for table in tables for row in house.store.connection.execute(f"select * from {table}")
    ]


def again(house: House, *profiles: Profile) -> Proposals:
    return follows.propose(profiles, follows.here(house.store), ME, NOON + DAY)


def test_what_is_taken_is_a_person_a_source_and_their_evidence(house: House) -> None:
    paul = fedi("paul@piaille.example", "Paul 🐝", verified("https://paul.example/"))
    (made,) = follows.take(house.store, again(house, paul), 2, NOON)
    assert (made.name, made.circle, made.unnamed) == ("Paul", 2, False)
    (source,) = house.store.feeds.sources()
    assert (source.address, source.through, source.given) == ("paul@piaille.example", ME.address, False)
    account, link = house.store.identities(made.id)
    assert (account.source_id, account.url) == (source.id, "https://piaille.example/@paul")
    assert account.evidence == "followed: @moi@piaille.example, 2026-11-24"
    assert (link.kind, link.address, link.source_id) == ("link", "https://paul.example/", None)


def test_again_and_again_nothing_doubles(house: House) -> None:
    julie = house.person()
    house.store.add_identity(replace(blog(), person_id=julie.id, source_id=None))
    profiles = (
        fedi("ju@piaille.example", "Ju", verified(SITE), verified("https://jardin.example")),
        fedi("d1@x.example", "David", verified("https://david.example")),
        fedi("d2@x.example", "David"),
        fedi("julie@autre.example"),
        fedi("vieux@x.example", "Vieux", moved_to="neuf@x.example"),
        sky("anne.example", "Anne", domain("anne.example")),
        fedi("anne.example@bsky.brid.gy", "Anne"),
        fedi("🌻@x.example", ""),
    )
    first = again(house, *profiles)
    assert len(follows.take(house.store, first, 3, NOON)) == 5
    before = rows(house)
    follows.take(house.store, first, 3, NOON + HOUR)  # the same proposals, twice
    assert rows(house) == before
    second = again(house, *profiles)
    assert (second.items, len(second.known), len(second.unclear)) == ((), 7, 1)
    follows.take(house.store, second, 3, NOON + HOUR)
    assert rows(house) == before


def test_whoever_you_renamed_keeps_your_name(house: House) -> None:
    paul = fedi("paul@piaille.example", "Paul")
    (made,) = follows.take(house.store, again(house, paul), 3, NOON)
    house.store.change_person(made.id, name="Paul Roux")
    follows.take(house.store, again(house, replace(paul, name="Popaul")), 3, NOON)
    assert [someone.name for someone in house.store.people()] == ["Paul Roux"]


def test_what_you_removed_stays_removed_and_what_was_only_heard_is_followed(house: House) -> None:
    paul, anne = fedi("paul@piaille.example", "Paul"), fedi("anne@piaille.example", "Anne")
    follows.take(house.store, again(house, paul), 3, NOON)
    house.store.feeds.remove(1, NOON)
    home = house.store.feeds.add_source(Source("mastodon-home", ME.address, ME.label), NOON)
    due = next(due for due in house.store.feeds.due(NOON, force=True) if due.source.id == home.id)
    told = Batch(Cursor(), heard=(Heard(anne.source, (post("note", text="Bonjour"),)),))
    house.store.feeds.save(due, told, NOON)
    assert house.store.feeds.sources() == [home]
    follows.take(house.store, again(house, paul, anne), 3, NOON)
    assert [source.label for source in house.store.feeds.sources()] == [ME.label, "@anne@piaille.example"]


def test_only_what_was_chosen_is_taken(house: House) -> None:
    julie = house.person()
    house.store.add_identity(replace(blog(), person_id=julie.id, source_id=None))
    known = house.store.feeds.add_source(fedi("julie@piaille.example").source, NOON)
    house.store.add_identity(
        Identity(0, julie.id, "mastodon", known.address, known.label, known.site, known.id, "typed", NOON)
    )
    found = again(
        house,
        fedi("a@x.example", "Anne"),
        fedi("p@x.example", "Paul"),
        fedi("photos@x.example", "Julie Martin", verified(SITE)),
        fedi("julie@piaille.example", "Julie Martin", verified("https://jardin.example")),
    )
    assert len(found.items) == 4
    chosen = found.only({2, 4})
    assert (where(chosen)["new"], chosen.matched, len(chosen.news)) == (["Paul"], (), 1)
    assert (found.only({1, 3}).news, len(found.only({3}).matched), len(found.only({3}).known)) == ((), 1, 1)
    follows.take(house.store, chosen, 3, NOON)
    assert sorted(someone.name for someone in house.store.people()) == ["Julie Martin", "Paul"]
    assert [identity.address for identity in house.store.identities(julie.id)][-1] == "https://jardin.example"


def test_what_another_program_did_meanwhile_stands(house: House) -> None:
    paul = fedi("paul@piaille.example", "Paul")
    found = again(house, paul)
    follows.take(house.store, again(house, paul), 3, NOON)
    before = rows(house)
    assert follows.take(house.store, found, 3, NOON) == ()
    assert rows(house) == before


def test_an_account_that_was_only_proven_is_followed_as_hers(house: House) -> None:
    """First another profile of hers names it; then you follow it too."""
    first = fedi("paul@piaille.example", "Paul", verified("https://autre.example/@photos"))
    follows.take(house.store, again(house, first), 3, NOON)
    found = again(house, first, fedi("photos@autre.example", "Les photos de Paul"))
    assert where(found) == {**only("matched", "@photos@autre.example"), "known": ["@paul@piaille.example"]}
    follows.take(house.store, found, 3, NOON)
    assert {i.source_id for i in house.store.identities() if i.kind == "mastodon"} == {1, 2}
    assert len(house.store.people()) == 1


def test_a_thousand_accounts_are_sorted_and_taken_with_a_few_statements_each(house: House) -> None:
    def links(number: int) -> tuple[Link, ...]:
        return tuple(
            verified(f"https://{place}{number}.example/@x{number}") for place in ("site", "jardin", "photos")
        )

    profiles = [fedi(f"u{n}@h{n % 90}.example", f"Personne {n} 🌻", *links(n)) for n in range(1000)]
    asked: list[str] = []
    found = again(house, *profiles)
    house.store.connection.set_trace_callback(asked.append)
    made = follows.take(house.store, found, 3, NOON)
    house.store.connection.set_trace_callback(None)
    assert len(made) == 1000
    assert len(asked) < 30 * 1000
    assert sum(statement.lower().startswith("begin") for statement in asked) == 1
    second = again(house, *profiles)
    assert (len(second.known), second.items) == (1000, ())
