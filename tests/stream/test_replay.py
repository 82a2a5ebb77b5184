"""Dead letters go back to the stage that refused them, once, and what was erased stays away."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from core import codec
from core.errors import Reject
from core.ports import Log
from core.types import DeadLetter, Enriched, Failure
from stream.pace import Pace
from stream.replay import Choice, Replayed, replay, select
from stream.sqlite import open_log
from tests.stream.steps import MOMENT, mention

ORIGIN = "mentions@7"


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[Log]:
    async with open_log(tmp_path) as log:
        yield log


async def set_aside(
    log: Log, payload: bytes, *, key: str = "file:1", stage: str = "stream", origin: str = ORIGIN
) -> int:
    failure = Failure(reason="ValueError", detail="no", payload=payload, key=key)
    letter = codec.dead_letter(failure, origin=origin, stage=stage, at=MOMENT)
    return await log.append("dead", [(key, codec.encode(letter))])


def never(_: str) -> bool:
    return False


def unread(letter: DeadLetter) -> list[tuple[str, bytes]]:
    raise Reject(f"{letter.origin} still cannot be read", reason="unreadable")


async def send(log: Log, *, parse=unread, erased=never, **how) -> Replayed:
    return await replay(log, select(log), parse=parse, erased=erased, sinks=("archive", "crm"), **how)


async def values(log: Log, topic: str) -> list[bytes]:
    return [record.value for record in await log.after(topic, 0, 1000)]


async def test_a_letter_of_the_stream_goes_back_to_the_stream(log: Log) -> None:
    payload = codec.encode(mention("file:1"))
    await set_aside(log, payload)
    assert await send(log) == Replayed(stages={"stream": 1})
    assert await values(log, "mentions") == [payload]


async def test_a_letter_of_a_sink_goes_back_to_that_sink_alone(log: Log) -> None:
    payload = codec.encode(Enriched(mention=mention("file:1")))
    await set_aside(log, payload, stage="crm", origin="enriched@7")
    assert await send(log) == Replayed(stages={"crm": 1})
    assert await values(log, "replay.crm") == [payload]
    assert await values(log, "mentions") == await values(log, "enriched") == []


async def test_a_letter_of_ingest_is_read_again(log: Log) -> None:
    await set_aside(log, b"raw;input", stage="ingest", origin="file/export")
    assert await send(log, parse=lambda letter: [("file:9", letter.payload.upper())]) == Replayed(stages={"ingest": 1})
    assert await values(log, "mentions") == [b"RAW;INPUT"]


async def test_a_letter_of_ingest_that_still_cannot_be_read_is_named(log: Log) -> None:
    offset = await set_aside(log, b"raw", stage="ingest", origin="file/export")
    assert await send(log) == Replayed(refused=((offset, "file/export still cannot be read"),))


async def test_a_second_replay_sends_nothing_again(log: Log) -> None:
    keys = [f"file:{n}" for n in range(300)]
    await asyncio.gather(*(set_aside(log, codec.encode(mention(key)), key=key) for key in keys))
    assert await send(log) == Replayed(stages={"stream": 300})
    assert await send(log) == Replayed(before=300)
    assert len(await values(log, "mentions")) == 300


async def test_what_failed_again_can_be_replayed_again(log: Log) -> None:
    for _ in range(2):
        await set_aside(log, codec.encode(mention("file:1")))
        assert (await send(log)).sent == 1


async def test_a_payload_that_was_cut_is_refused_by_name(log: Log) -> None:
    offset = await set_aside(log, b"x" * 70_000)
    (refused,) = (await send(log)).refused
    assert refused[0] == offset
    assert refused[1].startswith("file:1: only 65536 of its 70000 bytes were kept")


async def test_a_payload_that_was_cut_is_taken_from_the_log_while_it_is_there(log: Log) -> None:
    payload = codec.encode(mention("file:1", "x" * 70_000))
    last = await log.append("mentions", [("file:0", b"other"), ("file:1", payload)])
    await set_aside(log, payload, origin=f"mentions@{last}")
    assert await send(log) == Replayed(stages={"stream": 1})
    assert (await values(log, "mentions"))[-1] == payload


@pytest.mark.parametrize("erased", ["file:1", "file:jan"])
@pytest.mark.parametrize("stage", ["stream", "crm", "ingest"])
async def test_what_was_erased_stays_away(log: Log, erased: str, stage: str) -> None:
    message = mention("file:1") if stage == "stream" else Enriched(mention=mention("file:1"))
    offset = await set_aside(log, codec.encode(message), stage=stage)
    result = await send(log, parse=lambda letter: [(letter.key, letter.payload)], erased=lambda name: name == erased)
    assert result == Replayed(refused=((offset, "file:1 was erased on request"),))
    assert await values(log, "mentions") == await values(log, "replay.crm") == []


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        ({}, ["a", "b"]),
        ({"stage": "crm"}, ["b"]),
        ({"error": "ValueError"}, ["a", "b"]),
        ({"error": "other"}, []),
        ({"key": "a"}, ["a"]),
        ({"since": MOMENT}, ["a", "b"]),
        ({"since": MOMENT + timedelta(seconds=1)}, []),
        ({"until": MOMENT}, []),
        ({"since": MOMENT, "until": MOMENT + timedelta(seconds=1)}, ["a", "b"]),
    ],
)
async def test_letters_are_selected(log: Log, narrowed: dict, found: list[str]) -> None:
    await set_aside(log, b"{}", key="a")
    await set_aside(log, b"{}", key="b", stage="crm")
    assert [letter.key async for _, letter in select(log, Choice(**narrowed))] == found


async def test_a_letter_of_a_sink_that_is_there_no_more_stays(log: Log) -> None:
    offset = await set_aside(log, codec.encode(Enriched(mention=mention("file:1"))), stage="cmr", origin="enriched@7")
    outcome = await send(log)
    assert (outcome.sent, outcome.refused) == (
        0,
        ((offset, 'enriched@7: there is no sink "cmr" in the configuration now'),),
    )


async def test_what_is_no_dead_letter_is_left_out(log: Log) -> None:
    await log.append("dead", [("a", b"\xff"), ("b", codec.encode(mention("file:1")))])
    await set_aside(log, b"{}", key="c")
    assert [letter.key async for _, letter in select(log)] == ["c"]


async def test_what_was_forgotten_is_left_out(log: Log) -> None:
    await set_aside(log, b"{}", key="a")
    await set_aside(log, b"{}", key="b")
    await log.forget("dead", ["a"])
    assert [letter.key async for _, letter in select(log)] == ["b"]


async def test_a_dry_run_says_what_would_become_of_each_and_sends_nothing(log: Log) -> None:
    await set_aside(log, codec.encode(mention("file:1")))
    offset = await set_aside(log, codec.encode(mention("file:2")), key="file:2")
    for _ in range(2):
        result = await send(log, erased=lambda name: name == "file:2", dry=True)
        assert result == Replayed(stages={"stream": 1}, refused=((offset, "file:2 was erased on request"),))
    assert await values(log, "mentions") == await values(log, "replayed") == []


async def test_a_pace_is_kept(log: Log) -> None:
    for number in range(25):
        await set_aside(log, codec.encode(mention(f"file:{number}")))
    seconds = Seconds()
    pace = Pace(10, clock=seconds.now, sleep=seconds.sleep)
    assert (await send(log, pace=pace)).sent == 25
    assert seconds.slept == [1.0, 1.0]


async def test_what_is_erased_while_a_letter_waits_for_its_turn_stays_away(log: Log) -> None:
    await set_aside(log, codec.encode(mention("file:1")))
    await set_aside(log, codec.encode(mention("file:2")), key="file:2")
    seconds, erased = Seconds(), set()
    seconds.meanwhile = lambda: erased.add("file:2")
    await send(log, erased=erased.__contains__, pace=Pace(1, clock=seconds.now, sleep=seconds.sleep))
    assert await values(log, "mentions") == [codec.encode(mention("file:1"))]


class Seconds:
    """A clock that goes on only while somebody sleeps."""

    def __init__(self) -> None:
        self.at, self.slept, self.meanwhile = 0.0, [], lambda: None

    def now(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds
        self.meanwhile()
