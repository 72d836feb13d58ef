"""Serves a folder of feeds on loopback from memory, with many ports as with many hosts, slowly when asked to.

python -m bench.server FOLDER [--ports 64] [--no-validators] [--latency]

It prints its ports as JSON, then, for each line that comes in, how often it gave which status since the last; it ends
with its standard input. Connections are not kept alive. `--latency` holds every answer back for 50 to 200 ms, always
the same for the same feed.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import heapq
import json
import selectors
import socket
import sys
import time
from collections import Counter
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from typing import Any

_MODIFIED = formatdate(1_780_000_000, usegmt=True).encode()
_TYPES = {".json": b"application/feed+json", ".xml": b"application/xml"}


@dataclass(frozen=True, slots=True)
class Answers:
    """All that one feed may be answered with, ready to be sent, and after how many seconds."""

    tag: bytes
    plain: bytes
    packed: bytes
    unmodified: bytes
    delay: float

    def to(self, asked: bytes) -> tuple[int, bytes]:
        """The status and the bytes that a request gets."""
        if self.tag and b"If-None-Match: " + self.tag in asked:
            return 304, self.unmodified
        head = asked.lower()
        accepted = head.partition(b"accept-encoding:")[2].partition(b"\r\n")[0]
        return 200, self.packed if b"gzip" in accepted else self.plain


def answers(path: Path, *, validators: bool, latency: bool) -> Answers:
    """Prepare the answers for one file."""
    body = path.read_bytes()
    packed = gzip.compress(body, 6, mtime=0)
    tag = b'"' + hashlib.blake2b(body, digest_size=8).hexdigest().encode() + b'"' if validators else b""
    known = b"ETag: %s\r\nLast-Modified: %s\r\n" % (tag, _MODIFIED) if validators else b""
    share = hashlib.blake2b(path.name.encode(), digest_size=2).digest()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n%sConnection: close\r\n"
    kind = _TYPES[path.suffix]
    return Answers(
        tag,
        head % (kind, len(body), known) + b"\r\n" + body,
        head % (kind, len(packed), known) + b"Content-Encoding: gzip\r\n\r\n" + packed,
        b"HTTP/1.1 304 Not Modified\r\n" + known + b"Connection: close\r\n\r\n",
        0.05 + 0.15 * int.from_bytes(share, "big") / 65535 if latency else 0.0,
    )


class Server:
    """One thread that answers on many ports."""

    def __init__(self, prepared: dict[bytes, Answers], ports: int) -> None:
        self.prepared = prepared
        self.selector = selectors.DefaultSelector()
        self.listening = [socket.create_server(("127.0.0.1", 0), backlog=1024) for _ in range(ports)]
        for server in self.listening:
            server.setblocking(False)
            self.selector.register(server, selectors.EVENT_READ, self._accept)
        self.selector.register(sys.stdin, selectors.EVENT_READ, self._told)
        self.held: list[tuple[float, int, socket.socket, memoryview]] = []
        self.given: Counter[int] = Counter()
        self.serial = 0
        self.ended = False

    def run(self) -> None:
        """Answer until standard input ends."""
        print(json.dumps([server.getsockname()[1] for server in self.listening]), flush=True)
        while not self.ended:
            wait = max(0.0, self.held[0][0] - time.monotonic()) if self.held else None
            for key, _ in self.selector.select(wait):
                key.data(key.fileobj)
            now = time.monotonic()
            while self.held and self.held[0][0] <= now:
                _, _, connection, rest = heapq.heappop(self.held)
                self._send(connection, rest)

    def _told(self, _: Any) -> None:
        if not sys.stdin.readline():
            self.ended = True
            return
        print(json.dumps(self.given), flush=True)
        self.given.clear()

    def _accept(self, server: socket.socket) -> None:
        while True:
            try:
                connection, _ = server.accept()
            except BlockingIOError:
                return
            connection.setblocking(False)
            self.selector.register(connection, selectors.EVENT_READ, self._read)

    def _read(self, connection: socket.socket) -> None:
        """A request is small and comes in one piece."""
        self.selector.unregister(connection)
        try:
            asked = connection.recv(65536)
        except OSError:
            asked = b""
        found = self.prepared.get(asked.split(b" ", 2)[1]) if asked.count(b" ") > 1 else None
        if found is None:
            connection.close()
            return
        status, answer = found.to(asked)
        self.given[status] += 1
        if found.delay:
            self.serial += 1
            until = time.monotonic() + found.delay
            heapq.heappush(self.held, (until, self.serial, connection, memoryview(answer)))
        else:
            self._send(connection, memoryview(answer))

    def _send(self, connection: socket.socket, rest: memoryview) -> None:
        try:
            sent = connection.send(rest)
        except BlockingIOError:
            sent = 0
        except OSError:  # the reader has gone
            connection.close()
            return
        if sent < len(rest):
            left = rest[sent:]
            self.selector.register(
                connection, selectors.EVENT_WRITE, lambda _: self._resume(connection, left)
            )
        else:
            connection.close()

    def _resume(self, connection: socket.socket, rest: memoryview) -> None:
        self.selector.unregister(connection)
        self._send(connection, rest)


def main() -> None:
    """Read the folder, then serve it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--ports", type=int, default=64)
    parser.add_argument("--no-validators", action="store_true")
    parser.add_argument("--latency", action="store_true")
    said = parser.parse_args()
    prepared = {
        f"/{path.name}".encode(): answers(path, validators=not said.no_validators, latency=said.latency)
        for path in said.folder.iterdir()
        if path.suffix in _TYPES
    }
    Server(prepared, said.ports).run()


if __name__ == "__main__":
    main()
