"""Tasks that run beside one another: ending them, and waiting for an event for a while."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from typing import Any


async def end(tasks: Collection[asyncio.Task[Any]]) -> None:  # Any: whatever they give is not asked for
    """Cancel these and wait until all have ended, however each does: what one raises is for who awaits it."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def happens(event: asyncio.Event, *, within: float) -> bool:
    """Whether the event is set, now or within so many seconds; waits no longer than that.

    By asyncio.timeout, for before Python 3.12 asyncio.wait_for goes on as if nothing were the matter where it is cancelled just
    as what it waits for comes (https://github.com/python/cpython/issues/86296).
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(within):
            await event.wait()
    return event.is_set()
