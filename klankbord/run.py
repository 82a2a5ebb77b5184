"""`klankbord run`: the listener here, the understander and the keeper as child processes, one data folder locked for all.

Shutdown, in this order: the sources close, the understander finishes what is in flight, the keeper finishes what it is
writing and ends, the lock is released. What is in the log by then is understood and written at the next start.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from time import monotonic

from core.errors import Stop
from klankbord.configuration import Configuration
from klankbord.folder import Folder
from klankbord.lending import Report, collect_less
from klankbord.listener import listen

RESTARTS = 5
LONG = 60.0
STOP_WITHIN = 60.0


async def run(path: Path, configuration: Configuration, stop: asyncio.Event, report: Report) -> None:
    """Run all three parts until `stop` is set or a signal comes. Raises Stop where one of them cannot go on."""
    collect_less()
    with Folder(configuration.data).locked() as lock:
        for name in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
        async with (
            child("keeper", path, lock, stop, report),
            child("understander", path, lock, stop, report),
        ):
            await listen(configuration, stop, report)


@asynccontextmanager
async def child(part: str, path: Path, lock: int, stop: asyncio.Event, report: Report) -> AsyncIterator[None]:
    """That part runs as long as this is open; it is started again when it is killed, a few times."""
    leaving = asyncio.Event()
    watching = asyncio.create_task(_watch(part, path, lock, leaving=leaving, report=report))
    watching.add_done_callback(lambda _: stop.set())  # also where it cannot be started: the others do not go on alone
    try:
        yield
    finally:
        leaving.set()
        await watching


async def _watch(part: str, path: Path, lock: int, *, leaving: asyncio.Event, report: Report) -> None:
    """Until `leaving` is set. Raises Stop where the part cannot go on."""
    restarts = 0
    while restarts <= RESTARTS:
        started = monotonic()
        process = await _start(part, path, lock)
        ended = asyncio.create_task(process.wait())
        stopping = asyncio.create_task(leaving.wait())
        await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if stopping.done():
            await _end(process)
            return
        stopping.cancel()
        if ended.result() > 0:  # it ended by itself with a sentence of its own
            break
        restarts = 1 if monotonic() - started > LONG else restarts + 1
        report(f"the {part} was killed ({ended.result()}) and starts again")
    raise Stop(f"the {part} cannot go on: see above; nothing is lost, it is in the log")


async def _start(part: str, path: Path, lock: int) -> asyncio.subprocess.Process:
    command = (sys.executable, "-m", "klankbord.child", part, str(path))
    return await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, pass_fds=[lock], start_new_session=True, env=dict(os.environ)
    )


async def _end(process: asyncio.subprocess.Process) -> None:
    """Closing its standard input asks a child to end; it is killed where it does not."""
    if process.stdin:
        process.stdin.close()
    with suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), STOP_WITHIN)
    if process.returncode is None:
        process.kill()
        await process.wait()
