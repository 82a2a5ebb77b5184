"""One crisis an event: it opens once, goes on, comes to a lull and returns; a drill's is its own."""

import asyncio
from contextlib import suppress

import pytest

from core.errors import Retry
from desk.crisis import acts, ringing
from desk.crisis.planned import Plan
from desk.store import crises, crisis_evidence
from desk.store.crises import State
from playbook.sections import Playbook
from tests.desk.crisis.book import (
    HOUR,
    LEAD,
    MINUTE,
    NOW,
    PLAN,
    alarmed,
    kinds,
    lulled,
    owed,
    quiet,
    rings,
)  # fmt: skip


async def ended(desk, crisis, at):
    done = await acts.stand_down(desk, LEAD, crisis.id, "over", saw=crisis.version, at=at)
    return done.crisis


async def test_an_alarm_opens_one_with_its_plan_and_tells_who_is_on_call(desk):
    crisis = await alarmed(desk)
    assert (crisis.number, crisis.state, crisis.unit, crisis.severity) == (1, State.OPEN, "webcare", None)
    assert crisis.since == NOW - 5 * MINUTE
    assert await kinds(desk, crisis) == ["opened"]
    assert await owed(desk, crisis) == [("alarm", "webcare")]
    due = {one.step: one.due_at for one in await crises.steps(desk, crisis.id)}
    assert due == {"verify": NOW + 20 * MINUTE, "inform": None, "thank": None}


async def test_the_same_alarm_again_changes_nothing(desk):
    first = await alarmed(desk)
    assert await alarmed(desk) == first
    assert await kinds(desk, first) == ["opened"]


async def test_another_monitor_joins_the_one_that_runs(desk):
    first = await alarmed(desk)
    crisis = await alarmed(desk, rings(at=NOW + 5 * MINUTE), rings("bus", at=NOW + 5 * MINUTE))
    assert (crisis.id, crisis.last_alarm_at) == (first.id, NOW + 5 * MINUTE)
    assert await kinds(desk, crisis) == ["opened", "joined"]
    assert [one.monitor for one in await crises.ringing(desk, crisis.id)] == ["trein", "bus"]


async def test_workers_that_see_the_same_alarm_at_once_open_one(opened):
    async def one():
        async with opened() as desk:
            while True:
                with suppress(Retry):
                    return (await alarmed(desk)).id

    async with opened():
        pass
    assert len(set(await asyncio.gather(*(one() for _ in range(4))))) == 1


async def test_quiet_for_long_enough_is_a_lull_and_then_the_lead_is_asked(desk):
    crisis = await alarmed(desk)
    assert (await quiet(desk, NOW + MINUTE)).state is State.OPEN
    assert (await quiet(desk, NOW + 6 * HOUR)).state is State.OPEN
    lull = await quiet(desk, NOW + 6 * HOUR + MINUTE)
    assert (lull.state, lull.lull_since) == (State.LULL, NOW + 6 * HOUR + MINUTE)
    assert await quiet(desk, NOW + 7 * HOUR) == lull
    late = NOW + 48 * HOUR + MINUTE
    assert (await quiet(desk, late)).asked_at == late
    await quiet(desk, NOW + 49 * HOUR)
    assert await kinds(desk, crisis) == ["opened", "lull", "asked"]
    assert (await owed(desk, crisis))[1:] == [("lull", "lead"), ("lull", "lead")]


async def test_it_is_no_lull_while_one_of_its_monitors_rings(desk):
    await alarmed(desk, rings(), rings("bus"))
    await quiet(desk, NOW + MINUTE, "bus")
    assert (await quiet(desk, NOW + 7 * HOUR, "bus")).state is State.OPEN


async def test_what_was_not_known_is_not_counted_as_quiet(desk):
    await alarmed(desk)
    away = NOW + 6 * HOUR + 25 * MINUTE
    assert (await quiet(desk, away)).state is State.OPEN
    assert (await quiet(desk, away + 6 * HOUR)).state is State.LULL


async def test_a_monitor_that_nobody_watches_any_more_rings_no_more(desk):
    await alarmed(desk, rings(), rings("bus"))
    await quiet(desk, NOW + MINUTE, "bus", watched=("bus",))
    assert (await quiet(desk, NOW + 7 * HOUR, "bus", watched=("bus",))).state is State.LULL


async def test_what_rings_after_a_lull_is_the_same_crisis(desk):
    first = await alarmed(desk)
    await lulled(desk, NOW)
    crisis = await alarmed(desk, at=NOW + 10 * HOUR)
    assert (crisis.id, crisis.state, crisis.lull_since) == (first.id, State.OPEN, None)
    assert await kinds(desk, crisis) == ["opened", "lull", "return"]
    assert (await owed(desk, crisis))[-1] == ("returned", "webcare")
    assert (await lulled(desk, NOW + 10 * HOUR)).state is State.LULL


async def test_an_alarm_of_before_the_lull_that_is_told_late_is_no_return(desk):
    crisis = await alarmed(desk)
    await lulled(desk, NOW)
    assert (await alarmed(desk, rings(), at=NOW + 7 * HOUR)).state is State.LULL
    assert await kinds(desk, crisis) == ["opened", "lull"]


@pytest.mark.parametrize(("after", "number"), [(5 * HOUR, 1), (7 * HOUR, 2)])
async def test_soon_after_its_end_it_comes_back_and_later_it_is_another(desk, after, number):
    first = await alarmed(desk)
    await ended(desk, first, NOW + HOUR)
    crisis = await alarmed(desk, at=NOW + HOUR + after)
    assert (crisis.number, crisis.state, crisis.ended_at) == (number, State.OPEN, None)
    assert await kinds(desk, first) == ["opened", "stood_down", *(["reopened"] if number == 1 else [])]


async def test_what_rings_on_over_the_end_does_not_open_it_again(desk):
    first = await alarmed(desk)
    await ended(desk, first, NOW + MINUTE)
    for minutes in (5, 30, 55, 80):
        assert await alarmed(desk, at=NOW + minutes * MINUTE) is None
    await quiet(desk, NOW + 90 * MINUTE)
    assert (await alarmed(desk, at=NOW + 100 * MINUTE)).id == first.id


async def test_what_rang_before_the_end_and_is_told_late_opens_nothing(desk):
    await ended(desk, await alarmed(desk), NOW + HOUR)
    assert await alarmed(desk, rings("bus", at=NOW + 30 * MINUTE), at=NOW + 2 * HOUR) is None


async def test_a_drill_has_a_crisis_of_its_own_beside_a_real_one(desk):
    real, drill = await alarmed(desk), await alarmed(desk, drill="d1")
    assert (real.drill, drill.drill, drill.number) == (None, "d1", 2)
    assert await crises.of_drill(desk, "d1") == [drill]
    assert [one.id for one in await crises.listed(desk, drills=False)] == [real.id]


async def test_without_a_plan_nothing_opens(desk):
    assert await ringing.alarmed(desk, [rings()], Plan(Playbook()), NOW) is None
    assert await crises.count(desk) == 0


async def test_evidence_is_promised_at_the_opening_and_frozen_once(desk):
    crisis = await alarmed(desk)
    [wanted] = await crisis_evidence.waiting(desk)
    assert (wanted.crisis, wanted.monitors, wanted.until) == (crisis.id, ("trein",), NOW)
    assert await crisis_evidence.frozen(desk, wanted, lambda: '{"a":1}', at=NOW)
    assert not await crisis_evidence.frozen(desk, wanted, lambda: '{"a":2}', at=NOW)
    [kept] = await crises.evidence(desk, crisis.id)
    assert (kept.number, kept.document) == (1, '{"a":1}')
    assert await crisis_evidence.waiting(desk) == []


async def test_a_plan_that_names_nothing_uses_the_one_that_ships(desk):
    plan = Plan(Playbook.model_validate({"crisis": {}}))
    crisis = await ringing.alarmed(desk, [rings()], plan, NOW)
    assert [one.step for one in await crises.steps(desk, crisis.id)][:2] == ["verify", "severity"]
    assert PLAN.version != plan.version
