"""Reads the archive that X, formerly Twitter, gives of an account: whom you follow, what you wrote to whom. Pure.

Accounts stand in it as numbers. Your own posts tell the handles of those whom you ever mentioned or answered; everybody
else stays a number, which opens their page all the same.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html import unescape
from itertools import chain
from typing import TYPE_CHECKING, Any

from engage import addresses
from engage.contacts.cards import Book, Card, Message, Unread
from engage.contacts.names import clean
from engage.contacts.tables import decode
from feeds.errors import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engage.model import Address

# What the files are called, in the archives of all years, and under which name each of their entries stands.
_WRAPPERS = {
    "account": "account",
    "following": "following",
    "tweet": "tweet",
    "tweets": "tweet",
    "like": "like",
    "likes": "like",
    "direct-message": "dmConversation",
    "direct-messages": "dmConversation",
    "direct-message-group": "dmConversation",
    "direct-messages-group": "dmConversation",
    "direct-message-groups": "dmConversation",
}
_VARIABLE = re.compile(
    r"\s*(?:(?:var|let|const)\s+)?(?:window\.)?(?:YTD\.)?(?P<name>[a-z_]+)\.part\d+\s*=\s*", re.IGNORECASE
)
_FILE = re.compile(r"(?P<name>[a-z-]+?)(?:-part\d+)?(?:\s*\(\d+\))?\.js", re.IGNORECASE)
_HEAD = 400
_LONGEST_LINK = 200
_NEXT = re.compile(r"[^\s,]")
# After so many broken entries a file is given up.
_MOST_BROKEN = 100

_NO_ENTRY = N_("This entry cannot be read: it is damaged, or cut off.")
_NO_FILE = N_("This file holds nothing that can be read.")
_NO_ACCOUNT = N_("It names no account.")
_NO_DATE = N_("The date cannot be read.")
_NO_SIDE = N_("It cannot be told which of them is you. Import the whole archive: account.js in it says so.")
_LIKES = N_("Likes are left out: X’s archive does not say whose posts they belong to.")
_NUMBERS = N_(
    "X’s archive has numbers in place of names. Those whom you never answered or mentioned stay numbers."
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of a file, and the line on which it begins."""

    line: int
    told: dict[str, Any]
    file: str
    start: str = ""


@dataclass(slots=True)
class _Found:
    """What was read so far."""

    cards: dict[Address, Card] = field(default_factory=dict)
    messages: dict[tuple[str, Address | None], Message] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)

    def add_message(self, message: Message) -> None:
        self.messages.setdefault((message.key, message.who), message)

    def leave(self, entry: _Entry, reason: str) -> None:
        self.unread.append(Unread(entry.line, reason, entry.start, entry.file))


def is_x(files: Mapping[str, bytes]) -> bool:
    """Whether there is a file among these that X's archive holds."""
    return any(_sort(name, content) for name, content in files.items())


def read(files: Mapping[str, bytes]) -> Book:
    """All that an archive tells, or one of its files; by their names without folders. Never raises."""
    found = _Found()
    likes = False
    entries: dict[str, list[_Entry]] = {wrapper: [] for wrapper in _WRAPPERS.values()}
    for name, content in sorted(files.items()):
        wrapper = _WRAPPERS.get(_sort(name, content), "")
        if wrapper == "like":  # that there are any is all that can be said of them
            likes = likes or b"{" in content
        elif wrapper:
            entries[wrapper] += _entries(name, content, wrapper, found)
    people = _People(entries["tweet"])
    followed = [(entry, *_account(entry.told)) for entry in entries["following"]]
    me = _me(entries, {number for _, number, _ in followed})
    _read_following(followed, people, found)
    for entry in entries["tweet"]:
        _read_tweet(entry, me, people, found)
    for entry in entries["dmConversation"]:
        _read_conversation(entry, me, people, found)
    unnamed = any(card.addresses[0].address.startswith("id:") for card in found.cards.values())
    remarks = ((_LIKES, likes), (_NUMBERS, unnamed))
    return Book(
        "X",
        tuple(found.cards.values()),
        tuple(found.messages.values()),
        tuple(found.unread),
        tuple(remark for remark, holds in remarks if holds),
    )


def _sort(name: str, content: bytes) -> str:
    """What a file holds, by the variable that it sets or else by its own name; empty for what is not read here."""
    head = decode(content[:_HEAD])
    variable = _VARIABLE.match(head)
    called = _FILE.fullmatch(name)
    if not variable and not (called and head.lstrip().startswith("[")):
        return ""
    sort = (variable or called or {"name": ""})["name"].lower().replace("_", "-")
    return sort if sort in _WRAPPERS else ""


def _entries(file: str, content: bytes, wrapper: str, found: _Found) -> Iterator[_Entry]:
    """The entries of a file one by one, so that a damaged one costs no other."""
    text = decode(content)
    decoder = json.JSONDecoder()
    following = re.compile(rf'\{{\s*"{wrapper}"\s*:')
    place = text.find("[") + 1
    if not place:
        found.unread.append(Unread(1, _NO_FILE, _start_of(text), file))
        return
    line, counted, broken = 1, 0, 0
    while True:
        place = start.start() if (start := _NEXT.search(text, place)) else len(text)
        line, counted = line + text.count("\n", counted, place), place
        if text.startswith("]", place):
            return
        try:
            told, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            found.unread.append(Unread(line, _NO_ENTRY, _start_of(text, place), file))
            broken += 1
            again = following.search(text, place + 1)
            if not again or broken == _MOST_BROKEN:
                return
            place = again.start()
            continue
        inner = told.get(wrapper, told) if isinstance(told, dict) else None
        if isinstance(inner, dict):
            yield _Entry(line, inner, file, _start_of(text, place))
        else:
            found.unread.append(Unread(line, _NO_ENTRY, _start_of(text, place), file))
        place = end


def _start_of(text: str, place: int = 0) -> str:
    return " ".join(text[place : place + 160].split())[:80]


# --- who is who ---


class _People:
    """The handles and names of accounts, by their numbers, as your posts have them; the newest holds."""

    def __init__(self, tweets: Iterable[_Entry]) -> None:
        self.handles: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.numbers: dict[str, str] = {}
        when: dict[str, int] = {}
        for tweet in tweets:
            age = int(_number(tweet.told, "id_str", "id") or "0")  # they grow with time
            for number, handle, name in _mentioned(tweet.told):
                if number and handle and age >= when.get(number, 0):
                    when[number] = age
                    self.handles[number] = handle
                    self.names[number] = name or self.names.get(number, "")
                    self.numbers[handle.lower()] = number
        # Whoever is only answered has a handle there, and no name.
        for tweet in tweets:
            number, handle = _replied_to(tweet.told)
            if number and handle:
                self.handles.setdefault(number, handle)

    def address(self, number: str, handle: str = "") -> Address | None:
        """The address of an account by its number, else by its handle."""
        known = self.handles.get(number) or handle
        return (addresses.on_x(known) if known else None) or (
            addresses.on_x(f"id:{number}") if number else None
        )

    def name(self, number: str, handle: str = "") -> str:
        """What an account is called; by its handle where it has no name."""
        return self.names.get(number) or self.handles.get(number) or handle


def _mentioned(tweet: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Whom a post mentions: number, handle, name."""
    for mention in _dicts(_dict(tweet.get("entities")).get("user_mentions")):
        number, handle = _number(mention, "id_str", "id"), _text(mention.get("screen_name")).strip()
        if number or handle:
            yield number, handle, clean(unescape(_text(mention.get("name")))[:200])


def _replied_to(tweet: dict[str, Any]) -> tuple[str, str]:
    number = _number(tweet, "in_reply_to_user_id_str", "in_reply_to_user_id")
    return number, _text(tweet.get("in_reply_to_screen_name")).strip()


def _me(entries: Mapping[str, list[_Entry]], strangers: Iterable[str]) -> str:
    """Your own number: as the account says, or else that of the one who has a part in every conversation. Empty in doubt."""
    for entry in entries["account"]:
        if number := _number(entry.told, "accountId"):
            return number
    parts: Counter[str] = Counter()
    for entry in entries["dmConversation"]:
        parts.update(_members(entry.told))
    for number in strangers:
        del parts[number]
    ranked = parts.most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return ""
    number, count = ranked[0]
    return number if 2 * count > len(entries["dmConversation"]) else ""


def _members(conversation: dict[str, Any]) -> set[str]:
    """All who are known to have a part in a conversation."""
    pair = _text(conversation.get("conversationId")).split("-")
    members = {part for part in pair if len(pair) == 2 and _is_number(part)}  # noqa: PLR2004 - the two numbers of a pair
    for event in _dicts(conversation.get("messages")):
        for told in _dicts(list(event.values())):
            members |= {
                _number(told, "senderId"),
                _number(told, "recipientId"),
                _number(told, "initiatingUserId"),
            }
            for listed in (told.get("participantsSnapshot"), told.get("userIds")):
                members |= {number for number in map(_text, _list(listed)) if _is_number(number)}
    return members - {""}


# --- what passed ---


def _read_following(followed: Iterable[tuple[_Entry, str, str]], people: _People, found: _Found) -> None:
    for entry, number, handle in followed:
        who = people.address(number, handle)
        if who is None:
            found.leave(entry, _NO_ACCOUNT)
        else:
            found.cards.setdefault(who, Card(entry.line, people.names.get(number, ""), (who,)))


def _account(followed: dict[str, Any]) -> tuple[str, str]:
    """The number of an account that is followed, or else its handle, as far as the link to it tells."""
    if number := _number(followed, "accountId"):
        return number, ""
    link = addresses.read(_text(followed.get("userLink"))[:_LONGEST_LINK], "x")
    if link is None or link.kind != "x":
        return "", ""
    number = link.address.removeprefix("id:")
    return ("", number) if number == link.address else (number if _is_number(number) else "", "")


_BOOSTED = re.compile(r"RT @(\w{1,20})\b", re.ASCII)


def _read_tweet(entry: _Entry, me: str, people: _People, found: _Found) -> None:
    tweet = entry.told
    named = list(_spoken_to(tweet, me, people))
    if not named:
        return
    tweet_id = _number(tweet, "id_str", "id")
    at = _moment(_text(tweet.get("created_at")))
    if at is None or not tweet_id:
        found.leave(entry, _NO_DATE if tweet_id else _NO_ENTRY)
        return
    text = _written(tweet)
    for kind, number, handle in named:
        found.add_message(
            Message(
                entry.line,
                people.address(number, handle),
                people.name(number, handle),
                kind,
                "out",
                at,
                text,
                "x",
                f"x {tweet_id}",
                f"https://x.com/i/status/{tweet_id}",
            )
        )


def _spoken_to(tweet: dict[str, Any], me: str, people: _People) -> Iterator[tuple[str, str, str]]:
    """To whom a post speaks, each once: the kind of engagement, their number and handle. Nobody is their own company."""
    mentioned = [(number, handle) for number, handle, _ in _mentioned(tweet)]
    if boosted := _BOOSTED.match(_text(tweet.get("full_text") or tweet.get("text"))):
        handle = boosted[1]
        number = next((number for number, other in mentioned if other.lower() == handle.lower()), "")
        number = number or people.numbers.get(handle.lower(), "")
        if not me or number != me:
            yield "boosted", number, handle
        return
    replied = _replied_to(tweet)
    seen = {me} - {""}
    if any(replied) and replied[0] not in seen:
        yield ("replied", *replied)
    seen |= {replied[0], replied[1].lower()} - {""}
    start = _start(tweet)
    for mention in _dicts(_dict(tweet.get("entities")).get("user_mentions")):
        number, handle = _number(mention, "id_str", "id"), _text(mention.get("screen_name")).strip()
        places = [int(place) for place in map(_text, _list(mention.get("indices"))) if _is_number(place)]
        keys = {number, handle.lower()} - {""}
        # Those before the text itself are named because they were in the conversation already.
        if keys and not keys & seen and not (places and places[0] < start):
            seen |= keys
            yield "mentioned", number, handle


def _start(tweet: dict[str, Any]) -> int:
    shown = _list(tweet.get("display_text_range"))
    first = _text(shown[0]) if shown else ""
    return int(first) if _is_number(first) else 0


def _read_conversation(entry: _Entry, me: str, people: _People, found: _Found) -> None:
    members = _members(entry.told)
    for event in _dicts(entry.told.get("messages")):
        written = event.get("messageCreate")
        if not isinstance(written, dict):
            continue  # somebody joined, left, or put a heart
        message = replace(entry, told=written, start=_start_of(_text(written.get("text"))))
        sender, recipient = _number(written, "senderId"), _number(written, "recipientId")
        message_id = _text(written.get("id")).strip()[:40]
        at = _moment(_text(written.get("createdAt")))
        if not sender or not message_id:
            found.leave(message, _NO_ENTRY)
        elif at is None:
            found.leave(message, _NO_DATE)
        elif not me:
            found.leave(message, _NO_SIDE)
        else:
            text = _written(written)
            to = [recipient] if recipient else sorted(members, key=int)
            for other in (one for one in (to if sender == me else [sender]) if one != me):
                found.add_message(
                    Message(
                        entry.line,
                        people.address(other),
                        people.name(other),
                        "wrote",
                        "out" if sender == me else "in",
                        at,
                        text,
                        "x",
                        f"x dm {message_id}",
                    )
                )


_SHORTENED = re.compile(r"https?://t\.co/\w+", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def _written(told: dict[str, Any]) -> str:
    """The text of a post or message: addresses at full length, entities as letters, without the link to a picture of its own."""
    entities = _dict(told.get("entities"))
    full: dict[str, str] = {}
    for media in chain(
        _dicts(entities.get("media")), _dicts(_dict(told.get("extended_entities")).get("media"))
    ):
        full[_text(media.get("url"))] = ""
    for url in chain(_dicts(entities.get("urls")), _dicts(told.get("urls"))):
        if expanded := _text(url.get("expanded_url") or url.get("expanded")):
            full[_text(url.get("url"))] = expanded
    text = unescape(_text(told.get("full_text") or told.get("text")))
    text = _SHORTENED.sub(lambda short: full.get(short[0], short[0]), text)
    return _CONTROL.sub("", text).strip()


# --- what JSON may hold in the place of what should be there ---


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return (
        str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**20 else ""
    )


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in _list(value) if isinstance(one, dict)]


def _number(told: dict[str, Any], *names: str) -> str:
    """The number of an account or post under the first of these names that has one; `-1` is that of nobody."""
    return next((text for text in (_text(told.get(name)).strip() for name in names) if _is_number(text)), "")


def _is_number(text: Any) -> bool:
    return isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= 20  # noqa: PLR2004 - as long as they get


_CREATED = re.compile(
    r"\w{3} (?P<month>\w{3}) (?P<day>\d\d?) (?P<time>\d\d:\d\d:\d\d) (?P<zone>[+-]\d{4}) (?P<year>\d{4})",
    re.ASCII,
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_EARLIEST, _LATEST = 1970, 2100


def _moment(written: str) -> datetime | None:
    """A moment in UTC out of `Wed Oct 10 20:19:24 +0000 2018` or an ISO date; None when it cannot be read."""
    written = written.strip()[:40]
    found = _CREATED.fullmatch(written)
    if found and found["month"].lower() in _MONTHS:
        month = _MONTHS.index(found["month"].lower()) + 1
        written = f"{found['year']}-{month:02}-{int(found['day']):02}T{found['time']}{found['zone']}"
    try:
        moment = datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d|Z)", "", written))
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if _EARLIEST <= moment.year <= _LATEST else None
