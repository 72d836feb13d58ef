"""Whether a feed holds only the beginning of an article, and whether the rest of it stands on its author's own page. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from feeds.address import is_web
from feeds.html import blocks, links

if TYPE_CHECKING:
    from feeds.model import Post, Source

# A text that says that it goes on ("Continue reading", "[…]") and is not longer is a beginning: under a longer one, such
# words lead to another article.
LONGEST_LEAD = 3000
# A text that only breaks off ("…"): excerpts are 55 words or 600 letters, and a longer text ends so by its author's taste.
LONGEST_CUT = 1000
# A text that says nothing of the kind: Hugo's summaries are 70 words, descriptions written by hand a sentence or two.
LONGEST_TEASER = 600

# On these a writer has the first segment of the path, and nothing else: /@julie, /julie.
_SHARED = {
    *("medium.com", "dev.to", "write.as", "hackmd.io", "blogs.mediapart.fr", "github.com"),
    *("gitlab.com", "patreon.com", "youtube.com"),
}
# On these a writer has a name under theirs, and at most the first segment of the path at their own address.
_PARENTS = {
    *(
        "blogspot.com",
        "wordpress.com",
        "github.io",
        "gitlab.io",
        "over-blog.com",
        "overblog.com",
        "hypotheses.org",
    ),
    *("free.fr", "bearblog.dev", "hashnode.dev", "ghost.io", "micro.blog", "neocities.org", "canalblog.com"),
    *("eklablog.com", "substack.com", "tumblr.com", "typepad.com", "livejournal.com", "dreamwidth.org"),
    *(
        "hautetfort.com",
        "centerblog.net",
        "skyrock.com",
        "noblogs.org",
        "weebly.com",
        "wixsite.com",
        "jimdofree.com",
    ),
    *(
        "netlify.app",
        "vercel.app",
        "pages.dev",
        "herokuapp.com",
        "over-blog.fr",
        "blogspot.fr",
        "blogspot.co.uk",
    ),
    *("mataroa.blog", "home.blog", "beehiiv.com", "posthaven.com", "asso.fr", "gouv.fr"),
}
_HOUSES = _SHARED | _PARENTS
# "co.uk", "com.au", "eu.org": what stands under them has nothing in common.
_LONGEST_SUFFIX = 3
# These only lead on: what counts is where one ends.
REDIRECTORS = {
    *("feedproxy.google.com", "feeds.feedburner.com", "feedpress.me", "feeds.feedblitz.com"),
    *("rss.feedsportal.com",),
}
_FEEDS = {"feed", "feeds", "rss"}
_NO_PAGE = re.compile(
    r"\.(?:mp3|m4[abv]|og[agv]|opus|mp4|webm|mov|avi|wav|flac|pdf|epub|jpe?g|png|gif|webp|svg|zip|gz|xml|rss|atom|json|txt)$",
    re.IGNORECASE,
)

# WordPress signs excerpts and whole articles alike.
_SIGNED = re.compile(
    r"\s*\b(?:The post|Cet article|L[’']article|Der Beitrag)\b[^\n]{1,400}?"
    r"\b(?:appeared first on|est apparu en premier sur|erschien zuerst auf)\b[^\n]{1,200}\Z",
    re.IGNORECASE,
)
# A title may follow "Continue reading", no word "Read more": "Read more books" is advice.
_GOES_ON = re.compile(
    r"(?:(?:\A|\n|(?<=[.…!?\])»”\"])\s)[^\w\n]*(?:"
    r"(?:(?:continue|keep) reading|read the (?:rest|full|whole)|lire la suite)\b[^\n]{0,200}"
    r"|(?:read (?:more|on)|more|lire (?:plus|l[’']article)|(?:la )?suite)\s*(?:[^\w\s][^\n]{0,80})?)"
    r"|\b(?-i:Read More|READ MORE)\W*)\Z",
    re.IGNORECASE,
)
_BRACKET = re.compile(r"\s*[\[(]\s*(?:…|\.{3})\s*[\])]\s*\Z")
_BREAKS_OFF = re.compile(r"\s*(?:…|\.{3,})\s*\Z")
_TAIL = 900
# With what stands under it; anything longer is whole.
LONGEST_BEGINNING = LONGEST_LEAD + _TAIL


@dataclass(frozen=True, slots=True)
class Told:
    """What a feed tells of an article: the text without what stands under it, and whether that says that it goes on."""

    text: str
    goes_on: bool
    breaks_off: bool


def is_summary(post: Post) -> bool:
    """Whether a feed holds only the beginning of this article, or what it is about, so that its page may hold more.

    It is a guess where nothing says so: a short text that could be whole (a note with links, a list, a poem, a picture) is
    taken to be whole.
    """
    if post.kind != "article" or not is_page_of_one(post.url):
        return False
    told = told_of(post.text)
    if not told.text:
        return told.goes_on or told.breaks_off or "<img" not in post.html
    if told.goes_on:
        return len(told.text) <= LONGEST_LEAD
    if told.breaks_off:
        return len(told.text) <= LONGEST_CUT
    return len(told.text) <= LONGEST_TEASER and not _could_be_whole(post)


def told_of(text: str) -> Told:
    """What a feed says, without the words by which it says that there is more."""
    text = text.strip()
    rest, tail = text[:-_TAIL], text[-_TAIL:]
    tail = _SIGNED.sub("", tail)
    tail, sentences = _GOES_ON.subn("", tail)
    tail, brackets = _BRACKET.subn("", tail)
    tail, dots = _BREAKS_OFF.subn("", tail)
    return Told((rest + tail).strip(), bool(sentences or brackets), bool(dots))


def is_page_of_one(url: str) -> bool:
    """Whether an address may be that of one article: no site's front page, no file, no place on a page of many."""
    if not _ground(url):
        return False
    parts = urlsplit(url)
    anchored = parts.fragment and "=" not in parts.fragment  # "#xtor=RSS-1" only counts
    return bool(parts.path.strip("/") or parts.query) and not anchored and not _NO_PAGE.search(parts.path)


def _could_be_whole(post: Post) -> bool:
    """Whether a short text has what summaries do not have: a quotation, a list, code, verse, links that lead elsewhere."""
    told = blocks(post.html)
    lines = [line for block in told for line in block.text.split("\n")]
    verse = len(lines) > 3 and sum(map(len, lines)) < 50 * len(lines)  # noqa: PLR2004 - lines of a poem
    elsewhere = any(host_of(link) != host_of(post.url) for link in links(post.html))
    return verse or elsewhere or any(block.kind in {"quote", "list", "code", "table"} for block in told)


# --- whose page ---


def may_read(source: Source, url: str) -> bool:
    """Whether a page is the source's own, so that its words are its author's: a linkblog leads to those of others.

    What the feed calls its site is only its own word: it is believed where it is the feed's own ground. A feed at a
    redirector has no other.
    """
    there = _ground(url)
    if not there or host_of(url) in REDIRECTORS:
        return False
    home, site = _ground(source.address), _ground(source.site)
    believed = site and (host_of(source.address) in REDIRECTORS or (home and _is_same(home, site)))
    return any(_is_same(ground, there) for ground in (home, site if believed else None) if ground)


def _ground(url: str) -> tuple[str, int | None, str] | None:
    """Host (www aside), unusual port and first segment of the path (a feed's own aside); None when there is no host."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip(".").removeprefix("www."), parts.port
    except ValueError:
        return None
    if not is_web(url) or not host or "@" in parts.netloc:
        return None
    segments = [segment for segment in parts.path.split("/") if segment.lower() not in {"", *_FEEDS}]
    return host, None if port in {80, 443} else port, segments[0] if segments else ""


def host_of(url: str) -> str:
    """The host of an address, www aside; empty when it has none."""
    return (_ground(url) or ("",))[0]


def _is_same(ours: tuple[str, int | None, str], theirs: tuple[str, int | None, str]) -> bool:
    (host, port, segment), (other, other_port, other_segment) = ours, theirs
    if port != other_port or not (host == other or _is_below(host, other) or _is_below(other, host)):
        return False
    personal = host in _HOUSES or segment[:1] in {"~", "@"} or other_segment[:1] in {"~", "@"}
    return segment == other_segment or not personal


def _is_below(host: str, parent: str) -> bool:
    return host.endswith(f".{parent}") and _is_ones(parent)


def _is_ones(host: str) -> bool:
    """Whether all that stands under a host may be one person's: it is no public suffix, and no house of many."""
    labels = host.split(".")
    short = len(labels) == 2 and len(labels[0]) <= _LONGEST_SUFFIX  # noqa: PLR2004 - a name and its country
    return len(labels) > 1 and not short and host not in _HOUSES
