"""Crises: those that run, those that ended, and what was an exercise."""

from aiohttp import web

from desk.store import crises
from desk.web.pages.case_lines import kept_of
from desk.web.pages.crisis_found import clock, lines_of
from desk.web.pages.crisis_live import stamp_of
from desk.web.site import SITE, render

MOST = 100


async def page(request: web.Request) -> web.Response:
    """The latest of each."""
    database = kept_of(request).database
    found = await crises.listed(database)
    running = await crises.listed(database, running=True, most=MOST)
    real = await crises.listed(database, running=False, drills=False, most=MOST)
    drills = await crises.listed(database, running=False, drills=True, most=MOST)
    return render(
        request,
        "crises.html",
        running=await lines_of(request, running),
        ended=await lines_of(request, real),
        drills=await lines_of(request, drills),
        have=stamp_of(found),
        clock=clock,
        now=request.app[SITE].clock(),
    )
