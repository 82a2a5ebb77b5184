"""The big screen of a crisis: read from across a room, without a control, and without a word about authors."""

from collections.abc import Sequence

from aiohttp import web

from desk.store import crises, inbox
from desk.store.crises import Statement
from desk.web.pages.case_lines import kept_of
from desk.web.pages.crisis import ahead, on_call
from desk.web.pages.crisis_found import LEVELS, called, clock, lines_of, one, plan_of
from desk.web.pages.crisis_live import stamp
from desk.web.pages.crisis_seen import counts_of, figures_of
from desk.web.site import SITE, reader_words, render


async def page(request: web.Request) -> web.Response:
    """The crisis of that number. Raises 404 where there is none."""
    database, language = kept_of(request).database, reader_words(request).language
    crisis = await one(request, request.query.get("number", ""))
    have = await stamp(database, crisis)
    ringing = await crises.ringing(database, crisis.id)
    steps = await crises.steps(database, crisis.id)
    (line,) = await lines_of(request, [crisis])
    name = LEVELS.get(crisis.severity or 0, "")
    names = await inbox.names(database, [crisis.acknowledged_by] if crisis.acknowledged_by else [])
    return render(
        request,
        "crisis_room.html",
        crisis=crisis,
        line=line,
        have=have,
        figures=figures_of(await crises.evidence(database, crisis.id)),
        counts=await counts_of(request, crisis, ringing),
        steps=steps,
        ahead=ahead(steps, crisis.severity),
        severity=name,
        meaning=plan_of(request).section.called(crisis.severity, language) if crisis.severity else "",
        statement=_latest(await crises.statements(database, crisis.id), language),
        by_state=await crises.counted(database, crisis.id),
        on_call=await on_call(request, crisis),
        acknowledged=called(request, names, crisis.acknowledged_by or ""),
        clock=clock,
        now=request.app[SITE].clock(),
    )


def _latest(every: Sequence[Statement], language: str) -> Statement | None:
    """What stands approved, the reader's language before others, the latest before earlier ones."""
    approved = [one for one in every if one.approved_at is not None]
    return max(approved, key=lambda one: (one.language == language, one.approved_at), default=None)
