"""Whom one follows, what they say of themselves, and one's own lists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from feeds.errors import BadStatus, Missing, MissingRight
from feeds.html import links, to_text
from feeds.model import Link, Profile, Source
from feeds.sources.mastodon.accounts import find
from feeds.sources.mastodon.api import PAGE, id_of, signed_in, signed_out
from feeds.sources.mastodon.statuses import MALFORMED, address_of, clean, moment, name_of, web

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from feeds.http import Client
    from feeds.model import Account, Networks
    from feeds.sources.mastodon.api import Server

_ACCOUNTS_PAGE = 80
# Nobody knows so many people; a server that never ends does.
_MOST_PAGES = 125
_NO_TOKEN = {400, 422}
# "@paul" and "#haies" in a profile's text are no addresses of its author.
_MENTION = re.compile(r"""<a\b[^<>]*\bclass\s*=\s*["'][^"']*\bmention\b[^<>]*>""", re.IGNORECASE)


def follows(
    account: Account, client: Client, networks: Networks, now: datetime, *, only_list: str = ""
) -> tuple[Profile, ...]:
    """The accounts that an own account follows, or those on a list of it, as they describe themselves.

    Raises:
        FetchError: they could not all be read.

    """
    server = signed_in(account, client, networks, now)
    if only_list:
        path, right = f"/api/v1/lists/{quote(only_list, safe='')}/accounts", "read:lists"
    else:
        me = own_id(server)
        path, right = f"/api/v1/accounts/{me}/following", "read:follows"
    found: dict[str, Any] = {}
    address = server.address(path, limit=_ACCOUNTS_PAGE)
    for number, page in enumerate(server.pages(address, right=right, by_id=False), 1):
        found.update({known: item for item in page.items if (known := id_of(item))})
        if number >= _MOST_PAGES:
            break
    followers = _followers(server, list(found))
    return tuple(_profiles(found, followers, server))


def lists(account: Account, client: Client, networks: Networks, now: datetime) -> tuple[Source, ...]:
    """The lists of an own account, as sources; none where its server has no such thing.

    Raises:
        FetchError: the server does not tell.

    """
    server = signed_in(account, client, networks, now)
    try:
        found = server.page(server.address("/api/v1/lists"), right="read:lists", by_id=False).items
    except Missing:
        return ()
    return tuple(
        Source(
            "mastodon-list",
            f"{account.address} {number}",
            str(told.get("title") or number),
            f"{server.base}/lists/{number}",
            allow_private=account.allow_private,
        )
        for told in found
        if (number := id_of(told))
    )


def own_id(server: Server) -> str:
    """The id of the own account on its server.

    Raises:
        FetchError: the server does not tell.

    """
    try:
        told = server.get("/api/v1/accounts/verify_credentials", right="read:accounts")
    except MissingRight:  # anybody may look up anybody
        told = None
    except BadStatus as error:  # nothing was asked that could be wrong, but the token
        if server.account and error.values["status"] in _NO_TOKEN:
            raise signed_out(server.account) from None
        raise
    return id_of(told) or find(server.home, server).id


def _followers(server: Server, ids: Sequence[str]) -> set[str]:
    """Those among some accounts that follow back; none where the server does not tell."""
    found: set[str] = set()
    for start in range(0, len(ids), PAGE):
        some = list(ids[start : start + PAGE])
        try:
            told = server.page(
                server.address("/api/v1/accounts/relationships", id=some), right="read:follows", by_id=False
            )
        except Missing:
            return set()
        found |= {
            id_of(one) for one in told.items if isinstance(one, dict) and one.get("followed_by") is True
        }
    return found


def _profiles(found: dict[str, Any], followers: set[str], server: Server) -> Iterator[Profile]:
    for number, told in found.items():
        try:
            profile = profile_of(told, server, mutual=number in followers)
        except MALFORMED:  # one profile costs only itself
            continue
        if profile.source.address.lower() != server.home.lower():
            yield profile


def profile_of(account: Any, server: Server, *, mutual: bool = False) -> Profile:
    """An account entity as a profile.

    Raises:
        AttributeError, KeyError, TypeError, ValueError: it is not built as one.

    """
    address = address_of(account, server.host)
    page = web(account.get("url"))
    note = clean(str(account.get("note") or ""), page)
    addresses = [Link(url) for url in links(clean(_MENTION.sub("<a>", str(account.get("note") or "")), page))]
    moved = account.get("moved")
    return Profile(
        Source("mastodon", address, f"@{address}", page, given=False, through=server.home),
        name_of(account) or address,
        to_text(note),
        tuple(_once([*_fields(account, page), *addresses])),
        mutual=mutual,
        bot=account.get("bot") is True or account.get("group") is True,
        moved_to=address_of(moved, server.host) if isinstance(moved, dict) else "",
    )


def _fields(account: Any, page: str) -> Iterator[Link]:
    """The addresses in a profile's table; the server looks at each page and remembers when it named the profile back."""
    for line in account.get("fields") or []:
        value = clean(str(line.get("value") or ""), page)
        name = to_text(clean(str(line.get("name") or ""), page))
        found = links(value) or tuple(filter(None, [web(to_text(value))]))
        for url in found:
            yield Link(url, name, moment(line.get("verified_at")))


def _once(found: list[Link]) -> Iterator[Link]:
    """Each address once: as a field tells it, rather than the text."""
    seen: set[str] = set()
    for link in found:
        if link.url not in seen:
            seen.add(link.url)
            yield link
