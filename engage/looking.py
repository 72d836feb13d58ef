"""Looks at profiles and pages, and at whom accounts follow: what `linking` decides by.

Everything is asked as any stranger asks, and once: accounts on Bluesky twenty-five at a time, Mastodon accounts and pages one by
one; one after the other at one host, a few hosts side by side. Who forbids programs to look is never asked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import islice
from queue import SimpleQueue
from threading import Event
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import urlsplit

from engage import addresses
from engage.contacts import traces
from engage.contacts.names import clean
from engage.linking import Claim, Seen
from engage.model import Address
from feeds import page, platforms
from feeds.address import canonical, is_web, without_secret
from feeds.errors import (
    BadAnswer,
    BadStatus,
    Busy,
    FetchError,
    NoSuchAccount,
    NotLooked,
    TooSlow,
    Unreachable,
    defect,
    naming,
)
from feeds.formats.letters import decode
from feeds.guard import place
from feeds.sources.bluesky import profiles as bluesky
from feeds.sources.mastodon import profiles as mastodon
from feeds.status import refusal
from feeds.wire import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from engage.linking import How
    from feeds.http import Client
    from feeds.model import Link, Networks, Profile
    from feeds.page import Page
    from feeds.wire import Response

T = TypeVar("T")

MOST_AT_ONCE = 8
# A page that claims more than this to be its author's is a directory.
MOST_CLAIMS = 100
# What is answered late or not at all so often in a row is not asked again in this run.
_IN_VAIN = 2
_MOST_READ = 1024 * 1024
_ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
# Their owners forbid programs to look at people's pages.
_FORBIDDEN = (
    *("linkedin.com", "lnkd.in", "x.com", "twitter.com", "t.co"),
    *("facebook.com", "fb.com", "fb.me", "instagram.com", "threads.net", "threads.com"),
)
# Where bridges keep their copies: of these the name says all, and there is nobody to ask.
_BRIDGES = ("bsky.brid.gy", "web.brid.gy")
_BLUESKY_PAGE = "https://bsky.app/profile/"
_ON_BLUESKY: dict[str, How] = {"handle": "handle", "website": "website"}
# A feed is one by its first tag, whatever its server calls it.
_FEED = re.compile(
    rb"\s*+(?:\xef\xbb\xbf)?(?:\s|<\?[^>]*+>|<!--.*?-->|<!doctype[^>]*+>)*+<(?:[a-z]+:)?(?:rss|feed|rdf)\b",
    re.IGNORECASE | re.DOTALL,
)
_INDEX = {"index", "default", "home", "accueil"}


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen, and where nobody could look, with why; both in the order in which it was wanted."""

    seen: tuple[Seen, ...] = ()
    failed: tuple[tuple[Address, FetchError], ...] = ()


def look(
    wanted: Sequence[Address],
    client: Client,
    networks: Networks,
    now: datetime,
    *,
    private: Collection[str] = (),
    progress: Callable[[int], None] | None = None,
) -> Looked:
    """What is to be seen at addresses. Of a blog its page is looked at, and `Seen.asked` is the key of that.

    `private` are the hosts and ports (as `place` writes them) that the person typed themself: only these may be in a private
    network. `progress` is told how many of those wanted are done. A host that asks to be left alone is asked nothing more by this
    client.
    """
    looking = _Looking(client, networks, now, frozenset(private))
    every: dict[str, list[Address]] = defaultdict(list)
    for address in wanted:
        every[_asked(address)].append(address)
    talks = looking.talks([same[0] for same in every.values()])
    done = len(wanted) - sum(len(every[_asked(one)]) for talk in talks for one in talk.wanted)
    found: dict[str, Seen | FetchError] = {}
    for talk, outcome in _answers(talks, client):
        told = [outcome] * len(talk.wanted) if isinstance(outcome, FetchError) else outcome
        for address, one in zip(talk.wanted, told, strict=True):
            found[_asked(address)] = one
            done += len(every[_asked(address)])
        if progress:
            progress(done)
    outcomes = [(same[0], found[key]) for key, same in every.items() if key in found]
    return Looked(
        tuple(outcome for _, outcome in outcomes if isinstance(outcome, Seen)),
        tuple((address, outcome) for address, outcome in outcomes if isinstance(outcome, FetchError)),
    )


def follows(
    accounts: Sequence[Address],
    client: Client,
    networks: Networks,
    now: datetime,
    *,
    private: Collection[str] = (),
) -> dict[str, tuple[str, ...]]:
    """Whom accounts follow, all by their keys. Of whom nobody could be asked is not in it; who hides it follows nobody."""
    looking = _Looking(client, networks, now, frozenset(private))
    every = {_asked(account): account for account in accounts if account.kind in {"mastodon", "bluesky"}}
    talks = [looking.about_follows(account) for account in every.values() if not _is_copy(account)]
    return {
        _asked(talk.wanted[0]): outcome
        for talk, outcome in _answers(talks, client)
        if not isinstance(outcome, FetchError)
    }


# --- who is asked, and in which order ---


@dataclass(frozen=True, slots=True)
class _Talk(Generic[T]):
    """One conversation: at which host and about which addresses."""

    place: str
    wanted: tuple[Address, ...]
    ask: Callable[[], T]


def _answers(talks: Sequence[_Talk[T]], client: Client) -> Iterator[tuple[_Talk[T], T | FetchError]]:
    """What comes of each conversation, as it ends: those at one host one after the other, those at several side by side."""
    lines: dict[str, list[_Talk[T]]] = defaultdict(list)
    for talk in talks:
        lines[talk.place].append(talk)
    if not lines:
        return
    told: SimpleQueue[tuple[_Talk[T], T | FetchError]] = SimpleQueue()
    over = Event()
    with ThreadPoolExecutor(min(MOST_AT_ONCE, len(lines))) as threads:
        try:
            for line in sorted(lines.values(), key=len, reverse=True):
                threads.submit(_hold, line, client, told, over)
            for _ in talks:
                yield told.get()
        finally:  # who stops listening waits for no more than what is under way
            over.set()


def _hold(
    line: Sequence[_Talk[T]], client: Client, told: SimpleQueue[tuple[_Talk[T], T | FetchError]], over: Event
) -> None:
    """The conversations at one host."""
    in_vain = 0
    outcome: T | FetchError | None = None
    for talk in line:
        if over.is_set():
            return
        if in_vain >= _IN_VAIN and isinstance(outcome, FetchError):
            outcome = naming(talk.wanted[0].url, outcome)
        else:
            outcome = _outcome(talk, client)
        in_vain = in_vain + 1 if isinstance(outcome, (TooSlow, Unreachable)) else 0
        told.put((talk, outcome))


def _outcome(talk: _Talk[T], client: Client) -> T | FetchError:
    try:
        return talk.ask()
    except Busy as error:
        if asked := error.values.get("asked"):
            client.waiting[place(asked)] = datetime.fromisoformat(error.values["at"])
        return error
    except FetchError as error:
        return error
    except Exception as error:  # noqa: BLE001 - the last line of defence, as in a refresh
        return defect(talk.wanted[0].url or talk.wanted[0].address, error)


@dataclass(frozen=True, slots=True)
class _Looking:
    """One run: how the networks are reached, and what may be private."""

    client: Client
    networks: Networks
    now: datetime
    private: frozenset[str]

    def talks(self, wanted: Iterable[Address]) -> list[_Talk[list[Seen | FetchError]]]:
        """The conversations that are needed to see all that may be looked at, each once."""
        targets: dict[tuple[str, str], list[Address]] = defaultdict(list)
        for address in wanted:
            targets[_target(address)].append(address)
        actors = {name: tuple(same) for (kind, name), same in targets.items() if kind == "bluesky"}
        talks = list(self._on_bluesky(actors))
        for (kind, name), same in targets.items():
            if kind == "mastodon":
                host = place(f"https://{name.rpartition('@')[2]}")
                talks.append(_Talk(host, tuple(same), partial(self._on_mastodon, name, tuple(same))))
            elif kind == "page":
                talks.append(_Talk(place(name), tuple(same), partial(self._on_page, name, tuple(same))))
        return talks

    def about_follows(self, account: Address) -> _Talk[tuple[str, ...]]:
        """The conversation about whom an account follows."""
        if account.kind == "bluesky":
            return _Talk(place(self.networks.bluesky_api), (account,), partial(self._followed, account))
        host = place(f"https://{account.address.rpartition('@')[2]}")
        return _Talk(host, (account,), partial(self._followed, account))

    def _followed(self, account: Address) -> tuple[str, ...]:
        if account.kind == "bluesky":
            found = bluesky.following(account.address, self.client, self.networks, self.now)
        else:
            found = mastodon.following(
                account.address.casefold(),
                self.client,
                self.networks,
                self.now,
                site=account.url,
                allow_private=self._may_be_private(account.url),
            )
        return tuple(addresses.key(account.kind, other) for other in found)

    def _may_be_private(self, url: str) -> bool:
        return place(url) in self.private

    # --- Bluesky ---

    def _on_bluesky(
        self, actors: Mapping[str, tuple[Address, ...]]
    ) -> Iterator[_Talk[list[Seen | FetchError]]]:
        names = iter(actors)
        while some := tuple(islice(names, bluesky.TOGETHER)):
            same = tuple(address for name in some for address in actors[name])
            pairs = tuple((name, address) for name in some for address in actors[name])
            yield _Talk(place(self.networks.bluesky_api), same, partial(self._some_on_bluesky, some, pairs))

    def _some_on_bluesky(
        self, names: Sequence[str], pairs: Sequence[tuple[str, Address]]
    ) -> list[Seen | FetchError]:
        found = bluesky.profiles(names, self.client, self.networks, self.now)
        by_name = {name.casefold(): one for one in found for name in (one.source.label, one.source.address)}
        return [
            _seen_profile(address, by_name[name.casefold()], self.now)
            if name.casefold() in by_name
            else NoSuchAccount(server="Bluesky", account=address.label or name)
            for name, address in pairs
        ]

    # --- Mastodon ---

    def _on_mastodon(self, name: str, wanted: Sequence[Address]) -> list[Seen | FetchError]:
        """An account; where only a page was wanted that looks like an account's, and there is none, that page."""
        if _is_copy(wanted[0]):
            return [_seen_copy(address, self.now) for address in wanted]
        site = next((one.url for one in wanted if one.kind == "mastodon"), wanted[0].url)
        private = self._may_be_private(site)
        try:
            profile = mastodon.profile(
                name, self.client, self.networks, self.now, site=site, allow_private=private
            )
        except Busy:
            raise
        except (NoSuchAccount, BadAnswer, BadStatus) as error:
            return [error if one.kind == "mastodon" else self._page_or_error(one) for one in wanted]
        return [_seen_profile(address, profile, self.now) for address in wanted]

    def _page_or_error(self, address: Address) -> Seen | FetchError:
        try:
            return self._on_page(_page_of(address), (address,))[0]
        except Busy:
            raise
        except FetchError as error:
            return error

    # --- pages ---

    def _on_page(self, url: str, wanted: Sequence[Address]) -> list[Seen | FetchError]:
        asked = Request(
            url,
            {"Accept": _ACCEPT},
            allow_private=self._may_be_private(url),
            beginning=True,
            avoid=_FORBIDDEN,
        )
        try:
            response = self.client.send(asked)
        except NotLooked as led:  # that it leads there is all that there is to see
            claims = (Claim(led.values["target"], "field"),)
            return [
                Seen(
                    _asked(one),
                    replace(_as_link(one), url=url),
                    self.now,
                    claims=claims,
                    names=(_asked(one),),
                )
                for one in wanted
            ]
        if not 200 <= response.status < 300:  # noqa: PLR2004 - the range is the meaning
            raise refusal(url, response, self.now)
        return [_seen_page(replace(_as_link(one), url=url), response, self.now) for one in wanted]


# --- what an address is, to who looks ---


def _page_of(address: Address) -> str:
    """The page of a blog or a link; empty for what is none."""
    told = (address.url, address.address) if address.kind == "blog" else (address.address, address.url)
    return next((without_secret(url.strip()) for url in told if is_web(url.strip())), "")


def _asked(address: Address) -> str:
    """The key under which an address is asked for: of a blog, that of its page."""
    if address.kind in {"blog", "link"}:
        return addresses.key("link", _page_of(address) or address.address)
    return addresses.key(address.kind, address.address)


def _target(address: Address) -> tuple[str, str]:
    """Whom to ask about an address, and by which name: nobody where that is forbidden, or where there is nothing to be seen."""
    if address.kind == "mastodon":
        return "mastodon", address.address.casefold()
    if address.kind == "bluesky":
        return "bluesky", address.address
    url = _page_of(address) if address.kind in {"blog", "link"} else ""
    host = addresses.host_of(url)
    if not host or any(f".{host}".endswith(f".{other}") for other in _FORBIDDEN):
        return "", ""
    shown = addresses.read(url)
    if shown and shown.kind in {"mastodon", "bluesky"}:
        return shown.kind, shown.address
    if shown and shown.url.startswith(_BLUESKY_PAGE):
        return "bluesky", shown.label
    return "page", url


def _as_link(address: Address) -> Address:
    """A blog as the page that it is to who looks at it."""
    if address.kind != "blog":
        return address
    url = _page_of(address)
    return Address("link", url, addresses.host_of(url), url)


def _is_copy(address: Address) -> bool:
    return address.kind == "mastodon" and address.address.casefold().rpartition("@")[2] in _BRIDGES


# --- what is seen ---


def _seen_profile(asked: Address, profile: Profile, now: datetime) -> Seen:
    """What an account says of itself."""
    source, names = profile.source, traces.names_of(profile)
    address = Address("mastodon", source.address, source.label, source.site)
    if source.kind == "bluesky":
        address = Address("bluesky", source.address, source.label, source.site)
    elif traces.page_key(source.site) not in names.own:  # a profile may name any page as its own
        user, _, host = source.address.rpartition("@")
        address = replace(address, url=f"https://{host}/@{user}")
    moved = addresses.account(profile.moved_to) if profile.moved_to else None
    claims = [
        Claim(link.url, _how(link, source.kind), link.verified)
        for link in profile.links
        if not set(names.own) & {*addresses.keys_of_page(link.url)}
    ]
    return Seen(
        _asked(asked),
        address,
        now,
        _name(profile),
        _once(claims),
        names.own,
        names.copies,
        moved_to=moved if moved and moved.address != source.address else None,
        bot=profile.bot,
    )


def _how(link: Link, kind: str) -> How:
    if kind == "bluesky":
        return _ON_BLUESKY.get(link.name, "text")
    if link.verified:
        return "verified"
    return "field" if link.name else "text"


def _name(profile: Profile) -> str:
    """What somebody calls themself: not the name of the account, which stands where there is no other."""
    user = profile.source.address.rpartition("@")[0]  # in small letters, as few names are
    if profile.name == user or profile.name.casefold() in traces.handles(profile.source):
        return ""
    return clean(profile.name)


def _seen_copy(asked: Address, now: datetime) -> Seen:
    """What a bridge's copy of an account shows: by its name, whose copy it is."""
    address = addresses.account(asked.address) or asked
    names = traces.names(address.kind, address.address, address.label, address.url)
    return Seen(_asked(asked), address, now, names=names.own, copies=names.copies)


def _seen_page(asked: Address, response: Response, now: datetime) -> Seen:
    """What a page says of itself, from where it stands in the end; `asked` is the page as it was asked for."""
    key, final = _asked(asked), traces.page_key(response.url)
    if not _is_still_there(asked.url, response):
        return Seen(key, asked, now, claims=(Claim(response.url, "field"),), names=(key,))
    names = tuple(dict.fromkeys((key, final)))
    if not _is_html(response):
        return Seen(key, asked, now, names=names)
    text, _ = decode(response.body[:_MOST_READ], response.headers.get("content-type", ""))
    told = page.read(text, response.url, response.headers.get("link", ""))
    return Seen(
        key,
        asked,
        now,
        clean(told.card.name if told.card and told.card.name else told.author),
        _once(claim for claim in _claims(told) if traces.page_key(claim.url) not in names),
        names,
        feeds=tuple(link.url for link in told.feeds if not page.looks_like_comments(link)),
    )


def _claims(told: Page) -> Iterator[Claim]:
    """Whom a page names as its author, the plainest words first."""
    for url in told.me:
        yield Claim(url, "rel-me")
    for url in told.card.urls if told.card else ():
        yield Claim(url, "h-card")
    for creator in told.creators:
        _, user, host = creator.split("@")
        yield Claim(f"https://{host}/@{user}", "creator")


def _once(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    once: dict[str, Claim] = {}
    for claim in claims:
        once.setdefault(canonical(claim.url), claim)
    return tuple(islice(once.values(), MOST_CLAIMS))


def _is_html(response: Response) -> bool:
    start = response.body[: 16 * 1024]
    if _FEED.match(start):
        return False
    return page.looks_like_page(start) or "html" in response.headers.get("content-type", "").lower()


def _is_still_there(asked: str, response: Response) -> bool:
    """Whether what answers in the end is the very page that was asked for, rather than another one to which it leads.

    A page that is gone often leads to the front page of its site, or to where one signs in, which on a shared host is somebody
    else's. A site that has moved says so once and for all, and leads from front page to front page.
    """
    before, after = canonical(asked), canonical(response.url)
    if before == after:
        return True
    try:
        here, there = urlsplit(before), urlsplit(after)
    except ValueError:
        return False
    if here.netloc != there.netloc:
        moved = response.moved_to == response.url and not platforms.knows(after)
        return moved and not (here.path or there.path or there.query)
    if not here.path:
        return not there.path or not platforms.knows(before)
    *folders, last = _words(here.path)
    return last in _words(there.path) or (last in _INDEX and folders == _words(there.path))


def _words(path: str) -> list[str]:
    """The parts of a path, without what the last one ends with."""
    words = [word for word in path.casefold().split("/") if word]
    return [*words[:-1], words[-1].rpartition(".")[0] or words[-1]] if words else []
