"""A request and its answer, and how they are written on the wire: addresses, header lines, status lines. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

MEGABYTE = 1024 * 1024
# A field may be called "HTTP/" too; only this is a status line.
_STATUS_LINE = re.compile(rb"HTTP/[0-9.]+ +([0-9]{3})\b")
_SECRETS = {"authorization", "cookie"}


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a server.

    `allow_private` lets the request reach a private address at the very host and port that it names, and nowhere else:
    a redirect from there to another private address is refused all the same. With `beginning`, an answer that is too
    large is no failure: its beginning is taken, and marked as cut. `avoid` are hosts to which no redirect is followed.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: bytes = b""
    allow_private: bool = False
    beginning: bool = False
    avoid: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Response:
    """One answer, of whatever status, after redirects.

    `url` is where it came from in the end; `headers` have lower-case names; `body` is decoded; `moved_to` is where
    permanent redirects, and only those, lead from the address asked (empty when there were none); `cut` says that the
    body is only a beginning.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    moved_to: str = ""
    cut: bool = False


def ascii_address(address: str) -> str:
    """The address as it goes on the wire: other letters percent-encoded, an international host in Punycode.

    Raises:
        ValueError: there can be no such host.

    """
    if address.isascii():
        return address.replace(" ", "%20")
    parts = urlsplit(address)
    host = ascii_host(parts.hostname or "")
    host = f"[{host}]" if ":" in host else host
    netloc = host if parts.port is None else f"{host}:{parts.port}"
    safe = "%/:=&?~#+!$,;'@()*[]"
    path, query = quote(parts.path, safe=safe), quote(parts.query, safe=safe)
    return parts._replace(netloc=netloc, path=path, query=query, fragment="").geturl()


def ascii_host(host: str) -> str:
    """A host's name as name servers know it: in Punycode where it has other letters (IDNA 2008, read as browsers do).

    Raises:
        ValueError: there can be no such name.

    """
    if host.isascii():
        return host
    import idna  # noqa: PLC0415 - its tables are large, and few hosts need them

    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        return host.encode("idna").decode()  # a heart or a snowman: only the older rules know them


def lines_of(headers: Mapping[str, str], *, elsewhere: bool) -> list[bytes]:
    """Header lines as they go on the wire; who we are is told to nobody `elsewhere` than where we asked."""
    return [
        f"{name}: {value}".encode("latin-1", "replace")  # the letters in which servers' own values came
        for name, value in headers.items()
        if not (elsewhere and name.lower() in _SECRETS)
    ]


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
