"""An organisation that climbs, played over the working days of the demo's 28 by the desk's own acts, with how mature it was each evening.

A colleague of another unit is refused, reads the policy, is trained, answers with approval, then without; what worked helps the next case.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from core.time import Clock
from desk.maturity.evidence import matured
from desk.ports import Place
from desk.practices.settling import settle
from desk.store import maturity
from klankbord.demo.cast import Cast
from klankbord.demo.climbing import Climb, Step
from klankbord.demo.dialogues import dialogues, moment, workdays
from klankbord.demo.handled import handled
from klankbord.demo.rhythm import ZONE
from klankbord.demo.schooling import (
    accounts_are_in_order,
    is_let_in,
    learns,
    lets_webcare_answer,
    may_answer,
    publishes,
    reads,
    refused,
)
from klankbord.demo.sharing import approves, proposes, thanks, uses
from klankbord.demo.staff import AGENT, CLIMBER, LEAD

EVENING = "23:00"
"""When it is looked how mature the organisation is."""


async def climb(cast: Cast, *, clock: Clock, place: Place) -> Climb:
    """Play all of it. Raises Halted where something comes out otherwise than it is told."""
    played, days = Climb(cast=cast, told=dialogues(cast.now), clock=clock, place=place), workdays(cast.now)
    for number, steps in sorted(STEPS.items()):
        for step in steps:
            await step(played, days[number])
        await _look(played, days[number], moment(days[number], EVENING))
    at = clock()
    await settle(cast.desk, cast.stores.archive, at)
    await _look(played, at.astimezone(ZONE).date(), at)
    return played


async def _look(climb: Climb, day: date, at: datetime) -> None:
    """Keep how mature the organisation is then, with what was done until then and nothing of what comes."""
    await maturity.keep(climb.cast.desk, await matured(climb.cast.looked, at), day, at)


def _answers(name: str, by: str, *, approver: str | None) -> Step:
    async def step(climb: Climb, _: date) -> None:
        climb.cases[name] = await handled(climb.cast, climb.told[name], by=by, approver=approver)

    return step


async def _is_refused(climb: Climb, _: date) -> None:
    told = climb.told["dog"]
    ended = await handled(climb.cast, told, by=AGENT.name, approver=LEAD.name, before=refused)
    climb.cases["dog"] = ended


def _is_helped(name: str, by: str, *, approver: str | None) -> Step:
    async def step(climb: Climb, _: date) -> None:
        before = uses(climb, by)
        climb.cases[name] = await handled(climb.cast, climb.told[name], by=by, approver=approver, before=before)

    return step


STEPS: Mapping[int, Sequence[Step]] = {
    0: (lets_webcare_answer,),
    1: (_is_refused,),
    2: (reads(CLIMBER.name, "08:50"),),
    4: (learns(CLIMBER.name, "16:30"),),
    5: (is_let_in, may_answer(CLIMBER.name, "09:45")),
    6: (_answers("holiday", CLIMBER.name, approver=LEAD.name),),
    7: (_answers("student", CLIMBER.name, approver=LEAD.name),),
    8: (reads("Fleur", "09:10"), reads("Hans", "17:40")),
    9: (_answers("family", CLIMBER.name, approver=LEAD.name),),
    10: (accounts_are_in_order, learns("Fleur", "15:00"), may_answer("Fleur", "15:20")),
    11: (_answers("together", CLIMBER.name, approver=None),),
    12: (learns("Otto", "11:00"),),
    13: (proposes,),
    14: (approves,),
    16: (_is_helped("again", CLIMBER.name, approver=None),),
    17: (_is_helped("elsewhere", "Fleur", approver=LEAD.name), thanks, publishes),
}
"""What happens on which of the working days, from 0."""
