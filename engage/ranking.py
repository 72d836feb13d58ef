"""Which pieces matter today, and why in words. Pure, and plain enough to be argued with.

Each reason adds its weight; the sum orders the day. Rare voices, close people and words addressed to you weigh most;
talking much weighs nothing. One person has one highlight a day. The weights are starting points: change one with a
reason and a test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engage.model import Highlight, Person, Piece, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

BY_CIRCLE = {1: 3.0, 2: 2.0, 3: 1.5}
SPEAKS_TO_YOU = 4.0
SENSITIVE = 3.0
GOOD_NEWS = 3.0
ARTICLE = 2.0
PASSED_ON = 0.8
PLACES = 0.4
# A silence of this many days and more makes a voice rare; a year of silence doubles the weight.
RARE_DAYS = 45
RARE = 1.2
# You have read it, and have said so a little.
LIKED = -2.0
LONG_AGO_DAYS = 30
AGE_PER_DAY = 0.25
SHORT_NOTE = -1.0
_SHORT = 120
_WRITTEN = {"wrote", "thanked", "replied", "congratulated"}
_MONTH = 30.4375


@dataclass(frozen=True, slots=True)
class Candidate:
    """A piece with what is known around it.

    `previous` is when its author last published something of this kind before; `reached` is how and when you last
    reached out to them; `speaks_to_you` is true when it mentions or answers you; `tone` and `news` are what `tone` found in it;
    `liked` says that you liked it or passed it on yourself.
    """

    piece: Piece
    person: Person
    passage: str
    previous: datetime | None = None
    reached: tuple[str, datetime] | None = None
    speaks_to_you: bool = False
    tone: str = ""
    news: str = ""
    passed_on_by: tuple[str, ...] = ()
    liked: bool = False


def rank(candidates: Iterable[Candidate], now: datetime, most: int) -> tuple[Highlight, ...]:
    """The highlights of a day, first things first: at most `most`, one a person."""
    weighed = [
        (weight, candidate, reasons)
        for candidate in candidates
        for weight, reasons in [weigh(candidate, now)]
    ]
    weighed.sort(key=lambda entry: (-entry[0], -entry[1].piece.when.timestamp(), entry[1].piece.id))
    chosen: dict[int, Highlight] = {}
    for _, candidate, reasons in weighed:
        if len(chosen) == most:
            break
        highlight = Highlight(candidate.piece, candidate.person, reasons, candidate.passage, candidate.tone)
        chosen.setdefault(candidate.person.id, highlight)
    return tuple(chosen.values())


def weigh(candidate: Candidate, now: datetime) -> tuple[float, tuple[Reason, ...]]:
    """What a piece weighs, and the reasons that say so, heaviest first."""
    post = candidate.piece.main.post
    parts = [*_of_the_piece(candidate), *_of_the_person(candidate, now)]
    weight = sum(part for part, _ in parts)
    weight += ARTICLE if post.kind == "article" else 0
    # Few words are often little said; never so where somebody died.
    weight += SHORT_NOTE if post.kind == "note" and len(post.text) < _SHORT and not candidate.tone else 0
    weight -= AGE_PER_DAY * max(0, (now - candidate.piece.when).days)
    parts.sort(key=lambda part: -part[0])
    return weight, tuple(reason for _, reason in parts)


def _of_the_piece(candidate: Candidate) -> list[tuple[float, Reason]]:
    parts: list[tuple[float, Reason]] = []
    if candidate.speaks_to_you:
        said = "answers_you" if candidate.piece.main.post.kind == "reply" else "mentions_you"
        parts.append((SPEAKS_TO_YOU, Reason(said)))
    if candidate.tone:
        parts.append((SENSITIVE, Reason(f"tone_{candidate.tone}")))
    if candidate.news and not candidate.tone:
        parts.append((GOOD_NEWS, Reason(f"news_{candidate.news}")))
    if candidate.passed_on_by:
        weight = PASSED_ON * min(len(candidate.passed_on_by), 3)
        parts.append((weight, Reason("passed_on", {"names": ", ".join(candidate.passed_on_by)})))
    if candidate.liked:
        parts.append((LIKED, Reason("liked")))
    networks = {place.kind for place in candidate.piece.places}
    if len(candidate.piece.places) > 1:
        parts.append((PLACES * len(networks), Reason("places", {"count": len(candidate.piece.places)})))
    return parts


def _of_the_person(candidate: Candidate, now: datetime) -> list[tuple[float, Reason]]:
    parts = [(BY_CIRCLE[candidate.person.circle], Reason("circle", {"circle": candidate.person.circle}))]
    if candidate.previous is not None:
        silent = (candidate.piece.when - candidate.previous).days
        if silent >= RARE_DAYS:
            kind = "article" if candidate.piece.main.post.kind == "article" else "post"
            parts.append((RARE * (1 + min(silent / 365, 1)), _first_in(kind, silent)))
    if candidate.reached is not None and (days := (now - candidate.reached[1]).days) >= LONG_AGO_DAYS:
        parts.append((min(days / 120, 1.2), _last_reached(candidate.reached[0], days)))
    return parts


def _last_reached(kind: str, days: int) -> Reason:
    if kind in _WRITTEN:
        return Reason("last_wrote", {"days": days})
    return Reason("last_reached", {"kind": kind, "days": days})


def _first_in(kind: str, days: int) -> Reason:
    """The first in so long, rounded down: "seven months" are at least seven months."""
    months = int(days / _MONTH)
    if months >= 24:  # noqa: PLR2004 - from two years on, years say more
        return Reason(f"first_{kind}_years", {"count": days // 365})
    if months >= 2:  # noqa: PLR2004 - below two months, weeks say more
        return Reason(f"first_{kind}_months", {"count": months})
    return Reason(f"first_{kind}_weeks", {"count": days // 7})
