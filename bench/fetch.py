"""Times `nouvelles fetch` as a whole process, beside the same HTTP client with nothing parsed, in turns.

    make bench

Prints medians and their ratio: cold (an empty file), warm (every server says 304). Absolute times are this machine's.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from engage.store import open_stores
from feeds.model import Source

HERE = Path(__file__).parent
FEEDS = 300
RUNS = 5


def timed(command: list[str], environ: dict[str, str]) -> float:
    """Seconds that a whole process took; it must end well."""
    start = time.perf_counter()
    subprocess.run(command, env=environ, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def prepared(folder: Path, addresses: list[str]) -> Path:
    """A home with all feeds added and nothing fetched."""
    folder.mkdir()
    (folder / "config.toml").write_text("[fetch]\nper_host = 16\n")
    store = open_stores(folder / "nouvelles.db")
    with store.writing():
        for address in addresses:
            store.feeds.add_source(Source("blog", address, allow_private=True), datetime.now(UTC))
    store.connection.close()
    return folder


def main() -> None:
    """Run everything in turns and print what came out."""
    server = subprocess.Popen(
        [sys.executable, str(HERE / "server.py"), str(FEEDS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    assert server.stdin is not None
    port = server.stdout.readline().strip()
    addresses = [f"http://127.0.0.1:{port}/{number}.xml" for number in range(FEEDS)]
    try:
        with tempfile.TemporaryDirectory() as folder:
            report(measure(Path(folder), addresses))
    finally:
        server.stdin.close()
        server.wait(10)


def measure(folder: Path, addresses: list[str]) -> dict[str, list[float]]:
    """Seconds of each kind of run."""
    found: dict[str, list[float]] = {"cold": [], "warm": [], "bare": []}
    known = folder / "known.json"
    known.write_text(json.dumps(dict.fromkeys(addresses, "")))
    bare = [sys.executable, str(HERE / "bare.py"), str(known)]
    ours = [sys.executable, "-m", "engage.cli", "fetch", "--json"]
    timed(bare, dict(os.environ))
    for run in range(RUNS):
        home = prepared(folder / f"home{run}", addresses)
        now = datetime(2026, 7, 1, tzinfo=UTC)
        environ = {**os.environ, "NOUVELLES_HOME": str(home), "NOUVELLES_NOW": now.isoformat()}
        found["cold"].append(timed(ours, environ))
        for hour in range(1, 4):
            later = (now + timedelta(hours=2 * hour)).isoformat()
            found["warm"].append(timed(ours, {**environ, "NOUVELLES_NOW": later}))
            found["bare"].append(timed(bare, dict(os.environ)))
    return found


def report(found: dict[str, list[float]]) -> None:
    """Print medians and ratios."""
    median = {kind: statistics.median(times) for kind, times in found.items()}
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"{FEEDS} feeds, {RUNS} runs, medians of whole processes")
    print(f"cold            {median['cold']:.2f} s   (fetch, parse, sanitise, store, index)")
    print(f"warm, all 304   {median['warm']:.2f} s")
    print(f"bare client     {median['bare']:.2f} s   (the same requests, nothing parsed or stored)")
    print(f"warm / bare     {median['warm'] / median['bare']:.2f}")
    print(f"largest process {memory} MB")


if __name__ == "__main__":
    main()
