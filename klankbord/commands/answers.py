"""`klankbord answers`: what was answered from the desk, what waits, and what did not go out."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import click
from rich.console import Console
from rich.table import Table

from core.errors import Stop
from core.time import now
from desk.answering import acts
from desk.answering.barred import Bar
from desk.answering.calling import soonest
from desk.cases.acting import Done, Outcome, Refused, Why
from desk.entry.rights import with_roles
from desk.entry.who import Who
from desk.store import answers, cases, deeds, publisher_turns
from desk.store.answers import GOING, Answer, State, Version
from desk.store.cases import Happened
from desk.store.database import Database
from desk.store.deeds import Asked
from desk.store.publisher_turns import Waiting
from klankbord import configuration
from klankbord.commands.cases import clock
from klankbord.options import config_option, harmless, person
from klankbord.people.staff import called, names
from klankbord.stores import ask_desk

ANY = "any"
NUMBER = click.argument("number", type=click.IntRange(1, 2**31 - 1))
_SAYS: Mapping[Why, str] = {
    Why.STATE: "its case is closed",
    Why.GOING: "another answer to the case is under way, or it is there already",
    Why.FORBIDDEN: "you may not",
    Why.GONE: "its case is gone",
    Why.ANOTHER_OPEN: "somebody began another answer to the case at this moment",
}


class _Found(NamedTuple):
    """What is listed; `numbers` of cases and `known` names by id."""

    listed: Sequence[Answer]
    asked: Sequence[Asked]
    numbers: Mapping[str, int]
    waits: Sequence[Waiting]
    known: Mapping[str, str]


@click.group(name="answers")
def command() -> None:
    """See what was answered from the desk, and send again what did not go out."""


@command.command(name="list")
@click.option("--state", type=click.Choice([*(one.value for one in State), ANY]), default=ANY, show_default=True)
@click.option("--most", type=click.IntRange(1, 1000), default=50, show_default=True)
@config_option
def show_all(state: str, most: int, config: Path) -> None:
    """List answers, the latest first; what was asked of messages at their source and is not done; and sources that are left alone for now."""
    states = () if state == ANY else (State(state),)

    async def found(desk: Database) -> _Found:
        listed, asked = await answers.listed(desk, states=states, most=most), await deeds.unsettled(desk, most=most)
        known = await cases.several(desk, {one.case for one in listed} | {one.case for one in asked})
        numbers = {one.id: one.number for one in known.values()}
        return _Found(listed, asked, numbers, await publisher_turns.waiting(desk), await names(desk))

    listed, asked, numbers, waits, known = ask_desk(config, found)
    zone = configuration.read(config).organisation.zone
    table = Table(box=None, pad_edge=False)
    for heading in ("answer", "case", "publisher", "state", "by", "let out", "why"):
        table.add_column(heading)
    for one in listed:
        cells = (one.publisher, one.state.value, called(known, one.words.by), clock(one.ready_at, zone))
        told = (f"{one.number}", f"#{numbers.get(one.case, '?')}", *cells, one.reason or one.error or "-")
        table.add_row(*map(harmless, told))
    Console().print(table)
    for deed in asked:
        how = "waits" if deed.due_at else "came to nothing"
        line = f"to {deed.kind} {deed.mention} of #{numbers.get(deed.case, '?')} {how}, asked {clock(deed.at, zone)} by {called(known, deed.by)}"
        click.echo(harmless(f"{line}: {deed.error}" if deed.error else line))
    for each in waits:
        if each.error:
            click.echo(harmless(f"{each.publisher} is left alone until {clock(each.waits_until, zone)}: {each.error}"))


@command.command()
@NUMBER
@config_option
def show(number: int, config: Path) -> None:
    """Show the answer of that NUMBER: what it said, who approved it, what became of it."""

    async def found(desk: Database) -> tuple[Answer, Sequence[Version], Mapping[str, str]] | None:
        one = await answers.get(desk, number)
        return (one, await answers.versions(desk, one.id), await names(desk)) if one else None

    known = ask_desk(config, found)
    if known is None:
        raise Stop(f"there is no answer {number}")
    one, said, people = known
    zone = configuration.read(config).organisation.zone
    lines = [
        f"answer {one.number} to {one.answers} by {one.publisher}: {one.state.value}",
        *([f"  {one.reason}: {one.error or ''}".rstrip(": ")] if one.reason else []),
        *([f"  {one.error}"] if one.error and not one.reason else []),
        f"  let out {clock(one.ready_at, zone)} by {called(people, one.sends or '-')}, tried {one.tries} times",
        *([f"  at the source: {one.mention} {one.url or ''} {clock(one.ended_at, zone)}"] if one.mention else []),
    ]
    if one.copies:
        lines.append(f"  stands there too much, and is to be taken away: {', '.join(one.copies)}")
    for each in said:
        approved = f", approved by {called(people, each.approved_by)}" if each.approved_by else ""
        lines += [f"  {each.number}  {clock(each.at, zone)}  {called(people, each.by)}{approved}", f"     {each.text}"]
    click.echo("\n".join(harmless(line) for line in lines))


@command.command()
@NUMBER
@config_option
def retry(number: int, config: Path) -> None:
    """Let the answer of that NUMBER out again that did not go out; one that waits for its source waits no longer."""
    read = configuration.read(config)
    who = Who(session=person(), rights=with_roles(read.sign_in.rights))

    async def done(desk: Database) -> Outcome | bool | None:
        one = await answers.get(desk, number)
        if one is None:
            return None
        if one.state in GOING:
            return await publisher_turns.hurry(desk, one, soonest(one, now()))
        again = await acts.again(desk, who, one, at=now())
        return True if isinstance(again, Done) and one.reason == Bar.UNKNOWN.value else again

    match ask_desk(config, done):
        case None:
            raise Stop(f"there is no answer {number}")
        case Refused(what=what):
            raise Stop(f"answer {number} stays as it is: {_why(what)}")
        case Done():
            click.echo(f"answer {number} goes out again")
        case True:
            click.echo(f"answer {number} is tried at once")
        case _:
            click.echo(f"answer {number} is on its way already")


def _why(what: Happened | Why) -> str:
    return _SAYS.get(what, what.value) if isinstance(what, Why) else f"it was {what.value.replace('_', ' ')}"
