"""What all tests share: one moment, and a machine whose network ends at loopback."""

from __future__ import annotations

import ipaddress
import os
import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import hypothesis
import pycurl
import pytest

from feeds import http, wire

if TYPE_CHECKING:
    from collections.abc import Iterator

hypothesis.settings.register_profile("house", deadline=None, derandomize=True, database=None, max_examples=80)
hypothesis.settings.load_profile("house")

# No test looks into the keyring of whoever runs it; those that need one bring their own.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

# Longer than a label of a name may be: no resolver passes such a question on.
NO_SUCH_HOST = "x" * 64 + ".example"


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Names beyond localhost do not resolve, as on a machine off line; a connection beyond loopback fails the test."""
    beyond: list[str] = []
    connect, ask, guard, written = socket.socket.connect, socket.getaddrinfo, http._guard, wire.ascii_address

    def connecting(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_loopback(str(address[0])):
            beyond.append(str(address))
            raise ConnectionRefusedError(address)
        connect(self, address)

    def resolving(host: Any, *rest: Any, **named: Any) -> Any:
        if not _needs_no_resolver(host):
            raise socket.gaierror(socket.EAI_NONAME, "the tests' network ends at loopback")
        return ask(host, *rest, **named)

    def guarding(transfer: Any) -> Any:
        open_socket = guard(transfer)

        def opening(purpose: int, address: Any) -> Any:
            opened = open_socket(purpose, address)
            if isinstance(opened, socket.socket) and not _is_loopback(str(address[3][0])):
                beyond.append(str(address[3]))
                opened.close()
                return pycurl.SOCKET_BAD
            return opened

        return opening

    def writing(address: str) -> str:
        url: str = written(address)
        return url if _needs_no_resolver(urlsplit(url).hostname) else f"http://{NO_SUCH_HOST}/"

    monkeypatch.setattr(socket.socket, "connect", connecting)
    monkeypatch.setattr(socket, "getaddrinfo", resolving)
    monkeypatch.setattr(http, "_guard", guarding)
    monkeypatch.setattr(http, "ascii_address", writing)
    yield
    assert not beyond, "a test reached beyond loopback"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _needs_no_resolver(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host or "localhost"
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return name.isdigit() or name == "localhost" or name.endswith(".localhost")
    return True
