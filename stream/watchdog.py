"""Ends a process in which records wait and nothing gets on: whoever started it starts another."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

End = Callable[[str], None]


def end_process(sentence: str) -> None:
    """Kill this process, saying why: nothing that is stuck is asked to help, and who is killed is started again."""
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()
    os.kill(os.getpid(), signal.SIGKILL)


class Watchdog:
    """Looks from a thread of its own, so that neither a step nor an event loop that hangs can keep it from looking.

    `beat` runs in the event loop for as long. `moving` is asked from the thread whether all is well: nothing waits, or
    something got on since it was last asked, or what is waited for was said to a person. `clock` gives seconds.
    """

    def __init__(
        self,
        name: str,
        *,
        stuck: float,
        moving: Callable[[], bool],
        end: End = end_process,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._name = name
        self._stuck = stuck
        self._moving = moving
        self._end = end
        self._clock = clock
        self._alive_at = clock()
        self._over = threading.Event()

    async def beat(self, every: float) -> None:
        """Show that the event loop lives, for ever."""
        while True:
            self._alive_at = self._clock()
            await asyncio.sleep(every)

    @contextmanager
    def watching(self) -> Iterator[None]:
        thread = threading.Thread(target=self._watch, name=f"{self._name} watchdog", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _watch(self) -> None:
        good_at = self._clock()
        while not self._over.wait(min(1.0, self._stuck / 10)):
            now = self._clock()
            if self._moving() and now - self._alive_at < self._stuck:
                good_at = now
            elif now - good_at > self._stuck:
                self._end(
                    f"{self._name} is stuck: records wait, and for {self._stuck:.0f} s nothing got on; it ends itself"
                )
                return
