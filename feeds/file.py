"""The SQLite file itself: opened or created, private to its owner, its tables up to date; one transaction at a time."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from feeds.errors import N_, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# The newest migration; a file that has it needs no look at the migrations, whose library takes 0.1 s to import.
NEWEST = "m003_accounts_timelines_gestures"


def open_file(path: Path | str) -> sqlite3.Connection:
    """Open or create a Nouvelles file, private to its owner, with its tables up to date.

    Raises:
        StoreError: the file cannot be opened, or is no SQLite file.

    """
    try:
        if str(path) != ":memory:":
            # Never one that is there: closing a file gives up all locks that this program has on it, those of an open page too.
            with suppress(FileExistsError):
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        connection = sqlite3.connect(path, isolation_level=None, timeout=30)
        try:
            _prepare(connection)
        except BaseException:
            connection.close()
            raise
    except (OSError, sqlite3.Error) as error:
        raise StoreError(path=str(path), reason=str(error)) from error
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    connection.row_factory = sqlite3.Row
    if not _is_ours(connection):  # before anything in it is touched
        raise sqlite3.DatabaseError(N_("it is the file of another program"))
    with suppress(sqlite3.OperationalError):  # locked: whoever else opens it at this moment sets it too
        connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = normal")
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma cache_size = -32000")
    _migrate(connection)


def _is_ours(connection: sqlite3.Connection) -> bool:
    """Whether a file is empty, or was made by this program."""
    tables = {row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")}
    return not tables or "_sqlite_migrations" in tables


def is_up_to_date(connection: sqlite3.Connection, migration_set: str, newest: str) -> bool:
    """Whether the newest migration of a set was applied to this file."""
    try:
        found = connection.execute(
            "select 1 from _sqlite_migrations where migration_set = ? and name = ?", (migration_set, newest)
        ).fetchone()
    except sqlite3.OperationalError:  # no such table: a new file
        return False
    return found is not None


def _migrate(connection: sqlite3.Connection) -> None:
    if is_up_to_date(connection, "feeds", NEWEST):
        return
    from sqlite_utils import Database  # noqa: PLC0415 - 0.1 s that an up-to-date file does not pay

    from feeds.schema import migrations  # noqa: PLC0415

    with writing(connection):  # who opens the same new file at the same moment waits, and finds it done
        if not is_up_to_date(connection, "feeds", NEWEST):
            migrations.apply(Database(connection))


@contextmanager
def joining(connection: sqlite3.Connection) -> Iterator[None]:
    """The transaction that is open, or one of its own.

    A failure undoes the open one at once, with all that stands in it, so that nobody can keep half a story: unlike a nested
    `writing` it costs nothing. At every savepoint the search index writes out what it has gathered.
    """
    if not connection.in_transaction:
        with writing(connection):
            yield
        return
    try:
        yield
    except sqlite3.IntegrityError as error:
        # What came contradicts itself: that is one source's trouble, and not the file's.
        connection.execute("rollback")
        raise ValueError(str(error)) from error
    except BaseException:
        connection.execute("rollback")
        raise


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """One transaction that takes the writer's place at once.

    A nested use joins the outer one; when it fails, it alone is undone, and the outer one may go on.
    """
    begin, undo, end = (
        ("savepoint nested", "rollback to nested", "release nested")
        if connection.in_transaction
        else ("begin immediate", "rollback", "commit")
    )
    connection.execute(begin)
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute(undo)
        raise
    connection.execute(end)
