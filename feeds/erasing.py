"""Erases sources with all that they published, and what passed between one's own accounts and some others, without a trace."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from feeds import file

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable


class Erasing:
    """Erasing in a file."""

    connection: sqlite3.Connection

    def erase(self, source_ids: Iterable[int], accounts: Iterable[tuple[str, str]]) -> int:
        """Erase sources and posts, and the gestures of accounts, given as network and address; returns how many posts that were.

        Nothing may refer to these posts any more. An account that one's own timeline brings comes again with the next fetch.
        """
        with file.joining(self.connection):
            self.connection.execute("pragma secure_delete = on")  # what is erased is overwritten
            posts = self._erase_sources(json.dumps(list(source_ids)))
            self.connection.executemany(
                "delete from gestures where network = ? and other = ?", list(accounts)
            )
        return posts

    def _erase_sources(self, numbers: str) -> int:
        these = "source_id in (select value from json_each(?))"
        self.connection.execute(
            f"delete from articles where post_id in (select id from posts where {these})",  # noqa: S608 - a condition of our own
            (numbers,),
        )
        cursor = self.connection.execute(f"delete from posts where {these}", (numbers,))  # noqa: S608 - as above
        self.connection.execute(f"delete from cursors where {these}", (numbers,))  # noqa: S608 - as above
        self.connection.execute(
            "delete from sources where id in (select value from json_each(?))", (numbers,)
        )
        return cursor.rowcount

    def sweep(self) -> None:
        """Write the index of words anew, and empty the file's log: both still hold what was erased.

        On a file of a million posts that takes a minute. The log stays while somebody else reads it.
        """
        with file.writing(self.connection):
            for index in ("posts_fts", "articles_fts"):
                self.connection.execute(f"insert into {index} ({index}) values ('optimize')")  # noqa: S608 - names of our own
        self.connection.execute("pragma wal_checkpoint(truncate)")
