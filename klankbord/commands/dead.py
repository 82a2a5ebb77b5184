"""`klankbord dead`: what was set aside, why, and back to where it failed."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace
from rich.console import Console
from rich.table import Table

from core.errors import Stop
from core.settings import nearest
from core.time import now
from core.topics import DEAD
from core.types import DeadLetter
from klankbord import configuration
from klankbord.configuration import Configuration
from klankbord.dead import open_reader
from klankbord.moments import rate_option, since_option, stretch, until_option
from klankbord.options import config_option, harmless, hush
from klankbord.stores import Stores, open_stores
from stream.pace import Pace
from stream.replay import INGEST, STREAM, Choice, Letter, Replayed, letter_of, replay, replayed, select

SHOWN = 2000
MOST_SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Which letters, as it was typed."""

    stage: str | None = None
    error: str | None = None
    since: str | None = None
    until: str | None = None


@click.group(name="dead")
def command() -> None:
    """List, show or replay dead letters: records set aside with their reason."""


def _which(function: Any) -> Any:  # Any: click's decorators keep no types
    for option in (
        until_option,
        since_option,
        click.option("--error", help="Only this class of error."),
        click.option("--stage", help="Only this stage: ingest, stream, or a sink's name."),
        config_option,
    ):
        function = option(function)
    return function


@command.command(name="list")
@_which
def list_(config: Path, **wish: str | None) -> None:
    """Show each dead letter in a line, and how many there are of each class."""
    letters, done = asyncio.run(_letters(config, Wish(**wish)))
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
@click.argument("numbers", type=int, nargs=-1)
@_which
def show(numbers: tuple[int, ...], config: Path, **wish: str | None) -> None:
    """Show dead letters whole: those of these NUMBERS as `klankbord dead list` gives them, or the latest of a choice."""
    if not numbers:
        letters, _ = asyncio.run(_letters(config, Wish(**wish)))
        numbers = tuple(number for number, _ in letters[-MOST_SHOWN:])
        click.echo(f"{len(numbers):,} of {len(letters):,} dead letters, the latest last")
    for number in numbers:
        found = asyncio.run(_letter(config, number))
        if found is None:
            raise Stop(f"there is no dead letter {number}; {asyncio.run(_near(config, number))}")
        click.echo(f"\n{'number':<8}{number}" if len(numbers) > 1 else f"{'number':<8}{number}")
        _show(found)


def _show(letter: DeadLetter) -> None:
    for name in ("origin", "stage", "error", "detail", "key", "size", "sha256"):
        click.echo(f"{name:<8}{harmless(str(getattr(letter, name)))}")
    click.echo(f"{'at':<8}{letter.at:%Y-%m-%d %H:%M:%S} UTC")
    click.echo(f"payload {harmless(letter.payload[:SHOWN].decode(errors='replace'))}")
    if len(letter.payload) > SHOWN or letter.size > len(letter.payload):
        click.echo(f"        ... {letter.size:,} bytes in all, {len(letter.payload):,} kept")


@command.command(name="replay")
@_which
@rate_option
@click.option("--dry-run", is_flag=True, help="Only say how many would go back, and where, and which would stay.")
def replay_(config: Path, rate: float | None, *, dry_run: bool, **wish: str | None) -> None:
    """Send dead letters back to the stage that refused them, each once. A running klankbord takes them at once.

    Those of a source are read again by its settings as they are now. What was deleted, erased or is past its keep time
    does not come back.
    """
    outcome = asyncio.run(_replay(config, Wish(**wish), Pace(rate), dry=dry_run))
    if dry_run:
        for name, count in outcome.stages.items():
            click.echo(f"{count:,} would go back to {name}")
    else:
        click.echo(f"{outcome.sent:,} sent back, {outcome.before:,} had been before")
    for number, sentence in outcome.refused:
        click.echo(f"{number}: {'would stay' if dry_run else 'stays'}: {harmless(sentence)}")


async def _letter(config: Path, number: int) -> DeadLetter | None:
    if not 0 < number < 1 << 63:
        return None
    async with open_stores(configuration.read(config), hush) as stores:
        for record in await stores.log.after(DEAD, number - 1, 1):
            return letter_of(record) if record.offset == number else None
    return None


async def _near(config: Path, number: int) -> str:
    letters, _ = await _letters(config, Wish())
    return nearest(str(number), [str(one) for one, _ in letters][-50:]) if letters else "there are none"


async def _letters(config: Path, wish: Wish) -> tuple[list[Letter], set[int]]:
    """The letters without their payloads, which together may be more than fits, and which were replayed."""
    read = configuration.read(config)
    async with open_stores(read, hush) as stores:
        letters = [(number, replace(letter, payload=b"")) async for number, letter in _chosen(read, stores, wish)]
        return letters, await replayed(stores.log)


async def _replay(config: Path, wish: Wish, pace: Pace, *, dry: bool) -> Replayed:
    read = configuration.read(config)
    async with open_stores(read, hush) as stores, open_reader(read, stores) as reader:
        chosen = _chosen(read, stores, wish)
        return await replay(
            stores.log,
            chosen,
            parse=reader.parse,
            sinks=read.sink_names,
            erased=stores.erased,
            settle=reader.settle,
            pace=pace,
            dry=dry,
        )


def _chosen(read: Configuration, stores: Stores, wish: Wish) -> AsyncIterator[Letter]:
    _known(wish.stage, (INGEST, STREAM, *read.sink_names))
    since, until = stretch(wish.since, wish.until, read.organisation.zone, now())
    return select(stores.log, Choice(stage=wish.stage, error=wish.error, since=since, until=until))


def _known(stage: str | None, stages: Sequence[str]) -> None:
    if stage is not None and stage not in stages:
        raise Stop(f'there is no stage "{stage}"; {nearest(stage, stages)}')
