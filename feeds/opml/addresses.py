"""The addresses in a file of subscriptions: which can be followed, and which hold a secret. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from feeds.address import is_web

_FEED_SCHEME = re.compile(r"\Afeed:(?://(?=https?://))?", re.IGNORECASE)
CREDENTIALS = re.compile(r"""(?<=://)[^/?#\s"'<>]*@""")
# A word such as "nour:sesame@host", with a scheme or without; two colons are a path's, in XPath.
_BARE = re.compile(
    r"""(?<![^\s,;|/"'<>])(?!mailto:|acct:|xmpp:)((?:https?:|ftp:|feed:){0,2})[^\s,;|/\\?#:@"'<>]+:(?!:)[^\s,;|/\\?#"'<>]*(?:@|%40)""",
    re.IGNORECASE,
)
_HOLDS_CREDENTIALS = re.compile(
    r"(?!mailto:|acct:|xmpp:)(?:[a-z][a-z0-9+.-]*:){0,2}(?:[/\\]+[^/\\?#\s]*|[^/\\?#\s:]+:[^/\\?#\s]*)(?:@|%40)"
    r"(\[[^\]]*\]|[^/\\?#\s:]*)",
    re.IGNORECASE,
)


def followed(written: str) -> str:
    """The address that can be followed, or nothing: no other scheme than http(s), and no name or password in it."""
    address = _FEED_SCHEME.sub("", written)
    if address.startswith("//") and address != written:
        address = f"http:{address}"
    try:
        parts = urlsplit(address)
        sound = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return ""
    secret = "@" in parts.netloc or "%40" in parts.netloc or CREDENTIALS.search(address)
    return address if is_web(address) and sound and not secret else ""


def without_secrets(said: str) -> str:
    """A value in which no name and password stand before a host, with or without the slashes that belong there."""
    return _BARE.sub(r"\1", CREDENTIALS.sub("", said)) if "@" in said or "%40" in said else said


def without_credentials(written: str) -> str:
    """An address as it can be named: of one that holds a name or a password only the host."""
    holds = _HOLDS_CREDENTIALS.match(written)
    return holds[1] if holds else CREDENTIALS.sub("", written)
