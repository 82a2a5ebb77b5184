"""Looking as one of the staff, and back, in a demonstration: whoever runs klankbord may everything anyway."""

from aiohttp import web

from core.errors import Reject
from desk.store import people, sessions
from desk.store.sessions import Way
from desk.web.access import COOKIE, SESSION_LIVES
from desk.web.entering import ENTRY, keep, let_in
from desk.web.site import KEPT, SESSION, SITE, WHO

PATH = "/stand-in"


async def act(request: web.Request) -> web.StreamResponse:
    """Go on as who holds that role in the demonstration, or "" as whoever runs klankbord. Raises 404 for anybody else."""
    role = str((await request.post()).get("role", ""))
    entry, kept, who = request.app[ENTRY], request.app[KEPT], request[WHO]
    if who.person is not None and await sessions.way_of(entry.database, request[SESSION].id) != Way.STAND_IN:
        raise web.HTTPNotFound
    answer = web.Response(status=303, headers={"Location": "/"})
    if role:
        person = await people.named(entry.database, kept.stand_ins.get(role, ""))
        if person is None or not await let_in(request, answer, person.id, Way.STAND_IN, strong=True):
            raise Reject("nobody holds that role here", reason="role")
        return answer
    if who.person is not None:
        await sessions.end(entry.database, who.person, request[SESSION].id, at=entry.clock())
    keep(request, answer, COOKIE, request.app[SITE].access.new_session(), int(SESSION_LIVES.total_seconds()))
    return answer
