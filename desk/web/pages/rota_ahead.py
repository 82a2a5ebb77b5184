"""How many people the coming blocks of a unit's rota take, by the forecast of a monitor, beside how many are on duty."""

from collections.abc import Sequence

import msgspec
from aiohttp import web

from core.document import Filter
from desk.entry.rights import Right
from desk.store.rota import StoredAbsence, StoredShift
from desk.triage import ahead
from desk.web.site import KEPT, SITE, WHO
from picture.forecast.staffing import Need, believable, needs
from playbook.rota import Stretch, on_duty


class Coming(msgspec.Struct, frozen=True, kw_only=True):
    """What the form says and what it comes to.

    rows  a part of the blocks with what it needs, and how many are on duty from its begin to its end
    why   why there are none, or not all, by the key of a text; "" before anybody asked and where all are there
    """

    monitor: str = ""
    unit: str = ""
    pace: str = ""
    share: ahead.Share | None = None
    rows: Sequence[tuple[Need, int]] = ()
    why: str = ""


async def coming(
    request: web.Request, shifts: Sequence[StoredShift], away: Sequence[StoredAbsence], units: Sequence[str]
) -> Coming:
    """Of what the address asks. Mentions can be reckoned back from people and pace: so it is for who may see figures."""
    if not request[WHO].may(Right.LOOK):
        return Coming()
    site, triage = request.app[SITE], request.app[KEPT].rules.playbook.triage
    monitor, unit, written = (request.query.get(name, "").strip() for name in ("monitor", "unit", "pace"))
    filled = Coming(monitor=monitor, unit=unit, pace=written)
    if not (monitor or unit or written):
        return filled
    pace = _pace(written)
    if monitor not in site.monitors.names() or unit not in units or pace is None:
        return msgspec.structs.replace(filled, why="rota.ahead.asked")
    if triage is None:
        return msgspec.structs.replace(filled, why="rota.ahead.triage")
    outlook = await site.forecasts.of(Filter(monitors=(monitor,)))
    if outlook.stretch is None:
        return msgspec.structs.replace(filled, why=f"ahead.none.{outlook.why}")
    zone = site.organisation.zone
    blocks = ahead.blocks(shifts, unit, Stretch(*outlook.stretch), zone, away=away)
    if not blocks:
        return msgspec.structs.replace(filled, why="rota.ahead.blocks")
    share = await ahead.share(site.archive, monitor, triage, now=site.clock())
    found = needs(outlook, blocks, share=share.value, an_hour=pace)
    rows = [(one, len(on_duty(one.since, unit, shifts, away, zone))) for one in found]
    return msgspec.structs.replace(
        filled, share=share, rows=rows, why="" if len(rows) == len(blocks) else "rota.ahead.untold"
    )


def _pace(text: str) -> float | None:
    try:
        pace = float(text.replace(",", "."))
    except ValueError:
        return None
    return pace if believable(pace) else None
