"""One loopback server in place of the whole network: the Host header says which fake site answers."""

from __future__ import annotations

import contextlib
import socket
import sys
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, urlsplit

from engage.demo.answers import Answer, Request, Site, as_json, compressed, conditional, page
from engage.demo.blog import Article, Blog
from engage.demo.bluesky import Actor, Bluesky, Repost, Skeet
from engage.demo.cards import Card
from engage.demo.mastodon import Account, Field, Mastodon, Media, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

__all__ = [
    "Account",
    "Actor",
    "Answer",
    "Article",
    "Blog",
    "Bluesky",
    "Card",
    "Field",
    "Heard",
    "Mastodon",
    "Media",
    "Repost",
    "Request",
    "Site",
    "Skeet",
    "Status",
    "Wire",
    "as_json",
    "page",
]
_LOCAL = ".localhost"


@dataclass(frozen=True, slots=True)
class Heard:
    """One request as it was answered: `path` with its query, `headers` with names in lower case."""

    method: str
    host: str
    path: str
    status: int
    headers: Mapping[str, str]


class Wire:
    """A server on 127.0.0.1, for as long as the `with` block lasts.

    `sites` maps a name to the site at `http://NAME.localhost:PORT/`; a request to the bare address goes to
    the site called `default`. Sites may be added while it runs, once the port is known. `hooks` maps a
    name to what is asked first: an answer of its own stands instead of the site's, None lets the site speak.
    `log` holds what was asked, in order.
    """

    def __init__(self, sites: Mapping[str, Site] | None = None, *, default: str = "", port: int = 0) -> None:
        self.sites: dict[str, Site] = dict(sites or {})
        self.hooks: dict[str, Callable[[Request], Answer | None]] = {}
        self.log: list[Heard] = []
        self.default = default
        self._port = port
        self._server: _Server | None = None
        self._thread: Thread | None = None

    @property
    def port(self) -> int:
        """Give the port it listens on; before it runs, the one it was asked for (0 for any)."""
        return int(self._server.server_address[1]) if self._server else self._port

    def base(self, name: str = "") -> str:
        """Give the address of the site called `name`, or the bare address, without a last slash."""
        return f"http://{name}{_LOCAL}:{self.port}" if name else f"http://127.0.0.1:{self.port}"

    def heard(self, name: str) -> list[Heard]:
        """List what the site called `name` was asked so far."""
        return [one for one in self.log if self._name(one.host) == name]

    def answer(self, request: Request) -> Answer:
        """Give what `request` gets: from the hook, else from the site, in a form the client accepts."""
        hook = self.hooks.get(request.site)
        given = hook(request) if hook else None
        if given is None:
            site = self.sites.get(request.site)
            given = site.answer(request) if site else page("404", f"<h1>404: {request.site}</h1>", status=404)
        return compressed(request, conditional(request, given))

    def request(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Request:
        """Read a request as its site sees it, from what came over the line."""
        parts = urlsplit(target)
        host = headers.get("host", "")
        query = parse_qs(parts.query, keep_blank_values=True)
        return Request(method, self._name(host), f"http://{host}", parts.path, query, headers, body)

    def _name(self, host: str) -> str:
        name = host.lower().rsplit(":", 1)[0]
        return name.removesuffix(_LOCAL) if name.endswith(_LOCAL) else self.default

    def __enter__(self) -> Self:
        self._server = _Server(self, self._port)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server and self._thread:
            self._server.shutdown()
            self._server.hang_up()
            self._server.server_close()
            self._thread.join()
        self._server = self._thread = None


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # closing waits for the last answer, and hang_up sees to its coming

    def __init__(self, wire: Wire, port: int) -> None:
        self.wire = wire
        self._open: set[socket.socket] = set()
        self._lock = Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End the connections that clients keep open, or that browsers open ahead of need."""
        with self._lock:
            for line in self._open:
                with contextlib.suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(
            sys.exception(), ConnectionError
        ):  # a client may hang up whenever it has read enough
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server

    def handle_any(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length") or 0))
        wire = self.server.wire
        answer = wire.answer(wire.request(self.command, self.path, headers, body))
        wire.log.append(Heard(self.command, headers.get("host", ""), self.path, answer.status, headers))
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 304:  # noqa: PLR2004 - a status is its own name
            self.send_header("Content-Type", answer.type)
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = handle_any  # noqa: N815 - http.server's names

    def version_string(self) -> str:
        """Name the server, without the version of Python."""
        return "village"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Say nothing on standard error: `Wire.log` holds what was asked."""
