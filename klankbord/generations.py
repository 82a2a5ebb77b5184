"""Which number a run over history processes under, so that a run that was cut short goes on under the same one.

The number is the order key's last part: of two versions of one content the one with the greater number stays. It ends
at 1,023, for the order key gives it ten bits.
"""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from core.document import Filter
from core.errors import Stop
from core.order import GENERATION_BITS
from core.ports import ArchiveReader

LAST = (1 << GENERATION_BITS) - 1


class Begun:
    """The number of one run, remembered in a file until the run is done.

    about  what tells this run from others: runs alike share one number, at once or one after the other
    """

    def __init__(self, cache: Path, about: Sequence[object]) -> None:
        digest = hashlib.sha256(msgspec.json.encode(about)).hexdigest()[:16]
        self._cache, self._path = cache, cache / f"reprocess-{digest}"

    def number(self) -> int | None:
        """What a run like this one began under and has not finished; None where there is none."""
        return _read(self._path)

    def others(self) -> int:
        """The highest number of any run that is not finished: its results may be on their way. 0 where there is none."""
        return max((_read(path) or 0 for path in self._cache.glob("reprocess-*")), default=0)

    def begin(self, number: int) -> None:
        part = self._path.with_name(f"{self._path.name}.part")
        part.write_text(str(number))
        part.replace(self._path)

    def done(self) -> None:
        self._path.unlink(missing_ok=True)


def _read(path: Path) -> int | None:
    with suppress(FileNotFoundError, ValueError):
        return int(path.read_text())
    return None


async def highest(archive: ArchiveReader, where: Filter) -> int:
    """The highest number among these stored mentions; 0 where none was ever processed again."""
    found = 0
    async for chunk in archive.scan(where):
        found = max([found, *(stored.enriched.generation for stored in chunk)])
    return found


def after(found: int) -> int:
    """The number after that one. Raises Stop where that was the last."""
    if found >= LAST:
        raise Stop(
            f"some of these mentions were processed {LAST:,} times, and there is no number after that; "
            f"--generation {LAST} reaches all but those"
        )
    return found + 1
