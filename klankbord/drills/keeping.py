"""Looks after drills beside the other keeping parts, whether their player lives or not."""

import asyncio

from core.time import now
from klankbord.drills.ending import tidy
from klankbord.keeping.persisting import persist
from klankbord.lending import Report
from klankbord.stores import Stores

EVERY = 10.0


async def keep_drills(stores: Stores, stop: asyncio.Event, report: Report) -> None:
    """Until `stop` is set (klankbord.keeping.persisting)."""

    async def kept() -> None:
        await tidy(stores, now())

    await persist(kept, stop, report, name="drills", broken="drills are not looked after for now", every=EVERY)
