"""Web addresses: made absolute, in one form for one page, and without the secrets that some hold. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit, urlunsplit

from feeds.wire import ascii_host

# A name and a password before a host, whatever the number of slashes; what is no address of a place keeps its "@".
_SECRET = re.compile(
    r"((?!(?:mailto|acct|xmpp|tag|urn):)[a-z][a-z0-9+.-]*:[/\\]*+|[/\\]{2,}+)[^/?#]*(?:@|%40)", re.IGNORECASE
)
_TRACKERS = re.compile(
    r"^(?:utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|yclid|_hs\w+|mtm_\w+|pk_\w+|at_\w+|xtor|ref_src|ref_url|"
    r"s_cid|vero_\w+|wt_\w+|__twitter_impression)$",
    re.IGNORECASE,
)
# An absolute address with nothing in it that joining would mend: no white space, no bracket, no empty query or anchor.
_SOUND = re.compile(r"https?://[a-zA-Z0-9.-]+(?::\d{1,5})?(?:/[^\s\[\]\\]*(?<![?#]))?$")


def is_web(address: str) -> bool:
    """Whether `address` is an absolute http(s) address."""
    return address[:8].lower().startswith(("http://", "https://"))


def absolute(address: str, base: str) -> str:
    """`address` made absolute against `base`; empty when there is none, or when it is no http(s) address.

    A name and a password in it are left out: they are nobody's to keep, to show or to send.
    """
    address = address.strip()
    if address.startswith(("http://", "https://")) and _SOUND.match(address):
        return address  # nearly every one: nothing to join
    try:
        joined = urljoin(base, address) if address else ""
    except ValueError:  # "http://[" and its like
        return ""
    return without_secret(joined) if is_web(joined) else ""


def without_secret(address: str) -> str:
    """`address` without the name and the password that stand before its host.

    >>> without_secret("ftp://bob:s3cr3t@julie.example/f")
    'ftp://julie.example/f'
    """
    found = _SECRET.match(address)
    return found[1] + address[found.end() :] if found else address


@lru_cache(4096)
def canonical(address: str) -> str:
    """One form for addresses that mean the same page: no scheme's choice, trackers, fragment or last slash.

    >>> canonical("http://WWW.Julie.example/haies/?utm_source=rss#fin")
    'https://julie.example/haies'
    """
    try:
        parts = urlsplit(address.strip())
        host = parts.hostname or ""
        port = parts.port
    except ValueError:
        return address
    if not host.isascii():
        host = _in_ascii(host)
    host = host.rstrip(".").removeprefix("www.")
    if parts.scheme.lower() not in {"http", "https"} or not host:
        return address
    host = f"[{host}]" if ":" in host else host
    place = host if port in {None, 80, 443} else f"{host}:{port}"
    query = "&".join(part for part in parts.query.split("&") if not _TRACKERS.match(part.partition("=")[0]))
    return urlunsplit(("https", place, parts.path.rstrip("/"), query, ""))


def _in_ascii(host: str) -> str:
    try:
        return ascii_host(host)
    except ValueError:  # such a host is nowhere, but its address may be the name of something
        return host
