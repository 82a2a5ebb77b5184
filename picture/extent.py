"""How much of a question's stretch was collected: what may be missing in its figures, and whether a zero may be told."""

from datetime import datetime

import msgspec

from core.document import Filter
from core.ports import ArchiveReader
from picture.collected import Gap, collected_in


class Extent(msgspec.Struct, frozen=True, kw_only=True):
    """`gaps` of every source, cut to the stretch; `whole` where it was collected from end to end and there are none."""

    gaps: tuple[Gap, ...]
    whole: bool

    def shown(self, count: int) -> int | None:
        """The count, which is None where it is 0 for all that is known: messages prove themselves, their absence does not."""
        return count if count or self.whole else None


async def extent_of(archive: ArchiveReader, where: Filter, *, until: datetime) -> Extent:
    """What the filter's sources gave of its stretch from its start to `until`, which is now where the stretch goes beyond."""
    since = where.since
    if since is None:
        raise ValueError("what was collected is asked of a stretch with a start")
    collected = await collected_in(archive, since, until, sources=where.sources)
    gaps = tuple(
        msgspec.structs.replace(gap, since=max(gap.since, since), until=min(gap.until, until))
        for gap in collected.gaps
        if gap.until > since and gap.since < until
    )
    return Extent(gaps=gaps, whole=not gaps and collected.covers(since, until))
