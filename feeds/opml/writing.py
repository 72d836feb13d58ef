"""Subscriptions out, as OPML 2.0. Pure."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC
from email.utils import format_datetime
from typing import TYPE_CHECKING

from feeds.html import whole_letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
from feeds.opml.model import FORBIDDEN, SPELLINGS, Outline, Path, goes_along, namespace_of, prefix_of

_XML = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)


def write(title: str, outlines: Iterable[Outline], now: datetime) -> bytes:
    """An OPML 2.0 file from which `read` gives back the same title and outlines, in the same order.

    A folder is opened again where the order of the outlines comes back to it. What XML cannot carry, such as control
    characters, is left out.
    """
    listed = list(outlines)
    shared = _shared_namespaces(listed)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<opml version="2.0"{_declarations(shared)}>',
        "  <head>",
        f"    <title>{_escaped(title)}</title>",
        f"    <dateCreated>{format_datetime(now.astimezone(UTC), usegmt=True)}</dateCreated>",
        "  </head>",
        "  <body>",
    ]
    here: Path = ()
    for path, outline in _places(listed):
        lines += _ways(here, path)
        lines.append(f"{_indent(path)}<outline{_attributes(outline, shared)}/>")
        here = path
    lines += _ways(here, ())
    lines += ["  </body>", "</opml>", ""]
    return "\n".join(lines).encode()


def _places(outlines: Iterable[Outline]) -> Iterator[tuple[Path, Outline]]:
    """Every place where an outline stands, so ordered that whoever reads them meets the outlines in their order and each
    one's folders in theirs. A further place waits until its folder is open anyhow, so that few are opened twice.
    """
    waiting: dict[Path, list[tuple[Outline, int]]] = defaultdict(list)
    here: Path = ()
    for outline in outlines:
        first, *further = outline.folders or ((),)
        if first != here:
            here = first
            yield from _due(waiting, here)
        yield here, outline
        if further:
            waiting[further[0]].append((outline, 1))
    while waiting:
        yield from _due(waiting, next(iter(waiting)))


def _due(waiting: dict[Path, list[tuple[Outline, int]]], here: Path) -> Iterator[tuple[Path, Outline]]:
    """The outlines that wait for a folder; each then waits for its next one."""
    for outline, number in waiting.pop(here, ()):
        yield here, outline
        if following := outline.folders[number + 1 :]:
            waiting[following[0]].append((outline, number + 1))


def _ways(here: Path, there: Path) -> Iterator[str]:
    """The tags that lead from one folder to another."""
    pairs = zip(here, there, strict=False)
    shared = next((depth for depth, (a, b) in enumerate(pairs) if a != b), min(len(here), len(there)))
    for depth in range(len(here), shared, -1):
        yield f"{_indent(here[: depth - 1])}</outline>"
    for depth in range(shared, len(there)):
        yield f'{_indent(there[:depth])}<outline text="{_escaped(there[depth])}">'


def _indent(path: Path) -> str:
    return "  " * (len(path) + 2)


def _attributes(outline: Outline, shared: Mapping[str, str]) -> str:
    """The attributes of an outline, and the declarations that do not stand above."""
    own = {prefix: uri for prefix, uri in _namespaces(outline).items() if prefix not in shared}
    told = {spelling: getattr(outline, name) for name, spelling in SPELLINGS.items()}
    more = {name: value for name, value in outline.more.items() if goes_along(name)}
    pairs = {name: value for name, value in told.items() if value} | more
    return _declarations(own) + "".join(f' {name}="{_escaped(value)}"' for name, value in pairs.items())


def _namespaces(outline: Outline) -> dict[str, str]:
    """The prefixes that an outline's attributes need, and what they stand for."""
    prefixes = (prefix_of(name) for name in outline.more if goes_along(name))
    return {
        prefix: outline.more.get(f"xmlns:{prefix}") or namespace_of(prefix) for prefix in prefixes if prefix
    }


def _shared_namespaces(outlines: Iterable[Outline]) -> dict[str, str]:
    """The prefixes that stand for the same wherever they are used: declared once, above."""
    meanings: dict[str, set[str]] = defaultdict(set)
    for outline in outlines:
        for prefix, uri in _namespaces(outline).items():
            meanings[prefix].add(uri)
    return {prefix: uris.pop() for prefix, uris in meanings.items() if len(uris) == 1}


def _declarations(namespaces: Mapping[str, str]) -> str:
    return "".join(f' xmlns:{prefix}="{_escaped(uri)}"' for prefix, uri in namespaces.items())


def _escaped(text: str) -> str:
    return FORBIDDEN.sub("", whole_letters(text)).translate(_XML)
