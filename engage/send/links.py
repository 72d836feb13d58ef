"""Addresses that open a draft where its person can be reached: mail, a network's own composer, a profile. Pure.

None of them sends anything: each opens a window in which you press the button, or do not. Each says whether what is
written there can be read by everybody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from engage.graphemes import count
from engage.model import Way
from feeds.address import is_web

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engage.model import Draft, Identity, Piece

# Some mail programs and most systems cut longer addresses.
LONGEST_MAILTO = 1600
# An account named in a title or a passage: with its first sign, Mastodon would send the message to them too.
# One without a host would be somebody on your own server.
_MENTION = re.compile(r"(?<![=/\w])@(\w[\w.-]*(?:@[\w.-]+\.\w+)?)")
BLUESKY_GRAPHEMES = 300
# Pages on which somebody can be written to, with what they are called where that is the same for all.
_PAGES = {"linkedin": "LinkedIn", "x": "X", "link": ""}


@dataclass(frozen=True, slots=True)
class Home:
    """Where you yourself are: your Mastodon account, and the addresses of servers and apps that are not the usual ones."""

    mastodon: str = ""
    servers: Mapping[str, str] = field(default_factory=dict)
    bluesky_app: str = "https://bsky.app"


def ways(draft: Draft, identities: Sequence[Identity], piece: Piece | None, home: Home) -> tuple[Way, ...]:
    """The ways to send a draft, the most private first. Copying is always one."""
    found = [
        *_mail(draft, identities, piece),
        Way("copy", ""),
        *_mastodon(draft, identities, piece, home),
        *_bluesky(draft, piece, home),
        *_pages(identities),
    ]
    return tuple({(way.channel, way.url): way for way in found}.values())


def mailto(address: str, subject: str, body: str) -> str:
    """A mail that opens ready in the person's own program; without its body where that would be too long (RFC 6068)."""
    start = f"mailto:{quote(address, safe='@')}?subject={quote(subject, safe='')}"
    whole = f"{start}&body={quote(body.replace(chr(10), chr(13) + chr(10)), safe='')}"
    return whole if len(whole) <= LONGEST_MAILTO else start


def _mail(draft: Draft, identities: Sequence[Identity], piece: Piece | None) -> Iterator[Way]:
    subject = piece.title if piece and draft.kind != "quiet" else ""  # a loss is no subject line
    addresses = [identity.address for identity in identities if identity.kind == "email"]
    signed = piece.main.post.authors if piece else ()
    if not addresses and len(signed) == 1 and signed[0].email:
        addresses = [signed[0].email]  # the author wrote it into the feed for this
    for address in addresses:
        yield Way("email", mailto(address, subject, draft.text), name=address)


def _mastodon(draft: Draft, identities: Sequence[Identity], piece: Piece | None, home: Home) -> Iterator[Way]:
    """At home, the composer with the text addressed to them alone; for a post of theirs, the post, ready to be answered.

    The composer is asked for a private mention. Servers that do not know the wish open it as they always do, so it is
    said that anybody might read it.
    """
    base = _home_base(home)
    account = next((identity.address for identity in identities if identity.kind == "mastodon"), "")
    if base and account:
        text = f"@{account} " + _MENTION.sub(r"\1", draft.text)
        yield Way(
            "mastodon", f"{base}/share?visibility=direct&text={quote(text, safe='')}", True, f"@{account}"
        )
    for stored in piece.posts if piece else ():
        uri = stored.post.handle.get("uri", "") if stored.source.kind == "mastodon" else ""
        if uri and base:
            yield Way(
                "mastodon-reply",
                f"{base}/authorize_interaction?uri={quote(uri, safe='')}",
                True,
                stored.post.url,
            )
        elif uri:
            yield Way("mastodon-reply", stored.post.url or uri, True, stored.post.url)


def _home_base(home: Home) -> str:
    host = home.mastodon.rpartition("@")[2]
    return home.servers.get(host, f"https://{host}").rstrip("/") if host else ""


def _bluesky(draft: Draft, piece: Piece | None, home: Home) -> Iterator[Way]:
    """Bluesky's composer takes a text but no address: their post opens beside it, to be answered there."""
    posts = [stored for stored in (piece.posts if piece else ()) if stored.source.kind == "bluesky"]
    if posts and count(draft.text) <= BLUESKY_GRAPHEMES:
        yield Way(
            "bluesky", f"{home.bluesky_app}/intent/compose?text={quote(draft.text, safe='')}", public=True
        )
    for stored in posts:
        yield Way("bluesky-reply", stored.post.url, public=True, name=stored.post.url)


def _pages(identities: Sequence[Identity]) -> Iterator[Way]:
    for identity in identities:
        if identity.kind in _PAGES and is_web(identity.url):
            yield Way("link", identity.url, name=_PAGES[identity.kind] or identity.label)
