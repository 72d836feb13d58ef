"""What only you can say, as a sentence that asks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engage.contacts.waiting import card_of
from feeds.errors import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engage.model import Address, Question
    from engage.words import Words

_MOST_ADDRESSES = 2


def sentence(question: Question, names: Mapping[int, str], words: Words) -> str:
    """A question in words; `names` are those of everyone, by number."""
    one = names.get(question.person_id, "?")
    if question.other_id is not None:
        return words.say(N_("Are {one} (#{number}) and {other} (#{second}) one person?")).format(
            one=one,
            number=question.person_id,
            other=names.get(question.other_id, "?"),
            second=question.other_id,
        )
    if question.card:
        card = card_of(question.card)
        labels = [address.label for address in card.addresses[:_MOST_ADDRESSES]]
        about = ", ".join(part for part in (card.name, card.company, *labels) if part)
        return words.say(N_("Is this your {name} (#{number})? A file tells of: {card}")).format(
            card=about, name=one, number=question.person_id
        )
    address = said(question.about) if question.about else "?"
    return words.say(N_("Is {address} an address of {name}?")).format(address=address, name=one)


def said(address: Address) -> str:
    """An address as people read it: what it is called, and where it leads where that says more."""
    return address.label if address.label == address.address else f"{address.label}  {address.url}"
