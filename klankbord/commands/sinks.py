"""`klankbord sinks`: the sinks that send, and those that stopped."""

import asyncio
from pathlib import Path

import click

from core.errors import Stop
from core.settings import nearest
from klankbord import configuration
from klankbord.options import config_option, hush
from klankbord.outward import enable
from klankbord.standings import standing
from klankbord.stores import open_stores


@click.group(name="sinks")
def command() -> None:
    """Look after the sinks that send to other systems."""


@command.command(name="enable")
@click.argument("name")
@config_option
def enable_(name: str, config: Path) -> None:
    """Let the sink NAME send again, which stopped because its receiver is gone; what waited is sent."""
    click.echo(asyncio.run(_enabled(name, config)))


async def _enabled(name: str, config: Path) -> str:
    async with open_stores(configuration.read(config), hush) as stores:
        if name not in stores.sending:
            raise Stop(
                f'there is no sink "{name}" that sends; {nearest(name, stores.sending) if stores.sending else "none does"}'
            )
        why = (await standing(stores.desk, name)).stopped
        if why is None:
            return f"{name} is not stopped"
        await enable(stores, name)
        return f"{name} sends again; it had stopped because {why}"
