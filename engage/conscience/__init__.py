"""Reads a message before it goes: the rules of sincerity that concern its text, each with a way to mend it. Pure.

A message has three parts, and each rule reads those where it makes sense (`letter` takes them apart):

- *own*, the message without quotations, names and the person's own line: all rules;
- the person's own *line*: they know what they read, felt and counted, and whom they speak of. It is read for requests,
  tu and vous, measure, empty praise, chasing and cheer, only ever as advice; it counts as said where clauses are counted;
- *quotations*: only that they stand in the piece. An author may shout, ask, and say tu to the whole world.

Length, likeness to other messages and private notes concern the whole. What a refusal (`hard`) says is wrong as a matter of fact;
all else is advice. Nothing here changes a text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engage.conscience import tact, truth
from engage.conscience.letter import apart
from engage.conscience.told import Finding, Told
from engage.drafting import shorten

if TYPE_CHECKING:
    from engage.conscience.told import Rule

__all__ = ["RULES", "Finding", "Told", "read"]

RULES: Final[tuple[Rule, ...]] = (*truth.RULES, *tact.RULES)


def read(text: str, told: Told) -> tuple[Finding, ...]:
    """What breaks a rule in a text, the hard ones first; nothing for an empty page."""
    if not text.strip():
        return ()
    letter = apart(text, told.name, (told.title, shorten(told.title), told.passage), told.line)
    found = [finding for rule in RULES for finding in rule(letter, told)]
    return tuple(sorted(found, key=lambda finding: not finding.hard))
