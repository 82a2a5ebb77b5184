"""`klankbord bench crisis`: how good the crisis detector is, on labelled volumes."""

from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table

from klankbord import volumes
from klankbord.counting import counting
from picture.judged.brand import Brand
from picture.judged.report import Chosen, Judged, Report, judge, steps
from picture.judged.rows import rows


@click.command(name="crisis")
@volumes.VOLUMES
@volumes.AS_JSON
def command(folder: Path, as_json: bool) -> None:
    """Score the crisis detector as the Numenta Anomaly Benchmark does, and on volumes simulated after the given ones.

    Each brand is scored with the thresholds that did best on the other brands, and with the shipped ones.
    """
    brands = volumes.read(folder)
    report = _judged(brands)
    if as_json:
        click.echo(msgspec.json.encode(_json(report)).decode())
    else:
        _show(report)


def _judged(brands: list[Brand]) -> Report:
    with counting() as bar:
        task = bar.add_task("crisis", total=steps(len(brands)))
        return judge(brands, lambda: bar.advance(task))


def _json(report: Report) -> dict[str, Any]:
    brands = {name: _figures(one) for name, one in report.brands.items()}
    return rows(report) | {"brands": brands, "all": _figures(report.together)}


def _figures(one: Judged) -> dict[str, Any]:
    return {
        name: round(value, 4) if isinstance(value, float) else {key: _rounded(each) for key, each in value.items()}
        for name, value in msgspec.to_builtins(one).items()
    }


def _rounded(value: Any) -> Any:  # Any: a figure of JSON
    return round(value, 4) if isinstance(value, float) else value


def _show(report: Report) -> None:
    console = Console()
    if not console.is_terminal:
        console.width = 120
    table = Table(box=None, pad_edge=False)
    table.add_column("brand, level", no_wrap=True)
    for heading in ("threshold", "NAB", "recall", "false a week", "as shipped: NAB", "recall", "false a week"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, one in [*report.brands.items(), ("all", report.together)]:
        for level, chosen, shipped in (
            ("watch", one.watch, one.watch_as_shipped),
            ("alarm", one.alarm, one.alarm_as_shipped),
        ):
            threshold = "-" if chosen.threshold is None else f"{chosen.threshold:.2f}"
            table.add_row(f"{name}, {level}", threshold, *_cells(chosen), *_cells(shipped))
    console.print(table)
    for name, value in rows(report).items():
        console.print(f"{name} {value}", markup=False, highlight=False)


def _cells(one: Chosen) -> tuple[str, str, str]:
    return f"{one.nab_standard:.1f}", f"{one.recall:.2f}", f"{one.false_per_week:.2f}"
