"""The archive on Elasticsearch beside a bare loop that posts the same bodies, and beside the official helper."""

import asyncio
import gc
import tempfile
import time
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median
from typing import Any, NamedTuple

import msgspec
from elasticsearch import AsyncElasticsearch, helpers

from bench._distributed import engines, log_of, row
from bench._program import texts
from core import topics
from core.codec import encode
from core.ports import Measured, Tools
from core.time import milliseconds, now
from core.types import Author, Enriched, Finding, Mention, Routing
from playbook.highlighting import highlights
from playbook.matching import matches
from sinks import elasticsearch
from sinks._deliver import MOST, deliver
from sinks._elastic_rows import document, put
from sinks._elastic_schema import Document, document_id

NAMES = ("sink_over_raw_bulk", "sink_from_kafka_over_raw_bulk", "sink_cpu_over_helpers_bulk")
COUNT, BODY = 50_000, 500
WARM = 2
"""Rounds until the engine's code is compiled."""

VECTOR = 388
"""Bytes of an encoder's vector as it is stored."""


def run(rounds: int = 5) -> list[dict[str, Any]]:
    """The sink's write and the bare loop in turn, then both with the sink behind Kafka and the helper; each into a new index."""
    with tempfile.TemporaryDirectory(prefix="klankbord-bench-") as folder:
        place = Path(folder)
        with engines(place) as on:
            seeds = range(WARM + 2 * (rounds // 2 + 1))
            pairs = [asyncio.run(_pair(on.node, _events(seed), seed, f"pair{seed}")) for seed in seeds]
            rest = [asyncio.run(_round(on.node, on.broker, seed)) for seed in seeds[WARM:]]
    write = median(pair.ratio for pair in pairs[WARM:])
    delivered, cpu = median(one for one, _ in rest), median(one for _, one in rest)
    workload = (
        f"{COUNT:,} distinct events of about 20 words with findings and vector, batches of {MOST:,}, "
        f"{elasticsearch.Archive.in_flight} at once, as the delivery loop has them, into a new index each time, over a bare "
        f"loop that posts the same documents, {BODY} a body; "
        f"median of {len(rest)} in turn, now one first, now the other, after {WARM} to warm up"
    )
    return [
        row(NAMES[0], write, "ratio", workload, ">= 0.90", holds=write >= 0.9),
        row(NAMES[1], delivered, "ratio", "the same, read from Kafka by the delivery loop"),
        row(
            NAMES[2],
            cpu,
            "ratio",
            "CPU of this process to write events, over that of helpers.async_bulk to write the finished documents",
        ),
    ]


class Pair(NamedTuple):
    """Seconds of the bare loop and of the sink's write, and CPU seconds of the latter."""

    bare: float
    written: float
    cpu: float

    @property
    def ratio(self) -> float:
        """Documents a second of the write over those of the loop."""
        return self.bare / self.written


def _events(seed: int) -> list[Enriched]:
    said = events(COUNT, seed)
    gc.collect()
    gc.freeze()  # what stands ready here is nothing that the program would hold
    return said


async def _pair(url: str, said: Sequence[Enriched], seed: int, name: str) -> Pair:
    """Now one first, now the other: what comes second meets what the engine still tidies up after the first."""
    if seed % 2:
        bare, _ = await _bare(url, said, seed, name)
        written, cpu = await _written(url, said, seed, name)
    else:
        written, cpu = await _written(url, said, seed, name)
        bare, _ = await _bare(url, said, seed, name)
    return Pair(bare, written, cpu)


async def _round(url: str, broker: str, seed: int) -> tuple[float, float]:
    """Delivery over bare (documents a second), CPU of write over CPU of the helper."""
    said = _events(seed)
    pair = await _pair(url, said, seed, f"round{seed}")
    through = await _delivered(url, broker, said, seed)
    _, helped = await _helped(url, said, seed)
    return pair.bare / through, pair.cpu / helped


async def _bare(url: str, said: Sequence[Enriched], seed: int, name: str) -> tuple[float, float]:
    """The least there is to do: finished bodies, one request after another."""
    async with opened(url, f"bare-{name}") as archive:
        await archive.write(events(1, 10_000 + seed))  # so that the index with its mapping is there
        index = f"bare-{name}-mentions.bench-v1"
        bodies = [b"".join(_lines(index, said[start : start + BODY])) for start in range(0, COUNT, BODY)]
    async with AsyncElasticsearch(url) as client:
        started = _clocks()
        for body in bodies:
            answer = await client.perform_request(
                "POST",
                "/_bulk?filter_path=errors",
                headers={"content-type": "application/x-ndjson", "accept": "application/json"},
                body=body,
            )
            assert not answer.body["errors"]
        return _since(started)


def _lines(index: str, said: Sequence[Enriched]) -> list[bytes]:
    return [put(index, document_id(one.mention.id), 2, _finished(one), equal=True).lines for one in said]


def _finished(one: Enriched) -> Document:
    return document(one, version=2, arrived=milliseconds(now()))


async def _written(url: str, said: Sequence[Enriched], seed: int, name: str) -> tuple[float, float]:
    async with opened(url, f"written-{name}") as archive:
        await archive.write(events(1, 10_000 + seed))
        started = _clocks()
        on_way: deque[asyncio.Task[Any]] = deque()
        for start in range(0, COUNT, MOST):
            if len(on_way) == archive.in_flight:
                assert not await on_way.popleft()
            on_way.append(asyncio.create_task(archive.write(said[start : start + MOST])))
        for task in on_way:
            assert not await task
        return _since(started)


async def _helped(url: str, said: Sequence[Enriched], seed: int) -> tuple[float, float]:
    async with opened(url, f"helped{seed}") as archive:
        await archive.write(events(1, 10_000 + seed))
        index = f"helped{seed}-mentions.bench-v1"
        actions = [
            {
                "_op_type": "index",
                "_index": index,
                "_id": document_id(one.mention.id),
                "_version": 2,
                "version_type": "external_gte",
                **msgspec.to_builtins(msgspec.json.decode(msgspec.json.encode(_finished(one)))),
            }
            for one in said
        ]
    async with AsyncElasticsearch(url) as client:
        started = _clocks()
        await helpers.async_bulk(client, actions, chunk_size=BODY)
        return _since(started)


async def _delivered(url: str, broker: str, said: Sequence[Enriched], seed: int) -> float:
    """Seconds from the first read to the last commit."""
    stop = asyncio.Event()
    async with log_of(broker, f"bench{seed}.") as log, opened(url, f"delivered{seed}") as archive:
        await archive.write(events(1, 10_000 + seed))
        for start in range(0, COUNT, BODY):
            await log.append(topics.ENRICHED, [(one.mention.id, encode(one)) for one in said[start : start + BODY]])
        started = time.perf_counter()
        delivering = asyncio.create_task(_deliver(log, archive, stop))
        while not (rows := await log.state()) or any(row.lag for row in rows):  # noqa: ASYNC110 - seen from outside
            await asyncio.sleep(0.02)
        seconds = time.perf_counter() - started
        stop.set()
        await delivering
        return seconds


async def _deliver(log: Any, archive: Any, stop: asyncio.Event) -> None:
    await deliver(
        log,
        archive,
        topics=[topics.ENRICHED],
        stop=stop,
        measured=Measured(),
        clock=now,
        random=Random(),
        report=print,
    )


@asynccontextmanager
async def opened(url: str, prefix: str) -> AsyncIterator[Any]:
    """The archive component under a prefix of its own."""
    settings = elasticsearch.Settings(url=url, prefix=prefix)
    tools = Tools(clock=now, random=Random(), cache=Path(tempfile.gettempdir()), report=print)
    async with elasticsearch.build(settings, tools, erased=lambda _: False, matches=matches, spans=highlights) as one:
        yield one


def events(count: int, seed: int) -> list[Enriched]:
    """What the stream makes of distinct messages: four findings, a route, a vector."""
    random = Random(seed)
    at = datetime(2026, 11, 1, tzinfo=UTC)
    made = []
    for number, text in enumerate(texts(count, seed)):
        author = Author(id=f"bench:a{number % 997}", handle=f"a{number % 997}", followers=number % 5000)
        mention = Mention(
            id=f"bench:{seed}.{number}", source="bench", author=author, text=text, created_at=at, seen_at=at
        )
        found = (
            Finding(name="language", model="bench", labels=("nl",), confidence=0.99),
            Finding(name="sentiment", model="bench", scores={"positive": 0.2, "neutral": 0.5, "negative": 0.3}),
            Finding(name="emotion", model="bench", scores={"joy": 0.2, "anger": 0.7, "none": 0.1}),
            Finding(name="topics", model="bench", labels=("prijs",)),
        )
        made.append(
            Enriched(
                mention=mention,
                findings=found,
                routing=Routing(monitors=("everything",)),
                vector=random.randbytes(VECTOR),
            )
        )
    return made


def _clocks() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _since(started: tuple[float, float]) -> tuple[float, float]:
    """Seconds, and CPU seconds of this process."""
    return time.perf_counter() - started[0], time.process_time() - started[1]
