"""`klankbord erase`: take a person or a message out of every store, for good."""

import asyncio
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from core.errors import Stop
from klankbord import configuration
from klankbord.options import config_option, harmless, hush
from klankbord.privacy.erase import Erased, erase
from klankbord.privacy.scrub import scrub
from klankbord.stores import open_stores


@click.command(name="erase")
@config_option
@click.option("--author", "authors", multiple=True, help='An author id, like "bluesky:did:plc:...". May be repeated.')
@click.option("--mention", "mentions", multiple=True, help="A mention id. May be repeated.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(config: Path, authors: tuple[str, ...], mentions: tuple[str, ...], *, yes: bool) -> None:
    """Erase authors and mentions from the archive, the log, dead letters and the export folder.

    It cannot be undone. What was erased is remembered by a keyed hash, so that hearing it again does not bring it back;
    a running klankbord follows within two seconds. Files you exported elsewhere are yours to clean.
    """
    if not authors and not mentions:
        raise Stop("say what to erase: --author ID or --mention ID")
    for identifier in (*authors, *mentions):
        if ":" not in identifier or not identifier.isprintable():
            raise Stop(
                f'"{harmless(identifier)}" is no id; ids look like "bluesky:did:plc:..." and stand on each mention'
            )
    read = configuration.read(config)
    if not yes:
        click.confirm(f"Erase {', '.join((*authors, *mentions))} for good?", abort=True)
    rows = asyncio.run(_erase(read, mentions, authors))
    table = Table("store", "removed", "seconds", box=None, pad_edge=False)
    for row in rows:
        table.add_row(row.store, f"{row.removed:,}", f"{row.seconds:.2f}")
    Console().print(table)


async def _erase(
    read: configuration.Configuration, mentions: tuple[str, ...], authors: tuple[str, ...]
) -> list[Erased]:
    async with open_stores(read, hush) as stores:
        rows = [row async for row in erase(stores, mentions=mentions, authors=authors)]
    await scrub(read.data)
    return rows
