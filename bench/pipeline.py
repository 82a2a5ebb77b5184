"""The whole program, source to archive: beside a bare encoder, without one, how soon, how much memory, how fast awake."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any

from bench._program import Program, line, running
from bench.monitors import messages, names

NAMES = (
    "embedded_over_bare_encoder",
    "embedded_without_encoder_per_second",
    "arrival_to_searchable_p95_seconds",
    "warm_start_to_first_understood_seconds",
)
ALL = ("language", "sentiment", "emotion", "topics")
MONITORS = {"everything": "source:file", "trein": "trein OR train", "storing": "storing NOT weg"}
WITH_ENCODER, WITHOUT_ENCODER, PACED, FIRST = 2_000, 40_000, 600, 10_000_000
BARE = """
import sys, time
from pathlib import Path
from bench.encoder import bare_loop
from enrich._encoder import Encoder, build_model
from enrich._normalise import normalise
from klankbord.understanding import cache_folder
texts = [normalise(text) for text in Path(sys.argv[1]).read_text().split("\\n")]
encoder = Encoder(build_model(cache_folder()))
encoder.encode(texts[:64])
print(bare_loop(encoder, texts, 256))
"""


def texts(count: int, seed: int) -> list[str]:
    """Short Dutch and English texts, all different."""
    random = Random(seed)
    made = messages(random, names(random), count)
    return [f"{' '.join(mention.text.split())} {number}" for number, mention in enumerate(made)]


def run(rounds: int = 5) -> list[dict[str, Any]]:
    """The rows of NAMES."""
    return [without_encoder(rounds), *beside_encoder(rounds), warm_start(rounds)]


@contextmanager
def warm(enrich: Sequence[str]) -> Iterator[Program]:
    """The program on a new folder; it has understood one message already."""
    with (
        tempfile.TemporaryDirectory(prefix="klankbord-bench-") as folder,
        running(Path(folder), enrich=enrich, monitors=MONITORS) as program,
    ):
        program.feed(line(FIRST, "een eerste bericht over de trein"))
        program.wait(1)
        yield program


def through(said: Sequence[str], enrich: Sequence[str]) -> float:
    """Seconds from the growth of the followed file until the last message can be found."""
    with warm(enrich) as program:
        lines = b"".join(line(number, text) for number, text in enumerate(said))
        started = time.perf_counter()
        program.feed(lines)
        return program.wait(1 + len(said)) - started


def without_encoder(rounds: int) -> dict[str, Any]:
    """Language, monitors, archive; no encoder."""
    rates = [WITHOUT_ENCODER / through(texts(WITHOUT_ENCODER, seed), ("language",)) for seed in range(rounds)]
    value = median(rates)
    return {
        "name": "embedded_without_encoder_per_second",
        "value": round(value),
        "unit": "messages/s",
        "bound": ">= 10,000",
        "holds": value >= 10_000,
        "workload": f"{WITHOUT_ENCODER:,} distinct messages of about 20 words, file to archive, language and 3 monitors, "
        f"2 processes, median of {rounds}",
    }


def beside_encoder(rounds: int) -> list[dict[str, Any]]:
    """The program with every enricher and the bare encoder on the same texts, in turn; then latency at half of that."""
    ratios, rates = [], []
    for seed in range(rounds):
        said = texts(WITH_ENCODER, seed)
        bare = bare_seconds(said)
        whole = through(said, ALL)
        ratios.append(bare / whole)
        rates.append(WITH_ENCODER / whole)
    value = median(ratios)
    ratio = {
        "name": "embedded_over_bare_encoder",
        "value": round(value, 3),
        "unit": "ratio",
        "bound": ">= 0.95",
        "holds": value >= 0.95,
        "workload": f"{WITH_ENCODER:,} distinct messages, file to archive with all enrichers, over the same encoder alone "
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


def warm_start(rounds: int) -> dict[str, Any]:
    """From the start of `klankbord run` until a waiting message was understood and archived."""
    values = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="klankbord-bench-") as folder:
            started = time.perf_counter()
            with running(Path(folder), enrich=ALL, monitors=MONITORS) as program:
                program.feed(line(FIRST, "een eerste bericht over de trein"))
                values.append(program.wait(1) - started)
    value = median(values)
    return {
        "name": "warm_start_to_first_understood_seconds",
        "value": round(value, 2),
        "unit": "s",
        "bound": "<= 5",
        "holds": value <= 5,
        "workload": f"`klankbord run` with every enricher, encoder built, one message waiting, median of {rounds}",
    }
