"""The whole program without the encoder: what everything else costs."""

from statistics import median
from typing import Any

from bench._program import texts, through

NAMES = ("embedded_without_encoder_per_second",)
COUNT = 40_000


def run(rounds: int = 5) -> list[dict[str, Any]]:
    """Language, monitors, archive; no encoder."""
    rates = [COUNT / through(texts(COUNT, seed), ("language",)) for seed in range(rounds)]
    value = median(rates)
    return [
        {
            "name": "embedded_without_encoder_per_second",
            "value": round(value),
            "unit": "messages/s",
            "bound": ">= 10,000",
            "holds": value >= 10_000,
            "workload": f"{COUNT:,} distinct messages of about 20 words, file to archive, language and 3 monitors (one by source, two by words), "
            f"3 processes, median of {rounds}",
        }
    ]
