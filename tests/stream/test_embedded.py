"""The embedded runner: conformance, and how it behaves when quiet, busy and stopped."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import apsw
import pytest

from core import codec
from core.ports import Log, Measured
from core.tasks import happens
from core.telemetry import Count
from stream.embedded import run
from stream.sqlite import open_log
from stream.step import Step
from tests.stream.runner_conformance import PATIENCE, RunnerConformance, Track, done, finish, until
from tests.stream.steps import Enrichers, hear, mention, texts


class EmbeddedTrack:
    def __init__(self, log: Log, folder: Path) -> None:
        self.log = log
        self.reports: list[str] = []
        self.measured = Measured()
        self._folder = folder

    @asynccontextmanager
    async def running(self, step: Step, *, most: int = 100) -> AsyncIterator[None]:
        stop = asyncio.Event()
        runner = asyncio.create_task(
            run(
                self.log, step, topic="mentions", group="stream", stop=stop, measured=self.measured, most=most,
                wait=0.02, report=self.reports.append,
            )
        )  # fmt: skip
        try:
            yield
        finally:
            stop.set()
            await runner

    async def spawn(self, delay: float, *, bytes_left: int = 0) -> asyncio.subprocess.Process:
        arguments = ["-m", "tests.stream.worker", str(self._folder), str(delay), str(bytes_left)]
        return await asyncio.create_subprocess_exec(
            sys.executable, *arguments, cwd=Path(__file__).parents[2], stdout=asyncio.subprocess.PIPE
        )


@pytest.fixture
async def track(tmp_path: Path) -> AsyncIterator[EmbeddedTrack]:
    async with open_log(tmp_path) as log:
        yield EmbeddedTrack(log, tmp_path)


class TestEmbeddedRunner(RunnerConformance):
    @pytest.fixture
    def track(self, track: EmbeddedTrack) -> Track:
        return track


async def test_a_backlog_is_taken_in_large_batches(track: EmbeddedTrack) -> None:
    await hear(track.log, *(mention(f"file:{n}") for n in range(300)))
    enrichers = Enrichers()
    async with track.running(enrichers.step()):
        await until(lambda: done(track.log))
    assert [len(call) for call in enrichers.calls] == [100, 100, 100]


async def test_a_lone_mention_is_taken_alone(track: EmbeddedTrack) -> None:
    enrichers = Enrichers()
    async with track.running(enrichers.step()):
        for text in ("een", "twee"):
            await hear(track.log, mention("file:1", text))
            await until(lambda: done(track.log))
    assert enrichers.calls == [["een"], ["twee"]]


async def test_two_batches_are_in_the_step_at_once(track: EmbeddedTrack) -> None:
    inside, most, two = 0, 0, asyncio.Event()

    async def step(records):
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        if inside == 2:
            two.set()
        await happens(two, within=PATIENCE)
        await asyncio.sleep(0.01)
        inside -= 1
        return []

    await hear(track.log, *(mention(f"file:{n}") for n in range(600)))
    async with track.running(step):
        await until(lambda: done(track.log))
    assert most == 2


async def test_a_full_disk_ends_the_run_with_a_sentence_and_loses_nothing(track: EmbeddedTrack) -> None:
    sent = [f"{n}" for n in range(1500)]
    await hear(track.log, *(mention(f"file:{text}", text) for text in sent))
    process = await track.spawn(0, bytes_left=200_000)
    out, _ = await process.communicate()
    assert (process.returncode, out[:8]) == (1, b"the disk")
    assert 0 < len(await texts(track.log)) < len(sent)
    await finish(track, Enrichers().step())
    assert set(await texts(track.log)) == set(sent)


async def test_a_locked_log_is_waited_for(tmp_path: Path) -> None:
    async with open_log(tmp_path, patience=0.01) as log:
        track = EmbeddedTrack(log, tmp_path)
        await hear(log, mention("file:1"))
        await log.append("enriched", [("k", codec.encode(mention("file:0")))])
        with closing(apsw.Connection(str(tmp_path / "enriched.db"))) as other:
            other.execute("BEGIN IMMEDIATE")
            async with track.running(Enrichers().step()):
                await until(lambda: _said(track, "enriched.db is locked"))
                other.execute("ROLLBACK")
                await until(lambda: done(log))
        assert await texts(log) == ["goed bezig"]


async def _said(track: EmbeddedTrack, words: str) -> bool:
    return any(words in line for line in track.reports)


async def test_tries_made_again_are_counted(track: EmbeddedTrack) -> None:
    await hear(track.log, mention("file:1"))
    async with track.running(Enrichers(away=2).step()):
        await until(lambda: done(track.log))
    assert track.measured.values[(Count.RETRIED, ("stream",))] == 2
