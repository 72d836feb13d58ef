"""Serves the page on this machine only, until Ctrl-C."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
from typing import TYPE_CHECKING

import uvicorn

from engage.errors import PortInUse

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp

LOOPBACK = "127.0.0.1"


def serve(app_factory: Callable[[str], ASGIApp], port: int, token: str, ready: Callable[[str], None]) -> None:
    """Serve what `app_factory` makes of the host ("127.0.0.1:PORT"), in this thread, until Ctrl-C.

    `port` 0 takes any that is free. `ready` gets the launch address, which holds `token`, once connections are accepted.

    Raises:
        PortInUse: another program listens there, or the port may not be taken.

    """
    with _listen(port) as listening:
        host = f"{LOOPBACK}:{listening.getsockname()[1]}"
        config = uvicorn.Config(
            app_factory(host),
            lifespan="off",
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,  # a browser keeps its connection open; Ctrl-C does not wait for it
        )
        server = _Server(config, lambda: ready(f"http://{host}/?token={token}"))
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[listening])


def _listen(port: int) -> socket.socket:
    """Bind before anything else is made: the port is known, and is ours."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":  # elsewhere it would let two programs share the port
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, port))
        listening.listen()
    except OSError as error:
        listening.close()
        if error.errno in {errno.EADDRINUSE, errno.EACCES}:
            raise PortInUse(port=port) from None
        raise
    return listening


class _Server(uvicorn.Server):
    """Says when it accepts connections."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.ready()
