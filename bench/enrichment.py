"""Every shipped enricher together beside the bare encoder, and what a copy of a seen text costs."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from bench._program import TOPICS, texts
from bench.encoder import BATCH, CACHE, bare_loop
from core.ports import Enricher, Tools, Understand
from core.types import Author, Mention
from enrich._chain import make_understand
from enrich._encoder import Encoder, build_model

NAMES = ("enrich_all_heads_over_bare_encoder", "copy_over_new_text")
COUNT = 1_024
SETTINGS: dict[str, dict[str, Any]] = {
    "language": {"languages": ["nl", "en"]},
    "sentiment": {},
    "emotion": {},
    "toxicity": {},
    "intent": {},
    "topics": {"topics": TOPICS},
    "aspects": {
        "aspects": {name: {"words": {"nl": [name]}} for name in ("trein", "bestelling", "app", "koerier", "storing")}
    },
    "spam": {},
}
AT = datetime(2026, 11, 1, tzinfo=UTC)


def run(rounds: int = 5) -> list[dict[str, Any]]:
    """Both on the same distinct texts, in turn; then the chain on all of them once more."""
    ratios, copies = asyncio.run(_measured(rounds))
    workload = (
        f"{COUNT:,} distinct texts of about 20 words, batches of {BATCH}, {len(SETTINGS)} enrichers ({', '.join(SETTINGS)}), "
        f"median of {rounds} in turn"
    )
    return [
        _row(NAMES[0], median(ratios), ">= 0.95", workload, holds=median(ratios) >= 0.95),
        _row(
            NAMES[1],
            median(copies),
            "< 0.02",
            f"the same texts again, over the first time; {workload}",
            holds=median(copies) < 0.02,
        ),
    ]


async def _measured(rounds: int) -> tuple[list[float], list[float]]:
    tools = Tools(clock=lambda: AT, random=Random(1), cache=Path(), report=print)
    async with AsyncExitStack() as stack:
        encoder = stack.enter_context(Encoder(build_model(CACHE)))
        enrichers: list[Enricher] = []
        for name, given in SETTINGS.items():
            module = import_module(f"enrich.{name}")
            enrichers.append(await stack.enter_async_context(module.build(module.Settings(**given), tools)))
        understand = make_understand(enrichers, encoder)
        ratios, copies = [], []
        for seed in range(rounds + 1):  # the first warms up
            said = texts(COUNT, seed)
            bare = bare_loop(encoder, said, BATCH)
            new, again = _seconds(understand, said), _seconds(understand, said)
            ratios.append(bare / new)
            copies.append(again / new)
        return ratios[1:], copies[1:]


def _seconds(understand: Understand, said: Sequence[str]) -> float:
    mentions = [_mention(place, text) for place, text in enumerate(said)]
    started = time.perf_counter()
    for start in range(0, len(mentions), BATCH):
        understand(mentions[start : start + BATCH])
    return time.perf_counter() - started


def _mention(place: int, text: str) -> Mention:
    author = Author(id=f"bench:a{place % 97}")
    return Mention(id=f"bench:{place}", source="bench", author=author, text=text, created_at=AT, seen_at=AT)


def _row(name: str, value: float, bound: str, workload: str, *, holds: bool) -> dict[str, Any]:
    return {
        "name": name,
        "value": round(value, 3),
        "unit": "ratio",
        "bound": bound,
        "holds": holds,
        "workload": workload,
    }
