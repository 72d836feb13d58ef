"""Where the secrets are: in the keyring, else in a file that only its owner can read, and nowhere else."""

from __future__ import annotations

import json
import os
import stat
import threading
from typing import TYPE_CHECKING

import keyring
import keyring.backends.fail
import keyring.backends.null
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from engage.keys import Keys
from feeds.errors import DamagedKeys
from feeds.model import Account

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ME = Account(
    "mastodon", "ada@home.example", "@ada@home.example", "https://home.example", key="mastodon @ada 1"
)
SKY = Account("bluesky", "did:plc:ada", "ada.example", "https://pds.example", key="bluesky did:plc:ada 2")
SECRETS = {"token": "tout-à-fait-secret", "client_id": "c", "client_secret": "s"}


class Memory(KeyringBackend):
    """A keyring that keeps things for as long as it lives."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked("locked")
        self.kept[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("locked")
        return self.kept.get((service, username))

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("not there")


@pytest.fixture
def memory() -> Iterator[Memory]:
    before, ours = keyring.get_keyring(), Memory()
    keyring.set_keyring(ours)
    yield ours
    keyring.set_keyring(before)


@pytest.fixture(params=["fail", "null"])
def none_here(request: pytest.FixtureRequest) -> Iterator[None]:
    """Machines without a keyring: one that says so, and one that takes everything and keeps nothing."""
    before = keyring.get_keyring()
    kinds = {"fail": keyring.backends.fail.Keyring, "null": keyring.backends.null.Keyring}
    keyring.set_keyring(kinds[request.param]())  # type: ignore[no-untyped-call]
    yield
    keyring.set_keyring(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_keyring_has_them_and_no_file_does(tmp_path: Path, memory: Memory) -> None:
    keys = Keys(tmp_path)
    assert (keys.get(ME), keys.where(ME)) == (None, "")
    keys.put(ME, SECRETS)
    assert (keys.get(ME), keys.where(ME)) == (SECRETS, "keyring")
    assert list(memory.kept) == [("nouvelles", ME.key)]
    assert not (tmp_path / "keys.json").exists()
    keys.put(ME, {"token": "anew"})
    assert Keys(tmp_path).get(ME) == {"token": "anew"}
    keys.drop(ME)
    keys.drop(ME)
    assert (keys.get(ME), memory.kept) == (None, {})


@pytest.mark.usefixtures("none_here")
def test_without_a_keyring_a_private_file_has_them(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    keys.put(ME, SECRETS)
    keys.put(SKY, {"access": "a", "refresh": "r"})
    assert (keys.get(ME), keys.get(SKY), keys.where(ME)) == (SECRETS, {"access": "a", "refresh": "r"}, "file")
    if os.name == "posix":
        assert mode(tmp_path / "keys.json") == 0o600
    keys.drop(ME)
    assert (keys.get(ME), keys.get(SKY)) == (None, {"access": "a", "refresh": "r"})
    left = {path.name for path in tmp_path.iterdir()}
    assert {name for name in left if not name.endswith(".lock")} == {"keys.json"}


def test_a_keyring_that_is_locked_by_now_is_done_without(tmp_path: Path, memory: Memory) -> None:
    memory.locked = True
    keys = Keys(tmp_path)
    keys.put(ME, SECRETS)
    assert (keys.get(ME), keys.where(ME)) == (SECRETS, "file")
    memory.locked = False
    keys.put(ME, {"token": "anew"})  # stays where it is: one place, not two
    assert (keys.get(ME), keys.where(ME), memory.kept) == ({"token": "anew"}, "file", {})


def test_whatever_a_keyring_raises_or_forgets_the_file_has_them(
    tmp_path: Path, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    class FromTheBus(Exception):
        """What a service of the system raises is of no kind that keyring knows."""

    def failing(*_: object) -> None:
        raise FromTheBus

    keys = Keys(tmp_path)
    with monkeypatch.context() as patch:
        for name in ("set_password", "get_password", "delete_password"):
            patch.setattr(memory, name, failing)
        keys.put(ME, SECRETS)
        assert (keys.get(ME), keys.where(ME), keys.get(SKY)) == (SECRETS, "file", None)
        keys.drop(ME)
        assert keys.get(ME) is None
    with monkeypatch.context() as patch:
        patch.setattr(memory, "get_password", lambda *_: '{"token": "of somebody else"}')
        keys.put(ME, SECRETS)
    assert (keys.get(ME), keys.where(ME), memory.kept) == (SECRETS, "file", {})


@pytest.mark.usefixtures("none_here")
@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_the_file_is_private_from_its_first_moment_and_made_so_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    sync = os.fsync

    def looking(handle: int) -> None:
        seen.append(stat.S_IMODE(os.fstat(handle).st_mode))
        sync(handle)

    monkeypatch.setattr("engage.keys.os.fsync", looking)
    before = os.umask(0)
    try:
        Keys(tmp_path).put(ME, SECRETS)
    finally:
        os.umask(before)
    assert seen == [0o600]
    (tmp_path / "keys.json").chmod(0o644)
    assert Keys(tmp_path).get(ME) == SECRETS
    assert mode(tmp_path / "keys.json") == 0o600


@pytest.mark.usefixtures("none_here")
@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"a": 1}', b'{"a": {"token": 1}}', b"\xff\xfe\x00", b"[" * 100_000]
)
def test_a_damaged_file_is_said_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "keys.json"
    path.write_bytes(content)
    keys = Keys(tmp_path)
    for use in (
        keys.get,
        keys.drop,
        keys.where,
        lambda _: keys.check(),
        lambda account: keys.put(account, SECRETS),
    ):
        with pytest.raises(DamagedKeys, match=r"keys\.json cannot be used"):
            use(ME)
    assert path.read_bytes() == content


@pytest.mark.usefixtures("none_here")
def test_a_full_disk_costs_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = Keys(tmp_path)
    keys.put(ME, SECRETS)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("engage.keys.os.fsync", full)
    with pytest.raises(DamagedKeys, match="No space left"):
        keys.put(SKY, {"access": "a"})
    monkeypatch.undo()
    assert keys.get(ME) == SECRETS
    assert not [
        path for path in tmp_path.iterdir() if path.name.startswith(".keys.json.") and path.suffix != ".lock"
    ]


@pytest.mark.usefixtures("none_here")
def test_many_at_once_lose_nothing(tmp_path: Path) -> None:
    accounts = [Account("bluesky", f"did:{n}", "", "", key=f"k{n}") for n in range(12)]
    threads = [threading.Thread(target=Keys(tmp_path).put, args=(a, {"access": a.key})) for a in accounts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [Keys(tmp_path).get(account) for account in accounts] == [{"access": a.key} for a in accounts]


@pytest.mark.usefixtures("none_here")
def test_who_is_alone_with_an_account_keeps_others_waiting_and_may_still_write(tmp_path: Path) -> None:
    order: list[str] = []
    begun = threading.Event()

    def second() -> None:
        begun.set()
        with Keys(tmp_path).alone(ME):
            order.append("second")

    with Keys(tmp_path).alone(ME):
        other = threading.Thread(target=second)
        other.start()
        begun.wait(10)
        Keys(tmp_path).put(ME, SECRETS)
        with Keys(tmp_path).alone(SKY):  # another account is nobody's concern
            order.append("first")
    other.join(10)
    assert order == ["first", "second"]


def test_no_word_of_theirs_is_in_what_can_be_printed(tmp_path: Path, memory: Memory) -> None:
    memory.locked = True
    keys = Keys(tmp_path)
    keys.put(ME, SECRETS)
    assert SECRETS["token"] not in repr(keys) + str(keys) + repr(vars(keys)) + repr(ME)
    assert json.loads((tmp_path / "keys.json").read_text("utf-8"))[ME.key] == SECRETS
