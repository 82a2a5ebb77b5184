"""The watchdog, and the logs of talkative libraries."""

import asyncio
import logging
import time

import pytest
from aiokafka.errors import GroupAuthorizationFailedError, KafkaConnectionError

from stream.hush import hushed
from stream.watchdog import Watchdog


def watchdog(ended: list[str], *, moving: bool) -> Watchdog:
    return Watchdog("stream worker", stuck=0.1, moving=lambda: moving, end=ended.append)


@pytest.mark.parametrize(("moving", "sentences"), [(True, 0), (False, 1)])
async def test_who_does_not_get_on_is_ended_once(moving: bool, sentences: int) -> None:
    ended: list[str] = []
    dog = watchdog(ended, moving=moving)
    with dog.watching():
        beating = asyncio.create_task(dog.beat(0.01))
        await asyncio.sleep(0.4)
        beating.cancel()
    assert len(ended) == sentences


async def test_an_event_loop_that_hangs_is_noticed_from_outside() -> None:
    ended: list[str] = []
    dog = watchdog(ended, moving=True)
    with dog.watching():
        beating = asyncio.create_task(dog.beat(0.01))
        await asyncio.sleep(0.02)
        time.sleep(0.5)  # noqa: ASYNC251 - this is what hangs
        beating.cancel()
    assert len(ended) == 1


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
