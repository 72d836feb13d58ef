"""The rules of what is true: nothing blank, nothing invented, nothing misquoted, nothing private made public. Pure."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final
from unicodedata import combining, normalize

from engage.conscience import words as known
from engage.conscience.figures import figures
from engage.conscience.letter import BLANK, composed, stands_in, straight
from engage.conscience.told import advice, first, refusal
from engage.drafting import shorten
from feeds.errors import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engage.conscience.letter import Letter
    from engage.conscience.told import Finding, Rule, Told

RUN = 4  # words in a row that a public text may not share with a private note
_MISSPELT = 0.75  # a greeting this near the stored name is meant for it


def nothing_left_blank(letter: Letter, told: Told) -> Iterator[Finding]:
    """9. No placeholder, no missing value, no gap where a word should be."""
    blank = N_("“{found}” looks like a place that was left blank. Fill it, or take it out.")
    written = letter.written
    for word in composed(told.name).split():
        written = written.replace(word, BLANK) if known.BLANKS.search(word) else written
    for tell, part in ((refusal, written), (advice, letter.line)):
        yield from (tell("blank", blank, found=match[0]) for match in known.BLANKS.finditer(part))
    for match in known.NOTHING.finditer(letter.written):
        nothing = match["alone"] or match["named"]
        if nothing not in told.name.split():
            yield refusal("blank", blank, found=nothing)
    if not told.name and not letter.greeted:
        unknown = N_(
            "What they are called is not known here. Greet them by their name, and tell it by “nouvelles rename”."
        )
        yield advice("blank", unknown)
    elif letter.greeted == "" and known.NAMELESS.match(letter.written):
        yield refusal("blank", N_("The greeting has no name. Write it before the comma."))
    for match in known.GAP.finditer(letter.written):
        gap = N_("There is a gap before “{found}”, as where a word is missing. Fill it, or close it.")
        yield refusal("blank", gap, found=match["after"])


def true_quotation(letter: Letter, told: Told) -> Iterator[Finding]:
    """2. What stands between quotation marks stands in the piece, word for word."""
    says = N_(
        "“{found}” does not stand in the piece word for word. Copy it from there, or take away the quotation marks."
    )
    changed = N_(
        "“{found}” stood in the piece when you began, and stands there no more: its author has changed it. "
        "Quote what stands there now, or keep it knowingly."
    )
    for tell, quotations in ((refusal, letter.quoted), (advice, letter.cited)):
        for quotation in quotations:
            if _in_the_piece(quotation, told):
                continue
            if stands_in(quotation, told.former_text):
                yield advice("quotation", changed, found=quotation)
            else:
                yield tell("quotation", says, found=quotation)


def right_figures(letter: Letter, told: Told) -> Iterator[Finding]:
    """5 and 6. A figure stands in the piece, or was computed."""
    stated = figures(letter.own)
    if not stated:
        return
    known_text = f"{told.title}\n{told.source_text}\n{told.passage}\n{told.line}"
    allowed = {*figures(known_text, anywhere=True), *(str(figure) for figure in told.figures)}
    says = N_(
        "“{found}” stands neither in the piece nor in what is known. Take it out, or say it in your own line."
    )
    yield from (
        refusal("figure", says, found=written) for value, written in stated.items() if value not in allowed
    )


def nothing_private(letter: Letter, told: Told) -> Iterator[Finding]:
    """15. A public text shares no words with your private notes, unless the piece says them too."""
    if not told.public:
        return
    says = N_("“{found}” stands in your private notes, and this can be read by anyone. Take it out.")
    for note in told.private_notes:
        shared = _shared(letter.text, note, besides=f"{told.title}\n{told.source_text}")
        if shared:
            yield refusal("private", says, found=shared)


def name_as_stored(letter: Letter, told: Told) -> Iterator[Finding]:
    """10. The name is spelled as it is stored."""
    misspelt = N_(
        "The name is written “{found}” and stored as “{name}”. Write it as it is stored, or correct it there."
    )
    if not told.name:
        return
    names = [_spelled(word) for word in composed(told.name).split()]
    greeted = [_spelled(word) for word in (letter.greeted or "").split()]
    wrong = [word for word in greeted if word not in names]
    seen = set(wrong)
    if wrong and _is_near(wrong, names):
        yield refusal("name", misspelt, found=letter.greeted, name=told.name)
    elif wrong and wrong == greeted and wrong[0][:1].isupper() and not known.GENDERED.match(wrong[0] + " "):
        yield advice(
            "name",
            N_(
                "You greet “{found}”, and the name that is stored is “{name}”. Keep it if that is what you call them."
            ),
            found=letter.greeted,
            name=told.name,
        )
    for tell, part in ((refusal, letter.own), (advice, letter.line)):
        for word in re.findall(r"\w+(?:['-]\w+)*", straight(part)):
            if word[0].isupper() and word not in seen and _other_accents(word, names):
                seen.add(word)
                yield tell("name", misspelt, found=word, name=told.name)


def one_detail(letter: Letter, told: Told) -> Iterator[Finding]:
    """2. The title, or words of the piece: something shows which piece is meant. An answer stands beside what it answers."""
    if told.kind in {"quiet", "answer"} or not (told.title or told.source_text):
        return
    quotes = any(_in_the_piece(one, told) for one in (*letter.quoted, *letter.cited))
    names = told.title and stands_in(told.title, letter.text)
    if not quotes and not names and not _shared(letter.text, told.source_text):
        yield advice(
            "detail", N_("Nothing here shows which piece is meant. Name its title, or quote a passage.")
        )


def no_claim(letter: Letter, told: Told) -> Iterator[Finding]:
    """4. Nothing is claimed that nobody proved: neither years of reading, nor having read this piece."""
    claim = first(known.CLAIMS, letter.own)
    if claim:
        yield advice(
            "claim", N_("“{found}” says more than is known here. Speak of this piece only."), found=claim
        )
    having_read = "" if told.read else first(known.READ, letter.own)
    if having_read:
        yield advice(
            "read",
            N_(
                "“{found}”: the piece was not opened here. Open it, say that you came across it, or say it in your own line."
            ),
            found=having_read,
        )


RULES: Final[tuple[Rule, ...]] = (
    nothing_left_blank,
    true_quotation,
    right_figures,
    nothing_private,
    name_as_stored,
    one_detail,
    no_claim,
)


def _in_the_piece(quotation: str, told: Told) -> bool:
    """Whether a quotation is the title or stands in the text; where no text is stored, the passage has to do."""
    if " ".join(quotation.split()) == " ".join(composed(shorten(told.title)).split()):
        return True
    return any(stands_in(quotation, where) for where in (told.title, told.source_text or told.passage))


def _shared(text: str, other: str, besides: str = "") -> str:
    """The first run of words that two texts share and a third does not have, empty if there is none."""
    runs = _runs(other) - _runs(besides)
    words = _words(text)
    return next(
        (
            " ".join(words[i : i + RUN])
            for i in range(len(words) - RUN + 1)
            if tuple(words[i : i + RUN]) in runs
        ),
        "",
    )


def _runs(text: str) -> set[tuple[str, ...]]:
    words = _words(text)
    return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", straight(composed(text)).casefold())


def _spelled(word: str) -> str:
    return straight(word).strip(",.")


def _unaccented(word: str) -> str:
    return "".join(character for character in normalize("NFD", word.casefold()) if not combining(character))


def _other_accents(word: str, names: list[str]) -> bool:
    """Whether a word is one of the names with other accents."""
    if word.casefold() in {name.casefold() for name in names}:
        return False
    return _unaccented(word) in {_unaccented(name) for name in names}


def _is_near(words: list[str], names: list[str]) -> bool:
    """Whether a greeting is meant for the stored name and misses it: "Julei" for "Julie", but not "Jo" for "Jonathan"."""
    return any(
        _unaccented(word) == _unaccented(name)
        or (
            not name.startswith(word)
            and SequenceMatcher(None, word.casefold(), name.casefold()).ratio() >= _MISSPELT
        )
        for word in words
        for name in names
    )
