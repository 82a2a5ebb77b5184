"""What drives a stretch of arrivals: which messages, topics, authors and sources make the difference."""

from datetime import datetime

import msgspec

from core.document import Filter
from core.ports import ArchiveReader


class Driver(msgspec.Struct, frozen=True):
    """A topic, a source or an author (by id): its mentions in the stretch and in the one it is held against."""

    name: str
    now: int
    before: int

    @property
    def more(self) -> int:
        return self.now - self.before


class Driving(msgspec.Struct, frozen=True, kw_only=True):
    """Ids and figures, never a text.

    messages  mention ids, most heard first: by the reach of all that say the same, then by how many do; one of each text
    topics, authors, sources   those that grew, by how much
    since     when the stretch began that it is held against: the same one a week before where that was heard, else the one right before
    """

    messages: tuple[str, ...]
    topics: tuple[Driver, ...]
    authors: tuple[Driver, ...]
    sources: tuple[Driver, ...]
    since: datetime


async def driving(archive: ArchiveReader, where: Filter, *, since: datetime, until: datetime, size: int = 8) -> Driving:
    """What arrived promptly in [since, until) of the filter, whatever times of publication that names."""
    raise NotImplementedError
