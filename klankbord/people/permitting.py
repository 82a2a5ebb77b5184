"""Who may answer on an own account: `klankbord people accounts give`, `take` and `may`."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import NamedTuple

import click
from rich.console import Console
from rich.table import Table

from core.errors import Stop
from core.time import now
from desk.answering.explained import explained
from desk.answering.naming import naming
from desk.answering.permitted import By, Outcome, Permitted, Refused, permitted, rules_of
from desk.entry.rights import with_roles
from desk.people.learning import day_after
from desk.store import account_rights as kept
from desk.store import answering
from desk.store.account_rights import Given
from desk.store.database import Database
from desk.store.roles import EVERYWHERE
from desk.web.formats import Formats
from desk.web.words import load as words_of
from klankbord import configuration
from klankbord.configuration import Configuration
from klankbord.options import config_option, harmless, person
from klankbord.people.staff import found, named, names, own_account
from klankbord.stores import ask_desk
from picture.buckets import local_midnight
from playbook.playbook import load

_BY = {By.OWNER: "owns it", By.SECOND: "second owner", By.PERSON: "was given it", By.ROLE: "by a role"}
_role = click.option("--role", help="To whoever holds that role of the playbook, instead of a person.")
_unit = click.option("--unit", default=EVERYWHERE, help="Who holds the role in that unit alone; anywhere without.")


@click.command()
@click.argument("source")
@click.argument("handle")
@click.argument("who", required=False)
@_role
@_unit
@click.option("--until", help="The last day of it, like 2026-12-24; for good without.")
@config_option
def give(
    source: str, handle: str, who: str | None, *, role: str | None, unit: str, until: str | None, config: Path
) -> None:
    """Give WHO, or a role, the right to answer on HANDLE on SOURCE; its owners have it by themselves."""
    read = configuration.read(config)
    named(read, role, unit)
    over = day_after(until) if until else None
    ends = local_midnight(over, read.organisation.zone) if over else None

    async def given(desk: Database) -> None:
        one = await _Whom(who, role, unit).given(desk, source, handle, ends)
        if one.person and one.person not in (await answering.known(desk)).staff:
            raise Stop(f"{harmless(who or '')} does not work here any more")
        await kept.give(desk, one, by=person(), at=now())

    ask_desk(config, given)


@click.command()
@click.argument("source")
@click.argument("handle")
@click.argument("who", required=False)
@_role
@_unit
@config_option
def take(source: str, handle: str, who: str | None, *, role: str | None, unit: str, config: Path) -> None:
    """Take that right away from WHO, or from a role; at once."""

    async def taken(desk: Database) -> bool:
        gone = await _Whom(who, role, unit).given(desk, source, handle)
        return await kept.take(desk, gone, by=person(), at=now())

    if not ask_desk(config, taken):
        raise Stop(f"{harmless(who or role or '')} was not given the right to answer there")


@click.command()
@click.argument("source")
@click.argument("handle")
@click.argument("who", required=False)
@config_option
def may(source: str, handle: str, who: str | None, config: Path) -> None:
    """Say who may answer on HANDLE on SOURCE, or whether WHO may and which links are missing."""
    read = configuration.read(config)
    if who is None:
        _show_all(read, source, handle, config)
    else:
        _show_one(read, source, handle, who, config)


def _show_all(read: Configuration, source: str, handle: str, config: Path) -> None:
    rules = rules_of(load(read.playbook), with_roles(read.sign_in.rights))
    at, zone = now(), read.organisation.zone

    async def asked(desk: Database) -> tuple[Sequence[tuple[str, Outcome]], Mapping[str, str]]:
        account, known, who = await own_account(desk, source, handle), await answering.known(desk), await names(desk)
        each = [(one, permitted(known.of(one, account), account, rules, at)) for one in known.staff]
        return sorted(each, key=lambda pair: who[pair[0]]), who

    each, called = ask_desk(config, asked)
    table = Table("who", "", "until", box=None, pad_edge=False)
    for one, found_ in each:
        if isinstance(found_, Permitted):
            table.add_row(harmless(called[one]), _BY[found_.by], _last_day(found_.until, zone))
    Console().print(table) if table.row_count else click.echo("nobody may answer there")


def _show_one(read: Configuration, source: str, handle: str, who: str, config: Path) -> None:
    playbook, rights, words = load(read.playbook), with_roles(read.sign_in.rights), words_of("en")
    rules, form = rules_of(playbook, rights), Formats(words, read.organisation.zone, now())

    async def asked(desk: Database) -> list[str]:
        account, one = await own_account(desk, source, handle), await found(desk, who)
        async with desk.reading() as connection:
            outcome = await answering.may_answer(connection, one.id, account, rules, now())
        if not isinstance(outcome, Refused):
            return []
        named = await naming(desk, playbook.trainings, rights)
        told = explained(outcome, named.of(account), words, form)
        return [each.sentence for each in told]

    missing = ask_desk(config, asked)
    for sentence in missing:
        click.echo(harmless(sentence))
    if missing:
        raise Stop(f"{harmless(who)} may not answer there")
    click.echo(f"{harmless(who)} may answer there")


class _Whom(NamedTuple):
    """A person, or a role in a unit or anywhere."""

    who: str | None
    role: str | None
    unit: str

    async def given(self, desk: Database, source: str, handle: str, until: datetime | None = None) -> Given:
        """The right of whom is meant. Raises Stop where both a person and a role are named, or neither."""
        if (self.who is None) == (self.role is None):
            raise Stop("name a person or a role, one of the two: see klankbord people accounts give --help")
        account = await own_account(desk, source, handle)
        if self.who is not None:
            return Given(account=account, person=(await found(desk, self.who)).id, until=until)
        return Given(account=account, role=self.role, unit=self.unit, until=until)


def _last_day(until: datetime | None, zone: tzinfo) -> str:
    return "" if until is None else f"{(until - timedelta(seconds=1)).astimezone(zone):%Y-%m-%d}"
