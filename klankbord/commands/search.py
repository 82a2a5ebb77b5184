"""`klankbord search`: ask the archive from the terminal."""

import asyncio
from datetime import timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from core.document import Filter, Order, Page, Stored
from core.time import now
from klankbord import configuration
from klankbord.options import config_option, days_option, harmless, hush
from klankbord.serving.asking import parse_search
from klankbord.stores import open_stores
from picture.mention import labels_of
from picture.sentiment import UNJUDGED

SHOWN = 500


@click.command(name="search")
@click.argument("query", default="")
@config_option
@days_option
@click.option("--size", default=20, show_default=True, type=click.IntRange(1, 10_000), help="How many to show.")
@click.option("--order", type=click.Choice([order.value for order in Order]), default="newest", show_default=True)
def command(query: str, config: Path, days: int, size: int, order: str) -> None:
    """Show archived mentions that match QUERY, newest first, and how many there are."""
    where = Filter(since=now() - timedelta(days=days), query=parse_search(query))
    page = asyncio.run(_ask(config, where, Order(order), size))
    console = Console()
    for stored in page.mentions:
        console.print(_shown(stored))
    console.print(f"{page.total:,} mentions in the last {days} days")


async def _ask(config: Path, where: Filter, order: Order, size: int) -> Page:
    async with open_stores(configuration.read(config), hush) as stores:
        return await stores.archive.search(where, order=order, size=size)


def _shown(stored: Stored) -> Text:
    mention = stored.enriched.mention
    label = next(iter(labels_of(stored, "sentiment")), UNJUDGED)
    body = Text(harmless(mention.text[:SHOWN]))
    for start, end in stored.highlights:
        body.stylize("bold", start, min(end, SHOWN))
    if len(mention.text) > SHOWN:
        body.append(" ...")
    line = Text(f"{mention.created_at:%Y-%m-%d %H:%M} {mention.source:<11}{label:<10}", style="dim")
    return line + body + Text(f"  {harmless(mention.id)}", style="dim")
