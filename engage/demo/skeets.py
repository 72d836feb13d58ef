"""The records and views of Bluesky's lexicons, with identifiers that hold up to a strict reader. Pure."""

from __future__ import annotations

import json
import re
from base64 import b32encode
from datetime import UTC
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from zlib import crc32

if TYPE_CHECKING:
    from datetime import datetime

    from engage.demo.bluesky import Actor, Bluesky, Skeet
    from engage.demo.cards import Card

_SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"
_TOKEN = re.compile(
    r"(?P<link>https?://[^\s<>]*[^\s<>.,;:!?)\]»”’'\"…])"
    r"|(?<![\w/@])@(?P<mention>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)"
    r"|(?<![\w&/])#(?P<tag>\w*[^\W\d_]\w*)"
)


def did_of(name: str) -> str:
    """Make up a `did:plc:` (24 characters of base32), always the same for one name."""
    return "did:plc:" + b32encode(sha256(name.encode()).digest()[:15]).decode().lower()


def tid_of(moment: datetime, salt: str) -> str:
    """Make the record key of something written at `moment` (sorts by time); `salt` parts the simultaneous."""
    number = int(moment.timestamp() * 1_000_000) << 10 | crc32(salt.encode()) & 0x3FF
    return "".join(_SORTABLE[number >> shift & 0x1F] for shift in range(60, -1, -5))


def cid_of(record: Any) -> str:
    """Make a CID (version 1, dag-cbor, sha-256) for a record: right in form, though digested from JSON."""
    digest = sha256(json.dumps(record, sort_keys=True).encode()).digest()
    return "b" + b32encode(b"\x01\x71\x12\x20" + digest).decode().lower().rstrip("=")


def stamp(moment: datetime) -> str:
    """Write a moment as the lexicons write it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def facets(site: Bluesky, text: str) -> list[dict[str, Any]]:
    """Find what is a link, a mention or a tag in `text`, by offsets in UTF-8 bytes."""
    found = []
    for match in _TOKEN.finditer(text):
        feature = _feature(site, match)
        if feature:
            start = len(text[: match.start()].encode())
            index = {"byteStart": start, "byteEnd": start + len(match[0].encode())}
            found.append({"$type": "app.bsky.richtext.facet", "index": index, "features": [feature]})
    return found


def _feature(site: Bluesky, match: re.Match[str]) -> dict[str, Any] | None:
    if match["link"]:
        return {"$type": "app.bsky.richtext.facet#link", "uri": match["link"]}
    if match["tag"]:
        return {"$type": "app.bsky.richtext.facet#tag", "tag": match["tag"]}
    actor = site.actor(match["mention"])
    return {"$type": "app.bsky.richtext.facet#mention", "did": actor.did} if actor else None


def record(site: Bluesky, skeet: Skeet) -> dict[str, Any]:
    """Write the record as its author's repository holds it."""
    made: dict[str, Any] = {
        "$type": "app.bsky.feed.post",
        "createdAt": stamp(skeet.created),
        "text": skeet.text,
    }
    if skeet.langs:
        made["langs"] = list(skeet.langs)
    found = facets(site, skeet.text)
    if found:
        made["facets"] = found
    if skeet.card:
        made["embed"] = {"$type": "app.bsky.embed.external", "external": _external(skeet.card)}
    if skeet.labels:
        values = [{"val": label} for label in skeet.labels]
        made["labels"] = {"$type": "com.atproto.label.defs#selfLabels", "values": values}
    if skeet.reply_to:
        parent = site.skeet(skeet.reply_to)
        root = site.root(skeet)
        made["reply"] = {
            "root": _strong(site, root, skeet.reply_to),
            "parent": _strong(site, parent, skeet.reply_to),
        }
    return made


def _external(card: Card) -> dict[str, Any]:
    return {"uri": card.url, "title": card.title, "description": card.description}


def _strong(site: Bluesky, skeet: Skeet | None, uri: str) -> dict[str, str]:
    """Refer to a record; to one that is gone, the address it had."""
    return (
        {"uri": skeet.uri, "cid": cid_of(record(site, skeet))} if skeet else {"uri": uri, "cid": cid_of(uri)}
    )


def post(site: Bluesky, skeet: Skeet, base: str) -> dict[str, Any]:
    """Write a postView, whose author the network must know."""
    author = site.actor(skeet.author)
    if author is None:
        raise LookupError(f"no actor {skeet.author}")
    made = record(site, skeet)
    cid = cid_of(made)
    view = {
        "uri": skeet.uri,
        "cid": cid,
        "author": basic(author, base),
        "record": made,
        "replyCount": sum(other.reply_to == skeet.uri for other in site.skeets),
        "repostCount": sum(repost.of == skeet.uri for repost in site.reposts),
        "likeCount": 0,
        "quoteCount": 0,
        "indexedAt": stamp(skeet.created),
        "labels": [
            {"src": author.did, "uri": skeet.uri, "cid": cid, "val": label, "cts": stamp(skeet.created)}
            for label in skeet.labels
        ],
    }
    if skeet.card:
        view["embed"] = {"$type": "app.bsky.embed.external#view", "external": _external(skeet.card)}
    return view


def basic(actor: Actor, base: str) -> dict[str, Any]:
    """Write a profileViewBasic."""
    return {
        "did": actor.did,
        "handle": actor.handle,
        "displayName": actor.name,
        "avatar": f"{base}/images/{actor.handle}.png",
        "labels": [
            {"src": actor.did, "uri": actor.did, "val": label, "cts": stamp(actor.created)}
            for label in actor.labels
        ],
        "createdAt": stamp(actor.created),
    }


def described(actor: Actor, base: str) -> dict[str, Any]:
    """Write a profileView, which lists of people are made of: it has no website."""
    return {**basic(actor, base), "description": actor.bio, "indexedAt": stamp(actor.created)}


def detailed(site: Bluesky, actor: Actor, base: str) -> dict[str, Any]:
    """Write a profileViewDetailed."""
    view = {
        **described(actor, base),
        "followersCount": actor.followers,
        "followsCount": actor.following,
        "postsCount": sum(skeet.author == actor.did for skeet in site.skeets),
        "associated": {"lists": 0, "feedgens": 0, "starterPacks": 0, "labeler": False},
    }
    return {**view, "website": actor.website} if actor.website else view


def reply(site: Bluesky, skeet: Skeet, base: str) -> dict[str, Any]:
    """Write the replyRef of a feed: what a skeet answers, and where that talk began, or that it is gone."""
    parent = site.skeet(skeet.reply_to)
    missing = {"$type": "app.bsky.feed.defs#notFoundPost", "uri": skeet.reply_to, "notFound": True}
    shown = [
        {"$type": "app.bsky.feed.defs#postView", **post(site, one, base)} if one else missing
        for one in (site.root(skeet), parent)
    ]
    return {"root": shown[0], "parent": shown[1]}
