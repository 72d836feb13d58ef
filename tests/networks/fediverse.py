"""A small Mastodon server at the wire, signed in, with state and with faults.

Written from docs.joinmastodon.org and from what Mastodon answers, and without looking at our client. One `Fediverse` is one
server, with what it knows of others:

    here = Fediverse("ici.example")
    moi, lucie = here.account("moi"), here.account("lucie", "Lucie", "ailleurs.example")
    here.follow(moi, lucie)
    here.post(lucie, "Bonjour d'ailleurs")
    with Wire({"ici": here}) as wire:          # http://ici.localhost:PORT
        key = here.token(moi, "read:statuses")

What differs from the real server, on purpose: nothing lags, whatever is done is done by whoever is named, feeds are made
anew for each reader (an account followed today was always followed), and data and rate limits have a clock of their own (`now`).
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, urlsafe_b64encode
from bisect import insort
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from html import escape
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit
from zlib import crc32

from engage.demo import entities
from engage.demo.answers import Answer, as_json, page, picture
from engage.demo.mastodon import Account, Field, Mastodon, Media, Status, Visibility

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from engage.demo.answers import Request
    from engage.demo.cards import Card

JSON = dict[str, Any]
_T = TypeVar("_T")
IdStyle = Literal["numbers", "ulid", "hashes"]
GONE: Final = object()
OUT_OF_BAND: Final = "urn:ietf:wg:oauth:2.0:oob"

_IN_PUBLIC = {"public", "unlisted"}
_FALLOFF = 40  # a boost is not shown again this near to what it boosts
_IDEMPOTENT = timedelta(hours=1)
_CODE_LIVES = timedelta(minutes=10)
_MOST_CHARACTERS = 500
_MOST_AT_ONCE = 20
_WINDOW = timedelta(minutes=5)
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ULID = 26
_PAGING = ("max_id", "min_id", "since_id")
_MENTION = re.compile(r"(?<![\w/@.])@(\w(?:[\w.-]*\w)?)(?:@([\w.-]*\w))?")
_KINDS = (
    "accounts",
    "blocks",
    "bookmarks",
    "favourites",
    "filters",
    "follows",
    "lists",
    "mutes",
    "notifications",
)
_SCOPES = {
    *("read", "write", "follow", "push", "profile", "read:search", "read:statuses", "write:statuses"),
    *(f"{side}:{kind}" for side in ("read", "write") for kind in _KINDS),
    *("write:conversations", "write:media", "write:reports"),
}
_NO_CLIENT = (
    "Client authentication failed due to unknown client, no client authentication included, or unsupported "
    "authentication method."
)
_BAD_REDIRECT = "The requested redirect uri is malformed or doesn't match client redirect URI."
_BAD_SCOPE = "The requested scope is invalid, unknown, or malformed."
_BAD_CHALLENGE = "The code challenge method must be S256."
_BAD_RESPONSE = "The authorization server does not support this response type."
_BAD_GRANT_TYPE = "The authorization grant type is not supported by the authorization server."
_DENIED = "The resource owner or authorization server denied the request."
_BAD_GRANT = (
    "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the "
    "authorization request, or was issued to another client."
)


class Posted(NamedTuple):
    """What a status is called: on this server, and everywhere."""

    id: str
    uri: str


@dataclass(frozen=True, slots=True)
class Poll:
    """A poll under a status: `votes` counts them per option, `voters` are those known here with what they chose."""

    options: Sequence[str]
    votes: Sequence[int] = ()
    multiple: bool = False
    ends: datetime | None = None
    voters: Mapping[str, Sequence[int]] = field(default_factory=dict)


class _Refusal(Exception):
    """An error of the API: its status and its sentence."""

    def __init__(self, status: int, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers

    def answer(self) -> Answer:
        return as_json({"error": self.message}, self.status, **self.headers)


class _OAuthRefusal(_Refusal):
    """An error of OAuth's token endpoint: its name beside its sentence."""

    def __init__(self, name: str, message: str, status: int = 400) -> None:
        super().__init__(status, message)
        self.name = name

    def answer(self) -> Answer:
        return as_json({"error": self.name, "error_description": self.message}, self.status)


_NOT_FOUND = (404, "Record not found")


@dataclass(frozen=True, slots=True)
class _Known(Mastodon):
    """The accounts as `entities` asks for them; statuses are counted here, not there."""

    by_acct: dict[str, Account] = field(default_factory=dict)

    def account(self, acct: str) -> Account | None:
        return self.by_acct.get(acct.removeprefix("@").lower().removesuffix(f"@{self.domain}"))

    def of(self, account: Account) -> list[Status]:  # noqa: ARG002 - the signature is the village's
        return []


@dataclass(slots=True)
class _Status:
    """A status. `place` is where it stands in time; `mentions` are accts, `conversation` is the place of the first one."""

    place: int
    id: str
    author: str
    created: datetime
    text: str
    visibility: Visibility
    conversation: int
    uri: str
    url: str
    warning: str = ""
    language: str = ""
    reply_to: str = ""
    reply_author: str = ""
    boost_of: str = ""
    media: tuple[Media, ...] = ()
    card: Card | None = None
    poll: Poll | None = None
    quote: str = ""
    quote_state: str = "accepted"
    mentions: tuple[str, ...] = ()
    edited: datetime | None = None
    application: str = ""


@dataclass(frozen=True, slots=True)
class _Follow:
    place: int
    notify: bool
    boosts: bool


@dataclass(frozen=True, slots=True)
class _Notice:
    place: int
    to: str
    kind: str
    by: str
    status: str
    at: datetime


@dataclass(frozen=True, slots=True)
class _List:
    place: int
    owner: str
    title: str
    members: tuple[str, ...]
    exclusive: bool


@dataclass(frozen=True, slots=True)
class _App:
    id: str
    secret: str
    number: int
    name: str
    website: str
    redirects: tuple[str, ...]
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Grant:
    app: str
    acct: str
    redirect: str
    scopes: tuple[str, ...]
    challenge: str
    until: datetime


@dataclass(slots=True)
class _Token:
    acct: str
    scopes: tuple[str, ...]
    app: str = ""
    fate: str = ""


@dataclass(slots=True)
class _Throttle:
    remaining: int
    reset: datetime
    limit: int = 300


@dataclass(frozen=True, slots=True)
class _Entry:
    """One row of a page: `place` is what the Link header counts by, `key` the id of what is shown."""

    place: int
    key: str
    show: Callable[[], Any]


class _Ids:
    """How this server writes its ids. Clients may compare none of them: only numbers and ULIDs happen to sort."""

    def __init__(self, style: IdStyle) -> None:
        self.style = style
        self._hashed: dict[str, int] = {}

    def write(self, place: int) -> str:
        if self.style == "numbers":
            return str(place)
        if self.style == "ulid":
            number = ((place >> 16) << 80) | (place & 0xFFFF)
            return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(5 * (_ULID - 1), -1, -5))
        text = sha256(str(place).encode()).hexdigest()[:32]
        self._hashed[text] = place
        return text

    def read(self, text: str) -> int:
        """Give the place behind an id; 0, before everything, for what is none."""
        if self.style == "hashes":
            return self._hashed.get(text, 0)
        if self.style == "numbers":
            digits = re.match(r"\d+", text)
            return int(digits[0]) if digits else 0
        if len(text) != _ULID or set(text.upper()) - set(_CROCKFORD):
            return 0
        number = 0
        for letter in text.upper():
            number = number * 32 + _CROCKFORD.index(letter)
        return ((number >> 80) << 16) | (number & 0xFFFF)


# `Fediverse.list` hides the name from annotations beside it.
_Statuses = list[_Status]
_Notices = list[_Notice]
_Raws = list[tuple[int, Any]]


class Fediverse:
    """A server for `domain`, a Site; everything that is done without `at` comes a second later.

    Accounts are called by their acct, without a host for those of this server, and statuses by their `id`. Knobs:

    - `now`: the clock of the data, of the rate limits, of codes and of idempotency keys
    - `user`: who sits at the browser when `/oauth/authorize` is opened; `denies`: they say no
    - `acct_with_host`: accounts of this server are written with their host too, as some servers do
    - `bad_token_status`: what a missing or bad token gets, instead of 401
    - `regenerating`: how many statuses the home feed has while it is made anew (206); None when it is whole
    - `home_size`: how many statuses a feed keeps
    - `language`: what a status is in that says nothing about it
    - `keeps_notices`: what is told about a deleted status stays, with null for the status
    """

    def __init__(
        self,
        domain: str = "ici.example",
        *,
        ids: IdStyle = "numbers",
        version: str = "4.5.0",
        now: datetime = datetime(2026, 11, 23, 12, 0, tzinfo=UTC),
    ) -> None:
        self.domain, self.version, self.now = domain, version, now
        self.user = ""
        self.denies = False
        self.acct_with_host = False
        self.bad_token_status = 401
        self.regenerating: int | None = None
        self.home_size = 400
        self.keeps_notices = False
        self.language = "fr"
        self._ids = _Ids(ids)
        self._lock = Lock()
        self._known = _Known(domain, title=f"Chez {domain}")
        self._moved: dict[str, str] = {}
        self._hiding: set[str] = set()
        self._statuses: dict[str, _Status] = {}
        self._in_order: _Statuses = []
        self._by_author: defaultdict[str, _Statuses] = defaultdict(list)
        self._follows: dict[tuple[str, str], _Follow] = {}
        self._favourites: dict[tuple[str, str], int] = {}
        self._notices: _Notices = []
        self._lists: dict[str, _List] = {}
        self._conversations: dict[tuple[str, int, frozenset[str]], int] = {}
        self._raw: defaultdict[str, _Raws] = defaultdict(list)
        self._spoilt: defaultdict[str, JSON] = defaultdict(dict)
        self._hidden: set[str] = set()
        self._twice: set[str] = set()
        self._apps: dict[str, _App] = {}
        self._grants: dict[str, _Grant] = {}
        self._tokens: dict[str, _Token] = {}
        self._written: dict[tuple[str, str], tuple[str, datetime]] = {}
        self._throttle: _Throttle | None = None
        self._paging_throttle: _Throttle | None = None
        self._counts: Counter[tuple[str, str]] = Counter()
        self._boosted: defaultdict[str, _Statuses] = defaultdict(list)
        self._count = 0

    # People.

    def account(
        self,
        username: str,
        name: str = "",
        domain: str = "",
        *,
        bot: bool = False,
        bio: str = "",
        fields: Sequence[Field] = (),
        moved: str = "",
        discoverable: bool = True,
        hides_follows: bool = False,
    ) -> str:
        """Make an account known, of this server or of `domain`; answers its acct. `moved` is an acct."""
        one = Account(
            username,
            datetime(2022, 11, 5, tzinfo=UTC),
            name or username,
            domain,
            f"https://{domain}" if domain else "",
            bio,
            tuple(fields),
            discoverable=discoverable,
            bot=bot,
        )
        self._known.by_acct[one.acct.lower()] = one
        if moved:
            self._moved[one.acct] = self._acct(moved)
        if hides_follows:
            self._hiding.add(one.acct)
        return one.acct

    def id_of(self, acct: str) -> str:
        """Give the id of an account on this server."""
        return self._ids.write(int(self._account(acct).id))

    def follow(
        self, acct: str, other: str, *, notify: bool = False, boosts: bool = True, at: datetime | None = None
    ) -> None:
        """Follow someone; `notify` wants a notification of each status, `boosts` their boosts in the home feed."""
        acct, other = self._acct(acct), self._acct(other)
        moment = self._tick(at)
        self._counts.update([("followers", other), ("following", acct)])
        self._follows[acct, other] = _Follow(self._serial(), notify, boosts)
        self._tell(other, "follow", acct, "", moment)

    def unfollow(self, acct: str, other: str) -> None:
        """Follow someone no longer."""
        acct, other = self._acct(acct), self._acct(other)
        del self._follows[acct, other]
        self._counts.subtract([("followers", other), ("following", acct)])

    def list(self, owner: str, title: str, members: Iterable[str], *, exclusive: bool = False) -> str:
        """Make a list of accounts that its owner follows; answers its id. What is on an exclusive one leaves the home feed."""
        kept = tuple(self._acct(one) for one in members)
        strangers = [one for one in kept if (self._acct(owner), one) not in self._follows]
        if strangers:
            raise LookupError(f"a list holds those whom one follows, and not {', '.join(strangers)}")
        one = _List(self._serial(), self._acct(owner), title, kept, exclusive)
        self._lists[self._ids.write(one.place)] = one
        return self._ids.write(one.place)

    # Statuses and gestures.

    def post(
        self,
        author: str,
        text: str = "",
        *,
        visibility: Visibility = "public",
        reply_to: str = "",
        boost_of: str = "",
        warning: str = "",
        language: str = "",
        media: Sequence[Media] = (),
        card: Card | None = None,
        poll: Poll | None = None,
        quote: str = "",
        quote_state: str = "accepted",
        mentions: Iterable[str] = (),
        application: str = "",
        at: datetime | None = None,
    ) -> Posted:
        """Post a status, or boost one. Who is named in the text (`@qui`, `@qui@ailleurs.example`) is mentioned, and `mentions`
        besides: an answer mentions nobody by itself.
        """
        moment, writer = self._tick(at), self._account(author)
        place = self._place(moment)
        key = self._ids.write(place)
        parent = self._statuses[reply_to] if reply_to else None
        original = self._proper(self._statuses[boost_of]) if boost_of else None
        uri, url = self._addresses(writer, key, boost=bool(boost_of))
        if original and original.visibility == "private":
            visibility = "private"
        named = [*self._named(writer, text), *(self._acct(one) for one in mentions)]
        one = _Status(
            place,
            key,
            writer.acct,
            moment,
            text,
            visibility,
            parent.conversation if parent else place,
            uri,
            url,
            warning,
            language,
            reply_to,
            parent.author if parent else "",
            original.id if original else "",
            tuple(media),
            card,
            poll,
            quote,
            quote_state,
            tuple(dict.fromkeys(named)),
            application=application,
        )
        self._statuses[key] = one
        insort(self._in_order, one, key=lambda other: other.place)
        insort(self._by_author[writer.acct], one, key=lambda other: other.place)
        self._counts.update([("replies", reply_to), ("quotes", quote)])
        if original:
            self._boosted[original.id].append(one)
        self._announce(one)
        return Posted(key, uri)

    def edit(self, status: str, text: str, *, warning: str | None = None, at: datetime | None = None) -> None:
        """Write another text under the same id; those who boosted it hear of it."""
        one, moment = self._statuses[status], self._tick(at)
        one.text, one.edited = text, moment
        one.warning = one.warning if warning is None else warning
        one.mentions = tuple(dict.fromkeys([*one.mentions, *self._named(self._account(one.author), text)]))
        for boost in self._boosted[status]:
            self._tell(boost.author, "update", one.author, status, moment)

    def delete(self, status: str) -> None:
        """Delete a status, and with it its boosts, its favourites, and what was told about it."""
        for boost in [*self._boosted[status]]:
            self.delete(boost.id)
        one = self._statuses.pop(status)
        self._counts.subtract([("replies", one.reply_to), ("quotes", one.quote)])
        if one.boost_of:
            self._boosted[one.boost_of].remove(one)
        self._in_order.remove(one)
        self._by_author[one.author].remove(one)
        self._counts.pop(("favourites", status), None)
        for pair in [pair for pair in self._favourites if pair[1] == status]:
            del self._favourites[pair]
        if not self.keeps_notices:
            self._notices = [notice for notice in self._notices if notice.status != status]

    def favourite(self, who: str, status: str, at: datetime | None = None) -> None:
        """Favourite a status, or what it boosts; once is enough."""
        who, one, moment = self._acct(who), self._proper(self._statuses[status]), self._tick(at)
        if (who, one.id) not in self._favourites:
            self._favourites[who, one.id] = self._serial()
            self._counts["favourites", one.id] += 1
            self._tell(one.author, "favourite", who, one.id, moment)

    def unfavourite(self, who: str, status: str) -> None:
        """Take a favourite back; what was told about it goes too."""
        who, one = self._acct(who), self._proper(self._statuses[status])
        if self._favourites.pop((who, one.id), None):
            self._counts["favourites", one.id] -= 1
        self._untell("favourite", who, one.id)

    def end_poll(self, status: str, at: datetime | None = None) -> None:
        """End a poll; its author and those who voted hear of it."""
        one, moment = self._statuses[status], self._tick(at)
        if one.poll is None:
            raise LookupError(f"there is no poll under {status}")
        one.poll = replace(one.poll, ends=moment)
        for acct in dict.fromkeys([one.author, *(self._acct(voter) for voter in one.poll.voters)]):
            self._tell(acct, "poll", one.author, status, moment, even_to_oneself=True)

    # Tokens and knobs.

    def token(self, acct: str, scopes: str = "read") -> str:
        """Make a token as if somebody had signed in; `scopes` with spaces between them."""
        return self._token(self._acct(acct), tuple(scopes.split()), "")

    def expire(self, token: str) -> None:
        """Let a token expire: it was good, and now gets 401."""
        self._tokens[token].fate = "expired"

    def limit(self, remaining: int, reset_at: datetime, *, paging: bool = False) -> None:
        """Answer `remaining` more requests, and then 429 until `now` is `reset_at`.

        `paging` counts only those that turn pages (`max_id`, `min_id`, `since_id`): they have a limit of their own.
        """
        throttle = _Throttle(remaining, reset_at)
        if paging:
            self._paging_throttle = throttle
        else:
            self._throttle = throttle

    def raw(self, feed: str, value: Any, at: datetime | None = None) -> str:
        """Put any JSON into a feed as it is; answers the id that the Link header has for it.

        `feed` is what follows `/api/v1/`: `timelines/home`, `timelines/list/ID`, `accounts/ID/statuses`, `favourites`,
        `notifications`, `conversations` and so on.
        """
        moment = self._tick(at)
        in_time = feed.startswith("timelines/") or feed.endswith("/statuses") or feed == "conversations"
        place = self._place(moment) if in_time else self._serial()
        self._raw[feed].append((place, value))
        return self._ids.write(place)

    def spoil(self, key: str, **fields: Any) -> None:
        """Replace fields of a status, wherever it is shown; `GONE` takes the field out."""
        self._spoilt[key].update(fields)

    def hide(self, *keys: str) -> None:
        """Leave statuses (or notifications) out of pages where they are still counted, as filters of some servers do.

        The page is shorter than its limit then, or empty, and its Link header leads on.
        """
        self._hidden.update(keys)

    def twice(self, key: str) -> None:
        """List a status (or notification) twice on its page."""
        self._twice.add(key)

    # The wire.

    def answer(self, request: Request) -> Answer:
        """Say what the server says."""
        with self._lock:  # the wire answers in threads
            headers: dict[str, str] = {}
            try:
                if request.path.startswith("/api/"):
                    headers = self._throttled(request)
                given = self._answer(request)
            except _Refusal as refusal:
                given = refusal.answer()
            return replace(given, headers={**headers, **given.headers})

    def _answer(self, request: Request) -> Answer:
        path = request.path.rstrip("/")  # Rails takes a trailing slash for nothing
        method = request.method.replace("HEAD", "GET")
        for endpoint in _ENDPOINTS:
            match = endpoint.path.fullmatch(path)
            if match and endpoint.method == method:
                call = self._call(request, endpoint)
                return endpoint.reply(call, *match.groups())
        raise _Refusal(404, "Not Found")

    def _call(self, request: Request, endpoint: _Endpoint) -> _Call:
        written = re.fullmatch(r"bearer (\S+)", request.headers.get("authorization", ""), re.IGNORECASE)
        token = self._tokens.get(written[1]) if written else None
        call = _Call(self, request, _parameters(request), token)
        if endpoint.scopes and (endpoint.signed_in or token):
            self._authorize(token, endpoint.scopes)
        if endpoint.signed_in and not call.viewer:
            raise _Refusal(422, "This method requires an authenticated user")
        return call

    def _authorize(self, token: _Token | None, scopes: Sequence[str]) -> None:
        if token is None or token.fate:
            message = f"The access token {token.fate if token else 'is invalid'}"
            challenge = f'Bearer realm="Doorkeeper", error="invalid_token", error_description="{message}"'
            raise _Refusal(self.bad_token_status, message, WWW_Authenticate=challenge)
        if not set(scopes) & set(token.scopes):
            raise _Refusal(403, "This action is outside the authorized scopes")

    def _throttled(self, request: Request) -> dict[str, str]:
        """Count a request; answers the headers that say what is left.

        Both limits count a request that turns a page, and the scarcer one is told.
        """
        if self._throttle and self.now >= self._throttle.reset:
            self._throttle = None
        if self._paging_throttle and self.now >= self._paging_throttle.reset:
            self._paging_throttle = None
        pages = any(name in request.query for name in _PAGING)
        counting = [one for one in (self._throttle, self._paging_throttle if pages else None) if one]
        for one in counting:
            if one.remaining <= 0:
                headers = _limit_headers(one.limit, 0, one.reset)
                raise _Refusal(429, "Too many requests", **headers)
        for one in counting:
            one.remaining -= 1
        if not counting:
            since = self.now.replace(minute=self.now.minute // 5 * 5, second=0, microsecond=0)
            return _limit_headers(300, 299, since + _WINDOW)
        scarce = min(counting, key=lambda one: one.remaining)
        return _limit_headers(scarce.limit, scarce.remaining, scarce.reset)

    # What everything above stands on.

    def _tick(self, at: datetime | None) -> datetime:
        if at is not None:
            return at
        self.now += timedelta(seconds=1)
        return self.now

    def _serial(self) -> int:
        self._count += 1
        return self._count

    def _place(self, moment: datetime) -> int:
        """Make a snowflake: milliseconds and a sequence. What comes late about an early moment lands among the early."""
        return (int(moment.timestamp() * 1000) << 16) | (self._serial() & 0xFFFF)

    def _secret(self, kind: str) -> str:
        return sha256(f"{kind} {self._serial()} of {self.domain}".encode()).hexdigest()[:43]

    def _token(self, acct: str, scopes: tuple[str, ...], app: str) -> str:
        token = self._secret("token")
        self._tokens[token] = _Token(acct, scopes, app)
        return token

    def _account(self, acct: str) -> Account:
        found = self._known.account(acct)
        if found is None:
            raise LookupError(f"{self.domain} knows no account {acct}")
        return found

    def _acct(self, acct: str) -> str:
        return self._account(acct).acct

    def _by_id(self, key: str) -> Account:
        place = str(self._ids.read(key))
        for one in self._known.by_acct.values():
            if one.id == place:
                return one
        raise _Refusal(*_NOT_FOUND)

    def _addresses(self, writer: Account, key: str, *, boost: bool) -> tuple[str, str]:
        """Give a status's uri and url; one of another server has its number there, and an url of this server is written
        when it is asked for.
        """
        if not writer.domain:
            uri = f"https://{self.domain}/users/{writer.username}/statuses/{key}"
            return (f"{uri}/activity",) * 2 if boost else (uri, "")
        theirs = 113_000_000_000_000_000 + crc32(f"{writer.acct} {key}".encode())
        uri = f"{writer.base}/users/{writer.username}/statuses/{theirs}"
        return (f"{uri}/activity",) * 2 if boost else (uri, f"{writer.base}/@{writer.username}/{theirs}")

    def _named(self, writer: Account, text: str) -> Sequence[str]:
        found = (self._known.account(_full(self, writer, match)) for match in _MENTION.finditer(text))
        return [one.acct for one in found if one]

    def _proper(self, one: _Status) -> _Status:
        return self._statuses[one.boost_of] if one.boost_of else one

    def _announce(self, one: _Status) -> None:
        """Tell whom a new status concerns."""
        if one.boost_of:
            original = self._statuses[one.boost_of]
            self._tell(original.author, "reblog", one.author, original.id, one.created)
            return
        quoted = self._statuses.get(one.quote)
        told = {quoted.author: "quote"} if quoted and one.quote_state == "accepted" else {}
        told |= dict.fromkeys(one.mentions, "mention")
        own_thread = one.reply_author in {"", one.author}
        for (follower, other), follow in self._follows.items():
            if other == one.author and follow.notify and own_thread and self._sees(follower, one):
                told.setdefault(follower, "status")
        for acct, kind in told.items():
            self._tell(acct, kind, one.author, one.id, one.created)

    def _tell(
        self, to: str, kind: str, by: str, status: str, at: datetime, *, even_to_oneself: bool = False
    ) -> None:
        if not self._account(to).domain and (to != by or even_to_oneself):
            self._notices.append(_Notice(self._serial(), to, kind, by, status, at))

    def _untell(self, kind: str, by: str, status: str) -> None:
        self._notices = [one for one in self._notices if (one.kind, one.by, one.status) != (kind, by, status)]

    def _sees(self, viewer: str, one: _Status) -> bool:
        """Whether somebody (or nobody: an empty acct) may see a status."""
        if one.boost_of and not self._sees(viewer, self._statuses[one.boost_of]):
            return False
        if one.visibility in _IN_PUBLIC:
            return True
        addressed = bool(viewer) and viewer in {one.author, *one.mentions}
        return addressed or (one.visibility == "private" and (viewer, one.author) in self._follows)

    def _home(self, viewer: str) -> _Statuses:
        """List the home feed, oldest first."""
        apart = {
            who
            for one in self._lists.values()
            if one.owner == viewer and one.exclusive
            for who in one.members
        }
        kept = (
            one
            for one in self._in_order
            if one.author == viewer or (one.author not in apart and self._is_for(viewer, one))
        )
        return _gathered(kept)[-self.home_size :]

    def _of_list(self, one: _List) -> _Statuses:
        """List a list's feed, oldest first: of answers, those to oneself, to the owner and to other members."""
        near = {one.owner, *one.members}
        kept = (
            status
            for status in self._in_order
            if status.author in one.members
            and self._is_for(one.owner, status)
            and (not status.reply_to or status.reply_author in {status.author, *near})
        )
        return _gathered(kept)[-self.home_size :]

    def _is_for(self, viewer: str, one: _Status) -> bool:
        """Whether a status of someone else belongs into the home feed: an answer only where one follows both."""
        follow = self._follows.get((viewer, one.author))
        if follow is None or not self._sees(viewer, one) or (one.boost_of and not follow.boosts):
            return False
        near = {viewer, one.author}
        return not one.reply_to or one.reply_author in near or (viewer, one.reply_author) in self._follows


def _limit_headers(limit: int, remaining: int, reset: datetime) -> dict[str, str]:
    moment = reset.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": moment,
    }


def _full(site: Fediverse, writer: Account, match: re.Match[str]) -> str:
    """Write a mention with its host: without one it means the writer's own server."""
    full = f"{match[1]}@{match[2] or writer.domain or site.domain}"
    return full if site._known.account(full) else match[0].removeprefix("@")


def _gathered(statuses: Iterable[_Status]) -> list[_Status]:
    """Leave out boosts of what stands, itself or boosted by someone else, among the last forty."""
    feed: list[_Status] = []
    for one in statuses:
        near = feed[-_FALLOFF:] if one.boost_of else ()
        if not any(one.boost_of in {other.id, other.boost_of} for other in near):
            feed.append(one)
    return feed


def _same(value: _T) -> _T:
    return value


def _parameters(request: Request) -> dict[str, list[str]]:
    """Read what was asked, from the address and from a form or JSON."""
    found = {name: list(values) for name, values in request.query.items()}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json" and request.body:
        try:
            body = json.loads(request.body)
        except ValueError as error:
            raise _Refusal(400, "Error occurred while parsing request parameters") from error
        return found | dict(_flat("", body))
    if kind == "application/x-www-form-urlencoded":
        found |= parse_qs(request.body.decode(), keep_blank_values=True)
    return found


def _flat(name: str, value: Any) -> Iterator[tuple[str, list[str]]]:
    """Write JSON as a form would say it: `a[b]`, `a[]`."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(f"{name}[{key}]" if name else key, inner)
    elif isinstance(value, list):
        yield f"{name}[]", [str(one) for one in value]
    elif value is not None:
        yield name, [str(value).lower() if isinstance(value, bool) else str(value)]


@dataclass(frozen=True, slots=True)
class _Call:
    """One request, and who asks."""

    site: Fediverse
    request: Request
    params: Mapping[str, Sequence[str]]
    token: _Token | None

    @property
    def viewer(self) -> str:
        return self.token.acct if self.token else ""

    @property
    def base(self) -> str:
        return self.request.base

    def one(self, name: str) -> str:
        return next(iter(self.params.get(name, ())), "")

    def several(self, name: str) -> list[str]:
        return [*self.params.get(f"{name}[]", ()), *self.params.get(name, ())]

    def yes(self, name: str) -> bool:
        return self.one(name).lower() in {"1", "t", "true", "on"}

    def limit(self, usual: int) -> int:
        """Read the limit as Rails does: nothing means the usual one, words mean nothing, and twice the usual is the most."""
        if "limit" not in self.params:
            return usual
        digits = re.match(r"\s*-?(\d+)", self.one("limit"))
        return min(int(digits[1]) if digits else 0, 2 * usual)

    # Entities.

    def account(self, acct: str) -> JSON:
        site = self.site
        one = site._account(acct)
        theirs = site._by_author[one.acct]
        view = entities.account(site._known, one, self.base) | {
            "id": site.id_of(one.acct),
            "acct": self.name(one),
            "followers_count": site._counts["followers", one.acct],
            "following_count": site._counts["following", one.acct],
            "statuses_count": len(theirs),
            "last_status_at": f"{theirs[-1].created:%Y-%m-%d}" if theirs else None,
            "hide_collections": one.acct in site._hiding,
        }
        if one.acct in site._moved:
            view["moved"] = self.account(site._moved[one.acct])
        return view

    def name(self, one: Account) -> str:
        return f"{one.acct}@{self.site.domain}" if self.site.acct_with_host and not one.domain else one.acct

    def status(self, one: _Status, *, quoted: bool = False) -> JSON:
        site, original = self.site, self.site._statuses.get(one.boost_of)
        writer = site._account(one.author)
        shown = Status(
            one.id,
            one.author,
            one.created,
            _MENTION.sub(lambda match: f"@{_full(site, writer, match)}", one.text),
            one.warning,
            one.language,
            one.visibility,
            edited=one.edited,
            card=one.card,
            media=one.media,
            uri=one.uri,
            url=one.url,
        )
        parent = one.reply_to in site._statuses
        view = entities.status(site._known, shown, self.base) | {
            "account": self.account(one.author),
            "in_reply_to_id": one.reply_to if parent else None,
            "in_reply_to_account_id": site.id_of(one.reply_author) if one.reply_author else None,
            "replies_count": site._counts["replies", one.id],
            "reblogs_count": len(site._boosted[one.id]),
            "favourites_count": site._counts["favourites", one.id],
            "quotes_count": site._counts["quotes", one.id],
            "reblog": self.status(original) if original else None,
            "application": {"name": one.application, "website": None} if one.application else None,
            "mentions": [self._mention(acct) for acct in one.mentions],
            "poll": self._poll(one) if one.poll else None,
            "quote": self._quote(one, nested=quoted) if one.quote else None,
            "quote_approval": {"automatic": ["public"], "manual": [], "current_user": "automatic"},
        }
        for author in view["card"]["authors"] if view["card"] else ():
            known = one.card and one.card.account and author["account"]
            author["account"] = self.account(one.card.account) if known and one.card else None
        view |= self._towards(one) if self.viewer else {}
        return {name: value for name, value in (view | site._spoilt[one.id]).items() if value is not GONE}

    def _towards(self, one: _Status) -> JSON:
        """What a status is to the viewer."""
        own = one.author == self.viewer and not one.boost_of
        return {
            "favourited": (self.viewer, one.id) in self.site._favourites,
            "reblogged": any(boost.author == self.viewer for boost in self.site._boosted[one.id]),
            "muted": False,
            "bookmarked": False,
            "filtered": [],
        } | ({"pinned": False} if own else {})

    def _mention(self, acct: str) -> JSON:
        one = self.site._account(acct)
        url = entities.profile(one, self.base)
        return {"id": self.site.id_of(acct), "username": one.username, "acct": self.name(one), "url": url}

    def _poll(self, one: _Status) -> JSON:
        poll = one.poll or Poll(())
        votes = [*poll.votes, *(0 for _ in poll.options)][: len(poll.options)]
        voters = {self.site._acct(acct): list(chosen) for acct, chosen in poll.voters.items()}
        view: JSON = {
            "id": self.site._ids.write(one.place + 1),
            "expires_at": entities.stamp(poll.ends),
            "expired": poll.ends is not None and poll.ends <= self.site.now,
            "multiple": poll.multiple,
            "votes_count": sum(votes),
            "voters_count": max(len(voters), *votes, 0) if poll.multiple else sum(votes),
            "options": [
                {"title": title, "votes_count": count}
                for title, count in zip(poll.options, votes, strict=True)
            ],
            "emojis": [],
        }
        own = {
            "voted": one.author == self.viewer or self.viewer in voters,
            "own_votes": voters.get(self.viewer, []),
        }
        return view | (own if self.viewer else {})

    def _quote(self, one: _Status, *, nested: bool) -> JSON:
        """Write a quote; what is quoted within a quote is only named."""
        quoted = self.site._statuses.get(one.quote)
        state = one.quote_state
        if state == "accepted":
            state = (
                "deleted"
                if quoted is None
                else state
                if self.site._sees(self.viewer, quoted)
                else "unauthorized"
            )
        shown = quoted if state == "accepted" else None
        if nested:
            return {"state": state, "quoted_status_id": shown.id if shown else None}
        return {"state": state, "quoted_status": self.status(shown, quoted=True) if shown else None}

    # Pages.

    def bounds(self, forward: str) -> tuple[int, int | None, bool]:
        """Read where a page lies: what is above, what is below, and whether it is counted from below (`min_id`)."""
        forward_from = self.one("min_id") if forward == "min_id" else ""
        below = self.site._ids.read(self.one("max_id")) if self.one("max_id") else None
        above = forward_from or self.one("since_id")
        return self.site._ids.read(above) if above else -1, below, bool(forward_from)

    def page(
        self,
        entries: Iterable[_Entry],
        usual: int,
        *,
        forward: str = "min_id",
        always_next: bool = False,
        kept: Sequence[str] = (),
    ) -> Answer:
        """Cut one page out of `entries` and show it, newest first, with its Link header.

        `forward` names the bound that `prev` goes by: `min_id`, or for people `since_id`, and then `min_id` means nothing.
        `always_next`: there is an older page until one is empty; else until one is short. `kept` are the parameters
        that the links repeat, besides the limit.
        """
        feed = self.request.path.strip("/").removeprefix("api/v1/")
        raw = (_Entry(place, "", partial(_same, value)) for place, value in self.site._raw[feed])
        limit = self.limit(usual)
        above, below, from_below = self.bounds(forward)
        found = sorted(
            (one for one in (*entries, *raw) if one.place > above and (below is None or one.place < below)),
            key=lambda one: -one.place,
        )
        cut = found[max(len(found) - limit, 0) :] if from_below else found[:limit]
        seen = [one for one in cut if one.key not in self.site._hidden]
        shown = [one.show() for one in seen for _ in range(2 if one.key in self.site._twice else 1)]
        if not cut:
            return as_json(shown)
        query = {name: list(self.params[name]) for name in ("limit", *kept) if name in self.params}
        links = [("next", "max_id", cut[-1])] if always_next or len(cut) == limit else []
        links.append(("prev", forward, cut[0]))
        return as_json(shown, Link=", ".join(self._link(rel, query, bound, one) for rel, bound, one in links))

    def _link(self, rel: str, query: Mapping[str, list[str]], bound: str, one: _Entry) -> str:
        asked = urlencode({**query, bound: [self.site._ids.write(one.place)]}, doseq=True)
        return f'<{self.base}{self.request.path.rstrip("/")}?{asked}>; rel="{rel}"'

    def statuses(self, found: Iterable[_Status]) -> Iterator[_Entry]:
        for one in found:
            yield _Entry(one.place, one.id, partial(self.status, one))

    def visible(self, key: str) -> _Status:
        """Find a status that the viewer may see.

        Raises:
            _Refusal: there is none.

        """
        one = self.site._statuses.get(key)
        if one is None or not self.site._sees(self.viewer, one):
            raise _Refusal(*_NOT_FOUND)
        return one


# OAuth.


def _create_app(call: _Call) -> Answer:
    name = call.one("client_name")
    redirects = tuple(uri for given in call.several("redirect_uris") for uri in given.split())
    scopes = tuple(call.one("scopes").split()) or ("read",)
    wrong = [
        *(["Name can't be blank"] if not name else []),
        *(["Redirect URI can't be blank"] if not redirects else []),
        *(
            ["Redirect URI must be an absolute URI."]
            if any(not urlsplit(uri).scheme for uri in redirects)
            else []
        ),
        *(["Scopes doesn't match configured on the server."] if set(scopes) - _SCOPES else []),
    ]
    if wrong:
        raise _Refusal(422, f"Validation failed: {', '.join(wrong)}")
    site = call.site
    secrets = site._secret("client"), site._secret("secret")
    app = _App(*secrets, site._serial(), name, call.one("website"), redirects, scopes)
    site._apps[app.id] = app
    view = {
        "id": str(app.number),
        "name": name,
        "website": app.website or None,
        "scopes": list(scopes),
        "redirect_uri": "\n".join(redirects),
        "redirect_uris": list(redirects),
        "client_id": app.id,
        "client_secret": app.secret,
        "client_secret_expires_at": 0,
        "vapid_key": "",
    }
    return as_json(view)


def _authorize(call: _Call) -> Answer:
    """The page where somebody says yes: they do so at once, or no, when told to. What is wrong is said there, not to the app."""
    app = call.site._apps.get(call.one("client_id"))
    if app is None:
        return page("Erreur", f"<p>{_NO_CLIENT}</p>", status=401)
    wrong = _wrong_asking(call, app)
    if wrong:
        return page("Erreur", f"<p>{escape(wrong)}</p>", status=400)
    redirect = call.one("redirect_uri")
    if call.site.denies:
        if redirect == OUT_OF_BAND:
            return page("Erreur", f"<p>{_DENIED}</p>", status=400)
        return _sent_to(call, redirect, error="access_denied", error_description=_DENIED)
    code = call.site._secret("code")
    until = call.site.now + _CODE_LIVES
    scopes = _asked_scopes(call)
    acct = call.site._acct(call.site.user)
    call.site._grants[code] = _Grant(app.id, acct, redirect, scopes, call.one("code_challenge"), until)
    if redirect == OUT_OF_BAND:
        return Answer(302, headers={"Location": f"{call.base}/oauth/authorize/native?code={code}"})
    return _sent_to(call, redirect, code=code)


def _wrong_asking(call: _Call, app: _App) -> str:
    """What is wrong with the address that an app sends somebody to; nothing, mostly."""
    if not any(_is_same_place(call.one("redirect_uri"), known) for known in app.redirects):
        return _BAD_REDIRECT
    if call.one("response_type") != "code":
        return _BAD_RESPONSE
    if set(_asked_scopes(call)) - set(app.scopes):
        return _BAD_SCOPE
    # Without a method it is `plain`, which Mastodon does not take.
    challenged = call.one("code_challenge") and call.one("code_challenge_method") != "S256"
    return _BAD_CHALLENGE if challenged else ""


def _asked_scopes(call: _Call) -> tuple[str, ...]:
    return tuple(call.one("scope").split()) or ("read",)


def _is_same_place(uri: str, known: str) -> bool:
    """Whether a redirect URI is the registered one. On a loopback address, written as one, ports do not count (RFC 8252, 7.3)."""
    given, kept = urlsplit(uri), urlsplit(known)
    if given.hostname == kept.hostname and kept.hostname in {"127.0.0.1", "::1"}:
        same = ("scheme", "path", "query", "fragment")
        return all(getattr(given, part) == getattr(kept, part) for part in same)
    return uri == known


def _sent_to(call: _Call, redirect: str, **said: str) -> Answer:
    state = {"state": call.one("state")} if call.one("state") else {}
    joint = "&" if urlsplit(redirect).query else "?"
    return Answer(302, headers={"Location": f"{redirect}{joint}{urlencode(said | state)}"})


def _show_code(call: _Call) -> Answer:
    code = escape(call.one("code"))
    return page(
        "Code d'autorisation", f'<p>Copiez ce code :</p><input class="oauth-code" readonly value="{code}">'
    )


def _give_token(call: _Call) -> Answer:
    app = _client(call)
    kind = call.one("grant_type")
    if kind == "authorization_code":
        acct, scopes = _redeemed(call, app)
    elif kind == "client_credentials":
        acct, scopes = "", _asked_scopes(call)
        if set(scopes) - set(app.scopes):
            raise _OAuthRefusal("invalid_scope", _BAD_SCOPE)
    elif not kind:
        raise _OAuthRefusal("invalid_request", "Missing required parameter: grant_type.")
    else:
        raise _OAuthRefusal("unsupported_grant_type", _BAD_GRANT_TYPE)
    token = call.site._token(acct, scopes, app.id)
    view = {
        "access_token": token,
        "token_type": "Bearer",
        "scope": " ".join(scopes),
        "created_at": int(call.site.now.timestamp()),
    }
    return as_json(view)


def _client(call: _Call) -> _App:
    key, secret = call.one("client_id"), call.one("client_secret")
    written = call.request.headers.get("authorization", "")
    if written.lower().startswith("basic "):
        key, _, secret = b64decode(written[6:]).decode().partition(":")
    app = call.site._apps.get(key)
    if app is None or app.secret != secret:
        raise _OAuthRefusal("invalid_client", _NO_CLIENT, 401)
    return app


def _redeemed(call: _Call, app: _App) -> tuple[str, tuple[str, ...]]:
    """Take a code for what it was given for; it is good once.

    Raises:
        _OAuthRefusal: it is not good.

    """
    for name in ("code", "redirect_uri"):
        if not call.one(name):
            raise _OAuthRefusal("invalid_request", f"Missing required parameter: {name}.")
    grant = call.site._grants.get(call.one("code"))
    digest = sha256(call.one("code_verifier").encode()).digest()
    proof = urlsafe_b64encode(digest).decode().rstrip("=") if call.one("code_verifier") else ""
    good = (
        grant is not None
        and grant.app == app.id
        and call.site.now < grant.until
        and _is_same_place(call.one("redirect_uri"), grant.redirect)
        and proof == grant.challenge
    )
    if grant is None or not good:
        raise _OAuthRefusal("invalid_grant", _BAD_GRANT)
    del call.site._grants[call.one("code")]
    return grant.acct, grant.scopes


def _revoke(call: _Call) -> Answer:
    """Take a token back; one that nobody knows is no error (RFC 7009, 2.2)."""
    token = call.site._tokens.get(call.one("token"))
    app = call.site._apps.get(call.one("client_id"))
    known = app is not None and app.secret == call.one("client_secret")
    if not known or (token and app and token.app != app.id):
        raise _OAuthRefusal("unauthorized_client", "You are not authorized to revoke this token", 403)
    if token:
        token.fate = "was revoked"
    return as_json({})


def _server_info(call: _Call) -> Answer:
    view = {
        "issuer": f"{call.base}/",
        "service_documentation": "https://docs.joinmastodon.org/",
        "authorization_endpoint": f"{call.base}/oauth/authorize",
        "token_endpoint": f"{call.base}/oauth/token",
        "app_registration_endpoint": f"{call.base}/api/v1/apps",
        "revocation_endpoint": f"{call.base}/oauth/revoke",
        "userinfo_endpoint": f"{call.base}/oauth/userinfo",
        "scopes_supported": sorted(_SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
    }
    return as_json(view)


# Accounts, and the server itself.


def _instance(call: _Call) -> Answer:
    view = entities.instance(call.site._known, call.base)
    return as_json(view | {"version": call.site.version, "api_versions": {"mastodon": 7}})


def _instance_v1(call: _Call) -> Answer:
    return as_json(entities.instance_v1(call.site._known, call.base) | {"version": call.site.version})


def _verify_credentials(call: _Call) -> Answer:
    one = call.site._account(call.viewer)
    source = {
        "privacy": "public",
        "sensitive": False,
        "language": None,
        "note": one.bio,
        "fields": [
            {"name": line.name, "value": line.value, "verified_at": entities.stamp(line.verified)}
            for line in one.fields
        ],
        "follow_requests_count": 0,
        "hide_collections": one.acct in call.site._hiding,
        "discoverable": one.discoverable,
        "indexable": one.discoverable,
        "attribution_domains": [],
        "quote_policy": "public",
    }
    role = {"id": "-99", "name": "", "permissions": "65536", "color": "", "highlighted": False}
    return as_json(call.account(one.acct) | {"source": source, "role": role})


def _lookup(call: _Call) -> Answer:
    one = call.site._known.account(call.one("acct"))
    if one is None:
        raise _Refusal(*_NOT_FOUND)
    return as_json(call.account(one.acct))


def _account(call: _Call, key: str) -> Answer:
    return as_json(call.account(call.site._by_id(key).acct))


def _account_statuses(call: _Call, key: str) -> Answer:
    one = call.site._by_id(key)
    theirs = [status for status in call.site._by_author[one.acct] if _wanted(call, status)]
    kept = ("pinned", "tagged", "only_media", "exclude_replies", "exclude_reblogs")
    return call.page(call.statuses(theirs), 20, kept=kept)


def _wanted(call: _Call, one: _Status) -> bool:
    # A thread is no reply: `exclude_replies` keeps what answers oneself.
    to_others = bool(one.reply_to) and one.reply_author != one.author
    tagged = call.one("tagged").lower()
    return call.site._sees(call.viewer, one) and not (
        (call.yes("exclude_replies") and to_others)
        or (call.yes("exclude_reblogs") and one.boost_of)
        or (call.yes("only_media") and not one.media)
        or (tagged and tagged not in entities.tags(one.text))
        or call.yes("pinned")
    )


def _following(call: _Call, key: str) -> Answer:
    acct = call.site._by_id(key).acct
    theirs = {other: one for (who, other), one in call.site._follows.items() if who == acct}
    return _people(call, acct, theirs)


def _followers(call: _Call, key: str) -> Answer:
    acct = call.site._by_id(key).acct
    theirs = {who: one for (who, other), one in call.site._follows.items() if other == acct}
    return _people(call, acct, theirs)


def _people(call: _Call, of: str, theirs: Mapping[str, _Follow]) -> Answer:
    """Page through people by the ids of the follows, which are shown nowhere else."""
    if of in call.site._hiding and of != call.viewer:
        theirs = {}
    rows = [_Entry(one.place, "", partial(call.account, acct)) for acct, one in theirs.items()]
    return call.page(rows, 40, forward="since_id")


def _relationships(call: _Call) -> Answer:
    places = {call.site.id_of(one.acct): one.acct for one in call.site._known.by_acct.values()}
    wanted = dict.fromkeys(call.several("id"))
    return as_json([_relationship(call, places[key]) for key in wanted if key in places])


def _relationship(call: _Call, acct: str) -> JSON:
    follow = call.site._follows.get((call.viewer, acct))
    return {
        "id": call.site.id_of(acct),
        "following": follow is not None,
        "showing_reblogs": follow is not None and follow.boosts,
        "notifying": follow is not None and follow.notify,
        "languages": None,
        "followed_by": (acct, call.viewer) in call.site._follows,
        "blocking": False,
        "blocked_by": False,
        "muting": False,
        "muting_notifications": False,
        "muting_expires_at": None,
        "requested": False,
        "requested_by": False,
        "domain_blocking": False,
        "endorsed": False,
        "note": "",
    }


# Timelines and what was told.


def _home(call: _Call) -> Answer:
    found = call.site._home(call.viewer)
    ready = call.site.regenerating
    if ready is not None:
        found = found[max(len(found) - ready, 0) :]
    given = call.page(call.statuses(found), 20, always_next=True, kept=("local",))
    return given if ready is None else replace(given, status=206)


def _own_list(call: _Call, key: str) -> _List:
    one = call.site._lists.get(key)
    if one is None or one.owner != call.viewer:
        raise _Refusal(*_NOT_FOUND)
    return one


def _list_timeline(call: _Call, key: str) -> Answer:
    found = call.site._of_list(_own_list(call, key))
    return call.page(call.statuses(found), 20, always_next=True)


def _all_lists(call: _Call) -> Answer:
    own = [key for key, one in call.site._lists.items() if one.owner == call.viewer]
    return as_json([_list_view(call, key) for key in own])


def _one_list(call: _Call, key: str) -> Answer:
    return as_json(_list_view(call, key))


def _list_view(call: _Call, key: str) -> JSON:
    one = _own_list(call, key)
    return {"id": key, "title": one.title, "replies_policy": "list", "exclusive": one.exclusive}


def _list_accounts(call: _Call, key: str) -> Answer:
    """Page through members by their own ids; a limit of 0 means all of them."""
    members = [call.site._account(acct) for acct in _own_list(call, key).members]
    if call.one("limit") == "0":
        newest = sorted(members, key=lambda one: -int(one.id))
        return as_json([call.account(one.acct) for one in newest])
    rows = [_Entry(int(one.id), "", partial(call.account, one.acct)) for one in members]
    return call.page(rows, 40, forward="since_id")


def _favourites(call: _Call) -> Answer:
    """What the viewer favourited, by the ids of the favourites, which are shown nowhere else."""
    own = [
        _Entry(place, key, partial(call.status, call.site._statuses[key]))
        for (who, key), place in call.site._favourites.items()
        if who == call.viewer and call.site._sees(call.viewer, call.site._statuses[key])
    ]
    return call.page(own, 20)


def _notifications(call: _Call) -> Answer:
    kinds, not_kinds, by = call.several("types"), call.several("exclude_types"), call.one("account_id")
    own = [
        _Entry(one.place, call.site._ids.write(one.place), partial(_notification, call, one))
        for one in call.site._notices
        if one.to == call.viewer
        and (not kinds or one.kind in kinds)
        and one.kind not in not_kinds
        and (not by or call.site.id_of(one.by) == by)
    ]
    kept = ("types[]", "exclude_types[]", "types", "exclude_types", "account_id")
    return call.page(own, 40, always_next=True, kept=kept)


def _notification(call: _Call, one: _Notice) -> JSON:
    key = call.site._ids.write(one.place)
    grouped = one.kind in {"favourite", "reblog"}
    hour = int(one.at.timestamp()) // 3600
    view: JSON = {
        "id": key,
        "type": one.kind,
        "created_at": entities.stamp(one.at),
        "group_key": f"{one.kind}-{one.status}-{hour}" if grouped else f"ungrouped-{key}",
        "account": call.account(one.by),
    }
    if one.status:
        status = call.site._statuses.get(one.status)
        view["status"] = call.status(status) if status else None
    return view


def _conversations(call: _Call) -> Answer:
    """Direct statuses by thread and by who takes part; pages go by the ids of the last statuses."""
    site, last = call.site, dict[tuple[int, frozenset[str]], _Status]()
    for one in site._in_order:
        everyone = frozenset({one.author, *one.mentions})
        if one.visibility == "direct" and call.viewer in everyone:
            last[one.conversation, everyone - {call.viewer}] = one
    rows = []
    for (root, people), one in last.items():
        number = site._conversations.setdefault((call.viewer, root, people), site._serial())
        rows.append(_Entry(one.place, one.id, partial(_conversation, call, number, people, one)))
    return call.page(rows, 20)


def _conversation(call: _Call, number: int, people: frozenset[str], last: _Status) -> JSON:
    return {
        "id": call.site._ids.write(number),
        "unread": last.author != call.viewer,
        "accounts": [call.account(acct) for acct in sorted(people) or [call.viewer]],
        "last_status": call.status(last),
    }


# Single statuses, and gestures.


def _one_status(call: _Call, key: str) -> Answer:
    return as_json(call.status(call.visible(key)))


def _several_statuses(call: _Call) -> Answer:
    """Several at once, newest first; those that are gone or not visible are left out without a word."""
    wanted = set(call.several("id"))
    if len(wanted) > _MOST_AT_ONCE:
        raise _Refusal(422, "Mastodon::ValidationError")
    known = (call.site._statuses[key] for key in wanted if key in call.site._statuses)
    found = sorted((one for one in known if call.site._sees(call.viewer, one)), key=lambda one: -one.place)
    return as_json([call.status(one) for one in found])


def _create_status(call: _Call) -> Answer:
    """Post. The same idempotency key within the hour gets the same status, whatever comes with it."""
    site, idempotency = call.site, call.request.headers.get("idempotency-key", "")
    before, when = site._written.get((call.viewer, idempotency), ("", site.now))
    if idempotency and before in site._statuses and site.now - when < _IDEMPOTENT:
        return as_json(call.status(site._statuses[before]))
    text, reply_to = call.one("status").strip(), call.one("in_reply_to_id")
    visibility = _visibility(call.one("visibility"))
    warning = call.one("spoiler_text")
    if reply_to and not (reply_to in site._statuses and site._sees(call.viewer, site._statuses[reply_to])):
        raise _Refusal(404, "The post you are trying to reply to does not appear to exist.")
    if not text:
        raise _Refusal(422, "Validation failed: Text can't be blank")
    if len(text) + len(warning) > _MOST_CHARACTERS:
        raise _Refusal(422, f"Validation failed: Text character limit of {_MOST_CHARACTERS} exceeded")
    app = site._apps.get(call.token.app) if call.token else None
    posted = site.post(
        call.viewer,
        text,
        visibility=visibility,
        reply_to=reply_to,
        warning=warning,
        language=call.one("language") or site.language,
        application=app.name if app else "",
    )
    if idempotency:
        site._written[call.viewer, idempotency] = (posted.id, site.now)
    return as_json(call.status(site._statuses[posted.id]))


def _visibility(text: str) -> Visibility:
    known: dict[str, Visibility] = {
        "": "public",
        "public": "public",
        "unlisted": "unlisted",
        "private": "private",
        "direct": "direct",
    }
    if text not in known:
        raise _Refusal(422, "Validation failed: Visibility is not included in the list")
    return known[text]


def _delete_status(call: _Call, key: str) -> Answer:
    one = call.site._statuses.get(key)
    if one is None or one.author != call.viewer:
        raise _Refusal(*_NOT_FOUND)
    view = call.status(one) | {"text": one.text}
    call.site.delete(key)
    return as_json(view)


def _favourite(call: _Call, key: str) -> Answer:
    one = call.site._proper(call.visible(key))
    call.site.favourite(call.viewer, one.id)
    return as_json(call.status(one))


def _unfavourite(call: _Call, key: str) -> Answer:
    one = call.site._proper(call.visible(key))
    call.site.unfavourite(call.viewer, one.id)
    return as_json(call.status(one))


def _reblog(call: _Call, key: str) -> Answer:
    """Boost; the answer is the boost, with the status in it. A second time gives the first boost."""
    site, one = call.site, call.site._proper(call.visible(key))
    own = one.author == call.viewer and one.visibility == "private"
    if one.visibility not in _IN_PUBLIC and not own:
        raise _Refusal(403, "This action is not allowed")
    before = next((boost for boost in site._boosted[one.id] if boost.author == call.viewer), None)
    if before is None:
        before = site._statuses[site.post(call.viewer, boost_of=one.id).id]
    return as_json(call.status(before))


def _unreblog(call: _Call, key: str) -> Answer:
    site, one = call.site, call.site._proper(call.visible(key))
    for boost in [*site._boosted[one.id]]:
        if boost.author == call.viewer:
            site.delete(boost.id)
            site._untell("reblog", call.viewer, one.id)
    return as_json(call.status(one))


def _picture(_call: _Call, name: str) -> Answer:
    return picture(name)


@dataclass(frozen=True, slots=True)
class _Endpoint:
    """Where something is answered. One of `scopes` must be granted: always where `signed_in`, else when there is a token."""

    method: str
    path: re.Pattern[str]
    reply: Callable[..., Answer]
    scopes: tuple[str, ...]
    signed_in: bool


def _endpoint(
    method: str, path: str, reply: Callable[..., Answer], kind: str = "", *, signed_in: bool = True
) -> _Endpoint:
    side = "read" if method == "GET" else "write"
    scopes: tuple[str, ...] = (side, f"{side}:{kind}") if kind else ()
    if kind == "follows":
        scopes += ("follow",)
    if reply is _verify_credentials:
        scopes += ("profile",)
    return _Endpoint(method, re.compile(path), reply, scopes, signed_in and bool(kind))


_ONE = "([0-9A-Za-z]+)"
_ENDPOINTS = (
    _endpoint("POST", "/api/v1/apps", _create_app),
    _endpoint("GET", "/oauth/authorize", _authorize),
    _endpoint("GET", "/oauth/authorize/native", _show_code),
    _endpoint("POST", "/oauth/token", _give_token),
    _endpoint("POST", "/oauth/revoke", _revoke),
    _endpoint("GET", r"/\.well-known/oauth-authorization-server", _server_info),
    _endpoint("GET", "/api/v2/instance", _instance),
    _endpoint("GET", "/api/v1/instance", _instance_v1),
    _endpoint("GET", "/api/v1/accounts/verify_credentials", _verify_credentials, "accounts"),
    _endpoint("GET", "/api/v1/accounts/lookup", _lookup, "accounts", signed_in=False),
    _endpoint("GET", "/api/v1/accounts/relationships", _relationships, "follows"),
    _endpoint("GET", f"/api/v1/accounts/{_ONE}", _account, "accounts", signed_in=False),
    _endpoint("GET", f"/api/v1/accounts/{_ONE}/statuses", _account_statuses, "statuses", signed_in=False),
    _endpoint("GET", f"/api/v1/accounts/{_ONE}/following", _following, "accounts", signed_in=False),
    _endpoint("GET", f"/api/v1/accounts/{_ONE}/followers", _followers, "accounts", signed_in=False),
    _endpoint("GET", "/api/v1/timelines/home", _home, "statuses"),
    _endpoint("GET", f"/api/v1/timelines/list/{_ONE}", _list_timeline, "lists"),
    _endpoint("GET", "/api/v1/lists", _all_lists, "lists"),
    _endpoint("GET", f"/api/v1/lists/{_ONE}", _one_list, "lists"),
    _endpoint("GET", f"/api/v1/lists/{_ONE}/accounts", _list_accounts, "lists"),
    _endpoint("GET", "/api/v1/favourites", _favourites, "favourites"),
    _endpoint("GET", "/api/v1/notifications", _notifications, "notifications"),
    _endpoint("GET", "/api/v1/conversations", _conversations, "statuses"),
    _endpoint("GET", "/api/v1/statuses", _several_statuses, "statuses", signed_in=False),
    _endpoint("POST", "/api/v1/statuses", _create_status, "statuses"),
    _endpoint("GET", f"/api/v1/statuses/{_ONE}", _one_status, "statuses", signed_in=False),
    _endpoint("DELETE", f"/api/v1/statuses/{_ONE}", _delete_status, "statuses"),
    _endpoint("POST", f"/api/v1/statuses/{_ONE}/favourite", _favourite, "favourites"),
    _endpoint("POST", f"/api/v1/statuses/{_ONE}/unfavourite", _unfavourite, "favourites"),
    _endpoint("POST", f"/api/v1/statuses/{_ONE}/reblog", _reblog, "statuses"),
    _endpoint("POST", f"/api/v1/statuses/{_ONE}/unreblog", _unreblog, "statuses"),
    _endpoint("GET", r"/images/([\w.@-]+)", _picture),
)
