"""One's own accounts in the file: what their timelines bring, what passed between them and others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from feeds.errors import RestLater, ServerFault, SignedOut
from feeds.model import Account, Batch, Cursor, Gathered, Gesture, Heard, Post, Source
from feeds.rows import gesture_of
from feeds.store import PASTS

if TYPE_CHECKING:
    from feeds.rows import Due, Saved
    from feeds.store import Store

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ME = Account(
    "mastodon", "ada@home.example", "@ada@home.example", "https://home.example", ("read:statuses",), key="k"
)
JULIE = Source(
    "mastodon", "julie@piaille.example", "@julie@piaille.example", given=False, through="ada@home.example"
)


def toot(key: str, ago: timedelta = HOUR, **values: Any) -> Post:
    return Post(key, values.pop("kind", "note"), text=f"Un mot, {key}.", published=NOW - ago, **values)


def signed_in(store: Store) -> Account:
    return store.keep_account(ME, NOW)


def home(store: Store, at: datetime = NOW) -> Due:
    return next(due for due in store.due(at, force=True) if due.source.kind == "mastodon-home")


def hear(store: Store, *heard: Heard, at: datetime = NOW, **batch: Any) -> Saved:
    return store.save(home(store, at), Batch(Cursor(position="{}"), heard=heard, **batch), at)


def keys(store: Store, source: Source) -> list[str]:
    rows = store.connection.execute(
        "select key from posts join sources s on s.id = source_id where s.address = ? order by posts.id",
        (source.address,),
    )
    return [row[0] for row in rows]


def due_addresses(store: Store, at: datetime, *, force: bool = False) -> list[str]:
    return [due.source.address for due in store.due(at, force=force)]


# --- accounts ---


def test_signing_in_follows_the_home_timeline_and_again_changes_only_the_rights(store: Store) -> None:
    kept = signed_in(store)
    assert (kept.label, kept.rights, kept.since, kept.id) == ("@ada@home.example", ("read:statuses",), NOW, 1)
    assert [(s.kind, s.address) for s in store.sources()] == [("mastodon-home", "ada@home.example")]
    again = store.keep_account(replace(ME, rights=("read", "write")), NOW + DAY)
    assert (again.id, again.rights, again.since) == (1, ("read", "write"), NOW + DAY)
    assert len(store.sources()) == len(store.accounts()) == 1


def test_after_signing_out_what_was_heard_stays_and_is_asked_for_directly(store: Store) -> None:
    me = signed_in(store)
    hear(store, Heard(JULIE, (toot("a"),)))
    store.add_source(JULIE, NOW)
    store.drop_account(me, NOW)
    assert store.accounts() == []
    assert [(s.kind, s.address) for s in store.sources()] == [("mastodon", JULIE.address)]
    (due,) = store.due(NOW)
    assert (due.source.address, due.source.through) == (JULIE.address, "")
    assert keys(store, JULIE) == ["a"]


def test_signing_in_again_tries_at_once_what_went_wrong(store: Store) -> None:
    signed_in(store)
    store.fail(home(store), SignedOut(server="home.example", account="@ada", command="nouvelles login"), NOW)
    assert due_addresses(store, NOW) == []
    signed_in(store)
    assert due_addresses(store, NOW) == ["ada@home.example"]
    assert store.unheard() == []


# --- what a timeline brings ---


def test_posts_of_a_timeline_belong_to_their_authors_accounts_which_nobody_asks(store: Store) -> None:
    signed_in(store)
    assert hear(store, Heard(JULIE, (toot("b"), toot("a", 2 * HOUR)))).new == 2
    assert keys(store, JULIE) == ["a", "b"]
    assert [s.kind for s in store.sources()] == ["mastodon-home"]
    assert [h.source.kind for h in store.health(NOW)] == ["mastodon-home"]
    assert store.awake() == 1
    assert due_addresses(store, NOW + 400 * DAY, force=True) == ["ada@home.example"]
    assert {stored.post.key for stored in store.news(NOW - DAY, NOW)} == {"a", "b"}


def test_names_of_accounts_know_no_capitals(store: Store) -> None:
    signed_in(store)
    hear(store, Heard(replace(JULIE, address="Julie@Piaille.example"), (toot("a"),)))
    assert keys(store, JULIE) == ["a"]


def test_the_same_timeline_again_changes_nothing_and_an_edit_is_seen(store: Store) -> None:
    signed_in(store)
    hear(store, Heard(JULIE, (toot("a"),)))
    assert (hear(store, Heard(JULIE, (toot("a"),))).new, hear(store, Heard(JULIE, (toot("a"),))).changed) == (
        0,
        0,
    )
    edited = replace(toot("a"), text="Mieux dit.")
    assert hear(store, Heard(JULIE, (edited,))).changed == 1
    assert store.search("mieux dit")[0].post.key == "a"


def test_an_old_post_that_comes_late_is_no_news(store: Store) -> None:
    signed_in(store)
    hear(store, Heard(JULIE, (toot("a"),)))
    hear(store, Heard(JULIE, (toot("old", 60 * DAY), toot("late", 3 * HOUR))), at=NOW + HOUR)
    assert {stored.post.key for stored in store.news(NOW, NOW + HOUR)} == {"late"}


def test_more_posts_than_one_person_writes_are_news_all_the_same(store: Store) -> None:
    signed_in(store)
    hear(store)
    several = [
        Heard(replace(JULIE, address=f"p{n}@piaille.example"), (toot(str(n), timedelta(minutes=n)),))
        for n in range(40)
    ]
    hear(store, *several, at=NOW + HOUR)
    assert len(store.news(NOW, NOW + HOUR)) == 40


def test_what_was_passed_on_is_kept_only_where_its_author_is_known(store: Store) -> None:
    signed_in(store)
    paul = Source("mastodon", "paul@ailleurs.example", "@paul@ailleurs.example")
    zoe = replace(paul, address="zoe@ailleurs.example")
    store.add_source(paul, NOW)
    hear(
        store,
        Heard(JULIE, (toot("boost", kind="repost"),)),
        Heard(paul, (toot("p"),), only_known=True),
        Heard(zoe, (toot("z"),), only_known=True),
    )
    assert (keys(store, JULIE), keys(store, paul), keys(store, zoe)) == (["boost"], ["p"], [])
    assert store.known_by([1, 2, 3], ["p", "boost", "nothing"]).keys() == {"p", "boost"}


def test_a_source_that_was_removed_hears_nothing(store: Store) -> None:
    signed_in(store)
    store.remove(store.add_source(JULIE, NOW).id, NOW)
    hear(store, Heard(JULIE, (toot("a"),)))
    assert keys(store, JULIE) == []


def test_a_new_handle_is_the_new_label(store: Store) -> None:
    signed_in(store)
    skeets = Source("bluesky", "did:plc:julie", "julie.old.example", through="ada@home.example")
    hear(store, Heard(skeets, (toot("a"),)))
    hear(store, Heard(replace(skeets, label="julie.new.example"), (toot("b"),)))
    assert store.add_source(skeets, NOW).label == "julie.new.example"


def test_who_may_read_it_and_what_hangs_on_it_are_kept(store: Store) -> None:
    from feeds.model import Attachment  # noqa: PLC0415 - beside its one use

    signed_in(store)
    whole = toot(
        "a",
        visibility="private",
        attached=(Attachment("poll", "oui\nnon"), Attachment("quote", "…", "u", "@x")),
    )
    hear(store, Heard(JULIE, (whole,)))
    assert store.news(NOW - DAY, NOW)[0].post == whole


def test_the_server_by_which_one_can_answer_is_not_forgotten_for_another(store: Store) -> None:
    signed_in(store)
    here = toot(
        "a", handle={"server": "https://home.example", "id": "7", "uri": "a", "home": "ada@home.example"}
    )
    there = replace(
        here, text="Autrement.", handle={"server": "https://piaille.example", "id": "1", "uri": "a"}
    )
    hear(store, Heard(JULIE, (here,)))
    hear(store, Heard(JULIE, (there,)))
    (found,) = store.search("autrement")
    assert found.post.handle == here.handle
    moved = replace(here, handle={**here.handle, "id": "8"})
    hear(store, Heard(JULIE, (moved,)))
    assert store.news(NOW - DAY, NOW)[0].post.handle["id"] == "8"


# --- who is asked beside a timeline ---


def test_an_account_that_a_timeline_brings_is_asked_for_its_past_and_then_seldom(store: Store) -> None:
    signed_in(store)
    hear(store, Heard(JULIE, (toot("a"),)))
    store.add_source(JULIE, NOW)
    due = next(due for due in store.due(NOW) if due.source.kind == "mastodon")
    assert (due.source.through, due.regular) == ("ada@home.example", False)
    store.save(due, Batch(Cursor(), (toot("past", 90 * DAY), toot("a"))), NOW)
    assert keys(store, JULIE) == ["a", "past"]
    assert JULIE.address not in due_addresses(store, NOW + 5 * DAY)
    assert JULIE.address not in due_addresses(store, NOW + DAY, force=True)
    assert JULIE.address in due_addresses(store, NOW + 9 * DAY)


def test_after_a_gap_those_whom_one_follows_are_asked_for_what_is_missing(store: Store) -> None:
    signed_in(store)
    other = replace(JULIE, address="autre@piaille.example")
    hear(store, Heard(JULIE, (toot("a"),)), Heard(other, (toot("o"),)))
    store.add_source(JULIE, NOW)
    store.save(next(d for d in store.due(NOW) if d.source.kind == "mastodon"), Batch(Cursor()), NOW)
    assert JULIE.address not in due_addresses(store, NOW + HOUR)
    hear(store, at=NOW + HOUR, gap=True, unchanged=True)
    assert due_addresses(store, NOW + HOUR) == [JULIE.address]  # and not the other one, whom nobody asked for


def test_many_pasts_are_asked_for_little_by_little(store: Store) -> None:
    signed_in(store)
    for number in range(PASTS + 5):
        store.add_source(replace(JULIE, address=f"p{number}@piaille.example"), NOW)
    found = store.due(NOW)
    assert found[0].source.kind == "mastodon-home"
    assert sum(bool(due.source.through) for due in found) == PASTS


def test_who_says_things_that_the_timeline_left_out_is_asked_like_all_others_again(store: Store) -> None:
    signed_in(store)
    store.add_source(JULIE, NOW)
    first = next(d for d in store.due(NOW) if d.source.kind == "mastodon")
    store.save(first, Batch(Cursor(), (toot("past"),)), NOW)
    weekly = next(d for d in store.due(NOW + 10 * DAY) if d.source.kind == "mastodon")
    store.save(weekly, Batch(Cursor(), (toot("to-others", kind="reply"),)), NOW + 10 * DAY)
    assert store.add_source(replace(JULIE, through=""), NOW).through == "ada@home.example"
    weekly = next(d for d in store.due(NOW + 20 * DAY) if d.source.kind == "mastodon")
    store.save(weekly, Batch(Cursor(), (toot("unheard"),)), NOW + 20 * DAY)
    assert store.add_source(replace(JULIE, through=""), NOW).through == ""
    assert JULIE.address in due_addresses(store, NOW + 21 * DAY, force=True)


def test_a_post_that_is_gone_is_shown_no_more_and_stays_in_the_file(store: Store) -> None:
    signed_in(store)
    hear(store, Heard(JULIE, (toot("a"),)))
    (stored,) = store.news(NOW - DAY, NOW)
    store.mark_gone(stored.id, NOW)
    assert store.news(NOW - DAY, NOW) == store.search("mot") == store.latest([stored.source.id], 5) == []
    assert store.post(stored.id) is not None


# --- gestures ---


def gesture(key: str = "s1", **values: Any) -> Gesture:
    values = {
        "kind": "replied",
        "direction": "out",
        "other": "Julie@piaille.example",
        "at": NOW - HOUR,
        **values,
    }
    return Gesture(key, **values)


def gestures(store: Store) -> list[Gesture]:
    return [gesture_of(row) for row in store.connection.execute("select * from gestures order by at, id")]


def test_gestures_are_kept_once_with_the_positions_behind_them(store: Store) -> None:
    me = signed_in(store)
    assert store.to_gather(NOW) == [(me, {})]
    told = gesture(about="https://piaille.example/1", url="https://u.example/", text="Oui.", name="Julie")
    assert store.save_gathered(me, Gathered((told,), {"statuses": "9"}), NOW) == 1
    assert store.save_gathered(me, Gathered((told, gesture("s2")), {"statuses": "10"}), NOW) == 1
    assert gestures(store) == [
        replace(told, other="julie@piaille.example"),
        gesture("s2", other="julie@piaille.example"),
    ]
    assert store.to_gather(NOW) == []
    assert store.to_gather(NOW + HOUR) == store.to_gather(NOW, force=True) == [(me, {"statuses": "10"})]


def test_a_server_that_asks_to_wait_is_let_wait_and_what_came_is_kept(store: Store) -> None:
    me = signed_in(store)
    until = NOW + 4 * HOUR
    later = RestLater(address="home.example", status=429, until="16:00", at=until.isoformat())
    store.save_gathered(me, Gathered((gesture(),), {"statuses": "9"}, later, ("a warning",)), NOW)
    (health,) = store.accounts_health()
    assert (health.due, health.failures, health.warnings) == (until, 0, ("a warning",))
    assert health.error is not None
    assert store.to_gather(NOW + HOUR, force=True) == []
    assert store.to_gather(until) == [(me, {"statuses": "9"})]


@pytest.mark.parametrize("times", [1, 4])
def test_what_fails_is_tried_later_and_later(store: Store, times: int) -> None:
    me = signed_in(store)
    gone = SignedOut(server="home.example", account="@ada", command="nouvelles login mastodon home.example")
    for _ in range(times):
        store.fail_gathering(me, gone, NOW)
    (health,) = store.accounts_health()
    assert health.failures == times
    assert health.gathered is None
    assert health.due is not None
    assert (health.due > NOW + HOUR) is (times > 1)


def test_a_moment_to_come_is_now(store: Store) -> None:
    me = signed_in(store)
    store.save_gathered(me, Gathered((gesture(at=NOW + 400 * DAY),), {}), NOW)
    assert gestures(store)[0].at == NOW


def test_a_past_that_somebody_asks_for_by_name_waits_behind_no_others(store: Store) -> None:
    signed_in(store)
    last = [store.add_source(replace(JULIE, address=f"p{n}@piaille.example"), NOW) for n in range(PASTS + 5)][
        -1
    ]
    assert [due.source.id for due in store.due(NOW, only={last.id})] == [last.id]


def test_what_was_taken_for_gone_and_is_heard_again_is_back(store: Store) -> None:
    signed_in(store)
    hear(store, Heard(JULIE, (toot("a"),)))
    (stored,) = store.news(NOW - DAY, NOW)
    store.mark_gone(stored.id, NOW)
    assert store.news(NOW - DAY, NOW) == []
    hear(store, Heard(JULIE, (toot("a"),)))
    assert [one.id for one in store.news(NOW - DAY, NOW)] == [stored.id]
    store.mark_gone(stored.id, NOW)
    store.add_source(JULIE, NOW)
    due = next(due for due in store.due(NOW) if due.source.kind == "mastodon")
    store.save(due, Batch(Cursor(), (toot("a"),)), NOW)
    assert [one.id for one in store.news(NOW - DAY, NOW)] == [stored.id]


def test_a_clock_that_ran_ahead_stops_no_gathering(store: Store) -> None:
    me = signed_in(store)
    ahead = NOW + 365 * DAY
    until = ahead + 4 * HOUR
    later = RestLater(address="https://home.example/", status=429, until="16:00", at=until.isoformat())
    store.fail_gathering(me, later, ahead)
    assert store.to_gather(NOW) == [(me, {})]


def test_signing_in_again_gathers_from_the_beginning(store: Store) -> None:
    """A server may have been set up anew, and count anew; what is told once more is known by its key."""
    me = signed_in(store)
    store.save_gathered(me, Gathered((gesture(),), {"me": "1"}), NOW)
    again = signed_in(store)
    assert store.to_gather(NOW) == [(again, {})]
    assert store.save_gathered(again, Gathered((gesture(),), {}), NOW) == 0


def test_a_fault_in_the_middle_does_not_keep_one_from_asking_again(store: Store) -> None:
    me = signed_in(store)
    fault = ServerFault(address="https://home.example", status=500)
    store.save_gathered(me, Gathered((gesture(),), {"statuses": "9"}, fault), NOW)
    assert store.to_gather(NOW) == []
    assert store.to_gather(NOW, force=True) == [(me, {"statuses": "9"})]
