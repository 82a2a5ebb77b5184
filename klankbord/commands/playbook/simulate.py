"""`klankbord playbook simulate`: history routed again under other organisation models, side by side."""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from core.errors import Stop
from core.types import Enriched
from klankbord import configuration
from klankbord.commands.playbook._history import look_through
from klankbord.options import FILE, config_option, days_option, harmless
from playbook.keeping import late
from playbook.organisation import Model
from playbook.playbook import load
from playbook.sections import Playbook
from playbook.simulate import TOGETHER, Load, Replay, small_units, told_apart, under


@click.command(name="simulate")
@config_option
@days_option
@click.option(
    "--model", "models", multiple=True, type=click.Choice([*Model]), help="Under this model; by default under each."
)
@click.option("--playbook", "other", type=FILE, help="Another playbook than the one in force.")
@click.option(
    "--people", multiple=True, metavar="UNIT=COUNT", help="How many people answer in a unit. May be repeated."
)
@click.option(
    "--answers", multiple=True, metavar="UNIT=COUNT", help="How many answers a unit gives in an hour. May be repeated."
)
@click.option(
    "--smallest",
    default=5,
    show_default=True,
    type=click.IntRange(2),
    help="People below which units are shown as one.",
)
def simulate(
    *,
    config: Path,
    days: int,
    models: tuple[str, ...],
    other: Path | None,
    people: tuple[str, ...],
    answers: tuple[str, ...],
    smallest: int,
) -> None:
    """Route the archived mentions of the last days again under other organisation models: load, unowned and late side by side."""
    read = configuration.read(config)
    rules = load(other or read.playbook)
    ruled = _under(rules, models)
    replays = {model: Replay(playbook) for model, playbook in ruled.items()}
    an_hour, counted = _of_units("--answers", answers, rules), _of_units("--people", people, rules)
    loads = {model: Load(waiting=[] if an_hour else None) for model in replays}

    def add(records: Iterable[Enriched]) -> None:
        several = tuple(records)
        for model, replay in replays.items():
            replay.add(several, loads[model])

    asyncio.run(look_through(read, days, add))
    small = small_units(rules.organisation.units if rules.organisation else (), counted, smallest)
    table = _table({model: load.units for model, load in loads.items()}, small, "answers to give")
    table.add_row("nobody's", *(f"{load.unowned:,}" for load in loads.values()))
    Console().print(table)
    some = next(iter(loads.values()))
    click.echo(f"{some.mentions:,} mentions of the last {days} days, {some.none:,} of which ask for no answer")
    if small:
        click.echo(
            f"Units in which fewer than {smallest} people answer, or nobody said how many (--people), are one line "
            f"of at least {smallest}."
        )
    if not an_hour:
        click.echo(
            "How many promises would be kept is known once you say how many answers a unit gives an hour (--answers)."
        )
        return
    kept = {model: late(ruled[model], load.waiting or (), an_hour) for model, load in loads.items()}
    Console().print(_table(kept, small, "first answers late"))
    click.echo("Late by what is promised, if each unit answers so many an hour, one after another as they came.")


def _under(rules: Playbook, models: tuple[str, ...]) -> Mapping[str, Playbook]:
    try:
        return {model: under(rules, Model(model)) for model in models or _possible(rules)}
    except ValueError as error:
        raise Stop(str(error)) from None


def _possible(rules: Playbook) -> list[str]:
    """The models that the organisation has all for."""
    found = []
    for model in Model:
        try:
            under(rules, model)
        except ValueError:
            continue
        found.append(model.value)
    if not found:
        under(rules, Model.HOLISTIC)
    return found


def _of_units(option: str, said: tuple[str, ...], rules: Playbook) -> Mapping[str, int]:
    """A number by unit, as typed."""
    units = rules.organisation.units if rules.organisation else {}
    counted = {}
    for one in said:
        unit, _, count = one.rpartition("=")
        if unit not in units or not count.isdecimal() or int(count) == 0:
            raise Stop(f"{option} {one}: write a unit and how many, as in {next(iter(units), 'unit')}=6")
        counted[unit] = int(count)
    return counted


def _table(counts: Mapping[str, Mapping[str, int]], small: Collection[str], heading: str) -> Table:
    """A row a unit, a column a model."""
    apart = {model: told_apart(counted, small) for model, counted in counts.items()}
    units = sorted({unit for told in apart.values() for unit in told}, key=lambda unit: (unit == TOGETHER, unit))
    table = Table(heading, box=None, pad_edge=False)
    for model in counts:
        table.add_column(model, justify="right", overflow="fold")
    for unit in units:
        name = "small units together" if unit == TOGETHER else harmless(unit)
        table.add_row(name, *(f"{told.get(unit, 0):,}" for told in apart.values()))
    return table
