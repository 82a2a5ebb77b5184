"""`klankbord cases`: what somebody has to answer, by when, and what happened to it."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from core.errors import Stop
from core.findings import SEVERITIES
from core.time import now
from desk.cases.standing import standing
from desk.store import cases, people
from desk.store.cases import Asked, Case, Event, Message, Order, State
from desk.store.database import Database
from klankbord import configuration
from klankbord.options import config_option, harmless
from klankbord.people.staff import called
from klankbord.stores import ask_desk

ANY = "any"


@click.group(name="cases")
def command() -> None:
    """See what somebody has to answer."""


@command.command(name="list")
@click.option("--unit", default=None, help='That owns them; "-" is of none.')
@click.option(
    "--state", type=click.Choice([*(one.value for one in State), ANY]), default=State.OPEN.value, show_default=True
)
@click.option("--severity", type=click.Choice(SEVERITIES), default=None)
@click.option(
    "--crisis", type=click.IntRange(1, 2**31 - 1), default=None, help="That belong to the crisis of that number."
)
@click.option("--newest", is_flag=True, help="The newest first, instead of what is due first.")
@click.option("--most", type=click.IntRange(1, 1000), default=50, show_default=True)
@config_option
def show_all(
    *, unit: str | None, state: str, severity: str | None, crisis: int | None, newest: bool, most: int, config: Path
) -> None:
    """List cases, what is due first first."""
    asked = Asked(
        units=() if unit is None else (None if unit == "-" else unit,),
        states=() if state == ANY else (State(state),),
        severities=(severity,) if severity else (),
        crisis=crisis,
    )
    order = Order.NEWEST if newest else Order.URGENT

    async def found(desk: Database) -> tuple[Sequence[Case], int, dict[str, str]]:
        names = {one.id: one.name for one in await people.every(desk)}
        return await cases.listed(desk, asked, order=order, most=most), await cases.count(desk, asked), names

    listed, total, names = ask_desk(config, found)
    zone, at = configuration.read(config).organisation.zone, now()
    table = Table(box=None, pad_edge=False)
    for heading in ("case", "severity", "unit", "assignee", "due", "stands", "state", "author"):
        table.add_column(heading)
    for one in listed:
        due = one.first_due if one.answered_at is None and one.first_due else one.resolution_due
        cells = (one.severity, one.unit or "-", called(names, one.assignee or "-"), clock(due, zone))
        told = (f"#{one.number}", *cells, standing(one, at).value, one.state.value, one.author)
        table.add_row(*map(harmless, told))
    Console().print(table)
    click.echo(f"{len(listed)} of {total}")


@command.command()
@click.argument("number", type=click.IntRange(1, 2**31 - 1))
@config_option
def show(number: int, config: Path) -> None:
    """Show the case of that NUMBER: its messages by id, and what happened to it."""

    async def found(desk: Database) -> tuple[Case, Sequence[Message], Sequence[Event], dict[str, str]] | None:
        one = await cases.get(desk, number)
        if one is None:
            return None
        names = {person.id: person.name for person in await people.every(desk)}
        return one, await cases.messages(desk, one.id), await cases.events(desk, one.id), names

    known = ask_desk(config, found)
    if known is None:
        raise Stop(f"there is no case {number}")
    one, messages, events, names = known
    zone = configuration.read(config).organisation.zone
    lines = [
        f"case {one.number}: {one.author} in {one.thread}",
        f"  {one.severity}, {one.outcome}, of {one.unit or 'no unit'}; {one.state} and {standing(one, now())}",
        f"  with {called(names, one.assignee or 'nobody')}; tags: {', '.join(one.tags) or 'none'}",
        f"  first response by {clock(one.first_due, zone)}, given {clock(one.answered_at, zone)}",
        f"  resolution by {clock(one.resolution_due, zone)}",
        *(f"  {clock(each.at, zone)}  {'ours' if each.own else 'theirs':6}  {each.mention}" for each in messages),
        *(
            f"  {each.number:3}  {clock(each.at, zone)}  {each.kind:17}  {' '.join(called(names, one) for one in (each.by, each.detail))}"
            for each in events
        ),
    ]
    click.echo("\n".join(harmless(line) for line in lines))


def clock(at: datetime | None, zone: tzinfo) -> str:
    """A time on the organisation's clock; "-" where there is none."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else "-"
