"""How one of the staff comes in, for who keeps them: the invitation, a lost telephone, and being signed out."""

from collections.abc import Mapping

from aiohttp import web

from core.errors import Reject
from desk.entry.entry import Entry
from desk.entry.invitation import LINK_LIVES, PATH
from desk.entry.operators import above
from desk.store import passwords, people, second_factors, sessions
from desk.store.people import Person
from desk.web.entering import ENTRY
from desk.web.site import KEPT, SITE, WHO, render


async def page(request: web.Request) -> web.Response:
    return await _shown(request, await _person(request, request.query.get("id", "")))


async def act(request: web.Request) -> web.Response:
    """Invite, with a link that is shown this once, or sign out everywhere."""
    told = {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    entry, one, by = request.app[ENTRY], await _person(request, told.get("id", "")), request[WHO].by
    if not one.active:
        raise Reject("who left does not come in", reason="left")
    if one.id in await above(entry.database, request[WHO]):
        raise Reject("only who may operate lets that person in", reason="role")
    match told.get("act"):
        case "invite":
            return await _shown(request, one, link=await _invited(request, entry, one, told))
        case "end":
            await sessions.end_every(entry.database, one.id, by=by, at=entry.clock())
            return await _shown(request, one, ended=True)
        case _:
            raise Reject("choose what to do with the person", reason="act")


async def _invited(request: web.Request, entry: Entry, one: Person, told: Mapping[str, str]) -> str:
    at = entry.clock()
    nonce = await passwords.invite(
        entry.database, one.id, until=at + LINK_LIVES, by=request[WHO].by, at=at, lost="lost" in told
    )
    kept = request.app[KEPT]
    begins = kept.address if kept.for_staff else f"http://{request.host}"
    return f"{begins}{PATH}{request.app[SITE].access.invitation_key(one.id, nonce)}"


async def _person(request: web.Request, identifier: str) -> Person:
    one = await people.get(request.app[KEPT].database, identifier)
    if one is None:
        raise web.HTTPNotFound
    return one


async def _shown(request: web.Request, one: Person, *, link: str = "", ended: bool = False) -> web.Response:
    entry = request.app[ENTRY]
    has = await second_factors.of(entry.database, one.id, entry.seal)
    return render(
        request,
        "access.html",
        one=one,
        has_password=await passwords.find(entry.database, one.id) is not None,
        has_second=has is not None and has.confirmed,
        every=await sessions.every(entry.database, one.id, at=entry.clock(), idle=entry.settings.idle),
        link=link,
        ended=ended,
        days=LINK_LIVES.days,
    )
