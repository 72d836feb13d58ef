"""Keeps one's own accounts, and what passed between them and others, in the SQLite file. Their secrets are elsewhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from feeds import file, timing
from feeds.model import Source
from feeds.rows import account_health_of, account_of, stamp

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from datetime import datetime

    from feeds.errors import FetchError
    from feeds.model import Account, Gathered, Gesture
    from feeds.rows import AccountHealth


class Own:
    """One's own accounts in a file."""

    connection: sqlite3.Connection

    def accounts(self) -> list[Account]:
        """The accounts by which one is signed in, in the order in which that was done."""
        return [account_of(row) for row in self.connection.execute("select * from accounts order by id")]

    def accounts_health(self) -> list[AccountHealth]:
        """How it goes with each of them."""
        rows = self.connection.execute("select * from accounts order by id")
        return [account_health_of(row) for row in rows]

    def keep_account(self, account: Account, now: datetime) -> Account:
        """Keep an account by which one has just signed in, and follow its home timeline; a known one gets its new rights."""
        with file.joining(self.connection):
            self.connection.execute(
                "insert into accounts (network, address, label, server, rights, since, key, allow_private) "
                "values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (network, address) do update set label = excluded.label, "
                "server = excluded.server, rights = excluded.rights, since = excluded.since, key = excluded.key, "
                "allow_private = excluded.allow_private, error = null, failures = 0, due_at = null, warnings = '[]', "
                # A server may have been set up anew: what is told once more is known by its key.
                "positions = '{}'",
                (
                    account.network,
                    account.address,
                    account.label,
                    account.server,
                    json.dumps(account.rights),
                    stamp(account.since or now),
                    account.key,
                    int(account.allow_private),
                ),
            )
            home = self._follow(_home_of(account), now)
            # What went wrong for want of a sign-in is tried again at once.
            self.connection.execute(
                "update cursors set due_at = null, failures = 0, error = null where source_id = ?", (home,)
            )
        return next(
            kept
            for kept in self.accounts()
            if (kept.network, kept.address) == (account.network, account.address)
        )

    def drop_account(self, account: Account, now: datetime) -> None:
        """Forget that one is signed in. What was gathered stays; whom its timelines brought is asked directly from now on."""
        with file.joining(self.connection):
            self.connection.execute("delete from accounts where id = ?", (account.id,))
            self.connection.execute(
                "update sources set removed_at = ? where kind in (?, ?) "
                "and (address = ? or substr(address, 1, length(?) + 1) = ? || ' ')",
                (
                    stamp(now),
                    f"{account.network}-home",
                    f"{account.network}-list",
                    account.address,
                    account.address,
                    account.address,
                ),
            )
            self.connection.execute(
                "update cursors set due_at = null "
                "where source_id in (select id from sources where through = ? and overheard = 0)",
                (account.address,),
            )

    def _follow(self, source: Source, now: datetime) -> int:
        self.connection.execute(
            "insert into sources (kind, address, label, site, language, given, allow_private, added_at) "
            "values (?, ?, ?, ?, '', 1, ?, ?) on conflict (kind, address) do update set removed_at = null, "
            "label = excluded.label",
            (source.kind, source.address, source.label, source.site, int(source.allow_private), stamp(now)),
        )
        (number,) = self.connection.execute(
            "select id from sources where kind = ? and address = ?", (source.kind, source.address)
        ).fetchone()
        self.connection.execute("insert or ignore into cursors (source_id) values (?)", (number,))
        return int(number)

    # --- gestures ---

    def to_gather(self, now: datetime, *, force: bool = False) -> list[tuple[Account, Mapping[str, str]]]:
        """The accounts whose gestures are to be gathered now, each with the positions from which to go on.

        With `force` all but those that were asked to wait.
        """
        rows = self.connection.execute(
            # Nobody is granted more than a week: what is later was written by a clock that was wrong.
            "select * from accounts where due_at is null or due_at <= :now or gathered_at > :now or due_at > :week "
            "or (:force and not (failures = 0 and error is not null)) order by id",
            {"now": stamp(now), "week": stamp(now + timing.WEEK + timing.DAY), "force": force},
        )
        return [(account_of(row), json.loads(row["positions"])) for row in rows]

    def save_gathered(self, account: Account, gathered: Gathered, now: datetime) -> int:
        """Keep new gestures and the positions behind them, in one transaction; returns how many are new."""
        with file.joining(self.connection):
            before = self.connection.total_changes
            self.connection.executemany(
                "insert or ignore into gestures "
                "(network, account, key, kind, direction, other, name, at, exact, about, url, text) "
                "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [_row(account, gesture, now) for gesture in gathered.gestures],
            )
            new = self.connection.total_changes - before
            error = gathered.interrupted
            faults = int(error is not None and timing.counts_as_failure(error))
            self._gathered(account, error, faults, now)
            self.connection.execute(
                "update accounts set positions = ?, gathered_at = ?, warnings = ? where id = ?",
                (json.dumps(dict(gathered.positions)), stamp(now), json.dumps(gathered.warnings), account.id),
            )
        return new

    def fail_gathering(self, account: Account, error: FetchError, now: datetime) -> None:
        """Remember that nothing could be gathered. Gestures and positions stay as they were."""
        counts = timing.counts_as_failure(error)
        with file.joining(self.connection):
            (failures,) = self.connection.execute(
                "select failures from accounts where id = ?", (account.id,)
            ).fetchone() or (0,)
            self._gathered(account, error, failures + 1 if counts else 0, now)

    def _gathered(self, account: Account, error: FetchError | None, failures: int, now: datetime) -> None:
        again = timing.gather_again(error, failures, account.address, now)
        told = json.dumps([error.words, error.values], default=str) if error else None
        self.connection.execute(
            "update accounts set due_at = ?, failures = ?, error = ? where id = ?",
            (stamp(again), failures, told, account.id),
        )


def _home_of(account: Account) -> Source:
    """The home timeline of an own account, as a source."""
    return Source(
        f"{account.network}-home",  # type: ignore[arg-type]
        account.address,
        account.label,
        account.server,
        allow_private=account.allow_private,
    )


def _row(account: Account, gesture: Gesture, now: datetime) -> tuple[object, ...]:
    return (
        account.network,
        account.address,
        gesture.key,
        gesture.kind,
        gesture.direction,
        gesture.other.lower() if account.network == "mastodon" else gesture.other,
        gesture.name,
        stamp(min(gesture.at, now)),
        int(gesture.exact),
        gesture.about,
        gesture.url,
        gesture.text,
    )
