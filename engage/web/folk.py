"""What the addresses about people answer: who there is, one of them, and what is changed of them."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby
from typing import TYPE_CHECKING, get_args

from starlette.exceptions import HTTPException

from engage import changing, rhythm, today
from engage.chart import chart
from engage.charting import rows, svg
from engage.errors import UnknownPerson
from engage.model import CONTACTS, Direction, Engagement
from engage.naming import fold
from engage.web.pages import answered, begun, see
from engage.when import parse_moment, parse_rest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, timedelta

    from starlette.responses import Response

    from engage.chart import Star
    from engage.charting import Group
    from engage.model import Person, Question
    from engage.web.pages import Ask

# A note on what passed is a memory, not an archive (characters).
_LONGEST_NOTE = 2000
# A map of more dots than these is a cloud, and a page that no browser likes.
_MOST_ON_MAP = 5000
_OPEN = 60  # in a ring; of more, each sector is folded
_ONE_LIST = 150  # of more in a sector, each letter is folded
_MOST_NAMED = 300  # under a letter; the rest is counted
_MOST_RELATED = 40


# --- everyone ---


@dataclass(frozen=True, slots=True)
class Chosen:
    """Of whom a list is: what was typed into the search field, a circle, a tag or a goal, only those drifting."""

    typed: str = ""
    circle: str = ""
    about: str = ""
    drifting: bool = False

    @property
    def is_any(self) -> bool:
        """Whether something was chosen at all."""
        return bool(self.typed or self.circle or self.about or self.drifting)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a list: the letter with which its names begin, empty where it is one piece; and how many are left out."""

    letter: str
    stars: tuple[Star, ...]
    rest: int = 0

    @property
    def count(self) -> int:
        """How many it stands for."""
        return len(self.stars) + self.rest


def show_people(ask: Ask) -> Response:
    """Everyone, or those who were chosen: on the map, and as a list."""
    everyone = today.stars(ask.desk.store, ask.now, ask.desk.config, ask.look.zone)
    chosen = _chosen(ask)
    stars = _those(ask, chosen, everyone)
    laid = chart(stars)
    is_drawn = 0 < len(stars) <= _MOST_ON_MAP
    return ask.look.page(
        "people.html",
        everyone=len(everyone),
        shown=len(stars),
        chosen=chosen,
        abouts=_abouts(everyone, chosen),
        rings=rows(laid),
        named=any(sector.kind == "named" for sector in laid.sectors),
        drawing=svg(laid, ask.look.words, links=_address, standalone=False) if is_drawn else "",
        parts=parts,
        most_open=_OPEN,
        questions=_asked(ask),
    )


def _address(person_id: int) -> str:
    return f"/people/{person_id}"


def _chosen(ask: Ask) -> Chosen:
    said = {name: " ".join(ask.fields.get(name, "").split()) for name in ("q", "circle", "about", "drifting")}
    circle = said["circle"] if said["circle"] in {"1", "2", "3"} else ""
    return Chosen(said["q"], circle, said["about"], said["drifting"] == "1")


def _those(ask: Ask, chosen: Chosen, everyone: Sequence[Star]) -> list[Star]:
    answering = None
    if chosen.typed:
        try:
            answering = {person.id for person in ask.desk.store.find_people(chosen.typed)}
        except UnknownPerson:  # a number that is nobody's
            answering = set()
    about = fold(chosen.about) or chosen.about
    return [
        star
        for star in everyone
        if (answering is None or star.id in answering)
        and (not chosen.circle or star.circle == int(chosen.circle))
        and (not about or about in {fold(word) or word for word in star.sectors})
        and (star.drifting or not chosen.drifting)
    ]


def _abouts(everyone: Iterable[Star], chosen: Chosen) -> list[str]:
    """All tags and goals, each in its first spelling; and the one that was chosen, where nobody has it any more."""
    spelt: dict[str, str] = {}
    for star in everyone:
        for word in star.sectors:
            spelt.setdefault(fold(word) or word, word)
    if chosen.about:
        spelt[fold(chosen.about) or chosen.about] = chosen.about
    return [spelt[key] for key in sorted(spelt)]


def parts(group: Group) -> list[Part]:
    """Those of a sector: all together, or by the first letters of their names where they are many."""
    if len(group.stars) <= _ONE_LIST:
        return [Part("", group.stars)]
    return [
        Part(letter, stars[:_MOST_NAMED], len(stars[_MOST_NAMED:]))
        for letter, found in groupby(group.stars, _letter)
        for stars in [tuple(found)]
    ]


def _letter(star: Star) -> str:
    first = fold(star.name)[:1].upper()
    return first if first.isalpha() else "…"


def _asked(ask: Ask) -> list[tuple[int, str, int]]:
    """About whom there are open questions: number, name, how many."""
    found: dict[int, int] = {}
    for question in ask.desk.store.questions():
        found[question.person_id] = found.get(question.person_id, 0) + 1
    if not found:
        return []
    return [(p.id, p.name, found[p.id]) for p in ask.desk.store.people() if p.id in found]


# --- one of them ---


def show_person(ask: Ask) -> Response:
    """One person: who and where they are, what they published, what passed between you, what only you can say."""
    store = ask.desk.store
    person = store.person(ask.number)
    pieces = today.published(store, person.id, ask.desk.config)
    last = store.last_contacts().get(person.id)
    day = _day(ask)
    wanted = rhythm.rhythm_of(person, _by_circle(ask))
    names = {one.id: one.name for one in store.people()}
    return ask.look.page(
        "person.html",
        person=person,
        identities=store.identities(person.id),
        pieces=pieces,
        passed=store.engagements(person.id),
        answered=answered(ask.desk, pieces),
        hushed={piece.id for piece in pieces if today.quiet_of(piece)},
        begun=begun(ask.desk),
        contacts=CONTACTS,
        day=day,
        wanted=wanted,
        last=None if last is None else rhythm.days_between(last, ask.now, ask.look.zone),
        rests=rhythm.rests(person, last, day),
        related=_related(ask, person, names),
        merged=store.merged(person.id),
        questions=_about(ask, person),
        names=names,
        did=ask.fields.get("did", ""),
    )


def _day(ask: Ask) -> date:
    return ask.now.astimezone(ask.look.zone).date()


def _by_circle(ask: Ask) -> dict[int, timedelta | None]:
    wished = ask.desk.config.rhythm
    return {1: wished.circle_1, 2: wished.circle_2, 3: wished.circle_3}


def _related(ask: Ask, person: Person, names: dict[int, str]) -> list[tuple[str, list[tuple[int, str]], int]]:
    """Among your people, whom they know, follow, and are followed by: which of these, who, and how many more."""
    found: dict[str, dict[int, str]] = {"knows": {}, "follows": {}, "followed": {}}
    for relation in ask.desk.store.relations():
        if person.id not in {relation.person_id, relation.other_id}:
            continue
        out = relation.person_id == person.id
        other = relation.other_id if out else relation.person_id
        kind = relation.kind if out or relation.kind == "knows" else "followed"
        if other in names:
            found[kind][other] = names[other]
    listed = ((kind, sorted(those.items(), key=lambda one: fold(one[1]))) for kind, those in found.items())
    return [(kind, those[:_MOST_RELATED], len(those[_MOST_RELATED:])) for kind, those in listed if those]


def _about(ask: Ask, person: Person) -> list[Question]:
    """The open questions about a person."""
    return [
        question
        for question in ask.desk.store.questions()
        if person.id in {question.person_id, question.other_id}
    ]


def log(ask: Ask) -> Response:
    """Note something that passed between you and a person."""
    said = ask.fields
    person = ask.desk.store.person(ask.number)
    kind, direction = said.get("kind", ""), said.get("direction", "")
    if kind not in CONTACTS or direction not in get_args(Direction):
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    zone = ask.look.zone or ask.now.astimezone().tzinfo
    assert zone is not None  # noqa: S101 - for the type checker: astimezone always sets one
    at = parse_moment(said.get("date", ""), ask.now, zone)
    note = " ".join(said.get("note", "").split())[:_LONGEST_NOTE]
    ask.desk.store.record(Engagement(0, person.id, kind, "out" if direction == "out" else "in", at, note))
    return see(f"/people/{person.id}#passed")


def rest(ask: Ask) -> Response:
    """Let a person rest until some day, or no longer; then go back to where one was."""
    until = ask.fields.get("until")
    if until is None:
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    person = ask.desk.store.person(ask.number)
    day = parse_rest(until, _day(ask))
    ask.desk.store.change_person(person.id, rests_until=day, rested=ask.now if day else None)
    if ask.fields.get("back") == "/":
        return see(f"/?rested={person.id}#rested" if day else "/")
    return see(f"/people/{person.id}")


def answer(ask: Ask) -> Response:
    """Keep what only you could say: yes or no."""
    from engage.knowing import answer as keep  # noqa: PLC0415 - no other page needs what it knows

    said = ask.fields.get("answer", "")
    question = next((q for q in ask.desk.store.questions(answered=True) if q.id == ask.number), None)
    if question is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    if said not in {"yes", "no"}:
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    if not question.answer:  # else somebody did, in another window
        keep(ask.desk.store, question.id, yes=said == "yes", now=ask.now)
    return see(f"/people/{question.person_id}#questions")


# --- changing what is known ---


def show_edit(ask: Ask) -> Response:
    """All that may be changed of a person, as a form."""
    person = ask.desk.store.person(ask.number)
    written = changing.written(person, ask.look.words)
    return _form(ask, person, changing.Edit({}, {}, written), written)


def edit(ask: Ask) -> Response:
    """Change what was changed in the form; where something is wrong nothing is, and the form comes back."""
    store = ask.desk.store
    was = {name.removeprefix("was_"): text for name, text in ask.fields.items() if name.startswith("was_")}
    with store.writing():
        person = store.person(ask.number)
        written = changing.written(person, ask.look.words)
        read = changing.edit(person, store.people(), was, ask.fields, ask.look.words)
        if not read.wrong:
            store.change_person(person.id, **read.fields)
    if read.wrong:
        return _form(ask, person, read, written, HTTPStatus.BAD_REQUEST)
    return see(f"/people/{person.id}?did=changed")


def _form(
    ask: Ask,
    person: Person,
    read: changing.Edit,
    written: dict[str, str],
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    words = ask.look.words
    wrong = {name: words.sentence(message, values) for name, (message, values) in read.wrong.items()}
    return ask.look.page("edit.html", status, person=person, form=read.shown, was=written, wrong=wrong)
