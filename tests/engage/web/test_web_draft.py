"""The draft: what its form does, and what is shown once it is closed."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from engage import thanks
from tests.engage.web.house import NOW

if TYPE_CHECKING:
    from engage.model import Draft
    from tests.engage.web.house import Browser, House

LINE = "I have left mine alone since."


@pytest.fixture
def address(house: House, browser: Browser) -> str:
    location: str = browser.post(f"/pieces/{house.numbers.hedges}/thanks").headers["location"]
    return location


def stored(house: House) -> Draft:
    return house.store().drafts(every=True)[0]


def form(page: Any) -> dict[str, str]:
    """What a browser would send of the draft's form, were nothing touched."""
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    fields |= dict(re.findall(r'<textarea [^>]*?name="(\w+)"[^>]*>\n?([^<]*)</textarea>', page.text))
    fields |= dict(re.findall(r'type="radio" name="(\w+)" value="([^"]*)" checked', page.text))
    return {name: html.unescape(value).replace("\n", "\r\n") for name, value in fields.items()}


def test_a_draft_shows_what_it_stands_on(house: House, browser: Browser, address: str) -> None:
    page = browser.get(address)
    draft = stored(house)
    assert f"<mark>{draft.passage}</mark>" in page.text
    assert 'for="line">What stayed with you?</label>' in page.text
    assert "Kumar &amp; Epley, 2018" in page.text
    assert form(page)["text"].replace("\r\n", "\n") == draft.text
    assert "mailto:julie@julie.example?" in page.text
    assert "Nobody else reads it." in page.text


def test_thanking_twice_finds_the_same_draft(house: House, browser: Browser, address: str) -> None:
    assert browser.post(f"/pieces/{house.numbers.hedges}/thanks").headers["location"] == address
    assert "Go on with your draft" in browser.get("/").text


def test_keeping_an_untouched_draft_changes_no_word(house: House, browser: Browser, address: str) -> None:
    before = stored(house)
    page = browser.follow(address, {**form(browser.get(address)), "do": "save"})
    after = stored(house)
    assert (after.text, after.written, after.passage) == (before.text, before.written, before.passage)
    assert "Kept. Nothing has been sent." in page.text


def test_a_line_of_ones_own_flows_into_the_message(house: House, browser: Browser, address: str) -> None:
    browser.follow(address, {**form(browser.get(address)), "line": LINE, "do": "line"})
    browser.follow(address, {**form(browser.get(address)), "line": LINE + " Nothing happened.", "do": "line"})
    draft = stored(house)
    assert draft.text.count(LINE) == 1
    assert draft.line == LINE + " Nothing happened."
    assert draft.text == draft.written


def test_a_text_that_was_changed_keeps_its_changes(house: House, browser: Browser, address: str) -> None:
    fields = form(browser.get(address))
    fields["text"] = fields["text"].replace("Hi Julie", "Dearest Julie")
    browser.follow(address, {**fields, "line": LINE, "do": "line"})
    draft = stored(house)
    assert "Dearest Julie" in draft.text
    assert draft.text.count(LINE) == 1
    assert draft.text != draft.written


def test_another_passage_can_be_quoted(house: House, browser: Browser, address: str) -> None:
    page = browser.get(address)
    offered = [
        html.unescape(p) for p in re.findall(r'type="radio" name="passage" value="([^"]*)">', page.text) if p
    ]
    other = offered[0]
    browser.follow(address, {**form(page), "passage": other, "do": "passage"})
    draft = stored(house)
    assert draft.passage == other
    assert other in draft.text
    browser.follow(address, {**form(browser.get(address)), "passage": "", "do": "passage"})
    assert other not in stored(house).text


def test_the_preview_is_what_would_be_kept_and_keeps_nothing(
    house: House, browser: Browser, address: str
) -> None:
    fields = form(browser.get(address))
    before = house.dump()
    once = json.loads(browser.post(f"{address}/preview", {**fields, "line": "I have"}).text)
    again = {**fields, "text": once["text"], "had_line": "I have", "line": LINE}
    twice = json.loads(browser.post(f"{address}/preview", again).text)
    assert house.dump() == before
    browser.follow(address, {**again, "text": twice["text"], "had_line": LINE, "do": "save"})
    assert stored(house).text == twice["text"]
    assert twice["text"].count(LINE) == 1
    assert "I have\n" not in twice["text"]
    assert "mailto:" in twice["ways"]


def test_keeping_answers_with_what_is_kept(house: House, browser: Browser, address: str) -> None:
    said = json.loads(browser.post(f"{address}/keep", {**form(browser.get(address)), "line": LINE}).text)
    draft = stored(house)
    assert (draft.line, draft.state) == (LINE, "open")
    assert said["text"] == draft.text == draft.written
    assert f"<mark>{draft.passage}</mark>" in said["excerpt"]
    unquoted = {**form(browser.get(address)), "passage": ""}
    assert json.loads(browser.post(f"{address}/keep", unquoted).text)["excerpt"] == ""
    assert "<mark>" not in browser.get(address).text


def test_keeping_changes_no_letter_that_was_sent(house: House, browser: Browser, address: str) -> None:
    store = house.store()
    store.change_draft(stored(house).id, NOW, state="sent", channel="email")
    store.connection.close()
    before = house.dump()
    answer = browser.post(f"{address}/keep", {"text": "Changed."})
    assert answer.status_code == 409
    assert 'class="lead"' in answer.text
    assert house.dump() == before


@pytest.mark.parametrize("state", ["sent", "discarded"])
def test_a_closed_letter_is_not_found_fault_with(
    house: House, browser: Browser, address: str, state: str
) -> None:
    fields = {**form(browser.get(address)), "text": "Thank you!!! An incredible text, huge fan!!!"}
    browser.follow(address, {**fields, "do": "save"})
    assert "Before it goes" in browser.get(address).text
    house.store().change_draft(stored(house).id, NOW, state=state, channel="email")
    assert "Before it goes" not in browser.get(address).text
    assert json.loads(browser.post(f"{address}/preview", fields).text)["findings"].strip() == ""


def test_saying_that_one_has_read_it_comes_back(house: House, browser: Browser, address: str) -> None:
    opening = f"/pieces/{house.numbers.hedges}/open"
    button = f'name="back" value="{address}" formaction="{opening}">I have read it</button>'
    page = browser.get(address)
    assert button in page.text
    assert "I read your" not in form(page)["text"]
    fields = {**form(page), "line": LINE, "back": address}
    answer = browser.post(opening, fields)
    assert (answer.status_code, answer.headers["location"]) == (303, address)
    page = browser.get(address)
    assert "I have read it" not in page.text
    assert "I read your" in form(page)["text"]
    assert LINE in form(page)["text"]


@pytest.mark.parametrize(
    "back",
    [
        "",
        "https://elsewhere.example/drafts/1",
        "//elsewhere.example/drafts/1",
        "/\\elsewhere.example",
        "/drafts/1/../../people/1",
        "/drafts/1?did=kept",
        "/drafts/1\n",
        "/drafts/١",
        "/drafts/",
        "/drafts/9999999999999999999",
        "/people/1",
    ],
)
def test_one_comes_back_to_a_draft_and_nowhere_else(house: House, browser: Browser, back: str) -> None:
    answer = browser.post(f"/pieces/{house.numbers.hedges}/open", {"back": back, "text": "Changed."})
    assert answer.headers["location"] == f"/pieces/{house.numbers.hedges}"


def test_a_letter_is_opened_to_be_read_like_any_piece(house: House, browser: Browser, address: str) -> None:
    number = house.numbers.hedges
    page = browser.get(address).text
    assert f'form="open-{number}" data-open>Leaving the hedges alone</button>' in page
    assert f'<form id="open-{number}" method="post" action="/pieces/{number}/open" hidden></form>' in page
    assert page.index("</form>") < page.index(f'<form id="open-{number}"')


@pytest.mark.parametrize(("name", "times"), [("Camille", 0), ("", 1)])
def test_a_letter_without_a_name_says_how_to_sign(
    house: House, browser: Browser, address: str, name: str, times: int
) -> None:
    house.config = replace(house.config, me=replace(house.config.me, name=name))
    assert browser.get(address).text.count("Your letters end without a name") == times


def test_the_conscience_is_heard_while_writing(browser: Browser, address: str) -> None:
    fields = form(browser.get(address))
    shouted = fields["text"].replace(":", ":").replace(".", "!!!")
    told = json.loads(browser.post(f"{address}/preview", {**fields, "text": shouted}).text)
    assert "Before it goes" in told["findings"]


def test_marking_it_sent_remembers_what_is_on_the_screen(
    house: House, browser: Browser, address: str
) -> None:
    fields = {**form(browser.get(address)), "text": "Thank you for the hedges, Julie.", "do": "sent"}
    page = browser.follow(f"{address}?channel=email", fields)
    draft = stored(house)
    assert (draft.state, draft.channel, draft.text) == ("sent", "email", "Thank you for the hedges, Julie.")
    (known,) = house.store().engagements(house.numbers.julie)
    assert (known.kind, known.channel, known.at) == ("thanked", "email", NOW)
    assert "Sent on 4 May 2026." in page.text
    assert "By mail" in page.text
    assert "<textarea" not in page.text
    today = browser.get("/").text
    assert "Done today" in today
    assert f'action="/pieces/{house.numbers.hedges}/thanks"' not in today


@pytest.mark.parametrize("channel", ["", "pigeon", "bluesky"])
def test_it_is_sent_by_a_way_that_there_is(
    house: House, browser: Browser, address: str, channel: str
) -> None:
    fields = {**form(browser.get(address)), "text": "Changed.", "do": "sent"}
    assert browser.post(f"{address}?channel={channel}", fields).status_code == 400
    assert stored(house).state == "open"
    assert stored(house).text != "Changed."


def test_a_draft_put_aside_keeps_its_words(house: House, browser: Browser, address: str) -> None:
    fields = {**form(browser.get(address)), "text": "Perhaps not today.", "do": "discard"}
    page = browser.follow(address, fields)
    assert stored(house).state == "discarded"
    assert "Perhaps not today." in page.text
    assert "Put aside on 4 May 2026." in page.text


@pytest.mark.parametrize("do", ["save", "line", "passage", "sent", "discard"])
def test_what_was_sent_is_not_changed_any_more(house: House, browser: Browser, address: str, do: str) -> None:
    store = house.store()
    desk = thanks.Desk(store, house.config, None, "en")  # type: ignore[arg-type]
    thanks.sent(desk, stored(house).id, "email", NOW)
    store.connection.close()
    before = house.dump()
    answer = browser.post(f"{address}?channel=email", {"do": do, "text": "Changed."})
    assert answer.status_code == 409
    assert "nothing was changed" in answer.text
    assert house.dump() == before


@pytest.mark.parametrize("do", ["", "send", "SENT"])
def test_there_is_no_other_button(house: House, browser: Browser, address: str, do: str) -> None:
    before = house.dump()
    assert browser.post(address, {"do": do, "text": "Changed."}).status_code == 400
    assert house.dump() == before


def test_a_sad_piece_gets_a_quiet_page(house: House, browser: Browser) -> None:
    page = browser.follow(f"/pieces/{house.numbers.loss}/thanks")
    assert form(page)["text"].strip() == "Dear Sam,"
    assert "A loss" in page.text
    for absent in ("What stayed with you?", "Kumar", "Another passage?", "thank"):
        assert absent not in page.text.split("<main")[1].split("</main>")[0]


def test_public_ways_say_so(house: House, browser: Browser) -> None:
    page = browser.follow(f"/pieces/{house.numbers.loss}/thanks").text
    assert "Choose who can read it before you post" in page
    assert "not encrypted" in page
    assert 'href="https://home.example/share?visibility=direct&amp;text=' in page
