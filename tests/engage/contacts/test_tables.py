"""Rows and tables out of CSV in every disguise."""

from __future__ import annotations

import pytest

from engage.contacts.tables import Row, Table, cell, rows, table

ALIASES = {"name": ("Full Name", "Prénom et nom"), "city": ("Ville",), "note": ()}


def cells(content: bytes) -> list[tuple[str, ...]]:
    return [row.cells for row in rows(content)]


def found(content: bytes, *needed: str) -> Table:
    result = table(content, ALIASES, needed or ("name",))
    assert result is not None
    return result


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1252"]
)
def test_every_encoding_is_told_from_the_bytes(encoding: str) -> None:
    content = "Prénom,Ville\nZoé,Orléans\nÉlise,Nîmes\n".encode(encoding)
    assert cells(content) == [("Prénom", "Ville"), ("Zoé", "Orléans"), ("Élise", "Nîmes")]


def test_utf_16_with_the_other_mark() -> None:
    assert cells(b"\xfe\xff" + "a,é\n".encode("utf-16-be")) == [("a", "é")]


def test_one_foreign_line_costs_no_other() -> None:
    content = "Zoé,1\n".encode() + "Élise,2\n".encode("windows-1252") + "Noël,3\n".encode()
    assert cells(content) == [("Zoé", "1"), ("Élise", "2"), ("Noël", "3")]


def test_a_file_cut_in_the_middle_of_a_letter_keeps_all_before_it() -> None:
    assert cells("Zoé,Orlé".encode()[:-1]) == [("Zoé", "Orl")]


def test_a_last_letter_of_windows_is_one() -> None:
    assert cells("Zoe,Orlé".encode("windows-1252")) == [("Zoe", "Orlé")]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_what_makes_even_columns(separator: str) -> None:
    lines = [("name", "city", "note"), ("Zoé", "Nîmes", "x"), ("Élise", "Lyon, Paris, Nice; Lille", "y")]
    content = "\n".join(separator.join(f'"{text}"' for text in line) for line in lines).encode()
    assert cells(content) == lines


def test_a_table_is_found_though_a_preamble_is_full_of_another_separator() -> None:
    content = b"Exported, by, hand, and, with, commas\n\nname;city\nJulie;Lyon\n"
    assert [row.cells for row in found(content).rows] == [("Julie", "Lyon")]


def test_a_row_stands_where_it_begins() -> None:
    content = b'a,b\n\n1,"two\nlines"\r\n3,4\n'
    assert rows(content) == [Row(1, ("a", "b")), Row(3, ("1", "two\nlines")), Row(5, ("3", "4"))]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_end_of_a_line(end: str) -> None:
    assert rows(f"a,b{end}1,2{end}".encode()) == [Row(1, ("a", "b")), Row(2, ("1", "2"))]


def test_nuls_are_nothing() -> None:
    assert cells(b"a,b\nJu\0lie,\0\n") == [("a", "b"), ("Julie", "")]


def test_quotes_inside_of_quotes() -> None:
    assert cells(b'"say ""yes""",b\n') == [('say "yes"', "b")]


def test_a_mark_too_many_costs_its_own_line_at_most() -> None:
    content = b'a,b,c\n1,"two,3\n4,5,6\n7,8,9\n'
    assert cells(content) == [("a", "b", "c"), ("1", "two", "3"), ("4", "5", "6"), ("7", "8", "9")]


def test_a_quotation_that_the_end_cuts_off_keeps_what_is_there() -> None:
    assert cells(b'a,b\n1,2\n3,"dear, dear, fri') == [("a", "b"), ("1", "2"), ("3", "dear, dear, fri")]


def test_marks_without_end_are_letters_at_last() -> None:
    """Each of these lines opens a quotation again, to the end of the file."""
    content = b'a"b,"c\n' * 3_000
    assert len(rows(content)) == 3_000


def test_a_cell_of_ten_megabytes_is_a_cell() -> None:
    (row,) = rows(b'x,"' + b"a" * 10_000_000 + b'"')
    assert len(row.cells[1]) == 10_000_000


@pytest.mark.parametrize("content", [b"", b"\n\n\n", b",,,\n,,", b'"', b"\0\0\0", b"\xff\xfe", b'""'])
def test_nothing_is_no_row(content: bytes) -> None:
    assert rows(content) == []
    assert table(content, ALIASES, ("name",)) is None


def test_every_start_of_a_file_can_be_read() -> None:
    content = 'Notes:\n"One, ""two""\nand é"\n\nFull Name,Ville\nJulie,"Ly\non"\n'.encode()
    for end in range(len(content)):
        rows(content[:end])
        table(content[:end], ALIASES, ("name",))


@pytest.mark.parametrize(
    "header",
    ["full name,VILLE", " Full  Name , ville ", "Name,City", "prenom et nom,Ville", "PRÉNOM ET NOM,City"],
)
def test_a_header_is_known_in_any_spelling(header: str) -> None:
    result = found(f"Notes:\n\n{header}\nJulie,Lyon\n".encode(), "name", "city")
    assert result.columns == {"name": 0, "city": 1}
    assert result.rows == (Row(4, ("Julie", "Lyon")),)


def test_the_header_is_kept_as_it_is_written() -> None:
    assert found(b"Full Name, Ville\n").header == ("Full Name", " Ville")


def test_a_header_may_come_late_but_not_anywhere() -> None:
    assert found(b"x,y\n" * 29 + b"name,city\n").columns == {"name": 0, "city": 1}
    assert table(b"x,y\n" * 30 + b"name,city\n", ALIASES, ("name",)) is None


def test_without_what_is_needed_there_is_no_table() -> None:
    assert table(b"name,other\nJulie,1\n", ALIASES, ("name", "city")) is None


def test_the_first_of_two_columns_of_a_name_holds() -> None:
    assert found(b"name,Full Name\nJulie,Paul\n").columns == {"name": 0}


def test_a_header_that_comes_again_is_no_row() -> None:
    result = found(b"name,city\nJulie,Lyon\nname,city\nPaul,Nice\n")
    assert [row.cells[0] for row in result.rows] == ["Julie", "Paul"]


def test_a_cell_that_is_not_there_is_empty() -> None:
    result = found(b"name,city\n Julie \n")
    (row,) = result.rows
    assert (cell(row, result, "name"), cell(row, result, "city"), cell(row, result, "note")) == (
        " Julie ",
        "",
        "",
    )
