"""Signing in by a password and a code, and signing out."""

from datetime import timedelta
from urllib.parse import urlencode

from aiohttp import web

from desk.entry.signing_in import Refused, by_code, by_password
from desk.store import passwords, second_factors, sessions
from desk.store.sessions import Way
from desk.web.access import COOKIE
from desk.web.entering import ENTRY, SIGN_IN, came, let_in, whence
from desk.web.pages.door import own_path
from desk.web.site import SESSION, SITE, WHO, render

HALF_LIVES = timedelta(minutes=5)
"""How long after the password the code may come."""


async def page(request: web.Request) -> web.Response:
    """The form; whoever is in already goes on."""
    to = own_path(request.query.get("to", "/"))
    if await came(request) is not None:
        raise web.HTTPSeeOther(to)
    return await shown(request, to)


async def act(request: web.Request) -> web.Response:
    """The password, then the code where the person has a second factor."""
    told = {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    to = own_path(told.get("to", "/"))
    if "half" in told:
        return await _code(request, told, to)
    entry = request.app[ENTRY]
    found = await by_password(entry, told.get("name", ""), told.get("password", ""), address=whence(request))
    if isinstance(found, Refused):
        return await shown(request, to, wrong=found)
    has = await second_factors.of(entry.database, found.id, entry.seal)
    if has is not None and has.confirmed:
        half = request.app[SITE].access.half_key(found.id, entry.clock() + HALF_LIVES)
        return await shown(request, to, half=half)
    return await _in(request, found.id, Way.PASSWORD, to)


async def out(request: web.Request) -> web.Response:
    """End the session that asks."""
    who, entry = request[WHO], request.app.get(ENTRY)
    if who.person is not None and entry is not None:
        await sessions.end(entry.database, who.person, request[SESSION].id, at=entry.clock())
    answer = web.HTTPSeeOther(SIGN_IN if who.person else "/")
    answer.del_cookie(COOKIE, path="/")
    raise answer


async def shown(
    request: web.Request, to: str, *, half: str = "", wrong: Refused | None = None, key: str = ""
) -> web.Response:
    """The form for name and password, or with `half` the one for the code; `key` is a word on what went wrong."""
    entry = request.app[ENTRY]
    status = 429 if wrong is Refused.BUSY else 403 if wrong or key else 200
    return render(
        request,
        "sign_in.html",
        status=status,
        to=to,
        half=half,
        wrong=key or (f"enter.{wrong.value}" if wrong else ""),
        provider=entry.settings.oidc,
        by_password=await passwords.any_set(entry.database) or entry.settings.oidc is None,
        onwards=f"{SIGN_IN}/with?{urlencode({'to': to})}",
    )


async def _code(request: web.Request, told: dict[str, str], to: str) -> web.Response:
    person = request.app[SITE].access.half_of(told["half"])
    if person is None:
        return await shown(request, to, key="enter.again")
    way = await by_code(request.app[ENTRY], person, told.get("code", ""))
    if isinstance(way, Refused):
        return await shown(request, to, half=told["half"], wrong=way)
    return await _in(request, person, way, to)


async def _in(request: web.Request, person: str, way: Way, to: str) -> web.Response:
    answer = web.Response(status=303, headers={"Location": to})
    if not await let_in(request, answer, person, way, strong=way is not Way.PASSWORD):
        return await shown(request, to, wrong=Refused.WRONG)
    return answer
