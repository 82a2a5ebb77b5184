"""The Faust runner: one worker, of as many as there are partitions, around the same step as the embedded runner."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from functools import partial
from random import Random

from core.errors import Retry
from core.ports import Measured, Record
from stream._kafka_records import offset_of
from stream.faust_feed import Event, Feed
from stream.faust_health import Health
from stream.faust_reader import Convert, FaustReader
from stream.hush import hushed
from stream.kafka import KafkaLog
from stream.line import Line, first
from stream.patience import GivenUp, Patience, Report
from stream.step import Step
from stream.watchdog import End, Watchdog, end_process

LOOK, BEAT = 5.0, 1.0
"""Seconds between looks at the broker, and between signs of life of the event loop."""


async def run(
    log: KafkaLog,
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
    session: float = 6.0,
    stuck: float = 120.0,
    end: End = end_process,
) -> None:
    """Work until `stop` is set, then finish what is in flight, leave the group and return.

    Like the embedded runner (stream.embedded.run), except: several processes with the same group share the topic's
    partitions; what was done and not yet noted (a fraction of a second) comes again after a kill, as does what was in the
    step for more than some seconds when partitions moved. `session` seconds after a worker died others have its
    partitions. Where records wait and nothing gets on for `stuck` seconds, and nothing was said to be waited for, `end` is
    called in another thread with a sentence.
    """
    patience = Patience(stop, measured, group=group, report=report, random=random or Random())
    with hushed(report):
        try:
            convert = await patience.outlast(partial(prepare, log, topic, group))
        except GivenUp:
            return

        def open_feed(reader: FaustReader) -> Feed:
            room = 2 * most
            return Feed(log.settings, group=group, topic=topic, room=room, session=session, settle=reader.settle)

        reader = FaustReader(open_feed, convert, hopeless=lambda: patience.waiting, reach=log.state)
        health = Health(log, reader, patience, topic=topic, group=group)
        watchdog = Watchdog(f"{group} worker", stuck=stuck, moving=health.moving, end=end)
        line = Line(log, reader, step, patience, depth=depth)
        with watchdog.watching():
            try:
                await _beside(
                    line.work(stop, most=most, wait=wait),
                    watchdog.beat(min(BEAT, stuck / 5)),
                    health.look(min(LOOK, stuck / 4)),
                )
            finally:
                await _close(reader, report)


async def prepare(log: KafkaLog, topic: str, group: str) -> Convert:
    """Make the group one of the topic's readers, so that what waits for it shows before it has done anything."""
    forgotten = await log.forgotten(topic)
    with suppress(Retry):  # another worker just did
        async with log.reader(topic, group):
            pass
    partitions = log.settings.partitions

    def convert(event: Event) -> Record | None:
        message = event.message
        offset = offset_of(message.partition, message.offset, partitions)
        if not message.value or forgotten(offset):
            return None
        key = (message.key or b"").decode(errors="surrogatepass")
        return Record(offset, round(message.timestamp * 1000), key, message.value)

    return convert


async def _close(reader: FaustReader, report: Report) -> None:
    try:
        await reader.close()
    except Retry as error:
        report(str(error))


async def _beside(main: Coroutine[None, None, None], *helpers: Coroutine[None, None, None]) -> None:
    """Returns when `main` does, and raises the first error of any of them."""
    try:
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(helper) for helper in helpers]
            await main
            for helper in running:
                helper.cancel()
    except BaseExceptionGroup as errors:
        error = first(errors)
        raise error from error.__cause__
