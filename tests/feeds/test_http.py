"""The one client: its limits, its guard, its manners, and its words when something fails."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from feeds.errors import (
    BadScheme,
    BadStatus,
    FetchError,
    Refused,
    TooLarge,
    TooManyRedirects,
    TooSlow,
    Unreachable,
    Untrusted,
)
from feeds.guard import is_private_host, is_public, place
from feeds.http import Client, Manners
from feeds.wire import Request, Response, headers_of, status_of
from tests.conftest import NO_SUCH_HOST
from tests.feeds import misbehaving as ways
from tests.feeds.certificates import serve_tls
from tests.feeds.misbehaving import Misbehaving, says

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.feeds.misbehaving import Exchange

KILO = 1024


def get(url: str, manners: Manners | None = None, headers: Mapping[str, str] | None = None) -> Response:
    return Client(manners).send(Request(url, headers or {}, allow_private=True))


def failure(url: str, manners: Manners | None = None) -> FetchError:
    with pytest.raises(FetchError) as caught:
        get(url, manners)
    return caught.value


# --- answers ---


def test_an_answer_has_lower_case_headers_a_body_and_any_status(server: Misbehaving) -> None:
    url = server.at("/x", says("été", "text/plain", 418, X_Tea="Earl Grey"))
    answer = get(url)
    assert (answer.status, answer.body.decode(), answer.url, answer.moved_to) == (418, "été", url, "")
    assert answer.headers["x-tea"] == "Earl Grey"


def test_we_say_who_we_are_and_accept_packed_answers(server: Misbehaving) -> None:
    get(server.at("/x", says("x")), Manners(agent="Nouvelles/1 (julie@julie.example)"))
    asked = server.asked[0].headers
    assert asked["user-agent"] == "Nouvelles/1 (julie@julie.example)"
    assert {"gzip", "deflate"} <= {part.strip() for part in asked["accept-encoding"].split(",")}


def test_headers_go_out_in_the_letters_in_which_they_came(server: Misbehaving) -> None:
    get(server.at("/x", says("x")), headers={"If-None-Match": 'W/"é"', "X-Far": "→"})
    assert server.asked[0].headers["if-none-match"] == 'W/"é"'
    assert server.asked[0].headers["x-far"] == "?"


def test_an_address_goes_out_percent_encoded(server: Misbehaving) -> None:
    server.at("/haies%20d%E2%80%99%C3%A9t%C3%A9", says("x"))
    answer = get(server.base + "/haies d’été?q=à&r=%20#fin")
    assert answer.body == b"x"
    assert server.asked[0].path == "/haies%20d%E2%80%99%C3%A9t%C3%A9?q=%C3%A0&r=%20"


def test_a_body_is_posted_and_a_head_has_none(server: Misbehaving) -> None:
    url = server.at("/x", says("réponse"))
    client = Client()
    posted = client.send(Request(url, {}, "POST", "é=1".encode(), allow_private=True))
    asked = client.send(Request(url, {}, "HEAD", allow_private=True))
    again = client.send(Request(url, allow_private=True))
    assert (posted.body, asked.body, again.body) == ("réponse".encode(), b"", "réponse".encode())
    assert [exchange.body.decode() for exchange in server.asked] == ["é=1", "", ""]
    assert [exchange.handler.command for exchange in server.asked] == ["POST", "HEAD", "GET"]


# --- redirects ---


@pytest.mark.parametrize(
    ("statuses", "permanent_to"),
    [
        ((301,), "/1"),
        ((308, 301), "/2"),
        ((302,), ""),
        ((307,), ""),
        ((303,), ""),
        ((302, 301), ""),  # what follows a temporary hop is no promise about the first address
        ((301, 302), "/1"),
        ((301, 302, 301), "/1"),
    ],
)
def test_moved_to_is_where_permanent_redirects_alone_lead(
    server: Misbehaving, statuses: tuple[int, ...], permanent_to: str
) -> None:
    for step, status in enumerate(statuses):
        server.at(f"/{step}", ways.redirects(f"/{step + 1}", status))
    server.at(f"/{len(statuses)}", says("arrivé"))
    answer = get(server.base + "/0")
    assert answer.body == "arrivé".encode()
    assert answer.url == f"{server.base}/{len(statuses)}"
    assert answer.moved_to == (server.base + permanent_to if permanent_to else "")


def test_a_redirect_without_a_target_is_an_answer(server: Misbehaving) -> None:
    assert get(server.at("/x", ways.fails(302))).status == 302


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("/round", TooManyRedirects),
        ("ftp://127.0.0.1/", BadScheme),
        ("file:///etc/passwd", BadScheme),
        ("http://[", BadScheme),
        ("http://192.168.1.1/admin", Refused),
        ("http://localhost:1/", Refused),
    ],
)
def test_a_redirect_that_leads_nowhere_good(server: Misbehaving, target: str, kind: type[FetchError]) -> None:
    server.at("/round", ways.circles())
    assert type(failure(server.at("/x", ways.redirects(target)))) is kind


def test_secrets_are_told_to_nobody_else(server: Misbehaving) -> None:
    secret = {"Authorization": "Bearer abc", "Cookie": "a=b", "Accept": "text/html"}
    server.at("/there", says("x"))
    port = server.base.rpartition(":")[2]
    elsewhere = server.at("/away", ways.redirects(f"http://localhost:{port}/there"))
    get(server.at("/here", ways.redirects("/there")), headers=secret)
    assert [exchange.headers.get("authorization") for exchange in server.asked] == ["Bearer abc"] * 2
    # The other name is no longer the very address that was allowed, so let it be public for once.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("feeds.http.is_public", lambda _address: True)
        get(elsewhere, headers=secret)
    there = server.asked[-1].headers
    assert there["host"] == f"localhost:{port}"
    assert "authorization" not in there
    assert "cookie" not in there
    assert there["accept"] == "text/html"


def test_what_was_said_to_one_host_goes_to_no_other(server: Misbehaving) -> None:
    """A sign-in that a server sends elsewhere would take the code and the secret along."""
    server.at("/there", says("x"))
    port = server.base.rpartition(":")[2]
    elsewhere = server.at("/away", ways.redirects(f"http://localhost:{port}/there"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("feeds.http.is_public", lambda _address: True)
        with pytest.raises(BadStatus):
            Client().send(Request(elsewhere, method="POST", body=b"secret=s", allow_private=True))
    assert [exchange.path for exchange in server.asked] == ["/away"]
    at_home = server.at("/here", ways.redirects("/there"))
    assert Client().send(Request(at_home, method="POST", body=b"a=b", allow_private=True)).body == b"x"


# --- limits ---


def test_the_cap_counts_decoded_bytes_to_the_byte(server: Misbehaving) -> None:
    body = bytes(64 * KILO)
    exact = Manners(max_bytes=64 * KILO)
    small = Manners(max_bytes=64 * KILO - 1)
    for way in (says(body), ways.packed(body)):
        url = server.at("/x", way)
        assert get(url, exact).body == body
        assert isinstance(failure(url, small), TooLarge)


@pytest.mark.parametrize("way", [ways.drips("x" * 10_000), ways.never_answers()], ids=["drips", "silent"])
def test_the_deadline_is_for_the_whole_answer(server: Misbehaving, way: ways.Way) -> None:
    assert isinstance(failure(server.at("/x", way), Manners(deadline=0.2)), TooSlow)


def test_the_deadline_is_for_all_hops_together(server: Misbehaving) -> None:
    def slow_hop(exchange: Exchange) -> None:
        exchange.wait(0.15)
        exchange.answer(302, Location="/x")

    error = failure(server.at("/x", slow_hop), Manners(deadline=0.4))
    assert isinstance(error, TooSlow)
    assert len(server.asked) < 5


def test_no_more_than_so_many_at_one_host_and_no_fewer(server: Misbehaving) -> None:
    together = threading.Barrier(3)
    lock = threading.Lock()
    present, most = 0, 0

    def way(exchange: Exchange) -> None:
        nonlocal present, most
        with lock:
            present += 1
            most = max(most, present)
        together.wait(10)
        with lock:
            present -= 1
        together.wait(10)  # nobody answers before all have been counted out
        exchange.answer(200, b"x")

    server.at("/x", way)
    requests = [(number, Request(f"{server.base}/x?{number}", allow_private=True)) for number in range(12)]
    answers = dict(Client(Manners(per_host=3)).send_all(requests))
    assert {key for key, answer in answers.items() if isinstance(answer, Response)} == set(range(12))
    assert most == 3


def test_a_full_host_does_not_hold_up_another(server: Misbehaving) -> None:
    released = threading.Event()
    in_time: list[bool] = []

    def waits(exchange: Exchange) -> None:
        in_time.append(released.wait(10))
        exchange.answer(200, b"late")

    def frees(exchange: Exchange) -> None:
        released.set()
        exchange.answer(200, b"early")

    with Misbehaving() as other:
        server.at("/x", waits)
        asked = [(number, Request(f"{server.base}/x", allow_private=True)) for number in range(5)]
        asked.append((5, Request(other.at("/x", frees), allow_private=True)))
        answered = {key for key, _ in Client(Manners(per_host=1)).send_all(asked)}
    assert answered == {0, 1, 2, 3, 4, 5}
    assert in_time == [True] * 5


def test_connections_are_capped_over_all_hosts(server: Misbehaving) -> None:
    lock = threading.Lock()
    present, most = 0, 0
    pair = threading.Barrier(2)

    def way(exchange: Exchange) -> None:
        nonlocal present, most
        with lock:
            present += 1
            most = max(most, present)
        pair.wait(10)
        with lock:
            present -= 1
        pair.wait(10)
        exchange.answer(200, b"x")

    server.at("/x", way)
    port = server.base.rpartition(":")[2]
    requests = [(n, Request(f"http://h{n}.localhost:{port}/x", allow_private=True)) for n in range(8)]
    answers = dict(Client(Manners(connections=2)).send_all(requests))
    assert all(isinstance(answer, Response) for answer in answers.values())
    assert most == 2


def test_who_stops_listening_leaves_nothing_behind(server: Misbehaving) -> None:
    client = Client()
    server.at("/x", says("x"))
    server.at("/never", ways.never_answers())
    asked = [(path, Request(server.base + path, allow_private=True)) for path in ("/x", "/never")]
    assert next(iter(client.send_all(asked)))[0] == "/x"
    assert client.send(Request(server.base + "/x", allow_private=True)).body == b"x"


def test_each_thread_has_its_own_connections(server: Misbehaving) -> None:
    client = Client()
    url = server.at("/x", says("x"))
    found: list[bytes] = []

    def ask() -> None:
        found.extend(client.send(Request(url, allow_private=True)).body for _ in range(5))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [b"x"] * 20


# --- the guard ---


def test_a_public_request_rides_on_no_connection_opened_for_a_private_one(server: Misbehaving) -> None:
    client = Client()
    url = server.at("/x", says("x"))
    client.send(Request(url, allow_private=True))
    client.send(Request(url, allow_private=True))
    with pytest.raises(Refused):
        client.send(Request(url))
    assert len(server.asked) == 2
    assert server.connections == 2  # none of them was kept


def test_even_while_a_private_one_is_under_way(server: Misbehaving) -> None:
    url = server.at("/x", says("x" * 100_000))
    asked = [(leave, Request(url, allow_private=leave)) for leave in (True, False) * 6]
    kinds = [(leave, type(answer)) for leave, answer in Client(Manners(per_host=2)).send_all(asked)]
    assert sorted(kinds, key=str) == [(False, Refused)] * 6 + [(True, Response)] * 6


def test_public_connections_are_kept(server: Misbehaving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.http.is_public", lambda _address: True)
    client = Client()
    url = server.at("/x", says("x"))
    for _ in range(3):
        client.send(Request(url))
    assert server.connections == 1


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("127.8.9.10", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::a00:1", False),
        ("64:ff9b::5db8:d822", True),
        ("2002:a00:1::", False),
        ("not an address", False),
    ],
)
def test_is_public(address: str, public: bool) -> None:
    assert is_public(address) is public
    assert is_public(address.encode()) is public


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("http://localhost:8000/", True),
        ("http://julie.localhost/", True),
        ("http://127.0.0.1/", True),
        ("http://192.168.1.2/feed", True),
        ("http://[::1]/", True),
        ("http://93.184.216.34/", False),
        ("https://julie.example/", False),  # does not resolve here
        ("julie.example", False),
        ("", False),
    ],
)
def test_is_private_host(address: str, private: bool) -> None:
    assert is_private_host(address) is private


# --- words ---


def test_failures_are_said_in_words(server: Misbehaving, tmp_path: Path) -> None:
    plain_port = server.base.rpartition(":")[2]
    with serve_tls(tmp_path) as tls:
        told = [
            (f"http://{NO_SUCH_HOST}/", Unreachable, "no such host"),
            ("http://127.0.0.1:1/", Unreachable, "nobody answers there"),
            (server.at("/a", ways.hangs_up()), Unreachable, "hung up without a word"),
            (server.at("/b", ways.breaks_off(b"x" * 99)), Unreachable, "the answer broke off"),
            (server.at("/c", says("not gzip", Content_Encoding="gzip")), Unreachable, "cannot be unpacked"),
            (f"https://127.0.0.1:{plain_port}/", Untrusted, "no secure connection"),
            (tls, Untrusted, "expired, self-signed"),
            ("http://[é/", Unreachable, "malformed"),
            ("http://é.example:99999/", Unreachable, "malformed"),
            ("gopher://127.0.0.1/", BadScheme, "http or https"),
            ("julie", BadScheme, "http or https"),
        ]
        for url, kind, words in told:
            error = failure(url, Manners(deadline=10))
            assert type(error) is kind, url
            assert words in str(error)
            assert "{" not in str(error)


def test_one_failure_among_many_costs_only_itself(server: Misbehaving) -> None:
    good = server.at("/x", says("x"))
    urls = [good, "ftp://x/", "http://[é/", server.at("/h", ways.hangs_up()), good, "http://10.0.0.1/", good]
    asked = [
        (number, Request(url, allow_private=url.startswith(server.base))) for number, url in enumerate(urls)
    ]
    answers = dict(Client().send_all(asked))
    assert {n for n, answer in answers.items() if isinstance(answer, Response)} == {0, 4, 6}
    assert len(answers) == len(urls)


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("https://Julie.example/a", "julie.example:443"),
        ("http://julie.example/a", "julie.example:80"),
        ("http://julie.example:80", "julie.example:80"),
        ("http://u:p@julie.example:81/", "julie.example:81"),
        ("http://[::1]:8/", "::1:8"),
        ("http://[", "http://["),
    ],
)
def test_place(address: str, where: str) -> None:
    assert place(address) == where


def test_only_the_last_answer_in_a_row_of_them_counts() -> None:
    lines = [
        b"HTTP/1.1 100 Continue\r\n",
        b"X-Old: 1\r\n",
        b"\r\n",
        b"HTTP/1.1 200 OK\r\n",
        b"Via: a\r\n",
        b"via:b\r\n",
        b"X-Text:  \xe9t\xe9 \r\n",
        b"no colon here\r\n",
        b"\r\n",
    ]
    assert status_of(lines) == 200
    assert headers_of(lines) == {"via": "a, b", "x-text": "été"}
    assert (status_of([]), headers_of([])) == (0, {})


def test_a_field_that_is_called_like_a_status_line_is_a_field() -> None:
    lines = [b"HTTP/1.1 200 OK\r\n", b"HTTP/: z\r\n", b"Via: a\r\n"]
    assert status_of(lines) == 200
    assert headers_of(lines) == {"http/": "z", "via": "a"}
