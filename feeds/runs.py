"""The runs of text on a web page, and those of them that are its article. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from feeds.address import absolute

if TYPE_CHECKING:
    from collections.abc import Iterable

# Walls (cookies, logins) are seldom longer.
LONG = 1000

_BESIDE = re.compile(
    r"\W*(?:(?:[aà] )?lire aussi|(?:also )?read (?:also|next)|related|see also|voir aussi)\s?:", re.IGNORECASE
)
# Under it speak others, and their words are never to be quoted as the author's.
_COMMENTS = re.compile(
    r"\W*(?:\d+ )?(?:comments?|commentaires?|réactions?|réponses?|responses?|replies|webmentions?)\W*(?:\d+\W*)?|"
    r"\W*(?:\d+|one|une) (?:thoughts? on|réflexions? (?:sur|au sujet de)|comments? on|commentaires? sur) .{1,150}|"
    r"\W*(?:leave a (?:comment|reply)|post a comment|add a comment|join the discussion|member discussion|"
    r"(?:laisser|poster|publier|enregistrer|ajouter|écrire) un commentaire|votre commentaire|vos réactions)\W*",
    re.IGNORECASE,
)
# Under it stand other articles; where it could also stand beside a paragraph, only a heading says so.
_OTHERS = re.compile(
    r"\W*(?:(?:next|previous) (?:post|article|story)|(?:article|billet) (?:suivant|précédent)|"
    r"related (?:posts?|articles?|stories|reading)|similar posts|more (?:posts|articles|stories)|"
    r"you (?:might|may) also (?:like|enjoy)|(?:ces )?(?:articles|billets) (?:similaires|liés|connexes)|"
    r"(?:vous aimerez|cela (?:peut|pourrait) vous|ça (?:peut|pourrait) vous) (?:peut-être )?(?:aussi|intéresser))\W*",
    re.IGNORECASE,
)
_OTHERS_AS_HEADING = re.compile(
    r"\W*(?:(?:[aà] )?lire aussi|sur le même (?:sujet|thème)|read (?:also|next)|up next|see also|voir aussi|related)\W*",
    re.IGNORECASE,
)
WALL = re.compile(
    r"\bnos \d+ partenaires|\bour \d+ (?:vendors|partners)|"
    r"\bcookies (?:ou|et|and|or) (?:d[’']autres |autres |other |similar )?(?:technologies|traceurs|trackers)|"
    r"\b(?:accept|allow)\w* (?:all )?(?:the |our )?cookies|\baccept\w+ (?:tous )?(?:les|nos) cookies|"
    r"\bnous utilisons des cookies|\bwe use cookies|"
    r"\b(?:enable|turn on|activer|activez) javascript|\bjavascript (?:is|est) (?:required|disabled|désactivé|requis)|"
    r"\b(?:for|to) paid (?:subscribers|members)|\bréservée?s? (?:à nos|aux) abonnés|\bdéjà abonnée?\b|"
    r"\balready a (?:paid )?(?:subscriber|member)|"
    r"\b(?:log|sign) in to (?:continue|read|view)|\b(?:connectez|identifiez)-vous (?:pour|afin)|"
    r"\bchecking your browser|\bverify(?:ing)? (?:that )?you are (?:a )?human|\bque vous êtes (?:un )?humain|"
    r"\b(?:page|article) (?:was |is |could )?not (?:be )?found|\b(?:page|article) (?:est )?introuvable|"
    r"\b(?:page|adresse)\b[^.]{0,60} n[’']existe (?:plus|pas)|\bpage (?:that )?you (?:are|were) looking for",
    re.IGNORECASE,
)
UNSEEN = {
    *("title", "script", "style", "noscript", "template", "svg", "textarea", "select", "iframe"),
    *("object", "audio", "video", "canvas"),
}
INLINE = {
    *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em"),
    *("font", "i", "img", "ins", "kbd", "label", "mark", "nobr", "q", "rp", "rt", "ruby", "s", "samp"),
    *("small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"),
    *("hi", "ref", "graphic"),  # in trafilatura's own tree
}
_BLOCKS = {
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre"),
    *("br", "table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th", "figure", "figcaption"),
    *("details", "summary", "div"),
}
_WHOLE = {"p", "div", "li", "dd", "pre", "blockquote"}
_ROWS = {"table", "tr"}
_HOLLOW = {"br", "td", "th"}
_FRAMES = {"div", "table", "tbody", "tr", "td"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
# A run says what is wanted when it has so many triples of words at least, and this part of them is wanted.
_FEWEST = 4
_ENOUGH = 0.4
# Runs that follow so closely are one part; another part belongs to it when it is so much longer than what is between.
_NEAR = 3
_CLOSE = 3
# Where pages that load their pictures late say which they are.
_SOURCES = ("src", "data-src", "data-lazy-src", "data-original")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Run:
    """Text that no block and no line's end interrupts: the places of the tree where it stands, and its words."""

    pieces: tuple[tuple[Any, str], ...]
    text: str


def runs_of(root: Any) -> list[Run]:
    """The runs of text in a tree, in reading order."""
    from lxml import etree  # type: ignore[import-untyped]  # noqa: PLC0415 - see _parsed

    found: list[Run] = []
    pieces: list[tuple[Any, str]] = []

    def close() -> None:
        text = " ".join("".join(getattr(element, where) for element, where in pieces).split())
        if text:
            found.append(Run(tuple(pieces), text))
        pieces.clear()

    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if element.tag not in INLINE and element.tag not in UNSEEN:
            close()
        if event == "end":
            pieces.extend([(element, "tail")] if element.tail and element is not root else [])
        elif element.tag in UNSEEN:
            walk.skip_subtree()
        elif element.text:
            pieces.append((element, "text"))
    close()
    return found


def _block(run: Run) -> Any:
    """The element that a run is the text of, or stands in between others."""
    element, where = run.pieces[0]
    element = element if where == "text" else element.getparent()
    while element.tag in INLINE and element.getparent() is not None:
        element = element.getparent()
    return element


def _parent(run: Run) -> Any:
    return _block(run).getparent()


def letters_of(text: str) -> str:
    """What two tellings of one text have in common, however they are spaced, set and punctuated."""
    return "".join(_WORD.findall(text.casefold()))


# --- which parts of it ---


def picked(runs: list[Run], wanted: list[str], names: set[str]) -> list[Run]:
    """The page's own runs that say what is wanted: those that say just it, then those that say most of the rest."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for index, run in enumerate(runs):
        places[letters_of(run.text)].append(index)
    kept: set[int] = set()
    last = -1
    rest: set[tuple[str, ...]] = set()
    for text in wanted:
        if found := places.get(letters_of(text)):  # of several, the next one after what came before
            after = bisect_right(found, last)
            last = found.pop(after if after < len(found) else 0)
            kept.add(last)
        else:
            rest.update(_triples(text))
    kept.update(index for index, run in enumerate(runs) if index not in kept and _says(run.text, rest))
    kept |= _missed(runs, kept)
    first = min(kept, default=0)
    others = next(
        (index for index, run in enumerate(runs) if index > first and _opens_others(run)), len(runs)
    )
    return _cluster(runs, sorted(index for index in kept if index < others), names)


def _missed(runs: list[Run], kept: set[int]) -> set[int]:
    """The lines left out of blocks of which most is kept."""
    lines: defaultdict[Any, list[int]] = defaultdict(list)
    for index, run in enumerate(runs):
        lines[_block(run)].append(index)
    whole = (
        indexes
        for block, indexes in lines.items()
        if block.tag in _WHOLE
        and 2 * sum(len(runs[index].text) for index in indexes if index in kept)
        >= sum(len(runs[index].text) for index in indexes)
    )
    return {index for indexes in whole for index in indexes}


def _opens_others(run: Run) -> bool:
    """Whether a run stands above what readers say, or above other articles; as a link, "3 comments" only leads there."""
    block = _block(run)
    patterns = [_COMMENTS, _OTHERS, *([_OTHERS_AS_HEADING] if block.tag in HEADINGS else [])]
    return any(pattern.fullmatch(run.text) for pattern in patterns) and block.find(".//a") is None


def _triples(text: str) -> list[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return list(zip(words, words[1:], words[2:], strict=False))


def _says(text: str, rest: set[tuple[str, ...]]) -> bool:
    """Whether a run says what trafilatura heard with some words left out or tied together."""
    triples = _triples(text)
    return len(triples) >= _FEWEST and sum(triple in rest for triple in triples) >= _ENOUGH * len(triples)


def _cluster(runs: list[Run], kept: list[int], names: set[str]) -> list[Run]:
    """The runs that stand together: teasers of other articles stand apart, under their linked titles or far below.

    What stands between the title and the rest stays, and so does what hangs in the tree where the rest does.
    """
    parts: list[list[int]] = []
    for index in kept:
        if parts and index - parts[-1][-1] <= _NEAR and not _leads_away(runs, parts[-1][-1], index):
            parts[-1].append(index)
        else:
            parts.append([index])
    if not parts:
        return []

    def size(indexes: Iterable[int]) -> int:
        return sum(len(runs[index].text) for index in indexes)

    def belongs(part: list[int], before: int, after: int) -> bool:
        return (
            title <= part[0] < main[0]
            or any(_parent(runs[index]) in home for index in part)
            or (size(part) > _CLOSE * size(range(before + 1, after)) and not _leads_away(runs, before, after))
        )

    first = last = max(range(len(parts)), key=lambda number: size(parts[number]))
    main = parts[first]
    home = {_parent(runs[index]) for index in main}
    title = max((index for index in range(main[0]) if letters_of(runs[index].text) in names), default=main[0])
    while first > 0 and belongs(parts[first - 1], parts[first - 1][-1], parts[first][0]):
        first -= 1
    while last + 1 < len(parts) and belongs(parts[last + 1], parts[last][-1], parts[last + 1][0]):
        last += 1
    return [runs[index] for part in parts[first : last + 1] for index in part]


def _leads_away(runs: list[Run], before: int, after: int) -> bool:
    """Whether the title of another article stands between two runs: a heading that is a link."""
    between = (_block(run) for run in runs[before + 1 : after])
    return any(
        block.tag in HEADINGS and (block.find(".//a[@href]") is not None or block.getparent().tag == "a")
        for block in between
    )


def trimmed(kept: list[Run], names: set[str]) -> list[Run]:
    """What is left without the title above, and without what asks to log in and headings of nothing below."""
    left = [run for run in kept if not _BESIDE.match(run.text)]
    while left and (letters_of(left[0].text) in names or _is_wall(left[0])):
        del left[0]
    while left and (_block(left[-1]).tag in HEADINGS or _is_wall(left[-1])):
        del left[-1]
    return left


def _is_wall(run: Run) -> bool:
    return len(run.text) < LONG and bool(WALL.search(run.text))


def only(page: Any, kept: list[Run], pictures: set[str], base: str) -> str:
    """The page's markup with nothing in it but the runs and pictures that are kept."""
    from lxml import html  # noqa: PLC0415 - see _parsed

    words = {piece for run in kept for piece in run.pieces}
    elements = list(page.iter())
    for element in elements:
        for where in ("text", "tail"):
            if (element, where) not in words:
                setattr(element, where, None)
    for element in reversed(elements):  # what is inside comes before what is around it
        _prune(element, pictures, base)
    root = page
    while root.tag in _FRAMES and len(root) == 1 and not (root.text or root[0].tail):
        root = root[0]
    return str(html.tostring(root, encoding="unicode", with_tail=False))


def _prune(element: Any, pictures: set[str], base: str) -> None:
    """Drop an element that holds nothing any more; call one of which sanitising keeps no trace a `div`."""
    tag = element.tag
    if tag == "img":
        found = (absolute(element.get(name) or "", base) for name in _SOURCES)
        source = next((address for address in found if address in pictures), "")
        element.set("src", source)
        empty = not source
    elif tag in _ROWS:
        empty = element.find(".//img") is None and not "".join(element.itertext()).strip()
    else:
        empty = tag in UNSEEN or not (len(element) or element.text or tag in _HOLLOW)
    if empty and element.getparent() is not None:
        element.drop_tree()
    elif tag not in INLINE and tag not in _BLOCKS:
        element.tag = "div"
