"""`klankbord practices`: what worked, to be used again; proposed by one, approved by another."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from core.errors import Stop
from core.time import now
from desk.entry.rights import with_roles
from desk.entry.who import Held, Who
from desk.practices import acts
from desk.practices.acts import Refused, Said, Why
from desk.store import people, practices, roles
from desk.store.database import Database
from desk.store.practices import Comment, Practice, State, Tally, Text
from klankbord import configuration
from klankbord.commands.cases import clock
from klankbord.options import config_option, harmless
from klankbord.serving.similar import place
from klankbord.stores import ask_desk
from playbook.playbook import load

SENTENCES = {
    Why.GONE: "there is no such practice",
    Why.FORBIDDEN: "{who} may not do that here: whoever leads in its unit may, or the centre of excellence",
    Why.OWN: "{who} wrote it; somebody else approves it",
    Why.CHANGED: "it was changed meanwhile: look at it again",
    Why.UNTITLED: "it has no title: give one with --title",
    Why.STATE: "it is approved or retired already",
    Why.EMPTY: "give both a question and an answer",
    Why.LONG: "that is too long",
    Why.NOBODY: "its owner does not work here",
    Why.PAST: "choose a day that has yet to come",
}
_number = click.argument("number", type=click.IntRange(1, 2**31 - 1))
_by = click.option(
    "--by", "by", required=True, metavar="PERSON", help="Who does it: an e-mail address or id of the staff."
)


@click.group(name="practices")
def command() -> None:
    """See, propose and approve best practices."""


@command.command(name="list")
@click.option(
    "--state", type=click.Choice([one.value for one in State]), default=State.APPROVED.value, show_default=True
)
@click.option("--unit", default=None, help="That wrote it.")
@click.option("--words", default="", help="In title, question or answer.")
@config_option
def show_all(*, state: str, unit: str | None, words: str, config: Path) -> None:
    """List best practices, the latest first."""

    async def found(desk: Database) -> tuple[Sequence[Practice], dict[str, Tally], dict[str, str]]:
        every = await practices.listed(desk, states=[State(state)], unit=unit, words=words)
        names = {one.id: one.name for one in await people.every(desk)}
        return every, await practices.tallies(desk, [one.id for one in every]), names

    every, tallies, names = ask_desk(config, found)
    zone = configuration.read(config).organisation.zone
    table = Table(
        "practice", "title", "unit", "owner", "holds until", "used", "well", "thanks", box=None, pad_edge=False
    )
    for one in every:
        tally = tallies[one.id]
        told = (f"#{one.number}", one.title or "-", one.unit or "-", names.get(one.owner or "", "-"))
        counted = (str(tally.uses), f"{tally.well} of {tally.known}", str(tally.thanks))
        table.add_row(*map(harmless, (*told, clock(one.expires_at, zone), *counted)))
    Console().print(table)
    click.echo(f"{len(every)} {state}")


@command.command()
@_number
@config_option
def show(number: int, config: Path) -> None:
    """Show the practice of that NUMBER, and what colleagues say of it."""

    async def found(desk: Database) -> tuple[Practice, Tally, Sequence[Comment], dict[str, str]] | None:
        one = await practices.get(desk, number)
        if one is None:
            return None
        names = {person.id: person.name for person in await people.every(desk)}
        return one, (await practices.tallies(desk, [one.id]))[one.id], await practices.comments(desk, one.id), names

    known = ask_desk(config, found)
    if known is None:
        raise Stop(f"there is no practice {number}")
    one, tally, comments, names = known
    zone = configuration.read(config).organisation.zone
    lines = [
        f"practice {one.number}: {one.title or 'without a title'}",
        f"  {one.state}, of {one.unit or 'no unit'}; owner {names.get(one.owner or '', 'nobody')}; holds until {clock(one.expires_at, zone)}",
        f"  written by {names.get(one.proposed_by, one.proposed_by)}, approved by {names.get(one.approved_by or '', one.approved_by or 'nobody')}",
        f"  used {tally.uses} times, {tally.well} of {tally.known} went well; thanks {tally.thanks}",
        *(f"  {text.language}  {text.question}\n      {text.answer}" for text in one.texts),
        *(f"  {clock(each.at, zone)}  {names.get(each.by, each.by)}: {each.text}" for each in comments),
    ]
    click.echo("\n".join(harmless(part) for line in lines for part in line.split("\n")))


@command.command()
@click.option("--title", default="")
@click.option("--language", required=True, help="Of question and answer, as in nl.")
@click.option("--question", required=True)
@click.option("--answer", required=True)
@click.option("--topic", "topics", multiple=True)
@click.option("--unit", default=None)
@_by
@config_option
def propose(
    *,
    title: str,
    language: str,
    question: str,
    answer: str,
    topics: tuple[str, ...],
    unit: str | None,
    by: str,
    config: Path,
) -> None:
    """Propose one, for somebody else to approve."""
    text = Text(language=language, question=question, answer=answer)
    said = Said(title=title, texts=(text,), topics=topics, unit=unit)
    made = _done(config, by, lambda desk, who, _: acts.propose(desk, who, said, place, at=now()))
    click.echo(f"practice {made.number} is proposed")


@command.command()
@_number
@click.option("--title", default="", help="What it is called; the title that it has where nothing is said.")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    help="It is looked at again after that day; a year from now.",
)
@_by
@config_option
def approve(*, number: int, title: str, until: datetime | None, by: str, config: Path) -> None:
    """Approve the practice of that NUMBER as it is now: it is shown where something similar comes in."""
    zone = configuration.read(config).organisation.zone
    day = until and datetime.combine(until.date() + timedelta(days=1), time(), zone).astimezone(UTC)

    async def done(desk: Database, who: Who, members: Sequence[str]) -> Practice:
        found = await practices.get(desk, number)
        saw = found.version if found else 0
        return await acts.approve(desk, who, number, title=title, members=members, saw=saw, at=now(), expires_at=day)

    click.echo(f"practice {_done(config, by, done).number} is approved")


@command.command()
@_number
@_by
@config_option
def retire(number: int, by: str, config: Path) -> None:
    """Show the practice of that NUMBER no more."""
    _done(config, by, lambda desk, who, members: acts.retire(desk, who, number, members=members, at=now()))
    click.echo(f"practice {number} is retired")


@command.command()
@_number
@_by
@config_option
def thank(number: int, by: str, config: Path) -> None:
    """Say thanks for the practice of that NUMBER."""
    _done(config, by, lambda desk, who, _: acts.thank(desk, who, number, at=now()))
    click.echo("thanked")


@command.command()
@_number
@click.argument("text")
@_by
@config_option
def comment(*, number: int, text: str, by: str, config: Path) -> None:
    """Say something about the practice of that NUMBER."""
    _done(config, by, lambda desk, who, _: acts.comment(desk, who, number, text, at=now()))
    click.echo("noted")


Does = Callable[[Database, Who, Sequence[str]], Awaitable[Practice]]


def _done(config: Path, by: str, does: Does) -> Practice:
    """What somebody of the staff does, with the rights that they have. Raises Stop with why it is refused."""
    read = configuration.read(config)
    playbook, rights = load(read.playbook), with_roles(read.sign_in.rights)
    members = playbook.excellence.members if playbook.excellence else ()

    async def doing(desk: Database) -> Practice:
        person = await people.named(desk, by)
        if person is None or not person.active:
            raise Stop(f"nobody here is {by}: klankbord people list")
        held = frozenset(Held(one.role, one.unit) for one in await roles.held(desk) if one.person == person.id)
        who = Who(person=person.id, name=person.name, roles=held, rights=rights)
        try:
            return await does(desk, who, members)
        except Refused as refused:
            raise Stop(SENTENCES[refused.why].format(who=person.name)) from None

    return ask_desk(config, doing)
