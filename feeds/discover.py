"""From what a person types (a site, a page, a feed, a handle, a profile) to sources that can be fetched."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

from feeds import page
from feeds.errors import (
    N_,
    BadAnswer,
    BadScheme,
    FeedsError,
    FetchError,
    HoldsPassword,
    NoSuchAccount,
    NotAFeed,
    NotFound,
)
from feeds.guard import is_private_host, place
from feeds.html import is_web
from feeds.http import Request
from feeds.model import Cursor, Source
from feeds.sources import blog, bluesky, mastodon
from feeds.status import refusal

if TYPE_CHECKING:
    from datetime import datetime

    from feeds.http import Client, Response
    from feeds.model import Networks

# Where feeds stand when no page says so, most usual first (WordPress, Hugo, Jekyll, Ghost, JSON Feed).
GUESSES = ("feed/", "index.xml", "feed.xml", "atom.xml", "rss.xml", "rss/", "feed.json")
_ACCOUNT = re.compile(r"^@?(?P<user>[\w.-]+)@(?P<host>[\w.-]+\.[\w-]+|localhost|[\d.]+)(?P<port>:\d+)?$")
_DOMAIN = re.compile(r"^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}$", re.IGNORECASE)
_FEDI_PROFILE = re.compile(r"^/(?:@|users/)(?P<user>[\w.-]+)(?:@(?P<host>[\w.-]+))?/?$")
_BLUESKY_PROFILE = re.compile(r"^/profile/(?P<actor>[\w.:-]+)/?$")


@dataclass(frozen=True, slots=True)
class Found:
    """What was found behind an address: the source to follow, and other feeds that the page named."""

    source: Source
    others: tuple[page.FeedLink, ...] = ()


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
        typed = typed.strip()
        if account := _ACCOUNT.match(typed):
            return self.mastodon(account["user"], account["host"] + (account["port"] or ""))
        if typed.startswith(("did:", "at://")):
            return self.bluesky(typed.removeprefix("at://").split("/")[0])
        if is_web(typed):
            return self._address(typed)
        if "://" in typed:
            raise BadScheme(address=typed)
        name = typed.removeprefix("@").rstrip("/")
        if _DOMAIN.match(name):
            return self._domain(name)
        if "." in name or ":" in name:
            scheme = "http" if is_private_host(f"http://{name}") else "https"
            return self._address(f"{scheme}://{name}")
        raise NotFound(address=typed, tried=N_("nothing, for it is no address, no @user@host and no handle"))

    # --- by kind ---

    def mastodon(self, user: str, host: str) -> Found:
        """The Mastodon account `@user@host`, on whichever server its host says that it lives."""
        user, host = user.lower(), host.lower()  # neither tells capitals apart
        source = Source("mastodon", f"{user}@{host}", f"@{user}@{host}")
        known = self.networks.mastodon_servers.get(host) or _local(host)
        base = known or self._webfinger(user, host) or f"https://{host}"
        # An answer of the web may not lead into a private network; what the person typed or set up may.
        private = (bool(known) or urlsplit(base).netloc == host) and is_private_host(base)
        entity = mastodon.look_up(source.address, base, self.client, self.now, allow_private=private)
        profile = str(entity.url or f"{base}/@{user}")
        return Found(replace(source, site=profile, allow_private=private))

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
        private = is_private_host(address)
        response = self._get(address, private=private)
        start = Source("blog", response.moved_to or address, allow_private=private)
        if found := self._as_feed(start, response):
            return Found(found)
        told = page.read(response.body, response.url)
        tried = [address]
        for link in told.feeds:
            tried.append(link.url)
            allowed = private and place(link.url) == place(address)
            if found := self._try(Source("blog", link.url, given=False, allow_private=allowed)):
                site = found.site or told.canonical or response.url
                others = tuple(other for other in told.feeds if other.url != link.url)
                return Found(replace(found, site=site), others)
        for guess in GUESSES:
            tried.append(urljoin(response.url, guess))
            allowed = private and place(tried[-1]) == place(address)
            if found := self._try(Source("blog", tried[-1], given=False, allow_private=allowed)):
                return Found(replace(found, site=found.site or response.url))
        root = urljoin(response.url, "/")
        if root not in {address, response.url}:  # an article's page: its site may say more
            try:
                return self.site(root)
            except NotFound as error:
                tried.append(str(error.values["tried"]))
            except FetchError:
                tried.append(root)
        raise NotFound(address=address, tried=", ".join(dict.fromkeys(tried)))

    # --- steps ---

    def _address(self, address: str) -> Found:
        """A web address: a profile of a known platform is an account, all else a site."""
        parts = urlsplit(address)
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
        if profile := _FEDI_PROFILE.match(parts.path):
            try:
                return self.mastodon(profile["user"], profile["host"] or self._name_of(parts.netloc))
            except FetchError:
                return self.site(address)  # other platforms have /@name pages too
        return self.site(address)

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

    def _webfinger(self, user: str, host: str) -> str | None:
        """The origin of the server where an account lives, as its host tells (RFC 7033); None when it does not."""
        address = f"https://{host}/.well-known/webfinger?resource={quote(f'acct:{user}@{host}')}"
        try:
            response = self.client.send(
                Request(address, {"Accept": "application/jrd+json, application/json"})
            )
            links = json.loads(response.body).get("links", [])
            own = [str(link.get("href")) for link in links if link.get("rel") == "self"]
        except (FetchError, ValueError, AttributeError, TypeError):
            return None
        parts = urlsplit(own[0]) if own and is_web(own[0]) else None
        return f"{parts.scheme}://{parts.netloc}" if parts else None

    def _get(self, address: str, *, private: bool) -> Response:
        response = self.client.send(
            Request(address, {"Accept": f"text/html, {blog.ACCEPT}"}, allow_private=private)
        )
        if not 200 <= response.status < 300:  # noqa: PLR2004 - the range is the meaning
            raise refusal(address, response, self.now)
        return response

    def _try(self, source: Source) -> Source | None:
        try:
            return self._as_feed(source, self._get(source.address, private=source.allow_private))
        except FetchError:
            return None

    def _as_feed(self, source: Source, response: Response) -> Source | None:
        """The source with what its feed says of itself, or None when the answer is no feed."""
        try:
            answer = blog.read(source, Cursor(), response, self.now)
            if not isinstance(answer, blog.Unread):
                return None
            batch = blog.parse(answer)
        except NotAFeed:
            return None
        return replace(source, label=batch.label or source.label, site=batch.site or source.site)


def _local(host: str) -> str | None:
    """The address of a server on this very machine, which speaks plain http."""
    name = host.partition(":")[0]
    return (
        f"http://{host}"
        if name == "localhost" or name.endswith(".localhost") or name.startswith("127.")
        else None
    )
