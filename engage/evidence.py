"""How an address came to be somebody's, as a sentence: from the words in which it is kept, which are no language's. Pure."""

from __future__ import annotations

import re

from feeds.errors import N_

_DAY = r", (?P<day>\d{4}-\d{2}-\d{2})"
_ON = r"(?P<url>\S+) on (?P<label>.+)" + _DAY

# Each way in which evidence is written, and the sentence that says it.
_WAYS = tuple(
    (re.compile(pattern, re.DOTALL), message)
    for pattern, message in (
        (r"typed: (?P<what>.*)", N_("you gave it: {what}")),
        (r"typed", N_("you gave it")),
        (r"you said so", N_("you said so")),
        (r"you told them apart", N_("you told them apart")),
        (r"confirmed: not (?P<what>.*)", N_("you said that it is not {what}")),
        (r"file: (?P<what>.*)", N_("from a file: {what}")),
        (r"followed: (?P<label>.+)" + _DAY, N_("followed by {label} on {day}")),
        (r"on the list “(?P<what>.*)”: (?P<label>.+)" + _DAY, N_("on the list “{what}” of {label} on {day}")),
        (
            r"verified: (?P<url>\S+) on the profile of (?P<label>.+)" + _DAY,
            N_("{label} names {url}, which names it back (verified on {day})"),
        ),
        (
            r"handle: (?P<host>\S+) is that of (?P<label>.+) on Bluesky" + _DAY,
            N_("{host} is the handle of {label} on Bluesky ({day})"),
        ),
        (r"bridged: (?P<label>.+) and (?P<other>.+)", N_("a bridge makes {label} and {other} one")),
        (r"moved: from (?P<label>.+) to (?P<other>.+?)(?:" + _DAY + ")?", N_("{label} has moved to {other}")),
        (
            r"both ways: (?P<label>.+) and (?P<other>.+)" + _DAY,
            N_("{label} and {other} name each other ({day})"),
        ),
        (r"rel=me one way: " + _ON, N_("{label} calls {url} its own, which does not name it back ({day})")),
        (r"website: " + _ON, N_("{label} gives {url} as its website ({day})")),
        (r"h-card: " + _ON, N_("{label} says on its card that {url} is its author's ({day})")),
        (r"fediverse:creator: " + _ON, N_("{label} names {url} as its author ({day})")),
        (r"field: " + _ON, N_("{url} stands on the profile of {label} ({day})")),
        (r"text: " + _ON, N_("{url} stands in the words of {label} ({day})")),
        (r"same name and company: (?P<what>.*)", N_("the same name and company: {what}")),
        (r"same name: (?P<what>.*)", N_("the same name: {what}")),
        (r"address in common: (?P<what>.*)", N_("an address in common: {what}")),
        (r"e-mail in a feed: (?P<what>\S+) in (?P<label>.*)", N_("{what} stands in the feed {label}")),
    )
)
_CONFIRMED = "confirmed: "


def said(evidence: str) -> tuple[str, dict[str, str], bool]:
    """The sentence of an evidence as a message id with its values, and whether you confirmed it yourself."""
    confirmed = evidence.startswith(_CONFIRMED) and not evidence.startswith(f"{_CONFIRMED}not ")
    rest = evidence.removeprefix(_CONFIRMED) if confirmed else evidence
    for pattern, message in _WAYS:
        if found := pattern.fullmatch(rest):
            return message, {name: value or "" for name, value in found.groupdict().items()}, confirmed
    return "{what}", {"what": rest}, confirmed
