"""`klankbord customer`: who is one customer, and what is known of them."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from core.errors import Stop
from core.time import now
from desk.customers import one
from desk.customers.next_step import gather
from desk.customers.one import Known
from desk.customers.weeks import weeks_of
from desk.held.document import Held, as_json
from desk.store import audit, customers, identities, websites
from desk.store.database import Database
from desk.store.identities import Evidence
from desk.store.inbox import Looking
from desk.web.words import LANGUAGES
from klankbord import configuration
from klankbord.configuration import Configuration
from klankbord.options import config_option, harmless, hush, person
from klankbord.privacy.held import HeldOf, keep, paper_of
from klankbord.privacy.joining import may_join
from klankbord.serving.page import customers_of
from klankbord.stores import Stores, ask_desk, open_stores
from picture.portrait import Portrait
from playbook.next_best_action import explained


@click.group(name="customer")
def command() -> None:
    """Join accounts to customers, merge customers, undo both, and show what is known of one."""


@command.command()
@click.option("--name", help="What to call the customer.")
@config_option
def add(name: str | None, config: Path) -> None:
    """Make a customer and print its id."""
    click.echo(ask_desk(config, lambda desk: customers.add(desk, name=name, by=person(), at=now())))


@command.command()
@click.argument("customer")
@click.argument("author")
@config_option
def link(customer: str, author: str, config: Path) -> None:
    """Make the account AUTHOR part of CUSTOMER, where its source's policy lets accounts be joined."""
    if not may_join(configuration.read(config))(author):
        raise Stop(
            f'the policy of its source does not let "{harmless(author)}" become part of a customer: '
            "see `join` of the source in klankbord.yaml"
        )

    async def linked(desk: Database) -> None:
        root = await _root(desk, customer)
        theirs = await identities.link(
            desk, author=author, customer=root, evidence=Evidence.PERSON, by=person(), at=now()
        )
        if await _root(desk, theirs) != root:
            raise Stop(f"{harmless(author)} is part of customer {theirs}: unlink it first")

    ask_desk(config, linked)


@command.command()
@click.argument("author")
@config_option
def unlink(author: str, config: Path) -> None:
    """Take the account AUTHOR away from its customer."""
    if not ask_desk(config, lambda desk: identities.withdraw(desk, author, by=person(), at=now())):
        raise Stop(f"{harmless(author)} is part of no customer")


@command.command()
@click.argument("customer")
@click.argument("address")
@click.option("--remove", is_flag=True, help="It is not CUSTOMER's any more.")
@config_option
def website(customer: str, address: str, remove: bool, config: Path) -> None:
    """Say that CUSTOMER is at home at ADDRESS: accounts of which their service has verified that become part of CUSTOMER.

    An account joins with its next message, where its source's policy lets accounts be joined.
    """

    async def said(desk: Database) -> bool:
        change = websites.remove if remove else websites.add
        return await change(desk, await _root(desk, customer), address, by=person(), at=now())

    if not ask_desk(config, said):
        known = "is no website" if remove else "is a website already"
        raise Stop(f"{harmless(address)} {known} of {harmless(customer)}")


@command.command()
@click.argument("customer")
@click.argument("into")
@config_option
def merge(customer: str, into: str, config: Path) -> None:
    """Let INTO stand for CUSTOMER as well, until that is undone by unmerge."""
    ask_desk(config, lambda desk: customers.merge(desk, customer, into, by=person(), at=now()))


@command.command()
@click.argument("customer")
@config_option
def unmerge(customer: str, config: Path) -> None:
    """Undo that CUSTOMER was merged into another: both are as they were."""
    if not ask_desk(config, lambda desk: customers.unmerge(desk, customer, by=person(), at=now())):
        raise Stop(f"{harmless(customer)} is merged into no other customer")


@command.command()
@click.argument("customer")
@config_option
def show(customer: str, config: Path) -> None:
    """Show what is known of CUSTOMER: accounts, volume, sentiment by week, topics, channels, facts. That it was shown is noted."""
    read = configuration.read(config)
    known = asyncio.run(_shown(read, customer))
    console, said = Console(), known.said
    for place in known.websites:
        line = f"website: {place.page} (by {place.by}, {place.at:%Y-%m-%d})"
        console.print(harmless(line), markup=False, highlight=False)
    for account in (*known.linked, *known.withdrawn):
        withdrawn = f", withdrawn {account.withdrawn_at:%Y-%m-%d}" if account.withdrawn_at else ""
        why = f"{account.why}, by {account.by}, {account.at:%Y-%m-%d}{withdrawn}"
        console.print(f"{harmless(account.author)}  ({harmless(why)})", markup=False, highlight=False)
    for fact in known.facts:
        line = f"{fact.system}: {fact.name} {fact.value}"
        console.print(harmless(line), markup=False, highlight=False)
    if said is None:
        console.print("nothing is archived of these accounts")
        return
    console.print(f"{said.mentions:,} mentions from {said.first_at:%Y-%m-%d} to {said.last_at:%Y-%m-%d}")
    console.print(f"channels: {_counted(said.channels)}", markup=False)
    console.print(f"topics: {_counted(said.topics)}", markup=False)
    console.print(_weeks(said, read))


@command.command(name="next")
@click.argument("customer")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
@config_option
def next_(customer: str, language: str, config: Path) -> None:
    """Say what is best done next for CUSTOMER by the rules of the playbook, and why; and why the rules before that one do not hold."""
    read = configuration.read(config)
    for line in asyncio.run(_next(read, customer, language)):
        click.echo(harmless(line))


@command.command()
@click.argument("who")
@click.option(
    "--to", type=click.Path(dir_okay=False, path_type=Path), required=True, help="A file that ends in .json or .pdf."
)
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of the paper.")
@config_option
def export(who: str, to: Path, language: str, config: Path) -> None:
    """Write all that is held of WHO (a customer, or an account's id) in every store to a file, for the person who asks for it.

    That it was taken out is noted. The file is yours to keep safe and to take away: no erasure reaches it.
    """
    if to.suffix not in (".json", ".pdf"):
        raise Stop(f"{harmless(str(to))} ends neither in .json nor in .pdf")
    held = asyncio.run(_held(configuration.read(config), who))
    keep(to, as_json(held) if to.suffix == ".json" else paper_of(held, language, configuration.read(config)))
    click.echo(
        "nothing is held"
        if held.nothing
        else f"{len(held.archive):,} messages, {len(held.cases):,} cases: {harmless(str(to))}"
    )


async def _held(read: Configuration, who: str) -> Held:
    async with open_stores(read, hush) as stores:
        account = ":" in who
        subject = who if account else await _root(stores.desk, who)
        noted = audit.hashed(who, stores.folder.secret()) if stores.erased(who) else subject
        what = "account" if account else "customer"
        await audit.add(stores.desk, audit.Entry(at=now(), by=person(), did="gave out", what=what, subject=noted))
        asking = HeldOf(read, stores)
        return await (asking(accounts=(who,)) if account else asking(customer=subject))


async def _next(read: Configuration, customer: str, language: str) -> Sequence[str]:
    async with open_stores(read, hush) as stores:
        asked, known = customers_of(read, stores), await _known(read, stores, customer)
        weeks = await weeks_of(asked, known.said) if known.said else None
        found = await gather(asked, known, weeks, Looking(me=person(), units=None, at=now()))
        return tuple(explained(asked.actions, found.facts, language))


async def _shown(read: Configuration, customer: str) -> Known:
    async with open_stores(read, hush) as stores:
        return await _known(read, stores, customer)


async def _known(read: Configuration, stores: Stores, customer: str) -> Known:
    """It, with a note in the audit that somebody looked."""
    root = await _root(stores.desk, customer)
    look = audit.Entry(at=now(), by=person(), did="looked at", what="customer", subject=root)
    await audit.add(stores.desk, look)
    found = await one.known(customers_of(read, stores), root)
    if found is None:  # erased meanwhile
        raise Stop(f'there is no customer "{harmless(customer)}"')
    return found


async def _root(desk: Database, customer: str) -> str:
    found = await customers.get(desk, customer)
    if found is None:
        raise Stop(f'there is no customer "{harmless(customer)}"')
    return found.id


def _counted(counts: Sequence[tuple[str, int]]) -> str:
    return ", ".join(f"{harmless(name)} {number:,}" for name, number in counts) or "none"


def _weeks(said: Portrait, read: Configuration) -> Table:
    table = Table("week of", "mentions", "positive", "neutral", "negative", "net", box=None, pad_edge=False)
    for start, felt in said.trend:
        net = "" if felt.net is None else f"{felt.net:+.2f}"
        numbers = (felt.total, felt.positive, felt.neutral, felt.negative)
        table.add_row(f"{start.astimezone(read.organisation.zone):%Y-%m-%d}", *map(str, numbers), net)
    return table
