"""The page as an aiohttp application: its routes and the checks in front of them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from http import HTTPStatus

from aiohttp import web
from aiohttp.typedefs import Middleware

from core.errors import KlankbordError, Reject, Retry
from core.ports import ArchiveReader, Measured
from core.telemetry import Duration
from core.time import Clock
from desk.api.application import Parts, add_api, guarded
from desk.api.problems import problem
from desk.entry.attempts import Attempts
from desk.entry.entry import entry_of
from desk.entry.provider import Provider
from desk.entry.rights import Right
from desk.entry.settings import SignInSettings
from desk.ports import AskStatus, Changes, Judge, Monitors, Organisation, ParseQuery
from desk.scim import application as scim
from desk.scim.routes import add_scim
from desk.summaries.parts import Summaries
from desk.web.access import Access, local_host, same_origin
from desk.web.entering import ENTRY, came
from desk.web.kept import Kept
from desk.web.pages import cases, crisis_found, door, policy, refused, shared, sign_on, simulate
from desk.web.rate import Rate
from desk.web.routes import (
    KEPT_ROUTES,
    PROVIDER_ROUTES,
    RIGHTS,
    ROUTES,
    STAND_IN_ROUTES,
    SUMMARY_ROUTES,
    Open,
    add_routes,
    add_static,
    needed,
)
from desk.web.site import CLOSING, COUNTS, KEPT, SESSION, SITE, SUMMARIES, WHO, Site, reader_words, render
from picture.forecast.asking import Forecasts, Reached, unreached

LOG = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_MOST_FORM = 1024 * 1024
_ENDLESS = "/live"
"""Lasts as long as somebody looks."""


def make_app(
    *,
    archive: ArchiveReader,
    judge: Judge,
    monitors: Monitors,
    parse_query: ParseQuery,
    organisation: Organisation,
    clock: Clock,
    secret: bytes,
    status: AskStatus,
    changes: Changes | None = None,
    topics: Sequence[str] = (),
    password: str = "",
    measured: Measured | None = None,
    api: Parts | None = None,
    kept: Kept | None = None,
    summaries: Summaries | None = None,
    staff: scim.Staff | None = None,
    sign_in: SignInSettings | None = None,
    reached: Reached = unreached,
) -> web.Application:
    """The page over that archive, and the API beside it where its parts are given. `topics` are the names a person can
    correct to; `open_link(app)` gives a way in, and so does the password where there is one. What is `kept` for people
    has its page where that is given; a list can be summarised where `summaries` are. A sign-on system can say who the
    staff are where `staff` is given; staff come in as `sign_in` says. What is kept of the archive is made anew where what it has `reached` is another one.
    """
    app = web.Application(middlewares=[_timed(measured or Measured()), _guard], client_max_size=_MOST_FORM)
    app[SITE] = Site(
        archive=archive,
        judge=judge,
        monitors=monitors,
        parse_query=parse_query,
        organisation=organisation,
        clock=clock,
        status=status,
        changes=changes,
        access=Access(secret, clock, password=password),
        topics=tuple(topics),
        forecasts=Forecasts(archive, organisation.zone, clock, reached),
    )
    app[RIGHTS] = {}
    add_static(app)
    add_routes(app, ROUTES)
    if kept is not None:
        app[KEPT] = kept
        app[ENTRY] = entry_of(kept.database, kept.seal, clock, sign_in or SignInSettings())
        if kept.stand_ins:
            add_routes(app, STAND_IN_ROUTES)
        if sign_in is not None and sign_in.oidc is not None:
            app[sign_on.PROVIDER] = Provider(sign_in.oidc, clock)
            app[sign_on.ATTEMPTS] = Attempts(clock)
            add_routes(app, PROVIDER_ROUTES)
        app[shared.RATES] = Rate(shared.OPENINGS, shared.SPAN, clock)
        app[shared.GUESSED] = Rate(shared.GUESSES, shared.SPAN, clock)
        simulate.add(app)
        add_routes(app, KEPT_ROUTES)
    if summaries is not None:
        app[SUMMARIES] = summaries
        add_routes(app, SUMMARY_ROUTES)
    if staff is not None:
        add_scim(app, staff)
    if api is not None:
        add_api(app, api, secret=secret, clock=clock)
    app[CLOSING] = asyncio.Event()
    app.on_shutdown.append(_close)
    app.on_response_prepare.append(_add_headers)
    return app


async def _close(app: web.Application) -> None:
    app[CLOSING].set()


def open_link(app: web.Application) -> str:
    """A path that opens the page once within fifteen minutes."""
    return app[SITE].access.link()


def _timed(measured: Measured) -> Middleware:
    """How long each route takes, under its template: an address as it was asked may say anything."""

    @web.middleware
    async def timed(request: web.Request, handler: Handler) -> web.StreamResponse:
        resource = request.match_info.route.resource
        route = resource.canonical if resource is not None else "none"
        began, status = measured.timer(), 500
        try:
            response = await handler(request)
            status = response.status
        except web.HTTPException as error:
            status = error.status
            raise
        finally:
            if route != _ENDLESS:
                seconds = [measured.timer() - began]
                measured.observe(Duration.PAGE, route, f"{status // 100}xx", seconds=seconds)
        return response

    return timed


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Host, then a token for the API, else session, form token and right; errors as sentences."""
    if not local_host(request) and not shared.is_reached(request):
        return _elsewhere(request)
    if request.path.startswith("/api/"):
        return await guarded(request, handler)
    if request.path.startswith(f"{scim.PATH}/"):
        return await scim.guarded(request, handler)
    return await _answered(request, partial(_admitted, handler=handler))


def _elsewhere(request: web.Request) -> web.Response:
    said = "this page answers under 127.0.0.1 alone"
    if request.path.startswith("/api/"):
        return problem(HTTPStatus.MISDIRECTED_REQUEST, said)
    return web.Response(text=f"{said.capitalize()}.\n", status=HTTPStatus.MISDIRECTED_REQUEST)


async def _admitted(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What the request asks for, where whoever asks may have it."""
    need, kept = needed(request), request.app.get(KEPT)
    acts = request.method not in {"GET", "HEAD"}
    if acts and not same_origin(request, kept.address if kept else ""):
        return _foreign_form(request)
    if need is Open.ALL:
        return await handler(request)
    found = await came(request)
    if found is None:
        return await door.closed(request)
    request[SESSION], request[WHO] = session, who = found
    if acts:
        token = (await request.post()).get("csrf")
        if not isinstance(token, str) or not request.app[SITE].access.form_allowed(session, token):
            return _foreign_form(request)
    if not who.strong and need not in (Open.OWN, None):
        return refused.weak(request)
    if isinstance(need, Right) and not who.may(need):
        return await refused.page(request, need)
    if need is None and request.match_info.http_exception is None:
        LOG.error("the page has a route of which desk/web/routes.py says nothing")
        return render(request, "message.html", status=500, key="error.failed", detail="")
    if who.strong and "text/html" in request.headers.get("Accept", ""):
        with suppress(Retry):  # where the desk is away the other pages are there all the same
            request[COUNTS] = await cases.counted(request)
            await crisis_found.tell_running(request)
    return await handler(request)


def _foreign_form(request: web.Request) -> web.Response:
    return render(request, "message.html", status=403, key="door.form", detail="")


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPNotFound:
        return render(request, "message.html", status=404, key="error.missing", detail="")
    except Reject as error:
        return render(request, "message.html", status=400, key="error.asked", detail=str(error))
    except Retry as error:
        return render(request, "message.html", status=503, key="error.away", detail=str(error))
    except KlankbordError as error:
        return render(request, "message.html", status=500, key="error.failed", detail=str(error))
    except (web.HTTPException, ConnectionError, asyncio.CancelledError):
        raise
    except Exception as error:  # the guard of the page: the reader gets a page, the log what happened
        LOG.exception("the page %s failed", request.path)
        return render(request, "message.html", status=500, key="error.failed", detail=type(error).__name__)


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)
    if request.path.startswith((shared.PATH, policy.PATH)):
        response.headers.update(shared.HEADERS)
    if request.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-cache"
    else:
        response.headers.setdefault("Cache-Control", "no-store")
        language = "en" if request.path.startswith("/api/") else reader_words(request).language
        response.headers.setdefault("Content-Language", language)
