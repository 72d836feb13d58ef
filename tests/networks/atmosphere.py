"""A small Bluesky network at the wire, with state and with faults: PDS, PLC directory, AppView and messages.

Written from the lexicons and from what the real servers answer, and without looking at our client. One `Atmosphere`
answers for all hosts of the network:

    sky = Atmosphere()
    julie = sky.person("julie.example", "Julie", "motdepasse")
    with Wire(sky.sites()) as wire:          # http://pds.localhost:PORT and so on
        ...

What differs from the real network, on purpose: nothing lags, cursors are opaque in earnest, and data has a clock of its
own (`now`), while tokens live by the machine's, because clients compare those with theirs.
"""

from __future__ import annotations

import hmac
import json
import re
import time
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections import defaultdict
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit

from engage.demo.answers import Answer, as_json, picture
from engage.demo.skeets import cid_of, did_of, stamp, tid_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from engage.demo.answers import Request, Site
    from engage.demo.cards import Card

JSON = dict[str, Any]
_T = TypeVar("_T")
PDS, PLC, APPVIEW = "pds", "plc", "appview"
CHAT: Final = "did:web:api.bsky.chat"
INVALID: Final = "handle.invalid"
EVERY: Final = "*"
GONE: Final = object()

POST, REPOST, LIKE = "app.bsky.feed.post", "app.bsky.feed.repost", "app.bsky.feed.like"
FOLLOW, BLOCK = "app.bsky.graph.follow", "app.bsky.graph.block"
LIST, LIST_ITEM = "app.bsky.graph.list", "app.bsky.graph.listitem"
PROFILE = "app.bsky.actor.profile"

_ACCESS, _REFRESH = "com.atproto.access", "com.atproto.refresh"
_APP_PASSWORD = {False: "com.atproto.appPass", True: "com.atproto.appPassPrivileged"}
_PRIVILEGED = {_ACCESS, _APP_PASSWORD[True]}
_SECRET = b"the key of a PDS that does not exist"
_REFRESH_LIVES = 90 * 86400
_NOTIFIED_DEPTH = 5
_EPOCH = "1970-01-01T00:00:00.000Z"
_NEWEST = "~"  # sorts after every moment and every record key
_HANDLE = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE
)
_IN_TEXT = re.compile(
    r"@(?P<mention>[A-Za-z0-9.-]+[A-Za-z0-9])|(?P<link>https?://[^\s]*[^\s.,;:!?)])|#(?P<tag>\w+)"
)


class _Refusal(Exception):
    """An XRPC error: its name, its message and its status."""

    def __init__(self, name: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.name, self.message, self.status = name, message, status

    def answer(self) -> Answer:
        return as_json({"error": self.name, "message": self.message}, self.status)


@dataclass(slots=True)
class _Person:
    """Someone with an account: `app_passwords` says which are privileged, `home` is the name of their PDS's site."""

    did: str
    handle: str
    password: str
    home: str
    created: datetime
    known_as: str
    app_passwords: dict[str, bool] = field(default_factory=dict)
    mutes: dict[str, None] = field(default_factory=dict)
    factor: str = ""
    seen: str = ""
    allows_messages: str = "all"


@dataclass(frozen=True, slots=True)
class _Record:
    """A record of a repository; `indexed` is when the AppView saw it."""

    uri: str
    cid: str
    value: Any
    indexed: str

    @property
    def did(self) -> str:
        return _owner(self.uri)

    @property
    def collection(self) -> str:
        return self.uri.split("/")[3]

    @property
    def key(self) -> str:
        return self.uri.split("/")[4]

    @property
    def sorted_at(self) -> str:
        """The earlier of when it says it was written and of when it was seen: the order of all feeds."""
        return min(_moment(self.value.get("createdAt")), self.indexed)

    @property
    def place(self) -> tuple[str, str]:
        return self.sorted_at, self.uri


@dataclass(slots=True)
class _Session:
    """What one refresh token stands for; `next` is the one that followed it."""

    did: str
    scope: str
    password: str
    next: str = ""
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class _Message:
    id: str
    rev: str
    convo: str
    sender: str
    text: str
    sent: str


@dataclass(slots=True)
class _Convo:
    id: str
    rev: str
    members: tuple[str, str]
    messages: list[_Message] = field(default_factory=list)
    read: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Raw:
    """An item put into a feed as it is: `feed` is `timeline`, an author's DID or a list's at-uri."""

    feed: str
    place: tuple[str, str]
    item: Any


class Atmosphere:
    """The network, a Site under several names (`sites`); everything that is done without `at` comes a second later.

    `now` is the clock of the data. `lifetime` is how many seconds an access token lives, `grace` whether a refresh token
    may be used again after it was (the real PDS allows it for two hours, and gives the same successor).
    """

    def __init__(self, now: datetime = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)) -> None:
        self.now = now
        self.lifetime = 7200
        self.grace = False
        self.chat_did = CHAT
        self._lock = Lock()
        self._people: dict[str, _Person] = {}
        self._records: dict[str, _Record] = {}
        self._repos: defaultdict[tuple[str, str], dict[str, _Record]] = defaultdict(dict)
        self._pointing: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        self._down: set[str] = set()
        self._sessions: dict[str, _Session] = {}
        self._issued: set[str] = set()
        self._expired: set[str] = set()
        self._convos: dict[str, _Convo] = {}
        self._log: list[tuple[str, str, str, _Message | None]] = []
        self._unsent: set[tuple[str, str]] = set()
        self._raw: list[_Raw] = []
        self._spoilt: dict[str, JSON] = {}
        self._failing: defaultdict[str, list[Answer]] = defaultdict(list)
        self._limited: dict[str, Answer] = {}
        self._bent: defaultdict[str, list[str]] = defaultdict(list)
        self._count = 0

    def sites(self, *others: str) -> dict[str, Site]:
        """Name the sites of the network, and `others`: further PDSes, or handles (`julie` for julie.localhost)."""
        return dict.fromkeys((PDS, PLC, APPVIEW, *others), self)

    # People.

    def person(
        self,
        handle: str,
        name: str = "",
        password: str = "",
        *,
        description: str = "",
        website: str = "",
        labels: Sequence[str] = (),
        pds: str = PDS,
    ) -> str:
        """Give someone an account on the PDS of that site name, and a profile; answers their DID."""
        did = did_of(handle)
        at = self._tick(None)
        self._people[did] = _Person(did, handle, password, pds, at, handle)
        profile: JSON = {
            "$type": PROFILE,
            "displayName": name,
            "description": description,
            "avatar": _blob(did),
        }
        profile |= {"website": website} if website else {}
        profile |= {"labels": _self_labels(labels)} if labels else {}
        self.write(did, PROFILE, profile, key="self", at=at)
        return did

    def app_password(self, did: str, *, privileged: bool = False) -> str:
        """Make an app password, in the form that the real ones have."""
        self._count += 1
        letters = did_of(f"{did} {self._count}").removeprefix("did:plc:")[:16]
        password = "-".join(letters[start : start + 4] for start in range(0, 16, 4))
        self._people[did].app_passwords[password] = privileged
        return password

    def revoke(self, did: str, password: str) -> None:
        """Take an app password back: its refresh tokens end now, its access tokens when they expire."""
        self._people[did].app_passwords.pop(password, None)
        for session in self._sessions.values():
            session.revoked |= (session.did, session.password) == (did, password)

    def ask_factor(self, did: str, code: str) -> None:
        """Want a code from their mail beside the password; an app password needs none. Empty: no longer."""
        self._people[did].factor = code

    def rename(self, did: str, handle: str) -> None:
        """Give another handle. `handle.invalid` is what stands there when the handle no longer leads to the DID:
        the DID's document goes on naming it."""
        person = self._people[did]
        person.handle = handle
        person.known_as = person.known_as if handle == INVALID else handle

    def takedown(self, subject: str) -> None:
        """Take down an account (a DID) or a record (an at-uri)."""
        self._down.add(subject)

    # Gestures.

    def write(
        self,
        did: str,
        collection: str,
        value: JSON,
        *,
        key: str = "",
        at: datetime | None = None,
    ) -> tuple[str, str]:
        """Write any record, right or wrong, at that moment; answers its at-uri and CID. Nothing is validated."""
        moment = self._tick(at)
        if not key:
            self._count += 1
            key = tid_of(moment + timedelta(microseconds=self._count), "")
        uri = f"at://{did}/{collection}/{key}"
        if uri in self._records:
            self._unlink(self._records[uri])
        record = _Record(uri, cid_of(value), value, stamp(moment))
        self._records[uri] = self._repos[did, collection][key] = record
        for kind, subject in _edges(value):
            self._pointing[kind, subject][uri] = did
        return record.uri, record.cid

    def post(
        self,
        did: str,
        text: str,
        *,
        reply_to: str = "",
        quote: str = "",
        card: Card | None = None,
        images: Sequence[str] = (),
        langs: Sequence[str] = (),
        labels: Sequence[str] = (),
        at: datetime | None = None,
        created: str = "",
        **more: Any,
    ) -> tuple[str, str]:
        """Post something, written and seen at `at`; answers its at-uri and CID.

        `images` are descriptions, one for each picture; `created` is what the post itself claims about its time,
        right or wrong; `more` replaces fields of the record. Mentions, links and tags in the text become facets.
        """
        moment = self._tick(at)
        record: JSON = {"$type": POST, "text": text, "createdAt": created or stamp(moment)}
        facets = list(self._facets(text))
        embed = self._embed(quote, card, images)
        record |= {"langs": list(langs)} if langs else {}
        record |= {"facets": facets} if facets else {}
        record |= {"embed": embed} if embed else {}
        record |= {"labels": _self_labels(labels)} if labels else {}
        record |= {"reply": self._reply_to(reply_to)} if reply_to else {}
        return self.write(did, POST, record | more, at=moment)

    def edit(self, uri: str, text: str, *, at: datetime | None = None) -> str:
        """Write another text under the same at-uri; answers the new CID."""
        record = self._records[uri]
        value = {**record.value, "text": text, "facets": list(self._facets(text))}
        if not value["facets"]:
            del value["facets"]
        return self.write(record.did, POST, value, key=record.key, at=at)[1]

    def delete(self, uri: str) -> None:
        """Delete a record; what points to it stays, and points nowhere."""
        record = self._records.pop(uri)
        del self._repos[record.did, record.collection][record.key]
        self._unlink(record)

    def like(self, did: str, uri: str, *, via: str = "", at: datetime | None = None) -> tuple[str, str]:
        """Like a post, maybe where a repost (`via`) showed it."""
        return self._gesture(did, LIKE, uri, via, at)

    def repost(self, did: str, uri: str, *, via: str = "", at: datetime | None = None) -> tuple[str, str]:
        """Pass a post on, maybe from a repost (`via`)."""
        return self._gesture(did, REPOST, uri, via, at)

    def follow(self, did: str, other: str, *, at: datetime | None = None) -> tuple[str, str]:
        """Follow someone."""
        moment = self._tick(at)
        value = {"$type": FOLLOW, "subject": other, "createdAt": stamp(moment)}
        return self.write(did, FOLLOW, value, at=moment)

    def block(self, did: str, other: str, *, at: datetime | None = None) -> tuple[str, str]:
        """Block someone: both no longer see each other."""
        moment = self._tick(at)
        value = {"$type": BLOCK, "subject": other, "createdAt": stamp(moment)}
        return self.write(did, BLOCK, value, at=moment)

    def mute(self, did: str, other: str) -> None:
        """Mute someone: no record says so, only the AppView knows."""
        self._people[did].mutes[other] = None

    def make_list(
        self, owner: str, name: str, members: Iterable[str] = (), *, purpose: str = "curatelist"
    ) -> str:
        """Make a list of people, for reading or (`modlist`) for moderation; answers its at-uri."""
        moment = self._tick(None)
        value = {"$type": LIST, "name": name, "purpose": f"app.bsky.graph.defs#{purpose}"}
        uri, _ = self.write(owner, LIST, {**value, "createdAt": stamp(moment)}, at=moment)
        for member in members:
            at = self._tick(None)
            item = {"$type": LIST_ITEM, "subject": member, "list": uri, "createdAt": stamp(at)}
            self.write(owner, LIST_ITEM, item, at=at)
        return uri

    def message(self, sender: str, to: str, text: str, *, at: datetime | None = None) -> str:
        """Send a direct message; answers its id."""
        convo = self._convo(sender, to)
        self._count += 1
        moment = self._tick(at)
        made = _Message(tid_of(moment, str(self._count)), self._rev(), convo.id, sender, text, stamp(moment))
        convo.messages.append(made)
        convo.rev = made.rev
        self._log.append((made.rev, "logCreateMessage", convo.id, made))
        return made.id

    def unsend(self, did: str, message: str) -> None:
        """Delete a message for oneself: nobody can delete it for the other."""
        self._unsent.add((did, message))

    def allow_messages(self, did: str, whose: str) -> None:
        """Say from whom messages are welcome: `all`, `none` or `following`."""
        self._people[did].allows_messages = whose

    # Faults.

    def fail_once(self, method: str, status: int = 500, *, times: int = 1, page: bool = False) -> None:
        """Let the next call of a method fail with 500, 502 or 503, in JSON or with a gateway's page.

        Beside methods there are `EVERY`, `PLC` (the directory) and `/.well-known/atproto-did`.
        """
        names = {500: "InternalServerError", 502: "UpstreamFailure", 503: "NotEnoughResources"}
        name = names.get(status, "InternalServerError")
        failure = _Refusal(name, re.sub(r"(?<!^)([A-Z])", r" \1", name), status).answer()
        if page:
            failure = Answer(status, b"<html><body><h1>Bad gateway</h1></body></html>")
        self._failing[method] += [failure] * times

    def limit(
        self, method: str, reset_at: datetime, *, points: int = 3000, retry_after: int | None = None
    ) -> None:
        """Answer 429 to a method (or to `EVERY`) until `lift`.

        `ratelimit-reset` is a moment, in seconds since 1970; `retry_after`, in seconds, is what only newer servers add.
        """
        headers = {
            "ratelimit-limit": str(points),
            "ratelimit-remaining": "0",
            "ratelimit-reset": str(int(reset_at.timestamp())),
            "ratelimit-policy": f"{points};w=300",
        }
        headers |= {} if retry_after is None else {"retry-after": str(retry_after)}
        body = {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}
        self._limited[method] = as_json(body, 429, **headers)

    def lift(self, method: str) -> None:
        """End the limit of a method."""
        del self._limited[method]

    def lose_cursor(self, method: str, *, times: int = 1) -> None:
        """Let the next page of a method end without a cursor, whatever there is beyond it."""
        self._bent[method] += ["lose"] * times

    def empty_page(self, method: str, *, times: int = 1) -> None:
        """Let the next page of a method be empty and have a cursor that goes on."""
        self._bent[method] += ["empty"] * times

    def expire(self) -> None:
        """Let all access tokens given so far be past their time."""
        self._expired |= self._issued

    def end_sessions(self, did: str) -> None:
        """Revoke all refresh tokens of someone, as a new password does."""
        for session in self._sessions.values():
            session.revoked |= session.did == did

    def insert(self, item: Any, *, feed: str = "timeline", at: datetime | None = None) -> None:
        """Put an item as it is into every timeline, or into the feed of an author (a DID) or a list (its at-uri)."""
        self._count += 1
        self._raw.append(_Raw(feed, (stamp(self._tick(at)), f"raw{self._count:09d}"), item))

    def spoil(self, uri: str, **fields: Any) -> None:
        """Replace fields of the view of a post, wherever it is shown; `GONE` takes the field out."""
        self._spoilt.setdefault(uri, {}).update(fields)

    # The wire.

    def answer(self, request: Request) -> Answer:
        """Say what the host that was asked says."""
        with self._lock:  # the wire answers in threads
            try:
                return self._answer(request)
            except _Refusal as refusal:
                return refusal.answer()

    def _answer(self, request: Request) -> Answer:
        method = PLC if request.site == PLC else request.path.removeprefix("/xrpc/")
        limited = self._limited.get(method) or self._limited.get(EVERY)
        failing = self._failing[method] or self._failing[EVERY]
        if limited or failing:
            return limited or failing.pop(0)
        if request.site == PLC:
            return self._directory(request)
        if not request.path.startswith("/xrpc/"):
            return self._page(request)
        return self._call(_Call(self, request, method))

    def _call(self, call: _Call) -> Answer:
        asked, method = call.request.method.replace("HEAD", "GET"), call.method
        spoken = _QUERIES.get(method) or _PROCEDURES.get(method)
        expected = "POST" if method in _PROCEDURES else "GET"
        if spoken and asked != expected:
            raise _Refusal("InvalidRequest", f"Incorrect HTTP method ({asked}) expected {expected}")
        if call.request.site == APPVIEW:
            spoken = spoken if method in _AT_THE_APPVIEW else None
            call.come_as_stranger()
        elif method not in _OPEN | _BY_REFRESH:
            call.sign_in()
        if spoken is None:
            raise _Refusal("MethodNotImplemented", "Method Not Implemented", 501)
        if method.startswith("chat.bsky."):
            call.to_chat()
        body = spoken(call)
        return Answer(type="") if body is None else as_json(self._bend(call, body))

    def _bend(self, call: _Call, body: JSON) -> JSON:
        bends = self._bent[call.method]
        if not bends:
            return body
        if bends.pop(0) == "lose":
            return {name: value for name, value in body.items() if name != "cursor"}
        emptied = {name: [] if isinstance(value, list) else value for name, value in body.items()}
        return {**emptied, "cursor": call.request.one("cursor") or _START}

    def _directory(self, request: Request) -> Answer:
        did = request.path.strip("/")
        person = self._people.get(did)
        if person is None:
            return as_json({"message": f"DID not registered: {did}"}, 404)
        document = json.dumps(self._document(person, request)).encode()
        return Answer(body=document, type="application/did+ld+json; charset=utf-8")

    def _document(self, person: _Person, request: Request) -> JSON:
        key = "zQ3sh" + did_of(person.did + " key").removeprefix("did:plc:") * 2
        return {
            "@context": [
                "https://www.w3.org/ns/did/v1",
                "https://w3id.org/security/multikey/v1",
                "https://w3id.org/security/suites/secp256k1-2019/v1",
            ],
            "id": person.did,
            "alsoKnownAs": [f"at://{person.known_as}"],
            "verificationMethod": [
                {
                    "id": f"{person.did}#atproto",
                    "type": "Multikey",
                    "controller": person.did,
                    "publicKeyMultibase": key,
                }
            ],
            "service": [
                {
                    "id": "#atproto_pds",
                    "type": "AtprotoPersonalDataServer",
                    "serviceEndpoint": _base(request, person.home),
                }
            ],
        }

    def _page(self, request: Request) -> Answer:
        if request.path.startswith("/img/"):
            return picture(request.path)
        if request.path != "/.well-known/atproto-did":
            return Answer(404, f"<pre>Cannot {request.method} {request.path}</pre>".encode())
        host = request.headers.get("host", "").rsplit(":", 1)[0].lower()
        person = self._find(host)
        if person is None:
            return Answer(404, b"User not found")
        return Answer(body=person.did.encode(), type="text/plain; charset=utf-8")

    # What the network knows.

    def _tick(self, at: datetime | None) -> datetime:
        if at is not None:
            return at
        self.now += timedelta(seconds=1)
        return self.now

    def _rev(self) -> str:
        """The next revision of the messages: revisions only ever grow, whatever the dates of the messages."""
        self._count += 1
        return tid_of(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self._count), "")

    def _unlink(self, record: _Record) -> None:
        for edge in _edges(record.value):
            self._pointing[edge].pop(record.uri, None)

    def _gesture(self, did: str, kind: str, uri: str, via: str, at: datetime | None) -> tuple[str, str]:
        moment = self._tick(at)
        value: JSON = {"$type": kind, "subject": self._strong(uri), "createdAt": stamp(moment)}
        value |= {"via": self._strong(via)} if via else {}
        return self.write(did, kind, value, at=moment)

    def _strong(self, uri: str) -> JSON:
        """Refer to a record; to one that is gone, by an address that leads nowhere."""
        record = self._records.get(uri)
        return {"uri": uri, "cid": record.cid if record else cid_of(uri)}

    def _reply_to(self, uri: str) -> JSON:
        parent = self._records.get(uri)
        root = parent.value.get("reply", {}).get("root") if parent else None
        return {"root": root or self._strong(uri), "parent": self._strong(uri)}

    def _embed(self, quote: str, card: Card | None, images: Sequence[str]) -> JSON | None:
        media: JSON | None = None
        if card:
            external = {"uri": card.url, "title": card.title, "description": card.description}
            media = {"$type": "app.bsky.embed.external", "external": external}
        elif images:
            shown = [
                {"alt": alt, "image": _blob(alt), "aspectRatio": {"width": 3, "height": 2}} for alt in images
            ]
            media = {"$type": "app.bsky.embed.images", "images": shown}
        if not quote:
            return media
        record = {"$type": "app.bsky.embed.record", "record": self._strong(quote)}
        return (
            {"$type": "app.bsky.embed.recordWithMedia", "record": record, "media": media} if media else record
        )

    def _facets(self, text: str) -> Iterator[JSON]:
        for match in _IN_TEXT.finditer(text):
            feature: JSON = {"$type": f"app.bsky.richtext.facet#{match.lastgroup}"}
            if match["mention"]:
                person = self._find(match["mention"])
                if person is None:
                    continue
                feature["did"] = person.did
            elif match["link"]:
                feature["uri"] = match["link"]
            else:
                feature["tag"] = match["tag"]
            start = len(text[: match.start()].encode())
            index = {"byteStart": start, "byteEnd": start + len(match[0].encode())}
            yield {"index": index, "features": [feature]}

    def _find(self, name: str) -> _Person | None:
        """Someone by DID or handle; who is taken down is not found."""
        person = self._people.get(name) or next(
            (one for one in self._people.values() if one.handle == name.lower() != INVALID), None
        )
        return person if person and person.did not in self._down else None

    def _record(self, uri: str) -> _Record | None:
        """A record as the AppView shows it: what is taken down, or is of somebody taken down, is not there."""
        record = self._records.get(uri)
        return record if record and not {uri, record.did} & self._down else None

    def _repo(self, did: str, collection: str) -> list[_Record]:
        """The records of a collection, newest key first."""
        return sorted(self._repos[did, collection].values(), key=lambda one: one.key, reverse=True)

    def _by(self, kind: str, subject: str, did: str) -> str:
        """The record by which someone does something to a subject, or nothing."""
        return next((uri for uri, owner in self._pointing[kind, subject].items() if owner == did), "")

    def _blocked(self, one: str, other: str) -> bool:
        return bool(self._by(BLOCK, one, other) or self._by(BLOCK, other, one))

    def _convo(self, one: str, other: str) -> _Convo:
        low, high = sorted((one, other))
        convo = self._convos.get(f"{low} {high}")
        if convo is None:
            rev = self._rev()
            convo = self._convos[f"{low} {high}"] = _Convo(rev, rev, (low, high))
            self._log.append((rev, "logBeginConvo", convo.id, None))
        return convo


@dataclass(slots=True)
class _Call:
    """One call of a method: who makes it, with which rights, and the views as they see them.

    `viewer` is the DID of who is signed in, or nothing.
    """

    sky: Atmosphere
    request: Request
    method: str
    viewer: str = ""
    scope: str = ""

    # Tokens.

    def sign_in(self) -> None:
        """Take the access token that came along; raises a refusal, worded as the PDS words it."""
        claims = self.token({_ACCESS, *_APP_PASSWORD.values()})
        if claims["sub"] in self.sky._down:
            raise _Refusal("AccountTakedown", "Account has been taken down", 401)
        if claims["jti"] in self.sky._expired:
            raise _Refusal("ExpiredToken", "Token has expired")
        self.viewer, self.scope = claims["sub"], claims["scope"]

    def come_as_stranger(self) -> None:
        """Take nobody's token, as the AppView: it knows its callers by tokens that a PDS signs for them, and those of
        a PDS's own people mean nothing to it."""
        if self.method in _FOR_MEMBERS:
            raise _Refusal("AuthMissing", "Authentication Required", 401)
        if self.request.headers.get("authorization"):
            raise _Refusal("BadJwtSignature", "jwt signature does not match jwt issuer", 401)

    def token(self, scopes: set[str], *, even_expired: bool = False) -> JSON:
        """Read the token that came along, which must be for one of those scopes."""
        kind, _, token = self.request.headers.get("authorization", "").partition(" ")
        if not kind:
            raise _Refusal("AuthMissing", "Authentication Required", 401)
        if kind.lower() != "bearer":
            raise _Refusal("InvalidToken", "Unexpected authorization type")
        claims = _claims(token)
        if claims is None or claims["scope"] not in scopes:
            raise _Refusal("InvalidToken", "Token could not be verified")
        if claims["exp"] <= time.time() and not even_expired:
            raise _Refusal("ExpiredToken", "Token has expired")
        return claims

    def session(self, claims: JSON) -> JSON:
        """Write what the three calls about sessions answer, without tokens."""
        person = self.sky._people[claims["sub"]]
        return {
            "did": person.did,
            "didDoc": self.sky._document(person, self.request),
            "handle": person.handle,
            "email": f"{person.did[-6:]}@mail.example",
            "emailConfirmed": True,
            "emailAuthFactor": bool(person.factor),
            "active": True,
        }

    def new_session(self, key: str, session: _Session) -> JSON:
        """Give the two tokens of a session."""
        born = int(time.time())
        owner = {"sub": session.did, "aud": f"did:web:{self.sky._people[session.did].home}.localhost"}
        # The real access tokens have no jti: here it is what `expire` knows them by.
        self.sky._count += 1
        name = f"{key[:8]}-{self.sky._count}"
        self.sky._issued.add(name)
        access = {"scope": session.scope, **owner, "jti": name, "iat": born, "exp": born + self.sky.lifetime}
        refresh = {"scope": _REFRESH, **owner, "jti": key, "iat": born, "exp": born + _REFRESH_LIVES}
        tokens = {
            "accessJwt": _signed("at+jwt", access),
            "refreshJwt": _signed("refresh+jwt", refresh),
        }
        return {**tokens, **self.session(access)}

    def to_chat(self) -> None:
        """Let through only what the proxy of a PDS lets through to the messages."""
        wanted = self.request.headers.get("atproto-proxy", "")
        if not wanted:
            raise _Refusal("MethodNotImplemented", "Method Not Implemented", 501)
        did, hash_sign, service = wanted.partition("#")
        if not hash_sign or not service:
            raise _Refusal("InvalidRequest", "no service id specified in proxy header")
        if did != self.sky.chat_did:
            raise _Refusal("InvalidRequest", "could not resolve proxy did")
        if service != "bsky_chat":
            raise _Refusal("InvalidRequest", "could not resolve proxy did service url")
        if self.scope not in _PRIVILEGED:
            raise _Refusal("InvalidToken", "Bad token method")

    # Parameters.

    def invalid(self, what: str) -> _Refusal:
        return _Refusal("InvalidRequest", f"Invalid {self.method} params: {what}")

    def needed(self, name: str) -> str:
        """Give a parameter that must be there."""
        if name not in self.request.query:
            raise self.invalid(f'Missing required key "{name}"')
        return self.request.one(name)

    def several(self, name: str, most: int) -> list[str]:
        self.needed(name)
        values = list(self.request.query[name])
        if len(values) > most:
            raise self.invalid(f"array too big (maximum {most}, got {len(values)})")
        return values

    def limit(self, usual: int = 50, most: int = 100) -> int:
        text = self.request.one("limit", str(usual))
        if not re.fullmatch(r"-?\d+", text):
            raise self.invalid(f'Expected integer value type (got "{text}")')
        if int(text) > most:
            raise self.invalid(f"integer too big (maximum {most}, got {text})")
        if int(text) < 1:
            raise self.invalid(f"integer too small (minimum 1, got {text})")
        return int(text)

    def yes(self, name: str) -> bool:
        text = self.request.one(name, "false")
        if text not in {"true", "false"}:
            raise self.invalid(f'Expected boolean value type (got "{text}")')
        return text == "true"

    def cursor(self) -> str:
        """Give the cursor, or nothing for the first page."""
        text = self.request.one("cursor")
        return "" if text == _START else text

    def before(self) -> tuple[str, str]:
        """Read the cursor: where the last page ended."""
        text = self.cursor()
        if not text:
            return _NEWEST, _NEWEST
        try:
            first, second = json.loads(b64decode(text, validate=True))
        except (ValueError, TypeError):
            # What the real AppView makes of a cursor that it cannot read is a 500, which a PDS passes on as a 502.
            raise _Refusal("InternalServerError", "Internal Server Error", 502) from None
        return str(first), str(second)

    def actor(self, name: str, missing: str = "Profile not found") -> _Person:
        """Find the person that a parameter names."""
        if not name.startswith("did:") and not _HANDLE.fullmatch(name):
            raise self.invalid(f'Invalid AT identifier (got "{name}")')
        person = self.sky._find(name)
        if person is None:
            raise _Refusal("InvalidRequest", missing)
        return person

    def page(
        self,
        found: Iterable[tuple[tuple[str, str], _T]],
        show: Callable[[_T], Any],
        limit: int,
    ) -> tuple[list[Any], JSON]:
        """Cut a page from places and things, newest first; what `show` makes None of leaves the page shorter."""
        before = self.before()
        older = sorted((pair for pair in found if pair[0] < before), key=lambda pair: pair[0], reverse=True)
        shown = [view for _, thing in older[:limit] if (view := show(thing)) is not None]
        return shown, {"cursor": _cursor(older[limit - 1][0])} if len(older) > limit else {}

    # Views.

    def hidden(self, did: str) -> bool:
        """Whether there is a block between someone and the viewer."""
        return bool(self.viewer) and self.sky._blocked(self.viewer, did)

    def muted(self, did: str) -> bool:
        return bool(self.viewer) and did in self.sky._people[self.viewer].mutes

    def relation(self, did: str) -> JSON:
        """Write the viewerState of a person."""
        sky, me = self.sky, self.viewer
        following, followed = sky._by(FOLLOW, did, me), sky._by(FOLLOW, me, did)
        blocking = sky._by(BLOCK, did, me)
        state: JSON = {"muted": self.muted(did), "blockedBy": bool(sky._by(BLOCK, me, did))}
        if blocking:
            state["blocking"] = blocking
        if following and not self.hidden(did):
            state["following"] = following
        if followed and not self.hidden(did):
            state["followedBy"] = followed
        return state

    def basic(self, did: str) -> JSON:
        """Write a profileViewBasic."""
        person = self.sky._people[did]
        record = self.sky._records[f"at://{did}/{PROFILE}/self"]
        view: JSON = {
            "did": did,
            "handle": person.handle,
            "displayName": record.value["displayName"],
            "avatar": self.image("avatar", did, record.value["avatar"]),
            "associated": {
                "chat": {"allowIncoming": person.allows_messages},
                "activitySubscription": {"allowSubscriptions": "followers"},
            },
            "labels": _labels(record),
            "createdAt": stamp(person.created),
        }
        return {**view, "viewer": self.relation(did)} if self.viewer else view

    def profile(self, did: str) -> JSON:
        """Write a profileView."""
        record = self.sky._records[f"at://{did}/{PROFILE}/self"]
        return {
            **self.basic(did),
            "description": record.value["description"],
            "indexedAt": record.indexed,
        }

    def detailed(self, did: str) -> JSON:
        """Write a profileViewDetailed."""
        sky = self.sky
        record = sky._records[f"at://{did}/{PROFILE}/self"]
        view = self.profile(did)
        view["associated"] |= {
            "lists": len(sky._repos[did, LIST]),
            "feedgens": 0,
            "starterPacks": 0,
            "labeler": False,
        }
        view |= {
            "followersCount": len(sky._pointing[FOLLOW, did]),
            "followsCount": len(sky._repos[did, FOLLOW]),
            "postsCount": len(sky._repos[did, POST]),
        }
        return {**view, "website": record.value["website"]} if "website" in record.value else view

    def image(self, kind: str, did: str, blob: JSON) -> str:
        return f"{_base(self.request, APPVIEW)}/img/{kind}/plain/{did}/{blob['ref']['$link']}"

    def post(self, uri: str) -> JSON | None:
        """Write a postView, whoever may see it; None when the post is gone."""
        record = self.sky._record(uri)
        if record is None or record.collection != POST:
            return None
        view: JSON = {
            "uri": uri,
            "cid": record.cid,
            "author": self.basic(record.did),
            "record": deepcopy(record.value),
            **self.counts(uri),
            "bookmarkCount": 0,
            "indexedAt": record.indexed,
            "labels": _labels(record),
        }
        embed = self.embed(record)
        view |= {"embed": embed} if embed else {}
        view |= {"viewer": self.gestures(uri)} if self.viewer else {}
        view |= self.sky._spoilt.get(uri, {})
        return {name: value for name, value in view.items() if value is not GONE}

    def counts(self, uri: str) -> JSON:
        kinds = {"replyCount": "reply", "repostCount": REPOST, "likeCount": LIKE, "quoteCount": "quote"}
        return {name: len(self.sky._pointing[kind, uri]) for name, kind in kinds.items()}

    def gestures(self, uri: str) -> JSON:
        """Write the viewerState of a post."""
        state: JSON = {"bookmarked": False, "threadMuted": False, "embeddingDisabled": False}
        for name, kind in (("like", LIKE), ("repost", REPOST)):
            own = self.sky._by(kind, uri, self.viewer)
            state |= {name: own} if own else {}
        return state

    def embed(self, record: _Record) -> JSON | None:
        """Write the view of what a post carries; None where it carries nothing, or nothing readable."""
        embed = record.value.get("embed")
        if not isinstance(embed, dict):
            return None
        try:
            return self.embed_view(embed, record.did)
        except (LookupError, TypeError):
            return None  # the AppView leaves out what it cannot read, and shows the record as it is

    def embed_view(self, embed: JSON, did: str) -> JSON | None:
        kind = embed["$type"]
        if kind == "app.bsky.embed.external":
            return {"$type": f"{kind}#view", "external": dict(embed["external"])}
        if kind == "app.bsky.embed.images":
            return {"$type": f"{kind}#view", "images": [self.picture(did, one) for one in embed["images"]]}
        if kind == "app.bsky.embed.record":
            return {"$type": f"{kind}#view", "record": self.quoted(embed["record"]["uri"])}
        if kind == "app.bsky.embed.recordWithMedia":
            media = self.embed_view(embed["media"], did)
            return {
                "$type": f"{kind}#view",
                "record": {"record": self.quoted(embed["record"]["record"]["uri"])},
                "media": media,
            }
        return None

    def picture(self, did: str, image: JSON) -> JSON:
        view = {
            "thumb": self.image("feed_thumbnail", did, image["image"]),
            "fullsize": self.image("feed_fullsize", did, image["image"]),
            "alt": image["alt"],
        }
        return {**view, "aspectRatio": image["aspectRatio"]} if "aspectRatio" in image else view

    def quoted(self, uri: str) -> JSON:
        """Write a viewRecord, or that the quoted post is gone, or is not for the viewer."""
        record = self.sky._record(uri)
        kind = "app.bsky.embed.record#"
        if record is None:
            return {"$type": f"{kind}viewNotFound", "uri": uri, "notFound": True}
        if self.hidden(record.did):
            return {"$type": f"{kind}viewBlocked", "uri": uri, "blocked": True, "author": self.stranger(uri)}
        # What the quoted post carries is shown, but not what it quotes in its turn.
        media = _in(record.value, "embed", "media") or _in(record.value, "embed")
        inner = None if _in(media, "record") else self.embed_view(media, record.did) if media else None
        return {
            "$type": f"{kind}viewRecord",
            "uri": uri,
            "cid": record.cid,
            "author": self.basic(record.did),
            "value": deepcopy(record.value),
            "labels": _labels(record),
            **self.counts(uri),
            "indexedAt": record.indexed,
            "embeds": [inner] if inner else [],
        }

    def stranger(self, uri: str) -> JSON:
        """Write a blockedAuthor."""
        did = _owner(uri)
        if not self.viewer:
            return {"did": did}
        kept = {"blockedBy", "blocking"}
        viewer = {name: value for name, value in self.relation(did).items() if name in kept}
        return {"did": did, "viewer": viewer}

    def blocked_post(self, uri: str) -> JSON:
        author = self.stranger(uri)
        return {"$type": "app.bsky.feed.defs#blockedPost", "uri": uri, "blocked": True, "author": author}

    def maybe_post(self, uri: str) -> JSON:
        """Write a postView, a notFoundPost or a blockedPost."""
        view = self.post(uri)
        if view is None:
            return {"$type": "app.bsky.feed.defs#notFoundPost", "uri": uri, "notFound": True}
        if self.hidden(_owner(uri)):
            return self.blocked_post(uri)
        return {"$type": "app.bsky.feed.defs#postView", **view}

    def reply(self, record: _Record) -> JSON | None:
        """Write the replyRef of a feed. Who blocks whom among the writers counts too: a parent whose author and
        the answer's are apart is shown to nobody."""
        uris = _reply_uris(record)
        if uris is None:
            return None
        parent_uri, root_uri = uris
        parent, root = self.maybe_post(parent_uri), self.maybe_post(root_uri)
        apart, shown = self.sky._blocked, "app.bsky.feed.defs#postView"
        if root["$type"] == shown and any(
            apart(did, _owner(root_uri)) for did in (record.did, _owner(parent_uri))
        ):
            root = self.blocked_post(root_uri)
        if parent["$type"] == shown and apart(record.did, _owner(parent_uri)):
            parent = self.blocked_post(parent_uri)
        found = self.sky._record(parent_uri)
        above = _reply_uris(found) if found and parent["$type"] == shown else None
        ref = {"root": root, "parent": parent}
        if above and _owner(above[0]) in self.sky._people:
            ref["grandparentAuthor"] = self.basic(_owner(above[0]))
        return ref

    def feed_item(self, shown: _Record | _Raw) -> Any:
        """Write a feedViewPost for a post or a repost; None when there is nothing to show."""
        if isinstance(shown, _Raw):
            return deepcopy(shown.item)
        uri = shown.uri if shown.collection == POST else shown.value["subject"]["uri"]
        post, record = self.post(uri), self.sky._record(uri)
        if post is None or record is None:
            return None
        item: JSON = {"post": post}
        if shown.collection == REPOST:
            item["reason"] = {
                "$type": "app.bsky.feed.defs#reasonRepost",
                "by": self.basic(shown.did),
                "uri": shown.uri,
                "cid": shown.cid,
                "indexedAt": shown.indexed,
            }
        reply = self.reply(record)
        return {**item, "reply": reply} if reply else item

    def ancestors(self, uri: str) -> Iterator[str]:
        """Go up from a post, as far as posts are there to be asked."""
        record = self.sky._records.get(uri)
        while record and (uris := _reply_uris(record)):
            yield uris[0]
            record = self.sky._records.get(uris[0])

    def for_timeline(self, shown: _Record | _Raw) -> Any:
        """Write an item of the timeline, unless somebody in it is muted, or blocked either way."""
        if isinstance(shown, _Raw):
            return self.feed_item(shown)
        uri = shown.uri if shown.collection == POST else shown.value["subject"]["uri"]
        writers = {shown.did, _owner(uri)}
        above = {_owner(one) for _, one in zip(range(2), self.ancestors(uri), strict=False)}
        if any(self.hidden(did) for did in writers | above) or any(self.muted(did) for did in writers):
            return None
        return self.feed_item(shown)

    def feed(
        self,
        dids: Iterable[str],
        raw: str,
        kinds: Sequence[str] = (POST, REPOST),
    ) -> Iterator[tuple[tuple[str, str], _Record | _Raw]]:
        """Everything that those people posted or passed on, with its place; and raw items of that feed."""
        for did in dids:
            for kind in kinds:
                for record in self.sky._repos[did, kind].values():
                    if self.sky._record(record.uri):
                        yield record.place, record
        yield from ((one.place, one) for one in self.sky._raw if one.feed == raw)


def _base(request: Request, site: str) -> str:
    """The address of another site of the network, at the port where this one was asked."""
    port = urlsplit(request.base).port
    return f"http://{site}.localhost:{port}" if port else f"http://{site}.localhost"


def _owner(uri: str) -> str:
    return uri.removeprefix("at://").split("/")[0]


def _moment(text: Any) -> str:
    """A createdAt as the AppView sorts it: the start of 1970 where it is no date."""
    try:
        read = datetime.fromisoformat(text)
        return stamp(read if read.tzinfo else read.replace(tzinfo=UTC))
    except (ValueError, TypeError, OverflowError):
        known = isinstance(text, str) and re.fullmatch(r"0000-\d\d-\d\dT[\d:.]+Z", text)
        return str(text) if known else _EPOCH  # Python has no year 0, and the AppView has


def _cursor(place: tuple[str, str]) -> str:
    """Pack a place so that nobody is tempted to read it, or may leave it unquoted in an address."""
    return b64encode(json.dumps(place).encode()).decode()


_START = _cursor((_NEWEST, ""))


def _blob(name: str) -> JSON:
    digest = sha256(name.encode()).hexdigest()
    return {
        "$type": "blob",
        "ref": {"$link": f"bafkrei{digest[:52]}"},
        "mimeType": "image/png",
        "size": 2000,
    }


def _self_labels(labels: Iterable[str]) -> JSON:
    return {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": label} for label in labels]}


def _labels(record: _Record) -> list[JSON]:
    """The labels that the author of a record put on it."""
    labels = record.value.get("labels")
    values = labels.get("values", []) if isinstance(labels, dict) else []
    where = {"src": record.did, "uri": record.uri, "cid": record.cid}
    return [{**where, "val": one["val"], "cts": _moment(record.value.get("createdAt"))} for one in values]


def _in(value: Any, *path: str) -> Any:
    """What stands at that path of a record, which may be wrong in any way; None where nothing stands."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _edges(value: JSON) -> Iterator[tuple[str, str]]:
    """What a record points to: kinds (its type, or `reply`, `quote`) with subjects (an at-uri or a DID)."""
    kind = value.get("$type")
    if kind in {LIKE, REPOST}:
        yield kind, _in(value, "subject", "uri")
    elif kind in {FOLLOW, BLOCK}:
        yield kind, value["subject"]
    elif kind == LIST_ITEM:
        yield kind, value["list"]
    elif kind == POST:
        yield "reply", _in(value, "reply", "parent", "uri") or ""
        yield "quote", _quoted(value)


def _quoted(value: JSON) -> str:
    """The at-uri that a post quotes, or nothing."""
    within = ("record", "record") if _in(value, "embed", "media") else ("record",)
    return _in(value, "embed", *within, "uri") or ""


def _reply_uris(record: _Record) -> tuple[str, str] | None:
    """The at-uris of parent and root of an answer."""
    parent = _in(record.value, "reply", "parent", "uri")
    root = _in(record.value, "reply", "root", "uri")
    return (parent, root) if parent and root else None


def _plain(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _signed(kind: str, claims: JSON) -> str:
    parts = [_plain(json.dumps(part).encode()) for part in ({"typ": kind, "alg": "HS256"}, claims)]
    return ".".join([*parts, _plain(hmac.digest(_SECRET, ".".join(parts).encode(), "sha256"))])


def _claims(token: str) -> JSON | None:
    """What a token of ours says; None where it is not ours."""
    said, _, seal = token.rpartition(".")
    right = _plain(hmac.digest(_SECRET, said.encode(), "sha256"))
    if not hmac.compare_digest(right.encode(), seal.encode()):
        return None
    body = said.partition(".")[2]
    claims: JSON = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims


# com.atproto.identity and com.atproto.server


def _resolve_handle(call: _Call) -> JSON:
    handle = call.needed("handle")
    if not _HANDLE.fullmatch(handle):
        raise call.invalid(f'Invalid handle (got "{handle}")')
    person = call.sky._find(handle)
    if person is None:
        name = "InvalidRequest" if call.request.site == APPVIEW else "HandleNotFound"
        raise _Refusal(name, "Unable to resolve handle")
    return {"did": person.did}


def _body(call: _Call, *needed: str) -> JSON:
    """Read the JSON of a procedure, which must have those keys."""
    try:
        body = json.loads(call.request.body or b"{}")
    except ValueError:
        raise _Refusal("InvalidRequest", "Unable to parse JSON body") from None
    for name in needed:
        if name not in body:
            raise _Refusal("InvalidRequest", f'Missing required key "{name}" at $')
    return dict(body)


def _create_session(call: _Call) -> JSON:
    body = _body(call, "identifier", "password")
    sky, name, password = call.sky, str(body["identifier"]).lower(), body["password"]
    person = sky._people.get(name) or next(
        (one for one in sky._people.values() if one.known_as == name), None
    )
    if person is None or person.home != call.request.site or not _opens(person, password):
        raise _Refusal("AuthenticationRequired", "Invalid identifier or password", 401)
    if person.did in sky._down:
        raise _Refusal("AccountTakedown", "Account has been taken down", 401)
    privileged = person.app_passwords.get(password)
    if privileged is None and person.factor and body.get("authFactorToken") != person.factor:
        raise _Refusal("AuthFactorTokenRequired", "A sign in code has been sent to your email address", 401)
    scope = _ACCESS if privileged is None else _APP_PASSWORD[privileged]
    return call.new_session(*_begin(sky, person.did, scope, password))


def _opens(person: _Person, password: str) -> bool:
    return bool(password) and (password == person.password or password in person.app_passwords)


def _begin(sky: Atmosphere, did: str, scope: str, password: str) -> tuple[str, _Session]:
    sky._count += 1
    key = _plain(sha256(f"{did} {sky._count}".encode()).digest())
    sky._sessions[key] = _Session(did, scope, password)
    return key, sky._sessions[key]


def _refresh_session(call: _Call) -> JSON:
    sky = call.sky
    claims = call.token({_REFRESH})
    if claims["sub"] in sky._down:
        raise _Refusal("AccountTakedown", "Account has been taken down", 401)
    session = sky._sessions[claims["jti"]]
    if session.revoked or (session.next and not sky.grace):
        raise _Refusal("ExpiredToken", "Token has been revoked")
    if not session.next:
        session.next, _ = _begin(sky, session.did, session.scope, session.password)
    return call.new_session(session.next, sky._sessions[session.next])


def _get_session(call: _Call) -> JSON:
    return call.session({"sub": call.viewer})


def _delete_session(call: _Call) -> None:
    claims = call.token({_REFRESH}, even_expired=True)
    call.sky._sessions[claims["jti"]].revoked = True


# com.atproto.repo


def _repo_of(call: _Call, name: str) -> _Person:
    person = call.sky._find(name)
    if person is None or call.request.site not in {person.home, APPVIEW}:
        raise _Refusal("InvalidRequest", f"Could not find repo: {name}")
    return person


def _list_records(call: _Call) -> JSON:
    person = _repo_of(call, call.needed("repo"))
    records = call.sky._repo(person.did, call.needed("collection"))
    limit, cursor, backwards = call.limit(), call.cursor(), call.yes("reverse")
    if backwards:
        records = [one for one in reversed(records) if one.key > cursor]
    elif cursor:
        records = [one for one in records if one.key < cursor]
    shown = [{"uri": one.uri, "cid": one.cid, "value": one.value} for one in records[:limit]]
    # As on the real PDS, a page that is not empty has a cursor even when it is the last.
    return {"records": shown, **({"cursor": records[:limit][-1].key} if shown else {})}


def _get_record(call: _Call) -> JSON:
    person = _repo_of(call, call.needed("repo"))
    uri = f"at://{person.did}/{call.needed('collection')}/{call.needed('rkey')}"
    record = call.sky._record(uri)
    cid = call.request.one("cid")
    if record is None or (cid and cid != record.cid):
        raise _Refusal("RecordNotFound", f"Could not locate record: {uri}")
    return {"uri": uri, "cid": record.cid, "value": record.value}


def _own_repo(call: _Call, body: JSON) -> str:
    person = call.sky._find(str(body["repo"]))
    if person is None or person.did != call.viewer:
        raise _Refusal("AuthenticationRequired", "Authentication Required", 401)
    return person.did


def _valid(body: JSON) -> JSON:
    """The record of a body, as far as we validate: a post needs text and a date."""
    record: JSON = {"$type": body["collection"], **body["record"]}
    for name in ("text", "createdAt") if record["$type"] == POST else ():
        if name not in record:
            wrong = f'Invalid {POST} record: Missing required key "{name}" at $.record'
            raise _Refusal("InvalidRequest", wrong)
    return record


def _written(call: _Call, uri: str, cid: str) -> JSON:
    commit = {"cid": cid_of([uri, cid, call.sky._count]), "rev": call.sky._rev()}
    return {"uri": uri, "cid": cid, "commit": commit, "validationStatus": "valid"}


def _create_record(call: _Call) -> JSON:
    body = _body(call, "repo", "collection", "record")
    did, record, key = _own_repo(call, body), _valid(body), str(body.get("rkey", ""))
    if key in call.sky._repos[did, body["collection"]]:
        raise _Refusal("InternalServerError", "Internal Server Error", 500)
    return _written(call, *call.sky.write(did, body["collection"], record, key=key))


def _put_record(call: _Call) -> JSON:
    body = _body(call, "repo", "collection", "rkey", "record")
    did, record = _own_repo(call, body), _valid(body)
    there = call.sky._repos[did, body["collection"]].get(body["rkey"])
    if there and there.cid == cid_of(record):
        return {"uri": there.uri, "cid": there.cid, "validationStatus": "valid"}
    if "swapRecord" in body and body["swapRecord"] != (there.cid if there else None):
        raise _Refusal("InvalidSwap", f"Record was at {there.cid if there else 'null'}")
    return _written(call, *call.sky.write(did, body["collection"], record, key=body["rkey"]))


def _delete_record(call: _Call) -> JSON:
    body = _body(call, "repo", "collection", "rkey")
    uri = f"at://{_own_repo(call, body)}/{body['collection']}/{body['rkey']}"
    if uri not in call.sky._records:
        return {}
    call.sky.delete(uri)
    return {"commit": {"cid": cid_of([uri, "gone"]), "rev": call.sky._rev()}}


# app.bsky.feed


def _timeline(call: _Call) -> JSON:
    follows = {one.value["subject"] for one in call.sky._repos[call.viewer, FOLLOW].values()}
    found = call.feed(sorted(follows | {call.viewer}), "timeline")
    feed, more = call.page(found, call.for_timeline, call.limit())
    return {"feed": feed, **more}


def _author_feed(call: _Call) -> JSON:
    person = call.actor(call.needed("actor"))
    if call.viewer and call.sky._by(BLOCK, person.did, call.viewer):
        raise _Refusal("BlockedActor", f"Requester has blocked actor: {person.did}")
    if call.hidden(person.did):
        raise _Refusal("BlockedByActor", f"Requester is blocked by actor: {person.did}")
    kind = call.request.one("filter", "posts_with_replies")
    found = (pair for pair in call.feed([person.did], person.did) if _fits(call, pair[1], kind))

    def show(shown: _Record | _Raw) -> Any:
        author = "" if isinstance(shown, _Raw) or shown.collection == POST else shown.value["subject"]["uri"]
        away = author and (call.hidden(_owner(author)) or call.muted(_owner(author)))
        return None if away else call.feed_item(shown)

    feed, more = call.page(found, show, call.limit())
    return {"feed": feed, **more}


def _fits(call: _Call, shown: _Record | _Raw, kind: str) -> bool:
    """Whether a filter of an author's feed lets something through."""
    if isinstance(shown, _Raw) or kind == "posts_with_replies":
        return True
    if kind == "posts_with_media":
        return shown.collection == POST and "images" in json.dumps(shown.value.get("embed"))
    if shown.collection == REPOST or not _reply_uris(shown):
        return True
    whole = all(_owner(uri) == shown.did and call.sky._record(uri) for uri in call.ancestors(shown.uri))
    return kind == "posts_and_author_threads" and whole


def _list_feed(call: _Call) -> JSON:
    uri = call.needed("list")
    members = [call.sky._records[item].value["subject"] for item in call.sky._pointing[LIST_ITEM, uri]]
    found = call.feed(dict.fromkeys(members), uri, (POST,))
    feed, more = call.page(found, call.for_timeline, call.limit())
    return {"feed": feed, **more}


def _posts(call: _Call) -> JSON:
    uris = call.several("uris", 25)
    found = [call.post(uri) for uri in uris if not call.hidden(_owner(uri))]
    return {"posts": [view for view in found if view]}


def _thread(call: _Call) -> JSON:
    uri = call.needed("uri")
    depth, height = int(call.request.one("depth", "6")), int(call.request.one("parentHeight", "80"))
    if call.sky._record(uri) is None:
        raise _Refusal("NotFound", f"Post not found: {uri}")
    return {"thread": _branch(call, uri, depth, height)}


def _branch(call: _Call, uri: str, depth: int, height: int) -> JSON:
    """Write a threadViewPost with `height` parents above and `depth` levels of answers below."""
    view = call.maybe_post(uri)
    record = call.sky._record(uri)
    if record is None or not view["$type"].endswith("postView"):
        return view
    kind = "app.bsky.feed.defs#threadViewPost"
    branch: JSON = {"$type": kind, "post": call.post(uri), "threadContext": {}}
    above = _reply_uris(record)
    if above and height > 0:
        branch["parent"] = _branch(call, above[0], 0, height - 1)
    if depth > 0:
        below = [one for one in call.sky._pointing["reply", uri] if call.sky._record(one)]
        branch["replies"] = [
            _branch(call, one, depth - 1, 0) for one in below if not call.hidden(_owner(one))
        ]
    return branch


# app.bsky.graph and app.bsky.actor


def _people_page(call: _Call, found: Iterable[tuple[_Record, str]], name: str) -> JSON:
    """A page of profiles: `found` are the records that name them, with their DIDs."""
    sky = call.sky

    def show(did: str) -> JSON | None:
        return None if did in sky._down or did not in sky._people or call.hidden(did) else call.profile(did)

    page, more = call.page(((record.place, did) for record, did in found), show, call.limit())
    return {name: page, **more}


def _follows(call: _Call) -> JSON:
    name = call.needed("actor")
    person = call.actor(name, f"Actor not found: {name}")
    found = ((one, one.value["subject"]) for one in call.sky._repos[person.did, FOLLOW].values())
    return {"subject": call.profile(person.did), **_people_page(call, found, "follows")}


def _followers(call: _Call) -> JSON:
    name = call.needed("actor")
    person = call.actor(name, f"Actor not found: {name}")
    records = (call.sky._records[uri] for uri in call.sky._pointing[FOLLOW, person.did])
    return {
        "subject": call.profile(person.did),
        **_people_page(call, ((one, one.did) for one in records), "followers"),
    }


def _blocks(call: _Call) -> JSON:
    found = call.sky._repos[call.viewer, BLOCK].values()
    page, more = call.page(
        ((one.place, one) for one in found), lambda one: call.profile(one.value["subject"]), call.limit()
    )
    return {"blocks": page, **more}


def _mutes(call: _Call) -> JSON:
    found = (((f"{number:09d}", did), did) for number, did in enumerate(call.sky._people[call.viewer].mutes))
    page, more = call.page(found, call.profile, call.limit())
    return {"mutes": page, **more}


def _list_view(call: _Call, record: _Record) -> JSON:
    view = {
        "uri": record.uri,
        "cid": record.cid,
        "name": record.value["name"],
        "purpose": record.value["purpose"],
        "listItemCount": len(call.sky._pointing[LIST_ITEM, record.uri]),
        "indexedAt": record.indexed,
        "labels": [],
        "creator": call.profile(record.did),
    }
    return {**view, "viewer": {"muted": False}} if call.viewer else view


def _lists(call: _Call) -> JSON:
    name = call.needed("actor")
    person = call.actor(name)
    found = ((one.place, one) for one in call.sky._repos[person.did, LIST].values())
    lists, more = call.page(found, lambda one: _list_view(call, one), call.limit())
    return {"lists": lists, **more}


def _list(call: _Call) -> JSON:
    uri = call.needed("list")
    record = call.sky._record(uri)
    if record is None or record.collection != LIST:
        raise _Refusal("InvalidRequest", "List not found")

    def show(item: _Record) -> JSON | None:
        did = item.value["subject"]
        known = did in call.sky._people and did not in call.sky._down and not call.hidden(did)
        return {"uri": item.uri, "subject": call.profile(did)} if known else None

    items = (call.sky._records[item] for item in call.sky._pointing[LIST_ITEM, uri])
    shown, more = call.page(((one.place, one) for one in items), show, call.limit())
    return {"list": _list_view(call, record), "items": shown, **more}


def _profile(call: _Call) -> JSON:
    name = call.needed("actor")
    if name in call.sky._down or any(
        one.handle == name and did in call.sky._down for did, one in call.sky._people.items()
    ):
        raise _Refusal("AccountTakedown", "Account has been suspended")
    return call.detailed(call.actor(name).did)


def _profiles(call: _Call) -> JSON:
    found = (call.sky._find(name) for name in call.several("actors", 25))
    return {"profiles": [call.detailed(person.did) for person in found if person]}


# app.bsky.notification


@dataclass(frozen=True, slots=True)
class _Notice:
    record: _Record
    reason: str
    subject: str = ""


def _notices(call: _Call) -> Iterator[_Notice]:
    """Everything that others did towards the viewer; about what is gone, or by those who are muted or blocked,
    nothing."""
    for record in call.sky._records.values():
        if record.did == call.viewer or not call.sky._record(record.uri):
            continue
        notice = _notice(call, record)
        if notice is None or (notice.subject and notice.subject not in call.sky._records):
            continue
        if not call.hidden(record.did) and not call.muted(record.did):
            yield notice


def _notice(call: _Call, record: _Record) -> _Notice | None:
    """What the viewer hears about a record. One record makes one notice for one person."""
    kind, value = record.collection, record.value
    if kind == FOLLOW:
        return _Notice(record, "follow") if value["subject"] == call.viewer else None
    if kind in {LIKE, REPOST}:
        return _reaction(call, record)
    return _mentioning(call, record) if kind == POST else None


def _reaction(call: _Call, record: _Record) -> _Notice | None:
    name, subject = record.collection.rsplit(".", 1)[1], record.value["subject"]["uri"]
    if _owner(subject) == call.viewer:
        return _Notice(record, name, subject)
    via = record.value.get("via", {}).get("uri", "")
    return _Notice(record, f"{name}-via-repost", via) if via and _owner(via) == call.viewer else None


def _mentioning(call: _Call, record: _Record) -> _Notice | None:
    """A mention comes before a quote, a quote before an answer: an answer that names someone is a mention."""
    facets = record.value.get("facets")
    if f'"did": "{call.viewer}"' in json.dumps(facets):
        return _Notice(record, "mention")
    quoted = _quoted(record.value)
    if quoted and _owner(quoted) == call.viewer:
        return _Notice(record, "quote", quoted)
    near = (uri for _, uri in zip(range(_NOTIFIED_DEPTH - 1), call.ancestors(record.uri), strict=False))
    own = next((uri for uri in near if _owner(uri) == call.viewer), "")
    return _Notice(record, "reply", own) if own else None


def _notifications(call: _Call) -> JSON:
    if "seenAt" in call.request.query:
        raise _Refusal("InvalidRequest", "The seenAt parameter is unsupported")
    reasons = call.request.query.get("reasons", ())
    notices = list(_notices(call))
    newest = max((one.record.sorted_at for one in notices), default="")
    seen = call.sky._people[call.viewer].seen
    # Without a last look, the real one takes the newest as unread and all others as read.
    mark = seen or newest

    def show(notice: _Notice) -> JSON | None:
        if reasons and notice.reason not in reasons:
            return None
        record = notice.record
        view: JSON = {
            "uri": record.uri,
            "cid": record.cid,
            "author": call.profile(record.did),
            "reason": notice.reason,
            "record": deepcopy(record.value),
            "isRead": mark > record.sorted_at,
            "indexedAt": record.sorted_at,
            "labels": _labels(record),
        }
        return {**view, "reasonSubject": notice.subject} if notice.subject else view

    page, more = call.page(((one.record.place, one) for one in notices), show, call.limit())
    return {"notifications": page, **more, "priority": False, **({"seenAt": mark} if mark else {})}


def _update_seen(call: _Call) -> None:
    call.sky._people[call.viewer].seen = _moment(_body(call, "seenAt")["seenAt"])


# chat.bsky.convo


def _member(call: _Call, did: str) -> JSON:
    view = call.basic(did)
    kept = ("did", "handle", "displayName", "avatar", "associated", "labels", "createdAt", "viewer")
    return {**{name: view[name] for name in kept}, "chatDisabled": False}


def _message_view(call: _Call, message: _Message) -> JSON:
    view: JSON = {
        "id": message.id,
        "rev": message.rev,
        "sender": {"did": message.sender},
        "sentAt": message.sent,
    }
    if (call.viewer, message.id) in call.sky._unsent:
        return {"$type": "chat.bsky.convo.defs#deletedMessageView", **view}
    return {"$type": "chat.bsky.convo.defs#messageView", **view, "text": message.text}


def _convo_view(call: _Call, convo: _Convo) -> JSON:
    others = [one for one in convo.messages if one.sender != call.viewer]
    answered = any(one.sender == call.viewer for one in convo.messages)
    known = call.sky._by(FOLLOW, next(did for did in convo.members if did != call.viewer), call.viewer)
    view: JSON = {
        "id": convo.id,
        "rev": convo.rev,
        "members": [_member(call, did) for did in convo.members],
        "muted": False,
        "status": "accepted" if answered or known or not others else "request",
        "unreadCount": sum(one.rev > convo.read.get(call.viewer, "") for one in others),
        "kind": {"$type": "chat.bsky.convo.defs#directConvo"},
    }
    return {**view, "lastMessage": _message_view(call, convo.messages[-1])} if convo.messages else view


def _convos(call: _Call) -> JSON:
    own = [one for one in call.sky._convos.values() if call.viewer in one.members]
    status, unread = call.request.one("status"), call.request.one("readState") == "unread"

    def show(convo: _Convo) -> JSON | None:
        view = _convo_view(call, convo)
        left_out = (status and view["status"] != status) or (unread and not view["unreadCount"])
        return None if left_out else view

    page, more = call.page((((one.rev, one.id), one) for one in own), show, call.limit())
    return {"convos": page, **more}


def _own_convo(call: _Call, wanted: str) -> _Convo:
    found = (one for one in call.sky._convos.values() if one.id == wanted and call.viewer in one.members)
    convo = next(found, None)
    if convo is None:
        raise _Refusal("InvalidRequest", "Convo not found")
    return convo


def _messages(call: _Call) -> JSON:
    convo = _own_convo(call, call.needed("convoId"))
    found = (((one.rev, one.id), one) for one in convo.messages)
    page, more = call.page(found, lambda one: _message_view(call, one), call.limit())
    return {"messages": page, **more, "relatedProfiles": [_member(call, did) for did in convo.members]}


def _chat_log(call: _Call) -> JSON:
    """The log of everything since a revision, oldest first. What the real one answers without a cursor is written
    nowhere: here it begins at the beginning."""
    own = {one.id: one for one in call.sky._convos.values() if call.viewer in one.members}
    cursor = call.cursor()
    newer = [entry for entry in call.sky._log if entry[0] > cursor and entry[2] in own][:100]
    logs = []
    for rev, kind, convo, message in newer:
        entry: JSON = {"$type": f"chat.bsky.convo.defs#{kind}", "rev": rev, "convoId": convo}
        if message:
            entry["message"] = _message_view(call, message)
            entry["relatedProfiles"] = [_member(call, did) for did in own[convo].members]
        logs.append(entry)
    last = newer[-1][0] if newer else cursor
    return {"logs": logs, **({"cursor": last} if last else {})}


def _availability(call: _Call) -> JSON:
    others = [did for did in call.several("members", 10) if did != call.viewer]
    welcome = [did for did in others if call.sky._find(did) and not call.hidden(did)]
    can = welcome == others and all(_welcome(call, did) for did in others)
    return {"canChat": can}


def _welcome(call: _Call, did: str) -> bool:
    allowed = call.sky._people[did].allows_messages
    return allowed == "all" or (allowed == "following" and bool(call.sky._by(FOLLOW, call.viewer, did)))


def _convo_for(call: _Call) -> JSON:
    others = [did for did in call.several("members", 10) if did != call.viewer]
    if len(others) != 1 or not call.sky._find(others[0]):
        raise _Refusal("InvalidRequest", "Recipient not found")
    return {"convo": _convo_view(call, call.sky._convo(call.viewer, others[0]))}


def _send_message(call: _Call) -> JSON:
    body = _body(call, "convoId", "message")
    convo = _own_convo(call, body["convoId"])
    other = next(did for did in convo.members if did != call.viewer)
    call.sky.message(call.viewer, other, str(body["message"]["text"]))
    return {name: value for name, value in _message_view(call, convo.messages[-1]).items() if name != "$type"}


def _update_read(call: _Call) -> JSON:
    convo = _own_convo(call, _body(call, "convoId")["convoId"])
    convo.read[call.viewer] = convo.rev
    return {"convo": _convo_view(call, convo)}


_QUERIES: Mapping[str, Callable[[_Call], JSON]] = {
    "com.atproto.identity.resolveHandle": _resolve_handle,
    "com.atproto.server.getSession": _get_session,
    "com.atproto.repo.listRecords": _list_records,
    "com.atproto.repo.getRecord": _get_record,
    "app.bsky.feed.getTimeline": _timeline,
    "app.bsky.feed.getAuthorFeed": _author_feed,
    "app.bsky.feed.getListFeed": _list_feed,
    "app.bsky.feed.getPosts": _posts,
    "app.bsky.feed.getPostThread": _thread,
    "app.bsky.graph.getFollows": _follows,
    "app.bsky.graph.getFollowers": _followers,
    "app.bsky.graph.getBlocks": _blocks,
    "app.bsky.graph.getMutes": _mutes,
    "app.bsky.graph.getLists": _lists,
    "app.bsky.graph.getList": _list,
    "app.bsky.actor.getProfile": _profile,
    "app.bsky.actor.getProfiles": _profiles,
    "app.bsky.notification.listNotifications": _notifications,
    "chat.bsky.convo.listConvos": _convos,
    "chat.bsky.convo.getMessages": _messages,
    "chat.bsky.convo.getLog": _chat_log,
    "chat.bsky.convo.getConvoAvailability": _availability,
    "chat.bsky.convo.getConvoForMembers": _convo_for,
}
_PROCEDURES: Mapping[str, Callable[[_Call], JSON | None]] = {
    "com.atproto.server.createSession": _create_session,
    "com.atproto.server.refreshSession": _refresh_session,
    "com.atproto.server.deleteSession": _delete_session,
    "com.atproto.repo.createRecord": _create_record,
    "com.atproto.repo.putRecord": _put_record,
    "com.atproto.repo.deleteRecord": _delete_record,
    "app.bsky.notification.updateSeen": _update_seen,
    "chat.bsky.convo.sendMessage": _send_message,
    "chat.bsky.convo.updateRead": _update_read,
}
# Who asks a PDS without a token: anyone; whoever has a refresh token instead.
_OPEN = {
    "com.atproto.identity.resolveHandle",
    "com.atproto.repo.listRecords",
    "com.atproto.repo.getRecord",
    "com.atproto.server.createSession",
}
_BY_REFRESH = {"com.atproto.server.refreshSession", "com.atproto.server.deleteSession"}
# What the AppView answers by itself, and what of that only to somebody known.
_AT_THE_APPVIEW = {
    "com.atproto.identity.resolveHandle",
    "com.atproto.repo.getRecord",
    *(method for method in (*_QUERIES, *_PROCEDURES) if method.startswith("app.bsky.")),
}
_FOR_MEMBERS = {
    "app.bsky.feed.getTimeline",
    "app.bsky.graph.getBlocks",
    "app.bsky.graph.getMutes",
    "app.bsky.notification.listNotifications",
    "app.bsky.notification.updateSeen",
}
