"""Reads vCard 2.1, 3 and 4 as telephones and address books write it: whatever its encoding, its line ends and its folds. Pure.

The lines are read here and not by a library: the one that there is takes 13 s for 30,000 cards before anything is made of them,
and does not tell which it left out.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from codecs import BOM_UTF8
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from engage import addresses
from engage.contacts.cards import Book, Card, Unread
from engage.contacts.tables import decode
from engage.model import Address
from engage.naming import fold
from feeds.address import is_web, without_secret
from feeds.errors import N_
from feeds.formats.letters import is_encoding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_NOBODY = N_("This card holds neither a name nor an address.")
_NO_EMAIL = N_("This is no e-mail address. The rest of the card was read.")
_NOT_PEOPLE = N_("Cards of groups, companies and places are left out, for they are not people: {count}.")
_CUT = N_("The file breaks off in the middle of its last card: what there is of it was read.")

_BEGINS_WITHIN = 30
_SAMPLE = 65_536
_START = 80
_MOST_LETTERS = 200
_LONGEST_HEAD = 2_000
_LONGEST_ADDRESS = 2_000
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

_THINGS = {"group", "org", "organization", "organisation", "location", "device", "application", "thing"}
# What Google writes on every card that it shows: no label of anybody's.
_NO_TAGS = {"mycontacts", "my contacts", "mes contacts"}
_EXTRAS = ("circle", "every", "register", "met", "met_on", "common", "goals")
_UNPREFERRED = 101
_FEED = "x-feed"


def is_vcard(content: bytes) -> bool:
    """Whether these bytes are cards: nothing but other fields, such as a mail's, may stand before the first."""
    lines = [line for line in _lines(_text(content[:_SAMPLE])) if line.strip()]
    for line in lines[:_BEGINS_WITHIN]:
        if _BEGIN.fullmatch(line):
            return True
        if not _HEAD.match(line) and line[:1] not in {" ", "\t"}:
            return False
    return False


def read(content: bytes) -> Book:
    """What the cards of a file tell. A card that tells of nobody stands in `unread`, with the line on which it begins."""
    text = _text(content)
    cards, unread, things, cut = list[Card](), list[Unread](), 0, False
    for found in _cards(text):
        sheet = _filled(found)
        unread += sheet.unread
        if sheet.is_thing:
            things += 1
        elif card := sheet.card(found.line):
            cards.append(card)
        else:
            unread.append(Unread(found.line, _NOBODY, found.start))
        cut = cut or found.cut
    remarks = ((_NOT_PEOPLE.format(count=things), things), (_CUT, cut))
    return Book("vCard", tuple(cards), (), tuple(unread), tuple(remark for remark, holds in remarks if holds))


# --- lines ---


@dataclass(frozen=True, slots=True)
class _Property:
    """One property: the line on which it begins, what stands before its value, and the value as it is written."""

    line: int
    name: str
    group: str
    parameters: Mapping[str, tuple[str, ...]]
    value: str
    old: bool

    def all(self, parameter: str) -> tuple[str, ...]:
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
class _Found:
    """The properties of one card. `cut` says that the file ends before the card does."""

    line: int
    properties: list[_Property] = field(default_factory=list)
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
        told = (
            f"{p.name}:{p.value[:_START]}" for p in self.properties if p.name not in {"VERSION", "PRODID"}
        )
        return " ".join(_UNWRITTEN.sub("", " ".join(told)).split())[:_START]


def _cards(text: str) -> Iterator[_Found]:
    """The cards of a file. One that another interrupts ends there; one within another, its AGENT, is left out."""
    card: _Found | None = None
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
            card, within = (_Found(number) if mark == "begin" else None), 0
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


def _property(number: int, line: str, *, old: bool) -> _Property | None:
    head, colon, value = line.partition(":")
    if '"' in head and (quoted := _QUOTED_HEAD.match(line[:_LONGEST_HEAD])):
        head, value = quoted[0], line[quoted.end() + 1 :]
    if not colon or len(head) > _LONGEST_HEAD:
        return None
    name, group, parameters = _read_head(head)
    return _Property(number, name, group, parameters, value, old)


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


# --- a card ---


@dataclass(slots=True)
class _Sheet:
    """What is known of one person while the card is read."""

    labels: Mapping[str, str] = field(default_factory=dict)
    names: list[tuple[int, str]] = field(default_factory=list)
    parts: tuple[str, str, str, str, str] = ("", "", "", "", "")
    also: list[str] = field(default_factory=list)
    addresses: list[tuple[int, Address]] = field(default_factory=list)
    company: str = ""
    title: str = ""
    role: str = ""
    birthday: str = ""
    notes: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    languages: list[tuple[int, str]] = field(default_factory=list)
    extra: dict[str, str] = field(default_factory=dict)
    kind: str = ""
    shown_as_company: bool = False
    unread: list[Unread] = field(default_factory=list)

    def add(self, found: _Property, address: Address | None) -> None:
        """Add an address, where one was read."""
        if address:
            self.addresses.append((found.preference, address))

    @property
    def is_thing(self) -> bool:
        """Whether it is the card of something that is nobody: a group, or a company under its own name."""
        if self.kind:
            return self.kind in _THINGS
        if not self.company or any(self.parts[:3]) or self.also:
            return False
        return self.shown_as_company or all(name in {"", self.company} for _, name in self.names)

    def card(self, line: int) -> Card | None:
        """The card; None when it tells of nobody."""
        name, *others = self._called() or [""]
        found = dict.fromkeys(address for _, address in sorted(self.addresses, key=_rank))
        if not name and not found:
            return None
        languages = [language for _, language in sorted(self.languages, key=_rank)]
        return Card(
            line,
            name,
            tuple(found),
            tuple(other for other in dict.fromkeys([*others, *self.also]) if other != name),
            self.company,
            self.title or self.role,
            self.birthday,
            "\n\n".join(dict.fromkeys(self.notes)),
            tags(self.tags),
            languages[0] if languages else "",
            extra=self.extra,
        )

    def _called(self) -> list[str]:
        """The names, the one to use first; an address in the place of a name is none."""
        given = [name for _, name in sorted(self.names, key=_rank)]
        names = [without_titles(name, self.parts) for name in given if not addresses.email(name)]
        family, first, middle, _, _ = self.parts
        own = " ".join(filter(None, (first, middle, family)))
        names = [name for name in names if name and not addresses.phone(name)]
        own = "" if addresses.email(own) else own
        return list(dict.fromkeys(names or filter(None, [own or next(iter(self.also), "")])))


def _rank(ranked: tuple[int, object]) -> int:
    return ranked[0]


def without_titles(name: str, parts: tuple[str, str, str, str, str]) -> str:
    """A name as one calls somebody: without the "Dr." and the "PhD" that the card has in places of their own."""
    family, first, _, prefix, suffix = parts
    if name == f"{family}, {first}":
        return f"{first} {family}"
    if prefix and name.startswith(f"{prefix} "):
        name = name[len(prefix) :].lstrip()
    if suffix and name.endswith((f" {suffix}", f",{suffix}")):
        name = name[: -len(suffix)].rstrip(" ,")
    return name


def _filled(found: _Found) -> _Sheet:
    labels = {p.group: p.text() for p in found.properties if p.group and p.name == "X-ABLABEL"}
    sheet = _Sheet(labels)
    for one in found.properties:
        if take := _TAKERS.get(one.name):
            take(sheet, one)
        elif one.name.startswith("X-") and knows(one.name[2:]):
            sheet.add(one, profile(one.name[2:], one.text()))
    return sheet


def _take_n(sheet: _Sheet, found: _Property) -> None:
    if not any(sheet.parts):  # several given names stand in one part: "Marie,Claire"
        parts = [" ".join(part.replace(",", " ").split()) for part in found.components()]
        family, first, middle, prefix, suffix = (*parts, "", "", "", "", "")[:5]
        sheet.parts = (family, first, middle, prefix, suffix)


def _take_fn(sheet: _Sheet, found: _Property) -> None:
    sheet.names.append((found.preference, found.line_of_text()))


def _take_email(sheet: _Sheet, found: _Property) -> None:
    text = found.text()
    read = emails(text)
    for address in read:
        sheet.add(found, address)
    if text and not read and not text.startswith("/"):  # the names of X.400 and Exchange are for machines
        sheet.unread.append(Unread(found.line, _NO_EMAIL, " ".join(text.split())[:_START]))


def _take_tel(sheet: _Sheet, found: _Property) -> None:
    types = {kind.lower() for kind in found.all("TYPE")}
    if not types & {"fax", "pager", "modem"} or types & {"cell", "voice"}:
        sheet.add(found, addresses.phone(found.line_of_text()))


def _take_url(sheet: _Sheet, found: _Property) -> None:
    text = found.text()
    label = sheet.labels.get(found.group, "") or " ".join(found.all("TYPE"))
    if len(text) > _LONGEST_ADDRESS:
        return
    if label.lower() == _FEED and is_web(text):  # as our own export says of what is followed
        url = without_secret(text)
        sheet.add(found, Address("blog", url, addresses.host_of(url).removeprefix("www."), url))
    else:
        sheet.add(found, profile(label, text) or addresses.read(text))


def _take_profile(sheet: _Sheet, found: _Property) -> None:
    services = (*found.all("SERVICE-TYPE"), *found.all("X-SERVICE-TYPE"), *found.all("TYPE"))
    services = (*services, sheet.labels.get(found.group, ""))
    known = next((service for service in services if knows(service)), "")
    user = "".join(found.all("X-USER") or found.all("USERNAME"))
    address = profile(known, found.text(), user)
    if address and address.kind == "bluesky" and _DOMAIN.fullmatch(user):
        address = replace(address, label=user.removeprefix("@"))
    sheet.add(found, address)


def _take_org(sheet: _Sheet, found: _Property) -> None:
    sheet.company = sheet.company or found.components()[0]


def _take_birthday(sheet: _Sheet, found: _Property) -> None:
    omitted = "".join(found.all("X-APPLE-OMIT-YEAR"))
    sheet.birthday = sheet.birthday or birthday(found.text(), omitted)


def _take_note(sheet: _Sheet, found: _Property) -> None:
    if note := found.text():
        sheet.notes.append(note)


def _take_language(sheet: _Sheet, found: _Property) -> None:
    language = re.split("[-_]", found.text().lower())[0]
    if language.isascii() and language.isalpha():
        sheet.languages.append((found.preference, language[:3]))


def _take_android(sheet: _Sheet, found: _Property) -> None:
    sort, called, *_ = (*found.components(), "")
    if sort == "vnd.android.cursor.item/nickname" and called:
        sheet.also.append(called)


def _takes(name: str) -> Callable[[_Sheet, _Property], None]:
    """What sets one field, unless it is set already."""

    def take(sheet: _Sheet, found: _Property) -> None:
        setattr(sheet, name, getattr(sheet, name) or found.line_of_text())

    return take


def _takes_extra(name: str) -> Callable[[_Sheet, _Property], None]:
    def take(sheet: _Sheet, found: _Property) -> None:
        if text := found.text():
            sheet.extra.setdefault(name, text)

    return take


def _take_kind(sheet: _Sheet, found: _Property) -> None:
    sheet.kind = found.text().lower()


def _take_shown_as(sheet: _Sheet, found: _Property) -> None:
    sheet.shown_as_company = found.text().upper() == "COMPANY"


_TAKERS: dict[str, Callable[[_Sheet, _Property], None]] = {
    "N": _take_n,
    "FN": _take_fn,
    "NICKNAME": lambda sheet, found: sheet.also.extend(found.values()),
    "EMAIL": _take_email,
    "TEL": _take_tel,
    "URL": _take_url,
    "X-EVOLUTION-BLOG-URL": _take_url,
    "X-SOCIALPROFILE": _take_profile,
    "X-SOCIAL-PROFILE": _take_profile,
    "SOCIALPROFILE": _take_profile,
    "IMPP": _take_profile,
    "ORG": _take_org,
    "TITLE": _takes("title"),
    "ROLE": _takes("role"),
    "BDAY": _take_birthday,
    "NOTE": _take_note,
    "CATEGORIES": lambda sheet, found: sheet.tags.extend(found.values()),
    "LANG": _take_language,
    "KIND": _take_kind,
    "X-ADDRESSBOOKSERVER-KIND": _take_kind,
    "X-ABSHOWAS": _take_shown_as,
    "X-ANDROID-CUSTOM": _take_android,
    **{f"X-NOUVELLES-{name.upper().replace('_', '-')}": _takes_extra(name) for name in _EXTRAS},
}


# --- what other address books hold too ---

_MAILBOX = re.compile(r"[^\s,;<>\"()]+@[^\s,;<>\"()]+")


def emails(text: str) -> list[Address]:
    """The e-mail addresses in a text that should be one: with a name before it, or several in a row."""
    if len(text) < _LONGEST_ADDRESS and (one := addresses.email(text)):
        return [one]
    return [
        address for part in _MAILBOX.findall(text[:_LONGEST_ADDRESS]) if (address := addresses.email(part))
    ]


def tags(labels: Iterable[str]) -> tuple[str, ...]:
    """Labels as tags, each once; those that a program gives to everybody are none.

    >>> tags(["* myContacts", "* friends", "Jardin"])
    ('friends', 'Jardin')
    """
    named = (" ".join(label.removeprefix("*").split()) for label in labels)
    return tuple(dict.fromkeys(label for label in named if label and label.lower() not in _NO_TAGS))


_ISO_DAY = re.compile(r"(?P<year>\d{4})-?(?P<month>\d{2})-?(?P<day>\d{2})(?:[T ].*)?", re.ASCII | re.DOTALL)
_YEARLESS = re.compile(r"-{0,2}(?P<month>\d{2})-?(?P<day>\d{2})(?:[T ].*)?", re.ASCII | re.DOTALL)
_DOTTED = re.compile(r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})?", re.ASCII)
_SLASHED = re.compile(r"(?P<day>\d{1,2})[/-](?P<month>\d{1,2})[/-](?P<year>\d{4})", re.ASCII)
_NAMED = re.compile(
    r"(?:(?P<day>\d{1,2})(?:er|th|st|nd|rd)? )?(?P<month>[a-z]{3,9})(?: (?P<late>\d{1,2})(?:th|st|nd|rd)?)?"
    r"(?: (?P<year>\d{4}))?",
    re.ASCII,
)
_MONTHS = (
    *("jan", "fev|feb", "mar", "avr|apr", "mai|may", "juin|jun"),
    *("juil|jul", "aou|aug", "sep", "oct", "nov", "dec"),
)
# Years by which programs say that they know none; a birthday in them is one without a year.
_NO_YEARS = {0, 1604}
_LEAP_YEAR = 2000
_YEARS = range(1850, 2101)
_MOST_DATE = 60
_MONTHS_OF_A_YEAR = 12


def birthday(text: str, omitted: str = "") -> str:
    """A birthday as `1980-04-12` or, without its year, `--04-12`; empty when it is no day.

    `omitted` is the year that stands for none. Times and zones are left out: a birthday has none.

    >>> birthday("19800412T000000Z"), birthday("1604-04-12"), birthday("12 avril 1980"), birthday("---12")
    ('1980-04-12', '--04-12', '1980-04-12', '')
    """
    text = " ".join(text.split())
    if len(text) > _MOST_DATE:
        return ""
    if found := _ISO_DAY.fullmatch(text) or _YEARLESS.fullmatch(text) or _DOTTED.fullmatch(text):
        told = found.groupdict()
        year = told.get("year") or ""
        return _day("" if year == omitted else year, int(told["month"]), int(told["day"]))
    if found := _SLASHED.fullmatch(text):
        return _day(found["year"], *_month_and_day(int(found["day"]), int(found["month"])))
    if found := _NAMED.fullmatch(fold(text)):
        day = int(found["day"] or found["late"] or 0)
        months = [n for n, name in enumerate(_MONTHS, 1) if found["month"].startswith(tuple(name.split("|")))]
        return _day(found["year"] or "", months[0], day) if months else ""
    return ""


def _month_and_day(first: int, second: int) -> tuple[int, int]:
    """Month and day of which nobody tells which comes first; nothing where both ways would do."""
    if first == second or first > _MONTHS_OF_A_YEAR:
        return second, first
    return (first, second) if second > _MONTHS_OF_A_YEAR else (0, 0)


def _day(year: str, month: int, day: int) -> str:
    number = int(year or 0)
    known = number not in _NO_YEARS
    try:
        date(number if known else _LEAP_YEAR, month, day)
    except ValueError:
        return ""
    if known:
        return f"{number:04}-{month:02}-{day:02}" if number in _YEARS else ""
    return f"--{month:02}-{day:02}"


_FEDIVERSE = (
    *("mastodon", "fediverse", "activitypub", "pixelfed", "pleroma", "misskey", "friendica", "gotosocial"),
    *("peertube", "akkoma", "sharkey"),
)
# Where a handle leads, at the services that are no kind of address of their own.
_PAGES = {
    "facebook": "https://www.facebook.com/{}",
    "instagram": "https://www.instagram.com/{}",
    "threads": "https://www.threads.net/@{}",
    "tiktok": "https://www.tiktok.com/@{}",
    "youtube": "https://www.youtube.com/@{}",
    "medium": "https://medium.com/@{}",
    "github": "https://github.com/{}",
    "gitlab": "https://gitlab.com/{}",
    "codeberg": "https://codeberg.org/{}",
    "flickr": "https://www.flickr.com/people/{}",
    "telegram": "https://t.me/{}",
    "xing": "https://www.xing.com/profile/{}",
    "keybase": "https://keybase.io/{}",
}
_CHATS = {
    **dict.fromkeys(("xmpp", "jabber", "googletalk", "gtalk"), "xmpp:{}"),
    **dict.fromkeys(("skype", "skypeusername"), "skype:{}"),
    **{scheme: f"{scheme}:{{}}" for scheme in ("sip", "irc", "threema")},
}
_TELEPHONES = ("whatsapp", "signal", "facetime", "sms", "imessage", "tel")
_HANDLE = re.compile(r"@?([\w.+-]{1,80})")
_DOMAIN = re.compile(r"@?([\w-]+(?:\.[\w-]+)+)")
_WORD = re.compile(r"(\S{1,200})")
_SLUG = re.compile(r"/?(?:(?:in|pub)/)?([\w%-]{2,120})/?")
_MATRIX = re.compile(r"@([^\s:@/]+):([\w.-]+(?::\d+)?)")


def _leads(template: str, form: re.Pattern[str]) -> Callable[[str], Address | None]:
    """What makes an address of a handle that has this form; of what has it not, as far as it is one by itself."""

    def leading(text: str) -> Address | None:
        if found := form.fullmatch(text):
            return addresses.read(template.format(*found.groups()))
        return addresses.read(text) if "/" in text else None

    return leading


def _on_x(text: str) -> Address | None:
    return addresses.read(text) if "/" in text else addresses.on_x(text)


# What stands there in place of an address, at the services that are known.
_READERS: dict[str, Callable[[str], Address | None]] = {
    **dict.fromkeys(_FEDIVERSE, addresses.account),
    **{service: _leads(page, _HANDLE) for service, page in _PAGES.items()},
    **{service: _leads(chat, _WORD) for service, chat in _CHATS.items()},
    **dict.fromkeys(_TELEPHONES, addresses.phone),
    **dict.fromkeys(("x", "twitter"), _on_x),
    **dict.fromkeys(("linkedin", "linkedinurl"), _leads("https://www.linkedin.com/in/{}", _SLUG)),
    **dict.fromkeys(("bluesky", "bsky"), _leads("https://bsky.app/profile/{}", _DOMAIN)),
    "matrix": _leads("matrix:u/{}:{}", _MATRIX),
}


@lru_cache(4096)
def _service(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def knows(service: str) -> bool:
    """Whether a word is the name of a service at which a handle leads somewhere."""
    return _service(service) in _READERS


def profile(service: str, *typed: str) -> Address | None:
    """The address of an account at a service by the first of these ways to write it that makes sense, an account before
    a mere page; None when none does.

    Of a service that is not known here only what is an address by itself is read: a handle alone leads nowhere.

    >>> profile("Twitter", "x-apple:julie").url, profile("GitHub", "", "julie").url
    ('https://x.com/julie', 'https://github.com/julie')
    """
    own = _service(service)
    written = (text.strip() for text in typed if len(text) < _LONGEST_ADDRESS)
    found = [address for text in written if text and (address := _account(own, text))]
    return next((address for address in found if address.kind != "link"), found[0] if found else None)


def _account(service: str, text: str) -> Address | None:
    scheme, colon, rest = text.partition(":")
    scheme = scheme.lower() if colon else ""
    if scheme == "x-apple":
        return _account(service, unquote(rest))
    if scheme in _TELEPHONES:
        return addresses.email(unquote(rest)) or addresses.phone(unquote(rest))
    if scheme in {"http", "https", "did"} or (text.startswith("@") and text.count("@") == 2):  # noqa: PLR2004 - @user@host
        return addresses.read(text)
    if scheme.isalpha():  # xmpp, skype and their like
        return addresses.read(f"{scheme}:{unquote(rest)}")
    reader = _READERS.get(service)
    return reader(text) if reader else None
