"""Reads a source of the demo with its real connector until everything is there."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import yaml

from core.errors import Retry
from core.ports import Batch, Tools
from core.time import now
from core.types import Deletion, Failure, Mention
from klankbord.demo.comparison import native


@dataclass
class Heard:
    """What a connector gave, the latest version of each mention by source and native id."""

    mentions: dict[tuple[str, str], Mention] = field(default_factory=dict)
    deletions: list[Deletion] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    gaps: list[Batch] = field(default_factory=list)

    def take(self, batch: Batch) -> None:
        self.mentions |= {native(mention.id): mention for mention in batch.mentions}
        self.deletions += batch.deletions
        self.failed += batch.failed
        self.gaps += [batch] if batch.gap else []


def settings_of(configuration: Path, source: str) -> Any:
    parts = yaml.safe_load(configuration.read_text())["sources"]
    return next(part["settings"] for part in parts if part["use"] == source)


async def read(
    configuration: Path, source: str, cache: Path, enough: Callable[[Heard], bool], *, at: datetime
) -> Heard:
    """Read the source's streams as the demo's configuration says, each until `enough` or until it is quiet.

    `at` is what the clock says when it begins: how far back a source is read depends on it.
    """
    behind = now() - at
    settings = settings_of(configuration, source)
    module = import_module(f"ingest.{source}")
    tools = Tools(clock=lambda: now() - behind, random=Random(1), cache=cache, report=lambda _: None)
    heard = Heard()
    async with module.build(module.Settings.model_validate(settings), tools) as connector:
        for stream in connector.streams():
            await _read_stream(connector, stream, heard, enough)
    return heard


async def _read_stream(connector: Any, stream: str, heard: Heard, enough: Callable[[Heard], bool]) -> None:
    cursor = None
    reading = True
    while reading:
        with suppress(Retry):
            reading = False
            async for batch in connector.batches(stream, cursor):
                cursor, reading = batch.cursor or cursor, True
                heard.take(batch)
                if enough(heard) or batch == Batch(cursor=batch.cursor, since=batch.since, until=batch.until):
                    return
