"""An alarm is told to the desk and then to people, in a process that may be killed on the way: by itself, where it is told.

python -m tests.klankbord.crisis_until CONFIG [event | opened | gathered | sent]
"""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.ports import Measured
from desk.crisis import ringing
from desk.crisis.evidence import Figures
from desk.crisis.planned import Plan
from desk.notices import sending
from klankbord import configuration
from klankbord.keeping.notices import Notices
from klankbord.stores import open_stores
from playbook.playbook import load

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


async def kills(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)


async def alarm(config, where):
    if where == "event":
        ringing.tell_on_call = kills  # the event is written, what is owed is not, and nothing is durable
    if where == "gathered":
        sending.lend = kills
    if where == "sent":
        sending.settle = kills  # it was taken, and nobody wrote that down
    read = configuration.read(config)
    async with open_stores(read, print) as stores:
        told = Figures(
            monitor="klank", at=AT, since=AT - timedelta(minutes=5), window=15, seen=90, expected=6.0, odds=1e6
        )
        await ringing.alarmed(stores.desk, [told], Plan(load(read.playbook)), AT)
        if where == "opened":
            await kills()
        await Notices(read, stores, Measured(), print, clock=lambda: clock(where)).once()


def clock(where):
    """A worker that goes on where another was killed comes when that one's lease is over."""
    return AT + timedelta(minutes=0 if where else 2)


if __name__ == "__main__":
    asyncio.run(alarm(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""))
