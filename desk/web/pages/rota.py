"""The rota as a grid of one week: a row a unit, a column a day, and the stretches in which nobody is on duty."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import msgspec
from aiohttp import web

from core.errors import Reject
from desk.foundation.unstaffed import uncovered
from desk.people import blocks
from desk.store import people, rota
from desk.store.rota import StoredAbsence, StoredShift
from desk.web.pages import rota_ahead
from desk.web.site import KEPT, SITE, WHO, render, unit_names
from picture.buckets import local_midnight
from playbook.rota import Stretch, worked
from playbook.sections import Playbook

ONE_DAY, ONE_WEEK = timedelta(days=1), timedelta(weeks=1)


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """One block of a day in a unit; `away` where its person is not there for some of it."""

    shift: StoredShift
    hours: str
    away: bool


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One day of a unit: who is on duty, and when nobody is who should be."""

    blocks: tuple[Block, ...]
    holes: tuple[Stretch, ...]


async def page(request: web.Request) -> web.Response:
    return await _shown(request, _monday(request))


async def act(request: web.Request) -> web.StreamResponse:
    """Put somebody on the rota, or take a block off."""
    kept, form = request.app[KEPT], await request.post()
    told = {key: value.strip() for key, value in form.items() if isinstance(value, str)}
    at, by = request.app[SITE].clock(), request[WHO].by
    monday = _day(told.get("week", "")) or _monday(request)
    if told.get("act") == "remove":
        await rota.remove_shift(kept.database, told.get("block", ""), by=by, at=at)
    elif told.get("act") == "add":
        days = told.get("day") or ",".join(str(one) for one in form.getall("days", []))
        try:
            await _add(request, told, days)
        except Reject as error:
            return await _shown(request, monday, wrong=str(error), filled=told)
    else:
        raise Reject("choose what to do with the rota", reason="act")
    raise web.HTTPSeeOther(f"/rota?week={monday.isoformat()}&done={told['act']}")


async def _add(request: web.Request, told: Mapping[str, str], days: str) -> None:
    kept = request.app[KEPT]
    person = await people.get(kept.database, told.get("person", ""))
    if person is None or not person.active:
        raise Reject("choose who is on duty", reason="person")
    if told.get("unit", "") not in unit_names(request):
        raise Reject("choose a unit", reason="unit")
    if not days:
        raise Reject("choose a day", reason="day")
    made = blocks.shifts_of(person.id, told["unit"], days, [f"{told.get('starts', '')}-{told.get('ends', '')}"])
    await rota.add_shifts(kept.database, made, by=request[WHO].by, at=request.app[SITE].clock())


async def _shown(
    request: web.Request, monday: date, *, wrong: str = "", filled: Mapping[str, str] | None = None
) -> web.Response:
    kept, site = request.app[KEPT], request.app[SITE]
    zone = site.organisation.zone
    since = local_midnight(monday, zone)
    shifts = await rota.every_shift(kept.database)
    away = await rota.every_absence(kept.database, min(since, site.clock()))
    units = dict.fromkeys([*unit_names(request), *(one.unit for one in shifts)])
    days = [monday + number * ONE_DAY for number in range(7)]
    grid = {unit: [cell(unit, one, shifts, away, kept.rules.playbook, zone=zone) for one in days] for unit in units}
    return render(
        request,
        "rota.html",
        status=400 if wrong else 200,
        days=[(one, local_midnight(one, zone)) for one in days],
        grid=grid,
        units=unit_names(request),
        staff=await people.every(kept.database, left=False),
        names={one.id: one.name for one in await people.every(kept.database)},
        weekdays=blocks.WEEKDAYS,
        before=monday - ONE_WEEK,
        after=monday + ONE_WEEK,
        week=monday,
        filled={"person": "", "unit": "", "starts": "09:00", "ends": "17:00", "day": "", **(filled or {})},
        coming=await rota_ahead.coming(request, shifts, away, list(units)),
        monitors=site.monitors.names(),
        wrong=wrong,
        done=request.query.get("done", "") if not wrong else "",
    )


def cell(
    unit: str,
    day: date,
    shifts: Sequence[StoredShift],
    away: Sequence[StoredAbsence],
    playbook: Playbook,
    *,
    zone: ZoneInfo,
) -> Cell:
    """That day of the unit. A block over midnight stands on the day it begins on."""
    whole = Stretch(local_midnight(day, zone), local_midnight(day + ONE_DAY, zone))
    found = [
        Block(shift=one, hours=blocks.written(one)[1], away=bool(_missed(one, away, whole, zone)))
        for one in shifts
        if one.unit == unit and (one.day == day or one.weekday == day.weekday())
    ]
    known = playbook.organisation is not None and unit in playbook.organisation.units
    holes = uncovered(playbook, unit, shifts, away, ahead=whole, zone=zone) if known else ()
    return Cell(blocks=tuple(sorted(found, key=lambda one: one.hours)), holes=tuple(holes))


def _missed(shift: StoredShift, away: Sequence[StoredAbsence], day: Stretch, zone: ZoneInfo) -> bool:
    """Whether its person is away for some of it on that day."""
    within = Stretch(day.since, day.until + ONE_DAY)
    return list(worked(shift, within, (), zone)) != list(worked(shift, within, away, zone))


def _monday(request: web.Request) -> date:
    site = request.app[SITE]
    asked = _day(request.query.get("week", "")) or site.clock().astimezone(site.organisation.zone).date()
    return asked - timedelta(days=asked.weekday())


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year < 2200 else None
