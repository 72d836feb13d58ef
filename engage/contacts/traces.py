"""By what accounts, pages and people are known: the traces that two of them may share, and what each proves. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engage.addresses import host_of, key, place_of
from feeds import platforms
from feeds.address import canonical, is_web, without_secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engage.model import Identity
    from feeds.model import Link, Profile, Source

_INVALID = "handle.invalid"
# Handles that a service lends are no hosts of anybody's own.
_LENT = (".bsky.social", ".brid.gy", _INVALID)


@dataclass(frozen=True, slots=True)
class Names:
    """What an account is known by, as keys, and by what the accounts are known that are the same through a bridge."""

    own: tuple[str, ...]
    copies: tuple[str, ...] = ()


def key_of(profile: Profile) -> str:
    """The key of the account of a profile."""
    return key(profile.source.kind, profile.source.address)


def page_key(url: str) -> str:
    """The key of a page."""
    return f"page {canonical(url)}"


def names(kind: str, address: str, label: str, shown: str) -> Names:
    """What an account is known by. A page is believed where the account's own host shows it: profiles may name any."""
    own = [key(kind, address)]
    if kind == "bluesky":
        handle = label.casefold().lstrip("@")
        if "." not in handle or handle == _INVALID:
            return Names(tuple(own))
        if handle.endswith(".web.brid.gy"):
            return Names((*own, f"handle {handle}"), site_copied(handle.removesuffix(".web.brid.gy")))
        return Names((*own, f"handle {handle}"), (key("mastodon", f"{handle}@bsky.brid.gy"),))
    user, _, host = address.casefold().rpartition("@")
    if place_of(shown) == host or f".{host_of(shown)}".endswith(f".{host}"):
        own.append(page_key(shown))
    if host == "bsky.brid.gy":
        return Names(tuple(own), (f"handle {user}",))
    if host == "web.brid.gy":
        return Names(tuple(own), site_copied(user))
    # A handle on Bluesky is a host's name, in which some letters cannot stand.
    copies = (f"handle {re.sub('[_~]', '-', user)}.{host}.ap.brid.gy",)
    return Names(tuple(own), copies)


def site_copied(domain: str) -> tuple[str, ...]:
    """The key of the site that a bridge copies; nothing for one that many people share."""
    return () if platforms.knows(f"https://{domain}/") else (page_key(f"https://{domain}/"),)


def verified(profile: Profile) -> Iterator[Link]:
    """The links of a profile that the network saw to name it back, each once; a Bluesky handle is one of them."""
    seen: set[str] = set()
    for link in profile.links:
        if link.verified is None or not is_web(link.url) or not host_of(link.url):
            continue
        lent = link.name == "handle" and f".{host_of(link.url)}".endswith(_LENT)
        if canonical(link.url) not in seen and not lent:
            seen.add(canonical(link.url))
            yield replace(link, url=without_secret(link.url.strip()))


def label_of(source: Source) -> str:
    """What a human calls an account; by its address where a handle is lost."""
    return source.label if source.label not in {"", _INVALID} else source.address


def handles(source: Source) -> set[str]:
    """What stands in the place of a name where there is none."""
    return {source.label.lstrip("@").casefold(), source.address.casefold()}


def told(link: Link, profile: Profile) -> str:
    """The evidence of a verified link, in words."""
    day = f"{link.verified:%Y-%m-%d}"
    if link.name == "handle":
        return f"handle: {host_of(link.url)} is that of {profile.source.label} on Bluesky, {day}"
    return f"verified: {link.url} on the profile of {profile.source.label}, {day}"


def names_of(profile: Profile) -> Names:
    """What the account of a profile is known by."""
    source = profile.source
    return names(source.kind, source.address, source.label, source.site)


def sites(identity: Identity, source: Source | None) -> Iterator[str]:
    """The pages that are somebody's by a blog: its feed, what was typed, and its site where the feed stands on it.

    A feed may say that it belongs to any site: that of a neighbour on the same host, that of somebody else.
    """
    yield identity.address
    typed = identity.evidence.removeprefix("typed: ")
    if typed != identity.evidence:
        yield typed if is_web(typed) else f"https://{typed}"
    feed = canonical(identity.address)
    for site in (identity.url, source.site if source else ""):
        if site and f"{feed}/".startswith(f"{canonical(site)}/"):
            yield site
