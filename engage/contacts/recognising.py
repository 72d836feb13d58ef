"""What a file is, by what stands in it and never by its name; and what it tells.

A ZIP, or the folder that it was unpacked into, is read as the archive that it is. What is too large, or unpacks to more than any
archive holds, is refused before it fills the memory.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING

from engage import carrying
from engage.contacts import google, linkedin, mastodon_csv, vcard, xarchive
from engage.errors import TooMuch, UnknownFile
from feeds import opml
from feeds.errors import N_, NotOpml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from engage.carrying import Told
    from engage.contacts.cards import Book
    from feeds.opml import Subscriptions

MEGABYTE = 1024 * 1024
# An archive of ten years holds some hundred megabytes of text; its pictures are passed over.
_MOST_BYTES = 1024 * MEGABYTE
_MOST_MEMBERS = 100_000
_WANTED = (".csv", ".js", ".json", ".vcf", ".opml", ".xml", ".txt")
_NOT_A_ZIP = N_("it is damaged, or protected by a password")


def read(path: Path, content: bytes | None = None) -> Book | Told | Subscriptions:
    """What a file tells, or a folder; `content` is what came from standard input instead.

    Raises:
        UnknownFile: it is nothing that can be read here, or cannot be read at all.
        TooMuch: it is larger than any such file.

    """
    name = str(path)
    if content is None and path.is_dir():
        return _archive(dict(_in_folder(path)), name)
    if content is None:
        content = _content(path)
    if content.startswith(b"PK\x03\x04"):
        return _archive(dict(_in_zip(content, name)), name)
    return _single(content, path.name, name)


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise TooMuch(path=str(path), megabytes=_MOST_BYTES // MEGABYTE)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UnknownFile(path=str(path), reason=N_("there is no such file")) from error
    except OSError as error:
        raise UnknownFile(path=str(path), reason=error.strerror or str(error)) from error


def _in_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    total = 0
    for number, path in enumerate(sorted(folder.rglob("*"))):
        if number > _MOST_MEMBERS:
            raise TooMuch(path=str(folder), megabytes=_MOST_BYTES // MEGABYTE)
        if path.suffix.lower() in _WANTED and path.is_file():
            content = _content(path)
            total += len(content)
            if total > _MOST_BYTES:
                raise TooMuch(path=str(folder), megabytes=_MOST_BYTES // MEGABYTE)
            yield path.name, content


def _in_zip(content: bytes, path: str) -> Iterator[tuple[str, bytes]]:
    """The members of a ZIP that may be read, by the last part of their names; never more of them than we take."""
    left = _MOST_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > _MOST_MEMBERS:
                raise TooMuch(path=path, megabytes=_MOST_BYTES // MEGABYTE)
            for member in members:
                if member.is_dir() or not member.filename.lower().endswith(_WANTED):
                    continue
                with archive.open(member) as file:
                    unpacked = file.read(left + 1)
                left -= len(unpacked)
                if left < 0:
                    raise TooMuch(path=path, megabytes=_MOST_BYTES // MEGABYTE)
                yield member.filename.replace("\\", "/").rpartition("/")[2], unpacked
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
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
