"""Subscriptions in: OPML in the dialects of many programs, and plain lists of addresses. Pure.

Reading looks for tags and their attributes and for nothing else. That is less than an XML parser does, on purpose: an
export that is cut short, holds a bare `&` or a quotation mark too many, nests a thousand levels deep or lies about its
encoding still tells its feeds, and an entity that is never expanded does no harm. Where a file is well-formed, both
read the same.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field, replace
from html import escape
from typing import TYPE_CHECKING

from feeds import page
from feeds.address import canonical
from feeds.errors import N_, NotOpml
from feeds.formats.letters import is_encoding
from feeds.html import whole_letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
from feeds.opml.addresses import followed, without_credentials, without_secrets
from feeds.opml.model import (
    FIELDS,
    FORBIDDEN,
    Outline,
    Path,
    Subscriptions,
    goes_along,
    namespace_of,
    prefix_of,
)
from feeds.opml.tags import Tag, tags_in, value_of

# Outlines of these types speak of a feed, or of a file that lists feeds, even where they hold no address.
_TELLING_TYPES = {"rss", "atom", "include"}
_NAMING = ("text", "title", "htmlurl", "url")
# Deeper folders are one folder: a path for each of a hundred thousand levels would fill the memory.
_DEEPEST = 100
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_STRAY = re.compile("[\udc80-\udcff]+")
# What stands aside of the markup, by what closes it.
_ASIDES = (
    ("-->", re.compile(r"<!--.*?-->", re.DOTALL)),
    ("]]>", re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)),
    ("]>", re.compile(r"<!DOCTYPE[^<>\[]*\[.*?\]>", re.DOTALL | re.IGNORECASE)),
)
_OPML = re.compile(r"<(?:[\w.-]+:)?(?:opml|outline)\b", re.IGNORECASE)
_IS_FEED = re.compile(r"<(?:[\w.-]+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)
_HEAD_ENDS = re.compile(r"<(?:[\w.-]+:)?(?:body|outline)\b", re.IGNORECASE)
_TITLE = re.compile(r"<(?:[\w.-]+:)?title\b[^<>]*>([^<]*)", re.IGNORECASE)
_SECRET_NAME = re.compile(r"username|userpwd|password|cookie|httpheader|token|api_?key", re.IGNORECASE)
_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"?|(\S+)')


def read(raw: bytes, path: str) -> Subscriptions:
    """The subscriptions in a file's bytes, each once, in the order of the file; `path` is what the file is called.

    A plain list will do as well: an address on each line, or newsboat's `urls` with its tags as folders.

    Raises:
        NotOpml: the file lists no feeds; the sentence says what it is.

    """
    text = _without_asides(_decode(raw))
    start = text.lstrip()
    if _OPML.search(text):
        return replace(
            _read_outlines(text), cut="</opml" not in text.lower() and "</body" not in text.lower()
        )
    if not start.startswith("<") and (listed := _read_list(text)).outlines:
        return listed
    if not start:
        raise NotOpml(path=path, reason=N_("it is empty"))
    if page.looks_like_page(start[:2048].encode()):
        raise NotOpml(path=path, reason=N_("it is a web page"))
    if start.startswith("<") and _IS_FEED.search(start[:4096]):
        raise NotOpml(path=path, reason=N_("it is itself a feed"))
    raise NotOpml(path=path, reason=N_("it is neither OPML nor a list of addresses"))


def _decode(raw: bytes) -> str:
    """A file's text, with one kind of line end and without what XML forbids."""
    return FORBIDDEN.sub("", _letters(raw)).replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")


def _letters(raw: bytes) -> str:
    """The bytes speak first: a mark, or all of them UTF-8; then the declaration; then windows-1252, for the stray ones."""
    for mark, encoding in (
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
        (b"<\0", "utf-16-le"),
        (b"\0<", "utf-16-be"),
    ):
        if raw.startswith(mark):
            return raw.decode(encoding, "ignore")
    declared = _DECLARED.search(raw[:512])
    name = declared[1].decode().lower() if declared else "utf-8"
    if not name.startswith("iso-2022"):  # Japanese in seven bits looks like UTF-8
        try:
            return codecs.getincrementaldecoder("utf-8")().decode(raw)  # the last letter may be cut
        except UnicodeDecodeError:
            pass
    # As browsers do, the label latin-1 is read as its superset.
    name = "windows-1252" if name in {"iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii"} else name
    try:
        return whole_letters(raw.decode(name if is_encoding(name) else "utf-8"))
    except (ValueError, LookupError, OverflowError):
        return _STRAY.sub(_windows, raw.decode("utf-8", "surrogateescape"))


def _windows(match: re.Match[str]) -> str:
    return match[0].encode("utf-8", "surrogateescape").decode("windows-1252", "replace")


def _without_asides(text: str) -> str:
    """`text` without comments and internal subsets, and with the words in CDATA as other words."""
    for closing, aside in _ASIDES:
        before, mark, after = text.rpartition(closing)  # what is never closed stands not aside, it is a slip
        text = aside.sub(lambda found: escape("".join(found.groups())), before + mark) + after
    return text


@dataclass(frozen=True, slots=True)
class _Level:
    """What holds inside an open outline: the folders down to it, and the namespaces that are declared."""

    folders: Path
    namespaces: Mapping[str, str]


@dataclass(slots=True)
class _Feed:
    """A feed as all its outlines together tell it: of each value the first."""

    values: dict[str, str]
    more: dict[str, str] = field(default_factory=dict)
    folders: dict[Path, None] = field(default_factory=dict)


class _Found:
    """What was read so far: each feed under the canonical form of its address, and what cannot be followed."""

    def __init__(self) -> None:
        self.feeds: dict[str, _Feed] = {}
        self.unread: list[str] = []

    def add(self, values: Mapping[str, str], more: Mapping[str, str], folders: Iterable[Path]) -> None:
        written = values["address"].strip()
        if not (address := followed(written)):
            self.unread.append(without_credentials(written))
            return
        feed = self.feeds.setdefault(canonical(address), _Feed({"address": address}))
        for name, value in values.items():
            feed.values.setdefault(name, value)
        for name, value in more.items():
            feed.more[name] = feed.more.get(name) or value
        feed.folders |= dict.fromkeys(folders)

    def subscriptions(self, title: str = "") -> Subscriptions:
        outlines = (
            Outline(**feed.values, folders=tuple(feed.folders), more=feed.more)
            for feed in self.feeds.values()
        )
        return Subscriptions(title, tuple(outlines), tuple(dict.fromkeys(filter(None, self.unread))))


def _read_outlines(text: str) -> Subscriptions:
    found = _Found()
    levels = [_Level((), {})]
    for tag in tags_in(text):
        if tag.name != "outline":  # the ground: here no outline is open, whatever was left open above
            levels = [_Level((), {**levels[0].namespaces, **_declared(tag)})]
        elif not tag.closes:
            inside = _read_outline(tag, levels[-1], found)
            levels += [] if tag.leaf else [inside]
        elif len(levels) > 1:
            levels.pop()
    ends = _HEAD_ENDS.search(text)
    title = _TITLE.search(text, 0, ends.start() if ends else len(text))
    return found.subscriptions(value_of(title[1]).strip() if title else "")


def _read_outline(tag: Tag, level: _Level, found: _Found) -> _Level:
    """Take in one outline that stands at `level`, and say what holds inside it."""
    values = {name: value for spelling, name in FIELDS.items() if (value := tag.first(spelling))}
    declared = _declared(tag)
    namespaces = {**level.namespaces, **declared} if declared else level.namespaces
    if "site" in values:
        values["site"] = without_secrets(values["site"])
    if "address" in values:
        found.add(values, _more(tag, namespaces), [level.folders])
    elif tag.leaf and (
        tag.first("type").lower() in _TELLING_TYPES
        or any(name.lower() == "xmlurl" for name in tag.attributes)
    ):
        found.unread.append(next(filter(None, map(tag.first, _NAMING)), "").strip())
    folder = tag.first("text") or tag.first("title")
    deeper = folder and len(level.folders) < _DEEPEST
    return _Level((*level.folders, folder) if deeper else level.folders, namespaces)


def _declared(tag: Tag) -> dict[str, str]:
    return {
        name.removeprefix("xmlns:"): uri
        for name, uri in tag.attributes.items()
        if name.startswith("xmlns:") and uri
    }


def _more(tag: Tag, namespaces: Mapping[str, str]) -> dict[str, str]:
    """The attributes that have no field of their own, and what declares their prefixes. No name or password is."""
    more: dict[str, str] = {}
    for name, value in tag.attributes.items():
        if goes_along(name) and not _SECRET_NAME.search(name):
            more[name] = without_secrets(value)
            if prefix := prefix_of(name):
                more[f"xmlns:{prefix}"] = namespaces.get(prefix) or namespace_of(prefix)
    return more


def _read_list(text: str) -> Subscriptions:
    """A plain list; what stands behind an address are newsboat's tags: "~" names the feed, "!" hides it."""
    found = _Found()
    for line in text.split("\n"):
        words = _words(line)
        if not words:
            continue
        address = words[0] if ":" in words[0] else line.strip()
        tags = [without_secrets(word) for word in words[1:]]
        names = [tag[1:] for tag in tags if tag.startswith("~")]
        folders = [(tag,) for tag in tags if not tag.startswith(("~", "!"))]
        found.add({"address": address, **({"text": names[0]} if names else {})}, {}, folders or [()])
    return found.subscriptions()


def _words(line: str) -> list[str]:
    """The words of a line, those in quotation marks whole, up to a comment; none when it says nothing."""
    words = []
    for quoted, bare in _WORD.findall(line):
        if bare.startswith("#"):
            break
        words.append(re.sub(r"\\(.)", r"\1", quoted) or bare)
    return words if any(letter.isalnum() for word in words for letter in word) else []
