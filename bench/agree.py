"""Compares our reading of feeds with feedparser's, entry by entry, and prints every difference.

    python -m bench.agree FOLDER [--all] [--only KIND]

feedparser reads each feed as it comes: its own resolving of addresses on, its own sanitising on. Compared are title (as
plain text), link, id (by our rules for keys), the two dates, the text (blocks of it, white space folded) and the
addresses that the text links to. JSON Feeds are left out: feedparser does not read them.
"""

from __future__ import annotations

import argparse
import re
import warnings
from calendar import timegm
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from io import BytesIO
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from xml.parsers import expat

from bench import corpus
from feeds.errors import FetchError
from feeds.formats.identity import known
from feeds.html import links, sanitise, to_text
from feeds.model import Cursor, Post, Source
from feeds.sources import blog

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")
# What stands in these is text to a browser and markup to feedparser; without them both say the same.
_RAW_TEXT = re.compile(r"</?(?:noscript|textarea|iframe|noembed|noframes|xmp)\b[^<>]*>", re.IGNORECASE)
_HEADERS = {"content-type": "application/xml"}
_SHOWN = 3
COMPARED = (
    "title",
    "link",
    "published",
    "updated",
    "text",
    "addresses in the text",
    "addresses spelt otherwise",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that the two readings say differently: where, what, and what each says."""

    kind: str
    feed: str
    entry: int
    theirs: str
    ours: str

    def told(self) -> str:
        """Both readings from shortly before the first letter that differs."""
        start = next(
            (
                place
                for place, pair in enumerate(zip(self.theirs, self.ours, strict=False))
                if pair[0] != pair[1]
            ),
            min(len(self.theirs), len(self.ours)),
        )
        since = max(0, start - 30)
        pair = (repr(("…" if since else "") + said[since : start + 90]) for said in (self.theirs, self.ours))
        return f"    {self.feed} entry {self.entry}: feedparser {next(pair)}\n{'':31}ours {next(pair)}"


def address_of(name: str) -> str:
    """Where a feed is said to have come from, which relative addresses start at."""
    return f"https://corpus.example/feeds/{name}"


def is_well_formed(body: bytes) -> bool:
    """Whether XML's own parser has nothing to say against it."""
    try:
        expat.ParserCreate().Parse(body, True)
    except (expat.ExpatError, LookupError, ValueError):
        return False
    return True


def ours(name: str, body: bytes) -> tuple[Post, ...]:
    """The posts that we read in a feed.

    Raises:
        FetchError: we read none.

    """
    url = address_of(name)
    return blog.parse(blog.Unread(Source("blog", url), Cursor(), body, url, _HEADERS["content-type"])).posts


def theirs(name: str, body: bytes) -> list[Any]:
    """The entries that feedparser reads in a feed, all its services on."""
    import feedparser  # noqa: PLC0415 - slow to import, and --help needs it not

    headers = {**_HEADERS, "content-location": address_of(name)}
    return list(feedparser.parse(BytesIO(body), response_headers=headers).entries)


def folded(text: str) -> str:
    """Text with every run of white space as one space."""
    return " ".join(text.split())


def title_of(entry: Any) -> str:
    """Their title as plain text: what it is said to be decides whether it holds markup."""
    value = str(entry.get("title", ""))
    if entry.get("title_detail", {}).get("type") != "text/plain":
        value = unescape(_TAG.sub("", value))
    return folded(value)


def html_of(entry: Any) -> str:
    """The longest thing that their entry says."""
    said = [*entry.get("content", []), entry.get("summary_detail") or {"value": entry.get("summary", "")}]
    best = max(said, key=lambda part: len(part.get("value") or ""))
    value = str(best.get("value") or "")
    return sanitise(_RAW_TEXT.sub("", value))


def moment_of(entry: Any, name: str) -> str:
    """One of their dates, as an ISO date; empty when there is none."""
    parsed = entry[name] if name in entry else None  # noqa: SIM401 - .get() would answer with the other date
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC).isoformat() if parsed else ""
    except (ValueError, OverflowError):
        return "impossible"


def date_of(entry: Any) -> str:
    """When they say that an entry was published, or else changed."""
    return moment_of(entry, "published_parsed") or moment_of(entry, "updated_parsed")


def pairs(entries: list[Any], posts: Iterable[Post]) -> Iterator[tuple[int, Any, Post | None, str]]:
    """Each of their entries with our post of the same id, else link, else title and date; or why there is none.

    What is ours alone comes at the end, with an empty entry.
    """
    left: dict[str, list[Post]] = defaultdict(list)
    for post in posts:
        left[post.key.partition(" ")[0]].append(post)
    taken: dict[str, list[Post]] = defaultdict(list)
    nameless: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, same in left.items():
        for post in same:
            nameless[folded(post.title), post.published.isoformat() if post.published else ""].append(key)
    for number, entry in enumerate(entries):
        keys = keys_of(entry) or nameless[title_of(entry), date_of(entry)]
        waiting = [(likeness(entry, post), key, post) for key in keys for post in left[key]]
        if waiting:
            _, key, post = max(waiting, key=itemgetter(0))
            left[key].remove(post)
            taken[key].append(post)
            yield number, entry, post, ""
        elif not (entry.get("link") or entry.get("title") or html_of(entry)):
            yield number, entry, None, "entry that says nothing"
        elif any(likeness(entry, post) == (True, True, True) for key in keys for post in taken[key]):
            yield number, entry, None, "exact repetition"
        else:
            yield number, entry, None, "entry lost"
    for rest in left.values():
        for post in rest:
            yield -1, {}, post, "entry that only we have"


def keys_of(entry: Any) -> list[str]:
    """What we should know their entry by, if it has an id or a link."""
    said = str(entry.get("id") or entry.get("link") or "").strip()
    return [known(said).partition(" ")[0]] if said else []


def likeness(entry: Any, post: Post) -> tuple[bool, bool, bool]:
    """Whether an entry and a post have the same title, date and text."""
    return (
        title_of(entry) == folded(post.title),
        date_of(entry) == (post.published.isoformat() if post.published else ""),
        folded(to_text(html_of(entry))) == folded(post.text),
    )


def compared(entry: Any, post: Post) -> Iterator[tuple[str, str, str]]:
    """What one entry and its post say differently: the kind, their words, ours."""
    html = html_of(entry)
    said = {
        "title": (title_of(entry), folded(post.title)),
        "link": (str(entry.get("link", "")), post.url),
        "published": (date_of(entry), post.published.isoformat() if post.published else ""),
        "updated": (moment_of(entry, "updated_parsed"), post.updated.isoformat() if post.updated else ""),
        "text": (folded(to_text(html)), folded(post.text)),
    }
    for kind, (one, other) in said.items():
        if one != other:
            yield kind, one, other
    linked, by_us = links(html), links(post.html)
    if linked != by_us:
        alike = list(map(loosely, linked)) == list(map(loosely, by_us))
        kind = "addresses spelt otherwise" if alike else "addresses in the text"
        yield kind, "\n".join(linked), "\n".join(by_us)


def loosely(address: str) -> str:
    """An address without what may be spelt in several ways: percent signs, spaces, doubled slashes, an empty query."""
    return re.sub(r"/+", "/", "".join(unquote(address).split())).rstrip("?#")


def differences(name: str, body: bytes) -> tuple[int, list[Difference]]:
    """How many entries feedparser finds in a feed, and all that we say differently."""
    entries = theirs(name, body)
    try:
        posts = ours(name, body)
    except FetchError as error:
        return len(entries), [Difference("feed refused", name, -1, f"{len(entries)} entries", str(error))]
    found = []
    for number, entry, post, reason in pairs(entries, posts):
        if reason:
            told = str(entry.get("id") or entry.get("link") or entry.get("title"))
            found.append(Difference(reason, name, number, told, post.key if post else ""))
        elif post:
            found += [Difference(kind, name, number, *said) for kind, *said in compared(entry, post)]
    return len(entries), found


def report(found: list[Difference], entries: int, feeds: int, *, shown: int) -> None:
    """Print the differences, kind by kind, and how much agrees."""
    grouped: dict[str, list[Difference]] = defaultdict(list)
    for difference in found:
        grouped[difference.kind].append(difference)
    for kind, group in sorted(grouped.items(), key=lambda pair: -len(pair[1])):
        print(f"\n{kind}: {len(group)} entries in {len({d.feed for d in group})} feeds")
        seen: Counter[str] = Counter()
        for difference in group:
            seen[difference.feed] += 1
            if seen[difference.feed] <= shown:
                print(difference.told())
    differing = {(d.feed, d.entry) for d in found if d.kind != "exact repetition"}
    print(f"\n{feeds} feeds, {entries} entries; {entries - len(differing)} agree in everything", end=" ")
    print(f"({100 * (1 - len(differing) / max(1, entries)):.2f} %)")
    for kind in COMPARED:
        print(f"  {kind:26} {100 * (1 - len(grouped[kind]) / max(1, entries)):.3f} %")


def main() -> None:
    """Compare a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--all", action="store_true", help="show every difference, not three of each feed")
    parser.add_argument("--only", default="", help="show this kind only")
    said = parser.parse_args()
    warnings.simplefilter("ignore", DeprecationWarning)  # feedparser's own
    listed = corpus.well_formed(said.folder)
    found: list[Difference] = []
    entries = feeds = broken = json = 0
    for feed in corpus.of_folder(said.folder):
        if feed.name.endswith(".json") or feed.body.lstrip()[:1] == b"{":
            json += 1
        elif (feed.name not in listed) if listed is not None else not is_well_formed(feed.body):
            broken += 1
        else:
            count, differing = differences(feed.name, feed.body)
            feeds += 1
            entries += count
            found += [d for d in differing if said.only in d.kind]
    report(found, entries, feeds, shown=10**9 if said.all else _SHOWN)
    print(f"left out: {broken} that are not well-formed, {json} in JSON")


if __name__ == "__main__":
    main()
