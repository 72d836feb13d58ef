"""What an entry is known by, so that it is the same one at the next fetch and never another. Pure."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from feeds.address import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from feeds.model import Post


def key_of(guid: str, link: str, title: str, date: datetime | None, html: str) -> str:
    """What an entry is known by: its guid, else its link, else a hash of title and date."""
    if guid:
        return known(guid)
    if link:
        return known(link)
    told = f"{title}\n{date.isoformat() if date else html}"
    return "hash:" + hashlib.blake2b(told.encode(), digest_size=16).hexdigest()


def known(address: str) -> str:
    """One form of an address that identifies: canonical, but an anchor on a page of many entries counts."""
    form = canonical(address)
    anchor = address.partition("#")[2]
    tracks = not anchor or "=" in anchor  # such as "#xtor=RSS-1"
    return form if tracks or form == address else f"{form}#{anchor}"


def unique(posts: Iterable[Post]) -> tuple[Post, ...]:
    """Entries that share one guid are told apart by link too, those that share both by title and date; all of them, so
    that the next entry of that guid changes no key. An exact repetition is one post, and what says nothing is none.
    """
    listed = [(post, known(post.url)) for post in posts if post.url or post.title or post.html]
    links: dict[str, set[str]] = defaultdict(set)
    told_of: dict[tuple[str, str], set[tuple[str, datetime | None]]] = defaultdict(set)
    for post, link in listed:
        links[post.key].add(link)
        told_of[post.key, link].add((post.title, post.published))
    kept: dict[str, Post] = {}
    for post, link in listed:
        key = post.key
        if len(links[post.key]) > 1:
            key = f"{key} {link}"
        if len(told_of[post.key, link]) > 1:
            told = hashlib.blake2b(f"{post.title}\n{post.published}".encode(), digest_size=8).hexdigest()
            key = f"{key} {told}"
        kept.setdefault(key, post if key == post.key else replace(post, key=key))
    return tuple(kept.values())
