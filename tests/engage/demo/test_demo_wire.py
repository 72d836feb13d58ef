"""The wire itself: who answers, what is remembered, what is compressed or not sent again."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import requests

from engage.demo.answers import conditional
from engage.demo.wire import Answer, Article, Blog, Request, Wire, page

NOON = datetime(2026, 5, 4, 12, 0, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Echo:
    name: str

    def answer(self, request: Request) -> Answer:
        return Answer(
            body=f"{self.name} {request.method} {request.base} {request.path} ".encode() + request.body
        )


def get(wire: Wire, site: str, path: str = "/", **headers: str) -> requests.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    host = {"Host": f"{site}.localhost:{wire.port}"} if site else {}
    return requests.get(wire.base() + path, headers={**host, **named}, timeout=5)


def test_the_host_says_which_site_answers() -> None:
    with Wire({"here": Echo("here"), "there": Echo("there")}, default="there") as wire:
        assert get(wire, "here", "/a?b=c").text == f"here GET {wire.base('here')} /a "
        assert get(wire, "THERE").text.startswith("there ")
        assert get(wire, "").text == f"there GET {wire.base()} / "
        assert get(wire, "nowhere").status_code == 404


def test_sites_may_come_while_it_runs_and_take_other_methods() -> None:
    with Wire(default="late") as wire:
        assert get(wire, "").status_code == 404
        wire.sites["late"] = Echo("late")
        assert (
            requests.post(wire.base() + "/x", data=b"body", timeout=5).text
            == f"late POST {wire.base()} /x body"
        )


def test_the_log_remembers_every_request_by_site() -> None:
    with Wire({"here": Echo("here")}, default="there") as wire:
        get(wire, "here", "/a?b=c", User_Agent="reader")
        get(wire, "", "/gone")
        (heard,) = wire.heard("here")
        assert (heard.method, heard.path, heard.status) == ("GET", "/a?b=c", 200)
        assert heard.headers["user-agent"] == "reader"
        assert [one.status for one in wire.heard("there")] == [404]


def test_a_hook_answers_in_place_of_the_site_or_lets_it_speak() -> None:
    with Wire({"here": Echo("here")}) as wire:
        wire.hooks["here"] = lambda request: Answer(500) if request.path == "/bad" else None
        assert [get(wire, "here", path).status_code for path in ("/bad", "/good")] == [500, 200]


def test_closing_frees_the_port_though_a_client_holds_its_line() -> None:
    with Wire({"here": Echo("here")}, default="here") as wire:
        port = wire.port
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as line:
            line.request("GET", "/")
            assert line.getresponse().read()
            wire.__exit__(None, None, None)
            assert line.sock.recv(1) == b""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


BLOG = Blog(title="Haies", articles=(Article("une", "Une", "<p>Haie.</p>" * 40, NOON),))


@pytest.mark.parametrize("path", ["/", "/feed.xml", "/une/"])
def test_what_did_not_change_is_not_sent_again(path: str) -> None:
    with Wire({"haies": BLOG}) as wire:
        first = get(wire, "haies", path)
        assert first.headers["Last-Modified"] == "Mon, 04 May 2026 12:00:30 GMT"
        again = get(wire, "haies", path, If_None_Match=first.headers["ETag"])
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        since = first.headers["Last-Modified"]
        assert get(wire, "haies", path, If_Modified_Since=since).status_code == 304


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"if-none-match": 'W/"else"'}, 200),
        ({"if-none-match": "*"}, 304),
        ({"if-none-match": 'W/"else"', "if-modified-since": "Mon, 04 May 2026 12:00:30 GMT"}, 200),
        ({"if-modified-since": "Mon, 04 May 2026 12:00:29 GMT"}, 200),
        ({"if-modified-since": "Mon, 04 May 2026 12:00:30 GMT"}, 304),
        ({"if-modified-since": "yesterday"}, 200),
    ],
)
def test_validators_are_honoured_as_the_rfc_says(headers: dict[str, str], status: int) -> None:
    request = Request("GET", "haies", "http://haies", "/", {}, headers)
    assert conditional(request, page("t", "b", modified=NOON + timedelta(milliseconds=400))).status == status


def test_gzip_only_where_it_is_accepted() -> None:
    with Wire({"haies": BLOG}) as wire:
        packed = get(wire, "haies", "/feed.xml", Accept_Encoding="br, gzip;q=0.8")
        plain = get(wire, "haies", "/feed.xml", Accept_Encoding="identity")
        picture = get(wire, "haies", "/images/haie.png", Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.content == plain.content
    assert len(gzip.compress(plain.content)) < len(plain.content)
    assert "Content-Encoding" not in picture.headers
    assert picture.content.startswith(b"\x89PNG")


def test_head_has_headers_and_no_body() -> None:
    with Wire({"haies": BLOG}, default="haies") as wire:
        answer = requests.head(wire.base() + "/feed.xml", headers={"Accept-Encoding": "identity"}, timeout=5)
        whole = requests.get(wire.base() + "/feed.xml", headers={"Accept-Encoding": "identity"}, timeout=5)
    assert answer.content == b""
    assert answer.headers["Content-Length"] == str(len(whole.content))
