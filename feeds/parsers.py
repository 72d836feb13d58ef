"""Parses feeds in processes of their own: side by side, and each within a time.

Feeds come from strangers. One that is built to be slow, or that ends the process that reads it, costs itself: the process is
replaced, and the others go on. A process ends when the program that started it does, however that ends.
"""

from __future__ import annotations

import gc
import json
import os
import pickle
import queue
import subprocess
import sys
import threading
from contextlib import suppress
from itertools import count as count_up
from typing import IO, TYPE_CHECKING, Any, TypeAlias

from feeds.errors import N_, BadAnswer, FetchError, defect
from feeds.wire import MEGABYTE

if TYPE_CHECKING:
    from collections.abc import Callable

    from feeds.model import Batch
    from feeds.sources.blog import Unread

# Seconds that a feed may take to be parsed, and so many more for each megabyte: several times what an old machine needs.
PATIENCE = 30.0
PATIENCE_A_MEGABYTE = 10.0
_LENGTH = 8
_PROGRAM = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from feeds.parsers import serve; serve()"


# What is called with what became of a feed, in a thread of the parsers'.
Done: TypeAlias = "Callable[[Batch | FetchError], None]"
# Feeds in order of their size and of their coming; None ends a worker.
Waiting: TypeAlias = "queue.PriorityQueue[tuple[int, int, tuple[Unread, Done] | None]]"
# Bytes that the reading of a feed may take: a feed of 15 MB takes some hundreds of MB.
MOST_MEMORY = 2 * 1024**3


class Parsers:
    """As many processes as there are cores, started when there is work for them."""

    def __init__(self, count: int | None = None) -> None:
        self.count = count or os.cpu_count() or 1
        self.waiting: Waiting = queue.PriorityQueue()
        self.number = count_up()
        self.workers: list[_Worker] = []

    def parse(self, unread: Unread, done: Done) -> None:
        """Parse a feed when its turn comes, the small ones first; `done` gets the posts or the error."""
        self.waiting.put((len(unread.body), next(self.number), (unread, done)))
        if len(self.workers) < self.count:
            self.workers.append(_Worker(self.waiting))

    def warm_up(self) -> None:
        """Start all processes now, because there will be work for them."""
        while len(self.workers) < self.count:
            self.workers.append(_Worker(self.waiting))

    def close(self) -> None:
        """End the processes at once, whatever they are at."""
        for worker in self.workers:
            worker.end()


class _Worker:
    """One process, and the thread that hands it one feed at a time."""

    def __init__(self, waiting: Waiting) -> None:
        self.waiting = waiting
        self.process: subprocess.Popen[bytes] | None = None
        self.ended = False
        self.lock = threading.Lock()
        threading.Thread(target=self._work, daemon=True, name="parser").start()

    def end(self) -> None:
        with self.lock:
            self.ended = True
            self._kill()
        self.waiting.put((0, 0, None))

    def _work(self) -> None:
        with suppress(EOFError, OSError):  # it is tried again when there is work
            self._running()
        while work := self.waiting.get()[2]:
            unread, done = work
            done(self._parsed(unread))

    def _parsed(self, unread: Unread) -> Batch | FetchError:
        try:
            process = self._running()
            late = threading.Timer(_patience(unread), process.kill)
            late.start()
            try:
                _send(process.stdin, unread)
                outcome: Batch | FetchError = _receive(process.stdout)
            finally:
                late.cancel()
        except (EOFError, OSError, ValueError):
            with self.lock:
                self._kill()
            return BadAnswer(
                address=unread.source.address,
                reason=N_("reading it takes too long, or more than this machine has"),
            )
        return outcome

    def _running(self) -> subprocess.Popen[bytes]:
        with self.lock:
            if self.ended:
                raise EOFError
            if self.process is None:
                self.process = _start()
            return self.process

    def _kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            for pipe in (self.process.stdin, self.process.stdout):
                if pipe is not None:
                    _close(pipe)
            self.process.wait()
            self.process = None


def parse_within(unread: Unread) -> Batch:
    """Parse one feed in a process of its own, within its time.

    Raises:
        FetchError: it is no feed, or cannot be read within what a feed may take.

    """
    parsers = Parsers(1)
    done: queue.SimpleQueue[Batch | FetchError] = queue.SimpleQueue()
    try:
        parsers.parse(unread, done.put)
        outcome = done.get()
    finally:
        parsers.close()
    if isinstance(outcome, FetchError):
        raise outcome
    return outcome


def _start() -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - this very Python, with a program of our own
        [sys.executable, "-c", _PROGRAM, json.dumps(sys.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is the program's to handle
    )


def _patience(unread: Unread) -> float:
    return PATIENCE + PATIENCE_A_MEGABYTE * len(unread.body) / MEGABYTE


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:  # what was still to be written has nobody to read it
        return


def _send(pipe: IO[bytes] | None, value: object) -> None:
    packed = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    if pipe is not None:
        pipe.write(len(packed).to_bytes(_LENGTH, "big") + packed)
        pipe.flush()


def _receive(pipe: IO[bytes] | None) -> Any:
    """The next value; raises EOFError when the other side has ended."""
    head = pipe.read(_LENGTH) if pipe is not None else b""
    length = int.from_bytes(head, "big")
    packed = pipe.read(length) if pipe is not None and len(head) == _LENGTH else b""
    if len(packed) < length or not packed:
        raise EOFError
    return pickle.loads(packed)  # noqa: S301 - between this program and itself


# --- in the process ---


def serve() -> None:
    """Parse what comes in, one feed after the other, until the program that sends it has ended."""
    from feeds.sources import blog  # noqa: PLC0415 - only here is anything parsed

    _die_with_parent()
    _limit_memory()
    # What is parsed lives until its answer is sent; looking through it for cycles all the while finds none worth it.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that a library prints may stand among the answers
    come: queue.SimpleQueue[Unread] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(come.put,), daemon=True).start()
    while True:
        outcome = _attempt(blog.parse, come.get())
        try:
            _send(answers, outcome)
        except OSError:  # nobody is there any more
            os._exit(0)


def _listen(put: Callable[[Unread], None]) -> None:
    """Take in what is sent; its end is the end of the program, and of whatever is being parsed."""
    try:
        while True:
            put(_receive(sys.stdin.buffer))
    finally:
        os._exit(0)


def _die_with_parent() -> None:
    """End when the program is killed, even in the middle of a search that lets no thread of ours run (Linux only)."""
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - only here

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL


def _limit_memory() -> None:
    with suppress(ImportError, ValueError, OSError):  # not on every system
        import resource  # noqa: PLC0415 - only here

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def _attempt(parse: Callable[[Unread], Batch], unread: Unread) -> Batch | FetchError:
    try:
        return parse(unread)
    except FetchError as error:
        return error
    except Exception as error:  # noqa: BLE001 - a defect of ours costs only this feed
        return defect(unread.source.address, error)
