"""`klankbord crisis`: the crises there were, one of them as it stands, who acknowledges it, and what it came to."""

import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.table import Table

from core.errors import Misconfigured, Stop
from core.time import now
from desk.crisis import acts, printed, report
from desk.crisis.acting import Done, Outcome, Why
from desk.crisis.report import AfterAction
from desk.entry.who import Who
from desk.store import crises
from desk.store.crises import Crisis
from desk.store.database import Database
from desk.web import words
from desk.web.formats import Formats
from klankbord import configuration
from klankbord.commands.cases import clock
from klankbord.options import FILE, config_option, harmless, person
from klankbord.staff import names
from klankbord.stores import ask_desk
from playbook import crisis as plan
from playbook.playbook import load

NUMBER = click.argument("number", type=click.IntRange(1, 2**31 - 1))


@click.group(name="crisis")
def command() -> None:
    """See crises and act in one."""


@command.command(name="list")
@click.option("--all", "ended", is_flag=True, help="Those that ended too.")
@click.option("--drills", is_flag=True, help="Drills alone; without it real ones alone.")
@config_option
def show_all(*, ended: bool, drills: bool, config: Path) -> None:
    """List crises, those that run first."""

    async def found(desk: Database) -> tuple[Sequence[Crisis], Mapping[str, str]]:
        return await crises.listed(desk, running=None if ended else True, drills=drills), await names(desk)

    listed, known = ask_desk(config, found)
    zone = configuration.read(config).organisation.zone
    table = Table(box=None, pad_edge=False)
    for heading in ("crisis", "state", "severity", "since", "acknowledged", "lead", "unit"):
        table.add_column(heading)
    for one in listed:
        cells = (
            f"{'DRILL ' if one.drill else ''}{one.number}",
            one.state.value,
            str(one.severity or "-"),
            clock(one.since, zone),
            clock(one.acknowledged_at, zone),
            known.get(one.lead or "", one.lead or "-"),
            one.unit or "-",
        )
        table.add_row(*map(harmless, cells))
    Console().print(table)
    click.echo(f"{len(listed)} of {'all' if ended else 'those that run'}")


@command.command()
@NUMBER
@config_option
def show(number: int, config: Path) -> None:
    """Show the crisis of that NUMBER: how it stands, its plan, and what happened."""
    told, known = _gathered(config, number)
    one, zone = told.crisis, configuration.read(config).organisation.zone

    def name(identifier: str | None) -> str:
        return known.get(identifier or "", identifier or "nobody")

    lines = [
        f"crisis {one.number}{' (DRILL)' if one.drill else ''}: {one.state}, severity {one.severity or 'unknown'}",
        f"  {', '.join(each.monitor for each in told.monitors)} since {clock(one.since, zone)}, last alarm {clock(one.last_alarm_at, zone)}",
        f"  acknowledged {clock(one.acknowledged_at, zone)} by {name(one.acknowledged_by)}; led by {name(one.lead)}",
        f"  {sum(told.cases.values())} cases; {len(told.statements)} statements",
        *(
            f"  {each.state:8} {each.step}: {each.called('en')} ({each.owner}, due {clock(each.due_at, zone)})"
            for each in told.steps
        ),
        *(f"  {each.number:3}  {clock(each.at, zone)}  {each.kind:15}  {name(each.by)}  {each.detail}" for each in told.events),
    ]  # fmt: skip
    click.echo("\n".join(harmless(line) for line in lines))


@command.command()
@NUMBER
@config_option
def acknowledge(number: int, config: Path) -> None:
    """Say that somebody saw it, so that nobody else is asked."""
    _act(config, number, lambda desk, one: acts.acknowledge(desk, _who(), one.id, at=now()))


@command.command()
@NUMBER
@config_option
def take(number: int, config: Path) -> None:
    """Lead it."""
    _act(config, number, lambda desk, one: acts.take(desk, _who(), one.id, saw=one.version, at=now()))


@command.command()
@NUMBER
@click.argument("level", type=click.IntRange(1, 3))
@click.argument("reason")
@config_option
def severity(number: int, level: int, reason: str, config: Path) -> None:
    """Say how severe it is, and why."""
    _act(
        config, number, lambda desk, one: acts.severity(desk, _who(), one.id, level, reason, saw=one.version, at=now())
    )


@command.command()
@NUMBER
@click.argument("name")
@click.option("--skip", default=None, metavar="REASON", help="It is not needed, and why.")
@config_option
def step(number: int, name: str, skip: str | None, config: Path) -> None:
    """Say that the step of that NAME is done."""
    _act(
        config, number, lambda desk, one: acts.step(desk, _who(), one.id, name, saw=one.version, at=now(), skipped=skip)
    )


@command.command(name="stand-down")
@NUMBER
@click.argument("reason")
@click.option("--lesson", default="", help="What is learnt from it.")
@config_option
def stand_down(number: int, reason: str, lesson: str, config: Path) -> None:
    """Say that it is over, and why."""
    _act(
        config,
        number,
        lambda desk, one: acts.stand_down(desk, _who(), one.id, reason, lesson=lesson, saw=one.version, at=now()),
    )


@command.command(name="report")
@NUMBER
@click.option("--format", "form", type=click.Choice(["pdf", "json"]), default="pdf", show_default=True)
@click.option(
    "--language", type=click.Choice(words.LANGUAGES), default=None, help="The organisation's first by itself."
)
@click.option("--to", type=FILE, default=None, help="The file; without it crisis-NUMBER.pdf, or JSON on the terminal.")
@config_option
def after_action(number: int, form: str, language: str | None, to: Path | None, config: Path) -> None:
    """Write what the crisis of that NUMBER came to."""
    told, known = _gathered(config, number)
    if form == "json":
        written = msgspec.json.format(msgspec.json.encode(told), indent=2)
    else:
        written = _printed(config, told, known, language)
    if to is None and form == "json":
        sys.stdout.buffer.write(written + b"\n")
        return
    file = to or Path(f"crisis-{number}.pdf")
    try:
        file.write_bytes(written)
    except OSError as error:
        raise Stop(f"{file}: cannot be written: {error.strerror}") from None
    click.echo(f"{file} is written")


def _printed(config: Path, told: AfterAction, known: Mapping[str, str], language: str | None) -> bytes:
    read = configuration.read(config)
    catalogue = words.load(language or words.first_of(read.organisation.languages))
    try:
        section = load(read.playbook).crisis or plan.Crisis()
    except Misconfigured:
        section = plan.Crisis()
    said = section.called(told.crisis.severity, catalogue.language) if told.crisis.severity else ""
    form = Formats(catalogue, read.organisation.zone, now())
    reader = printed.Reader(catalogue, form, organisation=read.organisation.name, names=known, severity=said)
    return printed.pdf(told, reader, now())


def _gathered(config: Path, number: int) -> tuple[AfterAction, Mapping[str, str]]:
    async def found(desk: Database) -> tuple[AfterAction | None, Mapping[str, str]]:
        return await report.gathered(desk, number), await names(desk)

    told, known = ask_desk(config, found)
    if told is None:
        raise Stop(f"there is no crisis {number}")
    return told, known


def _who() -> Who:
    """The operator at the terminal."""
    return Who(session=person())


def _act(config: Path, number: int, act: Callable[[Database, Crisis], Awaitable[Outcome]]) -> None:
    async def done(desk: Database) -> tuple[Outcome | None, Mapping[str, str]]:
        one = await crises.get(desk, number)
        return (await act(desk, one) if one else None), await names(desk)

    outcome, known = ask_desk(config, done)
    match outcome:
        case None:
            raise Stop(f"there is no crisis {number}")
        case Done():
            click.echo(f"crisis {number}: {outcome.crisis.state}, severity {outcome.crisis.severity or 'unknown'}")
        case refused:
            by = f" by {harmless(known.get(refused.by, refused.by))}" if refused.by else ""
            raise Stop(f"crisis {number} stays as it is: {_SAYS.get(refused.what, f'it was {refused.what}')}{by}")


_SAYS: Mapping[str, str] = {
    Why.GONE: "there is no such step",
    Why.STATE: "it has ended",
    Why.WRONG: "a reason has 1 to 4,000 characters",
    Why.FORBIDDEN: "you may not",
}
