"""A card as it waits beside a question, with the messages that wait with it: as text, and back. Pure."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING

from engage import addresses
from engage.contacts.cards import Card, Message
from engage.model import Address
from feeds.address import is_web

if TYPE_CHECKING:
    from collections.abc import Sequence


def written(card: Card, messages: Sequence[Message] = ()) -> str:
    """A card as it is kept beside a question, with the messages that wait with it."""
    said = asdict(card)
    said["messages"] = [{**asdict(message), "at": message.at.isoformat()} for message in messages]
    said["since"] = card.since.isoformat() if card.since else None
    return json.dumps({name: value for name, value in said.items() if value}, ensure_ascii=False)


def card_of(text: str) -> Card:
    """A card that was kept beside a question.

    Raises:
        ValueError, TypeError, AttributeError, KeyError: it is none, as a file from elsewhere may say.

    """
    said = json.loads(text)
    said.pop("messages", None)
    since = said.pop("since", None)
    card = Card(
        line=int(said.pop("line", 0)),
        addresses=tuple(_sound(Address(**address)) for address in said.pop("addresses", ())),
        also=tuple(said.pop("also", ())),
        tags=tuple(said.pop("tags", ())),
        extra=dict(said.pop("extra", {})),
        since=datetime.fromisoformat(since).date() if since else None,
        **said,
    )
    words = (card.name, card.company, card.position, card.birthday, card.note, card.language)
    lists = (*card.also, *card.tags, *card.extra, *card.extra.values())
    if not all(isinstance(word, str) for word in (*words, *lists)):
        raise ValueError(text)
    return card


def _sound(address: Address) -> Address:
    """An address that is one of its kind.

    Raises:
        ValueError: it is not.

    """
    read = addresses.read(address.address, address.kind)
    kinds = {"blog": "link"}
    if read is None or read.kind != kinds.get(address.kind, address.kind):
        raise ValueError(address.address)
    return replace(address, label=str(address.label), url=address.url if is_web(address.url) else read.url)


def messages_of(text: str) -> list[Message]:
    """The messages that wait beside a card."""
    return [
        Message(
            **{
                **told,
                "who": Address(**told["who"]) if told["who"] else None,
                "at": datetime.fromisoformat(told["at"]),
            }
        )
        for told in json.loads(text).get("messages", ())
    ]
