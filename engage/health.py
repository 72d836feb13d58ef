"""How a source is doing, in words: what is wrong, since when, and what to do about it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from feeds.errors import N_, Missing, NotAFeed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from feeds.rows import Health

State = Literal["new", "well", "silent", "warned", "waiting", "failing", "gone", "paused"]
# Half a year: for many a blog that is nothing, but it is worth knowing.
SILENT = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A message id with its values. `wrong` says that something is wrong, rather than worth knowing."""

    message: str
    values: Mapping[str, Any] = field(default_factory=dict)
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """A source's state in one word, and the sentences that say it."""

    state: State
    sentences: tuple[Sentence, ...]

    @property
    def is_wrong(self) -> bool:
        """Whether a person should look at it."""
        return any(sentence.wrong for sentence in self.sentences)


def condition(health: Health, now: datetime) -> Condition:
    """What a source's health means at `now`."""
    return Condition(_state(health, now), tuple(_sentences(health, now)))


def _state(health: Health, now: datetime) -> State:
    states: dict[State, bool] = {
        "gone": health.paused is not None and health.gone,
        "paused": health.paused is not None,
        "waiting": health.waiting is not None,
        "failing": health.error is not None,
        "new": health.answered is None,
        "warned": bool(health.warnings),
        "silent": _silence(health, now) is not None,
    }
    return next((state for state, holds in states.items() if holds), "well")


def _sentences(health: Health, now: datetime) -> Iterator[Sentence]:
    if health.paused is not None:
        yield _pause(health, health.paused)
    elif health.error is not None:
        yield from _trouble(health)
    elif health.answered is None:
        yield Sentence(N_("not asked yet"))
    if health.waiting is not None and health.error is None:
        yield Sentence(N_("its host asked us to wait until {moment}"), {"moment": health.waiting})
    yield from _places(health)
    if health.source.through:
        yield Sentence(N_("heard in your timeline there"))
    if health.source.full_text:
        yield Sentence(N_("its articles are fetched whole, from their own pages"))
    for warning in health.warnings:
        yield Sentence(warning)
    yield from _voice(health, now)


def _voice(health: Health, now: datetime) -> Iterator[Sentence]:
    """Whether anything is said there."""
    if (silence := _silence(health, now)) is not None:
        yield Sentence(N_("silent for {span}"), {"span": silence})
    elif health.source.is_timeline:
        if health.heard:
            yield Sentence(N_("accounts heard in it: {count}"), {"count": health.heard})
    elif health.answered is not None and not health.posts:
        yield Sentence(N_("answers, and has published nothing so far"))


def _places(health: Health) -> Iterator[Sentence]:
    """Where it was before, and where it says that it goes."""
    for address, moment in health.former[-1:]:
        yield Sentence(
            N_("moved for good to {address} (from {former}): adopted on {date}"),
            {"address": health.source.address, "former": address, "date": moment},
        )
    if health.moving:
        yield _moving(health)


def _moving(health: Health) -> Sentence:
    values = {"address": health.moving, "number": health.source.id}
    if health.twin:
        return Sentence(
            N_(
                "its server says that it has moved to {address}, which you follow already: remove one of the two"
            ),
            values,
            wrong=True,
        )
    return Sentence(
        N_(
            "its server says that it has moved to {address}: believed when it has said so three times. "
            "“nouvelles sources move {number} {address}” believes it now"
        ),
        values,
    )


def _pause(health: Health, since: datetime) -> Sentence:
    values = {"date": since, "number": health.source.id}
    if not health.gone:
        return Sentence(
            N_("paused by you on {date}: “nouvelles sources retry {number}” takes it up again"), values
        )
    return Sentence(
        N_(
            "gone since {date}: paused, and everything stored is kept. "
            "If it lives elsewhere now: “nouvelles sources move {number} ADDRESS”"
        ),
        values,
        wrong=True,
    )


def _trouble(health: Health) -> Iterator[Sentence]:
    message, values = health.error or ("", {})
    yield Sentence(message, values, wrong=True)
    for former, _ in health.former[-1:]:
        yield Sentence(
            N_("“nouvelles sources move {number} {former}” goes back to where it was"),
            {"number": health.source.id, "former": former},
            wrong=True,
        )
    offered = values.get("offered") or []
    if offered:
        yield Sentence(
            N_("“nouvelles sources move {number} {address}” follows the feed that is announced there"),
            {"number": health.source.id, "address": offered[0]},
            wrong=True,
        )
    if message in {Missing.words, NotAFeed.words} and not offered:
        yield Sentence(
            N_("if it lives elsewhere now: “nouvelles sources move {number} ADDRESS”"),
            {"number": health.source.id},
            wrong=True,
        )
    if health.failures > 1 and health.due is not None:
        yield Sentence(
            N_(
                "{count} times in a row; asked again from {moment} on, or at once by “nouvelles sources retry {number}”"
            ),
            {"count": health.failures, "moment": health.due, "number": health.source.id},
            wrong=True,
        )


def _silence(health: Health, now: datetime) -> timedelta | None:
    """For how long a source has published nothing, where that is long, and is not our own not hearing."""
    if health.newest is None or health.error is not None:
        return None
    silence = now - health.newest
    return silence if silence > SILENT else None
