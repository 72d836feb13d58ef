"""What servers do to a reader: each test is named by its row in docs/hard-cases.md, and goes from the wire to the file."""

from __future__ import annotations

import threading
from datetime import timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from feeds.errors import (
    AlreadyFollowed,
    BadScheme,
    BadStatus,
    BotCheck,
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
from feeds.formats.newest import MOST_ENTRIES
from feeds.http import Client, Manners
from feeds.model import Source
from feeds.sources import blog
from feeds.wire import Request
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


# --- 3 ---


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
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
    monkeypatch.setattr("feeds.refresh._parsers", lambda: pytest.fail("a process was started"))
    before = reader.store.connection.total_changes
    report = reader.again()
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


def test_06_the_guard_stands_at_every_connect_not_only_the_first(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that led to the open Internet when it was added, and now leads into the house (DNS rebinding)."""
    source = reader.follow("/feed", says(FEED))
    reader.store.connection.execute("update sources set allow_private = 0")
    monkeypatch.setattr("feeds.http.is_public", lambda _address: True)
    assert reader.refresh().new == 3
    monkeypatch.undo()
    (failure,) = reader.again().failed
    assert isinstance(failure.error, Refused)
    assert len(reader.stored(source)) == 3


# --- 7 ---


def test_07_one_move_for_good_is_no_reason_to_believe_it(reader: Reader) -> None:
    reader.server.at("/busy", says(FEED))
    source = reader.follow("/feed", in_turn(says(FEED), ways.redirects("/busy", 301), says(FEED)))
    for _ in range(4):
        reader.again()
    assert reader.source(source).address == source.address
    assert reader.health(source).former == ()


def test_07_several_identical_moves_that_end_in_a_feed_are_believed(reader: Reader) -> None:
    new = reader.server.at("/new", ways.validated(FEED, '"n"'))
    source = reader.follow("/feed", in_turn(says(FEED), ways.redirects("/new", 301)))
    reader.refresh()
    for _ in range(2):
        reader.again()
        assert reader.source(source).address == source.address
        assert reader.health(source).moving == new
    report = reader.again()
    assert (report.new, report.failed) == (0, ())
    assert reader.source(source).address == new
    assert reader.health(source).former == ((source.address, reader.now),)
    asked = len(reader.server.heard("/feed"))
    reader.again()
    assert len(reader.server.heard("/feed")) == asked
    assert reader.server.asked[-1].headers["if-none-match"] == '"n"'
    assert len(reader.stored(source)) == 3


@pytest.mark.parametrize(
    "answer", [says("<html><body>Travaux</body></html>", ways.HTML), ways.fails(503), says(b"")]
)
def test_07_a_maintenance_page_is_no_new_address(reader: Reader, answer: ways.Way) -> None:
    reader.server.at("/travaux", answer)
    source = reader.follow("/feed", in_turn(says(FEED), *[ways.redirects("/travaux", 301)] * 6, says(FEED)))
    for _ in range(7):
        reader.again(2 * DAY)
    assert reader.source(source).address == source.address
    assert reader.again(2 * DAY).failed == ()
    assert len(reader.stored(source)) == 3


def test_07_a_move_to_what_is_followed_already_makes_no_pair(reader: Reader) -> None:
    reader.follow("/new", says(FEED))
    source = reader.follow("/feed", ways.redirects("/new", 301))
    for _ in range(5):
        reader.again()
    assert reader.source(source).address == source.address
    assert reader.health(source).moving.endswith("/new")


def test_07_an_adopted_address_gets_no_leave_for_the_network_at_home(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feeds.http.is_public", lambda _address: True)
    with Misbehaving() as elsewhere:
        source = reader.follow("/feed", ways.redirects(elsewhere.at("/feed", says(FEED)), 301))
        for _ in range(3):
            reader.again()
    assert reader.source(source).address.startswith(elsewhere.base)
    assert not reader.source(source).allow_private


# --- 8 ---


def test_08_gone_pauses_the_source_and_deletes_nothing(reader: Reader) -> None:
    source = reader.follow("/feed", in_turn(says(FEED), ways.fails(410)))
    reader.refresh()
    (failure,) = reader.again().failed
    assert isinstance(failure.error, Gone)
    health = reader.health(source)
    assert health.paused == reader.now
    assert "everything stored is kept" in reader.error(source)
    assert len(reader.stored(source)) == 3
    assert reader.refresh(30 * DAY, force=True).asked == 0


def test_08_a_person_may_try_again_what_was_gone(reader: Reader) -> None:
    source = reader.follow("/feed", in_turn(ways.fails(410), says(FEED)))
    reader.refresh()
    reader.store.retry(source.id)
    assert reader.refresh().new == 3
    assert reader.health(source).paused is None


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


def test_09_who_says_too_many_speaks_for_the_whole_host(reader: Reader) -> None:
    """Sixty feeds on one host, of which the third answers 429: what still waits for that host is not asked."""
    reader.client = Client(Manners(per_host=1))
    for number in range(60):
        reader.follow(f"/{number}", says(FEED) if number < 2 else ways.fails(429, Retry_After="7200"))
    other = Misbehaving()
    with other:
        reader.add(Source("blog", other.at("/elsewhere", says(FEED)), allow_private=True))
        report = reader.refresh()
        assert len(reader.server.asked) == 3
        assert (report.asked, report.new, len(report.failed)) == (61, 9, 58)
        assert {type(failure.error) for failure in report.failed} == {Busy}
        # Whoever asks, and whether or not it had answered well: the host is left alone, and nobody else is.
        assert reader.refresh(timedelta(minutes=119), force=True).asked == 1
        assert len(reader.server.asked) == 3
    assert reader.refresh(timedelta(minutes=1), force=True).asked == 61


def test_09_nobody_is_sent_to_a_host_that_asked_us_to_wait_by_another(reader: Reader) -> None:
    """Twelve blogs of one house lead to a host that says "too many"; the house itself is not blamed for it."""
    reader.client = Client(Manners(per_host=1))
    with pytest.MonkeyPatch.context() as patch, Misbehaving() as busy:
        patch.setattr("feeds.http.is_public", lambda _address: True)
        there = busy.at("/feed", ways.fails(429, Retry_After="7200"))
        for number in range(12):
            reader.follow(f"/{number}", ways.redirects(there) if number % 2 else says(FEED))
        report = reader.refresh()
        assert (report.new, len(report.failed), len(busy.asked)) == (18, 6, 1)
        assert {type(failure.error) for failure in report.failed} == {Busy}
        report = reader.again()  # its own due time has not come; the house answers as before
        assert (report.asked, len(busy.asked)) == (6, 1)
        reader.store.connection.execute("update cursors set due_at = null, error = null")
        assert len(reader.refresh(force=True).failed) == 6
        assert len(busy.asked) == 1


def test_09_being_told_to_wait_never_counts_as_a_failure(reader: Reader) -> None:
    source = reader.follow("/feed", ways.fails(429))
    for _ in range(4):
        reader.again()
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
        reader.again()
    sent = [(e.headers.get("if-none-match"), e.headers.get("if-modified-since")) for e in reader.server.asked]
    assert sent == [
        (None, None),
        ('"a"', since),
        ('"b"', since),
        ('W/"c"', since),  # a 304 that names a new ETag and no date
        ('W/"c"', since),
        (None, None),  # the last full answer had none
    ]


# --- 11 ---


def test_11_who_always_says_not_modified_is_asked_in_full_once_a_day(reader: Reader) -> None:
    """New entries come, and the server's validators never notice."""

    def way(exchange: ways.Exchange) -> None:
        if "if-none-match" in exchange.headers:
            exchange.answer(304, ETag='"a"')
        else:
            days = len([e for e in reader.server.asked if "if-none-match" not in e.headers])
            exchange.answer(200, rss(*entries(days)), Content_Type=ways.RSS, ETag='"a"')

    source = reader.follow("/feed", way)
    for _ in range(51):
        reader.again()
    full = [n for n, e in enumerate(reader.server.asked) if "if-none-match" not in e.headers]
    assert full == [0, 24, 48]
    assert len(reader.stored(source)) == 3


def test_11_not_modified_to_somebody_who_knows_nothing_is_no_answer(reader: Reader) -> None:
    source = reader.follow("/feed", in_turn(ways.always_not_modified(ETag='"a"'), says(FEED)))
    (failure,) = reader.refresh().failed
    assert "nothing new" in str(failure.error)
    assert reader.again().new == 3
    assert "if-none-match" not in reader.server.asked[1].headers
    assert reader.health(source).error is None


# --- 12 ---


@pytest.mark.parametrize(
    "way",
    [
        ways.fails(403, b"<html>Just a moment...</html>", cf_mitigated="challenge"),
        ways.fails(503, b"<script src='/cdn-cgi/challenge-platform/h/b/orchestrate'></script>"),
    ],
)
def test_12_a_challenge_for_browsers_is_explained_and_not_evaded(reader: Reader, way: ways.Way) -> None:
    source = reader.follow("/feed", in_turn(says(FEED), way))
    reader.refresh()
    (failure,) = reader.again().failed
    assert isinstance(failure.error, BotCheck)
    assert "ask its author to let feed readers through" in reader.error(source)
    agents = {exchange.headers["user-agent"] for exchange in reader.server.asked}
    assert len(agents) == 1
    assert agents.pop().startswith("Nouvelles")
    assert len(reader.stored(source)) == 3


def test_10_validators_come_back_letter_by_letter(reader: Reader) -> None:
    reader.follow("/feed", in_turn(says(FEED, ETag='W/"été"'), ways.always_not_modified()))
    reader.refresh()
    report = reader.again()
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
    (failure,) = reader.again().failed
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
    report = reader.again()
    assert (report.failed, report.unchanged) == ((), 1)
    assert reader.posts(source) == before
    reader.again()
    assert reader.server.asked[2].headers["if-none-match"] == '"a"'


# --- 22 ---


def test_22_a_feed_that_moves_keeps_its_history(reader: Reader) -> None:
    """By hand, and to another host under which its entries have other addresses: nothing is new."""
    old = [
        Entry(f"Haie {n}", f"https://haies.example/{n}", f"https://haies.example/{n}", "t", NOON - n * DAY)
        for n in range(4)
    ]
    new = [
        Entry(
            e.title, e.link.replace("haies", "talus"), e.guid.replace("haies", "talus"), e.html, e.published
        )
        for e in old
    ]
    source = reader.follow("/old", says(rss(*old)))
    reader.refresh()
    numbers = [stored.id for stored in reader.stored(source)]
    reader.store.move(source, reader.server.at("/new", says(rss(*new))), reader.now, allow_private=True)
    report = reader.again()
    assert (report.new, report.changed) == (0, 4)
    assert [stored.id for stored in reader.stored(source)] == numbers
    assert {post.url for post in reader.posts(source)} == {f"https://talus.example/{n}" for n in range(4)}
    assert reader.news() == []
    assert reader.health(source).former[0][0] == source.address


def test_22_two_sources_cannot_stand_at_one_address(reader: Reader) -> None:
    one, other = reader.follow("/one", says(FEED)), reader.follow("/other", says(FEED))
    with pytest.raises(AlreadyFollowed):
        reader.store.move(one, other.address, reader.now)
    assert reader.source(one).address == one.address


# --- 32 ---


def test_32_sixty_feeds_on_one_host_come_a_few_at_a_time(reader: Reader) -> None:
    reader.client = Client(Manners(per_host=2))
    inside: list[int] = []
    lock = threading.Lock()
    now_inside = 0

    def way(exchange: ways.Exchange) -> None:
        nonlocal now_inside
        with lock:
            now_inside += 1
            inside.append(now_inside)
        exchange.answer(200, FEED, Content_Type=ways.RSS)

    def left(_number: int) -> None:
        nonlocal now_inside
        with lock:
            now_inside -= 1

    reader.server.after_answer = left
    for number in range(60):
        reader.follow(f"/{number}", way)
    assert reader.refresh().new == 180
    # One that has been answered may still be on its way out of the server when the next one comes in.
    assert max(inside) <= 2 * 2


def test_32_questions_to_one_host_are_spaced_and_a_persons_own_machine_is_not(reader: Reader) -> None:
    paused: list[float] = []
    clock = [100.0]

    def sleep(seconds: float) -> None:
        paused.append(seconds)
        clock[0] += seconds

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("feeds.http.is_public", lambda _address: True)
        patch.setattr("feeds.http.time", SimpleNamespace(monotonic=lambda: clock[0], sleep=sleep))
        url = reader.server.at("/feed", says(FEED))
        client = Client(Manners(spacing=0.25))
        assert len(list(client.send_all((n, Request(url)) for n in range(4)))) == 4
        assert sum(paused) == pytest.approx(0.75)
        paused.clear()
        assert len(list(client.send_all((n, Request(url, allow_private=True)) for n in range(4)))) == 4
        assert paused == []


# --- 37 ---


def test_37_of_a_hundred_thousand_entries_the_newest_are_kept_and_that_is_said(reader: Reader) -> None:
    days = (f"<pubDate>{format_datetime(NOON - n * HOUR)}</pubDate>" for n in range(20_000))
    items = "".join(f"<item><guid>{n}</guid><title>n{n}</title>{day}</item>" for n, day in enumerate(days))
    undated = "".join(f"<item><guid>u{n}</guid><title>u</title></item>" for n in range(80_000))
    feed = f"<rss version='2.0'><channel>{items}</channel></rss>"
    source = reader.follow("/feed", says(feed))
    longer = reader.follow("/longer", says(feed.replace("</channel>", undated + "</channel>")))
    assert reader.refresh().new == 2 * MOST_ENTRIES
    for followed in (source, longer):
        assert f"{MOST_ENTRIES:,}" in reader.health(followed).warnings[0]
    assert sorted(int(post.title[1:]) for post in reader.posts(source)) == list(range(MOST_ENTRIES))


def test_37_a_feed_that_is_too_large_is_read_as_far_as_it_goes(reader: Reader) -> None:
    reader.client = Client(Manners(max_bytes=ways.MEGABYTE))
    padded = [Entry(e.title, e.link, e.guid, e.html + "<p>mot</p>" * 30_000, e.published) for e in entries(9)]
    source = reader.follow("/feed", says(rss(*padded)))
    report = reader.refresh()
    assert report.failed == ()
    assert 2 <= report.new <= 4
    assert "larger" in reader.health(source).warnings[0]
    assert "Haie n° 9" in reader.titles(source)


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
    assert all(wait >= HOUR for wait in waits)  # it had work with each question
    assert waits[2:5] == sorted(waits[2:5])
    assert all(0.75 * DAY <= wait <= 1.25 * DAY for wait in waits[5:])  # each with its own jitter
    assert len(reader.stored(source)) == 3
    reader.refresh(waits[-1])
    assert (reader.health(source).failures, reader.health(source).error) == (0, None)


# --- 39 ---


def test_39_after_a_week_asleep_each_source_is_asked_once(reader: Reader) -> None:
    for number in range(5):
        reader.follow(f"/{number}", ways.validated(FEED, '"a"'))
    reader.refresh()
    assert reader.refresh(7 * DAY).asked == 5
    assert reader.refresh().asked == 0
    assert len(reader.server.asked) == 10


def test_39_a_clock_that_ran_ahead_makes_nobody_wait_for_it(reader: Reader) -> None:
    reader.follow("/feed", ways.validated(FEED, '"a"'))
    reader.now += 3 * DAY
    reader.refresh()
    assert reader.refresh(-3 * DAY).asked == 1
    assert reader.refresh().asked == 0


def test_39_failures_come_back_each_in_its_own_time(reader: Reader) -> None:
    for number in range(12):
        reader.follow(f"/{number}", ways.fails(500))
    for _ in range(4):
        reader.again(DAY)
    due = {health.due for health in reader.store.health(reader.now)}
    assert len(due) == 12


# --- manners beyond the table ---


def test_a_feed_that_asks_for_peace_gets_it_also_after_saying_that_nothing_is_new(reader: Reader) -> None:
    reader.follow("/feed", ways.validated(rss(*entries(1, first=reader.now), head="<ttl>180</ttl>"), '"a"'))
    reader.refresh()
    assert [reader.refresh(HOUR).asked for _ in range(7)] == [0, 0, 1, 0, 0, 1, 0]


@pytest.mark.parametrize(
    "headers",
    [
        {"Cache_Control": "public, max-age=10800"},
        {"Cache_Control": "max-age=12000", "Age": "1200"},
        {"Expires": "Mon, 23 Nov 2026 15:00:00 GMT", "Date": "Mon, 23 Nov 2026 12:00:00 GMT"},
        {"Expires": "Mon, 23 Nov 2026 15:00:00 GMT"},
    ],
)
def test_an_answer_that_holds_good_for_hours_is_not_asked_for_sooner(
    reader: Reader, headers: dict[str, str]
) -> None:
    busy = rss(*(Entry(f"n° {n}", guid=str(n), published=reader.now - n * HOUR) for n in range(4)))
    reader.follow("/feed", says(busy, ETag='"a"', **headers))
    reader.refresh()
    assert reader.refresh(3 * HOUR - timedelta(minutes=1)).asked == 0
    assert reader.refresh(timedelta(minutes=1)).asked == 1


def test_a_blog_that_writes_twice_a_year_is_asked_once_a_day(reader: Reader) -> None:
    seldom = [Entry(f"n° {n}", guid=str(n), published=NOON - n * 180 * DAY) for n in range(4)]
    often = [Entry(f"n° {n}", guid=str(n), published=reader.now - n * HOUR) for n in range(4)]
    reader.follow("/seldom", ways.validated(rss(*seldom), '"a"'))
    reader.follow("/often", ways.validated(rss(*often), '"a"'))
    for _ in range(24):
        reader.refresh(HOUR)
    assert len(reader.server.heard("/seldom")) == 2
    assert len(reader.server.heard("/often")) > 10


def test_a_feed_without_validators_is_asked_once_a_day(reader: Reader) -> None:
    reader.follow("/feed", says(rss(*entries(3, first=reader.now))))
    for _ in range(49):
        reader.refresh(HOUR)
    assert len(reader.server.asked) == 3
