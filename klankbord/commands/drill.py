"""`klankbord drill`: scripted crises, played beside what is live and scored against the plan."""

import asyncio
from datetime import timedelta
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.table import Table

from core.errors import Stop
from core.time import now
from desk.drills.score import Score, read
from desk.store import drills
from desk.store.drills import Drill, State
from klankbord import configuration
from klankbord.configuration import Configuration
from klankbord.drills.beginning import Wish, begin
from klankbord.drills.playing import Player
from klankbord.options import Group, config_option, harmless, hush, person, say
from klankbord.stores import ask_desk, open_stores
from playbook import scenario
from playbook.playbook import load

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


class Drills(Group):
    """Whatever is no other subcommand is a scenario to play."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] in self.commands or args[0].startswith("-"):
            return super().resolve_command(ctx, args)
        return play.name, play, args


@click.group(name="drill", cls=Drills, subcommand_metavar="SCENARIO | list | show SCENARIO | report [NUMBER]")
def command() -> None:
    """Play SCENARIO, one that ships or a YAML file, beside a running klankbord; then print how it was scored."""


@click.command(name="SCENARIO")
@click.argument("named", metavar="")
@click.option("--minutes", type=click.IntRange(1, 24 * 60), help="Play it in so many minutes, all in proportion.")
@click.option("--monitor", help="The monitor that is to ring; by default the plan's first.")
@json_option
@config_option
def play(named: str, minutes: int | None, monitor: str | None, as_json: bool, config: Path) -> None:
    """Play it. Its messages are marked as a drill, and so is the crisis: no customer, no CRM and no real alarm hears of them."""
    found = scenario.find(named)
    if minutes:
        found = found.within(timedelta(minutes=minutes))
    wish = Wish(scenario=found, name=Path(named).stem, by=person(), monitor=monitor)
    drill, score = asyncio.run(_played(configuration.read(config), wish))
    _show(drill, score, as_json=as_json)


@command.command(name="list")
@config_option
def show_all(config: Path) -> None:
    """Show the scenarios that ship, and the drills that were played, the latest first."""
    read_ = configuration.read(config)
    language = next(iter(read_.organisation.languages), "en")
    table = Table("scenario", "lasts", "what happens", box=None, pad_edge=False)
    for name in scenario.shipped():
        one = scenario.find(name)
        table.add_row(name, _minutes(one.lasts.total_seconds()), one.called(language))
    Console().print(table)
    played = ask_desk(config, drills.listed)
    if played:
        table = Table("drill", "scenario", "monitor", "began (UTC)", "state", "reached", box=None, pad_edge=False)
        for drill in played:
            table.add_row(*_row(drill))
        Console().print(table)


@command.command(name="show")
@click.argument("named", metavar="SCENARIO")
@click.option("--language", default="en", show_default=True)
def show_one(named: str, language: str) -> None:
    """Show what happens when in SCENARIO, and after which event it was made."""
    one = scenario.find(named)
    click.echo(one.called(language))
    if one.after:
        click.echo(one.after)
    began = 0.0
    for phase in one.phases:
        tones = ", ".join(f"{tone} {weight:g}" for tone, weight in phase.mix.items())
        click.echo(
            f"{_minutes(began):>8}  {phase.times:g} times the usual for {_minutes(phase.lasts.total_seconds())}: {tones}"
        )
        began += phase.lasts.total_seconds()
    told = [(one_.at.total_seconds(), "known", one_) for one_ in one.known]
    told += [(one_.at.total_seconds(), "from outside", one_) for one_ in one.injects]
    for at, kind, moment in sorted(told, key=lambda each: each[:2]):
        click.echo(f"{_minutes(at):>8}  {kind}: {moment.called(language)}")


@command.command(name="report")
@click.argument("number", type=click.IntRange(1, 2**31 - 1), required=False)
@json_option
@config_option
def report(number: int | None, as_json: bool, config: Path) -> None:
    """Print how drill NUMBER was scored; without a number the last one."""
    every = ask_desk(config, drills.listed)
    if not every:
        raise Stop("no drill was played yet: klankbord drill list shows the scenarios")
    found = next((one for one in every if number in (None, one.number)), None)
    if found is None:
        raise Stop(f"there is no drill {number}; the last one is {every[0].number}")
    _show(found, read(found.document) or Score(lines=()), as_json=as_json)


async def _played(read_: Configuration, wish: Wish) -> tuple[Drill, Score]:
    playbook = load(read_.playbook)
    async with open_stores(read_, hush) as stores:
        begun = await begin(read_, playbook, stores, wish, now())
        lasts = _minutes((begun.drill.until - begun.drill.began_at).total_seconds())
        say(
            f"drill {begun.drill.number} plays {wish.name} against {begun.drill.monitor}: {len(begun.lines):,} messages, at most {lasts}; Ctrl-C calls it off"
        )
        return await Player(read_, stores, begun, say).play()


def _show(drill: Drill, score: Score, *, as_json: bool) -> None:
    if as_json:
        told = msgspec.to_builtins(drill) | {"document": None, "score": score}
        click.echo(msgspec.json.encode({name: value for name, value in told.items() if value is not None}).decode())
        return
    crisis = f", crisis {score.crisis}" if score.crisis else ", no crisis opened"
    click.echo(
        f"drill {drill.number}: {harmless(drill.scenario)} against {harmless(drill.monitor)}, {_state(drill)}{crisis}"
    )
    table = Table("measure", "target", "took", "verdict", box=None, pad_edge=False)
    for line in score.lines:
        took = "" if line.took is None else _minutes(line.took)
        table.add_row(line.measure.value, _minutes(line.target), took, line.verdict.value)
    Console().print(table)
    if drill.state is State.FINISHED:
        click.echo(
            "it is evidence that the plan was practised"
            if score.counts
            else "it is no evidence: detection, notice and acknowledgement have to be reached"
        )


def _row(drill: Drill) -> tuple[str, ...]:
    score = read(drill.document)
    reached = sum(line.took is not None for line in score.lines) if score else 0
    began = f"{drill.began_at:%Y-%m-%d %H:%M}"
    all_ = len(score.lines) if score else 0
    return (
        str(drill.number),
        harmless(drill.scenario),
        harmless(drill.monitor),
        began,
        _state(drill),
        f"{reached} of {all_}",
    )


def _state(drill: Drill) -> str:
    return f"called off: {harmless(drill.reason)}" if drill.reason else drill.state.value.replace("_", " ")


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 60 else f"{seconds / 60:.1f} min".replace(".0 min", " min")
