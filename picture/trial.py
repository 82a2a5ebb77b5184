"""Trying out a monitor before it is saved: what it would have heard in the last thirty archived days."""

from datetime import UTC, datetime, timedelta

import msgspec

from core.document import Filter, Order, Stored
from core.ports import ArchiveReader
from core.query import AnyNode

DAYS = 30
_SAMPLES = 6
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """The count since `since`, newest samples with highlights, and from when on each source was collected.

    Thirty archived days end with the newest archived message, not with today: a quiet or stopped pipeline still answers.
    """

    since: datetime
    until: datetime
    count: int
    samples: tuple[Stored, ...]
    collected_since: tuple[tuple[str, datetime], ...]


async def try_out(archive: ArchiveReader, node: AnyNode, *, now: datetime) -> Trial:
    """What the parsed query would have heard."""
    newest = await archive.search(Filter(), order=Order.NEWEST, size=1)
    until = min(now, newest.mentions[0].enriched.mention.created_at + timedelta(seconds=1)) if newest.mentions else now
    since = until - timedelta(days=DAYS)
    page = await archive.search(Filter(since=since, until=until, query=node), order=Order.NEWEST, size=_SAMPLES)
    return Trial(
        since=since,
        until=until,
        count=page.total,
        samples=page.mentions,
        collected_since=await collected_since(archive, until=now),
    )


async def collected_since(archive: ArchiveReader, *, until: datetime) -> tuple[tuple[str, datetime], ...]:
    """Each source and the earliest time it was collected for, by name."""
    first: dict[str, datetime] = {}
    for row in await archive.coverage(_EARLIEST, until):
        if row.gap is None and row.since is not None:
            first[row.source] = min(first.get(row.source, row.since), row.since)
    return tuple(sorted(first.items()))
