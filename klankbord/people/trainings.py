"""`klankbord people trainings`: who did which training, and whose ends when."""

from datetime import timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from core.errors import Stop
from core.time import now
from desk.foundation.trainings import lacking
from desk.people import importing, learning
from desk.people.importing import Bad
from desk.store import people, roles, trainings
from desk.store.database import Database
from desk.store.people import Person
from klankbord import configuration
from klankbord.options import config_option, harmless, person
from klankbord.people.importing import columns_of
from klankbord.stores import ask_desk
from playbook.playbook import load


@click.group(name="trainings")
def trainings_() -> None:
    """Trainings that staff did, until when they hold, and files of a learning system."""


@trainings_.command(name="list")
@click.option(
    "--days", default=60, show_default=True, type=click.IntRange(0, 3650), help="What ends so soon counts as ending."
)
@config_option
def list_(days: int, config: Path) -> None:
    """Show who has yet to do a training of the playbook, then who did what, the first to end first."""
    read, at = configuration.read(config), now()
    zone, known = read.organisation.zone, load(read.playbook).trainings

    async def asked(desk: Database) -> tuple[list[tuple[Person, str]], list[tuple[trainings.Record, str]]]:
        staff, done = await people.every(desk, left=False), await trainings.latest(desk)
        who = {one.id: one.name for one in staff}
        return lacking(known, staff, await roles.held(desk), done, at), [(one, who[one.person]) for one in done]

    missing, done = ask_desk(config, asked)
    table = Table("training", "who", "done", "holds until", "", box=None, pad_edge=False)
    for somebody, training in missing:
        table.add_row(harmless(training), harmless(somebody.name), "", "", "missing")
    for one, who in done:
        until = one.valid_until and one.valid_until - timedelta(seconds=1)
        soon = one.valid_until is not None and one.valid_until <= at + timedelta(days=days)
        state = "over" if not one.holds(at) else "ending" if soon else ""
        ends = f"{until.astimezone(zone):%Y-%m-%d}" if until else "for good"
        table.add_row(harmless(one.training), harmless(who), f"{one.done_at.astimezone(zone):%Y-%m-%d}", ends, state)
    Console().print(table) if table.row_count else click.echo(
        "nobody did a training; see: klankbord people trainings --help"
    )


@trainings_.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would be taken, and take nothing.")
@click.option("--skip-bad", is_flag=True, help="Take the good lines where others are bad; without it none is taken.")
@click.option("--column", "columns", multiple=True, help='What a column holds, as in --column "Cursusnaam=training".')
@config_option
def import_(file: Path, *, dry_run: bool, skip_bad: bool, columns: tuple[str, ...], config: Path) -> None:
    """Take the trainings in FILE, a CSV with a header row: who (e-mail address or number), training, day done, holds until."""
    read = configuration.read(config)
    zone, known = read.organisation.zone, load(read.playbook).trainings
    given = importing.rows(file.read_bytes(), columns_of(columns), learning.FIELDS)

    async def done(desk: Database) -> tuple[int, int, list[Bad]]:
        found, bad = learning.records(given, await people.every(desk), zone, known)
        new = 0
        if not dry_run and (skip_bad or not bad):
            new = await trainings.record(desk, found, by=person(), at=now())
        return len(found), new, bad

    found, new, bad = ask_desk(config, done)
    for one in bad:
        click.echo(harmless(f"line {one.line}: {one.reason}"))
    if bad and not skip_bad:
        raise Stop(f"bad lines: {len(bad)}; nothing was changed: mend them, or take the others with --skip-bad")
    click.echo(
        f"{found} good lines; nothing was changed: this was a dry run"
        if dry_run
        else f"{found} good lines, {new} of them new"
    )
