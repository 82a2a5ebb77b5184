"""`klankbord happenings`: business events beside what was said, from a file, listed and taken away."""

import asyncio
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from core.errors import Stop
from core.time import now
from desk.happenings.reading import from_file
from desk.store import happenings
from klankbord import configuration
from klankbord.keeping.annotated import annotate
from klankbord.options import config_option, harmless, hush, person
from klankbord.stores import ask_desk, open_stores

SHOWN = 50


@click.group(name="happenings")
def command() -> None:
    """Tell, list or take away business events: outages, orders, campaigns, NPS answers."""


@command.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be taken, and take nothing.")
@config_option
def import_(file: Path, config: Path, *, dry_run: bool) -> None:
    """Take the events of a CSV FILE: columns key, kind, since, title, and as far as there are any until, amount, unit, source.

    Read again, a file changes only what it says otherwise. Lines that are wrong are named; the others are taken.
    """
    read = configuration.read(config)
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Stop(f"{file} cannot be read: {error.strerror}") from None
    found, bad = from_file(content, read.organisation.zone, file.stem[:80])
    for one in bad:
        click.echo(harmless(f"{file}, line {one.line}: {one.reason}"), err=True)
    if dry_run:
        click.echo(f"{len(found)} events would be taken, {len(bad)} lines are wrong; nothing was changed")
        return

    async def kept() -> int:
        async with open_stores(read, hush) as stores:
            new = await happenings.put(stores.desk, found, by=person(), at=now())
            await annotate(stores, read.organisation.zone)
            return new

    new = asyncio.run(kept())
    click.echo(f"{len(found)} events taken, {new} of them new; {len(bad)} lines are wrong")
    if bad:
        raise SystemExit(1)


@command.command(name="list")
@config_option
def list_(config: Path) -> None:
    """Show the latest events."""
    zone = configuration.read(config).organisation.zone
    table = Table("since", "until", "kind", "title", "amount", "source", "key", box=None, pad_edge=False)
    for one in ask_desk(config, lambda desk: happenings.latest(desk, most=SHOWN)):
        since = f"{one.since.astimezone(zone):%Y-%m-%d %H:%M}"
        until = f"{one.until.astimezone(zone):%Y-%m-%d %H:%M}" if one.until else ""
        amount = "" if one.amount is None else f"{one.amount:g} {one.unit}".strip()
        told = (one.kind.value, one.title, amount, one.source, one.key)
        table.add_row(since, until, *map(harmless, told))
    Console().print(table) if table.row_count else click.echo("there are no business events")


@command.command()
@click.argument("source")
@click.argument("key")
@config_option
def remove(source: str, key: str, config: Path) -> None:
    """Take away the event that SOURCE calls KEY."""
    gone = ask_desk(config, lambda desk: happenings.remove(desk, source, key, by=person(), at=now()))
    if not gone:
        raise Stop(f'there is no event "{key}" of "{source}"; see: klankbord happenings list')
    click.echo("taken away")
