"""What is new while the page is open: one server-sent event connection, at most four updates a second."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

import msgspec
from aiohttp import web

from core.document import Filter, Order
from core.tasks import happens
from desk.entry.rights import Right
from desk.web.entering import still
from desk.web.pages.asked import Asked, ask
from desk.web.pages.case_live import CaseWatch
from desk.web.pages.crisis_live import CrisisWatch
from desk.web.site import CLOSING, SITE, Site, fragment
from picture.search import search

SOONEST = 0.25  # seconds between updates
UNTOLD = 1.0  # seconds between looks where nobody says that something changed
BREATH = 15.0  # seconds after which a quiet connection shows it is alive
LATELY = 5.0  # seconds after which it is asked again whether the reader may
MOST = 20


async def stream(request: web.Request) -> web.StreamResponse:
    """Events "mentions" with the new ones as HTML, newest first, and "alive" while it is quiet.

    `have` is said once for each of the newest that the page shows: what came between the page and its stream is new too. With `cases` in the address, a saved filter, they are "cases": CaseWatch; with `crisis` "crisis": CrisisWatch. Ends when the reader goes, or may no more, or
    when the page is no longer served.
    """
    watch = await _watching(request)
    answer = web.StreamResponse()
    answer.content_type, answer.charset = "text/event-stream", "utf-8"
    with suppress(ConnectionError):
        await answer.prepare(request)
        await answer.write(b"retry: 3000\n\n")
        await _tell(request, answer, watch)
    return answer


async def _watching(request: web.Request) -> "_Watch | CaseWatch | CrisisWatch":
    if "cases" in request.query:
        return CaseWatch(request)
    if "crisis" in request.query:
        return CrisisWatch(request)
    return _Watch(request.app[SITE], await ask(request), request.query.getall("have", []))


async def _tell(request: web.Request, answer: web.StreamResponse, watch: "_Watch | CaseWatch | CrisisWatch") -> None:
    quiet = asked = 0.0
    while asked < LATELY or await still(request, watch.right):
        asked = 0.0 if asked >= LATELY else asked + watch.pause
        event = await watch.look(request)
        if event or quiet >= BREATH:
            quiet = 0.0
            await answer.write(event or b"event: alive\ndata: {}\n\n")
        if await happens(request.app[CLOSING], within=watch.pause):
            return
        quiet += watch.pause


class _Watch:
    """One reader's place in the stream: what they have seen, beginning with the newest on their page, and whether anything changed since."""

    right = Right.LOOK

    def __init__(self, site: Site, asked: Asked, have: Sequence[str]) -> None:
        self._site, self._asked = site, asked
        self._seen, self._first = dict.fromkeys(have), True
        self._version: int | None = None
        self.pause = SOONEST if site.changes else UNTOLD

    def _where(self) -> Filter:
        """A relative range goes on to now; one with two ends stays as it is."""
        if self._asked.view.chosen == "custom":
            return self._asked.where
        return msgspec.structs.replace(self._asked.where, until=self._site.clock() + timedelta(minutes=1))

    async def look(self, request: web.Request) -> bytes | None:
        """An event with what came since the last look; None where nothing did."""
        version = self._site.changes() if self._site.changes else None
        if version is not None and version == self._version:
            return None
        self._version = version
        page = await search(self._site.archive, self._where(), order=Order.NEWEST, size=MOST)
        ids = [stored.enriched.mention.id for stored in page.mentions]
        known = [place for place, one in enumerate(ids) if one in self._seen]
        above = known[-1] if self._first and known else len(ids)
        new = [stored for stored in page.mentions[:above] if stored.enriched.mention.id not in self._seen]
        self._first = False
        self._seen = dict.fromkeys([*ids, *self._seen][: 50 * MOST])
        if not new:
            return None
        items = [
            {
                "id": stored.enriched.mention.id,
                "html": fragment(request, "_item.html", stored=stored, view=self._asked.view),
            }
            for stored in new
        ]
        data = msgspec.json.encode({"items": items, "total": page.total}).decode()
        return f"event: mentions\ndata: {data}\n\n".encode()
