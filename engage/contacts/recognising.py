"""What a file is, by what stands in it and never by its name; and what it tells.

A ZIP, or the folder that it was unpacked into, is read as the archive that it is. What is too large, or unpacks to more than any
archive holds, is refused before it fills the memory.
"""

from __future__ import annotations

import io
import zipfile
from itertools import islice
from typing import TYPE_CHECKING

from engage import carrying
from engage.contacts import google, linkedin, mastodon_csv, vcard, xarchive
from engage.errors import TooMuch, UnknownFile
from feeds import opml
from feeds.errors import N_, NotOpml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from engage.carrying import Told
    from engage.contacts.cards import Book
    from feeds.opml import Subscriptions

MEGABYTE = 1024 * 1024
# An archive of ten years holds some hundred megabytes of text; its pictures are passed over.
_MOST_BYTES = 1024 * MEGABYTE
_MOST_MEMBERS = 100_000
_WANTED = (".csv", ".js", ".json", ".vcf", ".opml", ".xml", ".txt")
# The first of a member, or the end of one that holds none.
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_NOT_A_ZIP = N_("it is damaged, or protected by a password")


def read(path: Path, content: bytes | None = None) -> Book | Told | Subscriptions:
    """What a file tells, or a folder; `content` is what came from standard input instead.

    Raises:
        UnknownFile: it is nothing that can be read here, or cannot be read at all.
        TooMuch: it is larger than any such file.

    """
    name = str(path)
    if content is None and path.is_dir():
        return _archive(_by_name(_in_folder(path)), name)
    if content is None:
        content = _content(path)
    if content.startswith(_ZIP):
        return _archive(_by_name(_in_zip(content, name)), name)
    return _single(content, path.name, name)


def _content(path: Path) -> bytes:
    try:
        _bound(path.stat().st_size, _MOST_BYTES, path)
        with path.open("rb") as file:  # which may be a device, and have no size
            content = file.read(_MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise UnknownFile(path=str(path), reason=N_("there is no such file")) from error
    except OSError as error:
        raise UnknownFile(path=str(path), reason=error.strerror or str(error)) from error
    _bound(len(content), _MOST_BYTES, path)
    return content


def _bound(found: int, most: int, path: Path | str) -> None:
    """Refuse what is more than any archive holds."""
    if found > most:
        raise TooMuch(path=str(path), megabytes=_MOST_BYTES // MEGABYTE)


def _by_name(files: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """Files by the last part of their names; of those that are called the same in several folders none is lost."""
    found: dict[str, bytes] = {}
    for path, content in files:
        name = path.rpartition("/")[2]
        found[path if name in found else name] = content
    return found


def _is_wanted(path: str) -> bool:
    """Whether a file may be read for what it is called. What begins with a dot is a system's own, and no text."""
    name = path.rpartition("/")[2]
    return name.lower().endswith(_WANTED) and not name.startswith(".")


def _in_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    total = 0
    members = list(islice(folder.rglob("*"), _MOST_MEMBERS + 1))
    _bound(len(members), _MOST_MEMBERS, folder)
    for path in sorted(members):
        if _is_wanted(path.name) and path.is_file():
            content = _content(path)
            total += len(content)
            _bound(total, _MOST_BYTES, folder)
            yield path.relative_to(folder).as_posix(), content


def _in_zip(content: bytes, path: str) -> Iterator[tuple[str, bytes]]:
    """The members of a ZIP that may be read; never more of them than we take."""
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _bound(len(members), _MOST_MEMBERS, path)
            for member in members:
                name = member.filename.replace("\\", "/")
                if not member.is_dir() and _is_wanted(name):
                    with archive.open(member) as file:
                        unpacked = file.read(_MOST_BYTES - total + 1)
                    total += len(unpacked)
                    _bound(total, _MOST_BYTES, path)
                    yield name, unpacked
    except TooMuch:
        raise
    except Exception as error:  # a damaged ZIP fails in more ways than the library says
        raise UnknownFile(path=path, reason=_NOT_A_ZIP) from error


def _archive(files: Mapping[str, bytes], path: str) -> Book | Told | Subscriptions:
    if book := _of_archive(files):
        return book
    cards = [content for content in files.values() if vcard.is_vcard(content)]
    if cards:
        return vcard.read(b"\r\n".join(cards))
    if len(files) == 1:
        ((name, content),) = files.items()
        return _single(content, name, path)
    raise UnknownFile(path=path, reason=N_("none of the files in it is known here"))


def _of_archive(files: Mapping[str, bytes]) -> Book | None:
    if xarchive.is_x(files):
        return xarchive.read(files)
    return linkedin.read(files) if linkedin.is_linkedin(files) else None


def _vcard(content: bytes) -> Book | None:
    return vcard.read(content) if vcard.is_vcard(content) else None


def _single(content: bytes, name: str, path: str) -> Book | Told | Subscriptions:
    """One file by its content: what is easy to tell from all else goes before what is tolerant."""

    def _archived(content: bytes) -> Book | None:
        return _of_archive({name: content})

    if told := carrying.read(content, path):
        return told
    for reader in (_vcard, _archived, carrying.from_csv, google.read, mastodon_csv.read):
        if (found := reader(content)) is not None:
            return found
    try:
        return opml.read(content, path)
    except NotOpml as error:
        raise UnknownFile(path=path, reason=error.values.get("reason", "")) from error
