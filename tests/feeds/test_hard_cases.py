"""The table of hard cases for feeds, row by row: each test is named by its row, and goes from the wire to the file."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import pytest

from feeds.errors import (
    BadScheme,
    BadStatus,
    Busy,
    Gone,
    NotAFeed,
    Refused,
    TooLarge,
    TooManyRedirects,
    TooSlow,
    Unreachable,
    Untrusted,
)
from feeds.http import Client, Manners
from feeds.model import Source
from feeds.sources import blog
from tests.conftest import NO_SUCH_HOST
from tests.feeds import misbehaving as ways
from tests.feeds.certificates import serve_tls
from tests.feeds.made_up import NOON, Entry, entries, rss
from tests.feeds.misbehaving import Misbehaving, in_turn, says

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


@pytest.mark.parametrize("damage", [FEED.replace(b"Haie n", b"Haie&nbsp;& n"), cut(FEED)], ids=["xml", "cut"])
def test_01_a_recovered_feed_carries_a_warning_until_it_is_mended(reader: Reader, damage: bytes) -> None:
    source = reader.follow("/feed", in_turn(says(damage), says(FEED)))
    reader.refresh()
    assert "not well-formed" in reader.health(source).warnings[0]
    reader.refresh(HOUR)
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


def test_02_letters_that_the_blog_itself_has_lost_are_warned_of(reader: Reader) -> None:
    source = reader.follow("/feed", says(rss(Entry("Un �t�", guid="a"))))
    reader.refresh()
    assert "letters" in reader.health(source).warnings[0]


# --- 3 ---


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_03_a_bomb_is_stopped_while_it_unpacks(reader: Reader, encoding: str) -> None:
    source = reader.follow("/feed", ways.bombs(encoding, 64))
    (failure,) = reader.refresh().failed
    assert isinstance(failure.error, TooLarge)
    assert "more than 15 MB" in reader.error(source)
    assert reader.stored() == []


def test_03_an_honest_gzip_is_read(reader: Reader) -> None:
    source = reader.follow("/feed", ways.packed(FEED))
    assert reader.refresh().new == 3
    assert "gzip" in reader.server.heard("/feed")[0].headers["accept-encoding"]
    assert reader.titles(source)


# --- 4 ---


def test_04_one_byte_at_a_time_ends_at_the_total_deadline(reader: Reader) -> None:
    reader.client = Client(Manners(deadline=0.3))
    source = reader.follow("/slow", ways.drips(FEED * 10))
    (failure,) = reader.refresh().failed
    assert isinstance(failure.error, TooSlow)
    assert "did not finish" in reader.error(source)
    assert reader.stored() == []


# --- 5 ---


def test_05_five_thousand_unchanged_entries_are_neither_parsed_nor_written(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = rss(*entries(5000, first=NOON - DAY * 400), head=f"<description>{'x' * 4_000_000}</description>")
    source = reader.follow("/feed", says(body))
    assert reader.refresh().new == 5000
    parsed: list[Any] = []
    monkeypatch.setattr(blog, "parse", parsed.append)
    before = reader.store.connection.total_changes
    report = reader.refresh(HOUR)
    assert (report.asked, report.unchanged, parsed) == (1, 1, [])
    assert reader.store.connection.total_changes - before == 1  # the cursor, which says when we asked
    assert len(reader.stored(source)) == 5000


# --- 6 ---


def test_06_a_redirect_loop_ends_after_five_hops(reader: Reader) -> None:
    source = reader.follow("/round", ways.circles())
    (failure,) = reader.refresh().failed
    assert isinstance(failure.error, TooManyRedirects)
    assert len(reader.server.asked) == 6
    assert "5 times" in reader.error(source)


def test_06_five_hops_are_followed(reader: Reader) -> None:
    for step in range(5):
        reader.server.at(f"/{step}", ways.redirects(f"/{step + 1}"))
    reader.server.at("/5", says(FEED))
    source = reader.add(Source("blog", reader.server.base + "/0", allow_private=True))
    assert reader.refresh().new == 3
    assert reader.titles(source)


@pytest.mark.parametrize(
    "target", ["http://10.0.0.7/feed", "http://[fe80::1]/feed", "http://169.254.169.254/latest"]
)
def test_06_a_redirect_into_a_private_network_is_refused(reader: Reader, target: str) -> None:
    source = reader.follow("/feed", ways.redirects(target))
    (failure,) = reader.refresh().failed
    assert isinstance(failure.error, Refused)
    assert "private network" in reader.error(source)


def test_06_leave_for_one_private_address_is_none_for_its_neighbour(reader: Reader) -> None:
    with Misbehaving() as neighbour:
        secret = neighbour.at("/secret", says(FEED))
        reader.follow("/feed", ways.redirects(secret))
        (failure,) = reader.refresh().failed
        assert isinstance(failure.error, Refused)
        assert neighbour.connections == 0


def test_06_a_public_source_never_reaches_loopback_under_any_name(reader: Reader) -> None:
    port = reader.server.base.rpartition(":")[2]
    for host in ("localhost", "julie.localhost", "127.0.0.1", "[::ffff:127.0.0.1]", "2130706433", "0.0.0.0"):
        reader.add(Source("blog", f"http://{host}:{port}/feed"))
    report = reader.refresh()
    assert [type(failure.error) for failure in report.failed] == [Refused] * 6
    assert reader.server.asked == []


@pytest.mark.parametrize("target", ["file:///etc/hostname", "gopher://127.0.0.1/", "javascript:alert(1)"])
def test_06_a_redirect_to_another_scheme_is_refused(reader: Reader, target: str) -> None:
    reader.follow("/feed", ways.redirects(target))
    (failure,) = reader.refresh().failed
    assert isinstance(failure.error, BadScheme)


# --- 8 ---


def test_08_gone_pauses_the_source_and_deletes_nothing(reader: Reader) -> None:
    source = reader.follow("/feed", in_turn(says(FEED), ways.fails(410)))
    reader.refresh()
    (failure,) = reader.refresh(HOUR).failed
    assert isinstance(failure.error, Gone)
    health = reader.health(source)
    assert health.paused == reader.now
    assert "everything stored is kept" in reader.error(source)
    assert len(reader.stored(source)) == 3
    assert reader.refresh(30 * DAY, force=True).asked == 0


# --- 9 ---


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("as_date", [False, True], ids=["seconds", "date"])
def test_09_a_server_that_asks_us_to_wait_is_obeyed(reader: Reader, status: int, as_date: bool) -> None:
    until = reader.now + timedelta(minutes=200)
    after = format_datetime(until, usegmt=True) if as_date else "12000"
    source = reader.follow("/feed", in_turn(ways.fails(status, Retry_After=after), says(FEED)))
    (failure,) = reader.refresh().failed
    assert isinstance(failure.error, Busy)
    health = reader.health(source)
    assert (health.failures, health.due) == (0, until)
    assert "2026-11-23 15:20" in reader.error(source)
    assert reader.refresh(timedelta(minutes=199), force=True).asked == 0
    assert reader.refresh(timedelta(minutes=1)).new == 3
    assert reader.health(source).error is None


def test_09_being_told_to_wait_never_counts_as_a_failure(reader: Reader) -> None:
    source = reader.follow("/feed", ways.fails(429))
    for _ in range(4):
        reader.refresh(HOUR)
        assert reader.health(source).failures == 0
    assert len(reader.server.asked) == 4


def test_09_a_503_without_a_time_is_a_failure_like_another(reader: Reader) -> None:
    source = reader.follow("/feed", ways.fails(503))
    (failure,) = reader.refresh().failed
    assert isinstance(failure.error, BadStatus)
    assert not isinstance(failure.error, Busy)
    assert reader.health(source).failures == 1


# --- 10 ---


def test_10_both_validators_are_stored_every_time(reader: Reader) -> None:
    since = "Mon, 23 Nov 2026 09:00:00 GMT"
    reader.follow(
        "/feed",
        in_turn(
            says(FEED, ETag='"a"', Last_Modified=since),
            says(FEED + b"<!-- -->", ETag='"b"', Last_Modified=since),
            ways.always_not_modified(ETag='W/"c"'),
            ways.always_not_modified(),
            says(FEED),
        ),
    )
    for _ in range(6):
        reader.refresh(HOUR)
    sent = [(e.headers.get("if-none-match"), e.headers.get("if-modified-since")) for e in reader.server.asked]
    assert sent == [
        (None, None),
        ('"a"', since),
        ('"b"', since),
        ('W/"c"', since),  # a 304 that names a new ETag and no date
        ('W/"c"', since),
        (None, None),  # the last full answer had none
    ]


def test_10_validators_come_back_letter_by_letter(reader: Reader) -> None:
    reader.follow("/feed", in_turn(says(FEED, ETag='W/"été"'), ways.always_not_modified()))
    reader.refresh()
    report = reader.refresh(HOUR)
    assert (report.failed, report.unchanged) == ((), 1)
    assert reader.server.asked[1].headers["if-none-match"] == 'W/"été"'


# --- 13 ---

PAGE = """<!doctype html><html><head><title>Julie</title>{links}</head><body><p>Bonjour</p></body></html>"""


def test_13_a_page_instead_of_a_feed_offers_the_feeds_that_it_announces(reader: Reader) -> None:
    links = (
        '<link rel="alternate" type="application/rss+xml" href="/comments/feed" title="Commentaires">'
        '<link rel="alternate" type="application/atom+xml" href="atom.xml">'
    )
    source = reader.follow("/", in_turn(says(FEED), says(PAGE.format(links=links), ways.HTML)))
    reader.refresh()
    (failure,) = reader.refresh(HOUR).failed
    assert isinstance(failure.error, NotAFeed)
    base = reader.server.base
    assert failure.error.values["offered"] == [f"{base}/atom.xml", f"{base}/comments/feed"]
    assert f"{base}/atom.xml" in reader.error(source)
    assert len(reader.stored(source)) == 3


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (PAGE.format(links=""), ways.HTML, "a web page that announces none"),
        ("Bonjour.", "text/plain", "neither RSS, Atom nor JSON Feed"),
        ("\x89PNG\r\n\x1a\n\x00\x00", "image/png", "neither RSS, Atom nor JSON Feed"),
        ('{"hello": "world"}', "application/json", "no JSON Feed"),
        ("<sitemap><url/></sitemap>", "text/xml", "neither RSS, Atom nor JSON Feed"),
        ("/etc/hostname", "text/plain", "neither RSS, Atom nor JSON Feed"),
    ],
)
def test_13_what_is_no_feed_is_said_in_words(reader: Reader, body: str, kind: str, said: str) -> None:
    source = reader.follow("/", says(body, kind))
    (failure,) = reader.refresh().failed
    assert isinstance(failure.error, NotAFeed)
    assert said in reader.error(source)


# --- 14 ---


@pytest.mark.parametrize("nothing", [b"", b"  \n"])
def test_14_an_empty_200_changes_nothing(reader: Reader, nothing: bytes) -> None:
    source = reader.follow("/feed", in_turn(says(FEED, ETag='"a"'), says(nothing, ETag='"b"'), says(FEED)))
    reader.refresh()
    before = reader.posts(source)
    report = reader.refresh(HOUR)
    assert (report.failed, report.unchanged) == ((), 1)
    assert reader.posts(source) == before
    reader.refresh(HOUR)
    assert reader.server.asked[2].headers["if-none-match"] == '"a"'


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
    report = reader.refresh(HOUR)
    assert (report.new, report.changed) == (0, 2)
    assert [post.text for post in reader.posts()] == ["toujours", "après", "après"]


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
        report = reader.refresh(HOUR)
        assert (report.new, report.changed) == (1, 0)
        assert reader.news(HOUR) == [title]
    assert reader.titles() == ["Lettre 1", "Lettre 2", "Lettre 3", "Lettre 4"]


def test_17_anchors_on_one_page_are_several_entries(reader: Reader) -> None:
    def note(number: int) -> Entry:
        place = f"https://julie.example/jour#{number}"
        return Entry("", place, place, f"note {number}", NOON)

    reader.follow("/feed", in_turn(says(rss(note(1))), says(rss(note(2), note(1)))))
    reader.refresh()
    report = reader.refresh(HOUR)
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
    assert reader.refresh(HOUR).new == 0
    assert len(reader.stored()) == 1


def test_18_a_parameter_that_is_no_tracker_makes_another_page(reader: Reader) -> None:
    pair = [
        Entry("t", guid=f"https://julie.example/?p={number}", html="h", published=NOON) for number in (1, 2)
    ]
    reader.follow("/feed", says(rss(*pair)))
    assert reader.refresh().new == 2


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
    reader.refresh(HOUR)
    assert sorted(reader.news()) == ["De ce matin", "Ensuite"]


# --- 35 ---


def test_35_what_leaves_the_feed_stays_in_the_file(reader: Reader) -> None:
    three, *older = entries(3)
    reader.follow("/feed", in_turn(says(rss(three, *older)), says(rss(three))))
    reader.refresh()
    before = reader.stored()
    reader.refresh(HOUR)
    assert reader.stored() == before
    assert len(before) == 3


# --- 38 ---


def test_38_silence_ends_at_the_deadline(reader: Reader) -> None:
    reader.client = Client(Manners(deadline=0.3))
    source = reader.follow("/silent", ways.never_answers())
    (failure,) = reader.refresh().failed
    assert isinstance(failure.error, TooSlow)
    assert reader.health(source).failures == 1


def test_38_every_failure_is_one_clear_line_and_stops_nobody(reader: Reader, tmp_path: Path) -> None:
    base = reader.server.base
    plain_port = base.rpartition(":")[2]
    with serve_tls(tmp_path) as tls:
        failing = {
            f"http://{NO_SUCH_HOST}/feed": (Unreachable, "no such host"),
            "http://127.0.0.1:1/feed": (Unreachable, "nobody answers there"),
            f"https://127.0.0.1:{plain_port}/feed": (Untrusted, "no secure connection"),
            f"{tls}/feed": (Untrusted, "expired, self-signed"),
            reader.server.at("/nothing", ways.hangs_up()): (Unreachable, "hung up without a word"),
            reader.server.at("/half", ways.breaks_off(FEED)): (Unreachable, "broke off"),
            reader.server.at("/garbled", says(b"not gzip", Content_Encoding="gzip")): (
                Unreachable,
                "unpacked",
            ),
            "http://[é/feed": (Unreachable, "malformed"),
            "http://é.example:99999/feed": (Unreachable, "malformed"),
            f"{base}/missing": (BadStatus, "is not there"),
            "ftp://127.0.0.1/feed": (BadScheme, "not a web address"),
        }
        sources = {url: reader.add(Source("blog", url, allow_private=True)) for url in failing}
        well = reader.follow("/well", says(FEED))
        report = reader.refresh()
    assert report.asked == len(failing) + 1
    assert {failure.source.address for failure in report.failed} == set(failing)
    for failure in report.failed:
        kind, words = failing[failure.source.address]
        assert isinstance(failure.error, kind), failure
        line = reader.error(sources[failure.source.address])
        assert words in line
        assert "\n" not in line
        assert "Traceback" not in line
        assert reader.health(sources[failure.source.address]).failures == 1
    assert len(reader.stored(well)) == 3


def test_38_a_source_that_goes_on_failing_is_asked_less_and_less(reader: Reader) -> None:
    source = reader.follow("/feed", in_turn(says(FEED), *[ways.fails(500)] * 7, says(FEED)))
    reader.refresh()
    waits = []
    for _ in range(7):
        due = reader.health(source).due
        assert due is not None
        reader.refresh(due - reader.now)
        again = reader.health(source).due
        assert again is not None
        waits.append(again - reader.now)
    assert waits[:5] == sorted(waits[:5])
    assert waits[0] == timedelta(0)
    assert all(0.75 * DAY <= wait <= 1.25 * DAY for wait in waits[5:])  # each with its own jitter
    assert len(reader.stored(source)) == 3
    reader.refresh(waits[-1])
    assert (reader.health(source).failures, reader.health(source).error) == (0, None)


def test_a_feeds_letters_that_no_file_can_hold_cost_only_themselves(reader: Reader) -> None:
    """Half a surrogate pair, written as an escape in JSON, is no letter."""
    items = '{"items": [{"id": "1", "title": "Coup\\ud83e d\\u00e9", "content_text": "Smile \\ud83d\\ude00 \\udc00"}]}'
    source = reader.follow("/feed", says(items))
    reader.follow("/xml", says(rss(Entry("NB", guid="a")).replace(b"NB", b"&#55357;&#56832; &#xD800;")))
    assert reader.refresh().failed == ()
    assert sorted(reader.titles()) == ["Coup\ufffd dé", "\U0001f600 \ufffd"]
    assert reader.posts(source)[0].text == "Smile \U0001f600 \ufffd"
