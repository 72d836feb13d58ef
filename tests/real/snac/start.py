"""Starts snac, a small real server that speaks Mastodon's language, on a free port of this machine."""

from __future__ import annotations

import json
import os
import shutil
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx

from tests.real import ground
from tests.real.ground import NotHere, Running
from tests.real.snac.people import Snac

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def server(folder: Path) -> Iterator[Snac]:
    """The server, running until the block ends; all that it writes stays in `folder`.

    Raises:
        NotHere: it is not installed, or does not start.

    """
    if lacking := ground.missing_for_snac():
        raise NotHere(lacking)
    data = folder / "data"
    (port,) = ground.free_ports(1)
    base = f"http://127.0.0.1:{port}"
    # Its questions: address, port, host name, path, the administrator's e-mail.
    ground.run([ground.SNAC, "init", data], typed=f"127.0.0.1\n{port}\n127.0.0.1:{port}\n\n\n")
    # It delivers to itself: with its usual four threads, all of them would soon wait for one that answers. And what fails
    # on a busy machine is delivered again at once, not after minutes.
    ours = {
        "protocol": "http",
        "num_threads": 24,
        "queue_timeout": 20,
        "queue_retry_minutes": 0,
        "dbglevel": 1,
    }
    settings = json.loads((data / "server.json").read_text("utf-8"))
    (data / "server.json").write_text(json.dumps({**settings, **ours}), "utf-8")
    # Its own way to end takes three seconds, for data that is thrown away.
    running = Running.start(
        [*_on_one_core(), ground.SNAC, "httpd", data], folder / "snac.log", ending=signal.SIGKILL
    )
    try:
        running.ready(lambda: _answers(base))
        yield Snac(base, data)
    finally:
        running.end()


def _on_one_core() -> list[str | Path]:
    """What keeps a program on one core.

    Of two deliveries that arrive together snac now and then loses one (4 of 500 on two cores, none on one).
    """
    taskset = shutil.which("taskset")
    return [taskset, "--cpu-list", str(min(os.sched_getaffinity(0)))] if taskset else []


def _answers(base: str) -> bool:
    try:
        return httpx.get(f"{base}/api/v1/instance", timeout=5).is_success
    except httpx.TransportError:
        return False
