"""CSV lines to rows: records that span lines, the delimiter, the header."""

import csv
import io
from collections.abc import Collection, Sequence

from ingest._columns import folded, recognised

DELIMITERS = (";", ",", "\t", "|")
MOST_LINES = 1_000
MOST_CELL = 64 * 1024 * 1024
MOST_ABOVE = 20  # records above the header: the title and filters that a program writes over its export

csv.field_size_limit(MOST_CELL)


def cells(record: str, delimiter: str) -> list[str]:
    """The cells of one record. Raises ValueError where it is not one."""
    try:
        rows = list(csv.reader(io.StringIO(record, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise ValueError(str(error)) from None
    if len(rows) != 1:
        raise ValueError("a line break stands outside quotes")
    return rows[0]


def written(row: Sequence[str], delimiter: str) -> str:
    """The cells as one record, without a line break at its end."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="").writerow(row)
    return out.getvalue()


def is_open(line: str, delimiter: str, inside: bool) -> bool:
    """Whether a quoted cell is still open at the end of this line, if one was (`inside`) at its start."""
    place = 0
    while True:
        if inside or line.startswith('"', place):
            place = place if inside else place + 1
            inside = False
            while True:
                quote = line.find('"', place)
                if quote < 0:
                    return True
                place = quote + 1
                if not line.startswith('"', place):
                    break
                place += 1
        following = line.find(delimiter, place)
        if following < 0:
            return False
        place = following + 1


def delimiter_of(header: str) -> str:
    """The delimiter that makes most known column names of this header line, then most columns."""

    def worth(delimiter: str) -> tuple[int, int]:
        try:
            names = cells(header, delimiter)
        except ValueError:
            return 0, 0
        return len(recognised(tuple(names))), len(names)

    return max(DELIMITERS, key=worth)


def is_header(row: Sequence[str], columns: Collection[str], *, first: bool) -> bool:
    """Whether a row names the columns: all of those configured, or the text's among others by their usual names.

    first  whether nothing stands above it: then one known name is enough, since it cannot be a word of a message
    """
    names = named(row)
    if columns and {folded(column) for column in columns} <= {folded(name) for name in names}:
        return True
    fields = recognised(tuple(names))
    if "text" in fields:
        return first or len(fields) > 1
    return first and len(fields) > 1 and not {"title", "rating"}.isdisjoint(fields)


def named(header: Sequence[str]) -> list[str]:
    """The header's names, clean; empty and repeated ones get a number so that each cell keeps a place of its own."""
    names: list[str] = []
    for index, cell in enumerate(header, start=1):
        name = cell.strip().strip("\ufeff")
        names.append(name if name and name not in names else f"{name or 'column'}_{index}")
    return names


def same_header(row: Sequence[str], header: Sequence[str]) -> bool:
    """Whether a row only repeats the header, as files put one behind another do."""
    same = (cell.strip().casefold() == name.casefold() for cell, name in zip(row, header, strict=False))
    return len(row) == len(header) and all(same)
