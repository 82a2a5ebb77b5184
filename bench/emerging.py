"""How many messages a CPU-second are taken in where new topics are sought, after encoding."""

import json
import os
import subprocess
import sys
from statistics import median
from time import process_time
from typing import Any

import numpy as np

from bench._said import Said, Speakers
from enrich._corpus import load_corpus
from enrich._encoder.vector import pack_all, unpack
from enrich._ordinary import Ordinary
from picture.clusters import SEEDS, Clusters
from picture.remembered import LATEST, SAMPLED, Heard

NAMES = ("emerging_per_cpu_second",)
BOUND = 20_000
SEED = 20_261
A_DAY, DAYS = 3_000, 10
BATCH, MESSAGES = 256, 4_096
HOUR = 3_600


def run(rounds: int = 5) -> list[dict[str, Any]]:
    """The row. Measured in a process of its own with one thread of linear algebra, as in the program."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.emerging", str(rounds)],
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        check=True,
        text=True,
    )
    rates = json.loads(done.stdout)
    value = median(rates)
    return [
        {
            "name": NAMES[0],
            "value": round(value),
            "unit": "messages per CPU-second",
            "bound": BOUND,
            "holds": value >= BOUND,
            "workload": f"{MESSAGES:,} messages in batches of {BATCH} beside {LATEST:,} latest and {SAMPLED:,} earlier ones, after "
            f"{A_DAY * DAYS:,} before: stored vectors unpacked, seen from the middle of their language, remembered and counted, "
            f"and asked once what emerges around {SEEDS} of them; median of {rounds} rounds, other messages in each",
        }
    ]


def measured(rounds: int) -> list[float]:
    """Messages per CPU-second of each round."""
    said = list(Speakers(SEED).week(0, DAYS, A_DAY))
    packed, clusters, ordinary = pack_all(np.stack([one.vector for one in said])), Clusters(), Ordinary(load_corpus())
    before = len(said) - rounds * MESSAGES
    _take(clusters, ordinary, said[:before], packed[:before], 0)
    rates = []
    for start in range(before, len(said), MESSAGES):
        part, vectors = said[start : start + MESSAGES], packed[start : start + MESSAGES]
        began = process_time()
        for place in range(0, len(part), BATCH):
            _take(clusters, ordinary, part[place : place + BATCH], vectors[place : place + BATCH], start + place)
        clusters.risen()
        rates.append(len(part) / (process_time() - began))
    return rates


def _take(clusters: Clusters, ordinary: Ordinary, said: list[Said], packed: list[bytes], start: int) -> None:
    vectors, languages = unpack(packed), [one.language for one in said]
    ordinary.learn(vectors, languages)
    heard = [
        Heard(str(start + n), one.author, int(one.at // HOUR), True, hash(packed[n])) for n, one in enumerate(said)
    ]
    clusters.add(heard, ordinary.seen(vectors, languages))


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]))))
