"""Reads the address books of a CardDAV server, and changes nothing there: only PROPFIND, REPORT and GET are ever sent.

From what a person knows of it (a book, the folder of their books, their own page, only the host) to the cards: RFC 6352, 6764
and 5397. The password goes to the host and port that they named, and nowhere else, whatever answers say.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from feeds.address import is_web, without_secret
from feeds.errors import N_, BadAnswer, BadStatus, Busy, FetchError, SignInRefused, TooLarge, TooManyRedirects
from feeds.formats.letters import decode
from feeds.guard import is_private_host, place
from feeds.status import refusal
from feeds.wire import MEGABYTE, Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from feeds.http import Client
    from feeds.wire import Response

_WELL_KNOWN = "/.well-known/carddav"
_DAV = "{DAV:}"
_CARDDAV = "{urn:ietf:params:xml:ns:carddav}"
_NAMESPACES = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"'
_XML = "application/xml; charset=utf-8"
_WHAT_IS_THERE = (
    f'<?xml version="1.0" encoding="utf-8"?><propfind {_NAMESPACES}><prop>'
    "<resourcetype/><current-user-principal/><C:addressbook-home-set/></prop></propfind>"
).encode()
_WHICH_CARDS = (
    f'<?xml version="1.0" encoding="utf-8"?><propfind {_NAMESPACES}><prop>'
    "<resourcetype/><getcontenttype/><getcontentlength/></prop></propfind>"
).encode()
# Nextcloud's lists of everybody on the server and of whom one wrote to lately are nobody's address books.
_NO_BOOKS = ("/z-server-generated--system", "/z-app-generated--contactsinteraction--recent")
_OK = re.compile(r"HTTP/\S+\s+2\d\d")
_UNAUTHORIZED = 401
_FORBIDDEN = 403
_GONE = {404, 410}
_TOO_MANY = 429
_MULTISTATUS = 207
_REDIRECTED = range(300, 400)
_REFUSED = range(400, 500)
# So much is asked for at once: far less than one answer may hold, for it comes with the pictures.
_BATCH_CARDS = 500
_BATCH_BYTES = 3 * MEGABYTE
_USUAL_CARD = 16_384
_MOST_BYTES = 256 * MEGABYTE

_WRONG = N_(
    "the name or the password is wrong. Where signing in takes a second step, it wants a password made for one program, "
    "in the settings of the account."
)
_OTHER_WAY = N_("it does not take a password in the plain way (Basic), and nothing else is spoken here.")
_HIDDEN = N_("it knows you, and does not show this address book.")
_COLON = N_("a user name with a colon in it cannot be sent.")
_NO_XML = N_("it is not the XML that CardDAV speaks")


# Nobody has so many books; a server that lists more would be asked for ever.
_MOST_PLACES = 50


class NoAddressBook(FetchError):
    """Nothing at an address, nor at its host, is an address book."""

    words = N_(
        "{address} leads to no address book. Tried: {tried}. Look in the settings of your address book for its CardDAV address."
    )


class Elsewhere(FetchError):
    """A server sends us to another one, which the person did not name."""

    words = N_(
        "{address} says that the address book is at {target}, on another server. Your password was not sent there: "
        "if that one is yours too, give that address."
    )


class NotSafe(FetchError):
    """A password would be sent in the clear."""

    words = N_("{address} is not reached by https: your password could be read on the way. Nothing was sent.")


class BookTooLarge(TooLarge):
    """More cards, or larger ones, than we are willing to read over the network."""

    words = N_(
        "{address} holds more than {megabytes} MB. Nothing of it was kept; export the address book there, and import that file."
    )


def book(address: str, user: str, password: str, client: Client, *, allow_private: bool) -> bytes:
    """All cards of the address book at an address, or of all books of the person whose page, folder or host it is.

    Raises:
        NotSafe: it is neither https nor in the person's own network.
        SignInRefused: the server does not take the name and the password, or shows this person nothing.
        Elsewhere: the books are on another server.
        NoAddressBook: there is none.
        FetchError: there was no answer that could be used.

    """
    start = _address(address)
    if not start.startswith("https://") and not is_private_host(start):
        raise NotSafe(address=start)
    if ":" in user:
        raise SignInRefused(server=urlsplit(start).netloc, account=user, reason=_COLON)
    secret = b64encode(f"{user}:{password}".encode()).decode()
    server = _Server(start, user, secret, client, allow_private)
    cards: list[bytes] = []
    size = 0
    for url in _books(server):
        for card in _cards(server, url):
            size += len(card)
            if size > _MOST_BYTES:
                raise BookTooLarge(address=start, megabytes=_MOST_BYTES // MEGABYTE)
            cards.append(card)
    return b"\r\n".join([*cards, b""])


def _address(typed: str) -> str:
    """The address of a server as people type it, without a password in it; https where they do not say."""
    typed = re.sub(r"^carddavs?://", "https://", typed.strip(), flags=re.IGNORECASE)
    typed = without_secret(typed if is_web(typed) else f"https://{typed.removeprefix('//')}")
    scheme, _, rest = typed.partition("://")
    return f"{scheme.lower()}://{rest}"


# --- asking ---


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a server tells of one thing: its place, what it is, and where it leads."""

    href: str
    collection: bool = False
    book: bool = False
    homes: tuple[str, ...] = ()
    principals: tuple[str, ...] = ()
    kind: str = ""
    size: int = 0
    card: str = ""


@dataclass(frozen=True, slots=True)
class _Server:
    """The one server that is asked, and by whom. Its secret is shown in no error."""

    start: str
    user: str
    secret: str = field(repr=False)
    client: Client = field(repr=False)
    allow_private: bool

    def here(self, href: str, base: str) -> str:
        """An address on this server; behind a proxy many a server is wrong about its own scheme and port.

        Raises:
            Elsewhere: it is on another server.

        """
        try:
            target = urlsplit(urljoin(base, href.strip()))
            same = (target.hostname or "").rstrip(".") == (urlsplit(self.start).hostname or "").rstrip(".")
        except ValueError:  # "http://[" and its like
            raise BadAnswer(address=base, reason=_NO_XML) from None
        if not same:
            raise Elsewhere(address=self.start, target=without_secret(target.geturl()))
        scheme, netloc = self.start.split("/")[0].rstrip(":"), urlsplit(self.start).netloc
        return urlunsplit((scheme, netloc, f"/{target.path.lstrip('/')}", target.query, ""))

    def request(self, method: str, url: str, body: bytes = b"", depth: str = "0") -> Request:
        """A question with the password in it.

        Raises:
            Elsewhere: it would go to another server.

        """
        if place(url) != place(self.start):
            raise Elsewhere(address=self.start, target=url)
        headers = {"Authorization": f"Basic {self.secret}"}
        if method != "GET":
            headers |= {"Depth": depth, "Content-Type": _XML}
        return Request(url, headers, method, body, allow_private=self.allow_private)

    def ask(self, method: str, url: str, body: bytes, depth: str = "0") -> tuple[str, list[_Entry]]:
        """The address that answered in the end, and what it tells.

        Raises:
            FetchError: it does not answer, or says no.

        """
        try:
            answer = self.client.send(self.request(method, url, body, depth))
        except TooLarge as error:
            raise BookTooLarge(**error.values) from None
        self.check(url, answer)
        if answer.status != _MULTISTATUS:
            raise BadAnswer(address=url, reason=_NO_XML)
        return answer.url, _entries(answer)

    def check(self, url: str, answer: Response) -> None:
        """Look whether an answer says no.

        Raises:
            FetchError: it does.

        """
        if answer.status == _UNAUTHORIZED:
            ways = answer.headers.get("www-authenticate", "").lower()
            reason = _OTHER_WAY if ways and "basic" not in ways else _WRONG
            raise self.refused(reason)
        if not 200 <= answer.status < 300:  # noqa: PLR2004 - what is no success is a refusal
            raise refusal(url, answer, datetime.now(UTC))

    def refused(self, reason: str) -> SignInRefused:
        return SignInRefused(server=urlsplit(self.start).netloc, account=self.user, reason=reason)


def _entries(answer: Response) -> list[_Entry]:
    """What a multistatus tells.

    Raises:
        BadAnswer: it is none.

    """
    from lxml import etree  # type: ignore[import-untyped]  # noqa: PLC0415 - a tenth of a second that only reading XML pays

    text, _ = decode(answer.body, answer.headers.get("content-type", ""))
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise BadAnswer(address=answer.url, reason=_NO_XML) from None
    if root.tag != f"{_DAV}multistatus":
        raise BadAnswer(address=answer.url, reason=_NO_XML)
    return [_entry(response) for response in root.iterfind(f"{_DAV}response")]


def _entry(response: Any) -> _Entry:
    found: dict[str, Any] = {}
    for propstat in response.iterfind(f"{_DAV}propstat"):
        if _OK.match(propstat.findtext(f"{_DAV}status", "HTTP/1.1 200").strip()):
            for prop in propstat.iterfind(f"{_DAV}prop/*"):
                found.setdefault(str(prop.tag), prop)

    def text(name: str) -> str:
        return "".join(found[name].itertext()).strip() if name in found else ""

    def hrefs(name: str) -> tuple[str, ...]:
        told = found[name].iterfind(f"{_DAV}href") if name in found else ()
        return tuple(href.text.strip() for href in told if href.text)

    kinds = {str(kind.tag) for kind in found.get(f"{_DAV}resourcetype", ())}
    size = text(f"{_DAV}getcontentlength")[:12]
    return _Entry(
        response.findtext(f"{_DAV}href", "").strip(),
        f"{_DAV}collection" in kinds,
        f"{_CARDDAV}addressbook" in kinds,
        hrefs(f"{_CARDDAV}addressbook-home-set"),
        hrefs(f"{_DAV}current-user-principal"),
        text(f"{_DAV}getcontenttype").partition(";")[0].lower(),
        int(size) if size.isdecimal() else 0,
        text(f"{_CARDDAV}address-data"),
    )


# --- where the books are ---


def _books(server: _Server) -> list[str]:
    """The address books to which the address leads, or else its host.

    Raises:
        FetchError: it leads to none.

    """
    tried: list[str] = []
    failure: FetchError | None = None
    for path in ("", _WELL_KNOWN, "/"):
        url = urljoin(server.start, path) if path else server.start
        if url in tried:
            continue
        tried.append(url)
        try:
            if found := _books_at(server, url):
                return found
        except (Elsewhere, BadAnswer, BadStatus, TooManyRedirects) as error:
            failure = _worse(failure, _judged(server, url, error))
    raise failure or NoAddressBook(address=server.start, tried=", ".join(tried))


def _judged(server: _Server, url: str, error: FetchError) -> FetchError | None:
    """What is worth telling of a failure in one place while there are others to try; None when it only means "not here".

    Raises:
        FetchError: the other places are not worth trying.

    """
    status = error.values.get("status", 0)
    if isinstance(error, Elsewhere):
        return error
    if status in _REDIRECTED:
        return _led(server, url)
    if status == _FORBIDDEN:
        return server.refused(_HIDDEN)
    if isinstance(error, BadAnswer | TooManyRedirects) or (status in _REFUSED and status != _TOO_MANY):
        return None
    raise error


def _led(server: _Server, url: str) -> Elsewhere | None:
    """Where a redirect leads that our client does not follow, for it goes to another host; the password is not taken along."""
    try:
        led = server.client.send(Request(url, allow_private=server.allow_private)).url
    except FetchError:
        return None
    return Elsewhere(address=server.start, target=without_secret(led)) if place(led) != place(url) else None


def _worse(first: FetchError | None, second: FetchError | None) -> FetchError | None:
    """Of two failures the one that tells more: where the books are."""
    return second if isinstance(second, Elsewhere) else first or second


def _books_at(server: _Server, url: str) -> list[str]:
    base, told = server.ask("PROPFIND", url, _WHAT_IS_THERE)
    if any(entry.book for entry in told):
        return [base]
    folder = urlsplit(base).path.strip("/") and any(entry.collection for entry in told)
    if folder and (found := _books_in(server, base)):
        return found
    homes = [server.here(home, base) for entry in told for home in entry.homes]
    if not homes:
        principals = [server.here(principal, base) for entry in told for principal in entry.principals]
        for principal in list(dict.fromkeys(principals))[:_MOST_PLACES]:
            base, told = server.ask("PROPFIND", principal, _WHAT_IS_THERE)
            homes += [server.here(home, base) for entry in told for home in entry.homes]
    found = [book for home in list(dict.fromkeys(homes))[:_MOST_PLACES] for book in _books_in(server, home)]
    return list(dict.fromkeys(found))[:_MOST_PLACES]


def _books_in(server: _Server, home: str) -> list[str]:
    base, told = server.ask("PROPFIND", home, _WHAT_IS_THERE, "1")
    books = (server.here(entry.href, base) for entry in told if entry.book)
    return [url for url in books if not urlsplit(url).path.rstrip("/").endswith(_NO_BOOKS)]


# --- the cards in them ---


def _cards(server: _Server, url: str) -> Iterator[bytes]:
    """The cards of a book, some hundreds at a time; one by one from a server that cannot do that."""
    base, told = server.ask("PROPFIND", url, _WHICH_CARDS, "1")
    cards = [entry for entry in told if entry.href and not entry.collection and _may_be_card(entry)]
    waiting = list(_batches({server.here(entry.href, base): entry for entry in cards}))
    while waiting:
        batch = waiting.pop(0)
        try:
            got = _several(server, base, batch)
        except (
            TooLarge,
            BadAnswer,
        ):  # one card too large, or with letters that no XML may hold, spoils it for all
            if len(batch) > 1:
                half = len(batch) // 2
                waiting[:0] = [dict(list(batch.items())[:half]), dict(list(batch.items())[half:])]
                continue
            got = {}
        except Busy:
            raise
        except BadStatus:  # it cannot give several at once
            got = {}
        yield from got.values()
        yield from _one_by_one(server, [address for address in batch if address not in got])


def _may_be_card(entry: _Entry) -> bool:
    return not entry.kind or "vcard" in entry.kind or "directory" in entry.kind or entry.href.endswith(".vcf")


def _batches(cards: dict[str, _Entry]) -> Iterator[dict[str, _Entry]]:
    batch: dict[str, _Entry] = {}
    size = 0
    for address, entry in cards.items():
        batch[address] = entry
        size += entry.size or _USUAL_CARD
        if len(batch) >= _BATCH_CARDS or size >= _BATCH_BYTES:
            yield batch
            batch, size = {}, 0
    if batch:
        yield batch


def _several(server: _Server, url: str, batch: dict[str, _Entry]) -> dict[str, bytes]:
    """The cards of a batch, each by its address. Of those that the server passes over nothing is here."""
    from xml.sax.saxutils import escape  # noqa: PLC0415 - with lxml, for those who read XML

    hrefs = "".join(f"<href>{escape(entry.href)}</href>" for entry in batch.values())
    body = (
        f'<?xml version="1.0" encoding="utf-8"?><C:addressbook-multiget {_NAMESPACES}>'
        f"<prop><C:address-data/></prop>{hrefs}</C:addressbook-multiget>"
    )
    base, told = server.ask("REPORT", url, body.encode())
    spelt = {unquote(address): address for address in batch}
    got = ((unquote(server.here(entry.href, base)), entry.card) for entry in told if entry.card)
    return {spelt[address]: card.encode() for address, card in got if address in spelt}


def _one_by_one(server: _Server, urls: Iterable[str]) -> Iterator[bytes]:
    """Cards by their own addresses; those that are gone meanwhile are left out.

    Raises:
        FetchError: one of them cannot be read.

    """
    for url, answer in server.client.send_all((url, server.request("GET", url)) for url in urls):
        if isinstance(answer, TooLarge):
            raise BookTooLarge(**answer.values)
        if isinstance(answer, FetchError):
            raise answer
        if place(answer.url) != place(url):
            raise Elsewhere(address=server.start, target=answer.url)
        if answer.status == _FORBIDDEN:
            raise server.refused(_HIDDEN)
        if answer.status not in _GONE:
            server.check(url, answer)
            yield answer.body.removeprefix(b"\xef\xbb\xbf")
