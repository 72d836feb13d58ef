"""Says things in the reader's language: reasons, dates, errors. English stands in the code, other languages in locale/.

This is the edge where codes and values become sentences; nothing here decides anything.
"""

from __future__ import annotations

import gettext
import os
import re
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engage.evidence import said as evidence_said
from feeds.errors import N_, NN_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import tzinfo

    from engage.model import Language, Reason
    from feeds.errors import Worded

LANGUAGES: tuple[Language, ...] = ("en", "fr")
_LOCALE = Path(__file__).parent / "locale"
_MONTH = 30.4375

_REASONS = {
    "answers_you": N_("answers you"),
    "mentions_you": N_("speaks to you"),
    "liked": N_("you liked it already"),
    "tone_grief": N_("a loss"),
    "tone_illness": N_("an illness"),
    "tone_layoff": N_("a job lost"),
    "tone_separation": N_("a separation"),
    "tone_warning": N_("with a content warning"),
    "news_job": N_("a new job"),
    "news_birth": N_("a birth"),
    "news_wedding": N_("a wedding"),
    "news_book": N_("a book"),
    "news_move": N_("a new home"),
    "passed_on": N_("passed on by {names}"),
    "occasion_simply": N_("no occasion needed: asking how someone is, is welcome more often than one thinks"),
}
_LANGUAGE_NAMES = {"fr": N_("in French"), "en": N_("in English")}
_CIRCLES = {
    1: N_("someone you know well"),
    2: N_("someone to know better"),
    3: N_("someone you wish to know"),
}
_VISIBILITIES = {
    "private": N_("for followers only"),
    "direct": N_("for those named in it only"),
}
_KINDS = {
    "met": N_("you met"),
    "wrote": N_("you wrote"),
    "called": N_("you called"),
    "helped": N_("you helped"),
    "asked": N_("you asked"),
    "thanked": N_("you said thank you"),
    "replied": N_("you replied"),
    "introduced": N_("you introduced them"),
    "congratulated": N_("you congratulated"),
    "other": N_("you were in touch"),
    "mentioned": N_("you mentioned them"),
    "quoted": N_("you quoted a post"),
    "liked": N_("you liked a post"),
    "boosted": N_("you passed on a post"),
}
_KINDS_IN = {
    "met": N_("you met"),
    "wrote": N_("they wrote to you"),
    "called": N_("they called you"),
    "helped": N_("they helped you"),
    "asked": N_("they asked you"),
    "thanked": N_("they thanked you"),
    "replied": N_("they replied to you"),
    "introduced": N_("they introduced you"),
    "congratulated": N_("they congratulated you"),
    "other": N_("they were in touch"),
    "mentioned": N_("they mentioned you"),
    "quoted": N_("they quoted a post of yours"),
    "liked": N_("they liked a post of yours"),
    "boosted": N_("they passed on a post of yours"),
}


_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """Text without what would steer a terminal (escape sequences, text turned round) rather than be read."""
    return _UNSEEN.sub("", text)


def escaped(json: str) -> str:
    """JSON in which the same characters are written as escapes: nothing is lost to the program that reads it."""
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", json)


# Dates of which something may be missing: how they are written, what makes them whole, how they are said.
_PARTIAL = (
    (re.compile(r"[0-9]{4}"), "{text}-01-01", "y"),
    (re.compile(r"[0-9]{4}-[0-9]{2}"), "{text}-01", "MMMM y"),
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), "{text}", "d MMMM y"),
    (re.compile(r"--[0-9]{2}-[0-9]{2}"), "2000-{text}", "d MMMM"),
)


class Words:
    """One language's way of saying things."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        catalogue = gettext.translation("nouvelles", _LOCALE, [language], fallback=True)
        self.say: Callable[[str], str] = lambda message: catalogue.gettext(message) if message else ""
        self.plural: Callable[[str, str, int], str] = catalogue.ngettext
        self.catalogue = catalogue

    def error(self, error: Worded) -> str:
        """An error's sentence; the part of a ConfigError's that says what is wrong is a sentence of its own."""
        inner = getattr(error, "sentence", "")
        values = {**error.values, "problem": self.sentence(inner, error.values)} if inner else error.values
        return self.sentence(error.words, values)

    def sentence(self, message: str, values: Mapping[str, Any]) -> str:
        """A message with its values: those that are messages themselves, days and lengths of time in this language too.

        A value that is called `moment` is said with its hour.
        """
        told = {name: self._value(name, value) for name, value in values.items()}
        if "until" in told and values.get(
            "at"
        ):  # what a server asks for is kept in UTC, and said as a clock here shows it
            told["until"] = self._value("moment", datetime.fromisoformat(str(values["at"])))
        return self.say(message).format(**told)

    def _value(self, name: str, value: Any) -> Any:
        if isinstance(value, str):
            return self.say(value)
        if isinstance(value, timedelta):
            return self.span(value.days)
        if isinstance(value, datetime):
            return f"{self.date(value)}, {value.astimezone():%H:%M}" if name == "moment" else self.date(value)
        return value

    def reason(self, reason: Reason) -> str:
        """Why something is shown."""
        values = reason.values
        told = _COUNTED.get(reason.code)
        if told is not None:
            name = "days" if "days" in values else "count"
            return self.plural(*told, int(values[name])).format(**values)
        if reason.code == "circle":
            return self.circle(int(values["circle"]))
        if reason.code == "occasion_memory":
            passed = self.engagement(str(values["kind"]), str(values["direction"]))
            return self.say(N_("{passed} {ago}: {note}")).format(
                passed=passed, ago=self.ago(int(values["days"])), note=values["note"]
            )
        if reason.code == "last_reached":
            passed = self.engagement(str(values["kind"]), "out")
            return self.say(N_("{passed} {ago}")).format(passed=passed, ago=self.ago(int(values["days"])))
        if reason.code in {"occasion_article", "occasion_note"}:
            return self.say(N_("they published “{title}” {ago}")).format(
                title=values["title"], ago=self.ago(int(values["days"]))
            )
        return self.say(_REASONS[reason.code]).format(**values)

    def circle(self, circle: int) -> str:
        """What a circle means."""
        return self.say(_CIRCLES[circle])

    def language_name(self, language: str) -> str:
        """A language's name."""
        return self.say(_LANGUAGE_NAMES.get(language, ""))

    def engagement(self, kind: str, direction: str) -> str:
        """What passed between you, as a clause."""
        return self.say((_KINDS if direction == "out" else _KINDS_IN).get(kind, kind))

    def evidence(self, evidence: str) -> str:
        """How an address came to be somebody's."""
        message, values, confirmed = evidence_said(evidence)
        sentence = self.say(message).format(**values)
        return self.say(N_("you confirmed it: {what}")).format(what=sentence) if confirmed else sentence

    def visibility(self, visibility: str) -> str:
        """Who may read a post, where that is not everybody; else nothing."""
        return self.say(_VISIBILITIES.get(visibility, ""))

    def ago(self, days: int) -> str:
        """How long ago, in words."""
        if days == 0:
            return self.say(N_("today"))
        if days == 1:
            return self.say(N_("yesterday"))
        return self.say(N_("{span} ago")).format(span=self.span(days))

    def span(self, days: int) -> str:
        """A length of time in the unit that a person would use."""
        if days < 14:  # noqa: PLR2004 - two weeks
            return self.plural("{count} day", "{count} days", days).format(count=days)
        if days < 61:  # noqa: PLR2004 - two months
            return self.plural("{count} week", "{count} weeks", days // 7).format(count=days // 7)
        if days < 731:  # noqa: PLR2004 - two years
            months = int(days / _MONTH)
            return self.plural("{count} month", "{count} months", months).format(count=months)
        return self.plural("{count} year", "{count} years", days // 365).format(count=days // 365)

    def rhythm(self, days: int) -> str:
        """A rhythm as a person would wish for it: 91 days are 3 months and 84 are 12 weeks, never 2 months and some."""
        for length, off, told in _UNITS:
            count = round(days / length)
            if count > 1 and abs(days - count * length) <= off:
                return self.plural(*told, count).format(count=count)
        return self.plural("{count} day", "{count} days", days).format(count=days)

    def day(self, day: date) -> str:
        """A day with its weekday, as a heading."""
        from babel.dates import format_date  # noqa: PLC0415 - 50 ms that not every command pays

        text = format_date(day, "EEEE d MMMM y", locale=self.language)
        return text[:1].upper() + text[1:]

    def partial(self, text: str) -> str:
        """A date that may lack its year, its day, or its month and day; whatever else it is, as it is."""
        from babel.dates import format_date  # noqa: PLC0415 - 50 ms that not every page pays

        for shape, missing, pattern in _PARTIAL:
            if shape.fullmatch(text):
                try:
                    whole = date.fromisoformat(missing.format(text=text.removeprefix("--")))
                except ValueError:
                    return text
                said = str(format_date(whole, pattern, locale=self.language))
                return f"1er{said[1:]}" if self.language == "fr" and said.startswith("1 ") else said
        return text

    def date(self, moment: datetime, zone: tzinfo | None = None) -> str:
        """A moment's day, short."""
        from babel.dates import format_date  # noqa: PLC0415 - see day

        try:
            day = moment.astimezone(zone).date()
        except OverflowError:  # the first or the last day that a calendar can hold
            day = moment.date()
        text = format_date(day, "d MMM y", locale=self.language)
        return text.replace("1 ", "1er ", 1) if self.language == "fr" and day.day == 1 else text


_COUNTED = {
    "first_article_weeks": NN_("first article in {count} week", "first article in {count} weeks"),
    "first_article_months": NN_("first article in {count} month", "first article in {count} months"),
    "first_article_years": NN_("first article in {count} year", "first article in {count} years"),
    "first_post_weeks": NN_("first post in {count} week", "first post in {count} weeks"),
    "first_post_months": NN_("first post in {count} month", "first post in {count} months"),
    "first_post_years": NN_("first post in {count} year", "first post in {count} years"),
    "last_wrote": NN_("you last wrote {days} day ago", "you last wrote {days} days ago"),
    "places": NN_("in {count} place", "in {count} places"),
}

# Days in a unit, and how many days off it may be and still be meant.
_UNITS = (
    (365.25, 1, NN_("{count} year", "{count} years")),
    (_MONTH, 1, NN_("{count} month", "{count} months")),
    (7, 0, NN_("{count} week", "{count} weeks")),
)


@cache
def words(language: Language) -> Words:
    """The words of a language, read once."""
    return Words(language)


def system_language(environ: Mapping[str, str] = os.environ) -> Language:
    """The language of the system, as gettext decides it: French when it is French, English otherwise."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environ.get(name, "")
        if value:
            return "fr" if value.lower().startswith("fr") else "en"
    return "en"
