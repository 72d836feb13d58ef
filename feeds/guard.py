"""Where an address leads: the open Internet, or a private network that only the person themself may send us into."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from feeds.wire import ascii_host

# IPv4 inside IPv6 (RFC 6052): the packets end at the address within.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str | bytes) -> bool:
    """Whether a numeric IP address belongs to the open Internet."""
    text = address.decode() if isinstance(address, bytes) else address
    try:
        ip = ipaddress.ip_address(text.split("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        ip = _inside(ip) or ip
    return ip.is_global and not ip.is_multicast


def _inside(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address is a wrapping of: there the packets go in the end."""
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour


def is_private_host(address: str) -> bool:
    """Whether the host of a web address leads to this machine or a private network, as names resolve now."""
    host = urlsplit(address).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, ValueError):
        return False
    return bool(found) and not any(is_public(str(entry[4][0])) for entry in found)


def is_named_private(address: str) -> bool:
    """Whether a web address says itself that it leads into a private network: by its number or its name; nobody is asked."""
    host = (urlsplit(address).hostname or "").rstrip(".")
    try:
        ipaddress.ip_address(host.split("%")[0])
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".home.arpa", ".internal", ".lan"))
    return not is_public(host)


def place(address: str) -> str:
    """Host and port of a web address, in one spelling: what manners are kept towards."""
    try:
        parts = urlsplit(address)
        host = ascii_host(parts.hostname or "").rstrip(".")
        port = parts.port
    except ValueError:  # "http://[" and its like: libcurl will refuse it, in words
        return address
    return f"{host}:{port or (443 if parts.scheme == 'https' else 80)}"
