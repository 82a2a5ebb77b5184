"""How good the crisis detector is on labelled volumes, and what it costs.

The volumes are no part of this project: the environment variable KLANKBORD_VOLUMES names their folder, laid out as
`klankbord bench crisis` reads it. Without it only the cost is measured.
"""

import os
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from klankbord import volumes
from picture.detector import Counts, Detector
from picture.detector.counts import DAY, HOUR
from picture.judged.report import judge
from picture.judged.rows import BOUNDS, rows

COSTS = ("crisis_detector_minute_ms", "crisis_detector_remade_ms")
NAMES = (*BOUNDS, *COSTS)
VARIABLE = "KLANKBORD_VOLUMES"
MINUTE_BOUND, REMADE_BOUND = 2.0, 50.0
UNITS = {"nab_standard": "of 100", "recall": "share", "per_brand_week": "false alarms a brand-week"}
HISTORY = 35 * DAY
ZONE = ZoneInfo("Europe/Amsterdam")


def run(rounds: int = 5) -> list[dict[str, Any]]:
    """The rows that can be measured."""
    folder = os.environ.get(VARIABLE)
    if folder is None:
        print(f"crisis: {VARIABLE} names no folder of labelled volumes, so that only the cost is measured")
        return _cost(rounds)
    return _quality(Path(folder)) + _cost(rounds)


def _quality(folder: Path) -> list[dict[str, Any]]:
    brands = volumes.read(folder)
    found = rows(judge(brands, lambda: None))
    names = ", ".join(one.name.removeprefix("Twitter_volume_") for one in brands)
    workload = f"mention volumes of {names}, each scored by thresholds chosen on the others; simulated ones after each, by the shipped"
    return [_row(name, found[name], bound, workload) for name, bound in BOUNDS.items()]


def _cost(rounds: int) -> list[dict[str, Any]]:
    """CPU of one monitor: five looks at a running bucket and its end, by the minute; and its state made again."""
    minutes, remade = [], []
    for seed in range(rounds):
        seen = np.random.default_rng(seed).negative_binomial(2, 2 / 22, HISTORY + HOUR)
        counts = Counts.of(5_000_000, seen)
        began = process_time()
        detector = Detector.after(counts.part(counts.start, counts.end - HOUR), ZONE)
        remade.append((process_time() - began) * 1000)
        began = process_time()
        for bucket in range(counts.end - HOUR, counts.end):
            part = counts.part(bucket, bucket + 1)
            for _ in range(5):
                detector.peek(part)
            detector.advance(part)
        minutes.append((process_time() - began) * 1000 / (5 * HOUR))
    workload = f"{HISTORY // DAY} days of counts with a mean of 20 a bucket; median of {rounds} rounds; the archive's part is not in it"
    return [
        _row(
            COSTS[0],
            median(minutes),
            ("<=", MINUTE_BOUND),
            f"one monitor looked at each minute for an hour after {workload}",
        ),
        _row(COSTS[1], median(remade), ("<=", REMADE_BOUND), f"one monitor's state made again from {workload}"),
    ]


def _row(name: str, value: float, bound: tuple[str, float], workload: str) -> dict[str, Any]:
    sign, limit = bound
    return {
        "name": name,
        "value": round(value, 3),
        "unit": next((unit for end, unit in UNITS.items() if name.endswith(end)), "ms"),
        "bound": f"{sign} {limit:g}",
        "holds": value >= limit if sign == ">=" else value <= limit,
        "workload": workload,
    }
