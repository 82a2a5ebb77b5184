"""Runs one connector: one task a stream; each batch is admitted, published, remembered, and then confirmed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import msgspec

from core.codec import dead_letter, encode
from core.errors import KlankbordError, Retry, Stop, Unwritable
from core.ports import Batch, Connector, Log, Measured
from core.tasks import end
from core.telemetry import Count, Duration, Gauge
from core.time import Clock
from core.topics import DEAD, MENTIONS
from core.trace import place, tell_set_aside
from core.types import Coverage, DeadLetter, Failure, Mention
from ingest._admit import Admission, Admitted, Policy
from ingest._backoff import Backoff
from ingest._valid import MOST_ID, sound

STAGE = "ingest"
LookUp = Callable[[Sequence[Mention]], Awaitable[Sequence[Mention]]]

QUIET = timedelta(seconds=30)  # how often a stream that brings nothing new writes its cursor
AGAIN = timedelta(seconds=5)  # how often a connector is asked whether it has more streams
MOST_UNWRITTEN = 10_000  # messages read and dropped before their cursor is written earlier


@dataclass(frozen=True, kw_only=True)
class _Run:
    """What every stream of one source shares."""

    connector: Connector
    source: str
    log: Log
    admit: Admission
    policy: Policy
    clock: Clock
    random: Random
    measured: Measured
    report: Callable[[str], None]
    stop: asyncio.Event
    backoff: Backoff


async def run(
    connector: Connector,
    *,
    source: str,
    log: Log,
    admit: Admission,
    policy: Policy,
    clock: Clock,
    random: Random,
    measured: Measured,
    report: Callable[[str], None],
    stop: asyncio.Event,
    backoff: Backoff | None = None,
    again: timedelta = AGAIN,
) -> None:
    """Read every stream of the connector until `stop` is set or all have ended.

    While any is read, the connector is asked every `again` for its streams, and new ones are read as well.

    A batch goes through, in this order: admission; look-up; append to `mentions`; append of failures to `dead`; the
    memory; cursor and coverage in one record; and only then the connector is resumed. A crash between any two of them
    publishes the batch again, which readers of the log bear.

    A stream that raises Retry, or anything unexpected, is told once and read again after a back-off from its last
    cursor. One that raises Stop is told and ends; the others go on, and `run` raises that Stop when they have ended.
    Where the log or the memory raises Unwritable, all end at once with a group that holds it.
    """
    shared = _Run(
        connector=connector,
        source=source,
        log=log,
        admit=admit,
        policy=policy,
        clock=clock,
        random=random,
        measured=measured,
        report=report,
        stop=stop,
        backoff=backoff or Backoff(),
    )
    tasks: dict[str, asyncio.Task[Stop | None]] = {}
    async with asyncio.TaskGroup() as group:
        reading = True
        while reading and not stop.is_set():
            new = [stream for stream in connector.streams() if stream not in tasks]
            tasks |= {stream: group.create_task(_Stream(shared, stream).run()) for stream in new}
            reading = await _still(tasks.values(), again)
    for task in tasks.values():
        if stopped := task.result():
            raise stopped


async def _still(tasks: Collection[asyncio.Task[Stop | None]], wait: timedelta) -> bool:
    """Whether any of these is not done; after a while, or once all are."""
    return bool(tasks) and bool((await asyncio.wait(tasks, timeout=wait.total_seconds()))[1])


@dataclass
class _Stream:
    """One stream of a source: where it is, and what is not written of it yet."""

    shared: _Run
    name: str
    found: bool = False
    cursor: str | None = None
    written: str | None = None
    written_at: datetime | None = None
    seen: int = 0
    since: datetime | None = None
    until: datetime | None = None
    away_since: datetime | None = None
    away_because: str = ""
    failures: int = 0
    stopping: asyncio.Task[bool] = field(init=False)

    @property
    def origin(self) -> str:
        return f"{self.shared.source}/{self.name}"

    async def run(self) -> Stop | None:
        """Until stopped or at its end; returns the Stop that ended it, if one did."""
        shared = self.shared
        self.stopping = asyncio.create_task(shared.stop.wait())
        try:
            while not shared.stop.is_set() and not await self._once():
                pass
        except Unwritable:
            raise
        except Stop as stop:
            shared.report(f"{self.origin} ends: {stop}")
            shared.measured.set(Gauge.ENDED, 1, shared.source)
            return stop
        finally:
            self.stopping.cancel()
        return None

    async def _once(self) -> bool:
        """Read until something is wrong; True where the connector came to its end."""
        try:
            await self._find()
            await self._read()
            await self._settle()
        except Retry as error:
            await self._wait(str(error), error.after)
        except Stop:
            raise
        except Exception as error:  # noqa: BLE001 - the guard of the listening loop: told, waited for, tried again
            words = f"{type(error).__name__}: {error}" if isinstance(error, KlankbordError) else place(error)
            await self._wait(f"unexpected {words}", None)
        else:
            return True
        return False

    async def _find(self) -> None:
        """Where an earlier run came to; asked until it is answered."""
        if not self.found:
            self.cursor = self.written = await self.shared.log.cursor(self.shared.source, self.name)
            self.found = True

    async def _read(self) -> None:
        batches = self.shared.connector.batches(self.name, self.cursor)
        try:
            while (batch := await self._next(batches)) is not None:
                await self._take(batch)
        finally:
            close = getattr(batches, "aclose", None)  # an async generator has it, a plain iterator need not
            if close is not None:
                await close()

    async def _next(self, batches: AsyncIterator[Batch]) -> Batch | None:
        """The next batch; None at the end or when stopping. Resuming tells the connector that the last one is durable."""
        coming: asyncio.Task[Batch | None] = asyncio.create_task(_pull(batches))
        try:
            await asyncio.wait({coming, self.stopping}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            await end([coming])
            raise
        if self.stopping.done():
            await end([coming])  # what it still had to say is about a batch that nobody takes
            return None
        return coming.result()

    async def _take(self, batch: Batch) -> None:
        shared = self.shared
        now = shared.clock()
        admitted = shared.admit.sift(batch, shared.policy, now, stream=self.origin)
        try:
            with shared.measured.timed(Duration.INGEST, shared.source):
                await self._publish(admitted, now)
        except BaseException:
            shared.admit.release(admitted)
            raise
        await shared.admit.keep(admitted)
        self._measure(batch, admitted, now)
        await self._returned(batch, now)
        await self._remember(batch, admitted, now)

    async def _publish(self, admitted: Admitted, now: datetime) -> None:
        """Append what goes on and what is set aside; durable on return."""
        shared = self.shared
        mentions: Sequence[Mention] = admitted.mentions
        look_up: LookUp | None = getattr(shared.connector, "lookup", None)  # optional on a connector, see core.ports
        if mentions and look_up is not None:
            mentions = [shared.policy.kept(mention) for mention in await look_up(mentions)]
        entries = [(mention.id, encode(mention)) for mention in mentions]
        entries += [(deletion.target, encode(deletion)) for deletion in admitted.deletions]
        if entries:
            await shared.log.append(MENTIONS, entries)
        if admitted.failed:
            letters = [self._letter(failure, now) for failure in admitted.failed]
            await shared.log.append(DEAD, [(letter.key or letter.origin, encode(letter)) for letter in letters])
            tell_set_aside(shared.source, [(letter.key or letter.origin, letter.error) for letter in letters])

    def _letter(self, failure: Failure, now: datetime) -> DeadLetter:
        clean = msgspec.structs.replace(failure, detail=sound(failure.detail), key=sound(failure.key[:MOST_ID]))
        return dead_letter(clean, origin=self.origin, stage=STAGE, at=now)

    async def _returned(self, batch: Batch, now: datetime) -> None:
        """The stream is there again: what it was away, it may not have collected."""
        left = self.away_since
        self.failures = 0
        if left is None:
            return
        collected = self.cursor is not None or (batch.since is not None and batch.since <= left)
        if not collected:
            await self._settle()
            await self._write(left, now, now, gap=self.away_because)
        self.away_since = None
        self.shared.report(f"{self.origin} is back")

    async def _remember(self, batch: Batch, admitted: Admitted, now: datetime) -> None:
        """Write cursor and coverage, or, for a batch that brought nothing, put that off a little.

        Where that fails, the stream stands where it stood before the batch.
        """
        if batch.gap is not None:  # what was put off ends before the gap
            await self._settle()
        before = self.cursor, self.seen, self.since, self.until
        try:
            self.cursor = self.cursor if batch.cursor is None else batch.cursor
            self.seen += len(batch.mentions) + len(batch.failed)
            if batch.gap is not None:
                await self._write(batch.since, batch.until, now, kept=len(admitted.mentions), gap=batch.gap)
                return
            self.since = batch.since if self.since is None else self.since
            self.until = batch.until or self.until
            brought = admitted.mentions or admitted.deletions or admitted.failed
            silent = not self.seen and self.since is None and self.cursor == self.written
            quiet = silent or (self.written_at is not None and abs(now - self.written_at) < QUIET)
            if brought or not quiet or self.seen >= MOST_UNWRITTEN:
                await self._write(self.since, self.until, now, kept=len(admitted.mentions))
        except BaseException:
            self.cursor, self.seen, self.since, self.until = before
            raise

    async def _settle(self) -> None:
        """Write what was put off."""
        if self.seen or self.since is not None or self.cursor != self.written:
            await self._write(self.since, self.until, self.shared.clock())

    async def _write(
        self, since: datetime | None, until: datetime | None, now: datetime, *, kept: int = 0, gap: str | None = None
    ) -> None:
        seen = 0 if gap else self.seen
        if gap:
            self._measure_gap(since, until)
        await self.shared.log.remember(self._coverage(since=since, until=until, seen=seen, kept=kept, gap=gap))
        self.written, self.written_at = self.cursor, now
        if not gap:
            self.seen, self.since, self.until = 0, None, None

    def _coverage(
        self, *, since: datetime | None, until: datetime | None, gap: str | None, seen: int = 0, kept: int = 0
    ) -> Coverage:
        return Coverage(
            source=self.shared.source,
            stream=self.name,
            cursor_from=self.written,
            cursor_to=self.cursor,
            since=since,
            until=until,
            seen=seen,
            kept=kept,
            gap=gap,
        )

    async def _wait(self, because: str, after: float | None) -> None:
        """Say once that the stream is away, and wait before the next try, or until stopping."""
        shared = self.shared
        self.failures += 1
        if self.away_since is None:
            self.away_since, self.away_because = shared.clock(), because[:500]
            shared.report(f"{self.origin} is away, trying again: {because}")
        shared.measured.add(Count.RETRIED, STAGE, shared.source)
        wait = shared.backoff.wait(self.failures, random=shared.random, asked=after)
        await asyncio.wait({self.stopping}, timeout=wait)

    def _measure(self, batch: Batch, admitted: Admitted, now: datetime) -> None:
        measured, source = self.shared.measured, self.shared.source
        measured.set(Gauge.ANSWERED, now.timestamp(), source)
        if batch.mentions:
            measured.set(Gauge.LAST_SEEN, now.timestamp(), source)
            measured.add(Count.SEEN, source, by=len(batch.mentions))
        if admitted.mentions:
            measured.add(Count.KEPT, source, by=len(admitted.mentions))
        for reason, number in admitted.dropped.items():
            measured.add(Count.DROPPED, STAGE, source, reason, by=number)
        for failure in admitted.failed:
            measured.add(Count.DEAD, STAGE, failure.reason)

    def _measure_gap(self, since: datetime | None, until: datetime | None) -> None:
        self.shared.measured.add(Count.GAPS, self.shared.source)
        if since is not None and until is not None:
            self.shared.measured.add(Count.LOST, self.shared.source, by=(until - since).total_seconds())


async def _pull(batches: AsyncIterator[Batch]) -> Batch | None:
    return await anext(batches, None)
