"""Evidence of the first level: goals, policy, trainings, own accounts."""

from datetime import datetime

from desk.foundation.goals import standing
from desk.foundation.readiness import readiness
from desk.maturity.looked import Found, Looked, either
from desk.store import accounts, people, roles
from desk.store.accounts import State
from playbook.maturity import Answer, Evidence


async def evidence(looked: Looked, at: datetime) -> Found:
    return {**await _goals(looked, at), **await _staff(looked, at), **await _accounts(looked)}


async def _goals(looked: Looked, at: datetime) -> Found:
    goals = looked.playbook.goals
    if not goals:
        return {"goals_owned": either(False)}
    held = {one.role for one in await roles.held(looked.database)}
    found = await standing(looked.archive, goals, looked.organisation, now=at, keep=looked.keep)
    return {
        "goals_owned": looked.of("goals_owned", (goal.owner in held for goal in goals.values())),
        "goals_measured": looked.of("goals_measured", (one.measured for one in found)),
    }


async def _staff(looked: Looked, at: datetime) -> Found:
    rules = looked.playbook.trainings
    ready = await readiness(looked.database, rules, at)
    policy = looked.share("policy_acknowledged", ready.acknowledged, ready.people)
    trained = looked.share("trained", ready.trained, ready.asked)
    return {
        "policy_acknowledged": policy if ready.policy else either(False),
        "trained": trained if rules else either(False),
    }


async def _accounts(looked: Looked) -> Found:
    own = [one for one in await accounts.every(looked.database) if one.official]
    staff = {one.id: one for one in await people.every(looked.database)}
    wanting = {one.id for one, _, _ in accounts.wanting(own, staff)}
    found = {"accounts_owned": looked.of("accounts_owned", (one.id not in wanting for one in own))}
    if own and all(one.looked_at is not None for one in own):
        listed = await accounts.listed(looked.database, None)
        judged = looked.of("lookalikes_judged", (one.state is not State.OPEN for one in listed))
        found["lookalikes_judged"] = judged if listed else Evidence(answer=Answer.MET)
    return found
