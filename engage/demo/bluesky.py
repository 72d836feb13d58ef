"""A fake Bluesky: the public part of its AppView (https://docs.bsky.app/docs/api), and pages for people."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from engage.demo import skeets
from engage.demo.answers import Answer, as_json, page, picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from engage.demo.answers import Request
    from engage.demo.cards import Card

_LIMIT, _MOST, _MOST_AT_ONCE = 50, 100, 25
_DEEP = 80


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone on Bluesky; `skeets.did_of(name)` makes up a DID. `labels` may hold `!no-unauthenticated`.

    `follows` are the DIDs of those whom they follow, the newest first.
    """

    did: str
    handle: str
    created: datetime
    name: str = ""
    bio: str = ""
    website: str = ""
    followers: int = 0
    following: int = 0
    labels: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skeet:
    """A post of the actor whose DID is `author`; `reply_to` is an at-uri, `labels` are its own warnings."""

    author: str
    created: datetime
    text: str
    langs: tuple[str, ...] = ()
    reply_to: str = ""
    card: Card | None = None
    labels: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Give its record key."""
        return skeets.tid_of(self.created, self.author + self.text)

    @property
    def uri(self) -> str:
        """Give its at-uri."""
        return f"at://{self.author}/app.bsky.feed.post/{self.key}"


@dataclass(frozen=True, slots=True)
class Repost:
    """The actor whose DID is `author` passing on the post whose at-uri is `of`."""

    author: str
    created: datetime
    of: str

    @property
    def uri(self) -> str:
        """Give its at-uri."""
        return f"at://{self.author}/app.bsky.feed.repost/{skeets.tid_of(self.created, self.author + self.of)}"


@dataclass(frozen=True, slots=True)
class Bluesky:
    """All that the AppView knows."""

    actors: tuple[Actor, ...] = ()
    skeets: tuple[Skeet, ...] = ()
    reposts: tuple[Repost, ...] = ()

    def actor(self, name: str) -> Actor | None:
        """Find the actor of that handle or DID."""
        wanted = name.lower()
        return next((one for one in self.actors if wanted in {one.did, one.handle.lower()}), None)

    def skeet(self, uri: str) -> Skeet | None:
        """Find the post at that at-uri."""
        return next((one for one in self.skeets if one.uri == uri), None)

    def root(self, skeet: Skeet) -> Skeet | None:
        """Find where the talk that `skeet` is part of began; None where a link of the chain is gone."""
        step: Skeet | None = skeet
        for _ in range(_DEEP):
            if step is None or not step.reply_to:
                break
            step = self.skeet(step.reply_to)
        return step

    def answer(self, request: Request) -> Answer:
        """Say what the AppView says to a reader who is not signed in."""
        if request.path.startswith("/xrpc/"):
            reply = _METHODS.get(request.path.removeprefix("/xrpc/"))
            if request.method not in {"GET", "HEAD"} or reply is None:
                return _error("XRPCNotSupported", "XRPCNotSupported", 404)
            return reply(self, request)
        if request.path.startswith("/images/"):
            return picture(request.path)
        parts = request.path.strip("/").split("/")
        if parts[0] == "profile" and len(parts) in {2, 4}:
            return _page(self, parts[1], "".join(parts[3:]))
        return page("404", "<h1>404</h1>", status=404)


def _resolve(site: Bluesky, request: Request) -> Answer:
    actor = site.actor(request.one("handle"))
    if actor is None:
        return _error("InvalidRequest", "Unable to resolve handle")
    return as_json({"did": actor.did})


def _profile(site: Bluesky, request: Request) -> Answer:
    actor = site.actor(request.one("actor"))
    if actor is None:
        return _error("InvalidRequest", "Profile not found")
    return as_json(skeets.detailed(site, actor, request.base))


def _profiles(site: Bluesky, request: Request) -> Answer:
    names = request.query.get("actors", ())
    if not names:
        return _error("InvalidRequest", 'Error: Params must have the property "actors"')
    if len(names) > _MOST_AT_ONCE:
        return _error("InvalidRequest", f"Error: actors must not have more than {_MOST_AT_ONCE} elements")
    found = (site.actor(name) for name in names)
    return as_json({"profiles": [skeets.detailed(site, one, request.base) for one in found if one]})


def _follows(site: Bluesky, request: Request) -> Answer:
    name = request.one("actor")
    actor, limit, cursor = site.actor(name), _limit(request), request.one("cursor")
    if not limit:
        return _bad_limit()
    if actor is None:
        return _error("InvalidRequest", f"Actor not found: {name}")
    # Follows have no date here: a cursor counts them from the oldest, so that a new one moves no page.
    left = int(cursor) if cursor.isdigit() else len(actor.follows)
    older = actor.follows[max(len(actor.follows) - left, 0) :]
    shown = older[:limit]
    known = (site.actor(did) for did in shown)  # who is gone leaves a gap in a page
    told: dict[str, Any] = {
        "subject": skeets.described(actor, request.base),
        "follows": [skeets.described(one, request.base) for one in known if one],
    }
    if len(older) > len(shown):
        told["cursor"] = str(len(older) - len(shown))
    return as_json(told)


def _posts(site: Bluesky, request: Request) -> Answer:
    uris = request.query.get("uris", ())
    if len(uris) > _MOST_AT_ONCE:
        return _error("InvalidRequest", f"Error: uris must not have more than {_MOST_AT_ONCE} elements")
    found = (site.skeet(uri) for uri in uris)
    return as_json({"posts": [skeets.post(site, one, request.base) for one in found if one]})


def _author_feed(site: Bluesky, request: Request) -> Answer:
    actor, limit = site.actor(request.one("actor")), _limit(request)
    if not limit:
        return _bad_limit()
    if actor is None:
        return _error("InvalidRequest", "Profile not found")
    events = _events(site, actor, request.one("filter", "posts_with_replies"))
    cursor = request.one("cursor")
    older = [event for event in events if not cursor or _place(event) < cursor]
    shown = older[:limit]
    feed: dict[str, Any] = {"feed": [_event(site, event, request.base) for event in shown]}
    if len(older) > len(shown):
        feed["cursor"] = _place(shown[-1])
    return as_json(feed)


def _limit(request: Request) -> int:
    """How many are wanted at once; 0 where that is no number, or none that is served."""
    limit = request.one("limit") or str(_LIMIT)
    return int(limit) if limit.isdigit() and 1 <= int(limit) <= _MOST else 0


def _bad_limit() -> Answer:
    return _error("InvalidRequest", f"Error: limit must be an integer between 1 and {_MOST}")


def _events(site: Bluesky, actor: Actor, kind: str) -> list[Skeet | Repost]:
    """List what an actor wrote and passed on, newest first, as the filter wants it."""
    written = [one for one in site.skeets if one.author == actor.did]
    if kind == "posts_no_replies":
        written = [one for one in written if not one.reply_to]
    elif kind == "posts_and_author_threads":
        written = [one for one in written if not one.reply_to or _own_thread(one)]
    elif kind in {"posts_with_media", "posts_with_video"}:
        return []  # nobody here posts pictures
    passed = [one for one in site.reposts if one.author == actor.did and site.skeet(one.of)]
    return sorted([*written, *passed], key=_place, reverse=True)


def _place(event: Skeet | Repost) -> str:
    """Place an event in time, and among the simultaneous by its address: this is what a cursor holds."""
    return f"{skeets.stamp(event.created)}::{event.uri}"


def _own_thread(skeet: Skeet) -> bool:
    return skeet.reply_to.startswith(f"at://{skeet.author}/")


def _event(site: Bluesky, event: Skeet | Repost, base: str) -> dict[str, Any]:
    if isinstance(event, Repost):
        original, author = site.skeet(event.of), site.actor(event.author)
        if original is None or author is None:
            raise LookupError(event.of)
        reason = {
            "$type": "app.bsky.feed.defs#reasonRepost",
            "by": skeets.basic(author, base),
            "uri": event.uri,
            "cid": skeets.cid_of(event.uri),
            "indexedAt": skeets.stamp(event.created),
        }
        return {**_event(site, original, base), "reason": reason}
    item: dict[str, Any] = {"post": skeets.post(site, event, base)}
    return {**item, "reply": skeets.reply(site, event, base)} if event.reply_to else item


def _page(site: Bluesky, name: str, key: str) -> Answer:
    actor = site.actor(name)
    theirs = [one for one in site.skeets if actor and one.author == actor.did and key in {"", one.key}]
    if actor is None or (key and not theirs):
        return page("404", "<h1>404</h1>", status=404)
    entries = "".join(_entry(actor, one) for one in sorted(theirs, key=lambda one: one.created, reverse=True))
    title = f"{actor.name} (@{actor.handle})"
    about = "" if key else f"<p>{escape(actor.bio)}</p>"
    return page(title, f"<h1>{escape(title)}</h1>{about}<main>{entries}</main>")


def _entry(actor: Actor, skeet: Skeet) -> str:
    text = escape(skeet.text).replace("\n", "<br>")
    card = f'<p><a href="{escape(skeet.card.url)}">{escape(skeet.card.title)}</a></p>' if skeet.card else ""
    when = (
        f'<a href="/profile/{actor.handle}/post/{skeet.key}"><time>{skeet.created:%Y-%m-%d %H:%M}</time></a>'
    )
    return f"<article><p>{text}</p>{card}<p>{when}</p></article><hr>"


def _error(name: str, message: str, status: int = 400) -> Answer:
    return as_json({"error": name, "message": message}, status)


_METHODS: dict[str, Callable[[Bluesky, Request], Answer]] = {
    "com.atproto.identity.resolveHandle": _resolve,
    "app.bsky.actor.getProfile": _profile,
    "app.bsky.actor.getProfiles": _profiles,
    "app.bsky.feed.getAuthorFeed": _author_feed,
    "app.bsky.feed.getPosts": _posts,
    "app.bsky.graph.getFollows": _follows,
}
