"""What can go wrong between you and your people, each in one sentence that says what, where and what to do.

    Worded (feeds.errors)
    └── EngageError
        ├── HomeError            the folder for config.toml and the file cannot be made
        ├── ConfigError          a key or value of config.toml, with its line
        │   ├── UnreadableConfig the file itself cannot be opened
        │   ├── BrokenConfig     not TOML, or not UTF-8
        │   ├── UnknownKey       a key that does not exist
        │   │   └── MisspeltKey  … where another one is near
        │   └── BadValue         a value of the wrong type, out of range or malformed
        ├── UnknownAccount       no own account by that name
        ├── BadMoment            a date or duration that cannot be read
        ├── UnknownPerson        nobody by that name
        ├── AmbiguousPerson      several people by that name
        ├── NameTaken            somebody else is called that
        ├── SamePerson           two who are one already
        ├── NothingToSplit       somebody into whom nobody was merged
        ├── UnknownQuestion      no open question by that number
        ├── BelongsToAnother     an address that is somebody else's already
        ├── UnknownFile          a file that is nothing which can be imported
        ├── TooMuch              a file that is larger than any such file
        ├── UnknownPiece         no post by that number
        ├── UnknownDraft         no draft by that number
        ├── NotYours             a piece by nobody you know
        │   └── PassedOn         … or one that somebody you know only passed on
        ├── Deleted              a piece that its author took back
        ├── WrongState           a draft that was sent or discarded already
        ├── BrokenTemplate       one of your own templates does not render
        └── PortInUse            the page cannot be served at that port

All of them are mistakes that the caller can mend: the command line answers them with exit status 2.
"""

from __future__ import annotations

from typing import Any, ClassVar

from feeds.errors import N_, Worded


class EngageError(Worded):
    """Anything that goes wrong in `engage`."""


class HomeError(EngageError):
    """The folder that holds config.toml or the file cannot be made."""

    words = N_(
        "The folder {path} cannot be made ({reason}). "
        "Set NOUVELLES_HOME to a folder of your own that can be written to."
    )


class ConfigError(EngageError):
    """A key or value of config.toml that cannot be used.

    `sentence` is the message id of the problem without its place. The value `problem` is that sentence
    finished in English; a screen in another language finishes its own with the same values.
    """

    words = N_("{path}, line {line}: {problem}")
    sentence: ClassVar[str] = ""

    def __init__(self, **values: Any) -> None:
        if self.sentence:
            values["problem"] = self.sentence.format(**values)
        super().__init__(**values)


class UnreadableConfig(ConfigError):
    """The file is there but cannot be opened: there is no line to show."""

    words = N_("{path}: {problem}")
    sentence = N_("this file cannot be read ({reason}).")


class BrokenConfig(ConfigError):
    """Not TOML, or not UTF-8."""

    sentence = N_(
        "this is not TOML ({reason}). A line is a [table], or a key, “=” and a value, with text in quotes."
    )


class UnknownKey(ConfigError):
    """A key that does not exist, and resembles none."""

    sentence = N_("there is no key “{key}”. Known here: {known}.")


class MisspeltKey(UnknownKey):
    """A key that does not exist, where another is near."""

    sentence = N_("there is no key “{key}”. Perhaps “{nearest}” was meant.")


class BadValue(ConfigError):
    """A value of the wrong type, out of range or malformed."""

    sentence = N_("“{key}” is {found}, but should be {expected}.")


class UnknownAccount(EngageError):
    """No own account goes by that name."""

    words = N_("You are signed in nowhere as “{name}”. “nouvelles accounts” shows where you are.")


class BadMoment(EngageError):
    """A date or a duration that cannot be read."""

    words = N_("“{given}” is not {expected}.")


class UnknownPerson(EngageError):
    """Nobody by that name."""

    words = N_('You know nobody called “{name}” here. “nouvelles add "{name}" ADDRESS” adds a person.')


class AmbiguousPerson(EngageError):
    """Several people answer to that name."""

    words = N_("“{name}” may be {choices}. Write more of the name, or the number.")


class SamePerson(EngageError):
    """Two people are asked to become one, and are it already."""

    words = N_("Both names mean {person}: there is nothing to merge.")


class UnknownQuestion(EngageError):
    """No open question has this number."""

    words = N_("There is no open question {question}; “nouvelles link --questions” lists them.")


class NothingToSplit(EngageError):
    """Nobody was merged into this person."""

    words = N_(
        "Nobody was merged into {person}. To make somebody else of some of the addresses, name them: "
        "nouvelles people split “{person}” ADDRESS … --as NAME"
    )


class NameTaken(EngageError):
    """Two people of one name could not be told apart."""

    words = N_(
        "Somebody else is called {name} already. If both are one person, “nouvelles people merge” makes them one; "
        "if not, add something that tells the two apart."
    )


class BelongsToAnother(EngageError):
    """An address is somebody else's already."""

    words = N_(
        "{address} belongs to {person} already. If that is the same person, say so: "
        "nouvelles people merge “{person}” “{wished}”. If both of them write there, add it again with --shared."
    )


class UnknownFile(EngageError):
    """A file that is nothing which can be imported."""

    words = N_(
        "{path} cannot be imported ({reason}). These can: the archives of LinkedIn and X (ZIP, folder or single files), vCard, "
        "CSV of Google Contacts and Mastodon, OPML, a list of addresses, and what “nouvelles export” writes."
    )


class TooMuch(EngageError):
    """A file that is larger than any such file."""

    words = N_("{path} holds more than {megabytes} MB, which no address book does. Nothing of it was read.")


class UnknownPiece(EngageError):
    """No post has that number."""

    words = N_("There is no piece number {piece}. “nouvelles today” shows the numbers.")


class UnknownDraft(EngageError):
    """No draft has that number."""

    words = N_("There is no draft number {draft}. “nouvelles draft list” shows them.")


class NotYours(EngageError):
    """The piece is by nobody among your people."""

    words = N_("Piece {piece} is by nobody among your people: add its author first.")


class PassedOn(NotYours):
    """A repost: the words are somebody else's."""

    words = N_(
        "Piece {piece} was passed on by {person}, and written by somebody else: whoever wrote it is the one to thank."
    )


class Deleted(EngageError):
    """What would be answered is no longer there."""

    words = N_(
        "{person} has deleted piece {piece} since it came, or shows it to you no more: there is nothing to answer."
    )


class WrongState(EngageError):
    """The draft can no longer be changed in this way."""

    words = N_("Draft {draft} was {state} already; nothing was changed.")


class BrokenTemplate(EngageError):
    """A template does not render."""

    words = N_("The template {path} does not work: {problem}")


class PortInUse(EngageError):
    """Another program has the port, or it may not be taken."""

    words = N_(
        "Port {port} of this machine is taken, perhaps by a page of Nouvelles that is still open. "
        "Close it, or set another “port” under [web] in config.toml; 0 takes any that is free."
    )
