"""Mastodon's API at the wire: raw JSON, page by page, over the one polite client.

Mastodon.py would read the same pages: its typed entities cost more than all the rest of a fetch, and one malformed entity costs
its whole page. What is asked here is little, and the same on every server that speaks this API.
https://docs.joinmastodon.org/api/guidelines/
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from feeds.errors import N_, BadAnswer, FetchError, MissingRight, RestLater, SignedOut, SignInRefused, naming
from feeds.html import whole_escapes
from feeds.status import TOO_MANY, asks_to_wait, busy, refusal, wait_asked
from feeds.wire import Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from feeds.http import Client
    from feeds.model import Account, Networks
    from feeds.wire import Response

PAGE = 40
NOT_MASTODON = N_("it does not speak Mastodon's language")
_REFUSED = N_("it refuses, and does not say why")
_ERROR, _PARTIAL = 400, 206
_BAD, _STRANGER, _FORBIDDEN = 400, 401, 403
_LONGEST = 200
_HALVES = re.compile(rb"\\u[dD][89a-fA-F]")
_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_REL = re.compile(r"""\brel\s*=\s*"?'?(\w+)""", re.IGNORECASE)
# As Mastodon, GoToSocial and Pleroma put it; OAuth itself says it in a header (RFC 6750).
_NO_RIGHT = re.compile(r"\bscopes?\b|insufficient", re.IGNORECASE)
_BAD_TOKEN = re.compile(r"(?<![a-z])token(?![a-z])|not authenticated", re.IGNORECASE)
_SHUT_OUT = re.compile(r"\b(?:login|suspend|disabled|confirm|pending)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """One page: what is in it, as the server wrote it, and where the pages beside it are (empty: nowhere).

    `partial` says that the server is still making this timeline anew.
    """

    items: tuple[Any, ...] = ()
    older: str = ""
    newer: str = ""
    partial: bool = False

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids in it, in its order."""
        return tuple(known for item in self.items if (known := id_of(item)))


def id_of(item: Any) -> str:
    """The id of an entity; empty when it has none. Ids mean nothing but themselves: numbers, ULIDs, hashes."""
    told = item.get("id") if isinstance(item, dict) else None
    return str(told) if isinstance(told, (str, int)) and not isinstance(told, bool) else ""


class Server:
    """One server, asked by a stranger, or with a token in the name of an own account.

    `host` is where its own accounts live: the part after the "@", which it leaves out when it names them.
    """

    def __init__(
        self,
        base: str,
        client: Client,
        now: datetime,
        *,
        host: str = "",
        allow_private: bool = False,
        account: Account | None = None,
        token: str = "",
    ) -> None:
        self.base = base.rstrip("/")
        self.host = host or urlsplit(base).netloc
        self.account = account
        self._client = client
        self._now = now
        self.allow_private = allow_private
        self._token = token
        self._closed: RestLater | None = None
        # The last refusal: its name, and what it says in its own words.
        self.refused = ("", "")

    @property
    def home(self) -> str:
        """The address of the own account in whose name it is asked; empty for a stranger."""
        return self.account.address if self.account else ""

    def get(self, path: str, *, right: str = "", **params: Any) -> Any:
        """What the server says at a path. `right` is the scope that it takes, for the error that says that it is missing.

        Raises:
            FetchError: it says nothing, or no.

        """
        return self._read(self._ask(self.address(path, **params), right=right))

    def post(self, path: str, form: Mapping[str, str]) -> Any:
        """What the server says to a form.

        Raises:
            FetchError: it says nothing, or no.

        """
        response = self._ask(f"{self.base}{path}", form)
        return self._read(response)

    def page(self, address: str, *, right: str = "", by_id: bool = True) -> Page:
        """One page of a list. With `by_id` a server that names no pages beside it is asked by the ids in it.

        Raises:
            FetchError: there is no such page.

        """
        response = self._ask(address, right=right)
        items = self._read(response)
        if not isinstance(items, list):
            raise BadAnswer(address=_place_of(address), reason=N_("it is no list"))
        header = response.headers.get("link", "")
        links = self._links(header)
        page = Page(
            tuple(items), links.get("next", ""), links.get("prev", ""), partial=response.status == _PARTIAL
        )
        if header or not by_id or not page.ids:
            return page
        return Page(
            page.items,
            bounded(address, "max_id", page.ids[-1]),
            bounded(address, "min_id", page.ids[0]),
            partial=page.partial,
        )

    def pages(
        self,
        address: str,
        *,
        forward: bool = False,
        right: str = "",
        by_id: bool = True,
        known: Iterable[str] = (),
    ) -> Iterator[Page]:
        """The page at an address and those after it: the older ones, or with `forward` the newer ones.

        An empty page is not the end, and neither is a short one; an address asked before is, and so is a page that repeats
        what came, or the ids that are `known`.
        """
        asked: set[str] = set()
        seen = set(known)
        while address and address not in asked:
            asked.add(address)
            page = self.page(address, right=right, by_id=by_id)
            if page.ids and seen.issuperset(page.ids):
                return
            seen.update(page.ids)
            yield page
            address = page.newer if forward else page.older

    def address(self, path: str, **params: Any) -> str:
        """The address of a path, with parameters; those that are lists are written as Rails wants them."""
        pairs = [
            (f"{name}[]" if isinstance(value, (list, tuple)) else name, one)
            for name, value in params.items()
            for one in (value if isinstance(value, (list, tuple)) else [value])
        ]
        return f"{self.base}{path}" + (f"?{urlencode(pairs)}" if pairs else "")

    # --- one exchange ---

    def _ask(self, address: str, form: Mapping[str, str] | None = None, *, right: str = "") -> Response:
        if self._closed:
            raise self._closed
        headers = {"Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        request = Request(
            address,
            headers,
            method="GET" if form is None else "POST",
            body=b"" if form is None else urlencode(form).encode(),
            allow_private=self.allow_private,
        )
        try:
            response = self._client.send(request)
        except FetchError as error:
            raise naming(self.base, error) from None
        if response.status >= _ERROR:
            raise self._refusal(_place_of(address), response, right)
        self._heed(address, response)
        return response

    def _heed(self, address: str, response: Response) -> None:
        """Ask nothing more where this was the last answer that the server gives for now, rather than be refused."""
        headers = response.headers
        if headers.get("x-ratelimit-remaining", "").strip() != "0" or "x-ratelimit-reset" not in headers:
            return
        if wait := wait_asked(headers, self._now):
            told = busy(_place_of(address), TOO_MANY, self._now + wait, asked=response.url)
            self._closed = RestLater(**told.values)

    def _read(self, response: Response) -> Any:
        """The JSON of an answer, with whole letters: half an emoji would fit into no file."""
        body = response.body
        text = body.decode("utf-8", "replace")
        if _HALVES.search(body):
            text = whole_escapes(text)
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise BadAnswer(address=self.base, reason=NOT_MASTODON) from None

    def _links(self, header: str) -> dict[str, str]:
        """The pages beside an answer, by their names: on this very server, for a token goes nowhere else."""
        found: dict[str, str] = {}
        for target, rest in _LINK.findall(header):
            rel = _REL.search(rest)
            if rel and (address := self._own(target)):
                name = {"previous": "prev"}.get(rel[1].lower(), rel[1].lower())
                found.setdefault(name, _forward(address) if name == "prev" else address)
        return found

    def _own(self, target: str) -> str:
        """The address of a page on this server, spelt as all others; empty for one elsewhere."""
        try:
            ours, theirs = urlsplit(self.base), urlsplit(urljoin(self.base, target))
            # A server behind a proxy may not know by which scheme it is reached.
            same = theirs.hostname == ours.hostname and theirs.port in {None, ours.port}
        except ValueError:
            return ""
        return theirs._replace(scheme=ours.scheme, netloc=ours.netloc, fragment="").geturl() if same else ""

    def _refusal(self, address: str, response: Response, right: str) -> FetchError:
        """What a refusing answer means: for a stranger as anywhere else, for an own account more."""
        usual = refusal(address, response, self._now)
        self.refused = self._said(response.body)
        if not self._token or asks_to_wait(response.status, response.headers):
            return usual
        reason = self.refused[1] or self.refused[0]
        told = f"{response.headers.get('www-authenticate', '')} {self.refused[0]} {reason}"
        if response.status in {_STRANGER, _FORBIDDEN} and _NO_RIGHT.search(told):
            return self._missing(right)
        if response.status == _STRANGER or (
            response.status in {_BAD, _FORBIDDEN} and _BAD_TOKEN.search(told)
        ):
            return signed_out(self.account) if self.account else self._shut(reason)
        if response.status == _FORBIDDEN and _SHUT_OUT.search(reason):
            return self._shut(reason)
        return usual

    def _missing(self, right: str) -> FetchError:
        if not self.account:
            return self._shut(right)
        place = _door(self.account)
        return MissingRight(
            server=place[0], account=self.account.label, right=right or "read", command=place[1]
        )

    def _shut(self, reason: str) -> SignInRefused:
        return SignInRefused(
            server=urlsplit(self.base).netloc,
            account=self.account.label if self.account else "Nouvelles",
            reason=reason or _REFUSED,
        )

    def _said(self, body: bytes) -> tuple[str, str]:
        """The name of a refusal and its own words, without what they may repeat of ours; empty where it says nothing."""
        try:
            told = json.loads(body.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            return "", ""
        if not isinstance(told, dict):
            return "", ""
        words = [str(told.get(name) or "") for name in ("error", "error_description")]
        name, text = (word.replace(self._token, "…") if self._token else word for word in words)
        return name[:_LONGEST].strip(), text[:_LONGEST].strip()


def signed_in(account: Account, client: Client, networks: Networks, now: datetime) -> Server:
    """The server of an own account, asked in its name.

    Raises:
        SignedOut: there is no token of it on this machine (any more).

    """
    kept = networks.keys.get(account) if networks.keys else None
    token = (kept or {}).get("token", "")
    if not token:
        raise signed_out(account)
    return Server(
        account.server,
        client,
        now,
        host=account.address.rpartition("@")[2],
        allow_private=account.allow_private,
        account=account,
        token=token,
    )


def signed_out(account: Account) -> SignedOut:
    """The error of an own account that its server does not take any more."""
    server, command = _door(account)
    return SignedOut(server=server, account=account.label, command=command)


def command_for(host: str) -> str:
    """The command that signs in at a host."""
    return f"nouvelles login mastodon {host}"


def _door(account: Account) -> tuple[str, str]:
    host = urlsplit(account.server).netloc
    return host, command_for(host)


def _place_of(address: str) -> str:
    """An address without its parameters: what an error names."""
    return address.partition("?")[0]


def bounded(address: str, bound: str, number: str) -> str:
    """The same list from another place on: `max_id`, what is older than an id; `min_id`, what follows it."""
    parts = urlsplit(address)
    kept = [pair for pair in parse_qsl(parts.query) if pair[0] not in {"max_id", "min_id", "since_id"}]
    return parts._replace(query=urlencode([*kept, (bound, number)])).geturl()


def _forward(address: str) -> str:
    """A page of newer ones that leaves out none: old servers name it by `since_id`, which means the newest page."""
    return address.replace("since_id=", "min_id=") if "min_id=" not in address else address
