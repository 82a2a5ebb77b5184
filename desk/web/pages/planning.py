"""The shared calendar: what units are going to publish, beside the campaigns of the crisis plan; as a file for other calendars too."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from aiohttp import web

from core.errors import Reject
from desk.entry.rights import Right
from desk.practices.calendar import Entry, entries, ics
from desk.store import inbox, planned
from desk.store.planned import Kind, Plan
from desk.web.pages.case_lines import kept_of
from desk.web.site import SITE, WHO, reader_words, render, rules_of, unit_names

AHEAD = timedelta(days=400)
LONGEST = 400
POST_LASTS = timedelta(hours=1)
"""What a post is shown as in a calendar."""
MOST_DAYS = 366


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the form."""

    kind: str = Kind.POST.value
    says: str = ""
    unit: str = ""
    account: str = ""
    since: str = ""
    until: str = ""


async def page(request: web.Request) -> web.Response:
    """What is planned from today on."""
    return await _shown(request, Filled())


async def file(request: web.Request) -> web.Response:
    """The same as iCalendar."""
    site = request.app[SITE]
    text = ics(await _coming(request), site.organisation.zone, name=site.organisation.name, at=site.clock())
    headers = {"Content-Disposition": 'attachment; filename="planning.ics"', "Cache-Control": "no-store"}
    return web.Response(text=text, content_type="text/calendar", charset="utf-8", headers=headers)


async def act(request: web.Request) -> web.StreamResponse:
    """Plan something, or call it off."""
    form = await request.post()
    fields = {key: value.strip() for key, value in form.items() if isinstance(value, str)}
    database, who, at = kept_of(request).database, request[WHO], request.app[SITE].clock()
    if fields.get("act") == "remove":
        found = await planned.get(database, fields.get("plan", ""))
        if found is None:
            raise web.HTTPNotFound
        if not may_remove(request, found):
            raise Reject("only whoever leads in its unit or planned it calls it off", reason="plan")
        await planned.remove(database, found.id, by=who.by, at=at)
        raise web.HTTPSeeOther("/planning?done=removed")
    filled = Filled(**{name: fields.get(name, "") for name in Filled.__struct_fields__})
    made = read(filled, request.app[SITE].organisation.zone, by=who.by, at=at)
    unit = filled.unit or None
    if isinstance(made, str):
        return await _shown(request, filled, wrong=made)
    if unit is not None and (unit not in unit_names(request) or not who.may(Right.CASES, unit)):
        return await _shown(request, filled, wrong="unit")
    await planned.add(database, made)
    raise web.HTTPSeeOther("/planning?done=planned")


def read(filled: Filled, zone: ZoneInfo, *, by: str, at: datetime) -> Plan | str:
    """What the form means, or a word for what is wrong with it: kind, says, since, until or past."""
    if filled.kind not in list(Kind):
        return "kind"
    if not filled.says or len(filled.says) > LONGEST or len(filled.account) > LONGEST:
        return "says"
    kind = Kind(filled.kind)
    since = _moment(filled.since, zone)
    if since is None:
        return "since"
    until = since + POST_LASTS if kind is Kind.POST else _moment(filled.until, zone)
    if until is None:
        return "until"
    if kind is Kind.CAMPAIGN:
        since, until = _day(since, zone), _day(until, zone, days=1)
    if not since < until <= since + timedelta(days=MOST_DAYS):
        return "until"
    if until <= at:
        return "past"
    return Plan(
        kind=kind,
        says=filled.says,
        since=since,
        until=until,
        by=by,
        at=at,
        unit=filled.unit or None,
        account=filled.account or None,
    )


def may_remove(request: web.Request, plan: Plan) -> bool:
    """Whether they may call it off."""
    who = request[WHO]
    return plan.by == who.by or who.may(Right.LEAD, plan.unit)


async def _shown(request: web.Request, filled: Filled, *, wrong: str = "") -> web.Response:
    found = await _coming(request)
    who = request[WHO]
    by = await inbox.names(kept_of(request).database, [one.plan.by for one in found if one.plan])
    return render(
        request,
        "planning.html",
        found=found,
        by=by,
        removable={one.id for one in found if one.plan and may_remove(request, one.plan)},
        filled=filled,
        kinds=[one.value for one in Kind],
        units=[unit for unit in unit_names(request) if who.may(Right.CASES, unit)],
        wrong=wrong,
        done=done if (done := request.query.get("done", "")) in ("planned", "removed") else "",
    )


async def _coming(request: web.Request) -> list[Entry]:
    site, at = request.app[SITE], request.app[SITE].clock()
    zone, plan = site.organisation.zone, rules_of(request.app).crisis
    known = await planned.between(kept_of(request).database, _day(at, zone), at + AHEAD)
    campaigns = plan.calendar if plan else ()
    return entries(known, campaigns, zone, reader_words(request).language, since=_day(at, zone))


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        read_at = datetime.fromisoformat(text)
        near = read_at.replace(tzinfo=read_at.tzinfo or zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return near if 2000 <= near.year < 2200 else None


def _day(at: datetime, zone: ZoneInfo, *, days: int = 0) -> datetime:
    """The midnight before, on the organisation's clock, or so many days later."""
    midnight = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight + timedelta(days=days)).astimezone(UTC)
