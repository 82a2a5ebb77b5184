"""A Faust worker around a step, here or in a process of its own, on topics that no other test has."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from core.ports import Measured
from stream._kafka_topics import LogTopic, declared
from stream.faust_runner import run
from stream.kafka import KafkaLog, Settings, open_log
from stream.step import Step
from stream.watchdog import End, end_process

PARTITIONS = 4
SESSION, CALM = 2.0, 30.0
"""Seconds after which a worker counts as dead: soon, or so late that one that only stands still for a moment does not."""


def settings_of(servers: str, prefix: str) -> Settings:
    return Settings(servers=servers, prefix=prefix, partitions=PARTITIONS)


def topics_of(settings: Settings) -> list[LogTopic]:
    wanted = ("mentions", "enriched", "dead", "cursors", "forgotten")
    return [topic for topic in declared(settings) if topic.name in wanted]


def open_track_log(settings: Settings) -> AbstractAsyncContextManager[KafkaLog]:
    return open_log(settings, declare=topics_of(settings), patience=30)


class FaustTrack:
    def __init__(self, log: KafkaLog) -> None:
        self.log = log
        self.reports: list[str] = []
        self.measured = Measured()
        self._settings = log.settings
        self._spawned: list[asyncio.subprocess.Process] = []

    async def end(self) -> None:
        """Kill what still runs."""
        for process in self._spawned:
            if process.returncode is None:
                process.kill()
                await process.communicate()

    @asynccontextmanager
    async def running(
        self, step: Step, *, most: int = 100, session: float = CALM, stuck: float = 60.0, end: End = end_process
    ) -> AsyncIterator[None]:
        stop = asyncio.Event()
        runner = asyncio.create_task(
            run(
                self.log, step, topic="mentions", group="stream", stop=stop, measured=self.measured, most=most,
                session=session, stuck=stuck, end=end, report=self.reports.append,
            )
        )  # fmt: skip
        try:
            yield
        finally:
            stop.set()
            await runner

    async def spawn(
        self, delay: float, *, session: float = SESSION, stuck: float = 60.0, hang: str = ""
    ) -> asyncio.subprocess.Process:
        numbers = map(str, (delay, session, stuck))
        arguments = [self._settings.servers, self._settings.prefix, *numbers, hang]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.stream.faust_worker", *arguments,
            cwd=Path(__file__).parents[2], stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        self._spawned.append(process)
        return process
