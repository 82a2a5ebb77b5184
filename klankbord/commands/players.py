"""`klankbord players`: the demo's sources for a klankbord whose parts run elsewhere."""

import asyncio
import os
import signal
from pathlib import Path

import click

from core.settings import read_yaml
from klankbord.demo.players import Neighbours, Players
from klankbord.demo.stage import Place
from klankbord.health.beating import beating
from klankbord.options import say


@click.command(name="players", hidden=True)
@click.option(
    "--folder", default="/var/lib/klankbord/demo", type=click.Path(path_type=Path), help="For what is played."
)
@click.option(
    "--house",
    default="/etc/klankbord/klankbord.yaml",
    type=click.Path(path_type=Path),
    help="The organisation's own configuration: where things are kept.",
)
@click.option("--name", default="players", help="By which the ingest part finds these servers.")
@click.option("--port", default=8431, help="The first of four ports in a row.")
@click.option("--tell", default="", help="A last line once the page is filled.")
def command(folder: Path, house: Path, name: str, port: int, tell: str) -> None:
    """Play the demo's sources for parts in other containers, until stopped."""
    folder.mkdir(parents=True, exist_ok=True)
    place = Place(host="0.0.0.0", name=name, port=port)  # noqa: S104 - of its container
    neighbours = Neighbours(ingest="ingest", page="page", port=int(os.environ.get("KLANKBORD_PORT", "8420")))
    asyncio.run(_play(Players(folder, place, neighbours, read_yaml(house)), tell))


async def _play(players: Players, tell: str) -> None:
    loop = asyncio.get_running_loop()
    async with beating("players", say) as report:
        playing = asyncio.create_task(players.play(report, tell))
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, playing.cancel)
        try:
            await playing
        except asyncio.CancelledError:
            report("the demo's sources end")
