"""What the demo's colleagues do in its crisis, once the detector has found it: nothing of it is there before."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime

from core.errors import Retry
from core.time import Clock
from desk.crisis import acts, saying
from desk.crisis.acting import Outcome
from desk.crisis.planned import Plan
from desk.entry.who import Held, Who
from desk.store import crises, people
from desk.store.crises import Crisis
from desk.store.database import Database
from desk.web import words
from desk.web.formats import Formats
from klankbord.demo.outcry import outcry
from klankbord.demo.play import Demo
from klankbord.demo.rhythm import ZONE
from klankbord.demo.staff import COLLEAGUE, LEAD, WEBCARE, Member
from klankbord.demo.waiting import waiting
from klankbord.lending import Report
from playbook.playbook import load

LOOK_EVERY, ACTS_AFTER = 1.0, 3.0
"""Seconds between looks for the crisis, and between what they do."""
DONE = ("verify", "severity", "hold")
"""Steps of the plan that are done by then."""
Act = Callable[[Crisis, datetime], Awaitable[Outcome]]


async def begin(demo: Demo, clock: Clock) -> int:
    """Let it begin; the last number that is said."""
    moment = clock()
    first = demo.timeline.messages[-1].number + len(waiting(demo.timeline, moment))
    return first + await demo.ask(outcry(demo.timeline, moment, after=first))


async def attend(demo: Demo, desk: Database, clock: Clock, report: Report) -> None:
    """Wait for the crisis; acknowledge it, lead it, do the first steps, and leave a statement for the lead to approve."""
    found = await _opened(desk)
    report(f"crisis {found.number} is open: {sum((await crises.counted(desk, found.id)).values())} cases belong to it")
    plan = Plan(load(demo.configuration.parent / "playbook.yaml"))
    femke, ruben = await _who(desk, COLLEAGUE, WEBCARE), await _who(desk, LEAD, "")
    at = clock()
    every: list[Act] = [
        lambda now, at: acts.acknowledge(desk, femke, now.id, at=at),
        lambda now, at: acts.take(desk, ruben, now.id, saw=now.version, at=at),
        lambda now, at: acts.severity(desk, ruben, now.id, 1, "regional press asks", saw=now.version, at=at),
        *(_step(desk, femke, name) for name in DONE),
        *(
            _draft(desk, femke, plan, language, text)
            for language in ("nl", "en")
            if (text := plan.statement(language, _values(found, language, at)))
        ),
    ]
    for act in every:
        await asyncio.sleep(ACTS_AFTER)
        await _done(desk, found.id, act, clock)
    report("it is acknowledged and led; a statement waits for approval")


def _step(desk: Database, who: Who, name: str) -> Act:
    return lambda now, at: acts.step(desk, who, now.id, name, saw=now.version, at=at)


def _draft(desk: Database, who: Who, plan: Plan, language: str, text: str) -> Act:
    return lambda now, at: saying.draft(
        desk, who, now.id, language, text, approves=plan.approves, saw=now.version, at=at
    )


def _values(crisis: Crisis, language: str, at: datetime) -> Mapping[str, str]:
    return saying.values(crisis, "Noorderlijn", Formats(words.load(language), ZONE, at), at)


async def _done(desk: Database, crisis: str, act: Act, clock: Clock) -> None:
    """Once, as it is now; whoever looks meanwhile may have been first."""
    with suppress(Retry):
        now = await crises.get(desk, crisis)
        if now is not None and now.running:
            await act(now, clock())


async def _opened(desk: Database) -> Crisis:
    while True:
        with suppress(Retry):
            if found := await crises.listed(desk, running=True, drills=False, most=1):
                return found[0]
        await asyncio.sleep(LOOK_EVERY)


async def _who(desk: Database, member: Member, unit: str) -> Who:
    person = await people.named(desk, member.email)
    return Who(person=person.id if person else None, name=member.name, roles=frozenset({Held(member.role, unit)}))
