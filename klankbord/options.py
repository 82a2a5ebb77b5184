"""Options that several commands share."""

from pathlib import Path

import click

config_option = click.option(
    "--config",
    "-c",
    default="klankbord.yaml",
    show_default=True,
    type=click.Path(path_type=Path),
    help="The configuration file.",
)
