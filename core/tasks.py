"""Tasks that run beside: ending them, and waiting for an event no longer than so long."""

import asyncio
from collections.abc import Collection
from typing import Any


async def end(tasks: Collection[asyncio.Task[Any]]) -> None:  # Any: whatever they give is not asked for
    """Cancel these and wait until all have ended, however each does: what one raises is for who awaits it."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
