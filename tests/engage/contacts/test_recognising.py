"""What a file is, by what stands in it; and what is refused before it fills the memory."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from engage.carrying import Told
from engage.contacts import recognising
from engage.contacts.cards import Book
from engage.contacts.recognising import read
from engage.errors import TooMuch, UnknownFile
from feeds.opml import Subscriptions
from tests.engage.contacts import test_google as google
from tests.engage.contacts import test_linkedin as linkedin
from tests.engage.contacts import test_mastodon_csv as mastodon
from tests.engage.contacts import test_xarchive as x

if TYPE_CHECKING:
    from collections.abc import Mapping

VCARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{}\r\nEND:VCARD\r\n"
JULIE, PAUL = VCARD.format("Julie Martin").encode(), VCARD.format("Paul Roux").encode()
CONNECTIONS = linkedin.table(linkedin.CONNECTIONS, linkedin.connection(), before=linkedin.PREAMBLE)
OPML = b'<opml version="2.0"><body><outline text="Haies" xmlUrl="https://julie.example/feed"/></body></opml>'
FILES = {
    "LinkedIn": CONNECTIONS,
    "X": x.following(x.JULIE),
    "vCard": JULIE,
    "Google": google.export(google.NEW, {"First Name": "Julie", "Last Name": "Martin"}),
    "Mastodon": mastodon.BOTH.encode(),
}


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return written.getvalue()


def recognised(content: bytes, name: str = "fichier") -> str:
    """What some content is taken for, under a name that says nothing."""
    found = read(Path(name), content)
    return found.what if isinstance(found, Book) else type(found).__name__


def called(content: bytes) -> list[str]:
    found = read(Path("x"), content)
    assert isinstance(found, Book)
    return sorted(card.name for card in found.cards)


# LinkedIn's tables are told from others by their ending as well.
NAMES = ("fichier", "x.csv", "Connections.csv")
OTHERS = ("photo.png", "livre.vcf", "tweets.js", "a.zip")


@pytest.mark.parametrize(
    ("what", "name"), [(what, name) for what in FILES for name in NAMES + OTHERS * (what != "LinkedIn")]
)
def test_a_file_is_what_stands_in_it_and_not_its_name(what: str, name: str) -> None:
    assert recognised(FILES[what], name) == what


def test_what_readers_and_we_write() -> None:
    assert isinstance(read(Path("x"), OPML), Subscriptions)
    assert isinstance(read(Path("x"), b"https://julie.example/feed\n"), Subscriptions)
    assert isinstance(read(Path("x"), b'{"nouvelles": 1, "people": []}'), Told)


@pytest.mark.parametrize("what", FILES)
def test_in_an_archive_and_in_a_folder_it_is_the_same(what: str, tmp_path: Path) -> None:
    suffix = {"X": ".js", "vCard": ".vcf"}.get(what, ".csv")
    alone = read(Path("x"), FILES[what])
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / f"fichier{suffix}").write_bytes(FILES[what])
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    inside = {f"Archive/data/fichier{suffix}": FILES[what], "Archive/photo.png": b"\x89PNG"}
    for found in (read(tmp_path), read(Path("x"), zipped(inside))):
        assert isinstance(found, Book)
        assert isinstance(alone, Book)
        assert (found.what, found.cards, found.messages) == (alone.what, alone.cards, alone.messages)


def test_all_cards_of_an_archive_are_read() -> None:
    assert called(zipped({"a.vcf": JULIE, "b.vcf": PAUL})) == ["Julie Martin", "Paul Roux"]


def test_what_is_called_the_same_in_two_folders_is_read_twice(tmp_path: Path) -> None:
    files = {"amis/contacts.vcf": JULIE, "jardin/contacts.vcf": PAUL}
    assert called(zipped(files)) == ["Julie Martin", "Paul Roux"]
    for name, content in files.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(content)
    found = read(tmp_path)
    assert isinstance(found, Book)
    assert [card.name for card in found.cards] == ["Julie Martin", "Paul Roux"]


def test_what_a_mac_puts_beside_a_file_is_not_read() -> None:
    beside = {"__MACOSX/._contacts.csv": b"\0\5\x16\7\0\2\0\0Mac OS X", "contacts.csv": FILES["Google"]}
    assert recognised(zipped(beside)) == "Google"


def test_windows_writes_paths_the_other_way() -> None:
    assert recognised(zipped({"Basic\\Connections.csv": CONNECTIONS})) == "LinkedIn"


# --- what cannot be read ---


def reason(content: bytes) -> str:
    with pytest.raises(UnknownFile) as refused:
        read(Path("x"), content)
    return str(refused.value.values["reason"])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 100,
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"Bonjour.",
        b"{}",
        b"[1, 2]",
        b"a,b\n1,2\n",
        b"PK",
        b"%PDF-1.7",
    ],
)
def test_nothing_that_is_known(content: bytes) -> None:
    assert reason(content)


@pytest.mark.parametrize(
    "files", [{}, {"photo.png": b"\x89PNG"}, {"a.txt": b"x", "b.txt": b"y"}, {"a/": b""}]
)
def test_an_archive_of_nothing_that_is_known(files: dict[str, bytes]) -> None:
    assert reason(zipped(files)) == "none of the files in it is known here"


def test_a_file_that_is_not_there_and_a_folder_of_nothing(tmp_path: Path) -> None:
    for path, said in ((tmp_path / "rien", "no such file"), (tmp_path, "none of the files")):
        with pytest.raises(UnknownFile, match=said):
            read(path)


def locked() -> bytes:
    """A ZIP of which the flags say that its member is encrypted."""
    content = bytearray(zipped({"Connections.csv": CONNECTIONS}, zipfile.ZIP_STORED))
    content[6] |= 1
    content[content.index(b"PK\1\2") + 8] |= 1
    return bytes(content)


DAMAGED = "it is damaged, or protected by a password"


def test_a_locked_archive() -> None:
    assert reason(locked()) == DAMAGED


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_a_damaged_archive_is_a_sentence_whatever_is_wrong_with_it(method: int) -> None:
    whole = zipped({"é/Connections.csv": CONNECTIONS * 9, "livre.vcf": JULIE * 9}, method)
    assert reason(whole[: len(whole) // 2]) == DAMAGED
    chance = random.Random(5)
    refused = 0
    for _ in range(400):
        damaged = bytearray(whole)
        for _ in range(3):
            damaged[chance.randrange(4, len(whole))] = chance.randrange(256)
        try:
            read(Path("x"), bytes(damaged))
        except UnknownFile:
            refused += 1
    assert refused > 300


# --- what is too much ---


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(recognising, "_MOST_BYTES", 10_000)
    monkeypatch.setattr(recognising, "_MOST_MEMBERS", 10)
    return 10_000


def test_an_archive_that_unpacks_to_more_than_we_take(small: int) -> None:
    bomb = zipped({"Connections.csv": CONNECTIONS + b" " * 100 * small})
    assert len(bomb) < small
    with pytest.raises(TooMuch):
        read(Path("x"), bomb)
    several = zipped({f"{number}.vcf": JULIE + b" " * (small // 3) for number in range(4)})
    with pytest.raises(TooMuch):
        read(Path("x"), several)
    assert called(zipped({"a.vcf": JULIE + b" " * (small // 2)})) == ["Julie Martin"]


def test_of_a_bomb_no_more_is_unpacked_than_we_take(small: int, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    unpack = zipfile.ZipExtFile.read

    def told(self: Any, number: int | None = -1) -> bytes:
        content = unpack(self, number)
        taken.append(len(content))
        return content

    monkeypatch.setattr(zipfile.ZipExtFile, "read", told)
    with pytest.raises(TooMuch):
        read(Path("x"), zipped({f"{number}.csv": b" " * 50 * small for number in range(5)}))
    assert taken == [small + 1]


def test_pictures_in_an_archive_are_not_unpacked(small: int) -> None:
    assert called(zipped({"photo.jpg": b" " * 9 * small, "a.vcf": JULIE})) == ["Julie Martin"]


def test_more_files_than_any_archive_holds(small: int, tmp_path: Path) -> None:
    assert small
    with pytest.raises(TooMuch):
        read(Path("x"), zipped({f"{number}.vcf": JULIE for number in range(11)}))
    for number in range(11):
        (tmp_path / f"{number}.vcf").write_bytes(JULIE)
    with pytest.raises(TooMuch):
        read(tmp_path)
    (tmp_path / "9.vcf").unlink()
    assert isinstance(read(tmp_path), Book)


def test_a_file_that_is_too_large(small: int, tmp_path: Path) -> None:
    path = tmp_path / "livre.vcf"
    path.write_bytes(JULIE + b" " * small)
    for place in (path, tmp_path):
        with pytest.raises(TooMuch, match=r"livre\.vcf"):
            read(place)
    (tmp_path / "autre.vcf").write_bytes(b" " * (small // 2))
    path.write_bytes(JULIE + b" " * (small // 2))
    with pytest.raises(TooMuch):
        read(tmp_path)


def test_what_has_no_size_is_read_no_further(small: int) -> None:
    endless = Path("/dev/zero")
    if not endless.exists():
        pytest.skip("this system has no file without an end")
    with pytest.raises(TooMuch):
        read(endless)
    assert small
