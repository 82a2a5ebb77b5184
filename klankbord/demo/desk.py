"""The demo's desk: the cases that wait there, and a colleague who claims one while somebody looks."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from time import monotonic

from core.errors import Retry
from core.time import Clock
from desk.cases import acts
from desk.entry.who import Held, Who
from desk.store import cases, people, sessions
from desk.store.cases import Asked, Case
from desk.store.database import Database
from klankbord.demo.play import Demo
from klankbord.demo.staff import AGENT, COLLEAGUE, WEBCARE
from klankbord.demo.waiting import waiting

LOOKED_WITHIN, CLAIMS_AFTER = 180.0, 20.0
"""Seconds: so long is waited for somebody to look as the agent; so long after that a colleague claims the least urgent case."""
AGAIN_AFTER = 60.0
"""Seconds until the colleague claims another one."""
LEAVES = 2
"""So many the colleague always leaves to others."""
IDLE = timedelta(days=1)
LOOK_EVERY = 0.3
PATIENCE = 60.0


async def open_desk(demo: Demo, desk: Database, clock: Clock) -> tuple[int, list[str]]:
    """Let those who wait speak: how many cases are open then, and each difference from what must be."""
    wanted = await demo.ask(waiting(demo.timeline, clock()))
    found = await _settled(desk, wanted)
    differences = [] if len(found) == wanted else [f"{len(found)} cases are open, there must be {wanted}"]
    first = found[0] if found else None
    if first is None or first.severity != "critical" or first.first_due is None:
        differences.append("the case that is due first is not the critical one")
    return len(found), differences


async def colleague(desk: Database, clock: Clock) -> None:
    """Claim the least urgent of what nobody has in the colleague's unit while somebody looks, again and again, until cancelled."""
    await _looked_at(desk, clock)
    await asyncio.sleep(CLAIMS_AFTER)
    while True:
        with suppress(Retry):
            await _claim(desk, clock)
        await asyncio.sleep(AGAIN_AFTER)


async def _claim(desk: Database, clock: Clock) -> None:
    person = await people.named(desk, COLLEAGUE.email)
    free = await cases.listed(desk, Asked(units=[WEBCARE], assignee=""))
    if person is not None and len(free) > LEAVES:
        who = Who(person=person.id, name=COLLEAGUE.name, roles=frozenset({Held(COLLEAGUE.role, WEBCARE)}))
        await acts.claim(desk, who, free[-1].id, saw=free[-1].version, at=clock())


async def _looked_at(desk: Database, clock: Clock) -> None:
    """Until somebody looks as the agent, or long enough for nobody to."""
    until = monotonic() + LOOKED_WITHIN
    while True:
        with suppress(Retry):
            agent = await people.named(desk, AGENT.email)
            if agent is not None and await sessions.every(desk, agent.id, at=clock(), idle=IDLE):
                return
        if monotonic() > until:
            return
        await asyncio.sleep(1.0)


async def _settled(desk: Database, wanted: int) -> list[Case]:
    """The open cases once there are so many, or when patience is over."""
    until = monotonic() + PATIENCE
    while True:
        found = await cases.listed(desk, Asked())
        if len(found) >= wanted or monotonic() > until:
            return list(found)
        await asyncio.sleep(LOOK_EVERY)
