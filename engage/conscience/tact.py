"""The rules of tact: a message gives, speaks of the other, keeps measure, and is quiet where it should be. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from engage import graphemes
from engage.conscience import words as known
from engage.conscience.letter import BLANK, count_words, straight
from engage.conscience.told import advice, first
from engage.drafting import ALIKE, likeness
from feeds.errors import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engage.conscience.letter import Letter
    from engage.conscience.told import Finding, Rule, Told

LONGEST, LONGEST_THANKS = 120, 90  # words
ALMOST_THE_SAME = 0.8  # likeness to what anybody was sent lately; ALIKE holds for the same person

# The kinds that may ask for something, and how many questions the others may hold.
_ASKING: Final = frozenset({"answer", "coffee", "introduction", "event"})
_QUESTIONS: Final = {"word": 1, "comment": 1, "check-in": 1, "quiet": 1}


def no_request(letter: Letter, told: Told) -> Iterator[Finding]:
    """1. A gift asks for nothing; a comment or a check-in may ask one question about them."""
    if told.kind in _ASKING:
        return
    request = first(known.REQUESTS, letter.said)
    if request:
        yield advice(
            "request",
            N_("“{found}” asks for something. Leave it out: this message only gives."),
            found=request,
        )
    questions = len(re.findall(r"[?？]+", letter.said))
    most = _QUESTIONS.get(told.kind, 0)
    if questions > most and most:
        yield advice("question", N_("There is more than one question here. Keep one, about them."))
    elif questions > most and not request:
        yield advice("question", N_("A question asks for an answer. Leave it out, so that nothing is owed."))


def no_link(letter: Letter, told: Told) -> Iterator[Finding]:
    """1. No link of one's own."""
    if told.kind in _ASKING:
        return
    for match in known.LINK.finditer(letter.said):
        link = match[0].rstrip(".,;:!?)")
        if link not in f"{told.title}\n{told.source_text}":
            yield advice(
                "link",
                N_("{found} is not a link of the piece. Leave it out: this message is about them."),
                found=link,
            )


def about_them(letter: Letter, told: Told) -> Iterator[Finding]:
    """3. At least one clause whose subject is the other; clauses about oneself never outnumber those."""
    if told.kind == "quiet":
        return
    said = straight(letter.said)
    yours = sum(len(pattern.findall(said)) for pattern in known.YOURS)
    mine = sum(len(pattern.findall(said)) for pattern in known.MINE)
    if not yours:
        yield advice("you", N_("No sentence here says what they did. Add one that begins with “you”."))
    elif mine > yours:
        yield advice(
            "you",
            N_(
                "{mine} clauses say “I” and {yours} say “you”. Say more of what they did, or less of yourself."
            ),
            mine=mine,
            yours=yours,
        )


def short_enough(letter: Letter, told: Told) -> Iterator[Finding]:
    """7. Short enough to be received without effort, and within the network's limit."""
    words = count_words(letter.text)
    most = LONGEST_THANKS if told.kind == "thank-you" else LONGEST
    if words > most:
        yield advice(
            "length",
            N_("{count} words are a lot to receive. Shorten it to {most} at most."),
            count=words,
            most=most,
        )
    if told.public and told.limit is not None:
        characters = graphemes.count(letter.text)
        if characters > told.limit:
            yield advice(
                "limit",
                N_("{count} characters do not fit where {most} are allowed. Take {over} away."),
                count=characters,
                most=told.limit,
                over=characters - told.limit,
            )


def one_register(letter: Letter, told: Told) -> Iterator[Finding]:
    """8. tu or vous, as stored, and never both."""
    if told.language != "fr":
        return
    tu = told.register == "tu"
    other = first(known.VOUS if tu else known.TU, re.sub(r"s['’]il (?:te|vous) pla[iî]t", BLANK, letter.said))
    if other and tu:
        yield advice(
            "register",
            N_("“{found}” says vous, and {name} is someone you say tu to. Choose one."),
            found=other,
            name=told.name,
        )
    elif other:
        yield advice(
            "register",
            N_("“{found}” says tu, and {name} is someone you say vous to. Choose one."),
            found=other,
            name=told.name,
        )


def no_gender(letter: Letter, told: Told) -> Iterator[Finding]:
    """10. Nobody's gender is guessed; brackets and dots are for those who chose them."""
    guess = first(known.OPENINGS, f"{letter.own}").strip() or first(
        known.GENDERED, f"{letter.own}\n{letter.greeted or ''} "
    )
    if guess:
        yield advice(
            "gender",
            N_("“{found}” tells somebody's gender. Keep it only if you know, or say it otherwise."),
            found=guess,
        )
    both = first(known.BOTH, letter.own)
    if not both and not any(known.DOTS.search(text) for text in (told.line, *told.earlier, *told.lately)):
        both = first(known.DOTS, letter.own)
    if both:
        yield advice(
            "both",
            N_(
                "“{found}” spells two genders at once. Look for a word that fits everyone, unless this is your way."
            ),
            found=both,
        )


def in_measure(letter: Letter, told: Told) -> Iterator[Finding]:
    """11. At most one intensifier, one exclamation mark, one emoji (none with vous), and no empty praise."""
    strong = [match[0] for match in known.INTENSIFIERS.finditer(straight(letter.said))]
    if len(strong) > 1:
        yield advice(
            "measure",
            N_("{found}: one of these is enough. Keep the truest."),
            found=", ".join(f"“{word}”" for word in strong),
        )
    if letter.said.count("!") + letter.said.count("！") > 1:
        yield advice("measure", N_("There is more than one exclamation mark. Keep one at most."))
    pictures = sum(graphemes.is_emoji(cluster) for cluster in graphemes.clusters(letter.said))
    formal = told.language == "fr" and told.register == "vous"
    if pictures and formal:
        yield advice(
            "measure", N_("There is an emoji, and you say vous to {name}. Leave it out."), name=told.name
        )
    elif pictures > 1:
        yield advice("measure", N_("There is more than one emoji. Keep one at most."))
    praise = first(known.PRAISE, letter.said)
    if praise:
        yield advice(
            "praise",
            N_("“{found}” could be said of anything. Say what it was that you noticed."),
            found=praise,
        )


def new_words(letter: Letter, told: Told) -> Iterator[Finding]:
    """12. Not the same words twice."""
    if any(likeness(letter.text, before) >= ALIKE for before in told.earlier):
        yield advice(
            "again",
            N_("{name} had much the same words from you before. Choose others, or add your own line."),
            name=told.name,
        )
    elif any(likeness(letter.text, before) >= ALMOST_THE_SAME for before in told.lately):
        yield advice(
            "again",
            N_(
                "You sent almost the same words to someone else lately. Add a line that only {name} could get."
            ),
            name=told.name,
        )


def no_chasing(letter: Letter, _told: Told) -> Iterator[Finding]:
    """13. Nobody is asked why they did not answer."""
    chase = first(known.CHASING, letter.said)
    if chase:
        yield advice(
            "chasing",
            N_("“{found}” asks where the answer is. Leave it out: silence is an answer too."),
            found=chase,
        )


def quiet_beside_sorrow(letter: Letter, told: Told) -> Iterator[Finding]:
    """14. Beside grief, illness or a job lost, nothing cheerful. An exclamation mark in one's own line may be « Courage ! »."""
    if not told.quiet and told.kind != "quiet":
        return
    cheer = first(known.CHEERFUL, letter.said) or ("!" if "!" in letter.own else "")
    cheer = cheer or next((one for one in graphemes.clusters(letter.own) if graphemes.is_emoji(one)), "")
    if cheer:
        yield advice(
            "cheer", N_("“{found}” is too cheerful beside what they tell. Say it quietly."), found=cheer
        )


RULES: Final[tuple[Rule, ...]] = (
    no_request,
    no_link,
    about_them,
    short_enough,
    one_register,
    no_gender,
    in_measure,
    new_words,
    no_chasing,
    quiet_beside_sorrow,
)
