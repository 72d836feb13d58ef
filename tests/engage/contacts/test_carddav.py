"""The address books of a real CardDAV server (Radicale), and of servers that answer otherwise."""

from __future__ import annotations

import base64
import http.client
import pickle
import re
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from engage.contacts import carddav, vcard
from engage.contacts.carddav import BookTooLarge, Elsewhere, NoAddressBook, NotSafe
from feeds.errors import BadStatus, Busy, FetchError, Refused, ServerFault, SignInRefused, Unreachable
from feeds.http import Client, Manners
from feeds.wire import MEGABYTE, Response
from tests.feeds import misbehaving
from tests.feeds.misbehaving import HTML, Misbehaving, fails, in_turn, redirects, says

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from feeds.wire import Request
    from tests.feeds.misbehaving import Exchange, Way

PASSWORD = "la-haie-pousse-42"
SECRET = base64.b64encode(f"julie:{PASSWORD}".encode()).decode()
NAMES = ("Zoé Léger", "Paul Durand", "Renée & Max <Haies>")


def card(name: str) -> str:
    return f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{name.encode().hex()}\r\nFN:{name}\r\nN:{name};;;;\r\nEND:VCARD\r\n"


class Watching(Client):
    """Our client, that remembers with which methods it asked, and whom."""

    def __init__(self, manners: Manners | None = None) -> None:
        super().__init__(manners)
        self.methods: list[str] = []

    def send_all(
        self, requests: Iterable[tuple[Any, Request]]
    ) -> Iterator[tuple[Any, Response | FetchError]]:
        asked = list(requests)
        self.methods += [request.method for _, request in asked]
        return super().send_all(asked)


def names(content: bytes) -> list[str]:
    return sorted(found.name for found in vcard.read(content).cards)


def book(
    address: str, client: Client | None = None, *, user: str = "julie", password: str = PASSWORD
) -> bytes:
    return carddav.book(address, user, password, client or Client(), allow_private=True)


def failure(
    address: str, client: Client | None = None, *, password: str = PASSWORD, private: bool = True
) -> FetchError:
    """The error of reading an address, in which neither the password nor what it is sent as occurs."""
    with pytest.raises(FetchError) as caught:
        carddav.book(address, "julie", password, client or Client(), allow_private=private)
    told = f"{caught.value}{caught.value!r}{caught.value.values}{caught.value.__cause__!r}"
    assert not {password, base64.b64encode(f"julie:{password}".encode()).decode()} & set(
        re.split(r"[\s'\"]", told)
    )
    assert PASSWORD not in told
    assert SECRET not in told
    return caught.value


# --- Radicale ---


@dataclass(frozen=True)
class House:
    """A running Radicale with the books of Julie, and those of Paul, who has none."""

    base: str
    folder: Path

    def contents(self) -> dict[str, bytes]:
        """Every file that it keeps, but for its own caches."""
        files = (
            path for path in self.folder.rglob("*") if path.is_file() and ".Radicale.cache" not in path.parts
        )
        return {str(path): path.read_bytes() for path in files if path.name != ".Radicale.lock"}


@pytest.fixture(scope="module")
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    pytest.importorskip("radicale", reason="Radicale is not installed: no real CardDAV server can be read")
    folder = tmp_path_factory.mktemp("radicale")
    (folder / "users").write_text(f"julie:{PASSWORD}\npaul:autre\n")
    running, base = _started(folder)
    try:
        yield House(_furnished(base), folder / "kept")
    finally:
        running.terminate()
        running.wait(30)


def _started(folder: Path) -> tuple[subprocess.Popen[str], str]:
    """Radicale in a process of its own, and its address. It takes no port 0: a free one is found, and another if it is lost."""
    for _ in range(5):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            place = f"127.0.0.1:{free.getsockname()[1]}"
        (folder / "config").write_text(
            f"[server]\nhosts = {place}\n[auth]\ntype = htpasswd\nhtpasswd_filename = {folder / 'users'}\n"
            f"htpasswd_encryption = plain\ndelay = 0\n[storage]\nfilesystem_folder = {folder / 'kept'}\n"
        )
        command = [sys.executable, "-m", "radicale", "--config", str(folder / "config")]
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        said = running.stderr
        assert said
        told = []
        for line in said:
            told.append(line)
            if "server ready" in line:
                # What else it says is read and dropped, so that it never waits for us.
                threading.Thread(target=_drain, args=(said,), daemon=True).start()
                return running, f"http://{place}"
        running.wait(30)
        said.close()
    raise AssertionError("Radicale did not start:\n" + "".join(told))


def _drain(stream: IO[str]) -> None:
    with stream:
        for _ in stream:
            pass


def _furnished(base: str) -> str:
    """Give Julie two address books, an empty one and a calendar."""
    for path, tag in (
        ("famille", "VADDRESSBOOK"),
        ("jardin", "VADDRESSBOOK"),
        ("vide", "VADDRESSBOOK"),
        ("agenda", "VCALENDAR"),
    ):
        kind = (
            "<C:addressbook/>"
            if tag == "VADDRESSBOOK"
            else '<K:calendar xmlns:K="urn:ietf:params:xml:ns:caldav"/>'
        )
        made = (
            '<?xml version="1.0"?><mkcol xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><set><prop><resourcetype>'
            f"<collection/>{kind}</resourcetype></prop></set></mkcol>"
        )
        _write(base, "MKCOL", f"/julie/{path}/", made, "application/xml")
    for number, name in enumerate(NAMES):
        _write(
            base,
            "PUT",
            f"/julie/{'jardin' if number else 'famille'}/c%20{number}%26.vcf",
            card(name),
            "text/vcard",
        )
    return base


def _write(base: str, method: str, path: str, body: str, kind: str) -> None:
    line = http.client.HTTPConnection(urlsplit(base).netloc)
    line.request(method, path, body.encode(), {"Authorization": f"Basic {SECRET}", "Content-Type": kind})
    assert line.getresponse().status == 201, (method, path)
    line.close()


@pytest.mark.parametrize("path", ["", "/", "/julie", "/julie/", "/.well-known/carddav", "/nulle/part/"])
def test_from_the_host_or_from_ones_own_page_all_books_are_found(radicale: House, path: str) -> None:
    assert names(book(radicale.base + path)) == sorted(NAMES)


@pytest.mark.parametrize(("path", "held"), [("famille", NAMES[:1]), ("jardin", NAMES[1:]), ("vide", ())])
def test_a_book_by_its_own_address_is_read_alone(radicale: House, path: str, held: tuple[str, ...]) -> None:
    assert names(book(f"{radicale.base}/julie/{path}/")) == sorted(held)


def test_nothing_is_ever_written(radicale: House) -> None:
    client, before = Watching(), radicale.contents()
    book(radicale.base, client)
    assert set(client.methods) == {"PROPFIND", "REPORT"}
    assert radicale.contents() == before


def test_reading_twice_gives_the_same_cards(radicale: House) -> None:
    assert vcard.read(book(radicale.base)) == vcard.read(book(radicale.base))


def test_a_wrong_password_is_said(radicale: House) -> None:
    error = failure(radicale.base, password="un-autre-mot")
    assert isinstance(error, SignInRefused)
    assert "password is wrong" in str(error)


def test_the_page_of_somebody_else_is_not_shown(radicale: House) -> None:
    with pytest.raises(SignInRefused, match="does not show"):
        carddav.book(f"{radicale.base}/julie/", "paul", "autre", Client(), allow_private=True)


def test_who_has_no_book_is_told_where_was_looked(radicale: House) -> None:
    with pytest.raises(NoAddressBook, match=r"Tried: .*well-known"):
        carddav.book(radicale.base, "paul", "autre", Client(), allow_private=True)


def test_ones_own_machine_takes_leave(radicale: House) -> None:
    assert isinstance(failure(radicale.base, private=False), Refused)


def test_many_cards_come_in_several_parts(radicale: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carddav, "_BATCH_CARDS", 1)
    client = Watching()
    assert names(book(radicale.base, client)) == sorted(NAMES)
    assert client.methods.count("REPORT") == len(NAMES)


# --- other servers ---


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Misbehaving]:
    for method in ("do_PROPFIND", "do_REPORT"):
        monkeypatch.setattr(misbehaving._Handler, method, misbehaving._Handler.do_GET, raising=False)
    with Misbehaving() as running:
        yield running


def multistatus(*responses: str) -> Way:
    names = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"'
    return says(
        f'<?xml version="1.0"?><multistatus {names}>{"".join(responses)}</multistatus>',
        "application/xml",
        207,
    )


def thing(href: str, props: str, status: str = "HTTP/1.1 200 OK") -> str:
    return f"<response><href>{href}</href><propstat><prop>{props}</prop><status>{status}</status></propstat></response>"


BOOK = "<resourcetype><collection/><C:addressbook/></resourcetype>"
FOLDER = "<resourcetype><collection/></resourcetype>"


def data(name: str) -> str:
    text = card(name).replace("&", "&amp;").replace("<", "&lt;")
    return f"<C:address-data>{text}</C:address-data>"


def by_method(**ways: Way) -> Way:
    def way(exchange: Exchange) -> None:
        ways.get(exchange.handler.command.lower(), fails(405))(exchange)

    return way


def a_book(server: Misbehaving, report: Way, *cards: str, path: str = "/b/") -> str:
    """A book at its own address, that answers a REPORT in this way."""
    members = [thing(f"{path}{name}.vcf", "<getcontenttype>text/vcard</getcontenttype>") for name in cards]
    listed = multistatus(thing(path, BOOK), *members)
    return server.at(path, by_method(propfind=listed, report=report))


def refusing(_: Exchange) -> None:
    raise AssertionError("nobody should be asked here")


def test_where_several_cannot_be_had_at_once_each_is_fetched(server: Misbehaving) -> None:
    for name in ("julie", "paul"):
        server.at(f"/b/{name}.vcf", says(card(name), "text/vcard"))
    assert names(book(a_book(server, fails(501), "julie", "paul", "partie"))) == [
        "julie",
        "paul",
    ]  # one is gone


def test_what_a_server_passes_over_is_fetched_by_itself(server: Misbehaving) -> None:
    server.at("/b/paul.vcf", says(card("paul"), "text/vcard"))
    assert names(
        book(a_book(server, multistatus(thing("/b/julie.vcf", data("julie"))), "julie", "paul"))
    ) == [
        "julie",
        "paul",
    ]


def test_a_card_that_no_xml_may_hold_spoils_no_other(server: Misbehaving) -> None:
    broken = multistatus(thing("/b/paul.vcf", "<C:address-data>&#11;</C:address-data>"))
    both = in_turn(broken, multistatus(thing("/b/julie.vcf", data("julie"))), broken)
    server.at("/b/paul.vcf", says(card("paul"), "text/vcard"))
    assert names(book(a_book(server, both, "julie", "paul"))) == ["julie", "paul"]


def test_a_server_that_is_wrong_about_its_own_name_is_asked_where_it_was_found(server: Misbehaving) -> None:
    host = server.base.rpartition(":")[0]
    listed = multistatus(
        thing(f"{host}:81/b/", BOOK), thing(f"{host.replace('http', 'https')}/b/julie.vcf", "")
    )
    report = multistatus(thing(f"{host}/b/julie.vcf", data("julie")))
    assert names(book(server.at("/b/", by_method(propfind=listed, report=report)))) == ["julie"]


def test_nextclouds_lists_of_everybody_are_no_books(server: Misbehaving) -> None:
    own = a_book(server, multistatus(thing("/h/c/julie.vcf", data("julie"))), "julie", path="/h/c/")
    assert own
    listed = multistatus(
        thing("/h/", FOLDER),
        thing("/h/c/", BOOK),
        thing("/h/z-server-generated--system/", BOOK),
        thing("/h/z-app-generated--contactsinteraction--recent/", BOOK),
    )
    nobody = multistatus(thing("/h/", FOLDER))
    assert names(book(server.at("/h/", in_turn(nobody, listed)))) == ["julie"]
    assert not [exchange for exchange in server.asked if "/z-" in exchange.path]


def test_a_password_never_goes_to_another_server_by_a_redirect(server: Misbehaving) -> None:
    with Misbehaving() as other:
        other.at("/dav/", says("bonjour", HTML))
        server.at("/.well-known/carddav", redirects(f"{other.base}/dav/", 301))
        error = failure(server.base)
        assert isinstance(error, NoAddressBook)  # we are not led into another place of the private network
        assert other.asked == []


def test_a_password_never_goes_to_another_server_that_an_answer_names(server: Misbehaving) -> None:
    home = "https://p57.haies.example/julie/"
    server.at(
        "/", multistatus(thing("/", f"<C:addressbook-home-set><href>{home}</href></C:addressbook-home-set>"))
    )
    error = failure(server.base)
    assert isinstance(error, Elsewhere)
    assert error.values["target"] == home


@pytest.mark.parametrize(
    "href", ["//autre.example/x", "http://[", "http://autre.example:99999999/", "https://u:p@autre.example/"]
)
def test_strange_addresses_lead_nowhere(server: Misbehaving, href: str) -> None:
    server.at("/b/", multistatus(thing("/b/", BOOK), thing(href, "")))
    assert isinstance(failure(f"{server.base}/b/"), FetchError)


@pytest.mark.parametrize("address", ["http://cloud.example/", "HTTP://cloud.example:5232/julie"])
def test_nothing_is_sent_in_the_clear(address: str) -> None:
    client = Watching()
    assert isinstance(failure(address, client), NotSafe)
    assert client.methods == []


def test_https_is_meant_where_nothing_is_said() -> None:
    error = failure("julie:secret@localhost:1/dav")
    assert isinstance(error, Unreachable)
    assert error.values["address"] == "https://localhost:1/dav"


def test_a_name_with_a_colon_cannot_be_sent() -> None:
    with pytest.raises(SignInRefused, match="colon"):
        book("https://cloud.example", user="ju:lie")


@pytest.mark.parametrize(
    ("way", "kind", "said"),
    [
        (fails(401, WWW_Authenticate='Basic realm="x"'), SignInRefused, "password is wrong"),
        (fails(401, WWW_Authenticate='Digest realm="x"'), SignInRefused, "Basic"),
        (fails(403), SignInRefused, "does not show"),
        (fails(404), NoAddressBook, "Tried"),
        (fails(405), NoAddressBook, "Tried"),
        (fails(500), ServerFault, "500"),
        (fails(429), Busy, "later"),
        (fails(503, Retry_After="60"), Busy, "later"),
        (says("<!DOCTYPE html><p>Bonjour", HTML), NoAddressBook, "Tried"),
        (says("<multistatus", "application/xml", 207), NoAddressBook, "Tried"),
        (says("<a/>", "application/xml", 207), NoAddressBook, "Tried"),
        (multistatus(), NoAddressBook, "Tried"),
        (multistatus(thing("/", FOLDER)), NoAddressBook, "Tried"),
        (multistatus(thing("/", BOOK, "HTTP/1.1 404 Not Found")), NoAddressBook, "Tried"),
        (misbehaving.circles(), NoAddressBook, "Tried"),
    ],
)
def test_what_is_no_address_book_is_said_in_words(
    server: Misbehaving, way: Way, kind: type[FetchError], said: str
) -> None:
    for path in ("/", "/.well-known/carddav"):
        server.at(path, way)
    error = failure(server.base)
    assert isinstance(error, kind)
    assert said in str(error)


def test_entities_are_never_read(server: Misbehaving, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("le secret")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    body = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file://{tmp_path}/secret"><!ENTITY l0 "ha">{laughs}]>'
        '<multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><response><href>/b/julie.vcf</href><propstat>'
        "<prop><C:address-data>BEGIN:VCARD\nFN:Julie\nNOTE:&f;&l8;\nEND:VCARD\n</C:address-data></prop>"
        "</propstat></response></multistatus>"
    )
    server.at("/b/julie.vcf", says(card("julie"), "text/vcard"))
    content = book(a_book(server, says(body, "application/xml", 207), "julie"))
    assert names(content) in (["Julie"], ["julie"])
    assert b"secret" not in content
    assert len(content) < 1_000


def test_what_is_too_large_is_said_of_an_address_book(
    server: Misbehaving, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = Client(Manners(max_bytes=MEGABYTE))
    padding = f"<!--{'x' * MEGABYTE}-->"
    large = multistatus(padding)
    server.at("/b/julie.vcf", says("x" * (MEGABYTE + 1), "text/vcard"))
    assert isinstance(failure(a_book(server, large, "julie"), small), BookTooLarge)
    assert isinstance(failure(server.at("/c/", large), small), BookTooLarge)
    monkeypatch.setattr(carddav, "_MOST_BYTES", 10)
    whole = multistatus(thing("/d/julie.vcf", data("julie")))
    assert isinstance(failure(a_book(server, whole, "julie", path="/d/")), BookTooLarge)


def test_cards_too_many_for_one_answer_come_in_smaller_parts(server: Misbehaving) -> None:
    parts = in_turn(
        multistatus(f"<!--{'x' * MEGABYTE}-->"),
        multistatus(thing("/b/julie.vcf", data("julie"))),
        multistatus(thing("/b/paul.vcf", data("paul"))),
    )
    small = Client(Manners(max_bytes=MEGABYTE))
    assert names(book(a_book(server, parts, "julie", "paul"), small)) == ["julie", "paul"]


@pytest.mark.parametrize(
    ("way", "kind"),
    [
        (fails(403), SignInRefused),
        (fails(401), SignInRefused),
        (fails(500), ServerFault),
        (misbehaving.hangs_up(), Unreachable),
    ],
)
def test_a_card_that_cannot_be_fetched_is_an_error(
    server: Misbehaving, way: Way, kind: type[FetchError]
) -> None:
    server.at("/b/julie.vcf", way)
    assert isinstance(failure(a_book(server, fails(501), "julie")), kind)


def test_a_server_that_asks_to_wait_is_not_asked_for_every_card(server: Misbehaving) -> None:
    assert isinstance(failure(a_book(server, fails(429), "julie")), Busy)
    assert [exchange.handler.command for exchange in server.asked] == ["PROPFIND", "PROPFIND", "REPORT"]


class Led(Client):
    """A client for whom a server on the open Internet sends everybody to another one."""

    def send(self, request: Request) -> Response:
        if request.method != "GET":
            raise BadStatus(address=request.url, status=301)
        assert "Authorization" not in request.headers
        return Response("https://julie:secret@dav.autre.example/dav/", 401, {}, b"")


def test_where_a_redirect_leads_is_told_and_no_password_taken_there() -> None:
    error = failure("https://haies.example", Led())
    assert isinstance(error, Elsewhere)
    assert error.values["target"] == "https://dav.autre.example/dav/"
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
