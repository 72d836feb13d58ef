"""Starts what serves the feeds: nginx where it is installed, our own server where it is not or where answers are slow.

A feed keeps to one of 64 ports. Each port stands for a host: nobody's limit per host is ever reached.
"""

from __future__ import annotations

import gzip
import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bench.corpus import Feed

ROOT = Path(__file__).parents[1]
PORTS = 64
_MODIFIED = 1_780_000_000

Way = Literal["validators", "no validators", "latency"]

_NGINX = """
daemon off;
master_process on;
worker_processes 1;
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log crit;
events {{ worker_connections 8192; multi_accept on; }}
http {{
    types {{ application/xml xml; application/feed+json json; }}
    log_format status "$status";
    access_log {folder}/access.log status;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    sendfile on;
    keepalive_timeout 0;
    gzip_static on;
    open_file_cache max=8192;
    {validators}
    server {{
{listen}
        root {feeds};
    }}
}}
"""
_NO_VALIDATORS = 'etag off; if_modified_since off; add_header Last-Modified "";'


class Serving(Protocol):
    """What serves a folder: the address of each feed, and how often it gave which status since last asked."""

    name: str
    addresses: list[str]

    def given(self) -> Counter[int]:
        """Statuses since the last call."""


def written(feeds: Iterable[Feed], folder: Path) -> Path:
    """Lay feeds into a folder as they are served: each also packed, all with one date of change."""
    folder.mkdir()
    for feed in feeds:
        for path, body in (
            (folder / feed.name, feed.body),
            (folder / f"{feed.name}.gz", gzip.compress(feed.body, 6, mtime=0)),
        ):
            path.write_bytes(body)
            os.utime(path, (_MODIFIED, _MODIFIED))
    return folder


@contextmanager
def serving(feeds: Path, way: Way, folder: Path) -> Iterator[Serving]:
    """Serve a folder that `written` made, for as long as the context lasts; `folder` is for the server's own files."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    folder.mkdir()
    if nginx and way != "latency":  # nginx of Debian cannot wait before it answers
        with _nginx(nginx, feeds, way, folder) as found:
            yield found
    else:
        with _own(feeds, way) as found:
            yield found


def _addresses(feeds: Path, ports: list[int]) -> list[str]:
    names = sorted(path.name for path in feeds.iterdir() if path.suffix != ".gz")
    return [f"http://127.0.0.1:{ports[number % len(ports)]}/{name}" for number, name in enumerate(names)]


class _Nginx:
    name = "nginx"

    def __init__(self, addresses: list[str], log: Path) -> None:
        self.addresses = addresses
        self.log = log
        self.read = 0

    def given(self) -> Counter[int]:
        written = self.log.read_text() if self.log.exists() else ""
        fresh, self.read = written[self.read :], len(written)
        return Counter(map(int, fresh.split()))


@contextmanager
def _nginx(program: str, feeds: Path, way: Way, folder: Path) -> Iterator[Serving]:
    ports = _free_ports()
    me = pwd.getpwuid(os.getuid()).pw_name
    config = folder / "nginx.conf"
    config.write_text(
        _NGINX.format(
            folder=folder,
            feeds=feeds,
            user=f"user {me};" if me == "root" else "",
            validators=_NO_VALIDATORS if way == "no validators" else "",
            listen="\n".join(f"        listen 127.0.0.1:{port} backlog=1024;" for port in ports),
        )
    )
    process = subprocess.Popen(
        [program, "-c", str(config), "-p", str(folder), "-e", str(folder / "error.log")]
    )
    try:
        for port in ports:
            _await(port, process)
        yield _Nginx(_addresses(feeds, ports), folder / "access.log")
    finally:
        process.terminate()
        process.wait(10)


def _free_ports() -> list[int]:
    """Ports that nobody listens on; they are let go together, for nginx to take."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(PORTS)]
    ports = [server.getsockname()[1] for server in held]
    for server in held:
        server.close()
    return ports


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if process.poll() is not None:
                raise SystemExit("nginx did not start; its own words stand above") from None
            sleep(0.01)
        else:
            return
    raise SystemExit(f"nginx does not answer on port {port}")


class _Own:
    name = "bench/server.py"

    def __init__(self, addresses: list[str], process: subprocess.Popen[str]) -> None:
        self.addresses = addresses
        self.process = process

    def given(self) -> Counter[int]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return Counter(
            {int(status): count for status, count in json.loads(self.process.stdout.readline()).items()}
        )


@contextmanager
def _own(feeds: Path, way: Way) -> Iterator[Serving]:
    options = {"validators": [], "no validators": ["--no-validators"], "latency": ["--latency"]}[way]
    command = [sys.executable, "-m", "bench.server", str(feeds), "--ports", str(PORTS), *options]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        ports = json.loads(process.stdout.readline())
        yield _Own(_addresses(feeds, ports), process)
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()
