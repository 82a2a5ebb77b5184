"""A request's view with its filter: read once, the same for every page, list and export."""

import asyncio
from datetime import datetime
from typing import Protocol

import msgspec
from aiohttp import web

from core.document import Filter, Group, Order
from core.ports import ArchiveReader
from core.time import Clock
from desk.ports import Organisation, ParseQuery
from desk.web.site import SITE, Site
from desk.web.view import View, filter_of, read, resolve
from picture.search import search


class Askable(Protocol):
    """What a view is answered with."""

    @property
    def archive(self) -> ArchiveReader: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def organisation(self) -> Organisation: ...
    @property
    def parse_query(self) -> ParseQuery: ...


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a URL asks, and the filter that answers it. `fixed` names the same stretch by its two ends, `now` is when it was asked."""

    view: View
    where: Filter
    since: datetime
    until: datetime
    now: datetime

    @property
    def fixed(self) -> View:
        return msgspec.structs.replace(self.view, range="7d", since=self.since, until=self.until, after="")


async def ask(request: web.Request) -> Asked:
    """The view and filter of a request. Raises Reject for an address, QueryError for a query that cannot be read."""
    return await asked_of(request.app[SITE], read(request.query))


async def asked_of(site: Askable, view: View) -> Asked:
    """The view with its filter. Raises QueryError for a query that cannot be read."""
    now = site.clock()
    since, until = await span(site, view, now)
    where = filter_of(view, (since, until), site.parse_query)
    return Asked(view=view, where=where, since=since, until=until, now=now)


async def span(site: Askable, view: View, now: datetime) -> tuple[datetime, datetime]:
    """The view's range of event time; "all" begins with the oldest archived mention."""
    oldest = None
    if view.chosen == "all":
        page = await search(site.archive, Filter(), order=Order.OLDEST, size=1)
        oldest = page.mentions[0].enriched.mention.created_at if page.mentions else None
    return resolve(view, now=now, zone=site.organisation.zone, oldest=oldest)


async def choices(site: Site, where: Filter) -> dict[str, tuple[str, ...]]:
    """The sources and languages that the range holds, and the monitors, for the boxes at the top."""
    wide = Filter(since=where.since, until=where.until)
    sources, languages = await asyncio.gather(
        site.archive.terms(wide, by=Group.SOURCE, size=50), site.archive.terms(wide, by=Group.LANGUAGE, size=50)
    )
    return {
        "sources": tuple(name for name, _ in sources),
        "languages": tuple(name for name, _ in languages),
        "monitors": tuple(site.monitors.names()),
    }
