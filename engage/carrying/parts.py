"""The parts of a file in JSON, one after the other: what stands before a damage, of the right type, with its line. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

from engage.contacts.cards import Unread
from feeds.errors import N_
from feeds.html import whole_letters

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

_Found = TypeVar("_Found")
LONGEST_START = 60
_DAMAGED = N_("The file is damaged here, and cannot be read any further.")
_AMISS = N_("This is not what should stand here; it is left out.")


def apart(content: bytes) -> tuple[dict[str, list[Part]], Notes]:
    """The parts of an object by their names, as far as the text is whole, and what is amiss: a damage, and later whatever does
    not fit. Of a list each element is a part. Of what is no object at all there are no parts.
    """
    walk = _Walk(content.decode(json.detect_encoding(content), "replace").removeprefix("\ufeff"))
    notes = Notes()
    parts: dict[str, list[Part]] = {}
    try:
        for name, line, value in walk.members():
            parts.setdefault(name, []).append(Part(value, notes, line))
    except (ValueError, RecursionError):
        notes.unread.append(Unread(walk.line, _DAMAGED, walk.rest))
    return parts, notes


class _Walk:
    """A way through the text of a JSON object, member by member: what stands before a damage can be read, and lines be named."""

    _decode = json.JSONDecoder().raw_decode
    _white = re.compile(r"[ \t\r\n]*")

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = self._counted = 0
        self._lines = 1

    @property
    def line(self) -> int:
        """The line on which it stands."""
        self._lines += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._lines

    @property
    def rest(self) -> str:
        """How what follows begins."""
        return whole(self._text[self._at : self._at + LONGEST_START])

    def members(self) -> Iterator[tuple[str, int, Any]]:
        """The name, line and value of every member; of a list, every element as if it were one.

        Raises:
            ValueError, RecursionError: it cannot be read from here on.

        """
        self._take("{")
        while self._sign() != "}":
            name = str(self._value())
            self._take(":")
            if self._sign() == "[":
                yield from ((name, line, value) for line, value in self._elements())
            else:
                yield name, self.line, self._value()
            if self._sign() != "}":
                self._take(",")

    def _elements(self) -> Iterator[tuple[int, Any]]:
        self._take("[")
        while self._sign() != "]":
            yield self.line, self._value()
            if self._sign() != "]":
                self._take(",")
        self._take("]")

    def _sign(self) -> str:
        self._at = cast("re.Match[str]", self._white.match(self._text, self._at)).end()
        return self._text[self._at : self._at + 1]

    def _take(self, sign: str) -> None:
        if self._sign() != sign:
            raise ValueError
        self._at += 1

    def _value(self) -> Any:
        self._sign()
        value, self._at = self._decode(self._text, self._at)
        return value


@dataclass(slots=True)
class Notes:
    """What could not be read so far, and whether anything was there that this version does not know."""

    unread: list[Unread] = field(default_factory=list)
    later: bool = False


class Part:
    """A part of a file. What is taken out of it is of the right type, or is left out and noted."""

    __slots__ = ("_line", "_notes", "asked", "called", "value")

    def __init__(self, value: Any, notes: Notes, line: int, called: str = "") -> None:
        self.value = value
        self.called = called
        self._notes = notes
        self._line = line
        self.asked = 0

    def amiss(self, name: str, value: Any = None, reason: str = _AMISS) -> None:
        """Note that something in it cannot be used."""
        shown = f" = {str(value)[:40]}" if isinstance(value, str | int | float) else ""
        start = f"{self.called}: {name}{shown}" if self.called else f"{name}{shown}"
        self._notes.unread.append(Unread(self._line, reason, whole(start)[:LONGEST_START]))

    def is_object(self, name: str) -> bool:
        """Whether it is an object at all; notes it where it is not."""
        if not isinstance(self.value, dict):
            self.amiss(name, self.value)
        return isinstance(self.value, dict)

    def done(self) -> None:
        """All that is known of was taken out."""
        self._notes.later |= self.asked < len(self.value)

    def _get(self, name: str) -> Any:
        self.asked += name in self.value
        return self.value.get(name)

    def _fit(self, name: str, found: _Found | None, nothing: _Found) -> _Found:
        if found is None and self.value.get(name) is not None:
            self.amiss(name, self.value[name])
        return nothing if found is None else found

    def text(self, name: str, fits: Callable[[str], object] = bool) -> str:
        """A text that fits, or none."""
        value = self._get(name)
        said = whole(value) if isinstance(value, str) else None
        return self._fit(name, said if not said or fits(said) else None, "")

    def word(self, name: str, words: Collection[_Found], nothing: _Found) -> _Found:
        """One of some words or numbers, or nothing."""
        value = self._get(name)
        known = next((word for word in words if word == value and not isinstance(value, bool)), None)
        return self._fit(name, nothing if known is None and value == nothing else known, nothing)

    def number(self, name: str, most: int) -> int | None:
        """A whole number from zero up."""
        value = self._get(name)
        known = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
        return self._fit(name, int(value) if known else None, None)

    def flag(self, name: str) -> bool:
        """A yes or no; no where nothing is said."""
        value = self._get(name)
        return self._fit(name, value if isinstance(value, bool) else None, nothing=False)

    def moment(self, name: str) -> datetime | None:
        """A moment, in UTC and to the second."""
        return self._fit(name, _moment(self._get(name)), None)

    def day(self, name: str) -> date | None:
        """A day."""
        found = _moment(self._get(name))
        return self._fit(name, found.date() if found else None, None)

    def words(self, name: str, fits: Callable[[str], object] = bool) -> tuple[str, ...]:
        """The texts of a list that fit."""
        listed = self._get(name)
        found: list[str] = []
        for value in self._fit(name, listed if isinstance(listed, list) else None, []):
            if isinstance(value, str) and fits(said := whole(value)):
                found.append(said)
            else:
                self.amiss(name, value)
        return tuple(found)

    def part(self, name: str) -> Part | None:
        """An object in it, if there is one."""
        value = self._get(name)
        part = Part(value, self._notes, self._line, self.called)
        return part if value is not None and part.is_object(name) else None

    def parts(self, name: str) -> list[Part]:
        """The objects of a list."""
        listed = self._get(name)
        values = self._fit(name, listed if isinstance(listed, list) else None, [])
        inner = [Part(value, self._notes, self._line, self.called) for value in values]
        return [part for part in inner if part.is_object(name)]


def whole(text: str) -> str:
    """A text as any file can hold it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        text = whole_letters(text)
    return text.replace("\0", "")


def _moment(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
    except (TypeError, ValueError, OverflowError):
        return None
