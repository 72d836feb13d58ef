"""What passed between an own account and others: likes, reposts, replies, mentions, quotes, messages, in both directions.

What one did oneself is read from one's own repository, what others did from the notifications (which stay unread), and messages
from their own service, where the app password may. Each stream has its place, and costs only itself when it cannot be read.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from feeds.errors import N_, BadStatus, Busy, FetchError, Forbidden, MissingRight, SignedOut, SignInRefused
from feeds.model import Gathered, Gesture
from feeds.sources.bluesky.posts import (
    MALFORMED,
    NO_TIME,
    POST,
    answered_in,
    is_shut_out,
    mentioned_in,
    page_of,
    parts_of,
    quoted_in,
    time_of,
    told_by_key,
    words_of,
)
from feeds.sources.bluesky.session import signed_in
from feeds.sources.bluesky.walking import PAGE, Known, Place, later, walk
from feeds.sources.bluesky.xrpc import says_no

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from feeds.http import Client
    from feeds.model import Account, Direction, GestureKind, Networks
    from feeds.sources.bluesky.session import Own
    from feeds.sources.bluesky.walking import Walk

FIRST_PAGES, MOST_PAGES, MOST_PAGES_OF_TALK = 5, 20, 5
# So many conversations are remembered, the latest first.
MOST_TALKS = 500
_SKIPPED = N_("Some of what passed between you and others could not be read; the rest was kept.")
_NO_MESSAGES = N_("Messages on Bluesky need an app password with that right ticked; the rest was read.")
_NO_CHAT = N_("Messages on Bluesky could not be read this time; the rest was.")
_LIKE, _REPOST = "app.bsky.feed.like", "app.bsky.feed.repost"
_REASONS: dict[str, GestureKind] = {
    "like": "liked",
    "repost": "boosted",
    "like-via-repost": "liked",
    "repost-via-repost": "boosted",
    "reply": "replied",
    "mention": "mentioned",
    "quote": "quoted",
}
_TWO = 2


@dataclass(slots=True)
class _Gathering:
    """One run: whose it is, what came so far, and what went wrong."""

    server: Own
    app: str
    now: datetime
    positions: dict[str, str]
    found: dict[str, Gesture] = field(default_factory=dict)
    warnings: dict[str, None] = field(default_factory=dict)
    error: FetchError | None = None
    read: int = 0

    @property
    def me(self) -> str:
        """The DID of the own account."""
        return self.server.account.address


def gather(
    account: Account, positions: Mapping[str, str], client: Client, networks: Networks, now: datetime
) -> Gathered:
    """What is new since the positions; at first the latest of each stream.

    Raises:
        FetchError: nothing could be read; the sentence says why.

    """
    server = signed_in(account, client, networks, now)
    run = _Gathering(server, networks.bluesky_app, now, dict(positions))
    for stream in (
        partial(_records, name="likes", collection=_LIKE, read=_of_like),
        partial(_records, name="reposts", collection=_REPOST, read=_of_repost),
        partial(_records, name="posts", collection=POST, read=_of_post),
        _notifications,
        _messages,
    ):
        if not _gather(run, stream):
            break
    if run.error and not run.read:
        raise run.error
    interrupted = later(run.error) if run.error else None
    return Gathered(tuple(run.found.values()), run.positions, interrupted, tuple(run.warnings))


def _gather(run: _Gathering, stream: Callable[[_Gathering], None]) -> bool:
    """Read one stream; whether the server can be asked for more."""
    try:
        stream(run)
    except (Busy, SignedOut, SignInRefused) as error:
        run.error = error
        return False
    except FetchError as error:
        run.error = run.error or error
    return True


def _take(
    run: _Gathering,
    name: str,
    found: Walk,
    know: Callable[[Any], Known],
    read: Callable[[_Gathering, Any], Iterator[Gesture]],
) -> None:
    """Keep what a walk brought, and its place."""
    unread = []
    for item in found.items:
        try:
            for gesture in list(read(run, item)):
                if gesture.other != run.me:
                    run.found.setdefault(gesture.key, gesture)
        except MALFORMED:
            unread.append(know(item))
    if unread:
        run.warnings[_SKIPPED] = None
    run.positions[name] = str(found.place.without(unread))
    run.read += 1
    if found.interrupted:
        raise found.interrupted


# --- what one did oneself ---


def _records(
    run: _Gathering,
    *,
    name: str,
    collection: str,
    read: Callable[[_Gathering, Any], Iterator[Gesture]],
) -> None:
    """The records of one kind in one's own repository, by their keys: the newest first."""
    ask = partial(
        run.server.page,
        "com.atproto.repo.listRecords",
        "records",
        repo=run.me,
        collection=collection,
        limit=PAGE,
    )
    place = Place.of(run.positions.get(name, ""))
    found = walk(ask, _know_record, place, first=FIRST_PAGES, most=MOST_PAGES)
    _take(run, name, found, _know_record, read)


def _know_record(told: Any) -> Known:
    if not isinstance(told, dict) or not isinstance(told.get("uri"), str):
        return Known()
    return Known(told["uri"], str(told.get("cid") or ""))


def _of_like(run: _Gathering, told: Any) -> Iterator[Gesture]:
    yield from _of_reaction(run, told, "liked")


def _of_repost(run: _Gathering, told: Any) -> Iterator[Gesture]:
    yield from _of_reaction(run, told, "boosted")


def _of_reaction(run: _Gathering, told: Any, kind: GestureKind) -> Iterator[Gesture]:
    """A like or repost of a post; feeds and lists can be liked as well, which passes between nobody."""
    about = str(told["value"]["subject"]["uri"])
    other, collection, _ = parts_of(about)
    if collection == POST:
        at, exact = _written_at(run, told)
        yield Gesture(told["uri"], kind, "out", other, at, about, page_of(about, run.app), exact=exact)


def _of_post(run: _Gathering, told: Any) -> Iterator[Gesture]:
    """What a post of one's own does towards others: one gesture for each of them. An answer to oneself is none."""
    record = told["value"]
    at, exact = _written_at(run, told)
    text, url = words_of(record), page_of(told["uri"], run.app)

    def written(kind: GestureKind, other: str, about: str = "", name: str = "") -> Gesture:
        key = f"{told['uri']} {other}"
        return Gesture(key, kind, "out", other, at, about, url, text, name, exact)

    answered = answered_in(record)
    answers = parts_of(answered)[0] if answered else run.me
    if answers != run.me:
        yield written("replied", answers, answered)
    quoted = quoted_in(record)
    if quoted and f"/{POST}/" in quoted:
        yield written("quoted", parts_of(quoted)[0], quoted)
    if answers == run.me:
        for other, _ in mentioned_in(record):
            yield written("mentioned", other)


def _written_at(run: _Gathering, told: Any) -> tuple[datetime, bool]:
    """When a record was written, as it says; else as its key tells, or now, and that this is not exact."""
    at = time_of(told["value"].get("createdAt"))
    if at != NO_TIME:
        return min(at, run.now), True
    return min(told_by_key(told["uri"].rpartition("/")[2]) or run.now, run.now), False


# --- what others did ---


def _notifications(run: _Gathering) -> None:
    """They are never marked as seen: that is the person's own doing, elsewhere."""
    ask = partial(
        run.server.page,
        "app.bsky.notification.listNotifications",
        "notifications",
        limit=PAGE,
        reasons=list(_REASONS),
    )
    place = Place.of(run.positions.get("notifications", ""))
    found = walk(ask, _know_notification, place, first=FIRST_PAGES, most=MOST_PAGES)
    _take(run, "notifications", found, _know_notification, _of_notification)


def _know_notification(told: Any) -> Known:
    known = _know_record(told)
    return Known(f"{told.get('reason')} {known.key}", known.mark) if known.key else known


def _of_notification(run: _Gathering, told: Any) -> Iterator[Gesture]:
    kind = _REASONS.get(str(told.get("reason")))
    author = told["author"]
    if kind is None or is_shut_out(author):
        return
    uri, record = told["uri"], told["record"]
    other, _, _ = parts_of(uri)
    at = min(time_of(told.get("indexedAt")), time_of(record.get("createdAt")))
    exact = at != NO_TIME
    at, name = min(at, run.now), str(author.get("displayName") or author.get("handle") or "")
    about = str(told.get("reasonSubject") or "")
    if kind in {"liked", "boosted"}:
        shown = str((record.get("subject") or {}).get("uri") or about)
        page = page_of(shown, run.app) if f"/{POST}/" in shown else ""
        yield Gesture(uri, kind, "in", other, at, about or shown, page, name=name, exact=exact)
        return
    answered = answered_in(record)
    if answered.startswith(f"at://{run.me}/"):  # whatever else it does, it answers
        kind, about = "replied", answered
    elif kind == "replied":
        return  # an answer to somebody else, further down in a talk that one's own post began
    elif kind == "quoted":
        about = quoted_in(record) or about
    page = page_of(uri, run.app, _name_in_page(author))
    yield Gesture(f"{uri} {other}", kind, "in", other, at, about, page, words_of(record), name, exact)


def _name_in_page(author: dict[str, Any]) -> str:
    handle = str(author.get("handle") or "")
    return handle if handle and handle != "handle.invalid" else str(author["did"])


# --- messages ---


def _messages(run: _Gathering) -> None:
    """The conversations in which something was said since the last time, and in each what is new."""
    if run.server.may_read_messages is False:
        run.warnings[_NO_MESSAGES] = None
        return
    try:
        _talks(run)
    except (Busy, SignedOut, SignInRefused):
        raise
    except (MissingRight, Forbidden):
        run.warnings[_NO_MESSAGES] = None
    except FetchError as error:
        refused = isinstance(error, BadStatus) and says_no(error) and not run.server.may_read_messages
        run.warnings[_NO_MESSAGES if refused else _NO_CHAT] = None


def _talks(run: _Gathering) -> None:
    proxy = f"{run.server.chat}#bsky_chat"
    ask = partial(run.server.page, "chat.bsky.convo.listConvos", "convos", limit=PAGE, proxy=proxy)
    place = Place.of(run.positions.get("talks", ""))
    found = walk(ask, _know_talk, place, first=FIRST_PAGES, most=MOST_PAGES)
    heard: dict[str, str] = json.loads(run.positions.get("messages", "{}"))
    read: dict[str, str] = {}
    unread = []
    try:
        for convo in found.items:
            try:
                other = _other_in(run, convo)
                number, last = str(convo["id"]), str((convo.get("lastMessage") or {}).get("id") or "")
            except MALFORMED:
                run.warnings[_SKIPPED] = None
                unread.append(_know_talk(convo))
                continue
            if other and last and heard.get(number) != last:
                _talk(run, proxy, number, other, heard.get(number, ""))
                read[number] = last
    finally:  # what was heard of one talk is heard, whatever becomes of the next one
        kept = {**read, **{number: last for number, last in heard.items() if number not in read}}
        run.positions["messages"] = json.dumps(dict(list(kept.items())[:MOST_TALKS]))
    run.positions["talks"] = str(found.place.without(unread))
    if found.interrupted:
        raise found.interrupted


def _know_talk(told: Any) -> Known:
    """A conversation in which something was said is another one: it comes to the top again."""
    if not isinstance(told, dict) or not told.get("id"):
        return Known()
    last = told.get("lastMessage")
    return Known(f"{told['id']} {last.get('id') if isinstance(last, dict) else ''}")


def _other_in(run: _Gathering, convo: Any) -> dict[str, Any] | None:
    """With whom one talks; None where there are several, or nobody."""
    members = [member for member in convo.get("members") or [] if member["did"] != run.me]
    alone = len(members) == 1 and len(convo["members"]) == _TWO
    if "group" in str((convo.get("kind") or {}).get("$type") or "") or not alone or is_shut_out(members[0]):
        return None
    member: dict[str, Any] = members[0]
    return member


def _talk(run: _Gathering, proxy: str, number: str, other: dict[str, Any], until: str) -> None:
    """What was said in one conversation since the message `until`, newest first."""
    ask = partial(
        run.server.page, "chat.bsky.convo.getMessages", "messages", convoId=number, limit=PAGE, proxy=proxy
    )
    cursor = ""
    for _ in range(MOST_PAGES_OF_TALK):
        page = ask(cursor)
        for message in page.items:
            try:
                if until and str(message["id"]) == until:
                    return
                _keep(run, number, other, message)
            except MALFORMED:
                run.warnings[_SKIPPED] = None
        cursor = page.cursor
        if not cursor:
            return


def _keep(run: _Gathering, number: str, other: dict[str, Any], message: Any) -> None:
    """Keep one message; those that were deleted, or that nobody wrote, have no text."""
    text = message.get("text")
    if not isinstance(text, str) or "sender" not in message:
        return
    direction: Direction = "out" if message["sender"]["did"] == run.me else "in"
    at = time_of(message.get("sentAt"))
    gesture = Gesture(
        f"chat {number} {message['id']}",
        "wrote",
        direction,
        str(other["did"]),
        min(at, run.now),
        url=f"{run.app}/messages/{number}",
        text=words_of({"text": text}),
        name=str(other.get("displayName") or other.get("handle") or ""),
        exact=at != NO_TIME,
    )
    run.found.setdefault(gesture.key, gesture)
