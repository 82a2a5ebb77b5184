"""What a minute's look at a thousand monitors costs: arrivals counted in the archive, and every detector asked."""

import asyncio
import gc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from core.ports import Held, Tools
from core.time import BUCKET, bucket_of, start_of
from core.types import Author, Enriched, Finding, Mention, Routing
from picture.arriving import Heard
from picture.detector import Counts, Detector
from picture.sight import Sight
from picture.watching import LOOKED_BACK, Asked, Usual
from playbook.highlighting import highlights
from playbook.matching import matches
from sinks import sqlite

NAMES = ("alarm_1000_monitors_cpu_seconds",)
SEED = 20261129
MONITORS = 1000
EACH = 2
"""Monitors that hear a message."""
A_BUCKET = 300
"""Messages, one a second."""
HOURS = 12
"""Of messages that lie in the archive."""
LOOKS = 5
"""A look each minute: in one of them a bucket ended."""
BOUND = 60.0
NOW = start_of(bucket_of(datetime(2026, 11, 24, 12, tzinfo=UTC)))
ZONE = ZoneInfo("Europe/Amsterdam")
MINUTE = timedelta(minutes=1)
BRANDS = tuple(f"monitor {number}" for number in range(MONITORS))


def messages(random: Random) -> Iterator[Held]:
    for second in range(HOURS * 3600):
        at = NOW + LOOKS * MINUTE - timedelta(seconds=second)
        mention = Mention(
            id=f"file:{second}",
            source="file",
            author=Author(id=f"file:author-{random.randrange(20_000)}", followers=random.randrange(5_000)),
            text=f"bericht {second} over een vertraging",
            created_at=at,
            seen_at=at,
        )
        feeling = Finding(name="sentiment", model="m", labels=(random.choice(("negative", "neutral", "positive")),))
        routing = Routing(monitors=tuple(random.sample(BRANDS, EACH)))
        yield Held(enriched=Enriched(mention=mention, findings=(feeling,), routing=routing), arrived_at=at)


def detectors() -> dict[str, Detector]:
    """After five weeks whose volumes differ by monitor, hour and day."""
    draw = np.random.default_rng(SEED)
    end = bucket_of(NOW)
    hour = 1 + 0.8 * np.sin(np.arange(end - LOOKED_BACK, end) * 2 * np.pi / (timedelta(days=1) // BUCKET))
    return {
        name: Detector.after(Counts.of(end - LOOKED_BACK, draw.poisson(hour * draw.lognormal(-0.5, 1))), ZONE)
        for name in BRANDS
    }


async def looked(folder: Path, rounds: int) -> list[float]:
    """CPU seconds of a look, over LOOKS minutes in a row."""
    tools = Tools(clock=lambda: NOW, random=Random(SEED), cache=folder, report=lambda _: None)
    settings = sqlite.Settings(path=folder / "archive.db")
    async with sqlite.build(settings, tools, erased=lambda _: False, matches=matches, spans=highlights) as archive:
        waiting = list(messages(Random(SEED)))
        for start in range(0, len(waiting), 1000):
            await archive.restore(waiting[start : start + 1000])
        asked = Asked(monitors=dict.fromkeys(BRANDS))
        began = dict.fromkeys(BRANDS, bucket_of(NOW) - LOOKED_BACK)
        usual = Usual(float(A_BUCKET), (bucket_of(NOW) - 1,), began, frozenset(), {})
        full = np.full(LOOKED_BACK, A_BUCKET, np.int64)
        told = Heard(bucket_of(NOW) - LOOKED_BACK, bucket_of(NOW), BRANDS, np.empty((0, 6), np.int64), full, ())
        found = []
        for _ in range(rounds):
            sight = Sight(asked, usual, detectors(), told)
            gc.collect()
            before = process_time()
            for minute in range(LOOKS):
                await sight.look(archive, ended=bucket_of(NOW + minute * MINUTE + MINUTE))
            found.append((process_time() - before) / LOOKS)
    return found


def run(rounds: int = 3) -> list[dict[str, Any]]:
    with TemporaryDirectory() as folder:
        value = median(asyncio.run(looked(Path(folder), rounds)))
    return [
        {
            "name": NAMES[0],
            "value": round(value, 2),
            "unit": "CPU s/look",
            "bound": f"<= {BOUND:.0f}",
            "holds": value <= BOUND,
            "workload": f"{MONITORS:,} monitors with five weeks behind them, a look each minute for five minutes, {A_BUCKET:,} messages in "
            f"each five minutes of which each is heard by {EACH}, {HOURS} hours of them in an SQLite archive; counting them there included",
        }
    ]
