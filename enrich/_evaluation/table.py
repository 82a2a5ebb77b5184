"""The table of how good the shipped models are on the shipped texts: the same in docs/models.md and in the terminal."""

from collections.abc import Sequence

from enrich._evaluation.shipped import Row

_HEAD = ("finding", "texts that judge", "number", "measure", "value", "95 % interval", "answered", "calibration error")
HEAD = (*_HEAD, "abstained")


def table(rows: Sequence[Row]) -> str:
    """Markdown, a line a row, columns aligned so that it reads well in a terminal too."""
    cells = [HEAD, *(_cells(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [_line(row, widths) for row in cells]
    rule = "|".join(
        "-" * (width + 2 if place in WORDS else width + 1) + ":" * (place not in WORDS)
        for place, width in enumerate(widths)
    )
    return "\n".join([lines[0], f"|{rule}|", *lines[1:]])


WORDS = (0, 1, 3)
"""The columns that hold words, not figures."""


def _cells(row: Row) -> tuple[str, ...]:
    between = "" if row.low is None or row.high is None else f"{row.low:.2f} - {row.high:.2f}"
    figures = (row.answered, row.calibration_error, row.abstained)
    return (row.finding, row.set, f"{row.texts:,}", row.measure, _figure(row.value), between, *map(_figure, figures))


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        cell.ljust(width) if place in WORDS else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return f"| {' | '.join(padded)} |"
