"""The page as an application: which address is answered by whom, and how an error becomes a calm page.

Each request opens the file for itself: handlers run in threads, and a connection to SQLite belongs to one of them.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from engage.errors import (
    BadMoment,
    NotYours,
    UnknownDraft,
    UnknownPerson,
    UnknownPiece,
    UnknownQuestion,
    WrongState,
)
from engage.templates import ours
from engage.web import folk, pages
from engage.web.look import Look
from engage.web.pages import Ask
from engage.web.safety import Gate
from feeds.errors import N_, Worded

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime, tzinfo

    from starlette.requests import Request
    from starlette.responses import Response

    from engage.thanks import Desk
    from engage.web.pages import Handler
    from engage.web.safety import Refusal
    from engage.words import Words

# The longest form is a letter; nobody writes one of this size (bytes).
LARGEST_FORM = 256 * 1024
_MOST_FIELDS = 40
_LARGEST_NUMBER = 2**63 - 1  # what SQLite counts to

_STATUS: dict[type[Worded], HTTPStatus] = {
    UnknownPerson: HTTPStatus.NOT_FOUND,
    UnknownPiece: HTTPStatus.NOT_FOUND,
    UnknownDraft: HTTPStatus.NOT_FOUND,
    UnknownQuestion: HTTPStatus.NOT_FOUND,
    NotYours: HTTPStatus.NOT_FOUND,
    WrongState: HTTPStatus.CONFLICT,
    BadMoment: HTTPStatus.BAD_REQUEST,
}
_SENTENCES = {
    HTTPStatus.NOT_FOUND: N_("There is nothing at this address."),
    HTTPStatus.METHOD_NOT_ALLOWED: N_(
        "This address is not opened this way. Go back to today and follow a link."
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: N_("That is far longer than a letter. Nothing was changed."),
    HTTPStatus.BAD_REQUEST: N_(
        "This could not be understood. Nothing was changed; go back and try once more."
    ),
}
_OURS_TO_MEND = N_(
    "Something went wrong in Nouvelles itself, and nothing was changed. The terminal in which it runs says more."
)

log = logging.getLogger(__name__)


class _Number(IntegerConvertor):
    """A number that a file can hold; a longer one is simply no address."""

    regex = "[0-9]{1,18}"


def create_app(
    *,
    desk: Callable[[], Desk],
    clock: Callable[[], datetime],
    words: Words,
    zone: tzinfo | None,
    token: str,
    host: str,
) -> Starlette:
    """Make the page.

    `desk` opens the file for the thread that calls it; `host` is "127.0.0.1:PORT", where the page will be; `token`
    opens it once, as `/?token=…`; `zone` is None for the system's own.
    """
    register_url_convertor("number", _Number())
    site = _Site(desk, clock, Look(words, zone))
    get, post = ["GET"], ["POST"]
    routes = [
        Route("/", site.answers(pages.show_today), methods=get),
        Route("/people", site.answers(folk.show_people), methods=get),
        Route("/people/{id:number}", site.answers(folk.show_person), methods=get),
        Route("/people/{id:number}/log", site.answers(folk.log), methods=post),
        Route("/people/{id:number}/rest", site.answers(folk.rest), methods=post),
        Route("/people/{id:number}/edit", site.answers(folk.show_edit), methods=get),
        Route("/people/{id:number}/edit", site.answers(folk.edit), methods=post),
        Route("/questions/{id:number}", site.answers(folk.answer), methods=post),
        Route("/pieces/{id:number}", site.answers(pages.show_piece), methods=get),
        Route("/pieces/{id:number}/open", site.answers(pages.open_piece), methods=post),
        Route("/pieces/{id:number}/thanks", site.answers(pages.thank), methods=post),
        Route("/drafts/{id:number}", site.answers(pages.show_draft), methods=get),
        Route("/drafts/{id:number}", site.answers(pages.write), methods=post),
        Route("/drafts/{id:number}/preview", site.answers(pages.preview), methods=post),
        Route("/drafts/{id:number}/keep", site.answers(pages.keep), methods=post),
        Mount("/static", StaticFiles(directory=ours() / "web" / "static")),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(Gate, host=host, token=token, refuse=site.refusal)],
        exception_handlers={HTTPException: site.not_here},
    )


@dataclass(frozen=True, slots=True)
class _Site:
    """What every request needs."""

    desk: Callable[[], Desk]
    clock: Callable[[], datetime]
    look: Look
    locked: dict[Refusal, str] = field(
        default_factory=lambda: {"locked": "locked.html", "elsewhere": "elsewhere.html"}
    )

    def answers(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        """A handler as an endpoint: it gets an open desk in a thread of its own, and its errors become pages."""

        async def endpoint(request: Request) -> Response:
            fields = await _fields(request)
            number = request.path_params.get("id", 0)
            if number > _LARGEST_NUMBER:
                raise HTTPException(HTTPStatus.NOT_FOUND)
            return await run_in_threadpool(self._answer, handler, number, fields)

        return endpoint

    def _answer(self, handler: Handler, number: int, fields: dict[str, str]) -> Response:
        desk = None
        try:
            desk = self.desk()
            return handler(Ask(desk, self.clock(), self.look, number, fields))
        except Worded as error:
            status = next(
                (s for kind, s in _STATUS.items() if isinstance(error, kind)),
                HTTPStatus.INTERNAL_SERVER_ERROR,
            )
            lost = isinstance(error, UnknownPerson)  # its sentence speaks of a name that somebody typed
            sentence = self.look.words.say(_SENTENCES[status]) if lost else self.look.words.error(error)
            return self.look.page("error.html", status, sentence=sentence)
        except HTTPException:
            raise
        except (
            Exception
        ):  # the page's edge: whatever it is, its person gets a sentence, and the terminal the rest
            log.exception("a page failed")
            sentence = self.look.words.say(_OURS_TO_MEND)
            return self.look.page("error.html", HTTPStatus.INTERNAL_SERVER_ERROR, sentence=sentence)
        finally:
            if desk is not None:
                desk.store.connection.close()

    def refusal(self, why: Refusal) -> Response:
        """The page for somebody who was not let in."""
        return self.look.page(self.locked[why], HTTPStatus.FORBIDDEN)

    def not_here(self, _request: Request, error: Exception) -> Response:
        """The page for an address, a method or a form that leads nowhere."""
        status = HTTPStatus(error.status_code if isinstance(error, HTTPException) else HTTPStatus.BAD_REQUEST)
        sentence = self.look.words.say(_SENTENCES.get(status, _SENTENCES[HTTPStatus.BAD_REQUEST]))
        return self.look.page("error.html", status, sentence=sentence)


async def _fields(request: Request) -> dict[str, str]:
    """What the address and the form say; the form's word goes before the address's."""
    fields = dict(request.query_params)
    if request.method != "POST":
        return fields
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        said = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise HTTPException(HTTPStatus.BAD_REQUEST) from None
    return {**fields, **dict(said)}
