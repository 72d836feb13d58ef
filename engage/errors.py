"""What can go wrong between you and your people, each in one sentence that says what, where and what to do.

    Worded (feeds.errors)
    └── EngageError
        ├── ConfigError          a key or value of config.toml, with its line
        ├── BadMoment            a date or duration that cannot be read
        ├── UnknownPerson        nobody by that name
        ├── AmbiguousPerson      several people by that name
        ├── UnknownPiece         no post by that number
        ├── UnknownDraft         no draft by that number
        ├── NotYours             a piece by nobody you know
        ├── WrongState           a draft that was sent or discarded already
        └── BrokenTemplate       one of your own templates does not render

All of them are mistakes that the caller can mend: the command line answers them with exit status 2.
"""

from __future__ import annotations

from feeds.errors import N_, Worded


class EngageError(Worded):
    """Anything that goes wrong in `engage`."""


class ConfigError(EngageError):
    """A key or value of config.toml that cannot be used."""

    words = N_("{path}, line {line}: {problem}")


class BadMoment(EngageError):
    """A date or a duration that cannot be read."""

    words = N_("“{given}” is not {expected}.")


class UnknownPerson(EngageError):
    """Nobody by that name."""

    words = N_("You know nobody called “{name}” here. “nouvelles add \"{name}\" ADDRESS” adds a person.")


class AmbiguousPerson(EngageError):
    """Several people answer to that name."""

    words = N_("“{name}” may be {choices}. Write more of the name.")


class UnknownPiece(EngageError):
    """No post has that number."""

    words = N_("There is no piece number {piece}. “nouvelles today” shows the numbers.")


class UnknownDraft(EngageError):
    """No draft has that number."""

    words = N_("There is no draft number {draft}. “nouvelles draft list” shows them.")


class NotYours(EngageError):
    """The piece is by nobody among your people."""

    words = N_("Piece {piece} is by nobody among your people: add its author first.")


class WrongState(EngageError):
    """The draft can no longer be changed in this way."""

    words = N_("Draft {draft} was {state} already; nothing was changed.")


class BrokenTemplate(EngageError):
    """A template does not render."""

    words = N_("The template {path} does not work: {problem}")
