"""People on a real snac server: they write, answer, favour and leave, by its API as any client would."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import httpx
from lxml import html  # type: ignore[import-untyped]

from tests.real import ground
from tests.real.ground import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Nobody listens there: the tests read where a browser would go, and do not go.
ELSEWHERE = "http://127.0.0.1:9/"
_PASSWORD = re.compile(r"^User password is (\S+)", re.MULTILINE)


class Refused(Exception):
    """The server answered with an error."""

    def __init__(self, what: str, answer: httpx.Response) -> None:
        super().__init__(f"{what}: {answer.status_code} {answer.text[:300]}")
        self.status = answer.status_code


class Status(NamedTuple):
    """Something published: its id on this server, and its address everywhere."""

    id: str
    uri: str


@dataclass
class Resident:
    """Somebody who lives on the server, signed in, and what they can do there.

    The server delivers every three seconds or so: act first, and wait once for all of it.
    """

    server: Snac
    name: str
    password: str
    token: str

    @property
    def account(self) -> str:
        """Their account as others write it."""
        return f"{self.name}@{self.server.host}"

    @property
    def address(self) -> str:
        """The address of their profile."""
        return f"{self.server.base}/{self.name}"

    def post(self, text: str, *, reply_to: Status | None = None, **more: str) -> Status:
        """Write; `more` may be `visibility`, `spoiler_text`, `sensitive` and `language`."""
        fields = {"status": text, "visibility": "public", **more}
        if reply_to:
            fields["in_reply_to_id"] = reply_to.id
        return _status(self.tell("POST", "/api/v1/statuses", fields))

    def edit(self, status: Status, text: str) -> Status:
        """Write another text; on this server the status gets another id by that, and keeps its address."""
        return _status(self.tell("PUT", f"/api/v1/statuses/{status.id}", {"status": text}))

    def delete(self, status: Status) -> None:
        """Take back by the server's page, for its API has no way; the others hear of it a little later."""
        fields = {"id": status.uri, "actor": self.address, "action": "Delete"}
        page = f"{self.address}/admin/action"
        answer = httpx.post(page, data=fields, auth=(self.name, self.password), timeout=20)
        if not answer.is_redirect:
            raise Refused(page, answer)

    def favourite(self, status: Status) -> None:
        self.tell("POST", f"/api/v1/statuses/{status.id}/favourite")

    def boost(self, status: Status) -> None:
        self.tell("POST", f"/api/v1/statuses/{status.id}/reblog")

    def follow(self, other: Resident) -> None:
        """Follow by the server's command, for its API has no way; and wait until the other knows."""
        ground.run([ground.SNAC, "follow", self.server.data, self.name, other.address])
        until(lambda: self.address in other.followers(), f"{other.name} is followed by {self.name}")

    def followers(self) -> list[str]:
        """The profiles of those who follow, as the server's files tell: its API shows them to nobody."""
        folder = self.server.data / "user" / self.name / "followers"
        return [
            match[1]
            for file in folder.glob("*.json")
            if (match := re.search(r'"(?:id|actor)":\s*"([^"]+)"', file.read_text("utf-8", "replace")))
        ]

    def ask(self, path: str, **params: Any) -> Any:
        """The answer to a question, as this person."""
        return self.server.call("GET", path, self.token, params=params)

    def tell(self, method: str, path: str, fields: dict[str, str] | None = None) -> Any:
        """The answer to a deed, as this person."""
        return self.server.call(method, path, self.token, data=fields)

    def timeline(self) -> list[dict[str, Any]]:
        """What stands in this person's home timeline now."""
        found: list[dict[str, Any]] = self.ask("/api/v1/timelines/home", limit=40)
        return found

    def sees(self, *statuses: Status) -> None:
        """Wait until all of these stand in this person's home timeline: the server delivers by a queue."""
        wanted = {status.uri for status in statuses}
        until(
            lambda: wanted <= {uri for status in self.timeline() for uri in _addresses(status)},
            f"{self.name} sees {wanted}",
        )

    def hears(self, kind: str, status: Status | None = None) -> None:
        """Wait until this person is notified: of a `favourite`, a `mention`, a `follow`…, of a status if one is named."""

        def heard() -> bool:
            told = self.ask("/api/v1/notifications")
            about = [(each["type"], _addresses(each.get("status") or {})) for each in told]
            return any(what == kind and (status is None or status.uri in of) for what, of in about)

        until(heard, f"{self.name} hears of a {kind}")


@dataclass(frozen=True)
class Snac:
    """The running server: where it is, and who lives there."""

    base: str
    data: Path
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1), repr=False)

    @property
    def host(self) -> str:
        return urlsplit(self.base).netloc

    def person(self, name: str = "alice") -> Resident:
        """A new person, whose name begins with `name`; everybody's is different, for the server lives through all tests."""
        user = f"{name}{next(self._numbers)}"
        said = ground.run([ground.SNAC, "adduser", self.data, user])
        found = _PASSWORD.search(said)
        assert found, f"snac tells no password: {said}"
        return Resident(self, user, found[1], self.token(user, found[1]))

    def token(self, user: str, password: str, scopes: str = "read write follow") -> str:
        """A token by a dance of our own through the server's page."""
        app = self.call(
            "POST",
            "/api/v1/apps",
            data={"client_name": "Les mains", "redirect_uris": ELSEWHERE, "scopes": scopes},
        )
        asked = {
            "response_type": "code",
            "client_id": app["client_id"],
            "redirect_uri": ELSEWHERE,
            "scope": scopes,
            "state": "ici",
        }
        went = self.approve(f"{self.base}/oauth/authorize?{urlencode(asked)}", user, password)
        (code,) = parse_qs(urlsplit(went).query)["code"]
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": app["client_id"],
            "client_secret": app["client_secret"],
            "redirect_uri": ELSEWHERE,
        }
        return str(self.call("POST", "/oauth/token", data=fields)["access_token"])

    def approve(self, address: str, user: str, password: str) -> str:
        """Where a browser is sent after somebody opened the page, signed in and agreed; or the page itself if nowhere.

        A page that shows a code to be pasted sends nobody anywhere.
        """
        # Two connections: snac says nothing of closing the first, and closes it.
        page = httpx.get(address, timeout=20)
        if page.is_error:
            raise Refused(address, page)
        form = html.fromstring(page.text).forms[0]
        fields = {name: value or "" for name, value in form.form_values()}
        fields |= {"login": user, "passwd": password}
        answer = httpx.post(urljoin(address, form.action), data=fields, timeout=20)
        if answer.is_error:
            raise Refused(form.action, answer)
        return answer.headers.get("location") or answer.text

    def call(self, method: str, path: str, token: str = "", **more: Any) -> Any:
        """The answer of the API, as JSON.

        Raises:
            Refused: the answer is an error.

        """
        headers = {"authorization": f"Bearer {token}"} if token else {}
        answer = httpx.request(method, f"{self.base}{path}", headers=headers, timeout=20, **more)
        if answer.is_error:
            raise Refused(f"{method} {path}", answer)
        return answer.json()


def _status(told: dict[str, Any]) -> Status:
    return Status(told["id"], told["uri"])


def _addresses(told: dict[str, Any]) -> set[str]:
    """The addresses that a status goes by: snac wraps what was ever boosted into a boost, for everybody, its author too."""
    return {told.get("uri", ""), (told.get("reblog") or {}).get("uri", "")}
