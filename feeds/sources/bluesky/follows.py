"""Whom one follows, what they say of themselves, and one's own lists. https://docs.bsky.app/docs/api/app-bsky-graph-get-follows"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from feeds.address import absolute, is_web
from feeds.errors import BadStatus, Busy, FetchError, Missing
from feeds.model import Link, Profile, Source
from feeds.sources.bluesky.posts import MALFORMED, good_handle, parts_of, speaker
from feeds.sources.bluesky.session import signed_in
from feeds.sources.bluesky.walking import PAGE
from feeds.sources.bluesky.xrpc import says_no

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from feeds.http import Client
    from feeds.model import Account, Networks
    from feeds.sources.bluesky.session import Own
    from feeds.sources.bluesky.xrpc import Service

# Nobody knows so many people; a server that never ends does.
_MOST_PAGES = 100
_TOGETHER = 25
_FOR_READING = "app.bsky.graph.defs#curatelist"
# Hosts that give a handle to whoever comes: it stands for no site of one's own.
_SHARED = (
    "bsky.social",
    "bsky.team",
    "brid.gy",
    "blacksky.app",
    "northsky.social",
    "eurosky.social",
    "swifties.social",
    "myatproto.social",
    "skyna.me",
    "tngl.sh",
)
_ADDRESS = re.compile(
    r"(?<![\w@#/.:-])(?:https?://[^\s<>\"]+|(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}(?![\w@-]|\.\w)(?:/[^\s<>\"]*)?)"
)
_END = ".,;:!?…»”’'\""
# "node.js" and "notes.md" are no sites.
_FILES = re.compile(r"\.(?:js|ts|md|py|rs|txt|pdf|html?|css|png|jpe?g|json|exe|zip|sh)$")


def follows(
    account: Account, client: Client, networks: Networks, now: datetime, *, only_list: str = ""
) -> tuple[Profile, ...]:
    """The accounts that an own account follows, or those on a list of it (an at-uri), as they describe themselves.

    Raises:
        FetchError: they could not all be read.

    """
    server = signed_in(account, client, networks, now)
    found: dict[str, Any] = {}
    for told in _listed(server, only_list, networks) if only_list else _followed(server, account):
        if isinstance(told, dict) and isinstance(told.get("did"), str):
            found.setdefault(told["did"], told)
    found.pop(account.address, None)
    fuller = _fuller(server, list(found))
    return tuple(
        _profiles([{**told, **fuller.get(did, {})} for did, told in found.items()], account, networks, now)
    )


def lists(account: Account, client: Client, networks: Networks, now: datetime) -> tuple[Source, ...]:
    """The lists of an own account that are for reading, as sources; those that mute or block are left out.

    Raises:
        FetchError: the server does not tell.

    """
    server = signed_in(account, client, networks, now)
    return tuple(
        _sources(every(server, "app.bsky.graph.getLists", "lists", actor=account.address), account, networks)
    )


def _followed(server: Own, account: Account) -> Iterator[Any]:
    return every(server, "app.bsky.graph.getFollows", "follows", actor=account.address)


def _listed(server: Own, uri: str, networks: Networks) -> Iterator[Any]:
    try:
        for item in every(server, "app.bsky.graph.getList", "items", list=uri):
            if isinstance(item, dict):
                yield item.get("subject")
    except BadStatus as error:
        if says_no(error):
            raise Missing(address=_page_of(uri, networks), status=404) from None
        raise


def every(server: Service, method: str, name: str, **params: Any) -> Iterator[Any]:
    """Everything in a list, page by page. A short or empty page is not the end; a cursor that comes again is."""
    asked, cursor = {""}, ""
    for _ in range(_MOST_PAGES):
        page = server.page(method, name, cursor, limit=PAGE, **params)
        yield from page.items
        cursor = page.cursor
        if cursor in asked:
            return
        asked.add(cursor)


def _fuller(server: Own, dids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The whole profiles of accounts, which name a website too; what does not come is done without."""
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(dids), _TOGETHER):
        try:
            some = list(dids[start : start + _TOGETHER])
            told = server.page("app.bsky.actor.getProfiles", "profiles", actors=some).items
        except Busy:
            return found
        except FetchError:
            continue
        found.update({str(one.get("did")): one for one in told if isinstance(one, dict)})
    return found


def _profiles(
    found: Sequence[dict[str, Any]], account: Account, networks: Networks, now: datetime
) -> Iterator[Profile]:
    for told in found:
        try:
            yield profile_of(told, account.address, networks.bluesky_app, now)
        except MALFORMED:  # one profile costs only itself
            continue


def profile_of(told: dict[str, Any], through: str, app: str, now: datetime) -> Profile:
    """A view of a profile as a profile; `through` is the own account that follows it.

    Raises:
        AttributeError, KeyError, TypeError, ValueError: it is not built as one.

    """
    source = speaker(told, app, through)
    text = str(told.get("description") or "")
    handle = good_handle(told.get("handle"))
    found = [Link(url, "website") for url in _addresses(str(told.get("website") or ""))]
    found += [Link(url) for url in _addresses(text)]
    if is_own_domain(handle):  # the network has seen that who has this domain has this account
        found.insert(0, Link(f"https://{handle}/", "handle", now))
    bot = any(label.get("val") == "bot" and not label.get("neg") for label in told.get("labels") or [])
    return Profile(
        source,
        str(told.get("displayName") or "").strip() or handle or source.address,
        text,
        tuple(_once(found)),
        mutual=bool((told.get("viewer") or {}).get("followedBy")),
        bot=bot,
    )


def _once(found: list[Link]) -> Iterator[Link]:
    """Each address once: as the handle tells it, rather than the text."""
    seen: set[str] = set()
    for link in found:
        if link.url not in seen:
            seen.add(link.url)
            yield link


def is_own_domain(handle: str) -> bool:
    """Whether a handle is a domain of one's own, rather than a name that a shared host gave away.

    >>> is_own_domain("julie.example"), is_own_domain("julie.bsky.social")
    (True, False)
    """
    return "." in handle and not any(handle == host or handle.endswith(f".{host}") for host in _SHARED)


def _addresses(text: str) -> list[str]:
    """The web addresses in a text: with their scheme, or as people write them there."""
    found = []
    for match in _ADDRESS.finditer(text):
        address = match[0].rstrip(_END)
        if ")" in address and "(" not in address:
            address = address.partition(")")[0]
        if not is_web(address):
            if _FILES.search(address.partition("/")[0]):
                continue
            address = f"https://{address}"
        if address := absolute(address, ""):
            found.append(address)
    return found


def _sources(found: Iterator[Any], account: Account, networks: Networks) -> Iterator[Source]:
    for told in found:
        if not isinstance(told, dict) or told.get("purpose") != _FOR_READING:
            continue
        try:
            uri = str(told.get("uri") or "")
            _, _, key = parts_of(uri)
            page = _page_of(uri, networks)
        except ValueError:
            continue
        yield Source(
            "bluesky-list",
            f"{account.address} {uri}",
            str(told.get("name") or key),
            page,
            allow_private=account.allow_private,
        )


def _page_of(uri: str, networks: Networks) -> str:
    """The page of a list."""
    try:
        did, _, key = parts_of(uri)
    except ValueError:
        return uri
    return f"{networks.bluesky_app}/profile/{did}/lists/{key}"
