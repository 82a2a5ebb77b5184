"""Crises as pages ask for them: by number, with their names and clocks, and the plan in force."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from aiohttp import web

from desk.crisis.planned import Plan
from desk.store import audit, crises, inbox
from desk.store.crises import Crisis
from desk.web.pages.case_lines import kept_of, number_of
from desk.web.site import KEPT, RUNNING, reader_words, rules_of

LEVELS = {1: "minor", 2: "serious", 3: "critical"}
"""What the page calls the severities, as it does those of cases."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One crisis of a list: its monitors, by name who leads it ("" for nobody), and how many cases belong to it."""

    crisis: Crisis
    monitors: tuple[str, ...]
    lead: str
    cases: int

    @property
    def severity(self) -> str:
        return LEVELS.get(self.crisis.severity or 0, "")


async def one(request: web.Request, number: str) -> Crisis:
    """Raises 404 where there is no such crisis."""
    known = number_of(number)
    found = await crises.get(kept_of(request).database, known) if known is not None else None
    if found is None:
        raise web.HTTPNotFound
    return found


def plan_of(request: web.Request) -> Plan:
    return Plan(rules_of(request.app))


def called(request: web.Request, names: Mapping[str, str], identifier: str) -> str:
    """What that person is called within a line."""
    words = reader_words(request)
    return audit.called(names, identifier, left=str(words("crisis.left.within")), other=str(words("cases.someone")))


async def lines_of(request: web.Request, found: Sequence[Crisis]) -> list[Line]:
    """These crises, in the same order."""
    database = kept_of(request).database
    leads = await inbox.names(database, [one.lead for one in found if one.lead])
    somebody, ids = str(reader_words(request)("cases.someone")), [one.id for one in found]
    monitors, sizes = await crises.monitors(database, ids), await crises.sizes(database, ids)
    return [
        Line(
            crisis=each,
            monitors=tuple(monitors.get(each.id, ())),
            lead=leads.get(each.lead, somebody) if each.lead else "",
            cases=sizes.get(each.id, 0),
        )
        for each in found
    ]


async def tell_running(request: web.Request) -> None:
    """Let every page say which crises run. Raises Retry where the desk is away."""
    kept = request.app.get(KEPT)
    if kept is not None:
        request[RUNNING] = tuple(await crises.listed(kept.database, running=True))


def clock(span: timedelta) -> str:
    """Hours, minutes and seconds as a clock that runs shows them, without a sign: 1:05:09, 5:09."""
    seconds = int(abs(span.total_seconds()))
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def shown_range(crisis: Crisis, now: datetime) -> tuple[datetime, datetime]:
    """What the chart of its counts shows: from before it began until an hour after its end, at most the last 12 hours."""
    until = min(now, crisis.ended_at + timedelta(hours=1)) if crisis.ended_at else now
    until = (until + timedelta(minutes=1)).replace(second=0, microsecond=0)
    return max(crisis.since - timedelta(hours=2), until - timedelta(hours=12)), until
