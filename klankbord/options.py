"""What several commands share: the configuration option, and how a line is said."""

from pathlib import Path

import click

from core.time import now

config_option = click.option(
    "--config",
    "-c",
    default="klankbord.yaml",
    show_default=True,
    type=click.Path(path_type=Path),
    help="The configuration file.",
)


def say(line: str) -> None:
    """One line for the person at the terminal, with the time (UTC)."""
    click.echo(f"{now():%H:%M:%S} {line}", err=True)


def hush(line: str) -> None:
    """Says nothing: for commands whose answer is their only output."""
