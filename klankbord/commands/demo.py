"""`klankbord demo`: an invented railway, 28 days at speed, then live until stopped."""

import asyncio
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from core.errors import Stop
from enrich._encoder import build_model
from klankbord.caching import cache_folder
from klankbord.demo.show import Shown, show
from klankbord.options import say

CONSOLE = Console(stderr=True)


@click.command(name="demo")
@click.option("--once", is_flag=True, help="End after the 28 days; exit 1 where counts differ from the ground truth.")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), help="Keep the demo's data here.")
def command(folder: Path | None, *, once: bool) -> None:
    """Show klankbord at work on an invented Dutch railway: real program, invented messages, no outside network.

    28 days of messages are heard from local servers through the real connectors, understood and archived; then new
    ones come in at human pace until Ctrl-C.
    """
    if folder and folder.exists() and any(folder.iterdir()):
        raise Stop(f"{folder} is not empty; the demo starts in a fresh folder")
    click.echo("Noorderlijn is an invented railway; its 28 days take about half a minute.", err=True)
    with Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=CONSOLE) as bar:
        task = bar.add_task("encoder", total=1.0)
        build_model(cache_folder(), progress=lambda share, what: bar.update(task, completed=share, description=what))
    place = nullcontext(str(folder)) if folder else tempfile.TemporaryDirectory(prefix="klankbord-demo-")
    with place as path:
        shown = asyncio.run(_show(Path(path), once=once))
    if once:
        sys.exit(_told(shown))


async def _show(folder: Path, *, once: bool) -> Shown:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=CONSOLE) as bar:
        task = bar.add_task("28 days", total=None)

        def progress(done: int, expected: int) -> None:
            bar.update(task, completed=min(done, expected), total=expected)
            if done >= expected:
                bar.stop()

        return await show(folder, once=once, report=say, progress=progress)


def _told(shown: Shown) -> int:
    click.echo(f"{shown.archived:,} messages archived in {shown.seconds:.0f} s")
    click.echo(f"{shown.waiting} cases wait for an answer")
    for difference in shown.differences:
        click.echo(f"differs from the ground truth: {difference}")
    if not shown.differences:
        click.echo("every count equals the ground truth")
    return 1 if shown.differences else 0
