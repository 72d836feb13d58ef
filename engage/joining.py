"""What becomes of two people who are one. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engage.naming import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engage.model import Person


def joined(kept: Person, gone: Person) -> Person:
    """`kept` with all that is known of `gone` too. What both say, `kept` says; notes stand one under the other."""
    named, other = (gone, kept) if kept.unnamed and not gone.unnamed else (kept, gone)
    also = [] if other.unnamed else [other.name]
    return replace(
        kept,
        name=named.name,
        unnamed=named.unnamed,
        also=_names([*kept.also, *gone.also, *also], named.name),
        circle=min(kept.circle, gone.circle),
        added=min(kept.added, gone.added),
        register=kept.register or gone.register,
        language=kept.language or gone.language,
        every=gone.every if kept.every is None else kept.every,
        note=_both(kept.note, gone.note),
        company=kept.company or gone.company,
        position=kept.position or ("" if kept.company else gone.position),
        met=_both(kept.met, gone.met),
        met_on=kept.met_on or gone.met_on,
        common=_both(kept.common, gone.common),
        birthday=kept.birthday or gone.birthday,
        tags=union(kept.tags, gone.tags),
        goals=union(kept.goals, gone.goals),
    )


def _both(first: str, second: str) -> str:
    if second in first:
        return first
    return second if first in second else f"{first}\n{second}"


def union(*lists: Iterable[str]) -> tuple[str, ...]:
    """Every word of some lists once, in its first spelling."""
    found: dict[str, str] = {}
    for word in (word for words in lists for word in words):
        found.setdefault(fold(word) or word, word)
    return tuple(found.values())


def _names(names: list[str], name: str) -> tuple[str, ...]:
    return tuple(other for other in union(names) if fold(other) != fold(name))


def pair_key(first: int, second: int) -> str:
    """The key of the question whether two people are one."""
    return f"same {min(first, second)} {max(first, second)}"
