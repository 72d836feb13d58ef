"""The lines of vCards: what folds, escapes and encodings make of a text, and which of them belong to one card. Pure."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from codecs import BOM_UTF8
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from engage.contacts.tables import decode
from feeds.formats.letters import is_encoding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BEGINS_WITHIN = 30
_SAMPLE = 65_536
START = 80
_MOST_LETTERS = 200
_LONGEST_HEAD = 2_000
_BEGIN = re.compile(r"BEGIN\s*:\s*VCARD\s*", re.IGNORECASE)
_END = re.compile(r"END\s*:\s*VCARD\s*", re.IGNORECASE)
_AGENT = re.compile(r"AGENT[^:]*:\s*", re.IGNORECASE)
# A line that is none of these goes on with what stands before it: text or data that nobody folded.
_HEAD = re.compile(r"[A-Za-z0-9_.-]+[ \t]*[;:]")
_DATA = re.compile(r"(?:[\w-]+\.)?(?:PHOTO|LOGO|KEY|SOUND|X-[\w-]*(?:IMAGE|PHOTO)[\w-]*)[;:]", re.IGNORECASE)
_QUOTED_HEAD = re.compile(r'(?:[^":]|"[^"]*")*(?=:)')
_PARAMETER = re.compile(r'(?:[^";]|"[^"]*")+')
_VALUE = re.compile(r'"([^"]*)"|([^,"]+)')
_TOKEN = re.compile(r"\\.|[;,]|[^\\;,]+|\\", re.DOTALL)
_ESCAPE = re.compile(r"\\([nN,;:\\])")
_OLD_ESCAPE = re.compile(r"\\([,;:\\])")
_CARET = re.compile(r"\^([n'^])")
_CARETS = {"n": "\n", "'": '"', "^": "^"}
_UNWRITTEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_ENCODINGS = {"QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT", "B", "Q"}
_CHARSET = "windows-1252"
_UNPREFERRED = 101


def is_vcard(content: bytes) -> bool:
    """Whether these bytes are cards: nothing but other fields, such as a mail's, may stand before the first."""
    lines = [line for line in _lines(_text(content[:_SAMPLE])) if line.strip()]
    for line in lines[:_BEGINS_WITHIN]:
        if _BEGIN.fullmatch(line):
            return True
        if not _HEAD.match(line) and line[:1] not in {" ", "\t"}:
            return False
    return False


@dataclass(frozen=True, slots=True)
class Property:
    """One property: the line on which it begins, what stands before its value, and the value as it is written."""

    line: int
    name: str
    group: str
    parameters: Mapping[str, tuple[str, ...]]
    value: str
    old: bool

    def all(self, parameter: str) -> tuple[str, ...]:
        """The values of a parameter."""
        return self.parameters.get(parameter, ())

    @property
    def preference(self) -> int:
        """How far behind it stands among its kind: 1 is the preferred one."""
        told = "".join(self.all("PREF"))[:3]
        if told.isdecimal():
            return int(told)
        return 1 if "pref" in map(str.lower, self.all("TYPE")) else _UNPREFERRED

    def text(self) -> str:
        """The value as people wrote it."""
        return self._decoded(self.value).strip()

    def line_of_text(self) -> str:
        """The value on one line, and no longer than a name may be."""
        return " ".join(self.text().split())[:_MOST_LETTERS].strip()

    def components(self) -> list[str]:
        """The parts of a structured value; of a part with several values in it they stand one after the other."""
        parts = (self._decoded(part) for part in _split(self.value, ";"))
        return [" ".join(part.split())[:_MOST_LETTERS] for part in parts]

    def values(self) -> list[str]:
        """The values of a list."""
        parts = (" ".join(self._decoded(part).split())[:_MOST_LETTERS] for part in _split(self.value, ","))
        return [part for part in parts if part]

    def _decoded(self, written: str) -> str:
        text = self._unpacked(written)
        if "\\" in text:
            text = (_OLD_ESCAPE if self.old else _ESCAPE).sub(_unescape, text)
        return text if text.isprintable() else _UNWRITTEN.sub("", text)

    def _unpacked(self, written: str) -> str:
        """The text in what is written in codes of ASCII, or in another encoding than the rest of the file."""
        if not self.parameters and written.isascii():
            return written
        encoding = "".join(self.all("ENCODING")).upper()
        if encoding in {"QUOTED-PRINTABLE", "Q"}:
            raw = quopri.decodestring(written.encode("utf-8", "surrogateescape"))
        elif encoding in {"BASE64", "B"}:
            try:
                raw = base64.b64decode("".join(written.split()).encode("utf-8", "surrogateescape"))
            except binascii.Error:
                return ""
        elif written.isascii():
            return written
        else:
            raw = written.encode("utf-8", "surrogateescape")
        return _letters(raw, "".join(self.all("CHARSET")))


def _letters(raw: bytes, charset: str) -> str:
    for name in (charset, "utf-8"):
        try:
            if name and is_encoding(name):
                return raw.decode(name)
        except (UnicodeError, LookupError):
            continue
    return raw.decode(_CHARSET, "replace")


def _unescape(found: re.Match[str]) -> str:
    return "\n" if found[1] in "nN" else found[1]


def _split(value: str, separator: str) -> list[str]:
    """The parts between separators that are not escaped."""
    if "\\" not in value:
        return value.split(separator)
    parts: list[list[str]] = [[]]
    for token in _TOKEN.findall(value):
        if token == separator:
            parts.append([])
        else:
            parts[-1].append(token)
    return ["".join(part) for part in parts]


def _text(content: bytes) -> str:
    """The text of a file; of bytes that are no UTF-8 every one as it is, for the property may tell its encoding."""
    if b"\0" in content[:64]:
        return decode(content)
    raw = content.removeprefix(BOM_UTF8)
    return (raw.replace(b"\0", b"") if b"\0" in raw else raw).decode("utf-8", "surrogateescape")


def _lines(text: str) -> list[str]:
    # Not splitlines(), to which a good many letters inside a text are ends of lines.
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [line.removeprefix("\ufeff") for line in lines] if "\ufeff" in text else lines


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Lines as they were before they were folded, each with the number of its first; pictures and the like are left out."""
    parts: list[str] = []
    first, coded, soft, data, old = 0, False, False, False, False
    for number, line in enumerate(_lines(text), 1):
        if soft and not (_END.fullmatch(line) or _BEGIN.fullmatch(line)):
            parts[-1] = parts[-1].rstrip()[:-1]
            parts.append(line)
            soft = line.rstrip().endswith("=")
        elif not line or line.isspace():
            continue
        elif parts and line[0] in " \t":
            if not data:
                parts.append(
                    line if old else line[1:]
                )  # before version 3 a fold keeps the space at which it is
                soft = coded and line.rstrip().endswith("=")
        elif parts and not _HEAD.match(line):
            if not data:
                parts.append(f"\n{line}")
        else:
            if parts and not data:
                yield first, "".join(parts)
            parts, first = [line], number
            data = _DATA.match(line) is not None
            coded = "QUOTED-PRINTABLE" in line.partition(":")[0].upper()
            soft = coded and line.rstrip().endswith("=")
            old = line[8:].strip().startswith("2") if line[:8].upper() == "VERSION:" else old
    if parts and not data:
        yield first, "".join(parts)


@dataclass(slots=True)
class Found:
    """The properties of one card. `cut` says that the file ends before the card does."""

    line: int
    properties: list[Property] = field(default_factory=list)
    old: bool = False
    cut: bool = False

    def take(self, number: int, line: str) -> None:
        """Add the property on a line; a line that is none is left out."""
        if found := _property(number, line, old=self.old):
            if found.name == "VERSION":
                self.old = found.value.strip().startswith("2")
            self.properties.append(found)

    @property
    def start(self) -> str:
        """How it begins, for people."""
        told = (f"{p.name}:{p.value[:START]}" for p in self.properties if p.name not in {"VERSION", "PRODID"})
        return " ".join(_UNWRITTEN.sub("", " ".join(told)).split())[:START]


def cards_in(content: bytes) -> Iterator[Found]:
    """The cards of a file. One that another interrupts ends there; one within another, its AGENT, is left out."""
    text = _text(content)
    card: Found | None = None
    within, agent = 0, False
    for number, line in _unfolded(text):
        mark = _mark(line)
        if mark == "begin" and card and agent:
            within += 1
        elif mark and within and mark == "end":
            within -= 1
        elif mark:
            if card:
                yield card
            card, within = (Found(number) if mark == "begin" else None), 0
        elif card and not within:
            card.take(number, line)
        agent = line[0] in "Aa" and _AGENT.fullmatch(line) is not None
    if card:
        card.cut = True
        if not text.endswith(("\n", "\r")):  # half an address is somebody else's
            card.properties = card.properties[:-1]
        yield card


def _mark(line: str) -> str:
    """Whether a line begins a card or ends one."""
    if line[0] in "Bb" and _BEGIN.fullmatch(line):
        return "begin"
    return "end" if line[0] in "Ee" and _END.fullmatch(line) else ""


def _property(number: int, line: str, *, old: bool) -> Property | None:
    head, colon, value = line.partition(":")
    if '"' in head and (quoted := _QUOTED_HEAD.match(line[:_LONGEST_HEAD])):
        head, value = quoted[0], line[quoted.end() + 1 :]
    if not colon or len(head) > _LONGEST_HEAD:
        return None
    name, group, parameters = _read_head(head)
    return Property(number, name, group, parameters, value, old)


@lru_cache(4096)  # the same few stand on every card
def _read_head(head: str) -> tuple[str, str, Mapping[str, tuple[str, ...]]]:
    """Name, group and parameters: `item1.EMAIL;type=pref`, or as in version 2.1 `TEL;HOME;QUOTED-PRINTABLE`."""
    called, *rest = _PARAMETER.findall(head) or [""]
    parameters: dict[str, tuple[str, ...]] = {}
    for parameter in rest:
        key, told, value = (part.strip() for part in parameter.partition("="))
        if not told:
            key, value = ("ENCODING" if key.upper() in _ENCODINGS else "TYPE"), key
        values = tuple(_CARET.sub(_uncaret, a or b).strip() for a, b in _VALUE.findall(value))
        if key.upper() == "TYPE":  # some quote the whole list
            values = tuple(kind.strip() for value in values for kind in value.split(","))
        parameters[key.upper()] = parameters.get(key.upper(), ()) + values
    group, _, name = called.strip().rpartition(".")
    return name.upper(), group.lower(), parameters


def _uncaret(found: re.Match[str]) -> str:
    return _CARETS[found[1]]
