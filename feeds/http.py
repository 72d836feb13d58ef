"""The one polite client: every byte that comes from the world comes through here.

It stands on libcurl's multi interface: many transfers side by side in one thread. What it promises for every request:
a deadline for the whole of it, a cap on *decoded* bytes while they arrive, at most five redirects, http(s) only, TLS
verified, a limit per host, and a look at every address at the moment of connecting (so that neither a redirect nor a
DNS answer leads into the person's own network).
"""

from __future__ import annotations

import os
import re
import socket
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlsplit

import certifi
import pycurl

from feeds.errors import (
    N_,
    BadScheme,
    FetchError,
    Refused,
    TooLarge,
    TooManyRedirects,
    TooSlow,
    Unreachable,
    Untrusted,
)
from feeds.guard import is_public, place
from feeds.html import absolute, is_web

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Key = TypeVar("Key")

MEGABYTE = 1024 * 1024
MOST_HOPS = 5
_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT = {301, 308}
# A field may be called "HTTP/" too; only this is a status line.
_STATUS_LINE = re.compile(rb"HTTP/[0-9.]+ +([0-9]{3})\b")
_SECRETS = {"authorization", "cookie"}
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
    """How we behave on the network: who we say we are, how many at once, how long, how much."""

    agent: str = "Nouvelles (a person's own reader)"
    connections: int = 64
    per_host: int = 4
    deadline: float = 30.0
    max_bytes: int = 15 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a server.

    `allow_private` lets the request reach a private address at the very host and port that it names, and nowhere else:
    a redirect from there to another private address is refused all the same.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: bytes = b""
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class Response:
    """One answer, of whatever status, after redirects.

    `url` is where it came from in the end; `headers` have lower-case names; `body` is decoded; `moved_to` is where
    permanent redirects, and only those, lead from the address asked (empty when there were none).
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    moved_to: str = ""


class Client:
    """Sends requests. One object serves all threads; each thread keeps its own connections."""

    def __init__(self, manners: Manners | None = None) -> None:
        self.manners = manners or Manners()
        self._local = threading.local()

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
        """Ask side by side; each answer or failure comes with its key, in the order in which they finish."""
        wire = getattr(self._local, "wire", None)
        if wire is None:
            wire = self._local.wire = _Wire(self.manners)
        return wire.run(requests)


class _Transfer:
    """One request on its way: what has arrived of it so far."""

    __slots__ = (
        "body",
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

    @property
    def at_home(self) -> bool:
        """Whether it is still at the host and port that were asked."""
        return place(self.url) == place(self.request.url)

    def next_hop(self, target: str) -> FetchError | None:
        """Turn towards `target`, or say why not."""
        address = absolute(target, self.url)
        if not address:
            return BadScheme(address=target[:200])
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

    def __init__(self, manners: Manners) -> None:
        self.manners = manners
        self.multi = pycurl.CurlMulti()
        self.multi.setopt(pycurl.M_MAXCONNECTS, manners.connections)
        self.idle: list[Any] = []

    def run(self, requests: Iterable[tuple[Key, Request]]) -> Iterator[tuple[Key, Response | FetchError]]:
        waiting = _Waiting(requests, self.manners.per_host)
        flying: dict[Any, _Transfer] = {}
        try:
            while True:
                while len(flying) < self.manners.connections and (transfer := waiting.take()):
                    error = self._start(transfer, flying)
                    if error is not None:
                        waiting.done(transfer)
                        yield transfer.key, error
                if not flying:
                    return
                soon = self.multi.timeout()  # when libcurl itself wants to look: a deadline, a second try
                self.multi.select(min(1.0, soon / 1000) if soon >= 0 else 1.0)
                self.multi.perform()
                for transfer, outcome in self._finished(flying):
                    waiting.done(transfer)
                    yield transfer.key, outcome
        finally:  # a caller that stops listening leaves nothing in flight
            for curl in flying:
                self.multi.remove_handle(curl)

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
                    outcome = self._start(transfer, flying)
                if outcome is not None:
                    finished.append((transfer, outcome))
        return finished

    def _outcome(self, transfer: _Transfer, code: int) -> Response | FetchError | None:
        """What became of a transfer: an answer, a failure, or None when it goes on to another address."""
        if code:
            return transfer.error or _failure(transfer, code, self.manners)
        status = status_of(transfer.lines)
        headers = headers_of(transfer.lines)
        if status in _REDIRECTS and headers.get("location"):
            return transfer.next_hop(headers["location"])
        return Response(transfer.url, status, headers, bytes(transfer.body), transfer.moved_to)

    def _start(self, transfer: _Transfer, flying: dict[Any, _Transfer]) -> FetchError | None:
        left = self.manners.deadline - (time.monotonic() - transfer.started)
        if not is_web(transfer.url):
            return BadScheme(address=transfer.url[:200])
        if left <= 0:
            return TooSlow(address=transfer.request.url, seconds=round(self.manners.deadline))
        curl = self.idle.pop() if self.idle else self._new_handle()
        transfer.lines = []
        transfer.body = bytearray()
        try:
            self._aim(curl, transfer, left)
        except (pycurl.error, ValueError):
            self.idle.append(curl)
            return Unreachable(address=transfer.url[:200], reason=_REASONS[pycurl.E_URL_MALFORMAT])
        flying[curl] = transfer
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
        curl.setopt(pycurl.URL, _ascii(transfer.url))
        curl.setopt(pycurl.CUSTOMREQUEST, request.method)
        curl.setopt(pycurl.NOBODY, request.method == "HEAD")
        if request.body:
            curl.setopt(pycurl.POSTFIELDS, request.body)
        elif request.method == "GET":
            curl.setopt(pycurl.HTTPGET, 1)
        curl.setopt(pycurl.HTTPHEADER, _lines(request.headers, elsewhere=not transfer.at_home))
        # A kept connection is not opened again, so the guard would not see who uses it next.
        curl.setopt(pycurl.FORBID_REUSE, request.allow_private)
        curl.setopt(pycurl.TIMEOUT_MS, max(1, int(left * 1000)))
        curl.setopt(pycurl.HEADERFUNCTION, transfer.lines.append)
        curl.setopt(pycurl.WRITEFUNCTION, _sink(transfer, self.manners.max_bytes))
        curl.setopt(pycurl.OPENSOCKETFUNCTION, _guard(transfer))


class _Waiting:
    """Requests not yet started; it hands out those whose host has room."""

    def __init__(self, requests: Iterable[tuple[Any, Request]], per_host: int) -> None:
        self.queue = iter(requests)
        self.per_host = per_host
        self.busy: dict[str, int] = {}
        self.held: dict[str, deque[_Transfer]] = {}
        self.freed: deque[_Transfer] = deque()

    def take(self) -> _Transfer | None:
        if self.freed:
            return self.freed.popleft()
        for key, request in self.queue:
            transfer = _Transfer(key, request)
            host = place(request.url)
            if self.busy.get(host, 0) < self.per_host:
                self.busy[host] = self.busy.get(host, 0) + 1
                return transfer
            self.held.setdefault(host, deque()).append(transfer)
        return None

    def done(self, transfer: _Transfer) -> None:
        host = place(transfer.request.url)
        held = self.held.get(host)
        if held:  # the place passes straight on to the next one of that host
            following = held.popleft()
            following.started = time.monotonic()
            self.freed.append(following)
        else:
            self.busy[host] -= 1


def _lines(headers: Mapping[str, str], *, elsewhere: bool) -> list[bytes]:
    """Header lines as they go on the wire; who we are is told to nobody `elsewhere` than where we asked."""
    return [
        f"{name}: {value}".encode("latin-1", "replace")  # the letters in which servers' own values came
        for name, value in headers.items()
        if not (elsewhere and name.lower() in _SECRETS)
    ]


def _sink(transfer: _Transfer, most: int) -> Any:
    body = transfer.body

    def write(chunk: bytes) -> int | None:
        if len(body) + len(chunk) > most:
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


def status_of(lines: list[bytes]) -> int:
    """The status in the last status line among header lines (there may be a 100 or a proxy's first)."""
    found = (_STATUS_LINE.match(line) for line in reversed(lines))
    return next((int(match[1]) for match in found if match), 0)


def headers_of(lines: list[bytes]) -> dict[str, str]:
    """The header fields after the last status line, names in lower case; a repeated field is joined by commas."""
    headers: dict[str, str] = {}
    for line in lines:
        if _STATUS_LINE.match(line):
            headers.clear()
            continue
        name, separator, value = line.decode("latin-1").partition(":")
        if separator:
            name, value = name.strip().lower(), value.strip()
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _failure(transfer: _Transfer, code: int, manners: Manners) -> FetchError:
    address = transfer.request.url
    if code == pycurl.E_OPERATION_TIMEDOUT:
        return TooSlow(address=address, seconds=round(manners.deadline))
    kind = Untrusted if code in _TLS_ERRORS else Unreachable
    return kind(address=address, reason=_REASONS.get(code) or f"libcurl {code}")


def _ascii(address: str) -> str:
    """The address as it goes on the wire: other letters percent-encoded, an international host in Punycode."""
    if address.isascii():
        return address.replace(" ", "%20")
    parts = urlsplit(address)
    host = (parts.hostname or "").encode("idna").decode()
    netloc = host if parts.port is None else f"{host}:{parts.port}"
    safe = "%/:=&?~#+!$,;'@()*[]"
    path, query = quote(parts.path, safe=safe), quote(parts.query, safe=safe)
    return parts._replace(netloc=netloc, path=path, query=query, fragment="").geturl()
