"""Signing in and out: from what a person types to an account in the file and its secrets in the keyring.

Mastodon's way leads through the browser: its page sends the person back to a small listener on this machine, or shows a code to
paste. Bluesky's takes an app password, which is used once and kept nowhere.
"""

from __future__ import annotations

import hmac
import html
import secrets
import socket
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, urlsplit

from feeds.errors import N_, FetchError, SignInRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from engage.keys import Keys
    from engage.store import Store
    from feeds.http import Client
    from feeds.model import Account, Networks

    Say = Callable[[str], str]

# Seconds: long enough to look for a password, short enough not to be forgotten.
PATIENCE = 300.0
_DENIED = N_("you said no on its page")
_NOBODY_CAME = N_("nobody came back from its page within five minutes")
_OTHER_WINDOW = N_("the answer belongs to another attempt to sign in")
_WELCOME = N_("You are signed in. You may close this page.")
_NOT_IN = N_("You are not signed in. The program says why.")
_PAGE = (
    '<!doctype html><html lang="{language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<meta name="color-scheme" content="light dark"><title>Nouvelles</title>'
    '<body style="font: 1.2rem/1.6 Georgia, serif; max-width: 32rem; margin: 20vh auto; padding: 0 1.5rem">{words}</body></html>'
)


@dataclass(frozen=True, slots=True)
class Desk:
    """All that signing in needs."""

    store: Store
    keys: Keys
    client: Client
    networks: Networks
    now: datetime


@dataclass(slots=True)
class Doorbell:
    """Listens on 127.0.0.1 for the one request by which a server sends a person back, for as long as the `with` block lasts.

    `say` puts a sentence into the person's language for the page that they see then.
    """

    state: str = field(repr=False)
    say: Say = field(default=str, repr=False)
    language: str = "en"
    _answer: dict[str, str] = field(default_factory=dict, init=False, repr=False)
    _rung: threading.Event = field(default_factory=threading.Event, init=False, repr=False)
    _server: Any = field(default=None, init=False, repr=False)
    _thread: Any = field(default=None, init=False, repr=False)

    @property
    def address(self) -> str:
        """Where the server is to send the person back to."""
        return f"http://127.0.0.1:{self._server.server_port}/callback"

    def wait(self, patience: float = PATIENCE) -> str:
        """The code that came.

        Raises:
            SignInRefused: the person said no, or nobody came in `patience` seconds.

        """
        if not self._rung.wait(patience):
            raise _refused(_NOBODY_CAME)
        if "code" not in self._answer:
            told = self._answer.get("error", "")
            words = self._answer.get("error_description") or told
            raise _refused(_DENIED if told == "access_denied" else words[:200] or _DENIED)
        return self._answer["code"]

    def hear(self, query: str) -> bool | None:
        """What a request tells: True for a code, False for a refusal, None for one that is not meant for us.

        The first that is meant for us counts, and `ring` lets it be known.
        """
        told = {name: values[0] for name, values in parse_qs(query).items()}
        if not hmac.compare_digest(told.get("state", "").encode(), self.state.encode()):
            return None
        if not told.keys() & {"code", "error"}:
            return None
        self._answer = self._answer or told
        return "code" in told

    def ring(self) -> None:
        """Let `wait` know of what was heard; the browser has its page by then, for the program may end now."""
        self._rung.set()

    def __enter__(self) -> Self:
        bell = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                try:
                    parts = urlsplit(self.path)
                except ValueError:  # "http://["
                    parts = urlsplit("/")
                port = self.server.server_port  # type: ignore[attr-defined]
                mine = self.headers.get("Host", "") in {f"127.0.0.1:{port}", f"localhost:{port}"}
                heard = bell.hear(parts.query) if mine and parts.path == "/callback" else None
                words = _OTHER_WINDOW if heard is None else _WELCOME if heard else _NOT_IN
                try:
                    self._show(404 if heard is None else 200, words)
                finally:
                    if heard is not None:
                        bell.ring()

            def _show(self, status: int, words: str) -> None:
                page = _PAGE.format(language=bell.language, words=html.escape(bell.say(words))).encode()
                self.send_response(status)
                for name, value in (
                    ("Content-Type", "text/html; charset=utf-8"),
                    ("Content-Length", str(len(page))),
                    ("Referrer-Policy", "no-referrer"),
                    ("Cache-Control", "no-store"),
                    ("Connection", "close"),
                ):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(page)

            def version_string(self) -> str:
                return "nouvelles"

            def log_message(self, *_: Any) -> None:
                """Say nothing: the address holds the code."""

        self._server = _Listener(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()


class _Listener(ThreadingHTTPServer):
    """Leaves no thread behind: its closing waits for the last answer, and for no browser that keeps a line open."""

    daemon_threads = False

    def __init__(self, *args: Any) -> None:
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(*args)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Hear nothing more; what is being said is said to its end."""
        with self._lock:
            for line in self._open:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RD)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # a browser may leave whenever it likes
            super().handle_error(request, client_address)


def login_mastodon(
    desk: Desk,
    host: str,
    *,
    sending: bool,
    show: Callable[[str], None],
    paste: Callable[[], str] | None,
    bell: Doorbell | None = None,
) -> Account:
    """Sign in on a server of Mastodon's kind. `show` is given the address of its page, to be opened or printed.

    With `paste` the page shows a code, and `paste` asks for it; else `bell` waits for the page to send the person back.

    Raises:
        SignInRefused: the server or the person said no.
        FetchError: it cannot be reached, is no such server, or the keys cannot be kept.

    """
    from feeds.sources.mastodon import signing  # noqa: PLC0415 - only who signs in there pays for it

    desk.keys.check()
    scopes: Sequence[str] = (*signing.READING, *(signing.SENDING if sending else ()))
    redirect = signing.BY_HAND if paste or bell is None else bell.address
    state = bell.state if bell else secrets.token_urlsafe(24)
    door = signing.open_door(host, redirect, scopes, desk.client, desk.now, desk.networks)
    show(signing.authorize_address(door, redirect, scopes, state))
    try:
        code = _code_in(paste()) if paste or bell is None else bell.wait()  # type: ignore[misc]
    except SignInRefused as refused:
        raise SignInRefused(**{**refused.values, "server": urlsplit(door.base).netloc}) from None
    account, kept = signing.come_in(door, code, redirect, scopes, desk.client, desk.now)
    return _keep(desk, account, kept)


def _code_in(pasted: str) -> str:
    """The code in what was pasted: the code, some servers' code with more behind it, or the whole address that holds it."""
    told = parse_qs(pasted.strip().partition("?")[2]).get("code")
    return told[0] if told else pasted.strip().partition("&")[0]


def login_bluesky(desk: Desk, handle: str, password: Callable[[], str], *, sending: bool) -> Account:
    """Sign in on Bluesky: the account's own server is found first, then `password` is asked for, and used once.

    Raises:
        SignInRefused: the password is not taken.
        FetchError: there is no such account, its server does not answer, or the keys cannot be kept.

    """
    from feeds.sources.bluesky import signing  # noqa: PLC0415 - only who signs in there pays for it

    desk.keys.check()
    place = signing.locate(handle, desk.client, desk.networks, desk.now)
    account, kept = signing.sign_in(place, password(), desk.client, desk.now)
    if sending:
        account = replace(account, rights=(*account.rights, "sending"))
    return _keep(desk, account, kept)


def _keep(desk: Desk, account: Account, kept: Mapping[str, str]) -> Account:
    """Keep the secrets, then the account: a crash in between leaves keys without a door, not a door without keys.

    What an earlier signing in left is given back.
    """
    whose = (account.network, account.address)
    before = [old for old in desk.store.feeds.accounts() if (old.network, old.address) == whose]
    try:
        desk.keys.put(account, kept)
    except FetchError:  # nobody could give it back later
        with suppress(FetchError):
            _leave(desk, account, kept)
        raise
    stored = desk.store.feeds.keep_account(account, desk.now)
    for old in before:
        if old.key != stored.key:
            with desk.keys.alone(old):
                earlier = desk.keys.get(old)
                if earlier and not _is_same(earlier, kept):
                    with suppress(FetchError):  # it ends by itself, or in the settings there
                        _leave(desk, old, earlier)
                desk.keys.drop(old)
    return stored


def logout(desk: Desk, account: Account) -> FetchError | None:
    """Tell the server, forget the account and its secrets. What could not be told is returned; they are forgotten all the same.

    Raises:
        DamagedKeys: the secrets cannot be read; nothing was done.

    """
    trouble: FetchError | None = None
    with desk.keys.alone(account):  # a fetch that renews the keys in this moment would bring them back
        kept = desk.keys.get(account)
        if kept:
            try:
                _leave(desk, account, kept)
            except FetchError as error:
                trouble = error
        desk.store.feeds.drop_account(account, desk.now)
        desk.keys.drop(account)
    return trouble


def _leave(desk: Desk, account: Account, kept: Mapping[str, str]) -> None:
    from feeds.sources.bluesky import signing as bluesky  # noqa: PLC0415 - only who signs out pays for it
    from feeds.sources.mastodon import signing as mastodon  # noqa: PLC0415

    if account.network == "mastodon":
        mastodon.leave(account, kept, desk.client, desk.now)
    else:
        bluesky.leave(account, kept, desk.client, desk.networks, desk.now)


def _is_same(earlier: Mapping[str, str], kept: Mapping[str, str]) -> bool:
    """Whether a server gave the same key again: taking back the old one would take back the new one."""
    return any(name in kept and earlier.get(name) == kept[name] for name in ("token", "refresh"))


def _refused(reason: str) -> SignInRefused:
    return SignInRefused(server="", account="Nouvelles", reason=reason)
