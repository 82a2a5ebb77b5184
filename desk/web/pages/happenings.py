"""What happened beside what was said: the latest business events, and how likely people are to recommend week by week."""

from collections.abc import Sequence
from contextlib import suppress

import msgspec
from aiohttp import web

from core.errors import KlankbordError, Reject
from desk.happenings.figures import Recommended, recommended
from desk.store import happenings
from desk.store.happenings import DRAWN, Kind
from desk.web.site import KEPT, SITE, WHO, render
from picture.periods import Period, edges

WEEKS = 12
LISTED = 100
MOST_GRADES = 100_000
WIDE, HIGH = 320.0, 100.0
"""Of the drawing, in its own units."""


class Place(msgspec.Struct, frozen=True):
    """A week that somebody answered in, in the drawing."""

    x: float
    y: float


async def page(request: web.Request) -> web.Response:
    site, database = request.app[SITE], request.app[KEPT].database
    organisation = site.organisation
    weeks = edges(Period.WEEK, site.clock(), count=WEEKS, zone=organisation.zone, week_start=organisation.week_start)
    grades = await happenings.within(database, weeks[0], weeks[-1], (Kind.NPS,), MOST_GRADES)
    scores = recommended(grades, weeks)
    return render(
        request,
        "happenings.html",
        happened=(await happenings.latest(database, DRAWN, LISTED))[::-1],
        scores=scores,
        lines=lines(scores),
        orders=await happenings.ordered(database, weeks[0], weeks[-1]),
        answered=any(one.answers for one in scores),
        weeks=WEEKS,
    )


async def act(request: web.Request) -> web.StreamResponse:
    """Take one away."""
    form = await request.post()
    source, key = str(form.get("source", "")), str(form.get("key", ""))
    kept, at = request.app[KEPT], request.app[SITE].clock()
    if not await happenings.remove(kept.database, source, key, by=request[WHO].by, at=at):
        raise Reject("that event is not there any more", reason="happening")
    with suppress(KlankbordError):  # the keeper does it later
        await kept.annotated()
    raise web.HTTPSeeOther("/happenings")


def lines(scores: Sequence[Recommended]) -> list[list[Place]]:
    """Lines through weeks in a row that somebody answered in: over one in which nobody did there is none."""
    found: list[list[Place]] = [[]]
    step = WIDE / max(1, len(scores))
    for place, one in enumerate(scores):
        if one.score is None:
            found.append([])
        else:
            found[-1].append(Place((place + 0.5) * step, HIGH / 2 - one.score * HIGH / 200))
    return [line for line in found if line]
