"""Tells a post that calls for a quiet page, and one in which somebody announces good news of their own. Pure.

The means: text is folded (lower case, no accents, straight apostrophes) and read sentence by sentence. A
sentence weighs what its signals weigh. What is said in the first person or of a relative or friend ("my
father passed away") weighs 4. A word that means it but may be a manner of speaking (« deuil »,
"condolences") weighs 3, a vaguer one ("funeral", "chemo", "divorce") 2, and 1 more beside an I, in the
sentences around it or anywhere in a short note, or under a title that says of whom (« Papa », « Le
diagnostic »). A sign of another story (a film, a century, a protocol, « commerce ») takes 2 away from such
words, and standing far down a page 1, never from what is near: there one time too many is better than one
too few. A year long past takes 2 away from both, and so does "almost", "if my", « comme si ». What reaches
3 in one sentence trips. A title that says it all (« Divorce ») trips when what follows is more an I's than
another story's.

Good news is looked for in the title and the first sentences only, in the first person and the present.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import islice
from typing import TYPE_CHECKING, Final

from .signals import (
    GOOD,
    LONG_AGO,
    NOT_NOW,
    NOT_SO,
    OTHER_STORY,
    OWN,
    STEMS,
    GoodNews,
    Sensitive,
)
from .sorrow_words import IN_WORDS, SETTINGS, TITLES
from .sorrows import OF_SOMEONE_NEAR

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["GoodNews", "Sensitive", "good_news", "sensitive"]

_NEAR, _ENOUGH = 4, 3  # what is said of someone near weighs, and what trips
_READ = 200_000  # characters read of one post
_SHORT = 1_200  # characters: a note that is read as one
_BESIDE = 40  # characters around what is said, in which "almost" and "as if" speak of it
_EARLY = 12  # sentences: what a post is there to announce stands near its beginning
_WARNED: Final = re.compile(
    r"\W*(?:cw|tw|content warning|trigger warning|avertissement de contenu|trauma ?avertissement)\b"
)
_SENTENCE: Final = re.compile(r"[.!?…;](?=\s|$)|\n\s*\n")


def sensitive(title: str, text: str, warning: str = "", language: str = "") -> Sensitive | None:
    """Say why a cheerful message would be out of place, or None.

    `warning` is the content warning, itself read for what it warns of. Both languages are always read,
    whatever `language` says: people mix theirs.
    """
    del language
    heading = _folded(title).strip(" .!?…:")
    sentences = tuple(_sentences(f"{title}\n\n{warning}\n\n{text}"))
    for kind in STEMS:
        if _announced(kind, heading, sentences) or _told(kind, heading, sentences):
            return kind
    if warning.strip() or _WARNED.match(_folded(title)) or _WARNED.match(_folded(text[:60])):
        return "warning"
    return None


def _announced(kind: Sensitive, heading: str, sentences: Sequence[str]) -> bool:
    """Whether the title says it, and what follows is more somebody's own than another story."""
    opening = " ".join(sentences[:_EARLY])
    found = TITLES[kind].fullmatch(heading)
    return bool(found) and len(OWN.findall(opening)) > len(OTHER_STORY.findall(opening))


def _told(kind: Sensitive, heading: str, sentences: Sequence[str]) -> bool:
    """Whether any sentence weighs enough, beside those around it."""
    whole = " ".join(sentences) if sum(map(len, sentences)) <= _SHORT else ""
    around = bool(SETTINGS[kind].fullmatch(heading)) - bool(OTHER_STORY.search(f"{heading} {whole}"))
    for number, sentence in enumerate(sentences):
        if any(stem in sentence for stem in STEMS[kind]):
            beside = whole or " ".join(sentences[max(0, number - 1) : number + 2])
            late = number >= _EARLY
            if _weight(kind, sentence, around, "" if late else beside, late=late) >= _ENOUGH:
                return True
    return False


def good_news(title: str, text: str, language: str = "") -> GoodNews | None:
    """Name what the author announces of their own life near the beginning; None beside sad news."""
    found: GoodNews | None = None
    for sentence in islice(_sentences(f"{title}\n\n{text}"), _EARLY):
        if LONG_AGO.search(sentence) or NOT_SO.search(sentence):
            continue
        if NOT_NOW.search(sentence) and "announc" not in sentence:
            continue
        found = next((kind for kind, pattern in GOOD.items() if pattern.search(sentence)), None)
        if found:
            break
    return None if found and sensitive(title, text, language=language) else found


def _folded(text: str) -> str:
    text = re.sub(r"\bR\.? ?I\.? ?P\b\.?", "rest in peace", text)
    text = unicodedata.normalize("NFD", text.lower().replace("’", "'").replace("œ", "oe"))
    return "".join([character for character in text if not unicodedata.combining(character)])


def _sentences(text: str) -> Iterator[str]:
    return (" ".join(part.split()) for part in _SENTENCE.split(_folded(text[:_READ])) if part.strip())


def _weight(kind: Sensitive, sentence: str, around: int, beside: str, *, late: bool) -> int:
    """Weigh one sentence; `around` is what the title adds to mere words, `beside` are the sentences near it.

    Far down a page a word is less often what the page is about; one's own grief is, wherever it stands.
    """
    distant = 2 * bool(LONG_AGO.search(sentence))
    near = max((_near(pattern, sentence) for pattern in OF_SOMEONE_NEAR[kind]), default=0)
    if near:
        return near - distant
    weight = max((weight for weight, pattern in IN_WORDS[kind] if pattern.search(sentence)), default=0)
    if not weight:
        return 0
    distant += 2 * bool(NOT_SO.search(sentence)) + 2 * bool(OTHER_STORY.search(sentence))
    own = bool(OWN.search(sentence))
    far = late and not (own and kind == "grief")
    return weight + (own or bool(OWN.search(beside))) + around - distant - far


def _near(pattern: re.Pattern[str], sentence: str) -> int:
    """Weigh what is said of someone near: less where the words beside it say that it is not so."""
    found = pattern.search(sentence)
    if not found:
        return 0
    beside = sentence[max(0, found.start() - _BESIDE) : found.end() + _BESIDE]
    return _NEAR - 2 * bool(NOT_SO.search(beside))
