"""The values that pass between the rooms of `engage`: frozen, without behaviour beyond what they say of themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from engage.sentences import fold

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime, timedelta

    from feeds.model import StoredPost

Circle = Literal[1, 2, 3]
Language = Literal["fr", "en"]
Register = Literal["tu", "vous"]
Direction = Literal["out", "in"]
DraftState = Literal["open", "sent", "discarded"]
IdentityKind = Literal["blog", "mastodon", "bluesky", "email", "linkedin", "x", "phone", "link"]
# How sure it is that an address is somebody's: strong evidence links by itself, medium proposes, weak asks.
Strength = Literal["strong", "medium", "weak"]

# What may pass between two people. The first ones are logged by hand; a like or a boost is kept but is no contact.
CONTACTS = (
    "met",
    "wrote",
    "called",
    "helped",
    "asked",
    "thanked",
    "replied",
    "introduced",
    "congratulated",
    "other",
)
# These count as contacts too: the networks tell of them, and nobody logs them.
TOLD = ("mentioned", "quoted")
GESTURES = ("liked", "boosted")


@dataclass(frozen=True, slots=True)
class Person:
    """Someone you follow as a human being.

    `register` and `language` are empty until you choose them. `every` is how often you would like to be in touch: None
    leaves it to the circle, zero means no rhythm at all. `unnamed` says that the name is only what a file calls their feed.

    `met` is where and how you met, `met_on` when, as far as that is known (`2019`, `2019-06`, `2019-06-14`); `common` what you
    have in common; `goals` what you wish to do together; `also` other names of theirs. A birthday without a year is `--06-14`.
    Until `rests_until` nobody reminds you of them, unless something passes between you after `rested`, when you said so.
    """

    id: int
    name: str
    circle: Circle
    added: datetime
    register: Register | Literal[""] = ""
    language: Language | Literal[""] = ""
    every: timedelta | None = None
    note: str = ""
    unnamed: bool = False
    company: str = ""
    position: str = ""
    met: str = ""
    met_on: str = ""
    common: str = ""
    birthday: str = ""
    tags: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    rests_until: date | None = None
    rested: datetime | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """One address in the form in which it is kept and compared, whoever's it is.

    `address` is the key within its kind: an e-mail address, `user@host`, a DID, a LinkedIn slug or X handle in small letters, the
    digits of a telephone number, a page's URL. `label` is what people call it, `url` what opens it.
    """

    kind: IdentityKind
    address: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Identity:
    """One address of a person, with the evidence that it is theirs. `source_id` is set when it is fetched."""

    id: int
    person_id: int
    kind: IdentityKind
    address: str
    label: str
    url: str
    source_id: int | None
    evidence: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Engagement:
    """Something that passed between you and a person. Never changed, never deleted with the thing it speaks of.

    Of what a network told, `key` is the gesture by which it is known there, `about` the key of the post that it answers or likes,
    `url` the page where it stands, and `note` its words; `piece` is the post's number where that is in the file.
    """

    id: int
    person_id: int
    kind: str
    direction: Direction
    at: datetime
    note: str = ""
    piece: int | None = None
    draft: int | None = None
    channel: str = ""
    key: str | None = None
    about: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Something that only you can say: whether an address, or another person of yours, is this person too.

    `about` is that address, or None where two people are asked about; `other_id` is that other person, or None. `card` holds
    what else a file said of whoever it is, so that nothing of it is lost until you answer. `key` is
    the same whenever the same is asked.
    """

    id: int
    person_id: int
    key: str
    strength: Strength
    evidence: str
    at: datetime
    other_id: int | None = None
    about: Address | None = None
    card: str = ""
    answer: Literal["", "yes", "no"] = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """That a person knows another one, or follows them on a network; `evidence` says how that is known."""

    person_id: int
    other_id: int
    kind: Literal["knows", "follows"]
    evidence: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """One address where a piece stands, and could be answered."""

    kind: str
    url: str
    post: int


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing published, however many posts announce it. `main` is the fullest of them; its number is the piece's."""

    main: StoredPost
    person_id: int
    posts: tuple[StoredPost, ...]
    passed_on_by: tuple[int, ...] = ()

    @property
    def id(self) -> int:
        """The piece's number: its main post's."""
        return self.main.id

    @property
    def title(self) -> str:
        """The title, or the first words of the text where there is none."""
        return headline(self.main.post.title, self.main.text, self.main.post.warning)

    @property
    def when(self) -> datetime:
        """When it was published, as far as that can be: nobody publishes later than we see it (a date in 2055)."""
        main = self.main
        return min(main.post.published, main.seen) if main.post.published else main.seen

    @property
    def places(self) -> tuple[Place, ...]:
        """Everywhere it stands, the fullest first."""
        return tuple(Place(p.source.kind, p.post.url, p.id) for p in self.posts)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is shown, as a code with values; `words` says it in a language."""

    code: str
    values: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Highlight:
    """A piece worth your attention today. `quiet` names a sensitive subject: nothing cheerful beside it."""

    piece: Piece
    person: Person
    reasons: tuple[Reason, ...]
    passage: str
    quiet: str = ""


@dataclass(frozen=True, slots=True)
class Drifting:
    """A person whose last contact is older than their rhythm, and a natural occasion to write.

    `met` is false when nothing is known to have passed between you: then `days` counts from when they were added. `late` is by
    how many days the rhythm is over, counted from the end of a rest where there was one.
    """

    person: Person
    days: int
    rhythm_days: int
    met: bool
    occasion: Reason
    piece: Piece | None = None
    late: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """A piece of today's that you answered already."""

    piece: Piece
    person: Person


@dataclass(frozen=True, slots=True)
class Waiting:
    """Someone who wrote to you and has had no answer: their latest words, and the number of the post, where it is one."""

    person: Person
    said: Engagement
    piece: int | None = None


@dataclass(frozen=True, slots=True)
class Today:
    """One day's answer: the one value that every screen shows. It ends.

    `waiting` are those who wrote to you and wait, whom no highlight shows already; `signed_in` says that you are, somewhere.
    `strangers` are accounts of nobody you know that wrote to you, with their names.
    `people` is how many there are at all, `more` how many pieces were not chosen; `unheard` names the sources that could not
    be read when last asked.
    """

    day: date
    highlights: tuple[Highlight, ...]
    drifting: tuple[Drifting, ...]
    done: tuple[Done, ...] = ()
    people: int = 0
    more: int = 0
    unheard: tuple[str, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    signed_in: bool = False
    strangers: tuple[str, ...] = ()

    @property
    def out_of_sight(self) -> tuple[Drifting, ...]:
        """Those drifting whom the day does not show already: a screen names nobody twice."""
        seen = {shown.person.id for shown in self.highlights} | {done.person.id for done in self.done}
        seen |= {waiting.person.id for waiting in self.waiting}
        return tuple(adrift for adrift in self.drifting if adrift.person.id not in seen)


@dataclass(frozen=True, slots=True)
class Way:
    """A way to send a draft by your own hand: a channel, the address that opens it, who can read it there."""

    channel: str
    url: str
    public: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message in preparation. `text` is what would be sent; `written` is what the program last wrote by itself.

    The two differ once a person has changed it, and from then on the program only adds what it is asked to add.
    `piece_text` is the piece's text as it was when the draft was begun: what was quoted can be shown to have stood there.
    """

    id: int
    kind: str
    person_id: int
    piece: int | None
    language: Language
    register: Register
    text: str
    written: str
    passage: str
    line: str
    state: DraftState
    created: datetime
    changed: datetime
    channel: str = ""
    piece_text: str = ""


def headline(title: str, text: str, warning: str = "", most: int = 70) -> str:
    """What stands for a post in a list: its title, or its content warning, or the first words of its text."""
    if title or warning:
        return fold(title or warning)
    words = fold(text)
    return words if len(words) <= most else cut(words, most)


def cut(words: str, most: int) -> str:
    """The first `most` characters and an ellipsis, cut at a word where there is one; no-break spaces stay."""
    return words[:most].rsplit(" ", 1)[0].rstrip(" ,;:.–—-") + "…"
