"""`klankbord run`: the listener here, understander and keeper as child processes, one data folder locked for all.

`klankbord run PART` does one part of it here: then the log is Kafka, which the parts share, on one machine or many.

Shutdown, in this order: the sources close, the understander finishes what is in flight, the keeper finishes what it is
writing and ends, the lock is released. What is in the log by then is understood and written at the next start.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from importlib import import_module
from pathlib import Path
from time import monotonic

from core.errors import Stop
from klankbord.configuration import Configuration
from klankbord.failing import telling
from klankbord.folder import Folder
from klankbord.health.beating import beating
from klankbord.health.metrics import exposed
from klankbord.health.watched import Watched
from klankbord.lending import Report, collect_less
from klankbord.listener import listen

RESTARTS = 5
LONG = 60.0
STOP_WITHIN = 60.0


PARTS = {
    "ingest": ("listener", "listen"),
    "stream": ("understander", "work"),
    "sinks": ("keeper", "work_sinks"),
    "page": ("keeper", "work_page"),
}
"""What can run on its own: its module below klankbord and the function in it."""
ONCE = ("ingest", "sinks", "page")
"""Parts of which a data folder has one at a time; stream workers share the partitions, and their lock."""


async def run(path: Path, configuration: Configuration, stop: asyncio.Event, report: Report) -> None:
    """Run everything until `stop` is set or a signal comes. Raises Stop where one of the parts cannot go on."""
    collect_less()
    workers = range(1, configuration.stream.workers + 1)
    async with AsyncExitStack() as stack:
        locks = [stack.enter_context(Folder(configuration.data).locked(part)) for part in ("", *ONCE)]
        _heed_signals(stop)
        watched = Watched(part="ingest")
        await stack.enter_async_context(_shown(watched, configuration))
        await stack.enter_async_context(child("keeper", path, locks, stop, report))
        for number in workers:
            name = "understander" if len(workers) == 1 else f"understander {number}"
            await stack.enter_async_context(child("understander", path, locks, stop, report, name=name))
        await listen(configuration, stop, report, watched)


async def run_part(part: str, configuration: Configuration, stop: asyncio.Event, report: Report) -> None:
    """Run one of PARTS until `stop` is set or a signal comes. Raises Stop where it cannot go on."""
    if configuration.log.use == "sqlite":
        raise Stop(
            "a log in files serves one program: leave the part out, or give the parts a log they share (log.use: kafka)"
        )
    collect_less()
    Folder(configuration.data).make()
    module, function = PARTS[part]
    async with AsyncExitStack() as stack:
        stack.enter_context(Folder(configuration.data).locked(part, shared=part not in ONCE))
        _heed_signals(stop)
        try:
            telling_too = await stack.enter_async_context(beating(part, report))
            watched = Watched(part=part)
            await stack.enter_async_context(_shown(watched, configuration))
            await getattr(import_module(f"klankbord.{module}"), function)(configuration, stop, telling_too, watched)
        except BaseExceptionGroup as failures:
            failure = telling(failures)
            raise failure from failure.__cause__


def _shown(watched: Watched, configuration: Configuration) -> AbstractAsyncContextManager[int]:
    return exposed(watched, configuration.metrics, Folder(configuration.data), port=configuration.metrics.port)


def _heed_signals(stop: asyncio.Event) -> None:
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)


@asynccontextmanager
async def child(
    part: str, path: Path, locks: Sequence[int], stop: asyncio.Event, report: Report, *, name: str = ""
) -> AsyncIterator[None]:
    """That part runs as long as this is open; it is started again when it is killed, a few times."""
    leaving = asyncio.Event()
    watching = asyncio.create_task(_watch(part, path, locks, leaving=leaving, report=report, name=name or part))
    watching.add_done_callback(lambda _: stop.set())  # also where it cannot be started: the others do not go on alone
    try:
        yield
    finally:
        leaving.set()
        await watching


async def _watch(
    part: str, path: Path, locks: Sequence[int], *, leaving: asyncio.Event, report: Report, name: str
) -> None:
    """Until `leaving` is set. Raises Stop where the part cannot go on."""
    restarts = 0
    while restarts <= RESTARTS:
        started = monotonic()
        process = await _start(part, path, locks)
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
        report(f"the {name} was killed ({ended.result()}) and starts again")
    raise Stop(f"the {name} cannot go on: see above; nothing is lost, it is in the log")


async def _start(part: str, path: Path, locks: Sequence[int]) -> asyncio.subprocess.Process:
    command = (sys.executable, "-m", "klankbord.child", part, str(path))
    return await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, pass_fds=locks, start_new_session=True, env=dict(os.environ)
    )


async def _end(process: asyncio.subprocess.Process) -> None:
    """Closing its standard input asks a child to end; it is killed where it does not."""
    if process.stdin:
        process.stdin.close()
    with suppress(TimeoutError):
        async with asyncio.timeout(STOP_WITHIN):
            await process.wait()
    if process.returncode is None:
        process.kill()
        await process.wait()
