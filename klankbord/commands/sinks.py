"""`klankbord sinks`: the sinks that send, and those that stopped."""

import asyncio
from datetime import timedelta
from pathlib import Path

import click

from core.errors import Stop
from core.settings import nearest
from core.time import now
from desk.alerts.secret import new_secret
from desk.store import endpoints
from desk.store.sealing import Seal
from klankbord import configuration, registry
from klankbord.folder import Folder
from klankbord.health.standings import standing
from klankbord.options import config_option, hush, person
from klankbord.outward import enable
from klankbord.stores import open_desk_alone, open_stores


@click.group(name="sinks")
def command() -> None:
    """Look after the sinks that send to other systems."""


@command.command(name="enable")
@click.argument("name")
@config_option
def enable_(name: str, config: Path) -> None:
    """Let the sink NAME send again, which stopped because its receiver is gone; what waited is sent."""
    click.echo(asyncio.run(_enabled(name, config)))


@command.command()
@click.argument("name")
@click.option(
    "--hours", default=24, show_default=True, type=click.IntRange(0, 24 * 30), help="How long the one before signs too."
)
@config_option
def rotate(name: str, hours: int, config: Path) -> None:
    """Make a new secret for the receiver of the sink NAME, and show it this once.

    What is sent is signed by both until the receiver has had the time to change over, and from then on by the new one alone.
    """
    click.echo(asyncio.run(_rotated(name, timedelta(hours=hours), config)))


async def _rotated(name: str, overlap: timedelta, config: Path) -> str:
    read = configuration.read(config)
    signing = [
        part.name for part in read.sending if "secrets" in registry.load("sinks", part.use).Settings.model_fields
    ]
    if name not in signing:
        raise Stop(f'there is no sink "{name}" that signs; {nearest(name, signing) if signing else "none does"}')
    secret, at = new_secret(), now()
    async with open_desk_alone(read, hush) as desk:
        seal = Seal(Folder(read.data).secret())
        await endpoints.rotate(desk, seal, name, secret=secret, by=person(), at=at, previous_until=at + overlap)
    return (
        f"{name} signs with a new secret from now on, shown this once: {secret}\n"
        f"Those before it sign too until {at + overlap:%Y-%m-%d %H:%M} UTC; then no other does, whatever the configuration says."
    )


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
