"""What the file keeps: whole stories or nothing, found again by words, by date, by address."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds import schema
from feeds.errors import Busy, Gone, StoreError, Unreachable
from feeds.file import NEWEST, is_up_to_date, open_file
from feeds.model import Author, Batch, Cursor, Post, Source
from feeds.store import Due, Saved, Store

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BLOG = Source("blog", "https://julie.example/feed", "Julie", "https://julie.example/")
# Whose server knows what "nothing new" means.
KNOWN = Cursor(etag='"a"')
FULL = Post(
    key="k",
    kind="article",
    url="https://www.julie.example/haies/?utm_source=x",
    title="Les haies d’été",
    text="Un été à l’orée.",
    html="<p>Un été à l’orée.</p>",
    language="fr",
    published=NOW - HOUR,
    updated=NOW,
    authors=(Author("Julie", "julie@julie.example", "https://julie.example/"), Author("Zoé")),
    links=("https://x.example/a",),
    mentions=("paul@piaille.example", "did:plc:abc"),
    warning="deuil",
    handle={"server": "https://piaille.example", "id": "1"},
)


def post(key: str, **values: Any) -> Post:
    return replace(Post(key, "article", f"https://julie.example/{key}", key.capitalize()), **values)


def due(store: Store, source: Source = BLOG) -> Due:
    """Follow a source, and take it as it now stands in the file."""
    kept = store.add_source(source, NOW)
    (found,) = [each for each in store.due(NOW + 400 * DAY, force=True) if each.source == kept]
    return found


def save(store: Store, *posts: Post, source: Source = BLOG, now: datetime = NOW, **batch: Any) -> Saved:
    return store.save(due(store, source), Batch(batch.pop("cursor", Cursor()), posts, **batch), now)


def stored(store: Store) -> list[Post]:
    ids = [row[0] for row in store.connection.execute("select id from posts order by id")]
    return [found.post for found in sorted(store.posts(ids), key=lambda each: each.id)]


# --- the file ---


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")
def test_the_file_and_its_companions_are_private(tmp_path: Path) -> None:
    with closing(open_file(tmp_path / "n.db")) as connection:
        save(Store(connection), FULL)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"n.db": 0o600, "n.db-wal": 0o600, "n.db-shm": 0o600}


def test_newest_is_the_newest_migration(store: Store) -> None:
    names = [migration.name for migration in schema.migrations.applied(_database(store.connection))]
    assert names[-1] == NEWEST
    assert schema.migrations.pending(_database(store.connection)) == []
    assert is_up_to_date(store.connection, "feeds", NEWEST)
    assert not is_up_to_date(store.connection, "feeds", "m999")


def _database(connection: sqlite3.Connection) -> Any:
    from sqlite_utils import Database  # noqa: PLC0415

    return Database(connection)


def test_an_up_to_date_file_is_not_migrated_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "n.db"
    with closing(open_file(path)) as connection:
        save(Store(connection), FULL)
    monkeypatch.setattr(schema.migrations, "apply", lambda _db: pytest.fail("migrated again"))
    with closing(open_file(path)) as connection:
        assert stored(Store(connection)) == [FULL]


def test_the_file_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "n.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("create table moz_places (id integer primary key)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        open_file(path)
    assert path.read_bytes() == before


def test_a_post_that_is_listed_twice_is_one(tmp_path: Path) -> None:
    with closing(open_file(tmp_path / "n.db")) as connection:
        assert save(Store(connection), post("k"), post("k")) == Saved(new=1)


def test_a_clock_that_was_wrong_leaves_nobody_alone_for_a_year(tmp_path: Path) -> None:
    with closing(open_file(tmp_path / "n.db")) as connection:
        store = Store(connection)
        save(store, now=NOW + 365 * DAY)
        assert [each.source.address for each in store.due(NOW)] == [BLOG.address]


def test_two_who_open_a_new_file_at_once_both_get_it(tmp_path: Path) -> None:
    together = threading.Barrier(4)

    def opening(_: int) -> int:
        together.wait(10)
        with closing(open_file(tmp_path / "n.db")) as connection:
            return len(Store(connection).sources())

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(opening, range(4))) == [0] * 4


@pytest.mark.parametrize(
    "content", [b"Ceci n'est pas un fichier SQLite. " * 40, b"SQLite format 3\x00" + b"x" * 4096]
)
def test_a_file_that_is_not_ours_is_refused_in_words_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "n.db"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"n\.db cannot be opened as a Nouvelles file"):
        open_file(path)
    assert path.read_bytes() == content


def test_a_file_that_cannot_be_there_is_refused_in_words(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing" / "n.db"):
        with pytest.raises(StoreError, match="cannot be opened"):
            open_file(path)


# --- sources ---


def test_a_source_is_followed_once(store: Store) -> None:
    first = store.add_source(BLOG, NOW)
    again = store.add_source(replace(BLOG, label="Autre", allow_private=True), NOW + DAY)
    assert first == again == replace(BLOG, id=first.id)
    other = store.add_source(replace(BLOG, kind="mastodon"), NOW)
    assert store.sources() == [first, other]


def test_what_a_feed_says_of_itself_is_kept_and_silence_erases_nothing(store: Store) -> None:
    save(store, FULL, label="Haies", site="https://haies.example/", language="fr")
    save(store, FULL)
    (source,) = store.sources()
    assert (source.label, source.site) == ("Haies", "https://haies.example/")


def test_due(store: Store) -> None:
    never = store.add_source(BLOG, NOW)
    assert [each.source for each in store.due(NOW)] == [never]
    save(store, FULL, cursor=KNOWN)
    assert store.due(NOW + HOUR - timedelta(seconds=1)) == []
    (again,) = store.due(NOW + HOUR)
    assert (again.answered, again.failures) == (NOW, 0)
    # Microseconds are written nowhere, and must not make a moment look earlier.
    assert len(store.due(NOW + HOUR + timedelta(microseconds=5))) == 1


def test_force_asks_all_but_who_asked_us_to_wait_or_is_gone(store: Store) -> None:
    well, failing, busy, gone = [replace(BLOG, address=f"https://{n}.example/feed") for n in "abcd"]
    until = (NOW + 3 * HOUR).isoformat()
    save(store, FULL, source=well, cursor=KNOWN)
    for _ in range(3):
        store.fail(due(store, failing), Unreachable(address="b", reason="r"), NOW)
    busy_due, gone_due = due(store, busy), due(store, gone)
    store.fail(busy_due, Busy(address="c", status=429, until="", at=until), NOW)
    store.fail(gone_due, Gone(address="d", status=410), NOW)
    assert store.due(NOW + timedelta(minutes=1)) == []
    forced = [each.source.address for each in store.due(NOW + timedelta(minutes=1), force=True)]
    assert forced == [well.address, failing.address]
    later = [each.source.address for each in store.due(NOW + 3 * HOUR, force=True)]
    assert later == [well.address, failing.address, busy.address]


def test_health(store: Store) -> None:
    source = store.add_source(BLOG, NOW)
    (before,) = store.health(NOW)
    assert (before.posts, before.answered, before.newest, before.due, before.error) == (
        0,
        None,
        None,
        None,
        None,
    )
    save(store, post("a", published=NOW - HOUR), post("b"), warnings=("attention",), cursor=KNOWN)
    (after,) = store.health(NOW)
    assert (after.source, after.posts, after.answered, after.newest) == (source, 2, NOW, NOW - HOUR)
    assert (after.due, after.paused, after.failures, after.warnings) == (NOW + HOUR, None, 0, ("attention",))
    store.fail(due(store), Unreachable(address="a", reason="no such host"), NOW + HOUR)
    (failed,) = store.health(NOW)
    assert failed.error == (Unreachable.words, {"address": "a", "reason": "no such host"})
    assert (failed.failures, failed.answered, failed.posts) == (1, NOW, 2)


def test_a_failure_touches_neither_posts_nor_cursor(store: Store) -> None:
    cursor = Cursor('"a"', "Mon", "d" * 32, "42", NOW)
    save(store, FULL, cursor=cursor)
    store.fail(due(store), Unreachable(address="a", reason="r"), NOW + HOUR)
    assert due(store).cursor == cursor
    assert stored(store) == [FULL]


# --- posts ---


def test_a_post_comes_back_as_it_went_in(store: Store) -> None:
    bare = Post("bare", "note")
    assert save(store, FULL, bare) == Saved(new=2)
    assert stored(store) == [bare, FULL]  # a feed lists its newest first
    found = store.post(2)
    assert found is not None
    assert (found.source.address, found.seen, found.news_at) == (BLOG.address, NOW, NOW - HOUR)
    assert store.post(99) is None


def test_the_same_again_changes_nothing(store: Store) -> None:
    save(store, FULL)
    before = store.connection.total_changes
    assert save(store, FULL, now=NOW + HOUR) == Saved()
    written = store.connection.total_changes - before
    assert written <= 4  # the source and its cursor, no post


def test_an_edit_updates_in_place_and_is_no_news(store: Store) -> None:
    save(store, FULL)
    edited = replace(FULL, title="Titre repris", text="Autre texte.", updated=NOW + DAY)
    assert save(store, edited, now=NOW + DAY) == Saved(changed=1)
    assert stored(store) == [edited]
    found = store.post(1)
    assert found is not None
    assert (found.seen, found.news_at) == (NOW, NOW - HOUR)
    assert store.news(NOW, NOW + 2 * DAY) == []
    assert [each.id for each in store.search("repris")] == [1]
    assert store.search("orée") == []


@pytest.mark.parametrize(
    "change",
    [
        {"authors": ()}, {"links": ()}, {"mentions": ("x@y",)}, {"warning": ""}, {"handle": {"id": "2"}}, {"html": "<p>x</p>"},
        {"url": "https://julie.example/b"}, {"language": "en"}, {"kind": "note"}, {"updated": NOW + HOUR},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_every_part_may_be_edited(store: Store, change: dict[str, Any]) -> None:
    save(store, FULL)
    assert save(store, replace(FULL, **change)) == Saved(changed=1)
    assert stored(store) == [replace(FULL, **change)]


def test_two_sources_may_use_one_key(store: Store) -> None:
    save(store, FULL)
    assert save(store, FULL, source=replace(BLOG, address="https://b.example/")) == Saved(new=1)


def test_the_backlog_is_no_news_but_the_days_own_posts_are(store: Store) -> None:
    old = [post(f"old{n}", published=NOW - n * DAY) for n in range(2, 40)]
    save(store, post("fresh", published=NOW - HOUR), post("undated"), *old)
    assert [found.post.key for found in store.news(NOW - DAY, NOW)] == ["fresh"]
    late, old_late = post("late", published=NOW - 5 * DAY), post("older", published=NOW - 50 * DAY)
    save(store, late, old_late, post("undated2"), now=NOW + HOUR)
    news = store.news(NOW, NOW + HOUR)
    assert [found.post.key for found in news] == ["late", "undated2"]


def test_latest(store: Store) -> None:
    other = replace(BLOG, address="https://b.example/")
    save(store, *[post(f"a{n}", published=NOW - n * DAY) for n in range(5)])
    save(store, *[post(f"b{n}", published=NOW - n * DAY - HOUR) for n in range(5)], source=other)
    ids = [source.id for source in store.sources()]
    assert [found.post.key for found in store.latest(ids, 3)] == ["a0", "b0", "a1"]
    assert [found.post.key for found in store.latest(ids[1:], 2, before=NOW - 2 * DAY)] == ["b2", "b3"]
    assert store.latest([], 3) == []


def test_articles_at_any_of_their_addresses(store: Store) -> None:
    save(store, FULL, replace(FULL, key="n", kind="note"))
    (found,) = store.articles_at(["https://julie.example/haies", "https://x.example/"])
    assert found.post.key == "k"


def test_newest_dates(store: Store) -> None:
    save(store, post("a", published=NOW), post("b", published=NOW - DAY, kind="note"), post("c"))
    (source,) = store.sources()
    assert store.newest_dates([source.id, 99], ["article"]) == {source.id: [NOW], 99: []}
    assert store.newest_dates([source.id], ["article", "note"]) == {source.id: [NOW, NOW - DAY]}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("été", ["k"]),
        ("ETE", ["k"]),
        ("l'oree", ["k"]),
        ("haies orée", ["k"]),
        ("haies absent", []),
        ("or", []),
        ("", []),
        ("   ", []),
        ('"', []),
        ("* AND (", []),
        ("title:haies", []),
        ("NEAR(haies orée)", []),
        ("haies -orée", ["k"]),
    ],
)
def test_search_without_accents_case_or_syntax(store: Store, words: str, found: list[str]) -> None:
    save(store, FULL, post("autre", text="Rien."))
    assert [each.post.key for each in store.search(words)] == found


@given(st.text(max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_search_bears_any_words(store: Store, words: str) -> None:
    save(store, FULL)
    assert [found.post for found in store.search(f"haies {words}")] in ([], [FULL])


# --- one story or none ---


def test_posts_and_cursor_are_one_story(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure between the posts and the cursor leaves neither."""
    before = due(store)

    def breaks(*_: Any) -> datetime:
        raise RuntimeError("in the middle")

    monkeypatch.setattr("feeds.timing.due_after_answer", breaks)
    with pytest.raises(RuntimeError):
        store.save(before, Batch(Cursor(etag='"a"'), (FULL,), label="Haies"), NOW)
    assert stored(store) == []
    assert store.search("haies") == []
    assert due(store) == before
    assert not store.connection.in_transaction


def test_what_cannot_be_written_undoes_all_that_is_open(store: Store) -> None:
    """Whoever writes several together cannot keep half of one: `refresh` then writes them one by one."""
    good, bad = due(store), due(store, replace(BLOG, address="https://b.example/"))
    broken = replace(FULL, key="z", text="moitié \ud83e")

    def both() -> None:
        with store.writing():
            store.save(good, Batch(Cursor(etag='"a"'), (FULL,)), NOW)
            with pytest.raises(UnicodeEncodeError):
                store.save(bad, Batch(Cursor(etag='"b"'), (broken, replace(FULL, key="y"))), NOW)

    with pytest.raises(sqlite3.OperationalError, match="no transaction"):
        both()
    assert stored(store) == []
    assert [each.cursor.etag for each in store.due(NOW + DAY)] == ["", ""]
    store.save(good, Batch(Cursor(etag='"a"'), (FULL,)), NOW)
    assert [found.post for found in store.search("haies")] == [FULL]


def test_an_outer_failure_undoes_the_inner_ones(store: Store) -> None:
    def all_then_fail() -> None:
        with store.writing():
            save(store, FULL)
            raise KeyError

    with pytest.raises(KeyError):
        all_then_fail()
    assert store.sources() == []
    assert save(store, FULL) == Saved(new=1)


def test_a_reader_sees_a_batch_whole_or_not_at_all(store: Store, tmp_path: Path) -> None:
    kept = due(store)
    with closing(open_file(tmp_path / "nouvelles.db")) as other:
        with store.writing():
            store.save(kept, Batch(Cursor(), (FULL,)), NOW)
            assert stored(Store(other)) == []
        assert stored(Store(other)) == [FULL]


def test_a_file_of_the_first_version_is_taken_over_with_all_that_it_holds(tmp_path: Path) -> None:
    """Its future dates count as first seen; its sources are asked as before."""
    path = tmp_path / "n.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        schema.migrations.apply(_database(connection), stop_before="m002_manners_moves_articles")
        connection.executescript(
            "insert into sources (id, kind, address, label, site, language, given, allow_private, added_at) "
            "values (1, 'blog', 'https://julie.example/feed', 'Julie', '', 'fr', 1, 0, '2026-11-01T00:00:00+00:00');"
            "insert into cursors (source_id, etag, digest, answered_at) values (1, '\"a\"', 'd', '2026-11-20T00:00:00+00:00');"
            "insert into posts (source_id, key, kind, url, canonical, title, text, html, language, published_at, seen_at, "
            "warning, more, digest) values (1, 'k', 'article', '', '', 'Haies', 't', 't', 'fr', '2055-01-01T00:00:00+00:00', "
            "'2026-11-20T00:00:00+00:00', '', '{}', x'00');"
        )
    with closing(open_file(path)) as connection:
        store = Store(connection)
        (kept,) = store.search("haies")
        assert kept.post.published == kept.seen
        (due_now,) = store.due(NOW)
        assert (due_now.cursor.etag, due_now.pace.newest) == ('"a"', kept.seen)
        assert store.search("haies")[0].text == "t"


def test_one_feed_under_several_spellings_is_one_source(store: Store) -> None:
    first = store.add_source(BLOG, NOW)
    for address in ("http://julie.example/feed", "https://www.julie.example/feed/?utm_source=x"):
        assert store.add_source(replace(BLOG, address=address), NOW).id == first.id
    assert [source.address for source in store.sources()] == [BLOG.address]


def test_a_removed_source_gives_up_its_place_and_keeps_its_posts(store: Store) -> None:
    old, new = (
        store.add_source(BLOG, NOW),
        store.add_source(replace(BLOG, address="https://talus.example/feed"), NOW),
    )
    save(store, FULL, source=new)
    store.remove(new.id, NOW)
    store.move(old, new.address, NOW)
    assert [source.address for source in store.sources()] == ["https://talus.example/feed"]
    assert stored(store) == [FULL]


def test_an_answer_that_comes_after_a_move_is_not_the_new_addresses(store: Store) -> None:
    asked = due(store)
    store.move(asked.source, "https://talus.example/feed", NOW)
    assert store.save(asked, Batch(Cursor(etag='"old"', digest="d"), (FULL,)), NOW) == Saved(new=1)
    (now_due,) = store.due(NOW)
    assert (now_due.source.address, now_due.cursor.etag, now_due.cursor.digest) == (
        "https://talus.example/feed",
        "",
        "",
    )


def test_what_a_clock_that_ran_ahead_saw_is_news_now(store: Store) -> None:
    future = NOW + 20_000 * DAY
    save(store, post("a", published=NOW), now=NOW)
    save(store, post("a", published=NOW), post("b"), now=future)
    store.host_asks_to_wait("julie.example:443", future)
    assert store.waiting(NOW) == {}
    store.mend_clock(NOW + HOUR)
    assert [each.post.key for each in store.news(NOW, NOW + HOUR)] == ["b"]
    assert all(each.seen <= NOW + HOUR for each in store.news(NOW, NOW + HOUR))


def test_another_program_takes_no_log_away_from_an_open_page(tmp_path: Path) -> None:
    """Closing a file gives up all locks that a program has on it: whoever opens it next would think to be alone, and tidy up."""
    path = tmp_path / "nouvelles.db"
    with closing(open_file(path)) as page, closing(open_file(path)):
        Store(page).add_source(BLOG, NOW)
        with closing(open_file(path)):  # as each click does
            pass
        other = (
            "import sys\nfrom datetime import UTC, datetime\nfrom feeds.file import open_file\nfrom feeds.model import Source\n"
            "from feeds.store import Store\nconnection = open_file(sys.argv[1])\n"
            "Store(connection).add_source(Source('blog', 'https://paul.example/feed'), datetime.now(UTC))\nconnection.close()\n"
        )
        subprocess.run([sys.executable, "-c", other, str(path)], check=True, timeout=60)
        assert (tmp_path / "nouvelles.db-wal").exists()
        assert len(Store(page).sources()) == 2
