"""From what an account calls itself to a person's name: without pictures, shortcodes, pronouns and ornaments. Pure."""

from __future__ import annotations

import re
import unicodedata

_MOST_LETTERS = 80
_SHORTCODE = re.compile(r":[a-zA-Z0-9_+-]{2,}:")
_PRONOUN = r"(?:elle|il|iel|ielle|ael|al|ille|lui|eux|ol|she|her|hers|he|him|his|they|them|theirs?|it|its|xe|xem|ze|zir|any|all)"
_PRONOUNS = re.compile(
    rf"(?:[(\[{{]\s*{_PRONOUN}(?:\s*[/,·|]\s*{_PRONOUN})*\s*[)\]}}]|(?<=\s){_PRONOUN}(?:\s*/\s*{_PRONOUN})+)\s*$",
    re.IGNORECASE,
)
_JOINERS = "\u200c\u200d"
_SKIN = range(0x1F3FB, 0x1F400)


def clean(name: str) -> str:
    """The name in a display name: without emoji, shortcodes, pronouns and what else decorates it; empty where nothing is left.

    >>> clean("✨ Julie Martin :verified: (elle)")
    'Julie Martin'
    """
    letters: list[str] = []
    for letter in _SHORTCODE.sub(" ", "".join(map(_plain, name))):
        kind = unicodedata.category(letter)
        if letter in _JOINERS:  # they shape words of some languages, and hold together the parts of an emoji
            if letters and unicodedata.category(letters[-1])[0] in "LM":
                letters.append(letter)
        elif kind in {"Cf", "Mn"} and (kind == "Cf" or letter in "\ufe0e\ufe0f"):
            continue
        elif kind[0] in "CZ" or kind in {"So", "Me"} or ord(letter) in _SKIN:
            letters.append(" ")
        else:
            letters.append(letter)
    words = " ".join(word.strip(_JOINERS) for word in "".join(letters).split())
    words = _PRONOUNS.sub("", words)
    return _trimmed(_PRONOUNS.sub("", _trimmed(words)))[:_MOST_LETTERS].strip()


def _plain(letter: str) -> str:
    """A letter that is drawn bold, in script or at double width, as the letter that it is."""
    drawn = "\U0001d400" <= letter <= "\U0001d7ff" or "\uff01" <= letter <= "\uff5e"
    return unicodedata.normalize("NFKC", letter) if drawn else letter


def _trimmed(words: str) -> str:
    start, end = 0, len(words)
    while start < end and not _is_letter(words[start]):
        start += 1
    while end > start and not _is_letter(words[end - 1]) and not _closes(words[start:end]):
        end -= 1
    return words[start:end]


def _is_letter(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LNM"


def _closes(words: str) -> bool:
    """Whether the last sign belongs to the name: a parenthesis that was opened in it, the dot of "Jr."."""
    if words[-1] == ")":
        return "(" in words
    return words[-1] == "." and re.search(r"(?:^|[\s.])\w{1,2}\.$", words) is not None
