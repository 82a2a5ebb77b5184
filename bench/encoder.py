"""How fast the encoder alone is: the yardstick for everything around it."""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from enrich._encoder import Encoder, build_model
from enrich._normalise import normalise

CACHE = Path(os.environ.get("KLANKBORD_CACHE") or Path(__file__).parents[1] / ".cache" / "klankbord")
TEXTS = 512
BATCH = 256

NAMES = ("bare_encoder_per_cpu_second", "bare_encoder_per_second")

_WHO = (
    "De app",
    "Mijn bestelling",
    "The courier",
    "Customer service",
    "Het nieuwe abonnement",
    "The website",
    "De storing",
)
_DOES = (
    "werkt sinds vanmorgen niet meer",
    "was een dag te laat",
    "left me waiting for an hour",
    "is echt beter geworden",
)
_AND = (
    "en niemand die iets laat weten @klantenservice",
    "so I will try again tomorrow https://example.org/status",
    "wat een verademing na vorige week 😀",
    "does anyone else see this? #help",
    "al voor de derde keer deze maand, ik ben er wel klaar mee en stap over",
)


def sample(count: int, *, first: int = 0) -> list[str]:
    """That many distinct short messages, Dutch and English mixed, about 28 tokens each as on social media."""
    places = range(first, first + count)
    return [
        f"{_WHO[i % 7]} {_DOES[i // 7 % 4]}, {_AND[i // 28 % 5]} (bericht {i}, {_WHO[i * 5 % 7].lower()})"
        for i in places
    ]


def bare_loop(encoder: Encoder, texts: Sequence[str], batch: int) -> float:
    """Seconds to normalise and encode the texts and nothing else, in batches of that size."""
    started = time.perf_counter()
    for start in range(0, len(texts), batch):
        encoder.encode([normalise(text) for text in texts[start : start + batch]])
    return time.perf_counter() - started


def run(rounds: int = 5) -> list[dict[str, Any]]:
    """Messages a second of CPU time and of wall time, median over the rounds; each round has texts of its own."""
    by_cpu, by_wall = [], []
    with Encoder(build_model(CACHE)) as encoder:
        bare_loop(encoder, sample(BATCH), BATCH)
        for place in range(1, rounds + 1):
            texts = sample(TEXTS, first=place * TEXTS)
            before = time.process_time()
            by_wall.append(TEXTS / bare_loop(encoder, texts, BATCH))
            by_cpu.append(TEXTS / (time.process_time() - before))
        tokens = sum(map(len, encoder.pieces.ids(sample(TEXTS)))) / TEXTS
        threads = encoder.threads
    workload = f"{TEXTS} distinct texts of {tokens:.0f} tokens, batches of {BATCH}, {threads} threads, {rounds} rounds"
    return [
        _row("bare_encoder_per_cpu_second", median(by_cpu), "messages/CPU-s", workload),
        _row("bare_encoder_per_second", median(by_wall), "messages/s", workload),
    ]


def _row(name: str, value: float, unit: str, workload: str) -> dict[str, Any]:
    return {"name": name, "value": round(value, 1), "unit": unit, "bound": None, "holds": True, "workload": workload}


if __name__ == "__main__":
    for row in run():
        print(row)
