"""Serves made-up feeds on loopback, from memory: ETag, honest 304, connections not kept alive, as with distinct hosts.

python bench/server.py COUNT   prints its port, then serves until its standard input ends
"""

from __future__ import annotations

import hashlib
import selectors
import socket
import sys

PROSE = (
    "the hedge behind the station had been cut so low that you could see the platform clock from the kitchen and we "
    "kept time by it for a whole winter without ever taking the train"
)
WORDS = PROSE.split()


def feed(number: int, entries: int = 12) -> bytes:
    """One made-up RSS feed of about 40 KB, always the same for the same number."""
    items = []
    for entry in range(entries):
        start = (number * 7 + entry * 13) % len(WORDS)
        prose = " ".join((WORDS[start:] + WORDS[:start]) * 3)
        body = "".join(f"<p>{prose} {part}.</p>" for part in range(5))
        items.append(
            f"<item><title>Letter {entry} from house {number}</title><link>http://house{number}.example/{entry}/</link>"
            f"<guid>http://house{number}.example/{entry}/</guid>"
            f"<pubDate>Mon, {entry % 28 + 1:02} Jun 2026 08:00:00 GMT</pubDate>"
            f"<description><![CDATA[{body}]]></description></item>"
        )
    head = (
        f"<title>House {number}</title><link>http://house{number}.example/</link><description>x</description>"
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{"".join(items)}</channel></rss>'.encode()


def answers(number: int) -> tuple[bytes, bytes, bytes]:
    """The ETag of a feed, and its two answers: whole, and not modified."""
    body = feed(number)
    tag = b'"' + hashlib.blake2b(body, digest_size=8).hexdigest().encode() + b'"'
    head = b"ETag: " + tag + b"\r\nConnection: close\r\n"
    whole = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: %d\r\n" % len(body)
    return tag, whole + head + b"\r\n" + body, b"HTTP/1.1 304 Not Modified\r\n" + head + b"\r\n"


def serve(count: int) -> None:
    """Serve `count` feeds in one thread."""
    prepared = [answers(number) for number in range(count)]
    selector = selectors.DefaultSelector()
    server = socket.create_server(("127.0.0.1", 0), backlog=1024)
    selector.register(server, selectors.EVENT_READ)
    selector.register(sys.stdin, selectors.EVENT_READ)
    print(server.getsockname()[1], flush=True)
    while True:
        for key, _ in selector.select():
            if key.fileobj is sys.stdin:
                return
            connection, _ = server.accept()
            with connection:
                asked = connection.recv(65536)
                path = asked.split(b" ", 2)[1]
                tag, whole, unmodified = prepared[int(path.strip(b"/").split(b".")[0])]
                connection.sendall(unmodified if b"\r\nIf-None-Match: " + tag in asked else whole)


if __name__ == "__main__":
    serve(int(sys.argv[1]))
