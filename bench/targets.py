"""What we promise about speed, beside what was measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Target:
    """A figure that should be at most `limit`; None where it could not be measured."""

    what: str
    value: float | None
    limit: float


def told(found: Iterable[Target]) -> None:
    """Print each with its verdict."""
    print(f"\n{'target':36} {'measured':>9} {'at most':>9}")
    for target in found:
        if target.value is None:
            print(f"{target.what:36} {'-':>9} {target.limit:9.3g}  NOT MEASURED")
        else:
            verdict = "met" if target.value <= target.limit else "NOT MET"
            print(f"{target.what:36} {target.value:9.3g} {target.limit:9.3g}  {verdict}")
