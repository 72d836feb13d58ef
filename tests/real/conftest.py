"""Real servers, started once and kept through all tests here; only when this folder is named, as `make test-real` does."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from tests.engage.conftest import Program, greenwich, nouvelles
from tests.real.bluesky.start import network
from tests.real.ground import NotHere
from tests.real.snac.start import server

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from contextlib import AbstractContextManager

    from tests.real.bluesky.people import Bluesky
    from tests.real.snac.people import Snac

__all__ = ["greenwich", "nouvelles"]  # fixtures

Server = TypeVar("Server")

HERE = Path(__file__).parent
NOT_TRIED: dict[str, str] = {}
LOGS: dict[str, Path] = {}
LAST_LINES = 40


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The tests of this folder are not for every day: they are collected when the command line leads into it."""
    del collection_path
    named = [
        (config.invocation_params.dir / argument.partition("::")[0]).resolve() for argument in config.args
    ]
    return None if any(path.is_relative_to(HERE) for path in named) else True


@pytest.fixture(scope="session")
def bluesky(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bluesky]:
    """The real Bluesky network: PDS, directory and AppView, with people to be made."""
    folder = tmp_path_factory.mktemp("bluesky")
    yield from _tried("the real Bluesky network", network(folder), folder / "network.log")


@pytest.fixture(scope="session")
def snac(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snac]:
    """A real server that speaks Mastodon's language, with people to be made."""
    folder = tmp_path_factory.mktemp("snac")
    yield from _tried("snac", server(folder), folder / "snac.log")


def _tried(name: str, started: AbstractContextManager[Server], log: Path) -> Iterator[Server]:
    """What was started, until the tests are done; every test that needs it is skipped when it cannot be."""
    try:
        running = started.__enter__()
    except NotHere as why:
        NOT_TRIED[name] = str(why)
        pytest.skip(f"{name} was not tried: {why}")
    LOGS[name] = log
    try:
        yield running
    finally:
        started.__exit__(None, None, None)


@pytest.fixture
def program(nouvelles: Program) -> Program:
    """Our program, at the real time: so are the servers."""
    nouvelles.now = datetime.now(UTC)
    return nouvelles


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    """Show beside a failure what the servers said last."""
    report = yield
    if report.failed:
        for name, log in LOGS.items():
            said = log.read_text("utf-8", "replace").splitlines()[-LAST_LINES:]
            report.sections.append((f"{name} said last", "\n".join(said)))
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say aloud which servers could not be tried."""
    for name, why in NOT_TRIED.items():
        terminalreporter.section(f"REAL SERVERS NOT TRIED: {name}", sep="!", red=True, bold=True)
        terminalreporter.line(why)
