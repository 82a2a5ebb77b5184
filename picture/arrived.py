"""What has just come in, by the time it arrived: for whoever wants to be told, not for charts."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from core.document import Filter
from core.ports import ArchiveReader
from picture.collected import Gap, collected_in
from picture.expected import WEEKS_BEFORE, Band, bands


def news(where: Filter, *, since: datetime, until: datetime, late: timedelta) -> Filter:
    """Mentions of the filter, whatever its times, that the archive first took in after `since`, up to `until`.

    What was older than `late` when it arrived does not count, nor does what is marked as history or part of a drill: an
    outage that is caught up with, or a backfill, is no news.
    """
    return msgspec.structs.replace(where, since=since - late, until=None, arrived=(since, until), prompt=late)


async def gaps(archive: ArchiveReader, where: Filter, *, since: datetime, until: datetime) -> tuple[bool, list[Gap]]:
    """Whether the stretch was collected as a whole, and what of it was not."""
    collected = await collected_in(archive, since, until, sources=where.sources)
    inside = [gap for gap in collected.gaps if gap.since < until and gap.until > since]
    return collected.covers(since, until) and not inside, inside


async def usual(
    archive: ArchiveReader, where: Filter, *, since: datetime, until: datetime, zone: ZoneInfo
) -> Band | None:
    """What is normal for a stretch as long and at that time of the week, as the chart's band says it; None while learning.

    Compared by event time with the same stretch of the wall clock on the days of the eight weeks before.
    """
    length = until - since
    days = range(WEEKS_BEFORE * 7, max(0, length.days), -1)
    edges: list[datetime] = []
    for day in days:
        start = (since.astimezone(zone).replace(tzinfo=None) - timedelta(days=day)).replace(tzinfo=zone)
        begin = start.astimezone(since.tzinfo)
        if not edges or begin >= edges[-1]:
            edges += [begin, begin + length]
    return await _band(archive, where, edges, since, zone)


async def _band(
    archive: ArchiveReader, where: Filter, edges: list[datetime], since: datetime, zone: ZoneInfo
) -> Band | None:
    asked = msgspec.structs.replace(where, since=edges[0], until=edges[-1])
    distinct = list(dict.fromkeys(edges))
    found = {one.start: one.counts.get("", 0) for one in await archive.histogram(asked, starts=distinct)}
    collected = await collected_in(archive, edges[0], edges[-1], sources=where.sources)
    counts: dict[datetime, int | None] = {}
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        whole = not collected.touches_gap(start, end) and collected.known(start, end, found[start])
        counts[start] = found[start] if whole else None
    return bands(counts, [since], zone=zone)[0]
