"""Where the secrets of one's own accounts are: the system's keyring, else a file that only its owner can read.

Never the SQLite file, a log or an error. What a keyring takes is read back at once: some take everything and keep nothing.
"""

from __future__ import annotations

import json
import os
import tempfile
import threading
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from engage.errors import DamagedKeys
from feeds.errors import N_

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
        return self._locked(blake2b(account.key.encode(), digest_size=6).hexdigest())

    # --- the file ---

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            told = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise self._damaged(error.strerror or str(error)) from None
        except ValueError:
            raise self._damaged(N_("it is not JSON")) from None
        if not isinstance(told, dict) or not all(isinstance(kept, dict) for kept in told.values()):
            raise self._damaged(N_("it holds something else"))
        self._tighten()
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


@contextmanager
def _program_locked(path: Path) -> Iterator[None]:
    """No other program is here at the same time; where this system has no such lock, threads alone keep apart."""
    try:
        import fcntl  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        yield
        return
    handle = os.open(path, os.O_CREAT | os.O_RDWR, _PRIVATE)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


# --- the keyring ---


def _to_keyring(key: str, secrets: Mapping[str, str]) -> bool:
    """Whether the system's keyring took some secrets and gives them back."""
    import keyring  # noqa: PLC0415 - it looks for its back ends, which takes a while
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        keyring.set_password(SERVICE, key, json.dumps(dict(secrets)))
    except (KeyringError, OSError, RuntimeError):  # none here, locked, or of a kind that breaks
        return False
    return _from_keyring(key) == dict(secrets)


def _from_keyring(key: str) -> dict[str, str] | None:
    import keyring  # noqa: PLC0415 - see above
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        told = json.loads(keyring.get_password(SERVICE, key) or "null")
    except (KeyringError, OSError, RuntimeError, ValueError):
        return None
    return {str(name): str(value) for name, value in told.items()} if isinstance(told, dict) else None


def _drop_from_keyring(key: str) -> None:
    import keyring  # noqa: PLC0415 - see above
    from keyring.errors import KeyringError  # noqa: PLC0415

    with suppress(KeyringError, OSError, RuntimeError):
        keyring.delete_password(SERVICE, key)
