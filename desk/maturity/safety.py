"""Evidence of the second level: workflows, units, ladders and rota, first responses, the crisis plan and its drills."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from desk.drills.score import NEEDED, Measure, Score, Verdict, read
from desk.foundation.unstaffed import AHEAD, calendars_of, uncovered, unheld
from desk.maturity.looked import MONTH, QUARTER, Found, Looked, either
from desk.store import drills, maturity, roles, rota
from playbook.crisis import owners
from playbook.maturity import Evidence
from playbook.rota import Stretch
from playbook.service import endless

ON_CALL = frozenset(NEEDED) - {Measure.DETECT} | {Measure.CLAIM}
"""What a drill asks of who is on duty: detection is the program's own."""


async def evidence(looked: Looked, at: datetime) -> Found:
    return {
        **_rules(looked),
        **await _duty(looked, at),
        **await _answers(looked, at),
        **await _crisis(looked),
        **await _drills(looked, at),
    }


def _rules(looked: Looked) -> Found:
    playbook = looked.playbook
    return {
        "workflows": either(playbook.triage is not None and "triage" not in looked.wrong),
        "organisation": either(playbook.organisation is not None and "organisation" not in looked.wrong),
    }


async def _duty(looked: Looked, at: datetime) -> Found:
    playbook, zone = looked.playbook, looked.organisation.zone
    units = playbook.organisation.units if playbook.organisation else {}
    if not units:
        return {"ladders": either(False)}
    shifts, away = await rota.every_shift(looked.database), await rota.every_absence(looked.database, at)
    ahead = Stretch(at, at + AHEAD)
    nobody = {(one.unit, one.asks) for one in unheld(playbook, await roles.held(looked.database))}
    nowhere = {path.partition("[")[0] for path, _ in endless(playbook.ladders)}
    held = (
        unit.ladder is not None and unit.ladder not in nowhere and (name, f"ladders.{unit.ladder}") not in nobody
        for name, unit in units.items()
    )
    working = [name for name, unit in units.items() if calendars_of(playbook, unit)]
    covered = (not uncovered(playbook, name, shifts, away, ahead=ahead, zone=zone) for name in working)
    return {"ladders": looked.of("ladders", held), "rota": looked.of("rota", covered)}


async def _answers(looked: Looked, at: datetime) -> Found:
    some, every = await maturity.answered_in_time(looked.database, at - MONTH, at)
    return {"in_time": looked.share("in_time", some, every)}


async def _crisis(looked: Looked) -> Found:
    """A plan with a first statement, and each role that acts in it held by somebody."""
    plan = looked.playbook.crisis
    if plan is None or not plan.statements:
        return {"crisis_plan": either(False)}
    held = {one.role for one in await roles.held(looked.database)}
    acting = dict.fromkeys(role for _, role in owners(plan))
    return {"crisis_plan": looked.of("crisis_plan", (role in held for role in acting))}


async def _drills(looked: Looked, at: datetime) -> Found:
    """Of those that were played to their end; one older than the plan allows shows nothing any more."""
    plan = looked.playbook.crisis
    if plan is None:
        return {}
    every = plan.drill.every if plan.drill else QUARTER
    scores = await _played(looked, at, every)
    held = looked.of("rota_held", _in_time(scores[0])) if scores else Evidence()
    return {"drills": either(any(score.counts for score in scores)), "rota_held": held}


async def _played(looked: Looked, at: datetime, every: timedelta) -> Sequence[Score]:
    """What those came to that ended within that time, the latest first."""
    ended = await drills.listed(looked.database, state=drills.State.FINISHED)
    found = (read(one.document) for one in ended if one.ended_at is not None and at - one.ended_at <= every)
    return [score for score in found if score is not None]


def _in_time(score: Score) -> Sequence[bool]:
    return [line.verdict is Verdict.MET for line in score.lines if line.measure in ON_CALL]
