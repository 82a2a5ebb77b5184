"""`klankbord engines`: Kafka and Elasticsearch or OpenSearch on this machine, without containers."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from core.settings import read_yaml
from deploy.engines import local
from klankbord.options import config_option

USUAL = ("kafka", "elasticsearch")
WRITTEN = {
    "kafka": 'log: {{use: kafka, settings: {{servers: "{0}"}}}}',
    "elasticsearch": 'sinks: [{{use: elasticsearch, settings: {{url: "{0}"}}}}]',
    "opensearch": 'sinks: [{{use: elasticsearch, settings: {{url: "{0}"}}}}]',
}

folder_option = click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the engines keep their data; by default engines/ in the configuration's data folder.",
)
engines_argument = click.argument("engines", nargs=-1)


@click.group(name="engines")
def command() -> None:
    """Start, look at or stop Kafka and Elasticsearch on this machine: real engines for local work, no containers.

    They listen on 127.0.0.1 without passwords, and their files come from Maven Central once.
    """


@command.command()
@engines_argument
@folder_option
@config_option
def up(engines: tuple[str, ...], folder: Path | None, config: Path) -> None:
    """Start ENGINES (kafka and elasticsearch unless named; opensearch is the third) in the background."""
    place = _folder(folder, config)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("looking", total=None)
        say = progress.console.print
        rows = local.up(
            place, engines or USUAL, report=say, progress=lambda line: progress.update(task, description=line)
        )
    Console().print(_table(rows))
    click.echo("\nFor klankbord.yaml:\n")
    for row in rows:
        if row.name in (engines or USUAL):
            click.echo(WRITTEN[row.name].format(row.address))
    click.echo("\nThey go on until: klankbord engines down")


@command.command()
@folder_option
@config_option
def status(folder: Path | None, config: Path) -> None:
    """Show which engines run and answer; exit code 1 where one ended by itself or does not answer."""
    place = _folder(folder, config)
    rows = local.status(place)
    if not rows:
        click.echo(f"no engines in {place}; start them with: klankbord engines up")
        return
    Console().print(_table(rows))
    for row in rows:
        if not row.well:
            click.echo(f"{row.name}: {row.word}; what it said is in {row.log}", err=True)
    sys.exit(not all(row.well for row in rows))


@command.command()
@engines_argument
@folder_option
@config_option
def down(engines: tuple[str, ...], folder: Path | None, config: Path) -> None:
    """Stop ENGINES, all that run unless named. Their data stays, and the next `up` finds it."""
    place = _folder(folder, config)
    stopped = local.down(place, engines, lambda line: click.echo(line, err=True))
    click.echo(f"stopped {', '.join(stopped)}; the data stays in {place}" if stopped else f"nothing runs in {place}")


def _folder(given: Path | None, config: Path) -> Path:
    """The engines' folder. Only `data` is looked for in the configuration, which may not be whole yet, or absent."""
    if given:
        return given.absolute()
    data = read_yaml(config).get("data") if config.exists() else None
    return config.absolute().parent / (data if isinstance(data, str) else "data") / "engines"


def _table(rows: Sequence[local.State]) -> Table:
    table = Table("engine", "state", "address", "process", "memory", box=None, pad_edge=False)
    for row in rows:
        memory = f"{row.memory >> 20:,} MB" if row.memory else ""
        table.add_row(row.name, row.word, row.address, str(row.pid or ""), memory)
    return table
