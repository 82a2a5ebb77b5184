"""`klankbord people digest`: whether somebody gets the weekly digest of their unit."""

from pathlib import Path

import click

from core.time import now
from desk.store import digests
from desk.store.database import Database
from klankbord.options import config_option, harmless, person
from klankbord.people.staff import found
from klankbord.stores import ask_desk


@click.command()
@click.argument("who")
@click.argument("answer", type=click.Choice(["yes", "no"]))
@config_option
def digest(who: str, answer: str, config: Path) -> None:
    """Write down that WHO wants the weekly digest of the unit they work in, or wants none."""

    async def written(desk: Database) -> str:
        one = await found(desk, who)
        await digests.refuse(desk, one.id, no=answer == "no", by=person(), at=now())
        return one.name

    name = harmless(ask_desk(config, written))
    click.echo(f"{name} gets no digest" if answer == "no" else f"{name} gets the digest of a unit that has one")
