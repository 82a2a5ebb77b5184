"""The embedded runner: reads a log topic, steps, appends, and commits as the last thing it does."""

import asyncio
from contextlib import AsyncExitStack
from random import Random

from core.ports import Log, Measured
from stream.line import Line
from stream.patience import GivenUp, Patience, Report
from stream.step import Step


async def run(
    log: Log,
    step: Step,
    *,
    topic: str,
    group: str,
    stop: asyncio.Event,
    measured: Measured,
    most: int = 256,
    wait: float = 0.2,
    depth: int = 2,
    report: Report = lambda _: None,
    random: Random | None = None,
) -> None:
    """Work until `stop` is set, then finish what is in flight and return.

    Up to `depth` batches of up to `most` records are in the step at once, while those before them are stored; they are
    stored and committed in the order in which they were read. A quiet topic is asked every `wait` seconds, and one
    record that comes alone is taken alone. On Retry the same is tried again with growing waits, said once through
    `report`; a stop during such a wait leaves the records uncommitted, so that the next run takes them. Raises what
    the step or the log raises otherwise (Stop), with nothing committed that is not stored.
    """
    patience = Patience(stop, measured, group=group, report=report, random=random or Random())
    async with AsyncExitStack() as stack:
        try:
            reader = await patience.outlast(lambda: stack.enter_async_context(log.reader(topic, group)))
        except GivenUp:
            return
        line = Line(log, reader, step, patience, depth=depth)
        await line.work(stop, most=most, wait=wait)
