"""Carries all that you know of people out of a home, and into another one: whole as JSON; for other programs as CSV and vCard.

JSON holds everything but the posts and the secrets: what `bring` makes of it in an empty home is the same once more. Nothing in
it is a row's number; people and drafts have numbers of the file's own, posts and sources their addresses, so that they mean the
same elsewhere. In a home that is not empty what is there stays as it is, and what is missing is added; the second time nothing
is. An engagement whose post is not there keeps the post's key in `about`, and is laid to it when the file is brought again.
"""

from __future__ import annotations

from engage.carrying.bringing import bring, plan
from engage.carrying.out import everything
from engage.carrying.reading import read
from engage.carrying.sheets import to_vcard
from engage.carrying.table import from_csv, to_csv
from engage.carrying.values import VERSION, Brought, Plan, Told

__all__ = [
    "VERSION",
    "Brought",
    "Plan",
    "Told",
    "bring",
    "everything",
    "from_csv",
    "plan",
    "read",
    "to_csv",
    "to_vcard",
]
