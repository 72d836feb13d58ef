"""Lets the networks' own libraries speak through our one polite client.

Mastodon.py speaks through requests, atproto through httpx. Both accept another carrier underneath; ours gives them the
deadline, the caps and the guard that every request has here. A refusal is raised as our own error, and passes through
the library on top; `carried` finds it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from feeds.errors import FetchError
from feeds.html import whole_escapes
from feeds.status import refusal
from feeds.wire import Request

if TYPE_CHECKING:
    from collections.abc import Container
    from datetime import datetime

    import httpx
    import requests

    from feeds.http import Client
    from feeds.wire import Response

# The libraries themselves know what these mean: a wrong parameter, an account that is not there; atproto's also a wrong
# password.
_FOR_THE_LIBRARY = {400, 404}
_FOR_ATPROTO = {*_FOR_THE_LIBRARY, 401}
_ERROR = 400
# Set by our client, or true only of the bytes before it unpacked them.
_OURS = {"content-encoding", "content-length", "transfer-encoding", "connection"}


def _ask(
    client: Client, request: Request, now: datetime, passed: Container[int] = frozenset(_FOR_THE_LIBRARY)
) -> Response:
    response = client.send(request)
    if response.status >= _ERROR and response.status not in passed:
        raise refusal(request.url, response, now)
    return response


def _whole(body: bytes) -> bytes:
    """An answer whose JSON names whole letters: half an emoji would make the libraries refuse all of it."""
    return whole_escapes(body.decode("utf-8", "replace")).encode() if b"\\u" in body else body


def _headers(headers: Any) -> dict[str, str]:
    left_out = {"host", "accept-encoding", "connection", "content-length", "user-agent"}
    return {str(name): str(value) for name, value in headers.items() if str(name).lower() not in left_out}


def requests_session(client: Client, now: datetime, *, allow_private: bool = False) -> requests.Session:
    """A requests session whose every request goes through `client`."""
    import requests  # noqa: PLC0415 - only conversations need it
    from requests.adapters import BaseAdapter  # noqa: PLC0415

    class Carrier(BaseAdapter):
        def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
            body = request.body or b""
            asked = Request(
                request.url or "",
                _headers(request.headers),
                method=request.method or "GET",
                body=body.encode() if isinstance(body, str) else bytes(body),
                allow_private=allow_private,
            )
            answer = _ask(client, asked, now)
            response = requests.Response()
            response.status_code = answer.status
            response.url = answer.url
            response.request = request
            response.headers.update(
                {name: value for name, value in answer.headers.items() if name not in _OURS}
            )
            response._content = _whole(answer.body)  # noqa: SLF001 - how requests' own test adapters do it
            response.encoding = "utf-8"
            return response

        def close(self) -> None:
            """Nothing is held here."""

    session = requests.Session()
    session.trust_env = False
    session.mount("https://", Carrier())
    session.mount("http://", Carrier())
    return session


def httpx_transport(client: Client, now: datetime, *, allow_private: bool = False) -> httpx.BaseTransport:
    """An httpx transport whose every request goes through `client`."""
    import httpx  # noqa: PLC0415 - only conversations need it

    class Carrier(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            asked = Request(
                str(request.url),
                _headers(request.headers),
                method=request.method,
                body=request.read(),
                allow_private=allow_private,
            )
            answer = _ask(client, asked, now, _FOR_ATPROTO)
            kept = {name: value for name, value in answer.headers.items() if name not in _OURS}
            return httpx.Response(answer.status, headers=kept, content=_whole(answer.body))

    return Carrier()


def carried(error: BaseException) -> FetchError | None:
    """Our own error inside a library's, if that is what it wraps."""
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, FetchError):
            return inner
        inner = inner.__cause__ or inner.__context__
    return None
