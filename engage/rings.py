"""Draws the map of one's people for a terminal: ring by ring, with a mark of its own for each step of time. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engage.chart import NEVER, columns, plain, shortened, tone
from engage.charting import LONGER, PEOPLE, TONES, people, rows, sector_name, steps
from engage.naming import fold
from feeds.errors import NN_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from engage.chart import Chart, Star
    from engage.charting import Group, Ring
    from engage.words import Words

    Style = Callable[..., str]

_MARKS: Final = "●◕◑◔○·"
_PLAIN_MARKS: Final = "#*+-.?"
_ADRIFT: Final = " ~"
_STYLES: Final[tuple[dict[str, object], ...]] = (
    {"fg": "green", "bold": True},
    {"fg": "green"},
    {"fg": "cyan"},
    {"fg": "magenta"},
    {"fg": "magenta", "dim": True},
    {"dim": True},
)
_NAMED: Final = 40  # in a ring of the terminal's; of more, those most worth a thought
_WIDEST_NAME: Final = 24
_WIDEST_ASIDE: Final = 16
_NARROW: Final = 60  # columns; in fewer a sector's name stands above its people


def text(
    chart: Chart, words: Words, width: int, *, colour: bool, style: Style, ascii_only: bool = False
) -> list[str]:
    """The three rings for a terminal, in lines of at most `width` columns; `style` colours a string (click's own, say).

    Of a ring that holds many those are named who are drifting, and those with whom you were in touch lately; the others
    are counted. `ascii_only` is for terminals that have no other characters; names stay what they are.
    """
    rings = rows(chart)
    names = [shortened(sector_name(sector, words), _WIDEST_ASIDE) for sector in chart.sectors]
    has_names = any(sector.kind == "named" for sector in chart.sectors)
    aside = max(map(columns, names), default=0) + 2 if has_names and width >= _NARROW else 0
    marks = _PLAIN_MARKS if ascii_only else _MARKS
    page = _Page(words, width, style if colour else _unstyled, marks, has_names, aside)
    lines: list[str] = []
    for ring in rings:
        lines += [*page.ring(ring), ""]
    return lines + page.legend(drifting=any(dot.star.drifting for dot in chart.dots))


def _unstyled(text: str, **_: object) -> str:
    return text


@dataclass(frozen=True, slots=True)
class _Page:
    """A terminal: how wide it is, and what may be written on it.

    Sectors are named if `has_names` says so: in a column of their own that is `aside` wide, or above their people where it is 0.
    """

    words: Words
    width: int
    style: Style
    marks: str
    has_names: bool
    aside: int

    def ring(self, ring: Ring) -> Iterator[str]:
        """A circle: its heading, and its people sector by sector."""
        said = self.words.circle(ring.circle)
        name = self.short(f"{ring.circle}  {said[:1].upper()}{said[1:]}", self.width)
        count = people(ring.count, self.words)
        if columns(name) + 2 + columns(count) <= self.width:
            yield self.style(name, bold=True) + self.style(f"  {count}", dim=True)
        else:
            yield self.style(name, bold=True)
            yield self.style(f"   {count}", dim=True)
        chosen = _chosen(ring)
        told = [(group.sector, *self.cells(group, chosen)) for group in ring.groups]
        column = max((columns(bare) for _, cells, _ in told for bare, _ in cells), default=0) + 2
        indent = 3 + self.aside + 2 * (self.has_names and not self.aside)
        for sector, cells, rest in told:
            lines = self.lines(cells, rest, column, self.width - indent)
            if not self.has_names:
                yield from (" " * indent + line for line in lines)
                continue
            name = self.short(
                sector_name(sector, self.words), _WIDEST_ASIDE if self.aside else self.width - 3
            )
            lead = "   " + self.style(name, dim=True)
            if self.aside:
                lead += " " * (self.aside - columns(name)) + next(lines)
            yield lead
            yield from (" " * indent + line for line in lines)

    def cells(self, group: Group, chosen: set[int]) -> tuple[list[tuple[str, str]], str]:
        """Those of a group who are named, each bare and coloured; and how many more there are."""
        most = min(_WIDEST_NAME, self.width - 9)  # with its mark, and a sign that they drift
        named = sorted((star for star in group.stars if star.id in chosen), key=_lately)
        cells = []
        for star in named:
            step = tone(star.days)
            name = self.short(plain(star.name), most) + (_ADRIFT if star.drifting else "")
            mark = self.style(self.marks[step], **_STYLES[step])
            cells.append((f"{self.marks[step]} {name}", f"{mark} {name}"))
        rest = len(group.stars) - len(named)
        if not rest:
            return cells, ""
        message = NN_("and {count} more", "and {count} more") if named else PEOPLE
        return cells, self.words.plural(*message, rest).format(count=rest)

    def lines(self, cells: Sequence[tuple[str, str]], rest: str, column: int, room: int) -> Iterator[str]:
        """Cells side by side, and what is left to say after the last."""
        across = max(1, (room + 2) // column)
        line, used = "", 0
        for at, (bare, shown) in enumerate(cells):
            line += shown
            used += columns(bare)
            if (at + 1) % across and at + 1 < len(cells):
                line += " " * (column - columns(bare))
                used += column - columns(bare)
            elif at + 1 < len(cells):
                yield line
                line, used = "", 0
        if rest and used and used + 2 + columns(rest) > room:
            yield line
            line, used = "", 0
        if rest:
            line += ("  " if used else "") + self.style(rest, dim=True)
        if line:
            yield line

    def legend(self, *, drifting: bool) -> list[str]:
        """What the marks mean."""
        told = zip((*range(TONES), NEVER), steps(self.words), strict=True)
        items = [(f"{self.marks[step]} {said}", step) for step, said in told]
        shown = [(item, self.style(item[0], **_STYLES[step]) + item[1:]) for item, step in items]
        if drifting:
            adrift = f"{_ADRIFT.strip()} {self.words.say(LONGER)}"
            shown.append((adrift, adrift))
        lines: list[str] = []
        used = 0
        for bare, coloured in shown:
            if lines and used + 3 + columns(bare) <= self.width:
                lines[-1] += f"   {coloured}"
                used += 3 + columns(bare)
            else:
                lines.append(coloured)
                used = columns(bare)
        return lines

    def short(self, text: str, most: int) -> str:
        """A text cut to so many columns."""
        return shortened(text, most, "…" if self.marks == _MARKS else "...")


def _chosen(ring: Ring) -> set[int]:
    """Whom to name in a ring: everybody, or of many those drifting longest, and those with whom one was in touch last."""
    stars = [star for group in ring.groups for star in group.stars]
    if len(stars) <= _NAMED:
        return {star.id for star in stars}
    adrift = sorted((star for star in stars if star.drifting), key=_lately, reverse=True)
    chosen = [star.id for star in adrift[: _NAMED // 2]]
    lately = sorted((star for star in stars if star.days is not None and star.id not in chosen), key=_lately)
    return {*chosen, *(star.id for star in lately[: _NAMED - len(chosen)])}


def _lately(star: Star) -> tuple[bool, int, str, int]:
    """Those with whom one was in touch last come first, and those of whom nothing is noted last."""
    return star.days is None, star.days or 0, fold(star.name), star.id
