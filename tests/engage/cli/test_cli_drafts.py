"""`nouvelles thanks` and `nouvelles draft`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
import pytest

from tests.engage.hands import DAY, HAIES, House, identity, post

if TYPE_CHECKING:
    from pathlib import Path

    from tests.engage.conftest import Program

SAD = "Mon père est mort hier, après trois ans de maladie."
ME = '[me]\nname = "Camille"\nmastodon = "@camille@pouet.example"\n'


@pytest.fixture
def program(nouvelles: Program) -> Program:
    """Julie's article is piece 1, her repost 2, her loss 3; 4 is by nobody."""

    def people(house: House) -> None:
        julie = house.person(register="tu", language="fr")
        house.store.add_identity(identity(julie.id))
        house.publish(house.source(julie), post(html=HAIES))
        toots = house.source(julie, "mastodon", "julie@piaille.example")
        house.publish(toots, post("repost", text="D’une autre"), post("note", text=SAD))
        nobody = house.person("Nobody")
        house.publish(house.source(nobody), post(url="https://nobody.example/a"))
        house.store.connection.execute("delete from identities where person_id = ?", (nobody.id,))

    nouvelles.fill(people)
    nouvelles.configure(ME)
    return nouvelles


def texts(program: Program, number: int = 1) -> list[str]:
    found: list[str] = program.fill(lambda house: house.store.texts_of(number))
    return found


def test_the_contract(program: Program) -> None:
    said = program("thanks", "1", "--json")
    assert (said.status, said.err) == (0, "")
    draft = said.json
    assert draft.keys() >= {"draft", "person", "language", "register", "text", "ways"}
    assert (draft["draft"], draft["person"], draft["language"], draft["register"]) == (
        1,
        "Julie Martin",
        "fr",
        "tu",
    )
    assert draft["text"].startswith("Salut Julie,")
    assert all(way.keys() >= {"channel", "url"} for way in draft["ways"])
    assert [way["channel"] for way in draft["ways"]] == ["email", "copy", "mastodon"]
    assert draft["ways"][0]["url"].startswith(
        "mailto:julie@julie.example?subject=Les%20haies&body=Salut%20Julie%2C"
    )
    assert (draft["state"], draft["findings"]) == ("open", [])


def test_in_words(program: Program) -> None:
    said = program("thanks", "1", "--line", "La mienne fait pareil.")
    assert said.status == 0
    assert said.out.startswith("Julie Martin · Les haies\nDraft 1, open\n\nSalut Julie,\n\n")
    assert "\n\nLa mienne fait pareil.\n\n" in said.out
    assert "Ways to send it, by your own hand:" in said.out
    assert "by mail (julie@julie.example)\n    mailto:julie@julie.example?" in said.out


def test_the_same_piece_has_one_draft(program: Program) -> None:
    assert program("thanks", "1", "--json").json == program("thanks", "1", "--json").json


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (["thanks", "99"], "There is no piece number 99."),
        (["thanks", "2"], "Piece 2 was passed on by Julie Martin"),
        (["thanks", "4"], "Piece 4 is by nobody among your people"),
        (["thanks", "-1"], "No such option"),
        (["thanks", "0"], "There is no piece number 0."),
        (["thanks", "99999999999999999999"], "99999999999999999999"),
        (["thanks", "x"], "'x' is not a valid integer"),
        (["draft", "show", "9"], "There is no draft number 9."),
        (["draft", "edit", "9", "--text", "x"], "There is no draft number 9."),
        (["draft", "edit", "9"], "There is no draft number 9."),
        (["draft", "sent", "9"], "There is no draft number 9."),
        (["draft", "discard", "-99999999999999999999"], "No such option"),
        (["draft", "send", "1"], "No such command 'send'"),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_a_mistake_is_one_sentence(
    program: Program, command: list[str], sentence: str, as_json: bool
) -> None:
    said = program(*command, *(["--json"] if as_json else []))
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("nouvelles: ")
    assert sentence in said.err
    assert said.err.count("\n") == 1


def test_a_mistake_in_french(program: Program) -> None:
    program.environ["LANGUAGE"] = "fr"
    said = program("thanks", "99")
    assert said.status == 2
    assert "99" in said.err
    assert "There is" not in said.err


def test_what_is_sad(program: Program) -> None:
    said = program("thanks", "3", "--json").json
    assert (said["kind"], said["text"], said["passage"]) == ("quiet", "Bonjour Julie,", "")
    assert "no template writes for you here" in program("draft", "show", "1").out


def test_listing(program: Program) -> None:
    assert program("draft", "list").out == "No draft is open.\n"
    program("thanks", "1")
    program("thanks", "3")
    program("draft", "discard", "2")
    assert [d["draft"] for d in program("draft", "list", "--json").json] == [1]
    assert {d["draft"]: d["state"] for d in program("draft", "list", "--all", "--json").json} == {
        1: "open",
        2: "discarded",
    }
    listed = program("draft").out
    assert listed.startswith("   1  Julie Martin  (open)  ")
    assert listed.count("\n") == 1


def test_editing_keeps_every_text(program: Program) -> None:
    first = program("thanks", "1", "--json").json["text"]
    program("draft", "edit", "1", "--text", "Salut Julie,\n\nMerci.\n")
    program("draft", "edit", "1", "--text", "-", typed="Salut,\r\n\r\nMerci à toi.\r\n")
    said = program("draft", "edit", "1", "--line", "Et ma haie.", "--json").json
    assert said["text"] == "Salut,\n\nEt ma haie.\n\nMerci à toi."
    assert texts(program) == [first, "Salut Julie,\n\nMerci.", "Salut,\n\nMerci à toi.", said["text"]]


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_text_is_a_mistake(program: Program, text: str) -> None:
    program("thanks", "1")
    said = program("draft", "edit", "1", "--text", text)
    assert said.status == 2
    assert "draft discard" in said.err
    assert len(texts(program)) == 1


def test_in_ones_editor(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    before = program("thanks", "1", "--json").json["text"]
    monkeypatch.setattr(click, "edit", lambda text, **_: text.replace("Salut", "Coucou"))
    assert program("draft", "edit", "1", "--json").json["text"] == before.replace("Salut", "Coucou")
    monkeypatch.setattr(click, "edit", lambda _text, **_: None)
    assert program("draft", "edit", "1").out == "Nothing was changed.\n"
    assert len(texts(program)) == 2


def test_no_editor_opens_on_a_draft_that_is_closed(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody would write there could not be kept."""

    def edit(*_: Any, **__: Any) -> str:
        pytest.fail("the editor opened")

    monkeypatch.setattr(click, "edit", edit)
    program("thanks", "1")
    program("draft", "sent", "1")
    said = program("draft", "edit", "1")
    assert (said.status, said.err) == (2, "nouvelles: Draft 1 was sent already; nothing was changed.\n")


def test_sent_is_remembered_and_today_knows(program: Program) -> None:
    assert [h["piece"] for h in program("--no-fetch", "--json").json["highlights"]] == [3]
    program("thanks", "1")
    said = program("draft", "sent", "1", "--by", "email", "--json")
    assert said.json == {
        "draft": 1,
        "person": "Julie Martin",
        "kind": "thanked",
        "at": "2026-11-23T12:00:00+00:00",
    }
    (passed,) = program("person", "Julie", "--json").json["engagements"]
    assert (passed["kind"], passed["piece"], passed["draft"], passed["channel"]) == ("thanked", 1, 1, "email")
    day = program("--no-fetch", "--json").json
    assert day["done"] == [{"piece": 1, "person": "Julie Martin", "title": "Les haies"}]
    assert "Answered today: Julie Martin, “Les haies”" in program("--no-fetch").out
    program.now += DAY
    assert program("--no-fetch", "--json").json["done"] == []


@pytest.mark.parametrize(
    "again", [["sent", "1"], ["discard", "1"], ["edit", "1", "--text", "x"], ["edit", "1", "--line", "x"]]
)
def test_what_was_sent_was_sent(program: Program, again: list[str]) -> None:
    program("thanks", "1")
    program("draft", "sent", "1")
    said = program("draft", *again)
    assert (said.status, said.out) == (2, "")
    assert said.err == "nouvelles: Draft 1 was sent already; nothing was changed.\n"
    assert program("thanks", "1", "--line", "Encore").status == 2
    assert len(program("person", "Julie", "--json").json["engagements"]) == 1
    assert "Ways to send it" not in program("draft", "show", "1").out


def test_a_broken_template_of_ones_own_is_named_and_ours_used(program: Program) -> None:
    folder: Path = program.home / "templates" / "messages" / "fr"
    folder.mkdir(parents=True)
    for n in (1, 2, 3):
        (folder / f"thank-you-{n}.txt").write_text("{{ oops }}", encoding="utf-8")
    said = program("thanks", "1")
    assert said.status == 0
    assert "Salut Julie," in said.out
    assert "'oops' is undefined" in said.err
    assert "Ours was used instead." in said.err


def test_a_draft_is_shown_without_what_steers_a_terminal(program: Program) -> None:
    program("thanks", "1")
    program("draft", "edit", "1", "--text", "Un\x1b[2J\x07\n\ndeux")
    shown = program("draft", "show", "1").out
    assert "Un[2J\n\ndeux" in shown
    assert not {"\x1b", "\x07"} & set(shown)


def test_quiet_in_pipes(program: Program) -> None:
    said = program("thanks", "1")
    assert "\x1b" not in said.out
    assert said.err == ""
