"""Every address, as its person meets it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engage import today
from engage.config import Config, Me
from engage.model import Engagement
from engage.words import Words
from feeds.model import Attachment
from tests.engage.web.house import NOW, article, note, publish

if TYPE_CHECKING:
    from engage.model import Today
    from tests.engage.web.house import Browser, House


def words_of(html: str) -> str:
    """What is read on a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", html.split("<main")[1].partition("</main>")[0]).split())


def test_today_shows_a_day_and_ends(house: House, browser: Browser) -> None:
    page = browser.get("/")
    assert page.status_code == 200
    told = words_of(page.text)
    assert "Monday 4 May 2026" in told
    assert "Leaving the hedges alone" in told
    assert "someone you know well" in told
    assert told.endswith("That is all for today.")
    assert f'action="/pieces/{house.numbers.hedges}/thanks"' in page.text
    assert 'aria-label="Say thank you to Julie Martin"' in page.text


def test_a_sad_note_is_folded_and_has_no_cheer(house: House, browser: Browser) -> None:
    card = browser.get("/").text.split(f'id="piece-{house.numbers.loss}"')[1].split("</article>")[0]
    assert "<summary>Content warning: death</summary>" in card
    assert "Write a word" in card
    assert "thank you" not in card


def test_those_drifting_have_an_occasion(browser: Browser) -> None:
    told = words_of(browser.get("/").text)
    assert "People you may have lost sight of" in told
    assert "Last in touch 9 months ago." in told
    assert "At the bookshop, in the rain." in told


def test_a_day_without_news_is_a_fine_day(house: House, browser: Browser) -> None:
    house.now = NOW + timedelta(days=30)
    told = words_of(browser.get("/").text)
    assert "Nothing new today from your people. That is a fine day too." in told
    assert told.endswith("That is all for today.")


def test_those_who_could_not_be_reached_are_named(
    house: House, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    composed = today.today

    def cut_off(*arguments: Any) -> Today:
        return replace(composed(*arguments), unheard=("julie.example", "A & B"))

    monkeypatch.setattr(today, "today", cut_off)
    told = words_of(browser.get("/").text)
    named = "Not heard from: julie.example, A &amp; B. “nouvelles sources” says why."
    assert told.endswith(f"{named} That is all for today.")
    assert "Nothing new" not in told
    house.now = NOW + timedelta(days=30)
    told = words_of(browser.get("/").text)
    assert "Nothing new from those who could be reached." in told
    assert "fine day" not in told


def test_letters_that_were_begun_are_found_again(house: House, browser: Browser) -> None:
    draft = browser.post(f"/pieces/{house.numbers.hedges}/thanks").headers["location"]
    browser.post(f"/pieces/{house.numbers.loss}/thanks")
    assert "Letters you began" not in browser.get("/").text  # their cards lead to them
    house.now = NOW + timedelta(days=200)
    page = browser.get("/").text
    began = page.split("Letters you began")[1].split("</section>")[0]
    assert f'<a href="{draft}">A thank-you to Julie Martin</a>, <span class="work" lang="en">Leaving' in began
    assert "A word to Sam Okafor" in began
    assert "father" not in began
    assert page.index("Letters you began") < page.index("That is all for today.")
    store = house.store()
    for letter in store.drafts():
        store.change_draft(letter.id, NOW, state="discarded")
    assert "Letters you began" not in browser.get("/").text


def test_a_piece_has_the_button_that_its_card_has(house: House, browser: Browser) -> None:
    store = house.store()
    ann = store.person(house.numbers.ann)
    reply = note("@camille Yes, I kept the book for you.", kind="reply", mentions=("camille@home.example",))
    answer = publish(store, ann, "mastodon", "ann@town.example", reply)
    numbers = {house.numbers.hedges: "Say thank you", house.numbers.loss: "Write a word", answer: "Answer"}
    for number, label in numbers.items():
        wanted = re.compile(rf'action="/pieces/{number}/thanks"><button class="(\w+)"[^>]*>{label}</button>')
        card, page = (wanted.search(browser.get(address).text) for address in ("/", f"/pieces/{number}"))
        assert card
        assert page
        assert card[0] == page[0]


def test_nobody_yet_is_told_how_to_begin(house: House, browser: Browser) -> None:
    house.path = house.path.with_name("empty.db")
    assert "nouvelles add NAME ADDRESS" in words_of(browser.get("/").text)


def test_a_person_is_shown_with_what_passed(house: House, browser: Browser) -> None:
    page = browser.get(f"/people/{house.numbers.julie}").text
    told = words_of(page)
    assert "Someone you know well" in told
    assert "Knows every hedge." in told
    assert "Leaving the hedges alone" in told
    assert '<a href="https://julie.example/"' in page
    assert "You met" in words_of(browser.get(f"/people/{house.numbers.ann}").text)


@pytest.mark.parametrize(("direction", "told"), [("out", "You called"), ("in", "They called you")])
def test_what_passed_can_be_noted(house: House, browser: Browser, direction: str, told: str) -> None:
    form = {"kind": "called", "direction": direction, "date": "2026-05-01", "note": "  About   the <hedge> "}
    page = browser.follow(f"/people/{house.numbers.julie}/log", form).text
    assert f"1 May 2026 {told}" in words_of(page)
    assert "About the &lt;hedge&gt;" in page
    (known,) = house.store().engagements(house.numbers.julie)
    assert known.at.isoformat() == "2026-05-01T12:00:00+00:00"


@pytest.mark.parametrize(
    "change",
    [{"kind": "liked"}, {"kind": ""}, {"direction": "sideways"}, {"date": "someday"}, {"date": "2027-01-01"}],
)
def test_what_cannot_be_noted_is_refused(house: House, browser: Browser, change: dict[str, str]) -> None:
    form = {"kind": "called", "direction": "out", "date": "2026-05-01", "note": "", **change}
    answer = browser.post(f"/people/{house.numbers.julie}/log", form)
    assert answer.status_code == 400
    assert not house.store().engagements(house.numbers.julie)


def test_opening_a_piece_is_remembered_and_looking_is_not(house: House, browser: Browser) -> None:
    number = house.numbers.hedges
    assert browser.get(f"/pieces/{number}").status_code == 200
    assert not house.store().was_opened([number])
    page = browser.follow(f"/pieces/{number}/open").text
    assert house.store().was_opened([number])
    assert "What I learned from my neighbour" in page
    assert browser.follow(f"/pieces/{number}/thanks").text.count("I read your article") == 1


def test_no_picture_is_loaded_from_elsewhere(house: House, browser: Browser) -> None:
    page = browser.get(f"/pieces/{house.numbers.hedges}").text
    assert "<img" not in page
    link = '<a class="picture" href="https://pictures.example/hedge.jpg" rel="noopener noreferrer">'
    assert f"{link}Picture: A hedge in &lt;April&gt;</a>" in page


def test_a_sad_piece_is_folded_where_it_is_read(house: House, browser: Browser) -> None:
    page = browser.get(f"/pieces/{house.numbers.loss}").text
    assert page.index("<details") < page.index("My father died on Sunday") < page.index("</details>")


@pytest.mark.parametrize(
    "address",
    [
        "/people/99",
        "/pieces/99",
        "/drafts/99",
        "/nowhere",
        "/people/julie",
        "/people/99999999999999999999",
        "/static/none",
    ],
)
def test_what_is_not_there_is_a_calm_page(browser: Browser, address: str) -> None:
    page = browser.get(address)
    assert page.status_code == 404
    assert "Back to today" in words_of(page.text)


def test_a_piece_by_nobody_you_know_is_not_answered(house: House, browser: Browser) -> None:
    store = house.store()
    known = store.person(house.numbers.julie)
    number = publish(
        store, known, "blog", "stranger.example", article(key="x", url="https://stranger.example/x")
    )
    store.connection.execute("delete from identities where address = 'stranger.example'")
    answer = browser.post(f"/pieces/{number}/thanks")
    assert answer.status_code == 404
    assert "by nobody among your people" in words_of(answer.text)


@pytest.mark.parametrize(
    ("method", "address"), [("post", "/"), ("get", "/pieces/1/thanks"), ("post", "/people/1")]
)
def test_an_address_has_its_method(browser: Browser, method: str, address: str) -> None:
    assert getattr(browser, method)(address).status_code == 405


def test_what_is_broken_inside_says_nothing_of_itself(
    house: House, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    store = house.store()
    store.connection.execute("alter table people rename to folk")
    page = browser.get("/")
    assert page.status_code == 500
    assert "Something went wrong in Nouvelles itself" in words_of(page.text)
    assert "no such table" not in page.text
    assert "no such table" in caplog.text
    assert page.headers["content-security-policy"]


def test_a_letter_has_a_size(browser: Browser, house: House) -> None:
    answer = browser.post(f"/people/{house.numbers.julie}/log", {"note": "x" * 300_000})
    assert answer.status_code == 413
    assert browser.post("/drafts/1", {f"field-{n}": "" for n in range(50)}).status_code == 400


HOSTILE = '"><script>alert(1)</script><b>'


def test_hostile_words_stay_words(house: House, browser: Browser) -> None:
    store = house.store()
    store.change_person(house.numbers.sam, name=HOSTILE, note=HOSTILE)
    sam = store.person(house.numbers.sam)
    number = publish(
        store, sam, "blog", "sam.example", article(key="h", title=HOSTILE, url="https://sam.example/h")
    )
    store.connection.execute("update identities set label = ?, url = 'javascript:alert(1)'", (HOSTILE,))
    store.connection.execute("update posts set warning = ? where id = ?", (HOSTILE, house.numbers.loss))
    draft = browser.post(f"/pieces/{number}/thanks").headers["location"]
    browser.post(draft, {"do": "save", "line": HOSTILE, "text": f"</textarea>{HOSTILE}"})
    preview = json.loads(browser.post(f"{draft}/preview", {"text": HOSTILE}).text)
    pages = ["/", f"/people/{sam.id}", f"/pieces/{number}", f"/pieces/{house.numbers.loss}", draft]
    for html in [*(browser.get(address).text for address in pages), preview["findings"], preview["ways"]]:
        assert "<script>" not in html
        assert 'href="javascript:' not in html


def test_french(house: House) -> None:
    words = Words("fr")
    said = {"Say thank you": "Dire merci", "That is all for today.": "C’est tout pour aujourd’hui."}
    words.say = lambda message: said.get(message, message)
    page = house.browser(words).get("/").text
    assert '<html lang="fr">' in page
    assert "Lundi 4 mai 2026" in page
    assert ">Dire merci</button>" in page
    assert "C’est tout pour aujourd’hui." in page
    assert '<blockquote class="passage" lang="en">' in page


def test_every_word_of_ours_can_be_said_in_another_language(house: House) -> None:
    """With each message replaced by a mark, nothing is left but the file's own words, names, dates and figures."""
    words = Words("en")
    words.say = lambda message: re.sub(r"[^{}]+(?![^{]*})", "·", message) if message else ""
    words.plural = lambda msgid1, msgid2, n: words.say(msgid1 if n == 1 else msgid2)
    house.config = replace(Config(), me=Me(name="Camille"))
    browser = house.browser(words)
    draft = browser.post(f"/pieces/{house.numbers.hedges}/thanks").headers["location"]
    pages = [
        "/",
        "/nowhere",
        draft,
        f"/people/{house.numbers.sam}",
        f"/people/{house.numbers.ann}",
        f"/people/{house.numbers.ann}/edit",
        "/people",
        f"/pieces/{house.numbers.hedges}",
    ]
    ours = "Nouvelles|Kumar|Epley|Camille|Julie Martin|Sam Okafor|Ann Bell|"
    ours += r"(?:julie@)?julie\.example|sam@town\.example|Mastodon|tu|vous|[jkotc?]"
    store = house.store()
    own = " ".join(" ".join(row) for row in store.connection.execute("select title, text from posts"))
    own += " ".join(" ".join(row) for row in store.connection.execute("select text, passage from drafts"))
    own += " At the bookshop, in the rain. death A hedge in <April> Monday May Jul Mar"
    known = set(re.findall(r"\w+", own))
    for address in pages:
        html = re.sub(
            r"<(textarea|style|script)\b.*?</\1>|&\w+;|&#\d+;",
            " ",
            browser.get(address).text,
            flags=re.DOTALL,
        )
        attributes = re.findall(r'(?:aria-label|title|data-(?:copied|kept|gone))="([^"]*)"', html)
        shown = re.sub(rf"\b({ours})\b", " ", " ".join([re.sub(r"<[^>]*>", " ", html), *attributes]))
        left = {word for word in re.findall(r"[^\W\d_]{2,}", shown) if word not in known}
        assert not left, address


def test_a_note_stands_for_itself(house: House, browser: Browser) -> None:
    store = house.store()
    sam = store.person(house.numbers.sam)
    publish(
        store,
        sam,
        "bluesky",
        "did:plc:sam",
        note("The ferry was late, and for once nobody minded at all.", key="n"),
    )
    page = browser.get(f"/people/{sam.id}").text
    assert "A note" in words_of(page)
    assert "The ferry was late, and for once nobody minded at all." in words_of(page)


# --- what the networks told ---


def told(house: House, **more: Any) -> None:
    store = house.store()
    said = {
        "at": NOW - timedelta(days=2),
        "note": "Shall we <meet>?",
        "channel": "mastodon",
        "key": "k",
        **more,
    }
    store.record(Engagement(0, house.numbers.ann, "wrote", "in", **said))
    store.connection.close()


def test_who_wrote_to_you_is_shown_with_where_it_stands(house: House, browser: Browser) -> None:
    told(house, url="https://town.example/@ann/1")
    page = browser.get("/").text
    card = page.split("waiting-title")[2].split("</section>")[0]
    assert "They wrote to you, 2 days ago" in card
    assert "Shall we &lt;meet&gt;?" in card
    assert 'href="https://town.example/@ann/1" target="_blank" rel="noopener noreferrer"' in card
    assert page.count(f'href="/people/{house.numbers.ann}"') == 1  # and she is not drifting as well


def test_what_they_wrote_can_be_answered_where_it_is_a_post(house: House, browser: Browser) -> None:
    told(house, piece=house.numbers.loss, url="javascript:alert(1)")
    page = browser.get("/").text
    assert 'aria-label="Answer Ann Bell"' in page
    assert "javascript:" not in page


def test_what_hangs_on_a_post_is_shown_with_it_and_who_may_read_it(house: House, browser: Browser) -> None:
    hung = (
        Attachment("quote", "Somebody <else>", "https://town.example/@else/1", "@else@town.example"),
        Attachment("poll", "yes\nno"),
        Attachment("media", "A hedge in snow"),
        Attachment("card", "Hedges\nAll about them", "https://hedges.example/", "Jo"),
        Attachment("card", "Bad", "javascript:alert(1)"),
    )
    store = house.store()
    ann = store.person(house.numbers.ann)
    what = note("Look at this, all of you.", visibility="private", attached=hung)
    number = publish(store, ann, "mastodon", "ann@town.example", what)
    store.connection.close()
    assert "For followers only" in browser.get("/").text
    page = browser.get(f"/pieces/{number}").text
    assert "For followers only" in page
    assert "Somebody &lt;else&gt;" in page
    assert "<li>yes</li><li>no</li>" in page
    assert "Picture: A hedge in snow" in page
    assert 'href="https://hedges.example/"' in page
    assert "javascript:" not in page
