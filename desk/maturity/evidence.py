"""The evidence for each need of the levels, as far as there is any: what nobody can show is unknown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.ports import ArchiveReader
from desk.answering.active import activity
from desk.answering.trust import Lifted, needs_approval
from desk.drills.score import read
from desk.foundation.goals import standing
from desk.foundation.readiness import readiness
from desk.foundation.unstaffed import AHEAD, Lack, uncovered, unheld
from desk.ports import Organisation
from desk.store import accounts, drills, maturity, people, practices, roles, rota, trust
from desk.store.accounts import State
from desk.store.database import Database
from desk.store.practices import State as Practised
from playbook.answers import Answering
from playbook.crisis import owners
from playbook.maturity import Answer, Evidence, Maturity, Need, assess, counted, levels
from playbook.rota import Stretch
from playbook.sections import Playbook
from playbook.service import endless
from playbook.sound import unsound

ANSWERED = timedelta(weeks=4)
"""How far back first responses are looked at."""
PRACTISED = timedelta(weeks=52)
"""How old a drill may be where the plan does not say."""
QUARTER = timedelta(weeks=13)
"""How far back it is looked whether best practices are shared."""


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What evidence is looked for in. `keep` is how long mentions of every source stay in the archive."""

    database: Database
    archive: ArchiveReader
    playbook: Playbook
    organisation: Organisation
    keep: timedelta


async def matured(looked: Looked, at: datetime) -> Maturity:
    """How mature the organisation is at that moment."""
    return assess(
        {
            **await _goals(looked, at),
            **await _staff(looked, at),
            **await _accounts(looked),
            **_rules(looked.playbook),
            **await _duty(looked, at),
            **await _answers(looked, at),
            **await _drills(looked, at),
            **await _crisis(looked),
            **await _taking_part(looked, at),
            **await _trusted(looked),
            **await _practices(looked, at),
            **await _excellence(looked),
        }
    )


async def _goals(looked: Looked, at: datetime) -> Mapping[str, Evidence]:
    goals = looked.playbook.goals
    if not goals:
        return {"goals_owned": Evidence(answer=Answer.UNMET)}
    held = {one.role for one in await roles.held(looked.database)}
    found = await standing(looked.archive, goals, looked.organisation, now=at, keep=looked.keep)
    return {
        "goals_owned": _of("goals_owned", (goal.owner in held for goal in goals.values())),
        "goals_measured": _of("goals_measured", (one.measured for one in found)),
    }


async def _staff(looked: Looked, at: datetime) -> Mapping[str, Evidence]:
    rules = looked.playbook.trainings
    ready = await readiness(looked.database, rules, at)
    none = Evidence(answer=Answer.UNMET)
    return {
        "policy_acknowledged": counted(_need("policy_acknowledged"), ready.acknowledged, ready.people)
        if ready.policy
        else none,
        "trained": counted(_need("trained"), ready.trained, ready.asked) if rules else none,
    }


async def _accounts(looked: Looked) -> Mapping[str, Evidence]:
    own = [one for one in await accounts.every(looked.database) if one.official]
    staff = {one.id: one for one in await people.every(looked.database)}
    wanting = {one.id for one, _, _ in accounts.wanting(own, staff)}
    found = {"accounts_owned": _of("accounts_owned", (one.id not in wanting for one in own))}
    if own and all(one.looked_at is not None for one in own):
        listed = await accounts.listed(looked.database, None)
        judged = _of("lookalikes_judged", (one.state is not State.OPEN for one in listed))
        found["lookalikes_judged"] = judged if listed else Evidence(answer=Answer.MET)
    return found


def _rules(playbook: Playbook) -> Mapping[str, Evidence]:
    wrong = {path.partition(".")[0] for path, _ in unsound(playbook)}
    return {
        "workflows": _either(playbook.triage is not None and "triage" not in wrong),
        "organisation": _either(playbook.organisation is not None and "organisation" not in wrong),
    }


async def _duty(looked: Looked, at: datetime) -> Mapping[str, Evidence]:
    playbook, zone = looked.playbook, looked.organisation.zone
    units = playbook.organisation.units if playbook.organisation else {}
    if not units:
        return {"ladders": Evidence(answer=Answer.UNMET)}
    shifts, away = await rota.every_shift(looked.database), await rota.every_absence(looked.database, at)
    ahead = Stretch(at, at + AHEAD)
    nobody = {one.unit for one in unheld(playbook, await roles.held(looked.database)) if one.lack is Lack.ROLE}
    nowhere = {path.partition("[")[0] for path, _ in endless(playbook.ladders)}
    working = [name for name, unit in units.items() if unit.hours is not None]
    return {
        "ladders": _of(
            "ladders",
            (
                unit.ladder is not None and unit.ladder not in nowhere and name not in nobody
                for name, unit in units.items()
            ),
        ),
        "rota": _of("rota", (not uncovered(playbook, name, shifts, away, ahead=ahead, zone=zone) for name in working)),
    }


async def _answers(looked: Looked, at: datetime) -> Mapping[str, Evidence]:
    some, every = await maturity.answered_in_time(looked.database, at - ANSWERED, at)
    return {"in_time": counted(_need("in_time"), some, every)}


async def _drills(looked: Looked, at: datetime) -> Mapping[str, Evidence]:
    """Of those that were played to their end; one older than the plan allows shows nothing any more."""
    plan = looked.playbook.crisis
    if plan is None:
        return {}
    every = plan.drill.every if plan.drill else PRACTISED
    ended = await drills.listed(looked.database, state=drills.State.FINISHED)
    scores = [read(one.document) for one in ended if one.ended_at is not None and at - one.ended_at <= every]
    return {"drills": _either(any(score is not None and score.counts for score in scores))}


async def _crisis(looked: Looked) -> Mapping[str, Evidence]:
    """A plan with a first statement, and each role that acts in it held by somebody."""
    plan = looked.playbook.crisis
    if plan is None or not plan.statements:
        return {"crisis_plan": Evidence(answer=Answer.UNMET)}
    held = {one.role for one in await roles.held(looked.database)}
    acting = dict.fromkeys(role for _, role in owners(plan))
    return {"crisis_plan": _of("crisis_plan", (role in held for role in acting))}


async def _taking_part(looked: Looked, at: datetime) -> Mapping[str, Evidence]:
    """Departments in which somebody took part; and publishers, once the organisation set itself a goal."""
    rules = looked.playbook.answers
    found = await activity(looked.database, rules.publishers if rules else None, at)
    told = {"departments_active": counted(_need("departments_active"), found.active, found.all)}
    if found.wanted:
        enough = Answer.MET if found.publishers >= found.wanted else Answer.UNMET
        told["publishers"] = Evidence(answer=enough, some=found.publishers, all=found.wanted)
    return told


async def _trusted(looked: Looked) -> Mapping[str, Evidence]:
    """Somebody whose unit is not the centre answers on some topic without another's approval."""
    organisation = looked.playbook.organisation
    if organisation is None:
        return {}
    rule = (looked.playbook.answers or Answering()).four_eyes
    outside = {
        one.id for one in await people.every(looked.database, left=False) if one.unit not in (None, organisation.centre)
    }
    marks = {person: theirs for person, theirs in (await trust.every(looked.database)).items() if person in outside}
    lifted = (
        isinstance(needs_approval(theirs, topic, rule), Lifted)
        for theirs in marks.values()
        for topic in {one.topic for one in theirs}
    )
    return {"trusted": _either(any(lifted))}


async def _practices(looked: Looked, at: datetime) -> Mapping[str, Evidence]:
    """Approved ones that somebody used in a case of another unit than wrote it, of all that are approved."""
    known = {one.id: one for one in await practices.listed(looked.database, states=[Practised.APPROVED], most=None)}
    uses = await practices.uses(looked.database, since=at - QUARTER)
    shared = {one.practice for one in uses if one.practice in known and one.unit != known[one.practice].unit}
    answer = Answer.MET if shared else Answer.UNMET
    return {"practices": Evidence(answer=answer, some=len(shared), all=len(known))}


async def _excellence(looked: Looked) -> Mapping[str, Evidence]:
    """Units of which somebody has a role of the centre of excellence: in that unit, or working there."""
    excellence, organisation = looked.playbook.excellence, looked.playbook.organisation
    if excellence is None or organisation is None:
        return {"excellence": Evidence(answer=Answer.UNMET)}
    staff = {one.id: one for one in await people.every(looked.database, left=False)}
    held = [one for one in await roles.held(looked.database) if one.role in excellence.members]
    units = {one.unit or staff[one.person].unit for one in held if one.person in staff}
    return {"excellence": _of("excellence", (name in units for name in organisation.units))}


def _of(name: str, true: Iterable[bool]) -> Evidence:
    each = list(true)
    return counted(_need(name), sum(each), len(each))


def _either(met: bool) -> Evidence:
    return Evidence(answer=Answer.MET if met else Answer.UNMET)


def _need(name: str) -> Need:
    return next(level.needs[name] for level in levels() if name in level.needs)
