"""Mentions out of the archive into a file: JSON lines, CSV or Parquet, written whole or not at all."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from core.document import Stored
from core.errors import Stop
from desk.web.pages.export import COLUMNS, csv_rows, json_lines, row

Chunks = AsyncIterator[Sequence[Stored]]


async def export(chunks: Chunks, path: Path, form: str, tick: Callable[[int], None]) -> int:
    """Write every mention of `chunks` to `path` in that form (a key of FORMS); returns how many.

    `tick` is called with the number written so far. Raises Stop where the file cannot be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            os.fchmod(file.fileno(), 0o600)
            count = await FORMS[form](_counted(chunks, tick), file)
        part.replace(path)
    except OSError as error:
        raise Stop(f"{path} cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    return count


async def _counted(chunks: Chunks, tick: Callable[[int], None]) -> Chunks:
    count = 0
    async for chunk in chunks:
        yield chunk
        count += len(chunk)
        tick(count)


async def _jsonl(chunks: Chunks, file: BinaryIO) -> int:
    count = 0
    async for chunk in chunks:
        file.write(json_lines(chunk))
        count += len(chunk)
    return count


async def _csv(chunks: Chunks, file: BinaryIO) -> int:
    count = 0
    file.write("\ufeff".encode() + csv_rows([COLUMNS]))
    async for chunk in chunks:
        file.write(csv_rows([row(stored) for stored in chunk]))
        count += len(chunk)
    return count


async def _parquet(chunks: Chunks, file: BinaryIO) -> int:
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
        from pyarrow import parquet  # noqa: PLC0415 - an extra
    except ImportError:
        raise Stop("Parquet needs pyarrow, which is not installed: uv sync --extra parquet") from None
    schema = pa.schema([(name, pa.string()) for name in COLUMNS])
    count = 0
    with parquet.ParquetWriter(file, schema) as writer:
        async for chunk in chunks:
            columns = list(zip(*[row(stored) for stored in chunk], strict=True))
            writer.write_table(pa.table([list(column) for column in columns], schema=schema))
            count += len(chunk)
    return count


FORMS: Mapping[str, Callable[[Chunks, BinaryIO], Awaitable[int]]] = {"jsonl": _jsonl, "csv": _csv, "parquet": _parquet}
