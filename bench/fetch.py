"""Times `nouvelles fetch` as a whole process, in turns with its neighbours, and holds the ratios against our targets.

    make bench
    make bench CORPUS=/path/to/a/folder/of/feeds

Absolute times are this machine's; ratios of medians in one run are what counts.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bench import corpus, growth
from bench.measuring import Void, most_memory, timed
from bench.programs import INSTALLABLE, Bare, Curl, Ours, Program, Sfeed
from bench.serving import Serving, Way, serving, written
from bench.targets import Target, told
from feeds.http import Manners

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.measuring import Run

COLD, WARM, SAME, SLOW = "cold, empty file", "warm, all 304", "same body, 200", "warm, 50-200 ms"
SECOND = "newsboat's second start, 200"
# Seconds after which no round is repeated: all of it, with what comes after, should end within some six minutes.
BUDGET = 180.0
# A short run is measured this often for each long one: it costs little, and noise counts for more in it.
OFTEN = 4
# newsboat reads no JSON Feed, and asks for the whole of what it cannot read.
ALMOST_ALL = 0.9


@dataclass
class Found:
    """What was measured: the runs of each program in each row of the table, and what its server answered."""

    runs: dict[tuple[str, str], list[Run]] = field(default_factory=lambda: defaultdict(list))
    given: dict[tuple[str, str], Counter[int]] = field(default_factory=dict)
    void: list[str] = field(default_factory=list)
    memory: dict[str, float | None] = field(default_factory=dict)

    def median(self, row: str, program: str) -> float | None:
        runs = self.runs.get((row, program))
        return statistics.median(run.wall for run in runs) if runs else None

    def ratio(self, row: str, one: str, other: str) -> float | None:
        ours, theirs = self.median(row, one), self.median(row, other)
        return ours / theirs if ours and theirs else None


class Bench:
    """One bench: the feeds, the servers, the programs that are installed."""

    def __init__(self, folder: Path, feeds: Path, rounds: int, connections: int) -> None:
        self.folder = folder
        self.feeds = feeds
        self.rounds = rounds
        self.connections = connections
        self.found = Found()
        self.until = time.monotonic() + BUDGET
        others = [kind for name, (kind, _) in INSTALLABLE.items() if shutil.which(name)]
        self.kinds: list[type[Program]] = [Ours, Bare, *others]

    def measure(self) -> None:
        """All variants, one after the other; within each, the programs in turns."""
        self._cold()
        self._again("validators", WARM, unless=(Sfeed, Curl))  # for whom it would be SAME once more
        self._again("no validators", SAME)
        self._again("latency", SLOW)

    @contextmanager
    def _serving(
        self, way: Way, row: str, unless: tuple[type, ...] = ()
    ) -> Iterator[tuple[Serving, list[Program]]]:
        """A server, and the programs that are to ask it, each in a folder of its own."""
        place = self.folder / row.replace(" ", "-")
        place.mkdir()
        with serving(self.feeds, way, place / "server") as server:
            yield (
                server,
                [
                    kind(place / kind.__name__, server.addresses, self.connections)
                    for kind in self.kinds
                    if kind not in unless
                ],
            )

    def _rounds(self) -> Iterator[int]:
        """The numbers of the rounds, of which 0 does not count; no more than one that counts when time is short."""
        for number in range(self.rounds + 1):
            if number <= 1 or time.monotonic() < self.until:
                yield number

    def _cold(self) -> None:
        """From an empty file, round after round; and at once a second time, when newsboat sends no validators yet."""
        with self._serving("validators", COLD) as (server, programs):
            for number in self._rounds():
                for program in programs:
                    program.fresh()
                    self._run(program, server, COLD, count=number > 0)
                    if program.name == "newsboat":
                        self._run(program, server, SECOND, count=number > 0)
            for program in programs:
                if program.name in {"nouvelles", "newsboat"}:
                    program.fresh()
                    self.found.memory[f"{program.name}, cold"] = most_memory(program.command())
                    self.found.memory[f"{program.name}, warm"] = most_memory(program.command())

    def _again(self, way: Way, row: str, unless: tuple[type, ...] = ()) -> None:
        """A file that knows all that comes; it is fetched twice before anything counts."""
        with self._serving(way, row, unless) as (server, programs):
            for program in programs:
                program.fresh()
                self._run(program, server, row, count=False)
            for number in self._rounds():
                for program in programs:
                    if program.name == "sfeed" and number > 1:  # it is slow, and no target of ours
                        continue
                    often = OFTEN if number and program.name in {"nouvelles", "bare client"} else 1
                    for _ in range(often):
                        self._run(program, server, row, count=number > 0)

    def _run(self, program: Program, server: Serving, row: str, *, count: bool = True) -> None:
        """One run; what did not do its work is said and not counted."""
        server.given()
        try:
            run = timed(program.command())
            program.check(run)
            given = _checked(server.given(), len(server.addresses), unmodified=count and row == WARM)
        except Void as void:
            self.found.void.append(f"{program.name}, {row}: {void}")
            return
        if count:
            self.found.given[row, program.name] = given
            self.found.runs[row, program.name].append(run)


def _checked(given: Counter[int], wanted: int, *, unmodified: bool) -> Counter[int]:
    """What a server says that it answered in one run; raises Void when that is not what was to be measured."""
    if given.total() != wanted:
        raise Void(f"{given.total()} questions for {wanted} feeds")
    if unmodified and given[304] < ALMOST_ALL * wanted:
        raise Void(f"only {given[304]} of {wanted} answers were 304")
    return given


def table(found: Found) -> None:
    """Print what was measured, a block for each row."""
    for row in dict.fromkeys(row for row, _ in found.runs):
        print(f"\n{row:29} wall s  (least to most)        CPU s  answers")
        for (where, program), runs in found.runs.items():
            if where == row:
                walls = [run.wall for run in runs]
                spread = f"({min(walls):.2f} to {max(walls):.2f}, {len(walls)} runs)"
                cpu = statistics.median(run.cpu for run in runs)
                given = ", ".join(
                    f"{n} × {status}" for status, n in sorted(found.given[row, program].items())
                )
                print(f"  {program:26} {statistics.median(walls):7.2f}  {spread:22} {cpu:6.2f}  {given}")
    print("\nmost memory, MB, all its processes together (PSS, looked at every 20 ms)")
    for what, value in found.memory.items():
        print(f"  {what:26} {'not measured here' if value is None else f'{value:7.0f}'}")


def targets(found: Found) -> list[Target]:
    """What we promise of one fetch."""
    second = found.median(SECOND, "newsboat")
    warm = found.median(WARM, "nouvelles")
    return [
        Target("warm, to newsboat with 304 too", found.ratio(WARM, "nouvelles", "newsboat"), 1 / 20),
        Target("warm, to newsboat's second start", warm / second if warm and second else None, 1 / 20),
        Target("warm, to the bare client", found.ratio(WARM, "nouvelles", "bare client"), 2.0),
        Target("same body, to newsboat", found.ratio(SAME, "nouvelles", "newsboat"), 1 / 25),
        Target("slow answers, to newsboat", found.ratio(SLOW, "nouvelles", "newsboat"), 1 / 8),
        Target("cold, to newsboat", found.ratio(COLD, "nouvelles", "newsboat"), 1.0),
        Target("most memory, cold, MB", found.memory.get("nouvelles, cold"), 250),
        Target("most memory, warm, MB", found.memory.get("nouvelles, warm"), 250),
    ]


def missing() -> None:
    """Say loudly which neighbours are not here."""
    packages = {name: package for name, (_, package) in INSTALLABLE.items()} | {"nginx": "nginx-light"}
    for name, package in packages.items():
        if not shutil.which(name) and not shutil.which(name, path="/usr/sbin"):
            print(
                f"!!! {name} IS NOT INSTALLED: what is measured with it is missing. apt-get install {package}"
            )


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", nargs="?", type=Path, help="a folder of real feeds (*.xml, *.json)")
    parser.add_argument("--rounds", type=int, default=3, help="how many rounds count; one more comes first")
    parser.add_argument("--quick", action="store_true", help="one round, no growth")
    parser.add_argument(
        "--no-growth", action="store_true", help="leave out 2,000 sources and a million posts"
    )
    parser.add_argument(
        "--connections",
        type=int,
        default=Manners().connections,
        help="how many we and the bare client open at once",
    )
    said = parser.parse_args()
    missing()
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        folder = Path(place)
        feeds = corpus.of_folder(said.corpus) if said.corpus else list(corpus.made_up())
        megabytes = sum(len(feed.body) for feed in feeds) / 1e6
        print(
            f"{len(feeds)} {'given' if said.corpus else 'made-up'} feeds, {megabytes:.0f} MB; whole processes, medians"
        )
        rounds = 1 if said.quick else said.rounds
        bench = Bench(folder, written(feeds, folder / "feeds"), rounds, said.connections)
        bench.measure()
        table(bench.found)
        found = targets(bench.found)
        if not (said.quick or said.no_growth):
            found += growth.measure(folder / "growth")
    for void in dict.fromkeys(bench.found.void):
        print(f"!!! VOID, NOT COUNTED: {void}")
    told(found)
    print(f"\n{time.monotonic() - start:.0f} s in all")


if __name__ == "__main__":
    main()
