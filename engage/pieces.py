"""Groups posts into pieces: one thing published, however many posts announce it. Pure.

An article is one piece with every note of its author that links to it, and with its own copies in other feeds. Notes
without an article are one piece when the same person says the same words in two places within three days. Other people's
notes that link to the article do not join it: they pass it on. Nothing is dropped: each post is in exactly one piece, or
passes one on. A repost holds somebody else's words: it never joins a piece of the one who reposts, and passes on the piece
that it repeats, where that is here.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from engage.model import Piece
from feeds.address import canonical

if TYPE_CHECKING:
    from collections.abc import Container, Iterable
    from datetime import datetime

    from feeds.model import StoredPost

ECHO = timedelta(days=3)
# Of a longer text, the beginning tells whether it was said twice.
_READ = 1000
# Fewer letters than this ("Bonne année !") may be said twice without being the same thing.
_ENOUGH_LETTERS = 24
_ADDRESS = re.compile(r"https?://\S+|\S+\.(?:com|org|net|fr|example)/\S*")
_NOT_LETTERS = re.compile(r"[\W_]+")


def group(posts: Iterable[tuple[StoredPost, int]], addressed: Container[int] = frozenset()) -> list[Piece]:
    """Pieces from posts with their authors' numbers, in the order in which their first post came in.

    `addressed` are the numbers of posts that speak to you: they pass nothing on, but stand for themselves.
    """
    given = list(posts)
    groups: dict[int, list[StoredPost]] = {}
    authors = {stored.id: person for stored, person in given}
    by_address: dict[tuple[int, str], int] = {}
    anywhere: dict[str, int] = {}
    for stored, person in given:
        if stored.post.kind == "article":
            address = canonical(stored.post.url) if stored.post.url else ""
            key = by_address.setdefault((person, address), stored.id) if address else stored.id
            groups.setdefault(key, []).append(stored)
            if address:
                anywhere.setdefault(address, key)
    passed_on: dict[int, list[int]] = {}
    rest = []
    for stored, person in given:
        if stored.post.kind == "article":
            continue
        points_at = (canonical(stored.post.url), *stored.post.links)
        own = next((by_address[person, a] for a in points_at if (person, a) in by_address), None)
        others = next((anywhere[a] for a in points_at if a in anywhere), None)
        if own is not None and stored.post.kind == "note":
            groups[own].append(stored)
        elif own is None and others is not None and _passes_on(stored, addressed):
            passed_on.setdefault(others, []).append(person)
        else:
            rest.append(stored)
    for echoes in _echoes(rest, authors):
        groups[echoes[0].id] = echoes
    _lay_reposts(groups, authors, passed_on)
    return [_piece(members, authors, passed_on.get(key, [])) for key, members in groups.items()]


def _lay_reposts(
    groups: dict[int, list[StoredPost]], authors: dict[int, int], passed_on: dict[int, list[int]]
) -> None:
    """Turn reposts of what is here by somebody else into its being passed on."""
    places = {
        stored.post.key: key
        for key, members in groups.items()
        for stored in members
        if stored.post.kind != "repost"
    }
    for number, (stored, *_) in list(groups.items()):
        repeated = places.get(stored.post.handle.get("uri", "")) if stored.post.kind == "repost" else None
        if repeated is not None and authors[groups[repeated][0].id] != authors[stored.id]:
            passed_on.setdefault(repeated, []).append(authors[stored.id])
            del groups[number]


def _passes_on(stored: StoredPost, addressed: Container[int]) -> bool:
    return stored.post.kind != "reply" and stored.id not in addressed


def _echoes(posts: list[StoredPost], authors: dict[int, int]) -> list[list[StoredPost]]:
    """Notes grouped by the words they share."""
    found: list[list[StoredPost]] = []
    by_words: dict[tuple[int, str], list[StoredPost]] = {}
    for stored in posts:
        words = _words(stored.post.text)
        group = by_words.get((authors[stored.id], words)) if len(words) >= _ENOUGH_LETTERS else None
        if group is not None and stored.post.kind == "note" and _close(group[0], stored):
            group.append(stored)
            continue
        found.append([stored])
        if stored.post.kind == "note":
            by_words[authors[stored.id], words] = found[-1]
    return found


def _close(one: StoredPost, other: StoredPost) -> bool:
    elsewhere = one.source.id != other.source.id
    return elsewhere and abs(_when(one) - _when(other)) <= ECHO


def _when(stored: StoredPost) -> datetime:
    return stored.post.published or stored.seen


def _words(text: str) -> str:
    return _NOT_LETTERS.sub("", _ADDRESS.sub("", text[:_READ]).casefold())[:200]


def _piece(members: list[StoredPost], authors: dict[int, int], passed_on: list[int]) -> Piece:
    """A group as a piece, the fullest post first: an article before notes, longer before shorter, earlier before later."""
    ordered = sorted(
        members,
        key=lambda s: (
            s.post.kind != "article",
            -len(s.text) if s.post.kind == "article" else 0,
            _when(s),
        ),
    )
    person = authors[ordered[0].id]
    others = tuple(dict.fromkeys(other for other in passed_on if other != person))
    return Piece(ordered[0], person, tuple(ordered), others)
