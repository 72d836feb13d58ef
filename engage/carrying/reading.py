"""Reads an export of ours, as far as it is whole."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal, get_args

from engage import addresses
from engage.addresses import host_of
from engage.carrying.parts import LONGEST_START, apart, whole
from engage.carrying.values import FORMAT, VERSION, Followed, Happened, Held, Letter, Someone, Told, Where
from engage.contacts.cards import Unread
from engage.contacts.waiting import card_of, messages_of
from engage.model import (
    CONTACTS,
    GESTURES,
    TOLD,
    Address,
    Circle,
    Direction,
    Draft,
    DraftState,
    Engagement,
    Identity,
    IdentityKind,
    Language,
    Person,
    Question,
    Register,
    Relation,
    Strength,
)
from feeds.address import is_web, without_secret
from feeds.errors import N_
from feeds.guard import is_named_private
from feeds.model import Source, SourceKind
from feeds.opml import Outline
from feeds.opml.addresses import followed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from engage.carrying.parts import Part

_KINDS = (*CONTACTS, *TOLD, *GESTURES)
_LONGEST_RHYTHM = 36_525
_BIRTHDAY = re.compile(r"(?:\d{4}-|--)\d\d-\d\d")
_DAY = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_MARK = re.compile(r"[0-9a-f]{64}")
_SALT = re.compile(r"[0-9a-f]{1,64}")
_TOO_NEW = N_("A later version of Nouvelles wrote this file: bring Nouvelles up to date to read it.")
_UNKNOWN_ONES = N_("This speaks of somebody who is not in the file.")
_LATER = N_("The file holds things that this version of Nouvelles does not know; they are left out.")


def read(content: bytes, path: str) -> Told | None:
    """What an export tells; None when it is none. What cannot be read of it is left out, and stands in `unread`."""
    if not content[:64].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"{"):
        return None
    parts, notes = apart(content)
    version = parts[FORMAT][-1].value if FORMAT in parts else None
    if not isinstance(version, int) or isinstance(version, bool):
        return None
    if version > VERSION:
        return Told(path, unread=(Unread(1, _TOO_NEW, str(version)[:LONGEST_START]),))
    told = _told(path, parts)
    notes.later |= bool(parts.keys() - {FORMAT, "exported_at", *_SECTIONS})
    return replace(told, unread=tuple(notes.unread), remarks=(_LATER,) if notes.later else ())


_SECTIONS = ("accounts", "people", "relations", "questions", "sources", "forgotten")


def _told(path: str, parts: Mapping[str, Sequence[Part]]) -> Told:
    sound = {name: [part for part in parts.get(name, ()) if part.is_object(name)] for name in _SECTIONS}
    people: dict[int, Someone] = {}
    for place, part in enumerate(sound["people"], 1):
        if someone := _someone(part, people, place):
            people[someone.person.id] = someone
    forgotten = sound["forgotten"][-1:]
    salt = "".join(part.text("salt", _SALT.fullmatch) for part in forgotten)
    marks = tuple(mark for part in forgotten for mark in part.words("marks", _MARK.fullmatch))
    for part in forgotten:
        part.done()
    return Told(
        path,
        tuple(people.values()),
        tuple(filter(None, (_relation(part, people) for part in sound["relations"]))),
        tuple(filter(None, (_question(part, people) for part in sound["questions"]))),
        tuple(filter(None, map(_followed, sound["sources"]))),
        tuple(filter(None, map(_account, sound["accounts"]))),
        salt,
        marks if salt else (),
    )


def _someone(part: Part, taken: Collection[int], place: int) -> Someone | None:
    part.called = name = part.text("name", str.strip)
    number = part.number("number", 2**53)
    if not name:
        part.amiss("people")
        return None
    if number is None or number in taken:  # then nothing else can speak of them
        number = -place
    days = part.number("every", _LONGEST_RHYTHM)
    person = Person(
        id=number,
        name=name,
        circle=part.word("circle", get_args(Circle), 2),
        added=part.moment("added") or datetime.fromtimestamp(0, UTC),
        register=part.word("register", get_args(Register), ""),
        language=part.word("language", get_args(Language), ""),
        every=None if days is None else timedelta(days=days),
        note=part.text("note"),
        unnamed=part.flag("unnamed"),
        company=part.text("company"),
        position=part.text("position"),
        met=part.text("met"),
        met_on=part.text("met_on", _DAY.fullmatch),
        common=part.text("common"),
        birthday=part.text("birthday", _BIRTHDAY.fullmatch),
        tags=part.words("tags"),
        goals=part.words("goals"),
        also=part.words("also"),
        rests_until=part.day("rests_until"),
        rested=part.moment("rested"),
    )
    someone = Someone(
        person,
        tuple(filter(None, (_held(inner, person) for inner in part.parts("addresses")))),
        tuple(filter(None, (_happened(inner, person) for inner in part.parts("engagements")))),
        tuple(filter(None, (_letter(inner, person) for inner in part.parts("drafts")))),
        part.words("merged"),
    )
    part.done()
    return someone


def _address(part: Part) -> Address | None:
    """An address that can be compared, and opened without harm."""
    kind: IdentityKind | None = part.word("kind", get_args(IdentityKind), None)
    address = part.text("address", lambda said: kind is not None and _is_sound(kind, said))
    label, url = part.text("label"), part.text("url", _opens)
    return Address(kind, address, label, without_secret(url)) if kind and address else None


def _is_sound(kind: IdentityKind, address: str) -> bool:
    if kind in {"blog", "link"}:
        return without_secret(address) == address and _opens(address)
    return kind != "bluesky" or address.startswith("did:")


def _opens(url: str) -> bool:
    """Whether an address does nothing but open: a page, a letter, a call, a chat."""
    return bool(host_of(url)) if is_web(url) else addresses.read(url) is not None


def _held(part: Part, person: Person) -> Held | None:
    address = _address(part)
    evidence, since, source = part.text("evidence"), part.moment("since"), part.part("source")
    behind = (source.text("kind"), source.text("address")) if source else None
    part.done()
    if address is None:
        part.amiss("addresses")
        return None
    identity = Identity(
        0,
        person.id,
        address.kind,
        address.address.lower() if address.kind == "mastodon" else address.address,
        address.label,
        address.url,
        None,
        evidence,
        since or person.added,
    )
    return Held(identity, behind)


def _where(part: Part) -> Where | None:
    piece = part.part("piece")
    source = piece.part("source") if piece else None
    if piece is None or source is None:
        return None
    where = Where(source.text("kind"), source.text("address"), piece.text("key"))
    for name in ("url", "title"):  # for whoever reads the file
        piece.text(name)
    piece.done()
    return where if where.key else None


def _happened(part: Part, person: Person) -> Happened | None:
    kind, direction = part.word("kind", _KINDS, ""), part.word("direction", get_args(Direction), None)
    at = part.moment("at")
    engagement = Engagement(
        id=0,
        person_id=person.id,
        kind=kind,
        direction=direction or "out",
        at=at or person.added,
        note=part.text("note"),
        draft=part.number("draft", 2**53),
        channel=part.text("channel"),
        key=part.text("key") or None,
        about=part.text("about"),
        url=part.text("url", is_web),
    )
    piece = _where(part)
    part.done()
    if kind and direction and at:
        return Happened(engagement, piece)
    part.amiss("engagements")
    return None


def _letter(part: Part, person: Person) -> Letter | None:
    state: DraftState | None = part.word("state", get_args(DraftState), None)
    number, created = part.number("number", 2**53), part.moment("created")
    draft = Draft(
        id=-1 if number is None else number,
        kind=part.text("kind", str.strip) or "word",
        person_id=person.id,
        piece=None,
        language=part.word("language", get_args(Language), "en"),
        register=part.word("register", ("tu", "vous"), "tu"),
        text=part.text("text"),
        written=part.text("written"),
        passage=part.text("passage"),
        line=part.text("line"),
        state=state or "open",
        created=created or person.added,
        changed=part.moment("changed") or created or person.added,
        channel=part.text("channel"),
    )
    texts = [(inner.moment("at"), inner.text("text")) for inner in part.parts("texts")]
    piece = _where(part)
    part.done()
    if not state or not created:
        part.amiss("drafts")
        return None
    dated = tuple((at or created, text) for at, text in texts)
    return Letter(draft, dated or ((created, draft.text),), piece)


def _relation(part: Part, people: Collection[int]) -> Relation | None:
    first, second = part.number("person", 2**53), part.number("other", 2**53)
    kind: Literal["knows", "follows"] | None = part.word("kind", ("knows", "follows"), None)
    evidence, since = part.text("evidence"), part.moment("since")
    part.done()
    if first is None or second is None or not kind or not since:
        part.amiss("relations")
    elif first not in people or second not in people:
        part.amiss("relations", reason=_UNKNOWN_ONES)
    else:
        return Relation(first, second, kind, evidence, since)
    return None


def _question(part: Part, people: Collection[int]) -> Question | None:
    person, other, about = part.number("person", 2**53), part.number("other", 2**53), part.part("about")
    asked = Question(
        0,
        person or 0,
        part.text("key"),
        part.word("strength", get_args(Strength), "weak"),
        part.text("evidence"),
        part.moment("at") or datetime.fromtimestamp(0, UTC),
        other,
        _address(about) if about else None,
        part.text("card", _is_card),
        part.word("answer", ("", "yes", "no"), ""),
    )
    part.done()
    if person not in people or (other is not None and other not in people):
        part.amiss("questions", reason=_UNKNOWN_ONES)
    elif other is not None or asked.about or asked.key:
        return asked
    else:
        part.amiss("questions")
    return None


def _is_card(said: str) -> bool:
    """Whether it is what may stand beside a question: a card of a file, with the messages that wait with it."""
    try:
        return bool(card_of(said)) and isinstance(messages_of(said), list)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return False


def _followed(part: Part) -> Followed | None:
    kind: SourceKind | None = part.word("kind", get_args(SourceKind), None)
    address = part.text("address", lambda said: kind is not None and _can_be_followed(kind, said))
    outline = part.part("outline")
    source = Source(
        kind or "blog",
        address.lower() if kind == "mastodon" else address,
        part.text("label"),
        part.text("site", is_web),
        part.flag("given"),
        is_named_private(_page_of(kind, address)) if kind and address else False,
        part.flag("full_text"),
    )
    told = Followed(
        source,
        part.moment("added") or datetime.fromtimestamp(0, UTC),
        part.moment("paused"),
        part.moment("removed"),
        _outline(outline, address) if outline else None,
    )
    part.done()
    if not kind or not address:
        part.amiss("sources")
        return None
    return told


def _can_be_followed(kind: SourceKind, address: str) -> bool:
    if kind == "blog":
        return followed(address) == address
    account = address.partition(" ")[0]
    return (
        account.startswith("did:") if kind.startswith("bluesky") else addresses.account(account) is not None
    )


def _page_of(kind: SourceKind, address: str) -> str:
    """Where a source is asked, as far as its address says."""
    if kind == "blog":
        return address
    account = address.partition(" ")[0]
    return "https://bsky.app/" if kind.startswith("bluesky") else f"https://{account.partition('@')[2]}/"


def _outline(part: Part, address: str) -> Outline:
    more = part.part("more")
    listed = part.value.get("folders")
    folders = tuple(
        tuple(map(whole, path))
        for path in (listed if isinstance(listed, list) else ())
        if isinstance(path, list) and all(isinstance(name, str) for name in path)
    )
    names = ("text", "title", "site", "description", "language")
    return Outline(
        address=address,
        **{name: part.text(name) for name in names},
        folders=folders,
        more={whole(name): more.text(name) for name in more.value} if more else {},
    )


def _account(part: Part) -> tuple[str, str, str] | None:
    told = part.text("network"), part.text("address"), part.text("label")
    part.done()
    return told if all(told[:2]) else None
