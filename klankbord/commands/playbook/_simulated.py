"""What a simulation came to, as tables for a terminal: a row a unit, a column a model, or a model and a rota."""

from collections.abc import Callable

from rich.table import Table

from desk.triage.simulating import Kept, Simulated
from klankbord.options import harmless
from playbook.simulate import TOGETHER


def load(found: Simulated) -> Table:
    table = _table("answers to give", [*found.units])
    for unit in sorted({unit for counted in found.units.values() for unit in counted}, key=_last):
        table.add_row(_named(unit), *(f"{counted.get(unit, 0):,}" for counted in found.units.values()))
    table.add_row("nobody's", *(f"{count:,}" for count in found.unowned.values()))
    return table


def late(found: Simulated) -> Table:
    table = _table("first answers late", [_column(kept) for kept in found.kept])
    for unit in sorted({unit for kept in found.kept for unit in kept.late}, key=_last):
        table.add_row(_named(unit), *(f"{kept.late.get(unit, 0):,}" for kept in found.kept))
    table.add_row("all", *(f"{sum(kept.late.values()):,}" for kept in found.kept))
    return table


def by_hour(found: Simulated, model: str) -> Table:
    """What each unit is asked in each hour of the day, under that model."""
    units = found.hours[model]
    table = _table(f"asked, {model}", [_named(unit) for unit in sorted(units, key=_last)])
    for hour in range(24):
        table.add_row(f"{hour:02}:00", *(f"{units[unit][hour]:,}" for unit in sorted(units, key=_last)))
    return table


def persons(found: Simulated, called: Callable[[str], str]) -> Table:
    table = _table("answers given", [_column(kept) for kept in found.kept])
    for one in sorted({one for kept in found.kept for one in kept.persons}, key=called):
        table.add_row(called(one), *(f"{kept.persons.get(one, 0):,}" for kept in found.kept))
    return table


def _column(kept: Kept) -> str:
    return f"{kept.model}, {harmless(kept.rota)}" if kept.rota else kept.model


def _last(unit: str) -> tuple[bool, str]:
    return unit == TOGETHER, unit


def _named(unit: str) -> str:
    return "small units together" if unit == TOGETHER else harmless(unit)


def _table(heading: str, columns: list[str]) -> Table:
    table = Table(heading, box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right", overflow="fold")
    return table
