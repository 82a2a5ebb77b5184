"""The demo's desk: the cases that wait there, and a colleague who claims one while somebody looks."""

import asyncio
from contextlib import suppress
from time import monotonic

from core.errors import Retry
from core.time import Clock
from desk.cases import acts
from desk.entry.who import Held, Who
from desk.store import cases, people
from desk.store.cases import Asked, Case
from desk.store.database import Database
from klankbord.demo.play import Demo
from klankbord.demo.staff import COLLEAGUE, WEBCARE
from klankbord.demo.waiting import waiting

CLAIMS_AFTER = 45.0
"""Seconds after which the colleague claims the least urgent case, and another one each time as long after that."""
LEAVES = 4
"""So many the colleague always leaves to others."""
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
    """Claim the least urgent of what nobody has in the colleague's unit, again and again, until cancelled."""
    while True:
        await asyncio.sleep(CLAIMS_AFTER)
        with suppress(Retry):
            person = await people.named(desk, COLLEAGUE.email)
            if person is None:
                continue
            who = Who(person=person.id, name=COLLEAGUE.name, roles=frozenset({Held(COLLEAGUE.role, WEBCARE)}))
            free = await cases.listed(desk, Asked(units=[WEBCARE], assignee=""))
            if len(free) > LEAVES:
                await acts.claim(desk, who, free[-1].id, saw=free[-1].version, at=clock())


async def _settled(desk: Database, wanted: int) -> list[Case]:
    """The open cases once there are so many, or when patience is over."""
    until = monotonic() + PATIENCE
    while True:
        found = await cases.listed(desk, Asked())
        if len(found) >= wanted or monotonic() > until:
            return list(found)
        await asyncio.sleep(LOOK_EVERY)
