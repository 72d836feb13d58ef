"""What passed between an own account and others: favourites, boosts, replies, mentions, messages, quotes, in both directions.

Five streams, each with its place, and each costing only itself where a right is missing or a server has no such thing. What is
written has one key by whichever of them it comes: its uri and the other account.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from feeds.errors import N_, Busy, FetchError, Gone, Missing, MissingRight, SignedOut
from feeds.model import Gathered, Gesture
from feeds.sources.mastodon.api import PAGE, id_of, signed_in
from feeds.sources.mastodon.follows import own_id
from feeds.sources.mastodon.statuses import (
    MALFORMED,
    address_of,
    full,
    moment,
    name_of,
    quoted_in,
    shown_in,
    uri_of,
    visibility_of,
    web,
    words_of,
)
from feeds.sources.mastodon.walking import MOST_PAGES, Place, Walk, later, look_back, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from feeds.http import Client
    from feeds.model import Account, Direction, GestureKind, Networks
    from feeds.sources.mastodon.api import Server

FIRST_PAGES = 5
# Statuses answered, asked for one by one where a server cannot tell several at once; else so many in one question.
MOST_PARENTS = 40
MOST_TOGETHER = 200
_TOGETHER = 20
_SKIPPED = N_("Some of what passed between you and others could not be read; the rest was kept.")
_NO_FAVOURITES = N_(
    "What you favoured could not be read: that right was not given. Signing in again asks for it."
)
_NO_STATUSES = N_("What you wrote could not be read: that right was not given. Signing in again asks for it.")
_NO_NOTIFICATIONS = N_(
    "What others wrote to you could not be read: that right was not given. Signing in again asks for it."
)
_TYPES = ("mention", "favourite", "reblog", "quote")
_LIKED: dict[str, GestureKind] = {"favourite": "liked", "reblog": "boosted"}
_MENTIONS = {"mention", "quote"}


@dataclass(slots=True)
class _Gathering:
    """One run: whom it is for, what came so far, and what is still to be asked."""

    server: Server
    me: str
    now: datetime
    positions: dict[str, str]
    found: dict[str, Gesture] = field(default_factory=dict)
    # By the keys of gestures, the local ids of what they answer; and answers of which only that is known.
    parents: dict[str, str] = field(default_factory=dict)
    nameless: list[tuple[Any, str]] = field(default_factory=list)
    # By local ids, the uri of a status and whose it is.
    told: dict[str, tuple[str, str]] = field(default_factory=dict)
    warnings: dict[str, None] = field(default_factory=dict)
    error: FetchError | None = None
    read: int = 0

    def keep(self, gestures: Iterable[Gesture]) -> None:
        """Keep gestures, each once."""
        for gesture in gestures:
            if gesture.other.lower() != self.server.home.lower():
                self.found.setdefault(gesture.key, gesture)


def gather(
    account: Account, positions: Mapping[str, str], client: Client, networks: Networks, now: datetime
) -> Gathered:
    """What is new since the positions; at first the latest of each stream.

    Raises:
        FetchError: nothing could be read; the sentence says why.

    """
    server = signed_in(account, client, networks, now)
    kept = dict(positions) if positions.get("server") == server.base else {"server": server.base}
    me = kept.get("me") or own_id(server)
    run = _Gathering(server, me, now, {**kept, "me": me})
    for stream in (_statuses, _favourites, _notifications, _conversations):
        if not _gather(run, stream):
            break
    if run.error and not run.read:
        raise run.error
    _name_parents(run)
    if run.error:
        _leave_unnamed(run, kept)
    return Gathered(
        tuple(run.found.values()),
        run.positions,
        later(run.error) if run.error else None,
        tuple(run.warnings),
    )


def _gather(run: _Gathering, stream: Callable[[_Gathering], None]) -> bool:
    """Read one stream; whether the server can be asked for more."""
    try:
        stream(run)
    except MissingRight:
        run.warnings[_WITHOUT[stream]] = None
    except (Missing, Gone):
        pass  # it has no such thing
    except (Busy, SignedOut) as error:
        run.error = error
        return False
    except FetchError as error:
        run.error = run.error or error
    return not isinstance(run.error, Busy)


def _take(
    run: _Gathering, name: str, found: Walk, read: Callable[[_Gathering, Any], Iterator[Gesture]]
) -> None:
    """Keep what a walk brought, and its place."""
    for item in found.items:
        try:
            run.keep(list(read(run, item)))
        except MALFORMED:
            run.warnings[_SKIPPED] = None
    run.positions[name] = str(found.place)
    run.read += 1
    if found.interrupted:
        raise found.interrupted


# --- the streams ---


def _statuses(run: _Gathering) -> None:
    address = run.server.address(f"/api/v1/accounts/{run.me}/statuses", limit=PAGE)
    place = Place.of(run.positions.get("statuses", ""))
    found = walk(run.server, address, place, first=FIRST_PAGES, right="read:statuses")
    _take(run, "statuses", found, _of_me)


def _favourites(run: _Gathering) -> None:
    """The pages here are not named by the ids of statuses, and no page tells when."""
    address = run.server.address("/api/v1/favourites", limit=PAGE)
    place = Place.of(run.positions.get("favourites", ""))
    found = look_back(run.server, address, place, first=FIRST_PAGES, most=MOST_PAGES, right="read:favourites")
    # Known ones may come again when they have changed; they are no news.
    fresh = replace(found, items=tuple(item for item in found.items if id_of(item) not in place.known))
    _take(run, "favourites", fresh, _liked)
    run.positions["looked"] = run.now.isoformat()


def _notifications(run: _Gathering) -> None:
    address = run.server.address("/api/v1/notifications", limit=PAGE, types=_TYPES)
    place = Place.of(run.positions.get("notifications", ""))
    found = walk(run.server, address, place, first=FIRST_PAGES, right="read:notifications")
    _take(run, "notifications", found, _of_notification)


def _conversations(run: _Gathering) -> None:
    """Each stands where its last status puts it, so that one that goes on comes to the top again."""
    place = Place.of(run.positions.get("conversations", ""))
    paths = ("/api/v1/conversations", "/api/v1/conversations/")
    for path in paths:
        try:
            found = look_back(
                run.server,
                run.server.address(path, limit=PAGE),
                place,
                first=FIRST_PAGES,
                most=FIRST_PAGES,
                right="read:statuses",
            )
        except Missing:
            if path == paths[-1]:
                raise
            continue
        _take(run, "conversations", found, _of_conversation)
        return


_WITHOUT: dict[Any, str] = {
    _statuses: _NO_STATUSES,
    _favourites: _NO_FAVOURITES,
    _notifications: _NO_NOTIFICATIONS,
    _conversations: _NO_NOTIFICATIONS,
}


# --- what was done ---


def _of_me(run: _Gathering, status: Any) -> Iterator[Gesture]:
    """What a status in one's own list does towards others; where a server counts anew, one's old list is somebody else's."""
    if address_of(status["account"], run.server.host).lower() == run.server.home.lower():
        yield from _of_mine(run, status)


def _of_mine(run: _Gathering, status: Any) -> Iterator[Gesture]:
    """What a status of one's own does towards others: one gesture for each of them. An answer to oneself is none."""
    if boosted := status.get("reblog"):
        if address_of(boosted["account"], run.server.host).lower() != run.server.home.lower():
            yield _boosted(run, status, boosted)
            return
        status = boosted  # one's own, wrapped by a server because somebody boosted it, or passed on once more
    host = run.server.host
    run.told[id_of(status)] = (uri_of(status), run.server.home)
    parent, answered = (str(status.get(f"in_reply_to_{name}") or "") for name in ("id", "account_id"))
    # Some servers give all that are mentioned one id.
    named = [(str(one.get("id")), full(one["acct"], host)) for one in status.get("mentions") or []]
    whom = next((other for number, other in named if number == answered), "")
    if visibility_of(status) == "direct":
        for _, other in named:
            yield _written(run, status, "wrote", other, parent=parent if other == whom else "")
        return
    quoted = quoted_in(status)
    if quoted:
        other = address_of(quoted["account"], host)
        name = name_of(quoted["account"])
        yield replace(_written(run, status, "quoted", other), about=uri_of(quoted), name=name)
    if answered and answered != run.me:
        if whom:
            yield _written(run, status, "replied", whom, parent=parent)
        else:
            run.nameless.append((status, parent))
    elif not answered:
        for _, other in named:
            yield _written(run, status, "mentioned", other)


def _boosted(run: _Gathering, status: Any, boosted: Any) -> Gesture:
    other = address_of(boosted["account"], run.server.host)
    return Gesture(
        f"{uri_of(status)} {other}",
        "boosted",
        "out",
        other,
        _moment(run, status),
        uri_of(boosted),
        _page(boosted),
        name=name_of(boosted["account"]),
    )


def _liked(run: _Gathering, status: Any) -> Iterator[Gesture]:
    """A favourite: between the last look and now, and not before there was something to favour."""
    status = shown_in(status)
    looked = moment(run.positions.get("looked"))
    at = _moment(run, status)
    yield Gesture(
        f"liked {uri_of(status)}",
        "liked",
        "out",
        address_of(status["account"], run.server.host),
        max(at, looked) if looked else at,
        uri_of(status),
        _page(status),
        name=name_of(status["account"]),
        exact=False,
    )


def _of_notification(run: _Gathering, told: Any) -> Iterator[Gesture]:
    """What somebody else did; the status that it was done with or to may be gone."""
    kind, status = told.get("type"), told.get("status")
    if kind in _MENTIONS:
        if status:
            yield from _of_other(run, status, quotes=kind == "quote")
    elif kind in _LIKED:
        mine = (status.get("reblog") or status) if status else {}
        other = address_of(told["account"], run.server.host)
        about = uri_of(mine) if mine else ""
        if about:
            run.told[id_of(mine)] = (about, run.server.home)
        yield Gesture(
            f"{_LIKED[kind]} {about or told['id']} {other}",
            _LIKED[kind],
            "in",
            other,
            _moment(run, told),
            about,
            _page(mine),
            name=name_of(told["account"]),
        )


def _of_conversation(run: _Gathering, told: Any) -> Iterator[Gesture]:
    """The last word of a conversation; one's own is among one's own statuses."""
    status = told.get("last_status")
    if status and str(status["account"]["id"]) != run.me:
        yield from _of_other(run, status)


def _of_other(run: _Gathering, status: Any, *, quotes: bool = False) -> Iterator[Gesture]:
    """What somebody else's status does towards oneself."""
    status = shown_in(
        status
    )  # some servers wrap what was boosted, and each viewer's wrapper has another name
    other = address_of(status["account"], run.server.host)
    kind: GestureKind = "mentioned"
    parent = about = ""
    if visibility_of(status) == "direct":
        kind = "wrote"
    elif str(status.get("in_reply_to_account_id")) == run.me:
        kind = "replied"
    elif quotes:
        kind = "quoted"
        about = uri_of(quoted) if (quoted := quoted_in(status)) else ""
    if str(status.get("in_reply_to_account_id")) == run.me:
        parent = str(status.get("in_reply_to_id") or "")
    gesture = _written(run, status, kind, other, "in", parent=parent)
    yield replace(gesture, about=about, name=name_of(status["account"]))


def _written(
    run: _Gathering,
    status: Any,
    kind: GestureKind,
    other: str,
    direction: Direction = "out",
    *,
    parent: str = "",
) -> Gesture:
    """A status as a gesture towards or from another account; what it answers is asked for at the end."""
    key = f"{uri_of(status)} {other}"
    if parent:
        run.parents[key] = parent
    return Gesture(
        key, kind, direction, other, _moment(run, status), url=_page(status), text=words_of(status)
    )


def _moment(run: _Gathering, told: Any) -> datetime:
    """When something was done; now, where its date cannot be read or lies ahead."""
    return min(moment(told.get("created_at")) or run.now, run.now)


def _page(status: Any) -> str:
    return web(status.get("url")) or web(status.get("uri"))


# --- what was answered ---


def _name_parents(run: _Gathering) -> None:
    """Say which statuses were answered, as far as the server tells: only their local ids stand in the answers."""
    wanted = [*(parent for _, parent in run.nameless), *run.parents.values()]
    unknown = [number for number in dict.fromkeys(wanted) if number and number not in run.told]
    if unknown and not run.error:
        _ask_for(run, unknown)
    for status, parent in run.nameless:
        _, other = run.told.get(parent, ("", ""))
        if other:
            run.keep([_written(run, status, "replied", other, parent=parent)])
    for key, parent in run.parents.items():
        about, _ = run.told.get(parent, ("", ""))
        if about and key in run.found and not run.found[key].about:
            run.found[key] = replace(run.found[key], about=about)


def _leave_unnamed(run: _Gathering, before: Mapping[str, str]) -> None:
    """Where there was no time to ask what was answered, one's own statuses are read once more: a gesture is told only once."""
    unnamed = {key for key, parent in run.parents.items() if parent not in run.told}
    lost = {key for key in unnamed if key in run.found and run.found[key].direction == "out"}
    if not lost and not any(parent not in run.told for _, parent in run.nameless):
        return
    for key in lost:
        del run.found[key]
    if "statuses" in before:
        run.positions["statuses"] = before["statuses"]
    else:
        run.positions.pop("statuses", None)


def _ask_for(run: _Gathering, numbers: list[str]) -> None:
    """Ask for statuses together where the server can tell several at once (Mastodon 4.3), else one by one."""
    server = run.server
    try:
        for start in range(0, min(len(numbers), MOST_TOGETHER), _TOGETHER):
            some = numbers[start : start + _TOGETHER]
            told = server.page(
                server.address("/api/v1/statuses", id=some), right="read:statuses", by_id=False
            ).items
            if not start and not any(id_of(one) in some for one in told):
                break
            for one in told:
                _remember(run, one)
        else:
            return
    except FetchError as error:
        if isinstance(error, (Busy, SignedOut, MissingRight)):
            return
    for number in [number for number in numbers if number not in run.told][:MOST_PARENTS]:
        try:
            _remember(run, server.get(f"/api/v1/statuses/{quote(number, safe='')}", right="read:statuses"))
        except (Busy, SignedOut, MissingRight):
            return
        except FetchError:
            continue


def _remember(run: _Gathering, status: Any) -> None:
    with suppress(*MALFORMED):
        shown = shown_in(status)  # one that you boosted may come as your boost
        run.told[id_of(status)] = (uri_of(shown), address_of(shown["account"], run.server.host))
