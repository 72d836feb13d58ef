"""Starts the real Bluesky network on free ports of this machine, with the PostgreSQL and Redis that its AppView needs."""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.real import ground
from tests.real.bluesky.people import Bluesky
from tests.real.ground import NotHere, Running

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
SCRIPTS = ("loopback.mjs", "chat.mjs", "server.mjs")


@dataclass(frozen=True)
class _Ports:
    pds: int
    plc: int
    appview: int
    chat: int
    postgres: int
    redis: int


@contextmanager
def network(folder: Path, *, rate_limits: bool = False) -> Iterator[Bluesky]:
    """The network, running until the block ends; what it writes stays in `folder`, PostgreSQL's own data excepted.

    Raises:
        NotHere: something is not installed, or does not start.

    """
    if lacking := ground.missing_for_bluesky():
        raise NotHere(lacking)
    ports = _Ports(*ground.free_ports(6))
    with ExitStack() as started:
        _postgres(folder, ports.postgres, started)
        _redis(folder, ports.redis, started)
        told = _servers(folder, ports, started, rate_limits=rate_limits)
        yield Bluesky(told["pds"], told["plc"], told["appview"], told["chat"])


def _postgres(folder: Path, port: int, started: ExitStack) -> None:
    """A database of its own. PostgreSQL refuses to be root, and its user may not enter root's folders: it gets one outside."""
    user = None if os.geteuid() else "postgres"
    data = Path(tempfile.mkdtemp(prefix="nouvelles-postgres-"))
    started.callback(shutil.rmtree, data, ignore_errors=True)
    if user:
        try:
            shutil.chown(data, user, user)
        except LookupError as error:
            raise NotHere("PostgreSQL has no user of its own on this machine") from error
    made = [
        "-D",
        str(data / "data"),
        "--auth=trust",
        "--username=nouvelles",
        "--no-sync",
        "--encoding=UTF8",
        "--locale=C",
    ]
    ground.run([ground.postgres("initdb"), *made], user=user)
    settings = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": str(data),
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command = [ground.postgres("postgres"), "-D", str(data / "data"), "-p", str(port), *options]
    # SIGQUIT is its immediate shutdown: the data is thrown away anyway.
    running = Running.start(command, folder / "postgres.log", user=user, ending=signal.SIGQUIT)
    started.callback(running.end)
    running.ready(lambda: "ready to accept connections" in running.said())


def _redis(folder: Path, port: int, started: ExitStack) -> None:
    options = [
        "--bind",
        "127.0.0.1",
        "--port",
        str(port),
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        str(folder),
    ]
    running = Running.start(["redis-server", *options], folder / "redis.log")
    started.callback(running.end)
    running.ready(lambda: "eady to accept connections" in running.said())


def _servers(folder: Path, ports: _Ports, started: ExitStack, *, rate_limits: bool) -> dict[str, str]:
    """Start the network itself; where its servers are."""
    for name in SCRIPTS:  # a module finds its packages from where it stands
        shutil.copy(HERE / name, ground.BLUESKY / name)
    temporary = folder / "tmp"
    temporary.mkdir()
    environ = {
        "PDS_PORT": str(ports.pds),
        "PLC_PORT": str(ports.plc),
        "APPVIEW_PORT": str(ports.appview),
        "CHAT_PORT": str(ports.chat),
        "RATE_LIMITS": "1" if rate_limits else "",
        "DB_POSTGRES_URL": f"postgresql://nouvelles@127.0.0.1:{ports.postgres}/postgres",
        "DB_POSTGRES_SCHEMA": "nouvelles",
        "REDIS_HOST": f"127.0.0.1:{ports.redis}",
        "NODE_ENV": "development",
        "LOG_ENABLED": "false",
        "TMPDIR": str(temporary),
    }
    node: list[str | Path] = [ground.NODE / "bin" / "node", "--import", ground.BLUESKY / "loopback.mjs"]
    running = Running.start([*node, ground.BLUESKY / "server.mjs"], folder / "network.log", environ=environ)
    started.callback(running.end)
    found: dict[str, str] = running.ready(lambda: _told(running.log))
    return found


def _told(log: Path) -> dict[str, str]:
    """The line in which the network says where it is; empty until it does."""
    for line in log.read_text("utf-8", "replace").splitlines(keepends=True):
        if line.startswith('{"pds":') and line.endswith("\n"):
            told: dict[str, str] = json.loads(line)
            return told
    return {}
