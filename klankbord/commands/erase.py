"""`klankbord erase`: take a person or a message out of every store, for good."""

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from core.errors import Stop
from desk.store import customers, identities
from desk.store.database import Database
from klankbord import configuration
from klankbord.options import config_option, harmless, hush
from klankbord.privacy.erase import Erased, erase
from klankbord.privacy.scrub import scrub
from klankbord.stores import ask_desk, open_stores


@click.command(name="erase")
@config_option
@click.option("--author", "authors", multiple=True, help='An author id, like "bluesky:did:plc:...". May be repeated.')
@click.option("--mention", "mentions", multiple=True, help="A mention id. May be repeated.")
@click.option(
    "--customer", "known", multiple=True, help="A customer's id: all that it stands for, with their accounts."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(
    config: Path, authors: tuple[str, ...], mentions: tuple[str, ...], known: tuple[str, ...], *, yes: bool
) -> None:
    """Erase authors, mentions and customers from the archive, the log, dead letters, the desk and the export folder.

    It cannot be undone. What was erased is remembered by a keyed hash, so that hearing it again does not bring it back;
    a running klankbord follows within two seconds. Files you exported elsewhere are yours to clean.
    """
    if not authors and not mentions and not known:
        raise Stop("say what to erase: --author ID, --mention ID or --customer ID")
    for identifier in (*authors, *mentions):
        if ":" not in identifier or not identifier.isprintable():
            raise Stop(
                f'"{harmless(identifier)}" is no id; ids look like "bluesky:did:plc:..." and stand on each mention'
            )
    read = configuration.read(config)
    members: list[str] = []
    for customer in known:
        group, accounts = ask_desk(config, partial(_whole, customer))
        members += group
        authors += accounts
    if not yes:
        click.confirm(f"Erase {', '.join((*authors, *mentions, *members))} for good?", abort=True)
    rows = asyncio.run(_erase(read, mentions, authors, members))
    table = Table("store", "removed", "seconds", box=None, pad_edge=False)
    for row in rows:
        table.add_row(row.store, f"{row.removed:,}", f"{row.seconds:.2f}")
    Console().print(table)


async def _whole(customer: str, desk: Database) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """All that the customer stands for, itself first, and their accounts."""
    found = await customers.get(desk, customer)
    if found is None:
        raise Stop(f'there is no customer "{harmless(customer)}"')
    accounts = await identities.accounts(desk, found.id)
    return found.members, tuple(one.author for one in accounts if one.withdrawn_at is None)


async def _erase(
    read: configuration.Configuration, mentions: Sequence[str], authors: Sequence[str], members: Sequence[str]
) -> list[Erased]:
    async with open_stores(read, hush) as stores:
        rows = [row async for row in erase(stores, mentions=mentions, authors=authors, customers=members)]
    await scrub(read.data)
    return rows
