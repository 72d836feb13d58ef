"""The one polite client: every byte that comes from the world comes through here.

It stands on libcurl's multi interface: many transfers side by side in one thread. What it promises for every request:
a deadline for the whole of it, a cap on *decoded* bytes while they arrive, at most five redirects, http(s) only, TLS
verified, few at once at one host and not all in the same moment, and a look at every address at the moment of connecting
(so that neither a redirect nor a DNS answer leads into the person's own network). A host that says "too many" is asked
nothing more in the same round.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import certifi
import pycurl

from feeds.address import absolute, is_web, without_secret
from feeds.errors import (
    N_,
    BadScheme,
    BadStatus,
    FetchError,
    NotLooked,
    Refused,
    TooLarge,
    TooManyRedirects,
    TooSlow,
    Unreachable,
    Untrusted,
)
from feeds.guard import is_public, place
from feeds.status import TOO_MANY, asks_to_wait, busy
from feeds.turns import Turns
from feeds.wire import MEGABYTE, Response, ascii_address, headers_of, lines_of, status_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from feeds.wire import Request

Key = TypeVar("Key")

MOST_HOPS = 5
_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT = {301, 308}
_TLS_ERRORS = {35, 51, 53, 54, 58, 59, 60, 64, 66, 77, 80, 82, 83, 90, 91}
_REASONS = {
    pycurl.E_COULDNT_RESOLVE_HOST: N_("no such host"),
    pycurl.E_COULDNT_CONNECT: N_("nobody answers there"),
    pycurl.E_GOT_NOTHING: N_("the server hung up without a word"),
    pycurl.E_PARTIAL_FILE: N_("the answer broke off"),
    pycurl.E_RECV_ERROR: N_("the connection broke"),
    pycurl.E_SEND_ERROR: N_("the connection broke"),
    pycurl.E_BAD_CONTENT_ENCODING: N_("the answer is packed in a way that cannot be unpacked"),
    pycurl.E_URL_MALFORMAT: N_("the address is malformed"),
    pycurl.E_SSL_CONNECT_ERROR: N_("no secure connection could be agreed on"),
    pycurl.E_PEER_FAILED_VERIFICATION: N_("it is expired, self-signed or made out to somebody else"),
}


@dataclass(frozen=True, slots=True)
class Manners:
    """How we behave on the network: who we say we are, how many at once, how far apart, how long, how much.

    `spacing` is how many seconds pass between two questions to one host. A private address that the person gave us leave
    for is their own machine, and needs no sparing.
    """

    agent: str = "Nouvelles (a person's own reader)"
    connections: int = 128
    per_host: int = 4
    spacing: float = 0.25
    deadline: float = 30.0
    max_bytes: int = 15 * MEGABYTE


class Client:
    """Sends requests. One object serves all threads; each thread keeps its own connections.

    `waiting` are hosts that asked to be left alone, as `place` writes them, each with until when: nobody is sent there, not
    even by another host. `asked` counts the requests to each host, redirects included.
    """

    def __init__(self, manners: Manners | None = None) -> None:
        self.manners = manners or Manners()
        self.waiting: dict[str, datetime] = {}
        self.asked: Counter[str] = Counter()
        self._counting = threading.Lock()
        self._local = threading.local()

    def count(self, there: str) -> None:
        """Count one request to a host."""
        with self._counting:
            self.asked[there] += 1

    def send(self, request: Request) -> Response:
        """Ask once and wait for the answer.

        Raises:
            FetchError: there was no answer that we would take.

        """
        for _, answer in self.send_all([(None, request)]):
            if isinstance(answer, FetchError):
                raise answer
            return answer
        raise AssertionError("one request has one answer")

    def send_all(
        self, requests: Iterable[tuple[Key, Request]]
    ) -> Iterator[tuple[Key, Response | FetchError]]:
        """Ask side by side; each answer or failure comes with its key, in the order in which they finish.

        An answer that asks us to wait speaks for its whole host: what would still go there is not asked, and gets that
        answer too.
        """
        wire = getattr(self._local, "wire", None)
        if wire is None:
            wire = self._local.wire = _Wire(self.manners, self.waiting, self.count)
        return wire.run(requests)


class _Transfer:
    """One request on its way: what has arrived of it so far."""

    __slots__ = (
        "body",
        "cut",
        "error",
        "hops",
        "key",
        "lines",
        "moved_to",
        "only_permanent",
        "request",
        "started",
        "url",
    )

    def __init__(self, key: Any, request: Request) -> None:
        self.key = key
        self.request = request
        self.url = request.url
        self.started = time.monotonic()
        self.hops = 0
        self.moved_to = ""
        self.only_permanent = True
        self.error: FetchError | None = None
        self.lines: list[bytes] = []
        self.body = bytearray()
        self.cut = False

    @property
    def host(self) -> str:
        """The host and port that were asked."""
        return place(self.request.url)

    @property
    def at_home(self) -> bool:
        """Whether it is still at the host and port that were asked."""
        return place(self.url) == self.host

    def next_hop(self, target: str) -> FetchError | None:
        """Turn towards `target`, or say why not."""
        address = absolute(target, self.url)
        if not address:
            return BadScheme(address=without_secret(target)[:200])
        if self.request.method not in {"GET", "HEAD"} and place(address) != place(
            self.url
        ):  # what was said to one host is for that host
            return BadStatus(address=self.request.url, status=status_of(self.lines))
        host = f".{place(address).partition(':')[0]}"
        if any(host.endswith(f".{other}") for other in self.request.avoid):
            return NotLooked(address=self.request.url, target=without_secret(address))
        if self.hops >= MOST_HOPS:
            return TooManyRedirects(address=self.request.url, hops=MOST_HOPS)
        self.only_permanent = self.only_permanent and status_of(self.lines) in _PERMANENT
        if self.only_permanent:
            self.moved_to = address
        self.hops += 1
        self.url = address
        return None


class _Wire:
    """libcurl's multi interface in one thread, with our manners on every handle."""

    def __init__(
        self, manners: Manners, waiting: Mapping[str, datetime], count: Callable[[str], None]
    ) -> None:
        self.manners = manners
        self.waiting = waiting
        self.count = count
        self.multi = pycurl.CurlMulti()
        self.multi.setopt(pycurl.M_MAXCONNECTS, manners.connections)
        self.idle: list[Any] = []
        # Hosts that asked us to wait, in this round: whoever is sent there by another gets the same answer.
        self.closed: dict[str, Response] = {}

    def run(self, requests: Iterable[tuple[Key, Request]]) -> Iterator[tuple[Key, Response | FetchError]]:
        transfers = (_Transfer(key, request) for key, request in requests)
        turns = Turns(transfers, lambda transfer: transfer.host, self.manners.per_host, self._spacing)
        flying: dict[Any, _Transfer] = {}
        self.closed.clear()
        try:
            while True:
                moment = time.monotonic()
                while len(flying) < self.manners.connections and (transfer := turns.take(moment)):
                    transfer.started = moment
                    error = self._start(transfer, flying)
                    if error is not None:
                        turns.done(transfer)
                        yield transfer.key, error
                if not flying and turns.wait(moment) is None:
                    return
                if not flying:  # libcurl has nothing to wait for
                    time.sleep(turns.wait(moment) or 0.0)
                    continue
                self._look(None if len(flying) >= self.manners.connections else turns.wait(moment))
                for transfer, outcome in self._finished(flying):
                    turns.done(transfer)
                    yield transfer.key, outcome
                    if self._is_closed(transfer, outcome):
                        for other in turns.give_up(transfer.host):
                            yield other.key, outcome
        finally:  # a caller that stops listening leaves nothing in flight
            for curl in flying:
                self.multi.remove_handle(curl)

    def _is_closed(self, transfer: _Transfer, outcome: Response | FetchError) -> bool:
        """Whether an answer asks us to wait, and comes from the host that was asked: one that sends its callers elsewhere
        does not answer for those whom it sends nowhere.
        """
        if not (isinstance(outcome, Response) and asks_to_wait(outcome.status, outcome.headers)):
            return False
        self.closed[place(outcome.url)] = outcome
        return place(outcome.url) == transfer.host

    def _spacing(self, transfer: _Transfer) -> float:
        return 0.0 if transfer.request.allow_private else self.manners.spacing

    def _look(self, turn: float | None) -> None:
        """Let libcurl work: when something arrives, when it wants to (a deadline), or when a host's `turn` has come."""
        soon = self.multi.timeout()
        waits = [1.0, *([soon / 1000] if soon >= 0 else []), *([turn] if turn is not None else [])]
        self.multi.select(min(waits))
        self.multi.perform()

    def _finished(self, flying: dict[Any, _Transfer]) -> list[tuple[_Transfer, Response | FetchError]]:
        finished = []
        more = 1
        while more:
            more, succeeded, failed = self.multi.info_read()
            for curl, code in [*((c, 0) for c in succeeded), *((c, code) for c, code, _ in failed)]:
                transfer = flying.pop(curl)
                self.multi.remove_handle(curl)
                outcome = self._outcome(transfer, code)
                self.idle.append(curl)
                if outcome is None:
                    outcome = self.closed.get(place(transfer.url)) or self._start(transfer, flying)
                if outcome is not None:
                    finished.append((transfer, outcome))
        return finished

    def _outcome(self, transfer: _Transfer, code: int) -> Response | FetchError | None:
        """What became of a transfer: an answer, a failure, or None when it goes on to another address."""
        if code and not transfer.cut:
            return transfer.error or _failure(transfer, code, self.manners)
        status = status_of(transfer.lines)
        headers = headers_of(transfer.lines)
        if status in _REDIRECTS and headers.get("location"):
            return transfer.next_hop(headers["location"])
        return Response(transfer.url, status, headers, bytes(transfer.body), transfer.moved_to, transfer.cut)

    def _start(self, transfer: _Transfer, flying: dict[Any, _Transfer]) -> FetchError | None:
        left = self.manners.deadline - (time.monotonic() - transfer.started)
        if not is_web(transfer.url):
            return BadScheme(address=without_secret(transfer.url)[:200])
        if until := self.waiting.get(place(transfer.url)):
            return busy(transfer.request.url, TOO_MANY, until)
        if left <= 0:
            return TooSlow(address=transfer.request.url, seconds=round(self.manners.deadline))
        curl = self.idle.pop() if self.idle else self._new_handle()
        transfer.lines = []
        transfer.body = bytearray()
        transfer.cut = False
        try:
            self._aim(curl, transfer, left)
        except (pycurl.error, ValueError):
            self.idle.append(curl)
            return Unreachable(address=transfer.url[:200], reason=_REASONS[pycurl.E_URL_MALFORMAT])
        flying[curl] = transfer
        self.count(place(transfer.url))
        self.multi.add_handle(curl)
        return None

    def _new_handle(self) -> Any:
        curl = pycurl.Curl()
        curl.setopt(pycurl.NOSIGNAL, 1)
        curl.setopt(pycurl.FOLLOWLOCATION, 0)  # we follow by hand: each hop is judged as a new address
        curl.setopt(
            pycurl.PROXY, ""
        )  # behind a proxy the guard would see the proxy's address, and nothing else
        curl.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
        curl.setopt(pycurl.ACCEPT_ENCODING, "")  # all that this libcurl can unpack
        curl.setopt(pycurl.CAINFO, os.environ.get("SSL_CERT_FILE") or certifi.where())
        curl.setopt(pycurl.USERAGENT, self.manners.agent)
        return curl

    def _aim(self, curl: Any, transfer: _Transfer, left: float) -> None:
        request = transfer.request
        curl.setopt(pycurl.URL, ascii_address(transfer.url))
        curl.setopt(pycurl.CUSTOMREQUEST, request.method)
        curl.setopt(pycurl.NOBODY, request.method == "HEAD")
        if request.body:
            curl.setopt(pycurl.POSTFIELDS, request.body)
        elif request.method == "GET":
            curl.setopt(pycurl.HTTPGET, 1)
        curl.setopt(pycurl.HTTPHEADER, lines_of(request.headers, elsewhere=not transfer.at_home))
        # A kept connection is not opened again, so the guard would not see who uses it next.
        curl.setopt(pycurl.FORBID_REUSE, request.allow_private)
        curl.setopt(pycurl.TIMEOUT_MS, max(1, int(left * 1000)))
        curl.setopt(pycurl.HEADERFUNCTION, transfer.lines.append)
        curl.setopt(pycurl.WRITEFUNCTION, _sink(transfer, self.manners.max_bytes))
        curl.setopt(pycurl.OPENSOCKETFUNCTION, _guard(transfer))


def _sink(transfer: _Transfer, most: int) -> Any:
    body = transfer.body

    def write(chunk: bytes) -> int | None:
        if len(body) + len(chunk) > most:
            transfer.cut = transfer.request.beginning
            if transfer.cut:
                body.extend(chunk[: most - len(body)])
            transfer.error = TooLarge(address=transfer.url, megabytes=most // MEGABYTE)
            return -1  # curl ends the transfer here
        body.extend(chunk)
        return None

    return write


def _guard(transfer: _Transfer) -> Any:
    def open_socket(_purpose: int, address: Any) -> Any:
        family, kind, protocol, target = address
        allowed = transfer.request.allow_private and transfer.at_home
        if not allowed and not is_public(target[0]):
            transfer.error = Refused(address=transfer.request.url, target=str(target[0]))
            return pycurl.SOCKET_BAD
        return _Opened(family, kind, protocol)

    return open_socket


class _Opened(socket.socket):
    """A socket that libcurl makes its own copy of: ours is closed as soon as it is let go."""

    def __del__(self) -> None:
        self.close()


def _failure(transfer: _Transfer, code: int, manners: Manners) -> FetchError:
    address = transfer.request.url
    if code == pycurl.E_OPERATION_TIMEDOUT:
        return TooSlow(address=address, seconds=round(manners.deadline))
    kind = Untrusted if code in _TLS_ERRORS else Unreachable
    return kind(address=address, reason=_REASONS.get(code) or f"libcurl {code}")
