"""How the cost of a fetch grows: with the number of sources, and with what the file already holds.

python -m bench.growth   measures only this
"""

from __future__ import annotations

import random
import shutil
import statistics
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bench import corpus
from bench.measuring import Void, timed
from bench.programs import Ours
from bench.serving import serving, written
from bench.targets import Target, told
from engage.store import open_stores
from feeds.model import Batch, Post

if TYPE_CHECKING:
    from collections.abc import Iterator

FEW, MANY = 500, 2000
SMALL = 4000
MILLION = 1_000_000
_AT_ONCE = 50_000
_GIGABYTE = 1024**3
_LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
_ROUNDS = 7


def measure(folder: Path) -> list[Target]:
    """Fetch 500 and 2,000 small feeds, then 500 in a file that holds a million posts, and print what that took."""
    folder.mkdir()
    feeds = written(corpus.made_up(MANY, bytes_each=SMALL), folder / "feeds")
    print(f"\n{'growth, whole processes':42} {'one':>7} {'other':>7} {'ratio':>7}")
    with serving(feeds, "validators", folder / "server") as server:
        few = Ours(folder / "few", server.addresses[:FEW], 64)
        many = Ours(folder / "many", server.addresses, 64)
        return [
            _compared(f"cold, {MANY:,} sources to {FEW}", few, many, 4.5, rounds=2, cold=True),
            _compared(f"warm, {MANY:,} sources to {FEW}", few, many, 4.5, rounds=_ROUNDS),
            _with_a_million(folder, few),
        ]


def _compared(what: str, one: Ours, other: Ours, limit: float, *, rounds: int, cold: bool = False) -> Target:
    """The second program's time as a multiple of the first's, in turns; the first round does not count."""
    took: dict[int, list[float]] = {0: [], 1: []}
    try:
        for number in range(rounds + 1):
            for which, program in enumerate((one, other)):
                if cold:
                    program.fresh()
                run = timed(program.command())
                program.check(run)
                if number:
                    took[which].append(run.wall)
    except Void as void:
        print(f"!!! VOID, NOT COUNTED: {what}: {void}")
        return Target(what, None, limit)
    first, second = (statistics.median(took[which]) for which in (0, 1))
    print(f"  {what:40} {first:7.2f} {second:7.2f} {second / first:7.2f}", flush=True)
    return Target(what, second / first, limit)


def _with_a_million(folder: Path, light: Ours) -> Target:
    """The same sources, fetched warm, in a file that holds a million posts and in one that holds few."""
    what = f"warm, a file with a million posts, {FEW} sources"
    if shutil.disk_usage(folder).free < 5 * _GIGABYTE:
        print("!!! a million posts need 5 GB of free disk: not measured")
        return Target(what, None, 1.15)
    light.fresh()
    timed(light.command())
    heavy = Ours(folder / "heavy", light.addresses, 64)
    heavy.home.mkdir(mode=0o700)
    for path in light.home.iterdir():
        shutil.copyfile(path, heavy.home / path.name)
    start = time.monotonic()
    fill(heavy.home / "nouvelles.db", MILLION)
    size = (heavy.home / "nouvelles.db").stat().st_size / _GIGABYTE
    print(
        f"  (a million posts written and indexed in {time.monotonic() - start:.0f} s, {size:.1f} GB)",
        flush=True,
    )
    heavy.runs = light.runs
    heavy.failed = light.failed
    return _compared(what, light, heavy, 1.15, rounds=_ROUNDS)


def fill(path: Path, posts: int) -> None:
    """Add so many old posts to a file, laid evenly to its sources, in few large transactions."""
    store = open_stores(path)
    with closing(store.connection):
        store.connection.execute("pragma synchronous = off")
        due = store.feeds.due(_LONG_AGO, force=True)
        each = posts // len(due)
        for start in range(0, len(due), max(1, _AT_ONCE // each)):
            with store.writing():
                for item in due[start : start + max(1, _AT_ONCE // each)]:
                    old = tuple(_old_posts(item.source.address, item.source.id, each))
                    store.feeds.save(item, Batch(item.cursor, old), _LONG_AGO)
        store.connection.execute("pragma wal_checkpoint(truncate)")


def _old_posts(address: str, seed: int, count: int) -> Iterator[Post]:
    chance = random.Random(seed)
    sentences = [corpus.sentence(chance, "fr") for _ in range(40)]
    for number in range(count):
        text = " ".join(chance.choices(sentences, k=2))
        url = f"{address}/old/{number}"
        yield Post(
            key=url.replace("http:", "https:"),
            kind="article",
            url=url,
            title=text[:40],
            text=text,
            html=f"<p>{text}</p>",
            language="fr",
            published=_LONG_AGO - timedelta(hours=number),
        )


def main() -> None:
    """Measure only this."""
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        told(measure(Path(place) / "growth"))


if __name__ == "__main__":
    main()
