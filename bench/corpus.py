"""The feeds that the bench serves: made up, always the same, as many and as large as real ones; or a folder of yours.

python -m bench.corpus FOLDER [COUNT]   writes the made-up feeds into a folder
"""

from __future__ import annotations

import json
import math
import random
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNT = 363
# Bytes of 363 real feeds, at every twentieth: 44 MB together, half of them under 46 KB.
_SIZES = (
    3_980, 4_434, 5_175, 5_796, 7_678, 10_445, 16_273, 21_485, 29_324, 36_538, 46_007,
    53_834, 68_617, 77_840, 88_770, 116_542, 160_570, 209_964, 291_284, 561_220, 1_534_553,
)  # fmt: skip
_NEWEST = datetime(2026, 6, 28, 8, 0, tzinfo=UTC)

# Whoever reads at random from these gets sentences of a sort, with the letters and the lengths of real ones.
_PROSE = {
    "fr": (
        ("Le matin,", "Cet hiver,", "Près de l’écluse,", "Comme chaque année,", "À vrai dire,", "Hier, "),
        ("la vieille boulangère", "notre voisin œuvrant au jardin", "un ingénieur à la retraite", "l’équipe",
         "ma sœur aînée", "le réparateur de vélos", "celle qui écrit ces lignes", "le maître-nageur"),
        ("a repeint", "s’est souvenu de", "préférait oublier", "a décrit en détail", "mesure encore",
         "a légèrement déplacé", "recopie", "a fini par comprendre"),
        ("la clôture du pré", "un logiciel écrit pour l’école", "l’été où le canal était à sec",
         "ces cinquante bocaux de mûres", "la façon dont un théorème s’énonce", "le vieux poêle en fonte",
         "trois lettres restées sans réponse", "cet algorithme de tri"),
        ("sans rien dire à personne.", "et cela m’a suffi.", "malgré la pluie, qui n’a pas cessé.",
         "« pour voir », disait-elle.", "avant que la lumière ne baisse.", "; nous en reparlerons."),
    ),
    "en": (
        ("In the morning", "That winter", "Down by the lock", "As every year", "To tell the truth", "Once"),
        ("the old baker", "our neighbour with the ladder", "a retired engineer", "the whole team", "my elder sister",
         "the man who mends bicycles", "whoever reads this", "the swimming teacher"),
        ("repainted", "remembered", "tried to forget", "described at length", "still measures", "moved",
         "copied out", "came to understand"),
        ("the fence around the meadow", "a program written for the school", "the summer when the canal ran dry",
         "those fifty jars of brambles", "the way in which a theorem is told", "the cast-iron stove",
         "three letters that nobody answered", "that sorting routine"),
        ("without a word to anyone.", "and that was enough for me.", "in spite of the rain, which didn't stop.",
         "“just to see”, she said.", "before the light went.", "- more of that later."),
    ),
    "de": (
        ("Am Morgen", "In jenem Winter", "Unten an der Schleuse", "Wie jedes Jahr", "Um ehrlich zu sein"),
        ("hat die alte Bäckerin", "hat unser Nachbar", "hat ein Ingenieur im Ruhestand", "hat meine Schwester"),
        ("den Zaun um die Wiese", "ein Programm für die Schule", "fünfzig Gläser Brombeeren", "drei Briefe",
         "den gußeisernen Ofen", "jenes Sortierverfahren"),
        ("neu gestrichen,", "genau beschrieben,", "langsam verstanden,", "ein wenig verrückt,", "vergessen,"),
        ("ohne jemandem etwas zu sagen.", "trotz des Regens.", "ehe es dunkel wurde.", "und das genügte mir."),
    ),
    "es": (
        ("Por la mañana,", "Aquel invierno,", "Junto a la esclusa,", "Como cada año,", "A decir verdad,"),
        ("la vieja panadera", "nuestro vecino", "un ingeniero jubilado", "mi hermana mayor", "el maestro"),
        ("volvió a pintar", "recordó", "quiso olvidar", "describió despacio", "mide todavía", "movió"),
        ("la cerca del prado", "un programa para la escuela", "cincuenta tarros de moras", "el año de la sequía",
         "tres cartas sin respuesta"),
        ("sin decir nada a nadie.", "y eso me bastó.", "a pesar de la lluvia.", "antes de que anocheciera."),
    ),
}  # fmt: skip
_SYLLABLES = (
    "ba",
    "cor",
    "del",
    "fen",
    "gri",
    "ha",
    "iv",
    "jo",
    "kel",
    "lu",
    "mar",
    "né",
    "or",
    "pri",
    "que",
    "ro",
    "sil",
    "vé",
    "zo",
)
_LANGUAGES = ("fr", "en", "fr", "en", "en", "de", "fr", "en", "es", "en")


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed to serve: the name of its file, with an ending that says what it is, and its bytes."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """One made-up entry, before any format."""

    title: str
    link: str
    html: str
    date: datetime
    author: str


def of_folder(folder: Path) -> list[Feed]:
    """The feeds in a folder: every *.xml and *.json but the list of them."""
    names = sorted(p for p in folder.iterdir() if p.suffix in {".xml", ".json"} and p.name != "manifest.json")
    return [Feed(path.name, path.read_bytes()) for path in names]


def well_formed(folder: Path) -> set[str] | None:
    """The names that a folder's manifest.json calls well-formed; None when it has no manifest."""
    manifest = folder / "manifest.json"
    if not manifest.exists():
        return None
    return {entry["file"] for entry in json.loads(manifest.read_text()) if entry.get("wellformed", True)}


def made_up(count: int = COUNT, *, bytes_each: int = 0) -> Iterator[Feed]:
    """`count` feeds, always the same; with `bytes_each` all of about that size, else sized as real ones."""
    for number in range(count):
        kind = ("rss", "rss", "atom", "rss", "rss", "atom", "rss")[number % 7]
        if number % 45 == 20:  # noqa: PLR2004 - 8 of 363, as with real ones
            kind = "json"
        if number % 45 == 40:  # noqa: PLR2004 - and 8
            kind = "rdf"
        # 149 has no factor in common with 363: every size comes once, far from its neighbours.
        size = bytes_each or _size((number * 149 % count + 0.5) / count)
        yield Feed(f"{number:04}.{'json' if kind == 'json' else 'xml'}", feed(number, kind, size))


def _size(share: float) -> int:
    """The size that this share of real feeds stays under, between two known sizes in equal ratios."""
    place = share * (len(_SIZES) - 1)
    low, high = list(pairwise(_SIZES))[int(place)]
    return round(low * math.pow(high / low, place % 1))


def feed(number: int, kind: str, size: int) -> bytes:
    """One made-up feed of about `size` bytes: "rss", "atom", "rdf" or "json"."""
    chance = random.Random(number)
    language = _LANGUAGES[number % len(_LANGUAGES)]
    site = f"https://maison{number}.example"
    entries: list[Entry] = []
    length = 0
    while length < size * 0.93 and len(entries) < 400:  # noqa: PLR2004 - the rest is heads and tags
        entry = _entry(chance, language, site, len(entries), min(size // 8, 24_000))
        entries.append(entry)
        length += round(len(entry.html.encode()) * (1.06 if kind != "rss" or number % 3 else 1.0)) + 420
    write = {"rss": _rss, "atom": _atom, "rdf": _rdf, "json": _json}[kind]
    return write(number, language, site, entries).encode()


def sentence(chance: random.Random, language: str) -> str:
    """A sentence with a place in it that nobody knows: searching wants a vocabulary as large as life's."""
    *begun, end = (chance.choice(part) for part in _PROSE[language])
    return " ".join((*begun, f"({''.join(chance.choices(_SYLLABLES, k=3)).capitalize()})", end))


def _entry(chance: random.Random, language: str, site: str, index: int, size: int) -> Entry:
    """An entry of about `size` bytes or less, with a link that grows with `index`."""
    link = f"{site}/{2026 - index // 30}/{index:03}-{chance.choice(('haies', 'canal', 'tri', 'letters'))}/"
    target = chance.randint(size // 3, size)
    blocks: list[str] = []
    while sum(map(len, blocks)) < target:
        blocks.append(_block(chance, language, site, index))
    title = sentence(chance, language).split(" ", 2)[2][:70]
    date = _NEWEST - timedelta(days=index * 3 + chance.randint(0, 2), minutes=chance.randint(0, 900))
    return Entry(title, link, "\n".join(blocks), date, chance.choice(("Ada Élm", "Julie Haie", "T. Weir")))


def _block(chance: random.Random, language: str, site: str, index: int) -> str:
    """A paragraph, more often than a list, a picture, a quotation, a heading or some code."""
    words = " ".join(sentence(chance, language) for _ in range(chance.randint(2, 6)))
    kind = chance.random()
    if kind < 0.62:  # noqa: PLR2004
        linked = f'<a href="/notes/{index}?utm_source=rss&amp;n={chance.randint(1, 99)}" class="x">{words[:24]}</a>'
        return f"<p>{linked}{escape(words[24:], quote=False)} <em>{words[:9]}</em></p>"
    if kind < 0.74:  # noqa: PLR2004
        image = (
            f'<img src="{site}/i/{chance.randint(1, 999)}.jpg" alt="{words[:40]}" width="800" height="533">'
        )
        return f"<figure>{image}</figure>"
    if kind < 0.84:  # noqa: PLR2004
        items = "".join(f"<li>{escape(sentence(chance, language), quote=False)}</li>" for _ in range(4))
        return f'<ul style="margin:0">{items}</ul>'
    if kind < 0.92:  # noqa: PLR2004
        return f"<blockquote><p>{escape(words, quote=False)}</p></blockquote>"
    if kind < 0.97:  # noqa: PLR2004
        return f'<h2 id="h{chance.randint(1, 99)}">{escape(words[:50], quote=False)}</h2>'
    return "<pre><code>for x in xs:\n    if x &lt; 3 &amp;&amp; y:\n        print(x)\n</code></pre>"


def _rss(number: int, language: str, site: str, entries: list[Entry]) -> str:
    cdata = number % 3 == 0
    items = []
    for entry in entries:
        body = f"<![CDATA[{entry.html}]]>" if cdata else escape(entry.html, quote=False)
        name = "content:encoded" if number % 2 else "description"
        items.append(
            f"<item><title>{escape(entry.title)}</title><link>{entry.link}</link>"
            f'<guid isPermaLink="{"true" if number % 4 else "false"}">{entry.link}</guid>'
            f"<pubDate>{format_datetime(entry.date)}</pubDate><dc:creator>{entry.author}</dc:creator>"
            f"<category>x</category><{name}>{body}</{name}></item>"
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f"<title>Maison n° {number}</title><link>{site}/</link><description>x</description><language>{language}</language>"
        f'<atom:link href="{site}/feed.xml" rel="self" type="application/rss+xml"/>\n'
        + "\n".join(items)
        + "</channel></rss>\n"
    )


def _atom(number: int, language: str, site: str, entries: list[Entry]) -> str:
    written = []
    for entry in entries:
        if number % 4 == 1:
            html = entry.html.replace('height="533">', 'height="533"/>')
            body = f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{html}</div></content>'
        else:
            body = f'<content type="html">{escape(entry.html, quote=False)}</content>'
        stamp = entry.date.isoformat()
        written.append(
            f'<entry><title type="html">{escape(escape(entry.title))}</title><id>{entry.link}</id>'
            f'<link rel="alternate" href="{entry.link}"/><published>{stamp}</published><updated>{stamp}</updated>'
            f"<author><name>{entry.author}</name></author>{body}</entry>"
        )
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}" '
        f'xml:base="{site}/"><title>Maison n° {number}</title><id>{site}/</id><link href="{site}/"/>'
        f'<link rel="self" href="{site}/atom.xml"/><updated>{_NEWEST.isoformat()}</updated>\n'
        + "\n".join(written)
        + "</feed>\n"
    )


def _rdf(number: int, language: str, site: str, entries: list[Entry]) -> str:
    items = "\n".join(
        f'<item rdf:about="{entry.link}"><title>{escape(entry.title)}</title><link>{entry.link}</link>'
        f"<dc:date>{entry.date.isoformat()}</dc:date><dc:creator>{entry.author}</dc:creator>"
        f"<description>{escape(entry.html, quote=False)}</description></item>"
        for entry in entries
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<channel rdf:about="{site}/"><title>Maison n° {number}</title><link>{site}/</link><description>x</description>'
        f"<dc:language>{language}</dc:language></channel>\n{items}</rdf:RDF>\n"
    )


def _json(number: int, language: str, site: str, entries: list[Entry]) -> str:
    items: list[dict[str, Any]] = [
        {
            "id": entry.link,
            "url": entry.link,
            "title": entry.title,
            "content_html": entry.html,
            "date_published": entry.date.isoformat(),
            "authors": [{"name": entry.author}],
        }
        for entry in entries
    ]
    head = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"Maison n° {number}",
        "language": language,
    }
    return json.dumps({**head, "home_page_url": f"{site}/", "items": items}, ensure_ascii=False)


def main() -> None:
    """Write the made-up feeds, for a look at them."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    count = int(sys.argv[2]) if len(sys.argv) > 2 else COUNT  # noqa: PLR2004
    sizes = []
    for made in made_up(count):
        (folder / made.name).write_bytes(made.body)
        sizes.append(len(made.body))
    print(f"{count} feeds, {sum(sizes) / 1e6:.1f} MB, half of them under {sorted(sizes)[count // 2]} bytes")


if __name__ == "__main__":
    main()
