"""Keeps people, identities, engagements and drafts in the same file as the posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engage.stored.joining import Joining
from engage.stored.letters import Letters
from engage.stored.passed import Passed
from feeds.file import is_up_to_date, open_file
from feeds.store import Store as FeedsStore

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path


NEWEST = "m004_people"


def open_stores(path: Path | str) -> Store:
    """Open or create the file with both halves of its tables up to date.

    Raises:
        StoreError: the file cannot be opened, or is no SQLite file.

    """
    connection = open_file(path)
    if not is_up_to_date(connection, "engage", NEWEST):
        from sqlite_utils import Database  # noqa: PLC0415 - 0.1 s that an up-to-date file does not pay

        from engage.schema import migrations  # noqa: PLC0415

        with FeedsStore(
            connection
        ).writing():  # two programs may open a new file at once: the second finds it made
            migrations.apply(Database(connection))
    return Store(connection)


class Store(Joining, Passed, Letters):
    """The part of the file that `engage` owns; `feeds` is the other part."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.feeds = FeedsStore(connection)
        self.writing = self.feeds.writing
