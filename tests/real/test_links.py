"""Which addresses are one person's, on real servers: `nouvelles link` looks as any stranger may."""

from __future__ import annotations

from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from tests.real.ground import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.engage.conftest import Program
    from tests.real.bluesky.people import Bluesky
    from tests.real.snac.people import Snac

FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Haies</title><link>{base}/</link>'
    "<description>d</description><item><title>Un</title><link>{base}/un</link></item></channel></rss>"
)


class Site:
    """A site whose page says whose it is; `me` are the addresses that it calls its own."""

    def __init__(self) -> None:
        self.me: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Answers, self))
        self.base = f"http://127.0.0.1:{self.server.server_port}"

    def page(self) -> str:
        links = "".join(f'<link rel="me" href="{url}">' for url in self.me)
        feed = '<link rel="alternate" type="application/rss+xml" href="/feed">'
        return f"<!doctype html><html><head><title>Haies</title>{links}{feed}</head><body></body></html>"


class _Answers(BaseHTTPRequestHandler):
    def __init__(self, site: Site, *rest: Any) -> None:
        self.site = site
        super().__init__(*rest)

    def do_GET(self) -> None:
        feed = self.path.startswith("/feed")
        body = (FEED.format(base=self.site.base) if feed else self.site.page()).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml" if feed else "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_said: Any) -> None:
        """Nobody reads it."""


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    thread = Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def test_a_site_and_an_account_that_name_each_other_are_one_persons_on_bluesky(
    program: Program, bluesky: Bluesky, site: Site
) -> None:
    julie, paul = bluesky.person("julie"), bluesky.person("paul")
    # The network shows no website that is not reached by https; one that is, is the same page.
    shown = site.base.replace("http:", "https:") + "/"
    julie.describe("Julie Martin", "Des haies.", website=shown)
    julie.follow(paul)
    site.me = [f"https://bsky.app/profile/{julie.handle}"]
    until(
        lambda: (
            bluesky.public("app.bsky.actor.getProfile", actor=julie.did).get("website") == shown
            and bluesky.public("app.bsky.graph.getFollows", actor=julie.did)["follows"]
        ),
        "strangers see Julie's site and whom she follows",
    )
    program.configure(bluesky.config)
    assert program("add", "Julie Martin", f"{site.base}/", "--circle", "1").status == 0
    assert program("add", "Paul Roux", f"@{paul.handle}", "--circle", "3").status == 0
    said = program("link", "--json")
    assert (said.status, said.json["failed"]) == (0, [])
    (found,) = said.json["found"]
    assert (found["person"], found["kind"], found["address"]) == ("Julie Martin", "bluesky", julie.did)
    assert found["evidence"].startswith("both ways: ")
    # A second look finds nothing new, and sees whom the account follows that the first one found.
    again = program("link", "--json").json
    assert (again["found"], again["merged"]) == ([], [])
    assert said.json["relations"] + again["relations"] == 1
    (way,) = program("path", "Paul", "--json").json
    assert way["first"] == "Julie Martin"
    # A handle that changes is followed.
    former = julie.handle
    julie.rename(former.replace("julie", "juliette"))
    until(lambda: bluesky.knows(julie), "the AppView knows the new handle")
    assert program("link", "--json").json["renamed"] == [julie.handle]
    labels = [one["label"] for one in program("person", "Julie", "--json").json["addresses"]]
    assert (julie.handle in labels, former in labels) == (True, False)


def test_what_an_account_on_snac_says_of_itself_is_seen(program: Program, snac: Snac, site: Site) -> None:
    alice = snac.person("alice")
    site.me = [f"{snac.base}/{alice.name}"]
    program.configure(f'[mastodon.servers]\n"pouet.example" = "{snac.base}"\n')
    assert program("add", "Alice Martin", f"@{alice.name}@pouet.example", "--circle", "1").status == 0
    said = program("link", "--json")
    assert (said.status, said.json["failed"], said.json["looked"]) == (0, [], 1)
