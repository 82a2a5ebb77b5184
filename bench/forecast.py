"""How good the forecast is on volumes, and what one costs.

The volumes are no part of this project: the environment variable KLANKBORD_VOLUMES names their folder, laid out as
`klankbord bench forecast` reads it. Without it only the cost is measured.
"""

import os
from operator import ge, le, lt
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from bench.crisis import VARIABLE
from klankbord import volumes
from picture.forecast import History, outlook
from picture.forecast.comparable import BEFORE
from picture.judged.forecasts import BOUNDS, judge, rows

COST = "forecast_ms"
NAMES = (*BOUNDS, COST)
BOUND = 300.0
COMPARES = {"<": lt, "<=": le, ">=": ge}
ZONE = ZoneInfo("Europe/Amsterdam")


def run(rounds: int = 5) -> list[dict[str, Any]]:
    """The rows that can be measured."""
    folder = os.environ.get(VARIABLE)
    if folder is None:
        print(f"forecast: {VARIABLE} names no folder of volumes, so that only the cost is measured")
        return [_cost(rounds)]
    return [*_quality(Path(folder)), _cost(rounds)]


def _quality(folder: Path) -> list[dict[str, Any]]:
    brands = volumes.read(folder)
    found = rows(judge(brands, lambda: None))
    names = ", ".join(one.name.removeprefix("Twitter_volume_") for one in brands)
    workload = f"mention volumes of {names}: 72 hours forecast from each day after three weeks; mean over brands"
    known = {name: value for name, value in found.items() if value is not None}
    return [_row(name, value, BOUNDS[name], "", workload) for name, value in known.items()]


def _cost(rounds: int) -> dict[str, Any]:
    """CPU of one monitor's forecast with its score; the archive's part is not in it."""
    taken = []
    for seed in range(rounds):
        counts = np.random.default_rng(seed).negative_binomial(2, 2 / 42, BEFORE)
        began = process_time()
        outlook(History.of(490_000, counts, ZONE))
        taken.append((process_time() - began) * 1000)
    workload = f"one monitor's forecast and score from eight weeks of hours; median of {rounds} rounds"
    return _row(COST, median(taken), ("<=", BOUND), "ms", workload)


def _row(name: str, value: float, bound: tuple[str, float], unit: str, workload: str) -> dict[str, Any]:
    sign, limit = bound
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit or ("share" if name.endswith("covered") else "of seasonal naive's error"),
        "bound": f"{sign} {limit:g}",
        "holds": COMPARES[sign](value, limit),
        "workload": workload,
    }
