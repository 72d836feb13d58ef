"""The preview of a link that Mastodon and Bluesky both show under a post."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Card:
    """What a post's link leads to. `author` is the writer's name, `account` their fediverse account where the
    page names one (`fediverse:creator`), as `user@host`.
    """

    url: str
    title: str
    description: str = ""
    author: str = ""
    account: str = ""
    language: str = ""
    site: str = ""
