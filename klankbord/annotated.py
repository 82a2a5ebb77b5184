"""Brings what people note beside the charts to where dashboards find it: at once, and again where that failed."""

import asyncio

from core.ports import Annotated
from desk.store import annotations
from klankbord.lending import Report
from klankbord.persisting import persist
from klankbord.stores import Stores

EVERY = 60.0


async def annotate(stores: Stores) -> None:
    """Let exactly the notes of the desk stand in the archive. Nothing to do where no dashboard asks it by itself.

    Raises Retry where one of the two is away.
    """
    if isinstance(stores.archive, Annotated):
        await stores.archive.annotate(await annotations.every(stores.desk))


async def keep_annotated(stores: Stores, stop: asyncio.Event, report: Report) -> None:
    """Until `stop` is set: whoever else wrote a note, and whatever failed before."""

    async def again() -> None:
        await annotate(stores)

    broken = "those beside the charts do not reach the dashboards"
    await persist(again, stop, report, name="notes", broken=broken, every=EVERY)
