"""`klankbord run`: listen, understand, keep and show until stopped."""

import asyncio
import sys
from pathlib import Path

import click

from core.errors import KlankbordError
from klankbord import configuration
from klankbord.health.voice import speaking
from klankbord.options import config_option
from klankbord.run import PARTS, run, run_part


@click.command(name="run")
@click.argument("part", required=False, type=click.Choice(list(PARTS)))
@config_option
def command(config: Path, part: str | None) -> None:
    """Listen until stopped (Ctrl-C), and print the link to the page. One run at a time a data folder.

    With a PART only that part runs here, on the Kafka of the configuration; any number of machines may run `stream`.
    """
    read = configuration.read(config)
    stop = asyncio.Event()
    with speaking(part or "ingest", read) as say:
        try:
            asyncio.run(run_part(part, read, stop, say) if part else run(config, read, stop, say))
        except KlankbordError as error:
            if not say.json:
                raise
            say(f"klankbord: {error}", level="error")
            sys.exit(getattr(error, "code", 1))
