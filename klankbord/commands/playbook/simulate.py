"""`klankbord playbook simulate`: history routed again under other organisation models and rotas, side by side."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from core.document import Filter
from core.errors import Misconfigured, Stop
from core.time import now
from desk.people import rotas as files
from desk.triage.simulating import Simulated, Tried, simulate
from desk.triage.staffed import Staffed, looked_at, staffed
from klankbord import configuration
from klankbord.commands.playbook import _simulated as shown
from klankbord.options import FILE, config_option, days_option, harmless, hush, person
from klankbord.stores import open_stores
from playbook.organisation import Model
from playbook.playbook import load
from playbook.rota import Shift
from playbook.sections import Playbook
from playbook.simulate import possible, under

IN_FORCE = "rota in force"


def _options(function: Callable[..., Any]) -> Callable[..., Any]:  # Any: as click passes them
    for option in reversed(
        (
            click.option("--model", "models", multiple=True, type=click.Choice([one.value for one in Model]), help="Under this model; by default under each."),
            click.option("--playbook", "other", type=FILE, help="Another playbook than the one in force."),
            click.option("--people", multiple=True, metavar="UNIT=COUNT", help="How many people answer in a unit. May be repeated."),
            click.option("--answers", multiple=True, metavar="UNIT=COUNT", help="How many answers a unit gives in an hour. May be repeated."),
            click.option("--rota", "rotas", multiple=True, type=FILE, help="Another rota beside the one in force: CSV with who, unit, days, blocks. May be repeated."),
            click.option("--pace", type=click.FloatRange(0, min_open=True), help="How many answers somebody on duty gives in an hour: tries the rota in force, and each --rota."),
            click.option("--hours", is_flag=True, help="Also what each unit is asked in each hour of the day."),
            click.option("--per-person", is_flag=True, help="Also the answers of each who holds a role that the playbook names for it; who looked is in the audit."),
            click.option("--smallest", default=5, show_default=True, type=click.IntRange(2), help="People below which units are shown as one."),
        )
    ):  # fmt: skip
        function = option(function)
    return function


@click.command(name="simulate")
@config_option
@days_option
@_options
def command(
    *,
    config: Path,
    days: int,
    models: tuple[str, ...],
    other: Path | None,
    people: tuple[str, ...],
    answers: tuple[str, ...],
    rotas: tuple[Path, ...],
    pace: float | None,
    hours: bool,
    per_person: bool,
    smallest: int,
) -> None:
    """Route the archived mentions of the last days again under other organisation models: load, unowned and late side by side."""
    read = configuration.read(config)
    rules = load(other or read.playbook)
    if pace is None and (rotas or per_person):
        raise Stop("say how many answers somebody on duty gives in an hour: --pace 12")
    if per_person and not any(role.per_person for role in rules.all_roles().values()):
        raise Stop("the playbook names no role for figures person by person: roles.NAME.per_person: true")
    an_hour, heads = _of_units("--answers", answers, rules), _of_units("--people", people, rules)

    def tried(there: Staffed) -> Tried:
        return Tried(
            rules=_under(rules, models),
            zone=read.organisation.zone,
            people=dict(there.people) | dict(heads),
            rotas=_rotas(there, rotas, rules) if pace else {},
            away=there.away,
            an_hour=pace or 1.0,
            answers=an_hour,
            shown=there.named if per_person else frozenset(),
            smallest=smallest,
        )

    found, there = asyncio.run(_simulated(read, rules, days, tried))
    _tell(found, there, days=days, smallest=smallest, hours=hours)


async def _simulated(
    read: configuration.Configuration, rules: Playbook, days: int, tried: Callable[[Staffed], Tried]
) -> tuple[Simulated, Staffed]:
    since = now() - timedelta(days=days)
    async with open_stores(read, hush) as stores:
        there = await staffed(stores.desk, rules, since)
        asked = tried(there)
        found = await simulate(stores.archive.scan(Filter(since=since)), asked)
        await looked_at(stores.desk, {one for kept in found.kept for one in kept.persons}, by=person(), at=now())
        return found, there


def _tell(found: Simulated, there: Staffed, *, days: int, smallest: int, hours: bool) -> None:
    console = Console()
    console.print(shown.load(found))
    click.echo(f"{found.mentions:,} mentions of the last {days} days, {found.none:,} of which ask for no answer")
    if found.small:
        click.echo(
            f"Units in which fewer than {smallest} people answer, or nobody said how many (--people), are one line "
            f"of at least {smallest}."
        )
    if hours:
        for model in found.hours:
            console.print(shown.by_hour(found, model))
    if not found.kept:
        click.echo(
            "How many promises would be kept is known once you say how many answers a unit gives an hour (--answers), or "
            "somebody on duty (--pace)."
        )
        return
    console.print(shown.late(found))
    click.echo("Late by what is promised, in business hours, if answers are given one after another as they came.")
    if any(kept.persons for kept in found.kept):
        console.print(shown.persons(found, lambda one: harmless(there.called(one))))


def _rotas(there: Staffed, given: Sequence[Path], rules: Playbook) -> Mapping[str, Sequence[Shift]]:
    units = rules.organisation.units if rules.organisation else {}
    found: dict[str, Sequence[Shift]] = {IN_FORCE: there.shifts} if there.shifts else {}
    for path in given:
        try:
            found[path.name] = files.rota(path.read_bytes(), there.staff, units)
        except OSError as error:
            raise Stop(f"{path} cannot be read: {error.strerror}") from None
        except Misconfigured as error:
            raise Misconfigured([f"{path}: {mistake}" for mistake in error.mistakes]) from None
    if not found:
        raise Stop(
            "the rota is empty, so that nobody is on duty to try; give a --rota, or: klankbord people rota add --help"
        )
    return found


def _under(rules: Playbook, models: tuple[str, ...]) -> Mapping[str, Playbook]:
    try:
        return {model: under(rules, Model(model)) for model in models or possible(rules)}
    except ValueError as error:
        raise Stop(str(error)) from None


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
