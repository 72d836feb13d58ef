"""The page in a real browser: from a piece to a thank-you and back, with script and without."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from engage.web import serve as serving
from engage.words import Words
from tests.engage.web.house import CHROMIUM, MISSING, TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    import uvicorn
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.engage.web.house import House

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(bool(MISSING), reason=MISSING),
]

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LINE = "I have left mine alone since."
GONE = "Nouvelles is not running any more. Your words are still here"
HOLDS = "words => document.getElementById('text').value.includes(words)"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - it may be what is missing

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass(frozen=True)
class Served:
    """The page, really served, in a thread of its own."""

    address: str
    server: uvicorn.Server
    thread: threading.Thread

    def end(self) -> None:
        """What would be Ctrl-C."""
        self.server.handle_exit(signal.SIGINT, None)
        self.thread.join(20)
        assert not self.thread.is_alive()


@pytest.fixture
def served(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    servers: list[uvicorn.Server] = []
    ready = threading.Event()
    launch: list[str] = []

    class Kept(serving._Server):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            servers.append(self)

    def opened(found: str) -> None:
        launch.append(found)
        ready.set()

    monkeypatch.setattr(serving, "_Server", Kept)
    thread = threading.Thread(
        target=serving.serve, args=(lambda host: house.app(Words("en"), host), 0, TOKEN, opened), daemon=True
    )
    thread.start()
    assert ready.wait(20)
    page = Served(launch[0], servers[0], thread)
    yield page
    page.end()


@pytest.fixture
def address(served: Served) -> str:
    return served.address


@contextmanager
def opened(
    chromium: Browser, address: str, expected: str = "", **options: Any
) -> Iterator[tuple[BrowserContext, Page]]:
    """A page in which everything that goes wrong but is `expected` is a failure, and no other host is asked."""
    context = chromium.new_context(**options)
    page = context.new_page()
    wrong: list[str] = []
    host = address.split("/?", maxsplit=1)[0]
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.set_default_timeout(10_000)
    page.on("request", lambda r: None if r.url.startswith(host) else wrong.append(r.url))
    page.goto(address)
    yield context, page
    context.close()
    assert not [what for what in wrong if not expected or expected not in what]


def test_from_a_piece_to_a_thank_you(house: House, chromium: Browser, address: str) -> None:
    with opened(chromium, address) as (context, page):
        assert "token" not in page.url
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.get_by_role("button", name="Say thank you to Julie Martin").click()
        message = page.get_by_label("Your message")
        assert message.input_value().startswith("Hi Julie,")
        page.get_by_label("What stayed with you?").fill(LINE)
        page.wait_for_function(HOLDS, arg=LINE)
        page.get_by_label("What stayed with you?").fill(LINE + " All of it.")
        page.wait_for_function(HOLDS, arg="All of it.")
        assert message.input_value().count(LINE) == 1
        page.get_by_role("button", name="Copy the text").click()
        page.get_by_text("Copied", exact=True).first.wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == message.input_value()
        page.get_by_role("button", name="Another way").click()
        page.get_by_text("Sent on 4 May 2026.").wait_for()
        assert house.store().draft(1).text == copied
        page.get_by_role("link", name="Back to today").click()
        page.get_by_role("heading", name="Done today").wait_for()
        assert page.get_by_role("button", name="Say thank you to Julie Martin").count() == 0


def test_without_script(house: House, chromium: Browser, address: str) -> None:
    with opened(chromium, address, java_script_enabled=False) as (_, page):
        page.get_by_role("button", name="Leaving the hedges alone").click()
        page.get_by_text("a road for everything smaller than us").wait_for()
        page.get_by_role("button", name="Say thank you to Julie Martin").click()
        assert "I read your article" in page.get_by_label("Your message").input_value()
        page.get_by_role("button", name="Copy the text").wait_for(state="hidden")
        page.get_by_label("What stayed with you?").fill(LINE)
        page.get_by_role("button", name="Put it into the message").click()
        page.get_by_text("Kept. Nothing has been sent.").wait_for()
        assert LINE in page.get_by_label("Your message").input_value()
        page.get_by_role("radio", name="No quotation").check()
        page.get_by_role("button", name="Quote this one").click()
        page.wait_for_load_state()
        assert "“" not in page.get_by_label("Your message").input_value().split("alone”")[1]
        page.get_by_role("button", name="By mail").click()
        page.get_by_text("Sent on 4 May 2026.").wait_for()
        page.get_by_role("link", name="Back to today").click()
        page.get_by_role("heading", name="Done today").wait_for()
    assert house.store().draft(1).channel == "email"


def test_choosing_a_passage_changes_the_message_at_once(chromium: Browser, address: str) -> None:
    with opened(chromium, address) as (_, page):
        page.get_by_role("button", name="Say thank you to Julie Martin").click()
        choice = page.locator("input[name=passage]:not(:checked)").first
        wanted = choice.get_attribute("value")
        choice.check()
        page.wait_for_function(HOLDS, arg=wanted)


def test_words_of_ones_own_in_the_message_outlive_the_line(chromium: Browser, address: str) -> None:
    with opened(chromium, address) as (_, page):
        page.get_by_role("button", name="Say thank you to Julie Martin").click()
        message = page.get_by_label("Your message")
        message.fill(message.input_value().replace("Hi Julie", "Dearest Julie"))
        page.get_by_label("What stayed with you?").fill(LINE)
        page.wait_for_function(HOLDS, arg=LINE)
        assert message.input_value().startswith("Dearest Julie")
        page.get_by_role("button", name="Keep it for later").click()
        page.get_by_text("Kept. Nothing has been sent.").wait_for()
        assert message.input_value().startswith("Dearest Julie")
        assert message.input_value().count(LINE) == 1


def test_what_is_written_is_kept_by_itself(house: House, chromium: Browser, address: str) -> None:
    with opened(chromium, address) as (_, page):
        page.get_by_role("button", name="Say thank you to Julie Martin").click()
        page.get_by_label("What stayed with you?").fill(LINE)
        page.get_by_text("Kept", exact=True).wait_for()
        draft = house.store().draft(1)
        assert draft.line == LINE
        assert draft.text == page.get_by_label("Your message").input_value()
        assert draft.text == draft.written
        message = page.get_by_label("Your message")
        message.fill(draft.text.replace("Hi Julie", "Dearest Julie"))
        assert page.locator("#kept").text_content() == ""
        page.get_by_text("Kept", exact=True).wait_for()
        assert house.store().draft(1).text.startswith("Dearest Julie")


def test_leaving_at_once_loses_no_word(house: House, chromium: Browser, address: str) -> None:
    with opened(chromium, address) as (_, page):
        page.get_by_role("button", name="Say thank you to Julie Martin").click()
        page.get_by_label("What stayed with you?").fill(LINE)
        page.get_by_role("link", name="Nouvelles").click()
        page.get_by_role("link", name="Go on with your draft").wait_for()
        assert house.store().draft(1).line == LINE
        page.get_by_role("link", name="Go on with your draft").click()
        page.get_by_label("What stayed with you?").fill("Hedges!")
        page.evaluate("location.assign('/')")
        page.get_by_role("link", name="Go on with your draft").wait_for()
        page.wait_for_function("async () => (await (await fetch('/drafts/1')).text()).includes('Hedges!')")


@pytest.mark.parametrize(
    "button", ["Keep it for later", "By mail", "I have read it", "Leaving the hedges alone"]
)
def test_when_the_program_has_ended_the_words_stay(chromium: Browser, served: Served, button: str) -> None:
    with opened(chromium, served.address, "net::ERR_") as (context, page):
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.get_by_role("button", name="Say thank you to Julie Martin").click()
        message = page.get_by_label("Your message")
        page.wait_for_url("**/drafts/1")
        served.end()
        message.fill("Dearest Julie, thank you.")
        page.get_by_role("button", name=button, exact=True).click()
        page.wait_for_function("() => getSelection().toString().includes('Dearest Julie')")
        assert GONE in page.get_by_role("alert").inner_text()
        assert page.url.endswith("/drafts/1")
        assert message.input_value() == "Dearest Julie, thank you."
        page.get_by_role("alert").get_by_role("button", name="Copy the text").click()
        page.get_by_role("alert").get_by_role("button", name="Copied").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == "Dearest Julie, thank you."


def test_a_letter_that_was_sent_elsewhere_keeps_what_is_typed(
    house: House, chromium: Browser, address: str
) -> None:
    with opened(chromium, address, "409") as (_, page):
        page.get_by_role("button", name="Say thank you to Julie Martin").click()
        page.wait_for_url("**/drafts/1")
        house.store().change_draft(1, house.now, state="sent", channel="email")
        page.get_by_label("Your message").fill("Dearest Julie, thank you.")
        page.get_by_role("button", name="Keep it for later").click()
        page.get_by_role("alert").get_by_text("nothing was changed").wait_for()
        assert page.get_by_label("Your message").input_value() == "Dearest Julie, thank you."


@pytest.mark.parametrize("script", [True, False])
def test_reading_after_drafting(house: House, chromium: Browser, address: str, *, script: bool) -> None:
    with opened(chromium, address, java_script_enabled=script) as (_, page):
        page.get_by_role("button", name="Say thank you to Julie Martin").click()
        message = page.get_by_label("Your message")
        assert "I read" not in message.input_value()
        page.get_by_label("What stayed with you?").fill(LINE)
        page.get_by_role("button", name="I have read it").click()
        page.get_by_role("button", name="I have read it").wait_for(state="detached")
        assert page.url.endswith("/drafts/1")
        assert "I read" in message.input_value()
        assert LINE in message.input_value()
        page.get_by_role("button", name="Leaving the hedges alone").click()
        page.wait_for_url(f"**/pieces/{house.numbers.hedges}")


def test_what_is_marked_is_what_is_quoted(chromium: Browser, address: str) -> None:
    with opened(chromium, address) as (_, page):
        page.get_by_role("button", name="Say thank you to Julie Martin").click()
        choice = page.locator("input[name=passage]:not(:checked)").first
        wanted = choice.get_attribute("value")
        choice.check()
        page.wait_for_function("words => document.querySelector('mark').textContent === words", arg=wanted)
        page.get_by_role("radio", name="No quotation").check()
        page.wait_for_function("() => !document.querySelector('mark')")
        page.get_by_role("radio").first.check()
        page.locator("mark").wait_for()


def test_saying_that_it_is_copied_moves_nothing(chromium: Browser, address: str) -> None:
    with opened(chromium, address, viewport={"width": 1280, "height": 1600}) as (context, page):
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.get_by_role("button", name="Say thank you to Julie Martin").click()
        page.wait_for_url("**/drafts/1")
        places = """['.sources', '.writing', '#ways button'].map(
            found => JSON.stringify(document.querySelector(found).getBoundingClientRect()))"""
        before = page.evaluate(places)
        page.get_by_role("button", name="Copy the text").first.click()
        page.get_by_text("Copied", exact=True).first.wait_for()
        assert page.evaluate(places) == before


def test_the_keys(chromium: Browser, address: str) -> None:
    with opened(chromium, address) as (_, page):
        focused = "document.activeElement.closest('[data-card]')?.getAttribute('aria-labelledby')"
        cards = page.evaluate(
            "[...document.querySelectorAll('[data-card]')].map(c => c.getAttribute('aria-labelledby'))"
        )
        page.keyboard.press("j")
        assert page.evaluate(focused) == cards[0]
        page.keyboard.press("j")
        assert page.evaluate(focused) == cards[1]
        page.keyboard.press("k")
        assert page.evaluate(focused) == cards[0]
        page.keyboard.press("?")
        dialog = page.get_by_role("dialog", name="Keys")
        assert dialog.is_visible()
        dialog.get_by_label("Keys are on").uncheck()
        dialog.get_by_role("button", name="Close").click()
        page.keyboard.press("t")
        assert page.url.endswith("/")
        page.keyboard.press("?")
        dialog.get_by_label("Keys are on").check()
        page.keyboard.press("Escape")
        page.keyboard.press("j")
        page.keyboard.press("t")
        page.wait_for_url("**/drafts/*")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_wider_than_the_screen(house: House, chromium: Browser, address: str, width: int) -> None:
    with opened(chromium, address, viewport={"width": width, "height": 800}) as (_, page):
        root = address.split("/?", maxsplit=1)[0]
        page.get_by_role("button", name="Say thank you to Julie Martin").click()
        page.wait_for_url("**/drafts/*")
        sam = f"/people/{house.numbers.sam}"
        for path in ("/drafts/1", "/", "/people", sam, f"{sam}/edit", f"/pieces/{house.numbers.hedges}"):
            page.goto(root + path)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
