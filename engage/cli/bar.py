"""A bar for whatever may take longer than a second, where somebody is looking."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from engage.words import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Progress = Callable[..., None]

# Below this a bar would be gone before it is seen.
_WORTH_A_BAR = 8


@contextmanager
def bar(label: str, *, quiet: bool = False) -> Iterator[Progress | None]:
    """A bar on standard error: tells how many are done, of how many, and which it is; None where nobody looks."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 - only for a person at a terminal
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415

    columns = (
        TextColumn(label),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("", total=None, visible=False)

        def tell(done: int, total: int, which: str = "") -> None:
            shown.update(
                task, completed=done, total=total, description=visible(which), visible=total >= _WORTH_A_BAR
            )

        yield tell
