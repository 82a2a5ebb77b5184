"""`klankbord playbook disagreement`: at which questions of triage people said otherwise, and what."""

import asyncio
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from core.errors import Stop
from klankbord import configuration
from klankbord.commands.playbook._history import look_through
from klankbord.options import config_option, days_option
from playbook.disagreement import Disagreement, disagreement
from playbook.playbook import load


@click.command(name="disagreement")
@config_option
@days_option
def show_disagreement(config: Path, days: int) -> None:
    """Show at which questions of triage people said another outcome, of the mentions of the last days."""
    read = configuration.read(config)
    triage = load(read.playbook).triage
    if triage is None:
        raise Stop("the playbook has no triage")
    found = Disagreement()
    asyncio.run(look_through(read, days, lambda records: disagreement(triage, records, found)))
    table = Table("question", "asked", "said otherwise", "what people said", box=None, pad_edge=False)
    for step in (step for step in triage.steps if step in found.instead):
        instead = found.instead[step]
        said = ", ".join(f"{outcome} {count}" for outcome, count in instead.most_common())
        table.add_row(step, f"{found.asked[step]:,}", f"{instead.total():,}", said)
    Console().print(table if found.instead else "nobody said otherwise")
    if found.elsewhere:
        click.echo(f"{found.elsewhere:,} more were given an outcome that triage cannot come to from where they went")
