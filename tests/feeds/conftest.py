"""Stores and servers for the tests of `feeds`."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from feeds.file import open_file
from feeds.store import Store
from tests.feeds.misbehaving import Misbehaving
from tests.feeds.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_file(tmp_path / "nouvelles.db")) as connection:
        yield Store(connection)


@pytest.fixture
def server() -> Iterator[Misbehaving]:
    with Misbehaving() as running:
        yield running


@pytest.fixture
def reader(store: Store, server: Misbehaving, now: datetime) -> Reader:
    return Reader(store, server, now)
