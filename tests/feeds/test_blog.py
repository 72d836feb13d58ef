"""From bytes to posts: each feed in `data/blog` with what should be read in it, and the steps before and after."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.errors import FetchError, Gone, NotAFeed
from feeds.formats.letters import decode
from feeds.http import Client
from feeds.model import Author, Batch, Cursor, Post, Source
from feeds.sources import blog
from feeds.wire import Response
from tests.feeds import misbehaving as ways
from tests.feeds.made_up import entries, rss
from tests.feeds.misbehaving import says

if TYPE_CHECKING:
    from tests.feeds.misbehaving import Misbehaving

DATA = Path(__file__).parent / "data" / "blog"
FEEDS = sorted(path for path in DATA.iterdir() if ".expected" not in path.name)
URL = "https://feeds.example/feed.xml"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def parse(body: bytes | str, kind: str = "application/xml", url: str = URL) -> Batch:
    raw = body.encode() if isinstance(body, str) else body
    return blog.parse(blog.Unread(Source("blog", URL), Cursor(), raw, url, kind))


def told(value: Any) -> Any:
    """A value as JSON tells it, with what is as usual left out."""
    if isinstance(value, (Post, Batch, Author)):
        parts = ((field, getattr(value, field.name)) for field in fields(value))
        shown = {
            field.name: told(part)
            for field, part in parts
            if field.default is MISSING or part != field.default
            if field.name != "cursor" and part != {}
        }
        wish = value.cursor.wish if isinstance(value, Batch) else None
        return shown if wish is None else {**shown, "wish": wish}
    if isinstance(value, tuple):
        return [told(part) for part in value]
    return value.isoformat() if isinstance(value, datetime) else value


@pytest.mark.parametrize("path", FEEDS, ids=lambda path: path.name)
def test_each_feed_is_read_as_expected(path: Path) -> None:
    expected = json.loads((DATA / f"{path.stem}.expected.json").read_text(encoding="utf-8"))
    assert told(parse(path.read_bytes())) == expected


def test_the_feeds_of_the_folder_and_their_expectations_pair_off() -> None:
    assert {path.stem for path in FEEDS} == {
        path.name.partition(".")[0] for path in DATA.glob("*.expected.json")
    }


# --- what to ask, and what an answer means ---

KNOWN = Cursor('"a"', "Mon, 23 Nov 2026 09:00:00 GMT", "d" * 32, "", NOW)
SOURCE = Source("blog", URL, allow_private=True)


@pytest.mark.parametrize(
    ("cursor", "fully", "sent"),
    [
        (Cursor(), False, {}),
        (KNOWN, False, {"If-None-Match": '"a"', "If-Modified-Since": "Mon, 23 Nov 2026 09:00:00 GMT"}),
        (KNOWN, True, {}),
        (replace(KNOWN, modified=""), False, {"If-None-Match": '"a"'}),
        (replace(KNOWN, etag=""), False, {"If-Modified-Since": "Mon, 23 Nov 2026 09:00:00 GMT"}),
    ],
)
def test_request(cursor: Cursor, fully: bool, sent: dict[str, str]) -> None:
    request = blog.request(SOURCE, cursor, fully=fully)
    assert dict(request.headers) == {"Accept": blog.ACCEPT, **sent}
    assert (request.url, request.allow_private, request.method) == (URL, True, "GET")


def answer(status: int = 200, body: bytes = b"<rss/>", **headers: str) -> Response:
    return Response(URL, status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def test_read_hands_on_a_new_body_with_what_its_answer_said() -> None:
    response = replace(
        answer(etag='"b"', last_modified="x", content_type="text/xml"), moved_to="https://new.example/"
    )
    unread = blog.read(SOURCE, KNOWN, response, NOW)
    assert isinstance(unread, blog.Unread)
    assert (unread.body, unread.url, unread.content_type) == (b"<rss/>", URL, "text/xml")
    assert unread.moved_to == "https://new.example/"
    assert (unread.cursor.etag, unread.cursor.modified, unread.cursor.asked_fully) == ('"b"', "x", NOW)
    assert unread.cursor.digest not in {"", KNOWN.digest}


def test_read_knows_a_body_again_by_its_hash() -> None:
    first = blog.read(SOURCE, Cursor(), answer(), NOW)
    assert isinstance(first, blog.Unread)
    again = blog.read(SOURCE, first.cursor, answer(etag='"new"'), NOW)
    assert again == Batch(replace(first.cursor, etag='"new"'), unchanged=True)


def test_read_keeps_the_cursor_on_304_and_on_an_empty_answer() -> None:
    assert blog.read(SOURCE, KNOWN, answer(304, b""), NOW) == Batch(KNOWN, unchanged=True)
    assert blog.read(SOURCE, KNOWN, answer(200, b" \n"), NOW) == Batch(KNOWN, unchanged=True)


@pytest.mark.parametrize("status", [204, 206, 302, 400, 404, 410, 500])
def test_read_refuses_every_other_status(status: int) -> None:
    with pytest.raises(FetchError):
        blog.read(SOURCE, KNOWN, answer(status), NOW)


def test_fetch_does_all_three_steps(server: Misbehaving) -> None:
    feed = rss(*entries(2))
    url = server.at("/feed", ways.validated(feed, '"a"'))
    source = Source("blog", url, allow_private=True)
    batch = blog.fetch(source, Cursor(), Client(), NOW)
    assert [post.title for post in batch.posts] == ["Haie n° 2", "Haie n° 1"]
    again = blog.fetch(source, batch.cursor, Client(), NOW)
    assert (again.unchanged, again.posts, again.cursor) == (True, (), batch.cursor)
    server.at("/feed", ways.fails(410))
    with pytest.raises(Gone):
        blog.fetch(source, batch.cursor, Client(), NOW)


def test_a_permanent_move_is_told(server: Misbehaving) -> None:
    new = server.at("/new", says(rss(*entries(1))))
    source = Source("blog", server.at("/old", ways.redirects(new, 301)), allow_private=True)
    assert blog.fetch(source, Cursor(), Client(), NOW).moved_to == new


# --- letters ---


@pytest.mark.parametrize(
    "name",
    [
        *("undefined", "idna", "hex", "punycode", "no-such-thing", "utf-7"),
        *("Unicode_Escape", "raw-unicode-escape", "rot13"),
    ],
)
def test_a_declared_encoding_that_makes_no_sense_is_passed_over(name: str) -> None:
    body = f'<?xml version="1.0" encoding="{name}"?><rss><channel><title>café</title></channel></rss>'
    assert parse(body.encode()).label.startswith("caf")
    assert parse(body.encode("windows-1252")).label.startswith("caf")


def test_japanese_in_seven_bits_is_taken_at_its_word() -> None:
    body = '<?xml version="1.0" encoding="iso-2022-jp"?><rss><channel><title>生垣</title></channel></rss>'
    assert parse(body.encode("iso-2022-jp")).label == "生垣"


@pytest.mark.parametrize("name", ["raw_unicode_escape", "unicode-escape", "UNICODE_ESCAPE"])
def test_escapes_are_no_letters(name: str) -> None:
    body = f'<?xml version="1.0" encoding="{name}"?><rss><channel><title>\\u00e9 \xe9</title></channel></rss>'
    assert parse(body.encode("windows-1252")).label == "\\u00e9 é"


@pytest.mark.parametrize("declares", [True, False])
def test_half_a_letter_is_none(declares: bool) -> None:
    declaration = b'<?xml version="1.0" encoding="utf-7"?>' if declares else b""
    text, _ = decode(declaration + b"<rss>+2AA-</rss>", "text/xml" if declares else "text/xml; charset=utf-7")
    assert text.endswith("<rss>\ufffd</rss>")


@given(
    st.binary(max_size=30),
    st.sampled_from(["utf-7", "utf-16", "utf-16-le", "utf-32", "cp932", "hz", "x", "big5"]),
)
def test_whatever_is_decoded_any_file_can_hold(body: bytes, name: str) -> None:
    text, _ = decode(body, f"text/xml; charset={name}")
    text.encode()


# --- single traits ---


def one(item: str, head: str = "") -> Post:
    (post,) = parse(f"<rss version='2.0'><channel>{head}<item>{item}</item></channel></rss>").posts
    return post


@pytest.mark.parametrize(
    ("ttl", "seconds"),
    [
        ("60", 3600),
        ("0", 0),
        (" 15 ", 900),
        ("an hour", None),
        ("-5", None),
        ("²", None),
        ("9" * 5000, 999_999_999 * 60),
    ],
)
def test_the_wish_to_be_left_alone(ttl: str, seconds: int | None) -> None:
    assert (
        parse(f"<rss><channel><ttl>{ttl}</ttl><item><title>t</title></item></channel></rss>").cursor.wish
        == seconds
    )


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("Fri, 20 Nov 2026 12:00:00 GMT", "2026-11-20T12:00:00+00:00"),
        ("Fri, 20 Nov 2026 12:00:00 +0100", "2026-11-20T11:00:00+00:00"),
        ("2026-11-20T12:00:00Z", "2026-11-20T12:00:00+00:00"),
        ("2026-11-20", "2026-11-20T00:00:00+00:00"),
        ("hier", None),
        ("", None),
    ],
)
def test_dates(date: str, moment: str | None) -> None:
    post = one(f"<title>t</title><pubDate>{date}</pubDate>")
    assert post.published == (datetime.fromisoformat(moment) if moment else None)
    assert post.updated is None


def test_an_episode_without_a_page_stands_at_its_sound() -> None:
    sound = '<title>t</title><enclosure url="https://x.example/7.mp3" length="1" type="audio/mpeg"/>'
    assert one(sound).url == "https://x.example/7.mp3"
    assert one(sound + "<link>https://x.example/7</link>").url == "https://x.example/7"


def test_what_says_nothing_is_no_post() -> None:
    assert parse("<rss><channel><item></item><item><category>c</category></item></channel></rss>").posts == ()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "neither RSS"),
        ("Bonjour", "neither RSS"),
        ("[1, 2]", "neither RSS"),
        ("{}", "no JSON Feed"),
        ('{"items": {}}', "no JSON Feed"),
        ("{broken", "no JSON Feed"),
        ("<html><body>t</body></html>", "announces none"),
        ('<html><link rel=alternate type="application/rss+xml" href="/f">', "https://feeds.example/f"),
    ],
)
def test_what_is_no_feed(body: str, said: str) -> None:
    with pytest.raises(NotAFeed) as caught:
        parse(body)
    assert said in str(caught.value)


def test_a_feed_that_lists_nothing_yet_is_a_feed() -> None:
    for body in (
        "<rss version='2.0'><channel><title>t</title></channel></rss>",
        '{"title": "t", "items": []}',
    ):
        assert (parse(body).posts, parse(body).label) == ((), "t")


# --- whatever comes ---

WHOLE = [path.read_bytes() for path in FEEDS]
DAMAGE = st.tuples(
    st.sampled_from(WHOLE),
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 40), st.binary(max_size=12)), max_size=4),
)


@given(DAMAGE)
def test_a_damaged_feed_is_read_or_refused_in_words(case: tuple[bytes, list[tuple[int, int, bytes]]]) -> None:
    body, wounds = case
    for place, length, junk in wounds:
        body = body[:place] + junk + body[place + length :]
    try:
        batch = parse(body)
    except NotAFeed:
        return
    assert len({post.key for post in batch.posts}) == len(batch.posts)
    json.dumps(told(batch), ensure_ascii=False).encode()


@given(st.binary(max_size=60), st.sampled_from(["", "text/xml; charset=utf-16", "x; charset=undefined"]))
def test_any_bytes_are_read_or_refused_in_words(body: bytes, kind: str) -> None:
    try:
        parse(body, kind)
    except NotAFeed:
        return


def test_what_a_page_offers_instead_tells_no_secret() -> None:
    page = '<!doctype html><link rel="feed" href="https://bob:s3cr3t@julie.example/feed">'
    with pytest.raises(NotAFeed) as caught:
        parse(page)
    assert caught.value.values["offered"] == ["https://julie.example/feed"]
    assert "s3cr3t" not in str(caught.value)
