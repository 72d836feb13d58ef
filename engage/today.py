"""Composes a day from the file: the one value that every screen shows. It reads; it never fetches and never writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from engage import matching, pieces, rhythm, tone
from engage.chart import Star
from engage.model import Done, Drifting, Person, Piece, Today, Waiting
from engage.naming import fold, mark_of
from engage.passages import passages
from engage.ranking import Candidate, rank
from engage.sentences import fold as folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import tzinfo

    from engage.config import Config
    from engage.matching import Owner
    from engage.store import Store
    from feeds.model import StoredPost

# A longer passage belongs to the piece itself.
LONGEST_PASSAGE = 280
# Subjects beside which no suggestion is made; a content warning alone may hide a soup recipe.
_SORROWS = {"grief", "illness", "layoff", "separation"}
# Whoever wrote longer ago than this waits no more: it has become an occasion, and no debt.
WAITS = timedelta(days=21)
# On a source that several people share, others' posts stand between a person's own.
_READ_OF_SHARED = 400


def today(store: Store, now: datetime, config: Config, zone: tzinfo | None = None) -> Today:
    """The day at `now`, in the person's own time zone: about five highlights, who is drifting, and an end."""
    day = now.astimezone(zone).date()
    known = _Known(store, config)
    window = timedelta(days=config.day.window_days)
    recent = known.pieces(store.feeds.news(now - window, now))
    answered = store.answered_posts()
    shown = store.shown()
    fresh, done = [], []
    for piece in recent:
        numbers = [stored.id for stored in piece.posts]
        when = max((answered[n] for n in numbers if n in answered), default=None)
        if when is not None:
            if when.astimezone(zone).date() == day:
                done.append(Done(piece, known.by_id[piece.person_id]))
        elif all(shown.get(n, day) == day for n in numbers):
            fresh.append(piece)
    candidates = known.candidates(fresh)
    highlights = rank(candidates, now, max(0, config.day.highlights - len(done)))
    adrift = known.drifting(now, zone)[: config.day.drifting]
    unheard = tuple(source.label or source.address for source in store.feeds.unheard())
    more = len(candidates) - len(highlights)
    seen = {shown.person.id for shown in highlights if known.speaks_to_me(shown.piece)}
    waiting = tuple(w for w in known.waiting(now - WAITS) if w.person.id not in seen)
    accounts = bool(store.feeds.accounts())
    strangers = tuple(_called(*who) for who in _strangers(store, now - WAITS))
    return Today(
        day,
        highlights,
        tuple(adrift),
        tuple(done),
        len(known.people),
        more,
        unheard,
        waiting,
        accounts,
        strangers,
    )


def _strangers(store: Store, since: datetime) -> list[tuple[str, str, str]]:
    """Who wrote to you and is none of your people, without those whom you asked never to be reminded of."""
    found = store.strangers(since)
    marked = store.forgotten(key for who in found for key in _marks(*who))
    return [who for who in found if not marked.intersection(_marks(*who))]


def _marks(network: str, address: str, name: str) -> tuple[str, str]:
    return f"{network} {address.casefold()}", mark_of(name)


def _called(network: str, address: str, name: str) -> str:
    account = f"@{address}" if network == "mastodon" else address
    return f"{name} ({account})" if name else account


def drifting(store: Store, now: datetime, config: Config, zone: tzinfo | None = None) -> list[Drifting]:
    """Everyone who is drifting, the furthest first."""
    return _Known(store, config).drifting(now, zone)


def stars(store: Store, now: datetime, config: Config, zone: tzinfo | None = None) -> list[Star]:
    """Everyone as they stand on a map: circle, tags and goals, and how long ago you were in touch."""
    adrift = {one.person.id for one in drifting(store, now, config, zone)}
    last = store.last_contacts()
    return [
        Star(
            person.id,
            person.name,
            person.circle,
            (*person.tags, *person.goals),
            rhythm.days_between(last[person.id], now, zone) if person.id in last else None,
            person.id in adrift,
        )
        for person in store.people()
    ]


def published(store: Store, person_id: int, config: Config, most: int = 20) -> list[Piece]:
    """What a person said to everyone, newest first: articles and notes, at most `most`."""
    known = _Known(store, config)
    # A piece may stand in three places, and replies are left out: more posts are read than pieces shown.
    found = known.pieces(store.feeds.latest(known.sources(person_id), 5 * most))
    mine = [p for p in found if p.person_id == person_id and p.main.post.kind in {"article", "note"}]
    return sorted(mine, key=lambda p: p.when, reverse=True)[:most]


def piece_of(store: Store, post_id: int) -> Piece | None:
    """The piece that a post belongs to, with everything around it; None when it is nobody's you know."""
    stored = store.feeds.post(post_id)
    if stored is None:
        return None
    owned = matching.owners(store.people(), store.identities(), fold)
    person = matching.person_of(stored, owned, fold)
    if person is None:
        return None
    sources = [source for source, those in owned.items() if any(owner.person_id == person for owner in those)]
    around = store.feeds.latest(sources, 200)
    linked = store.feeds.articles_at(stored.post.links)
    everything = {near.id: near for near in [stored, *around, *linked]}
    mine = [(near, person) for near in everything.values() if matching.person_of(near, owned, fold) == person]
    return next(piece for piece in pieces.group(mine) if any(near.id == post_id for near in piece.posts))


@dataclass(frozen=True, slots=True)
class _Mine:
    """The accounts by which others speak to you."""

    accounts: frozenset[str]

    def addressed(self, stored: StoredPost) -> bool:
        return any(mention.casefold().lstrip("@") in self.accounts for mention in stored.post.mentions)


class _Known:
    """What the file knows of people, read once for one day."""

    def __init__(self, store: Store, config: Config) -> None:
        self.store = store
        self.config = config
        self.people = store.people()
        self.by_id: dict[int, Person] = {person.id: person for person in self.people}
        self.identities = store.identities()
        self.owned: Mapping[int, tuple[Owner, ...]] = matching.owners(self.people, self.identities, fold)
        self.mine = _Mine(accounts_of(store, config))
        self.liked = store.liked_posts()

    def pieces(self, posts: Iterable[StoredPost]) -> list[Piece]:
        """What people you know published, grouped; articles that fresh notes announce are brought in."""
        news = list(posts)
        linked = self.store.feeds.articles_at({link for stored in news for link in stored.post.links})
        everything = {stored.id: stored for stored in [*news, *linked]}
        laid = ((stored, matching.person_of(stored, self.owned, fold)) for stored in everything.values())
        to_me = {stored.id for stored in news if self.mine.addressed(stored)}
        grouped = pieces.group(((stored, person) for stored, person in laid if person is not None), to_me)
        fresh = {stored.id for stored in news}
        return [piece for piece in grouped if any(stored.id in fresh for stored in piece.posts)]

    def candidates(self, found: list[Piece]) -> list[Candidate]:
        """Pieces that may be shown: what people say to everyone, or to you; not what they say to others."""
        reached = self.store.last_reached()
        shown = [
            piece
            for piece in found
            if self.speaks_to_me(piece) or piece.main.post.kind in {"article", "note"}
        ]
        return [self._candidate(piece, reached.get(piece.person_id)) for piece in shown]

    def waiting(self, since: datetime) -> list[Waiting]:
        """Those who wrote to you and have had no answer: whom you know best first, and of those the latest."""
        found = [
            Waiting(self.by_id[said.person_id], said, said.piece) for said in self.store.last_words(since)
        ]
        return sorted(found, key=lambda waiting: waiting.person.circle)

    def speaks_to_me(self, piece: Piece) -> bool:
        """Whether a piece mentions or answers you."""
        return piece.main.post.kind != "repost" and any(self.mine.addressed(stored) for stored in piece.posts)

    def _candidate(self, piece: Piece, reached: tuple[str, datetime] | None) -> Candidate:
        post = piece.main.post
        quiet = quiet_of(piece)
        news = tone.good_news(post.title, piece.main.text, post.language)
        return Candidate(
            piece,
            self.by_id[piece.person_id],
            "" if quiet else passage_of(piece),
            previous=self._previous(piece),
            reached=reached,
            speaks_to_you=self.speaks_to_me(piece),
            tone=quiet,
            news=str(news) if news else "",
            passed_on_by=tuple(self.by_id[person].name for person in piece.passed_on_by),
            liked=self._was_liked(piece),
        )

    def _was_liked(self, piece: Piece) -> bool:
        return any(stored.id in self.liked for stored in piece.posts)

    def _previous(self, piece: Piece) -> datetime | None:
        """When the author last published before this piece: an article before an article, anything before a note."""
        kinds = ["article"] if piece.main.post.kind == "article" else ["article", "note", "reply", "repost"]
        published = piece.main.post.published
        if published is None:
            return None
        first = min(piece.when, *((stored.post.published or published) for stored in piece.posts))
        return max((moment for moment in self._dates(piece.person_id, kinds) if moment < first), default=None)

    def _dates(self, person_id: int, kinds: list[str]) -> Iterator[datetime]:
        """When a person published something of these kinds; on a shared source, only what they signed."""
        own = self.sources(person_id)
        alone = [source for source in own if len(self.owned[source]) == 1]
        for dates in self.store.feeds.newest_dates(alone, kinds).values():
            yield from dates
        for stored in self.store.feeds.latest(set(own) - set(alone), _READ_OF_SHARED):
            if stored.post.kind in kinds and stored.post.published and self._is_by(stored, person_id):
                yield stored.post.published

    def sources(self, person_id: int) -> list[int]:
        """The sources where a person publishes."""
        return [i.source_id for i in self.identities if i.person_id == person_id and i.source_id is not None]

    def _is_by(self, stored: StoredPost, person_id: int) -> bool:
        return matching.person_of(stored, self.owned, fold) == person_id

    def drifting(self, now: datetime, zone: tzinfo | None) -> list[Drifting]:
        """Everyone whose last contact is older than their rhythm, the furthest first."""
        by_circle = {
            1: self.config.rhythm.circle_1,
            2: self.config.rhythm.circle_2,
            3: self.config.rhythm.circle_3,
        }
        last = self.store.last_contacts()
        numbers = self.store.answered_posts()

        def answered(piece: Piece) -> bool:
            return any(stored.id in numbers for stored in piece.posts)

        found = []
        for person in self.people:
            wanted = rhythm.rhythm_of(person, by_circle)
            latest = last.get(person.id, person.added)
            if wanted is None or rhythm.days_between(latest, now, zone) <= wanted.days:
                continue
            if rhythm.rests(person, last.get(person.id), now.astimezone(zone).date()):
                continue
            published = self._published(person, now)
            quiet = {piece.id: quiet_of(piece) for piece in published}
            if any(subject in _SORROWS for subject in quiet.values()):
                continue  # their sorrow stands in the day itself: no cheerful occasion beside it
            known = (piece for piece in published if not (quiet[piece.id] or answered(piece)))
            recent = next((piece for piece in known if not self._was_liked(piece)), None)
            engagements = self.store.engagements(person.id)
            adrift = rhythm.drifting(person, wanted, engagements, last.get(person.id), recent, now, zone)
            if adrift is not None:
                found.append(adrift)
        return sorted(found, key=lambda adrift: -rhythm.overdue(adrift))

    def _published(self, person: Person, now: datetime) -> list[Piece]:
        """What a person lately published for everyone, articles before notes, then the newest first."""
        own = self.sources(person.id)
        shared = any(len(self.owned[source]) > 1 for source in own)
        found = [
            piece
            for piece in self.pieces(self.store.feeds.latest(own, _READ_OF_SHARED if shared else 40))
            if piece.person_id == person.id
            and piece.main.post.kind in {"article", "note"}
            and now - piece.when <= rhythm.FRESH
        ]
        return sorted(found, key=lambda p: (p.main.post.kind != "article", -p.when.timestamp()))


def accounts_of(store: Store, config: Config) -> frozenset[str]:
    """The accounts by which others speak to you: those in the settings, and those by which you are signed in."""
    own = [name for account in store.feeds.accounts() for name in (account.address, account.label)]
    return frozenset(
        name.casefold().lstrip("@") for name in (config.me.mastodon, config.me.bluesky, *own) if name
    )


def quiet_of(piece: Piece) -> str:
    """The sensitive subject of a piece, by any of its posts: a warning over the announcement covers the article. Or empty."""
    found = (tone.sensitive(s.post.title, s.text, s.post.warning, s.post.language) for s in piece.posts)
    return next((str(subject) for subject in found if subject), "")


def passage_of(piece: Piece) -> str:
    """The passage of a piece most worth showing and quoting; empty when it has none."""
    post = piece.main.post
    found = passages(piece.main.html, title=post.title, language=post.language, most=1)
    if found:
        return found[0].text
    words = folded(piece.main.text)
    return words if post.kind != "article" and len(words) <= LONGEST_PASSAGE else ""
