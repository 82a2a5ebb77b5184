"""How each source is doing: since and until when it was collected, and what it could not give."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from core.types import Coverage
from picture.collected import SEAM, Gap, reduce_coverage


class SourceState(msgspec.Struct, frozen=True, kw_only=True):
    """One source in the stretch asked for: since and until when it was collected, and whether that is now."""

    source: str
    first: datetime | None
    last: datetime | None
    fresh: bool
    gaps: tuple[Gap, ...]


def source_states(rows: Sequence[Coverage], *, now: datetime) -> list[SourceState]:
    """Coverage as one row a source, by name."""
    found = []
    for source in sorted({row.source for row in rows}):
        collected = reduce_coverage(rows, sources=(source,))
        last = collected.stretches[-1][1] if collected.stretches else None
        found.append(
            SourceState(
                source=source,
                first=collected.stretches[0][0] if collected.stretches else None,
                last=last,
                fresh=last is not None and now - last <= SEAM,
                gaps=collected.gaps,
            )
        )
    return found
