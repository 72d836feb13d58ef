"""The map as a picture, as text and as a list: colours that everybody can tell apart, and no stranger's text that does harm."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest
from lxml import etree  # type: ignore[import-untyped]

from engage import charting
from engage.chart import Star, chart, columns
from engage.charting import DARK, LIGHT, in_touch, rows, sector_name, stylesheet, svg
from engage.rings import text
from engage.words import LANGUAGES, Words, words
from tests.engage.test_chart import CROWDS, crowd, village

if TYPE_CHECKING:
    from engage.model import Language

EN, FR = Words("en"), Words("fr")
SHEET = (Path(__file__).parents[2] / "templates" / "web" / "static" / "style.css").read_text(encoding="utf-8")
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</title><script>alert("1")</script>&amp;\x1b[2J\u202e]]>\ud800\ufffe\x00'
FEW = [
    Star(1, "Julie Martin", 1, ("printing",), 3),
    Star(2, "Sam Okafor", 1, ("choir",), 80, drifting=True),
    Star(3, "Zoé Lambert", 2, (), None),
    Star(4, "Ann Bell", 1, ("printing",), None),
]

Colour = tuple[float, float, float]
Matrix = tuple[Colour, Colour, Colour]
# How colours look to those who lack one kind of cones: Machado, Oliveira and Fernandes (2009), table for a severity of 1.0.
SIGHTS: dict[str, Matrix] = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
TO_XYZ: Matrix = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
WHITE = (0.95047, 1.0, 1.08883)


def linear(colour: str) -> Colour:
    """A colour of the screen as amounts of light."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return red, green, blue


def times(matrix: Matrix, colour: Colour) -> Colour:
    red, green, blue = (sum(a * b for a, b in zip(row, colour, strict=True)) for row in matrix)
    return red, green, blue


def seen(colour: str, sight: str) -> Colour:
    """A colour as lightness and two hues (CIE L*a*b*), as it looks to somebody's sight."""
    light = times(SIGHTS[sight], linear(colour))
    clipped = (min(1, max(0, light[0])), min(1, max(0, light[1])), min(1, max(0, light[2])))
    x, y, z = (
        c ** (1 / 3) if c > 216 / 24389 else (24389 / 27 * c + 16) / 116
        for c in (a / b for a, b in zip(times(TO_XYZ, clipped), WHITE, strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, as WCAG reckons it."""
    dark, light = sorted(times(TO_XYZ, linear(colour))[1] for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def tones(colours: dict[str, str]) -> list[str]:
    return [colours[f"tone-{step}"] for step in range(5)]


def test_the_reckoning_is_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21, abs=0.01)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert seen("#ff0000", "all cones") == pytest.approx((53.24, 80.09, 67.20), abs=0.05)
    red, green = "#b04a3a", "#5f7a2c"
    assert math.dist(seen(red, "all cones"), seen(green, "all cones")) > 60
    assert math.dist(seen(red, "deuteranopia"), seen(green, "deuteranopia")) < 25


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("sight", SIGHTS)
def test_whoever_looks_can_tell_each_step_from_the_next(colours: dict[str, str], sight: str) -> None:
    looks = [seen(colour, sight) for colour in tones(colours)]
    assert min(math.dist(one, other) for one, other in pairwise(looks)) > 11
    steps = [other[0] - one[0] for one, other in pairwise(looks)]
    assert all(step > 7.5 for step in steps) or all(step < -7.5 for step in steps)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "sheet"])
def test_everything_stands_out_from_the_ground_and_fades_with_time(
    colours: dict[str, str], ground: str
) -> None:
    told = [contrast(colour, colours[ground]) for colour in tones(colours)]
    assert min(told) > 3
    assert told == sorted(told, reverse=True)
    assert contrast(colours["edge"], colours[ground]) > 3
    assert min(contrast(colours[name], colours[ground]) for name in ("ink", "soft", "accent")) > 4.5


def test_the_colours_are_the_pages_own() -> None:
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part))
        for part in SHEET.split("@media (prefers-color-scheme: dark)")[:2]
    )
    for ours, theirs in ((LIGHT, light), (DARK, dark)):
        assert {k: v for k, v in ours.items() if not k.startswith("tone")}.items() <= theirs.items()


def parsed(drawing: str) -> Any:
    return etree.fromstring(drawing.encode(), etree.XMLParser(resolve_entities=False, no_network=True))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("standalone", [True, False])
@pytest.mark.parametrize("name", ["nobody", "one", "8", "60", "800", "one each"])
def test_it_is_well_formed_and_holds_everybody(name: str, language: Language, *, standalone: bool) -> None:
    stars = CROWDS[name]
    root = parsed(svg(chart(stars), Words(language), standalone=standalone))
    titles = [dot.findtext(f"{SVG}title") for dot in root.iter(f"{SVG}circle")]
    assert len([title for title in titles if title]) == len(stars)
    assert root.get("role") == "img"
    named = [root.find(f".//{SVG}*[@id='{part}']") for part in root.get("aria-labelledby").split()]
    assert [part.tag for part in named] == [f"{SVG}title", f"{SVG}desc"]
    assert all(part.text for part in named)
    identities = root.xpath("//@id")
    assert len(identities) == len(set(identities))
    assert {use.get("href").removeprefix("#") for use in root.iter(f"{SVG}textPath")} <= set(identities)


def test_everybody_says_who_they_are() -> None:
    drawing = svg(chart(FEW), EN)
    titles = [dot.findtext(f"{SVG}title") for dot in parsed(drawing).iter(f"{SVG}circle")]
    assert [title for title in titles if title] == [
        "Julie Martin, circle 1, in touch 3 days ago",
        "Ann Bell, circle 1, nothing noted yet",
        "Sam Okafor, circle 1, in touch 2 months ago, longer than you wished",
        "Zoé Lambert, circle 2, nothing noted yet",
    ]
    assert "<title>printing: 2 people</title>" in drawing
    assert "1, someone you know well: 3 people; 2, someone to know better: 1 person; 3, " in drawing
    assert drawing.count('class="chart-drift"') == 2  # Sam and the legend
    assert drawing.count('class="chart-never"') == 3


def test_what_is_of_use_to_nobody_here_is_left_out() -> None:
    plain = svg(chart(crowd(9, 1)), EN)
    assert "longer than you wished" not in plain
    assert "textPath" not in plain
    assert "chart-edge" not in "".join(re.findall(r"<line.*", plain))


def test_a_document_of_its_own_has_its_colours_and_a_part_of_the_page_has_none() -> None:
    whole, part = (svg(chart(FEW), EN, standalone=alone) for alone in (True, False))
    for colours in (LIGHT, DARK):
        assert all(colour in whole for colour in colours.values())
    assert (
        whole.index(LIGHT["tone-0"]) < whole.index("prefers-color-scheme: dark") < whole.index(DARK["tone-0"])
    )
    assert "var(" not in whole
    assert not re.search(r"<style|style=|#[0-9a-f]{6}|chart-ground", part)
    for drawing in (whole, part):
        assert not re.search(r"<script|\son\w+=|https?://(?!www\.w3\.org/2000/svg)|url\(|@import", drawing)


@pytest.mark.parametrize("standalone", [True, False])
def test_every_class_has_a_rule(*, standalone: bool) -> None:
    drawing = svg(chart([*village(60), *crowd(1, 2, ("zither",))]), EN, links=str, standalone=standalone)
    rules = drawing if standalone else stylesheet()
    classes = set(re.findall(r'class="([^"]+)"', drawing))
    assert {f"chart-tone-{step}" for step in range(5)} <= classes
    assert [name for name in classes if not re.search(rf"\.{name}[ ,:{{]", rules)] == []


def test_the_pages_sheet_takes_its_own_colours() -> None:
    rules = stylesheet()
    known = set(re.findall(r"(--[\w-]+):", SHEET + rules))
    assert set(re.findall(r"var\((--[\w-]+)\)", rules)) <= known
    assert rules.count("{") == rules.count("}")
    assert rules.count("--tone-0: ") == 2


def test_links_are_for_the_mouse_and_the_list_is_for_the_keyboard() -> None:
    root = parsed(svg(chart(FEW), EN, links=lambda number: f'/people/{number}?a=1&b="<'))
    links = list(root.iter(f"{SVG}a"))
    assert sorted(link.get("href") for link in links) == [f'/people/{at}?a=1&b="<' for at in (1, 2, 3, 4)]
    assert {link.get("tabindex") for link in links} == {"-1"}
    assert not list(parsed(svg(chart(FEW), EN)).iter(f"{SVG}a"))


def test_a_strangers_text_stays_text() -> None:
    stars = [Star(1, HOSTILE, 1, (HOSTILE,), 3), Star(2, "Ann {0} %s", 1, ("{name}",), None)]
    drawing = svg(chart(stars), EN)
    root = parsed(drawing)
    assert not list(root.iter(f"{SVG}script"))
    told = '</title><script>alert("1")</script>&amp;[2J]]>'
    titles = [dot.findtext(f"{SVG}title") for dot in root.iter(f"{SVG}circle")]
    assert f"{told}, circle 1, in touch 3 days ago" in titles
    assert "Ann {0} %s, circle 1, nothing noted yet" in titles
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e\ud800\ufffe]", drawing)
    lines = text(chart(stars), EN, 80, colour=False, style=click.style)
    assert not re.search("[\x00-\x1f\u202e\ud800\ufffe]", "".join(lines))


def test_the_same_people_give_the_same_drawing() -> None:
    stars = village(300)
    assert svg(chart(stars[::-1]), FR) == svg(chart(stars), FR)


def test_the_list_beside_it_has_everybody_in_order() -> None:
    found = [
        (ring.circle, ring.count, [(g.sector.name, [s.name for s in g.stars]) for g in ring.groups])
        for ring in rows(chart(FEW))
    ]
    assert found == [
        (1, 3, [("printing", ["Ann Bell", "Julie Martin"]), ("choir", ["Sam Okafor"])]),
        (2, 1, [("", ["Zoé Lambert"])]),
        (3, 0, []),
    ]
    many = village(800)
    listed = [star for ring in rows(chart(many)) for group in ring.groups for star in group.stars]
    assert sorted(listed, key=lambda star: star.id) == many


def test_sectors_without_a_name_and_time_are_said_in_words() -> None:
    kinds = {sector.kind: sector_name(sector, EN) for sector in chart(village(800)).sectors}
    assert kinds["other"] == "other"
    assert kinds["none"] == "without a tag"
    assert in_touch(-1, EN) == in_touch(0, EN) == "in touch today"
    assert in_touch(1, EN) == "in touch yesterday"
    assert in_touch(None, EN) == "nothing noted yet"


WIDTHS = [40, 41, 59, 60, 61, 80, 100, 132, 200]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["nobody", "one", "8", "60", "800"])
@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("words", [EN, FR], ids=LANGUAGES)
def test_no_line_is_wider_than_the_terminal(name: str, width: int, words: Words, *, ascii_only: bool) -> None:
    drawn = chart([*CROWDS[name], Star(9000, "山田太郎" * 20, 1, ("庭" * 40,), 3, drifting=True)])
    bare = text(drawn, words, width, colour=False, style=click.style, ascii_only=ascii_only)
    assert max(map(columns, bare)) <= width
    assert not any(line != line.rstrip() for line in bare)
    coloured = text(drawn, words, width, colour=True, style=click.style, ascii_only=ascii_only)
    assert [click.unstyle(line) for line in coloured] == bare
    assert "\x1b" in "".join(coloured)
    assert "\x1b" not in "".join(bare)


def test_the_terminal_shows_three_rings() -> None:
    assert text(chart(FEW), EN, 80, colour=False, style=click.style) == [
        "1  Someone you know well  3 people",
        "   printing       ● Julie Martin  · Ann Bell",
        "   choir          ◑ Sam Okafor ~",
        "",
        "2  Someone to know better  1 person",
        "   without a tag  · Zoé Lambert",
        "",
        "3  Someone you wish to know  0 people",
        "",
        "● within 2 weeks   ◕ within 6 weeks   ◑ within 3 months   ◔ within 12 months",
        "○ longer ago   · nothing noted yet   ~ longer than you wished",
    ]


def test_in_a_narrow_terminal_sectors_stand_above_their_people() -> None:
    lines = text(chart(FEW), EN, 40, colour=False, style=click.style, ascii_only=True)
    assert lines[:6] == [
        "1  Someone you know well  3 people",
        "   printing",
        "     # Julie Martin  ? Ann Bell",
        "   choir",
        "     + Sam Okafor ~",
        "",
    ]
    assert {c for c in "".join(lines) if not c.isascii()} == {"é"}  # Zoé's


def test_where_nobody_has_a_tag_none_is_spoken_of() -> None:
    lines = text(chart(crowd(3, 1)), EN, 80, colour=False, style=click.style)
    assert lines[1] == "   ● Ann 1  ● Ann 2  ● Ann 3"
    assert "without a tag" not in "".join(lines)


def test_every_step_has_a_mark_of_its_own() -> None:
    stars = [Star(at, f"Ann {at}", 1, (), days) for at, days in enumerate((3, 30, 80, 300, 900, None))]
    for ascii_only, marks in ((False, "●◕◑◔○·"), (True, "#*+-.?")):
        lines = text(chart(stars), EN, 120, colour=False, style=click.style, ascii_only=ascii_only)
        assert lines[1].split("   ")[1] == "  ".join(f"{mark} Ann {at}" for at, mark in enumerate(marks))


def test_of_many_those_are_named_who_drift_and_those_of_lately_and_the_others_counted() -> None:
    stars = [
        *(Star(at, f"Drift {at:02}", 2, (), 400 + at, drifting=True) for at in range(30)),
        *(Star(100 + at, f"Late {at:02}", 2, (), at) for at in range(30)),
        *(Star(200 + at, f"Never {at:02}", 2, (), None) for at in range(300)),
        *(Star(600 + at, f"Quiet {at:02}", 2, ("choir",), None) for at in range(7)),
    ]
    lines = text(chart(stars), EN, 80, colour=False, style=click.style)
    named = set(re.findall(r"(?:Drift|Late|Never|Quiet) \d\d", "\n".join(lines)))
    assert named == {f"Drift {at}" for at in range(10, 30)} | {f"Late {at:02}" for at in range(20)}
    whole = "\n".join(lines)
    assert "and 320 more" in whole
    assert re.search(r"choir +7 people", whole)
    assert "2  Someone to know better  367 people" in whole


def test_up_to_forty_are_all_named() -> None:
    whole = "\n".join(text(chart(crowd(40, 3)), EN, 80, colour=False, style=click.style))
    assert len(re.findall(r"Ann \d+", whole)) == 40
    assert "more" not in whole


def test_a_tag_of_thousands_of_letters_is_cut_before_it_is_fitted() -> None:
    calls = 0

    def counting(text: str, most: int) -> str:
        nonlocal calls
        calls += 1
        return text[:most]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(charting, "shortened", counting)
        drawn = charting.svg(chart([Star(n, f"P{n}", 3, ("x" * 5000,), None) for n in range(3)]), words("en"))
    assert calls < 500
    assert len(drawn) < 40_000
