"""A crisis that is back, after a lull or its end, by itself or by a person: asked, clocked and frozen like one that was just opened."""

import pytest

from desk.crisis import acts, ringing
from desk.store import crises, crisis_evidence
from desk.store.crises import State
from tests.desk.cases.book import hear
from tests.desk.crisis.book import (
    ANNA,
    HOUR,
    LEAD,
    MINUTE,
    NOW,
    PLAN,
    alarmed,
    complaint,
    fired,
    kinds,
    lulled,
    owed,
    quiet,
    rings,
)  # fmt: skip

LATER = NOW + 2 * HOUR


async def ended(desk):
    crisis = await alarmed(desk)
    await acts.acknowledge(desk, ANNA, crisis.id, at=NOW)
    done = await acts.stand_down(desk, LEAD, crisis.id, "over", saw=2, at=NOW + MINUTE)
    await quiet(desk, NOW + HOUR)
    return done.crisis


async def by_person(desk, crisis):
    return (await acts.reopen(desk, LEAD, crisis.id, "not over", plan=PLAN, saw=crisis.version, at=LATER)).crisis


async def by_itself(desk, _):
    return await alarmed(desk, at=LATER)


@pytest.mark.parametrize("back", [by_person, by_itself])
async def test_after_its_end_all_goes_on_that_goes_by_itself(desk, back):
    done = await ended(desk)
    await hear(desk, complaint(1, at=NOW + HOUR))
    await back(desk, done)
    assert list((await crises.counted(desk, done.id)).values()) == [1]
    promised = [one.until for one in await crisis_evidence.waiting(desk)]
    assert LATER in promised
    await fired(desk, LATER)
    await fired(desk, LATER + 10 * MINUTE)
    told = await kinds(desk, done)
    assert "step_overdue" in told
    assert told[-1] == "escalated"


async def test_whoever_is_on_call_acknowledges_a_return_anew(desk):
    crisis = await alarmed(desk)
    await acts.acknowledge(desk, ANNA, crisis.id, at=NOW)
    await lulled(desk, NOW)
    back = await alarmed(desk, at=NOW + 7 * HOUR)
    assert (back.acknowledged_at, back.acknowledged_by) == (None, None)
    await fired(desk, NOW + 7 * HOUR + 10 * MINUTE)
    assert ("crisis_escalated", "lead") in await owed(desk, crisis)
    seen = (await acts.acknowledge(desk, ANNA, crisis.id, at=NOW + 8 * HOUR)).crisis
    assert seen.acknowledged_by == "anna"


async def test_a_monitor_that_rings_anew_with_it_joins(desk):
    done = await ended(desk)
    await alarmed(desk, rings("bus", at=LATER))
    assert (await kinds(desk, done))[-2:] == ["joined", "reopened"]


async def test_one_that_a_person_opened_again_is_quiet_from_then_on(desk):
    crisis = await alarmed(desk)
    done = (await acts.stand_down(desk, LEAD, crisis.id, "over", saw=1, at=NOW + MINUTE)).crisis
    late = NOW + 20 * HOUR
    await acts.reopen(desk, LEAD, crisis.id, "not over", plan=PLAN, saw=done.version, at=late)
    assert (await quiet(desk, late + MINUTE)).state is State.OPEN
    assert (await quiet(desk, late + 6 * HOUR + MINUTE)).state is State.LULL


async def test_while_nothing_is_known_of_one_of_its_monitors_it_comes_to_no_lull(desk):
    await alarmed(desk)
    await quiet(desk, NOW + HOUR)
    away = await ringing.quiet(desk, ["bus"], PLAN, NOW + 7 * HOUR, watched=["trein", "bus"], unknown=["trein"])
    assert away.state is State.OPEN
    assert (await quiet(desk, NOW + 8 * HOUR)).state is State.OPEN
    assert (await quiet(desk, NOW + 13 * HOUR)).state is State.LULL
