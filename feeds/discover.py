"""From what a person types (a site, a page, a feed, a handle, a profile) to sources that can be fetched."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from feeds import platforms, sites
from feeds.address import absolute, is_web, without_secret
from feeds.errors import (
    N_,
    BadAnswer,
    BadScheme,
    BadStatus,
    Busy,
    FeedsError,
    FetchError,
    HoldsPassword,
    NoSuchAccount,
    NotForStrangers,
    NotFound,
)
from feeds.guard import is_private_host, place
from feeds.model import Source
from feeds.sites import Found
from feeds.sources import bluesky, mastodon
from feeds.wire import Request

if TYPE_CHECKING:
    from datetime import datetime
    from urllib.parse import SplitResult

    from feeds.http import Client
    from feeds.model import Networks

__all__ = ["Discovery", "Found"]

_ACCOUNT = re.compile(r"^@?(?P<user>[\w.-]+)@(?P<host>[\w.-]+\.[\w-]+|localhost|[\d.]+)(?P<port>:\d+)?$")
_DOMAIN = re.compile(r"^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}$", re.IGNORECASE)
_FEDI_PROFILE = re.compile(r"^/(?:@|users/)(?P<user>[\w.-]+)(?:@(?P<host>[\w.-]+))?(?:/\d+)?/?$")
_BLUESKY_PROFILE = re.compile(r"^/profile/(?P<actor>[\w.:-]+)/?$")
_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*:)*[/\\]*(\[[^\]]*\]|[^/\\?#:\s]*)", re.IGNORECASE)
_PROFILE_PAGE = "http://webfinger.net/rel/profile-page"


@dataclass(frozen=True, slots=True)
class _Home:
    """Where an account lives: its server, the page that shows it, and whether that server may be a private one."""

    server: str
    page: str
    private: bool


@dataclass(frozen=True, slots=True)
class Discovery:
    """What looking needs: the client, where the networks are, and the time."""

    client: Client
    networks: Networks
    now: datetime

    def find(self, typed: str) -> Found:
        """The source behind what a person typed.

        Raises:
            NotFound: nothing to follow there; the sentence lists what was tried.
            FetchError: the one place to look at could not be read.

        """
        typed = _web_address(typed.strip())
        if account := _ACCOUNT.match(typed):
            return self.mastodon(account["user"], account["host"] + (account["port"] or ""))
        if typed.startswith(("did:", "at://")):
            return self.bluesky(typed.removeprefix("at://").split("/")[0])
        if (known := without_secret(typed)) != typed:
            host = _HOST.match(known)
            raise HoldsPassword(host=host[1] if host else "")
        if is_web(typed):
            return self._address(typed)
        if "://" in typed:
            raise BadScheme(address=typed)
        name = typed.removeprefix("@").rstrip("/")
        if _DOMAIN.match(name):
            return self._domain(name)
        if "." in name or ":" in name:
            parts = _parts(f"http://{name}", typed)
            scheme = "http" if "@" not in parts.netloc and is_private_host(parts.geturl()) else "https"
            return self._address(f"{scheme}://{name}")
        raise NotFound(address=typed, tried=N_("nothing, for it is no address, no @user@host and no handle"))

    # --- by kind ---

    def mastodon(self, user: str, host: str) -> Found:
        """The Mastodon account `@user@host`, on whichever server its host says that it lives.

        Where that server speaks another language, or shows accounts to nobody, the feed of the account's page is taken.
        """
        return self._account(user, host)

    def bluesky(self, actor: str) -> Found:
        """The Bluesky account of a handle or DID."""
        found = bluesky.profile(actor, self.networks.bluesky_api, self.client, self.now)
        did = str(found.get("did") or "")
        if not did.startswith("did:"):
            raise BadAnswer(address=self.networks.bluesky_api, reason=N_("it names no account"))
        handle = str(found.get("handle") or actor)
        return Found(Source("bluesky", did, handle, f"{self.networks.bluesky_app}/profile/{handle}"))

    def site(self, address: str) -> Found:
        """The feed behind a web address: itself, one that its page announces, or one where feeds usually stand."""
        return sites.find(address, self.client, self.now, private=is_private_host(address))

    # --- steps ---

    def _address(self, address: str) -> Found:
        """A web address: a profile of a known platform is an account, all else a site."""
        parts = _parts(address, address)
        if "@" in parts.netloc:
            raise HoldsPassword(host=parts.hostname or "")
        # One spelling for what servers do not tell apart.
        parts = parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower(), fragment="")
        address = parts.geturl()
        if (profile := _BLUESKY_PROFILE.match(parts.path)) and parts.netloc in {
            "bsky.app",
            urlsplit(self.networks.bluesky_app).netloc,
        }:
            return self.bluesky(profile["actor"])
        if (profile := _FEDI_PROFILE.match(parts.path)) and not platforms.knows(address):
            return self._account(profile["user"], profile["host"] or self._name_of(parts.netloc), address)
        return self.site(address)

    def _account(self, user: str, host: str, shown_at: str = "") -> Found:
        """An account through its server's API; else the feed of its page, which is `shown_at` an address if one was typed."""
        user, host = user.lower(), host.lower()  # neither tells capitals apart
        home = self._home_of(user, host)
        try:
            return self._spoken_to(user, host, home)
        except Busy:
            raise
        except FetchError as trouble:
            if shown_at:  # other platforms have /@name pages too
                return self.site(shown_at)
            if not _will_not_tell(trouble):
                raise
            private = home.private and place(home.page) == place(home.server)
            try:
                return sites.find(home.page, self.client, self.now, private=private)
            except FeedsError:
                raise trouble from None

    def _home_of(self, user: str, host: str) -> _Home:
        known = self.networks.mastodon_servers.get(host) or _local(host)
        server, page = (known, "") if known else self._webfinger(user, host)
        server = server or f"https://{host}"
        # An answer of the web may not lead into a private network; what the person typed or set up may.
        private = (bool(known) or urlsplit(server).netloc == host) and is_private_host(server)
        return _Home(server, page or f"{server}/@{user}", private)

    def _spoken_to(self, user: str, host: str, home: _Home) -> Found:
        source = Source("mastodon", f"{user}@{host}", f"@{user}@{host}")
        entity = mastodon.look_up(
            source.address, home.server, self.client, self.now, allow_private=home.private
        )
        profile = str(entity.url or f"{home.server}/@{user}")
        return Found(replace(source, site=profile, allow_private=home.private))

    def _domain(self, name: str) -> Found:
        """A bare name such as `julie.example`: a Bluesky handle if there is one, else a site."""
        try:
            return self.bluesky(name)
        except FeedsError as no_account:
            trouble = no_account
        if name.endswith(".bsky.social"):
            raise trouble
        try:
            return self.site(f"https://{name}/")
        except FetchError as error:
            if not isinstance(trouble, NoSuchAccount):
                raise trouble from error
            raise NotFound(address=name, tried=f"Bluesky, https://{name}/ ({error})") from error

    def _name_of(self, netloc: str) -> str:
        """The host name that a server's address stands for, when it is one of those configured."""
        by_place = {urlsplit(base).netloc: host for host, base in self.networks.mastodon_servers.items()}
        return by_place.get(netloc, netloc)

    def _webfinger(self, user: str, host: str) -> tuple[str, str]:
        """The origin of the server where an account lives and the account's page, as its host tells (RFC 7033).

        Either is empty when the host does not tell it.
        """
        address = f"https://{host}/.well-known/webfinger?resource={quote(f'acct:{user}@{host}')}"
        try:
            response = self.client.send(
                Request(address, {"Accept": "application/jrd+json, application/json"})
            )
            links = json.loads(response.body).get("links", [])
            told = {str(link.get("rel")): absolute(str(link.get("href")), "") for link in reversed(links)}
            own = urlsplit(told.get("self", ""))
        except (FetchError, ValueError, AttributeError, TypeError):
            return "", ""
        return f"{own.scheme}://{own.netloc}" if own.netloc else "", told.get(_PROFILE_PAGE, "")


def _web_address(typed: str) -> str:
    """What was typed, with feed: taken off, which browsers once put before addresses of feeds."""
    if not typed.lower().startswith("feed:"):
        return typed
    address = typed[len("feed:") :]
    return f"https:{address}" if address.startswith("//") else address


def _parts(address: str, typed: str) -> SplitResult:
    """The parts of a web address; BadScheme names what was `typed` when it is none: "http://[" and its like."""
    try:
        parts = urlsplit(address)
        sound = bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        raise BadScheme(address=typed[:200])
    return parts


def _will_not_tell(trouble: FetchError) -> bool:
    """Whether a server speaks no Mastodon, or not to strangers, rather than being out of order for now."""
    if isinstance(trouble, BadStatus):
        return int(trouble.values["status"]) < 500  # noqa: PLR2004 - the range is the meaning
    return isinstance(trouble, (BadAnswer, NoSuchAccount, NotForStrangers))


def _local(host: str) -> str | None:
    """The address of a server on this very machine, which speaks plain http."""
    name = host.partition(":")[0]
    return (
        f"http://{host}"
        if name == "localhost" or name.endswith(".localhost") or name.startswith("127.")
        else None
    )
