"""One log topic in this process: who writes, who reads, who waits."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

import apsw

from core.tasks import happens
from stream import segments
from stream.database import Database, sentences, value, writing

Answer = TypeVar("Answer")

POLL = 0.05
"""Seconds between looks for what another process appended. Waking up costs more than looking: some 300 microseconds."""


class Topic:
    """A topic's file with a connection that writes, one that reads, and one that sees whether anything changed."""

    def __init__(self, path: Path, schema: str, *, patience: float, milliseconds: Callable[[], int]) -> None:
        self._writer = Database(path, schema, synchronous="FULL", patience=patience)
        self._reader = Database(path, schema, synchronous="FULL", patience=patience)
        self._watch: apsw.Connection | None = None
        self._milliseconds = milliseconds
        self._grown = asyncio.Event()
        self._pending: list[tuple[list[segments.Packed], asyncio.Future[int]]] = []
        self._flusher: asyncio.Task[None] | None = None

    async def append(self, entries: Sequence[segments.Entry]) -> int:
        """Append in order, all or none. What several callers append meanwhile shares one flush to the disk."""
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._pending.append((segments.pack(entries), answer))
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.create_task(self._flush())
        return await answer

    async def change(self, job: Callable[[apsw.Connection], Answer]) -> Answer:
        """Run a job on the writing connection; who waits for records looks again afterwards."""
        try:
            return await self._writer.run(job)
        finally:
            self._wake()

    async def ask(self, job: Callable[[apsw.Connection], Answer]) -> Answer:
        """Run a short reading job beside the writer."""
        return await self._reader.run(job)

    async def version(self) -> int:
        """A number that changes whenever anyone changed the file."""
        if self._watch is None:
            await self._reader.run(lambda _: None)  # makes the file
        with sentences(self._reader.path), suppress(apsw.BusyError):
            # One for all who wait: what two connections count cannot be compared.
            self._watch = self._watch or apsw.Connection(str(self._reader.path))
            return int(value(self._watch, "PRAGMA data_version"))
        return -1

    async def changed(self, version: int, within: float) -> None:
        """Returns when the file is no longer of that version, at the latest after `within` seconds."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while (left := deadline - loop.time()) > 0 and await self.version() == version:
            await happens(self._grown, within=min(POLL, left))

    async def close(self) -> None:
        if self._flusher is not None:
            await self._flusher
        if self._watch is not None:
            self._watch.close()
        await self._reader.close()
        await self._writer.close()

    async def _flush(self) -> None:
        while self._pending:
            pending, self._pending = self._pending, []
            try:
                lasts = await self._writer.run(partial(self._add, [parts for parts, _ in pending]))
            except Exception as error:  # noqa: BLE001 - handed to those who wait for it
                for _, answer in pending:
                    if not answer.done():
                        answer.set_exception(error)
            else:
                for (_, answer), last in zip(pending, lasts, strict=True):
                    if not answer.done():
                        answer.set_result(last)
                self._wake()

    def _add(self, batches: Sequence[Sequence[segments.Packed]], connection: apsw.Connection) -> list[int]:
        with writing(connection):
            return [segments.add(connection, parts, self._milliseconds()) for parts in batches]

    def _wake(self) -> None:
        self._grown.set()
        self._grown = asyncio.Event()
