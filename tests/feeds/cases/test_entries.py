"""What feeds hold that should not be so: each test is named by its row in docs/hard-cases.md, from the wire to the file."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from feeds.errors import (
    NotAFeed,
)
from feeds.http import Client, Manners
from feeds.model import Author
from tests.feeds.made_up import NOON, Entry, entries, rss
from tests.feeds.misbehaving import in_turn, says

if TYPE_CHECKING:
    from pathlib import Path

    from tests.feeds.reader import Reader

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FEED = rss(*entries(3))


def cut(feed: bytes) -> bytes:
    """Everything before the last entry's description is finished."""
    return feed[: feed.rindex(b"<description>") + 20]


# --- 1 ---


@pytest.mark.parametrize(
    ("damage", "kept"),
    [
        pytest.param(FEED.replace(b"<title>Haie n", b"<title>\x08Haie\x0b n"), 3, id="control characters"),
        pytest.param(FEED.replace(b"Haie n", b"Haie&nbsp;n"), 3, id="an entity of HTML"),
        pytest.param(FEED.replace(b"Haie n", b"Haie & Cie n"), 3, id="bare ampersand"),
        pytest.param(b"\n  " + FEED, 3, id="space before the declaration"),
        pytest.param(FEED.replace(b"<link>", b"<lien>", 1), 3, id="a tag that nothing closes"),
        pytest.param(cut(FEED), 3, id="cut short"),
    ],
)
def test_01_broken_xml_keeps_every_entry_that_can_be_recovered(
    reader: Reader, damage: bytes, kept: int
) -> None:
    source = reader.follow("/feed", says(damage))
    assert reader.refresh().failed == ()
    posts = reader.posts(source)
    assert len(posts) == kept
    assert [post.title[-1] for post in posts] == ["1", "2", "3"]
    assert all(post.title.startswith("Haie") for post in posts)


@pytest.mark.parametrize(
    "reference", ["&#x110000;", "&#99999999999;", "&#99999999999999;", "&#0;", "&#x1B;", "&#xD800;"]
)
@pytest.mark.parametrize("broken", ["", "&nbsp;&"], ids=["well-formed", "broken"])
def test_01_a_reference_to_no_letter_costs_that_letter(reader: Reader, reference: str, broken: str) -> None:
    reader.follow("/feed", says(FEED.replace(b"Haie n", f"Haie {reference}{broken} n".encode())))
    assert reader.refresh().failed == ()
    assert len(reader.posts()) == 3
    assert all("\ufffd" in post.title for post in reader.posts())
    assert not any(letter < " " for post in reader.posts() for letter in post.title)


@pytest.mark.parametrize(
    "inside",
    [
        "<source><image><link>x</link></image></source>",
        "</width>",
        "<width>1</height></width>",
        "<media:player xmlns:media='http://search.yahoo.com/mrss/'/></media:player>",
        "<x:y xmlns:x='a b c'>z</x:y>",
        "</category></tags></license>",
    ],
)
def test_01_a_tag_at_which_the_library_breaks_costs_that_tag(reader: Reader, inside: str) -> None:
    reader.follow("/feed", says(FEED.replace(b"</title><link>", f"</title>{inside}<link>".encode())))
    assert reader.refresh().failed == ()
    assert len(reader.posts()) == 3


def test_01_a_first_line_without_end_is_read_at_once(reader: Reader) -> None:
    """The library searches it for an encoding in a time that grows with the cube of its length: this would take hours."""
    line = FEED.replace(b"\n", b"").replace(
        b"</channel>", b"<!-- " + b'encoding="x" ' * 20_000 + b"--></channel>"
    )
    reader.follow("/feed", says(line))
    assert reader.refresh().new == 3


@pytest.mark.parametrize("damage", [FEED.replace(b"Haie n", b"Haie&nbsp;& n"), cut(FEED)], ids=["xml", "cut"])
def test_01_a_recovered_feed_carries_a_warning_until_it_is_mended(reader: Reader, damage: bytes) -> None:
    source = reader.follow("/feed", in_turn(says(damage), says(FEED)))
    reader.refresh()
    assert "not well-formed" in reader.health(source).warnings[0]
    reader.again()
    assert reader.health(source).warnings == ()


# --- 2 ---


FRENCH = "Un été à l’orée du bois : cœur, « où », garçon"


def french(encoding: str, declared: str | None) -> bytes:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    feed = f"{declaration}<rss version='2.0'><channel><title>t</title><item><title>{FRENCH}</title></item></channel></rss>"
    return feed.encode(encoding)


@pytest.mark.parametrize(
    ("in_bytes", "declared", "in_header", "warned"),
    [
        ("utf-8", "utf-8", "utf-8", False),
        ("utf-8", "iso-8859-1", "iso-8859-1", False),  # the bytes speak first
        ("utf-8", None, "iso-8859-1", False),
        ("utf-8-sig", "iso-8859-1", None, False),
        ("utf-16", "utf-16", None, False),
        ("windows-1252", "windows-1252", None, False),
        ("windows-1252", "windows-1252", "utf-8", False),  # the declaration before the header
        ("windows-1252", "iso-8859-1", None, False),  # as browsers read that label
        ("windows-1252", None, "iso-8859-1", False),
        ("iso-8859-15", "iso-8859-15", None, False),
        ("windows-1252", "utf-8", "utf-8", True),  # the most frequent lie in French feeds
        ("windows-1252", None, None, True),
        ("windows-1252", "no-such-code", None, True),
    ],
)
def test_02_charset_conflicts_are_settled_by_the_bytes_first(
    reader: Reader, in_bytes: str, declared: str | None, in_header: str | None, warned: bool
) -> None:
    said = FRENCH.replace("’", "'") if in_bytes == "iso-8859-15" else FRENCH
    body = french("utf-8", declared).replace(FRENCH.encode(), said.encode()).decode().encode(in_bytes)
    kind = "application/xml" + (f"; charset={in_header}" if in_header else "")
    source = reader.follow("/feed", says(body, kind))
    assert reader.refresh().failed == ()
    assert reader.titles(source) == [said]
    assert bool(reader.health(source).warnings) is warned


def test_02_one_stray_byte_does_not_spoil_the_rest(reader: Reader) -> None:
    body = french("utf-8", "utf-8").replace("garçon".encode(), "garçon".encode() + b" \xab d\xe9j\xe0 \xbb")
    source = reader.follow("/feed", says(body))
    reader.refresh()
    assert reader.titles(source) == [f"{FRENCH} « déjà »"]
    assert reader.health(source).warnings


def test_02_a_body_that_is_cut_inside_a_letter_is_what_it_was(reader: Reader) -> None:
    reader.client = Client(Manners(max_bytes=len(rss(*entries(3))) + 1))
    source = reader.follow("/feed", says(rss(*entries(3), Entry("é" * 99, guid="é"))))
    reader.refresh()
    assert [title for title in reader.titles(source) if "Haie" in title] == [
        "Haie n° 1",
        "Haie n° 2",
        "Haie n° 3",
    ]


def test_02_letters_that_the_blog_itself_has_lost_are_warned_of(reader: Reader) -> None:
    source = reader.follow("/feed", says(rss(Entry("Un �t�", guid="a"))))
    reader.refresh()
    assert "letters" in reader.health(source).warnings[0]


# --- 15 ---


def test_15_without_a_guid_the_link_then_title_and_date_identify_an_entry(reader: Reader) -> None:
    linked = Entry("Lié", "https://julie.example/lie", html="avant", published=NOON)
    bare = Entry("Sans lien", html="avant", published=NOON)
    dateless = Entry("Sans rien", html="toujours")

    def edited(entry: Entry) -> Entry:
        return Entry(entry.title, entry.link, entry.guid, "après", entry.published)

    feeds = rss(linked, bare, dateless), rss(edited(bare), dateless, edited(linked))
    reader.follow("/feed", in_turn(*map(says, feeds)))
    assert reader.refresh().new == 3
    report = reader.again()
    assert (report.new, report.changed) == (0, 2)
    assert [post.text for post in reader.posts()] == ["toujours", "après", "après"]


# --- 16 ---


def test_16_without_a_guid_and_with_a_link_that_always_changes_title_and_date_identify(
    reader: Reader,
) -> None:
    def entry(number: int, poll: int) -> Entry:
        return Entry(
            f"Haie {number}", f"https://julie.example/{number}?s={poll}", "", "t", NOON - number * DAY
        )

    reader.follow("/feed", in_turn(*[says(rss(*(entry(n, poll) for n in range(5)))) for poll in range(4)]))
    assert reader.refresh().new == 5
    numbers = [stored.id for stored in reader.stored()]
    for poll in range(1, 4):
        report = reader.again()
        assert (report.new, report.changed) == (0, 5)
        assert {post.url[-1] for post in reader.posts()} == {str(poll)}
    assert [stored.id for stored in reader.stored()] == numbers


def test_16_two_that_share_title_and_date_are_not_taken_for_one_another(reader: Reader) -> None:
    def pair(poll: int) -> bytes:
        return rss(*(Entry("Lu", f"https://julie.example/{n}?s={poll}", "", f"{n}", NOON) for n in range(2)))

    reader.follow("/feed", in_turn(says(pair(0)), says(pair(1))))
    assert reader.refresh().new == 2
    assert reader.again().new == 2  # nothing tells which is which: rather twice than wrong
    assert len(reader.stored()) == 4


# --- 17 ---


def test_17_one_guid_for_several_entries_is_read_with_the_link(reader: Reader) -> None:
    def issue(number: int) -> Entry:
        return Entry(
            f"Lettre {number}",
            f"https://julie.example/{number}",
            "https://julie.example/",
            f"n° {number}",
            NOON,
        )

    reader.follow(
        "/feed",
        in_turn(
            says(rss(issue(2), issue(1))),
            says(rss(issue(3), issue(2), issue(1))),
            says(rss(issue(4), issue(3))),
        ),
    )
    assert reader.refresh().new == 2
    for title in ("Lettre 3", "Lettre 4"):
        report = reader.again()
        assert (report.new, report.changed) == (1, 0)
        assert reader.news(HOUR) == [title]
    assert reader.titles() == ["Lettre 1", "Lettre 2", "Lettre 3", "Lettre 4"]


def test_17_anchors_on_one_page_are_several_entries(reader: Reader) -> None:
    def note(number: int) -> Entry:
        place = f"https://julie.example/jour#{number}"
        return Entry("", place, place, f"note {number}", NOON)

    reader.follow("/feed", in_turn(says(rss(note(1))), says(rss(note(2), note(1)))))
    reader.refresh()
    report = reader.again()
    assert (report.new, report.changed) == (1, 0)
    assert [post.text for post in reader.posts()] == ["note 1", "note 2"]


# --- 18 ---


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("http://julie.example/haies", "https://julie.example/haies"),
        ("https://julie.example/haies/", "https://www.julie.example/haies?utm_source=rss&utm_medium=feed"),
        ("https://julie.example/?p=12&fbclid=abc", "http://julie.example/?p=12"),
        ("https://julie.example/haies#xtor=RSS-1", "https://julie.example/haies"),
    ],
)
@pytest.mark.parametrize("as_guid", [True, False], ids=["guid", "link"])
def test_18_scheme_and_trackers_do_not_make_an_entry_new(
    reader: Reader, before: str, after: str, as_guid: bool
) -> None:
    def entry(address: str) -> Entry:
        guid = address if as_guid else ""
        return Entry("Haies", "" if as_guid else address, guid, "<p>t</p>", NOON)

    reader.follow("/feed", in_turn(says(rss(entry(before))), says(rss(entry(after)))))
    reader.refresh()
    assert reader.again().new == 0
    assert len(reader.stored()) == 1


def test_18_a_parameter_that_is_no_tracker_makes_another_page(reader: Reader) -> None:
    pair = [
        Entry("t", guid=f"https://julie.example/?p={number}", html="h", published=NOON) for number in (1, 2)
    ]
    reader.follow("/feed", says(rss(*pair)))
    assert reader.refresh().new == 2


# --- 19 ---


def moved_house(
    number: int, *, titles: str, guid: str, dated: datetime | None, apart: timedelta
) -> list[Entry]:
    return [
        Entry(
            f"{titles} {n}",
            f"https://{guid}.example/{n}",
            f"{guid}-{n}",
            f"<p>texte {guid} {n}</p>",
            dated - n * apart if dated else None,
        )
        for n in range(number)
    ]


@pytest.mark.parametrize(
    ("dated", "apart"),
    [
        pytest.param(NOON - DAY, DAY, id="with their own dates"),
        pytest.param(NOON + 4 * DAY, timedelta(0), id="all dated at the move"),
        pytest.param(None, DAY, id="without dates"),
    ],
)
@pytest.mark.parametrize("titles", ["Haie", "Autre titre"])
def test_19_after_a_migration_old_posts_are_not_announced(
    reader: Reader, dated: datetime | None, apart: timedelta, titles: str
) -> None:
    before_move = moved_house(230, titles="Haie", guid="ancien", dated=NOON - DAY, apart=DAY)
    after = moved_house(230, titles=titles, guid="nouveau", dated=dated, apart=apart)
    fresh = Entry("Emménagée", guid="emmenagee", published=NOON + 3 * DAY + 3 * HOUR)
    reader.follow("/feed", in_turn(says(rss(*before_move)), says(rss(fresh, *after))))
    reader.refresh()
    reader.again(4 * HOUR)
    assert reader.news(HOUR) == ["Emménagée"]
    assert {post.title for post in reader.posts()} >= {entry.title for entry in after}


def test_19_what_moved_with_title_and_date_is_the_same_post(reader: Reader) -> None:
    old = moved_house(230, titles="Haie", guid="ancien", dated=NOON, apart=DAY)
    new = moved_house(230, titles="Haie", guid="nouveau", dated=NOON, apart=DAY)
    reader.follow("/feed", in_turn(says(rss(*old)), says(rss(*new))))
    reader.refresh()
    report = reader.again()
    assert (report.new, report.changed, len(reader.stored())) == (0, 230, 230)


# --- 20 ---


def test_20_a_date_in_the_future_counts_as_first_seen(reader: Reader) -> None:
    far = Entry("En 2055", guid="f", html="avant", published=NOON.replace(year=2055))
    edited = Entry("En 2055", guid="f", html="après", published=NOON.replace(year=2055))
    today = Entry("Aujourd’hui", guid="a", published=NOON + 3 * DAY + HOUR)
    source = reader.follow("/feed", in_turn(says(rss(far)), says(rss(today, edited))))
    reader.refresh()
    seen = reader.now
    assert reader.news() == ["En 2055"]
    report = reader.again(2 * HOUR)
    assert (report.new, report.changed) == (1, 1)
    assert [post.published for post in reader.posts(source)] == [seen, today.published]
    assert [stored.post.title for stored in reader.store.latest([source.id], 5)] == ["Aujourd’hui", "En 2055"]
    assert reader.news(HOUR) == ["Aujourd’hui"]
    assert reader.again().changed == 0


# --- 21 ---


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("lun., 23 nov. 2026 09:30:00 +0100", "2026-11-23T08:30:00+00:00"),
        ("lundi 23 novembre 2026", "2026-11-23T00:00:00+00:00"),
        ("23 Novembre 2026 à 9h30", "2026-11-23T09:30:00+00:00"),
        ("mar, 4 août 2026 07:05:00 CEST", "2026-08-04T05:05:00+00:00"),
        ("1er février 2026, 18:00", "2026-02-01T18:00:00+00:00"),
        ("Mer., 2 déc. 2026 00:00:00 GMT", "2026-12-02T00:00:00+00:00"),
        ("jeu. 9 juil. 2026 12:00 -0400", "2026-07-09T16:00:00+00:00"),
    ],
)
def test_21_french_dates_are_read(reader: Reader, written: str, meant: str) -> None:
    entry = rss(Entry("Daté", guid="a")).replace(b"</item>", f"<pubDate>{written}</pubDate></item>".encode())
    reader.now += 30 * DAY
    reader.follow("/feed", says(entry))
    reader.refresh()
    (post,) = reader.posts()
    assert post.published == datetime.fromisoformat(meant)


@pytest.mark.parametrize("written", ["", "hier", "31 février 2026", "12 ju 2026", "99/99/9999"])
def test_21_what_has_no_date_counts_from_when_it_was_first_seen(reader: Reader, written: str) -> None:
    dated = Entry("Avant", guid="b", published=NOON)
    bare = rss(Entry("Sans date", guid="a"), dated)
    bare = bare.replace(b"</item>", f"<pubDate>{written}</pubDate></item>".encode(), 1)
    reader.follow("/feed", in_turn(says(rss(dated)), says(bare)))
    reader.refresh()
    reader.again()
    stored = reader.stored()[1]
    assert (stored.post.published, stored.seen, stored.news_at) == (None, reader.now, reader.now)


# --- 23 ---

ATOM_BASES = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://julie.example/blog/"><title>t</title><id>f</id>
<link rel="alternate" href="./"/>
<entry xml:base="2026/"><title>Haies</title><id>1</id><link href="haies"/><updated>2026-11-20T12:00:00Z</updated>
<content type="xhtml" xml:base="photos/"><div xmlns="http://www.w3.org/1999/xhtml">
<p><img src="une.jpg" alt="haie"/> <a href="../../a-propos">moi</a> <a href="#note">n</a></p></div></content></entry></feed>"""


def test_23_relative_addresses_are_resolved_against_every_base(reader: Reader) -> None:
    source = reader.follow("/feed", says(ATOM_BASES, "application/atom+xml"))
    reader.refresh()
    (post,) = reader.posts(source)
    assert post.url == "http://julie.example/blog/2026/haies"
    assert reader.source(source).site == "http://julie.example/blog/"
    assert re.findall(r'(?:href|src)="([^"]*)"', post.html) == [
        "http://julie.example/blog/2026/photos/une.jpg",
        "http://julie.example/blog/a-propos",
        "http://julie.example/blog/2026/photos/#note",
    ]


def test_23_in_rss_the_feeds_own_address_is_the_base(reader: Reader) -> None:
    reader.follow(
        "/blog/feed", says(rss(Entry("t", "/haies", html='<a href="autre">a</a><img src="i.png">')))
    )
    reader.refresh()
    (post,) = reader.posts()
    base = reader.server.base
    assert post.url == f"{base}/haies"
    assert f'href="{base}/blog/autre"' in post.html
    assert f'src="{base}/blog/i.png"' in post.html


def test_23_in_json_feed_too(reader: Reader) -> None:
    item = {
        "id": "1",
        "url": "haies",
        "content_html": "<img src='i.png'><a href='/b'>b</a>",
        "authors": [{"name": "Julie", "url": "https://julie.example/"}],
    }
    feed = {"version": "https://jsonfeed.org/version/1.1", "home_page_url": "./", "items": [item]}
    source = reader.follow("/blog/feed.json", says(json.dumps(feed), "application/feed+json"))
    reader.refresh()
    (post,) = reader.posts()
    base = reader.server.base
    assert (post.url, reader.source(source).site) == (f"{base}/blog/haies", f"{base}/blog/")
    assert f'src="{base}/blog/i.png"' in post.html
    assert f'href="{base}/b"' in post.html


def weeknotes(*numbers: int, **same: str) -> bytes:
    """A feed of which each entry has the title of the others."""
    return rss(
        *(
            Entry(
                "Notes de la semaine",
                same.get("link", f"https://julie.example/{n}"),
                same.get("guid", str(n)),
                f"<p>semaine {n}</p>",
                NOON + n * DAY,
            )
            for n in numbers
        )
    )


@pytest.mark.parametrize(
    "link",
    ["https://julie.example/", "https://julie.example/journal#jour-{n}", "https://julie.example/p?at_id={n}"],
)
def test_19_what_only_fell_off_the_end_of_a_feed_is_no_old_post_under_a_new_name(
    reader: Reader, link: str
) -> None:
    def window(*numbers: int) -> bytes:
        text = weeknotes(*numbers, link="LINK").decode()
        for n in numbers:
            text = text.replace("LINK", link.format(n=n), 1)
        return text.encode()

    reader.now += 20 * DAY
    reader.follow("/feed", in_turn(*[says(window(*range(n + 4, n - 1, -1))) for n in range(1, 5)]))
    reader.refresh()
    for week in range(1, 4):
        assert reader.again(DAY).new == 1
        assert len(reader.stored()) == 5 + week
    assert {post.text for post in reader.posts()} == {f"semaine {n}" for n in range(1, 9)}
    assert len({stored.id for stored in reader.stored()}) == 8


def test_17_a_feed_that_lists_its_newest_entry_only_under_one_id_loses_none(reader: Reader) -> None:
    def newest(n: int) -> bytes:
        return rss(
            Entry(
                f"Titre {n}", "https://julie.example/", "https://julie.example/", f"texte {n}", NOON + n * DAY
            )
        )

    reader.now += 20 * DAY
    reader.follow("/feed", in_turn(*[says(newest(n)) for n in (1, 2, 2, 3)]))
    reader.refresh()
    assert [reader.again(DAY).new for _ in range(3)] == [1, 0, 1]
    assert [post.text for post in reader.posts()] == ["texte 1", "texte 2", "texte 3"]
    assert len(reader.news(2 * DAY)) >= 1


# --- 24 ---


def test_24_only_web_and_mail_addresses_survive(reader: Reader) -> None:
    html = (
        '<p><a href="javascript:alert(1)">a</a> <a href="JaVa&#10;Script:alert(1)">b</a>'
        '<a href="data:text/html,x">c</a> <a href="vbscript:x">d</a> <a href="file:///etc/passwd">e</a>'
        '<img src="data:image/png;base64,AAAA"><img src="javascript:x">'
        '<a href="https://julie.example/">f</a> <a href="mailto:julie@julie.example">g</a></p>'
    )
    own = [
        Entry(f"t{n}", link, html=html) for n, link in enumerate(("javascript:alert(1)", "data:text/html,x"))
    ]
    source = reader.follow("/feed", says(rss(*own)))
    reader.refresh()
    for post in reader.posts(source):
        assert post.url == ""
        assert re.findall(r'(?:href|src)="([^"]*)"', post.html) == [
            "https://julie.example/",
            "mailto:julie@julie.example",
        ]
    assert len(reader.posts(source)) == 2


def test_24_in_json_feed_too(reader: Reader) -> None:
    items = [{"id": "1", "url": "javascript:alert(1)", "content_html": "<a href='javascript:x'>a</a>"}]
    reader.follow("/feed", says(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items})))
    reader.refresh()
    (post,) = reader.posts()
    assert (post.url, "href" in post.html) == ("", False)


# --- 25 ---


def test_25_content_is_sanitised_on_the_way_in(reader: Reader) -> None:
    html = (
        '<script>alert(1)</script><style>p{color:red}</style><p onclick="x()" style="position:fixed">Bonjour</p>'
        '<form action="/"><input name="q"><button>b</button></form><iframe src="https://x.example/"></iframe>'
        '<img src="https://x.example/p.gif" width="1" height="1"><img src="https://x.example/real.jpg" alt="haie">'
        "<object data='x'></object><svg><script>x</script></svg>"
    )
    reader.follow("/feed", says(rss(Entry("t", guid="a", html=html))))
    reader.refresh()
    (post,) = reader.posts()
    assert post.html == '<p>Bonjour</p>b<img src="https://x.example/real.jpg" alt="haie">'
    assert post.text == "Bonjour\n\nb"


# --- 26 ---


def lol(levels: int = 12) -> str:
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, levels))
    return f'<!DOCTYPE rss [<!ENTITY l0 "lol">{bomb}]>'


def test_26_entities_are_not_expanded(reader: Reader) -> None:
    bomb = FEED.replace(b"?>", b"?>" + lol().encode(), 1).replace(b"Haie n", b"&l11; n", 1)
    source = reader.follow("/feed", says(bomb))
    reader.refresh()
    assert len(reader.posts(source)) == 3
    assert max(len(post.title) for post in reader.posts(source)) < 100


def test_26_no_file_and_no_address_is_read_on_a_feeds_behalf(reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("le mot de passe")
    inner = reader.server.at("/dtd", says("<!ENTITY x 'le mot de passe'>"))
    told = (
        f'<!DOCTYPE rss [<!ENTITY file SYSTEM "{(tmp_path / "secret").as_uri()}"><!ENTITY web SYSTEM "{inner}">'
        f'<!ENTITY % dtd SYSTEM "{inner}"> %dtd;]>'
    )
    feed = FEED.replace(b"?>", b"?>" + told.encode(), 1).replace(b"Haie n", b"&file;&web;&x; n", 1)
    source = reader.follow("/feed", says(feed))
    reader.refresh()
    assert "mot de passe" not in str(reader.posts(source))
    assert len(reader.posts(source)) == 3
    assert reader.server.heard("/dtd") == []


def test_26_a_body_that_names_a_file_is_not_opened(reader: Reader, tmp_path: Path) -> None:
    hidden = tmp_path / "hidden.xml"
    hidden.write_bytes(FEED)
    source = reader.follow("/feed", says(str(hidden), "text/plain"))
    (failure,) = reader.refresh().failed
    assert isinstance(failure.error, NotAFeed)
    assert reader.stored(source) == []


# --- 27 ---


JSON_FEED = json.dumps(
    {"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": [{"id": "1", "title": "Haies"}]}
)
ATOM = "<feed xmlns='http://www.w3.org/2005/Atom'><title>t</title><entry><id>1</id><title>Haies</title></entry></feed>"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (JSON_FEED, "text/plain"),
        (JSON_FEED, "application/xml"),
        ("﻿" + JSON_FEED, "text/html"),
        (ATOM, "text/html"),
        (ATOM, "application/json"),
        (ATOM, "application/octet-stream"),
        (ATOM, ""),
    ],
)
def test_27_the_bytes_say_what_a_feed_is_not_the_label(reader: Reader, body: str, kind: str) -> None:
    reader.follow("/feed", says(body, kind))
    assert reader.refresh().failed == ()
    assert reader.titles() == ["Haies"]


# --- 28 ---


def test_28_what_has_no_title_is_a_note_whose_words_stand_in(reader: Reader) -> None:
    reader.follow(
        "/feed", says(rss(Entry(guid="a", html="<p>Première neige <b>ce matin</b>.</p>", published=NOON)))
    )
    reader.refresh()
    (post,) = reader.posts()
    assert (post.kind, post.title, post.text) == ("note", "", "Première neige ce matin.")
    assert [found.post for found in reader.store.search("premiere neige")] == [post]


# --- 31 ---


def test_31_the_backlog_of_an_old_blog_floods_no_day(reader: Reader) -> None:
    old = entries(200, first=reader.now - 3 * DAY)
    fresh = Entry("De ce matin", guid="new", published=reader.now - 2 * HOUR)
    undated = Entry("Sans date", guid="undated")
    following = Entry("Ensuite", guid="next", published=reader.now + HOUR / 2)
    reader.follow(
        "/feed", in_turn(says(rss(fresh, undated, *old)), says(rss(following, fresh, undated, *old)))
    )
    assert reader.refresh().new == 202
    assert reader.news() == ["De ce matin"]
    reader.again()
    assert sorted(reader.news()) == ["De ce matin", "Ensuite"]


# --- 33 ---

PLANET = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Planète des haies</title><id>p</id>
<entry><id>1</id><title>Une</title><link href="https://julie.example/une"/><updated>2026-11-20T12:00:00Z</updated>
<author><name>Julie Martin</name><email>julie@julie.example</email><uri>https://julie.example/</uri></author>
<author><name>Zoé</name></author></entry>
<entry><id>2</id><title>Deux</title><link href="https://paul.example/deux"/><updated>2026-11-19T12:00:00Z</updated>
<source><title>Chez Paul</title><link href="https://paul.example/"/><author><name>Paul</name></author></source></entry>
<entry><id>3</id><title>Trois</title><link href="https://anne.example/t"/><updated>2026-11-18T12:00:00Z</updated>
<source><title>Le jardin d’Anne</title><link href="https://anne.example/"/></source></entry></feed>"""


def test_33_the_authors_of_a_planet_are_kept_as_each_entry_tells_them(reader: Reader) -> None:
    reader.follow("/planet", says(PLANET))
    reader.refresh()
    signed = {post.title: post.authors for post in reader.posts()}
    assert signed["Une"] == (
        Author("Julie Martin", "julie@julie.example", "https://julie.example/"),
        Author("Zoé"),
    )
    assert signed["Deux"] == (Author("Paul"),)
    assert signed["Trois"] == (Author("Le jardin d’Anne", "", "https://anne.example/"),)


@pytest.mark.parametrize(
    ("element", "author"),
    [
        (
            "<author>julie@julie.example (Julie Martin)</author>",
            Author("Julie Martin", "julie@julie.example"),
        ),
        (
            "<author>Julie Martin (julie@julie.example)</author>",
            Author("Julie Martin", "julie@julie.example"),
        ),
        ("<author>Julie &lt;julie@julie.example&gt;</author>", Author("Julie", "julie@julie.example")),
        ("<dc:creator>Julie Martin</dc:creator>", Author("Julie Martin")),
        ("<itunes:author>Julie Martin</itunes:author>", Author("Julie Martin")),
    ],
)
def test_33_names_and_mail_addresses_are_told_apart(reader: Reader, element: str, author: Author) -> None:
    spaces = '<rss xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    feed = rss(Entry("t", guid="a")).decode().replace("<rss ", spaces).replace("</item>", f"{element}</item>")
    reader.follow("/feed", says(feed))
    reader.refresh()
    (post,) = reader.posts()
    assert post.authors == (author,)


def test_33_several_signatures_of_one_entry(reader: Reader) -> None:
    signed = "<author>a@paul.example (Paul)</author><author>Julie &lt;julie@julie.example&gt;</author>"
    reader.follow("/feed", says(rss(Entry("t", guid="a")).replace(b"</item>", f"{signed}</item>".encode())))
    reader.refresh()
    (post,) = reader.posts()
    assert post.authors == (Author("Paul", "a@paul.example"), Author("Julie", "julie@julie.example"))


# --- 34 ---


def test_34_an_edited_entry_is_updated_in_place_and_is_no_news(reader: Reader) -> None:
    first = Entry("Haies", guid="a", html="<p>Une faute.</p>", published=NOON)
    mended = Entry("Haies et talus", guid="a", html="<p>Plus de faute.</p>", published=NOON)
    source = reader.follow("/feed", in_turn(says(rss(first)), says(rss(mended))))
    reader.refresh()
    (before,) = reader.stored(source)
    report = reader.again(DAY)
    assert (report.new, report.changed) == (0, 1)
    (after,) = reader.stored(source)
    assert (after.id, after.seen, after.news_at) == (before.id, before.seen, before.news_at)
    assert (after.post.title, after.post.text) == ("Haies et talus", "Plus de faute.")
    assert reader.news(HOUR) == []
    assert [found.id for found in reader.store.search("talus")] == [before.id]


# --- 35 ---


def test_35_what_leaves_the_feed_stays_in_the_file(reader: Reader) -> None:
    three, *older = entries(3)
    reader.follow("/feed", in_turn(says(rss(three, *older)), says(rss(three))))
    reader.refresh()
    before = reader.stored()
    reader.again()
    assert reader.stored() == before
    assert len(before) == 3


# --- 36 ---


def test_36_an_image_inside_its_own_address_is_dropped(reader: Reader) -> None:
    huge = "data:image/png;base64," + "A" * 2_000_000
    html = f'<p>Avant</p><img src="{huge}" alt="x"><a href="{huge}">y</a><p>Après</p>'
    reader.follow("/feed", says(rss(Entry("t", guid="a", html=html))))
    reader.refresh()
    (post,) = reader.posts()
    assert len(post.html) < 200
    assert post.text == "Avant\n\ny\n\nAprès"


def test_a_control_that_is_written_as_an_escape_is_none(reader: Reader) -> None:
    reader.follow(
        "/feed", says('{"items": [{"id": "1", "title": "a\\u0000\\u001bb", "content_text": "c:\\\\u0000"}]}')
    )
    reader.refresh()
    (post,) = reader.posts()
    assert (post.title, post.text) == ("ab", "c:\\u0000")


def test_a_feeds_letters_that_no_file_can_hold_cost_only_themselves(reader: Reader) -> None:
    """Half a surrogate pair, written as an escape in JSON, is no letter."""
    items = '{"items": [{"id": "1", "title": "Coup\\ud83e d\\u00e9", "content_text": "Smile \\ud83d\\ude00 \\udc00"}]}'
    source = reader.follow("/feed", says(items))
    reader.follow("/xml", says(rss(Entry("NB", guid="a")).replace(b"NB", b"&#55357;&#56832; &#xD800;")))
    assert reader.refresh().failed == ()
    assert sorted(reader.titles()) == ["Coup\ufffd dé", "\U0001f600 \ufffd"]
    assert reader.posts(source)[0].text == "Smile \U0001f600 \ufffd"
