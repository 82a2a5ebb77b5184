"""Monitors: what is listened for, and trying a query out before it is saved."""

from aiohttp import web

from core.document import Filter, Group
from desk.ports import Saved
from desk.web.site import SITE, render
from desk.web.view import View, resolve
from picture.trial import Trial
from playbook.errors import QueryError

LONGEST_NAME = 80


async def page(request: web.Request) -> web.Response:
    """The list; with `q` in the address the query is tried out, with `name` alone that monitor's is taken up."""
    name = request.query.get("name", "").strip()
    query = request.query.get("q", "").strip()
    if query:
        return await _tried(request, name, query)
    return await _shown(request, name=name, query=request.app[SITE].monitors.query(name) if name else "")


async def act(request: web.Request) -> web.Response:
    """Try the monitor out or save it; history is tagged before the answer says how much."""
    form = await request.post()
    name, query = str(form.get("name", "")).strip(), str(form.get("q", "")).strip()
    if form.get("act") == "try" and query:
        return await _tried(request, name, query)
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or not query:
        return await _shown(request, name=name, query=query, problem="monitors.needs")
    try:
        saved = await request.app[SITE].monitors.save(name, query)
    except QueryError as error:
        return await _shown(request, name=name, query=query, error=error)
    return await _shown(request, name=name, query=query, saved=saved)


async def _tried(request: web.Request, name: str, query: str) -> web.Response:
    try:
        trial = await request.app[SITE].monitors.try_out(query)
    except QueryError as error:
        return await _shown(request, name=name, query=query, error=error)
    return await _shown(request, name=name, query=query, trial=trial)


async def _shown(
    request: web.Request,
    *,
    name: str,
    query: str,
    trial: Trial | None = None,
    error: QueryError | None = None,
    saved: Saved | None = None,
    problem: str = "",
) -> web.Response:
    site = request.app[SITE]
    view = View(range="28d")
    since, until = resolve(view, now=site.clock(), zone=site.organisation.zone)
    counts = dict(await site.archive.terms(Filter(since=since, until=until), by=Group.MONITOR, size=1000))
    return render(
        request,
        "monitors.html",
        status=400 if error or problem else 200,
        list=[(one, site.monitors.query(one), counts.get(one, 0)) for one in site.monitors.names()],
        most=max(counts.values(), default=0),
        name=name,
        query=query,
        trial=trial,
        error=error,
        saved=saved,
        problem=problem,
        month=view,
    )
