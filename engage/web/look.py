"""Renders our page templates in the reader's language, with the few words that pages need beside `words`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse

from engage.asking import sentence
from engage.chart import NEVER, tone
from engage.charting import in_touch, sector_name
from engage.model import Reason
from engage.templates import environment, ours
from engage.web.reading import in_context, opening, readable
from feeds.address import is_web
from feeds.errors import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime, timedelta, tzinfo

    from markupsafe import Markup

    from engage.chart import Sector
    from engage.model import Draft, Identity, Person, Piece, Place, Question, Way
    from engage.thanks import Sheet
    from engage.words import Words

_PLACES = {
    "blog": N_("Blog"),
    "mastodon": "Mastodon",
    "bluesky": "Bluesky",
    "email": N_("E-mail"),
    "linkedin": "LinkedIn",
    "x": "X",
    "phone": N_("Telephone"),
    "link": N_("Page"),
}
_HEADINGS = {
    "thank-you": N_("A thank-you to {name}"),
    "word": N_("A word to {name}"),
    "answer": N_("An answer to {name}"),
    "quiet": N_("A word to {name}"),
}
_CONTACTS = {
    "met": N_("a meeting"),
    "wrote": N_("a message"),
    "called": N_("a call"),
    "helped": N_("some help"),
    "asked": N_("a question"),
    "thanked": N_("a thank-you"),
    "replied": N_("an answer"),
    "introduced": N_("an introduction"),
    "congratulated": N_("congratulations"),
    "other": N_("something else"),
}
# For each channel: what opens it, who can read it there, and how one says afterwards that one used it.
_WAYS = {
    "email": (N_("Open it in your mail program"), N_("To {name}. Nobody else reads it."), N_("By mail")),
    "copy": (
        N_("Copy the text"),
        N_("Nothing leaves: you paste it wherever you write to each other."),
        N_("Another way"),
    ),
    "mastodon": (
        N_("Open it in Mastodon’s composer"),
        N_(
            "Choose who can read it before you post: everybody can, unless you set it to private mention. "
            "Even then it is not encrypted: those who run the two servers could read it."
        ),
        N_("On Mastodon"),
    ),
    "mastodon-reply": (
        N_("Open their post on Mastodon, to reply there"),
        N_("A reply is public unless you choose otherwise. Paste the text there."),
        N_("As a reply on Mastodon"),
    ),
    "bluesky": (N_("Open it in Bluesky’s composer"), N_("Public: everybody can read it."), N_("On Bluesky")),
    "bluesky-reply": (
        N_("Open their post on Bluesky, to reply there"),
        N_("Public: everybody can read a reply. Paste the text there."),
        N_("As a reply on Bluesky"),
    ),
    "link": (N_("Open {name}"), N_("Paste the text there; that page decides who reads it."), N_("On {name}")),
}


_FOR_EVER = date.max
Day = date  # where `date` is a method's name


class Look:
    """Our pages in one language and time zone."""

    def __init__(self, words: Words, zone: tzinfo | None) -> None:
        self.words = words
        self.zone = zone
        self.environment = environment(ours())
        self.environment.globals.update(_=words.say, n_=words.plural, words=words, look=self)
        self.environment.tests["web"] = _is_link
        self.environment.filters.update(capital=_capital, context=in_context, opening=opening)

    def render(self, name: str, **values: Any) -> str:
        """A template's text with these values."""
        return self.environment.get_template(f"web/{name}").render(values)

    def page(self, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A whole page."""
        return HTMLResponse(self.render(name, **values), status)

    def heading(self, piece: Piece) -> str:
        """What a piece is called: its title; a note has none."""
        return piece.main.post.title or _capital(self.words.say(N_("a note")))

    def tongue(self, piece: Piece) -> str:
        """The language that a piece is written in, where it says so."""
        return piece.main.post.language

    def date(self, moment: datetime) -> str:
        """A moment's day."""
        return self.words.date(moment, self.zone)

    def published(self, piece: Piece) -> str:
        """The day on which a piece came out."""
        return self.date(piece.when)

    def places(self, piece: Piece) -> list[tuple[str, Place]]:
        """Where a piece stands, each network once, with its name."""
        first = {place.kind: place for place in reversed(piece.places) if is_web(place.url)}
        kinds = dict.fromkeys(place.kind for place in piece.places if place.kind in first)
        return [(self.words.say(_PLACES[kind]), first[kind]) for kind in kinds]

    def kind_of(self, identity: Identity) -> str:
        """What an address is, in a word."""
        return self.words.say(_PLACES[identity.kind])

    def readable(self, piece: Piece) -> Markup:
        """A piece to be read here, without pictures."""
        return readable(piece.main.html, self._picture)

    def _picture(self, description: str) -> str:
        if description:
            return self.words.say(N_("Picture: {description}")).format(description=description)
        return self.words.say(N_("Picture without a description"))

    def title_of(self, draft: Draft, name: str) -> str:
        """What kind of message it is, and to whom."""
        return self.words.say(_HEADINGS.get(draft.kind, _HEADINGS["word"])).format(name=name)

    def way(self, way: Way) -> dict[str, str]:
        """A way to send in words: what `opens` it, who `reads` it there, and how it was `done`."""
        said = (self.words.say(message).format(name=way.name) for message in _WAYS[way.channel])
        return dict(zip(("opens", "reads", "done"), said, strict=True))

    def channels(self, ways: Iterable[Way]) -> list[Way]:
        """The ways to send, each channel once, copying last: how a message may have gone."""
        once = {way.channel: way for way in ways}
        return sorted(once.values(), key=lambda way: way.channel == "copy")

    def went(self, channel: str) -> str:
        """How a message went, once it did; empty where the channel alone does not tell."""
        return (
            self.words.say(_WAYS[channel][2]) if channel in _WAYS and channel not in {"copy", "link"} else ""
        )

    def choices(self, sheet: Sheet) -> list[str]:
        """The passages to choose from, the one that is quoted among them."""
        return list(dict.fromkeys(p for p in (sheet.draft.passage, *sheet.choices) if p))

    def why_hushed(self, quiet: str) -> str:
        """What is known where nothing cheerful may stand."""
        return _capital(self.words.reason(Reason(f"tone_{quiet}"))) if quiet else ""

    def contact(self, kind: str) -> str:
        """Something that may pass between two people, as a name for it."""
        return self.words.say(_CONTACTS[kind])

    def sector(self, sector: Sector) -> str:
        """What a part of the map is called."""
        return sector_name(sector, self.words)

    def spot(self, days: int | None) -> str:
        """The class of the colour that stands for how long ago one was in touch."""
        step = tone(days)
        return "spot-never" if step == NEVER else f"spot-{step}"

    def ago(self, days: int | None) -> str:
        """How long ago one was in touch."""
        return self.words.say(N_("nothing noted yet")) if days is None else self.words.ago(days)

    def touch(self, days: int | None) -> str:
        """How long ago one was in touch, as a clause."""
        return in_touch(days, self.words)

    def often(self, wanted: timedelta | None) -> str:
        """How often one wishes to be in touch."""
        if not wanted:
            return self.words.say(N_("no rhythm"))
        return self.words.say(N_("every {span}")).format(span=self.words.rhythm(wanted.days))

    def resting(self, person: Person, day: Day) -> str:
        """Until when nobody reminds one of a person; empty when that is over."""
        if person.rests_until is None or person.rests_until <= day:
            return ""
        if person.rests_until == _FOR_EVER:
            return self.words.say(N_("At rest until something passes between you."))
        said = self.words.day(person.rests_until)
        if (
            self.words.language == "fr"
        ):  # a heading has its capital; within a sentence no French weekday has one
            said = said[:1].lower() + said[1:]
        return self.words.say(N_("At rest until {day}.")).format(day=said)

    def partial(self, text: str) -> str:
        """A date that may lack its year, its day, or its month and day; whatever else it is, as it is."""
        return self.words.partial(text)

    def question(self, question: Question, person: Person, names: Mapping[int, str]) -> str:
        """What only its reader can say, on the page of a person."""
        if question.other_id is not None:
            other = question.person_id if question.other_id == person.id else question.other_id
            said = self.words.say(N_("Is {other} the same person as {name}?"))
            return said.format(other=names.get(other, "?"), name=person.name)
        if question.about and not question.card:
            address = question.about.label or question.about.address
            said = self.words.say(N_("Is {address} an address of {name}?"))
            return said.format(address=address, name=names.get(question.person_id, person.name))
        return sentence(question, names, self.words)


def _is_link(address: str) -> bool:
    """Whether an address may stand in a link of ours: whatever was stored, nothing but these is followed."""
    return is_web(address) or address.startswith("mailto:")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
