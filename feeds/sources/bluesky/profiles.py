"""What accounts say of themselves, and whom they follow, as the public API tells any stranger."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from feeds.errors import BadStatus, Busy
from feeds.sources.bluesky.accounts import may_be_did, may_be_handle, stranger
from feeds.sources.bluesky.follows import every, profile_of
from feeds.sources.bluesky.posts import MALFORMED, is_shy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from feeds.http import Client
    from feeds.model import Networks, Profile
    from feeds.sources.bluesky.xrpc import Service

TOGETHER = 25
# How the API says that there is no such account (any more), or that it shows nobody whom it follows.
_UNTOLD = {400, 401, 403, 404, 410}


def profiles(actors: Sequence[str], client: Client, networks: Networks, now: datetime) -> tuple[Profile, ...]:
    """The accounts of these handles or DIDs, each once; those that are gone, or never were, are left out.

    One that asks not to be shown to people who are not signed in has its name and its handle, and nothing else.

    Raises:
        FetchError: they could not all be read.

    """
    names = [name for name in dict.fromkeys(actors) if may_be_did(name) or may_be_handle(name)]
    server = stranger(networks.bluesky_api, client, now)
    found: dict[str, Profile] = {}
    for start in range(0, len(names), TOGETHER):
        for profile in _some(names[start : start + TOGETHER], server, networks.bluesky_app, now):
            found.setdefault(profile.source.address, profile)
    return tuple(found.values())


def following(
    did: str, client: Client, networks: Networks, now: datetime, most: int = 1000
) -> tuple[str, ...]:
    """The DIDs of those whom an account follows, the newest first.

    Raises:
        FetchError: the API cannot be reached, or asks to be left alone.

    """
    server = stranger(networks.bluesky_api, client, now)
    told = every(server, "app.bsky.graph.getFollows", "follows", actor=did)
    found = (one["did"] for one in told if isinstance(one, dict) and may_be_did(str(one.get("did") or "")))
    try:
        return tuple(dict.fromkeys(islice(found, most)))
    except BadStatus as error:
        if isinstance(error, Busy) or error.values["status"] not in _UNTOLD:
            raise
        return ()


def _some(names: Sequence[str], server: Service, app: str, now: datetime) -> Iterator[Profile]:
    told = server.page("app.bsky.actor.getProfiles", "profiles", actors=list(names)).items
    for one in told:
        try:
            profile = profile_of(one, "", app, now)
            yield _as_wished(profile) if is_shy(one) else profile
        except MALFORMED:  # one profile costs only itself
            continue


def _as_wished(profile: Profile) -> Profile:
    """A profile without what its owner wants no stranger to see. Whose a domain is, anybody may ask the domain."""
    return replace(profile, text="", links=tuple(link for link in profile.links if link.name == "handle"))
