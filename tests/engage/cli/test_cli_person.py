"""`nouvelles people`, `person edit`, `person forget` and `rest`: who is listed, what changes, who is meant, what is erased."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from engage.cli import base, person
from engage.model import Draft, Engagement, Question, Relation
from feeds.model import Source
from tests.engage.hands import DAY, HAIES, HOUR, NOON, House, Said, identity, post

if TYPE_CHECKING:
    from pathlib import Path

    from tests.engage.conftest import Program

SITE = "https://julie.example/"
TOOTS = Source("mastodon", "julie@piaille.example", "@julie@piaille.example")
CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{}\r\nEMAIL:{}\r\nEND:VCARD\r\n"


@pytest.fixture
def program(nouvelles: Program) -> Program:
    def people(house: House) -> None:
        julie = house.person(company="Haies SARL", tags=("Jardin", "fediverse"), goals=("Écrire un livre",))
        house.store.add_identity(identity(julie.id))
        house.publish(house.source(julie), post(url=f"{SITE}haies", html=HAIES))
        kept = house.store.feeds.add_source(TOOTS, NOON)
        house.store.add_identity(identity(julie.id, kept))
        house.person("Jules Verne", 2, tags=("livres",))
        house.person("Zoé Léger", 3, company="Jardin")

    nouvelles.fill(people)
    return nouvelles


def at_a_terminal(nouvelles: Program, monkeypatch: pytest.MonkeyPatch, typed: str, *arguments: str) -> Said:
    """Run a command before somebody who answers."""
    with monkeypatch.context() as patch:
        for module in (base, person):
            patch.setattr(module, "is_asked", lambda: True)
        return nouvelles(*arguments, typed=typed)


def names(said: Said) -> list[str]:
    return [one["person"] for one in said.json]


def known(program: Program, name: str = "Julie Martin") -> dict[str, Any]:
    told: dict[str, Any] = program("person", name, "--json").json
    return told


def labels(program: Program, name: str = "Julie Martin") -> list[str]:
    return [one["label"] or one["address"] for one in known(program, name)["addresses"]]


def content(nouvelles: Program) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""

    def rows(house: House) -> dict[str, list[tuple[Any, ...]]]:
        read = house.store.connection.execute
        tables = [row[0] for row in read("select name from sqlite_master where type = 'table'")]
        return {table: [tuple(row) for row in read(f"select * from {table}")] for table in tables}

    told: dict[str, list[tuple[Any, ...]]] = nouvelles.fill(rows)
    return told


# --- who is listed ---


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ([], ["Jules Verne", "Julie Martin", "Zoé Léger"]),
        (["--circle", "1"], ["Julie Martin"]),
        (["--circle", "3"], ["Zoé Léger"]),
        (["--tag", "jardin"], ["Julie Martin", "Zoé Léger"]),
        (["--tag", "HAIES SARL"], ["Julie Martin"]),
        (["--tag", "jar"], []),
        (["--goal", "ecrire"], ["Julie Martin"]),
        (["--goal", "LIVRE"], ["Julie Martin"]),
        (["--goal", "livres"], []),
        (["--drifting"], ["Jules Verne", "Julie Martin"]),
        (["--drifting", "--circle", "2"], ["Jules Verne"]),
        (["--tag", "jardin", "--circle", "3"], ["Zoé Léger"]),
        (["--tag", "jardin", "--circle", "2"], []),
    ],
)
def test_everyone_or_some(program: Program, options: list[str], found: list[str]) -> None:
    told = program("people", *options, "--json")
    assert (told.status, told.err, names(told)) == (0, "", found)
    shown = program("people", *options).out
    assert [name for name in ("Jules Verne", "Julie Martin", "Zoé Léger") if name in shown] == found
    assert ("Nobody here is like that." in shown) is not bool(found)


def test_the_list_is_the_command_that_needs_no_name(program: Program) -> None:
    assert program("people", "list", "--circle", "2").out == program("people", "--circle", "2").out != ""


def test_whoever_is_in_touch_or_at_rest_drifts_no_more(program: Program) -> None:
    program("log", "met", "Julie Martin")
    program("rest", "Jules Verne", "in a month")
    assert names(program("people", "--drifting", "--json")) == []


def test_a_line_says_circle_touch_tags_and_company(program: Program) -> None:
    program("log", "met", "Julie Martin", "--at", "3 days ago")
    (line,) = program("people", "--circle", "1").out.splitlines()
    assert line == "Julie Martin  someone you know well  3 days ago  Jardin, fediverse, Haies SARL"


def test_a_long_list_is_counted(program: Program) -> None:
    assert "people" not in program("people").out
    program.fill(lambda house: [house.person(f"Voisine {number}", 3) for number in range(20)])
    assert program("people").out.endswith("\n23 people\n")


def test_a_circle_that_is_none_is_a_mistake(program: Program) -> None:
    refused = program("people", "--circle", "4")
    assert (refused.status, refused.out, refused.err.count("\n")) == (2, "", 1)


# --- what changes ---


@pytest.mark.parametrize(
    ("options", "changed"),
    [
        (["--circle", "2"], {"circle": 2}),
        (["--every", "10d"], {"every_days": 10}),
        (["--every", "6w"], {"every_days": 42}),
        (["--every", "never"], {"every_days": 0}),
        (["--every", "jamais"], {"every_days": 0}),
        (["--language", "fr"], {"language": "fr"}),
        (["--register", "vous"], {"register": "vous"}),
        (
            ["--tag", "haies", "--tag", "  plus   tard "],
            {"tags": ["Jardin", "fediverse", "haies", "plus tard"]},
        ),
        (["--tag", "JARDIN"], {"tags": ["Jardin", "fediverse"]}),
        (["--untag", "jardin"], {"tags": ["fediverse"]}),
        (["--untag", "rien"], {}),
        (["--tag", "haies", "--untag", "fediverse"], {"tags": ["Jardin", "haies"]}),
        (["--goal", "Marcher"], {"goals": ["Écrire un livre", "Marcher"]}),
        (["--no-goal", "ecrire un livre"], {"goals": []}),
        (["--met", " À  Brest "], {"met": "À Brest"}),
        (["--met-on", "2019"], {"met_on": "2019"}),
        (["--met-on", "2019-06"], {"met_on": "2019-06"}),
        (["--met-on", "2019-06-14"], {"met_on": "2019-06-14"}),
        (["--common", "Des haies"], {"common": "Des haies"}),
        (["--note", "Une\nautre"], {"note": "Une\nautre"}),
        (["--add-note", "Un mot"], {"note": "Un mot"}),
        (["--note", "Une", "--add-note", "Deux"], {"note": "Une\nDeux"}),
        (["--company", "Autre"], {"company": "Autre"}),
        (["--position", "Gérante"], {"position": "Gérante"}),
        (["--birthday", "1980-06-14"], {"birthday": "1980-06-14"}),
        (["--birthday", "--02-29"], {"birthday": "--02-29"}),
        (["--name", " Julie  Dupont "], {"person": "Julie Dupont", "also": ["Julie Martin"]}),
    ],
)
def test_only_what_is_named_changes(program: Program, options: list[str], changed: dict[str, Any]) -> None:
    before = program("people", "--json").json
    said = program("person", "edit", "Julie Martin", *options, "--json")
    assert (said.status, said.err) == (0, "")
    assert {name: said.json[name] for name in changed} == changed
    after = {one["id"]: one for one in program("people", "--json").json}
    assert after == {one["id"]: {**one, **(changed if one["circle"] == 1 else {})} for one in before}


def test_an_empty_value_takes_a_thing_away(program: Program) -> None:
    given = {
        "every": "6w",
        "language": "fr",
        "register": "tu",
        "met": "Brest",
        "met-on": "2019",
        "common": "Des haies",
        "note": "Un mot",
        "company": "Haies",
        "position": "Gérante",
        "birthday": "--06-14",
    }
    before = program("people", "--circle", "1", "--json").json
    for options in (given, dict.fromkeys(given, "")):
        arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
        assert program("person", "edit", "Julie Martin", *arguments).out == "Julie Martin: changed.\n"
    assert program("people", "--circle", "1", "--json").json == [{**before[0], "company": ""}]


def test_another_note_stands_under_the_first(program: Program) -> None:
    for line in ("Une", "", "Deux"):
        program("person", "edit", "Julie Martin", "--add-note", line)
    assert known(program)["note"] == "Une\nDeux"


def test_what_is_said_already_is_no_mistake(program: Program) -> None:
    before = content(program)
    said = program("person", "edit", "Julie Martin", "--circle", "1", "--company", "Haies SARL")
    assert (said.status, said.out) == (0, "Julie Martin stays as it was.\n")
    assert content(program) == before


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "Say what to change; “nouvelles person edit --help” lists it."),
        (["--met-on", "14/06/2019"], "“14/06/2019” is no date for --met-on: 2019-06-14 is one."),
        (["--met-on", "2019-13"], "“2019-13” is no date for --met-on"),
        (["--met-on", "2019-02-30"], "“2019-02-30” is no date for --met-on"),
        (["--met-on", "--06-14"], "“--06-14” is no date for --met-on"),
        (["--birthday", "1980"], "“1980” is no date for --birthday"),
        (["--birthday", "--02-30"], "“--02-30” is no date for --birthday"),
        (["--birthday", "１９８０-06-14"], "is no date for --birthday"),
        (["--every", "often"], "“often” is not a duration such as “10d”, “6w”, “3mo” or “1y”, or “never”."),
        (["--circle", "4"], "Invalid value for '--circle'"),
        (["--register", "thou"], "Invalid value for '--register'"),
        (["--name", " - "], "A person needs a name."),
        (["--name", ""], "A person needs a name."),
        (["--name", "JULES  VERNE"], "Somebody else is called JULES VERNE already."),
        (["--remove", "paul@autre.example"], "Julie Martin has no address “paul@autre.example”."),
        (["--remove", ""], "Julie Martin has no address “”."),
        (["--remove", " / "], "Julie Martin has no address “ / ”."),
        (["--remove", "@"], "Julie Martin has no address “@”."),
        (["--note", "Un mot", "--remove", "nulle@part.example"], "Julie Martin has no address"),
    ],
)
def test_a_mistake_is_one_sentence_and_changes_nothing(
    program: Program, options: list[str], sentence: str
) -> None:
    before = content(program)
    said = program("person", "edit", "Julie Martin", *options)
    assert (said.status, said.out, said.err.count("\n")) == (2, "", 1)
    assert sentence in said.err
    assert content(program) == before


@pytest.mark.parametrize(
    "command", [("person", "edit", "Julie Martin", "--name"), ("rename", "Julie Martin")]
)
def test_the_former_name_still_finds_them(program: Program, command: tuple[str, ...]) -> None:
    program(*command, "Julie Dupont")
    for typed in ("Julie Martin", "martin", "julie dupont", "Dupont"):
        assert known(program, typed)["person"] == "Julie Dupont"
    assert "  Also called: Julie Martin\n" in program("person", "martin").out
    program(*(word.replace("Julie Martin", "Julie Dupont") for word in command), "Julie Martin")
    assert (known(program)["person"], known(program)["also"]) == ("Julie Martin", ["Julie Dupont"])


def test_everything_that_is_known_is_shown(program: Program) -> None:
    options = {
        "every": "3mo",
        "register": "tu",
        "language": "fr",
        "met": "À Brest",
        "met-on": "2019-06",
        "common": "Des haies",
        "position": "Gérante",
        "birthday": "--06-14",
        "note": "Un mot.\nEt un autre.",
    }
    program("person", "edit", "Julie Martin", *(w for n, v in options.items() for w in (f"--{n}", v)))
    assert program("person", "julie m").out.splitlines()[:10] == [
        "Julie Martin · someone you know well · tu · in French · every 3 months",
        "  Work: Gérante, Haies SARL",
        "  Tags: Jardin, fediverse",
        "  Together: Écrire un livre",
        "  How you met: À Brest (June 2019)",
        "  In common: Des haies",
        "  Birthday: 14 June",
        "  Un mot.",
        "  Et un autre.",
        "  julie@julie.example",
    ]
    program("person", "edit", "Julie Martin", "--every", "never")
    assert "in French · no rhythm\n" in program("person", "julie m").out


# --- an address that is not theirs ---


@pytest.mark.parametrize(
    "typed",
    [
        "@julie@piaille.example",
        "JULIE@piaille.example",
        "https://piaille.example/@julie",
    ],
)
def test_an_address_is_taken_away_as_people_type_it(program: Program, typed: str) -> None:
    said = program("person", "edit", "Julie Martin", "--remove", typed)
    assert said.out == "Julie Martin: changed.\n  @julie@piaille.example is theirs no more.\n"
    assert [one["kind"] for one in known(program)["addresses"]] == ["email", "blog"]
    assert [one["kind"] for one in program("sources", "--json").json] == ["blog"]


def test_of_an_address_that_others_have_too_the_source_stays(program: Program) -> None:
    def share(house: House) -> None:
        source = next(s for s in house.store.feeds.sources() if s.kind == "mastodon")
        house.store.add_identity(identity(house.store.find_person("Zoé").id, source))

    program.fill(share)
    program("person", "edit", "Zoé Léger", "--remove", "julie@piaille.example")
    assert labels(program, "Zoé Léger") == []
    assert "@julie@piaille.example" in labels(program)
    assert len(program("sources", "--json").json) == 2


def test_a_file_does_not_bring_back_what_is_not_theirs(program: Program, tmp_path: Path) -> None:
    book = tmp_path / "julie.vcf"
    text = CARD.format("Julie Martin", "julie@julie.example\r\nEMAIL:bureau@haies.example")
    book.write_text(text, encoding="utf-8", newline="")
    program("import", str(book), "--yes")
    assert labels(program)[-1] == "bureau@haies.example"
    program("person", "edit", "Julie Martin", "--remove", "bureau@haies.example")
    before = content(program)
    again = program("import", str(book), "--yes", "--json").json
    assert (again["new"], again["changed"], again["known"]) == ([], [], 1)
    assert content(program) == before


def test_what_was_taken_away_may_be_given_again(program: Program) -> None:
    program("person", "edit", "Julie Martin", "--remove", "julie@julie.example")
    assert program("add", "Julie Martin", "julie@julie.example").status == 0
    assert "julie@julie.example" in labels(program)


# --- who is meant ---


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("Julie Martin", "Julie Martin"),
        ("julie", "Julie Martin"),
        ("martin", "Julie Martin"),
        ("MARTIN julie", "Julie Martin"),
        ("ju ma", "Julie Martin"),
        ("verne", "Jules Verne"),
        ("zoe", "Zoé Léger"),
        ("ZOÉ LEGER", "Zoé Léger"),
        ("leg", "Zoé Léger"),
        ("zoé légre", "Zoé Léger"),
        ("Jullie Marten", "Julie Martin"),
        ("Vrene", "Jules Verne"),
        ("julie@julie.example", "Julie Martin"),
        ("@julie@piaille.example", "Julie Martin"),
        ("https://piaille.example/@julie", "Julie Martin"),
        (" #1 ", "Julie Martin"),
        ("#3", "Zoé Léger"),
    ],
)
def test_a_person_is_meant_by_what_people_type(program: Program, typed: str, who: str) -> None:
    told = program("person", typed, "--json")
    assert (told.status, told.err, told.json["person"]) == (0, "", who)


@pytest.mark.parametrize(
    "typed", ["", " ", "-", "xyz", "Zo Martin", "#0", "#99", "#9999999999999999999", "Julie Verne"]
)
def test_whom_nobody_could_mean_is_nobody(program: Program, typed: str) -> None:
    said = program("person", typed)
    assert (said.status, said.out, said.err.count("\n")) == (2, "", 1)
    assert said.err.startswith("nouvelles: You know nobody called “")


def test_an_ambiguous_name_is_a_sentence_where_nobody_can_be_asked(program: Program) -> None:
    said = program("person", "edit", "jul", "--circle", "1")
    assert (said.status, said.out) == (2, "")
    assert (
        said.err
        == "nouvelles: “jul” may be Jules Verne (#2), Julie Martin (#1). Write more of the name, or the number.\n"
    )
    program.fill(lambda house: [house.person(f"Jules {number}") for number in range(20)])
    assert said.err.count("#") == 2
    assert program("person", "jules").err.count("#") == 8


def test_two_of_one_name_are_told_apart_by_number(program: Program) -> None:
    program.fill(lambda house: house.person("Julie Martin", 3))
    assert "Julie Martin (#1), Julie Martin (#4)" in program("person", "julie martin").err
    assert known(program, "#4")["circle"] == 3


def test_at_a_terminal_an_ambiguous_name_asks(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    said = at_a_terminal(program, monkeypatch, "x\n3\n2\n", "person", "edit", "jul", "--circle", "3")
    assert said.status == 0
    assert said.out.splitlines() == [
        "  1  Jules Verne · livres · #2",
        "  2  Julie Martin · julie@julie.example · Haies SARL · Jardin · fediverse · #1",
        "Julie Martin: changed.",
    ]
    assert said.err.count("Which of them?") == 3
    assert known(program)["circle"] == 3


def test_at_a_terminal_no_answer_changes_nothing(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    before = content(program)
    assert at_a_terminal(program, monkeypatch, "", "person", "edit", "jul", "--circle", "3").status == 130
    assert content(program) == before


# --- forgetting ---


def fill_a_life(house: House) -> None:
    """What passed with Julie and with Zoé, a letter, a relation, a question."""
    store, julie, zoe = house.store, house.store.find_person("Julie"), house.store.find_person("Zoé")
    store.record(Engagement(0, julie.id, "met", "out", NOON - DAY, "Café"))
    store.record(Engagement(0, julie.id, "wrote", "in", NOON - DAY))
    store.record(Engagement(0, zoe.id, "met", "out", NOON - DAY, "Thé"))
    store.relate([Relation(julie.id, zoe.id, "knows", "you said so", NOON)])
    store.ask([Question(0, zoe.id, f"same {julie.id} {zoe.id}", "weak", "same name: x", NOON, julie.id)])
    letter = Draft(0, "word", julie.id, None, "fr", "tu", "Ta haie", "", "", "", "open", NOON, NOON)
    store.add_draft(letter)


def test_forgetting_is_asked_for_twice(program: Program) -> None:
    before = content(program)
    for options in ([], ["--json"], ["--do-not-contact"]):
        said = program("person", "forget", "julie", *options)
        assert (said.status, said.out) == (2, "")
        assert said.err == "nouvelles: This erases Julie Martin for good: say --yes.\n"
    assert content(program) == before


def test_at_a_terminal_it_asks(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    before = content(program)
    no = at_a_terminal(program, monkeypatch, "n\n", "person", "forget", "Julie Martin")
    assert (no.status, no.out.endswith("Nothing was erased.\n")) == (0, True)
    assert content(program) == before
    yes = at_a_terminal(program, monkeypatch, "y\n", "person", "forget", "Julie Martin")
    assert yes.status == 0
    assert "Erase Julie Martin with every trace, for good? [y/N]: " in yes.out + yes.err
    assert program("person", "Julie Martin").status == 2


def test_it_says_what_was_erased_and_nothing_is_left(program: Program) -> None:
    program.fill(fill_a_life)
    said = program("person", "forget", "julie martin", "--yes")
    assert (said.status, said.err) == (0, "")
    assert said.out == (
        "Julie Martin is forgotten. Erased: 3 addresses, 2 notes of what passed between you, 1 letter, 2 sources, 1 post.\n"
    )
    left = str(content(program)).casefold()
    assert [word for word in ("julie", "haies", "piaille", "café") if word in left] == []
    assert "thé" in left
    assert b"piaille" not in program.database.read_bytes()


def test_whoever_is_only_a_name_is_a_name(program: Program) -> None:
    assert (
        program("person", "forget", "Zoé Léger", "--yes").out == "Zoé Léger is forgotten. Erased: a name.\n"
    )


def test_forgetting_in_json(program: Program) -> None:
    program.fill(fill_a_life)
    assert program("person", "forget", "Julie Martin", "--yes", "--json").json == {
        "forgotten": True,
        "addresses": 3,
        "engagements": 2,
        "drafts": 1,
        "sources": 2,
        "posts": 1,
        "do_not_contact": False,
    }


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "livre.vcf"
    cards = (
        ("Julie Martin", "julie@julie.example"),
        ("Julie", "JULIE@julie.example"),
        ("Anne Roux", "anne@roux.example"),
    )
    path.write_text("".join(CARD.format(*card) for card in cards), encoding="utf-8", newline="")
    return path


def test_who_was_forgotten_may_come_back_with_a_file(program: Program, book: Path) -> None:
    program("person", "forget", "Julie Martin", "--yes")
    assert program("import", str(book), "--yes", "--json").json["new"] == ["Julie Martin", "Anne Roux"]


def test_who_is_not_to_be_contacted_does_not_until_you_name_them(program: Program, book: Path) -> None:
    said = program("person", "forget", "Julie Martin", "--yes", "--do-not-contact").out
    assert "would bring them back" in said
    assert "julie" not in str(content(program)).casefold()
    told = program("import", str(book), "--yes", "--json").json
    assert (told["new"], told["forgotten"]) == (["Anne Roux"], 1)
    assert "1 was left out: you asked never to be reminded of them." in program("import", str(book)).out
    assert names(program("people", "--json")) == ["Anne Roux", "Jules Verne", "Zoé Léger"]
    program("add", "Julie Martin", "julie@julie.example")
    told = program("import", str(book), "--yes", "--json").json
    assert (told["new"], told["forgotten"], told["known"]) == ([], 0, 2)
    assert names(program("people", "--json")) == ["Anne Roux", "Jules Verne", "Julie Martin", "Zoé Léger"]


def test_they_come_back_by_their_name_alone(program: Program, book: Path) -> None:
    program("person", "forget", "Julie Martin", "--yes", "--do-not-contact")
    program("add", "Julie Martin")
    (unclear,) = program("import", str(book), "--json").json["unclear"] or [None]
    assert unclear is None or unclear["person"] == "Julie Martin"


# --- rest ---


@pytest.mark.parametrize(
    ("until", "day"),
    [
        ("not today", "2026-11-24"),
        ("Not Today", "2026-11-24"),
        ("tomorrow", "2026-11-24"),
        ("pas aujourd’hui", "2026-11-24"),
        ("demain", "2026-11-24"),
        ("1d", "2026-11-24"),
        ("a week", "2026-11-30"),
        ("in a week", "2026-11-30"),
        ("for two weeks", "2026-12-07"),
        ("une semaine", "2026-11-30"),
        ("dans deux semaines", "2026-12-07"),
        ("1mo", "2026-12-23"),
        ("in a month", "2026-12-23"),
        ("dans un mois", "2026-12-23"),
        ("pour 3 mois", "2027-02-22"),
        ("pendant 3 mois", "2027-02-22"),
        ("a year", "2027-11-23"),
        ("un an", "2027-11-23"),
        ("2027-01-15", "2027-01-15"),
        ("", "9999-12-31"),
        ("now", None),
        ("maintenant", None),
        ("no longer", None),
        ("plus", None),
    ],
)
def test_until_when_somebody_rests(program: Program, until: str, day: str | None) -> None:
    program("rest", "Jules Verne")
    for words in ([until] if until else [], until.split()):
        said = program("rest", "Julie Martin", *words, "--json")
        assert (said.status, said.json["rests_until"]) == (0, day)
        assert names(program("drifting", "--json")) == ([] if day else ["Julie Martin"])
    assert known(program)["rests_until"] == day


def test_what_it_says(program: Program) -> None:
    assert (
        program("rest", "julie m", "in", "a", "month").out
        == "Julie Martin: At rest until 23 December 2026.\n"
    )
    assert "  At rest until 23 December 2026.\n" in program("person", "julie m").out
    assert program("rest", "julie m").out == "Julie Martin: At rest until something passes between you.\n"
    assert program("rest", "julie m", "now").out == "Julie Martin rests no more.\n"
    assert "rest" not in program("person", "julie m").out


@pytest.mark.parametrize(
    ("until", "sentence"),
    [
        (
            "often",
            "“often” is not “not today”, a length of time such as “1mo”, or a day such as “2027-01-15”.",
        ),
        ("2026-11-23", "“2026-11-23” is not a day to come."),
        ("2020-01-01", "“2020-01-01” is not a day to come."),
        ("0d", "“0d” is not “not today”"),
        ("2027-02-30", "“2027-02-30” is not “not today”"),
    ],
)
def test_a_rest_that_cannot_be_read(program: Program, until: str, sentence: str) -> None:
    said = program("rest", "Julie Martin", until)
    assert (said.status, said.out) == (2, "")
    assert sentence in said.err
    assert known(program)["rests_until"] is None


@pytest.mark.parametrize("until", [[], ["not today"], ["in", "a", "month"]])
def test_what_passes_between_you_ends_a_rest(program: Program, until: list[str]) -> None:
    program("rest", "Julie Martin", *until)
    program("log", "met", "Julie Martin", "--at", "yesterday")  # told late: it was before
    assert known(program)["rests_until"]
    program.now = NOON + HOUR
    program("log", "met", "Julie Martin")
    assert known(program)["rests_until"] is None
    assert [one["rests_until"] for one in program("people", "--circle", "1", "--json").json] == [None]
    assert "rest" not in program("person", "Julie Martin").out


def test_a_rest_ends_by_itself_without_debt(program: Program) -> None:
    program("rest", "Julie Martin", "in a month")
    program.now = NOON + 29 * DAY
    assert names(program("drifting", "--json")) == ["Jules Verne"]
    program.now = NOON + 30 * DAY
    assert names(program("drifting", "--json")) == ["Jules Verne", "Julie Martin"]
    assert "rest" not in program("person", "Julie Martin").out
    assert known(program)["rests_until"] is None
