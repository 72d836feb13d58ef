"""Lays one's people out in rings around oneself: how near, in which part of life, how long ago in touch. Pure.

A ring is a circle, a sector is what somebody's first tag or goal says. The largest dots are sought for which everybody has a
place; rings are as wide as they must be for those whom they hold, and share what is left.

Who stands where follows from the order in which people came, and from nothing that changes with the days: when somebody comes in,
the others stay about where they were.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Final, Literal

from engage.graphemes import clusters, is_emoji
from engage.naming import fold
from engage.words import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Anchor = Literal["start", "middle", "end"]

SIZE: Final = 1000.0
CENTRE: Final = SIZE / 2
OUTER: Final = 462.0  # beyond it stand the names of the sectors
HUB: Final = 38.0  # the room in the middle, which is yours
RINGS: Final = 3
# Days since one was in touch, at most, for each step; beyond them comes one more. 92 days are called 3 months, and 366 are 12.
STEPS: Final = (14, 42, 92, 366)
NEVER: Final = -1
FONT: Final = 13.0

_MOST_SECTORS: Final = 10
_LEAST_TURN: Final = 1 / 20
_SEAM: Final = 10.0  # between two sectors
_MARGIN: Final = 5.0  # between a ring's edge and the dots
_LEAST_RING: Final = 58.0
_WIDEST_PITCH: Final = 30.0  # from dot to dot; beyond it only the rings grow
_LARGEST_DOT: Final = 10.0
_DOT: Final = 0.4  # a dot's radius, as a share of the pitch: a rim fits around it
_ALL_NAMED: Final = 200  # with more people only the names of the first circle are written
_SMALLEST_NAMED: Final = 6.0  # beside smaller dots names would be all that one sees
_LENGTHS: Final = (22, 15)  # of a written name; after them comes its first word
_FIRST_WORD: Final = 12
_GOLDEN: Final = (5**0.5 - 1) / 2  # its multiples scatter evenly between 0 and 1
_UNREADABLE: Final = frozenset({"Cs", "Cn", "Co"})


@dataclass(frozen=True, slots=True)
class Star:
    """A person on the map. `days` have passed since you were in touch; None while nothing is noted yet."""

    id: int
    name: str
    circle: int
    sectors: tuple[str, ...]
    days: int | None
    drifting: bool = False


@dataclass(frozen=True, slots=True)
class Sector:
    """A part of life, from one angle to another: degrees, clockwise from the top.

    The largest ones have a name; the rest is together in one, and those without any tag or goal in another.
    """

    name: str
    kind: Literal["named", "other", "none"]
    start: float
    end: float
    count: int


@dataclass(frozen=True, slots=True)
class Dot:
    """Where somebody stands.

    `tone` counts the steps of time since you were in touch from 0, `NEVER` where nothing is noted. `sector` is its place
    among the chart's. `label` is what is written of the name, empty where there is no room; `label_x`, `label_y` (the base line)
    and `anchor` say where it is written.
    """

    star: Star
    sector: int
    x: float
    y: float
    radius: float
    tone: int
    label: str = ""
    anchor: Anchor = "start"
    label_x: float = 0.0
    label_y: float = 0.0


@dataclass(frozen=True, slots=True)
class Chart:
    """The map: everybody's dot (innermost first), the sectors, and the outer radius of each ring; you are in the middle of it."""

    dots: tuple[Dot, ...]
    sectors: tuple[Sector, ...]
    rings: tuple[float, ...]
    width: float = SIZE
    height: float = SIZE


def chart(stars: Sequence[Star]) -> Chart:
    """Everybody's place. The same people give the same map, in whatever order they are named."""
    people = sorted({star.id: star for star in stars}.values(), key=lambda star: star.id)
    sectors, where = _sectors(people)
    cells: dict[tuple[int, int], list[Star]] = defaultdict(list)
    for star in people:
        cells[_ring(star), where[star.id]].append(star)
    turns = [math.radians(sector.end - sector.start) for sector in sectors]
    held = [
        [(turns[at], len(cells[ring, at])) for at in range(len(sectors)) if (ring, at) in cells]
        for ring in range(RINGS)
    ]
    pitch, rings = _fit(held)
    radius = min(_LARGEST_DOT, _DOT * pitch)
    dots = []
    for (ring, at), inside in sorted(cells.items()):
        inner = rings[ring - 1] if ring else HUB
        slots = _slots(len(inside), inner + _MARGIN, rings[ring] - _MARGIN, turns[at], pitch)
        for star, (distance, turn) in _seated(inside, slots):
            angle = math.radians(sectors[at].start) + turn
            x, y = CENTRE + distance * math.sin(angle), CENTRE - distance * math.cos(angle)
            dots.append(Dot(star, at, x, y, radius, tone(star.days)))
    return Chart(tuple(_labelled(dots, rings)), tuple(sectors), rings)


def tone(days: int | None) -> int:
    """The step of time that so many days belong to."""
    return NEVER if days is None else sum(days > most for most in STEPS)


def plain(text: str) -> str:
    """A stranger's text as one line of characters that may stand in any document and steer nothing."""
    readable = (c for c in visible(text.replace("\n", " ")) if unicodedata.category(c) not in _UNREADABLE)
    return " ".join("".join(readable).split())


def columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(2 if _is_wide(cluster) else 1 for cluster in clusters(text) if _is_seen(cluster))


def shortened(text: str, most: int, ellipsis: str = "…") -> str:
    """A text cut to so many columns, with an ellipsis where something is missing."""
    if columns(text) <= most:
        return text
    kept, room = "", most - len(ellipsis)
    for cluster in clusters(text):
        room -= columns(cluster)
        if room < 0:
            break
        kept += cluster
    return kept.rstrip(" ,;:.-–—") + ellipsis


def extent(text: str, size: float = FONT) -> float:
    """About how wide a text is when set in a sans serif of some size; rather too much than too little."""
    return size * sum(_width(cluster) for cluster in clusters(text))


def _width(cluster: str) -> float:
    if _is_wide(cluster):
        return 1.05
    if not _is_seen(cluster):
        return 0.0
    letter = unicodedata.normalize("NFD", cluster)[0]
    if letter in "iljItfr.,;:'’|!()[] -\u00a0\u202f":
        return 0.4
    if letter in "mwMW@%…—œæŒÆ":
        return 0.98
    return 0.74 if letter.isupper() else 0.6


def _is_wide(cluster: str) -> bool:
    return unicodedata.east_asian_width(cluster[0]) in "WF" or is_emoji(cluster)


def _is_seen(cluster: str) -> bool:
    return unicodedata.category(cluster[0]) not in {"Mn", "Me", "Cf"}


def _ring(star: Star) -> int:
    return min(max(star.circle, 1), RINGS) - 1


def _sectors(people: Sequence[Star]) -> tuple[list[Sector], Mapping[int, int]]:
    """The sectors, largest first, and the place of each person's among them."""
    keys = {star.id: _key(star) for star in people}
    spelt: dict[str, Counter[str]] = defaultdict(Counter)
    for star in people:
        if keys[star.id]:
            spelt[keys[star.id]][plain(star.sectors[0])] += 1
    named = sorted(spelt, key=lambda key: (-spelt[key].total(), key))
    if len(named) > _MOST_SECTORS + 1:  # a rest of one would take as much room as its name
        named = named[:_MOST_SECTORS]
    parts = [(max(sorted(spelt[key]), key=spelt[key].__getitem__), spelt[key].total()) for key in named]
    other = sum(spelt[key].total() for key in set(spelt) - set(named))
    without = sum(not key for key in keys.values())
    told: list[tuple[str, Literal["named", "other", "none"], int]] = [(n, "named", c) for n, c in parts]
    told += [("", "other", other)] if other else []
    told += [("", "none", without)] if without else []
    places = {key: at for at, key in enumerate(named)} | {"": len(told) - 1}
    where = {number: places.get(key, len(named)) for number, key in keys.items()}
    sectors, start = [], 0.0
    for (name, kind, count), turn in zip(told, _turns([count for *_, count in told]), strict=True):
        end = start + 360 * turn
        sectors.append(Sector(name, kind, start, end, count))
        start = end
    return sectors, where


def _key(star: Star) -> str:
    """What the names of a sector have in common, however they are spelt; empty for none."""
    name = plain(star.sectors[0]) if star.sectors else ""
    return fold(name) or name


def _turns(counts: Sequence[int]) -> list[float]:
    """The share of the whole turn that each has: in proportion to how many are there, but for the smallest."""
    small: set[int] = set()
    while True:
        rest = sum(count for at, count in enumerate(counts) if at not in small)
        free = 1 - len(small) * _LEAST_TURN
        smaller = {
            at for at, count in enumerate(counts) if at not in small and count * free < _LEAST_TURN * rest
        }
        if not smaller:
            return [_LEAST_TURN if at in small else free * count / rest for at, count in enumerate(counts)]
        small |= smaller


def _fit(held: Sequence[Sequence[tuple[float, int]]]) -> tuple[float, tuple[float, ...]]:
    """The widest pitch at which all rings end within the map, and the rings' outer radii.

    `held` says for each ring of its cells how wide they are and how many they hold.
    """
    low, high = 0.05, _WIDEST_PITCH
    if _edges(held, high)[-1] <= OUTER:
        low = high
    while high - low > 0.01:  # noqa: PLR2004 - a hundredth of a dot is nothing that one sees
        middle = (low + high) / 2
        low, high = (middle, high) if _edges(held, middle)[-1] <= OUTER else (low, middle)
    edges = _edges(held, low)
    wider = (OUTER - HUB) / (edges[-1] - HUB)
    return low, tuple(HUB + wider * (edge - HUB) for edge in edges)


def _edges(held: Sequence[Sequence[tuple[float, int]]], pitch: float) -> list[float]:
    """The outer radii of rings that are as narrow as a pitch allows."""
    edges, inner = [], HUB
    for cells in held:
        rows = max((_rows(turn, count, inner + _MARGIN, pitch) for turn, count in cells), default=0)
        inner += max(_LEAST_RING, rows * pitch + 2 * _MARGIN)
        edges.append(inner)
        if inner > OUTER:
            return [OUTER * 2]
    return edges


def _rows(turn: float, count: int, inner: float, pitch: float) -> int:
    """How many rows it takes for so many dots."""
    rows = 0
    while count > 0 and inner + rows * pitch < OUTER:
        count -= _capacity(turn, inner + (rows + 0.5) * pitch, pitch)
        rows += 1
    return rows if count <= 0 else math.ceil(2 * OUTER / pitch)


def _capacity(turn: float, distance: float, pitch: float) -> int:
    """How many dots stand in a row at some distance from the middle without touching each other or the next sector's."""
    room = turn - 2 * _inset(distance, pitch)
    return math.floor(room / _step(distance, pitch) + 1e-9) + 1 if room >= 0 else 0


def _inset(distance: float, pitch: float) -> float:
    """The angle that the first dot of a row keeps from the edge of its sector."""
    return math.asin(min(1.0, (pitch + _SEAM) / 2 / distance))


def _step(distance: float, pitch: float) -> float:
    """The angle between two dots of a row that are a pitch apart."""
    return 2 * math.asin(min(1.0, pitch / 2 / distance))


def _seated(
    inside: Sequence[Star], files: Sequence[Sequence[tuple[float, float]]]
) -> Iterator[tuple[Star, tuple[float, float]]]:
    """Lay people into files of slots: those who came first into the first file, and in a file each to their own depth.

    One person more then shifts all others by a little along the files, and hardly along their depth.
    """
    left = iter(inside)
    for slots in files:
        beside = sorted(islice(left, len(slots)), key=lambda star: star.id * _GOLDEN % 1)
        yield from zip(beside, slots, strict=True)


def _slots(
    count: int, inner: float, outer: float, turn: float, pitch: float
) -> list[list[tuple[float, float]]]:
    """Where so many dots stand in a cell, as far from each other as can be: distance from the middle, angle in the sector.

    They come in files that follow each other along the cell's longer side and lie across it.
    """
    best: list[tuple[float, float]] = []
    widest, high = 0.0, 1
    for rows in range(1, max(1, math.floor((outer - inner) / pitch + 1e-9)) + 1):
        height = (outer - inner) / rows
        distances = [inner + (row + 0.5) * height for row in range(rows)]
        counts = _shares(count, [_capacity(turn, distance, pitch) for distance in distances])
        if not counts:
            continue
        placed = [_row(n, d, turn, pitch) for n, d in zip(counts, distances, strict=True)]
        gaps = [d * (b - a) for row, d in zip(placed, distances, strict=True) for a, b in pairwise(row)]
        narrowest = min([height, *gaps])
        if narrowest > widest:
            widest, high = narrowest, rows
            best = [(d, angle) for row, d in zip(placed, distances, strict=True) for angle in row]
    if turn * (inner + outer) / 2 < outer - inner:
        deep, wide, depth = 1, 0, math.ceil(count / high)
    else:
        deep, wide, depth = 0, 1, high
    best.sort(key=itemgetter(wide, deep))
    return [sorted(best[at : at + depth], key=itemgetter(deep)) for at in range(0, count, depth)]


def _shares(count: int, capacities: Sequence[int]) -> list[int]:
    """Lay so many dots into rows in proportion to what these can hold; empty where they cannot."""
    total = sum(capacities)
    if total < count:
        return []
    shares = [count * capacity // total for capacity in capacities]
    # What rounding left over goes where most is missing; a row that is full misses nothing.
    missing = sorted(range(len(shares)), key=lambda row: (-(count * capacities[row] % total), -row))
    for row in missing[: count - sum(shares)]:
        shares[row] += 1
    return shares


def _row(count: int, distance: float, turn: float, pitch: float) -> list[float]:
    """The angles of a row's dots: evenly, with half a gap at either end where that is not too near the edge."""
    if not count:
        return []
    first = max(_inset(distance, pitch), turn / 2 / count)
    gap = (turn - 2 * first) / (count - 1) if count > 1 else 0.0
    return [turn / 2] if count == 1 else [first + gap * at for at in range(count)]


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def corners(self) -> Iterator[tuple[float, float]]:
        return ((x, y) for x in (self.left, self.right) for y in (self.top, self.bottom))

    def squares(self) -> Iterator[tuple[int, int]]:
        """The squares of a coarse grid that it touches: only what shares one of them can meet it."""
        side = 50
        for x in range(math.floor(self.left / side), math.floor(self.right / side) + 1):
            for y in range(math.floor(self.top / side), math.floor(self.bottom / side) + 1):
                yield x, y


class _Ground:
    """What is taken already, where names are to be written."""

    def __init__(self, taken: Iterable[_Box]) -> None:
        self.taken: dict[tuple[int, int], list[_Box]] = defaultdict(list)
        for box in taken:
            self.take(box)

    def take(self, box: _Box) -> None:
        for square in box.squares():
            self.taken[square].append(box)

    def is_free(self, box: _Box) -> bool:
        inside = all(math.hypot(x - CENTRE, y - CENTRE) < OUTER - 2 for x, y in box.corners())
        return inside and not any(box.meets(other) for at in box.squares() for other in self.taken[at])


def _labelled(dots: Sequence[Dot], rings: Sequence[float]) -> Iterator[Dot]:
    """The dots with their names, as far as there is room: those of the first circle first."""
    ground = _Ground(_around(dot.x, dot.y, dot.radius + 2, dot.radius + 2) for dot in dots)
    ground.take(_around(CENTRE, CENTRE + 5, 22, 20))
    for ring in rings:  # where its number stands
        ground.take(_around(CENTRE, CENTRE - ring + 12, 9, 11))
    last = RINGS if len(dots) <= _ALL_NAMED else 1
    if dots and dots[0].radius < _SMALLEST_NAMED:
        last = 0
    for dot in dots:
        yield _named(dot, ground) if dot.star.circle <= last else dot


def _named(dot: Dot, ground: _Ground) -> Dot:
    """A dot with its name in the first place that is free, shorter rather than not at all."""
    for label in _forms(plain(dot.star.name)):
        for anchor, x, y in _places(dot):
            width = extent(label)
            left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
            box = _Box(left - 2, y - FONT * 0.85, left + width + 2, y + FONT * 0.3)
            if ground.is_free(box):
                ground.take(box)
                return replace(dot, label=label, anchor=anchor, label_x=x, label_y=y)
    return dot


def _forms(name: str) -> Iterator[str]:
    """A name as it may be written, the fullest form first."""
    first = shortened(name.split(" ", maxsplit=1)[0], _FIRST_WORD)
    forms = [*(shortened(name, most) for most in _LENGTHS), first]
    yield from (form for form in dict.fromkeys(forms) if form)


def _places(dot: Dot) -> Iterator[tuple[Anchor, float, float]]:
    """Where a dot's name may stand: outwards from the middle first, then inwards, below and above."""
    aside, level = dot.radius * 1.25 + 4, dot.y + FONT * 0.34
    right: tuple[Anchor, float, float] = ("start", dot.x + aside, level)
    left: tuple[Anchor, float, float] = ("end", dot.x - aside, level)
    yield from (right, left) if dot.x >= CENTRE else (left, right)
    yield "middle", dot.x, dot.y + dot.radius + 3 + FONT
    yield "middle", dot.x, dot.y - dot.radius - 7


def _around(x: float, y: float, wide: float, high: float) -> _Box:
    return _Box(x - wide, y - high, x + wide, y + high)
