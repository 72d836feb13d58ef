"""A feed's bytes as text, whatever the three places that name its encoding say. Pure."""

from __future__ import annotations

import re

_FORBIDDEN_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._-]+)", re.IGNORECASE)


def decode(body: bytes, content_type: str) -> tuple[str, bool]:
    """A feed's text, and whether its encoding had to be guessed against what it declares.

    The bytes speak first (a byte order mark, or all of it valid UTF-8), then the declaration in the document, then the
    header, then windows-1252, the encoding of most mislabelled French feeds.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if body.startswith(mark):
            return _clean(body.decode(encoding, "replace")), False
    declared = _DECLARED.match(body[:512])
    in_header = _CHARSET.search(content_type)
    names = [declared[1].decode() if declared else "", in_header[1] if in_header else ""]
    seven_bit_codes = any(name.lower().startswith(("iso-2022", "utf-7", "hz")) for name in names)
    for name in names if seven_bit_codes else ["utf-8", *names]:
        try:
            text = body.decode(name) if name else None
        except (UnicodeError, LookupError):
            continue
        if text is not None:
            return _clean(text), False
    return _clean(body.decode("windows-1252", "replace")), True


def _clean(text: str) -> str:
    return _FORBIDDEN_CONTROLS.sub("", text).lstrip("\ufeff \t\r\n")
