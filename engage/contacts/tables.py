"""Rows and tables out of CSV as programs write it: any encoding, any separator, whatever stands before the header. Pure."""

from __future__ import annotations

import csv
import io
import unicodedata
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, utf_8_decode
from collections import Counter
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

_SEPARATORS = ",;\t"
_HEADER_WITHIN = 30
_SAMPLE = 65_536
# A letter in UTF-16 is two bytes, and of most letters here one is zero. Text in other encodings has hardly any.
_MOSTLY = 0.4
_WIDEST_CELL = 2**31 - 1
# Behind the last line: a row of its own, unless a quotation swallows it that nobody closed. No cell holds it, for it is a NUL.
_END = "\0"
# So many quotations may be open to the end of the file; after that, in a file like this, a quotation mark means nothing.
_MOST_OPEN = 20


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row, and the line on which it begins, from 1."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below a header: where each column stands that was found, by its own name here; the header as it is written."""

    columns: dict[str, int]
    rows: tuple[Row, ...]
    header: tuple[str, ...] = ()


def decode(content: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 with or without its mark, or windows-1252; without NULs. Never fails.

    Of a file in UTF-8 with a foreign line in it only that line is read as windows-1252.
    """
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return content.decode("utf-16", "replace").replace("\0", "")
    if wide := _wide(content[:_SAMPLE]):
        return content.decode(wide, "replace").replace("\0", "")
    content = content.removeprefix(BOM_UTF8).replace(b"\0", b"")
    try:
        text, read = utf_8_decode(content, "strict", False)
    except UnicodeDecodeError:
        return "".join(map(_line, content.splitlines(keepends=True)))
    # What is left is the beginning of a letter that was cut off; or, where no other is of UTF-8, one of windows-1252.
    return text + content[read:].decode("windows-1252", "replace") if text.isascii() else text


def _wide(sample: bytes) -> str:
    half = len(sample) // 2
    if half and sample[1::2].count(0) > half * _MOSTLY and not sample[::2].count(0):
        return "utf-16-le"
    if half and sample[::2].count(0) > half * _MOSTLY and not sample[1::2].count(0):
        return "utf-16-be"
    return ""


def _line(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("windows-1252", "replace")


def rows(content: bytes) -> list[Row]:
    """Every row that is not empty, separated by commas, semicolons or tabs, whichever make columns of it.

    Where a quotation is opened and never closed it ends with its line, and the next line is a row again.
    """
    text = decode(content)
    return list(_rows(text, _separator(text)))


def _rows(text: str, separator: str) -> Iterator[Row]:
    csv.field_size_limit(_WIDEST_CELL)  # of the whole program, which reads CSV nowhere else
    lines = list(io.StringIO(text, newline=""))
    start = width = 0
    for tries in range(_MOST_OPEN + 1):
        reader = csv.reader(
            chain(islice(lines, start, None), [_END]),
            delimiter=separator,
            quoting=csv.QUOTE_MINIMAL if tries < _MOST_OPEN else csv.QUOTE_NONE,
        )
        first = start
        for cells in reader:
            if cells and cells[-1].endswith(_END):
                break
            if any(cells):
                width = len(cells)
                yield Row(first + 1, tuple(cells))
            first = start + reader.line_num
        if first >= len(lines):
            return
        if any(kept := _unclosed(lines[first], separator, width)):
            yield Row(first + 1, kept)
        start = first + 1


def _unclosed(line: str, separator: str, width: int) -> tuple[str, ...]:
    """The cells of a line with a quotation that nobody closed: a mark too many, or the end of a file that was cut off.

    In the first case it has as many cells as other rows have, once the mark is a letter like any other.
    """
    (literal,) = csv.reader([line], delimiter=separator, quoting=csv.QUOTE_NONE)
    if len(literal) == width:
        return tuple(cell.strip('"') for cell in literal)
    (quoted,) = csv.reader([line], delimiter=separator)
    return tuple(quoted)


def _separator(text: str) -> str:
    """The separator that makes the most columns, the same number again and again."""
    return max(_SEPARATORS, key=lambda separator: _evenness(text[:_SAMPLE], separator))


def _evenness(sample: str, separator: str) -> int:
    widths = Counter(len(row.cells) for row in islice(_rows(sample, separator), _HEADER_WITHIN))
    return max((width * count for width, count in widths.items() if width > 1), default=0)


def table(content: bytes, aliases: Mapping[str, Collection[str]], needed: Collection[str]) -> Table | None:
    """The table whose header names all that is `needed`, within the first rows; None when there is none.

    `aliases` says by which names a column goes besides its own; capitals, accents and white space make no difference. Rows that
    repeat the header are left out.
    """
    text = decode(content)
    names = {_plain(name): own for own, others in aliases.items() for name in (own, *others)}
    first = _separator(text)
    for separator in (first, *_SEPARATORS.replace(first, "")):
        reading = _rows(text, separator)
        for row in islice(reading, _HEADER_WITHIN):
            columns = _columns(row, names)
            if columns.keys() >= set(needed):
                return Table(
                    columns, tuple(other for other in reading if other.cells != row.cells), row.cells
                )
    return None


def _columns(row: Row, names: Mapping[str, str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for place, cell in enumerate(row.cells):
        if len(cell) < 100 and (own := names.get(_plain(cell))):  # noqa: PLR2004 - longer than any name of a column
            columns.setdefault(own, place)
    return columns


def _plain(name: str) -> str:
    """The name of a column without capitals, accents and superfluous space."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


def cell(row: Row, table: Table, name: str) -> str:
    """What stands in a column of a row, as it is; empty when the column or the cell is not there."""
    place = table.columns.get(name, -1)
    return row.cells[place] if 0 <= place < len(row.cells) else ""
