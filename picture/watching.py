"""What arrived of each monitor, as the detector takes it: counts by arrival, and which of them may teach and be judged."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from core.ports import ArchiveReader
from picture.detector import Counts

PROMPT = timedelta(minutes=15)
"""What was older when it arrived is late: it does not count. So long after a source returns nothing is judged."""
LOOKED_BACK = timedelta(days=35)


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch [since, until) in which so many times the usual is expected of these monitors, of all where none is named."""

    since: datetime
    until: datetime
    times: float
    monitors: tuple[str, ...] = ()


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is watched.

    monitors   each with when it was saved, before which it heard only part; None where that is not known
    campaigns  what the calendar expects
    drills     whether what is part of an exercise counts beside the rest
    """

    monitors: Mapping[str, datetime | None]
    campaigns: Sequence[Campaign] = ()
    drills: bool = False


async def counted(archive: ArchiveReader, asked: Asked, *, since: int, until: int) -> Mapping[str, Counts]:
    """Counts of each monitor in the buckets [since, until), in one pass over what arrived in them.

    Muted and irrelevant messages, late ones and history do not count. Buckets before anything was heard live
    are filled with what is marked as history, by when it was published: it teaches, and is never judged.
    """
    raise NotImplementedError
