"""Signing on with a provider of OpenID Connect: away to it, and back."""

import logging
from urllib.parse import urlsplit, urlunsplit

from aiohttp import web

from core.errors import KlankbordError, Retry
from desk.entry.attempts import LIVES, Attempts
from desk.entry.provider import Provider
from desk.entry.sign_on import follow_groups, person_of
from desk.entry.signing_in import note_refusal
from desk.store.people import Person
from desk.store.sessions import Way
from desk.web.access import host_name
from desk.web.entering import ENTRY, SIGN_IN, let_in, over_tls, whence
from desk.web.pages.door import arriving, own_path
from desk.web.pages.sign_in import shown
from desk.web.site import KEPT, render

LOG = logging.getLogger(__name__)

WITH, BACK = f"{SIGN_IN}/with", f"{SIGN_IN}/back"
PROVIDER = web.AppKey("provider", Provider)
ATTEMPTS = web.AppKey("attempts", Attempts)
COOKIE = "klankbord_sign_on"


async def begin(request: web.Request) -> web.StreamResponse:
    """Send the browser to the provider. It comes back to the page's own address, and so begins there."""
    address = urlsplit(request.app[KEPT].address)
    if host_name(request) != address.hostname:
        raise web.HTTPSeeOther(urlunsplit((address.scheme, address.netloc, WITH, request.query_string, "")))
    if not request.app[ENTRY].addresses.allows(whence(request)):
        return render(request, "message.html", status=429, key="enter.busy", detail="")
    attempt = request.app[ATTEMPTS].begin(own_path(request.query.get("to", "/")))
    try:
        answer = web.HTTPSeeOther(await request.app[PROVIDER].leads_to(attempt, _back(request)))
    except KlankbordError as error:
        return await _failed(request, attempt.to, error)
    lives = int(LIVES.total_seconds())
    answer.set_cookie(  # Lax: the way back comes from another site
        COOKIE, attempt.browser, max_age=lives, httponly=True, samesite="Lax", path=SIGN_IN, secure=over_tls(request)
    )
    raise answer


async def back(request: web.Request) -> web.StreamResponse:
    """Take what the browser brings back, once, and let in who it is of."""
    entry, provider = request.app[ENTRY], request.app[PROVIDER]
    attempt = request.app[ATTEMPTS].end(request.query.get("state", ""), request.cookies.get(COOKIE, ""))
    if attempt is None or "code" not in request.query:
        return await shown(request, attempt.to if attempt else "/", key="enter.provider.failed")
    try:
        claims = await provider.said_of(attempt, request.query, _back(request))
        person = await person_of(entry.database, provider.settings, claims, entry.clock)
        if person is None:
            return await _unknown(request, attempt.to, None)
        await follow_groups(entry.database, provider.settings, claims, person, entry.clock)
    except KlankbordError as error:
        return await _failed(request, attempt.to, error)
    answer = web.Response(status=303, headers={"Location": attempt.to})
    if not await let_in(request, answer, person.id, Way.PROVIDER, strong=True):
        return await _unknown(request, attempt.to, person)
    answer.del_cookie(COOKIE, path=SIGN_IN)
    return arriving(request, answer, attempt.to)


def _back(request: web.Request) -> str:
    return f"{request.app[KEPT].address}{BACK}"


async def _unknown(request: web.Request, to: str, person: Person | None) -> web.Response:
    """The provider knows somebody who does not work here, or not any more."""
    await note_refusal(request.app[ENTRY], person)
    return await shown(request, to, key="enter.provider.unknown")


async def _failed(request: web.Request, to: str, error: KlankbordError) -> web.Response:
    """The reader learns that it failed, the log why: what comes back is never shown."""
    LOG.warning("a sign-on failed: %s", error)
    away = isinstance(error, Retry)
    return await shown(request, to, key="enter.provider.away" if away else "enter.provider.failed")
