"""Who is one person, from what profiles and pages say of each other: no wrong merge, and hardly a link that is missed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from engage import addresses
from engage.linking import Links, link
from tests.engage.hands import NOON
from tests.engage.village_of_300 import World, build

if TYPE_CHECKING:
    from engage.linking import Seen


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
    wrong = [same for same in links.same if human_of[same.person_id] is not human_of[same.other_id]]
    wrong_addresses = [
        found
        for found in links.found
        if (owner := world.owner.get(addresses.key(found.address.kind, found.address.address)))
        and owner is not human_of[found.person_id]
    ]
    assert (wrong, wrong_addresses) == ([], [])
    # True links: whatever is one human being's beside the first piece of them in the file.
    one = groups(world, links)
    asked = [q for q in links.questions]
    counts: Counter[str] = Counter()
    missed = []
    for human in world.humans:
        first = human.people[0]
        known = {
            k
            for i in world.identities
            if i.person_id in human.people
            for k in [addresses.key(i.kind, i.address)]
        }
        for number in human.people[1:]:
            pair = {first, number}
            if number in one[first]:
                counts["found"] += 1
            elif any(
                {q.person_id, q.other_id} & one[first] and {q.person_id, q.other_id} & one[number]
                for q in asked
            ):
                counts["proposed"] += 1
            else:
                counts["missed"] += 1
                missed.append((human.name, pair))
        mine = {x for number in human.people for x in one[number]}
        for key in set(human.keys) - known:
            told = {
                addresses.key(f.address.kind, f.address.address) for f in links.found if f.person_id in mine
            }
            wondered = {
                addresses.key(q.about.kind, q.about.address) for q in asked if q.person_id in mine and q.about
            }
            word = "found" if key in told else "proposed" if key in wondered else "missed"
            counts[word] += 1
            if word == "missed":
                missed.append((human.name, {key}))
    total = sum(counts.values())
    share = (counts["found"] + counts["proposed"]) / total
    wrong_questions = [q for q in asked if q.other_id and human_of[q.person_id] is not human_of[q.other_id]]
    with capsys.disabled():
        print(
            f"\n300 people, {len(world.owner)} addresses: 0 wrong merges; of {total} true links {counts['found']} found, "
            f"{counts['proposed']} proposed, {counts['missed']} missed ({share:.1%}); {len(wrong_questions)} of {len(asked)} questions "
            "are about two who are not one"
        )
    print(missed)
    assert share >= 0.95
