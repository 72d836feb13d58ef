"""A refresh that is killed in the middle: the next one ends where an undisturbed one would have ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from feeds.file import open_file
from feeds.http import Client
from feeds.model import Source
from feeds.refresh import refresh
from feeds.store import Store
from tests.feeds.made_up import Entry, entries, rss
from tests.feeds.misbehaving import Misbehaving, fails, says, validated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

ROOT = Path(__file__).parents[2]
FEEDS = 40
# What the victim runs: one refresh of the file that it is given, at the moment that it is given.
VICTIM = """
import sys
from datetime import datetime
from feeds.http import Client
from feeds.refresh import refresh
from feeds.file import open_file
from feeds.store import Store

if __name__ == "__main__":
    refresh(Store(open_file(sys.argv[1])), Client(), datetime.fromisoformat(sys.argv[2]))
"""

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system kills in another way")


@pytest.fixture
def server(now: datetime) -> Iterator[Misbehaving]:
    with Misbehaving() as running:
        for number in range(FEEDS):
            fresh = Entry(f"Nouveau {number}", guid=f"new-{number}", html="<p>t</p>", published=now)
            body = rss(fresh, *entries(number % 7 + 1, name=f"h{number}"), Entry("Sans date", guid="undated"))
            running.at(f"/{number}", validated(body, f'"{number}"') if number % 3 else says(body))
        running.at("/3", fails(500))
        yield running


def prepare(path: Path, server: Misbehaving, now: datetime) -> None:
    """Follow all the feeds, some of them already known from yesterday."""
    with closing(open_file(path)) as connection:
        store = Store(connection)
        for number in range(FEEDS):
            store.add_source(Source("blog", f"{server.base}/{number}", allow_private=True), now)
            if number == 9:
                refresh(store, Client(), now - timedelta(days=2))


def told(path: Path) -> list[tuple[Any, ...]]:
    """All that a person could tell two files apart by, whatever the numbers of the rows."""
    columns = (
        "address, key, p.kind, url, title, text, html, published_at, p.updated_at, seen_at, news_at, more"
    )
    with closing(open_file(path)) as connection:
        assert connection.execute("pragma integrity_check").fetchone()[0] == "ok"
        connection.execute("insert into posts_fts (posts_fts) values ('integrity-check')")
        found = connection.execute(
            f"select {columns} from posts p join sources s on s.id = source_id order by address, key"
        )
        return [tuple(row) for row in found]


def cursors(path: Path) -> list[tuple[Any, ...]]:
    columns = "address, etag, modified, digest, asked_fully_at, answered_at, due_at, failures, error"
    with closing(open_file(path)) as connection:
        found = connection.execute(
            f"select {columns} from cursors join sources on id = source_id order by address"
        )
        return [tuple(row) for row in found]


def finish(path: Path, now: datetime) -> None:
    with closing(open_file(path)) as connection:
        refresh(Store(connection), Client(), now)


class Executioner:
    """Answers a victim so many times and then ends it, with its other questions unanswered."""

    def __init__(self, server: Misbehaving, after: int) -> None:
        self.after = after
        self.answered = 0
        self.lock = threading.Lock()
        self.condemned: subprocess.Popen[bytes] | None = None
        self.named, self.done = threading.Event(), threading.Event()
        server.asked.clear()
        server.before_answer, server.after_answer = self.hold, self.count

    def hold(self, number: int) -> None:
        if number > self.after:
            self.done.wait(60)

    def count(self, number: int) -> None:
        with self.lock:
            self.answered += number <= self.after
            if self.answered == self.after and not self.done.is_set():
                self.named.wait(60)
                assert self.condemned is not None
                os.kill(self.condemned.pid, signal.SIGKILL)
                self.done.set()

    def end(self, victim: subprocess.Popen[bytes]) -> None:
        """Let it happen; returns when the victim and its parsing processes have ended, and let go of its output."""
        self.condemned = victim
        self.named.set()
        victim.communicate(timeout=60)


@pytest.mark.parametrize("after", [1, 12, 25, FEEDS - 2])
def test_what_was_killed_is_taken_up_again(
    server: Misbehaving, tmp_path: Path, now: datetime, after: int
) -> None:
    undisturbed, disturbed = tmp_path / "undisturbed.db", tmp_path / "disturbed.db"
    for path in (undisturbed, disturbed):
        prepare(path, server, now)
    before = told(disturbed)
    assert before == told(undisturbed)

    executioner = Executioner(server, after)
    victim = subprocess.Popen(
        [sys.executable, "-c", VICTIM, str(disturbed), now.isoformat()],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    executioner.end(victim)
    server.before_answer = server.after_answer = None
    assert victim.returncode == -signal.SIGKILL

    finish(undisturbed, now)
    finish(disturbed, now)
    assert len(told(undisturbed)) > len(before)
    assert told(disturbed) == told(undisturbed)
    assert cursors(disturbed) == cursors(undisturbed)


def test_killed_between_two_statements_of_one_transaction(
    server: Misbehaving, tmp_path: Path, now: datetime
) -> None:
    """The moment that matters most: posts are written, and their cursor is not yet."""
    undisturbed, disturbed = tmp_path / "undisturbed.db", tmp_path / "disturbed.db"
    for path in (undisturbed, disturbed):
        prepare(path, server, now)
    dying = VICTIM.replace(
        "if __name__",
        "import os, signal\n"
        "from feeds import timing\n"
        "timing.due_after_answer = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "if __name__",
    )
    victim = subprocess.run(
        [sys.executable, "-c", dying, str(disturbed), now.isoformat()],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert victim.returncode == -signal.SIGKILL
    before = told(disturbed)
    finish(undisturbed, now)
    assert len(before) < len(told(undisturbed))
    finish(disturbed, now)
    assert told(disturbed) == told(undisturbed)
