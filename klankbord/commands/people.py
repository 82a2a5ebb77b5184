"""`klankbord people`: who works here, who is on duty, who is away."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table

from core.errors import Stop
from core.time import now
from desk.people.checked import checked
from desk.store import groups, people, roles
from desk.store.database import Database
from desk.store.people import Details, Person
from desk.store.roles import EVERYWHERE
from klankbord import configuration
from klankbord.folder import Folder
from klankbord.options import config_option, harmless, person
from klankbord.people.accounts import accounts
from klankbord.people.duty import absence, rota
from klankbord.people.foundation import policy
from klankbord.people.importing import import_
from klankbord.people.inviting import invite, sign_out
from klankbord.people.knowing import consent, knows, skills, trust
from klankbord.people.staff import found, named, save
from klankbord.people.trainings import trainings_
from klankbord.people.wanting import digest
from klankbord.stores import ask_desk


@click.group(name="people")
def command() -> None:
    """Add, change and list staff, their roles, the rota and absences."""


command.add_command(rota)
command.add_command(absence)
command.add_command(policy)
command.add_command(import_)
command.add_command(accounts)
command.add_command(invite)
command.add_command(sign_out)
command.add_command(trainings_)
command.add_command(skills)
command.add_command(consent)
command.add_command(trust)
command.add_command(knows)
command.add_command(digest)


def _details(function: Callable[..., Any]) -> Callable[..., Any]:  # Any: as click passes them
    for name, meaning in reversed(
        (
            ("email", "E-mail address at work."),
            ("department", 'Department, as in "Service > Webcare" for one inside another.'),
            ("unit", "Unit of the organisation in the playbook."),
            ("language", "Language to write in: nl or en."),
            ("number", "Employee number."),
        )
    ):
        function = click.option(f"--{name}", help=meaning)(function)
    return function


@command.command(name="list")
@click.option("--left", is_flag=True, help="Those who left too, as long as they are kept.")
@config_option
def list_(left: bool, config: Path) -> None:
    """Show the staff: department, unit, roles."""

    async def asked(desk: Database) -> tuple[Sequence[Person], Sequence[roles.Held]]:
        return await people.every(desk, left=left), await roles.held(desk)

    staff, held = ask_desk(config, asked)
    each = roles.by_person(held)
    table = Table("name", "e-mail", "department", "unit", "roles", "", box=None, pad_edge=False)
    for one in staff:
        theirs = ", ".join(map(_written, each.get(one.id, ())))
        state = f"left, kept until {one.erase_at:%Y-%m-%d}" if one.erase_at else ""
        said = (one.name, one.email, one.department, one.unit, theirs, state)
        table.add_row(*(harmless(text or "") for text in said))
    Console().print(table) if staff else click.echo('there is nobody; add somebody with: klankbord people add "NAME"')


@command.command()
@click.argument("name")
@_details
@config_option
def add(name: str, config: Path, **details: str | None) -> None:
    """Add a person called NAME and print the id."""
    made = checked(Details(name=name, **{key: value or None for key, value in details.items()}))
    click.echo(ask_desk(config, lambda desk: people.add(desk, made, by=person(), at=now())).id)


@command.command()
@click.argument("who")
@click.option("--name", help="What to call the person.")
@_details
@config_option
def change(who: str, config: Path, **details: str | None) -> None:
    """Change what is known of WHO (id, e-mail address or number); an empty value takes it away."""
    given = {key: value or None for key, value in details.items() if value is not None}
    if not given:
        raise Stop("say what to change: see klankbord people change --help")

    async def changed(desk: Database) -> None:
        one = await found(desk, who)
        made = checked(msgspec.structs.replace(one.details, **given))
        await save(desk, one, made, config, active=one.active)

    ask_desk(config, changed)


@command.command()
@click.argument("who")
@click.option("--undo", is_flag=True, help="WHO did not leave, or came back.")
@config_option
def leave(who: str, undo: bool, config: Path) -> None:
    """Say that WHO left: no duty, no reminders, and erased after `people.keep` of klankbord.yaml."""

    async def left(desk: Database) -> Person:
        one = await found(desk, who)
        return await save(desk, one, one.details, config, active=undo)

    one = ask_desk(config, left)
    click.echo(
        f"{harmless(one.name)} is erased on {one.erase_at:%Y-%m-%d}"
        if one.erase_at
        else f"{harmless(one.name)} works here"
    )


@command.command()
@click.argument("who")
@config_option
def erase(who: str, config: Path) -> None:
    """Erase all that is kept of WHO as staff, now."""
    folder = Folder(configuration.read(config).data)

    async def erased(desk: Database) -> None:
        await people.erase(desk, [(await found(desk, who)).id], key=folder.secret(), at=now())
        await desk.wipe()

    ask_desk(config, erased)


@command.command()
@click.argument("who")
@click.argument("role")
@click.option("--unit", default=EVERYWHERE, help="In that unit alone; everywhere without.")
@click.option("--take", is_flag=True, help="Take the role away.")
@config_option
def role(who: str, role: str, unit: str, take: bool, config: Path) -> None:
    """Give WHO the ROLE of the playbook."""
    if not take:
        named(configuration.read(config), role, unit)

    async def done(desk: Database) -> bool:
        act = roles.take if take else roles.give
        return await act(desk, (await found(desk, who)).id, role, unit, by=person(), at=now())

    if not ask_desk(config, done):
        raise Stop(
            f"{harmless(who)} {'was not given' if take else 'has'} {harmless(role)} there{'' if take else ' already'}"
        )


@command.command()
@click.argument("name")
@click.option("--role", help="The role that its members hold; without one they hold none.")
@click.option("--unit", default=EVERYWHERE, help="In that unit alone; everywhere without.")
@config_option
def group(name: str, role: str | None, unit: str, config: Path) -> None:
    """Say which role members of the sign-on system's group NAME hold."""
    named(configuration.read(config), role, unit)

    async def said(desk: Database) -> bool:
        return await groups.stands_for(desk, name, role or None, unit, by=person(), at=now())

    if not ask_desk(config, said):
        raise Stop(f'the sign-on system told of no group "{harmless(name)}"')


def _written(held: roles.Held) -> str:
    where, through = f" in {held.unit}" if held.unit else "", f" (group {held.group})" if held.group else ""
    return f"{held.role}{where}{through}"
