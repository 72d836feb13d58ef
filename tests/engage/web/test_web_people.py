"""People on the page: the map and the list, one of them, and what is changed of them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html as reading  # type: ignore[import-untyped]

from engage import changing
from engage.charting import stylesheet
from engage.contacts.cards import Card
from engage.contacts.waiting import written
from engage.model import Address, Engagement, Identity, Person, Question, Relation
from engage.naming import fold
from engage.words import Words
from tests.engage.web.house import NOW
from tests.engage.web.test_web_pages import HOSTILE, words_of
from tests.engage.web.test_web_safety import FOREIGN

if TYPE_CHECKING:
    from tests.engage.web.house import Browser, House

MONDAY = NOW.date()
FAR = date(9999, 12, 31)


def known(house: House, name: str, **more: Any) -> Person:
    """One more person in the house."""
    store = house.store()
    person = Person(0, name, more.pop("circle", 2), NOW - timedelta(days=400), **more)
    person = store.add_person(person)
    store.connection.close()
    return person


def person(house: House, number: int) -> Person:
    store = house.store()
    found = store.person(number)
    store.connection.close()
    return found


def many(house: House, count: int, **more: Any) -> None:
    store = house.store()
    with store.writing():
        for number in range(count):
            store.add_person(
                Person(0, f"{chr(65 + number % 26)}nn Nr {number}", 3, NOW - timedelta(days=40), **more)
            )
    store.connection.close()


def tree(page: Any) -> Any:
    return reading.fromstring(page.text)


def css(node: Any, selector: str) -> list[Any]:
    """What a selector of tags, #ids, .classes, [attributes] and descendants chooses."""
    paths = ["//".join(map(_step, part.split())) for part in selector.split(",")]
    return list(node.xpath("|".join(f".//{path}" for path in paths)))


def _step(simple: str) -> str:
    tag, rest = re.fullmatch(r"([\w]*)(.*)", simple).groups()  # type: ignore[union-attr]
    tests = []
    for mark, name, value in re.findall(r"([#.\[])([\w-]+)(?:=([^\]]*))?\]?", rest):
        if mark == "#":
            tests.append(f"[@id='{name}']")
        elif mark == ".":
            tests.append(f"[contains(concat(' ', @class, ' '), ' {name} ')]")
        else:
            tests.append(f"[@{name}='{value}']" if value else f"[@{name}]")
    return (tag or "*") + "".join(tests)


def named(page: Any) -> list[str]:
    """Whom the list names, in its order."""
    return [link.text for link in css(tree(page), ".roll .names a")]


def form_of(page: Any) -> dict[str, str]:
    """All that a browser would send of a form of ours, as it was shown."""
    (form,) = css(tree(page), "form.knowing")
    said = {name: value.replace("\r\n", "\n") for name, value in form.form_values()}
    for area in css(
        form, "textarea"
    ):  # browsers leave out the first line break of a textarea, and lxml does not
        said[area.name] = said[area.name].removeprefix("\n")
    return {name: value.replace("\n", "\r\n") for name, value in said.items()}


# --- the way there ---


@pytest.mark.parametrize(
    ("address", "today_is", "people_is"),
    [
        ("/", "page", None),
        ("/people", None, "page"),
        ("/people/1", None, "true"),
        ("/people/1/edit", None, "true"),
        ("/pieces/1", None, None),
    ],
)
def test_the_pages_lead_to_each_other(
    browser: Browser, address: str, today_is: str | None, people_is: str | None
) -> None:
    links = css(tree(browser.get(address)), "nav .pages a")
    assert [(link.get("href"), link.text, link.get("aria-current")) for link in links] == [
        ("/", "Today", today_is),
        ("/people", "People", people_is),
    ]


# --- everyone ---


def test_everyone_is_on_the_map_and_in_the_list(house: House, browser: Browser) -> None:
    known(house, "Zoé Lambert", circle=1, tags=("printing",))
    page = browser.get("/people")
    dots = css(tree(page), "svg.chart a.chart-link")
    assert {dot.get("href") for dot in dots} == {f"/people/{number}" for number in (1, 2, 3, 4)}
    assert named(page) == ["Zoé Lambert", "Julie Martin", "Ann Bell", "Sam Okafor"]
    headings = [(e.tag, " ".join(e.text_content().split())) for e in css(tree(page), "main h1, h2, h3")]
    assert headings[:4] == [
        ("h1", "People"),
        ("h2", "1 Someone you know well 2 people"),
        ("h3", "Printing"),
        ("h3", "Without a tag"),
    ]
    (ann,) = [item for item in css(tree(page), ".roll li") if "Ann Bell" in item.text_content()]
    assert " ".join(ann.text_content().split()) == "Ann Bell 9 months ago, longer than you wished"
    assert "Julie Martin nothing noted yet" in words_of(page.text)
    assert "4 people" in words_of(page.text)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("circle=1", ["Julie Martin"]),
        ("drifting=1", ["Julie Martin", "Ann Bell"]),
        ("about=hedges", ["Sam Okafor"]),
        ("about=H%C3%89DGES", ["Sam Okafor"]),
        ("about=bind+a+book", ["Ann Bell"]),
        ("about=bind", []),
        ("q=okafor", ["Sam Okafor"]),
        ("q=Okafro", ["Sam Okafor"]),
        ("q=m%C3%A4rt", ["Julie Martin"]),
        ("q=sam%40town.example", ["Sam Okafor"]),
        ("q=%233", ["Ann Bell"]),
        ("q=%23999", []),
        ("q=nobody", []),
        ("q=okafor&circle=1", []),
        ("circle=9&drifting=no&about=&q=++", ["Julie Martin", "Ann Bell", "Sam Okafor"]),
    ],
)
def test_some_can_be_chosen(house: House, browser: Browser, query: str, found: list[str]) -> None:
    store = house.store()
    store.change_person(house.numbers.sam, tags=("hedges",))
    store.change_person(house.numbers.ann, goals=("bind a book",))
    page = browser.get(f"/people?{query}")
    assert sorted(named(page)) == sorted(found)
    assert len(css(tree(page), "a.chart-link")) == len(found)
    if not found:
        assert "Nobody here" in words_of(page.text)
    assert ("Show everyone" in words_of(page.text)) == (not query.startswith("circle=9"))


def test_what_was_chosen_stands_in_the_form(house: House, browser: Browser) -> None:
    house.store().change_person(house.numbers.sam, tags=("hedges", "Hedges", "old presses"))
    page = tree(browser.get("/people?q=sam&circle=2&about=gone&drifting=1"))
    assert css(page, "#q")[0].get("value") == "sam"
    assert css(page, "#circle option[selected]")[0].get("value") == "2"
    assert [o.get("value") for o in css(page, "#about option")] == ["", "gone", "hedges", "old presses"]
    assert css(page, "#about option[selected]")[0].get("value") == "gone"
    assert css(page, "[name=drifting]")[0].get("checked") is not None
    for field in [f for f in css(page, ".filter input, .filter select") if f.get("type") != "checkbox"]:
        assert css(page, f"label[for={field.get('id')}]")


def test_nobody_yet_is_told_how_to_begin(house: House, browser: Browser) -> None:
    house.path = house.path.with_name("empty.db")
    page = browser.get("/people")
    assert page.status_code == 200
    assert "“nouvelles add NAME ADDRESS” adds a person" in words_of(page.text)
    assert "<svg" not in page.text
    assert "<form" not in page.text.split("<main")[1].split("</main>")[0]


def test_many_people_are_folded_and_none_is_lost(house: House, browser: Browser) -> None:
    many(house, 90, tags=("choir",))
    page = browser.get("/people")
    folds = [" ".join(fold.text_content().split()) for fold in css(tree(page), "details.fold summary")]
    assert folds == ["Choir 90"]
    assert len(named(page)) == 93
    many(house, 800)
    page = browser.get("/people")
    letters = [" ".join(fold.text_content().split()) for fold in css(tree(page), ".letters summary")]
    assert len(letters) == 26
    assert letters[0] == "A 31"
    assert len(named(page)) == 893
    assert "To the map" in words_of(page.text)


def test_more_than_can_be_named_are_counted(
    house: House, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engage.web import folk  # noqa: PLC0415 - only its measures

    monkeypatch.setattr(folk, "_MOST_NAMED", 10)
    monkeypatch.setattr(folk, "_MOST_ON_MAP", 500)
    many(house, 520)
    page = browser.get("/people")
    assert words_of(page.text).count("and 10 more: narrow it down") == 26
    assert "<svg" not in page.text
    assert "too many for a map" in words_of(page.text)


def test_open_questions_lead_to_whom_they_are_about(house: House, browser: Browser) -> None:
    assert "only you can say" not in browser.get("/people").text
    asked(house)
    page = browser.get("/people")
    assert f'<a href="/people/{house.numbers.sam}#questions">Sam Okafor</a>' in page.text
    assert "2 questions" in words_of(page.text)


def test_the_pages_styles_hold_those_of_the_map() -> None:
    sheet = Path(__file__).parents[3] / "templates" / "web" / "static" / "style.css"
    assert stylesheet() in sheet.read_text(encoding="utf-8")


# --- one of them ---


def everything(house: House) -> Person:
    """Sam, with all that may be known of somebody."""
    store = house.store()
    sam, ann, julie = house.numbers.sam, house.numbers.ann, house.numbers.julie
    store.change_person(
        sam,
        every=timedelta(weeks=12),
        note="Prints <books>.\nAsk about the ferry.",
        company="The Press",
        position="printer",
        met="At the fair",
        met_on="2019-06",
        common="Ink & ferries",
        birthday="--02-29",
        tags=("printing", "c/o & co"),
        goals=("bind a book",),
        also=("Samuel",),
        register="vous",
    )
    store.relate(
        [
            Relation(ann, sam, "knows", "you said so", NOW),
            Relation(sam, julie, "follows", "x", NOW),
            Relation(julie, sam, "follows", "x", NOW),
            Relation(julie, ann, "knows", "x", NOW),
        ]
    )
    store.add_identity(
        Identity(
            0, sam, "bluesky", "did:plc:sam", "sam.example", "https://bsky.app/profile/sam.example", None,
            "handle: sam.example is that of sam.example on Bluesky, 2026-03-02", NOW - timedelta(days=60),
        )
    )  # fmt: skip
    other = store.add_person(Person(0, "S. Okafor", 3, NOW))
    return store.merge(sam, other.id, NOW, "same name: S. Okafor")


def test_all_that_is_known_is_shown(house: House, browser: Browser) -> None:
    everything(house)
    page = browser.get(f"/people/{house.numbers.sam}")
    facts = {
        dt.text: " ".join(dt.getnext().text_content().split())
        for dt in tree(page).xpath("//header/dl/div/dt")
    }
    assert facts == {
        "Work": "printer, The Press",
        "How you met": "At the fair, June 2019",
        "In common": "Ink & ferries",
        "Tags": "printing, c/o & co",
        "Together": "bind a book",
        "Birthday": "29 February",
        "Messages": "in English, vous",
        "Also called": "Samuel, S. Okafor",
        "Knows": "Ann Bell",
        "Follows": "Julie Martin",
        "Is followed by": "Julie Martin",
        "Made one with": "S. Okafor the same name: S. Okafor",
    }
    assert "Nothing noted yet · every 12 weeks" in words_of(page.text)
    assert "Prints &lt;books&gt;.\nAsk about the ferry." in page.text
    assert css(tree(page), ".facts a")[1].get("href") == "/people?about=c%2Fo+%26+co"
    (evidence,) = css(tree(page), "details.evidence")
    told = " ".join(evidence.text_content().split())
    assert "sam.example is the handle of sam.example on Bluesky (2026-03-02) kept since 5 Mar 2026" in told
    assert "you gave it kept since 30 Mar 2025" in told


def test_a_tag_leads_to_those_who_have_it(house: House, browser: Browser) -> None:
    everything(house)
    for link in tree(browser.get(f"/people/{house.numbers.sam}")).xpath("//dd/a[contains(@href, 'about')]"):
        assert named(browser.get(link.get("href"))) == ["Sam Okafor"]


def test_whoever_was_made_one_with_somebody_is_found_at_both_numbers(house: House, browser: Browser) -> None:
    one = everything(house)
    store = house.store()
    (gone,) = [number for number, _, _ in store.merged(one.id)]
    assert "<h1>Sam Okafor</h1>" in browser.get(f"/people/{gone}").text
    answer = browser.post(f"/people/{gone}/rest", {"until": "1mo"})
    assert answer.headers["location"] == f"/people/{one.id}"
    assert store.person(one.id).rests_until


def test_french_dates(house: House) -> None:
    house.store().change_person(house.numbers.sam, birthday="--03-01", met="", met_on="2019-03-01")
    told = words_of(house.browser(Words("fr")).get(f"/people/{house.numbers.sam}").text)
    assert "1er mars" in told
    assert "1er mars 2019" in told


@pytest.mark.parametrize("odd", ["2019-13", "--02-30", "in spring", "190"])
def test_a_date_that_is_none_is_shown_as_it_is(house: House, browser: Browser, odd: str) -> None:
    house.store().change_person(house.numbers.sam, birthday=odd, met_on=odd)
    page = browser.get(f"/people/{house.numbers.sam}")
    assert page.status_code == 200
    assert words_of(page.text).count(odd) == 2


def test_who_only_has_a_name_has_no_empty_facts(house: House, browser: Browser) -> None:
    page = browser.get(f"/people/{known(house, 'Zoé Lambert').id}")
    assert not css(tree(page), ".facts dt")


# --- what only you can say ---


def asked(house: House) -> list[int]:
    store = house.store()
    sam, ann = house.numbers.sam, house.numbers.ann
    about = Address("link", "https://ink.example/", "ink.example", "https://ink.example/")
    evidence = "text: https://ink.example/ on sam@town.example, 2026-04-02"
    store.ask(
        [
            Question(0, sam, "a", "weak", evidence, NOW, about=about),
            Question(0, sam, "b", "medium", "same name: Sam", NOW, other_id=ann),
        ]
    )
    numbers = {question.key: question.id for question in store.questions()}
    store.connection.close()
    return [numbers["a"], numbers["b"]]


def test_open_questions_stand_on_the_pages_of_both(house: House, browser: Browser) -> None:
    about, same = asked(house)
    page = browser.get(f"/people/{house.numbers.sam}")
    told = words_of(page.text)
    assert "Is ink.example an address of Sam Okafor?" in told
    assert "https://ink.example/ stands in the words of sam@town.example (2026-04-02)" in told
    assert "Is Ann Bell the same person as Sam Okafor?" in told
    assert f'action="/questions/{about}"' in page.text
    other = browser.get(f"/people/{house.numbers.ann}")
    assert "Is Sam Okafor the same person as Ann Bell?" in words_of(other.text)
    assert f'action="/questions/{same}"' in other.text
    assert f'action="/questions/{about}"' not in other.text


def test_a_look_leads_to_what_is_asked_about(house: House, browser: Browser) -> None:
    asked(house)
    sam, ann = house.numbers.sam, house.numbers.ann
    store = house.store()
    card = written(Card(1, "Sam O.", company="Press"))
    store.ask([Question(0, sam, "c", "weak", "same name: Sam", NOW, card=card)])
    for number, expected in ((sam, {"https://ink.example/", f"/people/{ann}"}), (ann, {f"/people/{sam}"})):
        page = browser.get(f"/people/{number}")
        looks = tree(page).xpath("//section[@class='questions']//a/@href")
        assert set(looks) == expected
    assert "A file tells of: Sam O., Press" in words_of(browser.get(f"/people/{sam}").text)


def test_yes_makes_an_address_theirs(house: House, browser: Browser) -> None:
    about, _ = asked(house)
    page = browser.follow(f"/questions/{about}", {"answer": "yes"})
    assert "an address of Sam Okafor?" not in words_of(page.text)
    assert '<a href="https://ink.example/"' in page.text


def test_no_leaves_two_people_two(house: House, browser: Browser) -> None:
    _, same = asked(house)
    page = browser.follow(f"/questions/{same}", {"answer": "no"})
    assert "the same person as" not in words_of(page.text)
    assert len(house.store().people()) == 3
    assert browser.post(f"/questions/{same}", {"answer": "yes"}).status_code == 303  # it was answered
    assert len(house.store().people()) == 3


def test_yes_makes_one_of_two(house: House, browser: Browser) -> None:
    _, same = asked(house)
    page = browser.follow(f"/questions/{same}", {"answer": "yes"})
    assert page.status_code == 200
    assert len(house.store().people()) == 2
    assert "Made one with" in words_of(page.text)


@pytest.mark.parametrize(("said", "status"), [("perhaps", 400), ("", 400), ("YES", 400)])
def test_an_answer_is_yes_or_no(house: House, browser: Browser, said: str, status: int) -> None:
    about, _ = asked(house)
    before = house.dump()
    assert browser.post(f"/questions/{about}", {"answer": said}).status_code == status
    assert house.dump() == before


def test_a_question_that_was_never_asked(browser: Browser) -> None:
    assert browser.post("/questions/99", {"answer": "yes"}).status_code == 404


# --- resting ---


@pytest.mark.parametrize(
    ("button", "until", "told"),
    [
        ("Not today", date(2026, 5, 5), "At rest until Tuesday 5 May 2026."),
        ("In a month", date(2026, 6, 3), "At rest until Wednesday 3 June 2026."),
        ("Let it rest", FAR, "At rest until something passes between you."),
    ],
)
def test_somebody_may_rest(house: House, browser: Browser, button: str, until: date, told: str) -> None:
    ann = house.numbers.ann
    card = css(tree(browser.get("/")), f"[aria-labelledby=drifting-{ann}]")[0]
    (form,) = css(card, "form.rest")
    (press,) = [b for b in css(form, "button") if b.text_content() == f"{button} (Ann Bell)"]
    page = browser.follow(form.get("action"), {**dict(form.form_values()), "until": press.get("value")})
    assert person(house, ann).rests_until == until
    assert person(house, ann).rested == NOW
    assert told in words_of(page.text)
    assert f'id="drifting-{ann}"' not in page.text
    assert told in words_of(browser.get(f"/people/{ann}").text)
    page = browser.follow(f"/people/{ann}/rest", {"until": "now", "back": ""})
    assert person(house, ann).rests_until is None
    assert "At rest" not in words_of(page.text)
    assert f'id="drifting-{ann}"' in browser.get("/").text


def test_a_rest_may_be_taken_back_where_it_was_begun(house: House, browser: Browser) -> None:
    ann = house.numbers.ann
    page = browser.follow(f"/people/{ann}/rest", {"until": "1mo", "back": "/"})
    (form,) = css(tree(page), "#rested form")
    page = browser.follow(form.get("action"), {**dict(form.form_values()), "until": "now"})
    assert "At rest" not in words_of(page.text)
    assert f'id="drifting-{ann}"' in page.text


def test_a_french_weekday_is_small_within_a_sentence(house: House) -> None:
    browser = house.browser(Words("fr"))
    told = words_of(browser.follow(f"/people/{house.numbers.ann}/rest", {"until": "1mo"}).text)
    assert "mercredi 3 juin 2026" in told


def test_what_broke_a_rest_leaves_none(house: House, browser: Browser) -> None:
    ann = house.numbers.ann
    browser.post(f"/people/{ann}/rest", {"until": ""})
    assert "Remind me again" in words_of(browser.get(f"/people/{ann}").text)
    house.now = NOW + timedelta(days=1)
    house.store().record(Engagement(0, ann, "wrote", "in", house.now))
    told = words_of(browser.get(f"/people/{ann}").text)
    assert "Remind me again" not in told
    assert "Not today" in told


def test_of_whom_nobody_is_reminded_has_no_rest(house: House, browser: Browser) -> None:
    one = known(house, "Zoé Lambert", circle=3)
    told = words_of(browser.get(f"/people/{one.id}").text)
    assert "no rhythm (by circle)" in told
    assert "Not today" not in told


@pytest.mark.parametrize("form", [{}, {"until": "some day"}, {"until": "2020-01-01"}, {"until": "-1d"}])
def test_a_rest_that_cannot_be_read(house: House, browser: Browser, form: dict[str, str]) -> None:
    before = house.dump()
    assert browser.post(f"/people/{house.numbers.ann}/rest", form).status_code == 400
    assert house.dump() == before


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example/", "/drafts/1", "/\\evil.example"])
def test_resting_leads_nowhere_else(house: House, browser: Browser, back: str) -> None:
    answer = browser.post(f"/people/{house.numbers.ann}/rest", {"until": "1mo", "back": back})
    assert answer.headers["location"] == f"/people/{house.numbers.ann}"


@pytest.mark.parametrize("said", ["x", "99", "1", "99999999999999999999", "-1", "¹"])
def test_a_day_says_nothing_of_a_rest_that_is_none(browser: Browser, said: str) -> None:
    page = browser.get(f"/?rested={said}")
    assert page.status_code == 200
    assert 'id="rested"' not in page.text


# --- changing what is known ---


def test_a_form_that_is_sent_as_it_came_changes_nothing(house: House, browser: Browser) -> None:
    everything(house)
    for number in (house.numbers.sam, house.numbers.julie, house.numbers.ann):
        form = form_of(browser.get(f"/people/{number}/edit"))
        before = house.dump()
        answer = browser.post(f"/people/{number}/edit", form)
        assert answer.headers["location"] == f"/people/{number}?did=changed"
        assert house.dump() == before


def test_everything_can_be_changed(house: House, browser: Browser) -> None:
    sam = house.numbers.sam
    form = form_of(browser.get(f"/people/{sam}/edit"))
    said = {
        "name": "  Samuel   Okafor ",
        "circle": "1",
        "every": "3mo",
        "language": "fr",
        "register": "tu",
        "tags": "printing, , Printing,ferries ",
        "goals": "bind a book, by hand\r\n\r\nwalk\r\n",
        "met": "At the fair,\r\nin the rain",
        "met_on": "2019-06-14",
        "common": "Ink",
        "company": "The Press",
        "position": "printer",
        "birthday": "1980-02-29",
        "note": "\r\nOne.  \r\n\r\nTwo.",
    }
    page = browser.follow(f"/people/{sam}/edit", {**form, **said})
    assert "Changed." in words_of(page.text)
    assert person(house, sam) == Person(
        sam, "Samuel Okafor", 1, NOW - timedelta(days=400), "tu", "fr", timedelta(days=91), "One.\n\nTwo.",
        company="The Press", position="printer", met="At the fair,\nin the rain", met_on="2019-06-14", common="Ink",
        birthday="1980-02-29", tags=("printing", "ferries"), goals=("bind a book, by hand", "walk"), also=("Sam Okafor",),
    )  # fmt: skip
    form = form_of(browser.get(f"/people/{sam}/edit"))
    assert form["every"] == "3 months"
    browser.post(f"/people/{sam}/edit", {**form, **dict.fromkeys(said, ""), "name": "Sam", "circle": "2"})
    empty = person(house, sam)
    assert (empty.every, empty.tags, empty.goals, empty.note, empty.met_on) == (None, (), (), "", "")


WRONG = {
    "name": ("Julie Martin", "Somebody else is called Julie Martin already."),
    "every": ("now and then", "“now and then” is not a duration"),
    "met_on": ("last year", "“last year” is not a date such as"),
    "birthday": ("31 June", "“31 June” is not a birthday such as"),
    "circle": ("4", "This cannot be chosen here."),
    "register": ("thou", "This cannot be chosen here."),
    "language": ("de", "This cannot be chosen here."),
}


@pytest.mark.parametrize("field", WRONG)
def test_what_is_wrong_comes_back_with_a_sentence(house: House, browser: Browser, field: str) -> None:
    sam = house.numbers.sam
    typed, sentence = WRONG[field]
    form = {**form_of(browser.get(f"/people/{sam}/edit")), "note": "Kept <here>.", field: typed}
    before = house.dump()
    page = browser.post(f"/people/{sam}/edit", form)
    assert page.status_code == 400
    assert house.dump() == before
    (complaint,) = css(tree(page), f"#{field}-wrong")
    assert sentence in complaint.text
    assert f'href="#{field}"' in page.text
    (alert,) = css(tree(page), "[role=alert]")
    assert "Nothing was changed yet." in alert.text_content()
    shown = form_of(page)
    assert shown["note"] == "Kept <here>."
    fields = css(tree(page), "[aria-invalid]")
    assert len(fields) == 1
    if field not in {"circle", "register", "language"}:
        assert shown[field] == typed
        assert fields[0].get("id") == field
        assert f"{field}-wrong" in fields[0].get("aria-describedby").split()


@pytest.mark.parametrize("typed", ["", "   ", "..."])
def test_a_person_needs_a_name(house: House, browser: Browser, typed: str) -> None:
    sam = house.numbers.sam
    form = {**form_of(browser.get(f"/people/{sam}/edit")), "name": typed}
    page = browser.post(f"/people/{sam}/edit", form)
    assert page.status_code == 400
    assert "A person needs a name." in words_of(page.text)


def test_mended_it_is_kept(house: House, browser: Browser) -> None:
    sam = house.numbers.sam
    form = {**form_of(browser.get(f"/people/{sam}/edit")), "note": "Kept.", "met_on": "soon", "tags": "ink"}
    again = {**form_of(browser.post(f"/people/{sam}/edit", form)), "met_on": "2019"}
    assert browser.post(f"/people/{sam}/edit", again).status_code == 303
    one = person(house, sam)
    assert (one.note, one.met_on, one.tags) == ("Kept.", "2019", ("ink",))


def test_two_windows_lose_nothing_of_each_other(house: House, browser: Browser) -> None:
    sam = house.numbers.sam
    house.store().change_person(sam, tags=("old", "ink"), goals=("walk",))
    first = form_of(browser.get(f"/people/{sam}/edit"))
    second = dict(first)
    first |= {"company": "The Press", "tags": "ink, paper", "note": "From one window."}
    second |= {"birthday": "--06-14", "tags": "old, ink, ferries", "goals": "walk\r\nsail"}
    assert browser.post(f"/people/{sam}/edit", first).status_code == 303
    assert browser.post(f"/people/{sam}/edit", second).status_code == 303
    one = person(house, sam)
    assert (one.company, one.birthday, one.note) == ("The Press", "--06-14", "From one window.")
    assert one.tags == ("ink", "paper", "ferries")
    assert one.goals == ("walk", "sail")


def test_one_field_in_two_windows_is_asked_about_once(house: House, browser: Browser) -> None:
    sam = house.numbers.sam
    first = form_of(browser.get(f"/people/{sam}/edit"))
    second = {**first, "note": "From the other.", "common": "Ink"}
    browser.post(f"/people/{sam}/edit", {**first, "note": "From <one>.", "met": "At the fair"})
    page = browser.post(f"/people/{sam}/edit", second)
    assert page.status_code == 400
    assert "Meanwhile this was changed elsewhere, to “From &lt;one&gt;.”" in page.text
    assert person(house, sam).note == "From <one>."
    assert person(house, sam).common == ""
    again = form_of(page)
    assert (again["note"], again["common"], again["met"]) == ("From the other.", "Ink", "At the fair")
    assert browser.post(f"/people/{sam}/edit", again).status_code == 303
    one = person(house, sam)
    assert (one.note, one.common, one.met) == ("From the other.", "Ink", "At the fair")


def test_both_windows_saying_the_same_is_no_quarrel(house: House, browser: Browser) -> None:
    sam = house.numbers.sam
    form = {**form_of(browser.get(f"/people/{sam}/edit")), "note": "The same."}
    assert browser.post(f"/people/{sam}/edit", form).status_code == 303
    assert browser.post(f"/people/{sam}/edit", form).status_code == 303


def test_a_form_without_fields_changes_nothing(house: House, browser: Browser) -> None:
    before = house.dump()
    assert browser.post(f"/people/{house.numbers.sam}/edit").status_code == 303
    assert house.dump() == before


def test_every_field_has_its_label(browser: Browser) -> None:
    page = tree(browser.get("/people/1/edit"))
    shown = css(page, ".knowing input, .knowing select, .knowing textarea")
    shown = [field for field in shown if field.get("type") not in {"hidden", "radio"}]
    assert {field.get("name") for field in shown} == set(changing.FIELDS) - {"circle"}
    for field in shown:
        assert css(page, f"label[for={field.get('id')}]")
        for hint in (field.get("aria-describedby") or "").split():
            assert css(page, f"#{hint}")


@pytest.mark.parametrize("days", [None, 0, 1, 10, 14, 42, 84, 90, 91, 92, 100, 365, 366, 730, 36525])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_rhythm_is_written_so_that_it_is_read_as_the_same(days: int | None, language: Any) -> None:
    words = Words(language)
    every = None if days is None else timedelta(days=days)
    one = Person(1, "Sam", 2, NOW, every=every)
    text = changing.written(one, words)["every"]
    other = replace(one, every=timedelta(days=77))
    said = changing.edit(other, [], changing.written(other, words), {"every": text}, words)
    assert not said.wrong
    assert said.fields == {"every": every}


@pytest.mark.parametrize(
    ("typed", "a_date", "a_birthday"),
    [
        ("2019", True, False),
        ("2019-06", True, False),
        ("2019-02-29", False, False),
        ("2020-02-29", True, True),
        ("--02-29", False, True),
        ("--02-30", False, False),
        ("--2-9", False, False),
        ("0000-01-01", False, False),
        ("٢٠١٩-٠١-٠١", False, False),
        ("2019-06-14 ", False, False),
        ("", False, False),
    ],
)
def test_dates_that_lack_something(typed: str, *, a_date: bool, a_birthday: bool) -> None:
    assert changing.is_date(typed) is a_date
    assert changing.is_birthday(typed) is a_birthday


# --- who may, and what may not happen ---

POSTS = {
    "/people/{ann}/rest": {"until": "1mo"},
    "/people/{ann}/edit": {"note": "changed"},
    "/questions/{question}": {"answer": "no"},
}
SHOWN = ("/people", "/people?q=sam&drifting=1", "/people/{ann}", "/people/{ann}/edit", "/?rested={ann}")


def filled(house: House, address: str) -> str:
    store = house.store()
    (number,) = [question.id for question in store.questions() if question.other_id]
    store.connection.close()
    return address.format(ann=house.numbers.ann, question=number)


@pytest.mark.parametrize("address", POSTS)
@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN)
def test_nobody_else_may_change_people(
    house: House, browser: Browser, address: str, headers: dict[str, str]
) -> None:
    asked(house)
    before = house.dump()
    answer = browser.post(filled(house, address), POSTS[address], **headers)
    assert answer.status_code == 403
    assert house.dump() == before


@pytest.mark.parametrize("address", [*POSTS, *SHOWN])
def test_without_the_key_nothing_is_shown_or_changed(house: House, address: str) -> None:
    asked(house)
    before = house.dump()
    browser = house.browser(at_the_door=True)
    answers = [browser.get(filled(house, address))]
    answers.append(browser.post(filled(house, address), POSTS.get(address)))
    for answer in answers:
        assert answer.status_code == 403
        assert "Ann" not in answer.text
    assert house.dump() == before


def test_its_own_page_changes_people(house: House, browser: Browser) -> None:
    asked(house)
    for address, form in POSTS.items():
        before = house.dump()
        assert browser.post(filled(house, address), form).status_code == 303
        assert house.dump() != before, address


def test_looking_changes_nothing(house: House, browser: Browser) -> None:
    asked(house)
    everything(house)
    before = house.dump()
    for address in (*SHOWN, *POSTS):
        there = filled(house, address)
        joint = "&" if "?" in there else "?"
        browser.get(f"{there}{joint}until=1mo&answer=yes&note=changed&name=Other")
        browser.client.head(there)
    assert house.dump() == before


def test_the_policy_stays_as_strict_as_it_was(house: House, browser: Browser) -> None:
    asked(house)
    for address in SHOWN:
        page = browser.get(filled(house, address))
        assert page.headers["content-security-policy"] == (
            "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
        )
        assert not re.search(r"<[^>]*\sstyle=|<style|<[^>]*\son\w+=|<script(?! src=\"/static/)", page.text)


ODD = "\x00\x1b[31m\u202eeman\u202c"


@pytest.mark.parametrize(
    "strange", [HOSTILE, ODD, "{name} %s {{ 7*7 }} {% x %}", "x" * 500, "<svg/onload=x>"]
)
def test_hostile_words_stay_words(house: House, browser: Browser, strange: str) -> None:
    asked(house)
    one = everything(house)
    store = house.store()
    texts = dict.fromkeys(
        ("name", "note", "company", "position", "met", "met_on", "common", "birthday"), strange
    )
    store.change_person(one.id, **texts, tags=(strange,), goals=(strange, "sail"), also=(strange,))
    store.change_person(house.numbers.ann, name=f"{strange} 2", tags=(strange,))
    store.connection.execute(
        "update identities set label = ?, evidence = ?, url = 'javascript:alert(1)'", (strange, strange)
    )
    store.connection.execute("update questions set evidence = ?", (strange,))
    store.connection.execute("update joinings set evidence = ?", (strange,))
    about = "update questions set about = replace(about, 'https://ink', 'javascript://ink') where about <> ''"
    store.connection.execute(about)
    wrong = {
        "name": strange + strange,
        "every": strange,
        "birthday": strange + "x",
        "note": f"</textarea>{strange}",
    }
    pages = [
        browser.get("/people"),
        browser.client.get("/people", params={"q": strange, "about": strange}),
        browser.get(f"/people/{one.id}"),
        browser.get(f"/people/{house.numbers.ann}"),
        browser.get(f"/people/{one.id}/edit"),
        browser.post(f"/people/{one.id}/edit", wrong),
        browser.follow(f"/people/{house.numbers.ann}/rest", {"until": "1mo", "back": "/"}),
    ]
    for page in pages:
        assert page.status_code in {200, 400}
        assert "<script>" not in page.text
        assert "<svg/onload" not in page.text
        assert 'href="javascript:' not in page.text
    if strange.isprintable():
        assert strange in unescape(pages[4].text)


def test_a_sorrow_has_no_rest_beside_it(house: House, browser: Browser) -> None:
    """Whoever grieves is not among those drifting, so that there is nothing to put off."""
    page = browser.get("/")
    assert f'action="/people/{house.numbers.sam}/rest"' not in page.text


def test_resting_says_nothing_of_debts(browser: Browser) -> None:
    told = fold(words_of(browser.get("/").text) + words_of(browser.get("/people/3").text))
    assert not re.search(r"\b(late|overdue|owe|must|should|debt|snooze|forgot)\b", told)
