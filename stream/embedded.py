"""The embedded runner: reads a log topic, steps, appends, and commits as the last thing it does."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial
from random import Random

from core import time
from core.ports import Log, Measured, Reader, Record
from core.telemetry import Gauge
from stream.patience import GivenUp, Patience, Report
from stream.step import Output, Step


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
    clock: time.Clock = time.now,
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
        line = _Line(log, reader, step, patience, depth=depth)
        progress = _Progress(measured, group, clock)
        try:
            async with asyncio.TaskGroup() as batches:
                await line.work(batches, stop, progress, most=most, wait=wait)
        except BaseExceptionGroup as errors:
            error = _first(errors)
            raise error from error.__cause__


class _Progress:
    """Says when the runner last got on, and how old what it then stored was: a stuck one shows from outside."""

    def __init__(self, measured: Measured, group: str, clock: time.Clock) -> None:
        self._measured = measured
        self._group = group
        self._clock = clock

    def quiet(self) -> None:
        self._note(time.milliseconds(self._clock()))

    def stored(self, records: Sequence[Record]) -> None:
        self._note(records[0].at)

    def _note(self, oldest: int) -> None:
        now = time.milliseconds(self._clock())
        self._measured.set(Gauge.PROGRESS, now / 1000, self._group)
        self._measured.set(Gauge.OLDEST, (now - oldest) / 1000, self._group)


class _Line:
    """Batches on their way: read, then in the step, then stored in the order in which they were read."""

    def __init__(self, log: Log, reader: Reader, step: Step, patience: Patience, *, depth: int) -> None:
        self._log = log
        self._reader = reader
        self._step = step
        self._patience = patience
        self._steps = asyncio.Semaphore(depth)
        self._unstored = asyncio.Semaphore(2 * depth)

    async def work(
        self, batches: asyncio.TaskGroup, stop: asyncio.Event, progress: _Progress, *, most: int, wait: float
    ) -> None:
        before: asyncio.Task[bool] | None = None
        while not stop.is_set():
            await self._unstored.acquire()
            await self._steps.acquire()
            if stop.is_set():
                return
            try:
                records = await self._patience.outlast(lambda: self._reader.read(most, wait))
            except GivenUp:
                return
            if records:
                before = batches.create_task(self._take(records, before, progress))
                continue
            self._steps.release()
            self._unstored.release()
            if before is None or before.done():
                progress.quiet()

    async def _take(self, records: Sequence[Record], before: asyncio.Task[bool] | None, progress: _Progress) -> bool:
        """Whether these records and all before them are done."""
        try:
            try:
                outputs = await self._patience.outlast(lambda: self._step(records))
            finally:
                self._steps.release()
            if before is not None and not await before:
                return False
            await self._store(outputs)
            await self._patience.outlast(lambda: self._reader.commit(records[-1].offset))
        except GivenUp:
            return False
        else:
            progress.stored(records)
            return True
        finally:
            self._unstored.release()

    async def _store(self, outputs: Sequence[Output]) -> None:
        for topic in dict.fromkeys(output.topic for output in outputs):
            entries = [(output.key, output.value) for output in outputs if output.topic == topic]
            await self._patience.outlast(partial(self._log.append, topic, entries))


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    error = errors.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
