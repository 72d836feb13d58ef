"""Cards as telephones, programs and other people's exports write them."""

from __future__ import annotations

import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.contacts import vcard
from engage.contacts.cards import Book, Card

HAIES = "Rencontrée à la foire aux plantes, avec Paul.\nElle aime les haies; et les mares."
APPLE = """BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//iOS 17.0//EN
N:Martin;Julie;Anne;Dr.;
FN:Dr. Julie Anne Martin
NICKNAME:Juju,La Haie
ORG:Haies et talus\\, SARL;Conseil
TITLE:Paysagiste
EMAIL;type=INTERNET;type=HOME:Julie@Haies.example
item1.EMAIL;type=INTERNET;type=pref:julie@maison.example
item1.X-ABLabel:_$!<Other>!$_
TEL;type=CELL;type=VOICE;type=pref:+33 6 12 34 56 78
TEL;type=HOME;type=FAX:+33 1 23 45 67 89
item2.URL;type=pref:http\\://julie.example/
item2.X-ABLabel:_$!<HomePage>!$_
item3.URL:https://piaille.example/@julie
item3.X-ABLabel:Mastodon
X-SOCIALPROFILE;type=twitter;x-user=JulieHaies:http://twitter.com/JulieHaies
X-SOCIALPROFILE;type=Bluesky:x-apple:julie.example
X-SOCIALPROFILE;type=linkedin;x-user=julie-martin-42:x-apple:julie-martin-42
IMPP;X-SERVICE-TYPE=Jabber;type=HOME:xmpp:julie%40jabber.example
IMPP;X-SERVICE-TYPE=Skype:x-apple:julie.martin
BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-12
NOTE:Rencontrée à la foire aux plantes\\, avec Paul.\\nElle aime les ha
 ies\\; et les mares.
CATEGORIES:Jardin,Amis,myContacts
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQ
 AAAQABAAD
UID:1234
END:VCARD
"""


def card(*lines: str, version: str = "4.0", end: str = "\r\n") -> bytes:
    return end.join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""]).encode()


def only(content: bytes) -> Card:
    book = vcard.read(content)
    assert (book.unread, book.remarks) == ((), ())
    (found,) = book.cards
    return found


def shown(content: bytes) -> list[tuple[str, str]]:
    return [(address.kind, address.address) for address in only(content).addresses]


def test_a_card_of_an_iphone() -> None:
    julie = only(APPLE.replace("\n", "\r\n").encode())
    assert (julie.line, julie.name, julie.also) == (1, "Julie Anne Martin", ("Juju", "La Haie"))
    assert (julie.company, julie.position, julie.birthday) == (
        "Haies et talus, SARL",
        "Paysagiste",
        "--04-12",
    )
    assert (julie.note, julie.tags) == (HAIES, ("Jardin", "Amis"))
    assert [(address.kind, address.address) for address in julie.addresses] == [
        ("email", "julie@maison.example"),  # the preferred ones first
        ("phone", "+33612345678"),  # and no fax
        ("link", "http://julie.example/"),
        ("email", "Julie@haies.example"),
        ("mastodon", "julie@piaille.example"),
        ("x", "juliehaies"),
        ("link", "https://bsky.app/profile/julie.example"),
        ("linkedin", "julie-martin-42"),
        ("link", "xmpp:julie@jabber.example"),
        ("link", "skype:julie.martin"),
    ]


def test_reading_twice_gives_the_same_book() -> None:
    assert vcard.read(APPLE.encode()) == vcard.read(APPLE.encode())


# --- encodings and lines ---


@pytest.mark.parametrize(
    "content",
    [
        APPLE.encode(),
        APPLE.encode("utf-8-sig"),
        APPLE.encode("utf-16"),
        APPLE.encode("utf-16-le"),
        APPLE.encode("utf-16-be"),
        APPLE.encode("windows-1252"),
        APPLE.replace("\n", "\r").encode(),
        APPLE.replace("\n", "\r\r\n").encode(),
        APPLE.replace("\n", "\r\n").lower().encode().replace(b"begin:vcard", b"begin:vCard"),
        APPLE.replace("NOTE:", "NOTE\0:").encode(),
        f"\n\n{APPLE}\n\n".encode(),
        f"Content-Type: text/vcard;\n charset=utf-8\n\n{APPLE}".encode(),
    ],
)
def test_whatever_the_encoding_and_the_ends_of_lines(content: bytes) -> None:
    assert vcard.is_vcard(content)
    note = only(content).note
    assert note.lower() == HAIES.lower()


@pytest.mark.parametrize(
    "content",
    [b"", b"Nom,E-mail\nJulie,j@haies.example\nBEGIN:VCARD\n", b"\xff\xd8\xff", b"BEGIN:VCALENDAR\nX:1"],
)
def test_what_is_no_card_is_not_taken_for_one(content: bytes) -> None:
    assert not vcard.is_vcard(content)
    assert vcard.read(b"rien") == Book("vCard")


def test_each_card_of_a_file_knows_its_line() -> None:
    content = card("FN:Julie", end="\n") + b"\n\xef\xbb\xbf" + card("NOTE:a", " b", "FN:Paul", end="\n")
    assert [(found.line, found.name) for found in vcard.read(content).cards] == [(1, "Julie"), (6, "Paul")]


def test_a_fold_within_a_letter_or_after_a_space_is_taken_back() -> None:
    assert only(card("FN:Ju", " lie ", "  Mar", "\ttin")).name == "Julie Martin"


def test_version_2_1_is_read_in_its_own_encodings() -> None:
    note = quopri.encodestring("Été; haie =\nmare".encode()).replace(b"\n", b"=0D=0A").decode()
    content = b"\r\n".join(
        [
            b"BEGIN:VCARD",
            b"VERSION:2.1",
            b"N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:L=C3=A9ger;Ren=",
            b"=C3=A9e;;;",
            b"FN;CHARSET=ISO-8859-15;QUOTED-PRINTABLE:Ren=E9e L=E9ger",
            b"ORG;CHARSET=ISO-8859-1:B\xe9ton\\; fils;Conseil",
            b"TITLE:C:\\nouveau",
            f"NOTE;ENCODING=QUOTED-PRINTABLE:{note}".encode(),
            b"TEL;CELL;PREF:06 12 34 56 78",
            b"TEL;FAX;WORK:01 12 34 56 78",
            b"EMAIL;INTERNET:renee@haies.example",
            b"X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Nana;1;;;",
            b"PHOTO;JPEG;ENCODING=BASE64:/9j/4AAQ",
            b"SkZJRgABAQ==",
            b"",
            b"END:VCARD",
        ]
    )
    renee = only(content)
    assert (renee.name, renee.company, renee.position) == ("Renée Léger", "Béton; fils", "C:\\nouveau")
    assert [address.address for address in renee.addresses] == ["0612345678", "renee@haies.example"]
    assert renee.also == ("Nana",)
    assert renee.note.splitlines() == ["Été; haie =", "mare"]


def test_a_soft_break_keeps_the_space_after_it_and_ends_with_the_card() -> None:
    content = card("FN:Julie", "NOTE;ENCODING=QUOTED-PRINTABLE:la haie=", " pousse=", version="2.1")
    assert only(content).note == "la haie pousse"


def test_before_version_3_a_fold_keeps_its_space() -> None:
    assert only(card("FN:Julie", "NOTE:la haie", " pousse", version="2.1")).note == "la haie pousse"


def test_text_that_nobody_folded_goes_on() -> None:
    assert only(card("FN:Julie", "NOTE:la haie", "pousse encore", "TITLE:x")).note == "la haie\npousse encore"


def test_quotes_and_carets_stand_in_parameters() -> None:
    content = card(
        "FN:Julie",
        'SOCIALPROFILE;SERVICE-TYPE="Mastodon";LABEL="a;b:c,^n^\'d";USERNAME="julie@piaille.example":',
        'EMAIL;TYPE="home,pref":julie@haies.example',
    )
    assert shown(content) == [("email", "julie@haies.example"), ("mastodon", "julie@piaille.example")]


@pytest.mark.parametrize(
    "head", ['EMAIL;X="', "EMAIL;;;=", "EMAIL;TYPE", "..EMAIL", "EMAIL;PREF=xx", "EMAIL ", "a.EMAIL"]
)
def test_a_head_that_is_wrong_somehow_still_says_what_it_is(head: str) -> None:
    assert shown(card(f"{head}:julie@haies.example")) == [("email", "julie@haies.example")]


# --- names ---


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["FN:Julie  Martin "], "Julie Martin"),
        (["N:Martin;Julie;Anne,Claire;;"], "Julie Anne Claire Martin"),
        (["FN:", "N:Martin;Julie"], "Julie Martin"),
        (["FN:Martin, Julie", "N:Martin;Julie;;;"], "Julie Martin"),
        (["FN:Dr Julie Martin, PhD", "N:Martin;Julie;;Dr;PhD"], "Julie Martin"),
        (["FN:julie@haies.example", "N:Martin;Julie;;;"], "Julie Martin"),
        (["FN:+33 6 12 34 56 78", "N:;;;;", "NICKNAME:Juju"], "Juju"),
        (["FN;PREF=2:Juliette", "FN;PREF=1:Julie"], "Julie"),
        (["N:D\\;Or;Julie\\, dite;;;"], "Julie dite D;Or"),
        (["FN:julie@haies.example", "N:;julie@haies.example;;;", "NICKNAME:Juju"], "Juju"),
        (["FN;ENCODING=b:SnVsaWU="], "Julie"),
        (["FN:Ju\x1b[31mlie"], "Ju[31mlie"),
    ],
)
def test_what_somebody_is_called(lines: list[str], name: str) -> None:
    assert only(card(*lines)).name == name


def test_a_second_name_is_another_name() -> None:
    assert only(card("FN:Julie Martin", "FN:Julie Durand")).also == ("Julie Durand",)


def test_an_address_in_place_of_a_name_is_none() -> None:
    found = only(card("FN:julie@haies.example", "EMAIL:julie@haies.example"))
    assert (found.name, len(found.addresses)) == ("", 1)


@pytest.mark.parametrize(
    "lines",
    [
        ["KIND:group", "FN:Les jardiniers", "MEMBER:urn:uuid:1"],
        ["KIND:ORG", "FN:Haies et talus"],
        ["KIND:location", "FN:La mare"],
        ["X-ADDRESSBOOKSERVER-KIND:group", "FN:Amis", "N:Amis"],
        ["FN:Haies et talus", "N:;;;;", "ORG:Haies et talus;", "X-ABShowAs:COMPANY"],
        ["FN:Haies et talus", "ORG:Haies et talus", "TEL:0123456789"],
    ],
)
def test_what_is_nobody_is_counted_and_left_out(lines: list[str]) -> None:
    book = vcard.read(card(*lines) + card("FN:Julie", "KIND:individual"))
    assert [found.name for found in book.cards] == ["Julie"]
    assert book.unread == ()
    assert [remark[-2:] for remark in book.remarks] == ["1."]


def test_a_person_shown_under_their_company_stays_a_person() -> None:
    lines = ("FN:Haies", "N:Martin;Julie;;;", "ORG:Haies", "X-ABShowAs:COMPANY")
    assert vcard.read(card(*lines)).cards[0].company == "Haies"


# --- addresses ---


@pytest.mark.parametrize(
    ("line", "address"),
    [
        ("EMAIL:mailto:julie@haies.example", ("email", "julie@haies.example")),
        ("EMAIL:Julie Martin <julie@haies.example>", ("email", "julie@haies.example")),
        ("TEL;VALUE=uri;TYPE=home:tel:+33-1-23-45-67-89;ext=5", ("phone", "+33123456789")),
        ("URL:www.julie.example", ("link", "https://www.julie.example")),
        ("URL:https://www.linkedin.com/in/Julie-Martin-42/", ("linkedin", "julie-martin-42")),
        ("X-SOCIALPROFILE;type=twitter:JulieHaies", ("x", "juliehaies")),
        ("X-SOCIAL-PROFILE;TYPE=twitter:@JulieHaies", ("x", "juliehaies")),
        ("X-SOCIALPROFILE;type=Twitter:x-apple:JulieHaies", ("x", "juliehaies")),
        ("X-SOCIALPROFILE;type=HOME;type=linkedin:in/julie-m/", ("linkedin", "julie-m")),
        ("X-SOCIALPROFILE;type=mastodon:@julie@piaille.example", ("mastodon", "julie@piaille.example")),
        (
            "X-SOCIALPROFILE;type=Mastodon:x-apple:%40julie%40piaille.example",
            ("mastodon", "julie@piaille.example"),
        ),
        ("X-SOCIALPROFILE:@julie@piaille.example", ("mastodon", "julie@piaille.example")),
        (
            "X-SOCIALPROFILE;type=facebook:http://www.facebook.com/julie",
            ("link", "http://www.facebook.com/julie"),
        ),
        ("X-SOCIALPROFILE;type=flickr;x-user=julie:", ("link", "https://www.flickr.com/people/julie")),
        ("SOCIALPROFILE;SERVICE-TYPE=GitHub;VALUE=text:julie", ("link", "https://github.com/julie")),
        (
            "SOCIALPROFILE;SERVICE-TYPE=Mastodon:https://piaille.example/@julie",
            ("mastodon", "julie@piaille.example"),
        ),
        (
            "SOCIALPROFILE;SERVICE-TYPE=Mastodon;USERNAME=julie@piaille.example:https://julie.example/toots",
            ("mastodon", "julie@piaille.example"),
        ),
        ("SOCIALPROFILE;SERVICE-TYPE=Bluesky:did:plc:julie", ("bluesky", "did:plc:julie")),
        ("URL;TYPE=x-feed:https://julie.example/@julie/feed", ("blog", "https://julie.example/@julie/feed")),
        ("IMPP:xmpp:julie@jabber.example", ("link", "xmpp:julie@jabber.example")),
        (
            "IMPP;X-SERVICE-TYPE=GoogleTalk:x-apple:julie@jabber.example",
            ("link", "xmpp:julie@jabber.example"),
        ),
        ("IMPP;X-SERVICE-TYPE=Matrix:x-apple:@julie:haies.example", ("link", "matrix:u/julie:haies.example")),
        ("IMPP:whatsapp:+33612345678", ("phone", "+33612345678")),
        ("IMPP:https://matrix.example/#/@julie", ("link", "https://matrix.example/#/@julie")),
        ("X-TWITTER:JulieHaies", ("x", "juliehaies")),
        ("X-MASTODON:julie@piaille.example", ("mastodon", "julie@piaille.example")),
        ("X-SKYPE-USERNAME:julie.m", ("link", "skype:julie.m")),
        ("X-JABBER;HOME:julie@jabber.example", ("link", "xmpp:julie@jabber.example")),
    ],
)
def test_where_somebody_is(line: str, address: tuple[str, str]) -> None:
    assert shown(card("FN:Julie", line)) == [address]


@pytest.mark.parametrize(
    "line",
    [
        "X-SOCIALPROFILE;type=nulle-part:julie.martin",  # a handle, and no page at "julie.martin"
        "X-SOCIALPROFILE;type=linkedin:Julie Martin",
        "X-SOCIALPROFILE;type=bluesky:julie",
        "X-SOCIALPROFILE;type=twitter:http://",
        "X-SOCIALPROFILE;type=twitter:",
        "IMPP;X-SERVICE-TYPE=AIM:aim:julie",
        "X-ABUID:https://haies.example/1",  # whatever that is, it is not said to be hers
        "TEL:888",
        "EMAIL;TYPE=EX:/o=Haies/ou=Talus/cn=julie",
        "EMAIL:",
        "URL:",
        "URL:javascript:alert(1)",
    ],
)
def test_what_leads_nowhere_is_left_out(line: str) -> None:
    assert shown(card("FN:Julie", line)) == []


def test_the_handle_beside_a_bluesky_account_is_what_people_call_it() -> None:
    line = (
        'SOCIALPROFILE;SERVICE-TYPE=Bluesky;USERNAME="julie.example":https://bsky.app/profile/did:plc:julie'
    )
    (account,) = only(card("FN:Julie", line)).addresses
    assert (account.address, account.label) == ("did:plc:julie", "julie.example")


def test_an_address_stands_once() -> None:
    assert len(shown(card("FN:Julie", *["EMAIL:julie@haies.example"] * 3))) == 1


# --- the rest ---


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("1980-04-12", "1980-04-12"),
        ("19800412", "1980-04-12"),
        ("1980-04-12T00:00:00Z", "1980-04-12"),
        ("19800412T235900-0500", "1980-04-12"),
        ("1980-04-12 00:00:00", "1980-04-12"),
        ("--0412", "--04-12"),
        ("--04-12", "--04-12"),
        ("--0412T1000", "--04-12"),
        ("1604-04-12", "--04-12"),
        ("0000-04-12", "--04-12"),
        ("2000-02-29", "2000-02-29"),
        ("--0229", "--02-29"),
        ("12.4.1980", "1980-04-12"),
        ("13/04/1980", "1980-04-13"),
        ("04/13/1980", "1980-04-13"),
        ("12 avril 1980", "1980-04-12"),
        ("1er août", "--08-01"),
        ("April 12, 1980", "1980-04-12"),
        ("12 Dec 1980", "1980-12-12"),
        ("05/04/1980", ""),  # who knows
        ("---12", ""),
        ("1980", ""),
        ("1980-04", ""),
        ("--04", ""),
        ("T102200", ""),
        ("1981-02-29", ""),
        ("1980-13-01", ""),
        ("0001-01-01", ""),
        ("4501-01-01", ""),
        ("circa 1800", ""),
        ("avril", ""),
        ("١٩٨٠-٠٤-١٢", ""),
        ("9" * 5000, ""),
        ("", ""),
    ],
)
def test_a_birthday_is_a_day_with_or_without_its_year(written: str, day: str) -> None:
    assert only(card("FN:Julie", f"BDAY:{written}")).birthday == day


def test_the_year_that_stands_for_none_is_named() -> None:
    assert only(card("FN:Julie", "BDAY;X-APPLE-OMIT-YEAR=1900:1900-04-12")).birthday == "--04-12"


def test_languages_roles_notes_and_what_our_own_export_says() -> None:
    found = only(
        card(
            "FN:Julie",
            "LANG;PREF=2:en",
            "LANG;PREF=1:fr-CA",
            "ROLE:Jardinière",
            "NOTE:un",
            "NOTE:deux",
            "X-NOUVELLES-CIRCLE:2",
            "X-NOUVELLES-MET-ON:2019-06",
            "X-NOUVELLES-GOALS:planter\\nmarcher",
        )
    )
    assert (found.language, found.position, found.note) == ("fr", "Jardinière", "un\n\ndeux")
    assert found.extra == {"circle": "2", "met_on": "2019-06", "goals": "planter\nmarcher"}


# --- what cannot be read ---


def test_a_card_of_nobody_is_reported_with_its_line_and_beginning() -> None:
    content = (
        card("FN:Julie", end="\n") + card("N:;;;;", "NOTE:qui est-ce ?", end="\n") + card("FN:Paul", end="\n")
    )
    book = vcard.read(content)
    assert [found.name for found in book.cards] == ["Julie", "Paul"]
    (unread,) = book.unread
    assert (unread.line, unread.start) == (5, "N:;;;; NOTE:qui est-ce ?")


def test_an_e_mail_address_that_is_none_is_reported_and_the_card_read() -> None:
    book = vcard.read(card("FN:Julie", "EMAIL:julie@@haies", "TEL:0612345678"))
    assert [address.kind for address in book.cards[0].addresses] == ["phone"]
    assert [(unread.line, unread.start) for unread in book.unread] == [(4, "julie@@haies")]


def test_a_card_without_an_end_ends_where_the_next_begins() -> None:
    content = b"BEGIN:VCARD\nFN:Julie\nNOTE:x\n" + card("FN:Paul")
    book = vcard.read(content)
    assert [found.name for found in book.cards] == ["Julie", "Paul"]
    assert book.remarks == ()


def test_of_a_file_that_breaks_off_half_an_address_is_not_kept() -> None:
    whole = vcard.read(b"BEGIN:VCARD\nFN:Julie\nEMAIL:julie@haies.example\n")
    cut = vcard.read(b"BEGIN:VCARD\nFN:Julie\nTEL:0612345678\nEMAIL:julie@haies.ex")
    assert [address.kind for address in whole.cards[0].addresses] == ["email"]
    assert [address.kind for address in cut.cards[0].addresses] == ["phone"]
    assert len(whole.remarks) == len(cut.remarks) == 1


def test_a_card_within_a_card_is_the_agents_and_not_hers() -> None:
    inner = card("FN:Paul", "EMAIL:paul@haies.example", version="2.1").decode().rstrip()
    julie = only(card("FN:Julie", "AGENT:", inner, "TEL:0612345678", version="2.1"))
    assert (julie.name, [address.kind for address in julie.addresses]) == ("Julie", ["phone"])


def test_every_cut_of_a_file_is_read() -> None:
    for end in range(len(APPLE)):
        vcard.read(APPLE[:end].encode())


@pytest.mark.parametrize(
    "content",
    [
        b"BEGIN:VCARD\n" * 20_000,
        b"BEGIN:VCARD\nAGENT:\n" * 20_000,
        b"BEGIN:VCARD\nFN:" + b"J" * 5_000_000 + b"\nEND:VCARD",
        b"BEGIN:VCARD\nN:" + b";" * 2_000_000 + b"\nEND:VCARD",
        b"BEGIN:VCARD\nN:" + b"\\" * 2_000_001 + b"\nEND:VCARD",
        b"BEGIN:VCARD\nFN:J\nEMAIL:" + b"a@" * 2_000_000 + b"\nTEL:" + b"1" * 2_000_000 + b"\nEND:VCARD",
        b"BEGIN:VCARD\nFN:J\nURL:http://"
        + b"a." * 2_000_000
        + b"\nX-TWITTER:"
        + b"a/" * 2_000_000
        + b"\nEND:VCARD",
        b"BEGIN:VCARD\n" + b"X;" * 2_000_000 + b':"\nEND:VCARD',
        b'BEGIN:VCARD\nX="' + b'";"' * 1_000_000 + b"\nEND:VCARD",
        b"BEGIN:VCARD\nFN:J\nURL:http://[\nIMPP:http://[::\nX-SOCIALPROFILE;type=x:http://]\nEND:VCARD",
        b"BEGIN:VCARD\nFN:J\nIMPP:" + b"x-apple:" * 5_000 + b"\nEND:VCARD",
        b"BEGIN:VCARD\nNOTE;ENCODING=QUOTED-PRINTABLE:=\n" + b"=\n" * 200_000,
        b"BEGIN:VCARD\nNOTE;ENCODING=B:%%%\nFN;ENCODING=B:QQ\nEND:VCARD",
        b"BEGIN:VCARD\nFN;CHARSET=rot13:\xe9\nNOTE;CHARSET=unicode-escape:\xe9\nORG;CHARSET=utf-7;QUOTED-PRINTABLE:+2AA-\nEND:VCARD",
        b"\0" * 1000 + b"BEGIN:VCARD\nFN:J\nEND:VCARD",
        b"\xff\xfe" + b"B\0E",
        b"\n \n \nEND:VCARD\nEND:VCARD\n:\n;\n",
    ],
)
def test_hostile_files_are_read_as_far_as_they_go(content: bytes) -> None:
    vcard.is_vcard(content)
    for found in vcard.read(content).cards:
        assert len(found.name) <= 200
        assert all(len(address.address) < 3_000 for address in found.addresses)
        (found.name + found.note + found.company).encode()


@given(
    st.lists(
        st.sampled_from([*APPLE.splitlines(), "BEGIN:VCARD", "END:VCARD", "AGENT:", "", " ", "=", "x"])
    ).map("\n".join)
)
def test_lines_in_any_order_are_read(text: str) -> None:
    book = vcard.read(text.encode())
    assert all(found.name or found.addresses for found in book.cards)


@given(st.binary())
def test_anything_after_a_beginning_is_read(content: bytes) -> None:
    vcard.read(b"BEGIN:VCARD\nFN:" + content)
    vcard.read(content)
