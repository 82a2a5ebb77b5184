"""`klankbord forecast`: what a monitor is expected to hear, how good such forecasts were, and how many people that takes."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from math import isfinite
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import msgspec
from rich.console import Console
from rich.table import Table

from core.document import Filter
from core.errors import Stop
from core.settings import nearest
from core.time import now
from desk.store import rota
from desk.triage import ahead
from klankbord import configuration
from klankbord.options import config_option, harmless, hush
from klankbord.stores import Stores, open_stores
from picture.forecast import Outlook, Why
from picture.forecast.asking import Forecasts
from picture.forecast.history import DAY
from picture.forecast.staffing import FASTEST, SLOWEST, Stretch, believable, needs
from playbook.playbook import load
from playbook.rota import Shift
from playbook.rota import Stretch as Within
from playbook.sections import Playbook

WHY = {
    Why.HISTORY: "three weeks of hours that were collected as a whole are needed",
    Why.UNTRIED: "forecasts of a week have to be compared first",
    Why.NO_BETTER: "the same hours of last week were as good or better so far",
}


class Found(msgspec.Struct, frozen=True):
    """What is expected, in which stretches it is told, and how much of it has to be answered; None where nobody asked."""

    outlook: Outlook
    stretches: Sequence[Stretch]
    share: ahead.Share | None


@click.command(name="forecast")
@click.argument("monitor")
@click.option("--pace", type=float, help="How many answers somebody on duty gives in an hour: says how many people it takes.")  # fmt: skip
@click.option("--unit", help="In the blocks of this unit's rota instead of three parts of each day.")
@config_option
def command(monitor: str, pace: float | None, unit: str | None, config: Path) -> None:
    """Say what MONITOR is expected to hear in the next 72 hours, as far as that beat last week's hours."""
    read = configuration.read(config)
    rules, zone = load(read.playbook), read.organisation.zone
    if monitor not in rules.monitors:
        raise Stop(f'there is no monitor "{harmless(monitor)}"; {nearest(monitor, list(rules.monitors))}')
    if pace is not None and not believable(pace):
        raise Stop(f"one person gives between {SLOWEST:g} and {FASTEST:g} answers an hour, not {pace:g}")
    if pace is not None and rules.triage is None:
        raise Stop(f"{read.playbook} has no `triage:`: nobody knows which messages have to be answered")
    found = asyncio.run(_asked(read, rules, monitor, unit, counts=pace is not None))
    _tell(found, monitor, zone)
    if found.stretches:
        _tell_stretches(found, pace, zone)


async def _asked(
    read: configuration.Configuration, rules: Playbook, monitor: str, unit: str | None, *, counts: bool
) -> Found:
    zone = read.organisation.zone
    async with open_stores(read, hush) as stores:
        shifts = () if unit is None else await _shifts(stores, unit)
        outlook = await Forecasts(stores.archive, zone, now).of(Filter(monitors=(monitor,)))
        share = await ahead.share(stores.archive, monitor, rules.triage, now=now()) if counts and rules.triage else None
        return Found(outlook, _stretches(outlook, unit, shifts, zone), share)


async def _shifts(stores: Stores, unit: str) -> Sequence[Shift]:
    """The rota. Raises Stop where no block of it is of that unit, whether or not a forecast is shown in it."""
    shifts = await rota.every_shift(stores.desk)
    if unit not in (units := sorted({shift.unit for shift in shifts})):
        raise Stop(f'no block of the rota is of a unit "{harmless(unit)}"; {harmless(nearest(unit, units))}')
    return shifts


def _stretches(outlook: Outlook, unit: str | None, shifts: Sequence[Shift], zone: ZoneInfo) -> Sequence[Stretch]:
    if outlook.stretch is None:
        return ()
    within = Within(*outlook.stretch)
    if unit is None:
        return ahead.thirds(within, zone)
    found = ahead.blocks(shifts, unit, within, zone)
    if not found:
        raise Stop(f"the rota has no block of {harmless(unit)} in the next {outlook.shown} hours")
    return found


def _tell(found: Found, monitor: str, zone: ZoneInfo) -> None:
    outlook = found.outlook
    if outlook.stretch is None:
        why = WHY[outlook.why or Why.HISTORY]
        click.echo(harmless(f"no forecast of {monitor}: {why}"))
        if not outlook.score.origins:
            return
    else:
        begins = _clock(outlook.stretch[0], zone)
        click.echo(harmless(f"{monitor}: {outlook.shown} hours from {begins}"))
    table = Table(box=None, pad_edge=False)
    for heading in ("hours ahead", "mentions", "low", "high", "error", "hours compared"):
        table.add_column(heading, justify="right")
    for day, error in enumerate(outlook.score.mase):
        first, end = day * DAY, (day + 1) * DAY
        total = outlook.total(first, end)
        figures = ("-",) * 3 if total is None else tuple(f"{one:,.0f}" for one in (total.middle, total.low, total.high))
        table.add_row(
            f"{first + 1}-{end}", *figures, f"{error:.2f}" if isfinite(error) else "-", f"{outlook.score.hours[day]:,}"
        )
    Console().print(table)
    covered = outlook.score.covered
    held = f"; {covered:.0%} of hours lay between their low and high" if isfinite(covered) else ""
    click.echo(
        f"error: of {outlook.score.origins} earlier forecasts, a day apart, over that of the same hours the week before{held}"
    )


def _tell_stretches(found: Found, pace: float | None, zone: ZoneInfo) -> None:
    table = Table(box=None, pad_edge=False)
    staffed = pace is not None and found.share is not None
    for heading in ("from", "until", "mentions", "low", "high", *(("people", "if busy") if staffed else ())):
        table.add_column(heading, justify="right")
    share, an_hour = found.share.value if found.share else 0.0, pace or 1.0
    told = needs(found.outlook, found.stretches, share=share, an_hour=an_hour)
    for one in told:
        mentions = (f"{figure:,.0f}" for figure in (one.mentions.middle, one.mentions.low, one.mentions.high))
        people = (str(one.people), str(one.people_if_busy)) if staffed else ()
        table.add_row(_clock(one.since, zone), _clock(one.until, zone), *mentions, *people)
    if told:
        Console().print(table)
    if left := len(found.stretches) - len(told):
        click.echo(
            f"{left} of {len(found.stretches)} stretches are left out: too little was collected of their hours so far"
        )
    if told and found.share and pace:
        click.echo(
            f"people: of {found.share.mentions:,} mentions of the last four weeks {found.share.answered:,} had to be answered "
            f"({found.share.value:.1%}), and one person gives {pace:g} answers an hour. People are enough as often as not, "
            "if busy nine times in ten; what one stretch leaves for the next is not reckoned."
        )


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%a %Y-%m-%d %H:%M}"
