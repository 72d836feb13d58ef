"""One's own server, asked in one's own name: the one place that knows the tokens of a session, and renews them.

An access token lives for two hours, a refresh token until it is used: whoever renews does it alone, looks first whether somebody
else has just done so, and keeps the new ones at once. https://docs.bsky.app/docs/api/com-atproto-server-refresh-session
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from feeds.errors import N_, BadAnswer, BadStatus, Busy, FetchError, MissingRight, SignedOut, SignInRefused
from feeds.sources.bluesky.xrpc import Service, name_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feeds.http import Client
    from feeds.model import Account, Networks

# The service of messages, as a PDS finds it.
CHAT = "did:web:api.bsky.chat"
_MESSAGES = {"com.atproto.access", "com.atproto.appPassPrivileged"}
_NO_MESSAGES = {"com.atproto.appPass"}
_REFRESH = "com.atproto.server.refreshSession"
# One's own token may be spent, and then the one that somebody else has just put in its place.
_MOST_RENEWALS = 2
_BAD, _STRANGER, _FORBIDDEN = 400, 401, 403
_EXPIRED = "ExpiredToken"
_INVALID = {"InvalidToken", "AuthMissing", "AuthenticationRequired"}
_SHUT = {
    "AccountTakedown": N_("the account has been taken down."),
    "AccountSuspended": N_("the account has been suspended."),
    "AccountDeactivated": N_("the account has been deactivated."),
}


class Own(Service):
    """The server (PDS) of an own account, asked in its name. `chat` is the DID of the service that has its messages."""

    def __init__(
        self,
        account: Account,
        secrets: Mapping[str, str],
        client: Client,
        networks: Networks,
        now: datetime,
    ) -> None:
        super().__init__(account.server, client, now, allow_private=account.allow_private)
        self.account = account
        self._keys = networks.keys
        self._renewals = _MOST_RENEWALS
        self.chat = secrets.get("chat") or CHAT
        self.token = secrets["access"]
        self._over = _is_over(secrets, now)

    @property
    def may_read_messages(self) -> bool | None:
        """Whether the session was given the right to messages; None where its token does not say."""
        scope = str(claims_of(self.token).get("scope"))
        return True if scope in _MESSAGES else False if scope in _NO_MESSAGES else None

    def query(self, method: str, *, proxy: str = "", **params: Any) -> dict[str, Any]:
        """What the server answers to a question; a session that is spent is renewed on the way.

        Raises:
            SignedOut: it cannot be renewed.
            MissingRight: it was never given leave for this.
            FetchError: as for a stranger.

        """
        if self._over:
            self._renew()
        while True:
            try:
                return super().query(method, proxy=proxy, **params)
            except BadStatus as error:
                if not self._is_spent(error, proxied=bool(proxy)):
                    raise self._meaning(error, method) from None
            self._renew()

    def _is_spent(self, error: BadStatus, *, proxied: bool) -> bool:
        """Whether a refusal is of the token, so that another one may do. A service behind the server refuses in the same words
        those who have no right to it.
        """
        if isinstance(error, Busy) or not self._renewals:
            return False
        status, name = error.values["status"], name_of(error)
        if name in _SHUT:
            return False
        return name == _EXPIRED or (
            not proxied and (status == _STRANGER or (status == _BAD and name in _INVALID))
        )

    def _meaning(self, error: BadStatus, method: str) -> FetchError:
        """What a refusal means that no other token would mend."""
        name = name_of(error)
        if name in _SHUT:
            return _shut_out(self.account, name)
        if name == _EXPIRED:
            return signed_out(self.account)
        if name in _INVALID or (name and error.values["status"] == _FORBIDDEN):
            server, command = _door(self.account)
            return MissingRight(server=server, account=self.account.label, right=method, command=command)
        return error

    def _renew(self) -> None:
        """Put new tokens in place of the spent ones, and keep them.

        Raises:
            FetchError: there are none; SignedOut when there will not be any.

        """
        self._renewals -= 1
        self._over = False
        if self._keys is None:
            raise signed_out(self.account)
        with self._keys.alone(self.account):
            kept = _kept(self.account, self._keys.get(self.account))
            if kept["access"] == self.token:  # else somebody has just renewed them
                kept = self._renewed(kept)
                self._keys.put(self.account, kept)
        self.token = kept["access"]

    def _renewed(self, kept: Mapping[str, str]) -> dict[str, str]:
        try:
            told = self.call(_REFRESH, token=kept["refresh"])
        except BadStatus as error:
            if name_of(error) in _SHUT:
                raise _shut_out(self.account, name_of(error)) from None
            if error.values["status"] in {_BAD, _STRANGER}:
                raise signed_out(self.account) from None
            raise
        if told.get("did", self.account.address) != self.account.address:
            raise BadAnswer(address=self.base, reason=N_("it renews the session of another account"))
        return {**kept, **tokens_of(told, self.base, self.now)}


def signed_in(account: Account, client: Client, networks: Networks, now: datetime) -> Own:
    """The server of an own account, asked in its name.

    Raises:
        SignedOut: there are no tokens of it on this machine (any more).

    """
    kept = _kept(account, networks.keys.get(account) if networks.keys else None)
    return Own(account, kept, client, networks, now)


def tokens_of(told: Mapping[str, Any], address: str, now: datetime) -> dict[str, str]:
    """The secrets in a server's answer, and since when we have them by our own clock.

    Raises:
        BadAnswer: there are none in it.

    """
    access, refresh = told.get("accessJwt"), told.get("refreshJwt")
    if not (isinstance(access, str) and isinstance(refresh, str) and access and refresh):
        raise BadAnswer(address=address, reason=N_("it gives no session"))
    return {"access": access, "refresh": refresh, "since": now.isoformat()}


def claims_of(token: str) -> dict[str, Any]:
    """What a token (a JWT) says of itself; nothing, where it says nothing that can be read. Nobody has verified it."""
    body = token.split(".")[1] if token.count(".") == 2 else ""  # noqa: PLR2004 - a JWT has three parts
    try:
        told = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def signed_out(account: Account) -> SignedOut:
    """The error of an own account that its server does not take any more."""
    server, command = _door(account)
    return SignedOut(server=server, account=account.label, command=command)


def command_for(handle: str) -> str:
    """The command that signs in with a handle."""
    return f"nouvelles login bluesky {handle}"


def reason_of(name: str) -> str:
    """Why an account is shut out, where a refusal of that name says so; else empty."""
    return _SHUT.get(name, "")


def _shut_out(account: Account, name: str) -> SignInRefused:
    return SignInRefused(server=_door(account)[0], account=account.label, reason=_SHUT[name])


def _door(account: Account) -> tuple[str, str]:
    return urlsplit(account.server).netloc, command_for(account.label)


def _kept(account: Account, secrets: Mapping[str, str] | None) -> Mapping[str, str]:
    if not secrets or not secrets.get("access") or not secrets.get("refresh"):
        raise signed_out(account)
    return secrets


def _is_over(secrets: Mapping[str, str], now: datetime) -> bool:
    """Whether the time of an access token has passed: by our own clock, which need not be the server's."""
    claims = claims_of(secrets["access"])
    born, end = claims.get("iat"), claims.get("exp")
    if not isinstance(end, int):
        return False
    try:
        if secrets.get("since") and isinstance(born, int):
            return now >= datetime.fromisoformat(secrets["since"]) + timedelta(seconds=end - born)
        return now >= datetime.fromtimestamp(end, UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        return False
