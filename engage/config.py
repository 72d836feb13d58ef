"""Reads config.toml into one typed object, and says which key on which line cannot be used.

The schema stands once, on the fields below: the default, a sentence on what the key is for, what its value
should be, and what reads it. config.example.toml is checked against it.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import Field, dataclass, field, fields
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from engage.errors import BadMoment, BadValue, BrokenConfig, MisspeltKey, UnknownKey, UnreadableConfig
from engage.toml import Broken, read
from engage.when import RHYTHM, parse_rhythm
from feeds.errors import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

_LABEL = r"[^\W_](?:(?:[^\W_]|-){0,61}[^\W_])?"
_HOST = re.compile(rf"(?:(?:{_LABEL}\.)+{_LABEL}|localhost)(?::[0-9]{{1,5}})?")
_HANDLE = re.compile(rf"(?:{_LABEL}\.)+[a-z]{_LABEL}", re.ASCII)
_USER = re.compile(r"\w(?:[\w.-]{0,62}\w)?", re.ASCII)
_MAILBOX = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LONGEST_NAME = 100
_LONGEST_SHOWN = 60
_LARGEST_SHOWN = 10**20


class Check(NamedTuple):
    """What a value should be, in words, and what makes ours of TOML's, or raises ValueError or BadMoment."""

    expected: str
    read: Callable[[Any], Any]


class _Inside(ValueError):
    """Not the value is unfit, but one entry of it."""

    expected = N_('a host in quotes and its web address, as in "example.social" = "http://127.0.0.1:3000"')

    def __init__(self, entry: str, value: object) -> None:
        super().__init__(entry)
        self.entry, self.value = entry, value


def _about(doc: str, check: Check | None = None) -> Mapping[str, Any]:
    """Make a field's metadata. Without a check, the field is a table."""
    return {"doc": doc, "check": check}


def _whole(least: int, most: int) -> Check:
    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(value)
        return value

    return Check(N_("a whole number from {least} to {most}").format(least=least, most=most), read)


def _text(expected: str, read: Callable[[str], str]) -> Check:
    """Text on one line that `read` finds fit; the spaces around it do not count."""

    def read_text(value: object) -> str:
        if not isinstance(value, str) or _CONTROL.search(value):
            raise ValueError(value)
        return read(value.strip())

    return Check(expected, read_text)


def _optional(expected: str, read: Callable[[str], str]) -> Check:
    return _text(expected, lambda value: read(value) if value else "")


def _fit(value: str, fits: object) -> str:
    if not fits:
        raise ValueError(value)
    return value


def _mastodon(value: str) -> str:
    user, _, host = value.removeprefix("@").partition("@")
    _fit(value, _USER.fullmatch(user) and _HOST.fullmatch(host))
    return f"@{user}@{host.lower()}"


def _handle(value: str) -> str:
    handle = value.removeprefix("@").lower()
    return _fit(handle, _HANDLE.fullmatch(handle))


def _email(value: str) -> str:
    mailbox, _, host = value.rpartition("@")
    return _fit(value, _MAILBOX.fullmatch(mailbox) and _HOST.fullmatch(host) and ":" not in host)


def _address(value: str) -> str:
    parts = urlsplit(value)  # its own complaints, of a port or a bracket, are ValueErrors too
    fits = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0 and parts.username is None
    return _fit(value, fits and not re.search(r"[\s<>()\"\\]", value))


def _server(value: str) -> str:
    return _fit(_address(value), not re.search(r"[@?#]", value)).rstrip("/")


def _contact(value: str) -> str:
    _fit(value, value.isascii())  # it goes into a header
    return _address(value) if "://" in value else _email(value)


def _rhythm(value: object) -> timedelta | None:
    if isinstance(value, str):
        return parse_rhythm(value)
    raise ValueError(value)


def _servers(value: object) -> dict[str, str]:
    if isinstance(value, dict):
        return {host.lower(): _entry(host, address) for host, address in value.items()}
    raise ValueError(value)


def _entry(host: str, address: object) -> str:
    try:
        _fit(host, _HOST.fullmatch(host))
        return str(_WEB.read(address))
    except ValueError:
        raise _Inside(host, address) from None


_LANGUAGE = Check(N_("“fr”, “en”, or “” for the system's language"), lambda v: _fit(v, v in ("", "fr", "en")))
_NAME = _optional(N_("text of at most 100 characters"), lambda v: _fit(v, len(v) <= _LONGEST_NAME))
_MASTODON = _optional(N_("an account such as “@ada@example.social”"), _mastodon)
_BLUESKY = _optional(N_("a handle such as “ada.example.org”"), _handle)
_EMAIL = _optional(N_("an e-mail address such as “ada@example.org”"), _email)
_CONTACT = _optional(N_("an e-mail address or a web address (http or https)"), _contact)
_RHYTHM = Check(RHYTHM, _rhythm)
_WEB = _text(N_("a web address (http or https)"), _server)
_SERVERS = Check(N_("a table of hosts, each with its web address"), _servers)


@dataclass(frozen=True, slots=True)
class Me:
    """Who the person using Nouvelles is; all of it may stay empty."""

    name: str = field(default="", metadata=_about("The name that you sign your messages with.", _NAME))
    mastodon: str = field(default="", metadata=_about("Your own account on Mastodon.", _MASTODON))
    bluesky: str = field(default="", metadata=_about("Your own handle on Bluesky.", _BLUESKY))
    email: str = field(default="", metadata=_about("The address that your mail is sent from.", _EMAIL))


@dataclass(frozen=True, slots=True)
class Day:
    """What one day holds."""

    highlights: int = field(default=5, metadata=_about("How many pieces a day shows at most.", _whole(1, 12)))
    window_days: int = field(default=7, metadata=_about("How many days a piece stays news.", _whole(1, 60)))
    drifting: int = field(
        default=3, metadata=_about("How many people a day suggests writing to again at most.", _whole(0, 12))
    )


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often one would like to be in touch with the people of each circle; None is never."""

    circle_1: timedelta | None = field(
        default=timedelta(weeks=6), metadata=_about("With people whom you know well.", _RHYTHM)
    )
    circle_2: timedelta | None = field(
        default=timedelta(days=91),
        metadata=_about("With people whom you know less, and would like to know better.", _RHYTHM),
    )
    circle_3: timedelta | None = field(
        default=None, metadata=_about("With people whom you do not know yet, and wish to.", _RHYTHM)
    )


@dataclass(frozen=True, slots=True)
class Fetch:
    """How the network is asked."""

    contact: str = field(
        default="",
        metadata=_about("Where the owner of a site can reach you; it is sent with every request.", _CONTACT),
    )
    connections: int = field(
        default=128, metadata=_about("How many connections may be open at the same time.", _whole(1, 256))
    )
    per_host: int = field(
        default=4, metadata=_about("How many of them may lead to the same host.", _whole(1, 16))
    )
    spacing_ms: int = field(
        default=250,
        metadata=_about(
            "How many milliseconds lie between two questions to the same host; your own machine needs no sparing.",
            _whole(0, 10_000),
        ),
    )
    deadline_seconds: int = field(
        default=30, metadata=_about("How many seconds one answer may take as a whole.", _whole(1, 600))
    )
    max_megabytes: int = field(
        default=15, metadata=_about("How many megabytes of one answer are read at most.", _whole(1, 500))
    )


@dataclass(frozen=True, slots=True)
class Mastodon:
    """Where Mastodon's servers are reached."""

    servers: Mapping[str, str] = field(
        default_factory=dict,
        metadata=_about("Servers that are reached elsewhere than at https://HOST.", _SERVERS),
    )


@dataclass(frozen=True, slots=True)
class Bluesky:
    """Where Bluesky is reached."""

    public_api: str = field(
        default="https://public.api.bsky.app",
        metadata=_about("The service that is asked for what is public on Bluesky.", _WEB),
    )
    directory: str = field(
        default="https://plc.directory",
        metadata=_about("The directory that tells where an account's own server is.", _WEB),
    )
    app: str = field(
        default="https://bsky.app",
        metadata=_about("The site where Bluesky's posts are opened and answered.", _WEB),
    )


@dataclass(frozen=True, slots=True)
class Web:
    """The page on this machine."""

    port: int = field(
        default=0,
        metadata=_about("The port that the page is served at; 0 is any free one.", _whole(0, 65535)),
    )


@dataclass(frozen=True, slots=True)
class Config:
    """All that config.toml may say. `language` is "" for the system's own."""

    language: str = field(default="", metadata=_about("The language of the screens.", _LANGUAGE))
    me: Me = field(default_factory=Me, metadata=_about("Who you are. All of it may stay empty."))
    day: Day = field(default_factory=Day, metadata=_about("What one day holds."))
    rhythm: Rhythm = field(
        default_factory=Rhythm,
        metadata=_about("How often you would like to be in touch with the people of a circle."),
    )
    fetch: Fetch = field(default_factory=Fetch, metadata=_about("How the network is asked."))
    mastodon: Mastodon = field(
        default_factory=Mastodon, metadata=_about("Where Mastodon's servers are reached.")
    )
    bluesky: Bluesky = field(default_factory=Bluesky, metadata=_about("Where Bluesky is reached."))
    web: Web = field(default_factory=Web, metadata=_about("The page on this machine."))


def load(path: Path) -> Config:
    """Read the file at `path`; the defaults when there is none. Raises ConfigError."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Config()
    except OSError as error:
        raise UnreadableConfig(path=str(path), line=0, reason=error.strerror or str(error)) from None
    try:
        return parse(content.decode("utf-8-sig"), str(path))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BrokenConfig(path=str(path), line=line, reason=N_("not UTF-8 text")) from None


def parse(text: str, path: str) -> Config:
    """Read this TOML; `path` is only named in errors. Raises ConfigError."""
    try:
        said, lines = read(text)
    except Broken as broken:
        raise BrokenConfig(path=path, line=broken.line, reason=broken.reason) from None
    config: Config = _table(Config, said, (), _Where(path, lines))
    return config


def schema(kind: type[Any] = Config, at: str = "") -> Iterator[tuple[str, Field[Any]]]:
    """Go through all keys by dotted name; `metadata` has a `doc` and a `check`, which is None for a table."""
    for key in fields(kind):
        yield at + key.name, key
        if key.metadata["check"] is None:
            yield from schema(_kind(key), f"{at}{key.name}.")


def _kind(table: Field[Any]) -> Any:
    return table.default_factory


class _Where(NamedTuple):
    path: str
    lines: Mapping[tuple[str, ...], int]

    def bad(self, at: tuple[str, ...], value: object, expected: str) -> BadValue:
        found = _shown(value)
        return BadValue(path=self.path, line=self.lines[at], key=_dotted(at), found=found, expected=expected)

    def unknown(self, at: tuple[str, ...], known: list[str]) -> UnknownKey:
        place = {"path": self.path, "line": self.lines[at], "key": _dotted(at)}
        if nearest := _nearest(at, known):
            return MisspeltKey(**place, nearest=nearest)
        return UnknownKey(**place, known=", ".join(known))


def _table(kind: type[Any], said: Mapping[str, Any], at: tuple[str, ...], where: _Where) -> Any:
    known = {key.name: key for key in fields(kind)}
    for name in said:
        if name not in known:
            raise where.unknown((*at, name), list(known))
    return kind(**{name: _value(known[name], value, (*at, name), where) for name, value in said.items()})


def _value(key: Field[Any], value: object, at: tuple[str, ...], where: _Where) -> Any:
    check: Check | None = key.metadata["check"]
    if check is None:
        if not isinstance(value, dict):
            raise where.bad(at, value, N_("a table, [{name}]").format(name=key.name))
        return _table(_kind(key), value, at, where)
    try:
        return check.read(value)
    except _Inside as inside:
        raise where.bad((*at, inside.entry), inside.value, inside.expected) from None
    except (ValueError, BadMoment):
        raise where.bad(at, value, check.expected) from None


def _nearest(at: tuple[str, ...], known: list[str]) -> str | None:
    """Guess the key that was meant: the same name elsewhere, or one spelt alike in the same table."""
    *table, name = at
    if name.lower() not in known:
        for dotted, _ in schema():
            if dotted.rpartition(".")[2] == name.lower():
                return dotted
    close = difflib.get_close_matches(name.lower(), known, n=1)
    return _dotted((*table, close[0])) if close else None


def _dotted(at: tuple[str, ...]) -> str:
    """Write the key as TOML does."""
    return ".".join(part if re.fullmatch(r"[A-Za-z0-9_-]+", part) else f'"{_visible(part)}"' for part in at)


def _shown(value: object) -> str:
    """Write a value so that it fits into a sentence."""
    if isinstance(value, str):
        return f"“{_visible(value)}”"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return N_("a table") if isinstance(value, dict) else N_("a list")
    if isinstance(value, int) and abs(value) > _LARGEST_SHOWN:  # str() refuses thousands of digits
        return N_("an enormous number")
    return str(value)


def _visible(text: str) -> str:
    """Shorten, and drop what would move a terminal's cursor."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return plain if len(plain) <= _LONGEST_SHOWN else plain[: _LONGEST_SHOWN - 1] + "…"
