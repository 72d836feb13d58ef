"""The article on a web page, in its author's own words. Pure.

trafilatura says which parts of a page are the article; their words are then taken from the page itself. Its own would not
be the author's to the letter: it leaves out what stands in `<time>` or `<label>`, makes a non-breaking space a plain one, and
at times ties a word to the link before it. A passage is quoted to its author word for word.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from feeds.address import absolute, is_web
from feeds.html import plain, sanitise, to_text
from feeds.runs import HEADINGS, INLINE, LONG, UNSEEN, WALL, letters_of, only, picked, runs_of, trimmed
from feeds.summaries import told_of

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = TypeVar("Answer")

# An article with its page is some 100 KB, a very long one 500.
LONGEST_PAGE = 2 * 1024 * 1024
# Elements of a page: the longest articles, with code in colours, have some ten thousand. More take seconds to read.
MOST_ELEMENTS = 50_000
# trafilatura asks others when it finds little; they take the square of a page's length.
FEW_ELEMENTS = 5_000
LITTLE = 250
# Shorter sentences of the feed may stand anywhere, and prove nothing.
TELLING = 40


# Boxes inside articles that trafilatura leaves: they ask to subscribe.
_BOXES = (
    "//*[self::div or self::section or self::aside or self::form][not(.//h1) and not(.//article)]"
    "[contains(@class, 'signup') or contains(@class, 'subscri') or contains(@class, 'newsletter') or contains(@class, 'paywall')]"
    "[string-length(.) < 1000]"
)
_NOT_THERE = re.compile(
    r"\b404\b|\bnot found\b|\bintrouvable\b|\bjust a moment\b|\baccess denied\b|\baccès refusé\b",
    re.IGNORECASE,
)
_SIGN = 2
_SPANS = {"2", "3"}
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]+)", re.IGNORECASE)
_EMPTY_LINES = re.compile(r"(?:<br>\s*){3,}")


@dataclass(frozen=True, slots=True)
class Article:
    """An article as its page holds it: `html` is sanitised, `text` is its plain text, `url` where it stands in the end.

    `title`, `author` and `language` are what the page says of itself; each may be empty.
    """

    html: str
    text: str
    url: str
    title: str = ""
    author: str = ""
    language: str = ""


def extract(markup: bytes | str, url: str, summary: str = "", *, title: str = "") -> Article | None:
    """The article on a page that came from `url`; None when there is none, or nothing that can be trusted to be it.

    `summary` and `title` are what the feed says of it: the article is longer, and what the feed says stands in it. What
    no library can read is no article.
    """
    page = _parsed((decoded(markup) if isinstance(markup, bytes) else markup)[:LONGEST_PAGE])
    elements = 0 if page is None else sum(1 for _ in page.iter())
    if not 0 < elements <= MOST_ELEMENTS:
        return None
    titles = _titles(page)
    author, language, base = _meta(page, "author"), _language(page), _base(page, url)
    _prepare(page)
    runs = runs_of(page)
    chosen = _chosen(page, base)
    if elements <= FEW_ELEMENTS and (chosen is None or len("".join(chosen.itertext())) < LITTLE):
        chosen = _chosen(page, base, fast=False)
    if chosen is None:
        return None
    names = {letters_of(name) for name in (*titles, title)}
    kept = picked(runs, [run.text for run in runs_of(chosen)], names)
    said = [run.text for run in kept]
    walled = any(map(WALL.search, [*said, *titles]))
    pictures = {str(picture.get("src")) for picture in chosen.iter("graphic")}
    html = sanitise(only(page, trimmed(kept, names), pictures, base), base)
    html = _EMPTY_LINES.sub("<br><br>", html)
    article = Article(html, to_text(html), url, titles[0] if titles else "", author, language)
    return article if _is_trusted(article, titles, told_of(summary).text, title, walled=walled) else None


def _is_trusted(article: Article, titles: list[str], summary: str, title: str, *, walled: bool) -> bool:
    """Whether an article is longer than its summary, and is what the summary and the title announce."""
    letters = letters_of(article.text)
    if len(letters) <= len(letters_of(summary)):
        return False
    telling = [part for part in map(letters_of, _SENTENCE.split(summary)) if len(part) >= TELLING]
    if telling and all(part in letters for part in telling):
        return True
    if walled or any(map(_NOT_THERE.search, titles)):
        return False
    titled = bool(title) and any(letters_of(title) in letters_of(name) for name in titles)
    if telling:  # the feed says it in other words
        return titled and len(article.text) >= LONG
    return titled or not title


# --- reading the page ---


def decoded(body: bytes, content_type: str = "") -> str:
    """A page's text. As with feeds, the bytes speak first: UTF-8, then what is declared, then windows-1252.

    trafilatura would guess from the letters, and reads French ones as Central European at times.
    """
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return body.decode("utf-16", "replace")
    declared = (_CHARSET.search(content_type), _CHARSET.search(body[:4096].decode("latin-1")))
    for name in ("utf-8-sig", *(match[1] for match in declared if match)):
        try:
            known = codecs.lookup(name).name
            return body.decode("cp1252" if known in {"iso8859-1", "ascii"} else known)  # as browsers do
        except (UnicodeError, LookupError):
            continue
    return body.decode("cp1252", "replace")


def _asked(ask: Callable[[], Answer]) -> Answer | None:
    """What trafilatura answers, or None when a page is too odd for it."""
    try:
        return ask()
    except Exception:  # noqa: BLE001 - it promises nothing of what it raises on garbage
        return None


def _parsed(markup: str) -> Any:
    """The tree of a page, or None."""
    from trafilatura import load_html  # noqa: PLC0415 - 130 ms and 38 MB that only this pays

    return _asked(lambda: load_html(markup))


def _chosen(page: Any, base: str, *, fast: bool = True) -> Any:
    """The tree of what trafilatura takes for the article, in its own words, or None."""
    from trafilatura import bare_extraction  # noqa: PLC0415 - see _parsed

    document = _asked(
        lambda: bare_extraction(
            page,
            url=base,
            fast=fast,
            favor_precision=True,
            include_comments=False,
            include_formatting=True,
            include_images=True,
            include_links=True,
            prune_xpath=_BOXES,
        )
    )
    return getattr(document, "body", None)


def _titles(page: Any) -> list[str]:
    """What the page calls itself, the most exact first: to others, in its headings, in the window's title."""
    texts = [_meta(page, "og:title"), page.findtext(".//head/title") or ""]
    texts += ["".join(heading.itertext()) for heading in page.iter("h1")]
    return [title for title in map(plain, texts) if title]


def _meta(page: Any, name: str) -> str:
    """What a page says of itself under a name; empty when it does not, or names an address."""
    told = (one.get("content") for one in page.iter("meta") if name in {one.get("name"), one.get("property")})
    said = plain(next(told, None) or "")
    return "" if is_web(said) else said


def _language(page: Any) -> str:
    tag = (page.get("lang") or "").strip()[:2].lower()
    return tag if tag.isalpha() else ""


def _base(page: Any, url: str) -> str:
    told = (one.get("href") for one in page.iter("base"))
    return absolute(next(told, None) or "", url) or url


def _prepare(page: Any) -> None:
    """Take away what leads trafilatura astray.

    A heading that is a link to itself it takes for a teaser; a sign that links to a heading, or back from a note ("#", "¶",
    "↩"), for words; a cell that spans ten columns and rows it makes a hundred cells; a paragraph among others that is called
    `div`, as many on Blogger are, it passes over.
    """
    for link in [link for link in page.iter("a") if (link.get("href") or "").startswith("#")]:
        sign = "".join(link.itertext()).strip()
        if len(sign) <= _SIGN and not sign.isalnum():
            link.drop_tree()
        elif link.getparent() is not None and link.getparent().tag in HEADINGS:
            link.drop_tag()
    for cell in page.iter("td", "th"):
        for span in ("colspan", "rowspan"):
            if cell.get(span) not in _SPANS:
                cell.attrib.pop(span, None)
    among_paragraphs = {paragraph.getparent() for paragraph in page.iter("p")}
    for box in page.iter("div"):
        named = box.get("class") or box.get("id") or box.get("role")
        if (
            box.getparent() in among_paragraphs
            and not named
            and all(map(_is_within_line, box.iterdescendants()))
        ):
            box.tag = "p"


def _is_within_line(element: Any) -> bool:
    return element.tag == "br" or element.tag in INLINE or element.tag in UNSEEN
