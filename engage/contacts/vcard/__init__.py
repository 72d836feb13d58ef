"""Reads vCard 2.1, 3 and 4 as telephones and address books write it: whatever its encoding, its line ends and its folds. Pure.

The lines are read here and not by a library: the one that there is takes 13 s for 30,000 cards before anything is made of them,
and does not tell which it left out.
"""

from __future__ import annotations

from engage.contacts.vcard.card import read
from engage.contacts.vcard.lines import is_vcard
from engage.contacts.vcard.profiles import birthday, emails, knows, profile, tags, without_titles

__all__ = ["birthday", "emails", "is_vcard", "knows", "profile", "read", "tags", "without_titles"]
