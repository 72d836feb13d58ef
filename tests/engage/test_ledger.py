"""From gestures on the networks to engagements, and what a day makes of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Any

import pytest

from engage import ledger
from engage.config import Config, Day
from engage.model import Draft, Engagement
from engage.today import drifting, today
from feeds.errors import RestLater, SignedOut
from feeds.http import Client
from feeds.model import Account, Gathered, Gesture, Networks
from tests.engage.hands import DAY, HAIES, HOUR, NOON, House, identity, post

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from engage.model import Person, Today

CONFIG = Config()
ME = Account("mastodon", "ada@home.example", "@ada@home.example", "https://home.example", key="m")
SKY = Account("bluesky", "did:plc:ada", "ada.example", "https://pds.example", key="b")
TOOT = "https://piaille.example/users/julie/statuses/1"


def gesture(key: str = "s1", **values: Any) -> Gesture:
    values = {
        "kind": "replied",
        "direction": "out",
        "other": "julie@piaille.example",
        "at": NOON - HOUR,
        **values,
    }
    return Gesture(key, **values)


def tell(house: House, *gestures: Gesture, account: Account = ME) -> int:
    """Let a network tell these gestures; how many engagements that made."""
    kept = house.store.feeds.keep_account(account, NOON)
    house.store.feeds.save_gathered(kept, Gathered(gestures, {}), NOON)
    return ledger.settle(house.store)


def julie(house: House) -> Person:
    of = house.person()
    house.source(of, "mastodon", "julie@piaille.example")
    return of


def toots(house: House, *posts: Any) -> list[int]:
    source = next(s for s in house.store.feeds.sources() if s.address == "julie@piaille.example")
    return house.publish(source, *posts)


def day(house: House) -> Today:
    return today(house.store, NOON, CONFIG, UTC)


# --- settling ---


def test_a_gesture_towards_somebody_you_know_is_an_engagement_once(house: House) -> None:
    of = julie(house)
    assert tell(house, gesture(text="Oui !", url="https://home.example/@ada/1", about=TOOT)) == 1
    assert tell(house, gesture()) == 0
    (kept,) = house.store.engagements(of.id)
    assert (kept.kind, kept.direction, kept.at, kept.note) == ("replied", "out", NOON - HOUR, "Oui !")
    assert (kept.channel, kept.key, kept.about) == ("mastodon", "mastodon s1", TOOT)
    assert kept.url == "https://home.example/@ada/1"


def test_what_passed_before_you_knew_somebody_counts_from_when_you_do(house: House) -> None:
    assert tell(house, gesture(at=NOON - 90 * DAY)) == 0
    of = julie(house)
    assert ledger.settle(house.store) == 1
    assert house.store.last_contacts()[of.id] == NOON - 90 * DAY
    assert ledger.settle(house.store) == 0


def test_one_account_on_two_networks_is_not_the_same_and_one_person_may_have_both(house: House) -> None:
    of = julie(house)
    house.store.add_identity(identity(of.id, kind="bluesky", address="did:plc:julie", label="julie.example"))
    tell(house, gesture("s1"), gesture("s2", other="did:plc:julie"))
    assert [e.key for e in house.store.engagements(of.id)] == ["mastodon s1"]
    tell(house, gesture("at://did:plc:ada/like/1", other="did:plc:julie", kind="liked"), account=SKY)
    assert {e.channel for e in house.store.engagements(of.id)} == {"mastodon", "bluesky"}


def test_two_people_at_one_address_both_had_the_gesture(house: House) -> None:
    both = [house.person(name) for name in ("Julie Martin", "Jules Martin")]
    for one in both:
        house.store.add_identity(identity(one.id, kind="mastodon", address="julie@piaille.example"))
    assert tell(house, gesture()) == 2


def test_what_you_answered_is_proposed_no_more_even_if_it_comes_after_the_answer(house: House) -> None:
    julie(house)
    tell(house, gesture(about=TOOT))
    (number,) = toots(house, post("note", key=TOOT, text=HAIES))
    assert house.store.answered_posts() == {number: NOON - HOUR}
    found = day(house)
    assert (found.highlights, [d.piece.id for d in found.done]) == ((), [number])


def test_an_answer_to_what_is_here_names_it(house: House) -> None:
    of = julie(house)
    (number,) = toots(house, post("note", key=TOOT, text=HAIES))
    tell(house, gesture(about=TOOT))
    assert house.store.engagements(of.id)[0].piece == number
    assert day(house).highlights == ()


def test_what_you_liked_is_no_contact_and_weighs_less(house: House) -> None:
    of = julie(house)
    other = house.person("Paul Moreau")
    house.publish(house.source(other, "mastodon"), post("note", key="p", text=HAIES, ago=2 * HOUR))
    toots(house, post("note", key=TOOT, text=HAIES))
    assert [h.person.name for h in day(house).highlights] == ["Julie Martin", "Paul Moreau"]
    tell(house, gesture(kind="liked", about=TOOT))
    found = day(house)
    assert [h.person.name for h in found.highlights] == ["Paul Moreau", "Julie Martin"]
    assert "liked" in [reason.code for reason in found.highlights[1].reasons]
    assert of.id not in house.store.last_contacts()


def test_a_reply_on_a_network_ends_drifting(house: House) -> None:
    julie(house)
    assert [d.person.name for d in drifting(house.store, NOON, CONFIG, UTC)] == ["Julie Martin"]
    tell(house, gesture(kind="liked", about="x"))
    assert len(drifting(house.store, NOON, CONFIG, UTC)) == 1
    tell(house, gesture("s2"))
    assert drifting(house.store, NOON, CONFIG, UTC) == []


def test_a_letter_that_you_said_was_sent_and_the_network_s_telling_are_one(house: House) -> None:
    of = julie(house)
    (number,) = toots(house, post("note", key=TOOT, text=HAIES))
    words = {"language": "fr", "register": "tu", "text": "Merci", "written": "", "passage": "", "line": ""}
    letter = house.store.add_draft(
        Draft(0, "thank-you", of.id, number, state="open", created=NOON, changed=NOON, **words)  # type: ignore[arg-type]
    )
    mine = Engagement(0, of.id, "thanked", "out", NOON, piece=number, draft=letter.id)
    house.store.record(mine)
    assert tell(house, gesture(about=TOOT, at=NOON - HOUR)) == 0
    (kept,) = house.store.engagements(of.id)
    assert (kept.kind, kept.key, kept.draft) == ("thanked", "mastodon s1", letter.id)
    assert tell(house, gesture("s2", about=TOOT, at=NOON - 3 * DAY)) == 1  # another answer, days before


# --- who waits ---


def test_who_wrote_to_you_waits_until_you_answer(house: House) -> None:
    julie(house)
    said = gesture("s1 julie", kind="wrote", direction="in", text="Tu viens jeudi ?", at=NOON - 2 * DAY)
    tell(house, said)
    (waiting,) = day(house).waiting
    assert (waiting.person.name, waiting.said.note, waiting.piece) == (
        "Julie Martin",
        "Tu viens jeudi ?",
        None,
    )
    tell(house, gesture("like", kind="liked", direction="out", at=NOON - DAY))
    assert len(day(house).waiting) == 1
    tell(house, gesture("s2", kind="wrote", at=NOON - DAY))
    assert day(house).waiting == ()


@pytest.mark.parametrize("kind", ["met", "wrote", "called", "thanked"])
def test_an_answer_that_no_network_saw_counts_when_you_note_it(house: House, kind: str) -> None:
    of = julie(house)
    tell(house, gesture(kind="mentioned", direction="in"))
    assert len(day(house).waiting) == 1
    house.store.record(Engagement(0, of.id, kind, "out", NOON))
    assert day(house).waiting == ()


def test_who_is_none_of_your_people_and_wrote_is_named(house: House) -> None:
    julie(house)
    tell(
        house,
        gesture("s1", kind="wrote", direction="in"),
        gesture("s2", kind="mentioned", direction="in", other="zoe@x.example", name="Zoé"),
        gesture("s3", kind="replied", direction="in", other="paul@x.example", at=NOON - 2 * HOUR),
        gesture("s4", kind="liked", direction="in", other="ann@x.example"),
        gesture("s5", kind="wrote", direction="in", other="old@x.example", at=NOON - 60 * DAY),
    )
    assert day(house).strangers == ("Zoé (@zoe@x.example)", "@paul@x.example")


def test_thanks_for_something_else_answer_no_question(house: House) -> None:
    of = julie(house)
    (number,) = toots(house, post("note", key=TOOT, text=HAIES))
    tell(
        house,
        gesture("https://x.example/9 julie@piaille.example", kind="wrote", direction="in", text="Alors ?"),
    )
    house.store.record(Engagement(0, of.id, "thanked", "out", NOON, piece=number))
    tell(house, gesture("s2", about=TOOT, at=NOON))
    assert [w.said.note for w in day(house).waiting] == ["Alors ?"]
    tell(house, gesture("s3", about="https://x.example/9", at=NOON))
    assert day(house).waiting == ()


def test_whom_one_knows_best_stands_first_and_nobody_is_left_out(house: House) -> None:
    for number in range(6):
        of = house.person(f"Nora {number}", circle=3 if number < 5 else 1)
        house.store.add_identity(identity(of.id, kind="mastodon", address=f"n{number}@piaille.example"))
        said = gesture(f"s{number}", kind="wrote", direction="in", at=NOON - number * HOUR)
        tell(house, replace(said, other=f"n{number}@piaille.example"))
    assert [w.person.name[-1] for w in day(house).waiting] == ["5", "0", "1", "2", "3", "4"]


def test_only_the_last_word_waits_and_nothing_waits_for_ever(house: House) -> None:
    julie(house)
    first = gesture("s1", kind="wrote", direction="in", at=NOON - 3 * DAY, text="Un")
    tell(house, first, replace(first, key="s2", at=NOON - 2 * DAY, text="Deux"))
    assert [w.said.note for w in day(house).waiting] == ["Deux"]
    assert [w.said.note for w in today(house.store, NOON + 30 * DAY, CONFIG, UTC).waiting] == []


def test_likes_of_your_posts_wait_for_nothing(house: House) -> None:
    julie(house)
    tell(house, gesture(kind="liked", direction="in"), gesture("s2", kind="boosted", direction="in"))
    assert day(house).waiting == ()


def test_who_answers_you_in_a_highlight_does_not_wait_twice(house: House) -> None:
    julie(house)
    answer = post(
        "reply",
        key=TOOT,
        text="Je pense comme toi, vraiment, et depuis longtemps.",
        mentions=("ada@home.example",),
    )
    (number,) = toots(house, answer)
    tell(house, gesture(f"{TOOT} julie@piaille.example", direction="in", text="Je pense comme toi"))
    found = day(house)
    assert [h.piece.id for h in found.highlights] == [number]
    assert "answers_you" in [reason.code for reason in found.highlights[0].reasons]
    assert found.waiting == ()
    house.store.remember_shown(NOON.date() - DAY, [number])
    (waiting,) = day(house).waiting
    assert waiting.piece == number  # and so an answer can be drafted


def test_a_day_names_nobody_twice(house: House) -> None:
    julie(house)
    tell(house, gesture(kind="wrote", direction="in", at=NOON - 20 * DAY, text="Alors ?"))
    later = replace(CONFIG, day=Day(drifting=3))
    found = today(house.store, NOON, later, UTC)
    assert [w.person.name for w in found.waiting] == ["Julie Martin"]
    assert found.out_of_sight == ()


# --- gathering ---


def gathering(*outcomes: Any) -> Callable[..., Gathered]:
    """A network that tells these things, one at each call."""
    left = iter(outcomes)

    def gather(_account: Account, positions: Mapping[str, str], *_: Any) -> Gathered:
        asked.append(dict(positions))
        outcome = next(left)
        if isinstance(outcome, Exception):
            raise outcome
        told: Gathered = outcome
        return told

    asked: list[dict[str, str]] = []
    gather.asked = asked  # type: ignore[attr-defined]
    return gather


@pytest.fixture
def networks(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    from feeds.sources import bluesky, mastodon  # noqa: PLC0415 - so that they can be replaced

    def speak(mastodons: Any, blueskys: Any = None) -> None:
        monkeypatch.setattr(mastodon, "gather", mastodons, raising=False)
        monkeypatch.setattr(bluesky, "gather", blueskys, raising=False)

    return speak


def update(house: House, hours: int = 0) -> ledger.Told:
    return ledger.update(house.store, Client(), Networks(), NOON + hours * HOUR)


def test_gathering_goes_on_from_where_it_stood(house: House, networks: Callable[..., None]) -> None:
    of = julie(house)
    house.store.feeds.keep_account(ME, NOON)
    speak = gathering(
        Gathered((gesture("s1"),), {"a": "1"}), Gathered((gesture("s1"), gesture("s2")), {"a": "2"})
    )
    networks(speak)
    assert (update(house).engagements, update(house).accounts, update(house, 1).gestures) == (1, 0, 1)
    assert speak.asked == [{}, {"a": "1"}]  # type: ignore[attr-defined]
    assert len(house.store.engagements(of.id)) == 2


def test_one_account_in_trouble_does_not_stop_the_other(house: House, networks: Callable[..., None]) -> None:
    julie(house)
    for account in (ME, SKY):
        house.store.feeds.keep_account(account, NOON)
    signed_out = SignedOut(
        server="pds.example", account="ada.example", command="nouvelles login bluesky ada.example"
    )
    networks(gathering(Gathered((gesture(),), {})), gathering(signed_out))
    told = update(house)
    assert (told.accounts, told.engagements) == (2, 1)
    assert [(t.account.label, t.error) for t in told.troubles] == [("ada.example", signed_out)]
    assert "nouvelles login bluesky" in str(told.troubles[0].error)


def test_a_defect_of_ours_costs_one_account(house: House, networks: Callable[..., None]) -> None:
    house.store.feeds.keep_account(ME, NOON)
    networks(gathering(KeyError("x")))
    (trouble,) = update(house).troubles
    assert "KeyError" in str(trouble.error)


def test_what_no_file_can_hold_costs_one_account(house: House, networks: Callable[..., None]) -> None:
    house.store.feeds.keep_account(ME, NOON)
    networks(gathering(Gathered((gesture(about=2**70),), {})))
    assert "OverflowError" in str(update(house).troubles[0].error)


def test_a_right_that_is_missing_is_said_once(house: House, networks: Callable[..., None]) -> None:
    house.store.feeds.keep_account(ME, NOON)
    networks(
        gathering(
            *[Gathered((), {}, None, ("no right",))] * 2,
            Gathered((), {}),
            Gathered((), {}, None, ("no right",)),
        )
    )
    assert [len(update(house, hour).warnings) for hour in range(4)] == [1, 0, 0, 1]


def test_what_came_before_a_server_asked_to_wait_is_kept(house: House, networks: Callable[..., None]) -> None:
    julie(house)
    house.store.feeds.keep_account(ME, NOON)
    until = NOON + 2 * HOUR
    asked = "https://home.example/api/v1/favourites"
    later = RestLater(address=asked, status=429, until="14:00", at=until.isoformat(), asked=asked)
    networks(gathering(Gathered((gesture(),), {"a": "1"}, later, ("w",)), Gathered((), {"a": "1"})))
    told = update(house)
    assert (told.engagements, told.troubles[0].error, told.warnings[0][1]) == (1, later, "w")
    assert house.store.feeds.waiting(NOON) == {"home.example:443": until}  # every source there waits as well
    assert (update(house, 1).accounts, update(house, 2).accounts) == (0, 1)
