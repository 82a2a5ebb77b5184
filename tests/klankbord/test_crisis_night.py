"""A crisis in the night in which the clock changes, from its alarm through its clocks: hours are as long as ever."""

from datetime import datetime

import pytest

from desk.crisis import acts
from desk.crisis.evidence import read
from desk.entry.who import Who
from desk.store import crises
from desk.store.crises import Happened
from klankbord.keeping.crisis_clocks import Clocks
from tests.klankbord.test_crises_watch import BUCKET, HOUR, MINUTE, MONITORS, ZONE, opened, ordinary

PLAN = """crisis:
  lull: 1h
  over: 2h
  steps:
    verify: {says: Verify, within: 20m}
    inform: {says: Inform, within: 1h}
"""
EACH = 100
"""Messages in each five minutes of it."""
OUTCRY, NIGHT = 2 * HOUR, 4 * HOUR
HAPPENED = [
    (Happened.OPENED, "merk", 5),
    (Happened.ESCALATED, "lead", 15),
    (Happened.STEP_SOON, "verify", 20),
    (Happened.STEP_OVERDUE, "verify", 25),
    (Happened.STEP_SOON, "inform", 50),
    (Happened.STEP_OVERDUE, "inform", 65),
    (Happened.LULL, "", 155),
    (Happened.ASKED, "", 215),
]
"""What happens by itself, so many minutes after its beginning: somebody looks each five of them."""


async def through(house, began):
    """The night: an outcry for two hours over the change of the clock, then what is ordinary."""
    clocks = Clocks(house.read, house.stores, clock=lambda: house.moment)
    while house.moment < began + NIGHT:
        if house.moment < began + OUTCRY:
            await house.hear(EACH, at=house.moment)
        await house.level(BUCKET)
        await clocks.once()


@pytest.mark.parametrize("night", ["2026-03-29", "2026-10-25"])
async def test_one_crisis_with_its_clocks_right_and_no_hour_twice(tmp_path, night):
    change = datetime.fromisoformat(f"{night}T01:00Z")
    began = change - HOUR / 2
    assert (began + HOUR).astimezone(ZONE).utcoffset() != began.astimezone(ZONE).utcoffset()
    async with opened(tmp_path) as house:
        (tmp_path / "playbook.yaml").write_text(MONITORS.replace("crisis: {}\n", PLAN))
        usual = ordinary(began + NIGHT)
        await house.arrives(usual)
        house.moment, desk = began, house.stores.desk
        await through(house, began)
        (crisis,) = await crises.listed(desk)
        happened = await crises.events(desk, crisis.id)
        assert [(one.kind, one.detail, (one.at - began) / MINUTE) for one in happened] == HAPPENED
        due = {one.step: one.due_at - crisis.opened_at for one in await crises.steps(desk, crisis.id)}
        assert (crisis.since, due) == (began, {"verify": HOUR / 3, "inform": HOUR})
        await acts.stand_down(desk, Who(), crisis.id, "it is over", saw=crisis.version, at=house.moment)
        await house.level(BUCKET)
        *_, at_the_end = [read(one.document) for one in await crises.evidence(desk, crisis.id)]
    heard = EACH * (OUTCRY // BUCKET) + sum(one.arrived_at >= began for one in usual)
    assert (at_the_end.total, sum(at_the_end.counts)) == (heard, heard)
    assert len(at_the_end.counts) == NIGHT // BUCKET + 1
