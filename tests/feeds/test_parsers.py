"""Processes that parse: what they give back, and what becomes of one that hangs or dies."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from feeds import parsers as parsing
from feeds.errors import BadAnswer, NotAFeed
from feeds.model import Batch, Cursor, Source
from feeds.parsers import Parsers
from feeds.sources import blog
from tests.feeds.made_up import entries, rss

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PATIENCE = 60  # seconds, for a machine under load: nothing here waits for them to pass


def unread(body: bytes = rss(*entries(3)), kind: type[blog.Unread] = blog.Unread) -> blog.Unread:
    return kind(
        Source("blog", "https://julie.example/feed"), Cursor(), body, "https://julie.example/feed", ""
    )


class Deadly(blog.Unread):
    """A body that ends the process that unpacks it."""

    def __reduce__(self) -> Any:
        return (os._exit, (7,))


class Endless(blog.Unread):
    """A body that whoever parses it parses for ever."""

    def __reduce__(self) -> Any:
        return (Trap, ())


class Trap:
    source = Source("blog", "https://julie.example/feed")

    @property
    def body(self) -> bytes:
        sys.stderr.write("!")
        sys.stderr.flush()
        signal.pause()
        return b""


class Talkative(blog.Unread):
    """A body at which the process prints something."""

    def __reduce__(self) -> Any:
        return (_printed, (unread(),))


def _printed(body: blog.Unread) -> blog.Unread:
    sys.stdout.write("an aside\n")
    sys.stdout.flush()
    return body


@contextmanager
def two() -> Iterator[tuple[Parsers, queue.SimpleQueue[Any]]]:
    parsers = Parsers(2)
    try:
        yield parsers, queue.SimpleQueue()
    finally:
        parsers.close()


def test_what_comes_back_is_what_parsing_here_gives() -> None:
    with two() as (parsers, done):
        for _ in range(7):
            parsers.parse(unread(), done.put)
        assert [done.get(timeout=PATIENCE) for _ in range(7)] == [blog.parse(unread())] * 7
        assert len(parsers.workers) == 2


def test_an_error_comes_back_as_itself() -> None:
    with two() as (parsers, done):
        parsers.parse(unread(b"Bonjour."), done.put)
        error = done.get(timeout=PATIENCE)
        assert isinstance(error, NotAFeed)
        assert error.values["address"] == "https://julie.example/feed"


def test_what_a_library_prints_is_no_answer() -> None:
    with two() as (parsers, done):
        parsers.parse(unread(kind=Talkative), done.put)
        assert isinstance(done.get(timeout=PATIENCE), Batch)


@pytest.mark.parametrize("kind", [Deadly, Endless])
def test_one_that_dies_or_hangs_costs_itself(
    monkeypatch: pytest.MonkeyPatch, kind: type[blog.Unread]
) -> None:
    monkeypatch.setattr(parsing, "_patience", lambda body: 0.05 if isinstance(body, Endless) else PATIENCE)
    with two() as (parsers, done):
        for body in (unread(), unread(kind=kind), *[unread()] * 4):
            parsers.parse(body, done.put)
        found = [done.get(timeout=PATIENCE) for _ in range(6)]
        (error,) = [outcome for outcome in found if isinstance(outcome, BadAnswer)]
        assert "too long" in str(error)
        assert [outcome for outcome in found if outcome is not error] == [blog.parse(unread())] * 5


def test_a_large_feed_is_given_more_time() -> None:
    assert parsing._patience(unread(b"")) == parsing.PATIENCE
    assert parsing._patience(unread(bytes(2 * 1024 * 1024))) == 50


def test_closing_ends_them_at_once_whatever_they_are_at() -> None:
    parsers = Parsers(2)
    for _ in range(3):
        parsers.parse(unread(kind=Endless), lambda _outcome: None)
    parsers.warm_up()
    running = [worker._running() for worker in parsers.workers]
    parsers.close()
    assert [process.wait(PATIENCE) for process in running] == [-signal.SIGKILL] * 2


def test_they_end_with_the_program_that_started_them() -> None:
    """Killed in the middle, it leaves nobody behind: the last to go lets go of the line that all of them write to."""
    program = (
        "from tests.feeds.test_parsers import Endless, Parsers, unread\n"
        "import sys\n"
        "parsers = Parsers(2)\n"
        "for _ in range(2):\n"
        "    parsers.parse(unread(kind=Endless), print)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stderr is not None
        assert running.stderr.read(2) == b"!!"  # both are at it
        running.kill()
        assert running.stderr.read() == b""
        assert running.wait(PATIENCE) == -signal.SIGKILL


def test_one_feed_alone_within_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    assert parsing.parse_within(unread()) == blog.parse(unread())
    with pytest.raises(NotAFeed):
        parsing.parse_within(unread(b"Bonjour."))
    monkeypatch.setattr(parsing, "_patience", lambda _body: 0.05)
    with pytest.raises(BadAnswer, match="too long"):
        parsing.parse_within(unread(kind=Endless))


def test_small_feeds_do_not_wait_for_large_ones() -> None:
    parsers = Parsers(0)
    for size in (3_000_000, 20, 400):
        parsers.waiting.put((size, next(parsers.number), None))
    assert [parsers.waiting.get()[0] for _ in range(3)] == [20, 400, 3_000_000]
