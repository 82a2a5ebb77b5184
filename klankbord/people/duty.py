"""`klankbord people rota` and `klankbord people absence`: who is on duty, who is away."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from core.errors import Stop
from core.time import now
from desk.foundation.unstaffed import uncovered, written
from desk.people import blocks
from desk.store import rota as kept
from desk.store.database import Database
from klankbord import configuration
from klankbord.moments import moment, stretch
from klankbord.options import config_option, harmless, person
from klankbord.people.staff import found, named, names
from klankbord.stores import ask_desk
from playbook.playbook import load
from playbook.rota import Absence, Stretch, on_duty


@click.group()
def rota() -> None:
    """Show and change who is on duty when."""


@rota.command(name="list")
@config_option
def list_blocks(config: Path) -> None:
    """Show the rota, block by block."""

    async def asked(desk: Database) -> tuple[Sequence[kept.StoredShift], Mapping[str, str]]:
        return await kept.every_shift(desk), await names(desk)

    shifts, who = ask_desk(config, asked)
    table = Table("unit", "day", "block", "who", "id", box=None, pad_edge=False)
    for shift in shifts:
        table.add_row(*map(harmless, (shift.unit, *blocks.written(shift), who[shift.person], shift.id)))
    Console().print(table) if shifts else click.echo("the rota is empty; see: klankbord people rota add --help")


@rota.command()
@click.argument("who")
@click.argument("unit")
@click.argument("days")
@click.argument("block", nargs=-1, required=True)
@config_option
def add(who: str, unit: str, days: str, block: tuple[str, ...], config: Path) -> None:
    """Put WHO on duty in UNIT on DAYS (mon-fri, "sat,sun", 2026-12-24) at each BLOCK (08:00-12:00, 22:00-06:00)."""
    named(configuration.read(config), None, unit)

    async def added(desk: Database) -> None:
        made = blocks.shifts_of((await found(desk, who)).id, unit, days, block)
        await kept.add_shifts(desk, made, by=person(), at=now())

    ask_desk(config, added)


@rota.command()
@click.argument("identifier")
@config_option
def remove(identifier: str, config: Path) -> None:
    """Take the block with that id off the rota."""
    if not ask_desk(config, lambda desk: kept.remove_shift(desk, identifier, by=person(), at=now())):
        raise Stop(f"the rota has no block {harmless(identifier)}; see: klankbord people rota list")


@rota.command()
@click.argument("unit")
@click.option("--at", "when", help="At that moment, like 2026-11-25T13:30; now without.")
@config_option
def duty(unit: str, when: str | None, config: Path) -> None:
    """Print who is on duty in UNIT."""
    zone = configuration.read(config).organisation.zone
    at = moment(when, zone, now()) or now()

    async def asked(desk: Database) -> list[str]:
        shifts, away, who = await kept.every_shift(desk), await kept.every_absence(desk, at), await names(desk)
        return [who[one] for one in on_duty(at, unit, shifts, away, zone)]

    there = ask_desk(config, asked)
    if not there:
        raise Stop(f"nobody is on duty in {harmless(unit)} at {at.astimezone(zone):%Y-%m-%d %H:%M}")
    for name in there:
        click.echo(harmless(name))


@rota.command(name="holes")
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 366), help="How far ahead.")
@config_option
def list_holes(days: int, config: Path) -> None:
    """Name each stretch in which a unit works or promises something, as the playbook has it, and nobody is on duty."""
    read, since = configuration.read(config), now().replace(second=0, microsecond=0)
    zone, ahead, playbook = read.organisation.zone, Stretch(since, since + timedelta(days=days)), load(read.playbook)

    async def asked(desk: Database) -> tuple[Sequence[kept.StoredShift], Sequence[kept.StoredAbsence]]:
        return await kept.every_shift(desk), await kept.every_absence(desk, since)

    shifts, away = ask_desk(config, asked)
    found = [
        f"{name}: {written(hole, zone)}"
        for name in (playbook.organisation.units if playbook.organisation else ())
        for hole in uncovered(playbook, name, shifts, away, ahead=ahead, zone=zone)
    ]
    for hole in found:
        click.echo(harmless(hole))
    if found:
        raise Stop("nobody is on duty then: see klankbord people rota add --help")
    click.echo("somebody is on duty whenever a unit works")


@click.group()
def absence() -> None:
    """Show and change who is away. Why is never asked."""


@absence.command(name="list")
@config_option
def list_away(config: Path) -> None:
    """Show who is away, now and later."""
    zone = configuration.read(config).organisation.zone

    async def asked(desk: Database) -> tuple[Sequence[kept.StoredAbsence], Mapping[str, str]]:
        return await kept.every_absence(desk, now()), await names(desk)

    away, who = ask_desk(config, asked)
    table = Table("who", "from", "until", "id", box=None, pad_edge=False)
    for one in away:
        ends = (f"{at.astimezone(zone):%Y-%m-%d %H:%M}" for at in (one.since, one.until))
        table.add_row(harmless(who[one.person]), *ends, one.id)
    Console().print(table) if away else click.echo("nobody is away")


@absence.command(name="add")
@click.argument("who")
@click.argument("since")
@click.argument("until")
@config_option
def add_away(who: str, since: str, until: str, config: Path) -> None:
    """Say that WHO is away from SINCE until UNTIL, which are written like 2026-12-24 or 2026-12-24T13:00."""
    start, end = stretch(since, until, configuration.read(config).organisation.zone, now())
    assert start is not None  # noqa: S101 - both are given
    assert end is not None  # noqa: S101

    async def added(desk: Database) -> None:
        away = Absence(person=(await found(desk, who)).id, since=start, until=end)
        await kept.add_absence(desk, away, by=person(), at=now())

    ask_desk(config, added)


@absence.command(name="remove")
@click.argument("identifier")
@config_option
def remove_away(identifier: str, config: Path) -> None:
    """Take back the absence with that id."""
    if not ask_desk(config, lambda desk: kept.remove_absence(desk, identifier, by=person(), at=now())):
        raise Stop(f"there is no absence {harmless(identifier)}; see: klankbord people absence list")
