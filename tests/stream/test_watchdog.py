"""The watchdog, and the logs of talkative libraries."""

import asyncio
import logging
import threading

import pytest
from aiokafka.errors import GroupAuthorizationFailedError, KafkaConnectionError

from stream.hush import hushed
from stream.watchdog import Watchdog
from tests.stream.runner_conformance import PATIENCE

STUCK, STEP = 0.1, 0.01
"""Seconds by a test's own clock."""


class Looks:
    """A watchdog and the clock it goes by, which goes on by `each` with each of its looks, and what it said."""

    def __init__(self, *, moving: bool, each: float) -> None:
        self.at, self.number, self.ended, self.said = 0.0, 0, threading.Event(), []
        self._moving, self._each = moving, each
        self.dog = Watchdog("stream worker", stuck=STUCK, moving=self._look, end=self._end, clock=lambda: self.at)

    async def another(self) -> None:
        """Returns when it has looked once more, or has ended what it watches."""
        before = self.number
        async with asyncio.timeout(PATIENCE):
            while self.number == before and not self.ended.is_set():  # noqa: ASYNC110 - a thread counts
                await asyncio.sleep(0.001)

    def _look(self) -> bool:
        self.at, self.number = self.at + self._each, self.number + 1
        return self._moving

    def _end(self, sentence: str) -> None:
        self.said.append(sentence)
        self.ended.set()


async def test_who_gets_on_is_left_alone() -> None:
    looks = Looks(moving=True, each=0)
    with looks.dog.watching():
        beating = asyncio.create_task(looks.dog.beat(0))
        while looks.at < 3 * STUCK:
            looks.at += STEP
            await looks.another()
        beating.cancel()
    assert looks.said == []


async def test_who_does_not_get_on_is_ended_once() -> None:
    looks = Looks(moving=False, each=0)
    with looks.dog.watching():
        beating = asyncio.create_task(looks.dog.beat(0))
        while not looks.ended.is_set():
            looks.at += STEP
            await looks.another()
        beating.cancel()
    assert len(looks.said) == 1


async def test_an_event_loop_that_hangs_is_noticed_from_outside() -> None:
    looks = Looks(moving=True, each=STEP)
    with looks.dog.watching():
        beating = asyncio.create_task(looks.dog.beat(0))
        await asyncio.sleep(0)
        assert looks.ended.wait(PATIENCE)  # this is what hangs
        beating.cancel()
    assert len(looks.said) == 1


def test_an_outage_floods_nobody_and_a_refusal_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    said: list[str] = []
    log = logging.getLogger("aiokafka.consumer")
    with hushed(said.append):
        for _ in range(1000):
            log.error("Unable to connect: %s", KafkaConnectionError("refused"))
            log.error("Refused: %s", GroupAuthorizationFailedError("stream"))
    assert len(said) == 1
    assert said[0].startswith("Kafka refuses: GroupAuthorizationFailedError")
    assert capsys.readouterr() == ("", "")
