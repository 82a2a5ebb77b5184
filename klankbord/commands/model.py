"""`klankbord model`: the encoder that understands, and own heads on it."""

import asyncio
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from core.errors import Stop
from core.ports import classes_of
from core.time import now
from desk.store import audit
from enrich._encoder import build_model
from enrich._evaluation.own import Comparison
from enrich._evaluation.report import Figures
from enrich._evaluation.shipped import TOOLS
from enrich._own import keep
from klankbord import configuration
from klankbord.caching import cache_folder
from klankbord.configuration import Configuration
from klankbord.options import config_option, hush, person
from klankbord.own import OWNED, beside_shipped, judged, part_of, part_to_fit
from klankbord.stores import Stores, open_stores
from klankbord.understanding import enricher
from playbook.sections import Playbook

FINDING = click.argument("finding", default=OWNED[0])


@click.group(name="model")
def command() -> None:
    """Build or find the encoder; fit heads of your own to what people said."""


@command.command()
def build() -> None:
    """Build the encoder from the installed packages: seconds, once a machine. A whole one is kept."""
    with Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()) as progress:
        task = progress.add_task("encoder", total=1.0)
        folder = build_model(
            cache_folder(), progress=lambda share, what: progress.update(task, completed=share, description=what)
        )
    click.echo(f"the encoder is in {folder}")


@command.command()
@FINDING
@click.option("--use", is_flag=True, help="Use it from the next start on.")
@config_option
def fit(finding: str, use: bool, config: Path) -> None:
    """Fit an own head of FINDING (sentiment, emotion, intent) to what people said, and judge it beside the shipped one.

    Nothing changes without --use. Then a started `klankbord run` has it, and `klankbord reprocess` takes it to history.
    """
    compared = asyncio.run(_fit(configuration.read(config), finding, use=use))
    click.echo(f"{finding}, {compared.texts:,} judged messages; the own head judges each by a fit without it")
    for name, figures in (("shipped", compared.shipped), ("own", compared.own)):
        click.echo(f"  {name:<8}{_told(figures)}")
    click.echo(compared.verdict)
    click.echo("it is used from the next start on" if use else "it is not used; with --use it would be")


@command.command()
@FINDING
@config_option
def shipped(finding: str, config: Path) -> None:
    """Go back to the shipped head of FINDING, from the next start on."""
    asyncio.run(_shipped(configuration.read(config), finding))
    click.echo(f"the shipped head of {finding} is used from the next start on")


async def _fit(read: Configuration, finding: str, *, use: bool) -> Comparison:
    part = part_to_fit(read, finding)
    async with open_stores(read, hush) as stores, enricher(read, part, Playbook(), TOOLS, own=False) as model:
        said = await judged(stores, finding, classes_of(model))
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(finding, total=len(said))
            compared = await beside_shipped(
                model, said, read.organisation.languages, lambda done: bar.update(task, completed=done)
            )
        if use:
            keep(compared.head, stores.folder.head(finding))
            await _note(stores, "used own head", finding)
        return compared


async def _shipped(read: Configuration, finding: str) -> None:
    part_of(read, finding)
    async with open_stores(read, hush) as stores:
        path = stores.folder.head(finding)
        if not path.exists():
            raise Stop(f"the shipped head of {finding} is in use already")
        path.unlink()
        await _note(stores, "went back to shipped head", finding)


async def _note(stores: Stores, did: str, finding: str) -> None:
    await audit.add(stores.desk, audit.Entry(at=now(), by=person(), did=did, what="model", subject=finding))


def _told(figures: Figures) -> str:
    low, high = figures.macro_f1_interval
    return (
        f"macro-F1 {figures.macro_f1:.3f} (95 % of draws {low:.3f} to {high:.3f}), accuracy {figures.accuracy:.3f}, "
        f"abstained {figures.abstained:.3f}, calibration error {figures.calibration_error:.3f}"
    )
