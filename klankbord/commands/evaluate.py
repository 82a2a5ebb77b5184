"""`klankbord evaluate`: how good a model is, on labelled texts."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import msgspec
from click.core import ParameterSource
from rich.console import Console
from rich.table import Table

from enrich._evaluation import labelled
from enrich._evaluation.report import Figures
from enrich._evaluation.shipped import Row, Tick, evaluate
from enrich._evaluation.table import table
from klankbord import configuration
from klankbord.configuration import Configuration
from klankbord.counting import counting
from klankbord.evaluating import UNCONFIGURED, Judged, choose, judge, models, shipped
from klankbord.options import config_option, hush
from klankbord.understanding import open_encoder

DIGITS = 4
WIDE = 120
"""Columns where the output is no terminal: nothing is cut there."""
SHIPPED_TEXTS = "the shipped texts"


@click.command(name="evaluate")
@click.option(
    "--model",
    help="Which model: sentiment, emotion, intent, or another of the configuration. By default the sentiment, or the one that has the file's labels.",
)
@click.option("--data", type=click.Path(path_type=Path), help='JSON lines {"text", "label"}, gzipped or not.')
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@config_option
@click.pass_context
def command(ctx: click.Context, model: str | None, data: Path | None, as_json: bool, config: Path) -> None:
    """Score a model on labelled texts: macro-F1 with its interval, by language and class, confusion, calibration.

    Without --model and --data it scores the shipped models on the shipped texts: the table of docs/models.md. Where there
    is no configuration the shipped models are meant.
    """
    if model is None and data is None:
        rows = asyncio.run(_everything())
        click.echo(_json(_of_rows(rows)) if as_json else table(rows))
        return
    given = ctx.get_parameter_source("config") is not ParameterSource.DEFAULT
    read = configuration.read(config) if given or config.exists() else UNCONFIGURED
    judged = asyncio.run(_judged(read, model, data))
    if as_json:
        click.echo(_json(_of_model(judged, data)))
    else:
        _show(judged, data)


async def _everything() -> list[Row]:
    with _progress("sections", None) as tick, open_encoder(hush) as encoder:
        return await evaluate(encoder, tick)


async def _judged(read: Configuration, name: str | None, data: Path | None) -> Judged:
    async with models(read, name) as found:
        rows = labelled.read(data) if data else shipped(found[0])
        model = choose(found, rows)
        with _progress(model.name, len(rows)) as tick:
            where = str(data or SHIPPED_TEXTS)
            return await judge(model, rows, read.organisation.languages, where=where, tick=tick)


@contextmanager
def _progress(what: str, total: int | None) -> Iterator[Tick]:
    with counting() as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)


def _show(judged: Judged, data: Path | None) -> None:
    console, made = Console(), judged.report
    if not console.is_terminal:
        console.width = WIDE
    low, high = made.macro_f1_interval
    console.print(
        f"{judged.finding} ({made.model}) on {data or SHIPPED_TEXTS}: {made.count:,} texts, macro-F1 {made.macro_f1:.3f} "
        f"(95 % of draws {low:.3f} to {high:.3f}), {_speed(judged):,.0f} texts a second",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
    for line in _beside(judged):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    console.print(_languages({**made.languages, "all": made}))
    console.print(_by_class(made))
    console.print(_confusion(made))


def _beside(judged: Judged) -> Iterator[str]:
    """What has to be known beside the figures."""
    made = judged.report
    if judged.left_out:
        yield f"{judged.left_out:,} more texts have several labels and were left out"
    if round(made.macro_f1_of_all, DIGITS) != round(made.macro_f1, DIGITS):
        yield f"asked to choose among {', '.join(made.among)}, as the file has no other; with all of its labels {made.macro_f1_of_all:.3f}"


def _languages(languages: dict[str, Figures]) -> Table:
    shown = _table("language", "texts", "macro-F1", "95 %", "answered", "abstained", "calibration error")
    for name, one in languages.items():
        low, high = one.macro_f1_interval
        figures = (one.answered.macro_f1, one.abstained, one.calibration_error)
        between, others = f"{low:.2f} - {high:.2f}", (f"{figure:.3f}" for figure in figures)
        shown.add_row(name, f"{one.count:,}", f"{one.macro_f1:.3f}", between, *others)
    return shown


def _by_class(made: Figures) -> Table:
    shown = _table("label", "texts", "precision", "recall", "F1")
    for name, one in made.classes.items():
        shown.add_row(name, f"{one.count:,}", *(f"{figure:.3f}" for figure in (one.precision, one.recall, one.f1)))
    return shown


def _confusion(made: Figures) -> Table:
    given = list(next(iter(made.confusion.values()), {}))
    shown = _table("true, then given", *(name or "none" for name in given))
    for name, counts in made.confusion.items():
        shown.add_row(name, *(f"{counts[other]:,}" for other in given))
    return shown


def _table(first: str, *rest: str) -> Table:
    shown = Table(box=None, pad_edge=False)
    shown.add_column(first, no_wrap=True)
    for name in rest:
        shown.add_column(name, justify="right", no_wrap=True)
    return shown


def _speed(judged: Judged) -> float:
    return (judged.report.count + judged.left_out) / max(judged.seconds, 1e-9)


def _of_rows(rows: list[Row]) -> dict[str, Any]:
    scores = [row.value for row in rows if row.measure == "macro-F1"]
    return {"macro_f1": sum(scores) / len(scores), "rows": msgspec.to_builtins(rows)}


def _of_model(judged: Judged, data: Path | None) -> dict[str, Any]:
    beside = {"finding": judged.finding, "data": str(data or SHIPPED_TEXTS), "left_out": judged.left_out}
    speed = {"seconds": judged.seconds, "texts_per_second": _speed(judged)}
    return {**beside, **msgspec.to_builtins(judged.report), **speed}


def _json(found: dict[str, Any]) -> str:
    return msgspec.json.encode(_rounded(found)).decode()


def _rounded(value: Any) -> Any:  # Any: JSON
    match value:
        case float():
            return round(value, DIGITS)
        case list() | tuple():
            return [_rounded(one) for one in value]
        case dict():
            return {key: _rounded(one) for key, one in value.items()}
        case _:
            return value
