"""What passes over the wire: a request as a fake site sees it, and the answer that it gives back. Pure."""

from __future__ import annotations

import gzip
import json
import struct
import zlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HTML = "text/html; charset=utf-8"
_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:1.1rem/1.6 Georgia,serif;max-width:38rem;margin:3rem auto;padding:0 1rem}"
    "time,footer{color:GrayText;font-size:.9em}img{max-width:100%}"
    "blockquote{border-left:3px solid;padding-left:1em;margin-left:0}"
)


@dataclass(frozen=True, slots=True)
class Request:
    """One request: `site` is the name that its Host header asks for, `base` the address of that site as the
    client wrote it, `path` without the query, `headers` with names in lower case.
    """

    method: str
    site: str
    base: str
    path: str
    query: Mapping[str, Sequence[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def one(self, name: str, default: str = "") -> str:
        """Give the first value of a parameter of the query, or `default`."""
        return next(iter(self.query.get(name, ())), default)

    def yes(self, name: str) -> bool:
        """Whether a parameter of the query says yes, in one of the ways that Rails takes for a yes."""
        return self.one(name).lower() in {"1", "t", "true", "on"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site says. One with `modified` carries validators, and honours them."""

    status: int = 200
    body: bytes = b""
    type: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)
    modified: datetime | None = None


class Site(Protocol):
    """Anything that answers requests."""

    def answer(self, request: Request, /) -> Answer:
        """Say what this site has to say to `request`."""
        ...


def as_json(value: Any, status: int = 200, **headers: str) -> Answer:
    """Make an answer in JSON; an underscore in a header's name stands for a hyphen."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    body = json.dumps(value, ensure_ascii=False).encode()
    return Answer(status, body, "application/json; charset=utf-8", named)


def page(
    title: str,
    body: str,
    *,
    head: str = "",
    language: str = "",
    status: int = 200,
    modified: datetime | None = None,
) -> Answer:
    """Make a small readable HTML page; `title` is text, `body` and `head` are HTML."""
    lang = f' lang="{escape(language)}"' if language else ""
    html = (
        f'<!doctype html>\n<html{lang}>\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n{head}</head>\n<body>\n{body}\n</body>\n</html>\n"
    )
    return Answer(status, html.encode(), modified=modified)


def conditional(request: Request, answer: Answer) -> Answer:
    """`answer` with validators, or 304 where the client's own say that nothing changed.

    If-None-Match wins over If-Modified-Since (RFC 9110, 13.1.3). The tag is weak, for the same content may go
    out compressed or not.
    """
    if answer.status != 200 or answer.modified is None:  # noqa: PLR2004 - a status is its own name
        return answer
    modified = answer.modified.astimezone(UTC).replace(microsecond=0)
    tag = f'W/"{sha256(answer.body).hexdigest()[:20]}"'
    known = request.headers.get("if-none-match", "")
    if known:
        same = known.strip() == "*" or tag in (given.strip() for given in known.split(","))
    else:
        same = _is_since(request.headers.get("if-modified-since", ""), modified)
    headers = {**answer.headers, "ETag": tag, "Last-Modified": format_datetime(modified, usegmt=True)}
    if same:
        return Answer(304, b"", answer.type, headers)
    return replace(answer, headers=headers)


def _is_since(given: str, modified: datetime) -> bool:
    try:
        since = parsedate_to_datetime(given)
    except ValueError:
        return False
    return modified <= (since if since.tzinfo else since.replace(tzinfo=UTC))


def compressed(request: Request, answer: Answer) -> Answer:
    """`answer` in gzip where the client takes it and there is something to gain."""
    accepted = (part.split(";")[0].strip() for part in request.headers.get("accept-encoding", "").split(","))
    if not answer.body or "gzip" not in accepted or answer.type.startswith("image/"):
        return answer
    headers = {**answer.headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return replace(answer, body=gzip.compress(answer.body, mtime=0), headers=headers)


def picture(name: str) -> Answer:
    """Draw a small PNG, always the same for one name: a dusk of two colours, standing in for a photograph."""
    colours = sha256(name.encode()).digest()
    top, bottom = colours[:3], colours[3:6]
    width, height = 96, 64
    rows = b"".join(
        b"\0" + bytes((a * (height - y) + b * y) // height for a, b in zip(top, bottom, strict=True)) * width
        for y in range(height)
    )
    header = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return Answer(body=png, type="image/png")
