"""Measures whole processes: their time, their processor's time, their memory."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_EVERY = 0.02


class Void(Exception):
    """A run that did not do what it was to do: its time means nothing."""


@dataclass(frozen=True, slots=True)
class Run:
    """One process from start to end.

    `wall` and `cpu` are seconds, the latter with those of the children that it waited for; `said` is its standard output.
    """

    wall: float
    cpu: float
    status: int
    said: str


@dataclass(frozen=True, slots=True)
class Command:
    """What to run, and the variables that it finds set beside the usual ones."""

    argv: Sequence[str]
    environ: Mapping[str, str]


def environment(command: Command, home: str) -> dict[str, str]:
    """All variables that a command finds set: nothing of whoever runs the bench."""
    return {"PATH": os.environ["PATH"], "HOME": home, "TERM": "dumb", "LC_ALL": "C.UTF-8", **command.environ}


def _started(command: Command, said: int, home: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command.argv,
        env=environment(command, home),
        stdin=subprocess.DEVNULL,
        stdout=said,
        stderr=subprocess.DEVNULL,
        cwd=home,
    )


def timed(command: Command) -> Run:
    """Run a command to its end, and say what it took."""
    with tempfile.TemporaryFile() as said, tempfile.TemporaryDirectory() as home:
        start = time.perf_counter()
        process = _started(command, said.fileno(), home)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        words = said.read().decode("utf-8", "replace")
    return Run(wall, used.ru_utime + used.ru_stime, process.returncode, words)


def most_memory(command: Command) -> float | None:
    """The most memory in MB that a command and all its descendants held together; None where nobody can say.

    Every 20 ms their proportional set sizes are added up: a page that several share counts once.
    """
    if not Path("/proc/self/smaps_rollup").exists():
        return None
    most = 0.0
    with tempfile.TemporaryDirectory() as home:
        process = _started(command, subprocess.DEVNULL, home)
        while process.poll() is None:
            most = max(most, sum(map(_memory, family(process.pid))))
            time.sleep(_EVERY)
    return most


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    children: list[int] = []
    for told in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children += map(int, told.read_text().split())
        except OSError:  # that thread has ended
            continue
    return [pid, *(found for child in children for found in family(child))]


def _memory(pid: int) -> float:
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:  # it has ended
        return 0.0
    return int(told.partition("\nPss:")[2].split(maxsplit=1)[0]) / 1024 if "\nPss:" in told else 0.0
