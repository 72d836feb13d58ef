"""The programs that are measured, each as its own user would run it: how it is set up, run, and whether it did its work."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
from abc import ABC, abstractmethod
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any, ClassVar

from bench.measuring import Command, Void
from bench.serving import ROOT
from engage.store import open_stores
from feeds.model import Source

if TYPE_CHECKING:
    from bench.measuring import Run

_FIRST = datetime(2026, 7, 1, tzinfo=UTC)
# Every twenty-fourth hour a source is asked without validators; no file lives through so many runs here.
_BETWEEN = timedelta(hours=1, minutes=1)
_MOST_RUNS = 22


class Program(ABC):
    """One of them, with a folder of its own, the addresses to follow, and how many connections it may open."""

    name: ClassVar[str]

    def __init__(self, folder: Path, addresses: list[str], connections: int) -> None:
        folder.mkdir()
        self.folder = folder
        self.addresses = addresses
        self.connections = connections
        self.set_up()

    @abstractmethod
    def set_up(self) -> None:
        """Write what it is told to do."""

    @abstractmethod
    def fresh(self) -> None:
        """Make it forget all that it ever fetched."""

    @abstractmethod
    def command(self) -> Command:
        """What to run next."""

    @abstractmethod
    def check(self, run: Run) -> None:
        """Raises Void when the run did not do all of its work."""


class Ours(Program):
    """`nouvelles fetch`, forced: quiet blogs, and those without validators, are otherwise left alone for longer."""

    name = "nouvelles"
    options: ClassVar[tuple[str, ...]] = ("--force",)

    def set_up(self) -> None:
        self.home = self.folder / "home"
        self.failed: set[str] | None = None
        store = open_stores(self.folder / "blank.db")
        with closing(store.connection), store.writing():
            for address in self.addresses:
                store.feeds.add_source(Source("blog", address, allow_private=True), _FIRST - _BETWEEN)

    def fresh(self) -> None:
        shutil.rmtree(self.home, ignore_errors=True)
        self.home.mkdir(mode=0o700)
        said = f"[fetch]\nper_host = 16\nconnections = {self.connections}\n"
        (self.home / "config.toml").write_text(said)
        shutil.copyfile(self.folder / "blank.db", self.home / "nouvelles.db")
        self.runs = 0

    def command(self) -> Command:
        if self.runs >= _MOST_RUNS:
            raise Void("too many runs on one file: a source would be asked without its validators")
        now = _FIRST + self.runs * _BETWEEN
        self.runs += 1
        return Command(
            [str(Path(sys.executable).with_name("nouvelles")), "fetch", "--json", *self.options],
            {"NOUVELLES_HOME": str(self.home), "NOUVELLES_NOW": now.isoformat(), "PYTHONPATH": str(ROOT)},
        )

    def check(self, run: Run) -> None:
        try:
            told: dict[str, Any] = json.loads(run.said)
        except ValueError:
            raise Void(f"it ended with {run.status} and said {run.said[:200]!r}") from None
        failed = {failure["source"] for failure in told["failed"]}
        if self.failed is None:
            self.failed = failed
        wanted = {"sources": len(self.addresses), "asked": len(self.addresses)}
        if self.runs > 1:
            wanted |= {"new": 0, "changed": 0, "unchanged": len(self.addresses) - len(failed)}
        got = {name: told[name] for name in wanted}
        if got != wanted or failed != self.failed:
            raise Void(f"wanted {wanted}, got {got}; failed: {sorted(failed)[:5]}")
        if self.runs == 1:
            self._check_search(int(told["new"]))

    def _check_search(self, posts: int) -> None:
        """Everything that came must be stored, and found by search."""
        with closing(sqlite3.connect(self.home / "nouvelles.db")) as connection:
            stored = connection.execute("select count(*) from posts").fetchone()[0]
            indexed = connection.execute("select count(*) from posts_fts_docsize").fetchone()[0]
        if not 0 < posts == stored == indexed:
            raise Void(f"it said {posts} new posts, stored {stored}, indexed {indexed}")


class Bare(Program):
    """Our client with nothing parsed and nothing stored."""

    name = "bare client"

    def set_up(self) -> None:
        self.known = self.folder / "known.json"

    def fresh(self) -> None:
        self.known.write_text(json.dumps({address: ["", ""] for address in self.addresses}))

    def command(self) -> Command:
        return Command(
            [sys.executable, str(ROOT / "bench" / "bare.py"), str(self.known), str(self.connections)],
            {"PYTHONPATH": str(ROOT)},
        )

    def check(self, run: Run) -> None:
        if run.status:
            raise Void(f"it ended with {run.status}")


class Newsboat(Program):
    """`newsboat -x reload` with sixteen threads, however many connections others have."""

    name = "newsboat"

    def set_up(self) -> None:
        self.cache = self.folder / "cache.db"
        self.urls, self.config = self.folder / "urls", self.folder / "config"
        self.urls.write_text("\n".join(self.addresses) + "\n")
        self.config.write_text("auto-reload no\nreload-threads 16\n")

    def fresh(self) -> None:
        self.cache.unlink(missing_ok=True)

    def command(self) -> Command:
        said = ["-u", str(self.urls), "-c", str(self.cache), "-C", str(self.config)]
        return Command(["newsboat", "-q", *said, "-x", "reload"], {})

    def check(self, run: Run) -> None:
        with closing(sqlite3.connect(self.cache)) as connection:
            stored = connection.execute("select count(*) from rss_item").fetchone()[0]
        if run.status or not stored:
            raise Void(f"it ended with {run.status}, with {stored} items stored")


class Sfeed(Program):
    """`sfeed_update` with sixteen jobs.

    It sends no validators unless its user writes a fetch() that does.
    """

    name = "sfeed"

    def set_up(self) -> None:
        self.feeds, self.config = self.folder / "feeds", self.folder / "sfeedrc"
        lines = "\n".join(f"  feed f{number} {quote(url)}" for number, url in enumerate(self.addresses))
        self.config.write_text(f"sfeedpath={quote(str(self.feeds))}\nmaxjobs=16\nfeeds() {{\n{lines}\n}}\n")

    def fresh(self) -> None:
        shutil.rmtree(self.feeds, ignore_errors=True)

    def command(self) -> Command:
        return Command(["sfeed_update", str(self.config)], {})

    def check(self, run: Run) -> None:
        if not self.feeds.exists() or not any(path.stat().st_size for path in self.feeds.iterdir()):
            raise Void(f"it ended with {run.status}, with nothing stored")


class Curl(Program):
    """`curl -Z`: everything fetched, nothing looked at, nothing kept."""

    name = "curl -Z"

    def set_up(self) -> None:
        self.config = self.folder / "curlrc"
        self.config.write_text("".join(f'url = "{url}"\noutput = "{os.devnull}"\n' for url in self.addresses))

    def fresh(self) -> None:
        """There is nothing to forget."""

    def command(self) -> Command:
        said = ["-s", "--compressed", "-Z", "--parallel-max", str(self.connections), "-K", str(self.config)]
        return Command(["curl", *said], {})

    def check(self, run: Run) -> None:
        if run.status:
            raise Void(f"it ended with {run.status}")


# The name of each program's file, and of the Debian package that holds it.
INSTALLABLE: dict[str, tuple[type[Program], str]] = {
    "newsboat": (Newsboat, "newsboat"),
    "sfeed_update": (Sfeed, "sfeed"),
    "curl": (Curl, "curl"),
}
