"""Signing in on Bluesky: what of it touches the network.

From a handle to a DID, from there to the document that names the account's own server (PDS), and there with an app password.
atproto speaks with that server; its `login` would ask for a profile besides, and fail until the network has heard of the account.
https://atproto.com/specs/did https://docs.bsky.app/docs/api/com-atproto-server-create-session
"""

from __future__ import annotations

import json
import secrets as chance
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from feeds.address import is_web
from feeds.carry import carried, httpx_transport
from feeds.errors import (
    N_,
    BadAnswer,
    BadStatus,
    Busy,
    FetchError,
    Gone,
    Missing,
    NoSuchAccount,
    ServerFault,
    SignInRefused,
)
from feeds.guard import is_private_host
from feeds.model import Account
from feeds.sources.bluesky.accounts import may_be_did, may_be_handle, stranger
from feeds.sources.bluesky.posts import good_handle
from feeds.sources.bluesky.session import claims_of, reason_of
from feeds.sources.bluesky.xrpc import name_of, says_no
from feeds.status import refusal
from feeds.wire import Request

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from feeds.http import Client
    from feeds.model import Networks

_RESOLVE = "com.atproto.identity.resolveHandle"
_ERROR = 400
_RIGHTS = {
    "com.atproto.access": ("main password", "messages"),
    "com.atproto.appPassPrivileged": ("app password", "messages"),
}
_USUAL_RIGHTS = ("app password",)
_NO_MORE = {"ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired", "AccountTakedown"}
_WRONG = N_("the password is wrong, or was withdrawn. An app password can be made in Bluesky’s settings.")
_FACTOR = N_(
    "it wants a code by mail as well. Make an app password in Bluesky’s settings "
    "(Privacy and security, App passwords), and sign in with that."
)
_DISOWNED = N_("this handle leads to an account that goes by another name. Sign in with that one.")
_NOT_SAFE = N_("its server is not reached by https.")
_REFUSES = N_("it refuses, and does not say why")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an account lives: its DID, its handle as far as both sides agree (else empty), and its own server."""

    did: str
    handle: str
    pds: str
    allow_private: bool = False


def locate(handle: str, client: Client, networks: Networks, now: datetime) -> Place:
    """Where the account lives that a person types: a handle or a DID.

    Raises:
        NoSuchAccount: there is none of that name.
        SignInRefused: the account does not know the handle, or its server is not reached safely.
        FetchError: nobody could be asked.

    """
    name = handle.strip().removeprefix("at://").removeprefix("@").strip().rstrip("/")
    if may_be_did(name):
        did, typed = name, ""
    else:
        typed = name.lower()
        did = _resolve(typed, client, networks, now)
    document = _document(did, client, networks, now)
    claimed = _handles(document)
    if typed and claimed and typed not in claimed:
        raise SignInRefused(server="Bluesky", account=typed, reason=_DISOWNED)
    if not typed and claimed and _leads_to(claimed[0], did, client, networks, now):
        typed = claimed[0]
    pds = _pds(document, did)
    private = is_private_host(networks.bluesky_directory) and is_private_host(pds)
    if not pds.lower().startswith("https://") and not private:
        raise SignInRefused(server="Bluesky", account=name, reason=_NOT_SAFE)
    return Place(did, typed, pds, private)


def sign_in(place: Place, password: str, client: Client, now: datetime) -> tuple[Account, dict[str, str]]:
    """The account that a password lets us into, and its secrets. The password is kept nowhere.

    Raises:
        SignInRefused: the server does not take the password.
        FetchError: it does not answer.

    """
    from atproto import models  # noqa: PLC0415 - a second that only signing in and out pay

    data = models.ComAtprotoServerCreateSession.Data(identifier=place.did, password=password.strip())
    host, label = urlsplit(place.pds).netloc, place.handle or place.did
    try:
        with _words(place.pds):
            told = _library(place.pds, client, now, allow_private=place.allow_private).create_session(data)
    except (Busy, ServerFault, Missing, Gone):
        raise
    except BadStatus as error:
        raise SignInRefused(server=host, account=label, reason=_reason(name_of(error))) from None
    kept = {"access": told.access_jwt, "refresh": told.refresh_jwt, "since": now.isoformat()}
    if told.did != place.did:
        raise BadAnswer(address=place.pds, reason=N_("it lets us into another account"))
    label = place.handle or good_handle(told.handle) or place.did
    account = Account(
        "bluesky",
        place.did,
        label,
        place.pds.rstrip("/"),
        _RIGHTS.get(str(claims_of(kept["access"]).get("scope")), _USUAL_RIGHTS),
        now,
        f"bluesky {place.did} {chance.token_hex(3)}",
        place.allow_private,
    )
    return account, kept


def leave(
    account: Account,
    secrets: Mapping[str, str],
    client: Client,
    networks: Networks,  # noqa: ARG001 - as all that is done in an account's name
    now: datetime,
) -> None:
    """Tell the server that this session has ended. One that has ended already is no failure.

    Raises:
        FetchError: it could not be told.

    """
    library = _library(account.server, client, now, allow_private=account.allow_private)
    try:
        with _words(account.server):
            library.delete_session(headers={"Authorization": f"Bearer {secrets.get('refresh', '')}"})
    except BadAnswer:  # it said yes, and did not say it in JSON
        return
    except BadStatus as error:
        if name_of(error) not in _NO_MORE:
            raise


def _library(pds: str, client: Client, now: datetime, *, allow_private: bool) -> Any:
    """What atproto can say to an account's own server about sessions, speaking through our client."""
    from atproto import Client as Atproto  # noqa: PLC0415 - see sign_in
    from atproto import Request as AtprotoRequest  # noqa: PLC0415

    transport = httpx_transport(client, now, allow_private=allow_private)
    return Atproto(base_url=pds, request=AtprotoRequest(transport=transport)).com.atproto.server


@contextmanager
def _words(address: str) -> Iterator[None]:
    """Turns the library's errors into ours, with the name that the protocol gives to a refusal."""
    from atproto_client.exceptions import AtProtocolError, RequestErrorBase  # noqa: PLC0415 - see sign_in

    try:
        yield
    except FetchError:
        raise
    except (AtProtocolError, ValueError) as error:
        if ours := carried(error):
            raise ours from None
        response = error.response if isinstance(error, RequestErrorBase) else None
        if response is None:
            raise BadAnswer(address=address, reason=N_("it gives no session")) from None
        name = str(getattr(response.content, "error", "") or "")
        raise BadStatus(address=address, status=response.status_code, name=name) from None


# --- from a name to a place ---


def _resolve(handle: str, client: Client, networks: Networks, now: datetime) -> str:
    """The DID of a handle: as the network tells, else as the handle's own host does."""
    if not may_be_handle(handle):
        raise NoSuchAccount(server="Bluesky", account=handle)
    trouble: FetchError = NoSuchAccount(server="Bluesky", account=handle)
    try:
        told = stranger(networks.bluesky_api, client, now).query(_RESOLVE, handle=handle).get("did")
        if isinstance(told, str) and may_be_did(told):
            return told
    except FetchError as error:
        if not says_no(error):
            trouble = error
    try:
        response = client.send(Request(f"https://{handle}/.well-known/atproto-did"))
        did = response.body[:3000].decode("ascii", "replace").strip() if response.status < _ERROR else ""
    except FetchError:
        did = ""
    if may_be_did(did):
        return did
    raise trouble


def _leads_to(handle: str, did: str, client: Client, networks: Networks, now: datetime) -> bool:
    """Whether a handle that an account claims leads to it."""
    try:
        return _resolve(handle, client, networks, now) == did
    except FetchError:
        return False


def _document(did: str, client: Client, networks: Networks, now: datetime) -> dict[str, Any]:
    """The document of a DID, as the directory keeps it (did:plc) or its own host (did:web)."""
    private = False
    if did.startswith("did:plc:"):
        address = f"{networks.bluesky_directory.rstrip('/')}/{quote(did, safe=':')}"
        private = is_private_host(networks.bluesky_directory)
    elif did.startswith("did:web:") and ":" not in did.removeprefix("did:web:"):
        address = f"https://{unquote(did.removeprefix('did:web:'))}/.well-known/did.json"
    else:
        raise NoSuchAccount(server="Bluesky", account=did)
    response = client.send(Request(address, {"Accept": "application/json"}, allow_private=private))
    if response.status >= _ERROR:
        error = refusal(address, response, now)
        if isinstance(error, (Missing, Gone)):
            raise NoSuchAccount(server="Bluesky", account=did)
        raise error
    try:
        told = json.loads(response.body)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or told.get("id") != did:
        raise BadAnswer(address=address, reason=N_("it is not the account’s document"))
    return told


def _handles(document: dict[str, Any]) -> list[str]:
    """The handles by which an account says that it goes."""
    told = document.get("alsoKnownAs")
    names = [str(name).removeprefix("at://").lower() for name in told] if isinstance(told, list) else []
    return [name for name in names if may_be_handle(name) and good_handle(name)]


def _pds(document: dict[str, Any], did: str) -> str:
    """The server that has an account's data."""
    told = document.get("service")
    for service in told if isinstance(told, list) else []:
        if not isinstance(service, dict) or service.get("id") not in {"#atproto_pds", f"{did}#atproto_pds"}:
            continue
        address = service.get("serviceEndpoint")
        if isinstance(address, str) and is_web(address) and urlsplit(address).hostname:
            return address.rstrip("/")
    raise BadAnswer(address=did, reason=N_("its document names no server that has its data"))


def _reason(name: str) -> str:
    if name == "AuthFactorTokenRequired":
        return _FACTOR
    return reason_of(name) or (_WRONG if name in {"AuthenticationRequired", "InvalidRequest"} else _REFUSES)
