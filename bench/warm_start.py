"""How soon a started program has understood its first message."""

import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from bench._program import ALL, FIRST, MONITORS, line, running

NAMES = ("warm_start_to_first_understood_seconds",)


def run(rounds: int = 5) -> list[dict[str, Any]]:
    """From the start of `klankbord run` until a waiting message was understood and archived."""
    values = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="klankbord-bench-") as folder:
            started = time.perf_counter()
            with running(Path(folder), enrich=ALL, monitors=MONITORS) as program:
                program.feed(line(FIRST, "een eerste bericht over de trein"))
                values.append(program.wait(1) - started)
    value = median(values)
    return [
        {
            "name": "warm_start_to_first_understood_seconds",
            "value": round(value, 2),
            "unit": "s",
            "bound": "<= 5",
            "holds": value <= 5,
            "workload": f"`klankbord run` with every enricher, encoder built, one message waiting, median of {rounds}",
        }
    ]
