"""Batches on their way through the step: what both runners do with a reader, once they have one."""

import asyncio
from collections.abc import Sequence
from functools import partial

from core.ports import Log, Reader, Record
from stream.patience import GivenUp, Patience
from stream.step import Output, Step


class Line:
    """Batches on their way: read, then in the step, then stored in the order in which they were read.

    Up to `depth` batches are in the step at once, while those before them are stored.
    """

    def __init__(self, log: Log, reader: Reader, step: Step, patience: Patience, *, depth: int) -> None:
        self._log = log
        self._reader = reader
        self._step = step
        self._patience = patience
        self._steps = asyncio.Semaphore(depth)
        self._unstored = asyncio.Semaphore(2 * depth)

    async def work(self, stop: asyncio.Event, *, most: int, wait: float) -> None:
        """Until `stop` is set; then what is in flight is finished. Raises the first error of a batch as it is."""
        try:
            async with asyncio.TaskGroup() as batches:
                await self._read(batches, stop, most=most, wait=wait)
        except BaseExceptionGroup as errors:
            error = first(errors)
            raise error from error.__cause__

    async def _read(self, batches: asyncio.TaskGroup, stop: asyncio.Event, *, most: int, wait: float) -> None:
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
                before = batches.create_task(self._take(records, before))
                continue
            self._steps.release()
            self._unstored.release()

    async def _take(self, records: Sequence[Record], before: asyncio.Task[bool] | None) -> bool:
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
            return True
        finally:
            self._unstored.release()

    async def _store(self, outputs: Sequence[Output]) -> None:
        for topic in dict.fromkeys(output.topic for output in outputs):
            entries = [(output.key, output.value) for output in outputs if output.topic == topic]
            await self._patience.outlast(partial(self._log.append, topic, entries))


def first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first error of a group of tasks, however deep."""
    error = errors.exceptions[0]
    return first(error) if isinstance(error, BaseExceptionGroup) else error
