"""The watch for crises on real engines: an archive that is killed at the peak of one."""

import asyncio
from uuid import uuid4

import pytest

from core.errors import Retry
from core.ports import Held
from desk.crisis.evidence import read
from desk.store import crises
from desk.store.crises import Happened
from klankbord.keeping.crisis_clocks import Clocks
from tests.klankbord.test_crises_watch import BUCKET, MANY, MINUTE, NOW, opened, ordinary, said

AWAY = 10
"""Minutes."""


@pytest.fixture
async def house(tmp_path, elasticsearch_node, postgresql_server):
    archive = {"url": elasticsearch_node.url, "prefix": f"peak-{uuid4().hex[:8]}", "at_once": True}
    desk = {
        "url": postgresql_server.create(),
        "password": postgresql_server.password,
        "ca": str(postgresql_server.ca),
    }
    async with opened(tmp_path, sinks=[{"use": "elasticsearch", "settings": archive}], desk=desk) as house:
        await house.arrives(ordinary(NOW))
        yield house


async def outage(house, node):
    """For ten minutes it answers nobody, and the clocks go on."""
    node.kill()
    clocks = Clocks(house.read, house.stores, clock=lambda: house.moment)
    for _ in range(AWAY):
        with pytest.raises(Retry):
            await house.level(MINUTE)
        await clocks.once()
    await asyncio.to_thread(node.start)


async def came_meanwhile(house):
    """The peak goes on while the archive is away; all of it comes once it is back."""
    spoken = [said(f"late-{place}", house.moment - place % AWAY * MINUTE) for place in range(MANY)]
    await house.arrives([Held(enriched=one, arrived_at=house.moment) for one in spoken])


async def found(house):
    (crisis,) = await crises.listed(house.stores.desk)
    return crisis, [one.kind for one in await crises.events(house.stores.desk, crisis.id)]


@pytest.mark.parametrize("seen", [True, False])
async def test_an_archive_that_is_killed_at_the_peak_is_caught_up_with_and_there_is_one_crisis(
    house, elasticsearch_node, seen
):
    await house.level(MINUTE)
    await house.hear(MANY, at=NOW + MINUTE)
    if seen:
        assert await house.level(MINUTE) == "alarm"
    await outage(house, elasticsearch_node)
    assert len(await crises.listed(house.stores.desk)) == seen
    await came_meanwhile(house)
    assert await house.level(MINUTE) == "alarm"
    await house.another().look()
    assert await house.level(BUCKET) == "alarm"
    crisis, happened = await found(house)
    assert (crisis.since, crisis.state) == (NOW, "open")
    assert {Happened.RETURN, Happened.LULL, Happened.REOPENED}.isdisjoint(happened)
    assert crisis.last_alarm_at > NOW + AWAY * MINUTE
    (frozen,) = await crises.evidence(house.stores.desk, crisis.id)
    assert MANY in read(frozen.document).counts
