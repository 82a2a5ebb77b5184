"""`klankbord migrate`: take what was kept to the engines of another configuration."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table

from core.errors import Stop
from klankbord import configuration
from klankbord.configuration import Configuration
from klankbord.counting import counting
from klankbord.moving.differences import differences, same_archive, same_desk, same_log
from klankbord.moving.migrate import migrate
from klankbord.moving.tally import Row, verdict
from klankbord.options import config_option


@click.command(name="migrate")
@config_option
@click.option(
    "--to",
    "target",
    required=True,
    type=click.Path(path_type=Path),
    help="The configuration whose log, archive and desk get it.",
)
def command(config: Path, target: Path) -> None:
    """Take archive, desk, cursors and unfinished work to the engines of another configuration, and compare.

    Neither may be running. What was kept here stays; being stopped half-way, or a second time, does no harm.
    """
    here, there = configuration.read(config), configuration.read(target)
    console = Console(stderr=True)
    for sentence in differences(here, there):
        console.print(f"note: {sentence}", markup=False, highlight=False, soft_wrap=True)
    with counting(console) as bar:
        rows = asyncio.run(
            migrate(here, there, _Bar(bar), lambda line: console.print(line, markup=False, soft_wrap=True))
        )
    Console().print(_table(rows))
    if wrong := verdict(rows):
        raise Stop(f"{wrong}. Nothing was taken away here; repeat it, into an empty log and archive if it stays so")
    click.echo(f"\nAll of it is there. From now on: klankbord run -c {target}")
    if left := _left(here, there):
        click.echo(
            f"Left as it was: {left}. `klankbord erase` no longer reaches it: remove it once you trust the move."
        )


class _Bar:
    """The progress bar, a line for each thing that is done."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task: TaskID | None = None

    def begin(self, what: str, total: int) -> None:
        self._task = self._bar.add_task(what, total=total)

    def tick(self, done: int) -> None:
        if self._task is not None:
            self._bar.advance(self._task, done)


def _table(rows: Sequence[Row]) -> Table:
    table = Table("what", "here", "there", "", box=None, pad_edge=False)
    for column in table.columns[1:3]:
        column.justify = "right"
    for row in rows:
        table.add_row(row.what, f"{row.here:,}", f"{row.there:,}", "" if row.same else "differs")
    return table


def _left(here: Configuration, there: Configuration) -> str:
    """The files of the embedded profile that nothing uses any more."""
    if here.data != there.data:
        return str(here.data)
    left = [here.data / "log"] if here.log.use == "sqlite" and not same_log(here, there) else []
    left += [here.data / "archive.db"] if here.sinks[0].use == "sqlite" and not same_archive(here, there) else []
    left += [here.data / "desk.db"] if not here.desk.url and not same_desk(here, there) else []
    return " and ".join(map(str, left))
