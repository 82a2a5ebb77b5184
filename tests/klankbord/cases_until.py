"""Delivers to the archive and to the cases until all is done, in a process that may be killed on the way: by itself, where it is told.

python -m tests.klankbord.cases_until CONFIG [case | written]
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from core.ports import Measured
from core.tasks import happens
from core.topics import ENRICHED, JUDGEMENTS, replay
from desk.cases import keeping
from klankbord import configuration, keeper
from klankbord.configuration import CASES
from klankbord.keeping.cases import Cases
from klankbord.stores import open_stores


async def kills(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)


class Killed(Cases):
    """Ends the process once all is written, before that is committed to the log."""

    async def write(self, batch):
        await super().write(batch)
        await kills()


async def done(log, topics):
    rows = [row for row in await log.state() if row.group == CASES and row.topic in topics]
    return len(rows) == len(topics) and not any(row.lag for row in rows)


async def deliver(config, where):
    if where == "case":
        keeping.tell = kills  # the case is written, what is owed is not, and nothing is durable
    read, stop = configuration.read(config), asyncio.Event()
    async with open_stores(read, print) as stores:
        cases = (Killed if where == "written" else Cases)(read, stores)
        how = {"measured": Measured(), "stop": stop, "report": print}
        async with asyncio.TaskGroup() as group:
            group.create_task(keeper._deliver(stores, stores.archive, keeper.ARCHIVED, **how))
            topics = (ENRICHED, JUDGEMENTS)
            group.create_task(keeper._deliver(stores, cases, topics, after=stores.archive.name, **how))
            while not await done(stores.log, (*topics, replay(CASES))):
                await happens(stop, within=0.05)
            stop.set()


if __name__ == "__main__":
    asyncio.run(deliver(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""))
