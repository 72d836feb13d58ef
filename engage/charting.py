"""Draws the map of one's people: as an SVG for the page or a file, and as a list for everybody. Pure.

Time fades: the longer ago one was in touch, the nearer a dot's colour is to the ground's. All steps differ in lightness, so that
they can be told apart by whoever sees few hues or none.
"""

from __future__ import annotations

import html
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engage.chart import (
    CENTRE,
    FONT,
    HUB,
    NEVER,
    OUTER,
    RINGS,
    STEPS,
    columns,
    extent,
    plain,
    shortened,
)
from engage.naming import fold
from feeds.errors import N_, NN_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from engage.chart import Chart, Dot, Sector, Star
    from engage.words import Words

# The colours of the page (templates/web/static/style.css), and beside them one for each step of time, from lately to long ago.
LIGHT: Final = {
    "paper": "#faf7f1",
    "sheet": "#fffefb",
    "ink": "#27231e",
    "soft": "#655d52",
    "rule": "#e4dccf",
    "edge": "#8d8375",
    "accent": "#245c52",
    "tone-0": "#05343a",
    "tone-1": "#03503d",
    "tone-2": "#3f6836",
    "tone-3": "#6e7b26",
    "tone-4": "#a7885d",
}
DARK: Final = {
    "paper": "#191714",
    "sheet": "#211e1a",
    "ink": "#ece5d9",
    "soft": "#ada396",
    "rule": "#38332c",
    "edge": "#8a8072",
    "accent": "#8fcabb",
    "tone-0": "#b6fce8",
    "tone-1": "#89e0ba",
    "tone-2": "#8eba76",
    "tone-3": "#9e8a3d",
    "tone-4": "#926032",
}
TONES: Final = len(STEPS) + 1
# What has which colour; everything else about the look is the same in light and dark.
_COLOURED: Final = (
    (".chart-ground", "fill", "paper"),
    (".chart-disc", "fill", "sheet"),
    (".chart-ring", "stroke", "edge"),
    (".chart-edge", "stroke", "rule"),
    (".chart-you", "fill", "ink"),
    (".chart-name", "fill", "ink"),
    (".chart-name, .chart-number", "stroke", "sheet"),
    (".chart-number, .chart-sector, .chart-said", "fill", "soft"),
    (".chart-head", "fill", "ink"),
    *((f".chart-tone-{step}", "fill", f"tone-{step}") for step in range(TONES)),
    (".chart-never", "fill", "sheet"),
    (".chart-never", "stroke", "edge"),
    (".chart-drift", "stroke", "soft"),
    (".chart-link:hover .chart-name", "fill", "accent"),
)
_UI: Final = '-apple-system, BlinkMacSystemFont, "Segoe UI", Cantarell, Ubuntu, "Noto Sans", "Liberation Sans", sans-serif'
_SHAPES: Final = f"""\
.chart text {{ font: {FONT:g}px/1 {_UI}; }}
.chart .chart-sector {{ font-style: italic; font-size: 15px; letter-spacing: .02em; }}
.chart .chart-head {{ font-weight: 600; }}
.chart-number {{ text-anchor: middle; }}
.chart-name, .chart-number {{ paint-order: stroke; stroke-width: 3px; stroke-linejoin: round; }}
.chart-ring, .chart-drift {{ fill: none; }}
.chart-ring {{ stroke-opacity: .6; }}
.chart-never {{ stroke-width: 1.5px; }}
.chart-link {{ cursor: pointer; }}
.chart-link:hover .chart-name {{ text-decoration: underline; }}
"""

LONGER: Final = N_("longer than you wished")
PEOPLE: Final = NN_("{count} person", "{count} people")


@dataclass(frozen=True, slots=True)
class Group:
    """Those of a ring who share a sector."""

    sector: Sector
    stars: tuple[Star, ...]


@dataclass(frozen=True, slots=True)
class Ring:
    """One circle: how many it holds, and whom, sector by sector."""

    circle: int
    count: int
    groups: tuple[Group, ...]


def rows(chart: Chart) -> tuple[Ring, ...]:
    """The same people as a list: all three rings, empty ones too, in each the sectors that have somebody, in these by name."""
    rings = []
    for ring in range(1, RINGS + 1):
        held: dict[int, list[Star]] = {}
        for dot in chart.dots:
            if min(max(dot.star.circle, 1), RINGS) == ring:
                held.setdefault(dot.sector, []).append(dot.star)
        groups = tuple(
            Group(chart.sectors[at], tuple(sorted(held[at], key=lambda star: (fold(star.name), star.id))))
            for at in sorted(held)
        )
        rings.append(Ring(ring, sum(len(group.stars) for group in groups), groups))
    return tuple(rings)


def sector_name(sector: Sector, words: Words) -> str:
    """What a sector is called."""
    if sector.kind == "named":
        return sector.name
    return words.say(N_("other") if sector.kind == "other" else N_("without a tag"))


def in_touch(days: int | None, words: Words) -> str:
    """How long ago one was in touch, as a clause."""
    if days is None:
        return words.say(N_("nothing noted yet"))
    return words.say(N_("in touch {ago}")).format(ago=words.ago(max(days, 0)))


def stylesheet() -> str:
    """The rules by which the drawing looks as it should inside our page, for the page's own sheet of styles."""
    light, dark = (
        "\n".join(f"{indent}--{name}: {colours[name]};" for name in colours if name.startswith("tone"))
        for indent, colours in (("  ", LIGHT), ("    ", DARK))
    )
    coloured = _coloured({name: f"var(--{name})" for name in LIGHT})
    return (
        f":root {{\n{light}\n}}\n@media (prefers-color-scheme: dark) {{\n  :root {{\n{dark}\n  }}\n}}\n"
        f".chart {{ display: block; width: 100%; height: auto; }}\n{_SHAPES}{coloured}"
    )


def _coloured(colours: dict[str, str]) -> str:
    return "".join(f"{selector} {{ {what}: {colours[name]}; }}\n" for selector, what, name in _COLOURED)


def svg(
    chart: Chart, words: Words, *, links: Callable[[int], str] | None = None, standalone: bool = True
) -> str:
    """The map as an SVG.

    To whoever cannot see it, it is one picture with a title and a description; the list beside it (`rows`) is for reading and for
    the keyboard. `links` gives the address behind somebody's dot, for the mouse. With `standalone` it is a document
    with its own colours, light or dark as the system is; without, it needs `stylesheet` and no inline style.
    """
    legend, height = _legend(chart, words)
    whole = chart.height + height
    title = words.say(N_("A map of your people"))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {chart.width:g} {whole:g}" '
        f'role="img" lang="{words.language}" aria-labelledby="chart-title chart-description">'
    )
    parts = [
        head,
        f'<title id="chart-title">{_escaped(title)}</title>',
        f'<desc id="chart-description">{_escaped(_description(chart, words))}</desc>',
    ]
    if standalone:
        light, dark = (f"{_coloured(c)}:root {{ background: {c['paper']}; }}\n" for c in (LIGHT, DARK))
        parts += [
            f"<style>\n{_SHAPES}{light}@media (prefers-color-scheme: dark) {{\n{dark}}}\n</style>",
            f'<rect class="chart-ground" width="{chart.width:g}" height="{whole:g}"/>',
        ]
    parts += [*_ground(chart), *_sector_names(chart, words)]
    parts += [_dot(dot, words, links) for dot in chart.dots]
    parts += [*_numbers(chart), *_you(words), *legend, "</svg>"]
    return "\n".join(parts) + "\n"


def _ground(chart: Chart) -> Iterator[str]:
    """The rings and the lines between the sectors."""
    yield f'<circle class="chart-disc" cx="{CENTRE:g}" cy="{CENTRE:g}" r="{chart.rings[-1]:.1f}"/>'
    for ring in chart.rings:
        yield f'<circle class="chart-ring" cx="{CENTRE:g}" cy="{CENTRE:g}" r="{ring:.1f}"/>'
    for sector in chart.sectors if len(chart.sectors) > 1 else ():
        (x1, y1), (x2, y2) = _at(HUB, sector.start), _at(OUTER, sector.start)
        yield f'<line class="chart-edge" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _sector_names(chart: Chart, words: Words) -> Iterator[str]:
    """The sectors' names around the rings; below they run the other way, so that none stands on its head."""
    if not any(sector.kind == "named" for sector in chart.sectors):
        return
    for at, sector in enumerate(chart.sectors):
        middle = (sector.start + sector.end) / 2
        under = 90 < middle % 360 < 270  # noqa: PLR2004 - the lower half
        radius = OUTER + (20 if under else 9)
        half = (sector.end - sector.start) / 2
        ends = (middle + half, middle - half) if under else (middle - half, middle + half)
        (x1, y1), (x2, y2) = (_at(radius, angle) for angle in ends)
        large = int(2 * half > 180)  # noqa: PLR2004 - more than half a turn
        arc = f"M{x1:.1f} {y1:.1f}A{radius:g} {radius:g} 0 {large} {int(not under)} {x2:.1f} {y2:.1f}"
        name = sector_name(sector, words)
        told = _fitting(name, radius * math.radians(2 * half) - 16)
        yield f'<path id="chart-arc-{at}" fill="none" d="{arc}"/>'
        yield (
            f'<text class="chart-sector"><title>{_escaped(_with_count(name, sector.count, words))}</title>'
            f'<textPath href="#chart-arc-{at}" startOffset="50%" text-anchor="middle">{_escaped(told)}</textPath></text>'
        )


# No arc holds more, however long somebody's tag is (columns).
_LONGEST_SECTOR = 80


def _fitting(text: str, room: float) -> str:
    """As much of a sector's name as its arc holds."""
    most = min(columns(text), _LONGEST_SECTOR)
    while most > 1 and extent(shortened(text, most), 15) > room:
        most -= 1
    return shortened(text, most)


def _dot(dot: Dot, words: Words, links: Callable[[int], str] | None) -> str:
    kind = "never" if dot.tone == NEVER else f"tone-{dot.tone}"
    drawn = (
        f'<circle class="chart-{kind}" cx="{dot.x:.1f}" cy="{dot.y:.1f}" r="{dot.radius:.1f}">'
        f"<title>{_escaped(_told(dot.star, words))}</title></circle>"
    )
    if dot.star.drifting:
        drawn += (
            f'<circle class="chart-drift" cx="{dot.x:.1f}" cy="{dot.y:.1f}" r="{dot.radius * 1.25:.1f}"/>'
        )
    if dot.label:
        drawn += (
            f'<text class="chart-name" x="{dot.label_x:.1f}" y="{dot.label_y:.1f}" text-anchor="{dot.anchor}">'
            f"{_escaped(dot.label)}</text>"
        )
    if links is None:
        return drawn
    return f'<a class="chart-link" href="{_escaped(links(dot.star.id))}" tabindex="-1">{drawn}</a>'


def _told(star: Star, words: Words) -> str:
    """A person in one line."""
    message = words.say(N_("{name}, circle {circle}, {touch}"))
    said = message.format(name=plain(star.name), circle=star.circle, touch=in_touch(star.days, words))
    return f"{said}, {words.say(LONGER)}" if star.drifting else said


def _numbers(chart: Chart) -> Iterator[str]:
    for number, ring in enumerate(chart.rings, 1):
        yield f'<text class="chart-number" x="{CENTRE:g}" y="{CENTRE - ring + 16:.1f}">{number}</text>'


def _you(words: Words) -> Iterator[str]:
    yield f'<circle class="chart-you" cx="{CENTRE:g}" cy="{CENTRE:g}" r="4"/>'
    you = _escaped(words.say(N_("you")))
    yield f'<text class="chart-name" x="{CENTRE:g}" y="{CENTRE + 18:g}" text-anchor="middle">{you}</text>'


def _description(chart: Chart, words: Words) -> str:
    """What the picture shows, in words."""
    rings = "; ".join(
        _with_count(f"{ring.circle}, {words.circle(ring.circle)}", ring.count, words) for ring in rows(chart)
    )
    message = N_(
        "You are in the middle, and around you are three circles, with a dot for each person. {rings}."
    )
    return words.say(message).format(rings=rings)


def _with_count(name: str, count: int, words: Words) -> str:
    return words.say(N_("{name}: {people}")).format(name=name, people=people(count, words))


def people(count: int, words: Words) -> str:
    """So many people, in words."""
    return words.plural(*PEOPLE, count).format(count=count)


def steps(words: Words) -> list[str]:
    """What each step of time is called, the last of them nothing noted."""
    within = words.say(N_("within {span}"))
    return [
        *(within.format(span=words.rhythm(days)) for days in STEPS),
        words.say(N_("longer ago")),
        in_touch(None, words),
    ]


def _legend(chart: Chart, words: Words) -> tuple[list[str], float]:
    """The legend under the map, and how high it is."""
    swatches = [
        f'<circle class="chart-tone-{step}" cx="{{x:.1f}}" cy="{{y:.1f}}" r="7"/>' for step in range(TONES)
    ]
    swatches.append('<circle class="chart-never" cx="{x:.1f}" cy="{y:.1f}" r="7"/>')
    tones = list(zip(swatches, steps(words), strict=True))
    if any(dot.star.drifting for dot in chart.dots):
        rim = (
            '<circle class="chart-tone-3" cx="{x:.1f}" cy="{y:.1f}" r="5"/>'
            '<circle class="chart-drift" cx="{x:.1f}" cy="{y:.1f}" r="7.5"/>'
        )
        tones.append((rim, words.say(LONGER)))
    rings = [
        (
            f'<text class="chart-number" x="{{x:.1f}}" y="{{base:.1f}}">{ring.circle}</text>',
            _with_count(words.circle(ring.circle), ring.count, words),
        )
        for ring in rows(chart)
    ]
    parts: list[str] = []
    y = chart.height + 20
    for head, items in ((words.say(N_("In touch")), tones), (words.say(N_("Circles")), rings)):
        drawn, y = _legend_line(head, items, chart.width, y)
        parts += drawn
    return parts, y - chart.height


def _legend_line(
    head: str, items: Iterable[tuple[str, str]], width: float, y: float
) -> tuple[list[str], float]:
    """One part of the legend from `y` down, and where the next one begins."""
    left = 24.0
    parts = [f'<text class="chart-head" x="{left:g}" y="{y + 5:.1f}">{_escaped(head)}</text>']
    indent = x = left + max(80, extent(head) + 24)
    for swatch, said in items:
        wide = 32 + extent(said) * 0.92
        if x > indent and x + wide > width - 20:
            x, y = indent, y + 26
        drawn = swatch.format(x=x + 8, y=y, base=y + 5)
        parts.append(
            f'{drawn}<text class="chart-said" x="{x + 21:.1f}" y="{y + 5:.1f}">{_escaped(said)}</text>'
        )
        x += wide
    return parts, y + 34


def _at(radius: float, degrees: float) -> tuple[float, float]:
    angle = math.radians(degrees)
    return CENTRE + radius * math.sin(angle), CENTRE - radius * math.cos(angle)


def _escaped(text: str) -> str:
    return html.escape(plain(text))
