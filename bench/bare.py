"""The same HTTP client with nothing around it: asks every address in a file once, conditionally, and parses nothing.

python bench/bare.py FILE CONNECTIONS   where FILE holds {address: [etag, last-modified]}, and is written anew with what came
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from feeds.http import Client, Manners
from feeds.wire import Request, Response

_NAMES = ("If-None-Match", "If-Modified-Since")


def main(path: str, connections: int) -> None:
    """Ask all of them; with a second run's validators, as a warm reader would."""
    known = json.loads(Path(path).read_text())
    client = Client(Manners(connections=connections, per_host=16))
    asked = (
        (
            url,
            Request(
                url, {name: said for name, said in zip(_NAMES, told, strict=True) if said}, allow_private=True
            ),
        )
        for url, told in known.items()
    )
    for url, answer in client.send_all(asked):
        if isinstance(answer, Response):
            known[url] = [answer.headers.get("etag", ""), answer.headers.get("last-modified", "")]
    Path(path).write_text(json.dumps(known))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
