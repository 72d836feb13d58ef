"""The cards of a file, and what each property of one tells of a person. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from engage import addresses
from engage.contacts.cards import Book, Card, Unread
from engage.contacts.vcard.lines import START, cards_in
from engage.contacts.vcard.profiles import (
    DOMAIN,
    LONGEST_ADDRESS,
    birthday,
    emails,
    knows,
    profile,
    tags,
    without_titles,
)
from engage.model import Address
from feeds.address import is_web, without_secret
from feeds.errors import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from engage.contacts.vcard.lines import Found, Property

_NOBODY = N_("This card holds neither a name nor an address.")
_NO_EMAIL = N_("This is no e-mail address. The rest of the card was read.")
_NOT_PEOPLE = N_("Cards of groups, companies and places are left out, for they are not people: {count}.")
_CUT = N_("The file breaks off in the middle of its last card: what there is of it was read.")

_THINGS = {"group", "org", "organization", "organisation", "location", "device", "application", "thing"}
_EXTRAS = ("circle", "every", "register", "met", "met_on", "common", "goals")
_FEED = "x-feed"


def read(content: bytes) -> Book:
    """What the cards of a file tell. A card that tells of nobody stands in `unread`, with the line on which it begins."""
    cards, unread, things, cut = list[Card](), list[Unread](), 0, False
    for found in cards_in(content):
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

    def add(self, found: Property, address: Address | None) -> None:
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


def _filled(found: Found) -> _Sheet:
    labels = {p.group: p.text() for p in found.properties if p.group and p.name == "X-ABLABEL"}
    sheet = _Sheet(labels)
    for one in found.properties:
        if take := _TAKERS.get(one.name):
            take(sheet, one)
        elif one.name.startswith("X-") and knows(one.name[2:]):
            sheet.add(one, profile(one.name[2:], one.text()))
    return sheet


def _take_n(sheet: _Sheet, found: Property) -> None:
    if not any(sheet.parts):  # several given names stand in one part: "Marie,Claire"
        parts = [" ".join(part.replace(",", " ").split()) for part in found.components()]
        family, first, middle, prefix, suffix = (*parts, "", "", "", "", "")[:5]
        sheet.parts = (family, first, middle, prefix, suffix)


def _take_fn(sheet: _Sheet, found: Property) -> None:
    sheet.names.append((found.preference, found.line_of_text()))


def _take_email(sheet: _Sheet, found: Property) -> None:
    text = found.text()
    read = emails(text)
    for address in read:
        sheet.add(found, address)
    if text and not read and not text.startswith("/"):  # the names of X.400 and Exchange are for machines
        sheet.unread.append(Unread(found.line, _NO_EMAIL, " ".join(text.split())[:START]))


def _take_tel(sheet: _Sheet, found: Property) -> None:
    types = {kind.lower() for kind in found.all("TYPE")}
    if not types & {"fax", "pager", "modem"} or types & {"cell", "voice"}:
        sheet.add(found, addresses.phone(found.line_of_text()))


def _take_url(sheet: _Sheet, found: Property) -> None:
    text = found.text()
    label = sheet.labels.get(found.group, "") or " ".join(found.all("TYPE"))
    if len(text) > LONGEST_ADDRESS:
        return
    if label.lower() == _FEED and is_web(text):  # as our own export says of what is followed
        url = without_secret(text)
        sheet.add(found, Address("blog", url, addresses.host_of(url).removeprefix("www."), url))
    else:
        sheet.add(found, profile(label, text) or addresses.read(text))


def _take_profile(sheet: _Sheet, found: Property) -> None:
    services = (*found.all("SERVICE-TYPE"), *found.all("X-SERVICE-TYPE"), *found.all("TYPE"))
    services = (*services, sheet.labels.get(found.group, ""))
    known = next((service for service in services if knows(service)), "")
    user = "".join(found.all("X-USER") or found.all("USERNAME"))
    address = profile(known, found.text(), user)
    if address and address.kind == "bluesky" and DOMAIN.fullmatch(user):
        address = replace(address, label=user.removeprefix("@"))
    sheet.add(found, address)


def _take_org(sheet: _Sheet, found: Property) -> None:
    sheet.company = sheet.company or found.components()[0]


def _take_birthday(sheet: _Sheet, found: Property) -> None:
    omitted = "".join(found.all("X-APPLE-OMIT-YEAR"))
    sheet.birthday = sheet.birthday or birthday(found.text(), omitted)


def _take_note(sheet: _Sheet, found: Property) -> None:
    if note := found.text():
        sheet.notes.append(note)


def _take_language(sheet: _Sheet, found: Property) -> None:
    language = re.split("[-_]", found.text().lower())[0]
    if language.isascii() and language.isalpha():
        sheet.languages.append((found.preference, language[:3]))


def _take_android(sheet: _Sheet, found: Property) -> None:
    sort, called, *_ = (*found.components(), "")
    if sort == "vnd.android.cursor.item/nickname" and called:
        sheet.also.append(called)


def _takes(name: str) -> Callable[[_Sheet, Property], None]:
    """What sets one field, unless it is set already."""

    def take(sheet: _Sheet, found: Property) -> None:
        setattr(sheet, name, getattr(sheet, name) or found.line_of_text())

    return take


def _takes_extra(name: str) -> Callable[[_Sheet, Property], None]:
    def take(sheet: _Sheet, found: Property) -> None:
        if text := found.text():
            sheet.extra.setdefault(name, text)

    return take


def _take_kind(sheet: _Sheet, found: Property) -> None:
    sheet.kind = found.text().lower()


def _take_shown_as(sheet: _Sheet, found: Property) -> None:
    sheet.shown_as_company = found.text().upper() == "COMPANY"


_TAKERS: dict[str, Callable[[_Sheet, Property], None]] = {
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
