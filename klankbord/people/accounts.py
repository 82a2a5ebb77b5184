"""`klankbord people accounts`: the organisation's own accounts, who answers for them, and what looks like them."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from core.errors import Stop
from core.time import now
from desk.foundation.looking import look
from desk.store import accounts as kept
from desk.store import people
from desk.store.accounts import Account, State
from desk.store.database import Database
from desk.store.people import Person
from klankbord import configuration
from klankbord.configuration import Configuration
from klankbord.options import config_option, harmless, hush, person
from klankbord.people.permitting import give, may, take
from klankbord.people.staff import found, own_account
from klankbord.stores import ask_desk, open_stores


@click.group()
def accounts() -> None:
    """Own accounts with their owners and who may answer there, and accounts of others that look like one."""


accounts.add_command(give)
accounts.add_command(take)
accounts.add_command(may)


@accounts.command()
@click.argument("source")
@click.argument("handle")
@click.option("--name", help="The name it shows.")
@click.option("--owner", help="Who answers for it.")
@click.option("--second", help="Who does when the owner is away.")
@click.option("--staff", is_flag=True, help="It is not the organisation's: somebody of the staff told of an own one.")
@config_option
def add(source: str, handle: str, *, name: str, owner: str, second: str, staff: bool, config: Path) -> None:
    """Take HANDLE on SOURCE into the inventory."""

    async def added(desk: Database) -> None:
        first, other = await _owners(desk, owner, second)
        official = not staff
        made = Account(id="", source=source, handle=handle, name=name, official=official, owner=first, second=other)
        await kept.add(desk, made, by=person(), at=now())

    ask_desk(config, added)


@accounts.command()
@click.argument("source")
@click.argument("handle")
@click.argument("owner")
@click.option("--second", help="Who answers for it when the owner is away.")
@config_option
def owner(source: str, handle: str, owner: str, *, second: str, config: Path) -> None:
    """Let OWNER answer for HANDLE on SOURCE from now on."""

    async def owned(desk: Database) -> None:
        first, other = await _owners(desk, owner, second)
        await kept.owned(desk, await own_account(desk, source, handle), first, other, by=person(), at=now())

    ask_desk(config, owned)


@accounts.command()
@click.argument("source")
@click.argument("handle")
@config_option
def remove(source: str, handle: str, config: Path) -> None:
    """Take HANDLE on SOURCE out of the inventory, with what looks like it."""

    async def removed(desk: Database) -> None:
        await kept.remove(desk, await own_account(desk, source, handle), by=person(), at=now())

    ask_desk(config, removed)


@accounts.command(name="list")
@config_option
def list_(config: Path) -> None:
    """Show the inventory, and each account that nobody, or too few, answer for."""
    own, staff = ask_desk(config, _inventory)
    table = Table("source", "handle", "owner", "second", "", box=None, pad_edge=False)
    for one in own:
        owners = (staff[who].name if who else "" for who in (one.owner, one.second))
        table.add_row(*map(harmless, (one.source, one.handle, *owners, "" if one.official else "of the staff")))
    Console().print(table) if own else click.echo("the inventory is empty; see: klankbord people accounts add --help")
    for sentence in kept.mistakes(own, staff):
        click.echo(f"mistake: {harmless(sentence)}")


@accounts.command()
@click.option("--all", "every", is_flag=True, help="Those too of which somebody said what they are.")
@click.option("--look", "now_", is_flag=True, help="Look in the archive first; a running klankbord does every hour.")
@config_option
def lookalikes(*, every: bool, now_: bool, config: Path) -> None:
    """Show accounts that look like one of the organisation's own, for you to dismiss or confirm."""
    if now_:
        asyncio.run(_looked(configuration.read(config)))
    listed = ask_desk(config, lambda desk: kept.listed(desk, None if every else State.OPEN))
    own = {one.id: one for one in ask_desk(config, kept.every)}
    table = Table("author", "handle", "name", "looks like", "why", "last seen", "", box=None, pad_edge=False)
    for one in listed:
        like = own[one.account]
        said = (one.author, one.handle or "", one.name or "", f"{like.handle} on {like.source}", one.why)
        table.add_row(*map(harmless, said), f"{one.seen_at:%Y-%m-%d}", one.state)
    Console().print(table) if listed else click.echo("nothing looks like an own account")


@accounts.command()
@click.argument("author")
@click.argument("verdict", type=click.Choice([State.DISMISSED.value, State.CONFIRMED.value, State.OPEN.value]))
@config_option
def say(author: str, verdict: str, config: Path) -> None:
    """Say that AUTHOR looks like an own account by chance (dismissed) or on purpose (confirmed)."""
    if not ask_desk(config, lambda desk: kept.say(desk, author, State(verdict), by=person(), at=now())):
        raise Stop(f"{harmless(author)} is not listed; see: klankbord people accounts lookalikes")


async def _looked(read: Configuration) -> None:
    async with open_stores(read, hush) as stores:
        await look(stores.desk, stores.archive, now(), erased=stores.erased)


async def _inventory(desk: Database) -> tuple[Sequence[Account], Mapping[str, Person]]:
    return await kept.every(desk), {one.id: one for one in await people.every(desk)}


async def _owners(desk: Database, *named: str | None) -> Sequence[str | None]:
    return [(await found(desk, one)).id if one else None for one in named]
