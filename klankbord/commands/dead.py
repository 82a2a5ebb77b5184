"""`klankbord dead`: what was set aside, why, and back to where it failed."""

import asyncio
import re
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace
from rich.console import Console
from rich.table import Table

from core.codec import decode
from core.errors import Stop
from core.settings import nearest
from core.time import now
from core.topics import DEAD
from core.types import DeadLetter
from klankbord import configuration
from klankbord.dead import open_reader
from klankbord.options import config_option, harmless, hush
from klankbord.stores import open_stores
from stream.replay import INGEST, STREAM, Replayed, replay, replayed, select

SHOWN = 2000


@click.group(name="dead")
def command() -> None:
    """List, show or replay dead letters: records set aside with their reason."""


def _which(function: Any) -> Any:  # Any: click's decorators keep no types
    for option in (
        click.option("--since", help="Only the last 12h, 7d, 4w ..."),
        click.option("--error", help="Only this class of error."),
        click.option("--stage", help="Only this stage: ingest, stream, or a sink's name."),
        config_option,
    ):
        function = option(function)
    return function


@command.command(name="list")
@_which
def list_(config: Path, stage: str | None, error: str | None, since: str | None) -> None:
    """Show each dead letter in a line, and how many there are of each class."""
    letters, done = asyncio.run(_letters(config, stage, error, since))
    table = Table("number", "when (UTC)", "stage", "error", "origin", "key", "detail", box=None, pad_edge=False)
    for number, letter in letters:
        mark = " (replayed)" if number in done else ""
        cells = (letter.stage + mark, letter.error, letter.origin, letter.key, letter.detail[:120])
        table.add_row(str(number), f"{letter.at:%Y-%m-%d %H:%M}", *map(harmless, cells))
    console = Console(markup=False)
    console.print(table)
    for (at, name), count in Counter((letter.stage, letter.error) for _, letter in letters).most_common():
        console.print(f"{count:,} at {at}: {name}")
    console.print(f"{len(letters):,} dead letters")


@command.command()
@click.argument("number", type=int)
@config_option
def show(number: int, config: Path) -> None:
    """Show one dead letter whole, NUMBER as `klankbord dead list` gives it."""
    found = asyncio.run(_letter(config, number))
    if found is None:
        letters, _ = asyncio.run(_letters(config, None, None, None))
        near = nearest(str(number), [str(one) for one, _ in letters][-50:]) if letters else "there are none"
        raise Stop(f"there is no dead letter {number}; {near}")
    rows = ("origin", "stage", "error", "detail", "key", "size", "sha256")
    for name in rows:
        click.echo(f"{name:<8}{harmless(str(getattr(found, name)))}")
    click.echo(f"{'at':<8}{found.at:%Y-%m-%d %H:%M:%S} UTC")
    click.echo(f"payload {harmless(found.payload[:SHOWN].decode(errors='replace'))}")
    if len(found.payload) > SHOWN or found.size > len(found.payload):
        click.echo(f"        ... {found.size:,} bytes in all, {len(found.payload):,} kept")


@command.command(name="replay")
@_which
@click.option("--dry-run", is_flag=True, help="Only say how many would go back, and where.")
def replay_(config: Path, stage: str | None, error: str | None, since: str | None, *, dry_run: bool) -> None:
    """Send dead letters back to the stage that refused them, each once. A running klankbord takes them at once."""
    if dry_run:
        letters, done = asyncio.run(_letters(config, stage, error, since))
        for name, count in Counter(letter.stage for number, letter in letters if number not in done).items():
            click.echo(f"{count:,} would go back to {name}")
        return
    outcome = asyncio.run(_replay(config, stage, error, since))
    click.echo(f"{outcome.sent:,} sent back, {outcome.before:,} had been before")
    for number, sentence in outcome.refused:
        click.echo(f"{number}: stays: {harmless(sentence)}")


async def _letter(config: Path, number: int) -> DeadLetter | None:
    if not 0 < number < 1 << 63:
        return None
    async with open_stores(configuration.read(config), hush) as stores:
        for record in await stores.log.after(DEAD, number - 1, 1):
            letter = decode(record.value)
            if record.offset == number and isinstance(letter, DeadLetter):
                return letter
    return None


async def _letters(
    config: Path, stage: str | None, error: str | None, since: str | None
) -> tuple[list[tuple[int, DeadLetter]], set[int]]:
    """The letters without their payloads, which together may be more than fits."""
    async with open_stores(configuration.read(config), hush) as stores:
        _known(stage, stores.archive.name)
        chosen = select(stores.log, stage=stage, error=error, since=_since(since))
        letters = [(number, replace(letter, payload=b"")) async for number, letter in chosen]
        return letters, await replayed(stores.log)


async def _replay(config: Path, stage: str | None, error: str | None, since: str | None) -> Replayed:
    read = configuration.read(config)
    async with open_stores(read, hush) as stores, open_reader(read, stores) as reader:
        _known(stage, stores.archive.name)
        chosen = select(stores.log, stage=stage, error=error, since=_since(since))
        outcome = await replay(stores.log, chosen, parse=reader.parse, erased=stores.erased)
        await reader.settle()
        return outcome


def _known(stage: str | None, *sinks: str) -> None:
    stages = (INGEST, STREAM, *sinks)
    if stage is not None and stage not in stages:
        raise Stop(f'there is no stage "{stage}"; {nearest(stage, stages)}')


def _since(text: str | None) -> datetime | None:
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,4})([mhdw])", text)
    if not found:
        raise Stop(f'"{text}" is no stretch of time; give one like 30m, 12h, 7d or 4w')
    unit = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}[found[2]]
    return now() - timedelta(**{unit: int(found[1])})
