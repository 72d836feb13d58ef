"""Takes a message apart: who is greeted, what is quoted, what its person added, and what remains. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

BLANK: Final = "\ufffc"  # stands where something was taken out

_STRAIGHT: Final = str.maketrans("’ʼ‘\u00a0\u202f\u2011", "'''  -")
_QUOTED: Final = re.compile(
    r"«(?:[^«»]|«[^«»]*»)*»|“(?:[^“”]|“[^“”]*”)*”|(?<!\w)\"[^\"\n]*\"(?!\w)"  # one quotation inside another, at most
)
_GREETING: Final = re.compile(
    r"\s*(?:hi|hello|hey|dear|good (?:morning|evening)|salut|coucou|bonjour|bonsoir|ch(?:er|ère)s?)\b(?![-'’])"
    r"[^\S\n]*(?P<name>[^,!:\n]*)",
    re.IGNORECASE,
)
_MY_NAME: Final = re.compile(r"(?:my name is|je m['’]appelle)\s+(?P<name>[^\n]+)", re.IGNORECASE)
_SMALL: Final = re.compile(r"(?:de|du|des|d|von|van|der|den|la|le|el|al|bin|ibn|of|and|et)\b", re.IGNORECASE)
_LONGEST_SIGNATURE = 5  # words
_TELLING = 4  # letters: "Tu Anh" says tu to nobody, but nor do we want to lose every « Tu » on her account
_ENOUGH = 3  # words: a shorter line is looked for as a paragraph only, for it may stand inside other words


@dataclass(frozen=True, slots=True)
class Letter:
    """A message taken apart.

    `greeted` is what follows the greeting, None where nobody is greeted. `quoted` is what stands between quotation marks
    outside the person's own line, `cited` what does inside it. `written` is the message without quotations and
    without that line; `own` is `written` without the names in it; `line` is the line, without its quotations.
    """

    text: str
    greeted: str | None
    quoted: tuple[str, ...]
    cited: tuple[str, ...]
    written: str
    own: str
    line: str

    @property
    def said(self) -> str:
        """All that is said and not quoted, the person's own line too."""
        return f"{self.own}\n\n{self.line}"


def apart(text: str, name: str, known: Collection[str], line: str) -> Letter:
    """Take a message apart. `known` are the texts that it may quote, whatever marks stand inside them.

    A quotation is what stands between « », “ ” or straight marks. The name stands after the greeting, after "my name is", in
    the signature, and wherever `name` stands as stored.
    """
    text, name = composed(text), composed(name)
    rest, own_line = _without_line(text, composed(line))
    rest, quoted = _without_quotations(rest, [composed(one) for one in known])
    own_line, cited = _without_quotations(own_line, [composed(one) for one in known])
    greeted = _greeted(rest, name)
    return Letter(
        text=text,
        greeted=rest[greeted].strip() if greeted else None,
        quoted=quoted,
        cited=cited,
        written=rest,
        own=_without_names(rest, greeted, name),
        line=own_line,
    )


def composed(text: str) -> str:
    """A text with each accent and its letter as one character: two spellings of "é" are the same."""
    return unicodedata.normalize("NFC", text)


def straight(text: str) -> str:
    """A text with straight apostrophes and plain spaces, character for character."""
    return text.translate(_STRAIGHT)


def count_words(text: str) -> int:
    """How many words there are: a lone punctuation mark or emoji is none."""
    return sum(any(character.isalnum() for character in word) for word in text.split())


def stands_in(text: str, where: str) -> bool:
    """Whether a quotation stands word for word in a text.

    Spaces, quotation marks, apostrophes, capitals and the stop at its end may differ; what « … » or « […] » leaves out may be
    anything. A word must stand there whole.
    """
    place, where = 0, _folded(where)
    for part in re.split(r"\[?(?:…|\.\.\.)\]?", _folded(text)):
        words = part.strip(" .,;:!?")
        if not words:
            continue
        found = re.compile(_whole(words)).search(where, place)
        if found is None:
            return False
        place = found.end()
    return True


def _folded(text: str) -> str:
    flat = re.sub(r"[«»“”„]", '"', straight(composed(text))).casefold()
    return " ".join(re.sub(r'\s*"\s*', '"', flat).split())


def _whole(words: str) -> str:
    """A pattern for words that do not begin or end inside a longer one, in scripts that part their words."""
    before = r"(?<!\w)" if _is_cased(words[0]) else ""
    after = r"(?!\w)" if _is_cased(words[-1]) else ""
    return f"{before}{re.escape(words)}{after}"


def _is_cased(character: str) -> bool:
    return character.lower() != character.upper() or character.isdigit()


def _spaced(text: str) -> str:
    """A pattern for a text, however its spaces and line ends are."""
    return r"\s+".join(re.escape(word) for word in text.split())


def _without_line(text: str, line: str) -> tuple[str, str]:
    """A text without the person's own line, and that line where it was found."""
    words = _spaced(line)
    if not words:
        return text, ""
    found = re.search(rf"^[^\S\n]*{words}[^\S\n]*$", text, re.MULTILINE)
    if found is None and len(line.split()) >= _ENOUGH:
        found = re.search(rf"(?<!\w){words}(?!\w)", text)
    if found is None:
        return text, ""
    return f"{text[: found.start()]}{text[found.end() :]}", found[0].strip()


def _without_quotations(text: str, known: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """A text with its quotations blanked, and the quotations."""
    found: list[str] = []

    def take(match: re.Match[str]) -> str:
        inside = match[0][1:-1].strip()
        if not inside or inside == BLANK:
            return match[0]
        found.append(inside)
        return f"{match[0][0]}{BLANK}{match[0][-1]}"

    for one in sorted({one for one in known if one.strip()}, key=len, reverse=True):
        text = re.sub(rf"[«“\"]\s*{_spaced(one)}\s*[»”\"]", take, text)
    text = _QUOTED.sub(take, text)
    return text, tuple(found)


def _greeted(text: str, name: str) -> slice | None:
    """Where the name stands that follows the greeting; nowhere without a greeting."""
    greeting = _GREETING.match(text)
    if greeting is None:
        return None
    start, end = greeting.span("name")
    for whole in (
        name,
        name.split(maxsplit=1)[0] if name.split() else "",
    ):  # "P!nk" ends neither at ! nor "Doe, Jo" at the comma
        if not whole.replace(" ", "").isalnum() and text.startswith(whole, start):
            return slice(start, max(end, start + len(whole)))
    return slice(start, end)


def _without_names(text: str, greeted: slice | None, name: str) -> str:
    """A text with blanks for the names: "Ravi" says no gender, and "Louis 14" no figure."""
    if greeted:
        text = f"{text[: greeted.start]}{BLANK}{text[greeted.stop :]}"
    text = _MY_NAME.sub(lambda match: match[0][: match.start("name") - match.start()] + BLANK, text)
    head, _, last = text.rstrip().rpartition("\n\n")
    if head and _is_signature(last):
        text = f"{head}\n\n{BLANK}"
    for word in sorted({name, *name.split()}, key=len, reverse=True):
        if len(word) >= _TELLING:
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", BLANK, text)
    return text


def _is_signature(paragraph: str) -> bool:
    words = paragraph.split()
    if (
        not words
        or len(words) > _LONGEST_SIGNATURE
        or "\n" in paragraph.strip()
        or paragraph.rstrip()[-1] in ".!?…:;"
    ):
        return False
    return len(words) == 1 or all(not word[0].islower() or _SMALL.match(word) for word in words)
