"""`klankbord people import`: staff from a file of an HR system."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from core.errors import Stop
from core.time import now
from desk.people import importing
from desk.people.importing import Plan
from desk.people.taking import take
from desk.store import people
from desk.store.database import Database
from klankbord import configuration
from klankbord.options import config_option, harmless, person
from klankbord.stores import ask_desk

SHOWN = 40
"""Lines of each kind that are printed."""


@click.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--skip-bad", is_flag=True, help="Take the good lines where others are bad; without it none is taken.")
@click.option("--full", is_flag=True, help="The file has everybody: name those who are not in it.")
@click.option("--leave", is_flag=True, help="With --full: those who are not in it left.")
@click.option("--column", "columns", multiple=True, help='What a column holds, as in --column "Werknemer=name".')
@config_option
def import_(
    file: Path, *, dry_run: bool, skip_bad: bool, full: bool, leave: bool, columns: tuple[str, ...], config: Path
) -> None:
    """Add and change staff as the CSV in FILE says, which has a header row; nobody leaves unless you say so."""
    if leave and not full:
        raise Stop("--leave needs --full: only a file that has everybody can say who is not there any more")
    given = importing.rows(file.read_bytes(), columns_of(columns))
    keep = configuration.read(config).people.keep

    async def done(desk: Database) -> Plan:
        made = importing.plan(given, await people.every(desk))
        if not dry_run and (skip_bad or not made.bad):
            await take(desk, made, by=person(), at=now(), keep=keep, leave=leave)
        return made

    made = ask_desk(config, done)
    for line in _told(made, full=full, leave=leave):
        click.echo(harmless(line))
    if made.bad and not skip_bad:
        raise Stop(f"{len(made.bad)} bad lines: nothing was changed; mend them, or take the others with --skip-bad")
    if dry_run:
        click.echo("nothing was changed: this was a dry run")


def _told(made: Plan, *, full: bool, leave: bool) -> list[str]:
    kinds: Mapping[str, list[str]] = {
        "bad": [f"line {one.line}: {one.reason}" for one in made.bad],
        "new": [one.name for one in made.added],
        "changed": [f"{one.name}: {', '.join(importing.differences(one, details))}" for one, details in made.changed],
        "left before, and stay so": [one.name for one in made.gone],
        ("left" if leave else "not in the file; with --leave they left"): [one.name for one in made.missing if full],
    }
    lines = [f"{made.same} as they were"]
    for kind, some in kinds.items():
        lines += [f"{len(some)} {kind}"] * bool(some) + [f"  {one}" for one in some[:SHOWN]]
        lines += [f"  and {len(some) - SHOWN} more"] * (len(some) > SHOWN)
    return lines


def columns_of(given: Sequence[str]) -> Mapping[str, str]:
    """What --column says: what a column holds, by its name. Raises Stop where it cannot be read."""
    found: dict[str, str] = {}
    for text in given:
        name, sign, field = text.rpartition("=")
        if not sign:
            raise Stop(f'--column "{text}": write what the column is called and what it holds, as in "Werknemer=name"')
        found[name] = field.strip()
    return found
