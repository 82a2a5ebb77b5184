"""Simulations under way: one at a time, the last of each person kept for as long as the page is served."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping

from core.errors import KlankbordError, Reject
from desk.triage.simulating import Simulated

MOST_KEPT = 20
LOG = logging.getLogger(__name__)

Progress = Callable[[int], None]


class Run:
    """One of them: `done` of `total` mentions, then what came of it, or why nothing did. `asked` is what the form said, `names` what
    people are called.
    """

    def __init__(self, total: int, asked: Mapping[str, object], names: Mapping[str, str]) -> None:
        self.total, self.asked, self.names = total, asked, names
        self.done = 0
        self.result: Simulated | None = None
        self.failed = ""

    @property
    def over(self) -> bool:
        return self.result is not None or bool(self.failed)

    def progress(self, done: int) -> None:
        self.done = done


class Runs:
    """The simulations of an application, by who began them."""

    def __init__(self) -> None:
        self._runs: OrderedDict[str, Run] = OrderedDict()
        self._task: asyncio.Task[None] | None = None

    def of(self, by: str) -> Run | None:
        return self._runs.get(by)

    def begin(self, by: str, run: Run, work: Callable[[Progress], Awaitable[Simulated]]) -> None:
        """Raises Reject while another one is under way."""
        if self._task is not None and not self._task.done():
            raise Reject("a simulation is under way already; wait until it is done", reason="busy")
        self._runs.pop(by, None)
        self._runs[by] = run
        while len(self._runs) > MOST_KEPT:
            self._runs.popitem(last=False)
        self._task = asyncio.create_task(_run(run, work))

    async def close(self) -> None:
        """End what is under way."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])


async def _run(run: Run, work: Callable[[Progress], Awaitable[Simulated]]) -> None:
    try:
        run.result = await work(run.progress)
    except KlankbordError as error:
        run.failed = str(error)
    except Exception as error:  # whoever waits for it is told that it is over, the log what happened
        run.failed = type(error).__name__
        LOG.exception("a simulation failed")
