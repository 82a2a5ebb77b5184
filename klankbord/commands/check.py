"""`klankbord check`: every mistake in the configuration and the playbook at once."""

from pathlib import Path

import click

from core.errors import Misconfigured
from klankbord import configuration
from klankbord.commands.playbook.check import checked
from klankbord.options import config_option


@click.command(name="check")
@config_option
def command(config: Path) -> None:
    """Check the configuration and its playbook; name every mistake with its path and the nearest valid name."""
    mistakes: list[str] = []
    rules = config.resolve().parent / "playbook.yaml"
    try:
        read = configuration.read(config)
        rules = read.playbook
        sources = len(read.sources)
    except Misconfigured as error:
        mistakes += error.mistakes
    try:
        monitors = len(checked(rules).monitors)
    except Misconfigured as error:
        mistakes += error.mistakes
    if mistakes:
        raise Misconfigured(mistakes)
    click.echo(f"{config}: {sources} sources, {monitors} monitors, no mistakes")
