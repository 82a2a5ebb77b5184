"""`klankbord list`: the connectors, enrichers, sinks and publishers that can be used."""

import click
from rich.console import Console
from rich.table import Table

from klankbord import registry

TITLES = {"ingest": "connectors", "enrich": "enrichers", "sinks": "sinks", "publish": "publishers"}


@click.command(name="list")
def command() -> None:
    """Show every connector, enricher, sink and publisher there is, those of installed packages included."""
    table = Table(box=None, pad_edge=False)
    for column in ("what", "name", "does"):
        table.add_column(column, overflow="fold")
    for room in registry.ROOMS:
        for name in sorted(registry.components(room)):
            table.add_row(TITLES[room], name, registry.summary(room, name))
    Console().print(table)
