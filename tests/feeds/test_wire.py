"""Addresses as they go on the wire, and what is left out of them when a server sends us elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from feeds.errors import BadScheme, Unreachable
from feeds.guard import place
from feeds.http import Client
from feeds.wire import Request, ascii_address, ascii_host
from tests.feeds.misbehaving import redirects, says

if TYPE_CHECKING:
    from tests.feeds.misbehaving import Misbehaving


@pytest.mark.parametrize(
    ("address", "on_the_wire"),
    [
        ("https://julie.example/a b", "https://julie.example/a%20b"),
        ("https://été.example/haie", "https://xn--t-9fab.example/haie"),
        ("https://straße.example/", "https://xn--strae-oqa.example/"),
        ("https://ÉTÉ。example:8443/é?q=è", "https://xn--t-9fab.example:8443/%C3%A9?q=%C3%A8"),
        ("https://☃.example/", "https://xn--n3h.example/"),
        ("http://[::1]:8080/é", "http://[::1]:8080/%C3%A9"),
        ("https://a_b.example/é", "https://a_b.example/%C3%A9"),
    ],
)
def test_an_address_goes_in_ascii(address: str, on_the_wire: str) -> None:
    assert ascii_address(address) == on_the_wire


@pytest.mark.parametrize("host", ["é..example", "é" * 80 + ".example"])
def test_what_can_be_no_host_is_said_so(host: str) -> None:
    with pytest.raises(ValueError, match=r"(?i)label"):
        ascii_host(host)
    with pytest.raises(Unreachable, match="malformed"):
        Client().send(Request(f"https://{host}/"))


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("https://julie.example/", "julie.example:443"),
        ("http://Julie.example./a", "julie.example:80"),
        ("https://été.example/", "xn--t-9fab.example:443"),
        ("https://XN--T-9FAB.example.:444/", "xn--t-9fab.example:444"),
        ("http://[", "http://["),
        ("https://é..example/", "https://é..example/"),
    ],
)
def test_a_host_has_one_spelling(address: str, where: str) -> None:
    assert place(address) == where


def test_a_redirect_is_followed_without_its_secret(server: Misbehaving) -> None:
    server.at("/there", says("x"))
    to = server.base.replace("//", "//bob:s3cr3t@") + "/there"
    answer = Client().send(Request(server.at("/here", redirects(to, 301)), allow_private=True))
    assert (answer.url, answer.moved_to) == (f"{server.base}/there", f"{server.base}/there")
    assert "authorization" not in server.asked[-1].headers


@pytest.mark.parametrize("target", ["ftp://bob:s3cr3t@julie.example", "http://[bob:s3cr3t@julie.example"])
def test_a_redirect_to_nowhere_is_named_without_its_secret(server: Misbehaving, target: str) -> None:
    with pytest.raises(BadScheme) as caught:
        Client().send(Request(server.at("/x", redirects(target)), allow_private=True))
    assert caught.value.values["address"] == target.replace("[", "").replace("bob:s3cr3t@", "")
