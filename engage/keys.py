"""Where the secrets of one's own accounts are: the system's keyring, else a file that only its owner can read.

Never the SQLite file, a log or an error. What a keyring takes is read back at once: some take everything and keep nothing.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from feeds.errors import N_, DamagedKeys

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    from feeds.model import Account

SERVICE = "nouvelles"
FILE = "keys.json"
_PRIVATE = 0o600
_THREADS: dict[str, threading.Lock] = {}
_GUARD = threading.Lock()


class Keys:
    """The secrets of the accounts of one home; `folder` is where its SQLite file is."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    @property
    def path(self) -> str:
        """Where the file is, if there is one."""
        return str(self._path)

    def check(self) -> None:
        """See to it that keys can be kept, before anybody is asked for any.

        Raises:
            DamagedKeys: the file cannot be read, or nothing can be written beside it.

        """
        self._read()
        try:
            with self._locked(""), tempfile.TemporaryFile(dir=self._path.parent):
                pass
        except OSError as error:
            raise self._damaged(error.strerror or str(error)) from None

    def get(self, account: Account) -> Mapping[str, str] | None:
        """The secrets of an account; None when there are none (any more).

        Raises:
            DamagedKeys: the file cannot be read.

        """
        return self._read().get(account.key) or _from_keyring(account.key)

    def put(self, account: Account, secrets: Mapping[str, str]) -> None:
        """Keep the secrets of an account, in place of earlier ones.

        Raises:
            DamagedKeys: the file cannot be read, or not be written.

        """
        with self._locked(""):
            known = self._read()
            if account.key in known or not _to_keyring(account.key, secrets):
                self._write({**known, account.key: dict(secrets)})

    def drop(self, account: Account) -> None:
        """Forget the secrets of an account, wherever they are.

        Raises:
            DamagedKeys: the file cannot be read, or not be written.

        """
        with self._locked(""):
            known = self._read()
            if known.pop(account.key, None) is not None:
                self._write(known)
        _drop_from_keyring(account.key)

    def where(self, account: Account) -> Literal["keyring", "file", ""]:
        """Where the secrets of an account are; empty when they are nowhere.

        Raises:
            DamagedKeys: the file cannot be read.

        """
        if account.key in self._read():
            return "file"
        return "keyring" if _from_keyring(account.key) else ""

    def alone(self, account: Account) -> AbstractContextManager[None]:
        """While this lasts no other thread or program renews the secrets of this account."""
        whose = f"{account.network} {account.address}"
        return self._locked(blake2b(whose.encode(), digest_size=6).hexdigest())

    # --- the file ---

    def _read(self) -> dict[str, dict[str, str]]:
        self._tighten()
        try:
            told = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise self._damaged(error.strerror or str(error)) from None
        except (ValueError, RecursionError):
            raise self._damaged(N_("it is not JSON")) from None
        if not isinstance(told, dict) or not all(map(_is_kept, told.values())):
            raise self._damaged(N_("it holds something else"))
        return told

    def _write(self, kept: Mapping[str, Mapping[str, str]]) -> None:
        """Write the file anew; it is private from its first moment, and the old one stays until the new one is whole."""
        try:
            handle, name = tempfile.mkstemp(prefix=f".{FILE}.", dir=self._path.parent)  # 0600 by itself
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(kept, file)
                    file.flush()
                    os.fsync(file.fileno())
                Path(name).replace(self._path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise self._damaged(error.strerror or str(error)) from None

    def _tighten(self) -> None:
        """Take away what others may do with it: a copy or a restored backup may have come back readable."""
        with suppress(OSError):
            if os.name == "posix" and self._path.stat().st_mode & 0o077:
                self._path.chmod(_PRIVATE)

    def _damaged(self, reason: str) -> DamagedKeys:
        return DamagedKeys(path=str(self._path), reason=reason)

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        path = self._path.with_name(f".{FILE}{name and '-'}{name}.lock")
        with _GUARD:
            thread = _THREADS.setdefault(str(path), threading.Lock())
        with thread, _program_locked(path):
            yield


def _is_kept(told: object) -> bool:
    """Whether something in the file is what is kept of an account."""
    return isinstance(told, dict) and all(isinstance(value, str) for value in told.values())


@contextmanager
def _program_locked(path: Path) -> Iterator[None]:
    """No other program is here at the same time. The lock ends with the program that holds it, however that ends."""
    handle = os.open(path, os.O_CREAT | os.O_RDWR, _PRIVATE)
    try:
        with suppress(OSError):  # a disk over the network may know no locks: then threads alone keep apart
            _lock(handle)
        yield
    finally:
        os.close(handle)


def _lock(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - there is none elsewhere

        msvcrt.locking(handle, msvcrt.LK_LOCK, 1)  # it gives up after ten seconds
    else:
        import fcntl  # noqa: PLC0415 - there is none on Windows

        fcntl.flock(handle, fcntl.LOCK_EX)


# --- the keyring: its back ends raise whatever the system's own services raise ---


def _to_keyring(key: str, secrets: Mapping[str, str]) -> bool:
    """Whether the system's keyring took some secrets and gives them back."""
    import keyring  # noqa: PLC0415 - it looks for its back ends, which takes a while

    try:
        keyring.set_password(SERVICE, key, json.dumps(dict(secrets)))
    except Exception:  # noqa: BLE001 - none here, locked, too small for it: the file does as well
        return False
    if _from_keyring(key) == dict(secrets):
        return True
    _drop_from_keyring(key)
    return False


def _from_keyring(key: str) -> dict[str, str] | None:
    import keyring  # noqa: PLC0415 - see above

    try:
        told = json.loads(keyring.get_password(SERVICE, key) or "null")
    except Exception:  # noqa: BLE001 - what cannot be read now is not there now
        return None
    return told if _is_kept(told) else None


def _drop_from_keyring(key: str) -> None:
    import keyring  # noqa: PLC0415 - see above

    with suppress(Exception):  # it was not there
        keyring.delete_password(SERVICE, key)
