"""Signing in on Mastodon: what of it touches the network.

The code flow of OAuth 2. Mastodon.py makes the program known, asks who one is, and gives the token back. The page and the
exchange of its code are ours, for a proof key (RFC 7636): the library's have none, take a right that is not granted for a
failure, and make a person type their password again. https://docs.joinmastodon.org/methods/oauth/
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from feeds.carry import carried, requests_session
from feeds.errors import (
    N_,
    BadAnswer,
    BadScheme,
    BadStatus,
    Busy,
    FetchError,
    Forbidden,
    ServerFault,
    SignInRefused,
)
from feeds.guard import is_private_host
from feeds.model import Account, Networks
from feeds.sources.mastodon.api import NOT_MASTODON, Server
from feeds.sources.mastodon.statuses import MALFORMED, address_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from feeds.http import Client

READING = (
    "read:accounts",
    "read:statuses",
    "read:follows",
    "read:favourites",
    "read:notifications",
    "read:lists",
)
SENDING = ("write:statuses", "write:favourites")
NAME = "Nouvelles"
# The code is shown, and typed by hand.
BY_HAND = "urn:ietf:wg:oauth:2.0:oob"
# So many letters of a secret, in the words of a server, are too many.
_GIVEAWAY = 6
_USED_UP = N_("the code is no longer good, or was made for another window. Start again.")
_NO_REASON = N_("it refuses, and does not say why")


@dataclass(frozen=True, slots=True)
class Door:
    """A server at which this program may ask a person to let it in: its address, the host of its accounts, what it knows us by.

    `scopes` are the rights as this server writes them; `proof` is what shows that whoever comes back with the code is who asked.
    """

    base: str
    domain: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: tuple[str, ...] = ()
    proof: str = field(default="", repr=False)
    allow_private: bool = False


def open_door(
    host: str,
    redirect: str,
    scopes: Sequence[str],
    client: Client,
    now: datetime,
    networks: Networks | None = None,
) -> Door:
    """Make this program known to the server at a host as typed: a name, an address, or an account there.

    Raises:
        FetchError: there is no such server, or it knows no way in.

    """
    trouble: FetchError = BadAnswer(address=host, reason=NOT_MASTODON)
    server, named = _at(host.strip(), client, networks or Networks(), now)
    domain = named or _domain(server)
    for asked, back in _ways(scopes, redirect):
        try:
            number, secret = _register(server, asked, back, client, now)
        except (Busy, Forbidden, ServerFault):
            raise
        except (BadStatus, BadAnswer) as error:  # it may know coarser rights only, or one way back only
            trouble = error
            continue
        return Door(
            server.base,
            domain,
            number,
            secret,
            tuple(asked),
            secrets.token_urlsafe(48),
            allow_private=server.allow_private,
        )
    raise trouble


def authorize_address(door: Door, redirect: str, scopes: Sequence[str], state: str) -> str:
    """The page at which the person says yes; `state` comes back with the code."""
    asked = {
        "response_type": "code",
        "client_id": door.client_id,
        "redirect_uri": redirect,
        "scope": " ".join(door.scopes or scopes),
        "state": state,
    }
    if door.proof:
        asked["code_challenge"] = _challenge(door.proof)
        asked["code_challenge_method"] = "S256"
    return f"{door.base}/oauth/authorize?{urlencode(asked)}"


def come_in(
    door: Door, code: str, redirect: str, scopes: Sequence[str], client: Client, now: datetime
) -> tuple[Account, dict[str, str]]:
    """The account that a code lets us into, and its secrets.

    Raises:
        SignInRefused: the server does not take the code.
        FetchError: it does not answer.

    """
    asked = " ".join(door.scopes or scopes)
    form = {
        "grant_type": "authorization_code",
        "code": code.strip(),
        "client_id": door.client_id,
        "client_secret": door.client_secret,
        "redirect_uri": redirect,
        "scope": asked,
    }
    if door.proof:
        form["code_verifier"] = door.proof
    server = Server(door.base, client, now, host=door.domain, allow_private=door.allow_private)
    try:
        told = server.post("/oauth/token", form)
    except (Busy, ServerFault):
        raise
    except BadStatus:
        reason = _reason(server, form)
        raise SignInRefused(server=urlsplit(door.base).netloc, account=NAME, reason=reason) from None
    token = _text(told, "access_token")
    if not token:
        raise BadAnswer(address=door.base, reason=NOT_MASTODON)
    rights = tuple((_text(told, "scope") or asked).split())
    return _account(door, token, rights, client, now), {
        "token": token,
        "client_id": door.client_id,
        "client_secret": door.client_secret,
    }


def leave(account: Account, kept: Mapping[str, str], client: Client, now: datetime) -> None:
    """Tell the server that its token is not used any more.

    Raises:
        FetchError: it could not be told.

    """
    library = _library(
        account.server,
        client,
        now,
        allow_private=account.allow_private,
        client_id=kept.get("client_id") or NAME,
        client_secret=kept.get("client_secret", ""),
        access_token=kept.get("token", ""),
    )
    with suppress(BadAnswer), _words(account.server):  # it said yes, and did not say it in JSON
        library.revoke_access_token(allow_http=True)


# --- the server ---


def _library(base: str, client: Client, now: datetime, *, allow_private: bool, **secrets_of: Any) -> Any:
    """Mastodon.py on a server, speaking through our client."""
    from mastodon import Mastodon  # noqa: PLC0415 - 0.2 s that only signing in and out pay

    return Mastodon(
        api_base_url=base,
        session=requests_session(client, now, allow_private=allow_private),
        # Said rather than asked: when its question fails, Mastodon.py repeats it until its stack is full.
        mastodon_version="4.3.0",
        version_check_mode="none",
        ratelimit_method="throw",
        **secrets_of,
    )


def _register(
    server: Server, scopes: Sequence[str], back: Sequence[str], client: Client, now: datetime
) -> tuple[str, str]:
    """What a server knows this program by from now on: an id and a secret."""
    from mastodon import Mastodon  # noqa: PLC0415 - see above

    session = requests_session(client, now, allow_private=server.allow_private)
    with _words(server.base):
        told = Mastodon.create_app(
            NAME, scopes=list(scopes), redirect_uris=list(back), api_base_url=server.base, session=session
        )
    return str(told[0]), str(told[1])


@contextmanager
def _words(base: str) -> Iterator[None]:
    """Turns the library's errors into ours."""
    from mastodon import MastodonError  # noqa: PLC0415 - see above

    try:
        yield
    except FetchError:
        raise
    except (MastodonError, *MALFORMED) as error:
        raise carried(error) or BadAnswer(address=base, reason=NOT_MASTODON) from None


def _at(typed: str, client: Client, networks: Networks, now: datetime) -> tuple[Server, str]:
    """The server behind what was typed, and the host of its accounts where that is plain already."""
    user, host, scheme = _parts(typed)
    configured = networks.mastodon_servers.get(host.lower(), "")
    base = configured or f"{scheme or 'https'}://{host}"
    private = is_private_host(base)
    if private and not scheme and not configured:
        base = f"http://{host}"
    if user and not configured and not private and (told := _webfinger(user, host, client, now)):
        return Server(told, client, now, host=host), host.lower()
    return Server(base, client, now, host=host, allow_private=private), host.lower() if configured else ""


def _parts(typed: str) -> tuple[str, str, str]:
    """The user, the host and the scheme in what was typed; the first and the last may be empty."""
    if "://" in typed:
        try:
            parts = urlsplit(typed)
            host = parts.hostname and parts.netloc.rpartition("@")[2]
        except ValueError:
            host = None
        if not host or parts.scheme.lower() not in {"http", "https"}:
            raise BadScheme(address=typed[:200])
        return "", host.lower(), parts.scheme.lower()
    user, _, host = typed.removeprefix("@").rpartition("@")
    host = host.partition("/")[0].lower()
    try:
        sound = bool(urlsplit(f"//{host}").hostname) and not any(letter.isspace() for letter in host)
    except ValueError:
        sound = False
    if not sound:
        raise BadScheme(address=typed[:200])
    return user, host, ""


def _webfinger(user: str, host: str, client: Client, now: datetime) -> str:
    """The origin of the server where an account lives, as its host tells (RFC 7033); empty when it does not."""
    asked = Server(f"https://{host}", client, now)
    try:
        told = asked.get("/.well-known/webfinger", resource=f"acct:{user}@{host}")
        own = next(str(link["href"]) for link in told["links"] if link.get("rel") == "self")
        parts = urlsplit(own)
    except (FetchError, StopIteration, *MALFORMED):
        return ""
    return f"https://{parts.netloc}" if parts.scheme == "https" and parts.netloc else ""


def _domain(server: Server) -> str:
    """The host of a server's accounts, as it tells; else its own."""
    for path, name in (("/api/v2/instance", "domain"), ("/api/v1/instance", "uri")):
        try:
            told = _text(server.get(path), name)
        except (Busy, ServerFault):
            raise
        except (BadStatus, BadAnswer):
            continue
        host = told.rpartition("://")[2].partition("/")[0].lower()
        if host and not any(letter in "@<> " for letter in host):
            return host
    return server.host


def _ways(scopes: Sequence[str], redirect: str) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """What may be asked for, the best first: some servers know only coarse rights, some take only one way back."""
    coarse = list(dict.fromkeys(scope.partition(":")[0] for scope in scopes))
    backs = [[redirect]] if redirect == BY_HAND else [[redirect, BY_HAND], [redirect]]
    for asked in (scopes, *([coarse] if coarse != list(scopes) else [])):
        for back in backs:
            yield asked, back


def _account(door: Door, token: str, rights: tuple[str, ...], client: Client, now: datetime) -> Account:
    library = _library(door.base, client, now, allow_private=door.allow_private, access_token=token)
    try:
        with _words(door.base):
            told = library.account_verify_credentials()
    except (Busy, ServerFault):
        raise
    except BadStatus as error:  # some servers give a token for any code, and then do not know it
        raise SignInRefused(server=urlsplit(door.base).netloc, account=NAME, reason=_NO_REASON) from error
    try:
        address = address_of(told, door.domain)
    except MALFORMED:
        raise BadAnswer(address=door.base, reason=N_("it is no account")) from None
    user, _, host = address.rpartition("@")
    address = f"{user}@{_proven(user, host.lower(), door, client, now)}"
    return Account(
        "mastodon",
        address,
        f"@{address}",
        door.base,
        rights,
        now,
        f"mastodon @{address} {secrets.token_hex(3)}",
        door.allow_private,
    )


def _proven(user: str, host: str, door: Door, client: Client, now: datetime) -> str:
    """The host of an account's name: another than the server's own is believed where that host says that it lives there.

    Without that, any server could make itself the home of anybody's account.
    """
    own = urlsplit(door.base).netloc
    if host == own or door.allow_private or _webfinger(user, host, client, now) == door.base:
        return host
    return own


def _reason(server: Server, form: Mapping[str, str]) -> str:
    """Why a server refuses, in its own words, without what it may repeat of our secrets."""
    code, told = server.refused
    if code == "invalid_grant":
        return _USED_UP
    told = told or code
    for name in ("code", "client_secret", "code_verifier"):
        told = told.replace(form.get(name) or "\0", "…")
    # Cut short as it may be, a secret may begin in it.
    pieces = (form.get(name, "")[:_GIVEAWAY] for name in ("code", "client_secret", "code_verifier"))
    return told if told and not any(piece and piece in told for piece in pieces) else _NO_REASON


def _challenge(proof: str) -> str:
    return urlsafe_b64encode(sha256(proof.encode()).digest()).rstrip(b"=").decode()


def _text(told: Any, name: str) -> str:
    value = told.get(name) if isinstance(told, dict) else None
    return str(value) if isinstance(value, (str, int)) else ""
