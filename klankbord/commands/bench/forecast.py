"""`klankbord bench forecast`: how good the forecast is, on volumes."""

from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table

from klankbord import volumes
from klankbord.counting import counting
from picture.judged.brand import Brand
from picture.judged.forecasts import DIGITS, Judged, Report, judge, rows


@click.command(name="forecast")
@volumes.VOLUMES
@volumes.AS_JSON
def command(folder: Path, as_json: bool) -> None:
    """Forecast 72 hours from each day of each brand's volume and compare them with the same hours a week before."""
    brands = volumes.read(folder)
    report = _judged(brands)
    if as_json:
        click.echo(msgspec.json.encode(_json(report)).decode())
    else:
        _show(report)


def _judged(brands: list[Brand]) -> Report:
    with counting() as bar:
        task = bar.add_task("forecast", total=len(brands))
        return judge(brands, lambda: bar.advance(task))


def _json(report: Report) -> dict[str, Any]:
    brands = {name: _rounded(msgspec.to_builtins(one)) for name, one in report.brands.items()}
    return rows(report) | {"brands": brands, "all": _rounded(msgspec.to_builtins(report.together))}


def _rounded(value: Any) -> Any:  # Any: what JSON holds
    match value:
        case dict():
            return {key: _rounded(one) for key, one in value.items()}
        case list() | tuple():
            return [_rounded(one) for one in value]
        case float():
            return round(value, DIGITS)
        case _:
            return value


def _show(report: Report) -> None:
    console = Console()
    if not console.is_terminal:
        console.width = 120
    table = Table(box=None, pad_edge=False)
    table.add_column("brand", no_wrap=True)
    for heading in ("forecasts", "MASE", "first day", "second", "third", "covered", "shown", "MASE of those"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, one in [*report.brands.items(), ("all", report.together)]:
        table.add_row(name, str(one.origins), *_cells(one))
    console.print(table)
    for name, value in rows(report).items():
        console.print(f"{name} {'-' if value is None else value}", markup=False, highlight=False)


def _cells(one: Judged) -> list[str]:
    figures = (one.mase, *one.by_day, one.covered, one.shown, one.shown_mase)
    return ["-" if value is None else f"{value:.2f}" for value in figures]
