"""Crises as the desk knows them: how they stand, their plan, who was told, and what happened; ids and times, no text."""

from desk.api import answers
from desk.api.asker import Asker, Forbidden
from desk.api.parameters import Crises
from desk.crisis import report
from desk.store import crises
from desk.store.crises import Crisis, Event, Happened
from desk.store.database import Database

ANY = "any"
_SAME = (
    "number", "version", "severity", "unit", "lead", "opened_at", "since", "last_alarm_at", "acknowledged_at",
    "acknowledged_by", "lull_since", "ended_at",
)  # fmt: skip
_WORDS = frozenset(
    {Happened.NOTED, Happened.RISEN, Happened.FALLEN, Happened.STEP_SKIPPED, Happened.STOOD_DOWN, Happened.REOPENED}
)
"""Of these the detail is what somebody wrote."""


async def listed(asker: Asker, asked: Crises) -> answers.CrisesAnswer:
    """One page of the list. Raises Forbidden where nothing is kept of crises."""
    desk = _desk(asker)
    running, drills = {"running": True, "ended": False}.get(asked.state), asked.drills
    found = await crises.listed(desk, running=running, drills=drills, skip=asked.skip, most=asked.size)
    await asker.looked("export", "crises")
    return answers.CrisesAnswer(
        at=asker.clock(),
        time_zone=asker.organisation.zone.key,
        total=await crises.count(desk, running=running, drills=drills),
        crises=tuple([await _told(asker, desk, one) for one in found]),
    )


async def crisis(asker: Asker, number: int) -> answers.CrisisAnswer | None:
    """None where there is none."""
    desk = _desk(asker)
    found = await report.gathered(desk, number)
    if found is None:
        return None
    await asker.looked("crisis", found.crisis.id)
    return answers.CrisisAnswer(
        at=asker.clock(),
        time_zone=asker.organisation.zone.key,
        crisis=await _told(asker, desk, found.crisis),
        steps=tuple(
            answers.CrisisStep(
                step=one.step,
                owner=one.owner,
                due_at=one.due_at,
                state=one.state.value,
                done_at=one.done_at,
                done_by=one.done_by,
            )
            for one in found.steps
        ),
        told=tuple(
            answers.CrisisTold(kind=one.kind.value, at=one.at, to=one.to, channel=one.channel, taken_at=one.taken_at)
            for one in found.told
        ),
        events=tuple(_happened(one) for one in found.events),
    )


def _desk(asker: Asker) -> Database:
    if asker.customers is None:
        raise Forbidden("nothing is kept of crises here")
    return asker.customers.database


async def _told(asker: Asker, desk: Database, one: Crisis) -> answers.Crisis:
    return answers.Crisis(
        **{name: getattr(one, name) for name in _SAME},
        drill=one.drill is not None,
        state=one.state.value,
        monitors=tuple(each.monitor for each in await crises.ringing(desk, one.id)),
        cases=sum((await crises.counted(desk, one.id)).values()),
        page=f"{asker.page}/crisis?number={one.number}",
    )


def _happened(one: Event) -> answers.CrisisEvent:
    detail = "" if one.kind in _WORDS else one.detail
    return answers.CrisisEvent(number=one.number, at=one.at, by=one.by, kind=one.kind.value, detail=detail)
