"""Which addresses are one person's: from what profiles and pages say of each other. Pure.

Strong evidence links by itself: a link that a network saw to be named back, pages and profiles that name each other by rel=me, a
handle that is the very host of a site, a bridge that copies one account into another, an account that its server says has moved.
Medium evidence proposes, weak evidence asks. A shared host proves nothing, nor does a name alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engage.linking.deciding import MOST_PLACES, Linking, address_key
from engage.linking.names import kin
from engage.linking.values import Claim, Found, How, Links, Renamed, Same, Seen, Village

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

__all__ = [
    "MOST_PLACES",
    "Claim",
    "Found",
    "How",
    "Links",
    "Renamed",
    "Same",
    "Seen",
    "Village",
    "address_key",
    "kin",
    "link",
]


def link(village: Village, seen: Iterable[Seen], now: datetime) -> Links:
    """What follows from all that was seen, and is not known yet."""
    return Linking(village, seen, now).links()
