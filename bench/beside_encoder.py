"""The whole program beside the same encoder alone, and how soon a message can be found at half of what it takes."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from statistics import median, quantiles
from typing import Any

from bench._program import ALL, Program, line, texts, through, warm

NAMES = ("embedded_over_bare_encoder", "arrival_to_searchable_p95_seconds")
COUNT, PACED = 4_000, 600
BARE = """
import sys, time
from pathlib import Path
from bench.encoder import bare_loop
from enrich._encoder import Encoder, build_model
from enrich._normalise import normalise
from klankbord.caching import cache_folder
texts = [normalise(text) for text in Path(sys.argv[1]).read_text().split("\\n")]
encoder = Encoder(build_model(cache_folder()))
encoder.encode(texts[:64])
print(bare_loop(encoder, texts, 256))
"""


def run(rounds: int = 5) -> list[dict[str, Any]]:
    """The program with every enricher and the bare encoder on the same texts, in turn; then latency at half of that."""
    ratios, rates = [], []
    for seed in range(rounds):
        said = texts(COUNT, seed)
        bare = bare_seconds(said)
        whole = through(said, ALL)
        ratios.append(bare / whole)
        rates.append(COUNT / whole)
    value = median(ratios)
    ratio = {
        "name": "embedded_over_bare_encoder",
        "value": round(value, 3),
        "unit": "ratio",
        "bound": ">= 0.95",
        "holds": value >= 0.95,
        "workload": f"{COUNT:,} distinct messages, file to archive with all enrichers, over the same encoder alone "
        f"with as many threads and batches of 256, tokenising in both, median of {rounds} in turn",
    }
    return [ratio, arrival(median(rates) / 2, rounds)]


def bare_seconds(said: Sequence[str]) -> float:
    """Seconds the encoder alone takes, in a process of its own."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(said))
        file.flush()
        answer = subprocess.run([sys.executable, "-c", BARE, file.name], capture_output=True, check=True, text=True)
    return float(answer.stdout.split()[-1])


def arrival(rate: float, rounds: int) -> dict[str, Any]:
    """From the append to the followed file until the message can be found, at that many messages a second."""
    values = []
    for seed in range(rounds):
        with warm(ALL) as program:
            values.append(quantiles(paced(program, texts(PACED, 100 + seed), rate), n=20)[-1])
    value = median(values)
    return {
        "name": "arrival_to_searchable_p95_seconds",
        "value": round(value, 3),
        "unit": "s",
        "bound": "<= 1",
        "holds": value <= 1,
        "workload": f"{PACED} messages one by one at {rate:.0f} a second, half of what the program takes, median of {rounds}",
    }


def paced(program: Program, said: Sequence[str], rate: float) -> list[float]:
    """The seconds each message took, in order of arrival (the archive numbers documents as they come)."""
    sent: list[float] = []
    seen: list[float] = []
    started = time.perf_counter()
    while len(seen) < len(said):
        now = time.perf_counter()
        due = min(len(said), int((now - started) * rate) + 1)
        if due > len(sent):
            program.feed(b"".join(line(number, said[number]) for number in range(len(sent), due)))
            sent += [now] * (due - len(sent))
        found = program.archived() - 1
        seen += [time.perf_counter()] * (found - len(seen))
        time.sleep(0.005)
    return [after - before for before, after in zip(sent, seen, strict=True)]
