"""A fake Mastodon server: the public, signed-out part of its API, WebFinger, and small pages for people."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote, urlencode
from zlib import crc32

from engage.demo import entities
from engage.demo.answers import Answer, as_json, page, picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from engage.demo.answers import Request
    from engage.demo.cards import Card

Visibility = Literal["public", "unlisted", "private", "direct"]
_IN_PUBLIC = {"public", "unlisted"}
_LIMIT, _MOST = 20, 40
_PEOPLE, _MOST_PEOPLE = 40, 80
_NOT_FOUND = {"error": "Record not found"}


@dataclass(frozen=True, slots=True)
class Field:
    """A line of a profile's table; `verified` is when the server saw the address link back."""

    name: str
    value: str
    verified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Media:
    """A picture under a status: `name` becomes its address, `description` is its alternative text."""

    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """An account that a server knows; one of another server has its `domain`, and its `base` for links.

    `follows` are those whom it follows as far as this server knows, as it writes them, the newest first; who
    `hides_follows` shows nobody. `moved` is the account that stands in its place.
    """

    username: str
    created: datetime
    name: str = ""
    domain: str = ""
    base: str = ""
    bio: str = ""
    fields: tuple[Field, ...] = ()
    followers: int = 0
    following: int = 0
    discoverable: bool = True
    bot: bool = False
    follows: tuple[str, ...] = ()
    hides_follows: bool = False
    moved: str = ""

    @property
    def acct(self) -> str:
        """Write the name as this server does: without a host for its own accounts."""
        return f"{self.username}@{self.domain}" if self.domain else self.username

    @property
    def id(self) -> str:
        """Give the account's id on this server."""
        return str(109_000_000_000_000_000 + crc32(self.acct.encode()))


@dataclass(frozen=True, slots=True)
class Status:
    """A status that a server knows, in plain text; `account` as this server writes it, `id` a number as text.

    `reply_to` and `boost_of` are ids on this server. `uri` and `url` stand in place of the usual ones, for a
    status of another server. `warning` is a content warning.
    """

    id: str
    account: str
    created: datetime
    text: str = ""
    warning: str = ""
    language: str = ""
    visibility: Visibility = "public"
    reply_to: str = ""
    boost_of: str = ""
    edited: datetime | None = None
    card: Card | None = None
    media: tuple[Media, ...] = ()
    uri: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Mastodon:
    """A server for `domain` (the host in its account names), with all that it knows of other servers too."""

    domain: str
    accounts: tuple[Account, ...] = ()
    statuses: tuple[Status, ...] = ()
    title: str = ""
    about: str = ""
    languages: tuple[str, ...] = field(default=("en",))

    def account(self, acct: str) -> Account | None:
        """Find the account of that name, with or without this server's own domain, in any case."""
        wanted = acct.removeprefix("@").lower().removesuffix(f"@{self.domain}")
        return next((one for one in self.accounts if one.acct.lower() == wanted), None)

    def status(self, number: str) -> Status | None:
        """Find the status of that id."""
        return next((one for one in self.statuses if one.id == number), None)

    def answer(self, request: Request) -> Answer:
        """Say what the server says to a reader who is not signed in."""
        if request.method not in {"GET", "HEAD"}:
            return as_json({"error": "This method requires an authenticated user"}, 401)
        for pattern, reply in _ROUTES:
            match = pattern.fullmatch(request.path.rstrip("/"))
            if match:
                return reply(self, request, *match.groups())
        return as_json({"error": "Not Found"}, 404)

    def by_id(self, number: str) -> Account | None:
        """Find the account of that id."""
        return next((one for one in self.accounts if one.id == number), None)

    def of(self, account: Account) -> list[Status]:
        """List the public statuses of an account, newest first."""
        found = (one for one in self.statuses if one.account == account.acct and one.visibility in _IN_PUBLIC)
        return sorted(found, key=lambda one: int(one.id), reverse=True)


def _lookup(site: Mastodon, request: Request) -> Answer:
    return _shown(site, site.account(request.one("acct")), request)


def _account(site: Mastodon, request: Request, number: str) -> Answer:
    return _shown(site, site.by_id(number), request)


def _shown(site: Mastodon, account: Account | None, request: Request) -> Answer:
    return as_json(entities.account(site, account, request.base)) if account else as_json(_NOT_FOUND, 404)


def _status(site: Mastodon, request: Request, number: str) -> Answer:
    status = site.status(number)
    if status is None or status.visibility not in _IN_PUBLIC:
        return as_json(_NOT_FOUND, 404)
    return as_json(entities.status(site, status, request.base))


def _statuses(site: Mastodon, request: Request, number: str) -> Answer:
    account = site.by_id(number)
    if account is None:
        return as_json(_NOT_FOUND, 404)
    limit = min(_number(request.one("limit")) or _LIMIT, _MOST)
    theirs = [one for one in site.of(account) if _wanted(site, one, account, request)]
    shown = _slice(theirs, request, limit)
    headers = {"Link": _link([one.id for one in shown], request, limit)} if shown else {}
    return as_json([entities.status(site, one, request.base) for one in shown], 200, **headers)


def _following(site: Mastodon, request: Request, number: str) -> Answer:
    account = site.by_id(number)
    if account is None:
        return as_json(_NOT_FOUND, 404)
    limit = min(_number(request.one("limit")) or _PEOPLE, _MOST_PEOPLE)
    known = [one for one in map(site.account, account.follows) if one]
    # Pages go by the numbers of the follows, the newest the highest, and these are told nowhere but in the header.
    rows = [] if account.hides_follows else list(zip(range(len(known), 0, -1), known, strict=True))
    above, below = _number(request.one("since_id")), _number(request.one("max_id"))
    shown = [row for row in rows if row[0] > above and (not below or row[0] < below)][:limit]
    places = [str(place) for place, _ in shown]
    headers = {"Link": _link(places, request, limit, newer="since_id")} if shown else {}
    return as_json([entities.account(site, one, request.base) for _, one in shown], 200, **headers)


def _wanted(site: Mastodon, status: Status, account: Account, request: Request) -> bool:
    # A thread is no reply: `exclude_replies` keeps what answers oneself, as Mastodon itself does.
    parent = site.status(status.reply_to)
    to_others = bool(status.reply_to) and (parent is None or parent.account != account.acct)
    return not (
        (request.yes("exclude_replies") and to_others)
        or (request.yes("exclude_reblogs") and status.boost_of)
        or (request.yes("only_media") and not status.media)
        or request.yes("pinned")
    )


def _instance(site: Mastodon, request: Request) -> Answer:
    return as_json(entities.instance(site, request.base))


def _instance_v1(site: Mastodon, request: Request) -> Answer:
    return as_json(entities.instance_v1(site, request.base))


def _webfinger(site: Mastodon, request: Request) -> Answer:
    resource = request.one("resource")
    if not resource:
        return Answer(400)
    account = site.account(resource.removeprefix("acct:"))
    if account is None or account.domain:
        return Answer(404)
    answer = as_json(entities.webfinger(site, account, request.base))
    return Answer(200, answer.body, "application/jrd+json; charset=utf-8")


def _profile(site: Mastodon, request: Request, acct: str) -> Answer:
    account = site.account(acct)
    if account is None:
        return page("404", "<h1>404</h1>", status=404)
    full = f"@{account.username}@{account.domain or site.domain}"
    rows = "".join(
        f"<dt>{escape(one.name)}</dt><dd>{entities.link(one.value, me=True)}</dd>" for one in account.fields
    )
    toots = "".join(_entry(site, one, request.base) for one in site.of(account))
    body = (
        f'<header class="h-card">\n<h1 class="p-name">{escape(account.name)}</h1>\n'
        f"<p>{full}</p>\n"
        f"{entities.content(site, account.bio, request.base)}\n<dl>{rows}</dl>\n</header>\n"
        f"<main>{toots}</main>"
    )
    return page(f"{account.name} ({full})", body)


def _entry(site: Mastodon, status: Status, base: str) -> str:
    shown = site.status(status.boost_of) or status
    sign = f"<p>↻ {escape(status.account)}</p>" if status.boost_of else ""
    content = entities.content(site, shown.text, base)
    if shown.warning:
        content = f"<details><summary>{escape(shown.warning)}</summary>{content}</details>"
    url = entities.url(site, shown, base)
    when = f'<p><a href="{url}"><time>{shown.created:%Y-%m-%d %H:%M}</time></a></p>'
    return f'<article lang="{escape(shown.language)}">{sign}{content}{when}</article><hr>'


def _page(site: Mastodon, request: Request, acct: str, number: str) -> Answer:
    status, account = site.status(number), site.account(acct)
    if not status or not account or status.account != account.acct or status.visibility not in _IN_PUBLIC:
        return page("404", "<h1>404</h1>", status=404)
    entry = _entry(site, status, request.base)
    return page(f"{account.name}: {status.warning or status.text[:40]}", entry, language=status.language)


def _tag(site: Mastodon, request: Request, word: str) -> Answer:
    word = unquote(word)
    tagged = (one for one in site.statuses if word in entities.tags(one.text) and one.visibility == "public")
    return page(
        f"#{word}", f"<h1>#{escape(word)}</h1>{''.join(_entry(site, one, request.base) for one in tagged)}"
    )


def _picture(_site: Mastodon, _request: Request, name: str) -> Answer:
    return picture(name)


def _slice(statuses: list[Status], request: Request, limit: int) -> list[Status]:
    """Cut one page of `statuses` (newest first): `min_id` wants what follows it, `since_id` the newest."""
    above = _number(request.one("min_id") or request.one("since_id"))
    below = _number(request.one("max_id"))
    found = [one for one in statuses if int(one.id) > above and (not below or int(one.id) < below)]
    return found[-limit:] if request.one("min_id") else found[:limit]


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _link(shown: list[str], request: Request, limit: int, newer: str = "min_id") -> str:
    """Write the Link header for a page of ids: `next` is older, and only there when the page was full; `prev` is newer,
    by the bound `newer`.
    """
    kept = {
        name: values[0]
        for name, values in request.query.items()
        if name not in {"max_id", "min_id", "since_id"}
    }
    after, before = (
        f'<{request.base}{request.path}?{urlencode({**kept, bound: one})}>; rel="{rel}"'
        for bound, one, rel in (("max_id", shown[-1], "next"), (newer, shown[0], "prev"))
    )
    return f"{after}, {before}" if len(shown) == limit else before


_ROUTES: tuple[tuple[re.Pattern[str], Callable[..., Answer]], ...] = tuple(
    (re.compile(pattern), reply)
    for pattern, reply in (
        (r"/api/v1/accounts/lookup", _lookup),
        (r"/api/v1/accounts/(\d+)", _account),
        (r"/api/v1/accounts/(\d+)/statuses", _statuses),
        (r"/api/v1/accounts/(\d+)/following", _following),
        (r"/api/v1/statuses/(\d+)", _status),
        (r"/api/v2/instance", _instance),
        (r"/api/v1/instance", _instance_v1),
        (r"/\.well-known/webfinger", _webfinger),
        (r"/(?:@|users/)([\w.@-]+)", _profile),
        (r"/@([\w.@-]+)/(\d+)", _page),
        (r"/tags/([^/]+)", _tag),
        (r"/images/([\w.@-]+)", _picture),
    )
)
