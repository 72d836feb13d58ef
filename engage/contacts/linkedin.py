"""Reads the archive that LinkedIn gives of an account: connections, messages, invitations, old and new, English and French. Pure.

A file is known by its header, whatever it is called. What neither names a person nor can be laid to one (comments, reactions,
posts) is left out, and a remark says so.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING, Literal

from engage import addresses
from engage.contacts.cards import Book, Card, Message, Unread
from engage.contacts.names import clean
from engage.contacts.tables import cell, table
from engage.naming import fold
from feeds.errors import N_
from feeds.html import sanitise, to_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from engage.contacts.tables import Row, Table
    from engage.model import Address, Direction

_Sort = Literal["connections", "messages", "invitations", "profile", "reactions", "comments", "shares"]

_NAMES = {"first": ("First Name", "Prénom"), "last": ("Last Name", "Nom", "Nom de famille")}
_COLUMNS: dict[_Sort, dict[str, tuple[str, ...]]] = {
    "connections": {
        **_NAMES,
        "url": ("URL du profil", "Profile URL"),
        "email": ("Email Address", "E-mail Address", "Adresse e-mail", "Adresse email", "E-mail"),
        "company": ("Entreprise", "Société"),
        "position": ("Poste", "Fonction"),
        "since": ("Connected On", "Date de connexion", "Connecté le", "Relation depuis"),
    },
    "messages": {
        "conversation": ("CONVERSATION ID",),
        "title": ("CONVERSATION TITLE",),
        "from": ("De",),
        "sender": ("SENDER PROFILE URL",),
        "to": ("À",),
        "recipients": ("RECIPIENT PROFILE URLS",),
        "date": (),
        "subject": ("Objet",),
        "content": ("Contenu",),
        "direction": ("Sens",),
        "folder": ("Dossier",),
        "attachments": (),
        "draft": ("IS MESSAGE DRAFT",),
        "conversation draft": ("IS CONVERSATION DRAFT",),
    },
    "invitations": {
        "from": ("De",),
        "to": ("À",),
        "date": ("Sent At", "Envoyée le", "Date d’envoi"),
        "message": (),
        "direction": ("Sens",),
        "inviter": ("inviterProfileUrl",),
        "invitee": ("inviteeProfileUrl",),
    },
    "profile": {**_NAMES, "headline": ("Titre", "Titre du profil")},
    "reactions": {"date": (), "type": (), "link": ("Lien",)},
    "comments": {"date": (), "link": ("Lien",), "message": ()},
    "shares": {"date": (), "link": ("ShareLink",), "text": ("ShareCommentary",)},
}
_NEEDED: dict[_Sort, tuple[str, ...]] = {
    "connections": ("first", "last", "since"),
    "messages": ("from", "to", "date", "content"),
    "invitations": ("from", "to", "date", "direction"),
    "profile": ("first", "last", "headline"),
    "reactions": ("date", "type", "link"),
    "comments": ("date", "link", "message"),
    "shares": ("date", "link", "text"),
}
# What LinkedIn's own machines say to you has the form of messages.
_MACHINES = ("guide", "coach", "learning", "role_play", "roleplay")
_HEAD = 16_384

_DELETED = {"linkedin member", "membre de linkedin", "membre linkedin", "utilisateur linkedin"}
_SPAM = {"spam", "sponsored", "indesirables", "courrier indesirable"}
_YES = {"yes", "true", "1", "oui", "y", "vrai"}
_URLS = re.compile(r"[^\s,;|]+")
_ADVERT = re.compile(r"spinmail-quill|%FIRSTNAME%", re.IGNORECASE)

_NOBODY = N_("LinkedIn does not say who this is: the profile is closed, or hidden.")
_GONE = N_("The account of the other one is gone, and LinkedIn no longer tells whose it was.")
_NO_DATE = N_("The date cannot be read.")
_NO_TEXT = N_("There is nothing in this message.")
_NO_SIDE = N_(
    "It cannot be told which of them is you. Import the whole archive: Profile.csv in it has your name."
)
_UNDIRECTED = N_("It does not say who invited whom.")
_COMMENTS = N_(
    "Comments and reactions are left out: LinkedIn’s archive does not say whose posts they belong to."
)
_SHARES = N_("Your own posts are left out: they are addressed to nobody.")
_ADVERTS = N_("Advertising and messages in the spam folder are left out: {count}.")
_UNDATED = N_("Dates of connection that cannot be read are left empty: {count}.")


@dataclass(slots=True)
class _Found:
    """What was read so far, and by what everyone is known who has a card."""

    cards: list[Card] = field(default_factory=list)
    known: set[tuple[object, ...]] = field(default_factory=set)
    called: set[str] = field(default_factory=set)
    messages: dict[tuple[str, Address | None, str], Message] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)
    adverts: int = 0
    undated: int = 0

    def add_card(self, card: Card) -> None:
        """Keep a card, unless the same one is there: that of the same page, or without a page the same in everything."""
        same = card.addresses[:1] or (card.name, card.company, card.position, card.since)
        if same not in self.known:
            self.known.add(same)
            self.called.add(fold(card.name))
            self.cards.append(card)

    def add_message(self, message: Message) -> None:
        self.messages.setdefault((message.key, message.who, message.name), message)

    def leave(self, row: Row, reason: str, file: str) -> None:
        start = " ".join(", ".join(text[:80] for text in row.cells if text.strip()).split())
        self.unread.append(Unread(row.line, reason, start[:80], file))


@dataclass(frozen=True, slots=True)
class _Me:
    """By which pages and names you are known in your own archive; names are folded."""

    pages: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    def is_known(self) -> bool:
        return bool(self.pages or self.names)

    def is_me(self, page: Address | None, name: str) -> bool:
        """Whether somebody is you: by the page where both are known, for you may have a namesake."""
        if page is not None and self.pages:
            return page.address in self.pages
        return fold(name) in self.names


def is_linkedin(files: Mapping[str, bytes]) -> bool:
    """Whether there is a file among these that only LinkedIn's archive holds."""
    return any(_sort(name, content) not in {None, "profile"} for name, content in files.items())


def read(files: Mapping[str, bytes]) -> Book:
    """All that an archive tells, or one of its files; by their names without folders. Never raises."""
    tables = _tables(files)
    found = _Found()
    for file, connections in tables["connections"]:
        _read_connections(file, connections, found)
    me = _me(tables, found)
    for file, invitations in tables["invitations"]:
        _read_invitations(file, invitations, found)
    for file, messages in tables["messages"]:
        _read_messages(file, messages, me, found)
    return Book(
        "LinkedIn",
        tuple(found.cards),
        tuple(found.messages.values()),
        tuple(found.unread),
        tuple(_remarks(tables, found)),
    )


def _remarks(tables: Mapping[_Sort, list[tuple[str, Table]]], found: _Found) -> Iterator[str]:
    if any(below.rows for _, below in (*tables["comments"], *tables["reactions"])):
        yield _COMMENTS
    if any(below.rows for _, below in tables["shares"]):
        yield _SHARES
    if found.adverts:
        yield _ADVERTS.format(count=found.adverts)
    if found.undated:
        yield _UNDATED.format(count=found.undated)


def _tables(files: Mapping[str, bytes]) -> dict[_Sort, list[tuple[str, Table]]]:
    tables: dict[_Sort, list[tuple[str, Table]]] = {sort: [] for sort in _COLUMNS}
    for name, content in sorted(files.items()):
        sort = _sort(name, content)
        if sort and (whole := table(content, _COLUMNS[sort], _NEEDED[sort])):
            tables[sort].append((name, whole))
    return tables


def _sort(name: str, content: bytes) -> _Sort | None:
    """What a file holds, by its header."""
    called = name.lower()
    if "." in called and not called.endswith((".csv", ".txt", ".tsv")):
        return None
    for sort, columns in _COLUMNS.items():
        head = table(content[:_HEAD], columns, _NEEDED[sort])
        if head and sort == "messages" and any(word in called for word in _MACHINES):
            return None
        if head and (sort != "messages" or head.columns.keys() & {"conversation", "direction"}):
            return sort
    return None


# --- connections and invitations ---


def _read_connections(file: str, connections: Table, found: _Found) -> None:
    for row in connections.rows:
        name = _name(f"{cell(row, connections, 'first')} {cell(row, connections, 'last')}")
        page = _page(cell(row, connections, "url"))
        mailbox = addresses.email(cell(row, connections, "email"))
        told = tuple(address for address in (page, mailbox) if address)
        if (not name or fold(name) in _DELETED) and not told:
            found.leave(row, _NOBODY, file)
            continue
        day = cell(row, connections, "since").strip()
        since = _moment(day)
        found.undated += bool(day) and since is None
        found.add_card(
            Card(
                row.line,
                name,
                told,
                company=_line(cell(row, connections, "company")),
                position=_line(cell(row, connections, "position")),
                since=since.date() if since else None,
            )
        )


def _read_invitations(file: str, invitations: Table, found: _Found) -> None:
    for row in invitations.rows:
        direction = _direction(cell(row, invitations, "direction"))
        if not direction:
            found.leave(row, _UNDIRECTED, file)
            continue
        other, url = ("to", "invitee") if direction == "out" else ("from", "inviter")
        name = _name(cell(row, invitations, other))
        who = _page(cell(row, invitations, url))
        if not who and (not name or fold(name) in _DELETED):
            found.leave(row, _GONE, file)
            continue
        if who or fold(name) not in found.called:
            found.add_card(Card(row.line, name, (who,) if who else ()))
        text = _text(cell(row, invitations, "message"))
        at = _moment(cell(row, invitations, "date"))
        if text and at is None:
            found.leave(row, _NO_DATE, file)
        elif text and at is not None:
            key = _key("invitation", who.address if who else fold(name), direction, at, text)
            found.add_message(Message(row.line, who, name, "wrote", direction, at, text, "linkedin", key))


def _direction(word: str) -> Direction | None:
    word = word.strip().lower()
    if word.startswith(("out", "sort", "envoy", "sent")):
        return "out"
    return "in" if word.startswith(("in", "entr", "re", "ré")) else None


# --- messages ---


@dataclass(slots=True)
class _Parts:
    """In which conversations pages and names have a part, and what those are called who wrote."""

    pages: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    names: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    called: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    talks: set[str] = field(default_factory=set)

    def add(self, row: Row, messages: Table) -> None:
        talk = cell(row, messages, "conversation")
        self.talks.add(talk)
        sender, name = _page(cell(row, messages, "sender")), fold(_name(cell(row, messages, "from")))
        if sender:
            self.called[sender.address].add(name)
        # Where only senders have pages, the one who is everywhere may be a friend whom you never answered.
        if "recipients" in messages.columns:
            for page in filter(None, (sender, *_pages(cell(row, messages, "recipients")))):
                self.pages[page.address].add(talk)
        for one in {name, *map(fold, _several(cell(row, messages, "to")))} - {"", *_DELETED}:
            self.names[one].add(talk)


def _me(tables: Mapping[_Sort, list[tuple[str, Table]]], found: _Found) -> _Me:
    """Who you are: whom the archive is of, who invited and was invited, and who has a part in every conversation."""
    parts = _Parts()
    for _, messages in tables["messages"]:
        for row in messages.rows if "conversation" in messages.columns else ():
            if not _is_draft(row, messages) and not _is_advert(row, messages):
                parts.add(row, messages)
    names = {
        fold(_name(f"{cell(row, profile, 'first')} {cell(row, profile, 'last')}"))
        for _, profile in tables["profile"]
        for row in profile.rows
    } - {""}
    strangers = {address.address for card in found.cards for address in card.addresses}
    pages = _inviting(tables["invitations"])
    if not pages:
        mine = {page for page, called in parts.called.items() if called & names} - strangers
        among = mine or parts.pages.keys() - strangers
        pages = _everywhere(
            {page: parts.pages.get(page, ()) for page in among}, parts.talks, named=bool(mine)
        )
    if not names:
        names = {name for page in pages for name in parts.called.get(page, ())} - {""}
    if not names:
        among = parts.names.keys() - found.called
        names = _everywhere({name: parts.names[name] for name in among}, parts.talks)
    return _Me(frozenset(pages), frozenset(names))


def _inviting(invitations: Iterable[tuple[str, Table]]) -> set[str]:
    """The page of whoever sent what went out and got what came in."""
    votes: Counter[str] = Counter()
    for _, below in invitations:
        for row in below.rows:
            direction = _direction(cell(row, below, "direction"))
            page = (
                _page(cell(row, below, "inviter" if direction == "out" else "invitee")) if direction else None
            )
            if page:
                votes[page.address] += 1
    return {page for page, _ in votes.most_common(1)}


def _everywhere(
    parts: Mapping[str, Collection[str]], talks: Collection[str], *, named: bool = False
) -> set[str]:
    """The one who has a part in more of these conversations than anybody else, and in most of them; nobody in doubt."""
    ranked = Counter({one: len(had) for one, had in parts.items()}).most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return set()
    first, count = ranked[0]
    return {first} if named or 2 * count > len(talks) else set()


def _read_messages(file: str, messages: Table, me: _Me, found: _Found) -> None:
    pages, names = _senders(messages)
    for row in messages.rows:
        if _is_draft(row, messages):
            continue
        if _is_advert(row, messages):
            found.adverts += 1
            continue
        text = _text(cell(row, messages, "content")) or _line(cell(row, messages, "subject"))
        at = _moment(cell(row, messages, "date"))
        sender, name = _page(cell(row, messages, "sender")), _name(cell(row, messages, "from"))
        direction = _direction(cell(row, messages, "direction"))
        if at is None:
            found.leave(row, _NO_DATE, file)
        elif not text and not cell(row, messages, "attachments").strip():
            found.leave(row, _NO_TEXT, file)
        elif not direction and not me.is_known():
            found.leave(row, _NO_SIDE, file)
        else:
            direction = direction or ("out" if me.is_me(sender, name) else "in")
            talk = cell(row, messages, "conversation").strip()
            others = _recipients(row, messages, pages, names, me) if direction == "out" else [(sender, name)]
            others = [
                (who, called) for who, called in others if who or (called and fold(called) not in _DELETED)
            ]
            if not others:
                found.leave(row, _GONE, file)
            for who, called in others:
                key = _key("message", talk or fold(called), direction, at, text)
                found.add_message(
                    Message(row.line, who, called, "wrote", direction, at, text, "linkedin", key)
                )


def _senders(messages: Table) -> tuple[dict[tuple[str, str], Address], dict[Address, str]]:
    """Whose page a name is within one conversation, and what everyone is called who wrote."""
    pages: dict[tuple[str, str], Address] = {}
    names: dict[Address, str] = {}
    for row in messages.rows:
        page, name = _page(cell(row, messages, "sender")), _name(cell(row, messages, "from"))
        if page and name:
            pages.setdefault((cell(row, messages, "conversation").strip(), fold(name)), page)
            names.setdefault(page, name)
    return pages, names


def _recipients(
    row: Row, messages: Table, pages: Mapping[tuple[str, str], Address], names: Mapping[Address, str], me: _Me
) -> list[tuple[Address | None, str]]:
    """To whom you wrote: their pages with what they are called, or the names alone where there are no pages."""
    written = cell(row, messages, "to")
    to = _pages(cell(row, messages, "recipients"))
    listed = _several(written)
    if len(to) == 1:
        return [(to[0], names.get(to[0]) or _name(written))]  # with all its commas
    if to:
        paired = listed if len(listed) == len(to) else [""] * len(to)
        others = [(page, names.get(page) or name) for page, name in zip(to, paired, strict=True)]
        return [(page, name) for page, name in others if not me.is_me(page, name)]
    talk = cell(row, messages, "conversation").strip()
    return [(pages.get((talk, fold(name))), name) for name in listed if not me.is_me(None, name)]


def _is_draft(row: Row, messages: Table) -> bool:
    marks = (cell(row, messages, "draft"), cell(row, messages, "conversation draft"))
    folder = cell(row, messages, "folder").strip().lower()
    return folder.startswith(("draft", "brouillon")) or any(mark.strip().lower() in _YES for mark in marks)


def _is_advert(row: Row, messages: Table) -> bool:
    """Whether LinkedIn or a company speaks, and nobody."""
    sender = cell(row, messages, "sender").strip()
    title = fold(f"{cell(row, messages, 'title')[:100]}")
    return (
        fold(cell(row, messages, "folder")[:100]) in _SPAM
        or title.startswith(("sponsored", "sponsorise", "message sponsorise", "contenu sponsorise"))
        or (bool(sender) and _page(sender) is None and "linkedin.com/" in sender)
        or (not sender and _ADVERT.search(cell(row, messages, "content")) is not None)
    )


def _key(*parts: str | datetime) -> str:
    written = "\n".join(part.isoformat() if isinstance(part, datetime) else part for part in parts)
    return f"linkedin {hashlib.sha256(written.encode('utf-8', 'replace')).hexdigest()[:24]}"


# --- pages, names, texts ---


def _page(url: str) -> Address | None:
    """Somebody's page; None for what is none, such as that of a company."""
    return _read_page(url.strip()) if len(url) < _LONGEST_URL and "linkedin." in url.lower() else None


@lru_cache(16_384)
def _read_page(url: str) -> Address | None:
    address = addresses.read(url, "linkedin")
    return address if address and address.kind == "linkedin" else None


def _pages(urls: str) -> list[Address]:
    """Several pages in one cell, each once."""
    return list(dict.fromkeys(filter(None, map(_page, _URLS.findall(urls[:_LONGEST_LIST])))))


_ORNAMENT = re.compile(r"\s+[|•·–—►/-]+\s+.*")
_TITLE = re.compile(r"(?:dr|pr|prof|ing|dipl)\.?\s+(?:med\.\s+)?(?=\S+\s+\S)", re.IGNORECASE)
_DEGREE = (
    r"(?:Ph\.?\s?D\.?|M\.?B\.?A\.?|E?MBA|PMP|CISSP|CPA|CFA|CISA|CISM|M\.?Sc\.?|B\.?Sc\.?|M\.?Eng\.?|B\.?Eng\.?|LL\.?M\.?|M\.D\.|"
    r"DPhil|EdD|SHRM-S?CP|PHR|SPHR|CSM|CSPO|PSM|P\.?Eng\.?|Esq\.?)"
)
_DEGREES = re.compile(rf"(?:\s+{_DEGREE}(?:\s*/\s*{_DEGREE})*)+$")
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|junior|senior|fils|père)\.?", re.IGNORECASE)
_LETTERS = re.compile(rf"{_DEGREE}(?:[\s/].*)?|[A-Z][A-Za-z]?[A-Z.\d/+-]{{1,8}}")
_LONGEST_NAME = 200
_LONGEST_URL = 500
_LONGEST_LIST = 50_000


def _name(written: str) -> str:
    """A name without emoji, degrees, titles and slogans; what stands behind a comma stays where it belongs to the name.

    >>> _name("🌱 Dr. Julie Martin, PhD, PMP®"), _name("Sammy Davis, Jr."), _name("Martin, Julie")
    ('Julie Martin', 'Sammy Davis, Jr.', 'Martin, Julie')
    """
    return _bare_name(written[:_LONGEST_NAME])


@lru_cache(16_384)
def _bare_name(written: str) -> str:
    head, *rest = (part.strip() for part in clean(written).split(","))
    if rest and " " not in head and not (_LETTERS.fullmatch(rest[0]) and not head.isupper()):
        return ", ".join(
            (head, *(part for part in rest if part and not _LETTERS.fullmatch(part)))
        )  # family name first
    cut = _ORNAMENT.sub("", head)
    head = cut if " " in cut else head
    head = _TITLE.sub("", head)
    bare = _DEGREES.sub("", head)
    head = bare if " " in bare else head
    return ", ".join((head, *(part for part in rest if _SUFFIX.fullmatch(part))))


def _several(written: str) -> list[str]:
    """The names of a cell that are parted by commas, as degrees are from names: what is no name goes with the one before.

    >>> _several("Julie Martin, PhD, Paul Durand")
    ['Julie Martin', 'Paul Durand']
    """
    whole: list[str] = []
    for part in re.split(r"[,;]", written[:_LONGEST_LIST]):
        if whole and (
            _LETTERS.fullmatch(part.strip()) or _SUFFIX.fullmatch(part.strip()) or part.strip()[:1].islower()
        ):
            whole[-1] += f",{part}"
        else:
            whole.append(part)
    return [name for name in map(_name, whole) if name]


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_MARKUP = re.compile(
    r"</?(?:p|br|div|span|a|ul|ol|li|strong|em|b|i|u|h[1-6]|blockquote|pre|code|img|table)\b[^<>]*>",
    re.IGNORECASE,
)
_BLOCKS = re.compile(r"<(?:p|br|div|li|h[1-6])\b", re.IGNORECASE)
_LONGEST_LINE = 1_000
_EMPTY_LINES = re.compile(r"\n{3,}")


def _line(written: str) -> str:
    return " ".join(_CONTROL.sub("", unescape(written[:_LONGEST_LINE])).split())


def _text(written: str) -> str:
    """A message as plain text: of HTML what is seen of it; lines stay lines."""
    written = written.replace("\r\n", "\n").replace("\r", "\n")
    if _MARKUP.search(written):
        shown = written if _BLOCKS.search(written) else written.replace("\n", "<br>")
        written = to_text(sanitise(shown))
    elif "&" in written:
        written = unescape(written)
    lines = (line.strip() for line in _CONTROL.sub("", written).splitlines())
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


# --- dates ---


def _months(*languages: str) -> dict[str, int]:
    """The number of every month, by its name or so much of it as belongs to no other one."""
    meanings: dict[str, set[int]] = defaultdict(set)
    for names in languages:
        for number, name in enumerate(names.split(), 1):
            for length in range(3, len(name) + 1):
                meanings[name[:length]].add(number)
    return {name: numbers.pop() for name, numbers in meanings.items() if len(numbers) == 1}


_MONTHS = _months(
    "january february march april may june july august september october november december",
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
)
_TIME = (
    r"(?:[t,\s]+(?:a\s|at\s)?(?P<hour>\d\d?)\s?[:h]\s?(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?"
    r"\s?(?:(?P<half>[ap])\.?m\.?)?\s?(?:utc|gmt|z)?(?P<offset>[+-]\d\d:?\d\d)?)?"
)
_WRITTEN = tuple(
    re.compile(rf"(?:{day}){_TIME}", re.ASCII)
    for day in (
        r"(?P<year>\d{4})[-/.](?P<month>\d\d?)[-/.](?P<day>\d\d?)",
        r"(?P<day>\d\d?)(?:er|st|nd|rd|th)?[\s.-]+(?P<name>[a-z]{3,9})\.?[\s,-]+(?P<year>\d{4}|\d\d)",
        r"(?P<name>[a-z]{3,9})\.? (?P<day>\d\d?)(?:st|nd|rd|th)?,? (?P<year>\d{4})",
        r"(?P<first>\d\d?)[/.](?P<second_>\d\d?)[/.](?P<year>\d{4}|\d\d)",
    )
)
_LONGEST_DATE = 60
_EARLIEST, _LATEST = 1970, 2100
_TWELVE = 12
_FOUR = 4


def _moment(written: str) -> datetime | None:
    """A date of an archive, in UTC; at noon where only the day is told. None when it cannot be read.

    `1/29/26, 2:37 PM` has the month first, as Americans write it who have two halves of the day; `29/01/2026 14:37` the day.
    """
    plain = unicodedata.normalize("NFKD", written[:_LONGEST_DATE].casefold())
    plain = " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())
    found = next(filter(None, (form.fullmatch(plain) for form in _WRITTEN)), None)
    if not found:
        return None
    told = found.groupdict()
    year = int(told["year"]) + (2000 if len(told["year"]) < _FOUR else 0)
    day, month = int(told.get("day") or 0), int(told.get("month") or _MONTHS.get(told.get("name") or "", 0))
    if told.get("first"):
        month, day = int(told["first"]), int(told["second_"])
        if month > _TWELVE or (told["hour"] and not told["half"] and day <= _TWELVE):
            month, day = day, month
    try:
        moment = datetime(year, month, day, *_clock(told), tzinfo=UTC)
    except ValueError:
        return None
    if not _EARLIEST <= moment.year <= _LATEST:
        return None
    return moment - _offset(told["offset"] or "")


def _clock(told: Mapping[str, str | None]) -> tuple[int, int, int]:
    if not told["hour"]:
        return _TWELVE, 0, 0
    hour = int(told["hour"])
    if told["half"]:
        hour = hour % _TWELVE + (_TWELVE if told["half"] == "p" else 0)
    return hour, int(told["minute"] or 0), int(told["second"] or 0)


def _offset(written: str) -> timedelta:
    if not written:
        return timedelta()
    length = timedelta(hours=int(written[1:3]), minutes=int(written[-2:]))
    return -length if written.startswith("-") else length
