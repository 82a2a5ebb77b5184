"""Looks now and then for accounts that resemble the organisation's own, beside the other keeping parts."""

import asyncio

from core.errors import Retry
from core.tasks import happens
from core.time import now
from desk.foundation.looking import look
from klankbord.lending import Report
from klankbord.stores import Stores

EVERY = 3600.0


async def keep_lookalikes(stores: Stores, stop: asyncio.Event, report: Report) -> None:
    """Until `stop` is set; what is away is waited for."""
    while not stop.is_set():
        try:
            new = await look(stores.desk, stores.archive, now(), erased=stores.erased)
            if new:
                report(f"{new} accounts look like an own one: klankbord people accounts lookalikes")
        except Retry as error:
            report(f"accounts that look like an own one are looked for later: {error}")
        await happens(stop, within=EVERY)
