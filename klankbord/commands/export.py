"""`klankbord export`: mentions out of the archive into a file."""

import asyncio
from datetime import timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from core.document import Filter
from core.ports import Erased
from core.time import now
from klankbord import configuration
from klankbord.export import FORMS, Chunks, export
from klankbord.options import config_option, days_option, hush
from klankbord.serving.asking import parse_search
from klankbord.stores import open_stores


@click.command(name="export")
@click.argument("query", default="")
@config_option
@click.option("--format", "form", type=click.Choice(list(FORMS)), default="jsonl", show_default=True)
@days_option
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="By default a file in the export folder.")
def command(query: str, config: Path, form: str, days: int, out: Path | None) -> None:
    """Write archived mentions that match QUERY to a file: the same ones `klankbord search` counts.

    Files in the data folder's exports/ are reached by `klankbord erase`; files elsewhere are yours to look after.
    """
    read = configuration.read(config)
    moment = now()
    path = out or read.data / "exports" / f"mentions-{moment:%Y%m%d-%H%M%S}.{form}"
    where = Filter(since=moment - timedelta(days=days), query=parse_search(query))
    count = asyncio.run(_export(read, where, path, form))
    click.echo(f"{count:,} mentions in {path}")


async def _export(read: configuration.Configuration, where: Filter, path: Path, form: str) -> int:
    columns = (TextColumn("export"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    async with open_stores(read, hush) as stores:
        total = await stores.archive.count(where)
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("export", total=total)
            while True:
                version = stores.erased.version()
                chunks = _without_erased(stores.archive.scan(where), stores.erased)
                count = await export(chunks, path, form, lambda count: bar.update(task, completed=count))
                if stores.erased.version() == version:  # else someone was erased meanwhile, and may stand in the file
                    return count


async def _without_erased(chunks: Chunks, erased: Erased) -> Chunks:
    """What an erasure is taking out of the archive at this moment comes in no file any more."""
    async for chunk in chunks:
        mentions = ((stored, stored.enriched.mention) for stored in chunk)
        yield [stored for stored, mention in mentions if not erased(mention.id) and not erased(mention.author.id)]
