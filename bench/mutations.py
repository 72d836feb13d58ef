"""Spoils feeds in the ways in which feeds are spoilt, and worse: by bytes, by tags, by what JSON holds. Deterministic."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

MOST_BYTES = 256 * 1024
_TOKEN = re.compile(rb"<[^<>]*>|[^<>]+|[<>]")
_OPENING = re.compile(rb"<[A-Za-z][^<>]*>")
_VALUE = re.compile(rb"(?<=>)[^<>]+(?=<)|(?<=\")[^\"<>]*(?=\")")

_ENCODINGS = (
    "utf-16", "utf-16-le", "utf-32", "latin-1", "windows-1252", "iso-8859-15", "utf-7", "shift_jis", "gb18030",
    "iso-2022-jp", "koi8-r", "cp037", "punycode", "idna", "unicode_escape", "rot13", "zlib", "hz", "", "no such",
)  # fmt: skip
_TAGS = (
    "item", "entry", "channel", "rss", "feed", "title", "link", "guid", "id", "content", "summary", "description",
    "content:encoded", "dc:date", "dc:creator", "author", "name", "email", "pubDate", "updated", "published", "source",
    "media:group", "media:content", "itunes:image", "enclosure", "category", "image", "textinput", "cloud", "ttl",
    "georss:point", "gml:Point", "where", "sy:updatePeriod", "rdf:RDF", "rdf:li", "div", "p", "a", "img", "table", "td",
    "svg", "math", "style", "script", "iframe", "noscript", "textarea", "template", "select", "option", "plaintext",
    "form", "ul", "li", "b", "i", "font", "ruby", "pre", "code", "blockquote", "h1", "details", "xmp", "frameset",
)  # fmt: skip
_WORDS = (
    b"", b" ", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", "é".encode("latin-1"),
    b"\xe2\x80\xa8", b"&nbsp;", b"&", b"&amp;amp;lt;script&amp;amp;gt;", b"&#0;", b"&#xD83C;&#xDF33;", b"&#x110000;",
    b"&#99999999999999999999;", b"&#xFFFFFFFFFFFFFFFFF;", b"&eacute", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"--!>",
    b"<?", b"?>", b"<!DOCTYPE rss [<!ENTITY a 'aaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>", b"&b;", b"&a;",
    b"<!DOCTYPE x SYSTEM 'file:///etc/hostname'>", b"<!", b"<!x", b"<![", b"<![if", b"</", b"<>", b"< ", b"='", b'="',
    b"http://[", b"http://[::1", b"http://a:b@c:99999/", b"//", b"http:", b"javascript:alert(1)", b"data:text/html,x",
    b"http://\xc3\xa9.example/\xe2\x80\x8b", b"mailto:", b"tag:x,2026:1", b"http://%", b"http://a/%00", b"?utm_source=",
    b"0001-01-01T00:00:00Z", b"9999-12-31T23:59:60-99:99", b"2026-13-45", b"lun., 23 nov. 2026 10:00", b"-1", b"1e999",
    b"Mon, 00 Jan 0000 00:00:00 GMT", b"Thu, 31 Nov 2026 25:61:61 +9999", b"24", b"2026", b"20261123T1", b"2026-W53-7",
    b"99999999999999999999999999", "٣".encode(), "²".encode(), b"a@b (c) <d@e>, f@g.h (i), <j@k>", b"x" * 4000, b"fr-FR",
    b"\n" * 3000, b"(" * 3000, b"&" * 3000, b"<" * 3000, b"<p>" * 800, b"[[" * 800, b"&#x1F333;" * 300, b"a," * 2000,
)  # fmt: skip
_ATTRIBUTES = (
    b' xml:base="http://["', b' xml:base="../.."', b' xml:base="javascript:x"', b' xml:lang="\xff"', b' type="xhtml"',
    b' type="text"', b' type="html"', b' type="image/png"', b' mode="base64"', b' mode="escaped"', b' rel="alternate"',
    b' href="http://[x"', b' src=" http://a.example/"', b' isPermaLink="false"', b' xmlns="http://www.w3.org/1999/xhtml"',
    b' xmlns:dc="x"', b' xmlns=""', b' encoding="base64"', b' style="a:b"', b" a", b' a="b" a="c"', b" =", b' x:y="z"',
)  # fmt: skip


def mutated(chance: random.Random, seeds: list[bytes]) -> bytes:
    """One feed, spoilt in up to six ways, of at most 256 KB."""
    body = chance.choice(seeds)
    if body.lstrip().startswith(b"{") and chance.random() < 0.7:  # noqa: PLR2004
        body = _json_confused(chance, body)
    for _ in range(chance.randint(1, 6)):
        body = chance.choice(_WAYS)(chance, body, seeds)[:MOST_BYTES]
    return body


def _place(chance: random.Random, body: bytes) -> int:
    return chance.randint(0, len(body))


def _bytes_flipped(chance: random.Random, body: bytes, _: list[bytes]) -> bytes:
    spoilt = bytearray(body)
    for _time in range(min(len(spoilt), chance.choice((1, 3, 30)))):
        spoilt[chance.randrange(len(spoilt))] = chance.choice(
            (0, 10, 34, 38, 60, 62, 93, 255, chance.randrange(256))
        )
    return bytes(spoilt)


def _cut(chance: random.Random, body: bytes, _: list[bytes]) -> bytes:
    return body[: _place(chance, body)]


def _piece_gone(chance: random.Random, body: bytes, _: list[bytes]) -> bytes:
    start = _place(chance, body)
    return body[:start] + body[start + chance.choice((1, 20, 2000)) :]


def _piece_again(chance: random.Random, body: bytes, _: list[bytes]) -> bytes:
    start, length = _place(chance, body), chance.choice((1, 30, 1000))
    times = chance.choice((1, 5, 300))
    return body[:start] + body[start : start + length] * times + body[start:]


def _spliced(chance: random.Random, body: bytes, seeds: list[bytes]) -> bytes:
    other = chance.choice(seeds)
    return body[: _place(chance, body)] + other[_place(chance, other) :]


def _word_in(chance: random.Random, body: bytes, _: list[bytes]) -> bytes:
    start = _place(chance, body)
    return body[:start] + chance.choice(_WORDS) * chance.choice((1, 1, 1, 20)) + body[start:]


def _value_changed(chance: random.Random, body: bytes, _: list[bytes]) -> bytes:
    """The text of an element or of an attribute becomes a word that somebody will stumble over."""
    found = list(_VALUE.finditer(body))
    if not found:
        return body
    match = chance.choice(found)
    return body[: match.start()] + chance.choice(_WORDS) + body[match.end() :]


def _tokens(chance: random.Random, body: bytes, _: list[bytes]) -> bytes:
    """Tags and texts lost, doubled or in another order."""
    tokens = _TOKEN.findall(body)
    for _time in range(chance.choice((1, 5, 40))):
        if not tokens:
            break
        place = chance.randrange(len(tokens))
        match chance.randrange(4):
            case 0:
                del tokens[place]
            case 1:
                tokens[place:place] = [tokens[place]] * chance.choice((1, 2, 200))
            case 2:
                tokens.insert(chance.randrange(len(tokens)), tokens.pop(place))
            case _:
                tokens.insert(place, chance.choice(tokens))
    return b"".join(tokens)


def _nested(chance: random.Random, body: bytes, _: list[bytes]) -> bytes:
    """One thing inside itself, often; closed, or not."""
    name = chance.choice(_TAGS).encode()
    depth = chance.choice((3, 50, 1000, 12000))
    start = _place(chance, body)
    tag = b"<%s%s>" % (name, chance.choice(_ATTRIBUTES) if chance.random() < 0.3 else b"")  # noqa: PLR2004
    escape = chance.random() < 0.3  # noqa: PLR2004
    opened, closed = tag * depth, (b"</%s>" % name) * (depth if chance.random() < 0.5 else 0)  # noqa: PLR2004
    if escape:
        opened, closed = (part.replace(b"<", b"&lt;").replace(b">", b"&gt;") for part in (opened, closed))
    return body[:start] + opened + b"x" + closed + body[start:]


def _attributes(chance: random.Random, body: bytes, _: list[bytes]) -> bytes:
    """A tag with attributes that it should not have, or with very many of them."""
    found = list(_OPENING.finditer(body))
    if not found:
        return body
    end = chance.choice(found).end() - 1
    more = chance.choice(_ATTRIBUTES) * chance.choice((1, 1, 3))
    if chance.random() < 0.2:  # noqa: PLR2004
        more = b"".join(b' a%d="%d"' % (number, number) for number in range(chance.choice((100, 3000))))
    return body[:end] + more + body[end:]


def _named_otherwise(chance: random.Random, body: bytes, _: list[bytes]) -> bytes:
    """All elements of one name get another."""
    found = _OPENING.findall(body)
    if not found:
        return body
    name = re.split(rb"[\s/>]", chance.choice(found)[1:])[0]
    other = chance.choice(_TAGS).encode()
    return body.replace(b"<" + name, b"<" + other).replace(b"</" + name, b"</" + other)


def _encoded(chance: random.Random, body: bytes, _: list[bytes]) -> bytes:
    """Bytes and declaration of different encodings."""
    name = chance.choice(_ENCODINGS)
    if chance.random() < 0.5:  # noqa: PLR2004
        body = re.sub(rb"encoding=\"[^\"]*\"", b'encoding="%s"' % name.encode(), body, count=1)
    if chance.random() < 0.5:  # noqa: PLR2004
        try:
            return body.decode("utf-8", "replace").encode(chance.choice(_ENCODINGS[:8]), "ignore")
        except (LookupError, UnicodeError):
            return body
    return body


_WAYS: tuple[Callable[[random.Random, bytes, list[bytes]], bytes], ...] = (
    _bytes_flipped, _cut, _piece_gone, _piece_again, _spliced, _word_in, _value_changed, _value_changed, _tokens,
    _tokens, _nested, _attributes, _named_otherwise, _encoded,
)  # fmt: skip


def _odd_value(chance: random.Random, value: Any) -> Any:
    deep: Any = []
    for _ in range(chance.choice((5, 400))):
        deep = [deep] if chance.random() < 0.5 else {"a": deep}  # noqa: PLR2004
    return chance.choice(
        (None, True, 0, -1, 1e308, 10**400, "", "\ud83c", "\x00", [], {}, [None], {"": None}, deep, [value], {"x": value},
         [value] * 300, str(value) * 50, "http://[", "2026-02-30T25:00:00Z", "0000-00-00", {"name": {}}, [[["x"]]], "\u2028")
    )  # fmt: skip


def _json_confused(chance: random.Random, body: bytes) -> bytes:
    """A JSON Feed some of whose values are of another kind."""
    try:
        document = json.loads(body)
    except ValueError:
        return body
    for _ in range(chance.randint(1, 5)):
        holder: Any = document
        while True:
            keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
            if not keys:
                break
            key = chance.choice(keys)
            inner = holder[key]
            if isinstance(inner, (dict, list)) and chance.random() < 0.75:  # noqa: PLR2004
                holder = inner
                continue
            holder[key] = _odd_value(chance, inner)
            break
    return json.dumps(document, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")  # noqa: PLR2004
