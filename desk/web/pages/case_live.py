"""Cases while the page is open: those that are new in the reader's list, and those on the page that changed."""

import msgspec
from aiohttp import web

from desk.entry.rights import Right
from desk.store import inbox
from desk.web.pages.case_lines import kept_of, lines_of, looking, shown, versions_of
from desk.web.pages.cases import MOST, chosen, counted
from desk.web.site import WHO

EVERY = 1.0
"""Seconds between looks."""
NO_LIST = "none"
"""The filter of who looks at no list, but at the cases that they have."""
_MOST_HELD = 500


class CaseWatch:
    """One reader's place: which cases they have in which version, and the list that they look at."""

    pause, right = EVERY, Right.CASES

    def __init__(self, request: web.Request) -> None:
        """Raises 404 for who may see no cases, Reject where the address cannot be read."""
        if not request[WHO].may(self.right):
            raise web.HTTPNotFound
        name = request.query.get("cases", "")
        self._which = None if name == NO_LIST else chosen(name)
        self._seen = versions_of(request.query.get("have", "").split(",")[:_MOST_HELD], ".")
        self._stamp: inbox.Stamp | None = None

    async def look(self, request: web.Request) -> bytes | None:
        """An event with what changed since the last look; None where nothing did."""
        database = kept_of(request).database
        stamp = await inbox.stamp(database)
        if stamp == self._stamp:
            return None
        self._stamp = stamp
        listed = await inbox.listed(database, self._which, looking(request), MOST) if self._which else ()
        here = {one.number for one in listed}
        others = await inbox.numbered(database, looking(request), self._seen.keys() - here)
        changed = [one for one in (*listed, *others) if self._seen.get(one.number) != one.version]
        self._seen |= {one.number: one.version for one in changed}
        lines = await lines_of(request, changed)
        items = [shown(request, line) | {"here": line.case.number in here} for line in lines]
        data = msgspec.json.encode({"items": items, "counts": await counted(request)}).decode()
        return f"event: cases\ndata: {data}\n\n".encode()
