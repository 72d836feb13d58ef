"""One subscription, and a file of them, as values. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


Path = tuple[str, ...]
SPELLINGS = {
    "text": "text",
    "title": "title",
    "address": "xmlUrl",
    "site": "htmlUrl",
    "description": "description",
    "language": "language",
}
FIELDS = {spelling.lower(): name for name, spelling in SPELLINGS.items()}
# Prefixes that programs forget to declare, and a name for those that nobody knows.
_NAMESPACES = {
    "frss": "https://freshrss.org/opml",
    "fz": "urn:forumzilla:",
    "miniflux": "https://miniflux.app/opml",
}
_UNDECLARED = "urn:undeclared:"
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NAME = re.compile(r"(?:[A-Za-z_À-ÖØ-öø-ÿ][\w.À-ÖØ-öø-ÿ-]*:)?[A-Za-z_À-ÖØ-öø-ÿ][\w.À-ÖØ-öø-ÿ-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Outline:
    """One subscription as OPML tells it, in the form in which any OPML file would say it again.

    `address` is the feed's (xmlUrl), as written; `site` is htmlUrl. `folders` are the paths of all folders it stands in,
    outermost first: none when it stands at the top alone, and an empty path among them when it stands there too. `more`
    holds every other attribute in its own spelling, for the way back; those with a prefix come with the declaration of it
    ("xmlns:frss"). OPML asks for a text and a type: a missing text is the title, else the address, a missing type is "rss".
    """

    address: str
    text: str = ""
    title: str = ""
    site: str = ""
    description: str = ""
    language: str = ""
    folders: tuple[Path, ...] = ()
    more: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in SPELLINGS:
            object.__setattr__(self, name, getattr(self, name).strip())
        object.__setattr__(self, "text", self.text or self.title or self.address)
        paths = (tuple(filter(None, map(str.strip, path))) for path in self.folders)
        folders = tuple(dict.fromkeys(paths))
        object.__setattr__(self, "folders", () if folders == ((),) else folders)
        if not any(name.lower() == "type" for name in self.more):
            object.__setattr__(self, "more", {"type": "rss", **self.more})


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """What a file lists. `unread` names the outlines or lines that cannot be followed, by their address or their text;
    `cut` says that the file breaks off.
    """

    title: str = ""
    outlines: tuple[Outline, ...] = ()
    unread: tuple[str, ...] = ()
    cut: bool = False


def goes_along(name: str) -> bool:
    """Whether an attribute's name is sound, and neither that of a field nor of a declaration."""
    return name.lower() not in FIELDS and not name.startswith("xmlns") and bool(_NAME.fullmatch(name))


def prefix_of(name: str) -> str:
    """The prefix of an attribute's name that has to be declared."""
    prefix = name.rpartition(":")[0]
    return "" if prefix == "xml" else prefix


def namespace_of(prefix: str) -> str:
    """What a prefix stands for where nobody declares it."""
    return _NAMESPACES.get(prefix, f"{_UNDECLARED}{prefix}")
