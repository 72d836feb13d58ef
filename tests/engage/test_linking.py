"""Who is one person, from what profiles and pages say of each other: no wrong merge, and hardly a link that is missed."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from engage import addresses
from engage.linking import MOST_PLACES, Claim, Links, kin, link
from tests.engage.hands import NOON
from tests.engage.village_of_300 import World, build, me, verified

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engage.linking import Seen
    from engage.model import Address


@pytest.fixture(scope="module")
def world() -> World:
    return build()


@pytest.fixture(scope="module")
def links(world: World) -> Links:
    return everything(world)


def everything(world: World) -> Links:
    """What is found after looking where each answer leads, as the program does."""
    seen: dict[str, Seen] = {}
    wanted = [
        addresses.key("link", i.url) if i.kind == "blog" else addresses.key(i.kind, i.address)
        for i in world.identities
    ]
    for _ in range(4):
        fresh = [key for key in wanted if key in world.seen and key not in seen]
        seen |= {key: world.seen[key] for key in fresh}
        links = link(world.village(), seen.values(), NOON)
        wanted = [
            addresses.key("link" if a.kind == "blog" else a.kind, a.url if a.kind == "blog" else a.address)
            for _, a in links.next
        ]
        if not fresh:
            break
    return links


def groups(world: World, links: Links) -> dict[int, set[int]]:
    """Who was made one with whom, as the file would have it afterwards."""
    one = {person.id: {person.id} for person in world.people}
    for same in links.same:
        whole = one[same.person_id] | one[same.other_id]
        one.update(dict.fromkeys(whole, whole))
    return one


def test_the_network_is_what_it_says(world: World) -> None:
    assert len(world.humans) == 300
    assert 680 <= len(world.owner) <= 740


def test_no_wrong_merge_and_nearly_every_true_link_found_or_proposed(
    world: World, links: Links, capsys: pytest.CaptureFixture[str]
) -> None:
    human_of = {number: human for human in world.humans for number in human.people}
    assert [s for s in links.same if human_of[s.person_id] is not human_of[s.other_id]] == []
    owners = {f: world.owner.get(addresses.key(f.address.kind, f.address.address)) for f in links.found}
    assert [f for f, owner in owners.items() if owner and owner is not human_of[f.person_id]] == []
    counts = Counter(verdicts(world, links))
    share = (counts["found"] + counts["proposed"]) / counts.total()
    idle = [q for q in links.questions if q.other_id and human_of[q.person_id] is not human_of[q.other_id]]
    with capsys.disabled():
        sys.stdout.write(
            f"\n300 people, {len(world.owner)} addresses: no wrong merge; of {counts.total()} true links {counts['found']} "
            f"found, {counts['proposed']} proposed, {counts['missed']} missed ({share:.1%}); {len(idle)} of "
            f"{len(links.questions)} questions are about two who are not one\n"
        )
    assert share >= 0.95


def verdicts(world: World, links: Links) -> Iterator[str]:
    """What became of each true link: of whatever is one human being's beside the first piece of them in the file."""
    one = groups(world, links)
    held = {addresses.key(i.kind, i.address) for i in world.identities}
    for human in world.humans:
        mine = {number for piece in human.people for number in one[piece]}
        for piece in human.people[1:]:
            yield (
                "found"
                if piece in one[human.people[0]]
                else _asked_of(links, one[human.people[0]], one[piece])
            )
        told = {addresses.key(f.address.kind, f.address.address) for f in links.found if f.person_id in mine}
        about = [q.about for q in links.questions if q.person_id in mine and q.about]
        wondered = {addresses.key(address.kind, address.address) for address in about}
        for key in set(human.keys) - held:
            yield "found" if key in told else "proposed" if key in wondered else "missed"


def _asked_of(links: Links, first: set[int], second: set[int]) -> str:
    pairs = [{q.person_id, q.other_id or 0} for q in links.questions]
    return "proposed" if any(pair & first and pair & second for pair in pairs) else "missed"


# --- rule by rule ---


def small() -> World:
    return World()


def found(world: World) -> tuple[set[tuple[int, str]], set[frozenset[int]]]:
    """Whose addresses were found, and who is one."""
    links = link(world.village(), world.seen.values(), NOON)
    addresses_ = {
        (one.person_id, addresses.key(one.address.kind, one.address.address)) for one in links.found
    }
    return addresses_, {frozenset((one.person_id, one.other_id)) for one in links.same}


def asked(world: World) -> dict[str, str]:
    """What is asked, by key, with how sure it is."""
    return {q.key: q.strength for q in link(world.village(), world.seen.values(), NOON).questions}


def a_blog_and_an_account(
    name: str = "Julie Martin", other: str = "Julie Martin"
) -> tuple[World, Address, str]:
    """A person with a blog, another one with an account."""
    world = small()
    one, two = world.human(name), world.human(other)
    blog, page = world.blog(one, "julie.example")
    toot = world.toot(two, "julie")
    world.give(world.piece(one), blog, site=page)
    world.give(world.piece(two), toot)
    return world, toot, page


def test_a_verified_field_is_proof_where_the_names_fit() -> None:
    world, toot, page = a_blog_and_an_account()
    world.profile(toot, "Julie Martin", verified(page))
    world.page(page, me(toot))
    assert found(world)[1] == {frozenset((1, 2))}


def test_what_a_server_says_to_be_verified_is_looked_at() -> None:
    """Anybody may run a server, and have it say of a stranger's page that it names them back."""
    world, toot, page = a_blog_and_an_account()
    world.profile(toot, "Julie Martin", verified(page))
    assert (found(world)[1], asked(world)) == (set(), {"same 1 2": "medium"})
    world.page(page)
    assert (found(world)[1], asked(world)) == (set(), {"same 1 2": "medium"})


def test_a_verified_field_of_somebody_who_is_called_otherwise_is_none() -> None:
    world, toot, page = a_blog_and_an_account(other="Paul Roux")
    world.profile(toot, "Paul Roux", verified(page))
    assert found(world)[1] == set()
    assert asked(world) == {}


def test_a_field_that_no_network_has_checked_proposes() -> None:
    world, toot, page = a_blog_and_an_account()
    world.profile(toot, "Julie Martin", Claim(page, "field"))
    assert (found(world)[1], asked(world)) == (set(), {"same 1 2": "medium"})


def test_a_field_and_a_link_back_are_proof() -> None:
    world, toot, page = a_blog_and_an_account()
    world.profile(toot, "Julie Martin", Claim(page, "field"))
    world.page(page, me(toot))
    assert found(world)[1] == {frozenset((1, 2))}


def test_the_words_of_a_profile_prove_nothing_even_with_a_link_back() -> None:
    world, toot, page = a_blog_and_an_account()
    world.profile(toot, "Julie Martin", Claim(page, "text"))
    world.page(page, Claim(toot.url, "text"))
    assert (found(world)[1], asked(world)) == (set(), {"same 1 2": "weak"})


def two_accounts(first: str, second: str) -> tuple[World, Address, Address]:
    """Two people with an account each."""
    world = small()
    one, two = world.human(first), world.human(second)
    former, toot = world.toot(one, "former"), world.toot(two, "now")
    world.give(world.piece(one), former)
    world.give(world.piece(two), toot)
    return world, former, toot


def test_who_says_to_have_moved_to_somebody_elses_account_is_not_them() -> None:
    world, eve, julie = two_accounts("Eve Noire", "Julie Martin")
    world.profile(eve, "Eve Noire", moved=julie)
    world.profile(julie, "Julie Martin")
    assert found(world) == (set(), set())


def test_who_moves_to_an_account_of_another_name_is_asked_about() -> None:
    world = small()
    eve = world.human("Eve Noire")
    former, other = world.toot(eve, "eve"), world.toot(eve, "potus")
    world.give(world.piece(eve), former)
    world.profile(former, "Eve Noire", moved=other)
    assert found(world) == (set(), set())  # before anybody looked there
    world.profile(other, "Somebody Else")
    assert found(world) == (set(), set())
    assert list(asked(world).values()) == ["medium"]


def test_friends_who_share_a_given_name_are_two() -> None:
    world, julie, other = two_accounts("Julie", "Julie Dupont")
    world.profile(julie, "Julie", verified(other.url))
    world.profile(other, "Julie Dupont", verified(julie.url))
    assert (found(world)[1], asked(world)) == (set(), {"same 1 2": "medium"})


def test_a_group_of_which_one_has_no_name_is_a_group() -> None:
    world, julie, bob = two_accounts("Julie Martin", "bob")
    site = "https://asso.example/"
    world.people[1] = replace(world.people[1], unnamed=True)
    world.profile(julie, "Julie Martin", verified(site))
    world.profile(bob, "", verified(site))
    world.page(site, me(julie), me(bob))
    assert found(world) == (set(), set())


def test_the_domain_of_a_university_is_not_that_of_whoever_has_a_corner_there() -> None:
    world = small()
    julie, university = world.human("Julie Martin"), world.human("univ.example")
    blog, page = world.blog(julie, "univ.example", "~julie/")
    skeet = world.skeet(university, "univ.example")
    world.give(world.piece(julie), blog, site="https://univ.example/")
    world.give(world.piece(university, unnamed=True), skeet)
    world.profile(skeet, "", Claim("https://univ.example/", "handle", NOON))
    world.page("https://univ.example/")
    assert page.endswith("~julie/")
    assert found(world)[1] == set()


def test_a_feed_of_somebody_else_that_a_page_announces_is_not_its_owners() -> None:
    world = small()
    julie, eve = world.human("Julie Martin"), world.human("Eve Noire")
    blog, page = world.blog(julie, "julie.example")
    toot = world.toot(eve, "eve")
    world.give(world.piece(julie), blog, site=page)
    world.give(world.piece(eve), toot)
    world.profile(toot, "Eve Noire", verified("https://eve.example/"))
    world.page("https://eve.example/", me(toot), feeds=(blog.address,))
    assert found(world)[0] == {(2, "page https://eve.example")}


def test_a_partners_blog_is_asked_about() -> None:
    world = small()
    paul = world.human("Paul Roux")
    toot = world.toot(paul, "paul")
    world.give(world.piece(paul), toot)
    world.profile(toot, "Paul Roux", Claim("https://julie.example/", "field"))
    world.page(
        "https://julie.example/",
        Claim(toot.url, "h-card"),
        name="Julie Martin",
        feeds=("https://julie.example/feed",),
    )
    assert (found(world)[0], list(asked(world).values())) == (set(), ["medium"])


def test_a_bridged_name_may_stand_for_two_accounts_that_differ_in_where_a_dot_is() -> None:
    world = small()
    for user, host in (("alice", "bob.masto.example"), ("alice.bob", "masto.example")):
        human = world.human(f"A {user}")
        toot = addresses.account(f"{user}@{host}")
        assert toot
        world.give(world.piece(human), toot)
        world.profile(toot, human.name)
    twin = world.skeet(world.humans[1], "alice.bob.masto.example.ap.brid.gy")
    world.give(world.piece(world.humans[1], "Twin Else"), twin)
    world.profile(twin, "Twin Else")
    assert found(world)[1] == set()


def test_a_given_name_in_common_does_not_outweigh_two_whole_names() -> None:
    """A page of Julie Martin's is called only Julie; that makes no Julie Dupont of her."""
    world, martin, dupont = two_accounts("Julie Martin", "Julie Dupont")
    page = "https://julie.example/"
    world.profile(martin, "Julie Martin", Claim(page, "field"))
    world.profile(dupont, "Julie", Claim(page, "field"))
    world.page(page, me(martin), me(dupont), name="Julie")
    keys, same = found(world)
    assert ((1, "page https://julie.example") in keys, same) == (True, set())


def test_a_bridged_copy_of_a_groups_site_makes_nobody_one() -> None:
    world, julie, bob = two_accounts("Julie Martin", "Bob Bell")
    site = "https://asso.example/"
    for toot, name in ((julie, "Julie Martin"), (bob, "Bob Bell")):
        world.profile(toot, name, verified(site))
    world.page(site, me(julie), me(bob))
    link_ = addresses.read(site)
    assert link_
    world.give(world.people[0], link_)
    group = world.human("L’Asso")
    twin = world.skeet(group, "asso.example.web.brid.gy")
    world.give(world.piece(group), twin)
    world.profile(twin, "L’Asso")
    assert found(world) == (set(), set())


def test_what_you_said_no_to_is_neither_done_nor_asked() -> None:
    world, toot, page = a_blog_and_an_account()
    world.profile(toot, "Julie Martin", verified(page))
    village = replace(world.village(), refused={"same 1 2"})
    links = link(village, world.seen.values(), NOON)
    assert (links.same, links.questions) == ((), ())


def test_an_address_you_took_away_does_not_come_back() -> None:
    world = small()
    julie = world.human("Julie Martin")
    toot = world.toot(julie, "julie")
    page = "https://julie.example/"
    world.give(world.piece(julie), toot)
    world.profile(toot, "Julie Martin", verified(page))
    world.page(page, me(toot))
    assert found(world)[0] == {(1, "page https://julie.example")}
    village = replace(world.village(), refused={"1 page https://julie.example"})
    links = link(village, world.seen.values(), NOON)
    assert (links.found, links.questions) == ((), ())


def test_a_page_with_a_feed_is_kept_as_the_blog_that_it_is() -> None:
    world = small()
    julie = world.human("Julie Martin")
    toot = world.toot(julie, "julie")
    world.give(world.piece(julie), toot)
    world.profile(toot, "Julie Martin", verified("https://julie.example/"))
    world.page("https://julie.example/", me(toot), feeds=("https://julie.example/feed",))
    (one,) = link(world.village(), world.seen.values(), NOON).found
    assert (one.address.kind, one.address.address, one.address.url) == (
        "blog",
        "https://julie.example/feed",
        "https://julie.example/",
    )


def test_a_handle_is_the_site_of_its_domain_and_of_no_other() -> None:
    for host, same in (("julie.example", True), ("www.julie.example", True), ("paul.julie.example", False)):
        world = small()
        julie = world.human("Julie Martin")
        blog, page = world.blog(julie, host)
        skeet = world.skeet(julie, "julie.example")
        world.give(world.piece(julie), blog, site=page)
        world.give(world.piece(julie), skeet)
        world.profile(skeet, "Julie Martin", Claim("https://julie.example/", "handle", NOON))
        assert (found(world)[1] == {frozenset((1, 2))}) is same, host


def test_a_remembered_handle_that_somebody_else_has_by_now_is_theirs() -> None:
    world = small()
    former, now = world.human("Julie Martin"), world.human("Julie M.")
    first, second = world.skeet(former, "gone.bsky.social"), world.skeet(now, "julie.bsky.social")
    blog, page = world.blog(now, "julie.example")
    world.give(world.piece(former), first, label="julie.bsky.social")
    world.give(world.piece(now), second)
    world.give(world.piece(now), blog, site=page)
    world.profile(first, "Julie Martin")
    world.profile(second, "Julie M.", Claim(page, "website"))
    world.page(page, me(second))
    links = link(world.village(), world.seen.values(), NOON)
    assert [(same.person_id, same.other_id) for same in links.same] == [(2, 3)]
    assert [renamed.address.label for renamed in links.renamed] == ["gone.bsky.social"]


def test_namesakes_of_one_company_are_likelier_and_two_profiles_on_linkedin_are_two_people() -> None:
    world = small()
    for number in range(2):
        human = world.human("Julie Martin")
        person = world.piece(human)
        world.people[number] = replace(person, company="Haies SARL")
    assert asked(world) == {"same 1 2": "medium"}
    for number, person in enumerate(world.people):
        slug = addresses.on_linkedin(f"julie-{number}")
        assert slug
        world.give(person, slug)
    assert asked(world) == {}


def test_a_page_that_names_many_is_not_followed_for_ever() -> None:
    world = small()
    julie = world.human("Julie Martin")
    blog, page = world.blog(julie, "julie.example")
    world.give(world.piece(julie), blog, site=page)
    world.page(page, *(Claim(f"https://friend{number}.example/", "rel-me") for number in range(500)))
    assert len(link(world.village(), world.seen.values(), NOON).next) == MOST_PLACES


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Julie", "Julie Martin", True),
        ("J. Martin", "Julie Martin", True),
        ("Julie M.", "Julie Martin", True),
        ("Martin Julie", "Julie Martin", True),
        ("JULIE martín", "Julie Martin", True),
        ("Julie Martin", "Julie Roux", False),
        ("J. M.", "Julie Martin", False),  # of initials alone there are too many
        ("Paul", "Julie Martin", False),
        ("", "Julie", False),
    ],
)
def test_who_may_be_called_so(first: str, second: str, same: bool) -> None:
    assert kin(first, [second]) is same
    assert kin(second, [first]) is same
