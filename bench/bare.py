"""The same HTTP client with nothing around it: asks every address in a file once, conditionally, and parses nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from feeds.http import Client, Manners, Request, Response


def main(path: str) -> None:
    """Ask all of them; with a second run's ETags, as a warm reader would."""
    known = json.loads(Path(path).read_text())
    client = Client(Manners(per_host=64))
    asked = (
        (url, Request(url, {"If-None-Match": tag} if tag else {}, allow_private=True))
        for url, tag in known.items()
    )
    for url, answer in client.send_all(asked):
        if isinstance(answer, Response):
            known[url] = answer.headers.get("etag", "")
    Path(path).write_text(json.dumps(known))


if __name__ == "__main__":
    main(sys.argv[1])
