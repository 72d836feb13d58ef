"""Chooses the passage of a post most worth quoting in a thank-you, by plain means that all stand in this file. Pure.

First what may not be quoted is refused: other people's words, links, code, pleas to subscribe, sentences that lean on the
one before. What remains is scored by named features, each with a weight and a cap (`WEIGHTS`): what counted is told in
`why`. The words that betray a feature stand in two small lexicons, French and English; a text in another language is
judged by its shape alone.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from feeds.html import blocks

from .lexicon import BOILERPLATE, LEXICONS, Lexicon, tongue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
