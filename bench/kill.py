"""Kills a fetch at random moments, as `kill -9` would, and compares the file with one that nobody disturbed.

    python -m bench.kill [FOLDER] [--times 20] [--seed N]

Each time: an empty file, a fetch that is killed (only the program; its parsers must end by themselves), one more fetch to the
end. Posts, cursors, sources and the search must then be as in a file that was fetched once. It ends with 1 if they are not.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import corpus
from bench.measuring import Void, environment, family, timed
from bench.programs import Ours
from bench.serving import serving, written

if TYPE_CHECKING:
    from collections.abc import Iterator

FEEDS = 150
PATIENCE = 10.0
# Numbers of rows are given in the order of arrival, which no two fetches share.
_ONLY_OURS = {"id", "source_id", "post_id"}
_TABLES = {
    "posts": "posts join sources on sources.id = posts.source_id",
    "cursors": "cursors join sources on sources.id = cursors.source_id",
    "sources": "sources",
}


class Fetches(Ours):
    """`nouvelles fetch` at one moment, of what is due then."""

    options = ()

    def again(self) -> None:
        """Let the next fetch happen at the moment of the last, and ask only what that one did not."""
        self.runs = 0

    @property
    def file(self) -> Path:
        """Its file."""
        return self.home / "nouvelles.db"


def told(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All that two files can be told apart by, table by table, whatever the numbers of the rows; raises Void.

    The file must be whole, and its search must say what its posts say.
    """
    with closing(sqlite3.connect(path)) as connection:
        if (answer := connection.execute("pragma integrity_check").fetchone()[0]) != "ok":
            raise Void(f"the file is damaged: {answer}")
        try:
            connection.execute("insert into posts_fts (posts_fts, rank) values ('integrity-check', 1)")
        except sqlite3.DatabaseError as error:
            raise Void(f"the search does not say what the posts say: {error}") from error
        connection.rollback()
        found = {}
        for table, joined in _TABLES.items():
            columns = [row[1] for row in connection.execute(f"pragma table_info({table})")]
            wanted = ", ".join(f"{table}.{name}" for name in columns if name not in _ONLY_OURS)
            rows = connection.execute(f"select sources.address, {wanted} from {joined}").fetchall()
            found[table] = sorted(rows, key=repr)
        return found


def differences(
    one: dict[str, list[tuple[Any, ...]]], other: dict[str, list[tuple[Any, ...]]]
) -> Iterator[str]:
    """What two files say differently, a few lines of it."""
    for table, rows in one.items():
        if rows == other[table]:
            continue
        yield f"{table}: {len(rows)} rows undisturbed, {len(other[table])} after the kill"
        unlike = [pair for pair in zip_longest(rows, other[table]) if pair[0] != pair[1]]
        for undisturbed, disturbed in unlike[:3]:
            parts = [p for p in zip_longest(undisturbed or (), disturbed or ()) if p[0] != p[1]]
            yield f"  {(undisturbed or disturbed or ('',))[0]}: {str(parts)[:300]}"


def killed(fetches: Fetches, span: float, chance: random.Random) -> tuple[float, float]:
    """Kill a fetch from an empty file at a moment within `span`: which, and how long its parsers outlived it.

    One that ends before its moment comes does not count: another is started, with a moment before that end.

    Raises:
        Void: parsers did not end.

    """
    while True:
        fetches.fresh()
        command = fetches.command()
        moment = chance.uniform(0, span)
        with tempfile.TemporaryDirectory() as home:
            start = time.monotonic()
            process = subprocess.Popen(
                command.argv,
                env=environment(command, home),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                process.wait(moment)
            except subprocess.TimeoutExpired:
                parsers = [(pid, started(pid)) for pid in family(process.pid)[1:]]
                process.send_signal(signal.SIGKILL)
                process.wait()
                return moment, outlived([(pid, since) for pid, since in parsers if since])
            span = time.monotonic() - start


def started(pid: int) -> str:
    """When a process was started, which tells it from a later one of the same number; empty when it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in {"Z", "X"} else fields[19]


def outlived(parsers: list[tuple[int, str]]) -> float:
    """How many seconds pass until all of these have ended; raises Void when they do not, and ends them."""
    start = time.monotonic()
    while alive := [pid for pid, since in parsers if started(pid) == since]:
        if time.monotonic() - start > PATIENCE:
            for pid in alive:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            raise Void(f"{len(alive)} parsers were still there after {PATIENCE:.0f} s")
        time.sleep(0.01)
    return time.monotonic() - start


def stored(path: Path) -> tuple[int, int]:
    """How many posts a file holds, and how many of its sources have answered."""
    with closing(sqlite3.connect(path)) as connection:
        posts = connection.execute("select count(*) from posts").fetchone()[0]
        answered = connection.execute(
            "select count(*) from cursors where answered_at is not null"
        ).fetchone()[0]
    return int(posts), int(answered)


def torture(folder: Path, feeds: Path, times: int, chance: random.Random) -> int:
    """Kill so many fetches; how many of them left a difference."""
    bad = 0
    with serving(feeds, "validators", folder / "server") as server:
        addresses = whole(folder, server.addresses)
        fetches = Fetches(folder / "fetches", addresses, connections=64)
        fetches.fresh()
        run = timed(fetches.command())
        fetches.check(run)
        undisturbed = told(fetches.file)
        print(f"undisturbed: {run.wall:.2f} s, {len(undisturbed['posts'])} posts of {len(addresses)} sources")
        for number in range(times):
            try:
                moment, longer = killed(fetches, run.wall, chance)
                posts, answered = stored(fetches.file)
                fetches.again()
                status = timed(fetches.command()).status
                found = list(differences(undisturbed, told(fetches.file)))
            except Void as void:
                print(f"{number + 1:3} {void}", flush=True)
                bad += 1
                continue
            if status:
                found.append(f"the fetch after it ended with {status}")
            bad += bool(found)
            print(
                f"{number + 1:3} killed at {moment:.2f} s with {posts} posts of {answered} sources; "
                f"its parsers ended {longer:.2f} s later; {'DIFFERENT' if found else 'the same in the end'}",
                *found,
                sep="\n      ",
                flush=True,
            )
    return bad


def whole(folder: Path, addresses: list[str]) -> list[str]:
    """Those of the addresses that can be read: a source that fails counts its failures, and two fetches count two."""
    first = Fetches(folder / "first", addresses, connections=64)
    first.fresh()
    first.check(timed(first.command()))
    return [address for address in addresses if address not in (first.failed or ())]


def main() -> None:
    """Torture for a while."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="real feeds, instead of made-up ones")
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--seed", type=int, default=None, help="a number; without it, a new one each time")
    said = parser.parse_args()
    seed = said.seed if said.seed is not None else random.SystemRandom().randrange(10**6)
    feeds = corpus.of_folder(said.folder) if said.folder else list(corpus.made_up(FEEDS))
    print(f"{len(feeds)} feeds, seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        folder = Path(place)
        bad = torture(folder, written(feeds, folder / "feeds"), said.times, random.Random(seed))
    print(f"{bad} of {said.times} left a difference")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
