"""One look of the worker that sends answers, in a process of its own that is killed (SIGKILL) at its await of a chosen number."""

import asyncio
import os
import signal
from datetime import timedelta
from pathlib import Path

from core.ports import Measured
from core.time import now
from klankbord import configuration
from klankbord.answering import Answers, open_publishers
from klankbord.stores import open_stores


class Counting:
    """A coroutine whose awaits are counted with those of all others; the process dies at the one of that number."""

    passed = 0

    def __init__(self, work, dies):
        self.work, self.dies = work, dies

    def __await__(self):
        go, given = self.work.send, None
        try:
            while True:
                waits = go(given)
                if Counting.passed == self.dies:
                    os.kill(os.getpid(), signal.SIGKILL)
                Counting.passed += 1
                try:
                    yield waits
                    go, given = self.work.send, None
                except BaseException as error:  # noqa: BLE001 - what it waited for failed: that is for the work to see
                    go, given = self.work.throw, error
        except StopIteration as ended:
            return ended.value


async def counted(work, dies):
    return await Counting(work, dies)


async def look(config, ahead, dies):
    """`ahead` seconds from now, so that what another process left is over."""
    read = configuration.read(Path(config))
    loop, measured = asyncio.get_running_loop(), Measured()
    async with open_stores(read, print) as stores, open_publishers(read, stores, print, measured) as publishers:
        sender = Answers(read, stores, publishers, measured, clock=lambda: now() + timedelta(seconds=ahead)).sender
        loop.set_task_factory(lambda loop, work, **more: asyncio.Task(counted(work, dies), loop=loop, **more))
        await asyncio.create_task(sender.once())
        loop.set_task_factory(None)
    return Counting.passed


def work(config, ahead, dies, told):
    """How many awaits there were goes into `told`, where it lived."""
    told.value = asyncio.run(look(config, ahead, dies))
