"""`klankbord run`: listen, understand, keep and show until stopped."""

import asyncio
from pathlib import Path

import click

from klankbord import configuration
from klankbord.options import config_option, say
from klankbord.run import run


@click.command(name="run")
@config_option
def command(config: Path) -> None:
    """Listen until stopped (Ctrl-C), and print the link to the page. One run at a time a data folder."""
    read = configuration.read(config)
    asyncio.run(run(config, read, asyncio.Event(), say))
