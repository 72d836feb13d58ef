"""What accounts say of themselves, and whom they follow, as their own servers tell any stranger."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from feeds.address import absolute
from feeds.errors import N_, BadAnswer, BadStatus, Busy, FetchError, NoSuchAccount
from feeds.guard import is_private_host, place
from feeds.model import Source
from feeds.sources.mastodon.accounts import base_of
from feeds.sources.mastodon.api import NOT_MASTODON, Server, id_of
from feeds.sources.mastodon.follows import profile_of
from feeds.sources.mastodon.statuses import MALFORMED, address_of
from feeds.wire import Request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from feeds.http import Client
    from feeds.model import Networks, Profile

_PAGE = 80
# Some servers want the whole name of an account, and some answer what they do not know with more than "not there".
_UNKNOWN = {400, 404, 410, 422}
# How a server says that it shows nobody whom its people follow.
_UNTOLD = {401, 403, *_UNKNOWN}
_FAULT = 500


def profile(
    address: str,
    client: Client,
    networks: Networks,
    now: datetime,
    *,
    site: str = "",
    allow_private: bool = False,
) -> Profile:
    """The account `user@host` as its own server shows it to any stranger. `site` is its page, where that is known.

    Raises:
        FetchError: nobody tells; NoSuchAccount where there is none (any more).

    """
    server, told = _looked_up(
        Source("mastodon", address, site=site, given=False), client, networks, now, allow_private
    )
    try:
        found = profile_of(told, server)
    except MALFORMED:
        raise BadAnswer(address=server.base, reason=N_("it is no account")) from None
    # A server speaks for the account that was asked for, and for no other one.
    return replace(found, source=replace(found.source, address=address, label=f"@{address}"))


def following(
    address: str,
    client: Client,
    networks: Networks,
    now: datetime,
    *,
    site: str = "",
    allow_private: bool = False,
    most: int = 1000,
) -> tuple[str, ...]:
    """Whom the account `user@host` follows, as `user@host`, the newest first: as far as its server tells strangers, so perhaps
    nobody.

    Raises:
        FetchError: the server cannot be reached, or asks to be left alone.

    """
    source = Source("mastodon", address, site=site, given=False)
    try:
        server, told = _looked_up(source, client, networks, now, allow_private)
        return tuple(dict.fromkeys(islice(_followed(server, id_of(told)), most)))
    except (NoSuchAccount, BadAnswer):
        return ()
    except BadStatus as error:
        if isinstance(error, Busy) or error.values["status"] not in _UNTOLD:
            raise
        return ()


def _followed(server: Server, number: str) -> Iterator[str]:
    address = server.address(f"/api/v1/accounts/{quote(number, safe='')}/following", limit=_PAGE)
    for page in server.pages(address, by_id=False):
        for told in page.items:
            try:
                yield address_of(told, server.host).lower()
            except MALFORMED:  # one account costs only itself
                continue


# --- which server ---


def _looked_up(
    source: Source, client: Client, networks: Networks, now: datetime, allow_private: bool
) -> tuple[Server, Any]:
    """An account as its server tells it, and that server: its host, or the one that the host names by WebFinger."""
    host = source.address.rpartition("@")[2]
    base = base_of(replace(source, allow_private=allow_private), networks)
    configured = host in networks.mastodon_servers
    # What a profile says leads into no private network: only what the person typed or set up does.
    private = allow_private or (configured and is_private_host(base))
    # A page elsewhere than at the host is no proof, but a good reason to ask the host first.
    moved_out = bool(source.site) and not configured and place(source.site) != place(base)
    there = _webfinger(source.address, base, client, private) if moved_out else ""
    if there in {"", base}:
        server = Server(base, client, now, host=host, allow_private=private)
        try:
            return server, _told(source.address, server)
        except (BadStatus, BadAnswer, NoSuchAccount) as error:
            unsure = not isinstance(error, Busy) and error.values.get("status", 0) < _FAULT
            there = _webfinger(source.address, base, client, private) if unsure and not moved_out else ""
            if there in {"", base}:
                raise
    server = Server(there, client, now, host=host)
    return server, _told(source.address, server)


def _told(address: str, server: Server) -> Any:
    user, _, host = address.rpartition("@")
    for name in (user, address):
        try:
            told = server.get("/api/v1/accounts/lookup", acct=name)
        except BadStatus as error:
            if error.values["status"] not in _UNKNOWN:
                raise
            continue
        if not id_of(told):
            raise BadAnswer(address=server.base, reason=NOT_MASTODON)
        return told
    raise NoSuchAccount(server=host, account=f"@{user}")


def _webfinger(address: str, base: str, client: Client, private: bool) -> str:
    """The origin of the server where a host says that an account lives (RFC 7033); empty when it does not say."""
    asked = f"{base}/.well-known/webfinger?resource={quote(f'acct:{address}')}"
    try:
        response = client.send(
            Request(asked, {"Accept": "application/jrd+json, application/json"}, allow_private=private)
        )
        links = json.loads(response.body)["links"]
        own = next(absolute(str(link["href"]), "") for link in links if link.get("rel") == "self")
    except (FetchError, ValueError, RecursionError, StopIteration, *MALFORMED):
        return ""
    parts = urlsplit(own)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
