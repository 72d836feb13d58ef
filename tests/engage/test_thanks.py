"""From a piece to a thank-you: drafted, changed, sent by hand, remembered."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from engage import thanks
from engage.config import Config, Me
from engage.errors import Deleted, NotYours, PassedOn, UnknownDraft, UnknownPiece, WrongState
from engage.model import Engagement
from engage.store import open_stores
from engage.templates import Templates
from engage.thanks import Desk, Seen
from engage.today import today
from feeds.errors import Unreachable
from tests.engage.hands import DAY, HAIES, NOON, House, identity, post

if TYPE_CHECKING:
    from engage.model import Draft, Language, Person
    from feeds.model import Post, Source

ME = Me(name="Camille", mastodon="@camille@pouet.example")
URL = "https://julie.example/haies"
LATER = NOON + DAY


@dataclass
class Room:
    """A house, a desk in it, and Julie, who wrote about hedges."""

    house: House
    desk: Desk
    julie: Person
    haies: int

    def draft(self, number: int = 0) -> Draft:
        return thanks.draft(self.desk, number or self.haies, NOON)

    def texts(self, number: int) -> list[str]:
        return self.house.store.texts_of(number)

    def says(self, what: Post, kind: Any = "mastodon") -> int:
        (number,) = self.house.publish(self.house.source(self.julie, kind), what)
        return number


def desk_of(house: House, language: Language = "fr", own: Any = None) -> Desk:
    return Desk(house.store, Config(me=ME), Templates(own), language)


@pytest.fixture
def room(house: House) -> Room:
    julie = house.person(register="tu", language="fr")
    (number,) = house.publish(house.source(julie), post(url=URL, html=HAIES))
    return Room(house, desk_of(house), julie, number)


def test_a_draft_is_complete_and_true_as_it_stands(room: Room) -> None:
    made = room.draft()
    assert made.text.startswith("Salut Julie,")
    assert made.text.endswith("Camille")
    assert f"«\u00a0{made.passage}\u00a0»" in made.text
    assert made.passage in HAIES
    assert "Les haies" in made.text
    assert (made.kind, made.language, made.register, made.state) == ("thank-you", "fr", "tu", "open")
    assert made.text == made.written
    assert thanks.sheet(room.desk, made.id).findings == ()


def test_one_draft_for_a_piece_by_whichever_of_its_posts(room: Room) -> None:
    toot = room.says(post("note", text="Lu", links=[URL]))
    made = room.draft()
    assert room.draft(toot) == made
    assert thanks.draft(room.desk, room.haies, LATER) == made
    thanks.sent(room.desk, made.id, "copy", NOON)
    assert room.draft(toot).state == "sent"
    assert len(room.house.store.drafts(every=True)) == 1


def test_two_clicks_at_once_make_one_draft(room: Room, tmp_path: Any) -> None:
    def click() -> None:
        store = open_stores(tmp_path / "house.db")
        with closing(store.connection):
            thanks.draft(desk_of(House(store)), room.haies, NOON)

    threads = [threading.Thread(target=click) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(room.house.store.drafts(every=True)) == 1


def test_after_one_was_put_aside_there_may_be_another(room: Room) -> None:
    first = room.draft()
    thanks.discard(room.desk, first.id, NOON)
    second = room.draft()
    assert second.id != first.id
    assert room.draft() == second


def test_no_such_piece_nobodys_and_only_passed_on(room: Room) -> None:
    with pytest.raises(UnknownPiece):
        room.draft(99)
    repost = room.says(post("repost", text="Les mots de quelqu’un d’autre, qui sont très beaux.", key="r"))
    with pytest.raises(PassedOn, match=f"Piece {repost} was passed on by Julie Martin"):
        room.draft(repost)
    room.house.store.connection.execute("delete from identities")
    with pytest.raises(NotYours):
        room.draft(room.haies)
    assert room.house.store.drafts(every=True) == []


def test_a_boost_of_ones_own_announcement_is_no_thank_you_either(room: Room) -> None:
    boost = room.says(post("repost", text="Lu", links=[URL], key="boost"))
    with pytest.raises(PassedOn):
        room.draft(boost)


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        (post("note", text="Cherche massicot à levier, même rouillé, surtout lourd."), "word"),
        (post("reply", text="Oui, pendant trois jours.", mentions=("camille@pouet.example",)), "answer"),
        (post("reply", text="Oui, pendant trois jours.", mentions=("@Camille@pouet.example",)), "answer"),
        (post("reply", text="Oui, pendant trois jours.", mentions=("else@pouet.example",)), "word"),
        (post("note", text="Mon père est mort hier."), "quiet"),
        (post("note", text="Une soupe.", warning="Nourriture"), "quiet"),
    ],
)
def test_the_kind_of_message_follows_the_piece(room: Room, what: Post, kind: str) -> None:
    assert room.draft(room.says(what)).kind == kind


def test_what_is_sad_gets_an_empty_page(room: Room) -> None:
    made = room.draft(room.says(post("note", text="Mon père est mort hier, après trois ans de maladie.")))
    sheet = thanks.sheet(room.desk, made.id)
    assert made.text == "Bonjour Julie,"
    assert (made.passage, sheet.choices, sheet.quiet) == ("", (), "grief")


def test_a_warning_over_the_announcement_makes_it_quiet(room: Room) -> None:
    room.says(post("note", text="Lu", links=[URL], warning="Deuil"))
    assert room.draft().kind == "quiet"


@pytest.mark.parametrize(
    ("stored", "post_language", "own", "greeting"),
    [
        ("en", "fr", "fr", "Hi Julie,"),
        ("", "fr", "en", "Salut Julie,"),
        ("", "de", "en", "Hi Julie,"),
        ("", "", "fr", "Salut Julie,"),
    ],
)
def test_the_language_falls_back(
    room: Room, stored: str, post_language: str, own: Language, greeting: str
) -> None:
    room.house.store.change_person(room.julie.id, language=stored)
    number = room.says(post("note", text="Moutons, moutons, moutons.", language=post_language))
    assert thanks.draft(desk_of(room.house, own), number, NOON).text.startswith(greeting)


def test_the_words_overrule_the_language_that_a_feed_declares(room: Room) -> None:
    room.house.store.change_person(room.julie.id, language="")
    number = room.says(post("note", text="Des moutons sur la route, encore une fois.", language="en"))
    assert thanks.draft(desk_of(room.house, "en"), number, NOON).text.startswith("Salut Julie,")


def test_read_is_said_only_when_it_was_opened(room: Room) -> None:
    assert "lu" not in room.draft().text.split("«")[0].casefold().replace("salut", "")
    thanks.discard(room.desk, 1, NOON)
    room.house.store.remember_opened(room.haies, NOON)
    assert " lu" in room.draft().text


def test_opening_a_piece_to_read_it_lets_an_untouched_draft_say_so(room: Room) -> None:
    made = room.draft()
    thanks.read(room.desk, room.haies, LATER)
    after = room.house.store.draft(made.id)
    assert (" lu" in after.text, after.text == after.written) == (True, True)
    assert room.texts(made.id) == [made.text, after.text]


def test_opening_a_piece_touches_no_text_of_ones_own(room: Room) -> None:
    made = room.draft()
    thanks.edit(room.desk, made.id, "Salut Julie,\n\nMerci.", NOON)
    thanks.read(room.desk, room.haies, LATER)
    assert room.house.store.draft(made.id).text == "Salut Julie,\n\nMerci."


def test_a_line_flows_in_and_is_replaced_and_taken_out(room: Room) -> None:
    made = room.draft()
    with_line = thanks.add_line(room.desk, made.id, "  La mienne fait pareil.\r\n", LATER)
    assert "\n\nLa mienne fait pareil.\n\n" in with_line.text
    assert (with_line.line, with_line.text) == ("La mienne fait pareil.", with_line.written)
    other = thanks.add_line(room.desk, made.id, "Autre.", LATER)
    assert other.text == with_line.text.replace("La mienne fait pareil.", "Autre.")
    assert thanks.add_line(room.desk, made.id, "", LATER).text == made.text
    assert room.texts(made.id) == [made.text, with_line.text, other.text, made.text]


def test_another_passage_is_quoted_in_a_text_that_nobody_touched(room: Room) -> None:
    made = room.draft()
    choices = thanks.sheet(room.desk, made.id).choices
    other = next(choice for choice in choices if choice != made.passage)
    chosen = thanks.choose_passage(room.desk, made.id, other, LATER)
    assert chosen.text == made.text.replace(made.passage, other)
    assert (chosen.passage, chosen.written) == (other, chosen.text)


MINE = "Salut Julie,\n\nJ’ai relu ceci trois fois\u00a0:\n\n«\u00a0{}\u00a0»\n\nMerci à toi.\n\nC."


def test_in_a_text_of_ones_own_only_the_quotation_is_replaced(room: Room) -> None:
    """Also one with the no-break spaces of French, which folding must not touch."""
    made = room.draft()
    for passage in (p for p in thanks.sheet(room.desk, made.id).choices if p != made.passage):
        thanks.edit(room.desk, made.id, MINE.format(room.house.store.draft(made.id).passage), LATER)
        chosen = thanks.choose_passage(room.desk, made.id, passage, LATER)
        assert chosen.text == MINE.format(passage)


def test_a_passage_with_no_break_spaces_is_replaced_too(room: Room) -> None:
    passage = "Le plus dur a été de ne plus la tailler\u00a0; depuis, je la regarde «\u00a0pousser\u00a0» et je me tais."
    made = room.draft()
    thanks.choose_passage(room.desk, made.id, passage, NOON)
    assert passage in room.house.store.draft(made.id).text
    thanks.edit(room.desk, made.id, MINE.format(passage), NOON)
    assert thanks.choose_passage(room.desk, made.id, made.passage, NOON).text == MINE.format(made.passage)


def test_a_quotation_that_was_taken_out_stays_out(room: Room) -> None:
    made = room.draft()
    thanks.edit(room.desk, made.id, "Salut Julie,\n\nMerci.", LATER)
    assert thanks.choose_passage(room.desk, made.id, "Autre.", LATER).text == "Salut Julie,\n\nMerci."


def test_ones_own_words_survive_whatever_is_asked_next(room: Room) -> None:
    made = room.draft()
    thanks.add_line(room.desk, made.id, "Ma haie.", NOON)
    edited = thanks.edit(
        room.desk, made.id, room.house.store.draft(made.id).text.replace("Ma haie.", "Ma haie à moi."), NOON
    )
    again = thanks.add_line(room.desk, made.id, "Et mon mur.", NOON)
    assert "Ma haie à moi." in again.text
    assert "Et mon mur." in again.text
    assert room.texts(made.id)[-2:] == [edited.text, again.text]
    assert len(room.texts(made.id)) == 4


def test_a_text_set_back_to_what_the_program_wrote_flows_again(room: Room) -> None:
    made = room.draft()
    thanks.edit(room.desk, made.id, "Tout autre chose.", NOON)
    thanks.edit(room.desk, made.id, made.written, NOON)
    flowed = thanks.add_line(room.desk, made.id, "Ma haie.", NOON)
    assert flowed.text == flowed.written


def test_flow_stores_nothing_and_sees_what_is_on_the_screen(room: Room) -> None:
    made = room.draft()
    seen = Seen("Sur l’écran.\n\nC.", "", made.passage)
    flowed = thanks.flow(room.desk, made, seen, line="Ma ligne.", passage=made.passage)
    assert flowed.text == "Sur l’écran.\n\nMa ligne.\n\nC."
    assert room.house.store.draft(made.id) == made
    assert room.texts(made.id) == [made.text]


def test_windows_line_ends_become_ours(room: Room) -> None:
    made = room.draft()
    assert thanks.edit(room.desk, made.id, "\r\nUn\r\n\r\ndeux\rtrois  \n", NOON).text == "Un\n\ndeux\ntrois"


def test_sent_is_remembered_with_its_day_and_closes_the_draft(room: Room) -> None:
    made = room.draft()
    recorded = thanks.sent(room.desk, made.id, "email", LATER)
    assert replace(recorded, id=0) == Engagement(
        0, room.julie.id, "thanked", "out", LATER, "", room.haies, made.id, "email"
    )
    assert room.house.store.engagements(room.julie.id) == [recorded]
    closed = room.house.store.draft(made.id)
    assert (closed.state, closed.channel, closed.text) == ("sent", "email", made.text)
    assert [done.piece.id for done in today(room.house.store, LATER, room.desk.config).done] == [room.haies]


@pytest.mark.parametrize(
    ("what", "recorded"),
    [
        (post("note", text="Cherche massicot à levier."), "thanked"),
        (post("reply", text="Oui.", mentions=("camille@pouet.example",)), "replied"),
        (post("note", text="Mon père est mort hier."), "wrote"),
    ],
)
def test_what_is_recorded_follows_the_kind(room: Room, what: Post, recorded: str) -> None:
    made = room.draft(room.says(what))
    assert thanks.sent(room.desk, made.id, "copy", NOON).kind == recorded


@pytest.mark.parametrize("close", ["sent", "discarded"])
def test_nothing_changes_a_closed_draft(room: Room, close: str) -> None:
    made = room.draft()
    if close == "sent":
        thanks.sent(room.desk, made.id, "", NOON)
    else:
        thanks.discard(room.desk, made.id, NOON)
    for change in (
        lambda: thanks.edit(room.desk, made.id, "x", NOON),
        lambda: thanks.add_line(room.desk, made.id, "x", NOON),
        lambda: thanks.choose_passage(room.desk, made.id, "x", NOON),
        lambda: thanks.sent(room.desk, made.id, "", NOON),
        lambda: thanks.discard(room.desk, made.id, NOON),
    ):
        with pytest.raises(WrongState):
            change()
    assert len(room.house.store.engagements(room.julie.id)) == (close == "sent")
    assert room.texts(made.id) == [made.text]


def test_no_such_draft(room: Room) -> None:
    with pytest.raises(UnknownDraft):
        thanks.sheet(room.desk, 9)
    with pytest.raises(UnknownDraft):
        thanks.sent(room.desk, 9, "", NOON)


def test_who_was_thanked_before_is_thanked_in_other_words(room: Room) -> None:
    first = room.draft()
    thanks.sent(room.desk, first.id, "", NOON)
    numbers = room.house.publish(
        room.house.source(room.julie),
        *(
            post(url=f"{URL}/{n}", title=f"Les murs {n}", html=HAIES.replace("haie", "lierre"))
            for n in range(1, 4)
        ),
    )
    number = next(n for n in numbers if n % 3 == room.haies % 3)
    second = room.draft(number)
    assert second.text.split("\n\n")[1:] != first.text.replace("haie", "lierre").split("\n\n")[1:]
    assert [f.rule for f in thanks.sheet(room.desk, second.id).findings if f.hard] == []


def test_the_conscience_reads_what_was_changed(room: Room) -> None:
    made = room.draft()
    thanks.edit(
        room.desk,
        made.id,
        "Salut Julie,\n\nTu écris\u00a0: «\u00a0ce que tu n’as jamais écrit\u00a0».\n\nC.",
        NOON,
    )
    assert any(finding.hard for finding in thanks.sheet(room.desk, made.id).findings)


def test_a_sheet_shows_what_it_stands_on(room: Room) -> None:
    room.house.store.add_identity(identity(room.julie.id))
    past = room.house.store.record(Engagement(0, room.julie.id, "met", "out", NOON - DAY, "Café"))
    sheet = thanks.sheet(room.desk, room.draft().id)
    assert sheet.person == room.julie
    assert sheet.piece is not None
    assert sheet.piece.id == room.haies
    assert [way.channel for way in sheet.ways][:2] == ["email", "copy"]
    assert sheet.earlier == (past,)
    assert sheet.draft.passage in sheet.choices
    assert sheet.quiet == ""


def test_a_draft_outlives_the_words_it_quotes(room: Room) -> None:
    """The article is edited after the draft was made: the draft keeps its words, and the conscience says so."""
    made = room.draft()
    room.house.publish(
        room.house.source(room.julie), post(url=URL, html="<p>Tout a été réécrit depuis, hélas.</p>")
    )
    sheet = thanks.sheet(room.desk, made.id)
    assert sheet.draft == made
    assert any(finding.rule == "quotation" for finding in sheet.findings)


def test_an_article_with_neither_text_nor_title_is_still_thanked_for(room: Room) -> None:
    number = room.says(post("article", title="", text="", url="https://julie.example/x", html=" "), "blog")
    text = room.draft(number).text
    assert text.startswith("Salut Julie,")
    assert "«" not in text


def test_a_huge_title_is_cut(room: Room) -> None:
    number = room.says(post(title="haies " * 400, url="https://julie.example/x", html=HAIES), "blog")
    assert len(room.draft(number).text) < 900
    assert "haies…" in room.draft(number).text


def test_a_broken_template_of_ones_own_costs_no_draft(room: Room, tmp_path: Any) -> None:
    folder = tmp_path / "templates" / "messages" / "fr"
    folder.mkdir(parents=True)
    for n in (1, 2, 3):
        (folder / f"thank-you-{n}.txt").write_text(
            f"{{% extends 'messages/fr/thank-you-{n}.txt' %}}", encoding="utf-8"
        )
    desk = desk_of(room.house, own=tmp_path / "templates")
    assert thanks.draft(desk, room.haies, NOON).text.startswith("Salut Julie,")
    assert len(desk.templates.broken) == 1


def test_what_was_quoted_is_kept_with_the_draft_though_its_author_edits(room: Room) -> None:
    made = room.draft()
    (before,) = room.house.store.feeds.posts([room.haies])
    shorter = f"<p>{made.passage.split()[0]} : j’ai tout repris.</p>"
    room.house.publish(before.source, post(url=URL, html=shorter))
    (after,) = room.house.store.feeds.posts([room.haies])
    assert made.passage not in after.post.text
    assert made.passage in room.house.store.draft(made.id).piece_text
    (finding,) = [f for f in thanks.sheet(room.desk, made.id).findings if f.rule == "quotation"]
    assert "stands there no more" in finding.words
    assert not finding.hard


@pytest.mark.parametrize(("language", "greeting"), [("fr", "Bonjour,\n"), ("en", "Hello,\n")])
def test_nobody_says_hello_to_the_title_of_a_feed(house: House, language: Any, greeting: str) -> None:
    unnamed = house.person("Le carnet de Julie", 3, language=language, unnamed=True)
    (number,) = house.publish(house.source(unnamed), post(url=URL, html=HAIES))
    made = thanks.draft(desk_of(house, language), number, NOON)
    assert made.text.startswith(greeting)
    assert "carnet" not in made.text.partition("\n")[0]
    (finding,) = thanks.sheet(desk_of(house, language), made.id).findings
    assert (finding.rule, finding.hard, "rename" in finding.words) == ("blank", False, True)


# --- as it stands there now ---


def looking(room: Room, answer: Post | Exception | None) -> Desk:
    def look(_source: Source, _post: Post) -> Post | None:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return replace(room.desk, look=look)


def said(**more: Any) -> Post:
    return post(
        "note", key="t", text="Première neige ce matin, et personne dans les rues du village.", **more
    )


def test_what_its_author_took_back_is_not_answered_and_shown_no_more(room: Room) -> None:
    number = room.says(said())
    with pytest.raises(Deleted, match=f"Julie Martin has deleted piece {number}"):
        thanks.draft(looking(room, None), number, NOON)
    store = room.house.store
    assert store.drafts(every=True) == []
    assert number not in [h.piece.id for h in today(store, NOON, room.desk.config).highlights]
    assert store.feeds.post(number) is not None


def test_what_was_edited_since_is_answered_as_it_is_now(room: Room) -> None:
    number = room.says(said())
    now = replace(said(), text="Première neige ce soir, et tout le village dehors à la regarder tomber.")
    made = thanks.draft(looking(room, replace(now, html=f"<p>{now.text}</p>")), number, NOON)
    assert made.piece_text == now.text
    assert "ce matin" not in made.text


def test_who_cannot_be_asked_has_deleted_nothing(room: Room) -> None:
    number = room.says(said())
    nobody = Unreachable(address="https://piaille.example", reason="nobody answers there")
    assert thanks.draft(looking(room, nobody), number, NOON).piece_text == said().text


def test_a_draft_that_was_begun_stays_whatever_became_of_the_piece(room: Room) -> None:
    number = room.says(said())
    begun = room.draft(number)
    assert thanks.draft(looking(room, None), number, NOON) == begun


def test_an_article_is_looked_at_by_nobody(room: Room) -> None:
    assert thanks.draft(looking(room, None), room.haies, NOON).piece == room.haies
