"""A feed's bytes as text, whatever the three places that name its encoding say. Pure."""

from __future__ import annotations

import codecs
import re

from feeds.html import whole_letters

_FORBIDDEN_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_STRAY = re.compile("[\udc80-\udcff]+")
_HALVES = re.compile("[\ud800-\udfff]")
# What Python decodes too, though nobody writes in it: these interpret escapes, or host names, or depend on the machine.
_NO_ENCODINGS = {"unicode-escape", "raw-unicode-escape", "idna", "punycode", "undefined", "mbcs", "oem"}
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
    if not seven_bit_codes and (whole := _as_utf8(body)) is not None:
        return _clean(whole), False
    for name in names:
        try:
            if name and not name.lower().startswith("utf-8") and is_encoding(name):
                text = body.decode(name)
                return _clean(whole_letters(text) if _HALVES.search(text) else text), False
        except (UnicodeError, LookupError):
            continue
    return _clean(_mostly_utf8(body) or body.decode("windows-1252", "replace")), True


def is_encoding(name: str) -> bool:
    """Whether a name is that of an encoding in which texts are written."""
    try:
        return codecs.lookup(name).name.replace("_", "-") not in _NO_ENCODINGS
    except LookupError:
        return False


def _as_utf8(body: bytes) -> str | None:
    """All of it as UTF-8, but for a last letter that is cut; None when it is something else."""
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(body)
    except UnicodeDecodeError:
        return None


def _mostly_utf8(body: bytes) -> str | None:
    """UTF-8 into which some bytes of windows-1252 strayed (a word that was pasted in); None when they are many: then it
    only looks like UTF-8 here and there.
    """
    text = body.decode("utf-8", "surrogateescape")
    stray = sum(map(len, _STRAY.findall(text)))
    others = sum(not letter.isascii() for letter in text) - stray
    return _STRAY.sub(_in_windows, text) if stray * 2 <= others else None


def _in_windows(match: re.Match[str]) -> str:
    return match[0].encode("utf-8", "surrogateescape").decode("windows-1252", "replace")


def _clean(text: str) -> str:
    return _FORBIDDEN_CONTROLS.sub("", text).lstrip("\ufeff \t\r\n")
