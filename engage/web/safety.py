"""Stands before the page and lets in nobody but its person: other sites, other programs and strangers stay outside.

A page on 127.0.0.1 can be reached by every site open in the same browser. So: the Host must be ours, port included (DNS
rebinding ends there); what changes something must come from our own page; whoever comes must hold the key of this
start, which the launch address hands over once and which then lives in a cookie that no script can read.
"""

from __future__ import annotations

import hmac
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    Refusal = Literal["elsewhere", "locked"]

HEADERS = {
    "content-security-policy": (
        "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}
_SAFE = {"GET", "HEAD", "OPTIONS"}
_OPEN_TO_ALL = (
    "/static/"  # style and script hold nothing of anybody; the page that says how to open needs them
)


class Gate:
    """Middleware around everything. `refuse` makes the page that says why somebody was not let in."""

    def __init__(self, app: ASGIApp, *, host: str, token: str, refuse: Callable[[Refusal], Response]) -> None:
        port = host.rpartition(":")[2]
        self.app = app
        self.hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self.cookie = f"nouvelles-{port}"  # browsers keep one set of cookies for all ports of a host
        self.token = token
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer in place of the page, or let it answer; either way with our headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        answer = self._answer(scope) or self.app
        await answer(scope, receive, guarded)

    def _answer(self, scope: Scope) -> Response | None:
        """What to answer instead of the page; None lets the request through."""
        headers = Headers(scope=scope)
        if headers.getlist("host") not in [[host] for host in self.hosts]:
            return PlainTextResponse(
                "This page answers to its own address only.\n", HTTPStatus.MISDIRECTED_REQUEST
            )
        if scope["method"] not in _SAFE and not _is_our_own(headers):
            return self.refuse("elsewhere")
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = dict(query).get("token")
        if given is not None and scope["method"] in _SAFE:
            return self._hand_over(scope, query) if self._fits(given) else self.refuse("locked")
        if scope["path"].startswith(_OPEN_TO_ALL):
            return None
        held = cookie_parser(headers.get("cookie", "")).get(self.cookie, "")
        return None if self._fits(held) else self.refuse("locked")

    def _fits(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.token.encode())

    def _hand_over(self, scope: Scope, query: list[tuple[str, str]]) -> Response:
        """Put the key into a cookie, and the address without the key into the browser's history."""
        rest = urlencode([(name, value) for name, value in query if name != "token"])
        path = "/" + scope.get("raw_path", b"/").decode("latin-1").lstrip(
            "/\\"
        )  # "//host" would lead elsewhere
        answer = RedirectResponse(f"{path}?{rest}" if rest else path, HTTPStatus.SEE_OTHER)
        answer.set_cookie(self.cookie, self.token, httponly=True, samesite="strict", path="/")
        return answer


def _is_our_own(headers: Headers) -> bool:
    """Whether a request comes from our own page, as the browser says.

    Because of our Referrer-Policy browsers send `Origin: null` with our own forms; Sec-Fetch-Site tells then.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    ours = f"http://{headers['host']}"
    if site is not None:
        return site == "same-origin" and origin in {None, "null", ours}
    return origin == ours
