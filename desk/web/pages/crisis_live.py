"""A crisis while its page is open: that something about it changed, so that the page asks for itself again."""

import hashlib

import msgspec
from aiohttp import web

from desk.entry.rights import Right
from desk.store import crises
from desk.store.crises import Crisis
from desk.store.crisis_pulse import pulse
from desk.store.database import Database
from desk.web.pages.case_lines import kept_of
from desk.web.pages.case_live import EVERY
from desk.web.pages.crisis_found import one
from desk.web.site import WHO

ALL = "all"
"""Instead of a number: whoever looks at the list."""


class CrisisWatch:
    """One reader's place: how the crisis that they look at stood at the last look, or all that run."""

    pause, right = EVERY, Right.CASES

    def __init__(self, request: web.Request) -> None:
        """Raises 404 for who may see no crises."""
        if not request[WHO].may(self.right):
            raise web.HTTPNotFound
        self._which = request.query.get("crisis", "")
        self._stamp: str | None = None

    async def look(self, request: web.Request) -> bytes | None:
        """An event where anything changed since the last look, or stands otherwise than the page that asks `have`s it."""
        stamp = await self._now(request)
        known, self._stamp = self._stamp, stamp
        if stamp == known or (known is None and request.query.get("have") == stamp):
            return None
        return b"event: crisis\ndata: {}\n\n"

    async def _now(self, request: web.Request) -> str:
        database = kept_of(request).database
        if self._which == ALL:
            return stamp_of(await crises.listed(database))
        return await stamp(database, await one(request, self._which))


async def stamp(database: Database, crisis: Crisis) -> str:
    """Differs where anything differs that its page shows of the desk."""
    return stamp_of([crisis, await pulse(database, crisis.id)])


def stamp_of(shown: object) -> str:
    """A short name of it."""
    return hashlib.sha256(msgspec.msgpack.encode(shown)).hexdigest()[:16]
