"""What Mastodon exports: whom one follows, lists, and what is nobody to follow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.contacts import mastodon_csv
from engage.contacts.cards import Book, Card

HEADER = "Account address,Show boosts,Notify on new posts,Languages\n"


def book(text: str | bytes) -> Book:
    found = mastodon_csv.read(text.encode() if isinstance(text, str) else text)
    assert found is not None
    return found


def accounts(text: str | bytes) -> list[tuple[int, str]]:
    found = book(text)
    assert (found.unread, found.remarks) == ((), ())
    return [(card.line, card.addresses[0].address) for card in found.cards]


BOTH = f'{HEADER}julie@piaille.example,true,false,"en, fr"\n@Paul@Mare.example,false,false,fr\n'


def test_whom_one_follows() -> None:
    julie, paul = book(BOTH).cards
    assert julie == Card(2, addresses=julie.addresses)
    assert (julie.addresses[0].kind, julie.addresses[0].url) == ("mastodon", "https://piaille.example/@julie")
    assert (paul.addresses[0].label, paul.language) == ("@paul@mare.example", "fr")
    assert book(BOTH) == book(BOTH)


@pytest.mark.parametrize(
    "text",
    [
        BOTH.encode("utf-8-sig"),
        BOTH.encode("utf-16"),
        BOTH.replace("\n", "\r\n"),
        BOTH.replace(",", ";").replace("en; fr", "en, fr"),
        BOTH.replace(HEADER, " account ADDRESS ,Show boosts,Notify on new posts,Languages\n"),
    ],
)
def test_whatever_the_encoding_and_the_header(text: str | bytes) -> None:
    assert accounts(text) == [(2, "julie@piaille.example"), (3, "paul@mare.example")]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (BOTH.removeprefix(HEADER), [1, 2]),
        ("julie@piaille.example,true,false,\npaul@mare.example,false,true,\n", [1, 2]),
        ("@julie@piaille.example\n@paul@mare.example\n", [1, 2]),
        ("Account address\njulie@piaille.example\npaul@mare.example\n", [2, 3]),
        ("Account address,Show boosts\njulie@piaille.example,true\npaul@mare.example,true\n", [2, 3]),
    ],
)
def test_older_files_and_those_without_a_header(text: str, lines: list[int]) -> None:
    assert accounts(text) == list(zip(lines, ["julie@piaille.example", "paul@mare.example"], strict=True))


def test_lists_become_tags_and_an_account_on_several_lists_is_one_card() -> None:
    rows = "Jardin,julie@piaille.example\nJardin,paul@mare.example\nAmis,julie@piaille.example\nAmis,zoe@mare.example\n"
    for text in (rows, f"List name,Account address\n{rows}", rows.replace(",", ",@")):
        tags = [(card.addresses[0].address, card.tags) for card in book(text).cards]
        assert tags == [
            ("julie@piaille.example", ("Jardin", "Amis")),
            ("paul@mare.example", ("Jardin",)),
            ("zoe@mare.example", ("Amis",)),
        ]


def test_an_account_twice_is_one_card() -> None:
    assert accounts(f"{HEADER}julie@piaille.example,true,,\nJulie@Piaille.example,true,,\n") == [
        (2, "julie@piaille.example")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Account address,Hide notifications\njulie@piaille.example,true\n",
        "julie@piaille.example,true\npaul@mare.example,false\n",  # followed long ago, or muted
        "#domain,#severity,#reject_media\nspam.example,suspend,true\n",
        "https://piaille.example/users/julie/statuses/123\nhttps://mare.example/@paul/456\n",
    ],
)
def test_nobody_is_made_of_what_one_mutes_blocks_or_keeps(text: str) -> None:
    found = book(text)
    assert (found.cards, found.unread, len(found.remarks)) == ((), (), 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "julie@haies.example\npaul@mare.example\n",  # e-mail, or accounts that one blocks
        "Julie,julie@haies.example\nPaul,paul@mare.example\n",
        "Martin,julie@gmail.example\nMartin,paul@gmail.example\nMartin,zoe@mare.example\n",
        "julie@haies.example,Julie,Martin,Haies\n",
        "spam.example\nmare.example\n",
        "https://julie.example/feed\nhttps://paul.example/feed\n",
        "Name,Account address,Balance\nJulie,julie@haies.example,3\n",
        "julie@piaille.example,true,false,\nJulie\n",
        "First Name,Last Name,URL,Email Address\nJulie,Martin,,julie@haies.example\n",
        "BEGIN:VCARD\nEND:VCARD\n",
    ],
)
def test_what_could_be_anything_else_is_not_taken(text: str) -> None:
    assert mastodon_csv.read(text.encode()) is None


def test_a_row_that_names_no_account_is_reported() -> None:
    found = book(f"{HEADER}julie,true,false,\npaul@mare.example,true,false,\n")
    assert [card.line for card in found.cards] == [3]
    assert [(unread.line, unread.start) for unread in found.unread] == [(2, "julie true false")]


@pytest.mark.parametrize(
    "content", [b"\0" * 5000, b"@" * 1_000_000, b"a@a.example," * 200_000, b'"' * 100_000]
)
def test_hostile_files_are_read_as_far_as_they_go(content: bytes) -> None:
    mastodon_csv.read(content)
    mastodon_csv.read(HEADER.encode() + content)


@given(st.binary())
def test_anything_below_a_header_is_read(content: bytes) -> None:
    mastodon_csv.read(content)
    mastodon_csv.read(HEADER.encode() + content)
