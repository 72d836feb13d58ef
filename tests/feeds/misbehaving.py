"""A loopback server of which every path misbehaves in just one way, and well-behaved ones to compare with.

    with Misbehaving() as server:
        url = server.at("/slow", drips(rss()))

A *way* is a function that answers one `Exchange`. Nothing here sleeps: what waits, waits for the client to give up or
for the server to close.
"""

from __future__ import annotations

import contextlib
import gzip
import socket
import sys
import threading
import zlib
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import brotli

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

RSS = "application/rss+xml"
HTML = "text/html; charset=utf-8"
MEGABYTE = 1024 * 1024


@dataclass
class Exchange:
    """One request being answered: what was asked, and the line on which to answer."""

    handler: _Handler
    path: str
    headers: Mapping[str, str]
    body: bytes = b""

    def answer(self, status: int = 200, body: bytes = b"", /, **headers: str) -> None:
        """Answer as one should; an underscore in a header's name stands for a hyphen."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if status not in {204, 304}:
            named.setdefault("Content-Length", str(len(body)))
        self.handler.send_response_only(status)  # no Date of the real day
        for name, value in named.items():
            self.handler.send_header(name, value)
        self.handler.end_headers()
        if self.handler.command != "HEAD":
            self.write(body)

    def write(self, raw: bytes) -> None:
        self.handler.wfile.write(raw)
        self.handler.wfile.flush()

    def hang_up(self) -> None:
        self.handler.close_connection = True

    def wait(self, seconds: float) -> bool:
        """Whether the server closed while one waited."""
        return self.handler.server.closing.wait(seconds)


Way: TypeAlias = "Callable[[Exchange], None]"


@dataclass
class Misbehaving:
    """The server. `asked` holds what was asked, in order; `connections` counts the lines that were opened."""

    ways: dict[str, Way] = field(default_factory=dict)
    asked: list[Exchange] = field(default_factory=list)
    connections: int = 0
    before_answer: Callable[[int], object] | None = None
    after_answer: Callable[[int], None] | None = None

    def at(self, path: str, way: Way) -> str:
        """Put a way at a path (of the path alone, whatever the query), and give its address."""
        self.ways[path] = way
        return self.base + path

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def heard(self, path: str) -> list[Exchange]:
        return [exchange for exchange in self.asked if exchange.path.partition("?")[0] == path]

    def __enter__(self) -> Self:
        self.server = _Server(self)
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.closing.set()
        self.server.shutdown()
        self.server.hang_up()
        self.server.server_close()
        self.thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # closing waits for every handler to end
    request_queue_size = 128

    def __init__(self, owner: Misbehaving) -> None:
        self.owner = owner
        self.closing = threading.Event()
        self.lock = threading.Lock()
        self.lines: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self.lock:
            self.lines.add(request)
            self.owner.connections += 1
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self.lock:
            self.lines.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        with self.lock:
            for line in self.lines:
                with contextlib.suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), OSError):  # a client may leave whenever it has enough
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length") or 0))
        exchange = Exchange(self, self.path, headers, body)
        owner = self.server.owner
        with self.server.lock:
            owner.asked.append(exchange)
            number = len(owner.asked)
        if owner.before_answer:
            owner.before_answer(number)
        owner.ways.get(self.path.partition("?")[0], fails(404))(exchange)
        if owner.after_answer:
            owner.after_answer(number)

    do_POST = do_HEAD = do_GET  # noqa: N815 - http.server's names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Say nothing: `Misbehaving.asked` holds what was asked."""


# --- well-behaved ---


def says(body: bytes | str, kind: str = RSS, status: int = 200, /, **headers: str) -> Way:
    """Answers at once and in full."""
    raw = body.encode() if isinstance(body, str) else body
    return lambda exchange: exchange.answer(status, raw, Content_Type=kind, **headers)


def in_turn(*ways: Way) -> Way:
    """Answers each time in the next way, and for ever in the last one."""
    left = list(ways)

    def way(exchange: Exchange) -> None:
        following = left.pop(0) if len(left) > 1 else left[0]
        following(exchange)

    return way


def validated(body: bytes, etag: str) -> Way:
    """Answers 304 to who knows its ETag."""

    def way(exchange: Exchange) -> None:
        known = exchange.headers.get("if-none-match") == etag
        status, sent = (304, b"") if known else (200, body)
        exchange.answer(status, sent, Content_Type=RSS, ETag=etag)

    return way


# --- misbehaving, each in one way ---


def fails(status: int, body: bytes = b"", **headers: str) -> Way:
    """Answers with a status that says no."""
    return lambda exchange: exchange.answer(status, body, Content_Type=HTML, **headers)


def always_not_modified(**headers: str) -> Way:
    """Answers 304 to everybody, whatever they know."""
    return lambda exchange: exchange.answer(304, **headers)


def redirects(target: str, status: int = 302) -> Way:
    """Sends the client elsewhere."""
    return lambda exchange: exchange.answer(status, Location=target)


def circles() -> Way:
    """Sends the client round and round."""
    return lambda exchange: exchange.answer(302, Location=exchange.path)


def drips(body: bytes | str) -> Way:
    """Promises a body and hands it over byte by byte, each well within any per-read time limit."""
    raw = body.encode() if isinstance(body, str) else body

    def way(exchange: Exchange) -> None:
        exchange.answer(Content_Type=RSS, Content_Length=str(len(raw)))
        for place in range(len(raw)):
            exchange.write(raw[place : place + 1])
            if exchange.wait(0.05):
                break
        exchange.hang_up()

    return way


def never_answers() -> Way:
    """Takes the question, and keeps silent."""

    def way(exchange: Exchange) -> None:
        exchange.wait(30)
        exchange.hang_up()

    return way


def bombs(encoding: str, megabytes: int) -> Way:
    """Sends few bytes that unpack to very many."""
    packer: Any = {"gzip": gzip_packer, "deflate": zlib.compressobj, "br": brotli_packer}[encoding]()
    packed = b"".join(packer.compress(bytes(MEGABYTE)) for _ in range(megabytes)) + packer.flush()
    return lambda exchange: exchange.answer(200, packed, Content_Type=RSS, Content_Encoding=encoding)


def gzip_packer() -> Any:
    return zlib.compressobj(1, zlib.DEFLATED, 16 + zlib.MAX_WBITS)


def brotli_packer() -> Any:
    packer = brotli.Compressor(quality=1)
    return SimpleNamespace(compress=packer.process, flush=packer.finish)


def packed(body: bytes) -> Way:
    """Sends gzip, as one may."""
    return lambda exchange: exchange.answer(
        200, gzip.compress(body), Content_Type=RSS, Content_Encoding="gzip"
    )


def breaks_off(body: bytes) -> Way:
    """Promises more than it sends."""

    def way(exchange: Exchange) -> None:
        exchange.answer(200, body, Content_Type=RSS, Content_Length=str(len(body) * 2))
        exchange.hang_up()

    return way


def hangs_up() -> Way:
    """Ends the line without a word."""
    return lambda exchange: exchange.hang_up()
