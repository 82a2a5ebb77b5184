"""Brings what people note beside the charts to where dashboards find it: at once, and again where that failed."""

import asyncio

from core.errors import KlankbordError
from core.ports import Annotated
from core.tasks import happens
from desk.store import annotations
from klankbord.lending import Report
from klankbord.stores import Stores

EVERY = 60.0


async def annotate(stores: Stores) -> None:
    """Let exactly the notes of the desk stand in the archive. Nothing to do where no dashboard asks it by itself.

    Raises Retry where one of the two is away.
    """
    if isinstance(stores.archive, Annotated):
        await stores.archive.annotate(await annotations.every(stores.desk))


async def keep_annotated(stores: Stores, stop: asyncio.Event, report: Report) -> None:
    """Until `stop` is set: whoever else wrote a note, and whatever failed before. What is in the way is said once."""
    said = ""
    while not stop.is_set():
        try:
            await annotate(stores)
            said = ""
        except KlankbordError as error:
            if said != str(error):
                report(f"notes beside the charts do not reach the dashboards for now: {error}")
            said = str(error)
        await happens(stop, within=EVERY)
