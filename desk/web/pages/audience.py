"""Who else speaks to this audience: how far those whom units and own accounts reach are the same people."""

from datetime import timedelta

from aiohttp import web

from desk.practices.audience import FEWEST, overlaps, reached
from desk.store import audiences
from desk.web.pages.case_lines import kept_of
from desk.web.site import SITE, render, unit_called

LOOKED_BACK = timedelta(days=91)


async def page(request: web.Request) -> web.Response:
    """Of the last quarter."""
    database, at = kept_of(request).database, request.app[SITE].clock()
    units = await audiences.of_units(database, at - LOOKED_BACK)
    accounts = await audiences.of_accounts(database, at - LOOKED_BACK)
    named = {unit_called(request, unit): people for unit, people in units.items()}
    return render(
        request,
        "audience.html",
        parts_of=[(name, reached(one), overlaps(one)) for name, one in (("units", named), ("accounts", accounts))],
        fewest=FEWEST,
        since=at - LOOKED_BACK,
    )
