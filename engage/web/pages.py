"""What each address answers: a few lines over `today` and `thanks`, then a template. What shows something changes nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse

from engage import thanks, today
from engage.digest import strangers_in, when_said
from engage.errors import UnknownPerson, UnknownPiece

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from starlette.responses import Response

    from engage.model import Draft, Person, Piece, Today
    from engage.thanks import Desk
    from engage.web.look import Look

    Handler = Callable[["Ask"], Response]

_DOINGS = {"save", "line", "passage", "sent", "discard"}
_NUMBER = re.compile(r"[0-9]{1,18}")
# Where the page itself sends somebody back to: a draft of ours and nothing else.
_OUR_DRAFT = re.compile(r"/drafts/([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: the desk open for it, the time, the number in its address, what its form says."""

    desk: Desk
    now: datetime
    look: Look
    number: int
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that was begun: the draft, to whom, and about what."""

    draft: Draft
    person: Person
    piece: Piece | None


def show_today(ask: Ask) -> Response:
    """The day, the letters that were begun, and its end."""
    day = today.today(ask.desk.store, ask.now, ask.desk.config, ask.look.zone)
    return ask.look.page(
        "today.html",
        day=day,
        begun=begun(ask.desk),
        rested=_rested(ask),
        letters=_letters(ask.desk, day),
        when_said=when_said,
        strangers_in=strangers_in,
    )


def _rested(ask: Ask) -> Person | None:
    """Whom one has just let rest: the day says so once, and how to take it back."""
    said = ask.fields.get("rested", "")
    if not _NUMBER.fullmatch(said):
        return None
    try:
        person = ask.desk.store.person(int(said))
    except UnknownPerson:
        return None
    return person if ask.look.resting(person, ask.now.astimezone(ask.look.zone).date()) else None


def show_piece(ask: Ask) -> Response:
    """A piece to read."""
    piece = _piece(ask)
    person = ask.desk.store.person(piece.person_id)
    return ask.look.page(
        "piece.html",
        piece=piece,
        person=person,
        answered=answered(ask.desk, [piece]),
        quiet=today.quiet_of(piece),
        answers=_answers_you(ask.desk, piece),
        begun=begun(ask.desk),
    )


def open_piece(ask: Ask) -> Response:
    """Remember that a piece was opened to be read: from then on a draft may say so.

    Whoever says on a draft that they read it goes `back` there; what they wrote comes along, and is kept first.
    """
    piece = _piece(ask)
    back = _OUR_DRAFT.fullmatch(ask.fields.get("back", ""))
    with ask.desk.store.writing():
        if back and "text" in ask.fields:
            thanks.keep(ask.desk, _flowed(ask, ask.desk.store.draft(int(back[1]))), ask.now)
        thanks.read(ask.desk, piece.id, ask.now)
    return see(back[0] if back else f"/pieces/{piece.id}")


def thank(ask: Ask) -> Response:
    """Draft a thank-you, or find the one that is there."""
    return see(f"/drafts/{thanks.draft(ask.desk, ask.number, ask.now).id}")


def show_draft(ask: Ask) -> Response:
    """A message in preparation, or as it was sent."""
    sheet = thanks.sheet(ask.desk, ask.number)
    name = "draft.html" if sheet.draft.state == "open" else "kept.html"
    return ask.look.page(
        name,
        sheet=sheet,
        did=ask.fields.get("did", ""),
        unread=sheet.piece is not None
        and not ask.desk.store.was_opened(stored.id for stored in sheet.piece.posts),
        unsigned=not ask.desk.config.me.name,
    )


def write(ask: Ask) -> Response:
    """Keep what was written, and then what the button says: nothing more, remember it as sent, or put it aside."""
    doing = ask.fields.get("do", "")
    if doing not in _DOINGS:
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    before = ask.desk.store.draft(ask.number)
    with ask.desk.store.writing():
        thanks.keep(ask.desk, _flowed(ask, before), ask.now)
        if doing == "sent":
            thanks.sent(ask.desk, before.id, _channel(ask), ask.now)
        elif doing == "discard":
            thanks.discard(ask.desk, before.id, ask.now)
    return see(f"/drafts/{before.id}" + ("?did=kept" if doing not in {"sent", "discard"} else ""))


def preview(ask: Ask) -> Response:
    """The message as it would be, what the conscience says of it, and the ways to send it; nothing is kept."""
    return _as_it_is(ask, _flowed(ask, ask.desk.store.draft(ask.number)))


def keep(ask: Ask) -> Response:
    """Keep what was written, while its person goes on writing."""
    with ask.desk.store.writing():
        kept = thanks.keep(ask.desk, _flowed(ask, ask.desk.store.draft(ask.number)), ask.now)
    return _as_it_is(ask, kept)


def _as_it_is(ask: Ask, draft: Draft) -> Response:
    """A message, and all on its page that changes with it."""
    sheet = thanks.sheet_of(ask.desk, draft)
    return JSONResponse(
        {
            "text": draft.text,
            "findings": ask.look.render("_findings.html", sheet=sheet),
            "ways": ask.look.render("_ways.html", sheet=sheet),
            "excerpt": ask.look.render("_excerpt.html", sheet=sheet).strip(),
        }
    )


def _flowed(ask: Ask, before: Draft) -> Draft:
    """The draft with what the form holds. `had_line` and `had_passage` are those that stand in the form's text."""
    said = ask.fields
    had_line, had_passage = said.get("had_line", before.line), said.get("had_passage", before.passage)
    seen = thanks.Seen(said.get("text", before.text), had_line, had_passage)
    line, passage = said.get("line", had_line), said.get("passage", had_passage)
    return thanks.flow(ask.desk, before, seen, line=line, passage=passage)


def _channel(ask: Ask) -> str:
    """The channel by which a message went: one of the ways that were offered."""
    channel = ask.fields.get("channel", "")
    if channel not in {way.channel for way in thanks.sheet(ask.desk, ask.number).ways}:
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    return channel


def _piece(ask: Ask) -> Piece:
    piece = today.piece_of(ask.desk.store, ask.number)
    if piece is None:
        raise UnknownPiece(piece=ask.number)
    return piece


def answered(desk: Desk, pieces: list[Piece]) -> dict[int, datetime]:
    """When you answered each of these pieces, by any of its posts."""
    posts = desk.store.answered_posts()
    times = {piece.id: [posts[stored.id] for stored in piece.posts if stored.id in posts] for piece in pieces}
    return {piece: max(those) for piece, those in times.items() if those}


def _answers_you(desk: Desk, piece: Piece) -> bool:
    """Whether a piece is an answer to you."""
    mine = today.accounts_of(desk.store, desk.config)
    told = {mention.casefold().lstrip("@") for stored in piece.posts for mention in stored.post.mentions}
    return piece.main.post.kind == "reply" and not mine.isdisjoint(told)


def _letters(desk: Desk, day: Today) -> list[Letter]:
    """The open drafts that no card of the day leads to, the latest change first."""
    shown = [*(card.piece for card in day.highlights), *(card.piece for card in day.out_of_sight)]
    led_to = {stored.id for piece in shown if piece for stored in piece.posts}
    return [
        Letter(
            draft,
            desk.store.person(draft.person_id),
            today.piece_of(desk.store, draft.piece) if draft.piece is not None else None,
        )
        for draft in desk.store.drafts()
        if draft.piece not in led_to
    ]


def begun(desk: Desk) -> dict[int, int]:
    """The open drafts by the piece that they are about."""
    return {draft.piece: draft.id for draft in desk.store.drafts() if draft.piece is not None}


def see(address: str) -> Response:
    """Go and look there: what was posted is done, and reloading does not do it again."""
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)
