"""Since when there are cases: kept in the data folder, for what lay there before may be read by a later process than the first."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from core.errors import Retry


def begun(path: Path, *, first: bool, at: datetime) -> datetime | None:
    """What is kept there, and where nothing is and this is the `first` look, `at`. Raises Retry where it cannot be kept."""
    with suppress(FileNotFoundError, ValueError):
        return datetime.fromisoformat(path.read_text())
    if not first:
        return None
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_text(at.isoformat())
        part.replace(path)
    except OSError as error:
        raise Retry(f"{path} cannot be written: {error.strerror}") from None
    return at
