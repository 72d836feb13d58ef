"""Bluesky's protocol at the wire (XRPC): questions and calls in raw JSON, over the one polite client.

The atproto package would ask the same: importing it costs a second and 68 MB, and its typed models lose a whole page to one
malformed field. What is asked here are addresses with parameters. https://atproto.com/specs/xrpc
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from feeds.errors import N_, BadAnswer, BadStatus, Busy, FetchError, RestLater, naming
from feeds.html import whole_escapes
from feeds.status import TOO_MANY, asks_to_wait, busy, refusal, wait_asked
from feeds.wire import Request

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from feeds.http import Client
    from feeds.wire import Response

# A fault that passes is often over at once; one that asks for time gets it.
MOST_TRIES = 3
_PASSING = {500, 502, 503}
_ERROR = 400
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9.#]{0,79}")
_HALVES = re.compile(rb"\\u[dD][89a-fA-F]")
_NOT_JSON = N_("it is not JSON")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: what is in it, as the server wrote it, and its cursor to the next (empty: there is none)."""

    items: tuple[Any, ...] = ()
    cursor: str = ""


class Service:
    """One server of the network, asked by a stranger, or with a token by somebody whom it knows."""

    def __init__(
        self, base: str, client: Client, now: datetime, *, allow_private: bool = False, token: str = ""
    ) -> None:
        self.base = base.rstrip("/")
        self.now = now
        self.allow_private = allow_private
        self.token = token
        self._client = client
        self._closed: RestLater | None = None

    def query(self, method: str, *, proxy: str = "", **params: Any) -> dict[str, Any]:
        """What the server answers to a question; `proxy` is the service to which it shall pass it on. Faults that pass are
        given two more chances, at once.

        Raises:
            FetchError: it says nothing, or no; a refusal carries its `name` among the values.

        """
        if self._closed:
            raise self._closed
        pairs = [(name, _written(one)) for name, value in params.items() for one in _each(value)]
        query = f"?{urlencode(pairs)}" if pairs else ""
        headers = self._headers({"atproto-proxy": proxy} if proxy else {})
        request = Request(self._address(method) + query, headers, allow_private=self.allow_private)
        response = self._send(request)
        for _ in range(MOST_TRIES - 1):
            if response.status not in _PASSING or asks_to_wait(response.status, response.headers):
                break
            response = self._send(request)
        self._check(method, response)
        self._heed(method, response)
        return self._read(response)

    def call(self, method: str, body: Mapping[str, Any] | None = None, *, token: str = "") -> dict[str, Any]:
        """What the server answers when it is told to do something: once, for it may have done it. `token` goes in place of
        the usual one.

        Raises:
            FetchError: as for a question.

        """
        headers = self._headers({"Content-Type": "application/json"} if body is not None else {}, token)
        request = Request(
            self._address(method),
            headers,
            method="POST",
            body=json.dumps(body).encode() if body is not None else b"",
            allow_private=self.allow_private,
        )
        response = self._send(request)
        self._check(method, response)
        return self._read(response) if response.body.strip() else {}

    def page(self, method: str, name: str, cursor: str = "", **params: Any) -> Page:
        """One page of the list `name` in an answer.

        Raises:
            FetchError: there is no such page.

        """
        told = self.query(method, **params, **({"cursor": cursor} if cursor else {}))
        items, after = told.get(name) or [], told.get("cursor")
        if not isinstance(items, list):
            raise BadAnswer(address=self._address(method), reason=N_("it is no list"))
        return Page(tuple(items), after if isinstance(after, str) else "")

    # --- one exchange ---

    def _address(self, method: str) -> str:
        return f"{self.base}/xrpc/{method}"

    def _headers(self, more: Mapping[str, str], token: str = "") -> dict[str, str]:
        headers = {"Accept": "application/json", **more}
        if token or self.token:
            headers["Authorization"] = f"Bearer {token or self.token}"
        return headers

    def _send(self, request: Request) -> Response:
        try:
            return self._client.send(request)
        except FetchError as error:
            raise naming(self.base, error) from None

    def _check(self, method: str, response: Response) -> None:
        if response.status >= _ERROR:
            raise self._refusal(self._address(method), response)

    def _refusal(self, address: str, response: Response) -> FetchError:
        """What a refusing answer means, with the name that the protocol gives to it (never its words: they may repeat ours)."""
        usual = refusal(address, response, self.now)
        if isinstance(usual, Busy) or not isinstance(usual, BadStatus):
            return usual
        try:
            told = self._read(response).get("error")
        except BadAnswer:
            told = None
        name = told if isinstance(told, str) and _NAME.fullmatch(told) else ""
        return type(usual)(**usual.values, name=name)

    def _heed(self, method: str, response: Response) -> None:
        """Ask nothing more where this was the last answer that the server gives for now, rather than be refused."""
        headers = response.headers
        if headers.get("ratelimit-remaining", "").strip() != "0" or "ratelimit-reset" not in headers:
            return
        if wait := wait_asked({"ratelimit-reset": headers["ratelimit-reset"]}, self.now):
            told = busy(self._address(method), TOO_MANY, self.now + wait, asked=response.url)
            self._closed = RestLater(**told.values)

    def _read(self, response: Response) -> dict[str, Any]:
        """The JSON of an answer, with whole letters: half an emoji would fit into no file."""
        text = response.body.decode("utf-8", "replace")
        if _HALVES.search(response.body):
            text = whole_escapes(text)
        try:
            told = json.loads(text)
        except (ValueError, RecursionError):
            raise BadAnswer(address=self.base, reason=_NOT_JSON) from None
        if not isinstance(told, dict):
            raise BadAnswer(address=self.base, reason=_NOT_JSON)
        return told


def name_of(error: FetchError) -> str:
    """The name that the protocol gives to a refusal; empty for all else that goes wrong."""
    return str(error.values.get("name") or "")


def says_no(error: FetchError) -> bool:
    """Whether a refusal is about what was asked (400), and not about who asks, when, or of whom."""
    return isinstance(error, BadStatus) and error.values["status"] == _ERROR


def _each(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
