"""Keeps how the cases went in which best practices were used, beside the other keeping parts."""

import asyncio

from core.time import now
from desk.practices.settling import settle
from klankbord.keeping.persisting import persist
from klankbord.lending import Report
from klankbord.stores import Stores

EVERY = 600.0


async def keep_practices(stores: Stores, stop: asyncio.Event, report: Report) -> None:
    """Until `stop` is set (klankbord.keeping.persisting)."""

    async def settled() -> None:
        await settle(stores.desk, stores.archive, now())

    broken = "how cases with best practices went is kept later"
    await persist(settled, stop, report, name="practices", broken=broken, every=EVERY)
