"""`klankbord goals`: the organisation's goals against their targets."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from core.time import now
from desk.foundation.goals import Standing, standing
from desk.foundation.holders import holders
from klankbord import configuration
from klankbord.options import config_option, harmless, hush
from klankbord.serving import page
from klankbord.stores import open_stores
from picture.goals import Lacks, Reading
from playbook.foundation import Goal
from playbook.playbook import load

WHY: Mapping[Lacks, str] = {
    Lacks.RUNNING: "so far",
    Lacks.GAP: "a source has a gap there",
    Lacks.UNCOLLECTED: "not collected from end to end",
    Lacks.EXPIRED: "older than what is kept",
    Lacks.NOTHING: "no messages to be a share of",
}


@click.command(name="goals")
@config_option
def command(config: Path) -> None:
    """Show each goal of the playbook: its figure in the last periods, its target, who answers for it."""
    read = configuration.read(config)
    goals = load(read.playbook).goals
    if not goals:
        click.echo(f"{read.playbook} has no goals; see `goals:` in the example playbook")
        return
    found, held = asyncio.run(_asked(read, goals))
    zone = read.organisation.zone
    for one in found:
        who = ", ".join(held.get(one.goal.owner, ())) or "nobody"
        click.echo(harmless(f"{one.name}: {one.goal.called('en')}"))
        click.echo(harmless(f"  {target(one.goal)} a {one.goal.period}; owner: {one.goal.owner} ({who})"))
        table = Table(box=None, pad_edge=False, show_header=False)
        for reading in one.readings:
            table.add_row(f"  {reading.since.astimezone(zone):%Y-%m-%d}", *_row(one.goal, reading))
        Console().print(table)


async def _asked(
    read: configuration.Configuration, goals: Mapping[str, Goal]
) -> tuple[Sequence[Standing], Mapping[str, Sequence[str]]]:
    async with open_stores(read, hush) as stores:
        organisation = page.organisation(read)
        found = await standing(stores.archive, goals, organisation, now=now(), keep=read.shortest_keep)
        return found, await holders(stores.desk)


def target(goal: Goal) -> str:
    """What the figure should be, in words."""
    unit = " in a hundred" if goal.measure == "share" else " mentions"
    limits = (("at least", goal.at_least), ("at most", goal.at_most))
    return " and ".join(f"{word} {limit:g}" for word, limit in limits if limit is not None) + unit


def _row(goal: Goal, reading: Reading) -> tuple[str, str, str]:
    decimals = 1 if goal.measure == "share" else 0
    value = "-" if reading.value is None else f"{reading.value:,.{decimals}f}"
    return value, reading.verdict.value, WHY[reading.lacks] if reading.lacks else ""
