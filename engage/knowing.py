"""Comes to know people better: looks at their profiles and pages, keeps what is certain, and asks about the rest.

`learn` looks, follows what it finds as far as that leads, and keeps it; `answer` keeps what you say to a question, `answer_all`
to several.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from engage import addresses, linking, looking
from engage.contacts import laying
from engage.errors import UnknownQuestion
from engage.joining import pair_key
from engage.ledger import settle
from engage.model import Address, Identity, Relation
from feeds.address import is_web
from feeds.errors import Busy
from feeds.guard import is_private_host, place
from feeds.model import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from engage.linking import Found, Links, Renamed, Same, Seen
    from engage.model import Person, Question
    from engage.store import Store
    from feeds.errors import FetchError
    from feeds.http import Client
    from feeds.model import Networks

# What one answer leads to is looked at as well, so many times over.
_ROUNDS = 4
_MOST_OF_ONE_ROUND = 2000
# Whose circle is nearer than this may introduce you to others.
_INTRODUCES = 2


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of looking: what was found and kept, who became one, what changed its name, what is asked (new or not answered
    yet), what could not be looked at, how many places were, and how many relations between people are new.
    """

    found: tuple[Found, ...] = ()
    same: tuple[Same, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    failed: tuple[tuple[Address, FetchError], ...] = ()
    looked: int = 0
    relations: int = 0


def learn(
    store: Store,
    client: Client,
    networks: Networks,
    now: datetime,
    *,
    only: Collection[int] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Learned:
    """Look at the profiles and pages of people, of all or of some, and keep what follows.

    `progress` is told how many places were looked at, and how many there are to look at so far.
    """
    client.waiting.update(store.feeds.waiting(now))
    seen: dict[str, Seen] = {}
    failed: dict[str, tuple[Address, FetchError]] = {}
    asked: set[str] = set()
    wanted = _places(store, only)
    private = _typed_places(store, networks)
    links = linking.Links()
    for turn in range(_ROUNDS):
        fresh = [address for address in wanted if _key(address) not in asked][:_MOST_OF_ONE_ROUND]
        if turn and not fresh:  # names and mailboxes may be alike where there is nothing to look at
            break
        before = len(asked)
        tell = partial(_tell, progress, before, len(fresh)) if progress else None
        looked = looking.look(fresh, client, networks, now, private=private, progress=tell)
        seen |= {one.asked: _as_called(one, networks) for one in looked.seen}
        failed |= {_key(address): (address, error) for address, error in looked.failed}
        asked |= {_key(address) for address in fresh}
        links = linking.link(_village(store), seen.values(), now)
        wanted = [address for owner, address in links.next if only is None or owner in only]
    for _, error in failed.values():
        if isinstance(error, Busy) and error.values.get("asked"):
            store.feeds.host_asks_to_wait(
                place(error.values["asked"]), datetime.fromisoformat(error.values["at"])
            )
    with store.writing():
        links = _without_forgotten(store, links)
        _keep(store, links, networks, now)
    relations = _relations(store, client, networks, now, only, private)
    settle(store)
    guessed = _guessed(store, seen.values())
    failed = {key: trouble for key, trouble in failed.items() if key not in guessed}
    return Learned(links.found, links.same, links.renamed, tuple(failed.values()), len(seen), relations)


def _guessed(store: Store, seen: Iterable[Seen]) -> set[str]:
    """The pages of which only a handle says that they may be there: that there is none is nobody's fault."""
    labels = {identity.label for identity in store.identities() if identity.kind == "bluesky"}
    labels |= {one.address.label for one in seen if one.address.kind == "bluesky"}
    given = {
        _key(Address("link", i.url, "", i.url)) for i in store.identities() if i.kind in {"blog", "link"}
    }
    return {addresses.key("link", f"https://{label}/") for label in labels} - given


def _tell(progress: Callable[[int, int], None], before: int, more: int, done: int) -> None:
    progress(before + done, before + more)


def answer(store: Store, question_id: int, *, yes: bool, now: datetime) -> Question:
    """Keep what you say to a question, and do it; returns the question.

    Raises:
        UnknownQuestion: there is no such question, or it is answered already.

    """
    question = next((q for q in store.questions() if q.id == question_id), None)
    if question is None:
        raise UnknownQuestion(question=question_id)
    with store.writing():
        _do(store, question, now, yes=yes)
    settle(store)
    return question


def answer_all(store: Store, said: Mapping[int, bool], now: datetime) -> None:
    """Keep what you say to several questions, by their ids; what an answer before settles is no question any more."""
    with store.writing():
        still = {question.id: question for question in store.questions()}
        for number, yes in said.items():
            question = still.pop(number, None)
            if question is not None:
                _do(store, question, now, yes=yes)
                if yes and question.other_id is not None:  # who became one is so in all other questions
                    still = {question.id: question for question in store.questions()}
    settle(store)


def _do(store: Store, question: Question, now: datetime, *, yes: bool) -> None:
    """Do what an answer says."""
    if question.other_id is not None:
        if yes:
            one, other = store.person(question.person_id), store.person(question.other_id)
            kept, gone = sorted((one, other), key=_rank)
            store.merge(kept.id, gone.id, now, f"confirmed: {question.evidence}")
    elif question.card:
        if yes:
            laying.accept(store, question, now)
            _settle_cards(store, question, now)
        else:
            other = laying.decline(store, question, 3, now)
            key = pair_key(question.person_id, other.id)
            store.ask([replace(question, key=key, other_id=other.id, about=None, card="", answer="no")])
    elif yes and question.about:
        _add(store, question.person_id, question.about, f"confirmed: {question.evidence}", now)
    store.answer(question.id, "yes" if yes else "no")


def _settle_cards(store: Store, answered: Question, now: datetime) -> None:
    """Answer the other questions about cards that are, by a mailbox or an account, this very person's by now."""
    for question in store.questions():
        of_them = question.id != answered.id and question.person_id == answered.person_id
        if of_them and question.card and laying.is_theirs(store, question):
            laying.accept(store, question, now)
            store.answer(question.id, "yes")


def _rank(person: Person) -> tuple[bool, int, int]:
    """Of two who are one, the one that stays: who has a name, who is nearer, who was here first."""
    return person.unnamed, person.circle, person.id


# --- what is looked at ---


def _key(address: Address) -> str:
    return addresses.key(address.kind, address.address)


def _places(store: Store, only: Collection[int] | None) -> list[Address]:
    """The profiles and pages of people. Of a blog it is its page that says whose it is, not its feed."""
    found: dict[str, Address] = {}
    for identity in store.identities():
        if only is not None and identity.person_id not in only:
            continue
        if identity.kind in {"mastodon", "bluesky"}:
            address = Address(identity.kind, identity.address, identity.label, identity.url)
        elif identity.kind in {"blog", "link"} and identity.url and identity.url != identity.address:
            address = Address("link", identity.url, addresses.host_of(identity.url), identity.url)
        elif identity.kind == "link":
            address = Address("link", identity.address, identity.label, identity.url)
        else:
            continue
        found.setdefault(_key(address), address)
    return list(found.values())


def _typed_places(store: Store, networks: Networks) -> set[str]:
    """The places in one's own network to which an address that the person typed leads, or their settings."""
    configured = {name for host, base in networks.mastodon_servers.items() for name in (host, place(base))}
    return configured | {
        place(address)
        for source in store.feeds.sources()
        if source.allow_private
        for address in (source.address, source.site)
        if address and is_private_host(address)
    }


def _as_called(seen: Seen, networks: Networks) -> Seen:
    """What was seen, with the servers of the settings called by their usual names."""
    usual = {base.rstrip("/"): f"https://{host}" for host, base in networks.mastodon_servers.items()}
    usual[networks.bluesky_app.rstrip("/")] = "https://bsky.app"

    def called(url: str) -> str:
        return next(
            (f"{name}{url[len(base) :]}" for base, name in usual.items() if f"{url}/".startswith(f"{base}/")),
            url,
        )

    return replace(seen, claims=tuple(replace(claim, url=called(claim.url)) for claim in seen.claims))


def _village(store: Store) -> linking.Village:
    identities = store.identities()
    sources = {source.id: source for source in store.feeds.sources()}
    blogs = {i.source_id for i in identities if i.kind == "blog" and i.source_id is not None}
    signed = {number: store.feeds.authors(number) for number in blogs}
    return linking.Village(store.people(), identities, sources, signed, store.refused())


# --- what is kept ---


def _without_forgotten(store: Store, links: Links) -> Links:
    """Nothing that leads to somebody whom you asked to forget."""
    told = [found.address for found in links.found] + [q.about for q in links.questions if q.about]
    marked = store.forgotten(key for address in told for key in _marks(address))
    if not marked:
        return links
    found = tuple(found for found in links.found if not marked.intersection(_marks(found.address)))
    questions = tuple(q for q in links.questions if not (q.about and marked.intersection(_marks(q.about))))
    return linking.Links(found, links.same, questions, links.renamed, links.next)


def _marks(address: Address) -> set[str]:
    """The keys by which somebody would be recognised whose address this is: of a feed its page counts too."""
    return {_key(address), *(addresses.keys_of_page(address.url) if is_web(address.url) else ())}


def _keep(store: Store, links: Links, networks: Networks, now: datetime) -> None:
    for renamed in links.renamed:
        store.change_identity(renamed.identity_id, label=renamed.address.label, url=renamed.address.url)
    for found in links.found:
        _add(store, found.person_id, _reached(found.address, networks), found.evidence, now)
    for same in links.same:
        store.merge(same.person_id, same.other_id, now, same.evidence)
        store.withdraw([pair_key(same.person_id, same.other_id)])
    store.ask(links.questions)


def _reached(address: Address, networks: Networks) -> Address:
    """An account with its page where the settings say that its server is reached."""
    user, _, host = address.address.rpartition("@")
    base = networks.mastodon_servers.get(host) if address.kind == "mastodon" else None
    return replace(address, url=f"{base.rstrip('/')}/@{user}") if base else address


def _add(store: Store, person_id: int, address: Address, evidence: str, now: datetime) -> None:
    """Keep an address; what publishes is followed from now on, unless it is somebody else's already."""
    number = None
    if address.kind in {"blog", "mastodon", "bluesky"}:
        site = address.url
        source = Source(address.kind, address.address, address.label, site, given=False)
        number = store.feeds.add_source(source, now).id
    store.add_identity(
        Identity(
            0, person_id, address.kind, address.address, address.label, address.url, number, evidence, now
        )
    )


# --- who follows whom ---


def _relations(
    store: Store,
    client: Client,
    networks: Networks,
    now: datetime,
    only: Collection[int] | None,
    private: Collection[str],
) -> int:
    """Whom those follow whom you know well enough to ask for an introduction, as far as that is one of your people."""
    near = {
        person.id
        for person in store.people()
        if person.circle <= _INTRODUCES and (only is None or person.id in only)
    }
    owners: dict[str, int] = {}
    accounts: list[Address] = []
    for identity in store.identities():
        if identity.kind in {"mastodon", "bluesky"}:
            address = Address(identity.kind, identity.address, identity.label, identity.url)
            owners[_key(address)] = identity.person_id
            if identity.person_id in near:
                accounts.append(address)
    if len(set(owners.values())) <= 1:
        return 0
    followed = looking.follows(accounts, client, networks, now, private=private)
    day = f"{now:%Y-%m-%d}"
    labels = {_key(account): account.label for account in accounts}
    return store.relate(
        Relation(owners[follower], owners[key], "follows", f"follows: {labels[follower]}, {day}", now)
        for follower, keys in followed.items()
        for key in keys
        if key in owners and follower in owners
    )
