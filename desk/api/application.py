"""The API on the page's application: its routes, and the checks in front of them."""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

import msgspec
from aiohttp import web

from core.errors import Retry
from core.time import Clock
from desk.api import happenings, problems
from desk.api.asker import Asker
from desk.api.continuation import Seal
from desk.api.door import Door
from desk.api.openapi import printed
from desk.api.parameters import Nothing, taken
from desk.api.problems import Refused, problem
from desk.api.routes import ROOT, ROUTES, Route
from desk.ports import Leaving, Scope, Token, Tokens
from desk.web.entering import ENTRY, asked_by
from desk.web.site import KEPT, SITE, SUMMARIES, customers_of, goals_of, looked_in

LOG = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

AT_ONCE = 2
"""Questions asked at once, so that the page is answered beside the API."""

WAITING = 2
"""Questions at once that wait for the language model, or read every store: they keep nobody else waiting."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the wiring hands in.

    wrong   told of each request without a valid token, by a word: missing, unknown
    looked  writes down whose token read single mentions or authors: the kind of thing and its id
    """

    tokens: Tokens
    leaving: Leaving
    wrong: Callable[[str], None]
    looked: Callable[[Token, str, str], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Api:
    """One application's API, open."""

    parts: Parts
    door: Door
    seal: Seal
    turns: asyncio.Semaphore
    waiting: asyncio.Semaphore


API = web.AppKey("api", Api)
"""There where the application answers questions."""


def add_api(app: web.Application, parts: Parts, *, secret: bytes, clock: Clock) -> None:
    """Answer questions on that application too: the routes, and the document that tells them, which needs no token."""
    door = Door(parts.tokens, clock, parts.wrong)
    turns, waiting = asyncio.Semaphore(AT_ONCE), asyncio.Semaphore(WAITING)
    app[API] = Api(parts=parts, door=door, seal=Seal(secret), turns=turns, waiting=waiting)
    app.add_routes([web.get(ROOT + route.path, _handler(route), allow_head=False) for route in ROUTES])
    app.add_routes([web.post(f"{ROOT}{happenings.PATH}", _take)])
    app.add_routes([web.get(f"{ROOT}/openapi.json", _document, allow_head=False)])


async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every mistake becomes a problem document; what nobody foresaw goes to the log."""
    try:
        return await handler(request)
    except (ConnectionError, asyncio.CancelledError):
        raise
    except Exception as error:  # the guard of the API: the asker gets a sentence, the log what happened
        answer = problems.answer(error)
        if answer is not None:
            return answer
        LOG.exception("the question %s failed", request.path)
        return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "the question failed; the log says why")


def _handler(route: Route) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        site, api, kept = request.app[SITE], request.app[API], request.app.get(KEPT)
        token = await api.door.admit(request, route.scope)
        asked = taken(list(request.query.items()), route.takes)
        asker = Asker(
            archive=site.archive,
            monitors=site.monitors,
            parse_query=site.parse_query,
            organisation=site.organisation,
            clock=site.clock,
            leaving=api.parts.leaving,
            seal=api.seal,
            scopes=token.scopes,
            topics=site.topics,
            page=f"{request.scheme}://{request.host}",
            name=f"token {token.name}",
            looked=partial(api.parts.looked, token),
            customers=customers_of(request.app),
            alike=kept.alike if kept else None,
            faq=kept.faq if kept else None,
            held=kept.held if kept else None,
            summaries=request.app.get(SUMMARIES),
            goals=partial(goals_of, request.app),
            matures=looked_in(request.app) if KEPT in request.app else None,
            rules=asked_by(request.app) if ENTRY in request.app else None,
            forecast=site.forecasts.of,
        )
        turn = api.waiting if route.waits or route.more else api.turns
        async with asyncio.timeout(asker.patience(waits=route.waits) + route.more), turn:
            answer = await route.ask(asker, asked)
        if answer is None:
            raise Refused(HTTPStatus.NOT_FOUND, route.missing)
        return web.Response(body=msgspec.json.encode(answer), content_type="application/json")

    return handle


async def _take(request: web.Request) -> web.Response:
    """Keep the business events of the body, and say how many there were."""
    api, kept, clock = request.app[API], request.app.get(KEPT), request.app[SITE].clock
    token = await api.door.admit(request, Scope.HAPPENINGS)
    taken([*request.query.items()], Nothing)
    if kept is None:
        raise Refused(HTTPStatus.NOT_FOUND, "nothing is kept of business events")
    body = await request.read()
    answer = await happenings.take(kept.database, body, request.content_type, by=f"token {token.name}", at=clock())
    with suppress(Retry):  # the keeper does it later
        await kept.annotated()
    return web.Response(body=msgspec.json.encode(answer), content_type="application/json")


async def _document(request: web.Request) -> web.Response:
    """The OpenAPI document, with its hash as entity tag."""
    body = printed().encode()
    tag = hashlib.sha256(body).hexdigest()[:32]
    headers = {"ETag": f'"{tag}"', "Cache-Control": "no-cache"}
    known = request.if_none_match or ()
    if any(one.value in (tag, "*") for one in known):
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    return web.Response(body=body, content_type="application/json", headers=headers)
