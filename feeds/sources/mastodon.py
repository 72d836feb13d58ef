"""A public Mastodon account (or any server that speaks its API): statuses newer than the last one seen.

Ids are opaque and local to one server. Paging walks forward by `min_id` and the `Link` header, which leaves no gaps; the
cursor advances to the newest status *seen*. https://docs.joinmastodon.org/methods/accounts/#statuses
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from feeds.address import canonical, is_web
from feeds.carry import carried, requests_session
from feeds.errors import N_, BadAnswer, NoSuchAccount
from feeds.guard import is_private_host
from feeds.html import links, sanitise, to_text
from feeds.model import Author, Batch, Cursor, Post, PostKind, Source
from feeds.timing import possible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feeds.http import Client
    from feeds.model import Networks

PAGE = 40
# Per fetch; what is left comes next time, for walking forward leaves no gap.
MOST_PAGES = 10
_PUBLIC = {"public", "unlisted"}
_SKIPPED = N_("Some of what this account published could not be read; the rest was kept.")


def base_of(source: Source, networks: Networks) -> str:
    """The address of the server that keeps an account: as configured, else where its profile stands, else its host."""
    host = source.address.rpartition("@")[2]
    configured = networks.mastodon_servers.get(host)
    if configured:
        return configured.rstrip("/")
    parts = urlsplit(source.site)
    if source.allow_private:  # in one's own network, what a profile tells of itself leads nowhere else
        return f"{parts.scheme or 'https'}://{host}"
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"https://{host}"


def connect(base: str, client: Client, now: datetime, *, allow_private: bool) -> Any:
    """Mastodon.py on `base`, without an account, speaking through our client."""
    from mastodon import Mastodon  # noqa: PLC0415 - 0.2 s that only such accounts pay

    return Mastodon(
        api_base_url=base,
        session=requests_session(client, now, allow_private=allow_private),
        # Said rather than asked: when its question fails, Mastodon.py repeats it until its stack is full.
        mastodon_version="4.3.0",
        version_check_mode="none",
        ratelimit_method="throw",
    )


def look_up(account: str, base: str, client: Client, now: datetime, *, allow_private: bool) -> Any:
    """The account entity of `user@host` as its own server `base` tells it.

    Raises:
        FetchError: the server cannot be reached, or knows no such account.

    """
    user, _, host = account.rpartition("@")
    with _words(base):
        entity = _look_up(connect(base, client, now, allow_private=allow_private), user, host)
        if not getattr(entity, "id", None):
            raise BadAnswer(address=base, reason=N_("it is no account"))
        return entity


def fetch(source: Source, cursor: Cursor, client: Client, networks: Networks, now: datetime) -> Batch:
    """Everything public that the account published since the cursor; at first, its newest page.

    Raises:
        FetchError: nothing could be read; the sentence says why.

    """
    base = base_of(source, networks)
    user, _, host = source.address.rpartition("@")
    place = json.loads(cursor.position) if cursor.position else {}
    # Where a profile stands is told by strangers: only the person's own settings lead into a private network.
    private = source.allow_private or (host in networks.mastodon_servers and is_private_host(base))
    with _words(base):
        server = connect(base, client, now, allow_private=private)
        label = site = ""
        if not place:
            account = _look_up(server, user, host)
            place = {"account": str(account.id), "newest": ""}
            label, site = f"@{source.address}", str(account.url or "")
        statuses = list(_walk(server, place))
        if statuses:
            place["newest"] = str(statuses[0].id)
    posts, skipped = _posts(statuses, base, host)
    kept = replace(cursor, position=json.dumps(place))
    warnings = (_SKIPPED,) if skipped else ()
    return Batch(kept, posts, unchanged=not posts, label=label, site=site, warnings=warnings)


def _look_up(server: Any, user: str, host: str) -> Any:
    from mastodon import MastodonAPIError, MastodonNotFoundError  # noqa: PLC0415

    try:
        return server.account_lookup(user)
    except MastodonAPIError:
        # Servers whose accounts live under another name than their own host want the whole of it.
        try:
            return server.account_lookup(f"{user}@{host}")
        except MastodonNotFoundError as error:
            raise NoSuchAccount(server=host, account=f"@{user}") from error


def _walk(server: Any, place: dict[str, str]) -> Iterator[Any]:
    """Statuses newer than the place, newest first."""
    if not place["newest"]:
        yield from server.account_statuses(place["account"], limit=PAGE)
        return
    pages: list[Any] = []
    page = server.account_statuses(place["account"], min_id=place["newest"], limit=PAGE)
    while page and len(pages) < MOST_PAGES:
        pages.append(page)
        page = server.fetch_previous(page)
    for page in reversed(pages):
        yield from page


class _words:  # noqa: N801 - reads as a clause: `with _words(base):`
    """Turns the library's errors into ours."""

    def __init__(self, base: str) -> None:
        self.base = base

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        from mastodon import MastodonError  # noqa: PLC0415

        if error is None or isinstance(error, (NoSuchAccount, BadAnswer)):
            return
        if ours := carried(error):
            raise ours from None
        if isinstance(error, (MastodonError, ValueError, KeyError, AttributeError, TypeError)):
            told = str(error.args[0])[:200] if error.args else ""
            raise BadAnswer(address=self.base, reason=told or N_("it does not speak Mastodon's language"))


def _posts(statuses: list[Any], base: str, host: str) -> tuple[tuple[Post, ...], bool]:
    """The public statuses as posts, and whether some could not be read: a malformed one costs only itself."""
    found, skipped = [], False
    for status in statuses:
        try:
            if status.visibility in _PUBLIC:
                found.append(_post(status, base, host))
        except (AttributeError, KeyError, TypeError, ValueError):
            skipped = True
    return tuple(found), skipped


def _post(status: Any, base: str, host: str) -> Post:
    """A status as a post. A boost becomes a repost that carries the boosted text and its author."""
    shown = status.reblog or status
    html = sanitise(shown.content or "", str(shown.url or shown.uri or base))
    media = [
        str(image.get("description")) for image in shown.media_attachments or [] if image.get("description")
    ]
    return Post(
        key=str(status.uri),
        kind=_kind(status),
        url=_web(shown.url) or _web(shown.uri),
        text=to_text(html) or "\n\n".join(media),
        html=html,
        language=str(shown.language or "")[:2].lower(),
        published=_moment(status.created_at),
        updated=_moment(shown.get("edited_at")),
        authors=(_author(shown.account),),
        links=_links(shown, html),
        mentions=tuple(_full(str(mention.acct), host) for mention in shown.mentions or []),
        warning=str(shown.spoiler_text or ""),
        handle={"server": base, "id": str(shown.id), "uri": str(shown.uri)},
    )


def _moment(value: Any) -> datetime | None:
    """A date as the library read it; None for what it could not read."""
    return possible(value) if isinstance(value, datetime) else None


def _kind(status: Any) -> PostKind:
    if status.reblog:
        return "repost"
    if status.in_reply_to_id and str(status.in_reply_to_account_id) != str(status.account.id):
        return "reply"  # an answer to oneself continues a thread
    return "note"


def _author(account: Any) -> Author:
    return Author(str(account.display_name or account.username), "", _web(account.url))


def _links(status: Any, html: str) -> tuple[str, ...]:
    """What the status points at: not the people it mentions, nor its hashtags."""
    others = {str(thing.url) for thing in [*(status.mentions or []), *(status.tags or [])]}
    found = [link for link in links(html) if link not in others and "/tags/" not in link]
    card = (status.get("card") or {}).get("url")
    return tuple(dict.fromkeys(canonical(link) for link in [*found, *([card] if card else [])]))


def _full(account: str, host: str) -> str:
    return account if "@" in account else f"{account}@{host}"


def _web(address: Any) -> str:
    return str(address) if address and is_web(str(address)) else ""
