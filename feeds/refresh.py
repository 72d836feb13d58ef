"""Asks everything that is due, side by side; one bad source never stops the rest.

Three kinds of workers fill one queue: a thread in which libcurl asks all blogs at once, a few threads in which the
networks' own libraries hold their conversations, and, only when many changed feeds wait or a large one does, processes
that parse. This thread empties the queue and is the only one that writes.
"""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from feeds import timing
from feeds.errors import FetchError, defect
from feeds.model import Batch, Networks
from feeds.rows import Saved
from feeds.sources import blog

if TYPE_CHECKING:
    from collections.abc import Callable, Container
    from datetime import datetime

    from feeds.http import Client
    from feeds.model import Cursor, Source
    from feeds.parsers import Parsers
    from feeds.rows import Due
    from feeds.store import Store

CONVERSATIONS = 8
# Below this many changed feeds, starting processes takes longer than parsing here.
MANY = 12
# Beyond this many bytes a feed can be built to be slow enough to matter, and is parsed where it has a time.
LARGE = 8 * 1024
# What SQLite's driver raises at a value that no file can hold; the file itself is well.
UNFIT = (OverflowError, TypeError, ValueError)
# So many results are written together, if they come within so many seconds.
HANDFUL = 16
MOMENT = 0.05


class Fetcher(Protocol):
    """What a source that needs more than one exchange offers: everything new since a cursor."""

    def __call__(
        self, source: Source, cursor: Cursor, client: Client, networks: Networks, now: datetime
    ) -> Batch:
        """Raises FetchError when nothing could be read."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that could not be read this time, and why."""

    source: Source
    error: FetchError


@dataclass(frozen=True, slots=True)
class Report:
    """What a refresh did: how many sources there were to ask, what they brought, which failed."""

    asked: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    failed: tuple[Failure, ...] = ()


def refresh(
    store: Store,
    client: Client,
    now: datetime,
    *,
    force: bool = False,
    only: Container[int] | None = None,
    networks: Networks | None = None,
    progress: Callable[[int, int, Source], None] | None = None,
) -> Report:
    """Ask every source that is due at `now` (with `force`, all that did not ask us to wait) and keep what they say.

    `only` are the numbers of the sources to which to keep; None is all.
    `progress` is called with how many are done, how many there are, and the source just done.
    """
    store.mend_clock(now)
    client.waiting.clear()
    client.waiting.update(store.waiting(now))
    due = store.due(now, force=force, only=only)
    if not due:
        return Report()
    return _Refresh(store, client, now, networks or Networks(), progress).run(due)


class _Refresh:
    """One refresh under way."""

    def __init__(
        self,
        store: Store,
        client: Client,
        now: datetime,
        networks: Networks,
        progress: Callable[[int, int, Source], None] | None,
    ) -> None:
        self.store = store
        self.client = client
        self.now = now
        self.networks = networks
        self.progress = progress
        self.arrived: queue.SimpleQueue[tuple[Due, Any]] = queue.SimpleQueue()
        self.stopped = threading.Event()
        self.parsers: Parsers | None = None
        self.new = self.changed = self.unchanged = 0
        self.failed: list[Failure] = []

    def run(self, due: list[Due]) -> Report:
        blogs = [d for d in due if d.source.kind == "blog"]
        if sum(not d.cursor.digest for d in blogs) >= MANY:  # never read: each of them will have to be parsed
            self.parsers = _parsers()
            self.parsers.warm_up()
        self._ask_blogs(blogs)
        self._converse([d for d in due if d.source.kind != "blog"])
        done = 0
        try:
            while done < len(due):
                for item in self._settle(self._drain(len(due) - done)):
                    done += 1
                    if self.progress:
                        self.progress(done, len(due), item.source)
        finally:
            self.stopped.set()
            if self.parsers:
                self.parsers.close()
        return Report(len(due), self.new, self.changed, self.unchanged, tuple(self.failed))

    # --- the workers ---

    def _ask_blogs(self, due: list[Due]) -> None:
        if due:
            threading.Thread(target=self._blogs, args=(due,), daemon=True, name="blogs").start()

    def _blogs(self, due: list[Due]) -> None:
        asked = (
            (d, blog.request(d.source, d.cursor, fully=timing.ask_fully(d.cursor.asked_fully, self.now)))
            for d in due
        )
        unanswered = {d.source.id: d for d in due}
        try:
            for item, answer in self.client.send_all(asked):
                del unanswered[item.source.id]
                self.arrived.put((item, answer))
                if self.stopped.is_set():
                    return
        except Exception as error:  # noqa: BLE001 - a silent end of this thread would be waited for for ever
            for item in unanswered.values():
                self.arrived.put((item, defect(item.source.address, error)))

    def _converse(self, due: list[Due]) -> None:
        waiting: queue.SimpleQueue[Due] = queue.SimpleQueue()
        for item in due:
            waiting.put(item)
        for number in range(min(CONVERSATIONS, len(due))):
            threading.Thread(
                target=self._conversation, args=(waiting,), daemon=True, name=f"talk-{number}"
            ).start()

    def _conversation(self, waiting: queue.SimpleQueue[Due]) -> None:
        while not self.stopped.is_set():
            try:
                item = waiting.get_nowait()
            except queue.Empty:
                return
            self.arrived.put((item, _attempt(item, partial(self._fetch, item))))

    def _fetch(self, item: Due) -> Batch:
        from feeds.sources import bluesky, mastodon  # noqa: PLC0415 - only who follows such accounts pays for them

        fetchers: dict[str, Fetcher] = {"mastodon": mastodon.fetch, "bluesky": bluesky.fetch}
        network = item.source.kind.partition("-")[0]
        return fetchers[network](item.source, item.cursor, self.client, self.networks, self.now)

    # --- this thread ---

    def _drain(self, awaited: int) -> list[tuple[Due, Any]]:
        """What has arrived: at least one, all that is there already, and what comes in the next moment, up to a handful.

        One transaction for several sources costs less than one for each, the search index above all.
        """
        found = [self.arrived.get()]
        handful = min(HANDFUL, awaited)
        until = time.monotonic() + MOMENT
        while True:
            left = until - time.monotonic() if len(found) < handful else 0.0
            try:
                found.append(self.arrived.get(timeout=left) if left > 0 else self.arrived.get_nowait())
            except queue.Empty:
                return found

    def _settle(self, arrived: list[tuple[Due, Any]]) -> list[Due]:
        """Keep what is settled in one transaction, and send what must be parsed first to be parsed; returns the settled."""
        read = [(item, self._read(item, answer)) for item, answer in arrived]
        unread = [(item, body) for item, body in read if isinstance(body, blog.Unread)]
        settled = [(item, outcome) for item, outcome in read if not isinstance(outcome, blog.Unread)]
        for item, body in unread:
            if self.parsers or len(unread) >= MANY or len(body.body) >= LARGE:
                self._parse_elsewhere(item, body)
            else:
                settled.append((item, _attempt(item, partial(blog.parse, body))))
        if settled:
            self._keep(settled)
        return [item for item, _ in settled]

    def _read(self, item: Due, answer: Any) -> Batch | blog.Unread | FetchError:
        if isinstance(answer, (Batch, FetchError)):
            return answer
        outcome: Batch | blog.Unread | FetchError = _attempt(
            item, partial(blog.read, item.source, item.cursor, answer, self.now)
        )
        return outcome

    def _parse_elsewhere(self, item: Due, body: blog.Unread) -> None:
        if self.parsers is None:
            self.parsers = _parsers()
        self.parsers.parse(body, lambda outcome: self.arrived.put((item, outcome)))

    def _keep(self, settled: list[tuple[Due, Batch | FetchError]]) -> None:
        """Write what came, together; where something in it fits into no file, one source at a time, and without that one."""
        try:
            with self.store.writing():
                kept = [(item, self._write(item, outcome)) for item, outcome in settled]
        except UNFIT as error:
            if len(settled) > 1:
                for one in settled:
                    self._keep([one])
                return
            item = settled[0][0]
            kept = [(item, self._write(item, defect(item.source.address, error)))]
        for item, (saved, trouble) in kept:
            self.new += saved.new
            self.changed += saved.changed
            if trouble:
                self.failed.append(Failure(item.source, trouble))
            else:
                self.unchanged += saved.new + saved.changed == 0

    def _write(self, item: Due, outcome: Batch | FetchError) -> tuple[Saved, FetchError | None]:
        if isinstance(outcome, FetchError):
            self.store.fail(item, outcome, self.now)
            return Saved(), outcome
        saved = self.store.save(item, outcome, self.now)
        if outcome.interrupted:  # what came is kept; when the rest is asked for, its server has said
            self.store.fail(item, outcome.interrupted, self.now)
        return saved, outcome.interrupted


def _parsers() -> Parsers:
    from feeds.parsers import Parsers  # noqa: PLC0415 - a quiet refresh starts no process

    return Parsers()


def _attempt(item: Due, work: Callable[[], Any]) -> Any:
    """The result of some work on a source, or the error that ended it; a defect of ours costs only this source."""
    try:
        return work()
    except FetchError as error:
        return error
    except Exception as error:  # noqa: BLE001 - the last line of defence: "one bad source never stops the rest"
        return defect(item.source.address, error)
