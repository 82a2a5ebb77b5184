"""Kafka to Elasticsearch: what it costs beside the encoder, how soon a message can be found, and several workers."""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from elasticsearch import AsyncElasticsearch

from bench._distributed import Engines, configured, cpu, engines, log_of, parts, row
from bench._program import ALL, line, texts
from bench.encoder import CACHE, bare_loop
from core import topics
from core.ports import Log
from enrich._encoder import Encoder, build_model
from enrich._normalise import normalise

NAMES = (
    "kafka_to_archive_cpu_outside_encoder",
    "distributed_arrival_to_searchable_p95_seconds",
    "two_stream_workers_over_one",
    "rebalance_pause_seconds",
)
COUNT, PACED = 3_000, 400
PATIENCE = 180.0


def run(rounds: int = 3) -> list[dict[str, Any]]:
    """The stream and the sinks part as processes, on a broker and a node that run beside them on the same cores."""
    rounds = min(rounds, 3)
    with tempfile.TemporaryDirectory(prefix="klankbord-bench-") as folder, engines(Path(folder)) as on:
        one = [asyncio.run(_through(Path(folder), on, f"one{seed}", seed, workers=1)) for seed in range(rounds)]
        two = [asyncio.run(_through(Path(folder), on, f"two{seed}", seed, workers=2)) for seed in range(rounds)]
        rate = median(COUNT / seconds for seconds, _ in one)
        late = [asyncio.run(_arrival(Path(folder), on, f"late{seed}", rate / 2, seed)) for seed in range(rounds)]
        pause = median(asyncio.run(_rebalance(Path(folder), on, f"pause{seed}", seed)) for seed in range(rounds))
    outside, p95 = median(share for _, share in one), median(late)
    gain = median(first[0] / second[0] for first, second in zip(one, two, strict=True))
    return [
        row(
            NAMES[0],
            outside,
            "ratio",
            f"{COUNT:,} distinct messages from Kafka to Elasticsearch with all enrichers: CPU of the stream and sinks "
            "processes beyond that of the same encoder on the same texts, over the encoder's",
            "<= 0.15",
            holds=outside <= 0.15,
        ),
        row(
            NAMES[1],
            p95,
            "s",
            f"{PACED} messages one by one at {rate / 2:.0f} a second, half of what one worker takes, from the append to "
            "Kafka until a search finds them; refresh 1 s",
            "<= 2",
            holds=p95 <= 2,
        ),
        row(NAMES[2], gain, "ratio", f"seconds for {COUNT:,} messages, one worker over two, on the same two cores"),
        row(
            NAMES[3], pause, "s", "longest stretch without a result after a second worker joins, a message every 20 ms"
        ),
    ]


async def _through(folder: Path, on: Engines, name: str, seed: int, *, workers: int) -> tuple[float, float]:
    """Seconds for all messages, and the CPU outside the encoder over the encoder's."""
    said = texts(COUNT, seed)
    path = configured(folder, on, name, ALL)
    async with log_of(on.broker, f"{name}.") as log:
        with parts(path, *["stream"] * workers, "sinks") as running:
            await _append(log, texts(64 * workers, 1000 + seed), first=1_000_000)
            await _caught_up(log)
            before = [cpu(process) for process in running]
            started = time.perf_counter()
            await _append(log, said)
            await _caught_up(log)
            seconds = time.perf_counter() - started
            used = sum(cpu(process) for process in running) - sum(before)
    encoder = encoder_cpu(said)
    return seconds, (used - encoder) / encoder


def encoder_cpu(said: Sequence[str]) -> float:
    """CPU seconds of the encoder alone on the same texts."""
    with Encoder(build_model(CACHE)) as encoder:
        bare_loop(encoder, said[:256], 256)
        started = time.process_time()
        bare_loop(encoder, [normalise(text) for text in said], 256)
        return time.process_time() - started


async def _append(log: Log, said: Sequence[str], first: int = 0) -> None:
    entries = [(f"bench:{first + number}", line(first + number, text).rstrip()) for number, text in enumerate(said)]
    for start in range(0, len(entries), 500):
        await log.append(topics.MENTIONS, entries[start : start + 500])


async def _caught_up(log: Log) -> None:
    """Until everything appended is understood and archived."""
    async with asyncio.timeout(PATIENCE):
        while True:
            rows = {(row.topic, row.group): row.lag for row in await log.state()}
            wanted = [(topics.MENTIONS, "stream"), (topics.ENRICHED, "archive")]
            if all(rows.get(one) == 0 for one in wanted):
                return
            await asyncio.sleep(0.05)


async def _arrival(folder: Path, on: Engines, name: str, rate: float, seed: int) -> float:
    """95th percentile of the seconds from the append to the first search that finds the message."""
    said = texts(PACED, seed)
    path = configured(folder, on, name, ALL)
    sent: list[float] = []
    seen: list[float] = []
    async with log_of(on.broker, f"{name}.") as log, AsyncElasticsearch(on.node) as client:
        with parts(path, "stream", "sinks"):
            await _append(log, texts(64, 1000 + seed), first=1_000_000)
            await _caught_up(log)
            while (before := await _searchable(client, name)) < 64:  # noqa: ASYNC110 - seen from outside
                await asyncio.sleep(0.1)
            sending = asyncio.create_task(_pace(log, said, rate, sent))
            while len(seen) < PACED:
                found = await _searchable(client, name) - before
                seen += [time.perf_counter()] * (found - len(seen))
                await asyncio.sleep(0.05)
            await sending
    return quantiles([after - then for then, after in zip(sent, seen, strict=True)], n=20)[-1]


async def _pace(log: Log, said: Sequence[str], rate: float, sent: list[float]) -> None:
    started = time.perf_counter()
    for number, text in enumerate(said):
        await asyncio.sleep(max(0.0, started + number / rate - time.perf_counter()))
        sent.append(time.perf_counter())
        await log.append(topics.MENTIONS, [(f"bench:{number}", line(number, text).rstrip())])


async def _searchable(client: AsyncElasticsearch, name: str) -> int:
    answer = await client.count(index=f"{name}-mentions*", ignore_unavailable=True)
    return int(answer["count"])


async def _rebalance(folder: Path, on: Engines, name: str, seed: int) -> float:
    """Longest stretch in which no result came, while a second worker joined and left again."""
    path = configured(folder, on, name, ("language",))
    said, moments = texts(1_500, seed), list[float]()
    async with log_of(on.broker, f"{name}.") as log:
        with parts(path, "stream"):
            await _append(log, said[:64], first=1_000_000)
            await _understood(log)
            sending = asyncio.create_task(_pace(log, said, 50.0, []))
            watching = asyncio.create_task(_watch(log, sending, moments))
            await asyncio.sleep(3)
            with parts(path, "stream"):
                await asyncio.sleep(15)
            await sending
            await watching
    return max(after - before for before, after in pairwise(moments))


async def _understood(log: Log) -> None:
    while not any(row.topic == topics.MENTIONS and not row.lag for row in await log.state()):  # noqa: ASYNC110 - see above
        await asyncio.sleep(0.1)


async def _watch(log: Log, sending: "asyncio.Task[None]", moments: list[float]) -> None:
    """Note each moment at which the results were seen to have grown."""
    count = -1
    while not sending.done():
        now = await log.count(topics.ENRICHED)
        if now != count:
            moments.append(time.perf_counter())
            count = now
        await asyncio.sleep(0.05)
