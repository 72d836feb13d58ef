"""People on the real Bluesky network: they write, answer, like and leave, by plain XRPC rather than by code of ours."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx

from tests.real.ground import until

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

POST, LIKE, REPOST = "app.bsky.feed.post", "app.bsky.feed.like", "app.bsky.feed.repost"
FOLLOW, PROFILE = "app.bsky.graph.follow", "app.bsky.actor.profile"
LIST, MEMBER = "app.bsky.graph.list", "app.bsky.graph.listitem"
BLOCK = "app.bsky.graph.block"


class Refused(Exception):
    """A server answered with an error; its status and its name for it."""

    def __init__(self, method: str, answer: httpx.Response) -> None:
        super().__init__(f"{method}: {answer.status_code} {answer.text[:300]}")
        self.status = answer.status_code
        self.name = str(_json(answer).get("error", ""))


class Record(NamedTuple):
    """Something written to a repository: where it is, and as what."""

    uri: str
    cid: str

    @property
    def key(self) -> str:
        return self.uri.rpartition("/")[2]

    @property
    def collection(self) -> str:
        return self.uri.split("/")[3]

    @property
    def ref(self) -> dict[str, str]:
        return {"uri": self.uri, "cid": self.cid}


class Session(NamedTuple):
    """What a sign-in gave."""

    did: str
    access: str
    refresh: str


@dataclass
class Person:
    """An account, and what its owner can do with it."""

    network: Bluesky
    did: str
    handle: str
    password: str
    access: str

    def post(
        self, text: str, *, reply_to: Record | None = None, quote: Record | None = None, **more: Any
    ) -> Record:
        """Write; `more` are fields of the record such as `langs`, `labels`, `facets`, `embed` and `createdAt`.

        It is waited for that the AppView knows the post: one that answers what it does not know yet is told to nobody.
        """
        record: dict[str, Any] = {"text": text, "langs": ["fr"], "createdAt": _now(), **more}
        if reply_to:
            record["reply"] = {"root": self.network.root(reply_to).ref, "parent": reply_to.ref}
        if quote:
            record["embed"] = {"$type": "app.bsky.embed.record", "record": quote.ref}
        return self.network.known(self.create(POST, record))

    def mention(self, text: str, other: Person) -> Record:
        """Write a text in which `@their.handle` names another person."""
        shown = f"@{other.handle}".encode()
        start = text.encode().index(shown)
        feature = {"$type": "app.bsky.richtext.facet#mention", "did": other.did}
        index = {"byteStart": start, "byteEnd": start + len(shown)}
        return self.post(text, facets=[{"index": index, "features": [feature]}])

    def edit(self, post: Record, **fields: Any) -> Record:
        """Write other values over fields of a record: the same address, another content."""
        place: dict[str, Any] = {"repo": self.did, "collection": post.collection, "rkey": post.key}
        value = self.ask("com.atproto.repo.getRecord", **place)["value"]
        edited = self._written("com.atproto.repo.putRecord", {**place, "record": {**value, **fields}})
        return self.network.known(edited) if edited.collection == POST else edited

    def delete(self, record: Record) -> None:
        """Take a record back: a post, but also a like, a repost or a follow."""
        place = {"repo": self.did, "collection": record.collection, "rkey": record.key}
        self.tell("com.atproto.repo.deleteRecord", place)

    def like(self, post: Record) -> Record:
        return self.create(LIKE, {"subject": post.ref})

    def repost(self, post: Record) -> Record:
        return self.create(REPOST, {"subject": post.ref})

    def follow(self, other: Person) -> Record:
        return self.create(FOLLOW, {"subject": other.did})

    def block(self, other: Person) -> Record:
        return self.create(BLOCK, {"subject": other.did})

    def mute(self, other: Person) -> None:
        self.tell("app.bsky.graph.muteActor", {"actor": other.did})

    def list_of(self, name: str, members: Sequence[Person]) -> Record:
        """A list of people."""
        made = self.create(LIST, {"name": name, "purpose": "app.bsky.graph.defs#curatelist"})
        for member in members:
            self.create(MEMBER, {"subject": member.did, "list": made.uri})
        return made

    def describe(self, name: str, text: str = "", **more: Any) -> Record:
        """Write the profile; `more` are fields such as `website` and `labels`."""
        profile = {"$type": PROFILE, "displayName": name, "description": text, "createdAt": _now(), **more}
        return self._written(
            "com.atproto.repo.putRecord",
            {"repo": self.did, "collection": PROFILE, "rkey": "self", "record": profile},
        )

    def app_password(self, name: str, *, messages: bool = False) -> str:
        """A password for one program; `messages` ticks the right to read and write those."""
        asked = {"name": name, "privileged": messages}
        return str(self.tell("com.atproto.server.createAppPassword", asked)["password"])

    def revoke(self, name: str) -> None:
        """Take an app password back; sessions that came of it can be renewed no more."""
        self.tell("com.atproto.server.revokeAppPassword", {"name": name})

    def rename(self, handle: str) -> None:
        self.tell("com.atproto.identity.updateHandle", {"handle": handle})
        self.handle = handle

    def say(self, other: Person, text: str) -> dict[str, Any]:
        """Send a message, through the PDS to the chat service."""
        convo = self.ask("chat.bsky.convo.getConvoForMembers", chat=True, members=[other.did])["convo"]
        message = {"convoId": convo["id"], "message": {"text": text}}
        return self.tell("chat.bsky.convo.sendMessage", message, chat=True)

    def create(self, collection: str, record: Mapping[str, Any]) -> Record:
        """Write any record."""
        whole = {"$type": collection, "createdAt": _now(), **record}
        asked = {"repo": self.did, "collection": collection, "record": whole}
        return self._written("com.atproto.repo.createRecord", asked)

    def _written(self, method: str, asked: Mapping[str, Any]) -> Record:
        told = self.tell(method, asked)
        return Record(told["uri"], told["cid"])

    def ask(self, method: str, *, chat: bool = False, **params: Any) -> dict[str, Any]:
        """The answer to a question, as this person."""
        return self.network.call(method, self.access, params=params, chat=chat)

    def tell(self, method: str, body: Mapping[str, Any], *, chat: bool = False) -> dict[str, Any]:
        """The answer to a deed, as this person."""
        return self.network.call(method, self.access, body=body, chat=chat)

    def timeline(self) -> list[dict[str, Any]]:
        """What stands in this person's home timeline, as the AppView knows it now."""
        found: list[dict[str, Any]] = self.ask("app.bsky.feed.getTimeline", limit=100)["feed"]
        return found

    def sees(self, *posts: Record) -> None:
        """Wait until all of these stand in this person's home timeline: the AppView is a little late."""
        wanted = {post.uri for post in posts}
        until(
            lambda: wanted <= {item["post"]["uri"] for item in self.timeline()},
            f"@{self.handle} sees {wanted}",
        )

    def hears(self, reason: str, post: Record | None = None) -> None:
        """Wait until this person is notified: of a `like`, a `reply`, a `follow`…, about a post if one is named."""

        def heard() -> bool:
            told = self.ask("app.bsky.notification.listNotifications", limit=100)["notifications"]
            about = [(each["reason"], each["uri"], each.get("reasonSubject")) for each in told]
            return any(why == reason and (post is None or post.uri in (uri, of)) for why, uri, of in about)

        until(heard, f"@{self.handle} hears of a {reason}")


@dataclass(frozen=True)
class Bluesky:
    """The running network: where its servers are, and who lives there."""

    pds: str
    plc: str
    appview: str
    chat: str
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1), repr=False)

    @property
    def config(self) -> str:
        """What config.toml says, so that our program finds this network."""
        return f'[bluesky]\npublic_api = "{self.appview}"\ndirectory = "{self.plc}"\napp = "{self.appview}"\n'

    def person(self, name: str = "alice") -> Person:
        """A new person, whose handle begins with `name`; everybody's is different, for the network lives through all tests."""
        handle, password = f"{name}-{next(self._numbers)}.test", f"le mot de {name}"
        asked = {"handle": handle, "email": f"{handle}@mail.example", "password": password}
        made = self.call("com.atproto.server.createAccount", body=asked)
        person = Person(self, made["did"], handle, password, made["accessJwt"])
        person.describe(name.capitalize())
        until(lambda: self.knows(person), f"the AppView knows @{handle}")
        return person

    def knows(self, person: Person) -> bool:
        """Whether the AppView shows this person by their handle to strangers."""
        try:
            profile = self.public("app.bsky.actor.getProfile", actor=person.did)
        except Refused:
            return False
        return bool(profile.get("handle") == person.handle and profile.get("displayName"))

    def known(self, post: Record) -> Record:
        """The post, as soon as the AppView shows it with this content."""

        def shown() -> bool:
            posts = self.public("app.bsky.feed.getPosts", uris=[post.uri])["posts"]
            return any(each["cid"] == post.cid for each in posts)

        until(shown, f"the AppView knows {post.uri}")
        return post

    def root(self, post: Record) -> Record:
        """Where the thread of a post began: itself, if it answers nothing."""
        repo, collection, key = post.uri.removeprefix("at://").split("/")
        told = self.call(
            "com.atproto.repo.getRecord", params={"repo": repo, "collection": collection, "rkey": key}
        )
        root = told["value"].get("reply", {}).get("root", post.ref)
        return Record(root["uri"], root["cid"])

    def sign_in(self, who: str, password: str) -> Session:
        """A session by a password, main or for an app."""
        told = self.call("com.atproto.server.createSession", body={"identifier": who, "password": password})
        return Session(told["did"], told["accessJwt"], told["refreshJwt"])

    def public(self, method: str, **params: Any) -> dict[str, Any]:
        """What the AppView tells everybody."""
        return _answer(method, httpx.get(f"{self.appview}/xrpc/{method}", params=params, timeout=20))

    def call(
        self,
        method: str,
        token: str = "",
        *,
        params: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        chat: bool = False,
    ) -> dict[str, Any]:
        """Ask the PDS, or through it the AppView or the chat service; a body makes it a deed.

        Raises:
            Refused: the answer is an error.

        """
        headers = {"authorization": f"Bearer {token}"} if token else {}
        if chat:
            headers["atproto-proxy"] = f"{self.chat}#bsky_chat"
        address = f"{self.pds}/xrpc/{method}"
        if body is None:
            return _answer(method, httpx.get(address, params=params, headers=headers, timeout=20))
        return _answer(method, httpx.post(address, json=body, headers=headers, timeout=20))


def _answer(method: str, answer: httpx.Response) -> dict[str, Any]:
    if answer.is_error:
        raise Refused(method, answer)
    return _json(answer)


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
