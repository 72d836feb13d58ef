"""Whether somebody may be called otherwise too. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engage.naming import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

# A given name and a family's.
_BOTH = 2


def kin(name: str, others: Iterable[str], *, close: bool = False) -> bool:
    """Whether a name may be that of somebody who is called otherwise too: Julie, J. Martin, Julie Martin.

    With `close` a given name alone is not enough: many are called Julie.
    """
    words = fold(name).split()
    least = _BOTH if close else 1
    return any(
        len(words) >= least <= len(fold(other).split()) and _kin(words, fold(other).split())
        for other in others
    )


def _kin(first: list[str], second: list[str]) -> bool:
    short, long = sorted((first, second), key=len)
    if not short:
        return False
    left = list(long)
    for word in short:
        found = next((w for w in left if w == word or (1 in {len(w), len(word)} and w[0] == word[0])), None)
        if found is None:
            return False
        left.remove(found)
    return any(len(word) > 1 and word in long for word in short)
