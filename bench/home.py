"""A home timeline on Mastodon: what it costs to read it all for the first time, and again with a few new statuses.

python -m bench.home [--statuses 800] [--accounts 1000]

A made-up server in a process of its own answers `nouvelles fetch`, which runs as a whole process; its own CPU time is
counted, imports and all. The target stands beside each figure.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from engage.keys import Keys
from engage.store import open_stores
from feeds.model import Account

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PAGE = 40
TARGET = 2.0
_WORDS = [
    "neige",
    "village",
    "press",
    "ink",
    "hedge",
    "bread",
    "printing",
    "road",
    "thread",
    "bench",
    "letter",
    "morning",
    "river",
    "stone",
    "cloth",
    "winter",
]


def account(number: int, host: str) -> dict[str, Any]:
    """An account entity, as long as they are."""
    name = f"person{number}"
    base = f"https://place{number % 40}.example"
    return {
        "id": str(100 + number),
        "username": name,
        "acct": f"{name}@place{number % 40}.example",
        "display_name": f"Person {number}",
        "locked": False,
        "bot": False,
        "group": False,
        "discoverable": True,
        "created_at": "2023-02-01T00:00:00.000Z",
        "note": "<p>" + " ".join(_WORDS) + "</p>",
        "url": f"{base}/@{name}",
        "uri": f"{base}/users/{name}",
        "avatar": f"{host}/avatars/{number}.png",
        "avatar_static": f"{host}/avatars/{number}.png",
        "header": "",
        "header_static": "",
        "followers_count": 100,
        "following_count": 90,
        "statuses_count": 1000,
        "last_status_at": "2026-11-22",
        "emojis": [],
        "fields": [
            {
                "name": "Site",
                "value": f'<a href="https://{name}.example">{name}.example</a>',
                "verified_at": None,
            }
        ]
        * 3,
    }


def status(number: int, accounts: int, chance: random.Random, host: str) -> dict[str, Any]:
    """A status entity: some with a link, some with pictures, one in six passed on."""
    by = account(chance.randrange(accounts), host)
    moment = NOW - timedelta(days=2) + timedelta(minutes=number)
    words = " ".join(chance.choices(_WORDS, k=chance.randrange(12, 60)))
    link = (
        f' <a href="https://example.org/{number}" rel="nofollow">example.org</a>' if number % 3 == 0 else ""
    )
    picture = {
        "id": str(number),
        "type": "image",
        "url": f"{host}/media/{number}.jpg",
        "preview_url": f"{host}/media/{number}.jpg",
        "remote_url": None,
        "meta": {"original": {"width": 1, "height": 1, "size": "1x1", "aspect": 1.0}},
        "description": "A press in the morning light",
        "blurhash": "UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH",
    }
    told: dict[str, Any] = {
        "id": str(10_000 + number),
        "created_at": moment.isoformat().replace("+00:00", "Z"),
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": "fr",
        "uri": f"{by['uri']}/statuses/{number}",
        "url": f"{by['url']}/{number}",
        "replies_count": 1,
        "reblogs_count": 2,
        "favourites_count": 3,
        "edited_at": None,
        "content": f'<p>{words}{link} <a href="{host}/tags/encre" class="mention hashtag">#<span>encre</span></a></p>',
        "reblog": None,
        "account": by,
        "media_attachments": [picture] if number % 4 == 0 else [],
        "mentions": [],
        "tags": [{"name": "encre", "url": f"{host}/tags/encre"}],
        "emojis": [],
        "card": None,
        "poll": None,
    }
    if number % 6 == 0:
        inner = {
            **told,
            "id": f"{90_000 + number}",
            "uri": f"https://other.example/{number}",
            "account": account(number, host),
        }
        told = {**told, "uri": f"{told['uri']}/activity", "url": None, "content": "", "reblog": inner}
    return told


class Server(BaseHTTPRequestHandler):
    """The one server: a home timeline that ends, and nothing else."""

    protocol_version = "HTTP/1.1"
    statuses = 800
    accounts = 1000

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = parse_qs(parts.query)
        host = f"http://{self.headers['Host']}"
        body, link = b"[]", ""
        if parts.path == "/api/v1/accounts/verify_credentials":
            body = json.dumps({**account(0, host), "id": "1", "acct": "ada", "username": "ada"}).encode()
        elif parts.path == "/api/v1/timelines/home":
            body, link = self._page(host, asked)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if link:
            self.send_header("Link", link)
        self.end_headers()
        self.wfile.write(body)

    def _page(self, host: str, asked: dict[str, list[str]]) -> tuple[bytes, str]:
        low, high = 10_000, 10_000 + self.statuses
        if "min_id" in asked:
            low = int(asked["min_id"][0]) + 1
            high = min(high, low + PAGE)
        elif "max_id" in asked:
            high = int(asked["max_id"][0])
        ids = tuple(range(max(low, high - PAGE), high))
        if not ids:
            return b"[]", ""
        at = f"{host}/api/v1/timelines/home?limit={PAGE}"
        return (
            rendered(ids, self.statuses, self.accounts, host),
            f'<{at}&max_id={ids[0]}>; rel="next", <{at}&min_id={ids[-1]}>; rel="prev"',
        )

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Say nothing."""


@cache
def everything(statuses: int, accounts: int, host: str) -> list[bytes]:
    """Every status of the timeline as JSON, oldest first."""
    chance = random.Random(7)
    return [json.dumps(status(number, accounts, chance, host)).encode() for number in range(statuses)]


def rendered(ids: tuple[int, ...], statuses: int, accounts: int, host: str) -> bytes:
    """A page, newest first."""
    all_of_them = everything(statuses, accounts, host)
    return b"[" + b",".join(all_of_them[number - 10_000] for number in reversed(ids)) + b"]"


def serve(statuses: int, accounts: int) -> None:
    """Serve until standard input ends."""
    Server.statuses, Server.accounts = statuses, accounts
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    everything(statuses, accounts, f"http://127.0.0.1:{server.server_port}")
    print(server.server_port, flush=True)
    Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


def prepare(home: Path, port: int) -> None:
    """A home that is signed in at the made-up server."""
    home.mkdir()
    store = open_stores(home / "nouvelles.db")
    server = f"http://127.0.0.1:{port}"
    label = f"@ada@127.0.0.1:{port}"
    me = Account("mastodon", label[1:], label, server, since=NOW, key=f"mastodon {label}", allow_private=True)
    kept = store.feeds.keep_account(me, NOW)
    Keys(home).put(kept, {"token": "t", "client_id": "c", "client_secret": "s"})
    store.connection.close()


def fetch(home: Path, moment: datetime) -> tuple[float, dict[str, Any]]:
    """One `nouvelles fetch --json`: its CPU seconds, and what it said."""
    environ = {**os.environ, "NOUVELLES_HOME": str(home), "NOUVELLES_NOW": moment.isoformat()}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    run = subprocess.Popen(
        [str(Path(sys.executable).with_name("nouvelles")), "fetch", "--json"],
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert run.stdout
    said = run.stdout.read()
    _, ended, used = os.wait4(run.pid, 0)
    run.returncode = os.waitstatus_to_exitcode(ended)
    assert run.returncode == 0, said
    return used.ru_utime + used.ru_stime, json.loads(said)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--statuses", type=int, default=800)
    parser.add_argument("--accounts", type=int, default=1000)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    if asked.serve:
        serve(asked.statuses, asked.accounts)
        return
    command = [
        sys.executable,
        "-m",
        "bench.home",
        "--serve",
        f"--statuses={asked.statuses}",
        f"--accounts={asked.accounts}",
    ]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert server.stdin
    assert server.stdout
    try:
        port = int(server.stdout.readline())
        with tempfile.TemporaryDirectory() as folder:
            first = []
            for number in range(4):
                home = Path(folder) / str(number)
                prepare(home, port)
                cpu, said = fetch(home, NOW)
                assert said["new"] >= asked.statuses, said
                first.append(cpu)
            again = [fetch(home, NOW + timedelta(hours=hour)) for hour in range(1, 4)]
    finally:
        server.stdin.close()
        server.wait(timeout=10)
    cpu = min(first[1:])  # the first start compiles
    print(f"{asked.statuses} statuses of {asked.accounts} accounts, whole process, own CPU seconds")
    print(
        f"  first time  {cpu:5.2f}   target {TARGET:.1f}   {'met' if cpu < TARGET else 'NOT MET'}   {said['requests']}"
    )
    quiet = min(used for used, _ in again)
    print(f"  again       {quiet:5.2f}   {quiet / cpu:.2f} of the first time   {again[-1][1]['requests']}")


if __name__ == "__main__":
    main()
