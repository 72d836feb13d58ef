"""A Mastodon account: by its own server, as any stranger sees it; or by one's own server, signed in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from feeds.errors import (
    N_,
    BadAnswer,
    BadStatus,
    Missing,
    MissingRight,
    NoSuchAccount,
    SignedOut,
    SignInRefused,
)
from feeds.guard import is_private_host, place
from feeds.model import Batch, Cursor, Source
from feeds.sources.mastodon import walking
from feeds.sources.mastodon.api import PAGE, Server, id_of, signed_in
from feeds.sources.mastodon.statuses import IN_PUBLIC, SKIPPED, posts_of, web
from feeds.sources.mastodon.walking import Place

if TYPE_CHECKING:
    from datetime import datetime

    from feeds.http import Client
    from feeds.model import Networks

# Some servers want the whole name of an account, and some answer what they do not know with more than "not there".
_UNKNOWN = {400, 404, 410, 422}


@dataclass(frozen=True, slots=True)
class Entity:
    """What a server tells of an account: its id there, and its page."""

    id: str
    url: str


def base_of(source: Source, networks: Networks) -> str:
    """The address of the server that keeps an account: as configured, else where its profile stands, else its host."""
    host = source.address.rpartition("@")[2]
    configured = networks.mastodon_servers.get(host)
    if configured:
        return configured.rstrip("/")
    parts = urlsplit(source.site)
    # What an account says of itself in a timeline leads nobody to another host.
    if not source.given and not f".{parts.netloc}".endswith(f".{host}"):
        return f"{parts.scheme or 'https'}://{host}" if source.allow_private else f"https://{host}"
    if source.allow_private:  # in one's own network, what a profile tells of itself leads nowhere else
        return f"{parts.scheme or 'https'}://{host}"
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"https://{host}"


def look_up(account: str, base: str, client: Client, now: datetime, *, allow_private: bool) -> Entity:
    """The account `user@host` as its own server `base` tells it.

    Raises:
        FetchError: the server cannot be reached, or knows no such account.

    """
    host = account.rpartition("@")[2]
    return find(account, Server(base, client, now, host=host, allow_private=allow_private))


def find(account: str, server: Server) -> Entity:
    """The account `user@host` as any server that knows it tells it.

    Raises:
        FetchError: the server cannot be reached, or knows no such account.

    """
    user, _, host = account.rpartition("@")
    names = [user, account] if host == server.host else [account]
    for name in names:
        try:
            told = server.get("/api/v1/accounts/lookup", right="read:accounts", acct=name)
        except BadStatus as error:
            if error.values["status"] not in _UNKNOWN:
                raise
            continue
        number = id_of(told)
        if not number:
            raise BadAnswer(address=server.base, reason=N_("it is no account"))
        return Entity(number, web(told.get("url")))
    raise NoSuchAccount(server=server.host, account=f"@{user}" if host == server.host else f"@{account}")


def stranger(source: Source, client: Client, networks: Networks, now: datetime) -> Server:
    """The account's own server, asked as any stranger asks it."""
    base = base_of(source, networks)
    host = source.address.rpartition("@")[2]
    # Where a profile stands is told by strangers: only the person's own settings lead into a private network.
    private = source.allow_private or (host in networks.mastodon_servers and is_private_host(base))
    return Server(base, client, now, host=host, allow_private=private)


def fetch(source: Source, cursor: Cursor, client: Client, networks: Networks, now: datetime) -> Batch:
    """Everything that the account published since the cursor, and what was edited of the latest; at first, its newest page.

    An account that is heard through a timeline is asked by one's own server, which shows more of it than a stranger sees; where
    that does not let us in or does not know it, by its own.

    Raises:
        FetchError: nothing could be read; the sentence says why.

    """
    own = networks.account("mastodon", source.through) if source.through else None
    if own:
        try:
            return _read(source, cursor, signed_in(own, client, networks, now))
        except (SignedOut, MissingRight, SignInRefused, NoSuchAccount):
            pass  # the timeline's own line says what is wrong; what is public can be read all the same
    return _read(source, cursor, stranger(source, client, networks, now))


def _read(source: Source, cursor: Cursor, server: Server) -> Batch:
    place = Place.of(cursor.position)
    # A position without a server is from before there was another way than by the account's own.
    if place.server != server.base and (place.server or server.home):
        place = Place()
    label = site = ""
    try:
        if not place.account:
            place, site = _find(source, server)
            label = f"@{source.address}"
        found = _walk(server, place)
    except Missing:
        if not cursor.position or label:
            raise
        place, site = _find(source, server)  # the server has been set up anew, and counts anew
        found = _walk(server, place)
    visible = IN_PUBLIC | {"private"} if server.home else IN_PUBLIC
    read = list(posts_of(found.items, server, visible))
    posts = tuple(one[1] for one in read if one)
    return Batch(
        replace(cursor, position=str(replace(found.place, server=server.base))),
        posts,
        unchanged=not posts and None not in read,
        label=label,
        site=site,
        warnings=(SKIPPED,) if None in read else (),
        interrupted=found.interrupted,
    )


def _find(source: Source, server: Server) -> tuple[Place, str]:
    entity = find(source.address, server)
    # The page that an account names may be anybody's: it is believed of the server that was asked, or of the account's host.
    host = source.address.rpartition("@")[2]
    shown = urlsplit(entity.url).netloc
    own = place(entity.url) == place(server.base) or f".{shown}".endswith(f".{host}")
    return Place(server=server.base, account=entity.id), entity.url if own else ""


def _walk(server: Server, place: Place) -> walking.Walk:
    address = server.address(f"/api/v1/accounts/{place.account}/statuses", limit=PAGE)
    return walking.walk(server, address, place, first=1, right="read:statuses")
