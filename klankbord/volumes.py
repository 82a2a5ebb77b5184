"""Reads a folder of labelled volumes: a CSV a brand with `timestamp` and `value`, and windows.json with the anomalies of each.

Times without a zone are UTC. windows.json maps a file's name, with or without folders before it, to pairs of first and last
time. A file that it does not name has no anomalies.
"""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import click
import msgspec
import numpy as np

from core.errors import Misconfigured, Stop
from core.settings import nearest
from core.time import bucket_of
from picture.judged.brand import Brand

WINDOWS = "windows.json"
COLUMNS = ("timestamp", "value")
MOST_MISTAKES = 10
VOLUMES = click.option(
    "--volumes",
    "folder",
    type=click.Path(path_type=Path),
    required=True,
    help="A folder with a CSV a brand (timestamp, value in five-minute buckets) and windows.json.",
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
"""What commands that measure on such a folder are asked with."""


def read(folder: Path) -> list[Brand]:
    """Its brands by name. Raises Misconfigured with a sentence a mistake, and Stop where the folder cannot be read."""
    if not folder.is_dir():
        raise Stop(f"{folder}: there is no such folder; it should hold CSV files and {WINDOWS}")
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise Stop(f"{folder}: holds no CSV file with the columns {' and '.join(COLUMNS)}")
    windows = _windows(folder / WINDOWS, [file.name for file in files])
    return [_brand(file, windows.get(file.name, [])) for file in files]


def _windows(path: Path, files: list[str]) -> dict[str, list[tuple[int, int]]]:
    if not path.is_file():
        raise Stop(f"{path}: is not there; it says which stretches of each CSV file are anomalies")
    try:
        given = msgspec.json.decode(path.read_bytes(), type=dict[str, list[tuple[str, str]]])
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Misconfigured([f"{path}: should map file names to lists of two times each: {error}"]) from error
    named = {PurePosixPath(name).name: stretches for name, stretches in given.items()}
    mistakes = [f"{path}: {name}: there is no such file; {nearest(name, files)}" for name in named if name not in files]
    found: dict[str, list[tuple[int, int]]] = {}
    for name, stretches in named.items():
        try:
            found[name] = [_ordered(_bucket(first), _bucket(last)) for first, last in stretches]
        except ValueError as error:
            mistakes.append(f"{path}: {name}: {error}")
    if mistakes:
        raise Misconfigured(mistakes[:MOST_MISTAKES])
    return found


def _brand(file: Path, windows: list[tuple[int, int]]) -> Brand:
    mistakes: list[str] = []
    buckets, values = [], []
    for line, row in _rows(file):
        try:
            buckets.append(_bucket(row["timestamp"]))
            values.append(_count(row["value"]))
        except (ValueError, TypeError) as error:
            mistakes.append(f"{file}, line {line}: {error}")
            if len(mistakes) == MOST_MISTAKES:
                break
    if not buckets and not mistakes:
        mistakes = [f"{file}: holds no rows"]
    if mistakes:
        raise Misconfigured(mistakes)
    order = np.argsort(buckets, kind="stable")
    return Brand.of(file.stem, np.array(buckets)[order], np.array(values)[order], windows)


def _rows(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        with file.open(newline="", encoding="utf-8-sig") as lines:
            read = csv.DictReader(lines)
            for column in COLUMNS:
                if column not in (read.fieldnames or ()):
                    raise Misconfigured(
                        [f'{file}: there is no column "{column}"; {nearest(column, read.fieldnames or [])}']
                    )
            for row in read:
                yield read.line_num, row
    except (UnicodeDecodeError, csv.Error) as error:
        raise Misconfigured([f"{file}: is no CSV file in UTF-8: {error}"]) from error


def _bucket(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except (ValueError, TypeError):
        raise ValueError(f'"{text}" is no time like 2015-02-26 21:42:53') from None
    return bucket_of(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _ordered(first: int, last: int) -> tuple[int, int]:
    if last < first:
        raise ValueError("a stretch ends before it begins")
    return first, last


def _count(text: str) -> int:
    try:
        count = float(text)
    except (ValueError, TypeError):
        count = -1.0
    if not 0 <= count < 2**53:
        raise ValueError(f'"{text}" is no count of messages')
    return round(count)
