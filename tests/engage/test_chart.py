"""Everybody has a place on the map, nobody stands on anybody else, and all stay about where they were."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.chart import (
    CENTRE,
    FONT,
    HUB,
    NEVER,
    OUTER,
    Chart,
    Dot,
    Star,
    chart,
    columns,
    extent,
    plain,
    shortened,
    tone,
)

TAGS = (
    *("printing", "neighbours", "choir", "open source", "bookbinding", "hedges & gardens", "old colleagues"),
    *("find a new job", "family", "translation", "chess", "radio", "beekeeping", "espéranto"),
)
FIRST = ("Julie", "Sam", "Ann", "Zoé", "Paul", "Inès", "Karim", "Léa", "Marie-Claire", "Jean-Noël", "Bo")
LAST = ("Martin", "Okafor", "Bell", "Lambert", "Roux", "Dubois-Charpentier", "Wójcik", "O’Brien", "Lin")


def village(count: int, seed: int = 1) -> list[Star]:
    """Made-up people: few are near, many have no tag, and of most nothing is noted."""
    chance = random.Random(seed)
    stars = []
    for number in range(1, count + 1):
        circle = chance.choices((1, 2, 3), (12, 18, 30) if count < 100 else (15, 90, 700))[0]
        tag = TAGS[min(int(chance.expovariate(0.35)), len(TAGS) - 1)]
        sectors = (tag,) if chance.random() < 0.6 else ()
        days = int(chance.expovariate(0.01)) if chance.random() < 1 / circle else None
        name = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
        stars.append(Star(number, name, circle, sectors, days, days is not None and days > 42 * circle))
    return stars


def crowd(count: int, circle: int = 3, sectors: tuple[str, ...] = ()) -> list[Star]:
    return [Star(number, f"Ann {number}", circle, sectors, number % 400) for number in range(1, count + 1)]


LOPSIDED = [
    *crowd(300, 1, ("choir",)),
    *(replace(star, id=star.id + 1000) for star in crowd(2000)),
    *(Star(5000 + at, f"Bo {at}", 1, (tag,), 3) for at, tag in enumerate(TAGS)),
]
CROWDS = {
    "nobody": [],
    "one": crowd(1, 1, ("choir",)),
    "8": village(8),
    "60": village(60),
    "800": village(800),
    "3000": village(3000),
    "one ring, one sector": crowd(3000, 1),
    "one ring, far away": crowd(800, 3, ("choir",)),
    "one each": [Star(at, "Ann", 1, (tag,), 1) for at, tag in enumerate(TAGS[:11])],
    "lopsided": LOPSIDED,
}


def polar(dot: Dot) -> tuple[float, float]:
    """A dot's distance from the middle and its angle, in degrees clockwise from the top."""
    x, y = dot.x - CENTRE, CENTRE - dot.y
    return math.hypot(x, y), math.degrees(math.atan2(x, y)) % 360


def crowded(dots: tuple[Dot, ...]) -> list[tuple[int, int]]:
    """Who stands on whom; rims are counted too."""
    ordered = sorted(dots, key=lambda dot: dot.x)
    found = []
    for at, one in enumerate(ordered):
        for other in ordered[at + 1 :]:
            apart = 1.25 * (one.radius + other.radius) - 1e-6
            if other.x - one.x >= apart:
                break
            if math.hypot(other.x - one.x, other.y - one.y) < apart:
                found.append((one.star.id, other.star.id))
    return found


def misplaced(drawn: Chart) -> list[int]:
    """Who stands outside their own ring or sector, with all of their dot."""
    wrong = []
    for dot in drawn.dots:
        distance, angle = polar(dot)
        ring, sector = dot.star.circle - 1, drawn.sectors[dot.sector]
        inner = drawn.rings[ring - 1] if ring else HUB
        off = math.degrees(math.asin(dot.radius / distance))
        in_ring = inner <= distance - dot.radius and distance + dot.radius <= drawn.rings[ring]
        if not in_ring or not sector.start <= angle - off or not angle + off <= sector.end:
            wrong.append(dot.star.id)
    return wrong


@pytest.mark.parametrize("stars", CROWDS.values(), ids=CROWDS)
def test_nobody_stands_on_anybody_and_everybody_in_their_ring_and_sector(stars: list[Star]) -> None:
    drawn = chart(stars)
    assert sorted(dot.star.id for dot in drawn.dots) == sorted(star.id for star in stars)
    assert crowded(drawn.dots) == []
    assert misplaced(drawn) == []
    assert list(drawn.rings) == sorted(drawn.rings)
    assert drawn.rings[-1] == pytest.approx(OUTER)
    assert all(outer - inner > 50 for inner, outer in pairwise((HUB, *drawn.rings)))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.sampled_from(["", *TAGS]), st.integers(1, 25)),
        min_size=1,
        max_size=25,
    )
)
def test_whoever_is_where(parts: list[tuple[int, str, int]]) -> None:
    stars = [
        Star(at * 100 + number, "Ann", circle, (tag,) if tag else (), None)
        for at, (circle, tag, count) in enumerate(parts)
        for number in range(count)
    ]
    drawn = chart(stars)
    assert len(drawn.dots) == len(stars)
    assert crowded(drawn.dots) == []
    assert misplaced(drawn) == []


def test_the_overlap_that_these_tests_look_for_is_seen() -> None:
    one, other = chart(crowd(2)).dots
    assert crowded((one, replace(other, x=one.x + 20, y=one.y))) == [(1, 2)]
    assert misplaced(replace(chart(crowd(2)), dots=(replace(one, x=CENTRE + 20),))) == [one.star.id]


def test_dots_can_be_seen_whether_they_are_few_or_many() -> None:
    radii = {name: chart(CROWDS[name]).dots[0].radius for name in ("8", "60", "800", "3000", "lopsided")}
    assert radii["8"] == radii["60"] == 10
    assert radii["800"] > 7
    assert radii["3000"] > 4
    assert radii["lopsided"] > 2.5


def test_rings_are_wider_where_they_hold_more() -> None:
    wide = [outer - inner for inner, outer in pairwise((HUB, *chart(village(800)).rings))]
    assert wide[2] > 2 * wide[1]
    few = [outer - inner for inner, outer in pairwise((HUB, *chart([]).rings))]
    assert few == pytest.approx([few[0]] * 3)


def test_sectors_are_as_wide_as_they_are_full_and_the_fullest_comes_first() -> None:
    stars = [
        *(Star(at, "Ann", 3, ("choir", "chess"), 1) for at in range(30)),
        *(Star(100 + at, "Bo", 2, ("printing",), 1) for at in range(60)),
        *(Star(200 + at, "Zoé", 1, (), 1) for at in range(90)),
        Star(300, "Sam", 1, ("chess",), 1),
    ]
    sectors = chart(stars).sectors
    assert [(s.name, s.kind, s.count) for s in sectors] == [
        ("printing", "named", 60),
        ("choir", "named", 30),
        ("chess", "named", 1),
        ("", "none", 90),
    ]
    wide = [sector.end - sector.start for sector in sectors]
    assert wide[0] == pytest.approx(2 * wide[1])
    assert wide[3] == pytest.approx(3 * wide[1])
    assert wide[2] == pytest.approx(18)
    assert sectors[0].start == 0
    assert sectors[-1].end == pytest.approx(360)
    assert all(one.end == other.start for one, other in pairwise(sectors))


@pytest.mark.parametrize(("tags", "named", "other"), [(10, 10, 0), (11, 11, 0), (12, 10, 2), (14, 10, 4)])
def test_only_the_fullest_sectors_have_a_name(tags: int, named: int, other: int) -> None:
    stars = [Star(at, "Ann", 1, (tag,), 1) for at, tag in enumerate(TAGS[:tags])]
    sectors = chart([*stars, Star(99, "Bo", 1, (), 1)]).sectors
    kinds = [sector.kind for sector in sectors]
    assert kinds == ["named"] * named + ["other"] * bool(other) + ["none"]
    assert sum(sector.count for sector in sectors if sector.kind == "other") == other
    assert all(dot.star.sectors or dot.sector == len(sectors) - 1 for dot in chart(stars).dots)


def test_a_tag_is_one_sector_however_it_is_spelt_and_a_tag_of_nothing_is_none() -> None:
    names = ["Espéranto", "Espéranto", "esperanto", " ESPERANTO\n", "\x1b", "", "other"]
    stars = [Star(at, "Ann", 1, (name,), 1) for at, name in enumerate(names)]
    assert [(s.name, s.kind, s.count) for s in chart(stars).sectors] == [
        ("Espéranto", "named", 4),
        ("other", "named", 1),
        ("", "none", 2),
    ]


@pytest.mark.parametrize(
    ("days", "step"),
    [
        (-3, 0),
        *((0, 0), (14, 0), (15, 1), (42, 1), (43, 2), (92, 2), (93, 3), (366, 3), (367, 4), (9000, 4)),
        (None, NEVER),
    ],
)
def test_the_steps_of_time(days: int | None, step: int) -> None:
    assert tone(days) == step
    assert chart([Star(1, "Ann", 1, (), days)]).dots[0].tone == step


def test_the_order_in_which_people_are_named_changes_nothing() -> None:
    stars = village(300)
    shuffled = random.Random(5).sample(stars, len(stars))
    assert chart(shuffled) == chart(stars) == chart([*stars, *stars])


@pytest.mark.parametrize("count", [60, 300, 800, 3000])
@pytest.mark.parametrize(("circle", "tag"), [(1, "choir"), (2, "neighbours"), (3, "printing"), (3, "")])
def test_when_somebody_comes_the_others_stay_about_where_they_were(count: int, circle: int, tag: str) -> None:
    stars = village(count)
    before = {dot.star.id: dot for dot in chart(stars).dots}
    after = chart([*stars, Star(count + 1, "New", circle, (tag,) if tag else (), None)]).dots
    moved = sorted(
        math.hypot(dot.x - before[dot.star.id].x, dot.y - before[dot.star.id].y)
        for dot in after
        if dot.star.id in before
    )
    assert moved[len(moved) // 2] < 40  # of 1,000
    assert moved[int(len(moved) * 0.9)] < 120  # the rest is two small sectors that change places


def test_days_that_pass_move_nobody() -> None:
    stars = village(300)
    later = [replace(star, days=(star.days or 0) + 100, drifting=True) for star in stars]
    assert [(d.x, d.y) for d in chart(later).dots] == [(d.x, d.y) for d in chart(stars).dots]


def box(dot: Dot) -> tuple[float, float, float, float]:
    wide = extent(dot.label)
    left = dot.label_x - {"start": 0.0, "middle": wide / 2, "end": wide}[dot.anchor]
    return left, dot.label_y - FONT * 0.7, left + wide, dot.label_y + FONT * 0.2


def meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("count", [8, 60, 150, 800])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_name_stands_on_no_other_and_on_no_dot(count: int, seed: int) -> None:
    dots = chart(village(count, seed)).dots
    written = [(dot, box(dot)) for dot in dots if dot.label]
    assert written
    for (one, first), (other, second) in combinations(written, 2):
        assert not meet(first, second), (one.label, other.label)
    for dot, place in written:
        assert min(place[:2]) > 0
        assert max(place[2:]) < 1000
        for other in dots:
            around = (
                other.x - other.radius,
                other.y - other.radius,
                other.x + other.radius,
                other.y + other.radius,
            )
            assert not meet(place, around), (dot.label, other.star.name)


def test_names_are_written_where_there_is_room() -> None:
    for seed in range(8):
        assert all(dot.label for dot in chart(village(8, seed)).dots)
        sixty = chart(village(60, seed)).dots
        assert all(dot.label for dot in sixty if dot.star.circle == 1)
        assert sum(bool(dot.label) for dot in sixty) > 45
        many = chart(village(800, seed)).dots
        assert {dot.star.circle for dot in many if dot.label} <= {1}
    assert not any(dot.label for dot in chart(village(3000)).dots)


def test_long_names_are_cut() -> None:
    long = "Maximilienne-Honorine " * 40
    (dot,) = chart([Star(1, long, 1, (), 3)]).dots
    assert dot.label.startswith("Maximilienne")
    assert dot.label.endswith("…")
    assert columns(dot.label) <= 22
    assert dot.star.name == long
    (bare,) = chart([Star(1, "\x1b\u202e \n", 1, (), 3)]).dots
    assert bare.label == ""


@pytest.mark.parametrize(
    ("text", "most", "cut"),
    [
        ("Julie Martin", 12, "Julie Martin"),
        ("Julie Martin", 11, "Julie Mart…"),
        ("Julie Martin", 7, "Julie…"),
        ("山田太郎", 7, "山田太…"),
        ("山田太郎", 6, "山田…"),
        ("E\u0301mile", 5, "E\u0301mile"),
        ("👩\u200d🚀👩\u200d🚀👩\u200d🚀", 5, "👩\u200d🚀👩\u200d🚀…"),
    ],
)
def test_a_text_is_cut_between_what_one_sees_as_characters(text: str, most: int, cut: str) -> None:
    assert shortened(text, most) == cut
    assert columns(cut) <= most


def test_a_strangers_text_becomes_one_harmless_line() -> None:
    assert plain("a\x1b[2J\nb\u202ec\ud800d\ufffee\x00 \t f\u00a0g") == "a[2J bcde f g"
    assert plain("Zoé 山田 👩\u200d🚀") == "Zoé 山田 👩\u200d🚀"
