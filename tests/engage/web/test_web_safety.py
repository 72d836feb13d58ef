"""Who is let in, and who is not."""

from __future__ import annotations

import re
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engage.errors import PortInUse
from engage.web.safety import HEADERS
from engage.web.serve import serve
from tests.engage.web.house import HOST, TOKEN

if TYPE_CHECKING:
    from tests.engage.web.house import Browser, House

ADDRESSES = (
    "/",
    "/people/{julie}",
    "/people/{sam}",
    "/pieces/{hedges}",
    "/pieces/{loss}",
    "/drafts/1",
    "/static/style.css",
)
LOCKED = "This page is closed"


def test_the_launch_address_becomes_a_cookie_and_is_stripped(house: House) -> None:
    browser = house.browser(at_the_door=True)
    answer = browser.get(f"/drafts/1?did=kept&token={TOKEN}")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/drafts/1?did=kept"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"nouvelles-8765={TOKEN};")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert browser.get("/").status_code == 200


def test_the_launch_address_leads_nowhere_else(house: House) -> None:
    answer = house.browser(at_the_door=True).get(f"http://{HOST}//evil.example/?token={TOKEN}")
    assert answer.headers["location"] == "/evil.example/"


@pytest.mark.parametrize(
    "address", ["/", "/?token=", "/?token=wrong", f"/?token={TOKEN}x", "/?token=é", "/drafts/1"]
)
def test_without_the_key_there_is_a_calm_page(house: House, address: str) -> None:
    answer = house.browser(at_the_door=True).get(address)
    assert answer.status_code == 403
    assert LOCKED in answer.text
    assert "Julie" not in answer.text
    assert "set-cookie" not in answer.headers


def test_a_wrong_key_does_not_open_even_beside_a_right_cookie(browser: Browser) -> None:
    assert browser.get("/?token=wrong").status_code == 403


def test_style_needs_no_key_but_a_post_does(house: House) -> None:
    browser = house.browser(at_the_door=True)
    assert browser.get("/static/style.css").status_code == 200
    before = house.dump()
    assert browser.post(f"/pieces/{house.numbers.hedges}/thanks?token={TOKEN}").status_code == 403
    assert house.dump() == before


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8765", "127.0.0.1", "127.0.0.1:80", "localhost", "[::1]:8765"]
)
@pytest.mark.parametrize("address", ["/", f"/?token={TOKEN}", "/static/style.css"])
def test_only_its_own_host(browser: Browser, host: str, address: str) -> None:
    answer = browser.get(address, host=host)
    assert answer.status_code == 421
    assert "Julie" not in answer.text


def test_localhost_is_its_own_too(house: House) -> None:
    browser = house.browser(at_the_door=True)
    assert browser.get(f"/?token={TOKEN}", host="localhost:8765").status_code == 303
    assert browser.get("/", host="localhost:8765", cookie=f"nouvelles-8765={TOKEN}").status_code == 200


FOREIGN = {
    "another site": {"sec_fetch_site": "cross-site", "origin": "https://evil.example"},
    "another port": {"sec_fetch_site": "same-site", "origin": "http://127.0.0.1:9999"},
    "typed": {"sec_fetch_site": "none", "origin": ""},
    "both absent": {"sec_fetch_site": "", "origin": ""},
    "old browser, another site": {"sec_fetch_site": "", "origin": "https://evil.example"},
    "old browser, no origin to tell": {"sec_fetch_site": "", "origin": "null"},
    "two that do not agree": {"sec_fetch_site": "same-origin", "origin": "https://evil.example"},
    "the other name of this host": {"sec_fetch_site": "", "origin": "http://localhost:8765"},
}


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN)
def test_nobody_else_may_post(house: House, browser: Browser, headers: dict[str, str]) -> None:
    before = house.dump()
    answer = browser.post(f"/pieces/{house.numbers.hedges}/thanks", **headers)
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.text
    assert house.dump() == before


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "same-origin", "origin": ""},
        {"sec_fetch_site": "same-origin", "origin": "null"},
        {"sec_fetch_site": "same-origin", "origin": f"http://{HOST}"},
        {"sec_fetch_site": "", "origin": f"http://{HOST}"},
    ],
)
def test_its_own_page_may_post(house: House, browser: Browser, headers: dict[str, str]) -> None:
    assert browser.post(f"/pieces/{house.numbers.hedges}/thanks", **headers).status_code == 303


def test_no_get_changes_anything(house: House, browser: Browser) -> None:
    browser.post(f"/pieces/{house.numbers.hedges}/thanks")
    before = house.dump()
    numbers = house.numbers
    for address in (
        *ADDRESSES,
        "/pieces/{hedges}/thanks",
        "/pieces/{hedges}/open",
        "/people/{sam}/log",
        "/drafts/1/preview",
        "/drafts/1/keep",
    ):
        where = address.format(julie=numbers.julie, sam=numbers.sam, hedges=numbers.hedges, loss=numbers.loss)
        browser.get(f"{where}?do=sent&channel=email&text=x&kind=met&direction=out&date=today")
        browser.client.head(where)
    assert house.dump() == before


def test_every_answer_carries_the_headers(house: House, browser: Browser) -> None:
    door = house.browser(at_the_door=True)
    answers = [browser.get(a.format(julie=1, sam=2, hedges=1, loss=2)) for a in (*ADDRESSES, "/nowhere")]
    answers += [
        door.get("/"),
        door.get(f"/?token={TOKEN}"),
        door.get("/", host="evil.example"),
        browser.post("/x", origin="x"),
    ]
    for answer in answers:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_our_own_pages_need_nothing_that_the_policy_forbids() -> None:
    """No script or style within a page, nothing from elsewhere."""
    folder = Path(__file__).parents[3] / "templates" / "web"
    for template in folder.glob("*.html"):
        text = template.read_text(encoding="utf-8")
        assert not re.search(
            r"\sstyle=|\son\w+=|<style|<script(?! src=\"/static/)|src=\"(?!/static/)", text
        ), template


def test_a_port_that_is_taken_is_said() -> None:
    def never(_host: str) -> None:
        pytest.fail("nothing is made for a port that is not ours")

    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(PortInUse, match="is taken"):
        serve(never, other.getsockname()[1], TOKEN, print)  # type: ignore[arg-type]
