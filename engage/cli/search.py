"""Finding again what people published."""

from __future__ import annotations

import click

from engage.cli.base import App, Command, as_json, pass_app, print_json, show
from feeds.errors import N_


@click.command(cls=Command, help=N_("Find posts by their words; accents do not matter."))
@click.argument("words", nargs=-1, required=True)
@as_json
@pass_app
def search(app: App, words: tuple[str, ...], *, as_json: bool) -> None:
    """Search the posts."""
    from engage.model import headline  # noqa: PLC0415 - late, as all of a command's work

    found = app.store.feeds.search(" ".join(words))
    rows = [
        (
            stored.id,
            headline(stored.post.title, stored.post.text, stored.post.warning),
            stored.source.label,
            stored.post.url,
        )
        for stored in found
    ]
    if as_json:
        print_json([dict(zip(("piece", "title", "source", "url"), row, strict=True)) for row in rows])
        return
    if not rows:
        app.say(N_("Nothing was found."))
    for number, title, source, url in rows:
        show(f"{number:>6}  {title}  · {source}")
        show(f"        {url}", fg="cyan")
