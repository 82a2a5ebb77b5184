"""Looks of the worker that sends answers, each in a process of its own that is killed (SIGKILL) at its await of a chosen number.

python -m tests.klankbord.answers_until CONFIG: reads lines "MOMENT DIES", and says how many awaits each look had and its exit code.
"""

import asyncio
import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from core.ports import Measured
from core.time import now
from klankbord import configuration
from klankbord.keeping.answering import Answers, by_source, open_publishers
from klankbord.keeping.crisis_clocks import Clocks
from klankbord.options import hush
from klankbord.stores import open_stores

NEVER = -1


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


async def look(config, moment, dies):
    """Statements of a crisis are laid ready and answers sent at that moment: the clock stands still, however long it takes."""
    read = configuration.read(Path(config))
    loop, measured = asyncio.get_running_loop(), Measured()
    Counting.passed = 0
    async with open_stores(read, hush) as stores, open_publishers(read, stores, hush, measured) as publishers:
        clocks = Clocks(read, stores, publishers=by_source(publishers), clock=lambda: moment)
        sender = Answers(read, stores, publishers, measured, clock=lambda: moment).sender
        loop.set_task_factory(lambda loop, work, **more: asyncio.Task(counted(work, dies), loop=loop, **more))
        await asyncio.create_task(clocks.once())
        await asyncio.create_task(sender.once())
        loop.set_task_factory(None)
    return Counting.passed


def forked(config, moment, dies):
    """(how many awaits there were, exit status) of a process that looked; nothing is started anew for it but itself."""
    told, tells = os.pipe()
    process = os.fork()
    if process == 0:
        passed = asyncio.run(look(config, moment, dies))
        os.write(tells, str(passed).encode())
        os._exit(0)
    os.close(tells)
    _, status = os.waitpid(process, 0)
    with os.fdopen(told) as pipe:
        return int(pipe.read() or 0), os.waitstatus_to_exitcode(status)


def tell(*numbers):
    sys.stdout.write(" ".join(map(str, numbers)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    tell(asyncio.run(look(sys.argv[1], now(), NEVER)))  # what it imports every process has
    for line in sys.stdin:
        told, dies = line.split()
        tell(*forked(sys.argv[1], datetime.fromisoformat(told), int(dies)))
