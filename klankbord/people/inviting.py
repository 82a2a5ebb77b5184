"""`klankbord people invite`, the link by which somebody of the staff sets a password, and `klankbord people sign-out`."""

from pathlib import Path

import click

from core.errors import Stop
from core.time import now
from desk.entry.invitation import LINK_LIVES, PATH
from desk.store import passwords, sessions
from desk.store.database import Database
from desk.web.access import Access
from klankbord import configuration
from klankbord.folder import Folder
from klankbord.options import config_option, harmless, person
from klankbord.people.staff import found
from klankbord.serving.reached import page_of
from klankbord.stores import ask_desk


@click.command()
@click.argument("who")
@click.option("--lost-phone", is_flag=True, help="Take the second factor of WHO away, who sets a new one.")
@config_option
def invite(who: str, lost_phone: bool, config: Path) -> None:
    """Print the link by which WHO sets a password, once; a link from before opens nothing any more."""
    read = configuration.read(config)
    access = Access(Folder(read.data).secret(), now)

    async def invited(desk: Database) -> str:
        one = await found(desk, who)
        if not one.active:
            raise Stop(f"{harmless(one.name)} left: klankbord people leave --undo says that somebody works here")
        until = now() + LINK_LIVES
        nonce = await passwords.invite(desk, one.id, until=until, by=person(), at=now(), lost=lost_phone)
        return access.invitation_key(one.id, nonce)

    click.echo(f"{page_of(read)}{PATH}{ask_desk(config, invited)}")


@click.command(name="sign-out")
@click.argument("who")
@config_option
def sign_out(who: str, config: Path) -> None:
    """End every session of WHO, now."""

    async def ended(desk: Database) -> None:
        await sessions.end_every(desk, (await found(desk, who)).id, by=person(), at=now())

    ask_desk(config, ended)
