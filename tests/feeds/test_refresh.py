"""Asking everything that is due: side by side, each on its own, told as it goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from feeds import refresh as refreshing
from feeds.errors import BadAnswer, Missing
from feeds.model import Batch, Source
from feeds.parsers import Parsers
from feeds.sources import blog
from tests.feeds import misbehaving as ways
from tests.feeds.made_up import Entry, entries, rss
from tests.feeds.misbehaving import in_turn, says

if TYPE_CHECKING:
    from feeds.store import Store
    from tests.feeds.reader import Reader

HOUR = timedelta(hours=1)
FEED = rss(*entries(3))


def rows(reader: Reader) -> list[tuple[Any, ...]]:
    """Every post as it lies in the file, whatever its number."""
    columns = "address, key, p.kind, url, canonical, title, text, html, published_at, seen_at, news_at, more, digest"
    return [
        tuple(row)
        for row in reader.store.connection.execute(
            f"select {columns} from posts p join sources s on s.id = p.source_id order by address, key"
        )
    ]


def test_nothing_due_asks_nobody(reader: Reader) -> None:
    assert reader.refresh() == refreshing.Report()
    reader.follow("/feed", says(FEED))
    reader.refresh()
    assert reader.refresh() == refreshing.Report()
    assert len(reader.server.asked) == 1


def test_the_report_counts(reader: Reader) -> None:
    edited = rss(replace(entries(3)[0], title="Repris"), *entries(3)[1:], *entries(1, name="ronce"))
    reader.follow("/changes", in_turn(says(FEED), says(edited)))
    reader.follow("/same", says(FEED))
    reader.follow("/gone", in_turn(says(FEED), ways.fails(404)))
    assert reader.refresh() == refreshing.Report(asked=3, new=9)
    report = reader.again()
    assert (report.asked, report.new, report.changed, report.unchanged) == (3, 1, 1, 1)
    (failure,) = report.failed
    assert failure.source.address.endswith("/gone")
    assert isinstance(failure.error, Missing)


def test_a_second_refresh_adds_nothing_even_when_everything_is_sent_again(reader: Reader) -> None:
    sources = [reader.follow(f"/{n}", in_turn(says(FEED), says(FEED + b"<!-- -->"))) for n in range(4)]
    reader.refresh()
    before = rows(reader)
    report = reader.again()
    assert (report.new, report.changed, report.unchanged) == (0, 0, 4)
    assert rows(reader) == before
    assert len(before) == 3 * len(sources)


def test_one_bad_source_stops_nobody(reader: Reader) -> None:
    bad = [ways.fails(500), ways.hangs_up(), says("rien"), ways.circles(), ways.breaks_off(FEED)]
    for number, way in enumerate(bad):
        reader.follow(f"/bad{number}", way)
        reader.follow(f"/good{number}", says(FEED))
    reader.add(Source("mastodon", "nobody@127.0.0.1:1", site="http://127.0.0.1:1/@nobody"))
    report = reader.refresh()
    assert len(report.failed) == len(bad) + 1
    assert report.new == 3 * len(bad)


def test_force_asks_again_at_once(reader: Reader) -> None:
    reader.follow("/feed", says(FEED))
    reader.refresh()
    assert reader.refresh(force=True).asked == 1


def test_progress_tells_each_source_as_it_is_done(reader: Reader) -> None:
    sources = [reader.follow(f"/{n}", says(FEED) if n % 2 else ways.fails(500)) for n in range(6)]
    told: list[tuple[int, int, Source]] = []
    refreshing.refresh(
        reader.store,
        reader.client,
        reader.now,
        progress=lambda done, of, source: told.append((done, of, source)),
    )
    assert [(done, of) for done, of, _ in told] == [(n, 6) for n in range(1, 7)]
    assert {source.id for *_, source in told} == {source.id for source in sources}


def test_a_source_is_kept_when_progress_tells_of_it(reader: Reader) -> None:
    reader.follow("/feed", says(FEED))
    seen: list[int] = []
    refreshing.refresh(
        reader.store, reader.client, reader.now, progress=lambda *_: seen.append(len(reader.stored()))
    )
    assert seen == [3]


# --- many at once ---


def follow_many(reader: Reader) -> None:
    for number in range(18):
        feed = rss(*entries(number % 5 + 1, name=f"h{number}"), Entry(f"Bref {number}", html="t"))
        reader.follow(f"/{number}", says(feed))
    reader.follow("/broken", says(FEED.replace(b"Haie n", b"Haie&nbsp;n")))
    reader.follow("/page", says("<html><body>t</body></html>"))


def test_processes_give_the_same_rows_as_parsing_here(
    reader: Reader, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow_many(reader)
    pools: list[Any] = []

    def starting() -> Any:
        pools.append(Parsers(2))
        return pools[-1]

    monkeypatch.setattr(refreshing, "_parsers", starting)
    monkeypatch.setattr(refreshing, "MANY", 1)
    elsewhere = reader.refresh()
    by_processes = rows(reader)
    assert len(pools) == 1
    for table in ("posts", "cursors", "sources"):
        store.connection.execute(f"delete from {table}")
    monkeypatch.setattr(refreshing, "MANY", 10_000)
    follow_many(reader)
    here = reader.refresh()
    assert len(pools) == 1
    assert rows(reader) == by_processes
    assert (here.new, here.asked, len(here.failed)) == (elsewhere.new, elsewhere.asked, 1)
    assert len(elsewhere.failed) == 1
    assert len(by_processes) > 50


def test_a_quiet_refresh_starts_no_process(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refreshing, "_parsers", lambda: pytest.fail("a process was started"))
    for number in range(refreshing.MANY + 8):
        reader.follow(f"/{number}", ways.validated(FEED, '"a"') if number else says(FEED))
    monkeypatch.setattr(refreshing, "MANY", 10_000)
    reader.refresh()
    monkeypatch.undo()
    monkeypatch.setattr(refreshing, "_parsers", lambda: pytest.fail("a process was started"))
    assert reader.again().unchanged == refreshing.MANY + 8


# --- defects of our own cost one source ---


def break_parse(monkeypatch: pytest.MonkeyPatch, outcome: Any) -> None:
    whole = blog.parse

    def parse(unread: blog.Unread) -> Batch:
        return whole(unread) if "/bad" not in unread.url else outcome(whole(unread))

    monkeypatch.setattr(blog, "parse", parse)


def test_a_defect_in_a_parser_costs_only_its_source(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = reader.follow("/bad", says(FEED)), reader.follow("/good", says(FEED))
    break_parse(monkeypatch, lambda _batch: 1 / 0)
    (failure,) = reader.refresh().failed
    assert isinstance(failure.error, BadAnswer)
    assert "ZeroDivisionError" in reader.error(bad)
    assert len(reader.stored(good)) == 3


def test_what_no_file_can_hold_costs_only_its_source(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = reader.follow("/bad", says(FEED)), reader.follow("/good", says(FEED))

    def halve(batch: Batch) -> Batch:
        return replace(batch, posts=(*batch.posts[1:], replace(batch.posts[0], title="\ud83e")))

    break_parse(monkeypatch, halve)
    (failure,) = reader.refresh().failed
    assert failure.source == bad
    assert isinstance(failure.error, BadAnswer)
    assert reader.stored(bad) == []
    assert len(reader.stored(good)) == 3


def test_a_client_that_breaks_is_told_for_every_source_it_owed(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = [reader.follow(f"/{n}", says(FEED)) for n in range(5)]
    whole = reader.client.send_all

    def breaking(requests: Any) -> Any:
        for number, answer in enumerate(whole(requests)):
            if number == 2:
                raise RuntimeError("the wire broke")
            yield answer

    monkeypatch.setattr(reader.client, "send_all", breaking)
    report = reader.refresh()
    assert (report.asked, report.new, len(report.failed)) == (5, 6, 3)
    assert all("the wire broke" in str(failure.error) for failure in report.failed)
    assert len(sources) == 5


def test_a_refresh_that_is_interrupted_keeps_what_it_had(reader: Reader) -> None:
    for number in range(5):
        reader.follow(f"/{number}", says(FEED))

    def interrupt(done: int, _of: int, _source: Source) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        refreshing.refresh(reader.store, reader.client, reader.now, progress=interrupt)
    assert len(reader.stored()) in {6, 9, 12, 15}
    reader.refresh()
    assert len(reader.stored()) == 15
