"""`klankbord crisis`: the crises there were, one of them as it stands, what people do in it, and what it came to."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from core.errors import Stop
from core.settings import nearest
from core.time import now
from desk.crisis import acts
from desk.crisis.acting import Outcome, Why
from desk.crisis.planned import Plan
from desk.entry.who import Who
from desk.store import crises
from desk.store.crises import Crisis
from desk.store.database import Database
from klankbord import configuration
from klankbord.commands.cases import clock
from klankbord.crisis.acting import NUMBER, SAW, do, stands
from klankbord.crisis.after_action import after_action, gathered
from klankbord.crisis.statements import apply, statement
from klankbord.options import Group, config_option, harmless
from klankbord.people.staff import called, found, names
from klankbord.stores import ask_desk
from playbook.playbook import load

CASE = click.argument("case", type=click.IntRange(1, 2**31 - 1))


@click.group(name="crisis", cls=Group)
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
            called(known, one.lead or "-"),
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
    told, known = gathered(config, number)
    one, zone = told.crisis, configuration.read(config).organisation.zone

    def name(identifier: str | None) -> str:
        return called(known, identifier or "nobody")

    lines = [
        stands(one),
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
    do(config, number, lambda desk, who, one: acts.acknowledge(desk, who, one.id, at=now()))


@command.command()
@NUMBER
@SAW
@config_option
def take(number: int, saw: int, config: Path) -> None:
    """Lead it."""
    do(config, number, lambda desk, who, one: acts.take(desk, who, one.id, saw=saw, at=now()), saw=saw)


@command.command(name="hand-over")
@NUMBER
@click.argument("person")
@SAW
@config_option
def hand_over(number: int, person: str, saw: int, config: Path) -> None:
    """Offer it to PERSON (id, e-mail address or number), who has to accept; until then whoever leads it does."""

    async def act(desk: Database, who: Who, one: Crisis) -> Outcome:
        to = (await found(desk, person)).id
        return await acts.hand_over(desk, who, one.id, to, saw=saw, at=now())

    do(config, number, act, {Why.NOBODY: f"{harmless(person)} may not work on cases of its unit"}, saw=saw)


@command.command()
@NUMBER
@click.argument("level", type=click.IntRange(1, 3))
@click.argument("reason")
@SAW
@config_option
def severity(number: int, level: int, reason: str, saw: int, config: Path) -> None:
    """Say how severe it is, and why."""
    do(
        config,
        number,
        lambda desk, who, one: acts.severity(desk, who, one.id, level, reason, saw=saw, at=now()),
        saw=saw,
    )


@command.command()
@NUMBER
@click.argument("name")
@click.option("--skip", default=None, metavar="REASON", help="It is not needed, and why.")
@config_option
def step(number: int, name: str, skip: str | None, config: Path) -> None:
    """Say that the step of that NAME is done. Refused where somebody said so already."""

    async def act(desk: Database, who: Who, one: Crisis) -> Outcome:
        known = [each.step for each in await crises.steps(desk, one.id)]
        if name not in known:
            raise Stop(f'crisis {number} has no step "{harmless(name)}"; {nearest(name, known)}')
        return await acts.step(desk, who, one.id, name, saw=one.version, at=now(), skipped=skip)

    do(config, number, act)


@command.command()
@NUMBER
@click.argument("text")
@config_option
def note(number: int, text: str, config: Path) -> None:
    """Write TEXT down in what happened, after the end too."""
    says = {Why.WRONG: f"a note has 1 to {acts.LONGEST:,} characters"}
    do(config, number, lambda desk, who, one: acts.note(desk, who, one.id, text, at=now()), says)


@command.command()
@NUMBER
@CASE
@config_option
def attach(number: int, case: int, config: Path) -> None:
    """Say that the case of that number belongs to it."""
    says = {Why.GONE: f"there is no case {case}", Why.WRONG: "it is a drill, which has no cases"}
    do(config, number, lambda desk, who, one: acts.attach(desk, who, one.id, case, at=now()), says)


@command.command()
@NUMBER
@CASE
@config_option
def detach(number: int, case: int, config: Path) -> None:
    """Say that the case of that number does not belong to it, and does not come back by itself."""
    says = {Why.GONE: f"there is no case {case}"}
    do(config, number, lambda desk, who, one: acts.take_out(desk, who, one.id, case, at=now()), says)


@command.command(name="stand-down")
@NUMBER
@click.argument("reason")
@click.option("--lesson", default="", help="What is learnt from it.")
@SAW
@config_option
def stand_down(number: int, reason: str, lesson: str, saw: int, config: Path) -> None:
    """Say that it is over, and why."""

    async def act(desk: Database, who: Who, one: Crisis) -> Outcome:
        return await acts.stand_down(desk, who, one.id, reason, lesson=lesson, saw=saw, at=now())

    wrong = f"a reason has 1 to {acts.LONGEST:,} characters, and a lesson no more"
    do(config, number, act, {Why.WRONG: wrong}, saw=saw)


@command.command()
@NUMBER
@click.argument("reason")
@SAW
@config_option
def reopen(number: int, reason: str, saw: int, config: Path) -> None:
    """Say that one that was stood down is not over, and why."""
    plan = Plan(load(configuration.read(config).playbook))

    async def act(desk: Database, who: Who, one: Crisis) -> Outcome:
        return await acts.reopen(desk, who, one.id, reason, plan=plan, saw=saw, at=now())

    do(config, number, act, {Why.STATE: "it has not ended"}, saw=saw)


for more in (statement, apply, after_action):
    command.add_command(more)
