"""The page in the browser, on this machine only."""

from __future__ import annotations

import contextlib
import secrets
import sys
from typing import TYPE_CHECKING

import click

from engage.cli.base import App, Command, pass_app
from feeds.errors import N_

if TYPE_CHECKING:
    from collections.abc import Mapping


@click.command(
    "open",
    cls=Command,
    help=N_(
        "Open the page: today, people, drafts. It is served on this machine only, until you press Ctrl-C."
    ),
)
@click.option("--no-browser", is_flag=True, help=N_("Print the address, and open no browser."))
@click.option("--no-fetch", is_flag=True, help=N_("Show what is in the file, and ask nobody."))
@pass_app
def open_page(app: App, *, no_browser: bool, no_fetch: bool) -> None:
    """Serve the page."""
    if not no_fetch:
        from engage.cli.fetch import refresh  # noqa: PLC0415 - libcurl is not for --no-fetch

        refresh(app)
    serve(app, browser=not no_browser)


def has_screen(environ: Mapping[str, str]) -> bool:
    """Whether a browser could show anything: elsewhere Python would start one in the terminal, and wait for it."""
    return sys.platform in {"darwin", "win32"} or bool(
        environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")
    )


def serve(app: App, *, browser: bool) -> None:
    """Serve the page until Ctrl-C, and open it where a browser is wanted."""
    from engage.cli.day import compose, remember  # noqa: PLC0415 - late, as all of a command's work
    from engage.web.app import create_app  # noqa: PLC0415
    from engage.web.serve import serve as run  # noqa: PLC0415

    remember(app, compose(app))
    token = secrets.token_urlsafe(24)

    def ready(address: str) -> None:
        app.say(N_("The page is at {address}"), address=address)
        app.say(N_("Ctrl-C ends it."))
        if browser and has_screen(app.environ):
            import webbrowser  # noqa: PLC0415 - only here

            webbrowser.open(address)

    with contextlib.suppress(KeyboardInterrupt):
        run(
            lambda host: create_app(
                desk=lambda: app.desk(app.open_store()),
                clock=app.now,
                words=app.words,
                zone=None,
                token=token,
                host=host,
            ),
            app.config.web.port,
            token,
            ready,
        )
