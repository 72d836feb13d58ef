"""Feeds the parser what no writer meant, for as long as one wants: it must answer with posts or with a FetchError.

    python -m bench.fuzz [FOLDER] [--seconds 60] [--seed N]

Made-up feeds (and those of FOLDER) are spoilt and given to `blog.parse`, `decode` and `sanitise` in a process of their
own. Any other exception, a dead process, a promise not kept (an address with a forbidden scheme, text that no file can
hold) or more than 20 seconds is a finding: it is made small and saved. The same seed finds the same things again.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import re
import resource
import sys
import tempfile
import time
import traceback
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench import corpus
from bench.mutations import MOST_BYTES, mutated

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection

    from feeds.model import Batch

LONGEST = 20.0
SLOW = 3.0
# Seconds to make one input small, and how many inputs of one kind are saved.
PATIENCE = 120.0
FEW = 3
MEMORY = 3 * 1024**3
_TYPES = (
    "",
    "application/xml",
    "text/html; charset=iso-8859-1",
    "application/json",
    "text/xml; charset=utf-16",
)
_FORBIDDEN = frozenset(
    ("script", "style", "iframe", "form", "object", "embed", "input", "svg", "math", "base", "meta", "link")
)
_TAG = re.compile(r"<(?P<name>[a-z][a-z0-9]*)(?P<attributes>(?:\s+[^\s=>]+=\"[^\"]*\")*)\s*/?>")
_ADDRESS = re.compile(r"\s(?:href|src)=\"\s*([a-zA-Z][a-zA-Z0-9+.-]*):")
_SCHEMES = {"http", "https", "mailto"}


@dataclass(frozen=True, slots=True)
class Finding:
    """An input that did what no input may do: where, what, and how long it took."""

    where: str
    what: str
    seconds: float


class Broken(Exception):
    """A promise that was not kept: which, and where."""


def promised(batch: Batch) -> None:
    """What holds of every batch, whatever came; raises Broken."""
    for post in batch.posts:
        said = f"{post.key}\n{post.url}\n{post.title}\n{post.text}\n{post.html}\n{post.language}"
        told = {
            "a post without a key": not post.key,
            "text that no file can hold": said != said.encode("utf-8", "replace").decode(),
            "a NUL in a post": "\0" in said,
            "a date without a zone": any(d and d.tzinfo is None for d in (post.published, post.updated)),
            "a post at no web address": post.url and not re.match("https?://", post.url, re.IGNORECASE),
        }
        for promise, broken in told.items():
            if broken:
                raise Broken(promise, post.url)
        clean(post.html)
    keys = [post.key for post in batch.posts]
    if len(keys) != len(set(keys)):
        raise Broken("two posts with one key", "")


def clean(html: str) -> None:
    """What holds of all sanitised HTML; raises Broken."""
    for tag in _TAG.finditer(html):
        if tag["name"] in _FORBIDDEN:
            raise Broken("markup that should be gone", tag[0])
        if any(scheme.lower() not in _SCHEMES for scheme in _ADDRESS.findall(tag["attributes"])):
            raise Broken("an address with a forbidden scheme", tag[0])


def _parse(body: bytes, content_type: str) -> None:
    from feeds.errors import FetchError  # noqa: PLC0415 - only the processes that try need the parser
    from feeds.model import Cursor, Source  # noqa: PLC0415
    from feeds.sources import blog  # noqa: PLC0415

    url = "https://maison.example/feed"
    try:
        promised(blog.parse(blog.Unread(Source("blog", url), Cursor(), body, url, content_type)))
    except FetchError as error:
        str(error).encode()


def _decode(body: bytes, content_type: str) -> None:
    from feeds.formats.letters import decode  # noqa: PLC0415

    decode(body, content_type)[0].encode("utf-8", "surrogatepass")


def _sanitise(body: bytes, _: str) -> None:
    from feeds.html import blocks, links, plain, sanitise  # noqa: PLC0415

    html = sanitise(body.decode("utf-8", "replace"), "https://maison.example/a/b")
    clean(html)
    blocks(html)
    links(html)
    plain(html)


TRIED: dict[str, Callable[[bytes, str], None]] = {"parse": _parse, "decode": _decode, "sanitise": _sanitise}
ALL = tuple(TRIED)


def case(seed: int, number: int, seeds: list[bytes]) -> tuple[bytes, str]:
    """The input of this number: always the same for the same seed and feeds."""
    chance = random.Random(f"{seed} {number}")
    return mutated(chance, seeds), chance.choice(_TYPES)


def attempt(body: bytes, content_type: str, names: Sequence[str] = ALL) -> Finding | None:
    """Try an input here and now; what is wrong with it, if anything is."""
    for name in names:
        start = time.perf_counter()
        try:
            TRIED[name](body, content_type)
        except Exception as error:  # noqa: BLE001 - finding any is the purpose
            return Finding(name, told(error), time.perf_counter() - start)
        took = time.perf_counter() - start
        if took > SLOW:
            return Finding(name, "slow", took)
    return None


def told(error: Exception) -> str:
    """An exception in words, what tells it from others before the first colon."""
    if isinstance(error, Broken):
        return f"{error.args[0]}: {error.args[1][:200]!r}"
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(last.filename).name} {last.lineno}: {str(error)[:200]}"


def _work(pipe: Connection) -> None:
    """In the process that tries: take inputs until the pipe ends, answer each."""
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    while (asked := pipe.recv()) is not None:
        pipe.send(attempt(*asked))


class Trier:
    """A process that tries inputs, and is replaced when it dies or does not come back."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()

    def attempt(self, body: bytes, content_type: str, names: Sequence[str] = ALL) -> Finding | None:
        """The same as `attempt` above, whatever the input does."""
        start = time.perf_counter()
        self.pipe.send((body, content_type, names))
        if not self.pipe.poll(LONGEST):
            self.end()
            self._start()
            return self._hung(body, content_type, names) or Finding("/".join(names), "hang", LONGEST)
        try:
            found: Finding | None = self.pipe.recv()
        except (EOFError, OSError):
            self.process.join(5)
            died = f"the process died with {self.process.exitcode}"
            self.end()
            self._start()
            return Finding("/".join(names), died, time.perf_counter() - start)
        if found and found.what == "slow" and found.seconds > LONGEST:
            return Finding(found.where, "hang", found.seconds)
        return found

    def _hung(self, body: bytes, content_type: str, names: Sequence[str]) -> Finding | None:
        """What becomes of an input that does not come back, tried by each of the names alone."""
        each = (self.attempt(body, content_type, [name]) for name in names if len(names) > 1)
        return next((finding for finding in each if finding), None)

    def end(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


def smaller(body: bytes, content_type: str, finding: Finding, trier: Trier, *, patience: float) -> bytes:
    """The input without what does not matter: as long as it does the same, pieces are left out, ever smaller ones."""
    until = time.monotonic() + patience
    names = [finding.where] if finding.where in TRIED else ALL
    length = len(body) // 2
    while length:
        start = 0
        while start < len(body):
            if time.monotonic() > until:
                return body
            shorter = body[:start] + body[start + length :]
            found = trier.attempt(shorter, content_type, names)
            if found and same(found, finding):
                body = shorter
            else:
                start += length
        length //= 2
    return body


def same(one: Finding, other: Finding) -> bool:
    """Whether two findings are of one kind: the same place and exception, or both slow (half as slow is slow enough)."""
    if other.what in {"slow", "hang"}:
        return one.what in {"slow", "hang"} and one.seconds >= min(other.seconds / 2, LONGEST / 2)
    return one.what.partition(": ")[0] == other.what.partition(": ")[0]


def seeds_of(folder: Path | None) -> list[bytes]:
    """What is spoilt: small made-up feeds of every format, and the smaller ones of a folder."""
    made = [corpus.feed(number, kind, 6000) for number in range(4) for kind in ("rss", "atom", "rdf", "json")]
    given = [feed.body for feed in corpus.of_folder(folder)] if folder else []
    return made + [body for body in given if len(body) <= MOST_BYTES // 4]


def run(seeds: list[bytes], seed: int, seconds: float, folder: Path) -> tuple[int, dict[str, list[Finding]]]:
    """Try inputs one after the other until the time is over: how many there were, and what was found, kind by kind.

    The first of each kind is made small; the first few are saved in the folder.
    """
    trier = Trier()
    found: dict[str, list[Finding]] = {}
    until = time.monotonic() + seconds
    number = 0
    try:
        while time.monotonic() < until:
            body, content_type = case(seed, number, seeds)
            finding = trier.attempt(body, content_type)
            if finding:
                kind = f"{finding.where}: {finding.what.partition(': ')[0]}"
                alike = found.setdefault(kind, [])
                alike.append(finding)
                small = (
                    smaller(body, content_type, finding, trier, patience=PATIENCE)
                    if len(alike) == 1
                    else body
                )
                if len(alike) <= FEW:
                    save(folder, number, finding, {"whole": body, "small": small}, content_type)
                if len(alike) == 1:
                    print(f"{number}: {finding.where}: {finding.what} ({finding.seconds:.1f} s)", flush=True)
                    print(f"    {len(body)} bytes, made small {len(small)}: {small[:160]!r}", flush=True)
            number += 1
    finally:
        trier.end()
    return number, found


def save(folder: Path, number: int, finding: Finding, inputs: dict[str, bytes], content_type: str) -> None:
    """Save an input as it was and made small, with what it does."""
    for name, body in inputs.items():
        (folder / f"{number}.{name}").write_bytes(body)
    said = f"{finding.where}: {finding.what} ({finding.seconds:.1f} s)\ncontent type {content_type!r}\n"
    (folder / f"{number}.txt").write_text(said)


def main() -> None:
    """Fuzz for a while."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="real feeds to spoil beside the made-up ones")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=None, help="a number; without it, a new one each time")
    said = parser.parse_args()
    seed = said.seed if said.seed is not None else random.SystemRandom().randrange(10**6)
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    print(f"seed {seed}; what is found is saved in {folder}", flush=True)
    count, found = run(seeds_of(said.folder), seed, said.seconds, folder)
    print(f"\n{count} inputs, {sum(map(len, found.values()))} findings, seed {seed}")
    for kind, alike in found.items():
        print(f"  {len(alike)} × {kind} (longest {max(finding.seconds for finding in alike):.1f} s)")
    sys.exit(1 if any(not kind.endswith(": slow") for kind in found) else 0)


if __name__ == "__main__":
    main()
