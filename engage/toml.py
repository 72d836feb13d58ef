"""Reads TOML and finds the line on which each key stands, which tomllib does not say. Pure."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from feeds.errors import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

Key = tuple[str, ...]

# Only for what tomllib has accepted. A text of several lines may end with two quotes of its own: hence {3,5}.
_TOKEN = re.compile(
    r"""
    (?P<newline> \n )
  | (?P<gap> [ \t]+ | \#[^\n]* )
  | (?P<text> "{3} (?: \\. | [^\\] )*? "{3,5} | '{3} .*? '{3,5} )
  | (?P<key> "(?: \\. | [^"\\\n] )*" | '[^'\n]*' | [A-Za-z0-9_-]+ )
  | (?P<mark> . )
    """,
    re.VERBOSE | re.DOTALL,
)


class Broken(Exception):
    """Not TOML: tomllib's reason, and the line, from 1."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason, line)
        self.reason, self.line = reason, line


def read(text: str) -> tuple[dict[str, Any], dict[Key, int]]:
    """Read a TOML document, and tell the line of each key and table in it. Raises Broken."""
    text = text.replace("\r\n", "\n")
    try:
        return tomllib.loads(text), key_lines(text)
    except RecursionError:
        raise Broken(N_("brackets inside brackets without end"), 1) from None
    except tomllib.TOMLDecodeError as error:
        raise _broken(str(error), text) from None
    except ValueError:  # int() refuses thousands of digits, and tomllib lets that through
        digits = re.search(r"[0-9_]{1000}", text)
        line = text.count("\n", 0, digits.start()) + 1 if digits else 1
        raise Broken(N_("a number of thousands of digits"), line) from None


def _broken(said: str, text: str) -> Broken:
    """Take the line out of tomllib's sentence: “… (at line 3, column 5)” or “… (at end of document)”."""
    reason, _, place = said.rpartition(" (at ")
    numbered = re.match(r"line ([0-9]+)", place)
    last = text.rstrip("\n").count("\n") + 1
    return Broken(reason[:1].lower() + reason[1:], int(numbered[1]) if numbered else last)


def key_lines(text: str) -> dict[Key, int]:
    """Find the line, from 1, on which each key and table of a valid TOML text is first named.

    What stands in a list counts as if it stood below a key "[]" of the list's own.
    """
    lines: dict[Key, int] = {}
    table: Key = ()  # the header that we are below
    key: Key = ()  # the key that is being read, then the whole key of the value
    inside: list[
        tuple[Key, bool]
    ] = []  # the open brackets of the value: their keys, and whether they hold keys
    naming = True  # what comes next belongs to a key, not to a value
    for line, kind, word in _words(text):
        if kind == "newline" and not inside:
            key, naming = (), True
        elif naming and kind == "key":
            key += (_unquoted(word),)
        elif naming and word == "=":
            key, naming = (inside[-1][0] if inside else table) + key, False
            _note(lines, key, line)
        elif naming and word == "]":
            table, naming = key, False
            _note(lines, key, line)
        elif not naming and word in ("[", "{"):
            inside.append((_held(key, inside), word == "{"))
            key, naming = (), word == "{"
        elif inside and word in ("]", "}"):
            inside.pop()
            naming = False
        elif inside and word == ",":
            key, naming = (), inside[-1][1]
    return lines


def _words(text: str) -> Iterator[tuple[int, str, str]]:
    line = 1
    for match in _TOKEN.finditer(text):
        yield line, match.lastgroup or "", match[0]
        line += match[0].count("\n")


def _unquoted(key: str) -> str:
    return next(iter(tomllib.loads(f"{key} = 0"))) if key[0] in "\"'" else key


def _note(lines: dict[Key, int], key: Key, line: int) -> None:
    """Note the line of a key, and of the tables that its dots name, where they were not named before."""
    for length in range(1, len(key) + 1):
        lines.setdefault(key[:length], line)


def _held(key: Key, inside: list[tuple[Key, bool]]) -> Key:
    """Name what a bracket holds: the key's value, or one more entry of the list that we are in."""
    in_list = bool(inside) and not inside[-1][1]
    return (*inside[-1][0], "[]") if in_list else key
