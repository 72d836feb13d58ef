"""What all commands share: where the home is, which language, what time it is, and how an error is said.

Everything here is made late, on first use: `nouvelles --help` opens no file and imports no library that it can do without.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engage.errors import EngageError
from engage.words import escaped, system_language, visible, words
from feeds.errors import N_, FetchError, StoreError, Worded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from engage.config import Config
    from engage.home import Home
    from engage.keys import Keys
    from engage.model import Language, Person
    from engage.store import Store
    from engage.templates import Templates
    from engage.thanks import Desk
    from engage.words import Words
    from feeds.article import Article
    from feeds.http import Client
    from feeds.model import Networks, Post, Source
    from feeds.store import Store as FeedsStore

OK, SOME_FAILED, MISTAKE = 0, 1, 2
# Seconds that a click may take to bring in an article's page, before the draft makes do without.
SOMEONE_WAITS = 10.0
_MOST_CHOICES = 20
_YES = {"y", "yes", "o", "oui"}
_NO = {"", "n", "no", "non"}
# Click's own words on its own options.
_CLICKS = (N_("Show this message and exit."), N_("Show the version and exit."))


class App:
    """One run of the program."""

    def __init__(self, environ: dict[str, str] | None = None) -> None:
        self.environ = dict(os.environ) if environ is None else environ

    @cached_property
    def home(self) -> Home:
        """Where the configuration and the file are."""
        from engage.home import find  # noqa: PLC0415 - late, see the module

        return find(self.environ)

    @cached_property
    def config(self) -> Config:
        """The configuration; raises ConfigError."""
        from engage.config import load  # noqa: PLC0415 - late, see the module

        return load(self.home.config)

    @cached_property
    def store(self) -> Store:
        """The file, opened; raises StoreError."""
        from engage.home import prepare  # noqa: PLC0415 - late, see the module
        from engage.store import open_stores  # noqa: PLC0415

        prepare(self.home)
        return open_stores(self.home.database)

    @cached_property
    def feeds(self) -> FeedsStore:
        """The half of the file that knows nothing of people: all that asking the world needs; raises StoreError."""
        if "store" in self.__dict__:
            return self.store.feeds
        from engage.home import prepare  # noqa: PLC0415 - late, see the module
        from feeds.file import open_file  # noqa: PLC0415
        from feeds.store import Store as FeedsStore  # noqa: PLC0415

        prepare(self.home)
        return FeedsStore(open_file(self.home.database))

    def close(self) -> None:
        """Close the file, if this run opened it."""
        for half in ("store", "feeds"):
            if half in self.__dict__:
                self.__dict__[half].connection.close()

    def open_store(self) -> Store:
        """The file, opened once more, for another thread."""
        from engage.store import open_stores  # noqa: PLC0415 - late, see the module

        return open_stores(self.home.database)

    @cached_property
    def language(self) -> Language:
        """The language of the screens: as configured, else the system's."""
        return self.config.language or system_language(self.environ)  # type: ignore[return-value]

    @cached_property
    def words(self) -> Words:
        """The words of that language."""
        return words(self.language)

    @cached_property
    def client(self) -> Client:
        """The polite client, with the configured manners."""
        from engage import __version__  # noqa: PLC0415 - late, see the module
        from feeds.http import Client, Manners  # noqa: PLC0415
        from feeds.wire import MEGABYTE  # noqa: PLC0415

        said = self.config.fetch
        contact = f"; {said.contact}" if said.contact else ""
        return Client(
            Manners(
                agent=f"Nouvelles/{__version__} (a person's own reader{contact})",
                connections=said.connections,
                per_host=said.per_host,
                spacing=said.spacing_ms / 1000,
                deadline=float(said.deadline_seconds),
                max_bytes=said.max_megabytes * MEGABYTE,
            )
        )

    @cached_property
    def networks(self) -> Networks:
        """Where the networks are."""
        from feeds.model import Networks  # noqa: PLC0415 - late, see the module

        bluesky = self.config.bluesky
        return Networks(
            self.config.mastodon.servers,
            bluesky.public_api,
            bluesky.app,
            bluesky.directory,
            tuple(self.feeds.accounts()),
            self.keys,
        )

    @cached_property
    def keys(self) -> Keys:
        """Where the secrets of one's own accounts are."""
        from engage.keys import Keys  # noqa: PLC0415 - late, see the module

        return Keys(self.home.database.parent)

    @cached_property
    def templates(self) -> Templates:
        """Templates: the person's own first."""
        from engage.templates import Templates  # noqa: PLC0415 - late, see the module

        return Templates(self.home.templates)

    def blame_templates(self) -> None:
        """Name those templates of the person's own that did not work."""
        for broken in self.templates.broken:
            self.warn(N_("! {problem} Ours was used instead."), problem=self.words.error(broken))

    def desk(self, store: Store | None = None) -> Desk:
        """All that writing needs."""
        from engage.thanks import Desk  # noqa: PLC0415 - late, see the module

        return Desk(store or self.store, self.config, self.templates, self.language, self.reach, self.look)

    def reach(self, source: Source, post: Post) -> Article | None:
        """The page of an article of which the feed holds only the beginning; someone waits for it, so not for long."""
        from feeds.fulltext import fetch  # noqa: PLC0415 - late, see the module

        return fetch(source, post, self._hasty(), self.now())

    def look(self, source: Source, post: Post) -> Post | None:
        """A post of a network as it is now; None when it is no longer there. Someone waits for it, so not for long."""
        from feeds.again import look  # noqa: PLC0415 - late, see the module

        return look(source, post, self._hasty(), self.networks, self.now())

    def _hasty(self) -> Client:
        from dataclasses import replace  # noqa: PLC0415 - late, see the module

        from feeds.http import Client  # noqa: PLC0415

        return Client(replace(self.client.manners, deadline=min(SOMEONE_WAITS, self.client.manners.deadline)))

    def now(self) -> datetime:
        """The time: the clock's, or the one in NOUVELLES_NOW, which makes a run repeatable."""
        said = self.environ.get("NOUVELLES_NOW", "")
        if not said:
            return datetime.now(UTC).replace(microsecond=0)
        try:
            return datetime.fromisoformat(said).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise click.UsageError(f"NOUVELLES_NOW={said!r} is no ISO date and time.") from error

    def today(self) -> date:
        """The day where this machine is."""
        return self.now().astimezone().date()

    def find(self, typed: str) -> Person:
        """The person who is meant; where several may be, and somebody sits there, they are asked who.

        Raises:
            UnknownPerson: nobody answers to what was typed.
            AmbiguousPerson: several do, and nobody can be asked.

        """
        found = self.store.find_people(typed)
        if len(found) == 1:
            return found[0]
        if not found or not is_asked() or len(found) > _MOST_CHOICES:
            return self.store.find_person(typed)  # which says what is wrong
        for number, person in enumerate(found, 1):
            at = [identity.label for identity in self.store.identities(person.id)[:1]]
            about = [person.name, *at, person.company, *person.tags, f"#{person.id}"]
            show(f"{number:>3}  {' · '.join(part for part in about if part)}")
        question = self.words.say(N_("Which of them? (Enter: none)"))
        while typed := click.prompt(question, default="", show_default=False, err=True).strip():
            if typed.isdecimal() and 1 <= int(typed) <= len(found):
                return found[int(typed) - 1]
        raise click.Abort

    def confirm(self, question: str) -> bool:
        """Whether somebody says yes, in either language; Enter is a no."""
        choice = self.words.say(N_("[y/N]"))
        while True:
            said = click.prompt(f"{question} {choice}", default="", show_default=False)
            if said.strip().casefold() in _YES:
                return True
            if said.strip().casefold() in _NO:
                return False

    def say(self, message: str, **values: Any) -> None:
        """Print a sentence in the person's language."""
        click.echo(visible(self.words.sentence(message, values)))

    def warn(self, message: str, **values: Any) -> None:
        """Print a sentence where warnings go."""
        click.echo(visible(self.words.sentence(message, values)), err=True)


def is_asked() -> bool:
    """Whether somebody sits there who can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


pass_app = click.make_pass_decorator(App, ensure=True)
as_json = click.option("--json", "as_json", is_flag=True, help=N_("Answer in JSON, for programs."))


def print_json(value: Any) -> None:
    """Print a value as JSON."""
    click.echo(escaped(json.dumps(value, ensure_ascii=False, indent=2, default=str)))


def show(line: str = "", **style: Any) -> None:
    """Print a line that may hold what strangers wrote; `style` is click's."""
    click.echo(click.style(visible(line), **style) if style else visible(line))


def table(rows: list[tuple[str, ...]]) -> None:
    """Print rows in columns as wide as they need."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)] if rows else []
    for row in rows:
        cells = [*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]
        show("  ".join(cells).rstrip())


class _Said:
    """Says a command's own help in the person's language."""

    help: str | None

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with _translated(self):
            super().format_help_text(ctx, formatter)  # type: ignore[misc]

    def get_short_help_str(self, limit: int = 80) -> str:
        with _translated(self):
            short: str = super().get_short_help_str(limit)  # type: ignore[misc]
        return short

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]  # type: ignore[attr-defined]
        with _translated(*options):
            super().format_options(ctx, formatter)  # type: ignore[misc]


@contextmanager
def _translated(*things: Any) -> Iterator[None]:
    """The `help` of some things in the language of this run, while it is printed."""
    english = [thing.help for thing in things]
    translate = words(_language_here()).say
    for thing in things:
        thing.help = translate(thing.help or "")
    try:
        yield
    finally:
        for thing, message in zip(things, english, strict=True):
            thing.help = message


def _language_here() -> Language:
    """The language of this run, or the system's when the configuration cannot be read."""
    context = click.get_current_context(silent=True)
    app = (context.find_object(App) if context else None) or App()
    try:
        return app.language
    except Worded:
        return system_language(app.environ)


class Command(_Said, click.Command):
    """A command whose help speaks the person's language, and that does nothing while config.toml is wrong."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command: half done and then unable to say so, it would be run again."""
        _ = ctx.ensure_object(App).config
        return super().invoke(ctx)


class Group(_Said, click.Group):
    """The program itself: without a command's name it shows today."""

    command_class = Command

    def __init__(self, *args: Any, default: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command's name before the arguments when they name none."""
        own = {*ctx.help_option_names, "--version"}
        if self.default and (not args or (args[0].startswith("-") and args[0] not in own)):
            args.insert(0, self.default)
        return super().parse_args(ctx, args)


class Noun(Group):
    """A group in which whatever is no command is meant for the default one: `person Julie` shows Julie."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command's name before what is no command's."""
        own = {*ctx.help_option_names, *self.commands}
        if self.default and (not args or args[0] not in own):
            args.insert(0, self.default)
        return click.Group.parse_args(self, ctx, args)


Group.group_class = type  # a group's own groups are of its kind


def run(command: Callable[..., Any]) -> None:
    """Run the program; errors become sentences, and their kind the exit status."""
    _open_streams()
    app = App()
    try:
        arguments = [readable(argument) for argument in sys.argv[1:]]
        command(args=arguments, prog_name="nouvelles", standalone_mode=False, obj=app)
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
    except click.ClickException as error:
        _complain(error.format_message())
        sys.exit(MISTAKE)
    except (KeyboardInterrupt, click.Abort):
        click.echo("", err=True)
        sys.exit(130)
    except BrokenPipeError:  # `nouvelles | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(OK)
    except Worded as error:
        _complain(_error_words(app, error))
        sys.exit(SOME_FAILED if isinstance(error, FetchError) else MISTAKE)
    except OSError as error:  # a full device, a closed stream, an editor that is not there
        _complain(str(error))
        sys.exit(MISTAKE)
    except sqlite3.Error as error:  # a disk that is full, a file that somebody damaged or holds
        path = app.home.database
        _complain(_error_words(app, StoreError(path=str(path), reason=str(error))))
        sys.exit(MISTAKE)
    finally:
        app.close()


def _open_streams() -> None:
    """Make the three streams fit for whatever comes: none missing, and no letter that ends the program."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, Path(os.devnull).open("r+", encoding="utf-8"))  # noqa: SIM115 - as long as the run
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a letter that the terminal cannot write ends nothing
            stream.reconfigure(errors="replace")
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="surrogateescape")


def readable(typed: str) -> str:
    """What was typed; bytes that were no UTF-8 are read as the windows-1252 that they most likely are."""
    try:
        typed.encode()
    except UnicodeEncodeError:  # Python keeps such bytes as surrogates, and SQLite cannot keep those
        return typed.encode("utf-8", "surrogateescape").decode("windows-1252", "replace")
    return typed


def _complain(sentence: str) -> None:
    click.echo(f"nouvelles: {visible(sentence)}", err=True)


def _error_words(app: App, error: Worded) -> str:
    try:
        return app.words.error(error)
    except EngageError:  # the configuration itself is what cannot be read
        return words(system_language(app.environ)).error(error)
