"""`nouvelles import` of files and address books, and `nouvelles export`: shown first, done on a yes, nothing the second time."""

from __future__ import annotations

import csv
import io
import stat
import sys
import zipfile
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from engage import store as stores
from engage.cli import base
from engage.cli import importing as screen
from engage.contacts import recognising
from engage.model import Engagement, Relation
from feeds import opml
from tests.engage.contacts import test_google as google
from tests.engage.contacts import test_linkedin as linkedin
from tests.engage.contacts import test_xarchive as x
from tests.engage.contacts.test_carddav import PASSWORD, radicale
from tests.engage.hands import DAY, HAIES, NOON, House, Said, identity, post
from tests.engage.test_knowing import have

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.engage.conftest import Program
    from tests.engage.contacts.test_carddav import House as Radicale

assert radicale  # a fixture, and what pytest looks for in this module

VCARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{}\r\nEMAIL:{}\r\nEND:VCARD\r\n"
OPML = b"""<opml version="2.0"><body><outline text="Le jardin" xmlUrl="https://julie.example/feed"/>
<outline text="Ponts" xmlUrl="https://ponts.example/feed"/></body></opml>"""
CONNECTIONS = linkedin.table(
    linkedin.CONNECTIONS,
    linkedin.connection(company="Haies SARL"),
    linkedin.connection("Paul", "Durand", linkedin.PAUL),
    before=linkedin.PREAMBLE,
)
LINKEDIN = {
    "Basic/Connections.csv": CONNECTIONS,
    "Basic/Profile.csv": linkedin.profile(),
    "Basic/messages.csv": linkedin.table(
        linkedin.MESSAGES,
        linkedin.message("Bonjour"),
        linkedin.message("Oui", sender=("Julie Martin", linkedin.JULIE), to=("Camille Exemple", linkedin.ME)),
        linkedin.message("Vendu", sender=("Zoé Brandt", linkedin.ZOE), to=("Camille Exemple", linkedin.ME)),
    ),
    "Basic/photo.jpg": b"\xff\xd8",
}
X = {
    "data/account.js": x.account(),
    "data/following.js": x.following(x.JULIE, x.PAUL),
    "data/tweets.js": x.script(
        "tweets",
        [
            x.tweet("@JulieM oui", x.mention(x.JULIE, "JulieM", "Julie Martin")),
            x.tweet("@PaulD", x.mention(x.PAUL, "PaulD", "Paul Durand"), number="6"),
        ],
    ),
    "data/direct-messages.js": x.script("direct-messages", [x.talk(x.direct(x.ME, x.JULIE))]),
}
VCARDS = {
    "amis/livre.vcf": VCARD.format("Julie Martin", "julie@julie.example").encode(),
    "autres/livre.vcf": VCARD.format("Paul Durand", "paul@durand.example").encode(),
}
NEW = (
    {"First Name": "Julie", "Last Name": "Martin", "E-mail 1 - Value": "julie@julie.example"},
    {"First Name": "Paul", "Last Name": "Durand"},
)
OLD = (
    {
        "Name": "Julie Martin",
        "Given Name": "Julie",
        "Family Name": "Martin",
        "E-mail 1 - Value": "julie@julie.example",
    },
    {"Name": "Paul Durand", "Given Name": "Paul", "Family Name": "Durand"},
)
MASTODON = (
    b"Account address,Show boosts,Notify on new posts,Languages\n"
    b"julie@piaille.example,true,false,fr\npaul@mare.example,true,false,\n"
)


def zipped(files: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return written.getvalue()


@dataclass(frozen=True)
class Sort:
    """A file of some kind: what stands in it, what it is taken for, and whom and how many messages it brings."""

    content: bytes | Mapping[str, bytes]
    what: str
    people: tuple[str, ...] = ("Julie Martin", "Paul Durand")
    messages: int = 0
    options: tuple[str, ...] = ()


SORTS = {
    "linkedin.zip": Sort(zipped(LINKEDIN), "LinkedIn", messages=2),
    "linkedin": Sort(LINKEDIN, "LinkedIn", messages=2),
    "Connections.csv": Sort(CONNECTIONS, "LinkedIn"),
    "x.zip": Sort(zipped(X), "X", messages=3),
    "livre.vcf": Sort(b"".join(VCARDS.values()), "vCard"),
    "livres.zip": Sort(zipped(VCARDS), "vCard"),
    "google-new.csv": Sort(google.export(google.NEW, *NEW), "Google"),
    "google-old.csv": Sort(google.export(google.OLD, *OLD, encoding="utf-16"), "Google"),
    "mastodon.csv": Sort(MASTODON, "Mastodon", ("@julie@piaille.example", "@paul@mare.example")),
}


def laid_down(folder: Path, name: str, content: bytes | Mapping[str, bytes]) -> str:
    path = folder / name
    if isinstance(content, bytes):
        path.write_bytes(content)
        return str(path)
    for inside, held in content.items():
        (path / inside).parent.mkdir(parents=True, exist_ok=True)
        (path / inside).write_bytes(held)
    return str(path)


@pytest.fixture(params=SORTS)
def sort(request: pytest.FixtureRequest) -> Sort:
    return SORTS[request.param]


@pytest.fixture
def file(sort: Sort, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return laid_down(tmp_path, request.node.callspec.params["sort"], sort.content)


def at_a_terminal(nouvelles: Program, monkeypatch: pytest.MonkeyPatch, typed: str, *arguments: str) -> Said:
    """Run a command before somebody who answers."""
    with monkeypatch.context() as patch:
        for module in (base, screen):
            patch.setattr(module, "is_asked", lambda: True)
        return nouvelles(*arguments, typed=typed)


def content(program: Program) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""

    def rows(house: House) -> dict[str, list[tuple[Any, ...]]]:
        read = house.store.connection.execute
        tables = [row[0] for row in read("select name from sqlite_master where type = 'table'")]
        return {table: [tuple(row) for row in read(f"select * from {table}")] for table in tables}

    told: dict[str, list[tuple[Any, ...]]] = program.fill(rows)
    return told


def names(program: Program) -> list[str]:
    return sorted(one["person"] for one in program("people", "--json").json)


def passed(program: Program) -> int:
    return sum(
        len(program("person", f"#{one['id']}", "--json").json["engagements"])
        for one in program("people", "--json").json
    )


# --- every kind of file ---


def test_it_is_recognised_and_shown_and_nothing_is_kept(nouvelles: Program, sort: Sort, file: str) -> None:
    before = content(nouvelles)
    said = nouvelles("import", file)
    assert (said.status, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0] == f"Recognised as {sort.what}: 2 people are in it."
    assert lines[1] == "2 people who are not here yet:"
    assert [name for name in sort.people if f"  {name}" not in said.out] == []
    assert (f"{sort.messages} messages with people you have or would have." in lines) is bool(sort.messages)
    assert lines[-1] == "Nothing was taken: --yes takes all of it."
    assert content(nouvelles) == before


def test_it_is_taken_on_a_yes(nouvelles: Program, sort: Sort, file: str) -> None:
    said = nouvelles("import", file, "--yes", "--circle", "2")
    assert (said.status, said.err) == (0, "")
    assert "2 people are here now, in circle 2.\n" in said.out
    assert ("messages were noted.\n" in said.out) is bool(sort.messages)
    assert (names(nouvelles), passed(nouvelles)) == (sorted(sort.people), sort.messages)
    assert {one["circle"] for one in nouvelles("people", "--json").json} == {2}


@pytest.mark.usefixtures("sort")
def test_the_same_again_changes_nothing(nouvelles: Program, file: str) -> None:
    nouvelles("import", file, "--yes")
    before = content(nouvelles)
    again = nouvelles("import", file, "--yes")
    assert (again.status, again.err) == (0, "")
    assert "2 are here already, with all that it says.\n" in again.out
    assert "here now" not in again.out
    told = nouvelles("import", file, "--yes", "--json").json
    assert (told["new"], told["changed"], told["known"], told["messages"]) == ([], [], 2, 0)
    assert nouvelles("import", file).out.endswith("There is nothing in it that is not here already.\n")
    assert content(nouvelles) == before


def test_in_json(nouvelles: Program, sort: Sort, file: str) -> None:
    before = content(nouvelles)
    shown = nouvelles("import", file, "--json")
    assert (shown.status, shown.err, content(nouvelles) == before) == (0, "", True)
    assert (shown.json["what"], shown.json["taken"]) == (sort.what, False)
    taken = nouvelles("import", file, "--yes", "--json").json
    assert {**shown.json, "taken": True} == taken
    assert (len(taken["new"]), taken["messages"], taken["unread"]) == (2, sort.messages, [])


def test_at_a_terminal_a_no_takes_nothing_and_a_yes_all(
    nouvelles: Program, sort: Sort, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(nouvelles)
    for typed in ("n\n", "\n"):
        no = at_a_terminal(nouvelles, monkeypatch, typed, "import", file)
        assert (no.status, no.out.endswith("Nothing was taken.\n")) == (0, True)
    assert at_a_terminal(nouvelles, monkeypatch, "", "import", file).status == 130
    assert content(nouvelles) == before
    yes = at_a_terminal(nouvelles, monkeypatch, "y\n", "import", file)
    assert (yes.status, yes.out.count("Take all of it? [y/N]: ")) == (0, 1)
    assert names(nouvelles) == sorted(sort.people)


def test_from_standard_input(nouvelles: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = SimpleNamespace(buffer=io.BytesIO(CONNECTIONS))
    monkeypatch.setattr(screen, "sys", SimpleNamespace(stdin=stdin, exit=sys.exit))
    assert nouvelles("import", "-", "--yes", "--json").json["new"] == ["Julie Martin", "Paul Durand"]


# --- whom you have already ---


def test_who_is_here_learns_and_who_may_be_is_asked(nouvelles: Program, tmp_path: Path) -> None:
    def known(house: House) -> None:
        have(house, "https://www.linkedin.com/in/julie-martin-42/", "Julie")
        have(house, "https://durand.example/", "Paul Durand", 2)

    nouvelles.fill(known)
    file = laid_down(tmp_path, "archive.zip", zipped(LINKEDIN))
    said = nouvelles("import", file, "--yes")
    assert (said.status, said.err) == (0, "")
    assert said.out.splitlines() == [
        "Recognised as LinkedIn: 2 people are in it.",
        "1 person you have, of whom it tells more:",
        "  Julie · Haies SARL",
        "1 may be somebody you have: it becomes a question for you, of “nouvelles link”:",
        "  Paul Durand · paul-durand – Paul Durand: the same name: Paul Durand",
        "2 messages with people you have or would have.",
        "1 message is with nobody of them, and stays out.",
        "1 person you had is known better now.",
        "2 messages were noted.",
        "1 question waits for you: “nouvelles link --questions”.",
    ]
    assert names(nouvelles) == ["Julie", "Paul Durand"]
    assert "1 question about it is open already." in nouvelles("import", file).out


@pytest.mark.parametrize(
    ("option", "people"),
    [("--yes", ["Julie Martin", "Paul Durand"]), ("--no", ["Julie Martin", "Paul Durand", "Paul Durand"])],
)
def test_what_was_answered_is_not_asked_by_the_same_file(
    nouvelles: Program, tmp_path: Path, option: str, people: list[str]
) -> None:
    nouvelles.fill(lambda house: house.person("Paul Durand", company="Ponts", position="Chef"))
    cards = VCARD.format("Julie Martin", "julie@julie.example").encode() + (
        b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Paul Durand\r\nORG:Haies SARL\r\nTITLE:Apprenti\r\nEND:VCARD\r\n"
    )
    file = laid_down(tmp_path, "livre.vcf", cards)
    assert len(nouvelles("import", file, "--yes", "--json").json["unclear"]) == 1
    nouvelles("link", option, "1")
    assert names(nouvelles) == people
    before = content(nouvelles)
    again = nouvelles("import", file, "--yes", "--json").json
    assert (again["new"], again["changed"], again["unclear"], again["asked"]) == ([], [], [], 0)
    assert content(nouvelles) == before


def test_a_name_with_ornaments_is_known_again(nouvelles: Program, tmp_path: Path) -> None:
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{}\r\nEND:VCARD\r\n"
    called = ("🌿 Julie Martin ✨", "Paul <Durand>", "Anne (elle) (elle) (elle) (elle)")
    file = laid_down(tmp_path, "livre.vcf", "".join(map(card.format, called)).encode())
    nouvelles("import", file, "--yes")
    before = content(nouvelles)
    assert (len(names(nouvelles)), "Julie Martin" in names(nouvelles)) == (3, True)
    assert nouvelles("import", file, "--yes", "--json").json["known"] == 3
    assert content(nouvelles) == before


# --- what cannot be read of a file ---


@pytest.fixture
def torn(tmp_path: Path) -> str:
    rows = [
        linkedin.connection(),
        linkedin.connection("", "", "", since="8 Feb 2026"),
        linkedin.connection("", "", "", company="Haies"),
        linkedin.connection("Paul", "Durand", linkedin.PAUL, since="8 Feb 2026"),
    ]
    return laid_down(tmp_path, "Connections.csv", linkedin.table(linkedin.CONNECTIONS, *rows))


def test_rows_that_cannot_be_read_are_shown_and_reported(
    nouvelles: Program, torn: str, tmp_path: Path
) -> None:
    report = tmp_path / "rapport.csv"
    said = nouvelles("import", torn, "--yes", "--report", str(report))
    assert said.status == 0
    unread = nouvelles("import", torn, "--json").json["unread"]
    assert [one["line"] for one in unread] == [3, 4]
    assert "2 rows could not be read:\n  Connections.csv, line 3: " in said.out
    assert f"All of them are in {report}.\n" in said.out
    rows = list(csv.DictReader(io.StringIO(report.read_text(encoding="utf-8"))))
    assert [(row["file"], row["line"], row["reason"]) for row in rows] == [
        ("Connections.csv", str(one["line"]), one["reason"]) for one in unread
    ]
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    assert names(nouvelles) == ["Julie Martin", "Paul Durand"]


def test_a_report_may_be_wanted_without_taking_anything(
    nouvelles: Program, torn: str, tmp_path: Path
) -> None:
    report = tmp_path / "rapport.csv"
    before = content(nouvelles)
    assert nouvelles("import", torn, "--json", "--report", str(report)).json["taken"] is False
    assert report.read_text(encoding="utf-8").count("\n") == 3
    assert content(nouvelles) == before


def test_a_report_that_cannot_be_written_takes_nothing(nouvelles: Program, torn: str, tmp_path: Path) -> None:
    before = content(nouvelles)
    said = nouvelles("import", torn, "--yes", "--report", str(tmp_path / "nulle" / "part.csv"))
    assert (said.status, said.err.count("\n"), "part.csv" in said.err) == (2, 1, True)
    assert content(nouvelles) == before


# --- what is no such file ---


def refusals(folder: Path) -> dict[str, str]:
    """Files that cannot be imported, and what is said of each."""
    whole = zipped(LINKEDIN)
    locked = bytearray(zipped({"Connections.csv": CONNECTIONS}))
    locked[6] |= 1
    locked[locked.index(b"PK\1\2") + 8] |= 1
    (folder / "vide").mkdir()
    return {
        laid_down(folder, "empty.csv", b""): "cannot be imported",
        laid_down(folder, "photo.jpg", b"\xff\xd8\xff\xe0" + bytes(range(256)) * 9): "cannot be imported",
        laid_down(folder, "empty.zip", zipped({})): "none of the files in it is known here",
        laid_down(folder, "photos.zip", zipped({"a.png": b"x"})): "none of the files in it is known here",
        laid_down(folder, "half.zip", whole[: len(whole) // 2]): "it is damaged, or protected by a password",
        laid_down(folder, "locked.zip", bytes(locked)): "it is damaged, or protected by a password",
        laid_down(folder, "notes.txt", b"Penser au pain.\n"): "cannot be imported",
        laid_down(folder, "other.json", b'{"people": []}'): "cannot be imported",
        str(folder / "vide"): "none of the files in it is known here",
        str(folder / "rien.vcf"): "there is no such file",
        "": "“” cannot be imported (there is no such file).",
    }


def test_what_is_no_such_file_is_one_sentence(nouvelles: Program, tmp_path: Path) -> None:
    before = content(nouvelles)
    for path, sentence in refusals(tmp_path).items():
        for options in ([], ["--yes"], ["--json"]):
            said = nouvelles("import", path, *options)
            assert (said.status, said.out, said.err.count("\n")) == (2, "", 1), path
            assert said.err.startswith("nouvelles: ")
            assert sentence in said.err
    assert content(nouvelles) == before


def test_a_bomb_is_one_sentence(nouvelles: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognising, "_MOST_BYTES", 1024 * 1024)
    file = laid_down(
        tmp_path, "bombe.zip", zipped({"Connections.csv": CONNECTIONS + b"\n" * 3 * 1024 * 1024})
    )
    said = nouvelles("import", file, "--yes")
    assert (said.status, said.out, said.err.count("\n")) == (2, "", 1)
    assert "holds more than 1 MB" in said.err


@pytest.mark.parametrize("options", [["--mutuals"], ["--bots"], ["--list", "Amis"], ["--account", "moi"]])
def test_what_is_for_networks_is_none_of_a_file(
    nouvelles: Program, tmp_path: Path, options: list[str]
) -> None:
    said = nouvelles("import", laid_down(tmp_path, "a.vcf", VCARDS["amis/livre.vcf"]), "--yes", *options)
    assert (said.status, said.out, names(nouvelles)) == (2, "", [])
    assert "are for “mastodon” and “bluesky”" in said.err


# --- subscriptions ---


def test_subscriptions_are_shown_first(
    nouvelles: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = laid_down(tmp_path, "lectures.opml", OPML)
    before = content(nouvelles)
    said = nouvelles("import", file, "--no-fetch")
    assert said.out.splitlines() == [
        "2 feeds would be followed.",
        "  Le jardin",
        "  Ponts",
        "Nothing was taken: --yes takes all of it.",
    ]
    told = nouvelles("import", file, "--json").json
    assert told == {
        "taken": False,
        "new": ["https://julie.example/feed", "https://ponts.example/feed"],
        "known": [],
        "unread": [],
    }
    no = at_a_terminal(nouvelles, monkeypatch, "n\n", "import", file, "--no-fetch")
    assert no.out.endswith("Nothing was taken.\n")
    assert content(nouvelles) == before
    yes = at_a_terminal(nouvelles, monkeypatch, "y\n", "import", file, "--no-fetch")
    assert (yes.status, names(nouvelles)) == (0, ["Le jardin", "Ponts"])
    listed, people = nouvelles("export", "--opml").out, content(nouvelles)["people"]
    again = nouvelles("import", file, "--yes", "--no-fetch")
    assert (again.status, "2 were followed already." in again.out) == (0, True)
    assert (nouvelles("export", "--opml").out, content(nouvelles)["people"]) == (listed, people)


def test_nobody_is_made_of_feeds_that_you_follow_without_a_yes(nouvelles: Program, tmp_path: Path) -> None:
    file = laid_down(tmp_path, "lectures.opml", OPML)
    nouvelles("import", file, "--yes", "--no-fetch", "--no-people")
    before = content(nouvelles)
    said = nouvelles("import", file, "--no-fetch")
    assert "2 were followed already." in said.out
    assert "2 of them are nobody's yet: whoever signs them would be here.\n" in said.out
    assert said.out.endswith("Nothing was taken: --yes takes all of it.\n")
    none = nouvelles("import", file, "--no-fetch", "--no-people").out
    assert none == "2 were followed already.\nThere is nothing in it that is not here already.\n"
    assert content(nouvelles) == before


# --- many ---


class Work:
    """What importing does, counted: calls of functions, and steps of SQLite in thousands."""

    def __init__(self) -> None:
        self.calls = self.steps = 0

    def step(self) -> int:
        self.steps += 1
        return 0

    def call(self, _frame: Any, event: str, _argument: Any) -> None:
        self.calls += event == "call"


def many(count: int) -> bytes:
    rows = [
        linkedin.connection(
            f"Prénom{n}",
            f"Nom{n}",
            f"https://www.linkedin.com/in/p-{n}",
            f"p{n}@x{n % 50}.example",
            f"F{n % 9}",
        )
        for n in range(count)
    ]
    letters = [
        linkedin.message(
            f"Bonjour {n}", to=(f"Prénom{n}", f"https://www.linkedin.com/in/p-{n}"), talk=f"2-{n}"
        )
        for n in range(0, count, 2)
    ]
    return zipped(
        {
            "Connections.csv": linkedin.table(linkedin.CONNECTIONS, *rows),
            "Profile.csv": linkedin.profile(),
            "messages.csv": linkedin.table(linkedin.MESSAGES, *letters),
        }
    )


def work_of(nouvelles: Program, home: Path, file: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Work, Work]:
    """What importing a file costs, the first time and the second."""
    nouvelles.home = home
    opened = stores.open_stores
    done = []
    for _ in range(2):
        work = Work()

        def watched(path: Any, work: Work = work) -> Any:
            store = opened(path)
            store.connection.set_progress_handler(work.step, 1000)
            return store

        with monkeypatch.context() as patch:
            patch.setattr(stores, "open_stores", watched)
            before = sys.getprofile()
            sys.setprofile(work.call)
            try:
                assert nouvelles("import", file, "--yes").status == 0
            finally:
                sys.setprofile(before)
        done.append(work)
    return done[0], done[1]


def test_twice_as_many_people_are_twice_the_work(
    nouvelles: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    half, whole = (
        work_of(nouvelles, tmp_path / f"home{n}", laid_down(tmp_path, f"{n}.zip", many(n)), monkeypatch)
        for n in (600, 1200)
    )
    assert len(names(nouvelles)) == 1200
    for few, twice in zip(half, whole, strict=True):
        assert 1.5 < twice.calls / few.calls < 2.3
        assert 1.5 < twice.steps / few.steps < 2.3


# --- an address book on a server ---


def carddav(nouvelles: Program, address: str, *options: str, password: str = PASSWORD) -> Said:
    nouvelles.environ["NOUVELLES_CARDDAV_PASSWORD"] = password
    return nouvelles("import", address, *options)


def test_an_address_book_is_read(nouvelles: Program, radicale: Radicale) -> None:
    stood = radicale.contents()
    before = content(nouvelles)
    shown = carddav(nouvelles, radicale.base, "--user", "julie")
    assert (shown.status, shown.err) == (0, "")
    assert shown.out.startswith("Recognised as vCard: 3 people are in it.\n3 people who are not here yet:\n")
    assert content(nouvelles) == before
    taken = carddav(nouvelles, f"{radicale.base}/julie/jardin/", "--user", "julie", "--yes")
    assert (taken.status, "2 people are here now, in circle 3." in taken.out) == (0, True)
    assert names(nouvelles) == ["Paul Durand", "Renée & Max <Haies"]
    all_of_them = carddav(nouvelles, radicale.base, "--user", "julie", "--yes", "--json").json
    assert (all_of_them["new"], all_of_them["known"]) == (["Zoé Léger"], 2)
    kept = content(nouvelles)
    assert carddav(nouvelles, radicale.base, "--user", "julie", "--yes").status == 0
    assert content(nouvelles) == kept
    assert PASSWORD not in str(kept)
    assert radicale.contents() == stood


def test_a_wrong_password_is_one_sentence_without_it(nouvelles: Program, radicale: Radicale) -> None:
    said = carddav(nouvelles, radicale.base, "--user", "julie", "--yes", password="un-autre-mot")
    assert (said.status, said.out, said.err.count("\n")) == (1, "", 1)
    assert "password is wrong" in said.err
    assert "un-autre-mot" not in said.err
    assert names(nouvelles) == []


@pytest.mark.parametrize(("options", "password"), [([], PASSWORD), (["--user", "julie"], ""), ([], "")])
def test_without_a_name_or_a_password_nobody_is_asked(
    nouvelles: Program, radicale: Radicale, options: list[str], password: str
) -> None:
    said = carddav(nouvelles, radicale.base, *options, "--yes", password=password)
    assert (said.status, said.out) == (2, "")
    assert said.err == (
        "nouvelles: Say who you are there: --user NAME, and the password in NOUVELLES_CARDDAV_PASSWORD.\n"
    )


def test_at_a_terminal_name_and_password_are_asked(
    nouvelles: Program, radicale: Radicale, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _: PASSWORD)
    said = at_a_terminal(nouvelles, monkeypatch, "julie\n", "import", radicale.base, "--json")
    assert said.status == 0
    assert len(said.json["new"]) == 3
    assert "Your name there" in said.err
    assert PASSWORD not in said.out + said.err


def test_a_password_in_the_address_is_kept_nowhere(nouvelles: Program, radicale: Radicale) -> None:
    address = radicale.base.replace("//", f"//julie:{PASSWORD}@")
    said = carddav(nouvelles, address, "--user", "julie", "--yes")
    assert PASSWORD not in said.out + said.err
    assert PASSWORD not in str(content(nouvelles))


def test_a_server_that_is_not_there(nouvelles: Program) -> None:
    said = carddav(nouvelles, "https://127.0.0.1:1/", "--user", "julie")
    assert (said.status, said.out, said.err.count("\n")) == (1, "", 1)
    assert "127.0.0.1:1" in said.err


# --- out, and in again ---


@pytest.fixture
def lived(nouvelles: Program) -> Program:
    """A home with everything in it that an export carries."""

    def life(house: House) -> None:
        store = house.store
        julie = house.person(
            register="tu",
            language="fr",
            note="Haies ; et talus.\nEt le café.",
            tags=("jardin", "a;b"),
            company="Haies SARL",
            position="Gérante",
            met="À Brest",
            met_on="2019-06",
            common="Des haies",
            birthday="--04-12",
            goals=("Un livre",),
            also=("Juju",),
        )
        store.add_identity(identity(julie.id))
        house.publish(house.source(julie), post(html=HAIES))
        for typed in (
            "@julie@piaille.example",
            "https://www.linkedin.com/in/julie-m",
            "+33 6 12 34 56 78",
            "https://x.com/JulieM",
            "https://julie.example/",
            "did:plc:julie",
        ):
            have(house, typed)
        paul = house.person("Paul Roux", 3)
        store.record(Engagement(0, julie.id, "met", "out", NOON - DAY, "Café ; thé"))
        store.record(
            Engagement(
                0, paul.id, "wrote", "in", NOON - 2 * DAY, "=1+1", channel="linkedin", key="linkedin 1"
            )
        )
        store.relate([Relation(julie.id, paul.id, "knows", "you said so", NOON)])

    nouvelles.fill(life)
    nouvelles("person", "edit", "Paul", "--every", "10d")
    nouvelles("rest", "Paul", "in a month")
    return nouvelles


ENDINGS = {"json": ".json", "csv": ".csv", "vcard": ".vcf", "opml": ".opml"}
BEGINS = {"json": b"{", "csv": b"\xef\xbb\xbfName,", "vcard": b"BEGIN:VCARD", "opml": b"<?xml"}


@pytest.mark.parametrize("form", ENDINGS)
def test_each_form_by_its_name_and_by_the_name_of_the_file(lived: Program, tmp_path: Path, form: str) -> None:
    named, flagged = tmp_path / f"tout{ENDINGS[form]}", tmp_path / "tout"
    said = lived("export", "-o", str(named))
    assert (said.status, said.err) == (0, "")
    in_words = f"Your feeds are in {named}.\n" if form == "opml" else f"2 people are in {named}.\n"
    assert said.out.startswith(in_words)
    assert lived("export", f"--{form}", "-o", str(flagged)).status == 0
    printed = lived("export", f"--{form}").out.encode()
    assert named.read_bytes() == flagged.read_bytes()
    assert printed.replace(b"\r\n", b"\n") == named.read_bytes().replace(b"\r\n", b"\n")
    assert named.read_bytes().startswith(BEGINS[form])
    assert stat.S_IMODE(named.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    assert lived("export", "-o", "-", f"--{form}").out.encode() == printed
    assert not (tmp_path / "-").exists()


def test_a_file_that_stands_there_is_replaced_and_no_more_to_be_read_by_others(
    lived: Program, tmp_path: Path
) -> None:
    path, left = tmp_path / "tout.json", tmp_path / ".tout.json.part"
    for stood in (path, left):
        stood.write_text("x" * 100_000, encoding="utf-8")
        stood.chmod(0o644)
    lived("export", "-o", str(path))
    assert (stat.S_IMODE(path.stat().st_mode), left.exists()) == (0o600, False)
    assert path.read_bytes().startswith(b"{")


@pytest.mark.parametrize("form", ENDINGS)
def test_where_nothing_can_be_written_is_one_sentence(lived: Program, tmp_path: Path, form: str) -> None:
    said = lived("export", f"--{form}", "-o", str(tmp_path / "nulle" / "part"))
    assert (said.status, said.out) == (2, "")
    assert said.err == f"{tmp_path / 'nulle' / 'part'} cannot be written (No such file or directory).\n"
    assert lived("export", "-o", str(tmp_path)).status == 2


def seen(program: Program) -> tuple[Any, ...]:
    """People and all that is known of each, without what a file of ours does not carry: what they published."""
    people = program("people", "--json").json
    whole = [program("person", f"#{one['id']}", "--json").json for one in people]
    return people, [{**one, "published": []} for one in whole], program("path", "Paul", "--json").json


def test_everything_comes_back_in_another_home(lived: Program, tmp_path: Path) -> None:
    file = tmp_path / "tout.json"
    lived("export", "-o", str(file))
    before = seen(lived)
    lived.home = tmp_path / "ailleurs"
    shown = lived("import", str(file))
    assert shown.out.splitlines()[:2] == [
        "Recognised as an export of Nouvelles: 2 people are in it.",
        "2 people who are not here yet:",
    ]
    assert (shown.out.splitlines()[-1], names(lived)) == ("Nothing was taken: --yes takes all of it.", [])
    assert lived("import", str(file), "--json").json == {"what": "Nouvelles", "taken": False, "unread": []}
    said = lived("import", str(file), "--yes")
    assert (said.status, said.err, "New: 2 people, 8 addresses, 2 notes" in said.out) == (0, "", True)
    assert seen(lived) == before
    again = tmp_path / "encore.json"
    lived("export", "-o", str(again))
    kept = content(lived)
    assert again.read_bytes() == file.read_bytes()
    assert lived("import", str(file), "--yes").out.endswith("Nothing in it was new.\n")
    assert content(lived) == kept


# What a table or a card holds of a person, and of their addresses.
HELD = (
    "person",
    "also",
    "circle",
    "register",
    "language",
    "every_days",
    "note",
    "company",
    "position",
    "met",
    "met_on",
    "common",
    "birthday",
    "tags",
    "goals",
)


@pytest.mark.parametrize("form", ["csv", "vcard"])
def test_people_and_addresses_come_back_from_tables_and_cards(
    lived: Program, tmp_path: Path, form: str
) -> None:
    def told() -> list[dict[str, Any]]:
        whole = [lived("person", name, "--json").json for name in names(lived)]
        return [
            {
                **{name: one[name] for name in HELD},
                "addresses": sorted((a["kind"], a["address"]) for a in one["addresses"]),
            }
            for one in whole
        ]

    file = tmp_path / f"tout{ENDINGS[form]}"
    lived("export", "-o", str(file))
    before = told()
    lived.home = tmp_path / "ailleurs"
    assert lived("import", str(file), "--yes").status == 0
    assert told() == before
    kept = content(lived)
    lived("import", str(file), "--yes")
    assert content(lived) == kept


def test_feeds_come_back_from_opml(lived: Program, tmp_path: Path) -> None:
    file = tmp_path / "tout.opml"
    lived("export", "-o", str(file))
    lived.home = tmp_path / "ailleurs"
    lived("import", str(file), "--yes", "--no-fetch")
    (outline,) = opml.read(file.read_bytes(), "x").outlines
    assert [one["address"] for one in lived("sources", "--json").json] == [outline.address]
