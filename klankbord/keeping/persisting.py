"""Work that is done over and over beside the rest, and that no mistake of its own ends."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from core.errors import Retry
from core.tasks import happens
from klankbord.lending import Report

LOG = logging.getLogger(__name__)


async def persist(
    work: Callable[[], Awaitable[None]],
    stop: asyncio.Event,
    report: Report,
    *,
    name: str,
    broken: str,
    every: float,
) -> None:
    """Do the work every so many seconds until `stop` is set. What is away is waited for; what goes wrong is said once.

    name    whose work it is
    broken  what it means that it failed
    """
    said = ""
    while not stop.is_set():
        try:
            await work()
            wrong = ""
        except Retry as error:
            wrong = f"{name}: waits and tries again: {error}"
        except Exception as error:
            LOG.exception("%s: %s", name, broken)
            wrong = f"{name}: {broken}: {type(error).__name__}"
        if wrong and wrong != said:
            report(wrong)
        said = wrong
        await happens(stop, within=every)


def now_and_then(
    seldom: Callable[[], Awaitable[object]], often: Callable[[], Awaitable[object]], *, every: float
) -> Callable[[], Awaitable[None]]:
    """Work that begins with `seldom` at first and once so many seconds are over, and ends with `often` each time."""
    again_at, time = 0.0, asyncio.get_running_loop().time

    async def work() -> None:
        nonlocal again_at
        if time() >= again_at:
            await seldom()
            again_at = time() + every
        await often()

    return work
