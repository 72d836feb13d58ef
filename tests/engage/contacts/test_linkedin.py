"""LinkedIn's archive: old and new, English and French, and what people and programs do to it."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest

from engage import addresses
from engage.contacts import linkedin
from engage.contacts.cards import Book, Card, Message
from engage.model import Address

PREAMBLE = 'Notes:\n"When exporting your data, you may notice that some e-mail addresses are ""missing"", among others."\n\n'
CONNECTIONS = ("First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On")
INVITATIONS = ("From", "To", "Sent At", "Message", "Direction", "inviterProfileUrl", "inviteeProfileUrl")
MESSAGES = (
    *(
        "CONVERSATION ID",
        "CONVERSATION TITLE",
        "FROM",
        "SENDER PROFILE URL",
        "TO",
        "RECIPIENT PROFILE URLS",
        "DATE",
    ),
    *("SUBJECT", "CONTENT", "FOLDER", "ATTACHMENTS", "IS MESSAGE DRAFT", "IS CONVERSATION DRAFT"),
)
OLD_MESSAGES = ("From", "To", "Date", "Subject", "Content", "Direction", "Folder")
JULIE = "https://www.linkedin.com/in/Julie-Martin-42"
PAUL = "https://www.linkedin.com/in/paul-durand"
ZOE = "https://www.linkedin.com/in/zo%C3%AB-brandt"
ME = "https://www.linkedin.com/in/camille-exemple"
NOON = datetime(2026, 2, 15, 12, tzinfo=UTC)


def page(slug: str) -> Address:
    address = addresses.on_linkedin(slug)
    assert address
    return address


def table(
    header: tuple[str, ...], *rows: tuple[str, ...], before: str = "", quoting: int = csv.QUOTE_MINIMAL
) -> bytes:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n", quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([header, *rows])
    return (before + written.getvalue()).encode()


def connection(
    first: str = "Julie",
    last: str = "Martin",
    url: str = JULIE,
    email: str = "",
    company: str = "",
    position: str = "",
    since: str = "08 Feb 2026",
) -> tuple[str, ...]:
    return (first, last, url, email, company, position, since)


def message(
    content: str = "Bonjour",
    *,
    sender: tuple[str, str] = ("Camille Exemple", ME),
    to: tuple[str, str] = ("Julie Martin", JULIE),
    talk: str = "2-a",
    title: str = "",
    at: str = "2026-02-15 00:04:28 UTC",
    subject: str = "",
    folder: str = "INBOX",
    attachments: str = "",
    draft: str = "No",
    talk_draft: str = "No",
) -> tuple[str, ...]:
    return (talk, title, *sender, *to, at, subject, content, folder, attachments, draft, talk_draft)


def profile(first: str = "Camille", last: str = "Exemple") -> bytes:
    return table(("First Name", "Last Name", "Maiden Name", "Headline"), (first, last, "", "Jardins"))


def read(**files: bytes) -> Book:
    return linkedin.read({f"{name}.csv": content for name, content in files.items()})


def read_messages(*rows: tuple[str, ...], header: tuple[str, ...] = MESSAGES) -> Book:
    return read(messages=table(header, *rows), Profile=profile())


def only_card(content: bytes) -> Card:
    (card,) = read(Connections=content).cards
    return card


def only_message(*rows: tuple[str, ...]) -> Message:
    book = read_messages(*rows)
    assert book.unread == ()
    (told,) = book.messages
    return told


# --- connections ---


def test_a_connection() -> None:
    row = connection(email="Julie@Haies.example", company=" Haies et  talus ", position="Jardinière")
    assert only_card(table(CONNECTIONS, row, before=PREAMBLE)) == Card(
        5,
        "Julie Martin",
        (
            page("julie-martin-42"),
            Address("email", "Julie@haies.example", "Julie@haies.example", "mailto:Julie@haies.example"),
        ),
        company="Haies et talus",
        position="Jardinière",
        since=date(2026, 2, 8),
    )


@pytest.mark.parametrize(
    "before", ["", PREAMBLE, "\ufeff" + PREAMBLE, "Notes:\n\nune ligne,\nune autre\n\n\n"]
)
def test_whatever_stands_before_the_header(before: str) -> None:
    assert only_card(table(CONNECTIONS, connection(), before=before)).addresses == (page("julie-martin-42"),)


def test_an_old_file_has_no_pages() -> None:
    content = table(
        (*CONNECTIONS[:2], *CONNECTIONS[3:]), ("Julie", "Martin", "", "Haies", "Chef", "07 Jun 2019")
    )
    assert only_card(content) == Card(
        2, "Julie Martin", company="Haies", position="Chef", since=date(2019, 6, 7)
    )


def test_a_french_file() -> None:
    header = ("Prénom", "Nom", "URL", "Adresse e-mail", "Entreprise", "Poste", "Date de connexion")
    card = only_card(table(header, connection(company="Haies", position="Chef", since="8 févr. 2026")))
    assert (card.name, card.addresses, card.company, card.position, card.since) == (
        "Julie Martin",
        (page("julie-martin-42"),),
        "Haies",
        "Chef",
        date(2026, 2, 8),
    )


def test_what_a_spreadsheet_made_of_it() -> None:
    content = "\ufeffFirst Name;Last Name;URL;Connected On\r\nJulie;Martin;;7-Feb-22\r\n".encode()
    assert only_card(content) == Card(2, "Julie Martin", since=date(2022, 2, 7))


def test_columns_stand_in_any_order_and_may_be_missing() -> None:
    assert (
        only_card(b"connected on, LAST NAME ,first name\n08 Feb 2026,Martin,Julie\n").name == "Julie Martin"
    )


def test_a_loose_file_may_be_called_anything() -> None:
    files = {"Connections (1).csv": table(CONNECTIONS, connection(), before=PREAMBLE)}
    assert linkedin.is_linkedin(files)
    assert len(linkedin.read(files).cards) == 1


def test_a_hidden_profile_is_reported_and_not_kept() -> None:
    book = read(Connections=table(CONNECTIONS, ("", "", "", "", "", "", "07 Jun 2022"), connection()))
    (unread,) = book.unread
    assert (unread.line, unread.start, unread.file) == (2, "07 Jun 2022", "Connections.csv")
    assert len(book.cards) == 1


def test_a_page_alone_is_somebody() -> None:
    assert only_card(table(CONNECTIONS, connection("", ""))).name == ""


def test_a_date_that_cannot_be_read_costs_no_card_and_is_counted() -> None:
    book = read(
        Connections=table(CONNECTIONS, connection(since="le 35 brumaire"), connection(url=PAUL, since=""))
    )
    assert [card.since for card in book.cards] == [None, None]
    assert book.remarks == ("Dates of connection that cannot be read are left empty: 1.",)


def test_a_page_listed_twice_is_one_card_and_namesakes_are_two() -> None:
    rows = [connection(), connection("J."), connection(url="", company="A"), connection(url="", company="B")]
    book = read(Connections=table(CONNECTIONS, *rows))
    assert [card.line for card in book.cards] == [2, 4, 5]


@pytest.mark.parametrize(
    "url",
    [
        "https://www.linkedin.com/company/haies",
        "javascript:alert(1)",
        "?",
        "http://[",
        "www.linkedin.com/in/",
    ],
)
def test_what_is_no_page_of_a_person_is_no_address(url: str) -> None:
    assert only_card(table(CONNECTIONS, connection(url=url))).addresses == ()


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Julie Martin, PhD", "Julie Martin"),
        ("Julie Martin PhD", "Julie Martin"),
        ("Julie Martin, Ph.D., PMP®, MBA", "Julie Martin"),
        ("Julie Martin MBA/PMP", "Julie Martin"),
        ("🌱 Julie Martin 🌱", "Julie Martin"),
        ("Dr. Julie Martin", "Julie Martin"),
        ("Julie Martin (elle)", "Julie Martin"),
        ("Julie Martin | Paysagiste", "Julie Martin"),
        ("Julie Martin - coach", "Julie Martin"),
        ("Julie Martin, coach en jardins", "Julie Martin"),
        ("Julie Martin-Durand", "Julie Martin-Durand"),
        ("Sammy Davis, Jr.", "Sammy Davis, Jr."),
        ("Martin, Julie", "Martin, Julie"),
        ("O’Brien, Conor, PMP", "O’Brien, Conor"),
        ("Dr. med. Anna Vogel", "Anna Vogel"),
        ("Madonna, MBA", "Madonna"),
        ("JULIE MARTIN", "JULIE MARTIN"),
        ("Dr Dre", "Dr Dre"),
        ("Prof Li", "Prof Li"),
        ("Jean-Noël D’Œuvre", "Jean-Noël D’Œuvre"),
    ],
)
def test_a_name_without_what_decorates_it(written: str, name: str) -> None:
    assert only_card(table(CONNECTIONS, connection(written, ""))).name == name


# --- dates ---


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("08 Feb 2026", date(2026, 2, 8)),
        ("7-Feb-22", date(2022, 2, 7)),
        ("8 févr. 2026", date(2026, 2, 8)),
        ("12 août 2024", date(2024, 8, 12)),
        ("1er mars 2026", date(2026, 3, 1)),
        ("3 juin 2023", date(2023, 6, 3)),
        ("3 juil. 2023", date(2023, 7, 3)),
        ("31 déc. 2020", date(2020, 12, 31)),
        ("15 septembre 2021", date(2021, 9, 15)),
        ("15 Sept 2021", date(2021, 9, 15)),
        ("4 mai 2021", date(2021, 5, 4)),
        ("Feb 8, 2026", date(2026, 2, 8)),
        ("2026-02-08", date(2026, 2, 8)),
        ("2/8/26", date(2026, 2, 8)),
        ("13/02/2026", date(2026, 2, 13)),
    ],
)
def test_a_day(written: str, day: date) -> None:
    assert only_card(table(CONNECTIONS, connection(since=written))).since == day


@pytest.mark.parametrize(
    "written",
    [
        "0000-00-00",
        "0000-01-01",
        "31 Feb 2026",
        "3 jui 2023",
        "8 Foo 2026",
        "9999-01-01",
        "1/1/1",
        "٣ Feb 2026",
        "2026-13-45",
        "9" * 5000,
    ],
)
def test_what_is_no_day(written: str) -> None:
    assert only_card(table(CONNECTIONS, connection(since=written))).since is None


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2026-02-15 00:04:28 UTC", datetime(2026, 2, 15, 0, 4, 28, tzinfo=UTC)),
        ("2026/02/15 00:04:28 UTC", datetime(2026, 2, 15, 0, 4, 28, tzinfo=UTC)),
        ("2026-02-15T01:04:28+01:00", datetime(2026, 2, 15, 0, 4, 28, tzinfo=UTC)),
        ("1/29/26, 2:37 PM", datetime(2026, 1, 29, 14, 37, tzinfo=UTC)),
        ("1/2/26, 2:37\u202fPM", datetime(2026, 1, 2, 14, 37, tzinfo=UTC)),
        ("1/29/26, 12:07 AM", datetime(2026, 1, 29, 0, 7, tzinfo=UTC)),
        ("02/01/2026 14:37", datetime(2026, 1, 2, 14, 37, tzinfo=UTC)),
        ("29 janv. 2026 à 14:37", datetime(2026, 1, 29, 14, 37, tzinfo=UTC)),
        ("29 janvier 2026 à 14 h 37", datetime(2026, 1, 29, 14, 37, tzinfo=UTC)),
        ("15 Feb 2026", NOON),
    ],
)
def test_a_moment(written: str, at: datetime) -> None:
    assert only_message(message(at=written)).at == at


# --- messages ---


def test_a_message_out_and_one_in() -> None:
    answer = message(
        "Salut", sender=("Julie Martin", JULIE), to=("Camille Exemple", ME), at="2026-02-16 10:00:00 UTC"
    )
    out, back = read_messages(message(), answer).messages
    assert (out.who, out.name, out.kind, out.direction, out.text, out.channel) == (
        page("julie-martin-42"),
        "Julie Martin",
        "wrote",
        "out",
        "Bonjour",
        "linkedin",
    )
    assert (back.who, back.name, back.direction, back.text) == (
        page("julie-martin-42"),
        "Julie Martin",
        "in",
        "Salut",
    )
    assert out.key.startswith("linkedin ")
    assert len(out.key) == len("linkedin ") + 24
    assert out.key != back.key


def test_every_field_may_be_quoted() -> None:
    book = read(messages=table(MESSAGES, message(subject=""), quoting=csv.QUOTE_ALL), Profile=profile())
    assert len(book.messages) == 1


@pytest.mark.parametrize("columns", [10, 11, 12, 13])
def test_columns_came_with_the_years(columns: int) -> None:
    book = read_messages(message()[:columns], header=MESSAGES[:columns])
    assert (len(book.messages), book.unread) == (1, ())


@pytest.mark.parametrize("row", [message(draft="Yes"), message(talk_draft="true"), message(folder="DRAFTS")])
def test_drafts_are_dropped(row: tuple[str, ...]) -> None:
    book = read_messages(row)
    assert (book.messages, book.unread, book.remarks) == ((), (), ())


@pytest.mark.parametrize(
    "row",
    [
        message(folder="SPAM"),
        message(title="Sponsored Conversation", sender=("Haies SA", "")),
        message(sender=("Haies SA", "https://www.linkedin.com/company/haies")),
        message(
            '<p class="spinmail-quill-editor__spin-break">Hello %FIRSTNAME%</p>', sender=("Haies SA", "")
        ),
    ],
)
def test_advertising_is_left_out_and_counted(row: tuple[str, ...]) -> None:
    book = read_messages(row, message())
    assert len(book.messages) == 1
    assert book.remarks == ("Advertising and messages in the spam folder are left out: 1.",)


@pytest.mark.parametrize(
    "name", ["guide_messages.csv", "LearningCoachMessages.csv", "learning_role_play_messages.csv"]
)
def test_what_machines_said_is_no_message(name: str) -> None:
    book = linkedin.read({name: table(MESSAGES, message()), "Profile.csv": profile()})
    assert (book.messages, book.unread) == ((), ())


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (
            "<p>Bonjour Julie,</p><p>une <b>haie</b> &amp; un talus</p>",
            "Bonjour Julie,\n\nune haie & un talus",
        ),
        ("Bonjour,<br>deux lignes", "Bonjour,\ndeux lignes"),
        ('Voir <a href="https://haies.example">ici</a>\net là', "Voir ici\net là"),
        ("Deux lignes\r\net\n\n\n\nune autre ", "Deux lignes\net\n\nune autre"),
        ("a < b, et b > c", "a < b, et b > c"),
        ("Fish &amp; chips &#39;n&#39; co", "Fish & chips 'n' co"),
        ("<script>alert(1)</script><p>Oui</p>", "Oui"),
        ("cloche\x07 et \u202eenvers", "cloche et envers"),
    ],
)
def test_a_message_is_plain_text(content: str, text: str) -> None:
    assert only_message(message(content)).text == text


def test_a_subject_stands_for_a_missing_text_and_a_picture_needs_none() -> None:
    assert only_message(message("", subject="Une haie")).text == "Une haie"
    assert only_message(message("", attachments="https://www.linkedin.com/dms/prv/image/1")).text == ""


def test_an_empty_message_is_reported() -> None:
    (unread,) = read_messages(message(" ")).unread
    assert (unread.line, unread.file) == (2, "messages.csv")


def test_a_message_without_a_date_is_reported() -> None:
    book = read_messages(message(at="bientôt"), message(at="0000-00-00 00:00:00 UTC"), message())
    assert ([unread.line for unread in book.unread], len(book.messages)) == ([2, 3], 1)
    assert {unread.reason for unread in book.unread} == {"The date cannot be read."}


@pytest.mark.parametrize("name", ["LinkedIn Member", "Membre de LinkedIn", "Utilisateur LinkedIn", ""])
def test_somebody_who_is_gone_is_reported(name: str) -> None:
    book = read_messages(
        message(sender=(name, ""), to=("Camille Exemple", ME)),
        message(to=(name, "")),
        message(talk="2-b"),
    )
    assert ([unread.line for unread in book.unread], len(book.messages)) == ([2, 3], 1)
    assert {unread.reason for unread in book.unread} == {
        "The account of the other one is gone, and LinkedIn no longer tells whose it was."
    }


def test_in_a_group_you_write_to_each_and_they_only_to_you() -> None:
    group = ("Julie Martin,Zoë Brandt", f"{JULIE},{ZOE}")
    book = read_messages(
        message("À vous deux", to=group),
        message("Merci", sender=("Julie Martin", JULIE), to=("Zoë Brandt,Camille Exemple", f"{ZOE},{ME}")),
    )
    told = [(told.direction, told.who and told.who.address, told.name) for told in book.messages]
    assert told == [
        ("out", "julie-martin-42", "Julie Martin"),
        ("out", "zoë-brandt", "Zoë Brandt"),
        ("in", "julie-martin-42", "Julie Martin"),
    ]


def test_degrees_part_no_names() -> None:
    group = ("Julie Martin, PhD, Paul Durand", f"{JULIE},{PAUL}")
    assert [told.name for told in read_messages(message(to=group)).messages] == [
        "Julie Martin",
        "Paul Durand",
    ]
    assert only_message(message(to=("Julie Martin, PhD, MBA", JULIE))).name == "Julie Martin"


def test_the_same_message_twice_is_one() -> None:
    assert len(read_messages(message(), message()).messages) == 1


def test_a_key_holds_though_pages_names_and_markup_change() -> None:
    before = only_message(message("<p>Bonjour</p>"))
    after = only_message(message(to=("Julie Durand", "https://www.linkedin.com/in/julie-durand")))
    assert before.key == after.key


# --- which side is you ---


def sides(book: Book) -> list[str]:
    return [told.direction for told in book.messages]


TWO_TALKS = (
    message(talk="2-a"),
    message("Oui", talk="2-b", sender=("Paul Durand", PAUL), to=("Camille Exemple", ME)),
)


def test_you_are_the_one_in_every_conversation() -> None:
    assert sides(read(messages=table(MESSAGES, *TWO_TALKS))) == ["out", "in"]


def test_you_are_the_one_whom_the_profile_names() -> None:
    assert sides(read(messages=table(MESSAGES, message()), Profile=profile())) == ["out"]
    assert sides(read(messages=table(MESSAGES, message()), Profile=profile("Julie", "Martin"))) == ["in"]


def test_you_are_the_one_who_invited() -> None:
    invitations = table(INVITATIONS, ("C. E.", "Paul Durand", "1/29/26, 2:37 PM", "", "OUTGOING", ME, PAUL))
    assert sides(read(messages=table(MESSAGES, message()), Invitations=invitations)) == ["out"]


def test_you_are_none_of_your_connections() -> None:
    assert sides(read(messages=table(MESSAGES, message()), Connections=table(CONNECTIONS, connection()))) == [
        "out"
    ]


def test_a_namesake_is_not_you() -> None:
    other = message("Moi aussi", talk="2-b", sender=("Camille Exemple", PAUL), to=("Camille Exemple", ME))
    assert sides(read_messages(message(), other, message(talk="2-c"))) == ["out", "in", "out"]


def test_in_doubt_nobody_is_you() -> None:
    book = read(messages=table(MESSAGES, message()))
    assert book.messages == ()
    assert [unread.line for unread in book.unread] == [2]
    assert "Profile.csv" in book.unread[0].reason


def test_a_friend_whom_you_never_answered_is_not_you() -> None:
    """In the years without pages of recipients only those have one who wrote."""
    header = (*MESSAGES[:5], *MESSAGES[6:10])
    rows = [
        message("Un", talk="2-a", sender=("Paul Durand", PAUL), to=("Camille Exemple", "")),
        message("Deux", talk="2-b", sender=("Paul Durand", PAUL), to=("Camille Exemple", "")),
        message("Trois", talk="2-c", to=("Julie Martin, Paul Durand", "")),
        message("Quatre", talk="2-c", sender=("Julie Martin", JULIE), to=("Camille Exemple", "")),
    ]
    book = read(messages=table(header, *[(*row[:5], *row[6:10]) for row in rows]), Profile=profile())
    assert [(told.direction, told.who and told.who.address, told.name) for told in book.messages] == [
        ("in", "paul-durand", "Paul Durand"),
        ("in", "paul-durand", "Paul Durand"),
        ("out", "julie-martin-42", "Julie Martin"),  # who has a page in this conversation
        ("out", None, "Paul Durand"),  # and here he has none
        ("in", "julie-martin-42", "Julie Martin"),
    ]
    without = read(messages=table(header, *[(*row[:5], *row[6:10]) for row in rows[:2]]))
    assert (without.messages, len(without.unread)) == ((), 2)


# --- the old file of messages ---


def test_old_messages_say_their_direction() -> None:
    content = table(
        OLD_MESSAGES,
        ("Camille Exemple", "Julie Martin", "5/3/18, 10:22 AM", "Haie", "Bonjour", "OUTGOING", "SENT"),
        (
            "Julie Martin, PhD",
            "Camille Exemple",
            "5/4/18, 10:22 AM",
            "Re: Haie",
            "Salut",
            "INCOMING",
            "INBOX",
        ),
        ("Haies SA", "Camille Exemple", "5/4/18, 10:22 AM", "Offre", "Achetez", "INCOMING", "Spam"),
    )
    assert linkedin.is_linkedin({"Messages.csv": content})
    book = read(Messages=content)
    assert [(told.direction, told.who, told.name, told.at) for told in book.messages] == [
        ("out", None, "Julie Martin", datetime(2018, 5, 3, 10, 22, tzinfo=UTC)),
        ("in", None, "Julie Martin", datetime(2018, 5, 4, 10, 22, tzinfo=UTC)),
    ]
    assert len(book.remarks) == 1


# --- invitations ---


def test_an_invitation_makes_a_card_and_with_words_a_message() -> None:
    book = read(
        Invitations=table(
            INVITATIONS,
            ("Camille Exemple", "Julie Martin", "1/29/26, 2:37 PM", "Votre haie…", "OUTGOING", ME, JULIE),
            ("Paul Durand", "Camille Exemple", "1/30/26, 9:00 AM", "", "INCOMING", PAUL, ME),
            ("Zoë Brandt", "Camille Exemple", "1/31/26, 9:00 AM", "Bonjour !", "INCOMING", ZOE, ME),
        )
    )
    assert [(card.name, card.addresses) for card in book.cards] == [
        ("Julie Martin", (page("julie-martin-42"),)),
        ("Paul Durand", (page("paul-durand"),)),
        ("Zoë Brandt", (page("zoë-brandt"),)),
    ]
    assert [(told.name, told.kind, told.direction, told.at, told.text) for told in book.messages] == [
        ("Julie Martin", "wrote", "out", datetime(2026, 1, 29, 14, 37, tzinfo=UTC), "Votre haie…"),
        ("Zoë Brandt", "wrote", "in", datetime(2026, 1, 31, 9, tzinfo=UTC), "Bonjour !"),
    ]


def test_old_invitations_have_no_pages() -> None:
    row = ("Camille Exemple", "Julie Martin", "1/29/20, 2:37 PM", "Bonjour", "OUTGOING")
    book = read(Invitations=table(INVITATIONS[:5], row))
    assert [(card.name, card.addresses) for card in book.cards] == [("Julie Martin", ())]
    assert [(told.who, told.name) for told in book.messages] == [(None, "Julie Martin")]


def test_whoever_is_connected_already_has_one_card() -> None:
    invitations = table(
        INVITATIONS,
        ("Camille Exemple", "Julie M.", "1/29/26, 2:37 PM", "", "OUTGOING", ME, JULIE + "/?locale=fr"),
        ("Camille Exemple", "Julie Martin", "1/29/26, 2:37 PM", "", "OUTGOING", "", ""),
    )
    book = read(Connections=table(CONNECTIONS, connection()), Invitations=invitations)
    assert [card.since for card in book.cards] == [date(2026, 2, 8)]


def test_invitations_that_say_too_little_are_reported() -> None:
    book = read(
        Invitations=table(
            INVITATIONS,
            ("A", "B", "1/29/26, 2:37 PM", "", "?", ME, JULIE),
            ("Camille Exemple", "LinkedIn Member", "1/29/26, 2:37 PM", "", "OUTGOING", ME, ""),
            ("Camille Exemple", "Julie Martin", "hier", "Bonjour", "OUTGOING", ME, JULIE),
        )
    )
    assert [unread.line for unread in book.unread] == [2, 3, 4]
    assert [card.name for card in book.cards] == ["Julie Martin"]


# --- what names nobody ---


def test_comments_reactions_and_posts_are_left_out_aloud() -> None:
    shares = table(
        ("Date", "ShareLink", "ShareCommentary", "SharedUrl"),
        ("2018-05-03 10:22:07", "https://l.example", "Ma haie", ""),
    )
    book = linkedin.read(
        {
            "Comments_34875879.csv": table(
                ("Date", "Link", "Message"), ("2026-01-01 10:00:00", "https://l.example", "Bravo")
            ),
            "Reactions.csv": table(
                ("Date", "Type", "Link"), ("2026-01-01 10:00:00", "LIKE", "https://l.example")
            ),
            "Shares.csv": shares.decode().replace(",", "\t").encode("utf-16"),
        }
    )
    assert (book.cards, book.messages, book.unread) == ((), (), ())
    assert len(book.remarks) == 2
    assert "whose posts" in book.remarks[0]
    assert "Your own posts" in book.remarks[1]


def test_without_any_there_is_nothing_to_remark() -> None:
    assert read(Comments=table(("Date", "Link", "Message")), Connections=table(CONNECTIONS)) == Book(
        "LinkedIn"
    )


# --- what it is ---


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"Profile.csv": profile()},
        {"contacts.csv": b"First Name,Last Name,E-mail 1 - Value\nJulie,Martin,julie@haies.example\n"},
        {"mail.csv": b"From,To,Date,Subject,Content\na,b,c,d,e\n"},
        {"following_accounts.csv": b"Account address,Show boosts\njulie@haies.example,true\n"},
        {"Connections.jpg": table(CONNECTIONS, connection())},
        {"tweets.js": b"window.YTD.tweets.part0 = []"},
    ],
)
def test_what_is_not_linkedins(files: dict[str, bytes]) -> None:
    assert not linkedin.is_linkedin(files)


@pytest.mark.parametrize(
    "header", [CONNECTIONS, INVITATIONS, MESSAGES, OLD_MESSAGES, ("Date", "Type", "Link")]
)
def test_what_is_linkedins(header: tuple[str, ...]) -> None:
    assert linkedin.is_linkedin({"x.csv": table(header)})


def archive() -> dict[str, bytes]:
    return {
        "Connections.csv": table(
            CONNECTIONS, connection(), connection("Paul", "Durand", PAUL), before=PREAMBLE
        ),
        "Profile.csv": profile(),
        "messages.csv": table(MESSAGES, message("Un\n\n<p>deux"), *TWO_TALKS),
        "Invitations.csv": table(INVITATIONS, ("Zoë", "C", "1/31/26, 9:00 AM", "Oui ?", "INCOMING", ZOE, ME)),
        "Reactions.csv": table(("Date", "Type", "Link"), ("2026-01-01", "LIKE", "x")),
        "photo.jpg": b"\xff\xd8\xff",
    }


def test_reading_twice_gives_the_same_book_in_any_order_of_files() -> None:
    book = linkedin.read(archive())
    assert (len(book.cards), len(book.messages), len(book.remarks)) == (3, 4, 1)
    assert linkedin.read(dict(reversed(archive().items()))) == book


def test_a_file_cut_off_anywhere_is_read_as_far_as_it_goes() -> None:
    files = archive()
    for name in ("Connections.csv", "messages.csv", "Invitations.csv"):
        for end in range(0, len(files[name]), 7):
            linkedin.read({**files, name: files[name][:end]})
    book = linkedin.read({**files, "messages.csv": files["messages.csv"][:-120]})
    assert len(book.messages) >= 2


@pytest.mark.parametrize(
    "noise", [b"\0" * 1000, b"\xff\xfe\x00", b'"', bytes(range(256)) * 50, b",;\t\n" * 5000]
)
def test_noise_behind_a_header_never_raises(noise: bytes) -> None:
    for header in (CONNECTIONS, MESSAGES, OLD_MESSAGES, INVITATIONS):
        linkedin.read({"x.csv": table(header) + noise, "y.csv": noise})


def test_a_cell_of_ten_megabytes_never_raises() -> None:
    huge = "<p>a & b " * 1_200_000
    some = huge[:500_000]
    assert only_card(table(CONNECTIONS, connection(some, some, some, some, huge, some, some))).company
    row = message(huge, sender=(some, some), to=(some, some), title=some, at=some, subject=some, folder=some)
    assert len(read_messages(row).unread) == 1
    assert only_message(message(huge)).text.startswith("a & b")
