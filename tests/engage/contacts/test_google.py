"""What Google Contacts exports, in its old and its new columns."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.contacts import google

if TYPE_CHECKING:
    from engage.contacts.cards import Book, Card

NEW_HEADER = (
    "First Name,Middle Name,Last Name,Phonetic First Name,Phonetic Middle Name,Phonetic Last Name,"
    "Name Prefix,Name Suffix,Nickname,File As,Organization Name,Organization Title,Organization Department,"
    "Birthday,Notes,Photo,Labels,"
    "E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,"
    "Website 1 - Label,Website 1 - Value,Custom Field 1 - Label,Custom Field 1 - Value"
)
OLD_HEADER = (
    "Name,Given Name,Additional Name,Family Name,Yomi Name,Name Prefix,Name Suffix,Nickname,Short Name,Maiden Name,"
    "Birthday,Gender,Location,Occupation,Notes,Language,Photo,Group Membership,E-mail 1 - Type,E-mail 1 - Value,IM 1 - Type,"
    "IM 1 - Service,IM 1 - Value,Phone 1 - Type,Phone 1 - Value,Organization 1 - Type,Organization 1 - Name,"
    "Organization 1 - Yomi Name,Organization 1 - Title,Website 1 - Type,Website 1 - Value"
)
NEW = NEW_HEADER.split(",")
OLD = OLD_HEADER.split(",")


def export(header: list[str], *people: dict[str, str], encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, restval="")
    writer.writeheader()
    writer.writerows(people)
    return text.getvalue().encode(encoding)


def book(content: bytes) -> Book:
    found = google.read(content)
    assert found is not None
    assert found == google.read(content)
    return found


def only(header: list[str], **told: str) -> Card:
    person = {name.replace("_", " ").replace("  ", " - "): value for name, value in told.items()}
    found = book(export(header, {name.replace("E mail", "E-mail"): value for name, value in person.items()}))
    assert (found.unread, found.remarks) == ((), ())
    (card,) = found.cards
    return card


def test_the_new_columns() -> None:
    julie = only(
        NEW,
        First_Name="Julie",
        Middle_Name="Anne",
        Last_Name="Martin",
        Name_Prefix="Dr.",
        Nickname="Juju",
        Organization_Name="Haies et talus",
        Organization_Title="Paysagiste",
        Birthday="1980-04-12",
        Notes="Rencontrée à la foire,\navec Paul.",
        Labels="Jardin ::: * friends ::: * myContacts",
        E_mail_1__Label="Travail",
        E_mail_1__Value="julie@haies.example ::: j.martin@haies.example",
        E_mail_2__Label="* Domicile",
        E_mail_2__Value="julie@maison.example",
        Phone_1__Label="Mobile",
        Phone_1__Value="+33 6 12 34 56 78 ::: 01 23 45 67 89",
        Website_1__Label="Blog",
        Website_1__Value="http\\://julie.example/",
        Custom_Field_1__Label="Mastodon",
        Custom_Field_1__Value="@julie@piaille.example",
    )
    assert (julie.line, julie.name, julie.also) == (2, "Julie Anne Martin", ("Juju",))
    assert (julie.company, julie.position, julie.birthday) == ("Haies et talus", "Paysagiste", "1980-04-12")
    assert (julie.note, julie.tags) == ("Rencontrée à la foire,\navec Paul.", ("Jardin", "friends"))
    assert [(address.kind, address.address) for address in julie.addresses] == [
        ("email", "julie@maison.example"),  # the preferred one
        ("email", "julie@haies.example"),
        ("email", "j.martin@haies.example"),
        ("phone", "+33612345678"),
        ("phone", "0123456789"),
        ("link", "http://julie.example/"),
        ("mastodon", "julie@piaille.example"),
    ]


def test_the_old_columns() -> None:
    julie = only(
        OLD,
        Name="Dr. Julie Martin",
        Given_Name="Julie",
        Family_Name="Martin",
        Name_Prefix="Dr.",
        Birthday=" --04-12",
        Occupation="Jardinière",
        Language="fr",
        Group_Membership="* My Contacts ::: Jardin",
        E_mail_1__Type="* Home",
        E_mail_1__Value="julie@haies.example",
        IM_1__Service="GOOGLE_TALK",
        IM_1__Value="julie@jabber.example",
        Phone_1__Type="Mobile",
        Phone_1__Value="+33 6 12 34 56 78",
        Organization_1__Name="Haies et talus ::: La mare",
        Website_1__Type="Profile",
        Website_1__Value="https://www.linkedin.com/in/julie-m/ ::: https://x.com/JulieHaies",
    )
    assert (julie.name, julie.birthday, julie.position) == ("Julie Martin", "--04-12", "Jardinière")
    assert (julie.company, julie.language, julie.tags) == ("Haies et talus", "fr", ("Jardin",))
    assert [(address.kind, address.address) for address in julie.addresses] == [
        ("email", "julie@haies.example"),
        ("link", "xmpp:julie@jabber.example"),
        ("phone", "+33612345678"),
        ("linkedin", "julie-m"),
        ("x", "juliehaies"),
    ]


def test_french_columns() -> None:
    header = [
        "Prénom",
        "Nom",
        "Surnom",
        "Libellés",
        "E-mail 1 - Libellé",
        "E-mail 1 - Valeur",
        "Téléphone 1 - Valeur",
    ]
    julie = dict(
        zip(
            header,
            ("Julie", "Martin", "Juju", "Jardin", "", "julie@haies.example", "0612345678"),
            strict=True,
        )
    )
    (card,) = book(export(header, julie)).cards
    assert (card.name, card.also, card.tags) == ("Julie Martin", ("Juju",), ("Jardin",))
    assert [address.kind for address in card.addresses] == ["email", "phone"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_whatever_the_encoding(encoding: str) -> None:
    (card,) = book(export(NEW, {"First Name": "Renée"}, encoding=encoding)).cards
    assert card.name == "Renée"


def test_a_line_is_counted_where_it_begins() -> None:
    people = ({"First Name": "Julie", "Notes": "un\ndeux\ntrois"}, {"First Name": "Paul"})
    assert [card.line for card in book(export(NEW, *people)).cards] == [2, 5]


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"Nickname": "Juju", "File As": "x"}, "Juju"),
        ({"File As": "Julie Martin"}, "Julie Martin"),
        ({"First Name": "julie@haies.example", "E-mail 1 - Value": "julie@haies.example"}, ""),
        ({"E-mail 1 - Value": "julie@haies.example"}, ""),
    ],
)
def test_whoever_has_no_name_is_called_by_what_there_is(told: dict[str, str], name: str) -> None:
    (card,) = book(export(NEW, told)).cards
    assert card.name == name


def test_a_fax_is_no_telephone() -> None:
    assert (
        only(NEW, First_Name="Julie", Phone_1__Label="Work Fax", Phone_1__Value="0123456789").addresses == ()
    )


def test_a_field_of_ones_own_is_an_address_only_where_its_label_says_so() -> None:
    label, value = "Mare préférée", "https://mare.example/"
    assert (
        only(NEW, First_Name="J", Custom_Field_1__Label=label, Custom_Field_1__Value="julie.martin").addresses
        == ()
    )
    assert only(NEW, First_Name="J", Custom_Field_1__Label=label, Custom_Field_1__Value=value).addresses == ()


def test_companies_are_counted_and_what_cannot_be_read_is_reported() -> None:
    found = book(
        export(
            NEW,
            {"Organization Name": "Haies et talus", "Phone 1 - Value": "0123456789"},
            {"Notes": "qui ?"},
            {"First Name": "Julie", "E-mail 1 - Value": "julie chez haies"},
        )
    )
    assert [card.name for card in found.cards] == ["Julie"]
    assert [remark[-2:] for remark in found.remarks] == ["1."]
    assert [(unread.line, unread.start) for unread in found.unread] == [(3, "qui ?"), (4, "julie chez haies")]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"BEGIN:VCARD\nEND:VCARD\n",
        b"First Name,Last Name,URL,Email Address,Company,Position,Connected On\nJulie,M,,,,,08 Feb 2026\n",
        b"First Name,Last Name,Labels\nJulie,M,x\n",  # some other program's
        b"Account address,Show boosts\njulie@piaille.example,true\n",
        b"\xff\xd8\xff\0\0",
    ],
)
def test_what_is_no_such_file_is_not_taken_for_one(content: bytes) -> None:
    assert google.read(content) is None


def test_a_file_that_breaks_off_is_read_to_there() -> None:
    content = export(NEW, {"First Name": "Julie"}, {"First Name": "Paul", "Notes": 'il "dit"\nrien'})
    header = len(export(NEW))
    for end in range(header, len(content)):
        google.read(content[:end])
    assert [card.name for card in book(content[:-10]).cards] == ["Julie", "Paul"]


def test_hostile_cells_are_read_as_far_as_they_go() -> None:
    long = "a" * 5_000_000
    people = dict(zip(NEW, [long, "\0", *["a@" * 100_000] * 99], strict=False))
    for card in book(export(NEW, people)).cards:
        assert len(card.name) < 1_000
        assert all(len(address.address) < 3_000 for address in card.addresses)


@given(st.lists(st.text(), min_size=len(NEW), max_size=len(NEW)))
def test_any_cells_are_read(cells: list[str]) -> None:
    content = export(NEW, dict(zip(NEW, cells, strict=True)), encoding="utf-8") if _is_text(cells) else b""
    found = google.read(content)
    assert found is None or all(card.name or card.addresses for card in found.cards)


def _is_text(cells: list[str]) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for cell in cells for letter in cell)
