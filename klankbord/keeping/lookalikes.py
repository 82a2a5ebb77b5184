"""Looks now and then for accounts that resemble the organisation's own, beside the other keeping parts."""

import asyncio

from core.time import now
from desk.foundation.looking import look
from klankbord.keeping.persisting import persist
from klankbord.lending import Report
from klankbord.stores import Stores

EVERY = 3600.0


async def keep_lookalikes(stores: Stores, stop: asyncio.Event, report: Report) -> None:
    """Until `stop` is set (klankbord.keeping.persisting)."""

    async def looked() -> None:
        new = await look(stores.desk, stores.archive, now(), erased=stores.erased)
        if new:
            report(f"{new} accounts look like an own one: klankbord people accounts lookalikes")

    broken = "accounts that look like an own one are looked for later"
    await persist(looked, stop, report, name="lookalikes", broken=broken, every=EVERY)
