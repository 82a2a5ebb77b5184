"""A coroutine that is cut off at a chosen await, as a process that dies there."""

import asyncio
from collections.abc import Coroutine


class _Killed:
    def __init__(self, work: Coroutine, after: int) -> None:
        self.work, self.left = work, after

    def __await__(self):
        go, given = self.work.send, None
        try:
            while True:
                waits = go(given)
                if self.left == 0:
                    if waits is not None:
                        waits.cancel()
                    waits = self.work.throw(asyncio.CancelledError())
                self.left -= 1
                try:
                    yield waits
                    go, given = self.work.send, None
                except BaseException as error:  # noqa: BLE001 - what it waited for failed: that is for the work to see
                    go, given = self.work.throw, error
        except StopIteration as ended:
            return ended.value


async def killed(work: Coroutine, *, after: int):
    """What the work gives; None where it was cut off at its await of that number, the first being 0."""
    try:
        return await _Killed(work, after)
    except asyncio.CancelledError:
        return None
