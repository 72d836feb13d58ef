"""Reads the accounts and lists that Mastodon exports as CSV; of whom one blocks or mutes nobody is made. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engage import addresses
from engage.contacts.cards import Book, Card, Unread
from engage.contacts.tables import cell, rows, table
from feeds.errors import N_

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engage.contacts.tables import Row

_COLUMNS = {
    "account": ("Account address", "Adresse du compte"),
    "boosts": ("Show boosts",),
    "notify": ("Notify on new posts",),
    "languages": ("Languages",),
    "list": ("List name", "Nom de la liste"),
    "hidden": ("Hide notifications",),
    "domain": ("#domain",),
    "severity": ("#severity",),
}
_BOOLEANS = {"true", "false"}
_STATUS = re.compile(
    r"https?://[^/\s]+/(?:(?:ap/)?users/[^/\s]+/statuses/\w+|@[^/\s]+/\w+|notice/\w+|objects/[\w-]+)/?"
)
# Where people have mailboxes and no accounts: a table of them is no export of lists.
_MAIL_HOSTS = re.compile(
    r"@(?:gmail|googlemail|outlook|hotmail|live|yahoo|icloud|me|aol|gmx|orange|wanadoo|free|sfr|laposte|proton(?:mail)?)\.",
    re.IGNORECASE,
)
_LISTED = 2
_WITH_NOTICES = 3
_START = 80

_NO_ACCOUNT = N_("This is no account; one reads user@server.")
_MUTED = N_("These are accounts that you muted: nobody is made of them.")
_BLOCKED = N_("These are servers that you blocked: nobody is made of them.")
_KEPT = N_("These are posts that you kept, and not people.")
_UNCERTAIN = N_(
    "It cannot be told whether you follow these accounts or muted them: the first line, which names the columns, is missing."
)


def read(content: bytes) -> Book | None:
    """Whom an export of accounts or lists names; None when the file is none of Mastodon's.

    What Mastodon exports besides (mutes, bookmarks, blocked servers) is known, and gives a book of nobody that says so.
    """
    for needed, remark in (("hidden", _MUTED), ("severity", _BLOCKED)):
        if table(content, _COLUMNS, (needed, "domain" if needed == "severity" else "account")):
            return Book("Mastodon", remarks=(remark,))
    found = table(content, _COLUMNS, ("account",))
    if found is None:
        return _without_header(rows(content))
    if len(found.columns) < len(found.header):
        return None
    return _book(
        (row, cell(row, found, "account"), cell(row, found, "list"), cell(row, found, "languages"))
        for row in found.rows
    )


def _without_header(read: list[Row]) -> Book | None:
    """The book of a file of which only the rows are there; None where they could be anything else."""
    width = len(read[0].cells) if read else 0
    if not width or any(len(row.cells) != width for row in read):
        return None
    if width == 1 and all(_STATUS.fullmatch(row.cells[0].strip()) for row in read):
        return Book("Mastodon", remarks=(_KEPT,))
    if width == _LISTED and _are_lists(read):
        return _book((row, row.cells[1], row.cells[0], "") for row in read)
    return _accounts(read, width) if all(addresses.account(row.cells[0]) for row in read) else None


def _accounts(read: list[Row], width: int) -> Book | None:
    """The book of rows that begin with what could be accounts, or e-mail addresses as well."""
    if width == 1 and all(row.cells[0].strip().startswith("@") for row in read):
        return _book((row, row.cells[0], "", "") for row in read)
    if width == 1 or not all(row.cells[1].strip().lower() in _BOOLEANS for row in read):
        return None
    if width < _WITH_NOTICES:
        return Book("Mastodon", remarks=(_UNCERTAIN,))
    return _book((row, row.cells[0], "", (*row.cells, "")[_WITH_NOTICES]) for row in read)


def _are_lists(read: list[Row]) -> bool:
    """Whether rows are names of lists with accounts: lists have several, while of a name and an e-mail address there is one."""
    accounts = [row.cells[1].strip() for row in read]
    if not all(map(addresses.account, accounts)):
        return False
    if all(account.startswith("@") for account in accounts):
        return True
    names = {row.cells[0] for row in read}
    return len(names) * 2 <= len(read) and not any(map(_MAIL_HOSTS.search, accounts))


def _book(told: Iterable[tuple[Row, str, str, str]]) -> Book:
    """A card for each account, with the lists on which it stands as tags."""
    lines: dict[str, Card] = {}
    unread = list[Unread]()
    for row, written, listed, languages in told:
        account = addresses.account(written)
        if account is None:
            start = " ".join(" ".join(row.cells).split())[:_START]
            unread.append(Unread(row.line, _NO_ACCOUNT, start))
            continue
        known = lines.get(account.address)
        names = (*(known.tags if known else ()), *filter(None, [" ".join(listed.split())]))
        lines[account.address] = Card(
            known.line if known else row.line,
            addresses=(account,),
            tags=tuple(dict.fromkeys(names)),
            language=(known.language if known else "") or _language(languages),
        )
    return Book("Mastodon", tuple(lines.values()), (), tuple(unread))


def _language(languages: str) -> str:
    """The one language in which their posts are wanted; nothing where that may be several."""
    only = re.split(r"[-_]", languages.strip().lower())[0]
    return only if only.isascii() and only.isalpha() else ""
