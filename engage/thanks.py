"""From a piece to a thank-you: draft it, change it, find the ways to send it, remember that it was sent.

Nothing is sent here. `sent` is what a person says they did.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engage import conscience, drafting
from engage.errors import Deleted, NotYours, PassedOn, UnknownPiece
from engage.model import Draft, Engagement
from engage.passages import language_of, passages
from engage.send.links import Home, ways
from engage.sentences import fold
from engage.today import accounts_of, passage_of, piece_of, quiet_of
from feeds.errors import FetchError
from feeds.summaries import is_summary

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from engage.config import Config
    from engage.conscience import Finding
    from engage.model import Language, Person, Piece, Way
    from engage.store import Store
    from engage.templates import Templates
    from feeds.article import Article
    from feeds.model import Post, Source

    Reach = Callable[[Source, Post], Article | None]
    Look = Callable[[Source, Post], Post | None]

# What marking a draft as sent records, by the draft's kind.
_RECORDED = {"thank-you": "thanked", "word": "thanked", "answer": "replied", "quiet": "wrote"}


@dataclass(frozen=True, slots=True)
class Desk:
    """All that writing needs: the file, the configuration, the templates, and the person's own language.

    `reach` reads an article's page, where a feed holds only its beginning; without it the beginning has to do. `look` asks
    for a post of a network as it is now, None when it is no longer there; without it what was fetched has to do.
    """

    store: Store
    config: Config
    templates: Templates
    language: Language
    reach: Reach | None = None
    look: Look | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A draft with everything that it stands on: what every screen shows of it.

    `choices` are passages that could be quoted instead; `findings` is what the conscience says of the text as it is;
    `earlier` is what passed between you and the person, the latest first. `beginning` says that no more of the article is
    known than the beginning that its feed holds.
    """

    draft: Draft
    person: Person
    piece: Piece | None
    ways: tuple[Way, ...]
    choices: tuple[str, ...]
    findings: tuple[Finding, ...]
    earlier: tuple[Engagement, ...]
    quiet: str = ""
    beginning: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What its person has before them while they write: the text, with the line and the passage that stand in it."""

    text: str
    line: str
    passage: str


def draft(desk: Desk, post_id: int, now: datetime) -> Draft:
    """The thank-you for a piece, by the number of any of its posts: a new draft, or the one that is there already.

    Raises:
        UnknownPiece: no such post.
        NotYours: it is by nobody among your people.
        PassedOn: somebody among them only passed it on.
        Deleted: its author has taken it back.

    """
    if desk.store.feeds.post(post_id) is None:
        raise UnknownPiece(piece=post_id)
    piece = piece_of(desk.store, post_id)
    if piece is None:
        raise NotYours(piece=post_id)
    if piece.main.post.kind == "repost":
        raise PassedOn(piece=post_id, person=desk.store.person(piece.person_id).name)
    if _is_new(desk, piece):
        piece = _as_it_is_now(desk, piece, now)
    if _wants_page(desk, piece):
        piece = _with_page(desk, piece, now)
    with desk.store.writing():  # two clicks at once make one draft
        return _draft(desk, piece, now)


def _wants_page(desk: Desk, piece: Piece) -> bool:
    """Whether a first draft about a piece would stand on no more than the beginning of an article."""
    if desk.reach is None or piece.main.full_text or not is_summary(piece.main.post):
        return False
    return _is_new(desk, piece)


def _is_new(desk: Desk, piece: Piece) -> bool:
    """Whether no draft about a piece was begun."""
    return not any(d.state != "discarded" for d in desk.store.drafts_about(s.id for s in piece.posts))


def _as_it_is_now(desk: Desk, piece: Piece, now: datetime) -> Piece:
    """A piece of a network as it stands there at this moment; as it came, where that cannot be asked.

    Raises:
        Deleted: it does not stand there any more. It is shown no more from now on.

    """
    main = piece.main
    if desk.look is None or main.source.kind == "blog":
        return piece
    try:
        found = desk.look(main.source, main.post)
    except FetchError:
        return piece
    if found is None:
        desk.store.feeds.mark_gone(main.id, now)
        raise Deleted(piece=main.id, person=desk.store.person(piece.person_id).name)
    desk.store.feeds.keep_again(main, found, now)
    return piece_of(desk.store, main.id) or piece


def _with_page(desk: Desk, piece: Piece, now: datetime) -> Piece:
    """A piece with the text of its article's own page, which is kept; as it was, where that cannot be read."""
    main = piece.main
    try:
        article = desk.reach(main.source, main.post) if desk.reach else None
    except FetchError:  # the sheet says that only the beginning is known
        return piece
    if article is None:
        return piece
    desk.store.feeds.keep_article(main.id, article, now)
    return piece_of(desk.store, main.id) or piece


def _draft(desk: Desk, piece: Piece, now: datetime) -> Draft:
    for known in desk.store.drafts_about(stored.id for stored in piece.posts):
        if known.state != "discarded":
            return known
    facts = _facts(desk, piece, passage_of(piece))
    text = drafting.compose(facts, desk.templates.render, _sent_to(desk.store, facts.person.id))
    return desk.store.add_draft(
        Draft(
            id=0,
            kind=drafting.kind_of(facts),
            person_id=facts.person.id,
            piece=piece.id,
            language=facts.language,
            register=facts.register,
            text=text,
            written=text,
            passage="" if facts.quiet else facts.passage,
            line="",
            state="open",
            created=now,
            changed=now,
            piece_text=piece.main.text,
        )
    )


def read(desk: Desk, post_id: int, now: datetime) -> None:
    """Remember that a piece was opened to be read; an open draft about it that nobody touched may then say so."""
    desk.store.remember_opened(post_id, now)
    piece = piece_of(desk.store, post_id)
    for open_draft in desk.store.drafts_about(stored.id for stored in (piece.posts if piece else ())):
        untouched = open_draft.state == "open" and open_draft.text == open_draft.written
        text = _written(desk, open_draft, open_draft.passage, open_draft.line) if untouched else None
        if text is not None and text != open_draft.text:
            desk.store.change_draft(open_draft.id, now, text=text, written=text)


def sheet(desk: Desk, draft_id: int) -> Sheet:
    """A draft with everything that it stands on.

    Raises:
        UnknownDraft: there is no such draft.

    """
    return sheet_of(desk, desk.store.draft(draft_id))


def sheet_of(desk: Desk, found: Draft) -> Sheet:
    """A draft, stored like this or not yet, with everything that it stands on."""
    person = desk.store.person(found.person_id)
    piece = piece_of(desk.store, found.piece) if found.piece is not None else None
    home = Home(_mastodon_of(desk), desk.config.mastodon.servers, desk.config.bluesky.app)
    choices: tuple[str, ...] = ()
    if piece is not None and found.kind != "quiet":
        post = piece.main.post
        choices = tuple(p.text for p in passages(piece.main.html, title=post.title, language=post.language))
    return Sheet(
        draft=found,
        person=person,
        piece=piece,
        ways=ways(found, desk.store.identities(person.id), piece, home),
        choices=choices,
        findings=conscience.read(found.text, _told(desk, found, person, piece)),
        earlier=tuple(desk.store.engagements(person.id)),
        quiet=quiet_of(piece) if piece else "",
        beginning=piece is not None and not piece.main.full_text and is_summary(piece.main.post),
    )


def edit(desk: Desk, draft_id: int, text: str, now: datetime) -> Draft:
    """Replace a draft's text by what its person wrote. The earlier text is kept.

    Raises:
        UnknownDraft, WrongState: there is no such draft, or it is no longer open.

    """
    return desk.store.change_draft(draft_id, now, text=_lines(text))


def add_line(desk: Desk, draft_id: int, line: str, now: datetime) -> Draft:
    """Let the person's own line flow into the draft, in place of an earlier one.

    Raises:
        UnknownDraft, WrongState: there is no such draft, or it is no longer open.

    """
    before = desk.store.draft(draft_id)
    return keep(desk, flow(desk, before, _seen(before), line=line, passage=before.passage), now)


def choose_passage(desk: Desk, draft_id: int, passage: str, now: datetime) -> Draft:
    """Quote another passage. In a text that its person changed, only the quotation is replaced.

    Raises:
        UnknownDraft, WrongState: there is no such draft, or it is no longer open.

    """
    before = desk.store.draft(draft_id)
    return keep(desk, flow(desk, before, _seen(before), line=before.line, passage=passage), now)


def flow(desk: Desk, before: Draft, seen: Seen, *, line: str, passage: str) -> Draft:
    """The draft as it would be with this line and passage in the text that its person sees. Nothing is stored.

    A text that nobody touched is written anew; in one that its person changed, on the screen or before, only the line
    and the quotation are replaced.
    """
    text, had, line = _lines(seen.text), _lines(seen.line), _lines(line)
    ours = before.text == before.written
    if ours and (text == before.text or text == _written(desk, before, seen.passage, had)):
        fresh = _written(desk, before, passage, line)
        if fresh is not None:
            return replace(before, text=fresh, written=fresh, passage=passage, line=line)
    if line != had:
        text = drafting.with_line(text, had, line)
    if seen.passage and passage != seen.passage:
        text = text.replace(fold(seen.passage), fold(passage), 1)
    return replace(before, text=text, passage=passage, line=line)


def keep(desk: Desk, flowed: Draft, now: datetime) -> Draft:
    """Store a draft's words as they are in `flowed`. The earlier text is kept.

    Raises:
        UnknownDraft, WrongState: there is no such draft, or it is no longer open.

    """
    return desk.store.change_draft(
        flowed.id, now, text=flowed.text, written=flowed.written, passage=flowed.passage, line=flowed.line
    )


def sent(desk: Desk, draft_id: int, channel: str, now: datetime) -> Engagement:
    """Remember that a draft was sent, by which channel: the draft is closed and the engagement recorded, together.

    Raises:
        UnknownDraft, WrongState: there is no such draft, or it is no longer open.

    """
    with desk.store.writing():
        closed = desk.store.change_draft(draft_id, now, state="sent", channel=channel)
        return desk.store.record(
            Engagement(
                id=0,
                person_id=closed.person_id,
                kind=_RECORDED.get(closed.kind, "wrote"),
                direction="out",
                at=now,
                piece=closed.piece,
                draft=closed.id,
                channel=channel,
            )
        )


def discard(desk: Desk, draft_id: int, now: datetime) -> Draft:
    """Put a draft aside. Its words stay in the file.

    Raises:
        UnknownDraft, WrongState: there is no such draft, or it is no longer open.

    """
    return desk.store.change_draft(draft_id, now, state="discarded")


def _seen(stored: Draft) -> Seen:
    return Seen(stored.text, stored.line, stored.passage)


def _written(desk: Desk, before: Draft, passage: str, line: str) -> str | None:
    """What the program writes with this passage and line, in the same wording as before where it can be; None without a piece."""
    piece = piece_of(desk.store, before.piece) if before.piece is not None else None
    if piece is None:
        return None
    facts = replace(
        _facts(desk, piece, passage), line=line, language=before.language, register=before.register
    )
    return drafting.compose(facts, desk.templates.render, _sent_to(desk.store, before.person_id))


def _facts(desk: Desk, piece: Piece, passage: str) -> drafting.Facts:
    person = desk.store.person(piece.person_id)
    post = piece.main.post
    me = desk.config.me
    mine = accounts_of(desk.store, desk.config)
    return drafting.Facts(
        person=person,
        piece=piece,
        language=drafting.language_of(person, language_of(piece.main.text) or post.language, desk.language),
        register=drafting.register_of(person),
        passage=passage,
        me=me.name,
        read=desk.store.was_opened(stored.id for stored in piece.posts),
        to_me=post.kind == "reply"
        and any(mention.casefold().lstrip("@") in mine for mention in post.mentions),
        stranger=person.circle == 3 and not desk.store.engagements(person.id),  # noqa: PLR2004 - a circle's own number
        quiet=quiet_of(piece),
    )


def _told(desk: Desk, found: Draft, person: Person, piece: Piece | None) -> conscience.Told:
    """What the conscience may take for true of a draft."""
    post = piece.main.post if piece else None
    return conscience.Told(
        kind=found.kind,
        name="" if person.unnamed else person.name,
        language=found.language,
        register=found.register,
        title=post.title if post else "",
        source_text=piece.main.text if piece else "",
        former_text=found.piece_text if piece and found.piece_text != piece.main.text else "",
        passage=found.passage,
        line=found.line,
        read=desk.store.was_opened(stored.id for stored in piece.posts) if piece else False,
        quiet=quiet_of(piece) if piece else "",
        earlier=tuple(_sent_to(desk.store, person.id, besides=found.id)),
        lately=tuple(d.text for d in desk.store.drafts(every=True) if d.state == "sent" and d.id != found.id)[
            :20
        ],
    )


def _mastodon_of(desk: Desk) -> str:
    """Your account on Mastodon, without its first sign: as in the settings, else the first one that is signed in."""
    own = (account.address for account in desk.store.feeds.accounts() if account.network == "mastodon")
    return desk.config.me.mastodon.lstrip("@") or next(own, "")


def _sent_to(store: Store, person_id: int, besides: int = 0) -> list[str]:
    return [
        d.text
        for d in store.drafts(every=True)
        if d.person_id == person_id and d.state == "sent" and d.id != besides
    ]


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
