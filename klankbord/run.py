"""`klankbord run`: the listener here, the keeper as a child process, one data folder locked for both.

Shutdown, in this order: the sources close, the stream finishes what is in flight, the keeper finishes what it is writing
and ends, the lock is released. What is in the log by then is written at the next start.
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
from klankbord.lending import Report
from klankbord.listener import listen

RESTARTS = 5
LONG = 60.0
STOP_WITHIN = 60.0


async def run(path: Path, configuration: Configuration, stop: asyncio.Event, report: Report) -> None:
    """Run both halves until `stop` is set or a signal comes. Raises Stop where one of them cannot go on."""
    with Folder(configuration.data).locked() as lock:
        for name in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
        async with keeper(path, lock, stop, report):
            await listen(configuration, stop, report)


@asynccontextmanager
async def keeper(path: Path, lock: int, stop: asyncio.Event, report: Report) -> AsyncIterator[None]:
    """The keeper runs as long as this is open; it is started again when it is killed, a few times."""
    listened = asyncio.Event()
    watching = asyncio.create_task(_watch(path, lock, listened, stop, report))
    try:
        yield
    finally:
        listened.set()
        await watching


async def _watch(path: Path, lock: int, listened: asyncio.Event, stop: asyncio.Event, report: Report) -> None:
    """Until `listened` is set; sets `stop` and raises Stop where the keeper cannot go on."""
    restarts = 0
    while restarts <= RESTARTS:
        started = monotonic()
        child = await _start(path, lock)
        ended = asyncio.create_task(child.wait())
        stopping = asyncio.create_task(listened.wait())
        await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if stopping.done():
            await _end(child)
            return
        stopping.cancel()
        if ended.result() > 0:  # it ended by itself with a sentence of its own
            break
        restarts = 1 if monotonic() - started > LONG else restarts + 1
        report(f"the keeper was killed ({ended.result()}) and starts again")
    stop.set()
    raise Stop("the keeper (archive and page) cannot go on: see above; nothing is lost, it is in the log")


async def _start(path: Path, lock: int) -> asyncio.subprocess.Process:
    command = (sys.executable, "-m", "klankbord.keeper", str(path))
    return await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, pass_fds=[lock], start_new_session=True, env=dict(os.environ)
    )


async def _end(child: asyncio.subprocess.Process) -> None:
    """Closing its standard input asks the keeper to end; it is killed where it does not."""
    if child.stdin:
        child.stdin.close()
    with suppress(TimeoutError):
        await asyncio.wait_for(child.wait(), STOP_WITHIN)
    if child.returncode is None:
        child.kill()
        await child.wait()
